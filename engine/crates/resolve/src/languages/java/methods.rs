//! Methods of types: lookup through supertypes, subtyping, function types, inference of type arguments.

use super::jdk::JdkMethod;
use super::types::{Bound, ClassId, JTy, Prim, Tri, no_types};
use super::world::{World, class_argument};
use crate::project::DefRef;
use parseltongue_sort::StableSort;
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{DefFlags, DefKind, Visibility};
use std::sync::Arc;

/// What a method found by name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Project(DefRef),
    Jdk,
    /// The canonical or default constructor, which nobody wrote.
    Implicit(DefRef),
}

/// A method of a receiver's type, with the receiver's type arguments put in.
#[derive(Clone, Debug)]
pub(super) struct Method {
    pub(super) target: Target,
    /// Where it is declared.
    pub(super) class: ClassId,
    pub(super) params: Arc<[JTy]>,
    pub(super) ret: JTy,
    pub(super) variadic: bool,
    /// Type variables to infer.
    pub(super) vars: Vec<JTy>,
    pub(super) is_abstract: bool,
    pub(super) is_static: bool,
}

/// All methods of one name that a type has.
#[derive(Default, Debug)]
pub(super) struct Methods {
    pub(super) list: Vec<Method>,
    /// Whether there may be more, in a class of which not all members are known.
    pub(super) opaque: bool,
}

