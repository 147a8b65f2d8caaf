//! Types of C and C++ as the resolver computes them.

use crate::DefRef;
use parseltongue_syntax::Name;
use std::sync::Arc;

/// Arithmetic types; order is that of the usual conversions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Num {
    Bool,
    Char,
    SignedChar,
    UnsignedChar,
    WideChar,
    Short,
    UnsignedShort,
    Int,
    UnsignedInt,
    Long,
    UnsignedLong,
    LongLong,
    UnsignedLongLong,
    Float,
    Double,
    LongDouble,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum T {
    Unknown,
    /// Depends on a template parameter in a way that is not followed.
    Dependent,
    /// A template parameter: of which definition, and which.
    Param(DefRef, u16),
    Void,
    Null,
    Num(Num),
    /// A class, union or enum of the project.
    Def(DefRef, Arc<[T]>),
    /// A library type by its last name.
    Ext(Name, Arc<[T]>),
    Ptr(Arc<T>),
    Ref(Arc<T>),
    Const(Arc<T>),
    Array(Arc<T>),
    /// A function or pointer to one: its result.
    Fn(Arc<T>),
    Lambda(DefRef),
    /// A function's name used as a value.
    Functions,
    /// `{…}`
    Braces,
}

pub(super) fn none() -> Arc<[T]> {
    static EMPTY: std::sync::OnceLock<Arc<[T]>> = std::sync::OnceLock::new();
    EMPTY.get_or_init(|| Arc::new([])).clone()
}

impl T {
    pub(super) fn ext(name: &str, args: Vec<T>) -> Self {
        Self::Ext(Name::new(name), args.into())
    }

    pub(super) fn ptr(self) -> Self {
        Self::Ptr(Arc::new(self))
    }

    pub(super) fn constant(self) -> Self {
        match self {
            Self::Const(_) | Self::Unknown | Self::Dependent => self,
            other => Self::Const(Arc::new(other)),
        }
    }

    /// Without references.
    pub(super) fn value(&self) -> &T {
        match self {
            Self::Ref(inner) => inner.value(),
            other => other,
        }
    }

    /// Without references and outermost `const`.
    pub(super) fn bare(&self) -> &T {
        match self {
            Self::Ref(inner) | Self::Const(inner) => inner.bare(),
            other => other,
        }
    }

    pub(super) fn is_const(&self) -> bool {
        match self {
            Self::Ref(inner) => inner.is_const(),
            Self::Const(_) => true,
            _ => false,
        }
    }

    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }

    /// Whether the type depends on a template parameter.
    pub(super) fn is_dependent(&self) -> bool {
        match self {
            Self::Dependent | Self::Param(..) => true,
            Self::Def(_, args) | Self::Ext(_, args) => args.iter().any(Self::is_dependent),
            Self::Ptr(inner) | Self::Ref(inner) | Self::Const(inner) | Self::Array(inner) | Self::Fn(inner) => {
                inner.is_dependent()
            }
            _ => false,
        }
    }

    /// Whether an argument of this type may tell the value of a template parameter.
    pub(super) fn may_tell(&self, def: DefRef, index: u16) -> bool {
        match self {
            // Of a function the parameters are not known.
            Self::Unknown | Self::Dependent | Self::Fn(_) => true,
            Self::Param(of, at) => (*of, *at) == (def, index),
            Self::Def(_, args) | Self::Ext(_, args) => args.iter().any(|arg| arg.may_tell(def, index)),
            Self::Ptr(inner) | Self::Ref(inner) | Self::Const(inner) | Self::Array(inner) => inner.may_tell(def, index),
            _ => false,
        }
    }

    /// The same type around other inner types.
    fn with_inner(&self, change: &dyn Fn(&T) -> T) -> Self {
        let one = |inner: &Arc<T>| Arc::new(change(inner));
        let list = |args: &Arc<[T]>| {
            if args.is_empty() { args.clone() } else { args.iter().map(change).collect::<Arc<[T]>>() }
        };
        match self {
            Self::Def(def, args) => Self::Def(*def, list(args)),
            Self::Ext(name, args) => Self::Ext(*name, list(args)),
            Self::Ptr(inner) => Self::Ptr(one(inner)),
            Self::Ref(inner) => Self::Ref(one(inner)),
            Self::Const(inner) => Self::Const(one(inner)),
            Self::Array(inner) => Self::Array(one(inner)),
            Self::Fn(inner) => Self::Fn(one(inner)),
            other => other.clone(),
        }
    }

    /// What depended on template parameters that have values now, but could not be followed, is not known.
    pub(super) fn settled(&self) -> Self {
        match self {
            Self::Dependent => Self::Unknown,
            _ => self.with_inner(&Self::settled),
        }
    }

    /// Puts values in place of template parameters.
    pub(super) fn substitute(&self, value: &dyn Fn(DefRef, u16) -> Option<T>) -> Self {
        match self {
            Self::Param(def, index) => value(*def, *index).unwrap_or_else(|| self.clone()),
            _ => self.with_inner(&|inner| inner.substitute(value)),
        }
    }
}

/// Builtin types and the library's names for them.
pub(super) fn number(name: &str) -> Option<T> {
    let number = match name {
        "void" => return Some(T::Void),
        "bool" | "_Bool" => Num::Bool,
        "char" | "char8_t" => Num::Char,
        "signed char" | "int8_t" => Num::SignedChar,
        "unsigned char" | "uint8_t" | "u_char" => Num::UnsignedChar,
        "wchar_t" | "char16_t" | "char32_t" => Num::WideChar,
        "short" | "int16_t" => Num::Short,
        "unsigned short" | "uint16_t" | "u_short" => Num::UnsignedShort,
        "int" | "signed" | "int32_t" | "wint_t" => Num::Int,
        "unsigned" | "unsigned int" | "uint32_t" | "u_int" | "uint" => Num::UnsignedInt,
        "long" | "int64_t" | "intptr_t" | "ptrdiff_t" | "ssize_t" | "intmax_t" | "off_t" | "time_t"
        | "int_fast32_t" | "int_fast16_t" | "int_fast64_t" => Num::Long,
        "unsigned long" | "size_t" | "uint64_t" | "uintptr_t" | "uintmax_t" | "u_long" | "uint_fast32_t"
        | "uint_fast16_t" | "uint_fast64_t" | "size_type" => Num::UnsignedLong,
        "long long" | "__int128" => Num::LongLong,
        "unsigned long long" => Num::UnsignedLongLong,
        "float" => Num::Float,
        "double" | "double_t" => Num::Double,
        "long double" => Num::LongDouble,
        "nullptr_t" => return Some(T::Null),
        "va_list" | "__builtin_va_list" => return Some(T::ext("va_list", Vec::new())),
        _ => return None,
    };
    Some(T::Num(number))
}
