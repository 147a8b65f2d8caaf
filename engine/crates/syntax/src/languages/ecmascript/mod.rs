//! ECMAScript: JavaScript and TypeScript, with and without JSX.
//!
//! One walk over the tree. Statements are in this module, what they contain in the others.

mod definitions;
mod expressions;
mod jsdoc;
mod kinds;
mod modules;
mod narrowing;
mod patterns;
mod types;

use crate::facts::*;
use crate::language::Language;
use crate::lower::{Lowering, parse};
use crate::name::Name;
use kinds::{Fields, Kind, Tables, child, has_token, named};
use rustc_hash::FxHashMap;
use std::num::NonZeroU32;
use std::ops::Range;
use tree_sitter::{Node, Tree};

pub(super) fn lower(lowering: &mut Lowering<'_>, root: Node<'_>, _path: &str) {
    let language = lowering.facts.language;
    let tables = Tables::of(language);
    let mut walker = Walker {
        low: lowering,
        tables,
        f: tables.fields,
        javascript: language == Language::JavaScript,
        returns: Vec::new(),
        class: None,
        exported: None,
        exports_name: None,
    };
    match reparsed(walker.low, tables, root) {
        Some((tree, comments)) => {
            for comment in comments {
                walker.comment(comment);
            }
            walker.statements(tree.root_node());
        }
        None => walker.statements(root),
    }
    walker.mark_exported();
}

/// A second reading of a file with syntax errors, with what the grammar cannot read written otherwise, if that has
/// fewer errors.
///
/// The grammar does not end a member of an interface at a line break before `<` or a comment, and loses what comes
/// after; it knows no variance annotations (`<in out T>`), no keyword as the name of an export (`x as if`), no types that
/// are exported all at once (`export type *`), and no escapes in template literal types. Offsets stay the same, and
/// names are read from the source. The comments come along as nodes of the first tree.
fn reparsed<'t>(low: &mut Lowering<'_>, tables: &Tables, root: Node<'t>) -> Option<(Tree, Vec<Node<'t>>)> {
    if !root.has_error() {
        return None;
    }
    let mut comments = Vec::new();
    let mut cursor = root.walk();
    'walk: loop {
        if tables.kind(cursor.node()) == Kind::Comment {
            comments.push(cursor.node());
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'walk;
            }
        }
    }
    let mut bytes = low.source.as_bytes().to_vec();
    for comment in &comments {
        for byte in bytes.get_mut(comment.byte_range())? {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = b' ';
            }
        }
    }
    escape_no_backticks(&mut bytes);
    end_members(&mut bytes);
    write_words_otherwise(&mut bytes);
    if bytes == low.source.as_bytes() {
        return None;
    }
    let plain = String::from_utf8(bytes).ok()?;
    let tree = parse(low.facts.language, &plain);
    let (errors, first) = errors(tree.root_node());
    if errors >= low.facts.syntax_errors {
        return None;
    }
    low.facts.syntax_errors = errors;
    low.facts.first_error_line = first;
    Some((tree, comments))
}

/// Writes otherwise what ends a template literal type for the grammar: a backtick after a backslash.
fn escape_no_backticks(bytes: &mut [u8]) {
    let mut at = 0;
    while at + 1 < bytes.len() {
        if bytes[at] == b'\\' {
            if bytes[at + 1] == b'`' {
                bytes[at..at + 2].fill(b'_');
            }
            at += 1;
        }
        at += 1;
    }
}

