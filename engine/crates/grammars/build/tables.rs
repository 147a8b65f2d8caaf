//! Takes the tables of numbers and of names out of a generated `parser.c`.
//!
//! What tree-sitter generates is nine tenths initialisers of constant arrays, in a form that has stayed small and
//! regular: designated indices, enum names, integer, character and string literals, and a handful of macros from
//! `tree_sitter/parser.h`. [`split`] evaluates those arrays here, in milliseconds and without a compiler, and leaves
//! C text in which they are members of one zeroed structure. Anything it does not know by name stops the build:
//! guessing would make a parser that is subtly wrong.
//!
//! Arrays of names become the names' text, one after the other; the pointers to them are set when the text is there. A
//! pointer in a constant array takes 8 bytes of the binary and up to 24 more to relocate it, more than the names do.

use std::collections::HashMap;

/// Arrays shorter than this stay in the C text: taking them out would not pay.
const WORTH_PACKING: usize = 64;

/// The arrays that hold nearly all the bytes. Not finding one means the generated form has changed.
const EXPECTED: [&str; 7] = [
    "ts_parse_table",
    "ts_small_parse_table",
    "ts_small_parse_table_map",
    "ts_parse_actions",
    "ts_lex_modes",
    "ts_symbol_names",
    "ts_field_names",
];

/// What the parser's ABI may be: the layouts below were checked against these.
const KNOWN_ABI: std::ops::RangeInclusive<i64> = 14..=15;

/// A `parser.c` without its tables.
pub(crate) struct Split {
    /// The C text left to compile.
    pub(crate) code: String,
    /// What the structure of tables holds once filled.
    pub(crate) tables: Vec<u8>,
}

/// An array element as the C compiler lays it out: little endian, and the same on every target we ship for. The
/// compiled code asserts as much, see [`LAYOUT_ASSERTS`].
struct Element {
    size: usize,
    align: usize,
    /// Name, offset, width. In the order of declaration, as an initialiser without designators fills them.
    fields: &'static [(&'static str, usize, usize)],
}

const fn scalar<const SIZE: usize>() -> Element {
    Element {
        size: SIZE,
        align: SIZE,
        fields: match SIZE {
            1 => &[("", 0, 1)],
            2 => &[("", 0, 2)],
            _ => &[("", 0, 4)],
        },
    }
}

/// The layout of a C type by its name; nothing for types that stay in C, such as pointers.
fn element(c_type: &str) -> Option<Element> {
    Some(match c_type {
        "bool" => scalar::<1>(),
        "uint16_t" | "TSStateId" | "TSSymbol" => scalar::<2>(),
        "uint32_t" => scalar::<4>(),
        "TSParseActionEntry" => {
            Element { size: 8, align: 2, fields: &[("entry.count", 0, 1), ("entry.reusable", 1, 1)] }
        }
        "TSLexMode" => Element { size: 4, align: 2, fields: &[("lex_state", 0, 2), ("external_lex_state", 2, 2)] },
        "TSLexerMode" => Element {
            size: 6,
            align: 2,
            fields: &[("lex_state", 0, 2), ("external_lex_state", 2, 2), ("reserved_word_set_id", 4, 2)],
        },
        "TSSymbolMetadata" => {
            Element { size: 3, align: 1, fields: &[("visible", 0, 1), ("named", 1, 1), ("supertype", 2, 1)] }
        }
        "TSFieldMapEntry" => {
            Element { size: 4, align: 2, fields: &[("field_id", 0, 2), ("child_index", 2, 1), ("inherited", 3, 1)] }
        }
        "TSMapSlice" | "TSFieldMapSlice" => Element { size: 4, align: 2, fields: &[("index", 0, 2), ("length", 2, 2)] },
        "TSCharacterRange" => Element { size: 8, align: 4, fields: &[("start", 0, 4), ("end", 4, 4)] },
        _ => return None,
    })
}

/// What declares an array of names.
const NAMES: &str = "static const char * const ";

