import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { TARGETS } from "../packages/parseltongue/src/targets.ts";
import { assemble, pipeline } from "./lib/distribution/assemble.ts";
import { DISTRIBUTION } from "./lib/distribution/layout.ts";
import { readSourceState } from "./lib/distribution/source-state.ts";
import { Stamps } from "./lib/distribution/steps.ts";
import { hostTarget, targetNamed } from "./lib/host.ts";
import { say, Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run package-distribution -- [options]

Builds everything that is shipped, validates it, and leaves it in distribution/. What is unchanged is not made again.

  --target NAME  for this platform; may be given several times (the first one gives binaries/parseltongue)
  --all          for every platform
  --local        for this machine alone, with its own linker: needs nothing but Rust, and is not to be published
  --out DIR      another folder than distribution/
  --dry-run      show the steps, and do nothing
  --help

Examples:
  npm run package-distribution
  npm run package-distribution -- --target linux-x64-musl --out /tmp/dist
`;

/** `npm run package-distribution`: from source to a validated distribution. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      target: { type: "string", multiple: true },
      all: { type: "boolean", default: false },
      local: { type: "boolean", default: false },
      out: { type: "string" },
      "dry-run": { type: "boolean", default: false },
    },
  });
  const host = hostTarget();
  const { local } = values;
  if (local && (values.all || values.target))
    throw new Trouble("--local builds for this machine and no other target");
  const targets = values.all
    ? [host, ...TARGETS.filter(({ name }) => name !== host.name)]
    : (values.target?.map(targetNamed) ?? [host]);
  const out =
    values.out === undefined ? DISTRIBUTION : resolve(process.env["INIT_CWD"] ?? ".", values.out);
  if (values["dry-run"]) {
    const source = await readSourceState();
    const steps = pipeline(targets, out, source, new Stamps("", out), { local, show: say });
    for (const [index, { name, plan }] of steps.entries())
      process.stdout.write(`[${index + 1}/${steps.length}] ${name.padEnd(20)}${plan}\n`);
    process.stdout.write(`into ${out}; nothing was done\n`);
    return;
  }
  const started = Date.now();
  await assemble(targets, out, { local });
  say(`Done in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  process.stdout.write(`${out}\n`);
}
