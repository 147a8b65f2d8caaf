//! Which function `receiver.name(…)` and `Type::name(…)` call.

use super::infer::Infer;
use super::modules::{Space, spaces_of};
use super::ty::{Args, Mutability, Subst, Ty};
use super::world::{Head, Inherent, Lexical, SelfKind};
use crate::links::Evidence;
use crate::project::DefRef;
use crate::scopes::scopes_outwards;
use parseltongue_sort::StableSort;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::*;

/// A function found for a call, with what its type parameters stand for.
pub(super) struct Found {
    pub(super) def: DefRef,
    pub(super) subst: Subst,
    pub(super) evidence: Option<Evidence>,
}

/// Which of the library's traits a look-up goes through: not every import can be seen, so where those in
/// scope have nothing, all are tried.
#[derive(Clone, Copy, PartialEq)]
enum LibraryTraits {
    InScope,
    All,
}

pub(super) enum Probe {
    Found(Box<Found>),
    /// The receiver's type is not known yet.
    Wait,
    /// The receiver's type is known and has no such method here.
    None {
        outside: bool,
    },
}

const MAX_DEREFS: usize = 8;

impl Infer<'_, '_> {
    /// Finds the method that a call on a receiver of this type leads to.
    pub(super) fn probe(&mut self, receiver: &Ty, name: Name, scope: ScopeId) -> Probe {
        let world = self.world;
        // Where no trait of the library has the name, both look-ups are the same.
        let of_library = |def: &DefRef| world.files.is_library(*def);
        if world.trait_fns.get(&name).is_some_and(|functions| functions.iter().any(of_library)) {
            let found = self.probe_with(receiver, name, scope, LibraryTraits::InScope);
            if !matches!(found, Probe::None { .. }) {
                return found;
            }
        }
        self.probe_with(receiver, name, scope, LibraryTraits::All)
    }

    fn probe_with(&mut self, receiver: &Ty, name: Name, scope: ScopeId, library: LibraryTraits) -> Probe {
        let world = self.world;
        let mut ty = self.table.or_default(receiver);
        let mut outside = false;
        let mut first = None;
        for step in 0..MAX_DEREFS {
            match &ty {
                Ty::Var(_) => return if step == 0 || first.is_some() { Probe::Wait } else { Probe::None { outside } },
                Ty::Unknown => return Probe::None { outside: false },
                // An impl for references, or one with a pinned receiver, would fit whatever this is.
                Ty::Ref(..) if matches!(self.peeled(&ty), Ty::Unknown) => return Probe::None { outside: false },
                Ty::Adt(pin, args)
                    if Some(*pin) == world.known.pin
                        && args.first().is_some_and(|inner| matches!(self.peeled(inner), Ty::Unknown)) =>
                {
                    return Probe::None { outside: false };
                }
                Ty::External(..) => outside = true,
                _ => {}
            }
            if first.is_none() && !matches!(ty, Ty::Ref(..)) {
                first = Some(ty.clone());
            }
            for by_reference in [None, Some(Mutability::Shared), Some(Mutability::Mutable)] {
                if let Some(found) = self.inherent_method(&ty, name, by_reference) {
                    return Probe::Found(Box::new(found));
                }
                match self.trait_method(&ty, name, by_reference, scope, library) {
                    Ok(Some(found)) => return Probe::Found(Box::new(found)),
                    Ok(None) => {}
                    Err(()) => return Probe::Wait,
                }
            }
            match self.table.deref(&ty) {
                Some(next) => ty = self.table.or_default(&next),
                None => break,
            }
        }
        let Some(first) = first else { return Probe::None { outside } };
        if library == LibraryTraits::InScope {
            return Probe::None { outside };
        }
        outside |= match &first {
            Ty::Adt(def, _) => world.files.is_library(*def),
            Ty::Prim(_) | Ty::External(..) | Ty::Slice(_) | Ty::Tuple(_) | Ty::Pointer(_) => true,
            _ => false,
        };
        // A library trait's method that a macro implements.
        if let Some(of) = world.trait_fns.get(&name) {
            for &def in of {
                if world.files.is_library(def) && world.sig(def).self_kind != SelfKind::None {
                    let parent = world.parent(def);
                    let strict = world.known.strict.contains(&parent);
                    if strict && !matches!(first, Ty::External(..) | Ty::Adt(..)) {
                        continue;
                    }
                    let args = self.table.fresh_args(world.param_count(parent));
                    let subst = Subst { parts: vec![(parent, args)], this: Some((parent, first)) };
                    return Probe::Found(Box::new(Found { def, subst, evidence: None }));
                }
            }
        }
        Probe::None { outside }
    }

