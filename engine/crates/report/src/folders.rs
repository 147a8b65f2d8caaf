//! Folders, and what they hold by their names.

use std::borrow::Cow;

/// The folder of a path; empty at the root.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path leads to others' code that is kept with the project.
pub(crate) fn is_vendored(path: &str) -> bool {
    path.split('/').any(|part| VENDORED.contains(&part))
}

const VENDORED: &[&str] = &[
    "node_modules",
    "vendor",
    "third_party",
    "third-party",
    "thirdparty",
    "3rdparty",
    "bower_components",
    "external",
    "externals",
    "extern",
    "deps",
];

/// Whether a folder holds examples, tests, fixtures, templates, documentation, others' code or checks of a build.
pub(crate) fn is_side_folder(path: &str) -> bool {
    const NAMES: &[&str] = &[
        "example",
        "examples",
        "_examples",
        "demo",
        "demos",
        "sample",
        "samples",
        "test",
        "tests",
        "__tests__",
        "e2e",
        "fixtures",
        "testdata",
        "testfixtures",
        "regress",
        "playground",
        "playgrounds",
        "unittest",
        "unittests",
        "perf",
        "benchmark",
        "benchmarks",
        "bench",
        "benches",
        "microbench",
        "doc",
        "docs",
        "documentation",
        "website",
        "site",
        "templates",
        "fuzz",
        "fuzzing",
        "integration",
        "integration-tests",
        "built",
        "static",
        "public",
        "builds",
        "cmake",
        "m4",
        "build-aux",
        "spec",
        "t",
        "tools",
        "scripts",
        "hack",
        "contrib",
        "ci",
    ];
    has_hash(path)
        || path.split('/').any(|part| {
            let is_lower = part.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
            let lower = if is_lower { Cow::Borrowed(part) } else { Cow::Owned(part.to_lowercase()) };
            NAMES.contains(&&*lower)
                || VENDORED.contains(&&*lower)
                || lower.starts_with("template-")
                || lower.starts_with("testsuite")
                || lower.ends_with("-test")
                || lower.ends_with("-tests")
                || lower.ends_with("_tests")
                || lower.ends_with("-examples")
                || lower.ends_with("-samples")
        })
}

/// Whether a script's name ends in a hash of its content, as bundlers write it: `index-BVxh86CD.mjs`.
fn has_hash(path: &str) -> bool {
    const SHORT: usize = 8;
    const LONG: usize = 16;
    let file = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, end)) = file.rsplit_once('.') else { return false };
    let hash = stem.rsplit(['-', '.']).next().filter(|hash| hash.len() < stem.len()).unwrap_or("");
    let has = |wanted: fn(&char) -> bool| hash.chars().any(|c| wanted(&c));
    let mixed = hash.len() == SHORT && has(char::is_ascii_digit) && has(char::is_ascii_uppercase);
    let hex = hash.len() >= LONG && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    end.ends_with("js") && (mixed || hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_bundler_wrote_is_told_by_the_hash_in_its_name() {
        for path in [
            "assets/index-BVxh86CD.mjs",
            "a/codemirror-0d7a91292682d6a788d7422f9d9388b6.js",
            "chunk.985c45ad584b4b91ca60.js",
        ] {
            assert!(is_side_folder(path), "{path}");
        }
        for path in ["src/index.js", "src/user-settings.js", "src/Vector3.js", "lib/base64-encoding.js"] {
            assert!(!is_side_folder(path), "{path}");
        }
    }
}
