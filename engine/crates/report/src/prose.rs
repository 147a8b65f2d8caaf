//! Documentation text as plain prose: without Markdown, reStructuredText, Javadoc and HTML markup.

/// One line of prose from a line or paragraph with markup.
pub(crate) fn plain(text: &str) -> String {
    let text = roles(text);
    let text = links(&text);
    let text = inline_tags(&text);
    let text = html(&text);
    let text = text.replace("**", "").replace("``", "`").replace("\\_", "_").replace("\\&", "&");
    let text = emphasis(&text);
    let text = reference_links(&text).replace('`', "");
    let words: Vec<&str> = text.split_whitespace().filter(|word| !is_emoji_code(word) && !is_rule(word)).collect();
    words.join(" ").trim_matches(['*', '_', ' ']).to_owned()
}

/// `*words*` without the signs; a single sign, as in `2 * 3` or `*.rs`, stays, and so does code.
fn emphasis(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        let mut rest = part;
        while let Some(open) = rest.find('*').filter(|_| index % 2 == 0) {
            let (before, tail) = rest.split_at(open);
            let inner = &tail[1..];
            let opens = !before.ends_with(char::is_alphanumeric) && inner.starts_with(char::is_alphanumeric);
            let close = inner.find('*').filter(|&end| {
                let after = &inner[end + 1..];
                opens && !inner[..end].ends_with(char::is_whitespace) && !after.starts_with(char::is_alphanumeric)
            });
            out.push_str(before);
            let Some(end) = close else {
                out.push('*');
                rest = inner;
                continue;
            };
            out.push_str(&inner[..end]);
            rest = &inner[end + 1..];
        }
        out.push_str(rest);
    }
    out
}

/// The settings between `---` at a document's start, and the document.
pub(crate) fn without_front_matter(text: &str) -> (&str, &str) {
    let inner = text.strip_prefix("---\n");
    inner.and_then(|inner| inner.split_once("\n---\n")).unwrap_or(("", text))
}

/// The prose of a paragraph; empty if it holds badges, pictures, tables, rules or definitions of links.
pub(crate) fn of_paragraph(paragraph: &str) -> String {
    let is_prose = |line: &&str| {
        let line = line.trim();
        // A badge with its targets elsewhere; those with targets in place go with all pictures.
        let badge = line.starts_with("[![") && line.ends_with(']');
        let markup = line.starts_with(['=', '|', ':']) || badge || line.starts_with("---") || line.starts_with("***");
        let defines_link = line.starts_with('[') && line.contains("]: ");
        !line.is_empty() && !markup && !defines_link && !line.starts_with(".. ") && !line.starts_with("> [!")
    };
    let lines: Vec<&str> = paragraph.lines().filter(is_prose).map(|line| line.trim_start_matches("> ")).collect();
    let text = plain(&lines.join(" "));
    // What is mostly links to elsewhere is navigation.
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let separators = text.matches(['|', '•', '·']).count();
    if separators >= 2 || letters * 2 < text.chars().count() { String::new() } else { text }
}

/// The first sentence, and of that at most `most` characters, cut between words.
pub(crate) fn sentence(text: &str, most: usize) -> String {
    let text = plain(text);
    // What is still to be done says nothing of what it does.
    let text = ["TODO", "FIXME", "XXX:"]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min()
        .map_or(&*text, |at| text[..at].trim_end());
    let end = text
        .match_indices(". ")
        .map(|(at, _)| at + 1)
        // `e.g. ` and `i.e. ` and initials end no sentence.
        .find(|&end| {
            let last = text[..end - 1].rsplit(' ').next().unwrap_or("");
            last.chars().count() > 1
                && !last.contains('.')
                && !matches!(last, "vs" | "etc" | "resp" | "cf" | "no" | "No")
        })
        .unwrap_or(text.len());
    shorten(&text[..end], most)
}

/// At most `most` characters, cut between words.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    let Some((cut, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let cut = text[..cut].rfind(' ').unwrap_or(cut);
    format!("{}…", text[..cut].trim_end_matches([',', ';', ':', ' ', '-']))
}

/// ``:class:`~flask.Flask` `` as `Flask`, `` `text <target>`_ `` as `text`.
fn roles(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(tick) = rest.find('`') {
        let (before, tail) = rest.split_at(tick);
        let double = tail.starts_with("``");
        let open = if double { 2 } else { 1 };
        let close = if double { "``" } else { "`" };
        let Some(end) = tail[open..].find(close) else { break };
        let inner = &tail[open..open + end];
        let mut after = &tail[open + end + open..];
        let role = before.strip_suffix(':').and_then(|before| {
            let start = before.rfind(':')?;
            let name = &before[start + 1..];
            (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'_')))
                .then_some(start)
        });
        if let Some(start) = role.filter(|_| !double) {
            // The domain of `:py:class:` ends in a colon too.
            let kept = before[..start].rfind(':').filter(|&at| {
                !before[at + 1..start].is_empty()
                    && before[at + 1..start].bytes().all(|b| b.is_ascii_lowercase())
                    && (at == 0 || before.as_bytes()[at - 1] == b' ')
            });
            out.push_str(&before[..kept.unwrap_or(start)]);
            let shown = inner.split_once(" <").map_or(inner, |(shown, _)| shown);
            out.push_str(shown.strip_prefix('~').map_or(shown, |path| path.rsplit('.').next().unwrap_or(path)));
        } else if let Some((shown, _)) = inner.split_once(" <").filter(|_| after.starts_with('_') && !double) {
            out.push_str(before);
            out.push_str(shown);
        } else {
            out.push_str(before);
            out.push('`');
            out.push_str(inner);
            out.push('`');
        }
        if after.starts_with("__") {
            after = &after[2..];
        } else if after.starts_with('_') || after.starts_with("\\s") && role.is_some() {
            after = &after[1..];
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// `[text](target)` and `![alt](target)`: the text, and nothing of pictures.
fn links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, tail) = rest.split_at(open);
        let Some(close) = matching(tail, '[', ']') else { break };
        let label = &tail[1..close];
        let after = &tail[close + 1..];
        let picture = before.ends_with('!');
        out.push_str(before.strip_suffix('!').unwrap_or(before));
        if after.starts_with('(')
            && let Some(end) = matching(after, '(', ')')
        {
            if !picture {
                out.push_str(&links(label));
            }
            rest = &after[end + 1..];
        } else {
            if picture {
                out.push('!');
            }
            // Square brackets of something else stay.
            out.push('[');
            rest = &tail[1..];
        }
    }
    out.push_str(rest);
    out
}

