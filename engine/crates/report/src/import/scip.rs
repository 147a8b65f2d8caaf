//! Reads SCIP indexes (<https://github.com/sourcegraph/scip>), which compilers' indexers write.
//!
//! The numbers of fields are those of `scip.proto`; of an index only where names stand and where they are defined
//! is read.

use crate::document::count;
use crate::project::Project;
use parseltongue_store::imported::{Index, IndexedFile, Place, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `SymbolRole.Definition`
const DEFINITION: u64 = 1;

/// An index as far as it belongs to the project.
#[derive(Debug)]
pub struct Read {
    pub index: Index,
    /// Documents of files that are not mapped, by the paths that the index gives them.
    pub not_mapped: Vec<String>,
    /// Files whose text is not what the index was made from.
    pub changed: Vec<String>,
}

/// Reads index files, given by name and content, as one index.
pub fn read(project: &Project, inputs: &[(String, Vec<u8>)]) -> Result<Read, String> {
    let mut reader = Reader::new(project);
    let mut tools: Vec<String> = Vec::new();
    for (name, bytes) in inputs {
        let parsed = parse(bytes).map_err(|cause| {
            format!("'{name}' is no SCIP index: {cause}; pass what `scip-typescript index`, `rust-analyzer scip .` or another SCIP indexer wrote")
        })?;
        let before = reader.files.len() + reader.changed.len();
        for document in &parsed.documents {
            reader.document(&parsed, document);
        }
        if reader.files.len() + reader.changed.len() == before {
            return Err(format!(
                "none of the {} of '{name}' is mapped in {}; the index says that it was made in '{}': pass --root, or make \
                 it for this project",
                count(parsed.documents.len(), "file", "files"),
                project.source.path().display(),
                parsed.root,
            ));
        }
        let tool = format!("{} {}", parsed.tool, parsed.version).trim().to_owned();
        if !tools.contains(&tool) {
            tools.push(tool);
        }
    }
    if reader.files.is_empty() {
        return Err(format!(
            "the index does not fit the source: names do not stand where it says, in {}, all of its files that are \
             mapped; make it anew",
            reader.changed.join(", ")
        ));
    }
    Ok(reader.finish(tools.join(", ")))
}

struct Reader<'a> {
    project: &'a Project,
    files: BTreeMap<String, Vec<(u32, u32, u32)>>,
    /// By file, for local symbols, and symbol.
    symbols: FxHashMap<(String, String), u32>,
    /// Definitions by symbol: file, line, column.
    defined: Vec<Vec<(String, u32, u32)>>,
    not_mapped: Vec<String>,
    changed: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(project: &'a Project) -> Self {
        Self {
            project,
            files: BTreeMap::new(),
            symbols: FxHashMap::default(),
            defined: Vec::new(),
            not_mapped: Vec::new(),
            changed: Vec::new(),
        }
    }

    fn document(&mut self, index: &Parsed<'_>, document: &Document<'_>) {
        let path = path_in_project(self.project.source.path(), &index.root, document.path);
        let mapped = path.filter(|path| {
            let file = self.project.snapshot.file_at(path);
            file.is_some_and(|file| {
                let record = self.project.snapshot.file(file);
                record.language().is_some() && record.skipped().is_none()
            })
        });
        let text = mapped.as_deref().and_then(|path| self.project.text(path));
        let (Some(path), Some(text)) = (mapped, text) else {
            self.not_mapped.push(document.path.to_owned());
            return;
        };
        let lines: Vec<&str> = text.split('\n').collect();
        let mut uses = Vec::new();
        let mut definitions = Vec::new();
        let mut checked = 0;
        let mut wrong = 0;
        for occurrence in &document.occurrences {
            let [line, column, ..] = occurrence.range[..] else { continue };
            let is_definition = occurrence.roles & DEFINITION != 0;
            let written =
                lines.get(line as usize).and_then(|line| Some((line, offset(line, column, document.encoding)?)));
            let Some((text, offset)) = written else {
                checked += 1;
                wrong += 1;
                continue;
            };
            if is_definition && let Some(name) = plain_name(occurrence.symbol) {
                checked += 1;
                wrong += usize::from(!text[offset..].starts_with(name));
            }
            let place = (line as u32 + 1, text[..offset].chars().count() as u32 + 1);
            if is_definition {
                definitions.push((place, occurrence.symbol));
            } else {
                uses.push((place, occurrence.symbol));
            }
        }
        // Names are written otherwise here and there (`default`, renamed exports); a changed file is wrong from some
        // line on.
        if wrong * 10 > checked {
            self.changed.push(path);
            return;
        }
        for ((line, column), symbol) in definitions {
            let symbol = self.symbol(&path, symbol);
            self.defined[symbol as usize].push((path.clone(), line, column));
        }
        let mut names = Vec::with_capacity(uses.len());
        for ((line, column), symbol) in uses {
            names.push((line, column, self.symbol(&path, symbol)));
        }
        self.files.entry(path).or_default().extend(names);
    }

    /// The number of a symbol; local symbols mean something in their file only.
    fn symbol(&mut self, path: &str, symbol: &str) -> u32 {
        let file = if symbol.starts_with("local ") { path } else { "" };
        let next = self.symbols.len() as u32;
        let number = *self.symbols.entry((file.to_owned(), symbol.to_owned())).or_insert(next);
        if number == next {
            self.defined.push(Vec::new());
        }
        number
    }

    fn finish(self, tool: String) -> Read {
        let numbers: FxHashMap<&str, u32> =
            self.files.keys().enumerate().map(|(number, path)| (path.as_str(), number as u32)).collect();
        let mut symbols: Vec<Symbol> = vec![Symbol::Unplaced; self.defined.len()];
        let defined = |number: u32| &self.defined[number as usize];
        let own: FxHashSet<&str> = (self.symbols.iter())
            .filter(|&(_, &number)| !defined(number).is_empty())
            .map(|((_, symbol), _)| package(symbol))
            .collect();
        #[allow(clippy::iter_over_hash_type)] // each has its number
        for ((_, symbol), &number) in &self.symbols {
            let place = |(path, line, column): &(String, u32, u32)| {
                numbers.get(path.as_str()).map(|&file| Place { file, line: *line, column: *column })
            };
            let mut places: Vec<Place> = defined(number).iter().filter_map(place).collect();
            places.sort_unstable();
            places.dedup();
            symbols[number as usize] = if !places.is_empty() {
                Symbol::Defined(places)
            } else if own.contains(package(symbol)) {
                Symbol::Unplaced
            } else {
                Symbol::Outside
            };
        }
        let files = self.files.into_iter().map(|(path, names)| {
            let bytes = self.project.source.read(&path).unwrap_or_default();
            IndexedFile::new(path, &bytes, names)
        });
        Read {
            index: Index { tool, files: files.collect(), symbols },
            not_mapped: self.not_mapped,
            changed: self.changed,
        }
    }
}

