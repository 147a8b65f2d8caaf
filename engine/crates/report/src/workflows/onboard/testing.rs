//! Where the tests are, how many there are, and which of them shows the most.

use crate::document::{Document, count, faint, plain};
use crate::folders::{folder_of, is_side_folder, is_vendored};
use crate::project::Project;
use crate::ranking::KeyEntity;
use parseltongue_sort::StableSort;
use parseltongue_store::FileIndex;
use parseltongue_syntax::Language;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The tests of a project.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Testing {
    /// Tests, by the marks that their languages and frameworks have for them: `#[test]`, `@Test`, `def test_`,
    /// `func Test`, `it(`, `TEST(`, `RUN_TEST(`. What a macro or a table makes of one mark is not counted.
    pub tests: usize,
    /// Files with tests in them.
    pub files: usize,
    /// Files of test code without such a mark: helpers, or tests that are started in a way of their own.
    pub unmarked_files: usize,
    /// Folders of tests in languages that are not mapped, with the language where it is known: `tests/ (Tcl)`.
    pub unmapped_folders: Vec<String>,
    /// Folders and files that hold them, most first.
    pub places: Vec<String>,
    /// The file of tests that shows the most of the project in use.
    pub representative: Option<Representative>,
    /// The same of the examples.
    pub example: Option<Representative>,
}

/// A file that shows much of the project in use.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Representative {
    pub file: String,
    /// Key types and functions that it uses.
    pub uses: Vec<String>,
}

pub(super) fn testing(project: &Project, key: &[&KeyEntity]) -> Testing {
    const PLACES: usize = 6;
    let snapshot = &project.snapshot;
    let mut tests = 0;
    let mut unmarked_files = 0;
    let mut with_tests: BTreeSet<FileIndex> = BTreeSet::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut with_test_code: BTreeSet<FileIndex> =
        snapshot.entities().iter().filter(|entity| entity.is_test()).map(|entity| entity.file).collect();
    let unit = |path: &str| folder_of(path).split('/').any(|part| matches!(part, "unittest" | "unittests"));
    with_test_code
        .extend((0..snapshot.files().len()).map(FileIndex::from_index).filter(|&file| unit(snapshot.path(file))));
    for file in with_test_code {
        let framework = |part: &str| matches!(part, "unity" | "googletest" | "gtest" | "doctest");
        if is_vendored(snapshot.path(file)) || folder_of(snapshot.path(file)).split('/').any(framework) {
            continue;
        }
        let (path, Some(language)) = (snapshot.path(file), snapshot.file(file).language()) else { continue };
        let Ok(text) = project.source.read_text(path) else { continue };
        let marks = test_marks(language, &text);
        unmarked_files += usize::from(marks == 0 && snapshot.file(file).is_test());
        if marks > 0 {
            tests += marks;
            with_tests.insert(file);
            *places.entry(path.rsplit_once('/').map_or(path, |(folder, _)| folder)).or_default() += 1;
        }
    }
    let mut places: Vec<(&str, usize)> = places.into_iter().collect();
    places.stable_sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    Testing {
        tests,
        files: with_tests.len(),
        unmarked_files,
        unmapped_folders: unmapped_folders(project),
        places: places.into_iter().take(PLACES).map(|(place, _)| place.to_owned()).collect(),
        representative: representative(project, &with_tests, key),
        example: example(project, key),
    }
}

/// Folders at the root that are named for tests and hold no mapped file, or more scripts in a language that is not
/// mapped than mapped files: `tests (Tcl)`.
fn unmapped_folders(project: &Project) -> Vec<String> {
    let names = ["test", "tests", "regress", "spec", "t", "testing", "testsuite"];
    let snapshot = &project.snapshot;
    let mapped = |folder: &str| {
        let paths = (0..snapshot.files().len()).map(|index| snapshot.path(FileIndex::from_index(index)));
        paths.filter(|path| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))).count()
    };
    let folders = project.folder("").into_iter().filter(|entry| entry.is_folder && names.contains(&&*entry.name));
    let told = |folder: String| {
        let (language, scripts) = scripts(project, &folder);
        let mapped = mapped(&folder);
        match language {
            Some(language) if scripts > mapped => Some(format!("{folder}/ ({language})")),
            _ if mapped == 0 && !project.folder(&folder).is_empty() => Some(format!("{folder}/")),
            _ => None,
        }
    };
    folders.filter_map(|entry| told(entry.name)).collect()
}

