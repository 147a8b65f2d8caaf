//! Types, generics and paths.

use super::grammar::{Kind, child};
use super::{Before, Walk};
use crate::facts::{List, Literal, Segment, TypeExpr, TypeId, TypeParam};
use crate::name::Name;
use tree_sitter::Node;

impl Walk<'_, '_> {
    fn path_type(&mut self, segments: Vec<Segment>, at: Node<'_>) -> TypeId {
        let segments = self.lowering.facts.new_list(segments);
        let path = TypeExpr::Path { segments, scope: self.lowering.scope, at: at.start_byte() as u32 };
        self.lowering.add_type(path)
    }

    pub(super) fn ty(&mut self, node: Node<'_>) -> TypeId {
        let ty = self.deeper(|walk| walk.ty_inner(node));
        ty.unwrap_or_else(|| self.lowering.add_type(TypeExpr::Unknown))
    }

    fn ty_inner(&mut self, node: Node<'_>) -> TypeId {
        let expr = match self.kind(node) {
            Kind::TypeIdentifier | Kind::Identifier if self.text(node) == "Self" => TypeExpr::SelfType,
            Kind::TypeIdentifier | Kind::Identifier if self.text(node) == "_" => TypeExpr::Inferred,
            Kind::TypeIdentifier
            | Kind::Identifier
            | Kind::PrimitiveType
            | Kind::GenericType
            | Kind::ScopedTypeIdentifier
            | Kind::ScopedIdentifier
            | Kind::GenericTypeTurbofish
            | Kind::SelfKeyword
            | Kind::Crate
            | Kind::Super => {
                let mut segments = Vec::new();
                match self.path_segments(node, &mut segments) {
                    None => return self.path_type(segments, node),
                    Some(base) => {
                        return segments.into_iter().fold(base, |base, segment| {
                            let projection = match *self.lowering.facts.type_expr(base) {
                                // `<T as Trait>` waits for its name.
                                TypeExpr::Projection { base, of, name } if name.is_empty() => {
                                    TypeExpr::Projection { base, of, name: segment.name }
                                }
                                _ => TypeExpr::Projection { base, of: None, name: segment.name },
                            };
                            self.lowering.add_type(projection)
                        });
                    }
                }
            }
            Kind::ReferenceType => {
                let Some(inner) = child(node, self.fields.type_) else {
                    return self.lowering.add_type(TypeExpr::Unknown);
                };
                let mutable = {
                    let mut cursor = node.walk();
                    node.named_children(&mut cursor).any(|part| self.kind(part) == Kind::MutableSpecifier)
                };
                let inner = self.ty(inner);
                TypeExpr::Reference { inner, mutable }
            }
            Kind::PointerType => match child(node, self.fields.type_) {
                Some(inner) => TypeExpr::Pointer(self.ty(inner)),
                None => TypeExpr::Unknown,
            },
            // Parentheses around a sum make no tuple.
            Kind::TupleType if node.child_count() == 3 => match node.named_child(0) {
                Some(inner) => return self.ty(inner),
                None => TypeExpr::Unknown,
            },
            Kind::TupleType => {
                let items = self.types_in(node);
                TypeExpr::Tuple(self.lowering.facts.new_list(items))
            }
            Kind::UnitType => TypeExpr::Tuple(List::default()),
            Kind::ArrayType => match child(node, self.fields.element) {
                Some(element) => {
                    let element = self.ty(element);
                    if let Some(length) = child(node, self.fields.length) {
                        self.expr(length);
                    }
                    TypeExpr::Sequence(element)
                }
                None => TypeExpr::Unknown,
            },
            Kind::FunctionType => return self.function_type(node),
            Kind::NeverType => TypeExpr::Never,
            Kind::AbstractType => {
                let mut bounds = Vec::new();
                if let Some(of) = child(node, self.fields.trait_) {
                    self.bound(of, &mut bounds);
                }
                TypeExpr::Impl(self.lowering.facts.new_list(bounds))
            }
            Kind::DynamicType => {
                let mut bounds = Vec::new();
                if let Some(of) = child(node, self.fields.trait_) {
                    self.bound(of, &mut bounds);
                }
                TypeExpr::Dyn(self.lowering.facts.new_list(bounds))
            }
            Kind::BoundedType => {
                // `dyn A + B`, `impl A + B` or a plain sum: the first part says which.
                let mut bounds = Vec::new();
                self.bound(node, &mut bounds);
                let dynamic = self.text(node).starts_with("dyn");
                let bounds = self.lowering.facts.new_list(bounds);
                if dynamic { TypeExpr::Dyn(bounds) } else { TypeExpr::Impl(bounds) }
            }
            Kind::HigherRanked => match child(node, self.fields.type_) {
                Some(inner) => return self.ty(inner),
                None => TypeExpr::Unknown,
            },
            _ => TypeExpr::Unknown,
        };
        self.lowering.add_type(expr)
    }

