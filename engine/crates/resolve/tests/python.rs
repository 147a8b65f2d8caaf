//! Python's rules of names, modules and types.

mod common;

use common::resolve;

fn calls(sources: &[(&str, &str)]) -> Vec<String> {
    resolve(sources).calls()
}

/// Calls of one file `a.py`.
fn calls_in(source: &str) -> Vec<String> {
    calls(&[("a.py", source)])
}

/// Asserts the calls of one file, given without its name.
fn expect(source: &str, expected: &[&str]) {
    let expected: Vec<String> = expected
        .iter()
        .map(|line| {
            let (caller, callee) = line.split_once(" -> ").expect("a caller and a callee");
            // Code outside functions and classes belongs to the file.
            let caller = if caller == "module" { "a.py".to_owned() } else { format!("a.py:{caller}") };
            format!("{caller} -> a.py:{callee}")
        })
        .collect();
    assert_eq!(calls_in(source), expected);
}

mod never_wrong {
    use super::*;

    #[test]
    fn library_receivers_do_not_bind_to_project_methods() {
        expect(
            "
import library

class Stack:
    def push(self): ...
    def get(self): ...
    def append(self): ...

def f(unknown, numbers: list[int], table: dict[str, int]):
    library.Stack().push()
    unknown.push()
    table.get('a')
    numbers.append(1)
    'text'.get()
    [].append(1)
",
            &[],
        );
    }

    #[test]
    fn names_annotated_with_themselves_end() {
        expect(
            "
from datetime import date
from typing import NewType

when: when | None
Id = NewType('Id', Id)

class Order:
    date: date | None
    def open(self): ...

def f(order: Order, id: Id, type: type[Order] | None, Order: 'Order'):
    order.open()
    order.date.open()
    id.open()
    Order.open()
",
            &["f -> Order.open"],
        );
    }

    #[test]
    fn attributes_that_hold_functions_are_not_methods() {
        let source = "
def run(): ...

class A:
    def __init__(self, run):
        self.run = run
    def go(self):
        self.run()

def f(run):
    run()
    g = run
    g()
";
        assert_eq!(calls_in(source), Vec::<String>::new());
    }

    #[test]
    fn class_without_constructor_of_its_own_leads_to_no_constructor() {
        let found = calls_in(
            "
class Base:
    def __init__(self): ...
class Derived(Base): ...
class Other(Base):
    def __init__(self):
        super().__init__()
def f():
    Base()
    Derived()
    Other()
",
        );
        assert_eq!(
            found,
            [
                "a.py:Other.__init__ -> a.py:Base.__init__",
                "a.py:f -> a.py:Base.__init__",
                "a.py:f -> a.py:Derived",
                "a.py:f -> a.py:Other.__init__"
            ]
        );
    }

    #[test]
    fn builtins_shadowed_only_where_the_scope_says_so() {
        expect(
            "
class A:
    def list(self): ...
    def f(self):
        list()
        self.list()
def print(): ...
def f():
    print()
    len([])
",
            &["A.f -> A.list", "f -> print"],
        );
    }

    #[test]
    fn code_that_never_runs_calls_nothing() {
        expect(
            "
import sys
from typing import TYPE_CHECKING
def g(): ...
def f():
    if sys.version_info < (3, 8):
        g()
    if not TYPE_CHECKING:
        g()
    return
    g()
",
            &[],
        );
    }

    #[test]
    fn a_parameter_may_be_annotated_with_its_own_name_and_be_assigned() {
        expect(
            "
def g(): ...
def f(default, type: type | None = None):
    if type is None:
        type = default.__class__
    type.mro()
    g()
",
            &["f -> g"],
        );
    }

    #[test]
    fn code_for_every_platform_counts() {
        expect(
            "
import os, sys
assert sys.platform == 'win32'
def g(): ...
def f():
    if os.name == 'nt' and sys.platform.startswith('win'):
        g()
",
            &["f -> g"],
        );
    }

    #[test]
    fn missing_method_of_known_class_is_unknown() {
        let resolved = resolve(&[("a.py", "class A: ...\nclass B:\n    def m(self): ...\ndef f(a: A):\n    a.m()\n")]);
        assert_eq!(resolved.calls(), Vec::<String>::new());
        assert_eq!(resolved.unresolved(), ["a.py:f -> m? Unknown"]);
    }
}

mod modules {
    use super::*;

