//! One file: the types of its expressions and the targets of its calls.

use super::context::{Context, Contexts};
use super::methods::{Method, Methods, Target, raw, settle};
use super::overload::{Arg, parameter_of};
use super::types::{Bound, ClassId, JTy, Prim, Tri, no_types};
use super::world::{TypeName, World};
use crate::links::{Evidence, Outcome};
use crate::memo::Fuel;
use crate::project::{DefRef, FileId};
use crate::scopes::{Item, scopes_outwards};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{
    Access, BinaryOp, BindingId, BindingKind, DefId, DefKind, Expr, ExprId, FileFacts, List, Literal, ScopeId,
    ScopeKind, TypeExpr, TypeId, UnaryOp,
};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// What is known of the variable or field that a name may be.
struct Variable {
    /// Its type, where the sources or the platform's description declare it.
    written: Option<JTy>,
    /// A platform's class may have a constant of this name, an `int`; a class of that name comes first.
    supposed: Option<JTy>,
    /// A class that is not fully known may have one.
    opaque: bool,
}

/// What an expression stands for.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    Value(JTy),
    Type(JTy),
    Package(Vec<Name>),
    Unknown,
}

#[derive(Clone)]
enum State {
    New,
    Running,
    Done(JTy),
}

/// What a call means, before its type arguments are known.
pub(super) struct Selection {
    pub(super) outcome: Outcome,
    method: Option<Method>,
    args: Vec<Arg>,
    /// Its type, if there is no method to tell.
    ty: JTy,
}

/// Runs `body` with enough stack for one more level of a deeply nested source.
fn grow<R>(body: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, body)
}

/// Parameter types and result of a function type.
type Function = (Vec<JTy>, JTy);

pub(super) struct FileCx<'w, 'p> {
    pub(super) world: &'w World<'p>,
    pub(super) file: FileId,
    pub(super) facts: &'p FileFacts,
    contexts: Contexts,
    types: RefCell<Vec<State>>,
    bindings: RefCell<Vec<State>>,
    selections: RefCell<FxHashMap<ExprId, Option<Rc<Selection>>>>,
    functions: RefCell<FxHashMap<DefId, Option<Function>>>,
    references: RefCell<FxHashMap<ExprId, Vec<JTy>>>,
}

impl<'w, 'p> FileCx<'w, 'p> {
    pub(super) fn new(world: &'w World<'p>, file: FileId) -> Self {
        let facts = world.facts(file);
        Self {
            world,
            file,
            facts,
            contexts: Contexts::new(facts),
            types: RefCell::new(vec![State::New; facts.exprs.len()]),
            bindings: RefCell::new(vec![State::New; facts.bindings.len()]),
            selections: RefCell::default(),
            functions: RefCell::default(),
            references: RefCell::default(),
        }
    }

    fn def_ref(&self, def: DefId) -> DefRef {
        DefRef { file: self.file, def }
    }

    fn written(&self, ty: TypeId) -> JTy {
        match *self.facts.type_expr(ty) {
            // `outer.new Inner()`
            TypeExpr::Projection { base, of, name } => {
                let TypeExpr::TypeOf(outer) = *self.facts.type_expr(base) else { return JTy::Unknown };
                let args = match of.map(|of| self.world.ty(self.file, of, Fuel::FULL)) {
                    Some(JTy::Class(_, args)) => args,
                    _ => no_types(),
                };
                for (class, _) in self.world.class_types(&self.type_of(outer)) {
                    if let Some(nested) = self.world.nested_type(class, name, Fuel::FULL) {
                        return JTy::Class(nested, args);
                    }
                }
                JTy::Unknown
            }
            _ => self.world.ty(self.file, ty, Fuel::FULL),
        }
    }

    fn is_diamond(&self, ty: TypeId) -> bool {
        match *self.facts.type_expr(ty) {
            TypeExpr::Path { segments, .. } => self.facts.list(segments).last().is_some_and(|segment| {
                matches!(self.facts.list(segment.args), [arg] if matches!(self.facts.type_expr(*arg), TypeExpr::Inferred))
            }),
            TypeExpr::Projection { of: Some(of), .. } => self.is_diamond(of),
            _ => false,
        }
    }

    /// The class around a scope.
    fn class_around(&self, scope: ScopeId) -> Option<DefId> {
        scopes_outwards(self.facts, scope)
            .find(|&scope| self.facts.scope(scope).kind == ScopeKind::Type)
            .map(|scope| self.facts.scope(scope).owner)
    }

    fn this_type(&self, scope: ScopeId) -> JTy {
        self.class_around(scope).map_or(JTy::Unknown, |class| self.world.this_type(self.def_ref(class)))
    }

    /// The superclass of a class of the project.
    fn superclass(&self, class: DefRef) -> JTy {
        let supers = self.world.supers(class, Fuel::FULL);
        let found = supers.iter().find(|ty| matches!(ty, JTy::Class(id, _) if !self.world.is_interface(*id)));
        found.cloned().unwrap_or_else(|| self.world.jdk.object_type())
    }

    /// The type of an expression.
    pub(super) fn type_of(&self, expr: ExprId) -> JTy {
        if let State::Done(ty) = &self.types.borrow()[expr.index()] {
            return ty.clone();
        }
        if matches!(self.types.borrow()[expr.index()], State::Running) {
            return JTy::Unknown;
        }
        grow(|| self.type_of_new(expr))
    }

    fn type_of_new(&self, expr: ExprId) -> JTy {
        if matches!(self.facts.expr(expr), Expr::Call { .. } | Expr::New { .. }) {
            // What a call is an argument of may tell its type arguments.
            let context = self.outer_context(expr);
            if let Context::Argument(parent) = context
                && matches!(self.types.borrow()[parent.index()], State::New)
            {
                self.type_of(parent);
                if let State::Done(ty) = &self.types.borrow()[expr.index()] {
                    return ty.clone();
                }
            }
            return self.complete(expr, None);
        }
        self.types.borrow_mut()[expr.index()] = State::Running;
        let ty = self.compute(expr);
        self.types.borrow_mut()[expr.index()] = State::Done(ty.clone());
        ty
    }

