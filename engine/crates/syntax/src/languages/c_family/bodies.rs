//! Macros in function bodies, and between the words of declarators.
//!
//! As in the heads of declarations, the grammar knows none of them: what only decorates is blanked, and what stands
//! for a statement or for a type gets the form of one.

use super::decorations::{Heads, Word, is_caps, word};
use super::preprocess::{Scan, is_word};

/// An opening parenthesis in a body.
#[derive(Clone, Copy, Default)]
struct Parenthesis {
    /// After a word that begins a statement and is no keyword.
    call: bool,
    /// After a name that declares nothing here: this is a call.
    named: bool,
    /// One that may be given a type.
    typed: bool,
    /// Where the argument at hand begins.
    argument: usize,
}

/// String literals in a row.
struct Strings {
    start: usize,
    end: usize,
    /// What looks like a call stands before them.
    after_call: bool,
    /// A name stands after them, in which the row ends.
    named: bool,
}

/// Where a walk through a function body stands.
#[derive(Default)]
pub(super) struct Body {
    /// The sign before, `a` for words.
    before: u8,
    before_end: usize,
    /// What a parenthesis that comes now would be.
    word_before: Parenthesis,
    /// Those that are open, and the one closed last.
    open: Vec<Parenthesis>,
    closed: Parenthesis,
    /// Whether a name that comes now would be declared: a type, another name or `*` stands before it.
    declares: bool,
    /// String literals in a row that end here.
    strings: Option<Strings>,
    /// A word in capitals that begins a statement, and whether it is the first of its block.
    word: Option<(usize, usize, bool)>,
    /// Whether the word before wants a condition in parentheses.
    condition: bool,
    /// The name between such a word and what may be its parentheses.
    wrapper: Option<(usize, usize)>,
    /// Where a macro begins that stands for `case x` before a colon.
    label: Option<usize>,
    /// A word in capitals that begins a statement, up to past the parenthesis after it.
    statement: Option<(usize, usize)>,
}

