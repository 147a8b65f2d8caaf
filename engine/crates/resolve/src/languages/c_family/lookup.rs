//! Names to definitions: lexical scopes, namespaces, classes with their bases, written types.

use super::compiled::{self, Compiled};
use super::configuration::Configuration;
use super::index::{GLOBAL, Index, NsId};
use super::library;
use super::ty::{T, none, number};
use crate::memo::Memo;
use crate::scopes::{Item, scopes_outwards};
use crate::{DefRef, FileId, Project};
use dashmap::DashMap;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::sync::Arc;

/// Bases, aliases and `using` are followed this far.
const MAX_STEPS: u8 = 24;

thread_local! {
    /// Classes of which the bases, or what they specialise, are being looked up.
    static IN_PROGRESS: std::cell::RefCell<Vec<DefRef>> = const { std::cell::RefCell::new(Vec::new()) };
    /// Using declarations whose names are being looked up.
    static USING: std::cell::RefCell<Vec<(FileId, ImportId)>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// A definition found by a name; members come with the class they were found in and its arguments.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) def: DefRef,
    pub(super) class: Option<(DefRef, Arc<[T]>)>,
}

pub(super) enum Found {
    Nothing,
    Binding(BindingId),
    TypeParam(DefRef, u16),
    Hits(Vec<Hit>),
}

/// What stands before the last `::` of a path.
pub(super) enum Container {
    Namespace(NsId),
    Type(T),
    /// A library's namespace or type.
    External,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    Value,
    Type,
}

/// What a file includes, however deep.
pub(super) struct Closure {
    files: FxHashSet<FileId>,
    /// Whether all of `#include "…"` leads to files of the project.
    pub(super) complete: bool,
}

/// What a function takes.
pub(super) struct Signature {
    pub(super) params: Vec<T>,
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) is_const: bool,
}

/// Everything that is the same for all files.
pub(super) struct Shared<'p> {
    pub(super) project: &'p Project<'p>,
    pub(super) index: Index,
    /// Functions and variables that other files cannot name.
    internal: FxHashSet<DefRef>,
    /// The class that a definition outside of it belongs to.
    pub(super) class_of: FxHashMap<DefRef, DefRef>,
    /// The namespace that a definition outside of it belongs to: `void a::f() {}`.
    namespace_of: FxHashMap<DefRef, NsId>,
    closures: DashMap<FileId, Arc<Closure>, FxBuildHasher>,
    pub(super) configuration: Configuration,
    /// Whether the conditional texts of a file are compiled by default.
    compiled: DashMap<FileId, Arc<[Compiled]>, FxBuildHasher>,
    types: DashMap<(FileId, TypeId), T, FxBuildHasher>,
    signatures: DashMap<DefRef, Arc<Signature>, FxBuildHasher>,
    bases: DashMap<DefRef, Arc<[T]>, FxBuildHasher>,
    pub(super) results: Memo<DefRef, T>,
}

