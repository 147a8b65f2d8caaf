//! The types of expressions and names.

use super::names::{Entity, Meaning};
use super::ty::{Env, THIS, Ty, extended, look_up, no_env};
use super::{Context, EcmaScriptResolver, Key, this_container};
use crate::memo::Fuel;
use crate::project::{DefRef, FileId};
use crate::scopes::{Item, scopes_outwards};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use rustc_hash::{FxHashMap, FxHasher};
use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};

/// Longest chain of local names that is followed.
const LOCALS: usize = 60;

/// An expression, and a number for all that is being asked.
type Question = (FileId, ExprId, Fuel, u64);

/// A type that something cut went into, and the outermost asked name that it was cut at.
type CutType = (Ty, usize);

/// The state of one file's resolution: what was found out and what is being asked.
///
/// A local name that is asked for while its own value is being inferred counts as unknown there. What was
/// computed on top of that is not remembered, so that no answer depends on where a cycle was entered.
#[derive(Default)]
pub(super) struct Session {
    types: RefCell<FxHashMap<(FileId, ExprId, Fuel), Ty>>,
    /// What was computed on top of something cut.
    cut_types: RefCell<FxHashMap<Question, CutType>>,
    asked: RefCell<Vec<(FileId, BindingId)>>,
    /// The outermost asked name that was met again, as an index into `asked`.
    cut: Cell<usize>,
    pub(super) aliases: RefCell<Vec<DefRef>>,
    pub(super) depth: Cell<u32>,
    /// Calls whose type arguments are being inferred for a closure's parameters.
    pub(super) calls: RefCell<Vec<(FileId, ExprId)>>,
}

impl Session {
    pub(super) fn new() -> Self {
        let session = Self::default();
        session.cut.set(usize::MAX);
        session
    }

    /// Notes that something unknown only because of a cycle was used.
    fn meet(&self, index: usize) {
        self.cut.set(self.cut.get().min(index));
    }

    /// Notes that an answer was cut short.
    pub(super) fn uncertain(&self) {
        self.meet(0);
    }

    /// What is being asked, as a number.
    fn question(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.asked.borrow().hash(&mut hasher);
        self.calls.borrow().hash(&mut hasher);
        self.aliases.borrow().hash(&mut hasher);
        hasher.finish()
    }
}

