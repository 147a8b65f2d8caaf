//! Expressions: calls, receivers, closures.

use super::Java;
use super::kinds::Kind;
use crate::facts::{
    Access, Assign, BinaryOp, BindingKind, DefKind, Expr, ExprId, List, Literal, Param, ParamKind, ScopeKind, TypeExpr,
    TypeId, UnaryOp,
};
use crate::name::Name;
use tree_sitter::Node;

impl Java<'_, '_> {
    pub(super) fn expr(&mut self, node: Node<'_>) -> ExprId {
        super::grow(|| self.expr_inner(node))
    }

    fn unknown(&mut self) -> ExprId {
        self.add_expr(Expr::Unknown)
    }

    fn expr_field(&mut self, node: Node<'_>, field: u16) -> ExprId {
        match Self::field(node, field) {
            Some(child) => self.expr(child),
            None => self.unknown(),
        }
    }

    fn literal(&mut self, literal: Literal) -> ExprId {
        self.add_expr(Expr::Literal(literal))
    }

    /// A literal of a primitive type that [`Literal`] has no name for.
    fn typed_literal(&mut self, literal: Literal, ty: &str, node: Node<'_>) -> ExprId {
        let value = self.literal(literal);
        let ty = self.builtin_type(Name::new(ty), node.start_byte());
        self.add_expr(Expr::Cast { value, ty })
    }

