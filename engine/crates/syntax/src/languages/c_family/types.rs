//! Types and declarators.

use super::kinds::Kind;
use super::{Extractor, MAX_DEPTH};
use crate::facts::*;
use crate::name::Name;
use tree_sitter::Node;

/// What a declarator declares.
pub(super) struct Declared<'t> {
    /// The name token, or the qualified name it ends.
    pub(super) name: Option<Node<'t>>,
    pub(super) ty: TypeId,
    /// The function declarator, if a function is declared.
    pub(super) function: Option<Node<'t>>,
}

impl<'t> Extractor<'_, 't> {
    pub(super) fn path_type(&mut self, segments: Vec<Segment>, at: usize) -> TypeId {
        let segments = self.low.facts.new_list(segments);
        let scope = self.low.scope;
        self.low.add_type(TypeExpr::Path { segments, scope, at: at as u32 })
    }

    /// A type by a name of the language, such as `const` around another.
    pub(super) fn named_type(&mut self, name: &str, args: Vec<TypeId>, at: usize) -> TypeId {
        let args = self.low.facts.new_list(args);
        self.path_type(vec![Segment { name: Name::new(name), args }], at)
    }

    /// Marks a type as `const`.
    pub(super) fn constant(&mut self, ty: TypeId) -> TypeId {
        self.named_type("const", vec![ty], 0)
    }

    fn is_const(&self, ty: TypeId) -> bool {
        match self.low.facts.type_expr(ty) {
            TypeExpr::Path { segments, .. } => {
                self.low.facts.list(*segments).first().is_some_and(|segment| segment.name == "const")
            }
            _ => false,
        }
    }

    /// The type of a declaration, with `const` wherever it is written among the specifiers.
    pub(super) fn declared_type(&mut self, node: Node<'t>) -> TypeId {
        let ty = match self.field(node, self.tables.fields.ty) {
            Some(ty) => self.type_of(ty),
            None => self.low.add_type(TypeExpr::Unknown),
        };
        if self.has_const(node) { self.constant(ty) } else { ty }
    }

    /// Whether `const` (or `constexpr`) stands among a node's children.
    pub(super) fn has_const(&self, node: Node<'t>) -> bool {
        let mut cursor = node.walk();
        node.children(&mut cursor)
            .any(|child| self.kind(child) == Kind::TypeQualifier && matches!(self.text(child), "const" | "constexpr"))
    }

    pub(super) fn type_of(&mut self, node: Node<'t>) -> TypeId {
        self.depth += 1;
        let ty = if self.depth > MAX_DEPTH { self.low.add_type(TypeExpr::Unknown) } else { self.type_inner(node) };
        self.depth -= 1;
        ty
    }

    fn type_inner(&mut self, node: Node<'t>) -> TypeId {
        match self.kind(node) {
            Kind::PrimitiveType => {
                let name = self.text(node);
                self.named_type(name, Vec::new(), node.start_byte())
            }
            Kind::SizedTypeSpecifier => {
                let name = sized_name(self.text(node));
                self.named_type(name, Vec::new(), node.start_byte())
            }
            Kind::TypeIdentifier | Kind::Identifier | Kind::NamespaceIdentifier | Kind::FieldIdentifier => {
                let name = self.text(node);
                self.named_type(name, Vec::new(), node.start_byte())
            }
            Kind::QualifiedIdentifier
            | Kind::TemplateType
            | Kind::TemplateFunction
            | Kind::DependentName
            | Kind::TemplateMethod => {
                let mut segments = Vec::new();
                let root = self.path_segments(node, &mut segments);
                if let Some(base) = root {
                    let Some(last) = segments.pop() else { return base };
                    return self.low.add_type(TypeExpr::Projection { base, of: None, name: last.name });
                }
                self.path_type(segments, node.start_byte())
            }
            Kind::DependentType => {
                let mut cursor = node.walk();
                let inner = node.named_children(&mut cursor).next();
                match inner {
                    Some(inner) => self.type_of(inner),
                    None => self.low.add_type(TypeExpr::Unknown),
                }
            }
            Kind::StructSpecifier | Kind::ClassSpecifier | Kind::UnionSpecifier | Kind::EnumSpecifier => {
                self.elaborated(node, None)
            }
            Kind::PlaceholderTypeSpecifier | Kind::Auto => self.low.add_type(TypeExpr::Inferred),
            Kind::Decltype => {
                let mut cursor = node.walk();
                let inner = node.named_children(&mut cursor).next();
                match inner {
                    Some(inner) if self.kind(inner) != Kind::Auto => {
                        let expr = self.expr(inner);
                        self.low.add_type(TypeExpr::TypeOf(expr))
                    }
                    _ => self.low.add_type(TypeExpr::Inferred),
                }
            }
            Kind::TypeDescriptor => {
                let base = self.declared_type(node);
                match self.field(node, self.tables.fields.declarator) {
                    Some(declarator) => self.declarator(declarator, base).ty,
                    None => base,
                }
            }
            Kind::ParameterPackExpansion => {
                let mut cursor = node.walk();
                match node.named_children(&mut cursor).next() {
                    Some(inner) => self.type_of(inner),
                    None => self.low.add_type(TypeExpr::Unknown),
                }
            }
            _ => self.low.add_type(TypeExpr::Unknown),
        }
    }

    /// The parts of a qualified name. A part that is a type of its own (`decltype(x)::`) comes back.
    pub(super) fn path_segments(&mut self, node: Node<'t>, out: &mut Vec<Segment>) -> Option<TypeId> {
        let mut node = node;
        let mut root = None;
        loop {
            match self.kind(node) {
                Kind::QualifiedIdentifier => {
                    match self.field(node, self.tables.fields.scope) {
                        Some(scope) if self.kind(scope) == Kind::Decltype => root = Some(self.type_of(scope)),
                        Some(scope) => {
                            if let Some(inner) = self.path_segments(scope, out) {
                                root = Some(inner);
                            }
                        }
                        // `::a`: the global namespace is the empty name.
                        None if out.is_empty() => {
                            out.push(Segment { name: Name::default(), args: List::default() });
                        }
                        None => {}
                    }
                    let Some(name) = self.field(node, self.tables.fields.name) else { return root };
                    node = name;
                }
                Kind::TemplateType | Kind::TemplateFunction | Kind::TemplateMethod => {
                    let args = self.field(node, self.tables.fields.arguments);
                    let args = args.map(|args| self.template_args(args)).unwrap_or_default();
                    let name =
                        self.field(node, self.tables.fields.name).map_or(Name::default(), |name| self.low.name(name));
                    out.push(Segment { name, args });
                    return root;
                }
                Kind::DependentName | Kind::DependentType => {
                    let mut cursor = node.walk();
                    let Some(inner) = node.named_children(&mut cursor).next() else { return root };
                    node = inner;
                }
                Kind::OperatorCast => {
                    out.push(Segment { name: Name::new("operator cast"), args: List::default() });
                    return root;
                }
                Kind::PointerTypeDeclarator => {
                    let Some(inner) = self.field(node, self.tables.fields.declarator) else { return root };
                    node = inner;
                }
                Kind::OperatorName => {
                    out.push(Segment { name: self.operator_name(node), args: List::default() });
                    return root;
                }
                _ => {
                    out.push(Segment { name: self.low.name(node), args: List::default() });
                    return root;
                }
            }
        }
    }

    pub(super) fn template_args(&mut self, node: Node<'t>) -> List<TypeId> {
        let mut cursor = node.walk();
        let args: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        let mut types = Vec::with_capacity(args.len());
        for arg in args {
            match self.kind(arg) {
                Kind::Comment => {}
                Kind::TypeDescriptor | Kind::ParameterPackExpansion => types.push(self.type_of(arg)),
                Kind::NumberLiteral | Kind::True | Kind::False | Kind::CharLiteral => {
                    types.push(self.low.add_type(TypeExpr::Literal(Literal::Int)));
                }
                _ => {
                    let _ = self.expr(arg);
                    types.push(self.low.add_type(TypeExpr::Unknown));
                }
            }
        }
        self.low.facts.new_list(types)
    }

    /// Follows a declarator inwards to the name, building the type around `base`.
    pub(super) fn declarator(&mut self, node: Node<'t>, base: TypeId) -> Declared<'t> {
        let mut node = node;
        let mut ty = base;
        let mut function = None;
        for _ in 0..10 * MAX_DEPTH {
            let inner = self.field(node, self.tables.fields.declarator);
            match self.kind(node) {
                Kind::PointerDeclarator | Kind::AbstractPointerDeclarator | Kind::PointerTypeDeclarator => {
                    ty = self.low.add_type(TypeExpr::Pointer(ty));
                    let Some(inner) = inner else { break };
                    node = inner;
                }
                Kind::ReferenceDeclarator | Kind::AbstractReferenceDeclarator => {
                    let mutable = !self.is_const(ty);
                    ty = self.low.add_type(TypeExpr::Reference { inner: ty, mutable });
                    if self.text(node).starts_with("&&") {
                        ty = self.low.add_type(TypeExpr::Reference { inner: ty, mutable });
                    }
                    let Some(inner) = last_named(node) else { break };
                    node = inner;
                }
                Kind::ArrayDeclarator | Kind::AbstractArrayDeclarator => {
                    if let Some(size) = self.field(node, self.tables.fields.size) {
                        let _ = self.expr(size);
                    }
                    ty = self.low.add_type(TypeExpr::Sequence(ty));
                    let Some(inner) = inner else { break };
                    node = inner;
                }
                Kind::FunctionDeclarator | Kind::AbstractFunctionDeclarator => {
                    let named = inner.is_some_and(|inner| self.is_plain_name(inner));
                    if named {
                        function = Some(node);
                    } else {
                        let params = self.parameter_types(node);
                        ty = self.low.add_type(TypeExpr::Function { params, ret: Some(ty) });
                    }
                    let Some(inner) = inner else { break };
                    node = inner;
                }
                Kind::ParenthesizedDeclarator
                | Kind::AbstractParenthesizedDeclarator
                | Kind::AttributedDeclarator
                | Kind::VariadicDeclarator
                | Kind::InitDeclarator => {
                    let mut cursor = node.walk();
                    let inner = inner.or_else(|| {
                        node.named_children(&mut cursor).find(|child| {
                            !matches!(self.kind(*child), Kind::AttributeDeclaration | Kind::Comment | Kind::Error)
                        })
                    });
                    let Some(inner) = inner else { break };
                    node = inner;
                }
                Kind::Identifier
                | Kind::FieldIdentifier
                | Kind::TypeIdentifier
                | Kind::QualifiedIdentifier
                | Kind::DestructorName
                | Kind::OperatorName
                | Kind::OperatorCast
                | Kind::TemplateFunction
                | Kind::TemplateMethod
                | Kind::PrimitiveType
                | Kind::StructuredBindingDeclarator => {
                    return Declared { name: Some(node), ty, function };
                }
                _ => break,
            }
        }
        Declared { name: None, ty, function }
    }

    /// Whether a declarator is a name, with nothing but parentheses around it.
    fn is_plain_name(&self, node: Node<'t>) -> bool {
        let mut node = node;
        for _ in 0..MAX_DEPTH {
            match self.kind(node) {
                Kind::ParenthesizedDeclarator | Kind::AttributedDeclarator => {
                    let mut cursor = node.walk();
                    let Some(inner) = node.named_children(&mut cursor).find(|child| self.kind(*child) != Kind::Comment)
                    else {
                        return false;
                    };
                    node = inner;
                }
                Kind::PointerDeclarator
                | Kind::ReferenceDeclarator
                | Kind::ArrayDeclarator
                | Kind::AbstractPointerDeclarator
                | Kind::AbstractReferenceDeclarator
                | Kind::AbstractParenthesizedDeclarator
                | Kind::FunctionDeclarator
                | Kind::PointerTypeDeclarator => return false,
                _ => return true,
            }
        }
        false
    }

    fn parameter_types(&mut self, function: Node<'t>) -> List<TypeId> {
        let mut types = Vec::new();
        if let Some(parameters) = self.field(function, self.tables.fields.parameters) {
            let mut cursor = parameters.walk();
            let children: Vec<Node<'t>> = parameters.named_children(&mut cursor).collect();
            for child in children {
                if matches!(
                    self.kind(child),
                    Kind::ParameterDeclaration
                        | Kind::OptionalParameterDeclaration
                        | Kind::VariadicParameterDeclaration
                ) {
                    let base = self.declared_type(child);
                    let ty = match self.field(child, self.tables.fields.declarator) {
                        Some(declarator) => self.declarator(declarator, base).ty,
                        None => base,
                    };
                    types.push(ty);
                }
            }
        }
        self.low.facts.new_list(types)
    }

    /// The simple name at the end of a declared name.
    pub(super) fn last_name(&self, node: Node<'t>) -> Node<'t> {
        let mut node = node;
        for _ in 0..MAX_DEPTH {
            let next = match self.kind(node) {
                Kind::QualifiedIdentifier | Kind::TemplateFunction | Kind::TemplateMethod | Kind::TemplateType => {
                    self.field(node, self.tables.fields.name)
                }
                Kind::DependentName | Kind::DependentType => node.named_child(0),
                Kind::PointerTypeDeclarator => self.field(node, self.tables.fields.declarator),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => return node,
            }
        }
        node
    }

    /// `operator+`, `operator()`, without spaces.
    pub(super) fn operator_name(&self, node: Node<'t>) -> Name {
        let text = self.text(node);
        let rest = text.strip_prefix("operator").unwrap_or(text);
        if rest.starts_with(char::is_whitespace) && rest.trim_start().starts_with(|c: char| c.is_alphabetic()) {
            return Name::new(&format!("operator {}", rest.trim()));
        }
        let compact: String = rest.chars().filter(|c| !c.is_whitespace()).collect();
        Name::new(&format!("operator{compact}"))
    }
}

pub(super) fn last_named(node: Node<'_>) -> Option<Node<'_>> {
    node.named_child_count().checked_sub(1).and_then(|last| node.named_child(last as u32))
}

/// One spelling for each of the types that have several.
fn sized_name(text: &str) -> &'static str {
    let words: Vec<&str> = text.split_whitespace().collect();
    let has = |word: &str| words.contains(&word);
    let unsigned = has("unsigned");
    let longs = words.iter().filter(|word| **word == "long").count();
    if has("char") {
        return if unsigned { "unsigned char" } else { "signed char" };
    }
    if has("double") {
        return "long double";
    }
    match (has("short"), longs, unsigned) {
        (true, _, true) => "unsigned short",
        (true, _, false) => "short",
        (_, 0, true) => "unsigned int",
        (_, 0, false) => "int",
        (_, 1, true) => "unsigned long",
        (_, 1, false) => "long",
        (_, _, true) => "unsigned long long",
        (_, _, false) => "long long",
    }
}
