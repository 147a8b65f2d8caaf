//! Which types and functions matter most, by the graph.

use crate::document::count;
use crate::folders::is_side_folder;
use crate::model::Entity;
use crate::project::Project;
use crate::prose;
use crate::readme::Mentions;
use parseltongue_graph::Csr;
use parseltongue_graph::rank::pagerank;
use parseltongue_graph::reach::reach;
use parseltongue_resolve::RelationKind;
use parseltongue_sort::StableSort;
use parseltongue_store::find::is_shown;
use parseltongue_store::snapshot::{CallKind, Snapshot};
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::Language;
use parseltongue_syntax::facts::{DefFlags, DefKind};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An entity that much of the project hangs on.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyEntity {
    #[serde(flatten)]
    pub entity: Entity,
    /// The numbers behind its place.
    pub reason: String,
    pub doc: Option<String>,
    /// Share of all rank, 0 to 1.
    pub rank: f64,
}

/// Ranks of all entities, by who uses whom.
pub(crate) struct Ranking<'a> {
    rank: Vec<f64>,
    /// Users of each entity, test code left out: callers, and users of types and their members.
    users: Vec<BTreeSet<EntityId>>,
    /// The test code that calls or names each entity directly.
    tests: Vec<BTreeSet<EntityId>>,
    /// Files outside tests that use each file, and files that it uses.
    files: Vec<FileUse>,
    /// Who calls whom.
    calls: Csr,
    /// What the README speaks of.
    mentions: &'a Mentions,
}

/// Other files that use a file, and that it uses.
#[derive(Clone, Default)]
struct FileUse {
    users: BTreeSet<FileIndex>,
    uses: BTreeSet<FileIndex>,
}

/// Test code is part of the graph, but its opinion of what matters counts little.
const TEST_WEIGHT: f64 = 0.05;

impl<'a> Ranking<'a> {
    pub(crate) fn new(project: &'a Project) -> Self {
        let snapshot = &project.snapshot;
        let mut edges: Vec<(EntityId, EntityId)> =
            snapshot.calls().iter().map(|call| (call.caller, call.callee)).collect();
        for relation in snapshot.relations() {
            if relation.kind() != RelationKind::Imports {
                edges.push((relation.from, relation.to));
            }
        }
        let mut users = vec![BTreeSet::new(); snapshot.entities().len()];
        let mut tests = vec![BTreeSet::new(); snapshot.entities().len()];
        let mut ranked = Vec::with_capacity(edges.len() * 2);
        let mut files = vec![FileUse::default(); snapshot.files().len()];
        for (from, to) in edges {
            let Some(to) = visible(snapshot, from, to) else { continue };
            if from == to {
                continue;
            }
            ranked.push((from.number(), to.number()));
            let owner = type_around(project, to);
            if let Some(owner) = owner {
                // Using a method is using its type.
                ranked.push((from.number(), owner.number()));
            }
            if snapshot.entity(from).is_test() {
                tests[to.index()].insert(from);
            } else {
                let (using, used) = (snapshot.entity(from).file, snapshot.entity(to).file);
                if using != used {
                    files[used.index()].users.insert(using);
                    files[using.index()].uses.insert(used);
                }
                users[to.index()].insert(from);
                if let Some(owner) = owner.filter(|&owner| type_around(project, from) != Some(owner)) {
                    users[owner.index()].insert(from);
                }
            }
        }
        let weight = |node: u32| {
            if snapshot.entity(EntityId::from_index(node as usize)).is_test() { TEST_WEIGHT } else { 1.0 }
        };
        let rank = pagerank(&Csr::new(snapshot.entities().len(), ranked), weight);
        Self { rank, users, tests, files, calls: snapshot.call_graph(false), mentions: project.mentions() }
    }

    pub(crate) fn rank(&self, id: EntityId) -> f64 {
        self.rank[id.index()]
    }

