//! Java: from parse tree to facts.
//!
//! Conventions of the facts, beyond what [`crate::facts`] says:
//! - `this` and `super` are names, which tell the scope that they stand in.
//! - A method reference `a::b` is an [`Expr::Member`] with [`Access::Arrow`], or an [`Expr::TypeMember`] if a
//!   type stands on the left that cannot be read as an expression; `::new` has the name `new`.
//! - `T.class` is an [`Expr::TypeMember`] with the name `class`; `A.this` and `A.super` are members named so.
//! - `new T() { … }` is an [`Expr::Def`] of the anonymous class, whose `value` is the [`Expr::New`].
//! - Numbers that are no `int` or `double` are casts of the literal to their type.
//! - A call in an initialiser belongs to the method around the class, if there is one, else to the field.
//! - `returns` of callables holds what they return although the type is written: it gives lambdas their type.

mod declarations;
mod expressions;
mod kinds;
mod statements;
mod types;

use crate::facts::{DefId, ExprId};
use crate::lower::Lowering;
use kinds::{Grammar, Kind};
use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use tree_sitter::Node;

/// The text with blanks for what the grammar does not know: annotations of `T @Nullable ... rest`.
pub(super) fn readable(source: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(source);
    for (dots, _) in source.match_indices("...") {
        let before = source[..dots].trim_end();
        let start = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '@')).len();
        if before[start..].starts_with('@') && source[..start].ends_with(char::is_whitespace) {
            text.to_mut().replace_range(start..before.len(), &" ".repeat(before.len() - start));
        }
    }
    text
}

pub(super) fn lower(lowering: &mut Lowering<'_>, root: Node<'_>, _path: &str) {
    let mut java = Java {
        lowering,
        grammar: Grammar::get(),
        returns: Vec::new(),
        yields: Vec::new(),
        subjects: Vec::new(),
        type_depth: 0,
    };
    java.visit_children(root);
}

/// The walk over one Java file.
struct Java<'l, 's> {
    lowering: &'l mut Lowering<'s>,
    grammar: &'static Grammar,
    /// Returned values of the callables around this point, innermost last.
    returns: Vec<Vec<ExprId>>,
    /// Values of the `switch`es around this point, innermost last.
    yields: Vec<Vec<ExprId>>,
    /// What the `switch`es around this point look at, innermost last.
    subjects: Vec<ExprId>,
    /// How many types this point is nested in.
    type_depth: u32,
}

impl<'s> Deref for Java<'_, 's> {
    type Target = Lowering<'s>;

    fn deref(&self) -> &Self::Target {
        self.lowering
    }
}

impl DerefMut for Java<'_, '_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.lowering
    }
}

impl Java<'_, '_> {
    fn kind(&self, node: Node<'_>) -> Kind {
        self.grammar.kind(node)
    }

    fn field(node: Node<'_>, field: u16) -> Option<Node<'_>> {
        node.child_by_field_id(field)
    }

    /// Runs `body` inside a definition's scope.
    fn inside<R>(&mut self, def: DefId, body: impl FnOnce(&mut Self) -> R) -> R {
        let (owner, scope) = (self.owner, self.scope);
        self.owner = def;
        self.scope = self.facts.def(def).scope;
        let result = body(self);
        self.owner = owner;
        self.scope = scope;
        result
    }

    /// Runs `body` inside a new block.
    fn block<R>(&mut self, body: impl FnOnce(&mut Self) -> R) -> R {
        let outer = self.scope;
        self.scope = self.lowering.add_scope(crate::facts::ScopeKind::Block);
        let result = body(self);
        self.scope = outer;
        result
    }

    fn visit_children(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            self.visit(child);
        }
    }
}

/// Runs `body` with enough stack for one more level of a deeply nested source.
fn grow<R>(body: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(96 * 1024, 2 * 1024 * 1024, body)
}
