//! What expressions of a file mean and which types their values have.

use super::GoResolver;
use super::builtins::Builtin;
use super::members::{Member, Shape};
use super::packages::Imported;
use super::types::{Args, Type, no_args};
use crate::memo::Fuel;
use crate::{DefRef, Evidence, FileId};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{
    BinaryOp, BindingId, BindingKind, Def, DefKind, Expr, ExprId, FileFacts, List, Literal, ParamKind, ScopeId, TypeId,
    UnaryOp,
};
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// A function or method that is known by name.
#[derive(Clone, Debug)]
pub(super) struct Func {
    pub(super) def: DefRef,
    /// The generic type that it is a method of, with the arguments of the receiver.
    pub(super) generic: Option<(DefRef, Args)>,
    /// Type arguments that are written down.
    pub(super) args: Args,
    pub(super) evidence: Evidence,
    /// For method expressions, the type that becomes the first parameter.
    pub(super) receiver: Option<Type>,
}

/// What an expression stands for.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Unknown,
    Package(Imported),
    /// A function, variable or type of a library about which nothing is known.
    Library,
    Type(Type),
    Func(Arc<Func>),
    Builtin(Builtin),
    /// A value of a type.
    Of(Type),
}

impl Value {
    pub(super) fn into_type(self) -> Option<Type> {
        match self {
            Self::Type(ty) => Some(ty),
            _ => None,
        }
    }

    fn of(ty: Type) -> Self {
        if ty.is_known() { Self::Of(ty) } else { Self::Unknown }
    }
}

/// Evaluates expressions of one file.
pub(super) struct Evaluator<'r, 'p> {
    pub(super) resolver: &'r GoResolver<'p>,
    pub(super) file: FileId,
    pub(super) facts: &'r FileFacts,
    fuel: Fuel,
    /// Known values; empty when only a single expression is wanted.
    values: RefCell<Vec<Option<Value>>>,
    locals: RefCell<Vec<Option<Type>>>,
    depth: Cell<u16>,
}

/// Deepest nesting of expressions that have not been looked at before.
const MAX_DEPTH: u16 = 200;

impl<'r, 'p> Evaluator<'r, 'p> {
    /// An evaluator that remembers all values of the file.
    pub(super) fn of_file(resolver: &'r GoResolver<'p>, file: FileId) -> Self {
        let mut this = Self::once(resolver, file, Fuel::FULL);
        this.values = RefCell::new(vec![None; this.facts.exprs.len()]);
        this.locals = RefCell::new(vec![None; this.facts.bindings.len()]);
        this
    }

    /// An evaluator for one expression.
    fn once(resolver: &'r GoResolver<'p>, file: FileId, fuel: Fuel) -> Self {
        Self {
            resolver,
            file,
            facts: resolver.facts(file),
            fuel,
            values: RefCell::default(),
            locals: RefCell::default(),
            depth: Cell::new(0),
        }
    }

    /// Evaluates everything in order. Parts come before what they are parts of, so nothing nests deeply.
    pub(super) fn evaluate_all(&self) {
        for index in 0..self.facts.exprs.len() {
            self.value(ExprId::from_index(index));
        }
    }

    pub(super) fn written(&self, ty: TypeId) -> Type {
        self.resolver.written(self.file, ty, self.fuel)
    }

