//! What conditions tell of types.

use super::annotations::instance_of;
use super::infer::Eval;
use super::names::Decl;
use crate::project::DefRef;
use crate::ty::{Ty, no_args};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;

impl Eval<'_, '_> {
    /// A value's type where a condition came out as `holds`.
    pub(super) fn narrowed(&self, value: Ty, condition: ExprId, holds: bool) -> Ty {
        match *self.facts.expr(condition) {
            Expr::Call { callee, args, .. } => {
                let args = self.facts.list(args);
                let builtin = match *self.facts.expr(callee) {
                    Expr::Name { name, scope, .. } => match self.r.lookup(self.file, scope, name) {
                        Some(Decl::Def(def)) => self.r.stub_name(def, "builtins"),
                        _ => None,
                    },
                    _ => None,
                };
                match (builtin, args) {
                    (Some("isinstance"), [_, classes]) => {
                        let mut wanted = Vec::new();
                        let known = flatten(&self.expr(*classes), &mut wanted);
                        self.by_class(value, &wanted, known, holds)
                    }
                    (Some("issubclass"), [_, classes]) => {
                        let mut wanted = Vec::new();
                        let known = flatten(&self.expr(*classes), &mut wanted);
                        let instance = self.by_class(instance_of(&value), &wanted, known, holds);
                        super::annotations::class_of(&instance).or(|| value)
                    }
                    (Some("callable"), [_]) => {
                        let parts = parts(&value);
                        let (yes, no): (Vec<Ty>, Vec<Ty>) = parts.into_iter().partition(|part| self.is_callable(part));
                        Ty::union(if holds { yes } else { no })
                    }
                    (Some(_), _) => value,
                    (None, _) => self.by_guard(value, callee, holds),
                }
            }
            Expr::Binary { op, left, right } => {
                let same = match op {
                    BinaryOp::Equal => holds,
                    BinaryOp::NotEqual => !holds,
                    _ => return value,
                };
                match (self.facts.expr(left), same) {
                    (Expr::Call { .. }, true) => {
                        let mut wanted = Vec::new();
                        let known = flatten(&self.expr(right), &mut wanted);
                        self.by_class(value, &wanted, known, true)
                    }
                    _ => value,
                }
            }
            _ => value,
        }
    }

