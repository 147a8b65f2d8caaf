//! What a `setup.py` says, as far as it is written as text: the script is read, never run.

use parseltongue_syntax::manifest::PythonProject;

/// Name, description, version, commands and requirements of a `setup.py`.
pub(super) fn read(text: &str) -> PythonProject {
    let text = without_comments(text);
    let value = |key: &str| argument(&text, key).and_then(|value| literals(&text, value).into_iter().next());
    let scripts = text.find("console_scripts").map_or_else(Vec::new, |at| {
        let rest = &text[at..];
        let list = rest.find(['[', '\n']).filter(|&open| rest[open..].starts_with('['));
        list.map_or_else(Vec::new, |open| strings(bracketed(&rest[open..])))
    });
    let requires = argument(&text, "install_requires").map_or_else(Vec::new, |value| literals(&text, value));
    let requirement = |text: &String| {
        let name = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))).next()?;
        (!name.is_empty()).then(|| name.into())
    };
    PythonProject {
        name: value("name").map(Into::into),
        description: argument(&text, "description")
            .map(|value| literals(&text, value).concat())
            .filter(|text| !text.is_empty())
            .map(Into::into),
        version: value("version").map(Into::into),
        scripts: scripts
            .iter()
            .filter_map(|script| script.split_once('='))
            .map(|(command, target)| (command.trim().into(), target.trim().into()))
            .collect(),
        dependencies: requires.iter().filter_map(requirement).collect(),
        package_roots: Vec::new(),
    }
}

fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n")
}

/// What stands behind `key=` in a call, on a line of its own or within one, or behind `"key":` in a dictionary.
fn argument<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.match_indices(key).find_map(|(at, _)| {
        if let Some(quote @ ('"' | '\'')) = text[..at].chars().next_back() {
            return text[at + key.len()..].strip_prefix(quote)?.strip_prefix(':');
        }
        let own = !text[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
        // ` = ` assigns a variable; an argument has no spaces.
        let value = text[at + key.len()..].strip_prefix('=')?;
        (own && !value.starts_with('=')).then_some(value)
    })
}

/// The string literals of a value: itself, in brackets, or those of the variable that it names.
fn literals(text: &str, value: &str) -> Vec<String> {
    let value = value.trim_start();
    if value.starts_with(['[', '(', '{']) {
        return strings(bracketed(value));
    }
    if value.starts_with(['"', '\'']) {
        let line = value.lines().next().unwrap_or("");
        return strings(line).into_iter().take(1).collect();
    }
    let name: String = value.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let assigned = text.lines().find_map(|line| {
        let right = line.strip_prefix(name.as_str())?.trim_start().strip_prefix('=')?.trim_start();
        (!name.is_empty() && right.starts_with(['[', '(', '"', '\''])).then_some(right)
    });
    let Some(right) = assigned else { return Vec::new() };
    let at = right.as_ptr() as usize - text.as_ptr() as usize;
    literals("", &text[at..])
}

/// A bracket with what it holds; the rest of the text if it is not closed.
fn bracketed(text: &str) -> &str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..=at];
        }
    }
    text
}

/// All string literals in a piece of Python.
fn strings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find(['"', '\'']) {
        let quote = if rest[open..].starts_with('"') { '"' } else { '\'' };
        let inner = &rest[open + 1..];
        let Some(close) = inner.find(quote) else { break };
        found.push(inner[..close].to_owned());
        rest = &inner[close + 1..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_setup_script_says_in_literals_is_read() {
        let project = read(
            "NAME = 'till'\nreqs = [\n    'click>=7.0,<9',\n    # 'old',\n    \"python-slugify\",\n]\nversion = get()\nsetup(\n    name=NAME,\n    version=version,\n    description=(\n        'Counts '\n        'coins.'\n    ),\n    entry_points={'console_scripts': ['till = till.cli:main']},\n    install_requires=reqs,\n)\n",
        );
        assert_eq!(project.name.as_deref(), Some("till"));
        assert_eq!(project.version, None);
        assert_eq!(project.description.as_deref(), Some("Counts coins."));
        assert_eq!(project.scripts, [(Box::from("till"), Box::from("till.cli:main"))]);
        assert_eq!(project.dependencies.concat(), "clickpython-slugify");

        let kept = read(
            "said = {\n    'name': 'till',\n    \"version\": version,\n    'description': 'Counts'\n}\nsetup(**said)\n",
        );
        assert_eq!(kept.name.as_deref(), Some("till"));
        assert_eq!(kept.version, None);
        assert_eq!(kept.description.as_deref(), Some("Counts"));
    }
}
