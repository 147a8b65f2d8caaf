import { spawnSync } from "node:child_process";
import type { Engine } from "../engine.ts";
import { childEnvironment } from "../launch.ts";
import { UsageError } from "../workflows/arguments.ts";

/**
 * The toolkit's files by name. The engine carries them: it has them packed, and they are of its own version.
 *
 * @throws UsageError where this engine has none, because the user named another one.
 */
export function toolkitOf(engine: Engine): ReadonlyMap<string, string> {
  const { status, stdout, error } = spawnSync(engine.path, ["toolkit"], {
    encoding: "utf8",
    env: childEnvironment(engine),
  });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new UsageError(
      `${engine.path} has no toolkit: it is no engine of this version${engine.source === "override" ? "; unset PARSELTONGUE_BINARY" : ""}`,
    );
  return new Map(Object.entries(JSON.parse(stdout) as Record<string, string>));
}
