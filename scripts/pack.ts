import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { TARGETS } from "../packages/parseltongue/src/targets.ts";
import { targetNamed } from "./lib/host.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { packAll } from "./lib/pack.ts";
import { targetsToPublish } from "./lib/published-targets.ts";
import { Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run pack -- --out DIR [--all|--target NAME]

Writes the tarballs of the main package and the platform packages, and prints their paths.

  --out DIR      where to
  --all          build every platform first
  --target NAME  build this platform and pack no other; may be given several times
`;

/** `npm run pack`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: "string" },
      all: { type: "boolean", default: false },
      target: { type: "string", multiple: true, default: [] },
    },
  });
  if (values.out === undefined)
    throw new Trouble("where should the tarballs go?", "fix: npm run pack -- --out DIR");
  await ensureMainPackage();
  const targets = await targetsToPublish(values.all ? TARGETS : values.target.map(targetNamed));
  const out = resolve(process.env["INIT_CWD"] ?? ".", values.out);
  for (const { file, size } of await packAll(targets, out))
    process.stdout.write(`${file}\t${size}\n`);
}
