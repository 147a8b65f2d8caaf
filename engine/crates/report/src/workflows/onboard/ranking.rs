//! Which types and functions matter most, by the graph.

use crate::document::count;
use crate::model::Entity;
use crate::project::Project;
use parseltongue_graph::Csr;
use parseltongue_graph::rank::pagerank;
use parseltongue_resolve::RelationKind;
use parseltongue_store::EntityId;
use parseltongue_store::find::is_shown;
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;
use std::collections::BTreeSet;

/// An entity that much of the project hangs on.
#[derive(Clone, Debug, Serialize)]
pub struct KeyEntity {
    #[serde(flatten)]
    pub entity: Entity,
    /// The numbers behind its place.
    pub reason: String,
    pub doc: Option<String>,
    /// Share of all rank, 0 to 1.
    pub rank: f64,
}

/// Ranks of all entities, by who uses whom.
pub(super) struct Ranking {
    rank: Vec<f64>,
    /// Users of each entity, test code left out: callers, and users of types and their members.
    users: Vec<BTreeSet<EntityId>>,
}

/// Test code is part of the graph, but its opinion of what matters counts little.
const TEST_WEIGHT: f64 = 0.05;

impl Ranking {
    pub(super) fn new(project: &Project) -> Self {
        let snapshot = &project.snapshot;
        let mut edges: Vec<(EntityId, EntityId)> =
            snapshot.calls().iter().map(|call| (call.caller, call.callee)).collect();
        for relation in snapshot.relations() {
            if relation.kind() != RelationKind::Imports {
                edges.push((relation.from, relation.to));
            }
        }
        let mut users = vec![BTreeSet::new(); snapshot.entities().len()];
        let mut ranked = Vec::with_capacity(edges.len() * 2);
        for (from, to) in edges {
            if from == to {
                continue;
            }
            ranked.push((from.number(), to.number()));
            let owner = type_around(project, to);
            if let Some(owner) = owner {
                // Using a method is using its type.
                ranked.push((from.number(), owner.number()));
            }
            if !snapshot.entity(from).is_test() {
                users[to.index()].insert(from);
                if let Some(owner) = owner.filter(|&owner| type_around(project, from) != Some(owner)) {
                    users[owner.index()].insert(from);
                }
            }
        }
        let weight = |node: u32| {
            if snapshot.entity(EntityId::from_index(node as usize)).is_test() { TEST_WEIGHT } else { 1.0 }
        };
        Self { rank: pagerank(&Csr::new(snapshot.entities().len(), ranked), weight), users }
    }

    pub(super) fn rank(&self, id: EntityId) -> f64 {
        self.rank[id.index()]
    }

    pub(super) fn users(&self, id: EntityId) -> usize {
        self.users[id.index()].len()
    }

    pub(super) fn key_types(&self, project: &Project) -> Vec<KeyEntity> {
        self.top(project, |kind| kind.is_type() && kind != DefKind::AssociatedType && kind != DefKind::Anonymous)
    }

    pub(super) fn key_functions(&self, project: &Project) -> Vec<KeyEntity> {
        self.top(project, |kind| kind.is_callable() && kind != DefKind::Accessor)
    }

    fn top(&self, project: &Project, wanted: impl Fn(DefKind) -> bool) -> Vec<KeyEntity> {
        const SHOWN: usize = 10;
        let snapshot = &project.snapshot;
        let mut found: Vec<EntityId> = project
            .shown_entities()
            .filter(|&id| {
                let entity = snapshot.entity(id);
                wanted(entity.kind()) && !entity.is_test() && self.users(id) > 0
            })
            .collect();
        // Rank alone favours small helpers that everything ends in; the number of users speaks for what
        // people will meet.
        let score = |id: EntityId| self.rank(id) * (1.0 + self.users(id) as f64).ln();
        found.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then_with(|| a.cmp(&b)));
        found.into_iter().take(SHOWN).map(|id| self.key(project, id)).collect()
    }

    fn key(&self, project: &Project, id: EntityId) -> KeyEntity {
        let snapshot = &project.snapshot;
        let users = &self.users[id.index()];
        let files: BTreeSet<_> = users.iter().map(|&user| snapshot.entity(user).file).collect();
        KeyEntity {
            entity: Entity::new(project, id),
            reason: format!(
                "used by {} in {}",
                count(users.len(), "entity", "entities"),
                count(files.len(), "file", "files")
            ),
            doc: snapshot.entity(id).doc().map(|doc| snapshot.str(doc).to_owned()),
            rank: self.rank(id),
        }
    }
}

/// The type that a member belongs to, also if it stands in an impl block or outside the type.
fn type_around(project: &Project, id: EntityId) -> Option<EntityId> {
    let snapshot = &project.snapshot;
    let parent = snapshot.entity(id).parent()?;
    if snapshot.entity(parent).kind().is_type() {
        return Some(parent);
    }
    let owner = snapshot.owner_type(id)?;
    is_shown(snapshot, owner).then_some(owner)
}
