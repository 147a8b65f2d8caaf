//! Gives snapshots the identity of the code that made them: a hash over the engine's sources, so that a
//! changed extractor never answers from an old snapshot, whatever its version number says.

use std::path::{Path, PathBuf};

fn main() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/ holds this crate").to_owned();
    let mut sources = Vec::new();
    for name in ["grammars", "syntax", "resolve", "store"] {
        println!("cargo::rerun-if-changed={}", crates.join(name).join("src").display());
        collect(&crates.join(name).join("src"), &mut sources);
    }
    let lock = crates.join("../Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    sources.push(lock);
    sources.sort();
    // FNV-1a: enough to tell two states of the sources apart, and nothing to depend on.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for source in sources {
        for byte in std::fs::read(&source).unwrap_or_default() {
            // Line endings may differ between checkouts of one commit.
            if byte != b'\r' {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    println!("cargo::rustc-env=ENGINE_SOURCES={hash:016x}");
}

fn collect(directory: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}
