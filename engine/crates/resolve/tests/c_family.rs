//! Calls in C and C++.

mod common;

use common::resolve;

fn c(text: &str) -> Vec<String> {
    resolve(&[("a.c", text)]).calls()
}

fn cpp(text: &str) -> Vec<String> {
    resolve(&[("a.cc", text)]).calls()
}

#[test]
fn a_call_binds_to_the_static_function_of_its_own_file() {
    let project = resolve(&[
        ("a.c", "static int help(int x) { return x; }\nint a(void) { return help(1); }\n"),
        ("b.c", "static int help(int x) { return -x; }\nint b(void) { return help(1); }\n"),
    ]);
    assert_eq!(project.calls(), ["a.c:a -> a.c:help", "b.c:b -> b.c:help"]);
}

#[test]
fn a_prototype_in_a_header_leads_to_the_definition_in_another_file() {
    let project = resolve(&[
        ("lib.h", "#ifndef LIB_H\n#define LIB_H\nint work(int n);\n#endif\n"),
        ("lib.c", "#include \"lib.h\"\nint work(int n) { return n; }\n"),
        ("main.c", "#include \"lib.h\"\nint main(void) { return work(3); }\n"),
    ]);
    assert_eq!(project.calls(), ["main.c:main -> lib.c:work"]);
}

#[test]
fn a_library_function_is_not_a_static_function_of_another_file() {
    let project = resolve(&[
        ("a.c", "#include <unistd.h>\nint a(int fd) { return close(fd); }\n"),
        ("b.c", "static int close(int x) { return x; }\nint b(void) { return close(1); }\n"),
    ]);
    assert_eq!(project.calls(), ["b.c:b -> b.c:close"]);
    assert_eq!(project.unresolved(), ["a.c:a -> close? External"]);
}

#[test]
fn a_function_that_is_not_declared_here_is_not_bound() {
    let project =
        resolve(&[("a.c", "int a(void) { return helper(1); }\n"), ("b.c", "int helper(int x) { return x; }\n")]);
    assert_eq!(project.calls(), [] as [&str; 0]);
}

#[test]
fn of_two_programs_each_uses_its_own_function() {
    let project = resolve(&[
        ("one/api.h", "void start(void);\n"),
        ("one/api.c", "#include \"api.h\"\nvoid start(void) {}\n"),
        ("one/main.c", "#include \"api.h\"\nint main(void) { start(); return 0; }\n"),
        ("two/api.h", "void start(void);\n"),
        ("two/api.c", "#include \"api.h\"\nvoid start(void) {}\n"),
        ("two/main.c", "#include \"api.h\"\nint main(void) { start(); return 0; }\n"),
    ]);
    assert_eq!(project.calls(), ["one/main.c:main -> one/api.c:start", "two/main.c:main -> two/api.c:start"]);
}

#[test]
fn decorations_do_not_hide_definitions() {
    let text = "LUA_API void (lua_work) (int n);\n\
        #define local static\n\
        local int count(n) int n; { return n; }\n\
        LUA_API void lua_work (int n) { count(n); }\n\
        GIT_INLINE(int) git_size(void) { return count(1); }\n\
        ZEXTERN int ZEXPORT inflate OF((int));\n\
        int ZEXPORT inflate(x) int x; { return git_size() + count(x); }\n\
        MEM_STATIC unsigned MEM_read(const void* p) __attribute__((pure));\n\
        static FORCE_INLINE U32 last(void) { lua_work(inflate(1)); return 0; }\n";
    assert_eq!(
        c(text),
        [
            "a.c:git_size -> a.c:count",
            "a.c:inflate -> a.c:count",
            "a.c:inflate -> a.c:git_size",
            "a.c:last -> a.c:inflate",
            "a.c:last -> a.c:lua_work",
            "a.c:lua_work -> a.c:count",
        ]
    );
}

#[test]
fn macros_around_types_and_behind_parameters_do_not_hide_functions() {
    let text = "extern LIB_API(bool_type) supported(kind which) lib_nothrow lib_pure;\n\
        extern LIB_API(bool_type)\nsupported(kind which)\n{ return helper(1); }\n\
        static int helper(int n) { return n; }\n\
        FILETYPE* NAME(file_open) (const char* path) { return helper(2); }\n\
        const char *NAME(text_of) (int a, int b) { return helper(3); }\n\
        extern void * lib_attribute((__malloc__)) lib_alloc_size(1)\nallocate(size_type size) { return helper(4); }\n\
        static int unused_one(void *simple lib_attribute((__unused__)), int n lib_attribute((__unused__)))\n\
        { return helper(5); }\n\
        static int add(_Atomic(int_type)*p, int_type n) { return helper(n); }\n\
        int old(a, b) size_type a; size_type b; { return helper(6); }\n";
    assert_eq!(
        c(text),
        [
            "a.c:add -> a.c:helper",
            "a.c:allocate -> a.c:helper",
            "a.c:file_open -> a.c:helper",
            "a.c:old -> a.c:helper",
            "a.c:supported -> a.c:helper",
            "a.c:text_of -> a.c:helper",
            "a.c:unused_one -> a.c:helper",
        ]
    );
    let text = "struct M { void init() {} };\nclass D { D() { back->init(); front->init(); } M *back, *front; };\n";
    assert_eq!(cpp(text), ["a.cc:D.D -> a.cc:M.init"]);
    let project = resolve(&[
        ("api.h", "extern LIB_API(int_type) size_of(kind which)\n  lib_nothrow lib_attr_const;\n"),
        ("size.c", "#include \"api.h\"\nextern LIB_API(int_type)\nsize_of(kind which)\n{ return 1; }\n"),
        ("use.c", "#include \"api.h\"\nint use(void) { return size_of(2); }\n"),
    ]);
    assert_eq!(project.calls(), ["use.c:use -> size.c:size_of"]);
}

#[test]
fn a_macro_may_write_the_parentheses_of_a_condition() {
    let text = "#define lib_unlikely(x) (__builtin_expect(!!(x), 0))\nstatic int bad(int x) { return x; }\n\
        static int more(void) { return 0; }\n\
        int f(int x) {\n  if lib_unlikely(bad(x)) { return more(); }\n  else if lib_unlikely(more()) return 1;\n\
          while lib_unlikely(bad(x)) { more(); }\n  return 0;\n}\nint g(void) { return more(); }\n";
    assert_eq!(c(text), ["a.c:f -> a.c:bad", "a.c:f -> a.c:more", "a.c:g -> a.c:more"]);
    let text = "int pick(int x) { return x; }\n\
        template <class T> int f(T x) { if constexpr (sizeof(T) > 4) { return pick(1); } if not (x) return pick(2); return 0; }\n";
    assert_eq!(cpp(text), ["a.cc:f -> a.cc:pick"]);
}

#[test]
fn an_else_under_a_condition_is_read_where_a_header_defines_its_macro() {
    let project = resolve(&[
        (
            "conf.h",
            "#ifndef CONF_H\n#define CONF_H\n#ifdef __STDC__\n# ifndef LIB_STDC\n#  define LIB_STDC\n# endif\n#endif\n\
             #ifndef NO_ZIP\n# define ZIP\n#endif\n#endif\n",
        ),
        (
            "a.c",
            "#include \"conf.h\"\nstatic int one(int x) { return x; }\nstatic int two(int x) { return x; }\n\
             static int old(int x) { return x; }\n\
             int f(int x) {\n  if (x == 1) {\n    return one(x);\n  }\n#ifdef ZIP\n  else if (x == 2) {\n    return two(x);\n  }\n#endif\n\
             #ifndef LIB_STDC\n  old(x);\n#endif\n  return 0;\n}\n",
        ),
    ]);
    assert_eq!(project.calls(), ["a.c:f -> a.c:one", "a.c:f -> a.c:two"]);
}

#[test]
fn skipped_branches_have_no_calls() {
    let text = "static void yes(void) {}\nstatic void no(void) {}\n\
        #if 0\nstatic void dead(void) { no(); }\n#endif\n\
        void f(void) {\n#ifdef _WIN32\n  no();\n#elif defined(__linux__)\n  yes();\n#else\n  no();\n#endif\n}\n";
    assert_eq!(c(text), ["a.c:f -> a.c:yes"]);
}

