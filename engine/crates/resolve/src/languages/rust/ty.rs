//! Types as Rust's inference needs them: with inference variables and projections.

use crate::project::DefRef;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::DefId;
use std::sync::{Arc, OnceLock};

pub(super) type Args = Arc<[Ty]>;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ty {
    /// Nothing is known and nothing more will be.
    Unknown,
    Never,
    /// `i32`, `str`, `bool`...
    Prim(Name),
    /// A struct, enum or union of the project or the library.
    Adt(DefRef, Args),
    /// A type of another crate, by path.
    External(Name, Args),
    Ref(Arc<Ty>, Mutability),
    Pointer(Arc<Ty>),
    Tuple(Args),
    /// Arrays, too.
    Slice(Arc<Ty>),
    FnPtr(Args, Arc<Ty>),
    /// A function or tuple constructor as a value.
    FnDef(DefRef, Arc<Subst>),
    /// A closure of the file at hand.
    Closure(DefId),
    /// The n-th type parameter of a definition.
    Param(DefRef, u16),
    /// `Self` in a trait.
    SelfOf(DefRef),
    /// `<base as trait>::name`
    Proj(Arc<Ty>, DefRef, Name),
    /// `impl A + B`, of the result of a function if one is named: what it is is in that function's body.
    Opaque(Arc<[Bound]>, Option<DefRef>),
    Dyn(Arc<[Bound]>),
    /// An inference variable.
    Var(u32),
}

/// Whether a reference may change what it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mutability {
    Shared,
    Mutable,
    /// Not known: fits either.
    Open,
}

impl Mutability {
    pub(super) fn of(mutable: bool) -> Self {
        if mutable { Self::Mutable } else { Self::Shared }
    }

    pub(super) fn fits(self, other: Self) -> bool {
        self == other || self == Self::Open || other == Self::Open
    }

    /// What a reference to a part is, reached through a reference of this kind behind one of the other.
    pub(super) fn behind(self, outer: Option<Self>) -> Self {
        match (outer, self) {
            (None, inner) => inner,
            (Some(Self::Shared), _) | (_, Self::Shared) => Self::Shared,
            (Some(Self::Mutable), Self::Mutable) => Self::Mutable,
            _ => Self::Open,
        }
    }
}

/// `Trait<args, Assoc = T>`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Bound {
    pub(super) of: DefRef,
    pub(super) args: Args,
    pub(super) assoc: Arc<[(Name, Ty)]>,
}

/// Values of type parameters, by the definition that has them, and of a trait's `Self`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Subst {
    pub(super) parts: Vec<(DefRef, Args)>,
    pub(super) this: Option<(DefRef, Ty)>,
}

impl Subst {
    pub(super) fn of(def: DefRef, args: Args) -> Self {
        Self { parts: vec![(def, args)], this: None }
    }

    fn value(&self, ty: &Ty) -> Option<Ty> {
        match ty {
            Ty::Param(owner, index) => {
                let (_, args) = self.parts.iter().find(|(def, _)| def == owner)?;
                args.get(usize::from(*index)).cloned()
            }
            Ty::SelfOf(of) => self.this.as_ref().filter(|(def, _)| def == of).map(|(_, ty)| ty.clone()),
            _ => None,
        }
    }

    pub(super) fn apply(&self, ty: &Ty) -> Ty {
        if self.parts.is_empty() && self.this.is_none() {
            return ty.clone();
        }
        ty.fold(&mut |ty| self.value(ty))
    }

    pub(super) fn apply_bound(&self, bound: &Bound) -> Bound {
        bound.fold(&mut |ty| self.value(ty))
    }
}

pub(super) fn no_args() -> Args {
    static EMPTY: OnceLock<Args> = OnceLock::new();
    EMPTY.get_or_init(|| Arc::new([])).clone()
}

