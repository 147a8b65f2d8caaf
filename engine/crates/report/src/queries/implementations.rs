//! What implements, extends or overrides an entity.

use super::Answer;
use crate::completeness::Completeness;
use crate::document::{Document, count, faint, plain};
use crate::model::Entity;
use crate::project::Project;
use parseltongue_resolve::RelationKind;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;

/// What implements, extends or overrides an entity.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Implementations {
    pub entity: Entity,
    /// Subtypes and implementors, or overriding methods; direct and indirect.
    pub implementations: Vec<Implementation>,
    pub completeness: Completeness,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Implementation {
    #[serde(flatten)]
    pub entity: Entity,
    pub relation: RelationKind,
    /// 1 is direct.
    pub depth: u32,
}

pub fn what_implements(project: &Project, id: EntityId) -> Implementations {
    let snapshot = &project.snapshot;
    let mut seen = vec![id];
    let mut implementations = Vec::new();
    let mut level = vec![id];
    let mut depth = 0;
    while !level.is_empty() {
        depth += 1;
        let mut next: Vec<(EntityId, RelationKind)> = Vec::new();
        for &base in &level {
            for relation in snapshot.relations_to(base) {
                if !matches!(
                    relation.kind(),
                    RelationKind::Extends | RelationKind::Implements | RelationKind::Overrides
                ) {
                    continue;
                }
                if !seen.contains(&relation.from) {
                    seen.push(relation.from);
                    next.push((relation.from, relation.kind()));
                }
            }
        }
        next.stable_sort();
        level = next.iter().map(|&(id, _)| id).collect();
        implementations.extend(next.into_iter().map(|(id, relation)| Implementation {
            entity: Entity::new(project, id),
            relation,
            depth,
        }));
    }
    Implementations {
        entity: Entity::new(project, id),
        implementations,
        completeness: Completeness::new(project, &[], false),
    }
}

impl Answer for Implementations {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(2, self.entity.text());
        document.paragraph(vec![plain(count(self.implementations.len(), "implementation", "implementations"))]);
        let rows = self.implementations.iter().map(|implementation| {
            let how = match implementation.relation {
                RelationKind::Extends => "extends",
                RelationKind::Overrides => "overrides",
                _ => "implements",
            };
            let mut row = vec![vec![faint(how)]];
            let mut cells = implementation.entity.cells();
            if implementation.entity.kind == DefKind::Impl {
                cells[1] = vec![crate::document::name(&*implementation.entity.qualified_name)];
            }
            row.extend(cells);
            row
        });
        document.table(vec!["how", "kind", "name", "place"], rows.collect());
        self.completeness.add_to(&mut document);
        document
    }
}
