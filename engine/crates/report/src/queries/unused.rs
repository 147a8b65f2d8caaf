//! Definitions that nothing in the project uses, each with the reasons why it may be used all the same.

use super::{Answer, Asked};
use crate::completeness::Completeness;
use crate::completeness::written::{is_comment, known_places};
use crate::document::{Document, Text, count, faint, plain};
use crate::folders::folder_of;
use crate::model::Entity;
use crate::project::Project;
use parseltongue_resolve::RelationKind;
use parseltongue_sort::StableSort;
use parseltongue_store::snapshot::{RelationRecord, SiteOutcome};
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::Language;
use parseltongue_syntax::facts::{DefFlags, DefKind, Visibility};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Dead-code candidates.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unused {
    /// Surest first: those with the fewest doubts; then by place.
    pub candidates: Vec<Candidate>,
    pub completeness: Completeness,
}

/// A definition without a use, and why it may be used all the same.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Candidate {
    #[serde(flatten)]
    pub entity: Entity,
    /// Lines that would go away with it.
    pub lines: u32,
    /// Used only by test code.
    pub only_tests: bool,
    /// Empty if nothing speaks against it.
    pub doubts: Vec<String>,
}

/// `asked.unresolved` also lists the unresolved call sites of the candidates' names.
pub fn unused(project: &Project, asked: &Asked) -> Unused {
    let snapshot = &project.snapshot;
    let handlers: BTreeSet<EntityId> =
        super::routes(project).into_iter().filter_map(|route| route.handler).map(|handler| handler.id).collect();
    let mut candidates: Vec<Candidate> = project
        .shown_entities()
        .filter(|&id| {
            let entity = snapshot.entity(id);
            let kind = entity.kind();
            let counted = kind.is_callable() && kind != DefKind::Accessor && kind != DefKind::Constructor
                || kind.is_type() && kind != DefKind::AssociatedType;
            counted && !entity.is_test() && !entity.flags().contains(DefFlags::DECLARATION)
        })
        .filter(|id| !handlers.contains(id))
        .filter_map(|id| candidate(project, id))
        .collect();
    doubt_what_is_written(project, &mut candidates);
    candidates.stable_sort_by_key(|candidate| (candidate.doubts.len(), candidate.only_tests, candidate.entity.id));
    let names: Vec<&str> = if asked.unresolved {
        candidates.iter().map(|candidate| candidate.entity.name.as_str()).collect()
    } else {
        Vec::new()
    };
    let completeness = Completeness::new(project, &names, asked.unresolved);
    Unused { candidates, completeness }
}

fn candidate(project: &Project, id: EntityId) -> Option<Candidate> {
    let snapshot = &project.snapshot;
    let record = snapshot.entity(id);
    if record.flags().contains(DefFlags::ENTRY_POINT) {
        return None;
    }
    // A type lives as long as anything uses it or one of its members from outside.
    let inside = crate::impact::with_members(snapshot, id);
    let mut only_tests = false;
    for &part in &inside {
        let users = snapshot.calls_to(part).map(|call| call.caller);
        let related = snapshot
            .relations_to(part)
            .filter(|relation| !matches!(relation.kind(), RelationKind::Imports | RelationKind::Overrides))
            .map(|relation| relation.from);
        for user in users.chain(related) {
            if inside.contains(&user) {
                continue;
            }
            if !snapshot.entity(user).is_test() {
                return None;
            }
            only_tests = true;
        }
    }
    Some(Candidate {
        entity: Entity::new(project, id),
        lines: record.end_line - record.start_line + 1,
        only_tests,
        doubts: doubts(project, id),
    })
}

