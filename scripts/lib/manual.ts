import {
  type CommandText,
  ENGINE_HELP,
  ENVIRONMENT,
  OTHER_COMMANDS,
  subjectUsage,
  workflowOptions,
} from "../../packages/parseltongue/src/help.ts";
import { ENGINE_NAME, REPOSITORY_URL, VERSION } from "../../packages/parseltongue/src/identity.ts";
import { WORKFLOWS } from "../../packages/parseltongue/src/workflows/definitions.ts";
import { WORKSPACE } from "../../packages/parseltongue/src/workflows/workspace.ts";

/** Text for roff: a hyphen is a minus that can be copied, and no line begins with a control character. */
const roff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll(/^([.'])/gm, "\\&$1");

const item = (tag: string, text: string): string => `.TP\n.B ${roff(tag)}\n${roff(text)}\n`;

const items = (commands: Readonly<Record<string, CommandText>>): string =>
  Object.entries(commands)
    .map(([name, { usage, summary }]) => item(`${name} ${usage}`.trimEnd(), `${summary}.`))
    .join("");

const options = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([option, text]) => item(option, text)).join("");

/** The manual page of `pt`, from the same texts as its help. */
export function manualPage(): string {
  const named = WORKFLOWS.find(({ subject }) => subject === "name");
  if (named === undefined) throw new Error("no workflow takes a name");
  return `.\\" Generated from the help texts.
.TH PT 1 "" "parseltongue ${VERSION}" "User Commands"
.SH NAME
pt, ${ENGINE_NAME} \\- map a codebase and answer what to know before changing it
.SH SYNOPSIS
.B pt
.I COMMAND
.RI [ ARGUMENTS ]
.SH DESCRIPTION
Reads the source of a project (Rust, TypeScript, JavaScript, Python, Go, Java, C, C++), keeps a map of its
functions, types and calls in the user's cache folder, and answers from it. Works offline. Every answer says
what it could not resolve.
.PP
A
.I NAME
is a simple name (parse), a qualified name (Parser.parse), or file:line.
.SH WORKFLOWS
Each prints an answer and writes documents to ${roff(WORKSPACE)}/ in the project.
${WORKFLOWS.map((workflow) => item(`${workflow.name} ${subjectUsage(workflow)}`, `${workflow.summary}.`)).join("")}.SS Options of workflows
${options(workflowOptions(named))}.SH QUESTIONS
.B pt COMMAND \\-\\-help
shows the options of each.
${items(ENGINE_HELP)}.SH TOOLKIT
${items(OTHER_COMMANDS)}${Object.entries(OTHER_COMMANDS)
  .filter(([, { options: rows }]) => rows !== undefined)
  .map(([name, { options: rows = [] }]) => `.SS Options of ${roff(name)}\n${options(rows)}`)
  .join("")}.SH ENVIRONMENT
${options(ENVIRONMENT)}.SH FILES
.TP
.B .parseltongue/workflows/NAME.json
A workflow of the project: engine commands as data, started with pt NAME.
.TP
.B .parseltongue/toolkit/
What pt init\\-templates installs.
.SH EXIT STATUS
0: answered. 1: there is nothing of that name. 2: wrong usage, or an error. Killed by a signal: as the engine was.
.SH EXAMPLES
.EX
${roff(["pt onboard .", "pt debug parse_request", "pt callers Parser.parse", "pt blast-radius src/io.rs:42"].join("\n"))}
.EE
.SH SEE ALSO
${REPOSITORY_URL}
`;
}
