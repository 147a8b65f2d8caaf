//! All classes of the project and the platform: names, hierarchy, members.

use super::jdk::Jdk;
use super::types::{Bound, ClassId, JTy, Prim, no_types};
use crate::memo::{Fuel, Memo};
use crate::project::{DefRef, FileId, Project};
use crate::scopes::{Item, ScopeTable, scopes_outwards};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{
    Def, DefFlags, DefId, DefKind, FileFacts, ImportKind, ImportMember, ScopeId, ScopeKind, Segment, TypeExpr, TypeId,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, OnceLock};

/// What a type name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypeName {
    Class(ClassId),
    Var(DefRef, u16),
}

/// What a file's imports bring.
#[derive(Default)]
pub(super) struct Imports {
    pub(super) types: FxHashMap<Name, ClassId>,
    packages: Vec<Name>,
    /// `import a.B.*`: types nested in a class.
    classes: Vec<ClassId>,
    /// `import static a.B.f`: the class, by the local name, which is the member's.
    pub(super) statics: FxHashMap<Name, Vec<ClassId>>,
    pub(super) static_globs: Vec<ClassId>,
    /// The file's package.
    package: Name,
}

/// Parameter and result types of a callable, in terms of its type parameters.
#[derive(Debug)]
pub(super) struct Signature {
    pub(super) params: Arc<[JTy]>,
    pub(super) ret: JTy,
    pub(super) variadic: bool,
}

/// A type and all its supertypes, nearest first, superclasses before interfaces.
#[derive(Debug)]
pub(super) struct Ancestry {
    /// With arguments in terms of the first one's type parameters.
    pub(super) types: Vec<(ClassId, Arc<[JTy]>)>,
    /// Whether a class is among them of which not all members are known.
    pub(super) opaque: bool,
}

#[derive(Default)]
struct DefInfo {
    supers: OnceLock<Arc<[JTy]>>,
    ancestry: OnceLock<Arc<Ancestry>>,
    signature: OnceLock<Arc<Signature>>,
    ty: OnceLock<JTy>,
}

pub(super) struct World<'p> {
    pub(super) project: &'p Project<'p>,
    pub(super) jdk: &'static Jdk,
    tables: Vec<Option<ScopeTable>>,
    infos: Vec<Vec<DefInfo>>,
    imports: Vec<Imports>,
    packages: FxHashMap<Name, FxHashMap<Name, Vec<DefRef>>>,
    /// Parents of packages, which are no packages themselves, included.
    package_prefixes: FxHashSet<Name>,
    nested_names: FxHashSet<Name>,
    supers: Memo<DefRef, Arc<[JTy]>>,
    external_ancestry: Arc<Ancestry>,
    jdk_ancestry: Vec<OnceLock<Arc<Ancestry>>>,
}

fn joined(names: &[Name]) -> Name {
    match names {
        [one] => *one,
        names => Name::new(&names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(".")),
    }
}

/// How many leading folders two paths share.
fn shared_folders(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}

impl<'p> World<'p> {
    pub(super) fn new(project: &'p Project<'p>, files: &[FileId]) -> Self {
        let jdk = Jdk::get();
        let count = project.files().len();
        let mut tables: Vec<Option<ScopeTable>> = Vec::new();
        tables.resize_with(count, || None);
        let mut infos: Vec<Vec<DefInfo>> = Vec::new();
        infos.resize_with(count, Vec::new);
        let built = parseltongue_parallel::map(files, |&file| {
            let facts = project.facts(file);
            let mut infos = Vec::new();
            infos.resize_with(facts.defs.len(), DefInfo::default);
            (ScopeTable::new(facts), infos)
        });
        for (file, (table, info)) in files.iter().zip(built) {
            tables[file.index()] = Some(table);
            infos[file.index()] = info;
        }
        let mut packages: FxHashMap<Name, FxHashMap<Name, Vec<DefRef>>> = FxHashMap::default();
        let mut package_prefixes = FxHashSet::default();
        let mut nested_names: FxHashSet<Name> = jdk.nested_names().map(Name::new).collect();
        for &file in files {
            let facts = project.facts(file);
            let names = facts.list(facts.package);
            let package = packages.entry(joined(names)).or_default();
            for end in 1..=names.len() {
                package_prefixes.insert(joined(&names[..end]));
            }
            for (id, def) in facts.defs().skip(1) {
                if !def.kind.is_type() || def.name.is_empty() {
                    continue;
                }
                if def.parent == DefId::FILE {
                    package.entry(def.name).or_default().push(DefRef { file, def: id });
                } else {
                    nested_names.insert(def.name);
                }
            }
        }
        let mut jdk_ancestry = Vec::new();
        jdk_ancestry.resize_with(jdk.len(), OnceLock::new);
        let mut world = Self {
            project,
            jdk,
            tables,
            infos,
            imports: Vec::new(),
            packages,
            package_prefixes,
            nested_names,
            supers: Memo::default(),
            external_ancestry: Arc::new(Ancestry { types: Vec::new(), opaque: true }),
            jdk_ancestry,
        };
        let mut imports: Vec<Imports> = Vec::new();
        imports.resize_with(count, Imports::default);
        let read = parseltongue_parallel::map(files, |&file| world.read_imports(file));
        for (file, read) in files.iter().zip(read) {
            imports[file.index()] = read;
        }
        world.imports = imports;
        world
    }

