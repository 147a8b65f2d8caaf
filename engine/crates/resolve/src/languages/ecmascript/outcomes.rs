//! What becomes of each call, and the other links of a file.

use super::EcmaScriptResolver;
use super::infer::Session;
use super::members::{Found, What};
use super::modules::Target;
use super::names::{Entity, Meaning, Route};
use super::ty::{THIS, Ty, no_env};
use crate::links::{CallLink, Evidence, FileLinks, Outcome, Reference, RelationKind, RelationLink};
use crate::memo::Fuel;
use crate::project::{DefRef, FileId};
use parseltongue_syntax::facts::*;
use parseltongue_syntax::name::Name;
use rustc_hash::FxHashSet;

/// The links of one file.
pub(super) fn resolve(resolver: &EcmaScriptResolver<'_>, file: FileId) -> FileLinks {
    let session = Session::new();
    let facts = resolver.facts(file);
    let mut links = FileLinks::default();
    for (index, call) in facts.calls.iter().enumerate() {
        let outcome = resolver.outcome(&session, file, call.expr);
        links.calls.push(CallLink { call: CallId::from_index(index), outcome });
    }
    for mention in &facts.mentions {
        if let Some((target, evidence)) = resolver.mentioned(&session, file, mention.expr) {
            links.references.push(Reference { owner: mention.owner, pos: mention.pos, target, evidence });
        }
    }
    resolver.relations(&session, file, &mut links);
    links
}

