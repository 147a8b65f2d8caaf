//! Who calls, and who is called.

use super::Answer;
use crate::completeness::Completeness;
use crate::document::{Document, Part, count, faint, name, plain};
use crate::model::{Entity, Neighbour, Relation, UnresolvedSite, kind_label, neighbours};
use crate::project::Project;
use parseltongue_resolve::RelationKind;
use parseltongue_store::EntityId;
use parseltongue_store::snapshot::SiteOutcome;
use serde::Serialize;

/// Who calls or names an entity.
#[derive(Clone, Debug, Serialize)]
pub struct Callers {
    pub entity: Entity,
    pub callers: Vec<Neighbour>,
    /// The same for the base, interface or trait methods that the entity takes the place of: their
    /// callers may run it.
    pub through: Vec<Through>,
    pub completeness: Completeness,
}

/// Callers of a method that dispatches to another at run time.
#[derive(Clone, Debug, Serialize)]
pub struct Through {
    pub method: Entity,
    pub callers: Vec<Neighbour>,
}

pub fn callers(project: &Project, id: EntityId, with_unresolved: bool) -> Callers {
    let snapshot = &project.snapshot;
    let of = |id| neighbours(project, snapshot.calls_to(id), |call| call.caller);
    let through = snapshot
        .relations_from(id)
        .iter()
        .filter(|relation| relation.kind() == RelationKind::Overrides)
        .map(|relation| Through { method: Entity::new(project, relation.to), callers: of(relation.to) })
        .filter(|through| !through.callers.is_empty())
        .collect();
    let name = snapshot.str(snapshot.entity(id).name);
    Callers {
        entity: Entity::new(project, id),
        callers: of(id),
        through,
        completeness: Completeness::new(project, &[name], with_unresolved),
    }
}

impl Answer for Callers {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(2, self.entity.text());
        document.append(self.body());
        self.completeness.add_to(&mut document);
        document
    }
}

impl Callers {
    /// The answer without title and completeness, as a part of other documents.
    pub(crate) fn body(&self) -> Document {
        let mut document = Document::default();
        let calls = self.callers.iter().filter(|caller| caller.relation == Relation::Call).count();
        let references = self.callers.len() - calls;
        let mut summary = count(calls, "caller", "callers");
        if references > 0 {
            summary.push_str(&format!(", named without a call by {references}"));
        }
        document.paragraph(vec![plain(summary)]);
        document.list(neighbour_items(&self.callers, |caller| caller.entity.file.clone()));
        for through in &self.through {
            let mut text = vec![plain("may also run through ")];
            text.extend(through.method.text());
            document.paragraph(text);
            document.list(neighbour_items(&through.callers, |caller| caller.entity.file.clone()));
        }
        document
    }
}

/// One item for each neighbour, and below it one for each place.
fn neighbour_items(neighbours: &[Neighbour], file_of_sites: impl Fn(&Neighbour) -> String) -> Vec<(u8, Vec<Part>)> {
    let mut items = Vec::new();
    for neighbour in neighbours {
        let mut text = vec![
            faint(format!("{} ", kind_label(neighbour.entity.kind))),
            name(&*neighbour.entity.qualified_name),
            plain("  "),
            neighbour.entity.place(),
        ];
        if neighbour.relation == Relation::Reference {
            text.push(faint("  (named, not called)"));
        }
        if neighbour.entity.test {
            text.push(faint("  test"));
        }
        items.push((0, text));
        let file = file_of_sites(neighbour);
        for site in &neighbour.sites {
            let place = Part::Place { path: file.clone(), line: site.line, column: site.column };
            items.push((1, vec![place, plain("  "), name(&*site.text)]));
        }
    }
    items
}

/// What an entity calls or names.
#[derive(Clone, Debug, Serialize)]
pub struct Callees {
    pub entity: Entity,
    pub callees: Vec<Neighbour>,
    /// Calls in its body whose target in the project is not known, or is known to be a library's.
    pub unresolved: Vec<UnresolvedSite>,
    /// Calls in its body that lead out of the project, by name.
    pub external: Vec<ExternalName>,
    pub completeness: Completeness,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExternalName {
    pub name: String,
    pub sites: usize,
}

pub fn callees(project: &Project, id: EntityId) -> Callees {
    let snapshot = &project.snapshot;
    let mut external: Vec<ExternalName> = Vec::new();
    let mut unresolved = Vec::new();
    for site in snapshot.sites_in(id) {
        if site.outcome() != SiteOutcome::External {
            unresolved.push(UnresolvedSite::new(project, site));
            continue;
        }
        let name = snapshot.str(site.name);
        match external.last_mut() {
            Some(last) if last.name == name => last.sites += 1,
            _ => external.push(ExternalName { name: name.to_owned(), sites: 1 }),
        }
    }
    Callees {
        entity: Entity::new(project, id),
        callees: neighbours(project, snapshot.calls_from(id).iter(), |call| call.callee),
        unresolved,
        external,
        completeness: Completeness::new(project, &[], false),
    }
}

impl Answer for Callees {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(2, self.entity.text());
        document.append(self.body());
        self.completeness.add_to(&mut document);
        document
    }
}

impl Callees {
    /// The answer without title and completeness, as a part of other documents.
    pub(crate) fn body(&self) -> Document {
        let mut document = Document::default();
        document.paragraph(vec![plain(format!("calls {}", count(self.callees.len(), "entity", "entities")))]);
        document.list(neighbour_items(&self.callees, |_| self.entity.file.clone()));
        if !self.external.is_empty() {
            let mut text = vec![plain("calls out of the project: ")];
            for (index, external) in self.external.iter().enumerate() {
                if index > 0 {
                    text.push(plain(", "));
                }
                text.push(name(&*external.name));
            }
            document.paragraph(text);
        }
        if !self.unresolved.is_empty() {
            document.note(vec![plain(format!(
                "{} in its body could not be resolved:",
                count(self.unresolved.len(), "call", "calls")
            ))]);
            let items = self.unresolved.iter().map(|site| {
                (0, vec![site.place(), plain("  "), name(&*site.name), faint(format!("  {}", site.outcome))])
            });
            document.list(items.collect());
        }
        document
    }
}
