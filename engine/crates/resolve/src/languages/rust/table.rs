//! Inference variables, unification, projections and impl search.

use super::ty::{Args, Bound, Mutability, Subst, Ty, no_args};
use super::world::{World, head_of, no_holes};
use crate::project::DefRef;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{DefId, DefKind};
use rustc_hash::FxHashMap;
use std::sync::Arc;

#[derive(Clone, Debug)]
enum Var {
    Free,
    /// Of a number literal.
    Int,
    Float,
    Is(Ty),
}

/// What waits for a variable to be known.
#[derive(Clone, Debug)]
pub(super) enum Pending {
    Projection { base: Ty, of: DefRef, name: Name, result: Ty },
    Bound { ty: Ty, bound: Bound },
}

pub(super) struct Table<'w, 'p> {
    pub(super) world: &'w World<'p>,
    vars: Vec<Var>,
    /// Variables in the order they were bound, to undo.
    trail: Vec<(u32, Var)>,
    pub(super) pending: Vec<Pending>,
    /// What is known of type parameters here.
    pub(super) env: Arc<Vec<(Ty, Bound)>>,
    /// Parameters and result of each closure of the file.
    pub(super) closures: FxHashMap<DefId, (Vec<Ty>, Ty)>,
    env_has_concrete: bool,
    depth: u32,
    bounds_memo: FxHashMap<Ty, Arc<Vec<Bound>>>,
}

const MAX_SEARCH_DEPTH: u32 = 16;

/// A state to go back to.
pub(super) struct Snapshot {
    trail: usize,
    pending: usize,
}

impl<'w, 'p> Table<'w, 'p> {
    pub(super) fn new(world: &'w World<'p>) -> Self {
        Self {
            world,
            vars: Vec::new(),
            trail: Vec::new(),
            pending: Vec::new(),
            env: Arc::new(Vec::new()),
            closures: FxHashMap::default(),
            env_has_concrete: false,
            depth: 0,
            bounds_memo: FxHashMap::default(),
        }
    }

    pub(super) fn set_env(&mut self, env: Arc<Vec<(Ty, Bound)>>) {
        self.env_has_concrete =
            env.iter().any(|(subject, _)| !matches!(subject, Ty::Param(..) | Ty::SelfOf(_) | Ty::Proj(..)));
        self.env = env;
        self.bounds_memo.clear();
    }

    fn add_var(&mut self, var: Var) -> Ty {
        self.vars.push(var);
        Ty::Var(self.vars.len() as u32 - 1)
    }

    pub(super) fn fresh(&mut self) -> Ty {
        self.add_var(Var::Free)
    }

    pub(super) fn fresh_int(&mut self) -> Ty {
        self.add_var(Var::Int)
    }

    pub(super) fn fresh_float(&mut self) -> Ty {
        self.add_var(Var::Float)
    }

    pub(super) fn fresh_args(&mut self, count: usize) -> Args {
        if count == 0 {
            return no_args();
        }
        (0..count).map(|_| self.fresh()).collect()
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot { trail: self.trail.len(), pending: self.pending.len() }
    }

    pub(super) fn rollback(&mut self, to: &Snapshot) {
        while self.trail.len() > to.trail {
            let Some((var, before)) = self.trail.pop() else { break };
            self.vars[var as usize] = before;
        }
        self.pending.truncate(to.pending);
    }

    fn root(&self, mut var: u32) -> u32 {
        while let Var::Is(Ty::Var(next)) = &self.vars[var as usize] {
            var = *next;
        }
        var
    }

