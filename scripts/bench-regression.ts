import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { inTemporaryFolder } from "./lib/distribution/programs.ts";
import { buildEngine } from "./lib/engine.ts";
import { hostTarget } from "./lib/host.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { ENGINE, MAIN_PACKAGE, ROOT } from "./lib/paths.ts";
import { say, Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run bench:regression -- [--update] [--json]

Counts the instructions of fixed pieces of work (under valgrind, so that a busy machine does not matter) and the
bytes of what is shipped, and compares them with performance-baseline.json. Ends with 1 if a step is worse by more
than its tolerance.

  --update  write the baseline anew; the file is the one to review
`;

const BASELINE = join(ROOT, "performance-baseline.json");

/** Committed sources in all nine languages, and how often they are copied to make a project. */
const SAMPLES = join(ENGINE, "crates", "grammars", "tests", "samples");
const COPIES = 20;

/** How much worse a step may be before it counts: compilers and hash seeds move counts a little. */
const TOLERANCE = { instructions: 0.03, bytes: 0.01 } as const;

type Unit = keyof typeof TOLERANCE;

interface Measure {
  readonly value: number;
  readonly unit: Unit;
}

/** Steps of the engine by name: the arguments, run in a project that is the same for every commit. */
const STEPS: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: "start", args: ["--version"] },
  { name: "map without a cache", args: ["ingest", "--no-cache"] },
  { name: "map", args: ["ingest"] },
  { name: "refresh without a change", args: ["ingest"] },
  { name: "query", args: ["callers", "Walk", "--format", "json"] },
  { name: "blast radius", args: ["blast-radius", "Walk", "--format", "json"] },
  { name: "onboarding", args: ["report", "onboard", "--format", "json"] },
];

/** Instructions that one run takes, as valgrind counts them: the same on every run of the same bytes. */
async function instructions(
  binary: string,
  args: readonly string[],
  cwd: string,
  home: string,
): Promise<number> {
  const out = join(home, "callgrind.out");
  const run = await execa(
    "valgrind",
    ["--tool=callgrind", `--callgrind-out-file=${out}`, binary, ...args],
    {
      cwd,
      reject: false,
      extendEnv: false,
      // One thread: how work is spread differs from run to run.
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: home,
        PARSELTONGUE_CACHE_DIR: join(home, "map"),
        RAYON_NUM_THREADS: "1",
      },
    },
  );
  if (run.exitCode !== 0)
    throw new Trouble(`${args.join(" ")} ended with ${run.exitCode} under valgrind`, run.stderr);
  const total = /^(?:summary|totals): (\d+)/m.exec(readFileSync(out, "utf8"))?.[1];
  if (total === undefined) throw new Trouble("valgrind counted nothing", run.stderr);
  return Number(total);
}

/** Makes sure that valgrind is there; installs it where nobody is asked for a password. */
async function requireValgrind(): Promise<void> {
  const works = async () => !(await execa("valgrind", ["--version"], { reject: false })).failed;
  if (await works()) return;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "--non-interactive"];
  const [program = "", ...args] = [...asRoot, "apt-get", "install", "-y", "-qq", "valgrind"];
  say("Installing valgrind with apt-get ...");
  await execa(program, args, { reject: false, stdin: "ignore", stdout: process.stderr });
  if (!(await works()))
    throw new Trouble("valgrind cannot be run", "fix: install it, as in: apt-get install valgrind");
}

async function measureAll(): Promise<Map<string, Measure>> {
  await requireValgrind();
  await ensureMainPackage();
  const binary = await buildEngine(hostTarget());
  const measures = new Map<string, Measure>();
  await inTemporaryFolder(async (scratch) => {
    const project = join(scratch, "project");
    for (let copy = 0; copy < COPIES; copy++)
      cpSync(SAMPLES, join(project, `part-${copy}`), { recursive: true });
    for (const { name, args } of STEPS) {
      const value = await instructions(binary, args, project, scratch);
      say(`measured ${name}`);
      measures.set(name, { value, unit: "instructions" });
    }
  });
  measures.set("binary", { value: statSync(binary).size, unit: "bytes" });
  measures.set("start-up file of pt", {
    value: statSync(join(MAIN_PACKAGE, "dist", "cli.js")).size,
    unit: "bytes",
  });
  return measures;
}

const grouped = (value: number): string => value.toLocaleString("en");

/** `npm run bench:regression`: holds the line of speed and size. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      update: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const measures = await measureAll();
  const target = hostTarget().name;
  const known = existsSync(BASELINE)
    ? (JSON.parse(readFileSync(BASELINE, "utf8")) as {
        target: string;
        steps: Record<string, Measure>;
      })
    : undefined;
  if (values.update) {
    const steps = Object.fromEntries(measures);
    writeFileSync(BASELINE, `${JSON.stringify({ target, steps }, null, 2)}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(Object.fromEntries(measures))}\n`);
  if (known === undefined && !values.update)
    throw new Trouble("there is no baseline", "fix: npm run bench:regression -- --update");
  if (known !== undefined && known.target !== target && !values.update)
    throw new Trouble(`the baseline is of ${known.target}, and this machine builds ${target}`);

  const worse: string[] = [];
  for (const [name, { value, unit }] of measures) {
    const before = known?.steps[name]?.value;
    const change = before === undefined ? undefined : value / before - 1;
    const bad = change !== undefined && change > TOLERANCE[unit];
    if (bad) worse.push(`${name} (+${(change * 100).toFixed(1)} % ${unit})`);
    if (!values.json)
      process.stdout.write(
        `${bad ? "WORSE " : "ok    "}  ${name.padEnd(26)}${grouped(value).padStart(16)} ${unit.padEnd(13)}${before === undefined ? "new" : `${grouped(before).padStart(16)} before  ${change !== undefined && change >= 0 ? "+" : ""}${((change ?? 0) * 100).toFixed(1)} %`}\n`,
      );
  }
  const gone = Object.keys(known?.steps ?? {}).filter((name) => !measures.has(name));
  if (gone.length > 0) say(`no longer measured: ${gone.join(", ")}`);
  if (values.update) {
    say("wrote performance-baseline.json");
    return;
  }
  if (worse.length > 0)
    throw new Trouble(
      `worse than the baseline: ${worse.join(", ")}`,
      "fix: make it better again, or say in the commit why it has to be so and run: npm run bench:regression -- --update",
    );
}
