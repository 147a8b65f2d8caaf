import { FAILURE_EXIT } from "../failure.ts";
import { UsageError } from "../workflows/arguments.ts";
import { WORKFLOWS, type Workflow } from "../workflows/definitions.ts";
import { WORKFLOWS_FOLDER, workflowFiles } from "./files.ts";
import { plugins } from "./plugins.ts";
import { readWorkflow } from "./workflows.ts";

const INDENT = " ".repeat(16);

const described = ({ name, summary, steps }: Workflow): string =>
  `${name.padEnd(15)} ${summary}\n${steps.length === 0 ? "" : `${INDENT}writes ${steps.map(({ file }) => file).join(", ")}\n`}`;

/** `pt workflows`: the built-in ones, those of the project, and the programs on PATH that extend `pt`. */
export async function listWorkflows(args: readonly string[]): Promise<void> {
  if (args.length > 0) throw new UsageError(`"pt workflows" takes no arguments, not "${args[0]}"`);
  process.stdout.write(WORKFLOWS.map(described).join("\n"));
  const files = workflowFiles();
  if (files.length > 0) process.stdout.write(`\nOf this project (${WORKFLOWS_FOLDER}/)\n\n`);
  for (const file of files) {
    try {
      process.stdout.write(described(readWorkflow(file)));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      process.stderr.write(`pt: ${error.message}\n`);
      process.exitCode = FAILURE_EXIT;
    }
  }
  const programs = plugins();
  if (programs.length > 0) process.stdout.write("\nPrograms on PATH\n\n");
  for (const { name, path } of programs) process.stdout.write(`${name.padEnd(15)} ${path}\n`);
}
