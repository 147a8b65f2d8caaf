//! Which files of a directory belong to the map, and which of those are passed over and why.

use crate::ignore_files::{Holds, IgnoreFiles};
use crate::source::{Listed, Stamp};
use parseltongue_sort::StableSort;
use parseltongue_syntax::{Language, Manifest};
use rayon::Scope;
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// How a directory is walked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Also map what ignore files exclude, `node_modules` and the like.
    pub no_ignore: bool,
}

/// Folders that hold other people's code or our own output, even if no ignore file says so.
const FOREIGN_FOLDERS: &[&str] = &[".git", "node_modules", "parseltongue_workspace", "__pycache__", "bower_components"];

/// Larger files are passed over: nobody writes them by hand, and one would take seconds.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Why a file that belongs to the map was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Skip {
    TooLarge = 1,
    Binary = 2,
    Minified = 3,
    Unreadable = 4,
    Bundle = 5,
}

impl Skip {
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::TooLarge, Self::Binary, Self::Minified, Self::Unreadable, Self::Bundle]
            .into_iter()
            .find(|skip| *skip as u8 == code)
    }

    /// For people, as the end of a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "it is larger than 16 MiB",
            Self::Binary => "it is not text",
            Self::Minified => "it is minified",
            Self::Unreadable => "it cannot be read",
            Self::Bundle => "it is a bundle of more than 4 MB",
        }
    }
}

/// Whether a file of this name belongs to the map.
pub fn belongs(path: &str) -> bool {
    Language::of(path).is_some() || Manifest::is_manifest(path)
}

/// Whether the content is such that the file is passed over.
pub fn skip_content(path: &str, bytes: &[u8]) -> Option<Skip> {
    /// Enough to meet the NUL bytes of any binary format.
    const LOOK: usize = 8192;
    /// Hand-written code is far below, minifiers far above.
    const MINIFIED_LINE: usize = 600;
    const MINIFIED_SIZE: usize = 8192;
    /// Of a bundle, a minifier may keep the line ends of some parts.
    const LARGE_MINIFIED_LINE: usize = 120;
    const LARGE: usize = 256 * 1024;
    /// The largest script that people write is below; what bundlers write is other files' code once more.
    const BUNDLE: usize = 4_000_000;
    if bytes[..bytes.len().min(LOOK)].contains(&0) {
        return Some(Skip::Binary);
    }
    let scripted = path.ends_with("js");
    if scripted && bytes.len() > MINIFIED_SIZE {
        let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let longest = if bytes.len() > LARGE { LARGE_MINIFIED_LINE } else { MINIFIED_LINE };
        if path.ends_with(".min.js") || bytes.len() / lines > longest {
            return Some(Skip::Minified);
        }
        if bytes.len() > BUNDLE {
            return Some(Skip::Bundle);
        }
    }
    None
}

/// The files below `root` that belong to the map, sorted by path. Links are not followed; hidden files
/// and what ignore files exclude are left out.
pub fn list(root: &Path, rules: &Rules) -> Vec<Listed> {
    let found = Mutex::new(Vec::new());
    let (files, path) = if rules.no_ignore { Default::default() } else { IgnoreFiles::above(root) };
    let walk = Walk { no_ignore: rules.no_ignore, root: path.len(), found: &found };
    rayon::scope(|scope| walk.folder(scope, root.to_owned(), path, files));
    let mut files = found.into_inner().expect("no walker panics");
    files.stable_sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// One walk, on all threads.
#[derive(Clone, Copy)]
struct Walk<'a> {
    no_ignore: bool,
    /// How many bytes of a path lead to the root.
    root: usize,
    found: &'a Mutex<Vec<Listed>>,
}

impl<'a> Walk<'a> {
    /// Takes the files of a folder, and leaves the folders in it to whichever thread is free. `path` leads to the
    /// folder from where the ignore files begin, with slashes on every system and one at its end.
    fn folder(self, scope: &Scope<'a>, folder: PathBuf, path: String, above: IgnoreFiles) {
        // A folder that cannot be listed has nothing that could be read.
        let entries: Vec<(DirEntry, String)> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok().and_then(|entry| Some((entry.file_name().to_str()?.to_owned(), entry))))
            .map(|(name, entry)| (entry, name))
            .collect();
        let mut files = above;
        if !self.no_ignore {
            let mut holds = Holds::default();
            for (_, name) in &entries {
                holds.see(name);
                // A Python virtual environment says so itself.
                if name == "pyvenv.cfg" && path.len() > self.root {
                    return;
                }
            }
            files = files.within(&folder, &path, holds);
        }
        let mut listed = Vec::new();
        for (entry, name) in entries {
            let Ok(kind) = entry.file_type() else { continue };
            let path = format!("{path}{name}");
            let wanted = if kind.is_dir() {
                self.no_ignore || !FOREIGN_FOLDERS.contains(&&*name)
            } else {
                kind.is_file() && belongs(&path)
            };
            // An ignore file may ask for what is hidden.
            if !wanted || files.excludes(&path, kind.is_dir()).unwrap_or_else(|| name.starts_with('.')) {
                continue;
            }
            if kind.is_dir() {
                let files = files.clone();
                scope.spawn(move |scope| self.folder(scope, entry.path(), path + "/", files));
            } else if let Ok(metadata) = entry.metadata() {
                listed.push(Listed { path: path[self.root..].to_owned(), stamp: Stamp::of(&metadata) });
            }
        }
        self.found.lock().expect("no walker panics").append(&mut listed);
    }
}