    fn types_in(&mut self, node: Node<'_>) -> Vec<TypeId> {
        let mut types = Vec::new();
        let mut cursor = node.walk();
        for part in node.named_children(&mut cursor) {
            if !matches!(
                self.kind(part),
                Kind::LineComment | Kind::BlockComment | Kind::Lifetime | Kind::AttributeItem | Kind::TraitBounds
            ) {
                types.push(self.ty(part));
            }
        }
        types
    }

    /// `fn(A) -> B`, or `Fn(A) -> B`: a path whose last segment has the function type as its argument.
    fn function_type(&mut self, node: Node<'_>) -> TypeId {
        let params: Vec<TypeId> = child(node, self.fields.parameters).map_or_else(Vec::new, |parameters| {
            let mut types = Vec::new();
            let mut cursor = parameters.walk();
            for part in parameters.named_children(&mut cursor) {
                match self.kind(part) {
                    Kind::Parameter => {
                        if let Some(ty) = child(part, self.fields.type_) {
                            types.push(self.ty(ty));
                        }
                    }
                    Kind::LineComment | Kind::BlockComment | Kind::AttributeItem | Kind::Variadic => {}
                    _ => types.push(self.ty(part)),
                }
            }
            types
        });
        let params = self.lowering.facts.new_list(params);
        let ret = child(node, self.fields.return_type).map(|ret| self.ty(ret));
        let function = self.lowering.add_type(TypeExpr::Function { params, ret });
        let Some(of) = child(node, self.fields.trait_) else { return function };
        let mut segments = Vec::new();
        self.path_segments(of, &mut segments);
        let args = self.lowering.facts.new_list([function]);
        if let Some(last) = segments.last_mut() {
            last.args = args;
        }
        self.path_type(segments, of)
    }

    /// Adds the segments of a path. A path that starts with `<T as Trait>` gives that as a type: a
    /// projection without a name, or `T` alone.
    pub(super) fn path_segments(&mut self, node: Node<'_>, out: &mut Vec<Segment>) -> Option<TypeId> {
        self.deeper(|walk| match walk.kind(node) {
            Kind::ScopedIdentifier | Kind::ScopedTypeIdentifier => {
                let base = if let Some(path) = child(node, walk.fields.path) {
                    walk.path_segments(path, out)
                } else {
                    out.push(Segment { name: Name::default(), args: List::default() });
                    None
                };
                if let Some(name) = child(node, walk.fields.name) {
                    out.push(Segment { name: walk.ident(name), args: List::default() });
                }
                base
            }
            Kind::GenericType | Kind::GenericTypeTurbofish | Kind::GenericFunction => {
                let inner = child(node, walk.fields.type_).or_else(|| child(node, walk.fields.function));
                let base = inner.and_then(|inner| walk.path_segments(inner, out));
                if let Some(arguments) = child(node, walk.fields.type_arguments) {
                    let args = walk.type_arguments(arguments);
                    if let Some(last) = out.last_mut() {
                        last.args = args;
                    }
                }
                base
            }
            Kind::BracketedType => {
                let inner = node.named_child(0)?;
                if walk.kind(inner) == Kind::QualifiedType {
                    let base = child(inner, walk.fields.type_).map(|ty| walk.ty(ty))?;
                    let of = child(inner, walk.fields.alias).map(|ty| walk.ty(ty));
                    Some(walk.lowering.add_type(TypeExpr::Projection { base, of, name: Name::default() }))
                } else {
                    Some(walk.ty(inner))
                }
            }
            _ => {
                out.push(Segment { name: walk.ident(node), args: List::default() });
                None
            }
        })
        .flatten()
    }

