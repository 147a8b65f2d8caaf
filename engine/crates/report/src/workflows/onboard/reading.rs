//! In which order to read.

use super::identity::EntryPoint;
use super::modules::Module;
use super::ranking::KeyEntity;
use crate::project::Project;
use serde::Serialize;

/// A file to read and why it comes here.
#[derive(Clone, Debug, Serialize)]
pub struct ReadingStep {
    pub file: String,
    pub reason: String,
}

const STEPS: usize = 10;

/// Entry points first (what happens), then the central types (what it is about), then the central
/// functions (how it is done), then the largest modules not met so far.
pub(super) fn reading_order(
    project: &Project,
    entry_points: &[EntryPoint],
    key_types: &[KeyEntity],
    key_functions: &[KeyEntity],
    modules: &[Module],
) -> Vec<ReadingStep> {
    const ENTRIES: usize = 3;
    let mut steps: Vec<ReadingStep> = Vec::new();
    let mut add = |file: &str, reason: String| {
        if steps.len() < STEPS && steps.iter().all(|step| step.file != file) {
            steps.push(ReadingStep { file: file.to_owned(), reason });
        }
    };
    if project.source.read("README.md").is_ok() {
        add("README.md", "what it is for, in its authors' words".to_owned());
    }
    for entry in entry_points.iter().take(ENTRIES) {
        let reason = match &entry.entity {
            Some(entity) => format!("`{}` starts it", entity.qualified_name),
            None => entry.what.clone(),
        };
        add(&entry.file, reason);
    }
    // Types and functions in turn: what it is about, and what is done with it.
    let mut types = key_types.iter();
    let mut functions = key_functions.iter();
    loop {
        let (ty, function) = (types.next(), functions.next());
        if ty.is_none() && function.is_none() {
            break;
        }
        for key in [ty, function].into_iter().flatten() {
            add(&key.entity.file, format!("`{}` is {}", key.entity.qualified_name, key.reason));
        }
    }
    for module in modules {
        if let Some(entity) = module.main_entities.first() {
            add(&entity.file, format!("the heart of {}: `{}`", module.path, entity.qualified_name));
        }
    }
    steps
}
