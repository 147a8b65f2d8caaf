import { parseArgs } from "node:util";
import { buildEngine } from "./lib/engine.ts";
import { hostTarget, targetNamed } from "./lib/host.ts";

/** `npm run build:engine [-- --target NAME] [--force]`: prints the path of the binary. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { target: { type: "string" }, force: { type: "boolean", default: false } },
  });
  const target = values.target === undefined ? hostTarget() : targetNamed(values.target);
  process.stdout.write(`${await buildEngine(target, { force: values.force })}\n`);
}
