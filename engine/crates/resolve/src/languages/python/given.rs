//! Values that a library gave: what class they are of is not known, it may be one of the project's.

use super::infer::Eval;
use super::names::Decl;
use crate::project::DefRef;
use crate::scopes::Item;
use crate::ty::Ty;
use parseltongue_syntax::facts::*;

/// How many expressions are followed to the call that a value came from.
const MAX_STEPS: u32 = 12;

impl Eval<'_, '_> {
    /// Whether a value of unknown class came out of a library: `session.get(User, 1)` may be a `User`. An
    /// instance of a library's class, and what a module holds, are the library's.
    pub(super) fn is_given(&self, value: ExprId) -> bool {
        matches!(self.expr(value), Ty::ExternalName(_)) && self.comes_from_call(value, 0)
    }

    fn comes_from_call(&self, value: ExprId, steps: u32) -> bool {
        if steps == MAX_STEPS {
            return false;
        }
        let from = |value| self.comes_from_call(value, steps + 1);
        match *self.facts.expr(value) {
            Expr::Call { callee, .. } => match *self.facts.expr(callee) {
                // By convention, what starts with a capital is a class.
                Expr::Name { name, .. } | Expr::Member { name, .. } => {
                    name.as_str().starts_with(|letter: char| !letter.is_uppercase())
                }
                _ => true,
            },
            Expr::Member { base, .. } => match self.expr(base) {
                // An attribute that a library's base class has.
                Ty::Def(class, _) | Ty::Class(class, _) => !self.r.is_stub(class.file),
                _ => from(base),
            },
            Expr::Local(binding) => {
                let binding = self.facts.binding(binding);
                binding.ty.is_none() && binding.init.is_some_and(from)
            }
            Expr::Name { name, scope, .. } => match self.r.lookup(self.file, scope, name) {
                Some(Decl::Variable(file, scope, name)) if !self.r.is_stub(file) => {
                    let there = Eval::new(self.r, file, self.fuel, None);
                    let values = self.r.index(file).items(scope, name).iter().filter_map(|item| match *item {
                        Item::Binding(binding) => there.facts.binding(binding).init,
                        Item::Def(def) => self.r.def(DefRef { file, def }).value,
                        Item::Import(_) => None,
                    });
                    values.into_iter().any(|value| there.comes_from_call(value, steps + 1))
                }
                _ => false,
            },
            Expr::Choice(items) => self.facts.list(items).iter().any(|&item| from(item)),
            Expr::Index { base: value, .. }
            | Expr::Unary { operand: value, .. }
            | Expr::Guarded { value, .. }
            | Expr::After { value, .. }
            | Expr::Assigned { value, .. }
            | Expr::Component { value, .. }
            | Expr::Element(value)
            | Expr::Entered(value) => from(value),
            _ => false,
        }
    }
}
