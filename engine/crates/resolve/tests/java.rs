//! Java calls.

mod common;

use common::resolve;

#[test]
fn calls_follow_packages_imports_and_static_imports() {
    let project = resolve(&[
        (
            "src/main/java/a/Tool.java",
            "package a; public class Tool { public static void run() {} public void go() {} }",
        ),
        ("src/main/java/b/Tool.java", "package b; public class Tool { public void go() {} }"),
        ("src/main/java/b/Near.java", "package b; class Near { void f(Tool t) { t.go(); } }"),
        (
            "src/main/java/c/User.java",
            "package c; import a.Tool; import static a.Tool.run;\n\
             class User { void f(Tool t, b.Tool other) { t.go(); other.go(); run(); a.Tool.run(); } }",
        ),
        ("src/main/java/c/Star.java", "package c; import b.*; class Star { void f(Tool t) { t.go(); } }"),
    ]);
    assert_eq!(
        project.calls(),
        [
            "src/main/java/b/Near.java:Near.f -> src/main/java/b/Tool.java:Tool.go",
            "src/main/java/c/Star.java:Star.f -> src/main/java/b/Tool.java:Tool.go",
            "src/main/java/c/User.java:User.f -> src/main/java/a/Tool.java:Tool.go",
            "src/main/java/c/User.java:User.f -> src/main/java/a/Tool.java:Tool.run",
            "src/main/java/c/User.java:User.f -> src/main/java/b/Tool.java:Tool.go",
        ]
    );
}

#[test]
fn receivers_of_library_or_unknown_type_never_bind_to_the_project() {
    let project = resolve(&[(
        "A.java",
        "import java.util.*; import org.lib.Thing;\n\
         class A { void add(Object o) {} Object get(int i) { return null; } void run() {} void use() {}\n\
           void f(List<String> list, Thing thing, Missing missing, Runnable task) {\n\
             list.add(\"x\"); list.get(0); thing.use(); missing.use(); task.run(); Thing.make().use();\n\
             list.stream().map(x -> x.trim()).forEach(x -> x.use());\n\
           } }",
    )]);
    assert_eq!(project.calls(), [] as [&str; 0]);
    assert!(project.unresolved().iter().all(|line| !line.contains("-> add? Unknown")));
}

#[test]
fn methods_that_a_project_class_inherits_from_the_platform_are_external() {
    let project = resolve(&[(
        "A.java",
        "class Outer { void start() {} void helper() {}\n\
           class Worker extends Thread { void f() { start(); helper(); toString(); } }\n\
           class Odd extends org.lib.Base { void f() { helper(); other(); } } }\n\
         class B { public String toString() { return \"\"; } }\n\
         class C extends B { void f(Object o) { toString(); this.hashCode(); o.toString(); } }",
    )]);
    assert_eq!(
        project.calls(),
        [
            "A.java:C.f -> A.java:B.toString",
            "A.java:Outer.Odd.f -> A.java:Outer.helper",
            "A.java:Outer.Worker.f -> A.java:Outer.helper",
        ]
    );
}

#[test]
fn overloads_are_chosen_by_number_and_types_of_arguments() {
    // Each overload gives another type, which tells which one was chosen.
    let project = resolve(&[
        (
            "A.java",
            "class A { Int f(int a) { return null; } Long2 f(long a) { return null; } Obj f(Object a) { return null; }\n\
           Strs f(String... a) { return null; } Two f(int a, int b) { return null; } Fn f(Runnable a) { return null; }\n\
           void i() { f(1).hit(); } void l() { f(1L).hit(); } void o() { f(new A()).hit(); } void s() { f(\"a\" + 1).hit(); }\n\
           void v() { f(\"a\", \"b\").hit(); } void n() { f(1, 'c').hit(); } void box(Integer x) { f(x).hit(); }\n\
           void fn() { f(() -> i()).hit(); } }",
        ),
        (
            "B.java",
            "class Int { void hit() {} } class Long2 { void hit() {} } class Obj { void hit() {} }\n\
           class Strs { void hit() {} } class Two { void hit() {} } class Fn { void hit() {} }",
        ),
    ]);
    let chosen: Vec<String> = project.calls().into_iter().filter(|line| line.ends_with("hit")).collect();
    assert_eq!(
        chosen,
        [
            "A.java:A.box -> B.java:Obj.hit",
            "A.java:A.fn -> B.java:Fn.hit",
            "A.java:A.i -> B.java:Int.hit",
            "A.java:A.l -> B.java:Long2.hit",
            "A.java:A.n -> B.java:Two.hit",
            "A.java:A.o -> B.java:Obj.hit",
            "A.java:A.s -> B.java:Obj.hit",
            "A.java:A.v -> B.java:Strs.hit",
        ]
    );
}

