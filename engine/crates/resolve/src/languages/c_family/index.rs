//! The names of all C and C++ files: namespaces, members of classes, includes.

use crate::scopes::ScopeTable;
use crate::{DefRef, FileId, Project};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use parseltongue_syntax::language::{Family, Language, as_copied};
use rustc_hash::{FxHashMap, FxHashSet};

/// A namespace; the global one is 0. Unnamed namespaces count as what is around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NsId(pub(super) u32);

pub(super) const GLOBAL: NsId = NsId(0);

pub(super) struct Namespace {
    pub(super) parent: NsId,
    pub(super) inline: bool,
}

/// A `using` at namespace level.
#[derive(Clone, Copy)]
pub(super) struct Using {
    pub(super) file: FileId,
    pub(super) import: ImportId,
}

/// An include of a file of the project.
pub(super) struct Include {
    pub(super) file: FileId,
    pub(super) line: u32,
    /// Stands in a branch that may or may not be active.
    pub(super) unsure: bool,
}

pub(super) struct FileIndex {
    pub(super) scopes: ScopeTable,
    /// Files of the project that this one includes, in source order.
    pub(super) includes: Vec<Include>,
    /// `#include "…"` that leads to no file of the project.
    pub(super) missing: Vec<Name>,
    /// Whether it includes headers of libraries other than the system's.
    pub(super) uses_libraries: bool,
    /// Whether this is a piece of other files, which see to its declarations: `x.inl`, an included `x.c`.
    piece: bool,
}

pub(super) struct Index {
    pub(super) namespaces: Vec<Namespace>,
    children: FxHashMap<(NsId, Name), NsId>,
    of_module: FxHashMap<DefRef, NsId>,
    /// What namespaces hold under a name.
    pub(super) entries: FxHashMap<(NsId, Name), Vec<DefRef>>,
    pub(super) using_namespaces: FxHashMap<NsId, Vec<Using>>,
    pub(super) using_names: FxHashMap<(NsId, Name), Vec<Using>>,
    /// What classes hold under a name, also what is defined outside of them.
    pub(super) members: FxHashMap<(DefRef, Name), Vec<DefRef>>,
    /// Classes that specialise a template, by its name; each has the template with its own arguments as type.
    pub(super) specialisations: FxHashMap<Name, Vec<DefRef>>,
    pub(super) macros: FxHashMap<Name, Vec<DefRef>>,
    pub(super) files: FxHashMap<FileId, FileIndex>,
    /// The files that include a file.
    pub(super) includers: FxHashMap<FileId, Vec<FileId>>,
    /// Files that include headers of other platforms than Linux.
    pub(super) foreign: FxHashSet<FileId>,
    /// The files in which comments alone define a macro.
    pub(super) left_out: FxHashMap<Name, Vec<FileId>>,
    /// How many macros' names begin with a word: `SSL` in `SSL_OP_ALL`.
    families: FxHashMap<&'static str, u32>,
    /// Where macros are undefined, by file and line.
    pub(super) undefined: FxHashMap<Name, Vec<(FileId, u32)>>,
}

