/** Commands that `pt` answers itself. Everything else goes to the engine unchanged. */
export const PT_COMMANDS = [
  "onboard",
  "debug",
  "feature-start",
  "refactor-check",
  "llm-context",
  "workflows",
  "init-templates",
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
  "find-cycles",
  "generate-context",
  "report",
  "export",
  "completions",
] as const;
