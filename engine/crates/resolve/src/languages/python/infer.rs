//! The types of expressions.

use super::annotations::{class_of, instance_of};
use super::classes::normalize;
use super::names::external;
use super::{Key, PythonResolver};
use crate::memo::Fuel;
use crate::project::{DefRef, FileId};
use crate::ty::{Ty, no_args};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// Bytes of stack that must be left before evaluating one more level, and how much is added then.
const RED_ZONE: usize = 256 * 1024;
const MORE_STACK: usize = 4 * 1024 * 1024;

/// Evaluation of one file's expressions at one level of fuel.
pub(super) struct Eval<'r, 'p> {
    pub(super) r: &'r PythonResolver<'p>,
    pub(super) file: FileId,
    pub(super) facts: &'r FileFacts,
    pub(super) fuel: Fuel,
    /// A function whose parameters are known to have these types, from one of its calls.
    env: Option<(DefId, Arc<[Ty]>)>,
    cache: RefCell<FxHashMap<ExprId, Ty>>,
    /// Nesting of call-site inference.
    pub(super) nested: Cell<u8>,
    /// How many aliases annotations may still expand, one inside the other.
    pub(super) aliases: Fuel,
}

impl<'r, 'p> Eval<'r, 'p> {
    pub(super) fn new(r: &'r PythonResolver<'p>, file: FileId, fuel: Fuel, env: Option<(DefId, Arc<[Ty]>)>) -> Self {
        let facts = r.facts(file);
        Self { r, file, facts, fuel, env, cache: RefCell::default(), nested: Cell::new(0), aliases: Fuel::FULL }
    }

    pub(super) fn def_ref(&self, def: DefId) -> DefRef {
        DefRef { file: self.file, def }
    }

    /// The type of an expression.
    pub(super) fn expr(&self, id: ExprId) -> Ty {
        if let Some(known) = self.cache.borrow().get(&id) {
            return known.clone();
        }
        // An expression that needs itself has no more to say.
        self.cache.borrow_mut().insert(id, Ty::Unknown);
        let ty = stacker::maybe_grow(RED_ZONE, MORE_STACK, || self.expr_here(id));
        self.cache.borrow_mut().insert(id, ty.clone());
        ty
    }