impl Index {
    pub(super) fn new(project: &Project<'_>) -> Self {
        let all = project.files_of(Family::CFamily);
        // What a build copies to a header that is there says nothing more.
        let headers: FxHashSet<&str> = all.iter().map(|&id| file_name(project.file(id).path)).collect();
        let counts = |id: &FileId| {
            let name = file_name(project.file(*id).path);
            as_copied(name) == name || !headers.contains(as_copied(name))
        };
        let ids: Vec<FileId> = all.iter().copied().filter(counts).collect();
        let by_name = names_of_files(project, &ids);
        let mut macros: FxHashMap<Name, Vec<DefRef>> = FxHashMap::default();
        let mut left_out: FxHashMap<Name, Vec<FileId>> = FxHashMap::default();
        let mut undefined: FxHashMap<Name, Vec<(FileId, u32)>> = FxHashMap::default();
        for &file in &ids {
            let facts = project.facts(file);
            for (id, def) in facts.defs().filter(|(_, def)| def.kind == DefKind::Macro) {
                macros.entry(def.name).or_default().push(DefRef { file, def: id });
            }
            for &name in &facts.left_out {
                left_out.entry(name).or_default().push(file);
            }
            for this in &facts.undefined {
                undefined.entry(this.name).or_default().push((file, this.line));
            }
        }
        let mut families: FxHashMap<&str, u32> = FxHashMap::default();
        for (beginning, _) in macros.keys().filter_map(|name| name.as_str().split_once('_')) {
            *families.entry(beginning).or_default() += 1;
        }
        let read = parseltongue_parallel::map(&all, |&id| {
            let facts = project.facts(id);
            let (includes, missing, uses_libraries) = includes_of(project, id, facts, &by_name, &macros);
            let piece = is_piece(project.file(id).path);
            FileIndex { scopes: ScopeTable::new(facts), includes, missing, uses_libraries, piece }
        });
        let mut files: FxHashMap<FileId, FileIndex> = all.iter().copied().zip(read).collect();
        let mut includers: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
        for &id in &ids {
            for included in &files[&id].includes {
                includers.entry(included.file).or_default().push(id);
            }
        }
        for &header in &all {
            if let (Some([whole]), Some(file)) = (includers.get(&header).map(Vec::as_slice), files.get_mut(&header)) {
                file.piece |= is_private(project, header, *whole);
            }
        }
        let foreign = foreign_files(project, &ids, &files);
        let mut index = Self {
            namespaces: vec![Namespace { parent: GLOBAL, inline: false }],
            children: FxHashMap::default(),
            of_module: FxHashMap::default(),
            entries: FxHashMap::default(),
            using_namespaces: FxHashMap::default(),
            using_names: FxHashMap::default(),
            members: FxHashMap::default(),
            specialisations: FxHashMap::default(),
            macros,
            files,
            includers,
            foreign,
            left_out,
            families,
            undefined,
        };
        for &file in &ids {
            index.add_file(project, file);
        }
        index
    }

    fn add_file(&mut self, project: &Project<'_>, file: FileId) {
        let facts = project.facts(file);
        for (id, def) in facts.defs().skip(1) {
            let this = DefRef { file, def: id };
            if def.kind == DefKind::Macro {
                continue;
            }
            let parent = facts.def(def.parent);
            if def.kind == DefKind::Module {
                let around = self.namespace_of(DefRef { file, def: def.parent });
                let ns = if let Some(value) = def.value {
                    self.macro_namespace(project, file, around, value)
                } else if def.name.is_empty() {
                    around
                } else {
                    self.child_or_new(around, def.name, def.flags.contains(DefFlags::EXPORTED))
                };
                self.of_module.insert(this, ns);
                continue;
            }
            if def.kind.is_type() && def.kind != DefKind::TypeAlias && def.ty.is_some() {
                self.specialisations.entry(def.name).or_default().push(this);
            }
            let outside = facts.list(def.supers).iter().any(|sup| sup.relation == Relation::MemberOf);
            match parent.kind {
                DefKind::File | DefKind::Module if !outside => {
                    let ns = self.namespace_of(DefRef { file, def: def.parent });
                    self.add_entry(ns, def.name, this);
                }
                _ if parent.kind.is_type() => {
                    let class = DefRef { file, def: def.parent };
                    self.members.entry((class, def.name)).or_default().push(this);
                    // A friend with a body is a function of the namespace.
                    if def.kind == DefKind::Function {
                        let ns = self.namespace_around(project, class);
                        self.add_entry(ns, def.name, this);
                    }
                    // Members of an unnamed struct or union are members of what is around it.
                    let mut around = parent;
                    let mut depth = 0;
                    let mut variant = def.kind == DefKind::Variant && def.flags.contains(DefFlags::EXPORTED);
                    while (around.name.is_empty() || variant) && depth < 8 {
                        variant = false;
                        let outer = facts.def(around.parent);
                        if outer.kind.is_type() {
                            let class = DefRef { file, def: around.parent };
                            self.members.entry((class, def.name)).or_default().push(this);
                        } else if matches!(outer.kind, DefKind::File | DefKind::Module) && def.kind == DefKind::Variant
                        {
                            let ns = self.namespace_of(DefRef { file, def: around.parent });
                            self.add_entry(ns, def.name, this);
                        }
                        around = outer;
                        depth += 1;
                    }
                }
                _ => {}
            }
        }
        for (at, import) in facts.imports.iter().enumerate() {
            if import.kind != ImportKind::Using {
                continue;
            }
            let scope = facts.scope(import.scope);
            if !matches!(scope.kind, ScopeKind::File | ScopeKind::Module) {
                continue;
            }
            let ns = self.namespace_of(DefRef { file, def: scope.owner });
            let using = Using { file, import: ImportId::from_index(at) };
            match import.local {
                Some(local) => self.using_names.entry((ns, local)).or_default().push(using),
                None => self.using_namespaces.entry(ns).or_default().push(using),
            }
        }
    }

