//! What making or refreshing the map found.

use crate::completeness::Completeness;
use crate::document::{Document, count, faint, plain};
use crate::model::kind_label;
use crate::project::Project;
use crate::queries::Answer;
use parseltongue_sort::StableSort;
use parseltongue_store::snapshot::{CallKind, SiteOutcome};
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;
use std::collections::BTreeMap;

/// A map that was made or refreshed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ingested {
    /// Files that had to be read; 0 if the cached map was up to date.
    pub files_read: usize,
    #[serde(flatten)]
    pub size: Size,
}

/// The size of a map.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Size {
    pub languages: Vec<LanguageCount>,
    /// Entities by kind, in the order of kinds.
    pub kinds: Vec<KindCount>,
    /// Entities in all.
    pub entities: usize,
    pub calls: CallCounts,
    pub completeness: Completeness,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LanguageCount {
    pub language: &'static str,
    pub files: usize,
    pub lines: usize,
    pub bytes: u64,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KindCount {
    pub kind: DefKind,
    pub production: usize,
    pub test: usize,
}

/// What became of the call sites.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallCounts {
    pub resolved: usize,
    pub external: usize,
    pub indirect: usize,
    pub unknown: usize,
}

pub fn ingested(project: &Project, files_read: usize) -> Ingested {
    Ingested { files_read, size: size(project) }
}

pub(crate) fn size(project: &Project) -> Size {
    let snapshot = &project.snapshot;
    let mut languages: BTreeMap<_, LanguageCount> = BTreeMap::new();
    for file in snapshot.files().iter().filter(|file| file.skipped().is_none()) {
        let Some(language) = file.language() else { continue };
        let counts = languages.entry(language).or_insert_with(|| LanguageCount {
            language: language.label(),
            files: 0,
            lines: 0,
            bytes: 0,
        });
        counts.files += 1;
        counts.lines += file.lines as usize;
        counts.bytes += file.size;
    }
    let mut languages: Vec<LanguageCount> = languages.into_values().collect();
    languages.stable_sort_by_key(|counts| std::cmp::Reverse(counts.lines));
    let mut kinds: BTreeMap<DefKind, KindCount> = BTreeMap::new();
    for id in project.shown_entities() {
        let entity = snapshot.entity(id);
        let counts = kinds.entry(entity.kind()).or_insert(KindCount { kind: entity.kind(), production: 0, test: 0 });
        if entity.is_test() {
            counts.test += 1;
        } else {
            counts.production += 1;
        }
    }
    let sites = |outcome| snapshot.sites().iter().filter(|site| site.outcome() == outcome).count();
    Size {
        languages,
        entities: project.shown_entities().count(),
        kinds: kinds.into_values().collect(),
        calls: CallCounts {
            resolved: snapshot.calls().iter().filter(|call| call.kind() == CallKind::Call).count(),
            external: sites(SiteOutcome::External),
            indirect: sites(SiteOutcome::Indirect),
            unknown: sites(SiteOutcome::Unknown),
        },
        completeness: Completeness::new(project, &[], false),
    }
}

impl Answer for Ingested {
    fn document(&self) -> Document {
        let mut document = Document::default();
        let lines: usize = self.size.languages.iter().map(|language| language.lines).sum();
        document.paragraph(vec![
            plain(format!(
                "{}, {}, {}",
                count(self.size.completeness.files, "file", "files"),
                count(lines, "line", "lines"),
                count(self.size.entities, "entity", "entities"),
            )),
            faint(match self.files_read {
                0 => "  (nothing changed since the last map)".to_owned(),
                read => format!("  ({} read)", count(read, "file", "files")),
            }),
        ]);
        let cell = |text: String| vec![plain(text)];
        let rows = self.size.languages.iter().map(|language| {
            vec![cell(language.language.to_owned()), cell(language.files.to_string()), cell(language.lines.to_string())]
        });
        document.table(vec!["language", "files", "lines"], rows.collect());
        let rows = self.size.kinds.iter().map(|counts| {
            vec![
                cell(kind_label(counts.kind).to_owned()),
                cell(counts.production.to_string()),
                cell(counts.test.to_string()),
            ]
        });
        document.table(vec!["kind", "production", "test"], rows.collect());
        document.paragraph(vec![plain(format!(
            "calls: {} into the project, {} out of it, {} through values, {} not resolved",
            self.size.calls.resolved, self.size.calls.external, self.size.calls.indirect, self.size.calls.unknown
        ))]);
        if let Some(index) = &self.size.completeness.index {
            document.paragraph(vec![plain(format!(
                "the imported index of {} tells the calls of {}",
                index.tool,
                count(index.files, "file", "files")
            ))]);
        }
        self.size.completeness.add_to(&mut document);
        document
    }
}
