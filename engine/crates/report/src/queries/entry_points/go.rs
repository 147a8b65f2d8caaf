//! What Go code around a registration says of it: its router's package, the prefix and the methods that are
//! chained to it or that its router has from where it is made.

use super::FileReader;
use super::frameworks::{Framework, GO_PREFIXES, METHODS};
use super::go_chains::{Chain, Link, Origin, chain_around, chain_from, field_origin, origin};
use super::text;
use parseltongue_store::EntityId;

/// How many variables are followed from a router to where it is made.
const MAX_STEPS: u32 = 8;

/// What a registration has from its chain and its router.
#[derive(Default)]
pub(super) struct Router {
    /// The name of the package that the router is of, as the file calls it.
    pub(super) package: Option<String>,
    /// Goes before the path.
    pub(super) prefix: String,
    /// Whether the chain itself says a path.
    pub(super) has_path: bool,
    /// Which methods it answers, if that is said.
    pub(super) methods: Option<String>,
}

impl FileReader<'_> {
    /// The router of the call whose name starts at `at` inside of `owner`.
    pub(super) fn router(&self, owner: EntityId, at: usize) -> Option<Router> {
        let Chain { root, links } = chain_around(&self.text, at)?;
        let own = links.iter().position(|link| link.at == at)?;
        let mut router = self.router_of(owner, root, &links[..own], at, 0);
        let is_path = |link: &Link| matches!(link.name, "Path" | "PathPrefix");
        router.has_path = links[..own].iter().any(is_path);
        for link in &links[own + 1..] {
            self.chained(&mut router, link);
        }
        Some(router)
    }

    /// What `root.links…` is, as `owner` uses it at `at`.
    fn router_of(&self, owner: EntityId, root: &str, links: &[Link], at: usize, steps: u32) -> Router {
        let mut router = Router::default();
        let start = self.byte(self.project.snapshot.entity(owner).start_line.max(1), 1).min(at);
        let known = (!root.is_empty() && steps < MAX_STEPS)
            .then(|| origin(&self.text, &(start..at), root).or_else(|| field_origin(&self.text, root)))
            .flatten();
        match known {
            Some(Origin::Assigned(value)) => {
                if let Some(chain) = chain_from(&self.text, value) {
                    router = self.router_of(owner, chain.root, &chain.links, value, steps + 1);
                }
            }
            Some(Origin::Given(call)) => {
                if let Some(chain) = chain_around(&self.text, call)
                    && let Some(own) = chain.links.iter().position(|link| link.at == call)
                {
                    router = self.router_of(owner, chain.root, &chain.links[..=own], call, steps + 1);
                }
            }
            Some(Origin::Typed(package, name)) => {
                router = self.router_passed(owner, name, steps).unwrap_or_default();
                router.package = Some(package.to_owned());
            }
            None => router.package = root.split('.').next().map(str::to_owned),
        }
        for link in links {
            self.chained(&mut router, link);
        }
        router
    }

    /// What all callers of `owner` pass for its parameter whose name starts at `name`, if they agree.
    fn router_passed(&self, owner: EntityId, name: usize, steps: u32) -> Option<Router> {
        let snapshot = &self.project.snapshot;
        let entity = snapshot.entity(owner);
        let parameters = text::arguments(&self.text, self.byte(entity.line, entity.column))?;
        let index = parameters.iter().position(|range| range.contains(&name))?;
        let mut passed: Option<Router> = None;
        for call in snapshot.calls_to(owner) {
            let caller = snapshot.entity(call.caller);
            if snapshot.file(caller.file).is_test() {
                continue;
            }
            let reader = FileReader::new(self.project, caller.file)?;
            let arguments = text::arguments(&reader.text, reader.byte(call.line, call.column))?;
            let argument = arguments.get(index)?;
            let at = argument.end - reader.text[argument.clone()].trim_start().len();
            let chain = chain_from(&reader.text, at)?;
            let router = reader.router_of(call.caller, chain.root, &chain.links, at, steps + 1);
            if passed.as_ref().is_some_and(|known| known.prefix != router.prefix || known.methods != router.methods) {
                return None;
            }
            passed = Some(router);
        }
        passed
    }

    /// What one chained call adds.
    fn chained(&self, router: &mut Router, link: &Link) {
        let Some(first) = link.arguments.first().map(|range| self.text[range.clone()].trim()) else { return };
        if GO_PREFIXES.contains(&link.name) && !first.starts_with("func") {
            let path = self.string_value(first).unwrap_or_else(|| first.to_owned());
            router.prefix = joined(&router.prefix, &path);
        } else if link.name == "Methods" {
            let methods = link.arguments.iter().map(|range| method_named(self.text[range.clone()].trim()));
            router.methods = Some(methods.collect::<Vec<_>>().join(","));
        }
    }

    /// What the file calls the package of a framework.
    pub(super) fn package_name(&self, framework: &Framework) -> Option<&str> {
        let mark = framework.marks.first()?.trim_matches('"');
        let line = self.text.lines().find(|line| line.contains(mark))?;
        let before = line.split('"').next()?.trim();
        let alias = before.strip_prefix("import").unwrap_or(before).trim_start_matches(['(', ' ']);
        Some(if alias.is_empty() { mark.rsplit('/').next().unwrap_or(mark) } else { alias })
    }
}

/// Whether the declaration of a function, from its name on, takes what a Go handler does.
pub(super) fn is_handler(declaration: &str) -> bool {
    let signature = declaration.split('{').next().unwrap_or(declaration);
    signature.contains(".ResponseWriter,") || signature.contains(".Context)")
}

/// `"get"`, `http.MethodGet`: the method; what is none of these as it is written.
pub(super) fn method_named(written: &str) -> String {
    let upper = written.to_uppercase();
    let named: Vec<&str> = METHODS.iter().copied().filter(|method| upper.contains(method)).collect();
    if named.is_empty() { text::first_string(written).unwrap_or(written).to_owned() } else { named.join(",") }
}

/// A path below a prefix, with one slash between them.
pub(super) fn joined(prefix: &str, path: &str) -> String {
    match (prefix.ends_with('/'), path.starts_with('/')) {
        (true, true) => format!("{prefix}{}", &path[1..]),
        (false, false) if !prefix.is_empty() && !path.is_empty() => format!("{prefix}/{path}"),
        _ => format!("{prefix}{path}"),
    }
}
