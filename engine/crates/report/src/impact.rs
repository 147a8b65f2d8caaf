//! What a change to an entity can affect: the graph of dependence, turned upstream.

use crate::confidence::Confidence;
use crate::folders::folder_of;
use crate::project::Project;
use crate::words::column_byte;
use parseltongue_graph::Csr;
use parseltongue_resolve::RelationKind;
use parseltongue_store::snapshot::{EntityId, RelationRecord, Snapshot};
use parseltongue_syntax::Language;
use parseltongue_syntax::facts::{DefFlags, DefKind};
use parseltongue_syntax::language::Family;
use std::collections::BTreeSet;

/// The graph in which an edge a -> b says: a change to a can affect b.
///
/// Callers and users depend on what they call and name; subtypes and implementors on their base; users
/// of a type on the type; an overriding method and the method whose place it takes on each other, because
/// a caller of the one may run the other.
///
/// Calls that are less sure than `min_confidence` are left out.
pub fn affects(snapshot: &Snapshot, min_confidence: Confidence) -> Csr {
    let sure = snapshot.calls().iter().filter(|call| Confidence::of(call.evidence()) >= min_confidence);
    let calls = sure.map(|call| (call.callee.number(), call.caller.number()));
    let relations = snapshot.relations().iter().flat_map(|relation| {
        let (from, to) = (relation.from.number(), relation.to.number());
        match relation.kind() {
            RelationKind::Extends | RelationKind::Implements | RelationKind::UsesType => vec![(to, from)],
            RelationKind::Overrides => vec![(to, from), (from, to)],
            // Importing a file is no dependence on each of its definitions.
            RelationKind::Imports => Vec::new(),
        }
    });
    Csr::new(snapshot.entities().len(), calls.chain(relations))
}

/// The graph in which an edge a -> b says: running b can run a. Calls and references turned round, and
/// from an overriding method to the one through which it may be called.
pub fn runs(snapshot: &Snapshot) -> Csr {
    let calls = snapshot.calls().iter().map(|call| (call.callee.number(), call.caller.number()));
    let overriding = snapshot
        .relations()
        .iter()
        .filter(|relation| relation.kind() == RelationKind::Overrides)
        .map(|relation| (relation.from.number(), relation.to.number()));
    Csr::new(snapshot.entities().len(), calls.chain(overriding))
}

/// The methods that a method takes the place of, direct and indirect, in order of place.
pub fn overridden(snapshot: &Snapshot, id: EntityId) -> Vec<EntityId> {
    closure(id, |id| {
        let overrides = |relation: &&RelationRecord| relation.kind() == RelationKind::Overrides;
        snapshot.relations_from(id).iter().filter(overrides).map(|relation| relation.to).collect()
    })
}

/// The methods that may run when a method is called: those that take its place, direct and indirect, in
/// order of place.
pub fn overriding(snapshot: &Snapshot, id: EntityId) -> Vec<EntityId> {
    closure(id, |id| {
        let overrides = |relation: &&RelationRecord| relation.kind() == RelationKind::Overrides;
        snapshot.relations_to(id).filter(overrides).map(|relation| relation.from).collect()
    })
}

/// Everything that `next` leads to from `start`, which is not part of the answer.
fn closure(start: EntityId, next: impl Fn(EntityId) -> Vec<EntityId>) -> Vec<EntityId> {
    let mut seen = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        open.extend(next(id).into_iter().filter(|&id| seen.insert(id)));
    }
    seen.remove(&start);
    seen.into_iter().collect()
}

/// An entity with everything inside it: what changes when "it" is changed.
pub fn with_members(snapshot: &Snapshot, id: EntityId) -> Vec<EntityId> {
    let mut found = vec![id];
    for other in snapshot.entities_of(snapshot.entity(id).file) {
        // Definitions stand before their members, so one pass meets parents first.
        if snapshot.entity(other).parent().is_some_and(|parent| found.contains(&parent)) && !found.contains(&other) {
            found.push(other);
        }
    }
    found
}

/// Methods that Java's serialization finds by their names, private ones too.
const OF_SERIALIZATION: &[&str] = &["readObject", "readObjectNoData", "readResolve", "writeObject", "writeReplace"];

/// Whether code outside the project may use something: it is public, and not in a package of Go that no other
/// module can import, which are those below `internal` and those with a `main`.
pub(crate) fn outsiders_may_use(snapshot: &Snapshot, id: EntityId) -> bool {
    let entity = snapshot.entity(id);
    if !entity.is_public() || snapshot.file(entity.file).language() != Some(Language::Go) {
        return entity.is_public();
    }
    let folder = folder_of(snapshot.path(entity.file));
    let is_program = || {
        let mains = snapshot.find_str("main").map_or(&[][..], |name| snapshot.named(name));
        mains
            .iter()
            .map(|&id| snapshot.entity(id))
            .filter(|main| main.flags().contains(DefFlags::ENTRY_POINT) && !main.flags().contains(DefFlags::INACTIVE))
            .any(|main| folder_of(snapshot.path(main.file)) == folder)
    };
    !folder.split('/').any(|part| part == "internal") && !is_program()
}

