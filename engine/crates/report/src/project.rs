//! An opened project as answers see it.

use crate::readme::{Mentions, Readme};
use parseltongue_sort::StableSort;
use parseltongue_store::snapshot::{EntityId, EntityRecord, Snapshot};
use parseltongue_store::{Opened, Source, find};
use parseltongue_syntax::Language;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// An opened project with what answers have read of it so far: texts, the README.
pub struct Project {
    pub source: Source,
    pub snapshot: Snapshot,
    texts: RefCell<rustc_hash::FxHashMap<String, Option<Rc<str>>>>,
    readme: OnceCell<Option<Readme>>,
    mentions: OnceCell<Mentions>,
}

impl Project {
    pub fn new(opened: Opened) -> Self {
        Self {
            source: opened.source,
            snapshot: opened.snapshot,
            texts: RefCell::default(),
            readme: OnceCell::new(),
            mentions: OnceCell::new(),
        }
    }

    /// The README at the root, read once.
    pub(crate) fn readme(&self) -> Option<&Readme> {
        self.readme.get_or_init(|| Readme::of(self, "")).as_ref()
    }

    /// What the README at the root speaks of.
    pub(crate) fn mentions(&self) -> &Mentions {
        self.mentions.get_or_init(|| Mentions::of(self, self.readme().iter().map(|readme| readme.file.as_str())))
    }

    /// The text of a file; `None` if it cannot be read any more.
    pub fn text(&self, path: &str) -> Option<Rc<str>> {
        if let Some(known) = self.texts.borrow().get(path) {
            return known.clone();
        }
        let text = self.source.read_text(path).ok().map(Rc::from);
        self.texts.borrow_mut().insert(path.to_owned(), text.clone());
        text
    }

    /// One line of a file, without indentation; empty if it is not there.
    pub fn line(&self, path: &str, line: u32) -> String {
        let text = self.text(path);
        let line = text.as_deref().and_then(|text| text.lines().nth((line as usize).saturating_sub(1)));
        line.unwrap_or("").trim().to_owned()
    }

    /// What stands in a folder, mapped or not, sorted by name; `""` is the root. Links count if they stay
    /// below the root. Empty if there is no such folder.
    pub fn folder(&self, path: &str) -> Vec<FolderEntry> {
        let mut entries: Vec<FolderEntry> = match &self.source {
            Source::Directory(root) => {
                let below_root =
                    |path: std::path::PathBuf| path.canonicalize().is_ok_and(|path| path.starts_with(root));
                let folder = std::fs::read_dir(root.join(path)).into_iter().flatten().flatten();
                let known = folder.filter_map(|entry| {
                    let kind = entry.file_type().ok()?;
                    let path = entry.path();
                    let is_folder = if kind.is_symlink() { path.is_dir() } else { kind.is_dir() };
                    let name = entry.file_name().into_string().ok()?;
                    (!kind.is_symlink() || below_root(path)).then_some(FolderEntry { name, is_folder })
                });
                known.collect()
            }
            Source::Dump { texts, .. } => {
                let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
                let inside = texts.keys().filter_map(|file| file.strip_prefix(&prefix));
                let entry = |rest: &str| match rest.split_once('/') {
                    Some((name, _)) => FolderEntry { name: name.to_owned(), is_folder: true },
                    None => FolderEntry { name: rest.to_owned(), is_folder: false },
                };
                inside.map(entry).collect()
            }
        };
        entries.stable_sort();
        entries.dedup();
        entries
    }

    /// Whether there is a file at a path relative to the root, mapped or not.
    pub fn has_file(&self, path: &str) -> bool {
        match &self.source {
            Source::Directory(root) => root.join(path).is_file(),
            Source::Dump { texts, .. } => texts.contains_key(path),
        }
    }

    /// The source of a definition with its body.
    pub fn source_of(&self, entity: &EntityRecord) -> Option<String> {
        let text = self.text(self.snapshot.path(entity.file))?;
        let (start, end) = (entity.span_start as usize, entity.span_end as usize);
        // Keep the indentation of the first line, so that the lines stand as in the file.
        let line_start = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
        let indent = text.get(line_start..start).filter(|before| before.trim().is_empty()).unwrap_or("");
        Some(dedent(&format!("{indent}{}", text.get(start..end)?)))
    }

    /// The definition up to its body, on one line and without comments.
    pub fn signature(&self, entity: &EntityRecord) -> Option<String> {
        let text = self.text(self.snapshot.path(entity.file))?;
        let signature = text.get(entity.span_start as usize..entity.body_start as usize)?;
        let language = self.snapshot.file(entity.file).language();
        let comment = if language == Some(Language::Python) { " # " } else { " // " };
        let lines = signature.lines().map(|line| line.split_once(comment).map_or(line, |(code, _)| code));
        let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
        let line = words.join(" ");
        Some(line.trim_end_matches(['{', ':', '=', ' ']).trim_end().to_owned())
    }

    pub fn qualified_name(&self, id: EntityId) -> String {
        find::qualified_name(&self.snapshot, id)
    }

    /// All entities that people have a name for.
    pub fn shown_entities(&self) -> impl Iterator<Item = EntityId> {
        (0..self.snapshot.entities().len()).map(EntityId::from_index).filter(|&id| find::is_shown(&self.snapshot, id))
    }
}

/// A file or folder in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderEntry {
    pub name: String,
    pub is_folder: bool,
}

fn dedent(text: &str) -> String {
    let indent = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = text.lines().map(|line| line.get(indent..).unwrap_or("")).collect();
    lines.join("\n")
}

/// Markdown's info string of a language.
pub fn info_string(language: Option<Language>) -> &'static str {
    match language {
        Some(Language::Rust) => "rust",
        Some(Language::TypeScript) => "ts",
        Some(Language::Tsx) => "tsx",
        Some(Language::JavaScript) => "js",
        Some(Language::Python) => "python",
        Some(Language::Go) => "go",
        Some(Language::Java) => "java",
        Some(Language::C) => "c",
        Some(Language::Cpp) => "cpp",
        None => "",
    }
}
