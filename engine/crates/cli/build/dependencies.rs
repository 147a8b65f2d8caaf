//! Lists the crates that are linked into the binary, in the form of cargo-auditable.

use std::{
    collections::{BTreeMap, HashMap},
    env,
    error::Error,
    process::Command,
};

use serde_json::{Value, json};

/// Whose development dependencies are in the binary: it compiles their C sources.
const GRAMMARS: &str = "parseltongue-grammars";

/// The list. Procedural macros and what else only builds the binary is not in it.
pub(crate) fn list() -> Result<Value, Box<dyn Error>> {
    let metadata = metadata()?;
    let by_id = |list: &Value| -> HashMap<String, Value> {
        let items = list.as_array().cloned().unwrap_or_default();
        items.into_iter().filter_map(|item| Some((item["id"].as_str()?.to_owned(), item))).collect()
    };
    let (packages, nodes) = (by_id(&metadata["packages"]), by_id(&metadata["resolve"]["nodes"]));
    let root = metadata["resolve"]["root"].as_str().ok_or("cargo metadata names no root")?.to_owned();

    // By name and version, so that the list does not depend on where the sources are.
    let mut linked: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut open = vec![root.clone()];
    while let Some(id) = open.pop() {
        let package = &packages[&id];
        if linked.insert(key(package), id.clone()).is_none() {
            open.extend(uses(package, &nodes[&id], &packages));
        }
    }
    let index: HashMap<&String, usize> = linked.values().enumerate().map(|(at, id)| (id, at)).collect();
    let listed: Vec<Value> = linked
        .values()
        .map(|id| {
            let package = &packages[id];
            let mut dependencies: Vec<usize> =
                uses(package, &nodes[id], &packages).iter().map(|used| index[used]).collect();
            dependencies.sort_unstable();
            dependencies.dedup();
            let source = package["source"]
                .as_str()
                .map_or("local", |source| if source.contains("crates.io-index") { "crates.io" } else { "registry" });
            let mut entry = json!({ "name": package["name"], "version": package["version"], "source": source });
            if !dependencies.is_empty() {
                entry["dependencies"] = json!(dependencies);
            }
            if *id == root {
                entry["root"] = json!(true);
            }
            entry
        })
        .collect();
    Ok(json!({ "packages": listed }))
}

fn key(package: &Value) -> (String, String) {
    let text = |field: &str| package[field].as_str().unwrap_or_default().to_owned();
    (text("name"), text("version"))
}

/// The ids of the crates that a crate brings into the binary.
fn uses(package: &Value, node: &Value, packages: &HashMap<String, Value>) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let is_macro = |package: &Value| {
        list(&package["targets"]).iter().any(|target| list(&target["kind"]).contains(&json!("proc-macro")))
    };
    list(&node["deps"])
        .iter()
        .filter(|used| {
            list(&used["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null() || (package["name"] == GRAMMARS && kind["kind"] == "dev"))
        })
        .filter_map(|used| used["pkg"].as_str().map(str::to_owned))
        .filter(|id| !is_macro(&packages[id]))
        .collect()
}

/// What cargo says of this package, for the target of this build; without the network if that can do.
fn metadata() -> Result<Value, Box<dyn Error>> {
    let run = |offline: bool| -> Result<Vec<u8>, Box<dyn Error>> {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["metadata", "--format-version=1", "--locked", "--filter-platform", &env::var("TARGET")?]);
        if offline {
            cargo.arg("--offline");
        }
        let output = cargo.output()?;
        if !output.status.success() {
            return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(output.stdout)
    };
    Ok(serde_json::from_slice(&run(true).or_else(|_| run(false))?)?)
}
