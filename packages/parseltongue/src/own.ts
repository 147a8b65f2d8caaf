import { COMPLETE_COMMAND, ENGINE_COMMANDS, PT_COMMANDS, type PtCommand } from "./commands.ts";
import { type WorkflowFile, workflowFiles } from "./extensions/files.ts";
import { findPlugin, plugins } from "./extensions/plugins.ts";
import { FAILURE_EXIT, reportSpawn } from "./failure.ts";
import { commandHelp, mainHelp, workflowHelp } from "./help.ts";
import { launch } from "./launch.ts";
import { nearest } from "./nearest.ts";
import { answerArguments } from "./workflows/answer.ts";
import { UsageError } from "./workflows/arguments.ts";
import { WORKFLOWS, type Workflow } from "./workflows/definitions.ts";

type PassThrough = (args: readonly string[]) => Promise<void>;

/** What each command does with its arguments. Workflows come from their own table. */
const RUNNERS: Readonly<
  Partial<Record<PtCommand, (args: readonly string[], passThrough: PassThrough) => Promise<void>>>
> = {
  workflows: async (args) => (await import("./extensions/list.ts")).listWorkflows(args),
  "init-templates": async (args) => (await import("./templates/command.ts")).initTemplates(args),
  mcp: async ([action, ...args], passThrough) => {
    if (action === "install" || action === "uninstall")
      await (await import("./mcp/command.ts")).configureClients(action, args);
    else await passThrough(["mcp", ...(action === undefined ? [] : [action]), ...args]);
  },
  "link-native": async (args) => (await import("./link-native.ts")).linkNative(args),
  completions: async (args) => (await import("./completions/command.ts")).completions(args),
  doctor: async (args) => (await import("./doctor/command.ts")).doctor(args),
};

/** Runs a command that `pt` answers itself; without one, says what there is. */
export async function runOwnCommand(
  command: string | undefined,
  args: readonly string[],
  passThrough: PassThrough,
): Promise<void> {
  await asUser(command, async () => {
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
      const workflow = WORKFLOWS.find(({ name }) => name === command);
      if (workflow === undefined) await RUNNERS[command as PtCommand]?.(args, passThrough);
      else await startBuiltIn(workflow, args, passThrough);
    }
  });
}

/**
 * Runs a word that is no known command: a workflow of the project, a program `pt-WORD` on PATH, or else a
 * command of an engine that is newer than this package, unless the word is plainly a mistyped command.
 */
export async function runExtension(
  word: string,
  args: readonly string[],
  passThrough: PassThrough,
): Promise<void> {
  await asUser(word, async () => {
    if (word === COMPLETE_COMMAND)
      return (await import("./completions/complete.ts")).complete(args);
    const file = workflowFiles().find(({ name }) => name === word);
    if (file !== undefined) {
      const workflow = await readWorkflow(file);
      if (asksForHelp(args)) process.stdout.write(workflowHelp(workflow));
      else await startWorkflow(workflow, args);
      return;
    }
    const plugin = findPlugin(word);
    if (plugin !== undefined) {
      const engine = { path: plugin.path, source: "override" } as const;
      launch(engine, args, (error) => reportSpawn(engine, error));
      return;
    }
    if (!reportMistyped(word)) await passThrough([word, ...args]);
  });
}

/** A mistake of the user ends with a message and the way to the help. */
async function asUser(command: string | undefined, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`pt: ${error.message}\n  help: pt ${command} --help\n`);
    process.exitCode = FAILURE_EXIT;
  }
}

/** Without the parser of workflow files until there is one to read. */
async function readWorkflow(file: WorkflowFile): Promise<Workflow> {
  return (await import("./extensions/workflows.ts")).readWorkflow(file);
}

/** Some options ask for the answer alone, which is the engine's to give. */
async function startBuiltIn(
  workflow: Workflow,
  args: readonly string[],
  passThrough: PassThrough,
): Promise<void> {
  const alone = answerArguments(workflow, args);
  if (alone === undefined) await startWorkflow(workflow, args);
  else await passThrough(alone);
}

async function startWorkflow(workflow: Workflow, args: readonly string[]): Promise<void> {
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
  if (own !== undefined) process.stdout.write(own);
  else if ((ENGINE_COMMANDS as readonly string[]).includes(command))
    await passThrough([command, ...rest, "--help"]);
  else await runExtension(command, [...rest, "--help"], passThrough);
}

/**
 * Answers for a word that was probably meant to be another command. The engine answers for the rest: it also
 * knows commands that this package is too old to know.
 */
function reportMistyped(word: string): boolean {
  const meant = nearest(word, [
    ...PT_COMMANDS,
    ...ENGINE_COMMANDS,
    ...workflowFiles().map(({ name }) => name),
    ...plugins().map(({ name }) => name),
  ]);
  if (meant === undefined) return false;
  process.stderr.write(
    `pt: there is no command "${word}"; did you mean "pt ${meant}"?\n  help: pt --help\n`,
  );
  process.exitCode = FAILURE_EXIT;
  return true;
}
