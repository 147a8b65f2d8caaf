//! The languages and how a file's language is told from its name.

use parseltongue_grammars::Grammar;
use serde::{Deserialize, Serialize};

/// A source language with a grammar of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Rust,
    TypeScript,
    Tsx,
    JavaScript,
    Python,
    Go,
    Java,
    C,
    Cpp,
}

/// Languages that are resolved together because their files can name each other's definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    Rust,
    EcmaScript,
    Python,
    Go,
    Java,
    CFamily,
}

/// File name endings, each with its language. `.h` may be either C or C++: see [`Language::of`].
const EXTENSIONS: &[(&str, Language)] = &[
    ("rs", Language::Rust),
    ("ts", Language::TypeScript),
    ("mts", Language::TypeScript),
    ("cts", Language::TypeScript),
    ("tsx", Language::Tsx),
    ("js", Language::JavaScript),
    ("mjs", Language::JavaScript),
    ("cjs", Language::JavaScript),
    ("jsx", Language::JavaScript),
    ("py", Language::Python),
    ("pyi", Language::Python),
    ("go", Language::Go),
    ("java", Language::Java),
    ("c", Language::C),
    ("h", Language::C),
    ("cc", Language::Cpp),
    ("cpp", Language::Cpp),
    ("cxx", Language::Cpp),
    ("c++", Language::Cpp),
    ("hh", Language::Cpp),
    ("hpp", Language::Cpp),
    ("hxx", Language::Cpp),
    ("h++", Language::Cpp),
    ("inl", Language::Cpp),
    ("ipp", Language::Cpp),
    ("tpp", Language::Cpp),
    ("tcc", Language::Cpp),
    ("txx", Language::Cpp),
];

/// What a build copies a header to, as `config.h.generic` to `config.h`; the path itself if it is no such header.
pub fn as_copied(path: &str) -> &str {
    const ENDINGS: &[&str] = &[".prebuilt", ".generic", ".dist", ".in"];
    let copied = ENDINGS.iter().find_map(|ending| path.strip_suffix(ending));
    copied.filter(|path| path.ends_with(".h")).unwrap_or(path)
}

/// Whether what a build makes a header from says no more than which macros there may be.
fn only_configures(path: &str, source: &str) -> bool {
    path.ends_with(".in") && ["#cmakedefine", "#mesondefine", "#undef HAVE_"].iter().any(|line| source.contains(line))
}

impl Language {
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

    /// The language of a file with this text, as [`Language::of`] tells but for headers, which are C or C++.
    pub fn of_source(path: &str, source: &str) -> Option<Self> {
        match Self::of(path)? {
            Self::C if as_copied(path).ends_with(".h") => {
                (!only_configures(path, source)).then(|| Self::of_header(source))
            }
            language => Some(language),
        }
    }

