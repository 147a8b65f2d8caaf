//! What names stand for: scopes, imports, modules.

use super::modules::Module;
use super::{Key, PythonResolver, stubs};
use crate::memo::Fuel;
use crate::project::{DefRef, FileId};
use crate::scopes::{Item, scopes_outwards};
use crate::ty::Ty;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decl {
    Def(DefRef),
    Module(FileId),
    Folder(Name),
    /// A variable: all that its scope holds under the name.
    Variable(FileId, ScopeId, Name),
    /// Something of a library.
    External,
    /// An import that leads nowhere.
    Missing,
}

/// Longest chain of imports that is followed.
const MAX_HOPS: u32 = 24;

impl PythonResolver<'_> {
    /// The scope in which a name used in `scope` is found.
    pub(super) fn scope_of(&self, file: FileId, scope: ScopeId, name: Name) -> Option<ScopeId> {
        let facts = self.facts(file);
        let index = self.index(file);
        let mut start = true;
        for this in scopes_outwards(facts, scope) {
            let kind = facts.scope(this).kind;
            // Class bodies are no surroundings for the functions in them.
            if kind == ScopeKind::Type && !start {
                continue;
            }
            if kind != ScopeKind::Block {
                start = false;
            }
            if !index.items(this, name).is_empty() {
                return Some(this);
            }
        }
        None
    }

    /// What a name used in `scope` stands for: its first declaration.
    pub(super) fn lookup(&self, file: FileId, scope: ScopeId, name: Name) -> Option<Decl> {
        if let Some(scope) = self.scope_of(file, scope, name) {
            return self.declared(file, scope, name, 0);
        }
        self.through_globs(file, name, 0).or_else(|| self.builtin_decl(file, name))
    }

    fn builtin_decl(&self, file: FileId, name: Name) -> Option<Decl> {
        let builtins = self.stub_file(0);
        if file == builtins {
            return None;
        }
        self.declared(builtins, ScopeId::FILE, name, 0)
    }

    fn through_globs(&self, file: FileId, name: Name, hops: u32) -> Option<Decl> {
        if name.as_str().starts_with('_') && hops > 0 {
            return None;
        }
        let facts = self.facts(file);
        for &glob in self.index(file).globs(ScopeId::FILE) {
            let import = facts.import(glob);
            match self.import_module(file, import) {
                Decl::Module(module) if module != file => {
                    if let Some(found) = self.module_member(module, name, hops + 1) {
                        return Some(found);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// What a scope declares under a name; of several, the first.
    fn declared(&self, file: FileId, scope: ScopeId, name: Name, hops: u32) -> Option<Decl> {
        if hops > MAX_HOPS {
            return None;
        }
        let _facts = self.facts(file);
        let items = self.index(file).items(scope, name);
        self.decl_of(file, scope, name, *items.first()?, hops)
    }

    fn decl_of(&self, file: FileId, scope: ScopeId, name: Name, item: Item, hops: u32) -> Option<Decl> {
        let facts = self.facts(file);
        Some(match item {
            Item::Def(def) => match facts.def(def).kind {
                DefKind::Variable | DefKind::Constant | DefKind::Field | DefKind::Variant => {
                    Decl::Variable(file, scope, name)
                }
                _ => Decl::Def(DefRef { file, def }),
            },
            Item::Binding(_) => Decl::Variable(file, scope, name),
            Item::Import(import) => self.imported(file, facts.import(import), hops + 1),
        })
    }

    /// The declaration that tells a name's type: the last one that has a type.
    fn typed_declared(&self, file: FileId, scope: ScopeId, name: Name, hops: u32) -> Option<Decl> {
        if hops > MAX_HOPS {
            return None;
        }
        let facts = self.facts(file);
        let items = self.index(file).items(scope, name);
        let typed = items.iter().rev().find(|item| match **item {
            Item::Def(def) => {
                let def = facts.def(def);
                !matches!(def.kind, DefKind::Variable | DefKind::Constant | DefKind::Field | DefKind::Variant)
                    || def.ty.is_some()
            }
            Item::Binding(binding) => facts.binding(binding).ty.is_some(),
            Item::Import(_) => true,
        });
        self.decl_of(file, scope, name, *typed.or(items.first())?, hops)
    }

    /// The module that an import is about.
    fn import_module(&self, file: FileId, import: &Import) -> Decl {
        let path = self.facts(file).list(import.module);
        self.module_at(file, import.level, path)
    }

    pub(super) fn module_at(&self, file: FileId, level: u8, path: &[Name]) -> Decl {
        if self.is_stub(file) {
            return stubs::find(path).map_or(Decl::External, |index| Decl::Module(self.stub_file(index)));
        }
        let found = self.modules.find(self.project, file, level, path);
        match found {
            Some(Module::File(found)) => Decl::Module(found),
            Some(Module::Folder(folder)) if level > 0 => Decl::Folder(folder),
            None if level > 0 => Decl::Missing,
            found => match stubs::find(path) {
                Some(index) => Decl::Module(self.stub_file(index)),
                None => match found.or_else(|| self.modules.find_elsewhere(self.project, file, path)) {
                    Some(Module::File(found)) => Decl::Module(found),
                    Some(Module::Folder(folder)) => Decl::Folder(folder),
                    None => Decl::External,
                },
            },
        }
    }

    /// What an import's name stands for.
    pub(super) fn imported(&self, file: FileId, import: &Import, hops: u32) -> Decl {
        let path = self.facts(file).list(import.module);
        match import.member {
            ImportMember::Module => self.module_at(file, import.level, &path[..path.len().min(1)]),
            ImportMember::Default => self.module_at(file, import.level, path),
            ImportMember::Named(member) => match self.module_at(file, import.level, path) {
                Decl::Module(module) => self
                    .module_member_from(module, member, hops, file)
                    .unwrap_or(if self.is_stub(module) { Decl::External } else { Decl::Missing }),
                Decl::Folder(folder) => match self.modules.in_folder(folder, member) {
                    Some(Module::File(found)) => Decl::Module(found),
                    Some(Module::Folder(folder)) => Decl::Folder(folder),
                    None => Decl::Missing,
                },
                other => {
                    // `import xml.dom as d`: known only as a whole.
                    let mut whole = path.to_vec();
                    whole.push(member);
                    match stubs::find(&whole) {
                        Some(index) if other == Decl::External => Decl::Module(self.stub_file(index)),
                        _ => other,
                    }
                }
            },
            ImportMember::Glob | ImportMember::SideEffect => Decl::External,
        }
    }

    fn module_member_from(&self, module: FileId, name: Name, hops: u32, from: FileId) -> Option<Decl> {
        if module == from {
            // `from . import sub` in a package's own `__init__`.
            return self.submodule(module, name).or_else(|| self.module_member(module, name, hops + 1));
        }
        self.module_member(module, name, hops)
    }

    pub(super) fn submodule(&self, module: FileId, name: Name) -> Option<Decl> {
        if self.is_stub(module) {
            // `os.path`, `collections.abc`: in the same stub, or one of their own.
            let stub = self.stub(module)?;
            if stub.module == "stdlib" && matches!(name.as_str(), "path" | "parse" | "futures") {
                return Some(Decl::Module(module));
            }
            let index = stubs::find(&[Name::new(stub.module), name])?;
            return Some(Decl::Module(self.stub_file(index)));
        }
        Some(match self.modules.below(self.project, Module::File(module), name)? {
            Module::File(found) => Decl::Module(found),
            Module::Folder(folder) => Decl::Folder(folder),
        })
    }

    /// What a module has under a name.
    pub(super) fn module_member(&self, module: FileId, name: Name, hops: u32) -> Option<Decl> {
        if hops > MAX_HOPS {
            return None;
        }
        self.typed_declared(module, ScopeId::FILE, name, hops)
            .filter(|decl| *decl != Decl::Missing)
            .or_else(|| self.through_globs(module, name, hops))
            .or_else(|| self.submodule(module, name))
    }

    /// The type of what a name stands for, as a value.
    pub(super) fn decl_type(&self, decl: Decl, fuel: Fuel) -> Ty {
        match decl {
            Decl::Def(def) => self.def_type(def, fuel),
            Decl::Module(file) => Ty::Module(file),
            Decl::Folder(folder) => Ty::ExternalName(Name::new(&format!("/{folder}"))),
            Decl::Variable(file, scope, name) => self.variable_type(file, scope, name, fuel),
            Decl::External => external(),
            Decl::Missing => Ty::Unknown,
        }
    }

    /// The type that a scope's name has for those who read it from elsewhere.
    pub(super) fn name_type(&self, file: FileId, scope: ScopeId, name: Name, fuel: Fuel) -> Ty {
        let Some(found) = self.scope_of(file, scope, name) else {
            return match self.through_globs(file, name, 0).or_else(|| self.builtin_decl(file, name)) {
                Some(decl) => self.decl_type(decl, fuel),
                None => Ty::Unknown,
            };
        };
        match self.typed_declared(file, found, name, 0) {
            Some(Decl::Variable(file, scope, name)) => self.variable_type(file, scope, name, fuel),
            Some(decl) => self.decl_type(decl, fuel),
            None => Ty::Unknown,
        }
    }

    /// A definition as a value.
    pub(super) fn def_type(&self, def: DefRef, fuel: Fuel) -> Ty {
        let this = self.def(def);
        match this.kind {
            DefKind::Class | DefKind::Enum | DefKind::Interface => Ty::Class(def, self.class_params(def)),
            DefKind::TypeAlias => self.alias_value(def, fuel),
            kind if kind.is_callable() => self.decorated_type(def, fuel),
            DefKind::File => Ty::Module(def.file),
            _ => self.variable_type(def.file, this.outer_scope, this.name, fuel),
        }
    }

    /// Where the name on the right is looked up that a class body gives to one of its own: `Item = Item`.
    fn outer_name(&self, file: FileId, class: ScopeId, name: Name, value: ExprId) -> Option<ScopeId> {
        let facts = self.facts(file);
        let same = matches!(*facts.expr(value), Expr::Name { name: used, scope, .. } if used == name && scope == class);
        facts.scope(class).parent.filter(|_| same && facts.scope(class).kind == ScopeKind::Type)
    }

    /// A variable's declared type, or the union of what is assigned to it.
    fn variable_type(&self, file: FileId, scope: ScopeId, name: Name, fuel: Fuel) -> Ty {
        self.memo
            .get(Key::Symbol(file, scope, name), fuel, |rest| {
                let facts = self.facts(file);
                let items = self.index(file).items(scope, name);
                let eval = super::infer::Eval::new(self, file, rest, None);
                for item in items.iter().rev() {
                    let ty = match *item {
                        Item::Def(def) => facts.def(def).ty,
                        Item::Binding(binding) => facts.binding(binding).ty,
                        Item::Import(_) => None,
                    };
                    if let Some(ty) = ty {
                        let bare = super::annotations::is_bare_final(facts, ty);
                        if !bare {
                            return match *item {
                                Item::Binding(binding)
                                    if matches!(facts.binding(binding).kind, BindingKind::Param(_)) =>
                                {
                                    eval.binding(binding)
                                }
                                _ => {
                                    // A name may be annotated with itself: `date: date | None`.
                                    let mut declared = super::infer::Eval::new(self, file, rest, None);
                                    declared.aliases = rest;
                                    declared.annotated(ty)
                                }
                            };
                        }
                    }
                }
                Ty::union(items.iter().map(|item| match *item {
                    Item::Def(def) => {
                        let this = facts.def(def);
                        match this.kind {
                            DefKind::Variable | DefKind::Constant | DefKind::Field => match this.value {
                                None => Ty::Unknown,
                                Some(value) => match self.outer_name(file, scope, name, value) {
                                    Some(outer) => self.name_type(file, outer, name, rest),
                                    None => eval.expr(value),
                                },
                            },
                            DefKind::Variant => {
                                let class = DefRef { file, def: this.parent };
                                Ty::Def(class, crate::ty::no_args())
                            }
                            _ => self.def_type(DefRef { file, def }, rest),
                        }
                    }
                    Item::Binding(binding) => eval.binding(binding),
                    Item::Import(import) => self.decl_type(self.imported(file, facts.import(import), 0), rest),
                }))
            })
            .unwrap_or(Ty::Unknown)
    }
}

/// Something of a library, of which nothing more is known.
pub(super) fn external() -> Ty {
    Ty::ExternalName(Name::default())
}
