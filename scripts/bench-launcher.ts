import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { buildEngine } from "./lib/engine.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { BUILD, MAIN_PACKAGE } from "./lib/paths.ts";
import { say } from "./lib/say.ts";

/** Other tools that ship a native binary through npm; their launchers are what ours is compared with. */
const PEERS = ["esbuild", "@biomejs/biome", "oxlint", "turbo", "dprint", "lefthook"] as const;

interface Contender {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** One run in milliseconds, or undefined where the program fails. */
function once(node: string, { args, env }: Contender): number | undefined {
  const started = process.hrtime.bigint();
  const { status } = spawnSync(node, args, { stdio: "ignore", env });
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  return status === 0 ? milliseconds : undefined;
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

/** `npm run bench:launcher [-- --runs N --nodes A:B]`: the start of `--version` behind each launcher, interleaved. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: "string", default: "25" },
      nodes: { type: "string", default: "" },
      "no-peers": { type: "boolean", default: false },
    },
  });
  await ensureMainPackage();
  const binary = await buildEngine();
  const peers = values["no-peers"] ? [] : PEERS;
  const folder = peers.length > 0 ? await installPeers() : "";
  const cli = join(MAIN_PACKAGE, "dist", "cli.js");
  const env = { ...process.env, PARSELTONGUE_BINARY: binary };
  // `help` of the engine: an engine command, so that the launcher really launches.
  const contenders: Contender[] = [
    { name: "node -e 0", args: ["-e", "0"], env },
    { name: "pt --version", args: [cli, "--version"], env },
    { name: "pt -> engine", args: [cli, "export", "--help"], env },
    {
      name: "pt -> engine, spawn",
      args: [cli, "export", "--help"],
      env: { ...env, PARSELTONGUE_NO_EXECVE: "1" },
    },
    ...peers.map((name) => ({ name, args: [peerBin(folder, name), "--version"], env })),
  ];
  for (const node of [process.execPath, ...values.nodes.split(":").filter(Boolean)]) {
    const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
    const times = new Map(contenders.map((contender) => [contender.name, [] as number[]]));
    // Interleaved, so that a busy moment of the machine hits all alike.
    for (let round = 0; round < Number(values.runs); round++) {
      for (const contender of contenders) {
        const time = once(node, contender);
        if (time !== undefined) times.get(contender.name)?.push(time);
      }
    }
    const bare = times.get("node -e 0") ?? [];
    process.stdout.write(
      `\nNode ${version}, ${values.runs} interleaved runs: median, over bare Node; fastest, over bare Node\n`,
    );
    for (const [name, all] of times) {
      const over = (statistic: (values: readonly number[]) => number): string =>
        `${statistic(all).toFixed(1).padStart(7)} ms ${(statistic(all) - statistic(bare)).toFixed(1).padStart(7)}`;
      const cells =
        all.length === 0
          ? "does not start"
          : `${over(median)}   ${over((each) => Math.min(...each))}`;
      process.stdout.write(`  ${name.padEnd(22)}${cells}\n`);
    }
  }
}
