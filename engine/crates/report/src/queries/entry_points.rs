//! Where control enters the project from outside: routes, commands, main functions, what packages offer.
//!
//! Frameworks are tables (`frameworks.rs`) over what the map knows: call sites by name, definitions with
//! the decorators before them, paths of files. Arguments are read from the source at those places. A route
//! whose path is computed shows the expression as it is written.

mod constants;
mod frameworks;
mod go;
mod go_chains;
mod imports;
mod mounts;
mod text;

use super::Answer;
use crate::completeness::Completeness;
use crate::document::{Document, Part, count, faint, name, plain};
use crate::model::Entity;
use crate::project::Project;
use crate::words::column_byte;
use crate::workflows::onboard::program_entry_points;
use frameworks::{CallRule, FRAMEWORKS, For, Framework, JAVA_PATHS, METHODS, Method, PathAt};
use imports::Binding;
use mounts::{Mounts, UNREAD};
use parseltongue_sort::StableSort;
use parseltongue_store::snapshot::CallKind;
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::facts::{DefFlags, DefKind};
use parseltongue_syntax::{Language, Manifest};
use serde::Serialize;
use std::cell::{LazyCell, OnceCell};
use std::ops::Range;
use std::rc::Rc;

/// Entry points by kind, file and place.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntryPoints {
    pub entry_points: Vec<EntryPoint>,
    pub completeness: Completeness,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntryPoint {
    /// The framework's name, `main` or `package`.
    pub framework: &'static str,
    /// Request method (`ANY` if all), `COMMAND`, or empty.
    pub method: String,
    /// Route, command or what the package offers, as written. A path starts with `…` where what goes before it
    /// could not be read.
    pub path: String,
    /// What runs, if it has a name that is known.
    pub handler: Option<Entity>,
    pub file: String,
    /// Where it is registered; 0 for a whole file.
    pub line: u32,
}

pub fn entry_points(project: &Project) -> EntryPoints {
    let mut found = routes(project);
    for entry in program_entry_points(project) {
        let line = entry.entity.as_ref().map_or(0, |entity| entity.line);
        let framework = if entry.entity.is_some() { "main" } else { "package" };
        found.push(EntryPoint {
            framework,
            method: String::new(),
            path: entry.what,
            handler: entry.entity,
            file: entry.file,
            line,
        });
    }
    EntryPoints { entry_points: found, completeness: Completeness::new(project, &[], false) }
}

/// Routes and commands that frameworks run.
pub(crate) fn routes(project: &Project) -> Vec<EntryPoint> {
    let npm_dependencies: Vec<String> = (0..project.snapshot.files().len())
        .filter_map(|index| match project.snapshot.manifest(FileIndex::from_index(index)) {
            Some(Manifest::Npm(npm)) => Some(npm.dependencies),
            _ => None,
        })
        .flatten()
        .map(|name| name.as_str().to_owned())
        .collect();
    let mounts = AllMounts::new(Box::new(|| Mounts::of(project)));
    let mut found = Vec::new();
    for index in 0..project.snapshot.files().len() {
        let file = FileIndex::from_index(index);
        if project.snapshot.file(file).is_test() {
            continue;
        }
        if let Some(reader) = FileReader::new(project, file) {
            reader.read(&npm_dependencies, &mounts, &mut found);
        }
    }
    found.stable_sort_by(|a, b| {
        (a.framework, &a.file, a.line, &a.method).cmp(&(b.framework, &b.file, b.line, &b.method))
    });
    found
}

/// Where routers are mounted: looked for once, when the first route asks for it.
type AllMounts<'p> = LazyCell<Mounts, Box<dyn FnOnce() -> Mounts + 'p>>;

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// One file, while it is looked through.
struct FileReader<'p> {
    project: &'p Project,
    file: FileIndex,
    language: Language,
    text: Rc<str>,
    lines: Vec<usize>,
    /// See [`FileReader::bindings`].
    bindings: OnceCell<Vec<Binding>>,
}