    fn compute(&self, expr: ExprId) -> JTy {
        let world = self.world;
        match *self.facts.expr(expr) {
            Expr::Literal(literal) => match literal {
                Literal::Str => world.jdk.lang_type("String"),
                Literal::Char => JTy::Prim(Prim::Char),
                Literal::Int => JTy::Prim(Prim::Int),
                Literal::Float => JTy::Prim(Prim::Double),
                Literal::Bool => JTy::Prim(Prim::Boolean),
                Literal::Null => JTy::Null,
                _ => JTy::Unknown,
            },
            Expr::Name { .. } | Expr::Member { .. } => match self.meaning(expr) {
                Meaning::Value(ty) => ty,
                _ => JTy::Unknown,
            },
            Expr::Local(binding) => self.binding_type(binding),
            Expr::Index { base, .. } => match self.type_of(base) {
                JTy::Array(element) => (*element).clone(),
                _ => JTy::Unknown,
            },
            Expr::Unary { op, operand } => match op {
                UnaryOp::Not => JTy::Prim(Prim::Boolean),
                UnaryOp::Negate => match world.unboxed(&self.type_of(operand)) {
                    Some(prim) => JTy::Prim(prim.max(Prim::Int)),
                    None => JTy::Unknown,
                },
                _ => JTy::Unknown,
            },
            Expr::Binary { .. } => self.binary_type(expr),
            Expr::Choice(branches) => {
                let types: Vec<JTy> = self.facts.list(branches).iter().map(|&branch| self.type_of(branch)).collect();
                if types.iter().any(|ty| matches!(ty, JTy::Unknown)) {
                    // One known branch tells enough where the other does not say.
                    let known: Vec<JTy> = types.into_iter().filter(JTy::is_known).collect();
                    return match known.as_slice() {
                        [JTy::Class(..)] => known[0].clone(),
                        _ => JTy::Unknown,
                    };
                }
                world.lub(&types)
            }
            Expr::Cast { ty, .. } => self.written(ty),
            Expr::Def(def) => match self.facts.def(def).kind {
                DefKind::Anonymous => JTy::Class(ClassId::Project(self.def_ref(def)), no_types()),
                _ => JTy::Unknown,
            },
            Expr::Element(iterated) => self.element_type(&self.type_of(iterated)),
            Expr::PatternPart { ty, index, value } => self.record_part(ty, index, value),
            Expr::TypeMember { ty, name } if name == "class" => self.class_of(self.written(ty)),
            _ => JTy::Unknown,
        }
    }

    fn class_of(&self, ty: JTy) -> JTy {
        let ty = match ty {
            JTy::Prim(prim) => self.world.boxed(prim),
            JTy::Void => self.world.jdk.lang_type("Void"),
            other => other,
        };
        self.world.jdk.lang("Class").map_or(JTy::Unknown, |id| JTy::Class(ClassId::Jdk(id), [ty].into()))
    }

    fn element_type(&self, iterated: &JTy) -> JTy {
        if let JTy::Array(element) = iterated {
            return (**element).clone();
        }
        let Some(iterable) = self.world.jdk.lang("Iterable") else { return JTy::Unknown };
        match self.world.as_super(iterated, ClassId::Jdk(iterable)) {
            Some(args) => match args.first() {
                Some(arg) => self.world.read(arg.clone()),
                None => self.world.jdk.object_type(),
            },
            None => JTy::Unknown,
        }
    }

    fn record_part(&self, ty: TypeId, index: u32, value: ExprId) -> JTy {
        let JTy::Class(ClassId::Project(record), args) = self.written(ty) else { return JTy::Unknown };
        let args = if args.is_empty() {
            self.world.as_super(&self.type_of(value), ClassId::Project(record)).unwrap_or(args)
        } else {
            args
        };
        let signature = self.world.signature(record);
        let Some(part) = signature.params.get(index as usize) else { return JTy::Unknown };
        let part = part.substitute(&|var| super::world::class_argument(ClassId::Project(record), &args, var));
        self.world.read(part)
    }

    fn binary_type(&self, expr: ExprId) -> JTy {
        // Long concatenations lean to the left.
        let mut chain = Vec::new();
        let mut current = expr;
        while let Expr::Binary { op, left, right } = *self.facts.expr(current) {
            chain.push((op, right));
            current = left;
        }
        let mut result = self.type_of(current);
        let string = self.world.jdk.lang_type("String");
        while let Some((op, right)) = chain.pop() {
            result = match op {
                BinaryOp::Compare | BinaryOp::And | BinaryOp::Or => JTy::Prim(Prim::Boolean),
                BinaryOp::Shift => match self.world.unboxed(&result) {
                    Some(prim) => JTy::Prim(prim.max(Prim::Int)),
                    None => JTy::Unknown,
                },
                _ if op == BinaryOp::Add && result == string => continue,
                _ => {
                    let right = self.type_of(right);
                    if op == BinaryOp::Add && right == string {
                        string.clone()
                    } else {
                        match (self.world.unboxed(&result), self.world.unboxed(&right)) {
                            (Some(Prim::Boolean), _) | (_, Some(Prim::Boolean)) => JTy::Prim(Prim::Boolean),
                            (Some(a), Some(b)) => JTy::Prim(a.max(b).max(Prim::Int)),
                            _ => JTy::Unknown,
                        }
                    }
                }
            };
        }
        result
    }

    fn binding_type(&self, id: BindingId) -> JTy {
        match &self.bindings.borrow()[id.index()] {
            State::Done(ty) => return ty.clone(),
            State::Running => return JTy::Unknown,
            State::New => {}
        }
        self.bindings.borrow_mut()[id.index()] = State::Running;
        let ty = self.compute_binding(id);
        self.bindings.borrow_mut()[id.index()] = State::Done(ty.clone());
        ty
    }

    fn compute_binding(&self, id: BindingId) -> JTy {
        let binding = self.facts.binding(id);
        if let Some(ty) = binding.ty
            && !matches!(self.facts.type_expr(ty), TypeExpr::Inferred)
        {
            return self.written(ty);
        }
        if let Some(init) = binding.init {
            return match self.type_of(init) {
                JTy::Null => self.world.jdk.object_type(),
                ty => self.world.read(ty),
            };
        }
        if let BindingKind::Param(index) = binding.kind {
            let owner = self.facts.scope(binding.scope).owner;
            if self.facts.def(owner).kind == DefKind::Closure {
                self.ensure_closure(owner);
                let functions = self.functions.borrow();
                if let Some(Some((params, _))) = functions.get(&owner) {
                    return params.get(usize::from(index)).cloned().unwrap_or(JTy::Unknown);
                }
            }
        }
        JTy::Unknown
    }

