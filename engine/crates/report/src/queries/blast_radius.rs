//! What would be affected by a change.

use super::{Answer, Asked};
use crate::completeness::Completeness;
use crate::document::{Document, count, faint, marked, plain, strong};
use crate::impact::{affects, runs_unnamed, with_members};
use crate::model::Entity;
use crate::project::Project;
use crate::render::Annotation;
use crate::risk::Risk;
use parseltongue_graph::reach::reach;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;

/// What a change to an entity can affect.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlastRadius {
    pub entity: Entity,
    /// By the number of affected production entities. With `at_least`, unresolved call sites of the name
    /// may add to it.
    pub risk: Risk,
    pub at_least: bool,
    /// Affected production code without a caller here that may run all the same: methods of operators and of
    /// libraries' interfaces, and what a decorator or an annotation hands over.
    pub unnamed: Vec<Entity>,
    pub production: usize,
    pub tests: usize,
    pub files: usize,
    /// By distance, then place.
    pub affected: Vec<Affected>,
    /// The greatest distance that was looked at; `None` for all.
    pub depth: Option<u32>,
    pub completeness: Completeness,
}

/// An affected entity.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Affected {
    #[serde(flatten)]
    pub entity: Entity,
    /// Steps of dependence; 1 is direct.
    pub depth: u32,
}

pub fn blast_radius(project: &Project, id: EntityId, depth: Option<u32>, asked: &Asked) -> BlastRadius {
    let snapshot = &project.snapshot;
    let inside = with_members(snapshot, id);
    let starts: Vec<u32> = inside.iter().map(|id| id.number()).collect();
    let affected: Vec<Affected> = reach(&affects(snapshot, asked.min_confidence), &starts, depth)
        .into_iter()
        .map(|reached| (EntityId::from_index(reached.node as usize), reached.depth))
        .filter(|&(id, _)| !matches!(snapshot.entity(id).kind(), DefKind::Anonymous | DefKind::Impl))
        .map(|(id, depth)| Affected { entity: Entity::new(project, id), depth })
        .collect();
    let tests = affected.iter().filter(|affected| affected.entity.test).count();
    let production = affected.len() - tests;
    let mut files: Vec<&str> = affected.iter().map(|affected| affected.entity.file.as_str()).collect();
    files.stable_sort();
    files.dedup();
    let names: Vec<&str> = inside
        .iter()
        .filter(|&&id| snapshot.entity(id).kind().is_callable())
        .map(|&id| snapshot.str(snapshot.entity(id).name))
        .collect();
    let unnamed: Vec<Entity> = inside
        .iter()
        .copied()
        .chain(affected.iter().filter(|affected| !affected.entity.test).map(|affected| affected.entity.id))
        .filter(|&id| runs_unnamed(project, id))
        .map(|id| Entity::new(project, id))
        .collect();
    let mut completeness =
        Completeness::new(project, &names, asked.unresolved).with_written(project, &[id], asked.unresolved);
    completeness.less_sure = snapshot.calls().iter().filter(|call| !asked.takes(call)).count();
    BlastRadius {
        entity: Entity::new(project, id),
        risk: Risk::of(production),
        at_least: completeness.open().is_some() || completeness.less_sure > 0 || !unnamed.is_empty(),
        unnamed,
        production,
        tests,
        files: files.len(),
        depth,
        affected,
        completeness,
    }
}

impl BlastRadius {
    /// What cannot be seen from here of who runs it; `None` if nothing is.
    pub(crate) fn unnamed_callers(&self) -> Option<String> {
        may_run_unnamed(&self.unnamed)
    }

    /// How far was looked, if not all the way.
    pub(crate) fn within(&self) -> String {
        self.depth.map_or_else(String::new, |depth| format!(" within {}", count(depth as usize, "step", "steps")))
    }
}

/// Says of functions that they may run unseen; `None` if there are none.
pub(crate) fn may_run_unnamed(unnamed: &[Entity]) -> Option<String> {
    let first = unnamed.first()?;
    let more = match unnamed.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!(
        "`{}`{more} may run without a call that names it, by the language, a library or an operator",
        first.qualified_name
    ))
}

impl Answer for BlastRadius {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(2, self.entity.text());
        let at_least = self.risk.least(self.at_least);
        let within = self.within();
        document.paragraph(vec![
            plain(format!("risk: {at_least}")),
            strong(self.risk.label()),
            plain(format!(
                " - a change can affect {} and {} in {}{within}",
                count(self.production, "production entity", "production entities"),
                count(self.tests, "test", "tests"),
                count(self.files, "file", "files"),
            )),
        ]);
        let mut rows = Vec::new();
        for affected in &self.affected {
            let mut row = vec![vec![faint(affected.depth.to_string())]];
            row.extend(affected.entity.cells());
            rows.push(row);
        }
        document.table(vec!["steps", "kind", "name", "place"], rows);
        if let Some(unnamed) = self.unnamed_callers() {
            document.note(marked(&unnamed));
        }
        self.completeness.add_to(&mut document);
        document
    }

    fn risk(&self) -> Option<Risk> {
        Some(self.risk)
    }

    fn annotations(&self) -> Vec<Annotation> {
        vec![Annotation {
            file: self.entity.file.clone(),
            line: self.entity.line,
            title: format!("{} risk: {}", self.risk.label(), self.entity.qualified_name),
            message: format!(
                "{}{} and {} in {} can be affected",
                if self.at_least { "at least " } else { "" },
                count(self.production, "production entity", "production entities"),
                count(self.tests, "test", "tests"),
                count(self.files, "file", "files"),
            ),
            risk: self.risk,
        }]
    }
}