    #[test]
    fn absolute_and_relative_imports() {
        assert_eq!(
            calls(&[
                ("pkg/__init__.py", "from .core import run\nfrom . import util as tools\n"),
                (
                    "pkg/core.py",
                    "from .util import helper\nfrom ..pkg import util\ndef run():\n    helper()\n    util.helper()\n"
                ),
                ("pkg/util.py", "def helper(): ...\n"),
                (
                    "main.py",
                    "import pkg\nimport pkg.util\nimport pkg.core as c\nfrom pkg import run as go, tools\n\
                  def main():\n    pkg.run()\n    pkg.util.helper()\n    c.run()\n    go()\n    tools.helper()\n"
                ),
            ]),
            [
                "main.py:main -> pkg/core.py:run",
                "main.py:main -> pkg/util.py:helper",
                "pkg/core.py:run -> pkg/util.py:helper",
            ]
        );
    }

    #[test]
    fn star_imports_and_source_folders() {
        assert_eq!(
            calls(&[
                ("pyproject.toml", "[project]\nname = 'pkg'\n[tool.setuptools.package-dir]\n'' = 'lib'\n"),
                ("lib/pkg/__init__.py", "from .a import *\n"),
                ("lib/pkg/a.py", "def f(): ...\n"),
                ("tests/test_a.py", "from pkg import f\nimport pkg.a\ndef test():\n    f()\n    pkg.a.f()\n"),
            ]),
            ["tests/test_a.py:test -> lib/pkg/a.py:f"]
        );
    }

    #[test]
    fn a_library_module_is_not_the_projects_module_of_that_name() {
        assert_eq!(
            calls(&[
                ("pkg/__init__.py", ""),
                ("pkg/json.py", "def loads(): ...\n"),
                ("pkg/a.py", "import json\nfrom . import json as own\ndef f():\n    json.loads()\n    own.loads()\n"),
            ]),
            ["pkg/a.py:f -> pkg/json.py:loads"]
        );
    }

    #[test]
    fn fallback_of_a_failed_import_yields_to_the_import() {
        assert_eq!(
            calls(&[
                ("a.py", "try:\n    from b import f\nexcept ImportError:\n    def f(): ...\ndef g():\n    f()\n"),
                ("b.py", "def f(): ...\n"),
            ]),
            ["a.py:g -> b.py:f"]
        );
    }

    #[test]
    fn missing_modules_are_named() {
        let resolved = resolve(&[("pkg/__init__.py", ""), ("pkg/a.py", "from .gone import f\ndef g():\n    f()\n")]);
        assert_eq!(resolved.calls(), Vec::<String>::new());
        assert_eq!(resolved.unresolved(), ["pkg/a.py:g -> f? Unknown"]);
    }

    #[test]
    fn a_neighbour_in_a_package_is_no_top_level_module() {
        assert_eq!(
            calls(&[
                ("pkg/__init__.py", ""),
                ("pkg/jsonschema.py", "import jsonschema\ndef validate():\n    jsonschema.validate()\n"),
                ("pkg/b.py", "import jsonschema\ndef f():\n    jsonschema.validate()\n"),
                ("scripts/run.py", "import tool\ndef g():\n    tool.use()\n"),
                ("scripts/tool.py", "def use(): ...\n"),
            ]),
            ["scripts/run.py:g -> scripts/tool.py:use"]
        );
    }
}

mod types {
    use super::*;

    #[test]
    fn annotations_in_all_spellings() {
        expect(
            "
from __future__ import annotations
import typing as t
from typing import Optional, Union
class A:
    def m(self): ...
def f(a: A, b: 'A', c: Optional[A], d: Union[A, None], e: A | None, g: t.List['A'], h: t.Annotated[A, 1]):
    a.m()
def g1(b: 'A'): b.m()
def g2(c: Optional[A]): c.m()
def g3(d: Union[A, None]): d.m()
def g4(e: A | None): e.m()
def g5(g: t.List['A']): g[0].m()
def g6(h: t.Annotated[A, 1]): h.m()
def g7(k: type[A]): k().m()
def g8(*args: A, **kwargs: A):
    args[0].m()
def g9(**kwargs: A):
    kwargs['x'].m()
",
            &[
                "f -> A.m",
                "g1 -> A.m",
                "g2 -> A.m",
                "g3 -> A.m",
                "g4 -> A.m",
                "g5 -> A.m",
                "g6 -> A.m",
                "g7 -> A.m",
                "g8 -> A.m",
                "g9 -> A.m",
            ],
        );
    }