    /// What an expression stands for.
    pub(super) fn value(&self, expr: ExprId) -> Value {
        if let Some(Some(known)) = self.values.borrow().get(expr.index()) {
            return known.clone();
        }
        if self.depth.get() > MAX_DEPTH {
            return Value::Unknown;
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.evaluate(expr);
        self.depth.set(self.depth.get() - 1);
        if let Some(slot) = self.values.borrow_mut().get_mut(expr.index()) {
            *slot = Some(value.clone());
        }
        value
    }

    /// The type of an expression's value.
    pub(super) fn type_of(&self, expr: ExprId) -> Type {
        self.type_of_value(self.value(expr))
    }

    fn type_of_value(&self, value: Value) -> Type {
        match value {
            Value::Of(ty) => ty,
            Value::Library => Type::opaque(),
            Value::Func(func) => self.func_type(&func),
            Value::Unknown | Value::Package(_) | Value::Type(_) | Value::Builtin(_) => Type::Unknown,
        }
    }

    /// A known function as a value.
    fn func_type(&self, func: &Func) -> Type {
        let mut ty = self.resolver.signature(func.def, self.fuel);
        if let Some((generic, args)) = &func.generic {
            ty = ty.substitute(*generic, args);
        }
        if !func.args.is_empty() {
            ty = ty.substitute(func.def, &func.args);
        }
        match (&func.receiver, &ty) {
            (Some(receiver), Type::Func(signature)) => {
                let params = std::iter::once(receiver.clone()).chain(signature.params.iter().cloned()).collect();
                Type::func(params, signature.result.clone())
            }
            _ => ty,
        }
    }

    fn local(&self, binding: BindingId) -> Type {
        if let Some(Some(known)) = self.locals.borrow().get(binding.index()) {
            return known.clone();
        }
        let data = self.facts.binding(binding);
        let ty = match (data.ty, data.init) {
            (Some(ty), _) => self.written(ty),
            (None, Some(init)) => {
                // What is iterated or unpacked has a type even if the expression itself is a name.
                self.type_of(init).defaulted()
            }
            (None, None) => Type::Unknown,
        };
        if let Some(slot) = self.locals.borrow_mut().get_mut(binding.index()) {
            *slot = Some(ty.clone());
        }
        ty
    }

    fn evaluate(&self, expr: ExprId) -> Value {
        match *self.facts.expr(expr) {
            Expr::Literal(Literal::Null) => Value::Unknown,
            Expr::Literal(literal) => Value::Of(Type::Untyped(literal)),
            Expr::Local(binding) => Value::of(self.local(binding)),
            Expr::Name { name, scope, .. } => self.name(name, scope, no_args()),
            Expr::Path { segments, scope, .. } => {
                let segments = self.facts.list(segments);
                let Some(last) = segments.last() else { return Value::Unknown };
                let args: Args = self.facts.list(last.args).iter().map(|&arg| self.written(arg)).collect();
                match segments {
                    [one] => self.name(one.name, scope, args),
                    [package, name] => match self.name(package.name, scope, no_args()) {
                        Value::Package(package) => self.package_member(package, name.name, args),
                        _ => Value::Unknown,
                    },
                    _ => Value::Unknown,
                }
            }
            Expr::Member { base, name, .. } => self.member(base, name),
            Expr::Call { callee, args, type_args } => self.call(callee, args, type_args),
            Expr::Index { base, index } => self.index(base, index),
            Expr::Unary { op, operand } => self.unary(op, operand),
            Expr::Binary { op, left, right } => self.binary(op, left, right),
            Expr::Cast { ty, .. } | Expr::StructLiteral { ty } => Value::of(self.written(ty)),
            Expr::Def(def) => Value::Of(self.resolver.signature(DefRef { file: self.file, def }, self.fuel)),
            Expr::Element(iterated) => Value::of(self.element(&self.type_of(iterated))),
            Expr::Component { value, index } => match self.type_of(value) {
                Type::Tuple(parts) => Value::of(parts.get(index as usize).cloned().unwrap_or(Type::Unknown)),
                Type::Library(name, args) if name.is_empty() => Value::Of(Type::Library(name, args)),
                other if index == 0 => Value::of(other),
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    /// A name that is no local variable.
    fn name(&self, name: Name, scope: ScopeId, args: Args) -> Value {
        // Types and type parameters of the function come first; then the file's imports and the package,
        // which cannot have a name in common; then the universe.
        if let Some(imported) = self.resolver.context(self.file).imports.get(&name)
            && self.resolver.package_name(self.file, name).is_err()
            && self
                .resolver
                .simple_type(self.file, name, scope, no_args(), self.fuel)
                // An import hides what a library that is imported with a dot might have.
                .is_none_or(|ty| {
                    matches!(&ty, Type::Basic(_)) || matches!(&ty, Type::Library(name, _) if name.is_empty())
                })
        {
            return Value::Package(*imported);
        }
        if scope != ScopeId::FILE
            && let Some(ty @ (Type::Param(..) | Type::Named(..))) =
                self.resolver.simple_type(self.file, name, scope, args.clone(), self.fuel)
        {
            return Value::Type(ty);
        }
        match self.resolver.package_name(self.file, name) {
            Ok(def) => {
                let evidence = self.resolver.item_evidence(self.file, def, false);
                self.item(def, args, evidence)
            }
            Err(library) => {
                if let Some(builtin) = Builtin::of(name.as_str()) {
                    return Value::Builtin(builtin);
                }
                match self.resolver.simple_type(self.file, name, ScopeId::FILE, args, self.fuel) {
                    Some(ty @ Type::Basic(_)) => Value::Type(ty),
                    _ if library => Value::Library,
                    // The name of a dependency's package can differ from what its path tells.
                    _ if self.resolver.has_foreign_import(self.file) && self.is_selected_from(name) => {
                        Value::Package(Imported::Dependency)
                    }
                    _ => Value::Unknown,
                }
            }
        }
    }

    /// Whether a name could be a package's: it is no exported one.
    fn is_selected_from(&self, name: Name) -> bool {
        name.as_str().chars().next().is_some_and(char::is_lowercase)
    }

    /// A definition of a package scope as a value.
    fn item(&self, def: DefRef, args: Args, evidence: Evidence) -> Value {
        let data = self.resolver.def(def);
        match data.kind {
            DefKind::Function => Value::Func(Arc::new(Func { def, generic: None, args, evidence, receiver: None })),
            DefKind::Variable | DefKind::Constant => {
                let ty = self.resolver.variable(def, data, self.fuel);
                if !ty.is_known() && self.resolver.is_library(def.file) { Value::Library } else { Value::of(ty) }
            }
            _ => self.resolver.instance(def, args, self.fuel).map_or(Value::Unknown, Value::Type),
        }
    }

    fn package_member(&self, package: Imported, name: Name, args: Args) -> Value {
        let Imported::Package(id) = package else {
            return if package == Imported::Missing { Value::Unknown } else { Value::Library };
        };
        match self.resolver.item(id, name, self.file) {
            Some(def) => self.item(def, args, Evidence::Qualified),
            None if self.resolver.is_library_package(id) => Value::Library,
            None => Value::Unknown,
        }
    }

    fn member(&self, base: ExprId, name: Name) -> Value {
        match self.value(base) {
            Value::Package(package) => self.package_member(package, name, no_args()),
            Value::Type(ty) => self.selected(&ty, name, Evidence::Qualified, Some(ty.clone())),
            Value::Of(ty) => self.selected(&ty, name, self.receiver_evidence(base), None),
            Value::Library => Value::Library,
            Value::Func(_) | Value::Builtin(_) | Value::Unknown => Value::Unknown,
        }
    }

    fn selected(&self, ty: &Type, name: Name, evidence: Evidence, receiver: Option<Type>) -> Value {
        match self.resolver.member(ty, name, self.file) {
            Member::Field(ty) => Value::of(ty),
            Member::Method { def, generic, promoted, bound } => {
                let evidence = if bound {
                    Evidence::Bound
                } else if promoted {
                    Evidence::Inherited
                } else {
                    evidence
                };
                Value::Func(Arc::new(Func { def, generic, args: no_args(), evidence, receiver }))
            }
            Member::Library => Value::Library,
            Member::None => Value::Unknown,
        }
    }

    /// How surely the type of a receiver is known.
    fn receiver_evidence(&self, receiver: ExprId) -> Evidence {
        match *self.facts.expr(receiver) {
            Expr::Local(binding) => {
                let data = self.facts.binding(binding);
                if let BindingKind::Param(index) = data.kind {
                    let owner = self.facts.def(self.facts.scope(data.scope).owner);
                    let param = self.facts.list(owner.params).get(index as usize);
                    if param.is_some_and(|param| param.kind == ParamKind::Receiver) {
                        return Evidence::SelfReceiver;
                    }
                }
                if data.ty.is_some() { Evidence::TypedReceiver } else { Evidence::InferredReceiver }
            }
            Expr::Name { name, .. } => {
                let found = self.resolver.package_name(self.file, name).ok();
                let typed = found.is_some_and(|def| self.resolver.def(def).ty.is_some());
                if typed { Evidence::TypedReceiver } else { Evidence::InferredReceiver }
            }
            Expr::Cast { .. } | Expr::StructLiteral { .. } => Evidence::TypedReceiver,
            Expr::Unary { op: UnaryOp::Ref | UnaryOp::Deref, operand } => self.receiver_evidence(operand),
            _ => Evidence::InferredReceiver,
        }
    }

    fn call(&self, callee: ExprId, args: List<ExprId>, type_args: List<TypeId>) -> Value {
        match self.value(callee) {
            Value::Func(func) => {
                let func = if type_args.is_empty() { func } else { self.instantiated(&func, type_args) };
                let arguments = || self.argument_types(args);
                Value::of(self.resolver.call_type(&func, &arguments, self.file, self.fuel))
            }
            Value::Type(ty) => {
                let ty = match ty {
                    Type::Named(def, empty) if empty.is_empty() && !type_args.is_empty() => {
                        Type::Named(def, self.facts.list(type_args).iter().map(|&arg| self.written(arg)).collect())
                    }
                    ty => ty,
                };
                Value::of(ty)
            }
            Value::Builtin(builtin) => Value::of(builtin.call(self, args, type_args)),
            Value::Library => self.library_call(callee, args, type_args),
            Value::Of(Type::Library(..)) => Value::Of(Type::opaque()),
            Value::Of(ty) => {
                // `handlers[i](x)` can look like a function with type arguments.
                let ty = if type_args.is_empty() { ty } else { self.indexed(&ty) };
                match self.resolver.callable(&ty) {
                    Some(signature) => Value::of(signature.result.clone()),
                    None => Value::Unknown,
                }
            }
            Value::Package(_) | Value::Unknown => Value::Unknown,
        }
    }

    /// The result of a library's function. Without its signature, it is the library's own unless the
    /// function got types of the project, which it may hand back if it is generic.
    fn library_call(&self, callee: ExprId, args: List<ExprId>, type_args: List<TypeId>) -> Value {
        if self.is_of_standard_library(callee) {
            return Value::Of(Type::opaque());
        }
        let ours =
            |ty: &Type| ty.any(&|part| matches!(part, Type::Named(def, _) if !self.resolver.is_library(def.file)));
        let given = self.facts.list(type_args).iter().any(|&arg| ours(&self.written(arg)));
        // Pointers to variables are filled in, and interfaces used, by functions that are not generic.
        let handed_back = |&arg: &ExprId| {
            !matches!(self.facts.expr(arg), Expr::Unary { op: UnaryOp::Ref, .. }) && {
                let ty = self.type_of(arg);
                ours(&ty) && !matches!(self.resolver.shape(&ty), Shape::Interface(..))
            }
        };
        if given || self.facts.list(args).iter().any(handed_back) {
            return Value::Unknown;
        }
        Value::Of(Type::opaque())
    }

    /// Whether a callee is a function of a standard package: all generic ones of these are described.
    fn is_of_standard_library(&self, callee: ExprId) -> bool {
        match *self.facts.expr(callee) {
            Expr::Member { base, .. } => match self.facts.expr(base) {
                Expr::Name { .. } => match self.value(base) {
                    Value::Package(Imported::Standard) => true,
                    Value::Package(Imported::Package(package)) => self.resolver.is_library_package(package),
                    _ => false,
                },
                // Methods have no type parameters of their own.
                _ => true,
            },
            _ => false,
        }
    }

    fn instantiated(&self, func: &Func, type_args: List<TypeId>) -> Arc<Func> {
        let args = self.facts.list(type_args).iter().map(|&arg| self.written(arg)).collect();
        Arc::new(Func { args, ..func.clone() })
    }

    fn argument_types(&self, args: List<ExprId>) -> Vec<Type> {
        let args = self.facts.list(args);
        if let [one] = args
            && let Type::Tuple(parts) = self.type_of(*one)
        {
            return parts.to_vec();
        }
        args.iter()
            .map(|&arg| match *self.facts.expr(arg) {
                // `f(list...)`: the parameter's element is the list's.
                Expr::Unary { op: UnaryOp::Spread, operand } => match self.resolver.structure(&self.type_of(operand)) {
                    Type::Sequence(item) => (*item).clone(),
                    _ => Type::Unknown,
                },
                _ => self.type_of(arg),
            })
            .collect()
    }

    fn index(&self, base: ExprId, index: ExprId) -> Value {
        match self.value(base) {
            Value::Func(func) => {
                let args: Args = self.value(index).into_type().into_iter().collect();
                Value::Func(Arc::new(Func { args, ..(*func).clone() }))
            }
            Value::Type(Type::Named(def, _)) => {
                let args: Args = self.value(index).into_type().into_iter().collect();
                Value::Type(Type::Named(def, args))
            }
            Value::Of(ty) => {
                if matches!(self.facts.expr(index), Expr::Literal(Literal::Null)) {
                    // A slice: pointers to arrays are followed, constants become strings.
                    return match ty {
                        Type::Pointer(inner) => Value::Of((*inner).clone()),
                        other => Value::Of(other.defaulted()),
                    };
                }
                Value::of(self.indexed(&ty))
            }
            Value::Library => Value::Library,
            Value::Type(ty) => Value::Type(ty),
            Value::Package(_) | Value::Builtin(_) | Value::Unknown => Value::Unknown,
        }
    }

    /// The type of an element of a value that is indexed.
    pub(super) fn indexed(&self, ty: &Type) -> Type {
        match self.resolver.structure(ty) {
            Type::Sequence(item) => (*item).clone(),
            Type::Map(entry) => entry.1.clone(),
            Type::Pointer(inner) => match self.resolver.structure(&inner) {
                Type::Sequence(item) => (*item).clone(),
                _ => Type::Unknown,
            },
            Type::Basic(_) | Type::Untyped(_) => Type::basic("uint8"),
            Type::Library(_, args) if args.is_empty() => Type::opaque(),
            _ => Type::Unknown,
        }
    }

    fn unary(&self, op: UnaryOp, operand: ExprId) -> Value {
        match op {
            UnaryOp::Ref => match self.value(operand) {
                Value::Of(ty) => Value::Of(ty.pointer()),
                Value::Library => Value::Of(Type::opaque()),
                _ => Value::Unknown,
            },
            UnaryOp::Deref => match self.value(operand) {
                Value::Type(ty) => Value::Type(ty.pointer()),
                Value::Of(ty) => match self.resolver.structure(&ty) {
                    Type::Pointer(inner) => Value::of((*inner).clone()),
                    Type::Library(_, args) if args.is_empty() => Value::Of(Type::opaque()),
                    _ => Value::Unknown,
                },
                // A library's type behind a pointer, or its variable.
                Value::Library => Value::Library,
                _ => Value::Unknown,
            },
            UnaryOp::Receive => match self.resolver.structure(&self.type_of(operand)) {
                Type::Channel(item) => Value::of((*item).clone()),
                Type::Library(_, args) if args.is_empty() => Value::Of(Type::opaque()),
                _ => Value::Unknown,
            },
            UnaryOp::Not => Value::Of(Type::basic("bool")),
            _ => Value::of(self.type_of(operand)),
        }
    }

    fn binary(&self, op: BinaryOp, left: ExprId, right: ExprId) -> Value {
        match op {
            BinaryOp::Compare | BinaryOp::And | BinaryOp::Or => Value::Of(Type::Untyped(Literal::Bool)),
            BinaryOp::Shift => Value::of(self.type_of(left)),
            _ => match self.type_of(left) {
                Type::Unknown | Type::Untyped(_) => {
                    let right = self.type_of(right);
                    if right.is_known() { Value::Of(right) } else { Value::of(self.type_of(left)) }
                }
                left => Value::Of(left),
            },
        }
    }

    /// What `range` over a value of this type gives: a tuple of one or two.
    fn element(&self, ty: &Type) -> Type {
        let int = || Type::basic("int");
        match self.resolver.structure(ty) {
            Type::Sequence(item) => Type::tuple([int(), (*item).clone()]),
            Type::Map(entry) => Type::tuple([entry.0.clone(), entry.1.clone()]),
            Type::Channel(item) => Type::tuple([(*item).clone()]),
            Type::Pointer(inner) => match self.resolver.structure(&inner) {
                Type::Sequence(item) => Type::tuple([int(), (*item).clone()]),
                _ => Type::Unknown,
            },
            Type::Untyped(Literal::Str) => Type::tuple([int(), Type::basic("int32")]),
            Type::Basic(name) if name == "string" => Type::tuple([int(), Type::basic("int32")]),
            Type::Basic(_) => Type::tuple([ty.clone()]),
            Type::Untyped(_) => Type::tuple([int()]),
            // An iterator: what it yields are the parameters of the function that it calls.
            Type::Func(signature) => match signature.params.first() {
                Some(Type::Func(body)) => Type::Tuple(body.params.clone()),
                _ => Type::Unknown,
            },
            Type::Library(_, args) if args.is_empty() => Type::opaque(),
            _ => Type::Unknown,
        }
    }
}

impl GoResolver<'_> {
    /// The type of a package variable or constant.
    fn variable(&self, def: DefRef, data: &Def, fuel: Fuel) -> Type {
        match (data.ty, data.value) {
            (Some(ty), _) => self.written(def.file, ty, fuel),
            (None, Some(value)) => self
                .variables
                .get(def, fuel, |rest| {
                    let ty = Evaluator::once(self, def.file, rest).type_of(value);
                    if data.kind == DefKind::Variable { ty.defaulted() } else { ty }
                })
                .unwrap_or(Type::Unknown),
            (None, None) => Type::Unknown,
        }
    }
}
