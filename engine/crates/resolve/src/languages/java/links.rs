//! The links of a file: calls, references, relations, imports.

use super::file::FileCx;
use super::methods::Target;
use super::types::{ClassId, JTy};
use super::world::{TypeName, World};
use crate::links::{CallLink, Evidence, FileLinks, Reference, RelationKind, RelationLink};
use crate::memo::Fuel;
use crate::project::{DefRef, FileId};
use parseltongue_sort::StableSort;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{
    CallId, DefFlags, DefId, DefKind, Expr, Import, ImportKind, ImportMember, List, ScopeId, Segment, Visibility,
};

pub(super) fn links_of(world: &World<'_>, file: FileId) -> FileLinks {
    let facts = world.facts(file);
    let cx = FileCx::new(world, file);
    // Calls around closures first: they tell what the closures take.
    for (id, def) in facts.defs() {
        if def.kind == DefKind::Closure {
            cx.ensure_closure(id);
        }
    }
    let calls = facts
        .calls
        .iter()
        .enumerate()
        .map(|(index, call)| CallLink {
            call: CallId::from_index(index),
            outcome: cx.selection(call.expr).outcome.clone(),
        })
        .collect();
    FileLinks {
        calls,
        references: references(&cx),
        relations: relations(world, file),
        unresolved_imports: unresolved_imports(world, file),
    }
}

fn references(cx: &FileCx<'_, '_>) -> Vec<Reference> {
    let mut references = Vec::new();
    for mention in &cx.facts.mentions {
        let found = match *cx.facts.expr(mention.expr) {
            Expr::Path { segments, scope, .. } => type_reference(cx, segments, scope),
            Expr::Member { .. } | Expr::TypeMember { .. } => {
                let params = cx.reference_params(mention.expr);
                match cx.reference_target(mention.expr, params.as_deref()).0 {
                    Some(Target::Project(def) | Target::Implicit(def)) => Some((def, Evidence::TypedReceiver)),
                    _ => None,
                }
            }
            _ => None,
        };
        if let Some((target, evidence)) = found {
            references.push(Reference { owner: mention.owner, pos: mention.pos, target, evidence });
        }
    }
    references
}

fn type_reference(cx: &FileCx<'_, '_>, segments: List<Segment>, scope: ScopeId) -> Option<(DefRef, Evidence)> {
    let segments = cx.facts.list(segments);
    let (first, rest) = segments.split_first()?;
    let named = cx.world.type_name(cx.file, scope, first.name, Fuel::FULL);
    let class = match named {
        Some(TypeName::Class(class)) => {
            let mut class = class;
            for segment in rest {
                class = cx.world.nested_type(class, segment.name, Fuel::FULL)?;
            }
            class
        }
        Some(TypeName::Var(..)) => return None,
        None => {
            let names: Vec<Name> = segments.iter().map(|segment| segment.name).collect();
            cx.world.qualified_class(cx.file, &names)?
        }
    };
    let ClassId::Project(def) = class else { return None };
    let evidence = if def.file == cx.file {
        Evidence::Local
    } else if cx.world.imports(cx.file).types.contains_key(&first.name) {
        Evidence::Import
    } else if rest.is_empty() {
        Evidence::Package
    } else {
        Evidence::Qualified
    };
    Some((def, evidence))
}

fn relations(world: &World<'_>, file: FileId) -> Vec<RelationLink> {
    let facts = world.facts(file);
    let mut links: Vec<RelationLink> = Vec::new();
    for (id, def) in facts.defs().skip(1) {
        let this = DefRef { file, def: id };
        if def.kind.is_type() {
            for base in world.supers(this, Fuel::FULL).iter() {
                if let JTy::Class(class @ ClassId::Project(to), _) = base {
                    let implements = world.is_interface(*class) && def.kind != DefKind::Interface;
                    let kind = if implements { RelationKind::Implements } else { RelationKind::Extends };
                    links.push(RelationLink { kind, from: id, to: *to });
                }
            }
        }
        if def.kind == DefKind::Method
            && def.flags.contains(DefFlags::INSTANCE)
            && let Some(to) = overridden(world, this)
        {
            links.push(RelationLink { kind: RelationKind::Overrides, from: id, to });
        }
        used_types(world, this, &mut links);
    }
    for target in imported_files(world, file) {
        let to = DefRef { file: target, def: DefId::FILE };
        links.push(RelationLink { kind: RelationKind::Imports, from: DefId::FILE, to });
    }
    links
}

