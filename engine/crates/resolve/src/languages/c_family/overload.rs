//! Which of several functions of one name a call means, and where it is defined.

use super::index::{has_overloads, is_for_another, shared as shared_folders};
use super::library;
use super::lookup::{Hit, Shared, Signature};
use super::ty::{Num, T};
use crate::{DefRef, FileId};
use parseltongue_sort::StableSort;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use std::sync::Arc;

/// An argument of a call.
pub(super) struct Argument {
    pub(super) ty: T,
    /// An integer literal, which may be a null pointer.
    pub(super) literal_zero: bool,
    /// Whether it names an object that goes on to live, if that is known.
    pub(super) lvalue: Option<bool>,
}

/// Values of template parameters, by definition and index.
pub(super) type Bound = Vec<((DefRef, u16), T)>;

pub(super) struct Chosen {
    /// The declaration that was chosen, as callers see it.
    pub(super) declared: Hit,
    /// The definition with a body, or the declaration if there is none; `None` if several would do.
    pub(super) target: Option<DefRef>,
    /// Whether there was a choice.
    pub(super) overloaded: bool,
    pub(super) bound: Bound,
}

/// Declarations and definitions of one function.
struct Group {
    members: Vec<Hit>,
    signature: Arc<Signature>,
    min: usize,
    max: usize,
    template: bool,
}

/// Chooses among candidates. Without `args` (C) there are no overloads. `explicit` is how many template arguments are
/// written; `types` says whether the types of arguments count.
pub(super) fn choose(
    shared: &Shared<'_>,
    file: FileId,
    hits: &[Hit],
    args: Option<&[Argument]>,
    explicit: usize,
    receiver_const: Option<bool>,
    types: bool,
) -> Option<Chosen> {
    let mut groups = groups(shared, hits, args.is_some());
    // `template <> void swap<Own>(Own &, Own &)` in `std` is for its own types alone; the library has the rest.
    groups.retain(|group| {
        let takes = |params: &[T]| {
            args.is_some_and(|args| {
                params.len() == args.len()
                    && args
                        .iter()
                        .zip(params)
                        .all(|(arg, param)| arg.ty.is_known() && same(arg.ty.bare(), param.bare()))
            })
        };
        let first = &group.members[0];
        group.template || first.class.is_some() || !shared.adds_to_std(first.def) || takes(&group.signature.params)
    });
    let Some(args) = args else {
        let group = groups.first()?;
        return Some(chosen(shared, file, group, Vec::new(), false));
    };
    let count = args.len();
    if !types {
        // Where a type depends on a template parameter, nothing is chosen among several.
        return match &groups[..] {
            [only] if !only.template => Some(chosen(shared, file, only, Vec::new(), false)),
            _ => None,
        };
    }
    let fits = |group: &&Group| group.min <= count && count <= group.max && takes_explicit(shared, group, explicit);
    let mut viable: Vec<&Group> = groups.iter().filter(fits).collect();
    if explicit > 0 && viable.iter().any(|group| group.template) {
        viable.retain(|group| group.template);
    }
    if viable.is_empty() {
        // A pack may have been expanded, or a macro stands for arguments.
        return match &groups[..] {
            [only] => Some(chosen(shared, file, only, Vec::new(), false)),
            _ => None,
        };
    }
    let overloaded = groups.len() > 1;
    if let [only] = viable[..] {
        let bound = rank_all(shared, only, args).map(|(_, bound)| bound).unwrap_or_default();
        return Some(chosen(shared, file, only, bound, overloaded));
    }
    let mut ranked: Vec<(u32, Bound, &Group)> = Vec::new();
    for group in viable.drain(..) {
        let Some((mut cost, bound)) = rank_all(shared, group, args) else { continue };
        match receiver_const {
            Some(true) if !group.signature.is_const && !is_static(shared, group) => continue,
            Some(false) if group.signature.is_const => cost += 1,
            _ => {}
        }
        // Exact beats template beats variadic.
        cost = cost * 4 + u32::from(group.template) + if group.max == usize::MAX { 2 } else { 0 };
        ranked.push((cost, bound, group));
    }
    ranked.stable_sort_by_key(|(cost, ..)| *cost);
    let tied = ranked.len() > 1 && ranked[0].0 == ranked[1].0;
    let (_, bound, group) = ranked.into_iter().next().filter(|_| !tied)?;
    Some(chosen(shared, file, group, bound, overloaded))
}

