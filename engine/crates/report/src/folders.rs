//! What folders hold, by their names.

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
        "integration",
        "integration-tests",
        "node_modules",
        "vendor",
        "third_party",
        "third-party",
        "thirdparty",
        "bower_components",
        "external",
        "externals",
        "extern",
        "deps",
        "static",
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
    path.split('/').any(|part| {
        let lower = part.to_lowercase();
        NAMES.contains(&lower.as_str())
            || lower.starts_with("template-")
            || lower.starts_with("testsuite")
            || lower.ends_with("-test")
            || lower.ends_with("-tests")
            || lower.ends_with("_tests")
    })
}
