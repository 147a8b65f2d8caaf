//! Where the text of a project comes from: a directory, or one text dump.

use crate::error::Error;
use crate::scan;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// Where the text of a project comes from.
pub enum Source {
    /// A directory, by its canonical path.
    Directory(PathBuf),
    /// A text file that holds many: each starts with a line `FILE: path`.
    Dump { file: PathBuf, texts: BTreeMap<String, String> },
}

/// What the file system says of a file, without reading it. Equal stamps mean equal bytes, unless the
/// file was written after the stamp was taken; see [`crate::refresh`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: i64,
    /// When the inode changed, where the system tells: catches writes that set `modified` back.
    pub changed: i64,
}

/// A file that belongs to the map.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Relative to the root, with `/`.
    pub path: String,
    pub stamp: Stamp,
}

impl Source {
    /// The source at `root`.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let canonical = match root.canonicalize() {
            Ok(path) => path,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::NoSuchRoot(root.to_owned()));
            }
            Err(cause) => return Err(Error::UnreadableRoot(root.to_owned(), cause)),
        };
        if canonical.is_dir() {
            std::fs::read_dir(&canonical).map_err(|cause| Error::UnreadableRoot(root.to_owned(), cause))?;
            return Ok(Self::Directory(canonical));
        }
        let bytes = std::fs::read(&canonical).map_err(|cause| Error::UnreadableRoot(root.to_owned(), cause))?;
        let texts = split_dump(&String::from_utf8_lossy(&bytes));
        if texts.is_empty() {
            return Err(Error::NotADump(root.to_owned()));
        }
        Ok(Self::Dump { file: canonical, texts })
    }

    /// The directory or dump file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Directory(path) | Self::Dump { file: path, .. } => path,
        }
    }

    /// The files that belong to the map, sorted by path.
    pub fn list(&self, rules: &scan::Rules) -> Vec<Listed> {
        match self {
            Self::Directory(root) => scan::list(root, rules),
            Self::Dump { texts, .. } => texts
                .iter()
                .filter(|(path, _)| scan::belongs(path))
                .map(|(path, text)| {
                    // A dump has no time of its own for each file, so their bytes speak for them.
                    let hash = xxhash_rust::xxh3::xxh3_64(text.as_bytes()).cast_signed();
                    let stamp = Stamp { size: text.len() as u64, modified: hash, changed: 0 };
                    Listed { path: path.clone(), stamp }
                })
                .collect(),
        }
    }

    /// The bytes of a file; `path` is relative to the root.
    pub fn read(&self, path: &str) -> std::io::Result<Cow<'_, [u8]>> {
        match self {
            Self::Directory(root) => std::fs::read(root.join(path)).map(Cow::Owned),
            Self::Dump { texts, .. } => texts
                .get(path)
                .map(|text| Cow::Borrowed(text.as_bytes()))
                .ok_or_else(|| std::io::ErrorKind::NotFound.into()),
        }
    }

    /// The text of a file; bytes that are no UTF-8 become replacement characters.
    pub fn read_text(&self, path: &str) -> std::io::Result<String> {
        self.read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Stamp {
    pub fn of(metadata: &Metadata) -> Self {
        let since_epoch = |time: std::time::SystemTime| {
            time.duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |age| i64::try_from(age.as_nanos()).unwrap_or(i64::MAX))
        };
        #[cfg(unix)]
        let changed = {
            use std::os::unix::fs::MetadataExt;
            metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec())
        };
        #[cfg(not(unix))]
        let changed = 0;
        Self { size: metadata.len(), modified: metadata.modified().map_or(0, since_epoch), changed }
    }
}

/// The files of a dump. Text before the first `FILE:` line is not part of any; a file named twice keeps
/// the last text. Rules of `=` or `-` below a `FILE:` line, as dump tools write them, are dropped.
fn split_dump(text: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut current: Option<(String, String)> = None;
    let is_rule = |line: &str| line.len() >= 8 && (line.chars().all(|c| c == '=') || line.chars().all(|c| c == '-'));
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if let Some(path) = bare.strip_prefix("FILE:") {
            let path = path.trim().replace('\\', "/");
            let path = path.trim_start_matches("./").trim_start_matches('/').to_owned();
            if let Some((path, text)) = current.take() {
                files.insert(path, text);
            }
            if !path.is_empty() {
                current = Some((path, String::new()));
            }
        } else if let Some((_, text)) = &mut current
            && !is_rule(bare)
        {
            text.push_str(line);
        }
    }
    files.extend(current);
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_is_split_at_its_file_lines() {
        let files = split_dump("intro\nFILE: ./a.rs\n========\nfn a() {}\n\nFILE: b/c.py\ndef c(): pass\n");
        let found: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(found, [("a.rs", "fn a() {}\n\n"), ("b/c.py", "def c(): pass\n")]);
    }
}