#[test]
fn a_branch_that_splits_a_statement_does_not_break_the_function() {
    let text = "static int g(void) { return 1; }\nstatic int h(void) { return 1; }\n\
        int f(int x) {\n#ifdef SOMETHING\n  if (x) {\n#else\n  if (!x) {\n#endif\n    g();\n  }\n  return h();\n}\n\
        int after(void) { return h(); }\n";
    assert_eq!(c(text), ["a.c:after -> a.c:h", "a.c:f -> a.c:g", "a.c:f -> a.c:h"]);
}

#[test]
fn a_function_like_macro_is_no_function_but_its_arguments_are_read() {
    let text = "#define twice(x) ((x) + (x))\nstatic int one(void) { return 1; }\n\
        int (twice)(int x) { return x; }\n\
        int f(void) { return twice(one()); }\nint g(void) { return (twice)(one()); }\n";
    assert_eq!(c(text), ["a.c:f -> a.c:one", "a.c:g -> a.c:one", "a.c:g -> a.c:twice"]);
}

#[test]
fn statement_like_macros_with_a_block_keep_the_function_whole() {
    let text = "static void visit(int x) {}\nstatic void done(void) {}\n\
        void f(int op) {\n  dispatch (op) {\n    vmcase(ADD) {\n      visit(1); vmbreak; }\n    vmcase(SUB) { visit(2); vmbreak; }\n  }\n  done();\n}\n";
    assert_eq!(c(text), ["a.c:f -> a.c:done", "a.c:f -> a.c:visit"]);
}

#[test]
fn a_call_through_a_pointer_or_a_shadowing_variable_is_indirect() {
    let project = resolve(&[(
        "a.c",
        "struct ops { int (*run)(int); };\nstatic int run(int x) { return x; }\n\
         int f(struct ops *o, int (*run)(int)) { return o->run(1) + run(2); }\n\
         int g(void) { return run(3); }\n",
    )]);
    assert_eq!(project.calls(), ["a.c:g -> a.c:run"]);
    assert_eq!(project.unresolved(), ["a.c:f -> run? Indirect"]);
}

#[test]
fn a_method_is_found_by_the_type_of_its_receiver() {
    let text = "struct A { void run() {} };\nstruct B { void run() {} };\n\
        void f(A a, B* b, const A& c) { a.run(); b->run(); }\n";
    assert_eq!(cpp(text), ["a.cc:f -> a.cc:A.run", "a.cc:f -> a.cc:B.run"]);
}

#[test]
fn library_receivers_never_bind_to_methods_of_the_project() {
    let project = resolve(&[(
        "a.cc",
        "#include <vector>\nstruct Stack { void push_back(int) {} int size() { return 0; } };\n\
         void f(std::vector<int>& v, Unknown& u) { v.push_back(1); u.size(); }\n",
    )]);
    assert_eq!(project.calls(), [] as [&str; 0]);
    assert_eq!(project.unresolved(), ["a.cc:f -> push_back? External", "a.cc:f -> size? External"]);
}

#[test]
fn element_types_pass_through_containers_and_smart_pointers() {
    let text = "#include <map>\n#include <memory>\n#include <vector>\n\
        struct Node { void visit() {} std::vector<Node*> next; };\n\
        void f(std::vector<Node*>& all, std::map<int, std::unique_ptr<Node>>& by) {\n\
          for (auto* n : all) n->visit();\n  by[1]->visit();\n\
          for (const auto& [key, value] : by) value->next.front()->visit();\n\
          auto it = by.find(2);\n  it->second->visit();\n  auto made = std::make_unique<Node>();\n  made->visit();\n}\n";
    let project = resolve(&[("a.cc", text)]);
    assert_eq!(project.calls(), ["a.cc:f -> a.cc:Node.visit"]);
    assert!(!project.unresolved().iter().any(|line| line.contains("visit")), "{:?}", project.unresolved());
}

#[test]
fn methods_defined_outside_their_class_belong_to_it() {
    let project = resolve(&[
        ("a.h", "namespace n {\nclass A { public: A(int x); void f(); private: void g(); class In; };\n}\n"),
        (
            "a.cc",
            "#include \"a.h\"\nnamespace n {\nstatic void g() {}\nclass A::In { public: void h(); void i() {} };\n\
             void A::In::h() { i(); }\nA::A(int x) { f(); }\nvoid A::f() { g(); }\nvoid A::g() {}\n}\n\
             void make() { n::A a(1); a.f(); new n::A(2); }\n",
        ),
    ]);
    assert_eq!(
        project.calls(),
        [
            "a.cc:make -> a.cc:n.A",
            "a.cc:make -> a.cc:n.f",
            "a.cc:n.A -> a.cc:n.f",
            "a.cc:n.f -> a.cc:n.g",
            "a.cc:n.h -> a.cc:n.In.i",
        ]
    );
    let project = resolve(&[("b.cc", "struct A { void f(); void g(); };\nvoid g() {}\nvoid A::f() { g(); }\n")]);
    // The class's own g hides the free one, and has no body.
    assert_eq!(project.calls(), ["b.cc:f -> b.cc:A.g"]);
}

#[test]
fn overloads_are_chosen_by_number_and_types_of_arguments() {
    let text = "struct S {};\nvoid f(int) {}\nvoid f(const char*) {}\nvoid f(const S&, int x = 1) {}\nvoid f(int, int) {}\n\
        void a() { f(1); }\nvoid b() { f(\"x\"); }\nvoid c(S s) { f(s); }\nvoid d() { f(1, 2); }\n";
    let project = resolve(&[("a.cc", text)]);
    assert_eq!(project.calls().len(), 4);
    assert!(project.unresolved().is_empty(), "{:?}", project.unresolved());
}

#[test]
fn an_ambiguous_overload_is_left_unknown() {
    let project = resolve(&[("a.cc", "void f(int) {}\nvoid f(double) {}\nvoid g(Mystery m) { f(m.x); }\n")]);
    assert_eq!(project.calls(), [] as [&str; 0]);
    assert_eq!(project.unresolved(), ["a.cc:g -> f? Unknown"]);
}

#[test]
fn names_come_through_namespaces_and_using() {
    let text = "namespace a { void f() {} namespace b { void g() {} struct T { }; void h(T) {} } }\n\
        namespace c = a::b;\nnamespace { void hidden() {} }\n\
        void one() { a::f(); c::g(); hidden(); }\n\
        void two() { using namespace a; f(); }\nvoid three() { using a::b::g; g(); }\n\
        void four(a::b::T t) { h(t); }\n";
    assert_eq!(
        cpp(text),
        [
            "a.cc:four -> a.cc:a.b.h",
            "a.cc:one -> a.cc:a.b.g",
            "a.cc:one -> a.cc:a.f",
            "a.cc:one -> a.cc:hidden",
            "a.cc:three -> a.cc:a.b.g",
            "a.cc:two -> a.cc:a.f",
        ]
    );
}

#[test]
fn inherited_members_are_found_in_the_base() {
    let text = "struct Base { Base(int) {} void run() {} virtual void hook() {} };\n\
        struct Derived : public Base { Derived() : Base(1), n(2) { run(); } void hook() override { Base::hook(); } int n; };\n\
        void f(Derived& d, Base* b) { d.run(); b->hook(); }\n";
    assert_eq!(
        cpp(text),
        [
            "a.cc:Derived.Derived -> a.cc:Base.Base",
            "a.cc:Derived.Derived -> a.cc:Base.run",
            "a.cc:Derived.hook -> a.cc:Base.hook",
            "a.cc:f -> a.cc:Base.hook",
            "a.cc:f -> a.cc:Base.run",
        ]
    );
}

#[test]
fn constructors_are_called_by_declarations_and_expressions() {
    let text = "struct P { explicit P(int) {} P(int, int) {} };\nstruct Plain { int x; };\n\
        struct Holder { P p; Plain q; Holder(int n) : p(n), q() {} };\n\
        void f(int n) { P a(n); P b{1, 2}; auto* c = new P(3); Plain d = Plain(); P e = P(4); }\n";
    assert_eq!(cpp(text), ["a.cc:Holder.Holder -> a.cc:P.P", "a.cc:f -> a.cc:P.P"]);
}

