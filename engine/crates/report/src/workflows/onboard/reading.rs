//! In which order to read.

use super::documents::DocumentFile;
use super::identity::{EntryKind, EntryPoint};
use super::modules::Module;
use super::testing::{Representative, Testing};
use crate::folders::{folder_of, is_side_folder};
use crate::project::Project;
use crate::prose;
use crate::ranking::{KeyEntity, is_generated, is_used_elsewhere, type_around};
use crate::readme::Mentions;
use parseltongue_sort::StableSort;
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::Language;
use serde::Serialize;
use std::collections::BTreeMap;

/// A file to read and why it comes here.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadingStep {
    pub file: String,
    pub reason: String,
}

const STEPS: usize = 10;
/// So many types and functions, the most central first, are looked at for files to read.
pub(super) const CANDIDATES: usize = 24;

/// What is known of a project before the order is made.
pub(super) struct Known<'a> {
    pub documents: &'a [DocumentFile],
    pub entry_points: &'a [EntryPoint],
    pub key_types: &'a [KeyEntity],
    pub key_functions: &'a [KeyEntity],
    pub modules: &'a [Module],
    pub testing: &'a Testing,
}

/// README and architecture first (what it is for), then the way in (what happens), then the central types
/// and functions in turn (what it is about, and what is done with it), at the end a test that shows the
/// whole in use. If that are too few, the largest modules not met so far.
pub(super) fn reading_order(project: &Project, known: &Known) -> Vec<ReadingStep> {
    const ENTRIES: usize = 2;
    const NAMED: usize = 3;
    /// The most central come whatever their folder has had.
    const FREE: usize = 2;
    let mut steps: Vec<ReadingStep> = Vec::new();
    let at_the_end: Vec<(&Representative, &str)> =
        [(&known.testing.example, "an example"), (&known.testing.representative, "tests")]
            .into_iter()
            .filter_map(|(file, what)| file.as_ref().map(|file| (file, what)))
            // Tests at the end of what they test are met there.
            .filter(|(file, what)| {
                *what == "an example"
                    || project.snapshot.file_at(&file.file).is_some_and(|id| project.snapshot.file(id).is_test())
            })
            .collect();
    let room = STEPS - at_the_end.len();
    let add = |steps: &mut Vec<ReadingStep>, file: &str, reason: String| {
        if steps.len() < room
            && steps.iter().all(|step| step.file != file)
            && at_the_end.iter().all(|(last, _)| last.file != file)
        {
            steps.push(ReadingStep { file: file.to_owned(), reason });
        }
    };
    if let Some(readme) = project.readme() {
        add(&mut steps, &readme.file, "what it is for, in its authors' words".to_owned());
    }
    if let Some(document) = known.documents.iter().find(|document| document.kind == "architecture") {
        add(&mut steps, &document.path, "how it is built, in its authors' words".to_owned());
    }
    let entries =
        known.entry_points.iter().filter(|entry| !matches!(entry.kind, EntryKind::Container | EntryKind::BuildScript));
    let of_kind = |kind: fn(EntryKind) -> bool| entries.clone().filter(move |entry| kind(entry.kind));
    // Where both exist, the library says what can be done and the command shows it done. A package's file
    // that only names a version says neither.
    let libraries = of_kind(|kind| kind == EntryKind::Library).filter(|entry| has_code(project, &entry.file)).take(1);
    let is_library = libraries.clone().next().is_some();
    // Of a library, what a main function in it does is an aside, and so is a program that its README does not
    // speak of.
    let name = super::identity::name_of(project).to_lowercase();
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
    for entry in ways {
        // What only passes on what others define can be skipped where the README shows whose it is.
        if entry.kind == EntryKind::Library
            && !shown.is_empty()
            && !defines(project, &entry.file)
            && steps.len() + 1 < room
            && !entry.file.ends_with(".go")
        {
            continue;
        }
        let (file, by_way_of) = match leads_to(project, entry) {
            Some(file) => (file, format!(", by way of {}", entry.file)),
            None => (entry.file.clone(), String::new()),
        };
        let doc = file_doc(project, &file).map_or_else(String::new, |doc| format!(": {doc}"));
        add(&mut steps, &file, format!("the way in, `{}`{by_way_of}{doc}", entry.what));
        if let Some(namesake) = own_file(project, entry) {
            add(&mut steps, &namesake, "the file with the package's own name".to_owned());
        }
    }
    for (file, name) in shown {
        add(&mut steps, &file, format!("`{name}`, shown in the README"));
    }
    // Files that the documents for newcomers name are the authors' own reading list.
    let documents: Vec<&str> = known
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
    let languages = languages(project);
    // A script beside the code, in a language of its own, makes or checks it.
    let code = |path: &str| {
        let file = project.snapshot.file_at(path).map(|file| project.snapshot.file(file));
        let own = file.is_some_and(|file| {
            file.language().is_some_and(|language| languages.contains(&language)) && !file.is_test()
        });
        own && !is_generated(project, path)
    };
    for (file, line) in mentions.files.iter().filter(|(file, _)| code(file) && !is_side_folder(file)).take(NAMED) {
        add(&mut steps, file, format!("named by the project's own documents: {}", prose::shorten(line, 90)));
    }
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
            break;
        }
        keys.extend(step.into_iter().flatten());
    }
    // The parts of a project have steps by their size, so that one that all use does not take them all;
    // what is left over after that is for the most central. They are read in the order of their rank.
    let folders = Folders::new(project);
    let mut chosen: Vec<(usize, ReadingStep)> = Vec::new();
    for turn in [Turn::Unmet, Turn::InProportion, Turn::Any] {
        for (place, &key) in keys.iter().enumerate() {
            let key = if turn == Turn::Unmet && place >= FREE { namesake(key, known.key_types) } else { key };
            let file = &key.entity.file;
            let full = steps.len() + chosen.len() >= room;
            let mut met = steps.iter().chain(chosen.iter().map(|(_, step)| step));
            let last = at_the_end.iter().any(|(last, _)| last.file == *file);
            if full || last || met.clone().any(|step| step.file == *file) {
                continue;
            }
            if place < FREE || folders.has_room(file, &mut met, turn) {
                let doc = key.doc.as_ref().map_or_else(String::new, |doc| format!(": {}", prose::shorten(doc, 90)));
                let reason = format!("`{}`, {}{doc}", key.entity.qualified_name, key.reason);
                chosen.push((place, ReadingStep { file: file.clone(), reason }));
            }
        }
    }
    chosen.stable_sort_by_key(|(place, _)| *place);
    for (_, step) in chosen {
        add(&mut steps, &step.file, step.reason);
    }
    for module in known.modules.iter().filter(|module| !is_side_folder(&module.path)) {
        if let Some(entity) = module.main_entities.first() {
            add(&mut steps, &entity.file, format!("the heart of {}: `{}`", module.path, entity.qualified_name));
        }
    }
    for (file, what) in at_the_end {
        let uses: Vec<String> = file.uses.iter().map(|name| format!("`{name}`")).collect();
        let reason =
            if uses.is_empty() { what.to_owned() } else { format!("{what}: how {} are used", uses.join(", ")) };
        steps.push(ReadingStep {
            file: file.file.clone(),
            reason: reason.replace("` are used", if uses.len() == 1 { "` is used" } else { "` are used" }),
        });
    }
    steps
}

