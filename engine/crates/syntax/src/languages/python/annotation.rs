//! Type annotations, read from their text: written plainly or as a string, they look the same here.

use crate::facts::{Literal, ScopeId, Segment, TypeExpr, TypeId};
use crate::lower::Lowering;
use crate::name::Name;

/// Nesting deeper than this is nothing people write.
const MAX_DEPTH: u32 = 40;

/// Reads the annotation `text` that starts at byte `at` of the file.
pub(super) fn annotation(lowering: &mut Lowering<'_>, text: &str, at: usize) -> TypeId {
    let scope = lowering.scope;
    let mut reader = Reader { lowering, text, at, pos: 0, scope, depth: 0, literal: false };
    let ty = reader.union();
    reader.space();
    if reader.pos < text.len() {
        return lowering.add_type(TypeExpr::Unknown);
    }
    ty
}

struct Reader<'a, 's, 't> {
    lowering: &'a mut Lowering<'s>,
    text: &'t str,
    /// Offset of `text` in the file.
    at: usize,
    pos: usize,
    scope: ScopeId,
    depth: u32,
    /// Inside `Literal[…]`, where strings are no types.
    literal: bool,
}

impl Reader<'_, '_, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.pos).copied()
    }

    fn space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b'\\' => self.pos += 1,
                b'#' => {
                    while self.peek().is_some_and(|byte| byte != b'\n') {
                        self.pos += 1;
                    }
                }
                _ => break,
            }
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == Some(byte);
        if found {
            self.pos += 1;
        }
        found
    }

    fn add(&mut self, ty: TypeExpr) -> TypeId {
        self.lowering.add_type(ty)
    }

    fn union(&mut self) -> TypeId {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.pos = self.text.len();
            self.depth -= 1;
            return self.add(TypeExpr::Unknown);
        }
        let first = self.primary();
        let mut parts = vec![first];
        while self.eat(b'|') {
            parts.push(self.primary());
        }
        self.depth -= 1;
        if parts.len() == 1 {
            return first;
        }
        let parts = self.lowering.facts.new_list(parts);
        self.add(TypeExpr::Union(parts))
    }

    fn primary(&mut self) -> TypeId {
        self.space();
        match self.peek() {
            Some(b'(') => {
                self.pos += 1;
                let items = self.list_until(b')');
                if items.len() == 1 {
                    return items[0];
                }
                let items = self.lowering.facts.new_list(items);
                self.add(TypeExpr::Tuple(items))
            }
            Some(b'[') => {
                self.pos += 1;
                let items = self.list_until(b']');
                let items = self.lowering.facts.new_list(items);
                self.add(TypeExpr::Tuple(items))
            }
            Some(b'"' | b'\'') => self.string(),
            Some(b'.') => {
                while self.peek() == Some(b'.') {
                    self.pos += 1;
                }
                self.add(TypeExpr::Inferred)
            }
            Some(b'*') => {
                while self.peek() == Some(b'*') {
                    self.pos += 1;
                }
                self.primary()
            }
            Some(byte) if byte.is_ascii_digit() || byte == b'-' => {
                self.pos += 1;
                while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
                    self.pos += 1;
                }
                self.add(TypeExpr::Literal(Literal::Int))
            }
            Some(byte) if is_word(byte) => self.path(),
            _ => {
                if self.pos < self.text.len() {
                    self.pos += self.text[self.pos..].chars().next().map_or(1, char::len_utf8);
                }
                self.add(TypeExpr::Unknown)
            }
        }
    }

    fn list_until(&mut self, close: u8) -> Vec<TypeId> {
        let mut items = Vec::new();
        loop {
            if self.eat(close) || self.pos >= self.text.len() {
                return items;
            }
            let before = self.pos;
            items.push(self.union());
            if !self.eat(b',') && !self.eat(close) {
                // Something that is no type: a call, an operator. Skip to the end of the brackets.
                self.skip_to(close);
                return items;
            } else if self.text.as_bytes().get(self.pos - 1) == Some(&close) {
                return items;
            }
            if self.pos == before {
                self.pos += 1;
            }
        }
    }

    fn skip_to(&mut self, close: u8) {
        let mut depth = 0_u32;
        while let Some(byte) = self.peek() {
            self.pos += 1;
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' if depth == 0 => {
                    if byte == close {
                        return;
                    }
                }
                b')' | b']' | b'}' => depth -= 1,
                _ => {}
            }
        }
        while !self.text.is_char_boundary(self.pos) {
            self.pos += 1;
        }
    }

    fn word(&mut self) -> &str {
        let start = self.pos;
        while self.peek().is_some_and(is_word) {
            self.pos += 1;
        }
        &self.text[start..self.pos]
    }

    fn string(&mut self) -> TypeId {
        let quote = self.peek().unwrap_or(b'"');
        let triple = self.text.as_bytes()[self.pos..].starts_with(&[quote, quote, quote]);
        let width = if triple { 3 } else { 1 };
        let start = self.pos + width;
        let end = if triple {
            let close = std::str::from_utf8(&[quote; 3]).unwrap_or("\"\"\"").to_owned();
            self.text.get(start..).and_then(|rest| rest.find(&close)).map(|end| start + end)
        } else {
            self.text.get(start..).and_then(|rest| rest.find(quote as char)).map(|end| start + end)
        };
        let Some(end) = end else {
            self.pos = self.text.len();
            return self.add(TypeExpr::Unknown);
        };
        let inner = &self.text[start..end];
        self.pos = end + width;
        if self.literal {
            let text = Name::new(inner);
            return self.add(TypeExpr::LiteralText(text));
        }
        let mut reader = Reader {
            lowering: &mut *self.lowering,
            text: inner,
            at: self.at + start,
            pos: 0,
            scope: self.scope,
            depth: self.depth,
            literal: false,
        };
        let ty = reader.union();
        reader.space();
        if reader.pos < inner.len() {
            let text = Name::new(inner);
            return self.add(TypeExpr::LiteralText(text));
        }
        ty
    }

    fn path(&mut self) -> TypeId {
        let start = self.pos;
        let mut names = vec![Name::new(self.word())];
        // String prefixes of literals: b"x".
        if matches!(self.peek(), Some(b'"' | b'\'')) {
            return self.string();
        }
        loop {
            self.space();
            if self.peek() != Some(b'.') {
                break;
            }
            self.pos += 1;
            self.space();
            names.push(Name::new(self.word()));
        }
        if names.len() == 1 && names[0] == "None" {
            return self.add(TypeExpr::Literal(Literal::Null));
        }
        if names.len() == 1 && (names[0] == "True" || names[0] == "False") {
            return self.add(TypeExpr::LiteralText(names[0]));
        }
        let mut args = Vec::new();
        if self.eat(b'[') {
            let outer = std::mem::replace(&mut self.literal, names.last().is_some_and(|name| *name == "Literal"));
            args = self.list_until(b']');
            self.literal = outer;
        }
        self.space();
        if self.peek() == Some(b'(') {
            self.pos += 1;
            self.skip_to(b')');
            return self.add(TypeExpr::Unknown);
        }
        let args = self.lowering.facts.new_list(args);
        let last = names.len() - 1;
        let segments: Vec<Segment> = names
            .into_iter()
            .enumerate()
            .map(|(index, name)| Segment {
                name,
                args: if index == last { args } else { crate::facts::List::default() },
            })
            .collect();
        let segments = self.lowering.facts.new_list(segments);
        self.add(TypeExpr::Path { segments, scope: self.scope, at: (self.at + start) as u32 })
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
