//! Macro calls: their arguments are read again as expressions, or as items where items stand.

use super::grammar::{Kind, child};
use super::{CONFIGURED_AWAY, Walk, configuration};
use crate::facts::{BindingKind, DefFlags, Expr, ExprId, List, Segment, TypeExpr, TypeId};
use crate::name::Name;
use tree_sitter::{Node, Parser, Point, Range, Tree};

/// Macros whose arguments are text or code for elsewhere.
const OPAQUE: &[&str] = &[
    "stringify",
    "quote",
    "quote_spanned",
    "parse_quote",
    "parse_quote_spanned",
    "concat",
    "env",
    "option_env",
    "include",
    "include_str",
    "include_bytes",
    "line",
    "file",
    "column",
    "module_path",
    "cfg",
    "macro_rules",
    "compile_error",
    "global_asm",
    "asm",
    "naked_asm",
];

/// Calls nested in calls of macros are read again at each level; this bounds the work.
const MAX_MACRO_DEPTH: u32 = 12;

/// Longest list of arguments that is tried piece by piece.
const MAX_PIECES: usize = 400;

impl Walk<'_, '_> {
    /// Parses parts of the file on their own; nodes keep their places in the file.
    fn parse_ranges(&mut self, ranges: &[Range]) -> Option<Tree> {
        self.parse(self.lowering.source, ranges)
    }

    /// Parses `ranges` of a text, all of it if there are none.
    fn parse(&mut self, source: &str, ranges: &[Range]) -> Option<Tree> {
        let parser = match &mut self.parser {
            Some(parser) => parser,
            none => {
                let mut parser = Parser::new();
                parser.set_language(&parseltongue_grammars::language(parseltongue_grammars::Grammar::Rust)).ok()?;
                none.insert(parser)
            }
        };
        parser.set_included_ranges(ranges).ok()?;
        parser.parse(source, None)
    }

    /// The range of a node, and behind it a semicolon from later in the file, so that the text is a
    /// whole statement.
    fn statement_ranges(&self, mut range: Range) -> Vec<Range> {
        // A token's row may be right while the column is in bytes, as the parser counts.
        let rest = &self.lowering.source.as_bytes()[range.end_byte..];
        let found = rest.iter().take(200).position(|&byte| byte == b';');
        let Some(offset) = found else { return vec![range] };
        let before = &rest[..offset];
        let rows = before.split(|&byte| byte == b'\n').count() - 1;
        let column = match before.iter().rposition(|&byte| byte == b'\n') {
            Some(newline) => offset - newline - 1,
            None => range.end_point.column + offset,
        };
        let start_point = Point { row: range.end_point.row + rows, column };
        let semicolon = Range {
            start_byte: range.end_byte + offset,
            end_byte: range.end_byte + offset + 1,
            start_point,
            end_point: Point { row: start_point.row, column: column + 1 },
        };
        if offset == 0 {
            range.end_byte += 1;
            range.end_point.column += 1;
            return vec![range];
        }
        vec![range, semicolon]
    }

