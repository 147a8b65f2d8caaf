//! Types as resolvers compute them. One vocabulary; each language uses the part of it that it needs.

use crate::project::{DefRef, FileId};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::Literal;
use std::sync::Arc;

/// A type, or what a name stands for when it is not a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// Nothing is known.
    Unknown,
    /// An instance of a type of the project, with its type arguments.
    Def(DefRef, Arc<[Ty]>),
    /// The type itself as a value: a Python or ECMAScript class, Java's `A` in `A.f()`.
    Class(DefRef, Arc<[Ty]>),
    /// A module, namespace or package of the project made of one file.
    Module(FileId),
    /// A namespace that is a definition: Rust `mod`, TypeScript and C++ `namespace`.
    Namespace(DefRef),
    /// A function or method of the project as a value, with the receiver type it is bound to, if any,
    /// as only element of the arguments.
    Function(DefRef, Arc<[Ty]>),
    /// An instance of a library or builtin type, by the name that the language gives it, with type
    /// arguments: `list[int]`, `Vec<T>`, `Promise<T>`.
    External(Name, Arc<[Ty]>),
    /// A library's type or module as a value.
    ExternalName(Name),
    /// The `index`-th type parameter of a definition.
    Param(DefRef, u16),
    /// `Self` of a trait or protocol, where the implementing type is not known.
    SelfOf(DefRef),
    /// `&T`, `&mut T`, C++ `T&`.
    Reference(Arc<Ty>),
    /// `*T`
    Pointer(Arc<Ty>),
    Tuple(Arc<[Ty]>),
    /// Array, slice, variadic.
    Sequence(Arc<Ty>),
    Map(Arc<Ty>, Arc<Ty>),
    Channel(Arc<Ty>),
    /// A function type that is no definition: parameters, result.
    Fn(Arc<[Ty]>, Arc<Ty>),
    /// A trait object or `impl Trait`: traits with their type arguments.
    Bound(Arc<[Ty]>),
    Union(Arc<[Ty]>),
    Intersection(Arc<[Ty]>),
    Literal(Literal),
    Never,
}

/// No type arguments.
pub fn no_args() -> Arc<[Ty]> {
    static EMPTY: std::sync::OnceLock<Arc<[Ty]>> = std::sync::OnceLock::new();
    EMPTY.get_or_init(|| Arc::new([])).clone()
}

impl Ty {
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }

    /// This type if it is known, else the other.
    #[must_use]
    pub fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self.is_known() { self } else { other() }
    }

    /// A union without doubles and without unknown parts; unknown if nothing else is in it.
    pub fn union(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::Unknown | Self::Never => {}
                Self::Union(inner) => {
                    for part in inner.iter() {
                        if !flat.contains(part) {
                            flat.push(part.clone());
                        }
                    }
                }
                part => {
                    if !flat.contains(&part) {
                        flat.push(part);
                    }
                }
            }
        }
        match flat.len() {
            0 => Self::Unknown,
            1 => flat.remove(0),
            _ => Self::Union(flat.into()),
        }
    }

    /// Puts `value` in place of each type parameter and `Self` for which it gives one.
    #[must_use]
    pub fn substitute(&self, value: &dyn Fn(&Self) -> Option<Self>) -> Self {
        let list = |items: &Arc<[Self]>| -> Arc<[Self]> {
            if items.is_empty() { items.clone() } else { items.iter().map(|item| item.substitute(value)).collect() }
        };
        let one = |item: &Arc<Self>| Arc::new(item.substitute(value));
        match self {
            Self::Param(..) | Self::SelfOf(_) => value(self).unwrap_or_else(|| self.clone()),
            Self::Def(def, args) => Self::Def(*def, list(args)),
            Self::Class(def, args) => Self::Class(*def, list(args)),
            Self::Function(def, args) => Self::Function(*def, list(args)),
            Self::External(name, args) => Self::External(*name, list(args)),
            Self::Reference(inner) => Self::Reference(one(inner)),
            Self::Pointer(inner) => Self::Pointer(one(inner)),
            Self::Tuple(items) => Self::Tuple(list(items)),
            Self::Sequence(inner) => Self::Sequence(one(inner)),
            Self::Map(key, item) => Self::Map(one(key), one(item)),
            Self::Channel(inner) => Self::Channel(one(inner)),
            Self::Fn(params, ret) => Self::Fn(list(params), one(ret)),
            Self::Bound(items) => Self::Bound(list(items)),
            Self::Union(items) => Self::union(items.iter().map(|item| item.substitute(value))),
            Self::Intersection(items) => Self::Intersection(list(items)),
            Self::Unknown
            | Self::Module(_)
            | Self::Namespace(_)
            | Self::ExternalName(_)
            | Self::Literal(_)
            | Self::Never => self.clone(),
        }
    }
}
