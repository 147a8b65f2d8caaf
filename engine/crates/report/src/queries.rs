//! The questions with a direct answer.

mod affected;
mod blast_radius;
mod calls;
mod context;
mod cycles;
mod entities;
mod entry_points;
mod implementations;
mod source;
mod unused;

pub(crate) use affected::tests_reaching;
pub use affected::{AffectedByChange, AffectedTests, ChangedLines, TestReaching, affected_by_change, affected_tests};
pub use blast_radius::{Affected, BlastRadius, blast_radius};
pub(crate) use calls::distinct;
pub use calls::{Callees, Callers, PossibleTargets, Through, callees, callers};
pub use context::{Context, DEFAULT_TOKENS, ProjectMap, context_budgets, generate_context, project_map};
pub use cycles::{Cycle, Cycles, CyclesOf, find_cycles};
pub use entities::{EntityList, ListOptions, WhereDefined, entities_in_file, list_entities, where_defined};
pub(crate) use entry_points::routes;
pub use entry_points::{EntryPoint as Route, EntryPoints, entry_points};
pub use implementations::{Implementations, what_implements};
pub use source::{DefinitionSource, source};
pub use unused::{Candidate, Unused, unused};

use crate::confidence::Confidence;
use crate::document::Document;
use crate::render::Annotation;
use crate::risk::Risk;
use parseltongue_store::EntityId;
use parseltongue_store::find::{self, Found};
use parseltongue_store::snapshot::CallRecord;
use parseltongue_syntax::Language;
use parseltongue_syntax::facts::DefFlags;
use serde::Serialize;

/// What a question about calls asks for beside the answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// List the call sites of the name that could not be resolved; else they are only counted.
    pub unresolved: bool,
    /// Leave out calls that are less sure.
    pub min_confidence: Confidence,
    /// List what may run instead of a called method; else it is only counted.
    pub dispatch: bool,
}

impl Asked {
    /// With the unresolved call sites, as documents want it.
    pub fn in_full() -> Self {
        Self { unresolved: true, ..Self::default() }
    }

    /// Whether a call is sure enough.
    pub(crate) fn takes(self, call: &CallRecord) -> bool {
        Confidence::of(call.evidence()) >= self.min_confidence
    }
}

/// A typed answer that can be laid out.
pub trait Answer: Serialize {
    fn document(&self) -> Document;

    /// As XML, for answers that are made for language models.
    fn xml(&self) -> Option<String> {
        None
    }

    /// How much the change that is asked about can break, for answers that say so.
    fn risk(&self) -> Option<Risk> {
        None
    }

    /// What to show at lines of a change in continuous integration.
    fn annotations(&self) -> Vec<Annotation> {
        Vec::new()
    }
}

/// A name that fits nothing, with names that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotFound {
    pub query: String,
    pub did_you_mean: Vec<String>,
    /// Call sites that name it all the same: it is a library's, or in a file that is not mapped.
    pub called: usize,
}

/// A C or C++ prototype and a Python overload stand for the definition of the same name, which has the callers
/// and the tests.
fn definitions(project: &crate::Project, entities: Vec<EntityId>) -> Vec<EntityId> {
    let snapshot = &project.snapshot;
    let mut found: Vec<EntityId> = Vec::with_capacity(entities.len());
    let entities = without_overloads(project, entities);
    for id in entities {
        let entity = snapshot.entity(id);
        let c = matches!(snapshot.file(entity.file).language(), Some(Language::C | Language::Cpp));
        let prototype = |id: EntityId| snapshot.entity(id).flags().contains(DefFlags::DECLARATION);
        let name = project.qualified_name(id);
        let bodies: Vec<EntityId> = if c && prototype(id) {
            let same = |&id: &EntityId| !prototype(id) && project.qualified_name(id) == name;
            snapshot.named(entity.name).iter().copied().filter(same).collect()
        } else {
            Vec::new()
        };
        let stands_for = if bodies.is_empty() { vec![id] } else { bodies };
        for id in stands_for {
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    found
}

/// Without `@overload` signatures in Python that have their definition below them.
fn without_overloads(project: &crate::Project, mut entities: Vec<EntityId>) -> Vec<EntityId> {
    let snapshot = &project.snapshot;
    let python = |id: EntityId| snapshot.file(snapshot.entity(id).file).language() == Some(Language::Python);
    if entities.len() < 2 || !entities.iter().all(|&id| python(id)) {
        return entities;
    }
    let is_overload = |id: EntityId| {
        let entity = snapshot.entity(id);
        let above = |line| project.line(snapshot.path(entity.file), line);
        (entity.start_line.saturating_sub(1)..entity.line)
            .any(|line| matches!(&*above(line), "@overload" | "@typing.overload" | "@t.overload"))
    };
    let defined: Vec<EntityId> = entities.iter().copied().filter(|&id| !is_overload(id)).collect();
    let key = |id: EntityId| (snapshot.entity(id).file, snapshot.entity(id).parent());
    entities.retain(|&id| defined.contains(&id) || !defined.iter().any(|&known| key(known) == key(id)));
    entities
}

/// The entities that a name stands for; several are all answered, none is picked.
pub fn resolve_name(project: &crate::Project, query: &str) -> Result<Vec<EntityId>, NotFound> {
    match find::find(&project.snapshot, query) {
        Found::Entities(entities) => Ok(definitions(project, entities)),
        Found::Nothing { near } => {
            let snapshot = &project.snapshot;
            let called = snapshot.find_str(query).map_or(0, |name| snapshot.sites_named(name).len());
            Err(NotFound { query: query.to_owned(), did_you_mean: near, called })
        }
    }
}
