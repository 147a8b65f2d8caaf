//! Annotations as types.

use super::PythonResolver;
use super::infer::Eval;
use super::names::{Decl, external};
use crate::memo::Fuel;
use crate::project::DefRef;
use crate::scopes::Item;
use crate::ty::{Ty, no_args};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;
use std::sync::Arc;

/// Whether a type is written only as `Final` or `ClassVar`: the value tells the rest.
pub(super) fn is_bare_final(facts: &FileFacts, ty: TypeId) -> bool {
    match *facts.type_expr(ty) {
        TypeExpr::Path { segments, .. } => facts.list(segments).last().is_some_and(|last| {
            last.args.is_empty() && matches!(last.name.as_str(), "Final" | "ClassVar" | "TypeAlias")
        }),
        _ => false,
    }
}

impl Eval<'_, '_> {
    /// The type of a value that is annotated with `ty`.
    pub(super) fn annotated(&self, ty: TypeId) -> Ty {
        if self.aliases != Fuel::FULL {
            return self.annotated_at(ty, 0);
        }
        let key = (self.file, ty);
        if let Some(known) = self.r.annotated.get(&key) {
            return known.clone();
        }
        let found = self.annotated_at(ty, 0);
        if super::classes::settled() {
            self.r.annotated.insert(key, found.clone());
        }
        found
    }

    fn annotated_at(&self, ty: TypeId, depth: u32) -> Ty {
        if depth > 40 {
            return Ty::Unknown;
        }
        let facts = self.facts;
        match *facts.type_expr(ty) {
            TypeExpr::Path { segments, scope, .. } => self.annotated_path(facts.list(segments), scope, depth),
            TypeExpr::Union(parts) => {
                Ty::union(facts.list(parts).iter().map(|&part| self.annotated_at(part, depth + 1)))
            }
            TypeExpr::Optional(inner) => self.annotated_at(inner, depth + 1),
            TypeExpr::Tuple(items) => {
                Ty::Tuple(facts.list(items).iter().map(|&item| self.annotated_at(item, depth + 1)).collect())
            }
            TypeExpr::Literal(Literal::Null) => Ty::Literal(Literal::Null),
            TypeExpr::Literal(_) | TypeExpr::LiteralText(_) => Ty::Unknown,
            _ => Ty::Unknown,
        }
    }

    fn annotated_path(&self, segments: &[Segment], scope: ScopeId, depth: u32) -> Ty {
        let Some((first, rest)) = segments.split_first() else { return Ty::Unknown };
        let r = self.r;
        let args = segments.last().map_or(List::default(), |last| last.args);
        if rest.is_empty()
            && let Some(param) = self.type_param(first.name, scope)
        {
            return param;
        }
        let mut decl = r.lookup_type(self.file, scope, first.name);
        // Annotations of parameters are evaluated around the function: in `def f(type: type[int])` the second
        // is the builtin.
        while let Some(Decl::Variable(file, around, name)) = decl
            && file == self.file
            && r.is_parameter(file, around, name)
            && let Some(outer) = self.facts.scope(around).parent
        {
            decl = r.lookup_type(file, outer, name);
        }
        for segment in rest {
            decl = match decl {
                Some(Decl::Module(module)) => match r.module_member(module, segment.name, 0) {
                    None if r.is_stub(module) => return external(),
                    found => found,
                },
                Some(Decl::Folder(folder)) => match r.module_at_folder(folder, segment.name) {
                    Some(found) => Some(found),
                    None => return Ty::Unknown,
                },
                Some(Decl::Def(class)) => match r.class_member_decl(class, segment.name) {
                    Some(found) => Some(Decl::Def(found)),
                    None => return Ty::Unknown,
                },
                Some(Decl::External) => return external(),
                _ => return Ty::Unknown,
            };
        }
        let Some(decl) = decl else { return Ty::Unknown };
        let arg = |index: usize| {
            let args = self.facts.list(args);
            args.get(index).map_or(Ty::Unknown, |&arg| self.annotated_at(arg, depth + 1))
        };
        match decl {
            Decl::Def(def) => {
                if let Some(name) = r.stub_name(def, "typing")
                    && let Some(special) = self.special_form(name, args, depth)
                {
                    return special;
                }
                let this = r.def(def);
                match this.kind {
                    DefKind::Class | DefKind::Enum | DefKind::Interface => {
                        let builtin = r.stub_name(def, "builtins");
                        match builtin {
                            Some("tuple") => return self.tuple_type(args, depth),
                            Some("type") => return class_of(&arg(0)),
                            _ => {}
                        }
                        let params = r.class_params(def);
                        let given = self.facts.list(args);
                        let args: Arc<[Ty]> = params
                            .iter()
                            .enumerate()
                            .map(|(index, _)| {
                                given.get(index).map_or(Ty::Unknown, |&arg| self.annotated_at(arg, depth + 1))
                            })
                            .collect();
                        Ty::Def(def, args)
                    }
                    DefKind::TypeAlias => {
                        let given: Vec<Ty> =
                            self.facts.list(args).iter().map(|&arg| self.annotated_at(arg, depth + 1)).collect();
                        r.alias_type(def, &given, self.aliases)
                    }
                    _ => Ty::Unknown,
                }
            }
            Decl::Variable(file, scope, name) => {
                r.type_variable(file, scope, name, self.aliases).unwrap_or_else(|| {
                    match r.decl_type(decl, self.aliases) {
                        Ty::Class(def, args) => Ty::Def(def, args.iter().map(|_| Ty::Unknown).collect()),
                        Ty::ExternalName(_) => external(),
                        _ => Ty::Unknown,
                    }
                })
            }
            Decl::External => external(),
            _ => Ty::Unknown,
        }
    }

