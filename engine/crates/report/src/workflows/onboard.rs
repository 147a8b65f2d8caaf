//! `onboard`: what a newcomer to a codebase asks first.

mod declared;
mod dependencies;
mod documents;
mod entry_points;
mod identity;
mod libraries;
mod manifests;
mod modules;
mod naming;
mod patterns;
mod reading;
mod setup_script;
mod tasks;
mod testing;
mod version;

use crate::completeness::Completeness;
use crate::document::{Document, Part, Text, count, faint, marked, name, plain};
use crate::folders::is_side_folder;
use crate::ingest::{Size, size};
use crate::model::Entity;
use crate::project::Project;
use crate::prose;
use crate::queries::{Answer, CyclesOf, Route, find_cycles, resolve_name, routes};
use crate::ranking::{KeyEntity, Ranking};
use parseltongue_sort::StableSort;
use serde::Serialize;

use declared::Package;
use dependencies::Dependency;
use documents::DocumentFile;
use entry_points::EntryPoint;
pub(crate) use entry_points::entry_points as program_entry_points;
use identity::Identity;
use modules::Module;
use patterns::Pattern;

use reading::{Known, ReadingStep};
use tasks::{Task, TaskCommand};
use testing::Testing;

/// What the project calls itself, else the name of its folder.
pub(crate) fn project_name(project: &Project) -> String {
    identity::identity(project).name
}

/// A codebase in one document.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Onboard {
    pub identity: Identity,
    pub size: Size,
    /// The packages of a workspace; empty if there is only one.
    pub packages: Vec<Package>,
    /// How to build, test, check and run it.
    pub commands: Vec<TaskCommand>,
    /// Libraries that it is built on, most used first.
    pub dependencies: Vec<Dependency>,
    /// What there is to read beside the code.
    pub documents: Vec<DocumentFile>,
    pub modules: Vec<Module>,
    pub entry_points: Vec<EntryPoint>,
    /// Routes and commands that frameworks run, of all frameworks in turn; `entry-points` lists all.
    pub routes: Vec<Route>,
    /// How many there are of each framework.
    pub route_counts: Vec<RouteCount>,
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

/// Routes and commands of one framework.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RouteCount {
    pub framework: &'static str,
    pub routes: usize,
    /// In so many files.
    pub files: usize,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileCycle {
    pub files: Vec<String>,
}

/// A place where changes are dearer than elsewhere.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HotSpot {
    #[serde(flatten)]
    pub entity: Entity,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NextCommand {
    pub command: String,
    pub why: String,
}

/// How much a document says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// What fits one screen.
    Shallow,
    #[default]
    Medium,
    /// Everything that a team would want to keep.
    Deep,
}

impl Scope {
    /// How many key types, and how many key functions.
    fn key(self) -> usize {
        match self {
            Self::Shallow => 4,
            Self::Medium => 8,
            Self::Deep => 30,
        }
    }

    /// More modules than these are folded into their parent folders.
    fn modules(self) -> usize {
        match self {
            Self::Shallow => 8,
            Self::Medium => 16,
            Self::Deep => 60,
        }
    }

    /// How far callers and what is affected are followed; `None` is all the way.
    pub fn depth(self) -> Option<u32> {
        match self {
            Self::Shallow => Some(1),
            Self::Medium => Some(3),
            Self::Deep => None,
        }
    }
}

