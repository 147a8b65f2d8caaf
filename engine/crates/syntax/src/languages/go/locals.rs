//! What simple names stand for at this point of a function.

use crate::facts::BindingId;
use crate::name::Name;
use rustc_hash::FxHashMap;

/// The names declared in the function bodies around this point of the walk.
#[derive(Default)]
pub(super) struct Locals {
    /// Innermost last; `None` for types and type parameters.
    by_name: FxHashMap<Name, Vec<(usize, Option<BindingId>)>>,
    declared: Vec<Name>,
    depth: usize,
}

impl Locals {
    /// Enters a block; the answer is what [`Self::leave`] wants back.
    pub(super) fn enter(&mut self) -> usize {
        self.depth += 1;
        self.declared.len()
    }

    pub(super) fn leave(&mut self, mark: usize) {
        self.depth -= 1;
        for name in self.declared.drain(mark..) {
            if let Some(stack) = self.by_name.get_mut(&name) {
                stack.pop();
            }
        }
    }

    pub(super) fn declare(&mut self, name: Name, binding: Option<BindingId>) {
        self.by_name.entry(name).or_default().push((self.depth, binding));
        self.declared.push(name);
    }

    /// Whether the name is a local one: `Some(None)` if it is a type.
    pub(super) fn get(&self, name: Name) -> Option<Option<BindingId>> {
        self.by_name.get(&name)?.last().map(|&(_, binding)| binding)
    }

    /// Whether the innermost block itself declares the name, so that `:=` assigns to it.
    pub(super) fn in_this_block(&self, name: Name) -> bool {
        self.by_name.get(&name).and_then(|stack| stack.last()).is_some_and(|&(depth, _)| depth == self.depth)
    }

    /// Whether this point is inside a function.
    pub(super) fn in_function(&self) -> bool {
        self.depth > 0
    }
}
