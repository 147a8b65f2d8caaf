//! Lowers expressions.

use super::Python;
use super::annotation::annotation;
use super::flow::{Changes, Flow};
use super::kinds::{K, child, children, fields, kind};
use super::scan::is_chain;
use crate::facts::*;
use crate::name::Name;
use tree_sitter::Node;

/// Bytes of stack that must be left before lowering one more level, and how much is added then.
pub(super) const RED_ZONE: usize = 128 * 1024;
pub(super) const MORE_STACK: usize = 2 * 1024 * 1024;

/// A lambda in surroundings with more known names than this looks them up by name.
const MAX_CAPTURED: usize = 64;

/// What a condition tells of the values it tests.
pub(super) enum Condition<'s> {
    Nothing,
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    /// `test` tells something of what `key` holds; `value` is its value before.
    Test {
        test: ExprId,
        key: &'s str,
        value: ExprId,
    },
}

impl<'s> Python<'_, 's> {
    pub(super) fn expr(&mut self, node: Node<'_>) -> ExprId {
        stacker::maybe_grow(RED_ZONE, MORE_STACK, || self.expr_here(node))
    }

    fn expr_here(&mut self, node: Node<'_>) -> ExprId {
        match kind(node) {
            K::Identifier => self.read_name(node),
            K::Attribute => self.attribute(node, true),
            K::Call => self.call(node),
            K::Subscript => self.subscript(node),
            K::BinaryOperator => self.binary(node),
            K::BooleanOperator | K::NotOperator => self.condition(node).0,
            K::UnaryOperator => {
                let operand = self.field_or_unknown(node, fields().argument);
                let op = match child(node, fields().operator).map(|op| self.text(op)) {
                    Some("-") => UnaryOp::Negate,
                    _ => UnaryOp::Other,
                };
                self.l.add_expr(Expr::Unary { op, operand })
            }
            K::ComparisonOperator => self.comparison(node),
            K::Conditional => self.conditional(node),
            K::Lambda => self.lambda(node),
            K::List | K::ListPattern => {
                let items = self.each(node);
                let items = self.l.facts.new_list(items);
                self.l.add_expr(Expr::Sequence(items))
            }
            K::Tuple | K::ExpressionList | K::PatternList | K::TuplePattern => {
                let items = self.each(node);
                let items = self.l.facts.new_list(items);
                self.l.add_expr(Expr::Tuple(items))
            }
            K::Set => {
                let items = self.each(node);
                let items = self.l.facts.new_list(items);
                self.l.add_expr(Expr::Set(items))
            }
            K::Dictionary => {
                let mut items = Vec::new();
                for entry in children(node) {
                    match kind(entry) {
                        K::Pair => self.pair(entry, &mut items),
                        _ => {
                            // `**other`: its keys and values.
                            let spread = self.expr(entry);
                            items.push(spread);
                            items.push(spread);
                        }
                    }
                }
                let items = self.l.facts.new_list(items);
                self.l.add_expr(Expr::Map(items))
            }
            K::ListComprehension => self.comprehension(node, Expr::Sequence),
            K::SetComprehension => self.comprehension(node, Expr::Set),
            K::DictionaryComprehension => self.comprehension(node, Expr::Map),
            K::GeneratorExpression => {
                let item = self.comprehension(node, Expr::Sequence);
                // An iterator over the items.
                self.l.add_expr(Expr::Unary { op: UnaryOp::Yield, operand: item })
            }
            K::String => {
                let mut literal = Literal::Str;
                let prefix: &str = self.text(node).split(['"', '\'']).next().unwrap_or("");
                if prefix.contains(['b', 'B']) {
                    literal = Literal::Bytes;
                }
                self.interpolations(node);
                self.l.add_expr(Expr::Literal(literal))
            }
            K::ConcatenatedString => {
                let parts = self.each(node);
                parts.first().copied().unwrap_or_else(|| self.l.add_expr(Expr::Literal(Literal::Str)))
            }
            K::Integer => self.l.add_expr(Expr::Literal(Literal::Int)),
            K::Float => self.l.add_expr(Expr::Literal(Literal::Float)),
            K::True | K::False => self.l.add_expr(Expr::Literal(Literal::Bool)),
            K::None => self.l.add_expr(Expr::Literal(Literal::Null)),
            K::Await => {
                let operand = self.first_or_unknown(node);
                self.l.add_expr(Expr::Unary { op: UnaryOp::Await, operand })
            }
            K::Yield => self.yielded(node),
            K::NamedExpression => self.walrus(node),
            K::Parenthesized => self.first_or_unknown(node),
            K::ListSplat | K::DictionarySplat | K::ListSplatPattern | K::DictionarySplatPattern => {
                let operand = self.first_or_unknown(node);
                self.l.add_expr(Expr::Unary { op: UnaryOp::Spread, operand })
            }
            K::KeywordArgument => {
                let name = child(node, fields().name).map_or_else(Name::default, |name| self.l.name(name));
                let value = self.field_or_unknown(node, fields().value);
                self.l.add_expr(Expr::Keyword { name, value })
            }
            K::Ellipsis => self.l.add_expr(Expr::Literal(Literal::Undefined)),
            K::Error => {
                let parts = self.each(node);
                parts.last().copied().unwrap_or_else(|| self.unknown())
            }
            K::Comment | K::StringContent => self.unknown(),
            _ => {
                // Slices and whatever else has expressions in it, but no value of interest.
                self.each(node);
                self.unknown()
            }
        }
    }

    fn each(&mut self, node: Node<'_>) -> Vec<ExprId> {
        children(node).into_iter().map(|child| self.expr(child)).collect()
    }

    pub(super) fn first_or_unknown(&mut self, node: Node<'_>) -> ExprId {
        match children(node).first() {
            Some(&first) => self.expr(first),
            None => self.unknown(),
        }
    }

    fn field_or_unknown(&mut self, node: Node<'_>, field: Option<std::num::NonZeroU16>) -> ExprId {
        match child(node, field) {
            Some(child) => self.expr(child),
            None => self.unknown(),
        }
    }

    /// Calls in the `{}` of a formatted string.
    fn interpolations(&mut self, node: Node<'_>) {
        if node.named_child_count() < 3 {
            return;
        }
        let mut cursor = node.walk();
        let parts: Vec<Node<'_>> =
            node.named_children(&mut cursor).filter(|part| kind(*part) == K::Interpolation).collect();
        for part in parts {
            self.each(part);
        }
    }

    /// The value of a simple name, for uses other than calling it.
    fn read_name(&mut self, node: Node<'_>) -> ExprId {
        let text = self.text(node);
        if let Some(value) = self.flow().get(text) {
            let declared = self.flow().first.get(text).copied().flatten();
            if declared.is_some() && self.reached() {
                self.l.add_mention(value, node);
            }
            return value;
        }
        let expr = self.l.name_expr(node);
        if self.reached() {
            self.l.add_mention(expr, node);
        }
        expr
    }

    fn attribute(&mut self, node: Node<'_>, mention: bool) -> ExprId {
        if self.flow().chains > 0 && is_chain(node) {
            let text = self.text(node);
            if let Some(value) = self.flow().get(text) {
                return value;
            }
        }
        let base = self.field_or_unknown(node, fields().object);
        let Some(name_node) = child(node, fields().attribute) else { return self.unknown() };
        let name = self.l.name(name_node);
        let expr = self.l.add_expr(Expr::Member { base, name, access: Access::Dot });
        if mention && self.reached() {
            self.l.add_mention(expr, name_node);
        }
        expr
    }

    fn call(&mut self, node: Node<'_>) -> ExprId {
        let Some(function) = child(node, fields().function) else { return self.unknown() };
        let (callee, name_node) = self.callee(function);
        let callee_text = name_node.map_or("", |name| self.text(name));
        let mut args = Vec::new();
        let mut type_args = Vec::new();
        if let Some(arguments) = child(node, fields().arguments) {
            if kind(arguments) == K::ArgumentList {
                let list = children(arguments);
                // Arguments that are types, perhaps in quotes.
                match callee_text {
                    "cast" | "NewType" => {
                        let index = usize::from(callee_text == "NewType");
                        if let Some(&ty) = list.get(index) {
                            type_args.push(annotation(self.l, self.l.text(ty), ty.start_byte()));
                        }
                    }
                    "TypeVar" => {
                        for &argument in list.iter().skip(1) {
                            let bound = kind(argument) == K::KeywordArgument
                                && child(argument, fields().name).is_some_and(|name| self.text(name) == "bound");
                            if bound {
                                if let Some(ty) = child(argument, fields().value) {
                                    type_args.push(annotation(self.l, self.l.text(ty), ty.start_byte()));
                                }
                            } else if kind(argument) != K::KeywordArgument {
                                type_args.push(annotation(self.l, self.l.text(argument), argument.start_byte()));
                            }
                        }
                    }
                    _ => {}
                }
                for argument in list {
                    let arg = self.argument(argument);
                    args.push(arg);
                }
            } else {
                let arg = self.expr(arguments);
                args.push(arg);
            }
        }
        let closures: Vec<DefId> = args
            .iter()
            .filter_map(|&arg| match *self.l.facts.expr(arg) {
                Expr::Def(def) => Some(def),
                Expr::Keyword { value, .. } => match *self.l.facts.expr(value) {
                    Expr::Def(def) => Some(def),
                    _ => None,
                },
                _ => None,
            })
            .filter(|&def| self.l.facts.def(def).kind == DefKind::Closure)
            .collect();
        let args = self.l.facts.new_list(args);
        let type_args = self.l.facts.new_list(type_args);
        let expr = self.l.add_expr(Expr::Call { callee, args, type_args });
        // A lambda learns its parameters' types from the call that it is handed to.
        for closure in closures {
            self.l.def_mut(closure).value = Some(expr);
        }
        if let Some(name) = name_node {
            let site = if self.reached() { expr } else { self.unknown() };
            self.l.add_call(site, name);
        }
        expr
    }

    /// An argument; short literals keep their text, because overloads may depend on it: strings with a quote
    /// before it.
    fn argument(&mut self, node: Node<'_>) -> ExprId {
        const MAX_TEXT: usize = 24;
        match kind(node) {
            K::True | K::False => {
                let text = Expr::Text(self.l.name(node));
                self.l.add_expr(text)
            }
            K::String if node.end_byte() - node.start_byte() <= MAX_TEXT && node.named_child_count() == 3 => {
                let text = self.text(node);
                match text.strip_prefix(['"', '\'']).and_then(|rest| rest.strip_suffix(['"', '\''])) {
                    Some(inner) if !inner.contains(['"', '\'', '\\']) => {
                        let text = Expr::Text(Name::new(&format!("\"{inner}")));
                        self.l.add_expr(text)
                    }
                    _ => self.expr(node),
                }
            }
            K::KeywordArgument => {
                let name = child(node, fields().name).map_or_else(Name::default, |name| self.l.name(name));
                let value = match child(node, fields().value) {
                    Some(value) => self.argument(value),
                    None => self.unknown(),
                };
                self.l.add_expr(Expr::Keyword { name, value })
            }
            _ => self.expr(node),
        }
    }

    /// What stands before a call's parenthesis: the expression and the node of its name. What a call or an
    /// operator gives has no name.
    fn callee<'t>(&mut self, function: Node<'t>) -> (ExprId, Option<Node<'t>>) {
        match kind(function) {
            K::Identifier => (self.named(function), Some(function)),
            K::Attribute => {
                let name = child(function, fields().attribute).unwrap_or(function);
                // The name stands for the attribute, whatever was last assigned to it.
                let base = self.field_or_unknown(function, fields().object);
                let member = self.l.name(name);
                let plain = self.l.add_expr(Expr::Member { base, name: member, access: Access::Dot });
                (plain, Some(name))
            }
            K::Parenthesized => match children(function).first() {
                Some(&inner) => self.callee(inner),
                None => (self.unknown(), None),
            },
            K::Subscript => {
                let expr = self.expr(function);
                let name = child(function, fields().value).and_then(|value| match kind(value) {
                    K::Attribute => child(value, fields().attribute),
                    K::Identifier => Some(value),
                    _ => None,
                });
                (expr, name)
            }
            _ => {
                let expr = self.expr(function);
                (expr, None)
            }
        }
    }

    /// What a name that is called stands for: its first declaration.
    fn named(&mut self, node: Node<'_>) -> ExprId {
        let text = self.text(node);
        match self.flow().first.get(text).copied() {
            Some(Some(declared)) => {
                // The value may be another by now (`f = wrap(f)`), the name is not.
                declared
            }
            Some(None) => {
                let value = self.flow().get(text);
                let value = match value {
                    Some(value) => value,
                    None => self.l.name_expr(node),
                };
                self.choice(vec![value])
            }
            None => {
                // Narrowed names of outer scopes keep their name.
                self.l.name_expr(node)
            }
        }
    }

    fn subscript(&mut self, node: Node<'_>) -> ExprId {
        let base = self.field_or_unknown(node, fields().value);
        let mut cursor = node.walk();
        let indexes: Vec<Node<'_>> = match fields().subscript {
            Some(field) => node.children_by_field_id(field, &mut cursor).collect(),
            None => Vec::new(),
        };
        let mut index: Vec<ExprId> = indexes
            .iter()
            .map(|&index| match kind(index) {
                // Which item of a tuple it is.
                K::Integer => {
                    let text = Expr::Text(self.l.name(index));
                    self.l.add_expr(text)
                }
                _ => self.expr(index),
            })
            .collect();
        let index = if index.len() == 1 {
            if indexes.first().is_some_and(|index| node_is_slice(*index)) {
                // A slice is of the sequence's own type.
                self.l.add_expr(Expr::Literal(Literal::Undefined))
            } else {
                index.remove(0)
            }
        } else {
            let items = self.l.facts.new_list(index);
            self.l.add_expr(Expr::Tuple(items))
        };
        self.l.add_expr(Expr::Index { base, index })
    }

    fn binary(&mut self, node: Node<'_>) -> ExprId {
        // Long sums lean to the left: walk down that side without recursion.
        let mut spine = vec![node];
        let mut leftmost = child(node, fields().left);
        while let Some(left) = leftmost {
            if kind(left) != K::BinaryOperator {
                break;
            }
            spine.push(left);
            leftmost = child(left, fields().left);
        }
        let mut value = match leftmost {
            Some(left) => self.expr(left),
            None => self.unknown(),
        };
        while let Some(node) = spine.pop() {
            let right = self.field_or_unknown(node, fields().right);
            let op = match child(node, fields().operator).map_or("", |op| self.text(op)) {
                "+" => BinaryOp::Add,
                "-" => BinaryOp::Subtract,
                "*" => BinaryOp::Multiply,
                "/" => BinaryOp::Divide,
                "%" => BinaryOp::Remainder,
                "|" | "&" | "^" => BinaryOp::Bit,
                "<<" | ">>" => BinaryOp::Shift,
                _ => BinaryOp::Other,
            };
            value = self.l.add_expr(Expr::Binary { op, left: value, right });
        }
        value
    }

    fn comparison(&mut self, node: Node<'_>) -> ExprId {
        let operands = children(node);
        let lowered: Vec<ExprId> = operands.iter().map(|&operand| self.expr(operand)).collect();
        let op = match operands[..] {
            [left, right] => match self.l.source.get(left.end_byte()..right.start_byte()).unwrap_or("").trim() {
                "is" | "==" => BinaryOp::Equal,
                "!=" => BinaryOp::NotEqual,
                op if op.starts_with("is") && op.ends_with("not") => BinaryOp::NotEqual,
                "in" => BinaryOp::In,
                _ => BinaryOp::Compare,
            },
            _ => BinaryOp::Compare,
        };
        match lowered[..] {
            [left, right] => self.l.add_expr(Expr::Binary { op, left, right }),
            _ => self.l.add_expr(Expr::Literal(Literal::Bool)),
        }
    }

    fn conditional(&mut self, node: Node<'_>) -> ExprId {
        let parts = children(node);
        let [body, test, other] = parts[..] else {
            self.each(node);
            return self.unknown();
        };
        let (_, condition) = self.condition(test);
        let body = self.under(&condition, true, |this| this.expr(body));
        let other = self.under(&condition, false, |this| this.expr(other));
        self.choice(vec![body, other])
    }

    /// Runs `body` knowing how a condition came out.
    pub(super) fn under<R>(&mut self, condition: &Condition<'s>, holds: bool, body: impl FnOnce(&mut Self) -> R) -> R {
        let flow = self.flow();
        flow.push();
        flow.conditions += 1;
        self.apply(condition, holds);
        let result = body(self);
        let flow = self.flow();
        flow.conditions -= 1;
        flow.pop();
        result
    }

    /// Lowers a condition and says what it tells.
    pub(super) fn condition(&mut self, node: Node<'_>) -> (ExprId, Condition<'s>) {
        stacker::maybe_grow(RED_ZONE, MORE_STACK, || self.condition_here(node))
    }

    fn condition_here(&mut self, node: Node<'_>) -> (ExprId, Condition<'s>) {
        match kind(node) {
            K::Parenthesized => match children(node).first() {
                Some(&inner) => self.condition(inner),
                None => (self.unknown(), Condition::Nothing),
            },
            K::NotOperator => match child(node, fields().argument) {
                Some(argument) => {
                    let (operand, condition) = self.condition(argument);
                    let expr = self.l.add_expr(Expr::Unary { op: UnaryOp::Not, operand });
                    (expr, Condition::Not(Box::new(condition)))
                }
                None => (self.unknown(), Condition::Nothing),
            },
            K::BooleanOperator => {
                let (Some(left), Some(right)) = (child(node, fields().left), child(node, fields().right)) else {
                    self.each(node);
                    return (self.unknown(), Condition::Nothing);
                };
                let and = child(node, fields().operator).is_some_and(|op| self.text(op) == "and");
                let (left, first) = self.condition(left);
                let (right, second) = self.under(&first, and, |this| this.condition(right));
                let op = if and { BinaryOp::And } else { BinaryOp::Or };
                let expr = self.l.add_expr(Expr::Binary { op, left, right });
                let (first, second) = (Box::new(first), Box::new(second));
                (expr, if and { Condition::And(first, second) } else { Condition::Or(first, second) })
            }
            K::Call => {
                let test = self.expr(node);
                (test, self.call_condition(node, test))
            }
            K::ComparisonOperator => {
                let test = self.expr(node);
                (test, self.type_comparison(node, test))
            }
            _ => (self.expr(node), Condition::Nothing),
        }
    }

    /// `isinstance(x, A)` and other functions that may tell the type of their first argument.
    fn call_condition(&mut self, node: Node<'_>, test: ExprId) -> Condition<'s> {
        let Expr::Call { args, .. } = *self.l.facts.expr(test) else { return Condition::Nothing };
        let Some(&value) = self.l.facts.list(args).first() else { return Condition::Nothing };
        let Some(arguments) = child(node, fields().arguments) else { return Condition::Nothing };
        let Some(&first) = children(arguments).first() else { return Condition::Nothing };
        let first = match kind(first) {
            K::NamedExpression => child(first, fields().name).unwrap_or(first),
            _ => first,
        };
        let hasattr = child(node, fields().function).is_some_and(|function| self.text(function) == "hasattr");
        if hasattr || !is_chain(first) {
            return Condition::Nothing;
        }
        Condition::Test { test, key: self.text(first), value }
    }

    /// `type(x) is A`
    fn type_comparison(&mut self, node: Node<'_>, test: ExprId) -> Condition<'s> {
        let operands = children(node);
        let [left, _] = operands[..] else { return Condition::Nothing };
        if kind(left) != K::Call || child(left, fields().function).is_none_or(|function| self.text(function) != "type")
        {
            return Condition::Nothing;
        }
        let Some(&first) = child(left, fields().arguments).map(children).unwrap_or_default().first() else {
            return Condition::Nothing;
        };
        let value = match *self.l.facts.expr(test) {
            Expr::Binary { left, .. } => match *self.l.facts.expr(left) {
                Expr::Call { args, .. } => self.l.facts.list(args).first().copied(),
                _ => None,
            },
            _ => None,
        };
        match value {
            Some(value) if is_chain(first) => Condition::Test { test, key: self.text(first), value },
            _ => Condition::Nothing,
        }
    }

    /// Puts what a condition tells into the current frame.
    pub(super) fn apply(&mut self, condition: &Condition<'s>, holds: bool) {
        match condition {
            Condition::Nothing => {}
            Condition::Not(inner) => self.apply(inner, !holds),
            Condition::And(first, second) if holds => {
                self.apply(first, true);
                self.apply(second, true);
            }
            Condition::Or(first, second) if !holds => {
                self.apply(first, false);
                self.apply(second, false);
            }
            Condition::And(first, second) => self.either(first, false, second),
            Condition::Or(first, second) => self.either(first, true, second),
            Condition::Test { test, key, value } => {
                let value = self.flow().get(key).unwrap_or(*value);
                let guarded = self.l.add_expr(Expr::Guarded { value, condition: *test, holds });
                let flow = self.flow();
                if key.contains('.') {
                    flow.chains += 1;
                }
                flow.top().changes.insert(key, guarded);
            }
        }
    }

    /// One of two ways: `first` came out as `holds`, or it did not and `second` came out as `holds`.
    fn either(&mut self, first: &Condition<'s>, holds: bool, second: &Condition<'s>) {
        self.flow().push();
        self.apply(first, holds);
        let one = self.flow().pop();
        self.flow().push();
        self.apply(first, !holds);
        self.apply(second, holds);
        let other = self.flow().pop();
        self.merge(vec![one, other]);
    }

    fn lambda(&mut self, node: Node<'_>) -> ExprId {
        let def = self.l.add_def(DefKind::Closure, node, None, Some(ScopeKind::Function));
        let receiver = self.flow().receiver;
        let parameters = child(node, fields().parameters);
        let params = self.parameters(parameters, def, false);
        let mut flow = Flow::new();
        flow.receiver = receiver;
        // What the surroundings know of names that the lambda captures still holds in it.
        let known: usize = self.flow().frames.iter().map(|frame| frame.changes.len()).sum();
        let captured = if known > MAX_CAPTURED { Changes::default() } else { self.flow().changes_since(0) };
        let mut captured: Vec<(&'s str, ExprId)> = captured.into_iter().collect();
        captured.sort_unstable_by_key(|&(key, _)| key);
        for &(key, value) in &captured {
            flow.top().changes.insert(key, value);
            flow.chains += usize::from(key.contains('.'));
        }
        for &(key, _) in &captured {
            if let Some(&first) = self.flow().first.get(key) {
                flow.first.insert(key, first);
            }
        }
        self.flows.push(flow);
        let body = child(node, fields().body);
        let scope = self.l.facts.def(def).scope;
        let (owner, outer) = (self.l.owner, self.l.scope);
        self.l.owner = def;
        self.l.scope = scope;
        for (name, binding) in params {
            let value = self.l.add_expr(Expr::Local(binding));
            let flow = self.flow();
            flow.top().changes.insert(name, value);
            flow.first.insert(name, None);
        }
        let value = match body {
            Some(body) => {
                self.l.def_mut(def).body_start = body.start_byte() as u32;
                self.expr(body)
            }
            None => self.unknown(),
        };
        let returns = self.l.facts.new_list([value]);
        self.l.def_mut(def).returns = returns;
        self.l.owner = owner;
        self.l.scope = outer;
        self.flows.pop();
        self.l.add_expr(Expr::Def(def))
    }

    fn pair(&mut self, node: Node<'_>, items: &mut Vec<ExprId>) {
        let parts = children(node);
        for index in 0..2 {
            let item = match parts.get(index) {
                Some(&part) => self.expr(part),
                None => self.unknown(),
            };
            items.push(item);
        }
    }

    fn comprehension(&mut self, node: Node<'_>, make: impl FnOnce(List<ExprId>) -> Expr) -> ExprId {
        let parts = children(node);
        let flow = self.flow();
        flow.push();
        flow.conditions += 1;
        let mut shadowed = Vec::new();
        for part in &parts {
            match kind(*part) {
                K::ForInClause => {
                    let is_async = part.child(0).is_some_and(|first| self.text(first) == "async");
                    // Several `in` operands are only possible in Python 2.
                    let iterated = self.field_or_unknown(*part, fields().right);
                    let element = self.element(iterated, is_async);
                    if let Some(left) = child(*part, fields().left) {
                        self.comprehension_target(left, element, &mut shadowed);
                    }
                }
                K::IfClause => {
                    if let Some(&test) = children(*part).first() {
                        let (_, condition) = self.condition(test);
                        self.apply(&condition, true);
                    }
                }
                _ => {}
            }
        }
        let mut items = Vec::new();
        if let Some(body) = child(node, fields().body) {
            if kind(body) == K::Pair {
                self.pair(body, &mut items);
            } else {
                let item = self.expr(body);
                items.push(item);
            }
        }
        let flow = self.flow();
        flow.conditions -= 1;
        flow.pop();
        for (name, first) in shadowed.into_iter().rev() {
            match first {
                Some(first) => self.flow().first.insert(name, first),
                None => self.flow().first.remove(name),
            };
        }
        let items = self.l.facts.new_list(items);
        self.l.add_expr(make(items))
    }

    fn comprehension_target(
        &mut self,
        node: Node<'_>,
        value: ExprId,
        shadowed: &mut Vec<(&'s str, Option<Option<ExprId>>)>,
    ) {
        match kind(node) {
            K::Identifier => {
                let name = self.text(node);
                let flow = self.flow();
                shadowed.push((name, flow.first.insert(name, None)));
                flow.top().changes.insert(name, value);
            }
            K::PatternList | K::TuplePattern | K::ListPattern | K::Tuple | K::ExpressionList => {
                for (index, target) in children(node).into_iter().enumerate() {
                    let part = self.l.add_expr(Expr::Component { value, index: index as u32 });
                    self.comprehension_target(target, part, shadowed);
                }
            }
            K::ListSplatPattern | K::Parenthesized => {
                for target in children(node) {
                    let unknown = self.unknown();
                    self.comprehension_target(target, unknown, shadowed);
                }
            }
            _ => {
                self.expr(node);
            }
        }
    }

    /// An element of what is iterated; asynchronous iteration is written out as the calls it makes.
    pub(super) fn element(&mut self, iterated: ExprId, is_async: bool) -> ExprId {
        if !is_async {
            return self.l.add_expr(Expr::Element(iterated));
        }
        let iterator = self.implied_call(iterated, "__aiter__");
        let next = self.implied_call(iterator, "__anext__");
        self.l.add_expr(Expr::Unary { op: UnaryOp::Await, operand: next })
    }

    /// What `async with` binds.
    pub(super) fn entered(&mut self, value: ExprId, is_async: bool) -> ExprId {
        if !is_async {
            return self.l.add_expr(Expr::Entered(value));
        }
        let entered = self.implied_call(value, "__aenter__");
        self.l.add_expr(Expr::Unary { op: UnaryOp::Await, operand: entered })
    }

    /// A call that the language makes: an expression without a call site.
    fn implied_call(&mut self, base: ExprId, method: &str) -> ExprId {
        let callee = self.l.add_expr(Expr::Member { base, name: Name::new(method), access: Access::Dot });
        self.l.add_expr(Expr::Call { callee, args: List::default(), type_args: List::default() })
    }

    fn yielded(&mut self, node: Node<'_>) -> ExprId {
        let from = {
            let mut cursor = node.walk();
            node.children(&mut cursor).any(|child| child.kind() == "from")
        };
        let operand = match children(node).first() {
            Some(&value) => self.expr(value),
            None => self.l.add_expr(Expr::Literal(Literal::Null)),
        };
        let operand = if from { self.l.add_expr(Expr::Element(operand)) } else { operand };
        let value = self.l.add_expr(Expr::Unary { op: UnaryOp::Yield, operand });
        let flow = self.flow();
        flow.generator = true;
        flow.returns.push(value);
        // What is sent in: the declared generator type tells.
        let sent = Expr::Name { name: Name::default(), scope: self.l.scope, at: node.start_byte() as u32 };
        let sent = self.l.add_expr(sent);
        self.l.add_expr(Expr::Unary { op: UnaryOp::Receive, operand: sent })
    }

    fn walrus(&mut self, node: Node<'_>) -> ExprId {
        let value = self.field_or_unknown(node, fields().value);
        if let Some(name) = child(node, fields().name) {
            let text = self.text(name);
            self.assign_name(name, value, None, false);
            // The name outlives the condition that it is assigned in.
            let reaching = self.flow().get(text).unwrap_or(value);
            let flow = self.flow();
            let below = flow.frames.len().saturating_sub(flow.conditions + 1);
            for frame in flow.frames.iter_mut().skip(below) {
                frame.changes.insert(text, reaching);
            }
            return reaching;
        }
        value
    }
}

fn node_is_slice(node: Node<'_>) -> bool {
    node.kind() == "slice"
}
