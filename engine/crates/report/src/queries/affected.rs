//! From a change to what it affects and which tests run it.

use super::Answer;
use crate::completeness::Completeness;
use crate::confidence::Confidence;
use crate::document::{Document, Text, count, faint, marked, plain, strong};
use crate::impact::{affects, runs, runs_unnamed, with_members};
use crate::model::Entity;
use crate::project::Project;
use crate::queries::Affected;
use crate::queries::blast_radius::may_run_unnamed;
use crate::risk::Risk;
use parseltongue_graph::reach::reach;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_store::find::is_shown;
use parseltongue_syntax::facts::{DefFlags, DefKind};
use serde::Serialize;
use std::collections::BTreeSet;

/// A test from which calls lead to an entity.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestReaching {
    #[serde(flatten)]
    pub entity: Entity,
    /// Calls in between; 1 calls it directly.
    pub depth: u32,
}

/// Tests that run an entity.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AffectedTests {
    pub entity: Entity,
    /// Nearest first.
    pub tests: Vec<TestReaching>,
    /// Files of these tests, for a test runner.
    pub files: Vec<String>,
    /// Production code on the way that may run without a call that names it, as operators do: tests that run it so
    /// are not among these.
    pub unnamed: Vec<Entity>,
    pub completeness: Completeness,
}

pub fn affected_tests(project: &Project, id: EntityId) -> AffectedTests {
    let tests = tests_reaching(project, &[id]);
    let name = project.snapshot.str(project.snapshot.entity(id).name);
    AffectedTests {
        entity: Entity::new(project, id),
        files: files_of(&tests),
        tests,
        unnamed: unnamed_on_the_way(project, &[id]),
        completeness: Completeness::new(project, &[name], false).with_written(project, &[id], false),
    }
}

/// Test functions, and files of tests without a name, from which calls lead to any of `ids` or to what is inside them, nearest first.
pub(crate) fn tests_reaching(project: &Project, ids: &[EntityId]) -> Vec<TestReaching> {
    let snapshot = &project.snapshot;
    let mut starts: Vec<u32> = Vec::new();
    for &id in ids {
        starts.extend(crate::impact::with_members(snapshot, id).into_iter().map(EntityId::number));
    }
    let mut reached: Vec<(EntityId, u32)> = reach(&runs(snapshot), &starts, None)
        .into_iter()
        .map(|reached| (EntityId::from_index(reached.node as usize), reached.depth))
        .filter(|&(id, _)| snapshot.entity(id).is_test())
        .collect();
    add_tests_of_fixtures(project, &mut reached);
    let callable = |id: EntityId| snapshot.entity(id).kind().is_callable();
    let named: BTreeSet<_> =
        reached.iter().filter(|&&(id, _)| callable(id)).map(|&(id, _)| snapshot.entity(id).file).collect();
    // Tests without a name, as `test('...', () => {})`, are the file that they stand in.
    let unnamed = |id: EntityId| {
        let entity = snapshot.entity(id);
        entity.kind() == DefKind::File && !named.contains(&entity.file)
    };
    // A function that tests call is no test but what they share.
    let helps = |id: EntityId| {
        let entity = snapshot.entity(id);
        let shared = || {
            let mut callers = snapshot.calls_to(id).map(|call| call.caller);
            callers.any(|caller| caller != id && callable(caller) && snapshot.entity(caller).is_test())
        };
        let named_as_test = snapshot.str(entity.name).get(..4).is_some_and(|start| start.eq_ignore_ascii_case("test"));
        !entity.flags().contains(DefFlags::ENTRY_POINT) && !named_as_test && shared()
    };
    reached
        .into_iter()
        .filter(|&(id, _)| callable(id) && !helps(id) || unnamed(id))
        .map(|(id, depth)| TestReaching { entity: Entity::new(project, id), depth })
        .collect()
}

/// What runs around each test of a class runs with all of them.
fn add_tests_of_fixtures(project: &Project, reached: &mut Vec<(EntityId, u32)>) {
    let snapshot = &project.snapshot;
    let mut seen: BTreeSet<EntityId> = reached.iter().map(|&(id, _)| id).collect();
    let fixtures: Vec<(EntityId, u32)> = reached.iter().copied().filter(|&(id, _)| is_fixture(project, id)).collect();
    for (fixture, depth) in fixtures {
        let Some(class) = snapshot.entity(fixture).parent().filter(|&class| snapshot.entity(class).kind().is_type())
        else {
            continue;
        };
        let members = snapshot.entities_of(snapshot.entity(class).file).filter(|&id| {
            let entity = snapshot.entity(id);
            entity.parent() == Some(class) && entity.kind() == DefKind::Method && entity.is_test()
        });
        reached.extend(members.filter(|&id| seen.insert(id)).map(|id| (id, depth + 1)));
    }
}

