//! Where running or using a project begins: what its manifests name, main functions, what a library offers.

use super::manifests::manifests;
use super::naming::name_of;
use crate::document::{Text, faint, name, plain};
use crate::folders::{folder_of, is_side_folder};
use crate::model::Entity;
use crate::project::Project;
use crate::prose;
use parseltongue_graph::reach::reach;
use parseltongue_sort::StableSort;
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::facts::DefFlags;
use parseltongue_syntax::{Language, Manifest};
use serde::Serialize;
use std::collections::BTreeSet;

mod offered;

/// A place where running or using the project begins.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ProgramEntryPoint"))]
pub struct EntryPoint {
    pub kind: EntryKind,
    /// `command foo`, `import foo`, ...
    pub what: String,
    /// A file relative to the root.
    pub file: String,
    pub entity: Option<Entity>,
}

/// In the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A program that is started by name.
    Command,
    /// What others import.
    Library,
    /// A main function that no manifest names.
    Main,
    /// What a container image runs.
    Container,
    /// Runs while the project is built.
    BuildScript,
}

impl EntryPoint {
    pub(super) fn text(&self) -> Text {
        let mut text = vec![name(&*self.what), plain("  ")];
        match &self.entity {
            Some(entity) => text.extend([super::line_place(entity), faint(format!("  {}", entity.qualified_name))]),
            None => text.push(super::file_place(&self.file)),
        }
        text
    }
}

/// Whether a program measures or tries out the project.
pub(super) fn tries(entry: &EntryPoint) -> bool {
    let stem = entry.file.rsplit('/').next().unwrap_or("").to_lowercase();
    entry.kind == EntryKind::Main && ["bench", "test", "simulat", "fuzz"].iter().any(|word| stem.contains(word))
}

