//! Types as written in a file.

use super::types::{Args, Type, no_args};
use super::{GoResolver, Imported};
use crate::memo::Fuel;
use crate::scopes::scopes_outwards;
use crate::{DefRef, FileId};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{DefId, DefKind, List, ParamKind, ScopeId, Segment, TypeExpr, TypeId};
use std::sync::Arc;

/// What a name stands for in a scope, if it stands for a type there.
enum LocalType {
    Def(DefRef),
    Param(DefRef, u16),
}

/// Types of the universe scope; aliases under the name of what they stand for.
fn universe(name: &str) -> Option<&'static str> {
    Some(match name {
        "byte" | "uint8" => "uint8",
        "rune" | "int32" => "int32",
        "any" => "any",
        "bool" => "bool",
        "comparable" => "comparable",
        "complex64" => "complex64",
        "complex128" => "complex128",
        "error" => "error",
        "float32" => "float32",
        "float64" => "float64",
        "int" => "int",
        "int8" => "int8",
        "int16" => "int16",
        "int64" => "int64",
        "string" => "string",
        "uint" => "uint",
        "uint16" => "uint16",
        "uint32" => "uint32",
        "uint64" => "uint64",
        "uintptr" => "uintptr",
        _ => return None,
    })
}

impl GoResolver<'_> {
    /// The type that a type expression of a file means.
    pub(super) fn written(&self, file: FileId, ty: TypeId, fuel: Fuel) -> Type {
        if fuel != Fuel::FULL {
            return self.written_now(file, ty, fuel);
        }
        let slot = &self.context(file).types[ty.index()];
        if let Some(known) = slot.get() {
            return known.clone();
        }
        let value = self.written_now(file, ty, fuel);
        // Another thread may have been quicker; it found the same.
        let _ = slot.set(value.clone());
        value
    }

    fn written_now(&self, file: FileId, ty: TypeId, fuel: Fuel) -> Type {
        let facts = self.facts(file);
        match *facts.type_expr(ty) {
            TypeExpr::Path { segments, scope, .. } => match self.path_type(file, segments, scope, fuel) {
                // Of the library, only parts are described.
                Type::Unknown if self.is_library(file) => Type::opaque(),
                ty => ty,
            },
            TypeExpr::Pointer(inner) => self.deeper(|| self.written(file, inner, fuel)).pointer(),
            TypeExpr::Sequence(inner) => self.deeper(|| self.written(file, inner, fuel)).sequence(),
            TypeExpr::Channel(inner) => Type::Channel(Arc::new(self.deeper(|| self.written(file, inner, fuel)))),
            TypeExpr::Map { key, value } => {
                self.deeper(|| Type::Map(Arc::new((self.written(file, key, fuel), self.written(file, value, fuel)))))
            }
            TypeExpr::Tuple(items) => Type::Tuple(self.written_all(file, items, fuel)),
            TypeExpr::Union(items) => Type::Terms(self.written_all(file, items, fuel)),
            TypeExpr::Function { params, ret } => {
                let params = self.written_all(file, params, fuel);
                let result =
                    ret.map_or_else(|| Type::Tuple(no_args()), |ret| self.deeper(|| self.written(file, ret, fuel)));
                Type::func(params, result)
            }
            TypeExpr::Def(def) => {
                let def = DefRef { file, def };
                let args = self.generic_around(def).map_or_else(no_args, |(_, args)| args);
                Type::Anonymous(def, args)
            }
            _ => Type::Unknown,
        }
    }

    fn written_all(&self, file: FileId, items: List<TypeId>, fuel: Fuel) -> Args {
        self.deeper(|| self.facts(file).list(items).iter().map(|&item| self.written(file, item, fuel)).collect())
    }

    fn deeper<R>(&self, body: impl FnOnce() -> R) -> R {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, body)
    }

    /// What a name of a function's or type's inner scopes stands for.
    fn local_type(&self, file: FileId, name: Name, scope: ScopeId) -> Option<LocalType> {
        if scope == ScopeId::FILE {
            return None;
        }
        let facts = self.facts(file);
        let context = self.context(file);
        for scope in scopes_outwards(facts, scope) {
            if scope == ScopeId::FILE {
                break;
            }
            if !context.local_types.is_empty()
                && let Some(&def) = context.local_types.get(&(scope, name)).and_then(|defs| defs.last())
            {
                return Some(LocalType::Def(DefRef { file, def }));
            }
            let owner = facts.scope(scope).owner;
            let def = facts.def(owner);
            if def.scope != scope || def.type_params.is_empty() {
                continue;
            }
            if let Some(index) = facts.list(def.type_params).iter().position(|param| param.name == name) {
                return Some(self.canonical_param(DefRef { file, def: owner }, index as u16));
            }
        }
        None
    }

    /// A method names its receiver's type parameters anew; they are those of the type.
    fn canonical_param(&self, def: DefRef, index: u16) -> LocalType {
        let owner = if self.def(def).kind == DefKind::Method { self.receiver_type(def).unwrap_or(def) } else { def };
        LocalType::Param(owner, index)
    }

    /// The generic definition around a definition, with its own parameters as arguments.
    pub(super) fn generic_around(&self, inner: DefRef) -> Option<(DefRef, Args)> {
        let facts = self.facts(inner.file);
        let mut id = inner.def;
        while id != DefId::FILE {
            let def = facts.def(id);
            if !def.type_params.is_empty() {
                let count = def.type_params.len() as u16;
                let mut owner = DefRef { file: inner.file, def: id };
                if def.kind == DefKind::Method {
                    owner = self.receiver_type(owner).unwrap_or(owner);
                }
                return Some((owner, (0..count).map(|index| Type::Param(owner, index)).collect()));
            }
            id = def.parent;
        }
        None
    }

    /// The definition that a written type name stands for.
    pub(super) fn type_def(&self, file: FileId, segments: &[Segment], scope: ScopeId) -> Option<DefRef> {
        match segments {
            [one] => match self.local_type(file, one.name, scope) {
                Some(LocalType::Def(def)) => Some(def),
                Some(LocalType::Param(..)) => None,
                None => self.package_name(file, one.name).ok().filter(|&def| self.def(def).kind.is_type()),
            },
            [package, name] => match self.context(file).imports.get(&package.name)? {
                Imported::Package(id) => self.item(*id, name.name, file).filter(|&def| self.def(def).kind.is_type()),
                _ => None,
            },
            _ => None,
        }
    }

    /// A name of the package or of a package imported with a dot. The error tells whether a library
    /// imported with a dot may have it.
    pub(super) fn package_name(&self, file: FileId, name: Name) -> Result<DefRef, bool> {
        let context = self.context(file);
        if let Some(def) = context.package.and_then(|package| self.item(package, name, file)) {
            return Ok(def);
        }
        let mut library = false;
        for dot in &context.dots {
            match dot {
                Imported::Package(package) => {
                    if let Some(def) = self.item(*package, name, file) {
                        return Ok(def);
                    }
                    library |= self.is_library_package(*package);
                }
                _ => library = true,
            }
        }
        Err(library)
    }

    /// A simple name as a type: local, of the package, or of the universe.
    pub(super) fn simple_type(&self, file: FileId, name: Name, scope: ScopeId, args: Args, fuel: Fuel) -> Option<Type> {
        match self.local_type(file, name, scope) {
            Some(LocalType::Param(def, index)) => return Some(Type::Param(def, index)),
            Some(LocalType::Def(def)) => return self.instance(def, args, fuel),
            None => {}
        }
        match self.package_name(file, name) {
            Ok(def) => self.instance(def, args, fuel),
            Err(library) => match universe(name.as_str()) {
                Some(basic) => Some(Type::basic(basic)),
                None => library.then(|| Type::Library(Name::default(), args)),
            },
        }
    }

    /// The type that a definition is with these arguments; `None` if it is no type.
    pub(super) fn instance(&self, def: DefRef, args: Args, fuel: Fuel) -> Option<Type> {
        let data = self.def(def);
        match data.kind {
            DefKind::TypeAlias => Some(self.alias(def, fuel).substitute(def, &args)),
            kind if kind.is_type() => {
                // A type declared inside a generic function depends on the function's parameters.
                Some(Type::Named(def, args))
            }
            _ => None,
        }
    }

    /// What an alias stands for, in terms of its own type parameters.
    pub(super) fn alias(&self, def: DefRef, fuel: Fuel) -> Type {
        let Some(ty) = self.def(def).ty else { return Type::Unknown };
        self.aliases.get(def, fuel, |rest| self.written(def.file, ty, rest)).unwrap_or(Type::Unknown)
    }

    fn path_type(&self, file: FileId, segments: List<Segment>, scope: ScopeId, fuel: Fuel) -> Type {
        let facts = self.facts(file);
        let segments = facts.list(segments);
        let Some(last) = segments.last() else { return Type::Unknown };
        let args = if last.args.is_empty() { no_args() } else { self.written_all(file, last.args, fuel) };
        if let [_] = segments {
            return self.simple_type(file, last.name, scope, args, fuel).unwrap_or(Type::Unknown);
        }
        match self.context(file).imports.get(&segments[0].name) {
            Some(Imported::Package(package)) => match self.item(*package, last.name, file) {
                Some(def) => self.instance(def, args, fuel).unwrap_or(Type::Unknown),
                None if self.is_library_package(*package) => {
                    Type::Library(self.library_name(segments[0].name, last.name), args)
                }
                None => Type::Unknown,
            },
            Some(Imported::Standard | Imported::Dependency | Imported::Undeclared) => {
                Type::Library(self.library_name(segments[0].name, last.name), args)
            }
            Some(Imported::Missing) => Type::Unknown,
            // An import whose package has another name than its path tells.
            None if self.has_foreign_import(file) => Type::Library(Name::default(), args),
            None => Type::Unknown,
        }
    }

    fn library_name(&self, package: Name, name: Name) -> Name {
        let mut text = String::with_capacity(package.as_str().len() + name.as_str().len() + 1);
        text.push_str(package.as_str());
        text.push('.');
        text.push_str(name.as_str());
        Name::new(&text)
    }

    /// Whether a file imports a dependency, whose name we can only guess.
    pub(super) fn has_foreign_import(&self, file: FileId) -> bool {
        // Order does not matter: any one will do.
        let facts = self.facts(file);
        facts.imports.iter().any(|import| {
            import.local.is_some_and(|local| {
                matches!(self.context(file).imports.get(&local), Some(Imported::Dependency | Imported::Undeclared))
            })
        })
    }

    /// The types of a callable's parameters without receiver (a variadic one as a sequence), and of its
    /// result.
    pub(super) fn signature(&self, def: DefRef, fuel: Fuel) -> Type {
        let facts = self.facts(def.file);
        let data = facts.def(def.def);
        let params = facts
            .list(data.params)
            .iter()
            .filter(|param| param.kind != ParamKind::Receiver)
            .map(|param| {
                let ty = param.ty.map_or(Type::Unknown, |ty| self.written(def.file, ty, fuel));
                if param.kind == ParamKind::Variadic { ty.sequence() } else { ty }
            })
            .collect();
        Type::func(params, self.result(def, fuel))
    }

    pub(super) fn result(&self, def: DefRef, fuel: Fuel) -> Type {
        self.def(def).ty.map_or_else(|| Type::Tuple(no_args()), |ty| self.written(def.file, ty, fuel))
    }
}
