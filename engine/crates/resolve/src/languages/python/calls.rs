//! What calls give: annotated or inferred results, type variables solved from arguments, overloads.

use super::annotations::{class_of, instance_of};
use super::classes::{Found, bind, normalize};
use super::index::at;
use super::infer::Eval;
use super::names::{Decl, external};
use super::{Key, PythonResolver};
use crate::memo::Fuel;
use crate::project::DefRef;
use crate::ty::{Ty, no_args};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use std::sync::Arc;

/// How deep results may be inferred again for the types of a call's arguments.
const MAX_NESTED: u8 = 3;

/// More arguments than this, and results are not inferred again for them.
const MAX_INFERRED_ARGS: usize = 6;

/// Decorators that change nothing of a function's type that a call can tell, or that extraction has read.
const TRANSPARENT: &[&str] = &[
    "staticmethod",
    "classmethod",
    "property",
    "overload",
    "abstractmethod",
    "setter",
    "getter",
    "deleter",
    "cached_property",
    "abstractproperty",
    "override",
    "final",
    "wraps",
    "deprecated",
];

/// An argument of a call.
#[derive(Clone, Debug)]
pub(super) struct Arg {
    name: Option<Name>,
    ty: Ty,
    /// `*args` or `**kwargs`.
    spread: bool,
    /// The text of a literal.
    literal: Option<Name>,
}

impl Eval<'_, '_> {
    pub(super) fn call(&self, callee: ExprId, args: List<ExprId>, type_args: List<TypeId>) -> Ty {
        let r = self.r;
        let args = self.facts.list(args);
        let special = match *self.facts.expr(callee) {
            Expr::Name { name, scope, .. } => {
                matches!(name.as_str(), "super" | "cast" | "type").then_some((name, Some(scope)))
            }
            Expr::Member { name, .. } => (name == "cast").then_some((name, None)),
            _ => None,
        };
        if let Some((name, scope)) = special {
            match name.as_str() {
                "super" => {
                    if let Some(scope) = scope
                        && let Some(Decl::Def(def)) = r.lookup(self.file, scope, name)
                        && r.is_stub(def.file)
                    {
                        return self.super_of(scope, args);
                    }
                }
                "cast" => {
                    if let Some(&ty) = self.facts.list(type_args).first() {
                        return self.annotated(ty);
                    }
                }
                _ => {
                    if let [arg] = args {
                        return self.class_object(&self.expr(*arg));
                    }
                }
            }
        }
        let callee = self.callee_type(callee);
        self.called(&callee, args, &[])
    }

