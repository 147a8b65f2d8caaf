//! Which files of a directory belong to the map, and which of those are passed over and why.

use crate::source::{Listed, Stamp};
use ignore::{WalkBuilder, WalkState};
use parseltongue_syntax::{Language, Manifest};
use std::path::Path;
use std::sync::Mutex;

/// How a directory is walked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Also map what ignore files exclude, `node_modules` and the like.
    pub no_ignore: bool,
}

/// Folders that hold other people's code or our own output, even if no ignore file says so.
const FOREIGN_FOLDERS: &[&str] = &["node_modules", "parseltongue_workspace", "__pycache__", "bower_components"];

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
}

impl Skip {
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::TooLarge, Self::Binary, Self::Minified, Self::Unreadable].into_iter().find(|skip| *skip as u8 == code)
    }

    /// For people, as the end of a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "it is larger than 16 MiB",
            Self::Binary => "it is not text",
            Self::Minified => "it is minified",
            Self::Unreadable => "it cannot be read",
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
    if bytes[..bytes.len().min(LOOK)].contains(&0) {
        return Some(Skip::Binary);
    }
    let scripted = path.ends_with("js");
    if scripted && bytes.len() > MINIFIED_SIZE {
        let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
        if path.ends_with(".min.js") || bytes.len() / lines > MINIFIED_LINE {
            return Some(Skip::Minified);
        }
    }
    None
}

/// The files below `root` that belong to the map, sorted by path. Links are not followed; hidden files
/// and what ignore files exclude are left out.
pub fn list(root: &Path, rules: &Rules) -> Vec<Listed> {
    let mut builder = WalkBuilder::new(root);
    builder.require_git(false).follow_links(false).threads(std::thread::available_parallelism().map_or(1, usize::from));
    if rules.no_ignore {
        builder.ignore(false).git_ignore(false).git_global(false).git_exclude(false).parents(false);
    } else {
        builder.filter_entry(|entry| {
            entry.depth() == 0
                || !entry.file_type().is_some_and(|kind| kind.is_dir())
                || !is_foreign(entry.path(), &entry.file_name().to_string_lossy())
        });
    }
    let found = Mutex::new(Vec::new());
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            if let Ok(entry) = entry
                && entry.file_type().is_some_and(|kind| kind.is_file())
                && let Ok(relative) = entry.path().strip_prefix(root)
                && let Some(path) = relative.to_str()
                // The map's paths have slashes on every system, and what belongs to it is told by them.
                && let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() }
                && belongs(&path)
                && let Ok(metadata) = entry.metadata()
            {
                let listed = Listed { path, stamp: Stamp::of(&metadata) };
                found.lock().expect("no walker panics").push(listed);
            }
            WalkState::Continue
        })
    });
    let mut files = found.into_inner().expect("no walker panics");
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    files
}

fn is_foreign(path: &Path, name: &str) -> bool {
    // A Python virtual environment says so itself.
    FOREIGN_FOLDERS.contains(&name) || path.join("pyvenv.cfg").exists()
}