pub fn onboard(project: &Project, scope: Scope) -> Onboard {
    let ranking = Ranking::new(project);
    let modules = modules::modules(project, &ranking, scope.modules());
    let entry_points = entry_points::entry_points(project);
    // The order of reading looks further down the list than what is shown of it.
    let mut key_types = ranking.key_types(project, scope.key().max(reading::CANDIDATES));
    let mut key_functions = ranking.key_functions(project, scope.key().max(reading::CANDIDATES));
    let cycles = find_cycles(project, CyclesOf::Files);
    let file_cycles = cycles
        .cycles
        .iter()
        .map(|cycle| FileCycle { files: cycle.members.iter().map(|member| member.file.clone()).collect() })
        // What others' code and examples do is not this project's to mend.
        .filter(|cycle| !cycle.files.iter().all(|file| is_side_folder(file)))
        .collect();
    let key: Vec<&KeyEntity> =
        key_types.iter().take(scope.key()).chain(key_functions.iter().take(scope.key())).collect();
    let testing = testing::testing(project, &key);
    let documents = documents::documents(project);
    let known = Known {
        documents: &documents,
        entry_points: &entry_points,
        key_types: &key_types,
        key_functions: &key_functions,
        modules: &modules,
        testing: &testing,
        ranking: &ranking,
    };
    let reading_order = reading::reading_order(project, &known);
    key_types.truncate(scope.key());
    key_functions.truncate(scope.key());
    let mut all_routes = routes(project);
    // A set of arguments with the name of a type is no command by itself.
    let is_type = |route: &Route| route.framework == "clap" && route.path.starts_with(char::is_uppercase);
    all_routes.retain(|route| !is_side_folder(&route.file) && !is_type(route));
    Onboard {
        route_counts: route_counts(&all_routes),
        routes: some_routes(all_routes, scope.key()),
        identity: identity::identity(project),
        packages: declared::packages(project),
        commands: tasks::tasks(project, testing.tests > 0),
        dependencies: dependencies::dependencies(project),
        size: size(project),
        patterns: patterns::patterns(project),
        hot_spots: hot_spots(project),
        reading_order,
        next_commands: next_commands(project, &key_types, &key_functions),
        completeness: Completeness::new(project, &[], false),
        testing,
        documents,
        modules,
        entry_points,
        key_types,
        key_functions,
        file_cycles,
    }
}

fn route_counts(routes: &[Route]) -> Vec<RouteCount> {
    // They come sorted by framework and file.
    let of_framework = routes.chunk_by(|a, b| a.framework == b.framework);
    let count = |routes: &[Route]| RouteCount {
        framework: routes[0].framework,
        routes: routes.len(),
        files: routes.chunk_by(|a, b| a.file == b.file).count(),
    };
    of_framework.map(count).collect()
}

/// So many routes that each file with routes has its turn.
fn some_routes(routes: Vec<Route>, most: usize) -> Vec<Route> {
    let mut by_file: Vec<(usize, usize, Route)> = Vec::new();
    for (index, route) in routes.into_iter().enumerate() {
        let turn = by_file.iter().rev().take_while(|(_, _, known)| known.file == route.file).count();
        by_file.push((turn, index, route));
    }
    by_file.stable_sort_by_key(|&(turn, index, _)| (turn, index));
    by_file.truncate(most);
    by_file.stable_sort_by_key(|&(_, index, _)| index);
    by_file.into_iter().map(|(_, _, route)| route).collect()
}

/// What a project is and how to work on it, in sentences, for whoever reads nothing else.
pub(crate) fn summary(project: &Project) -> Vec<String> {
    let identity = identity::identity(project);
    let mut lines = vec![match &identity.description {
        Some(description) => format!("{}: {description}", identity.name),
        None => identity.name.clone(),
    }];
    lines.extend(identity.introduction.first().map(|text| prose::shorten(text, 300)));
    let entries: Vec<String> = entry_points::entry_points(project)
        .iter()
        .take(6)
        .map(|entry| format!("{} ({})", entry.what, entry.file))
        .collect();
    if !entries.is_empty() {
        lines.push(format!("Starts at: {}", entries.join(", ")));
    }
    let commands: Vec<String> = tasks::tasks(project, true)
        .iter()
        .filter(|command| matches!(command.task, Task::Build | Task::Test | Task::Lint))
        .map(|command| format!("{} `{}`", command.task.label(), command.command))
        .collect();
    if !commands.is_empty() {
        lines.push(format!("Commands: {}", commands.join(", ")));
    }
    lines
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
            if lines < LONG {
                return None;
            }
            let mut callers: Vec<_> = snapshot.calls_to(id).map(|call| call.caller).collect();
            callers.dedup();
            // Whether it is generated says the file's text, so that is asked of few.
            if callers.len() < MANY_CALLERS && lines < 2 * LONG
                || is_side_folder(snapshot.path(record.file))
                || crate::ranking::is_generated(project, snapshot.path(record.file))
            {
                return None;
            }
            let tests = callers.iter().filter(|&&caller| snapshot.entity(caller).is_test()).count();
            let called = count(callers.len() - tests, "direct caller", "direct callers");
            let tested = if tests == 0 { String::new() } else { format!(" and {}", count(tests, "test", "tests")) };
            let reason = format!("{lines} lines, {called}{tested}");
            let weight = u64::from(lines) * (callers.len() as u64 + 1);
            Some((weight, HotSpot { entity: Entity::new(project, id), reason }))
        })
        .collect();
    found.stable_sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.entity.id.cmp(&b.1.entity.id)));
    found.into_iter().take(SHOWN).map(|(_, spot)| spot).collect()
}

