//! All files of a project with their facts, as resolvers see them.

use parseltongue_syntax::facts::{Def, DefId, DefKind, FileFacts};
use parseltongue_syntax::language::Family;
use parseltongue_syntax::{Manifest, Name};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// A file of the project: an index into the list of files, which is sorted by path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileId(u32);

impl FileId {
    pub fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).expect("fewer than 4 billion files"))
    }

    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A definition of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DefRef {
    pub file: FileId,
    pub def: DefId,
}

/// One file: source or manifest.
#[derive(Clone, Copy)]
pub struct ProjectFile<'a> {
    /// Relative to the root, with `/`.
    pub path: &'a str,
    pub facts: Option<&'a FileFacts>,
    pub manifest: Option<&'a Manifest>,
}

/// All files, sorted by path.
pub struct Project<'a> {
    files: Vec<ProjectFile<'a>>,
    by_path: FxHashMap<&'a str, FileId>,
    /// Children of each definition of each file, by parent: `members[file][def]`.
    members: Vec<Vec<Vec<DefId>>>,
    root_name: &'a str,
}

impl<'a> Project<'a> {
    /// # Panics
    /// If `files` is not sorted by path: ids, and so answers, would depend on the order of the walk.
    pub fn new(files: Vec<ProjectFile<'a>>) -> Self {
        assert!(files.is_sorted_by(|a, b| a.path < b.path), "files must be sorted by path, without doubles");
        let by_path = files.iter().enumerate().map(|(i, file)| (file.path, FileId::from_index(i))).collect();
        let members = files.iter().map(|file| file.facts.map_or_else(Vec::new, members_of)).collect();
        Self { files, by_path, members, root_name: "" }
    }

    /// With the name of the folder that paths are relative to: if that is a package of Python, its files import each
    /// other by it.
    #[must_use]
    pub fn in_folder(self, root_name: &'a str) -> Self {
        Self { root_name, ..self }
    }

    /// See [`Project::in_folder`]; empty if it is not known.
    pub fn root_name(&self) -> &'a str {
        self.root_name
    }

    pub fn files(&self) -> &[ProjectFile<'a>] {
        &self.files
    }

    pub fn file(&self, id: FileId) -> &ProjectFile<'a> {
        &self.files[id.index()]
    }

    /// The file at a path relative to the root.
    pub fn file_at(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// The facts of a source file.
    ///
    /// # Panics
    /// If it is a manifest.
    pub fn facts(&self, id: FileId) -> &'a FileFacts {
        self.files[id.index()].facts.expect("a source file has facts")
    }

    pub fn def(&self, id: DefRef) -> &'a Def {
        self.facts(id.file).def(id.def)
    }

    /// The definitions directly inside a definition, in source order.
    pub fn members(&self, id: DefRef) -> &[DefId] {
        &self.members[id.file.index()][id.def.index()]
    }

    /// The members with this name, in source order.
    pub fn members_named(&self, id: DefRef, name: Name) -> impl Iterator<Item = DefRef> {
        let facts = self.facts(id.file);
        self.members(id)
            .iter()
            .filter(move |&&member| facts.def(member).name == name)
            .map(move |&def| DefRef { file: id.file, def })
    }

    /// Ids of all files.
    pub fn file_ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len()).map(FileId::from_index)
    }

    /// The source files of a language family.
    pub fn files_of(&self, family: Family) -> Vec<FileId> {
        self.file_ids()
            .filter(|&id| self.file(id).facts.is_some_and(|facts| facts.language.family() == family))
            .collect()
    }

    /// All manifests with the file they were read from.
    pub fn manifests(&self) -> impl Iterator<Item = (FileId, &'a Manifest)> {
        self.file_ids().filter_map(|id| self.file(id).manifest.map(|manifest| (id, manifest)))
    }
}

fn members_of(facts: &FileFacts) -> Vec<Vec<DefId>> {
    let mut members = vec![Vec::new(); facts.defs.len()];
    for (id, def) in facts.defs().skip(1) {
        members[def.parent.index()].push(id);
    }
    members
}

/// The names of all methods that files define.
pub(crate) fn method_names<'f>(files: impl Iterator<Item = &'f FileFacts>) -> FxHashSet<Name> {
    files.flat_map(FileFacts::defs).filter(|(_, def)| def.kind == DefKind::Method).map(|(_, def)| def.name).collect()
}
