//! Rust resolution, one behaviour per test. Methods of impls have no type in front of them here.

mod common;

use common::resolve;

const MANIFEST: (&str, &str) = ("Cargo.toml", "[package]\nname = \"my-crate\"\n");

fn calls(sources: &[(&str, &str)]) -> Vec<String> {
    resolve(sources).calls()
}

/// The calls of a crate that is one file.
fn lib(text: &str) -> Vec<String> {
    calls(&[MANIFEST, ("src/lib.rs", text)])
}

#[test]
fn a_method_of_the_library_is_never_one_of_the_project_with_the_same_name() {
    let found =
        lib("struct Stack; impl Stack { fn push(&mut self, x: i32) {} fn len(&self) -> usize { 0 } fn get(&self) {}
            fn clone(&self) {} fn next(&mut self) {} fn drop(&mut self) {} }
        fn f(mut v: Vec<i32>, s: &str, m: std::collections::HashMap<u8, u8>) {
            v.push(1); s.len(); m.get(&1); v.clone(); v.iter().next(); drop(v);
        }");
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_receiver_of_unknown_or_foreign_type_binds_to_nothing() {
    let found = lib("trait Send2 { fn send(&self); } struct A; impl Send2 for A { fn send(&self) {} }
        impl A { fn run(&self) {} }
        fn f(x: other::Thing, y: &Missing) { x.send(); x.run(); y.run(); other::make().run(); unknown!().run(); }");
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn derived_methods_are_not_the_projects() {
    let found = lib("mod other { pub struct B; impl Clone for B { fn clone(&self) -> B { B } } impl Default for B { fn default() -> B { B } } }
        #[derive(Clone, Default, PartialEq)] struct A; fn f(a: A) { a.clone(); A::default(); a.eq(&a); }");
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn written_impls_of_library_traits_are_called_on_their_type() {
    let found = lib("struct A; impl Clone for A { fn clone(&self) -> A { A } }
        impl Iterator for A { type Item = A; fn next(&mut self) -> Option<A> { None } }
        fn f(mut a: A) { a.clone(); if let Some(b) = a.next() { b.clone(); } for c in a { c.go(); } }
        impl A { fn go(&self) {} }");
    assert_eq!(
        found,
        ["src/lib.rs:f -> src/lib.rs:clone", "src/lib.rs:f -> src/lib.rs:go", "src/lib.rs:f -> src/lib.rs:next",]
    );
}

#[test]
fn a_file_is_a_module_of_every_crate_that_declares_it() {
    let found = calls(&[
        MANIFEST,
        ("tests/a.rs", "mod common; #[test] fn a() { common::setup(); }"),
        ("tests/b.rs", "mod common; use common::S; #[test] fn b() { crate::common::setup(); S::new().go(); }"),
        ("tests/c.rs", "mod common; use crate::common::*; #[test] fn c() { setup(); }"),
        (
            "tests/common/mod.rs",
            "pub(super) fn setup() {} pub struct S; impl S { pub fn new() -> Self { S } pub fn go(&self) {} }",
        ),
    ]);
    let setup = ["a", "b", "c"].map(|test| format!("tests/{test}.rs:{test} -> tests/common/mod.rs:setup"));
    let of_s = ["go", "new"].map(|name| format!("tests/b.rs:b -> tests/common/mod.rs:{name}"));
    let [a, b, c] = setup;
    let [go, new] = of_s;
    assert_eq!(found, [a, go, new, b, c]);
}

#[test]
fn what_a_flag_of_the_project_leaves_out_hides_nothing() {
    let found = calls(&[
        MANIFEST,
        (
            "src/lib.rs",
            "mod own; mod other; use own::*;
            #[cfg(with_other)] use other::make;
            #[cfg(has_probe)] use other::probe; #[cfg(not(has_probe))] use own::probe;
            fn f() { make(); probe(); }",
        ),
        ("src/own.rs", "pub fn make() {} pub fn probe() {}"),
        ("src/other.rs", "pub fn make() {} pub fn probe() {}"),
    ]);
    assert_eq!(found, ["src/lib.rs:f -> src/other.rs:probe", "src/lib.rs:f -> src/own.rs:make"]);
}

#[test]
fn modules_are_found_by_declarations_and_paths() {
    let found = calls(&[
        MANIFEST,
        (
            "src/lib.rs",
            "mod a; mod b { pub mod c; pub fn g() { super::a::f(); crate::a::deep::h(); self::c::i(); } } #[path = \"odd.rs\"] mod d; fn j() { d::k(); }",
        ),
        ("src/a.rs", "pub mod deep; pub fn f() { deep::h(); }"),
        ("src/a/deep.rs", "pub fn h() { super::f(); }"),
        ("src/b/c.rs", "pub fn i() {}"),
        ("src/odd.rs", "pub fn k() {}"),
        ("src/stray.rs", "pub fn k() {}"),
    ]);
    assert_eq!(
        found,
        [
            "src/a.rs:f -> src/a/deep.rs:h",
            "src/a/deep.rs:h -> src/a.rs:f",
            "src/lib.rs:b.g -> src/a.rs:f",
            "src/lib.rs:b.g -> src/a/deep.rs:h",
            "src/lib.rs:b.g -> src/b/c.rs:i",
            "src/lib.rs:j -> src/odd.rs:k",
        ]
    );
}

#[test]
fn use_trees_globs_aliases_and_reexports_are_followed() {
    let found = calls(&[
        MANIFEST,
        (
            "src/lib.rs",
            "mod a; mod b; pub use a::{one, inner::*, three as drei}; use b::prelude::*;
            fn f() { one(); two(); drei(); four(); }",
        ),
        ("src/a.rs", "pub fn one() {} pub fn three() {} pub mod inner { pub fn two() {} }"),
        ("src/b.rs", "pub mod prelude { pub use super::hidden::four; } mod hidden { pub fn four() {} fn five() {} }"),
    ]);
    assert_eq!(
        found,
        [
            "src/lib.rs:f -> src/a.rs:inner.two",
            "src/lib.rs:f -> src/a.rs:one",
            "src/lib.rs:f -> src/a.rs:three",
            "src/lib.rs:f -> src/b.rs:hidden.four",
        ]
    );
}

#[test]
fn binaries_tests_and_path_dependencies_see_the_library() {
    let found = calls(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"one\", \"two\"]"),
        ("one/Cargo.toml", "[package]\nname = \"one-lib\""),
        ("one/src/lib.rs", "pub fn f() {}"),
        ("one/src/main.rs", "fn main() { one_lib::f(); }"),
        ("one/tests/t.rs", "use one_lib::f; #[test] fn t() { f(); }"),
        ("two/Cargo.toml", "[package]\nname = \"two\"\n[dependencies]\none = { path = \"../one\" }"),
        ("two/src/lib.rs", "pub fn g() { one::f(); }"),
    ]);
    assert_eq!(
        found,
        [
            "one/src/main.rs:main -> one/src/lib.rs:f",
            "one/tests/t.rs:t -> one/src/lib.rs:f",
            "two/src/lib.rs:g -> one/src/lib.rs:f",
        ]
    );
}

#[test]
fn a_generic_receiver_leads_to_the_trait_a_concrete_one_to_the_impl() {
    let found = lib("trait Shape { fn area(&self) -> f64; fn name(&self) -> String { self.area(); String::new() } }
        struct Square; impl Shape for Square { fn area(&self) -> f64 { 0.0 } }
        fn generic<T: Shape>(t: &T) { t.area(); } fn wheres<T>(t: T) where T: Shape { t.area(); }
        fn object(t: &dyn Shape) { t.area(); } fn anonymous(t: impl Shape) { t.area(); }
        fn boxed(t: Box<dyn Shape>) { t.area(); }
        fn concrete(s: Square) { s.area(); s.name(); }
        fn path(s: Square) { Shape::area(&s); <Square as Shape>::area(&s); Square::area(&s); }");
    assert_eq!(
        found,
        [
            "src/lib.rs:Shape.name -> src/lib.rs:Shape.area",
            "src/lib.rs:anonymous -> src/lib.rs:Shape.area",
            "src/lib.rs:boxed -> src/lib.rs:Shape.area",
            "src/lib.rs:concrete -> src/lib.rs:Shape.name",
            "src/lib.rs:concrete -> src/lib.rs:area",
            "src/lib.rs:generic -> src/lib.rs:Shape.area",
            "src/lib.rs:object -> src/lib.rs:Shape.area",
            "src/lib.rs:path -> src/lib.rs:area",
            "src/lib.rs:wheres -> src/lib.rs:Shape.area",
        ]
    );
}

#[test]
fn supertraits_and_associated_types_carry_bounds() {
    let found = lib("trait Base { type Id: Key; fn id(&self) -> Self::Id; } trait Key { fn index(&self) -> usize; }
        trait Graph: Base { type Iter: Iterator<Item = Self::Id>; fn all(&self) -> Self::Iter; }
        fn f<G: Graph>(g: &G) { g.id().index(); for id in g.all() { id.index(); } }
        fn h<G>(g: G) where G: Graph, G::Id: Other { g.id().other(); } trait Other { fn other(&self); }");
    assert_eq!(
        found,
        [
            "src/lib.rs:f -> src/lib.rs:Base.id",
            "src/lib.rs:f -> src/lib.rs:Graph.all",
            "src/lib.rs:f -> src/lib.rs:Key.index",
            "src/lib.rs:h -> src/lib.rs:Base.id",
            "src/lib.rs:h -> src/lib.rs:Other.other",
        ]
    );
}

#[test]
fn types_flow_through_library_containers_and_closures() {
    let found = lib("struct A; impl A { fn go(&self) -> B { B } } struct B; impl B { fn stop(&self) -> bool { true } }
        fn chain(v: Vec<A>) { v.iter().map(|a| a.go()).filter(|b| b.stop()).collect::<Vec<_>>().first().unwrap().stop(); }
        fn later() { let mut v = Vec::new(); v.push(A); v[0].go(); let o: Option<B> = v.pop().map(|a| a.go()); o.unwrap().stop(); }");
    assert_eq!(
        found,
        [
            "src/lib.rs:chain -> src/lib.rs:go",
            "src/lib.rs:chain -> src/lib.rs:stop",
            "src/lib.rs:later -> src/lib.rs:go",
            "src/lib.rs:later -> src/lib.rs:stop",
        ]
    );
}

#[test]
fn patterns_and_question_marks_give_types() {
    let found = lib(
        "struct A; impl A { fn go(&self) {} } enum E { One(A), Two { a: A } } struct P(A, i32);
        fn f(e: &E) { match e { E::One(a) => a.go(), E::Two { a } => a.go() } }
        fn g(r: Result<P, ()>) -> Result<(), ()> { let P(a, _) = r?; a.go(); Ok(()) }
        fn h(o: Option<(A, u8)>) { let Some((a, _)) = o else { return }; a.go(); }
        fn i(o: &Option<A>) { if let Some(a) = o { a.go(); } else { o.is_some(); } while let Some(a) = o { a.go(); } }",
    );
    assert_eq!(
        found,
        [
            "src/lib.rs:f -> src/lib.rs:go",
            "src/lib.rs:g -> src/lib.rs:go",
            "src/lib.rs:h -> src/lib.rs:go",
            "src/lib.rs:i -> src/lib.rs:go",
        ]
    );
}

#[test]
fn constructing_values_is_no_call() {
    let found =
        lib("struct T(i32); enum E { V(i32) } fn v() {} fn f() { T(1); E::V(2); Some(3); } fn g() { [1].map(T); }");
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn arguments_of_macros_are_read() {
    let found = lib("fn a() -> bool { true } fn b() -> i32 { 1 } struct S; impl S { fn m(&self) -> i32 { 2 } }
        macro_rules! mine { ($e:expr, $($t:tt)*) => { hidden($e) } } fn hidden(_: i32) {}
        fn f(s: S) { assert!(a()); println!(\"{}\", s.m()); vec![s.m(); 3]; matches!(s.m(), 2 if a()); }
        fn g() { mine!(b(), => weird ;); assert_eq!({ format!(\"{:?}\", b()) }, String::new()); }");
    assert_eq!(
        found,
        ["src/lib.rs:f -> src/lib.rs:a", "src/lib.rs:f -> src/lib.rs:m", "src/lib.rs:g -> src/lib.rs:b",]
    );
}

#[test]
fn items_in_arguments_of_macros_are_items() {
    let found = lib("template! { pub trait Named { @section self\n fn name(&self) -> String; } }
        cfg_if! { if #[cfg(unix)] { fn inside() {} } else { fn other() {} } }
        fn f<T: Named>(t: T) { t.name(); inside(); }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:Named.name", "src/lib.rs:f -> src/lib.rs:inside"]);
}

#[test]
fn deref_impls_and_smart_pointers_are_looked_through() {
    let found = lib("use std::{rc::Rc, cell::RefCell, ops::Deref}; struct In; impl In { fn go(&self) {} }
        struct Out { inner: In } impl Deref for Out { type Target = In; fn deref(&self) -> &In { &self.inner } }
        fn f(o: Out, r: Rc<RefCell<In>>, b: Box<In>) { o.go(); r.borrow().go(); b.go(); (*b).go(); r.clone().borrow().go(); }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:go"]);
}

#[test]
fn self_and_struct_fields_have_types() {
    let found = lib("pub struct W<T> { items: Vec<T>, one: Leaf } struct Leaf; impl Leaf { fn go(&self) -> Self { Self::new() } fn new() -> Self { Leaf } }
        impl<T: Clone> W<T> { fn a(&self) { self.one.go().go(); self.b(); Self::c(); } fn b(&self) {} fn c() {} }
        fn f() { let w = W { items: vec![1], one: Leaf::new() }; w.a(); }");
    assert_eq!(
        found,
        [
            "src/lib.rs:a -> src/lib.rs:b",
            "src/lib.rs:a -> src/lib.rs:c",
            "src/lib.rs:a -> src/lib.rs:go",
            "src/lib.rs:f -> src/lib.rs:a",
            "src/lib.rs:f -> src/lib.rs:new",
            "src/lib.rs:go -> src/lib.rs:new",
        ]
    );
}

#[test]
fn a_projects_trait_on_library_types_has_to_be_in_scope() {
    let found = lib("mod ext { pub trait Double { fn double(&self) -> Self; fn len(&self) -> usize; } impl Double for Vec<u8> { fn double(&self) -> Self { vec![] } fn len(&self) -> usize { 0 } } }
        mod with { use super::ext::Double; fn f(v: Vec<u8>) { v.double(); v.len(); } }
        mod without { fn g(v: Vec<u8>) { v.double(); } }
        fn block(v: Vec<u8>) { use ext::Double as _; v.double(); }");
    assert_eq!(found, ["src/lib.rs:block -> src/lib.rs:ext.double", "src/lib.rs:with.f -> src/lib.rs:ext.double"]);
}

#[test]
fn calls_of_closures_and_parameters_are_indirect() {
    let resolved = resolve(&[
        MANIFEST,
        ("src/lib.rs", "fn call() {} fn f(call: impl Fn(i32) -> i32) { call(1); let g = |x: i32| x; g(2); }"),
    ]);
    assert_eq!(resolved.calls(), Vec::<String>::new());
    assert_eq!(resolved.unresolved(), ["src/lib.rs:f -> call? Indirect", "src/lib.rs:f -> g? Indirect"]);
}

#[test]
fn locals_shadow_items_only_where_they_are_visible() {
    let found = lib(
        "fn go() {} fn f() { go(); let go = || (); go(); } fn g() { fn go() {} go(); } fn h() { { let go = 1; } go(); }",
    );
    assert_eq!(
        found,
        ["src/lib.rs:f -> src/lib.rs:go", "src/lib.rs:g -> src/lib.rs:g.go", "src/lib.rs:h -> src/lib.rs:go"]
    );
}

#[test]
fn conversions_are_told_apart_by_their_arguments() {
    let found = lib("struct A; mod x { impl From<u8> for super::A { fn from(_: u8) -> Self { super::A } } }
        mod y { impl From<String> for super::A { fn from(_: String) -> Self { super::A } } }
        fn f(s: String) { A::from(s); } fn g() { let _ = A::from(1u8); let _: A = 1u8.into(); }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:y.from", "src/lib.rs:g -> src/lib.rs:x.from"]);
}

#[test]
fn what_is_configured_away_gives_way() {
    let found = lib(
        "#[cfg(windows)] mod imp { pub fn go() {} } #[cfg(not(windows))] mod imp { pub fn go() { super::unix(); } }
        fn unix() {} #[cfg(not(test))] fn pick() {} #[cfg(test)] fn pick() { unix(); } fn f() { imp::go(); pick(); }",
    );
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.contains(&"src/lib.rs:f -> src/lib.rs:imp.go".to_owned()), "{found:?}");
}

#[test]
fn annotations_with_holes_are_filled_from_bounds() {
    let found = lib(
        "struct Ix; impl Ix { fn index(&self) {} } trait Base { type Id; } struct G; impl Base for G { type Id = Ix; }
        fn paths<C, T: Base>(_: &T) -> impl Iterator<Item = C> where C: FromIterator<T::Id> { std::iter::empty() }
        fn f() { let v: Vec<_> = paths(&G).next().unwrap(); v[0].index(); }
        fn g() { paths(&G).for_each(|v: Vec<_>| v.iter().for_each(|i| i.index())); }",
    );
    assert_eq!(
        found,
        [
            "src/lib.rs:f -> src/lib.rs:index",
            "src/lib.rs:f -> src/lib.rs:paths",
            "src/lib.rs:g -> src/lib.rs:index",
            "src/lib.rs:g -> src/lib.rs:paths",
        ]
    );
}

#[test]
fn iterating_over_an_adapter_gives_its_items() {
    let found = lib("struct A; impl A { fn go(&self) {} }
        fn f(v: Vec<A>) { for (i, a) in v.iter().enumerate().rev() { a.go(); } }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:go"]);
}

#[test]
fn a_trait_with_a_blanket_impl_needs_its_bounds() {
    let found = lib("mod a { pub trait Named { fn name(&self); } pub trait Loud { fn shout(&self); } impl<T: Named> Loud for T { fn shout(&self) { self.name(); } } }
        use a::{Loud, Named}; struct Yes; struct No; impl Named for Yes { fn name(&self) {} }
        fn f(y: Yes) { y.shout(); } fn g(n: No) { n.shout(); }");
    assert_eq!(found, ["src/lib.rs:a.shout -> src/lib.rs:a.Named.name", "src/lib.rs:f -> src/lib.rs:a.shout"]);
}

#[test]
fn deeply_nested_code_does_not_overflow() {
    let deep = format!("fn a() -> i32 {{ 1 }} fn f() {{ let _ = {}a(){}; }}", "(".repeat(10_000), ")".repeat(10_000));
    let _ = lib(&deep);
    let long = format!("fn a() -> i32 {{ 1 }} fn f() {{ let _ = a(){}; }}", " + a()".repeat(2_000));
    assert_eq!(lib(&long), ["src/lib.rs:f -> src/lib.rs:a"]);
}

#[test]
fn broken_code_gives_what_can_be_had() {
    let found = lib("fn a() {} fn f() { a(); let x = ; } struct S { fn fn impl g() { a(); }");
    assert!(found.contains(&"src/lib.rs:f -> src/lib.rs:a".to_owned()), "{found:?}");
}

#[test]
fn what_is_taken_apart_without_a_name_is_looked_at_too() {
    let found = lib("fn count() -> usize { 3 } fn pick() -> Option<u8> { None } fn pair() -> (u8, u8) { (1, 2) }
        fn f() { for _ in 0..count() {} match pick() { Some(1) => {} _ => {} } let (_, _) = pair(); }");
    assert_eq!(
        found,
        ["src/lib.rs:f -> src/lib.rs:count", "src/lib.rs:f -> src/lib.rs:pair", "src/lib.rs:f -> src/lib.rs:pick"]
    );
}

#[test]
fn an_open_type_argument_is_told_by_the_argument() {
    let found = lib("struct A; struct B; struct W<'e, E>(&'e E);
        impl<'e> From<&'e A> for W<'e, u8> { fn from(_: &'e A) -> Self { todo!() } }
        mod b { impl<'e> From<&'e super::B> for super::W<'e, u16> { fn from(_: &'e super::B) -> Self { todo!() } } }
        fn f(b: &B) { W::from(b); } fn g(a: &A) { W::from(a); }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:b.from", "src/lib.rs:g -> src/lib.rs:from"]);
}

#[test]
fn arguments_of_a_trait_tell_its_impls_apart() {
    let found = lib(
        "struct A; mod x { impl Extend<u8> for super::A { fn extend<T: IntoIterator<Item = u8>>(&mut self, _: T) {} } }
        mod y { impl Extend<String> for super::A { fn extend<T: IntoIterator<Item = String>>(&mut self, _: T) {} } }
        fn f(a: &mut A, s: Vec<String>) { a.extend(s); } fn g(a: &mut A, s: Vec<u8>) { a.extend(s); }",
    );
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:y.extend", "src/lib.rs:g -> src/lib.rs:x.extend"]);
}

#[test]
fn an_impl_for_a_library_type_does_not_take_its_other_impls() {
    let found = lib(
        "struct A; impl PartialOrd<A> for [u8] { fn partial_cmp(&self, _: &A) -> Option<std::cmp::Ordering> { None } }
        fn f(a: &[u8], b: &[u8], c: A) { a.partial_cmp(b); } fn g(a: &[u8], c: A) { a.partial_cmp(&c); }",
    );
    assert_eq!(found, ["src/lib.rs:g -> src/lib.rs:partial_cmp"]);
}

#[test]
fn an_argument_of_unknown_type_does_not_choose_a_conversion() {
    let found = lib("struct A; mod x { impl From<u8> for super::A { fn from(_: u8) -> Self { super::A } } }
        mod y { impl From<String> for super::A { fn from(_: String) -> Self { super::A } } }
        fn f(s: other::Thing) { A::from(s.get()); }");
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_numbers_own_method_goes_before_a_traits() {
    let found = lib("trait Bits { fn to_bits(self) -> u32; fn from_bits(bits: u64) -> Self; fn twice(self) -> Self; }
        impl Bits for f64 { fn to_bits(self) -> u32 { f64::to_bits(self) as u32 } fn from_bits(bits: u64) -> Self { f64::from_bits(bits) }
            fn twice(self) -> Self { self } }
        fn f(x: f64) { x.to_bits(); x.twice(); }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:twice"]);
}

#[test]
fn a_module_named_as_a_primitive_type_leaves_the_type() {
    let found = lib("use std::str; struct A; mod x { impl From<&[u8]> for super::A { fn from(_: &[u8]) -> Self { super::A } } }
        mod y { use std::str; impl From<&str> for super::A { fn from(s: &str) -> Self { str::from_utf8(&[]); super::A } } }
        fn f(s: &str) { A::from(s); }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:y.from"]);
}

#[test]
fn a_function_of_a_foreign_trait_leads_to_the_impl_that_the_result_or_the_receiver_tells() {
    let manifest = ("Cargo.toml", "[package]\nname = \"my-crate\"\n[dependencies]\nserde = \"1\"\n");
    let found = calls(&[
        manifest,
        (
            "src/lib.rs",
            "use serde::{de, ser}; struct E; struct F; struct S;
            mod x { use serde::de; impl de::Error for super::E { fn custom(m: u8) -> Self { super::E } } }
            mod y { use serde::de::Error; impl Error for super::F { fn custom(m: u8) -> Self { super::F } } }
            mod z { impl serde::ser::SerializeSeq for super::S { fn end(self) {} } }
            fn f() -> Result<u8, F> { Err(de::Error::custom(1)) }
            fn g() -> Result<u8, E> { let e = de::Error::custom(1); Err(e) }
            fn h(s: S, t: other::T) { ser::SerializeSeq::end(s); ser::SerializeSeq::end(t); let _ = de::Error::custom(1); }",
        ),
    ]);
    assert_eq!(
        found,
        [
            "src/lib.rs:f -> src/lib.rs:y.custom",
            "src/lib.rs:g -> src/lib.rs:x.custom",
            "src/lib.rs:h -> src/lib.rs:z.end"
        ]
    );
}

#[test]
fn a_macro_that_unwraps_gives_what_is_inside() {
    let found =
        lib("macro_rules! ok { ($e:expr) => { match $e { Ok(found) => found, Err(err) => return Err(err) } }; }
        macro_rules! other { ($e:expr) => { stringify!($e) }; }
        struct A; impl A { fn go(&self) {} } fn make() -> Result<A, ()> { Ok(A) }
        fn f() -> Result<(), ()> { let a = ok!(make()); a.go(); Ok(()) }
        fn g() -> Result<(), ()> { let a = other!(make()); a.go(); Ok(()) }");
    assert_eq!(
        found,
        ["src/lib.rs:f -> src/lib.rs:go", "src/lib.rs:f -> src/lib.rs:make", "src/lib.rs:g -> src/lib.rs:make"]
    );
}

#[test]
fn of_several_traits_methods_the_one_being_implemented_is_called() {
    let found = lib("use std::fmt; struct A; struct B(A);
        mod x { impl std::fmt::Debug for super::A { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { Ok(()) } } }
        mod y { impl std::fmt::Display for super::A { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { Ok(()) } } }
        impl fmt::Display for B { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { self.0.fmt(f) } }
        mod z { impl std::fmt::Debug for super::B { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { self.0.fmt(f) } } }");
    assert_eq!(found, ["src/lib.rs:fmt -> src/lib.rs:y.fmt", "src/lib.rs:z.fmt -> src/lib.rs:x.fmt"]);
}

#[test]
fn well_known_crates_carry_types_through() {
    let manifest = (
        "Cargo.toml",
        "[package]\nname = \"my-crate\"\n[dependencies]\naxum = \"0\"\ntokio = \"1\"\nclap = \"4\"\nserde_json = \"1\"\n",
    );
    let found = calls(&[
        manifest,
        (
            "src/lib.rs",
            "use axum::{Json, extract::State}; use clap::Parser; use std::sync::Arc; use tokio::sync::Mutex;
            struct App { db: Mutex<Db> } struct Db; impl Db { fn load(&self) {} } impl App { fn name(&self) {} }
            #[derive(Parser)] struct Cli; impl Cli { fn run(&self) {} } struct Config; impl Config { fn check(&self) {} }
            async fn handler(State(app): State<Arc<App>>, Json(config): Json<Config>) { app.name(); app.db.lock().await.load(); config.check(); }
            fn main2() { let cli = Cli::parse(); cli.run(); }
            fn read(s: &str) -> Config { let config: Config = serde_json::from_str(s).unwrap(); config.check(); config }",
        ),
    ]);
    assert_eq!(
        found,
        [
            "src/lib.rs:handler -> src/lib.rs:check",
            "src/lib.rs:handler -> src/lib.rs:load",
            "src/lib.rs:handler -> src/lib.rs:name",
            "src/lib.rs:main2 -> src/lib.rs:run",
            "src/lib.rs:read -> src/lib.rs:check"
        ]
    );
}

#[test]
fn shared_and_mutable_references_are_different_types() {
    let found = lib("trait Bytes { fn left(&self) -> usize { 0 } fn skip(&mut self) {} }
        mod shared { impl super::Bytes for &[u8] { fn skip(&mut self) {} } }
        mod mutable { impl super::Bytes for &mut [u8] { fn skip(&mut self) {} } }
        fn f(mut a: &[u8]) { a.skip(); } fn g(mut b: &mut [u8]) { b.skip(); }
        fn h(c: &mut Option<S>) { if let Some(s) = c { s.go(); } } fn i(c: &Option<S>) { if let Some(s) = c { s.go(); } }
        struct S; trait Go { fn go(self); }
        mod one { impl super::Go for &super::S { fn go(self) {} } } mod two { impl super::Go for &mut super::S { fn go(self) {} } }");
    assert_eq!(
        found,
        [
            "src/lib.rs:f -> src/lib.rs:shared.skip",
            "src/lib.rs:g -> src/lib.rs:mutable.skip",
            "src/lib.rs:h -> src/lib.rs:two.go",
            "src/lib.rs:i -> src/lib.rs:one.go",
        ]
    );
}

#[test]
fn impls_that_differ_by_the_arguments_of_their_trait_are_told_apart() {
    let found = lib("struct A; struct B;
        mod a { impl PartialOrd for super::A { fn partial_cmp(&self, o: &super::A) -> Option<std::cmp::Ordering> { None } } }
        mod b { impl PartialOrd<super::B> for super::A { fn partial_cmp(&self, o: &super::B) -> Option<std::cmp::Ordering> { None } } }
        fn f(a: &A, b: &B) { a.partial_cmp(b); } fn g(a: &A) { a.partial_cmp(a); }
        fn h(a: &A, b: &B) { <A as PartialOrd<B>>::partial_cmp(a, b); } fn i(a: &A, b: &A) { <A as PartialOrd>::partial_cmp(a, b); }
        mod c { impl PartialOrd<super::A> for [u8] { fn partial_cmp(&self, o: &super::A) -> Option<std::cmp::Ordering> { None } } }
        fn j(s: &[u8]) { <[u8] as PartialOrd<[u8]>>::partial_cmp(s, s); PartialOrd::<[u8]>::partial_cmp(s, s); }");
    assert_eq!(
        found,
        [
            "src/lib.rs:f -> src/lib.rs:b.partial_cmp",
            "src/lib.rs:g -> src/lib.rs:a.partial_cmp",
            "src/lib.rs:h -> src/lib.rs:b.partial_cmp",
            "src/lib.rs:i -> src/lib.rs:a.partial_cmp",
        ]
    );
}

#[test]
fn a_required_function_that_an_impl_does_not_write_is_a_macros() {
    let found = lib("macro_rules! forward { () => { fn left(&self) -> usize { 0 } } }
        trait Bytes { fn left(&self) -> usize; fn any(&mut self) -> bool { self.left() > 0 } fn skip(&mut self) { self.any(); } }
        impl<T: Bytes + ?Sized> Bytes for &mut T { forward!(); }");
    assert_eq!(found, ["src/lib.rs:Bytes.skip -> src/lib.rs:Bytes.any"]);
}

#[test]
fn a_trait_of_the_library_has_to_be_in_scope() {
    let found = lib("struct A; impl std::fmt::Display for A { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { Ok(()) } }
        mod own { impl super::A { pub fn fmt(&mut self) {} } }
        fn f(mut a: A) { a.fmt(); }
        mod m { use std::fmt::Display; fn g(mut a: super::A, f: &mut std::fmt::Formatter) { a.fmt(f); } }
        struct B(A); impl std::fmt::Display for B { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { self.0.fmt(f) } }");
    assert_eq!(
        found,
        ["src/lib.rs:f -> src/lib.rs:own.fmt", "src/lib.rs:fmt -> src/lib.rs:fmt", "src/lib.rs:m.g -> src/lib.rs:fmt",]
    );
}

#[test]
fn number_literals_and_items_of_iterators_choose_among_impls() {
    let found = lib("struct V;
        mod a { impl From<i128> for super::V { fn from(x: i128) -> super::V { super::V } } }
        mod b { impl From<i32> for super::V { fn from(x: i32) -> super::V { super::V } } }
        mod c { impl From<f32> for super::V { fn from(x: f32) -> super::V { super::V } } }
        fn f() { V::from(1); } fn g() { V::from(1i128); } fn h() { V::from(1.5); }
        mod d { impl FromIterator<(String, u8)> for super::V { fn from_iter<T: IntoIterator<Item = (String, u8)>>(i: T) -> Self { super::V } } }
        mod e { impl<'a> FromIterator<(&'a str, u8)> for super::V { fn from_iter<T: IntoIterator<Item = (&'a str, u8)>>(i: T) -> Self { super::V } } }
        fn i() { V::from_iter([(\"a\", 1)]); } fn j(x: Vec<(String, u8)>) { V::from_iter(x); }");
    assert_eq!(
        found,
        [
            "src/lib.rs:f -> src/lib.rs:b.from",
            "src/lib.rs:g -> src/lib.rs:a.from",
            "src/lib.rs:h -> src/lib.rs:c.from",
            "src/lib.rs:i -> src/lib.rs:e.from_iter",
            "src/lib.rs:j -> src/lib.rs:d.from_iter",
        ]
    );
}

#[test]
fn a_pinned_receiver_is_looked_through() {
    let found = lib("use std::pin::Pin; struct A { n: B } struct B;
        impl A { fn go(&mut self) {} fn f(mut self: Pin<&mut Self>) { self.go(); self.n.run(); } }
        impl B { fn run(&self) {} }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:go", "src/lib.rs:f -> src/lib.rs:run"]);
}

#[test]
fn flags_that_a_macro_makes_are_a_type() {
    let found = lib("bitflags::bitflags! { #[derive(Clone)] pub struct Flags: u32 { const A = 1; const B = 1 << 1; } }
        impl Flags { fn both(&self) -> bool { self.contains(Flags::A) } }
        struct S { flags: Flags } fn f(s: &S) { s.flags.both(); }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:both"]);
}

#[test]
fn a_types_own_method_goes_before_that_of_a_foreign_trait() {
    let manifest = ("Cargo.toml", "[package]\nname = \"my-crate\"\n[dependencies]\nnum = \"1\"\n");
    let text = "use num::{Roots, Pow}; struct A; mod t { impl num::Roots for super::A { fn root(&self) -> u8 { 1 } } }
        mod own { impl super::A { pub fn root(&self) -> u8 { num::Roots::root(self) } } }
        mod p { impl num::Pow<&super::A> for super::A { fn pow(self, e: &super::A) {} } }
        fn f(a: A) { a.root(); } fn g(a: A, b: &A) { Pow::pow(a, b); } fn h(a: A) { Pow::pow(a, 3u32); }";
    let found = calls(&[manifest, ("src/lib.rs", text)]);
    assert_eq!(
        found,
        [
            "src/lib.rs:f -> src/lib.rs:own.root",
            "src/lib.rs:g -> src/lib.rs:p.pow",
            "src/lib.rs:own.root -> src/lib.rs:t.root",
        ]
    );
}

#[test]
fn a_number_with_another_type_on_the_right_gives_what_the_impl_says() {
    let found =
        lib("use std::ops::Rem; struct A; impl Rem<A> for u64 { type Output = A; fn rem(self, a: A) -> A { a } }
        impl A { fn go(&self) {} } fn f(x: u64, a: A) { (x % a).go(); (x % 2).go(); }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:go"]);
}

#[test]
fn values_of_constant_parameters_tell_impls_apart() {
    let found = lib("struct Slim<V, const N: usize>(V); struct Flag<const ON: bool>;
        impl<V> Slim<V, 1> { fn find(&self) { self.one() } fn one(&self) {} }
        impl<V> Slim<V, 2> { fn find(&self) { self.two() } fn two(&self) {} }
        impl<V, const N: usize> Slim<V, N> { fn any(&self) {} }
        impl Flag<true> { fn go(&self) { on() } } impl Flag<false> { fn go(&self) { off() } }
        fn on() {} fn off() {}
        fn f(a: Slim<u8, 2>, b: Flag<false>) { a.find(); a.any(); a.one(); b.go(); }");
    assert_eq!(
        found,
        [
            "src/lib.rs:f -> src/lib.rs:any",
            "src/lib.rs:f -> src/lib.rs:find",
            "src/lib.rs:f -> src/lib.rs:go",
            "src/lib.rs:find -> src/lib.rs:one",
            "src/lib.rs:find -> src/lib.rs:two",
            "src/lib.rs:go -> src/lib.rs:off",
            "src/lib.rs:go -> src/lib.rs:on",
        ]
    );
}

#[test]
fn associated_types_of_bounds_tell_impls_apart() {
    let found = lib("struct A; struct B; trait Join { type Out; fn join(self) -> Self::Out; }
        struct OfA; struct OfRef; struct OfB; impl OfA { fn a(&self) {} } impl OfRef { fn r(&self) {} } impl OfB { fn b(&self) {} }
        impl<I: IntoIterator<Item = A>> Join for I { type Out = OfA; fn join(self) -> OfA { OfA } }
        impl<'a, I: IntoIterator<Item = &'a A>> Join for I { type Out = OfRef; fn join(self) -> OfRef { OfRef } }
        impl<I> Join for I where I: IntoIterator<Item = B> { type Out = OfB; fn join(self) -> OfB { OfB } }
        fn f(v: Vec<B>) { v.join().b() } fn g(v: Vec<A>) { v.join().a() }");
    let told: Vec<&str> = found.iter().map(String::as_str).filter(|call| !call.ends_with("join")).collect();
    assert_eq!(told, ["src/lib.rs:f -> src/lib.rs:b", "src/lib.rs:g -> src/lib.rs:a"]);
}

#[test]
fn a_result_that_is_only_said_to_have_a_trait_is_what_the_body_gives() {
    let found = calls(&[
        MANIFEST,
        ("src/t.rs", "pub struct T(pub u8); impl crate::P for T { fn go(&mut self) {} } impl T { pub fn new() -> Self { T(1) } }"),
        ("src/f.rs", "impl<F: FnMut(u8)> crate::P for F { fn go(&mut self) {} }"),
        (
            "src/lib.rs",
            "mod t; mod f; pub trait P { fn go(&mut self); fn all(&self) {} }
            fn named() -> impl P { t::T::new() }
            fn handed() -> impl P { named() }
            fn closure() -> impl P { move |x: u8| {} }
            fn built(p: impl P) -> impl P {
                #[cfg(feature = \"debug\")] { t::T(2) }
                #[cfg(not(feature = \"debug\"))] { p }
            }
            fn generic(p: impl P) -> impl P { p }
            fn a() { named().go(); } fn b() { handed().go(); } fn c() { closure().go(); } fn d() { built(t::T(1)).go(); }
            fn e() { generic(t::T(1)).go(); } fn f(mut p: impl P) { p.go(); } fn g() { named().all(); }",
        ),
    ]);
    let methods: Vec<&str> =
        found.iter().map(String::as_str).filter(|call| call.ends_with("go") || call.ends_with("all")).collect();
    assert_eq!(
        methods,
        [
            "src/lib.rs:a -> src/t.rs:go",
            "src/lib.rs:b -> src/t.rs:go",
            "src/lib.rs:c -> src/f.rs:go",
            "src/lib.rs:d -> src/t.rs:go",
            "src/lib.rs:e -> src/lib.rs:P.go",
            "src/lib.rs:f -> src/lib.rs:P.go",
            "src/lib.rs:g -> src/lib.rs:P.all",
        ]
    );
}

#[test]
fn a_name_that_only_a_glob_of_another_crate_explains_is_a_type_of_its_own() {
    let found = lib("trait V: Copy { fn eq2(self, o: Self) -> Self; fn zero() -> Self; fn any(self) -> bool; }
        mod x { use core::arch::x86_64::*; use super::V;
            impl V for __m128i { fn eq2(self, o: Self) -> __m128i { o } fn zero() -> Self { make() } fn any(self) -> bool { self.eq2(Self::zero()).go() } }
            impl __m128i { fn go(self) -> bool { true } } }
        fn f(a: Missing) { a.go(); a.eq2(a); }");
    assert_eq!(
        found,
        [
            "src/lib.rs:x.any -> src/lib.rs:x.eq2",
            "src/lib.rs:x.any -> src/lib.rs:x.go",
            "src/lib.rs:x.any -> src/lib.rs:x.zero"
        ]
    );
}

#[test]
fn what_slices_strings_and_pointers_have_of_their_own_goes_before_a_traits_method() {
    let found = lib("trait Bytes { fn raw(&self) -> &[u8]; fn raw_mut(&mut self) -> &mut [u8];
            fn to_ascii_uppercase(&self) -> Vec<u8> { self.raw().to_ascii_uppercase() }
            fn make_ascii_lowercase(&mut self) { self.raw_mut().make_ascii_lowercase() }
            fn trim_ascii(&self) -> &[u8] { self.raw() } fn rsplitn(&self) {} fn add(&self) {} fn range(&self) {} }
        impl Bytes for [u8] { fn raw(&self) -> &[u8] { self } fn raw_mut(&mut self) -> &mut [u8] { self } }
        impl Bytes for str { fn raw(&self) -> &[u8] { self.as_bytes() } fn raw_mut(&mut self) -> &mut [u8] { loop {} } }
        impl<T> Bytes for std::ptr::NonNull<T> { fn raw(&self) -> &[u8] { loop {} } fn raw_mut(&mut self) -> &mut [u8] { loop {} } }
        impl<T> Bytes for std::collections::VecDeque<T> { fn raw(&self) -> &[u8] { loop {} } fn raw_mut(&mut self) -> &mut [u8] { loop {} } }
        fn f(a: &[u8], b: &str, c: std::ptr::NonNull<u8>, d: std::collections::VecDeque<u8>) {
            a.trim_ascii(); b.trim_ascii(); a.rsplitn(2, |b| *b == 0); c.add(1); d.range(..); }");
    assert_eq!(
        found,
        [
            "src/lib.rs:Bytes.make_ascii_lowercase -> src/lib.rs:Bytes.raw_mut",
            "src/lib.rs:Bytes.to_ascii_uppercase -> src/lib.rs:Bytes.raw",
            "src/lib.rs:Bytes.trim_ascii -> src/lib.rs:Bytes.raw",
        ]
    );
}

#[test]
fn a_conversion_of_another_type_is_not_the_only_one_that_is_written() {
    let found = lib("struct U; struct A; struct B; impl From<A> for U { fn from(a: A) -> U { U } }
        macro_rules! made { ($t:ty) => { impl From<$t> for U { fn from(t: $t) -> U { U } } } } made!(B);
        fn f(a: A) { U::from(a); } fn g(b: B) { U::from(b); }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:from"]);
}

#[test]
fn a_conversion_of_a_librarys_type_needs_the_arguments_type() {
    let found = lib("struct W; impl From<W> for u8 { fn from(w: W) -> u8 { 1 } }
        fn a(x: bool) { u8::from(x); } fn b(x: missing::T) { u8::from(x.field); } fn c(x: W) { u8::from(x); }");
    assert_eq!(found, ["src/lib.rs:c -> src/lib.rs:from"]);
}

#[test]
fn an_operator_on_references_to_what_is_not_known_gives_nothing() {
    let found = lib("struct Set; impl Set { fn go(&self) {} }
        impl std::ops::Sub<&Set> for &Set { type Output = Set; fn sub(self, o: &Set) -> Set { Set } }
        fn a() { let (x, y) = missing(); let z = &x - &y; z.go(); } fn b(x: Set, y: Set) { (&x - &y).go(); }");
    assert_eq!(found, ["src/lib.rs:b -> src/lib.rs:go"]);
}

#[test]
fn a_method_of_an_impl_for_a_librarys_type_does_not_call_itself() {
    let found = lib("trait Listen { fn addr(&self) -> u8; fn go(&mut self); } struct Own; fn other() {}
        impl Listen for std::net::TcpListener { fn addr(&self) -> u8 { self.addr() } fn go(&mut self) { Self::go(self); other(); } }
        impl Listen for Own { fn addr(&self) -> u8 { self.addr() } fn go(&mut self) {} }");
    assert_eq!(found, ["src/lib.rs:addr -> src/lib.rs:addr", "src/lib.rs:go -> src/lib.rs:other"]);
}

#[test]
fn arguments_that_a_macro_takes_apart_are_no_calls_on_their_receiver() {
    let found = lib("macro_rules! each { ($on:ident.$method:ident($($arg:expr),*)) => { match $on { E::A(a) => a.$method($($arg),*) } } }
        macro_rules! plain { ($e:expr) => { $e } } struct E; fn cx() {}
        impl E { fn poll(&self, n: ()) { each!(self.poll(cx())); } fn more(&self) { plain!(self.poll(())); } }");
    assert_eq!(found, ["src/lib.rs:more -> src/lib.rs:poll", "src/lib.rs:poll -> src/lib.rs:cx"]);
}

#[test]
fn a_constant_of_a_trait_is_of_the_type_that_it_is_asked_of() {
    let found = lib("trait Int: Sized { const ZERO: Self; fn push(self, n: u8) -> Self; }
        fn f<T: Int>() -> T { let v = T::ZERO; v.push(1) }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:Int.push"]);
}

#[test]
fn a_sum_of_bounds_may_have_parentheses() {
    let found = lib("trait Sealed { fn go(&self); } trait Open: Sealed {}
        fn f(x: &(impl Open + ?Sized)) { x.go(); } fn g(x: &(dyn Sealed + Send)) { x.go(); }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:Sealed.go", "src/lib.rs:g -> src/lib.rs:Sealed.go"]);
}

#[test]
fn branches_of_cfg_if_that_do_not_hold_hide_nothing() {
    let found = calls(&[
        ("Cargo.toml", "[package]\nname = \"x\""),
        (
            "src/lib.rs",
            "cfg_if::cfg_if! { if #[cfg(windows)] { mod win; use win as imp; fn here() {} } else if #[cfg(unix)] { mod nix; use nix as imp; fn here() {} } else { fn here() {} } }
            #[cfg_attr(windows, path = \"win.rs\")] #[cfg_attr(unix, path = \"nix.rs\")] mod sys;
            fn f() { imp::go(); here(); sys::go(); }",
        ),
        ("src/win.rs", "pub fn go() {}"),
        ("src/nix.rs", "pub fn go() {}"),
    ]);
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:here", "src/lib.rs:f -> src/nix.rs:go"]);
}

#[test]
fn what_proptest_draws_has_the_type_that_its_strategy_gives() {
    let found = calls(&[
        ("Cargo.toml", "[package]\nname = \"x\"\n[dev-dependencies]\nproptest = \"1\""),
        (
            "src/lib.rs",
            "use proptest::prelude::*; struct Set; impl Set { fn go(&self) {} fn of(n: Vec<Item>) -> Set { Set } } struct Item; impl Item { fn it(&self) {} }
            fn items() -> impl Strategy<Value = Item> { (0..9).prop_map(|n| make(n)) } fn make(n: u8) -> Item { Item }
            prop_compose! { fn sets(n: usize)(items in prop::collection::vec(items(), n), more in 0..4) -> Set { for item in &items { item.it(); } Set::of(items) } }
            proptest! { #[test] fn holds(set in sets(3), (a, b) in (items(), any::<Item>())) { set.go(); a.it(); b.it(); } }",
        ),
    ]);
    assert_eq!(
        found,
        [
            "src/lib.rs:holds -> src/lib.rs:go",
            "src/lib.rs:holds -> src/lib.rs:it",
            "src/lib.rs:holds -> src/lib.rs:items",
            "src/lib.rs:holds -> src/lib.rs:sets",
            "src/lib.rs:items -> src/lib.rs:make",
            "src/lib.rs:sets -> src/lib.rs:it",
            "src/lib.rs:sets -> src/lib.rs:items",
            "src/lib.rs:sets -> src/lib.rs:of",
        ]
    );
}

#[test]
fn projections_of_pinned_types_have_their_fields() {
    let found = lib("use std::pin::Pin; struct In; impl In { fn poll(self: Pin<&mut Self>) {} fn plain(&self) {} fn raw(self: Pin<&mut Self>) {} }
        #[pin_project::pin_project] struct Out { #[pin] inner: In, other: In }
        impl Out { fn f(self: Pin<&mut Self>) { let this = self.project(); this.inner.poll(); this.other.plain(); this.other.raw(); } }
        struct Own { inner: In } impl Own { fn project(self: Pin<&mut Self>) -> u8 { 1 } fn g(self: Pin<&mut Self>) { self.project().inner.poll(); } }");
    assert_eq!(
        found,
        ["src/lib.rs:f -> src/lib.rs:plain", "src/lib.rs:f -> src/lib.rs:poll", "src/lib.rs:g -> src/lib.rs:project",]
    );
}

#[test]
fn two_traits_of_one_name_of_another_crate_are_told_apart() {
    let found = calls(&[
        ("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\nserde = \"1\""),
        ("src/lib.rs", "pub struct Fault; mod de; mod ser; mod use_it;"),
        ("src/de.rs", "impl serde::de::Error for crate::Fault { fn custom(s: String) -> Self { crate::Fault } }"),
        ("src/ser.rs", "impl serde::ser::Error for crate::Fault { fn custom(s: String) -> Self { crate::Fault } }"),
        ("src/use_it.rs", "use serde::ser::Error; fn f() -> crate::Fault { Error::custom(String::new()) }"),
    ]);
    assert_eq!(found, ["src/use_it.rs:f -> src/ser.rs:custom"]);
}

#[test]
fn containers_of_other_crates_carry_the_projects_types() {
    let found = calls(&[
        ("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\nrayon = \"1\"\ncrossbeam-utils = \"1\"\nitertools = \"1\""),
        (
            "src/lib.rs",
            "use rayon::prelude::*; use crossbeam_utils::CachePadded; use itertools::Itertools; struct N; impl N { fn go(&self) -> u8 { 1 } fn load(&self) {} }
            fn a(v: Vec<N>) { v.par_iter().filter(|n| true).map(|n| n.go()).collect::<Vec<_>>(); } fn b(n: CachePadded<N>) { n.load(); }
            fn c(v: Vec<N>) { v.iter().sorted_by_key(|n| n.go()).unique().for_each(|n| n.load()); }",
        ),
    ]);
    assert_eq!(
        found,
        [
            "src/lib.rs:a -> src/lib.rs:go",
            "src/lib.rs:b -> src/lib.rs:load",
            "src/lib.rs:c -> src/lib.rs:go",
            "src/lib.rs:c -> src/lib.rs:load",
        ]
    );
}

#[test]
fn functions_of_a_trait_that_a_macro_writes_are_those_of_its_impls() {
    let found = lib("trait Give { methods! { day, hour } } struct Date; struct Time; impl Date { fn day(&self) {} }
        impl Give for Date { fn day(&self, n: u8) {} } impl Give for Time { fn day(&self, n: u8) {} fn hour(&self) {} }
        fn f(t: Time) { Give::day(&t, 1); Give::hour(&t); } fn g(d: Date) { d.day(); }");
    assert_eq!(
        found,
        ["src/lib.rs:f -> src/lib.rs:day", "src/lib.rs:f -> src/lib.rs:hour", "src/lib.rs:g -> src/lib.rs:day"]
    );
}

#[test]
fn guards_of_matches_see_what_the_pattern_binds() {
    let found = lib("enum T { A(U, u8), B { w: U } } struct U; impl U { fn ok(&self) -> bool { true } fn no(&self) -> bool { true } }
        fn f(x: &T) -> bool { assert!(matches!(x, T::A(u, ..) if u.ok())); matches!(&*x, T::B { w } if { w.no() }) }
        fn é(x: &T) -> bool { matches!(x, T::A(u, _) if u.ok(),) }");
    assert_eq!(
        found,
        ["src/lib.rs:f -> src/lib.rs:no", "src/lib.rs:f -> src/lib.rs:ok", "src/lib.rs:é -> src/lib.rs:ok"]
    );
}

#[test]
fn a_part_of_a_text_is_a_text() {
    let found = lib("trait Own { fn own(&self); } impl Own for str { fn own(&self) {} }
        fn f(a: &str) { let b = &a[1..]; b.own(); a[..2].own(); }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:own"]);
}

#[test]
fn a_file_that_its_own_cfg_leaves_out_comes_last() {
    let found = calls(&[
        MANIFEST,
        ("src/lib.rs", "mod a; mod b; pub struct S; fn f(s: S) { s.go(); }"),
        ("src/a.rs", "#![cfg(not(feature = \"x\"))] impl crate::S { pub fn go(&self) {} }"),
        ("src/b.rs", "#[cfg(feature = \"x\")] mod inner { impl crate::S { pub fn go(&self) {} } }"),
    ]);
    assert_eq!(found, ["src/lib.rs:f -> src/b.rs:inner.go"]);
}

#[test]
fn an_impl_for_one_argument_does_not_take_another() {
    let found = lib("struct B; impl PartialOrd for B { fn partial_cmp(&self, o: &B) -> Option<std::cmp::Ordering> { None } }
        macro_rules! with { ($t:ty) => { impl PartialOrd<$t> for B { fn partial_cmp(&self, o: &$t) -> Option<std::cmp::Ordering> { None } } } } with!([u8]);
        fn f(a: B, s: &[u8]) { a.partial_cmp(s); } fn g(a: B, b: B) { a.partial_cmp(&b); }");
    assert_eq!(found, ["src/lib.rs:g -> src/lib.rs:partial_cmp"]);
}

#[test]
fn a_blanket_impl_for_what_can_be_cloned_leaves_mutable_references_out() {
    let found = lib("trait Any2 { fn kind(&self); } impl<T: Clone> Any2 for T { fn kind(&self) {} }
        #[derive(Clone)] struct D; impl D { fn kind(&self) -> D { D } fn f(&mut self) { self.kind().own(); } fn own(&self) {} }");
    assert_eq!(found, ["src/lib.rs:f -> src/lib.rs:kind", "src/lib.rs:f -> src/lib.rs:own"]);
}

#[test]
fn a_private_method_elsewhere_leaves_the_name_to_a_trait() {
    let found = lib("pub trait Datelike { fn year(&self) -> i32; } mod date { pub struct Date; impl Date { fn year(&self) -> i32 { 1 } fn only(&self) {} }
            impl crate::Datelike for Date { fn year(&self) -> i32 { self.year() } } mod inner { fn h(d: super::Date) { d.year(); } } }
        fn f(d: date::Date) { d.year(); }");
    assert_eq!(
        found,
        [
            "src/lib.rs:date.inner.h -> src/lib.rs:date.year",
            "src/lib.rs:date.year -> src/lib.rs:date.year",
            "src/lib.rs:f -> src/lib.rs:date.year"
        ]
    );
    let lines = resolve(&[
        MANIFEST,
        (
            "src/lib.rs",
            "pub trait Datelike { fn year(&self); } mod date { pub struct Date; impl Date {\n fn year(&self) {} }\n impl crate::Datelike for Date {\n fn year(&self) {} } }\n fn f(d: date::Date) { d.year(); }",
        ),
    ]);
    assert_eq!(lines.target_lines(), [4]);
}

#[test]
fn statics_of_thread_local_are_keys() {
    let found = lib("use std::cell::RefCell; struct C; impl C { fn go(&self) {} fn make() -> C { C } } impl Default for C { fn default() -> C { C } }
        thread_local! { static A: RefCell<C> = RefCell::new(C::make()); static B: C = const { C }; }
        fn f() { A.with(|a| a.borrow_mut().go()); } fn g() { A.with_borrow_mut(|a| a.go()); } fn h() { B.try_with(|b| b.go()); }");
    assert_eq!(
        found,
        [
            "src/lib.rs -> src/lib.rs:make",
            "src/lib.rs:f -> src/lib.rs:go",
            "src/lib.rs:g -> src/lib.rs:go",
            "src/lib.rs:h -> src/lib.rs:go"
        ]
    );
}

#[test]
fn a_boxed_trait_object_is_not_cloned_for_a_blanket_impl() {
    let lines = resolve(&[
        MANIFEST,
        (
            "src/lib.rs",
            "trait Dup {\n fn dup(&self) -> u8; }\n impl<T: Clone> Dup for T {\n fn dup(&self) -> u8 { 1 } }\n fn f(b: Box<dyn Dup>) { b.dup(); }",
        ),
    ]);
    assert_eq!(lines.target_lines(), [2]);
}

#[test]
fn of_modules_for_several_platforms_the_one_at_hand_counts() {
    let found = calls(&[
        MANIFEST,
        (
            "src/lib.rs",
            "#[cfg(unix)] #[path = \"nix.rs\"] mod inner; #[cfg(target_arch = \"wasm32\")] mod inner { pub fn go() {} } fn f() { inner::go(); }",
        ),
        ("src/nix.rs", "pub fn go() {}"),
    ]);
    assert_eq!(found, ["src/lib.rs:f -> src/nix.rs:go"]);
}

#[test]
fn what_is_pinned_and_not_known_has_no_method_of_the_project() {
    let found = lib("use std::{pin::Pin, future::Future, task::{Context, Poll}}; struct F; struct G;
        impl Future for F { type Output = u8; fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u8> { loop {} } }
        fn f(cx: &mut Context<'_>) { let mut rx = missing(); Pin::new(&mut rx).poll(cx); let mut x = std::pin::pin!(rx); x.as_mut().poll(cx); }
        fn g(cx: &mut Context<'_>, mut known: F) { Pin::new(&mut known).poll(cx); }");
    assert_eq!(found, ["src/lib.rs:g -> src/lib.rs:poll"]);
}
