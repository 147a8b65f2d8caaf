//! Expressions, statements and calls.

use super::grammar::{Kind, child};
use super::{Before, Walk};
use crate::facts::{
    Access, Assign, BinaryOp, BindingKind, DefKind, Expr, ExprId, List, Literal, Param, ParamKind, ScopeKind, Segment,
    TypeExpr, UnaryOp,
};
use crate::name::Name;
use tree_sitter::Node;

/// Suffixes that give a number its type.
const NUMBER_TYPES: &[&str] =
    &["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "u128", "i128", "usize", "isize", "f32", "f64"];

impl Walk<'_, '_> {
    fn unknown(&mut self) -> ExprId {
        self.lowering.add_expr(Expr::Unknown)
    }

    /// A value of type `()`.
    fn unit(&mut self) -> ExprId {
        self.lowering.add_expr(Expr::Tuple(List::default()))
    }

    fn choice(&mut self, options: Vec<ExprId>) -> ExprId {
        if let [one] = options[..] {
            return one;
        }
        let options = self.lowering.facts.new_list(options);
        self.lowering.add_expr(Expr::Choice(options))
    }

    /// A block with its own scope; its value.
    pub(super) fn block(&mut self, node: Node<'_>) -> ExprId {
        let scope = self.lowering.add_scope(ScopeKind::Block);
        let outer = std::mem::replace(&mut self.lowering.scope, scope);
        let value = self.deeper(|walk| walk.statements(node));
        self.lowering.scope = outer;
        value.unwrap_or_else(|| self.unknown())
    }

    /// The statements of a block; the value of the last, if it has one.
    pub(super) fn statements(&mut self, block: Node<'_>) -> ExprId {
        let mut before = Before::default();
        let mut value = None;
        let mut cursor = block.walk();
        for node in block.named_children(&mut cursor) {
            let kind = self.kind(node);
            match kind {
                Kind::AttributeItem => {
                    before.attributes.push(node);
                    continue;
                }
                Kind::LineComment | Kind::BlockComment => {
                    before.docs.push(node);
                    continue;
                }
                Kind::Label | Kind::InnerAttribute => continue,
                _ => {}
            }
            let before = std::mem::take(&mut before);
            if kind == Kind::MacroInvocation {
                value = Some(self.expr(node));
            } else if self.declaration(node, kind, &before) {
                value = None;
            } else if self.is_configured_away(&before) {
                // Its names and its value count for nothing beside those of the other build.
                let scope = self.lowering.add_scope(ScopeKind::Block);
                let outer = std::mem::replace(&mut self.lowering.scope, scope);
                self.statement(node, kind);
                self.lowering.scope = outer;
            } else {
                value = self.statement(node, kind);
            }
        }
        value.unwrap_or_else(|| self.unit())
    }

    /// One statement that is no item; its value if it is the tail of a block.
    pub(super) fn statement(&mut self, node: Node<'_>, kind: Kind) -> Option<ExprId> {
        match kind {
            Kind::LetDeclaration => {
                self.let_declaration(node);
                None
            }
            Kind::ExpressionStatement => {
                let inner = node.named_child(0)?;
                let value = self.expr(inner);
                let ended = node.child(node.child_count().saturating_sub(1)).is_some_and(|last| last.kind() == ";");
                if !ended {
                    return Some(value);
                }
                // What does not come back has any type.
                let diverges = matches!(
                    self.kind(inner),
                    Kind::ReturnExpression | Kind::BreakExpression | Kind::ContinueExpression
                ) || self.is_diverging_macro(inner);
                diverges.then(|| self.unknown())
            }
            Kind::Other if node.kind() == "empty_statement" => None,
            _ => Some(self.expr(node)),
        }
    }

    fn is_diverging_macro(&self, node: Node<'_>) -> bool {
        self.kind(node) == Kind::MacroInvocation
            && child(node, self.fields.macro_name)
                .is_some_and(|name| matches!(self.text(name), "panic" | "unreachable" | "todo" | "unimplemented"))
    }

    fn let_declaration(&mut self, node: Node<'_>) {
        let ty = child(node, self.fields.type_).map(|ty| self.ty(ty));
        let value = child(node, self.fields.value).map(|value| self.expr(value));
        if let Some(alternative) = child(node, self.fields.alternative) {
            self.block(alternative);
        }
        let Some(pattern) = child(node, self.fields.pattern) else { return };
        let from = node.end_byte();
        let simple = match self.kind(pattern) {
            Kind::Identifier => {
                let name = self.ident(pattern);
                (!name.as_str().chars().next().is_some_and(char::is_uppercase)).then_some(name)
            }
            _ => None,
        };
        if let Some(name) = simple {
            self.lowering.add_binding(name, from, BindingKind::Local, ty, value);
            return;
        }
        let value = self.anonymous(from, ty, value);
        self.pattern(pattern, value, from);
    }

    pub(super) fn expr(&mut self, node: Node<'_>) -> ExprId {
        let value = self.deeper(|walk| walk.expr_inner(node));
        value.unwrap_or_else(|| self.unknown())
    }

    /// Lowers all expressions below a node that has no value itself.
    fn parts(&mut self, node: Node<'_>) -> Vec<ExprId> {
        let mut values = Vec::new();
        let mut cursor = node.walk();
        for part in node.named_children(&mut cursor) {
            match self.kind(part) {
                Kind::LineComment
                | Kind::BlockComment
                | Kind::AttributeItem
                | Kind::InnerAttribute
                | Kind::Label
                | Kind::MutableSpecifier => {}
                _ => values.push(self.expr(part)),
            }
        }
        values
    }

    fn operand(&mut self, node: Node<'_>) -> Option<ExprId> {
        let mut cursor = node.walk();
        let operand = node
            .named_children(&mut cursor)
            .find(|part| !matches!(self.kind(*part), Kind::LineComment | Kind::BlockComment | Kind::Label))?;
        Some(self.expr(operand))
    }

    fn expr_inner(&mut self, node: Node<'_>) -> ExprId {
        let kind = self.kind(node);
        let expr = match kind {
            Kind::Identifier | Kind::SelfKeyword | Kind::TypeIdentifier => {
                let name = self.ident(node);
                Expr::Name { name, scope: self.lowering.scope, at: node.start_byte() as u32 }
            }
            Kind::ScopedIdentifier | Kind::GenericFunction | Kind::ScopedTypeIdentifier => return self.path_expr(node),
            Kind::StringLiteral | Kind::RawStringLiteral => {
                Expr::Literal(if self.text(node).starts_with('b') { Literal::Bytes } else { Literal::Str })
            }
            Kind::CharLiteral => {
                if self.text(node).starts_with('b') {
                    return self.typed_number(node, "u8", Literal::Int);
                }
                Expr::Literal(Literal::Char)
            }
            Kind::BooleanLiteral => Expr::Literal(Literal::Bool),
            Kind::IntegerLiteral | Kind::FloatLiteral => {
                let literal = if kind == Kind::IntegerLiteral { Literal::Int } else { Literal::Float };
                let text = self.text(node);
                let suffix = if text.starts_with("0x") {
                    NUMBER_TYPES.iter().find(|suffix| !suffix.starts_with('f') && text.ends_with(**suffix))
                } else {
                    NUMBER_TYPES.iter().find(|suffix| text.ends_with(**suffix))
                };
                match suffix {
                    Some(suffix) => return self.typed_number(node, suffix, literal),
                    None => Expr::Literal(literal),
                }
            }
            Kind::CallExpression => return self.call(node),
            Kind::FieldExpression => {
                let (Some(base), Some(name)) = (child(node, self.fields.value), child(node, self.fields.field)) else {
                    return self.unknown();
                };
                let base = self.expr(base);
                Expr::Member { base, name: self.ident(name), access: Access::Dot }
            }
            Kind::MacroInvocation => return self.macro_expr(node),
            Kind::ReferenceExpression => {
                let Some(value) = child(node, self.fields.value) else { return self.unknown() };
                let mut cursor = node.walk();
                let mutable = node.children(&mut cursor).any(|part| self.kind(part) == Kind::MutableSpecifier);
                let operand = self.expr(value);
                Expr::Unary { op: if mutable { UnaryOp::RefMut } else { UnaryOp::Ref }, operand }
            }
            Kind::UnaryExpression => {
                let op = match node.child(0).map(|op| op.kind()) {
                    Some("*") => UnaryOp::Deref,
                    Some("-") => UnaryOp::Negate,
                    _ => UnaryOp::Not,
                };
                match self.operand(node) {
                    Some(operand) => Expr::Unary { op, operand },
                    None => Expr::Unknown,
                }
            }
            Kind::TryExpression => match self.operand(node) {
                Some(operand) => Expr::Unary { op: UnaryOp::Try, operand },
                None => Expr::Unknown,
            },
            Kind::AwaitExpression => match self.operand(node) {
                Some(operand) => Expr::Unary { op: UnaryOp::Await, operand },
                None => Expr::Unknown,
            },
            Kind::Parenthesized => return self.operand(node).unwrap_or_else(|| self.unknown()),
            Kind::BinaryExpression => return self.binary(node),
            Kind::RangeExpression => {
                let mut cursor = node.walk();
                let dots = node.children(&mut cursor).position(|part| matches!(part.kind(), ".." | "..=" | "..."));
                let mut cursor = node.walk();
                let (mut left, mut right) = (None, None);
                for (index, part) in node.children(&mut cursor).enumerate() {
                    if !part.is_named() || matches!(self.kind(part), Kind::LineComment | Kind::BlockComment) {
                        continue;
                    }
                    if dots.is_some_and(|dots| index < dots) {
                        left = Some(self.expr(part));
                    } else {
                        right = Some(self.expr(part));
                    }
                }
                let left = left.unwrap_or_else(|| self.unknown());
                let right = right.unwrap_or_else(|| self.unknown());
                Expr::Binary { op: BinaryOp::Range, left, right }
            }
            Kind::AssignmentExpression => {
                let (Some(left), Some(right)) = (child(node, self.fields.left), child(node, self.fields.right)) else {
                    return self.unit();
                };
                let target = self.expr(left);
                self.assign(target, right);
                return self.unit();
            }
            Kind::CompoundAssignment => {
                self.parts(node);
                return self.unit();
            }
            Kind::TypeCast => {
                let (Some(value), Some(ty)) = (child(node, self.fields.value), child(node, self.fields.type_)) else {
                    return self.unknown();
                };
                let value = self.expr(value);
                let ty = self.ty(ty);
                Expr::Cast { value, ty }
            }
            Kind::ReturnExpression => {
                let value = self.operand(node);
                if let Some(value) = value
                    && !self.in_async
                {
                    let owner = self.lowering.owner;
                    let mut returns = self.lowering.facts.list(self.lowering.facts.def(owner).returns).to_vec();
                    returns.push(value);
                    let returns = self.lowering.facts.new_list(returns);
                    self.lowering.def_mut(owner).returns = returns;
                }
                Expr::Unknown
            }
            Kind::BreakExpression => {
                let value = self.operand(node);
                if let (Some(value), Some(values)) = (value, self.breaks.last_mut()) {
                    values.push(value);
                }
                Expr::Unknown
            }
            Kind::YieldExpression => {
                self.parts(node);
                Expr::Unknown
            }
            Kind::IndexExpression => {
                let values = self.parts(node);
                match values[..] {
                    [base, index, ..] => Expr::Index { base, index },
                    _ => Expr::Unknown,
                }
            }
            Kind::ArrayExpression => {
                let length = child(node, self.fields.length);
                let mut values = Vec::new();
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor) {
                    if matches!(self.kind(part), Kind::LineComment | Kind::BlockComment | Kind::AttributeItem) {
                        continue;
                    }
                    let value = self.expr(part);
                    if Some(part) != length {
                        values.push(value);
                    }
                }
                Expr::Sequence(self.lowering.facts.new_list(values))
            }
            Kind::TupleExpression => {
                let values = self.parts(node);
                Expr::Tuple(self.lowering.facts.new_list(values))
            }
            Kind::UnitExpression => return self.unit(),
            Kind::StructExpression => return self.struct_expr(node),
            Kind::Block => return self.block(node),
            Kind::UnsafeBlock | Kind::TryBlock | Kind::ConstBlock => {
                return match self.inner_block(node) {
                    Some(block) => self.block(block),
                    None => self.unknown(),
                };
            }
            Kind::AsyncBlock | Kind::GenBlock => {
                let outer = std::mem::replace(&mut self.in_async, true);
                let value = self.inner_block(node).map(|block| self.block(block));
                self.in_async = outer;
                return value.unwrap_or_else(|| self.unknown());
            }
            Kind::IfExpression => return self.if_expr(node),
            Kind::LetCondition | Kind::LetChain => {
                self.condition(node);
                Expr::Literal(Literal::Bool)
            }
            Kind::MatchExpression => return self.match_expr(node),
            Kind::WhileExpression => {
                self.breaks.push(Vec::new());
                self.lowering_block(|walk| {
                    if let Some(condition) = child(node, walk.fields.condition) {
                        walk.condition(condition);
                    }
                    if let Some(body) = child(node, walk.fields.body) {
                        walk.block(body);
                    }
                });
                self.breaks.pop();
                return self.unit();
            }
            Kind::LoopExpression => {
                self.breaks.push(Vec::new());
                if let Some(body) = child(node, self.fields.body) {
                    self.block(body);
                }
                let values = self.breaks.pop().unwrap_or_default();
                return if values.is_empty() { self.unknown() } else { self.choice(values) };
            }
            Kind::ForExpression => {
                self.breaks.push(Vec::new());
                let iterated = child(node, self.fields.value).map(|value| self.expr(value));
                self.lowering_block(|walk| {
                    if let (Some(pattern), Some(iterated)) = (child(node, walk.fields.pattern), iterated) {
                        let element = walk.lowering.add_expr(Expr::Element(iterated));
                        walk.pattern(pattern, element, pattern.start_byte());
                    }
                    if let Some(body) = child(node, walk.fields.body) {
                        walk.block(body);
                    }
                });
                self.breaks.pop();
                return self.unit();
            }
            Kind::ClosureExpression => return self.closure(node),
            Kind::ContinueExpression
            | Kind::Metavariable
            | Kind::LineComment
            | Kind::BlockComment
            | Kind::Lifetime
            | Kind::Label => Expr::Unknown,
            _ => {
                // Syntax errors, and statements where an expression should be.
                let mut before = Before::default();
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor) {
                    let kind = self.kind(part);
                    if kind == Kind::AttributeItem {
                        before.attributes.push(part);
                    } else if kind == Kind::MacroInvocation
                        || !self.declaration(part, kind, &std::mem::take(&mut before))
                    {
                        self.statement(part, kind);
                    }
                }
                Expr::Unknown
            }
        };
        self.lowering.add_expr(expr)
    }

    fn inner_block<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).find(|part| self.kind(*part) == Kind::Block)
    }

    fn lowering_block(&mut self, body: impl FnOnce(&mut Self)) {
        let scope = self.lowering.add_scope(ScopeKind::Block);
        let outer = std::mem::replace(&mut self.lowering.scope, scope);
        body(self);
        self.lowering.scope = outer;
    }

    fn typed_number(&mut self, node: Node<'_>, name: &str, literal: Literal) -> ExprId {
        let value = self.lowering.add_expr(Expr::Literal(literal));
        let segments = self.lowering.facts.new_list([Segment { name: Name::new(name), args: List::default() }]);
        let at = node.start_byte() as u32;
        let ty = self.lowering.add_type(TypeExpr::Path { segments, scope: self.lowering.scope, at });
        self.lowering.add_expr(Expr::Cast { value, ty })
    }

    /// Lowers `value` as what is put into `target`.
    fn assign(&mut self, target: ExprId, value: Node<'_>) {
        let value = self.expr(value);
        let (owner, scope) = (self.lowering.owner, self.lowering.scope);
        self.lowering.facts.assigns.push(Assign { target, value, owner, scope });
    }

    fn path_expr(&mut self, node: Node<'_>) -> ExprId {
        let mut segments = Vec::new();
        let at = node.start_byte() as u32;
        let base = self.path_segments(node, &mut segments);
        let expr = match base {
            None => {
                let segments = self.lowering.facts.new_list(segments);
                Expr::Path { segments, scope: self.lowering.scope, at }
            }
            Some(mut base) => {
                let Some(last) = segments.pop() else { return self.unknown() };
                for segment in segments {
                    let projection = match *self.lowering.facts.type_expr(base) {
                        TypeExpr::Projection { base, of, name } if name.is_empty() => {
                            TypeExpr::Projection { base, of, name: segment.name }
                        }
                        _ => TypeExpr::Projection { base, of: None, name: segment.name },
                    };
                    base = self.lowering.add_type(projection);
                }
                Expr::TypeMember { ty: base, name: last.name }
            }
        };
        self.lowering.add_expr(expr)
    }

    /// A call and its site. The site's name is the last name before the parenthesis.
    fn call(&mut self, node: Node<'_>) -> ExprId {
        let Some(function) = child(node, self.fields.function) else { return self.unknown() };
        let apart = std::mem::take(&mut self.in_apart);
        let mut type_args = List::default();
        let mut callee_node = function;
        let mut name = None;
        if self.kind(function) == Kind::GenericFunction
            && let Some(inner) = child(function, self.fields.function)
            && self.kind(inner) == Kind::FieldExpression
        {
            callee_node = inner;
            if let Some(arguments) = child(function, self.fields.type_arguments) {
                type_args = self.type_arguments(arguments);
            }
        }
        let callee = match self.kind(callee_node) {
            Kind::Identifier => {
                name = Some(callee_node);
                self.expr(callee_node)
            }
            Kind::ScopedIdentifier => {
                name = child(callee_node, self.fields.name);
                self.path_expr(callee_node)
            }
            Kind::GenericFunction => {
                name = child(callee_node, self.fields.function).and_then(|inner| match self.kind(inner) {
                    Kind::ScopedIdentifier => child(inner, self.fields.name),
                    _ => Some(inner),
                });
                self.path_expr(callee_node)
            }
            Kind::FieldExpression => {
                name = child(callee_node, self.fields.field);
                let callee = self.expr(callee_node);
                if apart { self.unknown() } else { callee }
            }
            _ => self.expr(callee_node),
        };
        let mut args = Vec::new();
        if let Some(arguments) = child(node, self.fields.arguments) {
            let mut cursor = arguments.walk();
            for part in arguments.named_children(&mut cursor) {
                if matches!(self.kind(part), Kind::LineComment | Kind::BlockComment | Kind::AttributeItem) {
                    continue;
                }
                let value = self.expr(part);
                self.mention(value, part);
                args.push(value);
            }
        }
        let args = self.lowering.facts.new_list(args);
        let expr = self.lowering.add_expr(Expr::Call { callee, args, type_args });
        if let Some(name) = name {
            self.lowering.add_call(expr, name);
        }
        expr
    }

    /// A name given as an argument may be a function.
    fn mention(&mut self, value: ExprId, node: Node<'_>) {
        let name = match self.kind(node) {
            Kind::Identifier => Some(node),
            Kind::ScopedIdentifier => child(node, self.fields.name),
            _ => None,
        };
        if let Some(name) = name {
            self.lowering.add_mention(value, name);
        }
    }

    fn struct_expr(&mut self, node: Node<'_>) -> ExprId {
        let Some(name) = child(node, self.fields.name) else { return self.unknown() };
        let ty = self.ty(name);
        let literal = self.lowering.add_expr(Expr::StructLiteral { ty });
        let Some(body) = child(node, self.fields.body) else { return literal };
        let mut cursor = body.walk();
        for part in body.named_children(&mut cursor) {
            match self.kind(part) {
                Kind::FieldInitializer => {
                    let (Some(field), Some(value)) = (child(part, self.fields.field), child(part, self.fields.value))
                    else {
                        continue;
                    };
                    let name = self.ident(field);
                    let target = self.lowering.add_expr(Expr::Member { base: literal, name, access: Access::Dot });
                    self.assign(target, value);
                }
                Kind::ShorthandInitializer => {
                    let mut cursor = part.walk();
                    let Some(value) =
                        part.named_children(&mut cursor).find(|part| self.kind(*part) == Kind::Identifier)
                    else {
                        continue;
                    };
                    let name = self.ident(value);
                    let target = self.lowering.add_expr(Expr::Member { base: literal, name, access: Access::Dot });
                    self.assign(target, value);
                }
                Kind::BaseFieldInitializer => {
                    if let Some(value) = part.named_child(0) {
                        self.assign(literal, value);
                    }
                }
                Kind::Error => {
                    self.expr(part);
                }
                _ => {}
            }
        }
        literal
    }

    fn binary(&mut self, node: Node<'_>) -> ExprId {
        let (Some(left), Some(right)) = (child(node, self.fields.left), child(node, self.fields.right)) else {
            self.parts(node);
            return self.unknown();
        };
        let op = match child(node, self.fields.operator).map_or("", |op| op.kind()) {
            "+" => BinaryOp::Add,
            "-" => BinaryOp::Subtract,
            "*" => BinaryOp::Multiply,
            "/" => BinaryOp::Divide,
            "%" => BinaryOp::Remainder,
            "&" | "|" | "^" => BinaryOp::Bit,
            "<<" | ">>" => BinaryOp::Shift,
            "==" | "!=" | "<" | ">" | "<=" | ">=" => BinaryOp::Compare,
            "&&" => BinaryOp::And,
            "||" => BinaryOp::Or,
            _ => BinaryOp::Other,
        };
        let left = self.expr(left);
        let right = self.expr(right);
        self.lowering.add_expr(Expr::Binary { op, left, right })
    }

    /// A condition; what it binds is visible in the current scope.
    fn condition(&mut self, node: Node<'_>) {
        match self.kind(node) {
            Kind::LetCondition => {
                let value = child(node, self.fields.value).map(|value| self.expr(value));
                if let (Some(pattern), Some(value)) = (child(node, self.fields.pattern), value) {
                    self.pattern(pattern, value, node.end_byte());
                }
            }
            Kind::LetChain => {
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor) {
                    self.deeper(|walk| walk.condition(part));
                }
            }
            Kind::LineComment | Kind::BlockComment => {}
            _ => {
                self.expr(node);
            }
        }
    }

    fn if_expr(&mut self, node: Node<'_>) -> ExprId {
        let mut values = Vec::new();
        self.lowering_block(|walk| {
            if let Some(condition) = child(node, walk.fields.condition) {
                walk.condition(condition);
            }
            if let Some(then) = child(node, walk.fields.consequence) {
                values.push(walk.block(then));
            }
        });
        if let Some(alternative) = child(node, self.fields.alternative) {
            let mut cursor = alternative.walk();
            for part in alternative.named_children(&mut cursor) {
                if matches!(self.kind(part), Kind::Block | Kind::IfExpression) {
                    values.push(self.expr(part));
                }
            }
        } else {
            return self.unit();
        }
        self.choice(values)
    }

    fn match_expr(&mut self, node: Node<'_>) -> ExprId {
        let Some(value) = child(node, self.fields.value) else { return self.unknown() };
        let matched = self.expr(value);
        let mut values = Vec::new();
        if let Some(body) = child(node, self.fields.body) {
            let mut cursor = body.walk();
            for arm in body.named_children(&mut cursor) {
                if self.kind(arm) != Kind::MatchArm {
                    if self.kind(arm) == Kind::Error {
                        self.expr(arm);
                    }
                    continue;
                }
                self.lowering_block(|walk| {
                    if let Some(pattern) = child(arm, walk.fields.pattern) {
                        walk.pattern(pattern, matched, pattern.start_byte());
                        if let Some(condition) = child(pattern, walk.fields.condition) {
                            walk.condition(condition);
                        }
                    }
                    if let Some(value) = child(arm, walk.fields.value) {
                        values.push(walk.expr(value));
                    }
                });
            }
        }
        if values.is_empty() { self.unknown() } else { self.choice(values) }
    }

    /// A closure: a definition whose `value` is the first expression of its range of the arena, so that
    /// its body can be left until its parameters' types are known.
    fn closure(&mut self, node: Node<'_>) -> ExprId {
        let start = self.unknown();
        let def = self.lowering.add_def(DefKind::Closure, node, None, Some(ScopeKind::Function));
        self.lowering.def_mut(def).value = Some(start);
        let breaks = std::mem::take(&mut self.breaks);
        let in_async = std::mem::replace(&mut self.in_async, false);
        self.inside(def, |walk| {
            let mut params = Vec::new();
            if let Some(list) = child(node, walk.fields.parameters) {
                let mut cursor = list.walk();
                for part in list.children(&mut cursor) {
                    if matches!(part.kind(), "|" | ",") || part.is_extra() {
                        continue;
                    }
                    let index = params.len().min(usize::from(u16::MAX)) as u16;
                    let kind = walk.kind(part);
                    let (pattern, ty) = if kind == Kind::Parameter {
                        let ty = child(part, walk.fields.type_).map(|ty| walk.ty(ty));
                        (child(part, walk.fields.pattern), ty)
                    } else {
                        (Some(part), None)
                    };
                    let simple = pattern.filter(|pattern| walk.kind(*pattern) == Kind::Identifier);
                    let name = simple.map_or_else(Name::default, |name| walk.ident(name));
                    let binding =
                        walk.lowering.add_binding(name, part.start_byte(), BindingKind::Param(index), ty, None);
                    if let (None, Some(pattern)) = (simple, pattern) {
                        let value = walk.lowering.add_expr(Expr::Local(binding));
                        walk.pattern(pattern, value, part.start_byte());
                    }
                    params.push(Param { name, kind: ParamKind::Plain, ty, default: None });
                }
            }
            let params = walk.lowering.facts.new_list(params);
            let ty = child(node, walk.fields.return_type).map(|ty| walk.ty(ty));
            let target = walk.lowering.def_mut(def);
            target.params = params;
            target.ty = ty;
            if let Some(body) = child(node, walk.fields.body) {
                walk.lowering.def_mut(def).body_start = body.start_byte() as u32;
                let value = walk.expr(body);
                walk.finish_returns(def, value);
            }
        });
        self.breaks = breaks;
        self.in_async = in_async;
        self.lowering.add_expr(Expr::Def(def))
    }
}
