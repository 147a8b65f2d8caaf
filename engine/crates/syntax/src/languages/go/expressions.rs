//! Expressions and call sites.

use super::kinds::{Field, Kind};
use super::{Go, Kid, deeper};
use crate::facts::*;
use tree_sitter::Node;

impl<'t> Go<'_, '_, 't> {
    pub(super) fn expr(&mut self, node: Node<'t>) -> ExprId {
        deeper(|| self.expr_here(node, true))
    }

    /// An expression that is called or selected from: the name itself is not mentioned.
    fn unmentioned(&mut self, node: Node<'t>) -> ExprId {
        deeper(|| self.expr_here(node, false))
    }

    fn expr_here(&mut self, node: Node<'t>, mention: bool) -> ExprId {
        match self.kind(node) {
            Kind::Identifier | Kind::TypeIdentifier => self.identifier(node, mention),
            Kind::SelectorExpression => self.selector(node, mention),
            Kind::CallExpression => self.call(node),
            Kind::InterpretedString | Kind::RawString => self.literal(Literal::Str),
            Kind::IntLiteral | Kind::Iota => self.literal(Literal::Int),
            Kind::FloatLiteral | Kind::ImaginaryLiteral => self.literal(Literal::Float),
            Kind::RuneLiteral => self.literal(Literal::Char),
            Kind::True | Kind::False => self.literal(Literal::Bool),
            Kind::Nil => self.literal(Literal::Null),
            Kind::ParenthesizedExpression => {
                let kids = self.open(node);
                let inner = self.kids[kids.indexes()].iter().find(|kid| kid.kind != Kind::Comment).map(|kid| kid.node);
                self.close(kids);
                inner.map_or(self.unknown, |inner| deeper(|| self.expr_here(inner, mention)))
            }
            Kind::UnaryExpression => self.unary(node),
            Kind::BinaryExpression => self.binary(node),
            Kind::IndexExpression => {
                let kids = self.open(node);
                let (base, index) = (self.node(kids, Field::Operand), self.node(kids, Field::Index));
                self.close(kids);
                let base = base.map_or(self.unknown, |base| deeper(|| self.expr_here(base, mention)));
                let index = index.map_or(self.unknown, |index| self.expr(index));
                self.low.add_expr(Expr::Index { base, index })
            }
            Kind::SliceExpression => {
                let kids = self.open(node);
                let mut base = self.unknown;
                for index in kids.indexes() {
                    let kid = self.kids[index];
                    if kid.kind != Kind::Comment && kid.node.is_named() {
                        let value = self.expr(kid.node);
                        if kid.field == Field::Operand {
                            base = value;
                        }
                    }
                }
                self.close(kids);
                // A slice of an array or slice has its elements; of a string, its type.
                let index = self.literal(Literal::Null);
                self.low.add_expr(Expr::Index { base, index })
            }
            Kind::TypeAssertion => {
                let kids = self.open(node);
                let (value, ty) = (self.node(kids, Field::Operand), self.node(kids, Field::Type));
                self.close(kids);
                let value = value.map_or(self.unknown, |value| self.expr(value));
                match ty {
                    Some(ty) => {
                        let ty = self.ty(ty);
                        self.low.add_expr(Expr::Cast { value, ty })
                    }
                    None => value,
                }
            }
            Kind::TypeConversion => self.conversion(node),
            Kind::TypeInstantiation => self.instantiation(node, mention),
            Kind::CompositeLiteral => {
                let kids = self.open(node);
                let (ty, body) = (self.node(kids, Field::Type), self.node(kids, Field::Body));
                self.close(kids);
                let ty = ty.map(|ty| self.ty(ty));
                if let Some(body) = body {
                    self.literal_value(body);
                }
                match ty {
                    Some(ty) => self.low.add_expr(Expr::StructLiteral { ty }),
                    None => self.unknown,
                }
            }
            Kind::LiteralValue => {
                self.literal_value(node);
                self.unknown
            }
            Kind::FuncLiteral => self.func_literal(node),
            Kind::VariadicArgument => {
                let kids = self.open(node);
                let inner = self.kids[kids.indexes()].iter().find(|kid| kid.kind != Kind::Comment).map(|kid| kid.node);
                self.close(kids);
                let operand = inner.map_or(self.unknown, |inner| self.expr(inner));
                self.low.add_expr(Expr::Unary { op: UnaryOp::Spread, operand })
            }
            Kind::Comment | Kind::BlankIdentifier => self.unknown,
            _ => {
                let kids = self.open(node);
                for index in kids.indexes() {
                    let kid = self.kids[index];
                    if kid.node.is_named() {
                        self.statement(kid.node);
                    }
                }
                self.close(kids);
                self.unknown
            }
        }
    }

