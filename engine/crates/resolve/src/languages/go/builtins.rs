//! Functions of the universe scope.

use super::evaluate::Evaluator;
use super::types::{Type, no_args};
use parseltongue_syntax::facts::{ExprId, List, TypeId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    /// The value is the first argument's type.
    First,
    Make,
    New,
    /// An integer.
    Int,
    Recover,
    Float,
    Complex,
    Nothing,
}

impl Builtin {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "append" | "min" | "max" => Self::First,
            "make" => Self::Make,
            "new" => Self::New,
            "len" | "cap" | "copy" => Self::Int,
            "recover" => Self::Recover,
            "real" | "imag" => Self::Float,
            "complex" => Self::Complex,
            "panic" | "print" | "println" | "close" | "delete" | "clear" => Self::Nothing,
            _ => return None,
        })
    }

    pub(super) fn call(self, evaluator: &Evaluator<'_, '_>, args: List<ExprId>, types: List<TypeId>) -> Type {
        let facts = evaluator.facts;
        let written = || facts.list(types).first().map(|&ty| evaluator.written(ty));
        // `new(T)` where T is a plain name may have been read as an expression.
        let first_as_type = || facts.list(args).first().and_then(|&first| evaluator.value(first).into_type());
        match self {
            Self::First => {
                let types = facts.list(args).iter().map(|&arg| evaluator.type_of(arg));
                let mut known = Type::Unknown;
                for ty in types {
                    let typed = !matches!(ty, Type::Untyped(_) | Type::Unknown);
                    if typed || !known.is_known() {
                        known = ty;
                    }
                    if typed {
                        break;
                    }
                }
                known
            }
            Self::Make => written().or_else(first_as_type).unwrap_or(Type::Unknown),
            Self::New => match written().or_else(first_as_type) {
                Some(ty) => ty.pointer(),
                // `new(value)`
                None => facts
                    .list(args)
                    .first()
                    .map_or(Type::Unknown, |&first| evaluator.type_of(first).defaulted().pointer()),
            },
            Self::Int => Type::basic("int"),
            Self::Recover => Type::basic("any"),
            Self::Float => Type::basic("float64"),
            Self::Complex => Type::basic("complex128"),
            Self::Nothing => Type::Tuple(no_args()),
        }
    }
}