    /// The namespace that a macro opens inside another.
    fn macro_namespace(&mut self, project: &Project<'_>, file: FileId, around: NsId, value: ExprId) -> NsId {
        let Expr::Name { name, .. } = *project.facts(file).expr(value) else { return around };
        let seen = self.closure(file);
        let Some((facts, value)) = self.macro_value(project, &seen, name) else { return around };
        let Expr::Path { segments, .. } = *facts.expr(value) else { return around };
        let mut ns = around;
        for segment in facts.list(segments) {
            // `namespace LIBRARY_NAMESPACE {` with a macro for the name.
            let name = match self.macro_value(project, &seen, segment.name) {
                Some((facts, value)) => match *facts.expr(value) {
                    Expr::Name { name, .. } => name,
                    _ => segment.name,
                },
                None => segment.name,
            };
            ns = self.child_or_new(ns, name, false);
        }
        ns
    }

    /// The value of an object-like macro: of several definitions in the files seen the likeliest.
    fn macro_value<'p>(
        &self,
        project: &Project<'p>,
        seen: &FxHashSet<FileId>,
        name: Name,
    ) -> Option<(&'p FileFacts, ExprId)> {
        let seen = self.macros.get(&name)?.iter().copied().filter(|this| seen.contains(&this.file));
        let best = seen.max_by_key(|&this| {
            let flags = project.def(this).flags;
            let likely = !flags.contains(DefFlags::INACTIVE) && !flags.contains(DefFlags::OVERLOAD);
            (likely, std::cmp::Reverse(this))
        })?;
        Some((project.facts(best.file), project.def(best).value?))
    }

    fn add_entry(&mut self, ns: NsId, name: Name, def: DefRef) {
        if name.is_empty() {
            return;
        }
        self.entries.entry((ns, name)).or_default().push(def);
        let mut at = ns;
        while self.namespaces[at.0 as usize].inline {
            at = self.namespaces[at.0 as usize].parent;
            self.entries.entry((at, name)).or_default().push(def);
        }
    }

    fn child_or_new(&mut self, around: NsId, name: Name, inline: bool) -> NsId {
        if let Some(&known) = self.children.get(&(around, name)) {
            return known;
        }
        let id = NsId(self.namespaces.len() as u32);
        self.namespaces.push(Namespace { parent: around, inline });
        self.children.insert((around, name), id);
        let mut at = around;
        // A namespace in an inline one is found from outside, too.
        while self.namespaces[at.0 as usize].inline {
            at = self.namespaces[at.0 as usize].parent;
            self.children.entry((at, name)).or_insert(id);
        }
        id
    }

    pub(super) fn child(&self, ns: NsId, name: Name) -> Option<NsId> {
        self.children.get(&(ns, name)).copied()
    }

    /// The namespace that a file or namespace definition stands for.
    pub(super) fn namespace_of(&self, def: DefRef) -> NsId {
        self.of_module.get(&def).copied().unwrap_or(GLOBAL)
    }

    /// The innermost namespace around a definition.
    pub(super) fn namespace_around(&self, project: &Project<'_>, def: DefRef) -> NsId {
        let facts = project.facts(def.file);
        let mut at = facts.def(def.def).parent;
        loop {
            let this = facts.def(at);
            if matches!(this.kind, DefKind::Module | DefKind::File) {
                return self.namespace_of(DefRef { file: def.file, def: at });
            }
            at = this.parent;
        }
    }

    /// The files that a file sees: itself and all it includes, however deep. A piece of other files sees what
    /// they see.
    pub(super) fn closure(&self, file: FileId) -> FxHashSet<FileId> {
        let mut starts = vec![file];
        let mut at = 0;
        while let Some(piece) = starts.get(at) {
            let includers = self.includers.get(piece).filter(|_| self.files.get(piece).is_some_and(|file| file.piece));
            for &whole in includers.into_iter().flatten().take(MOST_INCLUDERS) {
                if !starts.contains(&whole) {
                    starts.push(whole);
                }
            }
            at += 1;
        }
        self.reached(starts)
    }

    /// Whether a macro is named as many of the project are: no library defines it.
    pub(super) fn is_of_family(&self, name: Name) -> bool {
        const MANY: u32 = 8;
        let beginning = name.as_str().split_once('_').map_or("", |(beginning, _)| beginning);
        self.families.get(beginning).is_some_and(|&count| count >= MANY)
    }

    fn reached(&self, mut stack: Vec<FileId>) -> FxHashSet<FileId> {
        let mut seen: FxHashSet<FileId> = stack.iter().copied().collect();
        while let Some(at) = stack.pop() {
            for next in self.files.get(&at).map_or(&[][..], |index| &index.includes) {
                if seen.insert(next.file) {
                    stack.push(next.file);
                }
            }
        }
        seen
    }
}

