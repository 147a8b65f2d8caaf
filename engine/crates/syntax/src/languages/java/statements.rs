//! Statements: scopes, local variables, patterns.

use super::Java;
use super::kinds::Kind;
use crate::facts::{BindingKind, Expr, ExprId, ScopeKind, TypeExpr, TypeId};
use tree_sitter::Node;

impl Java<'_, '_> {
    /// Anything that can stand in a file, a type's body or a block.
    pub(super) fn visit(&mut self, node: Node<'_>) {
        super::grow(|| self.visit_inner(node));
    }

    fn visit_inner(&mut self, node: Node<'_>) {
        let fields = &self.grammar.fields;
        match self.kind(node) {
            Kind::Package => self.package(node),
            Kind::Import => self.import(node),
            Kind::Class | Kind::Interface | Kind::Enum | Kind::RecordDeclaration | Kind::AnnotationType => {
                self.type_declaration(node);
            }
            Kind::Method | Kind::AnnotationElement => self.method(node),
            Kind::Constructor | Kind::CompactConstructor => self.constructor(node),
            Kind::FieldDeclaration | Kind::ConstantDeclaration => self.field_declaration(node),
            Kind::EnumConstant => self.enum_constant(node),
            Kind::StaticInitializer => self.initializer(node),
            Kind::Block => {
                if self.facts.scope(self.scope).kind == ScopeKind::Type {
                    self.initializer(node);
                } else {
                    self.block(|this| this.visit_children(node));
                }
            }
            Kind::LocalVariable => self.local_variable(node),
            // The groups of a `switch` share one scope.
            Kind::SwitchGroup => self.visit_children(node),
            Kind::For | Kind::TryWithResources | Kind::CatchClause => {
                self.block(|this| this.visit_children(node));
            }
            Kind::SwitchRule => self.block(|this| this.switch_rule(node)),
            Kind::SwitchLabel => self.switch_label(node),
            Kind::EnhancedFor => self.block(|this| {
                let value = Self::field(node, fields.value).map(|value| this.expr(value));
                let ty = Self::field(node, this.grammar.type_field).map(|ty| this.ty(ty));
                let ty = ty.map(|ty| this.with_dimensions(ty, Self::field(node, fields.dimensions)));
                let init = value.map(|value| this.add_expr(Expr::Element(value)));
                if let Some(name) = Self::field(node, fields.name) {
                    let text = this.name(name);
                    this.add_binding(text, name.start_byte(), BindingKind::Local, ty, init);
                }
                if let Some(body) = Self::field(node, fields.body) {
                    this.visit(body);
                }
            }),
            Kind::Resource => {
                let value = Self::field(node, fields.value).map(|value| self.expr(value));
                let ty = Self::field(node, self.grammar.type_field).map(|ty| self.ty(ty));
                if let Some(name) = Self::field(node, fields.name) {
                    let text = self.name(name);
                    self.add_binding(text, name.start_byte(), BindingKind::Local, ty, value);
                } else if value.is_none() {
                    self.visit_children(node);
                }
            }
            Kind::CatchParameter => {
                let mut types = Vec::new();
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if self.kind(child) == Kind::CatchType {
                        types.extend(self.type_list(child));
                    }
                }
                let ty = if let &[ty] = types.as_slice() {
                    ty
                } else {
                    let types = self.facts.new_list(types);
                    self.add_type(TypeExpr::Union(types))
                };
                if let Some(name) = Self::field(node, fields.name) {
                    let text = self.name(name);
                    self.add_binding(text, name.start_byte(), BindingKind::Local, Some(ty), None);
                }
            }
            Kind::Return => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
                    let value = self.expr(child);
                    if let Some(returns) = self.returns.last_mut() {
                        returns.push(value);
                    }
                }
            }
            Kind::Yield => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
                    let value = self.expr(child);
                    if let Some(yields) = self.yields.last_mut() {
                        yields.push(value);
                    }
                }
            }
            // Names and types alone: nothing to visit.
            Kind::Throws
            | Kind::Modifiers
            | Kind::Permits
            | Kind::Identifier
            | Kind::TypeIdentifier
            | Kind::Module
            | Kind::LineComment
            | Kind::BlockComment => {}
            kind if Self::is_expression(kind) => {
                self.expr(node);
            }
            _ => self.visit_children(node),
        }
    }

    fn is_expression(kind: Kind) -> bool {
        matches!(
            kind,
            Kind::Assignment
                | Kind::Binary
                | Kind::Cast
                | Kind::Instanceof
                | Kind::Lambda
                | Kind::Ternary
                | Kind::Unary
                | Kind::Update
                | Kind::Switch
                | Kind::ArrayAccess
                | Kind::ArrayCreation
                | Kind::ClassLiteral
                | Kind::FieldAccess
                | Kind::MethodInvocation
                | Kind::MethodReference
                | Kind::New
                | Kind::Parenthesized
                | Kind::Template
                | Kind::StringLiteral
                | Kind::ExplicitConstructorCall
        )
    }

    fn local_variable(&mut self, node: Node<'_>) {
        let fields = &self.grammar.fields;
        let ty = Self::field(node, self.grammar.type_field).map(|ty| self.ty(ty));
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match self.kind(child) {
                Kind::Modifiers => {
                    self.modifiers(child);
                }
                Kind::VariableDeclarator => {
                    let ty = ty.map(|ty| self.with_dimensions(ty, Self::field(child, fields.dimensions)));
                    let init = Self::field(child, fields.value).map(|value| self.initial_value(value, ty));
                    if let Some(name) = Self::field(child, fields.name) {
                        let text = self.name(name);
                        self.add_binding(text, child.start_byte(), BindingKind::Local, ty, init);
                    }
                }
                _ => {}
            }
        }
    }

    /// The value of a variable, which may be an array initialiser.
    pub(super) fn initial_value(&mut self, value: Node<'_>, ty: Option<TypeId>) -> ExprId {
        let expr = self.expr(value);
        match ty {
            Some(ty) if self.kind(value) == Kind::ArrayInitializer => self.add_expr(Expr::Cast { value: expr, ty }),
            _ => expr,
        }
    }

    fn switch_rule(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if self.kind(child) == Kind::ExpressionStatement {
                let mut inner = child.walk();
                for value in child.named_children(&mut inner).filter(|value| !value.is_extra()) {
                    let value = self.expr(value);
                    if let Some(yields) = self.yields.last_mut() {
                        yields.push(value);
                    }
                }
            } else {
                self.visit(child);
            }
        }
    }

    /// Labels are constants, whose names mean nothing here, or patterns, which bind names.
    fn switch_label(&mut self, node: Node<'_>) {
        let subject = self.subjects.last().copied();
        let subject = subject.unwrap_or_else(|| self.add_expr(Expr::Unknown));
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "pattern" => {
                    let mut inner = child.walk();
                    for pattern in child.named_children(&mut inner) {
                        self.pattern(pattern, subject);
                    }
                }
                "guard" => self.visit_children(child),
                "identifier" => {}
                _ => self.visit(child),
            }
        }
    }

    /// The names that a pattern binds.
    pub(super) fn pattern(&mut self, node: Node<'_>, value: ExprId) {
        match self.kind(node) {
            Kind::TypePattern | Kind::RecordPatternComponent => {
                let mut ty = None;
                let mut name = None;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if self.is_type(child) {
                        ty = Some(self.ty(child));
                    } else if self.kind(child) == Kind::Identifier {
                        name = Some(child);
                    }
                }
                if let Some(name) = name {
                    let text = self.name(name);
                    self.add_binding(text, name.start_byte(), BindingKind::Local, ty, Some(value));
                }
            }
            Kind::RecordPattern => {
                let mut cursor = node.walk();
                let mut ty = None;
                for child in node.named_children(&mut cursor) {
                    match self.kind(child) {
                        Kind::Identifier | Kind::GenericType | Kind::TypeIdentifier | Kind::ScopedType => {
                            ty = Some(self.ty(child));
                        }
                        Kind::RecordPatternBody => {
                            let ty = ty.unwrap_or_else(|| self.add_type(TypeExpr::Unknown));
                            let mut inner = child.walk();
                            let parts = child.named_children(&mut inner).filter(|part| !part.is_extra());
                            for (index, part) in parts.enumerate() {
                                let part_value = Expr::PatternPart { ty, index: index as u32, value };
                                let part_value = self.add_expr(part_value);
                                super::grow(|| self.pattern(part, part_value));
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}