/// Whether a method of a test class is run before or after its tests: by its name, or by an annotation.
fn is_fixture(project: &Project, id: EntityId) -> bool {
    const NAMES: &[&str] = &[
        "setUp",
        "tearDown",
        "setUpClass",
        "tearDownClass",
        "asyncSetUp",
        "asyncTearDown",
        "setup_method",
        "teardown_method",
        "setup_class",
        "teardown_class",
    ];
    const ANNOTATIONS: &[&str] = &["@Before", "@After", "@pytest.fixture(autouse=True"];
    let snapshot = &project.snapshot;
    let entity = snapshot.entity(id);
    if entity.kind() != DefKind::Method {
        return false;
    }
    let annotated = || {
        // Annotations may be part of the method or stand before it.
        let first = entity.start_line.min(entity.line).saturating_sub(3).max(1);
        let above = (first..entity.line).rev().map(|line| project.line(snapshot.path(entity.file), line));
        let mut annotations = above.take_while(|line| line.starts_with('@'));
        annotations.any(|line| ANNOTATIONS.iter().any(|annotation| line.starts_with(annotation)))
    };
    NAMES.contains(&snapshot.str(entity.name)) || annotated()
}

/// Production code that runs any of `ids` and may itself run without a call that names it, with these themselves.
fn unnamed_on_the_way(project: &Project, ids: &[EntityId]) -> Vec<Entity> {
    let snapshot = &project.snapshot;
    let starts: Vec<EntityId> = ids.iter().flat_map(|&id| with_members(snapshot, id)).collect();
    let numbers: Vec<u32> = starts.iter().map(|id| id.number()).collect();
    let running = reach(&runs(snapshot), &numbers, None).into_iter();
    let running = running.map(|reached| EntityId::from_index(reached.node as usize));
    let mut unnamed: Vec<EntityId> = starts
        .into_iter()
        .chain(running)
        .filter(|&id| !snapshot.entity(id).is_test() && runs_unnamed(project, id))
        .collect();
    let mut seen = BTreeSet::new();
    unnamed.retain(|&id| seen.insert(id));
    unnamed.into_iter().map(|id| Entity::new(project, id)).collect()
}

/// Says that tests may be missing; nothing if all is known.
fn add_unnamed(unnamed: &[Entity], document: &mut Document) {
    if let Some(unnamed) = may_run_unnamed(unnamed) {
        document.note(marked(&format!("{unnamed}: tests that run it so are not listed")));
    }
}

fn files_of(tests: &[TestReaching]) -> Vec<String> {
    let mut files: Vec<String> = tests.iter().map(|test| test.entity.file.clone()).collect();
    files.stable_sort();
    files.dedup();
    files
}

impl Answer for AffectedTests {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(2, self.entity.text());
        document.paragraph(vec![plain(format!(
            "{} in {} {} it",
            count(self.tests.len(), "test", "tests"),
            count(self.files.len(), "file", "files"),
            if self.tests.len() == 1 { "runs" } else { "run" },
        ))]);
        document.list(self.tests.iter().map(test_item).collect());
        add_unnamed(&self.unnamed, &mut document);
        self.completeness.add_to(&mut document);
        document
    }
}

fn test_item(test: &TestReaching) -> (u8, Text) {
    let mut text = test.entity.text();
    text.push(faint(format!("  {}", count(test.depth as usize, "step", "steps"))));
    (0, text)
}

/// What a difference to a git revision affects.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AffectedByChange {
    /// The revision that the files are compared with.
    pub base: String,
    /// Changed definitions, innermost ones only.
    pub changed: Vec<Entity>,
    /// Changed files outside any definition, or not mapped.
    pub other_files: Vec<String>,
    pub risk: Risk,
    pub at_least: bool,
    pub affected: Vec<Affected>,
    pub tests: Vec<TestReaching>,
    pub test_files: Vec<String>,
    /// Production code on the way that may run without a call that names it, as operators do: what runs it so is
    /// neither among the affected nor among the tests.
    pub unnamed: Vec<Entity>,
    pub completeness: Completeness,
}

