//! What a language model, or somebody who changes an entity, must have read, within a budget of tokens.

use super::{Answer, Asked, callers};
use crate::completeness::Completeness;
use crate::document::{Block, Document, Part, Text, count, faint, marked, name, plain};
use crate::impact::runs;
use crate::model::{Entity, kind_label};
use crate::project::{Project, info_string};
use crate::prose;
use crate::ranking::Ranking;
use crate::render::{xml_attribute, xml_text};
use crate::tokens;
use crate::workflows::onboard::summary;
use parseltongue_graph::reach::reach;
use parseltongue_resolve::RelationKind;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;
use std::collections::BTreeSet;

/// Tokens where the user names no budget.
pub const DEFAULT_TOKENS: usize = 4000;

/// An entity with what stands around it in the graph, nearest first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Context {
    pub entity: Entity,
    pub signature: String,
    pub doc: Option<String>,
    /// The whole definition; `None` if the budget does not hold it.
    pub source: Option<String>,
    pub language: &'static str,
    /// By distance; at one distance what it uses, then what uses it, then tests.
    pub around: Vec<Surrounding>,
    pub left_out: LeftOut,
    /// Estimated as `o200k_base` counts, of this answer as it is printed.
    pub tokens: usize,
    pub budget: usize,
    /// What is not known, in sentences; empty if everything is.
    pub unknown: Vec<String>,
}

/// What the budget did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeftOut {
    pub entities: usize,
    /// Bodies of entities that are there by their signature.
    pub bodies: usize,
}

/// A neighbour in the graph.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Surrounding {
    #[serde(flatten)]
    pub entity: Entity,
    pub relation: ContextRelation,
    /// Steps from the focus; 1 is direct.
    pub distance: u32,
    pub signature: String,
    /// The first line of the focus's caller that calls it.
    pub call: Option<String>,
    /// The whole definition, where the budget holds it.
    pub source: Option<String>,
}

/// What a neighbour is to the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ContextRelation {
    /// The focus calls or names it.
    Callee,
    /// The focus names the type.
    Type,
    /// The focus extends, implements or overrides it.
    Base,
    /// It extends, implements or overrides the focus.
    Implementation,
    /// A part of the focus.
    Member,
    /// It calls or names the focus.
    Caller,
    /// A test from which calls lead to the focus.
    Test,
}

impl ContextRelation {
    const ALL: [Self; 7] =
        [Self::Member, Self::Callee, Self::Type, Self::Base, Self::Implementation, Self::Caller, Self::Test];

    fn title(self) -> &'static str {
        match self {
            Self::Callee => "Calls",
            Self::Type => "Types it names",
            Self::Base => "Based on",
            Self::Implementation => "Implementations",
            Self::Member => "Members",
            Self::Caller => "Callers",
            Self::Test => "Tests that reach it",
        }
    }

    fn tag(self) -> &'static str {
        match self {
            Self::Callee => "callee",
            Self::Type => "type",
            Self::Base => "base",
            Self::Implementation => "implementation",
            Self::Member => "member",
            Self::Caller => "caller",
            Self::Test => "test",
        }
    }
}

/// One more thing that an answer can hold, the most relevant first.
enum Step {
    FocusSource(String),
    Signature(Box<Surrounding>),
    /// The body of a neighbour that a step before has shown.
    Source(EntityId, String),
}

/// The context of an entity. `rendered` is the answer as it will be printed: the budget holds for that.
///
/// # Errors
/// A message for people if not even the signature fits.
pub fn generate_context(
    project: &Project,
    id: EntityId,
    budget: usize,
    rendered: &dyn Fn(&Context) -> String,
) -> Result<Context, String> {
    let snapshot = &project.snapshot;
    let record = snapshot.entity(id);
    let called = callers(project, id, &Asked::default());
    let base = Context {
        entity: Entity::new(project, id),
        signature: signature(project, id),
        doc: record.doc().map(|doc| prose::plain(snapshot.str(doc))),
        source: None,
        language: info_string(snapshot.file(record.file).language()),
        around: Vec::new(),
        left_out: LeftOut { entities: 0, bodies: 0 },
        tokens: 0,
        budget,
        unknown: sentences(&called.completeness),
    };
    let steps = steps(project, id, budget);
    let with = |taken: usize| {
        let mut context = base.clone();
        for step in &steps[..taken] {
            match step {
                Step::FocusSource(source) => context.source = Some(source.clone()),
                Step::Signature(surrounding) => context.around.push((**surrounding).clone()),
                Step::Source(of, source) => {
                    for known in context.around.iter_mut().filter(|known| known.entity.id == *of) {
                        known.source = Some(source.clone());
                    }
                }
            }
        }
        let entities = steps[taken..].iter().filter(|step| matches!(step, Step::Signature(_))).count();
        context.left_out = LeftOut { entities, bodies: steps.len() - taken - entities };
        measured(context, rendered, |context, tokens| context.tokens = tokens)
    };
    fit(steps.len(), budget, with, |context| context.tokens)
}

