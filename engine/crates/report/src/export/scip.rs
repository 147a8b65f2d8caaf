//! The map as a SCIP index (<https://github.com/sourcegraph/scip>), as code browsers and review tools read it.
//!
//! The numbers of fields, kinds and roles are those of `scip.proto`. A writer of our own takes the place of
//! a protobuf library: what is written are a few kinds of messages, and a library weighs more than this file.

use crate::project::Project;
use parseltongue_resolve::RelationKind;
use parseltongue_sort::StableSort;
use parseltongue_store::snapshot::EntityRecord;
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::Language;
use parseltongue_syntax::facts::{DefFlags, DefKind};
use std::collections::BTreeMap;

/// `SymbolRole.Definition`
const DEFINITION: u64 = 1;
/// `SymbolRole.Test`
const TEST: u64 = 32;
/// `PositionEncoding.UTF32CodeUnitOffsetFromLineStart`
const UTF32: u64 = 3;
/// `TextEncoding.UTF8`
const UTF8: u64 = 1;

/// The bytes of an index of all mapped source files.
pub fn index(project: &Project) -> Vec<u8> {
    let mut tool = Message::default();
    tool.text(1, "parseltongue").text(2, env!("CARGO_PKG_VERSION"));
    let mut metadata = Message::default();
    let root = project.source.path().to_string_lossy().replace('\\', "/");
    metadata.message(2, &tool).text(3, &format!("file://{root}")).number(4, UTF8);
    let mut index = Message::default();
    index.message(1, &metadata);
    let symbols = Symbols::new(project);
    for file in 0..project.snapshot.files().len() {
        let file = FileIndex::from_index(file);
        if let Some(language) = project.snapshot.file(file).language()
            && project.snapshot.file(file).skipped().is_none()
        {
            index.message(2, &document(project, file, language, &symbols));
        }
    }
    index.0
}

fn document(project: &Project, file: FileIndex, language: Language, symbols: &Symbols) -> Message {
    let snapshot = &project.snapshot;
    let path = snapshot.path(file);
    let mut occurrences: Vec<(u32, u32, u32, &str, u64)> = Vec::new();
    let mut infos = Vec::new();
    let text = project.text(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    // The length of the name at a place; SCIP wants ranges where the map keeps starts.
    let width = |line: u32, column: u32| {
        let rest = lines.get(line as usize - 1).map_or("", |line| *line);
        let name = rest.chars().skip(column as usize - 1);
        name.take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$')).count().max(1) as u32
    };
    for id in snapshot.entities_of(file) {
        let entity = snapshot.entity(id);
        let Some(symbol) = symbols.of(id) else { continue };
        let role = DEFINITION | if entity.is_test() { TEST } else { 0 };
        occurrences.push((entity.line, entity.column, width(entity.line, entity.column), symbol, role));
        infos.push(information(project, id, entity, symbol, symbols));
        for call in snapshot.calls_from(id) {
            if let Some(symbol) = symbols.of(call.callee) {
                occurrences.push((call.line, call.column, width(call.line, call.column), symbol, 0));
            }
        }
    }
    // Calls at the level of the file belong to its own entity, which is a symbol, too.
    occurrences.stable_sort();
    occurrences.dedup();
    let mut document = Message::default();
    document.text(1, path);
    for (line, column, width, symbol, role) in occurrences {
        let (line, start) = (u64::from(line - 1), u64::from(column - 1));
        let mut occurrence = Message::default();
        occurrence.packed(1, &[line, start, start + u64::from(width)]).text(2, symbol);
        if role > 0 {
            occurrence.number(3, role);
        }
        document.message(2, &occurrence);
    }
    for info in &infos {
        document.message(3, info);
    }
    document.text(4, language_name(language)).number(6, UTF32);
    document
}

fn information(project: &Project, id: EntityId, entity: &EntityRecord, symbol: &str, symbols: &Symbols) -> Message {
    let snapshot = &project.snapshot;
    let mut info = Message::default();
    info.text(1, symbol);
    if let Some(doc) = entity.doc() {
        info.text(3, snapshot.str(doc));
    }
    for relation in snapshot.relations_from(id) {
        let implements =
            matches!(relation.kind(), RelationKind::Implements | RelationKind::Extends | RelationKind::Overrides);
        if let (true, Some(target)) = (implements, symbols.of(relation.to)) {
            let mut relationship = Message::default();
            relationship.text(1, target).number(3, 1);
            info.message(4, &relationship);
        }
    }
    info.number(5, kind_number(entity)).text(6, display_name(project, id));
    if let Some(parent) = entity.parent().and_then(|parent| symbols.of(parent)) {
        info.text(8, parent);
    }
    info
}

fn display_name(project: &Project, id: EntityId) -> &str {
    let entity = project.snapshot.entity(id);
    if entity.kind() == DefKind::File { project.snapshot.path(entity.file) } else { project.snapshot.str(entity.name) }
}

/// The symbol of each entity that has a name.
struct Symbols(Vec<Option<String>>);

impl Symbols {
    fn new(project: &Project) -> Self {
        let snapshot = &project.snapshot;
        let mut symbols: Vec<Option<String>> = Vec::with_capacity(snapshot.entities().len());
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for index in 0..snapshot.entities().len() {
            let id = EntityId::from_index(index);
            let entity = snapshot.entity(id);
            let name = snapshot.str(entity.name);
            if entity.kind() == DefKind::File {
                let path = snapshot.path(entity.file);
                symbols.push(Some(format!("parseltongue . . . {}/", identifier(path))));
                continue;
            }
            // An impl block stands for its type; what is in it is a member of the type.
            let parent = if entity.kind() == DefKind::Impl {
                let owner = snapshot.owner_type(id).and_then(|owner| symbols.get(owner.index()).cloned().flatten());
                let file = entity.parent().and_then(|parent| symbols[parent.index()].clone());
                symbols.push(owner.or(file));
                continue;
            } else {
                let owner = snapshot.owner_type(id).and_then(|owner| symbols.get(owner.index()).cloned().flatten());
                owner.or_else(|| entity.parent().and_then(|parent| symbols[parent.index()].clone()))
            };
            let (Some(parent), false) = (parent, name.is_empty()) else {
                symbols.push(entity.parent().and_then(|parent| symbols[parent.index()].clone()));
                continue;
            };
            let base = format!("{parent}{}", identifier(name));
            let suffix = suffix(entity.kind());
            let number = times.entry(format!("{base}{suffix}")).or_default();
            *number += 1;
            symbols.push(Some(match (suffix, *number) {
                ("().", 1) => format!("{base}()."),
                ("().", number) => format!("{base}(+{}).", number - 1),
                (_, 1) => format!("{base}{suffix}"),
                // Only methods have a disambiguator of their own.
                (_, number) => format!("{parent}{}{suffix}", identifier(&format!("{name}+{}", number - 1))),
            }));
        }
        let named = |index: usize| {
            let entity = snapshot.entity(EntityId::from_index(index));
            entity.kind() == DefKind::File || entity.kind() != DefKind::Impl && !snapshot.str(entity.name).is_empty()
        };
        Self(symbols.into_iter().enumerate().map(|(index, symbol)| symbol.filter(|_| named(index))).collect())
    }

    fn of(&self, id: EntityId) -> Option<&str> {
        self.0[id.index()].as_deref()
    }
}

/// An identifier of a symbol: in backticks unless it is simple.
fn identifier(name: &str) -> String {
    let simple = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '+' | '-' | '$');
    if !name.is_empty() && name.chars().all(simple) {
        name.to_owned()
    } else {
        format!("`{}`", name.replace('`', "``"))
    }
}

