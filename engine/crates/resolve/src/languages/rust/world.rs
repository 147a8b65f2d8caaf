//! What inference asks of the whole project: files, the library's signatures, types as written, generics'
//! bounds, signatures, impls.

use super::infer::Infer;
use super::modules::{ModId, Modules, Res, Space};
use super::ty::{Args, Bound, Mutability, Subst, Ty, no_args};
use crate::library_text::library_text;
use crate::project::{DefRef, FileId, Project};
use crate::scopes::{Item, ScopeTable, scopes_outwards};
use dashmap::DashMap;
use parseltongue_sort::StableSort;
use parseltongue_syntax::facts::*;
use parseltongue_syntax::language::Family;
use parseltongue_syntax::{Language, Name};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::hash::Hash;
use std::sync::{Arc, OnceLock};

/// All Rust files, and the library's signatures as one more.
pub(super) struct Files<'p> {
    pub(super) project: &'p Project<'p>,
    pub(super) rust: Vec<FileId>,
    pub(super) library_file: FileId,
    library: &'static FileFacts,
    library_members: Vec<Vec<DefId>>,
    scopes: FxHashMap<FileId, ScopeTable>,
}

fn library() -> &'static FileFacts {
    static FACTS: OnceLock<FileFacts> = OnceLock::new();
    FACTS.get_or_init(|| {
        parseltongue_syntax::extract(Language::Rust, "std.rs", &library_text!("rust/library/std.rs").unpack())
    })
}

impl<'p> Files<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        let library_file = FileId::from_index(project.files().len());
        let library = library();
        let mut library_members = vec![Vec::new(); library.defs.len()];
        for (id, def) in library.defs().skip(1) {
            library_members[def.parent.index()].push(id);
        }
        let rust = project.files_of(Family::Rust);
        let tables = parseltongue_parallel::map(&rust, |&file| ScopeTable::new(project.facts(file)));
        let mut scopes: FxHashMap<FileId, ScopeTable> = rust.iter().copied().zip(tables).collect();
        scopes.insert(library_file, ScopeTable::new(library));
        Self { project, rust, library_file, library, library_members, scopes }
    }

    /// Every file, the library last.
    pub(super) fn all(&self) -> impl Iterator<Item = FileId> + '_ {
        self.rust.iter().copied().chain(std::iter::once(self.library_file))
    }

    pub(super) fn facts(&self, file: FileId) -> &'p FileFacts {
        if file == self.library_file { self.library } else { self.project.facts(file) }
    }

    pub(super) fn def(&self, def: DefRef) -> &'p Def {
        self.facts(def.file).def(def.def)
    }

    pub(super) fn members(&self, def: DefRef) -> &[DefId] {
        if def.file == self.library_file { &self.library_members[def.def.index()] } else { self.project.members(def) }
    }

    pub(super) fn members_named(&self, def: DefRef, name: Name) -> impl Iterator<Item = DefRef> + '_ {
        let facts = self.facts(def.file);
        self.members(def)
            .iter()
            .filter(move |&&member| facts.def(member).name == name)
            .map(move |&member| DefRef { file: def.file, def: member })
    }

    pub(super) fn scopes(&self, file: FileId) -> &ScopeTable {
        &self.scopes[&file]
    }

    pub(super) fn rust_file(&self, path: &str) -> Option<FileId> {
        let file = self.project.file_at(path)?;
        self.project.file(file).facts.filter(|facts| facts.language == Language::Rust).map(|_| file)
    }

    pub(super) fn is_library(&self, def: DefRef) -> bool {
        def.file == self.library_file
    }
}

/// How a function takes `self`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SelfKind {
    None,
    Value,
    Ref(Mutability),
    /// `self: Box<Self>` and the like.
    Other,
}

pub(super) struct Sig {
    pub(super) params: Vec<Ty>,
    pub(super) ret: Ty,
    pub(super) self_kind: SelfKind,
}

/// A function of an inherent impl.
#[derive(Clone, Copy)]
pub(super) struct Inherent {
    pub(super) index: u32,
    pub(super) def: DefRef,
    pub(super) head: Option<Head>,
    pub(super) self_kind: SelfKind,
}

pub(super) struct Impl {
    /// The impl block, or the type whose `derive` stands for one.
    pub(super) def: DefRef,
    pub(super) derived: bool,
    pub(super) this: Ty,
    pub(super) of: Option<Bound>,
    /// The crate and the name of the trait, if it is another crate's.
    pub(super) foreign: Option<(Name, Name)>,
    pub(super) params: usize,
}

/// Definitions of the library that the language itself knows.
pub(super) struct Known {
    pub(super) deref: Option<DefRef>,
    pub(super) into_iterator: Option<DefRef>,
    pub(super) fn_family: Vec<DefRef>,
    pub(super) option: Option<DefRef>,
    pub(super) result: Option<DefRef>,
    pub(super) vec: Option<DefRef>,
    pub(super) string: Option<DefRef>,
    pub(super) boxed: Option<DefRef>,
    pub(super) index: Option<DefRef>,
    pub(super) future: Option<DefRef>,
    pub(super) ranges: Vec<DefRef>,
    pub(super) operators: Vec<Option<DefRef>>,
    pub(super) indexed: Option<DefRef>,
    pub(super) concat: Option<DefRef>,
    pub(super) clone: Option<DefRef>,
    /// What `json!` gives.
    pub(super) json: Option<DefRef>,
    pub(super) pin: Option<DefRef>,
    /// What `project` of the `pin_project` macros gives, of a type.
    pub(super) projection: Option<DefRef>,
    /// Traits that are checked for real; the rest of the library's hold of everything.
    pub(super) strict: Vec<DefRef>,
    pub(super) arguments: Option<DefRef>,
    /// What stands for the own methods of whole numbers and of those with a fraction.
    pub(super) whole: Option<DefRef>,
    pub(super) fraction: Option<DefRef>,
}

/// The first name of a path: a type parameter, or something else.
pub(super) enum Lexical {
    Param(DefRef, u16),
    Binding(BindingId),
    Res(Res),
}

type Map<K, V> = DashMap<K, V, FxBuildHasher>;

