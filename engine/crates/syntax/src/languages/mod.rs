//! One module per language (or family of one grammar shape): from parse tree to facts.

mod c_family;
mod ecmascript;
mod go;
mod java;
mod python;
mod rust;

use crate::facts::FileFacts;
use crate::language::{Family, Language};
use crate::lower::{Lowering, parse};
use crate::type_mentions;

pub(crate) fn extract(language: Language, path: &str, source: &str) -> FileFacts {
    let mut facts = lowered(language, path, source);
    // Those of Go and Java mention types as they go.
    if !matches!(language.family(), Family::Go | Family::Java) {
        type_mentions::add(&mut facts, source);
    }
    facts
}

fn lowered(language: Language, path: &str, source: &str) -> FileFacts {
    if language.family() == Family::CFamily {
        // Directives and macros are taken out before parsing.
        return c_family::extract(language, path, source);
    }
    let tree = match language {
        Language::Java => parse(language, &java::readable(source)),
        _ => parse(language, source),
    };
    let mut lowering = Lowering::new(language, path, source, &tree);
    let root = tree.root_node();
    match language.family() {
        Family::Rust => rust::lower(&mut lowering, root, path),
        Family::EcmaScript => ecmascript::lower(&mut lowering, root, path),
        Family::Python => python::lower(&mut lowering, root, path),
        Family::Go => go::lower(&mut lowering, root, path),
        Family::Java => java::lower(&mut lowering, root, path),
        Family::CFamily => {}
    }
    lowering.facts
}

/// Directory names that hold tests in any language.
const TEST_DIRECTORIES: &[&str] =
    &["test", "tests", "__tests__", "__mocks__", "spec", "specs", "testdata", "testing", "e2e", "benches", "fixtures"];

/// Whether a file is test code by the customs of its language.
pub(crate) fn is_test_path(language: Language, path: &str) -> bool {
    let (directories, file) = path.rsplit_once('/').unwrap_or(("", path));
    if directories.split('/').any(|part| TEST_DIRECTORIES.contains(&part)) {
        return true;
    }
    let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
    match language.family() {
        Family::EcmaScript => file.contains(".test.") || file.contains(".spec."),
        Family::Python => stem == "conftest" || stem.starts_with("test_") || stem.ends_with("_test"),
        Family::Go => stem.ends_with("_test"),
        Family::Java => stem.ends_with("Test") || stem.ends_with("Tests") || stem.ends_with("IT"),
        Family::Rust => stem == "tests" || stem.ends_with("_test") || stem.ends_with("_tests"),
        Family::CFamily => {
            stem.ends_with("_test")
                || stem.ends_with("_tests")
                || stem.ends_with("_unittest")
                || stem.starts_with("test_")
        }
    }
}
pub(crate) use c_family::expand as expand_macros;

/// Conditions of `#if`.
pub mod conditions {
    pub use super::c_family::condition::{Environment, evaluate, feature, predefined};
}
