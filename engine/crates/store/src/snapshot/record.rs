//! The records of a snapshot.

use bytemuck::{Pod, Zeroable};
use parseltongue_resolve::{Evidence, RelationKind};
use parseltongue_syntax::Language;
use parseltongue_syntax::facts::{DefFlags, DefKind, Visibility};

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[repr(transparent)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Pod, Zeroable)]
        pub struct $id(pub(crate) u32);

        impl $id {
            pub fn from_index(index: usize) -> Self {
                Self(index as u32)
            }

            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// As a node of the graph algorithms.
            pub fn number(self) -> u32 {
                self.0
            }
        }
    )*};
}

ids! {
    /// A string of the snapshot; ids are in the order of the strings.
    StrId,
    /// A file of the snapshot; ids are in the order of paths.
    FileIndex,
    /// An entity of the snapshot: by file, then by place.
    EntityId,
}

/// No string, no entity.
pub(crate) const NONE: u32 = u32::MAX;

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct FileRecord {
    pub(crate) facts_start: u64,
    /// xxh3 of the bytes.
    pub(crate) hash: u64,
    pub size: u64,
    pub(crate) modified: i64,
    pub(crate) changed: i64,
    pub path: StrId,
    pub lines: u32,
    pub(crate) first_entity: u32,
    pub entities: u32,
    /// Places where the parser had to recover.
    pub syntax_errors: u32,
    /// 1-based; 0 if there is none.
    pub first_error_line: u32,
    pub(crate) facts_len: u32,
    pub(crate) language: u8,
    pub(crate) skip: u8,
    pub(crate) test: u8,
    pub(crate) manifest: u8,
}

impl FileRecord {
    /// The language, unless it is a manifest only.
    pub fn language(&self) -> Option<Language> {
        Language::ALL.get(usize::from(self.language)).copied()
    }

    /// Why the file was passed over, if it was.
    pub fn skipped(&self) -> Option<crate::scan::Skip> {
        crate::scan::Skip::from_code(self.skip)
    }

    /// Whether the whole file is test code.
    pub fn is_test(&self) -> bool {
        self.test != 0
    }

