//! `onboard`: what a newcomer to a codebase asks first.

mod identity;
mod modules;
mod patterns;
mod ranking;
mod reading;
mod testing;

use crate::completeness::Completeness;
use crate::document::{Document, Part, Text, count, faint, name, plain};
use crate::ingest::{Size, size};
use crate::model::Entity;
use crate::project::Project;
use crate::queries::{Answer, CyclesOf, find_cycles};
use serde::Serialize;

use identity::{EntryPoint, Identity};
use modules::Module;
use patterns::Pattern;
use ranking::KeyEntity;
use reading::ReadingStep;
use testing::Testing;

/// What the project calls itself, else the name of its folder.
pub(crate) fn project_name(project: &Project) -> String {
    identity::identity(project).name
}

/// A codebase in one document.
#[derive(Clone, Debug, Serialize)]
pub struct Onboard {
    pub identity: Identity,
    pub size: Size,
    pub modules: Vec<Module>,
    pub entry_points: Vec<EntryPoint>,
    pub key_types: Vec<KeyEntity>,
    pub key_functions: Vec<KeyEntity>,
    pub patterns: Vec<Pattern>,
    pub file_cycles: Vec<FileCycle>,
    pub hot_spots: Vec<HotSpot>,
    pub testing: Testing,
    pub reading_order: Vec<ReadingStep>,
    pub next_commands: Vec<NextCommand>,
    pub completeness: Completeness,
}

#[derive(Clone, Debug, Serialize)]
pub struct FileCycle {
    pub files: Vec<String>,
}

/// A place where changes are dearer than elsewhere.
#[derive(Clone, Debug, Serialize)]
pub struct HotSpot {
    #[serde(flatten)]
    pub entity: Entity,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct NextCommand {
    pub command: String,
    pub why: String,
}

pub fn onboard(project: &Project) -> Onboard {
    let ranking = ranking::Ranking::new(project);
    let modules = modules::modules(project, &ranking);
    let entry_points = identity::entry_points(project);
    let key_types = ranking.key_types(project);
    let key_functions = ranking.key_functions(project);
    let cycles = find_cycles(project, CyclesOf::Files);
    let file_cycles = cycles
        .cycles
        .iter()
        .map(|cycle| FileCycle { files: cycle.members.iter().map(|member| member.file.clone()).collect() })
        .collect();
    Onboard {
        identity: identity::identity(project),
        size: size(project),
        patterns: patterns::patterns(project),
        hot_spots: hot_spots(project),
        testing: testing::testing(project),
        reading_order: reading::reading_order(project, &entry_points, &key_types, &key_functions, &modules),
        next_commands: next_commands(&key_types, &key_functions),
        completeness: Completeness::new(project, &[], false),
        modules,
        entry_points,
        key_types,
        key_functions,
        file_cycles,
    }
}

fn hot_spots(project: &Project) -> Vec<HotSpot> {
    const SHOWN: usize = 5;
    const LONG: u32 = 80;
    const MANY_CALLERS: usize = 8;
    let snapshot = &project.snapshot;
    let mut found: Vec<(u64, HotSpot)> = project
        .shown_entities()
        .filter(|&id| !snapshot.entity(id).is_test() && snapshot.entity(id).kind().is_callable())
        .filter_map(|id| {
            let record = snapshot.entity(id);
            let lines = record.end_line - record.start_line + 1;
            let mut callers: Vec<_> = snapshot.calls_to(id).map(|call| call.caller).collect();
            callers.dedup();
            if lines < LONG || callers.len() < MANY_CALLERS && lines < 2 * LONG {
                return None;
            }
            let reason = format!("{lines} lines, {}", count(callers.len(), "caller", "callers"));
            let weight = u64::from(lines) * (callers.len() as u64 + 1);
            Some((weight, HotSpot { entity: Entity::new(project, id), reason }))
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.entity.id.cmp(&b.1.entity.id)));
    found.into_iter().take(SHOWN).map(|(_, spot)| spot).collect()
}

fn next_commands(key_types: &[KeyEntity], key_functions: &[KeyEntity]) -> Vec<NextCommand> {
    let mut commands = Vec::new();
    if let Some(function) = key_functions.first() {
        commands.push(NextCommand {
            command: format!("pt debug {}", function.entity.qualified_name),
            why: "who calls the most central function, and the smallest safe change to it".to_owned(),
        });
    }
    if let Some(ty) = key_types.first() {
        commands.push(NextCommand {
            command: format!("pt feature-start {}", ty.entity.qualified_name),
            why: "what a change to the most central type can affect".to_owned(),
        });
    }
    if let Some(function) = key_functions.get(1) {
        commands.push(NextCommand {
            command: format!("pt refactor-check {}", function.entity.qualified_name),
            why: "how risky it is to change its shape".to_owned(),
        });
    }
    commands
}

fn file_place(path: &str) -> Part {
    Part::Place { path: path.to_owned(), line: 0, column: 0 }
}

impl Answer for Onboard {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(1, vec![plain(&*self.identity.name)]);
        if let Some(description) = &self.identity.description {
            document.paragraph(vec![plain(&**description)]);
        }
        let lines: usize = self.size.languages.iter().map(|language| language.lines).sum();
        let languages: Vec<String> =
            self.size.languages.iter().map(|language| format!("{} {}", language.language, language.files)).collect();
        document.paragraph(vec![plain(format!(
            "{}, {} ({}), {}",
            count(self.completeness.files, "source file", "source files"),
            count(lines, "line", "lines"),
            languages.join(", "),
            count(self.size.entities, "entity", "entities"),
        ))]);

