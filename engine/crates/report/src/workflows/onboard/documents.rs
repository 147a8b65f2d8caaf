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
    ("OVERVIEW", "architecture"),
    ("IMPL", "architecture"),
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
            let about = match *kind {
                "changelog" => "what changed, by version".to_owned(),
                kind => title(project, &path).unwrap_or_else(|| kind.to_owned()),
            };
            found.push(DocumentFile { path, kind, about });
        }
    }
    let linked = linked_from_readme(project).into_iter().filter(|path| found.iter().all(|known| known.path != *path));
    let linked: Vec<DocumentFile> = linked
        .map(|path| {
            let about = title(project, &path).unwrap_or_default();
            DocumentFile { path, kind: "documentation", about }
        })
        .collect();
    found.extend(linked);
    let order = |kind| FILES.iter().chain(FOLDERS).position(|(_, known)| *known == kind);
    found.stable_sort_by_key(|document| order(document.kind));
    found
}

/// Documents in the project that its README links to, in its order; those about rules for people and the law
/// left out.
fn linked_from_readme(project: &Project) -> Vec<String> {
    const SHOWN: usize = 6;
    const OTHER: &[&str] = &[
        "license",
        "licence",
        "copying",
        "code_of_conduct",
        "security",
        "readme",
        "changelog",
        "cmakelists",
        "requirements",
    ];
    let Some(text) = project.readme().and_then(|readme| project.text(&readme.file)) else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"' | '`' | '[' | ']')) {
        let word = word.split(['#', '?']).next().unwrap_or(word);
        // Also by its address on the web, behind `/blob/` and the name of a branch.
        let path = match word.split_once("/blob/") {
            Some((_, rest)) => rest.split_once('/').map_or(rest, |(_, path)| path),
            None => word,
        };
        let path = path.trim_start_matches("./").trim_start_matches('/').trim_end_matches(['.', ',', ':']);
        let lower = path.to_lowercase();
        let document = [".md", ".rst", ".txt", ".adoc"].iter().any(|end| lower.ends_with(end));
        let name = lower.rsplit('/').next().unwrap_or(&lower);
        if document
            && found.len() < SHOWN
            && !path.contains("..")
            && !OTHER.iter().any(|start| name.starts_with(start))
            && !found.iter().any(|known| known == path)
            && project.has_file(path)
        {
            found.push(path.to_owned());
        }
    }
    found
}

/// The first title of a document.
fn title(project: &Project, path: &str) -> Option<String> {
    let text = project.text(path)?;
    let (front, text) = prose::without_front_matter(&text);
    let declared =
        front.lines().find_map(|line| line.strip_prefix("title:")).map(|title| title.trim().trim_matches(['"', '\'']));
    if let Some(title) = declared.filter(|title| !title.is_empty()) {
        return Some(prose::shorten(title, 60));
    }
    let mut comment = false;
    let line = text
        .lines()
        .map(str::trim)
        .filter(|line| {
            let inside = comment || line.starts_with("<!--");
            comment = inside && !line.contains("-->");
            !inside
        })
        .find(|line| !line.is_empty() && line.chars().any(char::is_alphabetic) && !line.starts_with(['<', '.', '[']))?;
    let title = prose::plain(line.trim_start_matches('#'));
    (!title.is_empty()).then(|| prose::shorten(&title, 60))
}

/// What a folder holds, by a few names; `None` if it is empty.
fn contents(project: &Project, folder: &str) -> Option<String> {
    const NAMES: usize = 6;
    /// Starts of names that newcomers are to read first.
    const FIRST: &[&str] = &[
        "index",
        "readme",
        "intro",
        "overview",
        "quickstart",
        "quick-start",
        "getting",
        "tutorial",
        "arch",
        "design",
        "guide",
    ];
    const OTHER: &[&str] = &["cname", "makefile", "cmakelists", "conf.py", "requirements", "meson", "doxyfile"];
    let entries = project.folder(folder);
    let mut names: Vec<String> = entries
        .iter()
        .filter(|entry| {
            let lower = entry.name.to_lowercase();
            !entry.name.starts_with(['.', '_']) && !OTHER.iter().any(|start| lower.starts_with(start))
        })
        .map(|entry| if entry.is_folder { format!("{}/", entry.name) } else { entry.name.clone() })
        .collect();
    names.stable_sort_by_key(|name| {
        let lower = name.to_lowercase();
        FIRST.iter().position(|start| lower.starts_with(start)).unwrap_or(FIRST.len())
    });
    if names.is_empty() {
        return None;
    }
    let more = if names.len() > NAMES { format!(" and {} more", names.len() - NAMES) } else { String::new() };
    Some(format!("{}{more}", names[..names.len().min(NAMES)].join(", ")))
}