/// Whether a template can be given so many arguments in angle brackets, and needs no more: of those left out, only
/// types are told by what it is called with, if its parameters name them.
fn takes_explicit(shared: &Shared<'_>, group: &Group, explicit: usize) -> bool {
    let def = group.members[0].def;
    let params = shared.facts(def.file).list(shared.project.def(def).type_params);
    if explicit == 0 {
        let told = |index: usize| group.signature.params.iter().any(|param| param.may_tell(def, index as u16));
        let has_to_be = |param: &TypeParam| param.default.is_none() && !param.name.as_str().is_empty();
        return !group.template || params.iter().enumerate().all(|(index, param)| !has_to_be(param) || told(index));
    }
    let is_pack = |param: &TypeParam| {
        param.default.is_some_and(|ty| matches!(shared.facts(def.file).type_expr(ty), TypeExpr::Unknown))
    };
    let takes = params.is_empty() || explicit <= params.len() || params.iter().any(is_pack);
    let is_told = |param: &TypeParam| !param.name.as_str().is_empty() || param.default.is_some();
    takes && params.iter().skip(explicit).all(is_told)
}

fn is_static(shared: &Shared<'_>, group: &Group) -> bool {
    group.members.iter().any(|hit| shared.project.def(hit.def).flags.contains(DefFlags::STATIC))
}

fn groups(shared: &Shared<'_>, hits: &[Hit], overloads: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for hit in hits {
        let signature = shared.signature(hit.def);
        let def = shared.project.def(hit.def);
        let facts = shared.facts(hit.def.file);
        let joins = |group: &Group, exactly: bool| {
            !overloads
                || group.signature.is_const == signature.is_const
                    && same_parameters(&group.signature, &signature)
                    && same_template(shared, group.members[0].def, hit.def, exactly)
                    && group.members[0].class.as_ref().map(|(class, _)| *class)
                        == hit.class.as_ref().map(|(class, _)| *class)
        };
        let place = [true, false].iter().find_map(|&exactly| groups.iter().position(|group| joins(group, exactly)));
        match place {
            Some(place) => {
                let group = &mut groups[place];
                group.min = group.min.min(signature.min);
                group.max = group.max.max(signature.max);
                // The declaration in the class speaks of the class's own parameters.
                let inside = facts.def(def.parent).kind.is_type();
                if inside {
                    group.template = !def.type_params.is_empty();
                    group.members.insert(0, hit.clone());
                    group.signature = signature;
                } else {
                    group.members.push(hit.clone());
                }
            }
            None => groups.push(Group {
                min: signature.min,
                max: signature.max,
                // The parameters of a method written outside may be the class's.
                template: !def.type_params.is_empty() && !shared.class_of.contains_key(&hit.def),
                members: vec![hit.clone()],
                signature,
            }),
        }
    }
    // A definition whose types could not be matched with its declaration: the only one left over of its arity.
    merge_leftovers(shared, &mut groups);
    groups
}

/// Pairs declarations without definition and definitions without declaration of the same arity.
fn merge_leftovers(shared: &Shared<'_>, groups: &mut Vec<Group>) {
    if groups.len() < 2 {
        return;
    }
    let has_body = |group: &Group| {
        group.members.iter().any(|hit| !shared.project.def(hit.def).flags.contains(DefFlags::DECLARATION))
    };
    let mut at = 0;
    while at < groups.len() {
        let outside = groups[at].members.iter().all(|hit| shared.class_of.contains_key(&hit.def));
        if !outside {
            at += 1;
            continue;
        }
        let arity = groups[at].signature.params.len();
        let is_const = groups[at].signature.is_const;
        let partners: Vec<usize> = (0..groups.len())
            .filter(|&other| {
                other != at
                    && groups[other].signature.params.len() == arity
                    && groups[other].signature.is_const == is_const
                    && !has_body(&groups[other])
            })
            .collect();
        if let [partner] = partners[..] {
            let group = groups.remove(at);
            let partner = if partner > at { partner - 1 } else { partner };
            groups[partner].members.extend(group.members);
            continue;
        }
        at += 1;
    }
}