    fn inherent_method(&mut self, ty: &Ty, name: Name, by_reference: Option<Mutability>) -> Option<Found> {
        let world = self.world;
        let inner = match ty {
            Ty::Ref(inner, mutability) => Some((self.table.or_default(inner), *mutability)),
            _ => None,
        };
        let head = super::world::head_of(ty);
        let inner_head = inner.as_ref().and_then(|(inner, _)| super::world::head_of(inner));
        let candidates = world.inherent.get(&name).map_or(&[][..], Vec::as_slice);
        let around = if candidates.len() > 1 { self.around } else { None };
        let mut first: Option<(u32, Ty, Found)> = None;
        let functions = world.trait_fns.get(&name).map_or(&[][..], Vec::as_slice);
        let of_trait = !candidates.is_empty() && functions.iter().any(|def| !world.files.is_library(*def));
        for &Inherent { index, def, head: of_impl, self_kind } in candidates {
            // What cannot be seen from here leaves the name to a trait.
            if of_trait && !self.can_see(def) {
                continue;
            }
            if self_kind != SelfKind::Other
                && of_impl.is_some_and(|of| Some(of) != head && Some(of) != inner_head && of != Head::Ref)
            {
                continue;
            }
            let this = match (self_kind, by_reference) {
                (SelfKind::None, _) => continue,
                (SelfKind::Value, None) => ty.clone(),
                (SelfKind::Ref(taken), Some(given)) if taken == given => ty.clone(),
                (SelfKind::Ref(taken), None) => match &inner {
                    Some((inner, given)) if taken.fits(*given) => inner.clone(),
                    _ => continue,
                },
                (SelfKind::Ref(_), _) => continue,
                (SelfKind::Value, Some(mutability)) => Ty::reference(ty.clone(), mutability),
                (SelfKind::Other, _) => {
                    // `self: Box<Self>`: the written type is matched as a whole.
                    let before = self.table.snapshot();
                    let values = self.table.fresh_args(world.impls[index as usize].params);
                    let subst = Subst::of(world.impls[index as usize].def, values);
                    let written = world.sig(def).params.first().map_or(Ty::Unknown, |ty| subst.apply(ty));
                    let written = self.table.norm(&written);
                    let written = match (&written, by_reference) {
                        (Ty::Ref(inner, taken), Some(given)) if *taken == given => (**inner).clone(),
                        (_, Some(_)) => Ty::Unknown,
                        _ => written,
                    };
                    if !matches!(written, Ty::Unknown | Ty::Var(_)) && self.table.unify(&written, ty) {
                        return Some(Found { def, subst, evidence: None });
                    }
                    self.table.rollback(&before);
                    continue;
                }
            };
            if matches!(this, Ty::Var(_) | Ty::Unknown) {
                continue;
            }
            // Several traits of other crates may give a type a method of one name.
            let foreign = world.impls[index as usize].foreign;
            if first.is_some() && (foreign.is_none() || foreign != around) {
                continue;
            }
            // The trait that is being implemented is in scope for sure.
            if foreign.is_some()
                && let Some(of) = self.trait_around
                && world.files.members_named(of, name).next().is_some()
                && self.table.find_impl(&this, of, None).is_some()
            {
                continue;
            }
            let before = self.table.snapshot();
            if let Some(values) = self.match_inherent(index, &this) {
                let subst = Subst::of(world.impls[index as usize].def, values);
                let found = Found { def, subst, evidence: None };
                if foreign.is_none() || around.is_none() || foreign == around {
                    return Some(found);
                }
                self.table.rollback(&before);
                first = Some((index, this, found));
            }
        }
        let (index, this, found) = first?;
        self.match_inherent(index, &this)
            .map(|values| Found { subst: Subst::of(world.impls[index as usize].def, values), ..found })
    }

