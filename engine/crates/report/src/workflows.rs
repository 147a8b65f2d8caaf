//! Finished documents for the moments in which people reach for the tool: a new codebase, a bug, a
//! feature, a refactoring. Each is computed from the map; nothing in them is a phrase that would fit any
//! project.

mod change_check;
mod debug;
mod effects;
mod feature_start;
pub mod git;
pub(crate) mod onboard;
mod refactor_check;

pub use change_check::{ChangeCheck, change_check};
pub use debug::{Debug, debug};
pub use feature_start::{FeatureStart, feature_start};
pub(crate) use onboard::project_name;
pub use onboard::{Onboard, Scope, onboard};
pub use refactor_check::{RefactorCheck, refactor_check};
