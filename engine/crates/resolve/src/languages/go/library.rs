//! What the resolver knows of the standard library: signatures that carry the types of their arguments on,
//! and interfaces that are often embedded. Everything else of a library is opaque.
//!
//! The signatures are written in Go and read like any other file; uses of them count as external.

use crate::library_text::{LibraryText, library_text};
use crate::{FileId, Project};
use parseltongue_syntax::{FileFacts, Language};

/// A package of the library, or a part of it.
pub(super) struct LibraryFile {
    /// The import path.
    pub(super) path: &'static str,
    pub(super) directory: &'static str,
    pub(super) facts: FileFacts,
}

macro_rules! sources {
    ($($path:literal => $file:literal),* $(,)?) => {
        &[$(($path, concat!("(library)/", $path), library_text!(concat!("go/library/", $file)))),*]
    };
}

/// Import path, directory under which the package is known here, text.
const SOURCES: &[(&str, &str, LibraryText)] = sources! {
    "cmp" => "cmp.go",
    "container/heap" => "heap.go",
    "context" => "context.go",
    "database/sql" => "sql.go",
    "encoding" => "encoding.go",
    "encoding/json" => "json.go",
    "errors" => "errors.go",
    "flag" => "flag.go",
    "fmt" => "fmt.go",
    "golang.org/x/exp/maps" => "exp_maps.go",
    "golang.org/x/exp/slices" => "slices.go",
    "io" => "io.go",
    "io/fs" => "fs.go",
    "iter" => "iter.go",
    "maps" => "maps.go",
    "net" => "net.go",
    "net/http" => "http.go",
    "reflect" => "reflect.go",
    "slices" => "slices.go",
    "sort" => "sort.go",
    "sync" => "sync.go",
    "sync/atomic" => "atomic.go",
    "unique" => "unique.go",
    "weak" => "weak.go",
};

/// The described packages that the project's files import, and those that these mention.
pub(super) fn files_for(project: &Project<'_>, files: &[FileId]) -> Vec<LibraryFile> {
    let mut wanted = [false; SOURCES.len()];
    let index_of = |path: &str| SOURCES.iter().position(|(known, ..)| *known == path);
    for &file in files {
        let facts = project.facts(file);
        for import in &facts.imports {
            if let Some(index) = facts.list(import.module).first().and_then(|path| index_of(path.as_str())) {
                wanted[index] = true;
            }
        }
    }
    let mut loaded: Vec<LibraryFile> = Vec::new();
    while let Some(index) = (0..SOURCES.len()).find(|&index| wanted[index]) {
        wanted[index] = false;
        let (path, directory, source) = SOURCES[index];
        if loaded.iter().any(|file| file.path == path) {
            continue;
        }
        let facts = parseltongue_syntax::extract(Language::Go, directory, &source.unpack());
        for import in &facts.imports {
            if let Some(index) = facts.list(import.module).first().and_then(|path| index_of(path.as_str())) {
                wanted[index] |= !loaded.iter().any(|file| file.path == SOURCES[index].0);
            }
        }
        loaded.push(LibraryFile { path, directory, facts });
    }
    loaded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_valid_go() {
        for (path, directory, source) in SOURCES {
            let facts = parseltongue_syntax::extract(Language::Go, directory, &source.unpack());
            assert_eq!(facts.syntax_errors, 0, "{path} line {:?}", facts.first_error_line);
        }
    }
}
