import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildEngine } from "./lib/engine.ts";
import { hostTarget } from "./lib/host.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { builtTargets, packAll } from "./lib/pack.ts";
import { Trouble } from "./lib/say.ts";

/** `npm run pack -- --out DIR [--built]`: writes the tarballs of the main and the host's package, and prints their paths. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { out: { type: "string" }, built: { type: "boolean", default: false } },
  });
  if (values.out === undefined)
    throw new Trouble("where should the tarballs go?", "fix: npm run pack -- --out DIR");
  await ensureMainPackage();
  await buildEngine();
  const targets = values.built ? builtTargets() : [hostTarget()];
  const out = resolve(process.env["INIT_CWD"] ?? ".", values.out);
  for (const { file, size } of await packAll(targets, out))
    process.stdout.write(`${file}\t${size}\n`);
}