impl Heads<'_> {
    /// Takes the next token of a body. `FOREACH(x, list) {`: a semicolon before the brace makes statements of it.
    pub(super) fn body_token(&mut self, body: &mut Body, start: usize, stop: usize) {
        let byte = self.text[start];
        self.bare_statement(body, start, stop);
        let begins = matches!(body.before, b';' | b'{' | b'}' | b':' | 0);
        self.lone_word(body, start, stop);
        self.wrapper(body, start, stop);
        self.strings(body, start, stop);
        self.decorated_local(body, start, stop);
        if matches!(byte, b',' | b')') {
            self.type_argument(body, start);
        }
        let mut before = Parenthesis::default();
        match byte {
            b':' if body.before == b')' && body.open.is_empty() => {
                if let Some(label) = body.label.take() {
                    self.blanks.push((label, stop));
                }
            }
            b';' | b'{' | b'}' => body.label = None,
            _ => {}
        }
        match byte {
            b'(' => body.open.push(Parenthesis { argument: stop, ..body.word_before }),
            b',' => {
                if let Some(open) = body.open.last_mut() {
                    open.argument = stop;
                }
            }
            b')' => body.closed = body.open.pop().unwrap_or_default(),
            b'{' => {
                if body.before == b')'
                    && body.closed.call
                    && self.text[body.before_end] == b' '
                    && body.before_end < start
                {
                    self.ends.push(body.before_end);
                }
                body.open.clear();
            }
            byte if is_word(byte) => {
                let name = &self.text[start..stop];
                if begins && self.macros.is_label(name) {
                    body.label = Some(start);
                }
                let kind = word(name, self.cpp);
                let is_name = kind == Word::Name;
                // After a type, or `*`, this declares.
                before.named = is_name && !body.declares && !takes_type(name);
                before.typed = before.named && (!self.cpp || name == b"va_arg");
                body.declares = kind != Word::Statement;
                before.call = begins
                    && is_name
                    && !matches!(name, b"catch" | b"__except" | b"asm" | b"__asm__" | b"sizeof")
                    && (!self.cpp || is_caps(name) || name.to_ascii_lowercase().windows(4).any(|part| part == b"each"));
            }
            _ => {}
        }
        if !is_word(byte) {
            body.declares = byte == b'*';
        }
        body.word_before = before;
        body.before = match byte {
            // What begins a list of values begins no statement.
            b'{' if body.before == b'=' => b',',
            _ if is_word(byte) => b'a',
            _ => byte,
        };
        body.before_end = stop;
    }

    /// `"unexpected " QUOTE("=") " or " QUOTE("in")`: the grammar joins strings and names to one, but no calls. Between
    /// two calls that can only be macros an operator takes the place of the strings, elsewhere they are blanked.
    fn strings(&mut self, body: &mut Body, start: usize, stop: usize) {
        let byte = self.text[start];
        if byte == b'"' {
            match &mut body.strings {
                Some(strings) => (strings.end, strings.named) = (stop, false),
                None => {
                    let after_call = body.before == b')' && body.closed.named;
                    body.strings = Some(Strings { start, end: stop, after_call, named: false });
                }
            }
            return;
        }
        let Some(mut strings) = body.strings.take() else { return };
        if !strings.named
            && is_word(byte)
            && word(&self.text[start..stop], self.cpp) == Word::Name
            // `"ms"_suffix`
            && !(self.cpp && start == strings.end)
        {
            strings.named = true;
            body.strings = Some(strings);
        } else if strings.named && byte == b'(' {
            self.blanks.push((strings.start, strings.end));
            if strings.after_call {
                self.signs.push((strings.start, b'+'));
            }
        } else if strings.after_call {
            self.blanks.push((strings.start, start));
        }
    }

    /// `va_arg(list, char *)`, `cast(const Node *, x)`: a type is no expression, so a number takes its place.
    fn type_argument(&mut self, body: &Body, end: usize) {
        let Some(open) = body.open.last().filter(|open| open.typed) else { return };
        let text = &self.text[open.argument..end];
        if !text.iter().all(|byte| is_word(*byte) || byte.is_ascii_whitespace() || *byte == b'*') {
            return;
        }
        let mut scan = Scan { bytes: text, at: 0, end: text.len() };
        let Some((start, stop)) = scan.token() else { return };
        let first = word(&text[start..stop], self.cpp);
        let is_type = body.before == b'*' && first != Word::Statement
            || matches!(first, Word::ClassKey | Word::Neutral)
            || first == Word::Builtin && (self.cpp || scan.token().is_some());
        if is_type && is_word(text[start]) && !text[start].is_ascii_digit() {
            self.blanks.push((open.argument + start, end));
            self.signs.push((open.argument + start, b'0'));
        }
    }

    /// Macros around what a local declaration declares: `UNUSED int x = 1;`, `ALIGN(16) char buffer[4];`,
    /// `size_t left INIT(0);`.
    fn decorated_local(&mut self, body: &Body, start: usize, stop: usize) {
        let kind = |(start, stop): (usize, usize)| word(&self.text[start..stop], self.cpp);
        let is_type = |token| matches!(kind(token), Word::Name | Word::Builtin | Word::ClassKey);
        let text = &self.text[start..stop];
        let mut ahead = Scan { bytes: self.text, at: stop, end: self.text.len() };
        let begins = matches!(body.before, b';' | b'{' | b'}' | 0);
        if begins && is_caps(text) {
            let Some(mut next) = ahead.token() else { return };
            if self.text[next.0] == b'(' {
                ahead.at = self.group_end(next.0, self.text.len());
                let close = ahead.at;
                let Some(after) = ahead.token() else { return };
                if self.text[close..after.0].contains(&b'\n') {
                    return;
                }
                next = after;
            }
            if is_word(self.text[next.0])
                && is_type(next)
                && let Some(name) = ahead.token()
                && if is_word(self.text[name.0]) {
                    kind(name) == Word::Name
                } else {
                    self.text[name.0] == b'*' && !is_caps(&self.text[next.0..next.1])
                }
            {
                self.blanks.push((start, next.0));
            }
        } else if text == b"]"
            || body.declares && is_word(text[0]) && kind((start, stop)) == Word::Name && !is_caps(text)
        {
            let (Some(name), Some(open)) = (ahead.token(), ahead.token()) else { return };
            if !is_caps(&self.text[name.0..name.1]) || self.text[open.0] != b'(' {
                return;
            }
            let close = self.group_end(open.0, self.text.len());
            ahead.at = close;
            let Some(after) = ahead.token() else { return };
            if !matches!(self.text[after.0], b';' | b',' | b'=') {
                return;
            }
            // What such a macro is given is most often a value.
            if text == b"]" || self.text[open.1] == b'{' || self.text[after.0] == b'=' {
                self.blanks.push((name.0, close));
            } else {
                self.blanks.push(name);
                self.signs.push((name.0, b'='));
            }
        }
    }

    /// `UNUSED(x)` on a line of its own: the macro writes the semicolon. What it is given becomes the statement.
    fn bare_statement(&mut self, body: &mut Body, start: usize, stop: usize) {
        let text = &self.text[start..stop];
        if let Some((name, open)) = body.statement {
            let is_word = is_word(text[0]);
            if open == 0 {
                body.statement = (text == b"(").then_some((name, stop));
            } else if body.open.is_empty() {
                body.statement = None;
                let apart = text == b"}" || is_word && self.text[body.before_end..start].contains(&b'\n');
                if body.before == b')' && apart {
                    self.blanks.push((name, open));
                    self.ends.push(body.before_end - 1);
                    body.before = b';';
                }
            }
        }
        if matches!(body.before, b';' | b'{' | b'}' | 0) && is_caps(&self.text[start..stop]) {
            body.statement = Some((start, 0));
        }
    }

    /// `if unlikely(condition) {`: the macro writes the parentheses, or puts its own inside of them.
    fn wrapper(&mut self, body: &mut Body, start: usize, stop: usize) {
        let text = &self.text[start..stop];
        if let Some(name) = body.wrapper.take()
            && text == b"("
        {
            self.blanks.push(name);
        }
        if body.condition
            && is_word(text[0])
            && word(text, self.cpp) == Word::Name
            && !(self.cpp && matches!(text, b"constexpr" | b"consteval" | b"not"))
        {
            body.wrapper = Some((start, stop));
        }
        body.condition = matches!(text, b"if" | b"while" | b"switch");
    }

    /// `TRY {` and, on a line of its own after a statement, `END_TRY`: macros that stand for whole statements.
    fn lone_word(&mut self, body: &mut Body, start: usize, stop: usize) {
        let byte = self.text[start];
        if let Some((word, word_end, first)) = body.word.take() {
            let own_line = self.text[word_end..start].contains(&b'\n');
            if byte == b'{' || own_line && !first && (byte == b'}' || is_word(byte)) {
                self.blanks.push((word, word_end));
                // What comes next begins a statement as this did.
                body.before = if first { b'{' } else { b';' };
            }
        }
        if matches!(body.before, b';' | b'{' | b'}') && is_caps(&self.text[start..stop]) {
            body.word = Some((start, stop, body.before == b'{'));
        }
    }

    /// Macros between the words of declarators, wherever these stand: `T *RESTRICT x`, `int x UNUSED,`,
    /// `void (API *callback)(int)`. No expression has names in such a row.
    pub(super) fn between_words(&mut self) {
        let sign = |at: usize| self.text[at];
        let is_type = |word: Option<Word>| matches!(word, Some(Word::Name | Word::Builtin));
        let mut scan = Scan { bytes: self.text, at: 0, end: self.text.len() };
        // The last three tokens, with what words are.
        let mut last = [(0, 0, None); 3];
        let mut blanks = Vec::new();
        while let Some((start, stop)) = scan.token() {
            let text = &self.text[start..stop];
            let kind = (is_word(text[0]) && !text[0].is_ascii_digit()).then(|| word(text, self.cpp));
            let [third, second, first] = last;
            let caps = is_caps(&self.text[first.0..first.1]);
            if caps {
                let plain = |(start, stop, kind): (usize, usize, Option<Word>)| {
                    let text = &self.text[start..stop];
                    kind == Some(Word::Name) && !is_caps(text) && !text.starts_with(b"__") && !is_operator(text)
                };
                let after_name = plain(second)
                    && (matches!(sign(third.0), b'*' | b'&') || third.2 == Some(Word::Builtin) || plain(third));
                // The name of old compilers for pointers that reach all memory.
                let decorates = text[0] == b'*' && self.text[first.0..first.1] == *b"FAR" && second.2.is_some()
                    || matches!(sign(second.0), b'*' | b'&') && plain((start, stop, kind))
                    || matches!(text[0], b',' | b')') && after_name
                    || text[0] == b'*' && sign(second.0) == b'(' && is_type(third.2) && {
                        let mut ahead = Scan { at: stop, ..scan };
                        let mut next = || ahead.token().map_or(0, |(start, _)| sign(start));
                        is_word(next()) && next() == b')' && next() == b'('
                    };
                if decorates {
                    blanks.push((first.0, first.1));
                }
            }
            last = [second, first, (start, stop, kind)];
        }
        for (start, end) in blanks {
            super::preprocess::blank(&mut self.text[start..end]);
        }
    }
}

