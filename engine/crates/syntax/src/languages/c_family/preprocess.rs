//! What the preprocessor would leave of a file, as far as the file itself tells.
//!
//! The parser gets a text of the same length in which every directive, every branch that is known to be
//! skipped on x86-64 Linux, and every macro that only decorates a declaration is blank, so that byte offsets
//! stay true. The directives themselves are handed over as data.

use super::condition::{Condition, Macros, Reach, Truth};
use super::decorations::{Use, blank_decorations};
use super::namespaces::{self, Mark};
use crate::language::Language;
use rustc_hash::FxHashMap;

/// A directive that says something.
pub(super) enum Directive {
    Include {
        /// As written between quotes or `<` and `>`; the name of a macro that stands for one.
        path: String,
        form: IncludeForm,
        at: usize,
        /// Stands in a branch that may or may not be active.
        unsure: bool,
    },
    Define(Define),
    Undefine {
        name: String,
        at: usize,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IncludeForm {
    Quoted,
    System,
    Macro,
}

/// What `"path"` or `<path>` includes.
pub(super) fn included(text: &str) -> Option<(&str, IncludeForm)> {
    match text.as_bytes().first()? {
        b'"' => text[1..].split_once('"').map(|(path, _)| (path, IncludeForm::Quoted)),
        b'<' => text[1..].split_once('>').map(|(path, _)| (path, IncludeForm::System)),
        _ => None,
    }
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
    /// What is compiled under conditions that the file leaves open, in source order, outer before inner.
    pub(super) unsure: Vec<Unsure>,
    /// Namespaces that macros open, in source order.
    pub(super) namespaces: Vec<Mark>,
    /// Where macros may stand for whole declarations.
    pub(super) macro_uses: Vec<Use>,
    /// The macros of `/* #define NAME */`.
    pub(super) left_out: Vec<String>,
}

/// Text that is active only under conditions that the file leaves open.
pub(super) struct Unsure {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where the first directive of its group ends, `#if`.
    pub(super) asked: usize,
    /// The index of the one around it.
    pub(super) around: Option<usize>,
    /// All of them hold where the text is compiled, as do those around.
    pub(super) conditions: Vec<Condition>,
}

/// A run of lines between two conditional directives.
struct Piece {
    start: usize,
    end: usize,
    kept: bool,
}

struct Branch {
    first_piece: usize,
    last_piece: usize,
    truth: Truth,
    /// Whether it is taken if no unknown macro is defined.
    chosen: bool,
    condition: Condition,
    /// Of what it keeps, if its truth is unknown or it stands in such text.
    shape: Shape,
    /// Its index among the unsure texts.
    unsure: Option<usize>,
}

struct Group {
    /// Where its `#if` ends.
    start: usize,
    branches: Vec<Branch>,
    /// A branch before this one is taken for sure, or one before that.
    taken: bool,
    /// A branch before this one is taken if unknown macros are undefined.
    chosen: bool,
    around: Around,
    /// The macro that the branch at hand wants not to be defined.
    absent: Option<String>,
}

/// What is known of a place of the file.
#[derive(Clone, Copy)]
struct Around {
    /// It is skipped.
    dead: bool,
    /// It is compiled if no unknown macro is defined.
    chosen: bool,
    /// The innermost unsure text that it is in.
    unsure: Option<usize>,
}

impl Group {
    /// The branch at hand.
    fn here(&self) -> Around {
        let Some(branch) = self.branches.last() else { return self.around };
        Around {
            dead: self.around.dead || branch.truth == Truth::False,
            chosen: self.around.chosen && branch.chosen,
            unsure: branch.unsure.or(self.around.unsure),
        }
    }
}

/// What the conditional directives of a file come to.
struct Conditionals<'s> {
    source: &'s str,
    /// Directives, which are no part of the text around them.
    blanks: Vec<(usize, usize)>,
    pieces: Vec<Piece>,
    piece_start: usize,
    groups: Vec<Group>,
    unsure: Vec<Unsure>,
    /// Runs of pieces that are not kept.
    dropped: Vec<(usize, usize)>,
}

impl Conditionals<'_> {
    fn here(&self) -> Around {
        self.groups.last().map_or(Around { dead: false, chosen: true, unsure: None }, Group::here)
    }

