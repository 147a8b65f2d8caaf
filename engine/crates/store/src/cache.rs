//! Where snapshots and imported indexes are kept: the user's cache directory, never the project.

use crate::scan::Rules;
use etcetera::BaseStrategy;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Names another folder for them.
pub const CACHE_DIR_VARIABLE: &str = "PARSELTONGUE_CACHE_DIR";

/// The folder of all of them: `$PARSELTONGUE_CACHE_DIR`, or `parseltongue` in the cache folder that the
/// operating system's customs name. `None` where there is no home.
pub fn directory() -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os(CACHE_DIR_VARIABLE).filter(|value| !value.is_empty()) {
        return Some(PathBuf::from(chosen));
    }
    etcetera::base_strategy::choose_native_strategy().ok().map(|strategy| strategy.cache_dir().join("parseltongue"))
}

/// The snapshot file of a root.
pub fn snapshot_file(root: &Path, rules: &Rules) -> Option<PathBuf> {
    let variant = if rules.no_ignore { "-all" } else { "" };
    file_of(root, "snapshots", &format!("{variant}.ptmap"))
}

/// The file of a root's imported index.
pub(crate) fn index_file(root: &Path) -> Option<PathBuf> {
    file_of(root, "indexes", ".ptindex")
}

fn file_of(root: &Path, folder: &str, ending: &str) -> Option<PathBuf> {
    let key = xxhash_rust::xxh3::xxh3_128(root.as_os_str().as_encoded_bytes());
    Some(directory()?.join(folder).join(format!("{key:032x}{ending}")))
}

/// Writes a snapshot or an index under its name at once: readers see the old one or the new one.
pub(crate) fn save(block: &[u8], file: &Path) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    remove_left_overs(folder);
    let mut temporary = tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(folder)?;
    temporary.write_all(block)?;
    temporary.persist(file).map_err(|error| error.error)?;
    Ok(())
}

const TEMPORARY_PREFIX: &str = ".writing-";

/// Removes temporary files of runs that were killed: any that is older than an hour.
fn remove_left_overs(folder: &Path) {
    const HOUR: std::time::Duration = std::time::Duration::from_secs(3600);
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let old = entry
            .metadata()
            .and_then(|data| data.modified())
            .is_ok_and(|time| time.elapsed().is_ok_and(|age| age > HOUR));
        if old && entry.file_name().to_string_lossy().starts_with(TEMPORARY_PREFIX) {
            // Another process may have removed it first; then there is nothing left to do.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
