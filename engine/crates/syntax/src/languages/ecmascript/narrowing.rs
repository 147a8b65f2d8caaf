//! What a condition tells of the values it looks at.

use super::Walker;
use crate::facts::*;
use crate::name::Name;

/// Values that one condition may tell of; more are not written.
const LIMIT: usize = 6;

impl Walker<'_, '_> {
    /// Adds a narrowed name to the current scope, from byte `from`, for each value that `condition` tests.
    pub(super) fn guards(&mut self, condition: ExprId, holds: bool, from: usize) {
        let mut tested = Vec::new();
        self.tested(condition, &mut tested, 0);
        let mut seen: Vec<Name> = Vec::new();
        for value in tested {
            let Some(path) = self.path(value) else { continue };
            let name = Name::new(&path);
            if seen.contains(&name) || seen.len() == LIMIT {
                continue;
            }
            seen.push(name);
            let init = self.low.add_expr(Expr::Guarded { value, condition, holds });
            self.low.add_binding(name, from, BindingKind::Narrowed, None, Some(init));
        }
    }

    /// Whether a condition tells anything.
    pub(super) fn tests_anything(&self, condition: ExprId) -> bool {
        let mut tested = Vec::new();
        self.tested(condition, &mut tested, 0);
        !tested.is_empty()
    }

    fn tested(&self, condition: ExprId, out: &mut Vec<ExprId>, depth: u32) {
        let facts = &self.low.facts;
        if depth > 16 || out.len() > LIMIT * 2 {
            return;
        }
        match *facts.expr(condition) {
            Expr::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } => {
                self.tested(left, out, depth + 1);
                self.tested(right, out, depth + 1);
            }
            Expr::Unary { op: UnaryOp::Not, operand } => self.tested(operand, out, depth + 1),
            Expr::Binary { op: BinaryOp::Equal | BinaryOp::NotEqual, left, right } => {
                self.compared(left, right, out);
                self.compared(right, left, out);
            }
            Expr::Binary { op: BinaryOp::InstanceOf, left, .. } => out.push(left),
            Expr::Binary { op: BinaryOp::In, right, .. } => out.push(right),
            Expr::Call { callee, args, .. } => match (facts.list(args).first(), facts.expr(callee)) {
                (Some(argument), _) => out.push(*argument),
                // `isLeaf(): this is Leaf`
                (None, Expr::Member { base, .. }) if !self.javascript => out.push(*base),
                _ => {}
            },
            // `if (result.ok)`
            Expr::Member { base, .. } => out.push(base),
            _ => {}
        }
    }

    fn compared(&self, value: ExprId, with: ExprId, out: &mut Vec<ExprId>) {
        let facts = &self.low.facts;
        if let Expr::Unary { op: UnaryOp::Typeof, operand } = *facts.expr(value) {
            out.push(operand);
            return;
        }
        let constant = matches!(facts.expr(with), Expr::Text(_) | Expr::Literal(_) | Expr::Member { .. });
        if !constant {
            return;
        }
        match *facts.expr(value) {
            Expr::Member { base, .. } => {
                out.push(base);
                out.push(value);
            }
            Expr::Name { .. } => out.push(value),
            _ => {}
        }
    }

    /// `a.b.c` of a chain of names.
    fn path(&self, expr: ExprId) -> Option<String> {
        let mut parts: Vec<&'static str> = Vec::new();
        let mut expr = expr;
        loop {
            match *self.low.facts.expr(expr) {
                Expr::Name { name, .. } => {
                    parts.push(name.as_str());
                    parts.reverse();
                    return Some(parts.join("."));
                }
                Expr::Member { base, name, .. } if parts.len() < 4 => {
                    parts.push(name.as_str());
                    expr = base;
                }
                Expr::Unary { op: UnaryOp::NonNull, operand } => expr = operand,
                _ => return None,
            }
        }
    }
}