impl EcmaScriptResolver<'_> {
    /// The type of an expression.
    pub(super) fn expr(&self, session: &Session, file: FileId, expr: ExprId, fuel: Fuel) -> Ty {
        let key = (file, expr, fuel);
        if let Some(known) = session.types.borrow().get(&key) {
            return known.clone();
        }
        if session.depth.get() > 120 {
            session.meet(0);
            return Ty::Any;
        }
        // The same question asked in the same place is cut in the same way. Without this, closures whose parameters
        // depend on what they return take exponential time.
        let in_question = |question| (file, expr, fuel, question);
        if !session.cut_types.borrow().is_empty()
            && let Some((ty, cut)) = session.cut_types.borrow().get(&in_question(session.question()))
        {
            session.meet(*cut);
            return ty.clone();
        }
        let before = session.cut.replace(usize::MAX);
        session.depth.set(session.depth.get() + 1);
        let ty = stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || self.expr_type(session, file, expr, fuel));
        session.depth.set(session.depth.get() - 1);
        if session.asked.borrow().is_empty() {
            session.cut.set(usize::MAX);
            session.cut_types.borrow_mut().clear();
        }
        let cut = session.cut.get();
        if cut == usize::MAX {
            session.types.borrow_mut().insert(key, ty.clone());
        } else {
            session.cut_types.borrow_mut().insert(in_question(session.question()), (ty.clone(), cut));
        }
        session.meet(before);
        ty
    }

    fn expr_type(&self, session: &Session, file: FileId, expr: ExprId, fuel: Fuel) -> Ty {
        let facts = self.facts(file);
        let of = |expr: ExprId| self.expr(session, file, expr, fuel);
        match *facts.expr(expr) {
            Expr::Literal(literal) => self.literal(literal),
            Expr::Text(name) => Ty::Text(name),
            Expr::Name { name, scope, at } => self.name_type(session, file, scope, name, at, fuel),
            Expr::Local(binding) => self.binding_type(session, file, binding, fuel),
            Expr::Guarded { value, condition, holds } => {
                let ty = of(value);
                let path = self.path(file, value);
                self.narrow(session, file, ty, condition, holds, path.as_deref(), fuel)
            }
            Expr::Member { base, name, .. } => {
                if self.info(file).narrowed.contains(&name)
                    && let Some(ty) = self.narrowed_member(session, file, expr, fuel)
                {
                    return ty;
                }
                if self.is_module_exports(file, base, name) {
                    return Ty::Module(file);
                }
                let base = of(base);
                self.member_type(session, &base, name, fuel)
            }
            Expr::Index { base, index } => {
                let base = of(base);
                if let Ty::Text(name) = of(index) {
                    let ty = self.member_type(session, &base, name, fuel);
                    if !ty.is_any() || name.as_str().parse::<usize>().is_err() {
                        return ty;
                    }
                }
                // A member whose key is a symbol.
                if let Some(path) = self.path(file, index)
                    && matches!(base, Ty::Ref(..) | Ty::Param(..) | Ty::Union(_) | Ty::Inter(_) | Ty::Class(..))
                {
                    let key = Name::new(&format!("[{path}]"));
                    let found = self.find_member(session, &base, key, fuel);
                    if !found.hits.is_empty() {
                        return self.member_type(session, &base, key, fuel);
                    }
                }
                self.indexed(session, &base, fuel)
            }
            Expr::Call { callee, args, type_args } => self.call(session, file, expr, callee, args, type_args, fuel),
            Expr::NewExpr { class, args } => {
                let type_args = self.path_args(file, class);
                let class = of(class);
                self.construct(session, file, expr, &class, args, type_args, fuel)
            }
            Expr::Path { segments, scope, at } => {
                let segments = facts.list(segments);
                let Some(first) = segments.first() else { return Ty::Any };
                let mut ty = self.name_type(session, file, scope, first.name, at, fuel);
                for segment in &segments[1..] {
                    ty = self.member_type(session, &ty, segment.name, fuel);
                }
                match ty {
                    Ty::Class(def, env) => {
                        let args = self.written_args(session, file, expr, fuel);
                        let args = self.arguments(session, def, args, fuel);
                        Ty::Class(def, extended(&env, args.iter().cloned()))
                    }
                    other => other,
                }
            }
            Expr::Cast { value, ty } => {
                // `as const` and its like say nothing.
                let cast = self.type_expr(session, file, ty, &no_env(), fuel);
                if matches!(facts.type_expr(ty), TypeExpr::Path { segments, .. }
                    if facts.list(*segments).first().is_some_and(|segment| segment.name == "const"))
                {
                    return of(value);
                }
                cast
            }
            Expr::Unary { op, operand } => match op {
                UnaryOp::Await => {
                    let ty = of(operand);
                    self.awaited(session, ty, fuel)
                }
                UnaryOp::NonNull => of(operand).present(),
                UnaryOp::Spread => of(operand),
                UnaryOp::Not | UnaryOp::Other => Ty::Bool,
                UnaryOp::Negate => Ty::Num,
                UnaryOp::Typeof => Ty::Str,
                _ => Ty::Any,
            },
            Expr::Binary { op, left, right } => match op {
                BinaryOp::And => of(right),
                BinaryOp::Or | BinaryOp::Coalesce => {
                    let (left, right) = (of(left).present(), of(right));
                    // `x || {}` and `x || []` add nothing to what x is.
                    if left.is_any() || matches!(left, Ty::External) {
                        left
                    } else {
                        self.reduced(session, vec![left, right], fuel)
                    }
                }
                BinaryOp::Add => match (of(left), of(right)) {
                    (Ty::Str | Ty::Text(_), _) | (_, Ty::Str | Ty::Text(_)) => Ty::Str,
                    (Ty::Num, Ty::Num) => Ty::Num,
                    _ => Ty::Any,
                },
                BinaryOp::Compare | BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::InstanceOf | BinaryOp::In => {
                    Ty::Bool
                }
                BinaryOp::Other | BinaryOp::Range => Ty::Any,
                _ => Ty::Num,
            },
            Expr::Choice(parts) => {
                let parts = facts.list(parts).iter().map(|part| of(*part)).collect();
                self.reduced(session, parts, fuel)
            }
            Expr::Sequence(items) => {
                let mut parts = Vec::new();
                for &item in facts.list(items) {
                    if let Expr::Unary { op: UnaryOp::Spread, operand } = *facts.expr(item) {
                        let spread = of(operand);
                        parts.push(self.element(session, &spread, fuel));
                    } else {
                        parts.push(widened(of(item)));
                    }
                }
                if parts.is_empty() {
                    return self.empty_array(session, file, expr, fuel);
                }
                let tuple =
                    matches!(self.info(file).contexts.get(&expr), Some(Context::Returned(_) | Context::Typed(_)))
                        && parts.len() > 1
                        && self.wants_tuple(session, file, expr, fuel);
                if tuple {
                    return Ty::Tuple(parts.into());
                }
                let element = self.reduced(session, parts, fuel);
                self.array(element)
            }
            Expr::Def(def) => self.literal_def(file, def),
            Expr::Element(of_what) => {
                let ty = of(of_what);
                self.element(session, &ty, fuel)
            }
            Expr::Component { value, index } => {
                let ty = of(value);
                self.component(session, &ty, index, fuel)
            }
            _ => Ty::Any,
        }
    }

    /// `module.exports`
    fn is_module_exports(&self, file: FileId, base: ExprId, name: Name) -> bool {
        name == "exports"
            && self.is_javascript(file)
            && matches!(*self.facts(file).expr(base), Expr::Name { name, scope, .. }
                if name == "module" && self.look_up(file, scope, name, Meaning::Value).is_none())
    }

    /// The type arguments at the end of a path.
    fn written_args(&self, session: &Session, file: FileId, path: ExprId, fuel: Fuel) -> Vec<Ty> {
        let facts = self.facts(file);
        facts
            .list(self.path_args(file, path))
            .iter()
            .map(|arg| self.type_expr(session, file, *arg, &no_env(), fuel))
            .collect()
    }

    pub(super) fn path_args(&self, file: FileId, path: ExprId) -> List<TypeId> {
        let facts = self.facts(file);
        match *facts.expr(path) {
            Expr::Path { segments, .. } => {
                facts.list(segments).last().map_or_else(List::default, |segment| segment.args)
            }
            _ => List::default(),
        }
    }

    /// The union of several values' types, without those that another one covers.
    pub(super) fn reduced(&self, session: &Session, parts: Vec<Ty>, fuel: Fuel) -> Ty {
        let union = Ty::union(parts);
        let Ty::Union(parts) = &union else { return union };
        if parts.len() > 8 {
            return union;
        }
        let covered = |index: usize| {
            parts.iter().enumerate().any(|(other, wider)| {
                other != index
                    && self.is_subtype(session, &parts[index], wider, fuel)
                    && (other < index || !self.is_subtype(session, wider, &parts[index], fuel))
            })
        };
        let kept: Vec<Ty> =
            parts.iter().enumerate().filter(|(index, _)| !covered(*index)).map(|(_, part)| part.clone()).collect();
        Ty::union(kept)
    }

    /// Whether a value of one type is one of the other, as far as that is sure.
    fn is_subtype(&self, session: &Session, ty: &Ty, wider: &Ty, fuel: Fuel) -> bool {
        match (ty, wider) {
            (Ty::Ref(def, _), Ty::Ref(base, _)) => {
                if def == base {
                    return false;
                }
                if self.as_base(session, ty, *base, fuel, 0).is_some() {
                    return true;
                }
                let literal = self.def(*def).kind == DefKind::Anonymous && self.members(*def).is_empty();
                !literal && base.file != self.library && self.fits(session, ty, wider, fuel) == Some(true)
            }
            (Ty::Func(def, env), Ty::Func(wider_def, wider_env)) => {
                let own = self.result(session, *def, env, fuel);
                let other = self.result(session, *wider_def, wider_env, fuel);
                self.is_subtype(session, &own, &other, fuel)
            }
            (Ty::Text(_), Ty::Str) => true,
            _ => false,
        }
    }

    /// Whether an array literal's context is a tuple type.
    fn wants_tuple(&self, session: &Session, file: FileId, expr: ExprId, fuel: Fuel) -> bool {
        let ty = self.context_type(session, file, expr, fuel);
        ty.parts().iter().any(|part| matches!(part, Ty::Tuple(_)))
    }

    /// `[]`: what its context says.
    fn empty_array(&self, session: &Session, file: FileId, expr: ExprId, fuel: Fuel) -> Ty {
        let context = self.context_type(session, file, expr, fuel);
        if context.is_any() { self.array(Ty::Any) } else { context }
    }

    pub(super) fn literal(&self, literal: Literal) -> Ty {
        match literal {
            Literal::Str | Literal::Char | Literal::Bytes => Ty::Str,
            Literal::Int | Literal::Float => Ty::Num,
            Literal::Bool => Ty::Bool,
            Literal::Null | Literal::Undefined => Ty::Nullish,
            Literal::Regex => self.library_ref("RegExp", []),
        }
    }

    /// An instance of a type of the library.
    pub(super) fn library_ref(&self, name: &str, args: impl IntoIterator<Item = Ty>) -> Ty {
        match self.library_type(name) {
            Some(def) => {
                let env: Env = args.into_iter().enumerate().map(|(index, ty)| (def, index as u16, ty)).collect();
                Ty::Ref(def, env)
            }
            None => Ty::External,
        }
    }

    pub(super) fn array(&self, element: Ty) -> Ty {
        self.library_ref("Array", [element])
    }

    /// A function expression, class expression or object literal.
    fn literal_def(&self, file: FileId, def: DefId) -> Ty {
        let at = DefRef { file, def };
        match self.def(at).kind {
            DefKind::Class => Ty::Class(at, no_env()),
            DefKind::Anonymous => Ty::Ref(at, no_env()),
            _ => Ty::Func(at, no_env()),
        }
    }

    /// The type of a simple name at a place.
    pub(super) fn name_type(
        &self,
        session: &Session,
        file: FileId,
        scope: ScopeId,
        name: Name,
        at: u32,
        fuel: Fuel,
    ) -> Ty {
        let facts = self.facts(file);
        let info = self.info(file);
        let mut bound = false;
        for scope in scopes_outwards(facts, scope) {
            let items = info.table.in_scope(scope, name);
            if items.is_empty() {
                continue;
            }
            // What a condition or assignment before this place says.
            let mut latest: Option<(BindingId, &Binding)> = None;
            for item in items {
                if let Item::Binding(id) = *item {
                    let binding = facts.binding(id);
                    if matches!(binding.kind, BindingKind::Narrowed | BindingKind::Assigned)
                        && binding.from <= at
                        && latest.is_none_or(|(_, known)| known.from <= binding.from)
                    {
                        latest = Some((id, binding));
                    }
                }
            }
            if let Some((id, binding)) = latest
                && let Some(init) = binding.init
            {
                if let Some(ty) = self.flow_type(session, file, id, binding, init, scope, name, fuel) {
                    return ty;
                }
            }
            let declared = items.iter().any(|item| match item {
                Item::Binding(binding) => {
                    !matches!(facts.binding(*binding).kind, BindingKind::Narrowed | BindingKind::Assigned)
                }
                _ => true,
            });
            if declared && facts.scope(scope).kind != ScopeKind::Type {
                bound = true;
                break;
            }
        }
        // A parameter may be called `this`, for the type it gives.
        let container = |scope: ScopeId| this_container(facts, facts.scope(scope).owner);
        if name == self.names.super_ || (name == self.names.this && !(bound && self.binds_this(file, container(scope))))
        {
            return self.this_or_super(session, file, scope, name, fuel);
        }
        let Some((entity, _)) = self.look_up(file, scope, name, Meaning::Value) else {
            return match name.as_str() {
                "undefined" => Ty::Nullish,
                "exports" if self.is_javascript(file) => Ty::Module(file),
                _ => Ty::External,
            };
        };
        self.entity_value(session, &entity, fuel)
    }

    /// Whether a function has a parameter called `this`.
    fn binds_this(&self, file: FileId, container: Option<DefId>) -> bool {
        let facts = self.facts(file);
        container.is_some_and(|def| {
            let params = facts.list(facts.def(def).params);
            let own = params.first().is_some_and(|param| param.kind == ParamKind::Receiver);
            // Methods are found by their class.
            own || matches!(facts.def(def).kind, DefKind::Class | DefKind::Anonymous)
        })
    }

    /// What the last condition or assignment says of a name; `None` if its declaration says more.
    #[expect(clippy::too_many_arguments)]
    fn flow_type(
        &self,
        session: &Session,
        file: FileId,
        id: BindingId,
        binding: &Binding,
        init: ExprId,
        scope: ScopeId,
        name: Name,
        fuel: Fuel,
    ) -> Option<Ty> {
        if binding.kind == BindingKind::Narrowed {
            return Some(self.guarded_binding(session, file, id, init, fuel));
        }
        // An assignment narrows a declared union, and gives an undeclared variable its type.
        let (entity, _) = self.look_up(file, scope, name, Meaning::Value)?;
        let (declared, initial) = match entity {
            Entity::Binding(file, declared) => {
                let declared = self.facts(file).binding(declared);
                let ty = declared.ty.map(|ty| self.type_expr(session, file, ty, &no_env(), fuel));
                (ty, declared.init.map(|init| (file, init)))
            }
            Entity::Def(def) => {
                let this = self.def(def);
                let ty = this.ty.map(|ty| self.type_expr(session, def.file, ty, &no_env(), fuel));
                (ty, this.value.map(|value| (def.file, value)))
            }
            _ => return None,
        };
        match declared {
            Some(Ty::Union(parts)) => {
                let assigned = self.guarded_binding(session, file, id, init, fuel);
                let fits = parts.iter().any(|part| assigned.parts().contains(part));
                fits.then_some(assigned)
            }
            Some(_) => None,
            None => {
                let initial = initial.map(|(file, init)| self.expr(session, file, init, fuel));
                match initial {
                    None | Some(Ty::Nullish) => Some(self.guarded_binding(session, file, id, init, fuel)),
                    Some(Ty::Any) => Some(self.guarded_binding(session, file, id, init, fuel)),
                    Some(_) => None,
                }
            }
        }
    }

    /// The value of a binding from its initial expression, guarded against cycles.
    fn guarded_binding(&self, session: &Session, file: FileId, id: BindingId, init: ExprId, fuel: Fuel) -> Ty {
        self.asking(session, file, id, || self.expr(session, file, init, fuel))
    }

    fn asking(&self, session: &Session, file: FileId, id: BindingId, infer: impl FnOnce() -> Ty) -> Ty {
        let index = {
            let mut asked = session.asked.borrow_mut();
            if let Some(index) = asked.iter().position(|known| *known == (file, id)) {
                session.meet(index);
                return Ty::Any;
            }
            if asked.len() >= LOCALS {
                session.meet(0);
                return Ty::Any;
            }
            asked.push((file, id));
            asked.len() - 1
        };
        let ty = infer();
        session.asked.borrow_mut().pop();
        if session.cut.get() >= index {
            session.cut.set(usize::MAX);
        }
        ty
    }

    /// Runs an inference that starts afresh: a function's result does not depend on who asks.
    pub(super) fn afresh<R>(&self, session: &Session, infer: impl FnOnce() -> R) -> R {
        let asked = session.asked.take();
        let cut_types = session.cut_types.take();
        let calls = session.calls.take();
        let aliases = session.aliases.take();
        let cut = session.cut.replace(usize::MAX);
        let depth = session.depth.replace(0);
        let result = infer();
        session.depth.set(depth);
        session.cut.set(cut);
        session.aliases.replace(aliases);
        session.calls.replace(calls);
        session.cut_types.replace(cut_types);
        session.asked.replace(asked);
        result
    }

    pub(super) fn entity_value(&self, session: &Session, entity: &Entity, fuel: Fuel) -> Ty {
        match entity {
            Entity::Def(def) => self.def_value(session, *def, &no_env(), fuel),
            Entity::Binding(file, binding) => self.binding_type(session, *file, *binding, fuel),
            Entity::Expr(file, expr) => {
                let Some(rest) = fuel.spend() else { return Ty::Any };
                self.afresh(session, || self.expr(session, *file, *expr, rest))
            }
            other => self.entity_type(other).unwrap_or(Ty::Any),
        }
    }

    /// The type of a declared local name.
    pub(super) fn binding_type(&self, session: &Session, file: FileId, id: BindingId, fuel: Fuel) -> Ty {
        let facts = self.facts(file);
        let binding = facts.binding(id);
        if let Some(ty) = binding.ty {
            return self.type_expr(session, file, ty, &no_env(), fuel);
        }
        self.asking(session, file, id, || {
            if let BindingKind::Param(index) = binding.kind {
                let owner = facts.scope(binding.scope).owner;
                let ty = self.param_type(session, DefRef { file, def: owner }, index, fuel);
                if !ty.is_any() {
                    return ty;
                }
            }
            if let Some(elements) = self.info(file).elements.get(&(binding.scope, binding.name))
                && let Some(array) = self.evolving(session, file, binding.init, elements, fuel)
            {
                return array;
            }
            let initial = binding.init.map(|init| widened(self.expr(session, file, init, fuel)));
            let undecided = match &initial {
                None => !matches!(binding.kind, BindingKind::Param(_)),
                Some(ty) => matches!(ty, Ty::Nullish),
            };
            if undecided {
                let assigned = self.assigned_types(session, file, binding.scope, binding.name, fuel);
                if !assigned.is_empty() {
                    return Ty::known_union(assigned);
                }
            }
            initial.unwrap_or(Ty::Any)
        })
    }

    /// The type of a variable that starts as `[]`, by what is put into it.
    fn evolving(
        &self,
        session: &Session,
        file: FileId,
        init: Option<ExprId>,
        elements: &[ExprId],
        fuel: Fuel,
    ) -> Option<Ty> {
        let facts = self.facts(file);
        let init = init?;
        let Expr::Sequence(items) = *facts.expr(init) else { return None };
        let wanted = self.info(file).contexts.get(&init);
        if !facts.list(items).is_empty()
            || elements.len() > 24
            || !matches!(wanted, None | Some(Context::Value(_) | Context::Assigned(_)))
        {
            return None;
        }
        let element = Ty::union(elements.iter().map(|element| match *facts.expr(*element) {
            Expr::Unary { op: UnaryOp::Spread, operand } => {
                let spread = self.expr(session, file, operand, fuel);
                self.element(session, &spread, fuel)
            }
            _ => widened(self.expr(session, file, *element, fuel)),
        }));
        Some(self.array(element))
    }

    /// The types of all values that are assigned to a name.
    fn assigned_types(&self, session: &Session, file: FileId, scope: ScopeId, name: Name, fuel: Fuel) -> Vec<Ty> {
        let Some(assigned) = self.info(file).assigned.get(&(scope, name)) else { return Vec::new() };
        let facts = self.facts(file);
        assigned
            .iter()
            .take(16)
            .filter_map(|binding| facts.binding(*binding).init)
            .map(|init| widened(self.expr(session, file, init, fuel)))
            .filter(|ty| !matches!(ty, Ty::Nullish))
            .collect()
    }

    /// The type of a definition as a value; `env` says what the type parameters around it stand for.
    pub(super) fn def_value(&self, session: &Session, def: DefRef, env: &Env, fuel: Fuel) -> Ty {
        let this = self.def(def);
        match this.kind {
            DefKind::Function | DefKind::Method | DefKind::Constructor | DefKind::Closure => Ty::Func(def, env.clone()),
            DefKind::Class => Ty::Class(def, env.clone()),
            DefKind::Enum => Ty::EnumObject(def),
            DefKind::Variant => Ty::Ref(DefRef { file: def.file, def: this.parent }, no_env()),
            DefKind::Module => Ty::Namespace(def),
            DefKind::Accessor => self.accessor_type(session, def, env, fuel),
            DefKind::Field | DefKind::Constant | DefKind::Variable | DefKind::Static => {
                if let Some(ty) = this.ty {
                    // `import a = b.c` has a name for both.
                    let import = this.value.is_some()
                        && this.kind == DefKind::Constant
                        && matches!(self.facts(def.file).type_expr(ty), TypeExpr::Path { .. })
                        && self.is_import_alias(def);
                    if !import {
                        return self.type_expr(session, def.file, ty, env, fuel);
                    }
                }
                let value = self
                    .memo
                    .get(Key::Value(def), fuel, |rest| self.afresh(session, || self.initial_type(session, def, rest)))
                    .unwrap_or(Ty::Any);
                self.substitute(&value, env)
            }
            _ => Ty::Any,
        }
    }

    pub(super) fn is_import_alias(&self, def: DefRef) -> bool {
        let this = self.def(def);
        let facts = self.facts(def.file);
        match (this.ty.map(|ty| *facts.type_expr(ty)), this.value.map(|value| *facts.expr(value))) {
            (Some(TypeExpr::Path { at, .. }), Some(Expr::Name { at: value, .. })) => at == value,
            (Some(TypeExpr::Path { .. }), Some(Expr::Member { .. })) => {
                this.flags == DefFlags::NONE && this.span.end > 0 && facts.list(this.params).is_empty()
            }
            _ => false,
        }
    }

    fn initial_type(&self, session: &Session, def: DefRef, fuel: Fuel) -> Ty {
        let this = self.def(def);
        if let Some(elements) = self.info(def.file).elements.get(&(this.outer_scope, this.name))
            && matches!(this.kind, DefKind::Constant | DefKind::Variable)
            && let Some(array) = self.evolving(session, def.file, this.value, elements, fuel)
        {
            return array;
        }
        let initial = this.value.map(|value| widened(self.expr(session, def.file, value, fuel)));
        let undecided = match &initial {
            None => true,
            Some(ty) => matches!(ty, Ty::Nullish),
        };
        if undecided {
            let assigned = match this.kind {
                DefKind::Field => {
                    let class = this.parent;
                    self.this_field_types(session, DefRef { file: def.file, def: class }, this.name, fuel)
                }
                _ => self.assigned_types(session, def.file, this.outer_scope, this.name, fuel),
            };
            if !assigned.is_empty() {
                return Ty::known_union(assigned);
            }
        }
        initial.unwrap_or(Ty::Any)
    }

    /// The types that `this.name` is set to in a class: in its constructor, else anywhere.
    pub(super) fn this_field_types(&self, session: &Session, class: DefRef, name: Name, fuel: Fuel) -> Vec<Ty> {
        let facts = self.facts(class.file);
        let Some(assigned) = self.info(class.file).this_fields.get(&(class.def, name)) else { return Vec::new() };
        let is_constructor = |owner: DefId| {
            let mut owner = owner;
            loop {
                let this = facts.def(owner);
                match this.kind {
                    DefKind::Constructor => return true,
                    DefKind::Closure if !this.flags.contains(DefFlags::INSTANCE) => owner = this.parent,
                    _ => return owner == class.def,
                }
            }
        };
        let types = |constructor: bool| -> Vec<Ty> {
            assigned
                .iter()
                .filter(|(_, owner)| is_constructor(*owner) == constructor)
                .take(12)
                .map(|(value, _)| {
                    let elements = self.info(class.file).field_elements.get(&(class.def, name));
                    let evolving = elements
                        .filter(|_| constructor)
                        .and_then(|elements| self.evolving(session, class.file, Some(*value), elements, fuel));
                    evolving.unwrap_or_else(|| widened(self.expr(session, class.file, *value, fuel)))
                })
                .collect()
        };
        let decided = |types: &[Ty]| types.iter().any(|ty| !matches!(ty, Ty::Nullish));
        let mut found = types(true);
        // `[]` and `null` in a constructor leave the question to other places.
        if !decided(&found) {
            found = types(false);
        }
        found.retain(|ty| !matches!(ty, Ty::Nullish));
        found
    }

    /// The getter of a property, by either of its accessors.
    pub(super) fn getter(&self, accessor: DefRef) -> Option<DefRef> {
        let this = self.def(accessor);
        if !this.flags.contains(DefFlags::SETTER) {
            return Some(accessor);
        }
        self.members_named(DefRef { file: accessor.file, def: this.parent }, this.name).find(|other| {
            let other = self.def(*other);
            other.kind == DefKind::Accessor && !other.flags.contains(DefFlags::SETTER)
        })
    }

    fn accessor_type(&self, session: &Session, def: DefRef, env: &Env, fuel: Fuel) -> Ty {
        match self.getter(def) {
            Some(getter) => self.result(session, getter, env, fuel),
            None => match self.facts(def.file).list(self.def(def).params).first().and_then(|param| param.ty) {
                Some(ty) => self.type_expr(session, def.file, ty, env, fuel),
                None => Ty::Any,
            },
        }
    }

    /// What a function returns, with `env` for the type parameters around and of it.
    pub(super) fn result(&self, session: &Session, def: DefRef, env: &Env, fuel: Fuel) -> Ty {
        let this = self.def(def);
        if let Some(ty) = this.ty {
            return self.type_expr(session, def.file, ty, env, fuel);
        }
        if this.flags.contains(DefFlags::DECLARATION) {
            return Ty::Any;
        }
        let inferred = self
            .memo
            .get(Key::Returns(def), fuel, |rest| self.afresh(session, || self.inferred_result(session, def, rest)))
            .unwrap_or(Ty::Any);
        self.substitute(&inferred, env)
    }

    fn inferred_result(&self, session: &Session, def: DefRef, fuel: Fuel) -> Ty {
        let this = self.def(def);
        let facts = self.facts(def.file);
        // A declared type of the whole function says what it returns.
        if let Some(declared) = facts.list(this.supers).iter().find(|base| base.relation == Relation::Implements) {
            let ty = self.type_expr(session, def.file, declared.ty, &no_env(), fuel);
            if let Some((signature, env)) = self.signatures(session, &ty, false, fuel).into_iter().next() {
                return self.result(session, signature, &env, fuel);
            }
        }
        let mut returned = Vec::new();
        let mut yielded = Vec::new();
        for &value in facts.list(this.returns) {
            if let Expr::Unary { op: UnaryOp::Yield, operand } = *facts.expr(value) {
                yielded.push(widened(self.expr(session, def.file, operand, fuel)));
            } else {
                returned.push(widened(self.expr(session, def.file, value, fuel)));
            }
        }
        let generator = this.flags.contains(DefFlags::GENERATOR);
        let asynchronous = this.flags.contains(DefFlags::ASYNC);
        if generator {
            let name = if asynchronous { "AsyncGenerator" } else { "Generator" };
            let result = if returned.is_empty() { Ty::Nullish } else { Ty::union(returned) };
            return self.library_ref(name, [Ty::union(yielded), result]);
        }
        let result = if returned.is_empty() { Ty::Nullish } else { self.reduced(session, returned, fuel) };
        if asynchronous {
            let result = self.awaited(session, result, fuel);
            return self.library_ref("Promise", [result]);
        }
        result
    }

    /// `this` and `super`.
    fn this_or_super(&self, session: &Session, file: FileId, scope: ScopeId, name: Name, fuel: Fuel) -> Ty {
        let facts = self.facts(file);
        let owner = facts.scope(scope).owner;
        let Some(container) = this_container(facts, owner) else { return Ty::Any };
        let at = DefRef { file, def: container };
        let this = facts.def(container);
        match this.kind {
            DefKind::Class | DefKind::Interface => {
                let is_static = self.in_static_member(file, owner, container);
                if name == self.names.super_ {
                    return self.super_type(session, at, is_static, fuel);
                }
                if is_static { Ty::Class(at, no_env()) } else { Ty::Param(at, THIS) }
            }
            DefKind::Anonymous => {
                if name == self.names.super_ {
                    return Ty::Any;
                }
                Ty::Ref(at, no_env())
            }
            _ => self.function_this(session, at, fuel),
        }
    }

    /// Whether a place is in a static member of a class.
    fn in_static_member(&self, file: FileId, owner: DefId, class: DefId) -> bool {
        let facts = self.facts(file);
        let mut def = owner;
        while def != class && def != DefId::FILE {
            let this = facts.def(def);
            if this.parent == class {
                return this.flags.contains(DefFlags::STATIC);
            }
            def = this.parent;
        }
        // A static block.
        true
    }

    /// The base class as an instance, or as a class.
    pub(super) fn super_type(&self, session: &Session, class: DefRef, is_static: bool, fuel: Fuel) -> Ty {
        let facts = self.facts(class.file);
        let Some(base) = facts.list(self.def(class).supers).iter().find(|base| base.relation == Relation::Extends)
        else {
            return Ty::Any;
        };
        let value = match base.expr {
            Some(expr) => match fuel.spend() {
                Some(rest) => self.afresh(session, || self.expr(session, class.file, expr, rest)),
                None => Ty::Any,
            },
            None => Ty::Any,
        };
        if is_static {
            return value;
        }
        self.base_instance(session, class, base, &no_env(), fuel)
    }

    /// `this` in a function that is no method: of the class it is a member of, or the function as constructor.
    fn function_this(&self, session: &Session, def: DefRef, fuel: Fuel) -> Ty {
        let facts = self.facts(def.file);
        let this = facts.def(def.def);
        if let Some(class) = facts.list(this.supers).iter().find(|base| base.relation == Relation::MemberOf) {
            // A closure is a member of none but of a prototype.
            let member_type = matches!(this.kind, DefKind::Method | DefKind::Closure);
            if let TypeExpr::Path { segments, scope, .. } = *facts.type_expr(class.ty)
                && let Some(segment) = facts.list(segments).first()
                && let Some((entity, _)) = self.look_up(def.file, scope, segment.name, Meaning::Value)
            {
                let value = self.entity_value(session, &entity, fuel);
                if !member_type {
                    return value;
                }
                return match value {
                    Ty::Class(class, env) | Ty::Func(class, env) => Ty::Ref(class, env),
                    _ => Ty::Any,
                };
            }
            return Ty::Any;
        }
        // The context of a function expression may say what `this` is in it.
        let context = self.function_context(session, def, fuel);
        for (signature, env) in self.signatures(session, &context, false, fuel) {
            let params = self.facts(signature.file).list(self.def(signature).params);
            if let Some(receiver) = params.first()
                && receiver.kind == ParamKind::Receiver
                && let Some(ty) = receiver.ty
            {
                return self.type_expr(session, signature.file, ty, &env, fuel);
            }
        }
        let info = self.info(def.file);
        // `a.b = function () {…}` is called on `a`; what `exports` is given may as well be a constructor.
        if let Some(literal) = info.literals.get(&def.def)
            && let Some(Context::Assigned(target)) = info.contexts.get(literal)
            && let Expr::Member { base, .. } | Expr::Index { base, .. } = *self.facts(def.file).expr(*target)
            && let Some(rest) = fuel.spend()
        {
            let exports = matches!(*self.facts(def.file).expr(base), Expr::Name { name, .. } if name == "exports");
            let base = self.expr(session, def.file, base, rest);
            if matches!(base, Ty::Ref(..) | Ty::Param(..) | Ty::Inter(_) | Ty::Keys(_) | Ty::Module(_)) && !exports {
                return base;
            }
        }
        let constructs =
            info.constructors.contains(&def.def) || info.expandos.contains_key(&(this.outer_scope, this.name, true));
        if constructs && !this.name.is_empty() && this.kind == DefKind::Function {
            return Ty::Ref(def, no_env());
        }
        Ty::Any
    }

    /// The type of a parameter: written, or from the closure's context.
    pub(super) fn param_type(&self, session: &Session, def: DefRef, index: u16, fuel: Fuel) -> Ty {
        let facts = self.facts(def.file);
        let this = facts.def(def.def);
        let params = facts.list(this.params);
        let Some(param) = params.get(usize::from(index)) else { return Ty::Any };
        if let Some(ty) = param.ty {
            return self.type_expr(session, def.file, ty, &no_env(), fuel);
        }
        let context = self.function_context(session, def, fuel);
        let receiver = usize::from(params.first().is_some_and(|param| param.kind == ParamKind::Receiver));
        let position = usize::from(index).saturating_sub(receiver);
        let mut found = Vec::new();
        for (signature, env) in self.signatures(session, &context, false, fuel) {
            // What was put into an array is the context of what is put into it: functions whose parameters are
            // not written would ask one another without end.
            if self.takes_from_context(signature, position) {
                continue;
            }
            let variadic = param.kind == ParamKind::Variadic;
            let ty = self.signature_param(session, signature, &env, position, fuel);
            if variadic {
                found.push(self.array(ty));
            } else {
                found.push(ty);
            }
        }
        if found.len() > 1 {
            found.truncate(1);
        }
        let ty = found.pop().unwrap_or(Ty::Any);
        match ty {
            // A free type parameter of the callee that nothing was inferred for.
            Ty::Never => Ty::Any,
            other => other,
        }
    }

    /// Whether a signature is a function expression whose parameter at a position has no written type.
    fn takes_from_context(&self, signature: DefRef, position: usize) -> bool {
        let params = self.plain_params(signature);
        let param = params.get(position).or(params.last());
        self.info(signature.file).literals.contains_key(&signature.def) && param.is_some_and(|param| param.ty.is_none())
    }

    /// The function type that the context of a function expression asks for.
    fn function_context(&self, session: &Session, def: DefRef, fuel: Fuel) -> Ty {
        let facts = self.facts(def.file);
        let this = facts.def(def.def);
        if let Some(declared) = facts.list(this.supers).iter().find(|base| base.relation == Relation::Implements) {
            return self.type_expr(session, def.file, declared.ty, &no_env(), fuel);
        }
        let info = self.info(def.file);
        if let Some(&expr) = info.literals.get(&def.def) {
            return self.context_type(session, def.file, expr, fuel);
        }
        // A method of an object literal.
        if facts.def(this.parent).kind == DefKind::Anonymous
            && let Some(&object) = info.literals.get(&this.parent)
        {
            let context = self.context_type(session, def.file, object, fuel);
            return self.context_member(session, &context, this.name, fuel);
        }
        Ty::Any
    }

    /// The type that the context of a literal asks for.
    pub(super) fn context_type(&self, session: &Session, file: FileId, expr: ExprId, fuel: Fuel) -> Ty {
        let Some(&context) = self.info(file).contexts.get(&expr) else { return Ty::Any };
        let facts = self.facts(file);
        let ty = match context {
            Context::Typed(ty) => self.type_expr(session, file, ty, &no_env(), fuel),
            Context::Argument(call, index) => self.argument_context(session, file, call, index, fuel),
            Context::Property(object, name) => match self.info(file).literals.get(&object) {
                Some(&object) => {
                    let context = self.context_type(session, file, object, fuel);
                    self.context_member(session, &context, name, fuel)
                }
                None => Ty::Any,
            },
            Context::Element(array) => {
                let context = self.context_type(session, file, array, fuel);
                self.element(session, &context, fuel)
            }
            Context::Returned(def) => {
                let this = facts.def(def);
                let at = DefRef { file, def };
                let declared = match this.ty {
                    Some(ty) => self.type_expr(session, file, ty, &no_env(), fuel),
                    None => {
                        let context = self.function_context(session, at, fuel);
                        match self.signatures(session, &context, false, fuel).into_iter().next() {
                            Some((signature, env)) if signature != at => self.result(session, signature, &env, fuel),
                            _ => Ty::Any,
                        }
                    }
                };
                if this.flags.contains(DefFlags::ASYNC) { self.awaited(session, declared, fuel) } else { declared }
            }
            Context::Value(def) => {
                let this = facts.def(def);
                if this.kind == DefKind::Field && facts.def(this.parent).kind == DefKind::Class {
                    // What the base class or interface says of the field.
                    return self.inherited_member(session, DefRef { file, def: this.parent }, this.name, fuel);
                }
                Ty::Any
            }
            Context::Assigned(target) => match *facts.expr(target) {
                Expr::Member { base, name, .. } => {
                    let base_type = self.expr(session, file, base, fuel);
                    // A field without a written type gets its type from here: no context.
                    self.declared_member(session, &base_type, name, fuel)
                }
                _ => Ty::Any,
            },
        };
        ty.present()
    }

    /// The text of a chain of names.
    pub(super) fn path(&self, file: FileId, expr: ExprId) -> Option<String> {
        let facts = self.facts(file);
        let mut parts: Vec<&'static str> = Vec::new();
        let mut expr = expr;
        loop {
            match *facts.expr(expr) {
                Expr::Name { name, .. } => {
                    parts.push(name.as_str());
                    parts.reverse();
                    return Some(parts.join("."));
                }
                Expr::Member { base, name, .. } if parts.len() < 4 => {
                    parts.push(name.as_str());
                    expr = base;
                }
                Expr::Unary { op: UnaryOp::NonNull, operand } => expr = operand,
                _ => return None,
            }
        }
    }

    /// `this.x` where a condition says more of it.
    fn narrowed_member(&self, session: &Session, file: FileId, expr: ExprId, fuel: Fuel) -> Option<Ty> {
        let facts = self.facts(file);
        let mut root = expr;
        let (scope, at) = loop {
            match *facts.expr(root) {
                Expr::Name { scope, at, .. } => break (scope, at),
                Expr::Member { base, .. } => root = base,
                Expr::Unary { op: UnaryOp::NonNull, operand } => root = operand,
                _ => return None,
            }
        };
        let name = Name::new(&self.path(file, expr)?);
        let info = self.info(file);
        let owner = facts.scope(scope).owner;
        for scope in scopes_outwards(facts, scope) {
            if facts.scope(scope).owner != owner && facts.def(facts.scope(scope).owner).kind != DefKind::Closure {
                // Functions run at other times than the condition.
                if !matches!(facts.def(owner).kind, DefKind::Closure) {
                    return None;
                }
            }
            let mut latest: Option<(u32, BindingId, ExprId)> = None;
            for item in info.table.in_scope(scope, name) {
                if let Item::Binding(id) = *item {
                    let binding = facts.binding(id);
                    if binding.kind == BindingKind::Narrowed
                        && binding.from <= at
                        && latest.is_none_or(|(from, ..)| from <= binding.from)
                        && let Some(init) = binding.init
                    {
                        latest = Some((binding.from, id, init));
                    }
                }
            }
            if let Some((_, id, init)) = latest {
                return Some(self.guarded_binding(session, file, id, init, fuel));
            }
        }
        None
    }

    /// Free type parameters replaced by what an environment says.
    pub(super) fn substitute(&self, ty: &Ty, env: &Env) -> Ty {
        if env.is_empty() {
            return ty.clone();
        }
        let list = |parts: &[Ty]| -> Vec<Ty> { parts.iter().map(|part| self.substitute(part, env)).collect() };
        match ty {
            Ty::Param(def, index) => look_up(env, *def, *index).cloned().unwrap_or_else(|| ty.clone()),
            Ty::Ref(def, inner) => Ty::Ref(*def, self.substitute_env(*def, inner, env)),
            Ty::Class(def, inner) => Ty::Class(*def, self.substitute_env(*def, inner, env)),
            Ty::Func(def, inner) => Ty::Func(*def, self.substitute_env(*def, inner, env)),
            Ty::Tuple(parts) => Ty::Tuple(list(parts).into()),
            Ty::Union(parts) => Ty::union(list(parts)),
            Ty::Inter(parts) => Ty::Inter(list(parts).into()),
            Ty::Keys(keys) => Ty::Keys((self.substitute(&keys.0, env), keys.1.clone(), keys.2).into()),
            other => other.clone(),
        }
    }

    fn substitute_env(&self, def: DefRef, inner: &Env, env: &Env) -> Env {
        let mapped: Vec<(DefRef, u16, Ty)> =
            inner.iter().map(|(owner, index, ty)| (*owner, *index, self.substitute(ty, env))).collect();
        // What stands inside the owner of a type parameter sees it.
        let more = env.iter().filter(|(owner, index, _)| {
            owner.file == def.file
                && !mapped.iter().any(|(known, at, _)| known == owner && at == index)
                && self.is_inside(def, *owner)
        });
        let mut all = mapped.clone();
        all.extend(more.cloned());
        extended(&no_env(), all)
    }

    fn is_inside(&self, def: DefRef, owner: DefRef) -> bool {
        let facts = self.facts(def.file);
        let mut at = facts.def(def.def).parent;
        loop {
            if at == owner.def {
                return true;
            }
            if at == DefId::FILE {
                return false;
            }
            at = facts.def(at).parent;
        }
    }
}

/// Literal types widen where a variable or element takes them.
pub(super) fn widened(ty: Ty) -> Ty {
    ty
}
