//! As one HTML file that needs nothing else: no script, no network, light and dark by the reader's choice.

use crate::document::{Block, Document, Part, Text};

/// The policy forbids everything but the style in the file.
const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
"#;

const STYLE: &str = "<style>
:root { color-scheme: light dark; --faint: #666; --line: #ddd; --tint: #f4f4f4; --accent: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --faint: #999; --line: #444; --tint: #222; --accent: #79b8ff; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
nav { columns: 16rem; border-bottom: 1px solid var(--line); padding-bottom: 1rem; }
nav a { display: block; color: var(--accent); }
h2 { border-bottom: 1px solid var(--line); margin-top: 2rem; }
code, pre { font: 0.9em/1.45 ui-monospace, monospace; }
pre { background: var(--tint); padding: 0.75rem; overflow-x: auto; }
.place { color: var(--faint); font: 0.85em ui-monospace, monospace; overflow-wrap: anywhere; }
.faint { color: var(--faint); }
.note { border-left: 4px solid #b58900; padding-left: 0.75rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { text-align: left; padding: 0.2rem 0.75rem 0.2rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
</style>
";

/// Renders a document as a page with a table of its second-level headings.
pub fn html(document: &Document) -> String {
    let mut out = String::from(HEAD);
    let title = document.blocks.iter().find_map(|block| match block {
        Block::Heading { text, .. } => Some(plain_text(text)),
        _ => None,
    });
    out.push_str(&format!("<title>{}</title>\n{STYLE}</head>\n<body>\n", escape(&title.unwrap_or_default())));
    contents(&mut out, document);
    let mut headings = 0;
    for block in &document.blocks {
        match block {
            Block::Heading { level, text } => {
                let level = (*level).clamp(1, 6);
                let id = if level == 2 {
                    headings += 1;
                    format!(" id=\"s{headings}\"")
                } else {
                    String::new()
                };
                out.push_str(&format!("<h{level}{id}>{}</h{level}>\n", inline(text)));
            }
            Block::Paragraph(text) => out.push_str(&format!("<p>{}</p>\n", inline(text))),
            Block::Note(text) => {
                out.push_str(&format!("<p class=\"note\"><strong>Note:</strong> {}</p>\n", inline(text)));
            }
            Block::List(items) => list(&mut out, items),
            Block::Table { head, rows } => {
                out.push_str("<table>\n");
                if !head.is_empty() {
                    let cells =
                        head.iter().map(|title| format!("<th>{}</th>", escape(title))).collect::<Vec<_>>().concat();
                    out.push_str(&format!("<tr>{cells}</tr>\n"));
                }
                for row in rows {
                    let cells =
                        row.iter().map(|cell| format!("<td>{}</td>", inline(cell))).collect::<Vec<_>>().concat();
                    out.push_str(&format!("<tr>{cells}</tr>\n"));
                }
                out.push_str("</table>\n");
            }
            Block::Code { text, .. } => out.push_str(&format!("<pre><code>{}</code></pre>\n", escape(text))),
        }
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn contents(out: &mut String, document: &Document) {
    let titles = document.blocks.iter().filter_map(|block| match block {
        Block::Heading { level: 2, text } => Some(plain_text(text)),
        _ => None,
    });
    let links: Vec<String> = titles
        .enumerate()
        .map(|(index, title)| format!("<a href=\"#s{}\">{}</a>", index + 1, escape(&title)))
        .collect();
    if links.len() > 2 {
        out.push_str(&format!("<nav>{}</nav>\n", links.join("\n")));
    }
}

fn list(out: &mut String, items: &[(u8, Text)]) {
    let mut depth = 0;
    out.push_str("<ul>\n");
    for (index, (own, text)) in items.iter().enumerate() {
        while depth < *own {
            out.push_str("<ul>\n");
            depth += 1;
        }
        while depth > *own {
            out.push_str("</ul></li>\n");
            depth -= 1;
        }
        let nested = items.get(index + 1).is_some_and(|(next, _)| next > own);
        out.push_str(&format!("<li>{}{}\n", inline(text), if nested { "" } else { "</li>" }));
    }
    for _ in 0..depth {
        out.push_str("</ul></li>\n");
    }
    out.push_str("</ul>\n");
}

fn place(path: &str, line: u32) -> String {
    if line == 0 { path.to_owned() } else { format!("{path}:{line}") }
}

fn plain_text(text: &Text) -> String {
    text.iter()
        .map(|part| match part {
            Part::Plain(text) | Part::Name(text) | Part::Faint(text) | Part::Strong(text) => text.clone(),
            Part::Option(option) => format!("--{option}"),
            Part::Place { path, line, .. } => place(path, *line),
        })
        .collect()
}

fn inline(text: &Text) -> String {
    text.iter()
        .map(|part| match part {
            Part::Plain(text) => escape(text),
            Part::Name(text) => format!("<code>{}</code>", escape(text)),
            Part::Option(option) => format!("<span class=\"faint\">--{option}</span>"),
            Part::Faint(text) => format!("<span class=\"faint\">{}</span>", escape(text)),
            Part::Strong(text) => format!("<strong>{}</strong>", escape(text)),
            Part::Place { path, line, .. } => format!("<span class=\"place\">{}</span>", escape(&place(path, *line))),
        })
        .collect()
}

/// Text of an XML element: only what would be markup is replaced, since every replacement costs tokens.
pub(crate) fn xml_text(text: &str) -> String {
    let legal = |c: char| if c.is_control() && !matches!(c, '\n' | '\t' | '\r') { '\u{fffd}' } else { c };
    let text: String = text.chars().map(legal).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace("]]>", "]]&gt;")
}

/// The value of an XML attribute between double quotes.
pub(crate) fn xml_attribute(text: &str) -> String {
    xml_text(text).replace('"', "&quot;").replace(['\n', '\t', '\r'], " ")
}

/// Text in HTML, also inside attributes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // HTML knows no other control characters.
            c if c.is_control() && !matches!(c, '\n' | '\t' | '\r') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{name, plain};

    #[test]
    fn names_cannot_become_markup_and_lists_nest() {
        let mut document = Document::default();
        document.heading(1, vec![name("</script><b>")]);
        document.list(vec![(0, vec![plain("a")]), (1, vec![plain("b")]), (0, vec![plain("c")])]);
        let page = html(&document);
        assert!(page.contains("<h1><code>&lt;/script&gt;&lt;b&gt;</code></h1>"));
        assert!(page.contains("<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n<li>c</li>\n</ul>\n"));
        assert!(!page.contains("<script"));
    }
}
