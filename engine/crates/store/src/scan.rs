//! Which files of a directory belong to the map.

use ignore::WalkBuilder;
use parseltongue_syntax::{Language, Manifest};
use std::path::{Path, PathBuf};

/// A file that belongs to the map.
pub struct Scanned {
    /// Relative to the root, with `/`.
    pub path: String,
    pub absolute: PathBuf,
}

/// The source files and manifests below `root`, sorted by path; ignore files are respected.
pub fn scan(root: &Path) -> Vec<Scanned> {
    let mut files: Vec<Scanned> = WalkBuilder::new(root)
        .require_git(false)
        .build()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter_map(|entry| {
            let relative = entry.path().strip_prefix(root).ok()?;
            let path = relative.to_str()?.replace('\\', "/");
            (Language::of(&path).is_some() || Manifest::is_manifest(&path))
                .then(|| Scanned { path, absolute: entry.path().to_owned() })
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