    /// Finds the function type of a closure from where it stands.
    pub(super) fn ensure_closure(&self, closure: DefId) {
        if self.functions.borrow().contains_key(&closure) {
            return;
        }
        let Some(expr) = self.contexts.closure(closure) else { return };
        let context = self.outer_context(expr);
        if let Context::Argument(call) = context {
            self.type_of(call);
        } else if let Some(target) = self.expected(expr) {
            self.give_target(expr, &target);
        }
        self.functions.borrow_mut().entry(closure).or_insert(None);
    }

    /// The context of an expression, or of the choice that it is a branch of.
    fn outer_context(&self, expr: ExprId) -> Context {
        let mut context = self.contexts.of(expr);
        while let Context::Branch(choice) = context {
            context = self.contexts.of(choice);
        }
        context
    }

    /// The type that the surroundings of an expression ask for; not that of arguments.
    fn expected(&self, expr: ExprId) -> Option<JTy> {
        let ty = match self.outer_context(expr) {
            Context::None | Context::Argument(_) | Context::Branch(_) => return None,
            Context::Initial(binding) => {
                let ty = self.facts.binding(binding).ty?;
                if matches!(self.facts.type_expr(ty), TypeExpr::Inferred) {
                    return None;
                }
                self.written(ty)
            }
            Context::Field(def) => self.world.field_type(self.def_ref(def)),
            Context::Returned(def) => {
                if self.facts.def(def).kind == DefKind::Closure {
                    self.ensure_closure(def);
                    self.functions.borrow().get(&def)?.as_ref()?.1.clone()
                } else {
                    self.world.signature(self.def_ref(def)).ret.clone()
                }
            }
            Context::Assigned(target) => self.type_of(target),
            Context::Cast(ty) => self.written(ty),
        };
        ty.is_known().then_some(ty)
    }

    /// Tells lambdas and method references in an expression what they are to be; the results they give.
    fn give_target(&self, expr: ExprId, target: &JTy) -> Option<JTy> {
        grow(|| self.give_target_inner(expr, target))
    }

    fn give_target_inner(&self, expr: ExprId, target: &JTy) -> Option<JTy> {
        match *self.facts.expr(expr) {
            Expr::Def(def) if self.facts.def(def).kind == DefKind::Closure => {
                let function = self.world.function_type(target);
                let (params, ret) = match function {
                    Some((params, ret, _)) => (params, ret),
                    None => (Vec::new(), JTy::Unknown),
                };
                let params: Vec<JTy> = params.into_iter().map(|param| self.world.read(param)).collect();
                self.functions.borrow_mut().insert(def, Some((params, ret)));
                Some(self.result_of(def))
            }
            Expr::Member { access: Access::Arrow, .. } => {
                let (params, ..) = self.world.function_type(target)?;
                let (_, ret) = self.reference_target(expr, Some(&params));
                self.references.borrow_mut().insert(expr, params);
                Some(ret)
            }
            Expr::TypeMember { name, .. } if name != "class" => {
                let (params, ..) = self.world.function_type(target)?;
                let (_, ret) = self.reference_target(expr, Some(&params));
                self.references.borrow_mut().insert(expr, params);
                Some(ret)
            }
            Expr::Choice(branches) => {
                let results: Vec<JTy> =
                    self.facts.list(branches).iter().filter_map(|&branch| self.give_target(branch, target)).collect();
                (!results.is_empty()).then(|| self.world.lub(&results))
            }
            _ => None,
        }
    }

    /// What a closure's body gives.
    fn result_of(&self, closure: DefId) -> JTy {
        let returns = self.facts.list(self.facts.def(closure).returns);
        let types: Vec<JTy> = returns.iter().map(|&value| self.type_of(value)).collect();
        self.world.lub(&types)
    }

    /// What a name or qualified name stands for.
    pub(super) fn meaning(&self, expr: ExprId) -> Meaning {
        match *self.facts.expr(expr) {
            Expr::Name { name, scope, at } => self.name_meaning(name, scope, at),
            Expr::Path { segments, scope, at } => {
                let segments = self.facts.list(segments);
                let [first, rest @ ..] = segments else { return Meaning::Unknown };
                let mut meaning = self.name_meaning(first.name, scope, at);
                for segment in rest {
                    meaning = self.member_meaning(meaning, segment.name);
                }
                meaning
            }
            Expr::Member { base, name, access: Access::Dot } => {
                let base = grow(|| self.meaning(base));
                self.member_meaning(base, name)
            }
            _ => Meaning::Value(self.type_of(expr)),
        }
    }

    fn member_meaning(&self, base: Meaning, name: Name) -> Meaning {
        match base {
            Meaning::Package(mut names) => {
                names.push(name);
                if let Some(class) = self.world.qualified_class(self.file, &names) {
                    return Meaning::Type(raw(class));
                }
                let joined = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(".");
                if name.as_str().starts_with(char::is_uppercase) {
                    return Meaning::Type(raw(ClassId::External(Name::new(&joined))));
                }
                Meaning::Package(names)
            }
            Meaning::Type(ty) => {
                let JTy::Class(class, _) = &ty else { return Meaning::Unknown };
                match name.as_str() {
                    "this" => {
                        return Meaning::Value(match class {
                            ClassId::Project(def) => self.world.this_type(*def),
                            _ => ty.clone(),
                        });
                    }
                    "super" => {
                        return Meaning::Value(match class {
                            ClassId::Project(def) if !self.world.is_interface(*class) => self.superclass(*def),
                            _ => ty.clone(),
                        });
                    }
                    _ => {}
                }
                if let ClassId::External(known) = class {
                    // A library's class: a nested class or a constant.
                    if name.as_str().chars().any(char::is_lowercase) && name.as_str().starts_with(char::is_uppercase) {
                        let nested = Name::new(&format!("{known}.{name}"));
                        return Meaning::Type(raw(ClassId::External(nested)));
                    }
                    return Meaning::Value(JTy::Unknown);
                }
                if let ClassId::Jdk(id) = class {
                    // Constants of enums have no entries of their own.
                    let is_enum = self.world.jdk.supers(*id).iter().any(
                        |base| matches!(base, JTy::Class(ClassId::Jdk(base), _) if self.world.jdk.lang("Enum") == Some(*base)),
                    );
                    if is_enum && !self.world.jdk.members(*id).fields.contains_key(name.as_str()) {
                        return Meaning::Value(ty.clone());
                    }
                }
                let field = self.world.field(&ty, name);
                if let Some((_, field)) = &field
                    && field.is_known()
                {
                    return Meaning::Value(field.clone());
                }
                if let Some(nested) = self.world.nested_type(*class, name, Fuel::FULL) {
                    return Meaning::Type(raw(nested));
                }
                Meaning::Value(JTy::Unknown)
            }
            Meaning::Value(ty) => Meaning::Value(self.world.field(&ty, name).map_or(JTy::Unknown, |(_, field)| field)),
            Meaning::Unknown => Meaning::Unknown,
        }
    }