/// Whether a name is a sign of C++ or takes what follows as its operand.
fn is_operator(name: &[u8]) -> bool {
    matches!(
        name,
        b"and" | b"or" | b"not" | b"xor" | b"bitand" | b"bitor" | b"compl" | b"sizeof" | b"new" | b"delete" | b"typeof"
    )
}

/// Whether the grammar or a compiler takes a type in the parentheses after a name.
fn takes_type(name: &[u8]) -> bool {
    let name = name.strip_prefix(b"__").unwrap_or(name);
    let name = name.strip_suffix(b"__").unwrap_or(name);
    matches!(
        name,
        b"sizeof"
            | b"alignof"
            | b"typeof"
            | b"typeof_unqual"
            | b"offsetof"
            | b"builtin_offsetof"
            | b"builtin_types_compatible_p"
            | b"_Alignof"
            | b"_Alignas"
            | b"_Atomic"
            | b"catch"
            | b"except"
    )
}

#[cfg(test)]
mod tests {
    use super::super::preprocess::prepare;
    use crate::language::Language;
    use crate::lower::parse;

    /// Statements in a function that the grammar cannot read as they stand.
    fn errors(language: Language, statements: &[&'static str]) -> Vec<&'static str> {
        let is_read = |statement: &str| {
            let text = format!("struct s {{ int x; }};\nvoid f(char *a, int n) {{\n{statement}\n}}\n");
            let prepared = prepare(language, &text);
            assert_eq!(prepared.active.len(), text.len(), "offsets stay true");
            !parse(language, &prepared.active).root_node().has_error()
        };
        statements.iter().filter(|statement| !is_read(statement)).copied().collect()
    }

    #[test]
    fn macros_among_strings_and_types_as_arguments_are_read() {
        let c = [
            r#"g(Q("=") " or " Q("in") " expected");"#,
            r#"g("unexpected " Q(n) "\n");"#,
            r#"g("%" FORMAT " of " Q("x"), n);"#,
            "x = va_arg(list, char *);",
            "x = va_arg(list, const struct s *);",
            "x = cast(unsigned char, *a);",
            "x = CONTAINER(a, struct s, x)->x;",
            "x = ref(a, const s) + sizeof(struct s *);",
        ];
        assert_eq!(errors(Language::C, &c), [] as [&str; 0]);
        let cpp = ["x = va_arg(list, int);", "g(\"ms\"_s(n), std::function<Result(s *)>());"];
        assert_eq!(errors(Language::Cpp, &cpp), [] as [&str; 0]);
    }

    #[test]
    fn macros_around_local_declarations_are_read() {
        let both = [
            "UNUSED int r = g(n);",
            "UNUSED s *r = g(n);",
            "ALIGN(16) char b[3];",
            "char b[3] ALIGN(16);",
            "long left INIT(0);",
            "s *p INIT({0}), *q;",
            "s * RESTRICT p = a;",
            "void (API *fn)(int UNUSED, s *x UNUSED);",
            "struct s FAR *p = g(n * SIZE);",
            "g(n); CALL(n)",
        ];
        assert_eq!(errors(Language::C, &both), [] as [&str; 0]);
        assert_eq!(errors(Language::Cpp, &both), [] as [&str; 0]);
    }
}
