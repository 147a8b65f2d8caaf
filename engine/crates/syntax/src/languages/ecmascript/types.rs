//! Types as written.

use super::Walker;
use super::kinds::{Kind, child};
use crate::facts::*;
use crate::name::Name;
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// The type in an annotation: `: T`, `: x is T`, `: asserts x is T`.
    pub(super) fn annotation(&mut self, node: Node<'_>) -> Option<TypeId> {
        match self.kind(node) {
            Kind::TypeAnnotation | Kind::TypePredicateAnnotation | Kind::AssertsAnnotation => {
                let inner = *self.named(node).first()?;
                Some(self.type_expr(inner))
            }
            Kind::Other => {
                // `-?: T` and its like in mapped types.
                let inner = *self.named(node).first()?;
                Some(self.type_expr(inner))
            }
            _ => Some(self.type_expr(node)),
        }
    }

    pub(super) fn type_arguments(&mut self, node: Node<'_>) -> List<TypeId> {
        let types: Vec<TypeId> = self.named(node).into_iter().map(|ty| self.type_expr(ty)).collect();
        self.low.facts.new_list(types)
    }

    pub(super) fn type_expr(&mut self, node: Node<'_>) -> TypeId {
        stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || self.type_inner(node))
    }

    fn type_inner(&mut self, node: Node<'_>) -> TypeId {
        match self.kind(node) {
            Kind::TypeIdentifier | Kind::Identifier => {
                let name = self.low.name(node);
                self.type_path(vec![Segment { name, args: List::default() }], node.start_byte())
            }
            Kind::NestedTypeIdentifier | Kind::NestedIdentifier | Kind::Member => {
                let segments = self.nested_segments(node, List::default());
                self.type_path(segments, node.start_byte())
            }
            Kind::GenericType => {
                let args = child(node, self.f.type_arguments).map(|list| self.type_arguments(list)).unwrap_or_default();
                let Some(name) = child(node, self.f.name) else { return self.low.add_type(TypeExpr::Unknown) };
                let segments = self.nested_segments(name, args);
                self.type_path(segments, node.start_byte())
            }
            Kind::PredefinedType => {
                let ty = predefined(self.low.text(node));
                match ty {
                    Some(ty) => self.low.add_type(ty),
                    None => {
                        let name = self.low.name(node);
                        self.type_path(vec![Segment { name, args: List::default() }], node.start_byte())
                    }
                }
            }
            Kind::UnionType | Kind::IntersectionType => {
                let kind = self.kind(node);
                let mut parts = Vec::new();
                self.flatten(node, kind, &mut parts);
                let parts = self.low.facts.new_list(parts);
                self.low.add_type(if kind == Kind::UnionType {
                    TypeExpr::Union(parts)
                } else {
                    TypeExpr::Intersection(parts)
                })
            }
            Kind::ArrayType => {
                let inner = self.first_type(node);
                self.low.add_type(TypeExpr::Sequence(inner))
            }
            Kind::ReadonlyType | Kind::ParenthesizedType => self.first_type(node),
            Kind::TupleType => {
                let mut items = Vec::new();
                for part in self.named(node) {
                    items.push(self.tuple_item(part));
                }
                let items = self.low.facts.new_list(items);
                self.low.add_type(TypeExpr::Tuple(items))
            }
            Kind::RestType => {
                let inner = self.first_type(node);
                let items = self.low.facts.new_list([inner]);
                self.low.add_type(TypeExpr::Operator { op: Name::new("..."), args: items })
            }
            Kind::OptionalType => self.first_type(node),
            Kind::FunctionType | Kind::ConstructorType => {
                let construct = self.kind(node) == Kind::ConstructorType;
                let def = self.low.add_def(DefKind::Closure, node, None, Some(ScopeKind::Function));
                self.function_parts(def, node, None);
                if construct {
                    self.low.def_mut(def).flags.insert(DefFlags::STATIC);
                }
                self.low.add_type(TypeExpr::Def(def))
            }
            Kind::ObjectType => self.object_type(node),
            Kind::LiteralType => {
                let Some(inner) = self.named(node).first().copied() else {
                    return self.low.add_type(TypeExpr::Unknown);
                };
                let ty = match self.kind(inner) {
                    Kind::String => match self.key_name(inner) {
                        Some(name) => TypeExpr::LiteralText(name),
                        None => TypeExpr::Literal(Literal::Str),
                    },
                    Kind::True | Kind::False => TypeExpr::Literal(Literal::Bool),
                    Kind::Null => TypeExpr::Literal(Literal::Null),
                    Kind::Undefined => TypeExpr::Literal(Literal::Undefined),
                    _ => TypeExpr::Literal(Literal::Int),
                };
                self.low.add_type(ty)
            }
            Kind::TemplateLiteralType | Kind::String | Kind::TemplateString => {
                self.low.add_type(TypeExpr::Literal(Literal::Str))
            }
            Kind::TypeQuery => {
                let inner = self.named(node).first().copied();
                let expr = match inner {
                    Some(inner) if self.kind(inner) == Kind::Call => self.expr(inner),
                    Some(inner) => self.expr(inner),
                    None => self.unknown(),
                };
                self.low.add_type(TypeExpr::TypeOf(expr))
            }
            Kind::IndexTypeQuery => {
                let inner = self.first_type(node);
                self.operator("keyof", [inner])
            }
            Kind::LookupType => {
                let parts = self.named(node);
                let (Some(base), Some(index)) = (parts.first(), parts.get(1)) else {
                    return self.low.add_type(TypeExpr::Unknown);
                };
                let base = self.type_expr(*base);
                let index = self.type_expr(*index);
                self.low.add_type(TypeExpr::Indexed { base, index })
            }
            Kind::ConditionalType => {
                let mut args = Vec::new();
                // `infer X` declares a type parameter of the conditional type.
                let def = self.low.add_def(DefKind::Anonymous, node, None, Some(ScopeKind::Type));
                self.inside(def, |this| {
                    for field in [this.f.left, this.f.right, this.f.consequence, this.f.alternative] {
                        let ty = match child(node, field) {
                            Some(part) => this.type_expr(part),
                            None => this.low.add_type(TypeExpr::Unknown),
                        };
                        args.push(ty);
                        if field == this.f.right {
                            let names = infers(&this.low.facts, args[1]);
                            let params: Vec<TypeParam> = names
                                .into_iter()
                                .map(|name| TypeParam { name, bounds: List::default(), default: None })
                                .collect();
                            let params = this.low.facts.new_list(params);
                            this.low.def_mut(def).type_params = params;
                        }
                    }
                });
                let list = self.low.facts.new_list(args);
                let ty = self.low.add_type(TypeExpr::Operator { op: Name::new("conditional"), args: list });
                self.low.def_mut(def).ty = Some(ty);
                self.low.add_type(TypeExpr::Def(def))
            }
            Kind::InferType => {
                let parts = self.named(node);
                let Some(name) = parts.first() else { return self.low.add_type(TypeExpr::Unknown) };
                let name = self.low.name(*name);
                let segments = self.type_path(vec![Segment { name, args: List::default() }], node.start_byte());
                self.operator("infer", [segments])
            }
            Kind::ThisType | Kind::This => self.low.add_type(TypeExpr::SelfType),
            Kind::TypePredicate => {
                let ty = match child(node, self.f.r#type) {
                    Some(ty) => self.type_expr(ty),
                    None => self.low.add_type(TypeExpr::Unknown),
                };
                self.low.add_type(TypeExpr::Predicate(ty))
            }
            Kind::Asserts => self.low.add_type(TypeExpr::Literal(Literal::Undefined)),
            Kind::TypeAnnotation => self.first_type(node),
            Kind::Call => {
                // `import("./x").T` in older grammars.
                let expr = self.expr(node);
                self.low.add_type(TypeExpr::TypeOf(expr))
            }
            Kind::Null => self.low.add_type(TypeExpr::Literal(Literal::Null)),
            Kind::Undefined => self.low.add_type(TypeExpr::Literal(Literal::Undefined)),
            _ => {
                for part in self.named(node) {
                    self.type_expr(part);
                }
                self.low.add_type(TypeExpr::Unknown)
            }
        }
    }

    fn operator(&mut self, op: &str, args: impl IntoIterator<Item = TypeId>) -> TypeId {
        let args = self.low.facts.new_list(args);
        self.low.add_type(TypeExpr::Operator { op: Name::new(op), args })
    }

    pub(super) fn type_path(&mut self, segments: Vec<Segment>, at: usize) -> TypeId {
        let segments = self.low.facts.new_list(segments);
        let scope = self.low.scope;
        self.low.add_type(TypeExpr::Path { segments, scope, at: at as u32 })
    }

    fn first_type(&mut self, node: Node<'_>) -> TypeId {
        match self.named(node).first() {
            Some(inner) => self.type_expr(*inner),
            None => self.low.add_type(TypeExpr::Unknown),
        }
    }

    fn tuple_item(&mut self, node: Node<'_>) -> TypeId {
        match self.kind(node) {
            Kind::RequiredParameter | Kind::OptionalParameter => {
                let rest = child(node, self.f.name)
                    .or_else(|| child(node, self.f.pattern))
                    .is_some_and(|name| self.kind(name) == Kind::RestPattern);
                let inner = match child(node, self.f.r#type).and_then(|ty| self.annotation(ty)) {
                    Some(ty) => ty,
                    None => self.low.add_type(TypeExpr::Unknown),
                };
                if rest { self.operator("...", [inner]) } else { inner }
            }
            _ => self.type_expr(node),
        }
    }

    fn flatten(&mut self, node: Node<'_>, kind: Kind, out: &mut Vec<TypeId>) {
        // Long unions nest to the left.
        let mut stack = vec![node];
        let mut leaves = Vec::new();
        while let Some(next) = stack.pop() {
            if self.kind(next) == kind {
                stack.extend(self.named(next).into_iter().rev());
            } else {
                leaves.push(next);
            }
        }
        for leaf in leaves {
            let ty = self.type_expr(leaf);
            out.push(ty);
        }
    }

    fn nested_segments(&mut self, node: Node<'_>, args: List<TypeId>) -> Vec<Segment> {
        let mut parts = Vec::new();
        let mut node = node;
        loop {
            match self.kind(node) {
                Kind::NestedTypeIdentifier | Kind::NestedIdentifier | Kind::Member => {
                    let (outer, last) = (
                        child(node, self.f.module).or_else(|| child(node, self.f.object)),
                        child(node, self.f.name).or_else(|| child(node, self.f.property)),
                    );
                    if let Some(last) = last {
                        parts.push(self.low.name(last));
                    }
                    match outer {
                        Some(outer) => node = outer,
                        None => break,
                    }
                }
                Kind::Call => {
                    // `import("./x")`
                    let module = child(node, self.f.arguments).and_then(|list| self.named(list).first().copied());
                    if let Some(module) = module.and_then(|module| self.key_name(module)) {
                        parts.push(self.import_of(module, node));
                    }
                    break;
                }
                _ => {
                    parts.push(self.low.name(node));
                    break;
                }
            }
        }
        parts.reverse();
        let last = parts.len().saturating_sub(1);
        parts
            .into_iter()
            .enumerate()
            .map(|(index, name)| Segment { name, args: if index == last { args } else { List::default() } })
            .collect()
    }

    fn object_type(&mut self, node: Node<'_>) -> TypeId {
        let def = self.low.add_def(DefKind::Anonymous, node, None, Some(ScopeKind::Type));
        self.inside(def, |this| {
            for member in this.named(node) {
                this.type_member(member);
            }
        });
        self.low.add_type(TypeExpr::Def(def))
    }

    /// `[K in T]`: K is a type parameter of the object type.
    pub(super) fn type_parameter_of_mapped(&mut self, clause: Node<'_>) {
        let Some(name) = child(clause, self.f.name) else { return };
        let name = self.low.name(name);
        let bounds = child(clause, self.f.r#type).map(|ty| self.type_expr(ty));
        let bounds = self.low.facts.new_list(bounds);
        let params = self.low.facts.new_list([TypeParam { name, bounds, default: None }]);
        let owner = self.low.owner;
        self.low.def_mut(owner).type_params = params;
    }

    pub(super) fn type_parameters(&mut self, node: Node<'_>) -> Vec<TypeParam> {
        let mut out = Vec::new();
        for part in self.named(node) {
            if self.kind(part) != Kind::TypeParameter {
                continue;
            }
            let Some(name) = child(part, self.f.name) else { continue };
            let name = self.low.name(name);
            let bounds = child(part, self.f.constraint)
                .and_then(|constraint| self.named(constraint).first().copied())
                .map(|ty| self.type_expr(ty));
            let bounds = self.low.facts.new_list(bounds);
            let default = child(part, self.f.value)
                .and_then(|value| self.named(value).first().copied())
                .map(|ty| self.type_expr(ty));
            out.push(TypeParam { name, bounds, default });
        }
        out
    }
}

