//! What the preprocessor would leave of a file, as far as the file itself tells.
//!
//! The parser gets a text of the same length in which every directive, every branch that is known to be
//! skipped on x86-64 Linux, and every macro that only decorates a declaration is blank, so that byte offsets
//! stay true. The directives themselves are handed over as data.

use super::condition::{Condition, Macros, Truth, evaluate};
use super::decorations::blank_decorations;
use super::namespaces::{self, Mark};
use crate::language::Language;
use rustc_hash::FxHashMap;

/// A directive that says something.
pub(super) enum Directive {
    Include {
        path: String,
        system: bool,
        at: usize,
        /// Stands in a branch that may or may not be active.
        unsure: bool,
    },
    Define(Define),
}

/// `#define NAME(params) body`
pub(super) struct Define {
    pub(super) name: (usize, usize),
    /// Of a function-like macro.
    pub(super) params: Option<Vec<String>>,
    pub(super) body: (usize, usize),
    /// The whole directive.
    pub(super) span: (usize, usize),
    pub(super) inactive: bool,
    /// Stands in a branch that may or may not be active.
    pub(super) unsure: bool,
    /// The file undefines it again.
    pub(super) undefined: bool,
}

pub(super) struct Prepared {
    /// What is compiled, or may be.
    pub(super) active: String,
    /// What is known to be skipped, if anything like a definition is in it.
    pub(super) inactive: Option<String>,
    /// In source order.
    pub(super) directives: Vec<Directive>,
    /// What is compiled under conditions that the file leaves open, in source order.
    pub(super) unsure: Vec<Unsure>,
    /// Namespaces that macros open, in source order.
    pub(super) namespaces: Vec<Mark>,
}

/// Text that is active only under conditions that the file leaves open.
pub(super) struct Unsure {
    pub(super) start: usize,
    pub(super) end: usize,
    /// All of them hold where the text is compiled.
    pub(super) conditions: Vec<Condition>,
}

/// A run of lines between two conditional directives.
struct Piece {
    start: usize,
    end: usize,
    kept: bool,
    /// What must hold and is not known to.
    needs: Vec<Condition>,
}

struct Branch {
    first_piece: usize,
    last_piece: usize,
    truth: Truth,
    /// Whether it would be taken if all unknown macros were undefined.
    chosen: bool,
    /// Its condition.
    condition: Condition,
}

struct Group {
    branches: Vec<Branch>,
    /// A branch before this one is taken for sure.
    taken: bool,
    /// A branch before this one is taken if unknown macros are undefined.
    chosen: bool,
    /// Whether the group stands in skipped text.
    dead: bool,
    guard: bool,
    /// The macro that the branch at hand wants not to be defined.
    absent: Option<String>,
}

