//! Packages of the project: directory plus package name, and what import paths lead to.

use super::build::Config;
use crate::project::{DefRef, FileId, Project};
use parseltongue_sort::StableSort;
use parseltongue_syntax::facts::{DefFlags, DefId, DefKind, FileFacts, ParamKind, TypeExpr};
use parseltongue_syntax::{Manifest, Name};
use rustc_hash::FxHashMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PackageId(u32);

impl PackageId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Files that share one package scope.
pub(super) struct Package {
    pub(super) name: Name,
    pub(super) files: Vec<FileId>,
    /// Definitions of the package scope; several of one name belong to different platforms.
    pub(super) items: FxHashMap<Name, Vec<DefRef>>,
    /// Methods by the name of their receiver's type and their own.
    pub(super) methods: FxHashMap<(Name, Name), Vec<DefRef>>,
    /// Names of the methods of each type.
    pub(super) method_names: FxHashMap<Name, Vec<Name>>,
}

/// What an import path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Imported {
    Package(PackageId),
    /// The standard library.
    Standard,
    /// A dependency.
    Dependency,
    /// A package of a module that go.mod does not require.
    Undeclared,
    /// A package that should be part of the project but is not there.
    Missing,
}

struct Module<'p> {
    path: &'p str,
    directory: &'p str,
    /// (import path prefix, directory)
    replaced: Vec<(&'p str, String)>,
    requires: Vec<&'p str>,
}