fn next_commands(project: &Project, key_types: &[KeyEntity], key_functions: &[KeyEntity]) -> Vec<NextCommand> {
    // A name that several entities have is no answer to which is meant.
    let argument = |entity: &Entity| {
        let alone = resolve_name(project, &entity.qualified_name).is_ok_and(|found| found.len() == 1);
        if alone { entity.qualified_name.clone() } else { format!("{}:{}", entity.file, entity.line) }
    };
    let asked = [
        (key_functions.first(), "debug", "who calls the most central function, and the smallest safe change to it"),
        (key_types.first(), "feature-start", "what a change to the most central type can affect"),
        (key_functions.get(1), "refactor-check", "how risky it is to change its shape"),
        (key_types.first(), "llm-context .", "what a language model must know before it works on it"),
    ];
    let command = |(key, command, why): (Option<&KeyEntity>, &str, &str)| {
        let command = format!("pt {command} {}", argument(&key?.entity));
        Some(NextCommand { command, why: why.to_owned() })
    };
    asked.into_iter().filter_map(command).collect()
}

/// A place without its column, which is of no use to those who read.
fn line_place(entity: &Entity) -> Part {
    Part::Place { path: entity.file.clone(), line: entity.line, column: 0 }
}

fn file_place(path: &str) -> Part {
    Part::Place { path: path.to_owned(), line: 0, column: 0 }
}

impl Answer for Onboard {
    fn document(&self) -> Document {
        let mut document = self.head();
        document.append(self.getting_started(true));
        self.add_reading_order(&mut document);
        document.append(self.map());
        document.append(self.core());
        document.append(self.care());
        if !self.next_commands.is_empty() {
            document.heading(2, vec![plain("Next")]);
        }
        let item = |next: &NextCommand| (0, vec![name(&*next.command), faint(format!("  {}", next.why))]);
        document.list(self.next_commands.iter().map(item).collect());
        self.completeness.add_to(&mut document);
        document
    }
}

impl Onboard {
    /// What a language model needs first, on one page: without example, what is built on, documents,
    /// others' code and what to type next.
    pub fn orientation(&self) -> Document {
        let mut document = self.head();
        document.append(self.getting_started(false));
        self.add_reading_order(&mut document);
        let own: Vec<&Module> = self.modules.iter().filter(|module| !is_side_folder(&module.path)).collect();
        document.append(modules_document(&own));
        document.append(self.keys());
        self.completeness.add_to(&mut document);
        document
    }

    fn add_reading_order(&self, document: &mut Document) {
        document.heading(2, vec![plain("Read in this order")]);
        let item = |(index, step): (usize, &ReadingStep)| {
            let mut text = vec![plain(format!("{}. ", index + 1)), file_place(&step.file), plain("  ")];
            text.extend(marked(&step.reason));
            (0, text)
        };
        document.list(self.reading_order.iter().enumerate().map(item).collect());
    }

