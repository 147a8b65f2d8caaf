//! Which tests run an entity.

use crate::model::Entity;
use crate::project::Project;
use parseltongue_graph::Csr;
use parseltongue_graph::reach::reach;
use parseltongue_store::EntityId;
use serde::Serialize;

/// A test from which calls lead to an entity.
#[derive(Clone, Debug, Serialize)]
pub struct TestReaching {
    #[serde(flatten)]
    pub entity: Entity,
    /// Calls in between; 1 calls it directly.
    pub depth: u32,
}

/// Test functions that reach `id` through calls and references, nearest first. `upstream` leads from
/// callee to caller.
pub(super) fn tests_reaching(project: &Project, upstream: &Csr, id: EntityId) -> Vec<TestReaching> {
    reach(upstream, &[id.number()], None)
        .into_iter()
        .map(|reached| (EntityId::from_index(reached.node as usize), reached.depth))
        .filter(|&(id, _)| project.snapshot.entity(id).is_test() && project.snapshot.entity(id).kind().is_callable())
        .map(|(id, depth)| TestReaching { entity: Entity::new(project, id), depth })
        .collect()
}