/// A piece that more files include is looked at through the first of them.
const MOST_INCLUDERS: usize = 16;

/// Whether a file, when it is included, is text inside another rather than a header.
fn is_piece(path: &str) -> bool {
    let (stem, ending) = file_name(path).rsplit_once('.').unwrap_or((path, ""));
    match ending {
        "c" | "cc" | "cpp" | "cxx" | "c++" | "inl" | "ipp" | "tpp" | "tcc" | "txx" | "inc" => true,
        _ => ["-inl", "_inl", "-impl", "_impl", "-tmpl", "_template"].iter().any(|end| stem.ends_with(end)),
    }
}

/// Whether a header that one file alone includes is a part of that source of C: it defines functions.
fn is_private(project: &Project<'_>, header: FileId, whole: FileId) -> bool {
    let facts = project.facts(header);
    let is_source = project.file(whole).path.ends_with(".c");
    is_source
        && facts.language == Language::C
        && facts.defs.iter().any(|def| def.kind == DefKind::Function && !def.flags.contains(DefFlags::DECLARATION))
}

/// Files that cannot be compiled on Linux: they include a header of another system, themselves or through others.
fn foreign_files(project: &Project<'_>, ids: &[FileId], files: &FxHashMap<FileId, FileIndex>) -> FxHashSet<FileId> {
    let mut includers: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
    let mut foreign = FxHashSet::default();
    let mut stack = Vec::new();
    for &id in ids {
        let facts = project.facts(id);
        for import in facts.imports.iter().filter(|import| import.kind == ImportKind::SystemInclude) {
            let path = facts.list(import.module).first();
            if import.level == 0 && path.is_some_and(|path| is_foreign_header(path.as_str())) && foreign.insert(id) {
                stack.push(id);
            }
        }
        for included in files[&id].includes.iter().filter(|included| !included.unsure) {
            includers.entry(included.file).or_default().push(id);
        }
    }
    while let Some(id) = stack.pop() {
        for &includer in includers.get(&id).into_iter().flatten() {
            if foreign.insert(includer) {
                stack.push(includer);
            }
        }
    }
    foreign
}

