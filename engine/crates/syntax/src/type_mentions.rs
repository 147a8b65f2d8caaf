//! Where types are named, in languages whose extractors do not say so as they go.

use crate::facts::{DefId, DefKind, Expr, ExprId, FileFacts, Mention, Pos, TypeExpr, TypeId};
use crate::language::Family;
use crate::name::Name;
use rustc_hash::FxHashSet;

/// Frequent names of a language's own types, which no project can take and so are not worth looking up.
const fn own_types(family: Family) -> &'static [&'static str] {
    match family {
        Family::CFamily => &["int", "char", "void", "bool", "unsigned", "long", "double", "float", "short"],
        Family::EcmaScript => &["string", "number", "boolean", "any", "void", "unknown", "never", "object"],
        Family::Rust | Family::Python | Family::Go | Family::Java => &[],
    }
}

/// Adds a mention for each type that `source` names by a path: in signatures, annotations, casts, declarations.
///
/// A type that an extractor made up (`const` around another, the parameter of a macro) has no place where its first
/// name is written, and gets none.
pub(crate) fn add(facts: &mut FileFacts, source: &str) {
    let family = facts.language.family();
    let own = own_types(family);
    let mut named: Vec<(u32, TypeId, Name)> = Vec::new();
    for (index, ty) in facts.types.iter().enumerate() {
        let &TypeExpr::Path { segments, at, .. } = ty else { continue };
        let segments = facts.list(segments);
        let (Some(first), Some(last)) = (segments.first(), segments.last()) else { continue };
        let after = source.get(at as usize..).and_then(|text| text.strip_prefix(first.name.as_str()));
        // `void A::f()` says where f belongs.
        let qualifies = segments.len() == 1 && family == Family::CFamily;
        let written = after.is_some_and(|after| !(qualifies && after.starts_with("::")));
        if written && !first.name.is_empty() && !own.contains(&first.name.as_str()) {
            named.push((at, TypeId::from_index(index), last.name));
        }
    }
    named.sort_by_key(|&(at, ty, _)| (at, ty));
    // `int a, b` reads its type more than once.
    named.dedup_by_key(|&mut (at, ..)| at);
    let mut starts: Vec<DefId> = facts.defs().map(|(id, _)| id).collect();
    starts.sort_by_key(|&id| (facts.def(id).span.start, id));
    let declared: FxHashSet<Pos> = facts.defs().map(|(_, def)| def.pos).collect();
    let mut opened = 0;
    let mut innermost = DefId::FILE;
    let mut place = Place { at: 0, pos: Pos { line: 1, column: 1 } };
    for (at, ty, name) in named {
        while let Some(&next) = starts.get(opened).filter(|&&next| facts.def(next).span.start <= at) {
            innermost = next;
            opened += 1;
        }
        while innermost != DefId::FILE && facts.def(innermost).span.end <= at {
            innermost = facts.def(innermost).parent;
        }
        // What an `impl` block is for is told by relations.
        if facts.def(innermost).kind == DefKind::Impl {
            continue;
        }
        place.advance(source, at as usize);
        // A declaration's own name is read as a type in `struct A {`.
        if declared.contains(&place.pos) {
            continue;
        }
        let expr = ExprId::from_index(facts.exprs.len());
        facts.exprs.push(Expr::StructLiteral { ty });
        facts.mentions.push(Mention { expr, owner: innermost, name, pos: place.pos });
    }
}

/// A place in a text that only moves on.
struct Place {
    /// Byte offset.
    at: usize,
    pos: Pos,
}

impl Place {
    fn advance(&mut self, source: &str, to: usize) {
        for char in source.get(self.at..to).unwrap_or("").chars() {
            if char == '\n' {
                self.pos = Pos { line: self.pos.line + 1, column: 1 };
            } else {
                self.pos.column += 1;
            }
        }
        self.at = to;
    }
}