/// Where running or using the project begins, by kind.
pub(crate) fn entry_points(project: &Project) -> Vec<EntryPoint> {
    const SHOWN: usize = 20;
    let snapshot = &project.snapshot;
    let mut found: Vec<EntryPoint> = Vec::new();
    for (file, manifest) in manifests(project) {
        let folder = folder_of(snapshot.path(file));
        if is_side_folder(folder) {
            continue;
        }
        let at = |relative: &str| join(folder, relative);
        // A target may be built from a source that the map has under another name; what is not there at all
        // is not shown.
        let mut add = |kind, what: String, path: String| {
            if let Some(file) = existing(project, &path)
                && found.iter().all(|known| known.file != file || known.kind != kind)
            {
                found.push(EntryPoint { kind, what, file, entity: None });
            }
        };
        match manifest {
            Manifest::Cargo(cargo) => {
                let package = cargo.name.as_deref().unwrap_or("");
                for (binary, path) in &cargo.binaries {
                    add(EntryKind::Command, format!("command {binary}"), at(path));
                }
                add(EntryKind::Command, format!("command {package}"), at("src/main.rs"));
                for entry in project.folder(&at("src/bin")) {
                    let (name, path) = match entry.name.strip_suffix(".rs") {
                        Some(name) => (name, format!("src/bin/{}", entry.name)),
                        None => (&*entry.name, format!("src/bin/{}/main.rs", entry.name)),
                    };
                    add(EntryKind::Command, format!("command {name}"), at(&path));
                }
                let (library, path) = match &cargo.lib {
                    Some((library, path)) => (library.to_string(), &**path),
                    None => (package.replace('-', "_"), "src/lib.rs"),
                };
                if !package.is_empty() {
                    add(EntryKind::Library, format!("crate {library}"), at(path));
                }
            }
            Manifest::Npm(npm) => {
                let package = npm.name.as_deref().unwrap_or("");
                for (command, path) in &npm.bin {
                    add(EntryKind::Command, format!("command {command}"), at(path));
                }
                if let Some(main) = &npm.main {
                    add(EntryKind::Library, format!("package {package}"), at(main));
                }
                let exported = npm.exports.iter().filter(|(_, condition, target)| {
                    !condition.contains("types") && !target.contains('*') && !target.ends_with(".json")
                });
                for (subpath, _, target) in exported {
                    let name = subpath.trim_start_matches('.');
                    add(EntryKind::Library, format!("package {package}{name}"), at(target));
                }
                if !package.is_empty() && npm.bin.is_empty() {
                    let is_known = |path: &&str| snapshot.file_at(&at(path)).is_some();
                    let index = [
                        "index.js",
                        "src/index.ts",
                        "src/index.tsx",
                        "src/index.js",
                        "src/main.ts",
                        "src/main.tsx",
                        "index.ts",
                    ];
                    let here = found.iter().any(|known| {
                        known.kind == EntryKind::Library
                            && known.file.starts_with(folder)
                            && (!folder.is_empty()
                                || !known.file.contains('/')
                                || known.file.starts_with("src/")
                                || known.file.starts_with("lib/"))
                    });
                    if let Some(path) = index.iter().find(|path| is_known(path) && !here) {
                        let what = format!("package {package}");
                        found.push(EntryPoint { kind: EntryKind::Library, what, file: at(path), entity: None });
                    }
                }
            }
            Manifest::Python(python) => {
                for (command, target) in &python.scripts {
                    let module = target.split(':').next().unwrap_or(target).replace('.', "/");
                    if let Some(path) = python_file(project, folder, &module) {
                        add(EntryKind::Command, format!("command {command}"), path);
                    }
                }
                if let Some(package) = &python.name {
                    let module = package.replace('-', "_");
                    let lower = module.to_lowercase();
                    let mut spelled = vec![module.clone(), lower.clone()];
                    // `django-oscar` is imported as `oscar`.
                    spelled.extend(lower.split_once('_').map(|(_, last)| last.to_owned()));
                    spelled.extend(lower.rsplit_once('_').map(|(first, _)| first.to_owned()));
                    let path = spelled
                        .iter()
                        .find_map(|module| python_file(project, folder, module).map(|path| (module, path)));
                    if let Some((module, path)) = path {
                        let starter = path.replace("__init__.py", "__main__.py");
                        add(EntryKind::Library, format!("import {module}"), path.clone());
                        if starter != path {
                            add(EntryKind::Command, format!("python -m {module}"), starter);
                        }
                    }
                }
            }
            Manifest::GoModule(module) => {
                if let Some(path) = go_package_file(project, folder) {
                    add(EntryKind::Library, format!("import {}", module.path), path);
                }
            }
            Manifest::TsConfig(_) | Manifest::Native(_) => {}
        }
    }
    cmake_targets(project, &mut found);
    if let Some(text) = project.text("Dockerfile") {
        // What is given to the entry point are its arguments.
        let last = |start: &str| text.lines().rev().map(str::trim).find(|line| line.starts_with(start));
        let command = last("ENTRYPOINT").or_else(|| last("CMD")).map(|line| line.trim_end_matches(['\\', ' ']));
        if let Some(command) = command {
            found.push(EntryPoint {
                kind: EntryKind::Container,
                what: prose::shorten(command, 80),
                file: "Dockerfile".to_owned(),
                entity: None,
            });
        }
    }
    let programs = found.iter().any(|entry| matches!(entry.kind, EntryKind::Command | EntryKind::Library));
    let mains = project.shown_entities().filter(|&id| {
        let entity = snapshot.entity(id);
        // Go's `init` prepares a package; the program starts elsewhere.
        entity.flags().contains(DefFlags::ENTRY_POINT) && !entity.is_test() && snapshot.str(entity.name) != "init"
    });
    let (tried, mains): (Vec<EntityId>, Vec<EntityId>) = mains.partition(|&id| is_conditional(project, id));
    // What starts only if a macro says so tries out its file; where nothing else starts, it is the way in.
    let mains = if mains.is_empty() && !programs { tried } else { mains };
    for id in mains {
        let entity = Entity::new(project, id);
        if let Some(known) =
            found.iter_mut().find(|known| known.file == entity.file && known.kind == EntryKind::Command)
        {
            known.entity = Some(entity);
            continue;
        }
        let folder = folder_of(&entity.file);
        let builds =
            entity.file == "build.rs" || entity.file.ends_with("/build.rs") || entity.file.starts_with("build/");
        // Where a manifest names programs, a Python function of that name is one of their parts.
        let part = programs && entity.file.ends_with(".py");
        if part
            || is_side_folder(folder)
            || found.iter().any(|known| known.file == entity.file && known.entity.is_some())
            || entity.file.ends_with(".go") && is_left_out_of_builds(project, &entity.file)
        {
            continue;
        }
        let (kind, what) = if builds {
            (EntryKind::BuildScript, "build script".to_owned())
        } else if entity.file.ends_with(".go") {
            let program = if folder.is_empty() { "." } else { folder.rsplit('/').next().unwrap_or(folder) };
            (EntryKind::Command, format!("program {program}"))
        } else {
            (EntryKind::Main, entity.qualified_name.clone())
        };
        found.push(EntryPoint { kind, what, file: entity.file.clone(), entity: Some(entity) });
    }
    if found.iter().all(|entry| entry.kind != EntryKind::Library) {
        // A program that tries out a library makes it no program.
        let starts =
            found.iter().any(|entry| matches!(entry.kind, EntryKind::Command | EntryKind::Main) && !tries(entry));
        found.extend(offered::offered(project, &name_of(project), starts));
    }
    most_first(project, &mut found);
    found.stable_sort_by_key(|entry| entry.kind);
    found.truncate(SHOWN);
    found
}

