import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { installedNodes } from "../nodes.ts";
import { say, Trouble } from "../say.ts";

/** A program of an npm package, at one version. */
export interface Tool {
  readonly package: string;
  readonly version: string;
  /** The file to run, from the `node_modules` that the package is installed into. */
  readonly file: string;
  /** Whether Node runs it, or the system. */
  readonly runtime: "node" | "system";
}

/** Outside the project: tools are some hundred megabytes, and another clone needs the same ones. */
const CACHE = join(
  process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"),
  "parseltongue-development",
  "tools",
);

const asked = new Map<string, Promise<string>>();

/** Installs a tool once for this user, and returns the path of its file. */
export function ensureTool(tool: Tool): Promise<string> {
  const key = `${tool.package}@${tool.version}/${tool.file}`;
  const pending = asked.get(key) ?? install(tool);
  asked.set(key, pending);
  return pending;
}

async function install(tool: Tool): Promise<string> {
  const folder = join(CACHE, `${tool.package.replace("/", "+")}@${tool.version}`);
  const file = join(folder, "node_modules", tool.file);
  if (existsSync(file)) return file;
  say(`Fetching ${tool.package}@${tool.version} ...`);
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const { exitCode, stderr } = await execa(
    "npm",
    [
      "install",
      `--prefix=${partial}`,
      "--no-save",
      "--no-package-lock",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      // A tool may ask for a newer Node than this one; it is run by the Node it needs.
      "--force",
      `${tool.package}@${tool.version}`,
    ],
    { cwd: partial, reject: false },
  );
  if (exitCode !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw new Trouble(
      `${tool.package}@${tool.version} cannot be fetched`,
      `why: ${stderr.trim().split("\n").slice(-3).join(" ")}`,
      "fix: npm ping shows whether the registry answers",
    );
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  if (!existsSync(file))
    throw new Trouble(
      `${tool.package}@${tool.version} has no ${tool.file}`,
      "fix: correct its row",
    );
  return file;
}

const nodes = new Map<number, Promise<string>>();

/** The path of a Node of a major version. */
export function ensureNode(major: number): Promise<string> {
  const pending =
    nodes.get(major) ?? installedNodes([major]).then((installed) => installed.get(major) ?? "");
  nodes.set(major, pending);
  return pending;
}
