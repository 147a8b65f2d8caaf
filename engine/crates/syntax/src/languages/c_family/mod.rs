//! C and C++.
//!
//! The text goes through [`preprocess`] first, so that the grammar sees one branch of each condition and no
//! directives. Some facts have forms of their own here, which the resolver knows:
//!
//! * `const T` is the path `const<T>`.
//! * `T&&` is a reference to a reference.
//! * A method with `const` or a reference qualifier has a receiver parameter.
//! * An object-like macro has a value, a function-like one has none. The value is a name if the macro stands
//!   for one and the file does not undefine it. A macro in a branch that may not be active is marked as overload.
//! * The parameter of a function-like macro has a default if the macro's body leaves it out: there are no calls
//!   in its argument. It is optional if the body joins it with what stands before: a call as its argument is
//!   one of another name.
//! * Member and base initialisers construct the projection `Self::name`.
//! * Enumerators that are visible around their enum are marked as exported.
//! * A function that is defaulted or deleted is a declaration with a value.
//! * A mutable field is marked as setter: const methods may set it.
//! * A namespace that a macro opens is an unnamed module with the macro as its value; a macro that opens
//!   namespaces has their path as its value.
//! * An include in a branch that may not be active has level 1.
//! * A callee in parentheses is a path, which no function-like macro takes.

mod bodies;
pub(crate) mod condition;
mod decorations;
mod expansion;
mod exprs;
mod items;
mod kinds;
mod namespaces;
mod preprocess;
mod statements;
mod types;

pub(crate) use expansion::expand;

use crate::facts::*;
use crate::language::Language;
use crate::lower::{Lowering, first_paragraph, parse};
use crate::name::Name;
use kinds::{Kind, Tables};
use namespaces::Mark;
use preprocess::{Define, Directive, IncludeForm, ParamUse};
use rustc_hash::FxHashSet;
use std::num::NonZeroU16;
use tree_sitter::Node;

/// Declarators nested deeper than this times ten are not followed.
const MAX_DEPTH: usize = 1000;

/// The walk over one file's tree.
struct Extractor<'s, 't> {
    low: Lowering<'s>,
    tables: &'static Tables,
    cpp: bool,
    depth: usize,
    /// Names that are local variables or parameters somewhere in the current function.
    locals: FxHashSet<Name>,
    /// Types that the file names so far.
    types: FxHashSet<Name>,
    /// Values returned by the function at hand, if its return type is not written.
    returns: Vec<ExprId>,
    /// Template parameters waiting for their definition, with the scope-free nodes they came from.
    template: Vec<Node<'t>>,
    visibility: Visibility,
    /// Where the body of the function at hand ends by its braces, if a syntax error makes it seem longer.
    code_end: usize,
    /// What follows such ends.
    left_over: Vec<Node<'t>>,
    /// The skipped branches are walked, for definitions alone.
    inactive: bool,
    /// Function-like macros of the file that make up names.
    pasting: FxHashSet<Name>,
    /// Directives not yet turned to definitions, last first.
    directives: Vec<Directive>,
    /// Namespaces that macros open and that are still to come, last first.
    namespaces: Vec<Mark>,
    /// Those that are open: where each ends, with the definition and scope around it.
    open_namespaces: Vec<(usize, DefId, ScopeId)>,
}