    fn name_meaning(&self, name: Name, scope: ScopeId, at: u32) -> Meaning {
        match name.as_str() {
            "this" => return Meaning::Value(self.this_type(scope)),
            "super" => {
                let class = self.class_around(scope);
                let ty = class.map_or(JTy::Unknown, |class| self.superclass(self.def_ref(class)));
                return Meaning::Value(ty);
            }
            _ => {}
        }
        let Variable { written, supposed, opaque } = self.variable(name, scope, at);
        if let Some(ty) = written {
            return Meaning::Value(ty);
        }
        match self.world.type_name(self.file, scope, name, Fuel::FULL) {
            Some(TypeName::Class(class)) => return Meaning::Type(raw(class)),
            Some(TypeName::Var(def, index)) => return Meaning::Type(JTy::Var(def, index)),
            None => {}
        }
        if let Some(ty) = supposed {
            return Meaning::Value(ty);
        }
        if self.world.is_package(name) {
            return Meaning::Package(vec![name]);
        }
        if name.as_str().starts_with(char::is_uppercase) && name.as_str().chars().any(char::is_lowercase) {
            return Meaning::Type(raw(ClassId::External(name)));
        }
        if opaque { Meaning::Value(JTy::Unknown) } else { Meaning::Package(vec![name]) }
    }

    /// What is known of a variable or field in scope.
    fn variable(&self, name: Name, scope: ScopeId, at: u32) -> Variable {
        let mut opaque = false;
        let mut supposed = None;
        for scope in scopes_outwards(self.facts, scope) {
            if self.facts.scope(scope).kind == ScopeKind::Type {
                let class = self.facts.scope(scope).owner;
                match self.world.field(&self.world.this_type(self.def_ref(class)), name) {
                    Some((None, JTy::Unknown)) => opaque = true,
                    Some((None, ty @ JTy::Prim(Prim::Int))) => supposed = Some(ty),
                    Some((_, ty)) => return Variable { written: Some(ty), supposed: None, opaque },
                    None => {}
                }
                continue;
            }
            let items = self.world.in_scope(self.file, scope, name);
            let binding = items.iter().rev().find_map(|item| match item {
                Item::Binding(binding) if self.facts.binding(*binding).from <= at => Some(*binding),
                _ => None,
            });
            if let Some(binding) = binding {
                return Variable { written: Some(self.binding_type(binding)), supposed: None, opaque };
            }
        }
        let imports = self.world.imports(self.file);
        let named = imports.statics.get(&name);
        for class in named.into_iter().flatten().chain(&imports.static_globs) {
            match self.world.field(&raw(*class), name) {
                Some((None, JTy::Unknown)) => opaque = true,
                Some((None, ty @ JTy::Prim(Prim::Int))) => supposed = Some(ty),
                Some((_, ty)) => return Variable { written: Some(ty), supposed: None, opaque },
                None => {}
            }
        }
        // A constant that is imported by name from a class of which nothing is known is of any type.
        let unknown = named.is_some_and(|classes| classes.iter().any(|class| matches!(class, ClassId::External(_))));
        Variable { written: None, supposed: supposed.filter(|_| !unknown), opaque }
    }

    /// The type of an argument as far as it decides which method is called.
    fn rough(&self, expr: ExprId) -> Arg {
        grow(|| self.rough_inner(expr))
    }

    fn rough_inner(&self, expr: ExprId) -> Arg {
        match *self.facts.expr(expr) {
            Expr::Def(def) if self.facts.def(def).kind == DefKind::Closure => {
                let closure = self.facts.def(def);
                let params = self.facts.list(closure.params).iter();
                let params = params.map(|param| param.ty.map_or(JTy::Unknown, |ty| self.written(ty))).collect();
                let returns = self.facts.list(closure.returns);
                Arg::Lambda {
                    params,
                    gives_value: !returns.is_empty(),
                    // An assignment is lowered to its left side.
                    is_statement: matches!(returns, [value] if matches!(
                        self.facts.expr(*value),
                        Expr::Call { .. } | Expr::New { .. } | Expr::Name { .. } | Expr::Member { .. }
                    )),
                }
            }
            Expr::Member { access: Access::Arrow, .. } => self.rough_reference(expr),
            Expr::TypeMember { name, .. } if name != "class" => self.rough_reference(expr),
            Expr::Call { .. } | Expr::New { .. } => {
                if let State::Done(ty) = &self.types.borrow()[expr.index()] {
                    return Arg::Value(ty.clone());
                }
                Arg::Value(self.rough_call(expr))
            }
            Expr::Choice(branches) => {
                let mut types = Vec::new();
                for &branch in self.facts.list(branches) {
                    match self.rough(branch) {
                        Arg::Value(ty) => types.push(ty),
                        function => return function,
                    }
                }
                let known: Vec<JTy> = types.iter().filter(|ty| ty.is_known()).cloned().collect();
                Arg::Value(if known.len() == types.len() { self.world.lub(&known) } else { JTy::Unknown })
            }
            _ => {
                let ty = self.type_of(expr);
                let constant = if ty.is_known() { None } else { self.class_of_library_constant(expr) };
                constant.map_or(Arg::Value(ty), Arg::Outside)
            }
        }
    }

    /// The class of `Level.INFO` of another project. Its classes know none of this project.
    fn class_of_library_constant(&self, expr: ExprId) -> Option<ClassId> {
        let base = match *self.facts.expr(expr) {
            Expr::Member { base, access: Access::Dot, .. } => self.meaning(base),
            Expr::Path { segments, scope, at } => match self.facts.list(segments) {
                [class, _] => self.name_meaning(class.name, scope, at),
                _ => return None,
            },
            _ => return None,
        };
        match base {
            Meaning::Type(JTy::Class(class @ ClassId::External(_), _)) => Some(class),
            _ => None,
        }
    }

