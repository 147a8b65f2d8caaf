//! Opens a project's map, brought up to date with the files as they are now.

use crate::cache;
use crate::error::Error;
use crate::imported;
use crate::map::{MappedFile, content_hash};
use crate::scan::Rules;
use crate::snapshot::{FileIndex, Snapshot, build};
use crate::source::{Listed, Source, Stamp};
use crate::trace;
use parseltongue_resolve::Project;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How a project is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub rules: Rules,
    /// Neither read nor write the cache.
    pub no_cache: bool,
}

/// What is told while a map is made: from any thread, often.
pub trait Progress: Sync {
    /// `done` of `total` files are extracted.
    fn extracting(&self, done: usize, total: usize);
    /// All files are extracted; names are being resolved.
    fn resolving(&self);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn extracting(&self, _done: usize, _total: usize) {}
    fn resolving(&self) {}
}

/// A project with a map that is up to date.
pub struct Opened {
    pub source: Source,
    pub snapshot: Snapshot,
    /// How many files were read for it; 0 if the snapshot was up to date.
    pub files_read: usize,
    /// Why the snapshot could not be kept, if it could not. Answers are right all the same.
    pub not_saved: Option<std::io::Error>,
}

/// Files written within this time before the walk may be written again with the same stamp: the coarsest
/// clock of a common file system (FAT) ticks every two seconds.
const RACY: i64 = 2_000_000_000;

/// Opens the project at `root`: from the cache if nothing changed, else refreshed.
pub fn open(root: &Path, options: &Options, progress: &dyn Progress) -> Result<Opened, Error> {
    let source = Source::open(root)?;
    let taken = now();
    let listed = {
        let _span = trace::span("list files");
        source.list(&options.rules)
    };
    let cache_file = if options.no_cache { None } else { cache::snapshot_file(source.path(), &options.rules) };
    let index_file = if options.no_cache { None } else { cache::index_file(source.path()) };
    let index_identity = index_file.as_deref().map_or(0, imported::identity);
    let root_text = source.path().to_string_lossy().into_owned();
    let old = {
        let _span = trace::span("open snapshot");
        cache_file.as_deref().and_then(Snapshot::open).filter(|old| old.root() == root_text)
    };

    let states = {
        let _span = trace::span("compare files");
        compare(&source, &listed, old.as_ref())
    };
    let same_files =
        old.as_ref().is_some_and(|old| old.files().len() == listed.len() && old.index_identity() == index_identity);
    let old = match old {
        Some(old) if same_files && states.iter().all(|state| matches!(state, State::Same { .. })) => {
            let looked_inside = states.iter().any(|state| matches!(state, State::Same { racy: true, .. }));
            let mut not_saved = None;
            if looked_inside && let Some(file) = &cache_file {
                // From now on the stamps alone tell, so that the next query need not look inside again.
                not_saved = cache::save(&old.block_retaken(taken), file).err();
            }
            return Ok(Opened { source, snapshot: old, files_read: 0, not_saved });
        }
        other => other,
    };

    let (snapshot, files_read) = on_deep_threads(|| {
        let (mut files, files_read) = {
            let _span = trace::span("read changed files");
            read_changed(&source, &listed, &states, old, progress)
        };
        progress.resolving();
        {
            let _span = trace::span("expand macros");
            let mut facts: Vec<_> = files.iter_mut().filter_map(|file| file.facts.as_mut()).collect();
            parseltongue_syntax::expand_macros(&mut facts);
        }
        let folder = source.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let project = Project::new(files.iter().map(MappedFile::as_project_file).collect()).in_folder(&folder);
        let mut links = {
            let _span = trace::span("resolve calls");
            parseltongue_resolve::resolve(&project)
        };
        drop(project);
        let index = index_file.as_deref().filter(|_| index_identity != 0).and_then(imported::load);
        let state = index.map(|index| {
            let _span = trace::span("apply the imported index");
            index.apply(&files, &mut links)
        });
        let _span = trace::span("build snapshot");
        let index = build::Index { identity: index_identity, state: state.as_ref() };
        (build::build(&root_text, taken, &files, &links, &index), files_read)
    });
    let _span = trace::span("save snapshot");
    let not_saved = cache_file.as_deref().and_then(|file| cache::save(snapshot.block(), file).err());
    Ok(Opened { source, snapshot, files_read, not_saved })
}

/// The last snapshot of a project as it lies in the cache, whatever has changed since: for completion, which must not
/// wait. `None` if there is none.
pub fn last(root: &Path, rules: &crate::scan::Rules) -> Option<Snapshot> {
    let source = Source::open(root).ok()?;
    let snapshot = Snapshot::open(&cache::snapshot_file(source.path(), rules)?)?;
    (snapshot.root() == source.path().to_string_lossy()).then_some(snapshot)
}

/// Runs `work` on threads whose stacks hold the deepest nesting that extraction and inference allow
/// themselves; the memory is only reserved, not used.
fn on_deep_threads<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    const STACK: usize = 256 * 1024 * 1024;
    match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        // Where so much cannot be reserved, ordinary threads do for ordinary code.
        Err(_) => work(),
    }
}

/// The files with their facts: kept from the old snapshot where the bytes are the same, else read. Also
/// how many were read.
fn read_changed(
    source: &Source,
    listed: &[Listed],
    states: &[State],
    old: Option<Snapshot>,
    progress: &dyn Progress,
) -> (Vec<MappedFile>, usize) {
    let total = states.iter().filter(|state| !matches!(state, State::Same { .. })).count();
    let done = AtomicUsize::new(0);
    let old_is_usable = old.as_ref().is_some_and(Snapshot::facts_are_intact);
    let files = parseltongue_parallel::map_indices(listed.len(), |at| {
        let listed = &listed[at];
        if let (State::Same { index, .. }, Some(old), true) = (&states[at], &old, old_is_usable)
            && let Some(kept) = MappedFile::from_snapshot(old, *index, listed)
        {
            return kept;
        }
        let _span = trace::span_of("read file", || listed.path.clone());
        let file = MappedFile::read(source, listed);
        progress.extracting(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        file
    });
    // Windows cannot replace a file that is mapped.
    drop(old);
    (files, done.into_inner())
}

fn now() -> i64 {
    let age = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    age.map_or(0, |age| i64::try_from(age.as_nanos()).unwrap_or(i64::MAX))
}

/// How a listed file compares with the snapshot.
enum State {
    /// Its bytes are those of the file at `index` of the snapshot; `racy` if only reading it could tell.
    Same {
        index: usize,
        racy: bool,
    },
    Changed,
}

fn compare(source: &Source, listed: &[Listed], old: Option<&Snapshot>) -> Vec<State> {
    let Some(old) = old else { return listed.iter().map(|_| State::Changed).collect() };
    parseltongue_parallel::map(listed, |file| {
        let Some(index) = old.file_at(&file.path).map(FileIndex::index) else { return State::Changed };
        let record = &old.files()[index];
        let known = Stamp { size: record.size, modified: record.modified, changed: record.changed };
        if known != file.stamp {
            return State::Changed;
        }
        let racy =
            file.stamp.modified.max(file.stamp.changed) >= old.taken() - RACY && matches!(source, Source::Directory(_));
        // A file that was passed over is judged again, which costs no more than hashing it.
        if racy && (record.skipped().is_some() || !has_hash(source, &file.path, record.hash)) {
            return State::Changed;
        }
        State::Same { index, racy }
    })
}

fn has_hash(source: &Source, path: &str, hash: u64) -> bool {
    source.read(path).is_ok_and(|bytes| content_hash(&bytes) == hash)
}
