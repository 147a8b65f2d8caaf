//! Crates, module trees and names in modules.

use super::world::Files;
use crate::project::{DefRef, FileId};
use crate::scopes::{Item, scopes_outwards};
use dashmap::DashMap;
use parseltongue_sort::StableSort;
use parseltongue_syntax::facts::*;
use parseltongue_syntax::manifest::CargoManifest;
use parseltongue_syntax::{Manifest, Name};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::sync::Arc;

pub(super) type ModId = u32;

/// Type namespace or value namespace.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Space {
    Type,
    Value,
}

/// What a path leads to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Res {
    Module(ModId),
    Def(DefRef),
    /// Something of another crate, by its path.
    External(Name),
}

pub(super) struct Module {
    pub(super) file: FileId,
    pub(super) def: DefId,
    pub(super) scope: ScopeId,
    pub(super) parent: Option<ModId>,
    pub(super) krate: usize,
    items: FxHashMap<(Name, Space), (Res, Visibility)>,
    globs: Vec<(ImportId, Option<Res>, Visibility)>,
    named: Vec<ImportId>,
}

pub(super) struct Crate {
    pub(super) root: ModId,
    package: usize,
}

/// A file that a module declares as a module of its own. Crates share files, such as `tests/common/mod.rs`.
struct Mount {
    parent: ModId,
    name: Name,
    visibility: Visibility,
    file: FileId,
}

/// One `Cargo.toml`, or the lack of one.
#[derive(Default)]
struct Package {
    folder: String,
    /// Name in code.
    name: Option<Name>,
    lib_path: Option<String>,
    /// (name in code, folder of the package or name of it)
    dependencies: Vec<(Name, Option<String>)>,
    lib: Option<ModId>,
}

pub(super) struct Modules {
    pub(super) modules: Vec<Module>,
    pub(super) of_def: FxHashMap<(FileId, DefId), ModId>,
    pub(super) crates: Vec<Crate>,
    packages: Vec<Package>,
    mounts: Vec<Mount>,
    library: ModId,
    /// Other crates that the library's signatures have something of.
    known_crates: FxHashMap<Name, ModId>,
    prelude: Option<ModId>,
    memo: DashMap<(ModId, Name, Space), Option<Res>, FxBuildHasher>,
    traits: DashMap<ModId, Arc<FxHashSet<DefRef>>, FxBuildHasher>,
}

/// Names under which the library signatures can be reached.
const LIBRARY_CRATES: &[&str] = &["std", "core", "alloc", "hashbrown"];

fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The library, binaries, examples, tests and benches that Cargo finds by itself.
fn is_target(inside: &str) -> bool {
    let parts: Vec<&str> = inside.split('/').collect();
    match parts[..] {
        ["build.rs"] | ["src", "main.rs" | "lib.rs"] => true,
        ["src", "bin", file] => file.ends_with(".rs"),
        ["src", "bin", _, "main.rs"] => true,
        ["tests" | "examples" | "benches", file] => file.ends_with(".rs"),
        ["tests" | "examples" | "benches", _, "main.rs"] => true,
        _ => false,
    }
}

impl Modules {
    pub(super) fn new(files: &Files<'_>) -> Self {
        let mut this = Self {
            modules: Vec::new(),
            of_def: FxHashMap::default(),
            crates: Vec::new(),
            packages: Vec::new(),
            mounts: Vec::new(),
            library: 0,
            known_crates: FxHashMap::default(),
            prelude: None,
            memo: DashMap::with_hasher(FxBuildHasher),
            traits: DashMap::with_hasher(FxBuildHasher),
        };
        this.packages.push(Package::default());
        this.library = this.add_crate(files, files.library_file, 0);
        this.find_packages(files);
        this.find_crates(files);
        this.find_known_crates(files);
        this.collect(files);
        this.settle(files);
        this.prelude = match this.resolve_path(files, this.library, &[Name::new("prelude")], Space::Type) {
            Some(Res::Module(module)) => Some(module),
            _ => None,
        };
        this.memo.clear();
        this
    }

