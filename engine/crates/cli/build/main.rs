//! Packs what the command carries: the files of the toolkit, for `src/toolkit.rs`, and the list of crates that are
//! linked into it, for `src/dependencies.rs`.

#![allow(clippy::print_stdout)] // is how a build script talks to cargo

mod dependencies;

use std::{collections::BTreeMap, env, error::Error, fs, path::Path};

use miniz_oxide::deflate::compress_to_vec_zlib;
use parseltongue_packed::Content;

/// miniz's slowest level: packed once, and unpacked everywhere.
const LEVEL: u8 = 10;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=toolkit");
    println!("cargo:rerun-if-changed=../../Cargo.lock");
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    let dependencies = compress_to_vec_zlib(dependencies::list()?.to_string().as_bytes(), LEVEL);
    fs::write(
        out.join("dependencies.rs"),
        format!("const SIZE: usize = {};\nconst BYTES: [u8; SIZE] = {dependencies:?};\n", dependencies.len()),
    )?;
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("toolkit"))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("a file's name is not UTF-8")?.to_owned();
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        files.insert(name, text);
    }
    let packed = parseltongue_packed::pack(serde_json::to_string(&files)?.as_bytes(), Content::Text)?;
    fs::write(out.join("toolkit.json.packed"), packed)?;
    Ok(())
}
