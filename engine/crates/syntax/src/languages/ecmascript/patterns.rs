//! Destructuring: names and what part of the value each gets.

use super::Walker;
use super::kinds::{Kind, child};
use crate::facts::*;
use tree_sitter::Node;

/// A name of a pattern: its node, the part of the value it gets, its type if it has one of its own.
pub(super) type Projection<'t> = (Node<'t>, Option<ExprId>, Option<TypeId>);

/// How a part taken by destructuring is told from `a.b`, which is no name for the function in it.
const DESTRUCTURED: Access = Access::Arrow;

impl Walker<'_, '_> {
    /// The names in a pattern, each with its part of the value.
    pub(super) fn projections<'t>(
        &mut self,
        pattern: Node<'t>,
        value: Option<ExprId>,
        ty: Option<TypeId>,
        out: &mut Vec<Projection<'t>>,
    ) {
        match self.kind(pattern) {
            Kind::Identifier | Kind::ShorthandPropertyPattern | Kind::ShorthandProperty => {
                out.push((pattern, value, ty));
            }
            Kind::ObjectPattern => {
                let base = self.pattern_base(value, ty);
                for part in self.named(pattern) {
                    match self.kind(part) {
                        Kind::ShorthandPropertyPattern => {
                            let part_value = self.part(base, part);
                            out.push((part, part_value, None));
                        }
                        Kind::PairPattern => {
                            let key = child(part, self.f.key);
                            let part_value = key.and_then(|key| self.part(base, key));
                            if let Some(target) = child(part, self.f.value) {
                                self.projections(target, part_value, None, out);
                            }
                        }
                        Kind::ObjectAssignmentPattern => {
                            let left = child(part, self.f.left);
                            let right = child(part, self.f.right).map(|right| self.value(right));
                            if let Some(left) = left {
                                if self.kind(left) == Kind::ShorthandPropertyPattern {
                                    let part_value = self.part(base, left);
                                    let part_value = self.with_default(part_value, right);
                                    out.push((left, part_value, None));
                                } else {
                                    let part_value = self.with_default(None, right);
                                    self.projections(left, part_value, None, out);
                                }
                            }
                        }
                        Kind::RestPattern => {
                            for rest in self.named(part) {
                                self.projections(rest, base, None, out);
                            }
                        }
                        _ => {}
                    }
                }
            }
            Kind::ArrayPattern => {
                let base = self.pattern_base(value, ty);
                let mut index = 0;
                let mut cursor = pattern.walk();
                let children: Vec<_> = pattern.children(&mut cursor).collect();
                for part in children {
                    if !part.is_named() {
                        index += u32::from(part.kind() == ",");
                        continue;
                    }
                    if self.kind(part) == Kind::RestPattern {
                        let rest = base.map(|base| {
                            let element = self.low.add_expr(Expr::Element(base));
                            let items = self.low.facts.new_list([element]);
                            self.low.add_expr(Expr::Sequence(items))
                        });
                        for inner in self.named(part) {
                            self.projections(inner, rest, None, out);
                        }
                    } else {
                        let value = base.map(|value| self.low.add_expr(Expr::Component { value, index }));
                        self.projections(part, value, None, out);
                    }
                }
            }
            Kind::AssignmentPattern => {
                let right = child(pattern, self.f.right).map(|right| self.value(right));
                let value = self.with_default(value, right);
                if let Some(left) = child(pattern, self.f.left) {
                    self.projections(left, value, ty, out);
                }
            }
            Kind::RestPattern | Kind::Parenthesized => {
                for inner in self.named(pattern) {
                    self.projections(inner, value, ty, out);
                }
            }
            Kind::Member | Kind::Subscript => {
                let target = self.expr(pattern);
                if let Some(value) = value {
                    let (owner, scope) = (self.low.owner, self.low.scope);
                    self.low.facts.assigns.push(Assign { target, value, owner, scope });
                }
            }
            _ => {}
        }
    }

    fn with_default(&mut self, value: Option<ExprId>, default: Option<ExprId>) -> Option<ExprId> {
        match (value, default) {
            (Some(value), Some(default)) => {
                Some(self.low.add_expr(Expr::Binary { op: BinaryOp::Coalesce, left: value, right: default }))
            }
            (value, default) => value.or(default),
        }
    }

    /// The value to take parts of: a written type goes before the value.
    fn pattern_base(&mut self, value: Option<ExprId>, ty: Option<TypeId>) -> Option<ExprId> {
        match (value, ty) {
            (value, Some(ty)) => {
                let value = value.unwrap_or_else(|| self.unknown());
                Some(self.low.add_expr(Expr::Cast { value, ty }))
            }
            (value, None) => value,
        }
    }

    fn part(&mut self, base: Option<ExprId>, key: Node<'_>) -> Option<ExprId> {
        let base = base?;
        match self.key_name(key) {
            Some(name) => Some(self.low.add_expr(Expr::Member { base, name, access: DESTRUCTURED })),
            None => {
                if self.kind(key) == Kind::ComputedName {
                    for inner in self.named(key) {
                        self.expr(inner);
                    }
                }
                None
            }
        }
    }

    /// Declares the names of a pattern in the current scope.
    pub(super) fn declare_pattern(
        &mut self,
        pattern: Node<'_>,
        value: Option<ExprId>,
        ty: Option<TypeId>,
        kind: BindingKind,
    ) {
        let mut names = Vec::new();
        self.projections(pattern, value, ty, &mut names);
        for (node, value, ty) in names {
            let name = self.low.name(node);
            self.low.add_binding(name, node.start_byte(), kind, ty, value);
        }
    }

    /// Declares local variables; those of `var` in the function's scope.
    pub(super) fn declare_variable(
        &mut self,
        pattern: Node<'_>,
        value: Option<ExprId>,
        ty: Option<TypeId>,
        var: bool,
        _in_loop: bool,
    ) {
        let mut names = Vec::new();
        self.projections(pattern, value, ty, &mut names);
        let outer = self.low.scope;
        if var {
            self.low.scope = self.function_scope();
        }
        for (node, value, ty) in names {
            let name = self.low.name(node);
            self.low.add_binding(name, node.start_byte(), BindingKind::Local, ty, value);
        }
        self.low.scope = outer;
    }

    /// `pattern = value`
    pub(super) fn assign_pattern(&mut self, pattern: Node<'_>, value: ExprId, from: usize) {
        let mut names = Vec::new();
        self.projections(pattern, Some(value), None, &mut names);
        for (node, value, _) in names {
            let name = self.low.name(node);
            self.low.add_binding(name, from, BindingKind::Assigned, None, value);
        }
    }
}
