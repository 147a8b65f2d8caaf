//! Name, description and version of a project.

use super::manifests::{manifests, own_pom, xml_text};
use crate::project::Project;
use crate::prose;
use crate::readme::Readme;
use parseltongue_store::FileIndex;
use parseltongue_syntax::Manifest;

/// Name, description and version by the manifests at the root, else by the README's title or the folder.
pub(super) fn declared_identity(
    project: &Project,
    manifests: &[(FileIndex, Manifest)],
    readme: Option<&Readme>,
) -> (String, Option<String>, Option<String>) {
    let mut own: Option<(String, Option<String>, Option<String>)> = None;
    // Only what stands at the root speaks for the whole project.
    for (file, manifest) in manifests.iter().filter(|(file, _)| !project.snapshot.path(*file).contains('/')) {
        let text = |field: &Option<Box<str>>| field.as_deref().map(str::to_owned);
        let (name, description, version) = match manifest {
            Manifest::Cargo(cargo) => (text(&cargo.name), text(&cargo.description), text(&cargo.version)),
            // The root of a workspace has a name that nobody uses.
            Manifest::Npm(npm) if npm.workspaces.is_empty() && !project.has_file("pnpm-workspace.yaml") => {
                (text(&npm.name), text(&npm.description), text(&npm.version))
            }
            Manifest::Python(python) => (text(&python.name), text(&python.description), text(&python.version)),
            Manifest::GoModule(module) => (Some(module.path.to_string()), None, None),
            _ => continue,
        };
        let missing = own.as_ref().is_none_or(|(_, description, _)| {
            description.is_none() && project.snapshot.path(*file) == "pyproject.toml"
        });
        if let Some(name) = name.filter(|_| missing) {
            own = Some((name, description, version));
        }
    }
    let own = own.or_else(|| pom_identity(project)).or_else(|| written_name(project).map(|name| (name, None, None)));
    let root = project.source.path();
    let folder =
        root.file_name().map_or_else(|| root.display().to_string(), |name| name.to_string_lossy().into_owned());
    let title = || readme?.name().map(str::to_owned);
    own.unwrap_or_else(|| (title().unwrap_or(folder), None, None))
}

pub(super) fn name_of(project: &Project) -> String {
    declared_identity(project, &manifests(project), project.readme()).0
}

/// Name, description and version from a POM.
fn pom_identity(project: &Project) -> Option<(String, Option<String>, Option<String>)> {
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

/// The name in a build file that is a program: `CMakeLists.txt`.
fn written_name(project: &Project) -> Option<String> {
    let cmake = project.text("CMakeLists.txt");
    cmake.as_deref().and_then(|text| {
        let lower = text.to_lowercase();
        let start = lower.find("project(")? + "project(".len();
        let name = text[start..].split(|c: char| c.is_whitespace() || c == ')').find(|word| !word.is_empty())?;
        (!name.contains('$')).then(|| name.trim_matches('"').to_owned())
    })
}
