// Workflows as data. `pt` runs them (run.ts), a generator compiles the same data into POSIX sh scripts
// (shell.ts), and both make the same documents, because every byte of content comes from the engine.

/** How an answer is rendered by the engine. */
export type Format = "human" | "json" | "markdown";

/** The formats that `--format` accepts. */
export const FORMATS: readonly Format[] = ["human", "json", "markdown"];

/** Flags of the engine that a workflow takes too and passes on to every call. */
export const ENGINE_FLAGS = ["--no-ignore", "--no-cache"] as const;

/** One of the engine's flags. */
export type EngineFlag = (typeof ENGINE_FLAGS)[number];

/** What every call of a workflow has in common. */
export interface CallContext {
  readonly root: string;
  readonly flags?: readonly EngineFlag[];
  readonly name?: string | undefined;
}

/** One call of the engine: `command --root ROOT options... [-- NAME]`. */
export interface EngineCall {
  /** An engine command, with its fixed positional arguments. */
  readonly command: readonly string[];
  readonly options?: readonly string[];
  /** Whether the entity's name follows. */
  readonly name?: true;
}

/** One document of a workflow, and what makes it. */
export interface Step {
  /** File name in the workflow's folder. */
  readonly file: string;
  /** For the progress line and for the script's comments. */
  readonly title: string;
  /** The call whose stdout is the document, or the shipped template that is copied. */
  readonly from: EngineCall | { readonly template: string };
  /** Skipped where the workflow was started without a name. */
  readonly onlyWithName?: true;
}

/** What a workflow is asked about. */
export type Subject = "directory" | "name" | "directory and optional name";

/** A fixed sequence of engine calls that answers one question of a developer. */
export interface Workflow {
  /** The command: `pt NAME`. */
  readonly name: string;
  readonly summary: string;
  readonly subject: Subject;
  /** What is printed on stdout; rendered in the format the user asked for. */
  readonly answer: EngineCall;
  /** What is printed instead where a name was given and is optional. */
  readonly answerWithName?: EngineCall;
  readonly steps: readonly Step[];
  readonly examples: readonly string[];
  /** The file name of the script generated from this workflow; without one it is only in the wrapper. */
  readonly script?: string;
}

const markdown = ["--format", "markdown"] as const;
const json = ["--format", "json"] as const;
const human = ["--format", "human"] as const;

const reportSteps = (report: string): readonly Step[] => {
  const call = {
    command: ["report", report],
    ...(report === "onboard" ? {} : { name: true as const }),
  };
  return [
    { file: "report.md", title: "report", from: { ...call, options: markdown } },
    { file: "report.json", title: "report for tools", from: { ...call, options: json } },
  ];
};

