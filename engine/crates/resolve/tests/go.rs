//! Behaviour of the Go resolver.

mod common;

use common::resolve;

/// The calls of a project of one module `m` with one package in its root.
fn calls(text: &str) -> Vec<String> {
    resolve(&[("go.mod", "module m\n"), ("a.go", text)]).calls()
}

fn unresolved(text: &str) -> Vec<String> {
    resolve(&[("go.mod", "module m\n"), ("a.go", text)]).unresolved()
}

#[test]
fn names_of_a_package_are_shared_by_its_files() {
    let project = resolve(&[
        ("go.mod", "module example.com/m\n"),
        ("a.go", "package m\nfunc F() { g() }\n"),
        ("b.go", "package m\nfunc g() {}\n"),
        ("sub/a.go", "package sub\nfunc g() {}\nfunc h() { g() }\n"),
    ]);
    assert_eq!(project.calls(), ["a.go:F -> b.go:g", "sub/a.go:h -> sub/a.go:g"]);
}

#[test]
fn import_paths_lead_through_the_module_path() {
    let project = resolve(&[
        ("go.mod", "module example.com/m\n"),
        (
            "main.go",
            "package main\nimport (\n\t\"example.com/m/sub\"\n\tother \"example.com/m/internal/x\"\n\t. \"example.com/m/dot\"\n\t\"strings\"\n)\nfunc main() {\n\tsub.F()\n\tother.F()\n\tInDot()\n\tstrings.F()\n}\n",
        ),
        ("sub/a.go", "package sub\nfunc F() {}\n"),
        ("internal/x/a.go", "package realname\nfunc F() {}\n"),
        ("dot/a.go", "package dot\nfunc InDot() {}\n"),
        ("strings/a.go", "package strings\nfunc F() {}\n"),
    ]);
    assert_eq!(
        project.calls(),
        ["main.go:main -> dot/a.go:InDot", "main.go:main -> internal/x/a.go:F", "main.go:main -> sub/a.go:F"]
    );
    assert_eq!(project.unresolved(), ["main.go:main -> F? External"]);
}

#[test]
fn the_name_of_an_imported_package_is_the_one_it_declares() {
    let project = resolve(&[
        ("go.mod", "module example.com/m\n"),
        ("a.go", "package m\nimport \"example.com/m/go-thing\"\nfunc F() { thing.G() }\n"),
        ("go-thing/a.go", "package thing\nfunc G() {}\n"),
    ]);
    assert_eq!(project.calls(), ["a.go:F -> go-thing/a.go:G"]);
}

#[test]
fn nested_modules_replacements_and_vendored_packages_are_found() {
    let project = resolve(&[
        ("go.mod", "module example.com/m\nreplace example.com/r => ./third/r\nrequire example.com/v v1.0.0\n"),
        (
            "a.go",
            "package m\nimport (\n\t\"example.com/r/p\"\n\t\"example.com/v\"\n\t\"example.com/n\"\n)\nfunc F() {\n\tp.P()\n\tv.V()\n\tn.N()\n}\n",
        ),
        ("third/r/go.mod", "module example.com/fork\n"),
        ("third/r/p/a.go", "package p\nfunc P() {}\n"),
        ("vendor/example.com/v/a.go", "package v\nfunc V() {}\n"),
        ("nested/go.mod", "module example.com/n\n"),
        ("nested/a.go", "package n\nfunc N() {}\n"),
    ]);
    assert_eq!(
        project.calls(),
        ["a.go:F -> nested/a.go:N", "a.go:F -> third/r/p/a.go:P", "a.go:F -> vendor/example.com/v/a.go:V"]
    );
}

#[test]
fn external_tests_are_a_package_of_their_own() {
    let project = resolve(&[
        ("go.mod", "module example.com/m\n"),
        ("a.go", "package m\nfunc F() {}\nfunc helper() {}\n"),
        ("a_test.go", "package m_test\nimport \"example.com/m\"\nfunc helper() {}\nfunc TestF() { m.F(); helper() }\n"),
        ("b_test.go", "package m\nfunc TestInside() { helper() }\n"),
    ]);
    assert_eq!(
        project.calls(),
        ["a_test.go:TestF -> a.go:F", "a_test.go:TestF -> a_test.go:helper", "b_test.go:TestInside -> a.go:helper"]
    );
}

