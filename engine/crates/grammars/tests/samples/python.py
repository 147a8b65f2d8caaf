#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""Module docstring."""
from __future__ import annotations

import os.path as p, sys
from . import sibling
from ..pkg.mod import (
    a as b,
    c,
)
from x import *

type Alias[T: int, *Ts, **P] = dict[str, T]


@decorator(arg=1)
@other.attr
class Point[T](Base, metaclass=Meta, **kw):
    """Doc \
    with escape"""

    x: int = 0
    y: "str"

    @property
    async def area(self, /, a: int, b=2, *args: int, c, d: str = "x", **kwargs) -> float | None:
        async with open(f) as g, other() as (h, i):
            await g
        async for row in rows:
            yield row
        return (yield)

    def method(self): return lambda *a, k=1, **kw: (a, k)


def f(a, *, b):
    global G
    nonlocal_ = None
    s = f"hello {name!r:>{width}} {a + b:%Y-%m} {{literal}} {'nested' if x else f'{y}'}" rb'\x00' "cat"
    t = r"""raw
triple 'quoted' \d"""
    u = f'''multi {
        value  # comment
    } line'''
    if (n := len(a)) > 10 and not b or c is not None:
        pass
    elif a in b not in c:
        ...
    else:
        del a[0], b.c
    for i, (j, *k) in enumerate(x for y in z if y for x in y):
        continue
    else:
        break
    while True:
        try:
            raise ValueError("x") from e
        except* (A, B) as err:
            print("x", file=sys.stderr)
        except C:
            raise
        else:
            assert x, "message"
        finally:
            return -1, +2, ~3, 4 ** -5 // 6 @ m
    x = {**a, "k": v, 1: [*b, 2]}
    y = {1, 2, *c}
    z = {k: v for k, v in d.items() if k}
    w = a[1:2, ::3, ...] if b else c[-1]
    num = 0xFF + 0b1 + 0o7 + 1_000.5e-3j + 1e10
    a = b = c
    a += 1; b //= 2
    exec("x")
	

match command.split():
    case [("go" | "move") as verb, Point(x=0, y=[1, *_]), {"k": v, **rest}] if verb:
        pass
    case -1 | "str" | None | a.b:
        pass
    case _:
        print >>sys.stderr, "python 2"

if True:
        deep = (
    1,
        )
        if x:
          y
# trailing comment without newline
print(ünï, 名前)
