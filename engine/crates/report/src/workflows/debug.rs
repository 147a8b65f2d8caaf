//! `debug NAME`: who leads here, what it does, and the smallest safe change.

use super::effects::{SideEffect, side_effects};
use super::git::{Commit, history};
use crate::completeness::Completeness;
use crate::document::{Document, Part, Text, count, faint, name, plain};
use crate::model::Entity;
use crate::project::{Project, info_string};
use crate::queries::{Answer, Asked, Callees, Callers, TestReaching, callees, callers, distinct, tests_reaching};
use parseltongue_graph::reach::{reach, shortest_path};
use parseltongue_store::EntityId;
use parseltongue_syntax::facts::{DefFlags, DefKind};
use serde::Serialize;
use std::collections::BTreeSet;

/// Everything that somebody who hunts a bug in an entity asks first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Debug {
    pub entity: Entity,
    pub signature: Option<String>,
    pub doc: Option<String>,
    pub source: Option<String>,
    pub language: &'static str,
    pub callers: Callers,
    /// Callers of callers, by distance; direct ones are in `callers`.
    pub indirect_callers: Vec<IndirectCaller>,
    /// Shortest call paths from the program's entry points, the entry point first.
    pub paths: Vec<CallPath>,
    pub callees: Callees,
    pub tests: Vec<TestReaching>,
    pub history: Vec<Commit>,
    pub change_scope: ChangeScope,
    pub completeness: Completeness,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IndirectCaller {
    #[serde(flatten)]
    pub entity: Entity,
    pub depth: u32,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallPath {
    pub steps: Vec<Entity>,
}

/// The smallest change, and where it ends.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeScope {
    /// Enough if the signature stays as it is.
    pub body_only: String,
    /// To be changed as well if the signature changes, with the call sites in each.
    pub if_signature_changes: Vec<FileScope>,
    /// Where knowledge ends: why a change may reach further than what is listed.
    pub boundaries: Vec<String>,
    /// What its own text does beside returning a value.
    pub side_effects: Vec<SideEffect>,
    pub roll_back: String,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileScope {
    pub file: String,
    pub sites: usize,
}

pub fn debug(project: &Project, id: EntityId, depth: Option<u32>) -> Debug {
    let snapshot = &project.snapshot;
    let record = snapshot.entity(id);
    let calls = snapshot.call_graph(true);
    let upstream = calls.reversed();
    let calling = callers(project, id, &Asked::in_full());
    let called = callees(project, id, &Asked::in_full());
    let indirect_callers = reach(&upstream, &[id.number()], depth)
        .into_iter()
        .filter(|reached| reached.depth > 1)
        .map(|reached| IndirectCaller {
            entity: Entity::new(project, EntityId::from_index(reached.node as usize)),
            depth: reached.depth,
        })
        .collect();
    let change_scope = change_scope(project, id, &calling);
    Debug {
        entity: Entity::new(project, id),
        signature: project.signature(record),
        doc: record.doc().map(|doc| snapshot.str(doc).to_owned()),
        source: project.source_of(record),
        language: info_string(snapshot.file(record.file).language()),
        indirect_callers,
        paths: entry_paths(project, &upstream, id),
        tests: tests_reaching(project, &[id]),
        history: history(project, snapshot.path(record.file), record.start_line, record.end_line),
        change_scope,
        completeness: calling.completeness.clone(),
        callers: calling,
        callees: called,
    }
}

/// Shortest paths from entry points that reach the entity; at most a few.
fn entry_paths(project: &Project, upstream: &parseltongue_graph::Csr, id: EntityId) -> Vec<CallPath> {
    const SHOWN: usize = 5;
    let snapshot = &project.snapshot;
    let mut entries: Vec<u32> = reach(upstream, &[id.number()], None)
        .into_iter()
        .filter(|reached| {
            let entity = snapshot.entity(EntityId::from_index(reached.node as usize));
            entity.flags().contains(DefFlags::ENTRY_POINT) && !entity.is_test()
        })
        .map(|reached| reached.node)
        .collect();
    entries.truncate(SHOWN);
    entries
        .into_iter()
        .filter_map(|entry| shortest_path(upstream, &[entry], id.number()))
        .map(|path| CallPath {
            steps: path.into_iter().map(|node| Entity::new(project, EntityId::from_index(node as usize))).collect(),
        })
        .collect()
}

fn change_scope(project: &Project, id: EntityId, calling: &Callers) -> ChangeScope {
    let entity = project.snapshot.entity(id);
    let own_file = project.snapshot.path(entity.file).to_owned();
    let mut files: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for caller in &calling.callers {
        *files.entry(caller.entity.file.clone()).or_default() += caller.sites.len();
    }
    let mut boundaries = Vec::new();
    let open = calling.completeness.open();
    if let Some(open) = &open {
        boundaries.push(format!("{open} may lead here; check them before you trust this list"));
    }
    if !calling.through.is_empty() {
        let through: Vec<&str> = calling.through.iter().map(|through| through.method.qualified_name.as_str()).collect();
        boundaries.push(format!("it may be run through {}", through.join(", ")));
    }
    let callable = entity.kind().is_callable();
    if crate::impact::outsiders_may_use(&project.snapshot, id) {
        boundaries.push("it is public: code outside this project may use it".to_owned());
    } else if callable && open.is_none() && calling.through.is_empty() && files.keys().all(|file| *file == own_file) {
        boundaries.push(format!("it is not public and every resolved use is in {own_file}"));
    }
    let mut to_restore: Vec<&str> = files.keys().map(String::as_str).collect();
    if !to_restore.contains(&own_file.as_str()) {
        to_restore.insert(0, &own_file);
    }
    ChangeScope {
        body_only: own_file.clone(),
        roll_back: format!(
            "git restore -- {}",
            to_restore.iter().map(|file| quoted(file)).collect::<Vec<_>>().join(" ")
        ),
        if_signature_changes: files.into_iter().map(|(file, sites)| FileScope { file, sites }).collect(),
        boundaries,
        side_effects: side_effects(project, id),
    }
}

/// A path as one word of a POSIX shell.
fn quoted(path: &str) -> String {
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@".contains(&byte));
    if plain { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

impl Answer for Debug {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(1, vec![plain("Debug "), name(&*self.entity.qualified_name)]);
        document.paragraph(self.entity.text());
        if let Some(doc) = &self.doc {
            document.paragraph(vec![plain(&**doc)]);
        }
        document.paragraph(vec![plain(format!(
            "{}, {} further up, called from {}; calls {}; {} it",
            count(distinct(&self.callers.callers), "direct caller", "direct callers"),
            self.indirect_callers.len(),
            count(self.files_with_callers(), "file", "files"),
            count(distinct(&self.callees.callees), "entity of the project", "entities of the project"),
            count(self.tests.len(), "test reaches", "tests reach"),
        ))]);
        self.completeness.add_shortly_to(&mut document);

        document.heading(2, vec![plain("Definition")]);
        if let Some(source) = &self.source {
            document.code(self.language, head_of(source));
        }
        document.heading(2, vec![plain("Callers")]);
        document.append(self.callers.body());
        if !self.indirect_callers.is_empty() {
            document.heading(2, vec![plain("Further up")]);
            let callers = self.indirect_callers.iter().map(|caller| (caller.depth, &caller.entity));
            super::feature_start::affected_table(&mut document, callers);
        }
        if !self.paths.is_empty() {
            document.heading(2, vec![plain("From the entry points")]);
            document.list(self.paths.iter().map(|path| (0, path_text(path))).collect());
        }
        document.heading(2, vec![plain("What it calls")]);
        document.append(self.callees.body());
        if !self.tests.is_empty() {
            document.heading(2, vec![plain("Tests that reach it")]);
            let item = |test: &TestReaching| {
                let mut text = test.entity.text();
                text.push(faint(format!("  {}", count(test.depth as usize, "step", "steps"))));
                (0, text)
            };
            document.list(self.tests.iter().map(item).collect());
        }
        if !self.history.is_empty() {
            document.heading(2, vec![plain("Recent changes to these lines")]);
            let item = |commit: &Commit| {
                (0, vec![name(&*commit.hash), plain(format!(" {} {}: {}", commit.date, commit.author, commit.subject))])
            };
            document.list(self.history.iter().map(item).collect());
        }
        document.heading(2, vec![plain("Side effects")]);
        if self.change_scope.side_effects.is_empty() {
            document.paragraph(vec![plain("none that its own text shows; what it calls may have some")]);
        }
        let item = |effect: &SideEffect| {
            let place = Part::Place { path: self.entity.file.clone(), line: effect.line, column: 0 };
            (0, vec![faint(format!("{} ", effect.kind.label())), name(&*effect.what), plain("  "), place])
        };
        document.list(self.change_scope.side_effects.iter().map(item).collect());
        document.heading(2, vec![plain("Smallest change")]);
        let mut items: Vec<(u8, Text)> = vec![(
            0,
            vec![plain("body only: "), Part::Place { path: self.change_scope.body_only.clone(), line: 0, column: 0 }],
        )];
        if !self.change_scope.if_signature_changes.is_empty() {
            items.push((0, vec![plain("if the signature changes, also the call sites in:")]));
            for scope in &self.change_scope.if_signature_changes {
                let place = Part::Place { path: scope.file.clone(), line: 0, column: 0 };
                items.push((1, vec![place, faint(format!("  {}", count(scope.sites, "site", "sites")))]));
            }
        }
        items.extend(self.change_scope.boundaries.iter().map(|text| (0, vec![plain(&**text)])));
        items.push((0, vec![plain("roll back: "), name(&*self.change_scope.roll_back)]));
        document.list(items);
        document
    }
}

impl Debug {
    fn files_with_callers(&self) -> usize {
        let files: BTreeSet<&str> = self.callers.callers.iter().map(|caller| caller.entity.file.as_str()).collect();
        files.len()
    }
}

/// The first lines of a long definition.
fn head_of(source: &str) -> String {
    const LINES: usize = 60;
    let total = source.lines().count();
    if total <= LINES {
        return source.to_owned();
    }
    let head: Vec<&str> = source.lines().take(LINES).collect();
    format!("{}\n… {} more lines", head.join("\n"), total - LINES)
}

fn path_text(path: &CallPath) -> Text {
    let mut text = Vec::new();
    for (index, step) in path.steps.iter().enumerate() {
        if index > 0 {
            text.push(plain(" -> "));
        }
        text.push(if step.kind == DefKind::File { plain(&*step.name) } else { name(&*step.qualified_name) });
    }
    text
}