/// Holds the C compiler to the layouts this module writes, for every target.
const LAYOUT_ASSERTS: &str = "
#include <stddef.h>
#include <string.h>
#define LAYOUT(condition) _Static_assert(condition, \"tables are packed with another layout\")
LAYOUT(sizeof(bool) == 1);
LAYOUT(sizeof(TSParseActionEntry) == 8 && _Alignof(TSParseActionEntry) == 2);
LAYOUT(offsetof(TSParseActionEntry, entry.count) == 0);
LAYOUT(offsetof(TSParseActionEntry, entry.reusable) == 1);
LAYOUT(offsetof(TSParseActionEntry, action.type) == 0);
LAYOUT(offsetof(TSParseActionEntry, action.shift.type) == 0);
LAYOUT(offsetof(TSParseActionEntry, action.shift.state) == 2);
LAYOUT(offsetof(TSParseActionEntry, action.shift.extra) == 4);
LAYOUT(offsetof(TSParseActionEntry, action.shift.repetition) == 5);
LAYOUT(offsetof(TSParseActionEntry, action.reduce.type) == 0);
LAYOUT(offsetof(TSParseActionEntry, action.reduce.child_count) == 1);
LAYOUT(offsetof(TSParseActionEntry, action.reduce.symbol) == 2);
LAYOUT(offsetof(TSParseActionEntry, action.reduce.dynamic_precedence) == 4);
LAYOUT(offsetof(TSParseActionEntry, action.reduce.production_id) == 6);
LAYOUT(TSParseActionTypeShift == 0 && TSParseActionTypeReduce == 1);
LAYOUT(TSParseActionTypeAccept == 2 && TSParseActionTypeRecover == 3);
";

/// An array taken out of the text.
struct Table<'a> {
    name: &'a str,
    c_type: &'a str,
    /// Lengths, outermost first, all known.
    dimensions: Vec<usize>,
    element: Element,
    /// Of an array of names, their text, each with a zero behind it.
    bytes: Vec<u8>,
    /// Of an array of names: how many there are, and the index of the first that is not `NULL`.
    names: Option<(usize, usize)>,
    /// Where its definition stood in the text.
    from: usize,
    to: usize,
}

/// Splits a generated `parser.c` into tables and the rest; `prefix` begins the C names this adds.
pub(crate) fn split(source: &str, prefix: &str) -> Result<Split, String> {
    let constants = constants(source)?;
    let abi = constants.get("LANGUAGE_VERSION").copied();
    if !abi.is_some_and(|abi| KNOWN_ABI.contains(&abi)) {
        return Err(format!(
            "ABI {abi:?} is not among {KNOWN_ABI:?}: check the layouts in build/tables.rs against its parser.h"
        ));
    }

    let mut tables = Vec::new();
    for (from, line) in lines(source) {
        if let Some(names) = line.trim_end().strip_prefix(NAMES) {
            tables.push(names_table(source, from, names, &constants)?);
        } else if let Some(table) = table(source, from, line, &constants)? {
            tables.push(table);
        }
    }
    for name in EXPECTED {
        if !tables.iter().any(|table| table.name == name) {
            return Err(format!("no {name} of {WORTH_PACKING} bytes or more"));
        }
    }

    let mut code = String::new();
    let mut at = 0;
    for table in &tables {
        code.push_str(&source[at..table.from]);
        at = table.to;
    }
    let rest = &source[at..];

    // By falling alignment, so that no padding is needed between them; every size is a multiple of its alignment.
    tables.sort_by_key(|table| (std::cmp::Reverse(table.element.align), table.from));
    let mut packed = Vec::new();
    let (mut members, mut asserts, mut names) = (Vec::new(), Vec::new(), Vec::new());
    let (mut pointers, mut pointed) = (String::new(), String::new());
    for table in &tables {
        let (name, c_type) = (table.name, table.c_type);
        let dimensions: Vec<_> = table.dimensions.iter().map(|n| format!("[{n}]")).collect();
        members.push(format!("  {c_type} {name}{};\n", dimensions.concat()));
        let at = packed.len();
        asserts.push(format!("LAYOUT(offsetof(struct {prefix}_tables, {name}) == {at});\n"));
        if let Some((count, first)) = table.names {
            pointers.push_str(&format!("static const char *{name}[{count}];\n"));
            pointed
                .push_str(&format!("  {prefix}_point({name} + {first}, {name} + {count}, {prefix}_tables.{name});\n"));
        } else {
            names.push(format!("#define {name} {prefix}_tables.{name}\n"));
        }
        packed.extend_from_slice(&table.bytes);
    }
    // A structure ends where it would begin again in an array.
    let align = tables.first().map_or(1, |table| table.element.align);
    packed.resize(packed.len().next_multiple_of(align), 0);
    let size = packed.len();
    // Zeroed storage costs no bytes in the binary, and no memory until it is filled.
    let definition = format!(
        "{LAYOUT_ASSERTS}
struct {prefix}_tables {{
{members}}};
{asserts}LAYOUT(sizeof(struct {prefix}_tables) == {size});
static struct {prefix}_tables {prefix}_tables;
unsigned char *{prefix}_storage(void) {{ return (unsigned char *)&{prefix}_tables; }}
{pointers}static void {prefix}_point(const char **name, const char **end, const char *text) {{
  for (; name < end; text += strlen(text) + 1) *name++ = text;
}}
void {prefix}_names(void) {{
{pointed}}}
{names}",
        members = members.concat(),
        asserts = asserts.concat(),
        names = names.concat(),
    );

    // The structure needs the types of parser.h and nothing else; what uses the tables comes later in the text.
    let include = "#include \"tree_sitter/parser.h\"\n";
    let after = code.find(include).ok_or("parser.c does not include tree_sitter/parser.h")? + include.len();
    code.insert_str(after, &definition);
    code.push_str(rest);
    Ok(Split { code: optimised(&code), tables: packed })
}

