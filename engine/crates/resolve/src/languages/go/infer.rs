//! Type arguments of generic calls, found from the arguments and from constraints.

use super::GoResolver;
use super::evaluate::Func;
use super::members::{Member, Shape};
use super::types::{Args, Type};
use crate::memo::Fuel;
use crate::{DefRef, FileId};

/// Deepest types that are compared.
const MAX_DEPTH: usize = 24;

impl GoResolver<'_> {
    /// The type of a call's value: the results, with type arguments given or inferred from the types of the
    /// arguments.
    pub(super) fn call_type(&self, func: &Func, arguments: &dyn Fn() -> Vec<Type>, from: FileId, fuel: Fuel) -> Type {
        let mut result = self.result(func.def, fuel);
        if let Some((generic, args)) = &func.generic {
            result = result.substitute(*generic, args);
        }
        let count = self.own_type_params(func.def);
        if count == 0 || !result.any(&|part| matches!(part, Type::Param(def, _) if *def == func.def)) {
            return result;
        }
        let arguments = if func.args.len() < count { arguments() } else { Vec::new() };
        let args = self.infer(func, count, &arguments, from, fuel);
        result.substitute(func.def, &args)
    }

    /// How many type parameters a function has itself; those of methods are their receiver's.
    pub(super) fn own_type_params(&self, def: DefRef) -> usize {
        let data = self.def(def);
        if data.kind == parseltongue_syntax::facts::DefKind::Function { data.type_params.len() } else { 0 }
    }

    fn infer(&self, func: &Func, count: usize, arguments: &[Type], from: FileId, fuel: Fuel) -> Args {
        let mut bound: Vec<Option<Type>> = func.args.iter().cloned().map(Some).collect();
        bound.resize(count, None);
        let mut unifier = Unifier { resolver: self, generic: func.def, bound, from };
        if let Type::Func(signature) = self.signature(func.def, fuel) {
            let variadic = self.def(func.def).flags.contains(parseltongue_syntax::facts::DefFlags::VARIADIC);
            let last = signature.params.len().saturating_sub(1);
            let param = |index: usize| -> Option<Type> {
                if variadic && index >= last {
                    return match signature.params.get(last)? {
                        Type::Sequence(inner) => Some((**inner).clone()),
                        other => Some(other.clone()),
                    };
                }
                signature.params.get(index).cloned()
            };
            let mut untyped = Vec::new();
            for (index, argument) in arguments.iter().enumerate() {
                let Some(param) = param(index) else { break };
                match argument {
                    Type::Unknown => {}
                    // Constants count only where nothing typed decides.
                    Type::Untyped(_) => untyped.push((param, argument.clone().defaulted())),
                    _ => unifier.unify(&param, argument, 0),
                }
            }
            unifier.constraints(count);
            for (param, argument) in untyped {
                if let Type::Param(..) = param {
                    unifier.unify(&param, &argument, 0);
                }
            }
        }
        unifier.constraints(count);
        let args: Vec<Type> = unifier.bound.into_iter().map(|ty| ty.unwrap_or(Type::Unknown)).collect();
        // One may have been bound in terms of another.
        let generic = func.def;
        let refers = |ty: &Type| ty.any(&|part| matches!(part, Type::Param(def, _) if *def == generic));
        if args.iter().any(refers) && func.def.file != from {
            return args.iter().map(|ty| if refers(ty) { ty.substitute(generic, &args) } else { ty.clone() }).collect();
        }
        args.into()
    }
}

struct Unifier<'r, 'p> {
    resolver: &'r GoResolver<'p>,
    generic: DefRef,
    bound: Vec<Option<Type>>,
    from: FileId,
}