#[test]
fn calls_that_depend_on_a_template_parameter_are_left_open() {
    let text = "void use(int) {}\nvoid plain() {}\n\
        template <typename T> class Box { public: T get() { check(); return value; } void check() { plain(); use(value); value.go(); } T value; };\n\
        struct Go { void go() {} };\nvoid f(Box<Go>& b) { b.get().go(); }\n";
    assert_eq!(
        cpp(text),
        [
            "a.cc:Box.check -> a.cc:plain",
            "a.cc:Box.get -> a.cc:Box.check",
            "a.cc:f -> a.cc:Box.get",
            "a.cc:f -> a.cc:Go.go"
        ]
    );
}

#[test]
fn types_flow_through_auto_lambdas_and_call_chains() {
    let text = "struct Row { void print() {} };\nstruct Table { Row& row(int) { return r; } Table& sort() { return *this; } Row r; };\n\
        static auto make() { return Table(); }\n\
        void f() { auto t = make(); t.sort().row(1).print(); auto g = [&](Table& x) { x.row(2); }; g(t); }\n";
    assert_eq!(
        cpp(text),
        ["a.cc:f -> a.cc:Row.print", "a.cc:f -> a.cc:Table.row", "a.cc:f -> a.cc:Table.sort", "a.cc:f -> a.cc:make"]
    );
}

#[test]
fn a_pure_virtual_method_is_the_target_of_calls_through_the_interface() {
    let text = "struct Shape { virtual double area() const = 0; };\nstruct Square : Shape { double area() const override { return 1; } };\n\
        double f(const Shape& s) { return s.area(); }\n";
    assert_eq!(cpp(text), ["a.cc:f -> a.cc:Shape.area"]);
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let mut text = String::from("int g(int);\nint g(int x) { return x; }\nint f(void) { return ");
    text.push_str(&"(".repeat(10_000));
    text.push_str("g(1)");
    text.push_str(&")".repeat(10_000));
    text.push_str("; }\n");
    assert_eq!(c(&text), ["a.c:f -> a.c:g"]);
}

#[test]
fn long_chains_of_operators_and_conditions_are_read() {
    let mut text = String::from("int g(int x) { return x; }\nint f(int x) {\n");
    for at in 0..3000 {
        text.push_str(&format!("  {}if (x == {at}) {{ return {at}; }}\n", if at == 0 { "" } else { "else " }));
    }
    text.push_str(&format!("  return g(1){};\n}}\n", " + 1".repeat(20_000)));
    assert_eq!(c(&text), ["a.c:f -> a.c:g"]);
}

#[test]
fn a_using_declaration_that_names_itself_ends() {
    let project = resolve(&[(
        "a.cc",
        "template <class T> struct A : T { using Name = T; using Name::Name; void f() { Name(); g(); } void g() {} };",
    )]);
    assert_eq!(project.calls(), ["a.cc:A.f -> a.cc:A.g"]);
}

#[test]
fn a_namespace_may_be_opened_by_a_macro_of_another_file() {
    let project = resolve(&[
        (
            "config.h",
            "#pragma once\n#define LIB_BEGIN_NAMESPACE namespace lib { inline namespace v1 {\n#define LIB_END_NAMESPACE } }\n",
        ),
        (
            "lib.h",
            "#pragma once\n#include \"config.h\"\nLIB_BEGIN_NAMESPACE\nclass Box { public: int size() const { return 1; } };\nLIB_END_NAMESPACE\n",
        ),
        ("use.cc", "#include \"lib.h\"\nint use(const lib::Box& box) { return box.size(); }\n"),
    ]);
    assert_eq!(project.calls(), ["use.cc:use -> lib.h:Box.size"]);
}

#[test]
fn of_variants_the_one_is_called_that_needs_no_macro_from_elsewhere() {
    let project = resolve(&[
        ("api.h", "int check(int x);\n"),
        ("slow.c", "#include \"api.h\"\n#ifdef SLOW_CHECKS\nint check(int x) { return x; }\n#endif\n"),
        ("usual.c", "#include \"api.h\"\n#ifndef SLOW_CHECKS\nint check(int x) { return 1; }\n#endif\n"),
        ("main.c", "#include \"api.h\"\nint main(void) { return check(2); }\n"),
    ]);
    assert_eq!(project.calls(), ["main.c:main -> usual.c:check"]);
}

#[test]
fn a_file_for_another_system_is_not_called() {
    let project = resolve(&[
        ("api.h", "void pause_it(void);\n"),
        ("posix.c", "#include \"api.h\"\nvoid pause_it(void) {}\n"),
        ("other.c", "#include <windows.h>\n#include \"api.h\"\nvoid pause_it(void) {}\n"),
        ("main.c", "#include \"api.h\"\nint main(void) { pause_it(); return 0; }\n"),
    ]);
    assert_eq!(project.calls(), ["main.c:main -> posix.c:pause_it"]);
}

#[test]
fn an_included_source_file_sees_what_its_includer_sees() {
    let project = resolve(&[
        ("main.c", "static int twice(int x) { return 2 * x; }\n#include \"part.c\"\n"),
        ("part.c", "int part(void) { return twice(1); }\n"),
    ]);
    assert_eq!(project.calls(), ["part.c:part -> main.c:twice"]);
}

#[test]
fn a_macro_around_a_whole_declarator_leaves_a_function() {
    assert_eq!(
        c(
            "#define EXPORT(declaration) static declaration\nEXPORT(int one(int x)) {\n  return x;\n}\nint use(void) { return one(1); }\n"
        ),
        ["a.c:use -> a.c:one"]
    );
}

#[test]
fn a_defaulted_constructor_is_no_target_and_a_class_names_itself_inside() {
    assert_eq!(
        cpp(
            "class A {\n public:\n  A() = default;\n  explicit A(int x) : x_(x) {}\n  A(const A&) = default;\n  int value() const { return x_; }\n  int next() const { return A(x_ + 1).value(); }\n private:\n  int x_;\n};\nint use() { A a = A(); return a.next(); }\n"
        ),
        ["a.cc:A.next -> a.cc:A.A", "a.cc:A.next -> a.cc:A.value", "a.cc:use -> a.cc:A.next"]
    );
}

#[test]
fn a_mutable_field_is_not_const_in_a_const_method() {
    assert_eq!(
        cpp(
            "class Mutex {};\nclass Lock { public: explicit Lock(Mutex* mutex) {} };\nclass A {\n  mutable Mutex mutex_;\n  int get() const { Lock lock(&mutex_); return 1; }\n};\n"
        ),
        ["a.cc:A.get -> a.cc:Lock.Lock"]
    );
}

#[test]
fn macros_around_declarators_do_not_lose_the_functions_after_them() {
    // A macro of attributes and a type, macros for members, a macro that writes the head.
    let text = "typedef const char *result;\n\
        #define checked __attribute__((warn_unused_result)) result\n\
        static checked parse(int n) { return 0; }\n\
        struct handle {\n  HANDLE_FIELDS\n  TIMER_FIELDS\n};\n\
        int start(struct handle *h);\n\
        static\nALLOC_FUNC(my_alloc)\n{\n  parse(1);\n}\n\
        int stop(void) { my_alloc(1); return start(0); }\n\
        int start(struct handle *h) { return 0; }\n";
    assert_eq!(c(text), ["a.c:my_alloc -> a.c:parse", "a.c:stop -> a.c:my_alloc", "a.c:stop -> a.c:start"]);
}

#[test]
fn a_macro_before_a_constructor_or_for_a_return_type_does_not_split_the_class() {
    let text = "DEFINE_DEFAULT(unsigned long, 0UL);\n\
        int width(int n) { return n; }\n\
        template <typename C> struct data {\n\
          int size;\n\
          LIB_CONSTEXPR data(int n, unsigned prefix) : size((prefix >> 24) + width(n)), rest(0) { grow(1); }\n\
          template <typename T>\n\
          DISABLE_IF_RETURN((NotExpr<Same<typename Plain<T>::Type, C> >), (data&)) operator[](T* name) { return *this; }\n\
          void grow(int n) { width(n); }\n\
          int rest;\n\
        };\n\
        class engine_t LIB_FINAL : public base_t { void stop(); void pause() { stop(); } };\n\
        void engine_t::stop() { width(1); }\n\
        void after(data<char>& d) { d.grow(1); }\n";
    assert_eq!(
        cpp(text),
        [
            "a.cc:after -> a.cc:data.grow",
            "a.cc:data.data -> a.cc:data.grow",
            "a.cc:data.data -> a.cc:width",
            "a.cc:data.grow -> a.cc:width",
            "a.cc:engine_t.pause -> a.cc:stop",
            "a.cc:stop -> a.cc:width",
        ]
    );
}

