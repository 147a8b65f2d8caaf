//! What somebody who changes an entity must have read, within a budget of tokens.

use super::{Answer, Asked, callees, callers};
use crate::completeness::Completeness;
use crate::document::{Document, count, faint, name, plain};
use crate::model::Entity;
use crate::project::{Project, info_string};
use parseltongue_resolve::RelationKind;
use parseltongue_store::EntityId;
use serde::Serialize;

/// An entity with its source and the signatures around it.
#[derive(Clone, Debug, Serialize)]
pub struct Context {
    pub entity: Entity,
    pub doc: Option<String>,
    /// The whole definition, or its signature if the budget does not hold it.
    pub source: String,
    pub source_is_whole: bool,
    pub language: &'static str,
    pub callers: Vec<Surrounding>,
    pub callees: Vec<Surrounding>,
    /// Types that it names.
    pub types: Vec<Surrounding>,
    /// How many of the above did not fit.
    pub left_out: usize,
    /// Estimated, see [`estimated_tokens`].
    pub tokens: usize,
    pub completeness: Completeness,
}

/// A neighbour by its signature.
#[derive(Clone, Debug, Serialize)]
pub struct Surrounding {
    #[serde(flatten)]
    pub entity: Entity,
    pub signature: String,
}

/// An estimate of the tokens that a text costs: four bytes each, which is near what byte-pair encoders
/// of current models need for English and source code.
fn estimated_tokens(text: &str) -> usize {
    text.len().div_ceil(4)
}

pub fn generate_context(project: &Project, id: EntityId, budget: Option<usize>) -> Context {
    let snapshot = &project.snapshot;
    let record = snapshot.entity(id);
    let budget = budget.unwrap_or(usize::MAX);
    let signature = project.signature(record).unwrap_or_default();
    let whole = project.source_of(record).filter(|source| estimated_tokens(source) <= budget);
    let source_is_whole = whole.is_some();
    let source = whole.unwrap_or(signature);
    let mut tokens = estimated_tokens(&source);
    let mut left_out = 0;
    let mut fitting = |ids: Vec<EntityId>| {
        let mut kept = Vec::new();
        for id in ids {
            let entity = Entity::new(project, id);
            let signature = project.signature(snapshot.entity(id)).unwrap_or_else(|| entity.name.clone());
            let cost = estimated_tokens(&signature) + estimated_tokens(&entity.file) + 8;
            if tokens.saturating_add(cost) > budget {
                left_out += 1;
            } else {
                tokens += cost;
                kept.push(Surrounding { entity, signature });
            }
        }
        kept
    };
    let calling = callers(project, id, &Asked::default());
    let called = callees(project, id, &Asked::default());
    let ids = |neighbours: &[crate::model::Neighbour]| {
        let mut ids: Vec<EntityId> = neighbours.iter().map(|neighbour| neighbour.entity.id).collect();
        ids.dedup();
        ids
    };
    let types: Vec<EntityId> = snapshot
        .relations_from(id)
        .iter()
        .filter(|relation| relation.kind() == RelationKind::UsesType)
        .map(|relation| relation.to)
        .collect();
    Context {
        entity: Entity::new(project, id),
        doc: record.doc().map(|doc| snapshot.str(doc).to_owned()),
        source,
        source_is_whole,
        language: info_string(snapshot.file(record.file).language()),
        callers: fitting(ids(&calling.callers)),
        callees: fitting(ids(&called.callees)),
        types: fitting(types),
        left_out,
        tokens,
        completeness: calling.completeness,
    }
}

impl Answer for Context {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(2, self.entity.text());
        if let Some(doc) = &self.doc {
            document.paragraph(vec![plain(&**doc)]);
        }
        document.code(self.language, &*self.source);
        for (title, around) in [("Callers", &self.callers), ("Calls", &self.callees), ("Types it names", &self.types)] {
            if around.is_empty() {
                continue;
            }
            document.heading(3, vec![plain(title)]);
            let item = |around: &Surrounding| (0, vec![name(&*around.signature), plain("  "), around.entity.place()]);
            document.list(around.iter().map(item).collect());
        }
        let mut text = format!("about {}", count(self.tokens, "token", "tokens"));
        if !self.source_is_whole {
            text.push_str("; the body did not fit");
        }
        if self.left_out > 0 {
            text.push_str(&format!("; {} did not fit", count(self.left_out, "neighbour", "neighbours")));
        }
        document.paragraph(vec![faint(text)]);
        self.completeness.add_to(&mut document);
        document
    }
}
