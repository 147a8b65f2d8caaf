//! What ignore files exclude, as git and ripgrep understand them.
//!
//! Patterns are read and matched by gix-ignore. Which files hold them, and which of them wins, is decided here: an
//! `.ignore` file over a `.gitignore`, and either over the repository's `info/exclude` and the user's own list; a
//! deeper folder over its parents; a later line over an earlier one.

use etcetera::BaseStrategy;
use gix_ignore::glob::Pattern;
use gix_ignore::glob::pattern::Case;
use gix_ignore::glob::wildmatch;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The ignore files that count for what a folder holds.
#[derive(Clone, Default)]
pub(crate) struct IgnoreFiles {
    /// Those of the folder itself, or of the nearest parent that has any.
    folder: Option<Arc<Folder>>,
    /// Those that count everywhere, the more important first.
    everywhere: Arc<[Vec<Pattern>]>,
}

/// The ignore files of one folder.
struct Folder {
    parent: Option<Arc<Folder>>,
    /// How many bytes of a path lead to this folder, with the slash after them.
    start: usize,
    /// Of `.ignore`
    ignore: Vec<Pattern>,
    /// Of `.gitignore`
    gitignore: Vec<Pattern>,
    /// Above it are other repositories, whose `.gitignore` files do not count here.
    is_repository: bool,
}

/// Which of the files that matter a folder holds, as its listing says.
#[derive(Clone, Copy, Default)]
pub(crate) struct Holds {
    pub(crate) ignore: bool,
    pub(crate) gitignore: bool,
    pub(crate) git: bool,
}

impl Holds {
    /// Takes note of one name in the listing.
    pub(crate) fn see(&mut self, name: &str) {
        match name {
            ".ignore" => self.ignore = true,
            ".gitignore" => self.gitignore = true,
            ".git" => self.git = true,
            _ => {}
        }
    }
}

impl IgnoreFiles {
    /// What counts at the root of a walk because of the folders above it, up to the repository's, and the path that
    /// leads from the uppermost of those to the root: empty, or with a slash at its end.
    pub(crate) fn above(root: &Path) -> (Self, String) {
        let mut folders = vec![root];
        while let Some(folder) = folders.last()
            && !folder.join(".git").exists()
            && let Some(parent) = folder.parent()
        {
            folders.push(parent);
        }
        let top = *folders.last().unwrap_or(&root);
        let repository = top.join(".git").exists().then_some(top);
        // A path that is not UTF-8 holds nothing of the map, and a root outside any repository stands for itself.
        let path_of = |folder: &Path| Some(folder.strip_prefix(top).ok()?.to_str()?.replace('\\', "/"));
        let lists = [repository.and_then(exclude_file), users_file()];
        let everywhere = lists.into_iter().flatten().map(|file| patterns(&file)).filter(|list| !list.is_empty());
        let mut files = Self { folder: None, everywhere: everywhere.collect() };
        for folder in folders.iter().skip(1).rev() {
            let exists = |name: &str| folder.join(name).exists();
            let holds = Holds { ignore: exists(".ignore"), gitignore: exists(".gitignore"), git: exists(".git") };
            if let Some(path) = path_of(folder) {
                let path = if path.is_empty() { path } else { path + "/" };
                files = files.within(folder, &path, holds);
            }
        }
        match path_of(root) {
            Some(path) if !path.is_empty() => (files, path + "/"),
            _ => (files, String::new()),
        }
    }

    /// What counts in a folder that holds these; `path` leads to it and ends with a slash, unless it is empty.
    pub(crate) fn within(&self, folder: &Path, path: &str, holds: Holds) -> Self {
        let read = |held: bool, name: &str| if held { patterns(&folder.join(name)) } else { Vec::new() };
        let (ignore, gitignore) = (read(holds.ignore, ".ignore"), read(holds.gitignore, ".gitignore"));
        if ignore.is_empty() && gitignore.is_empty() && !holds.git {
            return self.clone();
        }
        let folder =
            Folder { parent: self.folder.clone(), start: path.len(), ignore, gitignore, is_repository: holds.git };
        Self { folder: Some(Arc::new(folder)), everywhere: Arc::clone(&self.everywhere) }
    }

