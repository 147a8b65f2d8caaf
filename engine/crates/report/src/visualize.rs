//! The graph as one HTML file that needs nothing but a browser.
//!
//! The page (`packages/viewer`) is the same for every project; this puts a project's data into it. The data
//! is JSON, deflated and in base64: no name of the project can end the script element or start another.

mod data;

use crate::document::{Document, Part, count, plain, strong};
use crate::project::Project;
use crate::queries::Answer;
use parseltongue_store::EntityId;
use serde::Serialize;

/// See `build.rs`.
static PAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/page.html.packed"));

/// Where the page takes the project's name and its data.
const TITLE: &str = "{{title}}";
const DATA: &str = "{{data}}";

/// Entities that a page holds. More makes neither a legible picture nor a page that opens at once.
const MOST_ENTITIES: usize = 30_000;

/// A picture that was made; where it was written is filled in by who writes it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Visualized {
    /// The file that holds the picture.
    pub output: String,
    /// Of the file.
    pub bytes: usize,
    /// Files, entities and edges in the picture.
    pub files: usize,
    pub entities: usize,
    pub edges: usize,
    /// Entities that were left out because there are too many; those with the fewest edges.
    pub left_out: usize,
}

/// Makes the page, with these entities chosen when it opens.
pub fn visualize(project: &Project, focus: &[EntityId]) -> (String, Visualized) {
    let data = data::collect(project, focus, MOST_ENTITIES);
    let json = serde_json::to_vec(&data).expect("strings and numbers can be written as JSON");
    let packed = base64(&miniz_oxide::deflate::compress_to_vec(&json, 9));
    let page = parseltongue_packed::unpack_text(PAGE);
    let (before, rest) = page.split_once(TITLE).expect("the page has a place for the title");
    let (between, after) = rest.split_once(DATA).expect("the page has a place for the data");
    let html = [before, &escape(&data.project), between, &packed, after].concat();
    let made = Visualized {
        output: String::new(),
        bytes: html.len(),
        files: data.files(),
        entities: data.entities(),
        edges: data.edges(),
        left_out: data.left_out,
    };
    (html, made)
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let number =
            group.iter().fold(0u32, |number, &byte| (number << 8) | u32::from(byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = ALPHABET[((number >> (18 - 6 * place)) & 63) as usize];
            text.push(if place <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// Text as HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Answer for Visualized {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.paragraph(vec![
            strong("wrote "),
            Part::Place { path: self.output.clone(), line: 0, column: 0 },
            plain(format!(
                "  {} kB: {}, {}, {}; open it in a browser, no network needed",
                self.bytes.div_ceil(1000),
                count(self.files, "file", "files"),
                count(self.entities, "entity", "entities"),
                count(self.edges, "edge", "edges"),
            )),
        ]);
        if self.left_out > 0 {
            document.note(vec![plain(format!(
                "{} with the fewest edges are left out of the picture (it holds {MOST_ENTITIES}); the page says so too",
                count(self.left_out, "entity", "entities"),
            ))]);
        }
        document
    }
}