#[test]
fn the_most_specific_overload_wins() {
    let project = resolve(&[
        ("I.java", "class I { void put(Object o) {} }"),
        ("J.java", "class J extends I { void put(String s) {} <T> void many(T[] items) {} void many(int[] items) {} }"),
        ("U.java", "class U { void s(J j) { j.put(\"\"); } void o(J j) { j.put(1); } void n(J j) { j.put(null); } }"),
    ]);
    assert_eq!(
        project.calls(),
        ["U.java:U.n -> J.java:J.put", "U.java:U.o -> I.java:I.put", "U.java:U.s -> J.java:J.put"]
    );
}

#[test]
fn types_flow_through_generics_chains_and_lambdas() {
    let project = resolve(&[
        ("Item.java", "class Item { String name() { return \"\"; } Item next() { return this; } }"),
        (
            "Box.java",
            "class Box<T extends Item> { T value; T get() { return value; } <R> R with(java.util.function.Function<? super T, ? extends R> f) { return f.apply(value); } }",
        ),
        (
            "U.java",
            "import java.util.*; import java.util.stream.*;\n\
             class U {\n\
               void chain(Box<Item> box) { box.get().next(); }\n\
               void wild(Box<?> box) { box.get().name(); }\n\
               void lambda(Box<Item> box) { box.with(x -> x.next()).name(); }\n\
               void each(Map<String, List<Item>> map) { for (var e : map.entrySet()) for (var i : e.getValue()) i.name(); }\n\
               void stream(List<Item> items) { items.stream().filter(i -> i.name() != null).collect(Collectors.toMap(i -> i.next(), i -> 1)); }\n\
               void sorted(List<Item> items) { items.sort(Comparator.comparing(i -> i.name())); }\n\
               void optional(Optional<Item> item) { item.map(Item::next).get().name(); }\n\
               void diamond() { var list = new ArrayList<Item>(); list.get(0).name(); }\n\
             }",
        ),
    ]);
    assert_eq!(
        project.calls(),
        [
            "U.java:U.chain -> Box.java:Box.get",
            "U.java:U.chain -> Item.java:Item.next",
            "U.java:U.diamond -> Item.java:Item.name",
            "U.java:U.each -> Item.java:Item.name",
            "U.java:U.lambda -> Box.java:Box.with",
            "U.java:U.lambda -> Item.java:Item.name",
            "U.java:U.lambda -> Item.java:Item.next",
            "U.java:U.optional -> Item.java:Item.name",
            "U.java:U.sorted -> Item.java:Item.name",
            "U.java:U.stream -> Item.java:Item.name",
            "U.java:U.stream -> Item.java:Item.next",
            "U.java:U.wild -> Box.java:Box.get",
            "U.java:U.wild -> Item.java:Item.name",
        ]
    );
}

#[test]
fn constructors_lead_to_the_written_one() {
    let project = resolve(&[(
        "A.java",
        "class A { A() { this(1); } A(int x) { super(); } }\n\
         class B extends A { B() { super(2); } static B of() { return new B(); } Object anon() { return new A(3) { void f() { g(); } void g() {} }; } }\n\
         record R(int x) { R { check(x); } static void check(int x) {} int twice() { return x() * 2; } }\n\
         enum E { ONE(1), TWO; E() {} E(int n) {} static E first() { return values()[0].self(); } E self() { return this; } }\n\
         class U { R r() { return new R(1); } }",
    )]);
    assert_eq!(
        project.calls(),
        [
            "A.java:A.A -> A.java:A.A",
            "A.java:B.B -> A.java:A.A",
            "A.java:B.anon -> A.java:A.A",
            "A.java:B.anon.f -> A.java:B.anon.g",
            "A.java:B.of -> A.java:B.B",
            "A.java:E.ONE -> A.java:E.E",
            "A.java:E.first -> A.java:E.self",
            "A.java:R.R -> A.java:R.check",
            "A.java:R.twice -> A.java:R.x",
            "A.java:U.r -> A.java:R.R",
        ]
    );
}

