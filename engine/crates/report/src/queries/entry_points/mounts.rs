//! What goes before the paths of a router of JavaScript or Python: what it is made with, and where it is
//! mounted, maybe by another file.

use super::imports::{first_name, is_name, last_name, required};
use super::{FileReader, go, go_chains, text};
use crate::words::is_letter;
use parseltongue_store::snapshot::CallKind;
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::Language;
use parseltongue_syntax::facts::DefFlags;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// Stands in a path for what goes before it and could not be read.
pub(super) const UNREAD: &str = "…";

/// How many steps are taken from a router to the application, or from a name to what it means.
const MAX_STEPS: u32 = 8;

/// Calls that mount a router, of JavaScript and of Python.
const MOUNTING: [&[&str]; 2] =
    [&["use", "route", "register"], &["include_router", "register_blueprint", "mount", "path", "re_path", "url"]];
/// The variable of a module with routes of Django.
pub(super) const URL_TABLE: &str = "urlpatterns";
/// What makes an application, in lower case. One of these that is mounted nowhere is where paths start.
const APPLICATIONS: &[&str] = &["express", "fastify", "hono", "openapihono", "flask", "quart", "fastapi", "starlette"];
/// What makes a router, which has no paths before it is mounted.
const ROUTERS: &[&str] = &["Router", "APIRouter", "Blueprint"];

/// What routes are registered on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Router {
    /// A variable of a file, or of a function of the file.
    Variable(FileIndex, Option<EntityId>, String),
    /// What a function is given, by the parameter's place.
    Parameter(EntityId, usize),
    /// What a function is given that is written in the call at a byte of the file.
    Inline(FileIndex, usize),
}

struct Mount {
    router: Router,
    on: Router,
    prefix: String,
    /// Whether the prefix stands in place of the one that the router is made with.
    replaces: bool,
}

/// All places of the project that mount a router.
pub(super) struct Mounts {
    mounts: Vec<Mount>,
    /// What [`Mounts::prefixes`] has said of a router: a router has many routes.
    known: RefCell<FxHashMap<Router, Vec<String>>>,
}

impl Mounts {
    pub(super) fn of(project: &crate::project::Project) -> Self {
        let snapshot = &project.snapshot;
        let mut files: Vec<FileIndex> = MOUNTING
            .into_iter()
            .flatten()
            .filter_map(|name| snapshot.find_str(name))
            .flat_map(|name| snapshot.sites_named(name))
            .map(|site| snapshot.entity(site.owner).file)
            .collect();
        files.sort_unstable();
        files.dedup();
        let mut mounts = Vec::new();
        for file in files.into_iter().filter(|&file| !snapshot.file(file).is_test()) {
            if let Some(reader) = FileReader::new(project, file) {
                reader.mounts(&mut mounts);
            }
        }
        Mounts { mounts, known: RefCell::default() }
    }

    /// What may go before the paths of a router, each with a place that mounts it so.
    fn prefixes(&self, project: &crate::project::Project, router: &Router) -> Vec<String> {
        if let Some(known) = self.known.borrow().get(router) {
            return known.clone();
        }
        let found = self.read_prefixes(project, router, 0);
        self.known.borrow_mut().insert(router.clone(), found.clone());
        found
    }

