//! Classes: type parameters, method resolution order, members.

use super::annotations::{class_of, collect_params};
use super::index::at;
use super::infer::Eval;
use super::names::{Decl, external};
use super::{Key, PythonResolver};
use crate::memo::Fuel;
use crate::project::DefRef;
use crate::scopes::Item;
use crate::ty::{Ty, no_args};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use std::cell::RefCell;
use std::sync::Arc;
use std::thread::LocalKey;

/// A class's method resolution order.
#[derive(Debug, Default)]
pub(super) struct Mro {
    /// The class itself first; arguments are in terms of the class's own parameters.
    pub(super) classes: Vec<(DefRef, Arc<[Ty]>)>,
    /// Position in `classes` at which a base stands of which nothing is known.
    pub(super) unknown_at: Option<usize>,
    /// Metaclass, where one is written.
    pub(super) metaclass: Option<DefRef>,
}

/// A member found in a class.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// The class that has it, with arguments in terms of the receiver.
    pub(super) class: DefRef,
    pub(super) args: Arc<[Ty]>,
    pub(super) found: Found,
    /// Whether it is the first class of the order.
    pub(super) own: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A function or class.
    Def(DefRef),
    /// An attribute with a value.
    Attribute,
    /// Something imported into the class body.
    Decl(Decl),
}

/// Questions about classes that are being answered on this thread, innermost last.
#[derive(Default)]
struct Asked {
    stack: Vec<DefRef>,
    /// Some answer was cut off because its question was asked already.
    cut: bool,
}

