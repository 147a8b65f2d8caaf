//! What resolution asks of one file again and again, prepared once.

use crate::project::{DefRef, FileId};
use crate::scopes::Item;
use parseltongue_sort::StableSort;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use rustc_hash::FxHashMap;

pub(super) struct FileIndex {
    /// What a scope holds under a name, in source order: what it declares itself, else what its `except`
    /// suites declare.
    items: FxHashMap<(ScopeId, Name), Vec<Item>>,
    globs: FxHashMap<ScopeId, Vec<ImportId>>,
    /// Values assigned to `self.name` in methods of a class.
    attributes: FxHashMap<(DefId, Name), Vec<ExprId>>,
    /// Fields of instances, which hang below their class but are in no scope.
    fields: FxHashMap<(DefId, Name), Vec<DefId>>,
    /// Functions of the same name in one scope, of which some are overload signatures.
    pub(super) overloads: FxHashMap<DefId, Vec<DefId>>,
}

impl FileIndex {
    pub(super) fn new(facts: &FileFacts) -> Self {
        let mut globs: FxHashMap<ScopeId, Vec<ImportId>> = FxHashMap::default();
        for (index, import) in facts.imports.iter().enumerate() {
            if import.local.is_none() {
                globs.entry(around(facts, import.scope)).or_default().push(ImportId::from_index(index));
            }
        }
        let mut attributes: FxHashMap<(DefId, Name), Vec<ExprId>> = FxHashMap::default();
        for assign in &facts.assigns {
            let Expr::Member { base, name, .. } = *facts.expr(assign.target) else { continue };
            if let Some(class) = receiver_class(facts, base) {
                attributes.entry((class, name)).or_default().push(assign.value);
            }
        }
        let mut fields: FxHashMap<(DefId, Name), Vec<DefId>> = FxHashMap::default();
        let mut signatures: FxHashMap<(ScopeId, Name), Vec<DefId>> = FxHashMap::default();
        let mut overloads = FxHashMap::default();
        for (id, def) in facts.defs().skip(1) {
            if is_instance_field(def) {
                fields.entry((def.parent, def.name)).or_default().push(id);
            }
            if def.kind.is_callable() && def.kind != DefKind::Closure {
                let key = (def.outer_scope, def.name);
                if def.flags.contains(DefFlags::OVERLOAD) {
                    signatures.entry(key).or_default().push(id);
                } else if let Some(found) = signatures.remove(&key) {
                    // A look-up finds the implementation or what is written first.
                    overloads.insert(found[0], found.clone());
                    overloads.insert(id, found);
                }
            }
        }
        // Signatures without an implementation, as in stubs: the first stands for all.
        let mut rest: Vec<Vec<DefId>> = signatures.into_values().collect();
        rest.stable_sort();
        for found in rest {
            if let Some(&first) = found.first() {
                overloads.insert(first, found);
            }
        }
        Self { items: items_of(facts), globs, attributes, fields, overloads }
    }

    /// What a scope holds under a name.
    pub(super) fn items(&self, scope: ScopeId, name: Name) -> &[Item] {
        self.items.get(&(scope, name)).map_or(&[], Vec::as_slice)
    }

    /// Star imports of a scope.
    pub(super) fn globs(&self, scope: ScopeId) -> &[ImportId] {
        self.globs.get(&scope).map_or(&[], Vec::as_slice)
    }

    pub(super) fn attribute_values(&self, class: DefId, name: Name) -> &[ExprId] {
        self.attributes.get(&(class, name)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn instance_fields(&self, class: DefId, name: Name) -> &[DefId] {
        self.fields.get(&(class, name)).map_or(&[], Vec::as_slice)
    }
}

/// The scope that a name is put in, not counting the scopes of `except` suites.
fn around(facts: &FileFacts, mut scope: ScopeId) -> ScopeId {
    while let (ScopeKind::Block, Some(parent)) = (facts.scope(scope).kind, facts.scope(scope).parent) {
        scope = parent;
    }
    scope
}

fn items_of(facts: &FileFacts) -> FxHashMap<(ScopeId, Name), Vec<Item>> {
    let mut items: FxHashMap<(ScopeId, Name), Vec<Item>> = FxHashMap::default();
    let mut fallbacks: Vec<((ScopeId, Name), Item)> = Vec::new();
    let mut add = |scope: ScopeId, name: Name, item: Item| {
        if name.is_empty() || !is_declared(facts, item) {
            return;
        }
        if facts.scope(scope).kind == ScopeKind::Block {
            fallbacks.push(((around(facts, scope), name), item));
        }
        items.entry((scope, name)).or_default().push(item);
    };
    for (id, def) in facts.defs().skip(1) {
        add(def.outer_scope, def.name, Item::Def(id));
    }
    for (index, import) in facts.imports.iter().enumerate() {
        if let Some(local) = import.local {
            add(import.scope, local, Item::Import(ImportId::from_index(index)));
        }
    }
    for (index, binding) in facts.bindings.iter().enumerate() {
        add(binding.scope, binding.name, Item::Binding(BindingId::from_index(index)));
    }
    // What only `except` suites declare.
    let mut only: FxHashMap<(ScopeId, Name), Vec<Item>> = FxHashMap::default();
    for (key, item) in fallbacks {
        if !items.contains_key(&key) {
            only.entry(key).or_default().push(item);
        }
    }
    items.extend(only);
    #[allow(clippy::iter_over_hash_type)] // each list is sorted for itself
    for list in items.values_mut() {
        if list.len() > 1 {
            list.stable_sort_by_key(|item| match *item {
                Item::Def(def) => (0, facts.def(def).pos),
                Item::Import(import) => (0, facts.import(import).pos),
                Item::Binding(binding) => (1, Pos { line: facts.binding(binding).from, column: 0 }),
            });
        }
    }
    items
}

fn is_instance_field(def: &Def) -> bool {
    def.kind == DefKind::Field && def.flags.contains(DefFlags::INSTANCE)
}

fn is_declared(facts: &FileFacts, item: Item) -> bool {
    match item {
        Item::Def(def) => {
            let def = facts.def(def);
            !is_instance_field(def) && !def.flags.contains(DefFlags::INACTIVE)
        }
        Item::Binding(binding) => facts.binding(binding).kind != BindingKind::Outer,
        Item::Import(_) => true,
    }
}

/// The class whose `self` or `cls` an expression is.
fn receiver_class(facts: &FileFacts, mut base: ExprId) -> Option<DefId> {
    for _ in 0..4 {
        match *facts.expr(base) {
            Expr::Local(binding) => {
                let binding = facts.binding(binding);
                let method = facts.scope(binding.scope).owner;
                if binding.kind != BindingKind::Param(0)
                    || facts.list(facts.def(method).params).first()?.kind != ParamKind::Receiver
                {
                    return None;
                }
                return Some(facts.def(method).parent);
            }
            Expr::Guarded { value, .. } | Expr::After { value, .. } => base = value,
            Expr::Choice(items) => base = *facts.list(items).first()?,
            _ => return None,
        }
    }
    None
}

/// A file's definition as a reference.
pub(super) fn at(file: FileId, def: DefId) -> DefRef {
    DefRef { file, def }
}
