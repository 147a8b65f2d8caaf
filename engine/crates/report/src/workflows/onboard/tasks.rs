//! The commands that a project's own files give for building, testing, checking and running it.

use super::manifests::{manifests, toml_file};
use crate::project::Project;
use parseltongue_sort::StableSort;
use parseltongue_syntax::{Language, Manifest};
use serde::Serialize;

/// What a command is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Task {
    Setup,
    Build,
    Run,
    Test,
    Lint,
    Format,
    Bench,
    Docs,
}

impl Task {
    pub(super) const ALL: [Self; 8] =
        [Self::Setup, Self::Build, Self::Run, Self::Test, Self::Lint, Self::Format, Self::Bench, Self::Docs];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Setup => "set up",
            Self::Build => "build",
            Self::Run => "run",
            Self::Test => "test",
            Self::Lint => "lint",
            Self::Format => "format",
            Self::Bench => "benchmark",
            Self::Docs => "documentation",
        }
    }
}

/// A command and the file that gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TaskCommand {
    pub task: Task,
    pub command: String,
    /// Relative to the root.
    pub source: String,
    /// 1-based; 0 if the file as a whole says so.
    pub line: u32,
}

/// Words of commands by what they are for; the first that fits counts.
const WORDS: &[(Task, &[&str])] = &[
    (
        Task::Lint,
        &[
            "clippy",
            "lint",
            "ruff check",
            "mypy",
            "pyright",
            "flake8",
            "golangci",
            " vet",
            "pre-commit",
            "typecheck",
            "type-check",
            "types",
            "tsc",
            "staticcheck",
            "biome check",
            "checkstyle",
            "spotless",
            "pylint",
            "typing",
            "verify-types",
        ],
    ),
    (Task::Format, &["fmt", "format", "prettier", "black"]),
    (Task::Bench, &["bench", "speed", "bloat"]),
    (Task::Test, &["test", "tox", "nox", "spec", "vitest", "jest", "mocha", "make check", "coverage", "verify"]),
    (Task::Docs, &["doc", "mkdocs", "sphinx", "storybook"]),
    (
        Task::Setup,
        &[
            "npm ci",
            "npm install",
            "pnpm install",
            "yarn install",
            "pip install",
            "uv sync",
            "poetry install",
            "bundle install",
            "setup",
            "bootstrap",
            "init",
            "deps",
            "go mod download",
            "prepare",
        ],
    ),
    (Task::Build, &["build", "compile", "assemble", "package", "bundle", "configure", "make"]),
    (Task::Run, &["run", "start", "dev", "serve", "watch"]),
];

/// First words of script names that are none of the tasks, whatever follows.
const OTHER: &[&str] = &[
    "analyze", "analyse", "before", "after", "clean", "deploy", "docker", "eject", "publish", "release", "remove",
    "update", "upgrade", "bump", "version", "sync", "ship", "view", "open",
];

/// What a command is for, by its words.
fn classify(command: &str) -> Option<Task> {
    let command = command.to_lowercase().replace("docker", "");
    if command == "pre-commit install" {
        return Some(Task::Setup);
    }
    WORDS.iter().find(|(_, words)| words.iter().any(|word| command.contains(word))).map(|(task, _)| *task)
}

/// The commands of a project: those that its own files name first, then those that follow from its tools.
pub(super) fn tasks(project: &Project, has_tests: bool) -> Vec<TaskCommand> {
    const PER_TASK: usize = 3;
    let mut found: Vec<TaskCommand> = Vec::new();
    npm_scripts(project, &mut found);
    recipes(project, &mut found);
    script_folder(project, &mut found);
    documented(project, &mut found);
    python_tools(project, &mut found);
    continuous_integration(project, &mut found);
    implied(project, has_tests, &mut found);
    let mut kept: Vec<TaskCommand> = Vec::new();
    for task in Task::ALL {
        let mut of_task: Vec<TaskCommand> = Vec::new();
        for command in found.iter().filter(|command| command.task == task) {
            if of_task.iter().all(|known| known.command != command.command) {
                of_task.push(command.clone());
            }
        }
        of_task.truncate(PER_TASK);
        kept.extend(of_task);
    }
    kept
}

