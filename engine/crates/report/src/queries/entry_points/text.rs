//! Reading arguments and decorators in source text, at places that the facts name.

/// The arguments of the call whose name starts at a byte: each as its range. `None` if no parenthesis
/// follows the name.
pub(super) fn arguments(text: &str, name_at: usize) -> Option<Vec<std::ops::Range<usize>>> {
    let bytes = text.as_bytes();
    let mut at = name_at;
    while bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')) {
        at += 1;
    }
    // TypeScript's type arguments: `app.get<Params>(…)`.
    if bytes.get(at) == Some(&b'<') {
        at += text[at..].find('(')?;
    }
    if bytes.get(at) != Some(&b'(') {
        return None;
    }
    fields(text, at)
}

/// What stands between commas inside the bracket at a byte: each as its range.
pub(super) fn fields(text: &str, bracket: usize) -> Option<Vec<std::ops::Range<usize>>> {
    bracketed(text, bracket).map(|(found, _)| found)
}

/// The byte after the bracket that closes the one at a byte.
pub(super) fn end_of_fields(text: &str, bracket: usize) -> Option<usize> {
    bracketed(text, bracket).map(|(_, close)| close + 1)
}

/// What stands between commas inside the bracket at a byte, and where that bracket closes.
fn bracketed(text: &str, bracket: usize) -> Option<(Vec<std::ops::Range<usize>>, usize)> {
    let bytes = text.as_bytes();
    let mut at = bracket;
    let mut found = Vec::new();
    let (mut depth, mut start) = (0, at + 1);
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    if !text[start..at].trim().is_empty() {
                        found.push(start..at);
                    }
                    return Some((found, at));
                }
            }
            b',' if depth == 1 => {
                found.push(start..at);
                start = at + 1;
            }
            quote @ (b'"' | b'\'' | b'`') => at = end_of_string(bytes, at, quote),
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the string that starts at `at` ends: at its closing quote. A Rust lifetime is no string.
fn end_of_string(bytes: &[u8], at: usize, quote: u8) -> usize {
    let mut end = at + 1;
    while end < bytes.len() && bytes[end] != quote {
        if bytes[end] == b'\n' && quote != b'`' {
            return at;
        }
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    end
}

/// The first string literal of a piece of source, without quotes.
pub(super) fn first_string(text: &str) -> Option<&str> {
    let start = text.find(['"', '\'', '`'])?;
    let quote = text.as_bytes()[start];
    let end = end_of_string(text.as_bytes(), start, quote);
    (end > start).then(|| text.get(start + 1..end)).flatten()
}

/// The paths among the arguments of a decorator: the strings of the first one without a name or of `value`,
/// `path` or `rule`, or what is written there; one that is empty if there is none.
pub(super) fn paths(arguments: &str) -> Vec<String> {
    let whole = format!("({arguments})");
    let field = fields(&whole, 0).into_iter().flatten().find_map(|range| {
        let field = whole[range].trim();
        match field.split_once('=') {
            Some((key, value)) if key.trim().chars().all(|letter| letter.is_alphanumeric() || letter == '_') => {
                ["value", "path", "rule"].contains(&key.trim()).then_some(value.trim())
            }
            _ => Some(field),
        }
    });
    let mut rest = field.unwrap_or("");
    let mut found = Vec::new();
    if !is_string(rest) && !rest.starts_with(['{', '[']) {
        return vec![rest.to_owned()];
    }
    while let Some(path) = first_string(rest) {
        found.push(path.to_owned());
        rest = &rest[path.as_ptr() as usize - rest.as_ptr() as usize + path.len() + 1..];
        if !rest.starts_with([',', ' ', '\n', '\r', '}', ']']) {
            break;
        }
    }
    if found.is_empty() { vec![rest.to_owned()] } else { found }
}

/// Whether a piece of source is a string literal and nothing else, as far as its start tells.
pub(super) fn is_string(text: &str) -> bool {
    let plain = text.trim_start().trim_start_matches(['r', 'b', 'f', 'u']);
    plain.starts_with(['"', '\'', '`'])
}

/// A decorator, annotation or attribute: its dotted name and what stands in its parentheses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decorator<'t> {
    pub(super) name: &'t str,
    pub(super) arguments: &'t str,
}

impl Decorator<'_> {
    /// The last part of its name.
    pub(super) fn last(&self) -> &str {
        self.name.rsplit(['.', ':']).next().unwrap_or(self.name)
    }
}

/// The decorators that stand before a definition whose name is at `name_at` and whose first line starts at
/// `line_at`.
pub(super) fn decorators(text: &str, line_at: usize, name_at: usize) -> Vec<Decorator<'_>> {
    let mut start = line_at;
    for line in text[..line_at].lines().rev().take(24) {
        let bare = line.trim();
        let other =
            ["def ", "async def ", "class ", "return ", "pub ", "fn "].iter().any(|word| bare.starts_with(word));
        if bare.is_empty() || other || bare.ends_with([';', '{', '}']) {
            break;
        }
        start -= (line.len() + 1).min(start);
    }
    let region = &text[start..name_at];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = region[at..].find(['@', '#']) {
        let sign = at + next;
        let name_start = sign + if region[sign..].starts_with("#[") { 2 } else { 1 };
        let name_len = region[name_start..]
            .find(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '.' | ':'))
            .unwrap_or(region.len() - name_start);
        let name = &region[name_start..name_start + name_len];
        at = name_start + name_len;
        let first_on_line = region[..sign].rsplit('\n').next().is_some_and(|before| {
            // Java puts annotations and modifiers on one line.
            before.trim().is_empty() || before.trim_start().starts_with('@')
        });
        if name.is_empty() || !first_on_line {
            at = at.max(sign + 1);
            continue;
        }
        let mut arguments = "";
        if region[at..].starts_with('(')
            && let Some(ranges) = self::arguments(region, at)
            && let (Some(first), Some(last)) = (ranges.first(), ranges.last())
        {
            arguments = &region[first.start..last.end];
            at = last.end;
        }
        found.push(Decorator { name, arguments });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_end_at_commas_of_their_own_level() {
        let text = "app.get('/a,b', auth(1, 2), (req) => { return [1, 2] })";
        let found: Vec<&str> =
            arguments(text, 4).expect("a call").into_iter().map(|range| text[range].trim()).collect();
        assert_eq!(found, ["'/a,b'", "auth(1, 2)", "(req) => { return [1, 2] }"]);
        assert_eq!(first_string("r'^a$'"), Some("^a$"));
        assert_eq!(arguments("app.get", 4), None);
    }

    #[test]
    fn decorators_are_read_over_lines_and_end_at_the_definition_before() {
        let text =
            "@app.get('/a')\ndef a(): pass\n@app.route(\n    '/b',\n    methods=['POST'],\n)\n@login\ndef b(): pass\n";
        let name_at = text.rfind("b(").expect("there");
        let line_at = text[..name_at].rfind('\n').map_or(0, |at| at + 1);
        let found = decorators(text, line_at, name_at);
        assert_eq!(found.iter().map(|decorator| decorator.name).collect::<Vec<_>>(), ["app.route", "login"]);
        assert!(found[0].arguments.contains("POST"));
    }
}
