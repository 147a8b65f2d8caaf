import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { execa } from "execa";
import type { BrowserContext } from "playwright-core";
import { BINARY_VARIABLE } from "../packages/parseltongue/src/identity.ts";
import { openBrowser } from "./lib/chromium.ts";
import { buildEngine } from "./lib/engine.ts";
import { type DrawnGraph, libraryPages } from "./lib/graph-libraries.ts";
import { ROOT } from "./lib/paths.ts";
import { say } from "./lib/say.ts";
import { VIEWER_PAGE } from "./lib/viewer-page.ts";

/** Entities of the made-up projects. */
const SIZES = [5_000, 10_000, 100_000] as const;
/** Entities of the graph that every library draws. */
const LIBRARY_NODES = 5_000;
const PER_FILE = 10;
const FILES_PER_MODULE = 10;
const CALLS = 3;
const PAN_STEPS = 240;
/** Milliseconds after which a page that is slow to draw is moved no further. */
const PAN_TIME = 30_000;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly tid: number;
  readonly ts: number;
  /** Wall and processor time in microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly data?: { readonly type?: string } };
}

/** A function of a made-up project: the number of its file, and its own in that file. */
type MadeFunction = readonly [file: number, index: number];

const nameOf = ([file, index]: MadeFunction): string => `f${file}_${index}`;
const moduleOf = (file: number): string => `m${Math.floor(file / FILES_PER_MODULE)}`;

/** Every function of a made-up project with those it calls at random, the same in every run. */
function makeCalls(functions: number): (readonly [MadeFunction, readonly MadeFunction[]])[] {
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed % below;
  };
  const files = functions / PER_FILE;
  return Array.from({ length: functions }, (_, number) => {
    const file = Math.floor(number / PER_FILE);
    // Most calls stay near, as in real projects.
    const callees = Array.from({ length: CALLS }, (): MadeFunction => {
      const near = random(4) > 0 ? Math.max(0, file - random(8)) : random(files);
      return [near, random(PER_FILE)];
    });
    return [[file, number % PER_FILE], callees];
  });
}

/** A project of so many functions, see {@link makeCalls}. */
function makeProject(folder: string, functions: number): void {
  const calls = makeCalls(functions);
  for (let file = 0; file < functions / PER_FILE; file++) {
    const lines: string[] = [];
    const body: string[] = [];
    for (const [caller, callees] of calls.slice(file * PER_FILE, (file + 1) * PER_FILE)) {
      body.push(`def ${nameOf(caller)}():`);
      for (const callee of callees) {
        const [from] = callee;
        if (from !== file) lines.push(`from ${moduleOf(from)}.a${from} import ${nameOf(callee)}`);
        body.push(`    ${nameOf(callee)}()`);
      }
    }
    const module = join(folder, moduleOf(file));
    mkdirSync(module, { recursive: true });
    writeFileSync(join(module, `a${file}.py`), [...lines, ...body, ""].join("\n"));
  }
}

/** The same project as a graph, its nodes spread evenly over a disc of 1,400 units. */
function makeGraph(functions: number): DrawnGraph {
  const golden = Math.PI * (3 - Math.sqrt(5));
  const numberOf = ([file, index]: MadeFunction): number => file * PER_FILE + index;
  return {
    nodes: Array.from({ length: functions }, (_, node) => {
      const radius = 700 * Math.sqrt(node / functions);
      return [radius * Math.cos(node * golden), radius * Math.sin(node * golden)];
    }),
    edges: makeCalls(functions).flatMap(([caller, callees]) =>
      callees.map((callee) => [numberOf(caller), numberOf(callee)] as const),
    ),
  };
}

interface Panning {
  readonly ready: number;
  readonly drawn: number;
  /** Script time per frame in milliseconds of wall time: median, 95th percentile, largest. */
  readonly median: number;
  readonly p95: number;
  readonly max: number;
  /** The same in processor time, which other processes do not lengthen: mean and largest. */
  readonly cpu: number;
  readonly maxCpu: number;
  /** From one move of the pointer to the next, the browser's drawing included, in milliseconds: a frame at least. */
  readonly shown: number;
}

/** Drags the picture about in a traced Chromium of its own; every node is on the screen. */
async function pan(file: string, softwareWebgl: boolean): Promise<Panning> {
  const { context, close } = await openBrowser({ softwareWebgl });
  try {
    return await panIn(context, file);
  } finally {
    await close();
  }
}

