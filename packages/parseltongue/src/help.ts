import type { EngineCommand, PtCommand } from "./commands.ts";
import { WORKFLOWS_FOLDER, workflowFiles } from "./extensions/files.ts";
import { BINARY_VARIABLE, VERSION } from "./identity.ts";
import { CLIENTS } from "./mcp/clients.ts";
import { ANSWER_OPTIONS, answerFormats } from "./workflows/answer.ts";
import { FORMATS, WORKFLOWS, type Workflow } from "./workflows/definitions.ts";
import { WORKSPACE } from "./workflows/workspace.ts";

/** What the help, the manual and the completions say of a command. */
export interface CommandText {
  /** What follows the command's name. */
  readonly usage: string;
  readonly summary: string;
}

/** A command of `pt` that is no workflow. */
interface OwnCommandText extends CommandText {
  readonly options?: readonly (readonly [option: string, text: string])[];
  readonly details?: string;
  readonly examples: readonly string[];
}

type WorkflowCommand = "onboard" | "debug" | "feature-start" | "refactor-check" | "llm-context";

/** Commands that are no workflow. */
export const OTHER_COMMANDS: Readonly<Record<Exclude<PtCommand, WorkflowCommand>, OwnCommandText>> =
  {
    workflows: {
      usage: "",
      summary: "List the workflows, also this project's own, and what each writes",
      details: `A project adds workflows in ${WORKFLOWS_FOLDER}/NAME.json: engine commands as data, started with "pt NAME".
schema/workflow.json in this package describes the file. A program "pt-NAME" on PATH is "pt NAME" too.`,
      options: [["--json", "the same for programs"]],
      examples: ["pt workflows"],
    },
    "init-templates": {
      usage: "[DIR]",
      summary: "Install scripts, LLM instructions and a CI example into a project",
      details: `Writes into DIR/.parseltongue/, and into DIR/AGENTS.md only if asked with --only agents. A file that you
edited is kept, also by an upgrade.`,
      options: [
        ["--list", "show the templates and whether each is installed, edited or outdated"],
        ["--only NAME", "only this template; may be repeated"],
        ["--dry-run", "say what would be done, and do nothing"],
        ["--diff", "show how installed files differ from the templates"],
        ["--force", "replace edited files too"],
        ["--uninstall", "remove what was installed; edited files stay unless --force"],
      ],
      examples: ["pt init-templates --dry-run", "pt init-templates . --only pt --only agents"],
    },
    mcp: {
      usage: "[install|uninstall]",
      summary:
        "Answer coding agents over the Model Context Protocol, or enter that into their settings",
      details: `Without a word it is the server itself, which agents start; it takes --root DIR and --no-ignore.
"install" shows the change of a client's settings file, then writes it; "uninstall" takes it out again. Without
--client it finds the clients that the current folder, or a folder named last, shows traces of:
${CLIENTS.map(({ name }) => name).join(", ")}.`,
      options: [
        ["--client NAME", "only this client; may be repeated"],
        ["--project", "the settings of the project, where the client has such"],
        ["--user", "the user's settings, for all projects"],
        ["--dry-run", "show the change, and write nothing"],
        ["--yes", "do not ask on a terminal"],
      ],
      examples: [
        "pt mcp install --client claude-code",
        "pt mcp install --client codex --dry-run",
        "pt mcp uninstall --client claude-code",
      ],
    },
    "link-native": {
      usage: "",
      summary: "Start the engine's commands without Node, for hooks and editors",
      details: `Changes the installed start-up file, so that a shell runs the binary at once for callers, blast-radius and
the other questions. Workflows still start through Node. An update or a reinstallation undoes it.`,
      options: [["--undo", "start through Node again"]],
      examples: ["pt link-native", "pt link-native --undo"],
    },
    completions: {
      usage: "SHELL",
      summary: "Print a completion script: bash, zsh, fish or powershell",
      details: `Completes commands, options, and the names of the project's functions and types. Put it where your shell
reads completions, or load it at each start:`,
      examples: [
        "pt completions bash > ~/.local/share/bash-completion/completions/pt",
        'eval "$(pt completions zsh)"      # in ~/.zshrc, after compinit',
        "pt completions fish > ~/.config/fish/completions/pt.fish",
        "pt completions powershell | Out-String | Invoke-Expression",
      ],
    },
    doctor: {
      usage: "",
      summary: "Check the installation and explain what is wrong with it",
      details: "Works when the native binary cannot start. Exit code 0 if all is well, 2 if not.",
      options: [
        [
          "--json",
          "the same facts for a bug report; the home folder is shortened, secrets left out",
        ],
        ["--fix", "mend it: by the package manager that installed pt, else by a download"],
        ["--verify", "only compare the binary that would run with its published hash"],
      ],
      examples: ["pt doctor", "pt doctor --json > report.json", "pt doctor --fix"],
    },
    help: {
      usage: "[COMMAND]",
      summary: "Show this, or the help of a command",
      examples: ["pt help debug"],
    },
  };

