import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { ensureMainPackage } from "../../scripts/lib/main-current.ts";
import { PROBE, ROOT } from "./places.ts";

/** Builds what the tests run: the bundled main package, and the native probe of the launcher's tests. */
export default async function setup(): Promise<void> {
  await ensureMainPackage();
  mkdirSync(dirname(PROBE), { recursive: true });
  await execa("cc", ["-O1", "-o", PROBE, join(ROOT, "test", "programs", "probe.c")]);
}