    #[test]
    fn containers_carry_their_elements() {
        expect(
            "
class A:
    def m(self): ...
def make() -> list[A]: ...
def a():
    for x in make(): x.m()
def b():
    [x.m() for x in make()]
def c(d: dict[str, A]):
    for k, v in d.items(): v.m()
def d(d: dict[str, A]):
    d.get('x').m()
def e():
    sorted(make(), key=lambda x: x.m())
def f():
    for i, x in enumerate(make()): x.m()
def g():
    for x, y in zip(make(), 'abc'): x.m()
def h():
    next(iter(make())).m()
def i():
    first, *rest = make()
    rest[0].m()
def j(pair: tuple[int, A]):
    pair[1].m()
def k():
    list(map(lambda x: x.m(), make()))
def l():
    max(make(), key=lambda x: 1).m()
",
            &[
                "a -> A.m",
                "a -> make",
                "b -> A.m",
                "b -> make",
                "c -> A.m",
                "d -> A.m",
                "e -> A.m",
                "e -> make",
                "f -> A.m",
                "f -> make",
                "g -> A.m",
                "g -> make",
                "h -> A.m",
                "h -> make",
                "i -> A.m",
                "i -> make",
                "j -> A.m",
                "k -> A.m",
                "k -> make",
                "l -> A.m",
                "l -> make",
            ],
        );
    }

    #[test]
    fn generics_are_solved_from_receivers_and_arguments() {
        expect(
            "
from typing import Generic, TypeVar, Type, Callable
T = TypeVar('T')
class A:
    def m(self): ...
class Box(Generic[T]):
    def __init__(self, value: T) -> None: ...
    def get(self) -> T: ...
class Sub(Box[A]): ...
class New[U]:
    def get(self) -> U: ...
def same(x: T) -> T: ...
def make(cls: Type[T]) -> T: ...
def apply(f: Callable[[], T]) -> T: ...
def factory() -> A: ...
def a(box: Box[A]): box.get().m()
def b(sub: Sub): sub.get().m()
def c(): Box(A()).get().m()
def d(): same(A()).m()
def e(): make(A).m()
def f(): apply(factory).m()
def g(new: New[A]): new.get().m()
",
            &[
                "a -> A.m",
                "a -> Box.get",
                "b -> A.m",
                "b -> Box.get",
                "c -> A",
                "c -> A.m",
                "c -> Box.__init__",
                "c -> Box.get",
                "d -> A",
                "d -> A.m",
                "d -> same",
                "e -> A.m",
                "e -> make",
                "f -> A.m",
                "f -> apply",
                "g -> A.m",
                "g -> New.get",
            ],
        );
    }

    #[test]
    fn type_variables_are_their_bounds() {
        expect(
            "
from typing import TypeVar
class A:
    def m(self): ...
T = TypeVar('T', bound='A')
def f(x: T) -> T:
    x.m()
def g[U: A](x: U):
    x.m()
",
            &["f -> A.m", "g -> A.m"],
        );
    }

    #[test]
    fn another_name_of_a_class_makes_it() {
        expect(
            "
class A:
    def __init__(self): ...
class B:
    def __init__(self): ...
Name = A
Either = A if day else B
def f(): Name()
def g(): Either()
",
            &["f -> A.__init__"],
        );
    }

    #[test]
    fn aliases_new_types_and_casts() {
        expect(
            "
from typing import NewType, Union, cast
class A:
    def m(self): ...
Alias = Union[A, None]
type Modern = A | None
Name = A
N = NewType('N', A)
def f(x: Alias): x.m()
def g(x: Modern): x.m()
def h(x): cast('A', x).m()
def i(x: N): x.m()
def j(x: Name): x.m()
",
            &["f -> A.m", "g -> A.m", "h -> A.m", "i -> A.m", "j -> A.m"],
        );
    }

    #[test]
    fn overloads_are_chosen_by_literals() {
        expect(
            "
from typing import Literal, overload
class A:
    def m(self): ...
class B:
    def m(self): ...
@overload
def make(x: Literal['a'], flag: Literal[True] = ...) -> A: ...
@overload
def make(x: str, flag: bool = ...) -> B: ...
def make(x, flag=True): ...
def f(): make('a').m()
def g(): make('b').m()
def h(x: str): make(x).m()
def i(): make('a', flag=False).m()
",
            &["f -> A.m", "f -> make", "g -> B.m", "g -> make", "h -> B.m", "h -> make", "i -> B.m", "i -> make"],
        );
    }