pub(super) struct World<'p> {
    pub(super) files: Files<'p>,
    pub(super) modules: Modules,
    pub(super) impls: Vec<Impl>,
    /// Impls of a trait by the head of the type they are for; `None` for those for any type.
    impls_of: FxHashMap<(DefRef, Option<Head>), Vec<u32>>,
    /// Impls of types by their head, for associated constants and types.
    impls_for: FxHashMap<Head, Vec<u32>>,
    /// Functions of inherent impls by name, with the head of the impl's type and how they take `self`.
    pub(super) inherent: FxHashMap<Name, Vec<Inherent>>,
    /// Functions that impls give to traits of other crates, by crate, trait and name.
    pub(super) foreign_fns: FxHashMap<(Name, Name, Name), Vec<(u32, DefRef)>>,
    /// Macros whose value is their argument's without the failure.
    pub(super) unwrapping: FxHashSet<Name>,
    /// Functions of traits by name.
    pub(super) trait_fns: FxHashMap<Name, Vec<DefRef>>,
    pub(super) known: Known,
    self_types: Map<DefRef, Ty>,
    envs: Map<DefRef, Arc<Vec<(Ty, Bound)>>>,
    sigs: Map<DefRef, Arc<Sig>>,
    supers: Map<DefRef, Arc<Vec<Bound>>>,
    hidden: Map<DefRef, Option<Ty>>,
}

fn memo<K: Eq + Hash + Copy, V: Clone>(map: &Map<K, V>, key: K, compute: impl FnOnce() -> V) -> V {
    if let Some(known) = map.get(&key) {
        return known.clone();
    }
    // No lock is held: computing asks this map again.
    let value = compute();
    map.insert(key, value.clone());
    value
}

const MAX_TYPE_DEPTH: u32 = 40;

const MAX_HANDED_ON: u32 = 8;

/// Primitive types.
const PRIMITIVES: &[&str] = &[
    "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "u128", "i128", "usize", "isize", "f32", "f64", "bool",
    "char", "str",
];

/// What stands for a part of a type that is not written.
pub(super) type Holes<'h> = &'h mut dyn FnMut() -> Ty;

pub(super) fn no_holes() -> Ty {
    Ty::Unknown
}

