//! Documents on a medium.

mod human;
mod markdown;

pub use human::{Terminal, human};
pub use markdown::markdown;
