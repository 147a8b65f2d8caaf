//! Which of several methods a call means: applicability in three phases, then the most specific one.

use super::methods::Method;
use super::types::{ClassId, JTy, Tri};
use super::world::World;
use std::borrow::Cow;
use std::cmp::Ordering;

/// An argument, as far as it decides between methods.
#[derive(Clone, Debug)]
pub(super) enum Arg {
    Value(JTy),
    /// A library class's constant: of what type is not known, but not of one of the project, and likely of the class.
    Outside(ClassId),
    /// Parameters (with types where written), and whether its body gives a value and whether it can be a
    /// statement.
    Lambda {
        params: Vec<JTy>,
        gives_value: bool,
        is_statement: bool,
    },
    /// How many arguments its methods take (the fewest, and whether more are taken), if they are known, and
    /// whether all of them give nothing, if that is known.
    MethodReference {
        arities: Option<Vec<(usize, bool)>>,
        gives_nothing: Option<bool>,
    },
}

/// The ways a call may convert its arguments, tried in order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Strict,
    Loose,
    Variadic,
}

impl World<'_> {
    /// The method that a call with these arguments means.
    pub(super) fn select(&self, methods: &[Method], args: &[Arg]) -> Option<usize> {
        for phase in [Phase::Strict, Phase::Loose, Phase::Variadic] {
            let applicable: Vec<(usize, Tri)> = methods
                .iter()
                .enumerate()
                .map(|(index, method)| (index, self.applicable(method, args, phase)))
                .filter(|&(_, how)| how != Tri::No)
                .collect();
            match applicable.as_slice() {
                [] => {}
                &[(index, _)] => return Some(index),
                several => return self.most_specific(methods, several, args, phase),
            }
        }
        None
    }

    fn applicable(&self, method: &Method, args: &[Arg], phase: Phase) -> Tri {
        let count = method.params.len();
        if phase == Phase::Variadic {
            if !method.variadic || args.len() + 1 < count {
                return Tri::No;
            }
        } else if count != args.len() {
            return Tri::No;
        }
        let mut all = Tri::Yes;
        for (index, arg) in args.iter().enumerate() {
            let Some(param) = parameter(method, index, phase) else { return Tri::No };
            let fits = self.fits(method, arg, &param, phase);
            if fits == Tri::No {
                return Tri::No;
            }
            all = all.min(fits);
        }
        all
    }

    fn fits(&self, method: &Method, arg: &Arg, param: &JTy, phase: Phase) -> Tri {
        if method.vars.contains(param) {
            // A type variable to infer: its bound decides, and primitives need boxing.
            return match (arg, param) {
                (Arg::Value(JTy::Prim(_)), _) if phase == Phase::Strict => Tri::No,
                (Arg::Value(JTy::Prim(prim)), JTy::Var(def, index)) => {
                    self.fits_bound(method, &self.boxed(*prim), &self.bound(*def, *index))
                }
                (Arg::Value(ty), JTy::Var(def, index)) => self.fits_bound(method, ty, &self.bound(*def, *index)),
                (Arg::Value(JTy::Void), _) => Tri::No,
                _ => Tri::Yes,
            };
        }
        match arg {
            Arg::Value(ty) => {
                // Arrays of a type variable to infer take what its bound takes.
                let param = self.without_vars(method, param);
                if phase == Phase::Strict { self.subtype(ty, &param) } else { self.convertible(ty, &param) }
            }
            Arg::Outside(class) => match param {
                JTy::Class(ClassId::Project(_), _) => Tri::No,
                JTy::Class(wanted, _) if wanted == class => Tri::Yes,
                _ => Tri::Maybe,
            },
            Arg::Lambda { params, gives_value, is_statement } => {
                let Some((wanted, ret, _)) = self.function_type(param) else {
                    return self.opaque_function(param);
                };
                if wanted.len() != params.len() {
                    return Tri::No;
                }
                match (ret, *gives_value, *is_statement) {
                    (JTy::Void, true, false) => return Tri::No,
                    (JTy::Void, ..) => {}
                    (_, false, _) => return Tri::No,
                    _ => {}
                }
                let wrong = params.iter().zip(&wanted).any(|(written, wanted)| {
                    matches!((written, wanted), (JTy::Prim(a), JTy::Prim(b)) if a != b)
                        || matches!((written, wanted), (JTy::Prim(_), JTy::Class(..)) | (JTy::Class(..), JTy::Prim(_)))
                });
                if wrong { Tri::No } else { Tri::Yes }
            }
            Arg::MethodReference { arities, gives_nothing } => match self.function_type(param) {
                Some((wanted, ret, _)) => {
                    let count = wanted.len();
                    let takes = arities.as_ref().is_none_or(|arities| {
                        arities.iter().any(|&(least, more)| least == count || (more && least < count))
                    });
                    let void = *gives_nothing == Some(true) && !matches!(ret, JTy::Void);
                    (takes && !void).into()
                }
                None => self.opaque_function(param),
            },
        }
    }

    fn without_vars<'t>(&self, method: &Method, param: &'t JTy) -> Cow<'t, JTy> {
        if matches!(param, JTy::Array(_)) && param.mentions(&|var| method.vars.contains(var)) {
            Cow::Owned(self.erasure(param))
        } else {
            Cow::Borrowed(param)
        }
    }

    fn fits_bound(&self, method: &Method, ty: &JTy, bound: &JTy) -> Tri {
        if bound.mentions(&|var| method.vars.contains(var)) {
            return self.subtype(ty, &self.erasure(bound));
        }
        self.subtype(ty, bound)
    }

    /// Whether a type that is no functional interface that we know may still be one.
    fn opaque_function(&self, param: &JTy) -> Tri {
        match param {
            JTy::Class(class, _) => match class {
                ClassId::Project(_) => {
                    if self.is_interface(*class) && self.ancestry(*class).opaque {
                        Tri::Maybe
                    } else {
                        Tri::No
                    }
                }
                ClassId::Jdk(id) => {
                    let class = self.jdk.class(*id);
                    if class.is_interface && !class.complete { Tri::Maybe } else { Tri::No }
                }
                ClassId::External(_) => Tri::Maybe,
            },
            JTy::Unknown => Tri::Maybe,
            _ => Tri::No,
        }
    }

    fn most_specific(
        &self,
        methods: &[Method],
        applicable: &[(usize, Tri)],
        args: &[Arg],
        phase: Phase,
    ) -> Option<usize> {
        let mut best: Vec<usize> = Vec::new();
        for &(index, _) in applicable {
            let beaten = applicable.iter().any(|&(other, _)| {
                other != index && self.compare(&methods[other], &methods[index], args, phase) == Ordering::Greater
            });
            if !beaten {
                best.push(index);
            }
        }
        match best.as_slice() {
            &[index] => Some(index),
            [] => None,
            several => {
                // Methods with the same parameters from several interfaces: any of them, a written one first.
                let first = several[0];
                let same = several[1..].iter().all(|&other| {
                    methods[first].params.iter().zip(methods[other].params.iter()).all(|(a, b)| self.same_erasure(a, b))
                });
                if same {
                    let concrete = several.iter().copied().find(|&index| !methods[index].is_abstract);
                    return Some(concrete.unwrap_or(first));
                }
                // Of types that are known by name alone, the same name fits best.
                let mut surely = applicable.iter().filter(|(index, how)| *how == Tri::Yes && several.contains(index));
                match (surely.next(), surely.next()) {
                    (Some(&(index, _)), None) => Some(index),
                    _ => None,
                }
            }
        }
    }

    /// `Greater` if `a` is more specific than `b`.
    fn compare(&self, a: &Method, b: &Method, args: &[Arg], phase: Phase) -> Ordering {
        let (ab, ba) = (self.more_specific(a, b, args, phase), self.more_specific(b, a, args, phase));
        match (ab, ba) {
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            _ => Ordering::Equal,
        }
    }

    fn more_specific(&self, a: &Method, b: &Method, args: &[Arg], phase: Phase) -> bool {
        (0..args.len()).all(|index| {
            let (Some(x), Some(y)) = (parameter(a, index, phase), parameter(b, index, phase)) else { return false };
            match &args[index] {
                Arg::Outside(_) => self.subtype(&x, &y) == Tri::Yes,
                Arg::Value(value) => {
                    let y = if b.vars.contains(&y) { Cow::Owned(self.erasure(&y)) } else { self.without_vars(b, &y) };
                    let x = if a.vars.contains(&x) { Cow::Owned(self.erasure(&x)) } else { self.without_vars(a, &x) };
                    // Between a primitive and a reference, the one that needs no conversion.
                    match (&*x, &*y) {
                        (JTy::Prim(_), JTy::Class(..)) => matches!(value, JTy::Prim(_)),
                        (JTy::Class(..), JTy::Prim(_)) => value.is_known() && !matches!(value, JTy::Prim(_)),
                        _ => self.subtype(&x, &y) == Tri::Yes,
                    }
                }
                Arg::Lambda { .. } | Arg::MethodReference { .. } => {
                    let y = if b.vars.contains(&y) { self.erasure(&y) } else { y };
                    if self.subtype(&x, &y) == Tri::Yes {
                        return true;
                    }
                    let (Some((_, x, _)), Some((_, y, _))) = (self.function_type(&x), self.function_type(&y)) else {
                        return false;
                    };
                    match (&x, &y) {
                        (_, JTy::Void) => true,
                        (JTy::Void, _) => false,
                        (JTy::Prim(x), JTy::Prim(y)) => x.widens_to(*y),
                        _ => true,
                    }
                }
            }
        })
    }
}

fn parameter(method: &Method, index: usize, phase: Phase) -> Option<JTy> {
    if phase == Phase::Variadic && index + 1 >= method.params.len() {
        return match method.params.last()? {
            JTy::Array(element) => Some((**element).clone()),
            other => Some(other.clone()),
        };
    }
    method.params.get(index).cloned()
}

/// The parameter type that the argument at `index` is passed to, in a call of `count` arguments.
pub(super) fn parameter_of(method: &Method, index: usize, count: usize, first_arg: Option<&JTy>) -> Option<JTy> {
    let last = method.params.len().saturating_sub(1);
    let spread = method.variadic
        && index >= last
        && (count != method.params.len() || !matches!(first_arg, Some(JTy::Array(_) | JTy::Null)));
    parameter(method, index, if spread { Phase::Variadic } else { Phase::Strict })
}
