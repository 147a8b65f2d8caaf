//! What the standard library's types hand on of their element types, as data.

use super::ty::{Num, T};
use std::sync::Arc;

const SEQUENCES: &[&str] = &[
    "vector",
    "deque",
    "list",
    "forward_list",
    "array",
    "set",
    "multiset",
    "unordered_set",
    "unordered_multiset",
    "initializer_list",
    "span",
    "queue",
    "priority_queue",
    "stack",
    "valarray",
    "InlinedVector",
    "Span",
    "flat_hash_set",
    "node_hash_set",
    "btree_set",
    "btree_multiset",
    "FixedArray",
    "basic_string_view_of",
];
const MAPS: &[&str] = &[
    "map",
    "multimap",
    "unordered_map",
    "unordered_multimap",
    "flat_hash_map",
    "node_hash_map",
    "btree_map",
    "btree_multimap",
];
const STRINGS: &[&str] = &[
    "string",
    "wstring",
    "string_view",
    "u16string",
    "u32string",
    "basic_string",
    "basic_string_view",
    "u8string",
    "wstring_view",
];
const POINTERS: &[&str] = &["unique_ptr", "shared_ptr", "weak_ptr", "auto_ptr", "scoped_ptr", "observer_ptr"];
const STREAMS: &[&str] = &[
    "ostream",
    "ostringstream",
    "stringstream",
    "istringstream",
    "istream",
    "ifstream",
    "ofstream",
    "fstream",
    "basic_ostream",
    "iostream",
];

fn size() -> T {
    T::Num(Num::UnsignedLong)
}

fn boolean() -> T {
    T::Num(Num::Bool)
}

fn iterator(of: T) -> T {
    T::ext("iterator", vec![of])
}

pub(super) fn is_string(name: &str) -> bool {
    STRINGS.contains(&name)
}

/// Whether a library class derives from another.
pub(super) fn derives(class: &str, base: &str) -> bool {
    match base {
        "ios" | "ios_base" => STREAMS.contains(&class),
        "istream" => matches!(class, "istringstream" | "stringstream" | "ifstream" | "fstream" | "iostream"),
        "ostream" => matches!(class, "ostringstream" | "stringstream" | "ofstream" | "fstream" | "iostream"),
        "iostream" => matches!(class, "stringstream" | "fstream"),
        "exception" => matches!(class, "runtime_error" | "logic_error" | "bad_alloc"),
        _ => false,
    }
}

/// The element type of what is iterated.
pub(super) fn element(name: &str, args: &[T]) -> T {
    if SEQUENCES.contains(&name) {
        return args.first().cloned().unwrap_or(T::Unknown);
    }
    if MAPS.contains(&name) {
        return pair_of(args);
    }
    if STRINGS.contains(&name) {
        return T::Num(Num::Char);
    }
    T::Unknown
}

fn pair_of(args: &[T]) -> T {
    match args {
        [key, value, ..] => T::ext("pair", vec![key.clone().constant(), value.clone()]),
        _ => T::Unknown,
    }
}

/// The type of `x.name` or of what `x.name()` returns, for a library type.
pub(super) fn member(name: &str, args: &[T], member: &str) -> T {
    let first = || args.first().cloned().unwrap_or(T::Unknown);
    let sequence = SEQUENCES.contains(&name);
    let map = MAPS.contains(&name);
    let string = STRINGS.contains(&name);
    match member {
        "size" | "length" | "count" | "capacity" | "max_size" | "bucket_count" | "use_count" | "erase_if" => size(),
        "find" | "rfind" | "find_first_of" | "find_last_of" | "find_first_not_of" | "find_last_not_of" if string => {
            size()
        }
        "empty" | "has_value" | "expired" | "contains" | "starts_with" | "ends_with" | "good" | "eof" | "fail"
        | "is_open" => boolean(),
        "compare" if string => T::Num(Num::Int),
        "c_str" | "data" if string => T::Num(Num::Char).constant().ptr(),
        "substr" | "append" | "assign" | "replace" if string => T::ext(name, args.to_vec()),
        "str" if STREAMS.contains(&name) => T::ext("string", Vec::new()),
        "begin" | "end" | "cbegin" | "cend" | "rbegin" | "rend" | "find" | "lower_bound" | "upper_bound" | "erase"
        | "emplace_hint"
            if sequence || map || string =>
        {
            iterator(element(name, args))
        }
        "insert" | "emplace" | "try_emplace" | "insert_or_assign" if map || name.contains("set") => {
            T::ext("pair", vec![iterator(element(name, args)), boolean()])
        }
        "insert" | "emplace" if sequence => iterator(element(name, args)),
        "equal_range" if sequence || map => {
            let iterator = iterator(element(name, args));
            T::ext("pair", vec![iterator.clone(), iterator])
        }
        "front" | "back" | "at" | "top" | "operator[]" | "emplace_back" | "emplace_front" if sequence || string => {
            element(name, args)
        }
        "at" | "operator[]" if map => args.get(1).cloned().unwrap_or(T::Unknown),
        "data" if sequence => first().ptr(),
        "get" | "release" | "operator->" if POINTERS.contains(&name) => pointee(args).ptr(),
        "operator*" if POINTERS.contains(&name) => pointee(args),
        "lock" if name == "weak_ptr" => T::ext("shared_ptr", args.to_vec()),
        "operator*" | "value" | "value_or" if name == "optional" || name == "StatusOr" => first(),
        "operator->" if name == "optional" || name == "StatusOr" => first().ptr(),
        "operator*" if name == "iterator" || name == "reverse_iterator" => first(),
        "operator->" if name == "iterator" || name == "reverse_iterator" => first().ptr(),
        "operator++" | "operator--" | "operator+" | "operator-" if name == "iterator" => T::ext(name, args.to_vec()),
        "base" if name == "iterator" => T::ext(name, args.to_vec()),
        "first" if name == "pair" => first(),
        "second" if name == "pair" => args.get(1).cloned().unwrap_or(T::Unknown),
        "get" if name == "reference_wrapper" => first(),
        "load" | "exchange" | "fetch_add" | "fetch_sub" if name == "atomic" => first(),
        "operator()" if name == "function" => match args.first() {
            Some(T::Fn(result)) => (**result).clone(),
            _ => T::Unknown,
        },
        "operator+" if string => T::ext(name, args.to_vec()),
        _ => T::Unknown,
    }
}