/// The 1-based line in which a text first stands; 0 if it does not.
fn line_with(text: &str, wanted: &str) -> u32 {
    text.lines().position(|line| line.contains(wanted)).map_or(0, |index| index as u32 + 1)
}

/// The package manager of a JavaScript project: by its manifest, else its lock file, else a workspace file, which other
/// tools read as well.
fn package_manager(project: &Project, manifest: &str) -> &'static str {
    let by_file = [
        ("pnpm-lock.yaml", "pnpm"),
        ("yarn.lock", "yarn"),
        ("bun.lockb", "bun"),
        ("bun.lock", "bun"),
        ("package-lock.json", "npm"),
        ("npm-shrinkwrap.json", "npm"),
        ("pnpm-workspace.yaml", "pnpm"),
    ];
    let declared = ["npm", "pnpm", "yarn", "bun"]
        .into_iter()
        .find(|name| manifest.contains(&format!("\"packageManager\": \"{name}@")));
    declared.or_else(|| by_file.iter().find(|(file, _)| project.has_file(file)).map(|(_, name)| *name)).unwrap_or("npm")
}

fn npm_scripts(project: &Project, found: &mut Vec<TaskCommand>) {
    let snapshot = &project.snapshot;
    let root = manifests(project).into_iter().find(|&(file, _)| snapshot.path(file) == "package.json");
    let Some((_, Manifest::Npm(npm))) = root else { return };
    let Some(text) = project.text("package.json") else { return };
    let manager = package_manager(project, &text);
    let mut scripts: Vec<(Task, &str)> = Vec::new();
    for (name, script) in &npm.scripts {
        // `pretest` and the like run by themselves.
        let hook = ["pre", "post"].iter().any(|start| {
            name.strip_prefix(start).is_some_and(|rest| {
                npm.scripts.iter().any(|(other, _)| **other == *rest)
                    || matches!(rest, "publish" | "pack" | "install" | "version" | "pare")
            })
        });
        if hook
            || script.contains("no test specified")
            || matches!(&**name, "release" | "publish" | "version" | "prepare")
        {
            continue;
        }
        let task = script_task(name);
        scripts.extend(task.map(|task| (task, &**name)));
    }
    // `test` before `coverage` before `test:unit`, in the manifest's order otherwise.
    scripts.stable_sort_by_key(|(task, name)| (name.contains([':', '-']), task.label() != *name));
    for (task, name) in scripts {
        let command = match (manager, name) {
            (_, "test" | "start") => format!("{manager} {name}"),
            ("yarn" | "pnpm", name) => format!("{manager} {name}"),
            (manager, name) => format!("{manager} run {name}"),
        };
        found.push(TaskCommand {
            task,
            command,
            source: "package.json".to_owned(),
            line: line_with(&text, &format!("\"{name}\":")),
        });
    }
}

/// What a script or recipe is for, by its name: `build:test` builds, `clean:dev` is nothing that is shown.
fn script_task(name: &str) -> Option<Task> {
    let first = name.split([':', '-', '_', '.']).next().unwrap_or(name);
    match first {
        "dev" | "start" | "serve" => Some(Task::Run),
        // A plain `install` puts the built program in its place.
        "install" => ["dev", "deps", "dependencies", "requirements", "tools", "hooks", "all"]
            .iter()
            .any(|what| name.ends_with(&format!("-{what}")))
            .then_some(Task::Setup),
        first if OTHER.contains(&first) => None,
        first => classify(first).or_else(|| classify(name)),
    }
}

/// Scripts in a folder for them, named by what they are for: `scripts/test`.
fn script_folder(project: &Project, found: &mut Vec<TaskCommand>) {
    for folder in ["scripts", "script", "bin"] {
        for entry in project.folder(folder) {
            let (name, end) = entry.name.split_once('.').unwrap_or((&entry.name, ""));
            let known = ["test", "check", "lint", "build", "setup", "install", "bootstrap", "format", "server", "docs"];
            if entry.is_folder || !matches!(end, "" | "sh") || !known.contains(&name) {
                continue;
            }
            let task = match name {
                "check" => Some(Task::Lint),
                "install" => Some(Task::Setup),
                "server" => Some(Task::Run),
                name => classify(name),
            };
            let source = format!("{folder}/{}", entry.name);
            found.extend(task.map(|task| TaskCommand {
                task,
                command: source.clone(),
                source: source.clone(),
                line: 0,
            }));
        }
    }
}