struct Guard(&'static LocalKey<RefCell<Asked>>);

thread_local! {
    static ORDERS_ASKED: RefCell<Asked> = RefCell::default();
    static PARAMS_ASKED: RefCell<Asked> = RefCell::default();
}

/// A class among its own bases.
const ORDERS: Guard = Guard(&ORDERS_ASKED);

/// `class A(B["A"])`
const PARAMS: Guard = Guard(&PARAMS_ASKED);

impl Guard {
    /// The answer about a class, and whether it can be kept; nothing if it is being sought already. An answer
    /// that was cut off depends on where the questions began, and is kept only for that beginning.
    fn guarded<R>(&self, class: DefRef, answer: impl FnOnce() -> R) -> Option<(R, bool)> {
        let asked = self.0.with_borrow_mut(|asked| {
            if asked.stack.contains(&class) || asked.stack.len() > 100 {
                asked.cut = true;
                return true;
            }
            asked.stack.push(class);
            false
        });
        if asked {
            return None;
        }
        let found = answer();
        let whole = self.0.with_borrow_mut(|asked| {
            asked.stack.pop();
            let first = asked.stack.is_empty();
            let whole = first || !asked.cut;
            asked.cut &= !first;
            whole
        });
        Some((found, whole))
    }

    fn is_idle(&self) -> bool {
        self.0.with_borrow(|asked| asked.stack.is_empty())
    }
}

/// Whether what is found now of types depends on no question that is still open.
pub(super) fn settled() -> bool {
    ORDERS.is_idle() && PARAMS.is_idle()
}

impl PythonResolver<'_> {
    /// The type parameters of a class.
    pub(super) fn class_params(&self, class: DefRef) -> Arc<[Ty]> {
        if let Some(known) = self.params.get(&class) {
            return known.clone();
        }
        // `class A(B["A"])`: while its parameters are sought, it has none.
        let Some((params, whole)) = PARAMS.guarded(class, || self.find_class_params(class)) else { return no_args() };
        if whole {
            self.params.insert(class, params.clone());
        }
        params
    }

    fn find_class_params(&self, class: DefRef) -> Arc<[Ty]> {
        let def = self.def(class);
        let facts = self.facts(class.file);
        if !def.type_params.is_empty() {
            return (1..=def.type_params.len()).map(|index| Ty::Param(class, index as u16)).collect();
        }
        let supers = facts.list(def.supers);
        let parametrized = |base: &&Super| match *facts.type_expr(base.ty) {
            TypeExpr::Path { segments, .. } => facts.list(segments).last().is_some_and(|last| !last.args.is_empty()),
            _ => false,
        };
        if !supers.iter().any(|base| parametrized(&base)) {
            return no_args();
        }
        let eval = Eval::new(self, class.file, Fuel::FULL, None);
        let mut params = Vec::new();
        let mut explicit = None;
        for base in supers.iter().filter(parametrized) {
            let TypeExpr::Path { segments, .. } = *facts.type_expr(base.ty) else { continue };
            let Some(last) = facts.list(segments).last() else { continue };
            let mut own = Vec::new();
            for &arg in facts.list(last.args) {
                collect_params(&eval.annotated(arg), &mut own);
            }
            if matches!(last.name.as_str(), "Generic" | "Protocol") {
                explicit = Some(own);
            } else {
                for param in own {
                    if !params.contains(&param) {
                        params.push(param);
                    }
                }
            }
        }
        explicit.unwrap_or(params).into()
    }

    pub(super) fn mro(&self, class: DefRef) -> Arc<Mro> {
        if let Some(known) = self.mros.get(&class) {
            return known.clone();
        }
        let Some((mro, whole)) = ORDERS.guarded(class, || Arc::new(self.linearize(class))) else {
            return Arc::new(Mro { classes: vec![(class, no_args())], unknown_at: Some(1), metaclass: None });
        };
        if whole {
            self.mros.insert(class, mro.clone());
        }
        mro
    }

    fn linearize(&self, class: DefRef) -> Mro {
        let def = self.def(class);
        let facts = self.facts(class.file);
        let eval = Eval::new(self, class.file, Fuel::FULL, None);
        let mut bases: Vec<(DefRef, Arc<[Ty]>)> = Vec::new();
        let mut unknown = false;
        let mut metaclass = None;
        for base in facts.list(def.supers) {
            if let Some(expr) = base.expr
                && let Expr::Keyword { name, value } = *facts.expr(expr)
            {
                if name == "metaclass"
                    && let Ty::Class(meta, _) = eval.expr(value)
                {
                    metaclass = Some(meta);
                }
                continue;
            }
            match eval.annotated(base.ty) {
                Ty::Def(found, args) if found != class => bases.push((found, args)),
                Ty::Tuple(items) => {
                    if let Ty::Def(tuple, args) = self.builtin("tuple", [Ty::union(items.iter().cloned())]) {
                        bases.push((tuple, args));
                    }
                }
                _ => {
                    // Special forms say nothing of members; anything else may have any.
                    let special = match *facts.type_expr(base.ty) {
                        TypeExpr::Path { segments, .. } => facts.list(segments).last().is_some_and(|last| {
                            matches!(last.name.as_str(), "Generic" | "Protocol" | "NamedTuple" | "TypedDict" | "ABC")
                        }),
                        _ => false,
                    };
                    if special {
                        continue;
                    }
                    // A base that is an expression: what a call or variable gives.
                    match base.expr.map(|expr| eval.expr(expr)) {
                        Some(Ty::Class(found, args)) if found != class => bases.push((found, args)),
                        _ => unknown = true,
                    }
                }
            }
        }
        let own: (DefRef, Arc<[Ty]>) = (class, self.class_params(class));
        let mut sequences: Vec<Vec<(DefRef, Arc<[Ty]>)>> = Vec::new();
        let mut unknown_at = unknown.then_some(usize::MAX);
        for (base, args) in &bases {
            let mro = self.mro(*base);
            let params = self.class_params(*base);
            metaclass = metaclass.or(mro.metaclass);
            if mro.unknown_at.is_some() {
                unknown_at = Some(usize::MAX);
            }
            sequences.push(
                mro.classes
                    .iter()
                    .map(|(class, inner)| {
                        let inner = if class == base { params.clone() } else { inner.clone() };
                        (*class, inner.iter().map(|arg| specialize(arg, &params, args)).collect())
                    })
                    .collect(),
            );
        }
        sequences.push(bases.clone());
        let mut classes = vec![own];
        classes.extend(merge(sequences));
        if let Some(object) = self.stub_def("builtins", "object")
            && !classes.iter().any(|(class, _)| *class == object)
        {
            classes.push((object, no_args()));
        }
        Mro { classes, unknown_at, metaclass }
    }

    /// Whether `class` is `base` or derives from it.
    pub(super) fn derives(&self, class: DefRef, base: DefRef) -> bool {
        class == base || self.mro(class).classes.iter().any(|(known, _)| *known == base)
    }

    /// Finds a member: one with a declared type anywhere in the order before any without.
    pub(super) fn member(&self, class: DefRef, args: &Arc<[Ty]>, name: Name, skip: usize) -> Option<Member> {
        let key = (class, name, skip > 0);
        let place = self.places.get(&key).map(|known| known.clone());
        let (index, found) = match place {
            Some(known) => known?,
            None => {
                let place = self.member_place(class, name, skip);
                if settled() {
                    self.places.insert(key, place.clone());
                }
                place?
            }
        };
        let mro = self.mro(class);
        let (owner, inner) = mro.classes.get(index)?;
        let args = if inner.is_empty() {
            inner.clone()
        } else {
            let params = self.class_params(class);
            inner.iter().map(|arg| specialize(arg, &params, args)).collect()
        };
        Some(Member { class: *owner, args, found, own: index == 0 })
    }

    /// Where in a class's order a member is.
    fn member_place(&self, class: DefRef, name: Name, skip: usize) -> Option<(usize, Found)> {
        let mro = self.mro(class);
        [true, false].into_iter().find_map(|typed| {
            mro.classes
                .iter()
                .enumerate()
                .skip(skip)
                .find_map(|(index, (owner, _))| Some((index, self.own_member(*owner, name, typed)?)))
        })
    }

    /// What a class itself has under a name.
    pub(super) fn own_member(&self, class: DefRef, name: Name, typed: bool) -> Option<Found> {
        let facts = self.facts(class.file);
        let index = self.index(class.file);
        let items = index.items(facts.def(class.def).scope, name);
        for item in items {
            match *item {
                Item::Def(def) => {
                    let this = facts.def(def);
                    if this.kind.is_callable() || (this.kind.is_type() && this.kind != DefKind::TypeAlias) {
                        return Some(Found::Def(at(class.file, def)));
                    }
                    if !typed || this.ty.is_some() {
                        return Some(Found::Attribute);
                    }
                }
                Item::Binding(binding) => {
                    if !typed || facts.binding(binding).ty.is_some() {
                        return Some(Found::Attribute);
                    }
                }
                Item::Import(import) => {
                    return Some(Found::Decl(self.imported(class.file, facts.import(import), 0)));
                }
            }
        }
        for &field in index.instance_fields(class.def, name) {
            if !typed || facts.def(field).ty.is_some() {
                return Some(Found::Attribute);
            }
        }
        (!typed && !index.attribute_values(class.def, name).is_empty()).then_some(Found::Attribute)
    }

    /// The type of an attribute of a class, in terms of the class's parameters.
    pub(super) fn attribute_type(&self, class: DefRef, name: Name, fuel: Fuel) -> Ty {
        self.memo
            .get(Key::Attribute(class, name), fuel, |rest| {
                let facts = self.facts(class.file);
                let index = self.index(class.file);
                let eval = Eval::new(self, class.file, rest, None);
                let scope = facts.def(class.def).scope;
                let items = index.items(scope, name);
                let fields = index.instance_fields(class.def, name);
                let declared = items
                    .iter()
                    .filter_map(|item| match *item {
                        Item::Def(def) => facts.def(def).ty,
                        Item::Binding(binding) => facts.binding(binding).ty,
                        Item::Import(_) => None,
                    })
                    .chain(fields.iter().filter_map(|&field| facts.def(field).ty))
                    .find(|&ty| !super::annotations::is_bare_final(facts, ty));
                if let Some(ty) = declared {
                    return eval.annotated(ty);
                }
                let own = items.iter().map(|item| match *item {
                    Item::Def(def) => {
                        let this = facts.def(def);
                        match this.kind {
                            DefKind::Variant => Ty::Def(class, no_args()),
                            DefKind::TypeAlias => self.alias_value(at(class.file, def), rest),
                            _ => this.value.map_or(Ty::Unknown, |value| eval.expr(value)),
                        }
                    }
                    Item::Binding(binding) => eval.binding(binding),
                    Item::Import(import) => self.decl_type(self.imported(class.file, facts.import(import), 0), rest),
                });
                let assigned = index.attribute_values(class.def, name).iter().map(|&value| eval.expr(value));
                // An attribute without a type of its own takes the one that a base class declares.
                Ty::union(own.chain(assigned)).or(|| Ty::Unknown)
            })
            .unwrap_or(Ty::Unknown)
    }

    /// The type of `receiver.name`.
    pub(super) fn member_type(&self, receiver: &Ty, name: Name, fuel: Fuel) -> Ty {
        match receiver {
            Ty::Def(class, args) => self.instance_member(*class, args, receiver, name, fuel),
            Ty::Class(class, args) => self.class_member(*class, args, receiver, name, fuel),
            Ty::Module(file) => match self.module_member(*file, name, 0) {
                Some(decl) => self.decl_type(decl, fuel),
                None if self.is_stub(*file) => external(),
                None => match name.as_str() {
                    "__name__" | "__file__" | "__doc__" => self.builtin("str", []),
                    _ => Ty::Unknown,
                },
            },
            Ty::ExternalName(folder) => match folder.as_str().strip_prefix('/') {
                Some(folder) => match self.module_at_folder(Name::new(folder), name) {
                    Some(decl) => self.decl_type(decl, fuel),
                    None => Ty::Unknown,
                },
                None => external(),
            },
            Ty::Tuple(items) => {
                let whole = self.builtin("tuple", [Ty::union(items.iter().cloned())]);
                self.member_type(&whole, name, fuel)
            }
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.member_type(part, name, fuel))),
            Ty::Param(owner, index) => {
                let bound = self.bound_of(*owner, *index);
                if bound == *receiver { Ty::Unknown } else { self.member_type(&bound, name, fuel) }
            }
            Ty::Reference(inner) => match &**inner {
                Ty::Param(owner, index) => {
                    let bound = class_of(&self.bound_of(*owner, *index));
                    match &bound {
                        Ty::Class(class, args) => self.class_member(*class, args, receiver, name, fuel),
                        _ => Ty::Unknown,
                    }
                }
                other => self.member_type(&class_of(other), name, fuel),
            },
            Ty::Intersection(parts) => match &parts[..] {
                // `super()`: the class that the search starts behind, and the receiver.
                [Ty::Class(class, args), this] => match self.member(*class, args, name, 1) {
                    Some(member) => self.found_type(&member, this, name, fuel),
                    None => Ty::Unknown,
                },
                _ => Ty::Unknown,
            },
            Ty::Function(def, _) => match name.as_str() {
                "__name__" | "__qualname__" | "__module__" | "__doc__" => self.builtin("str", []),
                "__wrapped__" => Ty::Function(*def, no_args()),
                _ => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }

    fn instance_member(&self, class: DefRef, args: &Arc<[Ty]>, receiver: &Ty, name: Name, fuel: Fuel) -> Ty {
        match name.as_str() {
            "__class__" => return class_of(receiver),
            "__dict__" => return self.builtin("dict", [self.builtin("str", []), Ty::Unknown]),
            _ => {}
        }
        if let Some(member) = self.member(class, args, name, 0) {
            return self.found_type(&member, receiver, name, fuel);
        }
        // `__getattr__` answers for whatever is missing.
        if self.mro(class).unknown_at.is_some() {
            return external();
        }
        let getter = Name::new("__getattr__");
        match self.member(class, args, getter, 0) {
            Some(member) => {
                let method = self.found_type(&member, receiver, getter, fuel);
                Eval::new(self, class.file, fuel, None).called(&method, &[], &[])
            }
            None => Ty::Unknown,
        }
    }

    fn class_member(&self, class: DefRef, args: &Arc<[Ty]>, receiver: &Ty, name: Name, fuel: Fuel) -> Ty {
        if let Some(member) = self.member(class, args, name, 0) {
            return self.found_type(&member, receiver, name, fuel);
        }
        let mro = self.mro(class);
        if let Some(meta) = mro.metaclass
            && let Some(member) = self.member(meta, &no_args(), name, 0)
        {
            return self.found_type(&member, &Ty::Def(meta, no_args()), name, fuel);
        }
        match name.as_str() {
            "__name__" | "__qualname__" | "__module__" | "__doc__" => self.builtin("str", []),
            "__members__" => self.builtin("dict", [self.builtin("str", []), Ty::Def(class, no_args())]),
            "mro" => Ty::Unknown,
            _ if mro.unknown_at.is_some() => external(),
            _ => Ty::Unknown,
        }
    }

    /// The type of a member that was found, read through `receiver`.
    pub(super) fn found_type(&self, member: &Member, receiver: &Ty, name: Name, fuel: Fuel) -> Ty {
        let params = self.class_params(member.class);
        let ty = match &member.found {
            Found::Decl(decl) => self.decl_type(*decl, fuel),
            Found::Def(def) => {
                let this = self.def(*def);
                if this.kind.is_type() {
                    return Ty::Class(*def, self.class_params(*def));
                }
                let through_class = matches!(receiver, Ty::Class(..) | Ty::Reference(_));
                if this.kind == DefKind::Accessor && !through_class {
                    let bound = Ty::Function(*def, Arc::new([receiver.clone()]));
                    let ty = Eval::new(self, def.file, fuel, None).called(&bound, &[], &[]);
                    return bind(&ty, receiver, &params, &member.args);
                }
                let flags = this.flags;
                let bound = if flags.contains(DefFlags::STATIC) {
                    no_args()
                } else if flags.contains(DefFlags::CLASS_METHOD) {
                    let class = match receiver {
                        Ty::Class(..) | Ty::Reference(_) => receiver.clone(),
                        other => class_of(other),
                    };
                    Arc::new([class])
                } else if through_class {
                    no_args()
                } else {
                    Arc::new([receiver.clone()])
                };
                return match self.decorated_type(*def, fuel) {
                    Ty::Function(function, _) => Ty::Function(function, bound),
                    other => {
                        // A decorator that makes a descriptor, like a project's own cached property.
                        let read = self.descriptor(&other, receiver, fuel);
                        bind(&read, receiver, &params, &member.args)
                    }
                };
            }
            Found::Attribute => {
                let ty = self.attribute_type(member.class, name, fuel);
                match ty {
                    Ty::Unknown => self.inherited_declaration(member, name, fuel),
                    ty => ty,
                }
            }
        };
        let ty = match &ty {
            Ty::Function(function, bound)
                if bound.is_empty()
                    && matches!(receiver, Ty::Def(..))
                    && matches!(member.found, Found::Attribute)
                    && self.class_variable(member.class, name) =>
            {
                // `method = function` in a class body binds like any method.
                Ty::Function(*function, Arc::new([receiver.clone()]))
            }
            _ => ty,
        };
        let ty = bind(&ty, receiver, &params, &member.args);
        if matches!(receiver, Ty::Def(..)) && self.class_variable(member.class, name) {
            return self.descriptor(&ty, receiver, fuel);
        }
        ty
    }

    fn class_variable(&self, class: DefRef, name: Name) -> bool {
        let facts = self.facts(class.file);
        !self.index(class.file).items(facts.def(class.def).scope, name).is_empty()
    }

    /// The type that a base class infers for an attribute whose own values say nothing.
    fn inherited_declaration(&self, member: &Member, name: Name, fuel: Fuel) -> Ty {
        let mro = self.mro(member.class);
        mro.classes
            .iter()
            .skip(1)
            .filter(|(class, _)| self.own_member(*class, name, false) == Some(Found::Attribute))
            .map(|(class, args)| {
                let params = self.class_params(*class);
                bind(&self.attribute_type(*class, name, fuel), &Ty::Unknown, &params, args)
            })
            .find(Ty::is_known)
            .unwrap_or(Ty::Unknown)
    }

    /// What reading an attribute gives whose value has `__get__`.
    fn descriptor(&self, value: &Ty, receiver: &Ty, fuel: Fuel) -> Ty {
        let Ty::Def(class, args) = value else { return value.clone() };
        let getter = Name::new("__get__");
        match self.member(*class, args, getter, 0) {
            Some(member) => {
                let method = self.found_type(&member, value, getter, fuel);
                let owner = class_of(receiver);
                Eval::new(self, class.file, fuel, None).called(&method, &[], &[receiver.clone(), owner])
            }
            None => value.clone(),
        }
    }
}

