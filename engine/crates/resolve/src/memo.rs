//! Memory of inferred values that is the same on any number of threads.
//!
//! Inference is recursive (a function's result follows from the calls it returns), and cutting a cycle
//! where it happens to be entered would make answers depend on the order of questions. Here recursion is
//! stratified instead: each step across a definition (a function's result, a field's or variable's value)
//! spends one unit of [`Fuel`], and values are remembered per (key, fuel). A value of fuel n needs values
//! of less fuel only, so there are no cycles, every value is a function of the facts alone, and all of
//! them can be kept.

use dashmap::DashMap;
use rustc_hash::FxBuildHasher;
use std::hash::Hash;

/// How many definitions an inference may still step across.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fuel(u8);

impl Fuel {
    /// Enough for chains that people write; more costs time and finds next to nothing.
    pub const FULL: Self = Self(6);

    /// One step less, or `None` when nothing is left.
    #[must_use]
    pub fn spend(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }
}

/// Values by key and fuel.
pub struct Memo<K, V> {
    values: DashMap<(K, Fuel), V, FxBuildHasher>,
}

impl<K: Eq + Hash + Clone, V: Clone> Default for Memo<K, V> {
    fn default() -> Self {
        Self { values: DashMap::with_hasher(FxBuildHasher) }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Memo<K, V> {
    /// The value of `key` for `fuel`; `compute` gets what is left after this step. With no fuel left
    /// there is no value.
    ///
    /// Two threads may compute the same value at the same time; it is the same value.
    pub fn get(&self, key: K, fuel: Fuel, compute: impl FnOnce(Fuel) -> V) -> Option<V> {
        let rest = fuel.spend()?;
        if let Some(known) = self.values.get(&(key.clone(), fuel)) {
            return Some(known.clone());
        }
        // No lock is held here: `compute` asks this memo again.
        let value = compute(rest);
        self.values.insert((key, fuel), value.clone());
        Some(value)
    }
}