/// Writes `;` before a line that starts with `<` after a line that ends a type, and before one that starts with `[`
/// after a line with only a private name.
fn end_members(bytes: &mut [u8]) {
    // The last byte that is no space, and whether a line ended since.
    let (mut last, mut newline) = (b';', false);
    // Whether that byte is the end of `=>`, which a type or function comes after.
    let mut arrow = false;
    // Whether the line before is a private name, and whether this one is so far.
    let (mut private, mut so_far) = (false, false);
    for at in 0..bytes.len() {
        let byte = bytes[at];
        if byte == b'\n' {
            if !newline {
                (private, so_far) = (so_far, false);
            }
            newline = true;
        } else if !byte.is_ascii_whitespace() {
            if byte == b'#' {
                so_far = newline;
            } else if !is_word(byte) {
                so_far = false;
            }
            let after_private = byte == b'[' && newline && private;
            let ends = !arrow
                && (last.is_ascii_alphanumeric() || matches!(last, b']' | b')' | b'}' | b'>' | b'"' | b'\'' | b'_'));
            if (after_private || byte == b'<' && newline && ends) && matches!(bytes[at - 1], b' ' | b'\t') {
                bytes[at - 1] = b';';
            }
            arrow = byte == b'>' && at > 0 && bytes[at - 1] == b'=';
            (last, newline) = (byte, false);
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

/// Blanks `in` and `out` before the names of type parameters and `type` before the `*` of an export or import, and makes
/// keywords that name an export no keywords.
fn write_words_otherwise(bytes: &mut [u8]) {
    // The last two words with nothing but space between them, and the byte before those.
    let mut words: [Range<usize>; 2] = [0..0, 0..0];
    let mut before = b';';
    let mut in_clause = false;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if !is_word(byte) {
            if !byte.is_ascii_whitespace() {
                let last = words[1].clone();
                let second = &bytes[words[0].clone()];
                if in_clause && second == b"as" && &bytes[last.clone()] != b"default" {
                    bytes[last.start] = b'_';
                } else if byte == b'*' && matches!(second, b"export" | b"import") && &bytes[last.clone()] == b"type" {
                    bytes[last.clone()].fill(b' ');
                }
                in_clause = match byte {
                    b'{' => matches!(&bytes[last], b"export" | b"import"),
                    b'}' => false,
                    _ => in_clause,
                };
                before = byte;
                words = [0..0, 0..0];
            }
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_word(bytes[at]) {
            at += 1;
        }
        // Nothing else has two words in a row there: `<in T`, `, out T`, but `{ a, out as b }` and `<out extends T>`.
        let last = words[1].clone();
        if matches!(before, b'<' | b',')
            && words[0].is_empty()
            && matches!(&bytes[last.clone()], b"in" | b"out")
            && !matches!(&bytes[start..at], b"as" | b"extends")
        {
            bytes[last].fill(b' ');
            words = [0..0, start..at];
        } else {
            if in_clause && &bytes[start..at] == b"as" && !matches!(&bytes[last.clone()], b"" | b"default" | b"type") {
                bytes[last.start] = b'_';
            }
            words = [last, start..at];
        }
    }
}

/// How many places of a tree the parser had to recover at, and the line of the first.
fn errors(root: Node<'_>) -> (u32, Option<NonZeroU32>) {
    let mut count = 0;
    let mut first: Option<NonZeroU32> = None;
    let mut stack = vec![root];
    while let Some(node) = stack.pop() {
        if node.is_error() || node.is_missing() {
            count += 1;
            let line = NonZeroU32::new(node.start_position().row as u32 + 1);
            first = match (first, line) {
                (Some(known), Some(new)) => Some(known.min(new)),
                (known, new) => known.or(new),
            };
        }
        let mut cursor = node.walk();
        stack.extend(node.children(&mut cursor).filter(Node::has_error));
    }
    (count, first)
}

/// The state of the walk.
struct Walker<'a, 's> {
    low: &'a mut Lowering<'s>,
    tables: &'static Tables,
    f: Fields,
    /// Whether `JSDoc` comments give types.
    javascript: bool,
    /// What the innermost function returns, so far.
    returns: Vec<ExprId>,
    /// The class whose constructor's parameters may be properties.
    class: Option<DefId>,
    /// Flags of the export statement around the declaration that comes next.
    exported: Option<DefFlags>,
    /// The variable that is another name for `exports`.
    exports_name: Option<Name>,
}

impl<'s> Walker<'_, 's> {
    fn kind(&self, node: Node<'_>) -> Kind {
        self.tables.kind(node)
    }

    fn named<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        named(self.low, node)
    }

    /// Runs `body` inside a definition.
    fn inside<R>(&mut self, def: DefId, body: impl FnOnce(&mut Self) -> R) -> R {
        let (owner, scope) = (self.low.owner, self.low.scope);
        self.low.owner = def;
        self.low.scope = self.low.facts.def(def).scope;
        let result = body(self);
        (self.low.owner, self.low.scope) = (owner, scope);
        result
    }

    /// Runs `body` in a block scope of its own.
    fn in_block<R>(&mut self, body: impl FnOnce(&mut Self) -> R) -> R {
        let scope = self.low.add_scope(ScopeKind::Block);
        let outer = std::mem::replace(&mut self.low.scope, scope);
        let result = body(self);
        self.low.scope = outer;
        result
    }

    /// Whether names declared here are a module's or namespace's.
    fn at_module_level(&self) -> bool {
        matches!(self.low.facts.def(self.low.owner).kind, DefKind::File | DefKind::Module)
    }

    /// Whether something around this point is a function.
    fn in_function(&self) -> bool {
        let mut def = self.low.owner;
        while def != DefId::FILE {
            let this = self.low.facts.def(def);
            if this.kind.is_callable() {
                return true;
            }
            def = this.parent;
        }
        false
    }

    fn unknown(&mut self) -> ExprId {
        self.low.add_expr(Expr::Unknown)
    }

    /// The scope that `var` declares in.
    fn function_scope(&self) -> ScopeId {
        let mut scope = self.low.scope;
        loop {
            let this = self.low.facts.scope(scope);
            match this.parent {
                Some(parent) if matches!(this.kind, ScopeKind::Block | ScopeKind::Type) => scope = parent,
                _ => return scope,
            }
        }
    }

    fn statements(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        if !cursor.goto_first_child() {
            return;
        }
        loop {
            let node = cursor.node();
            if node.is_named() {
                self.statement(node);
            }
            if !cursor.goto_next_sibling() {
                return;
            }
        }
    }

    fn statement(&mut self, node: Node<'_>) {
        stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || self.statement_inner(node));
    }

    fn statement_inner(&mut self, node: Node<'_>) {
        match self.kind(node) {
            Kind::Comment => self.comment(node),
            Kind::Import => self.import_statement(node),
            Kind::ImportAlias => self.import_alias(node),
            Kind::Export => self.export_statement(node),
            Kind::Function | Kind::GeneratorDeclaration | Kind::FunctionSignature => {
                self.function_declaration(node);
            }
            Kind::ClassDeclaration | Kind::AbstractClass | Kind::Class => {
                self.class_declaration(node);
            }
            Kind::Interface => {
                self.interface(node);
            }
            Kind::TypeAlias => {
                self.type_alias(node);
            }
            Kind::Enum => {
                self.enumeration(node);
            }
            Kind::InternalModule | Kind::Module => {
                self.namespace(node);
            }
            Kind::Ambient => self.ambient(node),
            Kind::Lexical | Kind::Variable | Kind::Using => self.variables(node),
            Kind::ExpressionStatement => {
                for child in self.named(node) {
                    if matches!(self.kind(child), Kind::InternalModule | Kind::Module) {
                        self.namespace(child);
                    } else {
                        self.expr(child);
                    }
                }
            }
            Kind::StatementBlock => self.in_block(|this| this.statements(node)),
            Kind::If => self.if_statement(node),
            Kind::For => self.in_block(|this| {
                for field in [this.f.initializer, this.f.condition, this.f.increment, this.f.body] {
                    if let Some(part) = child(node, field) {
                        this.any(part);
                    }
                }
            }),
            Kind::ForIn => self.in_block(|this| this.for_in(node)),
            Kind::While => {
                let condition = child(node, self.f.condition).map(|condition| self.expr(condition));
                if let Some(body) = child(node, self.f.body) {
                    self.in_block(|this| {
                        if let Some(condition) = condition {
                            this.guards(condition, true, body.start_byte());
                        }
                        this.statement(body);
                    });
                }
            }
            Kind::Switch => self.switch(node),
            Kind::Return => {
                let value = self.named(node).first().copied();
                if let Some(value) = value {
                    let expr = self.value(value);
                    self.returns.push(expr);
                }
            }
            Kind::CatchClause => self.in_block(|this| {
                if let Some(parameter) = child(node, this.f.parameter) {
                    this.declare_pattern(parameter, None, None, BindingKind::Local);
                }
                if let Some(body) = child(node, this.f.body) {
                    this.statement(body);
                }
            }),
            Kind::Throw => {
                for child in self.named(node) {
                    self.expr(child);
                }
            }
            _ => {
                let mut cursor = node.walk();
                if cursor.goto_first_child() {
                    loop {
                        let child = cursor.node();
                        if child.is_named() {
                            self.any(child);
                        }
                        if !cursor.goto_next_sibling() {
                            break;
                        }
                    }
                }
            }
        }
    }

    /// A statement or an expression, whichever it is.
    fn any(&mut self, node: Node<'_>) {
        if self.is_expression(node) {
            self.expr(node);
        } else {
            self.statement(node);
        }
    }

    fn is_expression(&self, node: Node<'_>) -> bool {
        matches!(
            self.kind(node),
            Kind::Array
                | Kind::Arrow
                | Kind::As
                | Kind::Assignment
                | Kind::AugmentedAssignment
                | Kind::Await
                | Kind::Binary
                | Kind::Call
                | Kind::FunctionExpression
                | Kind::GeneratorFunction
                | Kind::Identifier
                | Kind::JsxElement
                | Kind::JsxSelfClosing
                | Kind::Member
                | Kind::New
                | Kind::NonNull
                | Kind::Object
                | Kind::Parenthesized
                | Kind::Satisfies
                | Kind::Sequence
                | Kind::Subscript
                | Kind::TemplateString
                | Kind::Ternary
                | Kind::TypeAssertion
                | Kind::Unary
                | Kind::Update
                | Kind::Yield
        )
    }

    fn if_statement(&mut self, node: Node<'_>) {
        let condition = child(node, self.f.condition).map(|condition| self.expr(condition));
        let consequence = child(node, self.f.consequence);
        let alternative = child(node, self.f.alternative);
        if let Some(part) = consequence {
            self.in_block(|this| {
                if let Some(condition) = condition {
                    this.guards(condition, true, part.start_byte());
                }
                this.statement(part);
            });
        }
        if let Some(part) = alternative {
            self.in_block(|this| {
                if let Some(condition) = condition {
                    this.guards(condition, false, part.start_byte());
                }
                this.statement(part);
            });
        }
        let Some(condition) = condition else { return };
        if consequence.is_some_and(|part| self.leaves(part)) {
            self.guards(condition, false, node.end_byte());
        } else if alternative.is_some_and(|part| self.leaves(part)) {
            self.guards(condition, true, node.end_byte());
        }
    }

    /// Whether control never comes out at the end of a statement.
    fn leaves(&self, node: Node<'_>) -> bool {
        match self.kind(node) {
            Kind::Return | Kind::Throw | Kind::Break | Kind::Continue => true,
            Kind::StatementBlock | Kind::ElseClause => self.named(node).last().is_some_and(|last| self.leaves(*last)),
            _ => false,
        }
    }

    fn for_in(&mut self, node: Node<'_>) {
        let of = child(node, self.f.operator).is_some_and(|operator| operator.kind() == "of");
        let right = child(node, self.f.right).map(|right| self.expr(right));
        let element = match right {
            Some(right) if of => self.low.add_expr(Expr::Element(right)),
            _ => self.low.add_expr(Expr::Literal(Literal::Str)),
        };
        if let Some(left) = child(node, self.f.left) {
            if let Some(kind) = child(node, self.f.kind) {
                let var = self.low.text(kind) == "var";
                self.declare_variable(left, Some(element), None, var, true);
            } else {
                self.assign_pattern(left, element, node.end_byte());
            }
        }
        if let Some(body) = child(node, self.f.body) {
            self.statement(body);
        }
    }

    fn switch(&mut self, node: Node<'_>) {
        let subject = child(node, self.f.value).map(|value| self.expr(value));
        let Some(body) = child(node, self.f.body) else { return };
        self.in_block(|this| {
            let mut falls_through = false;
            for case in this.named(body) {
                let value = child(case, this.f.value);
                let condition = match (subject, value) {
                    (Some(left), Some(value)) => {
                        let right = this.expr(value);
                        // `switch (true)` has its conditions in the cases.
                        let plain = matches!(this.low.facts.expr(left), Expr::Literal(Literal::Bool));
                        Some(if plain {
                            right
                        } else {
                            this.low.add_expr(Expr::Binary { op: BinaryOp::Equal, left, right })
                        })
                    }
                    _ => None,
                };
                let statements: Vec<_> = this.named(case).into_iter().filter(|part| Some(*part) != value).collect();
                let scope = this.low.add_scope(ScopeKind::Block);
                let outer = std::mem::replace(&mut this.low.scope, scope);
                if let (Some(condition), false) = (condition, falls_through) {
                    this.guards(condition, true, case.start_byte());
                }
                for statement in &statements {
                    if this.kind(*statement) == Kind::Lexical {
                        // Visible in the other cases, too.
                        this.low.scope = outer;
                        this.statement(*statement);
                        this.low.scope = scope;
                    } else {
                        this.statement(*statement);
                    }
                }
                this.low.scope = outer;
                falls_through = !statements.last().is_some_and(|last| this.leaves(*last));
            }
        });
    }

    /// `declare …`
    fn ambient(&mut self, node: Node<'_>) {
        let first = self.low.facts.defs.len();
        for child in self.named(node) {
            if self.kind(child) == Kind::StatementBlock {
                // `declare global { … }`
                self.statements(child);
            } else {
                self.statement(child);
            }
        }
        for def in &mut self.low.facts.defs[first..] {
            def.flags.insert(DefFlags::DECLARATION);
        }
    }

    fn variables(&mut self, node: Node<'_>) {
        let keyword = child(node, self.f.kind).map(|kind| self.low.text(kind));
        let var = keyword.is_none_or(|keyword| keyword == "var");
        let constant = keyword.is_some_and(|keyword| keyword != "let");
        let flags = self.exported.take();
        let declarators = self.named(node);
        let single = declarators.len() == 1;
        for declarator in declarators {
            if self.kind(declarator) != Kind::VariableDeclarator {
                continue;
            }
            self.exported = flags;
            self.declarator(declarator, if single { node } else { declarator }, var, constant);
        }
        self.exported = None;
    }

    fn declarator(&mut self, node: Node<'_>, statement: Node<'_>, var: bool, constant: bool) {
        let Some(target) = child(node, self.f.name) else { return };
        let value = child(node, self.f.value);
        let doc = self.doc_of(statement, node);
        if let Some(value) = value
            && self.module_binding(target, value)
        {
            return;
        }
        let mut ty = child(node, self.f.r#type).and_then(|annotation| self.annotation(annotation));
        if ty.is_none() && self.javascript {
            ty = doc.and_then(|doc| self.jsdoc_type(doc));
        }
        if self.kind(target) == Kind::Identifier
            && let Some(function) = value.and_then(|value| self.function_behind(value))
            && (self.at_module_level() || !self.has_other_name(function, target))
        {
            self.named_function(function, target, DefKind::Function, statement, doc, ty);
            return;
        }
        if self.kind(target) == Kind::Identifier
            && let Some(value) = value
            && self.kind(value) == Kind::Class
        {
            self.class_with_name(value, target, statement);
            return;
        }
        if self.at_module_level() {
            self.module_variable(target, value, ty, statement, doc, constant);
        } else {
            let init = value.map(|value| self.initial_value(value, ty, None));
            self.declare_variable(target, init, ty, var, false);
        }
    }

    /// Whether a function expression has a name of its own that is not the variable's.
    fn has_other_name(&self, function: Node<'_>, variable: Node<'_>) -> bool {
        child(function, self.f.name).is_some_and(|own| self.low.text(own) != self.low.text(variable))
    }

    /// The value of a variable with its annotation, so that what is in it can be typed from there.
    fn initial_value(&mut self, value: Node<'_>, _ty: Option<TypeId>, inside: Option<DefId>) -> ExprId {
        match inside {
            Some(def) => {
                let outer = std::mem::replace(&mut self.low.owner, def);
                let expr = self.value(value);
                self.low.owner = outer;
                expr
            }
            None => self.value(value),
        }
    }

    fn module_variable(
        &mut self,
        target: Node<'_>,
        value: Option<Node<'_>>,
        ty: Option<TypeId>,
        statement: Node<'_>,
        doc: Option<&'s str>,
        constant: bool,
    ) {
        let flags = self.exported.take();
        let kind = if constant { DefKind::Constant } else { DefKind::Variable };
        if self.kind(target) == Kind::Identifier {
            let exports = self.javascript && value.is_some_and(|value| self.is_exports(value));
            if exports {
                self.exports_name = Some(self.low.name(target));
            }
            let def = self.low.add_def(kind, statement, Some(target), None);
            let mut value = value.map(|value| self.initial_value(value, ty, Some(def)));
            if exports {
                let (name, at) = (Name::new("exports"), target.start_byte() as u32);
                value = Some(self.low.add_expr(Expr::Name { name, scope: ScopeId::FILE, at }));
            }
            let this = self.low.def_mut(def);
            this.ty = ty;
            this.value = value;
            this.doc = doc.and_then(jsdoc::summary);
            this.visibility = Visibility::Private;
            if let Some(flags) = flags {
                self.export_def(def, flags);
            }
            return;
        }
        let init = value.map(|value| self.value(value));
        let mut names = Vec::new();
        self.projections(target, init, ty, &mut names);
        for (node, value, ty) in names {
            let def = self.low.add_def(kind, node, Some(node), None);
            let this = self.low.def_mut(def);
            this.value = value;
            this.ty = ty;
            if let Some(flags) = flags {
                self.export_def(def, flags);
            }
        }
    }

    /// The text of the `JSDoc` comment that ends before a node, at one of two possible places.
    fn doc_of(&self, statement: Node<'_>, node: Node<'_>) -> Option<&'s str> {
        self.doc_before(statement.start_byte()).or_else(|| {
            if statement.start_byte() == node.start_byte() { None } else { self.doc_before(node.start_byte()) }
        })
    }

    /// The `JSDoc` comment that ends right before a byte offset, looking past `export` and decorators' ends.
    fn doc_before(&self, start: usize) -> Option<&'s str> {
        let mut before = self.low.source.get(..start)?.trim_end();
        for word in ["default", "export", "async", "abstract", "declare"] {
            if let Some(rest) = before.strip_suffix(word)
                && rest.ends_with(|c: char| c.is_whitespace())
            {
                before = rest.trim_end();
            }
        }
        if !before.ends_with("*/") {
            return None;
        }
        let open = before.rfind("/*")?;
        before[open..].starts_with("/**").then(|| &before[open..])
    }

    /// A comment that stands as a statement: type definitions and imports in `JSDoc`.
    fn comment(&mut self, node: Node<'_>) {
        if !self.javascript {
            return;
        }
        let text = self.low.text(node);
        if text.starts_with("/**") && ["@typedef", "@callback", "@import"].iter().any(|tag| text.contains(tag)) {
            self.jsdoc_definitions(text, node);
        }
    }

    fn mark_exported(&mut self) {
        let facts = &mut self.low.facts;
        let mut top: FxHashMap<Name, Vec<DefId>> = FxHashMap::default();
        for (id, def) in facts.defs().skip(1) {
            if def.outer_scope == ScopeId::FILE {
                top.entry(def.name).or_default().push(id);
            }
        }
        for export in &facts.exports {
            let flags = if export.name == "default" || export.name == "export=" {
                DefFlags::EXPORTED.with(DefFlags::DEFAULT_EXPORT)
            } else {
                DefFlags::EXPORTED
            };
            let local = match export.value {
                ExportValue::Def(def) => {
                    let def = &mut facts.defs[def.index()];
                    def.flags.insert(flags);
                    def.visibility = Visibility::Public;
                    continue;
                }
                ExportValue::Local(name) => name,
                ExportValue::Expr(expr) => match facts.exprs[expr.index()] {
                    Expr::Name { name, scope: ScopeId::FILE, .. } => name,
                    Expr::Def(def) => {
                        let def = &mut facts.defs[def.index()];
                        def.flags.insert(flags);
                        def.visibility = Visibility::Public;
                        continue;
                    }
                    _ => continue,
                },
            };
            for def in top.get(&local).into_iter().flatten() {
                let def = &mut facts.defs[def.index()];
                def.flags.insert(flags);
                def.visibility = Visibility::Public;
            }
        }
    }

    /// Records that a definition is exported under its own name, or as default.
    fn export_def(&mut self, def: DefId, flags: DefFlags) {
        let default = flags.contains(DefFlags::DEFAULT_EXPORT);
        let this = self.low.def_mut(def);
        this.flags.insert(flags);
        this.visibility = Visibility::Public;
        let name = if default { Name::new("default") } else { this.name };
        // Namespaces export their members by their flag.
        if self.low.owner == DefId::FILE {
            self.low.facts.exports.push(Export { name, value: ExportValue::Def(def) });
        }
    }

    fn token(node: Node<'_>, text: &str) -> bool {
        has_token(node, text)
    }
}