impl<'p> Shared<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        let index = Index::new(project);
        let internal = internal_names(project, &index);
        let configuration = Configuration::new(project);
        let mut shared = Self {
            project,
            index,
            internal,
            class_of: FxHashMap::default(),
            namespace_of: FxHashMap::default(),
            closures: DashMap::default(),
            configuration,
            compiled: DashMap::default(),
            types: DashMap::default(),
            signatures: DashMap::default(),
            bases: DashMap::default(),
            results: Memo::default(),
        };
        shared.attach();
        shared
    }

    /// Gives definitions written outside their class or namespace to it.
    fn attach(&mut self) {
        // Classes first: functions may belong to classes that are themselves defined outside.
        // A class may be defined outside a class that is itself defined outside: hence the rounds.
        for types in [true, true, true, false] {
            let mut files: Vec<FileId> = self.index.files.keys().copied().collect();
            files.sort_unstable();
            let this: &Self = self;
            let found = parseltongue_parallel::map(&files, |&file| {
                let facts = this.project.facts(file);
                let of_kind = facts.defs().filter(|(_, def)| def.kind.is_type() == types);
                of_kind
                    .filter_map(|(id, def)| {
                        let sup = facts.list(def.supers).iter().find(|sup| sup.relation == Relation::MemberOf)?;
                        let mut container = this.container_of_type(file, def.outer_scope, sup.ty)?;
                        if let (false, Container::Type(T::Def(class, _))) = (types, &mut container) {
                            *class = this.specialisation_written(file, *class, sup.ty);
                        }
                        Some((DefRef { file, def: id }, container))
                    })
                    .collect::<Vec<_>>()
            });
            for (def, container) in found.into_iter().flatten() {
                let name = self.project.def(def).name;
                match container {
                    Container::Namespace(ns) => {
                        self.namespace_of.insert(def, ns);
                        let entries = self.index.entries.entry((ns, name)).or_default();
                        if !entries.contains(&def) {
                            entries.push(def);
                        }
                    }
                    Container::Type(T::Def(class, _)) => {
                        if self.class_of.insert(def, class) != Some(class) {
                            self.index.members.entry((class, name)).or_default().push(def);
                        }
                    }
                    _ => {}
                }
            }
            // Types resolved so far may have missed what was attached.
            self.types.clear();
            self.bases.clear();
        }
    }

    pub(super) fn facts(&self, file: FileId) -> &'p FileFacts {
        self.project.facts(file)
    }

    pub(super) fn closure(&self, file: FileId) -> Arc<Closure> {
        if let Some(known) = self.closures.get(&file) {
            return known.clone();
        }
        let files = self.index.closure(file);
        let complete = self.is_complete(&files);
        let closure = Arc::new(Closure { files, complete });
        self.closures.insert(file, closure.clone());
        closure
    }

    fn is_complete(&self, files: &FxHashSet<FileId>) -> bool {
        files.iter().all(|file| self.index.files.get(file).is_none_or(|file| file.missing.is_empty()))
    }

    pub(super) fn sees(&self, from: FileId, target: FileId) -> bool {
        from == target || self.closure(from).files.contains(&target)
    }

    /// Whether a definition is compiled by default, as far as that is known.
    pub(super) fn compiled(&self, def: DefRef) -> Compiled {
        self.compiled_at(def.file, self.project.def(def).span.start)
    }

    /// Whether a definition's conditions do not hold with the macros that the project defines.
    pub(super) fn is_unlikely(&self, def: DefRef) -> bool {
        self.compiled(def).presumably == Some(false)
    }

    /// Whether a place of a file is compiled by default, as far as that is known.
    pub(super) fn compiled_at(&self, file: FileId, at: u32) -> Compiled {
        let texts = &self.facts(file).conditionals;
        let index = texts.partition_point(|text| text.span.start <= at);
        match self.innermost(file, index, |text| text.span.end > at) {
            Some(index) => self.compiled_texts(file)[index],
            None => Compiled::ALWAYS,
        }
    }

    /// The innermost conditional text around a line.
    pub(super) fn conditional_around_line(&self, file: FileId, line: u32) -> Option<usize> {
        let texts = &self.facts(file).conditionals;
        let index = texts.partition_point(|text| text.line < line);
        self.innermost(file, index, |text| text.end_line > line)
    }

    /// Of the conditional texts that begin before the one at an index, the last that reaches far enough.
    fn innermost(&self, file: FileId, index: usize, reaches: impl Fn(&Conditional) -> bool) -> Option<usize> {
        let texts = &self.facts(file).conditionals;
        let mut index = index.checked_sub(1);
        while let Some(text) = index
            && !reaches(&texts[text])
        {
            index = texts[text].around.map(|around| around as usize);
        }
        index
    }

    fn compiled_texts(&self, file: FileId) -> Arc<[Compiled]> {
        if let Some(known) = self.compiled.get(&file) {
            return known.clone();
        }
        let texts = compiled::texts_of(self, file);
        self.compiled.insert(file, texts.clone());
        texts
    }

    pub(super) fn is_internal(&self, def: DefRef) -> bool {
        self.internal.contains(&def)
    }

    /// The class whose scope a definition's body is in.
    pub(super) fn class_around(&self, def: DefRef) -> Option<DefRef> {
        let facts = self.facts(def.file);
        let mut at = def.def;
        loop {
            let this = facts.def(at);
            if at != def.def && this.kind.is_type() && this.kind != DefKind::TypeAlias {
                return Some(DefRef { file: def.file, def: at });
            }
            if let Some(&class) = self.class_of.get(&DefRef { file: def.file, def: at }) {
                return Some(class);
            }
            if at == DefId::FILE {
                return None;
            }
            at = this.parent;
        }
    }

    // ---- namespaces ----

    fn using_target(&self, file: FileId, import: ImportId) -> Option<(NsId, Option<Name>)> {
        let facts = self.facts(file);
        let import = facts.import(import);
        let names = facts.list(import.module);
        let ns = self.namespace_path(file, import.scope, names)?;
        match import.member {
            ImportMember::Named(name) => Some((ns, Some(name))),
            _ => Some((ns, None)),
        }
    }

    fn namespace_path(&self, file: FileId, scope: ScopeId, names: &[Name]) -> Option<NsId> {
        let Some((first, rest)) = names.split_first() else { return Some(GLOBAL) };
        let mut ns = if first.is_empty() { GLOBAL } else { self.find_namespace(file, scope, *first, 0)? };
        for name in rest {
            ns = self.index.child(ns, *name)?;
        }
        Some(ns)
    }

    /// The namespaces around a scope, innermost first.
    fn namespaces_around(&self, file: FileId, scope: ScopeId) -> Vec<NsId> {
        let facts = self.facts(file);
        let mut out = Vec::new();
        let mut push = |mut ns: NsId| {
            loop {
                if !out.contains(&ns) {
                    out.push(ns);
                }
                if ns == GLOBAL {
                    break;
                }
                ns = self.index.namespaces[ns.0 as usize].parent;
            }
        };
        for scope in scopes_outwards(facts, scope) {
            let this = facts.scope(scope);
            let owner = DefRef { file, def: this.owner };
            match this.kind {
                ScopeKind::Function | ScopeKind::Type => {
                    if let Some(&class) = self.class_of.get(&owner) {
                        push(self.index.namespace_around(self.project, class));
                    } else if let Some(&ns) = self.namespace_of.get(&owner) {
                        push(ns);
                    }
                }
                ScopeKind::Module | ScopeKind::File => {
                    push(self.index.namespace_of(owner));
                    break;
                }
                ScopeKind::Block => {}
            }
        }
        out
    }

    fn find_namespace(&self, file: FileId, scope: ScopeId, name: Name, steps: u8) -> Option<NsId> {
        if steps > MAX_STEPS {
            return None;
        }
        let facts = self.facts(file);
        // Aliases: `namespace fs = std::filesystem;`
        for scope in scopes_outwards(facts, scope) {
            for item in self.index.files[&file].scopes.in_scope(scope, name) {
                if let Item::Import(import) = item
                    && facts.import(*import).member == ImportMember::Module
                {
                    let names = facts.list(facts.import(*import).module);
                    if names.first() == Some(&name) {
                        continue;
                    }
                    return self.namespace_path(file, facts.import(*import).scope, names);
                }
            }
        }
        let around = self.namespaces_around(file, scope);
        for &ns in &around {
            if let Some(child) = self.index.child(ns, name) {
                return Some(child);
            }
        }
        for &ns in &around {
            for using in self.index.using_names.get(&(ns, name)).into_iter().flatten() {
                let facts = self.facts(using.file);
                let import = facts.import(using.import);
                if import.member == ImportMember::Module && self.sees(file, using.file) && using.file != file {
                    return self.namespace_path(using.file, import.scope, facts.list(import.module));
                }
            }
            for using in self.index.using_namespaces.get(&ns).into_iter().flatten() {
                if !self.sees(file, using.file) {
                    continue;
                }
                let facts = self.facts(using.file);
                let import = facts.import(using.import);
                if facts.list(import.module).first() == Some(&name) {
                    continue;
                }
                let names = facts.list(import.module);
                if let Some(&first) = names.first()
                    && let Some(mut target) = self.find_child_upwards(ns, first)
                {
                    for name in &names[1..] {
                        match self.index.child(target, *name) {
                            Some(next) => target = next,
                            None => break,
                        }
                    }
                    if let Some(child) = self.index.child(target, name) {
                        return Some(child);
                    }
                }
            }
        }
        None
    }

    fn find_child_upwards(&self, mut ns: NsId, name: Name) -> Option<NsId> {
        loop {
            if let Some(child) = self.index.child(ns, name) {
                return Some(child);
            }
            if ns == GLOBAL {
                return None;
            }
            ns = self.index.namespaces[ns.0 as usize].parent;
        }
    }

    /// What a namespace holds under a name, for a file.
    pub(super) fn in_namespace(&self, file: FileId, ns: NsId, name: Name, want: Want, steps: u8) -> Vec<DefRef> {
        let mut out: Vec<DefRef> = Vec::new();
        if let Some(entries) = self.index.entries.get(&(ns, name)) {
            for &entry in entries {
                if self.wanted(entry, want) && (!self.is_internal(entry) || self.sees(file, entry.file)) {
                    out.push(entry);
                }
            }
        }
        if steps > MAX_STEPS {
            return out;
        }
        for using in self.index.using_names.get(&(ns, name)).into_iter().flatten() {
            if self.sees(file, using.file) {
                for hit in self.used_names(using.file, using.import, want, steps + 1) {
                    if !out.contains(&hit.def) {
                        out.push(hit.def);
                    }
                }
            }
        }
        if out.is_empty() {
            for using in self.index.using_namespaces.get(&ns).into_iter().flatten() {
                if self.sees(file, using.file)
                    && let Some((target, _)) = self.using_target(using.file, using.import)
                    && target != ns
                {
                    for def in self.in_namespace(file, target, name, want, steps + 8) {
                        if !out.contains(&def) {
                            out.push(def);
                        }
                    }
                }
            }
        }
        out
    }

    /// What `using a::b` brings.
    fn used_names(&self, file: FileId, import: ImportId, want: Want, steps: u8) -> Vec<Hit> {
        let facts = self.facts(file);
        let this = facts.import(import);
        let ImportMember::Named(name) = this.member else { return Vec::new() };
        let names = facts.list(this.module);
        if let Some(ns) = self.namespace_path(file, this.scope, names) {
            let around = self.namespaces_around(file, this.scope);
            if around.first() == Some(&ns) {
                return Vec::new();
            }
            return self.in_namespace(file, ns, name, want, steps).into_iter().map(plain).collect();
        }
        // The names in a using declaration are looked up without what it declares.
        if USING.with_borrow(|declarations| declarations.contains(&(file, import))) {
            return Vec::new();
        }
        USING.with_borrow_mut(|declarations| declarations.push((file, import)));
        let segments: Vec<(Name, Vec<T>)> = names.iter().map(|&name| (name, Vec::new())).collect();
        let hits = match self.container(file, this.scope, u32::MAX, &segments) {
            Container::Type(class) => self.in_class(file, &class, name, steps),
            _ => Vec::new(),
        };
        USING.with_borrow_mut(Vec::pop);
        hits
    }

    fn wanted(&self, def: DefRef, want: Want) -> bool {
        let kind = self.project.def(def).kind;
        match want {
            Want::Type => kind.is_type(),
            Want::Value => true,
        }
    }

    // ---- classes ----

    pub(super) fn bases(&self, class: DefRef) -> Arc<[T]> {
        if let Some(known) = self.bases.get(&class) {
            return known.clone();
        }
        let facts = self.facts(class.file);
        let supers = facts.list(facts.def(class.def).supers).iter();
        let extended = supers.filter(|sup| sup.relation == Relation::Extends);
        // The names in a base clause are looked up without the bases it names.
        let bases = Self::without(class, || extended.map(|sup| self.type_at(class.file, sup.ty, 0)).collect());
        let Some(bases) = bases else { return none() };
        let bases: Arc<[T]> = bases;
        if Self::may_remember() {
            self.bases.insert(class, bases.clone());
        }
        bases
    }

    /// What is looked up without what a class holds or extends; `None` if that is what is being looked up.
    fn without<R>(class: DefRef, look_up: impl FnOnce() -> R) -> Option<R> {
        if IN_PROGRESS.with_borrow(|classes| classes.contains(&class)) {
            return None;
        }
        IN_PROGRESS.with_borrow_mut(|classes| classes.push(class));
        let found = look_up();
        IN_PROGRESS.with_borrow_mut(Vec::pop);
        Some(found)
    }

    /// Answers found while bases are being looked up may lack what those bases hold.
    fn may_remember() -> bool {
        IN_PROGRESS.with_borrow(Vec::is_empty)
    }

    /// The template parameters a class depends on: those of the classes around it, then its own.
    fn params_of(&self, class: DefRef) -> Vec<(DefRef, u16)> {
        let mut chain = vec![class];
        let mut at = self.class_around(class);
        while let Some(outer) = at
            && chain.len() < usize::from(MAX_STEPS)
        {
            chain.push(outer);
            at = self.class_around(outer);
        }
        chain
            .iter()
            .rev()
            .flat_map(|&class| {
                let count = self.project.def(class).type_params.len();
                (0..count).map(move |index| (class, index as u16))
            })
            .collect()
    }

    fn argument_of(&self, class: DefRef, args: &[T]) -> impl Fn(DefRef, u16) -> Option<T> {
        let values: Vec<((DefRef, u16), T)> = if args.is_empty() {
            Vec::new()
        } else {
            self.params_of(class).into_iter().zip(args.iter().cloned()).collect()
        };
        move |def, index| values.iter().find(|(key, _)| *key == (def, index)).map(|(_, value)| value.clone())
    }

    pub(super) fn substitute(&self, ty: &T, class: &Option<(DefRef, Arc<[T]>)>) -> T {
        match class {
            Some((class, args)) if !args.is_empty() => {
                let ty = ty.substitute(&self.argument_of(*class, args));
                if ty.is_dependent() && !args.iter().any(T::is_dependent) { ty.settled() } else { ty }
            }
            _ => ty.clone(),
        }
    }

    /// The specialisation of a class template that such arguments choose, with what its own parameters are; the class
    /// itself if none does.
    pub(super) fn specialised(&self, class: DefRef, args: &Arc<[T]>) -> (DefRef, Arc<[T]>) {
        let this = self.project.def(class);
        let all = self.index.specialisations.get(&this.name).filter(|_| !args.is_empty() && this.ty.is_none());
        // Inside of the template it is the template itself.
        let all = all.filter(|_| **args != *self.own_args(class));
        let fitting = all.into_iter().flatten().filter_map(|&special| {
            let T::Def(template, pattern) = self.specialises(special) else { return None };
            let mut values = Vec::new();
            let fits = template == class
                && pattern.len() == args.len()
                && pattern.iter().zip(args.iter()).all(|(pattern, arg)| fits(pattern, arg, special, &mut values));
            // The fewest parameters that stand for a whole argument.
            let open = pattern.iter().filter(|pattern| matches!(pattern, T::Param(..))).count();
            fits.then_some((open, special, values))
        });
        let Some((_, special, values)) = fitting.min_by_key(|(open, special, _)| (*open, *special)) else {
            return (class, args.clone());
        };
        let value = |def, index| values.iter().find(|(key, _)| *key == (def, index)).map(|(_, value)| value.clone());
        (special, self.own_args(special).iter().map(|param| param.substitute(&value)).collect())
    }

    /// The template that a class specialises, with the arguments it is for.
    fn specialises(&self, special: DefRef) -> T {
        let Some(written) = self.project.def(special).ty else { return T::Unknown };
        if let Some(known) = self.types.get(&(special.file, written)) {
            return known.clone();
        }
        let Some(ty) = Self::without(special, || self.resolve_type_inner(special.file, written, 0)) else {
            return T::Unknown;
        };
        if Self::may_remember() {
            self.types.insert((special.file, written), ty.clone());
        }
        ty
    }

    /// The specialisation that the `List<int>` of `List<int>::size()` names; the class itself if none is.
    fn specialisation_written(&self, file: FileId, class: DefRef, written: TypeId) -> DefRef {
        let this = self.project.def(class);
        let all = self.index.specialisations.get(&this.name).filter(|_| this.ty.is_none());
        let mut all = all.into_iter().flatten().copied().peekable();
        if all.peek().is_none() {
            return class;
        }
        let T::Def(_, args) = self.resolve_type_inner(file, written, 0) else { return class };
        let is_it = |special: &DefRef| matches!(self.specialises(*special), T::Def(template, pattern) if template == class && pattern == args);
        all.find(is_it).unwrap_or(class)
    }

    /// The members of a class under a name, or those of its bases.
    pub(super) fn in_class(&self, file: FileId, ty: &T, name: Name, steps: u8) -> Vec<Hit> {
        let T::Def(class, args) = ty.bare() else { return Vec::new() };
        if steps > MAX_STEPS {
            return Vec::new();
        }
        let (class, args) = &self.specialised(*class, args);
        let mut hits: Vec<Hit> = self
            .index
            .members
            .get(&(*class, name))
            .into_iter()
            .flatten()
            .filter(|member| {
                let def = self.project.def(**member);
                // Friends are no members.
                def.kind != DefKind::Function || !self.facts(member.file).def(def.parent).kind.is_type()
            })
            .map(|&def| Hit { def, class: Some((*class, args.clone())) })
            .collect();
        let facts = self.facts(class.file);
        let scope = facts.def(class.def).scope;
        for item in self.index.files[&class.file].scopes.in_scope(scope, name) {
            if let Item::Import(import) = item {
                for hit in self.used_names(class.file, *import, Want::Value, steps + 4) {
                    hits.push(Hit {
                        def: hit.def,
                        class: hit.class.map(|(class, own)| {
                            (class, own.iter().map(|arg| arg.substitute(&self.argument_of(class, args))).collect())
                        }),
                    });
                }
            }
        }
        if !hits.is_empty() {
            return hits;
        }
        for base in self.bases(*class).iter() {
            let base = base.substitute(&self.argument_of(*class, args));
            let found = self.in_class(file, &base, name, steps + 2);
            if !found.is_empty() {
                return found;
            }
        }
        hits
    }

    /// Whether a class has a base that is not known.
    pub(super) fn has_foreign_base(&self, class: DefRef, steps: u8) -> bool {
        steps < MAX_STEPS
            && self.bases(class).iter().any(|base| match base.bare() {
                T::Def(base, _) => self.has_foreign_base(*base, steps + 2),
                _ => true,
            })
    }

    pub(super) fn derives(&self, class: DefRef, base: DefRef, steps: u8) -> bool {
        class == base
            || steps < MAX_STEPS
                && self.bases(class).iter().any(|parent| match parent.bare() {
                    T::Def(parent, _) => self.derives(*parent, base, steps + 2),
                    _ => false,
                })
    }

    // ---- lexical lookup ----

    pub(super) fn lookup(&self, file: FileId, scope: ScopeId, name: Name, at: u32, want: Want) -> Found {
        let facts = self.facts(file);
        let table = &self.index.files[&file].scopes;
        for scope in scopes_outwards(facts, scope) {
            let this = facts.scope(scope);
            let owner = DefRef { file, def: this.owner };
            match this.kind {
                ScopeKind::Block | ScopeKind::Function => {
                    let mut hits = Vec::new();
                    let mut binding = None;
                    for item in table.in_scope(scope, name) {
                        match *item {
                            Item::Binding(id) if want == Want::Value => {
                                let this = facts.binding(id);
                                if this.from <= at {
                                    binding = Some(id);
                                }
                            }
                            Item::Def(def) => {
                                let def = DefRef { file, def };
                                if self.wanted(def, want) {
                                    hits.push(plain(def));
                                }
                            }
                            Item::Import(import) => hits.extend(self.used_names(file, import, want, 0)),
                            Item::Binding(_) => {}
                        }
                    }
                    if let Some(binding) = binding {
                        return Found::Binding(binding);
                    }
                    if !hits.is_empty() {
                        return Found::Hits(hits);
                    }
                    if this.kind == ScopeKind::Function {
                        if let Some(param) = type_param(facts, this.owner, name) {
                            return Found::TypeParam(owner, param);
                        }
                        if let Some(&class) = self.class_of.get(&owner) {
                            let hits = self.in_classes_around(file, class, name, want);
                            if !hits.is_empty() {
                                return Found::Hits(hits);
                            }
                            if let Some(param) = type_param(self.facts(class.file), class.def, name) {
                                return Found::TypeParam(class, param);
                            }
                        }
                    }
                    for &import in table.globs(scope) {
                        if facts.import(import).kind == ImportKind::Using
                            && let Some((ns, _)) = self.using_target(file, import)
                        {
                            let found = self.in_namespace(file, ns, name, want, 1);
                            if !found.is_empty() {
                                return Found::Hits(found.into_iter().map(plain).collect());
                            }
                        }
                    }
                }
                ScopeKind::Type => {
                    if let Some(param) = type_param(facts, this.owner, name) {
                        return Found::TypeParam(owner, param);
                    }
                    for item in table.in_scope(scope, name) {
                        if let Item::Binding(id) = *item
                            && want == Want::Value
                        {
                            return Found::Binding(id);
                        }
                    }
                    let own = T::Def(owner, self.own_args(owner));
                    let hits: Vec<Hit> = self
                        .in_class(file, &own, name, 0)
                        .into_iter()
                        .filter(|hit| self.wanted(hit.def, want))
                        .collect();
                    if !hits.is_empty() {
                        return Found::Hits(hits);
                    }
                    if facts.def(this.owner).name == name && facts.def(this.owner).kind.is_type() {
                        return Found::Hits(vec![plain(owner)]);
                    }
                    // A class defined outside the class around it.
                    if let Some(&class) = self.class_of.get(&owner) {
                        let hits = self.in_classes_around(file, class, name, want);
                        if !hits.is_empty() {
                            return Found::Hits(hits);
                        }
                    }
                }
                ScopeKind::Module | ScopeKind::File => break,
            }
        }
        for ns in self.namespaces_around(file, scope) {
            let found = self.in_namespace(file, ns, name, want, 0);
            if !found.is_empty() {
                return Found::Hits(found.into_iter().map(plain).collect());
            }
        }
        Found::Nothing
    }

    /// A class's members and those of the classes around it.
    fn in_classes_around(&self, file: FileId, class: DefRef, name: Name, want: Want) -> Vec<Hit> {
        let mut at = Some(class);
        let mut steps = 0;
        while let Some(class) = at
            && steps < MAX_STEPS
        {
            let own = T::Def(class, self.own_args(class));
            let hits: Vec<Hit> =
                self.in_class(file, &own, name, 0).into_iter().filter(|hit| self.wanted(hit.def, want)).collect();
            if !hits.is_empty() {
                return hits;
            }
            if self.project.def(class).name == name {
                return vec![plain(class)];
            }
            at = self.class_around(class);
            steps += 1;
        }
        Vec::new()
    }

    /// A class's own parameters as its arguments.
    pub(super) fn own_args(&self, class: DefRef) -> Arc<[T]> {
        let params = self.params_of(class);
        if params.is_empty() {
            return none();
        }
        params.into_iter().map(|(def, index)| T::Param(def, index)).collect()
    }

    // ---- types ----

    pub(super) fn resolve_type(&self, file: FileId, ty: TypeId) -> T {
        if let Some(known) = self.types.get(&(file, ty)) {
            return known.clone();
        }
        let resolved = stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || self.resolve_type_inner(file, ty, 0));
        if Self::may_remember() {
            self.types.insert((file, ty), resolved.clone());
        }
        resolved
    }

    fn type_at(&self, file: FileId, ty: TypeId, steps: u8) -> T {
        if steps > MAX_STEPS {
            return T::Unknown;
        }
        if let Some(known) = self.types.get(&(file, ty)) {
            return known.clone();
        }
        self.resolve_type_inner(file, ty, steps)
    }

    fn resolve_type_inner(&self, file: FileId, ty: TypeId, steps: u8) -> T {
        let facts = self.facts(file);
        match *facts.type_expr(ty) {
            TypeExpr::Path { segments, scope, at } => {
                let segments = facts.list(segments);
                if let [only] = segments {
                    if only.name == "const" && only.args.len() == 1 {
                        return self.type_at(file, facts.list(only.args)[0], steps + 1).constant();
                    }
                    if only.args.is_empty()
                        && let Some(number) = number(only.name.as_str())
                        && !self.is_project_type(file, scope, only.name, at)
                    {
                        return number;
                    }
                }
                let segments: Vec<(Name, Vec<T>)> = segments
                    .iter()
                    .map(|segment| {
                        let args =
                            facts.list(segment.args).iter().map(|&arg| self.type_at(file, arg, steps + 1)).collect();
                        (segment.name, args)
                    })
                    .collect();
                self.path_type(file, scope, at, &segments, steps)
            }
            TypeExpr::Reference { inner, .. } => T::Ref(Arc::new(self.type_at(file, inner, steps + 1))),
            TypeExpr::Pointer(inner) => match self.type_at(file, inner, steps + 1) {
                // A pointer to a function is called like one.
                function @ T::Fn(_) => function,
                inner => T::Ptr(Arc::new(inner)),
            },
            TypeExpr::Sequence(inner) => T::Array(Arc::new(self.type_at(file, inner, steps + 1))),
            TypeExpr::Function { ret, .. } => {
                T::Fn(Arc::new(ret.map_or(T::Unknown, |ret| self.type_at(file, ret, steps + 1))))
            }
            TypeExpr::TypeOf(expr) => match *facts.expr(expr) {
                Expr::Def(def) => T::Def(DefRef { file, def }, none()),
                _ => T::Unknown,
            },
            TypeExpr::Literal(_) => T::Num(super::ty::Num::Int),
            _ => T::Unknown,
        }
    }

    fn is_project_type(&self, file: FileId, scope: ScopeId, name: Name, at: u32) -> bool {
        match name.as_str() {
            "void" | "int" | "char" | "bool" | "unsigned" | "long" | "float" | "double" | "short" | "unsigned int"
            | "unsigned long" | "unsigned char" | "unsigned short" | "size_t" => false,
            _ => match self.lookup(file, scope, name, at, Want::Type) {
                Found::Hits(hits) => hits
                    .iter()
                    .any(|hit| self.sees(file, hit.def.file) && self.project.def(hit.def).kind != DefKind::TypeAlias),
                Found::TypeParam(..) => true,
                _ => false,
            },
        }
    }

    fn path_type(&self, file: FileId, scope: ScopeId, at: u32, segments: &[(Name, Vec<T>)], steps: u8) -> T {
        let Some(((name, args), prefix)) = segments.split_last() else { return T::Unknown };
        if prefix.is_empty() {
            return match self.lookup(file, scope, *name, at, Want::Type) {
                Found::TypeParam(def, index) => T::Param(def, index),
                Found::Hits(hits) => self.type_of_hits(file, scope, &hits, args, steps),
                _ => external_type(*name, args),
            };
        }
        match self.container(file, scope, at, prefix) {
            Container::Namespace(ns) => {
                let hits: Vec<Hit> = self.in_namespace(file, ns, *name, Want::Type, 0).into_iter().map(plain).collect();
                if hits.is_empty() {
                    external_type(*name, args)
                } else {
                    self.type_of_hits(file, scope, &hits, args, steps)
                }
            }
            Container::Type(T::Ext(of, of_args)) => library::member_type(of.as_str(), &of_args, name.as_str()),
            Container::Type(class @ T::Def(..)) => {
                let hits: Vec<Hit> = self
                    .in_class(file, &class, *name, 0)
                    .into_iter()
                    .filter(|hit| self.wanted(hit.def, Want::Type))
                    .collect();
                if let Some(hit) = hits.first() {
                    let class = hit.class.clone();
                    let ty = self.type_of_hits(file, scope, &hits, args, steps);
                    return self.substitute(&ty, &class);
                }
                // The class's own name inside it.
                if let T::Def(def, _) = &class
                    && self.project.def(*def).name == *name
                {
                    return class;
                }
                if class.is_dependent() { T::Dependent } else { T::Unknown }
            }
            Container::Type(ty) if ty.is_dependent() => T::Dependent,
            Container::Type(_) => T::Unknown,
            Container::External => external_type(*name, args),
        }
    }

    /// What a path's beginning stands for.
    pub(super) fn container(&self, file: FileId, scope: ScopeId, at: u32, prefix: &[(Name, Vec<T>)]) -> Container {
        let Some(((first, first_args), rest)) = prefix.split_first() else { return Container::Namespace(GLOBAL) };
        let mut current = if first.is_empty() {
            Container::Namespace(GLOBAL)
        } else {
            match self.lookup(file, scope, *first, at, Want::Type) {
                Found::TypeParam(def, index) => Container::Type(T::Param(def, index)),
                Found::Hits(hits) => Container::Type(self.type_of_hits(file, scope, &hits, first_args, 1)),
                _ => match self.find_namespace(file, scope, *first, 0) {
                    Some(ns) => Container::Namespace(ns),
                    None => {
                        let known = number(first.as_str()).is_none() && first != "std";
                        if known && library::element(first.as_str(), &[T::Void]).is_known() {
                            Container::Type(external_type(*first, first_args))
                        } else {
                            Container::External
                        }
                    }
                },
            }
        };
        for (name, args) in rest {
            current = match current {
                Container::Namespace(ns) => {
                    let hits: Vec<Hit> =
                        self.in_namespace(file, ns, *name, Want::Type, 0).into_iter().map(plain).collect();
                    if !hits.is_empty() {
                        Container::Type(self.type_of_hits(file, scope, &hits, args, 1))
                    } else if let Some(child) = self.index.child(ns, *name) {
                        Container::Namespace(child)
                    } else {
                        // Projects add to `std`, too.
                        external_container(*name, args)
                    }
                }
                Container::Type(class @ T::Def(..)) => {
                    let hits: Vec<Hit> = self
                        .in_class(file, &class, *name, 0)
                        .into_iter()
                        .filter(|hit| self.wanted(hit.def, Want::Type))
                        .collect();
                    match hits.first() {
                        Some(hit) => {
                            let class = hit.class.clone();
                            let ty = self.type_of_hits(file, scope, &hits, args, 1);
                            Container::Type(self.substitute(&ty, &class))
                        }
                        None if class.is_dependent() => Container::Type(T::Dependent),
                        None => Container::Type(T::Unknown),
                    }
                }
                Container::Type(T::Ext(of, of_args)) => {
                    Container::Type(library::member_type(of.as_str(), &of_args, name.as_str()))
                }
                Container::Type(ty) if ty.is_dependent() => Container::Type(T::Dependent),
                Container::Type(_) => Container::Type(T::Unknown),
                Container::External => external_container(*name, args),
            };
        }
        current
    }

    fn container_of_type(&self, file: FileId, scope: ScopeId, ty: TypeId) -> Option<Container> {
        let facts = self.facts(file);
        let TypeExpr::Path { segments, at, .. } = *facts.type_expr(ty) else { return None };
        let segments: Vec<(Name, Vec<T>)> = facts
            .list(segments)
            .iter()
            .map(|segment| (segment.name, facts.list(segment.args).iter().map(|_| T::Unknown).collect()))
            .collect();
        Some(self.container(file, scope, at, &segments))
    }

    /// The type that one of several definitions of a name stands for.
    pub(super) fn type_of_hits(&self, file: FileId, scope: ScopeId, hits: &[Hit], args: &[T], steps: u8) -> T {
        let Some(mut def) = self.pick_type(file, hits) else { return T::Unknown };
        if !args.is_empty() && self.project.def(def).flags.contains(DefFlags::OVERLOAD) {
            // A specialisation that names its template with other arguments.
            def = self.primary(file, def);
        }
        let this = self.project.def(def);
        if this.ty.is_some() && this.kind != DefKind::TypeAlias && !args.is_empty() && self.adds_to_std(def) {
            // The template is the library's, and nothing else is known of it.
            let own = hits.iter().map(|hit| hit.def).find(|&special| {
                let pattern = self.specialises(special);
                matches!(pattern, T::Ext(_, pattern) if pattern.iter().zip(args).all(|(pattern, arg)| pattern == arg))
            });
            return own.map_or_else(|| external_type(this.name, args), |own| T::Def(own, none()));
        }
        if this.kind == DefKind::TypeAlias {
            let Some(ty) = this.ty else { return T::Unknown };
            if steps > MAX_STEPS {
                return T::Unknown;
            }
            let mut ty = self.type_at(def.file, ty, steps + 1);
            if !ty.is_known() && self.in_template(def) {
                ty = T::Dependent;
            }
            if args.is_empty() {
                return ty;
            }
            let ty = ty.substitute(&|of, index| if of == def { args.get(usize::from(index)).cloned() } else { None });
            return if args.iter().any(T::is_dependent) { ty } else { ty.settled() };
        }
        let count = this.type_params.len();
        let mut all: Vec<T> = match self.class_around(def) {
            Some(outer) => self.own_args(outer).to_vec(),
            None => Vec::new(),
        };
        if count == 0 {
            return T::Def(def, all.into());
        }
        if args.is_empty() && self.is_inside(file, scope, def) {
            return T::Def(def, self.own_args(def));
        }
        let outer = all.len();
        all.extend(args.iter().take(count).cloned());
        let facts = self.facts(def.file);
        for param in facts.list(this.type_params).iter().skip(args.len()) {
            let default = match param.default {
                Some(default) if steps < MAX_STEPS => {
                    let own = all[outer..].to_vec();
                    self.type_at(def.file, default, steps + 2).substitute(&|of, index| {
                        if of == def { own.get(usize::from(index)).cloned() } else { None }
                    })
                }
                _ => T::Unknown,
            };
            all.push(default);
        }
        T::Def(def, all.into())
    }

    /// Whether a definition stands in the library's namespace.
    pub(super) fn adds_to_std(&self, def: DefRef) -> bool {
        self.index.child(GLOBAL, Name::new("std")).is_some_and(|std| {
            let mut ns = self.index.namespace_around(self.project, def);
            while ns != std && ns != GLOBAL {
                ns = self.index.namespaces[ns.0 as usize].parent;
            }
            ns == std
        })
    }

    /// The template that a class specialises.
    fn primary(&self, file: FileId, class: DefRef) -> DefRef {
        let name = self.project.def(class).name;
        let ns = self.index.namespace_around(self.project, class);
        let found = match self.class_around(class) {
            Some(outer) => self.index.members.get(&(outer, name)),
            None => self.index.entries.get(&(ns, name)),
        };
        let hits: Vec<Hit> = found.into_iter().flatten().copied().map(plain).collect();
        self.pick_type(file, &hits).unwrap_or(class)
    }

    /// Whether a definition is (in) a template.
    pub(super) fn in_template(&self, def: DefRef) -> bool {
        let facts = self.facts(def.file);
        let mut at = def.def;
        loop {
            let this = facts.def(at);
            if !this.type_params.is_empty() {
                return true;
            }
            if let Some(class) = self.class_of.get(&DefRef { file: def.file, def: at })
                && !self.project.def(*class).type_params.is_empty()
            {
                return true;
            }
            if at == DefId::FILE {
                return false;
            }
            at = this.parent;
        }
    }

    /// Whether a scope lies inside a class.
    fn is_inside(&self, file: FileId, scope: ScopeId, class: DefRef) -> bool {
        let facts = self.facts(file);
        scopes_outwards(facts, scope).any(|scope| {
            let owner = DefRef { file, def: facts.scope(scope).owner };
            owner == class || self.class_of.get(&owner) == Some(&class)
        })
    }

    /// Of several definitions of a type: the full one, seen from the file, nearest.
    pub(super) fn pick_type(&self, file: FileId, hits: &[Hit]) -> Option<DefRef> {
        let own = self.project.file(file).path;
        hits.iter().map(|hit| hit.def).filter(|def| self.project.def(*def).kind.is_type()).max_by_key(|&def| {
            let this = self.project.def(def);
            (
                !this.flags.contains(DefFlags::OVERLOAD),
                !this.flags.contains(DefFlags::INACTIVE),
                !self.is_unlikely(def),
                !this.flags.contains(DefFlags::DECLARATION),
                this.kind != DefKind::TypeAlias || def.file == file && !self.stands_for_its_name(def),
                def.file == file,
                self.sees(file, def.file),
                super::index::shared(own, self.project.file(def.file).path),
                std::cmp::Reverse(def),
            )
        })
    }

    /// `typedef struct a a`: what it stands for is another type of its name.
    fn stands_for_its_name(&self, alias: DefRef) -> bool {
        let facts = self.facts(alias.file);
        let this = facts.def(alias.def);
        this.ty.is_some_and(|ty| match *facts.type_expr(ty) {
            TypeExpr::Path { segments, .. } => facts.list(segments).last().is_some_and(|last| last.name == this.name),
            _ => false,
        })
    }

    // ---- functions ----

    pub(super) fn signature(&self, def: DefRef) -> Arc<Signature> {
        if let Some(known) = self.signatures.get(&def) {
            return known.clone();
        }
        let facts = self.facts(def.file);
        let this = facts.def(def.def);
        let mut params = Vec::new();
        let mut min = 0;
        let mut is_const = false;
        let mut variadic = this.flags.contains(DefFlags::VARIADIC);
        for param in facts.list(this.params) {
            match param.kind {
                ParamKind::Receiver => {
                    is_const = param
                        .ty
                        .is_some_and(|ty| matches!(facts.type_expr(ty), TypeExpr::Reference { mutable: false, .. }));
                    continue;
                }
                ParamKind::Variadic => variadic = true,
                ParamKind::Plain if param.default.is_none() => min = params.len() + 1,
                _ => {}
            }
            params.push(param.ty.map_or(T::Unknown, |ty| self.resolve_type(def.file, ty)));
        }
        // `f()` in C takes anything.
        let open = params.is_empty() && facts.language == parseltongue_syntax::Language::C;
        let max = if variadic || open { usize::MAX } else { params.len() };
        let signature = Arc::new(Signature { params, min, max, is_const });
        if Self::may_remember() {
            self.signatures.insert(def, signature.clone());
        }
        signature
    }
}

