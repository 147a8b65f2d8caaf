import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { PackageManager } from "./package-manager.ts";

/** A lockfile and what it knows of a package. */
export interface Lockfile {
  readonly path: string;
  /** Who wrote it. */
  readonly manager: PackageManager;
  /** Whether it says how to install a package; that another package asks for it does not count. */
  readonly locks: (packageName: string) => boolean;
}

/** A kind of lockfile. */
interface Format {
  readonly file: string;
  readonly manager: PackageManager;
  /** What stands before and after a package's name where the file locks it. */
  readonly entry: readonly [before: string, after: string];
}

/**
 * Each format repeats what packages ask for, so the name alone proves nothing: npm kept the requests and lost
 * the packages (npm/cli#4828).
 */
const FORMATS: readonly Format[] = [
  { file: "package-lock.json", manager: "npm", entry: ["node_modules/", '": {'] },
  { file: "npm-shrinkwrap.json", manager: "npm", entry: ["node_modules/", '": {'] },
  // Version 9 quotes scoped names, version 6 starts them with a slash.
  { file: "pnpm-lock.yaml", manager: "pnpm", entry: ["\n  ['/]{1,2}", "@"] },
  { file: "yarn.lock", manager: "yarn", entry: ['"', "@"] },
  { file: "bun.lock", manager: "bun", entry: ['"', '": \\['] },
  { file: "bun.lockb", manager: "bun", entry: ["", ""] },
  { file: "deno.lock", manager: "deno", entry: ['"', '@[^"]*": {'] },
];

const literally = (text: string): string => text.replace(/[/.-]/g, "\\$&");

/** The lockfile in a folder, or undefined. */
export function lockfileOf(folder: string): Lockfile | undefined {
  const format = FORMATS.find(({ file }) =>
    statSync(join(folder, file), { throwIfNoEntry: false })?.isFile(),
  );
  if (format === undefined) return undefined;
  const path = join(folder, format.file);
  const content = readFileSync(path, "latin1");
  const [before, after] = format.entry;
  return {
    path,
    manager:
      format.manager === "yarn" && !content.includes("__metadata:")
        ? "yarn-classic"
        : format.manager,
    locks: (name) =>
      new RegExp(`${before}${literally(name)}${after.replace("{", "\\{")}`).test(content),
  };
}
