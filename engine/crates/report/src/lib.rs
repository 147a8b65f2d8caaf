//! Every answer is one typed value: computed from a snapshot, serialized as it is to JSON, and laid out
//! once as a [`document::Document`], which is rendered for a terminal or as Markdown.
//!
//! Every answer states its [`completeness::Completeness`]: what could not be resolved or read. Nothing
//! here says "safe" when something is unknown.

pub mod completeness;
pub mod confidence;
pub mod document;
pub mod export;
mod folders;
pub mod impact;
pub mod import;
pub mod ingest;
pub mod model;
pub mod project;
mod prose;
pub mod queries;
mod ranking;
mod readme;
pub mod render;
pub mod risk;
#[cfg(feature = "schema")]
pub mod schema;
pub mod tokens;
pub mod visualize;
mod words;
pub mod workflows;

pub use project::Project;

/// The version of the JSON answers: rises when a field goes away or changes its meaning or type.
pub const SCHEMA_VERSION: u32 = 1;