    /// Whether a private method is one of the module at hand or of one around it.
    fn can_see(&self, def: DefRef) -> bool {
        let world = self.world;
        let this = world.def(def);
        this.visibility != Visibility::Private || {
            let from = world.module_at(self.file, self.facts.def(self.owner).scope);
            let home = world.module_at(def.file, this.outer_scope);
            world.modules.visible(from, home, Visibility::Private)
        }
    }

    fn match_inherent(&mut self, index: u32, this: &Ty) -> Option<Args> {
        let head = super::world::head_of(&self.world.impls[index as usize].this);
        if head.is_some() && head != super::world::head_of(this) {
            return None;
        }
        let before = self.table.snapshot();
        // Inherent impls do not overlap: the bounds need not tell them apart, and macros may satisfy them.
        let found = self.table.match_impl(index, this, None, false);
        if found.is_none() {
            self.table.rollback(&before);
        }
        found
    }

    /// `Err` if the answer depends on a type that is not known yet.
    fn trait_method(
        &mut self,
        ty: &Ty,
        name: Name,
        by_reference: Option<Mutability>,
        scope: ScopeId,
        library: LibraryTraits,
    ) -> Result<Option<Found>, ()> {
        let world = self.world;
        let Some(candidates) = world.trait_fns.get(&name) else { return Ok(None) };
        let candidates = self.own_of_number(ty, candidates).unwrap_or(candidates);
        let mut by_impl: Option<(Found, bool)> = None;
        // `self.inner.fmt(f)` is of the trait that is being implemented.
        let around = self.trait_around.filter(|of| candidates.iter().any(|def| world.parent(*def) == *of));
        let is_around = |def: &DefRef| around.is_some_and(|of| world.parent(*def) == of);
        let ordered =
            candidates.iter().filter(|def| is_around(def)).chain(candidates.iter().filter(|def| !is_around(def)));
        for &def in ordered {
            let of = world.parent(def);
            let sig = world.sig(def);
            let this = match (sig.self_kind, by_reference) {
                (SelfKind::None, _) => continue,
                (SelfKind::Value, None) => ty.clone(),
                (SelfKind::Ref(taken), Some(given)) if taken == given => ty.clone(),
                (SelfKind::Ref(taken), None) => match ty {
                    Ty::Ref(inner, given) if taken.fits(*given) => self.table.or_default(inner),
                    _ => continue,
                },
                (SelfKind::Ref(_), _) => continue,
                (SelfKind::Value, Some(mutability)) => Ty::reference(ty.clone(), mutability),
                (SelfKind::Other, _) => {
                    if by_reference.is_some() {
                        continue;
                    }
                    // `self: Pin<&mut Self>`, `self: Box<Self>`
                    let this = self.table.fresh();
                    let subst = Subst { parts: Vec::new(), this: Some((of, this.clone())) };
                    let written = sig.params.first().map_or(Ty::Unknown, |ty| subst.apply(ty));
                    if !self.table.try_unify(&written, ty) {
                        continue;
                    }
                    self.table.or_default(&this)
                }
            };
            match this {
                Ty::Var(_) => {
                    if !world.files.is_library(def) && self.trait_in_scope(of, scope) {
                        return Err(());
                    }
                    continue;
                }
                Ty::Unknown => continue,
                _ => {}
            }
            let bounds = self.table.bounds(&this);
            if let Some(bound) = bounds.iter().find(|bound| bound.of == of) {
                let subst = Subst { parts: vec![(of, bound.args.clone())], this: Some((of, this)) };
                return Ok(Some(Found { def, subst, evidence: Some(Evidence::Bound) }));
            }
            let of_library = world.files.is_library(def);
            if by_impl.as_ref().is_some_and(|(_, project)| *project || of_library)
                || !(library == LibraryTraits::All && of_library || self.trait_in_scope(of, scope))
            {
                continue;
            }
            let before = self.table.snapshot();
            if let Some((index, values)) = self.table.find_impl(&this, of, None) {
                let found = if self.is_one_of_several(index, &this, of) {
                    self.table.rollback(&before);
                    let args = self.table.fresh_args(world.param_count(of));
                    let subst = Subst { parts: vec![(of, args)], this: Some((of, this.clone())) };
                    Found { def, subst, evidence: Some(Evidence::Overload) }
                } else {
                    self.of_impl(index, values, def, &this)
                };
                by_impl = Some((found, !world.files.is_library(def)));
            } else {
                self.table.rollback(&before);
            }
        }
        Ok(by_impl.map(|(found, _)| found))
    }

