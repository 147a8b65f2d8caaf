import { UsageError } from "./arguments.ts";
import type { Workflow } from "./definitions.ts";

type OptionText = readonly [option: string, text: string];

const SCOPE: OptionText = ["--scope SCOPE", "how far to look: shallow, medium, deep"];
const DEPTH: OptionText = ["--depth N", "follow callers and dependents at most N steps"];
const FAIL_ON: OptionText = [
  "--fail-on LEVEL",
  "exit with 3 from this risk on: medium, high, critical",
];

/** Options with which a workflow prints its answer and writes no documents, by workflow. */
export const ANSWER_OPTIONS: Readonly<Record<string, readonly OptionText[]>> = {
  onboard: [SCOPE],
  debug: [SCOPE, DEPTH],
  "feature-start": [SCOPE, DEPTH, FAIL_ON],
  "refactor-check": [
    ["--base REV", "check the changes since a git revision instead of NAME"],
    SCOPE,
    DEPTH,
    FAIL_ON,
  ],
  "llm-context": [["--tokens N", "one context that keeps this budget of tokens"]],
};

/** Formats that only an answer has. */
export const answerFormats = ({ name }: Workflow): readonly string[] =>
  name === "llm-context" ? ["html", "xml"] : ["pr-summary", "ci", "html"];

/**
 * The engine's arguments where somebody asks a workflow for its answer alone, by one of the options or formats
 * above; undefined where the documents are wanted too.
 */
export function answerArguments(
  workflow: Workflow,
  args: readonly string[],
): readonly string[] | undefined {
  const special = (ANSWER_OPTIONS[workflow.name] ?? []).map(([option]) => option.split(" ")[0]);
  const valued = ["--format", "--root", "--out", ...special];
  const positional: string[] = [];
  const options: string[] = [];
  let alone = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      positional.push(...args.slice(index + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      positional.push(arg);
      continue;
    }
    const [option = "", ...rest] = arg.split("=");
    const value = !valued.includes(option)
      ? undefined
      : rest.length > 0
        ? rest.join("=")
        : args[++index];
    alone ||=
      special.includes(option) ||
      (option === "--format" && answerFormats(workflow).includes(value ?? ""));
    options.push(...(value === undefined ? [arg] : [option, value]));
  }
  if (!alone) return undefined;
  if (options.includes("--out"))
    throw new UsageError("--out is for documents, and these options ask for the answer alone");
  const folder = workflow.subject === "name" ? undefined : (positional.shift() ?? ".");
  const directory = options.includes("--root") ? undefined : folder;
  // Without a name there is one context of the whole project; the other answers are the workflow's own.
  const command = workflow.name === "llm-context" ? ["generate-context"] : workflow.answer.command;
  return [
    ...command,
    ...(directory === undefined ? [] : ["--root", directory]),
    ...options,
    ...(positional.length === 0 ? [] : ["--", ...positional]),
  ];
}