/// Types that are words of the language.
pub(super) fn predefined(text: &str) -> Option<TypeExpr> {
    Some(match text {
        "string" => TypeExpr::Literal(Literal::Str),
        "number" => TypeExpr::Literal(Literal::Int),
        "boolean" => TypeExpr::Literal(Literal::Bool),
        "void" | "undefined" => TypeExpr::Literal(Literal::Undefined),
        "null" => TypeExpr::Literal(Literal::Null),
        "never" => TypeExpr::Never,
        "any" | "unknown" | "*" | "?" => TypeExpr::Unknown,
        _ => return None,
    })
}

/// The names that `infer` declares inside a type.
fn infers(facts: &FileFacts, ty: TypeId) -> Vec<Name> {
    let mut names = Vec::new();
    let mut stack = vec![ty];
    let mut steps = 0;
    while let Some(ty) = stack.pop() {
        steps += 1;
        if steps > 200 {
            break;
        }
        match *facts.type_expr(ty) {
            TypeExpr::Operator { op, args } if op == "infer" => {
                if let Some(&first) = facts.list(args).first()
                    && let TypeExpr::Path { segments, .. } = *facts.type_expr(first)
                    && let Some(segment) = facts.list(segments).first()
                    && !names.contains(&segment.name)
                {
                    names.push(segment.name);
                }
            }
            TypeExpr::Operator { args, .. }
            | TypeExpr::Tuple(args)
            | TypeExpr::Union(args)
            | TypeExpr::Intersection(args) => stack.extend(facts.list(args)),
            TypeExpr::Sequence(inner) => stack.push(inner),
            TypeExpr::Path { segments, .. } => {
                for segment in facts.list(segments) {
                    stack.extend(facts.list(segment.args));
                }
            }
            TypeExpr::Def(def) => {
                let this = facts.def(def);
                stack.extend(this.ty);
                stack.extend(facts.list(this.params).iter().filter_map(|param| param.ty));
                for (id, member) in facts.defs().skip(def.index() + 1) {
                    if member.parent == def && id != def {
                        stack.extend(member.ty);
                        stack.extend(facts.list(member.params).iter().filter_map(|param| param.ty));
                    } else if member.span.start > this.span.end {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    names
}
