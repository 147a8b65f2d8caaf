//! What other tools know better: a compiler's index takes the place of our own resolution.

pub mod scip;

use crate::completeness::{Completeness, list_places};
use crate::document::{Document, count, plain};
use crate::project::Project;
use crate::queries::Answer;
use parseltongue_store::EntityId;
use parseltongue_store::imported::IndexState;
use parseltongue_store::snapshot::CallKind;
use serde::Serialize;
use std::collections::BTreeSet;

/// An index that was imported, and what it changed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Imported {
    /// The tools that made the index.
    pub tool: String,
    /// Files whose calls it tells.
    pub files: usize,
    /// Files of the index that are not mapped.
    pub not_mapped: Vec<String>,
    /// Files whose text is not what the index was made from; our own resolution stands there.
    pub changed: Vec<String>,
    pub calls: ToldCalls,
    pub completeness: Completeness,
}

/// Call sites in the files of an index.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToldCalls {
    pub told: usize,
    /// Our own resolution stands: the index does not know them, or they call a value.
    pub not_told: usize,
    /// Pairs of caller and callee that only the index found.
    pub added: usize,
    /// Pairs that our own resolution had found and the index denies.
    pub removed: usize,
}

/// `before` and `after` are the project without and with the index.
pub fn imported(before: &Project, after: &Project, read: scip::Read) -> Imported {
    let (old, new) = (edges(before), edges(after));
    let state = after.snapshot.index().unwrap_or(IndexState {
        tool: read.index.tool,
        files: 0,
        stale: Vec::new(),
        told: 0,
        not_told: 0,
    });
    Imported {
        tool: state.tool,
        files: state.files,
        not_mapped: read.not_mapped,
        changed: read.changed,
        calls: ToldCalls {
            told: state.told,
            not_told: state.not_told,
            added: new.difference(&old).count(),
            removed: old.difference(&new).count(),
        },
        completeness: Completeness::new(after, &[], false),
    }
}

fn edges(project: &Project) -> BTreeSet<(EntityId, EntityId)> {
    let calls = project.snapshot.calls().iter().filter(|call| call.kind() == CallKind::Call);
    calls.map(|call| (call.caller, call.callee)).collect()
}

impl Answer for Imported {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.paragraph(vec![plain(format!(
            "{} tells the calls of {}: {}, {} not known to it",
            self.tool,
            count(self.files, "file", "files"),
            count(self.calls.told, "call site", "call sites"),
            self.calls.not_told,
        ))]);
        document.paragraph(vec![plain(format!("edges: {} added, {} removed", self.calls.added, self.calls.removed))]);
        for (files, why) in [
            (&self.changed, "not what the index was made from, so resolved without it"),
            (&self.not_mapped, "in the index but not mapped"),
        ] {
            if !files.is_empty() {
                let mut text = vec![plain(format!("{} {why}: ", count(files.len(), "file is", "files are")))];
                list_places(&mut text, files.iter().map(|file| (file.as_str(), 0)));
                document.note(text);
            }
        }
        self.completeness.add_to(&mut document);
        document
    }
}
