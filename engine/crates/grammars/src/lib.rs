//! The tree-sitter grammars parseltongue reads code with.
//!
//! The rest of the engine asks for a [`Grammar`] and gets a [`tree_sitter::Language`] from [`language`]; how the
//! parse tables are stored is this crate's business alone.

use std::fmt;

use tree_sitter::Language;

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
}

impl fmt::Display for Grammar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The language to hand to [`tree_sitter::Parser::set_language`].
///
/// Safe to call from any thread, and cheap after the first call for a grammar.
pub fn language(grammar: Grammar) -> Language {
    match grammar {
        Grammar::Rust => tree_sitter_rust::LANGUAGE.into(),
        Grammar::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        Grammar::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        Grammar::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
        Grammar::Python => tree_sitter_python::LANGUAGE.into(),
        Grammar::Go => tree_sitter_go::LANGUAGE.into(),
        Grammar::Java => tree_sitter_java::LANGUAGE.into(),
        Grammar::C => tree_sitter_c::LANGUAGE.into(),
        Grammar::Cpp => tree_sitter_cpp::LANGUAGE.into(),
    }
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
                Grammar::Cpp => (
                    "namespace a { template <class T> struct B {}; }",
                    "translation_unit",
                ),
            };
            let mut parser = Parser::new();
            parser.set_language(&language(grammar)).unwrap();
            let tree = parser.parse(source, None).unwrap();
            assert_eq!(tree.root_node().kind(), root, "{grammar}");
            assert!(
                !tree.root_node().has_error(),
                "{grammar}: {}",
                tree.root_node()
            );
        }
    }
}
