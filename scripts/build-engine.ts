import { parseArgs } from "node:util";
import { TARGETS } from "../packages/parseltongue/src/targets.ts";
import { libraryAdvice, rustFor } from "./lib/cross-toolchain.ts";
import { buildEngine } from "./lib/engine.ts";
import { targetNamed } from "./lib/host.ts";
import { say, Trouble } from "./lib/say.ts";
import { buildOf, type TargetBuild } from "./lib/target-builds.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run build:engine -- [--target NAME]... [--all] [--force]

Builds the engine and prints the paths of the binaries: for this machine with its own linker, or, with a target, as
it is published. What is current is left alone.

  --target NAME  a platform of docs/targets.md; may be given several times
  --all          every platform
  --force        also what is current
`;

/** `npm run build:engine`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      target: { type: "string", multiple: true, default: [] },
      all: { type: "boolean", default: false },
      force: { type: "boolean", default: false },
    },
  });
  const { force } = values;
  const targets = values.all ? TARGETS : values.target.map(targetNamed);
  if (targets.length === 0) {
    process.stdout.write(`${await buildEngine(undefined, { force })}\n`);
    return;
  }
  // Everything that is missing is said before hours may have passed.
  const missing: TargetBuild[] = [];
  for (const build of targets.map(buildOf))
    if ((await rustFor(build)) === undefined) missing.push(build);
  if (missing.length > 0)
    throw new Trouble(
      `Rust's standard library is not there for ${missing.map(({ triple }) => triple).join(", ")}`,
      "why: neither is it installed, nor are its sources",
      `fix: npm run setup-cross, or: ${libraryAdvice(missing)}`,
    );
  const failed: string[] = [];
  for (const target of targets) {
    try {
      process.stdout.write(`${await buildEngine(target, { force })}\n`);
    } catch (error) {
      if (!(error instanceof Trouble) || targets.length === 1) throw error;
      say(error.message);
      failed.push(target.name);
    }
  }
  if (failed.length > 0)
    throw new Trouble(
      `not built: ${failed.join(", ")}`,
      "why: each says it above",
      `fix: npm run build:engine -- --target ${failed[0]}`,
    );
}
