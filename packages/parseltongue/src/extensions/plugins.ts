import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inspectExecutable } from "../executable.ts";

/** What a program must be called to be a command of `pt`. */
const PREFIX = "pt-";

/** Windows starts programs by their ending; scripts (.cmd) would need a shell that rewrites arguments. */
const ENDING = process.platform === "win32" ? ".exe" : "";

/** A program on PATH that is `pt NAME`. */
export interface Plugin {
  readonly name: string;
  readonly path: string;
}

const pathFolders = (env: NodeJS.ProcessEnv): string[] =>
  (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(Boolean);

/** The program `pt-NAME`, as a shell would find it; one that cannot be run is passed over, as a shell does. */
export function findPlugin(name: string, env: NodeJS.ProcessEnv = process.env): Plugin | undefined {
  if (!/^[\w.-]+$/.test(name)) return undefined;
  return pathFolders(env)
    .map((folder) => ({ name, path: join(folder, `${PREFIX}${name}${ENDING}`) }))
    .find(({ path }) => inspectExecutable(path).problem === undefined);
}

/** Every plugin on PATH, the first of a name only. */
export function plugins(env: NodeJS.ProcessEnv = process.env): Plugin[] {
  const names = new Set(
    pathFolders(env)
      .flatMap(entries)
      .filter((file) => file.startsWith(PREFIX) && file.endsWith(ENDING))
      .map((file) => file.slice(PREFIX.length, file.length - ENDING.length)),
  );
  return [...names].sort().flatMap((name) => findPlugin(name, env) ?? []);
}

/** PATH commonly names folders that are not there or may not be read. */
function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
