import { inspectExecutable } from "./executable.ts";
import { resolveBinary } from "./resolve.ts";

/** An engine that can be started. */
export type Engine = Extract<ReturnType<typeof resolveBinary>, { source: string }>;

/** Finds the engine and checks that it can be started; otherwise explains why, and returns undefined. */
export async function readyEngine(): Promise<Engine | undefined> {
  const found = engineNow();
  return found instanceof Promise ? found : Promise.resolve(found);
}

/**
 * The same, without a tick of the event loop where all is well: the start-up path must not wait.
 */
export function engineNow(): Engine | Promise<undefined> {
  const resolution = resolveBinary();
  if (resolution.problem !== undefined) {
    return import("./failure.ts").then(({ reportResolution }) => void reportResolution(resolution));
  }
  const { problem, found } = inspectExecutable(resolution.path);
  if (problem !== undefined) {
    return import("./failure.ts").then(
      ({ reportExecutable }) => void reportExecutable(resolution, problem, found),
    );
  }
  return resolution;
}