    /// Ends the piece at hand.
    fn cut(&mut self, end: usize, next: usize) {
        let here = self.here();
        if !here.dead && here.unsure.is_some() {
            let shape = self.shape(self.piece_start, end);
            self.join(shape);
        }
        self.pieces.push(Piece { start: self.piece_start, end, kept: !here.dead });
        self.piece_start = next;
    }

    /// Adds to what the branch at hand keeps.
    fn join(&mut self, shape: Shape) {
        if let Some(branch) = self.groups.last_mut().and_then(|group| group.branches.last_mut()) {
            branch.shape = branch.shape.then(shape);
        }
    }

    fn open(&mut self, condition: Condition, guard: bool, absent: Option<String>) {
        let around = self.here();
        let start = self.piece_start;
        self.groups.push(Group { start, branches: Vec::new(), taken: false, chosen: false, around, absent: None });
        let condition = if guard { Condition::Known(true) } else { condition };
        self.branch(condition, absent);
    }

    /// Begins the next branch of the innermost group.
    fn branch(&mut self, condition: Condition, absent: Option<String>) {
        let first_piece = self.pieces.len();
        let start = self.piece_start;
        self.end_branch();
        let Some(group) = self.groups.last_mut() else { return };
        let own = condition.truth();
        let any_unknown = group.branches.iter().any(|branch| branch.truth == Truth::Unknown);
        let truth = match own {
            _ if group.taken => Truth::False,
            Truth::True if any_unknown => Truth::Unknown,
            own => own,
        };
        let chosen = !group.chosen && condition.by_default();
        group.taken |= own == Truth::True;
        group.chosen |= chosen;
        group.absent = absent;
        let mut unsure = None;
        if truth == Truth::Unknown && !group.around.dead {
            // None of the branches before holds, and this one does.
            let before = group.branches.iter().rev().take(MOST_CONDITIONS).map(|branch| branch.condition.clone().not());
            let conditions = before.chain([condition.clone()]).filter(|one| one.truth() == Truth::Unknown).collect();
            unsure = Some(self.unsure.len());
            let (end, asked, around) = (self.source.len(), group.start, group.around.unsure);
            self.unsure.push(Unsure { start, end, asked, around, conditions });
        }
        let shape = Shape::default();
        group.branches.push(Branch { first_piece, last_piece: usize::MAX, truth, chosen, condition, shape, unsure });
    }

    fn end_branch(&mut self) {
        let Some(branch) = self.groups.last_mut().and_then(|group| group.branches.last_mut()) else { return };
        branch.last_piece = self.pieces.len();
        if let Some(unsure) = branch.unsure {
            self.unsure[unsure].end = self.piece_start;
        }
    }

    /// Ends the innermost group: all branches that may be active stay, unless they make no sense together.
    fn close(&mut self) {
        self.end_branch();
        let Some(group) = self.groups.pop() else { return };
        let next = Scan { bytes: self.source.as_bytes(), at: self.piece_start, end: self.source.len() }.token();
        let body_follows = next.is_some_and(|(start, _)| self.source.as_bytes()[start] == b'{');
        let macro_ends = !body_follows && group.branches.iter().any(|branch| branch.shape.blocks);
        let whole = |branch: &Branch| branch.truth == Truth::False || branch.shape.is_whole(macro_ends);
        let unknown = group.branches.iter().any(|branch| branch.truth == Truth::Unknown);
        let alone = matches!(&group.branches[..], [branch] if branch.shape.is_optional());
        let together = !unknown || alone || group.branches.iter().all(whole);
        let mut shape = Shape::default();
        for branch in &group.branches {
            if branch.truth != Truth::False && (together || branch.chosen) {
                shape = shape.then(branch.shape);
            } else {
                self.dropped.push((branch.first_piece, branch.last_piece));
            }
        }
        self.join(shape);
    }

    /// Whether what is defined here may be undefined or differ elsewhere. `#ifndef X / #define X` gives X its default.
    fn is_unsure(&self, name: &str) -> bool {
        self.here().unsure.is_some()
            && self.groups.iter().rev().any(|group| {
                group.absent.as_deref() != Some(name)
                    && group.branches.last().is_some_and(|branch| branch.truth == Truth::Unknown)
            })
    }

