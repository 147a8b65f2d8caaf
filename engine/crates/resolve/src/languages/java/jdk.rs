//! The platform's classes: supertypes, members and their types, from `jdk.txt`.
//!
//! The table holds the public and protected API of the core packages of JDK 17 as reflection shows it;
//! `JdkTable.java` printed it. One line each:
//! - `package p` starts a package whose classes are complete, `headers p` one of which only the supertypes
//!   are kept.
//! - `class|final|interface Name<T:Bound> : Super Super` starts a class.
//! - ` .name Type` is a field; those of type `int` and the constants of enums are left out.
//! - ` *~name<T>(Type,Type...)Type` is a method, `*` if static, `~` if abstract in an interface. Overloads
//!   with the same number of parameters and the same result share a line, with `_` for a type that differs.
//!   Overrides that tell nothing new are left out.
//!
//! Types are simple names; `+T` is `? extends T`, `-T` is `? super T`.

use super::types::{Bound, ClassId, JTy, Prim, no_types};
use crate::library_text::library_text;
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};

/// A method of the platform.
pub(super) struct JdkMethod {
    pub(super) params: Arc<[JTy]>,
    pub(super) ret: JTy,
    /// How many type parameters it has of its own.
    pub(super) type_params: u8,
    pub(super) variadic: bool,
    pub(super) is_static: bool,
    pub(super) is_abstract: bool,
}

/// Members of a class of the platform.
#[derive(Default)]
pub(super) struct JdkMembers {
    pub(super) methods: FxHashMap<&'static str, Vec<JdkMethod>>,
    pub(super) fields: FxHashMap<&'static str, JTy>,
}

pub(super) struct JdkClass {
    pub(super) package: &'static str,
    /// `Map.Entry`
    pub(super) name: &'static str,
    header: &'static str,
    body: &'static str,
    pub(super) is_interface: bool,
    /// Whether its members are in the table.
    pub(super) complete: bool,
    supers: OnceLock<Arc<[JTy]>>,
    members: OnceLock<JdkMembers>,
}

impl JdkClass {
    fn type_params(&self) -> Vec<&'static str> {
        let after = self.header.get(self.name.len()..).unwrap_or("");
        if !after.starts_with('<') {
            return Vec::new();
        }
        split_angles(after).0
    }

    /// How many type parameters it has.
    pub(super) fn arity(&self) -> usize {
        self.type_params().len()
    }
}

/// The items of `<A,B<C>>rest`, and the rest.
fn split_angles(text: &'static str) -> (Vec<&'static str>, &'static str) {
    let mut depth = 0_u32;
    let mut items = Vec::new();
    let mut start = 1;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' => {
                depth -= 1;
                if depth == 0 {
                    items.push(&text[start..index]);
                    return (items, &text[index + 1..]);
                }
            }
            b',' if depth == 1 => {
                items.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    (items, "")
}

/// The table, read once.
pub(super) struct Jdk {
    classes: Vec<JdkClass>,
    by_package: FxHashMap<&'static str, FxHashMap<&'static str, u32>>,
    by_name: FxHashMap<&'static str, u32>,
    pub(super) object: u32,
}

