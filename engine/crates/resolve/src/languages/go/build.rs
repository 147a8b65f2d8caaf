//! Build constraints: which files can be compiled together.
//!
//! Where a name has several definitions in files for different platforms, a use means the one that is
//! compiled together with the using file. The platform looked at is linux/amd64 without custom tags if the
//! using file is compiled for it, and otherwise the first one in a fixed order that the file allows.

use parseltongue_syntax::facts::{BinaryOp, DefId, Expr, ExprId, FileFacts, UnaryOp};

const SYSTEMS: &[&str] = &[
    "linux",
    "darwin",
    "windows",
    "freebsd",
    "netbsd",
    "openbsd",
    "dragonfly",
    "solaris",
    "illumos",
    "aix",
    "android",
    "ios",
    "js",
    "wasip1",
    "plan9",
    "hurd",
    "nacl",
    "zos",
];

const UNIX: &[&str] = &[
    "linux",
    "darwin",
    "freebsd",
    "netbsd",
    "openbsd",
    "dragonfly",
    "solaris",
    "illumos",
    "aix",
    "android",
    "ios",
    "hurd",
];

const ARCHITECTURES: &[&str] = &[
    "amd64",
    "arm64",
    "386",
    "arm",
    "wasm",
    "riscv64",
    "loong64",
    "ppc64",
    "ppc64le",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "s390x",
    "riscv",
    "sparc",
    "sparc64",
    "ppc",
    "armbe",
    "arm64be",
    "amd64p32",
    "mips64p32",
    "mips64p32le",
    "s390",
];

/// A platform and the custom tags that are set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Config {
    system: &'static str,
    architecture: &'static str,
    tags: Vec<&'static str>,
}

impl Default for Config {
    fn default() -> Self {
        Self { system: SYSTEMS[0], architecture: ARCHITECTURES[0], tags: Vec::new() }
    }
}

impl Config {
    fn has(&self, tag: &str) -> bool {
        tag == self.system
            || tag == self.architecture
            || (tag == "unix" && UNIX.contains(&self.system))
            || (tag == "linux" && self.system == "android")
            || (tag == "darwin" && self.system == "ios")
            || matches!(tag, "gc" | "cgo")
            || tag.starts_with("go1.")
            || self.tags.contains(&tag)
    }

    /// Whether a file is compiled.
    pub(super) fn allows(&self, path: &str, facts: &FileFacts) -> bool {
        let (system, architecture) = name_constraint(path);
        system.is_none_or(|system| self.has(system))
            && architecture.is_none_or(|architecture| self.has(architecture))
            && constraint(facts).is_none_or(|constraint| self.satisfies(facts, constraint, 0))
    }

    fn satisfies(&self, facts: &FileFacts, constraint: ExprId, depth: u16) -> bool {
        if depth > 500 {
            return true;
        }
        match *facts.expr(constraint) {
            Expr::Name { name, .. } => self.has(name.as_str()),
            Expr::Unary { op: UnaryOp::Not, operand } => !self.satisfies(facts, operand, depth + 1),
            Expr::Binary { op: BinaryOp::And, left, right } => {
                self.satisfies(facts, left, depth + 1) && self.satisfies(facts, right, depth + 1)
            }
            Expr::Binary { left, right, .. } => {
                self.satisfies(facts, left, depth + 1) || self.satisfies(facts, right, depth + 1)
            }
            _ => true,
        }
    }

    /// The platform under which a file is looked at.
    pub(super) fn of_file(path: &str, facts: &FileFacts) -> Self {
        let default = Self::default();
        if default.allows(path, facts) {
            return default;
        }
        let mut custom = Vec::new();
        if let Some(constraint) = constraint(facts) {
            collect_tags(facts, constraint, &mut custom, 0);
        }
        custom.retain(|tag| !SYSTEMS.contains(tag) && !ARCHITECTURES.contains(tag));
        let mut tag_sets = vec![Vec::new()];
        tag_sets.extend(custom.iter().map(|&tag| vec![tag]));
        tag_sets.push(custom);
        for tags in tag_sets {
            for &architecture in ARCHITECTURES {
                for &system in SYSTEMS {
                    let config = Self { system, architecture, tags: tags.clone() };
                    if config.allows(path, facts) {
                        return config;
                    }
                }
            }
        }
        default
    }
}

/// The file's `//go:build` expression.
fn constraint(facts: &FileFacts) -> Option<ExprId> {
    facts.list(facts.def(DefId::FILE).decorators).first().copied()
}

fn collect_tags(facts: &FileFacts, constraint: ExprId, tags: &mut Vec<&'static str>, depth: u16) {
    if depth > 500 {
        return;
    }
    match *facts.expr(constraint) {
        Expr::Name { name, .. } if !tags.contains(&name.as_str()) => tags.push(name.as_str()),
        Expr::Unary { operand, .. } => collect_tags(facts, operand, tags, depth + 1),
        Expr::Binary { left, right, .. } => {
            collect_tags(facts, left, tags, depth + 1);
            collect_tags(facts, right, tags, depth + 1);
        }
        _ => {}
    }
}

/// `x_linux_amd64.go`: what the file's name asks for.
fn name_constraint(path: &str) -> (Option<&str>, Option<&str>) {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.strip_suffix(".go").unwrap_or(file);
    let stem = stem.strip_suffix("_test").unwrap_or(stem);
    let mut parts = stem.rsplit('_');
    let (Some(last), Some(before)) = (parts.next(), parts.next()) else { return (None, None) };
    if ARCHITECTURES.contains(&last) {
        let system = (parts.next().is_some() && SYSTEMS.contains(&before)).then_some(before);
        return (system, Some(last));
    }
    (SYSTEMS.contains(&last).then_some(last), None)
}