    pub fn is_manifest(&self) -> bool {
        self.manifest != 0
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct EntityRecord {
    pub name: StrId,
    /// What stands before the name in the qualified name instead of the parent's: the type of an impl
    /// block, of a Go method, of a C++ member defined outside its class.
    pub(crate) qualifier: u32,
    pub(crate) parent: u32,
    pub file: FileIndex,
    /// 1-based, of the name.
    pub line: u32,
    /// 1-based, in Unicode scalar values, of the name.
    pub column: u32,
    pub start_line: u32,
    pub end_line: u32,
    /// Bytes of the file: the whole definition, and where its body starts.
    pub span_start: u32,
    pub body_start: u32,
    pub span_end: u32,
    pub(crate) doc: u32,
    pub(crate) kind: u8,
    pub(crate) visibility: u8,
    pub(crate) flags: u16,
}

/// A further name of an entity: the own name of a function expression that is a member, `a.f = function g() {}`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
pub(crate) struct NameRecord {
    pub(crate) entity: EntityId,
    pub(crate) name: StrId,
}

/// Kinds by code; the code of a kind is its place here.
const KINDS: [DefKind; 24] = [
    DefKind::File,
    DefKind::Module,
    DefKind::Function,
    DefKind::Method,
    DefKind::Constructor,
    DefKind::Accessor,
    DefKind::Struct,
    DefKind::Class,
    DefKind::Interface,
    DefKind::Trait,
    DefKind::Impl,
    DefKind::Enum,
    DefKind::Variant,
    DefKind::Union,
    DefKind::TypeAlias,
    DefKind::AssociatedType,
    DefKind::Field,
    DefKind::Constant,
    DefKind::Static,
    DefKind::Variable,
    DefKind::Macro,
    DefKind::Closure,
    DefKind::Anonymous,
    DefKind::NewType,
];

const VISIBILITIES: [Visibility; 4] =
    [Visibility::Public, Visibility::Package, Visibility::Protected, Visibility::Private];

pub(crate) fn kind_code(kind: DefKind) -> u8 {
    KINDS.iter().position(|&known| known == kind).expect("every kind has a code") as u8
}

pub(crate) fn visibility_code(visibility: Visibility) -> u8 {
    VISIBILITIES.iter().position(|&known| known == visibility).expect("every visibility has a code") as u8
}

impl EntityRecord {
    pub fn kind(&self) -> DefKind {
        KINDS[usize::from(self.kind)]
    }

    pub fn visibility(&self) -> Visibility {
        VISIBILITIES[usize::from(self.visibility)]
    }

    pub fn flags(&self) -> DefFlags {
        DefFlags::from_bits(self.flags)
    }

    pub fn is_test(&self) -> bool {
        self.flags().contains(DefFlags::TEST)
    }

    /// Whether code outside this project may use it.
    pub fn is_public(&self) -> bool {
        self.visibility() == Visibility::Public || self.flags().contains(DefFlags::EXPORTED)
    }

    /// The definition around this one; for top-level ones, the file's.
    pub fn parent(&self) -> Option<EntityId> {
        (self.parent != NONE).then_some(EntityId(self.parent))
    }

    pub(crate) fn qualifier(&self) -> Option<StrId> {
        (self.qualifier != NONE).then_some(StrId(self.qualifier))
    }

    /// First paragraph of the doc comment.
    pub fn doc(&self) -> Option<StrId> {
        (self.doc != NONE).then_some(StrId(self.doc))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    Call,
    /// Named without a call: passed, stored, compared.
    Reference,
}

/// A call or reference whose target is known. It stands in the caller's file.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
pub struct CallRecord {
    pub caller: EntityId,
    pub callee: EntityId,
    pub line: u32,
    pub column: u32,
    pub(crate) kind: u8,
    pub(crate) evidence: u8,
    pub(crate) padding: u16,
}

/// Evidence by code.
const EVIDENCE: [Evidence; 14] = [
    Evidence::Local,
    Evidence::Import,
    Evidence::Package,
    Evidence::Qualified,
    Evidence::SelfReceiver,
    Evidence::TypedReceiver,
    Evidence::InferredReceiver,
    Evidence::UntypedFlow,
    Evidence::Inherited,
    Evidence::Bound,
    Evidence::Constructor,
    Evidence::Overload,
    Evidence::Unique,
    Evidence::Compiler,
];

pub(crate) fn evidence_code(evidence: Evidence) -> u8 {
    EVIDENCE.iter().position(|&known| known == evidence).expect("all evidence has a code") as u8
}

impl CallRecord {
    pub fn kind(&self) -> CallKind {
        if self.kind == 0 { CallKind::Call } else { CallKind::Reference }
    }

    pub fn evidence(&self) -> Evidence {
        EVIDENCE[usize::from(self.evidence)]
    }
}

/// What is known of a call site without a target in the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteOutcome {
    /// Not known: it may lead to any definition of that name.
    Unknown,
    /// Calls a value that holds a function.
    Indirect,
    /// Leads out of the project.
    External,
}

impl SiteOutcome {
    /// The word that answers and exports use.
    pub fn label(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Indirect => "indirect",
            Self::External => "external",
        }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
pub struct SiteRecord {
    pub name: StrId,
    pub owner: EntityId,
    pub line: u32,
    pub column: u32,
    pub(crate) outcome: u32,
}

impl SiteRecord {
    pub fn outcome(&self) -> SiteOutcome {
        match self.outcome {
            0 => SiteOutcome::Unknown,
            1 => SiteOutcome::Indirect,
            _ => SiteOutcome::External,
        }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
pub struct RelationRecord {
    pub from: EntityId,
    pub(crate) kind: u32,
    pub to: EntityId,
}

/// Relations by code.
const RELATIONS: [RelationKind; 5] = [
    RelationKind::Extends,
    RelationKind::Implements,
    RelationKind::Overrides,
    RelationKind::UsesType,
    RelationKind::Imports,
];

pub(crate) fn relation_code(kind: RelationKind) -> u32 {
    RELATIONS.iter().position(|&known| known == kind).expect("every relation has a code") as u32
}

impl RelationRecord {
    pub fn kind(&self) -> RelationKind {
        RELATIONS[self.kind as usize]
    }
}
