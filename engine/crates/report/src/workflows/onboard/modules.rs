//! The parts of a codebase: folders, or files where there is only one folder.

use super::ranking::Ranking;
use crate::model::Entity;
use crate::project::Project;
use parseltongue_resolve::RelationKind;
use parseltongue_store::snapshot::CallKind;
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A part of the codebase.
#[derive(Clone, Debug, Serialize)]
pub struct Module {
    /// Folder or file, relative to the root.
    pub path: String,
    /// From its documentation, else what it mostly holds.
    pub purpose: Option<String>,
    pub files: usize,
    pub lines: usize,
    pub main_entities: Vec<Entity>,
    /// Paths of other modules that it calls or imports, most used first.
    pub depends_on: Vec<String>,
}

/// More modules than people keep in mind are folded into their parent folders.
const MOST: usize = 16;
const MAIN_ENTITIES: usize = 4;
const DEPENDENCIES: usize = 4;

pub(super) fn modules(project: &Project, ranking: &Ranking) -> Vec<Module> {
    let snapshot = &project.snapshot;
    let files: Vec<FileIndex> = (0..snapshot.files().len())
        .map(FileIndex::from_index)
        .filter(|&id| {
            let file = snapshot.file(id);
            file.language().is_some() && file.skipped().is_none() && !file.is_test()
        })
        .collect();
    let paths: Vec<&str> = files.iter().map(|&file| snapshot.path(file)).collect();
    let module_of_path = grouping(&paths);
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
                        && kind != DefKind::AssociatedType
                })
                .collect();
            entities.sort_by(|&a, &b| ranking.rank(b).total_cmp(&ranking.rank(a)).then_with(|| a.cmp(&b)));
            let mut depends_on: Vec<(usize, &str)> = uses
                .iter()
                .filter(|((from, _), _)| *from == path)
                .map(|((_, to), times)| (*times, to.as_str()))
                .collect();
            depends_on.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
            Module {
                purpose: purpose(project, &path, &files),
                files: files.len(),
                lines: files.iter().map(|&file| snapshot.file(file).lines as usize).sum(),
                main_entities: entities.into_iter().take(MAIN_ENTITIES).map(|id| Entity::new(project, id)).collect(),
                depends_on: depends_on.into_iter().take(DEPENDENCIES).map(|(_, to)| to.to_owned()).collect(),
                path,
            }
        })
        .collect();
    modules.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.path.cmp(&b.path)));
    modules.truncate(MOST);
    modules
}

/// A function from path to module: the folder, folded to as many levels as give at most [`MOST`]
/// modules; single files where folders tell nothing.
fn grouping(paths: &[&str]) -> impl Fn(&str) -> String + use<> {
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let folders: BTreeSet<String> = paths.iter().map(|path| folder(path)).collect();
    let by_file = folders.len() <= 1 || (folders.len() <= 2 && paths.len() <= MOST);
    let deepest = folders.iter().map(|folder| folder.split('/').count()).max().unwrap_or(0);
    let cut = |folder: &str, levels: usize| folder.split('/').take(levels).collect::<Vec<_>>().join("/");
    let levels = (1..=deepest)
        .rev()
        .find(|&levels| folders.iter().map(|folder| cut(folder, levels)).collect::<BTreeSet<_>>().len() <= MOST)
        .unwrap_or(1);
    move |path| {
        if by_file {
            return path.to_owned();
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let module: Vec<&str> = folder.split('/').take(levels).collect();
        if module.concat().is_empty() { ".".to_owned() } else { module.join("/") }
    }
}

/// Names of files that speak for their folder.
const INDEX_STEMS: &[&str] = &["mod", "lib", "main", "__init__", "index", "doc", "package-info"];

fn purpose(project: &Project, path: &str, files: &[FileIndex]) -> Option<String> {
    let snapshot = &project.snapshot;
    let own_name = path.rsplit('/').next().unwrap_or(path);
    let doc_of = |file: FileIndex| {
        let entity = snapshot.entities_of(file).next()?;
        snapshot.entity(entity).doc().map(|doc| snapshot.str(doc))
    };
    let speaks = |file: FileIndex| {
        let stem = snapshot.path(file).rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or("");
        INDEX_STEMS.contains(&stem) || stem == own_name
    };
    let depth = |file: FileIndex| snapshot.path(file).matches('/').count();
    let mut speaking: Vec<FileIndex> = files.iter().copied().filter(|&file| speaks(file)).collect();
    speaking.sort_by_key(|&file| depth(file));
    let documented = speaking.into_iter().find_map(doc_of);
    // A folder of one file is what the file says it is.
    let only = || if files.len() == 1 { doc_of(files[0]) } else { None };
    documented.or_else(only).map(first_sentence)
}

fn first_sentence(doc: &str) -> String {
    let end = doc.find(". ").map_or(doc.len(), |at| at + 1);
    doc[..end].to_owned()
}