/// Whether two declarations may be of one template: a specialisation has no parameters of its own.
fn same_template(shared: &Shared<'_>, a: DefRef, b: DefRef, exactly: bool) -> bool {
    // Parameters with defaults may be constraints, which do not tell templates apart here.
    let required = |def: DefRef| {
        let params = shared.facts(def.file).list(shared.project.def(def).type_params);
        params.iter().filter(|param| param.default.is_none()).count()
    };
    let in_class = |def: DefRef| shared.facts(def.file).def(shared.project.def(def).parent).kind.is_type();
    // What is written outside of a class has the class's parameters, too.
    let own = |def: DefRef| required(def).saturating_sub(shared.class_of.get(&def).map_or(0, |&class| required(class)));
    let (left, right) = (own(a), own(b));
    let outside = |def: DefRef| shared.class_of.contains_key(&def);
    left == right
        || !exactly && (outside(a) || outside(b) || (left == 0 || right == 0) && !(in_class(a) && in_class(b)))
}

fn same_parameters(a: &Signature, b: &Signature) -> bool {
    a.params.len() == b.params.len() && a.params.iter().zip(&b.params).all(|(a, b)| same(top(a), top(b)))
}

/// Without outermost `const`, which is no part of a signature.
fn top(ty: &T) -> &T {
    match ty {
        T::Const(inner) => inner,
        other => other,
    }
}

fn same(a: &T, b: &T) -> bool {
    match (a, b) {
        (T::Unknown, _) | (_, T::Unknown) | (T::Param(..) | T::Dependent, T::Param(..) | T::Dependent) => true,
        (T::Def(a, left), T::Def(b, right)) => {
            a == b && left.len() == right.len() && left.iter().zip(right.iter()).all(|(a, b)| same(a, b))
        }
        (T::Ext(a, left), T::Ext(b, right)) => {
            a == b && left.len() == right.len() && left.iter().zip(right.iter()).all(|(a, b)| same(a, b))
        }
        (T::Ptr(a) | T::Array(a), T::Ptr(b) | T::Array(b))
        | (T::Ref(a), T::Ref(b))
        | (T::Const(a), T::Const(b))
        | (T::Fn(a), T::Fn(b)) => same(a, b),
        (a, b) => a == b,
    }
}

fn chosen(shared: &Shared<'_>, file: FileId, group: &Group, bound: Bound, overloaded: bool) -> Chosen {
    let target = definition(shared, file, &group.members);
    Chosen { declared: group.members[0].clone(), target, overloaded, bound }
}

/// Keeps those that fit, if there are any.
fn prefer(defs: &mut Vec<DefRef>, fits: impl Fn(&DefRef) -> bool) {
    if defs.len() > 1 && defs.iter().any(&fits) {
        defs.retain(&fits);
    }
}

