//! What git knows of a definition, if there is git and it knows the file.

use crate::project::Project;
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
