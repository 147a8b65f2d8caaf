//! `refactor-check --base REV`: what a change did, what it can break, and how to review it.

use super::git::{self, ChangedFiles};
use crate::completeness::Completeness;
use crate::document::{Document, Text, count, faint, marked, name, plain, strong};
use crate::impact::affects;
use crate::model::Entity;
use crate::project::Project;
use crate::queries::{AffectedByChange, Answer, affected_by_change, tests_reaching};
use crate::render::Annotation;
use crate::risk::Risk;
use parseltongue_graph::reach::reach;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_store::snapshot::SiteOutcome;
use parseltongue_syntax::facts::{DefId, DefKind, FileFacts};
use parseltongue_syntax::{Language, extract};
use serde::Serialize;
use std::collections::BTreeMap;

/// A change, and what follows from it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeCheck {
    /// The revision that the files are compared with.
    pub base: String,
    pub risk: Risk,
    /// Unresolved call sites may add to the risk.
    pub at_least: bool,
    /// Riskiest first.
    pub changed: Vec<ChangedDefinition>,
    /// Definitions of the base that are not there any more.
    pub removed: Vec<RemovedDefinition>,
    /// Production entities that the change can affect.
    pub production: usize,
    pub tests: usize,
    pub files: usize,
    /// Files of the tests that reach the change, for a test runner.
    pub test_files: Vec<String>,
    /// Most important first.
    pub checklist: Vec<String>,
    /// Changed files outside any definition, or not mapped.
    pub other_files: Vec<String>,
    pub completeness: Completeness,
}

/// A definition that differs from the base.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedDefinition {
    #[serde(flatten)]
    pub entity: Entity,
    pub change: Change,
    pub risk: Risk,
    /// Production entities that depend on it, directly or not.
    pub production: usize,
    /// Tests from which calls lead to it.
    pub tests: usize,
    /// What makes it risky.
    pub factors: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    Added,
    /// The part before the body differs.
    Signature,
    /// Only the body differs.
    Body,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemovedDefinition {
    pub name: String,
    pub file: String,
    /// 1-based, in the base.
    pub line: u32,
    /// Call sites of the name that have no target now.
    pub unresolved_sites: usize,
}

/// # Errors
/// A message for people: no repository, no git, no such revision.
pub fn change_check(project: &Project, base: &str) -> Result<ChangeCheck, String> {
    let snapshot = &project.snapshot;
    let ChangedFiles { lines, deleted } = git::changed_files(project, base)?;
    let change = affected_by_change(project, base, &lines);
    let mut paths: Vec<&str> = lines.iter().map(|lines| lines.file.as_str()).collect();
    paths.extend(deleted.iter().map(String::as_str));
    paths.stable_sort();
    paths.dedup();
    let before: BTreeMap<&str, BTreeMap<String, Before>> =
        paths.iter().map(|&path| (path, definitions_at(project, base, path))).collect();

    let affected = affects(snapshot, crate::confidence::Confidence::default());
    let mut changed: Vec<ChangedDefinition> = change
        .changed
        .iter()
        .map(|entity| changed_definition(project, entity, &affected, before.get(entity.file.as_str())))
        .collect();
    changed.stable_sort_by(|a, b| {
        b.risk.cmp(&a.risk).then(b.production.cmp(&a.production)).then(a.entity.id.cmp(&b.entity.id))
    });
    let removed = removed(project, &before);
    let risk = changed.iter().map(|definition| definition.risk).max().unwrap_or(Risk::Low).max(change.risk);
    let dangling = removed.iter().any(|removed| removed.unresolved_sites > 0);
    Ok(ChangeCheck {
        base: base.to_owned(),
        risk: if dangling { risk.max(Risk::High) } else { risk },
        at_least: change.at_least,
        production: change.affected.iter().filter(|affected| !affected.entity.test).count(),
        tests: change.tests.len(),
        files: {
            let mut files: Vec<&str> = change.affected.iter().map(|affected| affected.entity.file.as_str()).collect();
            files.stable_sort();
            files.dedup();
            files.len()
        },
        checklist: checklist(&change, &changed, &removed),
        changed,
        removed,
        test_files: change.test_files,
        other_files: change.other_files,
        completeness: change.completeness,
    })
}

