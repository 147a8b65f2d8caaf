//! Macros that only decorate declarations, such as `LUA_API` or `ABSL_GUARDED_BY(mu)`.
//!
//! A grammar without a preprocessor reads them as types or names and loses the declaration. Where a
//! declaration has more names than its syntax has room for, the surplus must be macros: they are blanked.

use super::bodies::Body;
use super::condition::Macros;
use super::preprocess::{Scan, blank};
use crate::language::Language;

/// Words that begin or continue the specifiers of a declaration, and what they tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Word {
    /// `int`, `unsigned`, `auto`: a type.
    Builtin,
    /// `struct`, `class`, `union`, `enum`.
    ClassKey,
    /// `static`, `inline`, `template`...: what stands before it cannot be a type or name.
    Leading,
    /// `const`, `noexcept`: says nothing.
    Neutral,
    Namespace,
    Operator,
    Template,
    Access,
    /// `return`, `if`...: this is no declaration.
    Statement,
    Using,
    Typename,
    Name,
}

pub(super) fn word(text: &[u8], cpp: bool) -> Word {
    match text {
        b"int" | b"char" | b"short" | b"long" | b"float" | b"double" | b"void" | b"signed" | b"unsigned" | b"_Bool"
        | b"__int128" | b"_Complex" | b"__signed__" => Word::Builtin,
        b"bool" | b"auto" | b"wchar_t" | b"char8_t" | b"char16_t" | b"char32_t" if cpp => Word::Builtin,
        b"struct" | b"union" | b"enum" => Word::ClassKey,
        b"class" if cpp => Word::ClassKey,
        b"static" | b"inline" | b"extern" | b"typedef" | b"register" | b"_Thread_local" | b"__inline"
        | b"__inline__" | b"__extension__" | b"__forceinline" | b"_Noreturn" => Word::Leading,
        b"virtual" | b"explicit" | b"friend" | b"constexpr" | b"consteval" | b"constinit" | b"thread_local"
        | b"mutable" | b"concept" | b"static_assert"
            if cpp =>
        {
            Word::Leading
        }
        b"const" | b"volatile" | b"restrict" | b"__restrict" | b"__restrict__" | b"__const" | b"__volatile__" => {
            Word::Neutral
        }
        b"noexcept" | b"override" | b"final" | b"throw" | b"requires" | b"decltype" | b"alignas" if cpp => {
            Word::Neutral
        }
        b"namespace" if cpp => Word::Namespace,
        b"operator" if cpp => Word::Operator,
        b"template" if cpp => Word::Template,
        b"public" | b"private" | b"protected" if cpp => Word::Access,
        b"using" if cpp => Word::Using,
        b"typename" if cpp => Word::Typename,
        b"return" | b"if" | b"for" | b"while" | b"do" | b"switch" | b"case" | b"goto" | b"else" | b"default"
        | b"break" | b"continue" => Word::Statement,
        _ => Word::Name,
    }
}

/// Whether a word begins a statement that is no declaration.
pub(super) fn is_statement(text: &str) -> bool {
    word(text.as_bytes(), false) == Word::Statement
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Word(Word),
    /// A qualified or templated name: no macro.
    Path,
    Group,
    Bracket,
    Star,
    /// `=`
    Assign,
    Colon,
    Other,
}

/// One part of a declaration's head; groups in parentheses count as one.
#[derive(Clone, Copy, Debug)]
struct Item {
    kind: Kind,
    start: usize,
    end: usize,
}

impl Item {
    fn is_name(self) -> bool {
        matches!(self.kind, Kind::Word(Word::Name))
    }

    fn is(self, word: Word) -> bool {
        matches!(self.kind, Kind::Word(own) if own == word)
    }

    fn is_group(self) -> bool {
        matches!(self.kind, Kind::Group)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    /// File, namespace, `extern "C"`.
    Namespace,
    Class,
    /// Function bodies, initializers, enumerators.
    Code,
}

/// A head longer than this is an initializer or a table.
const LONGEST_HEAD: usize = 400;

pub(super) struct Heads<'t> {
    pub(super) text: &'t mut [u8],
    pub(super) macros: &'t Macros,
    pub(super) cpp: bool,
    /// Where the name of the innermost class stands; empty if there is none.
    class: (usize, usize),
    /// Byte ranges to blank.
    pub(super) blanks: Vec<(usize, usize)>,
    /// Places that need a type, with room for four letters.
    types: Vec<usize>,
    /// Places that need a template parameter, with room for three letters.
    parameters: Vec<usize>,
    /// Places that need a semicolon.
    pub(super) ends: Vec<usize>,
    /// Places that need another sign.
    pub(super) signs: Vec<(usize, u8)>,
    /// In source order.
    macro_uses: Vec<Use>,
}

/// A name with parentheses where a declaration could begin.
pub(super) struct Use {
    pub(super) name: (usize, usize),
    pub(super) group: (usize, usize),
    /// A body follows: this would be the head of a function.
    pub(super) head: bool,
}

