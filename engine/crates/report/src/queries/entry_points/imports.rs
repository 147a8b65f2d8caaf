//! What the imports of a JavaScript or Python file bind, and the files that they mean.

use super::{FileReader, text};
use crate::folders::folder_of;
use crate::words::is_letter;
use parseltongue_resolve::RelationKind;
use parseltongue_store::FileIndex;
use parseltongue_syntax::Language;

/// A name that an import of a file binds.
pub(super) struct Binding {
    pub(super) local: String,
    pub(super) module: String,
    /// What is imported of it; `*` for the module itself.
    pub(super) exported: String,
}

impl Binding {
    fn new(local: &str, module: &str, exported: &str) -> Self {
        Self { local: local.to_owned(), module: module.to_owned(), exported: exported.to_owned() }
    }
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_letter)
}

/// The name that a piece of source starts with.
pub(super) fn first_name(text: &str) -> &str {
    &text[..text.find(|letter| !is_letter(letter)).unwrap_or(text.len())]
}

/// The name that a piece of source ends with.
pub(super) fn last_name(text: &str) -> &str {
    &text[text
        .rfind(|letter| !is_letter(letter))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8))..]
}

/// A path without what a file or folder of its module adds to the module's name.
fn module_of(path: &str) -> &str {
    let folder = folder_of(path);
    let stem = path[folder.len()..].rsplit_once('.').map_or(path, |(stem, _)| &path[..folder.len() + stem.len()]);
    stem.strip_suffix("/index").or_else(|| stem.strip_suffix("/__init__")).unwrap_or(stem)
}

/// `from` a folder, `..`, `.` and all.
fn walked(folder: &str, steps: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for step in steps.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            step => parts.push(step),
        }
    }
    Some(parts.join("/"))
}

