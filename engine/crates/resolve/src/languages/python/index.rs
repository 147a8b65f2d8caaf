//! What resolution asks of one file again and again, prepared once.

use crate::project::{DefRef, FileId};
use crate::scopes::{Item, ScopeTable};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use rustc_hash::FxHashMap;

pub(super) struct FileIndex {
    scopes: ScopeTable,
    /// Scopes of `except` suites by the scope around them.
    fallbacks: FxHashMap<ScopeId, Vec<ScopeId>>,
    /// Values assigned to `self.name` in methods of a class.
    attributes: FxHashMap<(DefId, Name), Vec<ExprId>>,
    /// Fields of instances, which hang below their class but are in no scope.
    fields: FxHashMap<(DefId, Name), Vec<DefId>>,
    /// Functions of the same name in one scope, of which some are overload signatures.
    pub(super) overloads: FxHashMap<DefId, Vec<DefId>>,
}

impl FileIndex {
    pub(super) fn new(facts: &FileFacts) -> Self {
        let mut fallbacks: FxHashMap<ScopeId, Vec<ScopeId>> = FxHashMap::default();
        for (index, scope) in facts.scopes.iter().enumerate() {
            if scope.kind == ScopeKind::Block
                && let Some(parent) = scope.parent
            {
                fallbacks.entry(parent).or_default().push(ScopeId::from_index(index));
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
                    overloads.insert(id, found);
                }
            }
        }
        // Signatures without an implementation, as in stubs: the first stands for all.
        let mut rest: Vec<Vec<DefId>> = signatures.into_values().collect();
        rest.sort_unstable();
        for found in rest {
            if let Some(&first) = found.first() {
                overloads.insert(first, found);
            }
        }
        Self { scopes: ScopeTable::new(facts), fallbacks, attributes, fields, overloads }
    }

    /// What a scope holds under a name: what it declares itself, else what its `except` suites declare.
    pub(super) fn items(&self, facts: &FileFacts, scope: ScopeId, name: Name) -> Vec<Item> {
        let own = self.scopes.in_scope(scope, name);
        let mut items: Vec<Item> = own.iter().copied().filter(|item| is_declared(facts, *item)).collect();
        if items.is_empty() {
            for &inner in self.fallbacks.get(&scope).map_or(&[][..], Vec::as_slice) {
                items
                    .extend(self.scopes.in_scope(inner, name).iter().copied().filter(|item| is_declared(facts, *item)));
            }
        }
        if items.len() > 1 {
            items.sort_by_key(|item| match *item {
                Item::Def(def) => (0, facts.def(def).pos),
                Item::Import(import) => (0, facts.import(import).pos),
                Item::Binding(binding) => (1, Pos { line: facts.binding(binding).from, column: 0 }),
            });
        }
        items
    }

    pub(super) fn globs(&self, scope: ScopeId) -> Vec<ImportId> {
        let mut globs = self.scopes.globs(scope).to_vec();
        for &inner in self.fallbacks.get(&scope).map_or(&[][..], Vec::as_slice) {
            globs.extend_from_slice(self.scopes.globs(inner));
        }
        globs
    }

    pub(super) fn attribute_values(&self, class: DefId, name: Name) -> &[ExprId] {
        self.attributes.get(&(class, name)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn instance_fields(&self, class: DefId, name: Name) -> &[DefId] {
        self.fields.get(&(class, name)).map_or(&[], Vec::as_slice)
    }
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