    /// How much the file of an entity ties others together: by the files that use it, those that it uses, and
    /// its length.
    pub(crate) fn file_weight(&self, project: &Project, id: EntityId) -> f64 {
        const DECLARES: f64 = 0.3;
        let file = project.snapshot.entity(id).file;
        let of = &self.files[file.index()];
        let many = |files: &BTreeSet<FileIndex>| 0.7 + (1.0 + files.len() as f64).ln();
        // Declarations beside the code tell its types, not what it does.
        let declares = if project.snapshot.path(file).ends_with(".d.ts") { DECLARES } else { 1.0 };
        declares * many(&of.users) * many(&of.uses) * (20.0 + f64::from(project.snapshot.file(file).lines)).ln()
    }

    pub(crate) fn users(&self, id: EntityId) -> usize {
        self.users[id.index()].len()
    }

    /// All types and functions outside tests and examples that people have a name for, the most central first.
    pub(crate) fn all(&self, project: &Project) -> Vec<EntityId> {
        let wanted = |kind: DefKind| {
            kind.is_type() && kind != DefKind::AssociatedType && kind != DefKind::Anonymous
                || matches!(kind, DefKind::Function | DefKind::Method | DefKind::Constructor | DefKind::Macro)
        };
        self.ranked(project, wanted, |id| {
            let public = if project.snapshot.entity(id).is_public() { 2.0 } else { 1.0 };
            public * self.rank(id) * (2.0 + self.users(id) as f64).ln()
        })
    }

    /// Types that much is built on. Rank alone favours small helpers that everything ends in; the number
    /// of users speaks for what people will meet.
    pub(crate) fn key_types(&self, project: &Project, shown: usize) -> Vec<KeyEntity> {
        /// What tests use directly is what people use, but a hundred tests say no more than some.
        const TESTS_COUNTED: usize = 20;
        /// What the README shows is what newcomers meet first.
        const MENTIONED: f64 = 3.0;
        /// What its authors call an inner matter.
        const INTERNAL: f64 = 0.3;
        /// `parser/Parser.java` is what its folder is about.
        const NAMESAKE: f64 = 2.0;
        /// What goes wrong is used everywhere and explains nothing.
        const FAILURE: f64 = 0.2;
        let wanted = |kind: DefKind| kind.is_type() && kind != DefKind::AssociatedType && kind != DefKind::Anonymous;
        let tests = |id: EntityId| self.tests[id.index()].len().min(TESTS_COUNTED);
        let score = |id: EntityId| {
            if self.users(id) + tests(id) == 0 {
                return 0.0;
            }
            let name = project.snapshot.str(project.snapshot.entity(id).name);
            let path = project.snapshot.path(project.snapshot.entity(id).file);
            let stem = path.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or("");
            let fails = ["Error", "Exception", "Warning"].iter().any(|end| name.ends_with(end))
                || matches!(stem.trim_start_matches('_').trim_end_matches('s'), "exception" | "error");
            let folder = path.rsplit('/').nth(1).unwrap_or("").trim_end_matches('s');
            let weight = if fails { FAILURE } else { 1.0 }
                * if self.mentions.name(name) { MENTIONED } else { 1.0 }
                * if name.trim_end_matches('s').eq_ignore_ascii_case(folder) { NAMESAKE } else { 1.0 }
                * if is_internal(project, id) { INTERNAL } else { 1.0 };
            let files: BTreeSet<_> =
                self.users[id.index()].iter().map(|&user| project.snapshot.entity(user).file).collect();
            // What one file alone uses is that file's own matter.
            let spread = (1.5 + (files.len() + tests(id)) as f64).ln();
            weight * spread * self.rank(id) * (1.0 + (self.users(id) + tests(id)) as f64).ln()
        };
        let types = self.ranked(project, wanted, score);
        let mut names = BTreeSet::new();
        let path = |id: EntityId| project.snapshot.path(project.snapshot.entity(id).file);
        let written = types.into_iter().filter(|&id| !is_generated(project, path(id)));
        let once = written.filter(|&id| names.insert(project.qualified_name(id)));
        once.take(shown).map(|id| self.key(project, id)).collect()
    }

