import { resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  LAYERS,
  type Layer,
  outcomeLine,
  readDistribution,
  runChecks,
} from "./lib/distribution/checks.ts";
import { DISTRIBUTION } from "./lib/distribution/layout.ts";
import { say, Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run validate -- [DIR] [--layer NAME] [--json]

Checks a distribution (distribution/ unless another folder is named) on the files in it, not on the source.
Ends with 1 if a check fails: such a package must not be given to anybody.

  --layer NAME  only this layer: ${LAYERS.join(", ")}; may be given several times
  --json        the outcomes as JSON
`;

/** `npm run validate`: the validation layer, on a finished distribution. */
export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      layer: { type: "string", multiple: true },
      json: { type: "boolean", default: false },
    },
  });
  const unknown = values.layer?.find((name) => !LAYERS.includes(name as Layer));
  if (unknown !== undefined)
    throw new Trouble(`there is no layer "${unknown}"`, `fix: choose ${LAYERS.join(", ")}`);
  const folder =
    positionals[0] === undefined
      ? DISTRIBUTION
      : resolve(process.env["INIT_CWD"] ?? ".", positionals[0]);
  const started = Date.now();
  const outcomes = await runChecks(
    readDistribution(folder),
    values.layer ? { layers: values.layer as Layer[] } : {},
    (outcome) => {
      if (!values.json) process.stdout.write(`${outcomeLine(outcome)}\n`);
    },
  );
  if (values.json) process.stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`);
  const failed = outcomes.filter(({ passed }) => !passed);
  say(
    `${outcomes.length - failed.length} passed, ${failed.length} failed, in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  if (failed.length > 0)
    throw new Trouble(`the package in ${folder} is refused`, ...failed.map(outcomeLine));
}
