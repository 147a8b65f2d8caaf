use crate::{FileId, FileLinks, Project, Resolver};

pub(super) struct JavaResolver<'p> {
    project: &'p Project<'p>,
}

impl<'p> JavaResolver<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        Self { project }
    }
}

impl Resolver for JavaResolver<'_> {
    fn resolve_file(&self, file: FileId) -> FileLinks {
        let _ = self.project.facts(file);
        FileLinks::default()
    }
}
