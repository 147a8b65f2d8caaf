//! Python: from the parse tree to facts.
//!
//! Three conventions hold between this extractor and the Python resolver:
//! * A use of a local variable is lowered to the expression whose value reaches it (see [`flow`]), so
//!   [`Expr::Name`] is left for names of other scopes. What stands before a call's parenthesis is
//!   [`Expr::Name`], [`Expr::Def`] or [`Expr::Member`] where it names something, and a [`Expr::Choice`]
//!   (maybe of one) where it is a variable.
//! * The scopes of kind `Block` hold what an `except` suite declares: it counts only where the scope
//!   around it has nothing of the name.
//! * A generator's `returns` hold its yielded values as `Yield`; a function that can reach its end
//!   returns a `Null`; a function with neither returns nor yields never returns.

mod annotation;
mod expressions;
mod flow;
mod kinds;
mod scan;
mod statements;

use crate::facts::{DefId, ExprId, ScopeKind};
use crate::lower::Lowering;
use flow::Flow;
use rustc_hash::FxHashSet;
use tree_sitter::Node;

pub(super) fn lower(lowering: &mut Lowering<'_>, root: Node<'_>, _path: &str) {
    let mut python = Python {
        l: lowering,
        flows: vec![Flow::new()],
        dead: 0,
        classes: Vec::new(),
        seen: vec![FxHashSet::default()],
    };
    python.module(root);
}

/// A class around the walk.
struct Class<'s> {
    def: DefId,
    /// Attributes of instances that have a field already.
    fields: FxHashSet<&'s str>,
    /// Its base says that names in its body are members of an enumeration.
    enumeration: bool,
    test: bool,
    protocol: bool,
}

struct Python<'a, 's> {
    l: &'a mut Lowering<'s>,
    /// One for each execution scope around the walk.
    flows: Vec<Flow<'s>>,
    /// Inside how many pieces of code that never run.
    dead: u32,
    classes: Vec<Class<'s>>,
    /// Names of variables that have a definition, for the file and each class around the walk.
    seen: Vec<FxHashSet<&'s str>>,
}

impl<'s> Python<'_, 's> {
    fn flow(&mut self) -> &mut Flow<'s> {
        if self.flows.is_empty() {
            self.flows.push(Flow::new());
        }
        let last = self.flows.len() - 1;
        &mut self.flows[last]
    }

    fn text(&self, node: Node<'_>) -> &'s str {
        self.l.text(node)
    }

    fn unknown(&mut self) -> ExprId {
        self.l.add_expr(crate::facts::Expr::Unknown)
    }

    fn choice(&mut self, items: Vec<ExprId>) -> ExprId {
        let items = self.l.facts.new_list(items);
        self.l.add_expr(crate::facts::Expr::Choice(items))
    }

    /// Whether the code here runs: not below a condition that is known to fail, not after a `return`.
    fn reached(&mut self) -> bool {
        self.dead == 0 && !self.flow().top().ended
    }

    /// The kind of the scope that names are put in.
    fn scope_kind(&self) -> ScopeKind {
        let mut scope = self.l.scope;
        loop {
            let this = self.l.facts.scope(scope);
            match (this.kind, this.parent) {
                (ScopeKind::Block, Some(parent)) => scope = parent,
                (kind, _) => return kind,
            }
        }
    }
}