    #[test]
    fn overloads_are_chosen_by_arguments() {
        expect(
            "
from typing import overload
class A:
    def m(self): ...
class B:
    def m(self): ...
@overload
def make(x: int) -> A: ...
@overload
def make(x: str) -> B: ...
def make(x): ...
def f(): make(1).m()
def g(): make('a').m()
",
            &["f -> A.m", "f -> make", "g -> B.m", "g -> make"],
        );
    }
}

mod classes {
    use super::*;

    #[test]
    fn method_resolution_order() {
        expect(
            "
class A:
    def m(self): ...
    def only(self): ...
class B(A):
    def m(self): ...
class C(A):
    def m(self): ...
    def c(self): ...
class D(B, C): ...
class E(B, C):
    def m(self):
        super().m()
def f(d: D):
    d.m()
    d.only()
    d.c()
",
            &["E.m -> B.m", "f -> A.only", "f -> B.m", "f -> C.c"],
        );
    }

    #[test]
    fn attributes_of_instances_from_any_method() {
        expect(
            "
class A:
    def m(self): ...
class B:
    typed: A
    def __init__(self, given: A):
        self.given = given
        self.maybe = None
    def set(self):
        self.maybe = A()
    def use(self):
        self.given.m()
    def use2(self):
        self.maybe.m()
    def use3(self):
        self.typed.m()
def f(b: B):
    b.given.m()
",
            &["B.set -> A", "B.use -> A.m", "B.use2 -> A.m", "B.use3 -> A.m", "f -> A.m"],
        );
    }

    #[test]
    fn properties_give_values_and_class_methods_make_instances() {
        expect(
            "
from functools import cached_property
class A:
    @classmethod
    def make(cls):
        return cls()
    @staticmethod
    def static(): return A()
    @property
    def p(self): return A()
    @cached_property
    def q(self) -> 'A': ...
    def m(self): ...
class B(A):
    def only(self): ...
def f(a: A): a.p.m()
def g(a: A): a.q.m()
def h(): A.static().m()
def i(): B.make().only()
",
            &[
                "A.make -> A",
                "A.p -> A",
                "A.static -> A",
                "f -> A.m",
                "g -> A.m",
                "h -> A.m",
                "h -> A.static",
                "i -> A.make",
                "i -> B.only",
            ],
        );
    }

    #[test]
    fn methods_that_return_self_keep_the_receivers_type() {
        expect(
            "
from typing import Self
class A:
    def a(self): return self
    def b(self) -> Self: ...
class B(A):
    def m(self): ...
def f(b: B): b.a().b().m()
",
            &["f -> A.a", "f -> A.b", "f -> B.m"],
        );
    }

    #[test]
    fn abstract_and_protocol_receivers_lead_to_the_declared_method() {
        expect(
            "
from abc import ABC, abstractmethod
from typing import Protocol
class P(Protocol):
    def m(self): ...
class Base(ABC):
    @abstractmethod
    def m(self): ...
class Impl(Base):
    def m(self): ...
def f(p: P, b: Base):
    p.m()
    b.m()
",
            &["f -> Base.m", "f -> P.m"],
        );
    }

    #[test]
    fn enumerations_dataclasses_and_named_tuples() {
        expect(
            "
import enum
from dataclasses import dataclass, field
from typing import NamedTuple
class Color(enum.Enum):
    RED = 1
    def m(self): ...
class A:
    def m(self): ...
@dataclass
class D:
    a: A
    items: list[A] = field(default_factory=list)
class N(NamedTuple):
    x: int
    a: A
def f(): Color.RED.m()
def g():
    for c in Color: c.m()
def h(): D(A()).a.m()
def i(n: N):
    x, a = n
    a.m()
def j(d: D): d.items[0].m()
",
            &["f -> Color.m", "g -> Color.m", "h -> A", "h -> A.m", "h -> D", "i -> A.m", "j -> A.m"],
        );
    }

    #[test]
    fn metaclasses_and_descriptors() {
        expect(
            "
class Meta(type):
    def create(cls): ...
class A(metaclass=Meta):
    def m(self): ...
class Lazy:
    def __get__(self, instance, owner=None) -> A: ...
class B:
    a = Lazy()
def f(): A.create()
def g(b: B): b.a.m()
",
            &["B -> Lazy", "f -> Meta.create", "g -> A.m"],
        );
    }
}

mod inference {
    use super::*;

