//! What there is to read beside the code, and examples of use.

use crate::project::Project;
use crate::prose;
use parseltongue_sort::StableSort;
use serde::Serialize;

/// A document, or a folder of documents or examples.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentFile {
    /// Relative to the root.
    pub path: String,
    /// `architecture`, `contributing`, `changelog`, `documentation`, `examples`.
    pub kind: &'static str,
    /// Its title, or what it holds.
    pub about: String,
}

/// Starts of file names in capitals, with what they are.
const FILES: &[(&str, &str)] = &[
    ("ARCHITECTURE", "architecture"),
    ("DESIGN", "architecture"),
    ("INTERNALS", "architecture"),
    ("HACKING", "contributing"),
    ("CONTRIBUTING", "contributing"),
    ("DEVELOP", "contributing"),
    ("GUIDE", "documentation"),
    ("FAQ", "documentation"),
    ("CHANGELOG", "changelog"),
    ("CHANGES", "changelog"),
    ("HISTORY", "changelog"),
    ("RELEASES", "changelog"),
    ("NEWS", "changelog"),
    ("AGENTS", "contributing"),
    ("CLAUDE", "contributing"),
];

const FOLDERS: &[(&str, &str)] = &[
    ("docs", "documentation"),
    ("doc", "documentation"),
    ("documentation", "documentation"),
    ("website", "documentation"),
    ("examples", "examples"),
    ("example", "examples"),
    ("_examples", "examples"),
    ("samples", "examples"),
    ("demo", "examples"),
    ("demos", "examples"),
    ("docs_src", "examples"),
];

pub(super) fn documents(project: &Project) -> Vec<DocumentFile> {
    let mut found: Vec<DocumentFile> = Vec::new();
    for folder in ["", "docs", ".github", "doc"] {
        for entry in project.folder(folder) {
            let upper = entry.name.to_uppercase();
            let path = if folder.is_empty() { entry.name.clone() } else { format!("{folder}/{}", entry.name) };
            if entry.is_folder {
                if let Some((_, kind)) =
                    FOLDERS.iter().find(|(name, _)| folder.is_empty() && *name == entry.name.to_lowercase())
                    && let Some(about) = contents(project, &path)
                {
                    found.push(DocumentFile { path, kind, about });
                }
                continue;
            }
            let document =
                upper.ends_with(".MD") || upper.ends_with(".RST") || upper.ends_with(".TXT") || !upper.contains('.');
            let Some((_, kind)) = FILES.iter().find(|(start, _)| document && upper.starts_with(start)) else {
                continue;
            };
            // Below the root only what explains the code.
            if !folder.is_empty() && *kind == "changelog"
                || found.iter().any(|known| known.kind == "changelog" && *kind == "changelog")
            {
                continue;
            }
            let about = title(project, &path).unwrap_or_else(|| (*kind).to_owned());
            found.push(DocumentFile { path, kind, about });
        }
    }
    let order = |kind| FILES.iter().chain(FOLDERS).position(|(_, known)| *known == kind);
    found.stable_sort_by_key(|document| order(document.kind));
    found
}

/// The first title of a document.
fn title(project: &Project, path: &str) -> Option<String> {
    let text = project.text(path)?;
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && line.chars().any(char::is_alphabetic) && !line.starts_with(['<', '.', '[']))?;
    let title = prose::plain(line.trim_start_matches('#'));
    (!title.is_empty()).then(|| prose::shorten(&title, 60))
}

/// What a folder holds, by a few names; `None` if it is empty.
fn contents(project: &Project, folder: &str) -> Option<String> {
    const NAMES: usize = 6;
    let entries = project.folder(folder);
    let names: Vec<String> = entries
        .iter()
        .filter(|entry| !entry.name.starts_with(['.', '_']))
        .map(|entry| if entry.is_folder { format!("{}/", entry.name) } else { entry.name.clone() })
        .collect();
    if names.is_empty() {
        return None;
    }
    let more = if names.len() > NAMES { format!(" and {} more", names.len() - NAMES) } else { String::new() };
    Some(format!("{}{more}", names[..names.len().min(NAMES)].join(", ")))
}
