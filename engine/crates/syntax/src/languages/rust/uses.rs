//! `use` trees and `extern crate`.

use super::grammar::{Kind, child};
use super::{Before, CONFIGURED_AWAY, Walk};
use crate::facts::{Import, ImportKind, ImportMember, Visibility};
use crate::name::Name;
use tree_sitter::Node;

impl Walk<'_, '_> {
    pub(super) fn use_declaration(&mut self, node: Node<'_>, before: &Before<'_>) {
        let visibility = self.visibility(node);
        let first = self.lowering.facts.imports.len();
        if let Some(argument) = child(node, self.fields.argument) {
            self.use_tree(argument, &mut Vec::new(), visibility);
        }
        if self.is_configured_away(before) {
            for import in &mut self.lowering.facts.imports[first..] {
                import.level = CONFIGURED_AWAY;
            }
        }
    }

    /// `extern crate a as b`: a path from the crates' root, which the empty first segment says.
    pub(super) fn extern_crate(&mut self, node: Node<'_>) {
        let Some(name) = child(node, self.fields.name) else { return };
        let local = child(node, self.fields.alias).unwrap_or(name);
        let (module, local) = (vec![Name::default(), self.ident(name)], self.ident(local));
        let visibility = self.visibility(node);
        self.import(&module, ImportMember::Module, Some(local), name, visibility);
    }

    fn import(
        &mut self,
        module: &[Name],
        member: ImportMember,
        local: Option<Name>,
        at: Node<'_>,
        visibility: Visibility,
    ) {
        let module = self.lowering.facts.new_list(module.iter().copied());
        let kind = if visibility == Visibility::Private { ImportKind::Plain } else { ImportKind::ReExport };
        let import = Import {
            module,
            member,
            local,
            level: 0,
            scope: self.lowering.scope,
            pos: self.lowering.pos(at),
            kind,
            visibility,
        };
        self.lowering.facts.imports.push(import);
    }

    fn use_tree(&mut self, node: Node<'_>, prefix: &mut Vec<Name>, visibility: Visibility) {
        let length = prefix.len();
        match self.kind(node) {
            Kind::UseList => {
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor) {
                    self.deeper(|walk| walk.use_tree(part, prefix, visibility));
                }
            }
            Kind::ScopedUseList => {
                match child(node, self.fields.path) {
                    Some(path) => self.use_path(path, prefix),
                    None => prefix.push(Name::default()),
                }
                if let Some(list) = child(node, self.fields.list) {
                    self.deeper(|walk| walk.use_tree(list, prefix, visibility));
                }
            }
            Kind::UseWildcard => {
                if let Some(path) = node.named_child(0) {
                    self.use_path(path, prefix);
                } else if self.text(node).starts_with("::") {
                    prefix.push(Name::default());
                }
                self.import(prefix, ImportMember::Glob, None, node, visibility);
            }
            Kind::UseAs => {
                let (Some(path), Some(alias)) = (child(node, self.fields.path), child(node, self.fields.alias)) else {
                    return;
                };
                let local = self.ident(alias);
                self.use_path(path, prefix);
                self.use_leaf(prefix, Some(local), path, visibility);
            }
            Kind::Identifier | Kind::ScopedIdentifier | Kind::SelfKeyword | Kind::Super | Kind::Crate => {
                self.use_path(node, prefix);
                self.use_leaf(prefix, None, node, visibility);
            }
            _ => {}
        }
        prefix.truncate(length);
    }

    fn use_leaf(&mut self, path: &[Name], alias: Option<Name>, at: Node<'_>, visibility: Visibility) {
        let Some((&last, module)) = path.split_last() else { return };
        if last == "self" && !module.is_empty() {
            let local = alias.or(module.last().copied());
            self.import(module, ImportMember::Module, local, at, visibility);
        } else if matches!(last.as_str(), "self" | "super" | "crate") {
            self.import(path, ImportMember::Module, alias, at, visibility);
        } else {
            self.import(module, ImportMember::Named(last), Some(alias.unwrap_or(last)), at, visibility);
        }
    }

    fn use_path(&self, node: Node<'_>, out: &mut Vec<Name>) {
        let mut parts = Vec::new();
        let mut current = node;
        loop {
            if self.kind(current) == Kind::ScopedIdentifier {
                if let Some(name) = child(current, self.fields.name) {
                    parts.push(self.ident(name));
                }
                if let Some(path) = child(current, self.fields.path) {
                    current = path;
                } else {
                    parts.push(Name::default());
                    break;
                }
            } else {
                parts.push(self.ident(current));
                break;
            }
        }
        out.extend(parts.into_iter().rev());
    }
}
