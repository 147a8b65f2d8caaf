//! Which file a module specifier leads to.

use crate::project::{FileId, Project};
use parseltongue_sort::StableSort;
use parseltongue_syntax::manifest::{Manifest, NpmManifest, TsConfig};
use rustc_hash::FxHashMap;

/// What a module specifier leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    File(FileId),
    /// A dependency or a module of the platform.
    External,
    /// Nothing in the project, and no known dependency.
    Nothing,
}

struct Package<'p> {
    /// The folder, without a slash at the end; empty for the root.
    folder: &'p str,
    manifest: &'p NpmManifest,
}

struct Paths {
    folder: String,
    base: Option<String>,
    patterns: Vec<(String, Vec<String>)>,
}

/// Module resolution of a project.
pub(super) struct Modules<'p> {
    project: &'p Project<'p>,
    packages: Vec<Package<'p>>,
    by_name: FxHashMap<&'p str, usize>,
    paths: Vec<Paths>,
}

/// What a written extension may stand for, best first.
const SUBSTITUTES: &[(&str, &[&str])] = &[
    (".js", &[".ts", ".tsx", ".js", ".jsx", ".d.ts"]),
    (".jsx", &[".tsx", ".jsx", ".d.ts"]),
    (".mjs", &[".mts", ".mjs", ".d.mts"]),
    (".cjs", &[".cts", ".cjs", ".d.cts"]),
    (".d.ts", &[".ts", ".tsx", ".d.ts"]),
];

/// Extensions that need not be written, best first.
const EXTENSIONS: &[&str] =
    &[".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".cts", ".cjs", ".d.ts", ".d.mts", ".d.cts"];

/// Conditions of `exports`, best first: sources before what is built from them.
const CONDITIONS: &[&str] = &["source", "development", "import", "module", "node", "require", "default", "types"];

impl<'p> Modules<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        let mut packages = Vec::new();
        let mut by_name = FxHashMap::default();
        let mut configs: FxHashMap<&str, (&str, &TsConfig)> = FxHashMap::default();
        let mut order = Vec::new();
        for (file, manifest) in project.manifests() {
            let path = project.file(file).path;
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            match manifest {
                Manifest::Npm(manifest) => {
                    if let Some(name) = &manifest.name {
                        by_name.entry(&**name).or_insert(packages.len());
                    }
                    packages.push(Package { folder, manifest });
                }
                Manifest::TsConfig(config) => {
                    configs.insert(path, (folder, config));
                    order.push(path);
                }
                _ => {}
            }
        }
        packages.stable_sort_by_key(|package: &Package<'_>| std::cmp::Reverse(package.folder.len()));
        by_name.clear();
        for (index, package) in packages.iter().enumerate() {
            if let Some(name) = &package.manifest.name {
                by_name.entry(&**name).or_insert(index);
            }
        }
        let mut paths: Vec<Paths> = Vec::new();
        for path in order {
            let file = path.rsplit('/').next().unwrap_or(path);
            if file != "tsconfig.json" && file != "jsconfig.json" && !file.starts_with("tsconfig.base") {
                continue;
            }
            let (folder, _) = configs[path];
            if let Some((base, patterns)) = inherited(path, &configs, 0)
                && !paths.iter().any(|known| known.folder == folder)
            {
                paths.push(Paths { folder: folder.to_owned(), base, patterns });
            }
        }
        paths.stable_sort_by_key(|paths| std::cmp::Reverse(paths.folder.len()));
        Self { project, packages, by_name, paths }
    }

    /// The file that `specifier` means in the file at `from`.
    pub(super) fn resolve(&self, from: &str, specifier: &str) -> Target {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let javascript = ["js", "mjs", "cjs", "jsx"]
            .iter()
            .any(|extension| from.rsplit_once('.').is_some_and(|(_, written)| written == *extension));
        if specifier.starts_with("./") || specifier.starts_with("../") || matches!(specifier, "." | "..") {
            return match join(folder, specifier).and_then(|path| self.file(&path, javascript)) {
                Some(file) => Target::File(file),
                None => Target::Nothing,
            };
        }
        if specifier.starts_with("node:") {
            return Target::External;
        }
        for paths in &self.paths {
            if !below(from, &paths.folder) {
                continue;
            }
            for (pattern, targets) in &paths.patterns {
                let Some(star) = matches(pattern, specifier) else { continue };
                for target in targets {
                    let path = target.replacen('*', star, 1);
                    if let Some(file) = join("", &path).and_then(|path| self.file(&path, javascript)) {
                        return Target::File(file);
                    }
                }
            }
            if let Some(base) = &paths.base
                && let Some(file) = join(base, specifier).and_then(|path| self.file(&path, javascript))
            {
                return Target::File(file);
            }
            break;
        }
        if specifier.starts_with('#') {
            return self.internal(from, specifier, javascript);
        }
        self.package(specifier, javascript).unwrap_or(Target::External)
    }

    /// `#x` of the package's `imports`.
    fn internal(&self, from: &str, specifier: &str, javascript: bool) -> Target {
        let Some(package) = self.packages.iter().find(|package| below(from, package.folder)) else {
            return Target::Nothing;
        };
        match self.mapped(package, &package.manifest.imports, specifier, javascript) {
            Some(file) => Target::File(file),
            None => Target::External,
        }
    }

    /// A package of the project by its name.
    fn package(&self, specifier: &str, javascript: bool) -> Option<Target> {
        let slashes = if specifier.starts_with('@') { 2 } else { 1 };
        let name_end = specifier.match_indices('/').nth(slashes - 1).map_or(specifier.len(), |(index, _)| index);
        let (name, rest) = specifier.split_at(name_end);
        let package = &self.packages[*self.by_name.get(name)?];
        let manifest = package.manifest;
        let subpath = format!(".{rest}");
        if let Some(file) = self.mapped(package, &manifest.exports, &subpath, javascript) {
            return Some(Target::File(file));
        }
        let candidates: Vec<String> = if rest.is_empty() {
            let main = manifest.main.as_deref().unwrap_or("index");
            vec![main.to_owned(), source_of(main), "src/index".to_owned(), "index".to_owned(), "src/main".to_owned()]
        } else {
            vec![rest[1..].to_owned(), format!("src/{}", &rest[1..])]
        };
        for candidate in candidates {
            if let Some(file) = join(package.folder, &candidate).and_then(|path| self.file(&path, javascript)) {
                return Some(Target::File(file));
            }
        }
        Some(Target::Nothing)
    }

    fn mapped(
        &self,
        package: &Package<'_>,
        entries: &[(Box<str>, Box<str>, Box<str>)],
        subpath: &str,
        javascript: bool,
    ) -> Option<FileId> {
        let mut found: Vec<(usize, String)> = Vec::new();
        for (pattern, condition, target) in entries {
            let Some(star) = matches(pattern, subpath) else { continue };
            let rank = condition
                .split('/')
                .map(|part| CONDITIONS.iter().position(|known| *known == part).unwrap_or(CONDITIONS.len()))
                .max()
                .unwrap_or(CONDITIONS.len());
            found.push((rank, target.replacen('*', star, 1)));
        }
        found.stable_sort_by_key(|(rank, _)| *rank);
        for (_, target) in &found {
            for path in [target.clone(), source_of(target)] {
                if let Some(file) = join(package.folder, &path).and_then(|path| self.file(&path, javascript)) {
                    return Some(file);
                }
            }
        }
        None
    }

    /// The source file at a path without or with its extension, or the index of a folder.
    fn file(&self, path: &str, javascript: bool) -> Option<FileId> {
        let at = |path: &str| self.project.file_at(path).filter(|file| self.project.file(*file).facts.is_some());
        for (written, substitutes) in SUBSTITUTES {
            if let Some(stem) = path.strip_suffix(written) {
                if javascript && let Some(file) = at(path) {
                    return Some(file);
                }
                for extension in *substitutes {
                    if let Some(file) = at(&format!("{stem}{extension}")) {
                        return Some(file);
                    }
                }
            }
        }
        if let Some(file) = at(path) {
            return Some(file);
        }
        let with = |stem: &str| EXTENSIONS.iter().find_map(|extension| at(&format!("{stem}{extension}")));
        if let Some(file) = with(path) {
            return Some(file);
        }
        // A folder: its own manifest, else its index.
        if let Some(package) = self.packages.iter().find(|package| package.folder == path && !path.is_empty())
            && let Some(main) = package.manifest.main.as_deref()
            && let Some(main) = join(path, main)
            && main != path
            && let Some(file) = at(&main).or_else(|| with(&main))
        {
            return Some(file);
        }
        with(&if path.is_empty() { "index".to_owned() } else { format!("{path}/index") })
    }
}