/// A definition as the base has it.
struct Before {
    line: u32,
    signature: String,
}

/// Named definitions of a file at the base, by qualified name.
fn definitions_at(project: &Project, base: &str, path: &str) -> BTreeMap<String, Before> {
    let Some(language) = Language::of(path) else { return BTreeMap::new() };
    let Some(text) = git::text_at(project, base, path) else { return BTreeMap::new() };
    let facts = extract(language, path, &text);
    let mut found = BTreeMap::new();
    for def in &facts.defs {
        let counted = def.kind.is_callable() || def.kind.is_type() || def.kind == DefKind::Constant;
        if !counted
            || def.name.is_empty()
            || matches!(def.kind, DefKind::Closure | DefKind::Anonymous | DefKind::AssociatedType)
        {
            continue;
        }
        let signature = text.get(def.span.start as usize..def.body_start as usize).unwrap_or("");
        let signature = signature.split_whitespace().collect::<Vec<_>>().join(" ");
        found.entry(names(&facts, def.parent, def.name.as_str())).or_insert(Before { line: def.pos.line, signature });
    }
    found
}

/// The name with those of the named definitions around it; what an impl block is for counts as around.
fn names(facts: &FileFacts, parent: DefId, own: &str) -> String {
    let mut names = vec![own.to_owned()];
    let mut at = parent;
    while at != DefId::FILE {
        let def = facts.def(at);
        if !def.name.is_empty() {
            names.push(def.name.to_string());
        }
        if def.parent == at {
            break;
        }
        at = def.parent;
    }
    names.reverse();
    names.join(".")
}

/// The same name for an entity of the map.
fn names_now(project: &Project, id: EntityId) -> String {
    let snapshot = &project.snapshot;
    let mut names = vec![snapshot.str(snapshot.entity(id).name)];
    let mut at = snapshot.entity(id).parent();
    while let Some(parent) = at {
        let record = snapshot.entity(parent);
        if record.kind() != DefKind::File && !snapshot.str(record.name).is_empty() {
            names.push(snapshot.str(record.name));
        }
        at = record.parent();
    }
    names.reverse();
    names.join(".")
}

fn changed_definition(
    project: &Project,
    entity: &Entity,
    affects: &parseltongue_graph::Csr,
    before: Option<&BTreeMap<String, Before>>,
) -> ChangedDefinition {
    const MANY_CALLERS: usize = 10;
    let snapshot = &project.snapshot;
    let record = snapshot.entity(entity.id);
    let change = match before.and_then(|before| before.get(&names_now(project, entity.id))) {
        None => Change::Added,
        Some(before) => {
            let text = project.text(&entity.file);
            let now = text.as_deref().and_then(|text| text.get(record.span_start as usize..record.body_start as usize));
            let now = now.unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
            if now == before.signature { Change::Body } else { Change::Signature }
        }
    };
    let inside: Vec<u32> = crate::impact::with_members(snapshot, entity.id).iter().map(|id| id.number()).collect();
    let production = reach(affects, &inside, None)
        .into_iter()
        .map(|reached| snapshot.entity(EntityId::from_index(reached.node as usize)))
        .filter(|other| !other.is_test() && !matches!(other.kind(), DefKind::Anonymous | DefKind::Impl))
        .count();
    let tests = tests_reaching(project, &[entity.id]).len();
    let sites = snapshot.sites_named(record.name).iter().filter(|site| site.outcome() != SiteOutcome::External).count();
    let mut callers: Vec<EntityId> = snapshot.calls_to(entity.id).map(|call| call.caller).collect();
    callers.dedup();
    let mut factors = Vec::new();
    let callable = record.kind().is_callable();
    if change == Change::Signature {
        factors
            .push(format!("its signature changed, and {}", count(callers.len(), "entity uses it", "entities use it")));
    }
    if callers.len() >= MANY_CALLERS {
        factors.push(format!("used directly by {} entities", callers.len()));
    }
    if crate::impact::outsiders_may_use(snapshot, entity.id) && change != Change::Added {
        factors.push("public: code outside this project may use it".to_owned());
    }
    if callable && tests == 0 && !entity.test {
        factors.push("no test reaches it, as far as calls can be followed".to_owned());
    }
    if callable && sites > 0 {
        factors.push(format!("{} of its name could not be resolved", count(sites, "call site", "call sites")));
    }
    let untested = callable && tests == 0 && !entity.test && change != Change::Added;
    let risk = match (Risk::of(production), untested || change == Change::Signature && production > 0) {
        (Risk::Low, true) => Risk::Medium,
        (Risk::Medium, true) => Risk::High,
        (risk, _) => risk,
    };
    // A test breaks nothing but itself.
    let risk = if entity.test { Risk::Low } else { risk };
    ChangedDefinition { entity: entity.clone(), change, risk, production, tests, factors }
}

