//! Values that a library gave: what type they are of is not known, it may be one of the project's.

use super::EcmaScriptResolver;
use super::infer::Session;
use super::names::{Entity, Meaning};
use super::ty::Ty;
use crate::memo::Fuel;
use crate::project::FileId;
use parseltongue_syntax::facts::*;

/// How many expressions are followed to the call that a value came from.
const MAX_STEPS: u32 = 12;

impl EcmaScriptResolver<'_> {
    /// Whether a value of unknown type came out of a library's call: `container.get(Service)` may be a `Service`.
    /// An instance of a library's class, and what a module holds, are the library's.
    pub(super) fn is_given(&self, session: &Session, file: FileId, value: ExprId, steps: u32) -> bool {
        if steps == MAX_STEPS {
            return false;
        }
        let facts = self.facts(file);
        let from = |file, value| self.is_given(session, file, value, steps + 1);
        match *facts.expr(value) {
            Expr::Call { callee, .. } => match *facts.expr(callee) {
                // By convention, what starts with a capital makes an instance.
                Expr::Name { name, .. } | Expr::Member { name, .. } => {
                    name != "require" && name.as_str().starts_with(|letter: char| !letter.is_uppercase())
                }
                _ => true,
            },
            Expr::Member { base, .. } => match self.expr(session, file, base, Fuel::FULL) {
                Ty::External => from(file, base),
                // A member that a library's base class has, or that is put there from elsewhere.
                Ty::Ref(def, _) | Ty::Class(def, _) | Ty::Param(def, _) => def.file != self.library,
                _ => false,
            },
            Expr::Local(binding) => facts.binding(binding).init.is_some_and(|init| from(file, init)),
            Expr::Name { name, scope, .. } => match self.look_up(file, scope, name, Meaning::Value) {
                Some((Entity::Binding(at, binding), _)) => {
                    let binding = self.facts(at).binding(binding);
                    binding.ty.is_none() && binding.init.is_some_and(|init| from(at, init))
                }
                Some((Entity::Def(def), _)) => {
                    let this = self.def(def);
                    let variable = matches!(this.kind, DefKind::Constant | DefKind::Variable);
                    variable && this.ty.is_none() && this.value.is_some_and(|value| from(def.file, value))
                }
                _ => false,
            },
            Expr::Choice(items) => facts.list(items).iter().any(|&item| from(file, item)),
            Expr::Index { base: value, .. }
            | Expr::Unary { operand: value, .. }
            | Expr::Guarded { value, .. }
            | Expr::Component { value, .. }
            | Expr::Element(value) => from(file, value),
            _ => false,
        }
    }
}