#[test]
fn a_macro_that_stands_for_a_function_is_no_call_of_its_own_name() {
    let project = resolve(&[
        (
            "lib.h",
            "int ERR_is_error(int code);\nint is_error(int code);\n#define is_error ERR_is_error /* inlined */\n",
        ),
        ("err.c", "#include \"lib.h\"\nint ERR_is_error(int code) { return code; }\n"),
        (
            "api.c",
            "#include \"lib.h\"\n#undef is_error\nint is_error(int code) { return ERR_is_error(code); }\nint own(void) { return is_error(1); }\n",
        ),
        ("use.c", "#include \"lib.h\"\nint f(int n) { return is_error(n); }\n"),
    ]);
    assert_eq!(project.calls(), ["api.c:is_error -> err.c:ERR_is_error", "api.c:own -> api.c:is_error"]);
    assert_eq!(project.unresolved(), ["use.c:f -> is_error? External"]);
    assert!(project.references().contains(&"use.c:f -> err.c:ERR_is_error".to_owned()));
}

#[test]
fn arguments_that_a_macro_leaves_out_or_qualifies_hold_no_calls() {
    let text = "static int cost(void) { return 1; }\n\
        #define NAME_OF(x) #x\n#define TRACE(level, ...) do { } while (0)\n\
        #define GLUE(x) x##_t\n#define LOG(...) print(\"log\", ##__VA_ARGS__)\n\
        #ifdef DEBUGGING\n#define my_assert(x) check(x)\n#else\n#define my_assert(x) ((void)0)\n#endif\n\
        void dropped(void) { NAME_OF(cost()); TRACE(1, \"%d\", cost()); }\n\
        void kept(void) { LOG(cost()); }\n\
        void asserted(void) { my_assert(cost()); }\n";
    assert_eq!(c(text), ["a.c:kept -> a.c:cost"]);
    // Where nobody knows which definition counts, a check uses its argument.
    let open = text.replace("DEBUGGING", "HAVE_CHECKS");
    assert_eq!(c(&open), ["a.c:asserted -> a.c:cost", "a.c:kept -> a.c:cost"]);
    let text = "#define POSIX_CALL(call) ::call\n\
        int convert(int n) { return n; }\n\
        struct file { int read(int n); };\n\
        int file::read(int n) { return POSIX_CALL(read(convert(n))); }\n";
    assert_eq!(cpp(text), ["a.cc:read -> a.cc:convert"]);
}

#[test]
fn a_macro_that_is_defined_further_down_chooses_no_variant() {
    let text = "#ifdef TURNED\nstatic int pick(void) { return 1; }\n#else\n#define TURNED\n\
        static int pick(void) { return 2; }\n#endif\n\
        int first(void) { return 1; }\nint f(void) { return pick(); }\n";
    let project = resolve(&[("a.c", text)]);
    assert_eq!(project.calls(), ["a.c:f -> a.c:pick"]);
    assert_eq!(project.target_lines(), [5]);
}

#[test]
fn of_a_function_for_each_system_the_one_for_linux_is_meant() {
    let project = resolve(&[
        ("src/internal.h", "int poll_io(int t);\n"),
        ("src/linux-core.c", "#include \"internal.h\"\nint poll_io(int t) { return t; }\n"),
        ("src/posix-poll.c", "#include \"internal.h\"\nint poll_io(int t) { return t; }\n"),
        ("src/darwin.c", "#include \"internal.h\"\nint poll_io(int t) { return t; }\n"),
        ("src/loop.c", "#include \"internal.h\"\nint run(void) { return poll_io(1); }\n"),
    ]);
    assert_eq!(project.calls(), ["src/loop.c:run -> src/linux-core.c:poll_io"]);
}

#[test]
fn what_depends_on_a_template_parameter_is_left_to_its_use() {
    let text = "int to_size(int n) { return n; }\n\
        template <typename T> T checked(T value) { return value; }\n\
        template <typename T> struct Writer { void Write() {} };\n\
        template <typename T> struct Pretty : Writer<T> {\n\
          typedef Writer<T> Base;\n\
          int hour() { return 1; }\n\
          void close() { Base::Write(); }\n\
          void put() { checked(hour() + 1); to_size(1); }\n\
          void test() { checked(T::digits > 1); checked(!T::digits); }\n\
          void sure() { checked(1 > 2); }\n\
        };\n";
    assert_eq!(
        cpp(text),
        ["a.cc:Pretty.put -> a.cc:Pretty.hour", "a.cc:Pretty.put -> a.cc:to_size", "a.cc:Pretty.sure -> a.cc:checked"]
    );
}

#[test]
fn a_specialisation_that_names_its_template_is_another_class() {
    let text = "template <typename T> struct Value { static T Get() { return T(); } static T Twice() { return Value<T>::Get(); } };\n\
        template <typename T> struct Value<const T> { static T Get() { return Value<T>::Get(); } };\n\
        template <typename P> struct Match {\n\
          using Pointee = typename std::pointer_traits<BARE(P)>::element_type;\n\
          struct Inner { void Say(Pointee* p) { p->Get(); tell(*p); } };\n\
          static void tell(int n) {}\n\
        };\n";
    let project = resolve(&[("a.cc", text)]);
    assert_eq!(project.calls(), ["a.cc:Match.Inner.Say -> a.cc:Match.tell", "a.cc:Value.Twice -> a.cc:Value.Get"]);
}

#[test]
fn a_function_defined_outside_its_namespace_sees_what_is_in_it() {
    let text = "namespace net { struct pipe_t { void open() {} }; int pair(int n); static int half(int n) { return n; } }\n\
        int net::pair(int n) { pipe_t *p = new pipe_t(); p->open(); return half(n); }\n";
    assert_eq!(cpp(text), ["a.cc:pair -> a.cc:net.half", "a.cc:pair -> a.cc:net.pipe_t.open"]);
}

#[test]
fn of_variants_of_a_field_the_one_counts_that_needs_no_macro_from_elsewhere() {
    let text = "struct radix { void add() {} };\nstruct trie { void add() {} };\n\
        struct subs {\n#ifdef USE_RADIX\n  radix tree;\n#else\n  trie tree;\n#endif\n  void put() { tree.add(); }\n};\n";
    assert_eq!(cpp(text), ["a.cc:subs.put -> a.cc:trie.add"]);
}

#[test]
fn conditions_are_told_by_macros_of_included_files() {
    let project = resolve(&[
        ("config.h", "#if defined(__GNUC__)\n#define USE_INT64 1\n#endif\n#define USE_NTLM 1\n"),
        (
            "a.c",
            "#include \"config.h\"\n\
             #if !defined(USE_INT64)\nstatic int range(void) { return 1; }\n#else\n\
             static int range(void) { return 2; }\n#endif\n\
             #if defined(USE_NTLM) && !defined(USE_SSPI)\nstatic int login(void) { return 1; }\n#endif\n\
             #if defined(USE_NTLM) && defined(USE_SSPI)\nstatic int login(void) { return 2; }\n#endif\n\
             #if LEVEL > 1\nstatic int trace(void) { return 1; }\n#elif !LEVEL\nstatic int trace(void) { return 2; }\n#endif\n\
             int f(void) { return range() + login() + trace(); }\n",
        ),
    ]);
    assert_eq!(project.calls(), ["a.c:f -> a.c:login", "a.c:f -> a.c:range", "a.c:f -> a.c:trace"]);
    assert_eq!(project.target_lines(), [5, 8, 16]);
}

#[test]
fn a_project_that_adds_to_std_has_the_rest_of_it_from_the_library() {
    let text = "#include <vector>\nstruct Node { int id() { return 1; } };\n\
        namespace std { template <> struct hash<Node> { int operator()(Node n) { return n.id(); } }; }\n\
        int f(std::vector<Node*>& all) {\n\
          for (std::vector<Node*>::iterator n = all.begin(); n != all.end(); ++n) { (*n)->id(); }\n\
          return std::max(1, 2);\n\
        }\n";
    let project = resolve(&[("a.cc", text)]);
    assert_eq!(project.calls(), ["a.cc:f -> a.cc:Node.id", "a.cc:std.hash.operator() -> a.cc:Node.id"]);
    assert!(project.unresolved().iter().all(|call| call.ends_with("External")));
}

