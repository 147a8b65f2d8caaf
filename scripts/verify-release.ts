import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { PACKAGE_NAME } from "../packages/parseltongue/src/identity.ts";
import { platformPackage, TARGETS } from "../packages/parseltongue/src/targets.ts";
import { describeArchiveDifference } from "./lib/distribution/difference.ts";
import { NPM_BUNDLE } from "./lib/distribution/layout.ts";
import { inTemporaryFolder } from "./lib/distribution/programs.ts";
import { npmEffects } from "./lib/distribution/publish.ts";
import { targetNamed } from "./lib/host.ts";
import { ROOT } from "./lib/paths.ts";
import { say, Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run verify-release -- VERSION|TAG [options]

Builds a released version anew from its tag, and compares every package with what a registry serves.

  --registry URL  without it, npm's public one
  --target NAME   only this platform's package; may be given several times
  --from DIR      compare with the tarballs of a distribution that is there, instead of building from the tag
`;

/**
 * Packs a tag's packages in a work tree of its own, and gives the folder of their tarballs to `use`. They were
 * validated when they were released, and no bytes depend on that: a busy machine need not be as quick again.
 */
async function fromTag(
  version: string,
  targets: readonly string[],
  use: (folder: string) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (scratch) => {
    const tree = join(scratch, "tree");
    const { failed, stderr } = await execa(
      "git",
      ["worktree", "add", "--quiet", "--detach", tree, `v${version}`],
      { cwd: ROOT, reject: false },
    );
    if (failed)
      throw new Trouble(
        `there is no v${version} to build: ${stderr.trim()}`,
        "fix: git fetch --tags",
      );
    try {
      const out = join(scratch, "packages");
      const chosen = targets.length > 0 ? targets.flatMap((name) => ["--target", name]) : ["--all"];
      await execa(process.execPath, ["scripts/run.mjs", "pack", "--out", out, ...chosen], {
        cwd: tree,
        stdin: "ignore",
        stdout: process.stderr,
        stderr: process.stderr,
      });
      await use(out);
    } finally {
      await execa("git", ["worktree", "remove", "--force", tree], { cwd: ROOT, reject: false });
    }
  });
}

/** The version that a registry has under a dist-tag, such as `latest`. */
async function taggedVersion(tag: string, registry: string): Promise<string> {
  const { stdout } = await execa(
    "npm",
    ["view", `${PACKAGE_NAME}@${tag}`, "version", "--registry", registry],
    { reject: false },
  );
  if (stdout.trim() === "")
    throw new Trouble(`${registry} has no ${PACKAGE_NAME}@${tag}`, "fix: name a version");
  say(`${tag} is ${stdout.trim()}`);
  return stdout.trim();
}

/** `npm run verify-release -- VERSION`: what is served is what the tag's source gives. */
export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      registry: { type: "string", default: "https://registry.npmjs.org/" },
      target: { type: "string", multiple: true, default: [] },
      from: { type: "string" },
    },
  });
  const [given] = positionals;
  if (given === undefined)
    throw new Trouble("which version?", "fix: npm run verify-release -- 1.2.3");
  const version = /^v?\d/.test(given)
    ? given.replace(/^v/, "")
    : await taggedVersion(given, values.registry);
  const chosen = values.target.map(targetNamed);
  // The main package pins every platform's binary, so it is the same only where all were built.
  const names =
    chosen.length > 0
      ? chosen.map(platformPackage)
      : [...TARGETS.map(platformPackage), PACKAGE_NAME];
  const registry = npmEffects(values.registry, { provenance: false, anonymous: true });
  const failed: string[] = [];

  const compare = async (folder: string): Promise<void> => {
    for (const name of names) {
      const file = join(folder, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`);
      if (!existsSync(file))
        throw new Trouble(`${file} is missing`, `it holds ${readdirSync(folder).join(", ")}`);
      const known = await registry.look(name, version);
      const served =
        known?.tarball === undefined
          ? { why: "the registry does not have this version" }
          : await registry.fetch(known.tarball);
      const lines =
        "why" in served
          ? [served.why]
          : await inTemporaryFolder(async (scratch) => {
              const twin = join(scratch, "served.tgz");
              writeFileSync(twin, served.bytes);
              return readFileSync(file).equals(served.bytes)
                ? []
                : describeArchiveDifference(file, twin);
            });
      process.stdout.write(
        `${lines.length === 0 ? "same  " : "DIFFER"}  ${name}@${version}\n${lines.map((line) => `          ${line}\n`).join("")}`,
      );
      if (lines.length > 0) failed.push(name);
    }
  };
  if (values.from !== undefined)
    await compare(join(resolve(process.env["INIT_CWD"] ?? ".", values.from), NPM_BUNDLE));
  else await fromTag(version, values.target, compare);
  if (failed.length > 0)
    throw new Trouble(`${failed.join(", ")} are not what the source of v${version} gives`);
  say(`${names.length} packages are what the source of v${version} gives, bit by bit.`);
}
