//! What is there, and where.

use super::Answer;
use crate::completeness::Completeness;
use crate::document::{Document, count, faint, name, plain};
use crate::model::{Entity, kind_label};
use crate::project::Project;
use parseltongue_store::EntityId;
use parseltongue_store::find::is_shown;
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;

#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// Only these kinds; all if empty.
    pub kinds: Vec<DefKind>,
    /// Only names or paths that contain this, in any case.
    pub filter: Option<String>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// Entities in order of path and place.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntityList {
    pub entities: Vec<Entity>,
    /// How many fit, also those beyond the limit.
    pub total: usize,
    pub completeness: Completeness,
}

pub fn list_entities(project: &Project, options: &ListOptions) -> EntityList {
    let wanted = options.filter.as_ref().map(|filter| filter.to_lowercase());
    let fits = |id: &EntityId| {
        let entity = project.snapshot.entity(*id);
        let kind_fits = options.kinds.is_empty() || options.kinds.contains(&entity.kind());
        kind_fits
            && wanted.as_ref().is_none_or(|wanted| {
                project.qualified_name(*id).to_lowercase().contains(wanted)
                    || project.snapshot.path(entity.file).to_lowercase().contains(wanted)
            })
    };
    // Impl blocks have no name of their own, so they are listed only for whoever asks for them.
    let impls = options.kinds.contains(&DefKind::Impl);
    let shown = (0..project.snapshot.entities().len())
        .map(EntityId::from_index)
        .filter(|&id| is_shown(&project.snapshot, id) || impls && project.snapshot.entity(id).kind() == DefKind::Impl);
    list(project, shown.filter(fits).collect(), options.limit)
}

/// The entities of the file at a path relative to the root; `None` if the map has no such file.
pub fn entities_in_file(project: &Project, path: &str, limit: Option<usize>) -> Option<EntityList> {
    let path = path.strip_prefix("./").unwrap_or(path).replace('\\', "/");
    let file = project.snapshot.file_at(&path)?;
    let entities = project.snapshot.entities_of(file).filter(|&id| is_shown(&project.snapshot, id)).collect();
    Some(list(project, entities, limit))
}

fn list(project: &Project, found: Vec<EntityId>, limit: Option<usize>) -> EntityList {
    let total = found.len();
    let shown = found.into_iter().take(limit.unwrap_or(usize::MAX));
    EntityList {
        entities: shown.map(|id| Entity::new(project, id)).collect(),
        total,
        completeness: Completeness::new(project, &[], false),
    }
}

impl Answer for EntityList {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.table(vec!["kind", "name", "place"], self.entities.iter().map(Entity::cells).collect());
        let shown = self.entities.len();
        let text = if shown < self.total {
            format!("{shown} of {} (--limit shows more)", count(self.total, "entity", "entities"))
        } else {
            count(self.total, "entity", "entities")
        };
        document.paragraph(vec![faint(text)]);
        self.completeness.add_to(&mut document);
        document
    }
}

/// A definition with its signature and documentation.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhereDefined {
    #[serde(flatten)]
    pub entity: Entity,
    /// Up to the body, on one line.
    pub signature: Option<String>,
    /// First paragraph of the doc comment.
    pub doc: Option<String>,
}

pub fn where_defined(project: &Project, id: EntityId) -> WhereDefined {
    let record = project.snapshot.entity(id);
    WhereDefined {
        entity: Entity::new(project, id),
        signature: project.signature(record),
        doc: record.doc().map(|doc| project.snapshot.str(doc).to_owned()),
    }
}

impl Answer for WhereDefined {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.paragraph(vec![
            faint(format!("{} ", kind_label(self.entity.kind))),
            name(&*self.entity.qualified_name),
            plain("  "),
            self.entity.place(),
        ]);
        let mut items = Vec::new();
        if let Some(signature) = &self.signature {
            items.push((0, vec![name(&**signature)]));
        }
        if let Some(doc) = &self.doc {
            items.push((0, vec![plain(&**doc)]));
        }
        document.list(items);
        document
    }
}
