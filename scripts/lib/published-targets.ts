import { TARGETS, type Target } from "../../packages/parseltongue/src/targets.ts";
import { buildEngine, isCurrent } from "./engine.ts";
import { hostTarget } from "./host.ts";
import { say } from "./say.ts";

/**
 * The targets to pack: the chosen ones, built as they are published; without a choice this machine's, which is built
 * if need be, and every other one that is built from the present sources. What is left out is said on stderr.
 */
export async function targetsToPublish(chosen: readonly Target[] = []): Promise<Target[]> {
  const host = hostTarget();
  if (chosen.length > 0) {
    for (const target of chosen) await buildEngine(target);
    return [...chosen];
  }
  await buildEngine();
  const present = TARGETS.filter((target) => target.name === host.name || isCurrent(target));
  const absent = TARGETS.filter((target) => !present.includes(target));
  if (absent.length > 0)
    say(
      `Without the binaries of ${absent.map(({ name }) => name).join(", ")}: they are not built from the present sources (--all builds them)`,
    );
  return present;
}