/// `paths` and `baseUrl` of a configuration, from what it extends if it has none.
#[expect(clippy::type_complexity)]
fn inherited(
    path: &str,
    configs: &FxHashMap<&str, (&str, &TsConfig)>,
    depth: u32,
) -> Option<(Option<String>, Vec<(String, Vec<String>)>)> {
    let (folder, config) = configs.get(path)?;
    let base = config.base_url.as_deref().and_then(|base| join(folder, base));
    if !config.paths.is_empty() {
        let root = base.clone().unwrap_or_else(|| (*folder).to_owned());
        let patterns = config
            .paths
            .iter()
            .map(|(pattern, targets)| {
                let targets = targets.iter().filter_map(|target| join(&root, target)).collect();
                (pattern.to_string(), targets)
            })
            .collect();
        return Some((base, patterns));
    }
    if depth < 8 {
        for extended in config.extends.iter().rev() {
            for candidate in [extended.to_string(), format!("{extended}.json"), format!("{extended}/tsconfig.json")] {
                if let Some(target) = join(folder, &candidate)
                    && let Some((inherited_base, patterns)) = inherited(&target, configs, depth + 1)
                {
                    return Some((base.or(inherited_base), patterns));
                }
            }
        }
    }
    base.map(|base| (Some(base), Vec::new()))
}

/// Whether a path is in a folder.
fn below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// What `*` of a pattern stands for in a text.
fn matches<'t>(pattern: &str, text: &'t str) -> Option<&'t str> {
    match pattern.split_once('*') {
        None => (pattern == text).then_some(""),
        Some((before, after)) => {
            let rest = text.strip_prefix(before)?.strip_suffix(after)?;
            Some(rest)
        }
    }
}

/// Where the source of a built file is by custom: `dist/x.js` from `src/x.ts`.
fn source_of(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut parts: Vec<&str> = path.split('/').collect();
    while parts.len() > 1
        && matches!(parts[0], "dist" | "build" | "lib" | "out" | "esm" | "cjs" | "es" | "types" | "modern" | "legacy")
    {
        parts.remove(0);
    }
    let joined = format!("src/{}", parts.join("/"));
    let stem = [".d.ts", ".d.mts", ".d.cts", ".mjs", ".cjs", ".js"]
        .iter()
        .find_map(|extension| joined.strip_suffix(extension))
        .unwrap_or(&joined);
    stem.to_owned()
}

/// A path relative to a folder, without `.` and `..`; `None` if it leads out of the root.
fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
