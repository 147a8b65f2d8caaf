//! Macros that write whole declarations: `IMPL_MEM_OBJ(Block);`, `ADD_PROPERTY(bool, quoted)` in a class.
//!
//! What such a macro writes is told where it is defined, often in another file. So the facts of a file note what its
//! macros write and where it uses one; when all files are known, [`expand`] adds the definitions. They stand where the
//! macro is used. What is called in a macro's text is no call, here as elsewhere.

use super::Extractor;
use super::decorations::{Use, is_caps, is_statement};
use super::preprocess::{self, Scan};
use crate::facts::*;
use crate::lower::{Lowering, parse};
use crate::name::Name;
use rustc_hash::FxHashMap;
use std::cell::Cell;
use tree_sitter::Node;

/// How deep a macro that is used in a macro's text is followed.
const MAX_DEPTH: u32 = 4;

/// A longer text is no declaration that anybody looks for.
const LONGEST: usize = 8000;

/// What macros write in one file, in bytes; more is a generated table.
const MOST_TEXT: usize = 1_000_000;

/// Whether the text of a function-like macro may be whole declarations, or the head of a function.
pub(super) fn declares(body: &str) -> bool {
    let body = body.trim();
    let first = body.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or("");
    let statement = first.is_empty() || is_statement(first);
    let declaration = matches!(first, "typedef" | "using") || body.contains([';', '{']);
    // `T name(int x)`
    let before = body.split_once('(').filter(|_| body.ends_with(')')).map_or("", |(before, _)| before).trim();
    let in_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '#' | ':');
    let head = before.ends_with(in_name)
        && before.trim_end_matches(in_name).contains(in_name)
        && before.chars().all(|letter| in_name(letter) || letter.is_whitespace() || "*&<>,".contains(letter));
    // `DECLARE_WITH_CODE(name, 0)`, which may be one itself.
    let passes_on =
        body.ends_with(')') && body[first.len()..].trim_start().starts_with('(') && is_caps(first.as_bytes());
    !statement && (declaration || head || passes_on) && body.len() <= LONGEST
}

/// What stands in parentheses from `open` to `close`, parted by commas.
pub(super) fn arguments(text: &str, open: usize, close: usize) -> Box<[Box<str>]> {
    let bytes = text.as_bytes();
    let (mut depth, mut from, mut found) = (0_i32, open + 1, Vec::new());
    let end = close.saturating_sub(1).max(from);
    let mut add = |from: usize, to: usize| found.push(text.get(from..to).unwrap_or("").trim().into());
    let mut scan = Scan { bytes, at: from, end };
    while let Some((start, _)) = scan.token() {
        match bytes[start] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => {
                add(from, start);
                from = start + 1;
            }
            _ => {}
        }
    }
    add(from, end);
    found.into()
}

/// Adds what macros write to the facts of the files that use them.
pub(crate) fn expand(files: &mut [&mut FileFacts]) {
    let everywhere = agreed(files.iter().flat_map(|facts| &facts.declaring_macros));
    if everywhere.is_empty() {
        return;
    }
    for facts in files {
        let own = agreed(&facts.declaring_macros);
        let uses = facts.macro_uses.clone();
        let mut expansion = Expansion { facts, own, everywhere: &everywhere, room: MOST_TEXT };
        for used in uses {
            match expansion.find(used.name) {
                Some(this) if used.head => expansion.write_head(&used, &this),
                Some(this) => expansion.write(&used, &this, 0),
                None => {}
            }
        }
    }
}

/// What macros write, by name; `None` if macros of one name write different things.
type Macros = FxHashMap<Name, Option<DeclaringMacro>>;

fn agreed<'m>(all: impl IntoIterator<Item = &'m DeclaringMacro>) -> Macros {
    let mut macros = Macros::default();
    for this in all {
        let known = macros.entry(this.name).or_insert_with(|| Some(this.clone()));
        if known.as_ref().is_some_and(|known| known != this) {
            *known = None;
        }
    }
    macros
}

/// The facts of a file in which macros are used.
struct Expansion<'f> {
    facts: &'f mut FileFacts,
    own: Macros,
    everywhere: &'f Macros,
    /// How many bytes more macros may write.
    room: usize,
}