    fn list(&self, items: List<ExprId>) -> &'r [ExprId] {
        self.facts.list(items)
    }

    fn expr_here(&self, id: ExprId) -> Ty {
        let r = self.r;
        match *self.facts.expr(id) {
            Expr::Literal(literal) => self.literal(literal),
            Expr::Text(text) => match text.as_str() {
                "True" | "False" => r.builtin("bool", []),
                text if text.starts_with('"') => r.builtin("str", []),
                _ => r.builtin("int", []),
            },
            Expr::Name { name, scope, .. } => self.name(name, scope),
            Expr::Local(binding) => self.binding(binding),
            Expr::Member { base, name, .. } => {
                let base = self.expr(base);
                r.member_type(&base, name, self.fuel)
            }
            Expr::Call { callee, args, type_args } => self.call(callee, args, type_args),
            Expr::NewExpr { class, .. } => {
                // What an `except` clause names: one class or several.
                match self.expr(class) {
                    Ty::Tuple(classes) => Ty::union(classes.iter().map(instance_of)),
                    class => instance_of(&class),
                }
            }
            Expr::Index { base, index } => self.index(base, index),
            Expr::Unary { op, operand } => match op {
                UnaryOp::Await => self.awaited(&self.expr(operand)),
                UnaryOp::Yield => {
                    let item = self.element(&self.expr(operand));
                    r.typing("Generator", [item, Ty::Unknown, Ty::Unknown])
                }
                UnaryOp::Not => r.builtin("bool", []),
                UnaryOp::Receive => match *self.facts.expr(operand) {
                    Expr::Name { scope, .. } => self.sent(scope),
                    _ => Ty::Unknown,
                },
                UnaryOp::Negate | UnaryOp::Spread => self.expr(operand),
                _ => Ty::Unknown,
            },
            Expr::Binary { op, left, right } => self.binary(op, left, right),
            Expr::Choice(items) => self.choice(id, self.list(items)),
            Expr::Cast { ty, .. } => self.annotated(ty),
            Expr::Tuple(items) => {
                let items = self.list(items);
                let spread = items.iter().any(|&item| self.is_spread(item));
                if spread {
                    return r.builtin("tuple", [self.joined(items)]);
                }
                Ty::Tuple(items.iter().map(|&item| self.expr(item)).collect())
            }
            Expr::Sequence(items) => r.builtin("list", [self.joined(self.list(items))]),
            Expr::Set(items) => r.builtin("set", [self.joined(self.list(items))]),
            Expr::Map(items) => {
                let items = self.list(items);
                let mut keys = Vec::new();
                let mut values = Vec::new();
                for pair in items.chunks(2) {
                    let [key, value] = pair else { continue };
                    if self.is_spread(*key) {
                        if let Ty::Def(_, args) = self.expr(*key) {
                            keys.extend(args.first().cloned());
                            values.extend(args.get(1).cloned());
                        }
                    } else {
                        keys.push(self.expr(*key));
                        values.push(self.expr(*value));
                    }
                    if keys.len() > 64 {
                        break;
                    }
                }
                r.builtin("dict", [Ty::union(keys), Ty::union(values)])
            }
            Expr::Def(def) => match self.facts.def(def).kind {
                DefKind::Closure => Ty::Function(self.def_ref(def), no_args()),
                _ => r.def_type(self.def_ref(def), self.fuel),
            },
            Expr::Element(iterated) => self.element(&self.expr(iterated)),
            Expr::Component { value, index } => self.component(&self.expr(value), index as usize),
            Expr::Entered(manager) => {
                let manager = self.expr(manager);
                self.method_result(&manager, "__enter__", &[])
            }
            Expr::Guarded { value, condition, holds } => {
                let value = self.expr(value);
                self.narrowed(value, condition, holds)
            }
            Expr::After { value, call } => match self.expr(call) {
                Ty::Never => Ty::Never,
                _ => self.expr(value),
            },
            Expr::Assigned { target, value } => {
                let declared = self.expr(target);
                let value = self.expr(value);
                self.assigned(declared, value)
            }
            Expr::Keyword { value, .. } => self.expr(value),
            _ => Ty::Unknown,
        }
    }

    fn literal(&self, literal: Literal) -> Ty {
        let name = match literal {
            Literal::Str => "str",
            Literal::Bytes => "bytes",
            Literal::Int => "int",
            Literal::Float => "float",
            Literal::Bool => "bool",
            Literal::Null => return Ty::Literal(Literal::Null),
            _ => return Ty::Unknown,
        };
        self.r.builtin(name, [])
    }

    fn name(&self, name: Name, scope: ScopeId) -> Ty {
        self.r.name_type(self.file, scope, name, self.fuel)
    }

    /// What `yield` gives in the generator around `scope`.
    fn sent(&self, scope: ScopeId) -> Ty {
        let owner = self.facts.scope(scope).owner;
        let Some(ty) = self.facts.def(owner).ty else { return Ty::Unknown };
        match self.annotated(ty) {
            Ty::Def(class, args) => match self.r.stub_name(class, "typing") {
                Some("Generator" | "AsyncGenerator") => args.get(1).cloned().unwrap_or(Ty::Unknown),
                _ => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }

    fn is_spread(&self, id: ExprId) -> bool {
        matches!(self.facts.expr(id), Expr::Unary { op: UnaryOp::Spread, .. })
    }

    /// The union of items, of which some may be spread.
    fn joined(&self, items: &[ExprId]) -> Ty {
        // Long tables repeat themselves.
        Ty::union(items.iter().take(64).map(|&item| {
            let ty = self.expr(item);
            if self.is_spread(item) { self.element(&ty) } else { ty }
        }))
    }

    fn choice(&self, id: ExprId, items: &[ExprId]) -> Ty {
        let loops = items.iter().any(|item| item.index() > id.index());
        if !loops {
            let parts: Vec<Ty> = items.iter().map(|&item| self.expr(item)).collect();
            if !parts.is_empty() && parts.iter().all(|part| *part == Ty::Never) {
                return Ty::Never;
            }
            return Ty::union(parts);
        }
        // Values of a loop may depend on themselves: each round costs fuel.
        let join = |rest: Fuel| {
            let eval = Eval::new(self.r, self.file, rest, self.env.clone());
            eval.nested.set(self.nested.get());
            Ty::union(items.iter().map(|&item| eval.expr(item)))
        };
        let found = match &self.env {
            None => self.r.memo.get(Key::Join(self.file, id), self.fuel, join),
            Some(_) => self.fuel.spend().map(join),
        };
        // The value before the loop needs no round.
        found.unwrap_or_else(|| {
            Ty::union(items.iter().filter(|item| item.index() < id.index()).map(|&item| self.expr(item)))
        })
    }

    /// The value of a binding.
    pub(super) fn binding(&self, id: BindingId) -> Ty {
        let binding = self.facts.binding(id);
        if let BindingKind::Param(index) = binding.kind {
            return self.param(self.facts.scope(binding.scope).owner, index);
        }
        if let Some(ty) = binding.ty
            && !super::annotations::is_bare_final(self.facts, ty)
        {
            return self.annotated(ty);
        }
        binding.init.map_or(Ty::Unknown, |init| self.expr(init))
    }

    /// The type of a parameter inside its function.
    fn param(&self, function: DefId, index: u16) -> Ty {
        let r = self.r;
        let def = self.facts.def(function);
        let params = self.facts.list(def.params);
        let Some(param) = params.get(usize::from(index)) else { return Ty::Unknown };
        if let Some((owner, types)) = &self.env
            && *owner == function
            && let Some(ty) = types.get(usize::from(index))
            && ty.is_known()
        {
            return ty.clone();
        }
        let declared = param.ty.map(|ty| self.annotated(ty));
        let declared = declared.map(|ty| match ty {
            Ty::SelfOf(_) => self.self_type_of(def),
            ty => ty,
        });
        match param.kind {
            ParamKind::Variadic => {
                if let Some(Ty::Tuple(items)) = &declared {
                    return Ty::Tuple(items.clone());
                }
                return r.builtin("tuple", [declared.unwrap_or(Ty::Unknown)]);
            }
            ParamKind::KeywordVariadic => {
                return r.builtin("dict", [r.builtin("str", []), declared.unwrap_or(Ty::Unknown)]);
            }
            ParamKind::Receiver => {
                if let Some(declared) = declared.filter(Ty::is_known) {
                    return declared;
                }
                let class = self.self_type_of(def);
                if def.flags.contains(DefFlags::CLASS_METHOD) || def.name == "__new__" {
                    return class_of(&class);
                }
                return class;
            }
            _ => {}
        }
        if let Some(declared) = declared {
            return declared;
        }
        if def.kind == DefKind::Closure {
            return self.closure_param(function, index);
        }
        let inherited = self.inherited_param(function, def, param.name);
        if inherited.is_known() {
            return inherited;
        }
        match param.default.map(|default| self.expr(default)) {
            Some(Ty::Literal(Literal::Null)) | None => Ty::Unknown,
            Some(default) => default,
        }
    }

    fn self_type_of(&self, def: &Def) -> Ty {
        let mut parent = def.parent;
        // The class around a method; a metaclass's instances are classes, which few attributes tell.
        while !matches!(self.facts.def(parent).kind, DefKind::Class | DefKind::Enum | DefKind::Interface) {
            if parent == DefId::FILE {
                return Ty::Unknown;
            }
            parent = self.facts.def(parent).parent;
        }
        let class = self.def_ref(parent);
        Ty::Def(class, self.r.class_params(class))
    }

    /// A parameter's annotation in the method of a base class.
    fn inherited_param(&self, function: DefId, def: &Def, name: Name) -> Ty {
        if !matches!(def.kind, DefKind::Method | DefKind::Accessor | DefKind::Constructor) {
            return Ty::Unknown;
        }
        let class = self.def_ref(def.parent);
        if !matches!(self.facts.def(def.parent).kind, DefKind::Class | DefKind::Enum | DefKind::Interface) {
            return Ty::Unknown;
        }
        let params = self.r.class_params(class);
        let Some(member) = self.r.member(class, &params, def.name, 1) else { return Ty::Unknown };
        let super::classes::Found::Def(base) = member.found else { return Ty::Unknown };
        let facts = self.r.facts(base.file);
        let base_def = facts.def(base.def);
        if base_def.params.len() != self.facts.def(function).params.len() {
            return Ty::Unknown;
        }
        let Some(param) = facts.list(base_def.params).iter().find(|param| param.name == name) else {
            return Ty::Unknown;
        };
        let Some(ty) = param.ty else { return Ty::Unknown };
        let ty = Eval::new(self.r, base.file, self.fuel, None).annotated(ty);
        super::classes::bind(&ty, &Ty::Def(class, params.clone()), &self.r.class_params(member.class), &member.args)
    }

    /// What a lambda's parameter is, from the call that the lambda is handed to.
    fn closure_param(&self, closure: DefId, index: u16) -> Ty {
        let Some(call) = self.facts.def(closure).value else { return Ty::Unknown };
        let Expr::Call { callee, args, .. } = *self.facts.expr(call) else { return Ty::Unknown };
        let position = self.list(args).iter().position(|&arg| match *self.facts.expr(arg) {
            Expr::Def(def) => def == closure,
            Expr::Keyword { value, .. } => matches!(*self.facts.expr(value), Expr::Def(def) if def == closure),
            _ => false,
        });
        let Some(position) = position else { return Ty::Unknown };
        let keyword = match *self.facts.expr(self.list(args)[position]) {
            Expr::Keyword { name, .. } => Some(name),
            _ => None,
        };
        let callee = self.callee_type(callee);
        let expected = self.expected_argument(&callee, self.list(args), position, keyword);
        match expected {
            Ty::Fn(params, _) => params.get(usize::from(index)).cloned().unwrap_or(Ty::Unknown),
            Ty::Union(parts) => parts
                .iter()
                .find_map(|part| match part {
                    Ty::Fn(params, _) => params.get(usize::from(index)).cloned(),
                    _ => None,
                })
                .unwrap_or(Ty::Unknown),
            _ => Ty::Unknown,
        }
    }

    fn index(&self, base: ExprId, index: ExprId) -> Ty {
        let slice = matches!(self.facts.expr(index), Expr::Literal(Literal::Undefined));
        let base_ty = self.expr(base);
        if let Expr::Text(text) = self.facts.expr(index)
            && let Ok(position) = text.as_str().parse::<usize>()
            && let Ty::Tuple(items) = &base_ty
        {
            return items.get(position).cloned().unwrap_or(Ty::Unknown);
        }
        self.indexed(&base_ty, index, slice)
    }

    fn indexed(&self, base: &Ty, index: ExprId, slice: bool) -> Ty {
        match base {
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.indexed(part, index, slice))),
            Ty::Tuple(items) => {
                let item = Ty::union(items.iter().cloned());
                if slice { self.r.builtin("tuple", [item]) } else { item }
            }
            Ty::Class(class, _) => {
                // `A[int]` as a value.
                let mro = self.r.mro(*class);
                if let Some(meta) = mro.metaclass
                    && self.r.member(meta, &no_args(), Name::new("__getitem__"), 0).is_some()
                {
                    return self.method_result(&Ty::Def(meta, no_args()), "__getitem__", &[]);
                }
                if self.r.def(*class).kind == DefKind::Enum {
                    return Ty::Def(*class, no_args());
                }
                let params = self.r.class_params(*class);
                let given = self.expr(index);
                let args: Arc<[Ty]> = match &given {
                    Ty::Tuple(items) if params.len() > 1 => items.iter().map(instance_of).collect(),
                    one => Arc::new([instance_of(one)]),
                };
                let args = params.iter().enumerate().map(|(index, _)| args.get(index).cloned().unwrap_or(Ty::Unknown));
                Ty::Class(*class, args.collect())
            }
            Ty::Def(class, _) if slice && self.r.is_stub(class.file) => match self.r.def(*class).name.as_str() {
                "list" | "str" | "bytes" | "tuple" | "bytearray" | "Sequence" | "MutableSequence" => base.clone(),
                _ => self.method_result(base, "__getitem__", &[Ty::Unknown]),
            },
            Ty::ExternalName(_) => external(),
            _ => {
                let index = self.expr(index);
                self.method_result(base, "__getitem__", &[index])
            }
        }
    }

    fn binary(&self, op: BinaryOp, left: ExprId, right: ExprId) -> Ty {
        let r = self.r;
        match op {
            BinaryOp::Compare | BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::In => r.builtin("bool", []),
            BinaryOp::Or => {
                let left = self.expr(left);
                let truthy = self.without_none(&left);
                Ty::union([truthy, self.expr(right)])
            }
            BinaryOp::And => {
                // An object without length or truth value of its own is never false.
                let falsy = match self.expr(left) {
                    Ty::Def(class, _) if !r.is_stub(class.file) => Ty::Unknown,
                    Ty::Union(parts) => Ty::union(
                        parts
                            .iter()
                            .filter(|part| !matches!(part, Ty::Def(class, _) if !r.is_stub(class.file)))
                            .cloned(),
                    ),
                    Ty::Class(..) | Ty::Function(..) | Ty::Module(_) => Ty::Unknown,
                    other => other,
                };
                Ty::union([self.expr(right), falsy])
            }
            _ => {
                let (names, reflected): (&[&str], &[&str]) = match op {
                    BinaryOp::Add => (&["__add__"], &["__radd__"]),
                    BinaryOp::Subtract => (&["__sub__"], &["__rsub__"]),
                    BinaryOp::Multiply => (&["__mul__"], &["__rmul__"]),
                    BinaryOp::Divide => (&["__truediv__"], &["__rtruediv__"]),
                    BinaryOp::Remainder => (&["__mod__"], &["__rmod__"]),
                    BinaryOp::Bit => (&["__or__", "__and__", "__xor__"], &["__ror__", "__rand__"]),
                    BinaryOp::Shift => (&["__lshift__", "__rshift__"], &[]),
                    _ => (&["__floordiv__", "__pow__", "__matmul__"], &["__rfloordiv__"]),
                };
                let left = self.expr(left);
                if op == BinaryOp::Bit && matches!(left, Ty::Class(..)) {
                    // `A | B` as a type.
                    return Ty::union([left, self.expr(right)]);
                }
                let right = self.expr(right);
                if let (Ty::Tuple(a), Ty::Tuple(b), BinaryOp::Add) = (&left, &right, op) {
                    return Ty::Tuple(a.iter().chain(b.iter()).cloned().collect());
                }
                let found = names.iter().map(|name| self.method_result(&left, name, std::slice::from_ref(&right)));
                let found = found.into_iter().find(Ty::is_known);
                found.unwrap_or_else(|| {
                    reflected
                        .iter()
                        .map(|name| self.method_result(&right, name, std::slice::from_ref(&left)))
                        .find(Ty::is_known)
                        .unwrap_or(Ty::Unknown)
                })
            }
        }
    }

    pub(super) fn without_none(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Literal(Literal::Null) => Ty::Unknown,
            Ty::Union(parts) => Ty::union(parts.iter().filter(|part| **part != Ty::Literal(Literal::Null)).cloned()),
            other => other.clone(),
        }
    }

    /// The result of calling a method by name, as the language itself does.
    pub(super) fn method_result(&self, receiver: &Ty, name: &str, args: &[Ty]) -> Ty {
        match receiver {
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.method_result(part, name, args))),
            Ty::ExternalName(_) => external(),
            Ty::Unknown | Ty::Literal(_) | Ty::Never => Ty::Unknown,
            _ => {
                let method = self.r.member_type(receiver, Name::new(name), self.fuel);
                self.called(&method, &[], args)
            }
        }
    }

    /// An element of what is iterated.
    pub(super) fn element(&self, iterated: &Ty) -> Ty {
        match iterated {
            Ty::Tuple(items) => Ty::union(items.iter().cloned()),
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.element(part))),
            Ty::Class(class, _) => {
                if self.r.mro(*class).classes.iter().any(|(base, _)| self.r.stub_name(*base, "stdlib") == Some("Enum"))
                    || self.r.def(*class).kind == DefKind::Enum
                {
                    return Ty::Def(*class, no_args());
                }
                match self.r.mro(*class).metaclass {
                    Some(meta) => self.element(&Ty::Def(meta, no_args())),
                    None => Ty::Unknown,
                }
            }
            Ty::ExternalName(_) => external(),
            Ty::Def(..) | Ty::Param(..) => {
                let iterator = self.method_result(iterated, "__iter__", &[]);
                if iterator.is_known() {
                    return match &iterator {
                        Ty::ExternalName(_) => external(),
                        _ => self.method_result(&iterator, "__next__", &[]),
                    };
                }
                self.method_result(iterated, "__getitem__", &[self.r.builtin("int", [])])
            }
            _ => Ty::Unknown,
        }
    }

    fn component(&self, value: &Ty, index: usize) -> Ty {
        match value {
            Ty::Tuple(items) => items.get(index).cloned().unwrap_or(Ty::Unknown),
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.component(part, index))),
            Ty::Def(class, _) => {
                // A named tuple's fields, in order.
                if let Some(field) = self.named_tuple_field(*class, index) {
                    return self.r.member_type(value, field, self.fuel);
                }
                self.element(value)
            }
            _ => self.element(value),
        }
    }

    fn named_tuple_field(&self, class: DefRef, index: usize) -> Option<Name> {
        let facts = self.r.facts(class.file);
        let def = facts.def(class.def);
        let named = facts.list(def.supers).iter().any(|base| match *facts.type_expr(base.ty) {
            TypeExpr::Path { segments, .. } => {
                facts.list(segments).last().is_some_and(|last| last.name == "NamedTuple")
            }
            _ => false,
        });
        if !named {
            return None;
        }
        let mut fields = self
            .r
            .members(class)
            .iter()
            .map(|&member| facts.def(member))
            .filter(|member| matches!(member.kind, DefKind::Field | DefKind::Constant) && member.ty.is_some());
        fields.nth(index).map(|field| field.name)
    }

    pub(super) fn awaited(&self, value: &Ty) -> Ty {
        match value {
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.awaited(part))),
            Ty::ExternalName(_) => external(),
            Ty::Def(class, args) => {
                if self.r.stub_name(*class, "typing") == Some("Coroutine") {
                    return args.get(2).cloned().unwrap_or(Ty::Unknown);
                }
                match self.method_result(value, "__await__", &[]) {
                    Ty::Def(class, args) => match self.r.stub_name(class, "typing") {
                        Some("Generator") => args.get(2).cloned().unwrap_or(Ty::Unknown),
                        _ => Ty::Unknown,
                    },
                    _ => Ty::Unknown,
                }
            }
            _ => Ty::Unknown,
        }
    }

    /// A declared type, narrowed to what was assigned.
    fn assigned(&self, declared: Ty, value: Ty) -> Ty {
        if !declared.is_known() || matches!(declared, Ty::ExternalName(_)) {
            return value;
        }
        match &value {
            Ty::Unknown | Ty::ExternalName(_) | Ty::Never => declared,
            Ty::Def(class, args) => {
                // A new container takes the element types that were declared.
                let same = |part: &Ty| matches!(part, Ty::Def(known, _) if known == class);
                let unclear = args.is_empty() || args.iter().any(|arg| !arg.is_known());
                if unclear {
                    match &declared {
                        Ty::Union(parts) => {
                            if let Some(part) = parts.iter().find(|part| same(part)) {
                                return part.clone();
                            }
                        }
                        part if same(part) => return part.clone(),
                        part if self.r.is_stub(class.file) && !args.is_empty() => return part.clone(),
                        _ => {}
                    }
                }
                value
            }
            _ => normalize(value),
        }
    }
}
