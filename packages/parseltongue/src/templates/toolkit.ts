import { spawnSync } from "node:child_process";
import type { Engine } from "../engine.ts";
import { childEnvironment } from "../launch.ts";
import { UsageError } from "../workflows/arguments.ts";

/**
 * The text of a file of the toolkit, by its name.
 *
 * @throws UsageError where the engine has no such file: it must not pass for one that is no longer shipped.
 */
export type Toolkit = (file: string) => string;

/**
 * The toolkit. The engine carries it: it has it packed, and of its own version.
 *
 * @throws UsageError where this engine has none, because the user named another one.
 */
export function toolkitOf(engine: Engine): Toolkit {
  const lacks = (what: string): UsageError =>
    new UsageError(
      `${engine.path} has no ${what}: it is no engine of this version${engine.source === "override" ? "; unset PARSELTONGUE_BINARY" : ""}`,
    );
  const { status, stdout, error } = spawnSync(engine.path, ["toolkit"], {
    encoding: "utf8",
    env: childEnvironment(engine),
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw lacks("toolkit");
  const texts = new Map(Object.entries(JSON.parse(stdout) as Record<string, string>));
  return (file) => {
    const text = texts.get(file);
    if (text === undefined) throw lacks(file);
    return text;
  };
}
