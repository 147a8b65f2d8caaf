//! ECMAScript: what calls lead to, by TypeScript's rules.

mod common;

use common::resolve;

/// The resolved calls of one TypeScript file.
fn calls(text: &str) -> Vec<String> {
    resolve(&[("a.ts", text)]).calls()
}

/// The resolved calls of one JavaScript file.
fn javascript(text: &str) -> Vec<String> {
    resolve(&[("a.js", text)]).calls()
}

#[test]
fn functions_in_scope_are_called_and_shadowed() {
    let text = "
        function helper() {}
        export function outer() { helper(); const inner = () => helper(); inner(); }
        export function shadowed(helper: () => void) { helper(); }
    ";
    assert_eq!(
        calls(text),
        ["a.ts:outer -> a.ts:helper", "a.ts:outer -> a.ts:outer.inner", "a.ts:outer.inner -> a.ts:helper"]
    );
}

#[test]
fn imports_are_followed_through_barrels_and_renames() {
    let project = resolve(&[
        ("deep/impl.ts", "export function work() {} export default function main() {}"),
        ("deep/index.ts", "export { work as job, default as start } from './impl.js'; export * as all from './impl';"),
        ("barrel.ts", "export * from './deep';"),
        (
            "use.ts",
            "import { job, start, all } from './barrel'; import * as ns from './barrel';
             export function run() { job(); start(); all.work(); ns.job(); }",
        ),
    ]);
    assert_eq!(project.calls(), ["use.ts:run -> deep/impl.ts:main", "use.ts:run -> deep/impl.ts:work"]);
}

#[test]
fn common_js_exports_are_followed() {
    let project = resolve(&[
        ("a.js", "module.exports = { f, g: function () {} }; function f() {}"),
        ("b.js", "exports.h = () => {}; module.exports.i = function () {};"),
        ("c.js", "class C { constructor() {} run() {} } module.exports = C; C.make = () => new C();"),
        (
            "use.js",
            "const { f, g } = require('./a'); const b = require('./b'); const C = require('./c');
             function run() { f(); g(); b.h(); b.i(); new C().run(); C.make().run(); }",
        ),
    ]);
    assert_eq!(
        project.calls(),
        [
            "c.js:make -> c.js:C.constructor",
            "use.js:run -> a.js:f",
            "use.js:run -> a.js:g",
            "use.js:run -> b.js:h",
            "use.js:run -> b.js:i",
            "use.js:run -> c.js:C.constructor",
            "use.js:run -> c.js:C.run",
            "use.js:run -> c.js:make",
        ]
    );
}

#[test]
fn dynamic_imports_are_followed() {
    let project = resolve(&[
        ("lib.ts", "export function f() {}"),
        (
            "use.ts",
            "export async function run() { const { f } = await import('./lib.js'); f(); }
             export function then() { return import('./lib').then((lib) => lib.f()); }",
        ),
    ]);
    assert_eq!(project.calls(), ["use.ts:run -> lib.ts:f", "use.ts:then -> lib.ts:f"]);
}

