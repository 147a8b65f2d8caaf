//! What a project says of itself: manifests, README, entry points.

use crate::document::{Text, faint, name, plain};
use crate::model::Entity;
use crate::project::Project;
use parseltongue_store::FileIndex;
use parseltongue_syntax::facts::DefFlags;
use parseltongue_syntax::{Language, Manifest};
use serde::Serialize;

/// Name and purpose.
#[derive(Clone, Debug, Serialize)]
pub struct Identity {
    pub name: String,
    pub description: Option<String>,
    pub version: Option<String>,
    /// The manifests that were read.
    pub manifests: Vec<String>,
}

/// A place where running or using the project begins.
#[derive(Clone, Debug, Serialize)]
pub struct EntryPoint {
    /// `main function`, `command foo`, `library`, ...
    pub what: String,
    /// A file relative to the root.
    pub file: String,
    pub entity: Option<Entity>,
}

impl EntryPoint {
    pub(super) fn text(&self) -> Text {
        let mut text = vec![faint(format!("{}  ", self.what))];
        if let Some(entity) = &self.entity {
            text.extend([name(&*entity.qualified_name), plain("  "), entity.place()]);
        } else {
            text.push(super::file_place(&self.file));
        }
        text
    }
}

/// All manifests, those nearest to the root first.
pub(super) fn manifests(project: &Project) -> Vec<(FileIndex, Manifest)> {
    let snapshot = &project.snapshot;
    let mut found: Vec<(FileIndex, Manifest)> = (0..snapshot.files().len())
        .map(FileIndex::from_index)
        .filter_map(|file| snapshot.manifest(file).map(|manifest| (file, manifest)))
        .collect();
    found.sort_by_key(|&(file, _)| (snapshot.path(file).matches('/').count(), file));
    found
}

pub(super) fn identity(project: &Project) -> Identity {
    let manifests = manifests(project);
    let mut name = None;
    let mut description = None;
    let mut version = None;
    for (_, manifest) in &manifests {
        let (own_name, own_description, own_version) = match manifest {
            Manifest::Cargo(cargo) => (cargo.name.as_deref(), cargo.description.as_deref(), cargo.version.as_deref()),
            Manifest::Npm(npm) => (npm.name.as_deref(), npm.description.as_deref(), npm.version.as_deref()),
            Manifest::Python(python) => {
                (python.name.as_deref(), python.description.as_deref(), python.version.as_deref())
            }
            Manifest::GoModule(module) => (Some(&*module.path), None, None),
            Manifest::TsConfig(_) => (None, None, None),
        };
        if name.is_none() && own_name.is_some() {
            name = own_name.map(str::to_owned);
            description = own_description.map(str::to_owned);
            version = own_version.map(str::to_owned);
        }
    }
    let root = project.source.path();
    let folder =
        root.file_name().map_or_else(|| root.display().to_string(), |name| name.to_string_lossy().into_owned());
    Identity {
        name: name.unwrap_or(folder),
        description: description.filter(|text| !text.trim().is_empty()).or_else(|| readme_paragraph(project)),
        version,
        manifests: manifests.iter().map(|&(file, _)| project.snapshot.path(file).to_owned()).collect(),
    }
}

/// The first paragraph of prose in the README.
fn readme_paragraph(project: &Project) -> Option<String> {
    let text = ["README.md", "README.rst", "README", "README.txt", "Readme.md", "readme.md", "README.markdown"]
        .iter()
        .find_map(|file| project.source.read_text(file).ok())?;
    let mut in_code = false;
    for paragraph in text.split("\n\n") {
        let fences = paragraph.matches("```").count();
        let starts_in_code = in_code;
        in_code ^= fences % 2 == 1;
        let lines: Vec<&str> = paragraph.lines().map(str::trim).filter(|line| is_prose(line)).collect();
        let prose = lines.join(" ");
        if starts_in_code || fences > 0 || prose.len() < 20 || !prose.contains(' ') {
            continue;
        }
        return parseltongue_syntax::lower::first_paragraph(&without_links(&prose)).map(String::from);
    }
    None
}

/// Not a title, badge, rule, comment or directive.
fn is_prose(line: &str) -> bool {
    !line.is_empty()
        && !line.starts_with(['#', '<', '=', '|', '!', '>'])
        && !line.starts_with("[![")
        && !line.starts_with("---")
        && !line.starts_with("***")
        && !line.starts_with("..")
        && !line.starts_with(':')
}

/// Markdown links by their text alone.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, tail) = rest.split_at(open);
        let Some((label, after)) = tail[1..].split_once("](") else { break };
        let Some((_, after)) = after.split_once(')') else { break };
        if label.contains('[') || label.contains(']') {
            break;
        }
        out.push_str(before);
        out.push_str(label);
        rest = after;
    }
    out.push_str(rest);
    out.replace("**", "")
}