/// The facts of a C or C++ file.
pub(super) fn extract(language: Language, path: &str, source: &str) -> FileFacts {
    let prepared = preprocess::prepare(language, source);
    let tree = parse(language, &prepared.active);
    let low = Lowering::new(language, path, &prepared.active, &tree);
    let mut directives = prepared.directives;
    directives.reverse();
    let mut extractor = Extractor::new(low, language);
    extractor.directives = directives;
    extractor.namespaces = prepared.namespaces;
    extractor.namespaces.reverse();
    extractor.source_of_directives(source, 0);
    extractor.items_in(tree.root_node());
    extractor.source_of_directives(source, usize::MAX);
    extractor.conditionals(source, &prepared.unsure);
    extractor.macro_uses(source, &prepared.macro_uses);
    extractor.low.facts.left_out = prepared.left_out.iter().map(|name| Name::new(name)).collect();
    let facts = extractor.low.facts;
    let Some(skipped) = &prepared.inactive else { return facts };
    let tree = parse(language, skipped);
    let low = Lowering {
        source: skipped,
        facts,
        owner: DefId::FILE,
        scope: ScopeId::FILE,
        column: std::cell::Cell::default(),
    };
    let mut extractor = Extractor::new(low, language);
    extractor.inactive = true;
    extractor.items_in(tree.root_node());
    extractor.low.facts
}

impl<'s, 't> Extractor<'s, 't> {
    fn new(low: Lowering<'s>, language: Language) -> Self {
        Self {
            low,
            tables: Tables::of(language.grammar()),
            cpp: language == Language::Cpp,
            depth: 0,
            locals: FxHashSet::default(),
            types: FxHashSet::default(),
            returns: Vec::new(),
            template: Vec::new(),
            visibility: Visibility::Public,
            code_end: usize::MAX,
            left_over: Vec::new(),
            inactive: false,
            pasting: FxHashSet::default(),
            directives: Vec::new(),
            namespaces: Vec::new(),
            open_namespaces: Vec::new(),
        }
    }

    fn kind(&self, node: Node<'_>) -> Kind {
        self.tables.kind(node)
    }

