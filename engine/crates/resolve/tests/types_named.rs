//! Types that signatures and bodies name, in every language: whoever names one is told as a user of it.

#[allow(dead_code, reason = "other tests look at more")]
mod common;

/// The references of one file, without its name.
fn named(path: &str, text: &str) -> Vec<String> {
    let mut found: Vec<String> = common::resolve(&[(path, text)])
        .references()
        .iter()
        .map(|reference| reference.replace(&format!("{path}:"), ""))
        .collect();
    found.dedup();
    found
}

#[test]
fn rust() {
    let text = "
struct A; struct B; struct C<T>(T); type D = A;
impl A { fn new() -> A { A } }
fn f(a: &A) { let _: Option<B> = None; let _ = Vec::<D>::new(); let _ = std::mem::size_of::<C<u8>>(); }
";
    assert_eq!(named("a.rs", text), ["D -> A", "f -> A", "f -> B", "f -> C", "f -> D", "new -> A"]);
}

#[test]
fn typescript() {
    let text = "
interface A { next?: A }
type B = A | string;
class C {}
function f(a: A) { const b = a as unknown as B; return new Set<C>(b); }
";
    assert_eq!(named("a.ts", text), ["A.next -> A", "B -> A", "f -> A", "f -> B", "f -> C"]);
}

#[test]
fn python() {
    let text = "
class A: pass
class B: pass
def f(a: 'A') -> list[B]:
    b: B = a
    return [b]
";
    assert_eq!(named("a.py", text), ["f -> A", "f -> B"]);
}

#[test]
fn c() {
    let text = "
struct A { struct A *next; };
typedef struct { int b; } B;
typedef B C;
static int f(void) { struct A a; C c; return sizeof(B) + a.next + c.b; }
";
    assert_eq!(named("a.c", text), ["A.next -> A", "C -> B", "f -> A", "f -> B", "f -> C"]);
}

#[test]
fn cpp() {
    let text = "
struct A { void go(); };
namespace n { struct B {}; }
template <class T> struct C {};
void A::go() { C<n::B> c; auto a = static_cast<A*>(nullptr); }
";
    assert_eq!(named("a.cpp", text), ["go -> A", "go -> C", "go -> n.B"]);
}

#[test]
fn go_and_java() {
    assert_eq!(named("a.go", "package a\ntype A struct{}\nfunc f() { var a A; _ = a }\n"), ["f -> A"]);
    assert_eq!(named("A.java", "class A { void f(Object o) { if (o instanceof B) {} } }\nclass B { }\n"), ["A.f -> B"]);
}
