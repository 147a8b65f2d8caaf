//! What one file says, in a form that is the same for all languages.
//!
//! Facts are a small intermediate representation: *definitions* form a tree, *scopes* form a tree,
//! *bindings* and *imports* put names into scopes, and *expressions* and *type expressions* live in two
//! arenas. An extractor lowers whatever its language has to these; a resolver gives them meaning. Facts
//! hold what the source says and nothing that had to be guessed from other files.
//!
//! Only what resolution can use is lowered: an expression that neither is a call, nor can be (part of) a
//! receiver, argument, callee or returned value, becomes [`Expr::Unknown`] or is left out.
//!
//! Ids are indexes into this file's arenas; the resolver pairs them with a file id.

use crate::language::Language;
use crate::name::Name;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use std::num::NonZeroU32;

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $id(NonZeroU32);

        impl $id {
            /// The id of the item at `index` of its arena.
            pub fn from_index(index: usize) -> Self {
                let id = u32::try_from(index + 1).expect("a file has fewer than 4 billion items");
                Self(NonZeroU32::new(id).expect("index + 1 is not zero"))
            }

            /// The index in the arena.
            pub fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }
    )*};
}

ids! {
    /// A definition. The file itself is [`DefId::FILE`].
    DefId,
    /// A lexical scope. The file's outermost one is [`ScopeId::FILE`].
    ScopeId,
    /// A local name: variable, parameter, pattern.
    BindingId,
    /// An expression.
    ExprId,
    /// A type as written.
    TypeId,
    /// A call site.
    CallId,
    /// An import.
    ImportId,
}

impl DefId {
    pub const FILE: Self = Self(NonZeroU32::MIN);
}

impl ScopeId {
    pub const FILE: Self = Self(NonZeroU32::MIN);
}

/// A run of items in one of the file's pools; read it with [`FileFacts::list`].
#[derive(Debug, Serialize, Deserialize)]
pub struct List<T> {
    start: u32,
    len: u32,
    #[serde(skip)]
    item: PhantomData<fn() -> T>,
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { start: 0, len: 0, item: PhantomData }
    }
}

impl<T> List<T> {
    pub fn len(self) -> usize {
        self.len as usize
    }

    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// An item that is kept in runs in a pool of its own.
pub trait Pooled: Sized {
    fn pool(facts: &FileFacts) -> &Vec<Self>;
    fn pool_mut(facts: &mut FileFacts) -> &mut Vec<Self>;
}

macro_rules! pooled {
    ($($item:ty => $pool:ident),* $(,)?) => {$(
        impl Pooled for $item {
            fn pool(facts: &FileFacts) -> &Vec<Self> {
                &facts.$pool
            }
            fn pool_mut(facts: &mut FileFacts) -> &mut Vec<Self> {
                &mut facts.$pool
            }
        }
    )*};
}

pooled! {
    ExprId => expr_lists,
    TypeId => type_lists,
    Name => name_lists,
    Segment => segments,
    Param => params,
    TypeParam => type_params,
    Super => supers,
}

/// Everything one file says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileFacts {
    pub language: Language,
    /// Whether the whole file is test code, told from its path.
    pub test: bool,
    /// Bytes of source.
    pub bytes: u32,
    /// Lines of source.
    pub lines: u32,
    /// Places where the parser had to recover from a syntax error.
    pub syntax_errors: u32,
    /// 1-based line of the first of them.
    pub first_error_line: Option<NonZeroU32>,
    /// `package a.b;` (Java), `package x` (Go): the declared package, in segments.
    pub package: List<Name>,
    /// `[DefId::FILE]` is the file.
    pub defs: Vec<Def>,
    /// `[ScopeId::FILE]` is the file's outermost scope.
    pub scopes: Vec<Scope>,
    pub bindings: Vec<Binding>,
    pub imports: Vec<Import>,
    pub exports: Vec<Export>,
    pub exprs: Vec<Expr>,
    pub types: Vec<TypeExpr>,
    pub calls: Vec<CallSite>,
    /// Functions, methods and types named without being called (passed, stored, compared).
    pub mentions: Vec<Mention>,
    /// Assignments to something that is not a plain local name: `a.b = c`.
    pub assigns: Vec<Assign>,
    /// Text that may not be compiled, in source order, outer before inner (C, C++).
    pub conditionals: Vec<Conditional>,
    /// What macros of the file write where they are used (C, C++).
    pub declaring_macros: Vec<DeclaringMacro>,
    /// Where declarations may be written by macros (C, C++).
    pub macro_uses: Vec<MacroUse>,
    /// Macros that only comments define: `/* #define X */` (C, C++).
    pub left_out: Vec<Name>,
    /// The texts of object-like macros that may be values of conditions, in the order of their definitions (C, C++).
    pub macro_texts: Vec<MacroText>,
    /// In source order (C, C++).
    pub undefined: Vec<Undefined>,
    expr_lists: Vec<ExprId>,
    type_lists: Vec<TypeId>,
    name_lists: Vec<Name>,
    segments: Vec<Segment>,
    params: Vec<Param>,
    type_params: Vec<TypeParam>,
    supers: Vec<Super>,
}