/// Blanks what decorates declarations; gives back where macros may stand for whole ones.
pub(super) fn blank_decorations(language: Language, text: &mut [u8], macros: &Macros) -> Vec<Use> {
    let mut heads = Heads {
        text,
        macros,
        cpp: language == Language::Cpp,
        class: (0, 0),
        blanks: Vec::new(),
        types: Vec::new(),
        parameters: Vec::new(),
        ends: Vec::new(),
        signs: Vec::new(),
        macro_uses: Vec::new(),
    };
    blank_attributes(heads.text);
    heads.between_words();
    heads.walk();
    let Heads { blanks, types, parameters, ends, signs, macro_uses, text, .. } = heads;
    for (start, end) in blanks {
        blank(&mut text[start..end]);
    }
    for at in ends {
        text[at] = b';';
    }
    for (at, sign) in signs {
        text[at] = sign;
    }
    for at in parameters {
        text[at..at + 3].copy_from_slice(b"int");
    }
    for at in types {
        // In C++ what a macro says is left open.
        let ty: &[u8] = if language == Language::Cpp { b"auto" } else { b"int" };
        text[at..at + ty.len()].copy_from_slice(ty);
    }
    macro_uses
}

/// Whether a name looks like a macro: capitals, digits and underscores.
pub(super) fn is_caps(name: &[u8]) -> bool {
    name.len() > 1
        && name.iter().any(u8::is_ascii_uppercase)
        && name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
}

