use crate::{FileId, FileLinks, Project, Resolver};

pub(super) struct CFamilyResolver<'p> {
    project: &'p Project<'p>,
}

impl<'p> CFamilyResolver<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        Self { project }
    }
}

impl Resolver for CFamilyResolver<'_> {
    fn resolve_file(&self, file: FileId) -> FileLinks {
        let _ = self.project.facts(file);
        FileLinks::default()
    }
}
