//! Patterns: each name in one becomes a binding whose value is a projection of the matched value.

use super::Walk;
use super::grammar::{Kind, child};
use crate::facts::{BindingKind, Expr, ExprId, Literal, TypeId, UnaryOp};
use crate::name::Name;
use tree_sitter::Node;

/// Component numbers from here on count from the end: `(a, .., z)`.
const FROM_END: u32 = u32::MAX;

impl Walk<'_, '_> {
    fn bind(&mut self, node: Node<'_>, value: ExprId, from: usize) {
        let name = self.ident(node);
        // By custom, and by a lint that is on for everyone, an upper-case name is a constant or variant.
        if name == "_" || name.as_str().chars().next().is_some_and(char::is_uppercase) {
            return;
        }
        self.lowering.add_binding(name, from, BindingKind::Local, None, Some(value));
    }

    /// Binds the names of a pattern, visible from byte `from`.
    pub(super) fn pattern(&mut self, node: Node<'_>, value: ExprId, from: usize) {
        self.deeper(|walk| walk.pattern_inner(node, value, from));
    }

    fn pattern_inner(&mut self, node: Node<'_>, value: ExprId, from: usize) {
        match self.kind(node) {
            Kind::Identifier | Kind::ShorthandField => self.bind(node, value, from),
            Kind::MutPattern | Kind::Parameter => {
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor) {
                    if self.kind(part) != Kind::MutableSpecifier {
                        self.pattern(part, value, from);
                    }
                }
            }
            Kind::RefPattern => {
                let mut cursor = node.walk();
                let mutable = node.named_children(&mut cursor).any(|part| {
                    let specifier = if self.kind(part) == Kind::MutPattern { part.named_child(0) } else { Some(part) };
                    specifier.is_some_and(|part| self.kind(part) == Kind::MutableSpecifier)
                });
                let op = if mutable { UnaryOp::RefMut } else { UnaryOp::Ref };
                let value = self.lowering.add_expr(Expr::Unary { op, operand: value });
                for part in node.named_children(&mut cursor) {
                    if self.kind(part) != Kind::MutableSpecifier {
                        self.pattern(part, value, from);
                    }
                }
            }
            Kind::ReferencePattern => {
                let value = self.lowering.add_expr(Expr::Unary { op: UnaryOp::Deref, operand: value });
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor) {
                    if self.kind(part) != Kind::MutableSpecifier {
                        self.pattern(part, value, from);
                    }
                }
            }
            Kind::CapturedPattern => {
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor) {
                    self.pattern(part, value, from);
                }
            }
            Kind::OrPattern | Kind::MatchPattern | Kind::Error => {
                let condition = child(node, self.fields.condition);
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor) {
                    if Some(part) != condition {
                        self.pattern(part, value, from);
                    }
                }
            }
            Kind::TuplePattern => {
                let parts = self.pattern_parts(node, 0);
                for (index, part) in parts {
                    let value = self.lowering.add_expr(Expr::Component { value, index });
                    self.pattern(part, value, from);
                }
            }
            Kind::SlicePattern => {
                let index = self.lowering.add_expr(Expr::Literal(Literal::Int));
                let element = self.lowering.add_expr(Expr::Index { base: value, index });
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor) {
                    let rest = self.kind(part) == Kind::CapturedPattern
                        && part
                            .named_child(part.named_child_count().saturating_sub(1) as u32)
                            .is_some_and(|last| self.kind(last) == Kind::RemainingFields);
                    self.pattern(part, if rest { value } else { element }, from);
                }
            }
            Kind::TupleStructPattern => {
                let Some(ty) = child(node, self.fields.type_) else { return };
                let ty = self.ty(ty);
                let parts = self.pattern_parts(node, 1);
                for (index, part) in parts {
                    let value = self.lowering.add_expr(Expr::PatternPart { ty, index, value });
                    self.pattern(part, value, from);
                }
            }
            Kind::StructPattern => {
                let Some(ty) = child(node, self.fields.type_) else { return };
                let ty = self.ty(ty);
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor) {
                    if self.kind(part) != Kind::FieldPattern {
                        continue;
                    }
                    let Some(name) = child(part, self.fields.name) else { continue };
                    let field = self.ident(name);
                    let mut value = self.lowering.add_expr(Expr::PatternField { ty, name: field, value });
                    if let Some(pattern) = child(part, self.fields.pattern) {
                        self.pattern(pattern, value, from);
                    } else {
                        if self.text(part).starts_with("ref ") {
                            let mut cursor = part.walk();
                            let mutable =
                                part.children(&mut cursor).any(|part| self.kind(part) == Kind::MutableSpecifier);
                            let op = if mutable { UnaryOp::RefMut } else { UnaryOp::Ref };
                            value = self.lowering.add_expr(Expr::Unary { op, operand: value });
                        }
                        self.bind(name, value, from);
                    }
                }
            }
            _ => {}
        }
    }

    /// The parts of a tuple-like pattern with their places; behind `..` they count from the end.
    fn pattern_parts<'t>(&mut self, node: Node<'t>, skip: usize) -> Vec<(u32, Node<'t>)> {
        let mut cursor = node.walk();
        let parts: Vec<Node<'t>> = node
            .named_children(&mut cursor)
            .filter(|part| !matches!(self.kind(*part), Kind::LineComment | Kind::BlockComment))
            .skip(skip)
            .collect();
        // `_` has no node of its own name; places are told from the commas.
        let mut placed = Vec::with_capacity(parts.len());
        let mut index = 0u32;
        let mut rest = None;
        let mut cursor = node.walk();
        let opening = node.children(&mut cursor).position(|part| part.kind() == "(").unwrap_or(0);
        let mut cursor = node.walk();
        for part in node.children(&mut cursor).skip(opening + 1) {
            if part.kind() == "," {
                index += 1;
            } else if self.kind(part) == Kind::RemainingFields {
                rest = Some(index);
            } else if parts.contains(&part) {
                placed.push((index, part, rest.is_some()));
            }
        }
        let last = if node.named_child_count() > 0 { index } else { 0 };
        let trailing = node.child(node.child_count().saturating_sub(2)).is_some_and(|part| part.kind() == ",");
        let count = if trailing { last } else { last + 1 };
        placed
            .into_iter()
            .map(|(index, part, behind)| {
                (if behind { FROM_END - (count - 1 - index.min(count - 1)) } else { index }, part)
            })
            .collect()
    }

    /// A value that other expressions refer to, with a written type.
    pub(super) fn anonymous(&mut self, from: usize, ty: Option<TypeId>, value: Option<ExprId>) -> ExprId {
        let binding = self.lowering.add_binding(Name::default(), from, BindingKind::Local, ty, value);
        self.lowering.add_expr(Expr::Local(binding))
    }
}
