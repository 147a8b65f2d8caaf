//! The parts of a codebase: folders, or files where there is only one folder.

use crate::folders::{folder_of, is_side_folder};
use crate::model::Entity;
use crate::project::Project;
use crate::prose;
use crate::ranking::Ranking;
use crate::readme::Readme;
use parseltongue_resolve::RelationKind;
use parseltongue_sort::StableSort;
use parseltongue_store::snapshot::{CallKind, Snapshot};
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::Manifest;
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A part of the codebase.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Module {
    /// Folder or file, relative to the root.
    pub path: String,
    /// From its documentation, else what it mostly holds.
    pub purpose: Option<String>,
    pub files: usize,
    pub lines: usize,
    pub main_entities: Vec<Entity>,
    /// Of a module with many files, those that the most hangs on.
    pub main_files: Vec<MainFile>,
    /// Paths of other modules that it calls or imports, most used first.
    pub depends_on: Vec<String>,
}

/// A file that much of its module hangs on.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MainFile {
    pub file: String,
    /// Names of its most central entities.
    pub holds: Vec<String>,
}

const MAIN_ENTITIES: usize = 5;
const SIDE_MODULES: usize = 3;
const DEPENDENCIES: usize = 4;
const MAIN_FILES: usize = 6;

/// At most `most` modules: more are folded into their parent folders.
pub(super) fn modules(project: &Project, ranking: &Ranking, most: usize) -> Vec<Module> {
    let snapshot = &project.snapshot;
    let files: Vec<FileIndex> = (0..snapshot.files().len())
        .map(FileIndex::from_index)
        .filter(|&id| {
            let file = snapshot.file(id);
            file.language().is_some() && file.skipped().is_none() && !file.is_test()
        })
        .collect();
    let paths: Vec<&str> = files.iter().map(|&file| snapshot.path(file)).collect();
    let module_of_path = grouping(&paths, most);
    let module_of = |file: FileIndex| module_of_path(snapshot.path(file));

    let mut groups: BTreeMap<String, Vec<FileIndex>> = BTreeMap::new();
    for &file in &files {
        groups.entry(module_of(file)).or_default().push(file);
    }
    let mut uses: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut add_use = |from: EntityId, to: EntityId| {
        let (from, to) = (snapshot.entity(from).file, snapshot.entity(to).file);
        if snapshot.file(from).is_test() || snapshot.file(to).is_test() {
            return;
        }
        let (from, to) = (module_of(from), module_of(to));
        if from != to {
            *uses.entry((from, to)).or_default() += 1;
        }
    };
    for call in snapshot.calls().iter().filter(|call| call.kind() == CallKind::Call) {
        add_use(call.caller, call.callee);
    }
    for relation in snapshot.relations().iter().filter(|relation| relation.kind() == RelationKind::Imports) {
        add_use(relation.from, relation.to);
    }

    // A package that is one flat folder is told by its files.
    let project_files = files.iter().filter(|&&file| !is_side(snapshot.path(file))).count();
    let mut modules: Vec<Module> = groups
        .into_iter()
        .map(|(path, files)| {
            let mut entities: Vec<EntityId> = files
                .iter()
                .flat_map(|&file| snapshot.entities_of(file))
                .filter(|&id| {
                    let entity = snapshot.entity(id);
                    let kind = entity.kind();
                    parseltongue_store::find::is_shown(snapshot, id)
                        && !entity.is_test()
                        && (kind.is_type() || kind.is_callable())
                        && !crate::ranking::is_forward(snapshot, id)
                        && kind != DefKind::AssociatedType
                        && !entity.parent().is_some_and(|parent| snapshot.entity(parent).kind().is_callable())
                })
                .collect();
            // What is public speaks for a module more than what it keeps to itself.
            let score = |id: EntityId| ranking.rank(id) * if snapshot.entity(id).is_public() { 3.0 } else { 1.0 };
            entities.stable_sort_by(|&a, &b| score(b).total_cmp(&score(a)).then_with(|| a.cmp(&b)));
            let mut depends_on: Vec<(usize, &str)> = uses
                .iter()
                .filter(|((from, _), _)| *from == path)
                .map(|((_, to), times)| (*times, to.as_str()))
                .collect();
            depends_on.stable_sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
            // Members are met with their types.
            if entities.iter().any(|&id| !is_member(snapshot, id)) {
                entities.retain(|&id| !is_member(snapshot, id));
            }
            let shown = if files.len() * 2 > project_files { MAIN_FILES * 2 } else { MAIN_FILES };
            let main_files = main_files(project, &files, &entities, shown);
            let mut names = BTreeSet::new();
            let purpose = purpose(project, &path, &files, &entities);
            entities.retain(|&id| names.insert(project.qualified_name(id)));
            Module {
                purpose,
                main_files,
                files: files.len(),
                lines: files.iter().map(|&file| snapshot.file(file).lines as usize).sum(),
                main_entities: entities.into_iter().take(MAIN_ENTITIES).map(|id| Entity::new(project, id)).collect(),
                depends_on: depends_on.into_iter().take(DEPENDENCIES).map(|(_, to)| to.to_owned()).collect(),
                path,
            }
        })
        .collect();
    // Examples and the like come last: they are no part of what is built.
    modules.stable_sort_by(|a, b| {
        let side = |module: &Module| is_side(&module.path);
        side(a).cmp(&side(b)).then(b.lines.cmp(&a.lines)).then_with(|| a.path.cmp(&b.path))
    });
    modules.truncate(most + SIDE_MODULES);
    let main = modules.iter().filter(|module| !is_side(&module.path)).count();
    modules.truncate(if main == 0 { most } else { main + SIDE_MODULES });
    modules
}