/// The place of the bracket that closes the one at the start.
fn matching(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// `[text][target]` and `[text]` as `text`, unless it looks like an index or an option.
fn reference_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, tail) = rest.split_at(open);
        let Some(close) = tail.find(']') else { break };
        let label = &tail[1..close];
        let code = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '!'))
            || label.is_empty()
            || label.contains(['=', '[']);
        out.push_str(before);
        if code {
            out.push_str(&tail[..=close]);
            rest = &tail[close + 1..];
            continue;
        }
        out.push_str(label);
        rest = &tail[close + 1..];
        if rest.starts_with('[')
            && let Some(end) = rest.find(']')
        {
            rest = &rest[end + 1..];
        }
    }
    out.push_str(rest);
    out
}

/// `{@link Foo#bar}` and `{@code x}` as `Foo.bar` and `x`.
fn inline_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find("{@") {
        let (before, tail) = rest.split_at(open);
        let Some(close) = tail.find('}') else { break };
        let inner = tail[2..close].split_once(' ').map_or("", |(_, inner)| inner);
        out.push_str(before);
        out.push_str(&inner.trim().replace('#', "."));
        rest = &tail[close + 1..];
    }
    out.push_str(rest);
    out
}

/// Without HTML tags and the commonest entities.
fn html(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let (before, tail) = rest.split_at(open);
        let is_tag = tail[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        // `Vec<String>` is no tag; what ends one is.
        let in_name = before.ends_with(|c: char| c.is_alphanumeric() || c == ':')
            && !tail[1..].starts_with('/')
            && !HTML_TAGS.iter().any(|tag| tail[1..].starts_with(tag));
        let close = tail.find('>').filter(|_| is_tag && !in_name);
        out.push_str(before);
        match close {
            Some(close) => {
                if tail.starts_with("<p>") || tail.starts_with("<br") || tail.starts_with("<li") {
                    out.push(' ');
                }
                rest = &tail[close + 1..];
            }
            None => {
                out.push('<');
                rest = &tail[1..];
            }
        }
    }
    out.push_str(rest);
    for (entity, character) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&#39;", "'"), ("&amp;", "&")]
    {
        if out.contains(entity) {
            out = out.replace(entity, character);
        }
    }
    out
}

const HTML_TAGS: &[&str] = &[
    "a>", "a ", "b>", "i>", "p>", "br", "em>", "code>", "strong>", "img ", "sup>", "sub>", "li>", "ul>", "pre>", "div",
    "span", "h1", "h2", "h3", "tt>",
];

/// The line below a title.
fn is_rule(word: &str) -> bool {
    word.len() > 3 && word.bytes().all(|b| b == word.as_bytes()[0] && b"=-~^*#".contains(&b))
}

/// `:rocket:`
fn is_emoji_code(word: &str) -> bool {
    word.len() > 2
        && word.starts_with(':')
        && word.ends_with(':')
        && word[1..word.len() - 1].bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_every_language_goes_and_code_stays() {
        let cases = [
            ("The :class:`~flask.Flask` and :py:func:`run` of ``x``", "The Flask and run of x"),
            ("See `the guide <https://a.b>`_ for Vec<String>", "See the guide for Vec<String>"),
            ("a <abbr title=\"x y\">CLI</abbr> at <a href=\"z\"><u>warp.dev</u></a>", "a CLI at warp.dev"),
            ("A {@link Foo#bar} or {@code null}<p>next &lt;T&gt;", "A Foo.bar or null next <T>"),
            ("**Fast** [web](https://a) [WSGI] [x][y] a[0]", "Fast web WSGI x a[0]"),
            (
                "A *data structures* server, 2 * 3 * 4 of *.rs and `*a*` too",
                "A data structures server, 2 * 3 * 4 of *.rs and *a* too",
            ),
            ("[![badge](a.svg)](b) text :rocket: ![pic](c)", "text"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn a_sentence_ends_at_its_full_stop_and_is_cut_between_words() {
        assert_eq!(sentence("Parses e.g. numbers. Then more.", 99), "Parses e.g. numbers.");
        assert_eq!(sentence("one two three", 9), "one two…");
    }
}
