//! The links of one file.

use super::classes::{Found, Member};
use super::index::at;
use super::infer::Eval;
use super::names::Decl;
use crate::links::{CallLink, Evidence, FileLinks, Outcome, Reference, RelationKind, RelationLink};
use crate::project::DefRef;
use crate::ty::Ty;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use rustc_hash::FxHashSet;

/// What a name at a call or mention leads to.
#[derive(PartialEq)]
enum Target {
    /// A function or class.
    Def(DefRef, Evidence),
    External,
    Indirect,
    Unknown,
}

pub(super) fn links(eval: &Eval<'_, '_>) -> FileLinks {
    let mut links = FileLinks::default();
    for (index, call) in eval.facts.calls.iter().enumerate() {
        let outcome = eval.call_outcome(call);
        links.calls.push(CallLink { call: CallId::from_index(index), outcome });
    }
    let mut seen = FxHashSet::default();
    for mention in &eval.facts.mentions {
        let target = match *eval.facts.expr(mention.expr) {
            Expr::StructLiteral { ty } => eval.type_named(ty),
            _ => eval.target(mention.expr),
        };
        if let Target::Def(target, evidence) = target
            && !eval.r.is_stub(target.file)
            && seen.insert((mention.pos, target))
        {
            links.references.push(Reference { owner: mention.owner, pos: mention.pos, target, evidence });
        }
    }
    eval.relations(&mut links);
    eval.imports(&mut links);
    links
}

impl Eval<'_, '_> {
    fn call_outcome(&self, call: &CallSite) -> Outcome {
        let Expr::Call { callee, .. } = *self.facts.expr(call.expr) else { return Outcome::Unknown };
        match self.target(callee) {
            Target::Def(def, evidence) => self.called_def(def, evidence),
            Target::External => match *self.facts.expr(callee) {
                Expr::Member { base, name, .. } if self.r.has_method(name) && self.is_given(base) => Outcome::Unknown,
                _ => Outcome::External,
            },
            Target::Indirect => Outcome::Indirect,
            Target::Unknown => Outcome::Unknown,
        }
    }

    /// The class that an annotation names.
    fn type_named(&self, ty: TypeId) -> Target {
        let (Ty::Def(def, _) | Ty::Class(def, _)) = self.annotated(ty) else { return Target::Unknown };
        Target::Def(def, Evidence::of_path(1, def.file == self.file))
    }

    /// The outcome of calling a definition: a class's call leads to its own constructor.
    fn called_def(&self, def: DefRef, evidence: Evidence) -> Outcome {
        let r = self.r;
        if r.is_stub(def.file) {
            return Outcome::External;
        }
        let this = r.def(def);
        if !matches!(this.kind, DefKind::Class | DefKind::Enum | DefKind::Interface) {
            if !this.kind.is_callable() {
                return Outcome::Indirect;
            }
            return Outcome::Resolved {
                targets: vec![at(def.file, self.r.facts(def.file).implementation(def.def))],
                evidence,
            };
        }
        let init = Name::new("__init__");
        let facts = r.facts(def.file);
        let constructor = r.members(def).iter().copied().rfind(|&member| {
            let member = facts.def(member);
            member.name == init && member.kind.is_callable() && !member.flags.contains(DefFlags::INACTIVE)
        });
        match constructor {
            Some(constructor) => {
                Outcome::Resolved { targets: vec![at(def.file, constructor)], evidence: Evidence::Constructor }
            }
            // A class of the project without a constructor: the class itself is what is called.
            None => Outcome::Resolved { targets: vec![def], evidence: Evidence::Constructor },
        }
    }

