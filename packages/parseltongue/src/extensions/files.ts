import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../workflows/workspace.ts";

/** Where a project keeps workflows of its own, relative to its root. */
export const WORKFLOWS_FOLDER = ".parseltongue/workflows";

/** A workflow file of a project. */
export interface WorkflowFile {
  /** The command: the file's name without `.json`. */
  readonly name: string;
  readonly path: string;
}

/** The workflow files of the project around the current folder, sorted by name. */
export function workflowFiles(root: string = projectRoot()): WorkflowFile[] {
  const folder = join(root, WORKFLOWS_FOLDER);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
  return names
    .filter((file) => /^[A-Za-z0-9][\w-]*\.json$/.test(file))
    .sort()
    .map((file) => ({ name: file.slice(0, -".json".length), path: join(folder, file) }));
}