fn doubts(project: &Project, id: EntityId) -> Vec<String> {
    let snapshot = &project.snapshot;
    let record = snapshot.entity(id);
    let mut doubts = Vec::new();
    if crate::impact::outsiders_may_use(snapshot, id) {
        doubts.push("public: other packages may use it".to_owned());
    }
    if record.visibility() == Visibility::Protected {
        doubts.push("protected: subclasses elsewhere may use it, or a base class may run it".to_owned());
    }
    let overridden: Vec<String> = snapshot
        .relations_from(id)
        .iter()
        .filter(|relation| relation.kind() == RelationKind::Overrides)
        .map(|relation| project.qualified_name(relation.to))
        .collect();
    if !overridden.is_empty() {
        doubts.push(format!("may be run through {}", overridden.join(", ")));
    }
    let implements = |relation: &RelationRecord| relation.kind() == RelationKind::Implements;
    let in_impl = record.parent().is_some_and(|parent| {
        snapshot.entity(parent).kind() == DefKind::Impl && snapshot.relations_from(parent).iter().any(implements)
    });
    let supers =
        |relation: &&RelationRecord| matches!(relation.kind(), RelationKind::Implements | RelationKind::Extends);
    if snapshot.file(record.file).language() == Some(Language::Java)
        && record.kind().is_type()
        && let Some(base) = snapshot.relations_from(id).iter().find(supers)
    {
        doubts.push(format!("may be made by configuration or by reflection, as a {}", project.qualified_name(base.to)));
    }
    let others_call = record.flags().contains(DefFlags::VIRTUAL) || in_impl;
    let told = others_call || !overridden.is_empty();
    if others_call {
        doubts.push("implements something that others may call".to_owned());
    }
    if is_variant(project, id) {
        let chooses = match snapshot.file(record.file).language() {
            Some(Language::Python) => "a condition",
            _ => "the build",
        };
        doubts.push(format!("{chooses} chooses between it and another definition of its name"));
    }
    // A function without a text of its own that is no declaration.
    let written = record.kind().is_callable()
        && !record.flags().contains(DefFlags::DECLARATION)
        && record.body_start == record.span_end;
    if written && matches!(snapshot.file(record.file).language(), Some(Language::C | Language::Cpp)) {
        doubts.push("a macro writes it, together with what else it writes".to_owned());
    }
    let name = snapshot.str(record.name);
    if name == "write_fmt" && snapshot.file(record.file).language() == Some(Language::Rust) {
        doubts.push("called by write!".to_owned());
    }
    if !told && crate::impact::runs_unnamed(project, id) {
        doubts.push("without its name, by the language, a library or an operator".to_owned());
    }
    let unknown =
        snapshot.sites_named(record.name).iter().filter(|site| site.outcome() != SiteOutcome::External).count();
    if unknown > 0 {
        doubts.push(format!("{} of this name could not be resolved", count(unknown, "call site", "call sites")));
    }
    doubts
}

/// Whether the build, or a condition of Python, chooses between this definition and another one: what calls the name is
/// bound to the one that the usual build takes.
fn is_variant(project: &Project, id: EntityId) -> bool {
    let snapshot = &project.snapshot;
    let record = snapshot.entity(id);
    if record.flags().contains(DefFlags::INACTIVE) {
        return true;
    }
    let own = project.qualified_name(id);
    match snapshot.file(record.file).language() {
        // A Go package has no name twice, but in files of which a build takes one.
        Some(Language::Go) => {}
        // One of the branches of a condition.
        Some(Language::Python) => {
            return snapshot.named(record.name).iter().any(|&other| {
                let known = snapshot.entity(other);
                other != id && known.file == record.file && known.parent() == record.parent()
            });
        }
        _ => return false,
    }
    let folder = |id: EntityId| folder_of(snapshot.path(snapshot.entity(id).file));
    snapshot
        .named(record.name)
        .iter()
        .any(|&other| other != id && folder(other) == folder(id) && project.qualified_name(other) == own)
}

/// What is looked for in the sources of a candidate without doubts.
struct Wanted {
    candidate: usize,
    /// Itself with its members.
    inside: Vec<EntityId>,
    /// Other definitions have its name: what is written in other files may mean them, macros apart.
    shared: bool,
    /// Where its name is known to mean one of the others, if it is a member's: a member of something unknown
    /// there may as well be this one.
    known: Option<FxHashMap<(FileIndex, u32), usize>>,
    /// Where the name means it in its own file.
    lines: RangeInclusive<u32>,
}

