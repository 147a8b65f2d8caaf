//! Which file a module name means.

use crate::project::{FileId, Project};
use parseltongue_sort::StableSort;
use parseltongue_syntax::language::Family;
use parseltongue_syntax::{Manifest, Name};
use rustc_hash::{FxHashMap, FxHashSet};

/// A module of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Module {
    File(FileId),
    /// A folder without `__init__.py`, by its path.
    Folder(Name),
}

pub(super) struct Modules {
    /// Folder and module name to file: `("src/pkg", "util")`.
    files: FxHashMap<(Name, Name), FileId>,
    /// Folders with Python files somewhere below.
    folders: FxHashSet<Name>,
    /// Folders that hold top-level modules by custom or by what manifests say.
    written: Vec<Name>,
    /// Folders that happen to hold modules that are in no package, or packages.
    found: Vec<Name>,
    /// The package that the project's folder itself is.
    whole: Option<(Name, FileId)>,
}

/// The folder of a path and its file name.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

impl Modules {
    pub(super) fn new(project: &Project<'_>) -> Self {
        let mut files = FxHashMap::default();
        let mut folders = FxHashSet::default();
        let mut packages: FxHashSet<&str> = FxHashSet::default();
        let sources = project.files_of(Family::Python);
        for &id in &sources {
            let path = project.file(id).path;
            let (folder, file) = split(path);
            let stem = file.strip_suffix(".py").or_else(|| file.strip_suffix(".pyi")).unwrap_or(file);
            if stem == "__init__" {
                packages.insert(folder);
            }
            // Sources come before stubs in the list of files, and win.
            files.entry((Name::new(folder), Name::new(stem))).or_insert(id);
            let mut up = folder;
            while !up.is_empty() && folders.insert(Name::new(up)) {
                up = split(up).0;
            }
        }
        let mut written: Vec<String> = Vec::new();
        for (id, manifest) in project.manifests() {
            if let Manifest::Python(manifest) = manifest {
                let folder = split(project.file(id).path).0;
                written.push(folder.to_owned());
                written.extend(manifest.package_roots.iter().map(|root| join(folder, root)));
                written.push(join(folder, "src"));
            }
        }
        let mut roots: Vec<String> = vec![String::new(), "src".to_owned()];
        roots.extend(written);
        let mut found: Vec<String> = sources
            .iter()
            .map(|&id| {
                let mut folder = split(project.file(id).path).0;
                while packages.contains(folder) && !folder.is_empty() {
                    folder = split(folder).0;
                }
                folder.to_owned()
            })
            .collect();
        found.stable_sort_by_key(|folder| (folder.matches('/').count(), folder.clone()));
        found.dedup();
        let mut seen = FxHashSet::default();
        let written = roots.iter().map(|root| Name::new(root)).filter(|root| seen.insert(*root)).collect();
        let found = found.iter().map(|root| Name::new(root)).filter(|root| seen.insert(*root)).collect();
        let package = files.get(&(Name::default(), Name::new("__init__"))).copied();
        let whole = package.filter(|_| !project.root_name().is_empty());
        let whole = whole.map(|package| (Name::new(project.root_name()), package));
        Self { files, folders, written, found, whole }
    }

    /// The module `name` in a folder.
    pub(super) fn in_folder(&self, folder: Name, name: Name) -> Option<Module> {
        let inner = Name::new(&join(folder.as_str(), name.as_str()));
        if let Some(&package) = self.files.get(&(inner, Name::new("__init__"))) {
            return Some(Module::File(package));
        }
        if let Some(&file) = self.files.get(&(folder, name)) {
            return Some(Module::File(file));
        }
        self.folders.contains(&inner).then_some(Module::Folder(inner))
    }

    /// The module `name` inside a module.
    pub(super) fn below(&self, project: &Project<'_>, module: Module, name: Name) -> Option<Module> {
        match module {
            Module::Folder(folder) => self.in_folder(folder, name),
            Module::File(file) => {
                let (folder, file) = split(project.file(file).path);
                file.starts_with("__init__.").then(|| self.in_folder(Name::new(folder), name)).flatten()
            }
        }
    }

    /// The module that an import names.
    pub(super) fn find(&self, project: &Project<'_>, from: FileId, level: u8, path: &[Name]) -> Option<Module> {
        let (mut folder, _) = split(project.file(from).path);
        if level > 0 {
            for _ in 1..level {
                if folder.is_empty() {
                    return None;
                }
                folder = split(folder).0;
            }
            let start = match self.files.get(&(Name::new(folder), Name::new("__init__"))) {
                Some(&package) => Module::File(package),
                None => Module::Folder(Name::new(folder)),
            };
            return path.iter().try_fold(start, |module, &name| self.below(project, module, name));
        }
        let found =
            self.search(project, self.written.iter().copied().chain(std::iter::once(self.root_of(folder))), path);
        found.or_else(|| {
            let (_, package) = self.whole.filter(|(name, _)| path.first() == Some(name))?;
            path[1..].iter().try_fold(Module::File(package), |module, &name| self.below(project, module, name))
        })
    }

    /// The module that an import names if the standard library has none of that name: also in folders that
    /// only look like roots, and beside the importing file.
    pub(super) fn find_elsewhere(&self, project: &Project<'_>, from: FileId, path: &[Name]) -> Option<Module> {
        let (folder, _) = split(project.file(from).path);
        // What is in a package is no top-level module to its neighbours.
        let folder = Name::new(folder);
        let beside = (!self.files.contains_key(&(folder, Name::new("__init__")))).then_some(folder);
        self.search(project, beside.into_iter().chain(self.found.iter().copied()), path)
    }

    /// The folder around the outermost package around a folder.
    fn root_of(&self, folder: &str) -> Name {
        let mut folder = folder;
        while !folder.is_empty() && self.files.contains_key(&(Name::new(folder), Name::new("__init__"))) {
            folder = split(folder).0;
        }
        Name::new(folder)
    }

    fn search(&self, project: &Project<'_>, roots: impl Iterator<Item = Name>, path: &[Name]) -> Option<Module> {
        let &first = path.first()?;
        let mut namespace = None;
        for root in roots {
            let Some(start) = self.in_folder(root, first) else { continue };
            let Some(found) = path[1..].iter().try_fold(start, |module, &name| self.below(project, module, name))
            else {
                continue;
            };
            match found {
                Module::File(_) => return Some(found),
                Module::Folder(_) => namespace = namespace.or(Some(found)),
            }
        }
        namespace
    }
}
