import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { MAIN_PACKAGE, ROOT } from "../../scripts/lib/paths.ts";

export { MAIN_PACKAGE, ROOT };

/** The bundled start-up file, as it is published. */
export const CLI = join(MAIN_PACKAGE, "dist", "cli.js");

/** The native program that stands where the engine would. */
export const PROBE = join(ROOT, "build", "test", "probe");

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "parseltongue-test-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
