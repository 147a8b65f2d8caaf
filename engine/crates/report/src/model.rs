//! The pieces that answers are made of. Their serialized form is the JSON that `--format json` prints.

use crate::confidence::Confidence;
use crate::document::{Part, Text, faint, name, plain};
use crate::project::Project;
use parseltongue_resolve::Evidence;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_store::snapshot::{CallKind, CallRecord, SiteRecord};
use parseltongue_syntax::facts::{DefKind, Visibility};
use serde::Serialize;

/// An entity by what identifies it and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entity {
    #[serde(skip)]
    pub id: EntityId,
    pub name: String,
    /// With the names of the types and modules around it, in the language's spelling.
    pub qualified_name: String,
    pub kind: DefKind,
    /// Relative to the root.
    pub file: String,
    /// 1-based, of the name.
    pub line: u32,
    /// 1-based, in Unicode scalar values.
    pub column: u32,
    pub visibility: Visibility,
    /// Test code.
    pub test: bool,
}

impl Entity {
    pub fn new(project: &Project, id: EntityId) -> Self {
        let snapshot = &project.snapshot;
        let entity = snapshot.entity(id);
        let name = match entity.kind() {
            DefKind::File => snapshot.path(entity.file),
            _ => snapshot.str(entity.name),
        };
        Self {
            id,
            name: name.to_owned(),
            qualified_name: project.qualified_name(id),
            kind: entity.kind(),
            file: snapshot.path(entity.file).to_owned(),
            line: entity.line,
            column: entity.column,
            visibility: entity.visibility(),
            test: entity.is_test(),
        }
    }

    /// Its place, for documents.
    pub fn place(&self) -> Part {
        Part::Place { path: self.file.clone(), line: self.line, column: self.column }
    }

    /// `kind name place`, for lists.
    pub fn text(&self) -> Text {
        let mut text =
            vec![faint(format!("{} ", kind_label(self.kind))), name(&*self.qualified_name), plain("  "), self.place()];
        if self.test {
            text.push(faint("  test"));
        }
        text
    }

    /// Kind, name and place as cells of a table.
    pub fn cells(&self) -> Vec<Text> {
        let label =
            if self.test { format!("{} (test)", kind_label(self.kind)) } else { kind_label(self.kind).to_owned() };
        vec![vec![faint(label)], vec![name(&*self.qualified_name)], vec![self.place()]]
    }
}

/// What people call a kind; `--type` takes these.
pub fn kind_label(kind: DefKind) -> &'static str {
    match kind {
        DefKind::File => "file",
        DefKind::Module => "module",
        DefKind::Function => "function",
        DefKind::Method => "method",
        DefKind::Constructor => "constructor",
        DefKind::Accessor => "accessor",
        DefKind::Struct => "struct",
        DefKind::Class => "class",
        DefKind::Interface => "interface",
        DefKind::Trait => "trait",
        DefKind::Impl => "impl",
        DefKind::Enum => "enum",
        DefKind::Variant => "variant",
        DefKind::Union => "union",
        DefKind::TypeAlias => "type-alias",
        DefKind::NewType => "new-type",
        DefKind::AssociatedType => "associated-type",
        DefKind::Field => "field",
        DefKind::Constant => "constant",
        DefKind::Static => "static",
        DefKind::Variable => "variable",
        DefKind::Macro => "macro",
        DefKind::Closure => "closure",
        DefKind::Anonymous => "anonymous",
    }
}

/// How a call was resolved, in a word or two.
pub fn evidence_label(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Local => "local",
        Evidence::Import => "import",
        Evidence::Package => "package",
        Evidence::Qualified => "qualified",
        Evidence::SelfReceiver => "self-receiver",
        Evidence::TypedReceiver => "typed-receiver",
        Evidence::InferredReceiver => "inferred-receiver",
        Evidence::UntypedFlow => "untyped-flow",
        Evidence::Inherited => "inherited",
        Evidence::Bound => "bound",
        Evidence::Constructor => "constructor",
        Evidence::Overload => "overload",
        Evidence::Unique => "unique",
        Evidence::Compiler => "compiler",
    }
}

/// A place where something is called or named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Site {
    pub line: u32,
    pub column: u32,
    /// The source line, without indentation.
    pub text: String,
}

/// Another entity that an entity calls or is called by, with the places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Neighbour {
    #[serde(flatten)]
    pub entity: Entity,
    /// `call`, or `reference` where it is only named.
    pub relation: Relation,
    /// The least sure evidence among the sites.
    pub evidence: Evidence,
    /// How sure that is.
    pub confidence: Confidence,
    /// In the caller's file.
    pub sites: Vec<Site>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    Call,
    Reference,
}

impl From<CallKind> for Relation {
    fn from(kind: CallKind) -> Self {
        match kind {
            CallKind::Call => Self::Call,
            CallKind::Reference => Self::Reference,
        }
    }
}

/// Groups call records by the entity at their other end, in order of path and line.
pub fn neighbours<'a>(
    project: &Project,
    calls: impl Iterator<Item = &'a CallRecord>,
    other: impl Fn(&CallRecord) -> EntityId,
) -> Vec<Neighbour> {
    let mut calls: Vec<&CallRecord> = calls.collect();
    calls.stable_sort_by_key(|call| (other(call), Relation::from(call.kind()), call.line, call.column));
    let mut groups: Vec<Neighbour> = Vec::new();
    for call in calls {
        let (id, relation) = (other(call), Relation::from(call.kind()));
        let file = project.snapshot.path(project.snapshot.entity(call.caller).file);
        let site = Site { line: call.line, column: call.column, text: project.line(file, call.line) };
        match groups.last_mut() {
            Some(group) if group.entity.id == id && group.relation == relation => {
                let confidence = Confidence::of(call.evidence());
                if confidence < group.confidence {
                    (group.evidence, group.confidence) = (call.evidence(), confidence);
                }
                group.sites.push(site);
            }
            _ => groups.push(Neighbour {
                entity: Entity::new(project, id),
                relation,
                evidence: call.evidence(),
                confidence: Confidence::of(call.evidence()),
                sites: vec![site],
            }),
        }
    }
    groups
}

/// A call site whose target in the project is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnresolvedSite {
    pub name: String,
    pub file: String,
    pub line: u32,
    pub column: u32,
    /// `unknown`: may lead anywhere; `indirect`: calls a value that holds a function; `external`: leads
    /// out of the project.
    pub outcome: &'static str,
    /// The source line, without indentation.
    pub text: String,
}

impl UnresolvedSite {
    pub fn new(project: &Project, site: &SiteRecord) -> Self {
        let snapshot = &project.snapshot;
        let file = snapshot.path(snapshot.entity(site.owner).file);
        Self {
            name: snapshot.str(site.name).to_owned(),
            file: file.to_owned(),
            line: site.line,
            column: site.column,
            outcome: site.outcome().label(),
            text: project.line(file, site.line),
        }
    }

    pub fn place(&self) -> Part {
        Part::Place { path: self.file.clone(), line: self.line, column: self.column }
    }
}