impl Expansion<'_> {
    /// What a macro of the name writes in this file.
    fn find(&self, name: Name) -> Option<DeclaringMacro> {
        self.own.get(&name).or_else(|| self.everywhere.get(&name))?.clone()
    }

    /// Adds what one use of a macro writes.
    fn write(&mut self, used: &MacroUse, this: &DeclaringMacro, depth: u32) {
        let mut text = substituted(this, &used.arguments);
        if !text.trim_end().ends_with([';', '}', ':']) {
            text.push(';');
        }
        let Some(room) = self.room.checked_sub(text.len()) else { return };
        self.room = room;
        let around = |def: &Def| def.span.start <= used.span.start && used.span.end <= def.span.end;
        let opens = |def: &Def| matches!(def.kind, DefKind::File | DefKind::Module) || def.kind.is_type();
        // Nested definitions come after those around them.
        let Some((owner, def)) = self.facts.defs().filter(|(_, def)| around(def) && opens(def)).last() else { return };
        let (scope, class) = (def.scope, def.kind.is_type().then_some(def.name));
        // A constructor is told by the name of its class.
        let text = match class {
            Some(class) => format!("struct {} {{ {text} }};", class.as_str()),
            None => text,
        };
        let prepared = preprocess::prepare(self.facts.language, &text);
        let tree = parse(self.facts.language, &prepared.active);
        let root = tree.root_node();
        let members = root.named_child(0).and_then(|class| class.child_by_field_name("body"));
        let (Some(items), false) = (if class.is_some() { members } else { Some(root) }, root.has_error()) else {
            return;
        };
        let before = Sizes::of(self.facts);
        self.extract(&prepared.active, items, (owner, scope));
        before.settle(self.facts, used);

        for &Use { name, group, .. } in prepared.macro_uses.iter().filter(|inner| !inner.head && depth < MAX_DEPTH) {
            let name = Name::new(&text[name.0..name.1]);
            if let Some(inner) = self.find(name).filter(|inner| inner.name != this.name) {
                let arguments = arguments(&text, group.0, group.1);
                self.write(&MacroUse { name, arguments, ..used.clone() }, &inner, depth + 1);
            }
        }
    }

    /// `BUILT_IN(rgb) { … }`: gives the function the name, parameters and result that the macro writes.
    fn write_head(&mut self, used: &MacroUse, this: &DeclaringMacro) {
        let is_it = |def: &Def| def.kind.is_callable() && def.pos == used.pos;
        let Some((known, def)) = self.facts.defs().find(|(_, def)| is_it(def)) else { return };
        let (owner, outer, inner) = (def.parent, def.outer_scope, def.scope);
        let text = format!("{} {{}}", substituted(this, &used.arguments));
        let prepared = preprocess::prepare(self.facts.language, &text);
        let tree = parse(self.facts.language, &prepared.active);
        let root = tree.root_node();
        if root.has_error() || root.named_child_count() != 1 {
            return;
        }
        let before = Sizes::of(self.facts);
        self.extract(&prepared.active, root, (owner, outer));
        let facts = &mut *self.facts;
        before.settle(facts, used);
        if facts.defs.len() != before.defs + 1 {
            facts.defs.truncate(before.defs);
            return;
        }
        let Some(written) = facts.defs.pop() else { return };
        for binding in facts.bindings[before.bindings..].iter_mut().filter(|binding| binding.scope == written.scope) {
            binding.scope = inner;
        }
        if let Some(scope) = facts.scopes.get_mut(written.scope.index()) {
            scope.owner = known;
        }
        let def = &mut facts.defs[known.index()];
        (def.name, def.params, def.ty) = (written.name, written.params, written.ty);
    }

    /// Adds what a tree of macro text declares, inside of an owner and a scope.
    fn extract(&mut self, text: &str, items: Node<'_>, (owner, scope): (DefId, ScopeId)) {
        let language = self.facts.language;
        let empty = FileFacts::new(language, self.facts.test, Name::default());
        let facts = std::mem::replace(self.facts, empty);
        let low = Lowering { source: text, facts, owner, scope, column: Cell::default() };
        let mut extractor = Extractor::new(low, language);
        extractor.items_in(items);
        *self.facts = extractor.low.facts;
    }
}