/// How much of a budget each entity of a name may take: the same, and what all leave over goes to the first ones that
/// it helps.
///
/// # Errors
/// As [`generate_context`].
pub fn context_budgets(
    project: &Project,
    ids: &[EntityId],
    budget: usize,
    rendered: &dyn Fn(&Context) -> String,
) -> Result<Vec<usize>, String> {
    let share = budget / ids.len().max(1);
    let tokens = |id: EntityId, budget: usize| Ok(generate_context(project, id, budget, rendered)?.tokens);
    let taken: Vec<usize> = ids.iter().map(|&id| tokens(id, share)).collect::<Result<_, String>>()?;
    let mut spare = share * ids.len() - taken.iter().sum::<usize>();
    ids.iter()
        .zip(taken)
        .map(|(&id, taken)| {
            let allowed = taken + spare;
            // A larger budget may choose otherwise, and then take less.
            spare = allowed - tokens(id, allowed)?;
            Ok(allowed)
        })
        .collect()
}

/// The answer with its own size in it. The number changes the size by a token at most.
fn measured<A>(mut answer: A, rendered: &dyn Fn(&A) -> String, set: impl Fn(&mut A, usize)) -> A {
    set(&mut answer, 9999);
    let tokens = tokens::estimate(&rendered(&answer));
    set(&mut answer, tokens);
    answer
}

/// The answer with the most steps that fits into a budget: more steps never cost less.
fn fit<A>(steps: usize, budget: usize, with: impl Fn(usize) -> A, cost: impl Fn(&A) -> usize) -> Result<A, String> {
    let all = with(steps);
    if cost(&all) <= budget {
        return Ok(all);
    }
    let least = with(0);
    if cost(&least) > budget {
        return Err(format!(
            "the shortest answer takes {} tokens and {budget} are allowed; raise --tokens",
            cost(&least)
        ));
    }
    let (mut fits, mut too_many, mut best) = (0, steps, least);
    while too_many - fits > 1 {
        let middle = fits.midpoint(too_many);
        let answer = with(middle);
        if cost(&answer) <= budget {
            (fits, best) = (middle, answer);
        } else {
            too_many = middle;
        }
    }
    Ok(best)
}

