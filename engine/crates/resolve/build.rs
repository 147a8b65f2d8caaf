//! Packs the texts that describe the languages' libraries, for `src/library_text.rs`.

#![allow(clippy::print_stdout)] // is how a build script talks to cargo

use std::{env, error::Error, fs, path::Path};

use parseltongue_packed::Content;

/// Files, and folders of files, in `src/languages`.
const TEXTS: [&str; 5] = ["ecmascript/library.ts", "go/library", "java/jdk.txt", "python/stubs", "rust/library"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let languages = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("src/languages");
    let out = env::var("OUT_DIR")?;
    for text in TEXTS {
        println!("cargo:rerun-if-changed=src/languages/{text}");
        pack(&languages, text, Path::new(&out))?;
    }
    Ok(())
}

/// Packs a file, or all files of a folder, to the same place in the output folder.
fn pack(languages: &Path, path: &str, out: &Path) -> Result<(), Box<dyn Error>> {
    let source = languages.join(path);
    if source.is_dir() {
        for entry in fs::read_dir(&source)? {
            let name = entry?.file_name().into_string().map_err(|name| format!("{} is not UTF-8", name.display()))?;
            pack(languages, &format!("{path}/{name}"), out)?;
        }
        return Ok(());
    }
    let text = fs::read_to_string(&source).map_err(|error| format!("{}: {error}", source.display()))?;
    let packed = out.join(format!("{path}.packed"));
    fs::create_dir_all(packed.parent().ok_or("a file is in a folder")?)?;
    fs::write(packed, parseltongue_packed::pack(text.as_bytes(), Content::Text)?)?;
    Ok(())
}
