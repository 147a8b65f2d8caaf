//! What the page knows of a project.
//!
//! One array for each field, with ids as differences where they ascend: deflate halves that once more.

use crate::confidence::Confidence;
use crate::impact::affects;
use crate::model::{evidence_label, kind_label};
use crate::project::Project;
use parseltongue_graph::cycles::cycles;
use parseltongue_resolve::{Evidence, RelationKind};
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_store::find::is_shown;
use parseltongue_store::snapshot::{CallKind, SiteOutcome, Snapshot};
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;
use std::collections::BTreeMap;

/// Rises with every change of the fields; the page refuses another number.
const SCHEMA: u32 = 1;

/// Marks an entity as test code.
const TEST: u8 = 1;
/// Marks an entity that code outside the project may use.
const PUBLIC: u8 = 2;

#[derive(Serialize)]
pub(super) struct Data {
    schema: u32,
    pub(super) project: String,
    version: &'static str,
    /// Entities to choose when the page opens.
    focus: Vec<u32>,
    /// Names of the kinds that [`Entities::kind`] counts.
    kinds: Vec<&'static str>,
    /// Names of the kinds of edges that [`Edges::kind`] counts.
    edge_kinds: [&'static str; 6],
    /// How edges were found, with how sure that is in hundredths.
    evidence: Vec<(&'static str, u8)>,
    /// Paths of the files, sorted.
    files: Vec<String>,
    entities: Entities,
    edges: Edges,
    /// Groups of entities that call each other in a circle, largest first.
    cycles: Vec<Vec<u32>>,
    /// Entities that are not in the picture because there are too many.
    pub(super) left_out: usize,
    /// Files that were passed over, with the reason.
    skipped: Vec<(String, &'static str)>,
    /// Files that could be read only in part.
    partly_parsed: Vec<String>,
}

#[derive(Default, Serialize)]
struct Entities {
    /// Qualified names.
    name: Vec<String>,
    /// Difference to the file before.
    file: Vec<u32>,
    kind: Vec<u8>,
    line: Vec<u32>,
    lines: Vec<u32>,
    flags: Vec<u8>,
    /// How far before it the definition around it stands; 0 for none.
    parent: Vec<u32>,
    /// The type it is a member of, wherever in the file that stands, as 1 + its number; 0 for none.
    owner: Vec<u32>,
    /// Call sites of its name that could not be resolved and may lead to it.
    unresolved: Vec<u32>,
}

#[derive(Default, Serialize)]
struct Edges {
    /// Difference to the source before.
    from: Vec<u32>,
    to: Vec<u32>,
    kind: Vec<u8>,
    evidence: Vec<u8>,
    /// Of the first site, in the file of `from`; 0 for relations, which have none.
    line: Vec<u32>,
    /// How many sites.
    sites: Vec<u32>,
}

const EDGE_KINDS: [&str; 6] = ["calls", "names", "extends", "implements", "overrides", "uses type"];

/// How sure an edge is, in hundredths; what the source declares, as `extends`, is certain.
fn confidence(evidence: Option<Evidence>) -> u8 {
    evidence.map_or(100, |known| (Confidence::of(known).share() * 100.0).round() as u8)
}

impl Data {
    pub(super) fn files(&self) -> usize {
        self.files.len()
    }

    pub(super) fn entities(&self) -> usize {
        self.entities.name.len()
    }

    pub(super) fn edges(&self) -> usize {
        self.edges.to.len()
    }
}

/// Fields, variants and what is inside functions is told by what is around it: as dots of their own they would hide it.
fn has_a_dot(snapshot: &Snapshot, id: EntityId) -> bool {
    let entity = snapshot.entity(id);
    let own = match entity.kind() {
        DefKind::Field | DefKind::Variant | DefKind::AssociatedType | DefKind::Variable | DefKind::Module => false,
        // Code outside all definitions.
        DefKind::File => !snapshot.calls_from(id).is_empty(),
        _ => is_shown(snapshot, id),
    };
    own && !is_inside_callable(snapshot, id)
}

fn is_inside_callable(snapshot: &Snapshot, id: EntityId) -> bool {
    let mut parent = snapshot.entity(id).parent();
    while let Some(around) = parent {
        if snapshot.entity(around).kind().is_callable() {
            return true;
        }
        parent = snapshot.entity(around).parent();
    }
    false
}

pub(super) fn collect(project: &Project, focus: &[EntityId], most: usize) -> Data {
    let snapshot = &project.snapshot;
    let all: Vec<EntityId> = (0..snapshot.entities().len()).map(EntityId::from_index).collect();
    let mut drawn: Vec<EntityId> = all.iter().copied().filter(|&id| has_a_dot(snapshot, id)).collect();
    let left_out = drawn.len().saturating_sub(most);
    if left_out > 0 {
        keep_most_used(snapshot, &mut drawn, focus, most);
    }
    // The entity that stands for each one: itself, else the nearest around it.
    let mut stands_for: Vec<Option<u32>> = vec![None; all.len()];
    for (index, id) in drawn.iter().enumerate() {
        stands_for[id.index()] = Some(index as u32);
    }
    for &id in &all {
        if stands_for[id.index()].is_none() {
            // Parents come first, so theirs is known.
            stands_for[id.index()] = snapshot.entity(id).parent().and_then(|parent| stands_for[parent.index()]);
        }
    }
    let number = |id: EntityId| stands_for[id.index()];

    let mut kinds: Vec<DefKind> = drawn.iter().map(|&id| snapshot.entity(id).kind()).collect();
    kinds.stable_sort();
    kinds.dedup();
    let mut paths: Vec<String> = Vec::new();
    let mut file_number = vec![None; snapshot.files().len()];
    for (index, file) in snapshot.files().iter().enumerate() {
        if file.language().is_some() && file.skipped().is_none() {
            file_number[index] = Some(paths.len() as u32);
            paths.push(snapshot.str(file.path).to_owned());
        }
    }

    let mut unresolved: BTreeMap<_, u32> = BTreeMap::new();
    for site in snapshot.sites().iter().filter(|site| site.outcome() != SiteOutcome::External) {
        *unresolved.entry(site.name).or_default() += 1;
    }
    let mut entities = Entities::default();
    let mut last_file = 0;
    for (index, &id) in drawn.iter().enumerate() {
        let entity = snapshot.entity(id);
        let file = file_number[entity.file.index()].unwrap_or(last_file);
        entities.name.push(project.qualified_name(id));
        entities.file.push(file - last_file);
        last_file = file;
        entities.kind.push(kinds.binary_search(&entity.kind()).unwrap_or(0) as u8);
        entities.line.push(entity.line);
        entities.lines.push(entity.end_line - entity.start_line + 1);
        entities.flags.push(if entity.is_test() { TEST } else { 0 } | if entity.is_public() { PUBLIC } else { 0 });
        let parent = entity.parent().and_then(number);
        entities.parent.push(parent.map_or(0, |parent| (index as u32).saturating_sub(parent)));
        let owner = snapshot
            .owner_type(id)
            .or_else(|| entity.parent())
            .filter(|&owner| snapshot.entity(owner).file == entity.file && snapshot.entity(owner).kind().is_type())
            .and_then(|owner| drawn.binary_search(&owner).ok());
        entities.owner.push(owner.map_or(0, |owner| owner as u32 + 1));
        let callable = entity.kind().is_callable();
        entities.unresolved.push(if callable { unresolved.get(&entity.name).copied().unwrap_or(0) } else { 0 });
    }

    let (edges, evidence) = edges(snapshot, number);
    let mut found: Vec<Vec<u32>> = cycles(&snapshot.call_graph(false), false)
        .into_iter()
        .map(|cycle| {
            let mut cycle: Vec<u32> =
                cycle.into_iter().filter_map(|node| number(EntityId::from_index(node as usize))).collect();
            cycle.stable_sort();
            cycle.dedup();
            cycle
        })
        .filter(|cycle| cycle.len() > 1)
        .collect();
    found.stable_sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    let mut focus: Vec<u32> = focus.iter().filter_map(|&id| number(id)).collect();
    focus.dedup();

    Data {
        schema: SCHEMA,
        project: crate::workflows::project_name(project),
        version: env!("CARGO_PKG_VERSION"),
        focus,
        kinds: kinds.into_iter().map(kind_label).collect(),
        edge_kinds: EDGE_KINDS,
        evidence: evidence
            .into_iter()
            .map(|evidence| (evidence.map_or("declared", evidence_label), confidence(evidence)))
            .collect(),
        files: paths,
        entities,
        edges,
        cycles: found,
        left_out,
        skipped: snapshot
            .files()
            .iter()
            .filter_map(|file| Some((snapshot.str(file.path).to_owned(), file.skipped()?.reason())))
            .collect(),
        partly_parsed: snapshot
            .files()
            .iter()
            .filter(|file| file.syntax_errors > 0)
            .map(|file| snapshot.str(file.path).to_owned())
            .collect(),
    }
}

/// Keeps what is asked for and then what has the most edges, in order of place.
fn keep_most_used(snapshot: &Snapshot, drawn: &mut Vec<EntityId>, focus: &[EntityId], most: usize) {
    let mut degree = vec![0u32; snapshot.entities().len()];
    for (from, to) in affects(snapshot, Confidence::default()).edges() {
        degree[from as usize] += 1;
        degree[to as usize] += 1;
    }
    drawn.stable_sort_by_key(|id| (!focus.contains(id), std::cmp::Reverse(degree[id.index()]), *id));
    drawn.truncate(most);
    drawn.stable_sort();
}

/// All edges between drawn entities, each pair and kind once with its surest evidence; with the evidence
/// that they name (`None`: declared in the source, as `extends` is).
fn edges(snapshot: &Snapshot, number: impl Fn(EntityId) -> Option<u32>) -> (Edges, Vec<Option<Evidence>>) {
    struct Edge {
        evidence: Option<Evidence>,
        line: u32,
        sites: u32,
    }
    let mut merged: BTreeMap<(u32, u32, u8), Edge> = BTreeMap::new();
    for call in snapshot.calls() {
        let (Some(from), Some(to)) = (number(call.caller), number(call.callee)) else { continue };
        let kind = u8::from(call.kind() != CallKind::Call);
        let evidence = Some(call.evidence());
        let edge = merged.entry((from, to, kind)).or_insert(Edge { evidence, line: call.line, sites: 0 });
        edge.sites += 1;
        edge.line = edge.line.min(call.line);
        edge.evidence = surer(edge.evidence, evidence);
    }
    for relation in snapshot.relations() {
        let kind = match relation.kind() {
            RelationKind::Extends => 2,
            RelationKind::Implements => 3,
            RelationKind::Overrides => 4,
            RelationKind::UsesType => 5,
            // Importing a file is no dependence on each of its definitions.
            RelationKind::Imports => continue,
        };
        let (Some(from), Some(to)) = (number(relation.from), number(relation.to)) else { continue };
        if from != to {
            merged.entry((from, to, kind)).or_insert(Edge { evidence: None, line: 0, sites: 0 });
        }
    }
    let mut known: Vec<Option<Evidence>> = merged.values().map(|edge| edge.evidence).collect();
    known.stable_sort();
    known.dedup();
    let mut edges = Edges::default();
    let mut last = 0;
    for ((from, to, kind), edge) in merged {
        edges.from.push(from - last);
        last = from;
        edges.to.push(to);
        edges.kind.push(kind);
        edges.evidence.push(known.binary_search(&edge.evidence).unwrap_or(0) as u8);
        edges.line.push(edge.line);
        edges.sites.push(edge.sites);
    }
    (edges, known)
}

/// Of several sites the surest tells that the edge is there.
fn surer(a: Option<Evidence>, b: Option<Evidence>) -> Option<Evidence> {
    if confidence(b) > confidence(a) { b } else { a }
}
