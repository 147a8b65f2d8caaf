//! The snapshot against a directory that changes.

use parseltongue_store::refresh::Silent;
use parseltongue_store::{Opened, Options, find, open};
use std::path::Path;

/// All tests of this file share one cache folder; each project has a root of its own.
fn open_here(root: &Path) -> Opened {
    static CACHE: std::sync::OnceLock<tempfile::TempDir> = std::sync::OnceLock::new();
    CACHE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder for the cache");
        // SAFETY: runs once, before any thread of this test program reads the variable.
        unsafe { std::env::set_var("PARSELTONGUE_CACHE_DIR", folder.path()) };
        folder
    });
    open(root, &Options::default(), &Silent).expect("the root is there")
}

fn names(opened: &Opened) -> Vec<String> {
    let snapshot = &opened.snapshot;
    (0..snapshot.entities().len())
        .map(parseltongue_store::EntityId::from_index)
        .filter(|&id| find::is_shown(snapshot, id))
        .map(|id| find::qualified_name(snapshot, id))
        .collect()
}

#[test]
fn a_second_query_reads_nothing_and_a_changed_file_alone_is_read() {
    let root = tempfile::tempdir().expect("a folder");
    std::fs::write(root.path().join("a.py"), "def a(): pass\n").expect("written");
    std::fs::write(root.path().join("b.py"), "def b(): pass\n").expect("written");
    let first = open_here(root.path());
    assert_eq!((first.files_read, names(&first)), (2, vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(open_here(root.path()).files_read, 0);

    std::fs::write(root.path().join("b.py"), "def c(): pass\n").expect("written");
    let third = open_here(root.path());
    assert_eq!((third.files_read, names(&third)), (1, vec!["a".to_owned(), "c".to_owned()]));

    std::fs::remove_file(root.path().join("a.py")).expect("removed");
    std::fs::write(root.path().join("d.py"), "def d(): pass\n").expect("written");
    assert_eq!(names(&open_here(root.path())), ["c", "d"]);
    assert_eq!(std::fs::read_dir(root.path()).expect("readable").count(), 2, "nothing is written into the project");
}

#[test]
fn a_damaged_snapshot_is_made_anew() {
    let root = tempfile::tempdir().expect("a folder");
    std::fs::write(root.path().join("a.py"), "def a(): pass\n").expect("written");
    open_here(root.path());
    let canonical = root.path().canonicalize().expect("there");
    let file = parseltongue_store::cache::snapshot_file(&canonical, &parseltongue_store::scan::Rules::default())
        .expect("there is a cache");
    let mut bytes = std::fs::read(&file).expect("the snapshot was kept");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(&file, &bytes).expect("written");
    assert_eq!(names(&open_here(root.path())), ["a"]);
    std::fs::write(&file, &bytes[..100]).expect("written");
    assert_eq!(names(&open_here(root.path())), ["a"]);
}

#[test]
fn a_dump_is_a_project() {
    let folder = tempfile::tempdir().expect("a folder");
    let dump = folder.path().join("dump.txt");
    std::fs::write(&dump, "FILE: src/a.py\ndef a(): pass\nFILE: b.py\ndef b(): pass\n").expect("written");
    assert_eq!(names(&open_here(&dump)), ["b", "a"]);
    assert_eq!(open_here(&dump).files_read, 0);
}
