//! Lexical lookup inside one file: which binding, definition or import a name in a scope stands for.

use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{BindingId, DefId, FileFacts, ImportId, ScopeId};
use rustc_hash::FxHashMap;

/// What a scope can hold under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    Binding(BindingId),
    Def(DefId),
    Import(ImportId),
}

/// The names of each scope of one file. Members of types are in the type's scope; a resolver decides
/// whether its language lets simple names see them (Java does, Python and Rust do not).
pub struct ScopeTable {
    names: FxHashMap<(ScopeId, Name), Vec<Item>>,
    globs: FxHashMap<ScopeId, Vec<ImportId>>,
}

impl ScopeTable {
    pub fn new(facts: &FileFacts) -> Self {
        let mut names: FxHashMap<(ScopeId, Name), Vec<Item>> = FxHashMap::default();
        let mut globs: FxHashMap<ScopeId, Vec<ImportId>> = FxHashMap::default();
        for (id, def) in facts.defs().skip(1) {
            if !def.name.is_empty() {
                names.entry((def.outer_scope, def.name)).or_default().push(Item::Def(id));
            }
        }
        for (index, binding) in facts.bindings.iter().enumerate() {
            if !binding.name.is_empty() {
                let item = Item::Binding(BindingId::from_index(index));
                names.entry((binding.scope, binding.name)).or_default().push(item);
            }
        }
        for (index, import) in facts.imports.iter().enumerate() {
            let id = ImportId::from_index(index);
            match import.local {
                Some(local) => names.entry((import.scope, local)).or_default().push(Item::Import(id)),
                None => globs.entry(import.scope).or_default().push(id),
            }
        }
        Self { names, globs }
    }

    /// Everything that `scope` itself holds under `name`: definitions, then bindings, then imports, each
    /// in source order.
    pub fn in_scope(&self, scope: ScopeId, name: Name) -> &[Item] {
        self.names.get(&(scope, name)).map_or(&[], Vec::as_slice)
    }

    /// Imports of a scope that bring no name of their own: globs, includes.
    pub fn globs(&self, scope: ScopeId) -> &[ImportId] {
        self.globs.get(&scope).map_or(&[], Vec::as_slice)
    }
}

/// The chain of scopes from the innermost outwards.
pub fn scopes_outwards(facts: &FileFacts, from: ScopeId) -> impl Iterator<Item = ScopeId> {
    std::iter::successors(Some(from), |&scope| facts.scope(scope).parent)
}
