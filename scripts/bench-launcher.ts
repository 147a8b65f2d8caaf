import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { BINARY_VARIABLE, PACKAGE_NAME } from "../packages/parseltongue/src/identity.ts";
import { platformPackage } from "../packages/parseltongue/src/targets.ts";
import { buildEngine } from "./lib/engine.ts";
import { buildExecveAddon } from "./lib/execve-addon.ts";
import { hostTarget } from "./lib/host.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { installedNodes, NODE_MAJORS } from "./lib/nodes.ts";
import { BUILD, MAIN_PACKAGE, platformFolder } from "./lib/paths.ts";
import { say } from "./lib/say.ts";

/** Other tools that ship a native binary through npm; their launchers are what ours is compared with. */
const PEERS = ["esbuild", "@biomejs/biome", "oxlint", "turbo", "dprint", "lefthook"] as const;

/** What everything is compared with. */
const BARE = "node -e 0";

interface Contender {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const fastest = (values: readonly number[]): number => Math.min(...values);

/** What one run took, in milliseconds. */
interface Run {
  readonly wall: number;
  /** Of all processes of the run together: it says more than the wall clock on a busy machine. */
  readonly processor: number;
}

/** One run, timed by bash, which sees the processor time of children too; undefined where the program fails. */
function once(node: string, { args, env }: Contender): Run | undefined {
  const script = "TIMEFORMAT='%R %U %S'; { time \"$@\" >/dev/null 2>&1; } 2>&1";
  const { status, stdout } = spawnSync("bash", ["-c", script, "bash", node, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    env: { ...env, LC_ALL: "C" },
  });
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stdout.split(" ").map(Number);
  return status === 0 ? { wall: wall * 1000, processor: (user + system) * 1000 } : undefined;
}

/** Installs the peers once, without their install scripts: that is the launcher that blocked scripts leave. */
async function installPeers(): Promise<string> {
  const folder = join(BUILD, "bench-peers");
  if (existsSync(join(folder, "node_modules", ".package-lock.json"))) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "peers", private: true }));
  say(`Installing ${PEERS.join(", ")} for comparison ...`);
  await execa("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...PEERS], {
    cwd: folder,
    stdout: process.stderr,
    stderr: process.stderr,
  });
  return folder;
}

function peerBin(folder: string, name: string): string {
  const manifest = join(folder, "node_modules", name, "package.json");
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as {
    bin: string | Record<string, string>;
  };
  const short = name.split("/").pop() ?? name;
  return realpathSync(join(dirname(manifest), typeof bin === "string" ? bin : (bin[short] ?? "")));
}

/** The packages as npm installs them, so that finding the binary is part of what is measured. */
async function installOurs(folder: string): Promise<string> {
  const target = hostTarget();
  const binary = await buildEngine();
  const addon = await buildExecveAddon(target);
  const modules = join(folder, "node_modules");
  rmSync(modules, { recursive: true, force: true });
  const platform = join(modules, platformPackage(target));
  for (const part of ["dist", "package.json"])
    cpSync(join(MAIN_PACKAGE, part), join(modules, PACKAGE_NAME, part), { recursive: true });
  cpSync(join(platformFolder(target.name), "package.json"), join(platform, "package.json"));
  for (const file of [binary, ...[addon ?? []].flat()])
    cpSync(file, join(platform, "bin", basename(file)));
  return join(modules, PACKAGE_NAME, "dist", "cli.js");
}

/** What `--help` prints. */
export const HELP = `Usage: npm run bench:launcher -- [--runs N] [--nodes MAJOR,...] [--no-peers]

The time each launcher takes over bare Node, interleaved in one run, for several versions of Node.

  --runs N           runs of each (25)
  --nodes MAJOR,...  versions of Node (all that the package supports)
  --no-peers         pt alone
`;

/** `npm run bench:launcher`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: "string", default: "25" },
      nodes: { type: "string", default: NODE_MAJORS.join(",") },
      "no-peers": { type: "boolean", default: false },
    },
  });
  await ensureMainPackage();
  const cli = await installOurs(join(BUILD, "bench-ours"));
  const peers = values["no-peers"] ? [] : PEERS;
  const folder = peers.length > 0 ? await installPeers() : "";
  const { [BINARY_VARIABLE]: _, ...env } = process.env;
  const contenders: Contender[] = [
    { name: BARE, args: ["-e", "0"], env },
    { name: "pt --version", args: [cli, "--version"], env },
    // The help of an engine command, so that the launcher really launches.
    { name: "pt -> engine", args: [cli, "export", "--help"], env },
    {
      name: "pt -> engine, spawn",
      args: [cli, "export", "--help"],
      env: { ...env, PARSELTONGUE_NO_EXECVE: "1" },
    },
    ...peers.map((name) => ({ name, args: [peerBin(folder, name), "--version"], env })),
  ];
  const columns = new Map<string, ReadonlyMap<string, readonly Run[]>>();
  for (const [, node] of await installedNodes(values.nodes.split(",").map(Number))) {
    const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
    say(`Node ${version} ...`);
    columns.set(version, measure(node, contenders, Number(values.runs)));
  }
  process.stdout.write(
    `Milliseconds over bare Node (${BARE}), ${values.runs} interleaved runs each; bare Node's own in the first row\n`,
  );
  for (const [title, clock, statistic] of [
    ["wall, median", "wall", median],
    ["wall, fastest", "wall", fastest],
    ["processor, median", "processor", median],
    ["processor, least", "processor", fastest],
  ] as const) {
    process.stdout.write(`\n${title.padEnd(22)}${[...columns.keys()].map(cell).join("")}\n`);
    for (const { name } of contenders) {
      const row = [...columns.values()].map((runs) => {
        const taken = (of: string): number[] => (runs.get(of) ?? []).map((run) => run[clock]);
        if (taken(name).length === 0) return cell("fails");
        const over = name === BARE ? 0 : statistic(taken(BARE));
        return cell((statistic(taken(name)) - over).toFixed(1));
      });
      process.stdout.write(`${name.padEnd(22)}${row.join("")}\n`);
    }
  }
}

const cell = (text: string): string => text.padStart(11);

/** All contenders in turn, so that a busy moment of the machine hits all alike. */
function measure(
  node: string,
  contenders: readonly Contender[],
  runs: number,
): ReadonlyMap<string, readonly Run[]> {
  const times = new Map(contenders.map((contender) => [contender.name, [] as Run[]]));
  for (let round = 0; round < runs; round++) {
    for (const contender of contenders) {
      const time = once(node, contender);
      if (time !== undefined) times.get(contender.name)?.push(time);
    }
  }
  return times;
}
