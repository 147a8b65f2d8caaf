//! Finds the sources of the grammar crates.

use std::{
    collections::HashMap,
    env,
    error::Error,
    path::{Path, PathBuf},
};

use parseltongue_dependencies::{list, metadata};
use serde_json::Value;

/// Where a crate's sources are.
pub(crate) struct Source {
    pub(crate) version: String,
    pub(crate) path: PathBuf,
}

/// The sources of some of our dependencies.
pub(crate) struct Sources(HashMap<String, Source>);

impl Sources {
    /// Asks cargo where it keeps the packages, which makes registries, mirrors, vendored and patched sources alike.
    ///
    /// The grammar crates are development dependencies: cargo locks, vendors and fetches them like any other, but does
    /// not compile them for a build of the engine, which would take longer than all that is done here.
    pub(crate) fn find() -> Result<Self, Box<dyn Error>> {
        let metadata = metadata(Path::new("."), &[&env::var("TARGET")?]).map_err(|error| {
            format!("cannot find the grammars (`cargo fetch` gets them for builds without network):\n{error}")
        })?;
        let resolve = &metadata["resolve"];
        // By what this very package resolves to: the lock file may hold a second version for somebody else.
        let ids: Vec<&Value> = list(&resolve["nodes"])
            .iter()
            .filter(|node| node["id"] == resolve["root"])
            .flat_map(|node| list(&node["dependencies"]))
            .collect();
        let mut sources = HashMap::new();
        for package in list(&metadata["packages"]) {
            if let (true, Some(name), Some(version), Some(manifest)) = (
                ids.contains(&&package["id"]),
                package["name"].as_str(),
                package["version"].as_str(),
                package["manifest_path"].as_str(),
            ) {
                let source = Source { version: version.to_owned(), path: Path::new(manifest).with_file_name("") };
                sources.insert(name.to_owned(), source);
            }
        }
        Ok(Self(sources))
    }

    /// The sources of one crate.
    pub(crate) fn get(&self, package: &str) -> Result<&Source, String> {
        self.0.get(package).ok_or_else(|| format!("{package} is not a dependency of this crate"))
    }
}
