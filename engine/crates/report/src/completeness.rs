//! What an answer does not know.

pub(crate) mod written;

use crate::document::{Document, Part, Text, count, faint, name, option, plain};
use crate::model::UnresolvedSite;
use crate::project::Project;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_store::snapshot::SiteOutcome;
use serde::Serialize;
pub use written::WrittenName;

/// What an answer does not know: part of every answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Completeness {
    /// Source files that were read.
    pub files: usize,
    /// Files that belong to the project but were passed over.
    pub skipped: Vec<SkippedFile>,
    /// Files with syntax errors: what stands near them may be missing.
    pub partly_parsed: Vec<PartlyParsed>,
    /// Call sites of the names asked for that could not be resolved. None for questions without a name.
    pub unresolved: Vec<UnresolvedName>,
    /// Names of constants, variables, fields and other values asked for: who reads and writes them is not mapped.
    pub written: Vec<WrittenName>,
    /// The imported index that tells calls, if there is one.
    pub index: Option<ImportedIndex>,
    /// Calls that are left out because they are less sure than what was asked for.
    pub less_sure: usize,
}

/// A compiler's index that the user imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportedIndex {
    pub tool: String,
    /// Files whose calls it tells.
    pub files: usize,
    /// Files that have changed since; their calls are resolved without it.
    pub stale: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkippedFile {
    pub file: String,
    pub reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartlyParsed {
    pub file: String,
    pub syntax_errors: u32,
    pub first_line: u32,
}

/// Call sites of one name that have no known target in the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnresolvedName {
    pub name: String,
    /// May lead to any definition of the name.
    pub unknown: usize,
    /// Call a value that holds a function.
    pub indirect: usize,
    /// The sites, if they were asked for.
    pub sites: Vec<UnresolvedSite>,
}

impl Completeness {
    /// For a question about these names; `with_sites` lists the unresolved sites as well.
    pub fn new(project: &Project, names: &[&str], with_sites: bool) -> Self {
        let snapshot = &project.snapshot;
        let mut skipped = Vec::new();
        let mut partly_parsed = Vec::new();
        let mut files = 0;
        for file in snapshot.files() {
            let path = snapshot.str(file.path).to_owned();
            if let Some(skip) = file.skipped() {
                skipped.push(SkippedFile { file: path, reason: skip.reason() });
                continue;
            }
            files += usize::from(file.language().is_some());
            if file.syntax_errors > 0 {
                partly_parsed.push(PartlyParsed {
                    file: path,
                    syntax_errors: file.syntax_errors,
                    first_line: file.first_error_line,
                });
            }
        }
        let mut names = names.to_vec();
        names.stable_sort();
        names.dedup();
        let unresolved = names.into_iter().filter_map(|name| UnresolvedName::of(project, name, with_sites)).collect();
        let index = snapshot.index();
        let index = index.map(|state| ImportedIndex { tool: state.tool, files: state.files, stale: state.stale });
        Self { files, skipped, partly_parsed, unresolved, written: Vec::new(), index, less_sure: 0 }
    }

    /// Adds where the names of the values among `ids` are written; `with_sites` lists all of these lines.
    #[must_use]
    pub fn with_written(mut self, project: &Project, ids: &[EntityId], with_sites: bool) -> Self {
        self.written = ids.iter().flat_map(|&id| written::of_entity(project, id, with_sites)).collect();
        self.written.stable_sort_by(|a, b| a.name.cmp(&b.name));
        self.written.dedup_by(|a, b| a.name == b.name);
        self
    }

    /// What may lead to what was asked for without being known to, in words; `None` if there is nothing.
    pub fn open(&self) -> Option<String> {
        let calls = self.unknown_sites();
        let lines: usize = self.written.iter().map(|written| written.lines).sum();
        let calls = (calls > 0).then(|| count(calls, "unresolved call site", "unresolved call sites"));
        let lines = (lines > 0).then(|| format!("{} with its name", count(lines, "line of source", "lines of source")));
        match (calls, lines) {
            (Some(calls), Some(lines)) => Some(format!("{calls} and {lines}")),
            (calls, lines) => calls.or(lines),
        }
    }

    /// Call sites that may lead to what was asked for.
    pub fn unknown_sites(&self) -> usize {
        self.unresolved.iter().map(|name| name.unknown + name.indirect).sum()
    }

    /// Adds what the reader must know; nothing if everything is known.
    pub fn add_to(&self, document: &mut Document) {
        self.add_with(document, usize::MAX);
    }

    /// The same with some of the unresolved sites, for documents in which nobody asked for them.
    pub(crate) fn add_shortly_to(&self, document: &mut Document) {
        const SITES: usize = 12;
        self.add_with(document, SITES);
    }

