//! The result of resolution.

use crate::project::DefRef;
use parseltongue_syntax::facts::{CallId, DefId, Pos};
use serde::{Deserialize, Serialize};

/// How a target was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// A name of an enclosing scope of the same file.
    Local,
    /// A name that an import brings, followed to its definition.
    Import,
    /// A name of the same package or module in another file.
    Package,
    /// A qualified path.
    Qualified,
    /// `self`, `this`, `super`.
    SelfReceiver,
    /// A receiver whose type is written down.
    TypedReceiver,
    /// A receiver whose type follows from written types: a call's return type, a field's type...
    InferredReceiver,
    /// A receiver whose type was inferred from unannotated code (returns, assignments).
    UntypedFlow,
    /// A member of a base class, embedded struct or supertrait of the receiver's type.
    Inherited,
    /// A bound of a type parameter, an interface or trait object.
    Bound,
    /// A constructor of a known class.
    Constructor,
    /// One of several overloads, chosen by number or types of arguments.
    Overload,
    /// The only definition of the name that the language would let this call reach.
    Unique,
    /// Told by a compiler's index.
    Compiler,
}

impl Evidence {
    /// How a definition was found by a path of so many names.
    pub(crate) fn of_path(names: usize, same_file: bool) -> Self {
        match names {
            1 if same_file => Self::Local,
            1 => Self::Import,
            _ => Self::Qualified,
        }
    }
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Leads to these definitions of the project; more than one only where the type is a union.
    Resolved { targets: Vec<DefRef>, evidence: Evidence },
    /// Known to lead out of the project: a library, a builtin, a variable holding a function of one.
    External,
    /// Calls a value (parameter, field, variable) that holds a function: no static target.
    Indirect,
    /// Not known.
    Unknown,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CallLink {
    pub call: CallId,
    pub outcome: Outcome,
}

/// A function, method or type used as a value or named as a type, without a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The innermost definition around the use.
    pub owner: DefId,
    pub pos: Pos,
    pub target: DefRef,
    pub evidence: Evidence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    Extends,
    Implements,
    /// A method that takes the place of a base class's, interface's or trait's method.
    Overrides,
    /// Names the type in its signature or fields.
    UsesType,
    /// `from` is the file's definition; the target is another file's.
    Imports,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationLink {
    pub kind: RelationKind,
    pub from: DefId,
    pub to: DefRef,
}

/// What one file's names lead to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FileLinks {
    /// One for each call site, in order of [`CallId`].
    pub calls: Vec<CallLink>,
    pub references: Vec<Reference>,
    pub relations: Vec<RelationLink>,
    /// Imports that lead to nothing in the project and to no known dependency, by module text.
    pub unresolved_imports: Vec<Box<str>>,
}
