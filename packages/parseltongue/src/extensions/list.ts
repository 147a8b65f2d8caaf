import { FAILURE_EXIT } from "../failure.ts";
import { UsageError } from "../workflows/arguments.ts";
import { WORKFLOWS, type Workflow } from "../workflows/definitions.ts";
import { WORKFLOWS_FOLDER, workflowFiles } from "./files.ts";
import { plugins } from "./plugins.ts";
import { readWorkflow } from "./workflows.ts";

const INDENT = " ".repeat(16);

const writes = ({ steps }: Workflow): string[] => steps.map(({ file }) => file);

const described = (workflow: Workflow): string =>
  `${workflow.name.padEnd(15)} ${workflow.summary}\n${workflow.steps.length === 0 ? "" : `${INDENT}writes ${writes(workflow).join(", ")}\n`}`;

/** `pt workflows`: the built-in ones, those of the project, and the programs on PATH that extend `pt`. */
export async function listWorkflows(args: readonly string[]): Promise<void> {
  const unknown = args.find((arg) => arg !== "--json");
  if (unknown !== undefined)
    throw new UsageError(`"pt workflows" does not know ${unknown}; it knows --json`);
  const files = workflowFiles();
  const own: { workflow: Workflow; file: string }[] = [];
  const problems: string[] = [];
  for (const file of files) {
    try {
      own.push({ workflow: readWorkflow(file), file: file.path });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
    }
  }
  const programs = plugins();
  if (problems.length > 0) process.exitCode = FAILURE_EXIT;
  if (args.length > 0) {
    const workflows = [...WORKFLOWS.map((workflow) => ({ workflow, file: null })), ...own].map(
      ({ workflow, file }) => {
        const { name, summary, subject } = workflow;
        return { name, summary, subject, writes: writes(workflow), file };
      },
    );
    const answer = { schema: 1, command: "workflows", workflows, programs, problems };
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  process.stdout.write(WORKFLOWS.map(described).join("\n"));
  if (files.length > 0) process.stdout.write(`\nOf this project (${WORKFLOWS_FOLDER}/)\n\n`);
  for (const { workflow } of own) process.stdout.write(described(workflow));
  for (const problem of problems) process.stderr.write(`pt: ${problem}\n`);
  if (programs.length > 0) process.stdout.write("\nPrograms on PATH\n\n");
  for (const { name, path } of programs) process.stdout.write(`${name.padEnd(15)} ${path}\n`);
}
