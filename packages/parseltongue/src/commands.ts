/** Commands that `pt` answers itself. Everything else goes to the engine unchanged. */
export const PT_COMMANDS = [
  "onboard",
  "debug",
  "feature-start",
  "refactor-check",
  "llm-context",
  "workflows",
  "init-templates",
  "mcp",
  "link-native",
  "completions",
  "doctor",
  "help",
] as const;

/** The name of a command of `pt`'s own. */
export type PtCommand = (typeof PT_COMMANDS)[number];

/** Commands of the engine that `pt` knows; a name in neither list is looked at before it is passed on. */
export const ENGINE_COMMANDS = [
  "ingest",
  "list-entities",
  "entities-in-file",
  "where-defined",
  "callers",
  "callees",
  "blast-radius",
  "what-implements",
  "affected-tests",
  "affected",
  "unused",
  "find-cycles",
  "entry-points",
  "generate-context",
  "report",
  "visualize",
  "export",
  "import",
] as const;

/** The name of a command of the engine. */
export type EngineCommand = (typeof ENGINE_COMMANDS)[number];

/** Answered by the launcher without the engine, in the engine's words. */
export const VERSION_FLAGS = ["--version", "-V"] as const;

/** What completion scripts call: it prints what can follow on a command line. Not for people. */
export const COMPLETE_COMMAND = "complete";
