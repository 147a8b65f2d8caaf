//! What names stand for: scopes, imports, exports and globals.

use super::ty::Ty;
use super::{EcmaScriptResolver, modules::Target};
use crate::links::Evidence;
use crate::project::{DefRef, FileId};
use crate::scopes::{Item, scopes_outwards};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;

/// Names live twice: as values and as types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Meaning {
    Value,
    Type,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entity {
    /// One definition; for overloads and merged declarations the first that has the meaning.
    Def(DefRef),
    Binding(FileId, BindingId),
    /// Exported as an expression.
    Expr(FileId, ExprId),
    TypeParam(DefRef, u16),
    /// The module itself.
    Module(FileId),
    /// Something of a dependency or the platform.
    External,
}

/// How an entity was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Local,
    Import,
    Global,
}

impl Route {
    pub(super) fn evidence(self) -> Evidence {
        match self {
            Self::Local => Evidence::Local,
            Self::Import => Evidence::Import,
            Self::Global => Evidence::Package,
        }
    }
}

/// Longest chain of imports and re-exports that is followed.
const CHAIN: u32 = 40;

impl EcmaScriptResolver<'_> {
    fn has_meaning(kind: DefKind, meaning: Meaning) -> bool {
        match meaning {
            Meaning::Value => !matches!(kind, DefKind::Interface | DefKind::TypeAlias),
            Meaning::Type => matches!(
                kind,
                DefKind::Class
                    | DefKind::Interface
                    | DefKind::TypeAlias
                    | DefKind::Enum
                    | DefKind::Module
                    | DefKind::Function
                    | DefKind::Variant
                    | DefKind::Constant
                    | DefKind::Variable
                    | DefKind::Anonymous
            ),
        }
    }

    /// The best of several items of one scope: types before values that may be types.
    fn choose_item(&self, file: FileId, scope: ScopeId, items: &[Item], meaning: Meaning) -> Option<Item> {
        let facts = self.facts(file);
        let type_scope = facts.scope(scope).kind == ScopeKind::Type;
        let mut best: Option<(u8, Item)> = None;
        for &item in items {
            let rank = match item {
                Item::Def(def) => {
                    let this = facts.def(def);
                    // Members are no simple names.
                    if type_scope && facts.scope(scope).owner != def {
                        continue;
                    }
                    if !Self::has_meaning(this.kind, meaning) {
                        continue;
                    }
                    match (meaning, this.kind) {
                        (Meaning::Type, DefKind::Function | DefKind::Constant | DefKind::Variable) => 2,
                        (Meaning::Type | Meaning::Value, DefKind::Module) => 1,
                        _ => 0,
                    }
                }
                Item::Binding(binding) => {
                    if meaning == Meaning::Type
                        || matches!(facts.binding(binding).kind, BindingKind::Narrowed | BindingKind::Assigned)
                    {
                        continue;
                    }
                    0
                }
                Item::Import(_) => 1,
            };
            if best.is_none_or(|(known, _)| rank < known) {
                best = Some((rank, item));
            }
        }
        best.map(|(_, item)| item)
    }

    /// What a simple name stands for, seen from a scope.
    pub(super) fn look_up(
        &self,
        file: FileId,
        scope: ScopeId,
        name: Name,
        meaning: Meaning,
    ) -> Option<(Entity, Route)> {
        let facts = self.facts(file);
        let info = self.info(file);
        for scope in scopes_outwards(facts, scope) {
            let this = facts.scope(scope);
            let owner = this.owner;
            if meaning == Meaning::Type && facts.def(owner).scope == scope {
                let params = facts.list(facts.def(owner).type_params);
                if let Some(index) = params.iter().position(|param| param.name == name) {
                    return Some((Entity::TypeParam(DefRef { file, def: owner }, index as u16), Route::Local));
                }
            }
            let items = info.table.in_scope(scope, name);
            if let Some(item) = self.choose_item(file, scope, items, meaning) {
                return self.entity_of(file, item, meaning, 0);
            }
            if facts.def(owner).kind == DefKind::Module && facts.def(owner).scope == scope {
                // The other declarations of the namespace.
                let module = facts.def(owner);
                for item in info.table.in_scope(module.outer_scope, module.name) {
                    if let Item::Def(other) = *item
                        && other != owner
                        && facts.def(other).kind == DefKind::Module
                        && let Some(member) = self.member_of_namespace(DefRef { file, def: other }, name, meaning)
                    {
                        return Some((Entity::Def(member), Route::Local));
                    }
                }
            }
        }
        if let Some(&def) = self.globals.get(&(name, meaning)) {
            return Some((Entity::Def(def), Route::Global));
        }
        let library = self.library;
        let items = self.info(library).table.in_scope(ScopeId::FILE, name);
        self.choose_item(library, ScopeId::FILE, items, meaning)
            .and_then(|item| self.entity_of(library, item, meaning, 0))
            .map(|(entity, _)| (entity, Route::Global))
    }

    fn entity_of(&self, file: FileId, item: Item, meaning: Meaning, depth: u32) -> Option<(Entity, Route)> {
        Some(match item {
            Item::Def(def) => (Entity::Def(DefRef { file, def }), Route::Local),
            Item::Binding(binding) => (Entity::Binding(file, binding), Route::Local),
            Item::Import(import) => (self.imported(file, import, meaning, depth)?, Route::Import),
        })
    }

    /// What an import brings.
    pub(super) fn imported(&self, file: FileId, import: ImportId, meaning: Meaning, depth: u32) -> Option<Entity> {
        if depth > CHAIN {
            return None;
        }
        let this = self.facts(file).import(import);
        let target = match self.info(file).targets[import.index()] {
            Target::File(target) => target,
            Target::External => return self.ambient_module(file, import, meaning).or(Some(Entity::External)),
            Target::Nothing => return self.ambient_module(file, import, meaning),
        };
        match this.member {
            ImportMember::Named(name) => self.exported(target, name, meaning, depth + 1).or_else(|| {
                // `const { x } = require("./y")` of what the module is.
                let member = self.export_equals(target, depth)?;
                match self.member_of_entity(&member, name, meaning, depth + 1) {
                    None if meaning == Meaning::Value => None,
                    found => found,
                }
            }),
            ImportMember::Default => self
                .exported(target, Name::new("default"), meaning, depth + 1)
                .or_else(|| self.export_equals(target, depth))
                .or(Some(Entity::Module(target)).filter(|_| self.is_common_js(target))),
            ImportMember::Module => {
                if this.kind == ImportKind::Dynamic || this.kind == ImportKind::TypeOnly {
                    // `module.exports = require("y"); exports.x = …` is a module of its own.
                    let whole = self.export_equals(target, depth);
                    let adds = matches!(whole, Some(Entity::Module(_))) && self.info(target).exports.len() > 1;
                    Some(whole.filter(|_| !adds).unwrap_or(Entity::Module(target)))
                } else {
                    Some(Entity::Module(target))
                }
            }
            ImportMember::Glob | ImportMember::SideEffect => None,
        }
    }

    fn is_common_js(&self, file: FileId) -> bool {
        let facts = self.facts(file);
        facts.imports.iter().all(|import| import.kind == ImportKind::Dynamic)
    }

    /// `declare module "x" { … }` of the project.
    fn ambient_module(&self, file: FileId, import: ImportId, meaning: Meaning) -> Option<Entity> {
        let this = self.facts(file).import(import);
        let module = self.facts(file).list(this.module).first()?;
        let def = *self.ambient.get(module)?;
        match this.member {
            ImportMember::Named(name) => self.member_of_namespace(def, name, meaning).map(Entity::Def),
            ImportMember::Default if def.file == self.library => Some(Entity::Def(def)),
            ImportMember::Default => self.member_of_namespace(def, Name::new("default"), meaning).map(Entity::Def),
            ImportMember::Module => Some(Entity::Def(def)),
            _ => None,
        }
    }

    /// What `module.exports` is set to as a whole.
    pub(super) fn export_equals(&self, file: FileId, depth: u32) -> Option<Entity> {
        let values = self.info(file).exports.get(&self.names.export_equals)?;
        self.export_value(file, *values.last()?, Meaning::Value, depth + 1)
    }

    /// What a module exports under a name.
    pub(super) fn exported(&self, file: FileId, name: Name, meaning: Meaning, depth: u32) -> Option<Entity> {
        if depth > CHAIN {
            return None;
        }
        let info = self.info(file);
        if let Some(values) = info.exports.get(&name) {
            // Of a function and a namespace of one name the function: a value is called, and its members are found
            // through what it is merged with.
            let mut namespace = None;
            for value in values {
                match self.export_value(file, *value, meaning, depth + 1) {
                    Some(Entity::Def(def)) if self.def(def).kind == DefKind::Module => {
                        namespace = namespace.or(Some(Entity::Def(def)));
                    }
                    Some(entity) => return Some(entity),
                    None => {}
                }
            }
            if namespace.is_some() {
                return namespace;
            }
        }
        if name == "default" {
            return None;
        }
        if let Some(Entity::Module(other)) = self.export_equals(file, depth + 1) {
            return self.exported(other, name, meaning, depth + 1);
        }
        let mut external = false;
        for &star in &info.stars {
            match info.targets[star.index()] {
                Target::File(target) => match self.exported(target, name, meaning, depth + 1) {
                    Some(Entity::External) => external = true,
                    Some(entity) => return Some(entity),
                    None => {}
                },
                Target::External => external = true,
                Target::Nothing => {}
            }
        }
        external.then_some(Entity::External)
    }

    fn export_value(&self, file: FileId, value: ExportValue, meaning: Meaning, depth: u32) -> Option<Entity> {
        if depth > CHAIN {
            return None;
        }
        let facts = self.facts(file);
        match value {
            ExportValue::Def(def) => {
                Self::has_meaning(facts.def(def).kind, meaning).then_some(Entity::Def(DefRef { file, def }))
            }
            ExportValue::Local(name) => {
                let items = self.info(file).table.in_scope(ScopeId::FILE, name);
                let item = self.choose_item(file, ScopeId::FILE, items, meaning)?;
                self.entity_of(file, item, meaning, depth + 1).map(|(entity, _)| entity)
            }
            ExportValue::Expr(expr) => match *facts.expr(expr) {
                Expr::Name { name, scope, .. } => {
                    let items = self.info(file).table.in_scope(scope, name);
                    match self.choose_item(file, scope, items, meaning) {
                        Some(item) => self.entity_of(file, item, meaning, depth + 1).map(|(entity, _)| entity),
                        None => Some(Entity::Expr(file, expr)),
                    }
                }
                Expr::Def(def) if facts.def(def).kind != DefKind::Anonymous => {
                    Self::has_meaning(facts.def(def).kind, meaning).then_some(Entity::Def(DefRef { file, def }))
                }
                // `exports.f = other.f`, where `other` is a module
                Expr::Member { base, name, .. }
                    if let Expr::Name { name: module, scope, .. } = *facts.expr(base)
                        && let Some((Entity::Module(module), _)) = self.look_up(file, scope, module, meaning)
                        && let Some(entity) = self.exported(module, name, meaning, depth + 1) =>
                {
                    Some(entity)
                }
                _ => (meaning == Meaning::Value).then_some(Entity::Expr(file, expr)),
            },
        }
    }

    /// A member of a namespace, with those that were merged into it.
    pub(super) fn member_of_namespace(&self, namespace: DefRef, name: Name, meaning: Meaning) -> Option<DefRef> {
        let fitting =
            self.members_named(namespace, name).filter(|member| Self::has_meaning(self.def(*member).kind, meaning));
        // See `exported`.
        fitting.min_by_key(|member| self.def(*member).kind == DefKind::Module)
    }

    /// `a.b` where `a` is known.
    pub(super) fn member_of_entity(&self, entity: &Entity, name: Name, meaning: Meaning, depth: u32) -> Option<Entity> {
        if depth > CHAIN {
            return None;
        }
        match entity {
            Entity::External => Some(Entity::External),
            Entity::Module(file) => self.exported(*file, name, meaning, depth + 1),
            Entity::Def(def) => {
                let this = self.def(*def);
                let found = self
                    .merged(*def)
                    .into_iter()
                    .filter(|def| matches!(self.def(*def).kind, DefKind::Module | DefKind::Enum))
                    .find_map(|def| self.member_of_namespace(def, name, meaning));
                if let Some(found) = found {
                    return Some(Entity::Def(found));
                }
                // The library describes only a part of a module.
                if def.file == self.library && this.kind == DefKind::Module {
                    return Some(Entity::External);
                }
                if let Some(found) = self.static_entity(*def, name)
                    && Self::has_meaning(self.def(found).kind, meaning)
                {
                    return Some(Entity::Def(found));
                }
                match this.value.map(|value| *self.facts(def.file).expr(value)) {
                    // `import a = b.c`
                    Some(Expr::Name { name: alias, scope, .. }) if this.kind == DefKind::Constant => {
                        let (entity, _) = self.look_up(def.file, scope, alias, meaning)?;
                        self.member_of_entity(&entity, name, meaning, depth + 1)
                    }
                    _ => None,
                }
            }
            Entity::Expr(file, expr) => {
                let Expr::Def(def) = *self.facts(*file).expr(*expr) else { return None };
                let member = self.members_named(DefRef { file: *file, def }, name).next()?;
                let this = self.def(member);
                if let Some(value) = this.value
                    && let Expr::Name { name, scope, .. } = *self.facts(*file).expr(value)
                {
                    return self.look_up(*file, scope, name, meaning).map(|(entity, _)| entity);
                }
                (meaning == Meaning::Value).then_some(Entity::Def(member))
            }
            _ => None,
        }
    }

    /// A static method of a class, or the function or class that is assigned to its member: `A.f = f`.
    fn static_entity(&self, def: DefRef, name: Name) -> Option<DefRef> {
        let this = self.def(def);
        let method = self.members_named(def, name).find(|member| {
            let member = self.def(*member);
            member.kind == DefKind::Method && member.flags.contains(DefFlags::STATIC)
        });
        if let Some(method) = method {
            return Some(method);
        }
        let assigned = self.info(def.file).expandos.get(&(this.outer_scope, this.name, false))?;
        let &(_, value) = assigned.iter().find(|(known, _)| *known == name)?;
        match *self.facts(def.file).expr(value) {
            Expr::Def(function) => Some(DefRef { file: def.file, def: function }),
            Expr::Name { name, scope, .. } => match self.look_up(def.file, scope, name, Meaning::Value)? {
                (Entity::Def(class), _) if self.def(class).kind == DefKind::Class => Some(class),
                _ => self.function_named(def.file, scope, name),
            },
            _ => None,
        }
    }

    /// All declarations that a definition is merged with, itself first.
    pub(super) fn merged(&self, def: DefRef) -> Vec<DefRef> {
        let facts = self.facts(def.file);
        let this = facts.def(def.def);
        let mut all = vec![def];
        if this.name.is_empty() || facts.scope(this.outer_scope).kind == ScopeKind::Type {
            return all;
        }
        for item in self.info(def.file).table.in_scope(this.outer_scope, this.name) {
            if let Item::Def(other) = *item
                && other != def.def
                && !matches!(facts.def(other).kind, DefKind::TypeAlias)
            {
                all.push(DefRef { file: def.file, def: other });
            }
        }
        if let Some(more) = self.augmented.get(&this.name)
            && this.kind == DefKind::Interface
            && (def.file == self.library || more.contains(&def))
        {
            all.extend(more.iter().filter(|other| **other != def));
        }
        all
    }

    /// The type that an entity has as a value, where that needs no inference.
    pub(super) fn entity_type(&self, entity: &Entity) -> Option<Ty> {
        match entity {
            Entity::External => Some(Ty::External),
            Entity::Module(file) => Some(Ty::Module(*file)),
            _ => None,
        }
    }
}
