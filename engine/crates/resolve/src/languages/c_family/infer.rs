//! Types of expressions and targets of calls, in one file.

use super::index::{GLOBAL, has_overloads, is_for_another};
use super::library;
use super::lookup::{Container, Found, Hit, Shared, Want, plain};
use super::overload::{self, Argument};
use super::ty::{Num, T, none};
use crate::links::{Evidence, Outcome};
use crate::memo::Fuel;
use crate::{DefRef, FileId};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use std::cell::OnceCell;
use std::sync::Arc;

/// What a call turned out to be, and the type of its value.
#[derive(Clone)]
pub(super) struct Called {
    pub(super) outcome: Outcome,
    pub(super) ty: T,
}

impl Called {
    fn external(ty: T) -> Self {
        Self { outcome: Outcome::External, ty }
    }

    fn unknown() -> Self {
        Self { outcome: Outcome::Unknown, ty: T::Unknown }
    }

    fn dependent() -> Self {
        Self { outcome: Outcome::Unknown, ty: T::Dependent }
    }

    fn indirect(ty: T) -> Self {
        Self { outcome: Outcome::Indirect, ty }
    }
}

/// What a macro does with an argument; of several variants of a macro the greatest counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ArgumentUse {
    /// Leaves it out or makes text of it.
    Dropped,
    /// Joins its first name with what stands before.
    Altered,
    Plain,
}

/// One file under inference.
pub(super) struct Inference<'a, 'p> {
    pub(super) shared: &'a Shared<'p>,
    pub(super) file: FileId,
    pub(super) facts: &'p FileFacts,
    fuel: Fuel,
    exprs: Vec<Option<T>>,
    calls: Vec<Option<Called>>,
    bindings: Vec<Option<T>>,
    depth: u32,
    /// The definition whose body is looked at: whose `this` is meant.
    owner: DefId,
    /// Expressions in arguments that a macro leaves out or alters; empty if there are none.
    dropped: OnceCell<Vec<bool>>,
    /// The other files that see this one, if it is a header.
    includers: OnceCell<Vec<FileId>>,
}

impl<'a, 'p> Inference<'a, 'p> {
    pub(super) fn new(shared: &'a Shared<'p>, file: FileId, fuel: Fuel) -> Self {
        let facts = shared.facts(file);
        Self {
            shared,
            file,
            facts,
            fuel,
            exprs: vec![None; facts.exprs.len()],
            calls: vec![None; facts.exprs.len()],
            bindings: vec![None; facts.bindings.len()],
            depth: 0,
            owner: DefId::FILE,
            dropped: OnceCell::new(),
            includers: OnceCell::new(),
        }
    }

    fn is_active_macro(&self, this: DefRef) -> bool {
        let def = self.shared.project.def(this);
        def.value.is_none()
            && !def.flags.contains(DefFlags::INACTIVE)
            && self.shared.sees(self.file, this.file)
            && !is_for_another(self.shared.project.file(this.file).path)
            && (self.is_sure_macro(this) || self.shared.compiled(this).presumably == Some(true))
    }

    /// Whether a macro is defined for sure where its file is seen.
    fn is_sure_macro(&self, this: DefRef) -> bool {
        !self.shared.project.def(this).flags.contains(DefFlags::OVERLOAD)
            || this.file == self.file && self.shared.compiled(this).surely == Some(true)
    }

    /// The outcome of a call site.
    pub(super) fn call_site(&mut self, call: &CallSite) -> Outcome {
        self.owner = call.owner;
        if self.dropped.get_or_init(|| self.dropped_arguments()).get(call.expr.index()) == Some(&true) {
            return Outcome::External;
        }
        let outcome = self.called(call.expr).outcome;
        // A call that the usual build leaves out is one of a build that is not known.
        match outcome {
            Outcome::Resolved { .. } if self.is_left_out(call) => Outcome::Unknown,
            outcome => outcome,
        }
    }

    /// Whether a call stands in text that is not compiled by default.
    fn is_left_out(&self, call: &CallSite) -> bool {
        let mut at = call.expr;
        loop {
            at = match *self.facts.expr(at) {
                Expr::Call { callee: inner, .. }
                | Expr::Member { base: inner, .. }
                | Expr::Index { base: inner, .. }
                | Expr::Unary { operand: inner, .. } => inner,
                Expr::Name { at, .. } | Expr::Path { at, .. } => {
                    return self.shared.compiled_at(self.file, at).surely == Some(false);
                }
                _ => return false,
            };
        }
    }

    /// Marks the expressions in arguments that macros do not take as they are written.
    fn dropped_arguments(&self) -> Vec<bool> {
        let mut dropped = Vec::new();
        for call in &self.facts.calls {
            let Expr::Call { callee, args, .. } = *self.facts.expr(call.expr) else { continue };
            let Expr::Name { name, .. } = *self.facts.expr(callee) else { continue };
            let args = self.facts.list(args);
            let no_assertions = name.as_str() == "assert" && self.has_no_assertions();
            // What an argument holds stands right before it among the expressions.
            let mut from = callee.index() + 1;
            for (at, arg) in args.iter().enumerate() {
                let whole = match self.use_of_argument(name, at) {
                    ArgumentUse::Plain => no_assertions.then_some(from),
                    ArgumentUse::Altered => Some(arg.index()),
                    ArgumentUse::Dropped => Some(from),
                };
                if let Some(from) = whole.filter(|&from| from <= arg.index()) {
                    dropped.resize(self.facts.exprs.len(), false);
                    dropped[from..=arg.index()].fill(true);
                }
                from = arg.index() + 1;
            }
        }
        dropped
    }

    /// Whether the file itself turns `assert` of the library off.
    fn has_no_assertions(&self) -> bool {
        let macros = &self.shared.index.macros;
        let turns_off = |&this: &DefRef| this.file == self.file && self.shared.compiled(this).surely == Some(true);
        !macros.contains_key(&Name::new("assert"))
            && macros.get(&Name::new("NDEBUG")).is_some_and(|all| all.iter().any(turns_off))
    }

    /// What a function-like macro, as far as it is seen from this file, does with an argument. Assertions use
    /// theirs where it is not known which of their definitions counts: there are builds with them.
    fn use_of_argument(&self, name: Name, at: usize) -> ArgumentUse {
        let Some(macros) = self.shared.index.macros.get(&name) else { return ArgumentUse::Plain };
        let lower = name.as_str().to_ascii_lowercase();
        let checks = ["assert", "check", "invariant"].iter().any(|word| lower.contains(word));
        let project = self.shared.project;
        let mut most = None;
        for &this in macros {
            let def = project.def(this);
            if def.flags.contains(DefFlags::INACTIVE)
                || !self.shared.sees(self.file, this.file)
                || self.shared.is_unlikely(this)
            {
                continue;
            }
            if checks && self.shared.compiled(this).presumably.is_none() {
                return ArgumentUse::Plain;
            }
            let params = self.shared.facts(this.file).list(def.params);
            let param = params.get(at).or_else(|| params.last().filter(|last| last.kind == ParamKind::Variadic));
            let here = match param {
                Some(param) if param.kind == ParamKind::Optional => ArgumentUse::Altered,
                Some(param) if param.default.is_some() => ArgumentUse::Dropped,
                _ => ArgumentUse::Plain,
            };
            most = most.max(Some(here));
        }
        most.unwrap_or(ArgumentUse::Plain)
    }

    fn owner_class(&self, scope: ScopeId) -> Option<DefRef> {
        let owner = self.facts.scope(scope).owner;
        self.class_of_owner(owner)
    }

    fn class_of_owner(&self, owner: DefId) -> Option<DefRef> {
        let def = DefRef { file: self.file, def: owner };
        let this = self.facts.def(owner);
        if this.kind.is_type() && this.kind != DefKind::TypeAlias {
            return Some(def);
        }
        self.shared.class_around(def)
    }

