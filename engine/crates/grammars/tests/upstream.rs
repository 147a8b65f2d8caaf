//! Holds the packed grammars to the upstream crates they are made from: the same tables, byte for byte, and the same
//! trees, down to how each recovers from errors.

use std::{
    collections::BTreeMap,
    ffi::{CStr, c_char, c_void},
    ops::Range,
    slice,
};

use parseltongue_grammars::{Grammar, language};
use tree_sitter::{Language, Parser, Tree};

/// A grammar as its upstream crate has it.
fn upstream(grammar: Grammar) -> Language {
    match grammar {
        Grammar::Rust => tree_sitter_rust::LANGUAGE,
        Grammar::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
        Grammar::Tsx => tree_sitter_typescript::LANGUAGE_TSX,
        Grammar::JavaScript => tree_sitter_javascript::LANGUAGE,
        Grammar::Python => tree_sitter_python::LANGUAGE,
        Grammar::Go => tree_sitter_go::LANGUAGE,
        Grammar::Java => tree_sitter_java::LANGUAGE,
        Grammar::C => tree_sitter_c::LANGUAGE,
        Grammar::Cpp => tree_sitter_cpp::LANGUAGE,
    }
    .into()
}

/// A file that uses as much of the language as fits, for the hand-written scanners above all.
fn sample(grammar: Grammar) -> &'static str {
    match grammar {
        Grammar::Rust => include_str!("samples/rust.rs"),
        Grammar::TypeScript => include_str!("samples/typescript.ts"),
        Grammar::Tsx => include_str!("samples/tsx.tsx"),
        Grammar::JavaScript => include_str!("samples/javascript.js"),
        Grammar::Python => include_str!("samples/python.py"),
        Grammar::Go => include_str!("samples/go.go"),
        Grammar::Java => include_str!("samples/java.java"),
        Grammar::C => include_str!("samples/c.c"),
        Grammar::Cpp => include_str!("samples/cpp.cpp"),
    }
}

/// Two parsers of one grammar that have to agree.
struct Pair {
    grammar: Grammar,
    ours: Parser,
    theirs: Parser,
}

impl Pair {
    fn new(grammar: Grammar) -> Self {
        let parser = |language: &Language| {
            let mut parser = Parser::new();
            parser.set_language(language).unwrap();
            parser
        };
        Self { grammar, ours: parser(&language(grammar)), theirs: parser(&upstream(grammar)) }
    }

    /// Parses with both and compares; gives back whether there was an error in the text.
    fn agree(&mut self, source: &str) -> bool {
        let ours = self.ours.parse(source, None).unwrap();
        let theirs = self.theirs.parse(source, None).unwrap();
        assert_eq!(dump(&ours), dump(&theirs), "{}, parsing\n{source}", self.grammar);
        ours.root_node().has_error()
    }
}

/// A node, whatever the tree it is in.
#[derive(Debug, PartialEq)]
struct Seen {
    depth: u32,
    kind: u16,
    field: Option<u16>,
    bytes: Range<usize>,
    is_missing: bool,
    is_extra: bool,
}

/// All there is to a tree, anonymous nodes included.
fn dump(tree: &Tree) -> Vec<Seen> {
    let mut nodes = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        nodes.push(Seen {
            depth: cursor.depth(),
            kind: node.kind_id(),
            field: cursor.field_id().map(Into::into),
            bytes: node.byte_range(),
            is_missing: node.is_missing(),
            is_extra: node.is_extra(),
        });
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return nodes;
            }
        }
    }
}

#[test]
fn whole_files_parse_alike() {
    for grammar in Grammar::ALL {
        Pair::new(grammar).agree(sample(grammar));
    }
}

#[test]
fn broken_files_parse_alike() {
    for grammar in Grammar::ALL {
        let mut pair = Pair::new(grammar);
        let source = sample(grammar);
        let lines: Vec<&str> = source.split_inclusive('\n').collect();
        let mut errors = 0;
        for at in 0..lines.len() {
            let without_line = [&lines[..at], &lines[at + 1..]].concat().concat();
            errors += usize::from(pair.agree(&without_line));
            errors += usize::from(pair.agree(&lines[..at].concat()));
        }
        assert!(errors > lines.len() / 4, "{grammar}: {errors}");
    }
}

#[test]
fn other_languages_fail_alike() {
    for grammar in Grammar::ALL {
        let mut pair = Pair::new(grammar);
        for other in Grammar::ALL {
            pair.agree(sample(other));
        }
    }
}

