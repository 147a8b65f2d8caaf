//! What running an entity does beside returning a value, as far as its own text shows.

use crate::project::Project;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_store::snapshot::SiteOutcome;
use parseltongue_syntax::Language;
use serde::Serialize;

/// Something that an entity does beside returning a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SideEffect {
    pub kind: EffectKind,
    /// The place that is written, or the name of the call.
    pub what: String,
    /// 1-based, in the entity's file.
    pub line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EffectKind {
    /// Assigns a field, an element or what a pointer leads to.
    Writes,
    Files,
    Output,
    Network,
    Processes,
    Environment,
    Waits,
    /// The target of a call is not known.
    Unknown,
}

impl EffectKind {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Writes => "writes",
            Self::Files => "works with files:",
            Self::Output => "prints:",
            Self::Network => "uses the network:",
            Self::Processes => "starts or ends processes:",
            Self::Environment => "reads or changes the environment:",
            Self::Waits => "waits:",
            Self::Unknown => "calls, with a target that is not known,",
        }
    }
}

/// Calls out of the project by name. Only names that stand for the effect in every standard library that has
/// them.
const CALLS: &[(EffectKind, &[&str])] = &[
    (
        EffectKind::Files,
        &[
            "open",
            "fopen",
            "fread",
            "fwrite",
            "fclose",
            "read_to_string",
            "readFile",
            "readFileSync",
            "writeFile",
            "writeFileSync",
            "appendFileSync",
            "readdirSync",
            "mkdirSync",
            "rmSync",
            "unlinkSync",
            "statSync",
            "existsSync",
            "createReadStream",
            "createWriteStream",
            "create_dir_all",
            "create_dir",
            "remove_file",
            "remove_dir_all",
            "read_dir",
            "unlink",
            "makedirs",
            "ReadFile",
            "WriteFile",
            "OpenFile",
            "MkdirAll",
            "RemoveAll",
            "ReadDir",
            "read_text",
            "write_text",
            "read_bytes",
            "write_bytes",
            "rmtree",
            "copyfile",
        ],
    ),
    (
        EffectKind::Output,
        &[
            "print", "println", "eprintln", "eprint", "printf", "fprintf", "puts", "perror", "Println", "Printf",
            "Fprintf", "Fprintln", "Fprint",
        ],
    ),
    (
        EffectKind::Network,
        &[
            "fetch",
            "urlopen",
            "Dial",
            "ListenAndServe",
            "ListenAndServeTLS",
            "getaddrinfo",
            "accept_connection",
            "createServer",
        ],
    ),
    (
        EffectKind::Processes,
        &[
            "Popen",
            "popen",
            "execSync",
            "execFileSync",
            "spawnSync",
            "fork",
            "execvp",
            "execve",
            "system",
            "abort",
            "exit",
            "Exit",
        ],
    ),
    (
        EffectKind::Environment,
        &[
            "getenv",
            "setenv",
            "putenv",
            "Getenv",
            "Setenv",
            "LookupEnv",
            "var_os",
            "set_var",
            "chdir",
            "set_current_dir",
        ],
    ),
    (EffectKind::Waits, &["sleep", "usleep", "nanosleep", "Sleep"]),
];

/// The effects of an entity's own body, in order of kind and line.
pub(super) fn side_effects(project: &Project, id: EntityId) -> Vec<SideEffect> {
    let snapshot = &project.snapshot;
    let mut found: Vec<SideEffect> = Vec::new();
    for part in crate::impact::with_members(snapshot, id) {
        for site in snapshot.sites_in(part) {
            let name = snapshot.str(site.name);
            let kind = match site.outcome() {
                SiteOutcome::External => CALLS.iter().find(|(_, names)| names.contains(&name)).map(|(kind, _)| *kind),
                SiteOutcome::Unknown | SiteOutcome::Indirect => Some(EffectKind::Unknown),
            };
            found.extend(kind.map(|kind| SideEffect { kind, what: name.to_owned(), line: site.line }));
        }
    }
    let record = snapshot.entity(id);
    if record.kind().is_callable()
        && let Some(language) = snapshot.file(record.file).language()
        && let Some(text) = project.text(snapshot.path(record.file))
        && let Some(body) = text.get(record.body_start as usize..record.span_end as usize)
    {
        let first = text[..record.body_start as usize].matches('\n').count() as u32 + 1;
        found.extend(writes(language, body).into_iter().map(|(line, what)| SideEffect {
            kind: EffectKind::Writes,
            what,
            line: first + line,
        }));
    }
    found.stable_sort();
    found.dedup_by(|a, b| a.kind == b.kind && a.what == b.what);
    found
}

