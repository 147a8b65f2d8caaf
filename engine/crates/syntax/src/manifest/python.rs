//! Reads Python project files.

use super::PythonProject;

pub(super) fn parse(_file: &str, _source: &str) -> Option<PythonProject> {
    None
}
