//! The libraries that a project is built on, and how many of its files import each.

use super::libraries;
use super::manifests::{json_file, manifests, own_pom, toml_file, without_elements, xml_text};
use crate::folders::{folder_of, is_side_folder};
use crate::project::Project;
use crate::prose;
use crate::words::words_in;
use parseltongue_sort::StableSort;
use parseltongue_syntax::{Language, Manifest};
use serde::Serialize;
use serde_json::Value;

/// A library that the project is built on.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dependency {
    pub name: String,
    /// What it is for: from its own manifest if it is installed, else known by name.
    pub purpose: Option<String>,
    /// Source files, tests left out, that import it.
    pub files: usize,
}

pub(super) fn dependencies(project: &Project) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = Vec::new();
    let mut add = |name: &str, purpose: Option<String>| {
        if !name.is_empty() && found.iter().all(|known| known.name != name) {
            let purpose = purpose.or_else(|| libraries::purpose(name).map(str::to_owned));
            found.push(Dependency { name: name.to_owned(), purpose, files: 0 });
        }
    };
    let snapshot = &project.snapshot;
    let manifests = manifests(project);
    let own: Vec<String> = manifests
        .iter()
        .filter_map(|(_, manifest)| match manifest {
            Manifest::Cargo(cargo) => cargo.name.as_deref().map(str::to_owned),
            Manifest::Npm(npm) => npm.name.as_deref().map(str::to_owned),
            Manifest::Python(python) => python.name.as_deref().map(str::to_owned),
            Manifest::GoModule(module) => Some(module.path.to_string()),
            Manifest::TsConfig(_) | Manifest::Native(_) => None,
        })
        .collect();
    let foreign = |name: &str| own.iter().all(|known| !known.eq_ignore_ascii_case(name));
    for (file, _) in &manifests {
        let path = snapshot.path(*file);
        let folder = folder_of(path);
        if is_side_folder(folder) {
            continue;
        }
        match path.rsplit('/').next().unwrap_or(path) {
            "Cargo.toml" => {
                let Some(cargo) = toml_file(project, path) else { continue };
                let names =
                    cargo.get("dependencies").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
                names.filter(|name| foreign(name)).for_each(|name| add(name, None));
            }
            "package.json" => {
                let Some(npm) = json_file(project, path) else { continue };
                for key in ["dependencies", "peerDependencies"] {
                    for name in npm.get(key).and_then(Value::as_object).into_iter().flat_map(|names| names.keys()) {
                        if foreign(name) {
                            let installed = json_file(project, &format!("node_modules/{name}/package.json"));
                            let purpose = installed.as_ref().and_then(|npm| npm.get("description")?.as_str());
                            add(name, purpose.map(|text| prose::sentence(text, 80)));
                        }
                    }
                }
            }
            "go.mod" => {
                let Some(text) = project.text(path) else { continue };
                let required = text.lines().map(|line| line.trim().trim_start_matches("require ").trim());
                let direct = required
                    .filter(|line| line.contains(" v") && !line.contains("// indirect") && !line.contains("=>"));
                direct
                    .filter_map(|line| line.split_whitespace().next())
                    .filter(|name| name.contains('.') && foreign(name))
                    .for_each(|name| add(name, None));
            }
            _ => {}
        }
    }
    for (file, manifest) in &manifests {
        let folder = folder_of(snapshot.path(*file));
        if let Manifest::Python(python) = manifest
            && !is_side_folder(folder)
        {
            python
                .dependencies
                .iter()
                .filter(|name| foreign(name) && &***name != "python")
                .for_each(|name| add(name, None));
        }
    }
    let own_artifact = own_pom(project).and_then(|pom| xml_text(&pom, "artifactId").map(str::to_owned));
    let pom = project.text("pom.xml").map(|text| {
        // The root of several modules manages for them what they are built on.
        let managed = if text.contains("<module>") { "reporting" } else { "dependencyManagement" };
        without_elements(&text, &["build", "reporting", managed])
    });
    for part in pom.as_deref().unwrap_or("").split("<dependency>").skip(1) {
        let part = part.split("</dependency>").next().unwrap_or(part);
        if xml_text(part, "scope").is_none_or(|scope| scope != "test")
            && let (Some(group), Some(artifact)) = (xml_text(part, "groupId"), xml_text(part, "artifactId"))
            && !group.contains("${")
            // A plugin may compare it with an older version of itself.
            && own_artifact.as_deref() != Some(artifact)
        {
            add(&format!("{group}:{artifact}"), None);
        }
    }
    count_imports(project, &mut found);
    found.stable_sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.name.cmp(&b.name)));
    found
}

/// Counts the files that name each dependency where their language imports something.
fn count_imports(project: &Project, dependencies: &mut [Dependency]) {
    /// Reading more than this again for a count is not worth the wait.
    const MOST_BYTES: u64 = 64 * 1024 * 1024;
    let snapshot = &project.snapshot;
    let files =
        snapshot.files().iter().filter(|file| file.language().is_some() && file.skipped().is_none() && !file.is_test());
    if dependencies.is_empty() || files.clone().map(|file| file.size).sum::<u64>() > MOST_BYTES {
        return;
    }
    let needles: Vec<Vec<String>> = dependencies.iter().map(|dependency| import_needles(&dependency.name)).collect();
    for file in files {
        let Ok(text) = project.source.read_text(snapshot.str(file.path)) else { continue };
        let language = file.language();
        for (dependency, needles) in dependencies.iter_mut().zip(&needles) {
            dependency.files += usize::from(needles.iter().any(|needle| imports(&text, language, needle)));
        }
    }
}

/// How source files name a dependency: `serde::`, `"express"`, `import yaml`, `"github.com/a/b`.
fn import_needles(name: &str) -> Vec<String> {
    if let Some((group, _)) = name.split_once(':') {
        return vec![format!("import {group}.")];
    }
    if name.contains('.') && name.contains('/') {
        return vec![format!("\"{name}\""), format!("\"{name}/")];
    }
    let module = name.replace('-', "_");
    let lower = module.to_lowercase();
    let python = libraries::PYTHON_MODULES
        .iter()
        .find(|(package, _)| package.eq_ignore_ascii_case(name))
        .map_or(lower.as_str(), |(_, module)| module);
    let mut needles = vec![format!("{module}::"), format!("import {python}"), format!("from {python}")];
    for quote in ['"', '\''] {
        needles.extend([format!("{quote}{name}{quote}"), format!("{quote}{name}/")]);
    }
    needles
}

/// Whether a source file imports what a needle names, written as its language writes it; a string is an import in
/// JavaScript behind a word that imports.
fn imports(text: &str, language: Option<Language>, needle: &str) -> bool {
    let is_string = needle.starts_with(['"', '\'']);
    match language {
        Some(Language::JavaScript | Language::TypeScript | Language::Tsx) => {
            is_string
                && text.match_indices(needle).any(|(at, _)| {
                    let before = text[..at].trim_end();
                    ["from", "import", "require(", "import("].iter().any(|word| before.ends_with(word))
                })
        }
        Some(Language::Rust) => needle.ends_with("::") && words_in(text, needle).next().is_some(),
        Some(Language::Go) => is_string && words_in(text, needle).next().is_some(),
        Some(Language::Python | Language::Java) => {
            needle.starts_with(['i', 'f']) && needle.contains(' ') && words_in(text, needle).next().is_some()
        }
        Some(Language::C | Language::Cpp) | None => false,
    }
}
