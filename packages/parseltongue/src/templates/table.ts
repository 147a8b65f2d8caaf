/** A file that `pt init-templates` installs. */
export interface Template {
  /** What `--only` takes. */
  readonly name: string;
  /** File name, in the package and in the project's toolkit folder. */
  readonly file: string;
  readonly summary: string;
  readonly executable?: true;
  /**
   * A file of the user's, relative to the project, that gets the template as a block between markers. Only where
   * it is asked for by name, and from then on like the others.
   */
  readonly blockIn?: string;
}

/** Where templates are installed, relative to the project: the layout of the copy-paste folder, in one place. */
export const TOOLKIT_FOLDER = ".parseltongue/toolkit";

/** The record of what was installed, relative to the project. */
export const RECORD_FILE = ".parseltongue/templates.json";

/** Everything that can be installed. */
export const TEMPLATES: readonly Template[] = [
  {
    name: "codebase-analysis",
    file: "codebase_analysis.md",
    summary: "Instructions for an LLM: explore and explain a codebase",
  },
  {
    name: "refactor-planning",
    file: "refactor_planning.md",
    summary: "Instructions for an LLM: plan a refactoring by its risk",
  },
  {
    name: "architecture-review",
    file: "architecture_review.md",
    summary: "Instructions for an LLM: review an architecture",
  },
  {
    name: "pt",
    file: "pt",
    summary: "All workflows in one script, without Node",
    executable: true,
  },
  {
    name: "onboard",
    file: "onboard_codebase.sh",
    summary: "The onboarding workflow as a script",
    executable: true,
  },
  {
    name: "feature-impact",
    file: "feature_impact.sh",
    summary: "The feature workflow as a script",
    executable: true,
  },
  {
    name: "debug-entity",
    file: "debug_entity.sh",
    summary: "The debug workflow as a script",
    executable: true,
  },
  {
    name: "llm-context",
    file: "generate_llm_context.sh",
    summary: "The LLM context workflow as a script",
    executable: true,
  },
  {
    name: "pt-powershell",
    file: "pt.ps1",
    summary: "The workflows' answers for Windows without Node",
  },
  { name: "pt-cmd", file: "pt.cmd", summary: "Starts pt.ps1 from cmd.exe" },
  {
    name: "ci",
    file: "pull_request_impact.yml",
    summary: "An example for GitHub Actions: what a pull request affects",
  },
  {
    name: "agents",
    file: "agents_block.md",
    summary: "A block in AGENTS.md that tells coding agents about pt; only with --only agents",
    blockIn: "AGENTS.md",
  },
];

/** Where a template lands, relative to the project. */
export const pathOf = ({ file, blockIn }: Template): string =>
  blockIn ?? `${TOOLKIT_FOLDER}/${file}`;
