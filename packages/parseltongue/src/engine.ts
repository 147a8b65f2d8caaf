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
  if (resolution.problem === "PT_PACKAGE_MISSING") return downloaded(resolution);
  if (resolution.problem !== undefined) {
    return import("./failure.ts").then(({ reportResolution }) => void reportResolution(resolution));
  }
  return checked(resolution);
}

function checked(engine: Engine): Engine | Promise<undefined> {
  const { problem, found } = inspectExecutable(engine.path);
  if (problem === undefined) return engine;
  return import("./failure.ts").then(
    ({ reportExecutable }) => void reportExecutable(engine, problem, found),
  );
}

async function downloaded(
  missing: Extract<Resolution, { problem: string }>,
): Promise<Engine | undefined> {
  const { fallBack } = await import("./download/fallback.ts");
  const path = await fallBack(missing);
  if (path === undefined) return undefined;
  return checked({ path, source: "cache", ...(missing.target ? { target: missing.target } : {}) });
}
