use crate::{FileId, FileLinks, Project, Resolver};

pub(super) struct PythonResolver<'p> {
    project: &'p Project<'p>,
}

impl<'p> PythonResolver<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        Self { project }
    }
}

impl Resolver for PythonResolver<'_> {
    fn resolve_file(&self, file: FileId) -> FileLinks {
        let _ = self.project.facts(file);
        FileLinks::default()
    }
}