#[test]
fn the_innermost_class_with_a_method_of_that_name_has_it() {
    let project = resolve(&[(
        "A.java",
        "interface Shape { static Shape of(int n) { return null; } default void draw() { area(); } double area(); }\n\
         class Outer { void go() {} void stay() {}\n\
           class Inner { void go(int x) {} void f() { go(1); stay(); Outer.this.go(); } }\n\
           static Shape of(Object o) { return null; }\n\
           static class Square implements Shape { public double area() { Shape.super.draw(); return of(1).area(); } }\n\
         }",
    )]);
    assert_eq!(
        project.calls(),
        [
            "A.java:Outer.Inner.f -> A.java:Outer.Inner.go",
            "A.java:Outer.Inner.f -> A.java:Outer.go",
            "A.java:Outer.Inner.f -> A.java:Outer.stay",
            "A.java:Outer.Square.area -> A.java:Outer.of",
            "A.java:Outer.Square.area -> A.java:Shape.area",
            "A.java:Outer.Square.area -> A.java:Shape.draw",
            "A.java:Shape.draw -> A.java:Shape.area",
        ]
    );
}

#[test]
fn patterns_bind_typed_names() {
    let project = resolve(&[(
        "A.java",
        "record Pair(Item left, Item right) {} class Item { void go() {} }\n\
         class A { void f(Object o) { if (!(o instanceof Item i)) return; i.go(); }\n\
           void g(Object o) { switch (o) { case Pair(Item l, var r) -> r.go(); case Item i when i != null -> i.go(); default -> {} } }\n\
           void h(Object o) { try (var in = open()) { in.close(); } catch (MyError e) { e.show(); } }\n\
           Res open() { return null; } }\n\
         class Res implements AutoCloseable { public void close() {} } class MyError extends RuntimeException { void show() {} }",
    )]);
    assert_eq!(
        project.calls(),
        [
            "A.java:A.f -> A.java:Item.go",
            "A.java:A.g -> A.java:Item.go",
            "A.java:A.h -> A.java:A.open",
            "A.java:A.h -> A.java:MyError.show",
            "A.java:A.h -> A.java:Res.close",
        ]
    );
}

#[test]
fn deep_nesting_and_broken_sources_do_no_harm() {
    let deep = format!(
        "class A {{ int f() {{ return {}g(){}; }} int g() {{ return 1; }} }}",
        "(".repeat(10_000),
        ")".repeat(10_000)
    );
    let chain = format!("class B {{ B m() {{ return this{}; }} }}", ".m()".repeat(5_000));
    let sum =
        format!("class C {{ String f() {{ return \"\"{}; }} String g() {{ return \"\"; }} }}", " + g()".repeat(5_000));
    let broken = "class D { void f() { g(; } void g() {} void h() { g(); }";
    let project = resolve(&[("A.java", &deep), ("B.java", &chain), ("C.java", &sum), ("D.java", broken)]);
    let calls = project.calls();
    for expected in
        ["A.java:A.f -> A.java:A.g", "B.java:B.m -> B.java:B.m", "C.java:C.f -> C.java:C.g", "D.java:D.h -> D.java:D.g"]
    {
        assert!(calls.iter().any(|line| line == expected), "{expected} is not in {calls:?}");
    }
}

#[test]
fn cyclic_and_self_referring_types_end() {
    let project = resolve(&[(
        "A.java",
        "class A extends B { void f() { g(); } } class B extends A { void g() {} }\n\
         class N extends N.In { static class In {} void f() { f(); } }\n\
         class G<T extends Comparable<T>> { T max(T a) { return max(a); } } class H<T extends T> { void f(T t) { t.x(); } }",
    )]);
    assert_eq!(
        project.calls(),
        ["A.java:A.f -> A.java:B.g", "A.java:G.max -> A.java:G.max", "A.java:N.f -> A.java:N.f"]
    );
}

#[test]
fn constants_that_are_written_or_imported_hide_supposed_ones_of_the_platform() {
    let project = resolve(&[(
        "A.java",
        "import static java.util.Locale.ENGLISH; import java.util.*;\n\
         class A { static final Tool TOOL = new Tool();\n\
           static class Map2 extends AbstractMap<String, String> {\n\
             Map2() { this(ENGLISH); } Map2(Locale l) {} Map2(Map2 m) {}\n\
             public Set<Map.Entry<String, String>> entrySet() { return TOOL.make(); } }\n\
           static class Base implements Runnable { public void run() { TOOL.go(); } } }\n\
         class Tool { void go() {} Set<Map.Entry<String, String>> make() { return null; } }",
    )]);
    assert_eq!(
        project.calls(),
        [
            "A.java:A.Base.run -> A.java:Tool.go",
            "A.java:A.Map2.Map2 -> A.java:A.Map2.Map2",
            "A.java:A.Map2.entrySet -> A.java:Tool.make",
            "A.java:A.TOOL -> A.java:Tool"
        ]
    );
}