/// The path of a document relative to the project: by the folder that the index was made in, if that is here.
fn path_in_project(root: &Path, index_root: &str, document: &str) -> Option<String> {
    let index_root = PathBuf::from(index_root);
    let below = |folder: &Path, path: &str| {
        let folder = folder.to_string_lossy().replace('\\', "/");
        if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
    };
    if let Ok(inside) = index_root.strip_prefix(root) {
        return Some(below(inside, document));
    }
    if let Ok(outside) = root.strip_prefix(&index_root)
        && index_root.is_absolute()
    {
        return document.strip_prefix(&below(outside, "")).map(str::to_owned);
    }
    // Made on another machine.
    Some(document.to_owned())
}

/// The byte at a column of a line.
fn offset(line: &str, column: u64, encoding: u64) -> Option<usize> {
    let column = usize::try_from(column).ok()?;
    // `PositionEncoding`: bytes, UTF-16 units, scalar values. Indexers that do not say are written in JavaScript.
    let width = |letter: char| match encoding {
        1 => letter.len_utf8(),
        3 => 1,
        _ => letter.len_utf16(),
    };
    let mut passed = 0;
    for (offset, letter) in line.char_indices() {
        if passed >= column {
            return (passed == column).then_some(offset);
        }
        passed += width(letter);
    }
    (passed == column).then_some(line.len())
}

/// The package of a symbol: scheme, manager, name and version, which stand before the fourth space. Spaces in them are
/// doubled.
fn package(symbol: &str) -> &str {
    let bytes = symbol.as_bytes();
    let (mut at, mut spaces) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        if byte == b' ' && bytes.get(at + 1) == Some(&b' ') {
            at += 1;
        } else if byte == b' ' {
            spaces += 1;
            if spaces == 4 {
                return &symbol[..at];
            }
        }
        at += 1;
    }
    // `local 7` belongs to its file.
    if symbol.starts_with("local ") { "local" } else { symbol }
}