impl FileFacts {
    /// Facts with nothing in them but the file's own definition and scope.
    pub fn new(language: Language, test: bool, name: Name) -> Self {
        let file = Def {
            name,
            flags: if test { DefFlags::TEST } else { DefFlags::NONE },
            ..Def::bare(DefKind::File, Pos { line: 1, column: 1 }, Span::default(), 1)
        };
        let scope = Scope { parent: None, owner: DefId::FILE, kind: ScopeKind::File };
        Self {
            language,
            test,
            bytes: 0,
            lines: 0,
            syntax_errors: 0,
            first_error_line: None,
            package: List::default(),
            defs: vec![file],
            scopes: vec![scope],
            bindings: Vec::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            exprs: Vec::new(),
            types: Vec::new(),
            calls: Vec::new(),
            mentions: Vec::new(),
            assigns: Vec::new(),
            conditionals: Vec::new(),
            declaring_macros: Vec::new(),
            macro_uses: Vec::new(),
            left_out: Vec::new(),
            macro_texts: Vec::new(),
            undefined: Vec::new(),
            expr_lists: Vec::new(),
            type_lists: Vec::new(),
            name_lists: Vec::new(),
            segments: Vec::new(),
            params: Vec::new(),
            type_params: Vec::new(),
            supers: Vec::new(),
        }
    }

    /// The items of a list.
    pub fn list<T: Pooled>(&self, list: List<T>) -> &[T] {
        &T::pool(self)[list.start as usize..(list.start + list.len) as usize]
    }

    /// Stores a list.
    pub fn new_list<T: Pooled>(&mut self, items: impl IntoIterator<Item = T>) -> List<T> {
        let pool = T::pool_mut(self);
        let start = pool.len();
        pool.extend(items);
        List { start: start as u32, len: (pool.len() - start) as u32, item: PhantomData }
    }

    pub fn def(&self, id: DefId) -> &Def {
        &self.defs[id.index()]
    }

    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.index()]
    }

    pub fn binding(&self, id: BindingId) -> &Binding {
        &self.bindings[id.index()]
    }

    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    pub fn type_expr(&self, id: TypeId) -> &TypeExpr {
        &self.types[id.index()]
    }

    pub fn call(&self, id: CallId) -> &CallSite {
        &self.calls[id.index()]
    }

    pub fn import(&self, id: ImportId) -> &Import {
        &self.imports[id.index()]
    }

    /// All definitions with their ids, in source order.
    pub fn defs(&self) -> impl Iterator<Item = (DefId, &Def)> {
        self.defs.iter().enumerate().map(|(index, def)| (DefId::from_index(index), def))
    }

    /// A definition and those around it, innermost first; the file is the last.
    pub fn outwards(&self, def: DefId) -> impl Iterator<Item = DefId> + '_ {
        std::iter::successors(Some(def), |def| (*def != DefId::FILE).then(|| self.def(*def).parent))
    }

    /// The function that an overload signature describes: what is no signature under its name in its scope. Itself for
    /// all else, and where there is none.
    pub fn implementation(&self, def: DefId) -> DefId {
        let this = self.def(def);
        if !this.flags.contains(DefFlags::OVERLOAD) {
            return def;
        }
        let is_described = |other: &Def| {
            other.name == this.name
                && other.parent == this.parent
                && other.outer_scope == this.outer_scope
                && other.kind.is_callable()
                && !other.flags.contains(DefFlags::OVERLOAD)
        };
        self.defs().find(|(_, other)| is_described(other)).map_or(def, |(id, _)| id)
    }

    /// The innermost function or method at or around `def` that people have a name for, or the file:
    /// closures and anonymous functions count as part of what encloses them.
    pub fn enclosing_entity(&self, mut def: DefId) -> DefId {
        while self.def(def).kind == DefKind::Closure {
            def = self.def(def).parent;
        }
        def
    }
}

