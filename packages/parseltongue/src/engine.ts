import { inspectExecutable } from "./executable.ts";
import { type Resolution, resolveBinary } from "./resolve.ts";

/** An engine that can be started. */
export type Engine = Omit<Extract<Resolution, { source: string }>, "problem">;

/** Finds the engine and checks that it can be started; otherwise explains why, and returns undefined. */
export async function readyEngine(): Promise<Engine | undefined> {
  const found = engineNow();
  return found instanceof Promise ? found : Promise.resolve(found);
}

/**
 * The same, without a tick of the event loop where all is well: the start-up path must not wait.
 */
export function engineNow(): Engine | Promise<Engine | undefined> {
  const resolution = resolveBinary();
  if (resolution.problem === "PT_PACKAGE_MISSING")
    return import("./later.ts").then(({ standby }) => standby(resolution));
  if (resolution.problem !== undefined)
    return import("./later.ts").then(({ reportResolution }) => void reportResolution(resolution));
  const { problem, found } = inspectExecutable(resolution.path);
  if (problem === undefined) return resolution;
  if (problem === "PT_BINARY_LIBC" && resolution.source === "package")
    return import("./later.ts").then(({ standby }) => standby(resolution, found));
  return import("./later.ts").then(
    ({ reportExecutable }) => void reportExecutable(resolution, problem, found),
  );
}