fn is_foreign_header(path: &str) -> bool {
    const FOLDERS: &[&str] =
        &["mach/", "mach-o/", "CoreFoundation/", "CoreServices/", "Security/", "libkern/", "zircon/"];
    const HEADERS: &[&str] = &[
        "windows.h",
        "winsock.h",
        "winsock2.h",
        "ws2tcpip.h",
        "mswsock.h",
        "winternl.h",
        "winioctl.h",
        "windef.h",
        "winnt.h",
        "wincrypt.h",
        "bcrypt.h",
        "iphlpapi.h",
        "psapi.h",
        "shlobj.h",
        "io.h",
        "direct.h",
        "conio.h",
        "tchar.h",
        "process.h",
        "intrin.h",
        "crtdbg.h",
        "os2.h",
        "sys/event.h",
        "sys/devpoll.h",
        "sys/pollset.h",
        "sys/port.h",
        "port.h",
        "kvm.h",
        "kstat.h",
        "procfs.h",
        "TargetConditionals.h",
        "Availability.h",
    ];
    HEADERS.iter().any(|header| header.eq_ignore_ascii_case(path))
        || FOLDERS.iter().any(|folder| path.starts_with(folder))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn names_of_files<'p>(project: &Project<'p>, ids: &[FileId]) -> FxHashMap<&'p str, Vec<FileId>> {
    let mut names: FxHashMap<&str, Vec<FileId>> = FxHashMap::default();
    for &id in ids {
        names.entry(as_copied(file_name(project.file(id).path))).or_default().push(id);
    }
    names
}

/// Includes are searched from the file's folder, then among the paths of the project that end so: those that are found,
/// the quoted ones that are not, and whether others are of libraries.
fn includes_of(
    project: &Project<'_>,
    file: FileId,
    facts: &FileFacts,
    by_name: &FxHashMap<&str, Vec<FileId>>,
    macros: &FxHashMap<Name, Vec<DefRef>>,
) -> (Vec<Include>, Vec<Name>, bool) {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    let mut uses_libraries = false;
    let own = project.file(file).path;
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    for import in &facts.imports {
        let system = match import.kind {
            ImportKind::Include => false,
            ImportKind::SystemInclude => true,
            _ => continue,
        };
        let Some(&path) = facts.list(import.module).first() else { continue };
        let include = |file| Include { file, line: import.pos.line, unsure: import.level > 0 };
        let mut text = path.as_str();
        if let ImportMember::Named(name) = import.member {
            let values = macros.get(&name).into_iter().flatten();
            let written = values.filter_map(|&this| match *project.facts(this.file).expr(project.def(this).value?) {
                Expr::Name { name, .. } => name.as_str().strip_prefix(['<', '"'])?.strip_suffix(['>', '"']),
                _ => None,
            });
            let Some(written) = written.min() else { continue };
            text = written;
        }
        if !system
            && let Some(near) = join(folder, text).and_then(|path| project.file_at(&path))
            && project.file(near).facts.is_some()
        {
            found.push(include(near));
            continue;
        }
        let plain = text.trim_start_matches("./").trim_start_matches("../");
        let plain = plain.rsplit("../").next().unwrap_or(plain);
        let best = by_name
            .get(file_name(text))
            .into_iter()
            .flatten()
            .copied()
            .filter(|&candidate| {
                let path = as_copied(project.file(candidate).path);
                path == plain || path.ends_with(plain) && path.as_bytes()[path.len() - plain.len() - 1] == b'/'
            })
            .filter(|&candidate| is_for_another(own) || !is_for_another(project.file(candidate).path))
            // A system header without a folder is the system's, unless the project has it in an include folder.
            .filter(|_| !system || plain.contains('/') || !SYSTEM_HEADERS.contains(&plain))
            .max_by_key(|&candidate| {
                let path = project.file(candidate).path;
                (shared(own, path), std::cmp::Reverse(path.len()), std::cmp::Reverse(candidate))
            });
        match best {
            Some(best) => found.push(include(best)),
            None if !system && import.member == ImportMember::Glob => missing.push(path),
            None => uses_libraries |= !is_system_header(text),
        }
    }
    (found, missing, uses_libraries)
}