/// The sets of characters that make up identifiers are in no table of the language, only in the lexers.
#[test]
fn characters_lex_alike() {
    for grammar in Grammar::ALL {
        let mut pair = Pair::new(grammar);
        // The first of them, and then those where something may change; all would take minutes.
        let edge = |c: &char| {
            let like = |other: Option<char>| other.is_some_and(|other| other.is_alphanumeric() == c.is_alphanumeric());
            let next = |by: i32| char::from_u32(u32::from(*c).saturating_add_signed(by));
            *c < '\u{300}' || !like(next(-1)) || !like(next(1))
        };
        let all: Vec<char> = ('\0'..'\u{40000}').filter(edge).collect();
        // A few at a time: recovery from errors takes longer than in proportion.
        for some in all.chunks(16) {
            // Every character where an identifier begins, and where one goes on.
            let source: String = some.iter().flat_map(|c| [*c, ' ', 'a', *c, '\n']).collect();
            pair.agree(&source);
        }
    }
}

#[test]
fn tables_are_the_same() {
    for grammar in Grammar::ALL {
        let (ours, theirs) = (language(grammar), upstream(grammar));
        assert_eq!(ours.name(), theirs.name());
        let (ours, theirs) = (tables(ours), tables(theirs));
        let names = |tables: &BTreeMap<&str, _>| tables.keys().copied().collect::<Vec<_>>().join(" ");
        assert_eq!(names(&ours), names(&theirs), "{grammar}");
        for (name, table) in &ours {
            // Not assert_eq: nobody wants to see a megabyte of either.
            assert!(*table == theirs[name], "{grammar}: {name}");
        }
    }
}

/// `struct TSLanguage` of tree-sitter's `parser.h`, ABI 15; ABI 14 ends before `name`.
#[repr(C)]
struct RawLanguage {
    abi_version: u32,
    symbol_count: u32,
    alias_count: u32,
    token_count: u32,
    external_token_count: u32,
    state_count: u32,
    large_state_count: u32,
    production_id_count: u32,
    field_count: u32,
    max_alias_sequence_length: u16,
    parse_table: *const u16,
    small_parse_table: *const u16,
    small_parse_table_map: *const u32,
    parse_actions: *const [u8; 8],
    symbol_names: *const *const c_char,
    field_names: *const *const c_char,
    field_map_slices: *const [u16; 2],
    field_map_entries: *const [u8; 4],
    symbol_metadata: *const [u8; 3],
    public_symbol_map: *const u16,
    alias_map: *const u16,
    alias_sequences: *const u16,
    lex_modes: *const u16,
    _lex_fn: *const c_void,
    _keyword_lex_fn: *const c_void,
    keyword_capture_token: u16,
    external_states: *const u8,
    external_symbol_map: *const u16,
    _external_functions: [*const c_void; 5],
    primary_state_ids: *const u16,
    _name: *const c_char,
    reserved_words: *const u16,
    max_reserved_word_set_size: u16,
    supertype_count: u32,
    supertype_symbols: *const u16,
    supertype_map_slices: *const [u16; 2],
    supertype_map_entries: *const u16,
    metadata: [u8; 3],
}

/// The bytes of a table of `length` elements, none of which may have padding.
///
/// # Safety
///
/// `table` must point to as many elements, if there are any.
unsafe fn bytes<T>(table: *const T, length: usize) -> Vec<u8> {
    if length == 0 {
        return Vec::new();
    }
    // SAFETY: the caller vouches for the length; there is no padding.
    unsafe { slice::from_raw_parts(table.cast::<u8>(), length * size_of::<T>()) }.to_vec()
}

