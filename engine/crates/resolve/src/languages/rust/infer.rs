//! Types of one file's expressions, function by function in source order.

use super::methods::{Found, Prefix, Probe, Selected};
use super::modules::{ModId, Res, Space};
use super::table::Table;
use super::ty::{Args, Bound, Mutability, Subst, Ty, no_args};
use super::world::{Lexical, SelfKind, World, head_of, no_holes, root_and_last};
use crate::links::{Evidence, Outcome};
use crate::project::{DefRef, FileId};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What a call was found to lead to, before the last word on trait methods.
#[derive(Clone)]
enum Target {
    Fn { def: DefRef, evidence: Evidence, this: Option<(Ty, Option<Args>)> },
    External,
    Indirect,
}

/// What a value is expected to be.
#[derive(Clone, Copy)]
enum Expect {
    Written(TypeId, DefId),
    Binding(BindingId),
    Like(ExprId),
}

/// What a path means as a value.
enum Value<'w> {
    Binding(BindingId),
    /// A function or tuple constructor; its type arguments as written.
    Callable(DefRef, Subst, Evidence),
    /// With what its type says of `Self`.
    Constant(DefRef, Subst),
    /// A unit struct or variant.
    Unit(Ty),
    /// Several impls' functions, to be told apart by the arguments.
    OneOf(Vec<Found>),
    /// `Trait::name`, for a type and the trait's arguments as far as they are written.
    OfTrait(DefRef, Ty, Args),
    /// A function of another crate's trait, with the project's impls of it.
    OfForeignTrait(ForeignImpls<'w>, Name),
    /// `_::name`
    External,
    Param,
    Unknown,
}

/// A function's impls of a trait of another crate, by index and definition.
type ForeignImpls<'w> = &'w [(u32, DefRef)];

struct WaitingCall {
    expr: ExprId,
    result: Ty,
    env: Arc<Vec<(Ty, Bound)>>,
}

pub(super) struct Infer<'w, 'p> {
    pub(super) world: &'w World<'p>,
    pub(super) file: FileId,
    pub(super) facts: &'p FileFacts,
    pub(super) table: Table<'w, 'p>,
    exprs: Vec<Option<Ty>>,
    bindings: Vec<Option<Ty>>,
    targets: FxHashMap<ExprId, Target>,
    call_of: FxHashMap<ExprId, CallId>,
    expects: FxHashMap<ExprId, Expect>,
    is_part: Vec<bool>,
    /// Closures by their expression, and by the start of their range.
    closure_starts: FxHashMap<usize, usize>,
    /// Functions by the start of their range.
    fn_starts: FxHashMap<usize, (DefId, usize)>,
    closures_done: FxHashSet<DefId>,
    /// Bindings of parameters, by scope.
    closure_params: FxHashMap<ScopeId, Vec<(u16, BindingId)>>,
    roots: u32,
    waiting: Vec<WaitingCall>,
    /// Calls of other crates' traits whose result may yet tell the impl.
    open_results: Vec<(ExprId, ForeignImpls<'w>, Ty)>,
    literal_variants: FxHashMap<ExprId, DefRef>,
    pub(super) module_traits: Option<(ModId, Arc<FxHashSet<DefRef>>)>,
    pub(super) block_imports: FxHashMap<ScopeId, Vec<ImportId>>,
    pub(super) owner: DefId,
    /// The trait of the impl around `owner`: of the project or library, or of another crate.
    pub(super) trait_around: Option<DefRef>,
    pub(super) around: Option<(Name, Name)>,
}

fn parts_of(facts: &FileFacts, expr: &Expr, mut add: impl FnMut(ExprId)) {
    match *expr {
        Expr::Member { base, .. } => add(base),
        Expr::Call { callee, args, .. } => {
            add(callee);
            facts.list(args).iter().copied().for_each(add);
        }
        Expr::Index { base, index } => {
            add(base);
            add(index);
        }
        Expr::Unary { operand, .. } => add(operand),
        Expr::Binary { left, right, .. } => {
            add(left);
            add(right);
        }
        Expr::Choice(items) | Expr::Tuple(items) | Expr::Sequence(items) | Expr::Macro { args: items, .. } => {
            facts.list(items).iter().copied().for_each(add);
        }
        Expr::Cast { value, .. } => add(value),
        Expr::Element(value)
        | Expr::Component { value, .. }
        | Expr::PatternPart { value, .. }
        | Expr::PatternField { value, .. } => add(value),
        _ => {}
    }
}

impl<'w, 'p> Infer<'w, 'p> {
    pub(super) fn new(world: &'w World<'p>, file: FileId) -> Self {
        let facts = world.facts(file);
        let mut is_part = vec![false; facts.exprs.len()];
        for expr in &facts.exprs {
            parts_of(facts, expr, |part| is_part[part.index()] = true);
        }
        let mut expects = FxHashMap::default();
        let mut fn_starts = FxHashMap::default();
        let mut closure_starts = FxHashMap::default();
        let mut closure_ends: FxHashMap<DefId, usize> = FxHashMap::default();
        for (index, expr) in facts.exprs.iter().enumerate() {
            if let Expr::Def(def) = expr {
                closure_ends.insert(*def, index);
            }
        }
        for (id, def) in facts.defs() {
            match def.kind {
                DefKind::Function | DefKind::Method => {
                    let returns = facts.list(def.returns);
                    if let (Some(start), Some(end)) = (def.value, returns.last()) {
                        fn_starts.insert(start.index(), (id, end.index()));
                    }
                    if let Some(ty) = def.ty {
                        for &value in returns {
                            expects.insert(value, Expect::Written(ty, id));
                        }
                    }
                }
                DefKind::Closure => {
                    if let (Some(start), Some(&end)) = (def.value, closure_ends.get(&id)) {
                        closure_starts.insert(start.index(), end);
                    }
                }
                DefKind::Constant | DefKind::Static => {
                    if let (Some(value), Some(mut ty)) = (def.value, def.ty) {
                        // `thread_local!` makes a key of what the value is.
                        if let TypeExpr::Path { segments, at: 0, .. } = *facts.type_expr(ty)
                            && let Some(&[inner]) = facts.list(segments).last().map(|last| facts.list(last.args))
                        {
                            ty = inner;
                        }
                        expects.insert(value, Expect::Written(ty, id));
                    }
                }
                _ => {}
            }
        }
        let mut closure_params: FxHashMap<ScopeId, Vec<(u16, BindingId)>> = FxHashMap::default();
        for (index, binding) in facts.bindings.iter().enumerate() {
            if let BindingKind::Param(param) = binding.kind
                && facts.def(facts.scope(binding.scope).owner).kind == DefKind::Closure
            {
                closure_params.entry(binding.scope).or_default().push((param, BindingId::from_index(index)));
            }
            if let (Some(init), Some(_)) = (binding.init, binding.ty) {
                expects.insert(init, Expect::Binding(BindingId::from_index(index)));
            }
        }
        for assign in &facts.assigns {
            expects.insert(assign.value, Expect::Like(assign.target));
        }
        let mut block_imports: FxHashMap<ScopeId, Vec<ImportId>> = FxHashMap::default();
        for (index, import) in facts.imports.iter().enumerate() {
            if !matches!(facts.scope(import.scope).kind, ScopeKind::File | ScopeKind::Module) {
                block_imports.entry(import.scope).or_default().push(ImportId::from_index(index));
            }
        }
        let call_of =
            facts.calls.iter().enumerate().map(|(index, call)| (call.expr, CallId::from_index(index))).collect();
        Self {
            world,
            file,
            facts,
            table: Table::new(world),
            exprs: vec![None; facts.exprs.len()],
            bindings: vec![None; facts.bindings.len()],
            targets: FxHashMap::default(),
            call_of,
            expects,
            is_part,
            closure_starts,
            fn_starts,
            closures_done: FxHashSet::default(),
            closure_params,
            roots: 0,
            waiting: Vec::new(),
            open_results: Vec::new(),
            literal_variants: FxHashMap::default(),
            module_traits: None,
            block_imports,
            owner: DefId::FILE,
            trait_around: None,
            around: None,
        }
    }

    /// Infers the whole file; one outcome for each call site.
    pub(super) fn run(mut self) -> Vec<Outcome> {
        let mut starts: Vec<(usize, DefId, usize)> =
            self.fn_starts.iter().map(|(&start, &(def, end))| (start, def, end)).collect();
        starts.sort_unstable();
        self.enter(DefId::FILE);
        self.range(0, self.facts.exprs.len());
        self.finish();
        for (start, def, end) in starts {
            self.enter(def);
            self.range(start + 1, end + 1);
            self.finish();
        }
        let calls: Vec<CallSite> = self.facts.calls.clone();
        calls.iter().map(|call| self.outcome(call)).collect()
    }

    /// What a function of the file gives where its signature says `impl Trait`: without what depends on how it
    /// is called, which is taken as unknown.
    pub(super) fn hidden_result(mut self, def: DefId) -> Option<Ty> {
        let (&start, &(_, end)) = self.fn_starts.iter().find(|(_, (of, _))| *of == def)?;
        self.enter(def);
        self.range(start + 1, end + 1);
        self.finish();
        let ty = self.facts.list(self.facts.def(def).returns).iter().rev().find_map(|&result| self.chosen(result))?;
        let any_function = |count: usize| Ty::FnPtr(vec![Ty::Unknown; count].into(), Arc::new(Ty::Unknown));
        Some(ty.fold(&mut |part| match part {
            Ty::Closure(_) | Ty::FnDef(..) => {
                Some(self.table.fn_parts(part).map_or(Ty::Unknown, |(params, _)| any_function(params.len())))
            }
            Ty::Var(_) | Ty::Param(..) | Ty::SelfOf(_) | Ty::Proj(..) => Some(Ty::Unknown),
            _ => None,
        }))
    }

    /// The type of a value, or of the first of its alternatives, that is more than `impl Trait`.
    fn chosen(&self, value: ExprId) -> Option<Ty> {
        if let Expr::Choice(items) = *self.facts.expr(value) {
            return self.facts.list(items).iter().find_map(|&item| self.chosen(item));
        }
        let ty = self.table.deep(self.exprs[value.index()].as_ref()?);
        (!matches!(ty, Ty::Unknown | Ty::Never | Ty::Var(_) | Ty::Opaque(_, None))).then_some(ty)
    }