/// Commands that the documents for newcomers give in their code.
fn documented(project: &Project, found: &mut Vec<TaskCommand>) {
    const STARTS: &[&str] = &["README", "CONTRIBUTING", "DEVELOP", "HACKING", "BUILD", "INSTALL", "AGENTS"];
    for folder in ["", ".github", "docs", "doc"] {
        for entry in project.folder(folder) {
            let upper = entry.name.to_uppercase();
            let text_file = ["", "MD", "RST", "TXT"].contains(&upper.split_once('.').map_or("", |(_, end)| end));
            let wanted = STARTS.iter().any(|start| upper.starts_with(start))
                && (folder.is_empty() || !upper.starts_with("README"));
            if entry.is_folder || !text_file || !wanted {
                continue;
            }
            let file = if folder.is_empty() { entry.name } else { format!("{folder}/{}", entry.name) };
            let Some(text) = project.text(&file) else { continue };
            // What the tools that make `configure` put there is the same in every project.
            if upper.starts_with("INSTALL") && text.contains("Free Software Foundation") {
                continue;
            }
            for (index, line) in text.lines().enumerate() {
                let command = line.trim().trim_start_matches(['$', '%']).trim_start();
                let command = command.split("  #").next().unwrap_or(command).trim_end();
                // Prose that begins with a program's name, such as `Go is`, has no such look.
                let is_code = line.starts_with([' ', '\t', '$'])
                    || command.starts_with("./")
                    || command.split(' ').nth(1).is_some_and(|word| {
                        word.starts_with('-')
                            || classify(word).is_some() && word.bytes().all(|b| !b.is_ascii_uppercase())
                    }) && !command.ends_with(['.', ',', ':']);
                if is_code && let Some(task) = developing(command).filter(|&task| task != Task::Docs) {
                    found.push(TaskCommand {
                        task,
                        command: command.to_owned(),
                        source: file.clone(),
                        line: index as u32 + 1,
                    });
                }
            }
        }
    }
}

/// What a line for a shell is for, if it is a command of those who work on the project.
fn developing(command: &str) -> Option<Task> {
    const LONG: usize = 100;
    let program = command.split(' ').next().unwrap_or("");
    let installs = command.starts_with("cargo install")
        || command.starts_with("cargo add")
        || command.starts_with("go get")
        || command.starts_with("go install")
        || command.starts_with("npm i ")
        || command.starts_with("npm install ")
        || command.starts_with("npm init ")
        || command.starts_with("yarn add")
        || command.starts_with("pnpm add")
        || command.starts_with("uv add")
        || command.starts_with("uv tool")
        || command.starts_with("python -m venv")
        || command.contains("pip install")
            && !command.contains(" -e")
            && !command.contains(" -r")
            && !command.ends_with(" .");
    let own = command.contains(['$', '<', '`', '"', '…'])
        || command.contains("matrix.")
        || command.contains("||")
        || command.contains("elease")
        || command.contains("deploy")
        || command.contains("publish")
        // A setting of a matrix, and a Makefile for one system only.
        || command.split(' ').any(|word| word.len() > 2 && word.starts_with('%') && word.ends_with('%'))
        || command.contains("Makefile.")
        || command.ends_with(['\\', '&', ',', ':', '|']);
    if !PROGRAMS.contains(&program) || installs || own || command.len() > LONG {
        return None;
    }
    // Run is what people do, not what a pipeline checks.
    classify(command).filter(|&task| task != Task::Run)
}

