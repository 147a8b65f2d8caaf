//! Writes `THIRD_PARTY_LICENSES` at the root of the repository: `cargo run -p parseltongue-licenses`.
//!
//! A test holds the committed file to the dependencies, so it cannot be forgotten when they change. This is a program
//! of our own because cargo-about takes longer to build than the engine, and misses what counts here: the grammars,
//! which cargo takes for development dependencies, and the licences of parts of crates, such as Unicode's.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use parseltongue_dependencies::{self as dependencies, BINARY, linked, list, text};
use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const MIT: &str = include_str!("../extra/mit.txt");

/// What is linked in from outside of cargo: name, terms, whose, text.
const BESIDES_CRATES: [(&str, &str, &str, &str); 3] = [
    ("Rust's standard library", "MIT OR Apache-2.0", "Copyright (c) The Rust Project Contributors\n\n", MIT),
    ("musl (on Linux with musl)", "MIT", "Copyright © 2005-2020 Rich Felker, et al.\n\n", MIT),
    ("mingw-w64 runtime (on Windows)", "ZPL-2.1", "", include_str!("../extra/mingw-w64.txt")),
];

fn main() -> Result<()> {
    fs::write(repository().join("THIRD_PARTY_LICENSES"), third_party_licenses()?)?;
    Ok(())
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(3).take(1).collect()
}

/// A crate in the binary.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    name: String,
    version: String,
    terms: String,
    authors: Vec<String>,
    folder: PathBuf,
}

fn third_party_licenses() -> Result<String> {
    let parts = parts(&metadata()?)?;

    let mut list = String::new();
    // By text, because most of the crates share a few.
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in &parts {
        let title = format!("{} {}", part.name, part.version);
        list += &line(&title, &part.terms);
        for text in license_texts(part)? {
            texts.entry(text).or_default().push(title.clone());
        }
    }
    for (name, terms, copyright, text) in BESIDES_CRATES {
        list += &line(name, terms);
        texts.entry(tidy(&format!("{copyright}{text}"))).or_default().push(name.to_owned());
    }

    // In the order of the list rather than of the texts, which says nothing to a reader.
    let mut texts: Vec<(Vec<String>, String)> = texts.into_iter().map(|(text, titles)| (titles, text)).collect();
    texts.sort();
    let rule = "-".repeat(80);
    let texts: Vec<String> =
        texts.into_iter().map(|(titles, text)| format!("{rule}\n{}\n\n{text}", titles.join("\n"))).collect();
    Ok(format!(
        "The parseltongue binary contains the following software, under the terms given with each. Of several\n\
         licences to choose from it is used under the MIT licence if that is one of them. The texts follow.\n\n\
         {list}\n{}",
        texts.join("\n")
    ))
}

fn line(title: &str, terms: &str) -> String {
    format!("- {title}: {terms}\n")
}

/// The crates that are linked into the binary on any of the platforms it is published for.
fn parts(metadata: &Value) -> Result<BTreeSet<Part>> {
    // Ours have no source.
    let foreign = linked(metadata).into_iter().map(|part| part.package).filter(|package| !package["source"].is_null());
    let parts: BTreeSet<Part> = foreign
        .map(|package| Part {
            name: text(&package["name"]).to_owned(),
            version: text(&package["version"]).to_owned(),
            terms: text(&package["license"]).replace('/', " OR "),
            authors: list(&package["authors"]).iter().map(|author| text(author).to_owned()).collect(),
            folder: Path::new(text(&package["manifest_path"])).with_file_name(""),
        })
        .collect();
    if parts.is_empty() {
        return Err(format!("{BINARY} depends on nothing").into());
    }
    Ok(parts)
}

/// The texts that go with a crate: the licence it is used under, and those of parts of it that differ.
fn license_texts(part: &Part) -> Result<Vec<String>> {
    let mut files = Vec::new();
    license_files(&part.folder, &mut files)?;
    let (of_crate, of_parts): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.parent() == Some(part.folder.as_path()));
    let named = |name: &str| -> Vec<&PathBuf> {
        let in_name =
            |file: &&PathBuf| file.to_string_lossy()[part.folder.as_os_str().len()..].to_lowercase().contains(name);
        of_crate.iter().filter(in_name).collect()
    };
    let mut chosen = match named("mit") {
        mit if !mit.is_empty() && !part.terms.contains(" AND ") => mit,
        _ => of_crate.iter().collect(),
    };
    chosen.extend(&of_parts);
    let mut texts = Vec::new();
    for file in chosen {
        texts.push(tidy(&fs::read_to_string(file)?));
    }
    if of_crate.is_empty() {
        // Left out of the package. What the manifest says is all there is to go by.
        if part.terms != "MIT" {
            return Err(format!("{} {} comes without a licence text", part.name, part.version).into());
        }
        let names = part.authors.iter().map(|author| author.split(" <").next().unwrap_or(author));
        texts.push(tidy(&format!("Copyright (c) {}\n\n{MIT}", names.collect::<Vec<_>>().join(", "))));
    }
    Ok(texts)
}

/// The files of licences in a folder and those below, in a settled order.
fn license_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    const NAMES: [&str; 5] = ["license", "licence", "copying", "copyright", "notice"];
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<std::result::Result<_, _>>()?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if path.is_dir() {
            license_files(&path, files)?;
        } else if NAMES.iter().any(|start| name.starts_with(start)) {
            files.push(path);
        }
    }
    Ok(())
}

/// One way to break lines, none of the blanks at their ends, and one line break at the end.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_matches('\n'))
}

/// What cargo knows of the workspace, for all the platforms together.
fn metadata() -> Result<Value> {
    // From the table of builds, the only place that knows Rust's names of the platforms.
    let targets = fs::read_to_string(repository().join("scripts/lib/target-builds.ts"))?;
    let targets: Vec<&str> = targets.split("triple: \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    if targets.is_empty() {
        return Err("no platforms in target-builds.ts".into());
    }
    dependencies::metadata(Path::new(env!("CARGO_MANIFEST_DIR")), &targets)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{repository, third_party_licenses, tidy};

    #[test]
    fn the_committed_file_is_current() {
        let current = third_party_licenses().unwrap();
        let committed = fs::read_to_string(repository().join("THIRD_PARTY_LICENSES")).unwrap_or_default();
        // Not assert_eq: the texts are long.
        assert!(
            tidy(&committed) == tidy(&current),
            "the dependencies have changed: run `cargo run -p parseltongue-licenses` and commit THIRD_PARTY_LICENSES"
        );
        for part in ["- tree-sitter-cpp ", "- tree-sitter ", "- clap ", "UNICODE", "mingw-w64"] {
            assert!(current.contains(part), "{part}");
        }
    }
}
