//! Statements and the variables they declare.

use super::kinds::{Field, Kind};
use super::{Go, Kid, deeper};
use crate::facts::*;
use tree_sitter::Node;

impl<'t> Go<'_, '_, 't> {
    /// The statements of a block (or list), in the current scope.
    pub(super) fn statements(&mut self, block: Node<'t>) {
        let kids = self.open(block);
        for index in kids.indexes() {
            self.statement(self.kids[index].node);
        }
        self.close(kids);
    }

    pub(super) fn statement(&mut self, node: Node<'t>) {
        deeper(|| self.statement_here(node));
    }

    fn statement_here(&mut self, node: Node<'t>) {
        let kind = self.kind(node);
        match kind {
            Kind::Comment | Kind::LabelName => {}
            Kind::Block => self.in_block(|go| go.statements(node)),
            Kind::ConstDeclaration | Kind::VarDeclaration | Kind::TypeDeclaration => {
                self.declaration(Kid { node, kind, field: Field::None }, None);
            }
            Kind::ShortVarDeclaration => self.short_var(node),
            Kind::ReceiveStatement => self.receive(node),
            Kind::RangeClause => self.range(node),
            Kind::IfStatement | Kind::ForStatement | Kind::ExpressionSwitch => {
                self.in_block(|go| go.children(node));
            }
            Kind::ExpressionCase | Kind::DefaultCase | Kind::CommunicationCase => {
                self.in_block(|go| go.children(node));
            }
            Kind::TypeSwitch => self.in_block(|go| go.type_switch(node)),
            Kind::FunctionDeclaration | Kind::MethodDeclaration | Kind::Error => self.children(node),
            _ if is_expression(kind) => {
                self.expr(node);
            }
            kind if kind.is_type() => {
                self.ty(node);
            }
            // Blocks of other statements, expression lists, clauses: what they hold, in order.
            _ => self.children(node),
        }
    }

    /// All children as statements, in source order.
    fn children(&mut self, node: Node<'t>) {
        let kids = self.open(node);
        for index in kids.indexes() {
            let kid = self.kids[index];
            if kid.node.is_named() {
                self.statement(kid.node);
            }
        }
        self.close(kids);
    }

