//! Imports and exports, of both module systems.

use super::Walker;
use super::kinds::{Kind, child};
use crate::facts::*;
use crate::name::Name;
use tree_sitter::Node;

impl Walker<'_, '_> {
    #[expect(clippy::too_many_arguments)]
    fn add_import(
        &mut self,
        module: Name,
        member: ImportMember,
        local: Option<Name>,
        kind: ImportKind,
        visibility: Visibility,
        scope: ScopeId,
        node: Node<'_>,
    ) {
        let module = self.low.facts.new_list([module]);
        let pos = self.low.pos(node);
        self.low.facts.imports.push(Import { module, member, local, level: 0, scope, pos, kind, visibility });
    }

    pub(super) fn import_statement(&mut self, node: Node<'_>) {
        let parts = self.named(node);
        let kind = if Self::token(node, "type") { ImportKind::TypeOnly } else { ImportKind::Plain };
        let scope = self.low.scope;
        // `import x = require("y")`
        if let Some(require) = parts.iter().find(|part| self.kind(**part) == Kind::ImportRequire) {
            let local = self.named(*require).first().copied();
            let source = child(*require, self.f.source).and_then(|source| self.key_name(source));
            if let (Some(local), Some(source)) = (local, source) {
                let name = self.low.name(local);
                self.add_import(
                    source,
                    ImportMember::Module,
                    Some(name),
                    ImportKind::Dynamic,
                    Visibility::Private,
                    scope,
                    local,
                );
            }
            return;
        }
        let Some(source) = child(node, self.f.source).and_then(|source| self.key_name(source)) else { return };
        let Some(clause) = parts.iter().find(|part| self.kind(**part) == Kind::ImportClause) else {
            self.add_import(source, ImportMember::SideEffect, None, kind, Visibility::Private, scope, node);
            return;
        };
        for part in self.named(*clause) {
            match self.kind(part) {
                Kind::Identifier => {
                    let name = self.low.name(part);
                    let private = Visibility::Private;
                    self.add_import(source, ImportMember::Default, Some(name), kind, private, scope, part);
                }
                Kind::NamespaceImport => {
                    if let Some(name) = self.named(part).first().copied() {
                        let local = self.low.name(name);
                        let private = Visibility::Private;
                        self.add_import(source, ImportMember::Module, Some(local), kind, private, scope, name);
                    }
                }
                Kind::NamedImports => {
                    for specifier in self.named(part) {
                        let Some(name) = child(specifier, self.f.name) else { continue };
                        let alias = child(specifier, self.f.alias).unwrap_or(name);
                        let Some(member) = self.key_name(name) else { continue };
                        let local = self.low.name(alias);
                        let member =
                            if member == "default" { ImportMember::Default } else { ImportMember::Named(member) };
                        let private = Visibility::Private;
                        self.add_import(source, member, Some(local), kind, private, scope, name);
                    }
                }
                _ => {}
            }
        }
    }

    /// `import a = b.c`
    pub(super) fn import_alias(&mut self, node: Node<'_>) {
        let parts = self.named(node);
        let (Some(name), Some(target)) = (parts.first().copied(), parts.get(1).copied()) else { return };
        let value = self.expr(target);
        let flags = self.exported.take();
        let def = self.low.add_def(DefKind::Constant, node, Some(name), None);
        self.low.def_mut(def).value = Some(value);
        let ty = self.type_expr(target);
        self.low.def_mut(def).ty = Some(ty);
        if let Some(flags) = flags {
            self.export_def(def, flags);
        }
    }

    pub(super) fn export_statement(&mut self, node: Node<'_>) {
        let default = Self::token(node, "default");
        let source = child(node, self.f.source).and_then(|source| self.key_name(source));
        let parts = self.named(node);
        for part in &parts {
            if self.kind(*part) == Kind::Decorator && child(node, self.f.declaration).is_none() {
                if let Some(inner) = self.named(*part).first() {
                    self.value(*inner);
                }
            }
        }
        let mut flags = DefFlags::EXPORTED;
        if default {
            flags.insert(DefFlags::DEFAULT_EXPORT);
        }
        if let Some(declaration) = child(node, self.f.declaration) {
            self.exported = Some(flags);
            self.statement(declaration);
            self.exported = None;
            return;
        }
        if let Some(value) = child(node, self.f.value) {
            self.export_value(node, value, if default { "default" } else { "export=" });
            return;
        }
        if let Some(source) = source {
            self.re_export(node, &parts, source);
            return;
        }
        if let Some(clause) = parts.iter().find(|part| self.kind(**part) == Kind::ExportClause) {
            for specifier in self.named(*clause) {
                let Some(name) = child(specifier, self.f.name) else { continue };
                let alias = child(specifier, self.f.alias).unwrap_or(name);
                let (Some(name), Some(alias)) = (self.key_name(name), self.key_name(alias)) else { continue };
                self.low.facts.exports.push(Export { name: alias, value: ExportValue::Local(name) });
            }
            return;
        }
        // `export = x`
        if Self::token(node, "=")
            && let Some(value) = parts.first()
        {
            self.export_value(node, *value, "export=");
        } else {
            // `export import a = b.c` and what a syntax error left.
            self.exported = Some(flags);
            for part in parts {
                self.any(part);
            }
            self.exported = None;
        }
    }