impl<'p> FileReader<'p> {
    /// `None` if the file is in no known language or is passed over.
    fn new(project: &'p Project, file: FileIndex) -> Option<Self> {
        let record = project.snapshot.file(file);
        let (Some(language), None) = (record.language(), record.skipped()) else { return None };
        let text = project.text(project.snapshot.path(file))?;
        Some(FileReader { project, file, language, lines: line_starts(&text), text, bindings: OnceCell::new() })
    }

    fn read(&self, npm_dependencies: &[String], mounts: &AllMounts, found: &mut Vec<EntryPoint>) {
        let mut used: Vec<&Framework> = FRAMEWORKS
            .iter()
            .filter(|framework| framework.language.takes(self.language) && self.names(framework))
            .collect();
        if used.is_empty() {
            let by_package = |framework: &&Framework| {
                framework.unnamed
                    && framework.language.takes(self.language)
                    && npm_dependencies.iter().any(|dependency| framework.marks.contains(&dependency.as_str()))
            };
            used.extend(FRAMEWORKS.iter().find(by_package));
        }
        let mut taken = Vec::new();
        for &framework in &used {
            for rule in framework.calls {
                self.calls(framework, rule, &used, mounts, &mut taken, found);
            }
            self.decorated(framework, mounts, found);
        }
        if let Some(framework) = used.iter().find(|framework| framework.language == For::EcmaScript) {
            self.route_chains(framework.name, mounts, found);
        }
        match self.language {
            Language::Rust if self.text.contains("clap") => self.clap(found),
            Language::Go if self.text.contains("spf13/cobra") => self.cobra(found),
            Language::JavaScript | Language::TypeScript | Language::Tsx => {
                if npm_dependencies.iter().any(|dependency| dependency == "next") {
                    self.next(found);
                }
            }
            _ => {}
        }
    }

    /// Whether the file names the framework.
    fn names(&self, framework: &Framework) -> bool {
        framework.marks.iter().any(|mark| match framework.language {
            For::EcmaScript => self.text.match_indices(mark).any(|(at, _)| {
                self.text[..at].ends_with(['"', '\'']) && self.text[at + mark.len()..].starts_with(['"', '\'', '/'])
            }),
            For::Python => self.text.contains(&format!("from {mark}")) || self.text.contains(&format!("import {mark}")),
            _ => self.text.contains(mark),
        })
    }

    fn path(&self) -> &str {
        self.project.snapshot.path(self.file)
    }

    /// The byte of a 1-based line and column.
    fn byte(&self, line: u32, column: u32) -> usize {
        let start = self.lines.get(line as usize - 1).copied().unwrap_or(self.text.len());
        column_byte(&self.text, start, column)
    }

    fn add(
        &self,
        found: &mut Vec<EntryPoint>,
        framework: &'static str,
        route: (String, String),
        at: u32,
        handler: Option<EntityId>,
    ) {
        found.push(EntryPoint {
            framework,
            method: route.0,
            path: route.1,
            handler: handler.map(|id| Entity::new(self.project, id)),
            file: self.path().to_owned(),
            line: at,
        });
    }

    /// Call sites without a target in the project, of a name, in this file: owner, line, byte of the name.
    fn sites(&self, name: &str) -> Vec<(EntityId, u32, usize)> {
        let snapshot = &self.project.snapshot;
        let Some(name) = snapshot.find_str(name) else { return Vec::new() };
        let here = snapshot.sites_named(name).iter().filter(|site| snapshot.entity(site.owner).file == self.file);
        here.map(|site| (site.owner, site.line, self.byte(site.line, site.column))).collect()
    }

