import { buildEngine } from "./lib/engine.ts";
import { ensureMainPackage } from "./lib/main-current.ts";

/** Builds everything for this machine: the main package and the engine. */
export async function main(): Promise<void> {
  await ensureMainPackage();
  await buildEngine();
}
