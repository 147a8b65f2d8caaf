//! What a library offers where no manifest names it: public types of Java, headers of C and C++.

use super::{EntryKind, EntryPoint};
use crate::folders::is_side_folder;
use crate::model::Entity;
use crate::project::Project;
use parseltongue_sort::StableSort;
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::Language;
use std::collections::{BTreeMap, BTreeSet};

const SHOWN: usize = 3;
/// A mention in the README weighs as much as this many files of tests and examples that use it.
const MENTION: usize = 20;

/// Headers and types that tests and examples use most and the README names, best first.
///
/// `starts` says whether the project has a program: the header of its name is for the project itself then.
pub(super) fn offered(project: &Project, name: &str, starts: bool) -> Vec<EntryPoint> {
    let mentions = project.mentions();
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let own = plain(name.trim_start_matches("lib"));
    let namesake = |stem: &str| !starts && plain(stem.trim_start_matches("lib")) == own;
    let mut users: BTreeMap<EntityId, BTreeSet<FileIndex>> = BTreeMap::new();
    let snapshot = &project.snapshot;
    let aside: Vec<bool> =
        snapshot.files().iter().map(|file| file.is_test() || is_side_folder(snapshot.str(file.path))).collect();
    let mut add = |from: EntityId, to: EntityId| {
        let file = snapshot.entity(from).file;
        if aside[file.index()]
            && !aside[snapshot.entity(to).file.index()]
            && let Some(offer) = offer(project, to, &namesake)
        {
            users.entry(offer).or_default().insert(file);
        }
    };
    for call in snapshot.calls() {
        add(call.caller, call.callee);
    }
    for relation in snapshot.relations() {
        add(relation.from, relation.to);
    }
    let shallowest = users.keys().map(|&id| snapshot.path(snapshot.entity(id).file).matches('/').count()).min();
    let mut found: Vec<(usize, EntityId)> = users
        .iter()
        .map(|(&id, files)| {
            let path = snapshot.path(snapshot.entity(id).file);
            let stem = path.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or("");
            // What the README names first is where its authors begin.
            let place = mentions.files.iter().position(|(known, _)| known == path);
            let mentioned = place.map_or(usize::from(mentions.name(stem)), |place| 4usize.saturating_sub(place).max(1));
            let mut score = files.len() + mentioned * MENTION;
            if own.starts_with(&plain(stem)) && stem.len() > 2 {
                score *= 4;
            }
            if shallowest == Some(path.matches('/').count()) {
                score *= 2;
            }
            (score, id)
        })
        .collect();
    found.stable_sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let point = |(_, id): (usize, EntityId)| {
        let file = snapshot.path(snapshot.entity(id).file).to_owned();
        let is_java = snapshot.file(snapshot.entity(id).file).language() == Some(Language::Java);
        let (what, entity) = if is_java {
            let class = file.rsplit_once("/java/").map_or(&*file, |(_, class)| class);
            (format!("import {}", class.trim_end_matches(".java").replace('/', ".")), Some(Entity::new(project, id)))
        } else {
            let last = file.rsplit('/').next().unwrap_or(&file);
            let header = file.rsplit_once("include/").map_or(last, |(_, header)| header);
            (format!("#include <{header}>"), None)
        };
        EntryPoint { kind: EntryKind::Library, what, file, entity }
    };
    found.into_iter().take(SHOWN).map(point).collect()
}

/// What of an entity is offered: the public Java type around it, the header that declares it.
fn offer(project: &Project, id: EntityId, namesake: &dyn Fn(&str) -> bool) -> Option<EntityId> {
    let snapshot = &project.snapshot;
    let file = snapshot.entity(id).file;
    let path = snapshot.path(file);
    match snapshot.file(file).language()? {
        Language::Java => {
            let outermost = std::iter::successors(Some(id), |&id| snapshot.entity(id).parent())
                .filter(|&id| snapshot.entity(id).kind().is_type())
                .last()?;
            let internal = path.contains("/internal/") || path.contains("/impl/");
            let fails = ["Exception.java", "Error.java"].iter().any(|end| path.ends_with(end));
            (snapshot.entity(outermost).is_public() && !internal && !fails).then_some(outermost)
        }
        Language::C | Language::Cpp => {
            let stem = [".h", ".hpp", ".hh", ".hxx"].iter().find_map(|end| path.strip_suffix(end))?;
            // What stands apart from its declarations is included by the header that has them.
            let inner = ["-inl", "_inl", "-impl", "_impl"].iter().any(|end| stem.ends_with(end));
            let public = path.starts_with("include/")
                || path.contains("/include/")
                || namesake(stem.rsplit('/').next().unwrap_or(stem));
            if public && !inner { snapshot.entities_of(file).next() } else { None }
        }
        _ => None,
    }
}
