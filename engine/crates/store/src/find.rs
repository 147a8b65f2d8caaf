//! From what a person types to entities: simple names, qualified names, `file:line`.

use crate::snapshot::{EntityId, Snapshot, StrId};
use parseltongue_sort::StableSort;
use parseltongue_syntax::facts::DefKind;
use parseltongue_syntax::{Language, Manifest};
use std::cell::OnceCell;

/// What a query found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// All entities that fit, in order of place. Never empty.
    Entities(Vec<EntityId>),
    /// None fits; these names are near, nearest first.
    Nothing { near: Vec<String> },
}

/// How many near names are offered.
const NEAR: usize = 5;

/// Finds the entities that `query` stands for: `name`, `Type::name`, `module.Type.name`, `package::Type::name`
/// (a crate's name, the path of a Go package), `path/file.rs:12` or `path/file.rs:Type::name`.
pub fn find(snapshot: &Snapshot, query: &str) -> Found {
    let query = query.trim();
    if let Some((path, rest)) = split_place(query) {
        let files: Vec<_> = (0..snapshot.files().len())
            .map(crate::FileIndex::from_index)
            .filter(|&file| path_ends_with(snapshot.path(file), path))
            .collect();
        let mut entities: Vec<EntityId> = Vec::new();
        for file in files {
            if let Ok(line) = rest.parse::<u32>() {
                entities.extend(at_line(snapshot, file, line));
            } else {
                entities.extend(by_name(snapshot, rest).into_iter().filter(|&id| snapshot.entity(id).file == file));
            }
        }
        if !entities.is_empty() {
            return Found::Entities(entities);
        }
    }
    let entities = by_name(snapshot, query);
    if entities.is_empty() { Found::Nothing { near: near(snapshot, query) } } else { Found::Entities(entities) }
}

/// `path:rest` where path looks like a file; Windows drive letters are no separator.
fn split_place(query: &str) -> Option<(&str, &str)> {
    let (path, rest) = query.split_once('.')?;
    let colon = rest.find(':')?;
    let end = path.len() + 1 + colon;
    let (path, rest) = (&query[..end], &query[end + 1..]);
    // `a.b::c` is a qualified name.
    (!rest.starts_with(':') && !rest.is_empty()).then_some((path, rest))
}

fn path_ends_with(path: &str, end: &str) -> bool {
    let end = end.strip_prefix("./").unwrap_or(end);
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// The entity whose name stands in the line, else the innermost one around it.
fn at_line(snapshot: &Snapshot, file: crate::FileIndex, line: u32) -> Vec<EntityId> {
    let shown = || snapshot.entities_of(file).filter(|&id| is_shown(snapshot, id));
    let named: Vec<EntityId> = shown().filter(|&id| snapshot.entity(id).line == line).collect();
    if !named.is_empty() {
        return named;
    }
    shown()
        .filter(|&id| (snapshot.entity(id).start_line..=snapshot.entity(id).end_line).contains(&line))
        .min_by_key(|&id| {
            let entity = snapshot.entity(id);
            (entity.end_line - entity.start_line, std::cmp::Reverse(id))
        })
        .into_iter()
        .collect()
}

fn by_name(snapshot: &Snapshot, query: &str) -> Vec<EntityId> {
    let parts = split_name(query);
    let Some((last, before)) = parts.split_last() else { return Vec::new() };
    let Some(name) = snapshot.find_str(last) else { return Vec::new() };
    let packages = Packages::new(snapshot);
    let own = snapshot.own_names().filter(|&(_, own)| own == name).map(|(id, _)| id);
    let found = snapshot.named(name).iter().copied().chain(own);
    let found = found.filter(|&id| is_shown(snapshot, id) && packages.fit(id, before));
    // What a declaration file says of JavaScript comes after the code that it says it of.
    let (declared, mut found): (Vec<EntityId>, Vec<EntityId>) = found.partition(|&id| {
        let path = snapshot.path(snapshot.entity(id).file);
        [".d.ts", ".d.mts", ".d.cts"].iter().any(|ending| path.ends_with(ending))
    });
    found.extend(declared);
    found
}

/// Names that `typed` may become, for completion: simple names, or after qualifiers (`Parser::pa`) the names that
/// stand behind these, as typed. Sorted, at most `limit`.
pub fn names_starting_with(snapshot: &Snapshot, typed: &str, limit: usize) -> Vec<String> {
    let start = typed.rfind(['.', ':', '#']).map_or(0, |separator| separator + 1);
    let (before, prefix) = typed.split_at(start);
    let qualifiers = split_name(before);
    let packages = Packages::new(snapshot);
    // Strings are sorted, so names with a common beginning are neighbours.
    let count = snapshot.strings() as usize;
    let first = partition_point(count, |id| snapshot.str(id) < prefix);
    (first..count)
        .map(StrId::from_index)
        .take_while(|&id| snapshot.str(id).starts_with(prefix))
        .filter(|&id| {
            let mut entities = snapshot.named(id).iter();
            entities.any(|&entity| is_shown(snapshot, entity) && packages.fit(entity, &qualifiers))
        })
        .map(|id| format!("{before}{}", snapshot.str(id)))
        .take(limit)
        .collect()
}

/// The first index for which `is_before` no longer holds.
fn partition_point(count: usize, is_before: impl Fn(StrId) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        if is_before(StrId::from_index(middle)) { low = middle + 1 } else { high = middle }
    }
    low
}

