//! What `a.b` is, by the type of `a`.

use super::EcmaScriptResolver;
use super::Key;
use super::infer::Session;
use super::names::{Entity, Meaning};
use super::ty::{Env, THIS, Ty, extended, look_up, no_env};
use crate::memo::Fuel;
use crate::project::DefRef;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;

/// A member that was found.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) what: What,
    /// What the type parameters around it stand for.
    pub(super) env: Env,
    /// Whether a base class or interface has it.
    pub(super) inherited: bool,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Def(DefRef),
    Value(Ty),
}

/// The outcome of looking for a member.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) hits: Vec<Hit>,
    /// A part of the type comes from outside the project.
    pub(super) external: bool,
    /// A part of the type is not known.
    pub(super) unknown: bool,
}

/// Deepest chain of base types.
const BASES: u32 = 24;

impl EcmaScriptResolver<'_> {
    /// The members that `name` stands for on a type.
    pub(super) fn find_member(&self, session: &Session, ty: &Ty, name: Name, fuel: Fuel) -> Found {
        let mut found = Found::default();
        self.member(session, ty, name, fuel, 0, false, &mut found);
        found
    }

    /// The type of a member.
    pub(super) fn member_type(&self, session: &Session, ty: &Ty, name: Name, fuel: Fuel) -> Ty {
        let found = self.find_member(session, ty, name, fuel);
        let mut parts: Vec<Ty> = found.hits.iter().map(|hit| self.hit_type(session, hit, fuel)).collect();
        if parts.is_empty() {
            return if found.external && !found.unknown { Ty::External } else { Ty::Any };
        }
        if found.unknown {
            parts.push(Ty::Any);
        }
        Ty::union(parts)
    }

    pub(super) fn hit_type(&self, session: &Session, hit: &Hit, fuel: Fuel) -> Ty {
        match &hit.what {
            What::Value(ty) => self.substitute(ty, &hit.env),
            What::Def(def) => self.def_value(session, *def, &hit.env, fuel),
        }
    }

    /// What an object literal's property should be, where the literal should be of a type: of a union only the parts
    /// that have the property say so.
    pub(super) fn context_member(&self, session: &Session, ty: &Ty, name: Name, fuel: Fuel) -> Ty {
        let mut parts = Vec::new();
        for part in ty.parts() {
            if matches!(part, Ty::Func(..) | Ty::Class(..) | Ty::Str | Ty::Text(_) | Ty::Num | Ty::Bool | Ty::Nullish) {
                continue;
            }
            let found = self.find_member(session, part, name, fuel);
            for hit in found.hits {
                if !matches!(hit.what, What::Def(def) if def.file == self.library && !matches!(part, Ty::Ref(own, _) if own.file == self.library))
                {
                    parts.push(self.hit_type(session, &hit, fuel));
                }
            }
        }
        if parts.is_empty() { Ty::Any } else { Ty::union(parts) }
    }

    /// The type that a member is declared with; nothing if it is inferred from what is assigned.
    pub(super) fn declared_member(&self, session: &Session, ty: &Ty, name: Name, fuel: Fuel) -> Ty {
        let found = self.find_member(session, ty, name, fuel);
        for hit in &found.hits {
            if let What::Def(def) = hit.what
                && self.def(def).ty.is_some()
                && !self.def(def).kind.is_callable()
            {
                return self.hit_type(session, hit, fuel);
            }
        }
        Ty::Any
    }

    #[expect(clippy::too_many_arguments)]
    fn member(
        &self,
        session: &Session,
        ty: &Ty,
        name: Name,
        fuel: Fuel,
        depth: u32,
        inherited: bool,
        found: &mut Found,
    ) {
        if depth > BASES {
            found.unknown = true;
            return;
        }
        match ty {
            Ty::Any => found.unknown = true,
            Ty::External => found.external = true,
            Ty::Never | Ty::Nullish => {}
            Ty::Str | Ty::Text(_) => self.library_member(session, "String", name, fuel, depth, found),
            Ty::Num => self.library_member(session, "Number", name, fuel, depth, found),
            Ty::Bool => self.library_member(session, "Boolean", name, fuel, depth, found),
            Ty::Ref(def, env) => {
                if !self.instance_member(session, *def, env, name, fuel, depth, inherited, found) {
                    self.object_member(session, name, fuel, depth, found);
                }
            }
            Ty::Class(def, env) => {
                if !self.static_member(session, *def, env, name, fuel, depth, inherited, found) {
                    self.library_member(session, "Function", name, fuel, depth, found);
                }
            }
            Ty::Func(def, env) => {
                if !self.expando(session, *def, env, name, false, fuel, found) && !self.merged_static(*def, name, found)
                {
                    self.library_member(session, "Function", name, fuel, depth, found);
                }
            }
            Ty::EnumObject(def) => {
                for def in self.merged(*def) {
                    if let Some(member) = self.members_named(def, name).next() {
                        found.hits.push(Hit { what: What::Def(member), env: no_env(), inherited });
                        return;
                    }
                }
                found.unknown = true;
            }
            Ty::Module(file) => match self.exported(*file, name, Meaning::Value, 0) {
                Some(Entity::Def(def)) => {
                    found.hits.push(Hit { what: What::Def(def), env: no_env(), inherited });
                }
                Some(Entity::External) => found.external = true,
                Some(entity) => {
                    let ty = self.entity_value(session, &entity, fuel);
                    found.hits.push(Hit { what: What::Value(ty), env: no_env(), inherited });
                }
                None => match self.export_equals(*file, 0) {
                    Some(entity) => {
                        let ty = self.entity_value(session, &entity, fuel);
                        self.member(session, &ty, name, fuel, depth + 1, inherited, found);
                    }
                    None => found.unknown = true,
                },
            },
            Ty::Namespace(def) => match self.member_of_entity(&Entity::Def(*def), name, Meaning::Value, 0) {
                Some(Entity::Def(def)) => found.hits.push(Hit { what: What::Def(def), env: no_env(), inherited }),
                Some(Entity::External) => found.external = true,
                Some(entity) => {
                    let ty = self.entity_value(session, &entity, fuel);
                    found.hits.push(Hit { what: What::Value(ty), env: no_env(), inherited });
                }
                None => {
                    if !self.merged_static(*def, name, found) {
                        found.unknown = true;
                    }
                }
            },
            Ty::Param(def, THIS) => {
                let env: Env = [(*def, THIS, ty.clone())].into();
                self.member(session, &Ty::Ref(*def, env), name, fuel, depth + 1, inherited, found);
            }
            Ty::Param(def, index) => match self.bound(session, *def, *index, fuel) {
                Some(bound) => self.member(session, &bound, name, fuel, depth + 1, inherited, found),
                None => self.object_member(session, name, fuel, depth, found),
            },
            Ty::Tuple(parts) => {
                if let Ok(index) = name.as_str().parse::<usize>() {
                    match parts.get(index) {
                        Some(part) => {
                            found.hits.push(Hit { what: What::Value(part.clone()), env: no_env(), inherited });
                        }
                        None => found.unknown = true,
                    }
                    return;
                }
                let array = self.array(Ty::union(parts.iter().cloned()));
                self.member(session, &array, name, fuel, depth + 1, inherited, found);
            }
            Ty::Union(parts) => {
                let mut all = Vec::new();
                for part in parts.iter().filter(|part| !matches!(part, Ty::Nullish)) {
                    let mut one = Found::default();
                    self.member(session, part, name, fuel, depth + 1, inherited, &mut one);
                    found.external |= one.external;
                    found.unknown |= one.unknown;
                    all.push(one);
                }
                for one in all {
                    for hit in one.hits {
                        push_hit(found, hit);
                    }
                }
            }
            Ty::Keys(keys) => {
                if keys.1.contains(&name) == keys.2 {
                    self.member(session, &keys.0, name, fuel, depth + 1, inherited, found);
                } else {
                    self.object_member(session, name, fuel, depth, found);
                }
            }
            Ty::Inter(parts) => {
                let mut external = false;
                let mut unknown = false;
                for part in parts.iter() {
                    let mut one = Found::default();
                    self.member(session, part, name, fuel, depth + 1, inherited, &mut one);
                    external |= one.external;
                    unknown |= one.unknown;
                    let good =
                        one.hits.iter().any(|hit| !matches!(hit.what, What::Def(def) if def.file == self.library));
                    if good {
                        found.hits = one.hits;
                        return;
                    }
                    if found.hits.is_empty() {
                        found.hits = one.hits;
                    }
                }
                if found.hits.is_empty() {
                    found.external |= external;
                    found.unknown |= unknown;
                }
            }
        }
    }

    fn library_member(&self, session: &Session, ty: &str, name: Name, fuel: Fuel, depth: u32, found: &mut Found) {
        let Some(def) = self.library_type(ty) else { return };
        if !self.instance_member(session, def, &no_env(), name, fuel, depth + 1, false, found) {
            self.object_member(session, name, fuel, depth, found);
        }
    }

    /// Members that all objects have.
    fn object_member(&self, _session: &Session, name: Name, _fuel: Fuel, _depth: u32, found: &mut Found) {
        let object = self.library_type("Object");
        match object.and_then(|object| self.members_named(object, name).next()) {
            Some(member) => {
                if !found.external && !found.unknown {
                    found.hits.push(Hit { what: What::Def(member), env: no_env(), inherited: true });
                }
            }
            None => {
                if !found.external {
                    found.unknown = true;
                }
            }
        }
    }

    /// The constraint of a type parameter.
    pub(super) fn bound(&self, session: &Session, def: DefRef, index: u16, fuel: Fuel) -> Option<Ty> {
        let facts = self.facts(def.file);
        let param = facts.list(self.def(def).type_params).get(usize::from(index))?;
        let bound = *facts.list(param.bounds).first()?;
        Some(self.type_expr(session, def.file, bound, &no_env(), fuel))
    }

    /// Looks in an instance of a class or interface, or in an object. False if nothing has the member and the
    /// bases are all known.
    #[expect(clippy::too_many_arguments)]
    fn instance_member(
        &self,
        session: &Session,
        def: DefRef,
        env: &Env,
        name: Name,
        fuel: Fuel,
        depth: u32,
        inherited: bool,
        found: &mut Found,
    ) -> bool {
        if depth > BASES {
            found.unknown = true;
            return true;
        }
        let receiver = look_up(env, def, THIS).cloned();
        let this_type = receiver.clone().unwrap_or_else(|| Ty::Ref(def, env.clone()));
        let env = if receiver.is_some() { env.clone() } else { extended(env, [(def, THIS, this_type.clone())]) };
        let this = self.def(def);
        let facts = self.facts(def.file);
        if this.kind == DefKind::Anonymous && !facts.list(this.type_params).is_empty() {
            // A mapped type: every key has the value type.
            if let Some(value) = self.members_named(def, self.names.index).next()
                && let Some(ty) = self.def(value).ty
            {
                let env = extended(&env, [(def, 0, Ty::Text(name))]);
                let ty = self.type_expr(session, def.file, ty, &env, fuel);
                found.hits.push(Hit { what: What::Value(ty), env: no_env(), inherited });
                return true;
            }
        }
        let declarations = self.merged(def);
        for declaration in &declarations {
            let declared = self.def(*declaration);
            if !matches!(
                declared.kind,
                DefKind::Class | DefKind::Interface | DefKind::Anonymous | DefKind::Function | DefKind::Enum
            ) {
                continue;
            }
            let own = self.own_env(*declaration, def, &env);
            let mut members = self.members_named(*declaration, name).filter(|member| {
                let member = self.def(*member);
                !member.flags.contains(DefFlags::STATIC)
                    && (member.kind.is_callable() || member.kind == DefKind::Field)
                    && declared.kind != DefKind::Function
            });
            if let Some(first) = members.next() {
                // A getter goes before its setter.
                let chosen = if self.def(first).flags.contains(DefFlags::SETTER) {
                    members.find(|other| !self.def(*other).flags.contains(DefFlags::SETTER)).unwrap_or(first)
                } else {
                    first
                };
                found.hits.push(Hit { what: What::Def(chosen), env: own, inherited });
                return true;
            }
        }
        if self.expando(session, def, &env, name, true, fuel, found) {
            return true;
        }
        if self.assigned_field(session, def, &env, name, fuel, found) {
            return true;
        }
        // Bases.
        let mut external = false;
        let mut unknown = false;
        for declaration in &declarations {
            let declared_facts = self.facts(declaration.file);
            let own = self.own_env(*declaration, def, &env);
            for base in declared_facts.list(self.def(*declaration).supers).iter().rev() {
                let base_type = match base.relation {
                    Relation::Extends => {
                        let ty = self.base_instance(session, *declaration, base, &own, fuel);
                        with_receiver(ty, &this_type)
                    }
                    Relation::Embeds => match (base.expr, fuel.spend()) {
                        (Some(expr), Some(rest)) => self.expr(session, declaration.file, expr, rest).present(),
                        _ => Ty::Any,
                    },
                    _ => continue,
                };
                let mut one = Found::default();
                match &base_type {
                    Ty::Ref(base_def, base_env) => {
                        if *base_def == def
                            || !self.instance_member(
                                session,
                                *base_def,
                                base_env,
                                name,
                                fuel,
                                depth + 1,
                                true,
                                &mut one,
                            )
                        {
                            continue;
                        }
                    }
                    other => self.member(session, other, name, fuel, depth + 1, true, &mut one),
                }
                if !one.hits.is_empty() {
                    found.hits.extend(one.hits);
                    found.external |= one.external;
                    found.unknown |= one.unknown;
                    return true;
                }
                external |= one.external;
                unknown |= one.unknown;
            }
        }
        // `[key: string]: T`
        for declaration in &declarations {
            let own = self.own_env(*declaration, def, &env);
            if let Some(value) = self.members_named(*declaration, self.names.index).next()
                && let Some(ty) = self.def(value).ty
                && declaration.file != self.library
            {
                let ty = self.type_expr(session, declaration.file, ty, &own, fuel);
                found.hits.push(Hit { what: What::Value(ty), env: no_env(), inherited });
                return true;
            }
        }
        if self.library_type("Record").is_some() && def.file == self.library && this.kind == DefKind::Anonymous {
            if let Some(value) = self.members_named(def, self.names.index).next()
                && let Some(ty) = self.def(value).ty
            {
                let ty = self.type_expr(session, def.file, ty, &env, fuel);
                found.hits.push(Hit { what: What::Value(ty), env: no_env(), inherited });
                return true;
            }
        }
        found.external |= external;
        found.unknown |= unknown;
        external || unknown
    }

    /// The environment of one of several merged declarations: their type parameters correspond by position.
    fn own_env(&self, declaration: DefRef, of: DefRef, env: &Env) -> Env {
        if declaration == of {
            return env.clone();
        }
        let mapped: Vec<_> = env
            .iter()
            .filter(|(owner, _, _)| *owner == of)
            .map(|(_, index, ty)| (declaration, *index, ty.clone()))
            .collect();
        extended(env, mapped)
    }

    /// The instance type of a base class or the type of a base interface.
    pub(super) fn base_instance(&self, session: &Session, class: DefRef, base: &Super, env: &Env, fuel: Fuel) -> Ty {
        let ty = self.type_expr(session, class.file, base.ty, env, fuel);
        if !ty.is_any() && !matches!(ty, Ty::External) {
            return ty;
        }
        // A class expression, or a name that is a value.
        let Some(expr) = base.expr else { return ty };
        let Some(rest) = fuel.spend() else { return ty };
        // In a function that makes a class, the base may be what the function was called with.
        match self.substitute(&self.expr(session, class.file, expr, rest), env) {
            Ty::Class(def, env) | Ty::Func(def, env) => Ty::Ref(def, env),
            Ty::External => Ty::External,
            value => {
                let signatures = self.signatures(session, &value, true, rest);
                match signatures.into_iter().next() {
                    Some((signature, env)) => self.result(session, signature, &env, rest),
                    None => ty,
                }
            }
        }
    }

    /// Whether a class, function or object is what `module.exports` is set to.
    fn is_whole_export(&self, def: DefRef) -> bool {
        if !self.is_javascript(def.file) {
            return false;
        }
        match self.export_equals(def.file, 0) {
            Some(Entity::Def(whole)) => whole == def,
            Some(Entity::Expr(file, expr)) => {
                file == def.file && matches!(*self.facts(file).expr(expr), Expr::Def(whole) if whole == def.def)
            }
            _ => false,
        }
    }

    /// `A.prototype.x = …` and `A.x = …`.
    #[expect(clippy::too_many_arguments)]
    fn expando(
        &self,
        session: &Session,
        def: DefRef,
        env: &Env,
        name: Name,
        instance: bool,
        fuel: Fuel,
        found: &mut Found,
    ) -> bool {
        let info = self.info(def.file);
        let on_value = !instance || self.def(def).kind == DefKind::Anonymous;
        if on_value && info.exports.contains_key(&name) && self.is_whole_export(def) {
            // `module.exports = A; module.exports.x = …`
            match self.exported(def.file, name, Meaning::Value, 0) {
                Some(Entity::Def(member)) => {
                    found.hits.push(Hit { what: What::Def(member), env: env.clone(), inherited: false });
                    return true;
                }
                Some(entity) => {
                    let ty = fuel.spend().map_or(Ty::Any, |rest| self.entity_value(session, &entity, rest));
                    found.hits.push(Hit { what: What::Value(ty), env: env.clone(), inherited: false });
                    return true;
                }
                None => {}
            }
        }
        if info.expandos.is_empty() {
            return false;
        }
        let this = self.def(def);
        let key = match info.object_names.get(&def.def) {
            Some(&(scope, name)) => (scope, name, false),
            None => (this.outer_scope, this.name, instance),
        };
        let Some(values) = info.expandos.get(&key) else { return false };
        let facts = info.facts;
        for &(known, value) in values {
            if known == name {
                let what = match *facts.expr(value) {
                    Expr::Def(member)
                        if facts.def(member).kind.is_callable() || facts.def(member).kind == DefKind::Class =>
                    {
                        What::Def(DefRef { file: def.file, def: member })
                    }
                    // `A.f = f`
                    Expr::Name { name, scope, .. }
                        if let Some(function) = self.function_named(def.file, scope, name) =>
                    {
                        What::Def(function)
                    }
                    // Values of such members may well be made of each other.
                    _ => What::Value(
                        self.memo
                            .get(Key::Assigned(def.file, value), fuel, |rest| {
                                self.afresh(session, || self.expr(session, def.file, value, rest))
                            })
                            .unwrap_or(Ty::Any),
                    ),
                };
                found.hits.push(Hit { what, env: env.clone(), inherited: false });
                return true;
            }
            if instance && known == self.names.prototype {
                // `A.prototype = { … }`
                if let Expr::Def(object) = *facts.expr(value)
                    && let Some(member) = self.members_named(DefRef { file: def.file, def: object }, name).next()
                {
                    found.hits.push(Hit { what: What::Def(member), env: env.clone(), inherited: false });
                    return true;
                }
            }
        }
        false
    }

    /// A field that is only ever assigned, in JavaScript.
    fn assigned_field(
        &self,
        session: &Session,
        def: DefRef,
        env: &Env,
        name: Name,
        fuel: Fuel,
        found: &mut Found,
    ) -> bool {
        let info = self.info(def.file);
        let Some(values) = info.this_fields.get(&(def.def, name)) else { return false };
        if !self.is_javascript(def.file) {
            return false;
        }
        // A base class that has it goes before.
        if let Some(base) = info.facts.list(self.def(def).supers).iter().find(|base| base.relation == Relation::Extends)
        {
            let ty = self.base_instance(session, def, base, env, fuel);
            let mut one = Found::default();
            if let Ty::Ref(base, base_env) = &ty
                && *base != def
                && self.instance_member(session, *base, base_env, name, fuel, 12, true, &mut one)
                && !one.hits.is_empty()
            {
                found.hits.extend(one.hits);
                return true;
            }
        }
        // `this.f = function () {}`
        if let [(value, _)] = values[..]
            && let Expr::Def(function) = *info.facts.expr(value)
            && info.facts.def(function).kind.is_callable()
        {
            let what = What::Def(DefRef { file: def.file, def: function });
            found.hits.push(Hit { what, env: env.clone(), inherited: false });
            return true;
        }
        let ty = self
            .memo
            .get(Key::Field(def, name), fuel, |rest| self.afresh_field(session, def, name, rest))
            .unwrap_or(Ty::Any);
        found.hits.push(Hit { what: What::Value(ty), env: env.clone(), inherited: false });
        true
    }

    fn afresh_field(&self, _session: &Session, def: DefRef, name: Name, fuel: Fuel) -> Ty {
        let session = Session::new();
        let types = self.this_field_types(&session, def, name, fuel);
        if types.is_empty() { Ty::Any } else { Ty::union(types) }
    }

    /// Members of namespaces that are merged with a class or function.
    fn merged_static(&self, def: DefRef, name: Name, found: &mut Found) -> bool {
        for other in self.merged(def) {
            if self.def(other).kind == DefKind::Module
                && let Some(member) = self.member_of_namespace(other, name, Meaning::Value)
            {
                found.hits.push(Hit { what: What::Def(member), env: no_env(), inherited: false });
                return true;
            }
        }
        false
    }

    #[expect(clippy::too_many_arguments)]
    fn static_member(
        &self,
        session: &Session,
        class: DefRef,
        env: &Env,
        name: Name,
        fuel: Fuel,
        depth: u32,
        inherited: bool,
        found: &mut Found,
    ) -> bool {
        if depth > BASES {
            found.unknown = true;
            return true;
        }
        if name == self.names.prototype {
            found.hits.push(Hit { what: What::Value(Ty::Ref(class, env.clone())), env: no_env(), inherited });
            return true;
        }
        let member = self.members_named(class, name).find(|member| {
            let member = self.def(*member);
            member.flags.contains(DefFlags::STATIC) && !member.flags.contains(DefFlags::SETTER)
        });
        if let Some(member) = member {
            found.hits.push(Hit { what: What::Def(member), env: env.clone(), inherited });
            return true;
        }
        if self.merged_static(class, name, found) || self.expando(session, class, env, name, false, fuel, found) {
            return true;
        }
        let facts = self.facts(class.file);
        let Some(base) = facts.list(self.def(class).supers).iter().find(|base| base.relation == Relation::Extends)
        else {
            return false;
        };
        let value = match (base.expr, fuel.spend()) {
            (Some(expr), Some(rest)) => self.substitute(&self.expr(session, class.file, expr, rest), env),
            _ => Ty::Any,
        };
        match &value {
            Ty::Class(base, env) if *base != class => {
                self.static_member(session, *base, env, name, fuel, depth + 1, true, found)
            }
            other => {
                self.member(session, other, name, fuel, depth + 1, true, found);
                true
            }
        }
    }

    /// What base classes and interfaces of a class say of a member.
    pub(super) fn inherited_member(&self, session: &Session, class: DefRef, name: Name, fuel: Fuel) -> Ty {
        let facts = self.facts(class.file);
        for base in facts.list(self.def(class).supers) {
            let ty = self.base_instance(session, class, base, &no_env(), fuel);
            let found = self.find_member(session, &ty, name, fuel);
            if let Some(hit) = found.hits.first() {
                return self.hit_type(session, hit, fuel);
            }
        }
        Ty::Any
    }

    /// `a[i]`
    pub(super) fn indexed(&self, session: &Session, ty: &Ty, fuel: Fuel) -> Ty {
        match ty {
            Ty::Tuple(parts) => Ty::union(parts.iter().cloned()),
            Ty::Union(parts) => with_elements(parts, |part| self.indexed(session, part, fuel)),
            Ty::External => Ty::External,
            Ty::Ref(def, env) => self.index_signature(session, *def, env, fuel, 0),
            Ty::Param(def, index) => match self.bound(session, *def, *index, fuel) {
                Some(bound) => self.indexed(session, &bound, fuel),
                None => Ty::Any,
            },
            Ty::Str | Ty::Text(_) => Ty::Str,
            _ => Ty::Any,
        }
    }

    fn index_signature(&self, session: &Session, def: DefRef, env: &Env, fuel: Fuel, depth: u32) -> Ty {
        if depth > BASES {
            return Ty::Any;
        }
        let facts = self.facts(def.file);
        if let Some(value) = self.members_named(def, self.names.index).next()
            && let Some(ty) = self.def(value).ty
        {
            return self.type_expr(session, def.file, ty, env, fuel);
        }
        for base in facts.list(self.def(def).supers) {
            if base.relation == Relation::Extends
                && let Ty::Ref(base, base_env) = self.base_instance(session, def, base, env, fuel)
                && base != def
            {
                let ty = self.index_signature(session, base, &base_env, fuel, depth + 1);
                if !ty.is_any() {
                    return ty;
                }
            }
        }
        // An object literal with values of one kind.
        if self.def(def).kind == DefKind::Anonymous && !self.members(def).is_empty() && self.members(def).len() <= 12 {
            let parts: Vec<Ty> = self
                .members(def)
                .iter()
                .map(|member| self.def_value(session, DefRef { file: def.file, def: *member }, env, fuel))
                .collect();
            if parts.iter().all(|part| !matches!(part, Ty::Func(..))) {
                return Ty::union(parts);
            }
        }
        Ty::Any
    }

    /// What iterating over a value gives.
    pub(super) fn element(&self, session: &Session, ty: &Ty, fuel: Fuel) -> Ty {
        match ty {
            Ty::Tuple(parts) => Ty::union(parts.iter().cloned()),
            Ty::Str | Ty::Text(_) => Ty::Str,
            Ty::External => Ty::External,
            Ty::Union(parts) => with_elements(parts, |part| self.element(session, part, fuel)),
            Ty::Param(def, index) if *index != THIS => match self.bound(session, *def, *index, fuel) {
                Some(bound) => self.element(session, &bound, fuel),
                None => Ty::Any,
            },
            Ty::Ref(def, env) => {
                if let Some(args) = self.library_args(*def, env) {
                    let (name, args) = args;
                    match (name, args.as_slice()) {
                        (
                            "Array"
                            | "ReadonlyArray"
                            | "Set"
                            | "ReadonlySet"
                            | "Iterable"
                            | "IterableIterator"
                            | "Iterator"
                            | "Generator"
                            | "AsyncGenerator"
                            | "AsyncIterable"
                            | "AsyncIterator"
                            | "AsyncIterableIterator"
                            | "ArrayIterator"
                            | "IteratorObject"
                            | "ArrayLike",
                            [element, ..],
                        ) => return element.clone(),
                        ("Map" | "ReadonlyMap", [key, value, ..]) => {
                            return Ty::Tuple([key.clone(), value.clone()].into());
                        }
                        _ => {}
                    }
                }
                for name in [self.names.iterator, Name::new("[Symbol.asyncIterator]")] {
                    let method = self.find_member(session, ty, name, fuel);
                    if let Some(hit) = method.hits.first() {
                        let function = self.hit_type(session, hit, fuel);
                        let iterator = self.call_plain(session, &function, fuel);
                        if iterator != *ty {
                            return self.iterated(session, &iterator, fuel);
                        }
                    }
                }
                Ty::Any
            }
            Ty::Param(def, _) => self.element(session, &Ty::Ref(*def, no_env()), fuel),
            _ => Ty::Any,
        }
    }

    /// What an iterator gives.
    fn iterated(&self, session: &Session, iterator: &Ty, fuel: Fuel) -> Ty {
        if let Ty::Ref(def, env) = iterator
            && let Some((_, args)) = self.library_args(*def, env)
            && let Some(first) = args.first()
        {
            return first.clone();
        }
        let next = self.member_type(session, iterator, self.names.next, fuel);
        let result = self.call_plain(session, &next, fuel);
        let result = self.awaited(session, result, fuel);
        self.member_type(session, &result, self.names.value, fuel)
    }

    /// The name and type arguments of an instance of a library type.
    pub(super) fn library_args(&self, def: DefRef, env: &Env) -> Option<(&'static str, Vec<Ty>)> {
        if def.file != self.library {
            return None;
        }
        let this = self.def(def);
        let count = this.type_params.len();
        let args = (0..count).map(|index| look_up(env, def, index as u16).cloned().unwrap_or(Ty::Any)).collect();
        Some((this.name.as_str(), args))
    }

    /// The part of a value that destructuring by position gives.
    pub(super) fn component(&self, session: &Session, ty: &Ty, index: u32, fuel: Fuel) -> Ty {
        match ty {
            Ty::Tuple(parts) => parts.get(index as usize).cloned().unwrap_or(Ty::Nullish),
            Ty::Union(parts) => Ty::union(
                parts
                    .iter()
                    .filter(|part| !matches!(part, Ty::Nullish))
                    .map(|part| self.component(session, part, index, fuel)),
            ),
            Ty::Param(def, at) if *at != THIS => match self.bound(session, *def, *at, fuel) {
                Some(bound) => self.component(session, &bound, index, fuel),
                None => Ty::Any,
            },
            other => self.element(session, other, fuel),
        }
    }

    /// What `await` gives.
    pub(super) fn awaited(&self, session: &Session, ty: Ty, fuel: Fuel) -> Ty {
        match &ty {
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.awaited(session, part.clone(), fuel))),
            Ty::Ref(def, env) => {
                if let Some((name, args)) = self.library_args(*def, env) {
                    return match (name, args.first()) {
                        ("Promise" | "PromiseLike", Some(inner)) => {
                            if *inner == ty {
                                Ty::Any
                            } else {
                                self.awaited(session, inner.clone(), fuel)
                            }
                        }
                        _ => ty,
                    };
                }
                if !matches!(self.def(*def).kind, DefKind::Class | DefKind::Interface) {
                    return ty;
                }
                // A class of the project that is a promise.
                let mut base = ty.clone();
                for _ in 0..6 {
                    let Ty::Ref(def, env) = &base else { break };
                    if def.file == self.library {
                        return self.awaited(session, base.clone(), fuel);
                    }
                    let facts = self.facts(def.file);
                    let supers = facts.list(self.def(*def).supers);
                    let Some(next) = supers.iter().find(|base| base.relation == Relation::Extends) else { break };
                    base = self.base_instance(session, *def, next, env, fuel);
                }
                let then = self.find_member(session, &ty, self.names.then, fuel);
                if let Some(Hit { what: What::Def(then), env, .. }) = then.hits.first()
                    && let Some(callback) = self.facts(then.file).list(self.def(*then).params).first()
                    && let Some(callback) = callback.ty
                {
                    let callback = self.type_expr(session, then.file, callback, env, fuel).present();
                    if let Some((signature, env)) = self.signatures(session, &callback, false, fuel).into_iter().next()
                    {
                        return self.signature_param(session, signature, &env, 0, fuel);
                    }
                }
                ty
            }
            _ => ty,
        }
    }
}

fn push_hit(found: &mut Found, hit: Hit) {
    let same = found.hits.iter().any(|known| match (&known.what, &hit.what) {
        (What::Def(a), What::Def(b)) => a == b && known.env == hit.env,
        (What::Value(a), What::Value(b)) => a == b,
        _ => false,
    });
    if !same {
        found.hits.push(hit);
    }
}

/// A base type whose `this` is the type it is a base of.
fn with_receiver(ty: Ty, receiver: &Ty) -> Ty {
    match ty {
        Ty::Ref(def, env) => {
            let env = extended(&env, [(def, THIS, receiver.clone())]);
            Ty::Ref(def, env)
        }
        other => other,
    }
}

/// The elements of what may have different types. What has none is not meant: `if (!Array.isArray(x)) x = [x];` and
/// then `x[0]`.
fn with_elements(parts: &[Ty], element: impl Fn(&Ty) -> Ty) -> Ty {
    let known = |part: &Ty| {
        let ty = element(part);
        (!ty.is_any() || !matches!(part, Ty::Ref(..) | Ty::Nullish)).then_some(ty)
    };
    let types: Vec<Ty> = parts.iter().filter_map(known).collect();
    if types.is_empty() { Ty::Any } else { Ty::union(types) }
}
