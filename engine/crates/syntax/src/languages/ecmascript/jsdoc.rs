//! `JSDoc`: the types that comments give JavaScript.

use super::Walker;
use super::kinds::Kind;
use super::types::predefined;
use crate::facts::*;
use crate::lower::first_paragraph;
use crate::name::Name;
use tree_sitter::Node;

/// How far up from a function its comment is looked for: `exports.a = b = function () {}`.
const MAX_AROUND: usize = 5;

/// `@name {type} rest`
pub(super) struct Tag<'s> {
    name: &'s str,
    ty: Option<&'s str>,
    rest: &'s str,
}

impl<'s> Tag<'s> {
    /// The name that the tag is about, with dots; brackets around one that is optional are left out.
    fn subject(&self) -> &'s str {
        let name = self.rest.trim_start_matches('[');
        let end = name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$' | '.'));
        &name[..end.unwrap_or(name.len())]
    }
}

/// The text of a comment without stars, up to the first tag.
pub(super) fn summary(comment: &str) -> Option<Box<str>> {
    let inner = comment.strip_prefix("/**")?.strip_suffix("*/").unwrap_or("");
    let mut text = String::new();
    for line in inner.lines() {
        let line = line.trim();
        let line = line.strip_prefix('*').unwrap_or(line).trim();
        if line.starts_with('@') {
            break;
        }
        text.push_str(line);
        text.push('\n');
    }
    first_paragraph(&text)
}

/// The tags of a comment, in order.
pub(super) fn parse(comment: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let body = comment.strip_suffix("*/").unwrap_or(comment);
    let mut rest = body;
    while let Some(at) = rest.find('@') {
        let before = &rest[..at];
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        let starts_line = before[line_start..].chars().all(|c| c.is_whitespace() || c == '*' || c == '/');
        rest = &rest[at + 1..];
        if !starts_line {
            continue;
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let name = &rest[..end];
        rest = &rest[end..];
        let trimmed = rest.trim_start_matches([' ', '\t']);
        let mut ty = None;
        if trimmed.starts_with('{')
            && let Some(length) = braces(trimmed)
        {
            ty = Some(&trimmed[1..length - 1]);
            rest = &trimmed[length..];
        }
        let line_end = rest.find('\n').unwrap_or(rest.len());
        tags.push(Tag { name, ty, rest: rest[..line_end].trim() });
    }
    tags
}

/// The default of a type parameter, `[T=Default]`.
fn default_of(rest: &str) -> Option<&str> {
    let (_, default) = rest.strip_prefix('[')?.split_once('=')?;
    let mut open = 1;
    let end = default.find(|c: char| {
        open += i32::from(c == '[') - i32::from(c == ']');
        open == 0
    })?;
    Some(&default[..end])
}

/// The length of a text in braces.
fn braces(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (index, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(index + 1);
                }
            }
            _ => {}
        }
    }
    None
}

