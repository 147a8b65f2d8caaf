//! In which order to read.

use super::documents::DocumentFile;
use super::entry_points::{EntryKind, EntryPoint, go_package_name, join, tries};
use super::modules::{Module, file_doc};
use super::testing::{Representative, Testing};
use crate::folders::{folder_of, is_side_folder};
use crate::project::Project;
use crate::prose;
use crate::ranking::{KeyEntity, Ranking, is_generated, is_used_elsewhere, type_around};
use crate::readme::Mentions;
use parseltongue_sort::StableSort;
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::Language;
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A file to read and why it comes here.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadingStep {
    pub file: String,
    pub reason: String,
}

const STEPS: usize = 10;
/// So many types and functions, the most central first, are looked at for files to read.
pub(super) const CANDIDATES: usize = 36;

/// What is known of a project before the order is made.
pub(super) struct Known<'a> {
    pub documents: &'a [DocumentFile],
    pub entry_points: &'a [EntryPoint],
    pub key_types: &'a [KeyEntity],
    pub key_functions: &'a [KeyEntity],
    pub modules: &'a [Module],
    pub testing: &'a Testing,
    pub ranking: &'a Ranking<'a>,
}

/// README and architecture first (what it is for), then the way in (what happens), then what the project's own
/// documents name, then the files that hold the most together, at the end a test that shows the whole in use.
/// If that are too few, the largest modules not met so far.
pub(super) fn reading_order(project: &Project, known: &Known) -> Vec<ReadingStep> {
    let mut order = Order::new(project, known);
    order.documents();
    order.ways_in();
    order.named_by_documents();
    order.central();
    order.modules();
    order.finish()
}

/// An order that is being made.
struct Order<'a> {
    project: &'a Project,
    known: &'a Known<'a>,
    /// What the code is written in.
    languages: Vec<Language>,
    steps: Vec<ReadingStep>,
    /// What comes at the end, and what it is.
    last: Vec<(&'a Representative, &'static str)>,
}

impl<'a> Order<'a> {
    fn new(project: &'a Project, known: &'a Known<'a>) -> Self {
        let last = [(&known.testing.example, "an example"), (&known.testing.representative, "tests")];
        let is_test = |file: &str| project.snapshot.file_at(file).is_some_and(|id| project.snapshot.file(id).is_test());
        let last = last
            .into_iter()
            .filter_map(|(file, what)| file.as_ref().map(|file| (file, what)))
            // Tests at the end of what they test are met there.
            .filter(|(file, what)| *what == "an example" || is_test(&file.file))
            .collect();
        Self { project, known, languages: languages(project), steps: Vec::new(), last }
    }

    /// How many steps are left before those at the end.
    fn room(&self) -> usize {
        STEPS - self.last.len() - self.steps.len()
    }

    fn has(&self, file: &str) -> bool {
        self.steps.iter().any(|step| step.file == file) || self.last.iter().any(|(last, _)| last.file == file)
    }

    /// Of a header and its source one is enough, for who reads one opens the other, unless the header is long.
    /// `from` is the first step that counts: what a library offers and how it works are two things to read.
    fn has_half(&self, file: &str, from: usize) -> bool {
        const LONG: u32 = 500;
        let snapshot = &self.project.snapshot;
        let half = |path: &str| {
            let (stem, _) = path.rsplit_once('.')?;
            matches!(Language::of(path), Some(Language::C | Language::Cpp)).then(|| stem.to_owned())
        };
        let header = |path: &str| path.rsplit('.').next().is_some_and(|end| end.starts_with('h'));
        let lines = |path: &str| snapshot.file_at(path).map_or(0, |file| snapshot.file(file).lines);
        let long = |path: &str| header(path) && lines(path) >= LONG;
        let own = half(file);
        let mut steps = self.steps.iter().skip(from);
        own.is_some() && steps.any(|step| half(&step.file) == own && !long(file) && !long(&step.file))
    }