async function panIn(context: BrowserContext, file: string): Promise<Panning> {
  const page = await context.newPage();
  const started = Date.now();
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector("html[data-ready]");
  const ready = Date.now() - started;
  await page.waitForTimeout(1000);
  const session = await context.newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) =>
    events.push(...(value as unknown as TraceEvent[])),
  );
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: {
      includedCategories: ["devtools.timeline", "disabled-by-default-devtools.timeline"],
    },
  });
  await page.mouse.move(800, 450);
  await page.mouse.down();
  const began = Date.now();
  let steps = 0;
  for (let step = 0; step < PAN_STEPS && Date.now() - began < PAN_TIME; step++) {
    steps += 1;
    const angle = (step / PAN_STEPS) * 4 * Math.PI;
    await page.mouse.move(800 + 60 * Math.sin(angle), 450 + 40 * Math.cos(angle));
  }
  const shown = (Date.now() - began) / steps;
  await page.mouse.up();
  const complete = new Promise<void>((done) =>
    session.once("Tracing.tracingComplete", () => done()),
  );
  await session.send("Tracing.end");
  await complete;
  const drawn = Number(await page.getAttribute("#picture", "data-entities"));

  // The frames' callbacks, with the handlers of pointer events since the frame before.
  const scripts = events
    .filter(
      ({ name, ph }) => ph === "X" && (name === "FireAnimationFrame" || name === "EventDispatch"),
    )
    .sort((a, b) => a.ts - b.ts);
  const frames: { wall: number; cpu: number }[] = [];
  let since = { wall: 0, cpu: 0 };
  for (const { name, dur = 0, tdur = dur } of scripts) {
    since = { wall: since.wall + dur / 1000, cpu: since.cpu + tdur / 1000 };
    if (name !== "FireAnimationFrame") continue;
    frames.push(since);
    since = { wall: 0, cpu: 0 };
  }
  const walls = frames.map(({ wall }) => wall).sort((a, b) => a - b);
  const at = (part: number): number =>
    walls[Math.min(Math.floor(walls.length * part), walls.length - 1)] ?? Number.NaN;
  const cpus = frames.map((frame) => frame.cpu);
  const cpu = cpus.reduce((sum, time) => sum + time, 0) / cpus.length;
  const maxCpu = Math.max(...cpus);
  return { ready, drawn, median: at(0.5), p95: at(0.95), max: at(1), cpu, maxCpu, shown };
}

/** Prints a table's head, then a row for each page once it was dragged about. */
async function table(
  columns: readonly string[],
  pages: readonly (readonly [cells: readonly (string | number)[], file: string, webgl?: boolean])[],
): Promise<void> {
  const row = (cells: readonly unknown[]): unknown =>
    process.stdout.write(`| ${cells.join(" | ")} |\n`);
  const measured = [
    "opens in ms",
    "drawn",
    "median ms",
    "95 % ms",
    "largest ms",
    "processor ms",
    "largest",
    "a move ms",
  ];
  row([...columns, ...measured]);
  row([...columns, ...measured].map(() => "---"));
  for (const [cells, file, webgl] of pages) {
    say(`Panning ${cells[0]} ...`);
    const { ready, drawn, median, p95, max, cpu, maxCpu, shown } = await pan(file, webgl ?? false);
    row([
      ...cells,
      ready,
      drawn,
      ...[median, p95, max, cpu, maxCpu, shown].map((milliseconds) => milliseconds.toFixed(1)),
    ]);
  }
}

const kilobytes = (bytes: number): number => Math.round(bytes / 1000);

/** What `--help` prints. */
export const HELP = `Usage: npm run bench:viewer -- [--libraries | FILE.html...]

Size, opening and panning of the page of the graph in Chromium, for projects of several sizes or for given pages: script
per frame, the handlers of events included, from the browser's trace. "processor ms" and "largest" beside it are the
mean and the largest in processor time. "a move ms" is the time from one move of the pointer to the next with all that
the browser does, drawing by WebGL too.

  --libraries   the page of ${LIBRARY_NODES.toLocaleString("en")} entities beside pages that draw the same graph with other libraries, which are
                installed from npm's registry into a temporary folder
`;

/** `npm run bench:viewer`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { libraries: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const engine = process.env[BINARY_VARIABLE] ?? (await buildEngine());
  const folder = mkdtempSync(join(tmpdir(), "parseltongue-bench-viewer-"));
  const ourPage = async (size: number): Promise<string> => {
    const project = join(folder, String(size));
    makeProject(project, size);
    const page = join(folder, `${size}.html`);
    await execa(engine, ["visualize", "--root", project, "--output", page, "--no-cache"]);
    return page;
  };
  try {
    if (values.libraries) {
      const others = await libraryPages(join(folder, "libraries"), makeGraph(LIBRARY_NODES));
      const ours = readFileSync(join(ROOT, VIEWER_PAGE));
      await table(
        ["library", "draws with", "minified kB", "gzip kB"],
        [
          [
            [
              "d3 and the viewer",
              "Canvas 2D",
              kilobytes(ours.length),
              kilobytes(gzipSync(ours, { level: 9 }).length),
            ],
            await ourPage(LIBRARY_NODES),
          ],
          ...others.map(
            ({ library, drawsWith, minified, gzipped, file }) =>
              [
                [library, drawsWith, kilobytes(minified), kilobytes(gzipped)],
                file,
                drawsWith === "WebGL",
              ] as const,
          ),
        ],
      );
      return;
    }
    const pages: (readonly [string, string])[] = positionals.map((file) => [file, file]);
    for (const size of positionals.length > 0 ? [] : SIZES)
      pages.push([`${size.toLocaleString("en")} entities`, await ourPage(size)]);
    await table(
      ["page", "kB"],
      pages.map(([name, file]) => [[name, kilobytes(statSync(file).size)], file] as const),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
