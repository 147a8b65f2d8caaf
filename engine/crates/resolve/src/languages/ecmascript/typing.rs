//! What written types mean.

use super::EcmaScriptResolver;
use super::infer::Session;
use super::names::{Entity, Meaning};
use super::this_container;
use super::ty::{Env, THIS, Ty, extended, look_up, no_env};
use crate::memo::Fuel;
use crate::project::{DefRef, FileId};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;

/// Deepest nesting of written types and aliases.
const DEPTH: u32 = 60;

impl EcmaScriptResolver<'_> {
    /// The meaning of a written type where `env` says what type parameters stand for.
    pub(super) fn type_expr(&self, session: &Session, file: FileId, ty: TypeId, env: &Env, fuel: Fuel) -> Ty {
        if session.depth.get() > DEPTH + 60 {
            return Ty::Any;
        }
        session.depth.set(session.depth.get() + 1);
        let result = stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || self.written(session, file, ty, env, fuel));
        session.depth.set(session.depth.get() - 1);
        result
    }

    fn written(&self, session: &Session, file: FileId, ty: TypeId, env: &Env, fuel: Fuel) -> Ty {
        let facts = self.facts(file);
        let of = |ty: TypeId| self.type_expr(session, file, ty, env, fuel);
        match *facts.type_expr(ty) {
            TypeExpr::Path { segments, scope, .. } => self.path_type(session, file, segments, scope, env, fuel),
            TypeExpr::Sequence(inner) => self.array(of(inner)),
            TypeExpr::Tuple(items) => {
                let mut parts = Vec::new();
                let mut open = false;
                for &item in facts.list(items) {
                    if let TypeExpr::Operator { op, args } = *facts.type_expr(item)
                        && op == "..."
                    {
                        open = true;
                        let rest = facts.list(args).first().map_or(Ty::Any, |rest| of(*rest));
                        match rest {
                            Ty::Tuple(inner) => parts.extend(inner.iter().cloned()),
                            rest => parts.push(self.element(session, &rest, fuel)),
                        }
                    } else {
                        parts.push(of(item));
                    }
                }
                if open { self.array(Ty::union(parts)) } else { Ty::Tuple(parts.into()) }
            }
            TypeExpr::Union(parts) => Ty::union(facts.list(parts).iter().map(|part| of(*part))),
            TypeExpr::Intersection(parts) => {
                let parts: Vec<Ty> =
                    facts.list(parts).iter().map(|part| of(*part)).filter(|part| !part.is_any()).collect();
                match parts.len() {
                    0 => Ty::Any,
                    1 => parts[0].clone(),
                    _ => Ty::Inter(parts.into()),
                }
            }
            TypeExpr::Optional(inner) => of(inner),
            TypeExpr::Def(def) => {
                let at = DefRef { file, def };
                let this = facts.def(def);
                match (this.kind, this.ty) {
                    (DefKind::Anonymous, Some(inner)) => of(inner),
                    (DefKind::Closure, _) => Ty::Func(at, env.clone()),
                    _ => Ty::Ref(at, env.clone()),
                }
            }
            TypeExpr::TypeOf(expr) => match fuel.spend() {
                Some(rest) => self.expr(session, file, expr, rest),
                None => Ty::Any,
            },
            TypeExpr::Indexed { base, index } => {
                let base = of(base);
                if matches!(*facts.type_expr(index), TypeExpr::Operator { op, .. } if op == "keyof")
                    && let Ty::Ref(def, _) = base
                    && !self.members(def).is_empty()
                    && !self.members_named(def, self.names.index).any(|_| true)
                {
                    // `T[keyof T]`: one of its members.
                    let names = self.members(def).iter().map(|member| self.facts(def.file).def(*member).name);
                    return Ty::union(names.map(|name| self.member_type(session, &base, name, fuel)));
                }
                match of(index) {
                    Ty::Text(name) => self.member_type(session, &base, name, fuel),
                    Ty::Union(parts) if parts.iter().all(|part| matches!(part, Ty::Text(_))) => {
                        Ty::union(parts.iter().map(|part| match part {
                            Ty::Text(name) => self.member_type(session, &base, *name, fuel),
                            _ => Ty::Any,
                        }))
                    }
                    Ty::Num => self.element(session, &base, fuel),
                    _ => self.indexed(session, &base, fuel),
                }
            }
            TypeExpr::Literal(literal) => self.literal(literal),
            TypeExpr::LiteralText(name) => Ty::Text(name),
            TypeExpr::SelfType => self.this_type(file, ty, env),
            TypeExpr::Predicate(_) => Ty::Bool,
            TypeExpr::Never => Ty::Never,
            TypeExpr::Operator { op, args } => self.operator(session, file, op, facts.list(args), env, fuel),
            _ => Ty::Any,
        }
    }

    /// The `this` type: of the class or interface that the environment has one for.
    fn this_type(&self, file: FileId, ty: TypeId, env: &Env) -> Ty {
        if let Some((_, _, this)) = env.iter().find(|(_, index, _)| *index == THIS) {
            return this.clone();
        }
        // The innermost class or interface around a signature that says `this`.
        let facts = self.facts(file);
        let owner = self.info(file).self_types.get(&ty).and_then(|id| this_container(facts, *id));
        match owner {
            Some(def) => Ty::Param(DefRef { file, def }, THIS),
            None => Ty::Any,
        }
    }

    fn path_type(
        &self,
        session: &Session,
        file: FileId,
        segments: List<Segment>,
        scope: ScopeId,
        env: &Env,
        fuel: Fuel,
    ) -> Ty {
        let facts = self.facts(file);
        let segments = facts.list(segments);
        let Some(first) = segments.first() else { return Ty::Any };
        let args: Vec<Ty> = segments.last().map_or_else(Vec::new, |last| {
            facts.list(last.args).iter().map(|arg| self.type_expr(session, file, *arg, env, fuel)).collect()
        });
        let Some((mut entity, _)) = self.look_up(file, scope, first.name, Meaning::Type) else {
            // Names of platforms that the library leaves out.
            return if matches!(first.name.as_str(), "any" | "unknown" | "const") { Ty::Any } else { Ty::External };
        };
        for segment in &segments[1..] {
            match self.member_of_entity(&entity, segment.name, Meaning::Type, 0) {
                Some(next) => entity = next,
                None => return Ty::Any,
            }
        }
        match entity {
            Entity::TypeParam(owner, index) => look_up(env, owner, index).cloned().unwrap_or(Ty::Param(owner, index)),
            Entity::External => Ty::External,
            Entity::Module(module) => match self.export_equals(module, 0) {
                Some(Entity::Def(def)) => self.instance_of(session, def, args, fuel),
                _ => Ty::Any,
            },
            Entity::Def(def) => self.instance_of(session, def, args, fuel),
            _ => Ty::Any,
        }
    }

    /// The type that a definition names, with type arguments.
    pub(super) fn instance_of(&self, session: &Session, def: DefRef, args: Vec<Ty>, fuel: Fuel) -> Ty {
        let this = self.def(def);
        match this.kind {
            DefKind::Class | DefKind::Interface => Ty::Ref(def, self.arguments(session, def, args, fuel)),
            DefKind::TypeAlias => {
                let Some(ty) = this.ty else { return Ty::Any };
                if def.file == self.library
                    && let Some(ty) = self.utility(session, this.name, &args, fuel)
                {
                    return ty;
                }
                {
                    let aliases = session.aliases.borrow();
                    if aliases.len() > 30 || aliases.iter().filter(|known| **known == def).count() >= 2 {
                        return Ty::Any;
                    }
                }
                let env = self.arguments(session, def, args, fuel);
                session.aliases.borrow_mut().push(def);
                let result = self.type_expr(session, def.file, ty, &env, fuel);
                session.aliases.borrow_mut().pop();
                result
            }
            DefKind::Enum => Ty::Ref(def, no_env()),
            DefKind::Variant => Ty::Ref(DefRef { file: def.file, def: this.parent }, no_env()),
            DefKind::Function => Ty::Ref(def, no_env()),
            DefKind::Constant | DefKind::Variable => {
                // `const C = class {…}`, `import a = b.c`, or a constructor that was made otherwise.
                if self.is_import_alias(def)
                    && let Some(ty) = this.ty
                {
                    return self.type_expr(session, def.file, ty, &no_env(), fuel);
                }
                let Some(rest) = fuel.spend() else { return Ty::Any };
                match self.def_value(session, def, &no_env(), rest) {
                    Ty::Class(class, env) => Ty::Ref(class, env),
                    Ty::External => Ty::External,
                    _ => Ty::Any,
                }
            }
            _ => Ty::Any,
        }
    }

    /// Type parameters bound to arguments, then to their defaults.
    pub(super) fn arguments(&self, session: &Session, def: DefRef, args: Vec<Ty>, fuel: Fuel) -> Env {
        let facts = self.facts(def.file);
        let params = facts.list(self.def(def).type_params);
        if params.is_empty() {
            return no_env();
        }
        let mut entries: Vec<(DefRef, u16, Ty)> = Vec::with_capacity(params.len());
        let mut args = args.into_iter();
        for (index, param) in params.iter().enumerate() {
            let ty = match (args.next(), param.default) {
                (Some(ty), _) => ty,
                (None, Some(default)) => {
                    let env: Env = entries.clone().into();
                    self.type_expr(session, def.file, default, &env, fuel)
                }
                (None, None) => Ty::Any,
            };
            entries.push((def, index as u16, ty));
        }
        entries.into()
    }

    /// Types of the library that are operators rather than shapes.
    fn utility(&self, session: &Session, name: Name, args: &[Ty], fuel: Fuel) -> Option<Ty> {
        let first = args.first()?;
        Some(match name.as_str() {
            "NonNullable" => first.clone().present(),
            "Omit" | "Pick" if !matches!(first, Ty::Any | Ty::External) => {
                let text = |part: &Ty| if let Ty::Text(name) = part { Some(*name) } else { None };
                let names = args.get(1)?.parts().iter().map(text).collect::<Option<Vec<Name>>>()?;
                Ty::Keys((first.clone(), names, name == "Pick").into())
            }
            "Awaited" => self.awaited(session, first.clone(), fuel),
            "ReturnType" => {
                let (signature, env) = self.signatures(session, first, false, fuel).into_iter().next_back()?;
                self.result(session, signature, &env, fuel)
            }
            "InstanceType" => match first {
                Ty::Class(def, env) => Ty::Ref(*def, env.clone()),
                Ty::Union(parts) => Ty::union(
                    parts.iter().filter_map(|part| self.utility(session, name, std::slice::from_ref(part), fuel)),
                ),
                Ty::Param(def, index) if *index != THIS => {
                    let bound = self.bound(session, *def, *index, fuel)?;
                    return self.utility(session, name, &[bound], fuel);
                }
                other => {
                    let (signature, env) = self.signatures(session, other, true, fuel).into_iter().next()?;
                    self.result(session, signature, &env, fuel)
                }
            },
            "Parameters" | "ConstructorParameters" => {
                let construct = name == "ConstructorParameters";
                let (signature, env) = self.signatures(session, first, construct, fuel).into_iter().next_back()?;
                let params = self.facts(signature.file).list(self.def(signature).params);
                let parts: Vec<Ty> = (0..params.len())
                    .map(|index| self.signature_param(session, signature, &env, index, fuel))
                    .collect();
                Ty::Tuple(parts.into())
            }
            "Exclude" => {
                let remove = args.get(1)?;
                Ty::union(first.parts().iter().filter(|part| !remove.parts().contains(part)).cloned())
            }
            "Extract" => {
                let keep = args.get(1)?;
                let kept: Vec<Ty> = first
                    .parts()
                    .iter()
                    .filter(|part| keep.parts().iter().any(|keep| self.fits(session, part, keep, fuel) == Some(true)))
                    .cloned()
                    .collect();
                if kept.is_empty() { keep.clone() } else { Ty::union(kept) }
            }
            _ => return None,
        })
    }

    fn operator(&self, session: &Session, file: FileId, op: Name, args: &[TypeId], env: &Env, fuel: Fuel) -> Ty {
        let of = |ty: TypeId| self.type_expr(session, file, ty, env, fuel);
        match (op.as_str(), args) {
            ("keyof", _) => Ty::Str,
            ("infer", [name]) => of(*name),
            ("...", [inner]) => of(*inner),
            ("conditional", [check, extends, yes, no]) => {
                let checked = of(*check);
                if checked.is_any() {
                    return Ty::Any;
                }
                if let Ty::Union(parts) = &checked
                    && let TypeExpr::Path { segments, .. } = *self.facts(file).type_expr(*check)
                    && let Some((Entity::TypeParam(owner, index), ())) = self.type_param_of(file, segments, *check)
                {
                    // Distributes over the union.
                    return Ty::union(parts.iter().map(|part| {
                        let env = extended(env, [(owner, index, part.clone())]);
                        self.operator(session, file, op, args, &env, fuel)
                    }));
                }
                if matches!(checked, Ty::Param(_, index) if index != THIS) {
                    return Ty::union([of(*yes), of(*no)]);
                }
                let extends_ty = of(*extends);
                let mut bindings = Vec::new();
                self.unify(session, &extends_ty, &checked, &|_, _| true, &mut bindings, fuel, 0);
                match self.fits(session, &checked, &extends_ty, fuel) {
                    Some(false) => of(*no),
                    _ => {
                        let entries = bindings.into_iter().map(|((def, index), ty)| (def, index, ty));
                        let env = extended(env, entries);
                        self.type_expr(session, file, *yes, &env, fuel)
                    }
                }
            }
            _ => Ty::Any,
        }
    }

    fn type_param_of(&self, file: FileId, segments: List<Segment>, ty: TypeId) -> Option<(Entity, ())> {
        let facts = self.facts(file);
        let segment = facts.list(segments).first()?;
        let TypeExpr::Path { scope, .. } = *facts.type_expr(ty) else { return None };
        self.look_up(file, scope, segment.name, Meaning::Type).map(|(entity, _)| (entity, ()))
    }
}
