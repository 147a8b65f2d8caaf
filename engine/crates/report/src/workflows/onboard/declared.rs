//! What a project declares in files that the map does not hold whole: licence, required versions,
//! dependencies, packages of a workspace.

use super::identity::{ReadmeCommand, manifests};
use super::libraries;
use crate::folders::{folder_of, is_side_folder};
use crate::project::Project;
use crate::prose;
use parseltongue_sort::StableSort;
use parseltongue_store::FileIndex;
use parseltongue_syntax::{Language, Manifest};
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

/// A library that the project is built on.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dependency {
    pub name: String,
    /// What it is for: from its own manifest if it is installed, else known by name.
    pub purpose: Option<String>,
    /// Source files, tests left out, that import it.
    pub files: usize,
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

/// A TOML file at the root; `None` if it is not there or broken.
pub(super) fn toml_file(project: &Project, path: &str) -> Option<toml::Table> {
    project.text(path)?.parse().ok()
}

fn json_file(project: &Project, path: &str) -> Option<Value> {
    serde_json::from_str(project.text(path)?.trim_start_matches('\u{feff}')).ok()
}

/// The text between the first `<tag>` and its end, for the flat parts of a POM.
fn xml_text<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    Some(rest.split_once('<')?.0.trim())
}

/// A POM without what stands in parts of it that speak of something else than the project itself.
fn own_pom(project: &Project) -> Option<String> {
    let text = project.text("pom.xml")?;
    let other = [
        "parent",
        "dependencies",
        "dependencyManagement",
        "build",
        "profiles",
        "reporting",
        "developers",
        "contributors",
        "organization",
    ];
    Some(without_elements(&text, &other))
}

/// XML without elements of these names.
fn without_elements(text: &str, names: &[&str]) -> String {
    let mut text = text.to_owned();
    for name in names {
        while let (Some(start), Some(end)) = (text.find(&format!("<{name}>")), text.find(&format!("</{name}>"))) {
            if end < start {
                break;
            }
            text.replace_range(start..end + name.len() + 3, "");
        }
    }
    text
}

/// Name, description and version from a POM.
pub(super) fn pom_identity(project: &Project) -> Option<(String, Option<String>, Option<String>)> {
    let pom = own_pom(project)?;
    let name = xml_text(&pom, "name").filter(|name| !name.contains("${")).or_else(|| xml_text(&pom, "artifactId"))?;
    // The root of a build of several modules calls itself so.
    let lower = name.to_lowercase();
    let end = ["(parent)", " parent", "-parent"].into_iter().find(|end| lower.ends_with(end)).unwrap_or("");
    // Lower case may have another length in bytes, but not that of these ends.
    let name = name[..name.len() - end.len()].trim();
    // `project pom.xml file` describes the manifest.
    let of_manifest = |text: &str| text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "pom");
    let description =
        xml_text(&pom, "description").map(prose::plain).filter(|text| !text.is_empty() && !of_manifest(text));
    Some((name.to_owned(), description, xml_text(&pom, "version").map(str::to_owned)))
}

