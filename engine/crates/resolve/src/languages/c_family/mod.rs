//! C and C++: names by scope, namespace and include, members by the static type of the receiver,
//! overloads by arguments.

mod compiled;
mod configuration;
mod index;
mod infer;
mod library;
mod lookup;
mod overload;
mod relations;
mod ty;

use crate::links::{CallLink, Outcome};
use crate::memo::Fuel;
use crate::{FileId, FileLinks, Project, Resolver};
use infer::Inference;
use lookup::Shared;
use parseltongue_syntax::facts::CallId;

pub(super) struct CFamilyResolver<'p> {
    shared: Shared<'p>,
}

impl<'p> CFamilyResolver<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        Self { shared: Shared::new(project) }
    }
}

impl Resolver for CFamilyResolver<'_> {
    fn resolve_file(&self, file: FileId) -> FileLinks {
        let facts = self.shared.facts(file);
        let mut inference = Inference::new(&self.shared, file, Fuel::FULL);
        let calls = facts
            .calls
            .iter()
            .enumerate()
            .map(|(at, call)| {
                let outcome = match inference.call_site(call) {
                    // A call to oneself through a declaration without body leads nowhere.
                    Outcome::Resolved { targets, .. } if targets.is_empty() => Outcome::Unknown,
                    outcome => outcome,
                };
                CallLink { call: CallId::from_index(at), outcome }
            })
            .collect();
        let mut links = FileLinks { calls, ..FileLinks::default() };
        relations::add(&self.shared, &mut inference, file, &mut links);
        links
    }
}
