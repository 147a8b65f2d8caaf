import { PT_COMMANDS, type PtCommand } from "./commands.ts";
import { FAILURE_EXIT } from "./failure.ts";
import { commandHelp, mainHelp } from "./help.ts";
import { UsageError } from "./workflows/arguments.ts";
import { WORKFLOWS } from "./workflows/definitions.ts";

type PassThrough = (args: readonly string[]) => Promise<void>;

/** What each command does with its arguments. Workflows come from their own table. */
const RUNNERS: Readonly<Partial<Record<PtCommand, (args: readonly string[]) => Promise<void>>>> = {
  workflows: async () => {
    process.stdout.write(
      WORKFLOWS.map(
        ({ name, summary, steps }) =>
          `${name.padEnd(16)}${summary}\n${" ".repeat(16)}writes ${steps.map(({ file }) => file).join(", ")}\n`,
      ).join("\n"),
    );
  },
  "init-templates": async (args) => (await import("./templates/command.ts")).initTemplates(args),
  doctor: async (args) => (await import("./doctor/command.ts")).doctor(args),
};

/** Runs a command that `pt` answers itself; without one, says what there is. */
export async function runOwnCommand(
  command: string | undefined,
  args: readonly string[],
  passThrough: PassThrough,
): Promise<void> {
  try {
    if (command === undefined) {
      process.stderr.write(mainHelp());
      process.exitCode = FAILURE_EXIT;
    } else if (command === "--help" || command === "-h") {
      process.stdout.write(mainHelp());
    } else if (command === "help") {
      await help(args, passThrough);
    } else if (asksForHelp(args)) {
      await help([command], passThrough);
    } else {
      await run(command, args);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`pt: ${error.message}\n  help: pt ${command} --help\n`);
    process.exitCode = FAILURE_EXIT;
  }
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const workflow = WORKFLOWS.find(({ name }) => name === command);
  if (workflow === undefined) return RUNNERS[command as PtCommand]?.(args);
  const [{ runWorkflow }, { parseWorkflowArguments }] = await Promise.all([
    import("./workflows/run.ts"),
    import("./workflows/arguments.ts"),
  ]);
  await runWorkflow(workflow, parseWorkflowArguments(workflow, args));
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? undefined : end).some((arg) => arg === "--help" || arg === "-h");
}

async function help(
  [command, ...rest]: readonly string[],
  passThrough: PassThrough,
): Promise<void> {
  if (command === undefined || command === "help") {
    process.stdout.write(mainHelp());
    return;
  }
  const own = commandHelp(command);
  if (own === undefined) await passThrough([command, ...rest, "--help"]);
  else process.stdout.write(own);
}

/**
 * Answers for a word that is no command and was probably meant to be one of `pt`'s own. The engine answers
 * for the rest: it knows its own commands better, also those that this package is too old to know.
 */
export function reportMistyped(word: string): boolean {
  const [nearest] = PT_COMMANDS.map((name) => ({ name, distance: editDistance(word, name) })).sort(
    (a, b) => a.distance - b.distance,
  );
  if (nearest === undefined || nearest.distance > Math.max(1, Math.floor(nearest.name.length / 4)))
    return false;
  process.stderr.write(
    `pt: there is no command "${word}"; did you mean "pt ${nearest.name}"?\n  help: pt --help\n`,
  );
  process.exitCode = FAILURE_EXIT;
  return true;
}

/** Levenshtein's distance, one row at a time. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
