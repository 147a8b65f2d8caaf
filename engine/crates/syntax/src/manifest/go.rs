//! Reads `go` manifests.

use super::GoModule;

pub(super) fn parse(_source: &str) -> Option<GoModule> {
    None
}