/// The definition with a body that a file's call leads to.
fn definition(shared: &Shared<'_>, file: FileId, members: &[Hit]) -> Option<DefRef> {
    let project = shared.project;
    let mut bodies: Vec<DefRef> = members
        .iter()
        .map(|hit| hit.def)
        .filter(|def| !project.def(*def).flags.contains(DefFlags::DECLARATION))
        .collect();
    prefer(&mut bodies, |def| !project.def(*def).flags.contains(DefFlags::INACTIVE));
    // Of variants those whose conditions may hold, and not those for other machines.
    prefer(&mut bodies, |def| !shared.is_unlikely(*def));
    prefer(&mut bodies, |def| def.file == file || !is_for_another(project.file(def.file).path));
    // Templates that differ in their constraints alone.
    let constrained = |def: &&DefRef| def.file == file && !project.def(**def).type_params.is_empty();
    if bodies.iter().filter(constrained).count() > 1 && members.iter().all(|hit| hit.class.is_none()) {
        return None;
    }
    let first_in = |wanted: &dyn Fn(FileId) -> bool| bodies.iter().copied().find(|def| wanted(def.file));
    if let Some(own) = first_in(&|other| other == file) {
        return Some(own);
    }
    if let Some(seen) = first_in(&|other| shared.sees(file, other)) {
        return Some(seen);
    }
    let mut outside: Vec<DefRef> = bodies.iter().copied().filter(|def| !shared.is_internal(*def)).collect();
    if !shared.index.foreign.contains(&file) {
        // Not variants for other systems, and better those that say they are for this one.
        prefer(&mut outside, |def| !shared.index.foreign.contains(&def.file));
        prefer(&mut outside, |def| !is_for_another(project.file(def.file).path));
        prefer(&mut outside, |def| names_linux(project.file(def.file).path));
    }
    match outside[..] {
        [] => {
            // Only declared: pure virtual, or defined elsewhere.
            let declarations =
                members.iter().map(|hit| hit.def).filter(|def| project.def(*def).flags.contains(DefFlags::DECLARATION));
            let mut declarations: Vec<DefRef> = declarations.collect();
            declarations.stable_sort_by_key(|def| (!shared.sees(file, def.file), def.file != file, *def));
            declarations.first().copied()
        }
        [only] => Some(only),
        _ => {
            // Several programs in one repository: the nearest, if there is one.
            let own = project.file(file).path;
            let near = |def: &DefRef| shared_folders(own, project.file(def.file).path);
            let best = outside.iter().map(near).max()?;
            let mut nearest = outside.iter().filter(|def| near(def) == best);
            let first = nearest.next()?;
            if nearest.all(|other| other.file == first.file) {
                return Some(*first);
            }
            // The one whose file has the name of the header that declares it.
            let stems: Vec<&str> = members
                .iter()
                .filter(|hit| {
                    project.def(hit.def).flags.contains(DefFlags::DECLARATION) && shared.sees(file, hit.def.file)
                })
                .map(|hit| stem(project.file(hit.def.file).path))
                .collect();
            let mut named =
                outside.iter().filter(|def| near(def) == best && stems.contains(&stem(project.file(def.file).path)));
            match (named.next(), named.next()) {
                (Some(only), None) => Some(*only),
                _ => None,
            }
        }
    }
}

/// Whether a path names Linux or what only it has, as in `src/linux-core.c` and `epoll.c`.
fn names_linux(path: &str) -> bool {
    path.split(['/', '-', '_', '.']).any(|part| matches!(part, "linux" | "epoll" | "inotify"))
}

fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

fn rank_all(shared: &Shared<'_>, group: &Group, args: &[Argument]) -> Option<(u32, Bound)> {
    let mut total = 0;
    let mut bound: Bound = Vec::new();
    for (index, arg) in args.iter().enumerate() {
        let Some(param) = group.signature.params.get(index) else {
            total += 6;
            continue;
        };
        let param = shared.substitute(param, &group.members[0].class);
        total += rank(shared, arg, &param, &mut bound)?;
    }
    Some((total, bound))
}

const EXACT: u32 = 0;
const QUALIFIED: u32 = 1;
const PROMOTED: u32 = 2;
const CONVERTED: u32 = 4;
const USER: u32 = 12;
/// Of an argument whose type is not known.
const NEUTRAL: u32 = 3;