/** The engine's commands; it prints the help of each itself. */
export const ENGINE_HELP: Readonly<Record<EngineCommand, CommandText>> = {
  callers: { usage: "NAME", summary: "Who calls it, with the calling lines" },
  callees: { usage: "NAME", summary: "What it calls" },
  "blast-radius": { usage: "NAME", summary: "What a change to it could affect, and the risk" },
  "affected-tests": { usage: "NAME", summary: "Which tests run it" },
  affected: { usage: "[--base REV]", summary: "What your changes affect, and which tests to run" },
  "where-defined": { usage: "NAME", summary: "Where it is defined, with its signature" },
  "what-implements": { usage: "NAME", summary: "What implements, extends or overrides it" },
  "generate-context": { usage: "NAME", summary: "What an LLM must read to change it" },
  "list-entities": { usage: "[OPTIONS]", summary: "Functions, types and other entities" },
  "entities-in-file": { usage: "FILE", summary: "What one file defines" },
  "find-cycles": { usage: "", summary: "Circular dependencies, and which calls to cut" },
  "entry-points": { usage: "", summary: "Routes, commands, main functions, what packages offer" },
  unused: { usage: "", summary: "Definitions that nothing uses" },
  visualize: { usage: "[NAME]", summary: "The project as one HTML page that works offline" },
  report: { usage: "KIND [NAME]", summary: "A workflow's answer without its documents" },
  export: { usage: "FORMAT", summary: "The graph for other programs: tables, GraphML, SCIP..." },
  import: { usage: "scip FILE...", summary: "Let a compiler's index tell the calls" },
  ingest: { usage: "[DIR|DUMP.txt]", summary: "Map a folder, or a text dump of one" },
};

const WIDTH = 26;
const row = (name: string, text: string): string => `  ${name.padEnd(WIDTH)}${text}\n`;

/** What follows a workflow's name. */
export const subjectUsage = ({ subject }: Workflow): string =>
  ({ directory: "[DIR]", name: "NAME", "directory and optional name": "[DIR] [NAME]" })[subject];

/** The text of `pt --help`. */
export function mainHelp(): string {
  const rows = (commands: Readonly<Record<string, CommandText>>): string[] =>
    Object.entries(commands).map(([name, { usage, summary }]) =>
      row(`${name} ${usage}`.trimEnd(), summary),
    );
  const own = workflowFiles();
  return [
    `parseltongue ${VERSION}: maps a codebase and answers what to know before changing it\n`,
    "\nUsage: pt COMMAND [ARGUMENTS]\n",
    "\nWorkflows: an answer, and documents to keep\n",
    ...WORKFLOWS.map((workflow) =>
      row(`${workflow.name} ${subjectUsage(workflow)}`, workflow.summary),
    ),
    ...(own.length === 0 ? [] : [`\nOf this project: ${own.map(({ name }) => name).join(", ")}\n`]),
    "\nQuestions: answered in milliseconds\n",
    ...rows(ENGINE_HELP),
    "\nToolkit\n",
    ...rows(OTHER_COMMANDS),
    "\nNAME is a simple name (parse), a qualified name (Parser.parse), or file:line.\n",
    "\nExamples:\n",
    "  pt onboard .                   what this project is and where to start\n",
    "  pt callers Parser.parse        who calls it, with the calling lines\n",
    "  pt blast-radius src/io.rs:42   what a change to the function at that line can affect\n",
    "\npt COMMAND --help shows the options of a command and examples.\n",
  ].join("");
}

