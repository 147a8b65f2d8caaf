import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import type { BrowserContext } from "playwright-core";
import { BINARY_VARIABLE } from "../packages/parseltongue/src/identity.ts";
import { openBrowser } from "./lib/chromium.ts";
import { buildEngine } from "./lib/engine.ts";
import { say } from "./lib/say.ts";

/** Entities of the made-up projects. */
const SIZES = [5_000, 10_000, 100_000] as const;
const PER_FILE = 10;
const FILES_PER_MODULE = 10;
const CALLS = 3;
const PAN_STEPS = 240;

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

/** A project of so many functions that call each other at random, the same in every run. */
function makeProject(folder: string, functions: number): void {
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed % below;
  };
  const moduleOf = (file: number): string => `m${Math.floor(file / FILES_PER_MODULE)}`;
  for (let file = 0; file < functions / PER_FILE; file++) {
    const lines: string[] = [];
    const body: string[] = [];
    for (let index = 0; index < PER_FILE; index++) {
      body.push(`def f${file}_${index}():`);
      for (let call = 0; call < CALLS; call++) {
        // Most calls stay near, as in real projects.
        const near = random(4) > 0 ? Math.max(0, file - random(8)) : random(functions / PER_FILE);
        const name = `f${near}_${random(PER_FILE)}`;
        if (near !== file) lines.push(`from ${moduleOf(near)}.a${near} import ${name}`);
        body.push(`    ${name}()`);
      }
    }
    const module = join(folder, moduleOf(file));
    mkdirSync(module, { recursive: true });
    writeFileSync(join(module, `a${file}.py`), [...lines, ...body, ""].join("\n"));
  }
}

interface Panning {
  readonly ready: number;
  readonly drawn: number;
  /** Script time per frame in milliseconds of wall time: median, 95th percentile, largest; and the mean of processor time. */
  readonly median: number;
  readonly p95: number;
  readonly max: number;
  readonly cpu: number;
}

/** Drags the picture about in a traced Chromium; every node is on the screen. */
async function pan(context: BrowserContext, file: string): Promise<Panning> {
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
  for (let step = 0; step < PAN_STEPS; step++) {
    const angle = (step / PAN_STEPS) * 4 * Math.PI;
    await page.mouse.move(800 + 60 * Math.sin(angle), 450 + 40 * Math.cos(angle));
  }
  await page.mouse.up();
  const complete = new Promise<void>((done) =>
    session.once("Tracing.tracingComplete", () => done()),
  );
  await session.send("Tracing.end");
  await complete;
  const drawn = Number(await page.getAttribute("#picture", "data-entities"));
  await page.close();

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
  const cpu = frames.reduce((sum, frame) => sum + frame.cpu, 0) / frames.length;
  return { ready, drawn, median: at(0.5), p95: at(0.95), max: at(1), cpu };
}

/** What `--help` prints. */
export const HELP = `Usage: npm run bench:viewer -- [FILE.html]...

Size, opening and panning of the page of the graph in Chromium, for projects of several sizes or for given pages.
`;

/** `npm run bench:viewer`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const engine = process.env[BINARY_VARIABLE] ?? (await buildEngine());
  const folder = mkdtempSync(join(tmpdir(), "parseltongue-bench-viewer-"));
  const { context, close } = await openBrowser();
  try {
    const files = args.map((file) => [file, file] as const) as (readonly [string, string])[];
    for (const size of args.length > 0 ? [] : SIZES) {
      const project = join(folder, String(size));
      makeProject(project, size);
      const page = join(folder, `${size}.html`);
      await execa(engine, ["visualize", "--root", project, "--output", page, "--no-cache"]);
      files.push([`${size.toLocaleString("en")} entities`, page]);
    }
    process.stdout.write(
      "| page | kB | opens in ms | drawn | script per frame while panning, ms: median | p95 | max | mean of processor time |\n|---|---|---|---|---|---|---|---|\n",
    );
    for (const [name, file] of files) {
      say(`Panning ${name} ...`);
      const { ready, drawn, median, p95, max, cpu } = await pan(context, file);
      const figures = [median, p95, max, cpu].map((value) => value.toFixed(1));
      process.stdout.write(
        `| ${[name, Math.round(statSync(file).size / 1000), ready, drawn, ...figures].join(" | ")} |\n`,
      );
    }
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}
