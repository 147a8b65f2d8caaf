//! Reads `Cargo.toml`.

use super::CargoManifest;
use crate::name::Name;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Raw {
    package: Option<Package>,
    lib: Option<Target>,
    #[serde(default)]
    bin: Vec<Target>,
    #[serde(default)]
    example: Vec<Target>,
    #[serde(default)]
    test: Vec<Target>,
    #[serde(default)]
    bench: Vec<Target>,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
    #[serde(default, alias = "dev_dependencies")]
    dev_dependencies: BTreeMap<String, Dependency>,
    #[serde(default, alias = "build_dependencies")]
    build_dependencies: BTreeMap<String, Dependency>,
    #[serde(default)]
    target: BTreeMap<String, Platform>,
    workspace: Option<Workspace>,
}

#[derive(Deserialize)]
struct Package {
    name: Option<String>,
    description: Option<toml::Value>,
    version: Option<toml::Value>,
    edition: Option<toml::Value>,
    build: Option<toml::Value>,
}

#[derive(Deserialize)]
struct Target {
    name: Option<String>,
    path: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Platform {
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
    #[serde(default)]
    dev_dependencies: BTreeMap<String, Dependency>,
    #[serde(default)]
    build_dependencies: BTreeMap<String, Dependency>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Dependency {
    Version(#[allow(dead_code)] String),
    Table { path: Option<String>, package: Option<String> },
    Other(#[allow(dead_code)] toml::Value),
}

#[derive(Deserialize)]
struct Workspace {
    #[serde(default)]
    members: Vec<String>,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
}

fn in_code(name: &str) -> String {
    name.replace('-', "_")
}

fn text(value: Option<toml::Value>) -> Option<Box<str>> {
    match value {
        Some(toml::Value::String(text)) => Some(text.into()),
        _ => None,
    }
}

pub(super) fn parse(source: &str) -> Option<CargoManifest> {
    let raw: Raw = toml::from_str(source).ok()?;
    let mut manifest = CargoManifest::default();
    let package_name = raw.package.as_ref().and_then(|package| package.name.clone());
    if let Some(lib) = raw.lib {
        let name = lib.name.or_else(|| package_name.clone()).unwrap_or_default();
        let path = lib.path.unwrap_or_else(|| "src/lib.rs".to_owned());
        manifest.lib = Some((in_code(&name).into(), path.into()));
    }
    let named = |targets: Vec<Target>, folder: &str| -> Vec<(Box<str>, Box<str>)> {
        targets
            .into_iter()
            .filter_map(|target| {
                let path = match (&target.path, &target.name) {
                    (Some(path), _) => path.clone(),
                    (None, Some(name)) => format!("{folder}/{name}.rs"),
                    (None, None) => return None,
                };
                Some((target.name.unwrap_or_default().into(), path.into()))
            })
            .collect()
    };
    manifest.binaries = named(raw.bin, "src/bin");
    for (targets, folder) in [(raw.example, "examples"), (raw.test, "tests"), (raw.bench, "benches")] {
        manifest.other_targets.extend(named(targets, folder));
    }
    if let Some(package) = raw.package {
        manifest.name = package.name.map(Into::into);
        manifest.description = text(package.description);
        manifest.version = text(package.version);
        manifest.edition = text(package.edition);
        if let Some(toml::Value::String(build)) = package.build {
            manifest.other_targets.push(("build-script".into(), build.into()));
        }
    }
    let mut all = vec![raw.dependencies, raw.dev_dependencies, raw.build_dependencies];
    for platform in raw.target.into_values() {
        all.extend([platform.dependencies, platform.dev_dependencies, platform.build_dependencies]);
    }
    if let Some(workspace) = raw.workspace {
        manifest.workspace_members = workspace.members.into_iter().map(Into::into).collect();
        all.push(workspace.dependencies);
    }
    for (name, dependency) in all.into_iter().flatten() {
        let local = Name::new(&in_code(&name));
        if manifest.dependencies.iter().any(|(known, _)| *known == local) {
            continue;
        }
        let path = match dependency {
            Dependency::Table { path: Some(path), .. } => Some(path),
            // Renamed: found by the package's name.
            Dependency::Table { path: None, package: Some(package) } => Some(format!("package:{package}")),
            _ => None,
        };
        manifest.dependencies.push((local, path.map(Into::into)));
    }
    Some(manifest)
}