#[test]
fn a_generated_source_is_the_definition_rather_than_what_it_is_generated_from() {
    let project = resolve(&[
        ("lexer.h", "struct Lexer { int peek(); };\n"),
        ("lexer.cc", "#include \"lexer.h\"\nint Lexer::peek() { return 1; }\n"),
        ("lexer.in.cc", "#include \"lexer.h\"\nint Lexer::peek() { return 1; }\n"),
        ("parser.cc", "#include \"lexer.h\"\nint parse(Lexer& lexer) { return lexer.peek(); }\n"),
    ]);
    assert_eq!(project.calls(), ["parser.cc:parse -> lexer.cc:peek"]);
}

#[test]
fn a_test_uses_the_members_of_its_fixture() {
    let text = "struct Disk { void Create(const char* name) {} };\n\
        struct BuildTest : testing::Test { Disk disk_; void Build() {} };\n\
        TEST_F(BuildTest, Simple) { disk_.Create(\"in\"); Build(); }\n";
    assert_eq!(
        cpp(text),
        ["a.cc:BuildTest.Simple -> a.cc:BuildTest.Build", "a.cc:BuildTest.Simple -> a.cc:Disk.Create"]
    );
}

#[test]
fn parentheses_that_are_never_closed_do_no_harm() {
    assert_eq!(
        c("int g(void) { return 1; }\nint f(void) { return g(); }\nint ((b) { return 1; }\n"),
        ["a.c:f -> a.c:g"]
    );
    assert_eq!(cpp("int (((A::f(x) {\n"), [] as [&str; 0]);
}

#[test]
fn a_header_uses_what_its_includer_declares_before() {
    let project = resolve(&[
        ("buffer.h", "int length(int b);\n"),
        ("buffer.c", "#include \"buffer.h\"\nint length(int b) { return b; }\n"),
        ("inner.h", "static inline int full(int b) { return length(b) > 9; }\n"),
        ("user.c", "#include \"buffer.h\"\n#include \"inner.h\"\nint use(int b) { return full(b); }\n"),
    ]);
    assert_eq!(project.calls(), ["inner.h:full -> buffer.c:length", "user.c:use -> inner.h:full"]);
}

#[test]
fn a_call_that_somebody_has_to_ask_for_is_of_an_unknown_build() {
    let project = resolve(&[(
        "a.c",
        "int check(int x) { return x; }\nint log_it(int x) { return x; }\n\
         int a(int x) {\n#ifdef LIB_ENABLE_CHECKS\n  check(x);\n#endif\n#if defined(LIB_DEBUG) && LIB_DEBUG > 1\n  log_it(x);\n#endif\n\
         #ifdef LIB_CACHE\n  return check(x);\n#else\n  return log_it(x);\n#endif\n}\n\
         int b(int x) {\n#ifdef HAVE_FAST\n  return log_it(x);\n#endif\n#ifndef LIB_DEBUG\n  return check(x);\n#endif\n}\n\
         int c(int x) {\n#ifdef LIB_DEBUG\n  return log_it(x);\n#endif\n}\n",
    )]);
    assert_eq!(project.calls(), ["a.c:a -> a.c:log_it", "a.c:b -> a.c:check", "a.c:b -> a.c:log_it"]);
    assert!(project.unresolved().contains(&"a.c:c -> log_it? Unknown".to_owned()), "{:?}", project.unresolved());
}

#[test]
fn an_option_that_a_build_file_names_may_be_on() {
    let source =
        "int log_it(int x) { return x; }\nint a(int x) {\n#ifdef LIB_ENABLE_LOG\n  return log_it(x);\n#endif\n}\n";
    assert_eq!(resolve(&[("a.c", source)]).calls(), [] as [&str; 0]);
    let build = ("CMakeLists.txt", "option(LIB_ENABLE_LOG \"log\" ON)\n");
    assert_eq!(resolve(&[build, ("a.c", source)]).calls(), ["a.c:a -> a.c:log_it"]);
}

#[test]
fn a_default_in_nested_conditions_decides_between_macro_and_function() {
    let text = "#ifndef LIB_THREADS\n# if defined(THREADS)\n#  define LIB_THREADS THREADS\n# else\n#  define LIB_THREADS 1\n# endif\n#endif\n\
                #if LIB_THREADS == 0\n# define enter(p)\n#else\nstatic void enter(int p) {}\n#endif\n\
                void work(int p) { enter(p); }\n";
    assert_eq!(c(text), ["a.c:work -> a.c:enter"]);
}

#[test]
fn what_a_file_defines_before_it_includes_a_source_is_not_defined_in_that_source_alone() {
    let project = resolve(&[
        ("a.c", "#include \"b.c\"\nint a(void) { return 1; }\n"),
        ("b.c", "int inner(void) { return 1; }\n#ifndef COMMON_ONLY\nint b(void) { return inner(); }\n#endif\n"),
        ("c.c", "#define COMMON_ONLY\n#include \"b.c\"\n"),
    ]);
    assert_eq!(project.calls(), ["b.c:b -> b.c:inner"]);
}

#[test]
fn a_source_that_defines_ndebug_has_no_assertions() {
    let text = "#include <assert.h>\nint check(int x) { return x; }\nvoid f(int x) { assert(check(x)); }\n";
    assert_eq!(c(text), ["a.c:f -> a.c:check"]);
    let off = format!("#if !defined(NDEBUG) && !defined(LIB_DEBUG)\n# define NDEBUG 1\n#endif\n{text}");
    assert_eq!(c(&off), [] as [&str; 0]);
}

#[test]
fn macros_of_headers_are_told_through_their_own_conditions() {
    let project = resolve(&[
        (
            "arch.h",
            "#if !defined(LIB_NO_INTRINSICS)\n# if defined(__SSE2__)\n#  define LIB_SSE 1\n# elif defined(__ARM_NEON)\n#  define LIB_NEON 1\n# endif\n#endif\n",
        ),
        (
            "a.c",
            "#include \"arch.h\"\nint sse(void) { return 1; }\nint plain(void) { return 1; }\n\
             int f(void) {\n#ifdef LIB_NEON\n  plain();\n#endif\n#if defined(LIB_SSE)\n  return sse();\n#else\n  return plain();\n#endif\n}\n",
        ),
    ]);
    assert_eq!(project.calls(), ["a.c:f -> a.c:sse"]);
}

#[test]
fn attributes_in_lower_case_with_numbers_hide_no_declaration() {
    let project = resolve(&[
        (
            "log.h",
            "#define printflike(a, b) __attribute__((format(printf, a, b)))\nvoid printflike(1, 2) log_debug(const char *, ...);\n\
             struct item *printflike(2, 3) add(struct item *, const char *, ...);\nvoid late(const char *, ...) printflike(1, 2);\n",
        ),
        (
            "log.c",
            "#include \"log.h\"\nvoid log_debug(const char *text, ...) {}\nstruct item *add(struct item *to, const char *text, ...) { return to; }\n\
             void late(const char *text, ...) {}\n",
        ),
        (
            "a.c",
            "#include \"log.h\"\nvoid a(void) { log_debug(\"x\"); }\nvoid b(void) { add(0, \"x\"); }\nvoid c(void) { late(\"x\"); }\n",
        ),
    ]);
    assert_eq!(project.calls(), ["a.c:a -> log.c:log_debug", "a.c:b -> log.c:add", "a.c:c -> log.c:late"]);
}