    /// What a method of `Object` gives, whatever class it is called on.
    fn object_result(&self, name: Name, args: &[Arg]) -> JTy {
        match (name.as_str(), args.len()) {
            ("toString", 0) => self.world.jdk.lang_type("String"),
            ("getClass", 0) => self.class_of(JTy::Unknown),
            ("hashCode", 0) => JTy::Prim(Prim::Int),
            ("equals", 1) => JTy::Prim(Prim::Boolean),
            _ => JTy::Unknown,
        }
    }

    fn rough_reference(&self, expr: ExprId) -> Arg {
        let unknown = Arg::MethodReference { arities: None, gives_nothing: None };
        let (meaning, name) = match *self.facts.expr(expr) {
            Expr::Member { base, name, .. } => (self.meaning(base), name),
            Expr::TypeMember { ty, name } => (Meaning::Type(self.written(ty)), name),
            _ => return unknown,
        };
        let (ty, is_type) = match meaning {
            Meaning::Type(ty) => (ty, true),
            Meaning::Value(ty) => (ty, false),
            _ => return unknown,
        };
        let list = match &ty {
            JTy::Class(ClassId::Project(class), args) if name == "new" => {
                self.world.constructors(*class, args, args.is_empty())
            }
            _ if name == "new" => return unknown,
            _ => {
                let methods = self.world.methods(&ty, name);
                if methods.opaque || methods.list.is_empty() {
                    return unknown;
                }
                methods.list
            }
        };
        let mut arities: Vec<(usize, bool)> = Vec::new();
        for method in &list {
            let count = method.params.len() - usize::from(method.variadic && !method.params.is_empty());
            let receiver = usize::from(is_type && !method.is_static && name != "new");
            arities.push((count + receiver, method.variadic));
            if method.variadic {
                arities.push((count + 1 + receiver, false));
            }
        }
        let void = list.iter().filter(|method| matches!(method.ret, JTy::Void)).count();
        let gives_nothing = if void == list.len() {
            Some(true)
        } else if void == 0 {
            Some(false)
        } else {
            None
        };
        Arg::MethodReference { arities: Some(arities), gives_nothing }
    }

    fn rough_call(&self, expr: ExprId) -> JTy {
        let selection = self.selection(expr);
        let Some(method) = &selection.method else { return selection.ty.clone() };
        if method.vars.is_empty() {
            return self.world.read(method.ret.clone());
        }
        let mut values = self.explicit_type_args(expr, method);
        self.infer_values(method, &selection.args, &mut values);
        self.world.read(settle(&method.ret, &method.vars, &values))
    }

    fn explicit_type_args(&self, expr: ExprId, method: &Method) -> Vec<Option<JTy>> {
        let mut values = vec![None; method.vars.len()];
        if let Expr::Call { type_args, .. } = *self.facts.expr(expr) {
            for (value, &arg) in values.iter_mut().zip(self.facts.list(type_args)) {
                *value = Some(self.written(arg));
            }
        }
        values
    }

    fn infer_values(&self, method: &Method, args: &[Arg], values: &mut [Option<JTy>]) {
        for (index, arg) in args.iter().enumerate() {
            if let Arg::Value(ty) = arg
                && let Some(param) = parameter_of(method, index, args.len(), Some(ty))
            {
                self.world.infer(&param, ty, &method.vars, values);
            }
        }
    }

    /// Finds type arguments that make a result fit what is expected.
    fn infer_expected(&self, ret: &JTy, expected: &JTy, vars: &[JTy], values: &mut [Option<JTy>]) {
        let mut found = vec![None; vars.len()];
        match (ret, expected) {
            (JTy::Class(..), JTy::Class(class, _)) => {
                if let Some(formals) = self.world.as_super(ret, *class) {
                    let JTy::Class(_, actuals) = expected else { return };
                    for (formal, actual) in formals.iter().zip(actuals.iter()) {
                        let actual = actual.clone().wild_bound();
                        self.world.infer(&formal.clone().wild_bound(), &actual, vars, &mut found);
                    }
                }
            }
            (JTy::Var(..) | JTy::JdkVar { .. } | JTy::Array(_), _) => {
                self.world.infer(ret, expected, vars, &mut found);
            }
            _ => {}
        }
        for (value, found) in values.iter_mut().zip(found) {
            if value.as_ref().is_none_or(JTy::has_unknown) && found.is_some() {
                *value = found;
            }
        }
    }

    /// The type of a call or `new`, with its type arguments inferred, lambdas included.
    fn complete(&self, expr: ExprId, expected: Option<&JTy>) -> JTy {
        if let State::Done(ty) = &self.types.borrow()[expr.index()] {
            return ty.clone();
        }
        if matches!(self.types.borrow()[expr.index()], State::Running) {
            return JTy::Unknown;
        }
        self.types.borrow_mut()[expr.index()] = State::Running;
        let ty = self.complete_new(expr, expected);
        self.types.borrow_mut()[expr.index()] = State::Done(ty.clone());
        ty
    }

    fn complete_new(&self, expr: ExprId, expected: Option<&JTy>) -> JTy {
        let world = self.world;
        let selection = self.selection(expr);
        let args = match *self.facts.expr(expr) {
            Expr::Call { args, .. } | Expr::New { args, .. } => self.facts.list(args),
            _ => &[],
        };
        let Some(method) = &selection.method else {
            for &arg in args {
                if matches!(self.facts.expr(arg), Expr::Call { .. } | Expr::New { .. }) {
                    self.complete(arg, None);
                }
            }
            return selection.ty.clone();
        };
        let vars = &method.vars;
        let mut values = self.explicit_type_args(expr, method);
        if !vars.is_empty() {
            self.infer_values(method, &selection.args, &mut values);
            let open = values.iter().any(|value| value.as_ref().is_none_or(JTy::has_unknown));
            if open && method.ret.mentions(&|var| vars.contains(var)) {
                match expected {
                    Some(expected) => self.infer_expected(&method.ret, expected, vars, &mut values),
                    None => {
                        if let Some(expected) = self.expected(expr) {
                            self.infer_expected(&method.ret, &expected, vars, &mut values);
                        }
                    }
                }
            }
        }
        for (index, &arg) in args.iter().enumerate() {
            let rough = selection.args.get(index);
            let value = match rough {
                Some(Arg::Value(ty)) => Some(ty),
                _ => None,
            };
            let Some(param) = parameter_of(method, index, args.len(), value) else { continue };
            match rough {
                Some(Arg::Value(ty)) => {
                    if !matches!(self.facts.expr(arg), Expr::Call { .. } | Expr::New { .. }) {
                        continue;
                    }
                    let target = settle(&param, vars, &values);
                    let better = self.complete(arg, Some(&target));
                    if ty.has_unknown() && better.is_known() {
                        world.infer(&param, &better, vars, &mut values);
                    }
                }
                _ => self.complete_function(arg, &param, vars, &mut values),
            }
        }
        let ret = settle(&method.ret, vars, &values);
        world.read(ret)
    }

