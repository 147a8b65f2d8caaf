//! What git knows: the history of a definition, the difference to a revision.

use crate::project::Project;
use crate::queries::ChangedLines;
use parseltongue_store::Source;
use serde::Serialize;
use std::process::{Command, Stdio};

/// A commit that changed the lines of a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["--no-optional-locks", "-c", "color.ui=never", "log", COMMITS, "--no-patch"])
        .args(["--date=short", "--format=%h%x09%ad%x09%an%x09%s"])
        .arg(format!("-L{first_line},{last_line}:{file}"))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
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

/// The lines that differ between a revision and the files as they are now, from `git diff`.
///
/// # Errors
/// A message for people: no repository, no git, no such revision.
pub fn changed_lines(project: &Project, base: &str) -> Result<Vec<ChangedLines>, String> {
    let Source::Directory(root) = &project.source else {
        return Err("a text dump has no history; pass a directory in a git repository".to_owned());
    };
    if base.starts_with('-') {
        return Err(format!("'{base}' is no revision"));
    }
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["--no-optional-locks", "-c", "core.quotepath=off", "diff", "--relative", "--unified=0"])
        .args(["--no-color", "--no-ext-diff", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/", base, "--"])
        .stdin(Stdio::null())
        .output()
        .map_err(|cause| format!("git cannot be run: {cause}; install git to compare with a revision"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().next().unwrap_or("no reason given");
        return Err(format!("git cannot compare with '{base}': {first}"));
    }
    Ok(parse_hunks(&String::from_utf8_lossy(&output.stdout)))
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
