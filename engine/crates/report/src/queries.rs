//! The questions with a direct answer.

mod blast_radius;
mod calls;
mod context;
mod cycles;
mod entities;
mod implementations;

pub use blast_radius::{Affected, BlastRadius, blast_radius};
pub use calls::{Callees, Callers, Through, callees, callers};
pub use context::{Context, generate_context};
pub use cycles::{Cycle, Cycles, CyclesOf, find_cycles};
pub use entities::{EntityList, ListOptions, WhereDefined, entities_in_file, list_entities, where_defined};
pub use implementations::{Implementations, what_implements};

use crate::document::Document;
use parseltongue_store::find::{self, Found};
use parseltongue_store::EntityId;
use serde::Serialize;

/// A typed answer that can be laid out.
pub trait Answer: Serialize {
    fn document(&self) -> Document;
}

/// A name that fits nothing, with names that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotFound {
    pub query: String,
    pub did_you_mean: Vec<String>,
}

/// The entities that a name stands for; several are all answered, none is picked.
pub fn resolve_name(project: &crate::Project, query: &str) -> Result<Vec<EntityId>, NotFound> {
    match find::find(&project.snapshot, query) {
        Found::Entities(entities) => Ok(entities),
        Found::Nothing { near } => Err(NotFound { query: query.to_owned(), did_you_mean: near }),
    }
}