/// Whether people have a name for it: not files, impl blocks and anonymous types.
pub fn is_shown(snapshot: &Snapshot, id: EntityId) -> bool {
    let entity = snapshot.entity(id);
    !matches!(entity.kind(), DefKind::File | DefKind::Impl | DefKind::Anonymous | DefKind::Closure)
        && !snapshot.str(entity.name).is_empty()
}

/// The parts of a qualified name in any language's spelling.
fn split_name(query: &str) -> Vec<&str> {
    let query = query.strip_suffix("()").unwrap_or(query);
    let without_args = query.split('<').next().unwrap_or(query);
    let parts = without_args.split("::").flat_map(|part| part.split(['.', '/', '#']));
    // Go writes `(*Type).Method`.
    parts.map(|part| part.trim_matches(['(', '*', ')'])).filter(|part| !part.is_empty()).collect()
}

/// Names in paths that people leave out of qualified names.
const SILENT: &[&str] = &["src", "lib", "main", "mod", "index", "__init__", "crate", "self"];

/// The names under which other packages know those of the project.
struct Packages<'s> {
    snapshot: &'s Snapshot,
    /// The folder of each package's manifest, and the parts of the package's name. Manifests are read only where
    /// paths and scopes alone do not tell.
    named: OnceCell<Vec<(&'s str, Vec<String>)>>,
}

impl<'s> Packages<'s> {
    fn new(snapshot: &'s Snapshot) -> Self {
        Self { snapshot, named: OnceCell::new() }
    }

    /// Whether qualifiers lead to an entity.
    fn fit(&self, id: EntityId, qualifiers: &[&str]) -> bool {
        qualifiers.is_empty()
            || fits_qualifiers(self.snapshot, id, qualifiers, None)
            || self.around(id).is_some_and(|package| fits_qualifiers(self.snapshot, id, qualifiers, Some(package)))
    }

    /// The innermost package that a file belongs to.
    fn around(&self, id: EntityId) -> Option<(&'s str, &[String])> {
        let file = self.snapshot.entity(id).file;
        let language = self.snapshot.file(file).language()?;
        if !matches!(language, Language::Rust | Language::Go) {
            return None;
        }
        let path = self.snapshot.path(file);
        let named = self.named.get_or_init(|| named_packages(self.snapshot));
        let around = named.iter().filter(|(folder, _)| in_folder(path, folder).is_some());
        around.max_by_key(|(folder, _)| folder.len()).map(|(folder, parts)| (*folder, parts.as_slice()))
    }
}

fn named_packages(snapshot: &Snapshot) -> Vec<(&str, Vec<String>)> {
    let manifests = (0..snapshot.files().len()).map(crate::FileIndex::from_index);
    manifests
        .filter_map(|file| {
            let folder = snapshot.path(file).rsplit_once('/').map_or("", |(folder, _)| folder);
            let name = match snapshot.manifest(file)? {
                Manifest::Cargo(manifest) => {
                    manifest.lib.map(|(name, _)| name).filter(|name| !name.is_empty()).or(manifest.name)?
                }
                Manifest::GoModule(module) => module.path,
                _ => return None,
            };
            Some((folder, split_name(&name).into_iter().map(str::to_owned).collect()))
        })
        .collect()
}

/// The rest of a path that leads into a folder.
fn in_folder<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// `v2` at the end of a Go module's path.
fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn fits_qualifiers(snapshot: &Snapshot, id: EntityId, qualifiers: &[&str], package: Option<(&str, &[String])>) -> bool {
    let entity = snapshot.entity(id);
    let language = snapshot.file(entity.file).language();
    let silent = |part: &str| SILENT.contains(&part) || language == Some(Language::Go) && is_version(part);
    let mut have: Vec<&str> = Vec::new();
    let path = snapshot.path(entity.file);
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let (outside, inside) = match package {
        Some((folder, _)) => (folder, in_folder(stem, folder).unwrap_or(stem)),
        None => ("", stem),
    };
    have.extend(outside.split('/').filter(|part| !part.is_empty()));
    have.extend(package.iter().flat_map(|(_, name)| name.iter().map(String::as_str)));
    have.extend(inside.split('/'));
    have.retain(|part| !silent(part));
    let scopes = scope_names(snapshot, id);
    have.extend(scopes.iter().copied());
    // A crate `a-b` is `a_b` in code.
    let same = |typed: &str, name: &str| {
        typed == name || language == Some(Language::Rust) && typed.replace('-', "_") == name.replace('-', "_")
    };
    let mut wanted = qualifiers.iter().rev().filter(|part| !silent(part)).peekable();
    let mut have = have.into_iter().rev();
    // A package of Go or Java is the folder: the file's name is no part of a top-level name.
    let by_folder = matches!(language, Some(Language::Go | Language::Java));
    if by_folder && scopes.is_empty() && wanted.peek().is_some_and(|part| have.clone().next() != Some(**part)) {
        have.next();
    }
    // The nearest qualifier must be the nearest scope; further ones may skip path parts.
    if let (Some(first), Some(nearest)) = (wanted.peek(), have.next()) {
        if !same(first, nearest) {
            return false;
        }
        wanted.next();
    }
    wanted.all(|part| have.any(|name| same(part, name)))
}

