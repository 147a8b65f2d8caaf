//! Which project is meant.

use std::path::{Path, PathBuf};

/// The root that was named, else the enclosing git root, else the current directory.
pub(crate) fn root(named: Option<&Path>) -> Result<PathBuf, String> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let here = std::env::current_dir()
        .map_err(|cause| format!("the current directory cannot be read: {cause}; pass --root DIR"))?;
    // A worktree and a submodule have a file `.git`.
    let enclosing = here.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned);
    Ok(enclosing.unwrap_or(here))
}

/// A path that the user typed, relative to the root: as typed if the map has it, else seen from the
/// current directory.
pub(crate) fn relative_to_root(typed: &str, root: &Path, is_known: impl Fn(&str) -> bool) -> String {
    let plain = typed.strip_prefix("./").unwrap_or(typed).replace('\\', "/");
    if is_known(&plain) {
        return plain;
    }
    let from_here = std::env::current_dir().ok().map(|here| here.join(typed)).and_then(|path| path.canonicalize().ok());
    let relative = from_here.as_deref().and_then(|path| path.strip_prefix(root).ok());
    relative.map_or(plain, |path| path.to_string_lossy().replace('\\', "/"))
}