/// Targets of a Makefile, recipes of a justfile, tasks of a Taskfile.
fn recipes(project: &Project, found: &mut Vec<TaskCommand>) {
    for (file, tool) in [
        ("Makefile", "make"),
        ("GNUmakefile", "make"),
        ("makefile", "make"),
        ("justfile", "just"),
        ("Justfile", "just"),
        (".justfile", "just"),
    ] {
        let Some(text) = project.text(file).filter(|_| project.has_file(file)) else { continue };
        // A file system that ignores case has one Makefile under two names.
        if found.iter().any(|known| known.source.eq_ignore_ascii_case(file)) {
            continue;
        }
        let mut named: Vec<(Task, &str, u32)> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let Some((target, rest)) = line.split_once(':') else { continue };
            let target = target.split(' ').next().unwrap_or(target);
            let is_name =
                !target.is_empty() && target.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            if !is_name || rest.starts_with('=') || named.iter().any(|(_, known, _)| *known == target) {
                continue;
            }
            // Of what is not compiled, to install is to set up a checkout.
            let sets_up = target == "install"
                && ["pyproject.toml", "setup.py", "package.json"].iter().any(|file| project.has_file(file));
            if let Some(task) = script_task(target).or(sets_up.then_some(Task::Setup)) {
                named.push((task, target, index as u32 + 1));
            }
        }
        named.stable_sort_by_key(|(_, name, line)| (name.contains(['-', '_']), *line));
        let command =
            |(task, name, line)| TaskCommand { task, command: format!("{tool} {name}"), source: file.to_owned(), line };
        found.extend(named.into_iter().map(command));
    }
}

/// Tools that a Python project configures.
fn python_tools(project: &Project, found: &mut Vec<TaskCommand>) {
    let text = project.text("pyproject.toml");
    let tools = toml_file(project, "pyproject.toml").and_then(|mut table| table.remove("tool"));
    let mut add = |task, command: &str, source: &str, line| {
        found.push(TaskCommand { task, command: command.to_owned(), source: source.to_owned(), line });
    };
    for (file, task, command) in [
        ("tox.ini", Task::Test, "tox"),
        ("noxfile.py", Task::Test, "nox"),
        ("pytest.ini", Task::Test, "python -m pytest"),
        (".pre-commit-config.yaml", Task::Lint, "pre-commit run --all-files"),
        ("ruff.toml", Task::Lint, "ruff check"),
        ("mypy.ini", Task::Lint, "mypy"),
    ] {
        if project.has_file(file) {
            add(task, command, file, 0);
        }
    }
    for (tool, task, command) in [
        ("tox", Task::Test, "tox"),
        ("pytest", Task::Test, "python -m pytest"),
        ("ruff", Task::Lint, "ruff check"),
        ("mypy", Task::Lint, "mypy"),
        ("pyright", Task::Lint, "pyright"),
        ("black", Task::Format, "black ."),
    ] {
        if tools.as_ref().is_some_and(|tools| tools.get(tool).is_some()) {
            let line = text.as_deref().map_or(0, |text| line_with(text, &format!("[tool.{tool}")));
            add(task, command, "pyproject.toml", line);
        }
    }
    if let Some(text) = project.text("setup.cfg") {
        for (section, task, command) in [
            ("[tool:pytest]", Task::Test, "python -m pytest"),
            ("[flake8]", Task::Lint, "flake8"),
            ("[mypy]", Task::Lint, "mypy"),
        ] {
            let line = line_with(&text, section);
            if line > 0 {
                add(task, command, "setup.cfg", line);
            }
        }
    }
}

/// Programs with which a command for building or testing starts.
const PROGRAMS: &[&str] = &[
    "cargo",
    "npm",
    "pnpm",
    "yarn",
    "npx",
    "bun",
    "deno",
    "python",
    "pytest",
    "tox",
    "nox",
    "hatch",
    "uv",
    "uvx",
    "poetry",
    "pdm",
    "make",
    "go",
    "golangci-lint",
    "mvn",
    "./mvnw",
    "gradle",
    "./gradlew",
    "cmake",
    "ctest",
    "meson",
    "ninja",
    "bazel",
    "just",
    "task",
    "pre-commit",
    "ruff",
    "mypy",
    "black",
    "./configure",
    "./autogen.sh",
    "./bootstrap.sh",
    "./build.sh",
    "cross",
    "bazelisk",
    "zig",
];

