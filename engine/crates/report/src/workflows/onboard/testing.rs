//! Where the tests are and how they are run.

use super::identity::manifests;
use crate::document::{Document, count, faint, name, plain};
use crate::project::Project;
use parseltongue_syntax::{Language, Manifest};
use serde::Serialize;
use std::collections::BTreeSet;

/// The tests of a project.
#[derive(Clone, Debug, Serialize)]
pub struct Testing {
    /// Test functions.
    pub functions: usize,
    /// Files with tests in them.
    pub files: usize,
    /// Folders and files that hold them, most first.
    pub places: Vec<String>,
    /// How to run them, with the file that says so.
    pub commands: Vec<TestCommand>,
}

#[derive(Clone, Debug, Serialize)]
pub struct TestCommand {
    pub command: String,
    pub source: String,
}

pub(super) fn testing(project: &Project) -> Testing {
    const PLACES: usize = 6;
    let snapshot = &project.snapshot;
    let mut functions = 0;
    let mut files = BTreeSet::new();
    for id in project.shown_entities() {
        let entity = snapshot.entity(id);
        if entity.is_test() && entity.kind().is_callable() {
            functions += 1;
            files.insert(entity.file);
        }
    }
    let mut places: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for &file in &files {
        let path = snapshot.path(file);
        let place = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
        *places.entry(place.to_owned()).or_default() += 1;
    }
    let mut places: Vec<(usize, String)> = places.into_iter().map(|(place, files)| (files, place)).collect();
    places.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    Testing {
        functions,
        files: files.len(),
        places: places.into_iter().take(PLACES).map(|(_, place)| place).collect(),
        commands: commands(project, functions > 0),
    }
}

/// Commands that manifests name, or that a manifest's tool always has.
fn commands(project: &Project, has_tests: bool) -> Vec<TestCommand> {
    let snapshot = &project.snapshot;
    let mut commands: Vec<TestCommand> = Vec::new();
    let mut add = |command: &str, source: &str| {
        if commands.iter().all(|known| known.command != command) {
            commands.push(TestCommand { command: command.to_owned(), source: source.to_owned() });
        }
    };
    for (file, manifest) in manifests(project) {
        let path = snapshot.path(file);
        let at_root = !path.contains('/');
        match manifest {
            Manifest::Npm(npm) if at_root => {
                if npm
                    .scripts
                    .iter()
                    .any(|(script, command)| &**script == "test" && !command.contains("no test specified"))
                {
                    add("npm test", path);
                }
            }
            Manifest::Cargo(_) if has_tests && at_root => add("cargo test", path),
            Manifest::GoModule(_) if has_tests && at_root => add("go test ./...", path),
            Manifest::Python(_) if has_tests && at_root => add("python -m pytest", path),
            _ => {}
        }
    }
    let has = |language| snapshot.files().iter().any(|file| file.language() == Some(language));
    if has_tests && has(Language::Java) {
        for (build_file, command) in
            [("pom.xml", "mvn test"), ("build.gradle", "gradle test"), ("build.gradle.kts", "gradle test")]
        {
            if project.source.read(build_file).is_ok() {
                add(command, build_file);
            }
        }
    }
    if project.source.read("CMakeLists.txt").is_ok() {
        add("ctest", "CMakeLists.txt");
    }
    commands
}

impl Testing {
    pub(super) fn document(&self) -> Document {
        let mut document = Document::default();
        if self.functions == 0 {
            document.paragraph(vec![plain("no tests were found in what is mapped")]);
        } else {
            document.paragraph(vec![
                plain(format!(
                    "{} in {}: ",
                    count(self.functions, "test function", "test functions"),
                    count(self.files, "file", "files")
                )),
                faint(self.places.join(", ")),
            ]);
        }
        let item = |command: &TestCommand| {
            (0, vec![plain("run with "), name(&*command.command), faint(format!("  ({})", command.source))])
        };
        document.list(self.commands.iter().map(item).collect());
        document
    }
}