    fn is_callable(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Function(..) | Ty::Class(..) | Ty::Fn(..) | Ty::Reference(_) | Ty::ExternalName(_) => true,
            Ty::Def(class, args) => self.r.member(*class, args, Name::new("__call__"), 0).is_some(),
            _ => false,
        }
    }

    fn by_class(&self, value: Ty, wanted: &[Ty], known: bool, holds: bool) -> Ty {
        let r = self.r;
        if !holds {
            let left = parts(&value).into_iter().filter(|part| {
                let class = match part {
                    Ty::Def(class, _) => Some(*class),
                    Ty::Tuple(_) => r.stub_def("builtins", "tuple"),
                    _ => None,
                };
                !class.is_some_and(|class| {
                    wanted.iter().any(|wanted| matches!(wanted, Ty::Class(base, _) if self.is_instance(class, *base)))
                })
            });
            let left: Vec<Ty> = left.collect();
            return if left.is_empty() && !matches!(value, Ty::Unknown) { Ty::Never } else { Ty::union(left) };
        }
        let mut found = Vec::new();
        for part in parts(&value) {
            match &part {
                Ty::Def(class, _) => {
                    let mut any = false;
                    for base in wanted {
                        let Ty::Class(base, _) = base else { continue };
                        if self.is_instance(*class, *base) {
                            found.push(part.clone());
                            any = true;
                            break;
                        }
                    }
                    if any {
                        continue;
                    }
                    for base in wanted {
                        let Ty::Class(base, _) = base else { continue };
                        if r.derives(*base, *class) || r.stub_name(*class, "builtins") == Some("object") {
                            found.push(self.as_subclass(&part, *base));
                        }
                    }
                }
                Ty::Tuple(_) => {
                    let tuple = r.stub_def("builtins", "tuple");
                    if wanted.iter().any(|wanted| matches!((wanted, tuple), (Ty::Class(base, _), Some(tuple)) if self.is_instance(tuple, *base))) {
                        found.push(part.clone());
                    }
                }
                Ty::Param(owner, index) => {
                    let bound = r.bound_of(*owner, *index);
                    let narrowed = if bound == part { Ty::Unknown } else { self.by_class(bound, wanted, known, true) };
                    found.push(narrowed);
                }
                Ty::Class(class, _) => {
                    // A class is an instance of its metaclass.
                    let meta = r.mro(*class).metaclass.or_else(|| r.stub_def("builtins", "type"));
                    let is = |base: DefRef| {
                        meta.is_some_and(|meta| r.derives(meta, base)) || r.stub_name(base, "builtins") == Some("type")
                    };
                    if wanted.iter().any(|wanted| matches!(wanted, Ty::Class(base, _) if is(*base))) {
                        found.push(part.clone());
                    }
                }
                _ => {}
            }
        }
        let found = Ty::union(found);
        if found.is_known() {
            return found;
        }
        if !known || wanted.is_empty() {
            return value;
        }
        // Nothing of the value's type fits: it is what the condition says.
        Ty::union(wanted.iter().map(|wanted| match wanted {
            Ty::Class(class, _) => self.as_subclass(&Ty::Unknown, *class),
            other => instance_of(other),
        }))
    }

    fn is_instance(&self, class: DefRef, base: DefRef) -> bool {
        if self.r.derives(class, base) {
            return true;
        }
        // `typing.Mapping` and the like are known by more than their heirs.
        let own = self.r.stub_name(class, "builtins");
        let base = self.r.stub_name(base, "builtins");
        matches!((own, base), (Some("bool"), Some("int")))
    }

    /// `class` with the type arguments that seeing it as `part` tells.
    fn as_subclass(&self, part: &Ty, class: DefRef) -> Ty {
        let params = self.r.class_params(class);
        if params.is_empty() {
            return Ty::Def(class, no_args());
        }
        let Ty::Def(base, args) = part else {
            return Ty::Def(class, params.iter().map(|_| Ty::Unknown).collect());
        };
        let seen = self.seen_as(&Ty::Def(class, params.clone()), *base).unwrap_or_default();
        let args = params
            .iter()
            .map(|param| {
                seen.iter()
                    .position(|known| known == param)
                    .and_then(|index| args.get(index).cloned())
                    .unwrap_or(Ty::Unknown)
            })
            .collect();
        Ty::Def(class, args)
    }

    /// A function whose result is annotated as `TypeGuard[A]`.
    fn by_guard(&self, value: Ty, callee: ExprId, holds: bool) -> Ty {
        let Ty::Function(def, _) = self.expr(callee) else { return value };
        let facts = self.r.facts(def.file);
        let Some(ty) = facts.def(def.def).ty else { return value };
        let TypeExpr::Path { segments, .. } = *facts.type_expr(ty) else { return value };
        let Some(last) = facts.list(segments).last() else { return value };
        let strict = last.name == "TypeIs";
        if !strict && last.name != "TypeGuard" {
            return value;
        }
        let Some(&inner) = facts.list(last.args).first() else { return value };
        let told = Eval::new(self.r, def.file, self.fuel, None).annotated(inner);
        match (holds, strict) {
            (true, _) => told.or(|| value),
            (false, true) => Ty::union(parts(&value).into_iter().filter(|part| *part != told)),
            (false, false) => value,
        }
    }
}

/// The members of a union, or the type itself.
fn parts(ty: &Ty) -> Vec<Ty> {
    match ty {
        Ty::Union(parts) => parts.to_vec(),
        Ty::Unknown => Vec::new(),
        one => vec![one.clone()],
    }
}

/// The classes that `isinstance` is asked about; false if some are not known.
fn flatten(ty: &Ty, classes: &mut Vec<Ty>) -> bool {
    match ty {
        Ty::Class(..) => {
            classes.push(ty.clone());
            true
        }
        Ty::Reference(inner) => {
            let _ = inner;
            classes.push(ty.clone());
            true
        }
        Ty::Tuple(items) | Ty::Union(items) => {
            let mut known = true;
            for item in items.iter() {
                known &= flatten(item, classes);
            }
            known
        }
        Ty::Def(_, args) => {
            // A variable number of classes.
            args.first().is_some_and(|item| flatten(item, classes))
        }
        _ => false,
    }
}