    fn tuple_type(&self, args: List<TypeId>, depth: u32) -> Ty {
        let items = self.facts.list(args);
        if let [item, dots] = items
            && matches!(self.facts.type_expr(*dots), TypeExpr::Inferred)
        {
            return self.r.builtin("tuple", [self.annotated_at(*item, depth + 1)]);
        }
        if items.is_empty() {
            return self.r.builtin("tuple", [Ty::Unknown]);
        }
        Ty::Tuple(items.iter().map(|&item| self.annotated_at(item, depth + 1)).collect())
    }

    /// What `typing`'s special names make.
    fn special_form(&self, name: &str, args: List<TypeId>, depth: u32) -> Option<Ty> {
        let items = self.facts.list(args);
        let item = |index: usize| items.get(index).map_or(Ty::Unknown, |&arg| self.annotated_at(arg, depth + 1));
        let all = || items.iter().map(|&item| self.annotated_at(item, depth + 1));
        let r = self.r;
        Some(match name {
            "Any" => Ty::Unknown,
            "Union" => Ty::union(all()),
            "Optional" => Ty::union([item(0), Ty::Literal(Literal::Null)]),
            "Annotated" | "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" | "Unpack" => item(0),
            "Literal" => match items.first().map(|&first| self.facts.type_expr(first)) {
                Some(TypeExpr::LiteralText(text)) if matches!(text.as_str(), "True" | "False") => r.builtin("bool", []),
                Some(TypeExpr::LiteralText(_)) => r.builtin("str", []),
                Some(TypeExpr::Path { segments, scope, .. }) => {
                    // A member of an enumeration.
                    let segments = self.facts.list(*segments);
                    match segments {
                        [class, _] => match r.lookup_type(self.file, *scope, class.name) {
                            Some(Decl::Def(def)) if r.def(def).kind == DefKind::Enum => Ty::Def(def, no_args()),
                            _ => r.builtin("str", []),
                        },
                        _ => r.builtin("str", []),
                    }
                }
                Some(TypeExpr::Literal(Literal::Int)) => r.builtin("int", []),
                _ => r.builtin("str", []),
            },
            "LiteralString" | "AnyStr" | "Text" => r.builtin("str", []),
            "Type" => class_of(&item(0)),
            "Tuple" => self.tuple_type(args, depth),
            "List" => r.builtin("list", [item(0)]),
            "Set" => r.builtin("set", [item(0)]),
            "FrozenSet" => r.builtin("frozenset", [item(0)]),
            "Dict" => r.builtin("dict", [item(0), item(1)]),
            "DefaultDict" | "OrderedDict" | "Counter" | "ChainMap" | "Deque" => {
                let name = match name {
                    "DefaultDict" => "defaultdict",
                    "Deque" => "deque",
                    other => other,
                };
                let class = r.stub_def("collections", name)?;
                Ty::Def(class, all().collect())
            }
            "Callable" => {
                let params: Arc<[Ty]> = match items.first().map(|&first| self.facts.type_expr(first)) {
                    Some(TypeExpr::Tuple(params)) => {
                        self.facts.list(*params).iter().map(|&param| self.annotated_at(param, depth + 1)).collect()
                    }
                    _ => no_args(),
                };
                Ty::Fn(params, Arc::new(item(1)))
            }
            "NoReturn" | "Never" => Ty::Never,
            "Self" => self.self_type(),
            "TypeGuard" | "TypeIs" => r.builtin("bool", []),
            "Concatenate" | "Generic" | "Protocol" | "TypeAlias" | "ParamSpec" => Ty::Unknown,
            _ => return None,
        })
    }

