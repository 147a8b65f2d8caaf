#!/usr/bin/env node
import type { Foo } from "./foo.js";
import fs, { readFile as read, type Stats } from "node:fs";
import json from "./data.json" with { type: "json" };
export * as helpers from "./helpers";
export default abstract class Store<T extends object = {}> extends Base<T> implements A, B {
  static #count = 0;
  declare readonly name: string;
  private items?: Map<string, T[]> = new Map();
  static {
    Store.#count++;
  }
  constructor(protected readonly id: number, public label?: string) {
    super();
  }
  get size(): number { return this.items!.size }
  set size(value) { void value }
  abstract find<K extends keyof T>(key: K, ...rest: unknown[]): T[K] | undefined;
  @log({ level: "debug" })
  async *walk(this: Store<T>): AsyncGenerator<T, void, undefined> {
    for await (const item of this.load()) yield* item
  }
  [Symbol.iterator] = () => this.items?.values()
}

interface Shape {
  kind: "circle" | "square";
  readonly [index: string]: any;
  (x: number): string;
  new (x: number): Shape;
  method?(): asserts this is Circle;
}

type Mapped<T> = { readonly [K in keyof T as `get${Capitalize<K & string>}`]-?: () => T[K] };
type Cond<T> = T extends (infer U extends string)[] ? U : never;
type Tuple = [first: string, second?: number, ...rest: boolean[]];
type Fn = abstract new (...args: any[]) => typeof import("./x");

declare global {
  namespace NodeJS {
    interface Env { readonly HOME: string }
  }
}
declare module "untyped" {
  const x: unique symbol
  export = x
}

enum Color { Red = 1 << 0, Green = "g".length, Blue }
const enum E { A }

function overload(a: string): string
function overload(a: number): number
function overload(a: any) {
  const cast = <number>a
  const s = a satisfies unknown as string
  let re = /[/\]]+(?<name>\d)/giu.test(s), div = a / 2 / 3
  label: for (const [k, v = 1] of Object.entries({ ...a, b: 2, ["c"]: 3, get d() { return 4 } })) {
    if (k?.length ?? v) continue label
    else break
  }
  const text = `line ${a + `nested ${v}`} \u{41}
  next`
  try { throw new Error(text) } catch { } finally { debugger }
  return a as const
}

let x = y
++z
const g = async <T,>(t: T): Promise<T> => await t
const big = 1_000n ** 2n, hex = 0xFF, oct = 0o7, f = .5e-3
a ||= b; c &&= d; e ??= f
using resource = open()
export { x as default, type Foo }