    #[test]
    fn results_of_functions_without_annotations() {
        expect(
            "
class A:
    def m(self): ...
def make():
    return A()
def choose(x):
    if x:
        return make()
    return None
def gen():
    yield A()
async def later():
    return A()
def f(): choose(1).m()
def g():
    for a in gen(): a.m()
async def h(): (await later()).m()
",
            &[
                "choose -> make",
                "f -> A.m",
                "f -> choose",
                "g -> A.m",
                "g -> gen",
                "gen -> A",
                "h -> A.m",
                "h -> later",
                "later -> A",
                "make -> A",
            ],
        );
    }

    #[test]
    fn results_for_the_types_of_arguments() {
        expect(
            "
class A:
    def m(self): ...
def same(x):
    return x
def f(a: A): same(a).m()
",
            &["f -> A.m", "f -> same"],
        );
    }

    #[test]
    fn the_last_assignment_counts() {
        expect(
            "
class A:
    def m(self): ...
class B:
    def m(self): ...
def f():
    x = A()
    x = B()
    x.m()
def g(c):
    x = A()
    if c:
        x = B()
        x.m()
def h(c):
    for i in c:
        x = A()
        x.m()
        x = B()
",
            &["f -> A", "f -> B", "f -> B.m", "g -> A", "g -> B", "g -> B.m", "h -> A", "h -> A.m", "h -> B"],
        );
    }

    #[test]
    fn conditions_narrow() {
        expect(
            "
class Base: ...
class A(Base):
    def m(self): ...
class B(Base):
    def n(self): ...
def f(x: Base):
    if isinstance(x, A):
        x.m()
def g(x: Base):
    if not isinstance(x, (A,)):
        return
    x.m()
def h(x: A | B):
    if isinstance(x, A):
        return
    x.n()
def i(x: Base):
    assert isinstance(x, A)
    x.m()
def j(x: Base):
    return x.m() if isinstance(x, A) else None
def k(x):
    isinstance(x, A) and x.m()
def l(x: Base):
    match x:
        case A():
            x.m()
def fail():
    raise ValueError
def m(x: Base):
    if not isinstance(x, A):
        fail()
    x.m()
def n(x: Base):
    while not isinstance(x, A):
        x = x
    x.m()
",
            &[
                "f -> A.m",
                "g -> A.m",
                "h -> B.n",
                "i -> A.m",
                "j -> A.m",
                "k -> A.m",
                "l -> A.m",
                "m -> A.m",
                "m -> fail",
                "n -> A.m",
            ],
        );
    }

    #[test]
    fn context_managers_and_decorators() {
        expect(
            "
import contextlib
import functools
class A:
    def __enter__(self): return self
    def __exit__(self, *a): ...
    def m(self): ...
@contextlib.contextmanager
def manage():
    yield A()
def traced(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return fn(*args, **kwargs)
    return wrapper
@traced
def make(): return A()
@functools.lru_cache(maxsize=None)
def cached() -> A: ...
def f():
    with A() as a: a.m()
def g():
    with manage() as a: a.m()
def h(): make().m()
def i(): cached().m()
",
            &[
                "f -> A",
                "f -> A.m",
                "g -> A.m",
                "g -> manage",
                "h -> A.m",
                "h -> make",
                "i -> A.m",
                "i -> cached",
                "make -> A",
                "manage -> A",
            ],
        );
    }

    #[test]
    fn operators_and_protocols_of_the_language() {
        expect(
            "
class A:
    def __add__(self, other) -> 'A': ...
    def __getitem__(self, key) -> 'A': ...
    def __iter__(self): yield A()
    def __call__(self) -> 'A': ...
    def m(self): ...
def f(a: A): (a + a).m()
def g(a: A): a['x'].m()
def h(a: A):
    for x in a: x.m()
def i(a: A): a().m()
",
            &["A.__iter__ -> A", "f -> A.m", "g -> A.m", "h -> A.m", "i -> A.m"],
        );
    }

    #[test]
    fn nested_functions_closures_and_class_scopes() {
        expect(
            "
def outer():
    def inner(): ...
    def user():
        inner()
    inner()
    return lambda: inner()
class A:
    def helper(self): ...
    def m(self):
        helper()
",
            &["outer -> outer.inner", "outer.user -> outer.inner"],
        );
    }

    #[test]
    fn global_variables_keep_their_values() {
        expect(
            "
class A:
    def m(self): ...
shared = A()
_late = None
def init():
    global _late
    _late = A()
def f(): shared.m()
def g(): _late.m()
",
            &["module -> A", "f -> A.m", "g -> A.m", "init -> A"],
        );
    }
}

mod robustness {
    use super::*;