impl Jdk {
    pub(super) fn get() -> &'static Self {
        static JDK: OnceLock<Jdk> = OnceLock::new();
        JDK.get_or_init(|| Self::read(library_text!("java/jdk.txt").unpack().leak()))
    }

    fn read(table: &'static str) -> Self {
        let mut classes: Vec<JdkClass> = Vec::new();
        let mut package = "";
        let mut complete = true;
        let mut body_start = 0;
        let mut at = 0;
        for line in table.split_inclusive('\n') {
            let start = at;
            at += line.len();
            if line.starts_with(' ') {
                continue;
            }
            if let Some(last) = classes.last_mut()
                && last.body.is_empty()
            {
                last.body = &table[body_start..start];
            }
            body_start = at;
            let Some((word, rest)) = line.trim_end().split_once(' ') else { continue };
            match word {
                "package" | "headers" => {
                    package = rest;
                    complete = word == "package";
                }
                _ => {
                    let end = rest.find(['<', ' ']).unwrap_or(rest.len());
                    classes.push(JdkClass {
                        package,
                        name: &rest[..end],
                        header: rest,
                        body: "",
                        is_interface: word == "interface",
                        complete,
                        supers: OnceLock::new(),
                        members: OnceLock::new(),
                    });
                }
            }
        }
        if let Some(last) = classes.last_mut() {
            last.body = &table[body_start..];
        }
        let mut by_package: FxHashMap<&str, FxHashMap<&str, u32>> = FxHashMap::default();
        let mut by_name = FxHashMap::default();
        for (index, class) in classes.iter().enumerate() {
            by_package.entry(class.package).or_default().insert(class.name, index as u32);
            by_name.entry(class.name).or_insert(index as u32);
        }
        let object = by_name.get("Object").copied().unwrap_or(0);
        Self { classes, by_package, by_name, object }
    }

    pub(super) fn len(&self) -> usize {
        self.classes.len()
    }

    pub(super) fn class(&self, id: u32) -> &JdkClass {
        &self.classes[id as usize]
    }

    /// The class of this (possibly nested) name in a package.
    pub(super) fn find(&self, package: &str, name: &str) -> Option<u32> {
        self.by_package.get(package)?.get(name).copied()
    }

    pub(super) fn has_package(&self, package: &str) -> bool {
        self.by_package.contains_key(package)
    }

    /// A class of `java.lang`, by simple name.
    pub(super) fn lang(&self, name: &str) -> Option<u32> {
        self.find("java.lang", name)
    }

    /// The type nested in a class.
    pub(super) fn nested(&self, id: u32, name: &str) -> Option<u32> {
        let class = self.class(id);
        self.find(class.package, &format!("{}.{name}", class.name))
    }

    /// Simple names of nested types.
    pub(super) fn nested_names(&self) -> impl Iterator<Item = &'static str> {
        self.classes.iter().filter_map(|class| class.name.rsplit_once('.').map(|(_, name)| name))
    }

    fn raw(id: u32) -> JTy {
        JTy::Class(ClassId::Jdk(id), no_types())
    }

    pub(super) fn object_type(&self) -> JTy {
        Self::raw(self.object)
    }

    /// A raw class of `java.lang`.
    pub(super) fn lang_type(&self, name: &str) -> JTy {
        self.lang(name).map_or(JTy::Unknown, Self::raw)
    }

    pub(super) fn supers(&self, id: u32) -> Arc<[JTy]> {
        let class = self.class(id);
        class
            .supers
            .get_or_init(|| {
                let scope =
                    Scope { jdk: self, package: class.package, class: names_of(&class.type_params()), method: &[] };
                let supers = class.header.split_once(" : ").map_or("", |(_, supers)| supers);
                supers.split(' ').filter(|text| !text.is_empty()).map(|text| scope.parse(text)).collect()
            })
            .clone()
    }

    pub(super) fn members(&self, id: u32) -> &JdkMembers {
        let class = self.class(id);
        class.members.get_or_init(|| self.read_members(class))
    }

    fn read_members(&self, class: &JdkClass) -> JdkMembers {
        let mut members = JdkMembers::default();
        let class_params = names_of(&class.type_params());
        for line in class.body.lines() {
            let line = &line[1..];
            if let Some(field) = line.strip_prefix('.') {
                if let Some((name, ty)) = field.split_once(' ') {
                    let scope = Scope { jdk: self, package: class.package, class: class_params.clone(), method: &[] };
                    members.fields.insert(name, scope.parse(ty));
                }
                continue;
            }
            let (is_static, line) = line.strip_prefix('*').map_or((false, line), |rest| (true, rest));
            let (is_abstract, line) = line.strip_prefix('~').map_or((false, line), |rest| (true, rest));
            let Some(end) = line.find(['<', '(']) else { continue };
            let (name, rest) = line.split_at(end);
            let (params, rest) = if rest.starts_with('<') { split_angles(rest) } else { (Vec::new(), rest) };
            let method_params = names_of(&params);
            let scope =
                Scope { jdk: self, package: class.package, class: class_params.clone(), method: &method_params };
            let Some((args, ret)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) else { continue };
            let mut variadic = false;
            let params: Arc<[JTy]> = split_commas(args)
                .into_iter()
                .map(|text| match text.strip_suffix("...") {
                    Some(element) => {
                        variadic = true;
                        JTy::Array(Arc::new(scope.parse(element)))
                    }
                    None => scope.parse(text),
                })
                .collect();
            members.methods.entry(name).or_default().push(JdkMethod {
                params,
                ret: scope.parse(ret),
                type_params: method_params.len() as u8,
                variadic,
                is_static,
                is_abstract,
            });
        }
        members
    }
}

