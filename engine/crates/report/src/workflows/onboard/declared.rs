//! What a project declares of itself: licence, required versions, packages of a workspace, how it is published.

use super::manifests::{json_file, manifests, own_pom, toml_file, xml_text};
use crate::folders::{folder_of, is_side_folder};
use crate::project::Project;
use crate::prose;
use parseltongue_syntax::Manifest;
use serde::Serialize;
use serde_json::Value;

/// Under which licence it may be used.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct License {
    pub name: String,
    /// The file that says so.
    pub source: String,
}

/// A tool or run-time that has to be there, in which version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Requirement {
    pub what: String,
    /// As written, such as `>=3.9`.
    pub version: String,
    /// The file that says so.
    pub source: String,
}

/// A command that installs the project, and where it is written or follows from.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InstallCommand {
    pub command: String,
    pub file: String,
    /// 1-based.
    pub line: u32,
}

/// A package of a workspace.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Package {
    pub name: String,
    /// Its folder, relative to the root.
    pub path: String,
    pub description: Option<String>,
}

/// How others get it, by a manifest that says how it is published; for a README that gives no command.
pub(super) fn published_as(project: &Project) -> Option<InstallCommand> {
    let line_of = |file: &str, sign: &str| {
        let text = project.text(file)?;
        text.lines().position(|line| line.contains(sign)).map(|index| index as u32 + 1)
    };
    let command = |command: String, file: &str, sign: &str| {
        Some(InstallCommand { command, file: file.to_owned(), line: line_of(file, sign).unwrap_or(1) })
    };
    if let Some(npm) = json_file(project, "package.json") {
        let text = |key: &str| npm.get(key).and_then(Value::as_str);
        let used = ["main", "exports", "bin", "module"].iter().any(|key| npm.get(key).is_some());
        if let (Some(name), Some(_), false) = (text("name"), text("version"), npm.get("private") == Some(&true.into()))
            && used
        {
            let global = if npm.get("bin").is_some() && npm.get("main").is_none() { " --global" } else { "" };
            return command(format!("npm install{global} {name}"), "package.json", "\"name\"");
        }
    }
    if let Some(package) = toml_file(project, "Cargo.toml").as_ref().and_then(|cargo| cargo.get("package")) {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str);
        // crates.io takes nothing without a description and a licence.
        let published = package.get("publish").is_none_or(|publish| publish.as_bool() == Some(true));
        if let (Some(name), Some(_), Some(_), true) = (text("name"), text("description"), text("license"), published) {
            let verb = if project.has_file("src/lib.rs") { "add" } else { "install" };
            return command(format!("cargo {verb} {name}"), "Cargo.toml", "name");
        }
    }
    if let Some(python) = toml_file(project, "pyproject.toml").as_ref().and_then(|python| python.get("project")) {
        // Who lists classifiers means to publish it.
        if let (Some(name), true) =
            (python.get("name").and_then(toml::Value::as_str), python.get("classifiers").is_some())
        {
            return command(format!("pip install {name}"), "pyproject.toml", "name");
        }
    }
    let pom = own_pom(project)?;
    let whole = project.text("pom.xml")?;
    let parent =
        whole.split_once("<parent>").and_then(|(_, rest)| rest.split_once("</parent>")).map(|(parent, _)| parent);
    let field = |tag: &str| xml_text(&pom, tag).or_else(|| xml_text(parent?, tag));
    let (group, artifact, version) = (field("groupId")?, xml_text(&pom, "artifactId")?, field("version")?);
    let packaging = xml_text(&pom, "packaging").unwrap_or("jar");
    let written = ![group, artifact, version].iter().any(|text| text.contains("${"));
    let sign = format!("<artifactId>{artifact}<");
    (written && matches!(packaging, "jar" | "bundle"))
        .then(|| command(format!("Maven {group}:{artifact}:{version}"), "pom.xml", &sign))?
}

pub(super) fn license(project: &Project) -> Option<License> {
    let found = |name: &str, source: &str| Some(License { name: name.to_owned(), source: source.to_owned() });
    if let Some(cargo) = toml_file(project, "Cargo.toml") {
        let workspace = cargo.get("workspace").and_then(|workspace| workspace.get("package"));
        for table in [cargo.get("package"), workspace].into_iter().flatten() {
            if let Some(name) = table.get("license").and_then(toml::Value::as_str) {
                return found(name, "Cargo.toml");
            }
        }
    }
    if let Some(name) = json_file(project, "package.json").as_ref().and_then(|npm| npm.get("license")?.as_str())
        && !name.to_uppercase().starts_with("SEE ")
    {
        return found(name, "package.json");
    }
    if let Some(license) =
        toml_file(project, "pyproject.toml").as_ref().and_then(|python| python.get("project")?.get("license"))
    {
        let text = license.as_str().or_else(|| license.get("text")?.as_str());
        if let Some(name) = text.filter(|text| !text.contains('\n')) {
            return found(name, "pyproject.toml");
        }
    }
    let names = project.folder("").into_iter().filter(|entry| !entry.is_folder).map(|entry| entry.name);
    let files: Vec<String> = names
        .filter(|name| {
            let upper = name.to_uppercase();
            ["LICENSE", "LICENCE", "COPYING", "UNLICENSE"].iter().any(|start| upper.starts_with(start))
        })
        .collect();
    let known: Vec<(&str, &String)> =
        files.iter().filter_map(|file| Some((license_by_text(&project.text(file)?)?, file))).collect();
    if let Some((_, file)) = known.first() {
        let mut names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        names.dedup();
        // The lesser licence is written as an exception from the other, and both texts are given.
        if names.iter().any(|name| name.starts_with("LGPL-")) {
            names.retain(|name| !name.starts_with("GPL-"));
        }
        return found(&names.join(" and "), file);
    }
    if let Some(pom) = own_pom(project)
        && let Some((_, licenses)) = pom.split_once("<license>")
        && let Some(name) = xml_text(licenses, "name")
    {
        return found(name, "pom.xml");
    }
    files.first().map(|file| License { name: "its own".to_owned(), source: file.clone() })
}