    /// Name, purpose, size, licence, what it needs.
    fn head(&self) -> Document {
        let mut document = Document::default();
        let identity = &self.identity;
        document.heading(1, vec![plain(&*identity.name)]);
        if let Some(description) = &identity.description {
            document.paragraph(vec![plain(&**description)]);
        }
        for paragraph in &identity.introduction {
            // Manifest and README often say the same.
            let said = identity
                .description
                .as_ref()
                .is_some_and(|said| said.trim_end_matches('.') == paragraph.trim_end_matches('.'));
            if !said {
                document.paragraph(vec![plain(&**paragraph)]);
            }
        }
        let lines: usize = self.size.languages.iter().map(|language| language.lines).sum();
        let languages: Vec<String> =
            self.size.languages.iter().map(|language| format!("{} {}", language.language, language.files)).collect();
        let mut items: Vec<(u8, Text)> = Vec::new();
        let mut facts = Vec::new();
        facts.extend(identity.version.as_ref().map(|version| format!("version {version}")));
        facts.extend(identity.license.as_ref().map(|license| format!("licence {}", license.name)));
        facts.extend(identity.requires.iter().map(|required| format!("{} {}", required.what, required.version)));
        if !facts.is_empty() {
            items.push((0, vec![plain(facts.join(", "))]));
        }
        items.push((
            0,
            vec![plain(format!(
                "{}, {} ({}), {}",
                count(self.completeness.files, "source file", "source files"),
                count(lines, "line", "lines"),
                languages.join(", "),
                count(self.size.entities, "entity", "entities"),
            ))],
        ));
        if !identity.features.is_empty() {
            let features: Vec<&str> =
                identity.features.iter().map(|feature| feature.trim_end_matches(['.', ';'])).collect();
            items.push((0, vec![plain(format!("features: {}", features.join("; ")))]));
        }
        document.list(items);
        document
    }

    /// Installing, an example, the commands, the ways in.
    fn getting_started(&self, with_example: bool) -> Document {
        let mut document = Document::default();
        let identity = &self.identity;
        let example = identity.example.as_ref().filter(|_| with_example);
        if !identity.install.is_empty() || example.is_some() {
            document.heading(2, vec![plain("Use it")]);
            let item = |install: &declared::InstallCommand| {
                let place = Part::Place { path: install.file.clone(), line: install.line, column: 0 };
                (0, vec![name(&*install.command), plain("  "), place])
            };
            document.list(identity.install.iter().map(item).collect());
            if let Some(example) = example {
                let place = Part::Place { path: example.file.clone(), line: example.line, column: 0 };
                let title = if example.title.is_empty() { "example" } else { &*example.title };
                document.paragraph(vec![faint(format!("{title}  ")), place]);
                document.push(crate::document::Block::Code { language: "", text: example.text.clone() });
            }
        }
        if !self.commands.is_empty() {
            document.heading(2, vec![plain("Work on it")]);
            let mut rows: Vec<Vec<Text>> = Vec::new();
            for task in Task::ALL {
                for (index, command) in self.commands.iter().filter(|command| command.task == task).enumerate() {
                    let label = if index == 0 { task.label() } else { "" };
                    let place = Part::Place { path: command.source.clone(), line: command.line, column: 0 };
                    rows.push(vec![vec![faint(label)], vec![name(&*command.command)], vec![place]]);
                }
            }
            document.table(vec!["", "command", "from"], rows);
        }
        document.append(self.testing.document());
        document.heading(2, vec![plain("Where it starts")]);
        if self.entry_points.is_empty() && self.routes.is_empty() {
            document
                .paragraph(vec![plain("no entry point was found: neither a main function nor a manifest names one")]);
        }
        document.list(self.entry_points.iter().map(|entry| (0, entry.text())).collect());
        if !self.routes.is_empty() {
            let counts: Vec<String> =
                self.route_counts.iter().map(|count| format!("{} {}", count.routes, count.framework)).collect();
            document.paragraph(vec![
                plain(format!("routes and commands: {}; ", counts.join(", "))),
                name("pt entry-points"),
                plain(" lists all"),
            ]);
            let item = |route: &Route| {
                let path = if route.path.is_empty() { "\"\"" } else { &*route.path };
                let mut text = vec![name(format!("{} {path}", route.method).trim_start()), plain("  ")];
                text.push(Part::Place { path: route.file.clone(), line: route.line, column: 0 });
                text.extend(route.handler.as_ref().map(|handler| faint(format!("  {}", handler.qualified_name))));
                (0, text)
            };
            document.list(self.routes.iter().map(item).collect());
        }
        document
    }