/// The names in `T:Bound`.
fn names_of(params: &[&'static str]) -> Vec<&'static str> {
    params.iter().map(|param| param.split_once(':').map_or(*param, |(name, _)| name)).collect()
}

/// Splits at commas outside angle brackets.
fn split_commas(text: &'static str) -> Vec<&'static str> {
    let mut depth = 0_i32;
    let mut items = Vec::new();
    let mut start = 0;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' => depth -= 1,
            b',' if depth == 0 => {
                items.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    if start < text.len() {
        items.push(&text[start..]);
    }
    items
}

/// What names in a type of the table mean.
struct Scope<'a> {
    jdk: &'a Jdk,
    package: &'static str,
    class: Vec<&'static str>,
    method: &'a [&'static str],
}

impl Scope<'_> {
    fn parse(&self, text: &'static str) -> JTy {
        if let Some(element) = text.strip_suffix("[]") {
            return JTy::Array(Arc::new(self.parse(element)));
        }
        match text.as_bytes().first() {
            None | Some(b'_') => return JTy::Unknown,
            Some(b'?') => return JTy::Wild(Bound::Extends, Arc::new(JTy::Unknown)),
            Some(b'+') => return JTy::Wild(Bound::Extends, Arc::new(self.parse(&text[1..]))),
            Some(b'-') => return JTy::Wild(Bound::Super, Arc::new(self.parse(&text[1..]))),
            _ => {}
        }
        if text == "void" {
            return JTy::Void;
        }
        if let Some(prim) = Prim::of(text) {
            return JTy::Prim(prim);
        }
        if let Some(index) = self.method.iter().position(|name| *name == text) {
            return JTy::JdkVar { method: true, index: index as u8 };
        }
        if let Some(index) = self.class.iter().position(|name| *name == text) {
            return JTy::JdkVar { method: false, index: index as u8 };
        }
        let end = text.find('<').unwrap_or(text.len());
        let (name, args) = text.split_at(end);
        let id = self.jdk.find(self.package, name).or_else(|| self.jdk.by_name.get(name).copied());
        let class = id.map_or_else(|| ClassId::External(name.into()), ClassId::Jdk);
        let args = if args.is_empty() { Vec::new() } else { split_angles(args).0 };
        JTy::Class(class, args.into_iter().map(|arg| self.parse(arg)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_can_be_read() {
        let jdk = Jdk::get();
        for id in 0..jdk.classes.len() as u32 {
            jdk.supers(id);
            jdk.members(id);
        }
        let map = jdk.find("java.util", "Map").expect("Map is in the table");
        assert_eq!(jdk.class(map).arity(), 2);
        let get = &jdk.members(map).methods["get"][0];
        assert_eq!(get.ret, JTy::JdkVar { method: false, index: 1 });
    }
}