#[test]
fn methods_are_found_by_the_type_of_the_receiver() {
    let found = calls(
        "package m
type A struct{ b *B; list []B; byName map[string]*B; c chan B }
type B struct{}
func (B) M() {}
func (a *A) M() { a.b.M() }
func newA() (*A, error) { return nil, nil }
func f(a A) {
\ta.list[0].M()
\tx, err := newA()
\t_ = err
\tx.M()
\tfor _, b := range a.list { b.M() }
\tif b, ok := a.byName[\"\"]; ok { b.M() }
\tb := <-a.c
\tb.M()
\t(&b).M()
}
",
    );
    assert_eq!(found, ["a.go:A.M -> a.go:B.M", "a.go:f -> a.go:A.M", "a.go:f -> a.go:B.M", "a.go:f -> a.go:newA"]);
}

#[test]
fn a_library_receiver_never_binds_to_a_method_of_that_name() {
    let text = "package m
import (
\t\"bytes\"
\t\"sync\"
\t\"example.com/dep\"
)
type T struct{}
func (T) Len() int { return 0 }
func (T) Lock() {}
func (T) Close() {}
func (T) Error() string { return \"\" }
type wrapped struct{ sync.Mutex; *bytes.Buffer }
func f(b *bytes.Buffer, d dep.Thing, w wrapped, err error, unknown missing) {
\tb.Len()
\td.Close()
\td.Child().Close()
\tw.Lock()
\tw.Len()
\terr.Error()
\tunknown.Close()
\tdep.New().Close()
}
";
    assert_eq!(calls(text), Vec::<String>::new());
    assert_eq!(
        unresolved(text),
        [
            "a.go:f -> Child? External",
            "a.go:f -> Close? External",
            "a.go:f -> Close? Unknown",
            "a.go:f -> Error? External",
            "a.go:f -> Len? External",
            "a.go:f -> Lock? External",
            "a.go:f -> New? External",
        ]
    );
}

#[test]
fn promotion_takes_the_shallowest_and_refuses_the_ambiguous() {
    let text = "package m
type Deep struct{}
func (Deep) Close() {}
func (Deep) Open() {}
type Left struct{ Deep }
func (Left) Open() {}
type Right struct{}
func (Right) Same() {}
func (Left) Same() {}
type Both struct{ *Left; Right }
func f(b Both) {
\tb.Close()
\tb.Open()
\tb.Left.Deep.Open()
\tb.Same()
}
";
    assert_eq!(calls(text), ["a.go:f -> a.go:Deep.Close", "a.go:f -> a.go:Deep.Open", "a.go:f -> a.go:Left.Open"]);
    assert_eq!(unresolved(text), ["a.go:f -> Same? Unknown"]);
}

#[test]
fn interface_calls_lead_to_the_interface_that_asks_for_the_method() {
    let found = calls(
        "package m
type Reader interface{ Read() }
type ReadCloser interface { Reader; Close() }
type file struct{}
func (file) Read() {}
func (file) Close() {}
type holder struct{ ReadCloser }
func f(r ReadCloser, h holder, v any) {
\tr.Read()
\tr.Close()
\th.Close()
\tif c, ok := v.(interface{ Flush() }); ok { c.Flush() }
\tv.(file).Read()
}
",
    );
    assert_eq!(
        found,
        [
            "a.go:f -> a.go:ReadCloser.Close",
            "a.go:f -> a.go:Reader.Read",
            "a.go:f -> a.go:f.Flush",
            "a.go:f -> a.go:file.Read",
        ]
    );
}

#[test]
fn type_switches_narrow_in_each_clause() {
    let found = calls(
        "package m
type A struct{}
func (A) M() {}
type B struct{}
func (B) M() {}
type I interface{ M() }
func f(v I) {
\tswitch x := v.(type) {
\tcase A: x.M()
\tcase *B: x.M()
\tdefault: x.M()
\t}
}
func g(v any) {
\tswitch x := v.(type) { case A, B: x.M() }
}
",
    );
    assert_eq!(found, ["a.go:f -> a.go:A.M", "a.go:f -> a.go:B.M", "a.go:f -> a.go:I.M"]);
}

#[test]
fn inner_names_shadow_outer_ones_from_their_declaration_on() {
    let text = "package m
import \"example.com/dep/url\"
func g() func() { return nil }
func f() {
\tg := g()
\tg()
\t{
\t\tvar url T
\t\turl.M()
\t}
\turl.M()
}
type T struct{}
func (T) M() {}
func h(url string, v url.Values) { v.M() }
func i(len func()) { len() }
";
    assert_eq!(calls(text), ["a.go:f -> a.go:T.M", "a.go:f -> a.go:g"]);
    assert_eq!(
        unresolved(text),
        ["a.go:f -> M? External", "a.go:f -> g? Indirect", "a.go:h -> M? External", "a.go:i -> len? Indirect"]
    );
}

#[test]
fn an_assignment_by_short_declaration_keeps_the_declared_type() {
    let found = calls(
        "package m
type I interface{ M() }
type A struct{}
func (*A) M() {}
func newA() (int, *A) { return 0, nil }
func f() {
\tvar x I
\tn, x := newA()
\t_ = n
\tx.M()
}
",
    );
    assert_eq!(found, ["a.go:f -> a.go:I.M", "a.go:f -> a.go:newA"]);
}

#[test]
fn calls_through_values_are_indirect() {
    let text = "package m
type handler func(int)
func (h handler) serve() { h(1) }
type S struct{ f func(); all []handler; byName map[string]func() }
func target() {}
func run(s S, p func(), key struct{ name string }) {
\ts.f()
\tp()
\ts.all[0](1)
\ts.byName[key.name]()
\tx := target
\tx()
\tfunc() { target() }()
\thandler(nil).serve()
}
";
    assert_eq!(calls(text), ["a.go:run -> a.go:handler.serve", "a.go:run -> a.go:target"]);
    assert_eq!(
        unresolved(text),
        [
            "a.go:handler.serve -> h? Indirect",
            "a.go:run -> all? Indirect",
            "a.go:run -> byName? Indirect",
            "a.go:run -> f? Indirect",
            "a.go:run -> handler? External",
            "a.go:run -> p? Indirect",
            "a.go:run -> x? Indirect",
        ]
    );
}

#[test]
fn method_expressions_and_values_know_their_method() {
    let found = calls(
        "package m
type T struct{ next *T }
func (t *T) M() *T { return t.next }
func (t T) N() {}
func f(t *T) {
\t(*T).M(t).N()
\tT.N(*t)
\tg := t.M
\tg().N()
}
",
    );
    assert_eq!(found, ["a.go:f -> a.go:T.M", "a.go:f -> a.go:T.N"]);
}

#[test]
fn generic_functions_carry_types_through() {
    let found = calls(
        "package m
type T struct{}
func (T) M() {}
type Named []T
func first[S ~[]E, E any](s S) E { return s[0] }
func apply[A, B any](list []A, f func(A) B) []B { return nil }
func zero[X any]() X { var x X; return x }
type Box[V any] struct{ value V }
func (b *Box[W]) get() W { return b.value }
func box[V any](v V) *Box[V] { return &Box[V]{v} }
func f(list Named) {
\tfirst(list).M()
\tapply([]int{1}, func(int) T { return T{} })[0].M()
\tzero[T]().M()
\tbox(T{}).get().M()
\tbox(box(T{})).get().get().M()
\tvar b Box[*T]
\tb.value.M()
}
",
    );
    assert_eq!(
        found,
        [
            "a.go:f -> a.go:Box.get",
            "a.go:f -> a.go:T.M",
            "a.go:f -> a.go:apply",
            "a.go:f -> a.go:box",
            "a.go:f -> a.go:first",
            "a.go:f -> a.go:zero",
        ]
    );
}

#[test]
fn type_arguments_of_functions_of_other_packages_are_read() {
    let project = resolve(&[
        ("go.mod", "module example.com/m\n"),
        (
            "g/a.go",
            "package g\nfunc Make[T any](n int) T { var t T; return t }\nfunc Two[A, B any]() (a A, b B) { return }\n",
        ),
        (
            "a.go",
            "package m\nimport \"example.com/m/g\"\ntype T struct{}\nfunc (T) M() {}\nfunc f() {\n\tg.Make[T](1).M()\n\tx, y := g.Two[int, *T]()\n\t_ = x\n\ty.M()\n}\n",
        ),
    ]);
    assert_eq!(project.calls(), ["a.go:f -> a.go:T.M", "a.go:f -> g/a.go:Make", "a.go:f -> g/a.go:Two"]);
}

#[test]
fn methods_of_type_parameters_are_those_of_their_constraints() {
    let found = calls(
        "package m
type Node interface{ Next() Node }
type elem struct{}
func (elem) Next() Node { return nil }
func walk[N Node](n N) { n.Next().Next() }
func inline[P interface{ *elem; Reset() }](p P) { p.Reset() }
",
    );
    assert_eq!(found, ["a.go:inline -> a.go:inline.Reset", "a.go:walk -> a.go:Node.Next"]);
}

#[test]
fn generic_library_functions_hand_types_back() {
    let found = calls(
        "package m
import (
\t\"maps\"
\t\"slices\"
\t\"sync/atomic\"
)
type T struct{}
func (*T) M() {}
type S struct{ current atomic.Pointer[T] }
func f(byName map[string]*T, s *S) {
\ts.current.Load().M()
\tfor v := range maps.Values(byName) { v.M() }
\tslices.Collect(maps.Values(byName))[0].M()
}
func g(list []*T) { slices.Clone(list)[0].M() }
",
    );
    assert_eq!(found, ["a.go:f -> a.go:T.M", "a.go:g -> a.go:T.M"]);
}

#[test]
fn ranges_give_elements_of_every_kind_of_value() {
    let found = calls(
        "package m
type K struct{}
func (K) M() {}
type V struct{}
func (V) M() {}
func pairs() func(yield func(K, V) bool) { return nil }
func f(byKey map[K]V, array *[3]V, c chan K) {
\tfor k := range byKey { k.M() }
\tfor _, v := range array { v.M() }
}
func g(c chan K) { for k := range c { k.M() } }
func h() { for k, v := range pairs() { k.M(); v.M() } }
",
    );
    assert_eq!(
        found,
        [
            "a.go:f -> a.go:K.M",
            "a.go:f -> a.go:V.M",
            "a.go:g -> a.go:K.M",
            "a.go:h -> a.go:K.M",
            "a.go:h -> a.go:V.M",
            "a.go:h -> a.go:pairs",
        ]
    );
}

#[test]
fn aliases_are_the_type_and_new_types_are_not() {
    let text = "package m
type T struct{ f F }
func (T) M() {}
type F struct{}
func (F) M() {}
type Alias = T
func (Alias) N() {}
type New T
func f(a Alias, n New) {
\ta.M()
\tT{}.N()
\tn.M()
\tn.f.M()
}
";
    assert_eq!(calls(text), ["a.go:f -> a.go:Alias.N", "a.go:f -> a.go:F.M", "a.go:f -> a.go:T.M"]);
    assert_eq!(unresolved(text), ["a.go:f -> M? Unknown"]);
}

#[test]
fn package_variables_have_the_type_of_their_value() {
    let project = resolve(&[
        ("go.mod", "module example.com/m\n"),
        (
            "a.go",
            "package m\nvar (\n\tDefault = newT()\n\tshared, err = pair()\n)\nconst First = Kind(0)\nfunc newT() *T { return &T{} }\nfunc pair() (*T, error) { return nil, nil }\n",
        ),
        (
            "t.go",
            "package m\ntype T struct{}\nfunc (*T) M() {}\ntype Kind int\nfunc (Kind) String() string { return \"\" }\nfunc f() { Default.M(); shared.M(); First.String() }\n",
        ),
        ("x/a.go", "package x\nimport \"example.com/m\"\nfunc f() { m.Default.M() }\n"),
    ]);
    assert_eq!(
        project.calls(),
        [
            "a.go:Default -> a.go:newT",
            "a.go:shared -> a.go:pair",
            "t.go:f -> t.go:Kind.String",
            "t.go:f -> t.go:T.M",
            "x/a.go:f -> t.go:T.M",
        ]
    );
}

#[test]
fn constants_of_a_group_repeat_the_type() {
    let found = calls(
        "package m
type Kind int
func (Kind) String() string { return \"\" }
const (
\tA Kind = iota
\tB
)
func f() { B.String() }
",
    );
    assert_eq!(found, ["a.go:f -> a.go:Kind.String"]);
}

#[test]
fn of_build_variants_the_one_compiled_with_the_caller_is_meant() {
    let project = resolve(&[
        ("go.mod", "module m\n"),
        ("a.go", "package m\nfunc F() { open() }\n"),
        ("open_darwin.go", "package m\nfunc open() {}\n"),
        ("open_linux.go", "package m\nfunc open() {}\n"),
        ("open_other.go", "//go:build !linux && !darwin\n\npackage m\nfunc open() {}\n"),
        ("use_darwin.go", "package m\nfunc G() { open() }\n"),
        ("use_windows.go", "package m\nfunc H() { open() }\n"),
    ]);
    assert_eq!(
        project.calls(),
        [
            "a.go:F -> open_linux.go:open",
            "use_darwin.go:G -> open_darwin.go:open",
            "use_windows.go:H -> open_other.go:open",
        ]
    );
}

#[test]
fn programs_that_share_a_folder_keep_their_names_apart() {
    let project = resolve(&[
        ("go.mod", "module m\n"),
        ("a.go", "//go:build ignore\n\npackage main\nfunc main() { run() }\nfunc run() {}\n"),
        ("b.go", "//go:build ignore\n\npackage main\nfunc main() { run() }\nfunc run() {}\n"),
    ]);
    assert_eq!(project.calls(), ["a.go:main -> a.go:run", "b.go:main -> b.go:run"]);
}

#[test]
fn calls_stand_where_they_are_written() {
    let found = calls(
        "package m
func g() int { return 0 }
func h(...int) {}
type T struct{}
func (T) M() {}
func f(s []int, m map[int]func()) {
\tdefer h(g())
\tgo func() { h(s[g():]...) }()
\t_ = [3]int{g(): 1}
\tselect { default: h() }
outer:
\tfor i := g(); i < g(); i++ { continue outer }
}
var v = func() int { return g() }()
",
    );
    assert_eq!(found, ["a.go:f -> a.go:g", "a.go:f -> a.go:h", "a.go:v -> a.go:g"]);
}

#[test]
fn a_syntax_error_hides_only_what_it_touches() {
    let found = calls("package m\nfunc f() { g( }\nfunc g() {}\nfunc h() { g() }\n");
    assert!(found.contains(&"a.go:h -> a.go:g".to_owned()), "{found:?}");
}

#[test]
fn deep_nesting_is_survived() {
    let depth = 10_000;
    let text = format!(
        "package m\nfunc f() {{ g({}1{}) }}\nfunc g(int) {{}}\nfunc h() string {{ return \"\"{} }}\n",
        "(".repeat(depth),
        ")".repeat(depth),
        " + k()".repeat(depth),
    );
    assert_eq!(calls(&text), ["a.go:f -> a.go:g"]);
}

#[test]
fn mutual_aliases_and_embeddings_end() {
    let text = "package m
type A = B
type B = A
type S struct{ *T }
type T struct{ *S }
type I interface{ J }
type J interface{ I }
var x = y
var y = x
func f(a A, s S, i I) { a.M(); s.M(); i.M(); x.M() }
";
    assert_eq!(calls(text), Vec::<String>::new());
}

#[test]
fn types_implement_the_interfaces_whose_methods_they_have() {
    use parseltongue_resolve::RelationKind;
    use parseltongue_resolve::{Project, ProjectFile};
    let text = "package m
type I interface{ M(int) error; fmt() }
type Yes struct{ base }
func (*Yes) M(int) error { return nil }
type base struct{}
func (base) fmt() {}
type No struct{ base }
func (No) M(string) error { return nil }
type Wide interface{ W(map[string]struct{}) (interface{}, error) }
type Has struct{}
func (Has) W(m map[string]struct{}) (interface{}, error) { return nil, nil }
";
    let facts = parseltongue_syntax::extract(parseltongue_syntax::Language::Go, "a.go", text);
    let project = Project::new(vec![ProjectFile { path: "a.go", facts: Some(&facts), manifest: None }]);
    let links = parseltongue_resolve::resolve(&project);
    let named = |kind| -> Vec<String> {
        links[0]
            .relations
            .iter()
            .filter(|link| link.kind == kind)
            .map(|link| format!("{} {}", facts.def(link.from).name, facts.def(link.to.def).name))
            .collect()
    };
    assert_eq!(named(RelationKind::Implements), ["Yes I", "Has Wide"]);
    assert_eq!(named(RelationKind::Overrides), ["M M", "fmt fmt", "W W"]);
    assert_eq!(named(RelationKind::Extends), ["Yes base", "No base"]);
}

#[test]
fn imports_hide_what_a_library_imported_with_a_dot_may_have() {
    let project = resolve(&[
        ("go.mod", "module m\nrequire example.com/check v1.0.0\n"),
        ("p/p.go", "package p\nfunc New() {}\n"),
        ("a.go", "package m\nimport (\n\t. \"example.com/check\"\n\t\"m/p\"\n)\nfunc f(c *C) { p.New(); Equals(c) }\n"),
    ]);
    assert_eq!(project.calls(), ["a.go:f -> p/p.go:New"]);
}

#[test]
fn an_index_of_an_index_is_no_generic_type() {
    let text = "package x
type R struct{}
func (r *R) match() {}
type C struct { i int; p string }
type A struct { s []map[string][]*R }
func f(a *A, c *C) { rs := a.s[c.i][c.p]; rs[0].match() }
func g(a *A, c *C) { rs, _ := a.s[c.i][c.p]; for _, r := range rs { r.match() } }
";
    assert_eq!(resolve(&[("a.go", text)]).calls(), ["a.go:f -> a.go:R.match", "a.go:g -> a.go:R.match"]);
}