    fn export_value(&mut self, node: Node<'_>, value: Node<'_>, name: &str) {
        let name = Name::new(name);
        let export = match self.kind(value) {
            Kind::Identifier => {
                let local = self.low.name(value);
                let expr = self.low.name_expr(value);
                self.low.add_mention(expr, value);
                ExportValue::Local(local)
            }
            _ => match self.function_behind(value) {
                Some(function) => {
                    // Without a name of its own it goes by `default`.
                    let token = child(function, self.f.name);
                    let def = self.low.add_def(DefKind::Function, node, token, Some(ScopeKind::Function));
                    if token.is_none() {
                        let pos = self.low.pos(function);
                        let this = self.low.def_mut(def);
                        this.name = name;
                        this.pos = pos;
                    }
                    // Nobody sees it by that name but itself.
                    let scope = match token {
                        Some(_) => self.low.facts.def(def).scope,
                        None => self.low.add_scope(ScopeKind::Type),
                    };
                    self.low.def_mut(def).outer_scope = scope;
                    let doc = self.doc_before(node.start_byte());
                    self.function_parts(def, function, doc);
                    ExportValue::Def(def)
                }
                None => ExportValue::Expr(self.value(value)),
            },
        };
        self.low.facts.exports.push(Export { name, value: export });
    }