/// Whether something runs without a call that the project shows: it has no caller here, and the language calls
/// it (operators, `toString`), it takes the place of a library's method, or a decorator hands it over.
pub(crate) fn runs_unnamed(project: &Project, id: EntityId) -> bool {
    let snapshot = &project.snapshot;
    let entity = snapshot.entity(id);
    let inside = with_members(snapshot, id);
    let called =
        snapshot.calls_to(id).any(|call| !snapshot.entity(call.caller).is_test() && !inside.contains(&call.caller));
    let language = snapshot.file(entity.file).language();
    if !called && entity.kind() == DefKind::Class {
        // `return class A {}`
        let ecmascript = language.is_some_and(|language| language.family() == Family::EcmaScript);
        return ecmascript && is_part_of_value(project, id);
    }
    if called || !entity.kind().is_callable() || entity.kind() == DefKind::Constructor {
        return false;
    }
    let path = snapshot.path(entity.file);
    let line = |number: u32| project.line(path, number);
    let name = snapshot.str(entity.name);
    let decorated = || line(entity.start_line).starts_with('@') || line(entity.line.saturating_sub(1)).starts_with('@');
    let parent = entity.parent().map(|parent| snapshot.entity(parent));
    match language {
        Some(Language::Python) => {
            let special = name.starts_with("__");
            special && name.ends_with("__") || decorated() || !special && extends_outside(project, entity.parent(), 0)
        }
        Some(Language::Rust) => {
            parent.is_some_and(|parent| parent.kind() == DefKind::Impl && line(parent.start_line).contains(" for "))
        }
        // An interface of a library may have it.
        Some(Language::Go) => entity.kind() == DefKind::Method && entity.is_public(),
        Some(Language::Java) => decorated() || OF_SERIALIZATION.contains(&name),
        Some(Language::Cpp) => {
            name.starts_with("operator") || name.starts_with('~') || line(entity.line).contains("override")
        }
        Some(Language::TypeScript | Language::Tsx | Language::JavaScript) => {
            let by_language = entity.kind() == DefKind::Method
                && (name.starts_with('[')
                    || matches!(name, "toString" | "valueOf" | "toJSON" | "toLocaleString" | "then"));
            by_language || decorated() || line(entity.line).contains("override ") || is_part_of_value(project, id)
        }
        Some(Language::C) | None => false,
    }
}

/// Bases of Python classes that run none of a subclass's methods, but those with names of the language.
const PASSIVE_BASES: &[&str] = &["object", "ABC", "Protocol", "Generic", "Enum", "IntEnum", "StrEnum", "NamedTuple"];

/// How many classes are followed up to one that is not of the project.
const MAX_BASES: u32 = 16;

/// Whether a Python class is made from one of a library, which may run methods that take the place of its own.
fn extends_outside(project: &Project, class: Option<EntityId>, steps: u32) -> bool {
    let snapshot = &project.snapshot;
    let Some(id) = class.filter(|&id| snapshot.entity(id).kind() == DefKind::Class && steps < MAX_BASES) else {
        return false;
    };
    let class = snapshot.entity(id);
    let relations = snapshot.relations_from(id).iter();
    let known: Vec<EntityId> = relations
        .filter(|relation| matches!(relation.kind(), RelationKind::Extends | RelationKind::Implements))
        .map(|relation| relation.to)
        .collect();
    let Some(text) = project.text(snapshot.path(class.file)) else { return false };
    let header: String = text.lines().skip(class.line as usize - 1).take(8).collect::<Vec<_>>().join(" ");
    let bases = header.split_once('(').filter(|(before, _)| !before.contains(':'));
    let bases = bases.and_then(|(_, rest)| rest.split_once(')')).map_or("", |(bases, _)| bases);
    let outside = bases.split(',').any(|base| {
        // What stands in brackets are arguments of a type.
        let last = base.split('[').next().unwrap_or(base).trim().rsplit('.').next().unwrap_or("");
        let passive = PASSIVE_BASES.contains(&last) || last.ends_with("Error") || last.ends_with("Exception");
        let named = |&base: &EntityId| snapshot.str(snapshot.entity(base).name) == last;
        !last.is_empty() && !base.contains(['=', ']']) && !passive && !known.iter().any(named)
    });
    outside || known.into_iter().any(|base| extends_outside(project, Some(base), steps + 1))
}

/// Whether a JavaScript function or class is no declaration but part of a value: it is passed, returned or a member of an
/// object, and runs through that.
fn is_part_of_value(project: &Project, id: EntityId) -> bool {
    let snapshot = &project.snapshot;
    let entity = snapshot.entity(id);
    let Some(text) = project.text(snapshot.path(entity.file)) else { return false };
    let Some(start) = text.split_inclusive('\n').nth(entity.line as usize - 1) else { return false };
    let at = column_byte(&text, start.as_ptr() as usize - text.as_ptr() as usize, entity.column);
    let name = snapshot.str(entity.name);
    if text[..at].ends_with('.') || text[at..].strip_prefix(name).is_some_and(|after| after.starts_with(": ")) {
        return entity.kind() != DefKind::Method
            || entity.parent().is_none_or(|id| !snapshot.entity(id).kind().is_type());
    }
    let before = text[..at].trim_end().trim_end_matches('*').trim_end();
    let Some(before) = before.strip_suffix("function").or_else(|| before.strip_suffix("class")) else { return false };
    let mut before = before.trim_end();
    before = before.strip_suffix("async").unwrap_or(before).trim_end();
    while let Some(comment) = before.strip_suffix("*/").and_then(|rest| rest.rfind("/*")) {
        before = before[..comment].trim_end();
    }
    before.ends_with(['(', ',', '=', ':', '?', '[', '&', '|', '!', '>', '+']) || before.ends_with("return")
}
