//! The version of a project that no manifest holds as text.

use super::entry_points::library_file;
use crate::folders::is_side_folder;
use crate::project::Project;
use parseltongue_sort::StableSort;
use parseltongue_store::FileIndex;
use parseltongue_syntax::Language;

/// The version where no manifest holds it as text: in a Python package's own file, in `CMakeLists.txt`, in
/// `configure.ac`, in `gradle.properties`.
pub(super) fn written_version(project: &Project, name: &str) -> Option<String> {
    let is_version = |text: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
        text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('.') && text.chars().all(plain)
    };
    let kept = |text: &str| Some(text.trim().to_owned()).filter(|text| is_version(text));
    let module = name.replace('-', "_").to_lowercase();
    for folder in ["", "src/", "lib/"] {
        let written = ["VERSION", "VERSION.txt"].into_iter().find_map(|file| {
            let text = project.text(&format!("{folder}{module}/{file}"))?;
            text.lines().next().and_then(kept)
        });
        if written.is_some() {
            return written;
        }
        for file in ["__init__", "__version__", "_version", "version", "__about__"] {
            let Some(text) = project.text(&format!("{folder}{module}/{file}.py")) else { continue };
            // `version = (1, 2, 0)` may stand beside it.
            let value = text.lines().find_map(|line| {
                let (left, right) = line.split_once('=')?;
                let own =
                    matches!(left.split(':').next().unwrap_or(left).trim(), "__version__" | "VERSION" | "version");
                let value = right.split('#').next().unwrap_or(right).trim().trim_matches(['"', '\'']);
                own.then(|| kept(value)).flatten()
            });
            if value.is_some() {
                return value;
            }
        }
    }
    if let Some(text) = project.text("CMakeLists.txt") {
        let start = text.to_lowercase().find("project(");
        let call = start.and_then(|start| text[start..].split(')').next());
        let mut words = call.unwrap_or("").split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("version"));
        if let Some(version) = words.nth(1).and_then(kept) {
            return Some(version);
        }
    }
    for file in ["configure.ac", "configure.in"] {
        let Some(text) = project.text(file) else { continue };
        let Some((_, call)) = text.split_once("AC_INIT(") else { continue };
        let second = call.split(')').next().unwrap_or(call).split(',').nth(1).unwrap_or("");
        if let Some(version) = kept(second.trim().trim_matches(['[', ']'])) {
            return Some(version);
        }
    }
    let by_gradle = project.text("gradle.properties").and_then(|text| {
        text.lines().find_map(|line| line.strip_prefix("version")?.trim_start().strip_prefix('=').and_then(kept))
    });
    by_gradle
        .or_else(|| kept(project.text("VERSION")?.lines().next()?))
        .or_else(|| version_in_code(project, name, &kept))
}

/// The version in a file of code that is named for it: `#define SHOP_VERSION "1.2.3"` or its three numbers,
/// `const Version = "v1.2.3"`.
fn version_in_code(project: &Project, name: &str, kept: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let snapshot = &project.snapshot;
    let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let header = library_file(project);
    let stem =
        |path: &str| path.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or("").to_lowercase();
    let mut paths: Vec<&str> = (0..snapshot.files().len())
        .map(FileIndex::from_index)
        .filter(|&file| matches!(snapshot.file(file).language(), Some(Language::C | Language::Cpp | Language::Go)))
        .map(|file| snapshot.path(file))
        .filter(|path| {
            !is_side_folder(path) && (stem(path) == "version" || stem(path) == name || header.as_deref() == Some(path))
        })
        .collect();
    paths.stable_sort_by_key(|path| (stem(path) != "version", path.matches('/').count()));
    paths.into_iter().find_map(|path| {
        let text = project.text(path)?;
        let defined = |line: &str| -> Option<(String, String)> {
            let words = line.trim().strip_prefix("#define").or_else(|| line.trim().strip_prefix("const"))?;
            let (left, right) = words.trim().split_once([' ', '\t'])?;
            let value = right.trim().trim_start_matches('=').trim_start();
            Some((left.to_lowercase(), value.split("//").next().unwrap_or(value).split("/*").next()?.trim().to_owned()))
        };
        let all: Vec<(String, String)> = text.lines().filter_map(defined).collect();
        let whole = all.iter().filter(|(left, _)| left.ends_with("version") || left.ends_with("version_string"));
        let quoted = |value: &str| kept(value.strip_prefix('"')?.strip_suffix('"')?.trim_start_matches('v'));
        whole.clone().find_map(|(_, value)| quoted(value)).or_else(|| {
            let part = |names: &[&str]| {
                let is_part = |left: &str| left.contains("ver") && names.iter().any(|end| left.ends_with(end));
                all.iter().find(|(left, _)| is_part(left)).and_then(|(_, value)| value.parse::<u32>().ok())
            };
            let (major, minor) = (part(&["major"])?, part(&["minor"])?);
            let patch = part(&["patch", "micro", "patchlevel", "revision"]);
            Some(patch.map_or(format!("{major}.{minor}"), |patch| format!("{major}.{minor}.{patch}")))
        })
    })
}
