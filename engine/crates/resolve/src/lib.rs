//! Gives names their meaning: from the facts of all files to edges with evidence, or an unresolved site.
//!
//! Each language family has a resolver in `languages/`, which implements that language's rules of scopes,
//! modules, types and members. The rule above all others: a call is bound only if the language says so. A
//! receiver of library or unknown type never binds to a function of the project that happens to have the
//! same name.
//!
//! Resolution is deterministic: no answer depends on the order of files or on threads, see [`memo`].

mod languages;
mod library_text;
pub mod links;
pub mod memo;
pub mod project;
pub mod scopes;
pub mod ty;

pub use links::{CallLink, Evidence, FileLinks, Outcome, Reference, RelationKind, RelationLink};
pub use project::{DefRef, FileId, Project, ProjectFile};

use parseltongue_syntax::language::Family;

/// Resolves one family's files against a project.
pub trait Resolver: Sync {
    /// The links of one file; called from many threads at once.
    fn resolve_file(&self, file: FileId) -> FileLinks;
}

/// Resolves all files of a project. The result is indexed by [`FileId`].
pub fn resolve(project: &Project<'_>) -> Vec<FileLinks> {
    let mut links: Vec<FileLinks> = Vec::new();
    links.resize_with(project.files().len(), FileLinks::default);
    for family in [Family::Rust, Family::EcmaScript, Family::Python, Family::Go, Family::Java, Family::CFamily] {
        let files = project.files_of(family);
        if files.is_empty() {
            continue;
        }
        let resolver = languages::resolver(family, project);
        let resolved = parseltongue_parallel::map(&files, |&file| resolver.resolve_file(file));
        for (file, result) in files.into_iter().zip(resolved) {
            links[file.index()] = result;
        }
    }
    links
}