/// Where running or using the project begins, commands first, then main functions, then libraries.
pub(super) fn entry_points(project: &Project) -> Vec<EntryPoint> {
    const SHOWN: usize = 20;
    let snapshot = &project.snapshot;
    let mut found = Vec::new();
    for (file, manifest) in manifests(project) {
        let folder = snapshot.path(file).rsplit_once('/').map_or("", |(folder, _)| folder);
        let at = |relative: &str| join(folder, relative);
        let mut add = |what: String, path: String| found.push(EntryPoint { what, file: path, entity: None });
        match manifest {
            Manifest::Cargo(cargo) => {
                for (binary, path) in &cargo.binaries {
                    add(format!("binary {binary}"), at(path));
                }
                if let Some((library, path)) = &cargo.lib {
                    add(format!("library {library}"), at(path));
                }
            }
            Manifest::Npm(npm) => {
                for (command, path) in &npm.bin {
                    add(format!("command {command}"), at(path));
                }
                if let Some(main) = &npm.main {
                    add("package main".to_owned(), at(main));
                }
                for (subpath, condition, target) in &npm.exports {
                    if !condition.contains("types") && !target.contains('*') && !target.ends_with(".json") {
                        add(format!("package export {subpath}"), at(target));
                    }
                }
            }
            Manifest::Python(python) => {
                for (command, target) in &python.scripts {
                    let module = target.split(':').next().unwrap_or(target).replace('.', "/");
                    let path = ["", "src/"].iter().find_map(|root| {
                        [".py", "/__init__.py"].iter().find_map(|end| {
                            let path = at(&format!("{root}{module}{end}"));
                            snapshot.file_at(&path).map(|_| path)
                        })
                    });
                    add(format!("command {command} ({target})"), path.unwrap_or_else(|| module.clone()));
                }
            }
            Manifest::GoModule(module) => {
                if let Some(path) = go_package_file(project, folder) {
                    add(format!("library {}", module.path), path);
                }
            }
            Manifest::TsConfig(_) => {}
        }
    }
    // A target may be built from a source that the map has under another name; what is not there at all is
    // not shown.
    found.retain_mut(|entry| match existing(project, &entry.file) {
        Some(path) => {
            entry.file = path;
            true
        }
        None => false,
    });
    found.dedup_by(|a, b| a.file == b.file && a.what.starts_with("package export"));
    let mains = project.shown_entities().filter(|&id| {
        let entity = snapshot.entity(id);
        entity.flags().contains(DefFlags::ENTRY_POINT) && !entity.is_test()
    });
    found.extend(mains.map(|id| {
        let entity = Entity::new(project, id);
        EntryPoint { what: "runs at start".to_owned(), file: entity.file.clone(), entity: Some(entity) }
    }));
    found.truncate(SHOWN);
    found
}

/// The file that speaks for the Go package in a folder: the one with its documentation, else the first;
/// `None` if the folder has no package or a program's.
fn go_package_file(project: &Project, folder: &str) -> Option<String> {
    let snapshot = &project.snapshot;
    let files: Vec<FileIndex> = (0..snapshot.files().len())
        .map(FileIndex::from_index)
        .filter(|&id| {
            let file = snapshot.file(id);
            let in_folder = snapshot.path(id).rsplit_once('/').map_or("", |(folder, _)| folder) == folder;
            in_folder && !file.is_test() && file.language() == Some(Language::Go) && file.skipped().is_none()
        })
        .collect();
    let starts = |&file: &FileIndex| {
        snapshot.entities_of(file).any(|id| {
            let entity = snapshot.entity(id);
            entity.flags().contains(DefFlags::ENTRY_POINT) && snapshot.str(entity.name) == "main"
        })
    };
    if files.iter().any(starts) {
        return None;
    }
    let documented =
        |file: &&FileIndex| snapshot.entities_of(**file).next().is_some_and(|id| snapshot.entity(id).doc().is_some());
    files.iter().find(documented).or(files.first()).map(|&file| snapshot.path(file).to_owned())
}

/// The path if the map or the disk has it, also for a built file's TypeScript source.
fn existing(project: &Project, path: &str) -> Option<String> {
    if project.snapshot.file_at(path).is_some() {
        return Some(path.to_owned());
    }
    let (stem, _) = path.rsplit_once('.')?;
    for extension in ["ts", "tsx", "mts", "js"] {
        let candidate = format!("{stem}.{extension}");
        if project.snapshot.file_at(&candidate).is_some() {
            return Some(candidate);
        }
        for built in ["dist/", "lib/", "build/", "out/"] {
            if let Some(rest) = candidate.strip_prefix(built) {
                let source = format!("src/{rest}");
                if project.snapshot.file_at(&source).is_some() {
                    return Some(source);
                }
            }
        }
    }
    None
}

fn join(folder: &str, relative: &str) -> String {
    let relative = relative.strip_prefix("./").unwrap_or(relative);
    if folder.is_empty() { relative.to_owned() } else { format!("{folder}/{relative}") }
}
