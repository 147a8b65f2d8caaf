//! The manifests of a project, and reading those that the map does not hold whole.

use super::setup_script;
use crate::project::Project;
use parseltongue_sort::StableSort;
use parseltongue_store::FileIndex;
use parseltongue_syntax::Manifest;
use serde_json::Value;

/// The manifests of packages, those nearest to the root first.
pub(super) fn manifests(project: &Project) -> Vec<(FileIndex, Manifest)> {
    let snapshot = &project.snapshot;
    let mut found: Vec<(FileIndex, Manifest)> = (0..snapshot.files().len())
        .map(FileIndex::from_index)
        .filter_map(|file| snapshot.manifest(file).map(|manifest| (file, manifest)))
        .filter(|(_, manifest)| !matches!(manifest, Manifest::Native(_)))
        .collect();
    // A script that a manifest beside it does not stand for.
    let named = found.iter().any(|(file, manifest)| {
        !snapshot.path(*file).contains('/') && matches!(manifest, Manifest::Python(python) if python.name.is_some())
    });
    if !named && let (Some(file), Some(text)) = (snapshot.file_at("setup.py"), project.text("setup.py")) {
        found.push((file, Manifest::Python(setup_script::read(&text))));
    }
    found.stable_sort_by_key(|&(file, _)| (snapshot.path(file).matches('/').count(), file));
    found
}

/// A TOML file at the root; `None` if it is not there or broken.
pub(super) fn toml_file(project: &Project, path: &str) -> Option<toml::Table> {
    project.text(path)?.parse().ok()
}

pub(super) fn json_file(project: &Project, path: &str) -> Option<Value> {
    serde_json::from_str(project.text(path)?.trim_start_matches('\u{feff}')).ok()
}

/// The text between the first `<tag>` and its end, for the flat parts of a POM.
pub(super) fn xml_text<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    Some(rest.split_once('<')?.0.trim())
}

/// A POM without what stands in parts of it that speak of something else than the project itself.
pub(super) fn own_pom(project: &Project) -> Option<String> {
    let text = project.text("pom.xml")?;
    let other = [
        "parent",
        "dependencies",
        "dependencyManagement",
        "build",
        "profiles",
        "reporting",
        "developers",
        "contributors",
        "organization",
    ];
    Some(without_elements(&text, &other))
}

/// XML without elements of these names.
pub(super) fn without_elements(text: &str, names: &[&str]) -> String {
    let mut text = text.to_owned();
    for name in names {
        while let (Some(start), Some(end)) = (text.find(&format!("<{name}>")), text.find(&format!("</{name}>"))) {
            if end < start {
                break;
            }
            text.replace_range(start..end + name.len() + 3, "");
        }
    }
    text
}
