//! In which order to read.

use super::documents::DocumentFile;
use super::identity::{EntryKind, EntryPoint};
use super::modules::Module;
use super::testing::{Representative, Testing};
use crate::folders::is_side_folder;
use crate::project::Project;
use crate::prose;
use crate::ranking::KeyEntity;
use crate::readme::{Mentions, Readme};
use parseltongue_store::EntityId;
use serde::Serialize;

/// A file to read and why it comes here.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadingStep {
    pub file: String,
    pub reason: String,
}

const STEPS: usize = 10;

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
    let mut add = |file: &str, reason: String| {
        if steps.len() < room
            && steps.iter().all(|step| step.file != file)
            && at_the_end.iter().all(|(last, _)| last.file != file)
        {
            steps.push(ReadingStep { file: file.to_owned(), reason });
        }
    };
    if let Some(readme) = Readme::of(project, "") {
        add(&readme.file, "what it is for, in its authors' words".to_owned());
    }
    if let Some(document) = known.documents.iter().find(|document| document.kind == "architecture") {
        add(&document.path, "how it is built, in its authors' words".to_owned());
    }
    let entries =
        known.entry_points.iter().filter(|entry| !matches!(entry.kind, EntryKind::Container | EntryKind::BuildScript));
    let of_kind = |kind: fn(EntryKind) -> bool| entries.clone().filter(move |entry| kind(entry.kind));
    // Where both exist, the library says what can be done and the command shows it done.
    let libraries = of_kind(|kind| kind == EntryKind::Library).take(1);
    // Of a library, what a main function in it does is an aside.
    let is_library = libraries.clone().next().is_some();
    let programs = of_kind(|kind| kind != EntryKind::Library)
        .filter(|entry| !(entry.file.ends_with("__main__.py") || is_library && entry.kind == EntryKind::Main));
    let ways: Vec<&EntryPoint> = libraries.chain(programs).take(ENTRIES).collect();
    for entry in ways {
        let doc = file_doc(project, &entry.file).map_or_else(String::new, |doc| format!(": {doc}"));
        add(&entry.file, format!("the way in, `{}`{doc}", entry.what));
    }
    for (file, name) in shown_in_readme(project) {
        add(&file, format!("`{name}`, shown in the README"));
    }
    // Files that the documents for newcomers name are the authors' own reading list.
    let documents = known.documents.iter().filter(|document| matches!(document.kind, "architecture" | "contributing"));
    let readme = Readme::of(project, "").map(|readme| readme.file);
    let named_in = readme.as_deref().into_iter().chain(documents.map(|document| document.path.as_str()));
    let code = |file: &str| {
        let file = project.snapshot.file_at(file).map(|file| project.snapshot.file(file));
        file.is_some_and(|file| file.language().is_some() && !file.is_test())
    };
    for (file, line) in
        Mentions::of(project, named_in).files.iter().filter(|(file, _)| code(file) && !is_side_folder(file)).take(NAMED)
    {
        add(file, format!("named by the project's own documents: {}", prose::shorten(line, 90)));
    }
    let mut types = known.key_types.iter();
    // A function in the file of a key type is met with the type.
    let mut functions = known
        .key_functions
        .iter()
        .filter(|function| known.key_types.iter().all(|ty| ty.entity.file != function.entity.file));
    loop {
        let step = [types.next(), functions.next(), types.next()];
        if step.iter().all(Option::is_none) {
            break;
        }
        for key in step.into_iter().flatten() {
            let doc = key.doc.as_ref().map_or_else(String::new, |doc| format!(": {}", prose::shorten(doc, 90)));
            add(&key.entity.file, format!("`{}`, {}{doc}", key.entity.qualified_name, key.reason));
        }
    }
    for module in known.modules.iter().filter(|module| !is_side_folder(&module.path)) {
        if let Some(entity) = module.main_entities.first() {
            add(&entity.file, format!("the heart of {}: `{}`", module.path, entity.qualified_name));
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

/// Types and functions that the README's code uses, by file, in its order.
fn shown_in_readme(project: &Project) -> Vec<(String, String)> {
    const SHOWN: usize = 3;
    const SHORT: usize = 4;
    let snapshot = &project.snapshot;
    let mut found: Vec<(String, String)> = Vec::new();
    for name in Mentions::of_readme(project).shown.iter().filter(|name| name.len() >= SHORT) {
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
