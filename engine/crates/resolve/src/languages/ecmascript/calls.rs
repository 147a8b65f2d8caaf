//! Calls: signatures, overloads, inferred type arguments, and what closures get from the call around them.

use super::EcmaScriptResolver;
use super::infer::Session;
use super::members::What;
use super::ty::{Env, THIS, Ty, extended, look_up, no_env};
use crate::memo::Fuel;
use crate::project::{DefRef, FileId};
use parseltongue_syntax::facts::*;

/// Type parameters and what they were found to be.
pub(super) type Bindings = Vec<((DefRef, u16), Ty)>;

/// Deepest comparison of two types.
const DEPTH: u32 = 8;

impl EcmaScriptResolver<'_> {
    /// The call (or construct) signatures of a type, each with its environment.
    pub(super) fn signatures(&self, session: &Session, ty: &Ty, construct: bool, fuel: Fuel) -> Vec<(DefRef, Env)> {
        match ty {
            Ty::Func(def, env) => {
                let this = self.def(*def);
                if construct != (this.kind == DefKind::Closure && this.flags.contains(DefFlags::STATIC)) {
                    return Vec::new();
                }
                self.declarations_of(*def).into_iter().map(|def| (def, env.clone())).collect()
            }
            Ty::Ref(def, env) => {
                let mut out = Vec::new();
                self.member_signatures(session, *def, env, construct, fuel, 0, &mut out);
                out
            }
            Ty::Class(def, env) if construct => {
                let mut class = (*def, env.clone());
                for _ in 0..12 {
                    let constructor = self
                        .members(class.0)
                        .iter()
                        .map(|member| DefRef { file: class.0.file, def: *member })
                        .find(|member| self.def(*member).kind == DefKind::Constructor);
                    if let Some(constructor) = constructor {
                        return self
                            .declarations_of(constructor)
                            .into_iter()
                            .map(|def| (def, class.1.clone()))
                            .collect();
                    }
                    let facts = self.facts(class.0.file);
                    let supers = facts.list(self.def(class.0).supers);
                    let Some(base) = supers.iter().find(|base| base.relation == Relation::Extends) else { break };
                    match self.base_instance(session, class.0, base, &class.1, fuel) {
                        Ty::Ref(def, env) => class = (def, env),
                        _ => break,
                    }
                }
                Vec::new()
            }
            Ty::Union(parts) => parts.iter().flat_map(|part| self.signatures(session, part, construct, fuel)).collect(),
            Ty::Inter(parts) => parts.iter().flat_map(|part| self.signatures(session, part, construct, fuel)).collect(),
            Ty::Param(def, index) if *index != THIS => match self.bound(session, *def, *index, fuel) {
                Some(bound) if !matches!(bound, Ty::Param(..)) => self.signatures(session, &bound, construct, fuel),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The declarations that describe a function to its callers: its overload signatures, else itself.
    fn declarations_of(&self, def: DefRef) -> Vec<DefRef> {
        match self.info(def.file).overloads.get(&def.def) {
            Some(group) => {
                let facts = self.facts(def.file);
                group
                    .iter()
                    .filter(|other| facts.def(**other).flags.contains(DefFlags::DECLARATION))
                    .map(|&other| DefRef { file: def.file, def: other })
                    .collect()
            }
            None => vec![def],
        }
    }

    /// The definition that a call of an overloaded function leads to: its implementation, if it has one.
    pub(super) fn implementation(&self, def: DefRef) -> DefRef {
        match self.info(def.file).overloads.get(&def.def) {
            Some(group) => {
                let facts = self.facts(def.file);
                let body = group.iter().find(|other| !facts.def(**other).flags.contains(DefFlags::DECLARATION));
                DefRef { file: def.file, def: *body.unwrap_or(&group[0]) }
            }
            None => def,
        }
    }

    #[expect(clippy::too_many_arguments)]
    fn member_signatures(
        &self,
        session: &Session,
        def: DefRef,
        env: &Env,
        construct: bool,
        fuel: Fuel,
        depth: u32,
        out: &mut Vec<(DefRef, Env)>,
    ) {
        if depth > 8 {
            return;
        }
        let flag = if construct { DefFlags::STATIC } else { DefFlags::INSTANCE };
        for declaration in self.merged(def) {
            let this = self.def(declaration);
            if !matches!(this.kind, DefKind::Interface | DefKind::Anonymous) {
                continue;
            }
            for &member in self.members(declaration) {
                let member = DefRef { file: declaration.file, def: member };
                let this = self.def(member);
                if this.kind == DefKind::Closure
                    && this.flags.contains(DefFlags::DECLARATION.with(flag))
                    && this.name.is_empty()
                {
                    out.push((member, env.clone()));
                }
            }
            if out.is_empty() {
                let facts = self.facts(declaration.file);
                for base in facts.list(this.supers) {
                    if base.relation == Relation::Extends {
                        let ty = self.base_instance(session, declaration, base, env, fuel);
                        match &ty {
                            Ty::Ref(base, env) if *base != def => {
                                self.member_signatures(session, *base, env, construct, fuel, depth + 1, out);
                            }
                            Ty::Func(..) => out.extend(self.signatures(session, &ty, construct, fuel)),
                            _ => {}
                        }
                    }
                }
            }
        }
    }

    /// The parameters that arguments go to.
    pub(super) fn plain_params(&self, signature: DefRef) -> &[Param] {
        let params = self.facts(signature.file).list(self.def(signature).params);
        match params.first() {
            Some(first) if first.kind == ParamKind::Receiver => &params[1..],
            _ => params,
        }
    }

    /// The type of the parameter that the argument at a position goes to.
    pub(super) fn signature_param(
        &self,
        session: &Session,
        signature: DefRef,
        env: &Env,
        position: usize,
        fuel: Fuel,
    ) -> Ty {
        let all = self.facts(signature.file).list(self.def(signature).params);
        let params = self.plain_params(signature);
        let last = params.len().checked_sub(1);
        let variadic = last.is_some_and(|last| params[last].kind == ParamKind::Variadic);
        let (index, rest) = match last {
            Some(last) if variadic && position >= last => (last, true),
            _ => (position, false),
        };
        let Some(param) = params.get(index) else { return Ty::Any };
        let ty = match param.ty {
            Some(ty) => self.type_expr(session, signature.file, ty, env, fuel),
            None => {
                let from_context = if self.info(signature.file).literals.contains_key(&signature.def) {
                    let at = index + (all.len() - params.len());
                    self.param_type(session, signature, at as u16, fuel)
                } else {
                    Ty::Any
                };
                match param.default {
                    Some(default) if from_context.is_any() => match fuel.spend() {
                        Some(fuel) => self.expr(session, signature.file, default, fuel),
                        None => Ty::Any,
                    },
                    _ => from_context,
                }
            }
        };
        if !rest {
            return ty;
        }
        match &ty {
            Ty::Tuple(parts) => parts.get(position - index).cloned().unwrap_or(Ty::Any),
            Ty::Param(..) => ty,
            other => self.element(session, other, fuel),
        }
    }

    /// The result of a call without regard to arguments.
    pub(super) fn call_plain(&self, session: &Session, function: &Ty, fuel: Fuel) -> Ty {
        match self.signatures(session, function, false, fuel).into_iter().next() {
            Some((signature, env)) => self.result(session, signature, &env, fuel),
            None => Ty::Any,
        }
    }

    /// The type of a call.
    #[expect(clippy::too_many_arguments)]
    pub(super) fn call(
        &self,
        session: &Session,
        file: FileId,
        call: ExprId,
        callee: ExprId,
        args: List<ExprId>,
        type_args: List<TypeId>,
        fuel: Fuel,
    ) -> Ty {
        let facts = self.facts(file);
        if let Expr::Name { name, .. } = *facts.expr(callee) {
            if name == self.names.import_call {
                let module = facts.list(args).first().map_or(Ty::Any, |module| self.expr(session, file, *module, fuel));
                return self.library_ref("Promise", [module]);
            }
            if name == self.names.super_ {
                return Ty::Nullish;
            }
        }
        // `f.bind(x)` is f again.
        if let Expr::Member { base, name, .. } = *facts.expr(callee)
            && name == "bind"
        {
            let function = self.expr(session, file, base, fuel);
            if matches!(function, Ty::Func(..)) {
                return function;
            }
        }
        let function = self.expr(session, file, callee, fuel);
        let mut results = Vec::new();
        for part in function.parts() {
            match part {
                Ty::Any => return Ty::Any,
                Ty::External => results.push(Ty::External),
                Ty::Nullish | Ty::Never => {}
                part => {
                    let signatures = self.signatures(session, part, false, fuel);
                    let Some((signature, env)) = self.choose(session, file, signatures, args, fuel) else {
                        return Ty::Any;
                    };
                    results.push(self.apply(session, file, call, signature, &env, args, type_args, fuel));
                }
            }
        }
        if results.is_empty() { Ty::Any } else { self.reduced(session, results, fuel) }
    }

    /// The result of a signature for arguments.
    #[expect(clippy::too_many_arguments)]
    fn apply(
        &self,
        session: &Session,
        file: FileId,
        call: ExprId,
        signature: DefRef,
        env: &Env,
        args: List<ExprId>,
        type_args: List<TypeId>,
        fuel: Fuel,
    ) -> Ty {
        let env = self.instantiate(session, file, call, signature, env, args, type_args, None, fuel);
        self.result(session, signature, &env, fuel)
    }

    /// The environment of a signature with its type parameters bound.
    #[expect(clippy::too_many_arguments)]
    fn instantiate(
        &self,
        session: &Session,
        file: FileId,
        call: ExprId,
        signature: DefRef,
        env: &Env,
        args: List<ExprId>,
        type_args: List<TypeId>,
        before: Option<usize>,
        fuel: Fuel,
    ) -> Env {
        let params = self.facts(signature.file).list(self.def(signature).type_params);
        if params.is_empty() {
            return env.clone();
        }
        if !type_args.is_empty() {
            let written: Vec<Ty> = self
                .facts(file)
                .list(type_args)
                .iter()
                .map(|ty| self.type_expr(session, file, *ty, &no_env(), fuel))
                .collect();
            let entries = self.arguments(session, signature, written, fuel);
            return extended(env, entries.iter().cloned());
        }
        let targets = |def: DefRef, _: u16| def == signature;
        let bindings = self.infer_arguments(session, file, call, signature, env, args, &targets, before, fuel);
        self.bound_env(session, signature, env, &bindings, fuel)
    }

    /// An environment with inferred type parameters, or their defaults.
    fn bound_env(&self, session: &Session, owner: DefRef, env: &Env, bindings: &Bindings, fuel: Fuel) -> Env {
        let facts = self.facts(owner.file);
        let params = facts.list(self.def(owner).type_params);
        let mut entries: Vec<(DefRef, u16, Ty)> = Vec::with_capacity(params.len());
        for (index, param) in params.iter().enumerate() {
            let index = index as u16;
            let found = bindings.iter().find(|(key, _)| *key == (owner, index)).map(|(_, ty)| ty.clone());
            let ty = match (found, param.default) {
                (Some(ty), _) => ty,
                (None, Some(default)) => {
                    let env = extended(env, entries.clone());
                    self.type_expr(session, owner.file, default, &env, fuel)
                }
                (None, None) => match facts.list(param.bounds).first() {
                    Some(bound) => {
                        let env = extended(env, entries.clone());
                        let ty = self.type_expr(session, owner.file, *bound, &env, fuel);
                        // `T extends (x: any) => any` says too little to go on.
                        if matches!(ty, Ty::Ref(def, _) | Ty::Class(def, _) if self.def(def).kind != DefKind::Anonymous)
                        {
                            ty
                        } else {
                            Ty::Any
                        }
                    }
                    None => Ty::Any,
                },
            };
            entries.push((owner, index, ty));
        }
        extended(env, entries)
    }

    /// Whether the type of an argument depends on the parameter it goes to.
    fn is_contextual(&self, file: FileId, arg: ExprId) -> bool {
        let facts = self.facts(file);
        match *facts.expr(arg) {
            Expr::Def(def) => {
                let this = facts.def(def);
                this.kind.is_callable() && facts.list(this.params).iter().any(|param| param.ty.is_none())
            }
            _ => false,
        }
    }

    #[expect(clippy::too_many_arguments)]
    fn infer_arguments(
        &self,
        session: &Session,
        file: FileId,
        call: ExprId,
        signature: DefRef,
        env: &Env,
        args: List<ExprId>,
        targets: &dyn Fn(DefRef, u16) -> bool,
        before: Option<usize>,
        fuel: Fuel,
    ) -> Bindings {
        let facts = self.facts(file);
        let mut bindings = Bindings::new();
        {
            let mut calls = session.calls.borrow_mut();
            if calls.iter().filter(|known| **known == (file, call)).count() >= 2 || calls.len() > 24 {
                session.uncertain();
                return bindings;
            }
            calls.push((file, call));
        }
        let args = facts.list(args);
        let mut later = Vec::new();
        for (position, &arg) in args.iter().enumerate() {
            if Some(position) == before {
                continue;
            }
            if self.is_contextual(file, arg) {
                if before.is_none_or(|before| position < before) {
                    later.push((position, arg));
                }
                continue;
            }
            let param = self.signature_param(session, signature, env, position, fuel);
            let mut ty = self.expr(session, file, arg, fuel);
            if let Expr::Unary { op: UnaryOp::Spread, .. } = *facts.expr(arg) {
                ty = self.element(session, &ty, fuel);
            }
            self.unify(session, &param, &ty, targets, &mut bindings, fuel, 0);
        }
        // `this: T`
        if let Some(receiver) = self.facts(signature.file).list(self.def(signature).params).first()
            && receiver.kind == ParamKind::Receiver
            && let Some(ty) = receiver.ty
            && let Expr::Call { callee, .. } = *facts.expr(call)
            && let Expr::Member { base, .. } = *facts.expr(callee)
        {
            let wanted = self.type_expr(session, signature.file, ty, env, fuel);
            let given = self.expr(session, file, base, fuel);
            self.unify(session, &wanted, &given, targets, &mut bindings, fuel, 0);
        }
        for (position, arg) in later {
            let param = self.signature_param(session, signature, env, position, fuel);
            let Expr::Def(def) = *facts.expr(arg) else { continue };
            let function = DefRef { file, def };
            for (wanted, wanted_env) in self.signatures(session, &param, false, fuel) {
                self.unify_results(
                    session,
                    (wanted, &wanted_env),
                    (function, &no_env()),
                    targets,
                    &mut bindings,
                    fuel,
                    0,
                );
                // Parameters that the closure writes types for.
                for (index, own) in self.plain_params(function).iter().enumerate() {
                    if own.ty.is_some() {
                        let wanted = self.signature_param(session, wanted, &wanted_env, index, fuel);
                        let own = self.signature_param(session, function, &no_env(), index, fuel);
                        self.unify(session, &wanted, &own, targets, &mut bindings, fuel, 0);
                    }
                }
            }
        }
        session.calls.borrow_mut().pop();
        bindings
    }

    /// The first signature that arguments fit.
    fn choose(
        &self,
        session: &Session,
        file: FileId,
        signatures: Vec<(DefRef, Env)>,
        args: List<ExprId>,
        fuel: Fuel,
    ) -> Option<(DefRef, Env)> {
        if signatures.len() <= 1 {
            return signatures.into_iter().next();
        }
        let facts = self.facts(file);
        let args = facts.list(args);
        let spread = args.iter().any(|arg| matches!(facts.expr(*arg), Expr::Unary { op: UnaryOp::Spread, .. }));
        let mut fallback = None;
        for (signature, env) in &signatures {
            let params = self.plain_params(*signature);
            let required = params.iter().filter(|param| param.kind == ParamKind::Plain).count();
            let variadic = params.last().is_some_and(|param| param.kind == ParamKind::Variadic);
            if !spread && (args.len() < required || (args.len() > params.len() && !variadic)) {
                continue;
            }
            if spread && !variadic {
                continue;
            }
            fallback = Some((*signature, env.clone()));
            let fit = args.iter().enumerate().all(|(position, &arg)| {
                if matches!(facts.expr(arg), Expr::Unary { op: UnaryOp::Spread, .. }) {
                    return true;
                }
                let param = self.signature_param(session, *signature, env, position, fuel);
                self.argument_fits(session, file, arg, &param, fuel)
            });
            if fit {
                return Some((*signature, env.clone()));
            }
        }
        fallback.or_else(|| signatures.into_iter().next_back())
    }

    fn argument_fits(&self, session: &Session, file: FileId, arg: ExprId, param: &Ty, fuel: Fuel) -> bool {
        if let Expr::Def(def) = *self.facts(file).expr(arg)
            && self.facts(file).def(def).kind.is_callable()
        {
            return self.function_fits(session, DefRef { file, def }, param, fuel);
        }
        let ty = self.expr(session, file, arg, fuel);
        self.fits(session, &ty, param, fuel) != Some(false)
    }

    /// Whether a function can go where a type is wanted.
    fn function_fits(&self, session: &Session, function: DefRef, param: &Ty, fuel: Fuel) -> bool {
        param.parts().iter().any(|part| match part {
            Ty::Any | Ty::External => true,
            Ty::Param(def, index) => match self.bound(session, *def, *index, fuel) {
                Some(bound) if !matches!(bound, Ty::Param(..)) => self.function_fits(session, function, &bound, fuel),
                _ => true,
            },
            Ty::Func(..) | Ty::Ref(..) | Ty::Inter(_) => {
                let signatures = self.signatures(session, part, false, fuel);
                if signatures.is_empty() {
                    return matches!(part, Ty::Ref(def, _) if def.file == self.library
                        && matches!(self.def(*def).name.as_str(), "Function" | "Object" | "object"));
                }
                let own = self.plain_params(function);
                let required = own.iter().filter(|param| param.kind == ParamKind::Plain).count();
                signatures.iter().any(|(signature, _)| {
                    // Where a guard is wanted, only a guard will do.
                    if self.guard(*signature).is_some() && self.guard(function).is_none() {
                        return false;
                    }
                    let params = self.plain_params(*signature);
                    required <= params.len() || params.last().is_some_and(|param| param.kind == ParamKind::Variadic)
                })
            }
            _ => false,
        })
    }

    /// The type that a call wants of its argument at a position.
    pub(super) fn argument_context(&self, session: &Session, file: FileId, call: ExprId, index: u16, fuel: Fuel) -> Ty {
        let facts = self.facts(file);
        let position = usize::from(index);
        let (function, args, type_args, construct) = match *facts.expr(call) {
            Expr::Call { callee, args, type_args } => (self.expr(session, file, callee, fuel), args, type_args, false),
            Expr::NewExpr { class, args } => {
                (self.expr(session, file, class, fuel), args, self.path_args(file, class), true)
            }
            _ => return Ty::Any,
        };
        let signatures = self.signatures(session, &function, construct, fuel);
        let Some((signature, env)) = self.choose(session, file, signatures, args, fuel) else { return Ty::Any };
        let env = if construct && self.def(signature).kind == DefKind::Constructor {
            self.constructor_env(session, file, call, signature, &env, args, Some(position), fuel)
        } else {
            self.instantiate(session, file, call, signature, &env, args, type_args, Some(position), fuel)
        };
        self.signature_param(session, signature, &env, position, fuel)
    }

    /// The environment of a class constructor: the class's type parameters, inferred where they are free.
    #[expect(clippy::too_many_arguments)]
    fn constructor_env(
        &self,
        session: &Session,
        file: FileId,
        call: ExprId,
        constructor: DefRef,
        env: &Env,
        args: List<ExprId>,
        before: Option<usize>,
        fuel: Fuel,
    ) -> Env {
        let class = DefRef { file: constructor.file, def: self.def(constructor).parent };
        if self.def(class).type_params.is_empty() || look_up(env, class, 0).is_some() {
            return env.clone();
        }
        let targets = |def: DefRef, _: u16| def == class;
        let bindings = self.infer_arguments(session, file, call, constructor, env, args, &targets, before, fuel);
        self.bound_env(session, class, env, &bindings, fuel)
    }

    /// The type of `new C(…)`.
    #[expect(clippy::too_many_arguments)]
    pub(super) fn construct(
        &self,
        session: &Session,
        file: FileId,
        call: ExprId,
        class: &Ty,
        args: List<ExprId>,
        type_args: List<TypeId>,
        fuel: Fuel,
    ) -> Ty {
        let mut results = Vec::new();
        for part in class.parts() {
            match part {
                Ty::External => results.push(Ty::External),
                Ty::Nullish | Ty::Never => {}
                Ty::Class(def, env) => {
                    let params = self.def(*def).type_params;
                    if params.is_empty() || look_up(env, *def, 0).is_some() {
                        results.push(Ty::Ref(*def, env.clone()));
                        continue;
                    }
                    let signatures = self.signatures(session, part, true, fuel);
                    let own = signatures.into_iter().filter(|(constructor, _)| {
                        constructor.file == def.file && self.def(*constructor).parent == def.def
                    });
                    let env = match self.choose(session, file, own.collect(), args, fuel) {
                        Some((constructor, env)) => {
                            self.constructor_env(session, file, call, constructor, &env, args, None, fuel)
                        }
                        None => self.bound_env(session, *def, env, &Bindings::new(), fuel),
                    };
                    results.push(Ty::Ref(*def, env));
                }
                Ty::Func(def, env) if self.def(*def).kind != DefKind::Closure => {
                    results.push(Ty::Ref(*def, env.clone()));
                }
                part => {
                    let signatures = self.signatures(session, part, true, fuel);
                    let Some((signature, env)) = self.choose(session, file, signatures, args, fuel) else {
                        return Ty::Any;
                    };
                    results.push(self.apply(session, file, call, signature, &env, args, type_args, fuel));
                }
            }
        }
        if results.is_empty() { Ty::Any } else { Ty::union(results) }
    }

    /// Finds what type parameters in `wanted` stand for, given an actual type.
    #[expect(clippy::too_many_arguments)]
    pub(super) fn unify(
        &self,
        session: &Session,
        wanted: &Ty,
        actual: &Ty,
        targets: &dyn Fn(DefRef, u16) -> bool,
        out: &mut Bindings,
        fuel: Fuel,
        depth: u32,
    ) {
        if depth > DEPTH || matches!(actual, Ty::Any) {
            return;
        }
        let next = |wanted: &Ty, actual: &Ty, out: &mut Bindings| {
            self.unify(session, wanted, actual, targets, out, fuel, depth + 1);
        };
        match wanted {
            Ty::Param(def, index) if *index != THIS && targets(*def, *index) => {
                let key = (*def, *index);
                match out.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, known)) => {
                        if matches!(known, Ty::Nullish | Ty::Never) {
                            *known = actual.clone();
                        } else if known != actual && !matches!(actual, Ty::Never) {
                            *known = Ty::union([known.clone(), actual.clone()]);
                        }
                    }
                    None => out.push((key, actual.clone())),
                }
            }
            Ty::Union(parts) => {
                let naked = |part: &&Ty| matches!(part, Ty::Param(def, index) if targets(*def, *index));
                for actual in actual.parts() {
                    let mut matched = false;
                    for part in parts.iter().filter(|part| !naked(part)) {
                        if self.same_shape(session, part, actual, fuel) {
                            next(part, actual, out);
                            matched = true;
                        }
                    }
                    if !matched {
                        for part in parts.iter().filter(naked) {
                            next(part, actual, out);
                        }
                    }
                }
            }
            Ty::Inter(parts) => {
                for part in parts.iter() {
                    next(part, actual, out);
                }
            }
            Ty::Tuple(parts) => match actual {
                Ty::Tuple(actuals) => {
                    for (part, actual) in parts.iter().zip(actuals.iter()) {
                        next(part, actual, out);
                    }
                }
                other => {
                    let element = self.element(session, other, fuel);
                    for part in parts.iter() {
                        next(part, &element, out);
                    }
                }
            },
            Ty::Func(def, env) => {
                self.unify_function(session, (*def, env), actual, targets, out, fuel, depth);
            }
            Ty::Ref(def, env) => {
                self.unify_instance(session, (*def, env), actual.whole(), targets, out, fuel, depth);
            }
            Ty::Keys(keys) => next(&keys.0, actual, out),
            _ => {}
        }
    }

    /// Whether an actual type is meant by this part of a union.
    fn same_shape(&self, session: &Session, wanted: &Ty, actual: &Ty, fuel: Fuel) -> bool {
        match (wanted, actual) {
            (Ty::Ref(wanted, _), Ty::Ref(actual_def, _)) => {
                wanted == actual_def
                    || self.as_base(session, actual, *wanted, fuel, 0).is_some()
                    || self.library_name(*wanted).is_some_and(|name| {
                        matches!(name, "Iterable" | "ArrayLike" | "ConcatArray" | "ReadonlyArray")
                            && self.library_name(*actual_def).is_some_and(|name| name != "Promise")
                            || name == "PromiseLike" && self.library_name(*actual_def) == Some("Promise")
                    })
                    // `{ [key: string]: T } | ArrayLike<T>`
                    || (self.library_name(*wanted) == Some("") && !self.indexed(session, actual, fuel).is_any())
                    || (!self.is_library(*wanted)
                        && self.is_structural(*wanted)
                        && self.fits(session, actual, &Ty::Ref(*wanted, no_env()), fuel) == Some(true))
            }
            (Ty::Ref(wanted, _), Ty::Tuple(_)) => {
                matches!(
                    self.library_name(*wanted),
                    Some("Array" | "ReadonlyArray" | "Iterable" | "ArrayLike" | "ConcatArray")
                )
            }
            (Ty::Func(..), Ty::Func(..)) => true,
            (Ty::Ref(..), Ty::Func(..)) => !self.signatures(session, wanted, false, fuel).is_empty(),
            (Ty::Tuple(_), Ty::Tuple(_)) => true,
            (a, b) => a == b || matches!((a, b), (Ty::Str, Ty::Text(_))),
        }
    }

    fn is_library(&self, def: DefRef) -> bool {
        def.file == self.library
    }

    fn library_name(&self, def: DefRef) -> Option<&'static str> {
        (def.file == self.library).then(|| self.def(def).name.as_str())
    }

    fn is_structural(&self, def: DefRef) -> bool {
        matches!(self.def(def).kind, DefKind::Interface | DefKind::Anonymous)
    }

    #[expect(clippy::too_many_arguments)]
    fn unify_function(
        &self,
        session: &Session,
        (def, env): (DefRef, &Env),
        actual: &Ty,
        targets: &dyn Fn(DefRef, u16) -> bool,
        out: &mut Bindings,
        fuel: Fuel,
        depth: u32,
    ) {
        let construct = self.def(def).flags.contains(DefFlags::STATIC) && self.def(def).kind == DefKind::Closure;
        if let (true, Ty::Class(class, class_env)) = (construct, actual) {
            let wanted = self.result(session, def, env, fuel);
            let instance = Ty::Ref(*class, class_env.clone());
            self.unify(session, &wanted, &instance, targets, out, fuel, depth + 1);
            return;
        }
        let Some((own, own_env)) = self.signatures(session, actual, construct, fuel).into_iter().next_back() else {
            return;
        };
        let own_env = self.instantiated(session, (def, env), (own, own_env), targets, fuel, depth);
        let count = self.plain_params(def).len();
        for index in 0..count.min(self.plain_params(own).len()) {
            if self.plain_params(own)[index].ty.is_none() {
                continue;
            }
            let wanted = self.signature_param(session, def, env, index, fuel);
            if !mentions_any(&wanted, targets) {
                continue;
            }
            let actual = self.signature_param(session, own, &own_env, index, fuel);
            self.unify(session, &wanted, &actual, targets, out, fuel, depth + 1);
        }
        self.unify_results(session, (def, env), (own, &own_env), targets, out, fuel, depth + 1);
    }

    /// What a function returns, or what it tells of its argument where a guard is wanted.
    #[expect(clippy::too_many_arguments)]
    fn unify_results(
        &self,
        session: &Session,
        (wanted, env): (DefRef, &Env),
        (own, own_env): (DefRef, &Env),
        targets: &dyn Fn(DefRef, u16) -> bool,
        out: &mut Bindings,
        fuel: Fuel,
        depth: u32,
    ) {
        let told = |def: DefRef, env: &Env, guard: Option<TypeId>| match guard {
            Some(ty) => self.type_expr(session, def.file, ty, env, fuel),
            None => self.result(session, def, env, fuel),
        };
        let guard = self.guard(wanted);
        let wanted = told(wanted, env, guard);
        if mentions_any(&wanted, targets) {
            let own_guard = guard.and_then(|_| self.guard(own));
            if guard.is_some() == own_guard.is_some() {
                let actual = told(own, own_env, own_guard);
                self.unify(session, &wanted, &actual, targets, out, fuel, depth);
            }
        }
    }

    /// The type that a guard says its argument has: `x is T`.
    pub(super) fn guard(&self, function: DefRef) -> Option<TypeId> {
        match *self.facts(function.file).type_expr(self.def(function).ty?) {
            TypeExpr::Predicate(ty) => Some(ty),
            _ => None,
        }
    }

    /// The environment of a function whose first argument has a type.
    pub(super) fn generic_env(&self, session: &Session, def: DefRef, env: Env, ty: &Ty, fuel: Fuel) -> Env {
        if self.def(def).type_params.is_empty() {
            return env;
        }
        let mut bindings = Bindings::new();
        let param = self.signature_param(session, def, &env, 0, fuel);
        self.unify(session, &param, ty, &|owner, _| owner == def, &mut bindings, fuel, 0);
        self.bound_env(session, def, &env, &bindings, fuel)
    }

    /// The environment of a generic function that is passed as a value: its type parameters are what the parameters
    /// that are wanted say, or not known.
    fn instantiated(
        &self,
        session: &Session,
        (def, env): (DefRef, &Env),
        (own, own_env): (DefRef, Env),
        targets: &dyn Fn(DefRef, u16) -> bool,
        fuel: Fuel,
        depth: u32,
    ) -> Env {
        let count = self.def(own).type_params.len();
        if count == 0 {
            return own_env;
        }
        let mut bindings = Bindings::new();
        for index in 0..self.plain_params(def).len().min(self.plain_params(own).len()) {
            let given = self.signature_param(session, def, env, index, fuel);
            if !mentions_any(&given, targets) {
                let param = self.signature_param(session, own, &own_env, index, fuel);
                self.unify(session, &param, &given, &|def, _| def == own, &mut bindings, fuel, depth + 1);
            }
        }
        let found = |index: u16| bindings.iter().find(|(key, _)| *key == (own, index)).map(|(_, ty)| ty.clone());
        extended(&own_env, (0..count as u16).map(|index| (own, index, found(index).unwrap_or(Ty::Any))))
    }

    #[expect(clippy::too_many_arguments)]
    fn unify_instance(
        &self,
        session: &Session,
        (def, env): (DefRef, &Env),
        actual: &Ty,
        targets: &dyn Fn(DefRef, u16) -> bool,
        out: &mut Bindings,
        fuel: Fuel,
        depth: u32,
    ) {
        if !env.iter().any(|(_, index, ty)| *index != THIS && mentions_any(ty, targets))
            && (self.def(def).kind != DefKind::Anonymous)
        {
            return;
        }
        match actual {
            Ty::Union(parts) => {
                for part in parts.iter() {
                    self.unify_instance(session, (def, env), part, targets, out, fuel, depth + 1);
                }
                return;
            }
            Ty::Ref(..) | Ty::Param(_, THIS) => {
                let own = match actual {
                    Ty::Param(class, _) => &Ty::Ref(*class, no_env()),
                    other => other,
                };
                if let Some(own_env) = self.as_base(session, own, def, fuel, 0) {
                    for (owner, index, wanted) in env.iter().filter(|(owner, index, _)| *owner == def && *index != THIS)
                    {
                        match look_up(&own_env, *owner, *index) {
                            Some(actual) => self.unify(session, wanted, actual, targets, out, fuel, depth + 1),
                            None => {
                                let free = Ty::Param(*owner, *index);
                                if matches!(own, Ty::Ref(class, _) if *class == def) {
                                    self.unify(session, wanted, &free, targets, out, fuel, depth + 1);
                                }
                            }
                        }
                    }
                    if self.def(def).kind != DefKind::Anonymous {
                        return;
                    }
                }
            }
            _ => {}
        }
        if let Some(name) = self.library_name(def) {
            let wanted = look_up(env, def, 0).cloned();
            match (name, wanted) {
                (
                    "Array" | "ReadonlyArray" | "Iterable" | "ArrayLike" | "ConcatArray" | "IterableIterator"
                    | "Iterator" | "AsyncIterable" | "Set" | "ReadonlySet",
                    Some(wanted),
                ) => {
                    let element = self.element(session, actual, fuel);
                    self.unify(session, &wanted, &element, targets, out, fuel, depth + 1);
                    return;
                }
                ("PromiseLike" | "Promise", Some(wanted)) => {
                    if let Ty::Ref(actual_def, _) = actual
                        && self.library_name(*actual_def).is_none_or(|name| !matches!(name, "Promise" | "PromiseLike"))
                        && self.find_member(session, actual, self.names.then, fuel).hits.is_empty()
                    {
                        return;
                    }
                    if matches!(actual, Ty::Ref(..)) {
                        let inner = self.awaited(session, actual.clone(), fuel);
                        self.unify(session, &wanted, &inner, targets, out, fuel, depth + 1);
                    }
                    return;
                }
                _ => {}
            }
        }
        // By call signature.
        let wanted_ty = Ty::Ref(def, env.clone());
        for construct in [false, true] {
            let wanted = self.signatures(session, &wanted_ty, construct, fuel);
            if let Some((signature, signature_env)) = wanted.into_iter().next() {
                if construct {
                    if let Ty::Class(class, class_env) = actual {
                        let wanted = self.result(session, signature, &signature_env, fuel);
                        let instance = Ty::Ref(*class, class_env.clone());
                        self.unify(session, &wanted, &instance, targets, out, fuel, depth + 1);
                    }
                } else {
                    self.unify_function(session, (signature, &signature_env), actual, targets, out, fuel, depth + 1);
                }
            }
        }
        // By members.
        if !matches!(actual, Ty::Ref(..)) || !self.is_structural(def) || self.is_library(def) && depth > 3 {
            return;
        }
        for &member in self.members(def).iter().take(24) {
            let member = DefRef { file: def.file, def: member };
            let this = self.def(member);
            if this.name.is_empty() || (this.ty.is_none() && !this.kind.is_callable()) {
                continue;
            }
            let actual = if this.name == self.names.index {
                self.indexed(session, actual, fuel)
            } else {
                let found = self.find_member(session, actual, this.name, fuel);
                match found.hits.first() {
                    Some(hit) if !matches!(hit.what, What::Def(def) if def.file == self.library && !self.is_library(member)) => {
                        self.hit_type(session, hit, fuel)
                    }
                    _ => continue,
                }
            };
            let wanted = self.def_value(session, member, env, fuel);
            self.unify(session, &wanted, &actual, targets, out, fuel, depth + 1);
        }
    }

    /// The environment of `base` as a base of an instance.
    pub(super) fn as_base(&self, session: &Session, ty: &Ty, base: DefRef, fuel: Fuel, depth: u32) -> Option<Env> {
        let Ty::Ref(def, env) = ty.whole() else { return None };
        if *def == base || self.merged(*def).contains(&base) {
            return Some(env.clone());
        }
        if depth > 12 {
            return None;
        }
        for declaration in self.merged(*def) {
            let facts = self.facts(declaration.file);
            for parent in facts.list(self.def(declaration).supers) {
                if !matches!(parent.relation, Relation::Extends | Relation::Implements) {
                    continue;
                }
                let ty = self.base_instance(session, declaration, parent, env, fuel);
                if let Some(found) = self.as_base(session, &ty, base, fuel, depth + 1) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// Whether a value of a type can go where another is wanted: yes, no, or not known.
    pub(super) fn fits(&self, session: &Session, actual: &Ty, wanted: &Ty, fuel: Fuel) -> Option<bool> {
        let (actual, wanted) = (actual.whole(), wanted.whole());
        if actual == wanted {
            return Some(true);
        }
        match (actual, wanted) {
            (_, Ty::Any) | (Ty::Never, _) => Some(true),
            (Ty::Any | Ty::External | Ty::Param(..), _) | (_, Ty::External) => None,
            (_, Ty::Param(def, index)) if *index != THIS => match self.bound(session, *def, *index, fuel) {
                Some(bound) if !matches!(bound, Ty::Param(..)) => self.fits(session, actual, &bound, fuel),
                _ => None,
            },
            (Ty::Union(parts), _) => {
                let mut all = Some(true);
                for part in parts.iter().filter(|part| !matches!(part, Ty::Nullish)) {
                    match self.fits(session, part, wanted, fuel) {
                        Some(false) => return Some(false),
                        None => all = None,
                        Some(true) => {}
                    }
                }
                all
            }
            (_, Ty::Union(parts)) => {
                let mut any = Some(false);
                for part in parts.iter() {
                    match self.fits(session, actual, part, fuel) {
                        Some(true) => return Some(true),
                        None => any = None,
                        Some(false) => {}
                    }
                }
                any
            }
            (Ty::Nullish, _) => None,
            (_, Ty::Nullish | Ty::Never) => Some(false),
            (Ty::Str | Ty::Text(_), Ty::Str) => Some(true),
            (Ty::Str, Ty::Text(_)) => Some(false),
            (Ty::Text(_), Ty::Text(_)) => Some(false),
            (_, Ty::Inter(parts)) => parts
                .iter()
                .map(|part| self.fits(session, actual, part, fuel))
                .find(|fit| *fit != Some(true))
                .unwrap_or(Some(true)),
            (Ty::Inter(parts), _) => {
                if parts.iter().any(|part| self.fits(session, part, wanted, fuel) == Some(true)) {
                    Some(true)
                } else {
                    None
                }
            }
            (Ty::Str | Ty::Text(_) | Ty::Num | Ty::Bool, Ty::Ref(def, _)) => match self.library_name(*def) {
                Some("Object" | "PropertyKey") => Some(true),
                Some("Iterable" | "ArrayLike") => Some(matches!(actual, Ty::Str | Ty::Text(_))),
                Some("String") => Some(matches!(actual, Ty::Str | Ty::Text(_))),
                Some("Number") => Some(matches!(actual, Ty::Num)),
                _ if self.def(*def).kind == DefKind::Enum => Some(!matches!(actual, Ty::Bool)),
                _ => Some(false),
            },
            (Ty::Str | Ty::Text(_) | Ty::Num | Ty::Bool, _) => Some(false),
            (Ty::Ref(def, _), Ty::Str | Ty::Text(_) | Ty::Num | Ty::Bool) => {
                if self.def(*def).kind == DefKind::Enum {
                    None
                } else {
                    Some(false)
                }
            }
            (Ty::Func(..) | Ty::Class(..) | Ty::Tuple(_), Ty::Str | Ty::Text(_) | Ty::Num | Ty::Bool) => Some(false),
            (Ty::Func(def, _), Ty::Func(..) | Ty::Ref(..)) => {
                if self.function_fits(session, *def, wanted, fuel) {
                    return if matches!(wanted, Ty::Func(..)) { Some(true) } else { None };
                }
                // Interfaces that any object has all members of.
                match wanted {
                    Ty::Ref(def, _) if self.members(*def).is_empty() => None,
                    Ty::Ref(def, _) => {
                        let required = self.members(*def).iter().any(|member| {
                            let this = self.facts(def.file).def(*member);
                            this.kind.is_callable() || this.kind == DefKind::Field
                        });
                        if required { Some(false) } else { None }
                    }
                    _ => Some(false),
                }
            }
            (Ty::Tuple(_), Ty::Ref(def, _)) => match self.library_name(*def) {
                Some("Array" | "ReadonlyArray" | "Iterable" | "ArrayLike" | "Object" | "object") => None,
                _ => Some(false),
            },
            (Ty::Ref(def, _), Ty::Tuple(_)) => match self.library_name(*def) {
                Some("Array") => None,
                _ => Some(false),
            },
            (Ty::Ref(..), Ty::Func(..)) => {
                let Ty::Func(def, _) = wanted else { return None };
                let construct = self.def(*def).flags.contains(DefFlags::STATIC);
                let guard = self.guard(*def).is_some();
                let signatures = self.signatures(session, actual, construct, fuel);
                Some(signatures.iter().any(|(own, _)| !guard || self.guard(*own).is_some()))
            }
            (Ty::Class(..), Ty::Func(def, _)) => Some(self.def(*def).flags.contains(DefFlags::STATIC)),
            (Ty::Ref(own, own_env), Ty::Ref(base, base_env)) => {
                if own == base {
                    // Type arguments decide.
                    for (owner, index, wanted) in
                        base_env.iter().filter(|(owner, index, _)| owner == base && *index != THIS)
                    {
                        if let Some(actual) = look_up(own_env, *owner, *index)
                            && session.depth.get() < 100
                            && self.fits(session, actual, wanted, fuel) == Some(false)
                        {
                            return Some(false);
                        }
                    }
                    return None;
                }
                if self.as_base(session, actual, *base, fuel, 0).is_some() {
                    return Some(true);
                }
                match (self.library_name(*own), self.library_name(*base)) {
                    (_, Some("Object" | "object")) => return Some(true),
                    (
                        Some("Array" | "ReadonlyArray"),
                        Some("Iterable" | "ArrayLike" | "ConcatArray" | "ReadonlyArray" | "Array"),
                    ) => {
                        return Some(true);
                    }
                    (Some("Map" | "Set" | "Generator" | "IterableIterator"), Some("Iterable")) => return Some(true),
                    (Some("Promise"), Some("PromiseLike")) => return Some(true),
                    (Some(_), Some(_)) => return Some(false),
                    _ => {}
                }
                self.has_members(session, actual, *base, fuel)
            }
            _ => None,
        }
    }

    /// Whether an instance has all methods that an interface asks for; fields may be optional.
    fn has_members(&self, session: &Session, actual: &Ty, interface: DefRef, fuel: Fuel) -> Option<bool> {
        if !self.is_structural(interface) || session.depth.get() > 100 {
            return None;
        }
        let mut asked = false;
        for &member in self.members(interface) {
            let this = self.facts(interface.file).def(member);
            if this.kind == DefKind::Closure {
                let construct = this.flags.contains(DefFlags::STATIC);
                if !construct && !this.flags.contains(DefFlags::INSTANCE) {
                    continue;
                }
                if self.signatures(session, actual, construct, fuel).is_empty() {
                    return Some(false);
                }
                continue;
            }
            if this.name.is_empty() || this.name == self.names.index || self.is_optional(interface.file, member) {
                continue;
            }
            asked = true;
            let found = self.find_member(session, actual, this.name, fuel);
            if found.hits.is_empty() && !found.external && actual_is_closed(self, actual) {
                return Some(false);
            }
        }
        let facts = self.facts(interface.file);
        for base in facts.list(self.def(interface).supers) {
            if base.relation == Relation::Extends {
                let base = self.base_instance(session, interface, base, &no_env(), fuel);
                match self.fits(session, actual, &base, fuel) {
                    Some(false) => return Some(false),
                    Some(true) => asked = true,
                    None => {}
                }
            }
        }
        if asked { Some(true) } else { None }
    }

    /// Whether a member is written with `?`.
    fn is_optional(&self, file: FileId, member: DefId) -> bool {
        let facts = self.facts(file);
        facts.def(member).ty.is_some_and(|ty| matches!(facts.type_expr(ty), TypeExpr::Optional(_)))
    }
}

/// Whether all members of an object are known.
fn actual_is_closed(resolver: &EcmaScriptResolver<'_>, actual: &Ty) -> bool {
    match actual {
        Ty::Ref(def, _) => resolver.def(*def).kind != DefKind::Function,
        _ => false,
    }
}

/// Whether a type has free type parameters that are to be inferred.
pub(super) fn mentions_any(ty: &Ty, targets: &dyn Fn(DefRef, u16) -> bool) -> bool {
    match ty {
        Ty::Param(def, index) => *index != THIS && targets(*def, *index),
        Ty::Ref(_, env) | Ty::Class(_, env) => {
            env.iter().any(|(_, index, ty)| *index != THIS && mentions_any(ty, targets))
        }
        // What it says is in its declaration.
        Ty::Func(..) => true,
        Ty::Tuple(parts) | Ty::Union(parts) | Ty::Inter(parts) => parts.iter().any(|part| mentions_any(part, targets)),
        Ty::Keys(keys) => mentions_any(&keys.0, targets),
        _ => false,
    }
}