    /// Types a lambda or method reference that is an argument, and infers from what it gives.
    fn complete_function(&self, arg: ExprId, param: &JTy, vars: &[JTy], values: &mut [Option<JTy>]) {
        let world = self.world;
        if let Some((formals, ret, _)) = world.function_type(param) {
            // Written parameter types and exact method references tell, too.
            if let Expr::Def(def) = *self.facts.expr(arg) {
                for (formal, param) in formals.iter().zip(self.facts.list(self.facts.def(def).params)) {
                    if let Some(ty) = param.ty {
                        world.infer(formal, &self.written(ty), vars, values);
                    }
                }
            } else if let (Some(first), Some(receiver)) = (formals.first(), self.reference_receiver(arg)) {
                let open = vars.iter().position(|var| var == first).is_some_and(|index| values[index].is_none());
                if open {
                    world.infer(first, &receiver, vars, values);
                }
            }
            let target = settle(param, vars, values);
            if let Some(result) = self.give_target(arg, &target) {
                world.infer(&ret, &result, vars, values);
            }
            return;
        }
        let target = settle(param, vars, values);
        self.give_target(arg, &target);
    }

    /// The type on the left of `T::method`, if the method is an instance's.
    fn reference_receiver(&self, expr: ExprId) -> Option<JTy> {
        let Expr::Member { base, name, access: Access::Arrow } = *self.facts.expr(expr) else { return None };
        let Meaning::Type(ty) = self.meaning(base) else { return None };
        let methods = self.world.methods(&ty, name);
        (!methods.list.is_empty() && methods.list.iter().all(|method| !method.is_static)).then_some(ty)
    }

    /// What a method reference leads to, and what it gives, for parameters of these types.
    pub(super) fn reference_target(&self, expr: ExprId, params: Option<&[JTy]>) -> (Option<Target>, JTy) {
        let nothing = (None, JTy::Unknown);
        let (base, name) = match *self.facts.expr(expr) {
            Expr::Member { base, name, .. } => (self.meaning(base), name),
            Expr::TypeMember { ty, name } => (Meaning::Type(self.written(ty)), name),
            _ => return nothing,
        };
        let (ty, is_type) = match base {
            Meaning::Type(ty) => (ty, true),
            Meaning::Value(ty) => (ty, false),
            _ => return nothing,
        };
        let params: Option<Vec<Arg>> =
            params.map(|params| params.iter().map(|param| Arg::Value(self.world.read(param.clone()))).collect());
        if name == "new" {
            let JTy::Class(ClassId::Project(class), args) = &ty else { return (None, ty) };
            let diamond = args.is_empty();
            let list = self.world.constructors(*class, args, diamond);
            let chosen = match &params {
                Some(params) => self.world.select(&list, params),
                None => (list.len() == 1).then_some(0),
            };
            return match chosen {
                Some(index) => (Some(list[index].target), settle(&list[index].ret, &list[index].vars, &[])),
                None => (None, ty),
            };
        }
        let methods = self.world.methods(&ty, name).list;
        let chosen = match &params {
            None => (methods.len() == 1).then_some(0),
            Some(params) => {
                let direct = self.world.select(&methods, params);
                let direct = direct.filter(|&index| !is_type || methods[index].is_static);
                direct.or_else(|| {
                    let rest = params.get(1..).filter(|_| is_type)?;
                    let index = self.world.select(&methods, rest)?;
                    (!methods[index].is_static).then_some(index)
                })
            }
        };
        let chosen = chosen.or_else(|| (methods.len() == 1).then_some(0));
        let Some(method) = chosen.map(|index| &methods[index]) else { return nothing };
        let mut values = vec![None; method.vars.len()];
        if let Some(params) = &params {
            let skip = usize::from(is_type && !method.is_static);
            if let Some(rest) = params.get(skip..) {
                self.infer_values(method, rest, &mut values);
            }
        }
        // `Map.Entry::getValue`: the type arguments are those of the first parameter.
        let mut ret = self.world.read(settle(&method.ret, &method.vars, &values));
        if is_type
            && !method.is_static
            && let (Some(Arg::Value(receiver)), JTy::Class(..)) =
                (params.as_ref().and_then(|params| params.first()), &ty)
        {
            let again = self.world.methods(receiver, name).list;
            if let [only] = again.as_slice() {
                ret = self.world.read(settle(&only.ret, &only.vars, &vec![None; only.vars.len()]));
            }
        }
        (Some(method.target), ret)
    }

    /// The parameters that a method reference is called with, if known.
    pub(super) fn reference_params(&self, expr: ExprId) -> Option<Vec<JTy>> {
        if let Some(params) = self.references.borrow().get(&expr) {
            return Some(params.clone());
        }
        let context = self.outer_context(expr);
        if let Context::Argument(call) = context {
            self.type_of(call);
        } else if let Some(target) = self.expected(expr) {
            self.give_target(expr, &target);
        }
        self.references.borrow().get(&expr).cloned()
    }

    /// What a call means.
    pub(super) fn selection(&self, expr: ExprId) -> Rc<Selection> {
        let known = self.selections.borrow().get(&expr).cloned();
        match known {
            Some(Some(selection)) => return selection,
            Some(None) => {
                return Rc::new(Selection {
                    outcome: Outcome::Unknown,
                    method: None,
                    args: Vec::new(),
                    ty: JTy::Unknown,
                });
            }
            None => {}
        }
        self.selections.borrow_mut().insert(expr, None);
        let selection = Rc::new(grow(|| self.compute_selection(expr)));
        self.selections.borrow_mut().insert(expr, Some(selection.clone()));
        selection
    }

