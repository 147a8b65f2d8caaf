import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildEngine } from "./lib/engine.ts";
import { hostTarget } from "./lib/host.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { builtTargets, packAll } from "./lib/pack.ts";
import { Trouble } from "./lib/say.ts";
import { overBudget, shippedParts } from "./lib/size.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run size

What is shipped, in bytes, against size-budget.json.
`;

/** `npm run size`: see {@link HELP}. */
export async function main(): Promise<void> {
  await ensureMainPackage();
  // As it is published: a build for this machine alone is larger.
  await buildEngine(hostTarget());
  const out = mkdtempSync(join(tmpdir(), "parseltongue-size-"));
  try {
    const targets = builtTargets();
    const parts = shippedParts(await packAll(targets, out), targets);
    const over = overBudget(parts);
    for (const part of parts) {
      const { name, bytes, allowed } = part;
      process.stdout.write(
        `${name.padEnd(42)}${String(bytes).padStart(10)} of ${String(allowed).padStart(10)}${over.includes(part) ? "  OVER" : ""}\n`,
      );
    }
    if (over.length > 0)
      throw new Trouble(
        `over budget: ${over.map(({ name }) => name).join(", ")}`,
        "fix: make it smaller, or raise size-budget.json with a reason in the commit",
      );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
