import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { fetchSources, NoClient } from "./lib/accuracy/fetch.ts";
import { codegraph, type Peer } from "./lib/accuracy/peers.ts";
import {
  type Counts,
  definitionRecall,
  type Score,
  scoreEdges,
  TRUTH,
  Truth,
  type TruthSet,
  tabSeparated,
  truthSets,
} from "./lib/accuracy/truth.ts";
import { buildEngine } from "./lib/engine.ts";
import { ROOT } from "./lib/paths.ts";
import { say, Trouble } from "./lib/say.ts";

const FLOORS = join(TRUTH, "floors.json");
const DOCUMENT = join(ROOT, "docs", "accuracy.md");
/** A floor is the figure reached, less this. */
const SLACK = 0.01;

type Floors = Record<string, { precision: number; recall: number; definitions: number }>;

interface Measured {
  readonly set: TruthSet;
  readonly score: Score;
  readonly definitions: number;
  readonly peers: ReadonlyMap<string, Score>;
}

/** What `--help` prints. */
export const HELP = `Usage: npm run accuracy -- [SET]... [--check] [--peers] [--set-floors] [--engine FILE]

Who calls whom, as the engine says it, against what compilers say, on pinned sources from the registries. Writes
docs/accuracy.md from the run of all sets.

  SET           only these, by their names in test/truth; several may be given
  --check       write nothing: only compare with the committed floors, as every run does
  --peers       also run the peers that can be installed
  --set-floors  commit the figures reached as floors
  --engine FILE this binary instead of the one built from the sources
`;

/** `npm run accuracy`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      check: { type: "boolean", default: false },
      peers: { type: "boolean", default: false },
      "set-floors": { type: "boolean", default: false },
      engine: { type: "string" },
    },
  });
  const engine = values.engine ?? (await buildEngine());
  const peers = values.peers ? [await codegraph()] : [];
  const wanted = truthSets().filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  if (wanted.length === 0)
    throw new Trouble(
      `there is no set ${positionals.join(", ")}`,
      `fix: name some of ${truthSets()
        .map(({ name }) => name)
        .join(", ")}`,
    );
  const measured: Measured[] = [];
  const missing: string[] = [];
  for (const set of wanted) {
    try {
      measured.push(await measure(set, engine, peers));
    } catch (error) {
      if (!(error instanceof NoClient)) throw error;
      missing.push(`${set.name} (${set.language}): ${error.message}`);
    }
  }
  const evidence = byEvidence(measured);
  const tables = [setTable(measured, peers), evidenceTable(evidence)].join("\n");
  process.stdout.write(tables);
  for (const line of missing) say(`not measured: ${line}`);
  const problems = [
    ...belowFloors(measured, JSON.parse(readFileSync(FLOORS, "utf8")) as Floors),
    ...overconfident(evidence),
  ];
  if (values["set-floors"]) writeFloors(measured);
  else if (problems.length > 0)
    throw new Trouble(
      "the answers are less right than they were",
      ...problems,
      "fix: npm run accuracy -- SET names what is measured; see docs/accuracy.md",
    );
  if (values.check || positionals.length > 0) return;
  if (missing.length > 0)
    throw new Trouble("docs/accuracy.md is not written, because sets are missing", ...missing);
  const { stdout: version } = await execa(engine, ["--version"]);
  writeFileSync(DOCUMENT, document(version, tables, peers));
  say("Wrote docs/accuracy.md");
}

async function measure(set: TruthSet, engine: string, peers: readonly Peer[]): Promise<Measured> {
  const root = await fetchSources(set);
  const truth = new Truth(set.name);
  const ask = async (...what: string[]): Promise<string[][]> => {
    // Sources in the cache lie below folders that ignore files may exclude.
    const shared = ["--root", root, "--no-ignore", "--no-cache"];
    const { stdout } = await execa(engine, ["export", ...what, ...shared], { maxBuffer: 1e9 });
    return tabSeparated(stdout);
  };
  const scores = new Map<string, Score>();
  for (const peer of peers) scores.set(peer.name, scoreEdges(truth, await peer.calls(root)));
  return {
    set,
    score: scoreEdges(truth, await ask("calls", "--evidence")),
    definitions: definitionRecall(truth, await ask("functions")),
    peers: scores,
  };
}

/** Right and wrong edges by evidence, over all sets, with the confidence that the engine claims. */
function byEvidence(measured: readonly Measured[]): Map<string, Counts> {
  const sums = new Map<string, Counts>();
  for (const { score } of measured)
    for (const [kind, { right, wrong }] of score.byEvidence) {
      const sum = sums.get(kind) ?? { right: 0, wrong: 0 };
      sums.set(kind, { right: sum.right + right, wrong: sum.wrong + wrong });
    }
  const precision = ({ right, wrong }: Counts): number => right / (right + wrong);
  return new Map(
    [...sums].sort((a, b) => precision(b[1]) - precision(a[1]) || (a[0] < b[0] ? -1 : 1)),
  );
}