    fn enter(&mut self, def: DefId) {
        self.owner = def;
        let env = self.world.env(DefRef { file: self.file, def });
        self.table.set_env(env);
        let around = self.world.impl_around(self.file, def);
        let this = around.and_then(|around| self.world.impl_of_block(around));
        self.trait_around = this.and_then(|this| this.of.as_ref()).map(|of| of.of);
        self.around = this.and_then(|this| this.foreign);
    }

    /// Infers the expressions of a range of the arena that are no part of others, without the functions
    /// in it and without the bodies of closures, which are inferred where they are used.
    fn range(&mut self, start: usize, end: usize) {
        let mut index = start;
        while index < end {
            if let Some(&(_, last)) = self.fn_starts.get(&index) {
                index = last + 1;
                continue;
            }
            if let Some(&last) = self.closure_starts.get(&index) {
                index = last;
            }
            let id = ExprId::from_index(index);
            let projection = matches!(
                self.facts.expr(id),
                Expr::Component { .. } | Expr::PatternPart { .. } | Expr::PatternField { .. } | Expr::Element(_)
            );
            if !self.is_part[index] && self.exprs[index].is_none() {
                // Names may be left unused: what is taken apart is a value all the same.
                let value = if projection { self.taken_apart(id) } else { id };
                if self.exprs[value.index()].is_none() {
                    self.root(value);
                }
            }
            index += 1;
        }
    }

    /// The value that a pattern or a loop takes apart.
    fn taken_apart(&self, mut id: ExprId) -> ExprId {
        while let Expr::Component { value, .. }
        | Expr::PatternPart { value, .. }
        | Expr::PatternField { value, .. }
        | Expr::Element(value) = *self.facts.expr(id)
        {
            id = value;
        }
        id
    }

    fn root(&mut self, id: ExprId) {
        let expected = self.expected(id);
        let ty = self.expr(id, &expected);
        if !matches!(expected, Ty::Unknown) {
            self.coerce(&ty, &expected);
        }
        // Long lists of what waits are gone through less often, or time grows with their square.
        self.roots += 1;
        let waiting = self.waiting.len() + self.table.pending.len();
        if waiting > 0 && (waiting < 32 || self.roots.is_multiple_of(32)) {
            self.retry(false);
        }
    }

    fn expected(&mut self, id: ExprId) -> Ty {
        match self.expects.get(&id).copied() {
            Some(Expect::Written(ty, owner)) => self.written(ty, owner),
            Some(Expect::Binding(binding)) => self.binding(binding),
            Some(Expect::Like(target)) => self.expr(target, &Ty::Unknown),
            None => Ty::Unknown,
        }
    }

    /// A type as written in a body.
    fn written(&mut self, ty: TypeId, owner: DefId) -> Ty {
        let table = &mut self.table;
        let lowered = self.world.lower(self.file, ty, owner, &mut || table.fresh(), 0);
        self.table.norm(&lowered)
    }

    pub(super) fn path_type(&mut self, segments: &[Segment], scope: ScopeId, at: DefId) -> Ty {
        let table = &mut self.table;
        let lowered = self.world.lower_segments(self.file, scope, segments, at, &mut || table.fresh());
        self.table.norm(&lowered)
    }

    /// Tries again what waited for a receiver's type.
    fn retry(&mut self, last: bool) {
        for _ in 0..6 {
            self.table.settle();
            if self.waiting.is_empty() {
                return;
            }
            let waiting = std::mem::take(&mut self.waiting);
            let count = waiting.len();
            for call in waiting {
                let Expr::Call { callee, args, type_args } = *self.facts.expr(call.expr) else { continue };
                let Expr::Member { base, name, .. } = *self.facts.expr(callee) else { continue };
                let receiver = self.exprs[base.index()].clone().unwrap_or(Ty::Unknown);
                if matches!(self.table.or_default(&self.peeled(&receiver)), Ty::Var(_)) {
                    self.waiting.push(call);
                    continue;
                }
                let env = std::mem::replace(&mut self.table.env, call.env.clone());
                let changed_env = !Arc::ptr_eq(&env, &call.env);
                if changed_env {
                    self.table.set_env(call.env.clone());
                }
                let ty = self.method_call(call.expr, &receiver, name, args, type_args, &call.result);
                match ty {
                    Some(ty) => {
                        self.table.try_unify(&call.result, &ty);
                    }
                    None => self.waiting.push(call),
                }
                if changed_env {
                    self.table.set_env(env);
                } else {
                    self.table.env = env;
                }
            }
            if self.waiting.len() >= count || (!last && self.waiting.is_empty()) {
                break;
            }
        }
    }

    pub(super) fn peeled(&self, ty: &Ty) -> Ty {
        self.behind_references(ty).0
    }

    /// What references lead to, and of which kind they are together.
    fn behind_references(&self, ty: &Ty) -> (Ty, Option<Mutability>) {
        let mut ty = self.table.shallow(ty);
        let mut referenced = None;
        while let Ty::Ref(inner, mutability) = &ty {
            referenced = Some(mutability.behind(referenced));
            ty = self.table.shallow(inner);
        }
        (ty, referenced)
    }

    /// The end of a function: what still waits stays unknown, but its closures are looked into.
    fn finish(&mut self) {
        self.retry(true);
        for _ in 0..4 {
            let waiting = std::mem::take(&mut self.waiting);
            if waiting.is_empty() {
                break;
            }
            for call in waiting {
                if let Expr::Call { args, .. } = *self.facts.expr(call.expr) {
                    for &arg in self.facts.list(args) {
                        self.expr(arg, &Ty::Unknown);
                    }
                }
            }
            self.retry(true);
        }
        self.waiting.clear();
        self.table.settle();
        self.table.pending.clear();
        for (id, impls, result) in std::mem::take(&mut self.open_results) {
            if let Some(&(_, def)) = impls.iter().find(|(index, def)| self.is_for_call(*index, *def, &[], &result)) {
                self.targets.insert(id, Target::Fn { def, evidence: Evidence::Qualified, this: None });
            }
        }
    }

    fn outcome(&mut self, call: &CallSite) -> Outcome {
        match self.targets.get(&call.expr).cloned() {
            None => Outcome::Unknown,
            Some(Target::External) => Outcome::External,
            Some(Target::Indirect) => Outcome::Indirect,
            Some(Target::Fn { def, evidence, this }) => {
                let mut def = def;
                if let Some((this, args)) = this {
                    let mut owner = call.owner;
                    while self.facts.def(owner).kind == DefKind::Closure {
                        owner = self.facts.def(owner).parent;
                    }
                    if self.owner != owner {
                        self.enter(owner);
                    }
                    match self.selected(def, &this, args.as_ref()) {
                        Selected::Own(own) => def = own,
                        Selected::OfMacro => return Outcome::External,
                        Selected::Declared => {}
                    }
                }
                if self.world.files.is_library(def) {
                    return Outcome::External;
                }
                if matches!(self.world.def(def).kind, DefKind::Struct | DefKind::Variant) {
                    return Outcome::External;
                }
                Outcome::Resolved { targets: vec![def], evidence }
            }
        }
    }

    // ---- expressions -------------------------------------------------------------------------------

    pub(super) fn expr(&mut self, id: ExprId, expected: &Ty) -> Ty {
        if let Some(known) = &self.exprs[id.index()] {
            return known.clone();
        }
        // A value that asks for itself is unknown.
        self.exprs[id.index()] = Some(Ty::Unknown);
        let ty = stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || self.infer(id, expected));
        self.exprs[id.index()] = Some(ty.clone());
        ty
    }

    fn infer(&mut self, id: ExprId, expected: &Ty) -> Ty {
        let world = self.world;
        match *self.facts.expr(id) {
            Expr::Literal(literal) => match literal {
                Literal::Str => Ty::str(),
                Literal::Bytes => Ty::reference(Ty::Slice(Arc::new(Ty::Prim(Name::new("u8")))), Mutability::Shared),
                Literal::Char => Ty::Prim(Name::new("char")),
                Literal::Bool => Ty::Prim(Name::new("bool")),
                Literal::Int => self.table.fresh_int(),
                Literal::Float => self.table.fresh_float(),
                _ => Ty::Unknown,
            },
            Expr::Name { name, scope, at } => {
                let segment = Segment { name, args: List::default() };
                let value = self.value_path(&[segment], scope, at);
                self.value_type(value, expected)
            }
            Expr::Path { segments, scope, at } => {
                let value = self.value_path(self.facts.list(segments), scope, at);
                self.value_type(value, expected)
            }
            Expr::TypeMember { ty, name } => {
                let value = self.type_member(ty, name);
                self.value_type(value, expected)
            }
            Expr::Local(binding) => self.binding(binding),
            Expr::Member { base, name, .. } => {
                let ty = self.expr(base, &Ty::Unknown);
                self.field(&ty, name, self.literal_variants.get(&base).copied())
            }
            Expr::Call { callee, args, type_args } => self.call(id, callee, args, type_args, expected),
            Expr::Index { base, index } => {
                let base = self.expr(base, &Ty::Unknown);
                let index = self.expr(index, &Ty::Unknown);
                self.index(&base, &index)
            }
            Expr::Unary { op, operand } => self.unary(op, operand, expected),
            Expr::Binary { op, left, right } => self.binary(op, left, right, expected),
            Expr::Choice(items) => {
                let result = self.table.fresh();
                if !matches!(expected, Ty::Unknown) {
                    self.table.try_unify(&result, expected);
                }
                for &item in self.facts.list(items) {
                    let ty = self.expr(item, expected);
                    if !matches!(ty, Ty::Unknown | Ty::Never) && !self.coerce(&ty, &result) {
                        // Branches of different types: the first one counts.
                    }
                }
                self.table.shallow(&result)
            }
            Expr::Cast { value, ty } => {
                let target = self.written(ty, self.owner);
                self.expr(value, &Ty::Unknown);
                target
            }
            Expr::StructLiteral { ty } => {
                let (adt, fields) = self.pattern_type(ty);
                if let Some(fields) = fields {
                    self.literal_variants.insert(id, fields);
                }
                if !matches!(expected, Ty::Unknown) {
                    self.table.try_unify(&adt, expected);
                }
                adt
            }
            Expr::Tuple(items) => {
                let parts: Vec<Ty> = match self.table.shallow(expected) {
                    Ty::Tuple(parts) => parts.to_vec(),
                    _ => Vec::new(),
                };
                let items: Vec<Ty> = self
                    .facts
                    .list(items)
                    .iter()
                    .enumerate()
                    .map(|(index, &item)| {
                        let expected = parts.get(index).cloned().unwrap_or(Ty::Unknown);
                        self.expr(item, &expected)
                    })
                    .collect();
                Ty::Tuple(items.into())
            }
            Expr::Sequence(items) => {
                let element = match self.table.shallow(expected) {
                    Ty::Slice(element) => self.table.shallow(&element),
                    _ => Ty::Unknown,
                };
                let element = if matches!(element, Ty::Unknown) { self.table.fresh() } else { element };
                self.elements(items, &element);
                Ty::Slice(Arc::new(element))
            }
            Expr::Def(def) => {
                let sig = self.table.fn_parts(expected);
                self.closure(def, sig)
            }
            Expr::Element(value) => {
                let ty = self.expr(value, &Ty::Unknown);
                self.element(&ty)
            }
            Expr::Component { value, index } => {
                let ty = self.expr(value, &Ty::Unknown);
                self.component(&ty, index)
            }
            Expr::PatternPart { ty, index, value } => {
                let matched = self.expr(value, &Ty::Unknown);
                self.pattern_part(ty, &matched, PartOf::Index(index))
            }
            Expr::PatternField { ty, name, value } => {
                let matched = self.expr(value, &Ty::Unknown);
                self.pattern_part(ty, &matched, PartOf::Name(name))
            }
            Expr::Macro { path, args, .. } => {
                let name = self.facts.list(path).last().map(|segment| segment.name).unwrap_or_default();
                self.macro_call(name, args, expected)
            }
            _ => {
                let _ = world;
                Ty::Unknown
            }
        }
    }