    /// `[]byte(x)`; or `f[T](x)` and `p.F[T](x)`, which may as well be calls of generic functions.
    fn conversion(&mut self, node: Node<'t>) -> ExprId {
        let kids = self.open(node);
        let (ty, value) = (self.kid(kids, Field::Type), self.node(kids, Field::Operand));
        self.close(kids);
        if let Some(Kid { node: generic, kind: Kind::GenericType, .. }) = ty {
            let kids = self.open(generic);
            let (base, args) = (self.kid(kids, Field::Type), self.node(kids, Field::TypeArguments));
            self.close(kids);
            if let (Some(base), Some(args)) = (base, args) {
                let args = self.type_args(args);
                let (callee, token) = self.instantiated(base, args);
                let value = value.map_or(self.unknown, |value| self.expr(value));
                let list = self.low.facts.new_list([value]);
                let call = self.low.add_expr(Expr::Call { callee, args: list, type_args: List::default() });
                self.low.add_call(call, token);
                return call;
            }
        }
        let ty = ty.map(|ty| self.ty(ty.node));
        let value = value.map_or(self.unknown, |value| self.expr(value));
        match ty {
            Some(ty) => self.low.add_expr(Expr::Cast { value, ty }),
            None => value,
        }
    }

    fn identifier(&mut self, node: Node<'t>, mention: bool) -> ExprId {
        let name = self.low.name(node);
        if name == "_" {
            return self.unknown;
        }
        match self.locals.get(name) {
            Some(Some(binding)) => self.low.add_expr(Expr::Local(binding)),
            local => {
                let expr = self.low.name_expr(node);
                if mention && (local.is_some() || !self.imported.contains(&name)) {
                    self.low.add_mention(expr, node);
                }
                expr
            }
        }
    }

    fn selector(&mut self, node: Node<'t>, mention: bool) -> ExprId {
        let kids = self.open(node);
        let (base, field) = (self.node(kids, Field::Operand), self.node(kids, Field::Field));
        self.close(kids);
        let base = base.map_or(self.unknown, |base| self.expr(base));
        let Some(field) = field else { return base };
        let name = self.low.name(field);
        let expr = self.low.add_expr(Expr::Member { base, name, access: Access::Dot });
        if mention {
            self.low.add_mention(expr, field);
        }
        expr
    }

    fn unary(&mut self, node: Node<'t>) -> ExprId {
        let kids = self.open(node);
        let (operator, operand) = (self.node(kids, Field::Operator), self.node(kids, Field::Operand));
        self.close(kids);
        let op = match operator.map_or("", |operator| self.low.text(operator)) {
            "&" => UnaryOp::Ref,
            "*" => UnaryOp::Deref,
            "<-" => UnaryOp::Receive,
            "!" => UnaryOp::Not,
            _ => UnaryOp::Negate,
        };
        let operand = operand.map_or(self.unknown, |operand| self.expr(operand));
        self.low.add_expr(Expr::Unary { op, operand })
    }

