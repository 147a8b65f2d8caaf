//! Reads `tsconfig.json` and `jsconfig.json`, which may have comments and trailing commas.

use super::TsConfig;
use serde_json::Value;

pub(super) fn parse(source: &str) -> Option<TsConfig> {
    let plain = plain_json(source.trim_start_matches('\u{feff}'));
    let value: Value = serde_json::from_str(&plain).ok()?;
    let texts = |value: Option<&Value>| -> Vec<Box<str>> {
        match value {
            Some(Value::String(text)) => vec![text.as_str().into()],
            Some(Value::Array(items)) => items.iter().filter_map(|item| item.as_str().map(Box::from)).collect(),
            _ => Vec::new(),
        }
    };
    let options = value.get("compilerOptions");
    let option = |key: &str| options.and_then(|options| options.get(key));
    let paths = option("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(pattern, targets)| (pattern.as_str().into(), texts(Some(targets))))
        .collect();
    Some(TsConfig {
        extends: texts(value.get("extends")),
        base_url: option("baseUrl").and_then(Value::as_str).map(Box::from),
        paths,
        root_dirs: texts(option("rootDirs")),
    })
}

/// The text without comments and without commas before a closing bracket.
fn plain_json(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                out.push(c);
                while let Some(c) = chars.next() {
                    out.push(c);
                    if c == '\\' {
                        out.extend(chars.next());
                    } else if c == '"' {
                        break;
                    }
                }
            }
            '/' if chars.peek() == Some(&'/') => {
                while chars.peek().is_some_and(|c| *c != '\n') {
                    chars.next();
                }
            }
            '/' if chars.peek() == Some(&'*') => {
                chars.next();
                let mut last = ' ';
                for c in chars.by_ref() {
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
            }
            '}' | ']' => {
                let kept = out.trim_end().len();
                if out[..kept].ends_with(',') {
                    out.truncate(kept - 1);
                }
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