impl<'s> Walker<'_, 's> {
    /// The type of `@type {T}`.
    pub(super) fn jsdoc_type(&mut self, doc: &'s str) -> Option<TypeId> {
        if !doc.contains("@type") {
            return None;
        }
        let tags = parse(doc);
        let text = tags.iter().find(|tag| tag.name == "type")?.ty?;
        Some(self.jsdoc_type_text(text))
    }

    fn jsdoc_type_text(&mut self, text: &str) -> TypeId {
        let mut parser = TypeParser { text, at: 0, depth: 0 };
        parser.union(self)
    }

    pub(super) fn jsdoc_templates(&mut self, tags: &[Tag<'s>], out: &mut Vec<TypeParam>) {
        for tag in tags.iter().filter(|tag| tag.name == "template") {
            let bounds = tag.ty.map(|ty| self.jsdoc_type_text(ty));
            let default = default_of(tag.rest).map(|ty| self.jsdoc_type_text(ty));
            for name in tag.rest.split(',') {
                let name: String = name
                    .trim()
                    .trim_start_matches('[')
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if name.is_empty() {
                    break;
                }
                let bounds = self.low.facts.new_list(bounds);
                out.push(TypeParam { name: Name::new(&name), bounds, default });
                if default.is_some() {
                    break;
                }
            }
        }
    }

    pub(super) fn jsdoc_params(&mut self, tags: &[Tag<'s>], params: &mut [Param], node: Node<'_>) {
        let mut index = 0;
        let of_params = || tags.iter().filter(|tag| matches!(tag.name, "param" | "arg" | "argument"));
        for tag in of_params() {
            let Some(text) = tag.ty else { continue };
            let bracketed = tag.rest.starts_with('[');
            let name = tag.subject();
            if name.contains('.') {
                continue;
            }
            let position = params
                .iter()
                .position(|param| param.name == name)
                .or_else(|| params.get(index).filter(|param| param.name.is_empty()).map(|_| index));
            index += 1;
            let Some(position) = position else { continue };
            if params[position].ty.is_some() {
                continue;
            }
            let variadic = params[position].kind == ParamKind::Variadic;
            let text = text.trim();
            let (text, dots) = match text.strip_prefix("...") {
                Some(text) => (text, true),
                None => (text, false),
            };
            // `@param {Object} name` and then `@param {T} name.member`.
            let member = |tag: &&Tag<'s>| tag.subject().strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
            let members: Vec<(&str, Option<&str>)> =
                of_params().filter(member).map(|tag| (&tag.subject()[name.len() + 1..], tag.ty)).collect();
            let mut ty = match text.trim_end_matches('=') {
                "Object" | "object" if !members.is_empty() => {
                    let comment = self.comment_before(node).unwrap_or(node);
                    self.jsdoc_object(members.into_iter(), comment)
                }
                _ => self.jsdoc_type_text(text),
            };
            if dots && variadic {
                ty = self.low.add_type(TypeExpr::Sequence(ty));
            }
            let param = &mut params[position];
            param.ty = Some(ty);
            if (bracketed || text.ends_with('=')) && param.kind == ParamKind::Plain {
                param.kind = ParamKind::Optional;
            }
            // The binding was made before the comment was read.
            let scope = self.low.scope;
            let binding = self.low.facts.bindings.iter_mut().rev().find(|binding| {
                matches!(binding.kind, BindingKind::Param(at) if usize::from(at) == position) && binding.scope == scope
            });
            if let Some(binding) = binding {
                binding.ty = Some(ty);
            }
        }
    }

    pub(super) fn jsdoc_returns(&mut self, tags: &[Tag<'s>]) -> Option<TypeId> {
        let text = tags.iter().find(|tag| matches!(tag.name, "returns" | "return"))?.ty?;
        Some(self.jsdoc_type_text(text))
    }

    /// `@type {(x: T) => U}` before a function.
    pub(super) fn jsdoc_function_type(&mut self, tags: &[Tag<'s>], def: DefId) {
        let Some(text) = tags.iter().find(|tag| tag.name == "type").and_then(|tag| tag.ty) else { return };
        let ty = self.jsdoc_type_text(text);
        let supers = self.low.facts.new_list([Super { relation: Relation::Implements, ty, expr: None }]);
        self.low.def_mut(def).supers = supers;
    }

    /// `@extends {Base<T>}` before a class.
    pub(super) fn jsdoc_extends(&mut self, tags: &[Tag<'s>], supers: &mut Vec<Super>) {
        for tag in tags {
            let relation = match tag.name {
                "extends" | "augments" => Relation::Extends,
                "implements" => Relation::Implements,
                _ => continue,
            };
            let Some(text) = tag.ty else { continue };
            let ty = self.jsdoc_type_text(text);
            if relation == Relation::Extends
                && let Some(first) = supers.iter_mut().find(|known| known.relation == Relation::Extends)
            {
                first.ty = ty;
            } else {
                supers.push(Super { relation, ty, expr: None });
            }
        }
    }

    /// `@typedef {T} Name` with `@property`, `@callback Name` with `@param`, `@import`.
    pub(super) fn jsdoc_definitions(&mut self, text: &'s str, node: Node<'_>) {
        let tags = parse(text);
        let mut index = 0;
        while index < tags.len() {
            let tag = &tags[index];
            index += 1;
            if tag.name == "import" {
                self.jsdoc_import(tag, node);
                continue;
            }
            if !matches!(tag.name, "typedef" | "callback") {
                continue;
            }
            let name: String = tag.rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$')).collect();
            if name.is_empty() {
                continue;
            }
            let members = tags[index..].iter().take_while(|tag| !matches!(tag.name, "typedef" | "callback")).count();
            let members = &tags[index..index + members];
            let def = self.low.add_def(DefKind::TypeAlias, node, None, Some(ScopeKind::Type));
            self.low.def_mut(def).name = Name::new(&name);
            // A `@typedef` is visible to importers as if exported.
            let export = Export { name: Name::new(&name), value: ExportValue::Def(def) };
            self.low.facts.exports.push(export);
            self.inside(def, |this| {
                let mut params = Vec::new();
                this.jsdoc_templates(&tags, &mut params);
                let params = this.low.facts.new_list(params);
                this.low.def_mut(def).type_params = params;
                let ty = if tag.name == "callback" {
                    this.jsdoc_callback(members, node)
                } else if members.iter().any(|tag| matches!(tag.name, "property" | "prop")) {
                    let properties = members.iter().filter(|tag| matches!(tag.name, "property" | "prop"));
                    let ty = this.jsdoc_object(properties.map(|tag| (tag.subject(), tag.ty)), node);
                    let base = tag.ty.unwrap_or("").trim();
                    if base.ends_with("[]") { this.low.add_type(TypeExpr::Sequence(ty)) } else { ty }
                } else {
                    match tag.ty {
                        Some(text) => this.jsdoc_type_text(text),
                        None => this.low.add_type(TypeExpr::Unknown),
                    }
                };
                this.low.def_mut(def).ty = Some(ty);
            });
        }
    }

    /// `@import {A, B as C} from "./x"`, `@import D from "./x"`, `@import * as ns from "./x"`: names for types.
    fn jsdoc_import(&mut self, tag: &Tag<'s>, node: Node<'_>) {
        let (clause, source) = match tag.ty {
            Some(named) => (None, tag.rest.strip_prefix("from").map(|source| (Some(named), source))),
            None => match tag.rest.rsplit_once(" from ") {
                Some((clause, source)) => match clause.split_once('{') {
                    Some((default, named)) => {
                        (Some(default), Some((Some(named.trim_end().trim_end_matches('}')), source)))
                    }
                    None => (Some(clause), Some((None, source))),
                },
                None => return,
            },
        };
        let Some((named, source)) = source else { return };
        let source = source.trim().trim_end_matches(';');
        let Some(source) = source.strip_prefix(['"', '\'']).and_then(|rest| rest.split(['"', '\'']).next()) else {
            return;
        };
        let mut names: Vec<(ImportMember, Name)> = Vec::new();
        for name in clause.into_iter().flat_map(|clause| clause.split(',')).map(str::trim) {
            match name.strip_prefix("* as ") {
                _ if name.is_empty() => {}
                Some(local) => names.push((ImportMember::Module, Name::new(local.trim()))),
                None => names.push((ImportMember::Default, Name::new(name))),
            }
        }
        // The list may run over lines that start with a star.
        for name in named.into_iter().flat_map(|named| named.split(',')) {
            let name = name.trim_matches(|c: char| c.is_whitespace() || c == '*');
            let (member, local) = name.split_once(" as ").unwrap_or((name, name));
            let member = match member.trim() {
                "" => continue,
                "default" => ImportMember::Default,
                member => ImportMember::Named(Name::new(member)),
            };
            names.push((member, Name::new(local.trim())));
        }
        let pos = self.low.pos(node);
        for (member, local) in names {
            let module = self.low.facts.new_list([Name::new(source)]);
            self.low.facts.imports.push(Import {
                module,
                member,
                local: Some(local),
                level: 0,
                scope: ScopeId::FILE,
                pos,
                kind: ImportKind::TypeOnly,
                visibility: Visibility::Private,
            });
        }
    }

    /// The comment before a function or before the statement that it is part of: what it says stands there.
    fn comment_before<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let around = std::iter::successors(Some(node), Node::parent).take(MAX_AROUND);
        around.filter_map(|node| node.prev_sibling()).find(|before| self.kind(*before) == Kind::Comment)
    }

    /// An object type of members with their types; those of members are left out.
    fn jsdoc_object<'t>(
        &mut self,
        members: impl Iterator<Item = (&'t str, Option<&'t str>)>,
        node: Node<'_>,
    ) -> TypeId {
        let object = self.low.add_def(DefKind::Anonymous, node, None, Some(ScopeKind::Type));
        self.inside(object, |this| {
            for (name, ty) in members.filter(|(name, _)| !name.is_empty() && !name.contains('.')) {
                let ty = ty.map(|text| this.jsdoc_type_text(text));
                this.jsdoc_field(name, ty, node);
            }
        });
        self.low.add_type(TypeExpr::Def(object))
    }

    fn jsdoc_field(&mut self, name: &str, ty: Option<TypeId>, node: Node<'_>) {
        let field = self.low.add_def(DefKind::Field, node, None, None);
        let field = self.low.def_mut(field);
        field.name = Name::new(name);
        field.ty = ty;
        field.flags.insert(DefFlags::INSTANCE);
    }

    fn jsdoc_callback(&mut self, members: &[Tag<'s>], node: Node<'_>) -> TypeId {
        let mut params = Vec::new();
        let mut ret = None;
        for tag in members {
            let Some(text) = tag.ty else { continue };
            match tag.name {
                "param" | "arg" => params.push((ParamKind::Plain, self.jsdoc_type_text(text))),
                "returns" | "return" => ret = Some(self.jsdoc_type_text(text)),
                _ => {}
            }
        }
        self.jsdoc_function(params, ret, node.start_byte(), node.end_byte())
    }

    fn jsdoc_function(
        &mut self,
        params: Vec<(ParamKind, TypeId)>,
        ret: Option<TypeId>,
        start: usize,
        end: usize,
    ) -> TypeId {
        let id = DefId::from_index(self.low.facts.defs.len());
        let scope = self.low.add_scope(ScopeKind::Function);
        let params: Vec<Param> = params
            .into_iter()
            .map(|(kind, ty)| Param { name: Name::default(), kind, ty: Some(ty), default: None })
            .collect();
        let params = self.low.facts.new_list(params);
        let mut def = self.low.facts.defs[0].clone();
        def.kind = DefKind::Closure;
        def.name = Name::default();
        def.parent = self.low.owner;
        def.span = Span { start: start as u32, end: end as u32 };
        def.scope = scope;
        def.outer_scope = self.low.scope;
        def.params = params;
        def.ty = ret;
        def.flags = DefFlags::DECLARATION;
        self.low.facts.defs.push(def);
        self.low.facts.scopes[scope.index()].owner = id;
        self.low.add_type(TypeExpr::Def(id))
    }
}

/// Reads the types that `JSDoc` allows: TypeScript's, and Closure's `?T`, `T=`, `Array.<T>`, `function(T): U`.
struct TypeParser<'t> {
    text: &'t str,
    at: usize,
    depth: u32,
}

impl TypeParser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            let blank = rest.len() - trimmed.len();
            let starred = rest[..blank].contains('\n') && trimmed.starts_with('*');
            self.at += blank;
            if starred {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn peek(&mut self) -> Option<char> {
        self.skip();
        self.rest().chars().next()
    }

    fn eat(&mut self, token: &str) -> bool {
        self.skip();
        if self.rest().starts_with(token) {
            self.at += token.len();
            return true;
        }
        false
    }

    fn word(&mut self) -> Option<String> {
        self.skip();
        let word: String =
            self.rest().chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '~')).collect();
        if word.is_empty() {
            return None;
        }
        self.at += word.len();
        Some(word)
    }

    fn union(&mut self, walker: &mut Walker<'_, '_>) -> TypeId {
        self.depth += 1;
        if self.depth > 40 {
            return walker.low.add_type(TypeExpr::Unknown);
        }
        self.eat("|");
        let mut parts = vec![self.intersection(walker)];
        while self.eat("|") {
            parts.push(self.intersection(walker));
        }
        self.depth -= 1;
        if parts.len() == 1 {
            return parts[0];
        }
        let parts = walker.low.facts.new_list(parts);
        walker.low.add_type(TypeExpr::Union(parts))
    }

    fn intersection(&mut self, walker: &mut Walker<'_, '_>) -> TypeId {
        let mut parts = vec![self.postfix(walker)];
        while self.eat("&") {
            parts.push(self.postfix(walker));
        }
        if parts.len() == 1 {
            return parts[0];
        }
        let parts = walker.low.facts.new_list(parts);
        walker.low.add_type(TypeExpr::Intersection(parts))
    }

    fn postfix(&mut self, walker: &mut Walker<'_, '_>) -> TypeId {
        let mut ty = self.primary(walker);
        loop {
            if self.eat("[]") {
                ty = walker.low.add_type(TypeExpr::Sequence(ty));
            } else if self.peek() == Some('[') {
                self.at += 1;
                let index = self.union(walker);
                self.eat("]");
                ty = walker.low.add_type(TypeExpr::Indexed { base: ty, index });
            } else if self.peek() == Some('=') && !self.rest().starts_with("=>")
                || matches!(self.peek(), Some('?' | '!'))
            {
                self.at += 1;
            } else {
                return ty;
            }
        }
    }

    fn primary(&mut self, walker: &mut Walker<'_, '_>) -> TypeId {
        let unknown = TypeExpr::Unknown;
        match self.peek() {
            None => walker.low.add_type(unknown),
            Some('?' | '!') => {
                self.at += 1;
                if self.peek().is_none_or(|c| matches!(c, '>' | ',' | '|' | ')')) {
                    return walker.low.add_type(unknown);
                }
                self.postfix(walker)
            }
            Some('*') => {
                self.at += 1;
                walker.low.add_type(unknown)
            }
            Some('.') => {
                while self.eat(".") {}
                let inner = self.postfix(walker);
                walker.low.add_type(TypeExpr::Sequence(inner))
            }
            Some(quote @ ('"' | '\'' | '`')) => {
                self.at += 1;
                let rest = self.rest();
                let end = rest.find(quote).unwrap_or(rest.len());
                let name = Name::new(&rest[..end]);
                self.at += (end + 1).min(rest.len());
                walker.low.add_type(TypeExpr::LiteralText(name))
            }
            Some('(') => self.parenthesized(walker),
            Some('{') => self.object(walker),
            Some('[') => {
                self.at += 1;
                let mut items = Vec::new();
                while self.peek().is_some_and(|c| c != ']') {
                    items.push(self.union(walker));
                    // A label: `[name: T]`.
                    if self.eat(":") {
                        items.pop();
                        items.push(self.union(walker));
                    }
                    if !self.eat(",") {
                        break;
                    }
                }
                self.eat("]");
                let items = walker.low.facts.new_list(items);
                walker.low.add_type(TypeExpr::Tuple(items))
            }
            Some(c) if c.is_ascii_digit() || c == '-' => {
                self.at += 1;
                self.word();
                walker.low.add_type(TypeExpr::Literal(Literal::Int))
            }
            Some(_) => self.named(walker),
        }
    }

    fn named(&mut self, walker: &mut Walker<'_, '_>) -> TypeId {
        let Some(word) = self.word() else {
            // Something that is no type: skip it.
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            return walker.low.add_type(TypeExpr::Unknown);
        };
        match word.as_str() {
            "typeof" => {
                let mut expr = None;
                while let Some(word) = self.word() {
                    let name = Name::new(&word);
                    let scope = walker.low.scope;
                    expr = Some(match expr {
                        None if word == "import" && self.peek() == Some('(') => {
                            let local = self.import(walker);
                            walker.low.add_expr(Expr::Name { name: local, scope: ScopeId::FILE, at: u32::MAX })
                        }
                        None => walker.low.add_expr(Expr::Name { name, scope, at: u32::MAX }),
                        Some(base) => walker.low.add_expr(Expr::Member { base, name, access: Access::Dot }),
                    });
                    if !self.eat(".") {
                        break;
                    }
                }
                match expr {
                    Some(expr) => walker.low.add_type(TypeExpr::TypeOf(expr)),
                    None => walker.low.add_type(TypeExpr::Unknown),
                }
            }
            "keyof" | "readonly" | "unique" => {
                let inner = self.postfix(walker);
                if word == "readonly" {
                    return inner;
                }
                walker.low.add_type(TypeExpr::Literal(Literal::Str))
            }
            "this" => walker.low.add_type(TypeExpr::SelfType),
            "function" | "new" if self.peek() == Some('(') => {
                self.at += 1;
                let start = walker.low.facts.def(walker.low.owner).span.start as usize;
                let mut params = Vec::new();
                while self.peek().is_some_and(|c| c != ')') {
                    let variadic = self.rest().starts_with("...");
                    let ty = self.union(walker);
                    params.push((if variadic { ParamKind::Variadic } else { ParamKind::Plain }, ty));
                    if !self.eat(",") {
                        break;
                    }
                }
                self.eat(")");
                let ret = if self.eat(":") || self.eat("=>") { Some(self.postfix(walker)) } else { None };
                walker.jsdoc_function(params, ret, start, start)
            }
            _ => {
                let mut segments: Vec<Name> = Vec::new();
                if word == "import" && self.peek() == Some('(') {
                    segments.push(self.import(walker));
                } else {
                    if let Some(ty) = predefined(&word) {
                        return walker.low.add_type(ty);
                    }
                    segments.push(Name::new(match word.as_str() {
                        "String" => "string",
                        "Number" => "number",
                        "Boolean" => "boolean",
                        other => other,
                    }));
                    if let Some(ty) = predefined(segments[0].as_str()) {
                        return walker.low.add_type(ty);
                    }
                }
                while self.rest().starts_with('.') && !self.rest().starts_with(".<") && !self.rest().starts_with("..") {
                    self.at += 1;
                    match self.word() {
                        Some(word) => segments.push(Name::new(&word)),
                        None => break,
                    }
                }
                let mut args = Vec::new();
                if self.eat(".<") || self.eat("<") {
                    while self.peek().is_some_and(|c| c != '>') {
                        args.push(self.union(walker));
                        if !self.eat(",") {
                            break;
                        }
                    }
                    self.eat(">");
                }
                // `Object<string, T>`
                if args.len() == 2 && segments[..] == ["Object"] {
                    segments[0] = Name::new("Record");
                }
                let args = walker.low.facts.new_list(args);
                // A module alone: its `module.exports`.
                let last = segments.len() - 1;
                let segments = segments
                    .into_iter()
                    .enumerate()
                    .map(|(index, name)| Segment { name, args: if index == last { args } else { List::default() } })
                    .collect();
                walker.type_path(segments, u32::MAX as usize)
            }
        }
    }

    /// `("./x")` after `import`.
    fn import(&mut self, walker: &mut Walker<'_, '_>) -> Name {
        self.eat("(");
        let mut module = Name::default();
        if let Some(quote @ ('"' | '\'' | '`')) = self.peek() {
            self.at += 1;
            let rest = self.rest();
            let end = rest.find(quote).unwrap_or(rest.len());
            module = Name::new(&rest[..end]);
            self.at += (end + 1).min(rest.len());
        }
        self.eat(")");
        let local = Name::new(&format!("import({module})"));
        let facts = &mut walker.low.facts;
        if !facts.imports.iter().any(|import| import.local == Some(local)) {
            let module = facts.new_list([module]);
            facts.imports.push(Import {
                module,
                member: ImportMember::Module,
                local: Some(local),
                level: 0,
                scope: ScopeId::FILE,
                pos: Pos { line: 1, column: 1 },
                kind: ImportKind::TypeOnly,
                visibility: Visibility::Private,
            });
        }
        local
    }

    /// `(T)`, `(a: T, b?: U) => V`
    fn parenthesized(&mut self, walker: &mut Walker<'_, '_>) -> TypeId {
        self.at += 1;
        // A function type has `=>` after the parenthesis that closes this one.
        let mut depth = 1u32;
        let mut close = self.at;
        for (index, c) in self.rest().char_indices() {
            match c {
                '(' | '{' | '[' => depth += 1,
                ')' | '}' | ']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                close = self.at + index;
                break;
            }
        }
        let after = self.text.get(close + 1..).unwrap_or("").trim_start();
        if !after.starts_with("=>") {
            let inner = self.union(walker);
            self.eat(")");
            return inner;
        }
        let mut params = Vec::new();
        while self.peek().is_some_and(|c| c != ')') {
            let mut kind = ParamKind::Plain;
            if self.eat("...") {
                kind = ParamKind::Variadic;
            }
            let start = self.at;
            self.word();
            if self.eat("?") && kind == ParamKind::Plain {
                kind = ParamKind::Optional;
            }
            let ty = if self.eat(":") {
                self.union(walker)
            } else {
                self.at = start;
                self.union(walker)
            };
            params.push((kind, ty));
            if !self.eat(",") {
                break;
            }
        }
        self.eat(")");
        self.eat("=>");
        let ret = self.union(walker);
        let start = walker.low.facts.def(walker.low.owner).span.start as usize;
        walker.jsdoc_function(params, Some(ret), start, start)
    }

    /// `{a: T, b?: U}`
    fn object(&mut self, walker: &mut Walker<'_, '_>) -> TypeId {
        self.at += 1;
        let id = DefId::from_index(walker.low.facts.defs.len());
        let scope = walker.low.add_scope(ScopeKind::Type);
        let mut def = walker.low.facts.defs[0].clone();
        def.kind = DefKind::Anonymous;
        def.name = Name::default();
        def.parent = walker.low.owner;
        def.scope = scope;
        def.outer_scope = walker.low.scope;
        def.flags = DefFlags::DECLARATION;
        walker.low.facts.defs.push(def);
        walker.low.facts.scopes[scope.index()].owner = id;
        let mut fields = Vec::new();
        while self.peek().is_some_and(|c| c != '}') {
            let quoted = matches!(self.peek(), Some('"' | '\''));
            if quoted {
                self.at += 1;
            }
            let Some(name) = self.word() else { break };
            if quoted {
                self.at += 1;
            }
            self.eat("?");
            let ty = self.eat(":").then(|| self.union(walker));
            fields.push((name, ty));
            if !self.eat(",") && !self.eat(";") {
                break;
            }
        }
        // To the brace that closes it, whatever is left.
        while let Some(c) = self.rest().chars().next() {
            self.at += c.len_utf8();
            if c == '}' {
                break;
            }
        }
        for (name, ty) in fields {
            let mut field = walker.low.facts.defs[id.index()].clone();
            field.kind = DefKind::Field;
            field.name = Name::new(&name);
            field.parent = id;
            field.scope = scope;
            field.outer_scope = scope;
            field.ty = ty;
            walker.low.facts.defs.push(field);
        }
        walker.low.add_type(TypeExpr::Def(id))
    }
}
