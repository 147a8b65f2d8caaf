//! Reading what stands around a Go call that registers a handler: the calls chained before and after it,
//! and what its receiver is.

use super::frameworks::GO_ROUTERS;
use super::text::{end_of_fields, fields};
use std::ops::Range;

/// One call of a chain: its name and its arguments.
pub(super) struct Link<'t> {
    pub(super) name: &'t str,
    pub(super) at: usize,
    pub(super) arguments: Vec<Range<usize>>,
}

/// `root.name(…).name(…)`: the dotted name it starts with and its calls in order.
pub(super) struct Chain<'t> {
    pub(super) root: &'t str,
    pub(super) links: Vec<Link<'t>>,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The bytes before the whitespace that ends at `at`.
fn before_space(text: &str, at: usize) -> usize {
    text[..at].trim_end().len()
}

/// Where the word that ends at `end` starts.
fn word_start(text: &str, end: usize) -> usize {
    let word = text.as_bytes()[..end].iter().rev().take_while(|&&byte| is_word(byte)).count();
    end - word
}

/// Where the parenthesis that closes before `end` opens.
fn open_of(text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (end, 0);
    while at > 0 {
        at -= 1;
        match bytes[at] {
            b')' | b']' | b'}' => depth += 1,
            b'(' | b'[' | b'{' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            quote @ (b'"' | b'`') => at = text[..at].rfind(quote as char)?,
            _ => {}
        }
    }
    None
}

/// The chain that the call whose name starts at a byte is part of.
pub(super) fn chain_around(text: &str, name_at: usize) -> Option<Chain<'_>> {
    let mut start = name_at;
    loop {
        let dot = before_space(text, start);
        if !text[..dot].ends_with('.') {
            break;
        }
        let mut end = before_space(text, dot - 1);
        if text[..end].ends_with(')') {
            end = open_of(text, end)?;
        }
        let word = word_start(text, end);
        if word == end {
            return None;
        }
        start = word;
    }
    chain_from(text, start)
}

/// The chain that starts at a byte.
pub(super) fn chain_from(text: &str, start: usize) -> Option<Chain<'_>> {
    let bytes = text.as_bytes();
    let mut links = Vec::new();
    let (mut at, mut root_end) = (start, start);
    loop {
        let name_at = at;
        while bytes.get(at).copied().is_some_and(is_word) {
            at += 1;
        }
        if at == name_at {
            return None;
        }
        if bytes.get(at) == Some(&b'(') {
            links.push(Link { name: &text[name_at..at], at: name_at, arguments: fields(text, at)? });
            at = end_of_fields(text, at)?;
        } else if links.is_empty() {
            root_end = at;
        }
        // The dot of a chain ends a line, so that no semicolon is put there.
        if bytes.get(at) != Some(&b'.') {
            break;
        }
        at += 1;
        at += text[at..].len() - text[at..].trim_start().len();
    }
    Some(Chain { root: &text[start..root_end], links })
}

/// What the nearest text before a use says of a variable.
pub(super) enum Origin<'t> {
    /// `name := CHAIN`: where the chain starts.
    Assigned(usize),
    /// The parameter of a function that a call `receiver.Route("/x", func(name T) {…})` is given: where the
    /// call's name starts.
    Given(usize),
    /// `name *package.Type`: the package, and where the name starts.
    Typed(&'t str, usize),
}

/// What `scope` says of the variable `name` as it is used at the scope's end.
pub(super) fn origin<'t>(text: &'t str, scope: &Range<usize>, name: &str) -> Option<Origin<'t>> {
    let bytes = text.as_bytes();
    text[scope.clone()].rmatch_indices(name).find_map(|(offset, _)| {
        let at = scope.start + offset;
        let end = at + name.len();
        if at > 0 && (is_word(bytes[at - 1]) || bytes[at - 1] == b'.') || bytes.get(end).copied().is_some_and(is_word) {
            return None;
        }
        let after = text[end..].trim_start_matches([' ', '\t']);
        let value = after
            .strip_prefix(":=")
            .or_else(|| after.strip_prefix('=').filter(|rest| !rest.starts_with('=')))
            .map(str::trim_start);
        if let Some(value) = value {
            return Some(Origin::Assigned(text.len() - value.trim_start_matches('&').len()));
        }
        if text[..at].ends_with("func(")
            && let Some(call) = call_given(text, scope, at)
        {
            return Some(Origin::Given(call));
        }
        declared_type(text, end).map(|package| Origin::Typed(package, at))
    })
}

/// What the file says of a field, `router` of `s.router`, wherever it is set or declared.
pub(super) fn field_origin<'t>(text: &'t str, root: &str) -> Option<Origin<'t>> {
    let (_, field) = root.rsplit_once('.')?;
    let ends = text.match_indices(field).map(|(at, _)| (at, at + field.len()));
    let mut found = None;
    for (at, end) in ends {
        if at == 0 || is_word(text.as_bytes()[at - 1]) {
            continue;
        }
        if text[..at].ends_with('.') {
            let value = text[end..].trim_start_matches([' ', '\t']).strip_prefix('=');
            if let Some(value) = value.filter(|rest| !rest.starts_with('=')) {
                return Some(Origin::Assigned(text.len() - value.trim_start().len()));
            }
        } else if found.is_none() {
            found = declared_type(text, end).map(|package| Origin::Typed(package, at));
        }
    }
    found
}

/// The package of the router type that is written after a name.
fn declared_type(text: &str, name_end: usize) -> Option<&str> {
    let rest = text[name_end..].strip_prefix([' ', '\t'])?.trim_start_matches([' ', '\t']).trim_start_matches('*');
    let len = rest.bytes().take_while(|&byte| is_word(byte)).count();
    let of_package = rest[len..].strip_prefix('.')?;
    let type_len = of_package.bytes().take_while(|&byte| is_word(byte)).count();
    (len > 0 && GO_ROUTERS.contains(&&of_package[..type_len])).then(|| &rest[..len])
}

/// The call whose argument `func(name …` starts before `parameter`, if the scope's end is inside of it.
fn call_given(text: &str, scope: &Range<usize>, parameter: usize) -> Option<usize> {
    let before = &text[scope.start..parameter];
    let mut calls = before.rmatch_indices(['(']).map(|(offset, _)| scope.start + offset).skip(1).take(3);
    calls.find_map(|open| {
        let name = word_start(text, open);
        let end = end_of_fields(text, open)?;
        (name < open && text[..name].ends_with('.') && end > scope.end).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_read_from_any_of_its_calls() {
        let text = "x := 1\ns.router.PathPrefix(\"/a(\").\n\tSubrouter().HandleFunc(\"/b\", f()).Methods(\"GET\")\ny()";
        let chain = chain_around(text, text.find("HandleFunc").expect("there")).expect("a chain");
        assert_eq!(chain.root, "s.router");
        let names: Vec<&str> = chain.links.iter().map(|link| link.name).collect();
        assert_eq!(names, ["PathPrefix", "Subrouter", "HandleFunc", "Methods"]);
    }
}