    /// The language that a file name's ending stands for. A `.h` file counts as C here;
    /// [`Language::of_header`] looks inside.
    pub fn of(path: &str) -> Option<Self> {
        let file = as_copied(path.rsplit('/').next()?);
        let (stem, extension) = file.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        let exact = EXTENSIONS.iter().find(|(known, _)| *known == extension);
        // `.C` and `.H` are C++ by old Unix custom, hence the exact match first.
        match extension {
            "C" | "H" => Some(Self::Cpp),
            _ => exact
                .or_else(|| EXTENSIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension)))
                .map(|&(_, language)| language),
        }
    }

    /// Whether a `.h` file is C++: outside of comments, strings of other languages and what C++ alone is
    /// shown (`#ifdef __cplusplus`), it has words that C does not have.
    pub fn of_header(source: &str) -> Self {
        const STARTS: &[&str] = &[
            "class ",
            "namespace ",
            "inline namespace ",
            "template <",
            "template<",
            "using ",
            "public:",
            "private:",
            "protected:",
            "virtual ",
            "explicit ",
            "constexpr ",
            "friend ",
        ];
        const PARTS: &[&str] = &[
            "std::",
            " operator==",
            " operator=(",
            " operator[]",
            " operator()",
            ") override",
            ") noexcept",
            ") = delete",
            ") = default",
            "enum class ",
        ];
        let mut comment = false;
        // The struct or union that the lines are in, by the last head seen.
        let mut record = "";
        // Depth of conditions inside `#ifdef __cplusplus`, 0 outside.
        let mut shown_to_cpp = 0_u32;
        for line in source.lines() {
            let mut line = line.trim();
            if comment {
                let Some((_, after)) = line.split_once("*/") else { continue };
                comment = false;
                line = after.trim_start();
            }
            while let Some((before, after)) = line.split_once("/*") {
                if !before.trim().is_empty() {
                    break;
                }
                match after.split_once("*/") {
                    Some((_, after)) => line = after.trim_start(),
                    None => {
                        comment = true;
                        line = "";
                    }
                }
            }
            if let Some(directive) = line.strip_prefix('#') {
                let directive = directive.trim_start();
                if directive.starts_with("if") {
                    if shown_to_cpp > 0 || directive.contains("__cplusplus") && !directive.starts_with("ifndef") {
                        shown_to_cpp += 1;
                    }
                } else if directive.starts_with("endif") {
                    shown_to_cpp = shown_to_cpp.saturating_sub(1);
                } else if directive.starts_with("el") && shown_to_cpp == 1 {
                    shown_to_cpp = 0;
                }
                continue;
            }
            let code = line.split("//").next().unwrap_or(line);
            if code.contains("/*") && !code.contains("*/") {
                comment = true;
            }
            let code = code.split("/*").next().unwrap_or(code);
            if shown_to_cpp > 0 {
                // A class is no help to C even there.
                if code.starts_with("class ") && !code.ends_with(';') || code.starts_with("template") {
                    return Self::Cpp;
                }
                continue;
            }
            if let Some(head) = code.strip_prefix("struct ").or_else(|| code.strip_prefix("union ")) {
                let name = head.split([':', '{', ';']).next().unwrap_or(head).trim_end();
                record = name.rsplit([' ', '\t']).next().unwrap_or(name);
            }
            // A constructor, or a reference to something constant.
            let constructor = code
                .trim_start_matches('~')
                .strip_prefix(record)
                .is_some_and(|rest| rest.trim_start().starts_with('('));
            if !record.is_empty() && constructor || has_const_reference(code) {
                return Self::Cpp;
            }
            if STARTS.iter().any(|start| code.starts_with(start)) || PARTS.iter().any(|part| code.contains(part)) {
                return Self::Cpp;
            }
        }
        Self::C
    }

    pub fn family(self) -> Family {
        match self {
            Self::Rust => Family::Rust,
            Self::TypeScript | Self::Tsx | Self::JavaScript => Family::EcmaScript,
            Self::Python => Family::Python,
            Self::Go => Family::Go,
            Self::Java => Family::Java,
            Self::C | Self::Cpp => Family::CFamily,
        }
    }

    pub fn grammar(self) -> Grammar {
        match self {
            Self::Rust => Grammar::Rust,
            Self::TypeScript => Grammar::TypeScript,
            Self::Tsx => Grammar::Tsx,
            Self::JavaScript => Grammar::JavaScript,
            Self::Python => Grammar::Python,
            Self::Go => Grammar::Go,
            Self::Java => Grammar::Java,
            Self::C => Grammar::C,
            Self::Cpp => Grammar::Cpp,
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::TypeScript => "TypeScript",
            Self::Tsx => "TSX",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::Go => "Go",
            Self::Java => "Java",
            Self::C => "C",
            Self::Cpp => "C++",
        }
    }

    /// The separator between the parts of a qualified name.
    pub fn separator(self) -> &'static str {
        match self {
            Self::Rust | Self::C | Self::Cpp => "::",
            _ => ".",
        }
    }
}

/// `const T&`, which C has no meaning for.
fn has_const_reference(code: &str) -> bool {
    code.match_indices("const ").any(|(at, found)| {
        let name = code[at + found.len()..].trim_start();
        let end = name.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(name.len());
        let rest = &name[end..];
        end > 0
            && (rest.starts_with("& ")
                || rest.starts_with(" &") && !rest.starts_with(" && ") && !rest.starts_with(" & "))
    })
}