/// The language that most scripts below a folder are written in, of those that are not mapped, and how many there are.
fn scripts(project: &Project, folder: &str) -> (Option<&'static str>, usize) {
    const LANGUAGES: &[(&str, &str)] = &[
        ("tcl", "Tcl"),
        ("sh", "shell"),
        ("bats", "shell"),
        ("rb", "Ruby"),
        ("pl", "Perl"),
        ("t", "Perl"),
        ("lua", "Lua"),
        ("exp", "Expect"),
        ("php", "PHP"),
    ];
    const LEVELS: usize = 3;
    let mut found: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    for _ in 0..LEVELS {
        for folder in std::mem::take(&mut open) {
            for entry in project.folder(&folder) {
                let end = entry.name.rsplit_once('.').map_or("", |(_, end)| end);
                if entry.is_folder {
                    open.push(format!("{folder}/{}", entry.name));
                } else if let Some((_, language)) = LANGUAGES.iter().find(|(known, _)| *known == end) {
                    *found.entry(language).or_default() += 1;
                }
            }
        }
    }
    let most = found.into_iter().max_by_key(|&(language, files)| (files, std::cmp::Reverse(language)));
    most.map_or((None, 0), |(language, files)| (Some(language), files))
}

/// How many tests a file opens.
fn test_marks(language: Language, text: &str) -> usize {
    let marks = |wanted: &dyn Fn(&str) -> bool| {
        text.lines().map(str::trim_start).filter(|line| is_test_mark(language, line) && wanted(line)).count()
    };
    if language != Language::Java {
        return marks(&|_| true);
    }
    // A method that has the mark is often named as well as those are that need none.
    let annotated = marks(&|line| line.starts_with('@'));
    if annotated > 0 { annotated } else { marks(&|_| true) }
}

/// Whether a line, without its indentation, opens a test.
fn is_test_mark(language: Language, line: &str) -> bool {
    let starts = |marks: &[&str]| marks.iter().any(|mark| line.starts_with(mark));
    match language {
        Language::Rust => {
            let attribute =
                line.strip_prefix("#[").and_then(|rest| rest.split([']', '(']).next()).is_some_and(|path| {
                    let last = path.rsplit("::").next().unwrap_or(path).trim();
                    matches!(last, "test" | "rstest" | "test_case" | "quickcheck" | "bench")
                });
            let by_macro = line.split_once("!(").is_some_and(|(name, _)| {
                name.ends_with("test") && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            });
            attribute || by_macro
        }
        Language::Python => starts(&["def test", "async def test"]),
        Language::Go => starts(&["func Test", "func Benchmark", "func Example", "func Fuzz"]),
        Language::Java => starts(&["@Test", "@ParameterizedTest", "@RepeatedTest", "public void test"]),
        Language::C | Language::Cpp => starts(&[
            "TEST(",
            "TEST_F(",
            "TEST_P(",
            "TEST_CASE(",
            "TYPED_TEST(",
            "BOOST_AUTO_TEST_CASE(",
            "TEST_IMPL(",
            "RUN_TEST(",
            "RUN_TEST (",
        ]),
        Language::TypeScript | Language::Tsx | Language::JavaScript => starts(&[
            "it(",
            "it.each",
            "it.skip(",
            "it.only(",
            "test(",
            "test.each",
            "test.skip(",
            "test.only(",
            "Deno.test(",
            "await t.test(",
            "t.test(",
        ]),
    }
}

/// Which key entities each of some files uses.
fn uses_of(project: &Project, files: &BTreeSet<FileIndex>, key: &[&KeyEntity]) -> BTreeMap<FileIndex, BTreeSet<usize>> {
    let snapshot = &project.snapshot;
    let mut uses: BTreeMap<FileIndex, BTreeSet<usize>> = BTreeMap::new();
    for (index, entity) in key.iter().enumerate() {
        for part in crate::impact::with_members(snapshot, entity.entity.id) {
            for call in snapshot.calls_to(part) {
                let file = snapshot.entity(call.caller).file;
                if files.contains(&file) {
                    uses.entry(file).or_default().insert(index);
                }
            }
        }
    }
    uses
}

/// Of files that show the project in use, the one that shows the most key entities, and of equal ones the
/// shortest.
fn shows_most(project: &Project, files: &BTreeSet<FileIndex>, key: &[&KeyEntity]) -> Option<Representative> {
    const NAMES: usize = 4;
    let snapshot = &project.snapshot;
    let (file, uses) = uses_of(project, files, key)
        .into_iter()
        .max_by_key(|(file, uses)| (uses.len(), std::cmp::Reverse((snapshot.file(*file).lines, *file))))?;
    let uses = uses.into_iter().take(NAMES).map(|index| key[index].entity.qualified_name.clone()).collect();
    Some(Representative { file: snapshot.path(file).to_owned(), uses })
}