    /// Whether a path is excluded (`Some(true)`), expressly included, or not spoken of.
    pub(crate) fn excludes(&self, path: &str, is_dir: bool) -> Option<bool> {
        let folders = || std::iter::successors(self.folder.as_deref(), |folder| folder.parent.as_deref());
        let in_folder = |folder: &Folder, list: &[Pattern]| last_match(list, &path[folder.start..], is_dir);
        if let Some(verdict) = folders().find_map(|folder| in_folder(folder, &folder.ignore)) {
            return Some(verdict);
        }
        for folder in folders() {
            if let Some(verdict) = in_folder(folder, &folder.gitignore) {
                return Some(verdict);
            }
            if folder.is_repository {
                break;
            }
        }
        self.everywhere.iter().find_map(|list| last_match(list, path, is_dir))
    }
}

/// What the last pattern that matches says: whether it excludes.
fn last_match(patterns: &[Pattern], path: &str, is_dir: bool) -> Option<bool> {
    let name = path.rfind('/').map(|slash| slash + 1);
    let matches = |pattern: &&Pattern| {
        let mode = wildmatch::Mode::NO_MATCH_SLASH_LITERAL;
        pattern.matches_repo_relative_path(path.as_bytes().into(), name, Some(is_dir), Case::Sensitive, mode)
    };
    patterns.iter().rev().find(matches).map(|pattern| !pattern.is_negative())
}

/// The patterns of a file. One that cannot be read has none, as for git.
fn patterns(file: &Path) -> Vec<Pattern> {
    let bytes = fs::read(file).unwrap_or_default();
    gix_ignore::parse(&bytes, false).map(|(pattern, ..)| pattern).collect()
}

/// The list of what a repository excludes on this machine only. In a work tree `.git` is a file that leads there.
fn exclude_file(repository: &Path) -> Option<PathBuf> {
    let git = repository.join(".git");
    if git.is_dir() {
        return Some(git.join("info/exclude"));
    }
    let text = fs::read_to_string(&git).ok()?;
    let git = repository.join(text.strip_prefix("gitdir:")?.trim());
    let common = fs::read_to_string(git.join("commondir")).ok();
    Some(common.map_or(git.clone(), |common| git.join(common.trim())).join("info/exclude"))
}

/// The user's own list: `core.excludesFile` of the user's settings, or where git looks without one.
fn users_file() -> Option<PathBuf> {
    let base = etcetera::base_strategy::Xdg::new().ok()?;
    let (home, settings) = (base.home_dir().to_owned(), base.config_dir().join("git"));
    let named = [home.join(".gitconfig"), settings.join("config")]
        .iter()
        .find_map(|file| excludes_setting(&fs::read_to_string(file).ok()?));
    let Some(named) = named else {
        return Some(settings.join("ignore"));
    };
    Some(match named.strip_prefix("~/") {
        Some(rest) => home.join(rest),
        None => PathBuf::from(named),
    })
}

/// The value of `core.excludesFile` in git's settings. git matches the names of sections and settings in any case.
fn excludes_setting(text: &str) -> Option<String> {
    let mut in_core = false;
    let mut value = None;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            in_core = section.trim_end_matches(']').trim().eq_ignore_ascii_case("core");
        } else if in_core
            && let Some((name, text)) = line.split_once('=')
            && name.trim().eq_ignore_ascii_case("excludesfile")
        {
            value = Some(text.trim().trim_matches('"').to_owned());
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::excludes_setting;

    #[test]
    fn settings_name_the_users_list() {
        let setting = |text| excludes_setting(text);
        assert_eq!(setting("[user]\nexcludesFile = no\n[Core]\n\tExcludesFile = ~/mine\n"), Some("~/mine".into()));
        assert_eq!(setting("[core]\nexcludesfile=\"/a b\"\nexcludesfile = /c\n"), Some("/c".into()));
        assert_eq!(setting("[core \"x\"]\nexcludesfile = /c\n# [core]\n"), None);
    }
}
