//! Reads Python project files.

use super::PythonProject;
use toml::{Table, Value};

pub(super) fn parse(file: &str, source: &str) -> Option<PythonProject> {
    if file == "setup.cfg" { Some(setup_cfg(source)) } else { pyproject(source) }
}

fn text(table: &Table, key: &str) -> Option<Box<str>> {
    table.get(key)?.as_str().map(Into::into)
}

fn pyproject(source: &str) -> Option<PythonProject> {
    let root: Table = source.parse().ok()?;
    let mut project = PythonProject::default();
    let empty = Table::new();
    let tool = root.get("tool").and_then(Value::as_table).unwrap_or(&empty);
    let poetry = tool.get("poetry").and_then(Value::as_table).unwrap_or(&empty);
    for table in [root.get("project").and_then(Value::as_table).unwrap_or(&empty), poetry] {
        project.name = project.name.or_else(|| text(table, "name"));
        project.description = project.description.or_else(|| text(table, "description"));
        project.version = project.version.or_else(|| text(table, "version"));
        for scripts in ["scripts", "gui-scripts"] {
            let Some(scripts) = table.get(scripts).and_then(Value::as_table) else { continue };
            for (command, target) in scripts {
                if let Some(target) = target.as_str() {
                    project.scripts.push((command.as_str().into(), target.into()));
                }
            }
        }
        match table.get("dependencies") {
            Some(Value::Array(items)) => {
                project
                    .dependencies
                    .extend(items.iter().filter_map(Value::as_str).map(|item| requirement(item).into()));
            }
            Some(Value::Table(items)) => {
                project.dependencies.extend(items.keys().map(|name| name.as_str().into()));
            }
            _ => {}
        }
    }
    let folder = |value: &Value| value.as_str().map(|root| Box::from(root.trim_matches(['/', '.'])));
    let setuptools = tool.get("setuptools").and_then(Value::as_table).unwrap_or(&empty);
    if let Some(folders) = setuptools.get("package-dir").and_then(Value::as_table) {
        project.package_roots.extend(folders.get("").and_then(folder));
    }
    let found = setuptools.get("packages").and_then(|packages| packages.get("find"));
    if let Some(Value::Array(folders)) = found.and_then(|find| find.get("where")) {
        project.package_roots.extend(folders.iter().filter_map(folder));
    }
    if let Some(Value::Array(packages)) = poetry.get("packages") {
        project.package_roots.extend(packages.iter().filter_map(|package| package.get("from")).filter_map(folder));
    }
    let hatch = tool.get("hatch").and_then(|hatch| hatch.get("build")).and_then(|build| build.get("sources"));
    if let Some(Value::Array(folders)) = hatch {
        project.package_roots.extend(folders.iter().filter_map(folder));
    }
    for (tool_name, key) in [("pyright", "extraPaths"), ("mypy", "mypy_path")] {
        let Some(table) = tool.get(tool_name).and_then(Value::as_table) else { continue };
        if let Some(Value::Array(folders)) = table.get(key) {
            project.package_roots.extend(folders.iter().filter_map(folder));
        }
    }
    project.package_roots.retain(|root| !root.is_empty());
    Some(project)
}

/// The name in a requirement such as `httpx[http2] >= 0.27 ; python_version < "4"`.
fn requirement(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    &text[..end]
}

fn setup_cfg(source: &str) -> PythonProject {
    let mut project = PythonProject::default();
    let mut section = String::new();
    let mut key = String::new();
    for line in source.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.trim().clone_into(&mut section);
            key.clear();
            continue;
        }
        let continued = line.starts_with([' ', '\t']);
        let value = match trimmed.split_once('=') {
            Some((name, value)) if !continued => {
                name.trim().clone_into(&mut key);
                value.trim()
            }
            _ => trimmed,
        };
        if value.is_empty() {
            continue;
        }
        match (section.as_str(), key.as_str()) {
            ("metadata", "name") => project.name = Some(value.into()),
            ("metadata", "version") => project.version = Some(value.into()),
            ("metadata", "description") => project.description = Some(value.into()),
            ("options", "install_requires") => project.dependencies.push(requirement(value).into()),
            ("options", "package_dir") => {
                let root = value.split_once('=').map_or(value, |(_, root)| root.trim());
                project.package_roots.push(root.into());
            }
            ("options.packages.find", "where") => project.package_roots.push(value.into()),
            ("options.entry_points", "console_scripts") => {
                if let Some((command, target)) = value.split_once('=') {
                    project.scripts.push((command.trim().into(), target.trim().into()));
                }
            }
            _ => {}
        }
    }
    project
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pyproject_tells_name_scripts_dependencies_and_roots() {
        let project = parse(
            "pyproject.toml",
            r#"
[project]
name = "shop"
dependencies = ["httpx[http2] >= 0.27", "click"]
[project.scripts]
shop = "shop.cli:main"
[tool.setuptools.packages.find]
where = ["lib"]
"#,
        )
        .expect("it is a table");
        assert_eq!(project.name.as_deref(), Some("shop"));
        assert_eq!(project.scripts, [("shop".into(), "shop.cli:main".into())]);
        assert_eq!(project.dependencies, [Box::from("httpx"), Box::from("click")]);
        assert_eq!(project.package_roots, [Box::from("lib")]);
    }

    #[test]
    fn setup_cfg_tells_the_same() {
        let project = parse(
            "setup.cfg",
            "[metadata]\nname = shop\n[options]\npackage_dir =\n    = lib\ninstall_requires =\n    httpx>=0.27\n\
             [options.entry_points]\nconsole_scripts =\n    shop = shop.cli:main\n",
        )
        .expect("never fails");
        assert_eq!(project.name.as_deref(), Some("shop"));
        assert_eq!(project.scripts, [("shop".into(), "shop.cli:main".into())]);
        assert_eq!(project.dependencies, [Box::from("httpx")]);
        assert_eq!(project.package_roots, [Box::from("lib")]);
    }

    #[test]
    fn broken_toml_says_nothing() {
        assert!(parse("pyproject.toml", "[project\nname").is_none());
    }
}
