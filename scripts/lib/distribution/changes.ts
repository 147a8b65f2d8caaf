import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import getReleasePlan from "@changesets/get-release-plan";
import { execa } from "execa";
import { PACKAGE_NAME } from "../../../packages/parseltongue/src/identity.ts";
import { platformPackage, TARGETS } from "../../../packages/parseltongue/src/targets.ts";
import { Trouble } from "../say.ts";

/** What the collected changesets amount to. */
export interface Plan {
  /** The version they lead to, or undefined where there is no changeset. */
  readonly version?: string;
  /** One line for each change, for people. */
  readonly changes: readonly string[];
}

/** Reads the changesets of a repository. */
export async function plannedRelease(root: string): Promise<Plan> {
  const { changesets, releases } = await getReleasePlan(root);
  const main = releases.find(({ name }) => name === PACKAGE_NAME);
  const changes = changesets.map(({ summary, releases: of }) => {
    const kinds = [...new Set(of.map(({ type }) => type))].join(", ");
    return `${kinds}: ${summary.split("\n")[0] ?? ""}`;
  });
  return { changes, ...(main && changesets.length > 0 ? { version: main.newVersion } : {}) };
}

const CHANGELOG = "CHANGELOG.md";

/**
 * Applies the collected changesets: versions of all packages, and one changelog at the root.
 *
 * changesets keeps a changelog in each package. All packages are one product with one version, so the main
 * package's is kept, and where people look for it.
 */
export async function applyChangesets(root: string): Promise<void> {
  const ofMain = join(root, "packages", PACKAGE_NAME, CHANGELOG);
  const ofProduct = join(root, CHANGELOG);
  if (existsSync(ofProduct)) renameSync(ofProduct, ofMain);
  try {
    const { failed, stderr, stdout } = await execa(
      "npx",
      ["--no-install", "changeset", "version"],
      {
        cwd: root,
        reject: false,
        stdin: "ignore",
      },
    );
    if (failed) throw new Trouble(`changeset version failed: ${(stderr || stdout).trim()}`);
  } finally {
    if (existsSync(ofMain)) renameSync(ofMain, ofProduct);
  }
  for (const target of TARGETS)
    rmSync(join(root, "npm", platformPackage(target), CHANGELOG), { force: true });
}

/** Cargo's lock file with another version of the workspace's own crates. */
export function lockWithVersion(lock: string, version: string): string {
  // Only crates of ours have no source.
  return lock.replaceAll(
    /^(name = "parseltongue-[\w-]+"\nversion = ")[^"]+("\n)(?!source)/gm,
    `$1${version}$2`,
  );
}

/** The changelog's section of a version, without its heading. */
export function changelogOf(root: string, version: string): string {
  const file = join(root, CHANGELOG);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const start = text.indexOf(`\n## ${version}\n`);
  if (start < 0) return "";
  const body = text.slice(start + `\n## ${version}\n`.length);
  const end = body.search(/^## /m);
  return (end < 0 ? body : body.slice(0, end)).trim();
}