    fn read_prefixes(&self, project: &crate::project::Project, router: &Router, steps: u32) -> Vec<String> {
        let unread = || vec![UNREAD.to_owned()];
        if steps == MAX_STEPS {
            return unread();
        }
        let made = match router {
            Router::Variable(file, scope, name) => {
                FileReader::new(project, *file).map_or(Made::Unknown, |reader| reader.made(*scope, name))
            }
            _ => Made::Router(String::new()),
        };
        let mut mounts: Vec<(Router, &str, bool)> = self
            .mounts
            .iter()
            .filter(|mount| mount.router == *router)
            .map(|mount| (mount.on.clone(), &*mount.prefix, mount.replaces))
            .collect();
        if let Router::Parameter(function, index) = *router {
            let snapshot = &project.snapshot;
            for call in snapshot.calls_to(function).filter(|call| call.kind() == CallKind::Call) {
                let caller = snapshot.entity(call.caller);
                if snapshot.file(caller.file).is_test() {
                    continue;
                }
                let passed = FileReader::new(project, caller.file).and_then(|reader| {
                    let at = reader.byte(call.line, call.column);
                    let arguments = text::arguments(&reader.text, at)?;
                    reader.receiver(call.caller, at, reader.text[arguments.get(index)?.clone()].trim())
                });
                match passed {
                    Some(on) => mounts.push((on, "", false)),
                    None => return unread(),
                }
            }
        }
        let own = match &made {
            Made::Application(own) | Made::Router(own) | Made::On(_, own) => own.as_str(),
            Made::Unknown => "",
        };
        if let Made::On(base, _) = &made {
            mounts.push((base.clone(), "", false));
        }
        if mounts.is_empty() {
            let start = if matches!(made, Made::Application(_)) { "" } else { UNREAD };
            return vec![format!("{start}{own}")];
        }
        let mut found: Vec<String> = Vec::new();
        for (on, prefix, replaces) in mounts {
            for before in self.read_prefixes(project, &on, steps + 1) {
                let prefix = joined(&before, prefix);
                let prefix = if replaces { prefix } else { joined(&prefix, own) };
                if !found.contains(&prefix) {
                    found.push(prefix);
                }
            }
        }
        found
    }
}

/// What a variable holds.
enum Made {
    /// Where paths start if it is mounted nowhere.
    Application(String),
    Router(String),
    /// Made of another: `app.basePath("/v1")`.
    On(Router, String),
    Unknown,
}

/// A path below a prefix. One sign is enough for all that is not read.
fn joined(prefix: &str, path: &str) -> String {
    match path {
        "" => prefix.to_owned(),
        "/" => prefix.trim_end_matches('/').to_owned(),
        _ if prefix.is_empty() => path.to_owned(),
        UNREAD if prefix.ends_with(UNREAD) => prefix.to_owned(),
        _ => go::joined(prefix, path),
    }
}