    /// The modules of `__crates`.
    fn find_known_crates(&mut self, files: &Files<'_>) {
        for module in &self.modules {
            let Some(parent) = module.parent.filter(|_| module.file == files.library_file) else { continue };
            let outer = self.modules[parent as usize].def;
            let facts = files.facts(module.file);
            if facts.def(outer).name == "__crates" {
                let id = self.of_def[&(module.file, module.def)];
                self.known_crates.insert(facts.def(module.def).name, id);
            }
        }
    }

    fn find_packages(&mut self, files: &Files<'_>) {
        for (file, manifest) in files.project.manifests() {
            let Manifest::Cargo(manifest) = manifest else { continue };
            let folder = folder_of(files.project.file(file).path).to_owned();
            self.packages.push(Self::package(folder, manifest));
        }
        // Inner folders first, so that the first that fits is the nearest.
        self.packages[1..].stable_sort_by(|a, b| {
            b.folder
                .matches('/')
                .count()
                .cmp(&a.folder.matches('/').count())
                .then_with(|| b.folder.len().cmp(&a.folder.len()).then_with(|| a.folder.cmp(&b.folder)))
        });
    }

    fn package(folder: String, manifest: &CargoManifest) -> Package {
        let in_code = manifest.name.as_ref().map(|name| name.replace('-', "_"));
        let (name, path) = match &manifest.lib {
            Some((name, path)) => (Some(name.to_string()), path.to_string()),
            None => (in_code, "src/lib.rs".to_owned()),
        };
        Package {
            lib_path: Some(join(&folder, &path)),
            name: name.map(|name| Name::new(&name)),
            dependencies: manifest
                .dependencies
                .iter()
                .map(|(name, path)| {
                    let place = path.as_ref().map(|path| match path.strip_prefix("package:") {
                        Some(package) => format!("package:{}", package.replace('-', "_")),
                        None => join(&folder, path),
                    });
                    (*name, place)
                })
                .collect(),
            lib: None,
            folder,
        }
    }