/// Statements that assign to more than a local name: (0-based line of the body, the place).
fn writes(language: Language, body: &str) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let mut inside: Option<&str> = None;
    for (index, line) in body.lines().enumerate() {
        let trimmed = line.trim();
        // Comments and texts over several lines show assignments that nobody runs.
        if let Some(end) = inside {
            if trimmed.contains(end) {
                inside = None;
            }
            continue;
        }
        let opening = if language == Language::Python {
            [("\"\"\"", "\"\"\""), ("'''", "'''")]
        } else {
            [("/*", "*/"), ("\u{0}", "\u{0}")]
        };
        if let Some((open, close)) = opening.iter().find(|(open, _)| trimmed.contains(open)) {
            let rest = trimmed.split_once(open).map_or("", |(_, rest)| rest);
            if !rest.contains(close) {
                inside = Some(close);
            }
            continue;
        }
        if trimmed.starts_with("//") || trimmed.starts_with('#') {
            continue;
        }
        // `{ x.y = 1 }` and `if (a) x.y = 1` are met only where they start a line.
        let statement = trimmed.trim_start_matches(['{', '}', ';', ' ']);
        if let Some(place) = assigned_place(statement) {
            found.push((index as u32, place.to_owned()));
        }
    }
    found
}

/// `a.b`, `a->b`, `a::b[i]`, `*a` before an assignment operator at the start of a statement.
fn assigned_place(statement: &str) -> Option<&str> {
    let stars = statement.len() - statement.trim_start_matches('*').len();
    let bytes = statement.as_bytes();
    let mut at = stars;
    let mut reaches = stars > 0;
    if !bytes.get(at).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$')) {
        return None;
    }
    loop {
        while bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$')) {
            at += 1;
        }
        let rest = &statement[at..];
        if rest.starts_with('[') {
            let mut depth = 0usize;
            let close = rest.bytes().position(|b| {
                match b {
                    b'[' => depth += 1,
                    b']' => depth -= 1,
                    _ => {}
                }
                depth == 0
            })?;
            at += close + 1;
            reaches = true;
            continue;
        }
        let step =
            if rest.starts_with("->") || rest.starts_with("::") { 2 } else { usize::from(rest.starts_with('.')) };
        let named = bytes.get(at + step).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$' | b'#'));
        if step == 0 || !named {
            break;
        }
        at += step + usize::from(bytes.get(at + step) == Some(&b'#'));
        reaches = true;
    }
    let place = &statement[..at];
    let rest = statement[at..].trim_start();
    let operator = rest.trim_start_matches(['+', '-', '*', '/', '%', '|', '&', '^', '<', '>', '?']);
    let is_assignment = operator.starts_with('=')
        && !operator.starts_with("==")
        && !operator.starts_with("=>")
        // `<=` and `>=` compare; `<<=` and `>>=` assign.
        && !matches!(&rest[..rest.len() - operator.len()], "<" | ">");
    (reaches && (is_assignment || rest.starts_with("++") || rest.starts_with("--"))).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_beyond_local_names_are_found() {
        for (statement, place) in [
            ("self.x = 1", Some("self.x")),
            ("this.#count += 1;", Some("this.#count")),
            ("p->next->prev = q;", Some("p->next->prev")),
            ("a[i + b[0]].c |= 2;", Some("a[i + b[0]].c")),
            ("*slot = value;", Some("*slot")),
            ("node.count++;", Some("node.count")),
            ("x = 1", None),
            ("a.b == c", None),
            ("a.b <= c", None),
            ("a.b(c = 1)", None),
            ("let a = b.c;", None),
        ] {
            assert_eq!(assigned_place(statement), place, "{statement}");
        }
    }

    #[test]
    fn comments_and_doc_strings_write_nothing() {
        assert_eq!(
            writes(Language::Python, "\"\"\"Doc.\nself.a = 1\n\"\"\"\nself.b = 2\n# self.c = 3"),
            [(3, "self.b".to_owned())]
        );
        assert_eq!(writes(Language::Rust, "/* a.b = 1\nc.d = 2 */\n// e.f = 3\ng.h = 4;"), [(3, "g.h".to_owned())]);
    }
}