    #[test]
    fn syntax_errors_leave_the_rest() {
        let found = calls_in("def f(:\n    pass\ndef g(): ...\ndef h():\n    g()\n");
        assert_eq!(found, ["a.py:h -> a.py:g"]);
    }

    #[test]
    fn deep_nesting_is_survived() {
        let deep = format!("x = {}1{}\ndef g(): ...\ndef f():\n    g()\n", "(".repeat(10_000), ")".repeat(10_000));
        assert_eq!(calls_in(&deep), ["a.py:f -> a.py:g"]);
        let chain = format!("def g(): ...\ndef f(x):\n    g()\n    x{}\n", ".a()".repeat(5_000));
        assert_eq!(calls_in(&chain), ["a.py:f -> a.py:g"]);
    }

    #[test]
    fn cycles_end() {
        let found = calls(&[
            (
                "a.py",
                "from b import f\nclass A(A): ...\nclass B(C): ...\nclass C(B): ...\nx = y\ny = x\ndef g():\n    return h()\ndef h():\n    return g()\ndef k(b: B):\n    g().m()\n    x.m()\n    b.m()\n    f()\n",
            ),
            ("b.py", "from a import f\n"),
        ]);
        assert_eq!(found, ["a.py:g -> a.py:h", "a.py:h -> a.py:g", "a.py:k -> a.py:g"]);
    }
}

#[test]
fn a_generic_descriptor_gives_its_type_argument_to_instances() {
    let text = "
from typing import Generic, TypeVar, overload
T = TypeVar('T')
class Late(Generic[T]):
    @overload
    def __get__(self, instance: None, owner: type) -> 'Late[T]': ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance, owner): return instance
class Stats:
    def inc(self): pass
class Crawler:
    stats: Late[Stats] = Late()
def run(crawler: Crawler):
    crawler.stats.inc()
";
    assert!(resolve(&[("a.py", text)]).calls().contains(&"a.py:run -> a.py:Stats.inc".to_owned()));
}

#[test]
fn a_call_of_what_a_call_gives_has_no_name_and_is_no_site() {
    let text = "
def make(): return print
def run():
    make()(1)
    (make or run)()
";
    let project = resolve(&[("a.py", text)]);
    assert_eq!(project.calls(), ["a.py:run -> a.py:make"]);
    assert!(project.unresolved().is_empty());
}

#[test]
fn a_class_body_may_take_a_name_from_around_it() {
    let text = "
class Item:
    def run(self): pass
class Box:
    Item = Item
    def __init__(self): self.item = self.Item()
    def go(self): self.item.run()
";
    assert!(calls_in(text).contains(&"a.py:Box.go -> a.py:Item.run".to_owned()), "{:?}", calls_in(text));
}

#[test]
fn the_first_type_of_a_union_tells_what_a_member_is_also_if_it_is_a_librarys() {
    let text = "
import ssl
class Own:
    def close(self): pass
def library_first(it: ssl.SSLSocket | Own): it.close()
def own_first(it: Own | ssl.SSLSocket): it.close()
def narrowed(it: ssl.SSLSocket | Own):
    if isinstance(it, Own): it.close()
";
    assert_eq!(calls_in(text), ["a.py:narrowed -> a.py:Own.close", "a.py:own_first -> a.py:Own.close"]);
}

#[test]
fn what_a_library_gives_may_be_the_projects() {
    let text = "
from lib import Base, Session, make
import lib
class User(Base):
    def promote(self): pass
def given(session: Session):
    session.get(User, 1).promote()
def attribute(): User.objects.promote()
def element(session: Session):
    for user in session.all(): user.promote()
def instance():
    other = lib.Other()
    other.promote()
def module(): lib.promote()
def typed(other: lib.Other): other.promote()
";
    let unresolved = resolve(&[("a.py", text)]).unresolved();
    let of_name: Vec<&String> = unresolved.iter().filter(|site| site.contains("promote")).collect();
    let expected = [
        "a.py:attribute -> promote? Unknown",
        "a.py:element -> promote? Unknown",
        "a.py:given -> promote? Unknown",
        "a.py:instance -> promote? External",
        "a.py:module -> promote? External",
        "a.py:typed -> promote? External",
    ];
    assert_eq!(of_name, expected);
}
