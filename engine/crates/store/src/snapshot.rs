//! The map of a project as one block of bytes: sections of fixed-size records, read in place.
//!
//! The block is what the cache file holds, so a query maps the file into memory and touches only what it
//! needs. Strings are sorted and stored once: comparing two string ids compares the strings. Records are
//! little-endian, as all supported targets are.
//!
//! A block is trusted only if its magic, format, engine and checksums are right; otherwise it is made
//! anew.

pub mod build;
mod record;

use record::NameRecord;
pub use record::{
    CallKind, CallRecord, EntityId, EntityRecord, FileIndex, FileRecord, RelationRecord, SiteOutcome, SiteRecord, StrId,
};

use bytemuck::{Pod, Zeroable};
use memmap2::{Mmap, MmapMut};
use parseltongue_graph::Csr;
use std::ops::Range;

/// Bytes at the start of every block.
const MAGIC: [u8; 8] = *b"PTSNAP\r\n";
/// Rises when records or sections change.
const FORMAT: u32 = 5;

/// The parts of a block, in this order.
#[derive(Clone, Copy)]
enum Section {
    /// The root's path, as text.
    Root,
    /// Where each string ends in `Strings`.
    StringEnds,
    Strings,
    Files,
    Entities,
    /// Entities by name.
    ByName,
    /// Further names, by entity.
    OwnNames,
    /// Calls by caller, callee, place.
    Calls,
    /// Indexes of `Calls`, by callee.
    CallsByCallee,
    /// Calls without a target, by name.
    Sites,
    /// Indexes of `Sites`, by owner.
    SitesByOwner,
    /// Relations by source.
    Relations,
    /// Indexes of `Relations`, by target.
    RelationsByTarget,
    /// How far an imported index counts, serialized.
    Index,
    /// Serialized facts and manifests; [`FileRecord`] says where. Checked only when read.
    Facts,
}

const SECTIONS: usize = Section::Facts as usize + 1;

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Header {
    magic: [u8; 8],
    format: u32,
    sections: u32,
    /// See `build.rs`.
    engine: u64,
    /// When the walk that the block describes began, in nanoseconds since 1970.
    taken: i64,
    /// The imported index that calls were resolved with; 0 if there is none.
    index: u64,
    start: [u64; SECTIONS],
    len: [u64; SECTIONS],
    checksum: [u64; SECTIONS],
    /// Of everything above.
    own_checksum: u64,
}

impl Header {
    fn checksum_of_self(&self) -> u64 {
        xxhash_rust::xxh3::xxh3_64(&bytemuck::bytes_of(self)[..std::mem::offset_of!(Self, own_checksum)])
    }

    fn seal(&mut self) {
        self.own_checksum = self.checksum_of_self();
    }
}

/// This engine's identity, see `build.rs`.
fn engine_identity() -> u64 {
    u64::from_str_radix(env!("ENGINE_SOURCES"), 16).expect("build.rs writes 16 hexadecimal digits")
}

enum Bytes {
    File(Mmap),
    Memory(Mmap),
}

/// A map of a project.
pub struct Snapshot {
    bytes: Bytes,
    sections: [Range<usize>; SECTIONS],
    taken: i64,
    index: u64,
    facts_checksum: u64,
}

impl Snapshot {
    /// Opens a cache file. `None` if it is not there or not to be trusted.
    pub(crate) fn open(path: &std::path::Path) -> Option<Self> {
        let file = std::fs::File::open(path).ok()?;
        // SAFETY: cache files are only ever replaced by rename, never written in place, so the mapped
        // bytes do not change while they are borrowed.
        let map = unsafe { Mmap::map(&file) }.ok()?;
        Self::check(Bytes::File(map))
    }

    /// Takes a block that was just built.
    pub(crate) fn from_bytes(block: &[u8]) -> Self {
        let mut memory = MmapMut::map_anon(block.len().max(1)).expect("memory for the map of the project");
        memory[..block.len()].copy_from_slice(block);
        let memory = memory.make_read_only().expect("own memory can be made read-only");
        Self::check(Bytes::Memory(memory)).expect("a block that was just built is right")
    }

    fn check(bytes: Bytes) -> Option<Self> {
        let (Bytes::File(block) | Bytes::Memory(block)) = &bytes;
        let header: &Header = bytemuck::from_bytes(block.get(..size_of::<Header>())?);
        let known = header.magic == MAGIC
            && header.format == FORMAT
            && header.sections as usize == SECTIONS
            && header.engine == engine_identity()
            && header.own_checksum == header.checksum_of_self();
        if !known {
            return None;
        }
        let mut sections: [Range<usize>; SECTIONS] = std::array::from_fn(|_| 0..0);
        for (index, section) in sections.iter_mut().enumerate() {
            let start = usize::try_from(header.start[index]).ok()?;
            let len = usize::try_from(header.len[index]).ok()?;
            let part = block.get(start..start.checked_add(len)?)?;
            if index != Section::Facts as usize && xxhash_rust::xxh3::xxh3_64(part) != header.checksum[index] {
                return None;
            }
            *section = start..start + len;
        }
        let (taken, index) = (header.taken, header.index);
        let facts_checksum = header.checksum[Section::Facts as usize];
        Some(Self { bytes, sections, taken, index, facts_checksum })
    }

