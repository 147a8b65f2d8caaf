//! The map of a project: which files belong to it, what they say, and the snapshot that keeps the answer.
//!
//! [`refresh::open`] is the way in: it gives a [`Snapshot`] that is up to date with the files. Nothing is
//! ever written into the project.

pub mod cache;
pub mod error;
pub mod find;
mod ignore_files;
pub mod imported;
pub mod map;
pub mod refresh;
pub mod scan;
pub mod snapshot;
pub mod source;
pub mod trace;

pub use error::Error;
pub use refresh::{Opened, Options, Progress, last, open};
pub use snapshot::{EntityId, FileIndex, Snapshot, StrId};
pub use source::Source;
