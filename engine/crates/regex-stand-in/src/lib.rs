//! Stands in for the `regex` crate.
//!
//! Only tree-sitter depends on that one, for `#match?` in queries, and always with the tables of all of Unicode. The
//! engine walks trees and has no queries; but cargo unifies features, so that through `regex-syntax` these tables
//! would come into the expressions of ignore files too: 0.4 MB of the binary.

/// As `regex::bytes`.
pub mod bytes {
    use std::fmt;

    /// An expression. There are none.
    #[derive(Debug)]
    pub enum Regex {}

    impl Regex {
        /// Compiles no expression.
        ///
        /// # Errors
        ///
        /// Always.
        pub fn new(_expression: &str) -> Result<Self, Error> {
            Err(Error)
        }

        /// Whether the expression is found in a text.
        pub fn is_match(&self, _text: &[u8]) -> bool {
            match *self {}
        }
    }

    /// Why there is no expression.
    #[derive(Debug)]
    pub struct Error;

    impl fmt::Display for Error {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("this build has no regular expressions in queries")
        }
    }

    impl std::error::Error for Error {}
}