    /// Whether a definition is (in) a template.
    fn in_template(&self, owner: DefId) -> bool {
        self.shared.in_template(DefRef { file: self.file, def: owner })
    }

    fn this_type(&self, owner: DefId) -> T {
        let Some(class) = self.class_of_owner(owner) else { return T::Unknown };
        let mut ty = T::Def(class, self.shared.own_args(class));
        let mut at = owner;
        while self.facts.def(at).kind == DefKind::Closure {
            at = self.facts.def(at).parent;
        }
        if self.shared.signature(DefRef { file: self.file, def: at }).is_const {
            ty = ty.constant();
        }
        ty.ptr()
    }

    // ---- values ----

    pub(super) fn type_of(&mut self, expr: ExprId) -> T {
        if let Some(known) = &self.exprs[expr.index()] {
            return known.clone();
        }
        if self.depth > 20_000 {
            return T::Unknown;
        }
        self.depth += 1;
        // A value that asks for itself is not known.
        self.exprs[expr.index()] = Some(T::Unknown);
        let ty = stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || self.compute(expr));
        self.exprs[expr.index()] = Some(ty.clone());
        self.depth -= 1;
        ty
    }

    fn binding_type(&mut self, id: BindingId) -> T {
        if let Some(known) = &self.bindings[id.index()] {
            return known.clone();
        }
        self.bindings[id.index()] = Some(T::Unknown);
        let binding = self.facts.binding(id);
        let ty = match binding.ty {
            Some(ty) => self.declared_type(ty, binding.init),
            None => match binding.init {
                Some(init) => self.type_of(init).bare().clone(),
                None => T::Unknown,
            },
        };
        self.bindings[id.index()] = Some(ty.clone());
        ty
    }

    /// A written type; `auto` in it stands for the type of the value.
    fn declared_type(&mut self, ty: TypeId, init: Option<ExprId>) -> T {
        match *self.facts.type_expr(ty) {
            TypeExpr::Inferred => match init {
                Some(init) => {
                    let ty = self.type_of(init);
                    match ty.bare() {
                        T::Array(element) => T::Ptr(element.clone()),
                        other => other.clone(),
                    }
                }
                // A generic lambda's parameter.
                None => T::Dependent,
            },
            TypeExpr::Reference { inner, .. } if matches!(self.facts.type_expr(inner), TypeExpr::Reference { .. }) => {
                self.declared_type(inner, init)
            }
            TypeExpr::Reference { inner, .. } if self.has_auto(inner) => {
                let inner = match init {
                    Some(init) => {
                        let ty = self.type_of(init).value().clone();
                        if self.is_const(inner) { ty.constant() } else { ty }
                    }
                    None => T::Dependent,
                };
                T::Ref(Arc::new(inner))
            }
            TypeExpr::Pointer(inner) if self.has_auto(inner) => match init {
                Some(init) => self.type_of(init).bare().clone(),
                None => T::Dependent,
            },
            TypeExpr::Path { .. } if self.is_const(ty) && self.has_auto(ty) => match init {
                Some(init) => self.type_of(init).bare().clone().constant(),
                None => T::Dependent,
            },
            TypeExpr::TypeOf(expr) if !matches!(self.facts.expr(expr), Expr::Def(_)) => self.type_of(expr),
            _ => self.shared.resolve_type(self.file, ty),
        }
    }

    fn is_const(&self, ty: TypeId) -> bool {
        match self.facts.type_expr(ty) {
            TypeExpr::Path { segments, .. } => self
                .facts
                .list(*segments)
                .first()
                .is_some_and(|segment| segment.name == "const" && segment.args.len() == 1),
            _ => false,
        }
    }

    fn has_auto(&self, ty: TypeId) -> bool {
        match self.facts.type_expr(ty) {
            TypeExpr::Inferred => true,
            TypeExpr::Path { segments, .. } if self.is_const(ty) => {
                let segment = &self.facts.list(*segments)[0];
                self.has_auto(self.facts.list(segment.args)[0])
            }
            TypeExpr::Pointer(inner) => self.has_auto(*inner),
            _ => false,
        }
    }

    /// The type of a variable, field or constant of the project.
    fn variable_type(&mut self, hit: &Hit) -> T {
        let def = self.shared.project.def(hit.def);
        let ty = match def.kind {
            DefKind::Variant => T::Def(DefRef { file: hit.def.file, def: def.parent }, none()),
            DefKind::Field | DefKind::Variable | DefKind::Constant | DefKind::Static => match def.ty {
                Some(ty) => {
                    let written = self.shared.resolve_type(hit.def.file, ty);
                    if !written.is_known()
                        && let Some(value) = def.value
                    {
                        if hit.def.file == self.file {
                            self.declared_type(ty, Some(value))
                        } else {
                            let shared = self.shared;
                            let file = hit.def.file;
                            shared
                                .results
                                .get(hit.def, self.fuel, |rest| {
                                    let mut other = Inference::new(shared, file, rest);
                                    other.declared_type(ty, Some(value))
                                })
                                .unwrap_or(T::Unknown)
                        }
                    } else {
                        written
                    }
                }
                None => T::Unknown,
            },
            _ => T::Unknown,
        };
        self.shared.substitute(&ty, &hit.class)
    }

    /// The value that a set of definitions stands for.
    fn value_of_hits(&mut self, hits: &[Hit]) -> T {
        let project = self.shared.project;
        let mut values = hits.iter().filter(|hit| {
            matches!(
                project.def(hit.def).kind,
                DefKind::Field | DefKind::Variable | DefKind::Constant | DefKind::Variant
            ) && self.shared.sees(self.file, hit.def.file)
        });
        // Of variants the one that is compiled by default.
        let likely =
            |hit: &Hit| !project.def(hit.def).flags.contains(DefFlags::INACTIVE) && !self.shared.is_unlikely(hit.def);
        let first = values.next();
        let best = match first {
            Some(hit) if !likely(hit) => values.find(|hit| likely(hit)).or(first),
            other => other,
        };
        let best = best.or_else(|| hits.iter().find(|hit| !project.def(hit.def).kind.is_type()));
        match best {
            Some(hit) if project.def(hit.def).kind.is_callable() => T::Functions,
            Some(hit) => self.variable_type(&hit.clone()),
            None => T::Unknown,
        }
    }

    fn segments(&self, segments: List<Segment>) -> Vec<(Name, Vec<T>)> {
        self.facts
            .list(segments)
            .iter()
            .map(|segment| {
                let args =
                    self.facts.list(segment.args).iter().map(|&arg| self.shared.resolve_type(self.file, arg)).collect();
                (segment.name, args)
            })
            .collect()
    }

    /// What a path stands for, types and values alike.
    fn path_hits(&self, segments: &[(Name, Vec<T>)], scope: ScopeId, at: u32) -> PathHits {
        let Some(((name, _), prefix)) = segments.split_last() else { return PathHits::Nothing };
        if prefix.is_empty() {
            return match self.shared.lookup(self.file, scope, *name, at, Want::Value) {
                Found::Binding(binding) => PathHits::Binding(binding),
                Found::Hits(hits) => PathHits::Hits(hits),
                Found::TypeParam(..) => PathHits::Dependent,
                Found::Nothing => PathHits::Nothing,
            };
        }
        match self.shared.container(self.file, scope, at, prefix) {
            Container::Namespace(ns) => {
                let hits: Vec<Hit> =
                    self.shared.in_namespace(self.file, ns, *name, Want::Value, 0).into_iter().map(plain).collect();
                if hits.is_empty() {
                    match prefix.first() {
                        _ if ns == GLOBAL => PathHits::Nothing,
                        // What the project does not add to the library's namespace is the library's.
                        Some((first, _)) if first == "std" => PathHits::External,
                        _ => PathHits::Missing,
                    }
                } else {
                    PathHits::Hits(hits)
                }
            }
            Container::Type(class @ T::Def(..)) => {
                let hits = self.shared.in_class(self.file, &class, *name, 0);
                if let T::Def(def, _) = class
                    && hits.is_empty()
                {
                    // `A::A` and what an unknown base may hold.
                    return if self.shared.has_foreign_base(def, 0) { PathHits::Foreign } else { PathHits::Missing };
                }
                let foreign = matches!(&class, T::Def(_, args) if args.iter().any(T::is_dependent))
                    && !self.is_current(&class, scope);
                if foreign { PathHits::Dependent } else { PathHits::Hits(hits) }
            }
            Container::Type(ty) if ty.is_dependent() => PathHits::Dependent,
            Container::Type(T::Ext(..)) | Container::External => PathHits::External,
            Container::Type(_) => PathHits::Missing,
        }
    }

    /// Whether a type is the class that a scope is in, with its own parameters.
    fn is_current(&self, ty: &T, scope: ScopeId) -> bool {
        let T::Def(class, args) = ty.bare() else { return false };
        let mut owner = self.owner_class(scope);
        let mut steps = 0;
        while let Some(own) = owner
            && steps < 16
        {
            if own == *class {
                return args.iter().all(|arg| matches!(arg, T::Param(..)) || !arg.is_dependent());
            }
            owner = self.shared.class_around(own);
            steps += 1;
        }
        false
    }

    fn compute(&mut self, expr: ExprId) -> T {
        match *self.facts.expr(expr) {
            Expr::Literal(literal) => match literal {
                Literal::Str | Literal::Bytes => T::Array(Arc::new(T::Num(Num::Char).constant())),
                Literal::Char => T::Num(Num::Char),
                Literal::Int => T::Num(Num::Int),
                Literal::Float => T::Num(Num::Double),
                Literal::Bool => T::Num(Num::Bool),
                Literal::Null => T::Null,
                _ => T::Unknown,
            },
            Expr::Name { name, scope, at } => match self.shared.lookup(self.file, scope, name, at, Want::Value) {
                Found::Binding(binding) => self.binding_type(binding),
                Found::Hits(hits) => {
                    let ty = self.value_of_hits(&hits);
                    self.as_const_member(ty, &hits, scope)
                }
                Found::TypeParam(..) => T::Dependent,
                Found::Nothing => match name.as_str() {
                    "NULL" => T::Null,
                    "true" | "false" => T::Num(Num::Bool),
                    "stderr" | "stdout" | "stdin" => T::ext("FILE", Vec::new()).ptr(),
                    "errno" => T::Num(Num::Int),
                    _ => T::Unknown,
                },
            },
            Expr::Path { segments, scope, at } => {
                let segments = self.segments(segments);
                match self.path_hits(&segments, scope, at) {
                    PathHits::Binding(binding) => self.binding_type(binding),
                    PathHits::Hits(hits) => self.value_of_hits(&hits),
                    PathHits::Dependent => T::Dependent,
                    _ => match segments.last().map(|(name, _)| name.as_str()) {
                        Some("npos") => T::Num(Num::UnsignedLong),
                        Some("cout" | "cerr" | "clog") => T::ext("ostream", Vec::new()),
                        Some("nullopt") => T::ext("nullopt_t", Vec::new()),
                        _ => T::Unknown,
                    },
                }
            }
            Expr::Member { base, name, access } => {
                let base = self.receiver(base, access);
                if base.is_dependent() { T::Dependent } else { self.member_type(&base, name) }
            }
            Expr::Call { .. } | Expr::New { .. } => self.called(expr).ty,
            Expr::Unary { op, operand } => {
                let ty = self.type_of(operand);
                match op {
                    UnaryOp::Ref => ty.value().clone().ptr(),
                    UnaryOp::Deref => self.dereferenced(&ty),
                    UnaryOp::Not if ty.is_dependent() => T::Dependent,
                    UnaryOp::Not => T::Num(Num::Bool),
                    // How many values a pack has is not known.
                    UnaryOp::Spread => T::Dependent,
                    _ => match ty.bare() {
                        T::Num(num) => T::Num((*num).max(Num::Int)),
                        other => other.clone(),
                    },
                }
            }
            Expr::Index { base, index } => {
                let _ = self.type_of(index);
                let base = self.type_of(base);
                let constant = base.is_const();
                match base.bare() {
                    ty if ty.is_dependent() => T::Dependent,
                    T::Ptr(inner) => (**inner).clone(),
                    T::Array(inner) => {
                        if constant {
                            (**inner).clone().constant()
                        } else {
                            (**inner).clone()
                        }
                    }
                    T::Ext(name, args) => {
                        let ty = library::member(name.as_str(), args, "operator[]");
                        if constant { ty.constant() } else { ty }
                    }
                    T::Def(..) => self.operator_result(&base, "operator[]"),
                    _ => T::Unknown,
                }
            }
            Expr::Binary { op, left, right } => {
                // A chain leans to the left; the left side is computed by a loop of its own.
                let left = self.left_spine(left);
                let right = self.type_of(right);
                self.binary(op, &left, &right)
            }
            Expr::Choice(list) => {
                let types: Vec<T> = self.facts.list(list).to_vec().into_iter().map(|item| self.type_of(item)).collect();
                let mut known = types.iter().filter(|ty| ty.is_known() && !matches!(ty.bare(), T::Null));
                match (known.next(), known.next()) {
                    (Some(T::Num(left)), Some(T::Num(right))) => T::Num((*left).max(*right)),
                    (Some(first), _) => first.clone(),
                    (None, _) => types.into_iter().find(T::is_known).unwrap_or(T::Unknown),
                }
            }
            Expr::Cast { ty, .. } => self.shared.resolve_type(self.file, ty),
            Expr::StructLiteral { ty } => {
                let written = self.shared.resolve_type(self.file, ty);
                if written.is_known() { written } else { T::Braces }
            }
            Expr::Sequence(_) => T::Braces,
            Expr::This => self.this_type(self.owner),
            Expr::Def(def) => match self.facts.def(def).kind {
                DefKind::Closure => T::Lambda(DefRef { file: self.file, def }),
                _ => T::Unknown,
            },
            Expr::Element(range) => {
                let range = self.type_of(range);
                self.element(&range)
            }
            Expr::Component { value, index } => {
                let value = self.type_of(value);
                match value.bare() {
                    T::Ext(name, args) if matches!(name.as_str(), "pair" | "tuple") => {
                        args.get(index as usize).cloned().unwrap_or(T::Unknown)
                    }
                    T::Array(element) => (**element).clone(),
                    T::Ext(name, args) if name.as_str() == "array" => args.first().cloned().unwrap_or(T::Unknown),
                    T::Def(class, args) => {
                        let facts = self.shared.facts(class.file);
                        let field = self
                            .shared
                            .project
                            .members(*class)
                            .iter()
                            .filter(|member| facts.def(**member).kind == DefKind::Field)
                            .nth(index as usize);
                        match field {
                            Some(&def) => {
                                let hit =
                                    Hit { def: DefRef { file: class.file, def }, class: Some((*class, args.clone())) };
                                self.variable_type(&hit)
                            }
                            None => T::Unknown,
                        }
                    }
                    ty if ty.is_dependent() => T::Dependent,
                    _ => T::Unknown,
                }
            }
            Expr::Local(binding) => self.binding_type(binding),
            _ => T::Unknown,
        }
    }

    /// A member named simply in a const method is const.
    fn as_const_member(&self, ty: T, hits: &[Hit], scope: ScopeId) -> T {
        let Some(hit) = hits.first() else { return ty };
        if hit.class.is_none()
            || self.shared.project.def(hit.def).flags.contains(DefFlags::STATIC)
            || self.shared.project.def(hit.def).flags.contains(DefFlags::SETTER)
            || matches!(ty, T::Ref(_))
        {
            return ty;
        }
        let mut owner = self.facts.scope(scope).owner;
        while self.facts.def(owner).kind == DefKind::Closure {
            owner = self.facts.def(owner).parent;
        }
        if self.facts.def(owner).kind.is_callable()
            && self.shared.signature(DefRef { file: self.file, def: owner }).is_const
        {
            ty.constant()
        } else {
            ty
        }
    }

    fn left_spine(&mut self, expr: ExprId) -> T {
        let mut spine = Vec::new();
        let mut at = expr;
        while let Expr::Binary { left, .. } = *self.facts.expr(at)
            && self.exprs[at.index()].is_none()
        {
            spine.push(at);
            at = left;
        }
        let mut ty = self.type_of(at);
        while let Some(expr) = spine.pop() {
            if let Expr::Binary { op, right, .. } = *self.facts.expr(expr) {
                let right = self.type_of(right);
                ty = self.binary(op, &ty, &right);
                self.exprs[expr.index()] = Some(ty.clone());
            }
        }
        ty
    }

    fn binary(&mut self, op: BinaryOp, left: &T, right: &T) -> T {
        // Any operator may be overloaded for what a template is used with.
        if left.is_dependent() || right.is_dependent() {
            return T::Dependent;
        }
        match op {
            BinaryOp::Compare | BinaryOp::And | BinaryOp::Or => return T::Num(Num::Bool),
            _ => {}
        }
        match (left.bare(), right.bare()) {
            (T::Num(left), T::Num(right)) => {
                if op == BinaryOp::Shift {
                    T::Num((*left).max(Num::Int))
                } else {
                    T::Num((*left).max(*right).max(Num::Int))
                }
            }
            (T::Ptr(_) | T::Array(_), T::Ptr(_) | T::Array(_)) if op == BinaryOp::Subtract => T::Num(Num::Long),
            (T::Ptr(_), _) => left.bare().clone(),
            (T::Array(element), _) => T::Ptr(element.clone()),
            (_, T::Ptr(_)) if op == BinaryOp::Add => right.bare().clone(),
            (T::Ext(name, _), _) if op == BinaryOp::Shift || library::is_string(name.as_str()) => left.bare().clone(),
            (_, T::Ext(name, _)) if library::is_string(name.as_str()) => right.bare().clone(),
            (T::Ext(name, args), other) if name.as_str() == "iterator" => match other {
                T::Ext(..) if op == BinaryOp::Subtract => T::Num(Num::Long),
                _ => T::Ext(*name, args.clone()),
            },
            (T::Def(..), _) | (_, T::Def(..)) => {
                let symbol = match op {
                    BinaryOp::Add => "operator+",
                    BinaryOp::Subtract => "operator-",
                    BinaryOp::Multiply => "operator*",
                    BinaryOp::Divide => "operator/",
                    BinaryOp::Remainder => "operator%",
                    BinaryOp::Shift => "operator<<",
                    BinaryOp::Bit => "operator|",
                    _ => return T::Unknown,
                };
                let result = self.operator_result(left, symbol);
                if result.is_known() {
                    return result;
                }
                self.free_operator_result(&[left.clone(), right.clone()], symbol)
            }
            _ => T::Unknown,
        }
    }

    /// What a member operator of a class returns.
    fn operator_result(&mut self, ty: &T, operator: &str) -> T {
        let hits = self.shared.in_class(self.file, ty, Name::new(operator), 0);
        if hits.is_empty() {
            return if ty.is_dependent() { T::Dependent } else { T::Unknown };
        }
        let constant = ty.is_const();
        let best = hits
            .iter()
            .find(|hit| self.shared.signature(hit.def).is_const == constant)
            .or_else(|| hits.first())
            .cloned();
        best.map_or(T::Unknown, |hit| self.result_type(&hit, &[]))
    }

    fn free_operator_result(&mut self, args: &[T], operator: &str) -> T {
        let name = Name::new(operator);
        let hits = self.associated(args, name);
        let arguments: Vec<Argument> =
            args.iter().map(|ty| Argument { ty: ty.clone(), literal_zero: false, lvalue: None }).collect();
        let chosen = overload::choose(self.shared, self.file, &hits, Some(&arguments), 0, None, true);
        match chosen {
            Some(chosen) => self.result_type(&chosen.declared, &chosen.bound),
            None => hits.first().cloned().map_or(T::Unknown, |hit| self.result_type(&hit, &[])),
        }
    }

    fn dereferenced(&mut self, ty: &T) -> T {
        match ty.bare() {
            T::Ext(..) | T::Def(..) if ty.is_dependent() => T::Dependent,
            T::Ptr(inner) | T::Array(inner) => (**inner).clone(),
            // `*f` is the function.
            T::Fn(_) | T::Functions => ty.bare().clone(),
            T::Ext(name, args) => library::member(name.as_str(), args, "operator*"),
            T::Def(..) => self.operator_result(ty, "operator*"),
            ty if ty.is_dependent() => T::Dependent,
            _ => T::Unknown,
        }
    }

    fn element(&mut self, range: &T) -> T {
        let constant = range.is_const();
        let element = match range.bare() {
            ty if ty.is_dependent() => T::Dependent,
            T::Array(element) => (**element).clone(),
            T::Ext(name, args) => library::element(name.as_str(), args),
            T::Def(..) => {
                let begin = self.operator_result(range, "begin");
                self.dereferenced(&begin)
            }
            _ => T::Unknown,
        };
        if constant { element.value().clone().constant() } else { element }
    }

    /// The object that `.` or `->` reaches into.
    fn receiver(&mut self, base: ExprId, access: Access) -> T {
        let ty = self.type_of(base);
        if access != Access::Arrow {
            return ty;
        }
        self.pointed(&ty, 0)
    }

    fn pointed(&mut self, ty: &T, steps: u8) -> T {
        match ty.bare() {
            T::Ptr(inner) | T::Array(inner) => (**inner).clone(),
            T::Ext(name, args) => match library::member(name.as_str(), args, "operator->") {
                T::Ptr(inner) => (*inner).clone(),
                _ => T::Unknown,
            },
            T::Def(..) if steps < 8 => {
                let next = self.operator_result(ty, "operator->");
                match next.bare() {
                    T::Ptr(inner) => (**inner).clone(),
                    T::Unknown => T::Unknown,
                    _ => self.pointed(&next, steps + 1),
                }
            }
            ty if ty.is_dependent() => T::Dependent,
            _ => T::Unknown,
        }
    }

    fn member_type(&mut self, base: &T, name: Name) -> T {
        let mut constant = base.is_const();
        let ty = match base.bare() {
            T::Def(..) => {
                let hits = self.shared.in_class(self.file, base, name, 0);
                if hits.is_empty() {
                    return if base.is_dependent() { T::Dependent } else { T::Unknown };
                }
                // What is mutable is so in a constant object too.
                constant &= !self.shared.project.def(hits[0].def).flags.contains(DefFlags::SETTER);
                self.value_of_hits(&hits)
            }
            T::Ext(of, args) => library::member(of.as_str(), args, name.as_str()),
            ty if ty.is_dependent() => T::Dependent,
            _ => T::Unknown,
        };
        if constant && !matches!(ty, T::Ref(_)) { ty.constant() } else { ty }
    }

    // ---- calls ----

    pub(super) fn called(&mut self, expr: ExprId) -> Called {
        if let Some(known) = &self.calls[expr.index()] {
            return known.clone();
        }
        self.calls[expr.index()] = Some(Called::unknown());
        let called = stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || self.resolve_call(expr));
        self.calls[expr.index()] = Some(called.clone());
        called
    }

    fn arguments(&mut self, args: List<ExprId>) -> Vec<Argument> {
        self.facts
            .list(args)
            .to_vec()
            .into_iter()
            .map(|arg| {
                let literal_zero = matches!(self.facts.expr(arg), Expr::Literal(Literal::Int));
                let ty = self.type_of(arg);
                let lvalue = self.is_lvalue(arg, &ty);
                Argument { ty, literal_zero, lvalue }
            })
            .collect()
    }

    /// Whether an expression names an object that goes on to live.
    fn is_lvalue(&self, expr: ExprId, ty: &T) -> Option<bool> {
        match *self.facts.expr(expr) {
            Expr::Name { .. } | Expr::Path { .. } | Expr::Member { .. } | Expr::Index { .. } => Some(true),
            Expr::Unary { op: UnaryOp::Deref, .. } => Some(true),
            Expr::Literal(Literal::Str) => None,
            Expr::Literal(_) | Expr::New { .. } | Expr::Binary { .. } | Expr::Unary { .. } => Some(false),
            Expr::Call { callee, .. } => {
                let moved = match *self.facts.expr(callee) {
                    Expr::Path { segments, .. } => {
                        self.facts.list(segments).last().is_some_and(|segment| segment.name.as_str() == "move")
                    }
                    _ => false,
                };
                match ty {
                    _ if moved => Some(false),
                    T::Ref(inner) => Some(!matches!(**inner, T::Ref(_))),
                    T::Unknown | T::Dependent => None,
                    // Library functions are known by what they return, not by how.
                    T::Ext(..) => None,
                    T::Def(..) => None,
                    _ => Some(false),
                }
            }
            _ => None,
        }
    }

    fn resolve_call(&mut self, expr: ExprId) -> Called {
        match *self.facts.expr(expr) {
            Expr::Call { callee, args, type_args } => {
                let type_args: Vec<T> =
                    self.facts.list(type_args).iter().map(|&arg| self.shared.resolve_type(self.file, arg)).collect();
                match *self.facts.expr(callee) {
                    Expr::Name { name, scope, at } => {
                        if self.is_macro(name) {
                            let _ = self.arguments(args);
                            return Called::external(T::Unknown);
                        }
                        let args = self.arguments(args);
                        let Some(meant) = self.renamed(name, at) else {
                            return self.call_name(name, Vec::new(), scope, at, &args, true);
                        };
                        // The call is written in the macro's body, which is not looked into.
                        let ty = self.call_name(meant, Vec::new(), scope, at, &args, true).ty;
                        Called::external(ty)
                    }
                    Expr::Path { segments, scope, at } => {
                        let args = self.arguments(args);
                        let segments = self.segments(segments);
                        if let [(name, type_args)] = &segments[..] {
                            return self.call_name(*name, type_args.clone(), scope, at, &args, !type_args.is_empty());
                        }
                        self.call_path(&segments, scope, at, &args)
                    }
                    Expr::Member { base, name, access } => {
                        let args = self.arguments(args);
                        self.call_member(base, name, access, type_args, &args)
                    }
                    Expr::Def(def) => {
                        let _ = self.arguments(args);
                        Called::indirect(self.lambda_result(DefRef { file: self.file, def }))
                    }
                    Expr::TypeMember { .. } => {
                        let _ = self.arguments(args);
                        Called::unknown()
                    }
                    _ => {
                        let ty = self.type_of(callee);
                        let _ = self.arguments(args);
                        self.call_value(&ty)
                    }
                }
            }
            Expr::New { ty, args } => {
                let args = self.arguments(args);
                let constructed = self.constructed_type(expr, ty);
                self.construct(constructed, &args)
            }
            _ => Called::unknown(),
        }
    }

    /// Calling a value: a function pointer, a lambda, an object.
    fn call_value(&mut self, ty: &T) -> Called {
        match ty.bare() {
            T::Fn(result) => Called::indirect((**result).clone()),
            T::Ptr(inner) if matches!(inner.bare(), T::Fn(_)) => self.call_value(inner),
            T::Lambda(def) => {
                let result = self.lambda_result(*def);
                Called::indirect(result)
            }
            T::Def(..) => {
                let result = self.operator_result(ty, "operator()");
                Called::indirect(result)
            }
            T::Ext(name, args) => Called::indirect(library::member(name.as_str(), args, "operator()")),
            ty if ty.is_dependent() => Called::indirect(T::Dependent),
            _ => Called::indirect(T::Unknown),
        }
    }

    fn lambda_result(&mut self, def: DefRef) -> T {
        if def.file != self.file {
            return T::Unknown;
        }
        let this = self.facts.def(def.def);
        if let Some(ty) = this.ty
            && !matches!(self.facts.type_expr(ty), TypeExpr::Inferred)
        {
            return self.shared.resolve_type(self.file, ty);
        }
        let returns = self.facts.list(this.returns).to_vec();
        for value in returns {
            let ty = self.type_of(value);
            if ty.is_known() {
                return ty.bare().clone();
            }
        }
        T::Unknown
    }

    /// Whether a name with parentheses is a function-like macro for this file.
    fn is_macro(&self, name: Name) -> bool {
        self.macro_called(name).is_some()
    }

    /// The function-like macro that a name with parentheses is for this file.
    pub(super) fn macro_called(&self, name: Name) -> Option<DefRef> {
        let macros = self.shared.index.macros.get(&name)?;
        let undefined = self.is_defined_here(name);
        macros.iter().copied().find(|&this| !(undefined && this.file != self.file) && self.is_active_macro(this))
    }

    /// The name that an object-like macro puts in place of this one: `#define is_error ERR_is_error`.
    pub(super) fn renamed(&self, name: Name, at: u32) -> Option<Name> {
        let project = self.shared.project;
        let macros = self.shared.index.macros.get(&name)?;
        let mut meant = None;
        for &this in macros {
            let def = project.def(this);
            let before = this.file != self.file || def.span.start < at;
            let sure = !def.flags.contains(DefFlags::INACTIVE) && self.is_sure_macro(this);
            if !before || !sure || !self.shared.sees(self.file, this.file) {
                continue;
            }
            let Expr::Name { name: other, .. } = *self.shared.facts(this.file).expr(def.value?) else { return None };
            if other == name || meant.is_some_and(|known| known != other) {
                return None;
            }
            meant = Some(other);
        }
        meant.filter(|_| !self.is_defined_here(name))
    }

    /// Whether this file defines a function of a name: it has undefined the macro.
    fn is_defined_here(&self, name: Name) -> bool {
        let own = self.shared.index.entries.get(&(GLOBAL, name));
        own.into_iter()
            .flatten()
            .any(|def| def.file == self.file && !self.shared.project.def(*def).flags.contains(DefFlags::DECLARATION))
    }

    fn is_object_macro(&self, name: Name) -> bool {
        let Some(macros) = self.shared.index.macros.get(&name) else { return false };
        macros.iter().any(|&this| {
            let def = self.shared.project.def(this);
            !def.flags.contains(DefFlags::INACTIVE) && self.shared.sees(self.file, this.file)
        })
    }

    /// `f(args)`
    fn call_name(
        &mut self,
        name: Name,
        type_args: Vec<T>,
        scope: ScopeId,
        at: u32,
        args: &[Argument],
        adl: bool,
    ) -> Called {
        let found = self.shared.lookup(self.file, scope, name, at, Want::Value);
        let mut hits = match found {
            Found::Binding(binding) => {
                let ty = self.binding_type(binding);
                return self.call_value(&ty);
            }
            // `T(x)`
            Found::TypeParam(..) => return Called::dependent(),
            Found::Hits(hits) => hits,
            Found::Nothing => Vec::new(),
        };
        let project = self.shared.project;
        let functions: Vec<Hit> = hits.iter().filter(|hit| project.def(hit.def).kind.is_callable()).cloned().collect();
        let member = functions.iter().any(|hit| hit.class.is_some());
        if functions.is_empty()
            && let Some(value) = hits.iter().find(|hit| {
                matches!(project.def(hit.def).kind, DefKind::Field | DefKind::Variable | DefKind::Constant)
                    && (hit.class.is_some() || self.shared.sees(self.file, hit.def.file))
            })
        {
            let value = value.clone();
            let ty = self.variable_type(&value);
            return self.call_value(&ty);
        }
        if functions.is_empty() && hits.iter().any(|hit| project.def(hit.def).kind.is_type()) {
            // `T(x)` makes a T.
            let class = self.shared.type_of_hits(self.file, scope, &hits, &type_args, 0);
            let class = match hits.first() {
                Some(hit) => self.shared.substitute(&class, &hit.class),
                None => class,
            };
            return self.construct(class, args);
        }
        if let Some((class, class_args)) = constructed(project, &functions) {
            // `T(x)` inside T or a class derived from it.
            return self.construct(T::Def(class, class_args), args);
        }
        hits = functions;
        let in_template = self.in_template(self.facts.scope(scope).owner);
        let dependent =
            in_template && (args.iter().any(|arg| arg.ty.is_dependent()) || type_args.iter().any(T::is_dependent));
        let cpp = has_overloads(self.facts);
        if cpp && adl && !member {
            let types: Vec<T> = args.iter().map(|arg| arg.ty.clone()).collect();
            for hit in self.associated(&types, name) {
                if !hits.iter().any(|known| known.def == hit.def) {
                    hits.push(hit);
                }
            }
        }
        if hits.is_empty() {
            if self.is_object_macro(name) {
                return Called::external(T::Unknown);
            }
            if dependent {
                return Called::dependent();
            }
            if let Some(class) = self.owner_class(scope)
                && self.shared.has_foreign_base(class, 0)
            {
                return Called::external(T::Unknown);
            }
            let types: Vec<T> = args.iter().map(|arg| arg.ty.clone()).collect();
            let ty = library::function(name.as_str(), &type_args, &types);
            return self.not_found(name, ty);
        }
        if dependent && !member && adl {
            // Which function this is depends on what the template is used with.
            return Called::dependent();
        }
        let visible: Vec<Hit> = hits
            .iter()
            .filter(|hit| hit.class.is_some() || self.shared.sees(self.file, hit.def.file))
            .cloned()
            .collect();
        let mut evidence = None;
        if visible.is_empty() && self.is_declared_before_inclusion(&hits) {
            evidence = Some(Evidence::Import);
        } else if visible.is_empty() {
            // Nothing that this file includes declares it.
            if self.shared.closure(self.file).complete || is_libc(name.as_str()) {
                let types: Vec<T> = args.iter().map(|arg| arg.ty.clone()).collect();
                return Called::external(library::function(name.as_str(), &type_args, &types));
            }
            evidence = Some(Evidence::Unique);
        } else {
            // Definitions elsewhere belong to the visible declarations.
            hits.retain(|hit| {
                hit.class.is_some() || self.shared.sees(self.file, hit.def.file) || !self.shared.is_internal(hit.def)
            });
        }
        if is_libc(name.as_str())
            && !cpp
            && visible.iter().all(|hit| project.def(hit.def).flags.contains(DefFlags::DECLARATION))
            && visible.iter().all(|hit| !self.shared.sees(self.file, hit.def.file))
        {
            return Called::external(T::Unknown);
        }
        let is_const = if member { self.const_context(scope) } else { None };
        let class = if member { self.owner_class(scope) } else { None };
        let evidence = evidence.unwrap_or_else(|| {
            if !member {
                return if visible.iter().any(|hit| hit.def.file == self.file) {
                    Evidence::Local
                } else {
                    Evidence::Import
                };
            }
            match (&hits[0].class, class) {
                (Some((found, _)), Some(own)) if *found != own => Evidence::Inherited,
                _ => Evidence::SelfReceiver,
            }
        });
        let dependent =
            dependent || member && hits[0].class.as_ref().is_some_and(|(_, args)| args.iter().any(T::is_dependent));
        let mut called = self.finish(&hits, args, type_args, is_const, evidence, dependent);
        // What a template's own methods return is looked at when the template is used.
        let instance = member && hits.iter().any(|hit| !project.def(hit.def).flags.contains(DefFlags::STATIC));
        if instance && class.is_some_and(|own| self.shared.own_args(own).iter().any(T::is_dependent)) {
            called.ty = T::Dependent;
        }
        called
    }

    /// The other files that see this one, if it is a header.
    fn includers(&self) -> &[FileId] {
        self.includers.get_or_init(|| {
            let path = self.shared.project.file(self.file).path;
            if !path.rsplit_once('.').is_some_and(|(_, ending)| ending.starts_with('h')) {
                return Vec::new();
            }
            let others = self.shared.index.files.keys().copied();
            others.filter(|&other| other != self.file && self.shared.sees(other, self.file)).collect()
        })
    }

    /// Whether a file that includes this header sees what the header itself does not include.
    fn is_declared_before_inclusion(&self, hits: &[Hit]) -> bool {
        hits.iter()
            .filter(|hit| !self.shared.is_internal(hit.def))
            .any(|hit| self.includers().iter().any(|&other| self.shared.sees(other, hit.def.file)))
    }

    /// Whether the method around a scope is const, if there is one.
    fn const_context(&self, scope: ScopeId) -> Option<bool> {
        let mut owner = self.facts.scope(scope).owner;
        while self.facts.def(owner).kind == DefKind::Closure {
            owner = self.facts.def(owner).parent;
        }
        self.facts
            .def(owner)
            .kind
            .is_callable()
            .then(|| self.shared.signature(DefRef { file: self.file, def: owner }).is_const)
    }

    fn not_found(&self, name: Name, ty: T) -> Called {
        let anywhere = self.shared.index.entries.contains_key(&(GLOBAL, name));
        let missing = !self.shared.closure(self.file).complete;
        if ty.is_known() || !missing || is_libc(name.as_str()) || !anywhere {
            return Called::external(ty);
        }
        Called { outcome: Outcome::Unknown, ty }
    }

    /// Chooses among candidates and names the definition.
    fn finish(
        &mut self,
        hits: &[Hit],
        args: &[Argument],
        type_args: Vec<T>,
        is_const: Option<bool>,
        evidence: Evidence,
        dependent: bool,
    ) -> Called {
        let cpp = hits.iter().any(|hit| has_overloads(self.shared.facts(hit.def.file)));
        let arguments = cpp.then_some(args);
        // A pack may stand for any number of them.
        let explicit = if type_args.iter().any(T::is_dependent) { 0 } else { type_args.len() };
        let Some(chosen) = overload::choose(self.shared, self.file, hits, arguments, explicit, is_const, !dependent)
        else {
            let types: Vec<T> = hits.iter().map(|hit| self.result_type(hit, &[])).collect();
            // Where all overloads return the same, that much is known.
            let same = types.windows(2).all(|pair| pair[0] == pair[1]);
            let ty = if dependent {
                T::Dependent
            } else if same {
                types.into_iter().next().unwrap_or(T::Unknown)
            } else {
                T::Unknown
            };
            return Called { outcome: Outcome::Unknown, ty };
        };
        let mut bound = chosen.bound.clone();
        if !type_args.is_empty() {
            for (index, arg) in type_args.iter().enumerate() {
                bound.retain(|(key, _)| *key != (chosen.declared.def, index as u16));
                bound.push(((chosen.declared.def, index as u16), arg.clone()));
            }
        }
        let ty = self.result_type(&chosen.declared, &bound);
        let evidence =
            if chosen.overloaded && evidence != Evidence::Constructor { Evidence::Overload } else { evidence };
        match chosen.target {
            // Defaulted or deleted: there is no code.
            Some(target) if self.shared.project.def(target).value.is_some() => Called::external(ty),
            Some(target) => Called { outcome: Outcome::Resolved { targets: vec![target], evidence }, ty },
            None => Called { outcome: Outcome::Unknown, ty },
        }
    }

    /// The type of a function's result.
    fn result_type(&mut self, hit: &Hit, bound: &[((DefRef, u16), T)]) -> T {
        let def = self.shared.project.def(hit.def);
        let Some(ty) = def.ty else {
            return T::Unknown;
        };
        let mut result = self.shared.resolve_type(hit.def.file, ty);
        if !result.is_known() && !def.returns.is_empty() {
            let shared = self.shared;
            let target = hit.def;
            result = shared
                .results
                .get(target, self.fuel, |rest| {
                    let mut other = Inference::new(shared, target.file, rest);
                    other.owner = target.def;
                    let values = other.facts.list(def.returns).to_vec();
                    values
                        .into_iter()
                        .map(|value| other.type_of(value))
                        .find(T::is_known)
                        .map_or(T::Unknown, |ty| ty.bare().clone())
                })
                .unwrap_or(T::Unknown);
        }
        let result = self.shared.substitute(&result, &hit.class);
        if bound.is_empty() {
            return result;
        }
        result.substitute(&|def, index| bound.iter().find(|(key, _)| *key == (def, index)).map(|(_, ty)| ty.clone()))
    }

    /// Functions of the namespaces of the arguments' types.
    fn associated(&self, types: &[T], name: Name) -> Vec<Hit> {
        let mut namespaces = Vec::new();
        let mut stack: Vec<&T> = types.iter().collect();
        let mut count = 0;
        while let Some(ty) = stack.pop() {
            count += 1;
            if count > 64 {
                break;
            }
            match ty.bare() {
                T::Def(def, args) => {
                    let ns = self.shared.index.namespace_around(self.shared.project, *def);
                    if !namespaces.contains(&ns) {
                        namespaces.push(ns);
                    }
                    stack.extend(args.iter());
                }
                T::Ptr(inner) | T::Array(inner) => stack.push(inner),
                T::Ext(_, args) => stack.extend(args.iter()),
                _ => {}
            }
        }
        let mut hits = Vec::new();
        for ns in namespaces {
            for def in self.shared.in_namespace(self.file, ns, name, Want::Value, 20) {
                if self.shared.project.def(def).kind.is_callable() {
                    hits.push(plain(def));
                }
            }
        }
        hits
    }

    /// `a::f(args)`
    fn call_path(&mut self, segments: &[(Name, Vec<T>)], scope: ScopeId, at: u32, args: &[Argument]) -> Called {
        let Some((name, type_args)) = segments.last().cloned() else { return Called::unknown() };
        let types = || -> Vec<T> { args.iter().map(|arg| arg.ty.clone()).collect() };
        match self.path_hits(segments, scope, at) {
            PathHits::Binding(binding) => {
                let ty = self.binding_type(binding);
                self.call_value(&ty)
            }
            PathHits::Dependent => Called::dependent(),
            PathHits::External | PathHits::Foreign => {
                Called::external(library::function(name.as_str(), &type_args, &types()))
            }
            PathHits::Nothing => {
                let ty = library::function(name.as_str(), &type_args, &types());
                Called::external(ty)
            }
            PathHits::Missing => {
                // `Foo::Foo(x)` and names that the project's namespace shares with a library.
                let ty = library::function(name.as_str(), &type_args, &types());
                if ty.is_known() { Called::external(ty) } else { Called::unknown() }
            }
            PathHits::Hits(hits) => {
                let project = self.shared.project;
                let functions: Vec<Hit> =
                    hits.iter().filter(|hit| project.def(hit.def).kind.is_callable()).cloned().collect();
                if functions.is_empty() {
                    if hits.iter().any(|hit| project.def(hit.def).kind.is_type()) {
                        let class = self.shared.type_of_hits(self.file, scope, &hits, &type_args, 0);
                        let class = self.shared.substitute(&class, &hits[0].class);
                        return self.construct(class, args);
                    }
                    let ty = self.value_of_hits(&hits);
                    return self.call_value(&ty);
                }
                if let Some((class, class_args)) = constructed(project, &functions) {
                    return self.construct(T::Def(class, class_args), args);
                }
                let in_template = self.in_template(self.facts.scope(scope).owner);
                if in_template && type_args.iter().any(T::is_dependent) {
                    return Called::dependent();
                }
                let dependent = in_template && args.iter().any(|arg| arg.ty.is_dependent());
                if dependent
                    && functions.iter().any(|hit| hit.class.is_none() && !project.def(hit.def).type_params.is_empty())
                {
                    return Called::dependent();
                }
                let constant = functions[0].class.as_ref().and_then(|_| self.const_context(scope));
                self.finish(&functions, args, type_args, constant, Evidence::Qualified, dependent)
            }
        }
    }

    /// `x.f(args)`
    fn call_member(
        &mut self,
        base: ExprId,
        name: Name,
        access: Access,
        type_args: Vec<T>,
        args: &[Argument],
    ) -> Called {
        let receiver = self.receiver(base, access);
        match receiver.bare() {
            T::Def(class, class_args) => {
                let class = *class;
                let hits = self.shared.in_class(self.file, &receiver, name, 0);
                if hits.is_empty() {
                    if name.as_str().starts_with('~') {
                        return Called::external(T::Void);
                    }
                    if class_args.iter().any(T::is_dependent) {
                        return Called::dependent();
                    }
                    if self.shared.has_foreign_base(class, 0) {
                        return Called::external(T::Unknown);
                    }
                    return Called::unknown();
                }
                let project = self.shared.project;
                let functions: Vec<Hit> =
                    hits.iter().filter(|hit| project.def(hit.def).kind.is_callable()).cloned().collect();
                if functions.is_empty() {
                    let ty = self.value_of_hits(&hits);
                    return self.call_value(&ty);
                }
                let dependent_receiver = class_args.iter().any(T::is_dependent);
                let this = matches!(self.facts.expr(base), Expr::This);
                if dependent_receiver || type_args.iter().any(T::is_dependent) {
                    // The object's type or the function's is known only when the template is used.
                    return Called::dependent();
                }
                let dependent = args.iter().any(|arg| arg.ty.is_dependent());
                let evidence = if this {
                    Evidence::SelfReceiver
                } else if functions[0].class.as_ref().is_some_and(|(found, _)| *found != class) {
                    Evidence::Inherited
                } else {
                    self.receiver_evidence(base)
                };
                self.finish(&functions, args, type_args, Some(receiver.is_const()), evidence, dependent)
            }
            T::Ext(_, of_args) if of_args.iter().any(T::is_dependent) => Called::external(T::Dependent),
            T::Ext(of, of_args) => Called::external(library::member(of.as_str(), of_args, name.as_str())),
            T::Num(_) | T::Ptr(_) => Called::unknown(),
            ty if ty.is_dependent() => Called::dependent(),
            _ => Called::unknown(),
        }
    }

    fn receiver_evidence(&self, base: ExprId) -> Evidence {
        match *self.facts.expr(base) {
            Expr::Name { .. } | Expr::Cast { .. } => Evidence::TypedReceiver,
            _ => Evidence::InferredReceiver,
        }
    }

    /// What `new T`, `T x(…)` or an initialiser makes.
    fn constructed_type(&mut self, expr: ExprId, ty: TypeId) -> T {
        let TypeExpr::Projection { base, name, .. } = *self.facts.type_expr(ty) else {
            return self.shared.resolve_type(self.file, ty);
        };
        if !matches!(self.facts.type_expr(base), TypeExpr::SelfType) {
            return T::Unknown;
        }
        // `name(args)` in a constructor's list: a field or a base.
        // Sites are in the order of their expressions.
        let Ok(call) = self.facts.calls.binary_search_by_key(&expr, |call| call.expr) else { return T::Unknown };
        let call = self.facts.calls[call];
        let Some(class) = self.class_of_owner(call.owner) else { return T::Unknown };
        let own = T::Def(class, self.shared.own_args(class));
        let project = self.shared.project;
        if let Some(members) = self.shared.index.members.get(&(class, name))
            && let Some(&field) = members.iter().find(|member| project.def(**member).kind == DefKind::Field)
        {
            let ty = self.variable_type(&plain(field));
            // A reference is bound, not made.
            return if matches!(ty, T::Ref(_)) { T::Void } else { ty };
        }
        if project.def(class).name == name {
            return own;
        }
        if self.in_template(call.owner) {
            // The initialisers of a template's bases are chosen when it is used.
            return T::Dependent;
        }
        for base in self.shared.bases(class).iter() {
            match base.bare() {
                T::Def(def, _) if project.def(*def).name == name => return base.clone(),
                T::Ext(ext, _) if *ext == name => return base.clone(),
                _ => {}
            }
        }
        // A base named through an alias.
        match self.shared.lookup(self.file, call.scope, name, u32::MAX, Want::Type) {
            Found::Hits(hits) => self.shared.type_of_hits(self.file, call.scope, &hits, &[], 0),
            _ => T::Unknown,
        }
    }

    fn construct(&mut self, ty: T, args: &[Argument]) -> Called {
        let T::Def(class, class_args) = ty.bare() else {
            let ty = if ty.is_dependent() { T::Dependent } else { ty };
            return match ty {
                T::Dependent => Called::dependent(),
                T::Unknown => Called::unknown(),
                ty => Called::external(ty),
            };
        };
        let template = *class;
        let (class, class_args) = self.shared.specialised(template, class_args);
        let project = self.shared.project;
        let def = project.def(class);
        if !matches!(def.kind, DefKind::Class | DefKind::Struct | DefKind::Union) {
            return Called::external(ty);
        }
        let made = ty.bare().clone();
        let constructors: Vec<Hit> = self
            .shared
            .index
            .members
            .get(&(class, def.name))
            .into_iter()
            .flatten()
            .filter(|member| project.def(**member).kind == DefKind::Constructor)
            .map(|&def| Hit { def, class: Some((class, class_args.clone())) })
            .collect();
        if constructors.is_empty() {
            return Called::external(made);
        }
        if class_args.iter().chain(args.iter().map(|arg| &arg.ty)).any(T::is_dependent) {
            return Called { outcome: Outcome::Unknown, ty: made };
        }
        // The compiler's own copy constructor.
        if let [only] = args
            && let T::Def(from, _) = only.ty.bare()
            && self.shared.derives(*from, template, 0)
            && !constructors.iter().any(|hit| {
                // A template is never a copy constructor.
                project.def(hit.def).type_params.is_empty() && matches!(self.shared.signature(hit.def).params.first().map(T::bare), Some(T::Def(param, _)) if *param == template)
            })
        {
            return Called::external(made);
        }
        let called = self.finish(&constructors, args, Vec::new(), None, Evidence::Constructor, false);
        // A call without arguments may be the implicit default constructor.
        Called { outcome: called.outcome, ty: made }
    }
}

