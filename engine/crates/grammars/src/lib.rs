//! The tree-sitter grammars parseltongue reads code with.
//!
//! The rest of the engine asks for a [`Grammar`] and gets a [`tree_sitter::Language`] from [`language`]; how the
//! parse tables are stored is this crate's business alone.
//!
//! # How the tables are stored
//!
//! The nine generated parsers are 9 MB of constant arrays and a third of a megabyte of code. LZMA makes a nineteenth of
//! the arrays, so they are in the binary like that, and a language's are unpacked when it is first asked for:
//!
//! - The grammar crates are development dependencies, whose sources `build/locate.rs` finds through `cargo metadata`.
//!   A grammar is updated by changing its version in `Cargo.toml`.
//! - `build/tables.rs` evaluates the array initialisers of each `parser.c` into bytes, and leaves C text in which the
//!   arrays are members of one zero-initialised structure, which takes no room in the binary. Lexers and scanners are
//!   compiled as they are.
//! - [`language`] unpacks the bytes into that structure, once.
//!
//! Evaluating the text rather than asking a C compiler makes cross compiling no different from compiling: nothing has
//! to run on, or be read back from, another platform. It also takes less time than compiling the arrays would. It
//! relies on the form of what tree-sitter generates, but not on faith: an initialiser that is not understood stops the
//! build, static asserts in the compiled code check the layout of the bytes for every target, and `tests/upstream.rs`
//! compares every table byte for byte, and the trees of whole and broken files, with those of the upstream crates.
//!
//! A query of a map that is up to date unpacks nothing.

use std::{fmt, slice, sync::OnceLock};

use tree_sitter::Language;
use tree_sitter_language::LanguageFn;

/// A grammar this build can parse with.
///
/// A grammar is not a programming language: TypeScript needs two of them, because `<T>x` is a cast in one dialect and
/// an element in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grammar {
    /// Rust
    Rust,
    /// TypeScript without JSX (`.ts`, `.mts`, `.cts`)
    TypeScript,
    /// TypeScript with JSX (`.tsx`)
    Tsx,
    /// JavaScript, with JSX
    JavaScript,
    /// Python
    Python,
    /// Go
    Go,
    /// Java
    Java,
    /// C
    C,
    /// C++
    Cpp,
}

impl Grammar {
    /// Every grammar, in declaration order.
    pub const ALL: [Self; 9] = [
        Self::Rust,
        Self::TypeScript,
        Self::Tsx,
        Self::JavaScript,
        Self::Python,
        Self::Go,
        Self::Java,
        Self::C,
        Self::Cpp,
    ];

    /// The grammar's name as tree-sitter spells it: `rust`, `typescript`, `tsx`, `cpp`, ...
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::TypeScript => "typescript",
            Self::Tsx => "tsx",
            Self::JavaScript => "javascript",
            Self::Python => "python",
            Self::Go => "go",
            Self::Java => "java",
            Self::C => "c",
            Self::Cpp => "cpp",
        }
    }

    /// The version of the crate the grammar comes from.
    pub fn version(self) -> &'static str {
        PACKED[self as usize].version
    }

    /// How large the grammar's tables are.
    pub fn table_sizes(self) -> TableSizes {
        let packed = &PACKED[self as usize];
        TableSizes { unpacked: packed.size, packed: packed.packed.len() }
    }
}

impl fmt::Display for Grammar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the build script made of a grammar.
struct Packed {
    version: &'static str,
    packed: &'static [u8],
    size: usize,
    storage: unsafe extern "C" fn() -> *mut u8,
    names: unsafe extern "C" fn(),
    language: unsafe extern "C" fn() -> *const (),
}

include!(concat!(env!("OUT_DIR"), "/packed.rs"));

/// The language to hand to [`tree_sitter::Parser::set_language`].
///
/// Safe to call from any thread, and cheap after the first call for a grammar, which unpacks its tables: that takes
/// from one millisecond (Go) to ten (C++).
pub fn language(grammar: Grammar) -> Language {
    static LANGUAGES: [OnceLock<Language>; Grammar::ALL.len()] = [const { OnceLock::new() }; Grammar::ALL.len()];
    LANGUAGES[grammar as usize].get_or_init(|| PACKED[grammar as usize].unpack()).clone()
}

impl Packed {
    /// Fills the tables and hands out the language that points to them. To be called once.
    fn unpack(&self) -> Language {
        // SAFETY: `storage` returns the address of a static, writable structure of `size` bytes in the compiled C
        // code, without padding and of number types only (the code asserts its size and layout at compile time). It
        // is written to here and nowhere else, under the lock of the one cell for this grammar, before anybody can
        // have the language that leads to it; there are no other references to it.
        let tables = unsafe { slice::from_raw_parts_mut((self.storage)(), self.size) };
        parseltongue_packed::unpack_into(self.packed, tables);
        // SAFETY: points to the names in the tables, which are there now; nobody else can have the language yet.
        unsafe { (self.names)() };
        // SAFETY: the function is one that tree-sitter generated.
        Language::new(unsafe { LanguageFn::from_raw(self.language) })
    }
}

/// How large a grammar's tables are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableSizes {
    /// In memory, once the grammar is in use
    pub unpacked: usize,
    /// In the binary
    pub packed: usize,
}

#[cfg(test)]
mod tests {
    use tree_sitter::Parser;

    use super::{Grammar, language};

    #[test]
    fn every_grammar_parses_its_language() {
        for grammar in Grammar::ALL {
            let (source, root) = match grammar {
                Grammar::Rust => ("fn main() { let x: u32 = 1; }", "source_file"),
                Grammar::TypeScript => ("let x = <number>y;", "program"),
                Grammar::Tsx => ("let x: JSX.Element = <a b={1}/>;", "program"),
                Grammar::JavaScript => ("const f = (x) => `${x}`;", "program"),
                Grammar::Python => ("def f(x):\n    return f'{x}'\n", "module"),
                Grammar::Go => ("package main\n\nfunc main() {}\n", "source_file"),
                Grammar::Java => ("class A { int f() { return 1; } }", "program"),
                Grammar::C => ("int main(void) { return 0; }", "translation_unit"),
                Grammar::Cpp => ("namespace a { template <class T> struct B {}; }", "translation_unit"),
            };
            let mut parser = Parser::new();
            parser.set_language(&language(grammar)).unwrap();
            let tree = parser.parse(source, None).unwrap();
            assert_eq!(tree.root_node().kind(), root, "{grammar}");
            assert!(!tree.root_node().has_error(), "{grammar}: {}", tree.root_node());
        }
    }
}