/// Lines of a file that differ: first and last, 1-based, as the file is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedLines {
    pub file: String,
    pub first: u32,
    pub last: u32,
}

pub fn affected_by_change(project: &Project, base: &str, changes: &[ChangedLines]) -> AffectedByChange {
    let snapshot = &project.snapshot;
    let mut changed: Vec<EntityId> = Vec::new();
    let mut other_files: Vec<String> = Vec::new();
    for change in changes {
        let touched = snapshot.file_at(&change.file).map_or_else(Vec::new, |file| {
            let overlapping: Vec<EntityId> = snapshot
                .entities_of(file)
                .filter(|&id| {
                    let entity = snapshot.entity(id);
                    is_shown(snapshot, id) && entity.start_line <= change.last && change.first <= entity.end_line
                })
                .collect();
            // Of a class and its method, the method changed.
            let innermost =
                |&id: &EntityId| !overlapping.iter().any(|&other| snapshot.entity(other).parent() == Some(id));
            overlapping.iter().copied().filter(innermost).collect()
        });
        if touched.is_empty() {
            other_files.push(change.file.clone());
        }
        changed.extend(touched);
    }
    changed.stable_sort();
    changed.dedup();
    other_files.stable_sort();
    other_files.dedup();
    let starts: Vec<u32> = changed.iter().map(|id| id.number()).collect();
    let affected: Vec<Affected> = reach(&affects(snapshot, Confidence::default()), &starts, None)
        .into_iter()
        .map(|reached| (EntityId::from_index(reached.node as usize), reached.depth))
        .filter(|&(id, _)| !matches!(snapshot.entity(id).kind(), DefKind::Anonymous | DefKind::Impl))
        .map(|(id, depth)| Affected { entity: Entity::new(project, id), depth })
        .collect();
    let names: Vec<&str> = changed
        .iter()
        .filter(|&&id| snapshot.entity(id).kind().is_callable())
        .map(|&id| snapshot.str(snapshot.entity(id).name))
        .collect();
    let completeness = Completeness::new(project, &names, false).with_written(project, &changed, false);
    let tests = tests_reaching(project, &changed);
    let unnamed = unnamed_on_the_way(project, &changed);
    AffectedByChange {
        base: base.to_owned(),
        risk: Risk::of(affected.iter().filter(|affected| !affected.entity.test).count()),
        at_least: completeness.open().is_some() || !unnamed.is_empty(),
        unnamed,
        changed: changed.into_iter().map(|id| Entity::new(project, id)).collect(),
        other_files,
        affected,
        test_files: files_of(&tests),
        tests,
        completeness,
    }
}

impl Answer for AffectedByChange {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(1, vec![plain(format!("Changes since {}", self.base))]);
        let production = self.affected.iter().filter(|affected| !affected.entity.test).count();
        document.paragraph(vec![
            plain(format!("risk: {}", self.risk.least(self.at_least))),
            strong(self.risk.label()),
            plain(format!(
                " - {} changed, {} affected, {} to run in {}",
                count(self.changed.len(), "definition", "definitions"),
                count(production, "production entity", "production entities"),
                count(self.tests.len(), "test", "tests"),
                count(self.test_files.len(), "file", "files"),
            )),
        ]);
        document.heading(2, vec![plain("Changed")]);
        document.list(self.changed.iter().map(|entity| (0, entity.text())).collect());
        document.list(
            self.other_files.iter().map(|file| (0, vec![faint("outside any definition: "), plain(&**file)])).collect(),
        );
        if !self.affected.is_empty() {
            document.heading(2, vec![plain("Affected")]);
            let rows = self.affected.iter().filter(|affected| !affected.entity.test).map(|affected| {
                let mut row = vec![vec![faint(affected.depth.to_string())]];
                row.extend(affected.entity.cells());
                row
            });
            document.table(vec!["steps", "kind", "name", "place"], rows.collect());
        }
        if !self.tests.is_empty() {
            document.heading(2, vec![plain("Tests to run")]);
            document.list(self.tests.iter().map(test_item).collect());
        }
        add_unnamed(&self.unnamed, &mut document);
        document.note(vec![plain("what was deleted is not in the map any more: its former users show as unresolved")]);
        self.completeness.add_to(&mut document);
        document
    }

    fn risk(&self) -> Option<Risk> {
        Some(self.risk)
    }
}
