//! Package manifests: what they say of names, entry points and how modules are found.
//!
//! A manifest that cannot be read as its format counts as saying nothing, and the report names it.

use crate::name::Name;
use serde::{Deserialize, Serialize};

/// What a manifest file says that resolution and reports use.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Manifest {
    Cargo(CargoManifest),
    Npm(NpmManifest),
    TsConfig(TsConfig),
    GoModule(GoModule),
    Python(PythonProject),
    /// What builds C and C++
    Native(NativeBuild),
}

/// `Cargo.toml`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CargoManifest {
    /// `package.name`; `None` for a workspace without a root package.
    pub name: Option<Box<str>>,
    pub description: Option<Box<str>>,
    pub version: Option<Box<str>>,
    pub edition: Option<Box<str>>,
    /// Library: (crate name with `_`, path relative to the manifest's folder).
    pub lib: Option<(Box<str>, Box<str>)>,
    /// Binaries, examples, tests and benches with a path of their own: (name, path).
    pub binaries: Vec<(Box<str>, Box<str>)>,
    pub other_targets: Vec<(Box<str>, Box<str>)>,
    /// Dependencies of all kinds: (name in code, with `_`; path for path dependencies).
    pub dependencies: Vec<(Name, Option<Box<str>>)>,
    pub workspace_members: Vec<Box<str>>,
}

/// `package.json`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NpmManifest {
    pub name: Option<Box<str>>,
    pub description: Option<Box<str>>,
    pub version: Option<Box<str>>,
    /// `type: "module"`.
    pub module: bool,
    pub main: Option<Box<str>>,
    /// `bin`: (command, file).
    pub bin: Vec<(Box<str>, Box<str>)>,
    /// `exports` and `imports` flattened: (subpath, condition path such as `import/types`, target).
    pub exports: Vec<(Box<str>, Box<str>, Box<str>)>,
    pub imports: Vec<(Box<str>, Box<str>, Box<str>)>,
    pub dependencies: Vec<Name>,
    pub scripts: Vec<(Box<str>, Box<str>)>,
    pub workspaces: Vec<Box<str>>,
}

/// `tsconfig.json` / `jsconfig.json`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TsConfig {
    pub extends: Vec<Box<str>>,
    pub base_url: Option<Box<str>>,
    /// `compilerOptions.paths`: (pattern, targets).
    pub paths: Vec<(Box<str>, Vec<Box<str>>)>,
    pub root_dirs: Vec<Box<str>>,
}

/// `go.mod`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct GoModule {
    pub path: Box<str>,
    /// `replace A => ./dir`
    pub replaced: Vec<(Box<str>, Box<str>)>,
    pub requires: Vec<Box<str>>,
}

/// `pyproject.toml`, `setup.cfg`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PythonProject {
    pub name: Option<Box<str>>,
    pub description: Option<Box<str>>,
    pub version: Option<Box<str>>,
    /// `project.scripts`: (command, `module:function`).
    pub scripts: Vec<(Box<str>, Box<str>)>,
    pub dependencies: Vec<Box<str>>,
    /// Folders below which packages are found, as far as written (`src`).
    pub package_roots: Vec<Box<str>>,
}

mod cargo;
mod go;
mod native;

pub use native::NativeBuild;
mod npm;
mod python;
mod tsconfig;

impl Manifest {
    /// Whether a file of this name is a manifest.
    pub fn is_manifest(path: &str) -> bool {
        let file = path.rsplit('/').next().unwrap_or(path);
        matches!(file, "Cargo.toml" | "package.json" | "go.mod" | "pyproject.toml" | "setup.cfg")
            || native::is_build_file(file)
            || ((file.starts_with("tsconfig") || file.starts_with("jsconfig")) && file.ends_with(".json"))
    }

    /// Reads a manifest; `None` if the file is none, or not of its format.
    pub fn parse(path: &str, source: &str) -> Option<Self> {
        let file = path.rsplit('/').next().unwrap_or(path);
        match file {
            "Cargo.toml" => cargo::parse(source).map(Self::Cargo),
            "package.json" => npm::parse(source).map(Self::Npm),
            "go.mod" => go::parse(source).map(Self::GoModule),
            "pyproject.toml" | "setup.cfg" => python::parse(file, source).map(Self::Python),
            _ if native::is_build_file(file) => Some(Self::Native(native::parse(source))),
            _ if Self::is_manifest(path) => tsconfig::parse(source).map(Self::TsConfig),
            _ => None,
        }
    }
}
