//! Where a page is written.

use crate::output::write_data;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The one folder that is written into a project; it ignores itself.
const WORKSPACE: &str = "parseltongue_workspace";

pub(crate) enum Target {
    /// `visualize.html` in the project's workspace.
    Workspace,
    File(PathBuf),
    StandardOutput,
}

impl Target {
    /// Takes `--output`. A name that is not a page's is refused: a slip must not replace a source file.
    pub(crate) fn new(output: Option<PathBuf>) -> Result<Self, String> {
        match output {
            None => Ok(Self::Workspace),
            Some(path) if path.as_os_str() == "-" => Ok(Self::StandardOutput),
            Some(path) => {
                let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
                if path.is_dir() || (extension != "html" && extension != "htm") {
                    return Err(format!(
                        "--output {} does not name an HTML file, and another file is not replaced; pass a name that \
                         ends in .html, or - for standard output",
                        path.display()
                    ));
                }
                Ok(Self::File(path))
            }
        }
    }

    /// Writes the page; returns the path of the file, if it is one.
    pub(crate) fn write(&self, html: &str, root: &Path) -> Result<Option<PathBuf>, String> {
        let path = match self {
            Self::StandardOutput => return write_data(html).map(|_| None),
            Self::File(path) => path.clone(),
            Self::Workspace => {
                // A dump is a file; its workspace stands beside it.
                let folder = if root.is_dir() { root } else { root.parent().unwrap_or(root) };
                folder.join(WORKSPACE).join("visualize.html")
            }
        };
        let written = match self {
            Self::Workspace => make_workspace(path.parent().unwrap_or(root)),
            _ => Ok(()),
        };
        written.and_then(|()| replace(&path, html)).map_err(|cause| {
            format!(
                "{} cannot be written: {cause}; name another file with --output FILE.html, or - for standard output",
                path.display()
            )
        })?;
        Ok(Some(path))
    }
}

fn make_workspace(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let ignore = folder.join(".gitignore");
    if ignore.exists() { Ok(()) } else { fs::write(ignore, "*\n") }
}

/// Renamed into place: nobody sees half a page, and a failed write leaves the old one.
fn replace(path: &Path, html: &str) -> io::Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".partial-{}", std::process::id()));
    let partial = PathBuf::from(partial);
    fs::write(&partial, html).and_then(|()| fs::rename(&partial, path)).inspect_err(|_| {
        // The first error is the one to tell.
        let _ = fs::remove_file(&partial);
    })
}
