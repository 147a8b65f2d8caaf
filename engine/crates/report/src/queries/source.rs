//! A definition as it stands in its file.

use super::Answer;
use crate::document::{Document, plain};
use crate::model::Entity;
use crate::project::{Project, info_string};
use parseltongue_store::EntityId;
use serde::Serialize;

/// A definition with its whole source.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DefinitionSource {
    #[serde(flatten)]
    pub entity: Entity,
    pub language: &'static str,
    /// `None` if the file cannot be read any more.
    pub source: Option<String>,
}

pub fn source(project: &Project, id: EntityId) -> DefinitionSource {
    let record = project.snapshot.entity(id);
    DefinitionSource {
        entity: Entity::new(project, id),
        language: info_string(project.snapshot.file(record.file).language()),
        source: project.source_of(record),
    }
}

impl Answer for DefinitionSource {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.paragraph(self.entity.text());
        match &self.source {
            Some(source) => document.code(self.language, source.as_str()),
            None => document.note(vec![plain("the file cannot be read any more")]),
        };
        document
    }
}