/// The code without the pragmas that turn the optimiser off.
///
/// The generator writes them above large lexers, for the sake of compile times with the tables in the same file;
/// without the tables the lexers compile in a second or two, and to half the size.
fn optimised(code: &str) -> String {
    const OFF: [&str; 3] =
        ["#pragma optimize(\"\", off)\n", "#pragma clang optimize off\n", "#pragma GCC optimize (\"O0\")\n"];
    OFF.iter().fold(code.to_owned(), |code, off| code.replace(off, ""))
}

/// The lines of the text with their offsets.
fn lines(source: &str) -> impl Iterator<Item = (usize, &str)> {
    source.split_inclusive('\n').scan(0, |at, line| {
        let from = *at;
        *at += line.len();
        Some((from, line))
    })
}

/// The values of the integer macros and enum members.
fn constants(source: &str) -> Result<HashMap<&str, i64>, String> {
    let mut constants = HashMap::from([
        ("true", 1),
        ("false", 0),
        // From parser.h
        ("ts_builtin_sym_end", 0),
        ("ts_builtin_sym_error", 0xffff),
    ]);
    let mut in_enum = false;
    for (_, line) in lines(source) {
        if let Some(macro_definition) = line.strip_prefix("#define ") {
            let mut words = macro_definition.split_whitespace();
            if let (Some(name), Some(value), None) = (words.next(), words.next(), words.next())
                && let Ok(value) = value.parse()
            {
                constants.insert(name, value);
            }
        } else if line.starts_with("enum ") {
            in_enum = true;
        } else if line.starts_with('}') {
            in_enum = false;
        } else if in_enum {
            let (name, value) = line
                .trim()
                .trim_end_matches(',')
                .split_once(" = ")
                .ok_or_else(|| format!("an enum member without a value: {line}"))?;
            let value = value.parse().map_err(|_| format!("an enum member without a number: {line}"))?;
            constants.insert(name, value);
        }
    }
    Ok(constants)
}

