//! Rust: items. Expressions, patterns, types and macros have modules of their own.

mod configuration;
mod expressions;
mod grammar;
mod macros;
mod patterns;
mod types;
mod uses;

use crate::facts::{
    BindingKind, DOC_LIMIT, DefFlags, DefId, DefKind, Expr, ExprId, Import, ImportKind, ImportMember, Param, ParamKind,
    Relation, ScopeKind, Super, TypeExpr, UnaryOp, Visibility,
};
use crate::lower::{Lowering, first_paragraph};
use crate::name::Name;
use grammar::{Fields, Kind, Table, child};
use tree_sitter::{Node, Parser};

pub(super) fn lower(lowering: &mut Lowering<'_>, root: Node<'_>, _path: &str) {
    let table = Table::get();
    let mut walk = Walk {
        lowering,
        table,
        fields: &table.fields,
        parser: None,
        macro_depth: 0,
        depth: 0,
        breaks: Vec::new(),
        in_async: false,
        apart: Vec::new(),
        in_apart: false,
        in_thread_local: false,
        drawn: Vec::new(),
    };
    walk.items(root);
}

/// Nesting after which expressions, types and patterns become unknown.
const MAX_DEPTH: u32 = 3000;

/// The level of an import that `#[cfg(…)]` leaves out.
const CONFIGURED_AWAY: u8 = 2;

/// One file's walk.
struct Walk<'l, 's> {
    lowering: &'l mut Lowering<'s>,
    table: &'static Table,
    fields: &'static Fields,
    /// Parses macro arguments again.
    parser: Option<Parser>,
    macro_depth: u32,
    depth: u32,
    /// Values given to `break`, for each loop around this point.
    breaks: Vec<Vec<ExprId>>,
    /// Inside an `async` block, whose `return` is not the function's.
    in_async: bool,
    /// Macros of this file that take a method call apart: `$value:ident.$method:ident(…)`.
    apart: Vec<Name>,
    /// Inside the arguments of one of them.
    in_apart: bool,
    /// Inside of `thread_local!`, whose statics are keys.
    in_thread_local: bool,
    /// Functions of the macro call at hand whose parameters are drawn: `fn f(x in strategy)`.
    drawn: Vec<macros::Drawn>,
}

/// What stands before an item: attributes and doc comment.
#[derive(Default)]
struct Before<'t> {
    attributes: Vec<Node<'t>>,
    docs: Vec<Node<'t>>,
}

