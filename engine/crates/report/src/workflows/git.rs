//! What git knows: the history of a definition, the difference to a revision.

use crate::project::Project;
use crate::queries::ChangedLines;
use parseltongue_store::Source;
use serde::Serialize;
use std::process::{Command, Stdio};

/// A commit that changed the lines of a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Commit {
    pub hash: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    pub author: String,
    pub subject: String,
}

/// The newest commits that changed these lines of a file, newest first; empty without git or history.
pub(super) fn history(project: &Project, file: &str, first_line: u32, last_line: u32) -> Vec<Commit> {
    const COMMITS: &str = "-n5";
    let Source::Directory(root) = &project.source else { return Vec::new() };
    let output = git(root)
        .args(["log", COMMITS, "--no-patch"])
        .args(["--date=short", "--format=%h%x09%ad%x09%an%x09%s"])
        .arg(format!("-L{first_line},{last_line}:{file}"))
        .output();
    // No git, no repository, a file that git does not know: then there is no history to tell.
    let Ok(output) = output else { return Vec::new() };
    if !output.status.success() {
        return Vec::new();
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let mut fields = line.splitn(4, '\t').map(str::to_owned);
            Some(Commit { hash: fields.next()?, date: fields.next()?, author: fields.next()?, subject: fields.next()? })
        })
        .collect()
}

/// What differs between a revision and the files as they are now.
pub struct ChangedFiles {
    pub lines: Vec<ChangedLines>,
    /// Files that are not there any more.
    pub deleted: Vec<String>,
}

/// The lines that differ between a revision and the files as they are now, from `git diff`; of files that git
/// does not know yet, all lines.
///
/// # Errors
/// A message for people: no repository, no git, no such revision.
pub fn changed_lines(project: &Project, base: &str) -> Result<Vec<ChangedLines>, String> {
    changed_files(project, base).map(|changed| changed.lines)
}

/// The same with the files that were deleted.
///
/// # Errors
/// As [`changed_lines`].
pub fn changed_files(project: &Project, base: &str) -> Result<ChangedFiles, String> {
    let Source::Directory(root) = &project.source else {
        return Err("a text dump has no history; pass a directory in a git repository".to_owned());
    };
    if base.starts_with('-') {
        return Err(format!("'{base}' is no revision"));
    }
    let run = |arguments: &[&str]| {
        let output = git(root)
            .args(arguments)
            .output()
            .map_err(|cause| format!("git cannot be run: {cause}; install git to compare with a revision"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().next().unwrap_or("no reason given");
        Err(format!("git cannot compare with '{base}': {first}"))
    };
    let diff = ["--no-color", "--no-ext-diff", "--no-renames", "--relative"];
    let hunks =
        run(&[&["diff", "--unified=0", "--src-prefix=a/", "--dst-prefix=b/"], &diff[..], &[base, "--"]].concat())?;
    let deleted = run(&[&["diff", "--name-only", "--diff-filter=D"], &diff[..], &[base, "--"]].concat())?;
    let untracked = run(&["ls-files", "--others", "--exclude-standard"])?;
    let mut lines = parse_hunks(&hunks);
    lines.extend(untracked.lines().map(|file| ChangedLines { file: file.to_owned(), first: 1, last: u32::MAX }));
    Ok(ChangedFiles { lines, deleted: deleted.lines().map(str::to_owned).collect() })
}

/// The text of a file at a revision; `None` if the revision does not have it.
pub(super) fn text_at(project: &Project, base: &str, path: &str) -> Option<String> {
    let Source::Directory(root) = &project.source else { return None };
    // `./` makes the path relative to the root, which may lie below the repository's.
    let output = git(root).args(["show", &format!("{base}:./{path}")]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn git(root: &std::path::Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(["--no-optional-locks", "-c", "core.quotepath=off", "-c", "color.ui=never"]);
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    command
}

fn parse_hunks(diff: &str) -> Vec<ChangedLines> {
    let mut changes = Vec::new();
    let mut file = None;
    for line in diff.lines() {
        if let Some(path) = line.strip_prefix("+++ ") {
            // A deleted file has /dev/null here: nothing of it is left to point at.
            file = path.strip_prefix("b/").map(str::to_owned);
        } else if let (Some(rest), Some(file)) = (line.strip_prefix("@@ "), &file) {
            let Some(new) = rest.split(' ').find_map(|part| part.strip_prefix('+')) else { continue };
            let (first, length) = new.split_once(',').unwrap_or((new, "1"));
            let (Ok(first), Ok(length)) = (first.parse::<u32>(), length.parse::<u32>()) else { continue };
            // A pure deletion has length 0 and stands after line `first`.
            changes.push(ChangedLines {
                file: file.clone(),
                first: first.max(1),
                last: first + length.saturating_sub(1),
            });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_name_the_lines_as_they_are_now() {
        let diff = "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -3 +3,2 @@ def f\n-a\n+b\n+c\n@@ -9,2 +10,0 @@\n-d\n-e\n\
                    --- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";
        let found: Vec<_> = parse_hunks(diff).into_iter().map(|c| (c.file, c.first, c.last)).collect();
        assert_eq!(found, [("x.py".to_owned(), 3, 4), ("x.py".to_owned(), 10, 10)]);
    }
}
