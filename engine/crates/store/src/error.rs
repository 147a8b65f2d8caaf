//! What can go wrong before an answer is possible.

use std::fmt;
use std::path::PathBuf;

/// A failure of the store. Each message says what happened and what to do.
#[derive(Debug)]
pub enum Error {
    /// The root is not there.
    NoSuchRoot(PathBuf),
    /// The root exists but cannot be read.
    UnreadableRoot(PathBuf, std::io::Error),
    /// The root is a file, but no dump: it has no `FILE: path` line.
    NotADump(PathBuf),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchRoot(path) => {
                write!(f, "there is no file or directory '{}'; check the path, or pass --root DIR", path.display())
            }
            Self::UnreadableRoot(path, cause) => {
                write!(f, "'{}' cannot be read: {cause}; check its permissions", path.display())
            }
            Self::NotADump(path) => write!(
                f,
                "'{}' is a file without a line 'FILE: path'; pass a directory, or a text dump whose files each \
                 start with such a line",
                path.display()
            ),
        }
    }
}

impl std::error::Error for Error {}