#[test]
fn enums_may_have_other_overloads_of_value_of() {
    let project = resolve(&[(
        "A.java",
        "enum Kind { A; static Kind valueOf(int n) { return A; } void go() {} }\n\
         class User { void f(int n) { Kind.valueOf(n).go(); } void g(String s) { Kind.valueOf(s); } }",
    )]);
    assert_eq!(project.calls(), ["A.java:User.f -> A.java:Kind.go", "A.java:User.f -> A.java:Kind.valueOf"]);
}

#[test]
fn overloads_tell_library_classes_nested_in_different_classes_apart() {
    let project = resolve(&[(
        "A.java",
        "import org.lib.*;\n\
         class A { void f(B b, Reader.Feature r, Writer.Feature w) { b.of(r).one(); b.of(w).two(); } }\n\
         class B { One of(Reader.Feature f) { return null; } Two of(Writer.Feature f) { return null; } }\n\
         class One { void one() {} } class Two { void two() {} }",
    )]);
    assert_eq!(
        project.calls(),
        ["A.java:A.f -> A.java:B.of", "A.java:A.f -> A.java:One.one", "A.java:A.f -> A.java:Two.two"]
    );
}

#[test]
fn the_groups_of_a_switch_share_a_scope_and_caught_alternatives_are_throwable() {
    let project = resolve(&[(
        "A.java",
        "class A { void f(int n, Object o) { switch (n) { case 1: String s = \"\"; break; case 2: s = \"x\"; g(s); } }\n\
           void g(String s) {} void g(Integer i) {}\n\
           void h() { try { } catch (org.x.First | org.x.Second e) { report(e); } }\n\
           void report(Throwable t) {} void report(String s) {} }",
    )]);
    assert_eq!(project.calls(), ["A.java:A.f -> A.java:A.g", "A.java:A.h -> A.java:A.report"]);
}