/// The file that others import, by the first manifest that names one.
pub(super) fn library_file(project: &Project) -> Option<String> {
    entry_points(project).into_iter().find(|entry| entry.kind == EntryKind::Library).map(|entry| entry.file)
}

/// Whether a C or C++ definition stands between `#if` and `#endif`, without another of its kind to run instead.
fn is_conditional(project: &Project, id: EntityId) -> bool {
    let snapshot = &project.snapshot;
    let entity = snapshot.entity(id);
    if !matches!(snapshot.file(entity.file).language(), Some(Language::C | Language::Cpp)) {
        return false;
    }
    let is_start = |&id: &EntityId| snapshot.entity(id).flags().contains(DefFlags::ENTRY_POINT);
    let alone = snapshot.entities_of(entity.file).filter(is_start).count() == 1;
    if !alone {
        return false;
    }
    let Some(text) = project.text(snapshot.path(entity.file)) else { return false };
    let mut open = 0usize;
    for line in text.lines().take(entity.start_line as usize) {
        let directive = line.trim_start().strip_prefix('#').map_or("", str::trim_start);
        if directive.starts_with("if") {
            open += 1;
        } else if directive.starts_with("endif") {
            open = open.saturating_sub(1);
        }
    }
    open > 0
}

/// Whether a Go file is only run by name: `//go:build ignore`.
fn is_left_out_of_builds(project: &Project, path: &str) -> bool {
    let text = project.text(path);
    let before = text.iter().flat_map(|text| text.lines().take_while(|line| !line.starts_with("package ")));
    before.into_iter().any(|line| matches!(line.trim(), "//go:build ignore" | "// +build ignore"))
}

/// Main functions in the order of how much of the project they bring together.
fn most_first(project: &Project, found: &mut Vec<EntryPoint>) {
    let snapshot = &project.snapshot;
    if found.iter().filter(|entry| entry.kind == EntryKind::Main).count() < 2 {
        return;
    }
    let calls = snapshot.call_graph(false);
    let file_of = |node: u32| snapshot.entity(EntityId::from_index(node as usize)).file;
    let files = |entity: &Entity| {
        let reached = reach(&calls, &[entity.id.number()], None);
        reached.iter().map(|at| file_of(at.node)).collect::<BTreeSet<FileIndex>>().len()
    };
    let counted = |entry: EntryPoint| {
        let main = entry.entity.as_ref().filter(|_| entry.kind == EntryKind::Main);
        (std::cmp::Reverse(main.map_or(0, files)), entry)
    };
    let mut by_files: Vec<_> = std::mem::take(found).into_iter().map(counted).collect();
    by_files.stable_sort_by_key(|(files, _)| *files);
    found.extend(by_files.into_iter().map(|(_, entry)| entry));
}

/// The file of a Python module, seen from a project's folder.
fn python_file(project: &Project, folder: &str, module: &str) -> Option<String> {
    ["", "src/", "lib/", "python/"].iter().find_map(|root| {
        [".py", "/__init__.py"].iter().find_map(|end| {
            let path = join(folder, &format!("{root}{module}{end}"));
            project.snapshot.file_at(&path).map(|_| path)
        })
    })
}

