import { execa } from "execa";
import { applyChangesets, plannedRelease } from "./lib/distribution/changes.ts";
import { ROOT } from "./lib/paths.ts";
import { say, Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run version

Applies the changesets, and carries the new version to every place that states it.
`;

/** `npm run version`: see {@link HELP}. */
export async function main(): Promise<void> {
  const { version, changes } = await plannedRelease(ROOT);
  if (version === undefined)
    throw new Trouble("there is no changeset", "fix: npm run changeset describes a change");
  await applyChangesets(ROOT);
  // A new process: this one has read the old version.
  await execa(process.execPath, ["scripts/run.mjs", "generate", "--no-schema"], {
    cwd: ROOT,
    stdout: process.stderr,
    stderr: process.stderr,
  });
  say(`${changes.length} changes make version ${version}`);
}