pub(super) fn prepare(language: Language, source: &str) -> Prepared {
    let bytes = source.as_bytes();
    let mut macros = Macros::new(language);
    let mut directives = Vec::new();
    let mut blanks: Vec<(usize, usize)> = Vec::new();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut piece_start = 0;
    let mut define_pieces: Vec<(usize, usize)> = Vec::new();
    // Where the definitions of a macro are among the directives.
    let mut defines: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    let mut lines = Lines { bytes, at: 0 };
    while let Some((start, hash, end)) = lines.next_directive() {
        let text = join_lines(&source[hash + 1..end]);
        let text = text.trim_start();
        let word_end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (word, rest) = text.split_at(word_end);
        blanks.push((hash, end));
        let dead = groups
            .iter()
            .any(|group| group.dead || group.branches.last().is_some_and(|branch| branch.truth == Truth::False));
        let unsure = groups
            .iter()
            .any(|group| !group.guard && group.branches.last().is_some_and(|branch| branch.truth == Truth::Unknown));
        let mut cut = |kept: bool| {
            pieces.push(Piece { start: piece_start, end: start, kept, needs: Vec::new() });
            piece_start = end;
        };
        match word {
            "if" | "ifdef" | "ifndef" => {
                cut(!dead);
                let mut truth = condition(&macros, word, rest);
                let guard =
                    truth == Truth::Unknown && groups.is_empty() && word != "ifdef" && is_guard(source, end, rest);
                if guard {
                    truth = Truth::True;
                }
                let chosen = chosen(&macros, word, rest, truth);
                let condition = Condition::parse(&macros, word, rest);
                groups.push(Group {
                    branches: vec![Branch {
                        first_piece: pieces.len(),
                        last_piece: usize::MAX,
                        truth,
                        chosen,
                        condition,
                    }],
                    taken: truth == Truth::True,
                    chosen,
                    dead,
                    guard,
                    absent: absent_macro(word, rest),
                });
            }
            "elif" | "elifdef" | "elifndef" | "else" => {
                cut(!dead);
                let count = pieces.len();
                let Some(group) = groups.last_mut() else { continue };
                if let Some(last) = group.branches.last_mut() {
                    last.last_piece = count;
                }
                group.absent = None;
                let own = match word {
                    "else" => Truth::True,
                    "elifdef" => condition(&macros, "ifdef", rest),
                    "elifndef" => condition(&macros, "ifndef", rest),
                    _ => condition(&macros, "if", rest),
                };
                let any_unknown = group.branches.iter().any(|branch| branch.truth == Truth::Unknown);
                let truth = match own {
                    _ if group.taken => Truth::False,
                    Truth::True if any_unknown => Truth::Unknown,
                    own => own,
                };
                let mut pick = false;
                if !group.chosen {
                    pick = match own {
                        Truth::True => true,
                        Truth::False => false,
                        Truth::Unknown => chosen(&macros, word.trim_start_matches("el"), rest, own),
                    };
                }
                group.taken |= own == Truth::True && !any_unknown;
                group.chosen |= pick;
                let condition = match word {
                    "else" => Condition::Known(true),
                    "elif" => Condition::parse(&macros, "if", rest),
                    _ => Condition::parse(&macros, &word["el".len()..], rest),
                };
                group.branches.push(Branch {
                    first_piece: count,
                    last_piece: usize::MAX,
                    truth,
                    chosen: pick,
                    condition,
                });
            }
            "endif" => {
                cut(!dead);
                let count = pieces.len();
                if let Some(mut group) = groups.pop() {
                    if let Some(last) = group.branches.last_mut() {
                        last.last_piece = count;
                    }
                    settle(source, &mut pieces, &group, &blanks);
                }
            }
            "include" | "include_next" | "import" => {
                if !dead {
                    let rest = rest.trim();
                    let path = match rest.as_bytes().first() {
                        Some(b'"') => rest[1..].split_once('"').map(|(path, _)| (path, false)),
                        Some(b'<') => rest[1..].split_once('>').map(|(path, _)| (path, true)),
                        _ => None,
                    };
                    if let Some((path, system)) = path {
                        directives.push(Directive::Include { path: path.to_owned(), system, at: hash, unsure });
                    }
                }
            }
            "define" => {
                if let Some(mut define) = read_define(source, hash, end, dead) {
                    define.unsure = groups.iter().any(|group| {
                        !group.guard && group.branches.last().is_some_and(|branch| branch.truth == Truth::Unknown)
                    });
                    if !dead {
                        let name = &source[define.name.0..define.name.1];
                        let body = join_lines(&source[define.body.0..define.body.1]);
                        // `#ifndef X / #define X` gives X its default.
                        let unsure = groups.iter().any(|group| {
                            !group.guard
                                && group.absent.as_deref() != Some(name)
                                && group.branches.last().is_some_and(|branch| branch.truth == Truth::Unknown)
                        });
                        macros.define(name, body.trim(), define.params.is_some(), unsure);
                    }
                    if dead {
                        macros.skip(&source[define.name.0..define.name.1]);
                    }
                    define_pieces.push((directives.len(), pieces.len()));
                    defines.entry(&source[define.name.0..define.name.1]).or_default().push(directives.len());
                    directives.push(Directive::Define(define));
                }
            }
            "undef" => {
                if !dead {
                    let name = first_word(rest);
                    macros.undefine(name, unsure);
                    for at in defines.remove(name).unwrap_or_default() {
                        if let Some(Directive::Define(define)) = directives.get_mut(at) {
                            define.undefined = true;
                        }
                    }
                }
            }
            _ => {}
        }
    }
    pieces.push(Piece { start: piece_start, end: bytes.len(), kept: true, needs: Vec::new() });
    for (directive, piece) in define_pieces {
        if let (Directive::Define(define), Some(piece)) = (&mut directives[directive], pieces.get(piece)) {
            define.inactive |= !piece.kept;
        }
    }
    let mut active = bytes.to_vec();
    let mut any_skipped = false;
    for piece in pieces.iter().filter(|piece| !piece.kept) {
        any_skipped |= bytes[piece.start..piece.end].contains(&b'{');
        blank(&mut active[piece.start..piece.end]);
    }
    for &(start, end) in &blanks {
        blank(&mut active[start..end]);
    }
    let namespaces = if language == Language::Cpp { namespaces::take(&mut active, &macros) } else { Vec::new() };
    blank_decorations(language, &mut active, &macros);
    let unsure = pieces
        .iter()
        .filter(|piece| piece.kept && !piece.needs.is_empty())
        .map(|piece| Unsure { start: piece.start, end: piece.end, conditions: piece.needs.clone() })
        .collect();
    let inactive = any_skipped.then(|| {
        let mut text = bytes.to_vec();
        for piece in pieces.iter().filter(|piece| piece.kept) {
            blank(&mut text[piece.start..piece.end]);
        }
        for &(start, end) in &blanks {
            blank(&mut text[start..end]);
        }
        if language == Language::Cpp {
            namespaces::take(&mut text, &macros);
        }
        blank_decorations(language, &mut text, &macros);
        String::from_utf8_lossy(&text).into_owned()
    });
    // Blanking replaces whole characters by as many spaces as they have bytes, so the text stays UTF-8.
    Prepared { active: String::from_utf8_lossy(&active).into_owned(), inactive, directives, unsure, namespaces }
}