fn removed(project: &Project, before: &BTreeMap<&str, BTreeMap<String, Before>>) -> Vec<RemovedDefinition> {
    let snapshot = &project.snapshot;
    let mut found = Vec::new();
    for (&path, definitions) in before {
        let now: Vec<String> = snapshot
            .file_at(path)
            .map_or_else(Vec::new, |file| snapshot.entities_of(file).map(|id| names_now(project, id)).collect());
        for (qualified, before) in definitions.iter().filter(|(name, _)| !now.contains(name)) {
            let simple = qualified.rsplit('.').next().unwrap_or(qualified);
            let sites = snapshot.find_str(simple).map_or(0, |name| {
                snapshot.sites_named(name).iter().filter(|site| site.outcome() != SiteOutcome::External).count()
            });
            found.push(RemovedDefinition {
                name: qualified.clone(),
                file: path.to_owned(),
                line: before.line,
                unresolved_sites: sites,
            });
        }
    }
    found
}

fn checklist(change: &AffectedByChange, changed: &[ChangedDefinition], removed: &[RemovedDefinition]) -> Vec<String> {
    const NAMES: usize = 5;
    let mut steps = Vec::new();
    for removed in removed.iter().filter(|removed| removed.unresolved_sites > 0) {
        steps.push(format!(
            "look at the {} of `{}`, which was removed",
            count(removed.unresolved_sites, "unresolved call site", "unresolved call sites"),
            removed.name
        ));
    }
    let named = |wanted: &dyn Fn(&&ChangedDefinition) -> bool| {
        let names: Vec<String> =
            changed.iter().filter(wanted).map(|definition| format!("`{}`", definition.entity.qualified_name)).collect();
        let more = if names.len() > NAMES { format!(" and {} more", names.len() - NAMES) } else { String::new() };
        (!names.is_empty()).then(|| format!("{}{more}", names[..names.len().min(NAMES)].join(", ")))
    };
    if let Some(names) = named(&|definition| definition.change == Change::Signature && !definition.entity.test) {
        steps.push(format!("check every use of what has another signature: {names}"));
    }
    if let Some(names) =
        named(&|definition| definition.tests == 0 && definition.entity.kind.is_callable() && !definition.entity.test)
    {
        steps.push(format!("test what no test reaches: {names}"));
    }
    if !change.test_files.is_empty() {
        let shown = change.test_files.iter().take(NAMES).cloned().collect::<Vec<_>>().join(", ");
        let more = if change.test_files.len() > NAMES {
            format!(" and {}", count(change.test_files.len() - NAMES, "more file", "more files"))
        } else {
            String::new()
        };
        steps.push(format!("run the tests that reach the change: {shown}{more}"));
    }
    if change.at_least {
        steps.push("look at the unresolved call sites and the lines with the changed names".to_owned());
    }
    steps
}