    fn add_with(&self, document: &mut Document, most_sites: usize) {
        for unresolved in &self.unresolved {
            let mut text: Text = vec![
                plain(format!("{} of ", count(unresolved.unknown + unresolved.indirect, "call site", "call sites"))),
                name(&*unresolved.name),
                plain(" could not be resolved and may lead here"),
            ];
            if unresolved.sites.is_empty() {
                text.extend([faint(" (callers "), option("unresolved"), faint(" lists them)")]);
            }
            document.note(text);
            let site = |site: &UnresolvedSite| {
                (0, vec![site.place(), plain("  "), faint(site.outcome), plain("  "), name(&*site.text)])
            };
            let mut items: Vec<(u8, Text)> = unresolved.sites.iter().take(most_sites).map(site).collect();
            if unresolved.sites.len() > most_sites {
                items.push((0, vec![faint(format!("and {} more; JSON has all", unresolved.sites.len() - most_sites))]));
            }
            document.list(items);
        }
        for written in &self.written {
            let mut text: Text = vec![
                plain("who reads and writes "),
                name(&*written.name),
                plain(format!(
                    " is not mapped; the name stands on {} in {}",
                    count(written.lines, "more line", "more lines"),
                    count(written.files, "file", "files")
                )),
            ];
            if written.sites.len() < written.lines {
                text.extend([faint(" (callers "), option("unresolved"), faint(" lists them all)")]);
            }
            document.note(text);
            let site = |site: &UnresolvedSite| (0, vec![site.place(), plain("  "), name(&*site.text)]);
            document.list(written.sites.iter().take(most_sites).map(site).collect());
        }
        if self.less_sure > 0 {
            document.note(vec![plain(format!(
                "{} less sure than --min-confidence {} left out",
                count(self.less_sure, "call", "calls"),
                if self.less_sure == 1 { "is" } else { "are" },
            ))]);
        }
        if let Some(index) = self.index.as_ref().filter(|index| !index.stale.is_empty()) {
            let number = count(index.stale.len(), "file has", "files have");
            let mut text = vec![plain(format!(
                "{number} changed since the index of {} was imported; calls there are resolved without it until you \
                 import it again: ",
                index.tool
            ))];
            list_places(&mut text, index.stale.iter().map(|file| (file.as_str(), 0)));
            document.note(text);
        }
        if !self.partly_parsed.is_empty() {
            let mut text = vec![plain(format!(
                "{} could be read only in part because of syntax the parser does not know: ",
                count(self.partly_parsed.len(), "file", "files")
            ))];
            list_places(&mut text, self.partly_parsed.iter().map(|file| (file.file.as_str(), file.first_line)));
            document.note(text);
        }
        if !self.skipped.is_empty() {
            for reason in reasons(&self.skipped) {
                let files = self.skipped.iter().filter(|file| file.reason == reason);
                let files: Vec<&str> = files.map(|file| file.file.as_str()).collect();
                let number = count(files.len(), "file was", "files were");
                // `it is minified` of one, `each is minified` of several.
                let reason = if files.len() == 1 { reason.to_owned() } else { reason.replacen("it ", "each ", 1) };
                let mut text = vec![plain(format!("{number} passed over because {reason}: "))];
                list_places(&mut text, files.into_iter().map(|file| (file, 0)));
                document.note(text);
            }
        }
    }
}

impl UnresolvedName {
    fn of(project: &Project, name: &str, with_sites: bool) -> Option<Self> {
        let sites = project.snapshot.sites_named(project.snapshot.find_str(name)?);
        let of = |outcome| sites.iter().filter(|site| site.outcome() == outcome).count();
        let (unknown, indirect) = (of(SiteOutcome::Unknown), of(SiteOutcome::Indirect));
        if unknown + indirect == 0 {
            return None;
        }
        let open = sites.iter().filter(|site| site.outcome() != SiteOutcome::External);
        let sites = if with_sites { open.map(|site| UnresolvedSite::new(project, site)).collect() } else { Vec::new() };
        Some(Self { name: name.to_owned(), unknown, indirect, sites })
    }
}

/// A few places by name, the rest by number.
pub(crate) fn list_places<'a>(text: &mut Text, places: impl ExactSizeIterator<Item = (&'a str, u32)>) {
    const SHOWN: usize = 3;
    let total = places.len();
    for (index, (path, line)) in places.take(SHOWN).enumerate() {
        if index > 0 {
            text.push(plain(", "));
        }
        text.push(Part::Place { path: path.to_owned(), line, column: 0 });
    }
    if total > SHOWN {
        text.push(plain(format!(" and {} more", total - SHOWN)));
    }
}

fn reasons(skipped: &[SkippedFile]) -> Vec<&'static str> {
    let mut reasons: Vec<&'static str> = skipped.iter().map(|file| file.reason).collect();
    reasons.stable_sort();
    reasons.dedup();
    reasons
}