    fn field<'n>(&self, node: Node<'n>, field: Option<NonZeroU16>) -> Option<Node<'n>> {
        node.child_by_field_id(field?.get())
    }

    fn text(&self, node: Node<'_>) -> &'s str {
        self.low.text(node)
    }

    /// Turns the directives before `until` into imports and macros.
    fn source_of_directives(&mut self, source: &str, until: usize) {
        if until == 0 {
            // All of them at once: macros are few and their order among other definitions says nothing.
            let mut lines = LineIndex::new(source);
            while let Some(directive) = self.directives.pop() {
                match directive {
                    Directive::Include { path, form, at, unsure } => {
                        let pos = lines.pos(at);
                        let name = Name::new(&path);
                        let module = self.low.facts.new_list([name]);
                        let member = match form {
                            IncludeForm::Macro => ImportMember::Named(name),
                            _ => ImportMember::Glob,
                        };
                        let system = form == IncludeForm::System;
                        self.low.facts.imports.push(Import {
                            module,
                            member,
                            local: None,
                            level: u8::from(unsure),
                            scope: ScopeId::FILE,
                            pos,
                            kind: if system { ImportKind::SystemInclude } else { ImportKind::Include },
                            visibility: Visibility::Public,
                        });
                    }
                    Directive::Define(define) => self.macro_def(source, &define, &mut lines),
                    Directive::Undefine { name, at } => {
                        let name = Name::new(&name);
                        self.low.facts.undefined.push(Undefined { name, line: lines.pos(at).line });
                    }
                }
            }
        }
    }

    /// Notes where macros may stand for declarations.
    fn macro_uses(&mut self, source: &str, uses: &[decorations::Use]) {
        let mut lines = LineIndex::new(source);
        for &decorations::Use { name, group, head } in uses {
            let pos = lines.pos(name.0);
            let end_line = lines.pos(group.1.max(1) - 1).line;
            self.low.facts.macro_uses.push(MacroUse {
                name: Name::new(&source[name.0..name.1]),
                arguments: expansion::arguments(source, group.0, group.1),
                pos,
                span: Span { start: name.0 as u32, end: group.1 as u32 },
                end_line,
                head,
            });
        }
    }

    fn macro_def(&mut self, source: &str, define: &Define, lines: &mut LineIndex<'_>) {
        let name = Name::new(&source[define.name.0..define.name.1]);
        let pos = lines.pos(define.name.0);
        let end = lines.pos(define.span.1.max(1) - 1);
        let value = match &define.params {
            Some(_) => {
                if source[define.body.0..define.body.1].contains("##") {
                    self.pasting.insert(name);
                }
                None
            }
            None => {
                let body = preprocess::join_lines(&source[define.body.0..define.body.1]);
                let body = body.trim();
                if !define.inactive && is_expression(body) {
                    let def = DefId::from_index(self.low.facts.defs.len());
                    self.low.facts.macro_texts.push(MacroText { def, text: Name::new(body) });
                }
                let plain =
                    !body.is_empty() && body.bytes().all(preprocess::is_word) && !body.as_bytes()[0].is_ascii_digit();
                let expr = if preprocess::included(body)
                    .is_some_and(|(path, _)| path.contains(".h") || path.ends_with(".inc"))
                {
                    Expr::Name { name: Name::new(body), scope: ScopeId::FILE, at: define.body.0 as u32 }
                } else if let Some(names) = namespaces::opened(body) {
                    let segments: Vec<Segment> = names
                        .into_iter()
                        .map(|name| Segment { name: Name::new(name), args: List::default() })
                        .collect();
                    let segments = self.low.facts.new_list(segments);
                    Expr::Path { segments, scope: ScopeId::FILE, at: define.body.0 as u32 }
                } else if plain && !define.undefined {
                    Expr::Name { name: Name::new(body), scope: ScopeId::FILE, at: define.body.0 as u32 }
                } else if body.starts_with('"') {
                    Expr::Literal(Literal::Str)
                } else if body.bytes().next().is_some_and(|byte| byte.is_ascii_digit()) {
                    Expr::Literal(Literal::Int)
                } else {
                    Expr::Unknown
                };
                Some(self.low.add_expr(expr))
            }
        };
        let mut params: Vec<Param> = Vec::new();
        if let Some(names) = &define.params {
            let body = preprocess::join_lines(&source[define.body.0..define.body.1]);
            if !define.inactive && expansion::declares(&body) {
                let params = names.iter().map(|name| name.as_str().into()).collect();
                let body = body.trim().into();
                self.low.facts.declaring_macros.push(DeclaringMacro { name, params, body });
            }
            for param in names {
                let used = preprocess::use_of(&body, param);
                let default = (used == ParamUse::Dropped).then(|| self.low.add_expr(Expr::Unknown));
                let kind = match used {
                    _ if param.ends_with("...") => ParamKind::Variadic,
                    ParamUse::Altered => ParamKind::Optional,
                    _ => ParamKind::Plain,
                };
                params.push(Param { name: Name::new(param), kind, ty: None, default });
            }
        }
        let params = self.low.facts.new_list(params);
        self.named_by_macro(source, define, lines);
        let mut flags = if self.low.facts.test { DefFlags::TEST } else { DefFlags::NONE };
        if define.inactive {
            flags.insert(DefFlags::INACTIVE);
        }
        if define.unsure {
            flags.insert(DefFlags::OVERLOAD);
        }
        self.low.facts.defs.push(Def {
            name,
            body_start: define.body.0 as u32,
            flags,
            params,
            value,
            ..Def::bare(DefKind::Macro, pos, Span { start: define.span.0 as u32, end: define.span.1 as u32 }, end.line)
        });
    }

    /// Notes what the text of a function-like macro, whose definition comes next, may call.
    fn named_by_macro(&mut self, source: &str, define: &Define, lines: &mut LineIndex<'_>) {
        /// Look like calls, beside what begins a statement.
        const OPERATORS: &[&str] = &["sizeof", "alignof", "decltype", "typeof", "defined", "catch"];
        let Some(params) = define.params.as_ref().filter(|_| !define.inactive) else { return };
        let owner = DefId::from_index(self.low.facts.defs.len());
        let bytes = source.as_bytes();
        let mut scan = preprocess::Scan { bytes, at: define.body.0, end: define.body.1 };
        // Where the word before begins and ends.
        let mut word: Option<(usize, usize)> = None;
        let mut before = b' ';
        while let Some((start, stop)) = scan.token() {
            if let Some((at, end)) = word.take().filter(|_| bytes[start] == b'(') {
                let text = &source[at..end];
                let plain = !decorations::is_statement(text) && !OPERATORS.contains(&text);
                if plain && !params.iter().any(|param| *param == text) {
                    let name = Name::new(text);
                    let expr = self.low.add_expr(Expr::Name { name, scope: ScopeId::FILE, at: at as u32 });
                    self.low.facts.mentions.push(Mention { expr, owner, name, pos: lines.pos(at) });
                }
            }
            // What is a part of something else, or joined with it, is another name.
            let whole = !matches!(before, b'.' | b'>' | b':' | b'#' | b'~');
            if whole && preprocess::is_word(bytes[start]) && !bytes[start].is_ascii_digit() {
                word = Some((start, stop));
            }
            before = bytes[stop - 1];
        }
    }

    /// The comment right before a definition; of one inside a function none, because a node's neighbours are looked for
    /// from the root, which takes long where much is nested.
    fn doc_of(&self, node: Node<'t>) -> Option<Box<str>> {
        if self.low.facts.def(self.low.owner).kind.is_callable() {
            return None;
        }
        let mut first = node;
        while let Some(parent) = first.parent()
            && matches!(self.kind(parent), Kind::TemplateDeclaration)
        {
            first = parent;
        }
        let mut comments = Vec::new();
        let mut line = first.start_position().row;
        let mut at = first.prev_sibling();
        while let Some(comment) = at {
            if self.kind(comment) != Kind::Comment || comment.end_position().row + 1 < line || comments.len() > 40 {
                break;
            }
            // A comment after code on the same line belongs to that code.
            if comment.prev_sibling().is_some_and(|before| {
                before.end_position().row == comment.start_position().row && self.kind(before) != Kind::Comment
            }) {
                break;
            }
            line = comment.start_position().row;
            comments.push(comment);
            at = comment.prev_sibling();
        }
        if comments.is_empty() {
            return None;
        }
        comments.reverse();
        let mut text = String::new();
        for comment in comments {
            let raw = self.text(comment);
            let block = raw.starts_with("/*");
            for line in raw.lines() {
                let mut line = line.trim();
                if block {
                    line = line.trim_start_matches("/*").trim_end_matches("*/").trim();
                    line = line.trim_start_matches(['*', '!', '=', '-']).trim();
                } else {
                    line = line.trim_start_matches(['/', '!', '<']).trim();
                }
                text.push_str(line.trim_start_matches("@brief").trim_start_matches("\\brief").trim());
                text.push('\n');
            }
        }
        first_paragraph(&text)
    }
}

/// Whether a macro's text may be a value that a condition asks for.
fn is_expression(body: &str) -> bool {
    (1..=200).contains(&body.len())
        && body.bytes().all(|byte| {
            preprocess::is_word(byte) || byte.is_ascii_whitespace() || b"()+-*/%<>=!&|^~?:'".contains(&byte)
        })
}

/// Positions of offsets that are asked for in ascending order.
struct LineIndex<'s> {
    source: &'s str,
    at: usize,
    line: u32,
    line_start: usize,
}

impl<'s> LineIndex<'s> {
    fn new(source: &'s str) -> Self {
        Self { source, at: 0, line: 1, line_start: 0 }
    }

    fn pos(&mut self, offset: usize) -> Pos {
        let offset = offset.min(self.source.len());
        if offset < self.at {
            *self = Self::new(self.source);
        }
        for (index, byte) in self.source.as_bytes()[self.at..offset].iter().enumerate() {
            if *byte == b'\n' {
                self.line += 1;
                self.line_start = self.at + index + 1;
            }
        }
        self.at = offset;
        let before = self.source.get(self.line_start..offset).unwrap_or("");
        Pos { line: self.line, column: before.chars().count() as u32 + 1 }
    }
}
