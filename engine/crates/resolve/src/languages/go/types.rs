//! Go's types as values of the resolver.

use crate::project::DefRef;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::Literal;
use std::sync::{Arc, OnceLock};

/// Type arguments.
pub(super) type Args = Arc<[Type]>;

/// No type arguments.
pub(super) fn no_args() -> Args {
    static EMPTY: OnceLock<Args> = OnceLock::new();
    EMPTY.get_or_init(|| Arc::new([])).clone()
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Type {
    Unknown,
    /// A library's type, with its type arguments; the name is empty where it is not known.
    Library(Name, Args),
    /// A type of the universe scope: `int`, `string`, `error`, ...
    Basic(Name),
    /// An untyped constant.
    Untyped(Literal),
    /// A defined type with its type arguments.
    Named(DefRef, Args),
    /// A struct or interface without a name. The arguments are those of the generic definition around it.
    Anonymous(DefRef, Args),
    /// The type parameter at an index of a generic function or type.
    Param(DefRef, u16),
    Pointer(Arc<Type>),
    /// Slices and arrays.
    Sequence(Arc<Type>),
    Map(Arc<(Type, Type)>),
    Channel(Arc<Type>),
    Func(Arc<Signature>),
    /// Several results, or none.
    Tuple(Args),
    /// A union of a constraint, `~T` being one of a single type.
    Terms(Args),
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Signature {
    pub(super) params: Args,
    pub(super) result: Type,
}

impl Type {
    /// A value of a library about which nothing else is known.
    pub(super) fn opaque() -> Self {
        Self::Library(Name::default(), no_args())
    }

    pub(super) fn basic(name: &str) -> Self {
        Self::Basic(Name::new(name))
    }

    pub(super) fn pointer(self) -> Self {
        Self::Pointer(Arc::new(self))
    }

    pub(super) fn sequence(self) -> Self {
        Self::Sequence(Arc::new(self))
    }

    pub(super) fn tuple(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::Tuple(parts.into_iter().collect())
    }

    pub(super) fn func(params: Args, result: Self) -> Self {
        Self::Func(Arc::new(Signature { params, result }))
    }

    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }

    /// What a pointer points to; other types as they are.
    pub(super) fn pointee(&self) -> &Self {
        match self {
            Self::Pointer(inner) => inner,
            other => other,
        }
    }

    /// The type that a variable gets from this value.
    pub(super) fn defaulted(self) -> Self {
        match self {
            Self::Untyped(literal) => match literal {
                Literal::Str => Self::basic("string"),
                Literal::Int => Self::basic("int"),
                Literal::Float => Self::basic("float64"),
                Literal::Char => Self::basic("rune"),
                Literal::Bool => Self::basic("bool"),
                _ => Self::Unknown,
            },
            other => other,
        }
    }

    /// The type with the arguments in place of the type parameters of `generic`.
    pub(super) fn substitute(&self, generic: DefRef, args: &[Self]) -> Self {
        if args.is_empty() { self.clone() } else { self.replaced(generic, args).unwrap_or_else(|| self.clone()) }
    }

    /// `None` where nothing changes, so that unchanged parts are shared.
    fn replaced(&self, generic: DefRef, args: &[Self]) -> Option<Self> {
        match self {
            Self::Param(def, index) if *def == generic => {
                Some(args.get(*index as usize).cloned().unwrap_or(Self::Unknown))
            }
            Self::Unknown | Self::Basic(_) | Self::Untyped(_) | Self::Param(..) => None,
            Self::Library(name, items) => replaced_all(items, generic, args).map(|items| Self::Library(*name, items)),
            Self::Named(def, items) => replaced_all(items, generic, args).map(|items| Self::Named(*def, items)),
            Self::Anonymous(def, items) => replaced_all(items, generic, args).map(|items| Self::Anonymous(*def, items)),
            Self::Tuple(items) => replaced_all(items, generic, args).map(Self::Tuple),
            Self::Terms(items) => replaced_all(items, generic, args).map(Self::Terms),
            Self::Pointer(inner) => inner.replaced(generic, args).map(Self::pointer),
            Self::Sequence(inner) => inner.replaced(generic, args).map(Self::sequence),
            Self::Channel(inner) => inner.replaced(generic, args).map(|inner| Self::Channel(Arc::new(inner))),
            Self::Map(entry) => {
                let (key, value) = (entry.0.replaced(generic, args), entry.1.replaced(generic, args));
                (key.is_some() || value.is_some()).then(|| {
                    Self::Map(Arc::new((
                        key.unwrap_or_else(|| entry.0.clone()),
                        value.unwrap_or_else(|| entry.1.clone()),
                    )))
                })
            }
            Self::Func(signature) => {
                let params = replaced_all(&signature.params, generic, args);
                let result = signature.result.replaced(generic, args);
                (params.is_some() || result.is_some()).then(|| {
                    Self::func(
                        params.unwrap_or_else(|| signature.params.clone()),
                        result.unwrap_or_else(|| signature.result.clone()),
                    )
                })
            }
        }
    }

    /// Whether a part of the type satisfies the condition.
    pub(super) fn any(&self, wanted: &dyn Fn(&Self) -> bool) -> bool {
        wanted(self)
            || match self {
                Self::Unknown | Self::Basic(_) | Self::Untyped(_) | Self::Param(..) => false,
                Self::Library(_, items)
                | Self::Named(_, items)
                | Self::Anonymous(_, items)
                | Self::Tuple(items)
                | Self::Terms(items) => items.iter().any(|item| item.any(wanted)),
                Self::Pointer(inner) | Self::Sequence(inner) | Self::Channel(inner) => inner.any(wanted),
                Self::Map(entry) => entry.0.any(wanted) || entry.1.any(wanted),
                Self::Func(signature) => {
                    signature.params.iter().any(|item| item.any(wanted)) || signature.result.any(wanted)
                }
            }
    }
}

fn replaced_all(items: &Args, generic: DefRef, args: &[Type]) -> Option<Args> {
    let first = items.iter().position(|item| item.replaced(generic, args).is_some())?;
    Some(
        items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                if index < first { item.clone() } else { item.replaced(generic, args).unwrap_or_else(|| item.clone()) }
            })
            .collect(),
    )
}