/// The version where no manifest holds it as text: in a Python package's own file, in `CMakeLists.txt`, in
/// `configure.ac`, in `gradle.properties`.
pub(super) fn written_version(project: &Project, name: &str) -> Option<String> {
    let is_version = |text: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
        text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('.') && text.chars().all(plain)
    };
    let kept = |text: &str| Some(text.trim().to_owned()).filter(|text| is_version(text));
    let module = name.replace('-', "_").to_lowercase();
    for folder in ["", "src/", "lib/"] {
        let written = ["VERSION", "VERSION.txt"].into_iter().find_map(|file| {
            let text = project.text(&format!("{folder}{module}/{file}"))?;
            text.lines().next().and_then(kept)
        });
        if written.is_some() {
            return written;
        }
        for file in ["__init__", "__version__", "_version", "version", "__about__"] {
            let Some(text) = project.text(&format!("{folder}{module}/{file}.py")) else { continue };
            // `version = (1, 2, 0)` may stand beside it.
            let value = text.lines().find_map(|line| {
                let (left, right) = line.split_once('=')?;
                let own =
                    matches!(left.split(':').next().unwrap_or(left).trim(), "__version__" | "VERSION" | "version");
                let value = right.split('#').next().unwrap_or(right).trim().trim_matches(['"', '\'']);
                own.then(|| kept(value)).flatten()
            });
            if value.is_some() {
                return value;
            }
        }
    }
    if let Some(text) = project.text("CMakeLists.txt") {
        let start = text.to_lowercase().find("project(");
        let call = start.and_then(|start| text[start..].split(')').next());
        let mut words = call.unwrap_or("").split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("version"));
        if let Some(version) = words.nth(1).and_then(kept) {
            return Some(version);
        }
    }
    for file in ["configure.ac", "configure.in"] {
        let Some(text) = project.text(file) else { continue };
        let Some((_, call)) = text.split_once("AC_INIT(") else { continue };
        let second = call.split(')').next().unwrap_or(call).split(',').nth(1).unwrap_or("");
        if let Some(version) = kept(second.trim().trim_matches(['[', ']'])) {
            return Some(version);
        }
    }
    let by_gradle = project.text("gradle.properties").and_then(|text| {
        text.lines().find_map(|line| line.strip_prefix("version")?.trim_start().strip_prefix('=').and_then(kept))
    });
    by_gradle
        .or_else(|| kept(project.text("VERSION")?.lines().next()?))
        .or_else(|| version_in_code(project, name, &kept))
}

/// The version in a file of code that is named for it: `#define SHOP_VERSION "1.2.3"` or its three numbers,
/// `const Version = "v1.2.3"`.
fn version_in_code(project: &Project, name: &str, kept: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let snapshot = &project.snapshot;
    let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let header = super::identity::library_file(project);
    let stem =
        |path: &str| path.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or("").to_lowercase();
    let mut paths: Vec<&str> = (0..snapshot.files().len())
        .map(FileIndex::from_index)
        .filter(|&file| matches!(snapshot.file(file).language(), Some(Language::C | Language::Cpp | Language::Go)))
        .map(|file| snapshot.path(file))
        .filter(|path| {
            !is_side_folder(path) && (stem(path) == "version" || stem(path) == name || header.as_deref() == Some(path))
        })
        .collect();
    paths.stable_sort_by_key(|path| (stem(path) != "version", path.matches('/').count()));
    paths.into_iter().find_map(|path| {
        let text = project.text(path)?;
        let defined = |line: &str| -> Option<(String, String)> {
            let words = line.trim().strip_prefix("#define").or_else(|| line.trim().strip_prefix("const"))?;
            let (left, right) = words.trim().split_once([' ', '\t'])?;
            let value = right.trim().trim_start_matches('=').trim_start();
            Some((left.to_lowercase(), value.split("//").next().unwrap_or(value).split("/*").next()?.trim().to_owned()))
        };
        let all: Vec<(String, String)> = text.lines().filter_map(defined).collect();
        let whole = all.iter().filter(|(left, _)| left.ends_with("version") || left.ends_with("version_string"));
        let quoted = |value: &str| kept(value.strip_prefix('"')?.strip_suffix('"')?.trim_start_matches('v'));
        whole.clone().find_map(|(_, value)| quoted(value)).or_else(|| {
            let part = |names: &[&str]| {
                let is_part = |left: &str| left.contains("ver") && names.iter().any(|end| left.ends_with(end));
                all.iter().find(|(left, _)| is_part(left)).and_then(|(_, value)| value.parse::<u32>().ok())
            };
            let (major, minor) = (part(&["major"])?, part(&["minor"])?);
            let patch = part(&["patch", "micro", "patchlevel", "revision"]);
            Some(patch.map_or(format!("{major}.{minor}"), |patch| format!("{major}.{minor}.{patch}")))
        })
    })
}