    fn class_object(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Def(..) | Ty::Param(..) | Ty::SelfOf(_) => class_of(ty),
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.class_object(part))),
            Ty::ExternalName(_) => external(),
            _ => Ty::Unknown,
        }
    }

    /// The type of what is called.
    pub(super) fn callee_type(&self, callee: ExprId) -> Ty {
        self.expr(callee)
    }

    /// The class that a scope is inside of.
    pub(super) fn enclosing_class(&self, scope: ScopeId) -> Option<DefId> {
        let mut def = self.facts.scope(scope).owner;
        while def != DefId::FILE {
            if matches!(self.facts.def(def).kind, DefKind::Class | DefKind::Enum | DefKind::Interface) {
                return Some(def);
            }
            def = self.facts.def(def).parent;
        }
        None
    }

    /// `super()`, `super(A, self)`
    fn super_of(&self, scope: ScopeId, args: &[ExprId]) -> Ty {
        let Some(enclosing) = self.enclosing_class(scope) else { return Ty::Unknown };
        let enclosing = self.def_ref(enclosing);
        let class = match args.first().map(|&arg| self.expr(arg)) {
            Some(Ty::Class(class, _)) => class,
            Some(_) => return Ty::Unknown,
            None => enclosing,
        };
        let params = self.r.class_params(class);
        // In class methods and `__new__` the receiver is the class.
        let mut def = self.facts.scope(scope).owner;
        let mut receiver = Ty::Def(enclosing, self.r.class_params(enclosing));
        while def != enclosing.def && def != DefId::FILE {
            let this = self.facts.def(def);
            if this.parent == enclosing.def && (this.flags.contains(DefFlags::CLASS_METHOD) || this.name == "__new__") {
                receiver = class_of(&receiver);
            }
            def = this.parent;
        }
        Ty::Intersection(Arc::new([Ty::Class(class, params), receiver]))
    }

    fn args(&self, exprs: &[ExprId], given: &[Ty]) -> Vec<Arg> {
        let plain = |ty: Ty| Arg { name: None, ty, spread: false, literal: None };
        let mut args: Vec<Arg> = given.iter().cloned().map(plain).collect();
        for &expr in exprs {
            let literal = |expr: ExprId| match *self.facts.expr(expr) {
                Expr::Text(text) => Some(text),
                _ => None,
            };
            args.push(match *self.facts.expr(expr) {
                Expr::Keyword { name, value } => {
                    Arg { name: Some(name), literal: literal(value), ..plain(self.expr(value)) }
                }
                Expr::Unary { op: UnaryOp::Spread, operand } => {
                    Arg { spread: true, ..plain(self.element(&self.expr(operand))) }
                }
                _ => Arg { literal: literal(expr), ..plain(self.expr(expr)) },
            });
        }
        args
    }

    /// The result of calling a value.
    pub(super) fn called(&self, callee: &Ty, exprs: &[ExprId], given: &[Ty]) -> Ty {
        match callee {
            Ty::Function(def, bound) => self.function_result(*def, bound, exprs, given),
            Ty::Class(class, args) => self.construct(*class, args, exprs, given),
            Ty::Fn(params, ret) => {
                if !needs_solving(ret) || params.is_empty() {
                    return (**ret).clone();
                }
                let mut solutions = Vec::new();
                for (param, arg) in params.iter().zip(self.args(exprs, given)) {
                    self.solve(param, &arg.ty, &mut solutions, 0);
                }
                self.substituted(ret, &solutions)
            }
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.called(part, exprs, given))),
            Ty::ExternalName(_) => external(),
            Ty::Reference(inner) => match &**inner {
                Ty::Param(..) | Ty::SelfOf(_) => (**inner).clone(),
                other => self.called(&class_of(other), exprs, given),
            },
            Ty::Def(class, args) => {
                let name = Name::new("__call__");
                match self.r.member(*class, args, name, 0) {
                    Some(member) => {
                        let method = self.r.found_type(&member, callee, name, self.fuel);
                        if matches!(method, Ty::Def(..)) { Ty::Unknown } else { self.called(&method, exprs, given) }
                    }
                    None if self.r.mro(*class).unknown_at.is_some() => external(),
                    None => Ty::Unknown,
                }
            }
            _ => Ty::Unknown,
        }
    }

    /// Pairs arguments with parameters; the receiver is already given in `bound`.
    fn paired(facts: &FileFacts, def: &Def, bound: &[Ty], args: &[Arg]) -> Vec<Option<Ty>> {
        let params = facts.list(def.params);
        let mut types: Vec<Option<Ty>> = vec![None; params.len()];
        let mut position = 0;
        for ty in bound.iter().take(1) {
            if let Some(slot) = types.first_mut() {
                *slot = Some(ty.clone());
            }
            position = 1;
        }
        for arg in args {
            if let Some(name) = arg.name {
                if let Some(index) = params.iter().position(|param| param.name == name) {
                    types[index] = Some(arg.ty.clone());
                }
                continue;
            }
            match params.get(position) {
                Some(param) if matches!(param.kind, ParamKind::Plain | ParamKind::Optional | ParamKind::Receiver) => {
                    types[position] = Some(arg.ty.clone());
                    if !arg.spread {
                        position += 1;
                    }
                }
                Some(param) if param.kind == ParamKind::Variadic => {
                    let before = types[position].take();
                    types[position] = Some(Ty::union(before.into_iter().chain([arg.ty.clone()])));
                }
                _ => {}
            }
        }
        types
    }

    /// The result of calling a function.
    pub(super) fn function_result(&self, def: DefRef, bound: &Arc<[Ty]>, exprs: &[ExprId], given: &[Ty]) -> Ty {
        let r = self.r;
        let facts = r.facts(def.file);
        let mut def = def;
        let mut args: Option<Vec<Arg>> = None;
        if let Some(signatures) = r.index(def.file).overloads.get(&def.def) {
            let list = args.insert(self.args(exprs, given));
            def = at(def.file, self.overload(def, signatures, bound, list));
        }
        let this = facts.def(def.def);
        let Some(written) = this.ty else {
            return self.inferred_result(def, bound, exprs, given);
        };
        let callee = Eval::new(r, def.file, self.fuel, None);
        let ret = callee.annotated(written);
        let ret = self.bound_result(def, bound, ret);
        let ret = if needs_solving(&ret) {
            let args = args.unwrap_or_else(|| self.args(exprs, given));
            self.solved(def, bound, &args, &ret)
        } else {
            ret
        };
        if this.flags.contains(DefFlags::ASYNC) && !this.flags.contains(DefFlags::GENERATOR) {
            if ret == Ty::Never {
                return r.typing("Coroutine", [Ty::Unknown, Ty::Unknown, Ty::Never]);
            }
            return r.typing("Coroutine", [Ty::Unknown, Ty::Unknown, ret]);
        }
        ret
    }

    /// Replaces class parameters and `Self` by what the receiver tells.
    fn bound_result(&self, def: DefRef, bound: &[Ty], ret: Ty) -> Ty {
        let r = self.r;
        let this = r.def(def);
        let owner = at(def.file, this.parent);
        if !matches!(r.def(owner).kind, DefKind::Class | DefKind::Enum | DefKind::Interface) {
            return ret;
        }
        let Some(receiver) = bound.first() else {
            return ret;
        };
        let (class, args) = match receiver {
            Ty::Def(class, args) | Ty::Class(class, args) => (*class, args.clone()),
            _ => return bind(&ret, receiver, &[], &[]),
        };
        let params = r.class_params(owner);
        let mro = r.mro(class);
        let inner = mro.classes.iter().find(|(known, _)| *known == owner).map(|(_, inner)| inner.clone());
        let own_params = r.class_params(class);
        let owner_args: Vec<Ty> = inner
            .unwrap_or_default_args()
            .iter()
            .map(|arg| {
                arg.substitute(&|param| {
                    own_params
                        .iter()
                        .position(|known| known == param)
                        .map(|index| args.get(index).cloned().unwrap_or(Ty::Unknown))
                })
            })
            .collect();
        bind(&ret, receiver, &params, &owner_args)
    }

    /// Solves the type variables of a result from the arguments.
    fn solved(&self, def: DefRef, bound: &[Ty], args: &[Arg], ret: &Ty) -> Ty {
        let solutions = self.solutions(def, bound, args, None);
        self.substituted(ret, &solutions)
    }

    /// Puts solutions in place of type variables.
    fn substituted(&self, ty: &Ty, solutions: &[(Ty, Ty)]) -> Ty {
        // A function that is returned has its type variables for its own calls.
        let open = matches!(ty, Ty::Fn(..));
        normalize(ty.substitute(&|param| {
            if let Some((_, found)) = solutions.iter().find(|(known, _)| known == param) {
                return Some(found.clone());
            }
            match param {
                // The parameters of the definitions around the code that asks stay what they are.
                Ty::Param(owner, index) if !open && owner.file != self.file => Some(self.r.bound_of(*owner, *index)),
                _ => None,
            }
        }))
    }

    fn solutions(&self, def: DefRef, bound: &[Ty], args: &[Arg], skip: Option<usize>) -> Vec<(Ty, Ty)> {
        let r = self.r;
        let facts = r.facts(def.file);
        let this = facts.def(def.def);
        let callee = Eval::new(r, def.file, self.fuel, None);
        let types = Self::paired(facts, this, bound, args);
        let mut solutions: Vec<(Ty, Ty)> = Vec::new();
        // Functions are looked at last: what they get may follow from the others.
        for functions in [false, true] {
            for (index, param) in facts.list(this.params).iter().enumerate() {
                let (Some(ty), Some(Some(arg))) = (param.ty, types.get(index)) else { continue };
                if skip == Some(index) {
                    continue;
                }
                let declared = callee.annotated(ty);
                let declared = self.bound_result(def, bound, declared);
                let is_function = matches!(declared, Ty::Fn(..))
                    || matches!(&declared, Ty::Union(parts) if parts.iter().any(|part| matches!(part, Ty::Fn(..))));
                if is_function == functions {
                    self.solve(&declared, arg, &mut solutions, 0);
                }
            }
        }
        solutions
    }

    /// Finds values for the type variables in `param` that make `arg` fit it.
    fn solve(&self, param: &Ty, arg: &Ty, solutions: &mut Vec<(Ty, Ty)>, depth: u32) {
        if depth > 12 || matches!(arg, Ty::Unknown) {
            return;
        }
        let r = self.r;
        match param {
            Ty::Param(..) | Ty::SelfOf(_) => match solutions.iter_mut().find(|(known, _)| known == param) {
                Some((_, known)) => *known = Ty::union([known.clone(), arg.clone()]),
                None => solutions.push((param.clone(), arg.clone())),
            },
            Ty::Reference(inner) => match arg {
                Ty::Class(..) | Ty::Reference(_) => self.solve(inner, &instance_of(arg), solutions, depth + 1),
                Ty::Union(parts) => {
                    for part in parts.iter() {
                        self.solve(param, part, solutions, depth + 1);
                    }
                }
                _ => {}
            },
            Ty::Def(class, params) => {
                if params.is_empty() {
                    return;
                }
                if let Ty::Union(parts) = arg {
                    for part in parts.iter() {
                        self.solve(param, part, solutions, depth + 1);
                    }
                    return;
                }
                if let Some(args) = self.seen_as(arg, *class) {
                    for (param, arg) in params.iter().zip(args.iter()) {
                        self.solve(param, arg, solutions, depth + 1);
                    }
                    return;
                }
                match r.stub_name(*class, "typing") {
                    Some("Iterable" | "Iterator" | "Collection" | "Sequence") => {
                        let element = self.element(arg);
                        self.solve(&params[0], &element, solutions, depth + 1);
                    }
                    Some("Awaitable") => {
                        let value = self.awaited(arg);
                        self.solve(&params[0], &value, solutions, depth + 1);
                    }
                    _ => {}
                }
            }
            Ty::Tuple(items) => {
                if let Ty::Tuple(args) = arg {
                    for (param, arg) in items.iter().zip(args.iter()) {
                        self.solve(param, arg, solutions, depth + 1);
                    }
                }
            }
            Ty::Union(parts) => {
                let concrete: Vec<&Ty> = parts.iter().filter(|part| !needs_solving(part)).collect();
                let rest: Vec<Ty> = match arg {
                    Ty::Union(args) => args.iter().filter(|arg| !concrete.contains(arg)).cloned().collect(),
                    one if concrete.contains(&one) => Vec::new(),
                    one => vec![one.clone()],
                };
                let rest = Ty::union(rest);
                // Structured parts first; a bare variable takes what is left.
                let (bare, shaped): (Vec<&Ty>, Vec<&Ty>) =
                    parts.iter().filter(|part| needs_solving(part)).partition(|part| matches!(part, Ty::Param(..)));
                let before = solutions.len();
                for part in shaped {
                    self.solve(part, &rest, solutions, depth + 1);
                }
                if solutions.len() == before {
                    for part in bare {
                        self.solve(part, &rest, solutions, depth + 1);
                    }
                }
            }
            Ty::Fn(params, ret) => {
                let known: Vec<Ty> = params
                    .iter()
                    .map(|param| {
                        param.substitute(&|param| {
                            solutions.iter().find(|(known, _)| known == param).map(|(_, ty)| ty.clone())
                        })
                    })
                    .collect();
                let result = match arg {
                    Ty::Fn(_, result) => (**result).clone(),
                    Ty::Function(def, bound) if r.def(*def).kind == DefKind::Closure => {
                        let _ = bound;
                        self.closure_result(*def, &known)
                    }
                    Ty::Function(..) | Ty::Class(..) | Ty::Def(..) => self.called(arg, &[], &known),
                    _ => Ty::Unknown,
                };
                self.solve(ret, &result, solutions, depth + 1);
                // The function's own parameters tell, too.
                if let Ty::Function(def, bound) = arg {
                    let facts = r.facts(def.file);
                    let eval = Eval::new(r, def.file, self.fuel, None);
                    let own = facts.list(facts.def(def.def).params);
                    for (param, own) in params.iter().zip(own.iter().skip(bound.len())) {
                        if let Some(ty) = own.ty {
                            let ty = eval.annotated(ty);
                            if !needs_solving(&ty) && !solutions.iter().any(|(known, _)| known == param) {
                                self.solve(param, &ty, solutions, depth + 1);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// What a lambda returns for parameters of these types.
    fn closure_result(&self, closure: DefRef, params: &[Ty]) -> Ty {
        let Some(rest) = self.fuel.spend() else { return Ty::Unknown };
        if self.nested.get() >= MAX_NESTED {
            return Ty::Unknown;
        }
        let eval = Eval::new(self.r, closure.file, rest, Some((closure.def, params.into())));
        eval.nested.set(self.nested.get() + 1);
        let facts = self.r.facts(closure.file);
        let returns = facts.def(closure.def).returns;
        Ty::union(facts.list(returns).iter().map(|&value| eval.expr(value)))
    }

    /// The type arguments that a value has when seen as one of its base classes.
    pub(super) fn seen_as(&self, arg: &Ty, class: DefRef) -> Option<Vec<Ty>> {
        let r = self.r;
        let whole;
        let (own, args) = match arg {
            Ty::Def(own, args) => (*own, args),
            Ty::Tuple(items) => {
                whole = r.builtin("tuple", [Ty::union(items.iter().cloned())]);
                match &whole {
                    Ty::Def(own, args) => (*own, args),
                    _ => return None,
                }
            }
            _ => return None,
        };
        let params = r.class_params(own);
        let mro = r.mro(own);
        let (_, inner) = mro.classes.iter().find(|(known, _)| *known == class)?;
        Some(
            inner
                .iter()
                .map(|arg| {
                    arg.substitute(&|param| {
                        params
                            .iter()
                            .position(|known| known == param)
                            .map(|index| args.get(index).cloned().unwrap_or(Ty::Unknown))
                    })
                })
                .collect(),
        )
    }

    /// The first signature that the arguments fit.
    fn overload(&self, def: DefRef, signatures: &[DefId], bound: &[Ty], args: &[Arg]) -> DefId {
        let facts = self.r.facts(def.file);
        signatures
            .iter()
            .copied()
            .find(|&signature| self.fits(at(def.file, signature), bound, args))
            .or_else(|| {
                signatures.iter().copied().find(|&signature| arity_fits(facts, facts.def(signature), bound, args))
            })
            .or(signatures.last().copied())
            .unwrap_or(def.def)
    }

    fn fits(&self, def: DefRef, bound: &[Ty], args: &[Arg]) -> bool {
        let facts = self.r.facts(def.file);
        let this = facts.def(def.def);
        if !arity_fits(facts, this, bound, args) {
            return false;
        }
        let callee = Eval::new(self.r, def.file, self.fuel, None);
        let types = Self::paired(facts, this, bound, args);
        let params = facts.list(this.params);
        // `Literal["a"]` takes nothing but that literal.
        let mut position = bound.len().min(1);
        for arg in args {
            let param = match arg.name {
                Some(name) => params.iter().find(|param| param.name == name),
                None => {
                    position += 1;
                    params.get(position - 1)
                }
            };
            if let Some(ty) = param.and_then(|param| param.ty)
                && !takes_literal(facts, ty, arg)
            {
                return false;
            }
        }
        params.iter().zip(&types).all(|(param, arg)| match (param.ty, arg) {
            (Some(ty), Some(arg)) => self.assignable(&callee.annotated(ty), arg, 0),
            _ => true,
        })
    }

    /// Whether a value of type `arg` can go where `param` is asked for, as far as is known.
    pub(super) fn assignable(&self, param: &Ty, arg: &Ty, depth: u32) -> bool {
        if depth > 8 {
            return true;
        }
        let r = self.r;
        match (param, arg) {
            (Ty::Unknown | Ty::ExternalName(_), _) | (_, Ty::Unknown | Ty::ExternalName(_)) => true,
            (Ty::Def(class, _), _) if r.stub_name(*class, "builtins") == Some("object") => true,
            (Ty::Param(owner, index), _) => self.assignable(&r.bound_of(*owner, *index), arg, depth + 1),
            (_, Ty::Union(parts)) => parts.iter().all(|part| self.assignable(param, part, depth + 1)),
            (Ty::Union(parts), _) => parts.iter().any(|part| self.assignable(part, arg, depth + 1)),
            (Ty::Literal(Literal::Null), _) => *arg == Ty::Literal(Literal::Null),
            (Ty::Def(..), Ty::Literal(Literal::Null)) => false,
            (Ty::Def(class, params), Ty::Def(..) | Ty::Tuple(_)) => {
                let found = self.seen_as(arg, *class);
                match found {
                    Some(args) => params.iter().zip(&args).all(|(param, arg)| self.assignable(param, arg, depth + 1)),
                    None => match arg {
                        Ty::Def(own, _) => {
                            let name = r.stub_name(*class, "builtins");
                            let own_name = r.stub_name(*own, "builtins");
                            matches!(
                                (name, own_name),
                                (Some("float"), Some("int" | "bool")) | (Some("int"), Some("bool"))
                            ) || r.mro(*own).unknown_at.is_some()
                                || self.matches_protocol(arg, *class)
                        }
                        _ => false,
                    },
                }
            }
            (Ty::Def(class, _), Ty::Class(..)) => {
                r.stub_name(*class, "builtins") == Some("type") || r.stub_name(*class, "typing") == Some("Hashable")
            }
            (Ty::Def(class, _), Ty::Function(..) | Ty::Fn(..)) => !r.is_stub(class.file),
            (Ty::Fn(..), Ty::Function(..) | Ty::Fn(..) | Ty::Class(..) | Ty::Reference(_)) => true,
            (Ty::Fn(..), Ty::Def(class, args)) => r.member(*class, args, Name::new("__call__"), 0).is_some(),
            (Ty::Fn(..), _) => false,
            (Ty::Tuple(params), Ty::Tuple(args)) => {
                params.len() == args.len()
                    && params.iter().zip(args.iter()).all(|(param, arg)| self.assignable(param, arg, depth + 1))
            }
            (Ty::Class(base, _), Ty::Class(class, _)) => r.derives(*class, *base),
            (Ty::Reference(inner), Ty::Class(..)) => self.assignable(inner, &instance_of(arg), depth + 1),
            _ => false,
        }
    }

    /// Whether a value has what a protocol asks for.
    fn matches_protocol(&self, arg: &Ty, protocol: DefRef) -> bool {
        let r = self.r;
        if r.def(protocol).kind != DefKind::Interface {
            return false;
        }
        let Ty::Def(class, args) = arg else { return false };
        let facts = r.facts(protocol.file);
        r.members(protocol).iter().all(|&member| {
            let name = facts.def(member).name;
            name.is_empty() || r.member(*class, args, name, 0).is_some_and(|found| {
                !matches!(found.found, Found::Def(def) if r.stub_name(at(def.file, r.def(def).parent), "builtins") == Some("object"))
            })
        })
    }

    /// What a constructor call makes.
    fn construct(&self, class: DefRef, args: &Arc<[Ty]>, exprs: &[ExprId], given: &[Ty]) -> Ty {
        let r = self.r;
        let params = r.class_params(class);
        if let Some(name) = r.stub_name(class, "stdlib")
            && name == "partial"
            && let Some(first) = self.args(exprs, given).first()
        {
            let result = self.called(&first.ty, &[], &[]);
            return Ty::Fn(no_args(), Arc::new(result));
        }
        if params.is_empty() {
            return Ty::Def(class, no_args());
        }
        let open = args.iter().all(|arg| matches!(arg, Ty::Param(..) | Ty::Unknown)) || args.len() != params.len();
        if !open {
            return Ty::Def(class, args.clone());
        }
        // The constructor's arguments tell the class's parameters.
        for constructor in ["__init__", "__new__"] {
            let Some(member) = r.member(class, &params, Name::new(constructor), 0) else { continue };
            let Found::Def(mut def) = member.found else { continue };
            if def.file.index() >= r.project.files().len() && r.def(at(def.file, r.def(def).parent)).name == "object" {
                continue;
            }
            if constructor == "__new__" {
                let this: Arc<[Ty]> = Arc::new([Ty::Class(class, params.clone())]);
                let made = self.function_result(def, &this, exprs, given);
                if matches!(made, Ty::Def(..)) {
                    return made;
                }
            }
            let list = self.args(exprs, given);
            let this: Arc<[Ty]> = Arc::new([Ty::Def(class, params.clone())]);
            if let Some(signatures) = r.index(def.file).overloads.get(&def.def) {
                def = at(def.file, self.overload(def, signatures, &this, &list));
            }
            let solutions = self.solutions(def, &this, &list, None);
            let args: Arc<[Ty]> = params
                .iter()
                .map(|param| {
                    solutions.iter().find(|(known, _)| known == param).map_or(Ty::Unknown, |(_, ty)| ty.clone())
                })
                .collect();
            return Ty::Def(class, args);
        }
        Ty::Def(class, params.iter().map(|_| Ty::Unknown).collect())
    }

    /// What a call expects as the argument at a position, as far as the other arguments tell.
    pub(super) fn expected_argument(
        &self,
        callee: &Ty,
        exprs: &[ExprId],
        position: usize,
        keyword: Option<Name>,
    ) -> Ty {
        let r = self.r;
        let (def, bound): (DefRef, Arc<[Ty]>) = match callee {
            Ty::Function(def, bound) => (*def, bound.clone()),
            Ty::Class(class, args) => {
                let Some(member) = r.member(*class, args, Name::new("__init__"), 0) else { return Ty::Unknown };
                let Found::Def(def) = member.found else { return Ty::Unknown };
                (def, Arc::new([Ty::Def(*class, args.clone())]))
            }
            _ => return Ty::Unknown,
        };
        let facts = r.facts(def.file);
        let signature = r
            .index(def.file)
            .overloads
            .get(&def.def)
            .and_then(|signatures| {
                signatures.iter().copied().find(|&signature| {
                    let this = facts.def(signature);
                    this.params.len() >= exprs.len() + bound.len()
                        && keyword
                            .is_none_or(|keyword| facts.list(this.params).iter().any(|param| param.name == keyword))
                })
            })
            .unwrap_or(def.def);
        let this = facts.def(signature);
        let params = facts.list(this.params);
        let index = match keyword {
            Some(keyword) => params.iter().position(|param| param.name == keyword),
            None => Some(position + bound.len()).filter(|&index| index < params.len()),
        };
        let Some(index) = index else { return Ty::Unknown };
        let Some(ty) = params[index].ty else { return Ty::Unknown };
        let declared = Eval::new(r, def.file, self.fuel, None).annotated(ty);
        let declared = self.bound_result(def, &bound, declared);
        if !needs_solving(&declared) {
            return declared;
        }
        // Lambdas do not tell of themselves.
        let others: Vec<ExprId> = exprs
            .iter()
            .copied()
            .filter(|&expr| match *self.facts.expr(expr) {
                Expr::Def(_) => false,
                Expr::Keyword { value, .. } => !matches!(self.facts.expr(value), Expr::Def(_)),
                _ => true,
            })
            .collect();
        let leading = exprs.first().is_some_and(|first| matches!(self.facts.expr(*first), Expr::Def(_)));
        let given = if leading { vec![Ty::Unknown] } else { Vec::new() };
        let args = self.args(&others, &given);
        let solutions = self.solutions(at(def.file, signature), &bound, &args, Some(index));
        normalize(
            declared.substitute(&|param| solutions.iter().find(|(known, _)| known == param).map(|(_, ty)| ty.clone())),
        )
    }

    // Inference

    /// The result of a function without annotation, perhaps for the types of these arguments.
    fn inferred_result(&self, def: DefRef, bound: &Arc<[Ty]>, exprs: &[ExprId], given: &[Ty]) -> Ty {
        let r = self.r;
        if r.is_stub(def.file) {
            return Ty::Unknown;
        }
        let general = r.inferred(def, self.fuel);
        let general = self.bound_result(def, bound, general);
        if !unclear(&general) || self.nested.get() >= MAX_NESTED {
            return general;
        }
        let facts = r.facts(def.file);
        let this = facts.def(def.def);
        let open = facts.list(this.params).iter().any(|param| {
            param.ty.is_none() && matches!(param.kind, ParamKind::Plain | ParamKind::Optional | ParamKind::KeywordOnly)
        });
        if !open || exprs.len() + given.len() > MAX_INFERRED_ARGS || this.flags.contains(DefFlags::GENERATOR) {
            return general;
        }
        let args = self.args(exprs, given);
        if !args.iter().any(|arg| arg.ty.is_known()) {
            return general;
        }
        let Some(rest) = self.fuel.spend() else { return general };
        let types: Arc<[Ty]> = Self::paired(facts, this, bound, &args)
            .into_iter()
            .zip(facts.list(this.params))
            .map(|(ty, param)| match param.kind {
                ParamKind::Plain | ParamKind::Optional | ParamKind::KeywordOnly if param.ty.is_none() => {
                    ty.unwrap_or(Ty::Unknown)
                }
                _ => Ty::Unknown,
            })
            .collect();
        let nested = self.nested.get() + 1;
        let infer = |rest: Fuel| {
            let eval = Eval::new(r, def.file, rest, Some((def.def, types.clone())));
            eval.nested.set(nested);
            eval.result_of(def.def)
        };
        let special = if nested == 1 {
            r.memo.get(Key::ResultFor(def, types.clone()), rest, infer).unwrap_or(Ty::Unknown)
        } else {
            rest.spend().map_or(Ty::Unknown, infer)
        };
        let special = self.bound_result(def, bound, special);
        if special.is_known() { special } else { general }
    }

    /// The union of what a function returns.
    pub(super) fn result_of(&self, function: DefId) -> Ty {
        let r = self.r;
        let def = self.facts.def(function);
        let mut yields = Vec::new();
        let mut returns = Vec::new();
        let items = self.facts.list(def.returns);
        for &item in items {
            match *self.facts.expr(item) {
                Expr::Unary { op: UnaryOp::Yield, operand }
                    if def.flags.contains(DefFlags::GENERATOR) && def.kind != DefKind::Closure =>
                {
                    yields.push(self.expr(operand));
                }
                _ => returns.push(self.returned(def, item)),
            }
        }
        let value = if !items.is_empty() && returns.iter().all(|ty| *ty == Ty::Never) && yields.is_empty() {
            Ty::Never
        } else {
            Ty::union(returns)
        };
        if def.flags.contains(DefFlags::GENERATOR) {
            let item = Ty::union(yields);
            return if def.flags.contains(DefFlags::ASYNC) {
                r.typing("AsyncGenerator", [item, Ty::Unknown])
            } else {
                r.typing("Generator", [item, Ty::Unknown, value])
            };
        }
        let value = if items.is_empty() { Ty::Never } else { value };
        if def.flags.contains(DefFlags::ASYNC) {
            return r.typing("Coroutine", [Ty::Unknown, Ty::Unknown, value]);
        }
        value
    }

    /// A returned value; `self` and `cls()` stand for the receiver's own type.
    fn returned(&self, def: &Def, value: ExprId) -> Ty {
        if matches!(def.kind, DefKind::Method | DefKind::Accessor) {
            let receiver = |id: ExprId| match *self.facts.expr(id) {
                Expr::Local(binding) => {
                    let binding = self.facts.binding(binding);
                    binding.kind == BindingKind::Param(0)
                        && binding.scope == def.scope
                        && self.facts.list(def.params).first().is_some_and(|param| param.kind == ParamKind::Receiver)
                }
                _ => false,
            };
            let this = Ty::SelfOf(DefRef { file: self.file, def: DefId::FILE });
            let of_class = def.flags.contains(DefFlags::CLASS_METHOD);
            if receiver(value) && !of_class {
                return this;
            }
            if let Expr::Call { callee, .. } = *self.facts.expr(value)
                && of_class
                && let Expr::Choice(items) = *self.facts.expr(callee)
                && let [only] = self.facts.list(items)
                && receiver(*only)
            {
                return this;
            }
        }
        self.expr(value)
    }
}

/// Whether a parameter of type `Literal[…]` takes an argument; other types are not looked at.
fn takes_literal(facts: &FileFacts, ty: TypeId, arg: &Arg) -> bool {
    let TypeExpr::Path { segments, .. } = *facts.type_expr(ty) else { return true };
    let Some(last) = facts.list(segments).last() else { return true };
    if last.name != "Literal" {
        return true;
    }
    let Some(literal) = arg.literal else {
        // An enumeration's member, or a value that only its type is known of.
        return !matches!(arg.ty, Ty::Def(..))
            || facts.list(last.args).iter().any(|&arg| matches!(facts.type_expr(arg), TypeExpr::Path { .. }));
    };
    let text = literal.as_str().trim_start_matches('"');
    facts.list(last.args).iter().any(|&arg| match *facts.type_expr(arg) {
        TypeExpr::LiteralText(known) => known.as_str() == text,
        TypeExpr::Literal(Literal::Int) => text.parse::<i64>().is_ok(),
        _ => false,
    })
}

trait ArgsOrNone {
    fn unwrap_or_default_args(self) -> Arc<[Ty]>;
}

impl ArgsOrNone for Option<Arc<[Ty]>> {
    fn unwrap_or_default_args(self) -> Arc<[Ty]> {
        self.unwrap_or_else(no_args)
    }
}

/// Whether type variables or `Self` are left in a type.
pub(super) fn needs_solving(ty: &Ty) -> bool {
    match ty {
        Ty::Param(..) | Ty::SelfOf(_) => true,
        Ty::Def(_, items) | Ty::Class(_, items) | Ty::Tuple(items) | Ty::Union(items) | Ty::Function(_, items) => {
            items.iter().any(needs_solving)
        }
        Ty::Fn(items, ret) => items.iter().any(needs_solving) || needs_solving(ret),
        Ty::Reference(inner) => needs_solving(inner),
        _ => false,
    }
}

/// Whether part of a type is not known.
fn unclear(ty: &Ty) -> bool {
    match ty {
        Ty::Unknown | Ty::Literal(Literal::Null) => true,
        Ty::Def(_, items) | Ty::Tuple(items) | Ty::Union(items) => {
            items.iter().any(|item| *item == Ty::Unknown || unclear(item))
        }
        _ => false,
    }
}

/// Whether the number and names of arguments suit a signature.
fn arity_fits(facts: &FileFacts, def: &Def, bound: &[Ty], args: &[Arg]) -> bool {
    let params = facts.list(def.params);
    let spread = args.iter().any(|arg| arg.spread);
    let positional = args.iter().filter(|arg| arg.name.is_none() && !arg.spread).count() + bound.len().min(1);
    let variadic = params.iter().any(|param| param.kind == ParamKind::Variadic);
    let keywords = params.iter().any(|param| param.kind == ParamKind::KeywordVariadic);
    let places = params
        .iter()
        .filter(|param| matches!(param.kind, ParamKind::Plain | ParamKind::Optional | ParamKind::Receiver))
        .count();
    if positional > places && !variadic {
        return false;
    }
    let known = |name: Name| params.iter().any(|param| param.name == name);
    if !keywords && args.iter().filter_map(|arg| arg.name).any(|name| !known(name)) {
        return false;
    }
    if spread {
        return true;
    }
    params.iter().enumerate().all(|(index, param)| match param.kind {
        ParamKind::Plain | ParamKind::Receiver => {
            index < positional || args.iter().any(|arg| arg.name == Some(param.name))
        }
        ParamKind::KeywordOnly => param.default.is_some() || args.iter().any(|arg| arg.name == Some(param.name)),
        _ => true,
    })
}

impl PythonResolver<'_> {
    /// What a function without annotation returns, whatever it is called with.
    pub(super) fn inferred(&self, def: DefRef, fuel: Fuel) -> Ty {
        self.memo
            .get(Key::Result(def), fuel, |rest| Eval::new(self, def.file, rest, None).result_of(def.def))
            .unwrap_or(Ty::Unknown)
    }

    /// A function as a value, after its decorators.
    pub(super) fn decorated_type(&self, def: DefRef, fuel: Fuel) -> Ty {
        let this = self.def(def);
        let plain = Ty::Function(def, no_args());
        if this.decorators.is_empty() || this.kind == DefKind::Accessor {
            return plain;
        }
        let facts = self.facts(def.file);
        let transparent = facts.list(this.decorators).iter().all(|&decorator| is_transparent(facts, decorator));
        if transparent {
            return plain;
        }
        self.memo
            .get(Key::Decorated(def), fuel, |rest| {
                let eval = Eval::new(self, def.file, rest, None);
                let mut ty = plain.clone();
                for &decorator in facts.list(this.decorators).iter().rev() {
                    if is_transparent(facts, decorator) {
                        continue;
                    }
                    let decorator = eval.expr(decorator);
                    let result = eval.called(&decorator, &[], std::slice::from_ref(&ty));
                    let keeps = match &result {
                        Ty::Unknown | Ty::ExternalName(_) | Ty::Never => true,
                        // An inner function that passes everything on.
                        Ty::Function(inner, _) => self.def(*inner).ty.is_none(),
                        Ty::Fn(_, ret) => !ret.is_known(),
                        Ty::Union(_) | Ty::Param(..) => true,
                        _ => false,
                    };
                    if !keeps {
                        ty = result;
                    }
                }
                ty
            })
            .unwrap_or(plain)
    }
}

fn is_transparent(facts: &FileFacts, decorator: ExprId) -> bool {
    let name = match *facts.expr(decorator) {
        Expr::Name { name, .. } | Expr::Member { name, .. } => name,
        Expr::Call { callee, .. } => match *facts.expr(callee) {
            Expr::Name { name, .. } | Expr::Member { name, .. } => name,
            _ => return false,
        },
        _ => return false,
    };
    TRANSPARENT.contains(&name.as_str())
}