    /// What an expression in a naming position stands for.
    fn target(&self, expr: ExprId) -> Target {
        match *self.facts.expr(expr) {
            Expr::Name { name, scope, .. } => self.name_target(name, scope),
            Expr::Def(def) => match self.facts.def(def).kind {
                DefKind::Closure => Target::Indirect,
                _ => Target::Def(self.def_ref(def), Evidence::Local),
            },
            Expr::Member { base, name, .. } => self.member_target(base, name),
            // A variable: the class that `cls` is, or whatever it holds.
            Expr::Choice(items) => match self.facts.list(items) {
                [only] => self.variable_target(*only),
                _ => Target::Indirect,
            },
            // `A[int]()`
            Expr::Index { base, .. } => match self.target(base) {
                Target::Def(def, evidence) if self.r.def(def).kind.is_type() => Target::Def(def, evidence),
                Target::External => Target::External,
                _ => Target::Indirect,
            },
            _ => Target::Indirect,
        }
    }

    fn variable_target(&self, value: ExprId) -> Target {
        if let Expr::Local(binding) = *self.facts.expr(value) {
            let binding = self.facts.binding(binding);
            let owner = self.facts.scope(binding.scope).owner;
            let method = self.facts.def(owner);
            let of_class = method.flags.contains(DefFlags::CLASS_METHOD) || method.name == "__new__";
            if binding.kind == BindingKind::Param(0)
                && of_class
                && self.facts.list(method.params).first().is_some_and(|param| param.kind == ParamKind::Receiver)
            {
                return Target::Def(self.def_ref(method.parent), Evidence::SelfReceiver);
            }
        }
        match self.expr(value) {
            Ty::ExternalName(_) => Target::External,
            _ => Target::Indirect,
        }
    }

    fn name_target(&self, name: Name, scope: ScopeId) -> Target {
        let r = self.r;
        let found = r.lookup(self.file, scope, name);
        let evidence = match r.scope_of(self.file, scope, name) {
            Some(scope) => {
                let items = r.index(self.file).items(scope, name);
                match items.first() {
                    Some(crate::scopes::Item::Import(_)) => Evidence::Import,
                    _ => Evidence::Local,
                }
            }
            None => Evidence::Import,
        };
        self.decl_target(found, evidence)
    }

    fn decl_target(&self, found: Option<Decl>, evidence: Evidence) -> Target {
        match found {
            Some(Decl::Def(def)) => {
                if self.r.def(def).kind == DefKind::TypeAlias {
                    return Target::Indirect;
                }
                Target::Def(def, evidence)
            }
            Some(Decl::External) => Target::External,
            Some(Decl::Variable(file, ..)) if self.r.is_stub(file) => Target::External,
            Some(variable @ Decl::Variable(_, scope, _)) => match self.r.decl_type(variable, self.fuel) {
                Ty::ExternalName(_) => Target::External,
                // `Alias = Class` in a module is another name of the class.
                Ty::Class(def, _) if scope == ScopeId::FILE => Target::Def(def, evidence),
                _ => Target::Indirect,
            },
            Some(Decl::Module(_) | Decl::Folder(_) | Decl::Missing) | None => Target::Unknown,
        }
    }

    fn member_target(&self, base: ExprId, name: Name) -> Target {
        let receiver = self.expr(base);
        let evidence = self.receiver_evidence(base);
        self.member_of(&receiver, name, evidence)
    }