    fn add(&mut self, file: &str, reason: String) {
        if self.room() > 0 && !self.has(file) {
            self.steps.push(ReadingStep { file: file.to_owned(), reason });
        }
    }

    fn documents(&mut self) {
        if let Some(readme) = self.project.readme() {
            self.add(&readme.file, "what it is for, in its authors' words".to_owned());
        }
        if let Some(document) = self.known.documents.iter().find(|document| document.kind == "architecture") {
            self.add(&document.path, "how it is built, in its authors' words".to_owned());
        }
    }

    fn ways_in(&mut self) {
        const ENTRIES: usize = 2;
        let project = self.project;
        let is_way =
            |entry: &&EntryPoint| !matches!(entry.kind, EntryKind::Container | EntryKind::BuildScript) && !tries(entry);
        let entries = self.known.entry_points.iter().filter(is_way);
        let of_kind = |kind: fn(EntryKind) -> bool| entries.clone().filter(move |entry| kind(entry.kind));
        // Where both exist, the library says what can be done and the command shows it done. A package's file
        // that only names a version says neither.
        // A page that comes with a program is no library of it.
        let languages = &self.languages;
        let is_main = |entry: &EntryPoint| {
            Language::of(&entry.file).is_none_or(|language| {
                // A header may be of either.
                languages.contains(&language) || language == Language::C && languages.contains(&Language::Cpp)
            })
        };
        let has_program = entries.clone().any(|entry| entry.kind != EntryKind::Library && is_main(entry));
        let libraries = of_kind(|kind| kind == EntryKind::Library)
            .filter(|entry| has_code(project, &entry.file) && (!has_program || is_main(entry)))
            .take(1);
        let is_library = libraries.clone().next().is_some();
        // Of a library, what a main function in it does is an aside, and so is a program that its README does not
        // speak of.
        let name = super::naming::name_of(project).to_lowercase();
        // A program whose source is at the root is the whole, and libraries in folders are its parts.
        let at_root = |entry: &&EntryPoint| !entry.file.contains('/');
        let is_program = |entry: &&EntryPoint| at_root(entry) && entry.what.starts_with("program ");
        let library_at_root = libraries.clone().any(|entry| at_root(&entry));
        let aside = |entry: &&EntryPoint| {
            let program = entry.what.rsplit(' ').next().unwrap_or("");
            let spoken_of = program.to_lowercase() == name || project.mentions().name(program);
            let whole = is_program(entry) && !library_at_root;
            is_library && !whole && (entry.kind == EntryKind::Main || entry.what.starts_with("program ") && !spoken_of)
        };
        let programs = of_kind(|kind| kind != EntryKind::Library)
            .filter(|entry| !(aside(entry) || is_library && entry.file.ends_with("__main__.py")));
        let mut ways: Vec<&EntryPoint> = libraries.chain(programs).collect();
        ways.stable_sort_by_key(|entry| !library_at_root && !is_program(entry));
        ways.truncate(ENTRIES);
        let shown = shown_in_readme(project);
        // What a library's README shows comes before the program that is made with it.
        let (libraries, programs): (Vec<&EntryPoint>, Vec<&EntryPoint>) = if is_library && library_first(&ways) {
            ways.into_iter().partition(|entry| entry.kind == EntryKind::Library)
        } else {
            (ways, Vec::new())
        };
        for entry in libraries {
            // What only passes on what others define can be skipped where the README shows whose it is.
            let passes_on = entry.kind == EntryKind::Library && !defines(project, &entry.file);
            if shown.is_empty() || !passes_on || self.room() < 2 || entry.file.ends_with(".go") {
                self.way_in(entry);
            }
        }
        for (file, name) in shown {
            self.add(&file, format!("`{name}`, shown in the README"));
        }
        for entry in programs {
            self.way_in(entry);
        }
    }