    /// Generated code joins thousands of strings with `+`: the left spine is walked in a loop.
    fn binary(&mut self, node: Node<'t>) -> ExprId {
        let mut spine = Vec::new();
        let mut leftmost = node;
        while self.kind(leftmost) == Kind::BinaryExpression {
            let kids = self.open(leftmost);
            let left = self.node(kids, Field::Left);
            spine.push((self.node(kids, Field::Operator), self.node(kids, Field::Right)));
            self.close(kids);
            match left {
                Some(left) => leftmost = left,
                None => break,
            }
        }
        let mut left = if self.kind(leftmost) == Kind::BinaryExpression { self.unknown } else { self.expr(leftmost) };
        for (operator, right) in spine.into_iter().rev() {
            let op = match operator.map_or("", |operator| self.low.text(operator)) {
                "+" => BinaryOp::Add,
                "-" => BinaryOp::Subtract,
                "*" => BinaryOp::Multiply,
                "/" => BinaryOp::Divide,
                "%" => BinaryOp::Remainder,
                "<<" | ">>" => BinaryOp::Shift,
                "&" | "|" | "^" | "&^" => BinaryOp::Bit,
                "&&" => BinaryOp::And,
                "||" => BinaryOp::Or,
                _ => BinaryOp::Compare,
            };
            let right = right.map_or(self.unknown, |right| self.expr(right));
            left = self.low.add_expr(Expr::Binary { op, left, right });
        }
        left
    }

    /// `F[A, B]`: a function or type with its type arguments.
    fn instantiation(&mut self, node: Node<'t>, mention: bool) -> ExprId {
        let kids = self.open(node);
        let base = self.kid(kids, Field::Type);
        let mut args = Vec::new();
        for index in kids.indexes() {
            let kid = self.kids[index];
            if kid.field != Field::Type && kid.kind.is_type() {
                args.push(self.ty(kid.node));
            }
        }
        self.close(kids);
        let args = self.low.facts.new_list(args);
        let Some(Kid { node: base, kind, .. }) = base else { return self.unknown };
        let (expr, token) = self.instantiated(Kid { node: base, kind, field: Field::Type }, args);
        if mention {
            self.low.add_mention(expr, token);
        }
        expr
    }

    /// A function or type by its name, with type arguments; and the token of its name.
    fn instantiated(&mut self, base: Kid<'t>, args: List<TypeId>) -> (ExprId, Node<'t>) {
        let mut segments = Vec::new();
        let mut token = base.node;
        if base.kind == Kind::GenericType {
            // `x.tables[i][c.name]`: nothing is instantiated twice.
            let kids = self.open(base.node);
            let (inner, inner_args) = (self.kid(kids, Field::Type), self.node(kids, Field::TypeArguments));
            self.close(kids);
            if let (Some(inner), Some(inner_args)) = (inner, inner_args) {
                let inner_args = self.type_args(inner_args);
                let (base, token) = self.instantiated(inner, inner_args);
                return (self.low.add_expr(Expr::Index { base, index: self.unknown }), token);
            }
        }
        if base.kind == Kind::QualifiedType {
            let kids = self.open(base.node);
            let (package, name) = (self.node(kids, Field::Package), self.node(kids, Field::Name));
            self.close(kids);
            if let (Some(package), Some(name)) = (package, name) {
                token = name;
                if let Some(Some(binding)) = self.locals.get(self.low.name(package)) {
                    // `x.handlers[i](…)`
                    let base = self.low.add_expr(Expr::Local(binding));
                    let member = Expr::Member { base, name: self.low.name(name), access: Access::Dot };
                    let base = self.low.add_expr(member);
                    return (self.low.add_expr(Expr::Index { base, index: self.unknown }), token);
                }
                segments.push(Segment { name: self.low.name(package), args: List::default() });
            }
        } else if let Some(Some(binding)) = self.locals.get(self.low.name(token)) {
            let base = self.low.add_expr(Expr::Local(binding));
            return (self.low.add_expr(Expr::Index { base, index: self.unknown }), token);
        }
        segments.push(Segment { name: self.low.name(token), args });
        let segments = self.low.facts.new_list(segments);
        let expr = Expr::Path { segments, scope: self.low.scope, at: base.node.start_byte() as u32 };
        (self.low.add_expr(expr), token)
    }

    fn literal_value(&mut self, node: Node<'t>) {
        let kids = self.open(node);
        for index in kids.indexes() {
            let kid = self.kids[index];
            match kid.kind {
                Kind::LiteralElement => self.literal_element(kid.node, false),
                Kind::KeyedElement => {
                    let inner = self.open(kid.node);
                    let (key, value) = (self.node(inner, Field::Key), self.node(inner, Field::Value));
                    self.close(inner);
                    if let Some(key) = key {
                        self.literal_element(key, true);
                    }
                    if let Some(value) = value {
                        self.literal_element(value, false);
                    }
                }
                Kind::LiteralValue => deeper(|| self.literal_value(kid.node)),
                Kind::Comment => {}
                _ if kid.node.is_named() => self.statement(kid.node),
                _ => {}
            }
        }
        self.close(kids);
    }