    /// The type with its outermost variable replaced by what is known of it.
    pub(super) fn shallow(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Var(var) => {
                let root = self.root(*var);
                match &self.vars[root as usize] {
                    Var::Is(ty) => ty.clone(),
                    _ => Ty::Var(root),
                }
            }
            ty => ty.clone(),
        }
    }

    /// The type with fresh variables for those that are not known.
    pub(super) fn renewed(&mut self, ty: &Ty) -> Ty {
        let known = self.deep(ty);
        let mut renewed: FxHashMap<u32, Ty> = FxHashMap::default();
        known.fold(&mut |part| match part {
            Ty::Var(var) => {
                let kind = self.vars[*var as usize].clone();
                Some(renewed.entry(*var).or_insert_with(|| self.add_var(kind)).clone())
            }
            _ => None,
        })
    }

    /// The type with all known variables replaced.
    pub(super) fn deep(&self, ty: &Ty) -> Ty {
        self.deep_at(ty, 0)
    }

    fn deep_at(&self, ty: &Ty, depth: u32) -> Ty {
        if depth > 24 {
            return Ty::Unknown;
        }
        ty.fold(&mut |part| match part {
            Ty::Var(_) => {
                let known = self.shallow(part);
                Some(if matches!(known, Ty::Var(_)) { known } else { self.deep_at(&known, depth + 1) })
            }
            _ => None,
        })
    }

    /// A number variable counts as the type that numbers have without anything else said.
    pub(super) fn or_default(&self, ty: &Ty) -> Ty {
        match self.shallow(ty) {
            Ty::Var(var) => match self.vars[var as usize] {
                Var::Int => Ty::Prim(Name::new("i32")),
                Var::Float => Ty::Prim(Name::new("f64")),
                _ => Ty::Var(var),
            },
            ty => ty,
        }
    }

    fn bind(&mut self, var: u32, ty: Ty) -> bool {
        if let Ty::Prim(name) = &ty {
            let name = name.as_str();
            let float = name.starts_with('f');
            let number = float || matches!(name.as_bytes()[0], b'i' | b'u');
            match self.vars[var as usize] {
                Var::Int if !number || float => return false,
                Var::Float if !float => return false,
                _ => {}
            }
        } else if !matches!(ty, Ty::Var(_))
            && matches!(self.vars[var as usize], Var::Int | Var::Float)
            && !matches!(ty, Ty::Unknown | Ty::Param(..) | Ty::Proj(..))
        {
            return false;
        }
        if ty.any(&|part| matches!(part, Ty::Var(inner) if self.root(*inner) == var)) {
            return false;
        }
        let before = std::mem::replace(&mut self.vars[var as usize], Var::Is(ty));
        self.trail.push((var, before));
        true
    }

    pub(super) fn unify(&mut self, a: &Ty, b: &Ty) -> bool {
        self.unify_at(a, b, 0)
    }

    fn unify_at(&mut self, a: &Ty, b: &Ty, depth: u32) -> bool {
        if depth > 30 {
            return false;
        }
        let (a, b) = (self.shallow(a), self.shallow(b));
        match (&a, &b) {
            (Ty::Unknown, _) | (_, Ty::Unknown) => true,
            (Ty::Var(x), Ty::Var(y)) => {
                if x == y {
                    return true;
                }
                // The one that says more stays.
                match (&self.vars[*x as usize], &self.vars[*y as usize]) {
                    (Var::Free, _) => self.bind(*x, b.clone()),
                    (Var::Int, Var::Float) | (Var::Float, Var::Int) => false,
                    _ => self.bind(*y, a.clone()),
                }
            }
            (Ty::Var(x), _) => self.bind(*x, b.clone()),
            (_, Ty::Var(y)) => self.bind(*y, a.clone()),
            (Ty::Never, _) | (_, Ty::Never) => true,
            (Ty::Adt(x, xs), Ty::Adt(y, ys)) => x == y && self.unify_all(xs, ys, depth),
            (Ty::External(x, xs), Ty::External(y, ys)) => x == y && self.unify_all(xs, ys, depth),
            (Ty::Ref(x, of_x), Ty::Ref(y, of_y)) => of_x.fits(*of_y) && self.unify_at(x, y, depth + 1),
            (Ty::Pointer(x), Ty::Pointer(y)) | (Ty::Slice(x), Ty::Slice(y)) => self.unify_at(x, y, depth + 1),
            (Ty::Tuple(xs), Ty::Tuple(ys)) => xs.len() == ys.len() && self.unify_all(xs, ys, depth),
            (Ty::FnPtr(xs, x), Ty::FnPtr(ys, y)) => {
                xs.len() == ys.len() && self.unify_all(xs, ys, depth) && self.unify_at(x, y, depth + 1)
            }
            (Ty::Proj(x, of, name), Ty::Proj(y, of_y, name_y)) if of == of_y && name == name_y => {
                self.unify_at(x, y, depth + 1)
            }
            (Ty::Opaque(xs, _), Ty::Opaque(ys, _)) | (Ty::Dyn(xs), Ty::Dyn(ys)) => {
                xs.len() == ys.len()
                    && xs.iter().zip(ys.iter()).all(|(x, y)| {
                        x.of == y.of && {
                            for ((_, x), (_, y)) in x.assoc.iter().zip(y.assoc.iter()) {
                                self.unify_at(x, y, depth + 1);
                            }
                            self.unify_all(&x.args, &y.args, depth)
                        }
                    })
            }
            _ => a == b,
        }
    }

    fn unify_all(&mut self, xs: &[Ty], ys: &[Ty], depth: u32) -> bool {
        xs.iter().zip(ys).all(|(x, y)| self.unify_at(x, y, depth + 1))
    }

    /// Unifies, or changes nothing.
    pub(super) fn try_unify(&mut self, a: &Ty, b: &Ty) -> bool {
        let before = self.snapshot();
        let done = self.unify(a, b);
        if !done {
            self.rollback(&before);
        }
        done
    }

    // ---- bounds ------------------------------------------------------------------------------------

    /// All traits that a type has by its bounds: type parameters, projections, trait objects.
    pub(super) fn bounds(&mut self, ty: &Ty) -> Arc<Vec<Bound>> {
        let open = matches!(ty, Ty::Param(..) | Ty::SelfOf(_) | Ty::Proj(..) | Ty::Opaque(..) | Ty::Dyn(_));
        // Where clauses may be about any type.
        if !open && (!self.env_has_concrete || matches!(ty, Ty::Var(_) | Ty::Unknown)) {
            return Arc::new(Vec::new());
        }
        let ty = &self.deep(ty);
        if let Some(known) = self.bounds_memo.get(ty) {
            return known.clone();
        }
        let mut found = Vec::new();
        let env = self.env.clone();
        for (subject, bound) in env.iter() {
            if subject == ty {
                self.world.elaborate(ty, bound, &mut found);
            }
        }
        match ty {
            Ty::Proj(base, of, name) => {
                let member = self
                    .world
                    .files
                    .members_named(*of, *name)
                    .find(|member| self.world.def(*member).kind == DefKind::AssociatedType);
                if let Some(member) = member {
                    let facts = self.world.facts(member.file);
                    let declared: Vec<Bound> = facts
                        .list(self.world.def(member).supers)
                        .iter()
                        .filter_map(|bound| self.world.bound(member.file, bound.ty, ty, member.def, 0))
                        .collect();
                    let mut subst = Subst { parts: Vec::new(), this: Some((*of, (**base).clone())) };
                    if self.depth < MAX_SEARCH_DEPTH {
                        self.depth += 1;
                        let of_base = self.bounds(base);
                        self.depth -= 1;
                        if let Some(bound) = of_base.iter().find(|bound| bound.of == *of) {
                            subst.parts.push((*of, bound.args.clone()));
                        }
                    }
                    for bound in declared {
                        let bound = subst.apply_bound(&bound);
                        self.world.elaborate(ty, &bound, &mut found);
                    }
                }
            }
            Ty::Opaque(bounds, _) | Ty::Dyn(bounds) => {
                for bound in bounds.iter() {
                    self.world.elaborate(ty, bound, &mut found);
                }
            }
            _ => {}
        }
        // What holds of `base::Name` in general may be said in more words elsewhere: `Self::Name` of a subtrait.
        let found = Arc::new(found);
        if self.depth < MAX_SEARCH_DEPTH {
            self.bounds_memo.insert(ty.clone(), found.clone());
        }
        found
    }

    /// A type with its projections worked out as far as possible.
    pub(super) fn norm(&mut self, ty: &Ty) -> Ty {
        if !ty.any(&|part| matches!(part, Ty::Proj(..) | Ty::Adt(..))) {
            return ty.clone();
        }
        let mut projections = Vec::new();
        let folded = ty.fold(&mut |part| match part {
            Ty::Proj(base, of, name) => {
                // Worked out below; here it is only given a number.
                let slot = self.fresh();
                projections.push((slot.clone(), (**base).clone(), *of, *name));
                Some(slot)
            }
            Ty::Adt(def, args) if self.world.known.indexed == Some(*def) => match (args.first(), args.get(1)) {
                (Some(element), Some(index)) => {
                    let index = self.shallow(index);
                    let range = match &index {
                        Ty::Adt(def, _) => self.world.known.ranges.contains(def),
                        _ => false,
                    };
                    let element = element.clone();
                    Some(if range { Ty::Slice(Arc::new(element)) } else { element })
                }
                _ => None,
            },
            Ty::Adt(def, args) if self.world.known.concat == Some(*def) => {
                let element = args.first().map_or(Ty::Unknown, |element| self.shallow(element));
                let element = match element {
                    Ty::Ref(inner, _) => self.shallow(&inner),
                    other => other,
                };
                Some(match (element, self.world.known.vec, self.world.known.string) {
                    (Ty::Slice(inner), Some(vec), _) => Ty::Adt(vec, Arc::new([(*inner).clone()])),
                    (Ty::Adt(def, args), Some(vec), _) if def == vec => Ty::Adt(vec, args),
                    (_, _, Some(string)) => Ty::Adt(string, no_args()),
                    _ => Ty::Unknown,
                })
            }
            _ => None,
        });
        for (slot, base, of, name) in projections {
            let base = self.norm(&base);
            let value = self.project(&base, of, name);
            match value {
                Some(value) => {
                    self.unify(&slot, &value);
                }
                None => self.pending.push(Pending::Projection { base, of, name, result: slot }),
            }
        }
        if matches!(folded, Ty::Var(_)) { self.shallow(&folded) } else { folded }
    }

    pub(super) fn norm_bound(&mut self, bound: &Bound) -> Bound {
        Bound {
            of: bound.of,
            args: bound.args.iter().map(|arg| self.norm(arg)).collect(),
            assoc: bound.assoc.iter().map(|(name, ty)| (*name, self.norm(ty))).collect(),
        }
    }

    /// `<base as of>::name`; `None` if `base` is not known yet.
    pub(super) fn project(&mut self, base: &Ty, of: DefRef, name: Name) -> Option<Ty> {
        let base = self.shallow(base);
        let rigid = |base: Ty| Ty::Proj(Arc::new(base), of, name);
        match &base {
            Ty::Var(_) => {
                let known = self.or_default(&base);
                if matches!(known, Ty::Var(_)) {
                    return None;
                }
                return self.project(&known, of, name);
            }
            Ty::Unknown | Ty::Never => return Some(Ty::Unknown),
            Ty::Closure(def) => {
                return Some(match self.closures.get(def) {
                    Some((_, ret)) if name == "Output" => ret.clone(),
                    _ => Ty::Unknown,
                });
            }
            _ => {}
        }
        if self.depth >= MAX_SEARCH_DEPTH {
            return Some(Ty::Unknown);
        }
        self.depth += 1;
        let result = self.project_known(&base, of, name).unwrap_or_else(|| rigid(base));
        self.depth -= 1;
        Some(result)
    }

    fn project_known(&mut self, base: &Ty, of: DefRef, name: Name) -> Option<Ty> {
        let bounds = self.bounds(base);
        for bound in bounds.iter() {
            if bound.of == of
                && let Some((_, value)) = bound.assoc.iter().find(|(assoc, _)| *assoc == name)
            {
                let value = value.clone();
                if matches!(&value, Ty::Proj(inner, of_value, name_value)
                    if **inner == *base && *of_value == of && *name_value == name)
                {
                    continue;
                }
                return Some(self.norm(&value));
            }
        }
        if bounds.iter().any(|bound| bound.of == of) {
            return None;
        }
        if name == "Output" && self.world.known.fn_family.contains(&of) {
            match base {
                Ty::FnPtr(_, ret) => return Some((**ret).clone()),
                Ty::FnDef(..) => return self.fn_parts(base).map(|(_, ret)| ret),
                _ => {}
            }
        }
        if let Some((index, args)) = self.find_impl(base, of, None) {
            let this = &self.world.impls[index as usize];
            let member = self
                .world
                .files
                .members_named(this.def, name)
                .find(|member| self.world.def(*member).kind == DefKind::AssociatedType);
            if let Some(ty) = member.and_then(|member| self.world.def(member).ty) {
                let lowered = self.world.lower(this.def.file, ty, this.def.def, &mut no_holes, 0);
                let lowered = Subst::of(this.def, args).apply(&lowered);
                return Some(self.norm(&lowered));
            }
            return Some(Ty::Unknown);
        }
        // Delegation through references is often written by a macro.
        match base {
            Ty::Ref(inner, _) if !self.world.files.is_library(of) => {
                let inner = self.shallow(inner);
                self.project(&inner, of, name)
            }
            Ty::Adt(..) | Ty::Prim(_) | Ty::External(..) | Ty::Slice(_) | Ty::Tuple(_) | Ty::Ref(..) => {
                Some(Ty::Unknown)
            }
            _ => None,
        }
    }

    /// Parameters and result of a function value.
    pub(super) fn fn_parts(&mut self, ty: &Ty) -> Option<(Vec<Ty>, Ty)> {
        match self.shallow(ty) {
            Ty::FnPtr(params, ret) => Some((params.to_vec(), (*ret).clone())),
            Ty::Closure(def) => self.closures.get(&def).cloned(),
            Ty::FnDef(def, subst) => {
                let (params, ret) = self.callable_parts(def);
                let params = params.iter().map(|param| self.instantiate(param, &subst)).collect();
                let ret = self.instantiate(&ret, &subst);
                Some((params, ret))
            }
            Ty::Ref(inner, _) => self.fn_parts(&inner),
            Ty::Adt(def, args) if Some(def) == self.world.known.boxed => self.fn_parts(args.first()?),
            ty @ (Ty::Param(..) | Ty::Opaque(..) | Ty::Dyn(_) | Ty::Proj(..)) => {
                let bounds = self.bounds(&ty);
                bounds.iter().find_map(|bound| self.fn_bound_parts(bound))
            }
            _ => None,
        }
    }

    /// Parameters and result that an `Fn(A) -> B` bound states.
    pub(super) fn fn_bound_parts(&self, bound: &Bound) -> Option<(Vec<Ty>, Ty)> {
        if !self.world.known.fn_family.contains(&bound.of) {
            return None;
        }
        let params = match bound.args.first().map(|args| self.shallow(args)) {
            Some(Ty::Tuple(params)) => params.to_vec(),
            _ => return None,
        };
        let ret = bound.assoc.iter().find(|(name, _)| *name == "Output").map_or(Ty::Unknown, |(_, ty)| ty.clone());
        Some((params, ret))
    }

    /// Generic parameters and result of a function or tuple constructor.
    pub(super) fn callable_parts(&self, def: DefRef) -> (Vec<Ty>, Ty) {
        let this = self.world.def(def);
        match this.kind {
            DefKind::Struct | DefKind::Variant => {
                let owner = if this.kind == DefKind::Variant { self.world.parent(def) } else { def };
                let facts = self.world.facts(def.file);
                let fields = self
                    .world
                    .files
                    .members(def)
                    .iter()
                    .filter(|&&member| facts.def(member).kind == DefKind::Field)
                    .map(|&member| match facts.def(member).ty {
                        Some(ty) => self.world.lower(def.file, ty, member, &mut no_holes, 0),
                        None => Ty::Unknown,
                    })
                    .collect();
                (fields, Ty::Adt(owner, self.world.own_params(owner)))
            }
            _ => {
                let sig = self.world.sig(def);
                (sig.params.clone(), sig.ret.clone())
            }
        }
    }

    pub(super) fn instantiate(&mut self, ty: &Ty, subst: &Subst) -> Ty {
        let ty = subst.apply(ty);
        self.norm(&ty)
    }

    // ---- impls -------------------------------------------------------------------------------------

    /// The impl of a trait for a type, with values for the impl's parameters.
    pub(super) fn find_impl(&mut self, ty: &Ty, of: DefRef, args: Option<&[Ty]>) -> Option<(u32, Args)> {
        let ty = self.shallow(ty);
        if matches!(ty, Ty::Var(_) | Ty::Unknown) || self.depth > MAX_SEARCH_DEPTH {
            return None;
        }
        let world = self.world;
        let head = head_of(&ty);
        for strict in [true, false] {
            if !strict && world.files.is_library(of) {
                break;
            }
            for index in world.impls_of(of, head) {
                if !strict && head_of(&world.impls[index as usize].this).is_none() {
                    continue;
                }
                let before = self.snapshot();
                if let Some(values) = self.match_impl(index, &ty, args, strict) {
                    return Some((index, values));
                }
                self.rollback(&before);
            }
        }
        None
    }

    /// Matches one impl; on failure the caller rolls back.
    pub(super) fn match_impl(&mut self, index: u32, ty: &Ty, args: Option<&[Ty]>, strict: bool) -> Option<Args> {
        let world = self.world;
        let this = &world.impls[index as usize];
        // A type that a macro makes: nothing is known of what it fits.
        if matches!(this.this, Ty::Unknown) {
            return None;
        }
        let values = self.fresh_args(this.params);
        let subst = Subst::of(this.def, values.clone());
        let self_ty = subst.apply(&this.this);
        let self_ty = if self_ty.any(&|part| matches!(part, Ty::Proj(..))) {
            self.depth += 1;
            let self_ty = self.norm(&self_ty);
            self.depth -= 1;
            self_ty
        } else {
            self_ty
        };
        if !self.unify(&self_ty, ty) {
            return None;
        }
        if let (Some(bound), Some(args)) = (&this.of, args) {
            let own: Vec<Ty> = bound.args.iter().map(|arg| subst.apply(arg)).collect();
            if !own.iter().zip(args).all(|(own, arg)| self.unify(own, arg)) {
                return None;
            }
        }
        if !this.derived && !self.impl_bounds_hold(this.def, &subst) && strict {
            return None;
        }
        Some(values)
    }

    fn impl_bounds_hold(&mut self, def: DefRef, subst: &Subst) -> bool {
        if self.depth >= MAX_SEARCH_DEPTH {
            return true;
        }
        let mut bounds = Vec::new();
        self.world.own_bounds(def, &mut bounds);
        for (subject, bound) in &bounds {
            if !self.must_check(bound.of) {
                continue;
            }
            self.depth += 1;
            let subject = self.instantiate(subject, subst);
            let holds = self.holds(&subject, bound.of);
            self.depth -= 1;
            if !holds {
                return false;
            }
        }
        // With all in place, associated types of the bounds tell of the rest.
        for (subject, bound) in &bounds {
            if bound.assoc.is_empty() {
                continue;
            }
            self.depth += 1;
            let subject = subst.apply(subject);
            for (name, value) in bound.assoc.iter() {
                let value = subst.apply(value);
                if let Some(actual) = self.project(&subject, bound.of, *name)
                    && !self.try_unify(&actual, &value)
                    && self.differ(&self.deep(&actual), &self.deep(&value))
                {
                    self.depth -= 1;
                    return false;
                }
            }
            self.depth -= 1;
        }
        true
    }

    /// Whether two types are surely not the same. A library's type may be one of the project in another build.
    pub(super) fn differ(&self, a: &Ty, b: &Ty) -> bool {
        let any = |xs: &[Ty], ys: &[Ty]| xs.iter().zip(ys).any(|(x, y)| self.differ(x, y));
        match (a, b) {
            (Ty::Adt(x, xs), Ty::Adt(y, ys)) if x == y => any(xs, ys),
            (Ty::Adt(x, _), Ty::Adt(y, _)) => !self.world.files.is_library(*x) && !self.world.files.is_library(*y),
            (Ty::Ref(x, _), Ty::Ref(y, _)) | (Ty::Slice(x), Ty::Slice(y)) => self.differ(x, y),
            (Ty::Tuple(xs), Ty::Tuple(ys)) => xs.len() != ys.len() || any(xs, ys),
            (Ty::Prim(x), Ty::Prim(y)) => x != y,
            (Ty::Ref(..), Ty::Adt(..) | Ty::Prim(_) | Ty::Tuple(_))
            | (Ty::Adt(..) | Ty::Prim(_) | Ty::Tuple(_), Ty::Ref(..)) => true,
            _ => false,
        }
    }

    fn must_check(&self, of: DefRef) -> bool {
        !self.world.files.is_library(of) || self.world.known.strict.contains(&of) || self.world.known.clone == Some(of)
    }

    /// Whether a type has a trait, as far as is known.
    pub(super) fn holds(&mut self, ty: &Ty, of: DefRef) -> bool {
        let ty = self.or_default(ty);
        match &ty {
            Ty::Var(_) | Ty::Unknown | Ty::Never => return true,
            Ty::Closure(_) | Ty::FnPtr(..) | Ty::FnDef(..) if self.world.known.fn_family.contains(&of) => return true,
            _ => {}
        }
        if !self.must_check(of) || self.depth >= MAX_SEARCH_DEPTH {
            return true;
        }
        // Of what a type must have to be cloned, only this much is sure.
        if self.world.known.clone == Some(of) {
            return match &ty {
                Ty::Ref(_, Mutability::Mutable) | Ty::Dyn(_) => false,
                Ty::Adt(def, args) if Some(*def) == self.world.known.boxed => !matches!(args.first(), Some(Ty::Dyn(_))),
                _ => true,
            };
        }
        if self.bounds(&ty).iter().any(|bound| bound.of == of) {
            return true;
        }
        let before = self.snapshot();
        self.depth += 1;
        let found = self.find_impl(&ty, of, None).is_some();
        self.depth -= 1;
        self.rollback(&before);
        found
    }

    // ---- pending -----------------------------------------------------------------------------------

    /// Demands that a type has a trait: what that says of other types is unified.
    pub(super) fn require(&mut self, ty: &Ty, bound: &Bound) {
        if bound.args.is_empty() && bound.assoc.is_empty() {
            return;
        }
        if !self.try_require(ty, bound) {
            self.pending.push(Pending::Bound { ty: ty.clone(), bound: bound.clone() });
        }
    }

    /// `false` if it has to wait.
    fn try_require(&mut self, ty: &Ty, bound: &Bound) -> bool {
        let ty = self.shallow(ty);
        if matches!(ty, Ty::Var(_)) {
            return false;
        }
        if let Some((params, ret)) = self.fn_bound_parts(bound) {
            if let Some((own_params, own_ret)) = self.fn_parts(&ty) {
                for (own, param) in own_params.iter().zip(&params) {
                    self.try_unify(own, param);
                }
                if let Ty::FnDef(def, subst) = &ty {
                    // What the function's own bounds say follows from its arguments now.
                    self.require_own(*def, subst);
                }
                let own_ret = self.norm(&own_ret);
                self.try_unify(&own_ret, &ret);
            }
            return true;
        }
        if !bound.args.is_empty() {
            let bounds = self.bounds(&ty);
            if let Some(known) = bounds.iter().find(|known| known.of == bound.of) {
                let args = known.args.clone();
                for (known, arg) in args.iter().zip(bound.args.iter()) {
                    self.try_unify(known, arg);
                }
            } else if let Some((index, values)) = self.find_impl(&ty, bound.of, Some(&bound.args)) {
                let def = self.world.impls[index as usize].def;
                // `Result<V, E>: FromIterator<Result<A, E>>` where `V: FromIterator<A>`
                self.require_own(def, &Subst::of(def, values));
            }
        }
        for (name, value) in bound.assoc.iter() {
            let value = self.norm(value);
            match self.project(&ty, bound.of, *name) {
                Some(actual) => {
                    self.try_unify(&actual, &value);
                }
                None => return false,
            }
        }
        true
    }

    /// Demands a definition's own bounds.
    pub(super) fn require_own(&mut self, def: DefRef, subst: &Subst) {
        if self.depth >= MAX_SEARCH_DEPTH {
            return;
        }
        self.depth += 1;
        let mut bounds = Vec::new();
        self.world.own_bounds(def, &mut bounds);
        for (subject, bound) in &bounds {
            let subject = self.instantiate(subject, subst);
            let bound = subst.apply_bound(bound);
            let bound = self.norm_bound(&bound);
            self.require(&subject, &bound);
        }
        self.depth -= 1;
    }

    /// Works on what waits; whether anything came of it.
    pub(super) fn settle(&mut self) -> bool {
        let mut any = false;
        for _ in 0..8 {
            let waiting = std::mem::take(&mut self.pending);
            let mut changed = false;
            for (index, item) in waiting.into_iter().enumerate() {
                if index > 400 {
                    self.pending.push(item);
                    continue;
                }
                match &item {
                    Pending::Projection { base, of, name, result } => match self.project(base, *of, *name) {
                        Some(value) => {
                            changed = true;
                            self.try_unify(result, &value);
                        }
                        None => self.pending.push(item),
                    },
                    Pending::Bound { ty, bound } => {
                        if self.try_require(ty, bound) {
                            changed = true;
                        } else {
                            self.pending.push(item);
                        }
                    }
                }
            }
            any |= changed;
            if !changed {
                break;
            }
        }
        any
    }

    /// One step of `*`.
    pub(super) fn deref(&mut self, ty: &Ty) -> Option<Ty> {
        match self.shallow(ty) {
            Ty::Ref(inner, _) | Ty::Pointer(inner) => Some(self.shallow(&inner)),
            ty @ (Ty::Adt(..) | Ty::Param(..) | Ty::Proj(..) | Ty::Opaque(..) | Ty::SelfOf(_) | Ty::External(..)) => {
                let deref = self.world.known.deref?;
                if !self.holds(&ty, deref) {
                    return None;
                }
                let target = self.project(&ty, deref, Name::new("Target"))?;
                (!matches!(target, Ty::Unknown)).then(|| self.shallow(&target))
            }
            _ => None,
        }
    }
}