    fn way_in(&mut self, entry: &EntryPoint) {
        let (file, by_way_of) = match leads_to(self.project, entry) {
            Some(file) => (file, format!(", by way of {}", entry.file)),
            None => (entry.file.clone(), String::new()),
        };
        let doc = file_doc(self.project, &file).map_or_else(String::new, |doc| format!(": {doc}"));
        self.add(&file, format!("the way in, `{}`{by_way_of}{doc}", entry.what));
        if let Some(namesake) = own_file(self.project, entry) {
            self.add(&namesake, "the file with the package's own name".to_owned());
        }
    }

    /// Files that the documents for newcomers name are the authors' own reading list.
    fn named_by_documents(&mut self) {
        const NAMED: usize = 3;
        /// A document that names so many guides through the sources, and more of it is followed.
        const GUIDE: usize = 6;
        const OF_GUIDE: usize = 5;
        let project = self.project;
        let documents: Vec<&str> = self
            .known
            .documents
            .iter()
            .filter(|document| matches!(document.kind, "architecture" | "contributing"))
            .map(|document| document.path.as_str())
            .collect();
        let with_documents;
        let mentions = if documents.is_empty() {
            project.mentions()
        } else {
            let readme = project.readme().map(|readme| readme.file.as_str());
            with_documents = Mentions::of(project, readme.into_iter().chain(documents));
            &with_documents
        };
        let languages = &self.languages;
        // A script beside the code, in a language of its own, makes or checks it.
        let code = |path: &str| {
            let file = project.snapshot.file_at(path).map(|file| project.snapshot.file(file));
            let own = file.is_some_and(|file| {
                file.language().is_some_and(|language| languages.contains(&language)) && !file.is_test()
            });
            own && !is_side_folder(path) && !is_generated(project, path)
        };
        let named: Vec<&(String, String)> = mentions.files.iter().filter(|(file, _)| code(file)).collect();
        let most = if named.len() >= GUIDE { OF_GUIDE } else { NAMED };
        for (file, line) in named.into_iter().take(most) {
            self.add(file, format!("named by the project's own documents: {}", prose::shorten(line, 90)));
        }
    }

    /// Files that hold the most together, each told by its most central type or function.
    fn central(&mut self) {
        /// What each step in a folder takes from the worth of the other files there, so that all parts are met.
        const DECAY: f64 = 0.85;
        let mut candidates: Vec<(f64, &KeyEntity)> = Vec::new();
        for (place, key) in self.keys().into_iter().enumerate() {
            if candidates.iter().all(|(_, known)| known.entity.file != key.entity.file) {
                let weight = self.known.ranking.file_weight(self.project, key.entity.id);
                candidates.push((weight / ((3 + place) as f64).ln(), key));
            }
        }
        let from = self.steps.len();
        let builds = |path: &str| matches!(path.rsplit('/').next(), Some("build.rs" | "setup.py" | "conftest.py"));
        candidates.retain(|(_, key)| !builds(&key.entity.file));
        while self.room() > 0 {
            candidates.retain(|(_, key)| !self.has(&key.entity.file) && !self.has_half(&key.entity.file, from));
            let worth = |&(weight, key): &(f64, &KeyEntity)| {
                let folder = folder_of(&key.entity.file);
                // The documents at the root are no part of its code.
                let met = self.steps.iter().filter(|step| Language::of(&step.file).is_some());
                let met = met.filter(|step| folder_of(&step.file) == folder).count();
                weight * DECAY.powf(met as f64)
            };
            let best = (0..candidates.len())
                .max_by(|&a, &b| worth(&candidates[a]).total_cmp(&worth(&candidates[b])).then(b.cmp(&a)));
            let Some(best) = best else { break };
            let (_, key) = candidates.remove(best);
            let doc = key.doc.as_ref().map_or_else(String::new, |doc| format!(": {}", prose::shorten(doc, 90)));
            self.add(&key.entity.file, format!("`{}`, {}{doc}", key.entity.qualified_name, key.reason));
        }
    }