/** The built-in workflows. */
export const WORKFLOWS: readonly Workflow[] = [
  {
    name: "onboard",
    summary: "Map a codebase you do not know: modules, entry points, key types, where to start",
    subject: "directory",
    answer: { command: ["report", "onboard"] },
    steps: [
      ...reportSteps("onboard"),
      {
        file: "entities.txt",
        title: "all entities",
        from: { command: ["list-entities"], options: human },
      },
      {
        file: "entities.json",
        title: "all entities for tools",
        from: { command: ["list-entities"], options: json },
      },
      {
        file: "functions.txt",
        title: "functions",
        from: { command: ["list-entities"], options: ["--type", "function", ...human] },
      },
      {
        file: "structs.txt",
        title: "structs",
        from: { command: ["list-entities"], options: ["--type", "struct", ...human] },
      },
      {
        file: "traits.txt",
        title: "traits",
        from: { command: ["list-entities"], options: ["--type", "trait", ...human] },
      },
      {
        file: "cycles.md",
        title: "dependency cycles",
        from: { command: ["find-cycles"], options: markdown },
      },
      { file: "calls.tsv", title: "call edges", from: { command: ["export", "calls"] } },
      {
        file: "functions.tsv",
        title: "function locations",
        from: { command: ["export", "functions"] },
      },
    ],
    examples: ["pt onboard .", "pt onboard ~/src/axum --format markdown"],
    script: "onboard_codebase.sh",
  },
  {
    name: "feature-start",
    summary: "Plan a change to an entity: impact, risk, files to touch and to avoid, tests",
    subject: "name",
    answer: { command: ["report", "feature-start"], name: true },
    steps: [
      ...reportSteps("feature-start"),
      {
        file: "definition.md",
        title: "definition",
        from: { command: ["where-defined"], options: markdown, name: true },
      },
      {
        file: "blast_radius.md",
        title: "blast radius",
        from: { command: ["blast-radius"], options: markdown, name: true },
      },
      {
        file: "blast_radius.json",
        title: "blast radius for tools",
        from: { command: ["blast-radius"], options: json, name: true },
      },
      {
        file: "context.md",
        title: "context for an LLM",
        from: { command: ["generate-context"], options: markdown, name: true },
      },
    ],
    examples: ["pt feature-start Router", "pt feature-start src/router.rs:120"],
    script: "feature_impact.sh",
  },
  {
    name: "debug",
    summary: "Trace an entity: who calls it, where it is used, the smallest safe change",
    subject: "name",
    answer: { command: ["report", "debug"], name: true },
    steps: [
      ...reportSteps("debug"),
      {
        file: "definition.md",
        title: "location",
        from: { command: ["where-defined"], options: markdown, name: true },
      },
      {
        file: "callers.md",
        title: "callers",
        from: { command: ["callers"], options: markdown, name: true },
      },
      {
        file: "callers.json",
        title: "callers for tools",
        from: { command: ["callers"], options: json, name: true },
      },
      {
        file: "callees.md",
        title: "callees",
        from: { command: ["callees"], options: markdown, name: true },
      },
    ],
    examples: ["pt debug parse_request", "pt debug Parser.parse --format json"],
    script: "debug_entity.sh",
  },
  {
    name: "refactor-check",
    summary: "Assess a refactoring: risk with its factors, check list, guidance for the reviewer",
    subject: "name",
    answer: { command: ["report", "refactor-check"], name: true },
    steps: [
      ...reportSteps("refactor-check"),
      {
        file: "blast_radius.md",
        title: "blast radius",
        from: { command: ["blast-radius"], options: markdown, name: true },
      },
      {
        file: "callers.md",
        title: "callers",
        from: { command: ["callers"], options: markdown, name: true },
      },
      {
        file: "cycles.md",
        title: "dependency cycles",
        from: { command: ["find-cycles"], options: markdown },
      },
    ],
    examples: [
      "pt refactor-check Config",
      "pt refactor-check Config --format markdown >> review.md",
    ],
  },
  {
    name: "llm-context",
    summary: "Write what an LLM needs to know: the map, instructions, and a focus entity if named",
    subject: "directory and optional name",
    answer: { command: ["report", "onboard"] },
    answerWithName: { command: ["generate-context"], name: true },
    steps: [
      {
        file: "context.md",
        title: "map of the codebase",
        from: { command: ["report", "onboard"], options: markdown },
      },
      {
        file: "focus.md",
        title: "context of the focus entity",
        from: { command: ["generate-context"], options: markdown, name: true },
        onlyWithName: true,
      },
      {
        file: "focus_definition.md",
        title: "definition",
        from: { command: ["where-defined"], options: markdown, name: true },
        onlyWithName: true,
      },
      {
        file: "focus_impact.md",
        title: "blast radius",
        from: { command: ["blast-radius"], options: markdown, name: true },
        onlyWithName: true,
      },
      {
        file: "instructions_analysis.md",
        title: "instructions for analysis",
        from: { template: "codebase_analysis.md" },
      },
      {
        file: "instructions_refactoring.md",
        title: "instructions for refactoring",
        from: { template: "refactor_planning.md" },
      },
    ],
    examples: ["pt llm-context .", "pt llm-context . Router"],
    script: "generate_llm_context.sh",
  },
];

/** The arguments of the engine for a call. */
export function engineArguments(
  call: EngineCall,
  { root, flags = [], name }: CallContext,
  format?: Format,
): string[] {
  return [
    ...call.command,
    "--root",
    root,
    ...flags,
    ...(call.options ?? []),
    ...(format === undefined ? [] : ["--format", format]),
    ...(call.name && name !== undefined ? ["--", name] : []),
  ];
}