/// A place for people: 1-based line, and 1-based column counted in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pos {
    pub line: u32,
    pub column: u32,
}

/// A half-open range of bytes of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

/// What a definition is. One vocabulary for all languages; `--type` takes these names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DefKind {
    /// The file itself. Not an entity, but a place where calls can stand.
    File,
    /// Rust `mod x { }`, TypeScript `namespace`, C++ `namespace`.
    Module,
    Function,
    Method,
    Constructor,
    /// A getter or setter, or a Python `@property`.
    Accessor,
    Struct,
    Class,
    Interface,
    Trait,
    /// A Rust `impl` block: `ty` is its Self type, `supers` the trait.
    Impl,
    Enum,
    Variant,
    Union,
    /// A record (Java) or annotation type is a `Class` / `Interface` with a flag-free kind.
    TypeAlias,
    /// A type of its own over another one: Go `type Weekday int`; `ty` is what it is made over.
    NewType,
    /// An associated type of a Rust trait or impl.
    AssociatedType,
    Field,
    Constant,
    Static,
    /// A module-level variable.
    Variable,
    Macro,
    /// A closure, lambda or anonymous function: no entity of its own; calls in it belong to `parent`.
    Closure,
    /// An object literal, an anonymous class, struct or object type: members hang below it.
    Anonymous,
}

impl DefKind {
    /// Whether calls can lead to it and it has parameters.
    pub fn is_callable(self) -> bool {
        matches!(self, Self::Function | Self::Method | Self::Constructor | Self::Accessor | Self::Closure)
    }

