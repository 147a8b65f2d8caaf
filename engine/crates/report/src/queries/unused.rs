//! Definitions that nothing in the project uses, each with the reasons why it may be used all the same.

use super::Answer;
use crate::completeness::Completeness;
use crate::document::{Document, Text, count, faint, plain};
use crate::model::Entity;
use crate::project::Project;
use parseltongue_resolve::RelationKind;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_store::snapshot::{RelationRecord, SiteOutcome};
use parseltongue_syntax::facts::{DefFlags, DefKind};
use serde::Serialize;
use std::collections::BTreeSet;

/// Dead-code candidates.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unused {
    /// Surest first: those with the fewest doubts; then by place.
    pub candidates: Vec<Candidate>,
    pub completeness: Completeness,
}

/// A definition without a use, and why it may be used all the same.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Candidate {
    #[serde(flatten)]
    pub entity: Entity,
    /// Lines that would go away with it.
    pub lines: u32,
    /// Used only by test code.
    pub only_tests: bool,
    /// Empty if nothing speaks against it.
    pub doubts: Vec<String>,
}

pub fn unused(project: &Project) -> Unused {
    let snapshot = &project.snapshot;
    let handlers: BTreeSet<EntityId> =
        super::routes(project).into_iter().filter_map(|route| route.handler).map(|handler| handler.id).collect();
    let mut candidates: Vec<Candidate> = project
        .shown_entities()
        .filter(|&id| {
            let entity = snapshot.entity(id);
            let kind = entity.kind();
            let counted = kind.is_callable() && kind != DefKind::Accessor && kind != DefKind::Constructor
                || kind.is_type() && kind != DefKind::AssociatedType;
            counted && !entity.is_test() && !entity.flags().contains(DefFlags::DECLARATION)
        })
        .filter(|id| !handlers.contains(id))
        .filter_map(|id| candidate(project, id))
        .collect();
    candidates.stable_sort_by_key(|candidate| (candidate.doubts.len(), candidate.only_tests, candidate.entity.id));
    Unused { candidates, completeness: Completeness::new(project, &[], false) }
}

fn candidate(project: &Project, id: EntityId) -> Option<Candidate> {
    let snapshot = &project.snapshot;
    let record = snapshot.entity(id);
    if record.flags().contains(DefFlags::ENTRY_POINT) {
        return None;
    }
    // A type lives as long as anything uses it or one of its members from outside.
    let inside = crate::impact::with_members(snapshot, id);
    let mut only_tests = false;
    for &part in &inside {
        let users = snapshot.calls_to(part).map(|call| call.caller);
        let related = snapshot
            .relations_to(part)
            .filter(|relation| !matches!(relation.kind(), RelationKind::Imports | RelationKind::Overrides))
            .map(|relation| relation.from);
        for user in users.chain(related) {
            if inside.contains(&user) {
                continue;
            }
            if !snapshot.entity(user).is_test() {
                return None;
            }
            only_tests = true;
        }
    }
    Some(Candidate {
        entity: Entity::new(project, id),
        lines: record.end_line - record.start_line + 1,
        only_tests,
        doubts: doubts(project, id),
    })
}

fn doubts(project: &Project, id: EntityId) -> Vec<String> {
    let snapshot = &project.snapshot;
    let record = snapshot.entity(id);
    let mut doubts = Vec::new();
    if record.is_public() {
        doubts.push("public: other packages may use it".to_owned());
    }
    let overridden: Vec<String> = snapshot
        .relations_from(id)
        .iter()
        .filter(|relation| relation.kind() == RelationKind::Overrides)
        .map(|relation| project.qualified_name(relation.to))
        .collect();
    if !overridden.is_empty() {
        doubts.push(format!("may be run through {}", overridden.join(", ")));
    }
    let implements = |relation: &RelationRecord| relation.kind() == RelationKind::Implements;
    let in_impl = record.parent().is_some_and(|parent| {
        snapshot.entity(parent).kind() == DefKind::Impl && snapshot.relations_from(parent).iter().any(implements)
    });
    if record.flags().contains(DefFlags::VIRTUAL) || in_impl {
        doubts.push("implements something that others may call".to_owned());
    }
    let name = snapshot.str(record.name);
    if name.starts_with("__") && name.ends_with("__") {
        doubts.push("called by the language itself".to_owned());
    }
    let unknown =
        snapshot.sites_named(record.name).iter().filter(|site| site.outcome() != SiteOutcome::External).count();
    if unknown > 0 {
        doubts.push(format!("{} of this name could not be resolved", count(unknown, "call site", "call sites")));
    }
    doubts
}

impl Answer for Unused {
    fn document(&self) -> Document {
        let mut document = Document::default();
        let sure = self.candidates.iter().filter(|candidate| candidate.doubts.is_empty()).count();
        document.paragraph(vec![plain(format!(
            "{} without a use in the mapped code; nothing speaks against {sure} of them",
            count(self.candidates.len(), "definition", "definitions"),
        ))]);
        let item = |candidate: &Candidate| -> Vec<(u8, Text)> {
            let mut text = candidate.entity.text();
            text.push(faint(format!("  {}", count(candidate.lines as usize, "line", "lines"))));
            if candidate.only_tests {
                text.push(faint("  used only by tests"));
            }
            let mut items = vec![(0, text)];
            items.extend(candidate.doubts.iter().map(|doubt| (1, vec![faint(format!("may be used: {doubt}"))])));
            items
        };
        document.list(self.candidates.iter().flat_map(item).collect());
        document.note(vec![plain(
            "use by reflection, by configuration, by build scripts and by other packages cannot be seen here",
        )]);
        self.completeness.add_to(&mut document);
        document
    }
}
