//! For people at a terminal: aligned columns, colours and links where the terminal has them.

use crate::document::{Block, Document, Part, Text};
use unicode_width::UnicodeWidthStr;

/// What the terminal can show.
#[derive(Clone, Debug, Default)]
pub struct Terminal {
    pub colors: bool,
    /// Makes places clickable (OSC 8): the root as an absolute path, if the terminal can.
    pub link_root: Option<String>,
}

/// Renders a document for a terminal.
pub fn human(document: &Document, terminal: &Terminal) -> String {
    let mut out = String::new();
    for (index, block) in document.blocks.iter().enumerate() {
        if index > 0 && separated(&document.blocks[index - 1], block) {
            out.push('\n');
        }
        match block {
            Block::Heading { level, text } => {
                let style = if *level == 1 { Style::Title } else { Style::Heading };
                out.push_str(&terminal.paint(&plain_text(text), style));
                out.push('\n');
            }
            Block::Paragraph(text) => {
                out.push_str(&terminal.text(text));
                out.push('\n');
            }
            Block::Note(text) => {
                out.push_str(&terminal.paint("note: ", Style::Note));
                out.push_str(&terminal.text(text));
                out.push('\n');
            }
            Block::List(items) => {
                for (depth, text) in items {
                    out.push_str(&"  ".repeat(usize::from(*depth) + 1));
                    out.push_str(&terminal.text(text));
                    out.push('\n');
                }
            }
            Block::Table { head, rows } => table(&mut out, head, rows, terminal),
            Block::Code { text, .. } => {
                for line in text.lines() {
                    out.push_str("  ");
                    out.push_str(line);
                    out.push('\n');
                }
            }
        }
    }
    out
}

/// Whether an empty line stands between two blocks.
fn separated(before: &Block, after: &Block) -> bool {
    matches!(after, Block::Heading { .. } | Block::Note(_)) && !matches!(before, Block::Note(_))
        || matches!(before, Block::Heading { level: 1, .. } | Block::Code { .. } | Block::Table { .. })
}

fn table(out: &mut String, head: &[&'static str], rows: &[Vec<Text>], terminal: &Terminal) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(head.len());
    let mut widths = vec![0; columns];
    for (column, title) in head.iter().enumerate() {
        widths[column] = title.width();
    }
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            widths[column] = widths[column].max(plain_text(cell).width());
        }
    }
    let mut line = |cells: Vec<(String, usize)>| {
        out.push_str("  ");
        let last = cells.len().saturating_sub(1);
        for (column, (cell, width)) in cells.into_iter().enumerate() {
            out.push_str(&cell);
            if column < last {
                out.push_str(&" ".repeat(widths[column] - width + 2));
            }
        }
        out.push('\n');
    };
    if !head.is_empty() {
        line(head.iter().map(|title| (terminal.paint(title, Style::Faint), title.width())).collect());
    }
    for row in rows {
        line(row.iter().map(|cell| (terminal.text(cell), plain_text(cell).width())).collect());
    }
}

fn plain_text(text: &Text) -> String {
    text.iter()
        .map(|part| match part {
            Part::Plain(text) | Part::Name(text) | Part::Faint(text) | Part::Strong(text) => clean(text),
            Part::Option(option) => format!("--{option}"),
            Part::Place { path, line, column } => place(path, *line, *column),
        })
        .collect()
}

fn place(path: &str, line: u32, column: u32) -> String {
    match (line, column) {
        (0, _) => clean(path),
        (line, 0) => format!("{}:{line}", clean(path)),
        (line, column) => format!("{}:{line}:{column}", clean(path)),
    }
}

/// Control characters in names and paths must not reach the terminal.
fn clean(text: &str) -> String {
    if text.chars().any(char::is_control) {
        text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
    } else {
        text.to_owned()
    }
}

#[derive(Clone, Copy)]
enum Style {
    Title,
    Heading,
    Name,
    Place,
    Faint,
    Strong,
    Note,
}

impl Terminal {
    fn text(&self, text: &Text) -> String {
        text.iter()
            .map(|part| match part {
                Part::Plain(text) => clean(text),
                Part::Name(text) => self.paint(&clean(text), Style::Name),
                Part::Option(option) => self.paint(&format!("--{option}"), Style::Faint),
                Part::Faint(text) => self.paint(&clean(text), Style::Faint),
                Part::Strong(text) => self.paint(&clean(text), Style::Strong),
                Part::Place { path, line, column } => {
                    self.link(path, &self.paint(&place(path, *line, *column), Style::Place))
                }
            })
            .collect()
    }

    fn paint(&self, text: &str, style: Style) -> String {
        if !self.colors || text.is_empty() {
            return text.to_owned();
        }
        let code = match style {
            Style::Title => "1;4",
            Style::Heading | Style::Strong => "1",
            Style::Name => "36",
            Style::Place => "35",
            Style::Faint => "2",
            Style::Note => "33",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    fn link(&self, path: &str, text: &str) -> String {
        let Some(root) = &self.link_root else { return text.to_owned() };
        let mut target = String::new();
        for byte in format!("{root}/{path}").bytes() {
            // Everything a URI must not hold as it is.
            if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
                target.push(char::from(byte));
            } else {
                target.push_str(&format!("%{byte:02X}"));
            }
        }
        format!("\x1b]8;;file://{target}\x1b\\{text}\x1b]8;;\x1b\\")
    }
}