/// The class of which some hits are constructors.
fn constructed(project: &crate::Project<'_>, functions: &[Hit]) -> Option<(DefRef, Arc<[T]>)> {
    functions.iter().find(|hit| project.def(hit.def).kind == DefKind::Constructor).and_then(|hit| hit.class.clone())
}

enum PathHits {
    Nothing,
    /// The container is known, but holds no such name.
    Missing,
    External,
    /// A member of a library's base class.
    Foreign,
    Dependent,
    Binding(BindingId),
    Hits(Vec<Hit>),
}

/// Functions of the C library that programs declare or shadow by accident.
fn is_libc(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "abort",
        "abs",
        "accept",
        "access",
        "atexit",
        "atof",
        "atoi",
        "atol",
        "bind",
        "bsearch",
        "calloc",
        "ceil",
        "chdir",
        "chmod",
        "clock",
        "close",
        "connect",
        "cos",
        "dup",
        "dup2",
        "exit",
        "exp",
        "fabs",
        "fclose",
        "fcntl",
        "feof",
        "ferror",
        "fflush",
        "fgetc",
        "fgets",
        "fileno",
        "floor",
        "fmod",
        "fopen",
        "fork",
        "fprintf",
        "fputc",
        "fputs",
        "fread",
        "free",
        "freopen",
        "fscanf",
        "fseek",
        "fstat",
        "ftell",
        "fwrite",
        "getc",
        "getchar",
        "getenv",
        "getpid",
        "gettimeofday",
        "gmtime",
        "ioctl",
        "isalnum",
        "isalpha",
        "isdigit",
        "isprint",
        "isspace",
        "isupper",
        "kill",
        "listen",
        "localtime",
        "log",
        "longjmp",
        "lseek",
        "malloc",
        "memchr",
        "memcmp",
        "memcpy",
        "memmove",
        "memset",
        "mkdir",
        "mktime",
        "mmap",
        "munmap",
        "open",
        "opendir",
        "perror",
        "pipe",
        "poll",
        "pow",
        "printf",
        "putc",
        "putchar",
        "puts",
        "qsort",
        "raise",
        "rand",
        "read",
        "readdir",
        "realloc",
        "recv",
        "remove",
        "rename",
        "rewind",
        "rmdir",
        "select",
        "send",
        "setjmp",
        "setlocale",
        "signal",
        "sin",
        "sleep",
        "snprintf",
        "socket",
        "sprintf",
        "sqrt",
        "srand",
        "sscanf",
        "stat",
        "strcat",
        "strchr",
        "strcmp",
        "strcpy",
        "strdup",
        "strerror",
        "strftime",
        "strlen",
        "strncat",
        "strncmp",
        "strncpy",
        "strpbrk",
        "strrchr",
        "strspn",
        "strstr",
        "strtod",
        "strtok",
        "strtol",
        "strtoul",
        "system",
        "tan",
        "time",
        "tmpfile",
        "tolower",
        "toupper",
        "ungetc",
        "unlink",
        "vfprintf",
        "vprintf",
        "vsnprintf",
        "vsprintf",
        "wait",
        "waitpid",
        "write",
    ];
    NAMES.binary_search(&name).is_ok()
}

impl Inference<'_, '_> {
    /// The function that all of some definitions declare.
    pub(super) fn only_function(&self, hits: &[Hit]) -> Option<DefRef> {
        let project = self.shared.project;
        let functions: Vec<Hit> = hits
            .iter()
            .filter(|hit| {
                project.def(hit.def).kind.is_callable()
                    && (hit.class.is_some()
                        || self.shared.sees(self.file, hit.def.file)
                        || !self.shared.is_internal(hit.def))
            })
            .cloned()
            .collect();
        if !functions.iter().any(|hit| hit.class.is_some() || self.shared.sees(self.file, hit.def.file)) {
            return None;
        }
        overload::only(self.shared, self.file, &functions)
    }

    pub(super) fn hits_of_path(&self, segments: List<Segment>, scope: ScopeId, at: u32) -> Option<Vec<Hit>> {
        let segments = self.segments(segments);
        match self.path_hits(&segments, scope, at) {
            PathHits::Hits(hits) => Some(hits),
            _ => None,
        }
    }
}