    fn token_tree<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).find(|part| self.kind(*part) == Kind::TokenTree)
    }

    /// A macro call as an expression.
    pub(super) fn macro_expr(&mut self, node: Node<'_>) -> ExprId {
        let Some(path) = child(node, self.fields.macro_name) else { return self.lowering.add_expr(Expr::Unknown) };
        let mut segments = Vec::new();
        self.path_segments(path, &mut segments);
        let name = segments.last().map(|segment| segment.name).unwrap_or_default();
        let mut args = Vec::new();
        if self.macro_depth < MAX_MACRO_DEPTH
            && !OPAQUE.contains(&name.as_str())
            && let Some(tokens) = self.token_tree(node)
        {
            self.macro_depth += 1;
            let apart = self.apart.contains(&name);
            let outer = std::mem::replace(&mut self.in_apart, apart);
            if name == "matches" || name == "assert_matches" {
                self.matches_args(tokens, &mut args);
            } else if self.worth_reading(tokens, name.as_str()) {
                self.macro_args(tokens, &mut args);
            }
            self.in_apart = outer;
            self.macro_depth -= 1;
        }
        let path = self.lowering.facts.new_list(segments);
        let args = self.lowering.facts.new_list(args);
        self.lowering.add_expr(Expr::Macro { path, args, scope: self.lowering.scope })
    }

    /// Whether the arguments can hold calls, or give the macro's value its type.
    fn worth_reading(&self, tokens: Node<'_>, name: &str) -> bool {
        if matches!(name, "vec" | "dbg" | "try" | "format") {
            return name != "format" || self.text(tokens)[1..].contains('(');
        }
        let text = self.text(tokens);
        text.get(1..text.len().saturating_sub(1)).is_some_and(|inner| {
            let is_name = || inner.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '.'));
            inner.contains('(') || (!inner.is_empty() && is_name())
        })
    }

    fn macro_args(&mut self, tokens: Node<'_>, args: &mut Vec<ExprId>) {
        let ranges = self.statement_ranges(tokens.range());
        let Some(tree) = self.parse_ranges(&ranges) else { return };
        let root = tree.root_node();
        if !root.has_error() {
            self.read_args(root, args);
            return;
        }
        let pieces = Self::pieces(tokens);
        if pieces.is_empty() || pieces.len() > MAX_PIECES {
            self.read_args(root, args);
            return;
        }
        for piece in pieces {
            let ranges = self.statement_ranges(piece);
            let Some(tree) = self.parse_ranges(&ranges) else { continue };
            let root = tree.root_node();
            let mut cursor = root.walk();
            for part in root.named_children(&mut cursor) {
                let kind = self.kind(part);
                if kind == Kind::ExpressionStatement
                    && let Some(value) = part.named_child(0)
                {
                    args.push(self.expr(value));
                } else if !matches!(kind, Kind::LineComment | Kind::BlockComment) {
                    self.statement(part, kind);
                }
            }
        }
    }

    /// The arguments in a parsed `(a, b)`, `[a, b]`, `[a; n]` or `{ … }`.
    fn read_args(&mut self, root: Node<'_>, args: &mut Vec<ExprId>) {
        let mut cursor = root.walk();
        for part in root.named_children(&mut cursor) {
            let kind = self.kind(part);
            let inner = if kind == Kind::ExpressionStatement { part.named_child(0) } else { Some(part) };
            let Some(inner) = inner else { continue };
            match self.kind(inner) {
                Kind::TupleExpression | Kind::Parenthesized | Kind::ArrayExpression => {
                    let length = child(inner, self.fields.length);
                    let mut cursor = inner.walk();
                    for value in inner.named_children(&mut cursor) {
                        if matches!(self.kind(value), Kind::LineComment | Kind::BlockComment | Kind::AttributeItem) {
                            continue;
                        }
                        let lowered = match (self.kind(value), child(value, self.fields.right)) {
                            // `name = value` of format macros.
                            (Kind::AssignmentExpression, Some(right)) => self.expr(right),
                            _ => self.expr(value),
                        };
                        if Some(value) != length {
                            args.push(lowered);
                        }
                    }
                }
                Kind::LineComment | Kind::BlockComment => {}
                _ => args.push(self.expr(inner)),
            }
        }
    }

    /// The tokens between separators at the outermost level.
    fn pieces(tokens: Node<'_>) -> Vec<Range> {
        let count = tokens.child_count();
        let mut pieces = Vec::new();
        let mut current: Option<Range> = None;
        let mut cursor = tokens.walk();
        for (index, token) in tokens.children(&mut cursor).enumerate() {
            if index == 0 || index + 1 == count as usize {
                continue;
            }
            if !token.is_named() && matches!(token.kind(), "," | ";" | "=>" | "->" | "=") {
                pieces.extend(current.take());
                continue;
            }
            match &mut current {
                Some(range) => {
                    range.end_byte = token.end_byte();
                    range.end_point = token.end_position();
                }
                none => *none = Some(token.range()),
            }
        }
        pieces.extend(current);
        pieces
    }

    /// `matches!(value, pattern if guard)`
    fn matches_args(&mut self, tokens: Node<'_>, args: &mut Vec<ExprId>) {
        let mut pieces: Vec<Range> = Vec::new();
        let mut open = false;
        let count = tokens.child_count() as usize;
        let mut cursor = tokens.walk();
        for (index, token) in tokens.children(&mut cursor).enumerate() {
            if index == 0 || index + 1 == count {
                continue;
            }
            if token.kind() == "," || token.kind() == "if" {
                open = false;
                continue;
            }
            match pieces.last_mut().filter(|_| open) {
                Some(range) => {
                    range.end_byte = token.end_byte();
                    range.end_point = token.end_position();
                }
                None => pieces.push(token.range()),
            }
            open = true;
        }
        // With a guard, which sees what the pattern binds, it is read as the `match` that it stands for.
        if pieces.len() > 2 {
            args.extend(self.matches_with_guard(tokens, &pieces));
            return;
        }
        // The middle piece is the pattern.
        let guard = (pieces.len() > 2).then(|| pieces.len() - 1);
        for index in std::iter::once(0).chain(guard) {
            let Some(&piece) = pieces.get(index) else { continue };
            let ranges = self.statement_ranges(piece);
            if let Some(tree) = self.parse_ranges(&ranges) {
                self.read_args(tree.root_node(), args);
            }
        }
    }

    /// `matches!(value, pattern if guard)`: the same text with `match` around it, on the same places.
    fn matches_with_guard(&mut self, tokens: Node<'_>, pieces: &[Range]) -> Option<ExprId> {
        let (value, pattern) = (pieces.first()?, pieces.get(1)?);
        let end = tokens.end_byte() - 1;
        let start = value.start_byte.checked_sub("match ".len())?;
        let source = self.lowering.source;
        let mut text: String = source.get(..start)?.chars().map(|char| if char == '\n' { '\n' } else { ' ' }).collect();
        // As many bytes as there were.
        text.extend(std::iter::repeat_n(' ', start - text.len()));
        text.push_str("match ");
        text.push_str(source.get(value.start_byte..value.end_byte)?);
        let between = source.get(value.end_byte..pattern.start_byte)?;
        text.push_str(&between.replacen(',', "{", 1));
        text.push_str(source.get(pattern.start_byte..end)?.trim_end().trim_end_matches(','));
        text.push_str("=>()}");
        let tree = self.parse(&text, &[])?;
        let found = tree.root_node().named_child(0)?;
        let inner = if self.kind(found) == Kind::ExpressionStatement { found.named_child(0)? } else { found };
        (self.kind(inner) == Kind::MatchExpression).then(|| self.expr(inner))
    }

    /// A macro call where items stand: whatever of its arguments reads as items counts as items.
    pub(super) fn item_macro(&mut self, node: Node<'_>) {
        let Some(path) = child(node, self.fields.macro_name) else { return };
        let name = self.text(path);
        let name = name.rsplit("::").next().unwrap_or(name);
        if self.macro_depth >= MAX_MACRO_DEPTH || OPAQUE.contains(&name) {
            return;
        }
        let Some(tokens) = self.token_tree(node) else { return };
        self.macro_depth += 1;
        let outer = std::mem::replace(&mut self.in_thread_local, name == "thread_local");
        self.items_in(tokens, true);
        self.in_thread_local = outer;
        self.macro_depth -= 1;
    }

    fn items_in(&mut self, tokens: Node<'_>, outermost: bool) {
        let text = self.text(tokens);
        if !["fn ", "struct ", "enum ", "trait ", "impl", "static ", "mod ", "type ", "const ", "use "]
            .iter()
            .any(|word| text.contains(word))
        {
            return;
        }
        let ranges = self.item_ranges(tokens);
        if ranges.is_empty() {
            return;
        }
        let Some(tree) = self.parse_ranges(&ranges) else { return };
        let root = tree.root_node();
        let mut cursor = root.walk();
        let found = root.named_children(&mut cursor).any(|part| self.is_item(part));
        if found && (outermost || !root.has_error()) {
            let mut before = super::Before::default();
            let mut cursor = root.walk();
            for part in root.named_children(&mut cursor) {
                if self.is_item(part)
                    || matches!(self.kind(part), Kind::AttributeItem | Kind::LineComment | Kind::BlockComment)
                {
                    self.item(part, &mut before);
                } else {
                    before = super::Before::default();
                }
            }
            return;
        }
        // `cfg_if! { if #[cfg(a)] { items } else { items } }`
        let mut taken = false;
        let mut before = tokens.start_byte();
        let mut cursor = tokens.walk();
        for group in tokens.named_children(&mut cursor) {
            if self.kind(group) == Kind::TokenTree && self.text(group).starts_with('{') {
                let header = self.lowering.source.get(before..group.start_byte()).unwrap_or("").trim();
                before = group.end_byte();
                let holds = match header.split_once("#[cfg") {
                    Some((_, rest)) => rest.strip_suffix(']').and_then(configuration::holds),
                    None => (header == "else").then_some(true),
                };
                let (defs, imports) = (self.lowering.facts.defs.len(), self.lowering.facts.imports.len());
                self.deeper(|walk| walk.items_in(group, false));
                if holds == Some(false) || (taken && holds.is_some()) {
                    self.configure_away(defs, imports);
                }
                taken |= holds == Some(true);
            }
        }
    }

    /// Marks what was added here since there were so many definitions and imports.
    fn configure_away(&mut self, defs: usize, imports: usize) {
        let (owner, scope) = (self.lowering.owner, self.lowering.scope);
        for def in self.lowering.facts.defs[defs..].iter_mut().filter(|def| def.parent == owner) {
            def.flags.insert(DefFlags::INACTIVE);
        }
        for import in self.lowering.facts.imports[imports..].iter_mut().filter(|import| import.scope == scope) {
            import.level = CONFIGURED_AWAY;
        }
    }

    fn is_item(&self, node: Node<'_>) -> bool {
        matches!(
            self.kind(node),
            Kind::FunctionItem
                | Kind::FunctionSignature
                | Kind::StructItem
                | Kind::UnionItem
                | Kind::EnumItem
                | Kind::TraitItem
                | Kind::ImplItem
                | Kind::ModItem
                | Kind::TypeItem
                | Kind::ConstItem
                | Kind::StaticItem
                | Kind::UseDeclaration
                | Kind::MacroInvocation
        )
    }

    /// `struct Flags: u32 { const A = 1; }` is a type of that name: the places of `: u32` and of what is
    /// inside the braces.
    fn flag_bodies(&self, tokens: Node<'_>) -> Vec<Range> {
        let mut cursor = tokens.walk();
        let parts: Vec<Node<'_>> = tokens.children(&mut cursor).collect();
        let mut found = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let ([_, _, colon, ..], true) = (&parts[index..], self.text(*part) == "struct") else { continue };
            let body = parts[index..]
                .iter()
                .take_while(|part| part.kind() != ";")
                .find(|part| self.kind(**part) == Kind::TokenTree && self.text(**part).starts_with('{'));
            let (":", Some(body)) = (colon.kind(), body) else { continue };
            let (mut inside, mut close) = (body.start_position(), body.end_position());
            inside.column += 1;
            close.column = close.column.saturating_sub(1);
            found.push(Range {
                start_byte: colon.start_byte(),
                end_byte: body.start_byte(),
                start_point: colon.start_position(),
                end_point: body.start_position(),
            });
            found.push(Range {
                start_byte: body.start_byte() + 1,
                end_byte: body.end_byte().saturating_sub(1),
                start_point: inside,
                end_point: close,
            });
        }
        found
    }

    /// `fn f(x in strategy) { … }` of proptest, and `fn f(n: u8)(x in strategy) -> T { … }`: notes what is drawn,
    /// and gives the places that are no Rust.
    fn drawn_lists(&mut self, tokens: Node<'_>) -> Vec<Range> {
        let mut cursor = tokens.walk();
        let parts: Vec<Node<'_>> = tokens.children(&mut cursor).collect();
        let mut gaps = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            if part.kind() != "fn" || index + 2 >= parts.len() {
                continue;
            }
            let groups: Vec<Node<'_>> = parts[index + 2..]
                .iter()
                .copied()
                .take_while(|part| self.kind(*part) == Kind::TokenTree && self.text(*part).starts_with('('))
                .collect();
            let Some(&first) = groups.first() else { continue };
            let mut drawn =
                Drawn { name_at: parts[index + 1].start_byte(), params: Vec::new(), composed: groups.len() > 1 };
            for &group in &groups {
                self.drawn_list(group, &mut drawn.params);
            }
            if drawn.params.is_empty() {
                continue;
            }
            let mut outside = first.range();
            if groups.len() == 1 {
                outside.start_byte += 1;
                outside.start_point.column += 1;
                outside.end_byte -= 1;
                outside.end_point.column = outside.end_point.column.saturating_sub(1);
                gaps.push(outside);
            }
            gaps.extend(groups[1..].iter().map(Node::range));
            self.drawn.push(drawn);
        }
        gaps
    }

    fn drawn_list(&self, group: Node<'_>, out: &mut Vec<(Vec<Name>, Range)>) {
        let mut cursor = group.walk();
        let parts: Vec<Node<'_>> = group.children(&mut cursor).collect();
        let Some(inside) = parts.get(1..parts.len().saturating_sub(1)) else { return };
        for piece in inside.split(|part| part.kind() == ",") {
            let Some(at) = piece.iter().position(|part| self.text(*part) == "in") else { continue };
            let (Some(start), Some(end)) = (piece.get(at + 1), piece.last()) else { continue };
            let mut names = Vec::new();
            for &part in &piece[..at] {
                match self.kind(part) {
                    Kind::Identifier => names.push(self.ident(part)),
                    Kind::TokenTree => {
                        let mut cursor = part.walk();
                        let inner =
                            part.named_children(&mut cursor).filter(|part| self.kind(*part) == Kind::Identifier);
                        names.extend(inner.map(|name| self.ident(name)));
                    }
                    _ => {}
                }
            }
            let range = Range {
                start_byte: start.start_byte(),
                end_byte: end.end_byte(),
                start_point: start.start_position(),
                end_point: end.end_position(),
            };
            out.push((names, range));
        }
    }

    /// Binds what is drawn, in the function's scope; gives the function's type.
    pub(super) fn drawn_params(&mut self, drawn: &Drawn, ty: Option<TypeId>) -> Option<TypeId> {
        for (names, strategy) in &drawn.params {
            let ranges = self.statement_ranges(*strategy);
            let tree = self.parse_ranges(&ranges);
            let given = tree.as_ref().and_then(|tree| tree.root_node().named_child(0)?.named_child(0));
            let given = given.map(|given| self.expr(given));
            let args = self.lowering.facts.new_list(given);
            let (scope, at) = (self.lowering.scope, strategy.start_byte as u32);
            let segments = self.known_path(&["proptest", "__draw"], List::default());
            let callee = self.lowering.add_expr(Expr::Path { segments, scope, at });
            let value = self.lowering.add_expr(Expr::Call { callee, args, type_args: List::default() });
            for (index, &name) in names.iter().enumerate() {
                let part = Expr::Component { value, index: index as u32 };
                let value = if names.len() == 1 { value } else { self.lowering.add_expr(part) };
                self.lowering.add_binding(name, strategy.end_byte, BindingKind::Local, None, Some(value));
            }
        }
        if !drawn.composed {
            return ty;
        }
        let name = Name::new("Value");
        let value = self.lowering.add_type(TypeExpr::Associated { name, ty: ty? });
        let bound = self.known_type(&["proptest", "strategy", "Strategy"], value);
        let bounds = self.lowering.facts.new_list([bound]);
        Some(self.lowering.add_type(TypeExpr::Impl(bounds)))
    }

    fn known_path(&mut self, names: &[&str], args: List<TypeId>) -> List<Segment> {
        let mut segments: Vec<Segment> =
            names.iter().map(|name| Segment { name: Name::new(name), args: List::default() }).collect();
        if let Some(last) = segments.last_mut() {
            last.args = args;
        }
        self.lowering.facts.new_list(segments)
    }

    /// A type that a macro writes: `path<arg>`.
    pub(super) fn known_type(&mut self, path: &[&str], arg: TypeId) -> TypeId {
        let args = self.lowering.facts.new_list([arg]);
        let segments = self.known_path(path, args);
        let scope = self.lowering.scope;
        self.lowering.add_type(TypeExpr::Path { segments, scope, at: 0 })
    }

    /// The inside of a token tree without the lines that start with `@`: markers for the macro.
    fn item_ranges(&mut self, tokens: Node<'_>) -> Vec<Range> {
        let (start, end) = (tokens.start_byte() + 1, tokens.end_byte().saturating_sub(1));
        let Some(text) = self.lowering.source.get(start..end) else { return Vec::new() };
        let mut ranges: Vec<Range> = Vec::new();
        let mut point = tokens.start_position();
        point.column += 1;
        let mut offset = start;
        let mut open = false;
        for line in text.split_inclusive('\n') {
            let next = if line.ends_with('\n') {
                Point { row: point.row + 1, column: 0 }
            } else {
                Point { row: point.row, column: point.column + line.len() }
            };
            if line.trim_start().starts_with('@') {
                open = false;
            } else {
                match ranges.last_mut().filter(|_| open) {
                    Some(range) => {
                        range.end_byte = offset + line.len();
                        range.end_point = next;
                    }
                    None => ranges.push(Range {
                        start_byte: offset,
                        end_byte: offset + line.len(),
                        start_point: point,
                        end_point: next,
                    }),
                }
                open = true;
            }
            offset += line.len();
            point = next;
        }
        ranges.retain(|range| range.end_byte > range.start_byte);
        let mut gaps = self.flag_bodies(tokens);
        gaps.extend(self.drawn_lists(tokens));
        for gap in gaps {
            ranges = ranges.into_iter().flat_map(|range| without(range, &gap)).collect();
        }
        ranges
    }
}