/// Sentences that only one licence has; the first that fits counts.
const LICENSE_TEXTS: &[(&str, &str)] = &[
    ("GNU AFFERO GENERAL PUBLIC LICENSE", "AGPL-3.0"),
    ("GNU LESSER GENERAL PUBLIC LICENSE Version 3", "LGPL-3.0"),
    ("GNU LESSER GENERAL PUBLIC LICENSE Version 2.1", "LGPL-2.1"),
    ("GNU GENERAL PUBLIC LICENSE Version 3", "GPL-3.0"),
    ("GNU GENERAL PUBLIC LICENSE Version 2", "GPL-2.0"),
    ("Apache License Version 2.0", "Apache-2.0"),
    ("Mozilla Public License Version 2.0", "MPL-2.0"),
    ("Eclipse Public License - v 2.0", "EPL-2.0"),
    ("Boost Software License", "BSL-1.0"),
    ("This is free and unencumbered software released into the public domain", "Unlicense"),
    ("Permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"),
    ("Permission to use, copy, modify, and/or distribute this software for any purpose", "ISC"),
    ("Permission to use, copy, modify, and distribute this software for any purpose", "ISC"),
    ("Neither the name", "BSD-3-Clause"),
    ("The name of the author may not be used", "BSD-3-Clause"),
    ("Redistributions in binary form must reproduce", "BSD-2-Clause"),
];

fn license_by_text(text: &str) -> Option<&'static str> {
    const LOOK: usize = 6000;
    let words: Vec<&str> = text.get(..LOOK).unwrap_or(text).split_whitespace().collect();
    let text = words.join(" ").replace("License, ", "License ").replace("names of", "name of");
    // A file with the licences of parts begins with its own.
    let own = LICENSE_TEXTS.iter().enumerate().filter_map(|(index, (sentence, name))| {
        let at = text.find(sentence)?;
        let start = if name.starts_with("BSD-") { text.find("Redistribution").unwrap_or(at).min(at) } else { at };
        Some((start, index, *name))
    });
    own.min().map(|(_, _, name)| name)
}

