import type { Engine } from "../engine.ts";
import { inspectExecutable } from "../executable.ts";
import { fitsSystem, type Resolution } from "../resolve.ts";
import { type Target, targetsFor } from "../targets.ts";
import { cachedCopy } from "./cache.ts";
import type { Published } from "./fallback.ts";
import { pinFor } from "./pins.ts";

type Missing = Extract<Resolution, { problem: string }>;

/** The binaries of this machine that this version was published with, those that fit the system first. */
function published(): Published[] {
  const targets = targetsFor(process.platform, process.arch);
  return [
    ...targets.filter(fitsSystem),
    ...targets.filter((target) => !fitsSystem(target)),
  ].flatMap((target) => {
    const pin = pinFor(target);
    return pin === undefined ? [] : [{ target, pin }];
  });
}

/**
 * An engine in the place of one that is not installed, or (with `found`) one whose C library is not there: from the
 * user's cache, else from the registry. Explains why there is none.
 */
export async function standby(
  wanted: Missing | Engine,
  found?: string,
): Promise<Engine | undefined> {
  // A static build needs no C library; another glibc build would fail as the first one did.
  const fit = published().filter(({ target }) => found === undefined || target.libc === "musl");
  for (const { target, pin } of fit) {
    const path = cachedCopy(target, pin);
    if (path !== undefined) return checked(path, target);
  }
  const { diagnoseExecutable, diagnoseResolution, reportCause } = await import("../failure.ts");
  const diagnosis =
    "problem" in wanted && wanted.problem !== undefined
      ? diagnoseResolution(wanted)
      : diagnoseExecutable(wanted as Engine, "PT_BINARY_LIBC", found ?? "");
  const [best] = fit;
  if (best === undefined) {
    reportCause(diagnosis.code, diagnosis.context);
    return undefined;
  }
  const { fallBack } = await import("./fallback.ts");
  const path = await fallBack(best, diagnosis);
  return path === undefined ? undefined : checked(path, best.target);
}

/** The cache may lie on a file system from which nothing can be run. */
async function checked(path: string, target: Target): Promise<Engine | undefined> {
  const engine = { path, source: "cache", target } as const;
  const { problem, found } = inspectExecutable(path);
  if (problem === undefined) return engine;
  const { reportExecutable } = await import("../failure.ts");
  reportExecutable(engine, problem, found);
  return undefined;
}