    fn package_of(&self, path: &str) -> usize {
        self.packages
            .iter()
            .enumerate()
            .skip(1)
            .find(|(_, package)| {
                package.folder.is_empty()
                    || path.strip_prefix(package.folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
            })
            .map_or(0, |(index, _)| index)
    }

    fn find_crates(&mut self, files: &Files<'_>) {
        let rust: Vec<(FileId, &str)> = files.rust.iter().map(|&file| (file, files.project.file(file).path)).collect();
        let mut roots: Vec<(bool, FileId, usize)> = Vec::new();
        let mut declared: FxHashSet<String> = FxHashSet::default();
        for (_, manifest) in files.project.manifests().map(|(file, manifest)| (file, (file, manifest))) {
            let (file, manifest) = manifest;
            if let Manifest::Cargo(manifest) = manifest {
                let folder = folder_of(files.project.file(file).path);
                for (_, path) in manifest.binaries.iter().chain(&manifest.other_targets) {
                    declared.insert(join(folder, path));
                }
            }
        }
        for &(file, path) in &rust {
            let package = self.package_of(path);
            let owner = &self.packages[package];
            let is_lib = package > 0 && owner.lib_path.as_deref() == Some(path);
            let inside = if owner.folder.is_empty() { path } else { &path[owner.folder.len() + 1..] };
            if is_lib || declared.contains(path) || is_target(inside) {
                roots.push((is_lib || (package == 0 && inside.ends_with("lib.rs")), file, package));
            }
        }
        // Libraries first: a file that two crates have belongs to the library.
        roots.stable_sort_by_key(|&(lib, file, _)| (!lib, file));
        for (lib, file, package) in roots {
            if self.of_def.contains_key(&(file, DefId::FILE)) {
                continue;
            }
            let root = self.add_crate(files, file, package);
            if lib {
                self.packages[package].lib = Some(root);
            }
        }
        // What no crate reaches: roots by their names first, then whatever is left, outer folders first.
        let mut rest: Vec<(bool, usize, FileId, &str)> = rust
            .iter()
            .filter(|(file, _)| !self.of_def.contains_key(&(*file, DefId::FILE)))
            .map(|&(file, path)| {
                let name = path.rsplit('/').next().unwrap_or(path);
                (!matches!(name, "lib.rs" | "main.rs" | "mod.rs"), path.matches('/').count(), file, path)
            })
            .collect();
        rest.stable_sort();
        for (_, _, file, path) in rest {
            if !self.of_def.contains_key(&(file, DefId::FILE)) {
                let package = self.package_of(path);
                let lib = path.ends_with("lib.rs");
                let root = self.add_crate(files, file, package);
                if lib && self.packages[package].lib.is_none() {
                    self.packages[package].lib = Some(root);
                }
            }
        }
    }

    fn add_crate(&mut self, files: &Files<'_>, file: FileId, package: usize) -> ModId {
        let krate = self.crates.len();
        let root = self.modules.len() as ModId;
        self.crates.push(Crate { root, package });
        let folder = if file == files.library_file { "" } else { folder_of(files.project.file(file).path) };
        let mut work = vec![(file, None::<ModId>, folder.to_owned())];
        while let Some((file, parent, folder)) = work.pop() {
            self.add_file(files, file, parent, krate, &folder, &mut work);
        }
        root
    }

    fn add_module(&mut self, file: FileId, def: DefId, scope: ScopeId, parent: Option<ModId>, krate: usize) -> ModId {
        let id = self.modules.len() as ModId;
        self.modules.push(Module {
            file,
            def,
            scope,
            parent,
            krate,
            items: FxHashMap::default(),
            globs: Vec::new(),
            named: Vec::new(),
        });
        self.of_def.insert((file, def), id);
        id
    }

    /// Adds a file's modules; `folder` is where its child modules are.
    fn add_file(
        &mut self,
        files: &Files<'_>,
        file: FileId,
        parent: Option<ModId>,
        krate: usize,
        folder: &str,
        work: &mut Vec<(FileId, Option<ModId>, String)>,
    ) {
        if self.of_def.contains_key(&(file, DefId::FILE)) {
            return;
        }
        let facts = files.facts(file);
        self.add_module(file, DefId::FILE, ScopeId::FILE, parent, krate);
        let mut folders: FxHashMap<DefId, String> = FxHashMap::default();
        folders.insert(DefId::FILE, folder.to_owned());
        for (id, def) in facts.defs().skip(1) {
            if def.kind != DefKind::Module {
                continue;
            }
            let outer = self.enclosing_module(files, file, def.parent);
            let outer_folder = folders.get(&self.modules[outer as usize].def).cloned().unwrap_or_default();
            folders.insert(id, join(&outer_folder, def.name.as_str()));
            self.add_module(file, id, def.scope, Some(outer), krate);
        }
        if file == files.library_file {
            return;
        }
        let here = folder_of(files.project.file(file).path).to_owned();
        let mut imports: Vec<&Import> = facts.imports.iter().collect();
        // The first that is claimed has the name: what is configured away comes last.
        imports.stable_sort_by_key(|import| import.level > 1);
        for import in imports.into_iter().filter(|import| import.kind == ImportKind::ModDeclaration) {
            let owner = facts.scope(import.scope).owner;
            let outer = self.enclosing_module(files, file, owner);
            let outer_def = self.modules[outer as usize].def;
            let base = folders.get(&outer_def).cloned().unwrap_or_default();
            let Some(&name) = facts.list(import.module).first() else { continue };
            let name = name.as_str();
            let (child, folder) = if name.contains('.') {
                let path = join(if outer_def == DefId::FILE { &here } else { &base }, name);
                (files.rust_file(&path), folder_of(&path).to_owned())
            } else {
                let folder = join(&base, name);
                let beside = files.rust_file(&format!("{folder}.rs"));
                (beside.or_else(|| files.rust_file(&format!("{folder}/mod.rs"))), folder)
            };
            let Some(child) = child else { continue };
            if let Some(name) = import.local {
                self.mounts.push(Mount { parent: outer, name, visibility: import.visibility, file: child });
            }
            work.push((child, Some(outer), folder));
        }
    }

    /// The innermost module at or around a definition.
    pub(super) fn enclosing_module(&self, files: &Files<'_>, file: FileId, mut def: DefId) -> ModId {
        let facts = files.facts(file);
        loop {
            if let Some(&module) = self.of_def.get(&(file, def)) {
                return module;
            }
            if def == DefId::FILE {
                return self.library;
            }
            def = facts.def(def).parent;
        }
    }

    /// Puts the definitions and imports of each module in place.
    fn collect(&mut self, files: &Files<'_>) {
        for index in 0..self.modules.len() {
            let (file, def, scope) = (self.modules[index].file, self.modules[index].def, self.modules[index].scope);
            let facts = files.facts(file);
            let mut members = files.members(DefRef { file, def }).to_vec();
            // What is configured away comes last.
            members.stable_sort_by_key(|&member| facts.def(member).flags.contains(DefFlags::INACTIVE));
            for member in members {
                let this = facts.def(member);
                if this.outer_scope != scope || this.name.is_empty() {
                    continue;
                }
                let res = match this.kind {
                    DefKind::Module => match self.of_def.get(&(file, member)) {
                        Some(&module) => Res::Module(module),
                        None => continue,
                    },
                    _ => Res::Def(DefRef { file, def: member }),
                };
                for space in spaces_of(files, DefRef { file, def: member }) {
                    self.modules[index].items.entry((this.name, *space)).or_insert((res, this.visibility));
                }
            }
        }
        for file in files.all() {
            let facts = files.facts(file);
            let mut imports: Vec<(usize, &Import)> = facts.imports.iter().enumerate().collect();
            imports.stable_sort_by_key(|(_, import)| import.level > 1);
            for (index, import) in imports {
                let kind = facts.scope(import.scope).kind;
                if !matches!(kind, ScopeKind::File | ScopeKind::Module) {
                    continue;
                }
                let module = self.enclosing_module(files, file, facts.scope(import.scope).owner);
                let id = ImportId::from_index(index);
                if import.kind == ImportKind::ModDeclaration {
                    continue;
                }
                let target = &mut self.modules[module as usize];
                if import.member == ImportMember::Glob {
                    target.globs.push((id, None, import.visibility));
                } else {
                    target.named.push(id);
                }
            }
        }
        for Mount { parent, name, visibility, file } in &self.mounts {
            let Some(&child) = self.of_def.get(&(*file, DefId::FILE)) else { continue };
            let known = self.modules[*parent as usize].items.get(&(*name, Space::Type));
            // A module of this name beside it may be for another platform.
            let replaces = known.is_none_or(|(res, _)| match *res {
                Res::Module(known) => {
                    let known = &self.modules[known as usize];
                    files.facts(known.file).def(known.def).flags.contains(DefFlags::INACTIVE)
                }
                _ => false,
            });
            if replaces {
                let items = &mut self.modules[*parent as usize].items;
                items.insert((*name, Space::Type), (Res::Module(child), *visibility));
            }
        }
    }

    /// Resolves imports until nothing changes: one may go through another.
    fn settle(&mut self, files: &Files<'_>) {
        for round in 0..24 {
            let mut changed = false;
            for index in 0..self.modules.len() {
                let module = index as ModId;
                let file = self.modules[index].file;
                let facts = files.facts(file);
                for slot in 0..self.modules[index].globs.len() {
                    let (id, known, _) = self.modules[index].globs[slot];
                    if known.is_none() {
                        let path = facts.list(facts.import(id).module).to_vec();
                        let target = self.resolve_path(files, module, &path, Space::Type);
                        if target.is_some() {
                            self.modules[index].globs[slot].1 = target;
                            changed = true;
                        }
                    }
                }
                for slot in 0..self.modules[index].named.len() {
                    let import = facts.import(self.modules[index].named[slot]);
                    let Some(local) = import.local else { continue };
                    if import.level > 1 && round < 3 {
                        changed = true;
                        continue;
                    }
                    for space in [Space::Type, Space::Value] {
                        // What is configured away does not hide what a glob brings.
                        let hidden = import.level > 1 && self.lookup(files, module, local, space).is_some();
                        if (hidden || self.modules[index].items.contains_key(&(local, space))) && local != "_" {
                            continue;
                        }
                        if let Some(res) = self.import_target(files, module, import, space)
                            && local != "_"
                        {
                            self.modules[index].items.insert((local, space), (res, import.visibility));
                            changed = true;
                        }
                    }
                }
            }
            self.memo.clear();
            if !changed {
                break;
            }
        }
        self.traits.clear();
    }

    /// What an import names, seen from its module.
    pub(super) fn import_target(&self, files: &Files<'_>, module: ModId, import: &Import, space: Space) -> Option<Res> {
        let facts = files.facts(self.modules[module as usize].file);
        let mut path = facts.list(import.module).to_vec();
        match import.member {
            ImportMember::Named(name) => path.push(name),
            ImportMember::Module if space == Space::Type => {}
            _ => return None,
        }
        // `use a::a;` must not find itself.
        if let (Some(local), true) = (import.local, path.len() > 1)
            && path[0] == local
            && let Some(external) = self.extern_crate(module, local)
        {
            let own = self.modules[module as usize].items.get(&(local, Space::Type));
            if own.is_none_or(|(res, _)| !matches!(res, Res::Module(_))) {
                return self.walk(files, module, external, &path[1..], space);
            }
        }
        let found = self.resolve_path(files, module, &path, space);
        if found.is_some() || space == Space::Value {
            return found;
        }
        // The first name is no module of ours: another crate, unless a macro makes it.
        let first = path.first()?;
        if matches!(first.as_str(), "crate" | "self" | "super")
            || self.lookup(files, module, *first, Space::Type).is_some()
        {
            return None;
        }
        let known = first.is_empty() || self.is_dependency(module, *first);
        known.then(|| Res::External(joined(&path)))
    }

    fn is_dependency(&self, module: ModId, name: Name) -> bool {
        let package = self.crates[self.modules[module as usize].krate].package;
        LIBRARY_CRATES.contains(&name.as_str())
            || matches!(name.as_str(), "proc_macro" | "test")
            || package == 0
            || self.packages[package].dependencies.iter().any(|(known, _)| *known == name)
    }

    /// A crate by the name that `module` knows it by.
    fn extern_crate(&self, module: ModId, name: Name) -> Option<Res> {
        let package = self.crates[self.modules[module as usize].krate].package;
        let this = &self.packages[package];
        if package > 0 {
            if this.name == Some(name)
                && let Some(lib) = this.lib
            {
                return Some(Res::Module(lib));
            }
            let declared = this.dependencies.iter().find(|(known, _)| *known == name);
            let place = declared.and_then(|(_, place)| place.as_deref());
            let found = match place {
                Some(place) if !place.starts_with("package:") => {
                    self.packages.iter().skip(1).find(|other| other.folder == place)
                }
                Some(place) => {
                    let wanted = Name::new(place.trim_start_matches("package:"));
                    self.packages.iter().skip(1).find(|other| other.name == Some(wanted))
                }
                None if declared.is_some() => self.packages.iter().skip(1).find(|other| other.name == Some(name)),
                None => None,
            };
            if let Some(lib) = found.and_then(|package| package.lib) {
                return Some(Res::Module(lib));
            }
        }
        if LIBRARY_CRATES.contains(&name.as_str()) {
            return Some(Res::Module(self.library));
        }
        if let Some(known) = self.known_crates.get(&name)
            && (package == 0 || self.is_dependency(module, name))
        {
            return Some(Res::Module(*known));
        }
        if package == 0 {
            return None;
        }
        self.is_dependency(module, name).then_some(Res::External(name))
    }

    pub(super) fn visible(&self, from: ModId, module: ModId, visibility: Visibility) -> bool {
        if visibility != Visibility::Private {
            return true;
        }
        std::iter::successors(Some(from), |&module| self.modules[module as usize].parent).any(|outer| outer == module)
    }

    /// A name in a module: its own, imported, or from a glob.
    pub(super) fn lookup(&self, files: &Files<'_>, module: ModId, name: Name, space: Space) -> Option<Res> {
        if let Some((res, _)) = self.modules[module as usize].items.get(&(name, space)) {
            return Some(*res);
        }
        if self.modules[module as usize].globs.is_empty() {
            return None;
        }
        if let Some(known) = self.memo.get(&(module, name, space)) {
            return *known;
        }
        let found = self.lookup_from(files, module, module, name, space, &mut Vec::new());
        self.memo.insert((module, name, space), found);
        found
    }

    fn lookup_from(
        &self,
        files: &Files<'_>,
        from: ModId,
        module: ModId,
        name: Name,
        space: Space,
        visited: &mut Vec<ModId>,
    ) -> Option<Res> {
        if visited.contains(&module) {
            return None;
        }
        visited.push(module);
        let this = &self.modules[module as usize];
        if let Some(&(res, visibility)) = this.items.get(&(name, space))
            && self.visible(from, module, visibility)
        {
            return Some(res);
        }
        for &(_, target, visibility) in &this.globs {
            if !self.visible(from, module, visibility) {
                continue;
            }
            let found = match target {
                Some(Res::Module(target)) => self.lookup_from(files, from, target, name, space, visited),
                Some(Res::Def(def)) => variant(files, def, name),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Whether a module has all that another crate's module offers, so that a name which nothing else explains is
    /// from there.
    pub(super) fn takes_all_of_foreign(&self, module: ModId) -> bool {
        self.modules[module as usize].globs.iter().any(|(_, target, _)| matches!(target, Some(Res::External(_))))
    }

    /// A name in scope of a module: also crates and the prelude.
    pub(super) fn lookup_in_scope(&self, files: &Files<'_>, module: ModId, name: Name, space: Space) -> Option<Res> {
        if let Some(res) = self.lookup(files, module, name, space) {
            return Some(res);
        }
        if space == Space::Type
            && let Some(res) = self.extern_crate(module, name)
        {
            return Some(res);
        }
        self.prelude.and_then(|prelude| self.lookup(files, prelude, name, space))
    }

    /// Resolves a path from a module.
    pub(super) fn resolve_path(&self, files: &Files<'_>, module: ModId, path: &[Name], space: Space) -> Option<Res> {
        let (&first, mut rest) = path.split_first()?;
        let mut current = match first.as_str() {
            "crate" | "$crate" => Res::Module(self.crates[self.modules[module as usize].krate].root),
            "self" => Res::Module(module),
            "super" => Res::Module(self.modules[module as usize].parent?),
            "" => {
                let (&name, tail) = rest.split_first()?;
                rest = tail;
                match self.extern_crate(module, name) {
                    Some(res) => res,
                    // The 2015 edition's paths from the crate's root.
                    None => {
                        let root = self.crates[self.modules[module as usize].krate].root;
                        self.lookup(files, root, name, if rest.is_empty() { space } else { Space::Type })?
                    }
                }
            }
            _ => {
                let space = if rest.is_empty() { space } else { Space::Type };
                match self.lookup_in_scope(files, module, first, space) {
                    Some(res) => res,
                    None => {
                        let root = self.crates[self.modules[module as usize].krate].root;
                        self.lookup(files, root, first, space)?
                    }
                }
            }
        };
        while let (Res::Module(at), Some((name, tail))) = (current, rest.split_first())
            && *name == "super"
        {
            current = Res::Module(self.modules[at as usize].parent?);
            rest = tail;
        }
        self.walk(files, module, current, rest, space)
    }

    /// Follows the rest of a path from what its start leads to.
    pub(super) fn walk(&self, files: &Files<'_>, from: ModId, start: Res, rest: &[Name], space: Space) -> Option<Res> {
        let mut current = start;
        for (index, &name) in rest.iter().enumerate() {
            let last = index + 1 == rest.len();
            current = match current {
                Res::Module(module) => {
                    let space = if last { space } else { Space::Type };
                    let found = if name == "self" {
                        Some(current)
                    } else {
                        self.lookup_from(files, from, module, name, space, &mut Vec::new())
                            .or_else(|| self.lookup(files, module, name, space))
                    };
                    match found {
                        Some(res) => res,
                        None if self.modules[module as usize].krate == self.modules[self.library as usize].krate => {
                            Res::External(joined(&rest[index..]))
                        }
                        None => return None,
                    }
                }
                Res::External(path) => Res::External(Name::new(&format!("{path}::{name}"))),
                Res::Def(def) => return if last { variant(files, def, name) } else { None },
            };
        }
        Some(current)
    }

    /// The traits whose methods can be called in a module.
    pub(super) fn traits_in(&self, files: &Files<'_>, module: ModId) -> Arc<FxHashSet<DefRef>> {
        if let Some(known) = self.traits.get(&module) {
            return known.clone();
        }
        let mut found = FxHashSet::default();
        self.collect_traits(files, module, module, &mut found, &mut Vec::new());
        let found = Arc::new(found);
        self.traits.insert(module, found.clone());
        found
    }

    /// The library's traits whose methods can be called everywhere.
    pub(super) fn traits_of_prelude(&self, files: &Files<'_>) -> Arc<FxHashSet<DefRef>> {
        self.prelude.map(|prelude| self.traits_in(files, prelude)).unwrap_or_default()
    }

    fn collect_traits(
        &self,
        files: &Files<'_>,
        from: ModId,
        module: ModId,
        found: &mut FxHashSet<DefRef>,
        visited: &mut Vec<ModId>,
    ) {
        if visited.contains(&module) {
            return;
        }
        visited.push(module);
        let this = &self.modules[module as usize];
        let facts = files.facts(this.file);
        let mut add = |res: Res| {
            if let Res::Def(def) = res
                && files.def(def).kind == DefKind::Trait
            {
                found.insert(def);
            }
        };
        #[allow(clippy::iter_over_hash_type)] // a set is filled
        for (&(_, space), &(res, visibility)) in &this.items {
            if space == Space::Type && self.visible(from, module, visibility) {
                add(res);
            }
        }
        for &id in &this.named {
            let import = facts.import(id);
            if import.local.is_some_and(|local| local == "_")
                && self.visible(from, module, import.visibility)
                && let Some(res) = self.import_target(files, module, import, Space::Type)
            {
                add(res);
            }
        }
        for &(_, target, visibility) in &this.globs {
            if let Some(Res::Module(target)) = target
                && self.visible(from, module, visibility)
            {
                self.collect_traits(files, from, target, found, visited);
            }
        }
    }

    /// The module that a scope is in.
    pub(super) fn module_of_scope(&self, files: &Files<'_>, file: FileId, scope: ScopeId) -> ModId {
        let facts = files.facts(file);
        self.enclosing_module(files, file, facts.scope(scope).owner)
    }

    /// An import in a block.
    pub(super) fn local_import(&self, files: &Files<'_>, file: FileId, id: ImportId, space: Space) -> Option<Res> {
        let facts = files.facts(file);
        let import = facts.import(id);
        let module = self.module_of_scope(files, file, import.scope);
        if import.kind == ImportKind::ModDeclaration {
            return None;
        }
        let mut path = facts.list(import.module).to_vec();
        if let ImportMember::Named(name) = import.member {
            path.push(name);
        }
        // The path may start at an item or import of a block around.
        if let Some(&first) = path.first() {
            for scope in scopes_outwards(facts, import.scope) {
                if matches!(facts.scope(scope).kind, ScopeKind::File | ScopeKind::Module) {
                    break;
                }
                for item in files.scopes(file).in_scope(scope, first) {
                    let start = match *item {
                        Item::Def(def) if spaces_of(files, DefRef { file, def }).contains(&Space::Type) => {
                            Some(Res::Def(DefRef { file, def }))
                        }
                        Item::Import(other) if other < id => self.local_import(files, file, other, Space::Type),
                        _ => None,
                    };
                    if let Some(start) = start {
                        return self.walk(files, module, start, &path[1..], space);
                    }
                }
            }
        }
        self.resolve_path(files, module, &path, space).or_else(|| self.import_target(files, module, import, space))
    }
}

fn joined(path: &[Name]) -> Name {
    let text: Vec<&str> = path.iter().map(|name| name.as_str()).filter(|name| !name.is_empty()).collect();
    Name::new(&text.join("::"))
}

/// A variant of an enum; an alias of an enum is followed by the caller.
pub(super) fn variant(files: &Files<'_>, def: DefRef, name: Name) -> Option<Res> {
    if files.def(def).kind != DefKind::Enum {
        return None;
    }
    files.members_named(def, name).find(|member| files.def(*member).kind == DefKind::Variant).map(Res::Def)
}

/// The namespaces that a definition's name is in.
pub(super) fn spaces_of(files: &Files<'_>, def: DefRef) -> &'static [Space] {
    match files.def(def).kind {
        DefKind::Module
        | DefKind::Enum
        | DefKind::Union
        | DefKind::Trait
        | DefKind::TypeAlias
        | DefKind::AssociatedType => &[Space::Type],
        DefKind::Function | DefKind::Method | DefKind::Constant | DefKind::Static => &[Space::Value],
        DefKind::Variant => &[Space::Type, Space::Value],
        DefKind::Struct => {
            let named = files.members(def).iter().any(|&member| {
                !files.facts(def.file).def(member).name.as_str().starts_with(|c: char| c.is_ascii_digit())
            });
            if named { &[Space::Type] } else { &[Space::Type, Space::Value] }
        }
        _ => &[],
    }
}