fn pointee(args: &[T]) -> T {
    match args.first() {
        // `unique_ptr<T[]>`
        Some(T::Array(element)) => (**element).clone(),
        Some(other) => other.clone(),
        None => T::Unknown,
    }
}

/// The member type `name` of a library type.
pub(super) fn member_type(of: &str, args: &[T], name: &str) -> T {
    match name {
        // That of a container of a template's parameter is told once the parameter has a value.
        _ if args.iter().any(T::is_dependent) && !(name.ends_with("iterator") && element(of, args).is_known()) => {
            T::Dependent
        }
        "iterator" | "const_iterator" | "reverse_iterator" | "const_reverse_iterator" => iterator(element(of, args)),
        "value_type" | "reference" | "const_reference" => element(of, args),
        "mapped_type" => args.get(1).cloned().unwrap_or(T::Unknown),
        "key_type" | "element_type" | "first_type" | "type" => args.first().cloned().unwrap_or(T::Unknown),
        "second_type" => args.get(1).cloned().unwrap_or(T::Unknown),
        "size_type" => size(),
        "difference_type" => T::Num(Num::Long),
        "pointer" => args.first().cloned().unwrap_or(T::Unknown).ptr(),
        _ => T::ext(name, Vec::new()),
    }
}

/// The result of a library function.
pub(super) fn function(name: &str, type_args: &[T], args: &[T]) -> T {
    let first = || args.first().cloned().unwrap_or(T::Unknown);
    match name {
        "move" | "forward" | "as_const" | "exchange" | "ref" | "cref" | "max" | "min" | "launder"
            if name != "forward" || type_args.is_empty() =>
        {
            first().bare().clone()
        }
        "forward" => type_args.first().cloned().unwrap_or(T::Unknown),
        "make_unique" | "WrapUnique" => T::Ext("unique_ptr".into(), type_args.to_vec().into()),
        "make_shared" | "static_pointer_cast" | "dynamic_pointer_cast" => {
            T::Ext("shared_ptr".into(), type_args.to_vec().into())
        }
        "make_optional" => T::ext("optional", vec![first().bare().clone()]),
        "make_pair" => T::ext("pair", args.iter().map(|arg| arg.bare().clone()).collect()),
        "to_string" => T::ext("string", Vec::new()),
        name if is_string(name) => T::ext(name, type_args.to_vec()),
        "addressof" => first().value().clone().ptr(),
        "begin" | "end" | "cbegin" | "cend" => match first().bare() {
            T::Ext(name, args) => iterator(element(name.as_str(), args)),
            T::Array(element) => T::Ptr(element.clone()),
            _ => T::Unknown,
        },
        "next" | "prev" | "find" | "find_if" | "lower_bound" | "upper_bound" | "remove" | "remove_if" | "unique"
        | "partition" | "max_element" | "min_element" => first().bare().clone(),
        "declval" => type_args.first().cloned().unwrap_or(T::Unknown),
        "strlen" | "fread" | "fwrite" | "sizeof" | "strspn" | "strcspn" => size(),
        "strcmp" | "strncmp" | "memcmp" | "printf" | "fprintf" | "snprintf" | "sprintf" | "atoi" | "abs"
        | "isalpha" | "isdigit" | "isspace" | "isalnum" | "toupper" | "tolower" | "getc" | "fclose" | "fseek"
        | "vsnprintf" => T::Num(Num::Int),
        "strchr" | "strrchr" | "strstr" | "strdup" | "strcpy" | "strncpy" | "strcat" | "getenv" | "strerror" => {
            T::Num(Num::Char).ptr()
        }
        "malloc" | "calloc" | "realloc" | "memcpy" | "memset" | "memmove" | "memchr" => T::Ptr(Arc::new(T::Void)),
        "strtol" => T::Num(Num::Long),
        "strtoul" => size(),
        "strtod" | "sqrt" | "pow" | "floor" | "ceil" | "log" | "exp" | "fabs" | "fmod" => T::Num(Num::Double),
        _ => T::Unknown,
    }
}
