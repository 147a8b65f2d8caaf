//! Java's types.

use crate::project::DefRef;
use parseltongue_syntax::Name;
use std::sync::Arc;

/// A class, interface, enum, record or annotation type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ClassId {
    Project(DefRef),
    /// By its number in the table of the platform's classes.
    Jdk(u32),
    /// A library's, of which only the name is known.
    External(Name),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Prim {
    Boolean,
    Byte,
    Char,
    Short,
    Int,
    Long,
    Float,
    Double,
}

impl Prim {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "boolean" => Self::Boolean,
            "byte" => Self::Byte,
            "char" => Self::Char,
            "short" => Self::Short,
            "int" => Self::Int,
            "long" => Self::Long,
            "float" => Self::Float,
            "double" => Self::Double,
            _ => return None,
        })
    }

    /// The simple name of the class that boxes it.
    pub(super) fn boxed(self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::Byte => "Byte",
            Self::Char => "Character",
            Self::Short => "Short",
            Self::Int => "Integer",
            Self::Long => "Long",
            Self::Float => "Float",
            Self::Double => "Double",
        }
    }

    pub(super) const ALL: [Self; 8] =
        [Self::Boolean, Self::Byte, Self::Char, Self::Short, Self::Int, Self::Long, Self::Float, Self::Double];

    /// Whether a value widens to `to` without a cast, itself included.
    pub(super) fn widens_to(self, to: Self) -> bool {
        match (self, to) {
            (a, b) if a == b => true,
            (Self::Boolean, _) | (_, Self::Boolean | Self::Char) => false,
            (Self::Char, b) => b >= Self::Int,
            (a, b) => a < b,
        }
    }
}

/// Which way a wildcard is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Bound {
    Extends,
    Super,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum JTy {
    Unknown,
    Void,
    Null,
    Prim(Prim),
    /// With its type arguments; none for a raw type.
    Class(ClassId, Arc<[JTy]>),
    /// The `index`-th type parameter of a definition.
    Var(DefRef, u16),
    /// A type parameter of a class of the platform's table (`method` false) or of one of its methods.
    /// Stands in members' signatures only, until they are used.
    JdkVar {
        method: bool,
        index: u8,
    },
    Array(Arc<JTy>),
    /// Only as a type argument. `?` is bounded by `Unknown`.
    Wild(Bound, Arc<JTy>),
    And(Arc<[JTy]>),
}

pub(super) fn no_types() -> Arc<[JTy]> {
    static EMPTY: std::sync::OnceLock<Arc<[JTy]>> = std::sync::OnceLock::new();
    EMPTY.get_or_init(|| Arc::new([])).clone()
}

impl JTy {
    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }

    /// Replaces type variables; those without a value stay.
    pub(super) fn substitute(&self, value: &dyn Fn(&Self) -> Option<Self>) -> Self {
        match self {
            Self::Var(..) | Self::JdkVar { .. } => value(self).unwrap_or_else(|| self.clone()),
            Self::Class(_, args) if args.is_empty() => self.clone(),
            Self::Class(class, args) => Self::Class(*class, args.iter().map(|arg| arg.substitute(value)).collect()),
            Self::Array(element) => Self::Array(Arc::new(element.substitute(value).upward())),
            Self::Wild(bound, inner) => match inner.substitute(value) {
                wild @ Self::Wild(..) => wild,
                inner => Self::Wild(*bound, Arc::new(inner)),
            },
            Self::And(parts) => Self::And(parts.iter().map(|part| part.substitute(value)).collect()),
            Self::Unknown | Self::Void | Self::Null | Self::Prim(_) => self.clone(),
        }
    }

    /// What reading a value of this type argument gives.
    pub(super) fn upward(self) -> Self {
        match self {
            Self::Wild(Bound::Extends, inner) => (*inner).clone(),
            Self::Wild(Bound::Super, _) => Self::Unknown,
            other => other,
        }
    }

    /// The bound of a wildcard whichever way it goes: what a function type takes for it.
    pub(super) fn wild_bound(self) -> Self {
        match self {
            Self::Wild(_, inner) => (*inner).clone(),
            other => other,
        }
    }

    /// Whether a type variable for which `is` holds occurs.
    pub(super) fn mentions(&self, is: &dyn Fn(&Self) -> bool) -> bool {
        match self {
            Self::Var(..) | Self::JdkVar { .. } => is(self),
            Self::Class(_, parts) | Self::And(parts) => parts.iter().any(|part| part.mentions(is)),
            Self::Array(inner) | Self::Wild(_, inner) => inner.mentions(is),
            Self::Unknown | Self::Void | Self::Null | Self::Prim(_) => false,
        }
    }

    /// Whether a part of it is unknown.
    pub(super) fn has_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Class(_, parts) | Self::And(parts) => parts.iter().any(Self::has_unknown),
            Self::Array(inner) => inner.has_unknown(),
            Self::Wild(..) | Self::Var(..) | Self::JdkVar { .. } | Self::Void | Self::Null | Self::Prim(_) => false,
        }
    }
}

/// Whether something holds, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tri {
    No,
    Maybe,
    Yes,
}

impl From<bool> for Tri {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}
