//! Where the names of values are written: who reads and writes constants, variables and fields is not mapped.

use crate::folders::folder_of;
use crate::model::UnresolvedSite;
use crate::project::Project;
use crate::words::words_in;
use parseltongue_store::snapshot::{EntityRecord, Snapshot, StrId};
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::Language;
use parseltongue_syntax::facts::DefKind;
use parseltongue_syntax::language::Family;
use rustc_hash::FxHashMap;
use serde::Serialize;

/// Sites that are listed where nobody asked for all of them.
const SHOWN: usize = 12;

/// Where the name of a constant, variable, field, variant, macro or property stands, besides definitions and
/// places that are known to mean something of that name. What the name means there is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WrittenName {
    pub name: String,
    /// Lines of source without those that are comments, and the files they are in.
    pub lines: usize,
    pub files: usize,
    /// All of them if they were asked for, else the first ones.
    pub sites: Vec<UnresolvedSite>,
}

/// What is written of an entity, or of the variants of an enum; nothing of what calls and mentions tell in full.
pub(super) fn of_entity(project: &Project, id: EntityId, with_sites: bool) -> Vec<WrittenName> {
    let snapshot = &project.snapshot;
    let is_value = |kind: DefKind| {
        use DefKind::{Accessor, Constant, Field, Macro, Static, Variable, Variant};
        matches!(kind, Accessor | Constant | Field | Macro | Static | Variable | Variant)
    };
    let parts = match snapshot.entity(id).kind() {
        kind if is_value(kind) => vec![id],
        DefKind::Enum => crate::impact::with_members(snapshot, id),
        _ => return Vec::new(),
    };
    let values = parts.into_iter().filter(|&part| is_value(snapshot.entity(part).kind()));
    values.filter_map(|value| written(project, value, with_sites)).collect()
}

fn written(project: &Project, id: EntityId, with_sites: bool) -> Option<WrittenName> {
    let snapshot = &project.snapshot;
    let record = snapshot.entity(id);
    let name = snapshot.str(record.name);
    let own = snapshot.path(record.file);
    let family = snapshot.file(record.file).language()?.family();
    let elsewhere = known_places(snapshot, record.name);
    let mut sites = Vec::new();
    let (mut lines, mut files) = (0, 0);
    for (index, file) in snapshot.files().iter().enumerate().filter(|(_, file)| file.skipped().is_none()) {
        let index = FileIndex::from_index(index);
        let path = snapshot.str(file.path);
        let Some(language) = file.language().filter(|language| language.family() == family) else { continue };
        if !can_see(project, record, own, family, path) {
            continue;
        }
        let Some(text) = project.text(path).filter(|text| text.contains(name)) else { continue };
        let before = lines;
        for (number, line) in (1u32..).zip(text.lines()) {
            let known = elsewhere.get(&(index, number)).copied().unwrap_or(0);
            let Some(at) = words_in(line, name).nth(known).filter(|_| !is_comment(language, line)) else { continue };
            lines += 1;
            if with_sites || sites.len() < SHOWN {
                sites.push(UnresolvedSite {
                    name: name.to_owned(),
                    file: path.to_owned(),
                    line: number,
                    column: line[..at].chars().count() as u32 + 1,
                    outcome: "written",
                    text: line.trim().to_owned(),
                });
            }
        }
        files += usize::from(lines > before);
    }
    (lines > 0).then(|| WrittenName { name: name.to_owned(), lines, files, sites })
}

/// How often each line is known to name a definition called `name`: where one is defined, called or mentioned.
pub(crate) fn known_places(snapshot: &Snapshot, name: StrId) -> FxHashMap<(FileIndex, u32), usize> {
    let mut places = FxHashMap::default();
    for &id in snapshot.named(name) {
        let defined = snapshot.entity(id);
        *places.entry((defined.file, defined.line)).or_default() += 1;
        for call in snapshot.calls_to(id) {
            *places.entry((snapshot.entity(call.caller).file, call.line)).or_default() += 1;
        }
    }
    places
}

/// Whether the language lets a file name a value: what is private to a file or folder is not looked for elsewhere.
fn can_see(project: &Project, value: &EntityRecord, own: &str, family: Family, path: &str) -> bool {
    let of_file = value.parent().is_none_or(|parent| project.snapshot.entity(parent).kind() == DefKind::File)
        && matches!(value.kind(), DefKind::Constant | DefKind::Variable | DefKind::Static);
    if value.is_public() || !of_file {
        return true;
    }
    match family {
        Family::EcmaScript => path == own,
        Family::Go => folder_of(path) == folder_of(own),
        Family::CFamily | Family::Java | Family::Python | Family::Rust => true,
    }
}

/// Whether a line of source is nothing but a comment, as far as its first signs tell.
pub(crate) fn is_comment(language: Language, line: &str) -> bool {
    let marks = if language == Language::Python { &["#"][..] } else { &["//", "/*", "* "] };
    let start = line.trim_start();
    marks.iter().any(|mark| start.starts_with(mark))
}