/// What it costs to give an argument to a parameter; `None` if that cannot be.
fn rank(shared: &Shared<'_>, arg: &Argument, param: &T, bound: &mut Bound) -> Option<u32> {
    let rvalue_ref = matches!(param, T::Ref(inner) if matches!(**inner, T::Ref(_)));
    let mutable_ref = matches!(param, T::Ref(inner) if !matches!(**inner, T::Const(_) | T::Ref(_)));
    let target = param.bare();
    match arg.lvalue {
        // `T&&` of a template parameter takes anything.
        Some(true)
            if rvalue_ref
                && !matches!(target, T::Param(..))
                && matches!(arg.ty.bare(), T::Def(..) | T::Ext(..) | T::Num(_))
                && same(arg.ty.bare(), target) =>
        {
            return None;
        }
        Some(false) if mutable_ref && !matches!(target, T::Unknown | T::Dependent) => return None,
        _ => {}
    }
    // A moved value goes to `T&&` rather than to `const T&`.
    if arg.lvalue == Some(false)
        && matches!(param, T::Ref(inner) if matches!(**inner, T::Const(_)))
        && same(arg.ty.bare(), target)
    {
        return Some(QUALIFIED);
    }
    let from = arg.ty.bare();
    match (from, target) {
        (_, T::Unknown | T::Dependent) | (T::Unknown | T::Dependent, _) => Some(NEUTRAL),
        (_, T::Param(def, index)) => {
            if !bound.iter().any(|(key, _)| *key == (*def, *index)) {
                bound.push(((*def, *index), from.clone()));
            }
            Some(QUALIFIED)
        }
        (T::Num(a), T::Num(b)) if a == b => Some(EXACT),
        (T::Num(a), T::Num(b)) => {
            if mutable_ref {
                return None;
            }
            let promoted = *a < Num::Int && *b == Num::Int || *a == Num::Float && *b == Num::Double;
            Some(if promoted { PROMOTED } else { CONVERTED })
        }
        (T::Null, T::Ptr(_) | T::Fn(_)) => Some(QUALIFIED),
        (T::Null, T::Null) => Some(EXACT),
        (T::Null, T::Num(Num::Bool)) => Some(CONVERTED),
        (T::Null, T::Ext(name, _)) => matches!(name.as_str(), "unique_ptr" | "shared_ptr" | "function").then_some(USER),
        (T::Num(_), T::Ptr(_) | T::Fn(_)) => arg.literal_zero.then_some(CONVERTED + 2),
        (T::Array(a) | T::Ptr(a), T::Array(b)) => rank_pointee(shared, a, b, bound),
        (T::Array(a) | T::Ptr(a), T::Ptr(b)) => rank_pointee(shared, a, b, bound),
        (T::Ptr(_) | T::Array(_), T::Num(Num::Bool)) => Some(CONVERTED + 2),
        (T::Ptr(_) | T::Array(_), T::Num(_)) => None,
        (T::Ptr(a) | T::Array(a), T::Ext(name, _)) => {
            let text = matches!(a.bare(), T::Num(Num::Char));
            if library::is_string(name.as_str()) {
                return text.then_some(USER);
            }
            if text && number_like(name.as_str()) {
                return None;
            }
            Some(USER + 2)
        }
        (T::Def(a, left), T::Def(b, right)) => {
            if a == b && differ(left, right) {
                return (!mutable_ref && converts_from(shared, *b, arg)).then_some(USER);
            }
            if a == b {
                unify_all(left, right, bound);
                return Some(qualification(&arg.ty, param));
            }
            if shared.derives(*a, *b, 0) {
                return Some(PROMOTED + qualification(&arg.ty, param));
            }
            if mutable_ref {
                return None;
            }
            (converts_from(shared, *b, arg) || has_conversion(shared, *a)).then_some(USER)
        }
        (T::Def(a, _), T::Num(_)) => {
            if shared.project.def(*a).kind == DefKind::Enum {
                return (!mutable_ref).then_some(PROMOTED);
            }
            has_conversion(shared, *a).then_some(USER)
        }
        (T::Num(_), T::Def(b, _)) => {
            if shared.project.def(*b).kind == DefKind::Enum {
                return None;
            }
            converts_from(shared, *b, arg).then_some(USER)
        }
        (T::Ptr(_) | T::Array(_) | T::Null | T::Ext(..) | T::Lambda(_) | T::Fn(_) | T::Functions, T::Def(b, _)) => {
            if shared.project.def(*b).kind == DefKind::Enum || mutable_ref {
                return None;
            }
            converts_from(shared, *b, arg).then_some(USER)
        }
        (T::Def(a, _), T::Ext(..)) => (shared.has_foreign_base(*a, 0) || has_conversion(shared, *a)).then_some(USER),
        (T::Def(..), T::Ptr(_)) => match from {
            // What it converts to is seldom const.
            T::Def(a, _) => has_conversion(shared, *a).then_some(USER + u32::from(is_const_pointee(target))),
            _ => None,
        },
        (T::Ext(a, left), T::Ext(b, right)) => {
            if a == b {
                if differ(left, right) {
                    return None;
                }
                unify_all(left, right, bound);
                return Some(qualification(&arg.ty, param));
            }
            if library::derives(a.as_str(), b.as_str()) {
                return Some(PROMOTED + qualification(&arg.ty, param));
            }
            if library::is_string(a.as_str()) && library::is_string(b.as_str()) {
                return (!mutable_ref).then_some(USER);
            }
            Some(USER + 2)
        }
        (T::Num(_), T::Ext(name, _)) => (!library::is_string(name.as_str())).then_some(USER + 2),
        (T::Ext(name, _), T::Num(_) | T::Ptr(_)) => (!library::is_string(name.as_str())
            && !library::element(name.as_str(), &[T::Void]).is_known())
        .then_some(USER),
        (T::Fn(_) | T::Functions, T::Fn(_)) => Some(EXACT),
        (T::Fn(_) | T::Functions | T::Lambda(_), T::Ptr(_)) => Some(QUALIFIED),
        (T::Lambda(_), T::Fn(_)) => Some(CONVERTED),
        (T::Lambda(_) | T::Fn(_) | T::Functions, T::Ext(name, _)) => {
            (name.as_str() == "function" || name.as_str().ends_with("FunctionRef")).then_some(USER)
        }
        (T::Lambda(_) | T::Fn(_) | T::Functions, T::Num(_)) => None,
        (T::Braces, T::Num(_) | T::Ptr(_)) => Some(USER + 2),
        (T::Braces, _) => Some(USER),
        (T::Void, _) => Some(NEUTRAL),
        (a, b) if a == b => Some(EXACT),
        _ => Some(USER + 4),
    }
}