impl<'p> World<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        let files = Files::new(project);
        let modules = Modules::new(&files);
        let mut this = Self {
            files,
            modules,
            impls: Vec::new(),
            impls_of: FxHashMap::default(),
            impls_for: FxHashMap::default(),
            inherent: FxHashMap::default(),
            foreign_fns: FxHashMap::default(),
            unwrapping: FxHashSet::default(),
            trait_fns: FxHashMap::default(),
            known: Known {
                deref: None,
                into_iterator: None,
                fn_family: Vec::new(),
                option: None,
                result: None,
                vec: None,
                string: None,
                boxed: None,
                index: None,
                future: None,
                ranges: Vec::new(),
                operators: Vec::new(),
                indexed: None,
                concat: None,
                clone: None,
                json: None,
                pin: None,
                projection: None,
                strict: Vec::new(),
                arguments: None,
                whole: None,
                fraction: None,
            },
            self_types: Map::default(),
            envs: Map::default(),
            sigs: Map::default(),
            supers: Map::default(),
            hidden: Map::default(),
        };
        this.known = this.find_known();
        this.index_impls();
        // Signatures may have been looked at before all impls were known.
        this.envs.clear();
        this.sigs.clear();
        this
    }

    pub(super) fn facts(&self, file: FileId) -> &'p FileFacts {
        self.files.facts(file)
    }

    pub(super) fn def(&self, def: DefRef) -> &'p Def {
        self.files.def(def)
    }

    pub(super) fn parent(&self, def: DefRef) -> DefRef {
        DefRef { file: def.file, def: self.def(def).parent }
    }

    fn library_item(&self, path: &str) -> Option<DefRef> {
        let path: Vec<Name> = std::iter::once("crate").chain(path.split("::")).map(Name::new).collect();
        let root = self.modules.of_def.get(&(self.files.library_file, DefId::FILE))?;
        match self.modules.resolve_path(&self.files, *root, &path, Space::Type)? {
            Res::Def(def) => Some(def),
            _ => None,
        }
    }

    fn find_known(&self) -> Known {
        let all = |paths: &[&str]| -> Vec<DefRef> { paths.iter().filter_map(|path| self.library_item(path)).collect() };
        Known {
            deref: self.library_item("ops::Deref"),
            into_iterator: self.library_item("iter::IntoIterator"),
            fn_family: all(&["ops::FnOnce", "ops::FnMut", "ops::Fn"]),
            option: self.library_item("option::Option"),
            result: self.library_item("result::Result"),
            vec: self.library_item("vec::Vec"),
            string: self.library_item("string::String"),
            boxed: self.library_item("boxed::Box"),
            index: self.library_item("ops::Index"),
            future: self.library_item("future::Future"),
            clone: self.library_item("clone::Clone"),
            json: self.library_item("__crates::serde_json::Value"),
            pin: self.library_item("pin::Pin"),
            projection: self.library_item("pin::__Projection"),
            ranges: all(&["ops::Range", "ops::RangeInclusive", "ops::RangeFrom", "ops::RangeTo", "ops::RangeFull"]),
            operators: ["Add", "Sub", "Mul", "Div", "Rem", "BitAnd", "Shl", "Neg", "Not"]
                .iter()
                .map(|name| self.library_item(&format!("ops::{name}")))
                .collect(),
            indexed: self.library_item("slice::__Indexed"),
            concat: self.library_item("slice::__Concat"),
            strict: all(&[
                "ops::Deref",
                "iter::Iterator",
                "iter::IntoIterator",
                "iter::DoubleEndedIterator",
                "ops::FnOnce",
                "ops::FnMut",
                "ops::Fn",
                "ops::Index",
                "convert::From",
                "convert::TryFrom",
                "convert::AsRef",
                "convert::AsMut",
                "num::__Int",
                "num::__Float",
                "iter::FromIterator",
                "io::Read",
                "io::Write",
                "io::BufRead",
                "future::Future",
                "ops::Add",
                "ops::Sub",
                "ops::Mul",
                "ops::Div",
                "fmt::Write",
            ]),
            arguments: self.library_item("fmt::Arguments"),
            whole: self.library_item("num::__Int"),
            fraction: self.library_item("num::__Float"),
        }
    }

    // ---- names -------------------------------------------------------------------------------------

    /// A simple name, looked up from a scope outwards.
    pub(super) fn lexical(&self, file: FileId, scope: ScopeId, name: Name, space: Space, at: u32) -> Option<Lexical> {
        let facts = self.facts(file);
        for scope in scopes_outwards(facts, scope) {
            let this = facts.scope(scope);
            match this.kind {
                ScopeKind::File | ScopeKind::Module => break,
                ScopeKind::Function | ScopeKind::Block | ScopeKind::Type => {
                    let owner = facts.def(this.owner);
                    if owner.scope == scope {
                        let params = facts.list(owner.type_params);
                        if let Some(index) = params.iter().position(|param| param.name == name && !name.is_empty()) {
                            // A constant parameter is a value of a type without methods of ours.
                            return Some(Lexical::Param(DefRef { file, def: this.owner }, index as u16));
                        }
                    }
                    if this.kind == ScopeKind::Type {
                        continue;
                    }
                    let mut found = None;
                    let mut away = None;
                    for item in self.files.scopes(file).in_scope(scope, name) {
                        match *item {
                            Item::Binding(binding) if space == Space::Value && facts.binding(binding).from <= at => {
                                found = Some(Lexical::Binding(binding));
                            }
                            Item::Def(def) if found.is_none() => {
                                let def = DefRef { file, def };
                                if super::modules::spaces_of(&self.files, def).contains(&space) {
                                    let res = match self.modules.of_def.get(&(file, def.def)) {
                                        Some(&module) => Res::Module(module),
                                        None => Res::Def(def),
                                    };
                                    // Of several, the one that is not configured away.
                                    if self.def(def).flags.contains(DefFlags::INACTIVE) {
                                        away = away.or(Some(res));
                                    } else {
                                        found = Some(Lexical::Res(res));
                                    }
                                }
                            }
                            Item::Import(import) if found.is_none() => {
                                let res = self.modules.local_import(&self.files, file, import, space);
                                found = res.map(Lexical::Res);
                            }
                            _ => {}
                        }
                    }
                    let found = found.or(away.map(Lexical::Res));
                    if found.is_some() {
                        return found;
                    }
                    for &glob in self.files.scopes(file).globs(scope) {
                        let import = facts.import(glob);
                        if import.member != ImportMember::Glob {
                            continue;
                        }
                        let module = self.modules.module_of_scope(&self.files, file, scope);
                        let path = facts.list(import.module);
                        let target = match path {
                            [only] => match self.lexical_type(file, this.parent, *only) {
                                Some(res) => Some(res),
                                None => self.modules.resolve_path(&self.files, module, path, Space::Type),
                            },
                            _ => self.modules.resolve_path(&self.files, module, path, Space::Type),
                        };
                        let res = target.and_then(|res| match res {
                            Res::External(_) => None,
                            res => self.modules.walk(&self.files, module, res, &[name], space),
                        });
                        if let Some(res) = res.filter(|res| !matches!(res, Res::External(_))) {
                            return Some(Lexical::Res(res));
                        }
                    }
                }
            }
        }
        let module = self.modules.module_of_scope(&self.files, file, scope);
        self.modules.lookup_in_scope(&self.files, module, name, space).map(Lexical::Res)
    }

    fn lexical_type(&self, file: FileId, scope: Option<ScopeId>, name: Name) -> Option<Res> {
        match self.lexical(file, scope?, name, Space::Type, 0)? {
            Lexical::Res(res) => Some(res),
            _ => None,
        }
    }

    /// The definition whose `Self` holds at `def`: an impl, a trait or a type.
    fn self_owner(&self, file: FileId, mut def: DefId) -> Option<DefRef> {
        let facts = self.facts(file);
        loop {
            let this = facts.def(def);
            match this.kind {
                DefKind::Impl | DefKind::Trait | DefKind::Struct | DefKind::Enum | DefKind::Union => {
                    return Some(DefRef { file, def });
                }
                DefKind::File => return None,
                _ => def = this.parent,
            }
        }
    }

    /// `Self` at a definition.
    pub(super) fn self_type(&self, file: FileId, def: DefId, depth: u32) -> Ty {
        let Some(owner) = self.self_owner(file, def) else { return Ty::Unknown };
        let this = self.def(owner);
        match this.kind {
            DefKind::Trait => Ty::SelfOf(owner),
            DefKind::Impl => memo(&self.self_types, owner, || match this.ty {
                Some(ty) if depth < MAX_TYPE_DEPTH => self.lower(file, ty, owner.def, &mut no_holes, depth + 1),
                _ => Ty::Unknown,
            }),
            _ => Ty::Adt(owner, self.own_params(owner)),
        }
    }

    /// A definition's type parameters, as arguments.
    pub(super) fn own_params(&self, def: DefRef) -> Args {
        let count = self.param_count(def);
        if count == 0 {
            return no_args();
        }
        (0..count).map(|index| Ty::Param(def, index as u16)).collect()
    }

    pub(super) fn param_count(&self, def: DefRef) -> usize {
        let params = self.facts(def.file).list(self.def(def).type_params);
        params.iter().take_while(|param| !param.name.is_empty()).count()
    }

    // ---- types as written --------------------------------------------------------------------------

    /// A type as written at a definition.
    pub(super) fn lower(&self, file: FileId, ty: TypeId, at: DefId, holes: Holes<'_>, depth: u32) -> Ty {
        if depth > MAX_TYPE_DEPTH {
            return Ty::Unknown;
        }
        let depth = depth + 1;
        let facts = self.facts(file);
        let bounds = |bounds: List<TypeId>| -> Arc<[Bound]> {
            facts.list(bounds).iter().filter_map(|&bound| self.bound(file, bound, &Ty::Unknown, at, depth)).collect()
        };
        match *facts.type_expr(ty) {
            TypeExpr::SelfType => self.self_type(file, at, depth),
            TypeExpr::Path { segments, scope, .. } => {
                self.lower_path(file, scope, facts.list(segments), at, holes, depth)
            }
            TypeExpr::Reference { inner, mutable } => {
                Ty::reference(self.lower(file, inner, at, holes, depth), Mutability::of(mutable))
            }
            TypeExpr::Pointer(inner) => Ty::Pointer(Arc::new(self.lower(file, inner, at, holes, depth))),
            TypeExpr::Sequence(inner) => Ty::Slice(Arc::new(self.lower(file, inner, at, holes, depth))),
            TypeExpr::Tuple(items) => {
                Ty::Tuple(facts.list(items).iter().map(|&item| self.lower(file, item, at, holes, depth)).collect())
            }
            TypeExpr::Function { params, ret } => Ty::FnPtr(
                facts.list(params).iter().map(|&item| self.lower(file, item, at, holes, depth)).collect(),
                Arc::new(ret.map_or_else(Ty::unit, |ret| self.lower(file, ret, at, holes, depth))),
            ),
            TypeExpr::Dyn(written) => Ty::Dyn(bounds(written)),
            TypeExpr::Impl(written) => Ty::Opaque(bounds(written), None),
            TypeExpr::Projection { base, of, name } => {
                let base = self.lower(file, base, at, holes, depth);
                match of {
                    Some(_) if name.is_empty() => base,
                    Some(of) => match self.trait_of(file, of, at) {
                        Some(of) => Ty::Proj(Arc::new(base), self.declaring_trait(of, name, 0), name),
                        None => Ty::Unknown,
                    },
                    None => self.associated(file, at, base, name, depth),
                }
            }
            TypeExpr::Inferred => holes(),
            TypeExpr::Never => Ty::Never,
            _ => Ty::Unknown,
        }
    }

    /// The trait among `of` and its supertraits that declares an associated type.
    fn declaring_trait(&self, of: DefRef, name: Name, depth: u32) -> DefRef {
        self.find_declaring(of, name, depth).unwrap_or(of)
    }

    fn find_declaring(&self, of: DefRef, name: Name, depth: u32) -> Option<DefRef> {
        if depth > 12 {
            return None;
        }
        if self.files.members_named(of, name).any(|member| self.def(member).kind == DefKind::AssociatedType) {
            return Some(of);
        }
        let facts = self.facts(of.file);
        let supers = facts.list(self.def(of).supers);
        supers.iter().find_map(|parent| {
            let parent = self.trait_of(of.file, parent.ty, of.def)?;
            self.find_declaring(parent, name, depth + 1)
        })
    }

    /// The trait that a bound names.
    pub(super) fn trait_of(&self, file: FileId, ty: TypeId, at: DefId) -> Option<DefRef> {
        let facts = self.facts(file);
        let TypeExpr::Path { segments, scope, .. } = *facts.type_expr(ty) else { return None };
        match self.type_res(file, scope, facts.list(segments), at)? {
            (Res::Def(def), rest) if rest == 0 && self.def(def).kind == DefKind::Trait => Some(def),
            _ => None,
        }
    }

    /// A bound on `this` as written.
    pub(super) fn bound(&self, file: FileId, ty: TypeId, this: &Ty, at: DefId, depth: u32) -> Option<Bound> {
        let of = self.trait_of(file, ty, at)?;
        let facts = self.facts(file);
        let TypeExpr::Path { segments, .. } = *facts.type_expr(ty) else { return None };
        let written = facts.list(facts.list(segments).last()?.args);
        let mut args = Vec::new();
        let mut assoc = Vec::new();
        if self.known.fn_family.contains(&of) || self.def(of).name.as_str().starts_with("Fn") {
            if let [function] = written
                && let TypeExpr::Function { params, ret } = *facts.type_expr(*function)
            {
                let params = facts
                    .list(params)
                    .iter()
                    .map(|&param| self.lower(file, param, at, &mut no_holes, depth + 1))
                    .collect::<Vec<_>>();
                let ret = ret.map_or_else(Ty::unit, |ret| self.lower(file, ret, at, &mut no_holes, depth + 1));
                return Some(Bound {
                    of,
                    args: Arc::new([Ty::Tuple(params.into())]),
                    assoc: Arc::new([(Name::new("Output"), ret)]),
                });
            }
        }
        for &arg in written {
            if let TypeExpr::Associated { name, ty } = *facts.type_expr(arg) {
                assoc.push((name, self.lower(file, ty, at, &mut no_holes, depth + 1)));
            } else {
                args.push(self.lower(file, arg, at, &mut no_holes, depth + 1));
            }
        }
        self.default_args(of, this, &mut args, depth);
        Some(Bound { of, args: args.into(), assoc: assoc.into() })
    }

    /// Adds the arguments of a trait that are not written: their defaults, `Rhs = Self`.
    fn default_args(&self, of: DefRef, this: &Ty, args: &mut Vec<Ty>, depth: u32) {
        let params = self.facts(of.file).list(self.def(of).type_params);
        for param in params.iter().take(self.param_count(of)).skip(args.len()) {
            let default = param.default.map_or(Ty::Unknown, |default| {
                let default = self.lower(of.file, default, of.def, &mut no_holes, depth + 1);
                let known = Subst { parts: vec![(of, args.as_slice().into())], this: Some((of, this.clone())) };
                known.apply(&default)
            });
            args.push(default);
        }
    }

    /// What the longest prefix of a path that is an item leads to, with the number of segments left.
    pub(super) fn type_res(
        &self,
        file: FileId,
        scope: ScopeId,
        segments: &[Segment],
        _at: DefId,
    ) -> Option<(Res, usize)> {
        let module = self.modules.module_of_scope(&self.files, file, scope);
        let first = segments.first()?.name;
        let (mut current, mut used) = if matches!(first.as_str(), "crate" | "self" | "super" | "" | "$crate") {
            let mut used = 1;
            while segments.get(used).is_some_and(|segment| segment.name == "super") {
                used += 1;
            }
            if first.is_empty() {
                used += 1;
            }
            let path: Vec<Name> = segments.get(..used)?.iter().map(|segment| segment.name).collect();
            (self.modules.resolve_path(&self.files, module, &path, Space::Type)?, used)
        } else {
            match self.lexical(file, scope, first, Space::Type, u32::MAX)? {
                Lexical::Res(res) => (res, 1),
                _ => return None,
            }
        };
        while used < segments.len() {
            match current {
                Res::Module(_) | Res::External(_) => {
                    match self.modules.walk(&self.files, module, current, &[segments[used].name], Space::Type) {
                        Some(next) => current = next,
                        None => break,
                    }
                    used += 1;
                }
                Res::Def(def) if self.def(def).kind == DefKind::Enum => {
                    match super::modules::variant(&self.files, def, segments[used].name) {
                        Some(variant) => {
                            current = variant;
                            used += 1;
                        }
                        None => break,
                    }
                }
                Res::Def(_) => break,
            }
        }
        Some((current, segments.len() - used))
    }

    fn lower_args(&self, file: FileId, args: List<TypeId>, at: DefId, holes: Holes<'_>, depth: u32) -> Vec<Ty> {
        let facts = self.facts(file);
        facts
            .list(args)
            .iter()
            .filter(|&&arg| !matches!(facts.type_expr(arg), TypeExpr::Associated { .. }))
            .map(|&arg| self.lower(file, arg, at, holes, depth))
            .collect()
    }

    /// Arguments for a definition's parameters: those written, then defaults, then holes.
    pub(super) fn complete_args(&self, def: DefRef, mut args: Vec<Ty>, holes: Holes<'_>, depth: u32) -> Args {
        let facts = self.facts(def.file);
        let params = facts.list(self.def(def).type_params);
        let written = !args.is_empty();
        for param in params.iter().take_while(|param| !param.name.is_empty()).skip(args.len()) {
            let default = match param.default {
                Some(default) if written => {
                    let ty = self.lower(def.file, default, def.def, &mut no_holes, depth + 1);
                    Subst::of(def, args.clone().into()).apply(&ty)
                }
                _ => holes(),
            };
            args.push(default);
        }
        args.into()
    }

    /// A path as a type, with holes for what is not written.
    pub(super) fn lower_segments(
        &self,
        file: FileId,
        scope: ScopeId,
        segments: &[Segment],
        at: DefId,
        holes: Holes<'_>,
    ) -> Ty {
        self.lower_path(file, scope, segments, at, holes, 0)
    }

    fn lower_path(
        &self,
        file: FileId,
        scope: ScopeId,
        segments: &[Segment],
        at: DefId,
        holes: Holes<'_>,
        depth: u32,
    ) -> Ty {
        let Some(first) = segments.first() else { return Ty::Unknown };
        let (base, rest): (Ty, &[Segment]) = if is_constant(first.name) {
            return Ty::Prim(first.name);
        } else if first.name == "Self" {
            let owner = self.facts(file).scope(scope).owner;
            let _ = at;
            (self.self_type(file, owner, depth), &segments[1..])
        } else {
            match self.type_res(file, scope, segments, at) {
                // `use std::str` does not take the type's name away.
                Some((Res::Module(_) | Res::External(_), 0))
                    if segments.len() == 1 && PRIMITIVES.contains(&first.name.as_str()) =>
                {
                    (Ty::Prim(first.name), &segments[1..])
                }
                Some((res, left)) => {
                    let used = segments.len() - left;
                    (self.type_of_res(file, res, &segments[..used], at, holes, depth), &segments[used..])
                }
                None => match self.lexical(file, scope, first.name, Space::Type, u32::MAX) {
                    Some(Lexical::Param(def, index)) => (Ty::Param(def, index), &segments[1..]),
                    _ if PRIMITIVES.contains(&first.name.as_str()) => (Ty::Prim(first.name), &segments[1..]),
                    _ if segments.len() == 1 && self.modules.takes_all_of_foreign(self.module_at(file, scope)) => {
                        let args = self.lower_args(file, first.args, at, holes, depth);
                        return Ty::External(first.name, args.into());
                    }
                    _ => return Ty::Unknown,
                },
            }
        };
        rest.iter().fold(base, |base, segment| {
            // An associated function's name at the end is for the caller.
            self.associated(file, at, base, segment.name, depth)
        })
    }

    /// The type that an item stands for.
    pub(super) fn type_of_res(
        &self,
        file: FileId,
        res: Res,
        segments: &[Segment],
        at: DefId,
        holes: Holes<'_>,
        depth: u32,
    ) -> Ty {
        let written = segments.last().map(|segment| segment.args).unwrap_or_default();
        match res {
            Res::Module(_) => Ty::Unknown,
            Res::External(path) => Ty::External(path, self.lower_args(file, written, at, holes, depth).into()),
            Res::Def(def) => match self.def(def).kind {
                DefKind::Struct | DefKind::Enum | DefKind::Union => {
                    let args = self.lower_args(file, written, at, holes, depth);
                    Ty::Adt(def, self.complete_args(def, args, holes, depth))
                }
                DefKind::Variant => {
                    let parent = self.parent(def);
                    let on_enum = segments.len().checked_sub(2).map(|index| segments[index].args).unwrap_or_default();
                    let written = if written.is_empty() { on_enum } else { written };
                    let args = self.lower_args(file, written, at, holes, depth);
                    Ty::Adt(parent, self.complete_args(parent, args, holes, depth))
                }
                DefKind::TypeAlias => {
                    let Some(ty) = self.def(def).ty else { return Ty::Unknown };
                    if depth > MAX_TYPE_DEPTH {
                        return Ty::Unknown;
                    }
                    let args = self.lower_args(file, written, at, holes, depth);
                    let args = self.complete_args(def, args, holes, depth);
                    let target = self.lower(def.file, ty, def.def, holes, depth + 1);
                    Subst::of(def, args).apply(&target)
                }
                DefKind::Trait => Ty::Dyn(Arc::new([Bound {
                    of: def,
                    args: self.lower_args(file, written, at, holes, depth).into(),
                    assoc: Arc::new([]),
                }])),
                _ => Ty::Unknown,
            },
        }
    }

    /// `base::Name`
    fn associated(&self, file: FileId, at: DefId, base: Ty, name: Name, depth: u32) -> Ty {
        if depth > MAX_TYPE_DEPTH {
            return Ty::Unknown;
        }
        let facts = self.facts(file);
        // In `impl<I: Iterator> IntoIterator for I`, `I::Item` is the bound's, not the impl's own.
        if matches!(base, Ty::Param(..))
            && let Some(of) = self.trait_declaring(file, at, &base, name, depth)
        {
            return Ty::Proj(Arc::new(base), of, name);
        }
        // In an impl, `Self::Name` is the impl's own.
        if let Some(owner) = self.self_owner(file, at)
            && self.def(owner).kind == DefKind::Impl
        {
            let this = self.self_type(file, owner.def, depth);
            if this == base {
                let own = self
                    .files
                    .members_named(owner, name)
                    .find(|member| self.def(*member).kind == DefKind::AssociatedType);
                if let Some(ty) = own.and_then(|own| self.def(own).ty) {
                    return self.lower(file, ty, owner.def, &mut no_holes, depth + 1);
                }
                let of = facts.list(self.def(owner).supers).first();
                if let Some(of) = of.and_then(|of| self.trait_of(file, of.ty, owner.def))
                    && let Some(of) = self.find_declaring(of, name, 0)
                {
                    return Ty::Proj(Arc::new(base), of, name);
                }
            }
        }
        match self.trait_declaring(file, at, &base, name, depth) {
            Some(of) => Ty::Proj(Arc::new(base), of, name),
            None => Ty::Unknown,
        }
    }

    /// The trait that makes `base::name` a type, by what is written about `base` around `at`.
    fn trait_declaring(&self, file: FileId, at: DefId, base: &Ty, name: Name, depth: u32) -> Option<DefRef> {
        let facts = self.facts(file);
        match base {
            Ty::SelfOf(of) => {
                if let Some(found) = self.find_declaring(*of, name, 0) {
                    return Some(found);
                }
            }
            Ty::Param(owner, index) => {
                let facts = self.facts(owner.file);
                let param = facts.list(self.def(*owner).type_params).get(usize::from(*index))?;
                for &bound in facts.list(param.bounds) {
                    if let Some(found) =
                        self.trait_of(owner.file, bound, owner.def).and_then(|of| self.find_declaring(of, name, 0))
                    {
                        return Some(found);
                    }
                }
            }
            Ty::Proj(_, of, assoc) => {
                let member = self
                    .files
                    .members_named(*of, *assoc)
                    .find(|member| self.def(*member).kind == DefKind::AssociatedType);
                if let Some(member) = member {
                    let facts = self.facts(member.file);
                    for bound in facts.list(self.def(member).supers) {
                        if let Some(found) =
                            self.trait_of(member.file, bound.ty, of.def).and_then(|of| self.find_declaring(of, name, 0))
                        {
                            return Some(found);
                        }
                    }
                }
            }
            Ty::Opaque(bounds, _) | Ty::Dyn(bounds) => {
                if let Some(found) = bounds.iter().find_map(|bound| self.find_declaring(bound.of, name, 0)) {
                    return Some(found);
                }
            }
            _ => {}
        }
        // Where clauses of what is around.
        let mut def = at;
        loop {
            let this = facts.def(def);
            for predicate in facts.list(this.type_params).iter().filter(|param| param.name.is_empty()) {
                let Some(subject) = predicate.default else { continue };
                if depth + 4 > MAX_TYPE_DEPTH || !self.may_be(file, subject, base) {
                    continue;
                }
                if &self.lower(file, subject, def, &mut no_holes, depth + 4) == base {
                    for &bound in facts.list(predicate.bounds) {
                        if let Some(found) =
                            self.trait_of(file, bound, def).and_then(|of| self.find_declaring(of, name, 0))
                        {
                            return Some(found);
                        }
                    }
                }
            }
            if def == DefId::FILE {
                break;
            }
            def = this.parent;
        }
        // A concrete type: the only trait with such a type among its impls.
        let head = head_of(base)?;
        let mut found = None;
        for this in self.impls_for(head) {
            let Some(bound) = &this.of else { continue };
            if self.files.members_named(this.def, name).any(|member| self.def(member).kind == DefKind::AssociatedType) {
                if found.is_some_and(|known| known != bound.of) {
                    return None;
                }
                found = Some(bound.of);
            }
        }
        found
    }

    /// Whether a subject as written can be `base`: keeps clauses about others from being lowered.
    fn may_be(&self, file: FileId, subject: TypeId, base: &Ty) -> bool {
        match (self.facts(file).type_expr(subject), base) {
            (TypeExpr::Path { segments, .. }, Ty::Param(..)) => segments.len() == 1,
            (TypeExpr::SelfType, Ty::SelfOf(_)) => true,
            (TypeExpr::Path { segments, .. }, Ty::Proj(..)) => segments.len() > 1,
            (TypeExpr::Projection { .. }, Ty::Proj(..)) | (TypeExpr::Reference { .. }, Ty::Ref(..)) => true,
            _ => false,
        }
    }

    // ---- bounds ------------------------------------------------------------------------------------

    /// What is known of types inside a definition: its bounds and those around it.
    pub(super) fn env(&self, def: DefRef) -> Arc<Vec<(Ty, Bound)>> {
        memo(&self.envs, def, || {
            let mut env = Vec::new();
            let mut current = def;
            loop {
                self.own_bounds(current, &mut env);
                if current.def == DefId::FILE {
                    break;
                }
                current = self.parent(current);
            }
            Arc::new(env)
        })
    }

    /// The bounds that a definition itself states.
    pub(super) fn own_bounds(&self, def: DefRef, env: &mut Vec<(Ty, Bound)>) {
        let facts = self.facts(def.file);
        let this = facts.def(def.def);
        if this.kind == DefKind::Trait {
            env.push((Ty::SelfOf(def), Bound { of: def, args: self.own_params(def), assoc: Arc::new([]) }));
        }
        for (index, param) in facts.list(this.type_params).iter().enumerate() {
            let bounds = facts.list(param.bounds);
            if bounds.is_empty() {
                continue;
            }
            let subject = if param.name.is_empty() {
                let Some(subject) = param.default else { continue };
                self.lower(def.file, subject, def.def, &mut no_holes, 0)
            } else {
                Ty::Param(def, index as u16)
            };
            if subject == Ty::Unknown {
                continue;
            }
            for &bound in bounds {
                if let Some(bound) = self.bound(def.file, bound, &subject, def.def, 0) {
                    env.push((subject.clone(), bound));
                }
            }
        }
    }

    /// A trait's supertraits, about its `Self`.
    pub(super) fn supers(&self, of: DefRef) -> Arc<Vec<Bound>> {
        memo(&self.supers, of, || {
            let facts = self.facts(of.file);
            let supers = facts.list(self.def(of).supers);
            let this = Ty::SelfOf(of);
            let mut found: Vec<Bound> =
                supers.iter().filter_map(|parent| self.bound(of.file, parent.ty, &this, of.def, 0)).collect();
            // `where Self: Other`
            for predicate in facts.list(self.def(of).type_params).iter().filter(|param| param.name.is_empty()) {
                if predicate.default.is_some_and(|subject| matches!(facts.type_expr(subject), TypeExpr::SelfType)) {
                    let bounds = facts.list(predicate.bounds).iter();
                    found.extend(bounds.filter_map(|&bound| self.bound(of.file, bound, &this, of.def, 0)));
                }
            }
            Arc::new(found)
        })
    }

    /// Adds a bound on `ty` and all that it implies.
    pub(super) fn elaborate(&self, ty: &Ty, bound: &Bound, out: &mut Vec<Bound>) {
        if let Some(known) = out.iter_mut().find(|known| known.of == bound.of && known.args == bound.args) {
            if !bound.assoc.is_empty() && known.assoc != bound.assoc {
                known.assoc = known.assoc.iter().chain(bound.assoc.iter()).cloned().collect();
            }
            return;
        }
        if out.len() > 60 {
            return;
        }
        out.push(bound.clone());
        let subst = Subst { parts: vec![(bound.of, bound.args.clone())], this: Some((bound.of, ty.clone())) };
        for parent in self.supers(bound.of).iter() {
            let mut parent = subst.apply_bound(parent);
            // `T: Sub<Item = X>` says so of the supertrait that has `Item`.
            if !bound.assoc.is_empty() {
                parent.assoc = parent.assoc.iter().chain(bound.assoc.iter()).cloned().collect();
            }
            self.elaborate(ty, &parent, out);
        }
    }

    pub(super) fn sig(&self, def: DefRef) -> Arc<Sig> {
        memo(&self.sigs, def, || {
            let facts = self.facts(def.file);
            let this = facts.def(def.def);
            let params = facts.list(this.params);
            let lowered: Vec<Ty> = params
                .iter()
                .map(|param| param.ty.map_or(Ty::Unknown, |ty| self.lower(def.file, ty, def.def, &mut no_holes, 0)))
                .collect();
            let ret = this.ty.map_or_else(Ty::unit, |ty| self.lower(def.file, ty, def.def, &mut no_holes, 0));
            let ret = match ret {
                Ty::Opaque(bounds, _) => Ty::Opaque(bounds, Some(def)),
                ret => ret,
            };
            let self_kind = self_kind_of(facts, this);
            Arc::new(Sig { params: lowered, ret, self_kind })
        })
    }

    /// What a function gives whose signature says `impl Trait`, as far as its body tells.
    pub(super) fn hidden_result(&self, def: DefRef) -> Option<Ty> {
        let mut at = def;
        // It may hand on what another such function gives.
        for _ in 0..MAX_HANDED_ON {
            let hidden = memo(&self.hidden, at, || Infer::new(self, at.file).hidden_result(at.def));
            match hidden? {
                Ty::Opaque(_, Some(next)) => at = next,
                Ty::Opaque(..) | Ty::Unknown => return None,
                ty => return Some(ty),
            }
        }
        None
    }

    // ---- impls -------------------------------------------------------------------------------------

    fn index_impls(&mut self) {
        let files: Vec<FileId> = self.files.all().collect();
        let found = parseltongue_parallel::map(&files, |&file| self.impls_in(file));
        self.impls = found.into_iter().flatten().collect();
        // Once more, with what needs other impls to be told (`Vec<Self::Item>` in another impl).
        for index in 0..self.impls.len() {
            let index = index as u32;
            let this = &self.impls[index as usize];
            let head = head_of(&this.this);
            if let Some(of) = &this.of {
                self.impls_of.entry((of.of, head)).or_default().push(index);
            }
            if let Some(head) = head.filter(|_| !this.derived) {
                self.impls_for.entry(head).or_default().push(index);
            }
            if this.derived {
                continue;
            }
            let facts = self.files.facts(this.def.file);
            for &member in self.files.members(this.def) {
                if facts.def(member).kind != DefKind::Method {
                    continue;
                }
                let name = facts.def(member).name;
                let def = DefRef { file: this.def.file, def: member };
                let foreign = match &this.of {
                    None => this.foreign,
                    // Of a trait whose functions a macro writes, the impl's are what is known.
                    Some(of) => (!self.files.is_library(of.of)
                        && self.files.members_named(of.of, name).next().is_none())
                    .then(|| (Name::default(), self.def(of.of).name)),
                };
                if let Some((root, of)) = foreign {
                    self.foreign_fns.entry((root, of, name)).or_default().push((index, def));
                }
                if this.of.is_none() {
                    let inherent = Inherent { index, def, head, self_kind: self_kind_of(facts, facts.def(member)) };
                    self.inherent.entry(name).or_default().push(inherent);
                }
            }
        }
        // What is configured away comes last, and functions of traits after a type's own.
        #[allow(clippy::iter_over_hash_type)] // each list is sorted by itself
        for found in self.inherent.values_mut() {
            found.stable_sort_by_key(|one| {
                let facts = self.files.facts(one.def.file);
                let inactive = facts.outwards(one.def.def).any(|def| facts.def(def).flags.contains(DefFlags::INACTIVE));
                (inactive, self.impls[one.index as usize].foreign.is_some())
            });
        }
        for file in files {
            let facts = self.files.facts(file);
            for (id, def) in facts.defs() {
                if def.kind == DefKind::Macro
                    && let Some(value) = def.value
                    && matches!(facts.expr(value), Expr::Unary { op: UnaryOp::Try, .. })
                {
                    self.unwrapping.insert(def.name);
                }
                if def.kind == DefKind::Method && facts.def(def.parent).kind == DefKind::Trait {
                    self.trait_fns.entry(def.name).or_default().push(DefRef { file, def: id });
                }
            }
        }
    }

    /// The crate and the name of the trait of another crate that an impl is of.
    fn foreign_trait(&self, this: DefRef) -> Option<(Name, Name)> {
        self.foreign_path(this).map(root_and_last)
    }

    /// The path of another crate's trait that an impl is of.
    pub(super) fn foreign_path(&self, this: DefRef) -> Option<Name> {
        let facts = self.facts(this.file);
        let of = facts.list(facts.def(this.def).supers).first()?;
        let TypeExpr::Path { segments, scope, .. } = *facts.type_expr(of.ty) else { return None };
        match self.type_res(this.file, scope, facts.list(segments), this.def)? {
            (Res::External(path), 0) => Some(path),
            _ => None,
        }
    }

    fn impls_in(&self, file: FileId) -> Vec<Impl> {
        let facts = self.facts(file);
        let mut found = Vec::new();
        for (id, def) in facts.defs() {
            let this = DefRef { file, def: id };
            match def.kind {
                DefKind::Impl => {
                    let supers = facts.list(def.supers);
                    let self_type = self.self_type(file, id, 0);
                    let of = supers.first().and_then(|of| self.bound(file, of.ty, &self_type, id, 0));
                    found.push(Impl {
                        def: this,
                        derived: false,
                        this: self_type,
                        foreign: if of.is_none() { self.foreign_trait(this) } else { None },
                        of,
                        params: self.param_count(this),
                    });
                }
                DefKind::Struct | DefKind::Enum | DefKind::Union => {
                    for &decorator in facts.list(def.decorators) {
                        let Expr::Macro { path, args, scope } = *facts.expr(decorator) else { continue };
                        if facts.list(path).last().is_none_or(|last| last.name != "derive") {
                            continue;
                        }
                        for &arg in facts.list(args) {
                            let Expr::Name { name, .. } = *facts.expr(arg) else { continue };
                            let Some(Lexical::Res(Res::Def(of))) =
                                self.lexical(file, scope, name, Space::Type, u32::MAX)
                            else {
                                continue;
                            };
                            if self.def(of).kind != DefKind::Trait {
                                continue;
                            }
                            let params = self.own_params(this);
                            found.push(Impl {
                                def: this,
                                derived: true,
                                this: Ty::Adt(this, params.clone()),
                                of: Some(Bound {
                                    of,
                                    args: vec![Ty::Adt(this, params.clone()); self.param_count(of)].into(),
                                    assoc: Arc::new([]),
                                }),
                                foreign: None,
                                params: params.len(),
                            });
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// An impl block as an impl.
    pub(super) fn impl_of_block(&self, block: DefRef) -> Option<&Impl> {
        let index = self.impls.partition_point(|this| (this.def.file, this.def.def) < (block.file, block.def));
        self.impls.get(index).filter(|this| this.def == block)
    }

    /// The impl block around a definition.
    pub(super) fn impl_around(&self, file: FileId, def: DefId) -> Option<DefRef> {
        self.self_owner(file, def).filter(|owner| self.def(*owner).kind == DefKind::Impl)
    }

    /// Impls of a trait that may be for a type with this head, those for any type last.
    pub(super) fn impls_of(&self, of: DefRef, head: Option<Head>) -> impl Iterator<Item = u32> + '_ {
        let list = |head| self.impls_of.get(&(of, head)).map_or(&[][..], Vec::as_slice).iter().copied();
        let own = head.map(|head| list(Some(head)));
        own.into_iter().flatten().chain(list(None))
    }

    /// Impls, with or without trait, of types with this head.
    pub(super) fn impls_for(&self, head: Head) -> impl Iterator<Item = &Impl> + '_ {
        let list = self.impls_for.get(&head).map_or(&[][..], Vec::as_slice);
        list.iter().map(|&index| &self.impls[index as usize])
    }

    pub(super) fn module_at(&self, file: FileId, scope: ScopeId) -> ModId {
        self.modules.module_of_scope(&self.files, file, scope)
    }
}

/// The crate and the last name of a path outside the project. Re-exports make what is between vary.
pub(super) fn root_and_last(path: Name) -> (Name, Name) {
    let path = path.as_str();
    let root = path.split("::").next().unwrap_or(path);
    let last = path.rsplit("::").next().unwrap_or(path);
    (Name::new(root), Name::new(last))
}

fn self_kind_of(facts: &FileFacts, def: &Def) -> SelfKind {
    match facts.list(def.params).first().filter(|param| param.kind == ParamKind::Receiver) {
        None => SelfKind::None,
        Some(param) => match param.ty.map(|ty| facts.type_expr(ty)) {
            Some(TypeExpr::SelfType) => SelfKind::Value,
            Some(&TypeExpr::Reference { inner, mutable }) if matches!(facts.type_expr(inner), TypeExpr::SelfType) => {
                SelfKind::Ref(Mutability::of(mutable))
            }
            _ => SelfKind::Other,
        },
    }
}

/// Whether a type argument's name is the value of a constant parameter: a type as any other, which is only itself.
fn is_constant(name: Name) -> bool {
    matches!(name.as_str(), "true" | "false") || name.as_str().starts_with(|first: char| first.is_ascii_digit())
}

/// The outermost constructor of a type, for a quick comparison.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Head {
    Prim(Name),
    Adt(DefRef),
    External(Name),
    Ref,
    Pointer,
    Tuple(usize),
    Slice,
    Function,
    Dyn(Option<DefRef>),
    Closure(DefId),
}

/// `None` for types that may become anything.
pub(super) fn head_of(ty: &Ty) -> Option<Head> {
    Some(match ty {
        Ty::Prim(name) => Head::Prim(*name),
        Ty::Adt(def, _) => Head::Adt(*def),
        Ty::External(name, _) => Head::External(*name),
        Ty::Ref(..) => Head::Ref,
        Ty::Pointer(_) => Head::Pointer,
        Ty::Tuple(items) => Head::Tuple(items.len()),
        Ty::Slice(_) => Head::Slice,
        Ty::FnPtr(..) | Ty::FnDef(..) => Head::Function,
        Ty::Dyn(bounds) => Head::Dyn(bounds.first().map(|bound| bound.of)),
        Ty::Closure(def) => Head::Closure(*def),
        _ => return None,
    })
}