#[test]
fn a_constant_of_a_librarys_class_is_of_no_type_of_the_project() {
    let project = resolve(&[(
        "A.java",
        "import org.log.Level; import org.log.Wrapper;
        enum Own { INFO } class A extends Wrapper {
            void log(Own level, String text, Throwable cause) {} void one(Own level) {} void any(Object level) {}
            void f(Throwable t) { log(Level.INFO, \"x\", t); one(Level.INFO); any(Level.INFO); log(Own.INFO, \"x\", t); }
        }",
    )]);
    assert_eq!(project.calls(), ["A.java:A.f -> A.java:A.any", "A.java:A.f -> A.java:A.log"]);
}

#[test]
fn a_class_in_capitals_hides_supposed_constants_of_the_platform() {
    let project = resolve(&[(
        "A.java",
        "import java.net.URI; class A extends Thread { A(URI uri) {} A(String text) { this(URI.create(text)); } }",
    )]);
    assert_eq!(project.calls(), ["A.java:A.A -> A.java:A.A"]);
    assert_eq!(project.unresolved(), ["A.java:A.A -> create? External"]);
}

#[test]
fn classes_of_the_platforms_smaller_packages_tell_overloads_apart() {
    let project = resolve(&[
        (
            "A.java",
            "import java.nio.file.Path; import java.nio.file.attribute.FileTime; import java.time.Instant;\n\
             class A { void f(Path a) { B.newer(a, FileTime.from(Instant.now())).hit(); } }",
        ),
        (
            "B.java",
            "import java.nio.file.*; import java.nio.file.attribute.FileTime;\n\
             class B { static Two newer(Path a, Path b) { return null; }\n\
             static Time newer(Path a, FileTime t, LinkOption... o) { return null; } }\n\
             class Two { void hit() {} } class Time { void hit() {} }",
        ),
    ]);
    assert_eq!(project.calls(), ["A.java:A.f -> B.java:B.newer", "A.java:A.f -> B.java:Time.hit"]);
}

#[test]
fn what_object_has_hides_what_an_interface_asks_for() {
    let project = resolve(&[(
        "A.java",
        "interface Shown { String toString(); void show(); }\n\
         abstract class A implements Shown { String f() { show(); return toString(); } }\n\
         class B { String g(Shown s) { return s.toString(); } }",
    )]);
    assert_eq!(project.calls(), ["A.java:A.f -> A.java:Shown.show", "A.java:B.g -> A.java:Shown.toString"]);
}

#[test]
fn an_argument_of_unknown_type_decides_nothing_between_numbers_and_objects() {
    let project = resolve(&[(
        "A.java",
        "import org.lib.Other;\n\
         class A { A(int size) {} A(String text) {} A(CharSequence text) { this(Other.length(text) + 32); } }",
    )]);
    assert_eq!(project.calls(), Vec::<String>::new());
}

#[test]
fn private_fields_are_not_inherited() {
    let project = resolve(&[(
        "A.java",
        "class Base { private Wide target; void f() { target.go(); } }\n\
         class Wide { void go() {} } class Narrow { void go() {} }\n\
         class A { void g(Narrow target) { new Base() { void h() { target.go(); } }; } }",
    )]);
    let found = project.calls();
    assert!(found.iter().any(|call| call == "A.java:Base.f -> A.java:Wide.go"));
    assert_eq!(found.iter().filter(|call| call.ends_with("Narrow.go")).count(), 1);
}

#[test]
fn an_overload_of_the_platform_that_is_not_overridden_is_still_there() {
    let project = resolve(&[(
        "A.java",
        "import java.io.*;\n\
         class A extends FilterOutputStream { A(OutputStream o) { super(o); }\n\
         @Override public void write(int b) throws IOException { write(new byte[] { (byte) b }); }\n\
         void f() throws IOException { write(1); } }",
    )]);
    assert_eq!(project.calls(), ["A.java:A.f -> A.java:A.write"]);
}

#[test]
fn types_of_the_compilers_model_and_of_jdbc_choose_overloads() {
    let project = resolve(&[(
        "A.java",
        "import javax.lang.model.element.*; import javax.lang.model.type.*; import java.sql.*; class A {\n\
         void get(Element e) {}\n\
         void get(AnnotationMirror m) {}\n\
         void get(TypeMirror t) {}\n\
         void get(Statement s) {}\n\
         void get(ResultSet r) {}\n\
         void f(ExecutableElement e, PreparedStatement s) throws SQLException {\n\
         get(e); get(e.getReturnType()); get((DeclaredType) e.asType()); get(s); get(s.executeQuery()); } }",
    )]);
    assert_eq!(project.target_lines(), [2, 4, 4, 5, 6]);
}

#[test]
fn a_library_constant_tells_overloads_that_take_its_class_apart() {
    let project = resolve(&[(
        "A.java",
        "import java.net.URI; import org.http.Method;\n\
         class A {\n static A create(String method, URI uri) { return null; }\n\
         static A create(Method method, URI uri) { return null; }\n\
         static A get(URI uri) { return create(Method.GET, uri); }\n}",
    )]);
    assert_eq!(project.target_lines(), [4]);
}

#[test]
fn methods_of_object_give_what_they_give_on_unknown_receivers_too() {
    let project = resolve(&[(
        "A.java",
        "import org.lib.Thing;\n\
         class A {\n void of(Thing thing) {}\n void of(Class<?> type) {}\n void of(String text) {}\n\
         void use(Thing thing) { of(thing.getClass()); of(thing.toString()); }\n}",
    )]);
    assert_eq!(project.target_lines(), [4, 5]);
}

#[test]
fn annotation_types_are_annotations() {
    let project = resolve(&[(
        "A.java",
        "import java.lang.annotation.Annotation;\n\
         class A {\n @interface Named { String value(); }\n abstract class NamedImpl implements Named {}\n\
         void key(Class<? extends Annotation> type) {}\n void key(Annotation annotation) {}\n\
         void use(NamedImpl named) { key(named); }\n}",
    )]);
    assert_eq!(project.target_lines(), [6]);
}

#[test]
fn annotations_of_variadic_parameters_are_read_over() {
    let project = resolve(&[(
        "A.java",
        "class A {\n <T> void all(@Nullable T first, @Nullable T @Nullable ... rest) { end(); }\n\
         void end() {}\n void use() { all(1, 2, 3); }\n}",
    )]);
    assert_eq!(project.calls(), ["A.java:A.all -> A.java:A.end", "A.java:A.use -> A.java:A.all"]);
}
