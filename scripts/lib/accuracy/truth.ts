import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../paths.ts";

/** Where the project keeps its copy of the truth; README.md there says where it comes from. */
export const TRUTH = join(ROOT, "test", "truth");

/** A pinned archive with the sources that a truth set describes. */
export interface TruthSet {
  readonly name: string;
  readonly language: string;
  readonly registry: "npm" | "pypi" | "crates" | "go" | "maven";
  readonly package: string;
  readonly version: string;
  /** Of the archive as the registry serves it. */
  readonly sha256: string;
  /** The folder inside the archive that is mapped. */
  readonly root: string;
}

export const truthSets = (): readonly TruthSet[] =>
  (JSON.parse(readFileSync(join(TRUTH, "manifest.json"), "utf8")) as { sets: TruthSet[] }).sets;

/** Lines by which the place of a function may be off. */
const WITHIN = 3;

/** `file line name`, by which functions and edges are compared. */
type Key = string;
const key = (file: string, line: number, name: string): Key => `${file}\t${line}\t${name}`;
const bare = (name: string): string => name.replace(/^#+/, "");

interface Place {
  readonly line: number;
  /** Empty for a function of its own; `nested` counts only as caller. */
  readonly kind: string;
  readonly file: string;
  readonly ownerLine: number;
  readonly owner: string;
}

/** By what Python's tuples are compared, so that a tie ends as in the sets' own scorer. */
const order = (a: Place, b: Place, line: number): number =>
  Math.abs(a.line - line) - Math.abs(b.line - line) ||
  compare(a.kind, b.kind) ||
  compare(a.file, b.file) ||
  a.ownerLine - b.ownerLine ||
  compare(a.owner, b.owner);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Rows of a tab-separated table; none if it is not there. */
function rows(file: string): string[][] {
  if (!existsSync(file)) return [];
  return tabSeparated(readFileSync(file, "utf8"));
}

export const tabSeparated = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.split("\t"));

/** What a compiler says of one set: its functions, its edges, and what it could not resolve. */
export class Truth {
  readonly functions = new Set<Key>();
  readonly edges = new Set<string>();
  readonly #unresolved = new Set<string>();
  readonly #at = new Map<string, Place[]>();

  constructor(name: string, folder = TRUTH) {
    const table = (what: string): string[][] => rows(join(folder, `${name}.${what}.tsv`));
    for (const [file = "", line = "", fn = ""] of table("functions")) {
      this.functions.add(key(file, Number(line), fn));
      this.#add(file, fn, {
        line: Number(line),
        kind: "",
        file,
        ownerLine: Number(line),
        owner: fn,
      });
    }
    for (const [file = "", line = "", alias = "", kind = "", ownerLine = "", owner = ""] of table(
      "aliases",
    ))
      this.#add(file, alias, {
        line: Number(line),
        kind,
        file,
        ownerLine: Number(ownerLine),
        owner,
      });
    for (const [a = "", b = "", c = "", d = "", e = "", f = ""] of table("edges"))
      this.edges.add(`${key(a, Number(b), c)}\t${key(d, Number(e), f)}`);
    for (const [file = "", line = "", fn = "", called = ""] of table("unresolved"))
      this.#unresolved.add(`${key(file, Number(line), fn)}\t${called}`);
  }

  #add(file: string, name: string, place: Place): void {
    const at = `${file}\t${bare(name)}`;
    const known = this.#at.get(at);
    if (known) known.push(place);
    else this.#at.set(at, [place]);
  }

  /** The function of the set at a place; what is nested in one stands for it as caller. */
  find(file: string, line: number, name: string, asCaller: boolean): Key | undefined {
    const near = (this.#at.get(`${file}\t${bare(name)}`) ?? []).filter(
      (place) => Math.abs(place.line - line) <= WITHIN,
    );
    near.sort((a, b) => order(a, b, line));
    const [found] = near;
    if (!found || (!asCaller && found.kind === "nested")) return undefined;
    return key(found.file, found.ownerLine, found.owner);
  }

  /** Whether the compiler could not tell where calls of this name in this function lead. */
  isUnjudged(caller: Key, callee: Key): boolean {
    return this.#unresolved.has(`${caller}\t${callee.split("\t")[2]}`);
  }
}

/** How many edges of one kind of evidence are right and wrong. */
export interface Counts {
  right: number;
  wrong: number;
}

export interface Score extends Counts {
  readonly functions: number;
  readonly truthEdges: number;
  readonly misses: number;
  readonly unjudged: number;
  readonly precision: number;
  readonly recall: number;
  readonly byEvidence: ReadonlyMap<string, Counts>;
}

/**
 * Scores predicted edges: rows of caller file, line, name, callee file, line, name and, if known, evidence.
 * Edges with an end that is no function of the set are ignored.
 */
export function scoreEdges(truth: Truth, predicted: readonly (readonly string[])[]): Score {
  const found = new Map<string, { caller: Key; callee: Key; evidence: Set<string> }>();
  for (const [a = "", b = "", c = "", d = "", e = "", f = "", evidence] of predicted) {
    const caller = truth.find(a, Number(b), c, true);
    const callee = truth.find(d, Number(e), f, false);
    if (caller === undefined || callee === undefined) continue;
    const edge = `${caller}\t${callee}`;
    const known = found.get(edge) ?? { caller, callee, evidence: new Set<string>() };
    if (evidence !== undefined) known.evidence.add(evidence);
    found.set(edge, known);
  }
  const byEvidence = new Map<string, Counts>();
  let [right, wrong, unjudged] = [0, 0, 0];
  for (const [edge, { caller, callee, evidence }] of found) {
    const isRight = truth.edges.has(edge);
    if (isRight) right++;
    else if (truth.isUnjudged(caller, callee)) {
      unjudged++;
      continue;
    } else wrong++;
    for (const kind of evidence) {
      const counts = byEvidence.get(kind) ?? { right: 0, wrong: 0 };
      counts[isRight ? "right" : "wrong"]++;
      byEvidence.set(kind, counts);
    }
  }
  return {
    functions: truth.functions.size,
    truthEdges: truth.edges.size,
    right,
    wrong,
    unjudged,
    misses: truth.edges.size - right,
    precision: right / (right + wrong),
    recall: right / truth.edges.size,
    byEvidence,
  };
}

/** The share of the set's functions that are listed: rows of file, line, name. */
export function definitionRecall(truth: Truth, listed: readonly (readonly string[])[]): number {
  const hit = new Set<Key>();
  for (const [file = "", line = "", name = ""] of listed) {
    const found = truth.find(file, Number(line), name, false);
    if (found !== undefined) hit.add(found);
  }
  return hit.size / truth.functions.size;
}