impl FileReader<'_> {
    /// The file of a module that this file imports, as it writes it; the submodule of that name in it.
    pub(super) fn imported_file(&self, module: &str, submodule: &str) -> Option<FileIndex> {
        let snapshot = &self.project.snapshot;
        let python = self.language == Language::Python;
        let folder = folder_of(self.path());
        let dots = module.len() - module.trim_start_matches('.').len();
        let (relative, mut wanted) = if python {
            let steps = format!("{}{}", "../".repeat(dots.saturating_sub(1)), module[dots..].replace('.', "/"));
            (dots > 0, if dots > 0 { walked(folder, &steps)? } else { steps })
        } else if dots > 0 {
            let stem = ["js", "ts", "tsx", "jsx", "mjs", "cjs"]
                .iter()
                .find_map(|ending| module.strip_suffix(ending)?.strip_suffix('.'))
                .unwrap_or(module);
            let path = walked(folder, stem)?;
            (true, path.strip_suffix("/index").map(str::to_owned).unwrap_or(path))
        } else {
            // A path that a configuration maps: `@/routes/users`.
            (false, module.split_once('/')?.1.to_owned())
        };
        if python && !submodule.is_empty() {
            wanted = walked(&wanted, submodule)?;
        }
        let mut files = snapshot
            .entities_of(self.file)
            .flat_map(|id| snapshot.relations_from(id))
            .filter(|relation| relation.kind() == RelationKind::Imports)
            .map(|relation| snapshot.entity(relation.to).file)
            .filter(|&file| {
                let known = module_of(snapshot.path(file));
                known == wanted || !relative && known.strip_suffix(&*wanted).is_some_and(|before| before.ends_with('/'))
            });
        let first = files.next()?;
        files.all(|file| file == first).then_some(first)
    }

    /// The only file of a Python module that a string names.
    pub(super) fn module_named(&self, module: &str) -> Option<FileIndex> {
        let snapshot = &self.project.snapshot;
        let wanted = module.replace('.', "/");
        let mut files = (0..snapshot.files().len()).map(FileIndex::from_index).filter(|&file| {
            let path = snapshot.path(file);
            let before = path.strip_suffix(".py").and_then(|_| module_of(path).strip_suffix(&*wanted));
            before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
        });
        files.next().filter(|_| files.next().is_none())
    }

    /// The names that the file's imports bind.
    pub(super) fn bindings(&self) -> &[Binding] {
        self.bindings.get_or_init(|| self.read_bindings())
    }

    fn read_bindings(&self) -> Vec<Binding> {
        let text = &*self.text;
        let mut found = Vec::new();
        for (at, line) in self.lines.iter().map(|&at| (at, text[at..].lines().next().unwrap_or(""))) {
            let line = line.trim();
            if self.language == Language::Python {
                if let Some((module, names)) = line.strip_prefix("from ").and_then(|rest| rest.split_once(" import ")) {
                    let bracket = at + text[at..].find(names).unwrap_or(0);
                    let names = if names.trim_start().starts_with('(') {
                        let end = text::end_of_fields(text, bracket).unwrap_or(bracket + 2);
                        &text[bracket + 1..end - 1]
                    } else {
                        names.split('#').next().unwrap_or(names)
                    };
                    add_names(&mut found, names, module.trim(), " as ");
                } else if let Some((module, local)) =
                    line.strip_prefix("import ").and_then(|rest| rest.split_once(" as "))
                {
                    found.push(Binding::new(first_name(local.trim()), module.trim(), "*"));
                }
                continue;
            }
            if let Some(clause) = line.strip_prefix("import ") {
                let start = at + text[at..].find(clause).unwrap_or(0);
                let Some(from) = text[start..].find(" from ") else { continue };
                let Some(module) = text::first_string(text[start + from..].lines().next().unwrap_or("")) else {
                    continue;
                };
                let clause = &text[start..start + from];
                let (plain, braces) = clause.split_once('{').unwrap_or((clause, ""));
                for name in plain.split(',').map(str::trim) {
                    match name.strip_prefix("* as ") {
                        Some(local) => found.push(Binding::new(local, module, "*")),
                        None => found.push(Binding::new(name, module, "default")),
                    }
                }
                add_names(&mut found, braces.trim_end().trim_end_matches('}'), module, " as ");
            } else if let Some(declared) = ["const ", "let ", "var "].iter().find_map(|word| line.strip_prefix(word)) {
                let start = at + text[at..].find(declared).unwrap_or(0);
                let end = if declared.starts_with('{') {
                    text::end_of_fields(text, start).unwrap_or(start)
                } else {
                    start + first_name(declared).len()
                };
                let Some(value) = text[end..].trim_start().strip_prefix('=') else { continue };
                let value = value.trim_start();
                let Some((module, rest)) = required(value.strip_prefix("await ").unwrap_or(value)) else { continue };
                let (rest, after) = match rest.strip_prefix('.') {
                    Some(rest) => rest.split_at(first_name(rest).len()),
                    None => ("", rest),
                };
                if after.starts_with(['(', '.']) {
                    continue;
                }
                match text[start..end].strip_prefix('{') {
                    Some(names) => add_names(&mut found, names.trim_end_matches('}'), module, ":"),
                    None if rest.is_empty() => found.push(Binding::new(&text[start..end], module, "*")),
                    None => found.push(Binding::new(&text[start..end], module, rest)),
                }
            }
        }
        found
    }
}

/// What a list of names that are imported binds; `separator` stands between a name and the one it is given here.
fn add_names(found: &mut Vec<Binding>, names: &str, module: &str, separator: &str) {
    for part in names.split(',') {
        let (exported, local) = part.split_once(separator).unwrap_or((part, part));
        let [local, exported] = [local, exported].map(|name| name.trim().trim_start_matches("type "));
        found.push(Binding::new(local, module, exported));
    }
}

/// `require("module")` or `import("module")` at the start of an expression: the module, and what follows.
pub(super) fn required(expression: &str) -> Option<(&str, &str)> {
    let call = expression.strip_prefix("require").or_else(|| expression.strip_prefix("import"))?;
    let end = call.starts_with('(').then(|| text::end_of_fields(call, 0))??;
    let argument = &call[1..end - 1];
    text::is_string(argument).then(|| text::first_string(argument))?.map(|module| (module, &call[end..]))
}