impl Heads<'_> {
    fn walk(&mut self) {
        let end = self.text.len();
        let mut at = 0;
        let mut contexts = vec![Context::Namespace];
        // The names of the classes around, innermost last.
        let mut classes: Vec<(usize, usize)> = Vec::new();
        let mut items: Vec<Item> = Vec::new();
        let mut overlong = false;
        let mut body = Body::default();
        loop {
            let context = *contexts.last().unwrap_or(&Context::Namespace);
            let mut scan = Scan { bytes: self.text, at, end };
            let Some((start, stop)) = scan.token() else {
                self.note_macros(&items, b'}', context);
                break;
            };
            at = scan.at;
            let byte = self.text[start];
            if context == Context::Code {
                self.body_token(&mut body, start, stop);
                match byte {
                    b'{' => contexts.push(Context::Code),
                    b'}' => {
                        contexts.pop();
                        // What follows a body begins anew, what follows an initializer does not.
                        items.clear();
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b';' => {
                    if !overlong {
                        self.head(&items, b';', context);
                        // The grammar of C has no empty members.
                        if context == Context::Class && !self.cpp && self.member_macros(&items) {
                            self.blanks.push((start, stop));
                        }
                    }
                    items.clear();
                    overlong = false;
                }
                b'}' => {
                    self.note_macros(&items, b'}', context);
                    if context == Context::Class {
                        self.member_macros(&items);
                        classes.pop();
                        self.class = classes.last().copied().unwrap_or_default();
                    }
                    if contexts.len() > 1 {
                        contexts.pop();
                    }
                    items.clear();
                    overlong = false;
                }
                b'{' => {
                    let inner = if overlong { Context::Code } else { self.head(&items, b'{', context) };
                    contexts.push(inner);
                    if inner == Context::Class {
                        self.class = self.class_name(&items);
                        classes.push(self.class);
                    }
                    items.clear();
                    overlong = false;
                }
                _ if overlong => {}
                b'(' | b'[' => {
                    let close = self.group_end(start, end);
                    let kind = if byte == b'(' { Kind::Group } else { Kind::Bracket };
                    // A body inside parentheses (a macro's argument) is code like any other.
                    at = close;
                    items.push(Item { kind, start, end: close });
                }
                b'<' if self.cpp
                    && items.last().is_some_and(|item| {
                        item.is_name() || item.is(Word::Template) || matches!(item.kind, Kind::Path)
                    }) =>
                {
                    if let Some(close) = self.angle_end(start, end) {
                        at = close;
                        let last = items.len() - 1;
                        if items[last].is(Word::Template) {
                            self.template_macros(start, close);
                        } else {
                            items[last].kind = Kind::Path;
                        }
                        items[last].end = close;
                    } else {
                        items.push(Item { kind: Kind::Other, start, end: stop });
                    }
                }
                b':' if self.cpp && self.text.get(stop) == Some(&b':') => {
                    at = stop + 1;
                    // Joins what stands on both sides.
                    let mut from = start;
                    if items.last().is_some_and(|item| item.is_name() || matches!(item.kind, Kind::Path)) {
                        from = items.pop().map_or(start, |item| item.start);
                    }
                    let mut scan = Scan { bytes: self.text, at, end };
                    let mut stop = at;
                    if let Some((next, next_stop)) = scan.token() {
                        let text = &self.text[next..next_stop];
                        if self.text[next] == b'~' {
                            if let Some((_, after)) = scan.token() {
                                stop = after;
                            }
                        } else if text != b"operator" && super::preprocess::is_word(self.text[next]) {
                            stop = next_stop;
                        }
                    }
                    at = stop;
                    items.push(Item { kind: Kind::Path, start: from, end: stop });
                }
                b':' => {
                    if items.len() == 1 && items[0].is(Word::Access) || items.len() == 2 && items[0].is(Word::Access) {
                        items.clear();
                    } else if let [first, .., last] = items[..]
                        && last.is(Word::Access)
                        && first.is_name()
                    {
                        self.note_macros(&items, b':', context);
                        self.blanks.push((first.start, last.start));
                        items.clear();
                    } else {
                        items.push(Item { kind: Kind::Colon, start, end: stop });
                    }
                }
                b'*' | b'&' => items.push(Item { kind: Kind::Star, start, end: stop }),
                b'=' => items.push(Item { kind: Kind::Assign, start, end: stop }),
                byte if super::preprocess::is_word(byte) && !byte.is_ascii_digit() => {
                    let kind = Kind::Word(word(&self.text[start..stop], self.cpp));
                    items.push(Item { kind, start, end: stop });
                }
                _ => items.push(Item { kind: Kind::Other, start, end: stop }),
            }
            if items.len() > LONGEST_HEAD {
                overlong = true;
                items.clear();
            }
        }
    }

    /// `template <typename T, ENABLE_IF(condition)>`: a macro that stands for a parameter or its default.
    fn template_macros(&mut self, start: usize, end: usize) {
        let mut scan = Scan { bytes: self.text, at: start, end };
        let mut before = b' ';
        let mut found = Vec::new();
        while let Some((start, stop)) = scan.token() {
            let mut next = Scan { bytes: self.text, at: stop, end };
            if matches!(before, b'<' | b',' | b'=')
                && is_caps(&self.text[start..stop])
                && let Some((open, _)) = next.token()
                && self.text[open] == b'('
            {
                let close = self.group_end(open, end);
                found.push((start, close));
                scan.at = close;
            }
            before = self.text[start];
        }
        for (start, end) in found {
            if end - start >= 4 {
                self.blanks.push((start, end));
                self.parameters.push(start);
            }
        }
    }

    /// The end of a group in parentheses or brackets.
    pub(super) fn group_end(&self, start: usize, end: usize) -> usize {
        let mut scan = Scan { bytes: self.text, at: start, end };
        let mut depth = 0_i32;
        while let Some((start, stop)) = scan.token() {
            match self.text[start] {
                b'(' | b'[' => depth += 1,
                b')' | b']' => {
                    depth -= 1;
                    if depth <= 0 {
                        return stop;
                    }
                }
                _ => {}
            }
        }
        start + 1
    }

    /// The end of template arguments, if these are some.
    fn angle_end(&self, start: usize, end: usize) -> Option<usize> {
        let mut scan = Scan { bytes: self.text, at: start, end: end.min(start + 4000) };
        let mut depth = 0_i32;
        let mut parens = 0_i32;
        while let Some((start, stop)) = scan.token() {
            match self.text[start] {
                b'<' if parens == 0 => depth += 1,
                b'>' if parens == 0 && !(start > 0 && self.text[start - 1] == b'-') => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(stop);
                    }
                }
                b'(' | b'[' | b'{' => parens += 1,
                b')' | b']' | b'}' => {
                    parens -= 1;
                    if parens < 0 {
                        return None;
                    }
                }
                b';' if parens == 0 => return None,
                _ => {}
            }
        }
        None
    }

    fn bytes(&self, item: Item) -> &[u8] {
        &self.text[item.start..item.end]
    }

    fn is_caps(&self, item: Item) -> bool {
        item.is_name() && is_caps(self.bytes(item))
    }

    fn is_attribute(&self, item: Item) -> bool {
        item.is_name()
            && matches!(
                self.bytes(item),
                b"__attribute__" | b"__attribute" | b"__declspec" | b"__asm__" | b"asm" | b"__asm"
            )
    }

    fn blank(&mut self, from: Item, to: Item) {
        self.blanks.push((from.start, to.end));
    }

    /// Notes the names with parentheses that a head begins with: macros, if they stand for declarations.
    fn note_macros(&mut self, items: &[Item], end: u8, context: Context) {
        for (at, pair) in items.chunks_exact(2).enumerate() {
            let [name, group] = *pair else { break };
            let named = if context == Context::Class { self.is_caps(name) } else { name.is_name() };
            let head = end == b'{' && at * 2 + 2 == items.len();
            if !named || !group.is_group() || head && !self.is_caps(name) {
                break;
            }
            self.macro_uses.push(Use { name: (name.start, name.end), group: (group.start, group.end), head });
        }
    }

    /// Reads a head that ends at `;` or `{`, blanks what decorates it, and tells what a brace opens.
    fn head(&mut self, all: &[Item], end: u8, context: Context) -> Context {
        self.note_macros(all, end, context);
        let mut items: Vec<Item> = Vec::with_capacity(all.len());
        // Attributes go first: they can stand anywhere.
        let mut index = 0;
        while index < all.len() {
            let item = all[index];
            if self.is_attribute(item) && all.get(index + 1).is_some_and(|next| next.is_group()) {
                self.blank(item, all[index + 1]);
                index += 2;
                continue;
            }
            if item.is_name() && matches!(self.bytes(item), b"__extension__" | b"__attribute__") {
                self.blank(item, item);
                index += 1;
                continue;
            }
            if matches!(item.kind, Kind::Bracket) && self.bytes(item).starts_with(b"[[") {
                index += 1;
                continue;
            }
            // An object-like macro of this file that stands for nothing or for specifiers.
            if item.is_name()
                && let Ok(name) = std::str::from_utf8(self.bytes(item))
                && self.macros.object_text(name).is_some_and(is_only_attributes)
            {
                self.blank(item, item);
                index += 1;
                continue;
            }
            items.push(item);
            index += 1;
        }
        let code = if end == b'{' { Context::Code } else { context };
        if items.is_empty() {
            return code;
        }
        if let [name, group] = items[..]
            && self.is_caps(name)
            && group.is_group()
            && self.holds_declarator(group)
        {
            // `HEAP_EXPORT(void heap_init(struct heap* heap)) {`
            self.blanks.push((name.start, group.start + 1));
            self.blanks.push((group.end - 1, group.end));
            return code;
        }
        if let [before @ .., name, group] = &items[..]
            && end == b'{'
            && self.is_caps(*name)
            && before.iter().all(|item| item.is(Word::Leading))
            && let Some(blanks) = self.listed_declarator(*group)
        {
            // `LIB_FUNCTION(void, API name, (int x), NORETURN) {`
            self.blanks.push((name.start, name.end));
            self.blanks.extend(blanks);
            return code;
        }
        if let [name, group] = items[..]
            && end == b';'
            && self.is_caps(name)
            && group.is_group()
            && *self.bytes(name) != self.text[self.class.0..self.class.1]
            && !self.holds_declarator(group)
        {
            // `DEFINE_DEFAULT(unsigned long, 0);` stands for declarations that are not written here.
            self.blank(name, group);
            return code;
        }
        if items[0].is(Word::Statement) {
            return code;
        }
        let macros = |pair: &[Item]| matches!(*pair, [name, group] if self.is_caps(name) && group.is_group());
        if end == b';' && items.len() > 2 && items.chunks(2).all(macros) {
            // Several that stand for declarations each.
            self.blank(items[0], items[items.len() - 1]);
            return code;
        }
        // Names right before words that begin a declaration are macros.
        if let Some(last) = (1..items.len()).rev().find(|&at| {
            matches!(items[at].kind, Kind::Word(Word::Leading | Word::Template | Word::Namespace | Word::Using))
                || items[at].is(Word::ClassKey) && !items[..at].iter().any(|item| item.is_group())
        }) {
            let prefix = &items[..last];
            let plain = prefix.iter().enumerate().all(|(at, item)| {
                item.is_name()
                    || item.is_group() && at > 0 && prefix[at - 1].is_name()
                    || matches!(item.kind, Kind::Word(Word::Leading | Word::Template | Word::Neutral))
                    || matches!(item.kind, Kind::Other)
            });
            if plain {
                let mut kept = Vec::new();
                for (at, item) in prefix.iter().enumerate() {
                    // `extern "C"` and `explicit(true)` keep what follows them.
                    if item.is_name() || item.is_group() && at > 0 && prefix[at - 1].is_name() {
                        self.blank(*item, *item);
                    } else {
                        kept.push(*item);
                    }
                }
                kept.extend_from_slice(&items[last..]);
                items = kept;
            }
        }
        // Past `template <…>` and its constraints.
        let mut from = 0;
        while from < items.len() && items[from].is(Word::Template) {
            from += 1;
        }
        let items = &items[from..];
        let Some(first) = items.first() else { return code };
        if first.is(Word::Using) {
            return code;
        }
        if first.is(Word::Namespace) || items.get(1).is_some_and(|second| second.is(Word::Namespace)) {
            let from = usize::from(!first.is(Word::Namespace)) + 1;
            self.surplus_names(&items[from..]);
            return if end == b'{' { Context::Namespace } else { code };
        }
        if first.is(Word::Leading) && self.bytes(*first) == b"extern" && items.len() == 2 && end == b'{' {
            return Context::Namespace;
        }
        let key = items.iter().position(|item| item.is(Word::ClassKey));
        if let Some(key) = key
            && items[..key].iter().all(|item| matches!(item.kind, Kind::Word(Word::Leading | Word::Neutral)))
        {
            if let Some(inner) = self.class_head(&items[key..], end) {
                return inner;
            }
        }
        self.declaration(items, end);
        if end == b'{' { Context::Code } else { context }
    }

    /// Whether a group holds the head of a function: `(T name(params))`.
    fn holds_declarator(&self, group: Item) -> bool {
        let (start, end) = (group.start + 1, group.end - 1);
        let mut scan = Scan { bytes: self.text, at: start, end };
        let mut words = 0;
        let mut before = b' ';
        let mut depth = 0_i32;
        let mut after_name = false;
        let mut closed = false;
        while let Some((start, stop)) = scan.token() {
            let byte = self.text[start];
            closed = false;
            match byte {
                b'(' => {
                    if depth == 0 {
                        after_name = words > 1 && before == b'a';
                    }
                    depth += 1;
                }
                b')' => {
                    depth -= 1;
                    closed = depth == 0;
                }
                b',' | b'=' | b'"' | b'\'' | b'{' if depth == 0 => return false,
                byte if depth == 0 && super::preprocess::is_word(byte) => {
                    if word(&self.text[start..stop], self.cpp) == Word::Statement {
                        return false;
                    }
                    words += 1;
                }
                _ => {}
            }
            before = if super::preprocess::is_word(byte) { b'a' } else { byte };
        }
        closed && after_name
    }

    /// What to blank where a group lists the parts of a function's head, `(T, name, (params), …)`, to leave the head.
    fn listed_declarator(&self, group: Item) -> Option<Vec<(usize, usize)>> {
        let (start, end) = (group.start + 1, group.end - 1);
        let mut scan = Scan { bytes: self.text, at: start, end };
        let mut blanks = vec![(group.start, start)];
        let mut part = 0;
        // The words of the part at hand.
        let mut words: Vec<(usize, usize)> = Vec::new();
        while let Some((start, stop)) = scan.token() {
            match self.text[start] {
                b',' if !words.is_empty() => {
                    if part == 1 {
                        words.pop();
                        blanks.append(&mut words);
                    }
                    words.clear();
                    part += 1;
                    blanks.push((start, stop));
                }
                b'(' if part == 2 && words.is_empty() => {
                    let close = self.group_end(start, end);
                    blanks.push((close, group.end));
                    let next = Scan { bytes: self.text, at: close, end }.token();
                    return next.is_none_or(|(start, _)| self.text[start] == b',').then_some(blanks);
                }
                b'*' if part == 0 => {}
                // `(API name)`
                b'(' | b')' if part == 1 => blanks.push((start, stop)),
                byte if part < 2 && super::preprocess::is_word(byte) => words.push((start, stop)),
                _ => return None,
            }
        }
        None
    }

    /// Of several names in a row all but the last are macros.
    fn surplus_names(&mut self, items: &[Item]) {
        for pair in items.windows(2) {
            if pair[0].is_name() && (pair[1].is_name() || matches!(pair[1].kind, Kind::Path)) && self.is_caps(pair[0]) {
                self.blank(pair[0], pair[0]);
            }
        }
    }

    /// Which of the names between `class` and the bases is the class's: the last, unless that is a macro for
    /// `final`, as in `class engine_t LIB_FINAL`.
    fn class_name_among(&self, head: &[Item]) -> Option<usize> {
        let mut names = (0..head.len()).rev().filter(|&at| head[at].is_name() || matches!(head[at].kind, Kind::Path));
        let last = names.next()?;
        let is_macro = self.is_caps(head[last]) && self.bytes(head[last]).contains(&b'_');
        match names.next() {
            Some(before) if is_macro && before + 1 == last && !self.is_caps(head[before]) => Some(before),
            _ => Some(last),
        }
    }

    /// The name in the head of a class, without template arguments.
    fn class_name(&self, items: &[Item]) -> (usize, usize) {
        let key = items.iter().position(|item| item.is(Word::ClassKey)).map_or(0, |key| key + 1);
        let head = &items[key..];
        let stop = head.iter().position(|item| matches!(item.kind, Kind::Colon)).unwrap_or(head.len());
        let Some(item) = self.class_name_among(&head[..stop]).map(|at| head[at]) else { return (0, 0) };
        let text = self.bytes(item);
        let end = text.iter().position(|byte| *byte == b'<').unwrap_or(text.len());
        let start = text[..end].iter().rposition(|byte| *byte == b':').map_or(0, |at| at + 1);
        let name = text[start..end].trim_ascii_end();
        (item.start + start, item.start + start + name.len())
    }

    /// Blanks macros that stand for whole members: right before the end of a class no semicolon tells them apart.
    fn member_macros(&mut self, items: &[Item]) -> bool {
        let macros = items.iter().enumerate().all(|(at, item)| self.is_caps(*item) || item.is_group() && at > 0);
        let ([first, ..], true) = (items, macros) else { return false };
        self.blanks.push((first.start, items[items.len() - 1].end));
        true
    }

    /// `class MACRO MACRO(x) Name final : bases {`; `None` if this is a function or variable.
    fn class_head(&mut self, items: &[Item], end: u8) -> Option<Context> {
        let enumeration = self.bytes(items[0]) == b"enum";
        let stop = items.iter().position(|item| matches!(item.kind, Kind::Colon)).unwrap_or(items.len());
        let head = &items[1..stop];
        if end == b';' {
            return None;
        }
        // A group is a decoration if a name follows it; otherwise these are parameters.
        for (at, item) in head.iter().enumerate() {
            if item.is_group() {
                let decorates = at > 0
                    && (head[at - 1].is_name() || head[at - 1].is(Word::Neutral))
                    && head.get(at + 1).is_some_and(|next| next.is_name() || matches!(next.kind, Kind::Path));
                let function = head[at + 1..].iter().any(|item| item.is_group())
                    && head[..at].iter().filter(|item| item.is_name()).count() > 1;
                if !decorates || function {
                    return None;
                }
            }
            if matches!(item.kind, Kind::Star | Kind::Assign) {
                return None;
            }
        }
        let names: Vec<usize> =
            (0..head.len()).filter(|&at| head[at].is_name() || matches!(head[at].kind, Kind::Path)).collect();
        if let Some(name) = self.class_name_among(head) {
            for &at in &names {
                if at == name || !head[at].is_name() {
                    continue;
                }
                let last = if head.get(at + 1).is_some_and(|next| next.is_group()) { at + 1 } else { at };
                self.blank(head[at], head[last]);
            }
        }
        Some(if enumeration { Context::Code } else { Context::Class })
    }

    /// A function or variable.
    fn declaration(&mut self, items: &[Item], end: u8) {
        let stop = items
            .iter()
            .position(|item| matches!(item.kind, Kind::Assign))
            .filter(|&at| !items[..at].iter().any(|item| item.is(Word::Operator)))
            .unwrap_or(items.len());
        let body_colon = (1..stop)
            .find(|&at| matches!(items[at].kind, Kind::Colon) && items[..at].iter().any(|item| item.is_group()))
            .unwrap_or(stop);
        let items = &items[..body_colon];
        if items.iter().any(|item| item.is(Word::Operator)) {
            self.operator(items);
            return;
        }
        let candidates: Vec<usize> = (1..items.len())
            .filter(|&at| {
                items[at].is_group()
                    && (items[at - 1].is_name() || matches!(items[at - 1].kind, Kind::Path) || items[at - 1].is_group())
            })
            .collect();
        let mut from = 0;
        let mut main = None;
        let mut dropped_type = None;
        // Macros with what they are given, which are blank already.
        let mut dropped = Vec::new();
        for (order, &at) in candidates.iter().enumerate() {
            if items[at - 1].is_group() {
                // `void (name)(args)`
                main = Some(at);
                break;
            }
            if items.get(at + 1).is_some_and(|next| next.is_group()) {
                // `LUA_API T (name)(args)`, `static T MACRO(name)(args)`
                main = Some(at + 1);
                break;
            }
            let later = candidates[order + 1..].iter().any(|&later| later > at + 1);
            let next = items.get(at + 1);
            let continues = next.is_some_and(|next| {
                matches!(
                    next.kind,
                    Kind::Word(
                        Word::Name | Word::Builtin | Word::ClassKey | Word::Leading | Word::Neutral | Word::Typename
                    ) | Kind::Path
                        | Kind::Star
                )
            });
            let caps = self.is_caps(items[at - 1]);
            let neutral_next = next.is_some_and(|next| next.is(Word::Neutral));
            let macro_like = caps || self.is_numbers(items[at]);
            if later && continues && macro_like && !neutral_next && !self.only_decorations(&items[at + 1..]) {
                // `GIT_INLINE(int) name(…)`, `void printflike(1, 2) name(…)`
                self.blank(items[at - 1], items[at]);
                dropped.extend([items[at - 1].start, items[at].start]);
                dropped_type.get_or_insert(items[at - 1]);
                if items[from..at - 1].iter().any(|item| self.is_type(*item)) {
                    dropped_type = None;
                }
                // What stood before stays in view.
                if at - 1 == from {
                    from = at + 1;
                }
                continue;
            }
            if caps
                && self.bytes(items[at])[1..].trim_ascii_start().first() == Some(&b'(')
                && at >= 2
                && (items[at - 2].is_name() || items[at - 2].is_group())
            {
                // `name OF((args))`
                let group = items[at];
                self.blank(items[at - 1], items[at - 1]);
                self.blanks.push((group.start, group.start + 1));
                self.blanks.push((group.end - 1, group.end));
                self.prefix(&items[from..at - 2], Some(items[at - 2]), dropped_type);
                return;
            }
            // Past the brackets of an array.
            let declared = (from..at - 1).rev().find(|&at| !matches!(items[at].kind, Kind::Bracket));
            if caps
                && end == b';'
                && let Some(declared) = declared
                && items[declared].is_name()
                && self.has_type(&items[from..declared])
                && !self.is_caps(items[declared])
            {
                // `int x GUARDED_BY(mu);`
                self.blank(items[at - 1], items[at]);
                self.prefix(&items[from..declared], Some(items[declared]), dropped_type);
                self.suffix(&items[at + 1..]);
                return;
            }
            main = Some(at);
            break;
        }
        let Some(main) = main else {
            // A variable or field.
            let names = items.len() - items.iter().rev().take_while(|item| !item.is_name()).count();
            if names > 1 {
                self.prefix(&items[from.min(names - 1)..names - 1], Some(items[names - 1]), None);
            }
            return;
        };
        self.unwrap_name(items[main - 1]);
        let before = &items[from.min(main - 1)..main - 1];
        if dropped.is_empty() {
            self.prefix(before, Some(items[main - 1]), dropped_type);
        } else {
            let kept: Vec<Item> = before.iter().filter(|item| !dropped.contains(&item.start)).copied().collect();
            self.prefix(&kept, Some(items[main - 1]), dropped_type);
        }
        if end == b';' && !self.is_list_of_names(items[main]) {
            self.prototype_suffix(&items[main + 1..]);
        } else {
            self.suffix(&items[main + 1..]);
        }
    }

    /// Whether a group holds names alone: old-style parameters, whose types come after it.
    fn is_list_of_names(&self, group: Item) -> bool {
        let inside = self.text.get(group.start + 1..group.end - 1).unwrap_or_default();
        let is_name = |part: &[u8]| {
            let part = part.trim_ascii();
            !part.is_empty() && part.iter().all(|byte| super::preprocess::is_word(*byte))
        };
        inside.split(|byte| *byte == b',').all(is_name)
    }

    /// `T name(T arg) nothrow pure;`: words between the parameters and the end are macros.
    fn prototype_suffix(&mut self, items: &[Item]) {
        let plain = items.iter().enumerate().all(|(at, item)| {
            item.is_name() || item.is(Word::Neutral) || item.is_group() && at > 0 && !items[at - 1].is_group()
        });
        if !plain {
            self.suffix(items);
            return;
        }
        for (at, item) in items.iter().enumerate() {
            if item.is_name() || item.is_group() && items[at - 1].is_name() {
                self.blank(*item, *item);
            }
        }
    }

    /// `T (name)(args)` reads as an expression: the parentheses around the name go.
    fn unwrap_name(&mut self, item: Item) {
        if !item.is_group() {
            return;
        }
        // One that is never closed has nothing inside.
        let inner = self.text.get(item.start + 1..item.end - 1).unwrap_or_default().trim_ascii_end();
        if inner.iter().all(|byte| super::preprocess::is_word(*byte) || byte.is_ascii_whitespace()) && !inner.is_empty()
        {
            // `T (API name)(args)`: the last word is the name.
            let before = inner.iter().rposition(u8::is_ascii_whitespace).map_or(0, |space| space + 1);
            self.blanks.push((item.start, item.start + 1 + before));
            self.blanks.push((item.end - 1, item.end));
        }
    }

    /// Whether a group holds numbers alone, which are no parameters of a function.
    fn is_numbers(&self, group: Item) -> bool {
        let inside = self.text.get(group.start + 1..group.end - 1).unwrap_or_default();
        inside.iter().any(u8::is_ascii_digit)
            && inside.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace() || *byte == b',')
    }

    /// Whether only macros and words like `noexcept` follow: then what precedes is the function itself.
    fn only_decorations(&self, items: &[Item]) -> bool {
        items.iter().enumerate().all(|(at, item)| {
            self.is_caps(*item)
                || item.is(Word::Neutral)
                || item.is_group() && at > 0 && (self.is_caps(items[at - 1]) || items[at - 1].is(Word::Neutral))
                || matches!(item.kind, Kind::Star) && at == 0
        }) && items.first().is_none_or(|first| !first.is_name() || self.is_caps(*first))
            && !items.iter().enumerate().any(|(at, item)| {
                // `A(x) B C(y)`: B can be a type.
                item.is_group() && at >= 2 && items[at - 2].is_name()
            })
    }

    fn is_type(&self, item: Item) -> bool {
        matches!(item.kind, Kind::Word(Word::Name | Word::Builtin | Word::ClassKey) | Kind::Path)
    }

    fn has_type(&self, items: &[Item]) -> bool {
        items.iter().any(|item| self.is_type(*item))
    }

    /// What stands before the declared name: one type has room there.
    fn prefix(&mut self, items: &[Item], name: Option<Item>, dropped: Option<Item>) {
        let mut written = false;
        let mut pointer = false;
        let mut names: Vec<Item> = Vec::new();
        let mut surplus: Vec<Item> = Vec::new();
        let destructor =
            items.last().is_some_and(|last| matches!(last.kind, Kind::Other) && self.text[last.start] == b'~');
        let mut at = 0;
        while at < items.len() {
            let item = items[at];
            match item.kind {
                Kind::Word(Word::Builtin) | Kind::Path => written = true,
                Kind::Word(Word::ClassKey) => {
                    written = true;
                    // `struct MACRO Name`: the last of the names is the struct's.
                    let run = items[at + 1..].iter().take_while(|item| item.is_name()).count();
                    if run > 0 {
                        at += 1;
                    }
                }
                Kind::Word(Word::Typename) => {
                    written = true;
                    at += 1;
                }
                // `T *MACRO(name)(args)`: behind the `*` there is no type.
                Kind::Word(Word::Name) if pointer => surplus.push(item),
                Kind::Word(Word::Name) => names.push(item),
                Kind::Star => pointer = written || !names.is_empty(),
                // A list of variables or something stranger.
                Kind::Other | Kind::Group if !matches!(item.kind, Kind::Group) => {
                    if self.text[item.start] == b',' {
                        return;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        for item in surplus {
            self.blank(item, item);
        }
        if written || destructor {
            for item in names {
                self.blank(item, item);
            }
            return;
        }
        if names.is_empty() {
            if let Some(dropped) = dropped
                && dropped.end - dropped.start >= 4
                && name.is_some()
            {
                self.types.push(dropped.start);
            }
            return;
        }
        let constructor = self.cpp
            && name.is_some_and(|name| {
                let text = self.bytes(name);
                match name.kind {
                    Kind::Path => is_constructor_path(text),
                    _ => !text.is_empty() && *text == self.text[self.class.0..self.class.1],
                }
            });
        if constructor {
            for item in names {
                self.blank(item, item);
            }
            return;
        }
        if names.len() == 1 {
            return;
        }
        let keep = names.iter().rposition(|item| !self.is_caps(*item)).unwrap_or(names.len() - 1);
        for (index, item) in names.iter().enumerate() {
            if index != keep {
                self.blank(*item, *item);
            }
        }
    }

    /// What stands after the parameters.
    fn suffix(&mut self, items: &[Item]) {
        let mut at = 0;
        while at < items.len() {
            let group = items.get(at + 1).copied().filter(|next| next.is_group());
            let numbered = items[at].is_name() && group.is_some_and(|group| self.is_numbers(group));
            if self.is_caps(items[at]) || numbered {
                self.blank(items[at], group.unwrap_or(items[at]));
                at += 1 + usize::from(group.is_some());
            } else if items[at].is_name() || matches!(items[at].kind, Kind::Path) {
                // Old-style parameters, a trailing return type, a second declarator.
                return;
            } else {
                at += 1;
            }
        }
    }

    /// `MACRO T operator+(…) const MACRO`
    fn operator(&mut self, items: &[Item]) {
        let Some(at) = items.iter().position(|item| item.is(Word::Operator)) else { return };
        let conversion = items.get(at + 1).is_some_and(|next| {
            matches!(next.kind, Kind::Word(Word::Name | Word::Builtin | Word::Neutral) | Kind::Path)
        });
        let prefix = &items[..at];
        let names: Vec<Item> = prefix.iter().copied().filter(|item| self.is_caps(*item)).collect();
        if let Some(at) = (1..prefix.len())
            .find(|&at| prefix[at].is_group() && self.is_caps(prefix[at - 1]) && prefix[at].end > prefix[at].start + 2)
        {
            // `ENABLE_IF_RETURN((condition), (T&)) operator[](int i)`: the macro stands for the type.
            self.blank(prefix[at - 1], prefix[at]);
            if !prefix[at + 1..].iter().any(|item| self.is_type(*item)) {
                self.types.push(prefix[at - 1].start);
            }
            return;
        }
        let types = prefix.iter().filter(|item| self.is_type(**item)).count();
        if conversion || types > names.len() {
            for item in names {
                self.blank(item, item);
            }
        } else if names.len() > 1 {
            for item in &names[..names.len() - 1] {
                self.blank(*item, *item);
            }
        }
    }
}

/// Longer lists of attributes are not looked for.
const LONGEST_ATTRIBUTES: usize = 200;

/// Blanks `macro((__unused__))`, which stands for attributes wherever it stands, and makes `T` of `_Atomic(T)`.
fn blank_attributes(text: &mut [u8]) {
    let mut at = 0;
    while let Some(open) = text[at..].iter().position(|byte| *byte == b'(').map(|open| at + open) {
        at = open + 1;
        let before = text[..open].trim_ascii_end().len();
        let word = text[..before].iter().rposition(|byte| !super::preprocess::is_word(*byte)).map_or(0, |end| end + 1);
        if word == before {
            continue;
        }
        let end = text.len().min(open + LONGEST_ATTRIBUTES);
        if text[word..before] == *b"_Atomic" {
            let mut depth = 0_usize;
            let close = text[open..end].iter().position(|byte| {
                depth = depth + usize::from(*byte == b'(') - usize::from(*byte == b')');
                depth == 0
            });
            if let Some(close) = close.map(|close| open + close) {
                blank(&mut text[word..=open]);
                text[close] = b' ';
            }
            continue;
        }
        if !text[open + 1..].starts_with(b"(__") || text[word..before].starts_with(b"__") {
            continue;
        }
        let Some(close) = text[open..end].windows(2).position(|pair| pair == b"))").map(|close| open + close) else {
            continue;
        };
        let is_attribute = |part: &[u8]| part.trim_ascii().starts_with(b"__") && part.trim_ascii().ends_with(b"__");
        if text[open + 2..close].split(|byte| *byte == b',').all(is_attribute) {
            blank(&mut text[word..close + 2]);
            at = close + 2;
        }
    }
}

/// Whether a macro's text is nothing, or attributes without a type.
fn is_only_attributes(text: &str) -> bool {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0, end: text.len() };
    let mut depth = 0_i32;
    while let Some((start, stop)) = scan.token() {
        match &text.as_bytes()[start..stop] {
            b"(" => depth += 1,
            b")" => depth -= 1,
            b"__attribute__" | b"__attribute" | b"__declspec" | b"__extension__" => {}
            _ if depth > 0 => {}
            _ => return false,
        }
    }
    true
}

/// `A::A` or `A::~A`, possibly with template arguments.
fn is_constructor_path(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let Some((rest, last)) = text.rsplit_once("::") else { return false };
    let last = last.trim().trim_start_matches('~').trim();
    let mut before = rest.trim_end();
    if before.ends_with('>')
        && let Some(open) = before.find('<')
    {
        before = before[..open].trim_end();
    }
    before.rsplit("::").next().is_some_and(|class| class.trim() == last) || text.contains('~')
}
