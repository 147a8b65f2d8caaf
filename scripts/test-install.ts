import { parseArgs } from "node:util";
import type { Outcome } from "./lib/install-matrix/cell.ts";
import { MANAGERS } from "./lib/install-matrix/managers.ts";
import { type Filled, fillAll, startNetworks } from "./lib/install-matrix/matrix.ts";
import { SITUATIONS } from "./lib/install-matrix/situations.ts";
import { INTERRUPTIONS } from "./lib/interruptions.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { targetsToPublish } from "./lib/published-targets.ts";
import { say, Trouble } from "./lib/say.ts";

const SHORT: Readonly<Record<Outcome["kind"], string>> = {
  works: "works",
  explains: "explains",
  "n/a": "n/a",
  failed: "FAILED",
};

/** What `--help` prints. */
export const HELP = `Usage: npm run test:install -- [--manager NAME]... [--situation NAME]... [--quick] [--json] [--jobs N]

Installs from a registry of its own with every package manager in every situation, and prints a table. Ends with 1
if one cell neither works nor explains what it should.

  --manager NAME    only this package manager; may be given several times
  --situation NAME  only this situation; may be given several times
  --quick           the part that npm test runs
  --jobs N          cells at a time (2)
  --json            the outcomes as JSON
`;

/** `npm run test:install`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      manager: { type: "string", multiple: true },
      situation: { type: "string", multiple: true },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      jobs: { type: "string", default: "2" },
    },
  });
  const managers = chosen("package manager", MANAGERS, values.manager);
  const situations = chosen("situation", SITUATIONS, values.situation);
  await ensureMainPackage();
  const targets = await targetsToPublish();
  const cells = managers.flatMap((manager) =>
    situations
      .filter(({ quick }) => !values.quick || quick?.includes(manager.name))
      .map((situation) => [manager, situation] as const),
  );
  // From the first moment: what is stopped must not leave its folders behind.
  for (const signal of INTERRUPTIONS) process.once(signal, () => process.exit(1));
  const { networks, close } = await startNetworks(targets);
  let results: readonly Filled[];
  try {
    results = await fillAll(
      cells,
      networks,
      Number(values.jobs),
      ({ manager, situation, outcome, seconds }) =>
        say(
          `${manager.padEnd(12)} ${situation.padEnd(22)} ${SHORT[outcome.kind]}${detail(outcome)} (${seconds.toFixed(1)} s)`,
        ),
    );
  } finally {
    await close();
  }
  const failed = results.filter(({ outcome }) => outcome.kind === "failed");
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ cells: results }, null, 2)}\n`
      : table(
          results,
          managers.map(({ name }) => name),
          situations.map(({ name }) => name),
        ),
  );
  for (const { manager, situation, outcome } of failed)
    if (outcome.kind === "failed") say(`\n--- ${manager}, ${situation}\n${outcome.output}`);
  say(`\n${results.length} cells, ${failed.length} failed`);
  if (failed.length > 0) process.exitCode = 1;
}

function detail(outcome: Outcome): string {
  if (outcome.kind === "works") return outcome.how && `, ${outcome.how}`;
  if (outcome.kind === "explains") return ` ${outcome.code}`;
  return outcome.kind === "n/a" ? `: ${outcome.reason}` : "";
}

/** The rows whose name is, or starts with, one of those asked for. */
function chosen<Row extends { readonly name: string }>(
  what: string,
  rows: readonly Row[],
  names: readonly string[] | undefined,
): readonly Row[] {
  if (names === undefined) return rows;
  return names.flatMap((name) => {
    const exact = rows.filter((row) => row.name === name);
    const found = exact.length > 0 ? exact : rows.filter((row) => row.name.startsWith(name));
    if (found.length === 0)
      throw new Trouble(
        `there is no ${what} "${name}"`,
        `fix: choose ${rows.map((row) => row.name).join(", ")}`,
      );
    return found;
  });
}

function table(
  results: readonly Filled[],
  managers: readonly string[],
  situations: readonly string[],
): string {
  const cell = (manager: string, situation: string): string => {
    const found = results.find((each) => each.manager === manager && each.situation === situation);
    return found === undefined ? "" : SHORT[found.outcome.kind];
  };
  const rows = [
    ["", ...managers],
    ...situations.map((name) => [name, ...managers.map((manager) => cell(manager, name))]),
  ].filter((row, index) => index === 0 || row.slice(1).some(Boolean));
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return `${rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")}\n`;
}
