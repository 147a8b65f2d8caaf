//! What a file's definitions have to do with others besides calls.

use super::infer::Inference;
use super::lookup::{Found, Shared, Want};
use super::ty::T;
use crate::links::{Evidence, FileLinks, Reference, RelationKind, RelationLink};
use crate::{DefRef, FileId};
use parseltongue_syntax::facts::*;
use rustc_hash::FxHashSet;

pub(super) fn add(shared: &Shared<'_>, inference: &mut Inference<'_, '_>, file: FileId, links: &mut FileLinks) {
    let facts = shared.facts(file);
    references(shared, inference, file, links);
    let mut seen: FxHashSet<(RelationKind, DefId, DefRef)> = FxHashSet::default();
    let mut push = |kind: RelationKind, from: DefId, to: DefRef, links: &mut FileLinks| {
        if (DefRef { file, def: from }) != to && seen.insert((kind, from, to)) {
            links.relations.push(RelationLink { kind, from, to });
        }
    };
    for to in shared.index.files[&file].includes.iter().map(|include| include.file) {
        push(RelationKind::Imports, DefId::FILE, DefRef { file: to, def: DefId::FILE }, links);
    }
    for (id, def) in facts.defs().skip(1) {
        let this = DefRef { file, def: id };
        if def.kind.is_type() && def.kind != DefKind::TypeAlias {
            for base in shared.bases(this).iter() {
                if let T::Def(base, _) = base.bare() {
                    push(RelationKind::Extends, id, *base, links);
                }
            }
        }
        if matches!(def.kind, DefKind::Method) && def.flags.contains(DefFlags::INSTANCE) {
            let class = match shared.class_of.get(&this) {
                Some(&class) => Some(class),
                None if facts.def(def.parent).kind.is_type() => Some(DefRef { file, def: def.parent }),
                None => None,
            };
            if let Some(class) = class {
                let own = shared.signature(this);
                for base in shared.bases(class).iter() {
                    for hit in shared.in_class(file, base, def.name, 0) {
                        let other = shared.project.def(hit.def);
                        let signature = shared.signature(hit.def);
                        if other.kind == DefKind::Method
                            && other.flags.contains(DefFlags::VIRTUAL)
                            && signature.params.len() == own.params.len()
                            && signature.is_const == own.is_const
                        {
                            push(RelationKind::Overrides, id, hit.def, links);
                        }
                    }
                }
            }
        }
        let types = def.ty.into_iter().chain(facts.list(def.params).iter().filter_map(|param| param.ty));
        if def.kind.is_callable() && def.kind != DefKind::Closure
            || matches!(def.kind, DefKind::Field | DefKind::TypeAlias | DefKind::Variable)
        {
            for ty in types {
                uses(&shared.resolve_type(file, ty), &mut |to| push(RelationKind::UsesType, id, to, links), 0);
            }
        }
    }
    for missing in &shared.index.files[&file].missing {
        links.unresolved_imports.push(missing.as_str().into());
    }
}

fn uses(ty: &T, found: &mut dyn FnMut(DefRef), depth: u8) {
    if depth > 8 {
        return;
    }
    match ty {
        T::Def(def, args) => {
            found(*def);
            args.iter().for_each(|arg| uses(arg, found, depth + 1));
        }
        T::Ext(_, args) => args.iter().for_each(|arg| uses(arg, found, depth + 1)),
        T::Ptr(inner) | T::Ref(inner) | T::Const(inner) | T::Array(inner) | T::Fn(inner) => {
            uses(inner, found, depth + 1);
        }
        _ => {}
    }
}

/// Functions and types that are named without being called.
fn references(shared: &Shared<'_>, inference: &mut Inference<'_, '_>, file: FileId, links: &mut FileLinks) {
    let facts = shared.facts(file);
    for mention in &facts.mentions {
        let named = match *facts.expr(mention.expr) {
            Expr::StructLiteral { ty } => type_named(shared, file, ty),
            _ => function_named(shared, inference, file, mention.expr),
        };
        if let Some((target, evidence)) = named {
            links.references.push(Reference { owner: mention.owner, pos: mention.pos, target, evidence });
        }
    }
    for call in &facts.calls {
        let Expr::Call { callee, .. } = *facts.expr(call.expr) else { continue };
        let Expr::Name { name, at, .. } = *facts.expr(callee) else { continue };
        // What a macro's text calls is named by the macro, and the macro by who uses it.
        let named = match inference.macro_called(name) {
            Some(target) => Some((target, Evidence::of_path(1, target.file == file))),
            // A macro that stands for a function's name: the call is the macro's, the function is named all the same.
            None if inference.renamed(name, at).is_some() => function_named(shared, inference, file, callee),
            None => None,
        };
        if let Some((target, evidence)) = named {
            links.references.push(Reference { owner: call.owner, pos: call.pos, target, evidence });
        }
    }
}

/// The type of the project that a written path names: an alias itself, not what it stands for.
fn type_named(shared: &Shared<'_>, file: FileId, ty: TypeId) -> Option<(DefRef, Evidence)> {
    let facts = shared.facts(file);
    let TypeExpr::Path { segments, scope, at } = *facts.type_expr(ty) else { return None };
    let segments = facts.list(segments);
    let picked = match segments {
        [only] => match shared.lookup(file, scope, only.name, at, Want::Type) {
            Found::Hits(hits) => shared.pick_type(file, &hits),
            _ => None,
        },
        _ => None,
    };
    let alias = picked.filter(|&def| shared.project.def(def).kind == DefKind::TypeAlias);
    let def = match alias {
        Some(alias) => alias,
        None => match shared.resolve_type(file, ty) {
            T::Def(def, _) => def,
            _ => return None,
        },
    };
    let evidence = Evidence::of_path(segments.len(), def.file == file);
    shared.project.def(def).kind.is_type().then_some((def, evidence))
}

fn function_named(
    shared: &Shared<'_>,
    inference: &mut Inference<'_, '_>,
    file: FileId,
    expr: ExprId,
) -> Option<(DefRef, Evidence)> {
    let facts = shared.facts(file);
    let mut expr = expr;
    for _ in 0..16 {
        match *facts.expr(expr) {
            Expr::Cast { value, .. } => expr = value,
            Expr::Unary { op: UnaryOp::Ref, operand } => expr = operand,
            _ => break,
        }
    }
    match *facts.expr(expr) {
        Expr::Name { name, scope, at } => {
            let name = inference.renamed(name, at).unwrap_or(name);
            let Found::Hits(hits) = shared.lookup(file, scope, name, at, Want::Value) else { return None };
            inference.only_function(&hits).map(|target| (target, Evidence::of_path(1, target.file == file)))
        }
        Expr::Path { segments, scope, at } => {
            let hits = inference.hits_of_path(segments, scope, at)?;
            inference.only_function(&hits).map(|target| (target, Evidence::Qualified))
        }
        _ => None,
    }
}
