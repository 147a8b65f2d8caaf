//! From facts and links to a block of bytes.

use super::record::{
    self, CallRecord, EntityId, EntityRecord, FileIndex, FileRecord, NONE, NameRecord, RelationRecord, SiteRecord,
    StrId,
};
use super::{FORMAT, Header, MAGIC, SECTIONS, Section, Snapshot, engine_identity};
use crate::imported::IndexState;
use crate::map::MappedFile;
use bytemuck::{NoUninit, Zeroable};
use parseltongue_resolve::{DefRef, FileLinks, Outcome, RelationKind};
use parseltongue_syntax::FileFacts;
use parseltongue_syntax::facts::{Def, DefId, DefKind, Expr, ParamKind, Relation, TypeExpr, TypeId};
use rustc_hash::FxHashMap;

/// The imported index that links were made with.
pub(crate) struct Index<'a> {
    /// See [`crate::imported::identity`].
    pub(crate) identity: u64,
    pub(crate) state: Option<&'a IndexState>,
}

/// Makes the snapshot of a project. `links` are in the order of `files`.
pub(crate) fn build(root: &str, taken: i64, files: &[MappedFile], links: &[FileLinks], index: &Index<'_>) -> Snapshot {
    let numbering = Numbering::new(files);
    let strings = Strings::new(files);
    let mut facts_bytes = Vec::new();
    let mut file_records = Vec::with_capacity(files.len());
    let mut entities: Vec<EntityRecord> = Vec::with_capacity(numbering.entities);
    let mut own: Vec<NameRecord> = Vec::new();
    let mut calls = Vec::new();
    let mut sites = Vec::new();
    let mut relations = Vec::new();

    for (index, (file, links)) in files.iter().zip(links).enumerate() {
        let first_entity = entities.len() as u32;
        if let Some(facts) = &file.facts {
            add_entities(&mut entities, facts, index, &numbering, &strings);
            own.extend(own_names(facts).map(|(def, name)| {
                let entity = EntityId(numbering.ids[index][def.index()]);
                NameRecord { entity, name: strings.id(name) }
            }));
            add_links(facts, index, links, &numbering, &strings, &mut calls, &mut sites, &mut relations);
        }
        let facts_start = facts_bytes.len() as u64;
        facts_bytes.extend_from_slice(&file.serialized);
        file_records.push(FileRecord {
            facts_start,
            hash: file.hash,
            size: file.stamp.size,
            modified: file.stamp.modified,
            changed: file.stamp.changed,
            path: strings.id(&file.path),
            lines: file.facts.as_ref().map_or(0, |facts| facts.lines),
            first_entity,
            entities: entities.len() as u32 - first_entity,
            syntax_errors: file.facts.as_ref().map_or(0, |facts| facts.syntax_errors),
            first_error_line: file.facts.as_ref().and_then(|facts| facts.first_error_line).map_or(0, u32::from),
            facts_len: file.serialized.len() as u32,
            language: file.language.map_or(u8::MAX, |language| language as u8),
            skip: file.skip.map_or(0, |skip| skip as u8),
            test: file.facts.as_ref().is_some_and(|facts| facts.test).into(),
            manifest: file.manifest.is_some().into(),
        });
    }

    calls.sort_unstable();
    calls.dedup();
    sites.sort_unstable();
    relations.sort_unstable();
    relations.dedup();
    let mut by_name: Vec<EntityId> = (0..entities.len()).map(EntityId::from_index).collect();
    by_name.sort_unstable_by_key(|&id| (entities[id.index()].name, id));

    own.retain(|own| own.entity.0 != NONE);
    own.sort_unstable();

    let mut block = Block::new();
    block.put(Section::Root, root.as_bytes());
    block.put(Section::StringEnds, bytemuck::cast_slice(&strings.ends()));
    block.put(Section::Strings, strings.sorted.concat().as_bytes());
    block.put_records(Section::Files, &file_records);
    block.put_records(Section::Entities, &entities);
    block.put_records(Section::ByName, &by_name);
    block.put_records(Section::OwnNames, &own);
    block.put_records(Section::Calls, &calls);
    block.put_records(Section::CallsByCallee, &order_by(&calls, |call: &CallRecord| call.callee));
    block.put_records(Section::Sites, &sites);
    block.put_records(Section::SitesByOwner, &order_by(&sites, |site: &SiteRecord| site.owner));
    block.put_records(Section::Relations, &relations);
    block.put_records(Section::RelationsByTarget, &order_by(&relations, |relation: &RelationRecord| relation.to));
    let state = postcard::to_allocvec(&index.state).expect("the state of an index can be serialized");
    block.put(Section::Index, &state);
    block.put(Section::Facts, &facts_bytes);
    Snapshot::from_bytes(&block.finish(taken, index.identity))
}