#[test]
fn macros_of_another_file_write_types_members_and_heads_of_functions() {
    let project = resolve(&[
        (
            "macros.hpp",
            "#define HANDLE(type) typedef Shared<type> type##_Obj\n\
             #define PROPERTY(type, name) \\\nprotected: \\\n  type name##_; \\\npublic: \\\n  type name() const { return hidden(name##_); } \\\nprivate:\n\
             #define BUILT_IN(name) Block_Obj name(Block_Obj env, int more)\n",
        ),
        (
            "ast.hpp",
            "#include \"macros.hpp\"\ntemplate <class T> struct Shared { T* operator->() const { return node; } T* node; };\n\
             struct Block;\nHANDLE(Block);\nint hidden(int x);\n\
             class Block {\n  PROPERTY(Block_Obj, inner)\n  PROPERTY(int, depth);\npublic:\n  void close() {}\n};\n",
        ),
        (
            "use.cpp",
            "#include \"ast.hpp\"\nint hidden(int x) { return x; }\n\
             BUILT_IN(rgb)\n{\n  env->close();\n  return env->inner();\n}\n\
             void use(Block_Obj block) { rgb(block, 1)->inner()->depth(); }\n",
        ),
    ]);
    assert_eq!(
        project.calls(),
        [
            "use.cpp:rgb -> ast.hpp:Block.close",
            "use.cpp:rgb -> ast.hpp:Block.inner",
            "use.cpp:use -> ast.hpp:Block.depth",
            "use.cpp:use -> ast.hpp:Block.inner",
            "use.cpp:use -> use.cpp:rgb",
        ]
    );
}

#[test]
fn templates_are_told_apart_by_the_arguments_that_are_written() {
    let text = "typedef const char* (*matcher)(const char*);\nconst char* a(const char* s) { return s; }\nconst char* b(const char* s) { return s; }\n\
                template <const matcher one>\nconst char* sequence(const char* s) { return s; }\n\
                template <const matcher one, const matcher two, const matcher... more>\nconst char* sequence(const char* s) { return s; }\n\
                void f(const char* s) { sequence<a>(s); }\nvoid g(const char* s) { sequence<a, b, a>(s); }\n";
    let project = resolve(&[("a.cc", text)]);
    assert_eq!(project.calls(), ["a.cc:f -> a.cc:sequence", "a.cc:g -> a.cc:sequence"]);
    assert_eq!(project.target_lines(), [5, 7]);
}

#[test]
fn a_copy_is_made_by_the_copy_constructor_and_not_by_a_template() {
    let text = "template <class T> struct Ref {\n  Ref(T* node) {}\n  template <class U> Ref(Ref<U> other) {}\n  Ref(const Ref<T>& other) {}\n};\n\
                struct Node {};\nstruct Holder {\n  Ref<Node> node;\n  Holder(Ref<Node> given) : node(given) {}\n};\n";
    assert_eq!(resolve(&[("a.cc", text)]).target_lines(), [4]);
}

#[test]
fn a_specialisation_is_chosen_by_its_arguments() {
    let text = "template <class T> class Optional {\npublic:\n  bool empty() const { return true; }\n  T get() const { return data; }\n  T data;\n};\n\
                template <class T> class Optional<T*> {\npublic:\n  Optional(T* given) : data(given) {}\n  bool empty() const { return false; }\n  T* get() const { return data; }\n  T* data;\n};\n\
                struct Item { void use() {} };\n\
                void f(Optional<Item*> item) { item.empty(); item.get()->use(); }\nvoid g(Optional<Item> item) { item.empty(); item.get().use(); }\n\
                void h(Item* item) { Optional<Item*> made(item); Optional<Item*> copy(made); }\n";
    let project = resolve(&[("a.cc", text)]);
    assert_eq!(project.target_lines(), [10, 11, 14, 3, 4, 14, 9]);
}

#[test]
fn overloads_are_told_apart_by_the_arguments_of_their_templates() {
    let text = "template <class T> struct List { T first; };\nstruct Rune {};\n\
                void decode(List<Rune>& out) {}\nvoid decode(List<int>& out) {}\n\
                void f() { List<int> numbers; decode(numbers); List<Rune> runes; decode(runes); }\n";
    assert_eq!(resolve(&[("a.cc", text)]).target_lines(), [4, 3]);
}

#[test]
fn macros_that_write_labels_semicolons_and_heads_of_functions_hide_no_calls() {
    let text = "#define CASE(op) case op\nint g(int x) { return x; }\n\
        void run(int op) {\n  switch (op) {\n  CASE(1): g(1); break;\n  CASE(g(2)): { g(3); }\n  }\n}\n\
        void loose(int a) {\n  UNUSED(a)\n  UNUSED(g(a))\n  g(a);\n}\n\
        LIB_FUNCTION(int *,API\nlisted,(int x, int y),NORETURN)\n{\n  g(x);\n}\n\
        int (API\nwrapped)(int x)\n{\n  return g(x);\n}\nint last(void) { listed(1, 2); return wrapped(3); }\n";
    let calls = ["last -> listed", "last -> wrapped", "listed -> g", "loose -> g", "run -> g", "wrapped -> g"];
    let in_file = |call: &str| call.split(" -> ").map(|name| format!("a.c:{name}")).collect::<Vec<_>>().join(" -> ");
    assert_eq!(c(text), calls.map(in_file));
}

#[test]
fn a_macro_without_semicolon_may_end_a_branch() {
    let text = "int g(int x) { return x; }\n#ifdef LIB_FULL\nint f(int x) { return g(x); }\nDEFINE_CLASS(f, 1)\n\
                #else\nDEFINE_CLASS(0, 0)\n#endif\nint h(void) { return g(1); }\n";
    let build = ("Makefile", "CFLAGS += -DLIB_FULL\n");
    assert_eq!(resolve(&[build, ("a.c", text)]).calls(), ["a.c:f -> a.c:g", "a.c:h -> a.c:g"]);
}

#[test]
fn a_macro_that_nothing_could_define_is_undefined() {
    let source = "int on(int x) { return x; }\nint off(int x) { return x; }\nint f(int x) {\n\
                  #if defined(LIB_TABLES) || !defined(STDC)\n  on(x);\n#endif\n#ifdef LIB_TABLES\n  off(x);\n#endif\n\
                  #ifdef LIB_USE_LINUX\n  on(x);\n#endif\n  return x;\n}\n";
    let unsure = ["a.c:f -> a.c:off", "a.c:f -> a.c:on"];
    assert_eq!(c(source), ["a.c:f -> a.c:on"]);
    // A header that is not there, or of another library, could.
    assert_eq!(c(&format!("#include \"config.h\"\n{source}")), unsure);
    assert_eq!(c(&format!("#include <other/lib.h>\n{source}")), unsure);
    assert_eq!(c(&format!("#include <sys/mman.h>\n{source}")), ["a.c:f -> a.c:on"]);
    let build = ("configure.ac", "AC_DEFINE([LIB_TABLES])\n");
    assert_eq!(resolve(&[build, ("a.c", source)]).calls(), unsure);
}

#[test]
fn of_variants_the_one_is_called_that_a_build_file_turns_on() {
    let source = "#ifdef LIB_TABLES\nvoid count(int *x) { *x += 1; }\n#else\nvoid count(int *x) { ++*x; }\n#endif\n\
                  void f(int *x) { count(x); }\n";
    let build = |text| resolve(&[("Makefile", text), ("a.c", source)]).target_lines();
    assert_eq!(build("CFLAGS += -DLIB_TABLES\n"), [2]);
    assert_eq!(build("CFLAGS += -O2\n"), [4]);
}

#[test]
fn a_configuration_header_tells_what_is_off_by_a_comment() {
    let source = "#include CONFIG_HEADER\nint trace(int x) { return x; }\nint work(int x) { return x; }\n\
                  int f(int x) {\n#ifdef LIB_LOGGER\n  trace(x);\n#endif\n#ifdef LIB_FOR_MAC_FILES\n  work(x);\n#endif\n  return x;\n}\n\
                  int g(int x) { return fast(x); }\n";
    let project = resolve(&[
        ("lib/names.h", "#define CONFIG_HEADER <lib/config.h>\n#include \"lib/fast.h\"\n"),
        ("lib/config.h", "/* #define LIB_LOGGER */\n#define LIB_FOR_MAC_FILES\n#define LIB_FAST\n"),
        ("lib/fast.h", "#include CONFIG_HEADER\nint fast(int x);\n#ifdef LIB_FAST\n#define fast(x) (x)\n#endif\n"),
        ("other/config.h", "#define LIB_LOGGER\n"),
        ("a.c", &format!("#include <lib/names.h>\n{source}")),
        (
            "fast.c",
            "#include <lib/fast.h>\n#undef fast\nint fast(int x) { return x; }\nint again(int x) { return fast(x); }\n",
        ),
    ]);
    assert_eq!(project.calls(), ["a.c:f -> a.c:work", "fast.c:again -> fast.c:fast"]);
}