/// The names of the scopes around an entity, outermost first, without the file.
fn scope_names(snapshot: &Snapshot, id: EntityId) -> Vec<&str> {
    let mut names = Vec::new();
    let mut at = id;
    loop {
        let entity = snapshot.entity(at);
        if let Some(qualifier) = entity.qualifier() {
            names.push(snapshot.str(qualifier));
        }
        let Some(parent) = entity.parent() else { break };
        let around = snapshot.entity(parent);
        let name = snapshot.str(around.name);
        if around.kind() != DefKind::File && !name.is_empty() {
            names.push(name);
        }
        at = parent;
    }
    names.reverse();
    names
}

/// The qualified name inside the file, in the language's spelling: `Parser::parse`, `Client.send`.
pub fn qualified_name(snapshot: &Snapshot, id: EntityId) -> String {
    let entity = snapshot.entity(id);
    let separator = snapshot.file(entity.file).language().map_or(".", parseltongue_syntax::Language::separator);
    let mut names = scope_names(snapshot, id);
    let name = snapshot.str(entity.name);
    if !name.is_empty() {
        names.push(name);
    }
    if names.is_empty() { snapshot.path(entity.file).to_owned() } else { names.join(separator) }
}

/// Names that may have been meant, nearest first.
fn near(snapshot: &Snapshot, query: &str) -> Vec<String> {
    let parts = split_name(query);
    let Some((&wanted, qualifiers)) = parts.split_last() else { return Vec::new() };
    let lower = wanted.to_lowercase();
    let scope = qualifiers.last().map_or_else(String::new, |scope| scope.to_lowercase());
    // The name exists elsewhere: say where, rather than guess at its spelling; first where the scope is near.
    let unqualified = by_name(snapshot, wanted);
    if !unqualified.is_empty() {
        let mut scored: Vec<(usize, EntityId)> =
            unqualified.into_iter().map(|id| (scope_distance(snapshot, id, &scope), id)).collect();
        scored.stable_sort();
        return offered(scored.into_iter().map(|(_, id)| qualified_name(snapshot, id)));
    }
    let mut ids: Vec<EntityId> = (0..snapshot.entities().len()).map(EntityId::from_index).collect();
    ids.retain(|&id| is_shown(snapshot, id));
    ids.stable_sort_by_key(|&id| snapshot.entity(id).name);
    let packages = Packages::new(snapshot);
    // What stands in the scope that was named, or one of a near name, comes before what stands anywhere.
    let mut members: Vec<(usize, String)> = Vec::new();
    let mut others: Vec<(usize, &str)> = Vec::new();
    for same in ids.chunk_by(|&a, &b| snapshot.entity(a).name == snapshot.entity(b).name) {
        let name = snapshot.str(snapshot.entity(same[0]).name);
        let Some(distance) = distance(&lower, &name.to_lowercase()) else { continue };
        others.push((distance, name));
        for &id in same.iter().filter(|_| !qualifiers.is_empty()) {
            let apart = if packages.fit(id, qualifiers) { 0 } else { scope_distance(snapshot, id, &scope) };
            if apart < usize::MAX {
                members.push((distance + apart, qualified_name(snapshot, id)));
            }
        }
    }
    members.stable_sort();
    others.stable_sort();
    // A near member makes names without its scope no better guess.
    others.retain(|(_, name)| members.iter().all(|(_, member)| !member.ends_with(name)));
    offered(members.into_iter().map(|(_, name)| name).chain(others.into_iter().map(|(_, name)| name.to_owned())))
}

/// The first names, each once.
fn offered(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        if found.len() < NEAR && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// How far the innermost scope of an entity is from what was typed.
fn scope_distance(snapshot: &Snapshot, id: EntityId, typed: &str) -> usize {
    let scopes = scope_names(snapshot, id);
    let nearest = scopes.last().map(|scope| distance(typed, &scope.to_lowercase()));
    nearest.flatten().unwrap_or(usize::MAX)
}

/// How far a name is from what was typed; `None` if too far to be meant.
fn distance(wanted: &str, name: &str) -> Option<usize> {
    let edits = strsim::damerau_levenshtein(wanted, name);
    if edits <= 1 + wanted.chars().count() / 4 {
        return Some(edits);
    }
    // A part of a longer name counts as near, but less than a slip of the finger.
    let contained = wanted.len() >= 3 && (name.contains(wanted) || (name.len() >= 4 && wanted.contains(name)));
    contained.then_some(10 + edits)
}
