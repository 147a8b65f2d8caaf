//! As Markdown (`CommonMark` with tables).

use crate::document::{Block, Document, Part, Text};

/// Renders a document as Markdown.
pub fn markdown(document: &Document) -> String {
    let mut out = String::new();
    for block in &document.blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Heading { level, text } => {
                out.push_str(&"#".repeat(usize::from(*level).clamp(1, 6)));
                out.push(' ');
                out.push_str(&inline(text));
                out.push('\n');
            }
            Block::Paragraph(text) => {
                out.push_str(&inline(text));
                out.push('\n');
            }
            Block::Note(text) => {
                out.push_str("> **Note:** ");
                out.push_str(&inline(text));
                out.push('\n');
            }
            Block::List(items) => {
                for (depth, text) in items {
                    out.push_str(&"  ".repeat(usize::from(*depth)));
                    out.push_str("- ");
                    out.push_str(&inline(text));
                    out.push('\n');
                }
            }
            Block::Table { head, rows } => {
                let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(head.len());
                let row = |out: &mut String, cells: Vec<String>| {
                    out.push('|');
                    for column in 0..columns {
                        out.push(' ');
                        out.push_str(&cells.get(column).map_or_else(String::new, |cell| cell.replace('|', "\\|")));
                        out.push_str(" |");
                    }
                    out.push('\n');
                };
                row(&mut out, head.iter().map(|title| (*title).to_owned()).collect());
                row(&mut out, vec!["---".to_owned(); columns]);
                for cells in rows {
                    row(&mut out, cells.iter().map(inline).collect());
                }
            }
            Block::Code { language, text } => {
                // A fence longer than any run of backticks inside.
                let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
                let fence = "`".repeat(longest.max(2) + 1);
                out.push_str(&format!("{fence}{language}\n{}\n{fence}\n", text.trim_end_matches('\n')));
            }
        }
    }
    out
}

fn inline(text: &Text) -> String {
    text.iter()
        .map(|part| match part {
            Part::Plain(text) | Part::Faint(text) => escape(text),
            Part::Option(option) => format!("--{option}"),
            Part::Strong(text) => format!("**{}**", escape(text)),
            Part::Name(text) => code(text),
            Part::Place { path, line, column } => match (line, column) {
                (0, _) => code(path),
                (line, 0) => code(&format!("{path}:{line}")),
                (line, column) => code(&format!("{path}:{line}:{column}")),
            },
        })
        .collect()
}

fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// Characters that would turn plain text into markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' => out.push(' '),
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
    fn names_and_text_cannot_break_out_of_their_place() {
        let mut document = Document::default();
        document.paragraph(vec![plain("a <b> *c*"), name("x`y")]);
        document.table(vec!["n"], vec![vec![vec![name("a|b")]]]);
        document.code("md", "```\n");
        assert_eq!(
            markdown(&document),
            "a \\<b\\> \\*c\\*`` x`y ``\n\n| n |\n| --- |\n| `a\\|b` |\n\n````md\n```\n````\n"
        );
    }
}