    pub(super) fn type_arguments(&mut self, node: Node<'_>) -> List<TypeId> {
        let mut args = Vec::new();
        let mut cursor = node.walk();
        for part in node.named_children(&mut cursor) {
            match self.kind(part) {
                Kind::Lifetime | Kind::TraitBounds | Kind::LineComment | Kind::BlockComment => {}
                Kind::TypeBinding => {
                    if let (Some(name), Some(ty)) = (child(part, self.fields.name), child(part, self.fields.type_)) {
                        let name = self.ident(name);
                        let ty = self.ty(ty);
                        args.push(self.lowering.add_type(TypeExpr::Associated { name, ty }));
                    }
                }
                Kind::IntegerLiteral | Kind::BooleanLiteral if is_plain_constant(self.text(part)) => {
                    let name = self.ident(part);
                    let segments = self.lowering.facts.new_list(vec![Segment { name, args: List::default() }]);
                    let (scope, at) = (self.lowering.scope, part.start_byte() as u32);
                    args.push(self.lowering.add_type(TypeExpr::Path { segments, scope, at }));
                }
                Kind::IntegerLiteral
                | Kind::Block
                | Kind::BooleanLiteral
                | Kind::CharLiteral
                | Kind::NegativeLiteral => {
                    args.push(self.lowering.add_type(TypeExpr::Literal(Literal::Int)));
                }
                _ => {
                    let bounds = part.next_named_sibling().filter(|next| self.kind(*next) == Kind::TraitBounds);
                    if let Some(bounds) = bounds {
                        // `Item: Bound`
                        let name = self.ident(part);
                        let bounds = self.bounds(bounds);
                        let bounds = self.lowering.facts.new_list(bounds);
                        let ty = self.lowering.add_type(TypeExpr::Impl(bounds));
                        args.push(self.lowering.add_type(TypeExpr::Associated { name, ty }));
                    } else {
                        args.push(self.ty(part));
                    }
                }
            }
        }
        self.lowering.facts.new_list(args)
    }

    /// One bound or a sum of bounds; lifetimes and `?Sized` say nothing.
    fn bound(&mut self, node: Node<'_>, out: &mut Vec<TypeId>) {
        self.deeper(|walk| match walk.kind(node) {
            Kind::BoundedType | Kind::TupleType => {
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor) {
                    walk.bound(part, out);
                }
            }
            Kind::HigherRanked => {
                if let Some(inner) = child(node, walk.fields.type_) {
                    walk.bound(inner, out);
                }
            }
            Kind::DynamicType | Kind::AbstractType => {
                if let Some(inner) = child(node, walk.fields.trait_) {
                    walk.bound(inner, out);
                }
            }
            Kind::TypeIdentifier | Kind::GenericType | Kind::ScopedTypeIdentifier | Kind::FunctionType => {
                let ty = walk.ty(node);
                out.push(ty);
            }
            _ => {}
        });
    }

    /// The bounds after a colon.
    pub(super) fn bounds(&mut self, node: Node<'_>) -> Vec<TypeId> {
        let mut out = Vec::new();
        let mut cursor = node.walk();
        for part in node.named_children(&mut cursor) {
            self.bound(part, &mut out);
        }
        out
    }

    /// Type and constant parameters, then the predicates of the where clause as nameless parameters.
    pub(super) fn generics(&mut self, node: Node<'_>) -> Vec<TypeParam> {
        let mut params = Vec::new();
        if let Some(list) = child(node, self.fields.type_parameters) {
            let mut cursor = list.walk();
            let mut before = Before::default();
            for part in list.named_children(&mut cursor) {
                if self.kind(part) == Kind::AttributeItem {
                    before.attributes.push(part);
                    continue;
                }
                if self.is_configured_away(&std::mem::take(&mut before)) {
                    continue;
                }
                match self.kind(part) {
                    Kind::TypeParameter => {
                        let Some(name) = child(part, self.fields.name) else { continue };
                        let name = self.ident(name);
                        let bounds =
                            child(part, self.fields.bounds).map_or_else(Vec::new, |bounds| self.bounds(bounds));
                        let bounds = self.lowering.facts.new_list(bounds);
                        let default = child(part, self.fields.default_type).map(|ty| self.ty(ty));
                        params.push(TypeParam { name, bounds, default });
                    }
                    Kind::ConstParameter => {
                        let Some(name) = child(part, self.fields.name) else { continue };
                        let name = self.ident(name);
                        params.push(TypeParam { name, bounds: List::default(), default: None });
                    }
                    _ => {}
                }
            }
        }
        let mut cursor = node.walk();
        for part in node.named_children(&mut cursor) {
            if self.kind(part) != Kind::WhereClause {
                continue;
            }
            let mut cursor = part.walk();
            for predicate in part.named_children(&mut cursor) {
                if self.kind(predicate) != Kind::WherePredicate {
                    continue;
                }
                let (Some(subject), Some(bounds)) =
                    (child(predicate, self.fields.left), child(predicate, self.fields.bounds))
                else {
                    continue;
                };
                if self.kind(subject) == Kind::Lifetime {
                    continue;
                }
                let subject = self.ty(subject);
                let bounds = self.bounds(bounds);
                let bounds = self.lowering.facts.new_list(bounds);
                params.push(TypeParam { name: Name::default(), bounds, default: Some(subject) });
            }
        }
        params
    }
}

/// Whether a constant is written as all write it, so that the text alone tells values apart.
fn is_plain_constant(text: &str) -> bool {
    text == "0"
        || matches!(text, "true" | "false")
        || !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}