    fn member_of(&self, receiver: &Ty, name: Name, evidence: Evidence) -> Target {
        let r = self.r;
        match receiver {
            Ty::Def(class, args) => match r.member(*class, args, name, 0) {
                Some(member) => self.found_target(&member, evidence),
                None if r.mro(*class).unknown_at.is_some() || r.is_stub(class.file) => Target::External,
                None => match name.as_str() {
                    "__class__" => Target::External,
                    _ => Target::Unknown,
                },
            },
            Ty::Class(class, args) => match r.member(*class, args, name, 0) {
                Some(member) => self.found_target(&member, evidence),
                None => {
                    let mro = r.mro(*class);
                    let meta = mro.metaclass.and_then(|meta| r.member(meta, &crate::ty::no_args(), name, 0));
                    match meta {
                        Some(member) => self.found_target(&member, evidence),
                        None if mro.unknown_at.is_some() || r.is_stub(class.file) => Target::External,
                        None => match r
                            .stub_def("builtins", "type")
                            .and_then(|ty| r.member(ty, &crate::ty::no_args(), name, 0))
                        {
                            Some(_) => Target::External,
                            None => Target::Unknown,
                        },
                    }
                }
            },
            Ty::Module(file) => match r.module_member(*file, name, 0) {
                Some(decl) => self.decl_target(Some(decl), Evidence::Qualified),
                None if r.is_stub(*file) => Target::External,
                None => Target::Unknown,
            },
            Ty::ExternalName(folder) => match folder.as_str().strip_prefix('/') {
                Some(folder) => self.decl_target(r.module_at_folder(Name::new(folder), name), Evidence::Qualified),
                None => Target::External,
            },
            Ty::Tuple(_) | Ty::Function(..) | Ty::Fn(..) => Target::External,
            Ty::Literal(_) => Target::Unknown,
            Ty::Param(owner, index) => {
                let bound = r.bound_of(*owner, *index);
                if bound == *receiver { Target::Unknown } else { self.member_of(&bound, name, Evidence::Bound) }
            }
            Ty::Reference(inner) => match &**inner {
                Ty::Param(owner, index) => {
                    let bound = super::annotations::class_of(&r.bound_of(*owner, *index));
                    if matches!(bound, Ty::Class(..)) {
                        self.member_of(&bound, name, Evidence::Bound)
                    } else {
                        Target::Unknown
                    }
                }
                _ => Target::Unknown,
            },
            Ty::Intersection(parts) => match &parts[..] {
                [Ty::Class(class, args), _] => match r.member(*class, args, name, 1) {
                    Some(member) => self.found_target(&member, Evidence::SelfReceiver),
                    None => Target::External,
                },
                _ => Target::Unknown,
            },
            Ty::Union(parts) => {
                // The first member of the union that has the name tells what it stands for.
                let mut found = parts
                    .iter()
                    .map(|part| self.member_of(part, name, evidence))
                    .filter(|found| *found != Target::Unknown);
                match found.next() {
                    // It may be the project's as well.
                    Some(Target::External) if found.any(|other| matches!(other, Target::Def(..))) => Target::Unknown,
                    first => first.unwrap_or(Target::Unknown),
                }
            }
            _ => Target::Unknown,
        }
    }

    fn found_target(&self, member: &Member, evidence: Evidence) -> Target {
        match &member.found {
            Found::Def(def) => {
                if self.r.is_stub(def.file) {
                    return Target::External;
                }
                let inherited = !member.own && evidence != Evidence::Bound;
                Target::Def(*def, if inherited { Evidence::Inherited } else { evidence })
            }
            Found::Attribute if self.r.is_stub(member.class.file) => Target::External,
            Found::Attribute => Target::Indirect,
            Found::Decl(decl) => self.decl_target(Some(*decl), Evidence::Import),
        }
    }

    /// How the type of a receiver is known.
    fn receiver_evidence(&self, mut base: ExprId) -> Evidence {
        for _ in 0..8 {
            match *self.facts.expr(base) {
                Expr::Local(binding) => {
                    let binding = self.facts.binding(binding);
                    let BindingKind::Param(index) = binding.kind else { return Evidence::UntypedFlow };
                    let owner = self.facts.def(self.facts.scope(binding.scope).owner);
                    return match self.facts.list(owner.params).get(usize::from(index)) {
                        Some(param) if param.kind == ParamKind::Receiver => Evidence::SelfReceiver,
                        Some(param) if param.ty.is_some() => Evidence::TypedReceiver,
                        _ => Evidence::UntypedFlow,
                    };
                }
                Expr::Guarded { .. } | Expr::Cast { .. } => return Evidence::TypedReceiver,
                Expr::After { value, .. } => base = value,
                Expr::Choice(items) => match self.facts.list(items).first() {
                    Some(&first) => base = first,
                    None => return Evidence::UntypedFlow,
                },
                Expr::Name { .. } | Expr::Def(_) => return Evidence::Qualified,
                Expr::Call { callee, .. } => {
                    return match self.expr(callee) {
                        Ty::Function(def, _) if self.r.def(def).ty.is_none() => Evidence::UntypedFlow,
                        _ => Evidence::InferredReceiver,
                    };
                }
                _ => return Evidence::InferredReceiver,
            }
        }
        Evidence::InferredReceiver
    }

