//! Fields and methods of types: declared, promoted through embedding, asked for by interfaces.

use super::types::{Args, Type, no_args};
use super::{GoResolver, is_interface};
use crate::memo::Fuel;
use crate::{DefRef, FileId};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{DefId, DefKind, Relation};

/// What a selector finds.
pub(super) enum Member {
    Field(Type),
    Method {
        def: DefRef,
        /// The generic definition whose parameters the method's types mention, with their arguments.
        generic: Option<(DefRef, Args)>,
        /// Found in an embedded type.
        promoted: bool,
        /// Asked for by an interface.
        bound: bool,
    },
    /// The member is, or may be, one of a library's type.
    Library,
    None,
}

/// The type below a name.
pub(super) enum Shape {
    Struct(DefRef, Args),
    Interface(DefRef, Args),
    Other(Type),
}

/// Deepest embedding that is followed.
const MAX_DEPTH: usize = 10;

impl GoResolver<'_> {
    /// The type that a defined type is made over; other types as they are.
    pub(super) fn shape(&self, ty: &Type) -> Shape {
        let mut ty = ty.clone();
        for _ in 0..16 {
            match ty {
                Type::Named(def, args) => {
                    let data = self.def(def);
                    match data.kind {
                        DefKind::Struct => return Shape::Struct(def, args),
                        DefKind::Interface => return Shape::Interface(def, args),
                        _ => {
                            let Some(written) = data.ty else { return Shape::Other(Type::Unknown) };
                            ty = self.written(def.file, written, Fuel::FULL).substitute(def, &args);
                        }
                    }
                }
                Type::Anonymous(def, args) => {
                    return if is_interface(self.def(def)) {
                        Shape::Interface(def, args)
                    } else {
                        Shape::Struct(def, args)
                    };
                }
                other => return Shape::Other(other),
            }
        }
        Shape::Other(Type::Unknown)
    }

    /// The type with structure that a value of this type has: below names, and for type parameters the
    /// one type that all of its type set share.
    pub(super) fn structure(&self, ty: &Type) -> Type {
        match self.shape(ty) {
            Shape::Other(Type::Param(def, index)) => self.core(def, index).unwrap_or(Type::Unknown),
            Shape::Other(other) => other,
            Shape::Struct(def, args) | Shape::Interface(def, args) => Type::Named(def, args),
        }
    }

    /// The constraint of a type parameter.
    pub(super) fn constraint(&self, def: DefRef, index: u16) -> Option<Type> {
        let facts = self.facts(def.file);
        let param = facts.list(facts.def(def.def).type_params).get(index as usize)?;
        let bound = facts.list(param.bounds).first()?;
        Some(self.written(def.file, *bound, Fuel::FULL))
    }

    /// The structure shared by all types that a type parameter can be.
    pub(super) fn core(&self, def: DefRef, index: u16) -> Option<Type> {
        self.core_of(&self.constraint(def, index)?, 0)
    }

    fn core_of(&self, constraint: &Type, depth: usize) -> Option<Type> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.shape(constraint) {
            Shape::Other(Type::Terms(terms)) => {
                let mut cores = terms.iter().map(|term| self.structure_of_term(term, depth));
                let first = cores.next()??;
                cores.all(|core| core.as_ref() == Some(&first)).then_some(first)
            }
            Shape::Other(Type::Param(def, index)) => self.core_of(&self.constraint(def, index)?, depth + 1),
            Shape::Other(Type::Unknown | Type::Library(..) | Type::Basic(_)) => None,
            Shape::Other(other) => Some(other),
            Shape::Interface(def, args) => {
                let embedded = self.embedded(def, &args);
                embedded.iter().find_map(|ty| self.core_of(ty, depth + 1))
            }
            Shape::Struct(def, args) => Some(Type::Named(def, args)),
        }
    }

    fn structure_of_term(&self, term: &Type, depth: usize) -> Option<Type> {
        match self.shape(term) {
            Shape::Other(Type::Terms(_)) | Shape::Interface(..) => self.core_of(term, depth + 1),
            Shape::Other(Type::Unknown) => None,
            Shape::Other(other) => Some(other),
            Shape::Struct(def, args) => Some(Type::Named(def, args)),
        }
    }

    /// The types embedded in a struct or interface, in source order.
    pub(super) fn embedded(&self, def: DefRef, args: &Args) -> Vec<Type> {
        let facts = self.facts(def.file);
        facts
            .list(facts.def(def.def).supers)
            .iter()
            .filter(|parent| parent.relation != Relation::MemberOf)
            .map(|parent| self.in_terms_of(def, args, &self.written(def.file, parent.ty, Fuel::FULL)))
            .collect()
    }

    /// A type written inside of `def`, with the arguments of this instance of it.
    fn in_terms_of(&self, def: DefRef, args: &Args, ty: &Type) -> Type {
        if args.is_empty() {
            return ty.clone();
        }
        match self.generic_around(def) {
            Some((generic, _)) => ty.substitute(generic, args),
            None => ty.clone(),
        }
    }

    /// The method declared on a defined type.
    pub(super) fn declared_method(&self, ty: DefRef, name: Name, from: FileId) -> Option<DefRef> {
        let data = self.def(ty);
        if data.parent != DefId::FILE {
            return None;
        }
        let package = self.packages.package(self.context(ty.file).package?);
        let candidates = package.methods.get(&(data.name, name))?;
        self.choose(candidates, from)
    }

    /// The field or method that `name` selects on a value (or type) `ty`, by the language's rule: the one
    /// that is embedded least deeply.
    pub(super) fn member(&self, ty: &Type, name: Name, from: FileId) -> Member {
        let mut level = vec![ty.pointee().clone()];
        let mut seen: Vec<DefRef> = Vec::new();
        let mut library = false;
        for depth in 0..MAX_DEPTH {
            let mut found: Option<Member> = None;
            let mut ambiguous = false;
            let mut next: Vec<Type> = Vec::new();
            let mut pending = std::mem::take(&mut level);
            pending.reverse();
            while let Some(ty) = pending.pop() {
                let ty = if depth > 0 { ty.pointee().clone() } else { ty };
                if let Type::Named(def, args) = &ty {
                    if seen.contains(def) {
                        continue;
                    }
                    seen.push(*def);
                    library |= self.is_library(def.file);
                    if let Some(method) = self.declared_method(*def, name, from) {
                        ambiguous |= found.is_some();
                        let generic = (!args.is_empty()).then(|| (*def, args.clone()));
                        found.get_or_insert(Member::Method { def: method, generic, promoted: depth > 0, bound: false });
                        continue;
                    }
                }
                match self.shape(&ty) {
                    Shape::Struct(def, args) => {
                        if let Some(&field) = self.context(def.file).members.get(&(def.def, name)) {
                            let written = self.facts(def.file).def(field).ty;
                            let ty = written.map_or(Type::Unknown, |ty| self.written(def.file, ty, Fuel::FULL));
                            ambiguous |= found.is_some();
                            found.get_or_insert(Member::Field(self.in_terms_of(def, &args, &ty)));
                        } else {
                            next.extend(self.embedded(def, &args));
                        }
                    }
                    Shape::Interface(def, args) => {
                        if let Some(&method) = self.context(def.file).members.get(&(def.def, name)) {
                            let target = DefRef { file: def.file, def: method };
                            let generic = (!args.is_empty())
                                .then(|| self.generic_around(def).map(|(generic, _)| (generic, args)))
                                .flatten();
                            // Interfaces may ask for one method twice.
                            found.get_or_insert(Member::Method {
                                def: target,
                                generic,
                                promoted: depth > 0,
                                bound: true,
                            });
                        } else {
                            // What an interface embeds belongs to it; it is no deeper.
                            for embedded in self.embedded(def, &args).into_iter().rev() {
                                let again =
                                    matches!(&embedded, Type::Named(def, _) if seen.contains(def)) || embedded == ty;
                                if !again && pending.len() < 1000 {
                                    pending.push(embedded);
                                }
                            }
                        }
                    }
                    Shape::Other(Type::Param(def, index)) => {
                        if let Some(bound) = self.constraint(def, index).filter(|bound| *bound != ty)
                            && pending.len() < 1000
                            && seen.len() < 1000
                        {
                            seen.push(DefRef { file: def.file, def: DefId::FILE });
                            pending.push(bound);
                        }
                    }
                    Shape::Other(Type::Library(_, args)) => {
                        // A generic type of a library may well answer with its arguments.
                        library |= args.is_empty();
                    }
                    Shape::Other(Type::Basic(basic)) => library |= basic == "error",
                    Shape::Other(_) => {}
                }
            }
            if let Some(found) = found {
                return if ambiguous { Member::None } else { found };
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        if library { Member::Library } else { Member::None }
    }

    /// The signature of a value that can be called.
    pub(super) fn callable(&self, ty: &Type) -> Option<std::sync::Arc<super::types::Signature>> {
        match self.structure(ty) {
            Type::Func(signature) => Some(signature),
            _ => None,
        }
    }

    /// All methods of an interface by name, and whether they are all known.
    pub(super) fn interface_methods(&self, def: DefRef) -> (Vec<DefRef>, bool) {
        let mut methods: Vec<DefRef> = Vec::new();
        let mut complete = true;
        let mut seen = vec![def];
        let mut pending = vec![def];
        while let Some(def) = pending.pop() {
            let facts = self.facts(def.file);
            for (id, data) in facts.defs().skip(def.def.index() + 1) {
                if data.span.start >= facts.def(def.def).span.end {
                    break;
                }
                if data.parent == def.def
                    && data.kind == DefKind::Method
                    && data.outer_scope == facts.def(def.def).scope
                {
                    methods.push(DefRef { file: def.file, def: id });
                }
            }
            for embedded in self.embedded(def, &no_args()) {
                match self.shape(&embedded) {
                    Shape::Interface(inner, _) if seen.len() < 1000 => {
                        if !seen.contains(&inner) {
                            seen.push(inner);
                            pending.push(inner);
                        }
                    }
                    Shape::Other(Type::Basic(basic)) if basic == "comparable" || basic == "any" => {}
                    _ => complete = false,
                }
            }
        }
        (methods, complete)
    }
}