    /// Functions where the work is brought together: much leads to them, and they lead to much within a few
    /// steps (all the way, all reaches all in many projects). Leaves that everything calls are left to the
    /// modules that hold them, shorthands to what they stand for, constructors to their types.
    pub(crate) fn key_functions(&self, project: &Project, shown: usize) -> Vec<KeyEntity> {
        /// A function that tests call directly is part of what the project offers, but a hundred tests say
        /// no more than a few.
        const TESTS_COUNTED: usize = 4;
        /// How far each leads is looked at for the most used only: it costs two walks of the graph each.
        const CANDIDATES: usize = 300;
        const STEPS: u32 = 3;
        const SHORTHAND_LINES: u32 = 4;
        /// What each function of a type takes from the score of the next.
        const DECAY: f64 = 0.85;
        let snapshot = &project.snapshot;
        let wanted = |kind: DefKind| matches!(kind, DefKind::Function | DefKind::Method);
        let used = |id: EntityId| self.users(id) + self.tests[id.index()].len().min(TESTS_COUNTED);
        let mut most_used = self.ranked(project, wanted, |id| used(id) as f64);
        most_used.truncate(CANDIDATES);
        let callers = self.calls.reversed();
        let score = |id: EntityId| {
            let record = snapshot.entity(id);
            let leads_to = reach(&self.calls, &[id.number()], Some(STEPS));
            if leads_to.is_empty() {
                return 0.0;
            }
            // What leads to many files brings parts together that know nothing of each other.
            let files: BTreeSet<_> = leads_to
                .iter()
                .map(|reached| snapshot.entity(EntityId::from_index(reached.node as usize)).file)
                .filter(|&file| file != record.file)
                .collect();
            let above = reach(&callers, &[id.number()], Some(STEPS))
                .into_iter()
                .filter(|above| !snapshot.entity(EntityId::from_index(above.node as usize)).is_test())
                .count();
            let above = above + self.tests[id.index()].len().min(TESTS_COUNTED);
            let shorthand = if record.end_line - record.start_line < SHORTHAND_LINES { 0.4 } else { 1.0 };
            let plumbing = plumbing(snapshot.str(record.name));
            let mentioned = if self.mentions.name(snapshot.str(record.name)) { 1.5 } else { 1.0 };
            let weight = shorthand * plumbing * mentioned * if record.is_public() { 1.0 } else { 0.5 };
            let own_type = type_around(project, id);
            let together: BTreeSet<EntityId> = snapshot
                .calls_from(id)
                .iter()
                .filter(|call| {
                    call.kind() == CallKind::Call
                        && type_around(project, call.callee).is_none_or(|ty| own_type != Some(ty))
                })
                .map(|call| call.callee)
                .collect();
            (1.0 + above as f64).ln()
                * (1.0 + leads_to.len() as f64).ln()
                * (2.0 + files.len() as f64).ln()
                * (2.0 + used(id) as f64).ln()
                * (1.5 + together.len() as f64).ln()
                * self.file_weight(project, id)
                * weight
        };
        let mut scored: Vec<(f64, EntityId)> = most_used.into_iter().map(|id| (score(id), id)).collect();
        scored.retain(|&(score, _)| score > 0.0);
        scored.stable_sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let mut names = BTreeSet::new();
        scored.retain(|&(_, id)| names.insert(project.qualified_name(id)));
        // One type or file does not take all places.
        let mut of_owner: BTreeMap<(FileIndex, Option<EntityId>), i32> = BTreeMap::new();
        for (score, id) in &mut scored {
            let before = of_owner.entry((snapshot.entity(*id).file, type_around(project, *id))).or_default();
            *score *= DECAY.powi(*before);
            *before += 1;
        }
        scored.stable_sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let path = |id: EntityId| snapshot.path(snapshot.entity(id).file);
        let written = scored.into_iter().map(|(_, id)| id).filter(|&id| !is_generated(project, path(id)));
        written.take(shown).map(|id| self.key(project, id)).collect()
    }

