//! What extractors share: building [`FileFacts`] from a parse tree.
//!
//! A [`Lowering`] holds the source, the facts so far and where the walk stands (owner, scope). It knows
//! nodes and positions, but no language: each extractor in `languages` decides what its nodes mean.

use crate::facts::*;
use crate::language::Language;
use crate::name::Name;
use std::cell::Cell;
use std::num::NonZeroU32;
use tree_sitter::{Node, Parser, Tree};

/// Parses a source text.
///
/// # Panics
/// If the grammar was built for another tree-sitter than this one, which a test rules out.
pub fn parse(language: Language, source: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&parseltongue_grammars::language(language.grammar())).expect("grammar fits the library");
    parser.parse(source, None).expect("parsing without a time limit gives a tree")
}

/// The facts of a file in the making.
pub struct Lowering<'s> {
    pub source: &'s str,
    pub facts: FileFacts,
    /// The innermost definition at this point of the walk.
    pub owner: DefId,
    /// The innermost scope at this point of the walk.
    pub scope: ScopeId,
    /// The byte at which columns were last counted, and the characters before it on its line.
    pub(crate) column: Cell<(usize, usize)>,
}

impl<'s> Lowering<'s> {
    /// Starts the facts of the file at `path` (relative, with `/`).
    pub fn new(language: Language, path: &str, source: &'s str, tree: &Tree) -> Self {
        let file = path.rsplit('/').next().unwrap_or(path);
        let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
        let mut facts = FileFacts::new(language, crate::languages::is_test_path(language, path), Name::new(stem));
        facts.bytes = u32::try_from(source.len()).unwrap_or(u32::MAX);
        facts.lines = source.lines().count() as u32;
        let root = &mut facts.defs[0];
        root.span = Span { start: 0, end: facts.bytes };
        root.body_start = 0;
        root.end_line = facts.lines.max(1);
        let mut this = Self { source, facts, owner: DefId::FILE, scope: ScopeId::FILE, column: Cell::default() };
        this.count_errors(tree.root_node());
        this
    }