impl Bound {
    pub(super) fn fold(&self, change: &mut dyn FnMut(&Ty) -> Option<Ty>) -> Self {
        Self {
            of: self.of,
            args: fold_args(&self.args, change),
            assoc: if self.assoc.is_empty() {
                self.assoc.clone()
            } else {
                self.assoc.iter().map(|(name, ty)| (*name, ty.fold(change))).collect()
            },
        }
    }
}

fn fold_args(args: &Args, change: &mut dyn FnMut(&Ty) -> Option<Ty>) -> Args {
    if args.is_empty() { args.clone() } else { args.iter().map(|ty| ty.fold(change)).collect() }
}

impl Ty {
    pub(super) fn unit() -> Self {
        Self::Tuple(no_args())
    }

    pub(super) fn reference(inner: Self, mutability: Mutability) -> Self {
        Self::Ref(Arc::new(inner), mutability)
    }

    /// `&str`
    pub(super) fn str() -> Self {
        Self::reference(Self::Prim(Name::new("str")), Mutability::Shared)
    }

    /// Whether it has a part that `is` holds for.
    pub(super) fn any(&self, is: &dyn Fn(&Self) -> bool) -> bool {
        if is(self) {
            return true;
        }
        match self {
            Self::Adt(_, args) | Self::External(_, args) | Self::Tuple(args) => args.iter().any(|ty| ty.any(is)),
            Self::Ref(inner, _) | Self::Pointer(inner) | Self::Slice(inner) | Self::Proj(inner, ..) => inner.any(is),
            Self::FnPtr(params, ret) => params.iter().any(|ty| ty.any(is)) || ret.any(is),
            Self::FnDef(_, subst) => {
                subst.parts.iter().any(|(_, args)| args.iter().any(|ty| ty.any(is)))
                    || subst.this.as_ref().is_some_and(|(_, ty)| ty.any(is))
            }
            Self::Opaque(bounds, _) | Self::Dyn(bounds) => bounds
                .iter()
                .any(|bound| bound.args.iter().any(|ty| ty.any(is)) || bound.assoc.iter().any(|(_, ty)| ty.any(is))),
            _ => false,
        }
    }

    /// Replaces each part for which `change` has an answer, from the outside inwards.
    pub(super) fn fold(&self, change: &mut dyn FnMut(&Self) -> Option<Self>) -> Self {
        if let Some(changed) = change(self) {
            return changed;
        }
        match self {
            Self::Adt(def, args) => Self::Adt(*def, fold_args(args, change)),
            Self::External(name, args) => Self::External(*name, fold_args(args, change)),
            Self::Ref(inner, mutability) => Self::Ref(Arc::new(inner.fold(change)), *mutability),
            Self::Pointer(inner) => Self::Pointer(Arc::new(inner.fold(change))),
            Self::Tuple(args) => Self::Tuple(fold_args(args, change)),
            Self::Slice(inner) => Self::Slice(Arc::new(inner.fold(change))),
            Self::FnPtr(params, ret) => Self::FnPtr(fold_args(params, change), Arc::new(ret.fold(change))),
            Self::FnDef(def, subst) => Self::FnDef(
                *def,
                Arc::new(Subst {
                    parts: subst.parts.iter().map(|(owner, args)| (*owner, fold_args(args, change))).collect(),
                    this: subst.this.as_ref().map(|(of, ty)| (*of, ty.fold(change))),
                }),
            ),
            Self::Proj(base, of, name) => Self::Proj(Arc::new(base.fold(change)), *of, *name),
            Self::Opaque(bounds, of) => Self::Opaque(bounds.iter().map(|bound| bound.fold(change)).collect(), *of),
            Self::Dyn(bounds) => Self::Dyn(bounds.iter().map(|bound| bound.fold(change)).collect()),
            Self::Unknown
            | Self::Never
            | Self::Prim(_)
            | Self::Closure(_)
            | Self::Param(..)
            | Self::SelfOf(_)
            | Self::Var(_) => self.clone(),
        }
    }
}