        document.heading(2, vec![plain("Where it starts")]);
        if self.entry_points.is_empty() {
            document
                .paragraph(vec![plain("no entry point was found: neither a main function nor a manifest names one")]);
        }
        document.list(self.entry_points.iter().map(|entry| (0, entry.text())).collect());

        document.heading(2, vec![plain("Modules")]);
        let mut items: Vec<(u8, Text)> = Vec::new();
        for module in &self.modules {
            let size = format!("  {}, {}", count(module.files, "file", "files"), count(module.lines, "line", "lines"));
            let mut text = vec![file_place(&module.path), faint(size)];
            if let Some(purpose) = &module.purpose {
                text.push(plain(format!("  {purpose}")));
            }
            items.push((0, text));
            if !module.main_entities.is_empty() {
                let mut text = vec![faint("holds ")];
                for (index, entity) in module.main_entities.iter().enumerate() {
                    if index > 0 {
                        text.push(plain(", "));
                    }
                    text.push(name(&*entity.qualified_name));
                }
                items.push((1, text));
            }
            if !module.depends_on.is_empty() {
                items.push((1, vec![faint(format!("uses {}", module.depends_on.join(", ")))]));
            }
        }
        document.list(items);

        for (title, entities) in [("Key types", &self.key_types), ("Key functions", &self.key_functions)] {
            if entities.is_empty() {
                continue;
            }
            document.heading(2, vec![plain(title)]);
            let item = |key: &KeyEntity| {
                let mut items = key.entity.text();
                items.push(faint(format!("  {}", key.reason)));
                if let Some(doc) = &key.doc {
                    items.push(plain(format!("  {doc}")));
                }
                (0, items)
            };
            document.list(entities.iter().map(item).collect());
        }

        if !self.patterns.is_empty() {
            document.heading(2, vec![plain("Architecture")]);
            document.list(self.patterns.iter().flat_map(Pattern::items).collect());
        }
        if !self.file_cycles.is_empty() || !self.hot_spots.is_empty() {
            document.heading(2, vec![plain("Take care")]);
            let mut items: Vec<(u8, Text)> = Vec::new();
            for cycle in self.file_cycles.iter().take(3) {
                let shown: Vec<&str> = cycle.files.iter().take(6).map(String::as_str).collect();
                let more = if cycle.files.len() > shown.len() { ", …" } else { "" };
                let text = format!(
                    "{} use each other in a cycle: {}{more}",
                    count(cycle.files.len(), "file", "files"),
                    shown.join(", ")
                );
                items.push((0, vec![plain(text)]));
            }
            for spot in &self.hot_spots {
                let mut text = spot.entity.text();
                text.push(faint(format!("  {}", spot.reason)));
                items.push((0, text));
            }
            document.list(items);
        }
        document.heading(2, vec![plain("Tests")]);
        document.append(self.testing.document());

        document.heading(2, vec![plain("Read in this order")]);
        let item = |(index, step): (usize, &ReadingStep)| {
            (0, vec![plain(format!("{}. ", index + 1)), file_place(&step.file), faint(format!("  {}", step.reason))])
        };
        document.list(self.reading_order.iter().enumerate().map(item).collect());

        document.heading(2, vec![plain("Next")]);
        let item = |next: &NextCommand| (0, vec![name(&*next.command), faint(format!("  {}", next.why))]);
        document.list(self.next_commands.iter().map(item).collect());
        self.completeness.add_to(&mut document);
        document
    }
}