#[test]
fn a_function_in_a_header_for_another_processor_is_not_meant() {
    let project = resolve(&[
        ("mips/clz.h", "#define OVERRIDE_clz\nstatic inline int clz(int x) { return x; }\n"),
        ("arm/clz.h", "#undef clz\n#define clz(x) (x)\n"),
        (
            "clz.h",
            "#if defined(LIB_MIPS)\n#include \"mips/clz.h\"\n#elif defined(LIB_ARM)\n#include \"arm/clz.h\"\n#endif\n\
             #ifndef OVERRIDE_clz\nstatic inline int clz(int x) { return x + 1; }\n#endif\n",
        ),
        ("a.c", "#include \"clz.h\"\nint a(int x) { return clz(x); }\n"),
    ]);
    assert_eq!(project.calls(), ["a.c:a -> clz.h:clz"]);
}

#[test]
fn a_header_that_the_build_copies_stands_for_one_that_is_not_there() {
    let generic = ("config.h.generic", "#define USE_A 1\nstatic inline int helper(void) { return 1; }\n");
    let user = (
        "a.c",
        "#include \"config.h\"\n#ifdef USE_A\nint a(void) { return helper(); }\n#else\nint b(void) { return helper(); }\n#endif\n",
    );
    assert_eq!(resolve(&[generic, user]).calls(), ["a.c:a -> config.h.generic:helper"]);
    let own = ("config.h", "/* #define USE_A */\nstatic inline int helper(void) { return 1; }\n");
    assert_eq!(resolve(&[generic, own, user]).calls(), ["a.c:b -> config.h:helper"]);
}

#[test]
fn an_include_may_lead_to_a_file_of_another_language() {
    let project = resolve(&[
        ("data.js", "var x = 1;\n"),
        (
            "a.c",
            "#include \"data.js\"\nint h(void) { return 1; }\nint f(void) {\n#ifdef BAR\n  return h();\n#endif\n  return 0;\n}\n",
        ),
    ]);
    // Who knows what such a file defines: the call may be there.
    assert_eq!(project.calls(), ["a.c:f -> a.c:h"]);
}

#[test]
fn a_syntax_error_ends_with_the_function_by_its_braces() {
    let text = "static int helper(int a) { return a; }\n\
                static void first(void *ls, int line) {\n  switch (line) {\n    case 1: helper(1); break;\n    \
                default: err(ls, f(1)) or g(\"x\") in (x);\n  }\n}\n\
                struct later { int field; };\n\
                static int next(struct later *l) { return helper(l->field); }\n\
                int last(struct later *l) { return next(l); }\n";
    let project = resolve(&[("a.c", text)]);
    assert_eq!(project.calls(), ["a.c:first -> a.c:helper", "a.c:last -> a.c:next", "a.c:next -> a.c:helper"]);
    // They are the file's own, not the broken function's.
    let prototype = "int next(int a);\nint other(void) { return next(1); }\n";
    let project = resolve(&[("a.c", &text.replace("static int next", "int next")), ("b.c", prototype)]);
    assert!(project.calls().contains(&"b.c:other -> a.c:next".to_owned()), "{:?}", project.calls());
}

#[test]
fn macros_at_the_end_of_a_file_write_functions() {
    let text = "static int encode(int x) { return x; }\n\
                #define ENCODE(NAME) int NAME(int x) { return encode(x); }\n\
                ENCODE(encode_a)\nENCODE(encode_b)\n";
    let uses = "int encode_a(int x);\nint use_it(void) { return encode_a(1); }\n";
    assert_eq!(resolve(&[("a.c", text), ("b.c", uses)]).calls(), ["b.c:use_it -> a.c:encode_a"]);
}

#[test]
fn a_template_of_which_no_argument_tells_the_type_is_not_called_without_it() {
    let project = resolve(&[(
        "a.cc",
        "struct S {};\n\
         struct R {\n  template <typename T> T get(const S &key) const;\n  S get(const S &key) const;\n};\n\
         template <typename T> inline T R::get(const S &key) const { return T(); }\n\
         inline S R::get(const S &key) const { return key; }\n\
         void plain(const R &r, const S &s) { r.get(s); }\n\
         void typed(const R &r, const S &s) { r.get<int>(s); }\n",
    )]);
    assert_eq!(project.target_lines(), [7, 6]);
}

#[test]
fn what_a_project_adds_to_std_is_for_its_own_types() {
    let project = resolve(&[(
        "a.cc",
        "#include <limits>\nclass Wide {};\nnamespace std {\n\
         template <> class numeric_limits<Wide> {\n public:\n  static Wide max() { return Wide(); }\n};\n\
         template <> inline void swap<Wide>(Wide &a, Wide &b) {}\n}\n\
         int small() { return std::numeric_limits<int>::max(); }\n\
         Wide wide() { return std::numeric_limits<Wide>::max(); }\n\
         void ints(int *a, int *b) { std::swap(a, b); }\n\
         void wides(Wide &a, Wide &b) { std::swap(a, b); }\n",
    )]);
    assert_eq!(project.calls(), ["a.cc:wide -> a.cc:std.numeric_limits.max", "a.cc:wides -> a.cc:std.swap"]);
}

#[test]
fn many_specialisations_with_defaults_are_looked_at_once_each() {
    let params = |from: &str, count: usize| (0..count).map(|n| format!("{from}{n}")).collect::<Vec<_>>().join(", ");
    let mut text = format!("struct None {{}};\ntemplate <{} = None>\nstruct Tuple {{ int get(); }};\n", {
        (0..20).map(|n| format!("class T{n}")).collect::<Vec<_>>().join(" = None, ")
    });
    for count in 1..20 {
        text += &format!(
            "template <{}>\nstruct Tuple<{}, None> {{ None get(); }};\n",
            params("class T", count),
            params("T", count)
        );
    }
    text += "void f(Tuple<int, int> &tuple) { tuple.get(); }\n";
    // What is told of them matters less than that it is told in time.
    assert_eq!(cpp(&text).len(), 1);
}

#[test]
fn a_macro_may_leave_what_it_declares_to_another() {
    let calls =
        cpp("#define DECLARE_CODE(NAME, BASE, CODE) class NAME: public BASE { public: NAME(int code = CODE); };\n\
         #define DECLARE(NAME, BASE) DECLARE_CODE(NAME, BASE, 0)\n\
         #define IMPLEMENT(NAME, BASE) NAME::NAME(int code) : BASE(code) {}\n\
         class Error { public: Error(int code) {} };\n\
         DECLARE(IoError, Error)\nIMPLEMENT(IoError, Error)\n\
         void fail() { throw IoError(3); }\n");
    assert_eq!(calls, ["a.cc:fail -> a.cc:IoError"]);
}

#[test]
fn branches_that_end_with_a_macro_are_whole() {
    let calls = cpp("#if defined(HAVE_IT)\nstatic int deep() { return 1; }\nint top() { return deep(); }\nEND_SPACE\n\
         #else\nint top() { return 0; }\nEND_SPACE\n#endif\n");
    assert_eq!(calls, ["a.cc:top -> a.cc:deep"]);
}

#[test]
fn a_namespace_for_documentation_alone_is_none() {
    let project = resolve(&[
        (
            "a.cc",
            "namespace lib {\nnamespace ogg {\nclass File { void add(int a); void fill(); };\n}\n}\n\
             using namespace lib;\nvoid ogg::File::add(int a) {}\nvoid ogg::File::fill() { add(1); }\n",
        ),
        (
            "b.h",
            "namespace lib {\n#ifdef DOXYGEN\nnamespace ogg {\n#endif\nnamespace vorbis {\nclass File {};\n}\n\
             #ifdef DOXYGEN\n}\n#endif\n}\n",
        ),
    ]);
    assert_eq!(project.calls(), ["a.cc:fill -> a.cc:add"]);
}

#[test]
fn a_header_that_the_build_makes_is_read_where_its_text_stands() {
    let project = resolve(&[
        ("log.h.in", "@start@\nclass Log {\n public:\n  void flush();\n  void send();\n};\n@end@\n"),
        ("log.cc", "#include <lib/log.h>\nvoid Log::flush() {}\nvoid Log::send() { flush(); }\n"),
        ("config.h.in", "#undef HAVE_IT\nint not_a_header();\n"),
        ("list.tcc", "template <class T> int size(T *list) { return 1; }\n"),
        ("list.cc", "#include \"list.tcc\"\nint count(int *list) { return size(list); }\n"),
    ]);
    assert_eq!(project.calls(), ["list.cc:count -> list.tcc:size", "log.cc:send -> log.cc:flush"]);
}

