//! Who calls, and who is called.

use super::{Answer, Asked};
use crate::completeness::Completeness;
use crate::confidence::Confidence;
use crate::document::{Document, Part, count, faint, name, option, plain};
use crate::impact::{overridden, overriding};
use crate::model::{Entity, Neighbour, Relation, UnresolvedSite, evidence_label, kind_label, neighbours};
use crate::project::Project;
use parseltongue_resolve::Evidence;
use parseltongue_store::EntityId;
use parseltongue_store::snapshot::{CallKind, SiteOutcome};
use serde::Serialize;
use std::collections::BTreeSet;

/// Who calls or names an entity.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Through {
    pub method: Entity,
    pub callers: Vec<Neighbour>,
}

pub fn callers(project: &Project, id: EntityId, asked: &Asked) -> Callers {
    let snapshot = &project.snapshot;
    let of = |id| neighbours(project, snapshot.calls_to(id).filter(|call| asked.takes(call)), |call| call.caller);
    let bases = overridden(snapshot, id);
    let through = bases
        .iter()
        .map(|&base| Through { method: Entity::new(project, base), callers: of(base) })
        .filter(|through| !through.callers.is_empty())
        .collect();
    let name = snapshot.str(snapshot.entity(id).name);
    let mut completeness =
        Completeness::new(project, &[name], asked.unresolved).with_written(project, &[id], asked.unresolved);
    let all = bases.into_iter().chain([id]).flat_map(|id| snapshot.calls_to(id));
    completeness.less_sure = all.filter(|call| !asked.takes(call)).count();
    Callers { entity: Entity::new(project, id), callers: of(id), through, completeness }
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

/// How many entities neighbours are: one that is called and named stands in two lines.
pub(crate) fn distinct(neighbours: &[Neighbour]) -> usize {
    neighbours.iter().map(|neighbour| neighbour.entity.id).collect::<BTreeSet<_>>().len()
}

/// Calls that are less sure than this say so.
const WORTH_SAYING: Confidence = Confidence::hundredths(97);

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
        if neighbour.evidence == Evidence::Compiler {
            text.push(faint(format!("  ({})", evidence_label(neighbour.evidence))));
        }
        if neighbour.confidence < WORTH_SAYING {
            let evidence = evidence_label(neighbour.evidence);
            text.push(faint(format!("  ({evidence}, confidence {})", neighbour.confidence)));
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Callees {
    pub entity: Entity,
    pub callees: Vec<Neighbour>,
    /// What may run instead of called methods, if it was asked for.
    pub possible: Vec<PossibleTargets>,
    /// How many methods may run instead of called ones.
    pub possible_targets: usize,
    /// Calls in its body whose target in the project is not known, or is known to be a library's.
    pub unresolved: Vec<UnresolvedSite>,
    /// Calls in its body that lead out of the project, by name.
    pub external: Vec<ExternalName>,
    pub completeness: Completeness,
}

/// The methods that may run when `method` is called: implementations and overrides.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PossibleTargets {
    pub method: Entity,
    pub targets: Vec<Entity>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExternalName {
    pub name: String,
    pub sites: usize,
}

pub fn callees(project: &Project, id: EntityId, asked: &Asked) -> Callees {
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
    let calls = || snapshot.calls_from(id).iter().filter(|call| asked.takes(call));
    let mut called: Vec<EntityId> =
        calls().filter(|call| call.kind() == CallKind::Call).map(|call| call.callee).collect();
    called.dedup();
    let mut possible: Vec<PossibleTargets> = called
        .into_iter()
        .map(|method| PossibleTargets {
            method: Entity::new(project, method),
            targets: overriding(snapshot, method).into_iter().map(|id| Entity::new(project, id)).collect(),
        })
        .filter(|possible| !possible.targets.is_empty())
        .collect();
    let possible_targets = possible.iter().map(|possible| possible.targets.len()).sum();
    if !asked.dispatch {
        possible.clear();
    }
    let mut completeness = Completeness::new(project, &[], false);
    completeness.less_sure = snapshot.calls_from(id).len() - calls().count();
    Callees {
        entity: Entity::new(project, id),
        callees: neighbours(project, calls(), |call| call.callee),
        possible,
        possible_targets,
        unresolved,
        external,
        completeness,
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
        document.paragraph(vec![plain(format!("calls {}", count(distinct(&self.callees), "entity", "entities")))]);
        document.list(neighbour_items(&self.callees, |_| self.entity.file.clone()));
        if self.possible.is_empty() && self.possible_targets > 0 {
            document.paragraph(vec![
                plain(format!("{} may run instead", count(self.possible_targets, "method", "methods"))),
                faint(" ("),
                option("dispatch"),
                faint(" lists them)"),
            ]);
        }
        for possible in &self.possible {
            document.paragraph(vec![
                plain("may run instead of "),
                name(&*possible.method.qualified_name),
                plain(format!(": {}", count(possible.targets.len(), "method", "methods"))),
            ]);
            document.list(possible.targets.iter().map(|target| (0, target.text())).collect());
        }
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