impl EcmaScriptResolver<'_> {
    fn outcome(&self, session: &Session, file: FileId, call: ExprId) -> Outcome {
        let fuel = Fuel::FULL;
        let facts = self.facts(file);
        match *facts.expr(call) {
            Expr::Call { callee, .. } => self.called(session, file, callee, fuel),
            Expr::NewExpr { class, .. } => {
                // The name must be the class's: a variable or field that holds a class is none.
                match self.called(session, file, class, fuel) {
                    Outcome::Resolved { targets, .. } => {
                        let targets = targets.into_iter().map(|target| self.constructor_of(target)).collect();
                        Outcome::Resolved { targets, evidence: Evidence::Constructor }
                    }
                    Outcome::External => Outcome::External,
                    other => {
                        let ty = self.expr(session, file, class, fuel);
                        match self.constructed(session, &ty, fuel) {
                            Outcome::External => Outcome::External,
                            Outcome::Resolved { .. } => Outcome::Indirect,
                            _ => other,
                        }
                    }
                }
            }
            _ => Outcome::Unknown,
        }
    }

    fn called(&self, session: &Session, file: FileId, callee: ExprId, fuel: Fuel) -> Outcome {
        let facts = self.facts(file);
        match *facts.expr(callee) {
            Expr::Name { name, scope, at } => {
                if name == self.names.super_ {
                    let ty = self.expr(session, file, callee, fuel);
                    let class = match ty {
                        Ty::Ref(def, env) => match self.def(def).kind {
                            DefKind::Class => Ty::Class(def, env),
                            DefKind::Function => Ty::Func(def, env),
                            _ if def.file == self.library => Ty::External,
                            _ => Ty::Any,
                        },
                        other => other,
                    };
                    return self.constructed(session, &class, fuel);
                }
                match self.look_up(file, scope, name, Meaning::Value) {
                    Some((entity, route)) => self.called_entity(session, &entity, route, file, callee, fuel),
                    None => {
                        let _ = at;
                        Outcome::External
                    }
                }
            }
            Expr::Path { segments, scope, at } => {
                let segments = facts.list(segments);
                let Some((last, outer)) = segments.split_last() else { return Outcome::Unknown };
                let Some((first, rest)) = outer.split_first() else {
                    return match self.look_up(file, scope, last.name, Meaning::Value) {
                        Some((entity, route)) => self.called_entity(session, &entity, route, file, callee, fuel),
                        None => Outcome::External,
                    };
                };
                let mut ty = self.name_type(session, file, scope, first.name, at, fuel);
                for segment in rest {
                    ty = self.member_type(session, &ty, segment.name, fuel);
                }
                let found = self.find_member(session, &ty, last.name, fuel);
                self.called_member(session, found, Evidence::Qualified, fuel)
            }
            Expr::Member { base, name, .. } => {
                let ty = self.expr(session, file, base, fuel);
                let evidence = self.evidence(session, file, base, &ty);
                let found = self.find_member(session, &ty, name, fuel);
                match self.called_member(session, found, evidence, fuel) {
                    Outcome::External
                        if matches!(ty, Ty::External)
                            && self.has_method(name)
                            && self.is_given(session, file, base, 0) =>
                    {
                        Outcome::Unknown
                    }
                    outcome => outcome,
                }
            }
            Expr::Unary { op: UnaryOp::NonNull, operand } => self.called(session, file, operand, fuel),
            Expr::Cast { value, .. } => self.called(session, file, value, fuel),
            Expr::Def(def) => {
                let this = facts.def(def);
                if this.kind == DefKind::Function {
                    return resolved(DefRef { file, def }, Evidence::Local);
                }
                Outcome::Indirect
            }
            _ => Outcome::Indirect,
        }
    }

    /// A call of a simple name.
    fn called_entity(
        &self,
        session: &Session,
        entity: &Entity,
        route: Route,
        file: FileId,
        callee: ExprId,
        fuel: Fuel,
    ) -> Outcome {
        let evidence = route.evidence();
        match entity {
            Entity::External => Outcome::External,
            Entity::Def(def) => {
                if def.file == self.library {
                    return Outcome::External;
                }
                let this = self.def(*def);
                match this.kind {
                    DefKind::Function | DefKind::Method => match self.info(def.file).alternatives.get(&def.def) {
                        Some(group) => {
                            let targets = group.iter().map(|&other| DefRef { file: def.file, def: other });
                            Outcome::Resolved { targets: targets.collect(), evidence }
                        }
                        None => resolved(self.implementation(*def), evidence),
                    },
                    DefKind::Class => resolved(*def, evidence),
                    DefKind::Constant | DefKind::Variable | DefKind::Field => {
                        if let Some(value) = this.value
                            && let Some(outcome) = self.aliased(session, def.file, value, evidence, fuel)
                        {
                            return outcome;
                        }
                        self.indirect(session, file, callee, fuel)
                    }
                    DefKind::Module => {
                        // A namespace merged with a function.
                        let function =
                            self.merged(*def).into_iter().find(|def| self.def(*def).kind == DefKind::Function);
                        match function {
                            Some(function) => resolved(self.implementation(function), evidence),
                            None => Outcome::Unknown,
                        }
                    }
                    _ => Outcome::Indirect,
                }
            }
            Entity::Binding(at, binding) => {
                let binding = self.facts(*at).binding(*binding);
                if let Some(init) = binding.init
                    && binding.kind == BindingKind::Local
                    && let Some(outcome) = self.aliased(session, *at, init, evidence, fuel)
                {
                    return outcome;
                }
                self.indirect(session, file, callee, fuel)
            }
            Entity::Expr(at, expr) => {
                let facts = self.facts(*at);
                match *facts.expr(*expr) {
                    Expr::Def(def) if facts.def(def).kind.is_callable() => {
                        resolved(DefRef { file: *at, def }, evidence)
                    }
                    _ => self.indirect(session, file, callee, fuel),
                }
            }
            Entity::Module(module) => match self.export_equals(*module, 0) {
                Some(entity) if !matches!(entity, Entity::Module(_)) => {
                    self.called_entity(session, &entity, Route::Import, file, callee, fuel)
                }
                _ => Outcome::Unknown,
            },
            Entity::TypeParam(..) => Outcome::Unknown,
        }
    }

    /// A name that destructuring took from a value is the member's; a function expression's own name is it.
    fn aliased(
        &self,
        session: &Session,
        file: FileId,
        value: ExprId,
        evidence: Evidence,
        fuel: Fuel,
    ) -> Option<Outcome> {
        let facts = self.facts(file);
        match *facts.expr(value) {
            Expr::Member { base, name, access: Access::Arrow } => {
                let ty = self.expr(session, file, base, fuel);
                let found = self.find_member(session, &ty, name, fuel);
                let outcome = self.called_member(session, found, evidence, fuel);
                matches!(outcome, Outcome::Resolved { .. } | Outcome::External).then_some(outcome)
            }
            Expr::Def(def) if facts.def(def).kind == DefKind::Function => {
                Some(resolved(DefRef { file, def }, evidence))
            }
            _ => None,
        }
    }

    /// A call of a value: out of the project, or of a function that cannot be told.
    fn indirect(&self, session: &Session, file: FileId, callee: ExprId, fuel: Fuel) -> Outcome {
        match self.expr(session, file, callee, fuel) {
            Ty::External => Outcome::External,
            Ty::Ref(def, _) if def.file == self.library => Outcome::External,
            Ty::Func(def, _) if def.file == self.library => Outcome::External,
            _ => Outcome::Indirect,
        }
    }

    fn called_member(&self, session: &Session, found: Found, evidence: Evidence, fuel: Fuel) -> Outcome {
        let mut targets: Vec<DefRef> = Vec::new();
        let mut inherited = false;
        let mut indirect = false;
        let mut library = false;
        for hit in &found.hits {
            match &hit.what {
                What::Def(def) if def.file == self.library => library = true,
                What::Def(def) => {
                    let this = self.def(*def);
                    match this.kind {
                        DefKind::Method | DefKind::Function | DefKind::Closure => {
                            let target = self.implementation(*def);
                            if !targets.contains(&target) {
                                targets.push(target);
                            }
                            inherited |= hit.inherited;
                        }
                        DefKind::Class => targets.push(*def),
                        // The call runs the getter, whatever it calls then.
                        DefKind::Accessor => targets.extend(self.getter(*def)),
                        _ => {
                            // A property that names a function or class: `{ f }`.
                            let named = this.value.map(|value| self.shorthand(session, *def, value, fuel));
                            if let Some(named) = named.filter(|named| !named.is_empty()) {
                                targets.extend(named);
                            } else {
                                match self.hit_type(session, hit, fuel) {
                                    Ty::External => library = true,
                                    _ => indirect = true,
                                }
                            }
                        }
                    }
                }
                What::Value(ty) => match ty {
                    Ty::External => library = true,
                    Ty::Func(def, _) if def.file == self.library => library = true,
                    Ty::Any => {}
                    _ => indirect = true,
                },
            }
        }
        if !targets.is_empty() {
            let evidence = if inherited && evidence != Evidence::UntypedFlow { Evidence::Inherited } else { evidence };
            return Outcome::Resolved { targets, evidence };
        }
        if indirect {
            Outcome::Indirect
        } else if library || found.external {
            Outcome::External
        } else {
            Outcome::Unknown
        }
    }

    /// The functions or the class that a shorthand property `{ f }` stands for.
    fn shorthand(&self, session: &Session, field: DefRef, value: ExprId, fuel: Fuel) -> Vec<DefRef> {
        let facts = self.facts(field.file);
        let this = self.def(field);
        let Expr::Name { name, scope, .. } = *facts.expr(value) else { return Vec::new() };
        if name != this.name || facts.def(this.parent).kind != DefKind::Anonymous {
            return Vec::new();
        }
        let Some((entity, route)) = self.look_up(field.file, scope, name, Meaning::Value) else { return Vec::new() };
        match self.called_entity(session, &entity, route, field.file, value, fuel) {
            Outcome::Resolved { targets, .. } => targets,
            _ => Vec::new(),
        }
    }

    /// The function of the project that a name stands for.
    pub(super) fn function_named(&self, file: FileId, scope: ScopeId, name: Name) -> Option<DefRef> {
        match self.look_up(file, scope, name, Meaning::Value) {
            Some((Entity::Def(def), _)) if self.def(def).kind == DefKind::Function && def.file != self.library => {
                Some(self.implementation(def))
            }
            _ => None,
        }
    }

    /// A class's own constructor, or the class if it has none.
    fn constructor_of(&self, class: DefRef) -> DefRef {
        if self.def(class).kind != DefKind::Class {
            return class;
        }
        let constructor = self
            .members(class)
            .iter()
            .map(|member| DefRef { file: class.file, def: *member })
            .find(|member| self.def(*member).kind == DefKind::Constructor);
        constructor.map_or(class, |constructor| self.implementation(constructor))
    }

    fn constructed(&self, session: &Session, ty: &Ty, fuel: Fuel) -> Outcome {
        let mut targets: Vec<DefRef> = Vec::new();
        let mut external = false;
        let mut indirect = false;
        for part in ty.parts() {
            match part {
                Ty::Class(class, _) => {
                    let target = self.constructor_of(*class);
                    if !targets.contains(&target) {
                        targets.push(target);
                    }
                }
                Ty::Func(def, _) if self.def(*def).kind != DefKind::Closure => targets.push(self.implementation(*def)),
                Ty::External => external = true,
                Ty::Any | Ty::Nullish | Ty::Never => {}
                other => {
                    let signatures = self.signatures(session, other, true, fuel);
                    if signatures.iter().any(|(signature, _)| signature.file == self.library) {
                        external = true;
                    } else if !signatures.is_empty() {
                        indirect = true;
                    }
                }
            }
        }
        if !targets.is_empty() {
            return Outcome::Resolved { targets, evidence: Evidence::Constructor };
        }
        if indirect {
            Outcome::Indirect
        } else if external {
            Outcome::External
        } else {
            Outcome::Unknown
        }
    }

    /// How surely a receiver's type is known.
    fn evidence(&self, _session: &Session, file: FileId, base: ExprId, ty: &Ty) -> Evidence {
        let facts = self.facts(file);
        match ty {
            Ty::Module(_) | Ty::Namespace(_) | Ty::Class(..) | Ty::EnumObject(_) => return Evidence::Qualified,
            Ty::Param(_, index) if *index != THIS => return Evidence::Bound,
            _ => {}
        }
        match *facts.expr(base) {
            Expr::Name { name, .. } if name == self.names.this || name == self.names.super_ => Evidence::SelfReceiver,
            Expr::Name { name, scope, .. } => match self.look_up(file, scope, name, Meaning::Value) {
                Some((Entity::Binding(at, binding), _)) => {
                    if self.facts(at).binding(binding).ty.is_some() {
                        Evidence::TypedReceiver
                    } else if self.is_javascript(file) {
                        Evidence::UntypedFlow
                    } else {
                        Evidence::InferredReceiver
                    }
                }
                Some((Entity::Def(def), _)) if self.def(def).ty.is_some() => Evidence::TypedReceiver,
                _ => Evidence::InferredReceiver,
            },
            _ if self.is_javascript(file) => Evidence::UntypedFlow,
            _ => Evidence::InferredReceiver,
        }
    }

    /// The function or type that a value names.
    fn mentioned(&self, session: &Session, file: FileId, expr: ExprId) -> Option<(DefRef, Evidence)> {
        let facts = self.facts(file);
        let (def, evidence) = match *facts.expr(expr) {
            Expr::Name { name, scope, .. } => {
                let (entity, route) = self.look_up(file, scope, name, Meaning::Value)?;
                let Entity::Def(def) = entity else { return None };
                (def, route.evidence())
            }
            Expr::Member { base, name, .. } => {
                let ty = self.expr(session, file, base, Fuel::FULL);
                if matches!(ty, Ty::Any | Ty::External) {
                    return None;
                }
                let found = self.find_member(session, &ty, name, Fuel::FULL);
                let What::Def(def) = found.hits.first()?.what else { return None };
                (def, self.evidence(session, file, base, &ty))
            }
            Expr::StructLiteral { ty } => {
                return self.type_named(file, ty).filter(|(def, _)| def.file != self.library);
            }
            _ => return None,
        };
        let wanted = matches!(self.def(def).kind, DefKind::Function | DefKind::Method | DefKind::Class | DefKind::Enum);
        (wanted && def.file != self.library).then(|| (self.implementation(def), evidence))
    }

    /// The type that a written path names: an alias itself, not what it stands for.
    fn type_named(&self, file: FileId, ty: TypeId) -> Option<(DefRef, Evidence)> {
        let facts = self.facts(file);
        let TypeExpr::Path { segments, scope, .. } = *facts.type_expr(ty) else { return None };
        let segments = facts.list(segments);
        let (mut entity, route) = self.look_up(file, scope, segments.first()?.name, Meaning::Type)?;
        for segment in &segments[1..] {
            entity = self.member_of_entity(&entity, segment.name, Meaning::Type, 0)?;
        }
        let Entity::Def(def) = entity else { return None };
        self.def(def).kind.is_type().then_some((def, route.evidence()))
    }

    fn relations(&self, session: &Session, file: FileId, links: &mut FileLinks) {
        let facts = self.facts(file);
        let info = self.info(file);
        let mut seen: FxHashSet<(RelationKind, DefId, DefRef)> = FxHashSet::default();
        let mut push = |links: &mut FileLinks, kind: RelationKind, from: DefId, to: DefRef| {
            if to.file != self.library && seen.insert((kind, from, to)) {
                links.relations.push(RelationLink { kind, from, to });
            }
        };
        let mut unresolved: FxHashSet<&str> = FxHashSet::default();
        for (index, import) in facts.imports.iter().enumerate() {
            match info.targets[index] {
                Target::File(target) => {
                    push(links, RelationKind::Imports, DefId::FILE, DefRef { file: target, def: DefId::FILE });
                }
                Target::External => {}
                Target::Nothing => {
                    if let Some(module) = facts.list(import.module).first()
                        && !self.ambient.contains_key(module)
                        && unresolved.insert(module.as_str())
                    {
                        links.unresolved_imports.push(module.as_str().into());
                    }
                }
            }
        }
        let fuel = Fuel::FULL;
        for (id, def) in facts.defs().skip(1) {
            let at = DefRef { file, def: id };
            if matches!(def.kind, DefKind::Class | DefKind::Interface) {
                for base in facts.list(def.supers) {
                    let kind = match base.relation {
                        Relation::Extends => RelationKind::Extends,
                        Relation::Implements => RelationKind::Implements,
                        _ => continue,
                    };
                    let ty = self.base_instance(session, at, base, &no_env(), fuel);
                    let Ty::Ref(base, _) = &ty else { continue };
                    push(links, kind, id, *base);
                    for &member in self.members(at) {
                        let this = facts.def(member);
                        if !matches!(this.kind, DefKind::Method | DefKind::Accessor)
                            || this.flags.contains(DefFlags::STATIC)
                            || this.name.is_empty()
                        {
                            continue;
                        }
                        let found = self.find_member(session, &ty, this.name, fuel);
                        if let Some(What::Def(overridden)) = found.hits.first().map(|hit| &hit.what)
                            && self.def(*overridden).kind.is_callable()
                        {
                            push(links, RelationKind::Overrides, member, self.implementation(*overridden));
                        }
                    }
                }
            }
        }
        // Types that signatures and fields name.
        for (id, def) in facts.defs().skip(1) {
            let written = def.ty.into_iter().chain(facts.list(def.params).iter().filter_map(|param| param.ty));
            for ty in written {
                let owner = facts.enclosing_entity(id);
                let mut stack = vec![ty];
                let mut steps = 0;
                while let Some(ty) = stack.pop() {
                    steps += 1;
                    if steps > 64 {
                        break;
                    }
                    match *facts.type_expr(ty) {
                        TypeExpr::Path { segments, .. } => {
                            for segment in facts.list(segments) {
                                stack.extend(facts.list(segment.args));
                            }
                            if let Some((target, _)) = self.type_named(file, ty) {
                                push(links, RelationKind::UsesType, owner, target);
                            }
                        }
                        TypeExpr::Sequence(inner) | TypeExpr::Optional(inner) | TypeExpr::Predicate(inner) => {
                            stack.push(inner);
                        }
                        TypeExpr::Tuple(parts)
                        | TypeExpr::Union(parts)
                        | TypeExpr::Intersection(parts)
                        | TypeExpr::Operator { args: parts, .. } => stack.extend(facts.list(parts)),
                        TypeExpr::Indexed { base, index } => stack.extend([base, index]),
                        _ => {}
                    }
                }
            }
        }
    }
}

fn resolved(target: DefRef, evidence: Evidence) -> Outcome {
    Outcome::Resolved { targets: vec![target], evidence }
}