pub(super) struct Packages<'p> {
    packages: Vec<Package>,
    of_file: FxHashMap<FileId, PackageId>,
    by_directory: FxHashMap<&'p str, Vec<PackageId>>,
    /// Longest path first.
    modules: Vec<Module<'p>>,
    vendored: bool,
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn join(directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
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

/// The part of `path` below `prefix`, if it is there.
fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(prefix)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

impl<'p> Packages<'p> {
    /// Groups the files; `files` have to be in order of their paths.
    pub(super) fn new(project: &'p Project<'p>, files: &[FileId]) -> Self {
        let mut this = Self {
            packages: Vec::new(),
            of_file: FxHashMap::default(),
            by_directory: FxHashMap::default(),
            modules: Vec::new(),
            vendored: false,
        };
        for &file in files {
            let path = project.file(file).path;
            let directory = directory(path);
            this.vendored |= directory.starts_with("vendor/") || directory.contains("/vendor/");
            this.add_file(directory, file, project.facts(file));
        }
        this.follow_alias_receivers(project);
        for (file, manifest) in project.manifests() {
            let Manifest::GoModule(module) = manifest else { continue };
            let directory = directory(project.file(file).path);
            this.modules.push(Module {
                // The standard library's own packages have no prefix.
                path: if &*module.path == "std" { "" } else { &module.path },
                directory,
                replaced: module.replaced.iter().map(|(old, new)| (&**old, join(directory, new))).collect(),
                requires: module.requires.iter().map(|path| &**path).collect(),
            });
        }
        // Stable: modules of one path stay in order of their directories.
        this.modules.stable_sort_by_key(|module| std::cmp::Reverse(module.path.len()));
        this
    }

    /// Adds a file to the package of its directory and package clause.
    pub(super) fn add_file(&mut self, directory: &'p str, file: FileId, facts: &FileFacts) -> PackageId {
        let name = facts.list(facts.package).first().copied().unwrap_or_default();
        let here = self.by_directory.entry(directory).or_default();
        let id = match here.iter().find(|id| self.packages[id.index()].name == name) {
            Some(&id) => id,
            None => {
                let id = PackageId(self.packages.len() as u32);
                here.push(id);
                self.packages.push(Package {
                    name,
                    files: Vec::new(),
                    items: FxHashMap::default(),
                    methods: FxHashMap::default(),
                    method_names: FxHashMap::default(),
                });
                id
            }
        };
        self.of_file.insert(file, id);
        let package = &mut self.packages[id.index()];
        package.files.push(file);
        for (def_id, def) in facts.defs().skip(1) {
            let target = DefRef { file, def: def_id };
            match def.kind {
                DefKind::Method if !def.flags.contains(DefFlags::DECLARATION) || def.outer_scope.index() == 0 => {
                    if let Some(receiver) = receiver_name(facts, def_id) {
                        package.methods.entry((receiver, def.name)).or_default().push(target);
                        package.method_names.entry(receiver).or_default().push(def.name);
                    }
                }
                DefKind::Method | DefKind::Field | DefKind::Closure | DefKind::Anonymous => {}
                _ if def.parent == DefId::FILE => package.items.entry(def.name).or_default().push(target),
                _ => {}
            }
        }
        id
    }

    /// Puts methods declared on an alias below the type that it stands for in the same package.
    fn follow_alias_receivers(&mut self, project: &Project<'_>) {
        for package in &mut self.packages {
            let mut aliases: Vec<(Name, Name)> = Vec::new();
            // In any order: what is found is sorted below.
            #[allow(clippy::iter_over_hash_type)]
            for &name in package.method_names.keys() {
                let mut target = name;
                for _ in 0..8 {
                    match package.items.get(&target).and_then(|items| aliased(project, *items.first()?)) {
                        Some(next) => target = next,
                        None => break,
                    }
                }
                if target != name {
                    aliases.push((name, target));
                }
            }
            aliases.stable_sort_by_key(|(name, _)| name.as_str());
            for (alias, target) in aliases {
                for method in package.method_names.remove(&alias).unwrap_or_default() {
                    if let Some(defs) = package.methods.remove(&(alias, method)) {
                        package.methods.entry((target, method)).or_default().extend(defs);
                        package.method_names.entry(target).or_default().push(method);
                    }
                }
            }
        }
    }

    pub(super) fn package(&self, id: PackageId) -> &Package {
        &self.packages[id.index()]
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = PackageId> + use<> {
        (0..self.packages.len() as u32).map(PackageId)
    }

    pub(super) fn of_file(&self, file: FileId) -> Option<PackageId> {
        self.of_file.get(&file).copied()
    }

    /// The package that an import of this directory means: not the external tests, and not programs that
    /// are left out of the build.
    pub(super) fn in_directory(&self, directory: &str, project: &Project<'_>) -> Option<PackageId> {
        let here = self.by_directory.get(directory)?;
        if let [one] = here[..] {
            return Some(one);
        }
        let default = Config::default();
        let weight = |id: &&PackageId| {
            let package = self.package(**id);
            let built = package
                .files
                .iter()
                .filter(|&&file| {
                    let path = project.file(file).path;
                    !path.ends_with("_test.go") && default.allows(path, project.facts(file))
                })
                .count();
            (built, std::cmp::Reverse(id.index()))
        };
        here.iter().max_by_key(weight).copied()
    }

    /// What `path` means in a file below `directory`.
    pub(super) fn import(&self, project: &Project<'p>, from: &str, path: &str) -> Imported {
        if path == "C" || path == "unsafe" {
            return Imported::Standard;
        }
        let directory = directory(from);
        if path.starts_with("./") || path.starts_with("../") {
            let target = join(directory, path);
            return self.in_directory(&target, project).map_or(Imported::Missing, Imported::Package);
        }
        let home = self
            .modules
            .iter()
            .filter(|module| below(directory, module.directory).is_some())
            .max_by_key(|module| module.directory.len());
        // The module's own packages, then vendored ones, then what it says of others, then modules beside it.
        if let Some(home) = home
            && let Some(rest) = below(path, home.path)
            && let Some(package) = self.in_directory(&join(home.directory, rest), project)
        {
            return Imported::Package(package);
        }
        if self.vendored
            && let Some(package) = self.vendored(project, directory, path)
        {
            return Imported::Package(package);
        }
        if let Some(home) = home {
            for (old, new) in &home.replaced {
                if let Some(rest) = below(path, old)
                    && let Some(package) = self.in_directory(&join(new, rest), project)
                {
                    return Imported::Package(package);
                }
            }
        }
        for module in &self.modules {
            if let Some(rest) = below(path, module.path)
                && let Some(package) = self.in_directory(&join(module.directory, rest), project)
            {
                return Imported::Package(package);
            }
        }
        let standard = !path.split('/').next().is_some_and(|first| first.contains('.'));
        if let Some(home) = home {
            return if below(path, home.path).is_some() {
                Imported::Missing
            } else if standard {
                Imported::Standard
            } else if home.requires.iter().any(|required| below(path, required).is_some()) {
                Imported::Dependency
            } else {
                Imported::Undeclared
            };
        }
        // Without go.mod: a directory of this path below one of those around the file, or below `src`.
        let mut around = directory;
        loop {
            for base in [join(&join(around, "src"), path), join(around, path)] {
                // Beside the file, `errors` may be a folder, but `import "errors"` is the standard package.
                if standard && base == join(around, path) {
                    continue;
                }
                if let Some(package) = self.in_directory(&base, project) {
                    return Imported::Package(package);
                }
            }
            if around.is_empty() {
                break;
            }
            around = self::directory(around);
        }
        if standard {
            return Imported::Standard;
        }
        // The root may lie inside the module: the longest end of the path that is a directory here.
        let mut rest = path;
        while let Some((_, shorter)) = rest.split_once('/') {
            rest = shorter;
            if let Some(package) = self.in_directory(rest, project) {
                return Imported::Package(package);
            }
        }
        Imported::Dependency
    }

    fn vendored(&self, project: &Project<'_>, directory: &str, path: &str) -> Option<PackageId> {
        let mut around = directory;
        loop {
            if let Some(package) = self.in_directory(&join(&join(around, "vendor"), path), project) {
                return Some(package);
            }
            if around.is_empty() {
                return None;
            }
            around = self::directory(around);
        }
    }
}

/// The name of the type that a method is declared on.
pub(super) fn receiver_name(facts: &FileFacts, method: DefId) -> Option<Name> {
    let params = facts.list(facts.def(method).params);
    let mut ty = params.first().filter(|param| param.kind == ParamKind::Receiver)?.ty?;
    for _ in 0..4 {
        match *facts.type_expr(ty) {
            TypeExpr::Pointer(inner) => ty = inner,
            TypeExpr::Path { segments, .. } => return facts.list(segments).first().map(|segment| segment.name),
            _ => return None,
        }
    }
    None
}

/// The simple name that an alias stands for.
fn aliased(project: &Project<'_>, item: DefRef) -> Option<Name> {
    let facts = project.facts(item.file);
    let def = facts.def(item.def);
    if def.kind != DefKind::TypeAlias {
        return None;
    }
    match *facts.type_expr(def.ty?) {
        TypeExpr::Path { segments, .. } => match facts.list(segments) {
            [one] => Some(one.name),
            _ => None,
        },
        _ => None,
    }
}