/// How a descriptor ends.
fn suffix(kind: DefKind) -> &'static str {
    match kind {
        DefKind::File | DefKind::Module => "/",
        DefKind::Macro => "!",
        kind if kind.is_callable() => "().",
        kind if kind.is_type() => "#",
        _ => ".",
    }
}

/// `SymbolInformation.Kind`
fn kind_number(entity: &EntityRecord) -> u64 {
    match entity.kind() {
        DefKind::File => 16,
        DefKind::Module => 29,
        DefKind::Function => 17,
        DefKind::Method if entity.flags().contains(DefFlags::STATIC) => 80,
        DefKind::Method => 26,
        DefKind::Constructor => 9,
        DefKind::Accessor if entity.flags().contains(DefFlags::SETTER) => 45,
        DefKind::Accessor => 18,
        DefKind::Struct => 49,
        DefKind::Class => 7,
        DefKind::Interface => 21,
        DefKind::Trait => 53,
        DefKind::Enum => 11,
        DefKind::Variant => 12,
        DefKind::Union => 59,
        DefKind::TypeAlias => 55,
        DefKind::NewType => 54,
        DefKind::AssociatedType => 3,
        DefKind::Field => 15,
        DefKind::Constant => 8,
        DefKind::Static => 82,
        DefKind::Variable => 61,
        DefKind::Macro => 25,
        DefKind::Impl | DefKind::Closure | DefKind::Anonymous => 0,
    }
}

/// SCIP's names of languages.
fn language_name(language: Language) -> &'static str {
    match language {
        Language::Rust => "Rust",
        Language::TypeScript => "TypeScript",
        Language::Tsx => "TypeScriptReact",
        Language::JavaScript => "JavaScript",
        Language::Python => "Python",
        Language::Go => "Go",
        Language::Java => "Java",
        Language::C => "C",
        Language::Cpp => "CPP",
    }
}

/// A protobuf message in the making.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn number(&mut self, field: u64, value: u64) -> &mut Self {
        self.varint(field << 3);
        self.varint(value);
        self
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) -> &mut Self {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    fn text(&mut self, field: u64, text: &str) -> &mut Self {
        self.bytes(field, text.as_bytes())
    }

    fn message(&mut self, field: u64, message: &Self) -> &mut Self {
        self.bytes(field, &message.0)
    }

    fn packed(&mut self, field: u64, values: &[u64]) -> &mut Self {
        let mut inner = Self::default();
        for &value in values {
            inner.varint(value);
        }
        self.bytes(field, &inner.0)
    }
}