impl World<'_> {
    /// The value of a class's type variable; an unbounded wildcard is bounded as the variable is.
    fn argument(&self, class: ClassId, args: &Arc<[JTy]>, var: &JTy) -> Option<JTy> {
        match (class_argument(class, args, var)?, var) {
            (JTy::Wild(Bound::Extends, inner), JTy::Var(def, index)) if !inner.is_known() => {
                let bound = self.erasure(&self.bound(*def, *index));
                Some(JTy::Wild(Bound::Extends, Arc::new(bound)))
            }
            (value, _) => Some(value),
        }
    }

    /// A type read from a value: wildcards give their bound.
    pub(super) fn read(&self, ty: JTy) -> JTy {
        match ty {
            JTy::Wild(Bound::Extends, inner) if inner.is_known() => (*inner).clone(),
            JTy::Wild(..) => self.jdk.object_type(),
            other => other,
        }
    }

    /// A project's method as a member of a class type.
    fn project_method(&self, def: DefRef, class: ClassId, args: &Arc<[JTy]>) -> Method {
        let signature = self.signature(def);
        let this = self.project.def(def);
        let generic = matches!(class, ClassId::Project(owner) if !self.project.def(owner).type_params.is_empty());
        let put = |ty: &JTy| if generic { ty.substitute(&|var| self.argument(class, args, var)) } else { ty.clone() };
        let params = if generic { signature.params.iter().map(put).collect() } else { signature.params.clone() };
        Method {
            target: Target::Project(def),
            class,
            params,
            ret: put(&signature.ret),
            variadic: signature.variadic,
            vars: (0..this.type_params.len()).map(|index| JTy::Var(def, index as u16)).collect(),
            is_abstract: this.flags.contains(DefFlags::DECLARATION),
            is_static: this.flags.contains(DefFlags::STATIC),
        }
    }

    fn jdk_method(&self, method: &JdkMethod, class: ClassId, args: &Arc<[JTy]>) -> Method {
        let put = |ty: &JTy| ty.substitute(&|var| self.argument(class, args, var));
        Method {
            target: Target::Jdk,
            class,
            params: method.params.iter().map(put).collect(),
            ret: put(&method.ret),
            variadic: method.variadic,
            vars: (0..method.type_params).map(|index| JTy::JdkVar { method: true, index }).collect(),
            is_abstract: method.is_abstract,
            is_static: method.is_static,
        }
    }

    /// The methods of this name that a type has, overridden ones left out.
    pub(super) fn methods(&self, ty: &JTy, name: Name) -> Methods {
        let mut found = Methods::default();
        let own = match ty {
            JTy::Class(class, _) => Some(*class),
            _ => None,
        };
        let mut types = self.class_types(ty);
        // What a class has from its superclasses, `Object` at last, hides what its interfaces ask for.
        if own.is_some_and(|own| !self.is_interface(own)) {
            types.stable_sort_by_key(|(class, _)| self.is_interface(*class));
        }
        for (class, args) in types {
            let inherited = own.is_some_and(|own| own != class);
            match class {
                ClassId::Project(def) => {
                    for member in self.own_members(def, name) {
                        if self.is_method(member, def, inherited) {
                            let method = self.project_method(member, class, &args);
                            self.add_method(&mut found.list, method);
                        }
                    }
                    if let Some(component) = self.component(def, name) {
                        let ty = self.field_type(component);
                        let method = Method {
                            target: Target::Implicit(component),
                            class,
                            params: no_types(),
                            ret: ty.substitute(&|var| self.argument(class, &args, var)),
                            variadic: false,
                            vars: Vec::new(),
                            is_abstract: false,
                            is_static: false,
                        };
                        let written = found.list.iter().any(|known| known.class == class && known.params.is_empty());
                        if !written {
                            found.list.push(method);
                        }
                    }
                }
                ClassId::Jdk(id) => {
                    found.opaque |= !self.jdk.class(id).complete;
                    if let Some(methods) = self.jdk.members(id).methods.get(name.as_str()) {
                        for method in methods {
                            if inherited && method.is_static && self.jdk.class(id).is_interface {
                                continue;
                            }
                            let method = self.jdk_method(method, class, &args);
                            self.add_method(&mut found.list, method);
                        }
                    }
                }
                ClassId::External(_) => found.opaque = true,
            }
        }
        found
    }

    /// Whether a member of a class is a method that the class, or one that extends it, has: private ones and
    /// static ones of interfaces are not inherited.
    fn is_method(&self, member: DefRef, class: DefRef, inherited: bool) -> bool {
        let def = self.project.def(member);
        if def.kind != DefKind::Method {
            return false;
        }
        let hidden = def.visibility == Visibility::Private
            || (def.flags.contains(DefFlags::STATIC) && self.is_interface(ClassId::Project(class)));
        !(inherited && hidden)
    }

    /// The component of a record, which has an accessor of its name that nobody wrote.
    fn component(&self, class: DefRef, name: Name) -> Option<DefRef> {
        let facts = self.facts(class.file);
        let params = facts.list(facts.def(class.def).params);
        params.iter().find(|param| param.name == name)?;
        self.own_members(class, name).find(|&member| self.project.def(member).kind == DefKind::Field)
    }

    /// Adds a method unless one that is there already overrides it.
    fn add_method(&self, list: &mut Vec<Method>, method: Method) {
        // One line of the platform's table may stand for several overloads: one of them is overridden at most.
        let several = method.target == Target::Jdk && method.params.iter().any(|param| !param.is_known());
        let overridden = !several
            && list.iter().any(|known| {
                known.params.len() == method.params.len()
                    && known.class != method.class
                    && known.params.iter().zip(method.params.iter()).all(|(a, b)| self.same_erasure(a, b))
            });
        if !overridden {
            list.push(method);
        }
    }

    pub(super) fn same_erasure(&self, a: &JTy, b: &JTy) -> bool {
        let (a, b) = (self.erasure(a), self.erasure(b));
        a == b || !a.is_known() || !b.is_known()
    }

    /// Whether a type has a method of this name at all.
    pub(super) fn has_method(&self, class: DefRef, name: Name) -> Tri {
        let ancestry = self.ancestry(ClassId::Project(class));
        for (id, _) in &ancestry.types {
            let has =
                match id {
                    ClassId::Project(def) => {
                        self.own_members(*def, name).any(|member| self.is_method(member, *def, *def != class))
                            || self.component(*def, name).is_some()
                    }
                    ClassId::Jdk(id) => self.jdk.members(*id).methods.get(name.as_str()).is_some_and(|methods| {
                        !self.jdk.class(*id).is_interface || methods.iter().any(|m| !m.is_static)
                    }),
                    ClassId::External(_) => false,
                };
            if has {
                return Tri::Yes;
            }
        }
        if ancestry.opaque { Tri::Maybe } else { Tri::No }
    }

    /// The constructors of a class of the project, or the one that it has without one written.
    pub(super) fn constructors(&self, class: DefRef, args: &Arc<[JTy]>, diamond: bool) -> Vec<Method> {
        let facts = self.facts(class.file);
        let def = facts.def(class.def);
        let id = ClassId::Project(class);
        let class_vars: Vec<JTy> = if diamond {
            (0..def.type_params.len()).map(|index| JTy::Var(class, index as u16)).collect()
        } else {
            Vec::new()
        };
        let args = if diamond { class_vars.iter().cloned().collect() } else { args.clone() };
        let mut list: Vec<Method> = self
            .project
            .members(class)
            .iter()
            .filter(|member| facts.def(**member).kind == DefKind::Constructor)
            .map(|member| {
                let mut method = self.project_method(DefRef { file: class.file, def: *member }, id, &args);
                method.ret = JTy::Class(id, args.clone());
                method.vars.extend(class_vars.iter().cloned());
                method
            })
            .collect();
        let canonical = def.params.len();
        // A record has its canonical constructor beside others, unless that is written.
        let is_record = def.kind == DefKind::Class && self.is_record(class);
        if list.is_empty() || (is_record && !list.iter().any(|method| method.params.len() == canonical)) {
            let signature = self.signature(class);
            list.push(Method {
                target: Target::Implicit(class),
                class: id,
                params: signature
                    .params
                    .iter()
                    .map(|param| param.substitute(&|var| class_argument(id, &args, var)))
                    .collect(),
                ret: JTy::Class(id, args.clone()),
                variadic: signature.variadic,
                vars: class_vars,
                is_abstract: false,
                is_static: false,
            });
        }
        list
    }

    fn is_record(&self, class: DefRef) -> bool {
        let record = self.jdk.lang("Record");
        self.supers(class, crate::memo::Fuel::FULL)
            .first()
            .is_some_and(|base| matches!(base, JTy::Class(ClassId::Jdk(id), _) if Some(*id) == record))
    }

    /// Whether `a` is a subtype of `b`, generic arguments apart.
    pub(super) fn subtype(&self, a: &JTy, b: &JTy) -> Tri {
        match (a, b) {
            (JTy::Unknown, _) | (_, JTy::Unknown) => Tri::Maybe,
            (JTy::Void, _) | (_, JTy::Void | JTy::Null) | (JTy::Null, JTy::Prim(_)) => Tri::No,
            (JTy::Null, _) => Tri::Yes,
            (JTy::Prim(a), JTy::Prim(b)) => a.widens_to(*b).into(),
            (JTy::Prim(_), _) | (_, JTy::Prim(_)) => Tri::No,
            (JTy::Wild(Bound::Super, _), _) => self.subtype(&self.jdk.object_type(), b),
            (JTy::Wild(_, inner), _) => self.subtype(inner, b),
            (_, JTy::Wild(_, inner)) => self.subtype(a, inner),
            (JTy::Var(..), JTy::Var(..)) if a == b => Tri::Yes,
            (JTy::JdkVar { .. }, _) | (_, JTy::JdkVar { .. }) => Tri::Maybe,
            (_, JTy::Class(ClassId::Jdk(id), _)) if *id == self.jdk.object => Tri::Yes,
            (JTy::And(parts), _) => parts.iter().map(|part| self.subtype(part, b)).max().unwrap_or(Tri::Maybe),
            (_, JTy::And(parts)) => parts.iter().map(|part| self.subtype(a, part)).min().unwrap_or(Tri::Maybe),
            (_, JTy::Var(..)) => Tri::No,
            (JTy::Var(def, index), _) => self.subtype(&self.bound(*def, *index), b),
            (JTy::Array(a), JTy::Array(b)) => match (&**a, &**b) {
                (JTy::Prim(a), JTy::Prim(b)) => (a == b).into(),
                (a, b) => self.subtype(a, b),
            },
            (JTy::Array(_), JTy::Class(ClassId::Jdk(id), _)) => {
                matches!(self.jdk.class(*id).name, "Cloneable" | "Serializable").into()
            }
            (JTy::Array(_), _) | (_, JTy::Array(_)) => Tri::No,
            (JTy::Class(sub, _), JTy::Class(base, _)) => self.subclass(*sub, *base),
        }
    }

    fn subclass(&self, a: ClassId, b: ClassId) -> Tri {
        if a == b {
            return Tri::Yes;
        }
        if let (ClassId::External(a), ClassId::External(b)) = (a, b) {
            // The same class may be named with and without its package; nested ones of two classes are two.
            let same = a.as_str().rsplit('.').zip(b.as_str().rsplit('.')).all(|(a, b)| a == b);
            return if same { Tri::Yes } else { Tri::Maybe };
        }
        let ancestry = self.ancestry(a);
        if ancestry.types.iter().any(|(id, _)| *id == b) {
            return Tri::Yes;
        }
        // A library's class extends no class of the project.
        let unknown_parts = ancestry.types.iter().any(|(id, _)| matches!(id, ClassId::External(_)))
            || matches!(a, ClassId::External(_));
        match b {
            // `Serializable` and the like are not in the table of supertypes.
            ClassId::Jdk(id) if matches!(self.jdk.class(id).name, "Serializable" | "Constable") => Tri::Maybe,
            ClassId::Jdk(id) if unknown_parts && !self.is_final(id) => Tri::Maybe,
            // The platform's classes extend no library's.
            ClassId::External(_) if unknown_parts && !matches!(a, ClassId::Jdk(_)) => Tri::Maybe,
            ClassId::Project(_) | ClassId::Jdk(_) | ClassId::External(_) => Tri::No,
        }
    }

    fn is_final(&self, id: u32) -> bool {
        let class = self.jdk.class(id);
        class.package == "java.lang"
            && (class.name == "String"
                || class.name == "Class"
                || Prim::ALL.iter().any(|prim| prim.boxed() == class.name))
    }

    /// The primitive type that a box holds.
    pub(super) fn unboxed(&self, ty: &JTy) -> Option<Prim> {
        match ty {
            JTy::Prim(prim) => Some(*prim),
            JTy::Class(ClassId::Jdk(id), _) => {
                let class = self.jdk.class(*id);
                if class.package != "java.lang" {
                    return None;
                }
                Prim::ALL.into_iter().find(|prim| prim.boxed() == class.name)
            }
            JTy::Var(def, index) => match self.bound(*def, *index) {
                JTy::Var(..) => None,
                bound => self.unboxed(&bound),
            },
            _ => None,
        }
    }

    /// Whether a value may be passed, boxing allowed.
    pub(super) fn convertible(&self, from: &JTy, to: &JTy) -> Tri {
        match (from, to) {
            (JTy::Prim(a), JTy::Prim(b)) => a.widens_to(*b).into(),
            (JTy::Prim(prim), _) => self.subtype(&self.boxed(*prim), to),
            (JTy::Unknown | JTy::Null | JTy::Void, _) => self.subtype(from, to),
            (_, JTy::Prim(prim)) => match self.unboxed(from) {
                Some(value) => value.widens_to(*prim).into(),
                None => Tri::No,
            },
            _ => self.subtype(from, to),
        }
    }

    /// The parameters and result of the only abstract method of a functional interface, and the method.
    pub(super) fn function_type(&self, ty: &JTy) -> Option<(Vec<JTy>, JTy, Method)> {
        let (class, args) = match ty {
            JTy::Class(class, args) => (*class, args),
            JTy::Wild(_, inner) => return self.function_type(inner),
            JTy::And(parts) => return parts.iter().find_map(|part| self.function_type(part)),
            _ => return None,
        };
        if !self.is_interface(class) {
            return None;
        }
        // What a lambda takes for `? super T` and `? extends T` is `T`.
        let args: Arc<[JTy]> = args
            .iter()
            .map(|arg| match arg {
                JTy::Wild(_, inner) => (**inner).clone(),
                other => other.clone(),
            })
            .collect();
        let mut only: Option<Method> = None;
        let mut concrete: Vec<(Name, usize)> = Vec::new();
        for (id, args) in self.supertypes(class, &args) {
            match id {
                ClassId::Project(def) => {
                    let facts = self.facts(def.file);
                    for &member in self.project.members(def) {
                        let this = facts.def(member);
                        if this.kind != DefKind::Method || !this.flags.contains(DefFlags::INSTANCE) {
                            continue;
                        }
                        let key = (this.name, this.params.len());
                        if !this.flags.contains(DefFlags::DECLARATION) {
                            concrete.push(key);
                            continue;
                        }
                        if is_object_method(this.name.as_str(), this.params.len()) || concrete.contains(&key) {
                            continue;
                        }
                        let method = self.project_method(DefRef { file: def.file, def: member }, id, &args);
                        match &only {
                            None => {
                                only = Some(method);
                                concrete.push(key);
                            }
                            Some(_) => return None,
                        }
                    }
                }
                ClassId::Jdk(jdk) if jdk != self.jdk.object => {
                    if !self.jdk.class(jdk).complete {
                        return None;
                    }
                    let members = self.jdk.members(jdk);
                    let mut names: Vec<&&str> = members.methods.keys().collect();
                    names.stable_sort();
                    for name in names {
                        for method in &members.methods[*name] {
                            let key = (Name::new(name), method.params.len());
                            if !method.is_abstract {
                                if !method.is_static {
                                    concrete.push(key);
                                }
                                continue;
                            }
                            if is_object_method(name, method.params.len()) || concrete.contains(&key) {
                                continue;
                            }
                            let method = self.jdk_method(method, id, &args);
                            match &only {
                                None => {
                                    only = Some(method);
                                    concrete.push(key);
                                }
                                Some(_) => return None,
                            }
                        }
                    }
                }
                ClassId::Jdk(_) => {}
                ClassId::External(_) => return None,
            }
        }
        let method = only?;
        Some((method.params.to_vec(), method.ret.clone(), method))
    }

    /// Finds what type variables must be for `actual` to fit `formal`.
    pub(super) fn infer(&self, formal: &JTy, actual: &JTy, vars: &[JTy], values: &mut [Option<JTy>]) {
        if !actual.is_known() {
            return;
        }
        match formal {
            JTy::Var(..) | JTy::JdkVar { .. } => {
                let Some(index) = vars.iter().position(|var| var == formal) else { return };
                let actual = match actual {
                    JTy::Prim(prim) => self.boxed(*prim),
                    JTy::Void => return,
                    JTy::Wild(..) => self.read(actual.clone()),
                    other => other.clone(),
                };
                let slot = &mut values[index];
                match slot {
                    None | Some(JTy::Null) => *slot = Some(actual),
                    Some(known) if *known == actual || matches!(actual, JTy::Null) => {}
                    Some(known) if known.has_unknown() && self.same_erasure(known, &actual) => *slot = Some(actual),
                    Some(known) => *slot = Some(self.lub2(known, &actual)),
                }
            }
            JTy::Array(element) => {
                if let JTy::Array(actual) = actual
                    && !matches!(**actual, JTy::Prim(_))
                {
                    self.infer(element, actual, vars, values);
                }
            }
            JTy::Class(class, formals) => {
                if formals.is_empty() {
                    return;
                }
                let Some(actuals) = self.as_super(actual, *class) else { return };
                for (formal, actual) in formals.iter().zip(actuals.iter()) {
                    let formal = match formal {
                        JTy::Wild(_, inner) => inner,
                        other => other,
                    };
                    let actual = match actual {
                        JTy::Wild(_, inner) => inner,
                        other => other,
                    };
                    self.infer(formal, actual, vars, values);
                }
            }
            JTy::Wild(_, inner) => self.infer(inner, actual, vars, values),
            JTy::And(parts) => {
                for part in parts.iter() {
                    self.infer(part, actual, vars, values);
                }
            }
            JTy::Unknown | JTy::Void | JTy::Null | JTy::Prim(_) => {}
        }
    }

    /// A field of a type: its definition, if the project's, and its type.
    pub(super) fn field(&self, ty: &JTy, name: Name) -> Option<(Option<DefRef>, JTy)> {
        if let (JTy::Array(_), "length") = (ty, name.as_str()) {
            return Some((None, JTy::Prim(Prim::Int)));
        }
        let mut opaque = false;
        let mut int_constant = false;
        for (class, args) in self.class_types(ty) {
            let inherited = matches!(ty, JTy::Class(own, _) if *own != class);
            match class {
                ClassId::Project(def) => {
                    let field = self.own_members(def, name).find(|&member| {
                        let field = self.project.def(member);
                        let kept = inherited && field.visibility == Visibility::Private;
                        matches!(field.kind, DefKind::Field | DefKind::Constant | DefKind::Variant | DefKind::Static)
                            && !kept
                    });
                    if let Some(field) = field {
                        let ty = self.field_type(field).substitute(&|var| self.argument(class, &args, var));
                        return Some((Some(field), self.read(ty)));
                    }
                }
                ClassId::Jdk(id) => {
                    if let Some(ty) = self.jdk.members(id).fields.get(name.as_str()) {
                        let ty = ty.substitute(&|var| self.argument(class, &args, var));
                        return Some((None, self.read(ty)));
                    }
                    // The table leaves constants of type `int` out.
                    let class = self.jdk.class(id);
                    if class.complete && id != self.jdk.object && is_constant_name(name.as_str()) {
                        int_constant = true;
                    }
                    opaque |= !class.complete;
                }
                ClassId::External(_) => opaque = true,
            }
        }
        if int_constant && !opaque {
            return Some((None, JTy::Prim(Prim::Int)));
        }
        opaque.then_some((None, JTy::Unknown))
    }
}

/// Whether a field's name is one of a constant by custom: `MAX_VALUE`.
fn is_constant_name(name: &str) -> bool {
    name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Methods of `Object` that an interface may repeat.
fn is_object_method(name: &str, params: usize) -> bool {
    matches!((name, params), ("equals", 1) | ("hashCode" | "toString", 0))
}

/// Puts inferred values in; variables without one become unknown.
pub(super) fn settle(ty: &JTy, vars: &[JTy], values: &[Option<JTy>]) -> JTy {
    if vars.is_empty() {
        return ty.clone();
    }
    ty.substitute(&|var| {
        let index = vars.iter().position(|known| known == var)?;
        Some(values.get(index).cloned().flatten().unwrap_or(JTy::Unknown))
    })
}

/// A raw class type.
pub(super) fn raw(class: ClassId) -> JTy {
    JTy::Class(class, no_types())
}
