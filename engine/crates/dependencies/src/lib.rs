//! What cargo says of the packages that the binary is made of; for build scripts, and for the list of licences.

use std::{
    collections::{BTreeMap, HashMap, btree_map::Entry},
    env,
    error::Error,
    path::Path,
    process::Command,
};

use serde_json::Value;

/// The crate of the binary.
pub const BINARY: &str = "parseltongue-cli";

/// The crate whose development dependencies are in the binary: their C sources are compiled into it.
const GRAMMARS: &str = "parseltongue-grammars";

/// What `cargo metadata` says of the workspace around a folder, for these platforms by Rust's names.
///
/// Without the network if that can do, which a build from vendored or fetched sources relies on; but `cargo build`
/// alone has not downloaded development dependencies, nor what other platforms need.
///
/// # Errors
///
/// If cargo cannot be run, or fails; the message is cargo's.
pub fn metadata(folder: &Path, platforms: &[&str]) -> Result<Value, Box<dyn Error>> {
    let run = |offline: &[&str]| -> Result<Value, Box<dyn Error>> {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(folder).args(["metadata", "--format-version=1", "--locked"]).args(offline);
        for platform in platforms {
            cargo.args(["--filter-platform", platform]);
        }
        let output = cargo.output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    };
    run(&["--offline"]).or_else(|_| run(&[]))
}

/// A crate that is linked into the binary.
pub struct Linked<'a> {
    /// As `cargo metadata` describes it.
    pub package: &'a Value,
    /// The crates that it uses, by their place in the list.
    pub uses: Vec<usize>,
}

/// The crates that are linked into the binary, by name and version, so that the order does not depend on where the
/// sources are. Procedural macros and what else only builds the binary is not among them.
pub fn linked(metadata: &Value) -> Vec<Linked<'_>> {
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    let used = |id: &str| -> Vec<&str> {
        let ships = |dependency: &&Value| {
            list(&dependency["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null() || packages[id]["name"] == GRAMMARS && kind["kind"] == "dev")
        };
        let ids = list(&nodes[id]["deps"]).iter().filter(ships).map(|dependency| text(&dependency["pkg"]));
        ids.filter(|id| !is_macro(packages[id])).collect()
    };

    let mut found: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    let mut open: Vec<&str> =
        packages.iter().filter(|(_, package)| package["name"] == BINARY).map(|(id, _)| *id).collect();
    while let Some(id) = open.pop() {
        let key = (text(&packages[id]["name"]), text(&packages[id]["version"]), id);
        if let Entry::Vacant(entry) = found.entry(key) {
            open.extend(entry.insert(used(id)).iter());
        }
    }
    let index: HashMap<&str, usize> = found.keys().enumerate().map(|(at, (.., id))| (*id, at)).collect();
    let linked = found.iter().map(|((.., id), used)| {
        let mut uses: Vec<usize> = used.iter().map(|id| index[id]).collect();
        uses.sort_unstable();
        uses.dedup();
        Linked { package: packages[id], uses }
    });
    linked.collect()
}

/// Such crates run at build time, and so does what they depend on.
fn is_macro(package: &Value) -> bool {
    list(&package["targets"]).iter().any(|target| list(&target["kind"]).iter().any(|kind| kind == "proc-macro"))
}

fn by_id(items: &Value) -> HashMap<&str, &Value> {
    list(items).iter().map(|item| (text(&item["id"]), item)).collect()
}

/// The items of a JSON array; none of anything else.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A JSON string; empty for anything else.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