/// Signatures before bodies, near before far. The focus's own body comes first if it leaves room for what is
/// around it.
fn steps(project: &Project, id: EntityId, budget: usize) -> Vec<Step> {
    /// Neighbours whose bodies are worth more than what is two steps away.
    const BODIES: usize = 12;
    const TESTS: usize = 5;
    let snapshot = &project.snapshot;
    let inside = crate::impact::with_members(snapshot, id);
    let mut seen: BTreeSet<EntityId> = inside.iter().copied().collect();
    let mut steps: Vec<Step> = Vec::new();
    let own = project.source_of(snapshot.entity(id));
    let own_cost = own.as_deref().map_or(0, tokens::estimate);
    let mut later = None;
    match own {
        Some(source) if own_cost * 2 <= budget => steps.push(Step::FocusSource(source)),
        Some(source) if own_cost <= budget => later = Some(Step::FocusSource(source)),
        _ => {
            // What does not fit whole is shown by its members.
            let members = inside.iter().skip(1).filter(|&&member| parseltongue_store::find::is_shown(snapshot, member));
            // Fields say little by their name alone, and functions inside functions nothing at all.
            let members = members.filter(|&&member| {
                let inner =
                    snapshot.entity(member).parent().is_some_and(|parent| snapshot.entity(parent).kind().is_callable());
                snapshot.entity(member).kind().is_callable() && !inner
            });
            steps.extend(members.map(|&member| signature_step(project, member, ContextRelation::Member, 1, None)));
        }
    }
    let mut near: Vec<(ContextRelation, EntityId, Option<String>)> = Vec::new();
    for &part in &inside {
        near.extend(snapshot.calls_from(part).iter().map(|call| (ContextRelation::Callee, call.callee, None)));
        for relation in snapshot.relations_from(part) {
            let kind = match relation.kind() {
                RelationKind::UsesType => ContextRelation::Type,
                RelationKind::Imports => continue,
                _ => ContextRelation::Base,
            };
            near.push((kind, relation.to, None));
        }
        let related = snapshot.relations_to(part);
        let implementing =
            related.filter(|relation| !matches!(relation.kind(), RelationKind::UsesType | RelationKind::Imports));
        near.extend(implementing.map(|relation| (ContextRelation::Implementation, relation.from, None)));
        let calls = snapshot.calls_to(part).filter(|call| !snapshot.entity(call.caller).is_test());
        near.extend(calls.map(|call| {
            let file = snapshot.path(snapshot.entity(call.caller).file);
            (ContextRelation::Caller, call.caller, Some(project.line(file, call.line)))
        }));
    }
    let order = |relation: ContextRelation| ContextRelation::ALL.iter().position(|&known| known == relation);
    near.stable_sort_by_key(|(relation, id, _)| (order(*relation), *id));
    let mut bodies: Vec<(usize, EntityId, String)> = Vec::new();
    let mut first: Vec<EntityId> = Vec::new();
    for (relation, other, call) in near {
        if !seen.insert(other) || snapshot.entity(other).kind() == DefKind::File {
            continue;
        }
        first.push(other);
        steps.push(signature_step(project, other, relation, 1, call));
        if matches!(relation, ContextRelation::Callee | ContextRelation::Type | ContextRelation::Base)
            && let Some(source) = project.source_of(snapshot.entity(other))
        {
            bodies.push((tokens::estimate(&source), other, source));
        }
    }
    let runs = reach(&runs(snapshot), &inside.iter().map(|id| id.number()).collect::<Vec<_>>(), None);
    let tests = runs.into_iter().map(|reached| (EntityId::from_index(reached.node as usize), reached.depth));
    let tests = tests.filter(|&(id, _)| snapshot.entity(id).is_test() && snapshot.entity(id).kind().is_callable());
    for (test, depth) in tests.take(TESTS) {
        if seen.insert(test) {
            steps.push(signature_step(project, test, ContextRelation::Test, depth, None));
        }
    }
    steps.extend(later);
    bodies.stable_sort_by_key(|(cost, id, _)| (*cost, *id));
    bodies.truncate(BODIES);
    steps.extend(bodies.into_iter().map(|(_, id, source)| Step::Source(id, source)));
    for &other in &first {
        for call in snapshot.calls_from(other) {
            if seen.insert(call.callee) {
                steps.push(signature_step(project, call.callee, ContextRelation::Callee, 2, None));
            }
        }
        for call in snapshot.calls_to(other) {
            if !snapshot.entity(call.caller).is_test()
                && snapshot.entity(call.caller).kind() != DefKind::File
                && seen.insert(call.caller)
            {
                steps.push(signature_step(project, call.caller, ContextRelation::Caller, 2, None));
            }
        }
    }
    steps
}

fn signature(project: &Project, id: EntityId) -> String {
    project.signature(project.snapshot.entity(id)).unwrap_or_else(|| project.qualified_name(id))
}

fn signature_step(
    project: &Project,
    id: EntityId,
    relation: ContextRelation,
    distance: u32,
    call: Option<String>,
) -> Step {
    let signature = signature(project, id);
    Step::Signature(Box::new(Surrounding {
        entity: Entity::new(project, id),
        relation,
        distance,
        signature,
        call,
        source: None,
    }))
}

/// What is not known, as sentences.
fn sentences(completeness: &Completeness) -> Vec<String> {
    let mut document = Document::default();
    completeness.add_to(&mut document);
    let notes = document.blocks.iter().filter_map(|block| match block {
        Block::Note(text) => Some(text),
        _ => None,
    });
    let part = |part: &Part| match part {
        Part::Plain(text) | Part::Name(text) | Part::Strong(text) => text.clone(),
        Part::Faint(_) | Part::Option(_) => String::new(),
        Part::Place { path, line: 0, .. } => path.clone(),
        Part::Place { path, line, .. } => format!("{path}:{line}"),
    };
    notes.map(|text| text.iter().map(part).collect()).collect()
}

fn short_place(entity: &Entity) -> Part {
    Part::Place { path: entity.file.clone(), line: entity.line, column: 0 }
}