    /// Whether it is a type with members.
    pub fn is_type(self) -> bool {
        matches!(
            self,
            Self::Struct
                | Self::Class
                | Self::Interface
                | Self::Trait
                | Self::Enum
                | Self::Union
                | Self::TypeAlias
                | Self::NewType
                | Self::AssociatedType
                | Self::Anonymous
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    Public,
    /// `pub(crate)`, Java's default, Go's lower case, C's `static`: the package or module.
    Package,
    Protected,
    Private,
}

/// Yes-or-no facts about a definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefFlags(u16);

impl DefFlags {
    pub const NONE: Self = Self(0);
    /// Test code: marked so in the source, inside something marked so, or in a test file.
    pub const TEST: Self = Self(1);
    /// Belongs to the type, not to an instance.
    pub const STATIC: Self = Self(1 << 1);
    /// Has no body: trait or interface method, abstract method, C declaration.
    pub const DECLARATION: Self = Self(1 << 2);
    pub const ASYNC: Self = Self(1 << 3);
    pub const GENERATOR: Self = Self(1 << 4);
    /// Exported from its module, where that is not what `visibility` says (ECMAScript).
    pub const EXPORTED: Self = Self(1 << 5);
    pub const DEFAULT_EXPORT: Self = Self(1 << 6);
    /// A TypeScript overload signature or a Python `@overload`: describes another definition.
    pub const OVERLOAD: Self = Self(1 << 7);
    /// Has `self`/receiver.
    pub const INSTANCE: Self = Self(1 << 8);
    /// A Python `@classmethod`.
    pub const CLASS_METHOD: Self = Self(1 << 9);
    /// Runs when the program starts: `main` and its like.
    pub const ENTRY_POINT: Self = Self(1 << 10);
    /// C++ `virtual`, or `override` anywhere.
    pub const VIRTUAL: Self = Self(1 << 11);
    /// A setter (with kind `Accessor`); without it the accessor is a getter.
    pub const SETTER: Self = Self(1 << 12);
    /// Last parameter takes any number of arguments.
    pub const VARIADIC: Self = Self(1 << 13);
    pub const DEPRECATED: Self = Self(1 << 14);
    /// Written in a place the language skips by configuration known from the text (`#if 0`).
    pub const INACTIVE: Self = Self(1 << 15);

    pub fn contains(self, flag: Self) -> bool {
        self.0 & flag.0 == flag.0
    }

    pub fn insert(&mut self, flag: Self) {
        self.0 |= flag.0;
    }

    #[must_use]
    pub fn with(self, flag: Self) -> Self {
        Self(self.0 | flag.0)
    }

    /// The bits, for storage.
    pub fn bits(self) -> u16 {
        self.0
    }

    pub fn from_bits(bits: u16) -> Self {
        Self(bits)
    }
}

/// A definition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Def {
    pub kind: DefKind,
    /// The simple name; empty for impl blocks, closures and anonymous types.
    pub name: Name,
    /// The definition this one stands in; a C++ method defined outside its class stands in the file, see
    /// `ty`-less [`Def::supers`] with [`Relation::MemberOf`].
    pub parent: DefId,
    /// Of the name token; for anonymous ones, of the first token.
    pub pos: Pos,
    /// The whole definition with its body, without doc comment.
    pub span: Span,
    /// Where the body starts, or `span.end` if there is none: `span.start..body_start` is the signature.
    pub body_start: u32,
    pub start_line: u32,
    pub end_line: u32,
    pub visibility: Visibility,
    pub flags: DefFlags,
    /// The scope inside: type parameters, parameters, members or body.
    pub scope: ScopeId,
    /// The scope it is declared in.
    pub outer_scope: ScopeId,
    pub type_params: List<TypeParam>,
    pub params: List<Param>,
    /// Callables: the written return type. Fields, constants, variables: the written type. Aliases: what
    /// they stand for. Impl blocks: the Self type.
    pub ty: Option<TypeId>,
    /// Base classes, interfaces, supertraits, the trait of an impl, embedded structs.
    pub supers: List<Super>,
    /// The initial value (fields, constants, variables), a decorated function's replaced value.
    pub value: Option<ExprId>,
    /// What is returned (callables without a written return type) or yielded.
    pub returns: List<ExprId>,
    /// Decorators, annotations and attributes, as expressions.
    pub decorators: List<ExprId>,
    /// First paragraph of the doc comment, at most [`DOC_LIMIT`] bytes.
    pub doc: Option<Box<str>>,
}

impl Def {
    /// A public definition in the file's scope of which nothing more is known than its place; it starts on the
    /// line of its name, and its body where it starts itself.
    pub(crate) fn bare(kind: DefKind, pos: Pos, span: Span, end_line: u32) -> Self {
        Self {
            kind,
            name: Name::default(),
            parent: DefId::FILE,
            pos,
            span,
            body_start: span.start,
            start_line: pos.line,
            end_line,
            visibility: Visibility::Public,
            flags: DefFlags::NONE,
            scope: ScopeId::FILE,
            outer_scope: ScopeId::FILE,
            type_params: List::default(),
            params: List::default(),
            ty: None,
            supers: List::default(),
            value: None,
            returns: List::default(),
            decorators: List::default(),
            doc: None,
        }
    }
}

/// Longest piece of a doc comment that facts keep, in bytes.
pub const DOC_LIMIT: usize = 300;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TypeParam {
    /// Empty for a Rust where-clause predicate: `default` is its subject. These follow the parameters.
    pub name: Name,
    /// `T: A + B`, `T extends A`, also from where clauses.
    pub bounds: List<TypeId>,
    pub default: Option<TypeId>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Param {
    /// Empty if it is a pattern; the pattern's names are bindings of the function's scope.
    pub name: Name,
    pub kind: ParamKind,
    pub ty: Option<TypeId>,
    pub default: Option<ExprId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParamKind {
    Plain,
    /// `self`, `this`, Go's receiver, Python's first parameter of a method.
    Receiver,
    /// May be left out (default value or `?`).
    Optional,
    /// `*args`, `...rest`, `T...`
    Variadic,
    /// `**kwargs`
    KeywordVariadic,
    /// Only by name (Python after `*`).
    KeywordOnly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    Extends,
    Implements,
    /// Go's embedded field.
    Embeds,
    /// The type that a definition written elsewhere is a member of: C++ `void A::f() {}`.
    MemberOf,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Super {
    pub relation: Relation,
    pub ty: TypeId,
    /// Class expressions: `class A extends mixin(B)`, Python bases.
    pub expr: Option<ExprId>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scope {
    pub parent: Option<ScopeId>,
    /// The innermost definition (closures included) that the scope belongs to.
    pub owner: DefId,
    pub kind: ScopeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeKind {
    File,
    /// Module or namespace body.
    Module,
    /// Body of a class, trait, interface, impl, enum.
    Type,
    /// Parameters and body of a callable.
    Function,
    Block,
}

/// A local name. Module-level variables are definitions ([`DefKind::Variable`]) instead.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Binding {
    /// Empty for a value that only other expressions refer to, see [`Expr::Local`].
    pub name: Name,
    pub scope: ScopeId,
    /// Byte offset from which the name is visible in its scope; later bindings of one scope shadow
    /// earlier ones, where the language says so.
    pub from: u32,
    pub kind: BindingKind,
    pub ty: Option<TypeId>,
    /// What it is made from: initial value, assigned value, or a projection of a matched value
    /// ([`Expr::Element`], [`Expr::Component`], [`Expr::Member`]...).
    pub init: Option<ExprId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BindingKind {
    Local,
    /// The parameter of this index of the scope's owner.
    Param(u16),
    /// A condition that holds in this scope tells more of the type: `isinstance`, `instanceof`, a type
    /// switch, `if let`.
    Narrowed,
    /// Assigned again after its declaration: one more value it can have.
    Assigned,
    /// `global x` / `nonlocal x`: the name is the outer one.
    Outer,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Import {
    /// Rust `a::b` of `use a::b::c`; `["./x"]`, `["java", "util"]`, `["fmt"]`, `["stdio.h"]`.
    pub module: List<Name>,
    pub member: ImportMember,
    /// The name it gets here; `None` if it brings no name of its own (glob, side effect, include).
    pub local: Option<Name>,
    /// Python's leading dots: `from ..a import b` has 2. Otherwise 0.
    pub level: u8,
    pub scope: ScopeId,
    pub pos: Pos,
    pub kind: ImportKind,
    /// Whether others get it through this module: `pub use`, `export … from`.
    pub visibility: Visibility,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportMember {
    /// The module itself: `import a`, `import * as a`, Rust `use a::b::{self}`.
    Module,
    Named(Name),
    Default,
    /// Everything: `use a::*`, `from a import *`, `export * from`, `#include`, `using namespace`. An `#include` of
    /// [`Self::Named`] names the macro that stands for the path.
    Glob,
    /// Only for what it does: `import "./x"`.
    SideEffect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportKind {
    Plain,
    /// `import type`, `if TYPE_CHECKING`.
    TypeOnly,
    /// Java `import static`.
    Static,
    /// `export … from`, with or without a local name.
    ReExport,
    /// `require(…)`, `await import(…)`.
    Dynamic,
    /// `#include "…"`.
    Include,
    /// `#include <…>`.
    SystemInclude,
    /// C++ `using`.
    Using,
    /// Rust `extern crate`, `mod x;` (member `Module`, module the path below this file's module).
    ModDeclaration,
}

/// What an ECMAScript module exports under a name (re-exports from elsewhere are imports).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Export {
    /// `default` for default exports, `export=` for `module.exports = …` and `export = …` as a whole.
    pub name: Name,
    pub value: ExportValue,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum ExportValue {
    /// A name of the file's outermost scope.
    Local(Name),
    Def(DefId),
    Expr(ExprId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Literal {
    Str,
    Bytes,
    Char,
    Int,
    Float,
    Bool,
    Null,
    Undefined,
    Regex,
}

/// One part of a path: `Vec::<T>` in `Vec::<T>::new`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Segment {
    pub name: Name,
    pub args: List<TypeId>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Expr {
    /// Something whose value resolution has no use for.
    Unknown,
    Literal(Literal),
    /// A string literal with its text, in languages where types depend on it.
    Text(Name),
    /// The value where a condition is known to hold, or known not to: what narrowing knows of it.
    Guarded {
        value: ExprId,
        condition: ExprId,
        holds: bool,
    },
    /// A simple name, looked up from `scope`; `at` is its byte offset.
    Name {
        name: Name,
        scope: ScopeId,
        at: u32,
    },
    /// `a::b::c`, looked up from `scope`. A single segment with type arguments is a path, too.
    Path {
        segments: List<Segment>,
        scope: ScopeId,
        at: u32,
    },
    /// `<T as Trait>::name`, `decltype(x)::name`: a name below a type.
    TypeMember {
        ty: TypeId,
        name: Name,
    },
    /// The value of a binding that has no name or is known already.
    Local(BindingId),
    Member {
        base: ExprId,
        name: Name,
        access: Access,
    },
    Call {
        callee: ExprId,
        args: List<ExprId>,
        type_args: List<TypeId>,
    },
    /// `new T(args)`; C++ `T x(args)`.
    New {
        ty: TypeId,
        args: List<ExprId>,
    },
    /// Python's and ECMAScript's `new` of an expression.
    NewExpr {
        class: ExprId,
        args: List<ExprId>,
    },
    Index {
        base: ExprId,
        index: ExprId,
    },
    Unary {
        op: UnaryOp,
        operand: ExprId,
    },
    Binary {
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
    },
    /// One of these: branches of `if`, `match`, `?:`, `a || b`.
    Choice(List<ExprId>),
    Cast {
        value: ExprId,
        ty: TypeId,
    },
    /// `T { … }`, Go composite literals.
    StructLiteral {
        ty: TypeId,
    },
    Tuple(List<ExprId>),
    /// `[a, b]`, `vec![a]`, and what comprehensions build.
    Sequence(List<ExprId>),
    Set(List<ExprId>),
    /// Keys and values in turn.
    Map(List<ExprId>),
    /// An object literal, class expression, function expression or closure.
    Def(DefId),
    /// `self`/`this` where it is a keyword. Rust's and Python's `self` are names.
    This,
    Super,
    /// An element of what is iterated: `for x in e`.
    Element(ExprId),
    /// The `index`-th part of a tuple or of several returned values.
    Component {
        value: ExprId,
        index: u32,
    },
    /// The field at `index` when `value` is matched as `ty(…)`; see `FieldOf` for named fields.
    PatternPart {
        ty: TypeId,
        index: u32,
        value: ExprId,
    },
    PatternField {
        ty: TypeId,
        name: Name,
        value: ExprId,
    },
    /// Python `with e as x`.
    Entered(ExprId),
    /// `value` on a way that the call `call` must have returned for; nothing if it never returns.
    After {
        value: ExprId,
        call: ExprId,
    },
    /// What `target` holds right after `value` was assigned to it: its declared type, narrowed.
    Assigned {
        target: ExprId,
        value: ExprId,
    },
    /// An argument passed by name: `f(name=value)`.
    Keyword {
        name: Name,
        value: ExprId,
    },
    /// `name!(args)`: the arguments that could be read as expressions.
    Macro {
        path: List<Segment>,
        args: List<ExprId>,
        scope: ScopeId,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    Dot,
    /// `->`
    Arrow,
    /// `?.`
    Optional,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnaryOp {
    Ref,
    RefMut,
    Deref,
    Not,
    Negate,
    Await,
    /// Rust `?`
    Try,
    Spread,
    /// Go `<-c`
    Receive,
    /// TypeScript `e!`
    NonNull,
    Typeof,
    Yield,
    /// Result is a boolean or nothing of interest.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Bit,
    Shift,
    /// Comparison: the result is a boolean.
    Compare,
    /// `===`, `==`: as `Compare`, where narrowing wants to know more.
    Equal,
    /// `!==`, `!=`
    NotEqual,
    InstanceOf,
    /// ECMAScript's `key in object`.
    In,
    And,
    Or,
    /// `??`
    Coalesce,
    Range,
    Other,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum TypeExpr {
    Unknown,
    /// `a::B<C>`, looked up from `scope`; `at` is its byte offset.
    Path {
        segments: List<Segment>,
        scope: ScopeId,
        at: u32,
    },
    Reference {
        inner: TypeId,
        mutable: bool,
    },
    Pointer(TypeId),
    /// Array, slice, `T[]`.
    Sequence(TypeId),
    Map {
        key: TypeId,
        value: TypeId,
    },
    Channel(TypeId),
    Tuple(List<TypeId>),
    Function {
        params: List<TypeId>,
        ret: Option<TypeId>,
    },
    Union(List<TypeId>),
    Intersection(List<TypeId>),
    Optional(TypeId),
    /// An object type, anonymous struct or interface: members hang below the definition.
    Def(DefId),
    /// `dyn A + B`
    Dyn(List<TypeId>),
    /// `impl A + B`; Java's `? extends A`
    Impl(List<TypeId>),
    /// Java's `? super A`
    Super(TypeId),
    /// `<T as Trait>::Name`, `T::Name` where T is a type of the scope.
    Projection {
        base: TypeId,
        of: Option<TypeId>,
        name: Name,
    },
    /// `typeof e`, `decltype(e)`
    TypeOf(ExprId),
    /// `T[K]`
    Indexed {
        base: TypeId,
        index: TypeId,
    },
    /// `Item = T` among type arguments.
    Associated {
        name: Name,
        ty: TypeId,
    },
    Literal(Literal),
    /// A string or other literal type with its text: `"click"`.
    LiteralText(Name),
    /// `Self`, TypeScript's `this` type.
    SelfType,
    /// `_`, `auto`, `var`
    Inferred,
    /// An operator on types that only one language has, by its keyword: `keyof T`, conditional and mapped types.
    Operator {
        op: Name,
        args: List<TypeId>,
    },
    /// `x is T`: boolean for callers, tells the type of an argument.
    Predicate(TypeId),
    Never,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CallSite {
    /// A call, new or macro expression.
    pub expr: ExprId,
    /// The innermost definition (closures included) around the call.
    pub owner: DefId,
    pub scope: ScopeId,
    /// What stands before the parenthesis.
    pub name: Name,
    /// Of that name.
    pub pos: Pos,
}

/// A function-like macro whose text may be whole declarations, or the head of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaringMacro {
    pub name: Name,
    /// As written: the last may end with `...`.
    pub params: Box<[Box<str>]>,
    pub body: Box<str>,
}

/// A name with arguments that stands where a declaration could.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MacroUse {
    pub name: Name,
    pub arguments: Box<[Box<str>]>,
    pub pos: Pos,
    pub span: Span,
    pub end_line: u32,
    /// A body follows: this would be the head of a function.
    pub head: bool,
}

/// Text that is compiled only under conditions that the file leaves open.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Conditional {
    pub span: Span,
    /// The line of the directive that begins it.
    pub line: u32,
    /// The line of the `#if` that it belongs to, where its conditions are asked.
    pub asked_line: u32,
    /// The line of the directive that ends it.
    pub end_line: u32,
    /// The index of the one around it.
    pub around: Option<u32>,
    /// Expressions of `#if`, all of which hold where the text is compiled.
    pub needs: List<Name>,
}

/// The text of an object-like macro.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct MacroText {
    pub def: DefId,
    pub text: Name,
}

/// `#undef NAME`
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Undefined {
    pub name: Name,
    pub line: u32,
}

/// A name used as a value or type without a call.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Mention {
    pub expr: ExprId,
    pub owner: DefId,
    pub name: Name,
    pub pos: Pos,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Assign {
    pub target: ExprId,
    pub value: ExprId,
    pub owner: DefId,
    pub scope: ScopeId,
}
