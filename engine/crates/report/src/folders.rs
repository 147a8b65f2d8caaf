//! What folders hold, by their names.

/// Whether a folder holds examples, tests, fixtures, templates or documentation.
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
        "playground",
        "playgrounds",
        "benchmark",
        "benchmarks",
        "bench",
        "benches",
        "doc",
        "docs",
        "website",
        "site",
        "templates",
        "fuzz",
        "integration",
        "integration-tests",
        "node_modules",
        "vendor",
        "third_party",
        "spec",
        "t",
        "tools",
        "scripts",
        "hack",
        "contrib",
        "ci",
    ];
    path.split('/').any(|part| {
        let lower = part.to_lowercase();
        NAMES.contains(&lower.as_str())
            || lower.starts_with("template-")
            || lower.ends_with("-test")
            || lower.ends_with("-tests")
            || lower.ends_with("_tests")
    })
}