/// Whether template arguments are surely not the same.
fn differ(left: &[T], right: &[T]) -> bool {
    let told = |ty: &T| ty.is_known() && !ty.is_dependent();
    left.iter().zip(right).any(|(left, right)| told(left) && told(right) && left != right)
}

fn is_const_pointee(ty: &T) -> bool {
    matches!(ty, T::Ptr(inner) if matches!(**inner, T::Const(_)))
}

fn number_like(name: &str) -> bool {
    matches!(name, "vector" | "map" | "set" | "pair" | "unique_ptr" | "shared_ptr" | "unordered_map" | "unordered_set")
}

/// A non-const reference to a const value cannot be; const to a reference of a mutable one costs a little.
fn qualification(arg: &T, param: &T) -> u32 {
    match param {
        T::Ref(inner) if matches!(**inner, T::Ref(_)) => EXACT,
        // A copy is as good as a reference to const.
        _ if !matches!(param, T::Ref(_)) => QUALIFIED,
        T::Ref(inner) => {
            let wants_const = matches!(**inner, T::Const(_));
            match (arg.is_const(), wants_const) {
                (false, true) => QUALIFIED,
                (true, false) => NEUTRAL + CONVERTED,
                _ => EXACT,
            }
        }
        _ => EXACT,
    }
}