/// The name that a symbol of a function, type or value ends with, if the source writes it so.
fn plain_name(symbol: &str) -> Option<&str> {
    if symbol.starts_with("local ") {
        return None;
    }
    let without = symbol.strip_suffix(['.', '#'])?;
    let without = match without.strip_suffix(')') {
        Some(method) => &method[..method.rfind('(')?],
        None => without,
    };
    let start = without.rfind(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '$')? + 1;
    let name = &without[start..];
    // What is in backticks or made up by the indexer is not written like that.
    let plain = !name.is_empty()
        && !without.ends_with(['`', '>', ']'])
        && !name.starts_with(|letter: char| letter.is_ascii_digit());
    plain.then_some(name)
}

struct Parsed<'a> {
    tool: String,
    version: String,
    /// A path, as far as the index has one.
    root: String,
    documents: Vec<Document<'a>>,
}

#[derive(Default)]
struct Document<'a> {
    path: &'a str,
    encoding: u64,
    occurrences: Vec<Occurrence<'a>>,
}

#[derive(Default)]
struct Occurrence<'a> {
    range: Vec<u64>,
    symbol: &'a str,
    roles: u64,
}

fn parse(bytes: &[u8]) -> Result<Parsed<'_>, &'static str> {
    if bytes.is_empty() {
        return Err("the file is empty");
    }
    let mut parsed = Parsed { tool: String::new(), version: String::new(), root: String::new(), documents: Vec::new() };
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(metadata)) => {
                for field in Fields(metadata) {
                    match field? {
                        (2, Value::Bytes(tool)) => {
                            for field in Fields(tool) {
                                match field? {
                                    (1, Value::Bytes(name)) => text(name)?.clone_into(&mut parsed.tool),
                                    (2, Value::Bytes(version)) => text(version)?.clone_into(&mut parsed.version),
                                    _ => {}
                                }
                            }
                        }
                        (3, Value::Bytes(root)) => parsed.root = path_of_uri(text(root)?),
                        _ => {}
                    }
                }
            }
            (2, Value::Bytes(document)) => parsed.documents.push(parse_document(document)?),
            _ => {}
        }
    }
    if parsed.tool.is_empty() {
        return Err("it does not say which indexer made it");
    }
    if parsed.documents.is_empty() {
        return Err("it covers no file");
    }
    Ok(parsed)
}

fn parse_document(bytes: &[u8]) -> Result<Document<'_>, &'static str> {
    let mut document = Document::default();
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(path)) => document.path = text(path)?,
            (2, Value::Bytes(occurrence)) => document.occurrences.push(parse_occurrence(occurrence)?),
            (6, Value::Number(encoding)) => document.encoding = encoding,
            _ => {}
        }
    }
    Ok(document)
}

fn parse_occurrence(bytes: &[u8]) -> Result<Occurrence<'_>, &'static str> {
    let mut occurrence = Occurrence::default();
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(mut packed)) => {
                while !packed.is_empty() {
                    occurrence.range.push(varint(&mut packed)?);
                }
            }
            (1, Value::Number(part)) => occurrence.range.push(part),
            (2, Value::Bytes(symbol)) => occurrence.symbol = text(symbol)?,
            (3, Value::Number(roles)) => occurrence.roles = roles,
            _ => {}
        }
    }
    Ok(occurrence)
}

/// The path of a `file:` URI.
fn path_of_uri(uri: &str) -> String {
    let path = uri.strip_prefix("file://").unwrap_or(uri);
    let path = if cfg!(windows) { path.trim_start_matches('/') } else { path };
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of a protobuf message.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn field(&mut self) -> Result<(u64, Value<'a>), &'static str> {
        let key = varint(&mut self.0)?;
        let value = match key & 7 {
            0 => Value::Number(varint(&mut self.0)?),
            kind @ (1 | 2 | 5) => {
                let len = match kind {
                    1 => 8,
                    5 => 4,
                    _ => varint(&mut self.0)?,
                };
                let len = usize::try_from(len).map_err(|_| CUT_OFF)?;
                let (value, rest) = self.0.split_at_checked(len).ok_or(CUT_OFF)?;
                self.0 = rest;
                Value::Bytes(value)
            }
            _ => return Err("it is not in the protobuf format"),
        };
        Ok((key >> 3, value))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

const CUT_OFF: &str = "it is not in the protobuf format, or cut off";

fn varint(bytes: &mut &[u8]) -> Result<u64, &'static str> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(CUT_OFF)?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(CUT_OFF)
}

fn text(bytes: &[u8]) -> Result<&str, &'static str> {
    std::str::from_utf8(bytes).map_err(|_| "its texts are not UTF-8")
}
