//! A compiler's index that a user imported: what it says goes before the resolution of our own.
//!
//! It is kept beside the snapshots, one for each root, and says for each name in a file where the name is defined.
//! Whether a name is called, and by what, our own facts say. An index knows nothing of later changes, so each file is
//! kept with the hash of the bytes that it was made from: what it says of a file, or of a place in a file, counts only
//! as long as the bytes are the same.

use crate::map::{MappedFile, content_hash};
use crate::{Source, cache};
use parseltongue_resolve::{DefRef, Evidence, FileId, FileLinks, Outcome};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{DefFlags, DefId, DefKind, FileFacts, Pos};
use parseltongue_syntax::language::Family;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// The file's first bytes; the digit rises when the content changes.
const MAGIC: [u8; 8] = *b"PTINDEX2";

/// What a compiler's index says of the names of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The tools that made it, with their versions.
    pub tool: String,
    /// Sorted by path.
    pub files: Vec<IndexedFile>,
    pub symbols: Vec<Symbol>,
}

/// What an index says of a symbol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Symbol {
    /// It belongs to another package.
    Outside,
    /// It belongs to a package of the index, which does not say where it is defined (scip-typescript, of what
    /// `module.exports` holds).
    Unplaced,
    /// Where it is defined, sorted.
    Defined(Vec<Place>),
}

/// A file that an index covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexedFile {
    /// Relative to the root.
    pub path: String,
    /// Of the bytes that the index was made from.
    hash: u64,
    /// Uses of names: line and column (both from 1, columns in Unicode scalar values) and an index into
    /// [`Index::symbols`]; sorted. A place has several if the name stands for several things.
    pub names: Vec<(u32, u32, u32)>,
}

impl IndexedFile {
    pub fn new(path: String, bytes: &[u8], mut names: Vec<(u32, u32, u32)>) -> Self {
        names.sort_unstable();
        names.dedup();
        Self { path, hash: content_hash(bytes), names }
    }
}

/// Where a symbol is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// An index into [`Index::files`].
    pub file: u32,
    pub line: u32,
    pub column: u32,
}

/// How far an imported index counts in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexState {
    pub tool: String,
    /// Files whose names it tells.
    pub files: usize,
    /// Files that have changed since it was imported, or are gone: it says nothing of them any more.
    pub stale: Vec<String>,
    /// Call sites that it tells.
    pub told: usize,
    /// Call sites in its files that it does not know, or that call a value; there our own resolution stands.
    pub not_told: usize,
}

/// Keeps an index for a root, in the place of the one before.
pub fn save(root: &Source, index: &Index) -> io::Result<()> {
    let Some(file) = cache::index_file(root.path()) else {
        return Err(io::Error::new(io::ErrorKind::NotFound, "there is no cache folder"));
    };
    let content = postcard::to_allocvec(index).expect("an index can be serialized");
    let mut bytes = MAGIC.to_vec();
    bytes.extend(content_hash(&content).to_le_bytes());
    bytes.extend(content);
    cache::save(&bytes, &file)
}

/// Forgets the index of a root. False if there was none.
pub fn remove(root: &Source) -> io::Result<bool> {
    match cache::index_file(root.path()).map(std::fs::remove_file) {
        None => Ok(false),
        Some(Ok(())) => Ok(true),
        Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Some(Err(error)) => Err(error),
    }
}

/// The hash of a root's index without reading it whole; 0 if there is none.
pub(crate) fn identity(file: &Path) -> u64 {
    let mut header = [0; 16];
    let read = std::fs::File::open(file).and_then(|mut file| io::Read::read_exact(&mut file, &mut header));
    match (read, header.split_first_chunk()) {
        (Ok(()), Some((magic, hash))) if *magic == MAGIC => u64::from_le_bytes(hash.try_into().expect("8 bytes")),
        _ => 0,
    }
}

/// A root's index. `None` if there is none, or it is damaged.
pub(crate) fn load(file: &Path) -> Option<Index> {
    let bytes = std::fs::read(file).ok()?;
    let (magic, rest) = bytes.split_first_chunk::<8>()?;
    let (hash, content) = rest.split_first_chunk::<8>()?;
    if *magic != MAGIC || u64::from_le_bytes(*hash) != content_hash(content) {
        return None;
    }
    postcard::from_bytes(content).ok()
}

/// What the index says of a name.
enum Meaning {
    Definition(DefRef),
    Outside,
    /// A variable, parameter or field, one of several functions, or a place that has changed.
    Other,
}