    /// The most central types and functions in turn.
    fn keys(&self) -> Vec<&'a KeyEntity> {
        let (project, known) = (self.project, self.known);
        let languages = &self.languages;
        let mut types = known.key_types.iter();
        // A function in the file of a key type is met with the type. Java has no functions but in types, so there
        // the types say all; elsewhere a method stands for its type.
        let mut functions = known.key_functions.iter().filter_map(|function| {
            let file = &function.entity.file;
            let language = Language::of(file).filter(|language| languages.contains(language));
            let met = known.key_types.iter().take(STEPS).any(|ty| ty.entity.file == *file);
            if met || language.is_none_or(|language| language == Language::Java) {
                return None;
            }
            let Some(ty) = type_around(project, function.entity.id) else {
                return (!is_helper(project, function.entity.id)).then_some(function);
            };
            let known = known.key_types.iter().find(|key| key.entity.id == ty && key.entity.file == *file);
            known.or_else(|| is_used_elsewhere(project, ty).then_some(function))
        });
        let mut keys: Vec<&KeyEntity> = Vec::new();
        loop {
            let step = [types.next(), types.next(), functions.next()];
            if step.iter().all(Option::is_none) {
                return keys;
            }
            keys.extend(step.into_iter().flatten());
        }
    }

    fn modules(&mut self) {
        for module in self.known.modules.iter().filter(|module| !is_side_folder(&module.path)) {
            if let Some(entity) = module.main_entities.first() {
                self.add(&entity.file, format!("the heart of {}: `{}`", module.path, entity.qualified_name));
            }
        }
    }

    fn finish(mut self) -> Vec<ReadingStep> {
        for (file, what) in self.last {
            let uses: Vec<String> = file.uses.iter().map(|name| format!("`{name}`")).collect();
            let reason = match uses.len() {
                0 => what.to_owned(),
                1 => format!("{what}: how {} is used", uses[0]),
                _ => format!("{what}: how {} are used", uses.join(", ")),
            };
            self.steps.push(ReadingStep { file: file.file.clone(), reason });
        }
        self.steps
    }
}

/// Whether the first way in is to a library.
fn library_first(ways: &[&EntryPoint]) -> bool {
    ways.first().is_some_and(|entry| entry.kind == EntryKind::Library)
}

/// The file that a program which is only started in its own file leads to.
fn leads_to(project: &Project, entry: &EntryPoint) -> Option<String> {
    const LINES: u32 = 40;
    let snapshot = &project.snapshot;
    let file = snapshot.file_at(&entry.file).filter(|&file| snapshot.file(file).lines <= LINES)?;
    if entry.kind == EntryKind::Library {
        // `module.exports = require('./lib/express')`: the only file that it passes on.
        let script = matches!(snapshot.file(file).language(), Some(Language::JavaScript | Language::TypeScript));
        let relations = snapshot.entities_of(file).flat_map(|id| snapshot.relations_from(id));
        let files: BTreeSet<FileIndex> =
            relations.map(|relation| snapshot.entity(relation.to).file).filter(|&other| other != file).collect();
        let only = files.first().filter(|_| script && files.len() == 1 && !defines(project, &entry.file))?;
        return Some(snapshot.path(*only).to_owned());
    }
    let calls = snapshot.entities_of(file).flat_map(|id| snapshot.calls_from(id));
    // What it starts is no smaller than the start.
    let larger = |callee: FileIndex| callee != file && snapshot.file(callee).lines >= snapshot.file(file).lines;
    let mut called = calls.map(|call| snapshot.entity(call.callee).file).filter(|&callee| larger(callee));
    called.next().map(|file| snapshot.path(file).to_owned())
}

/// The languages that a tenth of the code is written in.
fn languages(project: &Project) -> Vec<Language> {
    let mut lines: BTreeMap<Language, usize> = BTreeMap::new();
    for file in project.snapshot.files() {
        if let Some(language) = file.language() {
            *lines.entry(language).or_default() += file.lines as usize;
        }
    }
    let all: usize = lines.values().sum();
    lines.into_iter().filter(|(_, own)| own * 10 >= all).map(|(language, _)| language).collect()
}