#[test]
fn members_of_a_specialisation_are_its_own_wherever_they_are_written() {
    let project = resolve(&[(
        "a.cc",
        "struct Base { int error() { return 1; } };\ntemplate <typename T> struct Result : Base { int error(); };\n\
         template <typename T> int Result<T>::error() { return Base::error(); }\n\
         struct Array {};\ntemplate <> struct Result<Array> : Base { int begin(); };\n\
         inline int Result<Array>::begin() { return error(); }\n",
    )]);
    assert_eq!(project.calls(), ["a.cc:begin -> a.cc:Base.error", "a.cc:error -> a.cc:Base.error"]);
}

#[test]
fn conversions_behind_a_specifier_have_the_name_of_their_type() {
    let calls =
        cpp("int read();\nint read() { return 1; }\nstruct A { operator bool() const; operator B() const; };\n\
         inline A::operator bool() const { return read(); }\nfast_inline A::operator B() const { return read(); }\n");
    assert_eq!(calls, ["a.cc:operator B -> a.cc:read", "a.cc:operator bool -> a.cc:read"]);
}

#[test]
fn iterators_of_a_container_of_a_parameter_lead_to_its_value() {
    let calls = cpp("#include <list>\nstruct Block { int code() { return 1; } };\n\
         template <class T> struct List { typedef typename std::list<T>::iterator Iterator; Iterator begin(); };\n\
         typedef List<Block *> Blocks;\ntypedef Blocks::Iterator It;\n\
         int f(Blocks &all) { It it = all.begin(); return (*it)->code(); }\n");
    assert_eq!(calls, ["a.cc:f -> a.cc:Block.code", "a.cc:f -> a.cc:List.begin"]);
}

#[test]
fn macros_that_write_the_values_of_a_list_are_no_statements() {
    let project = resolve(&[(
        "a.cc",
        "namespace lib {\nstatic const char *name(int t) {\n  static const char *const names[] = {\n    TOKENS(TOKEN)\n    \
         TYPES(TYPE)\n  };\n  return names[t];\n}\nconst char *show(int t) { return name(t); }\n}\n",
    )]);
    assert_eq!(project.calls(), ["a.cc:lib.show -> a.cc:lib.name"]);
}

#[test]
fn values_of_macros_are_told_across_headers() {
    let header = "#ifndef LIB_LOG\n#define LIB_LOG 6\n#endif\n#define LIB_BITS (1 << LIB_LOG)\n#define LIB_GONE 1\n#undef LIB_GONE\n";
    let source = "#include \"lib.h\"\nint narrow(int x) { return x; }\nint wide(int x) { return x; }\n\
        int f(int x) {\n#if LIB_BITS == 64\n  return wide(x);\n#else\n  return narrow(x);\n#endif\n}\n\
        int g(int x) {\n#if LIB_GONE\n  return narrow(x);\n#elif LIB_BITS > 0xFFFFFFFFU\n  return narrow(x);\n#else\n  return wide(x);\n#endif\n}\n";
    let project = resolve(&[("lib.h", header), ("a.c", source)]);
    assert_eq!(project.calls(), ["a.c:f -> a.c:wide", "a.c:g -> a.c:wide"]);
}

#[test]
fn a_header_is_looked_at_in_the_source_that_includes_it() {
    let header = "static int fast(int x) { return x; }\nstatic int slow(int x) { return x; }\n\
        static inline int work(int x) {\n#ifdef LIB_FAST\n  return fast(x);\n#else\n  return slow(x);\n#endif\n}\n";
    let source = "#define LIB_FAST\n#include \"work.h\"\nint a(int x) { return work(x); }\n";
    let project = resolve(&[("work.h", header), ("a.c", source)]);
    assert_eq!(project.calls(), ["a.c:a -> work.h:work", "work.h:work -> work.h:fast"]);
    // Defined too late.
    let source = "#include \"work.h\"\n#define LIB_FAST\nint a(int x) { return work(x); }\n";
    let project = resolve(&[("work.h", header), ("a.c", source)]);
    assert_eq!(project.calls(), ["a.c:a -> work.h:work", "work.h:work -> work.h:slow"]);
}

#[test]
fn what_one_of_two_includes_defines_is_defined() {
    let own = "#define LIB_STD\n";
    let api = "#ifdef LIB_BUILD\n#include <lib/conf.h>\n#else\n#include \"lib/conf.h\"\n#endif\n";
    let source = "#include \"api.h\"\nint old(int x) { return x; }\nint f(int x) {\n#ifndef LIB_STD\n  return old(x);\n#endif\n  return x;\n}\n";
    let project = resolve(&[("lib/conf.h", own), ("api.h", api), ("a.c", source)]);
    assert_eq!(project.calls(), [] as [&str; 0]);
}

#[test]
fn after_a_branch_that_is_taken_comes_no_other() {
    let header = "#if defined(LIB_NARROW)\n#define LIB_WIDE 0\n#elif defined(__x86_64__)\n#define LIB_WIDE 1\n#else\n#define LIB_WIDE 0\n#endif\n";
    let source = "#include \"lib.h\"\n#if LIB_WIDE\nint f(int x) { return x; }\n#else\nint f(int x) { return -x; }\n#endif\nint g(int x) { return f(x); }\n";
    let project = resolve(&[("CMakeLists.txt", "option(LIB_NARROW)\n"), ("lib.h", header), ("a.c", source)]);
    assert_eq!(project.target_lines(), [3]);
}

#[test]
fn a_check_that_the_usual_build_leaves_out_calls_nothing() {
    let header = |define: &str| {
        format!(
            "#ifdef LIB_DEBUG\n#define {define}(x) check_failed(x)\n#else\n#define {define}(x)\n#endif\nvoid check_failed(int);\n"
        )
    };
    let source =
        "#include \"lib.h\"\nint valid(int x) { return x; }\nint f(int x) { LIB_ASSERT(valid(x)); return x; }\n";
    let project = resolve(&[("lib.h", &header("LIB_ASSERT")), ("a.c", source)]);
    assert_eq!(project.calls(), [] as [&str; 0]);
}

#[test]
fn a_function_that_begins_and_ends_in_conditional_text_is_found() {
    let source = "#define LIB_MEMORY\n#include \"lib.h\"\nint f(int x)\n{\n#ifdef LIB_HOOKS\n  if (x) return g(x);\n  return 0;\n}\n\
        int g(int x)\n{\n#endif\n  return h(x);\n}\nint h(int x) { return x; }\n";
    let header = "#define LIB_HOOKS\nint f(int); int g(int); int h(int);\n";
    let project = resolve(&[("lib.h", header), ("a.c", source)]);
    assert_eq!(project.calls(), ["a.c:f -> a.c:g", "a.c:g -> a.c:h"]);
}

#[test]
fn a_header_of_one_source_alone_is_a_part_of_it() {
    let project = resolve(&[
        ("asm.c", "static int take(int x) { return x; }\n#include \"asm_x64.h\"\nint all(int x) { return emit(x); }\n"),
        ("asm_x64.h", "static int emit(int x) { return take(x); }\n"),
        ("other.c", "static int take(int x) { return -x; }\nint other(int x) { return take(x); }\n"),
    ]);
    assert_eq!(
        project.calls(),
        ["asm.c:all -> asm_x64.h:emit", "asm_x64.h:emit -> asm.c:take", "other.c:other -> other.c:take"]
    );
}

#[test]
fn a_source_named_for_an_instruction_set_is_compiled_for_it() {
    let source = "#if defined(USE_SSE41) && !defined(NO_SSE41)\nstatic int fast(int x) { return x; }\n\
                  int encode(int x) { return fast(x); }\n#else\nint encode(int x) { return x; }\n#endif\n";
    let uses = "int encode(int x);\nint main(void) { return encode(1); }\n";
    let lines = |name: &str| resolve(&[("use.c", uses), (name, source)]).target_lines();
    for name in ["enc_sse41.c", "enc_avx2.c"] {
        assert!(lines(name).contains(&3), "{name}: {:?}", lines(name));
    }
    assert!(lines("enc.c").contains(&5), "{:?}", lines("enc.c"));
}
