//! Rust: module trees and `use`, type inference in function bodies, method and trait resolution.
//!
//! `modules` resolves paths, `world` lowers signatures and finds impls, `table` unifies and searches
//! impls, `methods` picks functions, `infer` goes through bodies. The standard library is known by its
//! signatures in `library/`, read by the same extractor as everything else.

mod infer;
mod methods;
mod modules;
mod table;
mod ty;
mod world;

use crate::links::{CallLink, Outcome, Reference, RelationKind, RelationLink};
use crate::project::DefRef;
use crate::{FileId, FileLinks, Project, Resolver};
use infer::Infer;
use modules::{Res, Space};
use parseltongue_syntax::facts::*;
use rustc_hash::FxHashSet;
use world::World;

pub(super) struct RustResolver<'p> {
    world: World<'p>,
}

impl<'p> RustResolver<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        Self { world: World::new(project) }
    }

    fn references(&self, file: FileId) -> Vec<Reference> {
        let facts = self.world.facts(file);
        let mut infer = Infer::new(&self.world, file);
        facts
            .mentions
            .iter()
            .filter_map(|mention| {
                let (target, evidence) = infer.mentioned(mention)?;
                Some(Reference { owner: mention.owner, pos: mention.pos, target, evidence })
            })
            .collect()
    }

    fn relations(&self, file: FileId) -> Vec<RelationLink> {
        let world = &self.world;
        let facts = world.facts(file);
        let mut links: Vec<RelationLink> = Vec::new();
        let mut seen = FxHashSet::default();
        let mut add = |kind, from, to: DefRef| {
            if !world.files.is_library(to) && seen.insert((kind, from, to)) {
                links.push(RelationLink { kind, from, to });
            }
        };
        for (id, def) in facts.defs() {
            match def.kind {
                DefKind::Impl => {
                    let of = facts.list(def.supers).first().and_then(|of| world.trait_of(file, of.ty, id));
                    let Some(of) = of else { continue };
                    let from = match world.self_type(file, id, 0) {
                        ty::Ty::Adt(this, _) if this.file == file => this.def,
                        _ => id,
                    };
                    add(RelationKind::Implements, from, of);
                    for &member in world.files.members(DefRef { file, def: id }) {
                        let member_def = facts.def(member);
                        if member_def.kind == DefKind::Method
                            && let Some(over) = world.files.members_named(of, member_def.name).next()
                        {
                            add(RelationKind::Overrides, member, over);
                        }
                    }
                }
                DefKind::Trait => {
                    for parent in facts.list(def.supers) {
                        if let Some(parent) = world.trait_of(file, parent.ty, id) {
                            add(RelationKind::Extends, id, parent);
                        }
                    }
                }
                _ => {}
            }
            let mut types: Vec<TypeId> = def.ty.into_iter().collect();
            types.extend(facts.list(def.params).iter().filter_map(|param| param.ty));
            if def.kind != DefKind::Impl {
                for ty in types {
                    let ty = world.lower(file, ty, id, &mut world::no_holes, 0);
                    let mut named = Vec::new();
                    collect_types(&ty, &mut named);
                    for to in named {
                        add(RelationKind::UsesType, id, to);
                    }
                }
            }
        }
        links
    }

    /// Imports as relations between files, and those that lead nowhere.
    fn imports(&self, file: FileId, links: &mut FileLinks) {
        let world = &self.world;
        let facts = world.facts(file);
        let mut seen = FxHashSet::default();
        for (index, import) in facts.imports.iter().enumerate() {
            let module = world.module_at(file, import.scope);
            let path: Vec<_> = facts.list(import.module).to_vec();
            let target = if import.kind == ImportKind::ModDeclaration {
                import.local.and_then(|name| world.modules.lookup(&world.files, module, name, Space::Type))
            } else if import.member == ImportMember::Glob {
                world.modules.resolve_path(&world.files, module, &path, Space::Type)
            } else {
                let id = ImportId::from_index(index);
                [Space::Type, Space::Value]
                    .into_iter()
                    .find_map(|space| world.modules.local_import(&world.files, file, id, space))
            };
            let to = match target {
                Some(Res::Module(module)) => world.modules.modules[module as usize].file,
                Some(Res::Def(def)) => def.file,
                Some(Res::External(_)) => continue,
                None => {
                    let mut text: Vec<&str> = path.iter().map(|name| name.as_str()).collect();
                    if let ImportMember::Named(name) = import.member {
                        text.push(name.as_str());
                    }
                    links.unresolved_imports.push(text.join("::").into());
                    continue;
                }
            };
            if to == file || to == world.files.library_file {
                continue;
            }
            if seen.insert(to) {
                let to = DefRef { file: to, def: DefId::FILE };
                links.relations.push(RelationLink { kind: RelationKind::Imports, from: DefId::FILE, to });
            }
        }
    }
}

fn collect_types(ty: &ty::Ty, out: &mut Vec<DefRef>) {
    match ty {
        ty::Ty::Adt(def, args) => {
            out.push(*def);
            args.iter().for_each(|arg| collect_types(arg, out));
        }
        ty::Ty::External(_, args) | ty::Ty::Tuple(args) => args.iter().for_each(|arg| collect_types(arg, out)),
        ty::Ty::Ref(inner, _) | ty::Ty::Pointer(inner) | ty::Ty::Slice(inner) => collect_types(inner, out),
        ty::Ty::FnPtr(params, ret) => {
            params.iter().for_each(|param| collect_types(param, out));
            collect_types(ret, out);
        }
        ty::Ty::Opaque(bounds, _) | ty::Ty::Dyn(bounds) => {
            for bound in bounds.iter() {
                out.push(bound.of);
                bound.args.iter().for_each(|arg| collect_types(arg, out));
                bound.assoc.iter().for_each(|(_, ty)| collect_types(ty, out));
            }
        }
        _ => {}
    }
}

impl Resolver for RustResolver<'_> {
    fn resolve_file(&self, file: FileId) -> FileLinks {
        let outcomes: Vec<Outcome> = Infer::new(&self.world, file).run();
        let mut links = FileLinks {
            calls: outcomes
                .into_iter()
                .enumerate()
                .map(|(index, outcome)| CallLink { call: CallId::from_index(index), outcome })
                .collect(),
            references: self.references(file),
            relations: self.relations(file),
            unresolved_imports: Vec::new(),
        };
        self.imports(file, &mut links);
        links
    }
}
