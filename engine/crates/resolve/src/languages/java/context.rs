//! Where an expression stands, as far as it decides the types of lambdas and generic calls.

use parseltongue_syntax::facts::{BindingId, DefId, DefKind, Expr, ExprId, FileFacts, TypeId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// Nothing that gives it a type.
    None,
    /// An argument of a call or `new`.
    Argument(ExprId),
    Initial(BindingId),
    Field(DefId),
    /// Returned from a callable or closure.
    Returned(DefId),
    /// Assigned to this.
    Assigned(ExprId),
    Cast(TypeId),
    /// A branch of this choice.
    Branch(ExprId),
}

/// The context of each expression, and the expression that each closure is.
pub(super) struct Contexts {
    of: Vec<Context>,
    closures: Vec<Option<ExprId>>,
}

impl Contexts {
    pub(super) fn new(facts: &FileFacts) -> Self {
        let mut of = vec![Context::None; facts.exprs.len()];
        let mut closures = vec![None; facts.defs.len()];
        for (index, expr) in facts.exprs.iter().enumerate() {
            let id = ExprId::from_index(index);
            match *expr {
                Expr::Call { args, .. } | Expr::New { args, .. } => {
                    for arg in facts.list(args) {
                        of[arg.index()] = Context::Argument(id);
                    }
                }
                Expr::Choice(branches) => {
                    for branch in facts.list(branches) {
                        of[branch.index()] = Context::Branch(id);
                    }
                }
                Expr::Cast { value, ty } => of[value.index()] = Context::Cast(ty),
                Expr::Def(def) => closures[def.index()] = Some(id),
                _ => {}
            }
        }
        for (index, binding) in facts.bindings.iter().enumerate() {
            if let (Some(init), Some(_)) = (binding.init, binding.ty) {
                let context = &mut of[init.index()];
                if *context == Context::None {
                    *context = Context::Initial(BindingId::from_index(index));
                }
            }
        }
        for (id, def) in facts.defs() {
            if matches!(def.kind, DefKind::Field | DefKind::Constant)
                && let Some(value) = def.value
            {
                of[value.index()] = Context::Field(id);
            }
            for value in facts.list(def.returns) {
                of[value.index()] = Context::Returned(id);
            }
        }
        for assign in &facts.assigns {
            let context = &mut of[assign.value.index()];
            if *context == Context::None {
                *context = Context::Assigned(assign.target);
            }
        }
        Self { of, closures }
    }

    pub(super) fn of(&self, expr: ExprId) -> Context {
        self.of[expr.index()]
    }

    /// The expression that a closure or anonymous class is.
    pub(super) fn closure(&self, def: DefId) -> Option<ExprId> {
        self.closures[def.index()]
    }
}
