import {
  COMPLETE_COMMAND,
  ENGINE_COMMANDS,
  PT_COMMANDS,
  type PtCommand,
  VERSION_FLAGS,
} from "../commands.ts";
import { inspectExecutable } from "../executable.ts";
import { workflowFiles } from "../extensions/files.ts";
import { plugins } from "../extensions/plugins.ts";
import { commandHelp, ENGINE_HELP, OTHER_COMMANDS, workflowOptions } from "../help.ts";
import { launch } from "../launch.ts";
import { resolveBinary } from "../resolve.ts";
import { TEMPLATES } from "../templates/table.ts";
import { UsageError } from "../workflows/arguments.ts";
import { FORMATS, WORKFLOWS, type Workflow } from "../workflows/definitions.ts";
import { SHELLS } from "./scripts.ts";

/** A word that can stand there, and what it means. */
type Candidate = readonly [word: string, text: string];

/** Tell the shell to offer its own. The engine's words for the same. */
const DIRECTORIES: Candidate = [":directories", ""];

/** An entity's name is the engine's to complete; any command that takes one will do. */
const NAME_COMMAND = "callers";

/**
 * `pt complete --at=BEGINNING WORD...`: what can stand behind the words, a line each. Scripts call it at every
 * key, so it says nothing where something is wrong: people get the message when they run the command.
 */
export async function complete([at = "", ...words]: readonly string[]): Promise<void> {
  const beginning = /^--at=(.*)$/s.exec(at)?.[1];
  if (beginning === undefined)
    throw new UsageError(`completion scripts call "pt ${COMPLETE_COMMAND} --at=BEGINNING WORD..."`);
  const answer = await candidates(beginning, words);
  if ("engine" in answer) return askEngine(answer.engine);
  for (const [word, text] of answer.own) {
    if (word.startsWith(beginning) || word.startsWith(":"))
      process.stdout.write(text === "" ? `${word}\n` : `${word}\t${text}\n`);
  }
}

/** Our own candidates, or the question for the engine. */
type Answer = { readonly own: readonly Candidate[] } | { readonly engine: readonly string[] };

async function candidates(at: string, words: readonly string[]): Promise<Answer> {
  const [command, ...given] = words;
  if (command === undefined) return { own: at.startsWith("-") ? flags() : commands() };
  if (command === "help") return { own: given.length === 0 ? commands() : [] };
  const workflow = WORKFLOWS.find(({ name }) => name === command) ?? (await ownWorkflow(command));
  if (workflow !== undefined) return workflowCandidates(workflow, at, given);
  if (command in OTHER_COMMANDS)
    return { own: ownCandidates(command as keyof typeof OTHER_COMMANDS, at, given) };
  return { engine: [COMPLETE_COMMAND, `--at=${at}`, ...words] };
}

const flags = (): Candidate[] => [
  ["--help", "Show what there is"],
  [VERSION_FLAGS[0], "Show the version"],
];

function commands(): Candidate[] {
  return [
    ...PT_COMMANDS.map((name): Candidate => [name, summary(name)]),
    ...ENGINE_COMMANDS.map((name): Candidate => [name, ENGINE_HELP[name].summary]),
    ...workflowFiles().map(({ name }): Candidate => [name, "workflow of this project"]),
    ...plugins().map(({ name, path }): Candidate => [name, path]),
  ];
}

const summary = (command: PtCommand): string => commandHelp(command)?.split("\n", 1)[0] ?? "";

async function ownWorkflow(command: string): Promise<Workflow | undefined> {
  const file = workflowFiles().find(({ name }) => name === command);
  if (file === undefined) return undefined;
  try {
    return (await import("../extensions/workflows.ts")).readWorkflow(file);
  } catch (error) {
    // A mistake in the file is told when the workflow is run.
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

function workflowCandidates(workflow: Workflow, at: string, given: readonly string[]): Answer {
  const options = workflowOptions(workflow).map(
    ([option, text]) => [option.split(" ", 1)[0] ?? "", text, option.includes(" ")] as const,
  );
  const positional: string[] = [];
  let root: string | undefined;
  let pending: string | undefined;
  for (const word of given) {
    if (pending !== undefined) {
      if (pending === "--root") root = word;
      pending = undefined;
    } else if (options.some(([option, , takesValue]) => takesValue && option === word)) {
      pending = word;
    } else if (word.startsWith("--root=")) {
      root = word.slice("--root=".length);
    } else if (!word.startsWith("-")) {
      positional.push(word);
    }
  }
  if (pending === "--format") return { own: FORMATS.map((format) => [format, ""]) };
  if (pending !== undefined) return { own: [DIRECTORIES] };
  if (at.startsWith("-")) return { own: options.map(([option, text]) => [option, text]) };
  const { subject } = workflow;
  const names = subject === "name" ? 0 : subject === "directory" ? undefined : 1;
  if (positional.length !== names) return { own: positional.length === 0 ? [DIRECTORIES] : [] };
  const project = subject === "name" ? root : positional[0];
  return {
    engine: [
      COMPLETE_COMMAND,
      `--at=${at}`,
      NAME_COMMAND,
      ...(project === undefined ? [] : ["--root", project]),
    ],
  };
}

function ownCandidates(
  command: keyof typeof OTHER_COMMANDS,
  at: string,
  given: readonly string[],
): readonly Candidate[] {
  if (command === "init-templates" && given.at(-1) === "--only")
    return TEMPLATES.map(({ name, summary: text }) => [name, text]);
  if (at.startsWith("-"))
    return (OTHER_COMMANDS[command].options ?? []).map(([option, text]) => [
      option.split(" ", 1)[0] ?? "",
      text,
    ]);
  if (command === "completions" && given.length === 0) return SHELLS.map((shell) => [shell, ""]);
  return command === "init-templates" ? [DIRECTORIES] : [];
}

/** Without download, advice or error: a key was pressed, and nothing was asked for. */
function askEngine(args: readonly string[]): void {
  const engine = resolveBinary();
  if (engine.problem !== undefined || inspectExecutable(engine.path).problem !== undefined) return;
  launch(engine, args, () => undefined);
}