impl FileReader<'_> {
    /// The paths of a route that is registered by the call at a byte inside of `owner`.
    pub(super) fn full_paths(&self, mounts: &Mounts, owner: EntityId, at: usize, path: &str) -> Vec<String> {
        self.paths_on(mounts, owner, at, self.receiver_before(at), path)
    }

    /// The paths of a route that is registered at a byte inside of `owner`, on what the receiver means there.
    pub(super) fn paths_on(
        &self,
        mounts: &Mounts,
        owner: EntityId,
        at: usize,
        receiver: Option<&str>,
        path: &str,
    ) -> Vec<String> {
        let prefixes = receiver
            .and_then(|receiver| self.receiver(owner, at, receiver))
            .map_or_else(|| vec![UNREAD.to_owned()], |router| mounts.prefixes(self.project, &router));
        let full = |prefix: String| match path {
            "" => prefix,
            "/" if !prefix.is_empty() && self.language != Language::Python => prefix,
            _ if prefix.is_empty() => path.to_owned(),
            _ => go::joined(&prefix, path),
        };
        prefixes.into_iter().map(full).collect()
    }

    /// Whether the call at a byte inside of `owner` is one on what an application or a router was made for.
    pub(super) fn is_on_router(&self, owner: EntityId, at: usize) -> bool {
        let receiver = self.receiver_before(at).and_then(|receiver| self.receiver(owner, at, receiver));
        receiver.is_some_and(|router| matches!(router, Router::Variable(..)) && !self.is_value(&router))
    }

    /// What the call whose name starts at a byte is a call on: the name its chain starts with, or the name
    /// that the chain is assigned to.
    fn receiver_before(&self, at: usize) -> Option<&str> {
        let chain = go_chains::chain_around(&self.text, at)?;
        if !chain.root.is_empty() {
            return Some(chain.root);
        }
        let start = chain.links.first()?.at;
        let before = self.text[..start].trim_end();
        let before = before.strip_suffix("new").unwrap_or(before).trim_end();
        if before.ends_with("export default") {
            return Some("default");
        }
        Some(last_name(before.strip_suffix('=')?.trim_end())).filter(|name| is_name(name))
    }

    /// What a name means where it is used at a byte inside of `owner`.
    fn receiver(&self, owner: EntityId, at: usize, name: &str) -> Option<Router> {
        if let Some(field) = name.strip_prefix("this.").or_else(|| name.strip_prefix("self.")) {
            return Some(Router::Variable(self.file, None, field.to_owned()));
        }
        let inline = self.sites("register").into_iter().filter_map(|(_, _, call)| {
            let function = text::arguments(&self.text, call)?.into_iter().next()?;
            let inside = function.contains(&at) && parameters(&self.text[function]).first() == Some(&name);
            inside.then_some(call)
        });
        if let Some(call) = inline.max() {
            return Some(Router::Inline(self.file, call));
        }
        let snapshot = &self.project.snapshot;
        let mut around = Some(owner);
        while let Some(id) = around {
            let entity = snapshot.entity(id);
            if entity.kind().is_callable() {
                let source = self.declaration(id)?;
                if let Some(index) = parameters(&source).iter().position(|known| *known == name) {
                    return Some(Router::Parameter(id, index));
                }
                if self.value_of(Some(id), name).is_some() {
                    return Some(Router::Variable(self.file, Some(id), name.to_owned()));
                }
            }
            around = entity.parent();
        }
        self.meant(name, 0)
    }

    /// What an expression of the file means that names a router, or a function that is given one.
    fn meant(&self, expression: &str, steps: u32) -> Option<Router> {
        if steps == MAX_STEPS {
            return None;
        }
        let expression = expression.trim();
        let expression = expression.strip_prefix("await ").unwrap_or(expression);
        if expression.ends_with(')') && required(expression).is_none_or(|(_, rest)| !rest.is_empty()) {
            // A function that makes a router and gives it back.
            let bracket =
                expression.find('(').filter(|&at| text::end_of_fields(expression, at) == Some(expression.len()));
            let Some(Router::Parameter(function, _)) = self.meant(&expression[..bracket?], steps + 1) else {
                return None;
            };
            return FileReader::new(self.project, self.project.snapshot.entity(function).file)?.returned(function);
        }
        if let Some((module, rest)) = required(expression) {
            let name = rest.strip_prefix('.').unwrap_or("default");
            return self.exported(self.imported_file(module, "")?, name, steps + 1);
        }
        let (head, rest) = expression.split_at(first_name(expression).len());
        if let Some(binding) = self.bindings().iter().find(|binding| binding.local == head) {
            let rest = rest.strip_prefix('.').unwrap_or("");
            let submodule = self.imported_file(&binding.module, &binding.exported);
            let file = submodule.or_else(|| self.imported_file(&binding.module, ""))?;
            let whole = binding.exported == "*" || self.language == Language::Python && !rest.is_empty();
            let name = match (whole, rest) {
                (true, "") => "default",
                (true, name) => name,
                (false, "") => &binding.exported,
                _ => return None,
            };
            return self.exported(file, name, steps + 1);
        }
        let snapshot = &self.project.snapshot;
        let named = snapshot.find_str(head).map_or(&[][..], |name| snapshot.named(name));
        let function = named.iter().copied().find(|&id| {
            let entity = snapshot.entity(id);
            entity.file == self.file && entity.kind().is_callable()
        });
        match (rest, function) {
            ("", Some(id)) => Some(Router::Parameter(id, 0)),
            ("", None) if is_name(head) => Some(Router::Variable(self.file, None, head.to_owned())),
            _ => None,
        }
    }

    /// Where the lines of a definition of this file are.
    fn lines_of(&self, id: EntityId) -> std::ops::Range<usize> {
        let entity = self.project.snapshot.entity(id);
        self.byte(entity.start_line, 1)..self.byte(entity.end_line + 1, 1)
    }

    /// The variable of a function of this file that it gives back.
    fn returned(&self, function: EntityId) -> Option<Router> {
        let given = self.text[self.lines_of(function)].lines().filter_map(|line| line.trim().strip_prefix("return "));
        let given: Vec<&str> = given.map(|value| value.trim_end_matches(';')).collect();
        let [name] = given[..] else { return None };
        self.value_of(Some(function), name)?;
        Some(Router::Variable(self.file, Some(function), name.to_owned()))
    }

    /// What a file offers under a name.
    fn exported(&self, file: FileIndex, name: &str, steps: u32) -> Option<Router> {
        if !is_name(name) {
            return None;
        }
        let reader = FileReader::new(self.project, file)?;
        if reader.language == Language::Python {
            return reader.meant(name, steps);
        }
        let text = &*reader.text;
        let value_after = |words: &str| {
            let (_, value) = text.split_once(words)?;
            let value = value.trim_start();
            let len = first_name(value).len();
            let ends =
                value[len..].trim_start_matches([' ', '\t']).starts_with([';', '\n', '\r']) || value[len..].is_empty();
            (len > 0 && ends).then(|| &value[..len])
        };
        if name == "default" {
            let local = value_after("export default ").or_else(|| value_after("module.exports = "));
            if let Some(local) = local {
                return reader.meant(local, steps);
            }
            let snapshot = &self.project.snapshot;
            let function = snapshot.entities_of(file).find(|&id| {
                let entity = snapshot.entity(id);
                entity.kind().is_callable()
                    && (entity.flags().contains(DefFlags::DEFAULT_EXPORT)
                        || text[reader.byte(entity.line, entity.column)..].starts_with("exports ="))
            });
            return match function {
                Some(id) => Some(Router::Parameter(id, 0)),
                None => text.contains("export default new ").then(|| Router::Variable(file, None, name.to_owned())),
            };
        }
        if let Some(local) = value_after(&format!("exports.{name} = ")) {
            return reader.meant(local, steps);
        }
        // `module.exports = { name: local }`, `export { local as name } from "./file"`.
        for list in ["module.exports = {", "export {", "export default {"] {
            for (at, _) in text.match_indices(list) {
                let bracket = at + list.len() - 1;
                for field in text::fields(text, bracket)? {
                    let field = text[field].trim();
                    let (key, local) = match (field.split_once(':'), field.split_once(" as ")) {
                        (Some((key, local)), _) | (None, Some((local, key))) => (key.trim(), local.trim()),
                        (None, None) => (field, field),
                    };
                    if key != name {
                        continue;
                    }
                    let after = text[text::end_of_fields(text, bracket)?..].trim_start();
                    return match after.strip_prefix("from") {
                        Some(after) => {
                            let file = reader.imported_file(text::first_string(after.lines().next()?)?, "")?;
                            reader.exported(file, local, steps + 1)
                        }
                        None => reader.meant(local, steps),
                    };
                }
            }
        }
        reader.meant(name, steps)
    }

    /// What a variable is first assigned, in a function or at the file's level: the source from there on.
    fn value_of(&self, scope: Option<EntityId>, name: &str) -> Option<&str> {
        let range = match scope {
            Some(id) => self.lines_of(id),
            None => 0..self.text.len(),
        };
        self.text[range.clone()].match_indices(name).find_map(|(offset, _)| {
            let at = range.start + offset;
            let before = &self.text[..at];
            let own = before.strip_suffix("this.").or_else(|| before.strip_suffix("self.")).unwrap_or(before);
            if own.ends_with(|letter| is_letter(letter) || matches!(letter, '.' | '"' | '\'')) {
                return None;
            }
            let after = self.text[at + name.len()..].trim_start();
            // A type may be written between.
            let after = match after.strip_prefix(':') {
                Some(typed) => &typed[typed.find(['=', '\n', ',', ')', '{'])?..],
                None => after,
            };
            let value = after.strip_prefix('=').filter(|rest| !rest.starts_with(['=', '>']))?;
            Some(value.trim_start())
        })
    }

    /// What makes a variable.
    fn made(&self, scope: Option<EntityId>, name: &str) -> Made {
        self.read_made(scope, name).unwrap_or(Made::Unknown)
    }

    fn read_made(&self, scope: Option<EntityId>, name: &str) -> Option<Made> {
        if name == URL_TABLE {
            return Some(Made::Application(String::new()));
        }
        let mut value =
            if name == "default" { self.text.split_once("export default ")?.1 } else { self.value_of(scope, name)? };
        // `app = module.exports = express()`.
        while let Some((target, rest)) = value.split_once('=') {
            if rest.starts_with(['=', '>']) || !target.trim().split('.').all(is_name) {
                break;
            }
            value = rest.trim_start();
        }
        for word in ["await ", "new "] {
            value = value.strip_prefix(word).unwrap_or(value);
        }
        let (callee, call) = match required(value) {
            Some((module, rest)) => {
                let rest_at = value.len() - rest.len();
                let len = rest.find(|letter| !is_letter(letter) && letter != '.').unwrap_or(rest.len());
                (if len == 0 { module } else { &rest[..len] }, &value[rest_at + len..])
            }
            None => value.split_at(value.find(|letter| !is_letter(letter) && letter != '.').unwrap_or(value.len())),
        };
        let bracket = call.as_ptr() as usize - self.text.as_ptr() as usize;
        let bracket = bracket + if call.starts_with('<') { call.find('(')? } else { 0 };
        if !self.text[bracket..].starts_with('(') {
            return None;
        }
        let arguments = text::fields(&self.text, bracket)?;
        let last = callee.rsplit('.').next()?;
        let first = || arguments.first().map(|range| self.text[range.clone()].trim());
        if let Some(base) = callee.strip_suffix(".basePath") {
            return Some(Made::On(self.meant(base, 0)?, self.prefix(first()?)));
        }
        let imported = self.bindings().iter().find(|binding| binding.local == callee);
        let imported = imported.filter(|binding| matches!(&*binding.exported, "*" | "default"));
        let made = imported.map_or(last, |binding| &binding.module).to_lowercase();
        let rest = self.text[text::end_of_fields(&self.text, bracket)?..].trim_start();
        if APPLICATIONS.contains(&&*made) {
            let own =
                rest.strip_prefix(".basePath").and_then(|rest| text::fields(rest, 0).map(|fields| (rest, fields)));
            let own = own.and_then(|(rest, fields)| Some(self.prefix(rest[fields.first()?.clone()].trim())));
            return Some(Made::Application(own.unwrap_or_default()));
        }
        if !ROUTERS.contains(&last) {
            return None;
        }
        let named = arguments.iter().find_map(|range| {
            let (key, value) = self.text[range.clone()].split_once('=')?;
            ["prefix", "url_prefix"].contains(&key.trim()).then_some(value)
        });
        Some(Made::Router(named.map_or_else(String::new, |value| self.prefix(value))))
    }

    /// The value of a prefix, or the sign that it is not read.
    fn prefix(&self, written: &str) -> String {
        let value = self.string_value(written).filter(|value| !value.contains("${"));
        let formatted = self.language == Language::Python && written.trim_start().starts_with('f');
        value.filter(|value| !formatted || !value.contains('{')).unwrap_or_else(|| UNREAD.to_owned())
    }

    /// What the file mounts.
    fn mounts(&self, found: &mut Vec<Mount>) {
        let python = self.language == Language::Python;
        for &name in MOUNTING[usize::from(python)] {
            for (owner, _, at) in self.sites(name) {
                let Some(arguments) = text::arguments(&self.text, at) else { continue };
                let written: Vec<&str> = arguments.iter().map(|range| self.text[range.clone()].trim()).collect();
                let Some(&first) = written.first() else { continue };
                if let Some(included) = written.get(1).and_then(|view| view.strip_prefix("include("))
                    && let Some(file) = text::first_string(included).and_then(|module| self.module_named(module))
                {
                    let table = |file| Router::Variable(file, None, URL_TABLE.to_owned());
                    let prefix = self.prefix(first);
                    found.push(Mount { router: table(file), on: table(self.file), prefix, replaces: false });
                    continue;
                }
                let Some(receiver) = self.receiver_before(at) else { continue };
                let Some(on) = self.receiver(owner, at, receiver) else { continue };
                let given = |key: &str, sign: char| {
                    written.iter().skip(1).find_map(|argument| {
                        let (known, value) = argument.split_once(sign)?;
                        (known.trim() == key).then(|| self.prefix(value))
                    })
                };
                let mut add = |router: Option<Router>, prefix: String, replaces: bool| {
                    if let Some(router) = router.filter(|router| *router != on) {
                        found.push(Mount { router, on: on.clone(), prefix, replaces });
                    }
                };
                let of_owner = |expression: &str| {
                    let local = is_name(expression).then(|| self.receiver(owner, at, expression));
                    local.unwrap_or_else(|| self.meant(expression, 0))
                };
                match name {
                    "path" | "re_path" | "url" => {}
                    "include_router" => add(of_owner(first), given("prefix", '=').unwrap_or_default(), false),
                    "register_blueprint" => {
                        let prefix = given("url_prefix", '=');
                        let replaces = prefix.is_some();
                        add(of_owner(first), prefix.unwrap_or_default(), replaces);
                    }
                    "register" => {
                        let prefix = match &written[1..] {
                            [] => String::new(),
                            [options, ..] if options.starts_with('{') => {
                                let fields = text::fields(options, 0).unwrap_or_default();
                                let spread = || if options.contains("...") { UNREAD } else { "" };
                                let field = fields.into_iter().find_map(|range| {
                                    let field = options[range].trim();
                                    let (key, value) = field.split_once(':').unwrap_or((field, field));
                                    (key.trim() == "prefix").then(|| self.prefix(value))
                                });
                                field.unwrap_or_else(|| spread().to_owned())
                            }
                            _ => UNREAD.to_owned(),
                        };
                        let inline = first.contains("=>") || first.contains("function");
                        let router = if inline { Some(Router::Inline(self.file, at)) } else { of_owner(first) };
                        add(router, prefix, false);
                    }
                    _ => {
                        let path = self.string_value(first).is_some() || text::is_string(first);
                        let rest = if path { &written[1..] } else { &written[..] };
                        let routers: Vec<Router> = rest.iter().filter_map(|argument| of_owner(argument)).collect();
                        // What is no path and no router, before a router, may be a path that is computed.
                        let computed = !path && of_owner(first).is_none_or(|router| self.is_value(&router));
                        let prefix = if path { self.prefix(first) } else { String::new() };
                        for router in routers {
                            let unread = computed && written.len() > 1;
                            let prefix = if unread { UNREAD.to_owned() } else { prefix.clone() };
                            add(Some(router), prefix, false);
                        }
                    }
                }
            }
        }
    }

    /// Whether a name holds something else than a router or a function, as far as its file tells.
    fn is_value(&self, router: &Router) -> bool {
        match router {
            Router::Variable(file, scope, name) => FileReader::new(self.project, *file)
                .is_none_or(|reader| matches!(reader.made(*scope, name), Made::Unknown)),
            _ => false,
        }
    }
}

/// The names of the parameters of a function, from its name or its first word on.
fn parameters(function: &str) -> Vec<&str> {
    let head = function.trim_start();
    let head = &head[..head.find(['{', '\n']).unwrap_or(head.len()).max(head.find('(').map_or(0, |at| at + 1))];
    let arrow = head.find("=>");
    match (head.find('('), arrow) {
        (Some(bracket), arrow) if arrow.is_none_or(|arrow| bracket < arrow) => {
            let fields = text::fields(function.trim_start(), bracket).unwrap_or_default();
            fields.into_iter().map(|range| first_name(function.trim_start()[range].trim())).collect()
        }
        (_, Some(arrow)) => vec![last_name(head[..arrow].trim_end())],
        _ => Vec::new(),
    }
}