    fn count_errors(&mut self, root: Node<'_>) {
        if !root.has_error() {
            return;
        }
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            if node.is_error() || node.is_missing() {
                self.facts.syntax_errors += 1;
                let line = NonZeroU32::new(node.start_position().row as u32 + 1);
                self.facts.first_error_line = match (self.facts.first_error_line, line) {
                    (Some(known), Some(new)) => Some(known.min(new)),
                    (known, new) => known.or(new),
                };
            }
            let mut cursor = node.walk();
            stack.extend(node.children(&mut cursor).filter(Node::has_error));
        }
    }

    /// The source text of a node.
    pub fn text(&self, node: Node<'_>) -> &'s str {
        self.source.get(node.byte_range()).unwrap_or("")
    }

    /// The interned source text of a node.
    pub fn name(&self, node: Node<'_>) -> Name {
        Name::new(self.text(node))
    }

    /// Where a node starts, for people.
    pub fn pos(&self, node: Node<'_>) -> Pos {
        let start = node.start_position();
        let line_start = node.start_byte() - start.column;
        // Counting goes on from the last place on the same line: generated files have lines of megabytes.
        let (known, characters) = self.column.get();
        let (from, characters) =
            if (line_start..=node.start_byte()).contains(&known) { (known, characters) } else { (line_start, 0) };
        let between = self.source.get(from..node.start_byte()).unwrap_or("");
        // Most text is ASCII, where bytes are characters.
        let count = if between.is_ascii() { between.len() } else { between.chars().count() };
        let column = characters + count;
        self.column.set((node.start_byte(), column));
        Pos { line: start.row as u32 + 1, column: column as u32 + 1 }
    }

    pub fn span(node: Node<'_>) -> Span {
        Span { start: node.start_byte() as u32, end: node.end_byte() as u32 }
    }

    /// Adds a definition below the current owner, in the current scope, with an inner scope of its own
    /// if `inner` is given. `name` is the node of the name token, if there is one.
    pub fn add_def(
        &mut self,
        kind: DefKind,
        node: Node<'_>,
        name: Option<Node<'_>>,
        inner: Option<ScopeKind>,
    ) -> DefId {
        let id = DefId::from_index(self.facts.defs.len());
        let inherited = self.facts.def(self.owner).flags.contains(DefFlags::TEST);
        let span = Self::span(node);
        let scope = match inner {
            Some(kind) => self.add_scope_of(id, kind),
            None => self.scope,
        };
        self.facts.defs.push(Def {
            name: name.map_or_else(Name::default, |name| self.name(name)),
            parent: self.owner,
            body_start: span.end,
            start_line: node.start_position().row as u32 + 1,
            visibility: Visibility::Private,
            flags: if inherited { DefFlags::TEST } else { DefFlags::NONE },
            scope,
            outer_scope: self.scope,
            ..Def::bare(kind, self.pos(name.unwrap_or(node)), span, node.end_position().row as u32 + 1)
        });
        id
    }

    pub fn def_mut(&mut self, id: DefId) -> &mut Def {
        &mut self.facts.defs[id.index()]
    }

    fn add_scope_of(&mut self, owner: DefId, kind: ScopeKind) -> ScopeId {
        let id = ScopeId::from_index(self.facts.scopes.len());
        self.facts.scopes.push(Scope { parent: Some(self.scope), owner, kind });
        id
    }

    /// Adds a scope inside the current one.
    pub fn add_scope(&mut self, kind: ScopeKind) -> ScopeId {
        self.add_scope_of(self.owner, kind)
    }

    /// Runs `body` inside a definition.
    pub fn within<R>(&mut self, def: DefId, body: impl FnOnce(&mut Self) -> R) -> R {
        let (owner, scope) = (self.owner, self.scope);
        self.owner = def;
        self.scope = self.facts.def(def).scope;
        let result = body(self);
        (self.owner, self.scope) = (owner, scope);
        result
    }

    /// Runs `body` inside a new block scope.
    pub fn in_block<R>(&mut self, body: impl FnOnce(&mut Self) -> R) -> R {
        let scope = self.add_scope(ScopeKind::Block);
        self.in_scope(scope, body)
    }

    /// Runs `body` inside a scope.
    pub fn in_scope<R>(&mut self, scope: ScopeId, body: impl FnOnce(&mut Self) -> R) -> R {
        let outer = std::mem::replace(&mut self.scope, scope);
        let result = body(self);
        self.scope = outer;
        result
    }

    pub fn add_expr(&mut self, expr: Expr) -> ExprId {
        let id = ExprId::from_index(self.facts.exprs.len());
        self.facts.exprs.push(expr);
        id
    }

    pub fn add_type(&mut self, ty: TypeExpr) -> TypeId {
        let id = TypeId::from_index(self.facts.types.len());
        self.facts.types.push(ty);
        id
    }

    /// Adds a name to the current scope, visible from byte `from`.
    pub fn add_binding(
        &mut self,
        name: Name,
        from: usize,
        kind: BindingKind,
        ty: Option<TypeId>,
        init: Option<ExprId>,
    ) -> BindingId {
        let id = BindingId::from_index(self.facts.bindings.len());
        self.facts.bindings.push(Binding { name, scope: self.scope, from: from as u32, kind, ty, init });
        id
    }

    /// A simple name at `node`, looked up from the current scope.
    pub fn name_expr(&mut self, node: Node<'_>) -> ExprId {
        let expr = Expr::Name { name: self.name(node), scope: self.scope, at: node.start_byte() as u32 };
        self.add_expr(expr)
    }

    /// Adds a call site; `name` is the token before the parenthesis.
    pub fn add_call(&mut self, expr: ExprId, name: Node<'_>) -> CallId {
        let id = CallId::from_index(self.facts.calls.len());
        let call = CallSite { expr, owner: self.owner, scope: self.scope, name: self.name(name), pos: self.pos(name) };
        self.facts.calls.push(call);
        id
    }

    /// Adds a use of a name that is no call.
    pub fn add_mention(&mut self, expr: ExprId, name: Node<'_>) {
        let mention = Mention { expr, owner: self.owner, name: self.name(name), pos: self.pos(name) };
        self.facts.mentions.push(mention);
    }
}

/// The first paragraph of a doc comment's text whose comment signs are gone already, at most
/// [`DOC_LIMIT`] bytes and cut at a word.
pub fn first_paragraph(text: &str) -> Option<Box<str>> {
    let mut out = String::new();
    for line in text.lines().map(str::trim).skip_while(|line| line.is_empty()) {
        if line.is_empty() {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(line);
        if out.len() > DOC_LIMIT {
            let mut end = DOC_LIMIT;
            while !out.is_char_boundary(end) {
                end -= 1;
            }
            out.truncate(out[..end].rfind(' ').unwrap_or(end));
            out.push('…');
            break;
        }
    }
    (!out.is_empty()).then(|| out.into_boxed_str())
}
