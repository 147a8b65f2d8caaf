//! Go: from the parse tree to facts.
//!
//! Lexical scoping inside functions needs no other file, so it is settled here: a name that stands for a
//! local variable or parameter becomes [`Expr::Local`]; all other names stay names.

mod constraints;
mod declarations;
mod expressions;
mod kinds;
mod locals;
mod statements;
mod types;

use crate::facts::*;
use crate::lower::Lowering;
use crate::name::Name;
use kinds::{Field, Kind, Vocabulary};
use locals::Locals;
use rustc_hash::FxHashMap;
use tree_sitter::{Node, TreeCursor};

pub(super) fn lower(lowering: &mut Lowering<'_>, root: Node<'_>, _path: &str) {
    let unknown = lowering.add_expr(Expr::Unknown);
    let mut go = Go {
        low: lowering,
        vocabulary: Vocabulary::get(),
        kids: Vec::new(),
        cursor: root.walk(),
        locals: Locals::default(),
        unknown,
        literals: FxHashMap::default(),
        imported: Vec::new(),
        main: false,
    };
    go.file(root);
}

/// A child of a node that is being looked at.
#[derive(Clone, Copy)]
struct Kid<'t> {
    node: Node<'t>,
    kind: Kind,
    field: Field,
}

/// Children of a node: a run at the end of [`Go::kids`].
#[derive(Clone, Copy)]
struct Kids {
    start: usize,
    end: usize,
}

impl Kids {
    fn indexes(self) -> std::ops::Range<usize> {
        self.start..self.end
    }
}

/// The walk over one file.
struct Go<'l, 's, 't> {
    low: &'l mut Lowering<'s>,
    vocabulary: &'static Vocabulary,
    /// Children of all nodes that are being looked at, outermost first.
    kids: Vec<Kid<'t>>,
    cursor: TreeCursor<'t>,
    locals: Locals,
    /// The one expression of which nothing is known.
    unknown: ExprId,
    literals: FxHashMap<Literal, ExprId>,
    /// Names that imports bring.
    imported: Vec<Name>,
    /// Whether the package is a program.
    main: bool,
}

impl<'t> Go<'_, '_, 't> {
    /// Lists a node's children: named ones, and those with a field. To be given back with [`Self::close`].
    fn open(&mut self, node: Node<'t>) -> Kids {
        let start = self.kids.len();
        self.cursor.reset(node);
        if self.cursor.goto_first_child() {
            loop {
                let child = self.cursor.node();
                let field = self.vocabulary.field(self.cursor.field_id());
                if child.is_named() || field != Field::None {
                    self.kids.push(Kid { node: child, kind: self.vocabulary.kind(child), field });
                }
                if !self.cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        Kids { start, end: self.kids.len() }
    }

    fn close(&mut self, kids: Kids) {
        self.kids.truncate(kids.start);
    }

    fn kid(&self, kids: Kids, field: Field) -> Option<Kid<'t>> {
        self.kids[kids.indexes()].iter().find(|kid| kid.field == field).copied()
    }

    fn node(&self, kids: Kids, field: Field) -> Option<Node<'t>> {
        self.kid(kids, field).map(|kid| kid.node)
    }

    fn kind(&self, node: Node<'_>) -> Kind {
        self.vocabulary.kind(node)
    }

    fn literal(&mut self, literal: Literal) -> ExprId {
        if let Some(&id) = self.literals.get(&literal) {
            return id;
        }
        let id = self.low.add_expr(Expr::Literal(literal));
        self.literals.insert(literal, id);
        id
    }

    /// Runs `body` inside a definition with a scope of its own.
    fn within<R>(&mut self, def: DefId, body: impl FnOnce(&mut Self) -> R) -> R {
        let (owner, scope) = (self.low.owner, self.low.scope);
        self.low.owner = def;
        self.low.scope = self.low.facts.def(def).scope;
        let mark = self.locals.enter();
        let result = body(self);
        self.locals.leave(mark);
        (self.low.owner, self.low.scope) = (owner, scope);
        result
    }

    /// Runs `body` inside a new block.
    fn in_block<R>(&mut self, body: impl FnOnce(&mut Self) -> R) -> R {
        let outer = self.low.scope;
        self.low.scope = self.low.add_scope(ScopeKind::Block);
        let mark = self.locals.enter();
        let result = body(self);
        self.locals.leave(mark);
        self.low.scope = outer;
        result
    }

    /// Declares a variable of the current block, visible from byte `from`.
    fn bind(&mut self, name: Node<'t>, from: usize, kind: BindingKind, ty: Option<TypeId>, init: Option<ExprId>) {
        let name = self.low.name(name);
        if name.is_empty() || name == "_" {
            return;
        }
        let binding = self.low.add_binding(name, from, kind, ty, init);
        self.locals.declare(name, Some(binding));
    }
}

/// Runs `body` on a stack that is large enough for one more level of nesting.
fn deeper<R>(body: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, body)
}