/// Evaluates the array defined on this line, if one is and it is worth taking out.
fn table<'a>(
    source: &'a str,
    from: usize,
    line: &'a str,
    constants: &HashMap<&'a str, i64>,
) -> Result<Option<Table<'a>>, String> {
    let Some(declaration) = line.trim_end().strip_prefix("static ").and_then(|line| line.strip_suffix(" = {")) else {
        return Ok(None);
    };
    let declaration = declaration.strip_prefix("const ").unwrap_or(declaration);
    let Some((c_type, declarator)) = declaration.split_once(' ') else {
        return Ok(None);
    };
    let Some(element) = element(c_type) else {
        return Ok(None);
    };
    let mut parts = declarator.split('[');
    let name = parts.next().unwrap_or_default();
    let mut dimensions = Vec::new();
    for part in parts {
        let length = part.trim_end_matches(']');
        let length = match (length, constants.get(length)) {
            // As many as there are, see below.
            ("", _) => Some(0),
            (_, Some(length)) => usize::try_from(*length).ok(),
            (digits, None) => digits.parse().ok(),
        };
        let length = length.ok_or_else(|| format!("{name}: the length of {declarator}"))?;
        dimensions.push(length);
    }
    if dimensions.is_empty() {
        return Ok(None);
    }

    let start = from + line.trim_end().len() - 1;
    let mut reader = Reader { source: source.as_bytes(), at: start, constants };
    let mut bytes = Vec::new();
    let in_table = |error: String| format!("{name}: {error}");
    reader.array(&dimensions, &element, 0, &mut bytes).map_err(in_table)?;
    reader.expect(b';').map_err(in_table)?;

    let inner: usize = dimensions[1..].iter().product::<usize>() * element.size;
    if dimensions[0] == 0 {
        dimensions[0] = bytes.len() / inner;
    } else if bytes.len() > dimensions[0] * inner {
        return Err(in_table("more elements than declared".to_owned()));
    }
    bytes.resize(dimensions[0] * inner, 0);
    Ok((bytes.len() >= WORTH_PACKING).then_some(Table {
        name,
        c_type,
        dimensions,
        element,
        bytes,
        names: None,
        from,
        to: reader.at,
    }))
}

/// Evaluates an array of names, of which `declarator` declares one that is as long as there are.
fn names_table<'a>(
    source: &'a str,
    from: usize,
    declarator: &'a str,
    constants: &HashMap<&'a str, i64>,
) -> Result<Table<'a>, String> {
    let name = declarator.strip_suffix("[] = {").ok_or_else(|| format!("an array of names {declarator}"))?;
    let in_table = |error: String| format!("{name}: {error}");
    let start = from + NAMES.len() + declarator.len() - 1;
    let mut reader = Reader { source: source.as_bytes(), at: start, constants };
    let (texts, first) = reader.names().map_err(in_table)?;
    reader.expect(b';').map_err(in_table)?;
    let bytes: Vec<u8> = texts.iter().flat_map(|text| text.iter().copied().chain([0])).collect();
    Ok(Table {
        name,
        c_type: "char",
        dimensions: vec![bytes.len()],
        element: scalar::<1>(),
        bytes,
        names: Some((first + texts.len(), first)),
        from,
        to: reader.at,
    })
}

/// Reads initialisers.
struct Reader<'a> {
    source: &'a [u8],
    at: usize,
    constants: &'a HashMap<&'a str, i64>,
}

impl<'a> Reader<'a> {
    /// The next byte that is not blank, without passing it.
    fn peek(&mut self) -> u8 {
        while self.source.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.source.get(self.at).copied().unwrap_or(0)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.eat(byte) {
            return Ok(());
        }
        let end = self.source.len().min(self.at + 40);
        Err(format!(
            "expected {:?} at {:?}",
            char::from(byte),
            String::from_utf8_lossy(&self.source[self.at.min(end)..end])
        ))
    }

