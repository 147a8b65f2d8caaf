//! Relations between types and files.

use super::members::{Member, Shape};
use super::packages::Imported;
use super::types::{Type, no_args};
use super::{GoResolver, is_interface};
use crate::memo::Fuel;
use crate::{CallLink, DefRef, FileId, Outcome, Reference, RelationKind, RelationLink};
use parseltongue_sort::StableSort;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{DefFlags, DefId, DefKind, TypeExpr, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};

/// Which types implement which interfaces, by the file of the type; and which methods do so.
#[derive(Default)]
pub(super) struct Implementations {
    links: FxHashMap<FileId, Vec<RelationLink>>,
}

struct Interface {
    def: DefRef,
    methods: Vec<DefRef>,
}

impl GoResolver<'_> {
    pub(super) fn relations(&self, file: FileId, calls: &[CallLink], references: &[Reference]) -> Vec<RelationLink> {
        let mut links = Vec::new();
        let mut seen = FxHashSet::default();
        let mut add = |links: &mut Vec<RelationLink>, kind, from, to: DefRef| {
            if !self.is_library(to.file) && seen.insert((kind, from, to)) {
                links.push(RelationLink { kind, from, to });
            }
        };
        let facts = self.facts(file);
        for (id, def) in facts.defs().skip(1) {
            for parent in facts.list(def.supers) {
                for to in self.types_in(file, parent.ty) {
                    let kind = match parent.relation {
                        parseltongue_syntax::facts::Relation::MemberOf => continue,
                        _ => RelationKind::Extends,
                    };
                    add(&mut links, kind, id, to);
                }
            }
            let params = facts.list(def.params).iter().filter_map(|param| param.ty);
            for ty in params.chain(def.ty) {
                for to in self.types_in(file, ty) {
                    if to != (DefRef { file, def: id }) {
                        add(&mut links, RelationKind::UsesType, id, to);
                    }
                }
            }
        }
        let implementations = self.implementations.get_or_init(|| self.find_implementations());
        for link in implementations.links.get(&file).into_iter().flatten() {
            add(&mut links, link.kind, link.from, link.to);
        }
        self.imports(file, calls, references, |to| add(&mut links, RelationKind::Imports, DefId::FILE, to));
        links
    }

    /// The named types of the project in a written type.
    fn types_in(&self, file: FileId, ty: TypeId) -> Vec<DefRef> {
        let facts = self.facts(file);
        let mut found = Vec::new();
        let mut pending = vec![ty];
        while let Some(ty) = pending.pop() {
            match *facts.type_expr(ty) {
                TypeExpr::Path { segments, scope, .. } => {
                    let segments = facts.list(segments);
                    found.extend(self.type_def(file, segments, scope));
                    for segment in segments {
                        pending.extend(facts.list(segment.args));
                    }
                }
                TypeExpr::Pointer(inner) | TypeExpr::Sequence(inner) | TypeExpr::Channel(inner) => pending.push(inner),
                TypeExpr::Map { key, value } => pending.extend([value, key]),
                TypeExpr::Tuple(items) | TypeExpr::Union(items) => pending.extend(facts.list(items).iter().rev()),
                TypeExpr::Function { params, ret } => {
                    pending.extend(ret);
                    pending.extend(facts.list(params).iter().rev());
                }
                _ => {}
            }
        }
        found
    }

    /// The files of imported packages that this file uses something of; of a package of which nothing is
    /// known to be used, the first.
    fn imports(&self, file: FileId, calls: &[CallLink], references: &[Reference], mut add: impl FnMut(DefRef)) {
        let facts = self.facts(file);
        let mut used: Vec<FileId> = references.iter().map(|reference| reference.target.file).collect();
        for link in calls {
            if let Outcome::Resolved { targets, .. } = &link.outcome {
                used.extend(targets.iter().map(|target| target.file));
            }
        }
        used.stable_sort();
        used.dedup();
        for import in &facts.imports {
            let Some(path) = facts.list(import.module).first() else { continue };
            let Imported::Package(package) = self.import(file, path.as_str()) else { continue };
            if self.is_library_package(package) {
                continue;
            }
            let files = &self.packages.package(package).files;
            let mut any = false;
            for &target in files.iter().filter(|target| used.binary_search(target).is_ok()) {
                any = true;
                add(DefRef { file: target, def: DefId::FILE });
            }
            if !any && let Some(&first) = files.first() {
                add(DefRef { file: first, def: DefId::FILE });
            }
        }
    }

    fn find_implementations(&self) -> Implementations {
        let mut interfaces: Vec<Interface> = Vec::new();
        let mut types: Vec<DefRef> = Vec::new();
        for package in self.packages.ids() {
            if self.is_library_package(package) {
                continue;
            }
            for &file in &self.packages.package(package).files {
                for (id, def) in self.facts(file).defs().skip(1) {
                    let target = DefRef { file, def: id };
                    if def.parent != DefId::FILE || !def.kind.is_type() || def.kind == DefKind::TypeAlias {
                        continue;
                    }
                    match self.shape(&Type::Named(target, no_args())) {
                        Shape::Interface(shape, _) if is_interface(self.def(shape)) => {
                            let (methods, complete) = self.interface_methods(shape);
                            if complete && !methods.is_empty() {
                                interfaces.push(Interface { def: target, methods });
                            }
                        }
                        _ => types.push(target),
                    }
                }
            }
        }
        // Interfaces by the rarest of their methods' names, so that few are compared with each type.
        let mut frequency: FxHashMap<Name, u32> = FxHashMap::default();
        for package in self.packages.ids() {
            let package = self.packages.package(package);
            let mut names: Vec<&(Name, Name)> = package.methods.keys().collect();
            names.stable_sort_by_key(|(ty, method)| (ty.as_str(), method.as_str()));
            for (_, method) in names {
                *frequency.entry(*method).or_default() += 1;
            }
        }
        let mut by_method: FxHashMap<Name, Vec<usize>> = FxHashMap::default();
        for (index, interface) in interfaces.iter().enumerate() {
            let rarest = interface
                .methods
                .iter()
                .map(|&method| self.def(method).name)
                .min_by_key(|name| (frequency.get(name).copied().unwrap_or(0), name.as_str()));
            if let Some(name) = rarest {
                by_method.entry(name).or_default().push(index);
            }
        }
        let mut result = Implementations::default();
        for ty in types {
            let mut candidates: Vec<usize> =
                self.method_names(ty).iter().filter_map(|name| by_method.get(name)).flatten().copied().collect();
            candidates.stable_sort();
            candidates.dedup();
            for candidate in candidates {
                self.compare(ty, &interfaces[candidate], &mut result);
            }
        }
        result
    }

    /// Adds links if the type has all methods of the interface.
    fn compare(&self, ty: DefRef, interface: &Interface, result: &mut Implementations) {
        let mut pairs = Vec::new();
        for &wanted in &interface.methods {
            let name = self.def(wanted).name;
            match self.member(&Type::Named(ty, no_args()), name, ty.file) {
                Member::Method { def, bound, .. } if self.same_signature(def, wanted) => {
                    pairs.push((def, wanted, bound));
                }
                _ => return,
            }
        }
        let mut add = |file: FileId, link| result.links.entry(file).or_default().push(link);
        add(ty.file, RelationLink { kind: RelationKind::Implements, from: ty.def, to: interface.def });
        for (method, wanted, bound) in pairs {
            if !bound && !self.is_library(method.file) {
                add(method.file, RelationLink { kind: RelationKind::Overrides, from: method.def, to: wanted });
            }
        }
    }

    /// Whether two methods take and give the same, as far as that is known.
    fn same_signature(&self, one: DefRef, other: DefRef) -> bool {
        let (Type::Func(a), Type::Func(b)) = (self.signature(one, Fuel::FULL), self.signature(other, Fuel::FULL))
        else {
            return false;
        };
        let variadic = |def| self.def(def).flags.contains(DefFlags::VARIADIC);
        if a.params.len() != b.params.len() || variadic(one) != variadic(other) {
            return false;
        }
        // What has no name is another definition wherever it is written: `interface{}`, `struct{}`.
        let vague = |ty: &Type| {
            ty.any(&|part| matches!(part, Type::Unknown | Type::Param(..) | Type::Library(..) | Type::Anonymous(..)))
        };
        let same = |a: &Type, b: &Type| a == b || vague(a) || vague(b);
        a.params.iter().zip(b.params.iter()).all(|(a, b)| same(a, b)) && same(&a.result, &b.result)
    }

    /// Names of the methods that a type has, promoted ones too.
    fn method_names(&self, ty: DefRef) -> Vec<Name> {
        let mut names = Vec::new();
        let mut pending = vec![Type::Named(ty, no_args())];
        let mut seen: Vec<DefRef> = Vec::new();
        while let Some(ty) = pending.pop() {
            if let Type::Named(def, _) = ty.pointee() {
                if seen.contains(def) || seen.len() > 100 {
                    continue;
                }
                seen.push(*def);
                names.extend(self.methods_of(*def));
            }
            match self.shape(ty.pointee()) {
                Shape::Struct(def, args) => pending.extend(self.embedded(def, &args)),
                Shape::Interface(def, _) => {
                    names.extend(self.interface_methods(def).0.into_iter().map(|method| self.def(method).name));
                }
                Shape::Other(_) => {}
            }
        }
        names.stable_sort_by_key(|name| name.as_str());
        names.dedup();
        names
    }

    fn methods_of(&self, ty: DefRef) -> Vec<Name> {
        let Some(package) = self.context(ty.file).package else { return Vec::new() };
        let name = self.def(ty).name;
        let package = self.packages.package(package);
        package.method_names.get(&name).cloned().unwrap_or_default()
    }
}