/// Libraries and programs of the root's `CMakeLists.txt`, each by its first source file.
fn cmake_targets(project: &Project, found: &mut Vec<EntryPoint>) {
    const SHOWN: usize = 6;
    let Some(text) = project.text("CMakeLists.txt") else { return };
    let mut shown = 0;
    for (call, kind, label) in
        [("add_executable(", EntryKind::Command, "program"), ("add_library(", EntryKind::Library, "library")]
    {
        for (at, _) in text.match_indices(call) {
            let inside = text[at + call.len()..].split(')').next().unwrap_or("");
            let mut words = inside.split_whitespace().map(|word| word.trim_matches('"'));
            let Some(target) = words.next().filter(|target| !target.contains(['$', ':'])) else { continue };
            let test = target.contains("test") || target.contains("bench");
            if let Some(file) =
                words.find(|word| project.snapshot.file_at(word).is_some()).filter(|_| !test && shown < SHOWN)
            {
                found.push(EntryPoint { kind, what: format!("{label} {target}"), file: file.to_owned(), entity: None });
                shown += 1;
            }
        }
    }
}

/// The file that speaks for the Go package in a folder: the one with its documentation, else the first;
/// `None` if the folder has no package or a program's.
fn go_package_file(project: &Project, folder: &str) -> Option<String> {
    let snapshot = &project.snapshot;
    let files: Vec<FileIndex> = (0..snapshot.files().len())
        .map(FileIndex::from_index)
        .filter(|&id| {
            let file = snapshot.file(id);
            let in_folder = folder_of(snapshot.path(id)) == folder;
            let go = file.language() == Some(Language::Go) && file.skipped().is_none();
            in_folder && go && !file.is_test() && !is_left_out_of_builds(project, snapshot.path(id))
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
    let package = project.text(&join(folder, "go.mod")).and_then(|text| {
        let module = text.lines().find_map(|line| line.strip_prefix("module "))?.trim().to_owned();
        go_package_name(&module).map(str::to_owned)
    });
    let named = |file: &&FileIndex| {
        package.as_ref().is_some_and(|package| snapshot.path(**file).ends_with(&join(folder, &format!("{package}.go"))))
    };
    let own = files.iter().find(documented).or_else(|| files.iter().find(named)).or(files.first());
    own.map(|&file| snapshot.path(file).to_owned())
}

/// What a Go module is called by those who import it: its last part, `/v2` being a version.
pub(super) fn go_package_name(module: &str) -> Option<&str> {
    module.rsplit('/').find(|part| part.strip_prefix('v').is_none_or(|v| v.parse::<u32>().is_err()))
}

/// The path if the map or the disk has it, also for a built file's TypeScript source.
fn existing(project: &Project, path: &str) -> Option<String> {
    if project.snapshot.file_at(path).is_some() {
        return Some(path.to_owned());
    }
    // As Node.js looks: `lib/express` is `lib/express.js` or `lib/express/index.js`.
    for end in [".js", ".ts", "/index.js", "/index.ts"] {
        let candidate = format!("{}{end}", path.trim_end_matches('/'));
        if project.snapshot.file_at(&candidate).is_some() {
            return Some(candidate);
        }
    }
    let (stem, _) = path.rsplit_once('.')?;
    for extension in ["ts", "tsx", "mts", "js"] {
        let candidate = format!("{stem}.{extension}");
        if project.snapshot.file_at(&candidate).is_some() {
            return Some(candidate);
        }
        for built in ["dist/", "lib/", "build/", "out/"] {
            // Also below the folder of a package.
            let Some(start) = candidate.find(built).filter(|&at| at == 0 || candidate[..at].ends_with('/')) else {
                continue;
            };
            let (folder, rest) = (&candidate[..start], &candidate[start + built.len()..]);
            let file = rest.rsplit('/').next().unwrap_or(rest);
            for source in [format!("{folder}src/{rest}"), format!("{folder}src/{file}")] {
                if project.snapshot.file_at(&source).is_some() {
                    return Some(source);
                }
            }
        }
    }
    None
}

pub(super) fn join(folder: &str, relative: &str) -> String {
    let relative = relative.strip_prefix("./").unwrap_or(relative);
    if folder.is_empty() { relative.to_owned() } else { format!("{folder}/{relative}") }
}