fn is_member(snapshot: &Snapshot, id: EntityId) -> bool {
    let member = matches!(snapshot.entity(id).kind(), DefKind::Method | DefKind::Constructor | DefKind::Accessor);
    member || snapshot.owner_type(id).is_some()
}

/// Examples, tests, documentation, and what only builds the project.
fn is_side(path: &str) -> bool {
    is_side_folder(path)
        || matches!(path.rsplit('/').next(), Some("build.rs" | "setup.py" | "conftest.py"))
        || path == "build"
}

/// The files of a large module that its most central entities stand in.
fn main_files(project: &Project, files: &[FileIndex], entities: &[EntityId], shown: usize) -> Vec<MainFile> {
    const LARGE: usize = 6;
    const NAMES: usize = 3;
    if files.len() < LARGE {
        return Vec::new();
    }
    let snapshot = &project.snapshot;
    let mut found: Vec<MainFile> = Vec::new();
    for &id in entities {
        let file = snapshot.path(snapshot.entity(id).file);
        let name = project.qualified_name(id);
        let room = found.len() < shown;
        match found.iter_mut().find(|known| known.file == file) {
            Some(known) if known.holds.len() < NAMES && !known.holds.contains(&name) => known.holds.push(name),
            None if room => found.push(MainFile { file: file.to_owned(), holds: vec![name] }),
            _ => {}
        }
    }
    found
}

/// A function from path to module: the folder, folded to as many levels as give at most `most`
/// modules; single files where folders tell nothing.
fn grouping(paths: &[&str], most: usize) -> impl Fn(&str) -> String + use<> {
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let folders: BTreeSet<String> = paths.iter().map(|path| folder(path)).collect();
    let by_file = folders.len() <= 1 || (folders.len() <= 2 && paths.len() <= most);
    let deepest = folders.iter().map(|folder| folder.split('/').count()).max().unwrap_or(0);
    let cut = |folder: &str, levels: usize| folder.split('/').take(levels).collect::<Vec<_>>().join("/");
    let levels = (1..=deepest)
        .rev()
        .find(|&levels| folders.iter().map(|folder| cut(folder, levels)).collect::<BTreeSet<_>>().len() <= most)
        .unwrap_or(1);
    // One that holds most of the code is told by its parts.
    let mut large: Vec<String> = Vec::new();
    let own: Vec<String> = paths.iter().filter(|path| !is_side(path)).map(|path| folder(path)).collect();
    for level in levels..deepest {
        let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
        for folder in &own {
            *sizes.entry(cut(folder, level)).or_default() += 1;
        }
        let Some((name, size)) = sizes.into_iter().max_by_key(|(_, size)| *size) else { break };
        let parts = own.iter().filter(|folder| folder.starts_with(&name)).map(|folder| cut(folder, level + 1));
        if size * 2 < own.len()
            || parts.collect::<BTreeSet<_>>().len() > most
            || level > levels && !large.contains(&cut(&name, level - 1))
        {
            break;
        }
        large.push(name);
    }
    move |path| {
        if by_file {
            return path.to_owned();
        }
        let folder = folder_of(path);
        let mut module = cut(folder, levels);
        while large.contains(&module) && module != folder {
            module = cut(folder, module.split('/').count() + 1);
        }
        if module.is_empty() { ".".to_owned() } else { module }
    }
}

/// Names of files that speak for their folder.
const INDEX_STEMS: &[&str] = &["mod", "lib", "main", "__init__", "index", "doc", "package-info"];

