//! What a condition says of a type.

use super::EcmaScriptResolver;
use super::infer::Session;
use super::ty::{Ty, no_env};
use crate::memo::Fuel;
use crate::project::FileId;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;

impl EcmaScriptResolver<'_> {
    /// The type of the value at `path` where a condition holds, or does not.
    #[expect(clippy::too_many_arguments)]
    pub(super) fn narrow(
        &self,
        session: &Session,
        file: FileId,
        ty: Ty,
        condition: ExprId,
        holds: bool,
        path: Option<&str>,
        fuel: Fuel,
    ) -> Ty {
        let Some(path) = path else { return ty };
        let facts = self.facts(file);
        let is = |expr: ExprId| self.path(file, expr).as_deref() == Some(path);
        match *facts.expr(condition) {
            Expr::Unary { op: UnaryOp::Not, operand } => {
                self.narrow(session, file, ty, operand, !holds, Some(path), fuel)
            }
            Expr::Binary { op: BinaryOp::And, left, right } => {
                if holds {
                    let ty = self.narrow(session, file, ty, left, true, Some(path), fuel);
                    self.narrow(session, file, ty, right, true, Some(path), fuel)
                } else {
                    let one = self.narrow(session, file, ty.clone(), left, false, Some(path), fuel);
                    let both = self.narrow(session, file, ty, left, true, Some(path), fuel);
                    let other = self.narrow(session, file, both, right, false, Some(path), fuel);
                    Ty::union([one, other])
                }
            }
            Expr::Binary { op: BinaryOp::Or, left, right } => {
                if holds {
                    let one = self.narrow(session, file, ty.clone(), left, true, Some(path), fuel);
                    let neither = self.narrow(session, file, ty, left, false, Some(path), fuel);
                    let other = self.narrow(session, file, neither, right, true, Some(path), fuel);
                    self.reduced(session, vec![one, other], fuel)
                } else {
                    let ty = self.narrow(session, file, ty, left, false, Some(path), fuel);
                    self.narrow(session, file, ty, right, false, Some(path), fuel)
                }
            }
            Expr::Binary { op: BinaryOp::InstanceOf, left, right } if is(left) => {
                let class = match self.expr(session, file, right, fuel) {
                    Ty::Class(def, env) => Ty::Ref(def, env),
                    Ty::Func(def, env) => Ty::Ref(def, env),
                    Ty::External => Ty::External,
                    other => match self.signatures(session, &other, true, fuel).into_iter().next() {
                        Some((signature, env)) => self.result(session, signature, &env, fuel),
                        None => return ty,
                    },
                };
                self.narrow_to(session, ty, &class, holds, fuel)
            }
            Expr::Binary { op: op @ (BinaryOp::Equal | BinaryOp::NotEqual), left, right } => {
                let holds = holds == (op == BinaryOp::Equal);
                let one = self.equal(session, file, ty, left, right, holds, &is, fuel);
                self.equal(session, file, one, right, left, holds, &is, fuel)
            }
            Expr::Binary { op: BinaryOp::In, left, right } if is(right) => match *facts.expr(left) {
                Expr::Text(name) => filter(ty, |part| {
                    let found = self.find_member(session, part, name, fuel);
                    let has = found
                        .hits
                        .iter()
                        .any(|hit| !hit.inherited || !matches!(part, Ty::Ref(def, _) if def.file == self.library));
                    if found.unknown && found.hits.is_empty() && matches!(part, Ty::Any) {
                        None
                    } else {
                        Some(has == holds)
                    }
                }),
                _ => ty,
            },
            Expr::Call { callee, args, .. } => {
                let subject = match (facts.list(args).first(), facts.expr(callee)) {
                    (Some(argument), _) => *argument,
                    // `isLeaf(): this is Leaf`
                    (None, Expr::Member { base, .. }) => *base,
                    _ => return ty,
                };
                if !is(subject) {
                    return ty;
                }
                let function = self.expr(session, file, callee, fuel);
                for (signature, env) in self.signatures(session, &function, false, fuel) {
                    if let Some(wanted) = self.guard(signature) {
                        // `isArray(x)`: x is an array of whatever it was. `isDefined<T>(x: T | undefined): x is T`: what
                        // T is, x says.
                        let env = self.generic_env(session, signature, env, &ty, fuel);
                        let wanted = self.type_expr(session, signature.file, wanted, &env, fuel);
                        return self.narrow_to(session, ty, &wanted, holds, fuel);
                    }
                }
                ty
            }
            Expr::Member { base, name, .. } if is(base) => filter(ty, |part| {
                // `if (result.ok)`: a discriminant that is true or false.
                match self.member_type(session, part, name, fuel) {
                    Ty::Nullish => Some(!holds),
                    _ => None,
                }
            }),
            _ => ty,
        }
    }

    #[expect(clippy::too_many_arguments)]
    fn equal(
        &self,
        session: &Session,
        file: FileId,
        ty: Ty,
        value: ExprId,
        with: ExprId,
        holds: bool,
        is: &dyn Fn(ExprId) -> bool,
        fuel: Fuel,
    ) -> Ty {
        let facts = self.facts(file);
        if let Expr::Unary { op: UnaryOp::Typeof, operand } = *facts.expr(value) {
            if let (true, Expr::Text(kind)) = (is(operand), *facts.expr(with)) {
                return self.narrow_typeof(session, ty, kind, holds, fuel);
            }
            return ty;
        }
        if let Expr::Member { base, name, .. } = *facts.expr(value)
            && is(base)
        {
            let wanted = self.expr(session, file, with, fuel);
            // A discriminant.
            return filter(ty, |part| match (self.member_type(session, part, name, fuel), &wanted) {
                (Ty::Text(own), Ty::Text(wanted)) => Some((own == *wanted) == holds),
                (Ty::Union(own), Ty::Text(_)) if own.iter().all(|part| matches!(part, Ty::Text(_) | Ty::Nullish)) => {
                    if own.contains(&wanted) {
                        if holds { Some(true) } else { None }
                    } else {
                        Some(!holds)
                    }
                }
                (Ty::Nullish, Ty::Text(_)) => Some(!holds),
                _ => None,
            });
        }
        if is(value) {
            match *facts.expr(with) {
                Expr::Text(text) => {
                    return filter(ty, |part| match part {
                        Ty::Text(own) => Some((*own == text) == holds),
                        Ty::Str | Ty::Any | Ty::External | Ty::Param(..) => None,
                        _ => Some(!holds),
                    });
                }
                Expr::Literal(Literal::Null | Literal::Undefined) => {
                    return filter(ty, |part| match part {
                        Ty::Nullish => {
                            if holds {
                                None
                            } else {
                                Some(false)
                            }
                        }
                        Ty::Any | Ty::External | Ty::Param(..) => None,
                        _ => {
                            if holds {
                                None
                            } else {
                                Some(true)
                            }
                        }
                    });
                }
                _ => {}
            }
        }
        ty
    }

    /// `typeof x === "kind"`
    fn narrow_typeof(&self, session: &Session, ty: Ty, kind: Name, holds: bool, fuel: Fuel) -> Ty {
        let matches_kind = |part: &Ty| -> Option<bool> {
            Some(match (part, kind.as_str()) {
                (Ty::Any | Ty::External | Ty::Param(..) | Ty::Inter(_), _) => return None,
                (Ty::Str | Ty::Text(_), kind) => kind == "string",
                (Ty::Num, kind) => kind == "number",
                (Ty::Bool, kind) => kind == "boolean",
                (Ty::Nullish, kind) => kind == "undefined" || kind == "object",
                (Ty::Func(..) | Ty::Class(..), kind) => kind == "function",
                (Ty::Ref(def, _), kind) => {
                    let callable = !self.signatures(session, part, false, fuel).is_empty()
                        || (def.file == self.library && self.def(*def).name == "Function");
                    if self.def(*def).kind == DefKind::Enum {
                        kind == "string" || kind == "number"
                    } else if callable {
                        kind == "function"
                    } else {
                        kind == "object"
                    }
                }
                (_, kind) => kind == "object",
            })
        };
        let narrowed = filter(ty.clone(), |part| matches_kind(part).map(|is| is == holds));
        if holds && matches!(ty, Ty::Any | Ty::Param(..)) {
            return match kind.as_str() {
                "string" => Ty::Str,
                "number" => Ty::Num,
                "boolean" => Ty::Bool,
                _ => ty,
            };
        }
        narrowed
    }

    /// To the instances of a type, or to all others.
    fn narrow_to(&self, session: &Session, ty: Ty, wanted: &Ty, holds: bool, fuel: Fuel) -> Ty {
        if wanted.is_any() {
            return ty;
        }
        if !holds {
            return filter(ty, |part| match self.narrower(session, part, wanted, fuel) {
                Some(true) => Some(false),
                _ => None,
            });
        }
        let mut kept = Vec::new();
        for part in ty.parts() {
            match part {
                Ty::Any | Ty::External => kept.push(wanted.clone()),
                Ty::Nullish => {}
                part => match self.narrower(session, part, wanted, fuel) {
                    Some(true) => kept.push(part.clone()),
                    _ => {
                        // A subclass of what it is known to be.
                        if self.narrower(session, wanted, part, fuel) == Some(true) || matches!(part, Ty::Param(..)) {
                            kept.push(wanted.clone());
                        }
                    }
                },
            }
        }
        if kept.is_empty() { wanted.clone() } else { Ty::union(kept) }
    }

    /// Whether a type is the other or below it.
    fn narrower(&self, session: &Session, ty: &Ty, wanted: &Ty, fuel: Fuel) -> Option<bool> {
        match (ty, wanted) {
            (Ty::Ref(own, _), Ty::Ref(base, _)) => {
                if own == base || self.as_base(session, ty, *base, fuel, 0).is_some() {
                    return Some(true);
                }
                let nominal = matches!(self.def(*base).kind, DefKind::Class);
                if nominal { Some(false) } else { self.fits(session, ty, &Ty::Ref(*base, no_env()), fuel) }
            }
            (Ty::Tuple(_), Ty::Ref(base, _)) => Some(base.file == self.library && self.def(*base).name == "Array"),
            (_, Ty::Union(parts)) => {
                Some(parts.iter().any(|part| self.narrower(session, ty, part, fuel) == Some(true)))
            }
            (Ty::Param(def, index), _) if *index == super::ty::THIS => {
                self.narrower(session, &Ty::Ref(*def, no_env()), wanted, fuel)
            }
            _ => self.fits(session, ty, wanted, fuel),
        }
    }
}

/// Keeps the parts of a union that a test does not rule out; all of them if it rules out all.
fn filter(ty: Ty, test: impl Fn(&Ty) -> Option<bool>) -> Ty {
    let kept: Vec<Ty> = ty.parts().iter().filter(|part| test(part) != Some(false)).cloned().collect();
    if kept.is_empty() { ty } else { Ty::union(kept) }
}