/// Lines that continuous integration runs, as far as they hold no expressions of its own.
fn continuous_integration(project: &Project, found: &mut Vec<TaskCommand>) {
    let workflows = project.folder(".github/workflows").into_iter().filter(|entry| {
        let name = entry.name.to_lowercase();
        !entry.is_folder
            && name.ends_with("ml")
            && !["release", "publish", "deploy", "docs", "stale", "codeql"].iter().any(|word| name.contains(word))
    });
    let mut files: Vec<String> = workflows.map(|entry| format!(".github/workflows/{}", entry.name)).collect();
    files.extend([".gitlab-ci.yml", ".travis.yml", ".circleci/config.yml", "azure-pipelines.yml"].map(str::to_owned));
    for file in files {
        let Some(text) = project.text(&file) else { continue };
        for (line, command) in yaml_commands(&text) {
            let Some(task) = developing(command).filter(|&task| task != Task::Docs) else { continue };
            found.push(TaskCommand { task, command: command.to_owned(), source: file.clone(), line });
        }
    }
}

/// Lines of `run:` and `script:` values with their 1-based line numbers.
fn yaml_commands(text: &str) -> Vec<(u32, &str)> {
    let mut found = Vec::new();
    // The indentation of the key whose value is being read.
    let mut block: Option<usize> = None;
    for (index, line) in text.lines().enumerate() {
        let number = index as u32 + 1;
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let indent = line.len() - trimmed.len();
        let item = trimmed.strip_prefix("- ").unwrap_or(trimmed);
        if let Some(own) = block {
            if indent > own || indent == own && trimmed.starts_with("- ") && !item.contains(": ") {
                found.push((number, unquoted(item.trim())));
                continue;
            }
            block = None;
        }
        let value = ["run:", "script:", "command:"].iter().find_map(|key| item.strip_prefix(key));
        match value.map(str::trim) {
            Some("" | "|" | ">" | "|-" | ">-" | "|+") => block = Some(line.len() - item.len()),
            Some(command) => found.push((number, unquoted(command))),
            None => {}
        }
    }
    found
}