    fn calls(
        &self,
        framework: &Framework,
        rule: &CallRule,
        used: &[&Framework],
        mounts: &AllMounts,
        taken: &mut Vec<usize>,
        found: &mut Vec<EntryPoint>,
    ) {
        for (owner, line, at) in self.sites(rule.name) {
            if taken.contains(&at) {
                continue;
            }
            let Some(arguments) = text::arguments(&self.text, at) else { continue };
            let router = if self.language == Language::Go { self.router(owner, at) } else { None };
            // Of the frameworks that the file uses, the one whose package the receiver is of.
            let of_package = router
                .as_ref()
                .and_then(|router| router.package.as_deref())
                .and_then(|package| used.iter().find(|framework| self.package_name(framework) == Some(package)));
            if of_package.is_some_and(|known| known.name != framework.name) {
                continue;
            }
            let router = router.unwrap_or_default();
            let (pattern, handler) = match rule.path {
                PathAt::Argument(index) => {
                    let (Some(path), true) = (arguments.get(index), arguments.len() > index + 1) else { continue };
                    let handler = if rule.next { &arguments[index + 1] } else { &arguments[arguments.len() - 1] };
                    let written = self.text[path.clone()].trim();
                    let value = self.string_value(written);
                    let known = value.is_some();
                    let pattern = value.unwrap_or_else(|| written.to_owned());
                    let start = pattern.trim_start_matches(['"', '\'', '`']);
                    // In Go the receiver tells more than the path; without it, the call may be anything.
                    let slash = if self.language == Language::Go { of_package.is_none() } else { rule.slash };
                    let is_path =
                        start.starts_with(['/', '*']) || known && (pattern.is_empty() || pattern.contains(" /"));
                    let computed = || start.starts_with("${") && self.is_on_router(owner, at);
                    if slash && !is_path && !computed() {
                        continue;
                    }
                    (pattern, handler.clone())
                }
                PathAt::Chain => {
                    let ([handler], true) = (&arguments[..], router.has_path) else { continue };
                    (String::new(), handler.clone())
                }
            };
            taken.push(at);
            let (method, pattern) = match pattern.split_once(' ') {
                // Go 1.22: "GET /path".
                Some((method, rest)) if METHODS.contains(&method) => (Some(method.to_owned()), rest),
                _ => (router.methods, &*pattern),
            };
            let patterns = match self.language {
                Language::Go => vec![go::joined(&router.prefix, pattern)],
                _ if framework.language == For::EcmaScript => self.full_paths(mounts, owner, at, pattern),
                // Django's tables.
                Language::Python => self.paths_on(mounts, owner, at, Some(mounts::URL_TABLE), pattern),
                _ => vec![pattern.to_owned()],
            };
            let handled = match rule.method {
                Method::Handler => handlers_in(&self.text, handler),
                Method::Is(other) => vec![(method.unwrap_or(other.to_owned()), handler)],
                Method::Named | Method::Command => {
                    vec![(go::method_named(self.text[arguments[0].clone()].trim()), handler)]
                }
            };
            for (method, range) in handled {
                let handler = self.handler(owner, range);
                for pattern in &patterns {
                    self.add(found, framework.name, (method.clone(), pattern.clone()), line, handler);
                }
            }
        }
    }