    /// The whole block, as a cache file holds it.
    pub(crate) fn block(&self) -> &[u8] {
        let (Bytes::File(block) | Bytes::Memory(block)) = &self.bytes;
        block
    }

    /// The block with another time of the walk.
    pub(crate) fn block_retaken(&self, taken: i64) -> Vec<u8> {
        let mut block = self.block().to_vec();
        let (header, _) = block.split_at_mut(size_of::<Header>());
        let mut changed: Header = bytemuck::pod_read_unaligned(header);
        changed.taken = taken;
        changed.seal();
        header.copy_from_slice(bytemuck::bytes_of(&changed));
        block
    }

    fn section(&self, section: Section) -> &[u8] {
        &self.block()[self.sections[section as usize].clone()]
    }

    fn records<T: Pod>(&self, section: Section) -> &[T] {
        // Sections start at multiples of 8 in a block that starts at a page.
        bytemuck::cast_slice(self.section(section))
    }

    /// Whether it was read from the cache (and not built in this process).
    pub fn is_from_cache(&self) -> bool {
        matches!(self.bytes, Bytes::File(_))
    }

    /// When the walk it describes began, in nanoseconds since 1970.
    pub fn taken(&self) -> i64 {
        self.taken
    }

    /// Which imported index its calls were resolved with; 0 for none.
    pub(crate) fn index_identity(&self) -> u64 {
        self.index
    }

    /// The imported index that tells calls, if there is one.
    pub fn index(&self) -> Option<crate::imported::IndexState> {
        postcard::from_bytes(self.section(Section::Index)).ok()?
    }

    /// The path of the root it describes.
    pub fn root(&self) -> &str {
        std::str::from_utf8(self.section(Section::Root)).unwrap_or("")
    }

    /// The text of a string id.
    pub fn str(&self, id: StrId) -> &str {
        let ends: &[u32] = self.records(Section::StringEnds);
        let index = id.0 as usize;
        let start = if index == 0 { 0 } else { ends[index - 1] as usize };
        std::str::from_utf8(&self.section(Section::Strings)[start..ends[index] as usize]).unwrap_or("")
    }

