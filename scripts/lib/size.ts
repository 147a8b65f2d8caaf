import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { platformPackage, TARGETS, type Target } from "../../packages/parseltongue/src/targets.ts";
import { builtBinary } from "./engine.ts";
import type { Tarball } from "./pack.ts";
import { MAIN_PACKAGE, ROOT } from "./paths.ts";

/** Something that is shipped. */
export interface Part {
  readonly name: string;
  readonly bytes: number;
  /** What `size-budget.json` allows. */
  readonly allowed: number;
}

type Budget = Readonly<
  Record<"start-up file" | "main package" | "binary" | "platform package", number>
>;

/** What the pin of one more binary adds to the packed main package: its hash cannot be packed. */
const PIN_BYTES = 50;

/** The start-up file, and what was packed of some targets. The main package counts as if all targets were pinned. */
export function shippedParts(tarballs: readonly Tarball[], targets: readonly Target[]): Part[] {
  const budget = JSON.parse(readFileSync(join(ROOT, "size-budget.json"), "utf8")) as Budget;
  const platforms = new Set(TARGETS.map(platformPackage));
  const absentPins = (TARGETS.length - targets.length) * PIN_BYTES;
  return [
    {
      name: "start-up file",
      bytes: statSync(join(MAIN_PACKAGE, "dist", "cli.js")).size,
      allowed: budget["start-up file"],
    },
    ...targets.map((target) => ({
      name: `binary ${target.name}`,
      bytes: statSync(builtBinary(target)).size,
      allowed: budget.binary,
    })),
    ...tarballs.map(({ name, size }) =>
      platforms.has(name)
        ? { name: `${name}.tgz`, bytes: size, allowed: budget["platform package"] }
        : { name: `${name}.tgz`, bytes: size + absentPins, allowed: budget["main package"] },
    ),
  ];
}

/** The parts that are larger than allowed. */
export const overBudget = (parts: readonly Part[]): Part[] =>
  parts.filter(({ bytes, allowed }) => bytes > allowed);
