//! What names find.

use parseltongue_store::find::{Found, find};
use parseltongue_store::refresh::Silent;
use parseltongue_store::{Options, open};

#[test]
fn code_comes_before_its_declaration_files() {
    let root = tempfile::tempdir().expect("a folder");
    let cache = tempfile::tempdir().expect("a folder for the cache");
    // SAFETY: the only test of this program.
    unsafe { std::env::set_var("PARSELTONGUE_CACHE_DIR", cache.path()) };
    std::fs::write(root.path().join("a.d.ts"), "export function total(): number;\n").expect("written");
    std::fs::write(root.path().join("a.js"), "export function total() { return 1 }\n").expect("written");
    let snapshot = open(root.path(), &Options::default(), &Silent).expect("the root is there").snapshot;
    let Found::Entities(found) = find(&snapshot, "total") else { panic!("both are found") };
    let paths: Vec<&str> = found.iter().map(|&id| snapshot.path(snapshot.entity(id).file)).collect();
    assert_eq!(paths, ["a.js", "a.d.ts"]);
}