    fn elements(&mut self, items: List<ExprId>, element: &Ty) {
        for &item in self.facts.list(items) {
            let ty = self.expr(item, element);
            self.coerce(&ty, element);
        }
    }

    fn macro_call(&mut self, name: Name, args: List<ExprId>, expected: &Ty) -> Ty {
        let known = &self.world.known;
        let adt = |def: Option<DefRef>, args: Args| def.map_or(Ty::Unknown, |def| Ty::Adt(def, args));
        if name == "vec" {
            let element = match self.table.shallow(expected) {
                Ty::Adt(def, args) if Some(def) == known.vec => args.first().cloned().unwrap_or(Ty::Unknown),
                _ => Ty::Unknown,
            };
            let element = if matches!(element, Ty::Unknown) { self.table.fresh() } else { element };
            self.elements(args, &element);
            return adt(self.world.known.vec, Arc::new([element, Ty::unit()]));
        }
        let mut first = Ty::Unknown;
        for (index, &arg) in self.facts.list(args).iter().enumerate() {
            let ty = self.expr(arg, &Ty::Unknown);
            if index == 0 {
                first = ty;
            }
        }
        let known = &self.world.known;
        match name.as_str() {
            "format" => adt(known.string, no_args()),
            "dbg" => first,
            "matches" | "cfg" => Ty::Prim(Name::new("bool")),
            "concat" | "stringify" | "include_str" | "env" | "file" | "module_path" => Ty::str(),
            "line" | "column" => Ty::Prim(Name::new("u32")),
            "json" => adt(known.json, no_args()),
            "panic" | "unreachable" | "todo" | "unimplemented" => Ty::Never,
            "println" | "print" | "eprintln" | "eprint" | "assert" | "assert_eq" | "assert_ne" | "debug_assert"
            | "debug_assert_eq" | "debug_assert_ne" => Ty::unit(),
            "write" | "writeln" => adt(known.result, Arc::new([Ty::unit(), Ty::Unknown])),
            "try" | "ready" => self.tried(&first),
            "format_args" => adt(known.arguments, no_args()),
            _ if self.world.unwrapping.contains(&name) => self.tried(&first),
            _ => Ty::Unknown,
        }
    }