/// Puts a class's type arguments in place of its parameters, and the receiver in place of `Self`.
pub(super) fn bind(ty: &Ty, receiver: &Ty, params: &[Ty], args: &[Ty]) -> Ty {
    let this = match receiver {
        Ty::Class(class, args) => Ty::Def(*class, args.clone()),
        Ty::Reference(inner) => (**inner).clone(),
        other => other.clone(),
    };
    normalize(ty.substitute(&|param| match param {
        Ty::SelfOf(_) => Some(this.clone()),
        _ => {
            params.iter().position(|known| known == param).map(|index| args.get(index).cloned().unwrap_or(Ty::Unknown))
        }
    }))
}

/// Class objects of types that are known by now.
pub(super) fn normalize(ty: Ty) -> Ty {
    match ty {
        Ty::Reference(inner) => match &*inner {
            Ty::Param(..) | Ty::SelfOf(_) => Ty::Reference(inner),
            known => class_of(known),
        },
        Ty::Union(parts) if parts.iter().any(|part| matches!(part, Ty::Reference(_))) => {
            Ty::union(parts.iter().cloned().map(normalize))
        }
        other => other,
    }
}

/// `arg` with `params` replaced by `args`.
fn specialize(arg: &Ty, params: &[Ty], args: &[Ty]) -> Ty {
    arg.substitute(&|param| {
        params.iter().position(|known| known == param).map(|index| args.get(index).cloned().unwrap_or(Ty::Unknown))
    })
}

/// C3 linearization; where it has no answer, the order in which the classes are met.
fn merge(mut sequences: Vec<Vec<(DefRef, Arc<[Ty]>)>>) -> Vec<(DefRef, Arc<[Ty]>)> {
    let mut merged: Vec<(DefRef, Arc<[Ty]>)> = Vec::new();
    loop {
        sequences.retain(|sequence| !sequence.is_empty());
        if sequences.is_empty() {
            return merged;
        }
        let candidate = sequences
            .iter()
            .map(|sequence| sequence[0].0)
            .find(|class| !sequences.iter().any(|other| other[1..].iter().any(|(tail, _)| tail == class)))
            .unwrap_or(sequences[0][0].0);
        let args = sequences
            .iter()
            .find(|sequence| sequence[0].0 == candidate)
            .map_or_else(no_args, |sequence| sequence[0].1.clone());
        if !merged.iter().any(|(class, _)| *class == candidate) {
            merged.push((candidate, args));
        }
        for sequence in &mut sequences {
            sequence.retain(|(class, _)| *class != candidate);
        }
    }
}