fn rank_pointee(shared: &Shared<'_>, from: &T, to: &T, bound: &mut Bound) -> Option<u32> {
    let gains_const = match (from, to) {
        (T::Const(_), T::Const(_)) => EXACT,
        (_, T::Const(inner)) if matches!(**inner, T::Param(..)) => EXACT,
        (_, T::Const(_)) => QUALIFIED,
        (T::Const(_), T::Param(..) | T::Unknown | T::Dependent) => EXACT,
        (T::Const(_), _) => return None,
        _ => EXACT,
    };
    match (from.bare(), to.bare()) {
        (_, T::Unknown | T::Dependent) | (T::Unknown | T::Dependent, _) => Some(NEUTRAL),
        (from, T::Param(def, index)) => {
            bound.push(((*def, *index), from.clone()));
            Some(QUALIFIED)
        }
        (T::Void, T::Void) => Some(gains_const),
        (_, T::Void) => Some(CONVERTED + gains_const),
        (T::Def(a, left), T::Def(b, right)) => {
            if a == b {
                unify_all(left, right, bound);
                return Some(gains_const);
            }
            shared.derives(*a, *b, 0).then_some(PROMOTED + gains_const)
        }
        (T::Num(a), T::Num(b)) => (a == b).then_some(gains_const),
        (T::Ptr(a), T::Ptr(b)) => rank_pointee(shared, a, b, bound).map(|cost| cost + gains_const),
        (T::Ext(a, _), T::Ext(b, _)) => (a == b).then_some(gains_const),
        (T::Fn(_), T::Fn(_)) => Some(gains_const),
        (T::Def(..), T::Num(_)) | (T::Num(_), T::Def(..)) => None,
        _ => None,
    }
}

fn unify_all(from: &[T], to: &[T], bound: &mut Bound) {
    for (from, to) in from.iter().zip(to) {
        unify(from, to, bound);
    }
}

fn unify(from: &T, to: &T, bound: &mut Bound) {
    match (from, to) {
        (from, T::Param(def, index)) => {
            if !bound.iter().any(|(key, _)| *key == (*def, *index)) {
                bound.push(((*def, *index), from.clone()));
            }
        }
        (T::Ptr(a), T::Ptr(b)) | (T::Ref(a), T::Ref(b)) | (T::Const(a), T::Const(b)) | (T::Array(a), T::Array(b)) => {
            unify(a, b, bound);
        }
        (T::Def(a, left), T::Def(b, right)) if a == b => {
            unify_all(left, right, bound);
        }
        (T::Ext(a, left), T::Ext(b, right)) if a == b => {
            unify_all(left, right, bound);
        }
        _ => {}
    }
}

/// Whether a class has a constructor that takes such an argument without conversions by users.
fn converts_from(shared: &Shared<'_>, class: DefRef, arg: &Argument) -> bool {
    let name = shared.project.def(class).name;
    shared.index.members.get(&(class, name)).into_iter().flatten().any(|&member| {
        if shared.project.def(member).kind != DefKind::Constructor {
            return false;
        }
        let signature = shared.signature(member);
        if signature.min > 1 || signature.max < 1 {
            return false;
        }
        let Some(param) = signature.params.first() else { return false };
        match (arg.ty.bare(), param.bare()) {
            // No second conversion.
            (_, T::Def(other, _)) => matches!(arg.ty.bare(), T::Def(own, _) if shared.derives(*own, *other, 0)),
            (T::Def(_, _), T::Ext(..)) => false,
            (T::Ptr(_) | T::Array(_), T::Ext(..)) => false,
            (_, _) => rank(shared, arg, param, &mut Vec::new()).is_some(),
        }
    })
}

fn has_conversion(shared: &Shared<'_>, class: DefRef) -> bool {
    let facts = shared.facts(class.file);
    shared.project.members(class).iter().any(|&member| {
        let def = facts.def(member);
        def.kind.is_callable()
            && def.name.as_str().starts_with("operator ")
            && def.name != Name::new("operator new")
            && def.name != Name::new("operator delete")
    })
}

/// The one function that all candidates declare, if it is one.
pub(super) fn only(shared: &Shared<'_>, file: FileId, hits: &[Hit]) -> Option<DefRef> {
    let overloads = hits.iter().any(|hit| has_overloads(shared.facts(hit.def.file)));
    match &groups(shared, hits, overloads)[..] {
        [only] => definition(shared, file, &only.members),
        _ => None,
    }
}