/// Commands that every project with such a manifest has.
fn implied(project: &Project, has_tests: bool, found: &mut Vec<TaskCommand>) {
    let mut add = |task, command: String, source: &str| {
        // What the project says itself comes first and is enough.
        let known = found
            .iter()
            // Tests with a tag are some of them.
            .filter(|known| known.task == task && !known.command.contains(" -tags "))
            .any(|known| known.command.split(' ').next() == command.split(' ').next());
        if (has_tests || task != Task::Test || source == "Makefile.am") && !known {
            found.push(TaskCommand { task, command, source: source.to_owned(), line: 0 });
        }
    };
    if let Some(cargo) = toml_file(project, "Cargo.toml") {
        let workspace =
            if cargo.contains_key("workspace") && cargo.contains_key("package") { " --workspace" } else { "" };
        add(Task::Build, format!("cargo build{workspace}"), "Cargo.toml");
        add(Task::Test, format!("cargo test{workspace}"), "Cargo.toml");
        let runs = project.has_file("src/main.rs")
            || cargo.get("bin").and_then(toml::Value::as_array).is_some_and(|bins| bins.len() == 1);
        if runs {
            add(Task::Run, "cargo run".to_owned(), "Cargo.toml");
        }
        for file in ["rustfmt.toml", ".rustfmt.toml"] {
            if project.has_file(file) {
                add(Task::Format, "cargo fmt".to_owned(), file);
            }
        }
    }
    if project.has_file("go.mod") {
        add(Task::Build, "go build ./...".to_owned(), "go.mod");
        add(Task::Test, "go test ./...".to_owned(), "go.mod");
        if project.has_file("main.go") {
            add(Task::Run, "go run .".to_owned(), "main.go");
        }
    }
    for file in [".golangci.yml", ".golangci.yaml", ".golangci.toml"] {
        if project.has_file(file) {
            add(Task::Lint, "golangci-lint run".to_owned(), file);
        }
    }
    for (file, wrapper, tool, build, test) in [
        ("pom.xml", "mvnw", "mvn", "package", "test"),
        ("build.gradle", "gradlew", "gradle", "build", "test"),
        ("build.gradle.kts", "gradlew", "gradle", "build", "test"),
    ] {
        if project.has_file(file) {
            let tool = if project.has_file(wrapper) { format!("./{wrapper}") } else { tool.to_owned() };
            add(Task::Build, format!("{tool} {build}"), file);
            add(Task::Test, format!("{tool} {test}"), file);
        }
    }
    let spring = ["pom.xml", "build.gradle"].iter().filter_map(|file| project.text(file).map(|text| (*file, text)));
    for (file, text) in spring {
        if text.contains("spring-boot-maven-plugin") {
            add(
                Task::Run,
                format!("{} spring-boot:run", if project.has_file("mvnw") { "./mvnw" } else { "mvn" }),
                file,
            );
        }
    }
    if let Some(text) = project.text("CMakeLists.txt") {
        add(Task::Build, "cmake -B build && cmake --build build".to_owned(), "CMakeLists.txt");
        if text.contains("enable_testing") || text.contains("include(CTest)") {
            add(Task::Test, "ctest --test-dir build".to_owned(), "CMakeLists.txt");
        }
    }
    if project.has_file("meson.build") {
        add(Task::Build, "meson setup build && meson compile -C build".to_owned(), "meson.build");
        add(Task::Test, "meson test -C build".to_owned(), "meson.build");
    }
    if project.has_file("configure") || project.has_file("configure.ac") {
        let first = if project.has_file("configure") { "./configure" } else { "autoreconf -i && ./configure" };
        add(
            Task::Build,
            format!("{first} && make"),
            if project.has_file("configure") { "configure" } else { "configure.ac" },
        );
        if project
            .text("Makefile.am")
            .is_some_and(|text| text.contains("TESTS") || text.contains("check-local") || text.contains("SUBDIRS"))
        {
            add(Task::Test, "make check".to_owned(), "Makefile.am");
        }
    }
    let python = ["pyproject.toml", "setup.py"].into_iter().find(|file| project.has_file(file));
    if let Some(file) = python {
        let runs_tests = found.iter().any(|known| known.task == Task::Test);
        let uses_pytest = project.has_file("conftest.py")
            || project.has_file("tests/conftest.py")
            || !runs_tests && are_for_pytest(project);
        if has_tests && !runs_tests {
            let command = if uses_pytest { "python -m pytest" } else { "python -m unittest" };
            found.push(TaskCommand {
                task: Task::Test,
                command: command.to_owned(),
                source: if project.has_file("conftest.py") { "conftest.py".to_owned() } else { file.to_owned() },
                line: 0,
            });
        }
        if !found.iter().any(|known| known.task == Task::Setup) && project.has_file(file) {
            found.push(TaskCommand {
                task: Task::Setup,
                command: "pip install -e .".to_owned(),
                source: file.to_owned(),
                line: 0,
            });
        }
    }
}

/// Whether tests are functions by themselves, which `unittest` does not find.
fn are_for_pytest(project: &Project) -> bool {
    let snapshot = &project.snapshot;
    let mut tests = snapshot.files().iter().filter(|file| file.is_test() && file.language() == Some(Language::Python));
    tests.any(|file| {
        let text = project.text(snapshot.str(file.path));
        text.is_some_and(|text| text.contains("import pytest") || text.contains("\ndef test_"))
    })
}

/// A value of YAML without the quotes around the whole of it.
fn unquoted(value: &str) -> &str {
    let inner = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_pipelines_are_read_from_single_lines_and_blocks() {
        let text = "jobs:\n  a:\n    steps:\n      - run: cargo test --all\n      - name: lint\n        run: |\n          cargo clippy\n          echo done\n      - uses: x\n";
        assert_eq!(yaml_commands(text), [(4, "cargo test --all"), (7, "cargo clippy"), (8, "echo done")]);
        assert_eq!(
            yaml_commands("test:\n  script:\n    - make check\n    - make lint\n"),
            [(3, "make check"), (4, "make lint")]
        );
    }

    #[test]
    fn commands_are_told_apart_by_their_words() {
        for (command, task) in [
            ("lint-test", Task::Lint),
            ("test:unit", Task::Test),
            ("cargo fmt --check", Task::Format),
            ("dev", Task::Run),
        ] {
            assert_eq!(classify(command), Some(task), "{command}");
        }
    }
}
