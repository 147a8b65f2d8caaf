//! Expressions.

use super::kinds::{Kind, child};
use super::{Walker, jsdoc};
use crate::facts::*;
use crate::name::Name;
use tree_sitter::Node;

/// How many elements of an array literal are kept whatever they are.
const ROWS: usize = 64;

/// Longest string literal that facts keep.
const TEXT_LIMIT: usize = 80;

impl<'s> Walker<'_, 's> {
    /// An expression whose value goes somewhere: naming a function here mentions it.
    pub(super) fn value(&mut self, node: Node<'_>) -> ExprId {
        let expr = self.expr(node);
        match self.kind(node) {
            Kind::Identifier | Kind::ShorthandProperty => self.low.add_mention(expr, node),
            Kind::Member => {
                if let Some(property) = child(node, self.f.property) {
                    self.low.add_mention(expr, property);
                }
            }
            _ => {}
        }
        expr
    }

    pub(super) fn expr(&mut self, node: Node<'_>) -> ExprId {
        stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || self.expr_inner(node))
    }

    fn expr_inner(&mut self, node: Node<'_>) -> ExprId {
        match self.kind(node) {
            Kind::Identifier | Kind::ShorthandProperty | Kind::This | Kind::Super => self.low.name_expr(node),
            Kind::String => self.string(node),
            Kind::Number => self.low.add_expr(Expr::Literal(Literal::Int)),
            Kind::True | Kind::False => self.low.add_expr(Expr::Literal(Literal::Bool)),
            Kind::Null => self.low.add_expr(Expr::Literal(Literal::Null)),
            Kind::Undefined => self.low.add_expr(Expr::Literal(Literal::Undefined)),
            Kind::Regex => self.low.add_expr(Expr::Literal(Literal::Regex)),
            Kind::TemplateString => {
                let mut plain = true;
                for part in self.named(node) {
                    if self.kind(part) == Kind::TemplateSubstitution {
                        plain = false;
                        for inner in self.named(part) {
                            self.expr(inner);
                        }
                    }
                }
                if plain { self.string(node) } else { self.low.add_expr(Expr::Literal(Literal::Str)) }
            }
            Kind::Array => {
                let mut items = Vec::new();
                for item in self.named(node) {
                    // Of long tables the first rows tell the type, and the rest is looked at for code only.
                    if items.len() < ROWS || self.has_code(item) {
                        items.push(self.value(item));
                    }
                }
                let items = self.low.facts.new_list(items);
                self.low.add_expr(Expr::Sequence(items))
            }
            Kind::Spread => {
                let operand = self.first(node);
                self.low.add_expr(Expr::Unary { op: UnaryOp::Spread, operand })
            }
            Kind::Object => self.object(node),
            Kind::Arrow | Kind::FunctionExpression | Kind::GeneratorFunction => self.closure(node),
            Kind::Class => self.class_expression(node),
            Kind::Call => self.call(node),
            Kind::New => self.new_expression(node),
            Kind::Member => {
                let base = match child(node, self.f.object) {
                    Some(object) => self.expr(object),
                    None => self.unknown(),
                };
                let Some(property) = child(node, self.f.property) else { return base };
                let dot = property.start_byte().saturating_sub(2)..property.start_byte();
                let access = if self.low.source.get(dot) == Some("?.") { Access::Optional } else { Access::Dot };
                let name = self.low.name(property);
                self.low.add_expr(Expr::Member { base, name, access })
            }
            Kind::Subscript => {
                let base = match child(node, self.f.object) {
                    Some(object) => self.expr(object),
                    None => self.unknown(),
                };
                let index = match child(node, self.f.index) {
                    // `pair[0]`: which part of a tuple it is.
                    Some(index) if matches!(self.low.text(index).as_bytes(), [b'0'..=b'9']) => {
                        let index = self.low.add_expr(Expr::Text(self.low.name(index)));
                        return self.low.add_expr(Expr::Index { base, index });
                    }
                    Some(index) => self.expr(index),
                    None => self.unknown(),
                };
                match *self.low.facts.expr(index) {
                    Expr::Text(name) => self.low.add_expr(Expr::Member { base, name, access: Access::Dot }),
                    _ => self.low.add_expr(Expr::Index { base, index }),
                }
            }
            Kind::Await => {
                let operand = self.first(node);
                self.low.add_expr(Expr::Unary { op: UnaryOp::Await, operand })
            }
            Kind::Yield => {
                let operand = match self.named(node).first() {
                    Some(value) => self.value(*value),
                    None => self.unknown(),
                };
                let operand = if Self::token(node, "*") { self.low.add_expr(Expr::Element(operand)) } else { operand };
                let expr = self.low.add_expr(Expr::Unary { op: UnaryOp::Yield, operand });
                self.returns.push(expr);
                self.unknown()
            }
            Kind::Binary => self.binary(node),
            Kind::Unary => {
                let operand = match child(node, self.f.argument) {
                    Some(argument) => self.expr(argument),
                    None => self.unknown(),
                };
                let op = self.unary_op(node);
                self.low.add_expr(Expr::Unary { op, operand })
            }
            Kind::Ternary => self.ternary(node),
            Kind::Parenthesized => self.parenthesized(node),
            Kind::Sequence => {
                let mut last = None;
                for part in self.named(node) {
                    last = Some(self.value(part));
                }
                last.unwrap_or_else(|| self.unknown())
            }
            Kind::As => {
                let parts = self.named(node);
                let value = match parts.first() {
                    Some(value) => self.value(*value),
                    None => self.unknown(),
                };
                match parts.get(1) {
                    Some(ty) => {
                        let ty = self.type_expr(*ty);
                        self.low.add_expr(Expr::Cast { value, ty })
                    }
                    None => value,
                }
            }
            Kind::Satisfies => {
                let parts = self.named(node);
                let value = match parts.first() {
                    Some(value) => self.value(*value),
                    None => self.unknown(),
                };
                if let Some(ty) = parts.get(1) {
                    let ty = self.type_expr(*ty);
                    self.satisfied(value, ty);
                }
                value
            }
            Kind::TypeAssertion => {
                let parts = self.named(node);
                let ty = parts.first().map(|arguments| self.type_arguments(*arguments));
                let value = match parts.get(1) {
                    Some(value) => self.value(*value),
                    None => self.unknown(),
                };
                match ty.and_then(|ty| self.low.facts.list(ty).first().copied()) {
                    Some(ty) => self.low.add_expr(Expr::Cast { value, ty }),
                    None => value,
                }
            }
            Kind::NonNull => {
                let of_operator = self.named(node).first().is_some_and(|inner| self.is_operator(*inner));
                let operand = self.first(node);
                // The grammar reads `a - b!.c` as `(a - b)!.c`, and `!a!.b` as `(!a)!.b`.
                let operand = match *self.low.facts.expr(operand) {
                    Expr::Binary { right: operand, .. } | Expr::Unary { operand, .. } if of_operator => operand,
                    _ => operand,
                };
                self.low.add_expr(Expr::Unary { op: UnaryOp::NonNull, operand })
            }
            Kind::Instantiation => match self.named(node).first() {
                Some(function) => self.expr(*function),
                None => self.unknown(),
            },
            Kind::Assignment => self.assignment(node),
            Kind::AugmentedAssignment => {
                let target = child(node, self.f.left);
                let value = child(node, self.f.right).map(|right| self.value(right));
                let logical = child(node, self.f.operator)
                    .is_some_and(|operator| matches!(operator.kind(), "||=" | "??=" | "&&="));
                if let Some(target) = target {
                    if let (Kind::Identifier, Some(value)) = (self.kind(target), value) {
                        if logical {
                            let name = self.low.name(target);
                            // Another value it can have, not the only one from here.
                            self.in_block(|this| {
                                this.low.add_binding(name, node.end_byte(), BindingKind::Assigned, None, Some(value));
                            });
                            let target = self.expr(target);
                            return self.low.add_expr(Expr::Binary {
                                op: BinaryOp::Coalesce,
                                left: target,
                                right: value,
                            });
                        }
                        return self.low.add_expr(Expr::Binary { op: BinaryOp::Add, left: value, right: value });
                    }
                    let target = self.expr(target);
                    if let (true, Some(value)) = (logical, value) {
                        let (owner, scope) = (self.low.owner, self.low.scope);
                        self.low.facts.assigns.push(Assign { target, value, owner, scope });
                        return self.low.add_expr(Expr::Binary { op: BinaryOp::Coalesce, left: target, right: value });
                    }
                }
                self.unknown()
            }
            Kind::JsxElement | Kind::JsxSelfClosing => {
                self.jsx(node);
                self.unknown()
            }
            Kind::Function | Kind::GeneratorDeclaration | Kind::ClassDeclaration => {
                self.statement(node);
                self.unknown()
            }
            _ => {
                for part in self.named(node) {
                    self.any(part);
                }
                self.unknown()
            }
        }
    }

    /// Whether anything in a node is more than data.
    fn has_code(&self, node: Node<'_>) -> bool {
        let mut cursor = node.walk();
        loop {
            let code = matches!(
                self.kind(cursor.node()),
                Kind::Call
                    | Kind::New
                    | Kind::Arrow
                    | Kind::FunctionExpression
                    | Kind::GeneratorFunction
                    | Kind::Method
                    | Kind::Class
                    | Kind::Identifier
                    | Kind::ShorthandProperty
                    | Kind::Assignment
                    | Kind::JsxElement
                    | Kind::JsxSelfClosing
            );
            if code {
                return true;
            }
            if cursor.goto_first_child() {
                continue;
            }
            loop {
                if cursor.node() == node {
                    return false;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return false;
                }
            }
        }
    }

    /// The first named child as an expression.
    fn first(&mut self, node: Node<'_>) -> ExprId {
        match self.named(node).first() {
            Some(value) => self.value(*value),
            None => self.unknown(),
        }
    }

    fn string(&mut self, node: Node<'_>) -> ExprId {
        let text = self.low.text(node);
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
        if inner.len() <= TEXT_LIMIT && !inner.contains('\\') {
            self.low.add_expr(Expr::Text(Name::new(inner)))
        } else {
            self.low.add_expr(Expr::Literal(Literal::Str))
        }
    }

    /// Whether a node is an operator with its operands, not in parentheses.
    fn is_operator(&self, node: Node<'_>) -> bool {
        matches!(self.kind(node), Kind::Await | Kind::Unary | Kind::Binary)
    }

    fn unary_op(&self, node: Node<'_>) -> UnaryOp {
        match child(node, self.f.operator).map_or("", |operator| operator.kind()) {
            "!" => UnaryOp::Not,
            "typeof" => UnaryOp::Typeof,
            "-" | "+" | "~" => UnaryOp::Negate,
            _ => UnaryOp::Other,
        }
    }

    fn binary_op(&self, node: Node<'_>) -> BinaryOp {
        match child(node, self.f.operator).map_or("", |operator| operator.kind()) {
            "&&" => BinaryOp::And,
            "||" => BinaryOp::Or,
            "??" => BinaryOp::Coalesce,
            "===" | "==" => BinaryOp::Equal,
            "!==" | "!=" => BinaryOp::NotEqual,
            "instanceof" => BinaryOp::InstanceOf,
            "in" => BinaryOp::In,
            "<" | ">" | "<=" | ">=" => BinaryOp::Compare,
            "+" => BinaryOp::Add,
            "-" => BinaryOp::Subtract,
            "*" | "**" => BinaryOp::Multiply,
            "/" => BinaryOp::Divide,
            "%" => BinaryOp::Remainder,
            "&" | "|" | "^" => BinaryOp::Bit,
            "<<" | ">>" | ">>>" => BinaryOp::Shift,
            _ => BinaryOp::Other,
        }
    }

    fn binary(&mut self, node: Node<'_>) -> ExprId {
        let op = self.binary_op(node);
        let left = match child(node, self.f.left) {
            Some(left) => self.value(left),
            None => self.unknown(),
        };
        let Some(right_node) = child(node, self.f.right) else { return left };
        let right = match op {
            BinaryOp::And => self.guarded(left, true, right_node),
            BinaryOp::Or => self.guarded(left, false, right_node),
            _ => self.value(right_node),
        };
        self.low.add_expr(Expr::Binary { op, left, right })
    }

    /// An expression that is evaluated only if a condition holds, or only if it does not.
    fn guarded(&mut self, condition: ExprId, holds: bool, node: Node<'_>) -> ExprId {
        if self.tests_anything(condition) {
            self.in_block(|this| {
                this.guards(condition, holds, node.start_byte());
                this.value(node)
            })
        } else {
            self.value(node)
        }
    }

    fn ternary(&mut self, node: Node<'_>) -> ExprId {
        let condition = match child(node, self.f.condition) {
            Some(condition) => self.expr(condition),
            None => self.unknown(),
        };
        let mut branches = Vec::new();
        for (field, holds) in [(self.f.consequence, true), (self.f.alternative, false)] {
            if let Some(branch) = child(node, field) {
                branches.push(self.guarded(condition, holds, branch));
            }
        }
        let branches = self.low.facts.new_list(branches);
        self.low.add_expr(Expr::Choice(branches))
    }

    fn parenthesized(&mut self, node: Node<'_>) -> ExprId {
        let mut value = None;
        for part in self.named(node) {
            value = Some(self.value(part));
        }
        let value = value.unwrap_or_else(|| self.unknown());
        if self.javascript
            && let Some(doc) = self.doc_before(node.start_byte())
            && let Some(ty) = self.jsdoc_type(doc)
        {
            return self.low.add_expr(Expr::Cast { value, ty });
        }
        value
    }

    /// The token that people call a callee by: its last name.
    fn callee_name<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut node = node;
        loop {
            match self.kind(node) {
                Kind::Identifier | Kind::Super => return Some(node),
                Kind::Member => return child(node, self.f.property),
                Kind::NonNull | Kind::Parenthesized | Kind::Instantiation | Kind::As | Kind::Satisfies => {
                    node = *self.named(node).first()?;
                }
                _ => return None,
            }
        }
    }

    fn call(&mut self, node: Node<'_>) -> ExprId {
        let Some(function) = child(node, self.f.function) else {
            for part in self.named(node) {
                self.any(part);
            }
            return self.unknown();
        };
        self.call_of(node, function)
    }

    /// A call, of what is called in it.
    fn call_of(&mut self, node: Node<'_>, function: Node<'_>) -> ExprId {
        // The grammar reads `await f<T>()`, `!f<T>()` and `a + f<T>()` as calls of `await f`, `!f` and `a + f`, and so
        // `!f!()`.
        match self.kind(function) {
            Kind::NonNull
                if let Some(&inner) = self.named(function).first().filter(|inner| self.is_operator(**inner)) =>
            {
                return self.call_of(node, inner);
            }
            Kind::Await => {
                let Some(&inner) = self.named(function).first() else { return self.unknown() };
                let operand = self.call_of(node, inner);
                let goes_on = node.parent().is_some_and(|outer| {
                    matches!(self.kind(outer), Kind::Member | Kind::Call | Kind::Subscript | Kind::NonNull)
                });
                // What a chain ends with is awaited, not what it starts with.
                return if goes_on { operand } else { self.low.add_expr(Expr::Unary { op: UnaryOp::Await, operand }) };
            }
            Kind::Unary if let Some(inner) = child(function, self.f.argument) => {
                let operand = self.call_of(node, inner);
                let op = self.unary_op(function);
                return self.low.add_expr(Expr::Unary { op, operand });
            }
            Kind::Binary if let Some(inner) = child(function, self.f.right) => {
                let left = match child(function, self.f.left) {
                    Some(left) => self.value(left),
                    None => self.unknown(),
                };
                let right = self.call_of(node, inner);
                let op = self.binary_op(function);
                return self.low.add_expr(Expr::Binary { op, left, right });
            }
            _ => {}
        }
        let arguments = child(node, self.f.arguments);
        if let Some(expr) = self.import_call(node, function, arguments) {
            return expr;
        }
        let callee = self.expr(function);
        let type_args = child(node, self.f.type_arguments).map(|list| self.type_arguments(list)).unwrap_or_default();
        let tagged = arguments.is_some_and(|arguments| self.kind(arguments) == Kind::TemplateString);
        // The call's id before those of its arguments: sites in source order.
        let site = if tagged { None } else { self.callee_name(function) }.map(|name| {
            let placeholder = self.low.add_expr(Expr::Unknown);
            (placeholder, self.low.add_call(placeholder, name))
        });
        let args = arguments.map(|arguments| self.arguments(arguments)).unwrap_or_default();
        let expr = Expr::Call { callee, args, type_args };
        match site {
            Some((id, _)) => {
                self.low.facts.exprs[id.index()] = expr;
                id
            }
            None => self.low.add_expr(expr),
        }
    }

    fn arguments(&mut self, node: Node<'_>) -> List<ExprId> {
        if self.kind(node) == Kind::TemplateString {
            self.expr(node);
            return List::default();
        }
        let items: Vec<ExprId> = self.named(node).into_iter().map(|item| self.value(item)).collect();
        self.low.facts.new_list(items)
    }

    fn new_expression(&mut self, node: Node<'_>) -> ExprId {
        let Some(constructor) = child(node, self.f.constructor) else { return self.unknown() };
        let class = self.expr(constructor);
        let types = child(node, self.f.type_arguments).map(|list| self.type_arguments(list)).unwrap_or_default();
        let site = self.callee_name(constructor).map(|name| {
            let placeholder = self.low.add_expr(Expr::Unknown);
            self.low.add_call(placeholder, name);
            placeholder
        });
        let args = child(node, self.f.arguments).map(|arguments| self.arguments(arguments)).unwrap_or_default();
        // Written type arguments make the class a path.
        let class = match self.segments_of(class, types) {
            Some((segments, scope, at)) if !types.is_empty() => {
                let segments = self.low.facts.new_list(segments);
                self.low.add_expr(Expr::Path { segments, scope, at })
            }
            _ => class,
        };
        let expr = Expr::NewExpr { class, args };
        match site {
            Some(id) => {
                self.low.facts.exprs[id.index()] = expr;
                id
            }
            None => self.low.add_expr(expr),
        }
    }

    fn assignment(&mut self, node: Node<'_>) -> ExprId {
        let (Some(left), Some(right)) = (child(node, self.f.left), child(node, self.f.right)) else {
            return self.unknown();
        };
        match self.kind(left) {
            Kind::Identifier => {
                let value = match self.function_behind(right) {
                    // `let f; if (…) f = function () {}` of a module: no scope has its name for it.
                    Some(function) if self.low.owner == DefId::FILE => {
                        let doc = if self.javascript { self.doc_before(node.start_byte()) } else { None };
                        let def = self.named_function(function, left, DefKind::Function, node, doc, None);
                        let nowhere = self.low.add_scope(ScopeKind::Type);
                        self.low.def_mut(def).outer_scope = nowhere;
                        self.low.add_expr(Expr::Def(def))
                    }
                    _ => self.value(right),
                };
                let name = self.low.name(left);
                self.low.add_binding(name, node.end_byte(), BindingKind::Assigned, None, Some(value));
                value
            }
            Kind::Member | Kind::Subscript => self.member_assignment(node, left, right),
            Kind::NonNull | Kind::As | Kind::Parenthesized => {
                self.expr(left);
                self.value(right)
            }
            _ => {
                let value = self.value(right);
                self.assign_pattern(left, value, node.end_byte());
                value
            }
        }
    }

    /// Whether a chain of assignments around one assigns to a member of the name.
    fn is_assigned_as(&self, name: Node<'_>, assignment: Node<'_>) -> bool {
        std::iter::successors(assignment.parent(), Node::parent)
            .take_while(|outer| self.kind(*outer) == Kind::Assignment)
            .filter_map(|outer| child(child(outer, self.f.left)?, self.f.property))
            .any(|property| self.low.text(property) == self.low.text(name))
    }

    fn member_assignment(&mut self, node: Node<'_>, left: Node<'_>, right: Node<'_>) -> ExprId {
        let target = self.expr(left);
        let doc = if self.javascript { self.doc_before(node.start_byte()) } else { None };
        let property = match self.kind(left) {
            Kind::Member => child(left, self.f.property),
            _ => None,
        };
        let mut value = match (property, self.function_behind(right)) {
            (Some(property), Some(function)) => {
                // `module.exports = function f() {}` goes by `f`, and so does `a.f = a.g = function f() {}`.
                let name = match child(function, self.f.name) {
                    Some(own) if self.low.text(left) == "module.exports" || self.is_assigned_as(own, node) => own,
                    _ => property,
                };
                let def = self.named_function(function, name, DefKind::Function, node, doc, None);
                // No scope has a name for it.
                let nowhere = self.low.add_scope(ScopeKind::Type);
                self.low.def_mut(def).outer_scope = nowhere;
                self.member_of(def, target);
                self.low.add_expr(Expr::Def(def))
            }
            _ => {
                let value = self.value(right);
                // `A.prototype[name] = function`
                if let (Expr::Def(def), Expr::Index { .. }) =
                    (*self.low.facts.expr(value), *self.low.facts.expr(target))
                {
                    self.member_of(def, target);
                }
                value
            }
        };
        // What is exported by name stays that name's, whatever type the comment repeats.
        self.common_js_export(target, value);
        if let Some(ty) = doc.filter(|_| self.function_behind(right).is_none()).and_then(|doc| self.jsdoc_type(doc)) {
            value = self.low.add_expr(Expr::Cast { value, ty });
        }
        let (owner, scope) = (self.low.owner, self.low.scope);
        self.low.facts.assigns.push(Assign { target, value, owner, scope });
        value
    }

    /// `A.prototype.f = function`, `A.prototype[f] = function`, `A.f = function`: says what the function is a member of.
    fn member_of(&mut self, def: DefId, target: ExprId) {
        let (base, named) = match *self.low.facts.expr(target) {
            Expr::Member { base, .. } => (base, true),
            Expr::Index { base, .. } => (base, false),
            _ => return,
        };
        let (class, method) = match *self.low.facts.expr(base) {
            Expr::Member { base, name, .. } if name == "prototype" => (base, true),
            _ if !named => return,
            _ => (base, false),
        };
        let Expr::Name { name, scope, at } = *self.low.facts.expr(class) else { return };
        if matches!(name.as_str(), "exports" | "module" | "this") || Some(name) == self.exports_name {
            return;
        }
        let segments = self.low.facts.new_list([Segment { name, args: List::default() }]);
        let ty = self.low.add_type(TypeExpr::Path { segments, scope, at });
        let supers = self.low.facts.new_list([Super { relation: Relation::MemberOf, ty, expr: None }]);
        let def = self.low.def_mut(def);
        def.supers = supers;
        if method && named {
            def.kind = DefKind::Method;
        }
    }

    fn jsx(&mut self, node: Node<'_>) {
        for part in self.named(node) {
            match self.kind(part) {
                Kind::JsxOpening => self.jsx(part),
                Kind::JsxClosing => {}
                Kind::JsxElement | Kind::JsxSelfClosing => {
                    self.expr(part);
                }
                Kind::JsxAttribute | Kind::JsxExpression => {
                    for inner in self.named(part) {
                        match self.kind(inner) {
                            Kind::JsxExpression => self.jsx(inner),
                            Kind::PropertyIdentifier | Kind::String | Kind::Comment => {}
                            Kind::Spread => {
                                self.expr(inner);
                            }
                            _ => {
                                self.value(inner);
                            }
                        }
                    }
                }
                Kind::Identifier => {
                    // Lower case elements are the document's own.
                    if self.low.text(part).starts_with(|c: char| !c.is_ascii_lowercase()) {
                        self.value(part);
                    }
                }
                Kind::Member | Kind::NestedIdentifier => {
                    self.value(part);
                }
                Kind::TypeArguments => {
                    self.type_arguments(part);
                }
                _ => {
                    if self.is_expression(part) {
                        self.value(part);
                    }
                }
            }
        }
    }

    /// The summary of the comment before a node.
    pub(super) fn summary(&self, doc: Option<&'s str>) -> Option<Box<str>> {
        doc.and_then(jsdoc::summary)
    }
}
