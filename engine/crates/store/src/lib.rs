//! The map of a project: scan, extract, resolve, and the snapshot that keeps it.

pub mod map;
pub mod scan;