impl Unifier<'_, '_> {
    /// Binds type parameters of the generic definition in `param` so that it becomes `argument`.
    fn unify(&mut self, param: &Type, argument: &Type, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match (param, argument) {
            (_, Type::Unknown) => {}
            (Type::Param(def, index), _) if *def == self.generic => {
                let Some(slot) = self.bound.get_mut(*index as usize) else { return };
                match slot {
                    None => *slot = Some(argument.clone()),
                    Some(known) => {
                        let known = known.clone();
                        // A defined type wins over the same type written out.
                        if matches!(argument, Type::Named(..)) && !matches!(known, Type::Named(..)) {
                            if !matches!(known, Type::Basic(_)) {
                                *slot = Some(argument.clone());
                            }
                        } else if known.any(&|part| matches!(part, Type::Unknown)) {
                            *slot = Some(argument.clone());
                        }
                    }
                }
            }
            (Type::Pointer(a), Type::Pointer(b))
            | (Type::Sequence(a), Type::Sequence(b))
            | (Type::Channel(a), Type::Channel(b)) => self.unify(a, b, depth + 1),
            (Type::Map(a), Type::Map(b)) => {
                self.unify(&a.0, &b.0, depth + 1);
                self.unify(&a.1, &b.1, depth + 1);
            }
            (Type::Func(a), Type::Func(b)) => {
                for (a, b) in a.params.iter().zip(b.params.iter()) {
                    self.unify(a, b, depth + 1);
                }
                self.unify(&a.result, &b.result, depth + 1);
            }
            (Type::Tuple(a), Type::Tuple(b)) | (Type::Library(_, a), Type::Library(_, b)) => {
                for (a, b) in a.iter().zip(b.iter()) {
                    self.unify(a, b, depth + 1);
                }
            }
            (Type::Named(a, a_args), Type::Named(b, b_args)) if a == b => {
                for (a, b) in a_args.iter().zip(b_args.iter()) {
                    self.unify(a, b, depth + 1);
                }
            }
            (Type::Terms(terms), _) => {
                if let [term] = &terms[..] {
                    self.unify(term, argument, depth + 1);
                }
            }
            (Type::Named(..), _) => self.unify_named(param, argument, depth),
            // A defined type fits what is written out if it is made over it.
            (_, Type::Named(..)) => {
                if let Shape::Other(other) = self.resolver.shape(argument)
                    && !matches!(other, Type::Named(..) | Type::Unknown)
                {
                    self.unify(param, &other, depth + 1);
                }
            }
            (_, Type::Param(def, index)) => {
                if let Some(core) = self.resolver.core(*def, *index) {
                    self.unify(param, &core, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// A generic interface that the argument implements, or a defined function type and its like.
    fn unify_named(&mut self, param: &Type, argument: &Type, depth: usize) {
        match self.resolver.shape(param) {
            Shape::Interface(def, args) => {
                let (methods, _) = self.resolver.interface_methods(def);
                for method in methods {
                    let name = self.resolver.def(method).name;
                    let Member::Method { def: other, generic, .. } = self.resolver.member(argument, name, self.from)
                    else {
                        continue;
                    };
                    let wanted = self.resolver.signature(method, Fuel::FULL).substitute(def, &args);
                    let mut given = self.resolver.signature(other, Fuel::FULL);
                    if let Some((generic, args)) = generic {
                        given = given.substitute(generic, &args);
                    }
                    self.unify(&wanted, &given, depth + 1);
                }
            }
            Shape::Other(other) if !matches!(other, Type::Named(..)) => {
                let Shape::Other(argument) = self.resolver.shape(argument) else { return };
                self.unify(&other, &argument, depth + 1);
            }
            _ => {}
        }
    }

    /// Lets constraints with one structure (`S ~[]E`) tell what the arguments did not.
    fn constraints(&mut self, count: usize) {
        for _ in 0..count.min(4) {
            for index in 0..count {
                let Some(core) = self.resolver.core(self.generic, index as u16) else { continue };
                match self.bound[index].clone() {
                    Some(known) => self.unify(&core, &known, 0),
                    None => {
                        let args: Vec<Type> = self.bound.iter().map(|ty| ty.clone().unwrap_or(Type::Unknown)).collect();
                        let value = core.substitute(self.generic, &args);
                        if !value.any(&|part| matches!(part, Type::Unknown)) {
                            self.bound[index] = Some(value);
                        }
                    }
                }
            }
        }
    }
}