    fn relations(&self, links: &mut FileLinks) {
        let r = self.r;
        let mut seen = FxHashSet::default();
        for (id, def) in self.facts.defs().skip(1) {
            match def.kind {
                DefKind::Class | DefKind::Enum | DefKind::Interface => {
                    for base in self.facts.list(def.supers) {
                        if let Ty::Def(target, _) = self.annotated(base.ty)
                            && !r.is_stub(target.file)
                        {
                            let kind = match r.def(target).kind {
                                DefKind::Interface if def.kind != DefKind::Interface => RelationKind::Implements,
                                _ => RelationKind::Extends,
                            };
                            links.relations.push(RelationLink { kind, from: id, to: target });
                        }
                    }
                }
                kind if kind.is_callable() => {
                    let parent = self.facts.def(def.parent);
                    if matches!(parent.kind, DefKind::Class | DefKind::Enum | DefKind::Interface) {
                        let class = self.def_ref(def.parent);
                        if let Some(member) = r.member(class, &r.class_params(class), def.name, 1)
                            && let Found::Def(base) = member.found
                            && !r.is_stub(base.file)
                        {
                            links.relations.push(RelationLink { kind: RelationKind::Overrides, from: id, to: base });
                        }
                    }
                    let types = self.facts.list(def.params).iter().filter_map(|param| param.ty).chain(def.ty);
                    for ty in types {
                        self.used_types(ty, id, &mut seen, links, 0);
                    }
                }
                DefKind::Field | DefKind::Variable | DefKind::Constant => {
                    if let Some(ty) = def.ty {
                        self.used_types(ty, id, &mut seen, links, 0);
                    }
                }
                _ => {}
            }
        }
    }

    fn used_types(
        &self,
        ty: TypeId,
        from: DefId,
        seen: &mut FxHashSet<(DefId, DefRef)>,
        links: &mut FileLinks,
        depth: u32,
    ) {
        if depth > 20 {
            return;
        }
        match *self.facts.type_expr(ty) {
            TypeExpr::Path { segments, .. } => {
                let target = match self.annotated(ty) {
                    Ty::Def(def, _) | Ty::Class(def, _) => Some(def),
                    _ => None,
                };
                if let Some(target) = target.filter(|target| !self.r.is_stub(target.file))
                    && seen.insert((from, target))
                {
                    links.relations.push(RelationLink { kind: RelationKind::UsesType, from, to: target });
                }
                if let Some(last) = self.facts.list(segments).last() {
                    for &arg in self.facts.list(last.args) {
                        self.used_types(arg, from, seen, links, depth + 1);
                    }
                }
            }
            TypeExpr::Union(parts) | TypeExpr::Tuple(parts) => {
                for &part in self.facts.list(parts) {
                    self.used_types(part, from, seen, links, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn imports(&self, links: &mut FileLinks) {
        let r = self.r;
        let mut seen = FxHashSet::default();
        let mut missing = FxHashSet::default();
        for import in &self.facts.imports {
            let path = self.facts.list(import.module);
            let target = match import.member {
                ImportMember::Named(_) => match r.imported(self.file, import, 0) {
                    Decl::Module(file) => Decl::Module(file),
                    other => match r.module_at(self.file, import.level, path) {
                        Decl::External => other,
                        module => module,
                    },
                },
                _ => r.module_at(self.file, import.level, path),
            };
            match target {
                Decl::Module(file) if !r.is_stub(file) && file != self.file => {
                    if seen.insert(file) {
                        let to = at(file, DefId::FILE);
                        links.relations.push(RelationLink { kind: RelationKind::Imports, from: DefId::FILE, to });
                    }
                }
                Decl::Missing => {
                    let dots = ".".repeat(usize::from(import.level));
                    let names: Vec<&str> = path.iter().map(|name| name.as_str()).collect();
                    let text = format!("{dots}{}", names.join("."));
                    if missing.insert(text.clone()) {
                        links.unresolved_imports.push(text.into_boxed_str());
                    }
                }
                _ => {}
            }
        }
    }
}