#[test]
fn packages_of_the_workspace_and_paths_are_found_by_name() {
    let project = resolve(&[
        (
            "packages/core/package.json",
            r#"{"name": "@x/core", "exports": {".": {"types": "./dist/index.d.ts", "import": "./dist/index.js"}, "./util": "./src/util.ts"}}"#,
        ),
        ("packages/core/src/index.ts", "export function core() {}"),
        ("packages/core/src/util.ts", "export function util() {}"),
        ("tsconfig.json", r#"{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["app/*"], /* c */ }, } }"#),
        ("app/lib.ts", "export function lib() {}"),
        ("app/types.ts", "import { lib } from './lib.d.ts'; export const typed = () => lib();"),
        (
            "app/use.ts",
            "import { core } from '@x/core'; import { util } from '@x/core/util'; import { lib } from '@/lib';
             export function run() { core(); util(); lib(); }",
        ),
    ]);
    assert_eq!(
        project.calls(),
        [
            "app/types.ts:typed -> app/lib.ts:lib",
            "app/use.ts:run -> app/lib.ts:lib",
            "app/use.ts:run -> packages/core/src/index.ts:core",
            "app/use.ts:run -> packages/core/src/util.ts:util",
        ]
    );
}

#[test]
fn library_receivers_never_bind_to_the_project() {
    let text = "
        import { Server } from 'library';
        class Store { push(x: number) {} get(k: string) {} map() {} close() {} then() {} }
        export function run(items: number[], map: Map<string, number>, server: Server, any: any, text: string) {
            items.push(1); items.map((x) => x); map.get('a'); server.close(); any.push(1); text.at(0);
            new Server().close(); fetch('x').then((r) => r.get('y'));
        }
        export function own(store: Store) { store.push(1); }
    ";
    assert_eq!(calls(text), ["a.ts:own -> a.ts:Store.push"]);
}

#[test]
fn unknown_receivers_stay_unknown() {
    let project = resolve(&[("a.js", "class A { go() {} } function f(x) { x.go(); }")]);
    assert_eq!(project.calls(), Vec::<String>::new());
    assert_eq!(project.unresolved(), ["a.js:f -> go? Unknown"]);
}

#[test]
fn parameters_that_hold_functions_are_indirect() {
    let project = resolve(&[("a.ts", "export function f(cb: () => void, o: { run: () => void }) { cb(); o.run(); }")]);
    assert_eq!(project.unresolved(), ["a.ts:f -> cb? Indirect", "a.ts:f -> run? Indirect"]);
}

#[test]
fn receivers_are_typed_by_annotation_field_and_result() {
    let text = "
        class Engine { start(): this { return this; } stop() {} }
        class Car { constructor(private engine: Engine, readonly spare = new Engine()) {} get motor() { return this.engine; }
            run() { this.engine.start().stop(); this.motor.stop(); this.spare.stop(); } }
        export function make() { return new Car(new Engine()); }
        export function go() { const { engine } = { engine: new Engine() }; engine.stop(); make().run(); }
    ";
    assert_eq!(
        calls(text),
        [
            "a.ts:Car.constructor -> a.ts:Engine",
            "a.ts:Car.run -> a.ts:Engine.start",
            "a.ts:Car.run -> a.ts:Engine.stop",
            "a.ts:go -> a.ts:Car.run",
            "a.ts:go -> a.ts:Engine",
            "a.ts:go -> a.ts:Engine.stop",
            "a.ts:go -> a.ts:make",
            "a.ts:make -> a.ts:Car.constructor",
            "a.ts:make -> a.ts:Engine",
        ]
    );
}

#[test]
fn the_interface_is_the_target_where_it_is_the_static_type() {
    let text = "
        interface Shape { area(): number }
        class Square implements Shape { area() { return 1; } }
        export function f(s: Shape, q: Square) { s.area(); q.area(); }
    ";
    assert_eq!(calls(text), ["a.ts:f -> a.ts:Shape.area", "a.ts:f -> a.ts:Square.area"]);
}

#[test]
fn bases_are_searched_and_super_leads_there() {
    let text = "
        class A { constructor() {} hi() {} static make() { return new this(); } }
        class B extends A { constructor() { super(); } hi() { super.hi(); this.bye(); } private bye() {} }
        export function f() { new B().hi(); B.make(); }
    ";
    assert_eq!(
        calls(text),
        [
            "a.ts:B.constructor -> a.ts:A.constructor",
            "a.ts:B.hi -> a.ts:A.hi",
            "a.ts:B.hi -> a.ts:B.bye",
            "a.ts:f -> a.ts:A.make",
            "a.ts:f -> a.ts:B.constructor",
            "a.ts:f -> a.ts:B.hi",
        ]
    );
}

#[test]
fn overloads_lead_to_the_implementation() {
    let text = "
        class Out { a() {} } class In { b() {} }
        function pick(x: string): Out; function pick(x: number): In; function pick(x: any): any {}
        export function f() { pick('x').a(); pick(1).b(); }
    ";
    assert_eq!(calls(text), ["a.ts:f -> a.ts:In.b", "a.ts:f -> a.ts:Out.a", "a.ts:f -> a.ts:pick"]);
}

#[test]
fn type_arguments_are_inferred_and_closures_typed_from_context() {
    let text = "
        class Item { use() {} }
        function first<T>(xs: T[], by: (x: T) => boolean): T { return xs[0]!; }
        export function f(items: Item[], byName: Map<string, Item>) {
            first(items, (x) => { x.use(); return true; }).use();
            items.map((item) => ({ item })).forEach(({ item }) => item.use());
            for (const [, item] of byName) item.use();
        }
        export async function g(later: Promise<Item>) { (await later).use(); later.then((item) => item.use()); }
    ";
    assert_eq!(calls(text), ["a.ts:f -> a.ts:Item.use", "a.ts:f -> a.ts:first", "a.ts:g -> a.ts:Item.use"]);
}

#[test]
fn object_literals_get_their_parameters_from_the_parameter_type() {
    let text = "
        class Event { stop() {} }
        interface Observer<T> { next: (value: T) => void; error?: (e: unknown) => void }
        class Source<T> { constructor(private seed: T) {} subscribe(o: Partial<Observer<T>> | ((value: T) => void)) {} }
        export function f(source: Source<Event>) {
            source.subscribe({ next(e) { e.stop(); } });
            source.subscribe((e) => e.stop());
        }
    ";
    assert_eq!(
        calls(text),
        ["a.ts:f -> a.ts:Event.stop", "a.ts:f -> a.ts:Source.subscribe", "a.ts:f.next -> a.ts:Event.stop"]
    );
}

#[test]
fn conditions_narrow() {
    let text = "
        class A { kind = 'a' as const; x() {} } class B { kind = 'b' as const; x() {} }
        interface C { type: 'c'; x(): void } interface D { type: 'd'; x(): void }
        function isA(v: A | B): v is A { return v instanceof A; }
        export function one(v: A | B) { if (v instanceof A) { v.x(); } }
        export function two(v: C | D) { if (v.type === 'c') return; v.x(); }
        export function three(v: A | B) { if (isA(v)) v.x(); }
        export function four(v: string | A) { if (typeof v !== 'string') v.x(); }
    ";
    assert_eq!(
        calls(text),
        [
            "a.ts:four -> a.ts:A.x",
            "a.ts:one -> a.ts:A.x",
            "a.ts:three -> a.ts:A.x",
            "a.ts:three -> a.ts:isA",
            "a.ts:two -> a.ts:D.x",
        ]
    );
}

#[test]
fn classes_in_variables_and_fields_are_no_constructor_calls() {
    let text = "
        class A { constructor() {} go() {} }
        export class Pool { constructor(private type: typeof A) {} make() { return new this.type().go(); } }
    ";
    assert_eq!(calls(text), ["a.ts:Pool.make -> a.ts:A.go"]);
}

#[test]
fn jsdoc_gives_types() {
    let text = "
        class Node { walk() {} }
        /** @typedef {{ node: Node, all?: Node[] }} Options */
        /** @param {Options} options @returns {Node} */
        function f(options) { options.node.walk(); for (const n of options.all) n.walk(); return options.node; }
        /**
         * @param {Node} a
         * @param {(n: Node) => void} cb
         */
        function g(a, cb) { a.walk(); /** @type {Node} */ (cb).walk(); }
        function h() { f({}).walk(); g(null, (n) => n.walk()); }
    ";
    assert_eq!(
        javascript(text),
        [
            "a.js:f -> a.js:Node.walk",
            "a.js:g -> a.js:Node.walk",
            "a.js:h -> a.js:Node.walk",
            "a.js:h -> a.js:f",
            "a.js:h -> a.js:g",
        ]
    );
}

#[test]
fn fields_that_are_assigned_and_prototypes_are_members() {
    let text = "
        class Lexer { next() {} }
        class Parser { constructor() { this.lexer = new Lexer(); } parse() { this.lexer.next(); } }
        function Old() { this.lexer = new Lexer(); }
        Old.prototype.run = function () { this.lexer.next(); this.stop(); };
        Old.prototype.stop = function () {};
        function use() { new Parser().parse(); new Old().run(); }
    ";
    assert_eq!(
        javascript(text),
        [
            "a.js:Old -> a.js:Lexer",
            "a.js:Parser.constructor -> a.js:Lexer",
            "a.js:Parser.parse -> a.js:Lexer.next",
            "a.js:run -> a.js:Lexer.next",
            "a.js:run -> a.js:stop",
            "a.js:use -> a.js:Old",
            "a.js:use -> a.js:Parser.constructor",
            "a.js:use -> a.js:Parser.parse",
            "a.js:use -> a.js:run",
        ]
    );
}

#[test]
fn what_is_added_to_an_export_is_no_member_of_its_instances() {
    let project = resolve(&[
        (
            "lib.js",
            "exports = module.exports = Tool; function Tool() {} Tool.prototype.run = function () { this.run(); };
             exports.run = function () {}; exports.helpers = { help }; function help() {}
             exports.again = function () { exports.run(); };
             Tool.stop = function (stop) { const { end } = require('./end'); end(); };",
        ),
        ("end.js", "exports.end = () => {};"),
        (
            "use.js",
            "const Tool = require('./lib'); function f() { new Tool().run(); Tool.run(); Tool.helpers.help(); }",
        ),
    ]);
    assert_eq!(
        project.calls(),
        [
            "lib.js:again -> lib.js:run",
            "lib.js:run -> lib.js:run",
            "lib.js:stop -> end.js:end",
            "use.js:f -> lib.js:Tool",
            "use.js:f -> lib.js:help",
            "use.js:f -> lib.js:run",
        ]
    );
}

#[test]
fn defaults_of_a_wider_type_add_nothing() {
    let text = "
        interface Sink<T> { next: (value: T) => void; end(): void }
        class Tap<T> { next(value: T) {} end() {} }
        export function share<T>(options: { make?: () => Sink<T> }) {
            const { make = () => new Tap<T>() } = options;
            make().end();
        }
    ";
    assert_eq!(calls(text), ["a.ts:share -> a.ts:Sink.end", "a.ts:share -> a.ts:Tap"]);
}

#[test]
fn members_with_symbol_keys_are_found() {
    let text = "
        const core = Symbol();
        class Admin { set() {} }
        class Box { [core] = new Admin(); }
        export function f(box: Box) { box[core].set(); }
    ";
    assert_eq!(calls(text), ["a.ts:Box.[core] -> a.ts:Admin", "a.ts:f -> a.ts:Admin.set"]);
}

#[test]
fn calls_with_type_arguments_are_seen_behind_operators() {
    let text = "
        async function load<T>(from: string): Promise<T> { return from as never }
        function test<T>(value: any): boolean { return !value }
        class Row { first() {} }
        class Table { async rows<T>(): Promise<Row> { return new Row() } }
        export async function f(table: Table) {
            const row = await load<Row>('a');
            row.first();
            if (!test<Row>(row)) return 1 + +test<Row>(row);
            const held: { row?: Row } = { row };
            if (!held.row!.first!()) return 1 - held.row!.first();
            (await table.rows<{ a: Row; }>()).first();
            return await table.rows<Row>().catch(() => null);
        }
    ";
    assert_eq!(
        calls(text),
        [
            "a.ts:Table.rows -> a.ts:Row",
            "a.ts:f -> a.ts:Row.first",
            "a.ts:f -> a.ts:Table.rows",
            "a.ts:f -> a.ts:load",
            "a.ts:f -> a.ts:test",
        ]
    );
}

#[test]
fn a_number_chooses_from_a_tuple() {
    let project = resolve(&[(
        "a.ts",
        "class Item { run() {} } interface Box { item: Item; }
         function f(pair: [Box, number]) { pair[0].item.run(); }
         function g(pairs: [number, Box][]) { const box = pairs[0][1]; box.item.run(); }
         function h(items: Item[]) { items[0].run(); }
         function i(byNumber: Record<number, Item>) { byNumber[1].run(); }
         function j(pair: [Item, string]) { pair[1].run(); }",
    )]);
    assert_eq!(
        project.calls(),
        ["a.ts:f -> a.ts:Item.run", "a.ts:g -> a.ts:Item.run", "a.ts:h -> a.ts:Item.run", "a.ts:i -> a.ts:Item.run"]
    );
}

#[test]
fn elements_are_of_what_has_elements() {
    let project = resolve(&[(
        "a.ts",
        "class Item { run() {} }
         function f(one: Item | Item[]) { let all = one; if (!Array.isArray(all)) { all = [all]; } all[0].run(); }
         function g(one: Item | Item[]) {
             let all = one;
             if (!Array.isArray(all)) all = [all];
             for (const item of all) item.run();
         }
         function h(one: any | Item[]) { one[0].run(); }",
    )]);
    assert_eq!(project.calls(), ["a.ts:f -> a.ts:Item.run", "a.ts:g -> a.ts:Item.run"]);
}

#[test]
fn dictionaries_of_comments_have_values() {
    let project = resolve(&[(
        "a.js",
        "class Item { run() {} }
         class All {
             constructor() { /** @type {!Object<string, Object.<string, Item>>} */ this.all = {}; }
             one(a, b) { const group = this.all[a]; group[b].run(); }
             each(a) { for (const item of Object.values(this.all[a])) item.run(); }
         }",
    )]);
    assert_eq!(project.calls(), ["a.js:All.each -> a.js:Item.run", "a.js:All.one -> a.js:Item.run"]);
}

#[test]
fn type_parameters_of_comments_have_defaults() {
    let project = resolve(&[(
        "a.js",
        "class Shape { area() {} }
         /**
          * @template {Shape} [S=Shape]
          * @template [T=Array<[S, string]>]
          */
         class Box { /** @return {S} */ shape() { return this.s; } /** @return {T} */ list() { return this.l; } }
         /** @param {Box} box */
         function f(box) { box.shape().area(); }
         /** @param {Box} box */
         function g(box) { box.list()[0][0].area(); }",
    )]);
    assert_eq!(
        project.calls(),
        [
            "a.js:f -> a.js:Box.shape",
            "a.js:f -> a.js:Shape.area",
            "a.js:g -> a.js:Box.list",
            "a.js:g -> a.js:Shape.area",
        ]
    );
}

#[test]
fn values_of_dictionaries_are_typed() {
    let project = resolve(&[(
        "a.ts",
        "class Item { run() {} }
         class All {
             byName: Record<string, Item> = {};
             f() { for (const item of Object.values(this.byName)) item.run(); }
             g(items: { [name: string]: Item }) { for (const [name, item] of Object.entries(items)) item.run(); }
             h(items: Item[]) { Object.values(items).forEach((item) => item.run()); }
         }",
    )]);
    assert_eq!(
        project.calls(),
        ["a.ts:All.f -> a.ts:Item.run", "a.ts:All.g -> a.ts:Item.run", "a.ts:All.h -> a.ts:Item.run"]
    );
}

#[test]
fn a_method_may_tell_the_type_of_its_receiver() {
    let project = resolve(&[(
        "a.ts",
        "abstract class Node { isLeaf(): this is Leaf { return true; } isOld(): boolean { return true; } }
         class Leaf extends Node { text() {} }
         function f(node: Node) { if (node.isLeaf()) node.text(); else node.text(); if (node.isOld()) node.text(); }
         function g(box: { node?: Node }) { return box.node?.isLeaf() ? box.node.text() : undefined; }",
    )]);
    assert_eq!(
        project.calls(),
        [
            "a.ts:f -> a.ts:Leaf.text",
            "a.ts:f -> a.ts:Node.isLeaf",
            "a.ts:f -> a.ts:Node.isOld",
            "a.ts:g -> a.ts:Leaf.text",
            "a.ts:g -> a.ts:Node.isLeaf",
        ]
    );
}

#[test]
fn a_module_may_add_to_what_another_exports() {
    let project = resolve(&[
        ("small.js", "var util = exports; util.merge = merge; function merge() {} util.plain = function () {};"),
        ("code.js", "module.exports = code; function code() {}"),
        (
            "util.js",
            "var util = module.exports = require('./small'); util.code = require('./code');
             util.table = function table() {};
             function inner() { util.table(); util.merge(); util.code(); }",
        ),
        ("use.js", "var util = require('./util'); function f() { util.table(); util.plain(); util.code(); }"),
        ("other.js", "var util = require('./small'); function g() { util.merge(); util.table(); }"),
    ]);
    assert_eq!(
        project.calls(),
        [
            "other.js:g -> small.js:merge",
            "use.js:f -> code.js:code",
            "use.js:f -> small.js:plain",
            "use.js:f -> util.js:table",
            "util.js:inner -> code.js:code",
            "util.js:inner -> small.js:merge",
            "util.js:inner -> util.js:table",
        ]
    );
}

#[test]
fn functions_are_added_to_objects_of_exports() {
    let project = resolve(&[
        (
            "utils.js",
            "exports.array = {}; exports.array.flat = function () { exports.array.flat(); };
             exports.set = {}; function local(other) { other.set = {}; other.set.flat = function () {}; }",
        ),
        (
            "use.js",
            "const utils = require('./utils'); const { array } = require('./utils');
             function f() { utils.array.flat(); } function g() { array.flat(); } function h() { utils.set.flat(); }",
        ),
    ]);
    assert_eq!(
        project.calls(),
        ["use.js:f -> utils.js:flat", "use.js:g -> utils.js:flat", "utils.js:flat -> utils.js:flat"]
    );
}

#[test]
fn exports_and_this_go_by_other_names() {
    let project = resolve(&[
        (
            "auth.js",
            "var Auth = exports; Auth.token = function () {}; Auth.check = function () { return this.token(); };
             function local(Auth) { Auth.other = function () {}; }",
        ),
        (
            "query.js",
            "function Query() { var self = this; self.parts = new Parts(self); }
             Query.prototype.run = function () { this.parts.add(); };
             Query.prototype.stop = Query.prototype.STOP = Query.prototype.end = function stop() { this.run(); };
             function Parts() {}
             Parts.prototype.add = function () {};
             var Auth = require('./auth');
             exports.go = function () { Auth.token(); Auth.other(); new Query().end(); new Query().STOP(); };",
        ),
    ]);
    assert_eq!(
        project.calls(),
        [
            "auth.js:check -> auth.js:token",
            "query.js:Query -> query.js:Parts",
            "query.js:go -> auth.js:token",
            "query.js:go -> query.js:Query",
            "query.js:go -> query.js:stop",
            "query.js:run -> query.js:add",
            "query.js:stop -> query.js:run",
        ]
    );
}

#[test]
fn utility_types_leave_out_and_pick_members() {
    let text = "
        interface Base { send(x: string): void; close(): void }
        interface Other { send(x: number): void; open(): void }
        type Mixed = Omit<Base, 'send'> & Other;
        type Picked = Pick<Base, 'close' | 'send'> & Other;
        class Left { turn() {} }
        class Right { turn() {} }
        const sides = { left: new Left(), right: new Right() };
        type Side = (typeof sides)[keyof typeof sides];
        export function f(mixed: Mixed, picked: Picked, side: Side) {
            mixed.send(1); mixed.close(); picked.send(''); picked.open(); side.turn();
        }
    ";
    assert_eq!(
        calls(text),
        [
            "a.ts:f -> a.ts:Base.close",
            "a.ts:f -> a.ts:Base.send",
            "a.ts:f -> a.ts:Left.turn",
            "a.ts:f -> a.ts:Other.open",
            "a.ts:f -> a.ts:Other.send",
            "a.ts:f -> a.ts:Right.turn",
            "a.ts:sides.left -> a.ts:Left",
            "a.ts:sides.right -> a.ts:Right",
        ]
    );
}

#[test]
fn this_is_what_a_method_is_called_on_or_put_into() {
    let text = "
        class Builder {
            static make: <T extends typeof Builder>(this: T) => InstanceType<T> = null!;
            static wide<T extends typeof Builder>(this: T): InstanceType<T> { return this.make().wide(); }
            wide(): this { return this; }
            plain() {}
        }
        export class Box extends Builder {
            static tall<T extends typeof Box>(this: T) { return this.make().tall(); }
            tall() {}
            record() {
                for (const name of ['a', 'b']) {
                    this[`plain${name}` as 'plain'] = function () { return this.tall(); };
                }
            }
        }
    ";
    assert_eq!(
        calls(text),
        [
            "a.ts:Box.record -> a.ts:Box.tall",
            "a.ts:Box.tall -> a.ts:Box.tall",
            "a.ts:Builder.wide -> a.ts:Builder.wide"
        ]
    );
    let project = resolve(&[
        ("a.js", "class A {} class B { go() {} } A.B = B; module.exports = A;"),
        (
            "b.js",
            "/** @typedef {import('./a').B} B */
             /** @param {B} b */
             function f(b) { b.go(); }",
        ),
    ]);
    assert_eq!(project.calls(), ["b.js:f -> a.js:B.go"]);
}

#[test]
fn props_and_hooks_of_react_carry_types() {
    let project = resolve(&[
        (
            "a.tsx",
            "
            import React, { PureComponent, useMemo, useRef, useState, useContext, createContext } from 'react';
            interface Props { onChange?(value: string): void; children: React.ReactNode }
            class Base<P, S> extends PureComponent<P, S> { check() {} }
            export class Field extends Base<Props, {}> {
                change() { this.check(); this.props.onChange?.(''); this.setState({}); this.props.children.onChange(); }
            }
            class Machine { start() {} stop() {} }
            const Machines = createContext(new Machine());
            export const View: React.FC<React.PropsWithChildren<Props>> = (props) => {
                const held = useRef<Machine>(null);
                const made = useMemo(() => new Machine(), []);
                held.current?.start();
                made.stop();
                return props.onChange('');
            };
            export function Other() {
                const [machine] = useState(() => new Machine());
                machine.start();
                useContext(Machines).stop();
                React.createElement(View).start();
            }
            ",
        ),
        (
            "b.js",
            "const { Component } = require('preact'); class B extends Component { start() { this.props.start(); } }",
        ),
    ]);
    assert_eq!(
        project.calls(),
        [
            "a.tsx:Field.change -> a.tsx:Base.check",
            "a.tsx:Field.change -> a.tsx:Props.onChange",
            "a.tsx:Machines -> a.tsx:Machine",
            "a.tsx:Other -> a.tsx:Machine",
            "a.tsx:Other -> a.tsx:Machine.start",
            "a.tsx:Other -> a.tsx:Machine.stop",
            "a.tsx:View -> a.tsx:Machine",
            "a.tsx:View -> a.tsx:Machine.start",
            "a.tsx:View -> a.tsx:Machine.stop",
            "a.tsx:View -> a.tsx:Props.onChange",
        ]
    );
}

#[test]
fn what_the_grammar_cannot_read_does_not_hide_the_rest() {
    let text = "
        interface Overloads {
            <T extends string>(name: T): T
            // another one
            <T extends number>(name: T): T
        }
        export function after() { last(); }
        function last() {}
    ";
    assert_eq!(calls(text), ["a.ts:after -> a.ts:last"]);
    let text = "
        export interface Queue<in out A, out E extends Error = never> { add(a: A): E }
        interface Sink<in A> { take(a: A): void }
        type F<out A> = () => A
        export { end as if, end as null };
        export const run = (queue: Queue<number, Error>, sink: Sink<string>) => { queue.add(1); sink.take(''); };
        export const end = <A>(queue: Queue<A>, a: A): void => run(queue as never, null!)
    ";
    assert_eq!(calls(text), ["a.ts:end -> a.ts:run", "a.ts:run -> a.ts:Queue.add", "a.ts:run -> a.ts:Sink.take"]);
    let text = "
        type Missing<T extends string> = `no \\`${T}\\` here`
        export type * from './types'
        const curried =
          <const A extends string>(a: A) =>
          <B>(b: B) => first(a, b)
        function first(a: any, b: any) {}
    ";
    assert_eq!(calls(text), ["a.ts:curried -> a.ts:first"]);
    let text = "
        const key = Symbol();
        export class C {
          #stop

          [key] = null
          run() { this.end(); }
          end() {}
        }
    ";
    assert_eq!(javascript(text), ["a.js:C.run -> a.js:C.end"]);
    let project = resolve(&[
        ("a.js", "export { check as if, check as null }; function check() {}"),
        (
            "b.js",
            "import * as $ from './a.js'; import { null as none } from './a.js'; function f() { $.if(); } function g() { none(); }",
        ),
    ]);
    assert_eq!(project.calls(), ["b.js:f -> a.js:check", "b.js:g -> a.js:check"]);
}

#[test]
fn namespaces_enums_and_merged_declarations_are_qualified() {
    let text = "
        namespace A.B { export function f() {} export function g() { f(); } }
        function make() {} namespace make { export function fast() {} }
        export function run() { A.B.g(); make(); make.fast(); }
    ";
    assert_eq!(
        calls(text),
        ["a.ts:A.B.g -> a.ts:A.B.f", "a.ts:run -> a.ts:A.B.g", "a.ts:run -> a.ts:make", "a.ts:run -> a.ts:make.fast"]
    );
}

#[test]
fn elements_are_no_calls() {
    let project =
        resolve(&[("a.tsx", "function Item() { return null; } export function List() { return <Item a={1} />; }")]);
    assert_eq!(project.calls(), Vec::<String>::new());
}

#[test]
fn deep_nesting_and_cycles_are_survived() {
    let deep = format!("export const x = {}1{};", "(".repeat(10_000), ")".repeat(10_000));
    let cycle = "let a = b.next; let b = a.next; while (a) { a = b.f(a); b = a.g(b); } function f() { return g().x(); } function g() { return f().y(); } f(); type T = T[] | T;";
    let project = resolve(&[("deep.ts", deep.as_str()), ("cycle.js", cycle)]);
    assert_eq!(project.calls(), ["cycle.js -> cycle.js:f", "cycle.js:f -> cycle.js:g", "cycle.js:g -> cycle.js:f"]);
}

#[test]
fn jsdoc_imports_name_types() {
    let project = resolve(&[
        ("parser.js", "export class Parser { eat() {} }\nexport default class Lexer { skip() {} }"),
        (
            "a.js",
            "/** @import { Node } from 'somewhere' */
             /**
              * @import {
              *   Parser as P,
              * } from './parser.js'
              */
             /** @import Lexer from './parser.js' */
             /** @import * as all from './parser.js' */
             /** @param {P} p @returns {Node} */
             function one(p) { p.eat(); }
             /** @param {Lexer} lexer */
             function two(lexer) { lexer.skip(); }
             /** @param {all.Parser} p */
             function three(p) { p.eat(); }",
        ),
    ]);
    assert_eq!(
        project.calls(),
        ["a.js:one -> parser.js:Parser.eat", "a.js:three -> parser.js:Parser.eat", "a.js:two -> parser.js:Lexer.skip"]
    );
}

#[test]
fn members_of_an_object_are_no_names_inside_it() {
    let text = "
        function f() {}
        module.exports = { f, g() { return f(); } };
        const other = { f, h() { return f(); } };
    ";
    assert_eq!(javascript(text), ["a.js:g -> a.js:f", "a.js:other.h -> a.js:f"]);
}

#[test]
fn functions_assigned_to_a_class_are_its_members() {
    let project = resolve(&[
        (
            "c.js",
            "class C { static build() {} }
             const make = () => {};
             C.make = make;
             /** @type {typeof C} */
             module.exports = C;",
        ),
        (
            "use.js",
            "const C = require('./c'); const { make, build } = require('./c');
             function run() { make(); build(); C.make(); new C(); }",
        ),
    ]);
    assert_eq!(project.calls(), ["use.js:run -> c.js:C", "use.js:run -> c.js:C.build", "use.js:run -> c.js:make"]);
}

#[test]
fn fields_with_a_symbol_for_a_name_have_types() {
    let text = "
        const kState = Symbol('state');
        class State { next() {} }
        class Machine {
            constructor() { this[kState] = new State(); }
            run() { this[kState].next(); }
        }
    ";
    assert_eq!(javascript(text), ["a.js:Machine.constructor -> a.js:State", "a.js:Machine.run -> a.js:State.next"]);
}

/// Each round through such a ring once doubled the work, up to the deepest nesting that inference allows itself.
#[test]
fn members_that_are_made_of_each_other_are_inferred_in_no_time() {
    use std::fmt::Write;
    let mut text = String::from(
        "function A() {}\nconst c = 0;\nfunction f() { A.m0.run(); A.known.run(); }\nA.known = { run() {} };\n",
    );
    for index in 0..12 {
        let other = |step: usize| (index + step) % 12;
        let (a, b, c) = (other(1), other(3), other(5));
        writeln!(text, "A.m{index} = c ? A.m{a} : c ? A.m{b} : A.m{c};").expect("text grows");
    }
    let project = resolve(&[("a.js", &text)]);
    assert_eq!(project.calls(), ["a.js:f -> a.js:run"]);
    assert_eq!(project.unresolved(), ["a.js:f -> run? Unknown"]);
}

#[test]
fn a_function_goes_before_the_namespace_that_it_is_merged_with() {
    let project = resolve(&[
        (
            "schema.ts",
            "export declare namespace Struct { type Fields = {} }
             export interface Struct { check(): void }
             export function Struct(fields: Struct.Fields): Struct { return null! }
             export namespace Outer { export namespace make { export const x = 1; } export function make() {} }",
        ),
        (
            "use.ts",
            "import * as Schema from './schema';
             import { Struct } from './schema';
             export function f() { Schema.Struct({}).check(); Schema.Outer.make(); }
             export function g() { Struct({}); }",
        ),
    ]);
    assert_eq!(
        project.calls(),
        [
            "use.ts:f -> schema.ts:Outer.make",
            "use.ts:f -> schema.ts:Struct",
            "use.ts:f -> schema.ts:Struct.check",
            "use.ts:g -> schema.ts:Struct"
        ]
    );
}

#[test]
fn an_export_that_is_a_member_of_a_module_is_that_member() {
    let project = resolve(&[
        ("array.js", "exports.isOurs = function(value) { return value; };"),
        ("utils.js", "const array = require('./array'); exports.isOurs = array.isOurs; exports.none = array.none;"),
        ("use.js", "const utils = require('./utils'); function f(x) { utils.isOurs(x); utils.none(x); }"),
    ]);
    assert_eq!(project.calls(), ["use.js:f -> array.js:isOurs"]);
}

#[test]
fn closures_whose_parameters_are_what_they_return_take_no_exponential_time() {
    let text = "
        function keep(x) { return x; }
        export function split(all) {
            const [one, two] = [...all, 2].reduce(([left, right], x) => {
                if (keep(x)) { left.push(1); } else { right.push(x); }
                return [left, right];
            }, [[], []]);
            return [one, two];
        }
    ";
    assert_eq!(javascript(text), ["a.js:split -> a.js:keep"]);
}

#[test]
fn a_class_that_a_function_makes_has_the_members_of_the_base_it_was_given() {
    let text = "
        type Constructor<T = object> = new (...args: any[]) => T;
        class Common<E> { fire(name: E) {} }
        function mixin<TBase extends Constructor>(Base: TBase) {
            class Collection extends Base { add() {} }
            return Collection;
        }
        class Canvas extends mixin(Common<string>) { go() { this.fire('a'); this.add(); } }
        export function f(canvas: Canvas) { canvas.fire('b'); }
    ";
    assert_eq!(
        calls(text),
        [
            "a.ts -> a.ts:mixin",
            "a.ts:Canvas.go -> a.ts:Common.fire",
            "a.ts:Canvas.go -> a.ts:mixin.Collection.add",
            "a.ts:f -> a.ts:Common.fire"
        ]
    );
}

#[test]
fn a_constant_with_the_type_of_a_class_is_a_base() {
    let text = "
        class Parser { fail() {} static make() {} }
        /** @type {typeof Parser} */
        const Base = Parser;
        class Own extends Base { go() { this.fail(); Own.make(); } }
    ";
    assert_eq!(javascript(text), ["a.js:Own.go -> a.js:Parser.fail", "a.js:Own.go -> a.js:Parser.make"]);
}

#[test]
fn this_types_of_parameters_and_what_a_mixin_is_given_are_known() {
    let text = "
        class Base { fire() {} static defaults() {} }
        class Own extends Base { run(this: this & { area: string }, other: this[]) { this.fire(); other[0].more(); } more() {} }
        function mixin<B extends new (...args: any[]) => object>(base: B) { return class extends base { add() {} }; }
        class Mixed extends mixin(Base) { static defaults() { super.defaults(); } }
    ";
    assert_eq!(
        calls(text),
        [
            "a.ts -> a.ts:mixin",
            "a.ts:Mixed.defaults -> a.ts:Base.defaults",
            "a.ts:Own.run -> a.ts:Base.fire",
            "a.ts:Own.run -> a.ts:Own.more"
        ]
    );
}

#[test]
fn an_empty_array_is_of_what_is_put_into_it() {
    let text = "
        class V { clone() { return this; } }
        const v = new V();
        export function pushed() { const a = []; a.push(v); a[0].clone(); }
        export function set() { const a = []; for (let i = 0; i < 3; i++) a[i] = v; a.forEach(v => v.clone()); }
        export function mixed(x) { const a = []; a.push(v); a.push(x); a[0].clone(); }
        class Field {
            constructor() { this.all = []; this.all.push(v); }
            first() { this.all[0].clone(); }
        }
    ";
    assert_eq!(
        javascript(text),
        [
            "a.js:Field.first -> a.js:V.clone",
            "a.js:pushed -> a.js:V.clone",
            "a.js:set -> a.js:V.clone",
            "a.js:v -> a.js:V"
        ]
    );
}

#[test]
fn functions_in_an_array_do_not_ask_one_another_for_their_parameters() {
    let text = "
        class V { clone() { return this; } }
        export function f() {
            const a = [];
            const b = [];
            a.push((x) => { x.get('y'); b.push((y) => y.go(x)); });
            a.push(function (x, y) { y.go(); });
            b.push((x) => { a.push((y) => x.go(y.go())); new V().clone(); });
        }
    ";
    assert_eq!(javascript(text), ["a.js:f -> a.js:V", "a.js:f -> a.js:V.clone"]);
}

#[test]
fn a_guard_that_is_passed_tells_the_type_of_what_it_lets_through() {
    let text = "
        interface L { stop(): void }
        function isDefined<T>(t: T | undefined | null): t is T { return t != null; }
        function same<T>(t: T): T { return t; }
        function wrap<T>(t: T) { return { item: t }; }
        export function guarded(ls: (L | undefined)[]) { ls.filter(isDefined).forEach((l) => l.stop()); }
        export function written(ls: (L | undefined)[]) { ls.filter((l): l is L => !!l).forEach((l) => l.stop()); }
        export function plain(ls: (L | undefined)[]) { ls.filter((l) => l).forEach((l) => l.stop()); }
        export function truthy(ls: (L | undefined)[]) { ls.filter(Boolean).forEach((l) => l.stop()); }
        export function generic(ls: L[]) { ls.map(same)[0].stop(); ls.map(wrap).forEach((w) => w.item.stop()); }
        export function condition(l: L | undefined) { if (isDefined(l)) l.stop(); }
    ";
    let callers = ["condition", "generic", "guarded", "plain", "truthy", "written"];
    let stops: Vec<String> = callers.iter().map(|caller| format!("a.ts:{caller} -> a.ts:L.stop")).collect();
    let found: Vec<String> = calls(text).into_iter().filter(|call| call.ends_with("L.stop")).collect();
    assert_eq!(found, stops);
}

#[test]
fn what_promises_settle_to_is_known_of_all_of_them() {
    let text = "
        interface L { stop(): void }
        interface P { start?(): Promise<L | void>; begin(): Promise<L>; now(): L }
        export async function all(ps: P[]) { for (const l of await Promise.all(ps.map((p) => p.begin()))) l.stop(); }
        export async function some(ps: P[]) {
            const ls = await Promise.all(ps.map((p) => p.start?.()));
            for (const l of ls) if (l) l.stop();
        }
        export async function none(ps: P[]) { for (const l of await Promise.all(ps.map((p) => p.now()))) l.stop(); }
    ";
    let found: Vec<String> = calls(text).into_iter().filter(|call| call.ends_with("L.stop")).collect();
    assert_eq!(found, ["a.ts:all -> a.ts:L.stop", "a.ts:none -> a.ts:L.stop", "a.ts:some -> a.ts:L.stop"]);
}

#[test]
fn a_call_of_what_a_getter_gives_runs_the_getter() {
    let text = "
        class D { /** @type {T} */ get start() { return this.ok ? this.s : null; } static get now() { return now; } static set now(n) { now = n; } }
        class T { step() {} }
        let now = () => 1;
        /** @param {D} d */
        function run(d) { D.now(); d.start.step(); }
    ";
    assert_eq!(javascript(text), ["a.js:run -> a.js:D.now", "a.js:run -> a.js:T.step"]);
}

#[test]
fn functions_that_a_prototype_gets_under_a_computed_name_have_its_instances_as_this() {
    let text = "
        class L { write() {} }
        function make(names) {
            class D extends L {}
            const root = new D();
            names.forEach(function (name) {
                D.prototype[name] = function () { this.write(); };
                D[name] = function () { this.write(); };
            });
            return root;
        }
    ";
    assert_eq!(javascript(text), ["a.js:make -> a.js:L.write", "a.js:make -> a.js:make.D"]);
}

#[test]
fn classes_are_found_that_an_object_has_by_their_name_or_is_given() {
    let project = resolve(&[
        ("ping.js", "class Ping { constructor() {} } module.exports = Ping;"),
        ("all.js", "const Ping = require('./ping'); module.exports = { Ping };"),
        (
            "use.js",
            "const internals = {}; internals.Own = class { constructor() {} };
             const All = require('./all');
             function run() { new All.Ping(); new internals.Own(); }
             function other(table) { new table.Ping(); }",
        ),
    ]);
    assert_eq!(project.calls(), ["use.js:run -> ping.js:Ping.constructor", "use.js:run -> use.js:constructor"]);
}

#[test]
fn a_function_that_a_module_assigns_to_a_variable_is_known_by_its_name() {
    let text = "
        function work() {}
        let later;
        if (work) { later = function () { work(); }; }
        function outer() { let inner; inner = () => work(); return inner; }
    ";
    assert_eq!(javascript(text), ["a.js:later -> a.js:work", "a.js:outer -> a.js:work"]);
}

#[test]
fn a_comment_before_a_parameter_gives_its_type() {
    let text = "
        class T { step() {} }
        function run(other, /** @type {T} */ t) { t.step(); other.step(); }
        const arrow = (/** @type {T[]} */ ...ts) => ts[0].step();
    ";
    assert_eq!(javascript(text), ["a.js:arrow -> a.js:T.step", "a.js:run -> a.js:T.step"]);
}

#[test]
fn what_a_library_gives_may_be_the_projects() {
    let text = "
        import lib, { Other, container } from 'lib';
        class Service { run() {} }
        class Pool extends Other {}
        async function given() { const it = await container.get(Service); it.run(); }
        function member() { new Pool().entry.run(); }
        function instance() { const other = new Other(); other.run(); }
        function module() { lib.run(); }
        function typed(other: Other) { other.run(); }
    ";
    let unresolved = resolve(&[("a.ts", text)]).unresolved();
    let of_name: Vec<&String> = unresolved.iter().filter(|site| site.contains("run?")).collect();
    let expected = [
        "a.ts:given -> run? Unknown",
        "a.ts:instance -> run? External",
        "a.ts:member -> run? Unknown",
        "a.ts:module -> run? External",
        "a.ts:typed -> run? External",
    ];
    assert_eq!(of_name, expected);
}

#[test]
fn a_comment_gives_the_members_of_a_parameter_their_types() {
    let text = "
        class T { step() {} }
        /**
         * @param {Object} options What to do.
         * @param {T} options.first The first.
         * @param {T[]} [options.rest] The rest.
         * @param {T} last The last.
         */
        exports.run = function ({ first, rest }, last) { first.step(); last.step(); };
        /**
         * @param {object} options
         * @param {T} options.first
         */
        function whole(options) { options.first.step(); options.other.step(); }
    ";
    assert_eq!(javascript(text), ["a.js:run -> a.js:T.step", "a.js:whole -> a.js:T.step"]);
}
