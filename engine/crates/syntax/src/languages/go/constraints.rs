//! Build constraints: `//go:build` and `// +build` lines before the package clause.

use super::Go;
use crate::facts::*;
use crate::name::Name;
use tree_sitter::Node;

impl Go<'_, '_, '_> {
    /// Reads a comment that stands before the package clause; the constraint, if it holds one.
    pub(super) fn constraint(&mut self, comment: Node<'_>, plus_build: bool) -> Option<ExprId> {
        let text = self.low.text(comment).strip_prefix("//")?;
        let at = comment.start_byte() as u32;
        if plus_build {
            let options = text.trim_start().strip_prefix("+build")?.split_whitespace();
            let mut any = None;
            for option in options {
                let mut all = None;
                for term in option.split(',') {
                    let (negated, tag) = term.strip_prefix('!').map_or((false, term), |tag| (true, tag));
                    let tag = self.tag(tag, at);
                    let tag = if negated { self.not(tag) } else { tag };
                    all = Some(self.combine(BinaryOp::And, all, tag));
                }
                any = all.map(|all| self.combine(BinaryOp::Or, any, all));
            }
            return any;
        }
        let mut parser = Constraint { rest: text.strip_prefix("go:build")?, at, depth: 0 };
        parser.or(self)
    }

    fn tag(&mut self, tag: &str, at: u32) -> ExprId {
        self.low.add_expr(Expr::Name { name: Name::new(tag), scope: ScopeId::FILE, at })
    }

    fn not(&mut self, operand: ExprId) -> ExprId {
        self.low.add_expr(Expr::Unary { op: UnaryOp::Not, operand })
    }

    pub(super) fn combine(&mut self, op: BinaryOp, left: Option<ExprId>, right: ExprId) -> ExprId {
        match left {
            Some(left) => self.low.add_expr(Expr::Binary { op, left, right }),
            None => right,
        }
    }
}

struct Constraint<'a> {
    rest: &'a str,
    at: u32,
    depth: u8,
}

impl Constraint<'_> {
    fn eat(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn or(&mut self, go: &mut Go<'_, '_, '_>) -> Option<ExprId> {
        let mut left = self.and(go)?;
        while self.eat("||") {
            let right = self.and(go)?;
            left = go.combine(BinaryOp::Or, Some(left), right);
        }
        Some(left)
    }

    fn and(&mut self, go: &mut Go<'_, '_, '_>) -> Option<ExprId> {
        let mut left = self.not(go)?;
        while self.eat("&&") {
            let right = self.not(go)?;
            left = go.combine(BinaryOp::And, Some(left), right);
        }
        Some(left)
    }

    fn not(&mut self, go: &mut Go<'_, '_, '_>) -> Option<ExprId> {
        // No real constraint nests this deeply.
        self.depth = self.depth.checked_add(1).filter(|&depth| depth < 200)?;
        if self.eat("!") {
            let operand = self.not(go)?;
            return Some(go.not(operand));
        }
        if self.eat("(") {
            let inner = self.or(go)?;
            return self.eat(")").then_some(inner);
        }
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(self.rest.len());
        let (tag, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!tag.is_empty()).then(|| go.tag(tag, self.at))
    }
}
