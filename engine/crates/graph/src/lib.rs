//! Graph algorithms over dense `u32` ids; knows no files, names or languages.
//!
//! All results are ordered by id or by an explicit rule, never by the order of discovery in a hash map.

pub mod csr;
pub mod cycles;
pub mod rank;
pub mod reach;

pub use csr::Csr;