    /// The id of a text, if any record uses it.
    pub fn find_str(&self, text: &str) -> Option<StrId> {
        let count = self.strings();
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            match self.str(StrId(middle)).cmp(text) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(StrId(middle)),
            }
        }
        None
    }

    /// How many strings there are; ids are below.
    pub fn strings(&self) -> u32 {
        (self.section(Section::StringEnds).len() / 4) as u32
    }

    pub fn files(&self) -> &[FileRecord] {
        self.records(Section::Files)
    }

    pub fn file(&self, id: FileIndex) -> &FileRecord {
        &self.files()[id.index()]
    }

    /// The path of a file, relative to the root.
    pub fn path(&self, id: FileIndex) -> &str {
        self.str(self.file(id).path)
    }

    /// The file at a path relative to the root.
    pub fn file_at(&self, path: &str) -> Option<FileIndex> {
        self.files().binary_search_by(|file| self.str(file.path).cmp(path)).ok().map(FileIndex::from_index)
    }

    /// All entities: by file, then by place.
    pub fn entities(&self) -> &[EntityRecord] {
        self.records(Section::Entities)
    }

    pub fn entity(&self, id: EntityId) -> &EntityRecord {
        &self.entities()[id.index()]
    }

    /// The entities of a file, in source order; the first is the file itself.
    pub fn entities_of(&self, file: FileIndex) -> impl Iterator<Item = EntityId> + use<> {
        let file = self.file(file);
        (file.first_entity..file.first_entity + file.entities).map(EntityId)
    }

    /// The entities of a simple name.
    pub fn named(&self, name: StrId) -> &[EntityId] {
        let by_name: &[EntityId] = self.records(Section::ByName);
        let start = by_name.partition_point(|&id| self.entity(id).name < name);
        let end = by_name.partition_point(|&id| self.entity(id).name <= name);
        &by_name[start..end]
    }

    /// The entities that have a name besides the one that they are listed by, in their order, with that name.
    pub fn own_names(&self) -> impl Iterator<Item = (EntityId, StrId)> + use<'_> {
        let records: &[NameRecord] = self.records(Section::OwnNames);
        records.iter().map(|record| (record.entity, record.name))
    }

    /// All calls and references with a target, by caller.
    pub fn calls(&self) -> &[CallRecord] {
        self.records(Section::Calls)
    }

    /// The calls and references in an entity's own body, by callee and place.
    pub fn calls_from(&self, caller: EntityId) -> &[CallRecord] {
        let calls = self.calls();
        let start = calls.partition_point(|call| call.caller < caller);
        let end = calls.partition_point(|call| call.caller <= caller);
        &calls[start..end]
    }

    /// The calls and references that lead to an entity, by caller and place.
    pub fn calls_to(&self, callee: EntityId) -> impl ExactSizeIterator<Item = &CallRecord> {
        let calls = self.calls();
        let by_callee: &[u32] = self.records(Section::CallsByCallee);
        let start = by_callee.partition_point(|&call| calls[call as usize].callee < callee);
        let end = by_callee.partition_point(|&call| calls[call as usize].callee <= callee);
        by_callee[start..end].iter().map(|&call| &calls[call as usize])
    }

    /// All call sites without a target in the project, by name, then place.
    pub fn sites(&self) -> &[SiteRecord] {
        self.records(Section::Sites)
    }

    /// The call sites of a name that have no target.
    pub fn sites_named(&self, name: StrId) -> &[SiteRecord] {
        let sites = self.sites();
        let start = sites.partition_point(|site| site.name < name);
        let end = sites.partition_point(|site| site.name <= name);
        &sites[start..end]
    }

    /// The call sites in an entity's own body that have no target, by name.
    pub fn sites_in(&self, owner: EntityId) -> impl ExactSizeIterator<Item = &SiteRecord> {
        let sites = self.sites();
        let by_owner: &[u32] = self.records(Section::SitesByOwner);
        let start = by_owner.partition_point(|&site| sites[site as usize].owner < owner);
        let end = by_owner.partition_point(|&site| sites[site as usize].owner <= owner);
        by_owner[start..end].iter().map(|&site| &sites[site as usize])
    }

    /// All relations, by source.
    pub fn relations(&self) -> &[RelationRecord] {
        self.records(Section::Relations)
    }

    pub fn relations_from(&self, from: EntityId) -> &[RelationRecord] {
        let relations = self.relations();
        let start = relations.partition_point(|relation| relation.from < from);
        let end = relations.partition_point(|relation| relation.from <= from);
        &relations[start..end]
    }

    pub fn relations_to(&self, to: EntityId) -> impl ExactSizeIterator<Item = &RelationRecord> {
        let relations = self.relations();
        let by_target: &[u32] = self.records(Section::RelationsByTarget);
        let start = by_target.partition_point(|&index| relations[index as usize].to < to);
        let end = by_target.partition_point(|&index| relations[index as usize].to <= to);
        by_target[start..end].iter().map(|&index| &relations[index as usize])
    }

    /// The graph of calls (and references, if `references`) between entities.
    pub fn call_graph(&self, references: bool) -> Csr {
        let edges = self
            .calls()
            .iter()
            .filter(|call| references || call.kind() == CallKind::Call)
            .map(|call| (call.caller.0, call.callee.0));
        Csr::new(self.entities().len(), edges)
    }

    /// The type that a definition outside it belongs to: the type of the impl block around it, of a Go
    /// receiver, of a C++ member. In the same file if there, else the only type of that name.
    pub fn owner_type(&self, id: EntityId) -> Option<EntityId> {
        let entity = self.entity(id);
        let qualifier = entity.qualifier().or_else(|| self.entity(entity.parent()?).qualifier())?;
        let types = || self.named(qualifier).iter().copied().filter(|&id| self.entity(id).kind().is_type());
        let here = types().find(|&id| self.entity(id).file == entity.file);
        here.or_else(|| {
            let mut all = types();
            all.next().filter(|_| all.next().is_none())
        })
    }

    /// What a manifest file says; `None` for source files and manifests that could not be read.
    pub fn manifest(&self, id: FileIndex) -> Option<parseltongue_syntax::Manifest> {
        let record = self.file(id);
        if !record.is_manifest() {
            return None;
        }
        let stored: (Option<parseltongue_syntax::FileFacts>, Option<parseltongue_syntax::Manifest>) =
            postcard::from_bytes(self.facts_bytes(record)?).ok()?;
        stored.1
    }

    /// The stored bytes of a file's facts or manifest. `None` if the section is damaged.
    pub(crate) fn facts_bytes(&self, file: &FileRecord) -> Option<&[u8]> {
        let start = usize::try_from(file.facts_start).ok()?;
        self.section(Section::Facts).get(start..start.checked_add(file.facts_len as usize)?)
    }

    pub(crate) fn facts_are_intact(&self) -> bool {
        xxhash_rust::xxh3::xxh3_64(self.section(Section::Facts)) == self.facts_checksum
    }
}