    /// The function that an argument names: what resolution says of names in it, else the only definition
    /// of the last name.
    fn handler(&self, owner: EntityId, range: Range<usize>) -> Option<EntityId> {
        let snapshot = &self.project.snapshot;
        // What a function that is written here names in its body is not the handler.
        let inline = ["func(", "function", "=>"].iter().filter_map(|word| self.text[range.clone()].find(word)).min();
        let before_inline = range.start..inline.map_or(range.end, |offset| range.start + offset);
        let within = |line, column| before_inline.contains(&self.byte(line, column));
        let named = snapshot.calls_from(owner).iter().filter(|call| within(call.line, call.column));
        let known: Vec<EntityId> = named
            .filter(|call| {
                call.kind() == CallKind::Reference
                    && (snapshot.entity(call.callee).kind().is_callable()
                        || snapshot.entity(call.callee).kind().is_type())
            })
            .map(|call| call.callee)
            .collect();
        // `wrap(handler, middleware)`: what has a handler's parameters, else the last.
        let handler = known.iter().rfind(|&&id| {
            self.language == Language::Go && self.declaration(id).is_some_and(|text| go::is_handler(&text))
        });
        if let Some(&id) = handler.or(known.last()) {
            return Some(id);
        }
        let written = self.text[range].trim();
        let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | ':' | '$');
        if written.is_empty() || !written.chars().all(plain) {
            return None;
        }
        let last = written.rsplit(['.', ':']).next()?;
        let candidates: Vec<EntityId> = snapshot
            .named(snapshot.find_str(last)?)
            .iter()
            .copied()
            .filter(|&id| snapshot.entity(id).kind().is_callable() || snapshot.entity(id).kind().is_type())
            .collect();
        let here = candidates.iter().find(|&&id| snapshot.entity(id).file == self.file && !written.contains('.'));
        here.copied().or_else(|| if let [only] = candidates[..] { Some(only) } else { None })
    }

    /// The source of a definition, from its name on.
    fn declaration(&self, id: EntityId) -> Option<String> {
        let entity = self.project.snapshot.entity(id);
        let source = self.project.text(self.project.snapshot.path(entity.file))?;
        let mut lines = source.split_inclusive('\n').skip(entity.line as usize - 1);
        let first = lines.next()?;
        Some(lines.fold(first[column_byte(first, 0, entity.column)..].to_owned(), |text, line| text + line))
    }

    /// The decorators before a definition.
    fn decorators(&self, id: EntityId) -> Vec<text::Decorator<'_>> {
        let entity = self.project.snapshot.entity(id);
        let name_at = self.byte(entity.line, entity.column);
        let line_at = self.lines.get(entity.line as usize - 1).copied().unwrap_or(0);
        text::decorators(&self.text, line_at, name_at)
    }

    fn decorated(&self, framework: &Framework, mounts: &AllMounts, found: &mut Vec<EntryPoint>) {
        if framework.decorators.is_empty() {
            return;
        }
        let snapshot = &self.project.snapshot;
        for id in snapshot.entities_of(self.file) {
            let entity = snapshot.entity(id);
            if !entity.kind().is_callable() {
                continue;
            }
            let decorators = self.decorators(id);
            for decorator in &decorators {
                let Some(rule) = framework.decorators.iter().find(|rule| rule.name == decorator.last()) else {
                    continue;
                };
                // A file with two frameworks of one spelling: the first takes it.
                if found.iter().any(|known| {
                    known.framework != framework.name && known.handler.as_ref().is_some_and(|known| known.id == id)
                }) {
                    continue;
                }
                let dotted = decorator.name.contains('.');
                let mut paths = text::paths(decorator.arguments);
                let mut method = match rule.method {
                    Method::Is(method) => method.to_owned(),
                    Method::Command => "COMMAND".to_owned(),
                    Method::Named | Method::Handler => {
                        let upper = decorator.arguments.to_uppercase();
                        let named: Vec<&str> = METHODS.iter().copied().filter(|word| upper.contains(word)).collect();
                        if named.is_empty() { "ANY".to_owned() } else { named.join(",") }
                    }
                };
                match framework.language {
                    // `@get` without a receiver is no route of an application.
                    For::Python if !dotted => continue,
                    For::Python if matches!(rule.method, Method::Command) => {
                        let written = decorator.arguments.trim_start();
                        if !text::is_string(written) {
                            paths = vec![snapshot.str(entity.name).replace('_', "-")];
                        }
                    }
                    For::Python => {
                        if framework.name == "flask" && method == "ANY" {
                            "GET".clone_into(&mut method);
                        }
                        let receiver = decorator.name.rsplit_once('.').map(|(receiver, _)| receiver);
                        let owner = entity.parent().unwrap_or(id);
                        let at = self.byte(entity.line, entity.column);
                        let full = paths.iter().flat_map(|path| self.paths_on(mounts, owner, at, receiver, path));
                        paths = full.collect();
                    }
                    For::Java => {
                        if let Some(own) = decorators.iter().find(|other| other.last() == "Path") {
                            paths = text::paths(own.arguments);
                        }
                        let class = self.class_path(id);
                        for path in &mut paths {
                            *path = format!("{class}{}", with_slash(path));
                        }
                    }
                    _ => {}
                }
                for mut path in paths {
                    if path.is_empty() {
                        path.push('/');
                    }
                    self.add(found, framework.name, (method.clone(), path), entity.line, Some(id));
                }
            }
        }
    }

    /// The path that annotations of the class around a Java method say.
    fn class_path(&self, id: EntityId) -> String {
        let Some(class) = self.project.snapshot.entity(id).parent() else { return String::new() };
        let decorators = self.decorators(class);
        let own = decorators.iter().find(|decorator| JAVA_PATHS.contains(&decorator.last()));
        own.map_or_else(String::new, |decorator| with_slash(&text::paths(decorator.arguments)[0]))
    }

    /// `app.route("/users").get(list).post(create)`, and fastify's `app.route({ method, url, handler })`.
    fn route_chains(&self, framework: &'static str, mounts: &AllMounts, found: &mut Vec<EntryPoint>) {
        for (owner, line, at) in self.sites("route") {
            let Some(arguments) = text::arguments(&self.text, at) else { continue };
            let [argument] = &arguments[..] else { continue };
            let written = self.text[argument.clone()].trim();
            if written.starts_with('{') {
                let bracket = argument.start + self.text[argument.clone()].find('{').unwrap_or(0);
                let fields = text::fields(&self.text, bracket).unwrap_or_default();
                let (Some(url), Some(handler)) = (
                    self.field(&fields, "url").or_else(|| self.field(&fields, "path")),
                    self.field(&fields, "handler").or_else(|| {
                        fields.iter().find(|range| self.text[(*range).clone()].trim() == "handler").cloned()
                    }),
                ) else {
                    continue;
                };
                let Some(path) = text::first_string(&self.text[url]) else { continue };
                let method = self.field(&fields, "method").map(|range| self.text[range].to_uppercase());
                let named = METHODS.iter().filter(|word| method.as_ref().is_some_and(|method| method.contains(**word)));
                let method = named.copied().collect::<Vec<_>>().join(",");
                let handler = self.handler(owner, handler);
                for path in self.full_paths(mounts, owner, at, path) {
                    self.add(found, framework, (method.clone(), path), line, handler);
                }
                continue;
            }
            if !text::is_string(written) {
                continue;
            }
            let paths = self.full_paths(mounts, owner, at, text::first_string(written).unwrap_or(""));
            let mut end = argument.end;
            while let Some(bracket) = self.text[end..].find(')') {
                // The next call of the chain.
                let rest = self.text[end + bracket + 1..].trim_start();
                let Some(next) = rest.strip_prefix('.') else { break };
                let at = self.text.len() - next.len();
                let name = next.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or("");
                let Some(arguments) = text::arguments(&self.text, at) else { break };
                let Some(handler) = arguments.last().cloned() else { break };
                end = handler.end;
                let upper = name.to_uppercase();
                let method = match &*upper {
                    "ALL" => "ANY".to_owned(),
                    _ if METHODS.contains(&&*upper) => upper,
                    _ => continue,
                };
                let line = self.lines.partition_point(|&start| start <= at) as u32;
                let handler = self.handler(owner, handler);
                for path in &paths {
                    self.add(found, framework, (method.clone(), path.clone()), line, handler);
                }
            }
        }
    }

    /// The value of a field `name: value` among those of a literal.
    fn field(&self, fields: &[Range<usize>], name: &str) -> Option<Range<usize>> {
        fields.iter().find_map(|range| {
            let (key, _) = self.text[range.clone()].split_once(':')?;
            (key.trim().rsplit('\n').next()?.trim() == name).then(|| range.start + key.len() + 1..range.end)
        })
    }

    /// clap: `#[derive(Parser)]`, the variants of `#[derive(Subcommand)]`, and `Command::new("name")`.
    fn clap(&self, found: &mut Vec<EntryPoint>) {
        let snapshot = &self.project.snapshot;
        for id in snapshot.entities_of(self.file) {
            let entity = snapshot.entity(id);
            let derives = |what: &str| {
                let decorators = self.decorators(id);
                decorators.iter().any(|decorator| {
                    decorator.name == "derive"
                        && decorator.arguments.split(',').any(|derived| derived.trim().rsplit(':').next() == Some(what))
                })
            };
            let command = |name: &str| ("COMMAND".to_owned(), name.to_owned());
            match entity.kind() {
                DefKind::Struct | DefKind::Enum if derives("Parser") => {
                    self.add(found, "clap", command(snapshot.str(entity.name)), entity.line, Some(id));
                }
                DefKind::Enum if derives("Subcommand") => {
                    let variants = snapshot.entities_of(self.file).filter(|&variant| {
                        snapshot.entity(variant).kind() == DefKind::Variant
                            && snapshot.entity(variant).parent() == Some(id)
                    });
                    for variant in variants {
                        let record = snapshot.entity(variant);
                        let name = kebab_case(snapshot.str(record.name));
                        self.add(found, "clap", command(&name), record.line, Some(variant));
                    }
                }
                _ => {}
            }
        }
        for (_, line, at) in self.sites("new") {
            let before = self.text[..at].trim_end_matches("::");
            if !before.ends_with("Command") || before.ends_with("process::Command") {
                continue;
            }
            let arguments = text::arguments(&self.text, at).unwrap_or_default();
            if let [name] = &arguments[..]
                && text::is_string(&self.text[name.clone()])
                && let Some(name) = text::first_string(&self.text[name.clone()])
            {
                self.add(found, "clap", ("COMMAND".to_owned(), name.to_owned()), line, None);
            }
        }
    }

    /// cobra: `cobra.Command{Use: "name", Run: function}`.
    fn cobra(&self, found: &mut Vec<EntryPoint>) {
        for (at, literal) in self.text.match_indices("cobra.Command{") {
            // The braces stand where a call's parentheses would.
            let Some(fields) = text::fields(&self.text, at + literal.len() - 1) else { continue };
            let field = |wanted: &str| self.field(&fields, wanted);
            let Some(written) = field("Use").map(|range| self.text[range].trim()) else { continue };
            // The name is the first word, so that what follows a literal does not matter.
            let literal = written.starts_with(['"', '`']).then(|| text::first_string(written).map(str::to_owned));
            let usage = literal.unwrap_or_else(|| self.string_value(written)).unwrap_or_else(|| UNREAD.to_owned());
            let line = self.lines.partition_point(|&start| start <= at) as u32;
            let run = field("RunE").or_else(|| field("Run"));
            let owner = self.project.snapshot.entities_of(self.file).filter(|&id| {
                let entity = self.project.snapshot.entity(id);
                entity.start_line <= line && line <= entity.end_line
            });
            let handler = owner.last().zip(run).and_then(|(owner, range)| self.handler(owner, range));
            let command = usage.split_whitespace().next().unwrap_or(&usage);
            self.add(found, "cobra", ("COMMAND".to_owned(), command.to_owned()), line, handler);
        }
    }

    /// Next: files below `app/` and `pages/` are routes by their path.
    fn next(&self, found: &mut Vec<EntryPoint>) {
        let snapshot = &self.project.snapshot;
        let path = self.path();
        if path.ends_with(".d.ts") {
            return;
        }
        // Only beside an application's manifest, or in `src` there, is a folder of this name one of routes.
        let is_root = |before: &str| {
            let before = before.trim_end_matches('/');
            let root = before.strip_suffix("src").map_or(before, |root| root.trim_end_matches('/'));
            root.is_empty() || snapshot.file_at(&format!("{root}/package.json")).is_some()
        };
        let below = |folder: &str| {
            let folder = format!("{folder}/");
            let mut starts = path.match_indices(&folder).filter(|&(at, _)| at == 0 || path[..at].ends_with('/'));
            starts.find(|&(at, _)| is_root(&path[..at])).map(|(at, _)| &path[at + folder.len()..])
        };
        let (route, file_name) = if let Some(rest) = below("app") {
            let (folders, file_name) = rest.rsplit_once('/').unwrap_or(("", rest));
            (folders, file_name)
        } else if let Some(rest) = below("pages") {
            (rest.rsplit_once('.').map_or(rest, |(stem, _)| stem), "pages")
        } else {
            return;
        };
        // Groups in parentheses and slots are not part of the address.
        let segments: Vec<&str> = route
            .split('/')
            .filter(|segment| !segment.is_empty() && !segment.starts_with(['(', '@']) && *segment != "index")
            .collect();
        let address = format!("/{}", segments.join("/"));
        let stem = file_name.split('.').next().unwrap_or(file_name);
        let exported = || {
            snapshot.entities_of(self.file).filter(|&id| {
                let entity = snapshot.entity(id);
                entity.flags().contains(DefFlags::EXPORTED) || entity.flags().contains(DefFlags::DEFAULT_EXPORT)
            })
        };
        let default = || exported().find(|&id| snapshot.entity(id).flags().contains(DefFlags::DEFAULT_EXPORT));
        match stem {
            "route" => {
                for id in exported() {
                    let entity = snapshot.entity(id);
                    let method = snapshot.str(entity.name);
                    if METHODS.contains(&method) {
                        self.add(found, "next", (method.to_owned(), address.clone()), entity.line, Some(id));
                    }
                }
            }
            "page" => {
                let line = default().map_or(1, |id| snapshot.entity(id).line);
                self.add(found, "next", ("GET".to_owned(), address), line, default());
            }
            "pages" if !segments.first().is_some_and(|first| first.starts_with('_')) => {
                let method = if segments.first() == Some(&"api") { "ANY" } else { "GET" };
                let Some(handler) = default() else { return };
                let line = snapshot.entity(handler).line;
                self.add(found, "next", (method.to_owned(), address), line, Some(handler));
            }
            _ => {}
        }
    }
}

