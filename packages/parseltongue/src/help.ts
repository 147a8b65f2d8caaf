import type { PtCommand } from "./commands.ts";
import { VERSION } from "./identity.ts";
import { FORMATS, WORKFLOWS, type Workflow } from "./workflows/definitions.ts";
import { WORKSPACE } from "./workflows/workspace.ts";

/** Commands that are no workflow: usage, one line, details. */
const OTHER_COMMANDS: Readonly<
  Partial<
    Record<
      PtCommand,
      { readonly usage: string; readonly summary: string; readonly details: string }
    >
  >
> = {
  workflows: {
    usage: "pt workflows",
    summary: "List the workflows and the documents each writes",
    details: "",
  },
  "init-templates": {
    usage:
      "pt init-templates [DIR] [--list] [--dry-run] [--diff] [--force] [--uninstall] [--only NAME]",
    summary: "Install LLM instructions and shell scripts into a project",
    details: `Writes into DIR/.parseltongue/ and nowhere else. A file that you edited is kept, also by an upgrade.

Options:
  --list        show the templates and whether each is installed, changed or outdated
  --dry-run     say what would be done, and do nothing
  --diff        show how installed files differ from the templates
  --only NAME   only this template; may be repeated
  --force       replace edited files too
  --uninstall   remove what was installed; edited files stay unless --force
`,
  },
  doctor: {
    usage: "pt doctor [--json]",
    summary: "Check the installation and explain what is wrong with it",
    details: `Works when the native binary cannot start. Exit code 0 if all is well, 2 if not.

Options:
  --json        the same facts for a bug report; the home folder is shortened, secrets are left out
`,
  },
  help: { usage: "pt help [COMMAND]", summary: "Show this, or the help of a command", details: "" },
};

const ENGINE_HELP: ReadonlyArray<readonly [string, string]> = [
  ["ingest [DIR|DUMP.txt]", "Map a directory, or a text dump of one"],
  ["list-entities", "List functions, types, traits, modules, ..."],
  ["entities-in-file FILE", "List what one file defines"],
  ["where-defined NAME", "Find a definition"],
  ["callers NAME", "Who calls it"],
  ["callees NAME", "What it calls"],
  ["blast-radius NAME", "What a change to it would affect"],
  ["what-implements NAME", "Implementations of a trait or interface"],
  ["find-cycles", "Circular dependencies"],
  ["generate-context NAME", "The facts an LLM needs about one entity"],
  ["report KIND [NAME]", "The answer of a workflow, without its documents"],
  ["export calls|functions", "Tab-separated data for other tools"],
  ["completions SHELL", "Completions for bash, zsh, fish, ..."],
];

const row = (name: string, text: string): string => `  ${name.padEnd(26)}${text}\n`;

const subjectUsage = ({ subject }: Workflow): string =>
  ({ directory: "[DIR]", name: "NAME", "directory and optional name": "[DIR] [NAME]" })[subject];

/** The text of `pt --help`. */
export function mainHelp(): string {
  return [
    `parseltongue ${VERSION}: maps a codebase and answers what to know before changing it\n`,
    "\nUsage: pt COMMAND [ARGUMENTS]\n",
    "\nWorkflows\n",
    ...WORKFLOWS.map((workflow) =>
      row(`${workflow.name} ${subjectUsage(workflow)}`, workflow.summary),
    ),
    "\nQuestions\n",
    ...ENGINE_HELP.map(([name, text]) => row(name, text)),
    "\nToolkit\n",
    ...Object.entries(OTHER_COMMANDS).map(([name, { summary }]) => row(name, summary)),
    "\n  pt COMMAND --help shows the options and examples of a command.\n",
    "\nStart here: pt onboard .\n",
  ].join("");
}

/** The help of one of `pt`'s own commands. */
export function commandHelp(command: string): string | undefined {
  const other = OTHER_COMMANDS[command as PtCommand];
  if (other !== undefined)
    return `${other.summary}\n\nUsage: ${other.usage}\n${other.details ? `\n${other.details}` : ""}`;
  const workflow = WORKFLOWS.find(({ name }) => name === command);
  return workflow && workflowHelp(workflow);
}

function workflowHelp(workflow: Workflow): string {
  const named = workflow.subject === "name";
  return `${workflow.summary}

Usage: pt ${workflow.name} ${subjectUsage(workflow)} [OPTIONS]

${named ? "NAME is a simple name, a qualified name, or file:line. Every match is answered." : "DIR is the project's folder; without it, the current one."}
The answer is printed; the full documents go to ${WORKSPACE}/ in the project, which ignores itself
and has a link "latest". A project that cannot be written still gets its answer.

Options:
  --format FORMAT  of the answer: ${FORMATS.join(", ")}
${named ? "  --root DIR       the project; without it, the enclosing git repository or the current folder\n" : ""}  --out DIR        where the documents go instead of ${WORKSPACE}/
  --no-ignore      also map what .gitignore excludes
  --no-cache       neither read nor write the cached map

Writes: ${workflow.steps.map(({ file }) => file).join(", ")}

Examples:
${workflow.examples.map((example) => `  ${example}\n`).join("")}`;
}
