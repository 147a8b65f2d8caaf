//! Reads `package.json`.

use super::NpmManifest;
use crate::name::Name;
use serde_json::Value;

pub(super) fn parse(source: &str) -> Option<NpmManifest> {
    let value: Value = serde_json::from_str(source.trim_start_matches('\u{feff}')).ok()?;
    let object = value.as_object()?;
    let text = |key: &str| object.get(key).and_then(Value::as_str).map(Box::from);
    let name: Option<Box<str>> = text("name");
    let mut bin = Vec::new();
    match object.get("bin") {
        Some(Value::String(path)) => {
            let command = name.as_deref().unwrap_or("").rsplit('/').next().unwrap_or("");
            bin.push((command.into(), path.as_str().into()));
        }
        Some(Value::Object(entries)) => {
            for (command, path) in entries {
                if let Some(path) = path.as_str() {
                    bin.push((command.as_str().into(), path.into()));
                }
            }
        }
        _ => {}
    }
    let mut dependencies: Vec<Name> = Vec::new();
    for key in ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"] {
        for dependency in object.get(key).and_then(Value::as_object).into_iter().flat_map(|entries| entries.keys()) {
            let dependency = Name::new(dependency);
            if !dependencies.contains(&dependency) {
                dependencies.push(dependency);
            }
        }
    }
    let scripts = object
        .get("scripts")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(name, script)| Some((name.as_str().into(), script.as_str()?.into())))
        .collect();
    let workspaces = match object.get("workspaces") {
        Some(Value::Object(entries)) => entries.get("packages"),
        other => other,
    };
    let workspaces = workspaces
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|pattern| pattern.as_str().map(Box::from))
        .collect();
    Some(NpmManifest {
        description: text("description"),
        version: text("version"),
        module: object.get("type").and_then(Value::as_str) == Some("module"),
        main: text("source").or_else(|| text("module")).or_else(|| text("main")),
        bin,
        exports: entries(object.get("exports"), "."),
        imports: entries(object.get("imports"), "#"),
        dependencies,
        scripts,
        workspaces,
        name,
    })
}

/// `exports` or `imports` as (subpath, conditions joined by `/`, target).
fn entries(value: Option<&Value>, sign: &str) -> Vec<(Box<str>, Box<str>, Box<str>)> {
    let mut out = Vec::new();
    match value {
        Some(Value::Object(object)) if object.keys().any(|key| key.starts_with(sign)) => {
            for (subpath, target) in object {
                conditions(target, subpath, "", &mut out, 0);
            }
        }
        Some(target) => conditions(target, ".", "", &mut out, 0),
        None => {}
    }
    out
}

fn conditions(value: &Value, subpath: &str, path: &str, out: &mut Vec<(Box<str>, Box<str>, Box<str>)>, depth: u32) {
    if depth > 8 {
        return;
    }
    match value {
        Value::String(target) => {
            let condition = if path.is_empty() { "default" } else { path };
            out.push((subpath.into(), condition.into(), target.as_str().into()));
        }
        Value::Object(object) => {
            for (condition, target) in object {
                let path = if path.is_empty() { condition.clone() } else { format!("{path}/{condition}") };
                conditions(target, subpath, &path, out, depth + 1);
            }
        }
        Value::Array(targets) => {
            for target in targets {
                conditions(target, subpath, path, out, depth + 1);
            }
        }
        _ => {}
    }
}