impl Answer for Context {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(
            2,
            vec![
                faint(format!("{} ", kind_label(self.entity.kind))),
                name(&*self.entity.qualified_name),
                plain("  "),
                short_place(&self.entity),
            ],
        );
        // The source has the documentation above or in it in most languages, the signature never.
        match (&self.source, &self.doc) {
            (Some(source), _) => {
                document.code(self.language, &**source);
            }
            (None, doc) => {
                document.code(self.language, &*self.signature);
                if let Some(doc) = doc {
                    document.paragraph(vec![plain(&**doc)]);
                }
            }
        }
        for relation in ContextRelation::ALL {
            let mut items: Vec<(u8, Text)> = Vec::new();
            for around in self.around.iter().filter(|around| around.relation == relation && around.source.is_none()) {
                let mut text = vec![name(&*around.signature), plain("  "), short_place(&around.entity)];
                if !around.signature.contains(&around.entity.qualified_name)
                    && around.entity.qualified_name != around.entity.name
                {
                    text.insert(0, plain(format!("{}: ", around.entity.qualified_name)));
                }
                if let Some(call) = &around.call {
                    text.extend([plain("  "), name(&**call)]);
                }
                if around.distance > 1 {
                    text.push(faint(format!("  {} steps", around.distance)));
                }
                items.push((0, text));
            }
            let with_source: Vec<&Surrounding> =
                self.around.iter().filter(|around| around.relation == relation && around.source.is_some()).collect();
            if items.is_empty() && with_source.is_empty() {
                continue;
            }
            document.heading(3, vec![plain(relation.title())]);
            document.list(items);
            for around in with_source {
                document.paragraph(vec![
                    name(&*around.entity.qualified_name),
                    plain("  "),
                    short_place(&around.entity),
                ]);
                document.code(self.language, around.source.clone().unwrap_or_default());
            }
        }
        document.paragraph(vec![faint(self.size())]);
        for unknown in &self.unknown {
            document.note(vec![plain(&**unknown)]);
        }
        document
    }

    fn xml(&self) -> Option<String> {
        let mut out = format!(
            "<context name=\"{}\" kind=\"{}\" file=\"{}\" line=\"{}\">\n",
            xml_attribute(&self.entity.qualified_name),
            kind_label(self.entity.kind),
            xml_attribute(&self.entity.file),
            self.entity.line
        );
        match (&self.source, &self.doc) {
            (Some(source), _) => out.push_str(&format!("<source>\n{}\n</source>\n", xml_text(source))),
            (None, doc) => {
                out.push_str(&format!("<signature>{}</signature>\n", xml_text(&self.signature)));
                if let Some(doc) = doc {
                    out.push_str(&format!("<doc>{}</doc>\n", xml_text(doc)));
                }
            }
        }
        for around in &self.around {
            let tag = around.relation.tag();
            let call =
                around.call.as_ref().map_or_else(String::new, |call| format!(" call=\"{}\"", xml_attribute(call)));
            out.push_str(&format!(
                "<{tag} name=\"{}\" at=\"{}:{}\" distance=\"{}\"{call}>{}</{tag}>\n",
                xml_attribute(&around.entity.qualified_name),
                xml_attribute(&around.entity.file),
                around.entity.line,
                around.distance,
                xml_text(around.source.as_ref().unwrap_or(&around.signature))
            ));
        }
        for unknown in &self.unknown {
            out.push_str(&format!("<unknown>{}</unknown>\n", xml_text(unknown)));
        }
        out.push_str(&format!("<size>{}</size>\n</context>\n", xml_text(&self.size())));
        Some(out)
    }
}

impl Context {
    fn size(&self) -> String {
        size_line(self.tokens, self.budget, self.left_out)
    }
}

fn size_line(tokens: usize, budget: usize, left_out: LeftOut) -> String {
    let mut text = format!("at most {tokens} tokens of {budget}");
    if left_out.entities > 0 {
        text.push_str(&format!("; {} did not fit", count(left_out.entities, "entity", "entities")));
    }
    if left_out.bodies > 0 {
        text.push_str(&format!("; {} did not fit", count(left_out.bodies, "body", "bodies")));
    }
    text
}