pub(super) fn requirements(project: &Project) -> Vec<Requirement> {
    let mut found: Vec<Requirement> = Vec::new();
    let mut add = |what: &str, version: &str, source: &str| {
        let version = version.trim();
        if !version.is_empty() && found.iter().all(|known| known.what != what) {
            found.push(Requirement { what: what.to_owned(), version: version.to_owned(), source: source.to_owned() });
        }
    };
    if let Some(cargo) = toml_file(project, "Cargo.toml") {
        let workspace = cargo.get("workspace").and_then(|workspace| workspace.get("package"));
        for table in [cargo.get("package"), workspace].into_iter().flatten() {
            if let Some(version) = table.get("rust-version").and_then(toml::Value::as_str) {
                add("Rust", &format!("{version} or newer"), "Cargo.toml");
            }
        }
    }
    if let Some(npm) = json_file(project, "package.json") {
        for (engine, what) in [
            ("node", "Node.js"),
            ("bun", "Bun"),
            ("deno", "Deno"),
            ("vscode", "VS Code"),
            ("npm", "npm"),
            ("pnpm", "pnpm"),
            ("yarn", "Yarn"),
        ] {
            if let Some(version) = npm.get("engines").and_then(|engines| engines.get(engine)).and_then(Value::as_str) {
                add(what, version, "package.json");
            }
        }
        if let Some((manager, version)) =
            npm.get("packageManager").and_then(Value::as_str).and_then(|text| text.split_once('@'))
        {
            add(manager, version.split('+').next().unwrap_or(version), "package.json");
        }
    }
    if let Some(python) = toml_file(project, "pyproject.toml") {
        let version = python.get("project").and_then(|project| project.get("requires-python"));
        let poetry = || python.get("tool")?.get("poetry")?.get("dependencies")?.get("python");
        if let Some(version) = version.or_else(poetry).and_then(toml::Value::as_str) {
            add("Python", version, "pyproject.toml");
        }
    }
    for file in ["setup.cfg", "setup.py"] {
        let Some(text) = project.text(file) else { continue };
        let version = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("python_requires"))
            .map(|rest| rest.trim_matches([' ', '=', ',', '"', '\'']));
        if let Some(version) = version.filter(|version| version.starts_with(['>', '~', '3', '!'])) {
            add("Python", version, file);
        }
    }
    if let Some(text) = project.text("go.mod")
        && let Some(version) = text.lines().find_map(|line| line.strip_prefix("go "))
    {
        add("Go", &format!("{version} or newer"), "go.mod");
    }
    if let Some(text) = project.text("pom.xml") {
        let tags = [
            "maven.compiler.release",
            "java.version",
            "javac.src.version",
            "maven.compiler.source",
            "maven.compiler.target",
            "release",
        ];
        if let Some(version) =
            tags.iter().find_map(|tag| xml_text(&text, tag)).filter(|version| !version.contains("${"))
        {
            add("Java", version, "pom.xml");
        }
    }
    for file in ["build.gradle", "build.gradle.kts"] {
        let Some(text) = project.text(file) else { continue };
        let after = ["JavaLanguageVersion.of(", "jvmToolchain(", "JavaVersion.VERSION_", "sourceCompatibility = "];
        let version = after.iter().find_map(|sign| {
            let (_, rest) = text.split_once(sign)?;
            let version: String = rest
                .trim_start_matches(['\'', '"'])
                .chars()
                .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '_'))
                .collect();
            (!version.is_empty()).then(|| version.replace('_', "."))
        });
        if let Some(version) = version {
            add("Java", &version, file);
        }
    }
    if let Some(text) = project.text("CMakeLists.txt") {
        let version_after = |sign: &str, least: fn(char) -> bool| -> Option<String> {
            let lower = text.to_lowercase();
            let at = lower.find(sign)? + sign.len();
            let version: String = lower[at..].trim_start().chars().take_while(|&c| least(c)).collect();
            (!version.is_empty()).then_some(version)
        };
        if let Some(version) = version_after("cmake_minimum_required(version", |c| c.is_ascii_digit() || c == '.') {
            // `3.1...3.18` is a range of policies that begins with the least version.
            let least = version.split("...").next().unwrap_or(&version);
            add("CMake", &format!("{least} or newer"), "CMakeLists.txt");
        }
        for (what, signs) in [("C++", ["cmake_cxx_standard ", "cxx_std_"]), ("C", ["cmake_c_standard ", "c_std_"])] {
            if let Some(version) = signs.iter().find_map(|sign| version_after(sign, |c| c.is_ascii_digit())) {
                add(what, &version, "CMakeLists.txt");
            }
        }
    }
    found
}

/// Packages below the root, if there are several: a workspace's map.
pub(super) fn packages(project: &Project) -> Vec<Package> {
    let snapshot = &project.snapshot;
    let mut found: Vec<Package> = Vec::new();
    for (file, manifest) in manifests(project) {
        let path = snapshot.path(file);
        let folder = folder_of(path);
        let (name, description) = match manifest {
            Manifest::Cargo(cargo) => (cargo.name, cargo.description),
            Manifest::Npm(npm) => (npm.name, npm.description),
            Manifest::Python(python) => (python.name, python.description),
            Manifest::GoModule(module) => (Some(module.path), None),
            Manifest::TsConfig(_) | Manifest::Native(_) => (None, None),
        };
        let Some(name) = name else { continue };
        if is_side_folder(folder) || found.iter().any(|known| known.path == folder) {
            continue;
        }
        let description = description.filter(|text| !text.trim().is_empty()).map(|text| prose::sentence(&text, 120));
        found.push(Package { name: name.into(), path: folder.to_owned(), description });
    }
    if let Some(pom) = project.text("pom.xml") {
        for module in
            pom.split("<module>").skip(1).filter_map(|rest| rest.split_once('<')).map(|(module, _)| module.trim())
        {
            let own = project.text(&format!("{module}/pom.xml"));
            let description =
                own.as_deref().and_then(|text| xml_text(text, "description")).map(|text| prose::sentence(text, 120));
            found.push(Package { name: module.to_owned(), path: module.to_owned(), description });
        }
    }
    for settings in ["settings.gradle", "settings.gradle.kts"] {
        let Some(text) = project.text(settings) else { continue };
        for line in text.lines().map(str::trim).filter(|line| line.starts_with("include")) {
            for module in line.split(['"', '\'']).skip(1).step_by(2) {
                let path = module.trim_start_matches(':').replace(':', "/");
                found.push(Package { name: module.to_owned(), path, description: None });
            }
        }
    }
    if found.len() > 1 { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_told_by_their_text() {
        assert_eq!(license_by_text("Apache License\n  Version 2.0, January 2004"), Some("Apache-2.0"));
        assert_eq!(
            license_by_text("Redistributions in binary form must reproduce x. Neither the names of y"),
            Some("BSD-3-Clause")
        );
        assert_eq!(license_by_text("All rights reserved"), None);
    }
}