    fn tried(&mut self, ty: &Ty) -> Ty {
        match self.table.shallow(ty) {
            Ty::Adt(def, args) if Some(def) == self.world.known.option || Some(def) == self.world.known.result => {
                args.first().map_or(Ty::Unknown, |ty| self.table.shallow(ty))
            }
            Ty::Adt(def, args) if self.world.def(def).name == "Poll" => {
                let inner = args.first().cloned().unwrap_or(Ty::Unknown);
                self.tried(&inner)
            }
            _ => Ty::Unknown,
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: ExprId, expected: &Ty) -> Ty {
        match op {
            UnaryOp::Ref | UnaryOp::RefMut => {
                let inner = match self.table.shallow(expected) {
                    Ty::Ref(inner, _) => self.table.shallow(&inner),
                    _ => Ty::Unknown,
                };
                // `&vec![…]` may become a slice: only closures and literals need the expectation.
                let closure = matches!(self.facts.expr(operand), Expr::Def(_));
                let inner = if !closure && matches!(inner, Ty::Slice(_) | Ty::Dyn(_) | Ty::Prim(_)) {
                    Ty::Unknown
                } else {
                    inner
                };
                Ty::reference(self.expr(operand, &inner), Mutability::of(op == UnaryOp::RefMut))
            }
            UnaryOp::Deref => {
                let ty = self.expr(operand, &Ty::Unknown);
                match self.table.deref(&ty) {
                    Some(inner) => inner,
                    None if matches!(self.table.shallow(&ty), Ty::Var(_)) => {
                        let inner = self.table.fresh();
                        self.table.try_unify(&ty, &Ty::reference(inner.clone(), Mutability::Open));
                        inner
                    }
                    // Patterns: `&x` against what matching already looked through.
                    None => ty,
                }
            }
            UnaryOp::Try => {
                let ty = self.expr(operand, &Ty::Unknown);
                let shallow = self.table.shallow(&ty);
                if matches!(shallow, Ty::Var(_)) {
                    self.retry(false);
                }
                self.tried(&ty)
            }
            UnaryOp::Await => {
                let ty = self.expr(operand, expected);
                if let Some(future) = self.world.known.future
                    && matches!(
                        self.table.shallow(&ty),
                        Ty::Adt(..) | Ty::Opaque(..) | Ty::Dyn(_) | Ty::Param(..) | Ty::Ref(..) | Ty::Proj(..)
                    )
                    && self.table.holds(&ty, future)
                    && let Some(output) = self.table.project(&ty, future, Name::new("Output"))
                    && !matches!(output, Ty::Unknown)
                {
                    return output;
                }
                ty
            }
            UnaryOp::Not | UnaryOp::Negate => {
                let ty = self.expr(operand, expected);
                let index = if op == UnaryOp::Negate { 7 } else { 8 };
                self.operator(&ty, index, None).unwrap_or(ty)
            }
            _ => {
                self.expr(operand, &Ty::Unknown);
                Ty::Unknown
            }
        }
    }

    fn operator(&mut self, left: &Ty, index: usize, right: Option<&Ty>) -> Option<Ty> {
        let of = self.world.known.operators.get(index).copied().flatten()?;
        let left = self.peel_number(left);
        // An impl for references fits a reference to anything.
        if matches!(self.peeled(&left), Ty::Unknown | Ty::Var(_)) {
            return None;
        }
        let args = right.map(|right| vec![right.clone()]);
        // Numbers among themselves need no impl.
        let plain = matches!(left, Ty::Prim(_))
            && right.is_none_or(|right| matches!(self.peel_number(right), Ty::Prim(_) | Ty::Var(_) | Ty::Unknown));
        match &left {
            Ty::Adt(..) | Ty::External(..) | Ty::Ref(..) | Ty::Prim(_) if !plain => {
                let before = self.table.snapshot();
                let found = self.table.find_impl(&left, of, args.as_deref()).and_then(|(index, values)| {
                    let def = self.world.impls[index as usize].def;
                    let member = self.world.files.members_named(def, Name::new("Output")).next()?;
                    let ty = self.world.def(member).ty?;
                    let ty = self.world.lower(def.file, ty, def.def, &mut no_holes, 0);
                    Some(self.table.instantiate(&ty, &Subst::of(def, values)))
                });
                if found.is_none() {
                    self.table.rollback(&before);
                }
                found
            }
            Ty::Param(..) | Ty::SelfOf(_) | Ty::Proj(..) | Ty::Opaque(..) => {
                if self.table.bounds(&left).iter().any(|bound| bound.of == of) {
                    self.table.project(&left, of, Name::new("Output"))
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// Numbers behind references count as numbers for operators.
    fn peel_number(&self, ty: &Ty) -> Ty {
        let ty = self.table.shallow(ty);
        if let Ty::Ref(inner, _) = &ty {
            let inner = self.table.or_default(inner);
            if matches!(inner, Ty::Prim(_)) {
                return inner;
            }
        }
        ty
    }

    fn binary(&mut self, op: BinaryOp, left: ExprId, right: ExprId, expected: &Ty) -> Ty {
        let a = self.expr(left, &Ty::Unknown);
        match op {
            BinaryOp::Compare | BinaryOp::And | BinaryOp::Or => {
                let b = self.expr(right, &Ty::Unknown);
                if op == BinaryOp::Compare {
                    let (a, b) = (self.table.shallow(&a), self.table.shallow(&b));
                    if matches!(a, Ty::Var(_)) != matches!(b, Ty::Var(_)) {
                        self.table.try_unify(&a, &b);
                    }
                }
                Ty::Prim(Name::new("bool"))
            }
            BinaryOp::Range => {
                let b = self.expr(right, &Ty::Unknown);
                let unknown = |infer: &Self, id: ExprId| matches!(infer.facts.expr(id), Expr::Unknown);
                let ranges = &self.world.known.ranges;
                let (slot, element) = match (unknown(self, left), unknown(self, right)) {
                    (false, false) => {
                        self.table.try_unify(&a, &b);
                        (0, a)
                    }
                    (false, true) => (2, a),
                    (true, false) => (3, b),
                    (true, true) => (4, Ty::Unknown),
                };
                match ranges.get(slot) {
                    Some(&range) if slot == 4 => Ty::Adt(range, no_args()),
                    Some(&range) => Ty::Adt(range, Arc::new([element])),
                    None => Ty::Unknown,
                }
            }
            _ => {
                let b = self.expr(right, &Ty::Unknown);
                let index = match op {
                    BinaryOp::Add => 0,
                    BinaryOp::Subtract => 1,
                    BinaryOp::Multiply => 2,
                    BinaryOp::Divide => 3,
                    BinaryOp::Remainder => 4,
                    BinaryOp::Bit => 5,
                    _ => 6,
                };
                if let Some(output) = self.operator(&a, index, Some(&b)) {
                    return output;
                }
                let left = self.peel_number(&a);
                let right = self.peel_number(&b);
                match (&left, &right) {
                    (Ty::Prim(_), Ty::Adt(..) | Ty::External(..)) if !matches!(op, BinaryOp::Shift) => Ty::Unknown,
                    (Ty::Prim(_), _) => {
                        if !matches!(op, BinaryOp::Shift) {
                            self.table.try_unify(&left, &right);
                        }
                        left
                    }
                    (Ty::Var(_), Ty::Prim(_)) => {
                        if !matches!(op, BinaryOp::Shift) {
                            self.table.try_unify(&left, &right);
                        }
                        self.table.shallow(&left)
                    }
                    (Ty::Var(_), Ty::Var(_)) => {
                        self.table.try_unify(&left, &right);
                        left
                    }
                    (Ty::Adt(def, _), _) if Some(*def) == self.world.known.string => left,
                    (Ty::Param(..) | Ty::Proj(..) | Ty::SelfOf(_), _) => left,
                    (Ty::Adt(..), _) => Ty::Unknown,
                    _ => {
                        let _ = expected;
                        Ty::Unknown
                    }
                }
            }
        }
    }

    fn index(&mut self, base: &Ty, index: &Ty) -> Ty {
        let world = self.world;
        let range = match self.table.shallow(index) {
            Ty::Adt(def, _) => world.known.ranges.contains(&def),
            _ => false,
        };
        let mut ty = self.table.shallow(base);
        if matches!(ty, Ty::Var(_)) {
            self.retry(false);
            ty = self.table.shallow(base);
        }
        for _ in 0..8 {
            match &ty {
                Ty::Slice(element) => {
                    return if range { ty.clone() } else { self.table.shallow(element) };
                }
                Ty::Prim(name) if *name == "str" => return ty,
                Ty::Adt(..) | Ty::External(..) | Ty::Param(..) | Ty::Proj(..) => {
                    if let Some(of) = world.known.index {
                        let before = self.table.snapshot();
                        if self.table.bounds(&ty).iter().any(|bound| bound.of == of)
                            && let Some(output) = self.table.project(&ty, of, Name::new("Output"))
                        {
                            return output;
                        }
                        let args = [index.clone()];
                        if let Some((found, values)) = self.table.find_impl(&ty, of, Some(&args)) {
                            let def = world.impls[found as usize].def;
                            let member = world.files.members_named(def, Name::new("Output")).next();
                            if let Some(ty) = member.and_then(|member| world.def(member).ty) {
                                let ty = world.lower(def.file, ty, def.def, &mut no_holes, 0);
                                return self.table.instantiate(&ty, &Subst::of(def, values));
                            }
                        }
                        self.table.rollback(&before);
                    }
                }
                _ => {}
            }
            match self.table.deref(&ty) {
                Some(next) => ty = next,
                None => return Ty::Unknown,
            }
        }
        Ty::Unknown
    }

    /// What iterating over a value gives.
    fn element(&mut self, ty: &Ty) -> Ty {
        let Some(of) = self.world.known.into_iterator else { return Ty::Unknown };
        let ty = self.table.shallow(ty);
        let item = Ty::Proj(Arc::new(ty), of, Name::new("Item"));
        let item = self.table.norm(&item);
        self.table.shallow(&item)
    }

    fn component(&mut self, ty: &Ty, index: u32) -> Ty {
        let (mut ty, referenced) = self.behind_references(ty);
        if let Ty::Var(_) = ty {
            self.retry(false);
            ty = self.table.shallow(&ty);
        }
        let Ty::Tuple(parts) = &ty else { return Ty::Unknown };
        let index = if index > u32::MAX / 2 {
            (parts.len()).checked_sub(1 + (u32::MAX - index) as usize)
        } else {
            Some(index as usize)
        };
        let part = index.and_then(|index| parts.get(index)).map_or(Ty::Unknown, |part| self.table.shallow(part));
        Self::by_reference(part, referenced)
    }

    /// What a pattern binds a part to that it reached through references.
    fn by_reference(part: Ty, referenced: Option<Mutability>) -> Ty {
        match referenced {
            Some(mutability) if !matches!(part, Ty::Unknown) => Ty::reference(part, mutability),
            _ => part,
        }
    }

    fn field(&mut self, ty: &Ty, name: Name, variant: Option<DefRef>) -> Ty {
        let world = self.world;
        let mut ty = self.table.shallow(ty);
        if matches!(ty, Ty::Var(_)) {
            self.retry(false);
            ty = self.table.shallow(&ty);
        }
        for _ in 0..8 {
            match &ty {
                Ty::Adt(def, args) if Some(*def) == world.known.projection => return self.projected(&args[0], name),
                Ty::Adt(def, args) => {
                    let holder = variant.unwrap_or(*def);
                    let field =
                        world.files.members_named(holder, name).find(|field| world.def(*field).kind == DefKind::Field);
                    if let Some(field) = field {
                        let Some(written) = world.def(field).ty else { return Ty::Unknown };
                        let lowered = world.lower(field.file, written, field.def, &mut no_holes, 0);
                        return self.table.instantiate(&lowered, &Subst::of(*def, args.clone()));
                    }
                }
                Ty::Tuple(parts) => {
                    if let Some(part) = name.as_str().parse::<usize>().ok().and_then(|index| parts.get(index)) {
                        return self.table.shallow(part);
                    }
                }
                _ => {}
            }
            match self.table.deref(&ty) {
                Some(next) => ty = next,
                None => return Ty::Unknown,
            }
        }
        Ty::Unknown
    }

    /// A field of what `project` gives: a reference, pinned if the field is marked so.
    fn projected(&mut self, ty: &Ty, name: Name) -> Ty {
        let world = self.world;
        let field = Ty::reference(self.field(ty, name, None), Mutability::Mutable);
        let Ty::Adt(def, _) = ty else { return field };
        let marked = world.files.members_named(*def, name).any(|field| {
            let facts = world.facts(field.file);
            facts.list(world.def(field).decorators).iter().any(|&decorator| match *facts.expr(decorator) {
                Expr::Macro { path, .. } => facts.list(path).last().is_some_and(|last| last.name == "pin"),
                _ => false,
            })
        });
        match world.known.pin {
            Some(pin) if marked => Ty::Adt(pin, Arc::new([field])),
            _ => field,
        }
    }

    /// What `project` of the `pin_project` macros gives for a pinned reference to a type of the project.
    fn projection(&self, receiver: &Ty, name: Name) -> Option<Ty> {
        let known = &self.world.known;
        let Ty::Adt(pin, args) = self.peeled(receiver) else { return None };
        let inner = self.peeled(args.first()?);
        let of_project = matches!(inner, Ty::Adt(def, _) if !self.world.files.is_library(def));
        (Some(pin) == known.pin && of_project && matches!(name.as_str(), "project" | "project_ref"))
            .then_some(Ty::Adt(known.projection?, Arc::new([inner])))
    }

    /// The type of a struct literal or pattern, with the definition that has its fields.
    fn pattern_type(&mut self, ty: TypeId) -> (Ty, Option<DefRef>) {
        let world = self.world;
        match *self.facts.type_expr(ty) {
            TypeExpr::Path { segments, scope, .. } => {
                let segments = self.facts.list(segments);
                if segments.first().is_some_and(|first| first.name == "Self") {
                    let owner = self.facts.scope(scope).owner;
                    let this = world.self_type(self.file, owner, 0);
                    return match (segments, &this) {
                        ([_], Ty::Adt(def, _)) => (this.clone(), Some(*def)),
                        ([_, variant], Ty::Adt(def, _)) => {
                            let found = super::modules::variant(&world.files, *def, variant.name);
                            match found {
                                Some(Res::Def(variant)) => (this.clone(), Some(variant)),
                                _ => (this.clone(), None),
                            }
                        }
                        _ => (this, None),
                    };
                }
                let mut res = world.type_res(self.file, scope, segments, self.owner);
                if res.is_none_or(|(res, left)| left > 0 || !matches!(res, Res::Def(_)))
                    && let [only] = segments
                    && let Some(Lexical::Res(value)) =
                        world.lexical(self.file, scope, only.name, Space::Value, u32::MAX)
                {
                    res = Some((value, 0));
                }
                match res {
                    Some((Res::Def(def), 0)) => {
                        let ty = self.path_type_of(Res::Def(def), segments);
                        let fields = match (world.def(def).kind, &ty) {
                            (DefKind::Variant | DefKind::Struct | DefKind::Union, _) => Some(def),
                            (DefKind::TypeAlias, Ty::Adt(def, _)) => Some(*def),
                            _ => None,
                        };
                        (ty, fields)
                    }
                    Some((Res::Def(def), 1)) if world.def(def).kind == DefKind::TypeAlias => {
                        let ty = self.path_type_of(Res::Def(def), &segments[..segments.len() - 1]);
                        let variant = match (&ty, segments.last()) {
                            (Ty::Adt(def, _), Some(last)) => super::modules::variant(&world.files, *def, last.name),
                            _ => None,
                        };
                        match variant {
                            Some(Res::Def(variant)) => (ty, Some(variant)),
                            _ => (ty, None),
                        }
                    }
                    _ => {
                        let ty = self.path_type(segments, scope, self.owner);
                        let fields = match &ty {
                            Ty::Adt(def, _) => Some(*def),
                            _ => None,
                        };
                        (ty, fields)
                    }
                }
            }
            TypeExpr::SelfType => {
                let this = world.self_type(self.file, self.owner, 0);
                let fields = match &this {
                    Ty::Adt(def, _) => Some(*def),
                    _ => None,
                };
                (this, fields)
            }
            _ => (self.written(ty, self.owner), None),
        }
    }

    fn path_type_of(&mut self, res: Res, segments: &[Segment]) -> Ty {
        let table = &mut self.table;
        let ty = self.world.type_of_res(self.file, res, segments, self.owner, &mut || table.fresh(), 0);
        self.table.norm(&ty)
    }

    fn pattern_part(&mut self, pattern: TypeId, matched: &Ty, part: PartOf) -> Ty {
        let world = self.world;
        let (adt, fields) = self.pattern_type(pattern);
        let mut ty = self.table.shallow(matched);
        if matches!(ty, Ty::Var(_)) {
            self.retry(false);
            ty = self.table.shallow(&ty);
        }
        let (ty, referenced) = self.behind_references(&ty);
        self.table.try_unify(&adt, &ty);
        let (Ty::Adt(def, args), Some(fields)) = (&adt, fields) else { return Ty::Unknown };
        let facts = world.facts(fields.file);
        let own: Vec<DefId> = world
            .files
            .members(fields)
            .iter()
            .copied()
            .filter(|&member| facts.def(member).kind == DefKind::Field)
            .collect();
        let field = match part {
            PartOf::Index(index) if index > u32::MAX / 2 => {
                own.len().checked_sub(1 + (u32::MAX - index) as usize).and_then(|index| own.get(index)).copied()
            }
            PartOf::Index(index) => own.get(index as usize).copied(),
            PartOf::Name(name) => own.iter().copied().find(|&field| facts.def(field).name == name),
        };
        let Some(written) = field.and_then(|field| facts.def(field).ty) else { return Ty::Unknown };
        let lowered = world.lower(fields.file, written, fields.def, &mut no_holes, 0);
        let ty = self.table.instantiate(&lowered, &Subst::of(*def, args.clone()));
        let ty = self.table.shallow(&ty);
        Self::by_reference(ty, referenced)
    }

    fn binding(&mut self, id: BindingId) -> Ty {
        if let Some(known) = &self.bindings[id.index()] {
            return known.clone();
        }
        let binding = self.facts.binding(id).clone();
        let owner = self.facts.scope(binding.scope).owner;
        let ty = if let Some(ty) = binding.ty {
            self.written(ty, owner)
        } else if let Some(init) = binding.init {
            // Two names of one pattern may ask for each other's value.
            let expected = self.expected(init);
            self.expr(init, &expected)
        } else {
            self.table.fresh()
        };
        self.bindings[id.index()] = Some(ty.clone());
        ty
    }

    // ---- closures ----------------------------------------------------------------------------------

    fn closure(&mut self, def: DefId, expected: Option<(Vec<Ty>, Ty)>) -> Ty {
        if !self.closures_done.insert(def) {
            return Ty::Closure(def);
        }
        let this = self.facts.def(def).clone();
        let (expected_params, expected_ret) = expected.unwrap_or((Vec::new(), Ty::Unknown));
        let mut params = Vec::new();
        for (index, param) in self.facts.list(this.params).to_vec().iter().enumerate() {
            let ty = match param.ty {
                Some(ty) => {
                    let written = self.written(ty, def);
                    if let Some(expected) = expected_params.get(index) {
                        self.table.try_unify(&written, expected);
                    }
                    written
                }
                None => match expected_params.get(index) {
                    Some(expected) if !matches!(expected, Ty::Unknown) => self.table.norm(expected),
                    _ => self.table.fresh(),
                },
            };
            params.push(ty);
        }
        let ret = match this.ty {
            Some(ty) => self.written(ty, def),
            None => self.table.fresh(),
        };
        let expected_ret = self.table.shallow(&expected_ret);
        if this.ty.is_none() && !matches!(expected_ret, Ty::Unknown | Ty::Opaque(..)) {
            self.table.try_unify(&ret, &expected_ret);
        }
        self.table.closures.insert(def, (params.clone(), ret.clone()));
        for &(param, binding) in self.closure_params.get(&this.scope).map_or(&[][..], Vec::as_slice) {
            if let Some(ty) = params.get(usize::from(param)) {
                self.bindings[binding.index()] = Some(ty.clone());
            }
        }
        if let Some(start) = this.value
            && let Some(&end) = self.closure_starts.get(&start.index())
        {
            self.range(start.index() + 1, end);
        }
        for &value in &self.facts.list(this.returns).to_vec() {
            let ty = self.expr(value, &ret);
            self.coerce(&ty, &ret);
        }
        Ty::Closure(def)
    }

    /// Makes a value's type fit where it is put, as far as it tells of either.
    fn coerce(&mut self, actual: &Ty, expected: &Ty) -> bool {
        let (actual, expected) = (self.table.shallow(actual), self.table.shallow(expected));
        match (&actual, &expected) {
            (Ty::Unknown | Ty::Never, _) | (_, Ty::Unknown) => true,
            (_, Ty::Opaque(bounds, _)) => {
                for bound in bounds.iter() {
                    self.table.require(&actual, bound);
                }
                true
            }
            (Ty::Ref(from, _), Ty::Ref(to, _)) => {
                if self.table.try_unify(from, to) {
                    return true;
                }
                let mut from = self.table.shallow(from);
                let to = self.table.shallow(to);
                for _ in 0..6 {
                    let Some(next) = self.table.deref(&from) else { return false };
                    if self.table.try_unify(&next, &to) {
                        return true;
                    }
                    from = next;
                }
                false
            }
            (Ty::Ref(from, _), Ty::Pointer(to)) => self.table.try_unify(from, to),
            (Ty::Closure(_) | Ty::FnDef(..), Ty::FnPtr(params, ret)) => {
                if let Some((own, own_ret)) = self.table.fn_parts(&actual) {
                    for (own, param) in own.iter().zip(params.iter()) {
                        self.table.try_unify(own, param);
                    }
                    self.table.try_unify(&own_ret, ret);
                }
                true
            }
            _ => self.table.try_unify(&actual, &expected),
        }
    }

    // ---- paths -------------------------------------------------------------------------------------

    fn subst_of_callable(&mut self, def: DefRef, written: &[TypeId], owner: DefId) -> Subst {
        let world = self.world;
        let params = match world.def(def).kind {
            DefKind::Variant => world.parent(def),
            _ => def,
        };
        let count = world.param_count(params);
        let mut args: Vec<Ty> = written.iter().map(|&ty| self.written(ty, owner)).collect();
        args.truncate(count);
        while args.len() < count {
            args.push(self.table.fresh());
        }
        Subst::of(params, args.into())
    }

    fn value_path(&mut self, segments: &[Segment], scope: ScopeId, at: u32) -> Value<'w> {
        let world = self.world;
        let Some(last) = segments.last() else { return Value::Unknown };
        let written = self.facts.list(last.args).to_vec();
        if let [only] = segments {
            if only.name == "Self" {
                let owner = self.facts.scope(scope).owner;
                return match world.self_type(self.file, owner, 0) {
                    Ty::Adt(def, args) if self.is_value(def) => {
                        if self.is_unit(def) {
                            return Value::Unit(Ty::Adt(def, args));
                        }
                        Value::Callable(def, Subst::of(def, args), Evidence::SelfReceiver)
                    }
                    _ => Value::Unknown,
                };
            }
            return match world.lexical(self.file, scope, only.name, Space::Value, at) {
                Some(Lexical::Binding(binding)) => Value::Binding(binding),
                Some(Lexical::Param(..)) => Value::Param,
                Some(Lexical::Res(res)) => {
                    let local = matches!(res, Res::Def(def) if def.file == self.file);
                    let evidence = if local { Evidence::Local } else { Evidence::Import };
                    self.value_of_res(res, &written, segments, evidence)
                }
                None => Value::Unknown,
            };
        }
        let prefix = &segments[..segments.len() - 1];
        match self.type_or_trait(prefix, scope, self.owner) {
            Prefix::Module(module) => {
                let from = world.module_at(self.file, scope);
                match world.modules.walk(&world.files, from, Res::Module(module), &[last.name], Space::Value) {
                    Some(res) => self.value_of_res(res, &written, segments, Evidence::Qualified),
                    None => Value::Unknown,
                }
            }
            Prefix::External(path) => {
                let (root, of) = root_and_last(path);
                if let Some(impls) = world.foreign_fns.get(&(root, of, last.name)) {
                    return Value::OfForeignTrait(impls, path);
                }
                // A type of another crate may have a trait of the project.
                let ty = Ty::External(path, no_args());
                match self.associated(&ty, last.name, &written, scope) {
                    Value::Unknown => Value::External,
                    // A library trait's function on it says nothing of what it really is.
                    Value::Callable(def, ..) if world.files.is_library(def) && last.name != "default" => {
                        Value::External
                    }
                    value => value,
                }
            }
            Prefix::Trait(of) => {
                let member = world
                    .files
                    .members_named(of, last.name)
                    .find(|member| matches!(world.def(*member).kind, DefKind::Method | DefKind::Constant));
                match member.or_else(|| self.supertrait_member(of, last.name, 0)) {
                    Some(member) if world.def(member).kind == DefKind::Method => {
                        let this = self.table.fresh();
                        let facts = self.facts;
                        let args: Args = match prefix.last() {
                            Some(last) if world.parent(member) == of => {
                                facts.list(last.args).iter().map(|&ty| self.written(ty, self.owner)).collect()
                            }
                            _ => no_args(),
                        };
                        Value::OfTrait(member, this, args)
                    }
                    Some(_) => Value::Unknown,
                    // A macro writes the trait's functions: what impls have of this name.
                    None => match world.foreign_fns.get(&(Name::default(), world.def(of).name, last.name)) {
                        Some(impls) => Value::OfForeignTrait(impls, Name::default()),
                        None => Value::Unknown,
                    },
                }
            }
            Prefix::Type(ty) => self.associated(&ty, last.name, &written, scope),
        }
    }

    fn supertrait_member(&mut self, of: DefRef, name: Name, depth: u32) -> Option<DefRef> {
        if depth > 8 {
            return None;
        }
        let supers = self.world.supers(of);
        supers.iter().find_map(|parent| {
            self.world
                .files
                .members_named(parent.of, name)
                .find(|member| self.world.def(*member).kind == DefKind::Method)
                .or_else(|| self.supertrait_member(parent.of, name, depth + 1))
        })
    }

    fn is_unit(&self, def: DefRef) -> bool {
        let facts = self.world.facts(def.file);
        !self.world.files.members(def).iter().any(|&member| facts.def(member).kind == DefKind::Field)
    }

    fn value_of_res(&mut self, res: Res, written: &[TypeId], segments: &[Segment], evidence: Evidence) -> Value<'w> {
        let world = self.world;
        match res {
            Res::Module(_) => Value::Unknown,
            Res::External(_) => Value::External,
            Res::Def(def) => match world.def(def).kind {
                DefKind::Function | DefKind::Method => {
                    let subst = self.subst_of_callable(def, written, self.owner);
                    Value::Callable(def, subst, evidence)
                }
                DefKind::Constant | DefKind::Static => Value::Constant(def, Subst::default()),
                DefKind::Struct | DefKind::Variant => {
                    if self.is_unit(def) {
                        let ty = self.path_type_of(res, segments);
                        return Value::Unit(ty);
                    }
                    // `None::<T>`, `Enum::<T>::Some`
                    let ty = self.path_type_of(res, segments);
                    let subst = match ty {
                        Ty::Adt(owner, args) => Subst::of(owner, args),
                        _ => self.subst_of_callable(def, written, self.owner),
                    };
                    Value::Callable(def, subst, evidence)
                }
                _ => Value::Unknown,
            },
        }
    }

    fn type_member(&mut self, ty: TypeId, name: Name) -> Value<'w> {
        let world = self.world;
        if let TypeExpr::Projection { base, of: Some(of), name: none } = *self.facts.type_expr(ty)
            && none.is_empty()
        {
            let base = self.written(base, self.owner);
            let Some(bound) = world.bound(self.file, of, &base, self.owner, 0) else { return Value::External };
            let member = world
                .files
                .members_named(bound.of, name)
                .find(|member| world.def(*member).kind == DefKind::Method)
                .or_else(|| self.supertrait_member(bound.of, name, 0));
            return match member {
                Some(member) if world.parent(member) == bound.of => {
                    let args = bound.args.iter().map(|arg| self.table.norm(arg)).collect();
                    Value::OfTrait(member, base, args)
                }
                Some(member) => Value::OfTrait(member, base, no_args()),
                None => Value::Unknown,
            };
        }
        let base = self.written(ty, self.owner);
        let scope = self.facts.def(self.owner).scope;
        // `<_>::name`: the only trait here that has the name.
        if matches!(self.table.shallow(&base), Ty::Var(_)) {
            let candidates = world.trait_fns.get(&name).map_or(&[][..], Vec::as_slice);
            let found: Vec<DefRef> = candidates
                .iter()
                .copied()
                .filter(|def| world.files.is_library(*def) || self.trait_in_scope(world.parent(*def), scope))
                .collect();
            if let [only] = found[..] {
                return Value::OfTrait(only, base, no_args());
            }
        }
        self.associated(&base, name, &[], scope)
    }

    /// `Type::name`
    fn associated(&mut self, ty: &Ty, name: Name, written: &[TypeId], scope: ScopeId) -> Value<'w> {
        let world = self.world;
        let ty = self.table.shallow(ty);
        if let Ty::Adt(def, args) = &ty
            && let Some(Res::Def(variant)) = super::modules::variant(&world.files, *def, name)
        {
            if self.is_unit(variant) {
                return Value::Unit(ty.clone());
            }
            return Value::Callable(variant, Subst::of(*def, args.clone()), Evidence::Qualified);
        }
        let mut found = self.associated_fns(&ty, name, scope);
        if found.is_empty() {
            return match self.associated_const(&ty, name) {
                Some(constant) => {
                    let of = world.parent(constant);
                    let this = (world.def(of).kind == DefKind::Trait).then(|| (of, ty.clone()));
                    Value::Constant(constant, Subst { parts: Vec::new(), this })
                }
                None => match &ty {
                    Ty::Adt(def, _) if world.files.is_library(*def) => Value::External,
                    Ty::Prim(_) | Ty::External(..) | Ty::Slice(_) | Ty::Tuple(_) => Value::External,
                    _ => Value::Unknown,
                },
            };
        }
        for one in &mut found {
            let own = self.subst_of_callable(one.def, written, self.owner);
            one.subst.parts.extend(own.parts);
        }
        if found.len() == 1
            && let Some(one) = found.pop()
        {
            if one.subst.this.is_some() && world.def(world.parent(one.def)).kind == DefKind::Trait {
                let this = one.subst.this.as_ref().map_or(Ty::Unknown, |(_, ty)| ty.clone());
                if one.evidence == Some(Evidence::Bound) || one.evidence.is_none() {
                    return Value::Callable(one.def, one.subst, one.evidence.unwrap_or(Evidence::Qualified));
                }
                let _ = this;
            }
            let evidence = one.evidence.unwrap_or(Evidence::Qualified);
            return Value::Callable(one.def, one.subst, evidence);
        }
        Value::OneOf(found)
    }

    fn associated_const(&mut self, ty: &Ty, name: Name) -> Option<DefRef> {
        let world = self.world;
        if let Some(head) = super::world::head_of(ty) {
            let found = world.impls_for(head).find_map(|this| {
                world.files.members_named(this.def, name).find(|member| world.def(*member).kind == DefKind::Constant)
            });
            if found.is_some() {
                return found;
            }
        }
        let bounds = self.table.bounds(ty);
        bounds.iter().find_map(|bound| {
            world.files.members_named(bound.of, name).find(|member| world.def(*member).kind == DefKind::Constant)
        })
    }

    fn value_type(&mut self, value: Value<'w>, expected: &Ty) -> Ty {
        let world = self.world;
        match value {
            Value::Binding(binding) => self.binding(binding),
            Value::Callable(def, subst, _) => Ty::FnDef(def, Arc::new(subst)),
            Value::Constant(def, subst) => match world.def(def).ty {
                Some(ty) => {
                    let lowered = world.lower(def.file, ty, def.def, &mut no_holes, 0);
                    self.table.instantiate(&lowered, &subst)
                }
                None => Ty::Unknown,
            },
            Value::Unit(ty) => {
                if !matches!(expected, Ty::Unknown) {
                    self.table.try_unify(&ty, expected);
                }
                ty
            }
            Value::OneOf(mut found) => {
                let first = found.swap_remove(0);
                Ty::FnDef(first.def, Arc::new(first.subst))
            }
            Value::OfTrait(def, this, args) => {
                let subst = self.subst_of_trait_fn(def, this, &args, &[]);
                Ty::FnDef(def, Arc::new(subst))
            }
            Value::OfForeignTrait(..) | Value::External | Value::Param | Value::Unknown => Ty::Unknown,
        }
    }

    fn subst_of_trait_fn(&mut self, def: DefRef, this: Ty, args: &[Ty], written: &[TypeId]) -> Subst {
        let of = self.world.parent(def);
        let mut subst = self.subst_of_callable(def, written, self.owner);
        let count = self.world.param_count(of);
        let known = args.iter().take(count).cloned();
        let mut args: Vec<Ty> =
            known.map(|arg| if matches!(arg, Ty::Unknown) { self.table.fresh() } else { arg }).collect();
        args.extend(self.table.fresh_args(count - args.len()).iter().cloned());
        subst.parts.push((of, args.into()));
        subst.this = Some((of, this));
        subst
    }

    // ---- calls -------------------------------------------------------------------------------------

    fn call(&mut self, id: ExprId, callee: ExprId, args: List<ExprId>, type_args: List<TypeId>, expected: &Ty) -> Ty {
        match *self.facts.expr(callee) {
            Expr::Member { base, name, .. } if self.call_of.contains_key(&id) => {
                let mut receiver = self.expr(base, &Ty::Unknown);
                if matches!(self.table.or_default(&self.peeled(&receiver)), Ty::Var(_)) {
                    self.retry(false);
                    receiver = self.table.shallow(&receiver);
                }
                match self.method_call(id, &receiver, name, args, type_args, expected) {
                    Some(ty) => ty,
                    None => {
                        let result = self.table.fresh();
                        for &arg in self.facts.list(args) {
                            if !matches!(self.facts.expr(arg), Expr::Def(_)) {
                                self.expr(arg, &Ty::Unknown);
                            }
                        }
                        let env = self.table.env.clone();
                        self.waiting.push(WaitingCall { expr: id, result: result.clone(), env });
                        result
                    }
                }
            }
            Expr::Name { name, scope, at } => {
                let segment = Segment { name, args: List::default() };
                let value = self.value_path(&[segment], scope, at);
                self.value_call(id, callee, value, args, expected)
            }
            Expr::Path { segments, scope, at } => {
                let value = self.value_path(self.facts.list(segments), scope, at);
                self.value_call(id, callee, value, args, expected)
            }
            Expr::TypeMember { ty, name } => {
                let value = self.type_member(ty, name);
                self.value_call(id, callee, value, args, expected)
            }
            _ => {
                let ty = self.expr(callee, &Ty::Unknown);
                self.call_value(&ty, args)
            }
        }
    }

    /// Calls a value that holds a function.
    fn call_value(&mut self, ty: &Ty, args: List<ExprId>) -> Ty {
        if matches!(self.table.shallow(ty), Ty::Var(_)) {
            self.retry(false);
        }
        let parts = self.table.fn_parts(ty);
        let (params, ret) = parts.unwrap_or((Vec::new(), Ty::Unknown));
        self.arguments(&params, args, &[]);
        let ret = self.table.norm(&ret);
        self.table.shallow(&ret)
    }

    fn value_call(&mut self, id: ExprId, callee: ExprId, value: Value<'w>, args: List<ExprId>, expected: &Ty) -> Ty {
        self.is_part[callee.index()] = true;
        match value {
            Value::Callable(def, subst, evidence) => {
                let this = subst.this.as_ref().map(|(of, ty)| {
                    let args = subst.parts.iter().find(|(owner, _)| owner == of).map(|(_, args)| args.clone());
                    (ty.clone(), args)
                });
                let receiver =
                    self.facts.list(args).first().filter(|_| self.world.sig(def).self_kind != SelfKind::None);
                let recurs = receiver.is_some_and(|&receiver| {
                    let ty = self.expr(receiver, &Ty::Unknown);
                    self.would_recur(def, &ty)
                });
                if recurs {
                    self.targets.insert(id, Target::External);
                } else if !self.is_anothers_conversion(def, &subst, args) {
                    self.targets.insert(id, Target::Fn { def, evidence, this });
                }
                self.call_fn(def, &subst, None, args, expected)
            }
            Value::OfTrait(def, this, trait_args) => {
                let written = match *self.facts.expr(callee) {
                    Expr::Path { segments, .. } => {
                        self.facts.list(segments).last().map_or(Vec::new(), |last| self.facts.list(last.args).to_vec())
                    }
                    _ => Vec::new(),
                };
                let subst = self.subst_of_trait_fn(def, this.clone(), &trait_args, &written);
                let trait_args = subst.parts.last().map(|(_, args)| args.clone());
                self.targets
                    .insert(id, Target::Fn { def, evidence: Evidence::Qualified, this: Some((this, trait_args)) });
                self.call_fn(def, &subst, None, args, expected)
            }
            Value::OneOf(found) => {
                // The first whose parameters take the arguments.
                let mut types = self.argument_types(args);
                self.default_numbers(&mut types, &found);
                let open = types.iter().any(|ty| matches!(self.table.or_default(ty), Ty::Unknown | Ty::Var(_)));
                let mut fitting: Vec<&Found> = Vec::new();
                for exact in [true, false] {
                    for one in &found {
                        let (params, ret) = self.table.callable_parts(one.def);
                        let before = self.table.snapshot();
                        let fits = params.len() == types.len()
                            && params.iter().zip(&types).all(|(param, ty)| {
                                let param = self.table.instantiate(param, &one.subst);
                                if exact { self.table.unify(&param, ty) } else { self.coerce(ty, &param) }
                            })
                            && self.bounds_fit(one)
                            && (matches!(expected, Ty::Unknown) || !exact || {
                                let ret = self.table.instantiate(&ret, &one.subst);
                                self.table.unify(&ret, expected)
                            });
                        self.table.rollback(&before);
                        if fits {
                            fitting.push(one);
                        }
                    }
                    if !fitting.is_empty() {
                        break;
                    }
                }
                // An argument of unknown type leaves it open which one is called.
                let own = fitting.iter().filter(|one| !self.world.files.is_library(one.def)).count();
                if open && own > 1 {
                    self.arguments(&[], args, &[]);
                    return self.common_result(&found);
                }
                let chosen = fitting.first().copied();
                let Some(one) = chosen else {
                    self.targets.insert(id, Target::External);
                    self.arguments(&[], args, &[]);
                    return self.common_result(&found);
                };
                let evidence = one.evidence.unwrap_or(Evidence::Overload);
                self.targets.insert(id, Target::Fn { def: one.def, evidence, this: None });
                let (def, subst) = (one.def, one.subst.clone());
                self.call_fn(def, &subst, None, args, expected)
            }
            Value::OfForeignTrait(impls, path) => {
                let types = self.argument_types(args);
                // Two traits of one name in a crate are in different modules of it.
                let world = self.world;
                let module = |path: Name| path.as_str().rsplit("::").nth(1).map(Name::new);
                let is_deep = |path: Name| path.as_str().matches("::").count() > 1;
                let another = |index: u32| {
                    let of = world.foreign_path(world.impls[index as usize].def);
                    is_deep(path) && of.is_some_and(|of| is_deep(of) && module(of) != module(path))
                };
                let found = impls
                    .iter()
                    .find(|(index, def)| !another(*index) && self.is_for_call(*index, *def, &types, expected));
                let Some(&(index, def)) = found else {
                    self.targets.insert(id, Target::External);
                    self.arguments(&[], args, &[]);
                    let result = self.table.fresh();
                    self.open_results.push((id, impls, result.clone()));
                    return result;
                };
                self.targets.insert(id, Target::Fn { def, evidence: Evidence::Qualified, this: None });
                let values = self.table.fresh_args(self.world.impls[index as usize].params);
                let mut subst = Subst::of(self.world.impls[index as usize].def, values);
                subst.parts.extend(self.subst_of_callable(def, &[], self.owner).parts);
                self.call_fn(def, &subst, None, args, expected)
            }
            Value::Binding(binding) => {
                self.targets.insert(id, Target::Indirect);
                let ty = self.binding(binding);
                self.call_value(&ty, args)
            }
            Value::Constant(..) | Value::Param => {
                self.targets.insert(id, Target::Indirect);
                let ty = self.value_type(value, &Ty::Unknown);
                self.call_value(&ty, args)
            }
            Value::Unit(_) | Value::External => {
                self.targets.insert(id, Target::External);
                self.arguments(&[], args, &[]);
                self.foreign_instance(callee)
            }
            Value::Unknown => {
                self.arguments(&[], args, &[]);
                Ty::Unknown
            }
        }
    }

    /// Whether `Type::from(value)` takes a value that this impl of `From` is not for: another, of which a macro
    /// makes the text, is meant.
    fn is_anothers_conversion(&mut self, def: DefRef, subst: &Subst, args: List<ExprId>) -> bool {
        let Some(value) = self.given_by_type(def, args) else { return false };
        let around = self.world.impl_of_block(self.world.parent(def));
        let (params, _) = self.table.callable_parts(def);
        let [param] = params.as_slice() else { return false };
        let param = self.table.instantiate(param, subst);
        let ty = self.expr(value, &Ty::Unknown);
        let (mut ty, param) = (self.table.deep(&ty), self.table.deep(&param));
        if !matches!(param, Ty::Prim(_)) {
            ty = self.table.or_default(&ty);
        }
        match (&ty, &param) {
            // The library has conversions of its own for its types.
            (Ty::Unknown | Ty::Var(_), _) => around.is_some_and(|around| match &around.this {
                Ty::Adt(def, _) => self.world.files.is_library(*def),
                this => matches!(this, Ty::Prim(_) | Ty::Slice(_)),
            }),
            (Ty::Adt(..), Ty::Prim(_)) | (Ty::Prim(_), Ty::Adt(..)) => true,
            (Ty::Adt(..), Ty::Adt(..)) | (Ty::Prim(_), Ty::Prim(_)) => self.table.differ(&ty, &param),
            _ => false,
        }
    }

    /// The only argument of a call, if a library trait has the function and a type decides which impl is meant.
    fn given_by_type(&self, def: DefRef, args: List<ExprId>) -> Option<ExprId> {
        let of = self.world.impl_of_block(self.world.parent(def))?.of.as_ref()?;
        let by_type = self.world.files.is_library(of.of) && !of.args.is_empty();
        let &[value] = self.facts.list(args) else { return None };
        (by_type && !matches!(self.facts.expr(value), Expr::Def(_))).then_some(value)
    }

    /// The types of a call's arguments, without closures, which the callee's parameters tell of.
    fn argument_types(&mut self, args: List<ExprId>) -> Vec<Ty> {
        let args = self.facts.list(args);
        let known = |infer: &mut Self, arg| match infer.facts.expr(arg) {
            Expr::Def(_) => Ty::Unknown,
            _ => infer.expr(arg, &Ty::Unknown),
        };
        args.iter().map(|&arg| known(self, arg)).collect()
    }

    /// Gives a number of no certain type the type that it has without anything else said, where several
    /// functions take numbers in its place.
    fn default_numbers(&mut self, types: &mut [Ty], found: &[Found]) {
        for (index, ty) in types.iter_mut().enumerate() {
            let known = self.table.or_default(ty);
            if !matches!(self.table.shallow(ty), Ty::Var(_)) || matches!(known, Ty::Var(_)) {
                continue;
            }
            let takes_number = |one: &&Found| {
                let (params, _) = self.table.callable_parts(one.def);
                params.get(index).is_some_and(|param| {
                    let before = self.table.snapshot();
                    let param = self.table.instantiate(param, &one.subst);
                    let takes = matches!(self.table.shallow(&param), Ty::Prim(_)) && self.table.unify(&param, ty);
                    self.table.rollback(&before);
                    takes
                })
            };
            if found.iter().filter(takes_number).count() > 1 {
                *ty = known;
            }
        }
    }

    /// Whether associated types are as a function's own bounds demand, after its parameters were unified.
    fn bounds_fit(&mut self, one: &Found) -> bool {
        let mut bounds = Vec::new();
        self.world.own_bounds(one.def, &mut bounds);
        bounds.iter().filter(|(_, bound)| !bound.assoc.is_empty()).all(|(subject, bound)| {
            let subject = self.table.instantiate(subject, &one.subst);
            bound.assoc.iter().all(|(name, value)| {
                let value = self.table.instantiate(value, &one.subst);
                self.table.project(&subject, bound.of, *name).is_none_or(|actual| self.table.unify(&actual, &value))
            })
        })
    }

    /// The result that all of several functions have.
    fn common_result(&mut self, found: &[Found]) -> Ty {
        let mut common = None;
        for one in found {
            let (_, ret) = self.table.callable_parts(one.def);
            let ret = self.table.instantiate(&ret, &one.subst);
            let ret = self.table.deep(&ret);
            if common.get_or_insert_with(|| ret.clone()) != &ret {
                return Ty::Unknown;
            }
        }
        common.unwrap_or(Ty::Unknown)
    }

    /// Whether `Trait::name(…)` leads to this impl's function: its first argument or its result says so.
    fn is_for_call(&mut self, index: u32, def: DefRef, types: &[Ty], expected: &Ty) -> bool {
        let world = self.world;
        let before = self.table.snapshot();
        let holds = if world.sig(def).self_kind == SelfKind::None {
            let values = self.table.fresh_args(world.impls[index as usize].params);
            let subst = Subst::of(world.impls[index as usize].def, values);
            let ret = self.table.instantiate(&world.sig(def).ret, &subst);
            let head = head_of(&world.impls[index as usize].this);
            let expected = self.table.deep(expected);
            head.is_some()
                && world.sig(def).ret.any(&|part| head_of(part) == head)
                && expected.any(&|part| head_of(part) == head)
                && self.table.unify(&ret, &expected)
        } else {
            let first = types.first().map_or(Ty::Unknown, |ty| self.table.shallow(ty));
            let peeled = self.peeled(&first);
            !matches!(peeled, Ty::Unknown | Ty::Var(_))
                && [first, peeled].iter().any(|receiver| {
                    let before = self.table.snapshot();
                    let matches = self.table.match_impl(index, receiver, None, false);
                    let fits = matches.is_some_and(|values| {
                        let mut subst = Subst::of(world.impls[index as usize].def, values);
                        subst.parts.extend(self.subst_of_callable(def, &[], self.owner).parts);
                        let params = world.sig(def);
                        types.iter().zip(&params.params).skip(1).all(|(ty, param)| {
                            let param = self.table.instantiate(param, &subst);
                            self.coerce(ty, &param)
                        })
                    });
                    self.table.rollback(&before);
                    fits
                })
        };
        self.table.rollback(&before);
        holds
    }

    /// What another crate's `Type::new` gives, by a custom that hardly anything breaks.
    fn foreign_instance(&mut self, callee: ExprId) -> Ty {
        let Expr::Path { segments, scope, .. } = *self.facts.expr(callee) else { return Ty::Unknown };
        let Some((last, prefix)) = self.facts.list(segments).split_last() else { return Ty::Unknown };
        let of_type =
            prefix.last().is_some_and(|name| name.name.as_str().starts_with(|first: char| first.is_uppercase()));
        if of_type && matches!(last.name.as_str(), "new" | "with_capacity" | "default" | "from" | "from_iter") {
            return self.path_type(prefix, scope, self.owner);
        }
        Ty::Unknown
    }

    /// `None` if the receiver's type is not known yet.
    fn method_call(
        &mut self,
        id: ExprId,
        receiver: &Ty,
        name: Name,
        args: List<ExprId>,
        type_args: List<TypeId>,
        expected: &Ty,
    ) -> Option<Ty> {
        let world = self.world;
        let scope = self.call_of.get(&id).map_or(ScopeId::FILE, |call| self.facts.call(*call).scope);
        match self.probe(receiver, name, scope) {
            Probe::Wait => None,
            Probe::None { outside } => {
                // A field that holds a function is called with parentheses around it: no method, then.
                if outside {
                    self.targets.insert(id, Target::External);
                }
                self.arguments(&[], args, &[]);
                Some(self.projection(receiver, name).unwrap_or(Ty::Unknown))
            }
            // A type of another crate has a method of this name itself, or this one would never end.
            Probe::Found(found) if self.would_recur(found.def, receiver) || self.is_anothers_method(&found, args) => {
                self.targets.insert(id, Target::External);
                self.arguments(&[], args, &[]);
                Some(Ty::Unknown)
            }
            Probe::Found(found) => {
                let Found { def, mut subst, evidence } = *found;
                let written = self.facts.list(type_args).to_vec();
                let own = self.subst_of_callable(def, &written, self.owner);
                subst.parts.extend(own.parts);
                let evidence = evidence.unwrap_or_else(|| self.receiver_evidence(id));
                let this = subst.this.as_ref().map(|(of, ty)| {
                    let args = subst.parts.iter().find(|(owner, _)| owner == of).map(|(_, args)| args.clone());
                    (ty.clone(), args)
                });
                self.targets.insert(id, Target::Fn { def, evidence, this });
                let _ = world;
                Some(self.call_fn(def, &subst, Some(receiver), args, expected))
            }
        }
    }

    /// Whether a library trait's method, as an impl for one type of argument has it, is given a number, text or
    /// slice where that impl takes a type of the project: a macro writes another impl.
    fn is_anothers_method(&mut self, found: &Found, args: List<ExprId>) -> bool {
        let Some(value) = self.given_by_type(found.def, args) else { return false };
        let (params, _) = self.table.callable_parts(found.def);
        let Some(param) = params.last() else { return false };
        let param = self.table.instantiate(param, &found.subst);
        let given = self.expr(value, &Ty::Unknown);
        let of_project = matches!(self.peeled(&param), Ty::Adt(def, _) if !self.world.files.is_library(def));
        of_project && matches!(self.peeled(&given), Ty::Prim(_) | Ty::Slice(_))
    }

    /// Whether a method of an impl for another crate's type is called on that type by the method itself.
    fn would_recur(&self, def: DefRef, receiver: &Ty) -> bool {
        let foreign = |ty: &Ty| match ty {
            Ty::External(..) | Ty::Prim(_) | Ty::Slice(_) => true,
            Ty::Adt(def, _) => self.world.files.is_library(*def),
            _ => false,
        };
        def.file == self.file
            && foreign(&self.peeled(receiver))
            && self.world.impl_of_block(self.world.parent(def)).is_some_and(|around| foreign(&around.this))
            && self.facts.outwards(self.owner).any(|around| around == def.def)
    }

    fn receiver_evidence(&self, id: ExprId) -> Evidence {
        let Expr::Call { callee, .. } = *self.facts.expr(id) else { return Evidence::InferredReceiver };
        let Expr::Member { base, .. } = *self.facts.expr(callee) else { return Evidence::InferredReceiver };
        match *self.facts.expr(base) {
            Expr::Name { name, .. } if name == "self" => Evidence::SelfReceiver,
            Expr::Name { name, scope, at } => match self.world.lexical(self.file, scope, name, Space::Value, at) {
                Some(Lexical::Binding(binding)) if self.facts.binding(binding).ty.is_some() => Evidence::TypedReceiver,
                _ => Evidence::InferredReceiver,
            },
            _ => Evidence::InferredReceiver,
        }
    }

    /// Checks a call's arguments against a function's parameters; the call's type.
    fn call_fn(&mut self, def: DefRef, subst: &Subst, receiver: Option<&Ty>, args: List<ExprId>, expected: &Ty) -> Ty {
        let (params, ret) = self.table.callable_parts(def);
        let mut params: Vec<Ty> = params.iter().map(|param| self.table.instantiate(param, subst)).collect();
        let ret = self.table.instantiate(&ret, subst);
        if receiver.is_some() && !params.is_empty() {
            params.remove(0);
        }
        if !matches!(expected, Ty::Unknown | Ty::Opaque(..)) && !matches!(ret, Ty::Opaque(..)) {
            // Only what has to be told from outside: `collect`, `parse`, `default`, `Vec::new`.
            self.table.try_unify(&ret, expected);
        }
        let mut bounds = Vec::new();
        if matches!(self.world.def(def).kind, DefKind::Function | DefKind::Method) {
            self.world.own_bounds(def, &mut bounds);
            let parent = self.world.parent(def);
            if self.world.def(parent).kind == DefKind::Impl {
                self.world.own_bounds(parent, &mut bounds);
            }
        }
        let bounds: Vec<(Ty, Bound)> = bounds
            .iter()
            .map(|(subject, bound)| {
                let subject = self.table.instantiate(subject, subst);
                let bound = subst.apply_bound(bound);
                let bound = self.table.norm_bound(&bound);
                (subject, bound)
            })
            .collect();
        self.arguments(&params, args, &bounds);
        let ret = self.table.norm(&ret);
        self.table.shallow(&ret)
    }

    /// Infers arguments: values first, then what bounds say, then closures.
    fn arguments(&mut self, params: &[Ty], args: List<ExprId>, bounds: &[(Ty, Bound)]) {
        let args = self.facts.list(args).to_vec();
        let mut closures = Vec::new();
        for (index, &arg) in args.iter().enumerate() {
            let param = params.get(index).cloned().unwrap_or(Ty::Unknown);
            if matches!(self.facts.expr(arg), Expr::Def(_)) {
                closures.push((arg, param));
                continue;
            }
            let expected = if matches!(param, Ty::Opaque(..)) { Ty::Unknown } else { param.clone() };
            let ty = self.expr(arg, &expected);
            self.coerce(&ty, &param);
        }
        let fns = self.world.known.fn_family.clone();
        for (subject, bound) in bounds {
            if !fns.contains(&bound.of) {
                self.table.require(subject, bound);
            }
        }
        for (arg, param) in closures {
            let Expr::Def(def) = *self.facts.expr(arg) else { continue };
            let param = self.table.shallow(&param);
            let mut sig = None;
            for (subject, bound) in bounds {
                if fns.contains(&bound.of) && self.table.shallow(subject) == param {
                    let bound = self.table.norm_bound(bound);
                    sig = self.table.fn_bound_parts(&bound);
                    break;
                }
            }
            if sig.is_none() {
                if let Ty::Opaque(bounds, _) = &param {
                    for bound in bounds.iter() {
                        let bound = self.table.norm_bound(bound);
                        sig = sig.or_else(|| self.table.fn_bound_parts(&bound));
                    }
                } else {
                    sig = self.table.fn_parts(&param);
                }
            }
            if let Some((params, _)) = &sig
                && params.iter().any(|param| matches!(self.table.shallow(param), Ty::Var(_)))
            {
                self.table.settle();
            }
            let known = self.exprs[arg.index()].is_some();
            let ty = self.closure(def, sig.clone());
            if !known {
                self.exprs[arg.index()] = Some(ty.clone());
            }
            if let (Some((_, ret)), Some((_, own))) = (sig, self.table.closures.get(&def).cloned()) {
                self.coerce(&own, &ret);
            }
            if !matches!(param, Ty::Opaque(..) | Ty::Unknown) {
                self.table.try_unify(&param, &ty);
            }
        }
        for (subject, bound) in bounds {
            if fns.contains(&bound.of) {
                self.table.require(subject, bound);
            }
        }
    }

    // ---- references --------------------------------------------------------------------------------

    /// The function or type that a mention names, if it is one.
    pub(super) fn mentioned(&mut self, mention: &Mention) -> Option<(DefRef, Evidence)> {
        let value = match *self.facts.expr(mention.expr) {
            Expr::Name { name, scope, at } => self.value_path(&[Segment { name, args: List::default() }], scope, at),
            Expr::Path { segments, scope, at } => self.value_path(self.facts.list(segments), scope, at),
            Expr::StructLiteral { ty } => return self.type_named(ty, mention.owner),
            _ => return None,
        };
        match value {
            Value::Callable(def, _, evidence) if !self.world.files.is_library(def) => Some((def, evidence)),
            _ => None,
        }
    }

    /// The type of the project that a written path names: an alias itself, not what it stands for.
    fn type_named(&self, ty: TypeId, owner: DefId) -> Option<(DefRef, Evidence)> {
        let TypeExpr::Path { segments, scope, .. } = *self.facts.type_expr(ty) else { return None };
        let segments = self.facts.list(segments);
        let (Res::Def(def), _) = self.world.type_res(self.file, scope, segments, owner)? else { return None };
        let named = self.world.def(def).kind.is_type() && !self.world.files.is_library(def);
        named.then(|| (def, Evidence::of_path(segments.len(), def.file == self.file)))
    }
}

#[derive(Clone, Copy)]
enum PartOf {
    Index(u32),
    Name(Name),
}
