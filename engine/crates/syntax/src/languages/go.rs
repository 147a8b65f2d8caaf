use crate::lower::Lowering;
use tree_sitter::Node;

pub(super) fn lower(_lowering: &mut Lowering<'_>, _root: Node<'_>, _path: &str) {}