/// The text of a macro with arguments in the place of its parameters.
fn substituted(this: &DeclaringMacro, arguments: &[Box<str>]) -> String {
    let bytes = this.body.as_bytes();
    let mut out = String::new();
    let mut scan = Scan { bytes, at: 0, end: bytes.len() };
    let (mut last, mut quoted) = (0, false);
    while let Some((start, stop)) = scan.token() {
        let token = &this.body[start..stop];
        if token == "#" {
            if bytes.get(stop) == Some(&b'#') {
                // Joins what stands on both sides.
                scan.at = stop + 1;
                while scan.at < bytes.len() && bytes[scan.at].is_ascii_whitespace() {
                    scan.at += 1;
                }
                out.truncate(out.trim_end().len());
            } else {
                quoted = true;
            }
            last = scan.at;
            continue;
        }
        out.push_str(&this.body[last..start]);
        let at = this.params.iter().position(|param| **param == *token);
        let rest = || this.params.iter().position(|param| param.ends_with("..."));
        let variadic = if token == "__VA_ARGS__" { rest() } else { None };
        match (at, variadic) {
            (Some(_), _) | (_, Some(_)) if quoted => out.push_str("\"\""),
            (Some(at), _) => out.push_str(arguments.get(at).map_or("", |argument| argument)),
            (_, Some(at)) => out.push_str(&arguments.get(at..).unwrap_or_default().join(", ")),
            _ => out.push_str(token),
        }
        quoted = false;
        last = stop;
    }
    out
}

/// How much there was in the facts of a file.
struct Sizes {
    defs: usize,
    bindings: usize,
    exprs: usize,
    types: usize,
    calls: usize,
    mentions: usize,
    assigns: usize,
}

impl Sizes {
    fn of(facts: &FileFacts) -> Self {
        Self {
            defs: facts.defs.len(),
            bindings: facts.bindings.len(),
            exprs: facts.exprs.len(),
            types: facts.types.len(),
            calls: facts.calls.len(),
            mentions: facts.mentions.len(),
            assigns: facts.assigns.len(),
        }
    }

    /// Gives what is new the place where the macro is used, and takes away what its text does.
    fn settle(&self, facts: &mut FileFacts, used: &MacroUse) {
        let place = used.span.start;
        for def in &mut facts.defs[self.defs..] {
            def.pos = used.pos;
            def.span = used.span;
            def.body_start = used.span.end;
            def.start_line = used.pos.line;
            def.end_line = used.end_line;
            def.doc = None;
        }
        for binding in &mut facts.bindings[self.bindings..] {
            binding.from = place;
        }
        for expr in &mut facts.exprs[self.exprs..] {
            if let Expr::Name { at, .. } | Expr::Path { at, .. } = expr {
                *at = place;
            }
        }
        for ty in &mut facts.types[self.types..] {
            if let TypeExpr::Path { at, .. } = ty {
                *at = place;
            }
        }
        facts.calls.truncate(self.calls);
        facts.mentions.truncate(self.mentions);
        facts.assigns.truncate(self.assigns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_take_the_place_of_parameters_and_names_are_joined() {
        let this = |params: &[&str], body: &str| DeclaringMacro {
            name: Name::new("M"),
            params: params.iter().map(|param| (*param).into()).collect(),
            body: body.into(),
        };
        let text = substituted(
            &this(&["type", "name"], "type name##_; type name() const { return name ## _; }"),
            &["A<B, C>".into(), "x".into()],
        );
        assert_eq!(text, "A<B, C> x_; A<B, C> x() const { return x_; }");
        assert_eq!(
            substituted(&this(&["n", "..."], "f(#n, __VA_ARGS__);"), &["a".into(), "1".into(), "2".into()]),
            "f(\"\", 1, 2);"
        );
        let text = "M(a, f(b, c), )";
        let found = arguments(text, 1, text.len());
        assert_eq!(found.iter().map(|one| &**one).collect::<Vec<_>>(), ["a", "f(b, c)", ""]);
    }

    #[test]
    fn only_whole_declarations_are_written() {
        assert!(declares("typedef Shared<type> type##_Obj"));
        assert!(declares(" type name() { return name##_; }"));
        assert!(!declares("do { f(x); } while (0)"));
        assert!(!declares("((x) + 1)"));
        assert!(!declares("static inline type"));
        assert!(declares("Value *name(Env& env, std::vector<T> all)"));
        assert!(!declares("call(name)"));
    }
}
