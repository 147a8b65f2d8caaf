//! Types as written.

use super::Java;
use super::kinds::Kind;
use crate::facts::{Expr, List, Segment, TypeExpr, TypeId, TypeParam};
use crate::name::Name;
use tree_sitter::Node;

/// Type arguments nested deeper than this are unknown: types are walked recursively from here on.
const DEEPEST_TYPE: u32 = 64;

impl Java<'_, '_> {
    /// A type; names in it are mentioned.
    pub(super) fn ty(&mut self, node: Node<'_>) -> TypeId {
        if self.type_depth == DEEPEST_TYPE {
            return self.add_type(TypeExpr::Unknown);
        }
        self.type_depth += 1;
        let ty = super::grow(|| self.ty_inner(node));
        self.type_depth -= 1;
        ty
    }

    fn ty_inner(&mut self, node: Node<'_>) -> TypeId {
        match self.kind(node) {
            Kind::TypeIdentifier | Kind::Identifier => {
                if self.text(node) == "var" {
                    return self.add_type(TypeExpr::Inferred);
                }
                self.named_type(node, node)
            }
            Kind::ScopedType | Kind::GenericType | Kind::ScopedIdentifier => {
                let last = Self::last_identifier(node);
                self.named_type(node, last)
            }
            Kind::IntegralType | Kind::FloatType | Kind::BooleanType | Kind::VoidType => {
                let name = self.name(node);
                self.builtin_type(name, node.start_byte())
            }
            Kind::ArrayType => {
                let element = Self::field(node, self.grammar.fields.element);
                let element = element.map(|element| self.ty(element));
                let element = element.unwrap_or_else(|| self.add_type(TypeExpr::Unknown));
                self.with_dimensions(element, Self::field(node, self.grammar.fields.dimensions))
            }
            Kind::AnnotatedType => {
                let mut found = None;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    match self.kind(child) {
                        Kind::Annotation | Kind::MarkerAnnotation => {
                            self.annotation(child);
                        }
                        Kind::LineComment | Kind::BlockComment => {}
                        _ => found = Some(self.ty(child)),
                    }
                }
                found.unwrap_or_else(|| self.add_type(TypeExpr::Unknown))
            }
            Kind::Wildcard => {
                let mut cursor = node.walk();
                let mut lower = false;
                let mut bound = None;
                for child in node.named_children(&mut cursor) {
                    match self.kind(child) {
                        Kind::Super => lower = true,
                        Kind::Annotation | Kind::MarkerAnnotation | Kind::LineComment | Kind::BlockComment => {}
                        _ => bound = Some(self.ty(child)),
                    }
                }
                let wildcard = match bound {
                    Some(bound) if lower => TypeExpr::Super(bound),
                    Some(bound) => TypeExpr::Impl(self.facts.new_list([bound])),
                    None => TypeExpr::Impl(List::default()),
                };
                self.add_type(wildcard)
            }
            _ => self.add_type(TypeExpr::Unknown),
        }
    }

    /// A primitive type, by name.
    pub(super) fn builtin_type(&mut self, name: Name, at: usize) -> TypeId {
        let segments = self.facts.new_list([Segment { name, args: List::default() }]);
        let scope = self.scope;
        self.add_type(TypeExpr::Path { segments, scope, at: at as u32 })
    }

    /// `T` with as many `[]` as `dimensions` has.
    pub(super) fn with_dimensions(&mut self, mut ty: TypeId, dimensions: Option<Node<'_>>) -> TypeId {
        let Some(dimensions) = dimensions else { return ty };
        let mut cursor = dimensions.walk();
        let count = dimensions.children(&mut cursor).filter(|child| child.kind() == "[").count();
        for _ in 0..count {
            ty = self.add_type(TypeExpr::Sequence(ty));
        }
        ty
    }

    fn named_type(&mut self, node: Node<'_>, last: Node<'_>) -> TypeId {
        let mut segments = Vec::new();
        self.type_segments(node, &mut segments);
        let segments = self.facts.new_list(segments);
        let (scope, at) = (self.scope, node.start_byte() as u32);
        let mention = self.add_expr(Expr::Path { segments, scope, at });
        self.add_mention(mention, last);
        self.add_type(TypeExpr::Path { segments, scope, at })
    }

    fn type_segments(&mut self, node: Node<'_>, out: &mut Vec<Segment>) {
        match self.kind(node) {
            Kind::TypeIdentifier | Kind::Identifier => {
                out.push(Segment { name: self.name(node), args: List::default() });
            }
            Kind::ScopedType | Kind::GenericType | Kind::ScopedIdentifier => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if self.kind(child) == Kind::TypeArguments {
                        let args = self.type_arguments(child);
                        if let Some(last) = out.last_mut() {
                            last.args = args;
                        }
                    } else {
                        super::grow(|| self.type_segments(child, out));
                    }
                }
            }
            _ => {}
        }
    }

    /// The types of `<A, B>`; a diamond is one inferred type.
    pub(super) fn type_arguments(&mut self, node: Node<'_>) -> List<TypeId> {
        let mut types = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if !child.is_extra() {
                types.push(self.ty(child));
            }
        }
        if types.is_empty() {
            types.push(self.add_type(TypeExpr::Inferred));
        }
        self.facts.new_list(types)
    }

    pub(super) fn type_params(&mut self, node: Option<Node<'_>>) -> List<TypeParam> {
        let Some(node) = node else { return List::default() };
        let mut params = Vec::new();
        let mut cursor = node.walk();
        for param in node.named_children(&mut cursor) {
            if self.kind(param) != Kind::TypeParameter {
                continue;
            }
            let mut name = Name::default();
            let mut bounds = Vec::new();
            let mut inner = param.walk();
            for child in param.named_children(&mut inner) {
                match self.kind(child) {
                    Kind::TypeIdentifier | Kind::Identifier => name = self.name(child),
                    Kind::TypeBound => bounds = self.type_list(child),
                    _ => {}
                }
            }
            let bounds = self.facts.new_list(bounds);
            params.push(TypeParam { name, bounds, default: None });
        }
        self.facts.new_list(params)
    }

    /// The types directly inside a node.
    pub(super) fn type_list(&mut self, node: Node<'_>) -> Vec<TypeId> {
        let mut types = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if self.is_type(child) {
                types.push(self.ty(child));
            } else if child.kind() == "type_list" {
                types.extend(self.type_list(child));
            }
        }
        types
    }

    pub(super) fn is_type(&self, node: Node<'_>) -> bool {
        matches!(
            self.kind(node),
            Kind::TypeIdentifier
                | Kind::ScopedType
                | Kind::GenericType
                | Kind::ArrayType
                | Kind::IntegralType
                | Kind::FloatType
                | Kind::BooleanType
                | Kind::VoidType
                | Kind::AnnotatedType
        )
    }

    /// The identifier that a type's or name's last segment is.
    pub(super) fn last_identifier(node: Node<'_>) -> Node<'_> {
        let mut current = node;
        loop {
            let mut last = None;
            let mut cursor = current.walk();
            for child in current.named_children(&mut cursor) {
                if matches!(
                    child.kind(),
                    "type_identifier" | "identifier" | "scoped_type_identifier" | "scoped_identifier" | "generic_type"
                ) {
                    last = Some(child);
                }
            }
            match last {
                Some(child) => current = child,
                None => return current,
            }
        }
    }
}
