import { parseArgs } from "node:util";
import { checkTarget } from "./lib/binary-checks.ts";
import { targetNamed } from "./lib/host.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { builtTargets } from "./lib/pack.ts";
import { Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run check:binaries -- [--target NAME]...

Checks the built binaries by their bytes: format, libraries, oldest system, signature, symbols, paths, size, mode.
`;

/** `npm run check:binaries`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { target: { type: "string", multiple: true, default: [] } },
  });
  const targets = values.target.length > 0 ? values.target.map(targetNamed) : builtTargets();
  if (targets.length === 0)
    throw new Trouble("no binary is built", "fix: npm run build:engine -- --all");
  await ensureMainPackage();
  let failures = 0;
  for (const target of targets) {
    process.stdout.write(`${target.name}\n`);
    for (const { name, passed, found } of await checkTarget(target)) {
      process.stdout.write(`  ${passed ? "ok    " : "FAILED"}  ${name.padEnd(30)}${found}\n`);
      if (!passed) failures++;
    }
  }
  if (failures > 0)
    throw new Trouble(
      `${failures} checks of binaries failed`,
      "why: each says above what it found",
      "fix: a binary for this machine alone is not fit to be published: npm run build:engine -- --all",
    );
}
