// What the language and its platforms bring along, as far as it carries types through. Data for the resolver:
// members whose types carry nothing are listed only where leaving them out would hide that they exist.
interface Object { constructor: Function; toString(): string; toLocaleString(): string; valueOf(): Object; hasOwnProperty(v: any): boolean; isPrototypeOf(v: any): boolean; propertyIsEnumerable(v: any): boolean }
interface ObjectConstructor {
  new (value?: any): any; (value?: any): any;
  assign<T, U>(target: T, source: U): T & U; assign<T, U, V>(target: T, a: U, b: V): T & U & V; assign<T, U, V, W>(target: T, a: U, b: V, c: W): T & U & V & W; assign(target: any, ...sources: any[]): any;
  create(o: any, properties?: any): any; keys(o: any): string[]; values<T>(o: { [s: string]: T } | ArrayLike<T>): T[]; entries<T>(o: { [s: string]: T } | ArrayLike<T>): [string, T][];
  fromEntries<T>(entries: Iterable<[any, T]>): { [k: string]: T }; freeze<T>(o: T): T; seal<T>(o: T): T; preventExtensions<T>(o: T): T; getPrototypeOf(o: any): any; setPrototypeOf(o: any, proto: any): any;
  defineProperty<T>(o: T, p: any, attributes: any): T; defineProperties<T>(o: T, properties: any): T; getOwnPropertyNames(o: any): string[]; getOwnPropertySymbols(o: any): symbol[]; getOwnPropertyDescriptor(o: any, p: any): any; getOwnPropertyDescriptors(o: any): any;
  is(a: any, b: any): boolean; isFrozen(o: any): boolean; isSealed(o: any): boolean; isExtensible(o: any): boolean; hasOwn(o: any, v: any): boolean; groupBy<K, T>(items: Iterable<T>, key: (item: T, index: number) => K): any; prototype: Object;
}
declare var Object: ObjectConstructor;
interface Function { apply(thisArg: any, args?: any): any; call(thisArg: any, ...args: any[]): any; bind(thisArg: any, ...args: any[]): any; toString(): string; prototype: any; length: number; name: string; arguments: any; caller: Function }
interface FunctionConstructor { new (...args: string[]): Function; (...args: string[]): Function; prototype: Function }
declare var Function: FunctionConstructor;
interface String {
  length: number; toString(): string; charAt(pos: number): string; charCodeAt(index: number): number; codePointAt(pos: number): number | undefined; concat(...strings: string[]): string; indexOf(s: string, position?: number): number; lastIndexOf(s: string, position?: number): number; localeCompare(that: string, ...more: any[]): number;
  match(regexp: any): RegExpMatchArray | null; matchAll(regexp: RegExp): IterableIterator<RegExpMatchArray>; replace(searchValue: any, replacer: (substring: string, ...args: any[]) => string): string; replaceAll(searchValue: any, replacer: (substring: string, ...args: any[]) => string): string; search(regexp: any): number; slice(start?: number, end?: number): string; split(separator: any, limit?: number): string[]; substring(start: number, end?: number): string; substr(from: number, length?: number): string;
  toLowerCase(): string; toLocaleLowerCase(...a: any[]): string; toUpperCase(): string; toLocaleUpperCase(...a: any[]): string; trim(): string; trimStart(): string; trimEnd(): string; trimLeft(): string; trimRight(): string; valueOf(): string; includes(s: string, position?: number): boolean; endsWith(s: string, endPosition?: number): boolean; normalize(form?: string): string; repeat(count: number): string; startsWith(s: string, position?: number): boolean; padStart(n: number, fill?: string): string; padEnd(n: number, fill?: string): string; at(index: number): string | undefined; anchor(name: string): string; link(url: string): string; isWellFormed(): boolean; toWellFormed(): string;
  [index: number]: string; [Symbol.iterator](): IterableIterator<string>;
}
interface StringConstructor { new (value?: any): String; (value?: any): string; fromCharCode(...codes: number[]): string; fromCodePoint(...codes: number[]): string; raw(template: any, ...substitutions: any[]): string; prototype: String }
declare var String: StringConstructor;
interface Boolean { valueOf(): boolean }
interface BooleanConstructor { new (value?: any): Boolean; <T>(value?: T): boolean; prototype: Boolean }
declare var Boolean: BooleanConstructor;
interface Number { toString(radix?: number): string; toFixed(digits?: number): string; toExponential(digits?: number): string; toPrecision(precision?: number): string; valueOf(): number; toLocaleString(...a: any[]): string }
interface NumberConstructor { new (value?: any): Number; (value?: any): number; MAX_VALUE: number; MIN_VALUE: number; NaN: number; EPSILON: number; MAX_SAFE_INTEGER: number; MIN_SAFE_INTEGER: number; NEGATIVE_INFINITY: number; POSITIVE_INFINITY: number; isFinite(n: any): boolean; isInteger(n: any): boolean; isNaN(n: any): boolean; isSafeInteger(n: any): boolean; parseFloat(s: string): number; parseInt(s: string, radix?: number): number; prototype: Number }
declare var Number: NumberConstructor;
interface BigInt { toString(radix?: number): string; valueOf(): bigint; toLocaleString(...a: any[]): string }
interface bigint extends BigInt {}
declare function BigInt(value: any): bigint;
interface Symbol { toString(): string; valueOf(): symbol; description: string | undefined }
interface symbol extends Symbol {}
interface SymbolConstructor { (description?: any): symbol; for(key: string): symbol; keyFor(sym: symbol): string | undefined; iterator: symbol; asyncIterator: symbol; hasInstance: symbol; toPrimitive: symbol; toStringTag: symbol; species: symbol; dispose: symbol; prototype: Symbol }
declare var Symbol: SymbolConstructor;
interface object {}
interface ArrayLike<T> { length: number; [n: number]: T }
interface Array<T> {
  length: number; toString(): string; pop(): T | undefined; push(...items: T[]): number; concat(...items: (T | ConcatArray<T>)[]): T[]; join(separator?: string): string; reverse(): T[]; shift(): T | undefined; slice(start?: number, end?: number): T[]; sort(compareFn?: (a: T, b: T) => number): this; splice(start: number, deleteCount?: number, ...items: T[]): T[]; unshift(...items: T[]): number; indexOf(item: T, from?: number): number; lastIndexOf(item: T, from?: number): number;
  every<S extends T>(predicate: (value: T, index: number, array: T[]) => value is S, thisArg?: any): this is S[]; some(predicate: (value: T, index: number, array: T[]) => unknown, thisArg?: any): boolean; forEach(callbackfn: (value: T, index: number, array: T[]) => void, thisArg?: any): void; map<U>(callbackfn: (value: T, index: number, array: T[]) => U, thisArg?: any): U[];
  filter<S extends T>(predicate: (value: T, index: number, array: T[]) => value is S, thisArg?: any): S[]; filter(predicate: (value: T, index: number, array: T[]) => unknown, thisArg?: any): T[];
  reduce(callbackfn: (previous: T, current: T, index: number, array: T[]) => T): T; reduce<U>(callbackfn: (previous: U, current: T, index: number, array: T[]) => U, initial: U): U; reduceRight(callbackfn: (previous: T, current: T, index: number, array: T[]) => T): T; reduceRight<U>(callbackfn: (previous: U, current: T, index: number, array: T[]) => U, initial: U): U;
  find<S extends T>(predicate: (value: T, index: number, obj: T[]) => value is S, thisArg?: any): S | undefined; find(predicate: (value: T, index: number, obj: T[]) => unknown, thisArg?: any): T | undefined; findIndex(predicate: (value: T, index: number, obj: T[]) => unknown, thisArg?: any): number; findLast(predicate: (value: T, index: number, obj: T[]) => unknown, thisArg?: any): T | undefined; findLastIndex(predicate: (value: T, index: number, obj: T[]) => unknown, thisArg?: any): number;
  fill(value: T, start?: number, end?: number): this; copyWithin(target: number, start: number, end?: number): this; entries(): IterableIterator<[number, T]>; keys(): IterableIterator<number>; values(): IterableIterator<T>; includes(item: T, from?: number): boolean; flatMap<U>(callback: (value: T, index: number, array: T[]) => U | U[], thisArg?: any): U[]; flat(depth?: number): FlatArray<T>[]; at(index: number): T | undefined; toReversed(): T[]; toSorted(compareFn?: (a: T, b: T) => number): T[]; toSpliced(start: number, n?: number, ...items: T[]): T[]; with(index: number, value: T): T[]; toLocaleString(): string;
  [n: number]: T; [Symbol.iterator](): IterableIterator<T>;
}
type FlatArray<T> = T extends Array<infer U> ? U : T;
interface ConcatArray<T> { length: number; [n: number]: T }
interface ReadonlyArray<T> extends Array<T> {}
interface ArrayConstructor { new <T>(...items: T[]): T[]; <T>(...items: T[]): T[]; isArray(arg: any): arg is any[]; from<T>(source: Iterable<T> | ArrayLike<T>): T[]; from<T, U>(source: Iterable<T> | ArrayLike<T>, map: (v: T, k: number) => U, thisArg?: any): U[]; of<T>(...items: T[]): T[]; fromAsync<T>(source: any): Promise<T[]>; prototype: any[] }
declare var Array: ArrayConstructor;
interface RegExpMatchArray extends Array<string> { index?: number; input?: string; groups?: { [key: string]: string } }
interface RegExpExecArray extends Array<string> { index: number; input: string; groups?: { [key: string]: string } }
interface RegExp { exec(s: string): RegExpExecArray | null; test(s: string): boolean; source: string; global: boolean; ignoreCase: boolean; multiline: boolean; lastIndex: number; flags: string; sticky: boolean; unicode: boolean; compile(...a: any[]): this; toString(): string }
interface RegExpConstructor { new (pattern: any, flags?: string): RegExp; (pattern: any, flags?: string): RegExp; prototype: RegExp }
declare var RegExp: RegExpConstructor;
interface Date { getTime(): number; toISOString(): string; toJSON(key?: any): string; getFullYear(): number; getMonth(): number; getDate(): number; getDay(): number; getHours(): number; getMinutes(): number; getSeconds(): number; getMilliseconds(): number; getTimezoneOffset(): number; getUTCFullYear(): number; getUTCMonth(): number; getUTCDate(): number; getUTCDay(): number; getUTCHours(): number; getUTCMinutes(): number; getUTCSeconds(): number; getUTCMilliseconds(): number; setTime(t: number): number; setFullYear(y: number, ...a: number[]): number; setMonth(m: number, ...a: number[]): number; setDate(d: number): number; setHours(h: number, ...a: number[]): number; setMinutes(m: number, ...a: number[]): number; setSeconds(s: number, ...a: number[]): number; setMilliseconds(ms: number): number; setUTCFullYear(y: number, ...a: number[]): number; setUTCMonth(m: number, ...a: number[]): number; setUTCDate(d: number): number; setUTCHours(h: number, ...a: number[]): number; setUTCMinutes(m: number, ...a: number[]): number; setUTCSeconds(s: number, ...a: number[]): number; setUTCMilliseconds(ms: number): number; toDateString(): string; toTimeString(): string; toUTCString(): string; toLocaleDateString(...a: any[]): string; toLocaleTimeString(...a: any[]): string; toLocaleString(...a: any[]): string; valueOf(): number; toString(): string }
interface DateConstructor { new (...args: any[]): Date; (): string; now(): number; parse(s: string): number; UTC(...args: number[]): number; prototype: Date }
declare var Date: DateConstructor;
interface Error { name: string; message: string; stack?: string; cause?: unknown; toString(): string }
interface ErrorConstructor { new (message?: string, options?: any): Error; (message?: string, options?: any): Error; captureStackTrace(target: any, constructor?: any): void; stackTraceLimit: number; prototype: Error }
declare var Error: ErrorConstructor;
interface TypeError extends Error {} interface RangeError extends Error {} interface SyntaxError extends Error {} interface ReferenceError extends Error {} interface EvalError extends Error {} interface URIError extends Error {} interface AggregateError extends Error { errors: any[] }
declare var TypeError: ErrorConstructor; declare var RangeError: ErrorConstructor; declare var SyntaxError: ErrorConstructor; declare var ReferenceError: ErrorConstructor; declare var EvalError: ErrorConstructor; declare var URIError: ErrorConstructor;
declare var AggregateError: { new (errors: Iterable<any>, message?: string): AggregateError; (errors: Iterable<any>, message?: string): AggregateError };
interface PromiseLike<T> { then<R1 = T, R2 = never>(onfulfilled?: (value: T) => R1 | PromiseLike<R1>, onrejected?: (reason: any) => R2 | PromiseLike<R2>): PromiseLike<R1 | R2> }
interface Promise<T> { then<R1 = T, R2 = never>(onfulfilled?: (value: T) => R1 | PromiseLike<R1>, onrejected?: (reason: any) => R2 | PromiseLike<R2>): Promise<R1 | R2>; catch<R = never>(onrejected?: (reason: any) => R | PromiseLike<R>): Promise<T | R>; finally(onfinally?: () => void): Promise<T> }
interface PromiseConstructor {
  new <T>(executor: (resolve: (value: T | PromiseLike<T>) => void, reject: (reason?: any) => void) => void): Promise<T>; all<T>(values: Iterable<T | PromiseLike<T>>): Promise<T[]>; race<T>(values: Iterable<T | PromiseLike<T>>): Promise<T>; any<T>(values: Iterable<T | PromiseLike<T>>): Promise<T>; allSettled<T>(values: Iterable<T | PromiseLike<T>>): Promise<PromiseSettledResult<T>[]>; reject<T = never>(reason?: any): Promise<T>; resolve<T>(value?: T | PromiseLike<T>): Promise<T>; withResolvers<T>(): { promise: Promise<T>; resolve: (value: T | PromiseLike<T>) => void; reject: (reason?: any) => void }; try<T>(f: (...args: any[]) => T | PromiseLike<T>, ...args: any[]): Promise<T>; prototype: Promise<any>
}
interface PromiseFulfilledResult<T> { status: "fulfilled"; value: T } interface PromiseRejectedResult { status: "rejected"; reason: any }
type PromiseSettledResult<T> = PromiseFulfilledResult<T> | PromiseRejectedResult;
declare var Promise: PromiseConstructor;
interface IteratorYieldResult<T> { done?: false; value: T } interface IteratorReturnResult<R> { done: true; value: R }
type IteratorResult<T, R = any> = IteratorYieldResult<T> | IteratorReturnResult<R>;
interface Iterator<T, R = any, N = any> { next(...args: any[]): IteratorResult<T, R>; return?(value?: R): IteratorResult<T, R>; throw?(e?: any): IteratorResult<T, R> }
interface Iterable<T, R = any, N = any> { [Symbol.iterator](): Iterator<T> }
interface IterableIterator<T, R = any, N = any> extends Iterator<T> { [Symbol.iterator](): IterableIterator<T>; map<U>(f: (value: T, index: number) => U): IterableIterator<U>; filter(f: (value: T, index: number) => unknown): IterableIterator<T>; forEach(f: (value: T, index: number) => void): void; toArray(): T[]; take(n: number): IterableIterator<T>; drop(n: number): IterableIterator<T>; flatMap<U>(f: (value: T, index: number) => Iterable<U>): IterableIterator<U>; reduce<U>(f: (previous: U, current: T, index: number) => U, initial: U): U; some(f: (value: T, index: number) => unknown): boolean; every(f: (value: T, index: number) => unknown): boolean; find(f: (value: T, index: number) => unknown): T | undefined }
interface IteratorObject<T, R = any, N = any> extends IterableIterator<T> {}
interface ArrayIterator<T> extends IterableIterator<T> {} interface MapIterator<T> extends IterableIterator<T> {} interface SetIterator<T> extends IterableIterator<T> {}
interface Generator<T = unknown, R = any, N = any> extends IterableIterator<T> { next(...args: any[]): IteratorResult<T, R>; return(value: R): IteratorResult<T, R>; throw(e: any): IteratorResult<T, R> }
interface AsyncIterator<T, R = any, N = any> { next(...args: any[]): Promise<IteratorResult<T, R>>; return?(value?: any): Promise<IteratorResult<T, R>>; throw?(e?: any): Promise<IteratorResult<T, R>> }
interface AsyncIterable<T, R = any, N = any> { [Symbol.asyncIterator](): AsyncIterator<T> }
interface AsyncIterableIterator<T, R = any, N = any> extends AsyncIterator<T> { [Symbol.asyncIterator](): AsyncIterableIterator<T> }
interface AsyncGenerator<T = unknown, R = any, N = any> extends AsyncIterableIterator<T> { next(...args: any[]): Promise<IteratorResult<T, R>>; return(value: any): Promise<IteratorResult<T, R>>; throw(e: any): Promise<IteratorResult<T, R>> }
interface Map<K, V> { clear(): void; delete(key: K): boolean; forEach(callbackfn: (value: V, key: K, map: Map<K, V>) => void, thisArg?: any): void; get(key: K): V | undefined; has(key: K): boolean; set(key: K, value: V): this; size: number; entries(): IterableIterator<[K, V]>; keys(): IterableIterator<K>; values(): IterableIterator<V>; [Symbol.iterator](): IterableIterator<[K, V]> }
interface ReadonlyMap<K, V> extends Map<K, V> {}
interface MapConstructor { new <K, V>(entries?: Iterable<[K, V]> | null): Map<K, V>; groupBy<K, T>(items: Iterable<T>, key: (item: T, index: number) => K): Map<K, T[]>; prototype: Map<any, any> }
declare var Map: MapConstructor;
interface WeakMap<K, V> { delete(key: K): boolean; get(key: K): V | undefined; has(key: K): boolean; set(key: K, value: V): this }
interface WeakMapConstructor { new <K, V>(entries?: Iterable<[K, V]> | null): WeakMap<K, V>; prototype: WeakMap<any, any> }
declare var WeakMap: WeakMapConstructor;
interface Set<T> { add(value: T): this; clear(): void; delete(value: T): boolean; forEach(callbackfn: (value: T, value2: T, set: Set<T>) => void, thisArg?: any): void; has(value: T): boolean; size: number; entries(): IterableIterator<[T, T]>; keys(): IterableIterator<T>; values(): IterableIterator<T>; union<U>(other: Set<U>): Set<T | U>; intersection<U>(other: Set<U>): Set<T>; difference<U>(other: Set<U>): Set<T>; isSubsetOf(other: any): boolean; isSupersetOf(other: any): boolean; [Symbol.iterator](): IterableIterator<T> }
interface ReadonlySet<T> extends Set<T> {}
interface SetConstructor { new <T>(values?: Iterable<T> | null): Set<T>; prototype: Set<any> }
declare var Set: SetConstructor;
interface WeakSet<T> { add(value: T): this; delete(value: T): boolean; has(value: T): boolean }
interface WeakSetConstructor { new <T>(values?: Iterable<T> | null): WeakSet<T> }
declare var WeakSet: WeakSetConstructor;
interface WeakRef<T> { deref(): T | undefined }
declare var WeakRef: { new <T>(target: T): WeakRef<T> };
interface FinalizationRegistry<T> { register(target: any, held: T, token?: any): void; unregister(token: any): boolean }
declare var FinalizationRegistry: { new <T>(cleanup: (held: T) => void): FinalizationRegistry<T> };
interface Math { abs(x: number): number; ceil(x: number): number; floor(x: number): number; round(x: number): number; trunc(x: number): number; max(...values: number[]): number; min(...values: number[]): number; pow(x: number, y: number): number; random(): number; sqrt(x: number): number; sign(x: number): number; log(x: number): number; log2(x: number): number; log10(x: number): number; exp(x: number): number; hypot(...values: number[]): number; imul(x: number, y: number): number; clz32(x: number): number; cbrt(x: number): number; sin(x: number): number; cos(x: number): number; tan(x: number): number; asin(x: number): number; acos(x: number): number; atan(x: number): number; atan2(y: number, x: number): number; PI: number; E: number }
declare var Math: Math;
interface JSON { parse(text: string, reviver?: any): any; stringify(value: any, replacer?: any, space?: any): string }
declare var JSON: JSON;
interface Reflect_ { apply(f: any, thisArg: any, args: any): any; construct(f: any, args: any, newTarget?: any): any; get(o: any, key: any, receiver?: any): any; set(o: any, key: any, value: any, receiver?: any): boolean; has(o: any, key: any): boolean; ownKeys(o: any): any[]; defineProperty(o: any, key: any, d: any): boolean; deleteProperty(o: any, key: any): boolean; getPrototypeOf(o: any): any; setPrototypeOf(o: any, p: any): boolean; getOwnPropertyDescriptor(o: any, key: any): any; isExtensible(o: any): boolean }
declare var Reflect: Reflect_;
declare var Proxy: { new <T>(target: T, handler: any): T; revocable<T>(target: T, handler: any): { proxy: T; revoke: () => void } };
declare function parseInt(s: string, radix?: number): number; declare function parseFloat(s: string): number; declare function isNaN(n: any): boolean; declare function isFinite(n: any): boolean; declare function encodeURIComponent(s: any): string; declare function decodeURIComponent(s: string): string; declare function encodeURI(s: string): string; declare function decodeURI(s: string): string; declare function escape(s: string): string; declare function unescape(s: string): string; declare function structuredClone<T>(value: T, options?: any): T; declare function eval(x: string): any;
declare function setTimeout(handler: (...args: any[]) => void, timeout?: number, ...args: any[]): External; declare function setInterval(handler: (...args: any[]) => void, timeout?: number, ...args: any[]): External; declare function clearTimeout(id: any): void; declare function clearInterval(id: any): void; declare function setImmediate(handler: (...args: any[]) => void, ...args: any[]): External; declare function clearImmediate(id: any): void; declare function queueMicrotask(callback: () => void): void; declare function requestAnimationFrame(callback: (time: number) => void): number; declare function cancelAnimationFrame(id: number): void;
type Partial<T> = T; type Required<T> = T; type Readonly<T> = T; type Pick<T, K> = T; type Omit<T, K> = T; type NonNullable<T> = T; type NoInfer<T> = T; type Extract<T, U> = U; type Exclude<T, U> = T; type ThisType<T> = object; type Uppercase<T> = string; type Lowercase<T> = string; type Capitalize<T> = string; type Uncapitalize<T> = string; type PropertyKey = string | number | symbol;
type Record<K, V> = { [key: string]: V };
type Awaited<T> = T extends PromiseLike<infer U> ? Awaited<U> : T;
type ReturnType<T> = T extends (...args: any[]) => infer R ? R : any;
type Parameters<T> = any; type ConstructorParameters<T> = any; type ThisParameterType<T> = any; type OmitThisParameter<T> = T;
type InstanceType<T> = T extends new (...args: any[]) => infer R ? R : any;
declare module "react" {
  interface Component<P = any, S = any> { props: P; state: S; context: any; refs: any; setState(state: any, callback?: () => void): void; forceUpdate(callback?: () => void): void; render(): any; componentDidMount(): void; componentDidUpdate(props: P, state: S, snapshot?: any): void; componentWillUnmount(): void; shouldComponentUpdate(props: P, state: S): boolean; componentDidCatch(error: any, info: any): void; getSnapshotBeforeUpdate(props: P, state: S): any; UNSAFE_componentWillMount(): void; UNSAFE_componentWillReceiveProps(props: P): void; UNSAFE_componentWillUpdate(props: P, state: S): void }
  interface PureComponent<P = any, S = any> extends Component<P, S> {}
  var Component: { new <P = any, S = any>(props?: P): Component<P, S> }; var PureComponent: { new <P = any, S = any>(props?: P): PureComponent<P, S> };
  interface FunctionComponent<P = any> { (props: P, context?: any): any }
  type FC<P = any> = FunctionComponent<P>; type PropsWithChildren<P = any> = P & { children?: External };
  interface RefObject<T> { current: T }
  type MutableRefObject<T> = RefObject<T>; type Dispatch<A> = (value: A) => void;
  interface Context<T> { Provider: External; Consumer: External; displayName?: string }
  function createRef<T>(): RefObject<T>; function useRef<T>(value?: T | null): RefObject<T>; function createContext<T>(value?: T): Context<T>; function useContext<T>(context: Context<T>): T;
  function useState<S>(value?: S | (() => S)): [S, (value: any) => void]; function useReducer<S, A>(reducer: (state: S, action: A) => S, state?: any, start?: any): [S, (action: A) => void];
  function useMemo<T>(make: () => T, on?: any): T; function useCallback<T>(callback: T, on?: any): T; function useDeferredValue<T>(value: T): T; function useSyncExternalStore<T>(subscribe: any, get: () => T, server?: any): T;
  function memo<P>(component: (props: P) => any, same?: (before: P, after: P) => boolean): FC<P>; function forwardRef<T, P>(render: (props: P, ref: any) => any): FC<P>; function lazy<T>(load: () => Promise<{ default: T }>): T;
}