    fn literal_element(&mut self, node: Node<'t>, key: bool) {
        let kids = self.open(node);
        for index in kids.indexes() {
            let kid = self.kids[index];
            match kid.kind {
                Kind::LiteralValue => deeper(|| self.literal_value(kid.node)),
                // Most elements of generated tables.
                Kind::IntLiteral
                | Kind::FloatLiteral
                | Kind::InterpretedString
                | Kind::RawString
                | Kind::RuneLiteral
                | Kind::True
                | Kind::False
                | Kind::Nil
                | Kind::Comment => {}
                // The name of a field, or a constant that is a map's key.
                Kind::Identifier if key => {}
                _ if kid.node.is_named() => {
                    self.expr(kid.node);
                }
                _ => {}
            }
        }
        self.close(kids);
    }

    fn func_literal(&mut self, node: Node<'t>) -> ExprId {
        let kids = self.open(node);
        let parameters = self.node(kids, Field::Parameters);
        let result = self.kid(kids, Field::Result);
        let body = self.node(kids, Field::Body);
        self.close(kids);
        let def = self.low.add_def(DefKind::Closure, node, None, Some(ScopeKind::Function));
        if let Some(body) = body {
            self.low.def_mut(def).body_start = body.start_byte() as u32;
        }
        self.within(def, |go| {
            go.signature(def, None, parameters, result);
            if let Some(body) = body {
                go.statements(body);
            }
        });
        self.low.add_expr(Expr::Def(def))
    }

    fn call(&mut self, node: Node<'t>) -> ExprId {
        let kids = self.open(node);
        let function = self.node(kids, Field::Function);
        let type_arguments = self.node(kids, Field::TypeArguments);
        let arguments = self.node(kids, Field::Arguments);
        self.close(kids);
        let Some(function) = function else { return self.unknown };
        let callee = self.unmentioned(function);
        let token = self.callee_token(function);
        let mut type_args = type_arguments.map_or_else(List::default, |args| self.type_args(args));
        let mut args = Vec::new();
        if let Some(arguments) = arguments {
            let kids = self.open(arguments);
            for index in kids.indexes() {
                let kid = self.kids[index];
                if kid.kind == Kind::Comment || !kid.node.is_named() {
                    continue;
                }
                if kid.kind.is_type() {
                    // `make([]T, n)`, `new(T)`
                    let ty = self.ty(kid.node);
                    type_args = self.low.facts.new_list([ty]);
                } else {
                    args.push(self.expr(kid.node));
                }
            }
            self.close(kids);
        }
        let args = self.low.facts.new_list(args);
        let call = self.low.add_expr(Expr::Call { callee, args, type_args });
        if let Some(token) = token {
            self.low.add_call(call, token);
        }
        call
    }

    /// The name before the parenthesis.
    fn callee_token(&mut self, function: Node<'t>) -> Option<Node<'t>> {
        let mut node = function;
        loop {
            let kind = self.kind(node);
            let field = match kind {
                Kind::Identifier | Kind::TypeIdentifier => return Some(node),
                Kind::SelectorExpression => Field::Field,
                Kind::IndexExpression => Field::Operand,
                Kind::TypeInstantiation => Field::Type,
                Kind::QualifiedType => Field::Name,
                Kind::FieldIdentifier => return Some(node),
                Kind::ParenthesizedExpression => {
                    let kids = self.open(node);
                    let inner =
                        self.kids[kids.indexes()].iter().find(|kid| kid.kind != Kind::Comment).map(|kid| kid.node);
                    self.close(kids);
                    node = inner?;
                    continue;
                }
                _ => return None,
            };
            let kids = self.open(node);
            let next = self.node(kids, field);
            self.close(kids);
            node = next?;
        }
    }
}
