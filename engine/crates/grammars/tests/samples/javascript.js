#!/usr/bin/env node
"use strict";
import def, * as ns from 'module';
import { a as b, default as c } from "x" with { type: "json" };
export default async function* named(a, { b, ...rest } = {}, [c, , d] = [], ...others) {
  yield await a
  yield* b
}
export const [one, { two: [three = 4] }] = f();

class A extends (B, C) {
  #private = 1;
  static async *[Symbol.iterator]() { }
  static { this.x = 1 }
  get value() { return this.#private }
  set value(v) { this.#private = v }
  'quoted'() { super.quoted?.() }
  static field
  async
  get
  in() { return #private in this }
}

var self = this
;[1, 2, 3].forEach(n => console.log(n))
let re = /ab+c/.exec(s), re2 = /[/]\/(?:x)/g
let x = a / b / c
const tpl = tag`hello ${ world + `${nested}` } \u0041 \
end`
if (a) b; else if (c) d
else { e }
for (var i = 0, n = 10; i < n; i++) ;
for (const k in o) { continue }
for await (const v of gen()) break
while (x--) { do y++; while (y < 10) }
switch (x) {
  case 1: case 2:
    break
  default:
    return
}
try { throw { code: 1 } } catch ({ code }) { } finally { }
label: { break label }
with (o) { p }
const fn = async x => ({ ...x, [`k${x}`]: x?.y?.[0]?.(), 'a-b': 1, get g() { return 1 }, async *m() { } })
const num = [0b11, 0o17, 0xAf, 1e10, .5, 5., 1_0n, NaN, undefined, null]
a ??= b || c && d | e ^ f & g == h !== i <= j instanceof k >>> l + m * n ** -o
new.target; import.meta.url; import('x').then(m => m.default)
delete a.b, void 0, typeof a
const el = <Foo.Bar a="b" {...c} d={e}>text &amp; {f}<br/></Foo.Bar>
const html = <><p>x</p></>
<!-- html comment
var ünï = "\x41\u{1F600}\
continued", $ = _
let async; let of; let static_
return
