//! Namespaces that macros open and close: `FMT_BEGIN_NAMESPACE`, `PUGI__NS_END`.

use super::condition::Macros;
use super::decorations::is_caps;
use super::preprocess::{Scan, blank, is_word};
use crate::name::Name;

/// What lies between a macro that opens namespaces and the one that closes them.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The macro that opens.
    pub(super) name: Name,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Opens,
    Closes,
}

/// Blanks such macros and tells what they enclose, in the order of their starts.
pub(super) fn take(text: &mut [u8], macros: &Macros) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut blanks = Vec::new();
    // Of macros without a partner: where they stand, and how deep in braces.
    let mut open: Vec<(usize, usize, i32)> = Vec::new();
    let mut depth = 0;
    let mut scan = Scan { bytes: text, at: 0, end: text.len() };
    let mut before_end = 0;
    while let Some((start, end)) = scan.token() {
        match text[start] {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            byte if is_word(byte) && alone(text, before_end, start, end) => match role(&text[start..end], macros) {
                Some(Role::Opens) => open.push((start, end, depth)),
                Some(Role::Closes) => {
                    if let Some((first, first_end, at)) = open.pop()
                        && at == depth
                        && let Ok(name) = std::str::from_utf8(&text[first..first_end])
                    {
                        marks.push(Mark { start: first_end, end: start, name: Name::new(name) });
                        blanks.extend([(first, first_end), (start, end)]);
                    }
                }
                None => {}
            },
            _ => {}
        }
        before_end = end;
    }
    for (start, end) in blanks {
        blank(&mut text[start..end]);
    }
    marks.sort_by_key(|mark| mark.start);
    marks
}

/// Whether a word has its line to itself.
fn alone(text: &[u8], before_end: usize, start: usize, end: usize) -> bool {
    let line_end = text[end..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| end + at);
    (before_end == 0 || text[before_end..start].contains(&b'\n'))
        && text[end..line_end].trim_ascii_start().first().is_none_or(|&byte| byte == b'/')
}

fn role(word: &[u8], macros: &Macros) -> Option<Role> {
    let name = std::str::from_utf8(word).ok()?;
    if let Some(text) = macros.object_text(name) {
        return if opened(text).is_some() {
            Some(Role::Opens)
        } else {
            let closes = text.contains('}') && text.bytes().all(|byte| byte == b'}' || byte.is_ascii_whitespace());
            closes.then_some(Role::Closes)
        };
    }
    // Defined in another file.
    if !is_caps(word) {
        return None;
    }
    let parts: Vec<&str> = name.split('_').collect();
    let has = |wanted: &[&str]| parts.iter().any(|part| wanted.contains(part));
    if !has(&["NAMESPACE", "NS"]) {
        return None;
    }
    if has(&["BEGIN", "OPEN", "START", "ENTER"]) {
        Some(Role::Opens)
    } else if has(&["END", "CLOSE", "EXIT", "LEAVE", "STOP"]) {
        Some(Role::Closes)
    } else {
        None
    }
}

/// The namespaces that a macro's text opens, without unnamed and inline ones, whose names are also those of
/// the namespace around them. `None` if the text is something else.
pub(super) fn opened(text: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || c == '\\');
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (head, after) = rest.split_once('{')?;
        rest = after.trim_matches(|c: char| c.is_whitespace() || c == '\\');
        let head = head.trim_matches(|c: char| c.is_whitespace() || c == '\\');
        let (inline, head) = match head.strip_prefix("inline") {
            Some(head) => (true, head.trim_start()),
            None => (false, head),
        };
        let name = head.strip_prefix("namespace")?;
        if !name.is_empty() && is_word(name.as_bytes()[0]) {
            return None;
        }
        if !inline {
            let path = name.split("::").map(str::trim).filter(|part| !part.is_empty());
            names.extend(path.filter(|part| part.bytes().all(is_word)));
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::opened;

    #[test]
    fn a_macro_opens_the_namespaces_that_its_text_names() {
        assert_eq!(opened("namespace a { namespace b {"), Some(vec!["a", "b"]));
        assert_eq!(opened("namespace fmt { inline namespace v9 {"), Some(vec!["fmt"]));
        assert_eq!(opened("namespace a \\\n { namespace {"), Some(vec!["a"]));
        assert_eq!(opened("namespaces {"), None);
        assert_eq!(opened("extern \"C\" {"), None);
        assert_eq!(opened(""), None);
    }
}