impl Index {
    /// Puts what the index says in the place of what our own resolution found. `files` are sorted by path.
    pub(crate) fn apply(&self, files: &[MappedFile], links: &mut [FileLinks]) -> IndexState {
        let mut state = IndexState { tool: self.tool.clone(), files: 0, stale: Vec::new(), told: 0, not_told: 0 };
        let fresh: Vec<Option<usize>> = self
            .files
            .iter()
            .map(|indexed| {
                let at = files.binary_search_by(|file| file.path.as_str().cmp(&indexed.path)).ok();
                let at = at.filter(|&at| files[at].hash == indexed.hash && files[at].facts.is_some());
                match at {
                    Some(_) => state.files += 1,
                    None => state.stale.push(indexed.path.clone()),
                }
                at
            })
            .collect();
        let definitions: Vec<FxHashMap<Pos, DefId>> = fresh
            .iter()
            .map(|at| at.and_then(|at| files[at].facts.as_ref()).map_or_else(FxHashMap::default, places))
            .collect();
        let covered: FxHashSet<usize> = fresh.iter().copied().flatten().collect();
        let elsewhere = names_defined_elsewhere(files, &covered);
        let meaning = |symbol: u32| {
            let places = match self.symbols.get(symbol as usize) {
                Some(Symbol::Defined(places)) => places,
                Some(Symbol::Outside) => return Meaning::Outside,
                Some(Symbol::Unplaced) | None => return Meaning::Other,
            };
            // Declarations, and what has a body.
            let mut found = [None, None];
            for place in places {
                let pos = Pos { line: place.line, column: place.column };
                let (Some(Some(at)), Some(known)) =
                    (fresh.get(place.file as usize), definitions.get(place.file as usize))
                else {
                    return Meaning::Other;
                };
                let (Some(&def), Some(facts)) = (known.get(&pos), &files[*at].facts) else { continue };
                let Some(callee) = callee(facts, def) else { continue };
                let has_body = !facts.def(def).flags.contains(DefFlags::DECLARATION);
                let target = DefRef { file: FileId::from_index(*at), def: callee };
                let known = &mut found[usize::from(has_body)];
                if has_body && known.is_some_and(|known| known != target) {
                    // Local functions of one name, files for several platforms: an index gives them one symbol.
                    return Meaning::Other;
                }
                known.get_or_insert(target);
            }
            let [declared, defined] = found;
            let found = defined.or(declared);
            found.map_or(Meaning::Other, Meaning::Definition)
        };
        for (indexed, at) in self.files.iter().zip(&fresh) {
            let Some(at) = *at else { continue };
            let Some(facts) = &files[at].facts else { continue };
            for link in &mut links[at].calls {
                let call = facts.call(link.call);
                let (line, column) = (call.pos.line, call.pos.column);
                let first = indexed.names.partition_point(|name| (name.0, name.1) < (line, column));
                let here = indexed.names[first..].iter().take_while(|name| (name.0, name.1) == (line, column));
                let mut targets = Vec::new();
                let mut outside = false;
                let mut other = false;
                for name in here {
                    match meaning(name.2) {
                        Meaning::Definition(target) if !targets.contains(&target) => targets.push(target),
                        Meaning::Definition(_) => {}
                        Meaning::Outside => outside = true,
                        Meaning::Other => other = true,
                    }
                }
                let is_covered = |outcome: &Outcome| match outcome {
                    Outcome::Resolved { targets, .. } => {
                        targets.iter().all(|target| covered.contains(&target.file.index()))
                    }
                    _ => true,
                };
                // Some indexers give a name the symbol of another one (scip-python behind `import *`).
                let is_named = |target: &DefRef| name_called(files, *target) == Some(call.name);
                let mistaken = !targets.iter().any(is_named)
                    && matches!(&link.outcome, Outcome::Resolved { targets: own, .. } if own.iter().any(is_named));
                if !targets.is_empty() && !mistaken {
                    link.outcome = Outcome::Resolved { targets, evidence: Evidence::Compiler };
                    state.told += 1;
                } else if outside
                    && !other
                    && is_covered(&link.outcome)
                    && !elsewhere.contains(&(facts.language.family(), call.name))
                {
                    link.outcome = Outcome::External;
                    state.told += 1;
                } else {
                    state.not_told += 1;
                }
            }
        }
        state
    }
}

/// The name by which a definition is called where nothing renames it: of a constructor, that of its class.
fn name_called(files: &[MappedFile], target: DefRef) -> Option<Name> {
    let facts = files.get(target.file.index())?.facts.as_ref()?;
    let def = facts.def(target.def);
    Some(if def.kind == DefKind::Constructor { facts.def(def.parent).name } else { def.name })
}

/// The definitions of a file by the places of their names.
fn places(facts: &FileFacts) -> FxHashMap<Pos, DefId> {
    let mut places = FxHashMap::default();
    for (id, def) in facts.defs().skip(1) {
        if def.kind != DefKind::Closure && !def.name.is_empty() {
            places.entry(def.pos).or_insert(id);
        }
    }
    places
}

/// What a call of a definition leads to: a function, or a class's own constructor.
fn callee(facts: &FileFacts, def: DefId) -> Option<DefId> {
    let kind = facts.def(def).kind;
    if kind == DefKind::Macro {
        return Some(def);
    }
    if matches!(kind, DefKind::Function | DefKind::Method | DefKind::Constructor) {
        return Some(facts.implementation(def));
    }
    if !kind.is_type() {
        return None;
    }
    let mut constructors = facts
        .defs()
        .filter(|(_, other)| other.parent == def && other.kind == DefKind::Constructor)
        .map(|(id, other)| (other.flags.contains(DefFlags::DECLARATION), id));
    match (constructors.next(), constructors.next()) {
        (Some((_, only)), None) => Some(only),
        (Some(first), Some(second)) => {
            // Several with bodies are overloads, of which the class's name does not tell the one.
            let with_body: Vec<DefId> =
                [first, second].into_iter().chain(constructors).filter(|(bare, _)| !bare).map(|(_, id)| id).collect();
            match with_body[..] {
                [only] => Some(only),
                _ => None,
            }
        }
        _ => (kind == DefKind::Class).then_some(def),
    }
}

/// Names of functions and types in files that the index says nothing of: a name that it takes for a library's may be
/// one of these.
fn names_defined_elsewhere(files: &[MappedFile], covered: &FxHashSet<usize>) -> FxHashSet<(Family, Name)> {
    let mut names = FxHashSet::default();
    for (index, file) in files.iter().enumerate() {
        let Some(facts) = file.facts.as_ref().filter(|_| !covered.contains(&index)) else { continue };
        for (_, def) in facts.defs().skip(1) {
            if def.kind.is_callable() || def.kind.is_type() {
                names.insert((facts.language.family(), def.name));
            }
        }
    }
    names
}
