//! `#[cfg(…)]` predicates, as far as they are usually true or false.

/// Whether a predicate, with its parentheses, holds on 64-bit Linux in a test build with all features, where nothing
/// sets flags of the project's own; `None` if that cannot be said.
pub(super) fn holds(text: &str) -> Option<bool> {
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    predicate(inner, 0)
}

fn predicate(text: &str, depth: u32) -> Option<bool> {
    if depth > 16 {
        return None;
    }
    let text = text.trim().trim_end_matches(',').trim();
    if let Some((operator, rest)) = text.split_once('(') {
        let parts: Vec<Option<bool>> =
            split(rest.strip_suffix(')')?).into_iter().map(|part| predicate(part, depth + 1)).collect();
        return match operator.trim() {
            "not" => parts.first().copied().flatten().map(|value| !value),
            "all" if parts.contains(&Some(false)) => Some(false),
            "all" if parts.iter().all(|part| *part == Some(true)) => Some(true),
            "any" if parts.contains(&Some(true)) => Some(true),
            "any" if parts.iter().all(|part| *part == Some(false)) => Some(false),
            _ => None,
        };
    }
    if let Some((key, value)) = text.split_once('=') {
        let value = value.trim().trim_matches('"');
        return match key.trim() {
            "feature" => Some(true),
            "target_os" => Some(value == "linux"),
            "target_family" => Some(value == "unix"),
            "target_pointer_width" => Some(value == "64"),
            "target_endian" => Some(value == "little"),
            "target_arch" => Some(value == "x86_64"),
            "target_feature" => Some(matches!(value, "fxsr" | "sse" | "sse2")),
            "panic" => Some(value == "unwind"),
            _ => None,
        };
    }
    match text {
        "unix" | "test" | "debug_assertions" | "true" => Some(true),
        "windows" | "miri" | "doc" | "doctest" | "loom" | "fuzzing" | "kani" | "docsrs" | "false" => Some(false),
        // A build script probes the compiler, and today's has what is asked for: `has_atomics`.
        flag if flag.starts_with("has_") => Some(true),
        // A flag of the project's own, which nothing sets by itself.
        _ => Some(false),
    }
}

/// The parts between commas at the outermost level.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0u32, 0);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    if !text[start..].trim().is_empty() {
        parts.push(&text[start..]);
    }
    parts
}
