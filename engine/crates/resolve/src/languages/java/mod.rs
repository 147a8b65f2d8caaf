//! Java.
//!
//! Packages are global by name; a type name means what the scopes around it, the imports, the package and
//! `java.lang` say. Members come from a type and its supertypes, the platform's included (see [`jdk`]);
//! overloads are chosen by the language's three phases. Types of libraries are known by name alone: what is
//! called on them leads out of the project.

mod context;
mod file;
mod jdk;
mod links;
mod methods;
mod overload;
mod types;
mod world;

use crate::{FileId, FileLinks, Project, Resolver};
use parseltongue_syntax::language::Family;
use world::World;

pub(super) struct JavaResolver<'p> {
    world: World<'p>,
}

impl<'p> JavaResolver<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        Self { world: World::new(project, &project.files_of(Family::Java)) }
    }
}

impl Resolver for JavaResolver<'_> {
    fn resolve_file(&self, file: FileId) -> FileLinks {
        links::links_of(&self.world, file)
    }
}