impl<'s> Walk<'_, 's> {
    fn kind(&self, node: Node<'_>) -> Kind {
        self.table.kind(node)
    }

    fn text(&self, node: Node<'_>) -> &'s str {
        self.lowering.text(node)
    }

    /// An identifier without `r#`.
    fn ident(&self, node: Node<'_>) -> Name {
        let text = self.text(node);
        Name::new(text.strip_prefix("r#").unwrap_or(text))
    }

    /// Runs `body` one level deeper, on a new piece of stack if this one runs out; `None` if too deep.
    fn deeper<R>(&mut self, body: impl FnOnce(&mut Self) -> R) -> Option<R> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let result = stacker::maybe_grow(256 * 1024, 2 * 1024 * 1024, || body(self));
        self.depth -= 1;
        Some(result)
    }

    /// The items among the children of a file, module, impl, trait or extern block.
    fn items(&mut self, parent: Node<'_>) {
        self.deeper(|walk| {
            let mut before = Before::default();
            let mut cursor = parent.walk();
            for node in parent.named_children(&mut cursor) {
                walk.item(node, &mut before);
            }
        });
    }

    fn item<'t>(&mut self, node: Node<'t>, before: &mut Before<'t>) {
        let kind = self.kind(node);
        match kind {
            Kind::AttributeItem => before.attributes.push(node),
            Kind::LineComment | Kind::BlockComment => before.docs.push(node),
            Kind::InnerAttribute => self.inner_attribute(node),
            Kind::ExpressionStatement => {
                if let Some(call) = node.named_child(0).filter(|inner| self.kind(*inner) == Kind::MacroInvocation) {
                    self.item_macro(call);
                } else if let Some(value) = node.named_child(0) {
                    self.expr(value);
                }
                *before = Before::default();
            }
            Kind::Error => {
                *before = Before::default();
                self.items(node);
            }
            _ => {
                let before = std::mem::take(before);
                if !self.declaration(node, kind, &before) && kind == Kind::LetDeclaration {
                    self.statement(node, kind);
                }
            }
        }
    }

    /// Lowers an item; `false` if the node is none.
    fn declaration(&mut self, node: Node<'_>, kind: Kind, before: &Before<'_>) -> bool {
        match kind {
            Kind::FunctionItem | Kind::FunctionSignature => self.function(node, before),
            Kind::StructItem => self.structure(node, DefKind::Struct, before),
            Kind::UnionItem => self.structure(node, DefKind::Union, before),
            Kind::EnumItem => self.enumeration(node, before),
            Kind::TraitItem => self.trait_item(node, before),
            Kind::ImplItem => self.impl_item(node, before),
            Kind::ModItem => self.module(node, before),
            Kind::ForeignModItem => {
                if let Some(body) = child(node, self.fields.body) {
                    self.items(body);
                }
            }
            Kind::TypeItem | Kind::AssociatedType => self.type_item(node, kind, before),
            Kind::ConstItem => self.constant(node, DefKind::Constant, before),
            Kind::StaticItem => self.constant(node, DefKind::Static, before),
            Kind::UseDeclaration => self.use_declaration(node, before),
            Kind::ExternCrate => self.extern_crate(node),
            Kind::MacroDefinition => {
                if let Some(name) = child(node, self.fields.name) {
                    let def = self.lowering.add_def(DefKind::Macro, node, Some(name), None);
                    self.describe(def, node, before);
                    if macros::takes_apart(self.text(node)) {
                        self.apart.push(self.ident(name));
                    }
                    if macros::unwraps(self.text(node)) {
                        let operand = self.lowering.add_expr(Expr::Unknown);
                        let value = self.lowering.add_expr(Expr::Unary { op: UnaryOp::Try, operand });
                        self.lowering.facts.defs[def.index()].value = Some(value);
                    }
                }
            }
            Kind::MacroInvocation => self.item_macro(node),
            _ => return false,
        }
        true
    }

    fn inner_attribute(&mut self, node: Node<'_>) {
        if self.is_configured_away(&Before { attributes: vec![node], docs: Vec::new() }) {
            let owner = self.lowering.owner;
            self.lowering.def_mut(owner).flags.insert(DefFlags::INACTIVE);
        }
        if self.is_test_attribute(node) {
            let owner = self.lowering.owner;
            self.lowering.def_mut(owner).flags.insert(DefFlags::TEST);
        }
    }

    /// `#[test]`, `#[tokio::test]`, `#[bench]`, `#[cfg(test)]`, `#[cfg(all(test, …))]`.
    fn is_test_attribute(&self, item: Node<'_>) -> bool {
        let Some(attribute) = item.named_child(0) else { return false };
        let Some(path) = attribute.named_child(0) else { return false };
        let path = self.text(path);
        let last = path.rsplit("::").next().unwrap_or(path);
        if path == "cfg" {
            let Some(arguments) = child(attribute, self.fields.arguments) else { return false };
            let text = self.text(arguments);
            return !text.contains("not(test")
                && text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "test");
        }
        matches!(last, "test" | "bench" | "rstest" | "test_case" | "quickcheck" | "proptest" | "wasm_bindgen_test")
    }

    /// Whether a `#[cfg(…)]` leaves something out on the most usual platform, with all features, in a
    /// test build: where one name has several definitions, the others count.
    fn is_configured_away(&self, before: &Before<'_>) -> bool {
        before.attributes.iter().any(|item| {
            let Some(attribute) = item.named_child(0) else { return false };
            let named = attribute.named_child(0).is_some_and(|path| self.text(path) == "cfg");
            named
                && child(attribute, self.fields.arguments)
                    .is_some_and(|arguments| configuration::holds(self.text(arguments)) == Some(false))
        })
    }

    /// Attributes, doc comment and visibility of a definition.
    fn describe(&mut self, def: DefId, node: Node<'_>, before: &Before<'_>) {
        let mut decorators = Vec::new();
        for &attribute in &before.attributes {
            if self.is_test_attribute(attribute) {
                self.lowering.def_mut(def).flags.insert(DefFlags::TEST);
            }
            if let Some(attribute) = attribute.named_child(0) {
                if attribute.named_child(0).is_some_and(|path| self.text(path) == "deprecated") {
                    self.lowering.def_mut(def).flags.insert(DefFlags::DEPRECATED);
                }
                decorators.extend(self.attribute(attribute));
            }
        }
        if self.is_configured_away(before) {
            self.lowering.def_mut(def).flags.insert(DefFlags::INACTIVE);
        }
        let decorators = self.lowering.facts.new_list(decorators);
        let doc = self.doc(before);
        let visibility = self.visibility(node);
        let target = self.lowering.def_mut(def);
        target.decorators = decorators;
        target.doc = doc;
        target.visibility = visibility;
    }

    fn visibility(&self, node: Node<'_>) -> Visibility {
        let mut cursor = node.walk();
        for part in node.children(&mut cursor) {
            if self.kind(part) == Kind::Visibility {
                return if self.text(part) == "pub" { Visibility::Public } else { Visibility::Package };
            }
            if part.is_named() && !matches!(self.kind(part), Kind::LineComment | Kind::BlockComment) {
                break;
            }
        }
        Visibility::Private
    }

    fn doc(&self, before: &Before<'_>) -> Option<Box<str>> {
        let mut text = String::new();
        for &comment in &before.docs {
            let comment = self.text(comment);
            if let Some(line) = comment.strip_prefix("///") {
                if !line.starts_with('/') {
                    text.push_str(line.trim_end());
                    text.push('\n');
                }
            } else if let Some(block) = comment.strip_prefix("/**") {
                for line in block.trim_end_matches("*/").lines() {
                    text.push_str(line.trim().trim_start_matches('*'));
                    text.push('\n');
                }
            } else {
                continue;
            }
            if text.len() > 4 * DOC_LIMIT {
                break;
            }
        }
        first_paragraph(&text)
    }

    /// An attribute as a macro expression: names and strings of its arguments.
    fn attribute(&mut self, attribute: Node<'_>) -> Option<ExprId> {
        let path = attribute.named_child(0)?;
        let mut segments = Vec::new();
        self.path_segments(path, &mut segments);
        let mut args = Vec::new();
        if let Some(value) = child(attribute, self.fields.value) {
            args.push(self.expr(value));
        }
        if let Some(tokens) = child(attribute, self.fields.arguments) {
            let mut cursor = tokens.walk();
            for token in tokens.named_children(&mut cursor).take(64) {
                match self.kind(token) {
                    Kind::Identifier => args.push(self.lowering.name_expr(token)),
                    Kind::StringLiteral | Kind::RawStringLiteral => {
                        let text = self.text(token).trim_matches(|c| matches!(c, 'r' | '#' | '"'));
                        let text = Expr::Text(Name::new(text));
                        args.push(self.lowering.add_expr(text));
                    }
                    _ => {}
                }
            }
        }
        let path = self.lowering.facts.new_list(segments);
        let args = self.lowering.facts.new_list(args);
        let expr = Expr::Macro { path, args, scope: self.lowering.scope };
        Some(self.lowering.add_expr(expr))
    }

    fn function(&mut self, node: Node<'_>, before: &Before<'_>) {
        let Some(name) = child(node, self.fields.name) else { return };
        let parent_kind = self.lowering.facts.def(self.lowering.owner).kind;
        let in_type = matches!(parent_kind, DefKind::Impl | DefKind::Trait);
        let kind = if in_type { DefKind::Method } else { DefKind::Function };
        let def = self.lowering.add_def(kind, node, Some(name), Some(ScopeKind::Function));
        self.fix_name(def, name);
        self.describe(def, node, before);
        let body = child(node, self.fields.body);
        let parameters = child(node, self.fields.parameters);
        let is_async = {
            let mut cursor = node.walk();
            node.named_children(&mut cursor)
                .find(|part| self.kind(*part) == Kind::FunctionModifiers)
                .is_some_and(|modifiers| self.text(modifiers).contains("async"))
        };
        let mut flags = DefFlags::NONE;
        if is_async {
            flags.insert(DefFlags::ASYNC);
        }
        if body.is_none() {
            flags.insert(DefFlags::DECLARATION);
        }
        if self.lowering.owner == DefId::FILE && self.text(name) == "main" {
            flags.insert(DefFlags::ENTRY_POINT);
        }
        let in_trait = parent_kind == DefKind::Trait
            || (parent_kind == DefKind::Impl && !self.lowering.facts.def(self.lowering.owner).supers.is_empty());
        let outer = self.lowering.owner;
        self.lowering.owner = def;
        let outer_scope = std::mem::replace(&mut self.lowering.scope, self.lowering.facts.def(def).scope);
        let type_params = self.generics(node);
        let params = parameters.map_or_else(Vec::new, |parameters| self.parameters(parameters));
        let instance = params.first().is_some_and(|param| param.kind == ParamKind::Receiver);
        let mut ty = child(node, self.fields.return_type).map(|ty| self.ty(ty));
        if let Some(index) = self.drawn.iter().position(|drawn| drawn.name_at == name.start_byte()) {
            let drawn = self.drawn.swap_remove(index);
            ty = self.drawn_params(&drawn, ty);
        }
        let type_params = self.lowering.facts.new_list(type_params);
        let params = self.lowering.facts.new_list(params);
        {
            let target = self.lowering.def_mut(def);
            target.type_params = type_params;
            target.params = params;
            target.ty = ty;
            target.flags = target.flags.with(flags);
            if in_type {
                target.flags.insert(if instance { DefFlags::INSTANCE } else { DefFlags::STATIC });
            }
            if in_trait {
                target.visibility = Visibility::Public;
            }
            if let Some(body) = body {
                target.body_start = body.start_byte() as u32;
            }
        }
        if let Some(body) = body {
            let breaks = std::mem::take(&mut self.breaks);
            let in_async = std::mem::replace(&mut self.in_async, false);
            // `value` and the last of `returns` bound the body's range of the arena.
            let start = self.lowering.add_expr(Expr::Unknown);
            self.lowering.def_mut(def).value = Some(start);
            let tail = self.block(body);
            let tail = self.lowering.facts.new_list([tail]);
            let tail = self.lowering.add_expr(Expr::Choice(tail));
            self.breaks = breaks;
            self.in_async = in_async;
            self.finish_returns(def, tail);
        }
        self.lowering.owner = outer;
        self.lowering.scope = outer_scope;
    }

    /// Adds the value of a body to what `return` gave.
    fn finish_returns(&mut self, def: DefId, tail: ExprId) {
        let mut returns = self.lowering.facts.list(self.lowering.facts.def(def).returns).to_vec();
        returns.push(tail);
        let returns = self.lowering.facts.new_list(returns);
        self.lowering.def_mut(def).returns = returns;
    }

    /// Raw identifiers lose their `r#`.
    fn fix_name(&mut self, def: DefId, name: Node<'_>) {
        if self.text(name).starts_with("r#") {
            let name = self.ident(name);
            self.lowering.def_mut(def).name = name;
        }
    }

    fn parameters(&mut self, node: Node<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        let mut cursor = node.walk();
        for part in node.named_children(&mut cursor) {
            let index = params.len().min(usize::from(u16::MAX)) as u16;
            match self.kind(part) {
                Kind::SelfParameter => {
                    let this = self.lowering.add_type(TypeExpr::SelfType);
                    let text = self.text(part);
                    let ty = if text.starts_with('&') {
                        let mutable = text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "mut");
                        self.lowering.add_type(TypeExpr::Reference { inner: this, mutable })
                    } else {
                        this
                    };
                    let name = Name::new("self");
                    self.lowering.add_binding(name, part.start_byte(), BindingKind::Param(index), Some(ty), None);
                    params.push(Param { name, kind: ParamKind::Receiver, ty: Some(ty), default: None });
                }
                Kind::Parameter => {
                    let ty = child(part, self.fields.type_).map(|ty| self.ty(ty));
                    let (mut name, mut kind) = (Name::default(), ParamKind::Plain);
                    if let Some(pattern) = child(part, self.fields.pattern) {
                        match self.kind(pattern) {
                            Kind::SelfKeyword => {
                                name = Name::new("self");
                                kind = ParamKind::Receiver;
                            }
                            Kind::Identifier => name = self.ident(pattern),
                            _ => {}
                        }
                        let binding =
                            self.lowering.add_binding(name, part.start_byte(), BindingKind::Param(index), ty, None);
                        if name.is_empty() {
                            let value = self.lowering.add_expr(Expr::Local(binding));
                            self.pattern(pattern, value, part.start_byte());
                        }
                    }
                    params.push(Param { name, kind, ty, default: None });
                }
                Kind::Variadic => {
                    params.push(Param { name: Name::default(), kind: ParamKind::Variadic, ty: None, default: None });
                }
                Kind::AttributeItem | Kind::LineComment | Kind::BlockComment => {}
                // A type alone: function types, old trait methods.
                _ => {
                    let ty = Some(self.ty(part));
                    params.push(Param { name: Name::default(), kind: ParamKind::Plain, ty, default: None });
                }
            }
        }
        params
    }

    /// Runs `body` as a member of `def`.
    fn inside(&mut self, def: DefId, body: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.lowering.owner, def);
        let scope = std::mem::replace(&mut self.lowering.scope, self.lowering.facts.def(def).scope);
        body(self);
        self.lowering.owner = outer;
        self.lowering.scope = scope;
    }

    fn set_generics(&mut self, def: DefId, node: Node<'_>) {
        let type_params = self.generics(node);
        let type_params = self.lowering.facts.new_list(type_params);
        self.lowering.def_mut(def).type_params = type_params;
    }

    fn structure(&mut self, node: Node<'_>, kind: DefKind, before: &Before<'_>) {
        let Some(name) = child(node, self.fields.name) else { return };
        let def = self.lowering.add_def(kind, node, Some(name), Some(ScopeKind::Type));
        self.fix_name(def, name);
        self.describe(def, node, before);
        self.inside(def, |walk| {
            walk.set_generics(def, node);
            if let Some(body) = child(node, walk.fields.body) {
                walk.lowering.def_mut(def).body_start = body.start_byte() as u32;
                walk.field_list(body);
            }
        });
    }

    fn field_list(&mut self, body: Node<'_>) {
        let ordered = self.kind(body) == Kind::OrderedFields;
        let mut before = Before::default();
        let mut index = 0u32;
        let mut public = Visibility::Private;
        let mut cursor = body.walk();
        for part in body.named_children(&mut cursor) {
            match self.kind(part) {
                Kind::AttributeItem => before.attributes.push(part),
                Kind::LineComment | Kind::BlockComment => before.docs.push(part),
                Kind::Visibility if ordered => {
                    public = if self.text(part) == "pub" { Visibility::Public } else { Visibility::Package };
                }
                Kind::FieldDeclaration => {
                    let Some(name) = child(part, self.fields.name) else { continue };
                    let field = self.lowering.add_def(DefKind::Field, part, Some(name), None);
                    self.fix_name(field, name);
                    self.describe(field, part, &before);
                    let ty = child(part, self.fields.type_).map(|ty| self.ty(ty));
                    self.lowering.def_mut(field).ty = ty;
                    before = Before::default();
                }
                _ if ordered => {
                    let field = self.lowering.add_def(DefKind::Field, part, None, None);
                    let ty = Some(self.ty(part));
                    let target = self.lowering.def_mut(field);
                    target.name = Name::new(&index.to_string());
                    target.ty = ty;
                    target.visibility = public;
                    public = Visibility::Private;
                    index += 1;
                    before = Before::default();
                }
                _ => {}
            }
        }
    }

    fn enumeration(&mut self, node: Node<'_>, before: &Before<'_>) {
        let Some(name) = child(node, self.fields.name) else { return };
        let def = self.lowering.add_def(DefKind::Enum, node, Some(name), Some(ScopeKind::Type));
        self.fix_name(def, name);
        self.describe(def, node, before);
        self.inside(def, |walk| {
            walk.set_generics(def, node);
            let Some(body) = child(node, walk.fields.body) else { return };
            walk.lowering.def_mut(def).body_start = body.start_byte() as u32;
            let mut before = Before::default();
            let mut cursor = body.walk();
            for part in body.named_children(&mut cursor) {
                match walk.kind(part) {
                    Kind::AttributeItem => before.attributes.push(part),
                    Kind::LineComment | Kind::BlockComment => before.docs.push(part),
                    Kind::EnumVariant => {
                        let Some(name) = child(part, walk.fields.name) else { continue };
                        let variant = walk.lowering.add_def(DefKind::Variant, part, Some(name), Some(ScopeKind::Type));
                        walk.fix_name(variant, name);
                        walk.describe(variant, part, &std::mem::take(&mut before));
                        walk.lowering.def_mut(variant).visibility = Visibility::Public;
                        walk.inside(variant, |walk| {
                            if let Some(fields) = child(part, walk.fields.body) {
                                walk.field_list(fields);
                            }
                        });
                        if let Some(value) = child(part, walk.fields.value) {
                            walk.expr(value);
                        }
                    }
                    _ => {}
                }
            }
        });
    }

    fn trait_item(&mut self, node: Node<'_>, before: &Before<'_>) {
        let Some(name) = child(node, self.fields.name) else { return };
        let def = self.lowering.add_def(DefKind::Trait, node, Some(name), Some(ScopeKind::Type));
        self.fix_name(def, name);
        self.describe(def, node, before);
        self.inside(def, |walk| {
            walk.set_generics(def, node);
            if let Some(bounds) = child(node, walk.fields.bounds) {
                let supers: Vec<Super> = walk
                    .bounds(bounds)
                    .into_iter()
                    .map(|ty| Super { relation: Relation::Extends, ty, expr: None })
                    .collect();
                let supers = walk.lowering.facts.new_list(supers);
                walk.lowering.def_mut(def).supers = supers;
            }
            if let Some(body) = child(node, walk.fields.body) {
                walk.lowering.def_mut(def).body_start = body.start_byte() as u32;
                walk.items(body);
            }
        });
    }

    fn impl_item(&mut self, node: Node<'_>, before: &Before<'_>) {
        let def = self.lowering.add_def(DefKind::Impl, node, None, Some(ScopeKind::Type));
        self.describe(def, node, before);
        self.inside(def, |walk| {
            walk.set_generics(def, node);
            if let Some(of) = child(node, walk.fields.trait_) {
                // `impl !Send for T` says what is not there.
                let negative = of.prev_sibling().is_some_and(|sign| sign.kind() == "!");
                if !negative {
                    let ty = walk.ty(of);
                    let supers =
                        walk.lowering.facts.new_list([Super { relation: Relation::Implements, ty, expr: None }]);
                    walk.lowering.def_mut(def).supers = supers;
                }
            }
            let ty = child(node, walk.fields.type_).map(|ty| walk.ty(ty));
            walk.lowering.def_mut(def).ty = ty;
            if let Some(body) = child(node, walk.fields.body) {
                walk.lowering.def_mut(def).body_start = body.start_byte() as u32;
                walk.items(body);
            }
        });
    }

    fn module(&mut self, node: Node<'_>, before: &Before<'_>) {
        let Some(name) = child(node, self.fields.name) else { return };
        if let Some(body) = child(node, self.fields.body) {
            let def = self.lowering.add_def(DefKind::Module, node, Some(name), Some(ScopeKind::Module));
            self.fix_name(def, name);
            self.describe(def, node, before);
            self.lowering.def_mut(def).body_start = body.start_byte() as u32;
            self.inside(def, |walk| walk.items(body));
            return;
        }
        let local = self.ident(name);
        // `#[path = "x.rs"]` takes the place of the name; a path has a dot, a name never.
        let path = before.attributes.iter().find_map(|attribute| {
            let attribute = attribute.named_child(0)?;
            (self.text(attribute.named_child(0)?) == "path").then_some(())?;
            let value = self.text(child(attribute, self.fields.value)?);
            Some(Name::new(value.trim_matches('"')))
        });
        let path = path.or_else(|| self.configured_path(before));
        let test = before.attributes.iter().any(|attribute| self.is_test_attribute(*attribute));
        let module = self.lowering.facts.new_list([path.unwrap_or(local)]);
        let visibility = self.visibility(node);
        self.lowering.facts.imports.push(Import {
            module,
            member: ImportMember::Module,
            local: Some(local),
            level: if self.is_configured_away(before) { CONFIGURED_AWAY } else { u8::from(test) },
            scope: self.lowering.scope,
            pos: self.lowering.pos(name),
            kind: ImportKind::ModDeclaration,
            visibility,
        });
    }

    /// `#[cfg_attr(unix, path = "unix.rs")]`
    fn configured_path(&self, before: &Before<'_>) -> Option<Name> {
        before.attributes.iter().find_map(|attribute| {
            let attribute = attribute.named_child(0)?;
            (self.text(attribute.named_child(0)?) == "cfg_attr").then_some(())?;
            let arguments = self.text(child(attribute, self.fields.arguments)?);
            let (predicate, change) = arguments.strip_suffix(')')?.rsplit_once(',')?;
            let path = change.trim().strip_prefix("path")?.trim_start().strip_prefix('=')?.trim();
            let holds = configuration::holds(&format!("{predicate})"));
            (holds == Some(true)).then(|| Name::new(path.trim_matches('"')))
        })
    }

    fn type_item(&mut self, node: Node<'_>, kind: Kind, before: &Before<'_>) {
        let Some(name) = child(node, self.fields.name) else { return };
        let owner = self.lowering.facts.def(self.lowering.owner).kind;
        let associated = kind == Kind::AssociatedType || matches!(owner, DefKind::Impl | DefKind::Trait);
        let kind = if associated { DefKind::AssociatedType } else { DefKind::TypeAlias };
        let def = self.lowering.add_def(kind, node, Some(name), Some(ScopeKind::Type));
        self.fix_name(def, name);
        self.describe(def, node, before);
        self.inside(def, |walk| {
            walk.set_generics(def, node);
            let ty = child(node, walk.fields.type_).map(|ty| walk.ty(ty));
            walk.lowering.def_mut(def).ty = ty;
            if let Some(bounds) = child(node, walk.fields.bounds) {
                let supers: Vec<Super> = walk
                    .bounds(bounds)
                    .into_iter()
                    .map(|ty| Super { relation: Relation::Extends, ty, expr: None })
                    .collect();
                let supers = walk.lowering.facts.new_list(supers);
                walk.lowering.def_mut(def).supers = supers;
            }
        });
    }

    fn constant(&mut self, node: Node<'_>, kind: DefKind, before: &Before<'_>) {
        let Some(name) = child(node, self.fields.name) else { return };
        let def = self.lowering.add_def(kind, node, Some(name), None);
        self.fix_name(def, name);
        self.describe(def, node, before);
        let mut ty = child(node, self.fields.type_).map(|ty| self.ty(ty));
        if self.in_thread_local {
            ty = ty.map(|ty| self.known_type(&["std", "thread", "LocalKey"], ty));
        }
        // The owner stays: calls in a constant inside a function belong to the function.
        let value = child(node, self.fields.value).map(|value| self.expr(value));
        let target = self.lowering.def_mut(def);
        target.ty = ty;
        target.value = value;
    }
}
