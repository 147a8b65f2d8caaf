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
pub struct Pattern {
    pub pattern: String,
    pub evidence: Vec<Entity>,
    /// How many more there are.
    pub more: usize,
}

const EVIDENCE: usize = 4;

impl Pattern {
    fn new(project: &Project, pattern: String, evidence: &[EntityId]) -> Self {
        Self {
            pattern,
            evidence: evidence.iter().take(EVIDENCE).map(|&id| Entity::new(project, id)).collect(),
            more: evidence.len().saturating_sub(EVIDENCE),
        }
    }

    pub(super) fn items(&self) -> Vec<(u8, Text)> {
        let mut items = vec![(0, marked(&self.pattern))];
        for entity in &self.evidence {
            items.push((1, vec![name(&*entity.qualified_name), plain("  "), entity.place()]));
        }
        if self.more > 0 {
            items.push((1, vec![faint(format!("and {} more", self.more))]));
        }
        items
    }
}

/// Endings of type names that are a pattern's own word in all nine languages, and the least number that
/// makes it one.
const NAMED: &[(&str, &str, usize)] = &[
    ("Builder", "builders: objects are put together step by step", 1),
    ("Visitor", "visitors: work on a tree is kept apart from the tree", 1),
    ("Factory", "factories: creation is a responsibility of its own", 1),
    ("Adapter", "adapters between interfaces", 2),
    ("Strategy", "strategies that can be exchanged", 2),
    ("Middleware", "middleware: requests pass a chain", 1),
    ("Handler", "handlers: each kind of event or request has its own", 3),
    ("Controller", "controllers", 2),
    ("Repository", "repositories between domain and storage", 2),
    ("Service", "services", 3),
    ("Observer", "observers: changes are told to subscribers", 1),
    ("Plugin", "plugins", 2),
    ("Command", "commands as objects", 3),
    ("Transport", "transports that can be exchanged", 2),
];

pub(super) fn patterns(project: &Project) -> Vec<Pattern> {
    let snapshot = &project.snapshot;
    let mut found = Vec::new();

    let mut implementors: BTreeMap<EntityId, Vec<EntityId>> = BTreeMap::new();
    for relation in snapshot.relations() {
        let side = |id| snapshot.entity(id).is_test() || is_side_folder(snapshot.path(snapshot.entity(id).file));
        let production = !side(relation.from) && !side(relation.to);
        if production && matches!(relation.kind(), RelationKind::Implements | RelationKind::Extends) {
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

    for &(ending, description, least) in NAMED {
        let named: Vec<EntityId> = project
            .shown_entities()
            .filter(|&id| {
                let entity = snapshot.entity(id);
                entity.kind().is_type()
                    && !entity.is_test()
                    && !is_side_folder(snapshot.path(entity.file))
                    && snapshot.str(entity.name).ends_with(ending)
            })
            .collect();
        if named.len() >= least {
            found.push(Pattern::new(
                project,
                format!("{description} ({})", count(named.len(), "type", "types")),
                &named,
            ));
        }
    }
    found
}