/// Indexes of `records` ordered by a key; equal keys keep their order.
fn order_by<T, K: Ord>(records: &[T], key: impl Fn(&T) -> K) -> Vec<u32> {
    let mut order: Vec<u32> = (0..records.len() as u32).collect();
    order.sort_by_key(|&index| key(&records[index as usize]));
    order
}

/// Which entity each definition is. Closures are none: they count as what encloses them.
struct Numbering {
    ids: Vec<Vec<u32>>,
    entities: usize,
}

impl Numbering {
    fn new(files: &[MappedFile]) -> Self {
        let mut next = 0;
        let ids = files
            .iter()
            .map(|file| {
                let Some(facts) = &file.facts else { return Vec::new() };
                let mut of_file: Vec<u32> = Vec::with_capacity(facts.defs.len());
                for (_, def) in facts.defs() {
                    of_file.push(if def.kind == DefKind::Closure {
                        NONE
                    } else {
                        next += 1;
                        next - 1
                    });
                }
                of_file
            })
            .collect();
        Self { ids, entities: next as usize }
    }

    fn entity(&self, facts: &FileFacts, file: usize, def: DefId) -> EntityId {
        EntityId(self.ids[file][facts.enclosing_entity(def).index()])
    }

    fn target(&self, target: DefRef) -> Option<EntityId> {
        let id = *self.ids.get(target.file.index())?.get(target.def.index())?;
        (id != NONE).then_some(EntityId(id))
    }
}

fn add_entities(
    entities: &mut Vec<EntityRecord>,
    facts: &FileFacts,
    file: usize,
    numbering: &Numbering,
    strings: &Strings<'_>,
) {
    for (id, def) in facts.defs() {
        if def.kind == DefKind::Closure {
            continue;
        }
        let parent = if id == DefId::FILE { NONE } else { numbering.entity(facts, file, def.parent).0 };
        entities.push(EntityRecord {
            name: strings.id(def.name.as_str()),
            qualifier: qualifier(facts, def).map_or(NONE, |name| strings.id(name).0),
            parent,
            file: FileIndex::from_index(file),
            line: def.pos.line,
            column: def.pos.column,
            start_line: def.start_line,
            end_line: def.end_line,
            span_start: def.span.start,
            body_start: def.body_start,
            span_end: def.span.end,
            doc: def.doc.as_deref().map_or(NONE, |doc| strings.id(doc).0),
            kind: record::kind_code(def.kind),
            visibility: record::visibility_code(def.visibility),
            flags: def.flags.bits(),
        });
    }
}

/// The definitions that go by another name than the one that only their own body sees, with that name.
fn own_names(facts: &FileFacts) -> impl Iterator<Item = (DefId, &'static str)> + use<'_> {
    facts.bindings.iter().filter_map(|binding| {
        let Expr::Def(def) = *facts.expr(binding.init?) else { return None };
        let this = facts.def(def);
        (this.scope == binding.scope && this.name != binding.name).then_some((def, binding.name.as_str()))
    })
}

/// The type that a definition belongs to though it does not stand in it, or that an impl block is for.
fn qualifier(facts: &FileFacts, def: &Def) -> Option<&'static str> {
    let written = if def.kind == DefKind::Impl {
        def.ty
    } else {
        let member_of = facts.list(def.supers).iter().find(|parent| parent.relation == Relation::MemberOf);
        member_of.map(|parent| parent.ty).or_else(|| {
            // A Go method stands in the file; its receiver says whose it is.
            let top_level = def.kind == DefKind::Method && facts.def(def.parent).kind == DefKind::File;
            let receiver = facts.list(def.params).first().filter(|param| param.kind == ParamKind::Receiver);
            receiver.filter(|_| top_level).and_then(|param| param.ty)
        })
    };
    type_name(facts, written?)
}

fn type_name(facts: &FileFacts, ty: TypeId) -> Option<&'static str> {
    match *facts.type_expr(ty) {
        TypeExpr::Path { segments, .. } => facts.list(segments).last().map(|segment| segment.name.as_str()),
        TypeExpr::Reference { inner, .. } | TypeExpr::Pointer(inner) | TypeExpr::Sequence(inner) => {
            type_name(facts, inner)
        }
        _ => None,
    }
}