/// The nearest method of a supertype that a method takes the place of.
fn overridden(world: &World<'_>, method: DefRef) -> Option<DefRef> {
    let def = world.project.def(method);
    let class = DefRef { file: method.file, def: def.parent };
    if !world.project.def(class).kind.is_type() && world.project.def(class).kind != DefKind::Variant {
        return None;
    }
    let own = world.signature(method);
    let JTy::Class(id, args) = world.this_type(class) else { return None };
    for (super_id, super_args) in world.supertypes(id, &args).into_iter().skip(1) {
        let ClassId::Project(base) = super_id else { continue };
        for member in world.own_members(base, def.name) {
            let other = world.project.def(member);
            let instance = other.kind == DefKind::Method
                && other.flags.contains(DefFlags::INSTANCE)
                && other.visibility != Visibility::Private;
            if !instance || other.params.len() != def.params.len() {
                continue;
            }
            let theirs = world.signature(member);
            let same = own.params.iter().zip(theirs.params.iter()).all(|(a, b)| {
                let b = b.substitute(&|var| super::world::class_argument(super_id, &super_args, var));
                world.same_erasure(a, &b)
            });
            if same {
                return Some(member);
            }
        }
    }
    None
}

/// The types that a signature or field names.
fn used_types(world: &World<'_>, def: DefRef, links: &mut Vec<RelationLink>) {
    let this = world.project.def(def);
    let mut used: Vec<DefRef> = Vec::new();
    match this.kind {
        DefKind::Method | DefKind::Constructor => {
            let signature = world.signature(def);
            for ty in signature.params.iter().chain([&signature.ret]) {
                collect_classes(ty, &mut used);
            }
        }
        DefKind::Field | DefKind::Constant => collect_classes(&world.field_type(def), &mut used),
        _ => return,
    }
    for to in used {
        links.push(RelationLink { kind: RelationKind::UsesType, from: def.def, to });
    }
}

fn collect_classes(ty: &JTy, out: &mut Vec<DefRef>) {
    match ty {
        JTy::Class(class, args) => {
            if let ClassId::Project(def) = class
                && !out.contains(def)
            {
                out.push(*def);
            }
            args.iter().for_each(|arg| collect_classes(arg, out));
        }
        JTy::And(parts) => parts.iter().for_each(|part| collect_classes(part, out)),
        JTy::Array(inner) | JTy::Wild(_, inner) => collect_classes(inner, out),
        JTy::Unknown | JTy::Void | JTy::Null | JTy::Prim(_) | JTy::Var(..) | JTy::JdkVar { .. } => {}
    }
}

/// The class that an import names, or that the member is in which it names.
fn imported_class(world: &World<'_>, file: FileId, import: &Import) -> Option<ClassId> {
    let facts = world.facts(file);
    let mut names = facts.list(import.module).to_vec();
    if let (ImportMember::Named(name), true) = (import.member, import.kind != ImportKind::Static) {
        names.push(name);
    }
    world.qualified_class(file, &names)
}

fn imported_files(world: &World<'_>, file: FileId) -> Vec<FileId> {
    let facts = world.facts(file);
    let mut files: Vec<FileId> = Vec::new();
    for import in &facts.imports {
        if let Some(ClassId::Project(def)) = imported_class(world, file, import)
            && def.file != file
        {
            files.push(def.file);
        }
    }
    files.stable_sort();
    files.dedup();
    files
}

/// Imports from packages of the project that lead to nothing. Others are libraries'.
fn unresolved_imports(world: &World<'_>, file: FileId) -> Vec<Box<str>> {
    let facts = world.facts(file);
    let mut unresolved = Vec::new();
    for import in &facts.imports {
        let module = facts.list(import.module);
        let text = module.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(".");
        if let ImportMember::Named(name) = import.member {
            let own = world.has_package(Name::new(&text));
            if own && import.kind != ImportKind::Static && imported_class(world, file, import).is_none() {
                unresolved.push(format!("{text}.{name}").into_boxed_str());
            }
        }
    }
    unresolved
}