    fn expr_inner(&mut self, node: Node<'_>) -> ExprId {
        let fields = &self.grammar.fields;
        match self.kind(node) {
            Kind::Identifier | Kind::TypeIdentifier | Kind::This | Kind::Super => self.name_expr(node),
            Kind::Parenthesized => {
                let mut result = None;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
                    result = Some(self.expr(child));
                }
                result.unwrap_or_else(|| self.unknown())
            }
            Kind::StringLiteral => {
                // Only template strings have expressions inside.
                if node.named_child_count() > 0 {
                    let mut cursor = node.walk();
                    for child in node.named_children(&mut cursor) {
                        if self.kind(child) == Kind::StringInterpolation {
                            self.visit_children(child);
                        }
                    }
                }
                self.literal(Literal::Str)
            }
            Kind::Character => self.literal(Literal::Char),
            Kind::True | Kind::False => self.literal(Literal::Bool),
            Kind::Null => self.literal(Literal::Null),
            Kind::DecimalInteger | Kind::HexInteger | Kind::OctalInteger | Kind::BinaryInteger => {
                if self.text(node).ends_with(['l', 'L']) {
                    self.typed_literal(Literal::Int, "long", node)
                } else {
                    self.literal(Literal::Int)
                }
            }
            Kind::DecimalFloat | Kind::HexFloat => {
                if self.text(node).ends_with(['f', 'F']) {
                    self.typed_literal(Literal::Float, "float", node)
                } else {
                    self.literal(Literal::Float)
                }
            }
            Kind::MethodInvocation => self.call(node),
            Kind::ExplicitConstructorCall => self.explicit_constructor_call(node),
            Kind::New => self.new_object(node),
            Kind::FieldAccess => self.field_access(node),
            Kind::ScopedIdentifier | Kind::ScopedType => self.scoped_name(node),
            Kind::ArrayAccess => {
                let base = self.expr_field(node, fields.array);
                let index = self.expr_field(node, fields.index);
                self.add_expr(Expr::Index { base, index })
            }
            Kind::ArrayCreation => self.array_creation(node),
            Kind::ArrayInitializer => {
                let items = self.expr_list(node);
                self.add_expr(Expr::Sequence(items))
            }
            Kind::Assignment => self.assignment(node),
            Kind::Binary => self.binary(node),
            Kind::Unary => {
                let op = match Self::field(node, fields.operator).map(|op| op.kind()) {
                    Some("!") => UnaryOp::Not,
                    Some("-" | "+" | "~") => UnaryOp::Negate,
                    _ => UnaryOp::Other,
                };
                let operand = self.expr_field(node, fields.operand);
                self.add_expr(Expr::Unary { op, operand })
            }
            Kind::Update => {
                let mut result = None;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
                    result = Some(self.expr(child));
                }
                result.unwrap_or_else(|| self.unknown())
            }
            Kind::Ternary => {
                self.expr_field(node, fields.condition);
                let yes = self.expr_field(node, fields.consequence);
                let no = self.expr_field(node, fields.alternative);
                let branches = self.facts.new_list([yes, no]);
                self.add_expr(Expr::Choice(branches))
            }
            Kind::Cast => {
                let mut types = Vec::new();
                let mut cursor = node.walk();
                for child in node.children_by_field_id(self.grammar_type_field(), &mut cursor) {
                    types.push(self.ty(child));
                }
                let value = self.expr_field(node, fields.value);
                let ty = if let &[ty] = types.as_slice() {
                    ty
                } else {
                    let types = self.facts.new_list(types);
                    self.add_type(TypeExpr::Intersection(types))
                };
                self.add_expr(Expr::Cast { value, ty })
            }
            Kind::Instanceof => self.instance_of(node),
            Kind::Lambda => self.lambda(node),
            Kind::MethodReference => self.method_reference(node),
            Kind::ClassLiteral => {
                let mut cursor = node.walk();
                let ty = node.named_children(&mut cursor).find(|child| !child.is_extra());
                let ty = match ty {
                    Some(ty) => self.ty(ty),
                    None => self.add_type(TypeExpr::Unknown),
                };
                self.add_expr(Expr::TypeMember { ty, name: Name::new("class") })
            }
            Kind::Switch => self.switch(node),
            _ => {
                self.visit_children(node);
                self.unknown()
            }
        }
    }

    fn grammar_type_field(&self) -> std::num::NonZeroU16 {
        std::num::NonZeroU16::new(self.grammar.type_field).unwrap_or(std::num::NonZeroU16::MAX)
    }

    /// The expressions directly inside a node.
    fn expr_list(&mut self, node: Node<'_>) -> List<ExprId> {
        let mut items = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            items.push(self.expr(child));
        }
        self.facts.new_list(items)
    }

    fn arguments(&mut self, node: Node<'_>) -> List<ExprId> {
        match Self::field(node, self.grammar.fields.arguments) {
            Some(arguments) => self.expr_list(arguments),
            None => List::default(),
        }
    }

    /// `super` in `A.super.f`, which is no field of its node.
    fn has_qualified_super(&self, node: Node<'_>, object: Node<'_>) -> bool {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).any(|child| self.kind(child) == Kind::Super && child.id() != object.id())
    }

    fn call(&mut self, node: Node<'_>) -> ExprId {
        let fields = &self.grammar.fields;
        let Some(name_node) = Self::field(node, fields.name) else {
            self.visit_children(node);
            return self.unknown();
        };
        let callee = match Self::field(node, fields.object) {
            Some(object) => {
                let mut base = self.expr(object);
                if self.has_qualified_super(node, object) {
                    base = self.add_expr(Expr::Member { base, name: Name::new("super"), access: Access::Dot });
                }
                let name = self.name(name_node);
                self.add_expr(Expr::Member { base, name, access: Access::Dot })
            }
            None => self.name_expr(name_node),
        };
        let type_args = match Self::field(node, fields.type_arguments) {
            Some(args) => self.type_arguments(args),
            None => List::default(),
        };
        let args = self.arguments(node);
        let call = self.add_expr(Expr::Call { callee, args, type_args });
        self.add_call(call, name_node);
        call
    }

    fn explicit_constructor_call(&mut self, node: Node<'_>) -> ExprId {
        let fields = &self.grammar.fields;
        if let Some(object) = Self::field(node, fields.object) {
            self.expr(object);
        }
        let args = self.arguments(node);
        let Some(constructor) = Self::field(node, fields.constructor) else { return self.unknown() };
        let callee = self.name_expr(constructor);
        let call = self.add_expr(Expr::Call { callee, args, type_args: List::default() });
        self.add_call(call, constructor);
        call
    }

    fn new_object(&mut self, node: Node<'_>) -> ExprId {
        let mut outer = None;
        let mut body = None;
        let mut cursor = node.walk();
        let ty_node = Self::field(node, self.grammar.type_field);
        let before_new = ty_node.map_or(node.start_byte(), |ty| ty.start_byte());
        for child in node.named_children(&mut cursor) {
            match self.kind(child) {
                Kind::ClassBody => body = Some(child),
                Kind::Annotation | Kind::MarkerAnnotation => {
                    self.annotation(child);
                }
                Kind::ArgumentList | Kind::TypeArguments | Kind::LineComment | Kind::BlockComment => {}
                _ if child.start_byte() < before_new => outer = Some(self.expr(child)),
                _ => {}
            }
        }
        let Some(ty_node) = ty_node else {
            self.visit_children(node);
            return self.unknown();
        };
        let ty = self.ty(ty_node);
        let ty = match outer {
            // `outer.new Inner()`: the name is a member of the outer value's type.
            Some(outer) => self.inner_type(outer, ty),
            None => ty,
        };
        let args = self.arguments(node);
        let new = self.add_expr(Expr::New { ty, args });
        self.add_call(new, Self::last_identifier(ty_node));
        match body {
            Some(body) => {
                let def = self.anonymous_class(body, Some(ty), Some(new));
                self.add_expr(Expr::Def(def))
            }
            None => new,
        }
    }

    fn inner_type(&mut self, outer: ExprId, ty: TypeId) -> TypeId {
        let TypeExpr::Path { segments, .. } = *self.facts.type_expr(ty) else { return ty };
        let Some(name) = self.facts.list(segments).first().map(|segment| segment.name) else { return ty };
        let base = self.add_type(TypeExpr::TypeOf(outer));
        self.add_type(TypeExpr::Projection { base, of: Some(ty), name })
    }

    fn field_access(&mut self, node: Node<'_>) -> ExprId {
        let fields = &self.grammar.fields;
        let Some(object) = Self::field(node, fields.object) else { return self.unknown() };
        let mut base = self.expr(object);
        if self.has_qualified_super(node, object) {
            base = self.add_expr(Expr::Member { base, name: Name::new("super"), access: Access::Dot });
        }
        let Some(field) = Self::field(node, fields.field) else { return base };
        let name = self.name(field);
        self.add_expr(Expr::Member { base, name, access: Access::Dot })
    }

    /// A qualified name that the grammar took for a type.
    fn scoped_name(&mut self, node: Node<'_>) -> ExprId {
        let mut result: Option<ExprId> = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match self.kind(child) {
                Kind::Identifier | Kind::TypeIdentifier => {
                    result = Some(match result {
                        Some(base) => {
                            let name = self.name(child);
                            self.add_expr(Expr::Member { base, name, access: Access::Dot })
                        }
                        None => self.name_expr(child),
                    });
                }
                Kind::ScopedIdentifier | Kind::ScopedType | Kind::GenericType => result = Some(self.expr(child)),
                _ => {}
            }
        }
        result.unwrap_or_else(|| self.unknown())
    }

    fn array_creation(&mut self, node: Node<'_>) -> ExprId {
        let fields = &self.grammar.fields;
        let mut ty = match Self::field(node, self.grammar.type_field) {
            Some(ty) => self.ty(ty),
            None => self.add_type(TypeExpr::Unknown),
        };
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match self.kind(child) {
                Kind::DimensionsExpr => {
                    self.visit_children(child);
                    ty = self.add_type(TypeExpr::Sequence(ty));
                }
                Kind::Dimensions => ty = self.with_dimensions(ty, Some(child)),
                _ => {}
            }
        }
        let value = self.expr_field(node, fields.value);
        self.add_expr(Expr::Cast { value, ty })
    }

    /// Its value is that of the left side.
    fn assignment(&mut self, node: Node<'_>) -> ExprId {
        let fields = &self.grammar.fields;
        let target = self.expr_field(node, fields.left);
        let value = self.expr_field(node, fields.right);
        let (owner, scope) = (self.owner, self.scope);
        self.facts.assigns.push(Assign { target, value, owner, scope });
        target
    }

    /// Long concatenations lean to the left: a loop instead of a recursion.
    fn binary(&mut self, node: Node<'_>) -> ExprId {
        let fields = &self.grammar.fields;
        let mut chain = vec![node];
        let mut leftmost = node;
        while let Some(left) = Self::field(leftmost, fields.left) {
            leftmost = left;
            if self.kind(left) != Kind::Binary {
                break;
            }
            chain.push(left);
        }
        let mut result = self.expr(leftmost);
        for node in chain.into_iter().rev() {
            let op = match Self::field(node, fields.operator).map(|op| op.kind()) {
                Some("+") => BinaryOp::Add,
                Some("-") => BinaryOp::Subtract,
                Some("*") => BinaryOp::Multiply,
                Some("/") => BinaryOp::Divide,
                Some("%") => BinaryOp::Remainder,
                Some("&" | "|" | "^") => BinaryOp::Bit,
                Some("<<" | ">>" | ">>>") => BinaryOp::Shift,
                Some("==" | "!=" | "<" | ">" | "<=" | ">=") => BinaryOp::Compare,
                Some("&&") => BinaryOp::And,
                Some("||") => BinaryOp::Or,
                _ => BinaryOp::Other,
            };
            let right = self.expr_field(node, fields.right);
            result = self.add_expr(Expr::Binary { op, left: result, right });
        }
        result
    }

    fn instance_of(&mut self, node: Node<'_>) -> ExprId {
        let fields = &self.grammar.fields;
        let value = self.expr_field(node, fields.left);
        if let Some(pattern) = Self::field(node, fields.pattern) {
            self.pattern(pattern, value);
        }
        if let Some(right) = Self::field(node, fields.right) {
            let ty = self.ty(right);
            if let Some(name) = Self::field(node, fields.name) {
                let text = self.name(name);
                self.add_binding(text, name.start_byte(), BindingKind::Local, Some(ty), None);
            }
        }
        self.literal(Literal::Bool)
    }

    fn lambda(&mut self, node: Node<'_>) -> ExprId {
        let fields = &self.grammar.fields;
        let def = self.add_def(DefKind::Closure, node, None, Some(ScopeKind::Function));
        let body = Self::field(node, fields.body);
        if let Some(body) = body {
            self.def_mut(def).body_start = body.start_byte() as u32;
        }
        self.inside(def, |this| {
            if let Some(params) = Self::field(node, fields.parameters) {
                let params = this.lambda_params(params);
                this.def_mut(def).params = params;
            }
            this.returns.push(Vec::new());
            if let Some(body) = body {
                if this.kind(body) == Kind::Block {
                    this.visit(body);
                } else {
                    let value = this.expr(body);
                    if let Some(returns) = this.returns.last_mut() {
                        returns.push(value);
                    }
                }
            }
            let returns = this.returns.pop().unwrap_or_default();
            this.def_mut(def).returns = this.lowering.facts.new_list(returns);
        });
        self.add_expr(Expr::Def(def))
    }

    fn lambda_params(&mut self, node: Node<'_>) -> List<Param> {
        match self.kind(node) {
            Kind::FormalParameters => self.params(node),
            Kind::InferredParameters => {
                let mut params = Vec::new();
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
                    params.push(self.inferred_param(child, params.len()));
                }
                self.facts.new_list(params)
            }
            _ => {
                let param = self.inferred_param(node, 0);
                self.facts.new_list([param])
            }
        }
    }

    fn inferred_param(&mut self, node: Node<'_>, index: usize) -> Param {
        let name = self.name(node);
        self.add_binding(name, node.start_byte(), BindingKind::Param(index as u16), None, None);
        Param { name, kind: ParamKind::Plain, ty: None, default: None }
    }

    fn method_reference(&mut self, node: Node<'_>) -> ExprId {
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.children(&mut cursor).filter(|child| !child.is_extra()).collect();
        let (Some(&left), Some(&last)) = (children.first(), children.last()) else { return self.unknown() };
        let name = self.name(last);
        let reference = match self.kind(left) {
            Kind::GenericType
            | Kind::ArrayType
            | Kind::IntegralType
            | Kind::FloatType
            | Kind::BooleanType
            | Kind::AnnotatedType => {
                let ty = self.ty(left);
                self.add_expr(Expr::TypeMember { ty, name })
            }
            _ => {
                let base = self.expr(left);
                self.add_expr(Expr::Member { base, name, access: Access::Arrow })
            }
        };
        self.add_mention(reference, last);
        reference
    }

    /// Both the statement and the expression; its value is one of what it yields.
    fn switch(&mut self, node: Node<'_>) -> ExprId {
        let fields = &self.grammar.fields;
        let subject = self.expr_field(node, fields.condition);
        self.subjects.push(subject);
        self.yields.push(Vec::new());
        if let Some(body) = Self::field(node, fields.body) {
            self.block(|this| this.visit_children(body));
        }
        self.subjects.pop();
        let yields = self.yields.pop().unwrap_or_default();
        let yields = self.facts.new_list(yields);
        self.add_expr(Expr::Choice(yields))
    }
}
