//! Looks ahead: which names a piece of code assigns, and conditions whose outcome is known from the text.

use super::Python;
use super::kinds::{K, child, children, fields, kind};
use rustc_hash::FxHashSet;
use tree_sitter::Node;

/// The Python version that version checks are read for.
const VERSION: (u32, u32) = (3, 12);

/// More nested code than this is not looked through for assignments.
const MAX_DEPTH: u32 = 100;

/// The names and dotted chains that `node` assigns, not looking into functions and classes.
pub(super) fn assigned<'s>(python: &Python<'_, 's>, node: Node<'_>, names: &mut FxHashSet<&'s str>) {
    visit(python, node, names, 0);
}

fn visit<'s>(python: &Python<'_, 's>, node: Node<'_>, names: &mut FxHashSet<&'s str>, depth: u32) {
    if depth > MAX_DEPTH {
        return;
    }
    match kind(node) {
        K::FunctionDefinition | K::ClassDefinition => {
            if let Some(name) = child(node, fields().name) {
                names.insert(python.text(name));
            }
            return;
        }
        K::Lambda | K::String | K::Import | K::ImportFrom => return,
        K::Assignment | K::AugmentedAssignment | K::For => {
            if let Some(left) = child(node, fields().left) {
                targets(python, left, names, depth);
            }
        }
        K::NamedExpression => {
            if let Some(name) = child(node, fields().name) {
                names.insert(python.text(name));
            }
        }
        K::AsPatternTarget => {
            for target in children(node) {
                targets(python, target, names, depth);
            }
            return;
        }
        _ => {}
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        visit(python, child, names, depth + 1);
    }
}

fn targets<'s>(python: &Python<'_, 's>, node: Node<'_>, names: &mut FxHashSet<&'s str>, depth: u32) {
    if depth > MAX_DEPTH {
        return;
    }
    match kind(node) {
        K::Identifier => {
            names.insert(python.text(node));
        }
        K::Attribute if is_chain(node) => {
            names.insert(python.text(node));
        }
        K::PatternList
        | K::TuplePattern
        | K::ListPattern
        | K::ListSplatPattern
        | K::Tuple
        | K::List
        | K::ExpressionList
        | K::Parenthesized => {
            for target in children(node) {
                targets(python, target, names, depth + 1);
            }
        }
        _ => {}
    }
}

/// Whether a node is `a.b.c` of names only, short enough to be followed.
pub(super) fn is_chain(mut node: Node<'_>) -> bool {
    for _ in 0..8 {
        match kind(node) {
            K::Identifier => return true,
            K::Attribute => match child(node, fields().object) {
                Some(object) => node = object,
                None => return false,
            },
            _ => return false,
        }
    }
    false
}

/// The outcome of a condition that a type checker knows: version checks, `TYPE_CHECKING`. The code of every
/// platform counts.
pub(super) fn static_condition(python: &Python<'_, '_>, node: Node<'_>) -> Option<bool> {
    match kind(node) {
        K::True => Some(true),
        K::False => Some(false),
        K::Integer => match python.text(node) {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        },
        K::Identifier if python.text(node) == "TYPE_CHECKING" => Some(true),
        K::Attribute => {
            let text = python.text(node);
            matches!(text, "typing.TYPE_CHECKING" | "t.TYPE_CHECKING").then_some(true)
        }
        K::Parenthesized => static_condition(python, *children(node).first()?),
        K::NotOperator => static_condition(python, child(node, fields().argument)?).map(|known| !known),
        K::BooleanOperator => {
            let left = static_condition(python, child(node, fields().left)?);
            let right = static_condition(python, child(node, fields().right)?);
            let and = python.text(child(node, fields().operator)?) == "and";
            match (left, right) {
                (Some(left), Some(right)) => Some(if and { left && right } else { left || right }),
                (Some(false), _) | (_, Some(false)) if and => Some(false),
                (Some(true), _) | (_, Some(true)) if !and => Some(true),
                _ => None,
            }
        }
        K::ComparisonOperator => comparison(python, node),
        _ => None,
    }
}

fn comparison(python: &Python<'_, '_>, node: Node<'_>) -> Option<bool> {
    let operands = children(node);
    let [left, right] = operands[..] else { return None };
    let operator = python.l.source.get(left.end_byte()..right.start_byte())?.trim();
    let (left, right) = (python.text(left), python.text(right));
    let compare = |ordering: std::cmp::Ordering| match operator {
        ">=" => Some(ordering.is_ge()),
        ">" => Some(ordering.is_gt()),
        "<=" => Some(ordering.is_le()),
        "<" => Some(ordering.is_lt()),
        "==" => Some(ordering.is_eq()),
        "!=" => Some(ordering.is_ne()),
        _ => None,
    };
    match left {
        "sys.version_info" | "sys.version_info[:2]" => {
            let mut parts = right.trim_matches(['(', ')']).split(',').map(|part| part.trim().parse::<u32>());
            let major = parts.next()?.ok()?;
            match parts.next() {
                Some(Ok(minor)) => compare(VERSION.cmp(&(major, minor))),
                // `>= (3,)`
                _ => compare(if VERSION.0 == major { std::cmp::Ordering::Greater } else { VERSION.0.cmp(&major) }),
            }
        }
        "sys.version_info[0]" | "sys.version_info.major" => compare(VERSION.0.cmp(&right.parse().ok()?)),
        _ => None,
    }
}
