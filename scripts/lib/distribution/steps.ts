import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { say, Trouble } from "../say.ts";
import { describe, filesBelow } from "./files.ts";

/** What a step says and leaves behind. */
export interface StepResult {
  /** One line for people. */
  readonly said: string;
  /** The files it wrote, relative to the distribution's folder. */
  readonly files?: readonly string[];
  /** What later steps want to know of it; kept while the step is unchanged. */
  readonly data?: unknown;
}

/** One named step of a pipeline. */
export interface Step {
  readonly name: string;
  /** What it does, for `--dry-run`. */
  readonly plan: string;
  /** A hash of everything its result depends on; a step without one always runs. */
  readonly inputs?: () => string;
  readonly run: () => StepResult | Promise<StepResult>;
}

interface Stamp extends StepResult {
  readonly inputs: string;
  /** SHA-256 of each file, so that a file changed by anyone is made anew. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** What is remembered of one folder's pipeline. */
interface Stamped {
  readonly steps: Readonly<Record<string, Stamp>>;
  /** Files that a run has written and none has removed. */
  readonly made: readonly string[];
}

/** The stamps of one folder's pipeline. */
export class Stamps {
  readonly #file: string;
  readonly #before: Stamped["steps"];
  readonly #now: Record<string, Stamp> = {};
  readonly #folder: string;
  readonly #made: Set<string>;

  constructor(file: string, folder: string) {
    this.#file = file;
    this.#folder = folder;
    const { steps = {}, made = [] }: Partial<Stamped> = existsSync(file)
      ? JSON.parse(readFileSync(file, "utf8"))
      : {};
    this.#before = steps;
    this.#made = new Set(made);
  }

  /**
   * Says that this run is about to write a file, so that a later one may remove it, however this one ends: the steps
   * of a run that failed or was killed are not stamped.
   */
  claim(path: string): void {
    if (this.#made.has(path)) return;
    this.#made.add(path);
    this.#write({ ...this.#before, ...this.#now });
  }

  /** The result of an earlier run that still holds. */
  current(name: string, inputs: string): StepResult | undefined {
    const stamp = this.#before[name];
    if (stamp === undefined || stamp.inputs !== inputs) return undefined;
    const intact = Object.entries(stamp.hashes).every(
      ([path, hash]) =>
        existsSync(join(this.#folder, path)) && describe(this.#folder, path).sha256 === hash,
    );
    if (!intact) return undefined;
    this.#now[name] = stamp;
    return stamp;
  }

  keep(name: string, inputs: string, result: StepResult): void {
    const hashes = Object.fromEntries(
      (result.files ?? []).map((path) => [path, describe(this.#folder, path).sha256]),
    );
    this.#now[name] = { ...result, inputs, hashes };
    for (const path of result.files ?? []) this.#made.add(path);
    this.#write({ ...this.#before, ...this.#now });
  }

  /** Files of this run. */
  files(): string[] {
    return Object.values(this.#now).flatMap(({ files }) => files ?? []);
  }

  /** What a step of this run told the later ones. */
  data(name: string): unknown {
    return this.#now[name]?.data;
  }

  /** Files that an earlier run made; nobody else's may be removed. */
  isOurs(path: string): boolean {
    return this.#made.has(path);
  }

  finish(): void {
    const made = new Set(this.files());
    for (const path of this.#made) if (!made.has(path)) this.#made.delete(path);
    this.#write(this.#now);
  }

  #write(steps: Stamped["steps"]): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    const record: Stamped = { steps, made: [...this.#made] };
    writeFileSync(this.#file, JSON.stringify(record));
  }
}

/** Runs steps in order, names and times each, and skips what is unchanged. */
export async function runSteps(
  steps: readonly Step[],
  stamps: Stamps,
  show: (line: string) => void = say,
): Promise<void> {
  for (const [index, { name, inputs, run }] of steps.entries()) {
    const label = `[${index + 1}/${steps.length}] ${name}`.padEnd(26);
    const started = Date.now();
    const wanted = inputs?.() ?? "";
    const unchanged = inputs && stamps.current(name, wanted);
    let result = unchanged;
    if (result === undefined) {
      try {
        result = await run();
      } catch (error) {
        show(`${label} FAILED`);
        throw error;
      }
      stamps.keep(name, wanted, result);
    }
    const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6);
    show(`${label} ${seconds} s  ${unchanged ? "unchanged: " : ""}${result.said}`);
  }
}

/** Removes what earlier runs left and this one did not make; stops at a file that is somebody else's. */
export function removeLeftovers(
  folder: string,
  stamps: Stamps,
  keep: (path: string) => boolean,
): void {
  const made = new Set(stamps.files());
  for (const path of filesBelow(folder)) {
    if (made.has(path) || keep(path)) continue;
    if (!stamps.isOurs(path))
      throw new Trouble(
        `${path} in ${folder} is no part of the distribution`,
        "why: a distribution lists every file it holds",
        "fix: remove it, or choose another folder with --out",
      );
    rmSync(join(folder, path));
  }
}