/// How others get it, by a manifest that says how it is published; for a README that gives no command.
pub(super) fn published_as(project: &Project) -> Option<ReadmeCommand> {
    let line_of = |file: &str, sign: &str| {
        let text = project.text(file)?;
        text.lines().position(|line| line.contains(sign)).map(|index| index as u32 + 1)
    };
    let command = |command: String, file: &str, sign: &str| {
        Some(ReadmeCommand { command, file: file.to_owned(), line: line_of(file, sign).unwrap_or(1) })
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

pub(super) fn dependencies(project: &Project) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = Vec::new();
    let mut add = |name: &str, purpose: Option<String>| {
        if !name.is_empty() && found.iter().all(|known| known.name != name) {
            let purpose = purpose.or_else(|| libraries::purpose(name).map(str::to_owned));
            found.push(Dependency { name: name.to_owned(), purpose, files: 0 });
        }
    };
    let snapshot = &project.snapshot;
    let manifests = manifests(project);
    let own: Vec<String> = manifests
        .iter()
        .filter_map(|(_, manifest)| match manifest {
            Manifest::Cargo(cargo) => cargo.name.as_deref().map(str::to_owned),
            Manifest::Npm(npm) => npm.name.as_deref().map(str::to_owned),
            Manifest::Python(python) => python.name.as_deref().map(str::to_owned),
            Manifest::GoModule(module) => Some(module.path.to_string()),
            Manifest::TsConfig(_) | Manifest::Native(_) => None,
        })
        .collect();
    let foreign = |name: &str| own.iter().all(|known| !known.eq_ignore_ascii_case(name));
    for (file, _) in &manifests {
        let path = snapshot.path(*file);
        let folder = folder_of(path);
        if is_side_folder(folder) {
            continue;
        }
        match path.rsplit('/').next().unwrap_or(path) {
            "Cargo.toml" => {
                let Some(cargo) = toml_file(project, path) else { continue };
                let names =
                    cargo.get("dependencies").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
                names.filter(|name| foreign(name)).for_each(|name| add(name, None));
            }
            "package.json" => {
                let Some(npm) = json_file(project, path) else { continue };
                for key in ["dependencies", "peerDependencies"] {
                    for name in npm.get(key).and_then(Value::as_object).into_iter().flat_map(|names| names.keys()) {
                        if foreign(name) {
                            let installed = json_file(project, &format!("node_modules/{name}/package.json"));
                            let purpose = installed.as_ref().and_then(|npm| npm.get("description")?.as_str());
                            add(name, purpose.map(|text| prose::sentence(text, 80)));
                        }
                    }
                }
            }
            "go.mod" => {
                let Some(text) = project.text(path) else { continue };
                let required = text.lines().map(|line| line.trim().trim_start_matches("require ").trim());
                let direct = required
                    .filter(|line| line.contains(" v") && !line.contains("// indirect") && !line.contains("=>"));
                direct
                    .filter_map(|line| line.split_whitespace().next())
                    .filter(|name| name.contains('.') && foreign(name))
                    .for_each(|name| add(name, None));
            }
            _ => {}
        }
    }
    for (file, manifest) in &manifests {
        let folder = folder_of(snapshot.path(*file));
        if let Manifest::Python(python) = manifest
            && !is_side_folder(folder)
        {
            python
                .dependencies
                .iter()
                .filter(|name| foreign(name) && &***name != "python")
                .for_each(|name| add(name, None));
        }
    }
    let own_artifact = own_pom(project).and_then(|pom| xml_text(&pom, "artifactId").map(str::to_owned));
    let pom = project.text("pom.xml").map(|text| {
        // The root of several modules manages for them what they are built on.
        let managed = if text.contains("<module>") { "reporting" } else { "dependencyManagement" };
        without_elements(&text, &["build", "reporting", managed])
    });
    for part in pom.as_deref().unwrap_or("").split("<dependency>").skip(1) {
        let part = part.split("</dependency>").next().unwrap_or(part);
        if xml_text(part, "scope").is_none_or(|scope| scope != "test")
            && let (Some(group), Some(artifact)) = (xml_text(part, "groupId"), xml_text(part, "artifactId"))
            && !group.contains("${")
            // A plugin may compare it with an older version of itself.
            && own_artifact.as_deref() != Some(artifact)
        {
            add(&format!("{group}:{artifact}"), None);
        }
    }
    count_imports(project, &mut found);
    found.stable_sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.name.cmp(&b.name)));
    found
}