    /// Entities of the wanted kinds with a score, best first.
    fn ranked(
        &self,
        project: &Project,
        wanted: impl Fn(DefKind) -> bool,
        score: impl Fn(EntityId) -> f64,
    ) -> Vec<EntityId> {
        let snapshot = &project.snapshot;
        let aside: Vec<bool> = snapshot.files().iter().map(|file| is_side_folder(snapshot.str(file.path))).collect();
        let mut found: Vec<(f64, EntityId)> = project
            .shown_entities()
            .filter(|&id| {
                let entity = snapshot.entity(id);
                // A C prototype stands for its definition, which is ranked itself.
                let prototype = entity.kind() == DefKind::Function && entity.flags().contains(DefFlags::DECLARATION);
                let inner = entity.parent().is_some_and(|parent| snapshot.entity(parent).kind().is_callable());
                wanted(entity.kind())
                    && !entity.is_test()
                    && !prototype
                    && !inner
                    && !aside[entity.file.index()]
                    && !is_forward(snapshot, id)
                    && !is_annotation(project, id)
            })
            .map(|id| (score(id), id))
            .filter(|&(score, _)| score > 0.0)
            .collect();
        found.stable_sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        found.into_iter().map(|(_, id)| id).collect()
    }

    fn key(&self, project: &Project, id: EntityId) -> KeyEntity {
        let snapshot = &project.snapshot;
        let users = &self.users[id.index()];
        let files: BTreeSet<_> = users.iter().map(|&user| snapshot.entity(user).file).collect();
        KeyEntity {
            entity: Entity::new(project, id),
            reason: match (users.len(), self.tests[id.index()].len()) {
                (0, 0) => "part of the public interface".to_owned(),
                (0, tests) => format!("called by {}", count(tests, "test", "tests")),
                (users, tests) => {
                    let used = format!(
                        "used by {} in {}",
                        count(users, "entity", "entities"),
                        count(files.len(), "file", "files")
                    );
                    if tests > 0 { format!("{used} and {}", count(tests, "test", "tests")) } else { used }
                }
            },
            doc: snapshot
                .entity(id)
                .doc()
                .map(|doc| prose::sentence(snapshot.str(doc), 140))
                .filter(|doc| !doc.is_empty()),
            rank: self.rank(id),
        }
    }
}

/// A type in a C or C++ source file is no other file's; what seems to name it there means the one of that name in a
/// header, if there is one.
fn visible(snapshot: &Snapshot, from: EntityId, to: EntityId) -> Option<EntityId> {
    let entity = snapshot.entity(to);
    let in_source = |id: EntityId| {
        let path = snapshot.path(snapshot.entity(id).file);
        [".c", ".cc", ".cpp", ".cxx"].iter().any(|end| path.ends_with(end))
    };
    if !entity.kind().is_type() || entity.file == snapshot.entity(from).file || !in_source(to) {
        return Some(to);
    }
    let is_meant =
        |&&id: &&EntityId| snapshot.entity(id).kind().is_type() && !in_source(id) && !is_forward(snapshot, id);
    snapshot.named(entity.name).iter().find(is_meant).copied()
}

/// Whether a name or a path says that something is for the project itself: `detail::null`, `_Receive`.
fn is_internal(project: &Project, id: EntityId) -> bool {
    let inner = |part: &str| matches!(part, "detail" | "details" | "internal" | "impl" | "internals");
    let entity = project.snapshot.entity(id);
    project.snapshot.str(entity.name).starts_with('_')
        || project.snapshot.path(entity.file).split('/').any(inner)
        || project.qualified_name(id).split("::").any(inner)
}

