import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { buildExecveAddon } from "../../scripts/lib/execve-addon.ts";
import { hostTarget } from "../../scripts/lib/host.ts";
import { ensureMainPackage } from "../../scripts/lib/main-current.ts";
import { PROBE, ROOT } from "./places.ts";

/** Builds what the tests run: the bundled main package, the launcher's addon, and the native probe of its tests. */
export default async function setup(): Promise<void> {
  await ensureMainPackage();
  await buildExecveAddon(hostTarget());
  mkdirSync(dirname(PROBE), { recursive: true });
  await execa("cc", ["-O1", "-o", PROBE, join(ROOT, "test", "programs", "probe.c")]);
}
