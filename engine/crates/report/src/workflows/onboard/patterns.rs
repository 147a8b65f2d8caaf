//! Architecture patterns that the code shows, each with its evidence.

use crate::document::{Text, count, faint, marked, name, plain};
use crate::folders::is_side_folder;
use crate::model::Entity;
use crate::project::Project;
use parseltongue_resolve::RelationKind;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A pattern and where it shows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pattern {
    pub pattern: String,
    pub evidence: Vec<Entity>,
    /// How many more there are.
    pub more: usize,
}

const EVIDENCE: usize = 3;

impl Pattern {
    fn new(project: &Project, pattern: String, evidence: &[EntityId]) -> Self {
        Self {
            pattern,
            evidence: evidence.iter().take(EVIDENCE).map(|&id| Entity::new(project, id)).collect(),
            more: evidence.len().saturating_sub(EVIDENCE),
        }
    }

    pub(super) fn text(&self) -> Text {
        let mut text = marked(&self.pattern);
        for (index, entity) in self.evidence.iter().enumerate() {
            text.push(plain(if index == 0 { ": " } else { ", " }));
            text.extend([name(&*entity.qualified_name), plain(" "), super::line_place(entity)]);
        }
        if self.more > 0 {
            text.push(faint(format!(" and {} more", self.more)));
        }
        text
    }
}

/// Endings of type names that are a pattern's own word in all nine languages, and the least number that
/// is worth a line. That a name says so is all that is known, and so all that is said.
const NAMED: &[(&str, usize)] = &[
    ("Builder", 2),
    ("Visitor", 2),
    ("Factory", 2),
    ("Adapter", 2),
    ("Strategy", 2),
    ("Middleware", 2),
    ("Handler", 3),
    ("Controller", 2),
    ("Repository", 2),
    ("Service", 3),
    ("Observer", 2),
    ("Plugin", 2),
    ("Command", 3),
    ("Transport", 2),
];

pub(super) fn patterns(project: &Project) -> Vec<Pattern> {
    let snapshot = &project.snapshot;
    let mut found = Vec::new();

    let mut implementors: BTreeMap<EntityId, Vec<EntityId>> = BTreeMap::new();
    for relation in snapshot.relations() {
        if !matches!(relation.kind(), RelationKind::Implements | RelationKind::Extends) {
            continue;
        }
        let side = |id| snapshot.entity(id).is_test() || is_side_folder(snapshot.path(snapshot.entity(id).file));
        // An enum's constant with a body of its own is no subtype that people would name.
        let unnamed = matches!(snapshot.entity(relation.from).kind(), DefKind::Variant | DefKind::Anonymous);
        if !unnamed && !side(relation.from) && !side(relation.to) {
            implementors.entry(relation.to).or_default().push(relation.from);
        }
    }
    let mut families: Vec<(EntityId, Vec<EntityId>)> =
        implementors.into_iter().filter(|(_, of)| of.len() >= 3).collect();
    families.stable_sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    // A name that build tags define twice counts once.
    let mut names = BTreeSet::new();
    families.retain(|(base, _)| names.insert(project.qualified_name(*base)));
    for (base, of) in families.into_iter().take(4) {
        let kind = snapshot.entity(base).kind();
        let how =
            if matches!(kind, DefKind::Trait | DefKind::Interface) { "implementations of" } else { "subtypes of" };
        let text = format!("{} {how} `{}`", of.len(), project.qualified_name(base));
        let mut pattern = Pattern::new(project, text, &of);
        pattern.evidence.insert(0, Entity::new(project, base));
        found.push(pattern);
    }

    let is_own_type = |&id: &EntityId| {
        let entity = snapshot.entity(id);
        entity.kind().is_type()
            && !entity.is_test()
            && !crate::ranking::is_forward(snapshot, id)
            && !is_side_folder(snapshot.path(entity.file))
    };
    let types: Vec<EntityId> = project.shown_entities().filter(is_own_type).collect();
    for &(ending, least) in NAMED {
        // What is declared in one place and defined in another counts once.
        let mut names = BTreeSet::new();
        let is_named = |id: &EntityId| {
            snapshot.str(snapshot.entity(*id).name).ends_with(ending) && names.insert(project.qualified_name(*id))
        };
        let named: Vec<EntityId> = types.iter().copied().filter(is_named).collect();
        if named.len() >= least {
            found.push(Pattern::new(
                project,
                format!("{} named `…{ending}`", count(named.len(), "type", "types")),
                &named,
            ));
        }
    }
    found
}