/// Replaces everything but line ends by spaces.
pub(super) fn blank(text: &mut [u8]) {
    for byte in text {
        if *byte != b'\n' && *byte != b'\r' {
            *byte = b' ';
        }
    }
}

/// A directive's text on one line and without comments.
pub(super) fn join_lines(text: &str) -> String {
    let joined = if text.contains('\\') { text.replace("\\\r\n", " ").replace("\\\n", " ") } else { text.to_owned() };
    strip_comments(&joined)
}

fn strip_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('/') {
        match rest.as_bytes().get(at + 1) {
            Some(b'*') => {
                out.push_str(&rest[..at]);
                out.push(' ');
                rest = rest[at + 2..].split_once("*/").map_or("", |(_, after)| after);
            }
            Some(b'/') if !rest[..at].ends_with(':') => {
                out.push_str(&rest[..at]);
                return out;
            }
            _ => {
                out.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn condition(macros: &Macros, word: &str, rest: &str) -> Truth {
    match word {
        "ifdef" => macros.defined(first_word(rest)),
        "ifndef" => macros.defined(first_word(rest)).not(),
        _ => evaluate(macros, rest, false),
    }
}

/// Whether a condition holds if unknown macros are taken as undefined.
fn chosen(macros: &Macros, word: &str, rest: &str, truth: Truth) -> bool {
    match truth {
        Truth::True => true,
        Truth::False => false,
        Truth::Unknown => match word {
            "ifdef" => false,
            "ifndef" => true,
            _ => evaluate(macros, rest, true) == Truth::True,
        },
    }
}

fn first_word(text: &str) -> &str {
    let text = text.trim();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")
}

/// The macro of `#ifndef X` and `#if !defined(X)`.
fn absent_macro(word: &str, rest: &str) -> Option<String> {
    let rest = rest.trim();
    let name = match word {
        "ifndef" => rest,
        "if" => rest
            .strip_prefix('!')?
            .trim_start()
            .strip_prefix("defined")?
            .trim()
            .trim_start_matches('(')
            .trim_end_matches(')')
            .trim(),
        _ => return None,
    };
    (!name.is_empty() && name.bytes().all(is_word)).then(|| name.to_owned())
}

/// Whether the next directive defines what this one asks not to be defined.
fn is_guard(source: &str, from: usize, rest: &str) -> bool {
    let name = rest.trim().trim_start_matches("!defined").trim_matches(|c: char| c == '(' || c == ')' || c == ' ');
    let name = first_word(name);
    let Some(next) = source[from..].trim_start().strip_prefix('#') else { return false };
    let Some(next) = next.trim_start().strip_prefix("define") else { return false };
    let line = next.lines().next().unwrap_or("");
    !name.is_empty() && first_word(line) == name
}

/// Of longer chains of `#elif` and deeper nesting only so much is told apart.
const MOST_CONDITIONS: usize = 32;

/// Decides which branches of a group stay: all that may be active, unless they make no sense together.
fn settle(source: &str, pieces: &mut [Piece], group: &Group, blanks: &[(usize, usize)]) {
    let maybe: Vec<&Branch> = group.branches.iter().filter(|branch| branch.truth != Truth::False).collect();
    let unknown = maybe.iter().any(|branch| branch.truth == Truth::Unknown);
    let together = !unknown || maybe.iter().all(|branch| stands_alone(source, pieces, branch, blanks));
    for (at, branch) in group.branches.iter().enumerate() {
        let keep = branch.truth != Truth::False && (together || branch.chosen);
        let last = branch.last_piece.min(pieces.len());
        for piece in &mut pieces[branch.first_piece.min(last)..last] {
            piece.kept &= keep;
            if keep && branch.truth == Truth::Unknown && piece.needs.len() < MOST_CONDITIONS {
                // None of the branches before holds, and this one does.
                let before = group.branches[..at].iter().rev().take(MOST_CONDITIONS);
                let before = before.map(|branch| branch.condition.clone().not());
                let all = before.chain([branch.condition.clone()]);
                piece.needs.extend(all.filter(|condition| !matches!(condition, Condition::Known(_))));
            }
        }
    }
}

/// Whether a branch is a run of whole statements or declarations.
fn stands_alone(source: &str, pieces: &[Piece], branch: &Branch, blanks: &[(usize, usize)]) -> bool {
    let last = branch.last_piece.min(pieces.len());
    let mut depth = 0_i32;
    let mut last_byte = b';';
    let mut last_else = false;
    let mut first_word = None;
    for piece in pieces[branch.first_piece.min(last)..last].iter().filter(|piece| piece.kept) {
        let mut at = piece.start;
        let mut blank = blanks.partition_point(|&(start, _)| start < piece.start);
        while at < piece.end {
            let stop = blanks.get(blank).map_or(piece.end, |&(start, _)| start.min(piece.end));
            let mut scan = Scan { bytes: source.as_bytes(), at, end: stop };
            while let Some((start, end)) = scan.token() {
                let byte = source.as_bytes()[start];
                match byte {
                    b'{' | b'(' => depth += 1,
                    b'}' | b')' => {
                        depth -= 1;
                        if depth < 0 {
                            return false;
                        }
                    }
                    _ => {}
                }
                first_word.get_or_insert(&source.as_bytes()[start..end]);
                last_byte = byte;
                last_else = source.as_bytes()[start..end] == *b"else";
            }
            at = blanks.get(blank).map_or(piece.end, |&(_, end)| end.min(piece.end)).max(stop);
            blank += 1;
        }
    }
    depth == 0
        && (last_else || matches!(last_byte, b';' | b'}' | b',' | b':'))
        && !first_word
            .is_some_and(|word| matches!(word, b"{" | b"," | b"&&" | b"||" | b"&" | b"|" | b":" | b"?" | b"else"))
}

/// Tokens of a stretch of text without comments: words, strings and single signs.
pub(super) struct Scan<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
    pub(super) end: usize,
}

impl Scan<'_> {
    pub(super) fn token(&mut self) -> Option<(usize, usize)> {
        let bytes = self.bytes;
        while self.at < self.end {
            let start = self.at;
            match bytes[start] {
                b'/' if bytes.get(start + 1) == Some(&b'/') => self.at = end_of_line(bytes, start).min(self.end),
                b'/' if bytes.get(start + 1) == Some(&b'*') => self.at = end_of_comment(bytes, start).min(self.end),
                byte if byte.is_ascii_whitespace() || byte == b'\\' => self.at += 1,
                byte if is_word(byte) => {
                    while self.at < self.end && is_word(bytes[self.at]) {
                        self.at += 1;
                    }
                    // Digit separators and raw strings.
                    if self.at < self.end
                        && bytes[self.at] == b'"'
                        && bytes[self.at - 1] == b'R'
                        && self.at - start <= 3
                    {
                        self.at = end_of_raw_string(bytes, self.at).min(self.end);
                    } else if byte.is_ascii_digit() {
                        while self.at + 1 < self.end
                            && (is_word(bytes[self.at])
                                || bytes[self.at] == b'.'
                                || bytes[self.at] == b'\'' && is_word(bytes[self.at + 1]))
                        {
                            self.at += 1;
                        }
                    }
                    return Some((start, self.at));
                }
                quote @ (b'"' | b'\'') => {
                    self.at = end_of_string(bytes, start, quote).min(self.end);
                    return Some((start, self.at));
                }
                _ => {
                    self.at += 1;
                    return Some((start, self.at));
                }
            }
        }
        None
    }
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn end_of_line(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\n' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn end_of_comment(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 2;
    while at + 1 < bytes.len() {
        if bytes[at] == b'*' && bytes[at + 1] == b'/' {
            return at + 2;
        }
        at += 1;
    }
    bytes.len()
}

fn end_of_string(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' => return at,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn end_of_raw_string(bytes: &[u8], quote: usize) -> usize {
    let mut open = quote + 1;
    while open < bytes.len() && bytes[open] != b'(' && open - quote < 20 {
        open += 1;
    }
    let mark = &bytes[quote + 1..open.min(bytes.len())];
    let mut at = open + 1;
    while at < bytes.len() {
        if bytes[at] == b')' && bytes[at + 1..].starts_with(mark) && bytes.get(at + 1 + mark.len()) == Some(&b'"') {
            return at + 2 + mark.len();
        }
        at += 1;
    }
    bytes.len()
}

/// Finds directives: `#` as the first sign of a line that is in no comment and no string.
struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Lines<'_> {
    /// Start of the line, of its `#`, and the end of the directive with its continued lines.
    fn next_directive(&mut self) -> Option<(usize, usize, usize)> {
        let bytes = self.bytes;
        let mut line_start = self.at;
        let mut fresh = true;
        while self.at < bytes.len() {
            let start = self.at;
            match bytes[start] {
                b'\n' => {
                    self.at += 1;
                    line_start = self.at;
                    fresh = true;
                }
                b' ' | b'\t' | b'\r' | 0x0c => self.at += 1,
                b'#' if fresh => {
                    let end = self.directive_end(start);
                    self.at = end;
                    return Some((line_start.min(start), start, end));
                }
                b'/' if bytes.get(start + 1) == Some(&b'/') => self.at = end_of_line(bytes, start),
                b'/' if bytes.get(start + 1) == Some(&b'*') => self.at = end_of_comment(bytes, start),
                b'"' => {
                    fresh = false;
                    self.at = if start > 0 && bytes[start - 1] == b'R' {
                        end_of_raw_string(bytes, start)
                    } else {
                        end_of_string(bytes, start, b'"')
                    };
                }
                b'\'' => {
                    fresh = false;
                    // A digit separator is no quote.
                    self.at = if start > 0 && bytes[start - 1].is_ascii_hexdigit() {
                        start + 1
                    } else {
                        end_of_string(bytes, start, b'\'')
                    };
                }
                _ => {
                    fresh = false;
                    self.at += 1;
                }
            }
        }
        None
    }

    fn directive_end(&self, start: usize) -> usize {
        let bytes = self.bytes;
        let mut at = start;
        while at < bytes.len() {
            match bytes[at] {
                b'\n' => return at,
                b'\\' if bytes.get(at + 1) == Some(&b'\n') => at += 2,
                b'\\' if bytes.get(at + 1) == Some(&b'\r') => at += 3,
                b'/' if bytes.get(at + 1) == Some(&b'/') => return end_of_line(bytes, at),
                // A comment carries the directive on to the comment's last line.
                b'/' if bytes.get(at + 1) == Some(&b'*') => at = end_of_comment(bytes, at),
                b'"' => at = end_of_string(bytes, at, b'"').max(at + 1),
                _ => at += 1,
            }
        }
        bytes.len()
    }
}

/// How a macro's body uses a parameter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ParamUse {
    /// Not at all, or as text.
    Dropped,
    /// Its first name becomes part of another, or is qualified: `pre_##x`, `::x`.
    Altered,
    Plain,
}