    /// `Self` in a class: replaced by the receiver's type where the attribute is read.
    fn self_type(&self) -> Ty {
        Ty::SelfOf(DefRef { file: self.file, def: DefId::FILE })
    }

    /// A type parameter of a definition around `scope` (`class A[T]`, `def f[T]`).
    fn type_param(&self, name: Name, scope: ScopeId) -> Option<Ty> {
        for this in crate::scopes::scopes_outwards(self.facts, scope) {
            let owner = self.facts.scope(this).owner;
            let params = self.facts.def(owner).type_params;
            if params.is_empty() {
                continue;
            }
            if let Some(index) = self.facts.list(params).iter().position(|param| param.name == name) {
                return Some(Ty::Param(DefRef { file: self.file, def: owner }, index as u16 + 1));
            }
        }
        None
    }
}

/// The class object of an instance type.
pub(super) fn class_of(ty: &Ty) -> Ty {
    match ty {
        Ty::Def(def, args) => Ty::Class(*def, args.clone()),
        Ty::Union(parts) => Ty::union(parts.iter().map(class_of)),
        Ty::Param(..) | Ty::SelfOf(_) => Ty::Reference(Arc::new(ty.clone())),
        Ty::ExternalName(_) => ty.clone(),
        _ => Ty::Unknown,
    }
}

/// The instance type of a class object.
pub(super) fn instance_of(ty: &Ty) -> Ty {
    match ty {
        Ty::Class(def, args) => Ty::Def(*def, args.clone()),
        Ty::Union(parts) => Ty::union(parts.iter().map(instance_of)),
        Ty::Reference(inner) => (**inner).clone(),
        Ty::ExternalName(_) => ty.clone(),
        _ => Ty::Unknown,
    }
}