/// `get(handler).post(other)`, `web::get().to(handler)`: methods with where the handler stands.
fn handlers_in(text: &str, range: Range<usize>) -> Vec<(String, Range<usize>)> {
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let letter = text.as_bytes()[at];
        if !letter.is_ascii_alphabetic() {
            at += 1;
            continue;
        }
        let len = text[at..range.end].find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let word = &text[at..at + len.unwrap_or(range.end - at)];
        let arguments = text::arguments(text, at);
        let end = at + word.len();
        let upper = word.to_uppercase();
        match arguments {
            Some(arguments) if METHODS.contains(&upper.as_str()) || word == "any" => {
                let method = if word == "any" { "ANY".to_owned() } else { upper };
                let handler = arguments.first().cloned().unwrap_or(end..end);
                at = handler.end;
                found.push((method, handler));
            }
            Some(arguments) if word == "to" => {
                if let (Some((_, handler)), Some(to)) = (found.last_mut(), arguments.first()) {
                    *handler = to.clone();
                    at = to.end;
                } else {
                    at = end;
                }
            }
            _ => at = end,
        }
    }
    found
}

fn with_slash(path: &str) -> String {
    if path.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// `BlastRadius` as clap names its command.
fn kebab_case(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

impl Answer for EntryPoints {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.paragraph(vec![plain(count(self.entry_points.len(), "entry point", "entry points"))]);
        let rows = self.entry_points.iter().map(|entry| {
            let handler = match &entry.handler {
                Some(handler) => vec![name(&*handler.qualified_name), plain("  "), handler.place()],
                None => vec![faint("not a named function")],
            };
            let handler = if entry.handler.is_none() && entry.line == 0 { Vec::new() } else { handler };
            vec![
                vec![faint(entry.framework)],
                vec![plain(&*entry.method)],
                vec![name(&*entry.path)],
                handler,
                vec![Part::Place { path: entry.file.clone(), line: entry.line, column: 0 }],
            ]
        });
        document.table(vec!["framework", "method", "path", "handler", "place"], rows.collect());
        document.note(vec![plain(
            "routes that are registered through functions or tables of the project's own cannot be seen here",
        )]);
        if self.entry_points.iter().any(|entry| entry.path.contains(mounts::UNREAD)) {
            document.note(vec![plain(format!(
                "{} stands for the part of a path that is given elsewhere and could not be read",
                mounts::UNREAD
            ))]);
        }
        self.completeness.add_to(&mut document);
        document
    }
}