pub(super) fn plain(def: DefRef) -> Hit {
    Hit { def, class: None }
}

fn type_param(facts: &FileFacts, def: DefId, name: Name) -> Option<u16> {
    let def = facts.def(def);
    if def.type_params.is_empty() || name.is_empty() {
        return None;
    }
    facts.list(def.type_params).iter().position(|param| param.name == name).map(|index| index as u16)
}

fn external_type(name: Name, args: &[T]) -> T {
    number(name.as_str()).filter(|_| args.is_empty()).unwrap_or_else(|| T::Ext(name, args.to_vec().into()))
}

/// What a name in a library's namespace stands for before `::`.
fn external_container(name: Name, args: &[T]) -> Container {
    match external_type(name, args) {
        T::Ext(..) if name.as_str().contains("chrono") || args.is_empty() && !library::is_string(name.as_str()) => {
            Container::External
        }
        ty => Container::Type(ty),
    }
}

/// Functions and variables with internal linkage: `static`, or in an unnamed namespace.
fn internal_names(project: &Project<'_>, index: &Index) -> FxHashSet<DefRef> {
    let mut files: Vec<FileId> = index.files.keys().copied().collect();
    files.sort_unstable();
    let found = parseltongue_parallel::map(&files, |&file| {
        let facts = project.facts(file);
        let mut statics: FxHashSet<Name> = FxHashSet::default();
        let mut unnamed: FxHashSet<DefId> = FxHashSet::default();
        for (id, def) in facts.defs().skip(1) {
            let nameless = def.name.is_empty() && def.value.is_none();
            if def.kind == DefKind::Module && (nameless || unnamed.contains(&def.parent)) {
                unnamed.insert(id);
            }
            if matches!(def.kind, DefKind::Function | DefKind::Variable)
                && def.flags.contains(DefFlags::STATIC)
                && matches!(facts.def(def.parent).kind, DefKind::File | DefKind::Module)
            {
                statics.insert(def.name);
            }
        }
        facts
            .defs()
            .skip(1)
            .filter(|(_, def)| {
                unnamed.contains(&def.parent)
                    || matches!(def.kind, DefKind::Function | DefKind::Variable)
                        && statics.contains(&def.name)
                        && (def.flags.contains(DefFlags::STATIC) || facts.language == parseltongue_syntax::Language::C)
            })
            .map(|(id, _)| DefRef { file, def: id })
            .collect::<Vec<_>>()
    });
    found.into_iter().flatten().collect()
}

/// Whether an argument has the form of a specialisation's, and what that says of its parameters.
fn fits(pattern: &T, arg: &T, special: DefRef, values: &mut Vec<((DefRef, u16), T)>) -> bool {
    let mut all = |left: &[T], right: &[T]| {
        left.len() == right.len() && left.iter().zip(right).all(|(left, right)| fits(left, right, special, values))
    };
    match (pattern, arg) {
        (_, T::Unknown | T::Dependent) | (T::Unknown | T::Dependent, _) => false,
        (T::Param(def, index), arg) if *def == special => {
            let key = (*def, *index);
            let known = values.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone());
            if known.is_none() {
                values.push((key, arg.clone()));
            }
            known.is_none_or(|known| known == *arg)
        }
        (T::Ptr(left), T::Ptr(right))
        | (T::Ref(left), T::Ref(right))
        | (T::Const(left), T::Const(right))
        | (T::Array(left), T::Array(right))
        | (T::Fn(left), T::Fn(right)) => fits(left, right, special, values),
        (T::Def(left, own), T::Def(right, other)) => left == right && all(own, other),
        (T::Ext(left, own), T::Ext(right, other)) => left == right && all(own, other),
        _ => pattern == arg,
    }
}