impl Answer for ChangeCheck {
    fn document(&self) -> Document {
        const AFFECTED: usize = 30;
        let mut document = Document::default();
        document.heading(2, vec![plain(format!("Impact of the changes since {}", self.base))]);
        document.paragraph(vec![
            plain(format!("risk {}", self.risk.least(self.at_least))),
            strong(self.risk.label()),
            plain(format!(
                ": {} changed, {} removed; {} and {} in {} can be affected",
                count(self.changed.len(), "definition", "definitions"),
                self.removed.len(),
                count(self.production, "production entity", "production entities"),
                count(self.tests, "test", "tests"),
                count(self.files, "file", "files"),
            )),
        ]);
        let rows = self.changed.iter().take(AFFECTED).map(|definition| {
            let change = match definition.change {
                Change::Added => "added",
                Change::Signature => "signature",
                Change::Body => "body",
            };
            vec![
                vec![strong(definition.risk.label())],
                vec![faint(change)],
                vec![name(&*definition.entity.qualified_name)],
                vec![definition.entity.place()],
                vec![plain(format!(
                    "{} affected, {}",
                    definition.production,
                    count(definition.tests, "test", "tests")
                ))],
            ]
        });
        document.table(vec!["risk", "change", "name", "place", "reach"], rows.collect());
        if self.changed.len() > AFFECTED {
            document.paragraph(vec![faint(format!("and {} more, less risky", self.changed.len() - AFFECTED))]);
        }
        let mut items: Vec<(u8, Text)> = Vec::new();
        for definition in
            self.changed.iter().filter(|definition| definition.risk >= Risk::Medium && !definition.factors.is_empty())
        {
            items.push((
                0,
                vec![name(&*definition.entity.qualified_name), plain(format!(": {}", definition.factors.join("; ")))],
            ));
        }
        items.truncate(AFFECTED);
        if !items.is_empty() {
            document.heading(3, vec![plain("Why")]);
            document.list(items);
        }
        if !self.removed.is_empty() {
            document.heading(3, vec![plain("Removed")]);
            let item = |removed: &RemovedDefinition| {
                let mut text = vec![
                    name(&*removed.name),
                    plain("  "),
                    faint(format!("{}:{} in the base", removed.file, removed.line)),
                ];
                if removed.unresolved_sites > 0 {
                    text.push(plain("  "));
                    text.push(strong(count(removed.unresolved_sites, "unresolved call site", "unresolved call sites")));
                }
                (0, text)
            };
            document.list(self.removed.iter().take(AFFECTED).map(item).collect());
        }
        if !self.checklist.is_empty() {
            document.heading(3, vec![plain("Check list")]);
            document.list(self.checklist.iter().map(|step| (0, marked(step))).collect());
        }
        if !self.other_files.is_empty() {
            document.heading(3, vec![plain("Changed outside any definition")]);
            document.list(self.other_files.iter().map(|file| (0, vec![plain(&**file)])).collect());
        }
        self.completeness.add_to(&mut document);
        document
    }

    fn risk(&self) -> Option<Risk> {
        Some(self.risk)
    }

    fn annotations(&self) -> Vec<Annotation> {
        let mut annotations: Vec<Annotation> = self
            .changed
            .iter()
            .filter(|definition| !definition.entity.test)
            .map(|definition| Annotation {
                file: definition.entity.file.clone(),
                line: definition.entity.line,
                title: format!("{} risk: {}", definition.risk.label(), definition.entity.qualified_name),
                message: std::iter::once(format!(
                    "{} can be affected, {}",
                    count(definition.production, "production entity", "production entities"),
                    count(definition.tests, "test reaches it", "tests reach it")
                ))
                .chain(definition.factors.iter().cloned())
                .collect::<Vec<_>>()
                .join("; "),
                risk: definition.risk,
            })
            .collect();
        let dangling = self.removed.iter().filter(|removed| removed.unresolved_sites > 0);
        annotations.extend(dangling.map(|removed| Annotation {
            file: removed.file.clone(),
            line: 0,
            title: format!("removed: {}", removed.name),
            message: format!(
                "{} of this name have no target now",
                count(removed.unresolved_sites, "call site", "call sites")
            ),
            risk: Risk::High,
        }));
        annotations
    }
}