/// Whether a header is one of the C or C++ library, or of the system.
fn is_system_header(path: &str) -> bool {
    const HEADERS: &[&str] = &[
        "alloca.h",
        "dirent.h",
        "dlfcn.h",
        "endian.h",
        "byteswap.h",
        "err.h",
        "fnmatch.h",
        "getopt.h",
        "glob.h",
        "grp.h",
        "iconv.h",
        "ifaddrs.h",
        "iso646.h",
        "langinfo.h",
        "libgen.h",
        "netdb.h",
        "nl_types.h",
        "paths.h",
        "poll.h",
        "pwd.h",
        "regex.h",
        "sched.h",
        "search.h",
        "semaphore.h",
        "spawn.h",
        "stdalign.h",
        "stdatomic.h",
        "stdnoreturn.h",
        "syslog.h",
        "termios.h",
        "tgmath.h",
        "threads.h",
        "uchar.h",
        "ucontext.h",
        "utime.h",
        "values.h",
        "wctype.h",
        "fenv.h",
        "cpuid.h",
        "features.h",
        "execinfo.h",
    ];
    const FOLDERS: &[&str] = &["sys/", "net/", "netinet/", "arpa/", "linux/", "bits/", "asm/"];
    !path.contains('.')
        || SYSTEM_HEADERS.contains(&path)
        || HEADERS.contains(&path)
        || path.ends_with("intrin.h")
        || is_foreign_header(path)
        || FOLDERS.iter().any(|folder| path.starts_with(folder))
}

/// Whether a path names a system or a processor other than the canonical one: `src/win/pipe.c`, `crc_neon.h`.
pub(super) fn is_for_another(path: &str) -> bool {
    const PROCESSORS: &[&str] = &[
        "arm",
        "armv5e",
        "arm64",
        "armv7",
        "armv8",
        "aarch64",
        "neon",
        "sve",
        "mips",
        "mipsr1",
        "msa",
        "dspr2",
        "ppc",
        "powerpc",
        "altivec",
        "vsx",
        "riscv",
        "rvv",
        "loongarch",
        "lsx",
        "lasx",
        "sparc",
        "s390",
        "s390x",
        "ia64",
        "i386",
        "xtensa",
    ];
    names_other_system(path) || path.split(['/', '-', '_', '.']).any(|part| PROCESSORS.contains(&part))
}

/// Whether a path or name says that it is for a system other than Linux, as in `src/win/pipe.c` and
/// `random-darwin.c`.
pub(super) fn names_other_system(path: &str) -> bool {
    const SYSTEMS: &[&str] = &[
        "win",
        "win32",
        "win64",
        "windows",
        "wince",
        "msvc",
        "mingw",
        "mingw32",
        "mingw64",
        "cygwin",
        "darwin",
        "macos",
        "macosx",
        "osx",
        "mac",
        "ios",
        "apple",
        "bsd",
        "freebsd",
        "netbsd",
        "openbsd",
        "dragonfly",
        "kqueue",
        "aix",
        "sunos",
        "solaris",
        "hpux",
        "irix",
        "vms",
        "vxworks",
        "os2",
        "os390",
        "os400",
        "zos",
        "ibmi",
        "qnx",
        "haiku",
        "beos",
        "hurd",
        "android",
        "fuchsia",
        "emscripten",
        "wasm",
        "wasi",
        "msdos",
        "dos",
        "amiga",
        "riscos",
        "unsupported",
    ];
    // `Mac.h` may be about message authentication codes.
    let is_one = |part: &str, system: &&str| part == *system || part.len() > 3 && part.eq_ignore_ascii_case(system);
    path.split(['/', '-', '_', '.']).any(|part| SYSTEMS.iter().any(|system| is_one(part, system)))
}

/// Headers that belong to the system whatever the project has under that name.
const SYSTEM_HEADERS: &[&str] = &[
    "assert.h",
    "ctype.h",
    "errno.h",
    "fcntl.h",
    "float.h",
    "inttypes.h",
    "limits.h",
    "locale.h",
    "math.h",
    "pthread.h",
    "setjmp.h",
    "signal.h",
    "stdarg.h",
    "stdbool.h",
    "stddef.h",
    "stdint.h",
    "stdio.h",
    "stdlib.h",
    "string.h",
    "strings.h",
    "time.h",
    "unistd.h",
    "wchar.h",
    "memory.h",
    "malloc.h",
    "complex.h",
];

/// How many leading folders two paths share.
pub(super) fn shared(a: &str, b: &str) -> usize {
    let (mut a, mut b) = (a.split('/'), b.split('/'));
    let mut count = 0;
    while let (Some(left), Some(right)) = (a.next(), b.next()) {
        if left != right {
            break;
        }
        count += 1;
    }
    count
}

fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether functions of the language can be overloaded.
pub(super) fn has_overloads(facts: &FileFacts) -> bool {
    facts.language == Language::Cpp
}