/// Counts the files that name each dependency where their language imports something.
fn count_imports(project: &Project, dependencies: &mut [Dependency]) {
    /// Reading more than this again for a count is not worth the wait.
    const MOST_BYTES: u64 = 64 * 1024 * 1024;
    let snapshot = &project.snapshot;
    let files =
        snapshot.files().iter().filter(|file| file.language().is_some() && file.skipped().is_none() && !file.is_test());
    if dependencies.is_empty() || files.clone().map(|file| file.size).sum::<u64>() > MOST_BYTES {
        return;
    }
    let needles: Vec<Vec<String>> = dependencies.iter().map(|dependency| import_needles(&dependency.name)).collect();
    for file in files {
        let Ok(text) = project.source.read_text(snapshot.str(file.path)) else { continue };
        let language = file.language();
        for (dependency, needles) in dependencies.iter_mut().zip(&needles) {
            dependency.files += usize::from(needles.iter().any(|needle| imports(&text, language, needle)));
        }
    }
}

/// How source files name a dependency: `serde::`, `"express"`, `import yaml`, `"github.com/a/b`.
fn import_needles(name: &str) -> Vec<String> {
    if let Some((group, _)) = name.split_once(':') {
        return vec![format!("import {group}.")];
    }
    if name.contains('.') && name.contains('/') {
        return vec![format!("\"{name}\""), format!("\"{name}/")];
    }
    let module = name.replace('-', "_");
    let lower = module.to_lowercase();
    let python = libraries::PYTHON_MODULES
        .iter()
        .find(|(package, _)| package.eq_ignore_ascii_case(name))
        .map_or(lower.as_str(), |(_, module)| module);
    let mut needles = vec![format!("{module}::"), format!("import {python}"), format!("from {python}")];
    for quote in ['"', '\''] {
        needles.extend([format!("{quote}{name}{quote}"), format!("{quote}{name}/")]);
    }
    needles
}

/// Whether a source file imports what a needle names, written as its language writes it; a string is an import in
/// JavaScript behind a word that imports.
fn imports(text: &str, language: Option<Language>, needle: &str) -> bool {
    let is_string = needle.starts_with(['"', '\'']);
    match language {
        Some(Language::JavaScript | Language::TypeScript | Language::Tsx) => {
            is_string
                && text.match_indices(needle).any(|(at, _)| {
                    let before = text[..at].trim_end();
                    ["from", "import", "require(", "import("].iter().any(|word| before.ends_with(word))
                })
        }
        Some(Language::Rust) => needle.ends_with("::") && contains_word(text, needle),
        Some(Language::Go) => is_string && contains_word(text, needle),
        Some(Language::Python | Language::Java) => {
            needle.starts_with(['i', 'f']) && needle.contains(' ') && contains_word(text, needle)
        }
        Some(Language::C | Language::Cpp) | None => false,
    }
}

/// Whether a text stands there by itself, not as the end of a longer word or the start of one.
fn contains_word(text: &str, needle: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(needle).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + needle.len()..].chars().next();
        !before.is_some_and(|c| is_word(c) && needle.starts_with(is_word))
            && !after.is_some_and(|c| is_word(c) && needle.ends_with(is_word))
    })
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

    #[test]
    fn an_import_is_a_word_of_its_own() {
        assert!(contains_word("use serde::Serialize;", "serde::"));
        assert!(!contains_word("use my_serde::Serialize;", "serde::"));
        assert!(contains_word("import yaml\n", "import yaml"));
        assert!(!contains_word("import yamlish\n", "import yaml"));
    }
}
