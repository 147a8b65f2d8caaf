//! Expressions.

use super::Extractor;
use super::kinds::Kind;
use super::types::last_named;
use crate::facts::*;
use crate::name::Name;
use tree_sitter::Node;

/// Casts that look like calls of a template.
const CASTS: &[&str] = &["static_cast", "dynamic_cast", "const_cast", "reinterpret_cast"];

impl<'t> Extractor<'_, 't> {
    pub(super) fn unknown(&mut self) -> ExprId {
        self.low.add_expr(Expr::Unknown)
    }

    fn literal(&mut self, literal: Literal) -> ExprId {
        self.low.add_expr(Expr::Literal(literal))
    }

    pub(super) fn exprs_in(&mut self, node: Node<'t>) -> Vec<ExprId> {
        let mut cursor = node.walk();
        let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        let mut out = Vec::with_capacity(children.len());
        for child in children {
            match self.kind(child) {
                Kind::Comment => {}
                Kind::CompoundStatement => {
                    self.statement(child);
                    out.push(self.unknown());
                }
                _ => out.push(self.argument(child)),
            }
        }
        out
    }

    /// An expression whose value goes somewhere: a bare function name there is a mention.
    pub(super) fn argument(&mut self, node: Node<'t>) -> ExprId {
        let expr = self.expr(node);
        self.mention(node, expr);
        expr
    }

    fn mention(&mut self, node: Node<'t>, expr: ExprId) {
        let mut node = node;
        while matches!(self.kind(node), Kind::ParenthesizedExpression | Kind::CastExpression)
            || self.kind(node) == Kind::PointerExpression && self.text(node).starts_with('&')
        {
            let Some(inner) = last_named(node) else { return };
            node = inner;
        }
        match self.kind(node) {
            Kind::Identifier => {
                let name = self.low.name(node);
                if !self.locals.contains(&name) {
                    self.low.add_mention(expr, node);
                }
            }
            Kind::QualifiedIdentifier => {
                let name = self.last_name(node);
                self.low.add_mention(expr, name);
            }
            _ => {}
        }
    }

    pub(super) fn expr(&mut self, node: Node<'t>) -> ExprId {
        stacker::maybe_grow(96 * 1024, 2 * 1024 * 1024, || self.expr_inner(node))
    }

    /// `sizeof(T)` is read as the size of a value where T may be one.
    fn named_by_sizeof(&mut self, value: Node<'t>) {
        let inner = if self.kind(value) == Kind::ParenthesizedExpression { last_named(value) } else { None };
        if let Some(inner) = inner
            && self.kind(inner) == Kind::Identifier
            && !self.locals.contains(&self.low.name(inner))
        {
            let _ = self.type_of(inner);
        }
    }

    fn field_expr(&mut self, node: Node<'t>, field: Option<std::num::NonZeroU16>) -> ExprId {
        match self.field(node, field) {
            Some(child) => self.expr(child),
            None => self.unknown(),
        }
    }

    fn first_expr(&mut self, node: Node<'t>) -> ExprId {
        let mut cursor = node.walk();
        let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        let mut result = None;
        for child in children {
            match self.kind(child) {
                Kind::Comment => {}
                Kind::CompoundStatement => self.statement(child),
                Kind::TypeDescriptor => {
                    let _ = self.type_of(child);
                }
                _ => {
                    let expr = self.expr(child);
                    result.get_or_insert(expr);
                }
            }
        }
        result.unwrap_or_else(|| self.unknown())
    }

    fn expr_inner(&mut self, node: Node<'t>) -> ExprId {
        let fields = &self.tables.fields;
        match self.kind(node) {
            Kind::Identifier | Kind::FieldIdentifier | Kind::TypeIdentifier | Kind::NamespaceIdentifier => {
                self.low.name_expr(node)
            }
            Kind::QualifiedIdentifier | Kind::TemplateFunction | Kind::TemplateType | Kind::DependentName => {
                self.path_expr(node)
            }
            Kind::CallExpression => self.call(node),
            Kind::FieldExpression => self.member(node).0,
            Kind::SubscriptExpression => {
                let base = self.field_expr(node, fields.argument);
                let index = match self.field(node, fields.indices).or_else(|| self.field(node, fields.size)) {
                    Some(indices) if self.kind(indices) == Kind::SubscriptArgumentList => {
                        let list = self.exprs_in(indices);
                        list.first().copied().unwrap_or(base)
                    }
                    Some(index) => self.expr(index),
                    None => {
                        // The C grammar calls the index `index`.
                        match last_named(node) {
                            Some(index) => self.expr(index),
                            None => self.unknown(),
                        }
                    }
                };
                self.low.add_expr(Expr::Index { base, index })
            }
            Kind::PointerExpression => {
                let operand = self.field_expr(node, fields.argument);
                let op = if self.text(node).starts_with('&') { UnaryOp::Ref } else { UnaryOp::Deref };
                self.low.add_expr(Expr::Unary { op, operand })
            }
            Kind::UnaryExpression => {
                let operand = self.field_expr(node, fields.argument);
                let op = match self.text(node).as_bytes().first() {
                    Some(b'!') => UnaryOp::Not,
                    Some(b'-' | b'+') => UnaryOp::Negate,
                    _ => UnaryOp::Other,
                };
                self.low.add_expr(Expr::Unary { op, operand })
            }
            Kind::BinaryExpression => self.binary(node),
            Kind::AssignmentExpression => {
                let target = self.field_expr(node, fields.left);
                let value = match self.field(node, fields.right) {
                    Some(right) => self.argument(right),
                    None => self.unknown(),
                };
                let (owner, scope) = (self.low.owner, self.low.scope);
                self.low.facts.assigns.push(Assign { target, value, owner, scope });
                target
            }
            Kind::UpdateExpression => self.field_expr(node, fields.argument),
            Kind::CommaExpression => {
                let mut node = node;
                let result;
                loop {
                    let _ = self.field_expr(node, fields.left);
                    match self.field(node, fields.right) {
                        Some(right) if self.kind(right) == Kind::CommaExpression => node = right,
                        Some(right) => {
                            result = self.expr(right);
                            break;
                        }
                        None => {
                            result = self.unknown();
                            break;
                        }
                    }
                }
                result
            }
            Kind::ConditionalExpression => {
                let condition = self.field_expr(node, fields.condition);
                let yes = match self.field(node, fields.consequence) {
                    Some(yes) => self.argument(yes),
                    // `a ?: b`
                    None => condition,
                };
                let no = match self.field(node, fields.alternative) {
                    Some(no) => self.argument(no),
                    None => self.unknown(),
                };
                let list = self.low.facts.new_list([yes, no]);
                self.low.add_expr(Expr::Choice(list))
            }
            Kind::ParenthesizedExpression => {
                let mut node = node;
                while let Some(inner) = node.named_child(0)
                    && node.named_child_count() == 1
                    && self.kind(inner) == Kind::ParenthesizedExpression
                {
                    node = inner;
                }
                self.first_expr(node)
            }
            Kind::CastExpression => {
                let ty = self.field(node, fields.ty);
                // `(f)(x)` and `(a) - b` look like casts when `f` is a plain name.
                let value = self.field(node, fields.value);
                if let (Some(ty_node), Some(value_node)) = (ty, value)
                    && self.kind(value_node) == Kind::ParenthesizedExpression
                    && let Some(name) = self.bare_name(ty_node)
                    && !self.types.contains(&self.low.name(name))
                    && !looks_like_type(self.text(name))
                {
                    return self.parenthesized_call(name, value_node);
                }
                let ty = match ty {
                    Some(ty) => self.type_of(ty),
                    None => self.low.add_type(TypeExpr::Unknown),
                };
                let value = self.field_expr(node, fields.value);
                self.low.add_expr(Expr::Cast { value, ty })
            }
            Kind::CompoundLiteralExpression => {
                let ty_node = self.field(node, fields.ty);
                let ty = match ty_node {
                    Some(ty) => self.type_of(ty),
                    None => self.low.add_type(TypeExpr::Unknown),
                };
                let args = self.field(node, fields.value).map(|value| self.exprs_in(value)).unwrap_or_default();
                match ty_node {
                    Some(ty_node) if self.cpp && self.kind(ty_node) != Kind::TypeDescriptor => {
                        let name = self.last_name(ty_node);
                        self.construct(ty, args, name)
                    }
                    _ => self.low.add_expr(Expr::StructLiteral { ty }),
                }
            }
            Kind::NewExpression => {
                if let Some(placement) = self.field(node, fields.placement) {
                    self.exprs_in(placement);
                }
                let ty_node = self.field(node, fields.ty);
                let mut ty = match ty_node {
                    Some(ty) => self.type_of(ty),
                    None => self.low.add_type(TypeExpr::Unknown),
                };
                let declarator = self.field(node, fields.declarator);
                if let Some(declarator) = declarator
                    && self.kind(declarator) == Kind::AbstractPointerDeclarator
                {
                    ty = self.low.add_type(TypeExpr::Pointer(ty));
                } else if let Some(declarator) = declarator {
                    self.exprs_in(declarator);
                }
                let args = self.field(node, fields.arguments).map(|args| self.exprs_in(args)).unwrap_or_default();
                let new = match ty_node {
                    // `new T[n]` makes each of them without arguments.
                    Some(ty_node)
                        if declarator
                            .is_none_or(|declarator| self.kind(declarator) != Kind::AbstractPointerDeclarator) =>
                    {
                        let name = self.last_name(ty_node);
                        self.construct(ty, args, name)
                    }
                    _ => {
                        let args = self.low.facts.new_list([]);
                        self.low.add_expr(Expr::New { ty, args })
                    }
                };
                self.low.add_expr(Expr::Unary { op: UnaryOp::Ref, operand: new })
            }
            Kind::LambdaExpression => self.lambda(node),
            Kind::SizeofExpression | Kind::AlignofExpression | Kind::OffsetofExpression => {
                if let Some(value) = self.field(node, fields.value) {
                    let _ = self.expr(value);
                    self.named_by_sizeof(value);
                } else if let Some(ty) = self.field(node, self.tables.fields.ty) {
                    let _ = self.type_of(ty);
                }
                self.low_cast_literal("unsigned long")
            }
            Kind::InitializerList => {
                let items = self.exprs_in(node);
                let list = self.low.facts.new_list(items);
                self.low.add_expr(Expr::Sequence(list))
            }
            Kind::InitializerPair => match self.field(node, fields.value) {
                Some(value) => self.argument(value),
                None => self.unknown(),
            },
            Kind::NumberLiteral => self.number(node),
            Kind::StringLiteral | Kind::RawStringLiteral => self.literal(Literal::Str),
            Kind::ConcatenatedString => {
                // Macros between strings (`PRIu64`) may be calls.
                let mut cursor = node.walk();
                let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
                for child in children {
                    if self.kind(child) == Kind::CallExpression {
                        let _ = self.expr(child);
                    }
                }
                self.literal(Literal::Str)
            }
            Kind::CharLiteral => self.literal(Literal::Char),
            Kind::True | Kind::False => self.literal(Literal::Bool),
            Kind::Null => self.literal(Literal::Null),
            Kind::This => self.low.add_expr(Expr::This),
            Kind::Comment => self.unknown(),
            Kind::ParameterPackExpansion => {
                let operand = self.first_expr(node);
                self.low.add_expr(Expr::Unary { op: UnaryOp::Spread, operand })
            }
            Kind::TypeDescriptor => {
                let ty = self.type_of(node);
                // A type as a macro's argument may as well be a value: `F(x)`.
                let value = self.unknown();
                self.low.add_expr(Expr::Cast { value, ty })
            }
            Kind::PrimitiveType => self.unknown(),
            Kind::CompoundStatement => {
                self.statement(node);
                self.unknown()
            }
            Kind::DeleteExpression | Kind::CoAwaitExpression | Kind::ThrowStatement => {
                let _ = self.first_expr(node);
                self.unknown()
            }
            Kind::Declaration
            | Kind::ExpressionStatement
            | Kind::IfStatement
            | Kind::ForStatement
            | Kind::WhileStatement
            | Kind::ReturnStatement
            | Kind::DoStatement
            | Kind::SwitchStatement => {
                self.statement(node);
                self.unknown()
            }
            _ => {
                let mut cursor = node.walk();
                let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
                for child in children {
                    if self.kind(child) == Kind::TypeDescriptor {
                        continue;
                    }
                    let _ = self.expr(child);
                }
                self.unknown()
            }
        }
    }

    fn low_cast_literal(&mut self, ty: &str) -> ExprId {
        let value = self.literal(Literal::Int);
        let ty = self.named_type(ty, Vec::new(), 0);
        self.low.add_expr(Expr::Cast { value, ty })
    }

    fn number(&mut self, node: Node<'t>) -> ExprId {
        let text = self.text(node);
        let hex = text.starts_with("0x") || text.starts_with("0X");
        if !hex && text.contains(['.', 'e', 'E']) || hex && text.contains(['.', 'p', 'P']) {
            if text.ends_with(['f', 'F']) && !hex {
                return self.low_cast_literal("float");
            }
            return self.literal(Literal::Float);
        }
        let suffix = text.trim_start_matches(|c: char| c.is_ascii_hexdigit() || c == '\'' || c == 'x' || c == 'X');
        let unsigned = suffix.contains(['u', 'U']);
        let long = suffix.contains(['l', 'L']);
        match (unsigned, long) {
            (false, false) => self.literal(Literal::Int),
            (true, false) => self.low_cast_literal("unsigned int"),
            (false, true) => self.low_cast_literal("long"),
            (true, true) => self.low_cast_literal("unsigned long"),
        }
    }

    fn path_expr(&mut self, node: Node<'t>) -> ExprId {
        let mut segments = Vec::new();
        let root = self.path_segments(node, &mut segments);
        if let Some(ty) = root {
            let name = segments.last().map_or(Name::default(), |segment| segment.name);
            return self.low.add_expr(Expr::TypeMember { ty, name });
        }
        let segments = self.low.facts.new_list(segments);
        let scope = self.low.scope;
        self.low.add_expr(Expr::Path { segments, scope, at: node.start_byte() as u32 })
    }

    /// A chain of operators leans to the left; it is walked without recursion.
    fn binary(&mut self, node: Node<'t>) -> ExprId {
        let fields = &self.tables.fields;
        let mut spine = vec![node];
        let mut left = self.field(node, fields.left);
        while let Some(next) = left
            && self.kind(next) == Kind::BinaryExpression
        {
            spine.push(next);
            left = self.field(next, fields.left);
        }
        let mut result = match left {
            Some(left) => self.expr(left),
            None => self.unknown(),
        };
        while let Some(node) = spine.pop() {
            let right = self.field_expr(node, fields.right);
            let op = match self.field(node, fields.operator).map_or("", |operator| operator.kind()) {
                "+" => BinaryOp::Add,
                "-" => BinaryOp::Subtract,
                "*" => BinaryOp::Multiply,
                "/" => BinaryOp::Divide,
                "%" => BinaryOp::Remainder,
                "&" | "|" | "^" | "bitand" | "bitor" | "xor" => BinaryOp::Bit,
                "<<" | ">>" => BinaryOp::Shift,
                "==" | "!=" | "<" | ">" | "<=" | ">=" | "not_eq" => BinaryOp::Compare,
                "&&" | "and" => BinaryOp::And,
                "||" | "or" => BinaryOp::Or,
                _ => BinaryOp::Other,
            };
            result = self.low.add_expr(Expr::Binary { op, left: result, right });
        }
        result
    }

    /// `a.b`, `a->b`, `a.B::f`: the expression and the node of the member's name.
    fn member(&mut self, node: Node<'t>) -> (ExprId, Option<Node<'t>>, List<TypeId>) {
        let fields = &self.tables.fields;
        let mut base = self.field_expr(node, fields.argument);
        let arrow = self.field(node, fields.operator).is_some_and(|operator| operator.kind().starts_with("->"));
        let mut access = if arrow { Access::Arrow } else { Access::Dot };
        let Some(mut field) = self.field(node, fields.field) else { return (base, None, List::default()) };
        let mut type_args = List::default();
        loop {
            match self.kind(field) {
                Kind::DependentName => {
                    let Some(inner) = field.named_child(0) else { break };
                    field = inner;
                }
                Kind::TemplateMethod | Kind::TemplateFunction => {
                    if let Some(args) = self.field(field, fields.arguments) {
                        type_args = self.template_args(args);
                    }
                    let Some(inner) = self.field(field, fields.name) else { break };
                    field = inner;
                }
                Kind::QualifiedIdentifier => {
                    // `p->Base::f()` calls Base's f.
                    let mut segments = Vec::new();
                    self.path_segments(field, &mut segments);
                    segments.pop();
                    let ty = self.path_type(segments, field.start_byte());
                    base = self.low.add_expr(Expr::Cast { value: base, ty });
                    access = Access::Dot;
                    field = self.last_name(field);
                    break;
                }
                _ => break,
            }
        }
        let name =
            if self.kind(field) == Kind::OperatorName { self.operator_name(field) } else { self.low.name(field) };
        let expr = self.low.add_expr(Expr::Member { base, name, access });
        (expr, Some(field), type_args)
    }

    fn construct(&mut self, ty: TypeId, args: Vec<ExprId>, name: Node<'t>) -> ExprId {
        let args = self.low.facts.new_list(args);
        let expr = self.low.add_expr(Expr::New { ty, args });
        self.low.add_call(expr, name);
        expr
    }

    /// `T x(args)` and its like.
    pub(super) fn construct_at(&mut self, ty: TypeId, args: Node<'t>, name: Node<'t>) -> ExprId {
        let args = self.exprs_in(args);
        self.construct(ty, args, name)
    }

    pub(super) fn construct_with(&mut self, ty: TypeId, args: Vec<ExprId>, name: Node<'t>) -> ExprId {
        self.construct(ty, args, name)
    }

    /// The name inside `(name)`.
    fn bare_name(&self, ty: Node<'t>) -> Option<Node<'t>> {
        if self.kind(ty) != Kind::TypeDescriptor || ty.named_child_count() != 1 {
            return None;
        }
        let name = ty.named_child(0)?;
        (self.kind(name) == Kind::TypeIdentifier).then_some(name)
    }

    /// `(f)(args)`, which the grammar takes for a cast.
    fn parenthesized_call(&mut self, name: Node<'t>, args: Node<'t>) -> ExprId {
        let mut list = Vec::new();
        let mut inner = args.named_child(0);
        while let Some(node) = inner {
            if self.kind(node) == Kind::CommaExpression {
                if let Some(left) = self.field(node, self.tables.fields.left) {
                    list.push(self.argument(left));
                }
                inner = self.field(node, self.tables.fields.right);
            } else {
                list.push(self.argument(node));
                inner = None;
            }
        }
        let callee = self.path_expr(name);
        let args = self.low.facts.new_list(list);
        let expr = self.low.add_expr(Expr::Call { callee, args, type_args: List::default() });
        self.low.add_call(expr, name);
        expr
    }

    fn call(&mut self, node: Node<'t>) -> ExprId {
        let fields = &self.tables.fields;
        let Some(function) = self.field(node, fields.function) else { return self.first_expr(node) };
        let arguments = self.field(node, fields.arguments);
        let mut type_args = List::default();
        let mut name = None;
        let mut parenthesized = false;
        let mut inner = function;
        while self.kind(inner) == Kind::ParenthesizedExpression
            && let Some(child) = inner.named_child(0)
            && self.kind(child) != Kind::Comment
        {
            inner = child;
            parenthesized = true;
        }
        let callee = match self.kind(inner) {
            Kind::Identifier => {
                name = Some(inner);
                if parenthesized { self.path_expr(inner) } else { self.low.name_expr(inner) }
            }
            Kind::TemplateFunction => {
                let template = self.field(inner, fields.name).unwrap_or(inner);
                if CASTS.contains(&self.text(template)) {
                    let mut cursor = inner.walk();
                    let ty =
                        self.field(inner, fields.arguments).and_then(|args| args.named_children(&mut cursor).next());
                    let ty = match ty {
                        Some(ty) => self.type_of(ty),
                        None => self.low.add_type(TypeExpr::Unknown),
                    };
                    let args = arguments.map(|arguments| self.exprs_in(arguments)).unwrap_or_default();
                    let value = args.first().copied().unwrap_or_else(|| self.low.add_expr(Expr::Unknown));
                    return self.low.add_expr(Expr::Cast { value, ty });
                }
                name = Some(template);
                self.path_expr(inner)
            }
            Kind::QualifiedIdentifier | Kind::DependentName => {
                name = Some(self.last_name(inner));
                self.path_expr(inner)
            }
            Kind::FieldExpression => {
                let (expr, field, args) = self.member(inner);
                name = field;
                type_args = args;
                expr
            }
            Kind::PrimitiveType => {
                let ty = self.type_of(inner);
                let args = arguments.map(|arguments| self.exprs_in(arguments)).unwrap_or_default();
                let value = args.first().copied().unwrap_or_else(|| self.low.add_expr(Expr::Unknown));
                return self.low.add_expr(Expr::Cast { value, ty });
            }
            Kind::LambdaExpression => {
                let callee = self.expr(inner);
                let args = arguments.map(|arguments| self.exprs_in(arguments)).unwrap_or_default();
                let args = self.low.facts.new_list(args);
                return self.low.add_expr(Expr::Call { callee, args, type_args });
            }
            _ => self.expr(inner),
        };
        let args = arguments.map(|arguments| self.exprs_in(arguments)).unwrap_or_default();
        let args = self.low.facts.new_list(args);
        let expr = self.low.add_expr(Expr::Call { callee, args, type_args });
        let name = name.unwrap_or_else(|| self.some_name(inner));
        self.low.add_call(expr, name);
        expr
    }

    /// A short node that names a callee which is an expression: `table[i](x)` is called `table`.
    fn some_name(&self, node: Node<'t>) -> Node<'t> {
        let mut node = node;
        for _ in 0..64 {
            let next = match self.kind(node) {
                Kind::SubscriptExpression | Kind::PointerExpression => self.field(node, self.tables.fields.argument),
                Kind::FieldExpression => self.field(node, self.tables.fields.field),
                Kind::CallExpression => self.field(node, self.tables.fields.function),
                Kind::ParenthesizedExpression => node.named_child(0),
                Kind::CastExpression => self.field(node, self.tables.fields.value),
                Kind::Identifier | Kind::FieldIdentifier => None,
                _ => node.named_child(0),
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    fn lambda(&mut self, node: Node<'t>) -> ExprId {
        let fields = &self.tables.fields;
        if let Some(captures) = self.field(node, fields.captures) {
            let mut cursor = captures.walk();
            let children: Vec<Node<'t>> = captures.named_children(&mut cursor).collect();
            for capture in children {
                // `[x = f()]` is a name of the lambda's body.
                if let (Some(left), Some(right)) = (self.field(capture, fields.left), self.field(capture, fields.right))
                {
                    let value = self.expr(right);
                    let name = self.low.name(left);
                    let ty = self.low.add_type(TypeExpr::Inferred);
                    self.low.add_binding(name, node.start_byte(), BindingKind::Local, Some(ty), Some(value));
                }
            }
        }
        let def = self.low.add_def(DefKind::Closure, node, None, Some(ScopeKind::Function));
        let declarator = self.field(node, fields.declarator);
        let body = self.field(node, fields.body);
        if let Some(body) = body {
            self.low.def_mut(def).body_start = body.start_byte() as u32;
        }
        let (owner, scope) = (self.low.owner, self.low.scope);
        self.low.owner = def;
        self.low.scope = self.low.facts.def(def).scope;
        if let Some(template) = self.field(node, fields.template_parameters) {
            let params = self.template_parameters(template);
            self.low.def_mut(def).type_params = params;
        }
        let ret = match declarator {
            Some(declarator) => {
                self.parameters(declarator, def);
                self.trailing_type(declarator)
            }
            None => None,
        };
        let ret = ret.unwrap_or_else(|| self.low.add_type(TypeExpr::Inferred));
        self.low.def_mut(def).ty = Some(ret);
        let outer = std::mem::take(&mut self.returns);
        if let Some(body) = body {
            self.statements_in(body);
        }
        let returns = std::mem::replace(&mut self.returns, outer);
        let returns = self.low.facts.new_list(returns);
        self.low.def_mut(def).returns = returns;
        (self.low.owner, self.low.scope) = (owner, scope);
        self.low.add_expr(Expr::Def(def))
    }
}

/// Names that by custom are types: `size_t`, `U32`, `LUA_NUMBER`.
fn looks_like_type(name: &str) -> bool {
    name.ends_with("_t")
        || name.ends_with("_T")
        || name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        || matches!(
            name,
            "uchar"
                | "ushort"
                | "uint"
                | "ulong"
                | "byte"
                | "u8"
                | "u16"
                | "u32"
                | "u64"
                | "s8"
                | "s16"
                | "s32"
                | "s64"
                | "i8"
                | "i16"
                | "i32"
                | "i64"
                | "f32"
                | "f64"
                | "uInt"
                | "uLong"
                | "Byte"
                | "Bytef"
                | "lu_byte"
                | "lua_Number"
                | "lua_Integer"
                | "bool"
                | "FILE"
        )
        || name.as_bytes().first().is_some_and(u8::is_ascii_uppercase)
}