/// A file of tests that shows much of the project in use.
fn representative(project: &Project, files: &BTreeSet<FileIndex>, key: &[&KeyEntity]) -> Option<Representative> {
    let snapshot = &project.snapshot;
    // A file of tests alone shows more than tests at the end of what they test.
    let own: BTreeSet<FileIndex> = files
        .iter()
        .copied()
        .filter(|&file| snapshot.file(file).is_test() && !is_example(snapshot.path(file)))
        .collect();
    if own.is_empty() {
        return shows_most(project, files, key);
    }
    shows_most(project, &own, key).or_else(|| {
        // Without edges to say so, the largest.
        let largest = own.iter().max_by_key(|&&file| (snapshot.file(file).lines, std::cmp::Reverse(file)))?;
        Some(Representative { file: snapshot.path(*largest).to_owned(), uses: Vec::new() })
    })
}

/// An example file that shows much of the project in use.
fn example(project: &Project, key: &[&KeyEntity]) -> Option<Representative> {
    const FOLDERS: &[&str] = &["example", "examples", "_examples", "samples", "demo", "demos", "docs_src"];
    let snapshot = &project.snapshot;
    let examples: BTreeSet<FileIndex> = (0..snapshot.files().len())
        .map(FileIndex::from_index)
        .filter(|&file| {
            let path = snapshot.path(file);
            path.split('/').any(|part| FOLDERS.contains(&part)) && !snapshot.file(file).is_test()
        })
        .collect();
    // An example of several files shows what all of them show.
    let whole = |file: FileIndex| {
        let path = snapshot.path(file);
        let mut ends = path.match_indices('/').map(|(at, _)| at);
        let folder = ends.by_ref().find(|&at| FOLDERS.contains(&path[..at].rsplit('/').next().unwrap_or("")));
        folder.map_or(path, |_| ends.next().map_or(path, |end| &path[..end]))
    };
    let mut shown: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (file, uses) in uses_of(project, &examples, key) {
        shown.entry(whole(file)).or_default().extend(uses);
    }
    let mut parts: BTreeMap<&str, BTreeSet<FileIndex>> = BTreeMap::new();
    for &file in &examples {
        parts.entry(whole(file)).or_default().insert(file);
    }
    let lines = |of: &str| parts[of].iter().map(|&file| snapshot.file(file).lines).sum::<u32>();
    let (best, _) =
        shown.into_iter().max_by_key(|(path, uses)| (uses.len(), std::cmp::Reverse((lines(path), *path))))?;
    shows_most(project, &parts[best], key)
}

fn is_example(path: &str) -> bool {
    path.split('/').any(|part| !part.contains("test") && part != "t" && part != "spec" && is_side_folder(part))
}

impl Testing {
    pub(super) fn document(&self) -> Document {
        let mut document = Document::default();
        let unmapped = || format!("tests in languages that are not mapped: {}", self.unmapped_folders.join(", "));
        if self.tests == 0 {
            let text = match (self.unmapped_folders.is_empty(), self.unmarked_files) {
                (false, _) => unmapped(),
                (true, 0) => "no tests were found in what is mapped".to_owned(),
                (true, files) => {
                    format!("{} of test code; how many tests it holds is not known", count(files, "file", "files"))
                }
            };
            document.paragraph(vec![plain(text)]);
            return document;
        }
        // Tests that a table or a macro lists have no mark of their own.
        let least = if self.unmarked_files > self.files { "at least " } else { "" };
        let mut text = vec![
            plain(format!("{least}{} in {}: ", count(self.tests, "test", "tests"), count(self.files, "file", "files"))),
            faint(self.places.join(", ")),
        ];
        if !self.unmapped_folders.is_empty() {
            text.push(plain(format!("; {}", unmapped())));
        }
        document.paragraph(text);
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_in_java_counts_once() {
        let both = "@Test\n    public void testA() {}\n@Test(timeout = 1)\npublic void b() {}\n";
        assert_eq!(test_marks(Language::Java, both), 2);
        assert_eq!(test_marks(Language::Java, "public void testA() {}\n"), 1);
    }

    #[test]
    fn every_language_has_its_mark() {
        let marked = [
            (Language::Rust, "#[tokio::test]"),
            (Language::Rust, "rgtest!(f, |x| {"),
            (Language::Python, "def test_a():"),
            (Language::Go, "func TestA(t *testing.T) {"),
            (Language::Java, "@Test"),
            (Language::Cpp, "TEST_F(A, B) {"),
            (Language::Tsx, "it('works', () => {"),
        ];
        for (language, line) in marked {
            assert!(is_test_mark(language, line), "{line}");
        }
        assert!(!is_test_mark(Language::Rust, "#[cfg(test)]"));
        assert!(!is_test_mark(Language::Python, "def attest():"));
    }
}
