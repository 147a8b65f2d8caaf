//! Reads `Cargo.toml`.

use super::CargoManifest;
use crate::name::Name;
use toml::{Table, Value};

fn in_code(name: &str) -> String {
    name.replace('-', "_")
}

fn text<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Value::as_str)
}

fn table<'a>(table: &'a Table, key: &str) -> Option<&'a Table> {
    table.get(key).and_then(Value::as_table)
}

/// The tables of dependencies in this one. Cargo takes the names of two with `_` as well.
fn dependencies(of: &Table) -> impl Iterator<Item = &Table> {
    ["dependencies", "dev-dependencies", "dev_dependencies", "build-dependencies", "build_dependencies"]
        .into_iter()
        .filter_map(|key| table(of, key))
}

/// Name and path of the targets of one kind, an array of tables, which lie in this folder unless they say otherwise.
fn targets(manifest: &Table, key: &str, folder: &str) -> Vec<(Box<str>, Box<str>)> {
    let listed = manifest.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    listed
        .filter_map(|target| {
            let (name, path) = (text(target, "name"), text(target, "path"));
            let path = path.map(str::to_owned).or_else(|| name.map(|name| format!("{folder}/{name}.rs")))?;
            Some((name.unwrap_or_default().into(), path.into()))
        })
        .collect()
}

pub(super) fn parse(source: &str) -> Option<CargoManifest> {
    let raw: Table = source.parse().ok()?;
    let mut manifest = CargoManifest::default();
    let package = table(&raw, "package");
    if let Some(lib) = table(&raw, "lib") {
        let name = text(lib, "name").or_else(|| text(package?, "name")).unwrap_or_default();
        let path = text(lib, "path").unwrap_or("src/lib.rs");
        manifest.lib = Some((in_code(name).into(), path.into()));
    }
    manifest.binaries = targets(&raw, "bin", "src/bin");
    for (key, folder) in [("example", "examples"), ("test", "tests"), ("bench", "benches")] {
        manifest.other_targets.extend(targets(&raw, key, folder));
    }
    if let Some(package) = package {
        let field = |key| text(package, key).map(Into::into);
        manifest.name = field("name");
        manifest.description = field("description");
        manifest.version = field("version");
        manifest.edition = field("edition");
        if let Some(build) = field("build") {
            manifest.other_targets.push(("build-script".into(), build));
        }
    }
    let platforms = table(&raw, "target").into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let mut all: Vec<&Table> = dependencies(&raw).chain(platforms.flat_map(dependencies)).collect();
    if let Some(workspace) = table(&raw, "workspace") {
        let members = workspace.get("members").and_then(Value::as_array).into_iter().flatten();
        manifest.workspace_members = members.filter_map(Value::as_str).map(Into::into).collect();
        all.extend(table(workspace, "dependencies"));
    }
    for (name, dependency) in all.into_iter().flatten() {
        let local = Name::new(&in_code(name));
        if manifest.dependencies.iter().any(|(known, _)| *known == local) {
            continue;
        }
        let path = dependency.as_table().and_then(|dependency| {
            // Renamed: found by the package's name.
            let package = || text(dependency, "package").map(|package| format!("package:{package}"));
            text(dependency, "path").map(str::to_owned).or_else(package)
        });
        manifest.dependencies.push((local, path.map(Into::into)));
    }
    Some(manifest)
}