    /// What a stretch of text without conditional directives is to the grammar.
    fn shape(&self, start: usize, end: usize) -> Shape {
        let bytes = self.source.as_bytes();
        let mut shape = Shape::default();
        let mut blank = self.blanks.partition_point(|&(blank, _)| blank < start);
        let mut at = start;
        while at < end {
            let stop = self.blanks.get(blank).map_or(end, |&(start, _)| start.min(end));
            let mut scan = Scan { bytes, at, end: stop };
            while let Some((start, end)) = scan.token() {
                shape.add(&bytes[start..end]);
            }
            at = self.blanks.get(blank).map_or(end, |&(_, blank_end)| blank_end.min(end)).max(stop);
            blank += 1;
        }
        shape
    }

    /// The pieces, of which those are kept that may be compiled.
    fn finish(mut self) -> (Vec<Piece>, Vec<Unsure>) {
        self.pieces.push(Piece { start: self.piece_start, end: self.source.len(), kept: true });
        // How many runs more begin than end before a piece.
        let mut depths = vec![0_i32; self.pieces.len() + 1];
        for &(first, last) in &self.dropped {
            depths[first] += 1;
            depths[last] -= 1;
        }
        let mut depth = 0;
        for (piece, change) in self.pieces.iter_mut().zip(depths) {
            depth += change;
            piece.kept &= depth == 0;
        }
        (self.pieces, self.unsure)
    }
}

/// What a run of text is to the grammar.
#[derive(Clone, Copy, Default)]
struct Shape {
    /// Parentheses and braces that it opens and does not close.
    depth: i32,
    /// The lowest depth in it: below zero if it closes what it did not open.
    lowest: i32,
    /// Whether it begins as statements and declarations do; `None` if there is nothing in it.
    begins: Option<bool>,
    ends: Option<bool>,
    /// Whether it begins as what carries on before it does: with `else`, `&&`, `,`.
    continues: bool,
    /// Whether it has blocks.
    blocks: bool,
    /// Whether it ends as a macro that stands for a declaration does: with a parenthesis or its name.
    ends_macro: bool,
}

impl Shape {
    fn add(&mut self, token: &[u8]) {
        match token {
            b"{" | b"(" => self.depth += 1,
            b"}" | b")" => self.depth -= 1,
            _ => {}
        }
        self.lowest = self.lowest.min(self.depth);
        let opening = !matches!(token, b"{" | b"," | b"&&" | b"||" | b"&" | b"|" | b":" | b"?" | b"else");
        self.continues |= self.begins.is_none() && !opening && token != b"{";
        self.begins.get_or_insert(opening);
        // `END_NAMESPACE` behind a block
        let names_macro =
            self.ends == Some(true) && token.iter().all(|byte| matches!(byte, b'A'..=b'Z' | b'_' | b'0'..=b'9'));
        self.ends_macro = token == b")" || names_macro;
        self.ends = Some(matches!(token, b";" | b"}" | b"," | b":" | b"else"));
        self.blocks |= token == b"}";
    }

    fn then(self, next: Self) -> Self {
        Self {
            depth: self.depth.saturating_add(next.depth),
            lowest: self.lowest.min(self.depth.saturating_add(next.lowest)),
            begins: self.begins.or(next.begins),
            ends: next.ends.or(self.ends),
            continues: self.continues || self.begins.is_none() && next.continues,
            blocks: self.blocks || next.blocks,
            ends_macro: if next.ends.is_some() { next.ends_macro } else { self.ends_macro },
        }
    }

    /// Whether it is a run of whole statements or declarations, of which a macro may be the last.
    fn is_whole(self, macro_ends: bool) -> bool {
        (self.ends != Some(false) || macro_ends && self.ends_macro) && self.begins != Some(false) && self.is_closed()
    }

    fn is_closed(self) -> bool {
        self.depth == 0 && self.lowest == 0
    }

    /// Whether what is around it makes sense with and without it: `else …` behind an `if` that stands before it, more
    /// operands, the end of one block and the beginning of the next.
    fn is_optional(self) -> bool {
        self.depth == 0 && (self.lowest < 0 || self.continues)
    }
}

/// Of longer chains of `#elif` only so much is told apart.
const MOST_CONDITIONS: usize = 32;

