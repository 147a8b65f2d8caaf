import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENGINE, MAIN_PACKAGE, ROOT } from "../paths.ts";
import { filesBelow } from "./files.ts";
import { cleanEnvironment, type Ended, inTemporaryFolder, run } from "./programs.ts";

/** A promise about a shipped artefact, and what was measured. */
export interface Measured {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: "ms" | "bytes";
  readonly how: string;
}

export const isKept = ({ value, limit }: Measured): boolean => value <= limit;

/** Bytes that each part may have. */
export const sizeBudget = (): Record<string, number> =>
  JSON.parse(readFileSync(join(ROOT, "size-budget.json"), "utf8"));

/** How often the real sources are copied to make a project of more than a thousand files. */
const COPIES = 4;

/** A real project: this repository's own sources, copied. */
function sampleProject(folder: string, copies: number): number {
  for (let copy = 0; copy < copies; copy++) {
    const into = join(folder, `part-${copy}`);
    cpSync(join(ENGINE, "crates"), join(into, "engine"), { recursive: true });
    cpSync(join(MAIN_PACKAGE, "src"), join(into, "main"), { recursive: true });
    cpSync(join(ROOT, "scripts"), join(into, "scripts"), { recursive: true });
  }
  return filesBelow(folder).length;
}

/** The fastest of some runs: what the program takes, without what else the machine does. */
function fastest(runs: number, once: () => Ended): number {
  let best = Number.POSITIVE_INFINITY;
  for (let index = 0; index < runs; index++) {
    const { status, milliseconds, stderr } = once();
    if (status !== 0) throw new Error(`it ended with ${status}: ${stderr.split("\n")[0]}`);
    best = Math.min(best, milliseconds);
  }
  return best;
}

/** A contract in milliseconds. */
const time = (name: string, value: number, limit: number, how: string): Measured => ({
  name,
  value,
  limit,
  unit: "ms",
  how,
});

/**
 * Measures how fast the shipped programs start: a binary that this machine runs, and the wrapper beside it.
 *
 * The limits here and below are the project's promises (docs/performance.md). Times are the fastest of several
 * runs, because a busy machine makes a program slower but never faster.
 */
export function measureStart(binary: string, wrapper: string): Promise<Measured[]> {
  return inTemporaryFolder((scratch) => {
    const env = { ...cleanEnvironment(scratch), PARSELTONGUE_BINARY: binary };
    const start = fastest(10, () => run([binary, "--version"], scratch, env));
    const wrapped = fastest(10, () => run(["sh", wrapper, "--version"], scratch, env));
    return [
      time("start of the binary", start, 50, "parseltongue --version, fastest of 10"),
      time("start through the wrapper", wrapped, 100, "./pt --version, fastest of 10"),
    ];
  });
}

/** Measures maps and queries of real projects. */
export function measureWork(binary: string): Promise<Measured[]> {
  return inTemporaryFolder((scratch) => {
    const env = cleanEnvironment(scratch);
    const small = join(scratch, "small");
    const large = join(scratch, "large");
    sampleProject(small, 1);
    const files = sampleProject(large, COPIES);
    const bytes = filesBelow(small).reduce(
      (sum, path) => sum + readFileSync(join(small, path)).length,
      0,
    );
    const map = (root: string, fresh: boolean): Ended =>
      run([binary, "ingest", ...(fresh ? ["--no-cache"] : []), "--root", root], scratch, env);
    const query = (): Ended =>
      run([binary, "callers", "scan", "--root", large, "--format", "json"], scratch, env);

    const first = fastest(2, () => map(small, true));
    const thousand = fastest(1, () => map(large, false));
    query();
    const asked = fastest(5, query);
    const touched = join(large, "part-0", "scripts", "run.mjs");
    let edits = 0;
    const refreshed = fastest(2, () => {
      writeFileSync(touched, `${readFileSync(touched, "utf8")}// edit ${edits++}\n`);
      return query();
    });
    const source = `${(bytes / 1e6).toFixed(1)} MB of source`;
    return [
      time("first map", first, 5_000, `${source} without a cache, fastest of 2`),
      time("first map of a large project", thousand, 30_000, `${files} files, once`),
      time("query", asked, 100, `a new process on the map of ${files} files, fastest of 5`),
      time("query after an edit", refreshed, 5_000, `one of ${files} files changed, fastest of 2`),
    ];
  });
}

export function showMeasured({ value, unit }: Pick<Measured, "value" | "unit">): string {
  if (value === Number.MAX_SAFE_INTEGER) return "no limit";
  if (unit === "bytes") return `${(value / 1e6).toFixed(2)} MB`;
  return value < 100 ? `${value.toFixed(1)} ms` : `${value.toFixed(0)} ms`;
}
