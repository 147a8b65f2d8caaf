//! Types of ECMAScript values, as TypeScript sees them.

use crate::project::{DefRef, FileId};
use parseltongue_syntax::Name;
use std::sync::Arc;

/// What type parameters stand for: (owner, index, type).
pub(super) type Env = Arc<[(DefRef, u16, Ty)]>;

/// The index that stands for the `this` type of a class or interface among its type parameters.
pub(super) const THIS: u16 = u16::MAX;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ty {
    /// Nothing is known.
    Any,
    /// Comes from outside the project.
    External,
    Never,
    /// `null`, `undefined`, `void`.
    Nullish,
    Str,
    Num,
    Bool,
    /// A string literal type.
    Text(Name),
    /// An instance of a class, interface, object type or object literal.
    Ref(DefRef, Env),
    /// A class as a value.
    Class(DefRef, Env),
    /// A function as a value, or a function type.
    Func(DefRef, Env),
    EnumObject(DefRef),
    Module(FileId),
    Namespace(DefRef),
    Param(DefRef, u16),
    Tuple(Arc<[Ty]>),
    Union(Arc<[Ty]>),
    Inter(Arc<[Ty]>),
    /// The members of a type that are among some names (true), or that are not.
    Keys(Arc<(Ty, Vec<Name>, bool)>),
}

/// No substitutions.
pub(super) fn no_env() -> Env {
    static EMPTY: std::sync::OnceLock<Env> = std::sync::OnceLock::new();
    EMPTY.get_or_init(|| Arc::new([])).clone()
}

impl Ty {
    pub(super) fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }

    /// The type that the members are of, where some are left out.
    pub(super) fn whole(&self) -> &Self {
        match self {
            Self::Keys(keys) => keys.0.whole(),
            other => other,
        }
    }

    /// The parts of a union, or the type itself.
    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::Union(parts) => parts,
            other => std::slice::from_ref(other),
        }
    }

    /// The union of types: unknown if one part is unknown.
    pub(super) fn union(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::join(parts, true)
    }

    /// The union of the parts that are known.
    pub(super) fn known_union(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::join(parts, false)
    }

    fn join(parts: impl IntoIterator<Item = Self>, strict: bool) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        let mut any = false;
        let mut push = |part: Self, any: &mut bool| match part {
            Self::Never => {}
            Self::Any => *any = true,
            part if flat.contains(&part) => {}
            part => flat.push(part),
        };
        for part in parts {
            match part {
                Self::Union(inner) => inner.iter().cloned().for_each(|part| push(part, &mut any)),
                part => push(part, &mut any),
            }
        }
        if (any && strict) || flat.is_empty() {
            return if any { Self::Any } else { Self::Never };
        }
        if flat.len() == 1 {
            return flat.remove(0);
        }
        if flat.len() > 24 {
            return Self::Any;
        }
        Self::Union(flat.into())
    }

    /// Without `null` and `undefined`.
    pub(super) fn present(self) -> Self {
        match self {
            Self::Union(parts) => Self::union(parts.iter().filter(|part| !matches!(part, Self::Nullish)).cloned()),
            other => other,
        }
    }
}

/// The value that an environment gives a type parameter.
pub(super) fn look_up(env: &Env, owner: DefRef, index: u16) -> Option<&Ty> {
    env.iter().find(|(def, at, _)| *def == owner && *at == index).map(|(_, _, ty)| ty)
}

/// An environment with more entries, which go before those it has.
pub(super) fn extended(env: &Env, more: impl IntoIterator<Item = (DefRef, u16, Ty)>) -> Env {
    let mut entries: Vec<(DefRef, u16, Ty)> = more.into_iter().collect();
    if entries.is_empty() {
        return env.clone();
    }
    for entry in env.iter() {
        if !entries.iter().any(|(def, index, _)| *def == entry.0 && *index == entry.1) {
            entries.push(entry.clone());
        }
    }
    entries.into()
}