pub(super) fn prepare(language: Language, source: &str) -> Prepared {
    let bytes = source.as_bytes();
    let mut macros = Macros::new(language);
    let mut directives = Vec::new();
    let mut state = Conditionals {
        source,
        blanks: Vec::new(),
        pieces: Vec::new(),
        piece_start: 0,
        groups: Vec::new(),
        unsure: Vec::new(),
        dropped: Vec::new(),
    };
    let mut define_pieces: Vec<(usize, usize)> = Vec::new();
    // Where the definitions of a macro are among the directives.
    let mut defines: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    let mut lines = Lines { bytes, at: 0, comments: Vec::new() };
    while let Some((start, hash, end)) = lines.next_directive() {
        let text = join_lines(&source[hash + 1..end]);
        let text = text.trim_start();
        let word_end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (word, rest) = text.split_at(word_end);
        state.blanks.push((hash, end));
        let here = state.here();
        match word {
            "if" | "ifdef" | "ifndef" => {
                state.cut(start, end);
                let condition = if here.dead { Condition::Known(false) } else { Condition::parse(&macros, word, rest) };
                let guard = condition.truth() == Truth::Unknown
                    && state.groups.is_empty()
                    && word != "ifdef"
                    && is_guard(source, end, rest);
                state.open(condition, guard, absent_macro(word, rest));
            }
            "elif" | "elifdef" | "elifndef" | "else" => {
                state.cut(start, end);
                let Some(group) = state.groups.last() else { continue };
                let condition = match word {
                    _ if group.around.dead || group.taken => Condition::Known(false),
                    "else" => Condition::Known(true),
                    _ => Condition::parse(&macros, &word["el".len()..], rest),
                };
                state.branch(condition, None);
            }
            "endif" => {
                state.cut(start, end);
                state.close();
            }
            "include" | "include_next" | "import" => {
                if !here.dead {
                    let rest = rest.trim();
                    let rest = macros.object_text(first_word(rest)).map_or(rest, str::trim);
                    let name = first_word(rest);
                    let target = included(rest).or((!name.is_empty()).then_some((name, IncludeForm::Macro)));
                    if let Some((path, form)) = target {
                        let unsure = here.unsure.is_some();
                        directives.push(Directive::Include { path: path.to_owned(), form, at: hash, unsure });
                    }
                }
            }
            "define" => {
                if let Some(mut define) = read_define(source, hash, end, here.dead) {
                    let name = &source[define.name.0..define.name.1];
                    define.unsure = here.unsure.is_some();
                    if here.dead {
                        macros.skip(name);
                    } else {
                        let body = join_lines(&source[define.body.0..define.body.1]);
                        let state_of = if state.is_unsure(name) { Reach::Unsure(here.chosen) } else { Reach::Sure };
                        macros.define(name, body.trim(), define.params.is_some(), state_of);
                    }
                    define_pieces.push((directives.len(), state.pieces.len()));
                    defines.entry(name).or_default().push(directives.len());
                    directives.push(Directive::Define(define));
                }
            }
            "undef" => {
                if !here.dead {
                    let name = first_word(rest);
                    let state_of = if here.unsure.is_some() { Reach::Unsure(here.chosen) } else { Reach::Sure };
                    macros.undefine(name, state_of);
                    directives.push(Directive::Undefine { name: name.to_owned(), at: hash });
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
    let mut left_out: Vec<String> = lines.comments.iter().filter_map(|&at| left_out_macro(&source[at..])).collect();
    left_out.retain(|name| !macros.defines(name));
    let blanks = std::mem::take(&mut state.blanks);
    let (pieces, unsure) = state.finish();
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
    let macro_uses = blank_decorations(language, &mut active, &macros);
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
    let active = String::from_utf8_lossy(&active).into_owned();
    Prepared { active, inactive, directives, unsure, namespaces, macro_uses, left_out }
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

/// The macro of a comment that begins with `#define NAME`, as configuration headers have it for what is off.
fn left_out_macro(comment: &str) -> Option<String> {
    let text = comment.trim_start_matches(['/', '*']).trim_start_matches([' ', '\t']).strip_prefix('#')?;
    let name = first_word(text.trim_start_matches(' ').strip_prefix("define ")?);
    (!name.is_empty()).then(|| name.to_owned())
}

/// Finds directives: `#` as the first sign of a line that is in no comment and no string.
struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Where comments begin that are the first thing of their line and have a `#` near their start.
    comments: Vec<usize>,
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
                b'/' if matches!(bytes.get(start + 1), Some(b'/' | b'*')) => {
                    if fresh && bytes.iter().skip(start + 2).take(4).any(|byte| *byte == b'#') {
                        self.comments.push(start);
                    }
                    let end = if bytes[start + 1] == b'/' { end_of_line } else { end_of_comment };
                    self.at = end(bytes, start);
                }
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