/// The plainest use of a parameter in a macro's body.
pub(super) fn use_of(body: &str, param: &str) -> ParamUse {
    let name = match param.strip_suffix("...").map(str::trim_end) {
        Some("") => "__VA_ARGS__",
        Some(name) => name,
        None => param,
    };
    let bytes = body.as_bytes();
    let mut scan = Scan { bytes, at: 0, end: bytes.len() };
    // The tokens before, nearest last.
    let mut before: [&[u8]; 3] = [b"", b"", b""];
    let mut most = ParamUse::Dropped;
    while let Some((start, stop)) = scan.token() {
        let token = &bytes[start..stop];
        if token == name.as_bytes() {
            let mut next = Scan { bytes, at: stop, end: bytes.len() };
            let pasted = next.token().is_some_and(|(start, _)| bytes[start] == b'#');
            let here = match before {
                // `, ## __VA_ARGS__` only takes a comma away.
                [b",", b"#", b"#"] => ParamUse::Plain,
                [_, b"#", b"#"] | [_, b":", b":"] | [_, b"-", b">"] | [_, _, b"."] => ParamUse::Altered,
                [_, _, b"#"] => ParamUse::Dropped,
                _ if pasted => ParamUse::Altered,
                _ => ParamUse::Plain,
            };
            most = most.max(here);
        }
        before = [before[1], before[2], token];
    }
    most
}

fn read_define(source: &str, hash: usize, end: usize, inactive: bool) -> Option<Define> {
    let bytes = source.as_bytes();
    let mut at = hash + 1;
    let skip_space = |at: &mut usize| {
        while *at < end && (bytes[*at].is_ascii_whitespace() || bytes[*at] == b'\\') {
            *at += 1;
        }
    };
    skip_space(&mut at);
    at += "define".len();
    skip_space(&mut at);
    let start = at;
    while at < end && is_word(bytes[at]) {
        at += 1;
    }
    if at == start || at > end {
        return None;
    }
    let name = (start, at);
    let mut params = None;
    if at < end && bytes[at] == b'(' {
        let close = at + source.get(at..end)?.find(')')?;
        let list = join_lines(source.get(at + 1..close)?);
        params = Some(list.split(',').map(|param| param.trim().to_owned()).filter(|param| !param.is_empty()).collect());
        at = close + 1;
    }
    Some(Define { name, params, body: (at, end), span: (hash, end), inactive, unsure: false, undefined: false })
}