#[expect(clippy::too_many_arguments, reason = "three outputs and what they are made from")]
fn add_links(
    facts: &FileFacts,
    file: usize,
    links: &FileLinks,
    numbering: &Numbering,
    strings: &Strings<'_>,
    calls: &mut Vec<CallRecord>,
    sites: &mut Vec<SiteRecord>,
    relations: &mut Vec<RelationRecord>,
) {
    for link in &links.calls {
        let call = facts.call(link.call);
        let owner = numbering.entity(facts, file, call.owner);
        let outcome = match &link.outcome {
            Outcome::Resolved { targets, evidence } => {
                for callee in targets.iter().filter_map(|&target| numbering.target(target)) {
                    calls.push(CallRecord {
                        caller: owner,
                        callee,
                        line: call.pos.line,
                        column: call.pos.column,
                        kind: 0,
                        evidence: record::evidence_code(*evidence),
                        padding: 0,
                    });
                }
                continue;
            }
            Outcome::Unknown => 0,
            Outcome::Indirect => 1,
            Outcome::External => 2,
        };
        let name = strings.id(call.name.as_str());
        sites.push(SiteRecord { name, owner, line: call.pos.line, column: call.pos.column, outcome });
    }
    for reference in &links.references {
        let Some(callee) = numbering.target(reference.target) else { continue };
        calls.push(CallRecord {
            caller: numbering.entity(facts, file, reference.owner),
            callee,
            line: reference.pos.line,
            column: reference.pos.column,
            kind: 1,
            evidence: record::evidence_code(reference.evidence),
            padding: 0,
        });
    }
    for relation in &links.relations {
        let Some(to) = numbering.target(relation.to) else { continue };
        let from = numbering.entity(facts, file, relation.from);
        let same = relation.kind == RelationKind::Imports && from == to;
        if !same {
            relations.push(RelationRecord { from, kind: record::relation_code(relation.kind), to });
        }
    }
}

/// All strings of the snapshot, sorted.
struct Strings<'a> {
    sorted: Vec<&'a str>,
    ids: FxHashMap<&'a str, u32>,
}

impl<'a> Strings<'a> {
    fn new(files: &'a [MappedFile]) -> Self {
        let mut ids: FxHashMap<&'a str, u32> = FxHashMap::default();
        let mut add = |text: &'a str| {
            ids.entry(text).or_insert(0);
        };
        for file in files {
            add(&file.path);
            let Some(facts) = &file.facts else { continue };
            for (_, def) in facts.defs() {
                add(def.name.as_str());
                if let Some(doc) = &def.doc {
                    add(doc);
                }
                if let Some(name) = qualifier(facts, def) {
                    add(name);
                }
            }
            for (_, name) in own_names(facts) {
                add(name);
            }
            for call in &facts.calls {
                add(call.name.as_str());
            }
        }
        let mut sorted: Vec<&'a str> = ids.keys().copied().collect();
        sorted.sort_unstable();
        for (index, text) in sorted.iter().enumerate() {
            ids.insert(text, index as u32);
        }
        Self { sorted, ids }
    }

    fn id(&self, text: &str) -> StrId {
        StrId(self.ids[text])
    }

    fn ends(&self) -> Vec<u32> {
        let mut end = 0;
        self.sorted
            .iter()
            .map(|text| {
                end += text.len() as u32;
                end
            })
            .collect()
    }
}

/// A block in the making: a header to be filled in, then the sections.
struct Block {
    bytes: Vec<u8>,
    header: Header,
}

impl Block {
    fn new() -> Self {
        Self { bytes: vec![0; size_of::<Header>()], header: Header::zeroed() }
    }

    fn put_records<T: NoUninit>(&mut self, section: Section, records: &[T]) {
        self.put(section, bytemuck::cast_slice(records));
    }

    fn put(&mut self, section: Section, content: &[u8]) {
        while !self.bytes.len().is_multiple_of(8) {
            self.bytes.push(0);
        }
        let index = section as usize;
        self.header.start[index] = self.bytes.len() as u64;
        self.header.len[index] = content.len() as u64;
        self.header.checksum[index] = xxhash_rust::xxh3::xxh3_64(content);
        self.bytes.extend_from_slice(content);
    }

    fn finish(mut self, taken: i64, index: u64) -> Vec<u8> {
        self.header.magic = MAGIC;
        self.header.format = FORMAT;
        self.header.sections = SECTIONS as u32;
        self.header.engine = engine_identity();
        self.header.taken = taken;
        self.header.index = index;
        self.header.seal();
        self.bytes[..size_of::<Header>()].copy_from_slice(bytemuck::bytes_of(&self.header));
        self.bytes
    }
}
