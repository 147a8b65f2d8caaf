import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, sep } from "node:path";
import { execa } from "execa";
import { PLATFORM_SCOPE } from "../../../packages/parseltongue/src/identity.ts";
import { targetsFor } from "../../../packages/parseltongue/src/targets.ts";
import type { Manager, Network } from "./managers.ts";
import { ensureNode, ensureTool } from "./tools.ts";

/** What a program did. */
export interface Ran {
  readonly command: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run, where it is not the user's usual way. */
export interface RunOptions {
  readonly cwd?: string;
  /** Changes to the user's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** One user with one package manager, one Node and one project, and nothing else: an empty home, a short PATH. */
export interface World {
  readonly manager: Manager;
  readonly home: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: (command: readonly string[], options?: RunOptions) => Promise<Ran>;
  /** Writes the manager's configuration for a network; returns the environment that belongs to it. */
  readonly connect: (network: Network) => void;
  readonly remove: () => void;
}

/** A program that hangs fails its cell, not the run. */
const LIMIT_MS = 120_000;

const homes = new Set<string>();

// Also where the run is interrupted.
process.once("exit", () => {
  for (const home of homes) removeTree(home);
});

/** Makes a world. The project's folder can have any name, because that is one of the situations. */
export async function createWorld(
  manager: Manager,
  network: Network,
  projectName = "project",
): Promise<World> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "parseltongue-matrix-")));
  homes.add(home);
  const project = join(home, "code", projectName);
  const bin = join(home, "bin");
  for (const folder of [bin, join(home, "tmp"), join(project, "src")])
    mkdirSync(folder, { recursive: true });
  await putOnPath(manager, bin);
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({
      name: "project",
      private: true,
      // Deno runs installed programs only as tasks.
      ...(manager.family === "deno" ? { scripts: { pt: "pt", parseltongue: "parseltongue" } } : {}),
    }),
  );
  writeFileSync(join(project, "src", "greet.js"), "export function greet() {\n  return 1;\n}\n");

  const env: Record<string, string> = {
    HOME: home,
    TMPDIR: join(home, "tmp"),
    LANG: "C.UTF-8",
    PNPM_HOME: join(home, "pnpm"),
    npm_config_prefix: join(home, "prefix"),
    // Yarn 1 shares these among all users where root runs it.
    YARN_CACHE_FOLDER: join(home, ".cache", "yarn"),
    ...(manager.family === "yarn-classic"
      ? { YARN_GLOBAL_FOLDER: join(home, ".config", "yarn", "global") }
      : {}),
    PATH: [
      bin,
      join(home, "prefix", "bin"),
      join(home, "pnpm", "bin"),
      join(home, "pnpm"),
      join(home, ".bun", "bin"),
      join(home, ".deno", "bin"),
      "/usr/local/bin",
      "/usr/bin",
      "/bin",
      "/usr/sbin",
      "/sbin",
    ].join(":"),
  };
  const connect = (to: Network): void => {
    const configuration = manager.configure(to);
    for (const [file, text] of Object.entries(configuration.files))
      writeFileSync(join(home, file), text);
    Object.assign(env, configuration.env);
  };
  connect(network);
  const run = async (command: readonly string[], options: RunOptions = {}): Promise<Ran> => {
    const [program = "", ...args] = command;
    const { exitCode, stdout, stderr, timedOut, code } = await execa(program, args, {
      cwd: options.cwd ?? project,
      env: { ...env, ...options.env },
      extendEnv: false,
      reject: false,
      stdin: "ignore",
      timeout: LIMIT_MS,
    });
    const note = timedOut ? `\n(ended after ${LIMIT_MS / 1000} s)` : code ? `\n(${code})` : "";
    return { command: command.join(" "), exitCode: exitCode ?? 255, stdout, stderr: stderr + note };
  };
  return {
    manager,
    home,
    project,
    env,
    run,
    connect,
    remove: () => {
      removeTree(home);
      homes.delete(home);
    },
  };
}

async function putOnPath(manager: Manager, bin: string): Promise<void> {
  const node = await ensureNode(manager.node);
  symlinkSync(node, join(bin, "node"));
  const main = await ensureTool(manager.tool);
  const modules = main.slice(0, -manager.tool.file.length);
  for (const [name, { file, argument }] of Object.entries(manager.programs)) {
    const program = file === undefined ? main : join(modules, file);
    const start = [...(manager.tool.runtime === "node" ? [node] : []), program].map(
      (part) => `"${part}"`,
    );
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${start.join(" ")} ${argument ?? ""} "$@"\n`, {
      mode: 0o755,
    });
  }
}

/** Puts another Node in front of the world's own. */
export async function switchNode({ home }: World, major: number): Promise<void> {
  const link = join(home, "bin", "node");
  rmSync(link);
  symlinkSync(await ensureNode(major), link);
}

/** Removes a folder, also one that was made read-only. */
function removeTree(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folders of this machine's platform packages below a folder, whatever the layout; each once. */
export function platformFolders(root: string): string[] {
  const names = targetsFor(process.platform, process.arch).map(({ name }) => name);
  const found = new Set<string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const path = join(folder, entry.name);
      const scoped =
        (basename(folder) === PLATFORM_SCOPE && names.includes(entry.name)) ||
        // Yarn's store names a folder after the package and the version, with the package in "package".
        (entry.name === "package" &&
          names.some((name) => folder.includes(`${sep}${PLATFORM_SCOPE}-${name}-npm-`)));
      if (scoped && existsSync(join(path, "package.json"))) found.add(path);
      else visit(path);
    }
  };
  visit(root);
  return [...found].sort();
}

/** The binaries of this machine's platform packages below a folder. */
export const platformBinaries = (root: string): string[] =>
  platformFolders(root)
    .map((folder) => join(folder, "bin", "parseltongue"))
    .filter((file) => existsSync(file));

/** The folder that holds a path's project: the nearest one above with a manifest. */
export function nearestManifest(path: string): string {
  for (let folder = path; dirname(folder) !== folder; folder = dirname(folder))
    if (existsSync(join(folder, "package.json"))) return folder;
  return path;
}