    /// Of functions of traits, the one that is a number's own: it goes before those of traits.
    fn own_of_number<'c>(&self, ty: &Ty, candidates: &'c [DefRef]) -> Option<&'c [DefRef]> {
        let Ty::Prim(name) = ty else { return None };
        let of = match name.as_str().as_bytes()[0] {
            b'f' => self.world.known.fraction,
            b'i' | b'u' => self.world.known.whole,
            _ => return None,
        };
        let position = candidates.iter().position(|def| Some(self.world.parent(*def)) == of)?;
        Some(&candidates[position..=position])
    }

    /// Whether the trait's arguments decide which impl a call leads to: the type has the trait more than
    /// once, or is a library's, of whose impls not all are known.
    fn is_one_of_several(&mut self, index: u32, this: &Ty, of: DefRef) -> bool {
        let world = self.world;
        if world.param_count(of) == 0 || world.files.is_library(world.impls[index as usize].def) {
            return false;
        }
        let foreign = match this {
            Ty::Prim(_) | Ty::Slice(_) => true,
            Ty::Adt(def, _) => world.files.is_library(*def),
            _ => false,
        };
        if foreign && world.files.is_library(of) {
            return true;
        }
        let before = self.table.snapshot();
        for other in world.impls_of(of, super::world::head_of(this)) {
            let matches = other != index && self.table.match_impl(other, this, None, true).is_some();
            self.table.rollback(&before);
            if matches {
                return true;
            }
        }
        false
    }

    /// A trait's function as an impl has it: the impl's own, or the trait's.
    fn of_impl(&mut self, index: u32, values: Args, def: DefRef, this: &Ty) -> Found {
        let world = self.world;
        let chosen = &world.impls[index as usize];
        let of = world.parent(def);
        let name = world.def(def).name;
        let own = (!chosen.derived)
            .then(|| {
                world.files.members_named(chosen.def, name).find(|member| world.def(*member).kind == DefKind::Method)
            })
            .flatten();
        match own {
            Some(own) => Found { def: own, subst: Subst::of(chosen.def, values), evidence: None },
            None => {
                let subst = Subst::of(chosen.def, values);
                let args: Args = match &chosen.of {
                    Some(bound) => bound.args.iter().map(|arg| subst.apply(arg)).collect(),
                    None => self.table.fresh_args(world.param_count(of)),
                };
                let subst = Subst { parts: vec![(of, args)], this: Some((of, this.clone())) };
                Found { def, subst, evidence: Some(Evidence::Inherited) }
            }
        }
    }

    /// Whether a trait's methods can be called at a scope.
    pub(super) fn trait_in_scope(&mut self, of: DefRef, scope: ScopeId) -> bool {
        let world = self.world;
        // The trait of an impl is in scope inside of it.
        if self.trait_around == Some(of) {
            return true;
        }
        if world.files.is_library(of)
            && (world.def(of).name.as_str().starts_with("__")
                || world.modules.traits_of_prelude(&world.files).contains(&of))
        {
            return true;
        }
        let module = world.module_at(self.file, scope);
        let traits = match &self.module_traits {
            Some((known, traits)) if *known == module => traits.clone(),
            _ => {
                let traits = world.modules.traits_in(&world.files, module);
                self.module_traits = Some((module, traits.clone()));
                traits
            }
        };
        if traits.contains(&of) {
            return true;
        }
        // Imports and definitions in blocks.
        let name = world.def(of).name;
        for scope in scopes_outwards(self.facts, scope) {
            let kind = self.facts.scope(scope).kind;
            if matches!(kind, ScopeKind::File | ScopeKind::Module) {
                break;
            }
            if let Some(imports) = self.block_imports.get(&scope) {
                for &id in imports {
                    let import = self.facts.import(id);
                    if import.member == ImportMember::Glob {
                        let path = self.facts.list(import.module);
                        if let Some(super::modules::Res::Module(target)) =
                            world.modules.resolve_path(&world.files, module, path, Space::Type)
                            && world.modules.traits_in(&world.files, target).contains(&of)
                        {
                            return true;
                        }
                    } else if world.modules.local_import(&world.files, self.file, id, Space::Type)
                        == Some(super::modules::Res::Def(of))
                    {
                        return true;
                    }
                }
            }
            if of.file == self.file
                && world.files.scopes(self.file).in_scope(scope, name).contains(&crate::scopes::Item::Def(of.def))
            {
                return true;
            }
        }
        false
    }

    /// `Type::name`, without knowing arguments; several impls of a trait may have it.
    pub(super) fn associated_fns(&mut self, ty: &Ty, name: Name, scope: ScopeId) -> Vec<Found> {
        let world = self.world;
        let ty = self.table.or_default(ty);
        if matches!(ty, Ty::Unknown) {
            return Vec::new();
        }
        if !matches!(ty, Ty::Var(_)) {
            let head = super::world::head_of(&ty);
            let candidates = world.inherent.get(&name).map_or(&[][..], Vec::as_slice);
            // Of functions of several foreign traits, that of the one that is being implemented.
            let around = self.around;
            let foreign = |one: &&Inherent| world.impls[one.index as usize].foreign;
            let own = candidates.iter().filter(|one| foreign(one).is_none());
            let of_around = candidates.iter().filter(|one| foreign(one).is_some() && foreign(one) == around);
            let others = candidates.iter().filter(|one| foreign(one).is_some() && foreign(one) != around);
            for &Inherent { index, def, head: of_impl, .. } in own.chain(of_around).chain(others) {
                if of_impl.is_some() && of_impl != head {
                    continue;
                }
                if let Some(values) = self.match_inherent(index, &ty) {
                    let subst = Subst::of(world.impls[index as usize].def, values);
                    return vec![Found { def, subst, evidence: Some(Evidence::Qualified) }];
                }
            }
        }
        let Some(candidates) = world.trait_fns.get(&name) else { return Vec::new() };
        let candidates = self.own_of_number(&ty, candidates).unwrap_or(candidates);
        let mut found = Vec::new();
        for &def in candidates {
            let of = world.parent(def);
            let bounds = self.table.bounds(&ty);
            if let Some(bound) = bounds.iter().find(|bound| bound.of == of) {
                let subst = Subst { parts: vec![(of, bound.args.clone())], this: Some((of, ty.clone())) };
                return vec![Found { def, subst, evidence: Some(Evidence::Bound) }];
            }
            if matches!(ty, Ty::Var(_)) {
                continue;
            }
            if !world.files.is_library(def) && !self.trait_in_scope(of, scope) {
                continue;
            }
            let head = super::world::head_of(&ty);
            let before = self.table.snapshot();
            let mut matching = Vec::new();
            for index in world.impls_of(of, head) {
                if self.table.match_impl(index, &ty, None, true).is_some() {
                    matching.push(index);
                }
                self.table.rollback(&before);
                if matching.len() >= 64 {
                    break;
                }
            }
            let several = matching.len() > 1;
            for index in matching {
                // Each of several says something else of what is not known of the type yet.
                let ty = if several { self.table.renewed(&ty) } else { ty.clone() };
                if let Some(values) = self.table.match_impl(index, &ty, None, true) {
                    found.push(self.of_impl(index, values, def, &ty));
                }
            }
        }
        if found.is_empty() && !matches!(ty, Ty::Var(_)) {
            // The type behind a reference or box, for `<&T>::f`; and what macros implement of library traits.
            for &def in candidates {
                if world.files.is_library(def) {
                    let of = world.parent(def);
                    let args = self.table.fresh_args(world.param_count(of));
                    let subst = Subst { parts: vec![(of, args)], this: Some((of, ty.clone())) };
                    found.push(Found { def, subst, evidence: None });
                    break;
                }
            }
        }
        // The project's own impls before the library's blanket ones.
        found.stable_sort_by_key(|found| world.files.is_library(found.def));
        found
    }

    /// What a trait's function is for a type that is known by now.
    pub(super) fn selected(&mut self, def: DefRef, this: &Ty, trait_args: Option<&Args>) -> Selected {
        let world = self.world;
        let of = world.parent(def);
        let this = self.table.or_default(this);
        if matches!(this, Ty::Var(_) | Ty::Unknown) || world.def(of).kind != DefKind::Trait {
            return Selected::Declared;
        }
        let this = match this {
            // Whoever calls it may know the bounds alone; what runs is what the body gives.
            Ty::Opaque(_, Some(given_by)) => match world.hidden_result(given_by) {
                Some(hidden) => hidden,
                None => return Selected::Declared,
            },
            this => this,
        };
        if self.table.bounds(&this).iter().any(|bound| bound.of == of) {
            return Selected::Declared;
        }
        let args: Option<Vec<Ty>> = trait_args.map(|args| args.to_vec());
        let before = self.table.snapshot();
        let found = self.table.find_impl(&this, of, args.as_deref());
        self.table.rollback(&before);
        let Some((index, _)) = found else { return Selected::Declared };
        let chosen = &world.impls[index as usize];
        if chosen.derived {
            return Selected::Declared;
        }
        let declared = world.def(def);
        let mut own = world.files.members_named(chosen.def, declared.name);
        match own.find(|member| world.def(*member).kind == DefKind::Method) {
            Some(own) => Selected::Own(own),
            // An impl has all that a trait only declares: what is not there comes of a macro.
            None if declared.flags.contains(DefFlags::DECLARATION) => Selected::OfMacro,
            None => Selected::Declared,
        }
    }

    /// The trait or type that a path before `::name` means.
    pub(super) fn type_or_trait(&mut self, segments: &[Segment], scope: ScopeId, at: DefId) -> Prefix {
        let world = self.world;
        if let Some((res, left)) = world.type_res(self.file, scope, segments, at) {
            match res {
                super::modules::Res::Def(def) if left == 0 && world.def(def).kind == DefKind::Trait => {
                    return Prefix::Trait(def);
                }
                super::modules::Res::Module(module) if left == 0 => return Prefix::Module(module),
                super::modules::Res::External(path) if left == 0 => {
                    let args = segments.last().map(|segment| segment.args).unwrap_or_default();
                    if args.is_empty() {
                        return Prefix::External(path);
                    }
                }
                _ => {}
            }
        } else if segments.len() == 1
            && let Some(Lexical::Binding(_)) = world.lexical(self.file, scope, segments[0].name, Space::Type, 0)
        {
            return Prefix::Type(Ty::Unknown);
        }
        Prefix::Type(self.path_type(segments, scope, at))
    }

    /// Whether a definition can be called as it is named.
    pub(super) fn is_value(&self, def: DefRef) -> bool {
        spaces_of(&self.world.files, def).contains(&Space::Value)
    }
}

/// Where the body of a trait's function is for a type.
pub(super) enum Selected {
    Own(DefRef),
    /// Only the trait's declaration is known.
    Declared,
    /// Inside an impl, but made by a macro.
    OfMacro,
}

pub(super) enum Prefix {
    Type(Ty),
    Trait(DefRef),
    Module(super::modules::ModId),
    External(Name),
}
