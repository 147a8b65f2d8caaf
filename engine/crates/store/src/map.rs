//! The facts of a project's files, made from their bytes or kept from an earlier snapshot.

use crate::scan::{self, Skip};
use crate::snapshot::Snapshot;
use crate::source::{Listed, Source, Stamp};
use parseltongue_resolve::ProjectFile;
use parseltongue_syntax::{FileFacts, Language, Manifest};

/// One file of the project with what it says.
pub(crate) struct MappedFile {
    pub(crate) path: String,
    pub(crate) stamp: Stamp,
    /// xxh3 of the bytes.
    pub(crate) hash: u64,
    pub(crate) language: Option<Language>,
    pub(crate) skip: Option<Skip>,
    pub(crate) facts: Option<FileFacts>,
    pub(crate) manifest: Option<Manifest>,
    /// `facts` and `manifest` as the snapshot keeps them.
    pub(crate) serialized: Vec<u8>,
}

impl MappedFile {
    /// Reads and extracts a file.
    pub(crate) fn read(source: &Source, listed: &Listed) -> Self {
        let mut file = Self {
            path: listed.path.clone(),
            stamp: listed.stamp,
            hash: 0,
            language: Language::of(&listed.path),
            skip: None,
            facts: None,
            manifest: None,
            serialized: Vec::new(),
        };
        if listed.stamp.size > scan::MAX_FILE_BYTES {
            file.skip = Some(Skip::TooLarge);
            return file;
        }
        let Ok(bytes) = source.read(&listed.path) else {
            file.skip = Some(Skip::Unreadable);
            return file;
        };
        file.hash = content_hash(&bytes);
        file.skip = scan::skip_content(&listed.path, &bytes);
        if file.skip.is_some() {
            return file;
        }
        let text = String::from_utf8_lossy(&bytes);
        file.language = Language::of_source(&listed.path, &text);
        file.facts = file.language.map(|language| parseltongue_syntax::extract(language, &listed.path, &text));
        file.manifest = Manifest::parse(&listed.path, &text);
        file.serialized = postcard::to_allocvec(&(&file.facts, &file.manifest)).expect("facts can be serialized");
        file
    }

    /// The file as an earlier snapshot knows it. `None` if its facts cannot be read.
    pub(crate) fn from_snapshot(old: &Snapshot, index: usize, listed: &Listed) -> Option<Self> {
        let record = &old.files()[index];
        let serialized = old.facts_bytes(record)?.to_vec();
        let (facts, manifest) =
            if serialized.is_empty() { (None, None) } else { postcard::from_bytes(&serialized).ok()? };
        Some(Self {
            path: listed.path.clone(),
            stamp: listed.stamp,
            hash: record.hash,
            language: record.language(),
            skip: record.skipped(),
            facts,
            manifest,
            serialized,
        })
    }

    pub(crate) fn as_project_file(&self) -> ProjectFile<'_> {
        ProjectFile { path: &self.path, facts: self.facts.as_ref(), manifest: self.manifest.as_ref() }
    }
}

/// The hash by which two versions of a file are told apart.
pub(crate) fn content_hash(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}