/// Whether a file defines or imports something, or is there to document a Go package.
fn has_code(project: &Project, path: &str) -> bool {
    let snapshot = &project.snapshot;
    path.ends_with("/doc.go")
        || path == "doc.go"
        || snapshot.file_at(path).is_some_and(|file| {
            let mut entities = snapshot.entities_of(file);
            entities.any(|id| {
                let (entity, kind) = (snapshot.entity(id), snapshot.entity(id).kind());
                let private = path.ends_with("__init__.py") && snapshot.str(entity.name).starts_with('_');
                (kind.is_type() || kind.is_callable()) && !private || !snapshot.relations_from(id).is_empty()
            })
        })
}

/// Whether a function is there for the many others of its own file alone.
fn is_helper(project: &Project, id: EntityId) -> bool {
    const MANY: usize = 5;
    let snapshot = &project.snapshot;
    let file = snapshot.entity(id).file;
    snapshot.calls_to(id).all(|call| snapshot.entity(call.caller).file == file) && snapshot.calls_to(id).count() >= MANY
}

/// Whether a file has types or functions of its own.
fn defines(project: &Project, path: &str) -> bool {
    let snapshot = &project.snapshot;
    snapshot.file_at(path).is_some_and(|file| {
        // Python's `__getattr__` of a module passes on too.
        let own = |id: EntityId| !snapshot.str(snapshot.entity(id).name).starts_with("__");
        let mut kinds = snapshot.entities_of(file).filter(|&id| own(id)).map(|id| snapshot.entity(id).kind());
        kinds.any(|kind| kind.is_type() || kind.is_callable())
    })
}

/// Where a Go package's documentation stands in a file of its own, the file that has the package's name.
fn own_file(project: &Project, entry: &EntryPoint) -> Option<String> {
    if !entry.file.ends_with(".go") || defines(project, &entry.file) {
        return None;
    }
    let package = go_package_name(entry.what.strip_prefix("import ")?)?;
    let folder = folder_of(&entry.file);
    let file = join(folder, &format!("{package}.go"));
    project.snapshot.file_at(&file).map(|_| file)
}

/// Types and functions that the README's code uses, by file, in its order.
fn shown_in_readme(project: &Project) -> Vec<(String, String)> {
    const SHOWN: usize = 3;
    const SHORT: usize = 4;
    let snapshot = &project.snapshot;
    let mut found: Vec<(String, String)> = Vec::new();
    for name in project.mentions().shown.iter().filter(|name| name.len() >= SHORT) {
        let Some(id) = snapshot.find_str(name) else { continue };
        let fits = |&&id: &&EntityId| {
            let entity = snapshot.entity(id);
            let path = snapshot.path(entity.file);
            let outer = entity.parent().is_none_or(|parent| !snapshot.entity(parent).kind().is_type());
            // `fetch` may be anybody's; a type's name is a name.
            let kind = entity.kind().is_type() && name.starts_with(char::is_uppercase);
            kind && outer
                && !path.ends_with(".d.ts")
                && !entity.is_test()
                && !is_generated(project, path)
                && !is_side_folder(path)
                && !crate::ranking::is_forward(snapshot, id)
        };
        // `c.JSON()` calls a method, though there is a type of that name.
        let called = |&id: &EntityId| matches!(snapshot.entity(id).kind(), DefKind::Function | DefKind::Method);
        if snapshot.named(id).iter().any(|id| called(id) && !snapshot.entity(*id).is_test()) {
            continue;
        }
        let fitting: Vec<EntityId> = snapshot.named(id).iter().filter(fits).copied().collect();
        if let [only] = fitting[..] {
            let file = snapshot.path(snapshot.entity(only).file);
            if found.iter().all(|(known, _)| known != file) {
                found.push((file.to_owned(), name.clone()));
            }
        }
        if found.len() == SHOWN {
            break;
        }
    }
    found
}