/// A project by the signatures that the most hangs on, file by file.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProjectMap {
    /// Name, purpose, commands and ways in, in sentences.
    pub summary: Vec<String>,
    /// Files with the most central entities first.
    pub files: Vec<MapFile>,
    pub left_out: LeftOut,
    /// Estimated as `o200k_base` counts, of this answer as it is printed.
    pub tokens: usize,
    pub budget: usize,
    pub unknown: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MapFile {
    pub file: String,
    /// In the order of the file.
    pub entities: Vec<MapEntity>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MapEntity {
    /// 1-based.
    pub line: u32,
    pub signature: String,
    /// The type or module around it; empty at the top of the file.
    pub inside: String,
}

/// The map of a project within a budget.
///
/// # Errors
/// A message for people if not even the summary fits.
pub fn project_map(
    project: &Project,
    budget: usize,
    rendered: &dyn Fn(&ProjectMap) -> String,
) -> Result<ProjectMap, String> {
    let ranking = Ranking::new(project);
    let ranked = ranking.all(project);
    // Sentences about the project may take a quarter of a small budget, not more.
    let mut summary = summary(project);
    while summary.len() > 1 && tokens::estimate(&summary.join("\n")) * 4 > budget {
        summary.pop();
    }
    let unknown = sentences(&Completeness::new(project, &[], false));
    // An entity costs some tokens, so more than these cannot fit.
    let most = ranked.len().min(budget);
    let with = |taken: usize| {
        let map = ProjectMap {
            summary: summary.clone(),
            files: map_files(project, &ranked[..taken]),
            left_out: LeftOut { entities: ranked.len() - taken, bodies: 0 },
            tokens: 0,
            budget,
            unknown: unknown.clone(),
        };
        measured(map, rendered, |map, tokens| map.tokens = tokens)
    };
    fit(most, budget, with, |map| map.tokens)
}

fn map_files(project: &Project, ranked: &[EntityId]) -> Vec<MapFile> {
    let snapshot = &project.snapshot;
    let mut files: Vec<(MapFile, Vec<EntityId>)> = Vec::new();
    for &id in ranked {
        let file = snapshot.path(snapshot.entity(id).file);
        match files.iter_mut().find(|(known, _)| known.file == file) {
            Some((_, entities)) => entities.push(id),
            None => files.push((MapFile { file: file.to_owned(), entities: Vec::new() }, vec![id])),
        }
    }
    files
        .into_iter()
        .map(|(mut file, mut ids)| {
            ids.stable_sort();
            file.entities = ids
                .into_iter()
                .map(|id| {
                    let record = snapshot.entity(id);
                    let qualified = project.qualified_name(id);
                    let inside = qualified.strip_suffix(snapshot.str(record.name)).unwrap_or("");
                    MapEntity {
                        line: record.line,
                        signature: signature(project, id),
                        inside: inside.trim_end_matches([':', '.']).to_owned(),
                    }
                })
                .collect();
            file
        })
        .collect()
}

impl MapFile {
    /// One line for each entity; those inside something below its name.
    fn lines(&self) -> String {
        let mut out = String::new();
        let mut inside = "";
        for entity in &self.entities {
            if entity.inside != inside && !entity.inside.is_empty() {
                out.push_str(&format!("in {}:\n", entity.inside));
            }
            inside = &entity.inside;
            let indent = if inside.is_empty() { "" } else { "  " };
            out.push_str(&format!("{indent}{} {}\n", entity.line, entity.signature));
        }
        out
    }
}

impl Answer for ProjectMap {
    fn document(&self) -> Document {
        let mut document = Document::default();
        for line in &self.summary {
            document.paragraph(marked(line));
        }
        for file in &self.files {
            document.heading(3, vec![Part::Place { path: file.file.clone(), line: 0, column: 0 }]);
            document.code("", file.lines());
        }
        document.paragraph(vec![faint(size_line(self.tokens, self.budget, self.left_out))]);
        for unknown in &self.unknown {
            document.note(vec![plain(&**unknown)]);
        }
        document
    }

    fn xml(&self) -> Option<String> {
        let mut out = String::from("<project>\n");
        for line in &self.summary {
            out.push_str(&format!("<about>{}</about>\n", xml_text(line)));
        }
        for file in &self.files {
            out.push_str(&format!(
                "<file path=\"{}\">\n{}</file>\n",
                xml_attribute(&file.file),
                xml_text(&file.lines())
            ));
        }
        for unknown in &self.unknown {
            out.push_str(&format!("<unknown>{}</unknown>\n", xml_text(unknown)));
        }
        out.push_str(&format!("<size>{}</size>\n</project>\n", size_line(self.tokens, self.budget, self.left_out)));
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_answer_that_fits_is_found() {
        let answer = fit(100, 37, |taken| taken, |&taken| taken).expect("it fits");
        assert_eq!(answer, 37);
        assert_eq!(fit(5, 37, |taken| taken, |&taken| taken), Ok(5));
        assert!(fit(5, 3, |taken| taken + 9, |&cost| cost).expect_err("too small").contains("raise --tokens"));
    }
}