    /// Packages, modules, dependencies, documents.
    fn map(&self) -> Document {
        const PACKAGES: usize = 24;
        const DEPENDENCIES: usize = 14;
        let mut document = Document::default();
        if !self.packages.is_empty() {
            document.heading(2, vec![plain(format!("Packages ({})", self.packages.len()))]);
            let mut items: Vec<(u8, Text)> = Vec::new();
            // What is told as a module needs no second line.
            let told = |path: &str| self.modules.iter().any(|module| module.path == path);
            let (short, long): (Vec<&Package>, Vec<&Package>) =
                self.packages.iter().partition(|package| package.path == package.name && package.description.is_none());
            if !short.is_empty() {
                let names: Vec<&str> = short.iter().map(|package| &*package.name).collect();
                items.push((0, vec![plain(names.join(", "))]));
            }
            for package in
                long.into_iter().filter(|package| package.path != package.name || !told(&package.path)).take(PACKAGES)
            {
                let path = if package.path.is_empty() { "." } else { &*package.path };
                let mut text = vec![name(&*package.name), plain("  "), file_place(path)];
                text.extend(package.description.as_ref().map(|description| plain(format!("  {description}"))));
                items.push((0, text));
            }
            document.list(items);
        }
        document.append(modules_document(&self.modules.iter().collect::<Vec<_>>()));
        if !self.dependencies.is_empty() {
            document.heading(2, vec![plain("Built on")]);
            let mut items: Vec<(u8, Text)> = Vec::new();
            for dependency in self.dependencies.iter().take(DEPENDENCIES) {
                let mut text = vec![name(&*dependency.name)];
                text.extend(dependency.purpose.as_ref().map(|purpose| plain(format!("  {purpose}"))));
                if dependency.files > 0 {
                    text.push(faint(format!("  in {}", count(dependency.files, "file", "files"))));
                }
                items.push((0, text));
            }
            if self.dependencies.len() > DEPENDENCIES {
                items.push((0, vec![faint(format!("and {} more", self.dependencies.len() - DEPENDENCIES))]));
            }
            document.list(items);
        }
        if !self.documents.is_empty() {
            document.heading(2, vec![plain("Documents and examples")]);
            let item = |file: &DocumentFile| (0, vec![file_place(&file.path), faint(format!("  {}", file.about))]);
            document.list(self.documents.iter().map(item).collect());
        }
        document
    }

    /// Key types and functions, patterns.
    fn core(&self) -> Document {
        let mut document = self.keys();
        if !self.patterns.is_empty() {
            document.heading(2, vec![plain("Architecture")]);
            document.list(self.patterns.iter().map(|pattern| (0, pattern.text())).collect());
        }
        document
    }

    fn keys(&self) -> Document {
        let mut document = Document::default();
        for (title, entities) in [("Key types", &self.key_types), ("Key functions", &self.key_functions)] {
            if entities.is_empty() {
                continue;
            }
            document.heading(2, vec![plain(title)]);
            let item = |key: &KeyEntity| {
                let mut items = vec![
                    faint(format!("{} ", crate::model::kind_label(key.entity.kind))),
                    name(&*key.entity.qualified_name),
                    plain("  "),
                    line_place(&key.entity),
                ];
                items.push(faint(format!("  {}", key.reason)));
                if let Some(doc) = &key.doc {
                    items.push(plain(format!("  {doc}")));
                }
                (0, items)
            };
            document.list(entities.iter().map(item).collect());
        }
        document
    }

