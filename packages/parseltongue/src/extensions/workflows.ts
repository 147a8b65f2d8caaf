import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { ENGINE_COMMANDS } from "../commands.ts";
import { findNodeAtLocation, type Node } from "../json.ts";
import { nearest } from "../nearest.ts";
import { UsageError } from "../workflows/arguments.ts";
import type { EngineCall, Step, Subject, Workflow } from "../workflows/definitions.ts";
import type { WorkflowFile } from "./files.ts";
import { WORKFLOW_SCHEMA } from "./schema.ts";
import { checkJson, type Mistake, position } from "./validate.ts";

/** Options that the runner sets itself, so that every call speaks of the same project. */
const RESERVED_OPTIONS = ["--root"];

/** What a workflow file says once it is known to be well-formed. */
interface CallText {
  readonly command: readonly string[];
  readonly options?: readonly string[];
  readonly name?: boolean;
}

interface WorkflowText {
  readonly summary: string;
  readonly subject: Subject;
  readonly answer: CallText;
  readonly answerWithName?: CallText;
  readonly steps?: readonly (CallText & {
    readonly file: string;
    readonly title?: string;
    readonly onlyWithName?: boolean;
  })[];
  readonly examples?: readonly string[];
}

/** Reads a workflow file. The error names file, line and column. */
export function readWorkflow({ name, path }: WorkflowFile): Workflow {
  const text = readFileSync(path, "utf8");
  const checked = checkJson(text, WORKFLOW_SCHEMA);
  const mistake = "mistake" in checked ? checked.mistake : wrongContent(checked.tree);
  if (mistake !== undefined) {
    const { line, column } = position(text, mistake.offset);
    throw new UsageError(`${shown(path)}:${line}:${column}: ${mistake.message}`);
  }
  return workflowOf(name, JSON.parse(text) as WorkflowText);
}

const shown = (path: string): string => {
  const near = relative(process.cwd(), path);
  return near.startsWith("..") ? path : near;
};

/** What the shape alone does not tell: engine commands only, and no two documents of one name. */
function wrongContent(tree: Node): Mistake | undefined {
  const steps = findNodeAtLocation(tree, ["steps"])?.children ?? [];
  const calls = [["answer"], ["answerWithName"]].flatMap(
    (path) => findNodeAtLocation(tree, path) ?? [],
  );
  const files = new Set<string>();
  for (const step of steps) {
    const file = findNodeAtLocation(step, ["file"]);
    if (file === undefined) continue;
    if (files.has(file.value))
      return { offset: file.offset, message: `two steps write "${file.value}"` };
    files.add(file.value);
  }
  for (const call of [...calls, ...steps]) {
    const mistake = wrongCall(call);
    if (mistake !== undefined) return mistake;
  }
  const format = options(calls).find(({ value }) => /^--format(=|$)/.test(value));
  return (
    format && {
      offset: format.offset,
      message: "the format of the answer is the user's choice; --format can be set in steps only",
    }
  );
}

const options = (calls: readonly Node[]): Node[] =>
  calls.flatMap((call) => findNodeAtLocation(call, ["options"])?.children ?? []);

function wrongCall(call: Node): Mistake | undefined {
  const command = findNodeAtLocation(call, ["command", 0]);
  if (command !== undefined && !(ENGINE_COMMANDS as readonly string[]).includes(command.value)) {
    const meant = nearest(command.value, ENGINE_COMMANDS);
    return {
      offset: command.offset,
      message: `"${command.value}" is no command of the engine; ${meant ? `did you mean "${meant}"?` : `choose ${ENGINE_COMMANDS.join(", ")}`}`,
    };
  }
  const all = [...(findNodeAtLocation(call, ["command"])?.children ?? []), ...options([call])];
  const reserved = all.find(({ value }) => RESERVED_OPTIONS.includes(value.split("=", 1)[0]));
  return (
    reserved && {
      offset: reserved.offset,
      message: `${reserved.value} is set by the workflow's own arguments`,
    }
  );
}

const callOf = ({ command, options: given, name }: CallText): EngineCall => ({
  command,
  ...(given === undefined ? {} : { options: given }),
  ...(name ? { name: true as const } : {}),
});

function workflowOf(name: string, text: WorkflowText): Workflow {
  const steps = (text.steps ?? []).map(
    ({ file, title, onlyWithName, ...call }): Step => ({
      file,
      title: title ?? file,
      from: callOf(call),
      ...(onlyWithName ? { onlyWithName: true as const } : {}),
    }),
  );
  return {
    name,
    summary: text.summary,
    subject: text.subject,
    answer: callOf(text.answer),
    ...(text.answerWithName === undefined ? {} : { answerWithName: callOf(text.answerWithName) }),
    steps,
    examples: text.examples ?? [`pt ${name} ${text.subject === "name" ? "NAME" : "."}`],
  };
}
