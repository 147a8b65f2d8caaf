//! What a project says of itself: name, description, version, licence, how it is installed and used.

use super::declared::{self, InstallCommand, License, Requirement};
use super::entry_points::library_file;
use super::manifests::manifests;
use super::modules::file_doc;
use super::naming::declared_identity;
use super::version::written_version;
use crate::project::Project;
use crate::prose;
use crate::readme::Readme;
use serde::Serialize;
use std::collections::BTreeSet;

/// What a project says of itself.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Identity {
    pub name: String,
    pub description: Option<String>,
    pub version: Option<String>,
    pub license: Option<License>,
    /// Tools and run-times that have to be there.
    pub requires: Vec<Requirement>,
    /// The first paragraphs of the README that say what it is.
    pub introduction: Vec<String>,
    /// What the README lists as features.
    pub features: Vec<String>,
    /// Commands that the README gives for installing it, else how it is installed by its manifest.
    pub install: Vec<InstallCommand>,
    /// The README's first example of use.
    pub example: Option<Example>,
    /// The manifests that were read.
    pub manifests: Vec<String>,
}

/// Code that a README shows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Example {
    /// The title above it.
    pub title: String,
    /// As the README names it; empty if it does not.
    pub language: String,
    pub text: String,
    pub file: String,
    /// 1-based.
    pub line: u32,
}

pub(super) fn identity(project: &Project) -> Identity {
    let manifests = manifests(project);
    let readme = project.readme();
    let (name, description, version) = declared_identity(project, &manifests, readme);
    let description = description.map(|text| prose::plain(&text)).filter(|text| !text.is_empty());
    let introduction: Vec<String> = readme
        .map_or_else(Vec::new, |readme| readme.introduction(description.is_some()))
        .into_iter()
        // Manifest and README often say the same.
        .filter(|paragraph| !description.as_deref().is_some_and(|said| says_the_same(said, paragraph)))
        .map(|paragraph| prose::shorten(paragraph, 500))
        .collect();
    let description = description.or_else(|| introduction.is_empty().then(|| described_for_linking(project)).flatten());
    let description = description.or_else(|| {
        // Without a word in manifest and README, the code may say it.
        let file = introduction.is_empty().then(|| library_file(project)).flatten()?;
        file_doc(project, &file)
    });
    let version = version.filter(|version| !version.contains([':', '$'])).or_else(|| written_version(project, &name));
    Identity {
        name,
        description,
        version,
        license: declared::license(project),
        requires: declared::requirements(project),
        features: readme
            .map_or_else(Vec::new, Readme::features)
            .into_iter()
            .map(|item| prose::sentence(item, 90))
            .collect(),
        install: readme
            .map(install_commands)
            .filter(|commands| !commands.is_empty())
            .unwrap_or_else(|| declared::published_as(project).into_iter().collect()),
        example: readme.and_then(example),
        introduction,
        manifests: manifests.iter().map(|&(file, _)| project.snapshot.path(file).to_owned()).collect(),
    }
}

/// What a C library says of itself to those who link it: the description in a pkg-config file.
fn described_for_linking(project: &Project) -> Option<String> {
    let files = project
        .folder("")
        .into_iter()
        .filter(|entry| !entry.is_folder && (entry.name.ends_with(".pc.in") || entry.name.ends_with(".pc.cmake")));
    // `libevent.pc.in` before `libevent_core.pc.in`.
    let name = files.map(|entry| entry.name).min_by_key(String::len)?;
    let text = project.text(&name)?;
    let line = text.lines().find_map(|line| line.strip_prefix("Description:"))?.trim();
    (!line.contains('@') && line.contains(' ')).then(|| line.to_owned())
}

/// Whether a paragraph says nothing that another text does not say.
fn says_the_same(text: &str, paragraph: &str) -> bool {
    const SHORT: usize = 12;
    let words = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2);
        words.map(str::to_lowercase).collect()
    };
    let (said, new) = (words(text), words(paragraph));
    // A short paragraph that repeats most of it says as little as a long one that repeats nearly all.
    let (least, of) = if new.len() <= SHORT { (2, 3) } else { (4, 5) };
    new.intersection(&said).count() * of >= new.len() * least
}

fn install_commands(readme: &Readme) -> Vec<InstallCommand> {
    const SHOWN: usize = 4;
    let commands = readme.install_commands().into_iter().take(SHOWN);
    commands
        .map(|(command, line)| InstallCommand { command: command.to_owned(), file: readme.file.clone(), line })
        .collect()
}

fn example(readme: &Readme) -> Option<Example> {
    const LINES: usize = 24;
    let (section, code) = readme.example()?;
    let installs = readme.install_commands();
    let line = |line: &str| line.trim().trim_start_matches(['$', '>', '%']).trim().to_owned();
    if code
        .text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .all(|own| installs.iter().any(|(known, _)| *known == line(own)))
    {
        return None;
    }
    let lines: Vec<&str> = code.text.lines().collect();
    let mut text = lines[..lines.len().min(LINES)].join("\n");
    if lines.len() > LINES {
        text.push_str(&format!("\n… {} more lines", lines.len() - LINES));
    }
    Some(Example {
        title: if crate::readme::is_aside(&section.title) { String::new() } else { section.title.clone() },
        language: code.language.clone(),
        text,
        file: readme.file.clone(),
        line: code.line,
    })
}