    fn compute_selection(&self, expr: ExprId) -> Selection {
        match *self.facts.expr(expr) {
            Expr::New { ty, args } => self.select_new(ty, args),
            Expr::Call { callee, args, .. } => match *self.facts.expr(callee) {
                Expr::Name { name, scope, .. } if matches!(name.as_str(), "this" | "super") => {
                    self.select_constructor(name == "this", scope, args)
                }
                Expr::Name { name, scope, .. } => self.select_simple(name, scope, args),
                Expr::Member { base, name, .. } => self.select_member(base, name, args),
                _ => Self::none(Outcome::Unknown, JTy::Unknown),
            },
            _ => Self::none(Outcome::Unknown, JTy::Unknown),
        }
    }

    fn none(outcome: Outcome, ty: JTy) -> Selection {
        Selection { outcome, method: None, args: Vec::new(), ty }
    }

    fn args(&self, args: List<ExprId>) -> Vec<Arg> {
        self.facts.list(args).iter().map(|&arg| self.rough(arg)).collect()
    }

    /// Picks one of several methods.
    fn choose(&self, methods: Methods, args: Vec<Arg>, evidence: Evidence) -> Selection {
        let list = methods.list;
        let index = self.world.select(&list, &args).or_else(|| {
            // Where only one could take so many arguments, that is the one, whatever the types seem.
            let mut fitting = list.iter().enumerate().filter(|(_, method)| {
                method.params.len() == args.len() || (method.variadic && args.len() + 1 >= method.params.len())
            });
            match (fitting.next(), fitting.next()) {
                (Some((index, _)), None) if !methods.opaque => Some(index),
                _ => None,
            }
        });
        let Some(index) = index else {
            let outcome = if methods.opaque { Outcome::External } else { Outcome::Unknown };
            return Selection { outcome, method: None, args, ty: JTy::Unknown };
        };
        let evidence = if list.len() > 1 && evidence != Evidence::Constructor { Evidence::Overload } else { evidence };
        let method = list[index].clone();
        let outcome = match method.target {
            Target::Project(def) | Target::Implicit(def) => Outcome::Resolved { targets: vec![def], evidence },
            Target::Jdk => Outcome::External,
        };
        Selection { outcome, method: Some(method), args, ty: JTy::Unknown }
    }

    fn select_new(&self, ty: TypeId, args: List<ExprId>) -> Selection {
        let diamond = self.is_diamond(ty);
        let written = self.written(ty);
        let args = self.args(args);
        match &written {
            JTy::Class(ClassId::Project(class), type_args) => {
                let list = self.world.constructors(*class, type_args, diamond);
                self.choose(Methods { list, opaque: false }, args, Evidence::Constructor)
            }
            JTy::Class(id @ ClassId::Jdk(jdk), _) if diamond => {
                // Its type arguments come from what is expected, or from a collection that is copied.
                let arity = self.world.jdk.class(*jdk).arity();
                let vars: Vec<JTy> =
                    (0..arity).map(|index| JTy::JdkVar { method: false, index: index as u8 }).collect();
                let method = Method {
                    target: Target::Jdk,
                    class: *id,
                    params: self.copied_params(*jdk, &vars, args.len()),
                    ret: JTy::Class(*id, vars.iter().cloned().collect()),
                    variadic: false,
                    vars,
                    is_abstract: false,
                    is_static: false,
                };
                Selection { outcome: Outcome::External, method: Some(method), args, ty: JTy::Unknown }
            }
            JTy::Unknown => Selection { outcome: Outcome::Unknown, method: None, args, ty: JTy::Unknown },
            _ => Selection { outcome: Outcome::External, method: None, args, ty: written },
        }
    }

    /// Parameters of `new ArrayList<>(other)` and the like: one argument of the same type arguments.
    fn copied_params(&self, class: u32, vars: &[JTy], count: usize) -> Arc<[JTy]> {
        if count != 1 || vars.is_empty() {
            return no_types();
        }
        let ty = JTy::Class(ClassId::Jdk(class), vars.iter().cloned().collect());
        for name in ["Collection", "Map"] {
            if let Some(base) = self.world.jdk.find("java.util", name)
                && let Some(args) = self.world.as_super(&ty, ClassId::Jdk(base))
            {
                return [JTy::Class(ClassId::Jdk(base), args)].into();
            }
        }
        vars.iter().take(1).cloned().collect()
    }

    /// `this(…)` and `super(…)`.
    fn select_constructor(&self, this: bool, scope: ScopeId, args: List<ExprId>) -> Selection {
        let args_list = self.args(args);
        let Some(class) = self.class_around(scope) else { return Self::none(Outcome::Unknown, JTy::Unknown) };
        let class = self.def_ref(class);
        let ty = if this { self.world.this_type(class) } else { self.superclass(class) };
        match &ty {
            JTy::Class(ClassId::Project(class), type_args) => {
                let list = self.world.constructors(*class, type_args, false);
                self.choose(Methods { list, opaque: false }, args_list, Evidence::SelfReceiver)
            }
            _ => Selection { outcome: Outcome::External, method: None, args: args_list, ty: JTy::Void },
        }
    }

