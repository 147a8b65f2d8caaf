//! What an answer looks like, apart from the medium: headings, paragraphs, lists, tables, code.

/// A laid-out answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Level 1 is the title.
    Heading {
        level: u8,
        text: Text,
    },
    Paragraph(Text),
    /// Items with the depth of their indentation, from 0.
    List(Vec<(u8, Text)>),
    /// Without a title row if `head` is empty.
    Table {
        head: Vec<&'static str>,
        rows: Vec<Vec<Text>>,
    },
    /// Source text; `language` as Markdown's info string.
    Code {
        language: &'static str,
        text: String,
    },
    /// Something the reader must not overlook: what is unknown, what was left out.
    Note(Text),
}

/// Text made of parts with a meaning.
pub type Text = Vec<Part>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Plain(String),
    /// A name in code.
    Name(String),
    /// A place: path, 1-based line, 1-based column.
    Place {
        path: String,
        line: u32,
        column: u32,
    },
    /// What matters less.
    Faint(String),
    /// An option that shows more: `--unresolved` on the command line, `unresolved: true` to a tool of the server.
    Option(&'static str),
    /// What matters most: a risk level, a count that decides.
    Strong(String),
}

/// Plain text.
pub fn plain(text: impl Into<String>) -> Part {
    Part::Plain(text.into())
}

/// A name in code.
pub fn name(text: impl Into<String>) -> Part {
    Part::Name(text.into())
}

/// What matters less.
pub fn faint(text: impl Into<String>) -> Part {
    Part::Faint(text.into())
}

/// What matters most.
pub fn strong(text: impl Into<String>) -> Part {
    Part::Strong(text.into())
}

/// An option by its name, without dashes.
pub fn option(name: &'static str) -> Part {
    Part::Option(name)
}

/// Text in which `` `names` `` stand between backticks.
pub fn marked(text: &str) -> Text {
    let parts = text.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    parts.map(|(index, part)| if index % 2 == 1 { name(part) } else { plain(part) }).collect()
}

impl Document {
    pub fn heading(&mut self, level: u8, text: Text) -> &mut Self {
        self.push(Block::Heading { level, text })
    }

    pub fn paragraph(&mut self, text: Text) -> &mut Self {
        self.push(Block::Paragraph(text))
    }

    pub fn note(&mut self, text: Text) -> &mut Self {
        self.push(Block::Note(text))
    }

    /// Adds a list, unless it is empty.
    pub fn list(&mut self, items: Vec<(u8, Text)>) -> &mut Self {
        if items.is_empty() { self } else { self.push(Block::List(items)) }
    }

    /// Adds a table, unless it is empty.
    pub fn table(&mut self, head: Vec<&'static str>, rows: Vec<Vec<Text>>) -> &mut Self {
        if rows.is_empty() { self } else { self.push(Block::Table { head, rows }) }
    }

    pub fn code(&mut self, language: &'static str, text: impl Into<String>) -> &mut Self {
        self.push(Block::Code { language, text: text.into() })
    }

    pub fn push(&mut self, block: Block) -> &mut Self {
        self.blocks.push(block);
        self
    }

    /// Tells options as arguments in JSON, for readers that have no command line.
    #[must_use]
    pub fn with_arguments(mut self) -> Self {
        let change = |text: &mut Text| {
            for part in text {
                if let Part::Option(option) = part {
                    *part = name(format!("{option}: true"));
                }
            }
        };
        for block in &mut self.blocks {
            match block {
                Block::Heading { text, .. } | Block::Paragraph(text) | Block::Note(text) => change(text),
                Block::List(items) => items.iter_mut().for_each(|(_, text)| change(text)),
                Block::Table { rows, .. } => rows.iter_mut().flatten().for_each(change),
                Block::Code { .. } => {}
            }
        }
        self
    }

    /// Appends another document.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.blocks.extend(other.blocks);
        self
    }
}

/// `1 file`, `2 files`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
