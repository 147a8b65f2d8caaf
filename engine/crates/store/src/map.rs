//! Facts and links of all files of a root.

use crate::scan::scan;
use parseltongue_resolve::{FileLinks, Project, ProjectFile};
use parseltongue_syntax::{FileFacts, Language, Manifest};
use rayon::prelude::*;
use std::path::Path;

/// One file of the map: either facts or a manifest.
pub struct MappedFile {
    pub path: String,
    pub facts: Option<FileFacts>,
    pub manifest: Option<Manifest>,
}

/// Facts and links of all files of a root.
pub struct Map {
    pub files: Vec<MappedFile>,
    /// In the order of `files`.
    pub links: Vec<FileLinks>,
}

impl Map {
    /// Maps a directory from scratch.
    pub fn of(root: &Path) -> Self {
        let files: Vec<MappedFile> = scan(root)
            .into_par_iter()
            .filter_map(|file| {
                let bytes = std::fs::read(&file.absolute).ok()?;
                let source = String::from_utf8_lossy(&bytes);
                let manifest = Manifest::parse(&file.path, &source);
                let facts = Language::of(&file.path).map(|language| {
                    let language =
                        if file.path.ends_with(".h") { Language::of_header(&source) } else { language };
                    parseltongue_syntax::extract(language, &file.path, &source)
                });
                Some(MappedFile { path: file.path, facts, manifest })
            })
            .collect();
        let project = Project::new(files.iter().map(MappedFile::as_project_file).collect());
        let links = parseltongue_resolve::resolve(&project);
        Self { files, links }
    }
}

impl MappedFile {
    fn as_project_file(&self) -> ProjectFile<'_> {
        ProjectFile { path: &self.path, facts: self.facts.as_ref(), manifest: self.manifest.as_ref() }
    }
}