/// A function whose parameters are drawn, by where its name is: names and the strategy of each parameter.
pub(super) struct Drawn {
    pub(super) name_at: usize,
    params: Vec<(Vec<Name>, Range)>,
    /// Gives a strategy of its result's type.
    composed: bool,
}

/// What of a range is outside of another one.
fn without(range: Range, gap: &Range) -> impl Iterator<Item = Range> {
    let before = Range {
        end_byte: range.end_byte.min(gap.start_byte),
        end_point: range.end_point.min(gap.start_point),
        ..range
    };
    let after = Range {
        start_byte: range.start_byte.max(gap.end_byte),
        start_point: range.start_point.max(gap.end_point),
        ..range
    };
    [before, after].into_iter().filter(|part| part.start_byte < part.end_byte)
}

/// Whether a macro's definition takes `$value.$method(…)` apart: what it calls the method on is open.
pub(super) fn takes_apart(definition: &str) -> bool {
    let text: String = definition.split_whitespace().collect();
    text.match_indices(":ident(").any(|(end, _)| {
        let name = text[..end].rsplit(|char: char| !char.is_alphanumeric() && char != '_').next().unwrap_or("");
        text[..end - name.len()].ends_with(".$")
    })
}

/// Whether a macro's definition says `match $value { Ok(found) => found, … }`, as `?` does.
pub(super) fn unwraps(definition: &str) -> bool {
    let text: String = definition.split_whitespace().collect();
    let mut bodies = text.split("=>{match$");
    bodies.next();
    bodies.any(|body| {
        body.split_once('{').is_some_and(|(_, arms)| {
            ["Ok(", "Some("].iter().any(|pattern| {
                arms.split_once(pattern).and_then(|(_, rest)| rest.split_once(")=>")).is_some_and(|(name, value)| {
                    let is_name = name.chars().all(|char| char.is_alphanumeric() || char == '_');
                    is_name && value.strip_prefix(name).is_some_and(|rest| rest.starts_with([',', '}']))
                })
            })
        })
    })
}
