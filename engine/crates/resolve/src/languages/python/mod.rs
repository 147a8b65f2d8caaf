//! Python's rules: modules, scopes, classes with their method resolution order, annotations, and inference
//! of what is not annotated, all as a type checker sees it.

mod annotations;
mod calls;
mod classes;
mod given;
mod index;
mod infer;
mod links;
mod modules;
mod names;
mod narrowing;
mod stubs;

use crate::memo::{Fuel, Memo};
use crate::project::DefRef;
use crate::ty::Ty;
use crate::{FileId, FileLinks, Project, Resolver};
use classes::{Found, Mro};
use dashmap::DashMap;
use index::FileIndex;
use modules::Modules;
use parseltongue_syntax::facts::*;
use parseltongue_syntax::{Language, Name};
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::sync::{Arc, OnceLock};
use stubs::Stub;

/// What is inferred once and asked for often.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// The type of what a scope holds under a name.
    Symbol(FileId, ScopeId, Name),
    /// The type of a class's own attribute.
    Attribute(DefRef, Name),
    /// What a function without annotation returns.
    Result(DefRef),
    /// The same for given types of its parameters.
    ResultFor(DefRef, Arc<[Ty]>),
    /// Values that meet at the head of a loop.
    Join(FileId, ExprId),
    /// What decorators make of a function.
    Decorated(DefRef),
}

/// A member with its class's place in the order of resolution.
type Placed = (usize, Found);

pub(super) struct PythonResolver<'p> {
    project: &'p Project<'p>,
    modules: Modules,
    stubs: Vec<Stub>,
    indexes: Vec<OnceLock<FileIndex>>,
    memo: Memo<Key, Ty>,
    mros: DashMap<DefRef, Arc<Mro>, FxBuildHasher>,
    params: DashMap<DefRef, Arc<[Ty]>, FxBuildHasher>,
    /// Where in a class's order its members are; the flag says that the class itself is left out.
    places: DashMap<(DefRef, Name, bool), Option<Placed>, FxBuildHasher>,
    /// Annotations as types.
    annotated: DashMap<(FileId, TypeId), Ty, FxBuildHasher>,
    /// The names of all methods.
    methods: OnceLock<FxHashSet<Name>>,
}

impl<'p> PythonResolver<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        let mut indexes = Vec::new();
        indexes.resize_with(project.files().len(), OnceLock::new);
        Self {
            project,
            modules: Modules::new(project),
            stubs: stubs::all(),
            indexes,
            memo: Memo::default(),
            mros: DashMap::with_hasher(FxBuildHasher),
            params: DashMap::with_hasher(FxBuildHasher),
            places: DashMap::with_hasher(FxBuildHasher),
            annotated: DashMap::with_hasher(FxBuildHasher),
            methods: OnceLock::new(),
        }
    }

    /// The facts of a file of the project or a stub.
    fn facts(&self, file: FileId) -> &FileFacts {
        match self.stub(file) {
            Some(stub) => stub.facts(),
            None => self.project.facts(file),
        }
    }

    /// Whether a class of the project has a method of that name.
    fn has_method(&self, name: Name) -> bool {
        let names = self.methods.get_or_init(|| {
            let facts = self.project.files().iter().filter_map(|file| file.facts);
            crate::project::method_names(facts.filter(|facts| facts.language == Language::Python))
        });
        names.contains(&name)
    }

    fn stub(&self, file: FileId) -> Option<&Stub> {
        file.index().checked_sub(self.project.files().len()).map(|index| &self.stubs[index])
    }

    fn is_stub(&self, file: FileId) -> bool {
        file.index() >= self.project.files().len()
    }

    fn stub_file(&self, index: usize) -> FileId {
        FileId::from_index(self.project.files().len() + index)
    }

    fn index(&self, file: FileId) -> &FileIndex {
        match self.stub(file) {
            Some(stub) => stub.index(),
            None => self.indexes[file.index()].get_or_init(|| FileIndex::new(self.project.facts(file))),
        }
    }

    fn def(&self, def: DefRef) -> &Def {
        self.facts(def.file).def(def.def)
    }

    /// The definitions inside a definition.
    fn members(&self, def: DefRef) -> &[DefId] {
        match self.stub(def.file) {
            Some(stub) => stub.members(def.def),
            None => self.project.members(def),
        }
    }

    /// A class or function of the stub `module` (`builtins`, `typing`).
    fn stub_def(&self, module: &str, name: &str) -> Option<DefRef> {
        let index = self.stubs.iter().position(|stub| stub.module == module)?;
        let def = self.stubs[index].named(name)?;
        Some(DefRef { file: self.stub_file(index), def })
    }

    /// An instance of a builtin class.
    fn builtin(&self, name: &str, args: impl IntoIterator<Item = Ty>) -> Ty {
        match self.stub_def("builtins", name) {
            Some(def) => Ty::Def(def, args.into_iter().collect()),
            None => Ty::Unknown,
        }
    }

    /// An instance of a class of `typing`.
    fn typing(&self, name: &str, args: impl IntoIterator<Item = Ty>) -> Ty {
        match self.stub_def("typing", name) {
            Some(def) => Ty::Def(def, args.into_iter().collect()),
            None => Ty::Unknown,
        }
    }

    /// The name of a stub's definition, if it is one of `module`'s.
    fn stub_name(&self, def: DefRef, module: &str) -> Option<&'static str> {
        let stub = self.stub(def.file)?;
        (stub.module == module).then(|| self.def(def).name.as_str())
    }
}

impl Resolver for PythonResolver<'_> {
    fn resolve_file(&self, file: FileId) -> FileLinks {
        let eval = infer::Eval::new(self, file, Fuel::FULL, None);
        links::links(&eval)
    }
}