    pub(super) fn facts(&self, file: FileId) -> &'p FileFacts {
        self.project.facts(file)
    }

    pub(super) fn imports(&self, file: FileId) -> &Imports {
        &self.imports[file.index()]
    }

    fn info(&self, def: DefRef) -> &DefInfo {
        &self.infos[def.file.index()][def.def.index()]
    }

    /// What a scope of a file holds under a name.
    pub(super) fn in_scope(&self, file: FileId, scope: ScopeId, name: Name) -> &[Item] {
        self.tables[file.index()].as_ref().map_or(&[], |table| table.in_scope(scope, name))
    }

    /// The members of a type of the project with this name.
    pub(super) fn own_members(&self, class: DefRef, name: Name) -> impl Iterator<Item = DefRef> {
        let scope = self.project.def(class).scope;
        self.in_scope(class.file, scope, name).iter().filter_map(move |item| match item {
            Item::Def(def) => Some(DefRef { file: class.file, def: *def }),
            _ => None,
        })
    }

    fn read_imports(&self, file: FileId) -> Imports {
        let facts = self.facts(file);
        let mut imports = Imports { package: joined(facts.list(facts.package)), ..Imports::default() };
        for import in &facts.imports {
            let module = facts.list(import.module);
            let is_static = import.kind == ImportKind::Static;
            match import.member {
                ImportMember::Named(name) if is_static => {
                    let class = self.qualified_class(file, module).unwrap_or(ClassId::External(joined(module)));
                    imports.statics.entry(name).or_default().push(class);
                }
                ImportMember::Named(name) => {
                    let mut full = module.to_vec();
                    full.push(name);
                    let class = self.qualified_class(file, &full).unwrap_or_else(|| ClassId::External(joined(&full)));
                    imports.types.entry(name).or_insert(class);
                }
                _ if is_static => {
                    let class = self.qualified_class(file, module).unwrap_or(ClassId::External(joined(module)));
                    imports.static_globs.push(class);
                }
                _ => {
                    let package = joined(module);
                    if self.packages.contains_key(&package) || self.jdk.has_package(package.as_str()) {
                        imports.packages.push(package);
                    } else if let Some(class) = self.qualified_class(file, module) {
                        imports.classes.push(class);
                    }
                }
            }
        }
        imports
    }

    /// The class that a fully qualified name stands for, nested or not.
    pub(super) fn qualified_class(&self, from: FileId, names: &[Name]) -> Option<ClassId> {
        for split in (0..names.len()).rev() {
            let package = if split == 0 { Name::default() } else { joined(&names[..split]) };
            let Some(mut class) = self.in_package(from, package, names[split]) else { continue };
            for &name in &names[split + 1..] {
                class = self.nested_type(class, name, Fuel::FULL)?;
            }
            return Some(class);
        }
        None
    }

    /// A top-level class of a package. Of several (variants of a module, test doubles) the nearest.
    pub(super) fn in_package(&self, from: FileId, package: Name, name: Name) -> Option<ClassId> {
        if let Some(classes) = self.packages.get(&package).and_then(|classes| classes.get(&name)) {
            let path = self.project.file(from).path;
            let nearest = match classes.as_slice() {
                [one] => *one,
                several => {
                    let mut best = several[0];
                    for &class in &several[1..] {
                        let near = |class: DefRef| shared_folders(self.project.file(class.file).path, path);
                        if near(class) > near(best) {
                            best = class;
                        }
                    }
                    best
                }
            };
            return Some(ClassId::Project(nearest));
        }
        self.jdk.find(package.as_str(), name.as_str()).map(ClassId::Jdk)
    }

    pub(super) fn is_package(&self, names: Name) -> bool {
        self.package_prefixes.contains(&names) || self.jdk.has_package(names.as_str())
    }

    pub(super) fn has_package(&self, package: Name) -> bool {
        self.packages.contains_key(&package)
    }

    /// A type that is a member of a class, inherited ones included.
    pub(super) fn nested_type(&self, class: ClassId, name: Name, fuel: Fuel) -> Option<ClassId> {
        if !self.nested_names.contains(&name) {
            return None;
        }
        self.nested_type_within(class, name, fuel, &mut Vec::new())
    }

    fn nested_type_within(&self, class: ClassId, name: Name, fuel: Fuel, seen: &mut Vec<ClassId>) -> Option<ClassId> {
        if seen.contains(&class) || seen.len() > 200 {
            return None;
        }
        seen.push(class);
        let supers = match class {
            ClassId::Project(def) => {
                let own = self.own_members(def, name).find(|&member| self.project.def(member).kind.is_type());
                if let Some(own) = own {
                    return Some(ClassId::Project(own));
                }
                self.supers(def, fuel)
            }
            ClassId::Jdk(id) => {
                if let Some(nested) = self.jdk.nested(id, name.as_str()) {
                    return Some(ClassId::Jdk(nested));
                }
                self.jdk.supers(id)
            }
            ClassId::External(_) => return None,
        };
        supers.iter().find_map(|ty| match ty {
            JTy::Class(class, _) => self.nested_type_within(*class, name, fuel, seen),
            _ => None,
        })
    }

    /// What a simple type name stands for in a scope.
    pub(super) fn type_name(&self, file: FileId, scope: ScopeId, name: Name, fuel: Fuel) -> Option<TypeName> {
        let facts = self.facts(file);
        for scope in scopes_outwards(facts, scope) {
            let kind = facts.scope(scope).kind;
            if scope != ScopeId::FILE {
                let owner = facts.scope(scope).owner;
                let def = facts.def(owner);
                if def.scope == scope && !def.type_params.is_empty() {
                    let params = facts.list(def.type_params);
                    if let Some(index) = params.iter().position(|param| param.name == name) {
                        return Some(TypeName::Var(DefRef { file, def: owner }, index as u16));
                    }
                }
                if kind == ScopeKind::Type {
                    let class = ClassId::Project(DefRef { file, def: owner });
                    if let Some(nested) = self.nested_type(class, name, fuel) {
                        return Some(TypeName::Class(nested));
                    }
                    continue;
                }
            }
            let local = self.in_scope(file, scope, name).iter().find_map(|item| match item {
                Item::Def(def) if facts.def(*def).kind.is_type() => Some(*def),
                _ => None,
            });
            if let Some(def) = local {
                return Some(TypeName::Class(ClassId::Project(DefRef { file, def })));
            }
        }
        self.imported_type(file, name, fuel).map(TypeName::Class)
    }

    fn imported_type(&self, file: FileId, name: Name, fuel: Fuel) -> Option<ClassId> {
        let imports = self.imports.get(file.index())?;
        if let Some(&class) = imports.types.get(&name) {
            return Some(class);
        }
        if let Some(classes) = imports.statics.get(&name)
            && let Some(nested) = classes.iter().find_map(|&class| self.nested_type(class, name, fuel))
        {
            return Some(nested);
        }
        if let Some(class) = self.in_package(file, imports.package, name) {
            return Some(class);
        }
        let from_package = imports.packages.iter().find_map(|&package| self.in_package(file, package, name));
        from_package
            .or_else(|| {
                let classes = imports.classes.iter().chain(&imports.static_globs);
                classes.into_iter().find_map(|&class| self.nested_type(class, name, fuel))
            })
            .or_else(|| self.jdk.lang(name.as_str()).map(ClassId::Jdk))
    }

    /// A written type.
    pub(super) fn ty(&self, file: FileId, id: TypeId, fuel: Fuel) -> JTy {
        let facts = self.facts(file);
        match *facts.type_expr(id) {
            TypeExpr::Path { segments, scope, .. } => self.path_type(file, facts.list(segments), scope, fuel),
            TypeExpr::Sequence(element) => JTy::Array(Arc::new(self.ty(file, element, fuel))),
            TypeExpr::Impl(bounds) => {
                let bound = facts.list(bounds).first().map_or(JTy::Unknown, |&bound| self.ty(file, bound, fuel));
                JTy::Wild(Bound::Extends, Arc::new(bound))
            }
            TypeExpr::Super(bound) => JTy::Wild(Bound::Super, Arc::new(self.ty(file, bound, fuel))),
            TypeExpr::Intersection(parts) => {
                JTy::And(facts.list(parts).iter().map(|&part| self.ty(file, part, fuel)).collect())
            }
            // Alternatives of a catch: what is called on them is in the class they share.
            TypeExpr::Union(parts) => {
                let parts: Vec<JTy> = facts.list(parts).iter().map(|&part| self.ty(file, part, fuel)).collect();
                match self.lub(&parts) {
                    shared if shared == self.jdk.object_type() => self.jdk.lang_type("Throwable"),
                    shared => shared,
                }
            }
            _ => JTy::Unknown,
        }
    }

    fn path_type(&self, file: FileId, segments: &[Segment], scope: ScopeId, fuel: Fuel) -> JTy {
        let facts = self.facts(file);
        let [first, rest @ ..] = segments else { return JTy::Unknown };
        if rest.is_empty() && first.args.is_empty() {
            let text = first.name.as_str();
            if let Some(prim) = Prim::of(text) {
                return JTy::Prim(prim);
            }
            if text == "void" {
                return JTy::Void;
            }
        }
        let args_of = |segment: &Segment| -> Arc<[JTy]> {
            facts.list(segment.args).iter().map(|&arg| self.ty(file, arg, fuel)).collect()
        };
        let (mut class, mut args, rest) = match self.type_name(file, scope, first.name, fuel) {
            Some(TypeName::Var(def, index)) => return JTy::Var(def, index),
            Some(TypeName::Class(class)) => (class, args_of(first), rest),
            None if rest.is_empty() => {
                return JTy::Class(ClassId::External(first.name), args_of(first));
            }
            None => {
                let names: Vec<Name> = segments.iter().map(|segment| segment.name).collect();
                let mut split = 1;
                let found = loop {
                    if split == names.len() {
                        break None;
                    }
                    if let Some(class) = self.in_package(file, joined(&names[..split]), names[split]) {
                        break Some(class);
                    }
                    split += 1;
                };
                let Some(class) = found else {
                    let last = segments.last().map_or_else(no_types, args_of);
                    return JTy::Class(ClassId::External(joined(&names)), last);
                };
                (class, args_of(&segments[split]), &segments[split + 1..])
            }
        };
        for segment in rest {
            let Some(nested) = self.nested_type(class, segment.name, fuel) else {
                let name = Name::new(&format!("{}.{}", self.class_name(class), segment.name));
                return JTy::Class(ClassId::External(name), args_of(segment));
            };
            class = nested;
            args = args_of(segment);
        }
        JTy::Class(class, args)
    }

    pub(super) fn class_name(&self, class: ClassId) -> &str {
        match class {
            ClassId::Project(def) => self.project.def(def).name.as_str(),
            ClassId::Jdk(id) => self.jdk.class(id).name,
            ClassId::External(name) => name.as_str(),
        }
    }

    /// The direct supertypes of a class of the project, `Object` left out.
    pub(super) fn supers(&self, def: DefRef, fuel: Fuel) -> Arc<[JTy]> {
        if fuel == Fuel::FULL {
            return self.info(def).supers.get_or_init(|| self.supers_with(def, fuel)).clone();
        }
        self.supers_with(def, fuel)
    }

    fn supers_with(&self, def: DefRef, fuel: Fuel) -> Arc<[JTy]> {
        self.supers.get(def, fuel, |fuel| self.compute_supers(def, fuel)).unwrap_or_else(no_types)
    }

    fn compute_supers(&self, def: DefRef, fuel: Fuel) -> Arc<[JTy]> {
        let facts = self.facts(def.file);
        let this = facts.def(def.def);
        let mut supers = Vec::new();
        if this.kind == DefKind::Enum
            && let Some(id) = self.jdk.lang("Enum")
        {
            supers.push(JTy::Class(ClassId::Jdk(id), [JTy::Class(ClassId::Project(def), no_types())].into()));
        }
        for base in facts.list(this.supers) {
            let ty = self.super_type(def.file, base.ty, this, fuel);
            if let JTy::Class(class, _) = &ty
                && *class != ClassId::Project(def)
            {
                supers.push(ty);
            }
        }
        // Superclasses come before interfaces, as written.
        supers.into()
    }

    /// Supertypes are resolved outside the class's own members.
    fn super_type(&self, file: FileId, ty: TypeId, class: &Def, fuel: Fuel) -> JTy {
        let facts = self.facts(file);
        if let TypeExpr::Path { segments, scope, .. } = *facts.type_expr(ty)
            && scope == class.scope
        {
            let list = facts.list(segments);
            let is_param = list
                .first()
                .is_some_and(|first| facts.list(class.type_params).iter().any(|param| param.name == first.name));
            if !is_param {
                return self.outer_path(file, list, class, fuel);
            }
        }
        self.ty(file, ty, fuel)
    }

    fn outer_path(&self, file: FileId, segments: &[Segment], class: &Def, fuel: Fuel) -> JTy {
        // Names are looked up around the class, arguments inside it: they may be its type parameters.
        match self.path_type(file, segments, class.outer_scope, fuel) {
            JTy::Class(id, args) if !args.is_empty() => {
                let facts = self.facts(file);
                let last = segments.iter().rev().find(|segment| !segment.args.is_empty());
                let args = last.map_or_else(no_types, |segment| {
                    facts.list(segment.args).iter().map(|&arg| self.ty(file, arg, fuel)).collect()
                });
                JTy::Class(id, args)
            }
            other => other,
        }
    }

    /// A class with its own type parameters as arguments: the type of `this`.
    pub(super) fn this_type(&self, def: DefRef) -> JTy {
        let count = self.project.def(def).type_params.len();
        JTy::Class(ClassId::Project(def), (0..count).map(|index| JTy::Var(def, index as u16)).collect())
    }

    /// The bound of a type variable, which is no type variable itself.
    pub(super) fn bound(&self, def: DefRef, index: u16) -> JTy {
        let (mut def, mut index) = (def, index);
        // `T extends U, U extends T` has no end.
        for _ in 0..16 {
            match self.written_bound(def, index) {
                JTy::Var(of, at) => (def, index) = (of, at),
                JTy::And(parts) => {
                    let part = |part: &JTy| if let JTy::Var(..) = part { self.jdk.object_type() } else { part.clone() };
                    return JTy::And(parts.iter().map(part).collect());
                }
                bound => return bound,
            }
        }
        self.jdk.object_type()
    }

    fn written_bound(&self, def: DefRef, index: u16) -> JTy {
        let facts = self.facts(def.file);
        let params = facts.list(facts.def(def.def).type_params);
        let bounds = params.get(usize::from(index)).map_or(&[][..], |param| facts.list(param.bounds));
        match bounds {
            [] => self.jdk.object_type(),
            [one] => self.ty(def.file, *one, Fuel::FULL),
            several => JTy::And(several.iter().map(|&bound| self.ty(def.file, bound, Fuel::FULL)).collect()),
        }
    }

    /// Parameter and result types of a callable of the project.
    pub(super) fn signature(&self, def: DefRef) -> Arc<Signature> {
        self.info(def)
            .signature
            .get_or_init(|| {
                let facts = self.facts(def.file);
                let this = facts.def(def.def);
                let params = facts.list(this.params).iter();
                let params =
                    params.map(|param| param.ty.map_or(JTy::Unknown, |ty| self.ty(def.file, ty, Fuel::FULL))).collect();
                let ret = this.ty.map_or(JTy::Unknown, |ty| self.ty(def.file, ty, Fuel::FULL));
                Arc::new(Signature { params, ret, variadic: this.flags.contains(DefFlags::VARIADIC) })
            })
            .clone()
    }

    /// The written type of a field or enum constant.
    pub(super) fn field_type(&self, def: DefRef) -> JTy {
        self.info(def)
            .ty
            .get_or_init(|| self.project.def(def).ty.map_or(JTy::Unknown, |ty| self.ty(def.file, ty, Fuel::FULL)))
            .clone()
    }

    /// A class with all its supertypes.
    pub(super) fn ancestry(&self, class: ClassId) -> Arc<Ancestry> {
        match class {
            ClassId::Project(def) => self
                .info(def)
                .ancestry
                .get_or_init(|| Arc::new(self.compute_ancestry(class, self.this_type(def))))
                .clone(),
            ClassId::Jdk(id) => self.jdk_ancestry[id as usize]
                .get_or_init(|| {
                    let count = self.jdk.class(id).arity();
                    let args = (0..count).map(|index| JTy::JdkVar { method: false, index: index as u8 }).collect();
                    Arc::new(self.compute_ancestry(class, JTy::Class(class, args)))
                })
                .clone(),
            ClassId::External(_) => self.external_ancestry.clone(),
        }
    }

    fn compute_ancestry(&self, class: ClassId, this: JTy) -> Ancestry {
        let mut types: Vec<(ClassId, Arc<[JTy]>)> = Vec::new();
        let mut opaque = false;
        let object = ClassId::Jdk(self.jdk.object);
        // Superclasses first: they are each class's first supertype, if it is no interface.
        let mut todo = std::collections::VecDeque::from([this]);
        while let Some(ty) = todo.pop_front() {
            let JTy::Class(id, args) = ty else { continue };
            if types.iter().any(|(known, _)| *known == id) || types.len() > 500 {
                continue;
            }
            let supers = match id {
                ClassId::Project(def) => self.supers(def, Fuel::FULL),
                ClassId::Jdk(jdk) => {
                    opaque |= !self.jdk.class(jdk).complete;
                    self.jdk.supers(jdk)
                }
                ClassId::External(_) => {
                    opaque = true;
                    no_types()
                }
            };
            let mut superclass = true;
            for base in supers.iter() {
                let base = base.substitute(&|var| class_argument(id, &args, var));
                if superclass && matches!(&base, JTy::Class(class, _) if !self.is_interface(*class)) {
                    todo.push_front(base);
                } else {
                    todo.push_back(base);
                }
                superclass = false;
            }
            types.push((id, args));
            if types.len() == 1 && self.is_interface(class) {
                // An interface's members are its own, then those of `Object`, then inherited ones.
                types.push((object, no_types()));
            }
        }
        if class != object && !types.iter().any(|(known, _)| *known == object) {
            types.push((object, no_types()));
        }
        Ancestry { types, opaque }
    }

    pub(super) fn is_interface(&self, class: ClassId) -> bool {
        match class {
            ClassId::Project(def) => self.project.def(def).kind == DefKind::Interface,
            ClassId::Jdk(id) => self.jdk.class(id).is_interface,
            ClassId::External(_) => false,
        }
    }

    /// The supertypes of a class type, itself first, with their arguments.
    pub(super) fn supertypes(&self, class: ClassId, args: &Arc<[JTy]>) -> Vec<(ClassId, Arc<[JTy]>)> {
        let ancestry = self.ancestry(class);
        ancestry
            .types
            .iter()
            .map(|(id, params)| {
                if *id == class {
                    return (*id, args.clone());
                }
                (*id, self.apply(class, args, params))
            })
            .collect()
    }

    fn apply(&self, class: ClassId, args: &Arc<[JTy]>, params: &Arc<[JTy]>) -> Arc<[JTy]> {
        if params.is_empty() {
            return params.clone();
        }
        if args.is_empty() && self.type_arity(class) > 0 {
            // A raw type's supertypes are raw.
            return no_types();
        }
        params.iter().map(|param| param.substitute(&|var| class_argument(class, args, var))).collect()
    }

    pub(super) fn type_arity(&self, class: ClassId) -> usize {
        match class {
            ClassId::Project(def) => self.project.def(def).type_params.len(),
            ClassId::Jdk(id) => self.jdk.class(id).arity(),
            ClassId::External(_) => 0,
        }
    }

    /// The arguments of `target` as a supertype of a type.
    pub(super) fn as_super(&self, ty: &JTy, target: ClassId) -> Option<Arc<[JTy]>> {
        match ty {
            JTy::Class(class, args) => {
                if *class == target {
                    return Some(args.clone());
                }
                let ancestry = self.ancestry(*class);
                let (_, params) = ancestry.types.iter().find(|(id, _)| *id == target)?;
                Some(self.apply(*class, args, params))
            }
            JTy::Var(def, index) => self.as_super(&self.bound(*def, *index), target),
            JTy::And(parts) => parts.iter().find_map(|part| self.as_super(part, target)),
            JTy::Wild(_, inner) => self.as_super(inner, target),
            JTy::Prim(prim) => self.as_super(&self.boxed(*prim), target),
            _ => None,
        }
    }

    pub(super) fn boxed(&self, prim: Prim) -> JTy {
        self.jdk.lang_type(prim.boxed())
    }

    /// A type that covers all of these.
    pub(super) fn lub(&self, types: &[JTy]) -> JTy {
        let mut result = JTy::Unknown;
        for ty in types {
            match (&result, ty) {
                (_, JTy::Unknown | JTy::Void) => {}
                (JTy::Unknown, _) => result = ty.clone(),
                (JTy::Null, other) => {
                    result = match other {
                        JTy::Prim(prim) => self.boxed(*prim),
                        other => other.clone(),
                    }
                }
                (_, JTy::Null) => {
                    if let JTy::Prim(prim) = result {
                        result = self.boxed(prim);
                    }
                }
                (JTy::Prim(a), JTy::Prim(b)) => {
                    let wider = if a.widens_to(*b) { *b } else { *a };
                    result = JTy::Prim(wider);
                }
                (a, b) if a == b => {}
                (a, b) => result = self.lub2(a, b),
            }
        }
        result
    }

    pub(super) fn lub2(&self, a: &JTy, b: &JTy) -> JTy {
        let boxed = |ty: &JTy| match ty {
            JTy::Prim(prim) => self.boxed(*prim),
            other => other.clone(),
        };
        let (a, b) = (boxed(a), boxed(b));
        if let (JTy::Class(x, xs), JTy::Class(y, _)) = (&a, &b)
            && x == y
        {
            return if a.has_unknown() { b } else { JTy::Class(*x, xs.clone()) };
        }
        for (class, args) in self.class_types(&a) {
            if self.as_super(&b, class).is_some() && class != ClassId::Jdk(self.jdk.object) {
                return JTy::Class(class, args);
            }
        }
        self.jdk.object_type()
    }

    /// The classes that a type's members come from, nearest first.
    pub(super) fn class_types(&self, ty: &JTy) -> Vec<(ClassId, Arc<[JTy]>)> {
        match ty {
            JTy::Class(class, args) => match class {
                ClassId::External(_) => vec![(*class, args.clone())],
                _ => self.supertypes(*class, args),
            },
            JTy::Var(def, index) => self.class_types(&self.bound(*def, *index)),
            JTy::And(parts) => parts.iter().flat_map(|part| self.class_types(part)).collect(),
            JTy::Wild(Bound::Extends, inner) => self.class_types(inner),
            JTy::Array(_) | JTy::Wild(Bound::Super, _) => vec![(ClassId::Jdk(self.jdk.object), no_types())],
            JTy::Prim(_) | JTy::Unknown | JTy::Void | JTy::Null | JTy::JdkVar { .. } => Vec::new(),
        }
    }

    /// The type without what type parameters tell: what overrides are compared by.
    pub(super) fn erasure(&self, ty: &JTy) -> JTy {
        self.erasure_within(ty, 0)
    }

    fn erasure_within(&self, ty: &JTy, depth: u8) -> JTy {
        match ty {
            JTy::Class(class, _) => JTy::Class(*class, no_types()),
            JTy::Array(element) => JTy::Array(Arc::new(self.erasure_within(element, depth))),
            JTy::Var(def, index) if depth < 8 => self.erasure_within(&self.bound(*def, *index), depth + 1),
            JTy::And(parts) => parts.first().map_or(JTy::Unknown, |part| self.erasure_within(part, depth)),
            JTy::Wild(_, inner) => self.erasure_within(inner, depth),
            JTy::JdkVar { .. } | JTy::Var(..) => self.jdk.object_type(),
            other => other.clone(),
        }
    }
}

/// The argument that a class's type variable stands for; raw types erase to `Object`, or the variable's
/// bound, which callers find by themselves.
pub(super) fn class_argument(class: ClassId, args: &Arc<[JTy]>, var: &JTy) -> Option<JTy> {
    match (class, var) {
        (ClassId::Project(def), JTy::Var(owner, index)) if *owner == def => args.get(usize::from(*index)).cloned(),
        (ClassId::Jdk(_), JTy::JdkVar { method: false, index }) => {
            Some(args.get(usize::from(*index)).cloned().unwrap_or(JTy::Unknown))
        }
        _ => None,
    }
}
