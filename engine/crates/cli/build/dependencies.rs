//! Lists the crates that are linked into the binary, in the form of cargo-auditable.

use std::{env, error::Error, path::Path};

use parseltongue_dependencies::{BINARY, linked, metadata};
use serde_json::{Value, json};

pub(crate) fn list() -> Result<Value, Box<dyn Error>> {
    let metadata = metadata(Path::new("."), &[&env::var("TARGET")?])?;
    let entry = |crate_: parseltongue_dependencies::Linked<'_>| {
        let package = crate_.package;
        let source = package["source"]
            .as_str()
            .map_or("local", |source| if source.contains("crates.io-index") { "crates.io" } else { "registry" });
        let mut entry = json!({ "name": package["name"], "version": package["version"], "source": source });
        if !crate_.uses.is_empty() {
            entry["dependencies"] = json!(crate_.uses);
        }
        if package["name"] == BINARY {
            entry["root"] = json!(true);
        }
        entry
    };
    let packages: Vec<Value> = linked(&metadata).into_iter().map(entry).collect();
    Ok(json!({ "packages": packages }))
}
