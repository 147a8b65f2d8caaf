//! Turns one source file into [`FileFacts`]: its definitions, scopes, imports, expressions and calls.
//!
//! A file is looked at alone: nothing here knows other files, so files are extracted in parallel and
//! their facts are kept as long as their bytes do not change. What a name *means* across files is the
//! business of the `resolve` crate, which reads facts and knows no tree-sitter.

pub mod facts;
pub mod language;
mod languages;
pub mod lower;
pub mod manifest;
pub mod name;
mod type_mentions;

pub use facts::FileFacts;
pub use language::Language;
pub use languages::conditions;
pub use manifest::Manifest;
pub use name::Name;

/// Extracts the facts of one file.
///
/// `path` is relative to the project root, with `/`; it decides only between dialects (JSX) and whether
/// the file is a test. Never fails: what a syntax error hides is missing and is counted in
/// [`FileFacts::syntax_errors`].
pub fn extract(language: Language, path: &str, source: &str) -> FileFacts {
    languages::extract(language, path, source)
}

/// Adds what macros write that one file defines and another uses (C, C++), once the facts of all files are there.
pub fn expand_macros(files: &mut [&mut FileFacts]) {
    languages::expand_macros(files);
}
