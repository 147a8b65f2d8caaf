//! What the standard library's signatures say, as stub files of our own that hold only what carries types
//! through. They are read with the same extractor as the project and resolved by the same rules.

use super::index::FileIndex;
use crate::library_text::{LibraryText, library_text};
use parseltongue_syntax::facts::{DefId, FileFacts};
use parseltongue_syntax::{Language, Name};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

macro_rules! stubs {
    ($($module:literal => $file:literal),* $(,)?) => {
        const SOURCES: &[(&str, LibraryText)] = &[$(($module, library_text!(concat!("python/stubs/", $file)))),*];
    };
}

stubs! {
    "builtins" => "builtins.pyi",
    "typing" => "typing.pyi",
    "collections" => "collections.pyi",
    "stdlib" => "stdlib.pyi",
}

/// Modules that are looked up in another stub: many small ones share a file.
const ALIASES: &[(&str, &str)] =
    &[("typing_extensions", "typing"), ("collections.abc", "typing"), ("_typeshed", "typing"), ("types", "typing")];

/// Modules whose few typed names all live in the stub `stdlib`.
const IN_STDLIB: &[&str] = &[
    "contextlib",
    "functools",
    "itertools",
    "weakref",
    "re",
    "os",
    "os.path",
    "pathlib",
    "io",
    "copy",
    "enum",
    "abc",
    "dataclasses",
    "asyncio",
    "threading",
    "queue",
    "logging",
    "json",
    "datetime",
    "time",
    "operator",
    "inspect",
    "subprocess",
    "tempfile",
    "shutil",
    "random",
    "math",
    "decimal",
    "fractions",
    "uuid",
    "string",
    "textwrap",
    "urllib.parse",
    "socket",
    "ssl",
    "concurrent.futures",
    "argparse",
    "configparser",
    "csv",
    "glob",
    "heapq",
    "bisect",
    "hashlib",
    "base64",
    "struct",
    "sys",
    "traceback",
    "warnings",
    "contextvars",
    "unittest",
    "ast",
    "http",
    "zipfile",
    "numbers",
    "codecs",
    "importlib",
    "platform",
    "signal",
    "select",
    "secrets",
    "pprint",
];

struct Read {
    facts: FileFacts,
    /// The definitions inside each definition.
    members: Vec<Vec<DefId>>,
    /// Top-level definitions by name.
    names: FxHashMap<&'static str, DefId>,
}

/// A stub file, read when first asked for.
pub(super) struct Stub {
    pub(super) module: &'static str,
    source: LibraryText,
    facts: OnceLock<Read>,
    index: OnceLock<FileIndex>,
}

impl Stub {
    pub(super) fn facts(&self) -> &FileFacts {
        &self.read().facts
    }

    /// The definitions inside each definition.
    pub(super) fn members(&self, def: DefId) -> &[DefId] {
        self.read().members.get(def.index()).map_or(&[], Vec::as_slice)
    }

    /// A top-level definition.
    pub(super) fn named(&self, name: &str) -> Option<DefId> {
        self.read().names.get(name).copied()
    }

    fn read(&self) -> &Read {
        self.facts.get_or_init(|| {
            let path = format!("{}.pyi", self.module);
            let facts = parseltongue_syntax::extract(Language::Python, &path, &self.source.unpack());
            let mut members = vec![Vec::new(); facts.defs.len()];
            for (id, def) in facts.defs().skip(1) {
                members[def.parent.index()].push(id);
            }
            let mut names = FxHashMap::default();
            for &def in &members[DefId::FILE.index()] {
                names.entry(facts.def(def).name.as_str()).or_insert(def);
            }
            Read { facts, members, names }
        })
    }

    pub(super) fn index(&self) -> &FileIndex {
        self.index.get_or_init(|| FileIndex::new(self.facts()))
    }
}

pub(super) fn all() -> Vec<Stub> {
    SOURCES
        .iter()
        .map(|&(module, source)| Stub { module, source, facts: OnceLock::new(), index: OnceLock::new() })
        .collect()
}

/// The stub of a standard library module, by its place in [`all`].
pub(super) fn find(module: &[Name]) -> Option<usize> {
    let dotted = module.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(".");
    let dotted = dotted.as_str();
    let name = ALIASES.iter().find(|(alias, _)| *alias == dotted).map_or(dotted, |&(_, module)| module);
    let name = if IN_STDLIB.contains(&name) { "stdlib" } else { name };
    SOURCES.iter().position(|(known, _)| *known == name)
}