    /// Cycles and hot spots.
    fn care(&self) -> Document {
        let mut document = Document::default();
        if self.file_cycles.is_empty() && self.hot_spots.is_empty() {
            return document;
        }
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
            let mut text = vec![name(&*spot.entity.qualified_name), plain("  "), line_place(&spot.entity)];
            text.push(faint(format!("  {}", spot.reason)));
            items.push((0, text));
        }
        document.list(items);
        document
    }
}

fn modules_document(modules: &[&Module]) -> Document {
    let mut document = Document::default();
    document.heading(2, vec![plain("Modules")]);
    // What all paths begin with is said once.
    let common = common_folder(modules);
    if !common.is_empty() {
        document.paragraph(vec![plain("in "), file_place(&common)]);
    }
    document.list(modules.iter().flat_map(|module| module.items(&common)).collect());
    document
}

/// The folder that the paths of most of the code begin with; empty if it saves nothing.
fn common_folder(modules: &[&Module]) -> String {
    const WORTH: usize = 8;
    let mut own = modules.iter().filter(|module| !is_side_folder(&module.path)).map(|module| module.path.as_str());
    let Some(first) = own.next() else { return String::new() };
    let mut common = first;
    for path in own {
        while !(path.starts_with(common) && path[common.len()..].starts_with(['/']) || path == common) {
            let Some((shorter, _)) = common.rsplit_once('/') else { return String::new() };
            common = shorter;
        }
    }
    if common.len() < WORTH || modules.len() < 2 { String::new() } else { common.to_owned() }
}

impl Module {
    /// Paths are told without the folder that all share.
    fn items(&self, common: &str) -> Vec<(u8, Text)> {
        let short = |path: &str| {
            let rest =
                path.strip_prefix(common).map(|rest| rest.trim_start_matches('/')).filter(|_| !common.is_empty());
            match rest {
                Some("") => path.rsplit('/').next().unwrap_or(path).to_owned(),
                Some(rest) => rest.to_owned(),
                None => path.to_owned(),
            }
        };
        let size = format!("  {}, {}", count(self.files, "file", "files"), count(self.lines, "line", "lines"));
        let mut text = vec![name(short(&self.path)), faint(size)];
        text.extend(self.purpose.as_ref().map(|purpose| plain(format!("  {purpose}"))));
        let mut items = vec![(0, text)];
        let list = |names: &[String]| -> Text {
            let separated =
                names.iter().enumerate().map(|(index, own)| [plain(if index > 0 { ", " } else { "" }), name(&**own)]);
            separated.flatten().collect()
        };
        let mut text: Text = Vec::new();
        for (index, file) in self.main_files.iter().enumerate() {
            let own = file.file.strip_prefix(&self.path).map_or(&*file.file, |rest| rest.trim_start_matches('/'));
            let stem = own.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or(own);
            // Of a file that is named for what it holds, the name says it.
            let holds: Vec<String> = file
                .holds
                .iter()
                .filter(|held| **held != *stem && !held.starts_with(&format!("{stem}.")))
                .cloned()
                .collect();
            text.push(plain(if index > 0 { "; " } else { "" }));
            text.push(plain(own));
            if !holds.is_empty() {
                text.push(plain(" "));
                text.extend(list(&holds));
            }
        }
        if self.main_files.is_empty() && !self.main_entities.is_empty() {
            let holds: Vec<String> = self.main_entities.iter().map(|entity| entity.qualified_name.clone()).collect();
            text.push(faint("holds "));
            text.extend(list(&holds));
        }
        if !text.is_empty() {
            items.push((1, text));
        }
        if !self.depends_on.is_empty() {
            let uses: Vec<String> = self.depends_on.iter().map(|path| short(path)).collect();
            items.push((1, vec![faint(format!("uses {}", uses.join(", ")))]));
        }
        items
    }
}
