//! Cycles between functions and between files, with calls whose removal ends them.

use super::Answer;
use crate::completeness::Completeness;
use crate::document::{Document, count, faint, name, plain};
use crate::folders::folder_of;
use crate::model::Entity;
use crate::project::Project;
use parseltongue_graph::{Csr, cycles};
use parseltongue_resolve::RelationKind;
use parseltongue_store::snapshot::CallKind;
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;

/// Between what cycles are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum CyclesOf {
    /// Functions that call each other; a function that calls itself is recursion, not listed.
    Functions,
    /// Files that import or call each other.
    Files,
    /// Folders whose files import or call each other.
    Modules,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cycles {
    pub of: CyclesOf,
    /// Largest first.
    pub cycles: Vec<Cycle>,
    pub completeness: Completeness,
}

/// Entities that all reach each other.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cycle {
    pub members: Vec<Entity>,
    /// Edges whose removal leaves no cycle among the members: the fewest in small cycles, else few.
    pub cut: Vec<CutEdge>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CutEdge {
    pub from: Entity,
    pub to: Entity,
}

pub fn find_cycles(project: &Project, of: CyclesOf) -> Cycles {
    let snapshot = &project.snapshot;
    // A file is represented by its own entity, the first of its entities.
    let file_entity = |id: EntityId| snapshot.entities_of(snapshot.entity(id).file).next().unwrap_or(id);
    let calls = snapshot.calls().iter().filter(|call| call.kind() == CallKind::Call);
    let edges: Vec<(u32, u32)> = match of {
        CyclesOf::Functions => calls
            .filter(|call| snapshot.entity(call.caller).kind() != DefKind::File)
            .map(|call| (call.caller.number(), call.callee.number()))
            .collect(),
        CyclesOf::Files | CyclesOf::Modules => {
            let imports = snapshot.relations().iter().filter(|relation| relation.kind() == RelationKind::Imports);
            calls
                .map(|call| (file_entity(call.caller), file_entity(call.callee)))
                .chain(imports.map(|relation| (file_entity(relation.from), file_entity(relation.to))))
                .filter(|(from, to)| from != to)
                .map(|(from, to)| (from.number(), to.number()))
                .collect()
        }
    };
    let in_module = |id: EntityId| {
        let path = snapshot.path(snapshot.entity(id).file);
        let folder = folder_of(path);
        // A folder is represented by its first file: paths are sorted, so its files stand near each other.
        let first = snapshot.files().partition_point(|file| snapshot.str(file.path) < folder);
        (first..snapshot.files().len())
            .map(FileIndex::from_index)
            .find(|&file| folder_of(snapshot.path(file)) == folder && snapshot.file(file).entities > 0)
            .and_then(|file| snapshot.entities_of(file).next())
            .unwrap_or(id)
    };
    let edges = if of == CyclesOf::Modules {
        let module = |node: u32| in_module(EntityId::from_index(node as usize)).number();
        let edges = edges.into_iter().map(|(from, to)| (module(from), module(to)));
        edges.filter(|(from, to)| from != to).collect()
    } else {
        edges
    };
    let graph = Csr::new(snapshot.entities().len(), edges);
    let entity = |node: u32| {
        let mut entity = Entity::new(project, EntityId::from_index(node as usize));
        if of == CyclesOf::Modules {
            let folder = folder_of(&entity.file);
            let folder = if folder.is_empty() { "." } else { folder }.to_owned();
            entity.kind = DefKind::Module;
            (entity.name, entity.qualified_name, entity.file) = (folder.clone(), folder.clone(), folder);
            (entity.line, entity.column) = (0, 0);
        }
        entity
    };
    let cycles = cycles::cycles(&graph, false)
        .into_iter()
        .map(|component| Cycle {
            cut: cycles::edges_to_cut(&graph, &component)
                .into_iter()
                .map(|(from, to)| CutEdge { from: entity(from), to: entity(to) })
                .collect(),
            members: component.into_iter().map(entity).collect(),
        })
        .collect();
    Cycles { of, cycles, completeness: Completeness::new(project, &[], false) }
}

impl Answer for Cycles {
    fn document(&self) -> Document {
        let mut document = Document::default();
        let between = match self.of {
            CyclesOf::Functions => "between functions",
            CyclesOf::Files => "between files",
            CyclesOf::Modules => "between modules",
        };
        document.paragraph(vec![plain(format!("{} {between}", count(self.cycles.len(), "cycle", "cycles")))]);
        for (index, cycle) in self.cycles.iter().enumerate() {
            document.heading(3, vec![plain(format!("cycle {} of {} members", index + 1, cycle.members.len()))]);
            document.list(cycle.members.iter().map(|member| (0, member.text())).collect());
            let mut text = vec![faint("ends without "), plain("")];
            for (index, edge) in cycle.cut.iter().enumerate() {
                if index > 0 {
                    text.push(plain(", "));
                }
                text.extend([name(&*edge.from.qualified_name), plain(" -> "), name(&*edge.to.qualified_name)]);
            }
            document.paragraph(text);
        }
        self.completeness.add_to(&mut document);
        document
    }
}