/// Everything a language holds but its code, as bytes by name.
///
/// The lengths that the structure does not tell are found as tree-sitter would: by following the indices.
fn tables(language: Language) -> BTreeMap<&'static str, Vec<u8>> {
    let mut tables = BTreeMap::new();
    // SAFETY: all of it stays within what tree-sitter itself reads of a language, by the same indices; what only ABI 15
    // has is read of no other. The languages are static.
    unsafe {
        let raw = language.into_raw().cast::<RawLanguage>();
        let abi = (*raw).abi_version;
        let counts: [u32; 9] = *raw.cast();
        let [_, symbols, aliases, tokens, externals, states, large, productions, fields] =
            counts.map(|count| count as usize);
        tables.insert("counts", bytes(&raw const counts, 1));
        tables.insert("max_alias_sequence_length", bytes(&raw const (*raw).max_alias_sequence_length, 1));
        tables.insert("keyword_capture_token", bytes(&raw const (*raw).keyword_capture_token, 1));

        // Large states have a row each, small ones lists of groups of symbols.
        let parse_table = (*raw).parse_table;
        tables.insert("parse_table", bytes(parse_table, large * symbols));
        let mut actions: Vec<u16> =
            (0..large * symbols).filter(|at| at % symbols < tokens).map(|at| *parse_table.add(at)).collect();
        let (small, map) = ((*raw).small_parse_table, (*raw).small_parse_table_map);
        tables.insert("small_parse_table_map", bytes(map, states - large));
        let mut small_length = 0;
        for state in 0..states - large {
            let mut at = *map.add(state) as usize;
            let groups = *small.add(at);
            at += 1;
            for _ in 0..groups {
                let (value, length) = (*small.add(at), *small.add(at + 1) as usize);
                if (*small.add(at + 2) as usize) < tokens {
                    actions.push(value);
                }
                at += 2 + length;
            }
            small_length = small_length.max(at);
        }
        tables.insert("small_parse_table", bytes(small, small_length));
        let actions = actions.into_iter().map(usize::from).max().unwrap();
        let actions = actions + 1 + usize::from((*(*raw).parse_actions.add(actions))[0]);
        tables.insert("parse_actions", bytes((*raw).parse_actions, actions));

        let names = |names: *const *const c_char, count| -> Vec<u8> {
            (0..count)
                .map(|at| *names.add(at))
                .filter(|name| !name.is_null())
                .flat_map(|name| CStr::from_ptr(name).to_bytes_with_nul())
                .copied()
                .collect()
        };
        tables.insert("symbol_names", names((*raw).symbol_names, symbols + aliases));
        tables.insert("field_names", names((*raw).field_names, fields + 1));
        tables.insert("symbol_metadata", bytes((*raw).symbol_metadata, symbols + aliases));
        tables.insert("public_symbol_map", bytes((*raw).public_symbol_map, symbols + aliases));

        let end = |slices: *const [u16; 2], count| {
            let ends = (0..count).map(|at| (*slices.add(at)).map(usize::from).iter().sum());
            ends.max().unwrap_or(0)
        };
        let slices = (*raw).field_map_slices;
        tables.insert("field_map_slices", bytes(slices, productions));
        tables.insert("field_map_entries", bytes((*raw).field_map_entries, end(slices, productions)));
        let mut alias_map_length = 0;
        while *(*raw).alias_map.add(alias_map_length) != 0 {
            alias_map_length += 2 + *(*raw).alias_map.add(alias_map_length + 1) as usize;
        }
        tables.insert("alias_map", bytes((*raw).alias_map, alias_map_length + 1));
        let sequences = productions * (*raw).max_alias_sequence_length as usize;
        tables.insert("alias_sequences", bytes((*raw).alias_sequences, sequences));

        let width = if abi < 15 { 2 } else { 3 };
        let lex_modes = (*raw).lex_modes;
        tables.insert("lex_modes", bytes(lex_modes, states * width));
        let highest = |field| (0..states).map(|state| *lex_modes.add(state * width + field) as usize).max().unwrap();
        tables.insert("external_states", bytes((*raw).external_states, (highest(1) + 1) * externals));
        tables.insert("external_symbol_map", bytes((*raw).external_symbol_map, externals));
        tables.insert("primary_state_ids", bytes((*raw).primary_state_ids, states));

        if abi >= 15 {
            let words = (highest(2) + 1) * (*raw).max_reserved_word_set_size as usize;
            tables.insert("reserved_words", bytes((*raw).reserved_words, words));
            let supertypes = (*raw).supertype_symbols;
            let count = (*raw).supertype_count as usize;
            tables.insert("supertype_symbols", bytes(supertypes, count));
            // Sliced by symbol.
            let symbols = (0..count).map(|at| *supertypes.add(at) as usize + 1).max().unwrap_or(0);
            let slices = (*raw).supertype_map_slices;
            tables.insert("supertype_map_slices", bytes(slices, symbols));
            tables.insert("supertype_map_entries", bytes((*raw).supertype_map_entries, end(slices, symbols)));
            tables.insert("metadata", bytes(&raw const (*raw).metadata, 1));
        }
    }
    tables
}