impl PythonResolver<'_> {
    /// What a name used in an annotation stands for.
    pub(super) fn lookup_type(&self, file: crate::FileId, scope: ScopeId, name: Name) -> Option<Decl> {
        // The class around a method is visible in the method's annotations; its methods are not meant there.
        let facts = self.facts(file);
        let around = facts.scope(scope).parent.filter(|&around| facts.scope(around).kind == ScopeKind::Type);
        if let Some(around) = around {
            let items = self.index(file).items(around, name);
            let kind = |item: &crate::scopes::Item| match *item {
                crate::scopes::Item::Def(def) => facts.def(def).kind.is_type(),
                crate::scopes::Item::Import(_) => true,
                crate::scopes::Item::Binding(_) => false,
            };
            if items.first().is_some_and(kind) {
                return self.lookup(file, around, name);
            }
        }
        self.lookup(file, scope, name)
    }

    pub(super) fn module_at_folder(&self, folder: Name, name: Name) -> Option<Decl> {
        Some(match self.modules.in_folder(folder, name)? {
            super::modules::Module::File(found) => Decl::Module(found),
            super::modules::Module::Folder(folder) => Decl::Folder(folder),
        })
    }

    /// A class inside a class.
    fn class_member_decl(&self, class: DefRef, name: Name) -> Option<DefRef> {
        let facts = self.facts(class.file);
        self.members(class)
            .iter()
            .copied()
            .find(|&member| facts.def(member).name == name && facts.def(member).kind.is_type())
            .map(|def| DefRef { file: class.file, def })
    }

    /// Whether a name stands for a parameter and nothing else in its scope.
    fn is_parameter(&self, file: crate::FileId, scope: ScopeId, name: Name) -> bool {
        let facts = self.facts(file);
        self.index(file).items(scope, name).iter().any(|item| match *item {
            Item::Binding(binding) => matches!(facts.binding(binding).kind, BindingKind::Param(_)),
            _ => false,
        })
    }

    /// If a variable is a type variable, its type; if it is a new type, what it is made over.
    pub(super) fn type_variable(&self, file: crate::FileId, scope: ScopeId, name: Name, fuel: Fuel) -> Option<Ty> {
        let facts = self.facts(file);
        let items = self.index(file).items(scope, name);
        let def = items.iter().find_map(|item| match *item {
            crate::scopes::Item::Def(def) => Some(def),
            _ => None,
        })?;
        let Expr::Call { callee, type_args, .. } = *facts.expr(facts.def(def).value?) else { return None };
        let (Expr::Name { name: called, .. } | Expr::Member { name: called, .. }) = *facts.expr(callee) else {
            return None;
        };
        match called.as_str() {
            "TypeVar" => Some(Ty::Param(DefRef { file, def }, 0)),
            "ParamSpec" | "TypeVarTuple" => Some(Ty::Unknown),
            "NewType" => {
                let over = *facts.list(type_args).first()?;
                let Some(rest) = fuel.spend() else { return Some(Ty::Unknown) };
                let mut eval = Eval::new(self, file, rest, None);
                eval.aliases = rest;
                Some(eval.annotated(over))
            }
            _ => None,
        }
    }

    /// What a type variable may at most be: its bound, or one of its constraints.
    pub(super) fn bound_of(&self, owner: DefRef, index: u16) -> Ty {
        let facts = self.facts(owner.file);
        let eval = Eval::new(self, owner.file, Fuel::FULL, None);
        if index > 0 {
            let params = facts.list(facts.def(owner.def).type_params);
            return params.get(usize::from(index) - 1).map_or(Ty::Unknown, |param| {
                Ty::union(facts.list(param.bounds).iter().map(|&bound| eval.annotated(bound)))
            });
        }
        let Some(value) = facts.def(owner.def).value else { return Ty::Unknown };
        let Expr::Call { type_args, .. } = *facts.expr(value) else { return Ty::Unknown };
        Ty::union(facts.list(type_args).iter().map(|&bound| eval.annotated(bound)))
    }

    /// The type an alias stands for, with its free type variables replaced by `given`.
    pub(super) fn alias_type(&self, alias: DefRef, given: &[Ty], fuel: Fuel) -> Ty {
        let Some(rest) = fuel.spend() else { return Ty::Unknown };
        let Some(ty) = self.def(alias).ty else { return Ty::Unknown };
        let mut eval = Eval::new(self, alias.file, rest, None);
        eval.aliases = rest;
        let ty = eval.annotated(ty);
        let mut params = Vec::new();
        collect_params(&ty, &mut params);
        if params.is_empty() {
            return ty;
        }
        ty.substitute(&|param| {
            let index = params.iter().position(|known| known == param)?;
            Some(given.get(index).cloned().unwrap_or(Ty::Unknown))
        })
    }

    /// An alias as a value: the class it names.
    pub(super) fn alias_value(&self, alias: DefRef, fuel: Fuel) -> Ty {
        let ty = self.alias_type(alias, &[], fuel);
        match class_of(&ty) {
            Ty::Unknown => match fuel.spend() {
                Some(rest) => match self.def(alias).value {
                    Some(value) => Eval::new(self, alias.file, rest, None).expr(value),
                    None => Ty::Unknown,
                },
                None => Ty::Unknown,
            },
            class => class,
        }
    }
}

/// The type parameters in a type, in order of appearance.
pub(super) fn collect_params(ty: &Ty, params: &mut Vec<Ty>) {
    match ty {
        Ty::Param(..) => {
            if !params.contains(ty) {
                params.push(ty.clone());
            }
        }
        Ty::Def(_, items) | Ty::Class(_, items) | Ty::Tuple(items) | Ty::Union(items) => {
            for item in items.iter() {
                collect_params(item, params);
            }
        }
        Ty::Fn(items, ret) => {
            for item in items.iter() {
                collect_params(item, params);
            }
            collect_params(ret, params);
        }
        Ty::Reference(inner) => collect_params(inner, params),
        _ => {}
    }
}