/// The file that a program which is only started in its own file leads to.
fn leads_to(project: &Project, entry: &EntryPoint) -> Option<String> {
    const LINES: u32 = 40;
    let snapshot = &project.snapshot;
    let file = snapshot.file_at(&entry.file).filter(|&file| snapshot.file(file).lines <= LINES)?;
    if entry.kind == EntryKind::Library {
        return None;
    }
    let calls = snapshot.entities_of(file).flat_map(|id| snapshot.calls_from(id));
    let mut called = calls.map(|call| snapshot.entity(call.callee).file).filter(|&callee| callee != file);
    called.next().map(|file| snapshot.path(file).to_owned())
}

/// Which folders have steps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Those with much of the code and no step so far.
    Unmet,
    /// Each as many as its share of the code.
    InProportion,
    Any,
}

/// Of a folder's key types the one that it is named for: `Parser` of `parser`.
fn namesake<'a>(key: &'a KeyEntity, types: &'a [KeyEntity]) -> &'a KeyEntity {
    let folder = folder_of(&key.entity.file);
    let last = folder.rsplit('/').next().unwrap_or(folder).trim_end_matches('s');
    let named =
        |other: &&KeyEntity| folder_of(&other.entity.file) == folder && other.entity.name.eq_ignore_ascii_case(last);
    types.iter().find(named).unwrap_or(key)
}

/// How many of the steps fall to each folder.
struct Folders {
    room: BTreeMap<String, usize>,
}

impl Folders {
    fn new(project: &Project) -> Self {
        let snapshot = &project.snapshot;
        let mut files: BTreeMap<String, usize> = BTreeMap::new();
        for index in (0..snapshot.files().len()).map(FileIndex::from_index) {
            let (path, file) = (snapshot.path(index), snapshot.file(index));
            if file.language().is_some() && !file.is_test() && !is_side_folder(path) {
                *files.entry(folder_of(path).to_owned()).or_default() += 1;
            }
        }
        let all: usize = files.values().sum();
        let room = files.into_iter().map(|(folder, files)| (folder, STEPS * files / all.max(1)));
        Self { room: room.collect() }
    }

    /// Whether a file's folder has steps left.
    fn has_room(&self, file: &str, steps: &mut dyn Iterator<Item = &ReadingStep>, turn: Turn) -> bool {
        const LEAST: usize = 2;
        let folder = folder_of(file);
        let own = steps.filter(|step| folder_of(&step.file) == folder);
        // The documents at the root are no part of its code.
        let taken = own.filter(|step| Language::of(&step.file).is_some()).count();
        let room = self.room.get(folder).copied().unwrap_or(0);
        match turn {
            Turn::Unmet => taken == 0 && room >= LEAST,
            Turn::InProportion => taken < room.max(LEAST),
            Turn::Any => true,
        }
    }
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
                let kind = snapshot.entity(id).kind();
                kind.is_type() || kind.is_callable() || !snapshot.relations_from(id).is_empty()
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
        let mut kinds = snapshot.entities_of(file).map(|id| snapshot.entity(id).kind());
        kinds.any(|kind| kind.is_type() || kind.is_callable())
    })
}

/// Where a Go package's documentation stands in a file of its own, the file that has the package's name.
fn own_file(project: &Project, entry: &EntryPoint) -> Option<String> {
    if !entry.file.ends_with(".go") || defines(project, &entry.file) {
        return None;
    }
    let package = super::identity::go_package_name(entry.what.strip_prefix("import ")?)?;
    let folder = folder_of(&entry.file);
    let file = super::identity::join(folder, &format!("{package}.go"));
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
            kind && outer && !entity.is_test() && !is_side_folder(path) && !crate::ranking::is_forward(snapshot, id)
        };
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

/// What a file says of itself.
pub(super) fn file_doc(project: &Project, path: &str) -> Option<String> {
    let snapshot = &project.snapshot;
    let file = snapshot.entity(snapshot.entities_of(snapshot.file_at(path)?).next()?);
    let doc = snapshot.str(file.doc()?);
    super::modules::says_something(doc).then(|| prose::sentence(doc, 90))
}