    /// The expressions of a list.
    pub(super) fn list(&mut self, node: Node<'t>) -> Vec<Node<'t>> {
        if self.kind(node) != Kind::ExpressionList {
            return vec![node];
        }
        let kids = self.open(node);
        let nodes = self.kids[kids.indexes()]
            .iter()
            .filter(|kid| kid.node.is_named() && kid.kind != Kind::Comment)
            .map(|kid| kid.node)
            .collect();
        self.close(kids);
        nodes
    }

    /// Whether `:=` stands between two nodes.
    fn declares(&self, left: Node<'t>, right: Node<'t>) -> bool {
        self.low.source.get(left.end_byte()..right.start_byte()).is_some_and(|between| between.contains(":="))
    }

    /// Declares the names on the left of `:=` that are new in this block.
    fn declare(&mut self, left: &[Node<'t>], values: &[Option<ExprId>], from: usize) {
        for (index, &name) in left.iter().enumerate() {
            if self.kind(name) != Kind::Identifier {
                self.expr(name);
                continue;
            }
            let text = self.low.name(name);
            if !self.locals.in_this_block(text) {
                self.bind(name, from, BindingKind::Local, None, values.get(index).copied().flatten());
            }
        }
    }

    fn short_var(&mut self, node: Node<'t>) {
        let kids = self.open(node);
        let (left, right) = (self.node(kids, Field::Left), self.node(kids, Field::Right));
        self.close(kids);
        let right = right.map_or_else(Vec::new, |right| self.list(right));
        let left = left.map_or_else(Vec::new, |left| self.list(left));
        let values = if left.len() > 1 && right.len() == 1 {
            self.several(right[0], left.len())
        } else {
            right.iter().map(|&value| Some(self.expr(value))).collect()
        };
        self.declare(&left, &values, node.end_byte());
    }

    /// `case v, ok := <-c`
    fn receive(&mut self, node: Node<'t>) {
        let kids = self.open(node);
        let (left, right) = (self.node(kids, Field::Left), self.node(kids, Field::Right));
        self.close(kids);
        let Some(right) = right else { return };
        let value = self.expr(right);
        let Some(left) = left else { return };
        let declares = self.declares(left, right);
        let left = self.list(left);
        if declares {
            let ok = self.literal(Literal::Bool);
            self.declare(&left, &[Some(value), Some(ok)], node.end_byte());
        } else {
            for node in left {
                self.expr(node);
            }
        }
    }

    fn range(&mut self, node: Node<'t>) {
        let kids = self.open(node);
        let (left, right) = (self.node(kids, Field::Left), self.node(kids, Field::Right));
        self.close(kids);
        let Some(right) = right else { return };
        let value = self.expr(right);
        let Some(left) = left else { return };
        let declares = self.declares(left, right);
        let left = self.list(left);
        if declares {
            let value = self.low.add_expr(Expr::Element(value));
            let values: Vec<Option<ExprId>> =
                (0..left.len() as u32).map(|index| Some(self.low.add_expr(Expr::Component { value, index }))).collect();
            self.declare(&left, &values, node.end_byte());
        } else {
            for node in left {
                self.expr(node);
            }
        }
    }

    fn type_switch(&mut self, node: Node<'t>) {
        let kids = self.open(node);
        if let Some(initializer) = self.node(kids, Field::Initializer) {
            self.statement(initializer);
        }
        let value = self.node(kids, Field::Value).map(|value| self.expr(value));
        let alias = self.node(kids, Field::Alias).map_or_else(Vec::new, |alias| self.list(alias));
        for index in kids.indexes() {
            let kid = self.kids[index];
            match kid.kind {
                Kind::TypeCase | Kind::DefaultCase => {
                    self.in_block(|go| go.type_case(kid.node, alias.first().copied(), value));
                }
                Kind::Error => self.children(kid.node),
                _ => {}
            }
        }
        self.close(kids);
    }

    fn type_case(&mut self, node: Node<'t>, alias: Option<Node<'t>>, value: Option<ExprId>) {
        let kids = self.open(node);
        let mut types = Vec::new();
        let mut count = 0;
        for index in kids.indexes() {
            let kid = self.kids[index];
            if kid.field == Field::Type && kid.node.is_named() {
                count += 1;
                // `case nil` parses as a type of this name.
                if self.low.text(kid.node) != "nil" {
                    types.push(self.ty(kid.node));
                }
            }
        }
        if let Some(alias) = alias {
            // With several types, the variable keeps the type of the value.
            match types[..] {
                [one] if count == 1 => self.bind(alias, 0, BindingKind::Narrowed, Some(one), None),
                _ => self.bind(alias, 0, BindingKind::Narrowed, None, value),
            }
        }
        for index in kids.indexes() {
            let kid = self.kids[index];
            if kid.field != Field::Type && kid.node.is_named() {
                self.statement(kid.node);
            }
        }
        self.close(kids);
    }
}

fn is_expression(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::BinaryExpression
            | Kind::CallExpression
            | Kind::CompositeLiteral
            | Kind::False
            | Kind::FloatLiteral
            | Kind::FuncLiteral
            | Kind::Identifier
            | Kind::ImaginaryLiteral
            | Kind::IndexExpression
            | Kind::InterpretedString
            | Kind::IntLiteral
            | Kind::Iota
            | Kind::Nil
            | Kind::ParenthesizedExpression
            | Kind::RawString
            | Kind::RuneLiteral
            | Kind::SelectorExpression
            | Kind::SliceExpression
            | Kind::True
            | Kind::TypeAssertion
            | Kind::TypeConversion
            | Kind::TypeInstantiation
            | Kind::UnaryExpression
            | Kind::LiteralValue
    )
}