const examplesText = (examples: readonly string[]): string =>
  `\nExamples:\n${examples.map((example) => `  ${example}\n`).join("")}`;

/** The help of one of `pt`'s own commands. */
export function commandHelp(command: string): string | undefined {
  const other = (OTHER_COMMANDS as Readonly<Record<string, OwnCommandText>>)[command];
  if (other !== undefined) {
    const { usage, summary, options = [], details, examples } = other;
    const synopsis = [`pt ${command}`, usage, options.length > 0 ? "[OPTIONS]" : ""];
    return [
      `${summary}\n\nUsage: ${synopsis.filter(Boolean).join(" ")}\n`,
      details === undefined ? "" : `\n${details}\n`,
      options.length === 0 ? "" : "\nOptions:\n",
      ...options.map(([option, text]) => `  ${option.padEnd(14)}${text}\n`),
      examplesText(examples),
    ].join("");
  }
  const workflow = WORKFLOWS.find(({ name }) => name === command);
  return workflow && workflowHelp(workflow);
}

/** The options of a workflow, for its help and for completions. */
export const workflowOptions = (
  workflow: Workflow,
): readonly (readonly [option: string, text: string])[] => [
  [
    "--format FORMAT",
    `of the answer: ${[...FORMATS, ...(ANSWER_OPTIONS[workflow.name] === undefined ? [] : answerFormats(workflow))].join(", ")}`,
  ],
  ...(workflow.subject === "name"
    ? [
        [
          "--root DIR",
          "the project; without it, the enclosing git repository or the current folder",
        ] as const,
      ]
    : []),
  ["--out DIR", `where the documents go instead of ${WORKSPACE}/`],
  ["--no-ignore", "also map what .gitignore excludes"],
  ["--no-cache", "neither read nor write the cached map"],
  ...(ANSWER_OPTIONS[workflow.name] ?? []),
];

/** The help of a workflow, built-in or of a project. */
export function workflowHelp(workflow: Workflow): string {
  const named = workflow.subject === "name";
  const documents = workflow.steps.map(({ file }) => file).join(", ");
  return [
    `${workflow.summary}\n\nUsage: pt ${workflow.name} ${subjectUsage(workflow)} [OPTIONS]\n\n`,
    named
      ? "NAME is a simple name, a qualified name, or file:line. Every match is answered.\n"
      : "DIR is the project's folder; without it, the current one.\n",
    documents === ""
      ? ""
      : `The answer is printed; the full documents go to ${WORKSPACE}/ in the project, which ignores itself
and has a link "latest". A project that cannot be written still gets its answer.\n`,
    "\nOptions:\n",
    ...workflowOptions(workflow).map(([option, text]) => `  ${option.padEnd(17)}${text}\n`),
    ANSWER_OPTIONS[workflow.name] === undefined
      ? ""
      : `\nWith ${(ANSWER_OPTIONS[workflow.name] ?? []).map(([option]) => option.split(" ")[0]).join(", ")} or the formats ${answerFormats(workflow).join(", ")} it prints the answer\nalone and writes nothing.\n`,
    documents === "" ? "" : `\nWrites: ${documents}\n`,
    examplesText(workflow.examples),
  ].join("");
}

/** Where the engine is looked for first; the manual names it. */
export const ENVIRONMENT: readonly (readonly [variable: string, text: string])[] = [
  [BINARY_VARIABLE, "the binary to run instead of the installed one"],
  ["PARSELTONGUE_CACHE_DIR", "where maps and downloaded binaries are kept"],
  ["PARSELTONGUE_NO_DOWNLOAD", "set: never download a missing binary"],
  ["NO_COLOR", "set: no colours"],
];