    fn word(&mut self) -> &'a str {
        self.peek();
        let from = self.at;
        while self.source.get(self.at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
            self.at += 1;
        }
        // A run of ASCII.
        std::str::from_utf8(&self.source[from..self.at]).unwrap_or_default()
    }

    /// A braced array; `base` is where its first element belongs in `bytes`.
    fn array(
        &mut self,
        dimensions: &[usize],
        element: &Element,
        base: usize,
        bytes: &mut Vec<u8>,
    ) -> Result<(), String> {
        let stride = dimensions[1..].iter().product::<usize>() * element.size;
        let mut index = 0;
        self.expect(b'{')?;
        while !self.eat(b'}') {
            if self.eat(b'[') {
                index = usize::try_from(self.number()?).map_err(|_| "a negative index")?;
                self.expect(b']')?;
                self.expect(b'=')?;
            }
            if dimensions[0] != 0 && index >= dimensions[0] {
                return Err(format!("index {index} is out of {}", dimensions[0]));
            }
            let at = base + index * stride;
            if bytes.len() < at + stride {
                bytes.resize(at + stride, 0);
            }
            if dimensions.len() > 1 {
                self.array(&dimensions[1..], element, at, bytes)?;
            } else {
                self.element(element, &mut bytes[at..at + stride])?;
            }
            index += 1;
            if !self.eat(b',') {
                self.expect(b'}')?;
                break;
            }
        }
        Ok(())
    }

    /// A braced array of strings in the order of their indices, and the index of the first: `NULL` may be before it.
    fn names(&mut self) -> Result<(Vec<Vec<u8>>, usize), String> {
        let (mut texts, mut first) = (Vec::new(), 0);
        self.expect(b'{')?;
        while !self.eat(b'}') {
            self.expect(b'[')?;
            let index = self.number()?;
            if usize::try_from(index) != Ok(first + texts.len()) {
                return Err(format!("name {index} where {} is to come", first + texts.len()));
            }
            self.expect(b']')?;
            self.expect(b'=')?;
            if texts.is_empty() && self.peek() == b'N' && self.word() == "NULL" {
                first += 1;
            } else {
                texts.push(self.string()?);
            }
            self.expect(b',')?;
        }
        Ok((texts, first))
    }

    /// A string literal, up to its first zero, as C reads it.
    fn string(&mut self) -> Result<Vec<u8>, String> {
        self.expect(b'"')?;
        let mut text = Vec::new();
        loop {
            let byte = self.source.get(self.at).copied().ok_or("a string without an end")?;
            self.at += 1;
            match byte {
                b'"' => break,
                b'\\' => {
                    let escape = self.source.get(self.at).copied().unwrap_or_default();
                    self.at += 1;
                    text.push(match escape {
                        b'"' | b'\\' | b'?' => escape,
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'0' => 0,
                        _ => return Err(format!("an escape \\{}", char::from(escape))),
                    });
                }
                _ => text.push(byte),
            }
        }
        let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
        text.truncate(end);
        Ok(text)
    }

    /// One element: a number, a braced record, or one of the parse action macros.
    fn element(&mut self, element: &Element, bytes: &mut [u8]) -> Result<(), String> {
        if self.peek() == b'{' {
            return self.record(element, "", bytes);
        }
        if let [(_, offset, width)] = element.fields {
            let value = self.number()?;
            return store(bytes, *offset, *width, value);
        }
        self.action(bytes)
    }

    /// A braced record; `path` is what leads to it, for records in records.
    fn record(&mut self, element: &Element, path: &str, bytes: &mut [u8]) -> Result<(), String> {
        let mut position = 0;
        self.expect(b'{')?;
        while !self.eat(b'}') {
            if self.eat(b'.') {
                let name = format!("{path}{}", self.word());
                self.expect(b'=')?;
                if self.peek() == b'{' {
                    self.record(element, &format!("{name}."), bytes)?;
                    if !self.eat(b',') {
                        self.expect(b'}')?;
                        break;
                    }
                    continue;
                }
                position = element
                    .fields
                    .iter()
                    .position(|(field, ..)| *field == name)
                    .ok_or_else(|| format!("a field .{name}"))?;
            }
            let value = self.number()?;
            let (_, offset, width) = element.fields.get(position).ok_or("too many fields")?;
            store(bytes, *offset, *width, value)?;
            position += 1;
            if !self.eat(b',') {
                self.expect(b'}')?;
                break;
            }
        }
        Ok(())
    }

    /// A parse action, by the macros of parser.h.
    fn action(&mut self, bytes: &mut [u8]) -> Result<(), String> {
        const SHIFT: u8 = 0;
        const REDUCE: u8 = 1;
        const ACCEPT: u8 = 2;
        const RECOVER: u8 = 3;
        let name = self.word();
        let mut arguments = Vec::new();
        self.expect(b'(')?;
        while !self.eat(b')') {
            arguments.push(self.number()?);
            if !self.eat(b',') {
                self.expect(b')')?;
                break;
            }
        }
        match (name, &arguments[..]) {
            ("SHIFT", &[state]) => {
                bytes[0] = SHIFT;
                store(bytes, 2, 2, state)
            }
            ("SHIFT_REPEAT", &[state]) => {
                bytes[0] = SHIFT;
                bytes[5] = 1;
                store(bytes, 2, 2, state)
            }
            ("SHIFT_EXTRA", []) => {
                bytes[0] = SHIFT;
                bytes[4] = 1;
                Ok(())
            }
            ("REDUCE", &[symbol, children, precedence, production]) => {
                bytes[0] = REDUCE;
                store(bytes, 1, 1, children)?;
                store(bytes, 2, 2, symbol)?;
                store(bytes, 4, 2, precedence)?;
                store(bytes, 6, 2, production)
            }
            ("ACCEPT_INPUT", []) => {
                bytes[0] = ACCEPT;
                Ok(())
            }
            ("RECOVER", []) => {
                bytes[0] = RECOVER;
                Ok(())
            }
            _ => Err(format!("an action {name}{arguments:?}")),
        }
    }

    /// A constant expression, as far as the generator writes them.
    fn number(&mut self) -> Result<i64, String> {
        match self.peek() {
            b'-' => {
                self.at += 1;
                Ok(-self.number()?)
            }
            b'(' => {
                const CAST: &[u8] = b"(TSStateId)";
                if self.source[self.at..].starts_with(CAST) {
                    self.at += CAST.len();
                    return Ok(self.number()? & 0xffff);
                }
                self.at += 1;
                let value = self.number()?;
                self.expect(b')')?;
                Ok(value)
            }
            b'\'' => self.character(),
            b'0'..=b'9' => {
                let word = self.word();
                match word.strip_prefix("0x") {
                    Some(digits) => i64::from_str_radix(digits, 16),
                    None => word.parse(),
                }
                .map_err(|_| format!("a number {word}"))
            }
            _ => {
                let word = self.word();
                if self.eat(b'(') {
                    let value = self.number()?;
                    self.expect(b')')?;
                    return match word {
                        "STATE" | "ACTIONS" => Ok(value),
                        "SMALL_STATE" => Ok(value - self.constant("LARGE_STATE_COUNT")?),
                        _ => Err(format!("a macro {word}")),
                    };
                }
                self.constant(word)
            }
        }
    }

    fn constant(&self, name: &str) -> Result<i64, String> {
        let value = self.constants.get(name).copied();
        value.ok_or_else(|| format!("a name {name:?}"))
    }

    /// A character literal; the generator writes other than printable ASCII as numbers.
    fn character(&mut self) -> Result<i64, String> {
        self.expect(b'\'')?;
        let literal = &self.source[self.at..self.source.len().min(self.at + 3)];
        let (value, length) = match *literal {
            [b'\\', b'\'', b'\''] => (b'\'', 2),
            [b'\\', b'\\', b'\''] => (b'\\', 2),
            [b'\\', b'n', b'\''] => (b'\n', 2),
            [b'\\', b'r', b'\''] => (b'\r', 2),
            [b'\\', b't', b'\''] => (b'\t', 2),
            [b'\\', b'f', b'\''] => (0x0c, 2),
            [b'\\', b'v', b'\''] => (0x0b, 2),
            [b'\\', b'0', b'\''] => (0, 2),
            [byte, b'\'', ..] if byte != b'\\' && byte.is_ascii() => (byte, 1),
            _ => {
                return Err(format!("a character '{}", String::from_utf8_lossy(literal)));
            }
        };
        self.at += length;
        self.expect(b'\'')?;
        Ok(i64::from(value))
    }
}

/// Writes a field, if the value fits as signed or unsigned.
fn store(bytes: &mut [u8], offset: usize, width: usize, value: i64) -> Result<(), String> {
    let bits = width * 8;
    if value >= 1 << bits || value < -(1 << (bits - 1)) {
        return Err(format!("{value} in a field of {width} bytes"));
    }
    bytes[offset..offset + width].copy_from_slice(&value.to_le_bytes()[..width]);
    Ok(())
}