/// Functions that ask, fail, free, count, log or help tests are needed everywhere and explain little; what begins
/// with an underscore is its file's own.
fn plumbing(name: &str) -> f64 {
    const FIRST: &[&str] = &["is", "has", "fail", "throw", "raise", "panic", "assert", "log", "warn"];
    const ANYWHERE: &[&str] = &["free", "destroy", "release", "unref", "incr", "decr", "test", "tests", "mock"];
    let words = words(name);
    let first = words.first().is_some_and(|first| FIRST.contains(&&**first) && words.len() > 1);
    let check = name.contains("check_not") || words.last().is_some_and(|last| last == "error");
    let internal = name.starts_with('_') && !name.starts_with("__");
    if first || check || internal || words.iter().any(|word| ANYWHERE.contains(&&**word)) { 0.3 } else { 1.0 }
}

/// The words of a name in any case, in lower case: `decrRefCount`, `check_not_null`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for c in name.chars() {
        let starts = !c.is_alphanumeric() || c.is_uppercase() && !before.is_uppercase();
        if starts || words.is_empty() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a C or C++ type is only declared here.
pub(crate) fn is_forward(snapshot: &Snapshot, id: EntityId) -> bool {
    let entity = snapshot.entity(id);
    let c = matches!(snapshot.file(entity.file).language(), Some(Language::C | Language::Cpp));
    c && entity.kind().is_type() && entity.flags().contains(DefFlags::DECLARATION)
}

/// A Java annotation marks code; what is marked matters.
fn is_annotation(project: &Project, id: EntityId) -> bool {
    let entity = project.snapshot.entity(id);
    entity.kind() == DefKind::Interface
        && project.snapshot.file(entity.file).language() == Some(Language::Java)
        && project.line(project.snapshot.path(entity.file), entity.line).contains("@interface")
}

/// Whether a file says at its start that a program wrote it.
pub(crate) fn is_generated(project: &Project, path: &str) -> bool {
    const LINES: usize = 12;
    const ANYWHERE: &[&str] = &["do not edit", "@generated", "a bison parser", "a lexical scanner generated"];
    /// At the start of a line, for `nodes generated by the parser` speaks of something else.
    const FIRST: &[&str] = &[
        "generated by",
        "code generated",
        "autogenerated",
        "auto-generated",
        "automatically generated",
        "this file is autogenerated",
        "this file is auto-generated",
        "this file is automatically generated",
        "this file is generated",
        "this file was automatically generated",
        "this file was generated",
    ];
    let Some(text) = project.text(path) else { return false };
    text.lines().take(LINES).any(|line| {
        let line = line.to_lowercase();
        let said = line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@');
        ANYWHERE.iter().any(|mark| said.contains(mark)) || FIRST.iter().any(|mark| said.starts_with(mark))
    })
}

/// Whether code of another file, test code left out, calls or names an entity or its members.
pub(crate) fn is_used_elsewhere(project: &Project, id: EntityId) -> bool {
    let snapshot = &project.snapshot;
    let file = snapshot.entity(id).file;
    let elsewhere = |from: EntityId| {
        let user = snapshot.entity(from);
        user.file != file && !user.is_test()
    };
    crate::impact::with_members(snapshot, id).into_iter().any(|part| {
        snapshot.calls_to(part).any(|call| elsewhere(call.caller))
            || snapshot
                .relations_to(part)
                .any(|relation| relation.kind() != RelationKind::Imports && elsewhere(relation.from))
    })
}

/// The type that a member belongs to, also if it stands in an impl block or outside the type.
pub(crate) fn type_around(project: &Project, id: EntityId) -> Option<EntityId> {
    let snapshot = &project.snapshot;
    let parent = snapshot.entity(id).parent()?;
    if snapshot.entity(parent).kind().is_type() {
        return Some(parent);
    }
    let owner = snapshot.owner_type(id)?;
    is_shown(snapshot, owner).then_some(owner)
}