/** Lower bound of the 95 % Wilson interval: what the precision is at the least, as far as so many edges tell. */
export function lowerBound({ right, wrong }: Counts): number {
  const z = 1.96;
  const n = right + wrong;
  const p = right / n;
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return (p + (z * z) / (2 * n) - spread) / (1 + (z * z) / n);
}

const digits = (share: number, places = 4): string => share.toFixed(places);

function markdown(
  head: readonly string[],
  body: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + body.map(line).join("");
}

function setTable(measured: readonly Measured[], peers: readonly Peer[]): string {
  const head = [
    "set",
    "language",
    "functions",
    "found",
    "edges",
    "precision",
    "recall",
    "wrong",
    "missed",
  ];
  return markdown(
    [...head, ...peers.map(({ name, version }) => `${name} ${version} P / R`)],
    measured.map(({ set, score, definitions, peers: scores }) => [
      `${set.package} ${set.version}`,
      set.language,
      score.functions,
      digits(definitions),
      score.truthEdges,
      digits(score.precision),
      digits(score.recall),
      score.wrong,
      score.misses,
      ...[...scores.values()].map(
        (peer) => `${digits(peer.precision, 3)} / ${digits(peer.recall, 3)}`,
      ),
    ]),
  );
}

function evidenceTable(evidence: ReadonlyMap<string, Counts>): string {
  return markdown(
    ["evidence", "right", "wrong", "precision", "at least"],
    [...evidence].map(([kind, counts]) => [
      kind,
      counts.right,
      counts.wrong,
      digits(counts.right / (counts.right + counts.wrong)),
      digits(lowerBound(counts)),
    ]),
  );
}

function belowFloors(measured: readonly Measured[], floors: Floors): string[] {
  return measured.flatMap(({ set, score, definitions }) => {
    const floor = floors[set.name];
    if (!floor) return [`${set.name}: no floor is committed`];
    const reached = { precision: score.precision, recall: score.recall, definitions };
    return (Object.keys(reached) as (keyof typeof reached)[])
      .filter((what) => reached[what] < floor[what])
      .map((what) => `${set.name}: ${what} is ${digits(reached[what])}, its floor ${floor[what]}`);
  });
}

/** What `engine/crates/report/src/confidence.rs` claims, by evidence. */
const CLAIMED: ReadonlyMap<string, number> = new Map(
  [
    ...readFileSync(join(ROOT, "engine/crates/report/src/confidence.rs"), "utf8").matchAll(
      /((?:Evidence::\w+[\s|]*)+)=> Self\((\d+)\)/g,
    ),
  ].flatMap(([, kinds = "", hundredths]) =>
    [...kinds.matchAll(/Evidence::(\w+)/g)].map(([, kind = ""]): [string, number] => [
      kind.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase(),
      Number(hundredths) / 100,
    ]),
  ),
);

/** Kinds that measure less than the confidence that the engine claims for them. */
function overconfident(evidence: ReadonlyMap<string, Counts>): string[] {
  return [...evidence].flatMap(([kind, { right, wrong }]) => {
    const claimed = CLAIMED.get(kind);
    if (claimed === undefined) return [`${kind}: the engine claims no confidence for it`];
    // A kind with few edges cannot measure .98 with one wrong one; it is judged from twenty on.
    const reached = right / (right + wrong);
    return right + wrong >= 20 && reached < claimed
      ? [`${kind}: precision is ${digits(reached)}, the engine claims ${claimed}`]
      : [];
  });
}

function writeFloors(measured: readonly Measured[]): void {
  const floor = (reached: number): number =>
    Math.max(0, Math.floor((reached - SLACK) * 1000) / 1000);
  const floors: Floors = JSON.parse(readFileSync(FLOORS, "utf8")) as Floors;
  for (const { set, score, definitions } of measured)
    floors[set.name] = {
      precision: floor(score.precision),
      recall: floor(score.recall),
      definitions: floor(definitions),
    };
  writeFileSync(FLOORS, `${JSON.stringify(floors, null, 2)}\n`);
}

function document(version: string, tables: string, peers: readonly Peer[]): string {
  return `# Accuracy

Written by \`npm run accuracy${peers.length > 0 ? " -- --peers" : ""}\` with ${version}; do not edit.

Each set is a published package with the calls between its functions as a compiler or type checker sees
them (\`test/truth/README.md\`). An edge is right if the compiler has it, wrong if not; edges from functions in
which the compiler itself could not resolve a call of that name are not judged.
precision = right / (right + wrong), recall = right / edges, found = functions listed at their place.

The resolvers were written with these sets at hand, so expect less on other code. Where types are not
known, a call is counted as unresolved and not bound: answers say how many there are.

${tables}
"At least" is the lower bound of the 95 % Wilson interval. The confidence that the engine prints with
\`--evidence\` and takes as \`--min-confidence\` is that bound, cut to hundredths and not above .99
(\`engine/crates/report/src/confidence.rs\`); \`unique\` does not occur in the sets and stands at .50;
\`compiler\`, an imported index, at 1. An edge that was resolved in two ways counts in both rows.
`;
}