/// Adds a doubt to candidates without one whose name is written somewhere else, comments apart: in a macro's
/// body, as a value, in code that could not be read.
fn doubt_what_is_written(project: &Project, candidates: &mut [Candidate]) {
    let snapshot = &project.snapshot;
    let mut wanted: BTreeMap<String, Vec<Wanted>> = BTreeMap::new();
    for (index, candidate) in candidates.iter().enumerate().filter(|(_, candidate)| candidate.doubts.is_empty()) {
        let id = candidate.entity.id;
        let record = snapshot.entity(id);
        let inside = crate::impact::with_members(snapshot, id);
        let others = || {
            snapshot.named(record.name).iter().map(|&other| (other, snapshot.entity(other))).filter(
                |(other, entity)| {
                    let counts =
                        entity.kind().is_callable() || entity.kind().is_type() || entity.kind() == DefKind::Variant;
                    counts && !entity.flags().contains(DefFlags::INACTIVE) && !inside.contains(other)
                },
            )
        };
        let around = record.parent().map(|parent| snapshot.entity(parent)).filter(|parent| parent.kind().is_callable());
        // Beside others of its name in its file, only a macro's body is looked at.
        let lines = match around {
            Some(around) => around.start_line..=around.end_line,
            None if others().any(|(_, other)| other.file == record.file) => RangeInclusive::new(1, 0),
            None => 0..=u32::MAX,
        };
        let shared = around.is_some() || others().next().is_some();
        let name = snapshot.str(record.name).to_owned();
        let known = (shared && record.kind() == DefKind::Method).then(|| known_places(snapshot, record.name));
        wanted.entry(name).or_default().push(Wanted { candidate: index, inside, shared, known, lines });
    }
    for (index, file) in snapshot.files().iter().enumerate().filter(|(_, file)| file.skipped().is_none()) {
        let path = snapshot.str(file.path);
        let Some(language) = file.language().filter(|_| !wanted.is_empty()) else { continue };
        let Some(text) = project.text(path) else { continue };
        for (line, text) in (1u32..).zip(text.lines()) {
            let of_itself = language == Language::Rust && text.trim_start().starts_with("impl");
            if of_itself || is_comment(language, text) {
                continue;
            }
            for word in text.split(|char: char| !char.is_alphanumeric() && char != '_' && char != '$') {
                let Some(found) = wanted.get_mut(word) else { continue };
                let before = &text[..word.as_ptr() as usize - text.as_ptr() as usize];
                found.retain(|wanted| {
                    let within = |part: EntityId| {
                        let part = snapshot.entity(part);
                        snapshot.path(part.file) == path && (part.start_line..=part.end_line).contains(&line)
                    };
                    let same_file = candidates[wanted.candidate].entity.file == path && wanted.lines.contains(&line);
                    if wanted.inside.iter().any(|&part| within(part))
                        || wanted.shared
                            && !same_file
                            && !wanted.known.as_ref().is_some_and(|known| {
                                before.ends_with(['.', '>'])
                                    && !known.contains_key(&(FileIndex::from_index(index), line))
                            })
                            && !in_macro(project, path, line)
                    {
                        return true;
                    }
                    candidates[wanted.candidate].doubts.push(format!("its name is also written at {path}:{line}"));
                    false
                });
                if found.is_empty() {
                    wanted.remove(word);
                }
            }
        }
    }
}

/// Whether a line is in the definition of a macro, whose body is not read.
fn in_macro(project: &Project, path: &str, line: u32) -> bool {
    let snapshot = &project.snapshot;
    let Some(file) = snapshot.file_at(path) else { return false };
    snapshot.entities_of(file).any(|id| {
        let entity = snapshot.entity(id);
        entity.kind() == DefKind::Macro && (entity.start_line..=entity.end_line).contains(&line)
    })
}

impl Answer for Unused {
    fn document(&self) -> Document {
        let mut document = Document::default();
        let sure = self.candidates.iter().filter(|candidate| candidate.doubts.is_empty()).count();
        document.paragraph(vec![plain(format!(
            "{} without a use in the mapped code; nothing speaks against {sure} of them",
            count(self.candidates.len(), "definition", "definitions"),
        ))]);
        let item = |candidate: &Candidate| -> Vec<(u8, Text)> {
            let mut text = candidate.entity.text();
            text.push(faint(format!("  {}", count(candidate.lines as usize, "line", "lines"))));
            if candidate.only_tests {
                text.push(faint("  used only by tests"));
            }
            let mut items = vec![(0, text)];
            items.extend(candidate.doubts.iter().map(|doubt| (1, vec![faint(format!("may be used: {doubt}"))])));
            items
        };
        document.list(self.candidates.iter().flat_map(item).collect());
        document.note(vec![plain(
            "use by reflection, by configuration, by build scripts and by other packages cannot be seen here",
        )]);
        self.completeness.add_to(&mut document);
        document
    }
}
