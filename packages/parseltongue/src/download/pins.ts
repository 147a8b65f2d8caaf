import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_ROOT } from "../package-root.ts";
import type { Target } from "../targets.ts";

/** What a platform's binary must be, byte for byte. */
export interface Pin {
  readonly sha256: string;
  readonly size: number;
}

/** The file that packing writes into the main package: pins by target name. */
export const PINS_FILE = "dist/binaries.json";

/** The pin of a target. A copy that was not packed, such as a clone, has none, and then nothing is downloaded. */
export function pinFor(target: Target): Pin | undefined {
  const file = join(PACKAGE_ROOT, PINS_FILE);
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Pin>>)[target.name]
    : undefined;
}