fn purpose(project: &Project, path: &str, files: &[FileIndex], entities: &[EntityId]) -> Option<String> {
    const CHARACTERS: usize = 140;
    let snapshot = &project.snapshot;
    if files.len() == 1 && crate::ranking::is_generated(project, path) {
        return Some("generated".to_owned());
    }
    let own_name = path.rsplit('/').next().unwrap_or(path);
    let doc_of = |file: FileIndex| {
        let entity = snapshot.entities_of(file).next()?;
        snapshot.entity(entity).doc().map(|doc| snapshot.str(doc)).filter(|doc| says_something(doc))
    };
    let speaks = |file: FileIndex| {
        let stem = snapshot.path(file).rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or("");
        // What a folder below says is its own matter.
        let folder = folder_of(snapshot.path(file));
        let here = folder == path || folder == format!("{path}/src") || folder.is_empty() && path == ".";
        (INDEX_STEMS.contains(&stem) || stem == own_name) && (here || snapshot.path(file) == path)
    };
    let depth = |file: FileIndex| snapshot.path(file).matches('/').count();
    let mut speaking: Vec<FileIndex> = files.iter().copied().filter(|&file| speaks(file)).collect();
    speaking.stable_sort_by_key(|&file| depth(file));
    // A folder of one file is what the file says it is.
    let only = || if files.len() == 1 { doc_of(files[0]) } else { None };
    // A Java package's comment stands before its declaration, which is no entity.
    let package_doc = || {
        let text = project.text(&format!("{path}/package-info.java"))?;
        let (before, rest) = text.split_once("/**")?;
        let (doc, _) = rest.split_once("*/").filter(|_| !before.contains("package "))?;
        let lines: Vec<&str> = doc.lines().map(|line| line.trim().trim_start_matches('*').trim()).collect();
        Some(prose::sentence(&lines.join(" "), CHARACTERS)).filter(|doc| says_something(doc))
    };
    let documented = package_doc()
        .or_else(|| speaking.into_iter().find_map(doc_of).or_else(only).map(|doc| prose::sentence(doc, CHARACTERS)));
    let declared = || {
        let manifest = [format!("{path}/Cargo.toml"), format!("{path}/package.json"), format!("{path}/pyproject.toml")];
        manifest.iter().filter_map(|file| snapshot.manifest(snapshot.file_at(file)?)).find_map(
            |manifest| match manifest {
                Manifest::Cargo(cargo) => cargo.description,
                Manifest::Npm(npm) => npm.description,
                Manifest::Python(python) => python.description,
                _ => None,
            },
        )
    };
    let readme = || {
        let readme = Readme::of(project, path).filter(|_| path != "." && files.len() > 1)?;
        Some(prose::sentence(readme.introduction(false).first()?, CHARACTERS))
    };
    documented
        .or_else(|| declared().map(|text| prose::sentence(&text, CHARACTERS)).filter(|text| !text.is_empty()))
        .or_else(readme)
        .or_else(|| family(project, entities))
        .or_else(|| {
            // What its most central type says of itself, where that type is what the module is about.
            const SMALL: usize = 3;
            let speaks = |id: EntityId| {
                let entity = snapshot.entity(id);
                let name = snapshot.str(entity.name).to_lowercase();
                let stem = own_name.trim_end_matches('s').to_lowercase();
                let about =
                    files.len() <= SMALL || stem.len() > 2 && (name.starts_with(&stem) || stem.starts_with(&name));
                entity.kind().is_type() && entity.doc().is_some() && about
            };
            let &id = entities.iter().take(2).find(|&&id| speaks(id))?;
            let doc = prose::sentence(snapshot.str(snapshot.entity(id).doc()?), CHARACTERS);
            let name = project.qualified_name(id);
            // Go's comments begin with the name.
            let said = if doc.starts_with(&name) { doc } else { format!("{name}: {doc}") };
            says_something(&said).then_some(said)
        })
}

/// Whether a comment at a file's start is about the file: no licence, no setting of a tool.
pub(super) fn says_something(doc: &str) -> bool {
    const OTHER: &[&str] = &[
        "copyright",
        "license",
        "eslint",
        "@ts-",
        "jshint",
        "-*-",
        "module dependencies",
        "generated",
        "todo",
        "use strict",
        "spdx",
        "clang-format",
        "this file is part of",
    ];
    let lower = doc.to_lowercase();
    !OTHER.iter().any(|word| lower.contains(word)) && doc.contains(' ')
}

/// `12 implementations of Render`, if that is what most of a module's types are.
fn family(project: &Project, entities: &[EntityId]) -> Option<String> {
    const LEAST: usize = 3;
    let snapshot = &project.snapshot;
    // What build tags define twice counts once.
    let mut names = BTreeSet::new();
    let mut types: Vec<EntityId> =
        entities.iter().copied().filter(|&id| snapshot.entity(id).kind().is_type()).collect();
    types.retain(|&id| names.insert(project.qualified_name(id)));
    let mut bases: BTreeMap<EntityId, BTreeSet<EntityId>> = BTreeMap::new();
    for &id in &types {
        // A Rust type implements a trait through its impl blocks.
        let bases_of = snapshot
            .relations_from(id)
            .iter()
            .filter(|relation| matches!(relation.kind(), RelationKind::Implements | RelationKind::Extends));
        for relation in bases_of {
            bases.entry(relation.to).or_default().insert(id);
        }
    }
    let (base, members) = bases.into_iter().max_by_key(|(base, members)| (members.len(), std::cmp::Reverse(*base)))?;
    let fits = members.len() >= LEAST && members.len() * 2 >= types.len();
    fits.then(|| format!("{} kinds of {}", members.len(), project.qualified_name(base)))
}

/// What a file says of itself.
pub(super) fn file_doc(project: &Project, path: &str) -> Option<String> {
    let snapshot = &project.snapshot;
    let file = snapshot.entity(snapshot.entities_of(snapshot.file_at(path)?).next()?);
    let doc = snapshot.str(file.doc()?);
    says_something(doc).then(|| prose::sentence(doc, 90))
}