    /// A call without a receiver: the innermost class that has a method of that name, then static imports.
    fn select_simple(&self, name: Name, scope: ScopeId, args: List<ExprId>) -> Selection {
        let args_list = self.args(args);
        let mut opaque = false;
        let mut innermost = true;
        for scope in scopes_outwards(self.facts, scope) {
            if self.facts.scope(scope).kind != ScopeKind::Type {
                continue;
            }
            let class = self.def_ref(self.facts.scope(scope).owner);
            if let Some(selection) = self.enum_method(class, name, &args_list) {
                return selection;
            }
            match self.world.has_method(class, name) {
                Tri::Yes => {
                    let methods = self.world.methods(&self.world.this_type(class), name);
                    let own = methods.list.first().is_some_and(|method| method.class == ClassId::Project(class));
                    let evidence = match (opaque, own) {
                        (true, _) => Evidence::Unique,
                        (_, false) => Evidence::Inherited,
                        _ if innermost => Evidence::SelfReceiver,
                        _ => Evidence::Local,
                    };
                    let mut selection = self.choose(methods, args_list, evidence);
                    self.mend_get_class(&mut selection, name, &self.world.this_type(class));
                    return selection;
                }
                Tri::Maybe => opaque = true,
                Tri::No => {}
            }
            innermost = false;
        }
        let imports = self.world.imports(self.file);
        let mut methods = Methods::default();
        let mut library = false;
        if let Some(classes) = imports.statics.get(&name) {
            for class in classes {
                library |= self.add_static(*class, name, &mut methods);
            }
        }
        if methods.list.is_empty() && !library {
            for class in &imports.static_globs {
                if matches!(class, ClassId::External(_)) {
                    library = true;
                } else {
                    self.add_static(*class, name, &mut methods);
                }
            }
        }
        if !methods.list.is_empty() {
            return self.choose(methods, args_list, Evidence::Import);
        }
        let outcome = if opaque || library { Outcome::External } else { Outcome::Unknown };
        Selection { outcome, method: None, args: args_list, ty: JTy::Unknown }
    }

    fn add_static(&self, class: ClassId, name: Name, methods: &mut Methods) -> bool {
        let found = self.world.methods(&raw(class), name);
        methods.list.extend(found.list.into_iter().filter(|method| method.is_static));
        matches!(class, ClassId::External(_))
    }

    /// `values()` and `valueOf(String)` of an enum, which nobody wrote.
    fn enum_method(&self, class: DefRef, name: Name, args: &[Arg]) -> Option<Selection> {
        if self.world.project.def(class).kind != DefKind::Enum {
            return None;
        }
        let ty = JTy::Class(ClassId::Project(class), no_types());
        let result = match (name.as_str(), args.len()) {
            ("values", 0) => JTy::Array(Arc::new(ty)),
            ("valueOf", 1) => ty,
            _ => return None,
        };
        let written = self.world.own_members(class, name).any(|member| {
            let def = self.world.project.def(member);
            def.kind == DefKind::Method
                && def.params.len() == args.len()
                && match args {
                    // Others may be written beside `valueOf(String)`.
                    [Arg::Value(arg)] => {
                        let string = self.world.jdk.lang_type("String");
                        let wanted = &self.world.signature(member).params[0];
                        self.world.subtype(arg, &string) == Tri::No && self.world.convertible(arg, wanted) != Tri::No
                    }
                    args => args.is_empty(),
                }
        });
        (!written).then(|| Selection { outcome: Outcome::External, method: None, args: args.to_vec(), ty: result })
    }

    /// `getClass()` gives the class of its receiver.
    fn mend_get_class(&self, selection: &mut Selection, name: Name, receiver: &JTy) {
        if name == "getClass" && selection.args.is_empty() && selection.outcome == Outcome::External {
            let of = JTy::Wild(Bound::Extends, Arc::new(self.world.erasure(receiver)));
            selection.method = None;
            selection.ty = self.class_of(of);
        }
    }

    fn select_member(&self, base: ExprId, name: Name, args: List<ExprId>) -> Selection {
        let (meaning, evidence) = match *self.facts.expr(base) {
            Expr::Name { name, .. } if matches!(name.as_str(), "this" | "super") => {
                (self.meaning(base), Evidence::SelfReceiver)
            }
            Expr::Member { name, .. } if name == "super" => (self.meaning(base), Evidence::SelfReceiver),
            Expr::Name { .. } | Expr::Member { .. } => (self.meaning(base), Evidence::TypedReceiver),
            _ => (self.meaning(base), Evidence::InferredReceiver),
        };
        let args_list = self.args(args);
        match meaning {
            Meaning::Package(_) | Meaning::Unknown => {
                Selection { outcome: Outcome::Unknown, method: None, args: args_list, ty: JTy::Unknown }
            }
            Meaning::Type(ty) => {
                if let JTy::Class(ClassId::Project(class), _) = &ty
                    && let Some(selection) = self.enum_method(*class, name, &args_list)
                {
                    return selection;
                }
                if let JTy::Class(ClassId::External(_), _) = &ty {
                    return Selection { outcome: Outcome::External, method: None, args: args_list, ty: JTy::Unknown };
                }
                let methods = self.world.methods(&ty, name);
                self.choose_member(methods, args_list, Evidence::Qualified, &ty)
            }
            Meaning::Value(ty) => match &ty {
                JTy::Unknown | JTy::Void | JTy::Null | JTy::Prim(_) | JTy::JdkVar { .. } => {
                    let ty = self.object_result(name, &args_list);
                    Selection { outcome: Outcome::Unknown, method: None, args: args_list, ty }
                }
                JTy::Class(ClassId::External(_), _) => {
                    let ty = self.object_result(name, &args_list);
                    Selection { outcome: Outcome::External, method: None, args: args_list, ty }
                }
                JTy::Array(_) if name == "clone" => {
                    Selection { outcome: Outcome::External, method: None, args: args_list, ty }
                }
                _ => {
                    let bound = matches!(&ty, JTy::Var(..))
                        || matches!(&ty, JTy::Class(class, _) if self.world.is_interface(*class));
                    let methods = self.world.methods(&ty, name);
                    let inherited = match (&ty, methods.list.first()) {
                        (JTy::Class(class, _), Some(method)) => method.class != *class,
                        _ => false,
                    };
                    let evidence = if evidence == Evidence::SelfReceiver {
                        evidence
                    } else if bound {
                        Evidence::Bound
                    } else if inherited {
                        Evidence::Inherited
                    } else {
                        evidence
                    };
                    let mut selection = self.choose_member(methods, args_list, evidence, &ty);
                    self.mend_get_class(&mut selection, name, &ty);
                    selection
                }
            },
        }
    }

    fn choose_member(&self, methods: Methods, args: Vec<Arg>, evidence: Evidence, ty: &JTy) -> Selection {
        if methods.list.is_empty() && !methods.opaque {
            return Selection { outcome: absent(ty), method: None, args, ty: JTy::Unknown };
        }
        self.choose(methods, args, evidence)
    }
}

/// What a method that a type does not have means: the platform's table knows all of its own.
fn absent(ty: &JTy) -> Outcome {
    match ty {
        JTy::Class(ClassId::Jdk(_), _) => Outcome::External,
        _ => Outcome::Unknown,
    }
}