    fn re_export(&mut self, node: Node<'_>, parts: &[Node<'_>], source: Name) {
        let public = Visibility::Public;
        let kind = ImportKind::ReExport;
        let scope = ScopeId::FILE;
        if let Some(clause) = parts.iter().find(|part| self.kind(**part) == Kind::ExportClause) {
            for specifier in self.named(*clause) {
                let Some(name_node) = child(specifier, self.f.name) else { continue };
                let alias = child(specifier, self.f.alias).unwrap_or(name_node);
                let (Some(name), Some(alias)) = (self.key_name(name_node), self.key_name(alias)) else { continue };
                let member = if name == "default" { ImportMember::Default } else { ImportMember::Named(name) };
                let local = hidden(alias);
                self.add_import(source, member, Some(local), kind, public, scope, name_node);
                self.low.facts.exports.push(Export { name: alias, value: ExportValue::Local(local) });
            }
        } else if let Some(namespace) = parts.iter().find(|part| self.kind(**part) == Kind::NamespaceExport) {
            if let Some(name) = self.named(*namespace).first().and_then(|name| self.key_name(*name)) {
                let local = hidden(name);
                self.add_import(source, ImportMember::Module, Some(local), kind, public, scope, node);
                self.low.facts.exports.push(Export { name, value: ExportValue::Local(local) });
            }
        } else {
            self.add_import(source, ImportMember::Glob, None, kind, public, scope, node);
        }
    }

    /// `require("x")` and `import("x")` as expressions.
    pub(super) fn import_call(
        &mut self,
        node: Node<'_>,
        function: Node<'_>,
        arguments: Option<Node<'_>>,
    ) -> Option<ExprId> {
        let module = self.imported_module(function, arguments)?;
        let local = self.import_of(module, node);
        let at = node.start_byte() as u32;
        let value = self.low.add_expr(Expr::Name { name: local, scope: ScopeId::FILE, at });
        if self.kind(function) != Kind::ImportKeyword {
            return Some(value);
        }
        let callee = self.low.add_expr(Expr::Name { name: Name::new("import()"), scope: ScopeId::FILE, at });
        let args = self.low.facts.new_list([value]);
        Some(self.low.add_expr(Expr::Call { callee, args, type_args: List::default() }))
    }

    fn imported_module(&self, function: Node<'_>, arguments: Option<Node<'_>>) -> Option<Name> {
        let require = match self.kind(function) {
            Kind::ImportKeyword => false,
            Kind::Identifier => self.low.text(function) == "require",
            _ => return None,
        };
        if self.kind(function) == Kind::Identifier && !require {
            return None;
        }
        let first = *self.named(arguments?).first()?;
        match self.kind(first) {
            Kind::String => self.key_name(first),
            _ => None,
        }
    }

    /// A name of the file that stands for a module as a whole.
    pub(super) fn import_of(&mut self, module: Name, node: Node<'_>) -> Name {
        let local = Name::new(&format!("import({module})"));
        let known = self.low.facts.imports.iter().rev().take(64).any(|import| import.local == Some(local));
        if !known {
            self.add_import(
                module,
                ImportMember::Module,
                Some(local),
                ImportKind::Dynamic,
                Visibility::Private,
                ScopeId::FILE,
                node,
            );
        }
        local
    }

    /// `const x = require("y")`, `const {a, b: c} = require("y")`, `await import("y")`, `require("y").z` as
    /// imports. False if it is something else.
    pub(super) fn module_binding(&mut self, target: Node<'_>, value: Node<'_>) -> bool {
        let mut value = value;
        let mut member = None;
        if self.kind(value) == Kind::Member {
            let (Some(object), Some(property)) = (child(value, self.f.object), child(value, self.f.property)) else {
                return false;
            };
            member = Some(self.low.name(property));
            value = object;
        }
        let mut awaited = false;
        while matches!(self.kind(value), Kind::Parenthesized | Kind::Await) {
            awaited |= self.kind(value) == Kind::Await;
            match self.named(value).first() {
                Some(inner) => value = *inner,
                None => return false,
            }
        }
        if self.kind(value) != Kind::Call {
            return false;
        }
        let Some(function) = child(value, self.f.function) else { return false };
        let Some(module) = self.imported_module(function, child(value, self.f.arguments)) else { return false };
        if (self.kind(function) == Kind::ImportKeyword) != awaited {
            return false;
        }
        let (scope, private) = (self.low.scope, Visibility::Private);
        let kind = ImportKind::Dynamic;
        match self.kind(target) {
            Kind::Identifier => {
                let local = self.low.name(target);
                let member = member.map_or(ImportMember::Module, ImportMember::Named);
                self.add_import(module, member, Some(local), kind, private, scope, target);
                true
            }
            Kind::ObjectPattern if member.is_none() => {
                let parts = self.named(target);
                let plain = parts.iter().all(|part| match self.kind(*part) {
                    Kind::ShorthandPropertyPattern => true,
                    Kind::PairPattern => {
                        child(*part, self.f.value).is_some_and(|value| self.kind(value) == Kind::Identifier)
                    }
                    _ => false,
                });
                if !plain {
                    return false;
                }
                for part in parts {
                    let (key, local) = if self.kind(part) == Kind::PairPattern {
                        (child(part, self.f.key), child(part, self.f.value))
                    } else {
                        (Some(part), Some(part))
                    };
                    let (Some(key), Some(local_node)) = (key, local) else { continue };
                    let Some(name) = self.key_name(key) else { continue };
                    let local = self.low.name(local_node);
                    self.add_import(module, ImportMember::Named(name), Some(local), kind, private, scope, local_node);
                }
                true
            }
            _ => false,
        }
    }

    /// Whether a value is the object of what the file exports: `exports`, `module.exports`, and
    /// `module.exports = require("y")`, which adds to what the other module exports.
    pub(super) fn is_exports(&self, value: Node<'_>) -> bool {
        if let (Some(left), Some(right)) = (child(value, self.f.left), child(value, self.f.right)) {
            let required = || {
                let function = child(right, self.f.function)?;
                self.imported_module(function, child(right, self.f.arguments))
            };
            return self.is_exports(left) && (self.is_exports(right) || required().is_some());
        }
        matches!(self.low.text(value), "exports" | "module.exports")
    }

    /// `module.exports = …`, `module.exports.x = …`, `exports.x = …`, and `a.x = …` after `var a = exports`
    pub(super) fn common_js_export(&mut self, target: ExprId, value: ExprId) {
        let facts = &self.low.facts;
        let Expr::Member { base, name, .. } = *facts.expr(target) else { return };
        let is = |expr: ExprId, wanted: &str| matches!(*facts.expr(expr), Expr::Name { name, .. } if name == wanted);
        let is_module_exports = |expr: ExprId| match *facts.expr(expr) {
            Expr::Member { base, name, .. } => name == "exports" && is(base, "module"),
            _ => false,
        };
        let export = if is(base, "module") && name == "exports" {
            Name::new("export=")
        } else if is(base, "exports")
            || is_module_exports(base)
            || self.low.owner == DefId::FILE && self.exports_name.is_some_and(|exports| is(base, exports.as_str()))
        {
            name
        } else {
            return;
        };
        let value = match *facts.expr(value) {
            Expr::Def(def) => {
                if facts.def(def).kind != DefKind::Anonymous && export == "export=" {
                    ExportValue::Def(def)
                } else {
                    ExportValue::Expr(value)
                }
            }
            _ => ExportValue::Expr(value),
        };
        self.low.facts.exports.push(Export { name: export, value });
    }

    /// Remembers that a value was checked against a type, from which what is in it can be typed.
    pub(super) fn satisfied(&mut self, value: ExprId, ty: TypeId) {
        self.low.add_binding(Name::default(), 0, BindingKind::Local, Some(ty), Some(value));
    }
}

/// The hidden local name of a re-exported name.
fn hidden(name: Name) -> Name {
    Name::new(&format!("export {name}"))
}
