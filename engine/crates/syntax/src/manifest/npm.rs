//! Reads `npm` manifests.

use super::NpmManifest;

pub(super) fn parse(_source: &str) -> Option<NpmManifest> {
    None
}
