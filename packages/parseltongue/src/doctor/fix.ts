import { spawnSync } from "node:child_process";
import { chmodSync, rmSync, statSync } from "node:fs";
import { CAUSES, type Cause } from "../causes.ts";
import { standby } from "../download/standby.ts";
import type { Diagnosis } from "../failure.ts";
import { type Action, fixInWords, shellCommand } from "../repair.ts";
import { resolveBinary } from "../resolve.ts";

const say = (text: string): void => void process.stderr.write(`pt: ${text}\n`);

/**
 * Does what can be done about a problem: first what the package manager or the file system can do, and where the
 * package is still missing then, the download. Returns whether anything was done.
 */
export async function mend({ code, context }: Diagnosis): Promise<boolean> {
  const cause: Cause = CAUSES[code];
  const fix = cause.fix(context);
  const { actions = [] } = fix;
  if (actions.length === 0) {
    say(`nobody but you can mend ${code}: ${fixInWords(fix)}`);
    return false;
  }
  const { projectRoot, packageRoot } = context.installation;
  say(`${code}: ${shellCommand(fix, projectRoot)}`);
  for (const action of actions) {
    const failure = take(action, projectRoot ?? packageRoot);
    if (failure === undefined) continue;
    say(failure);
    break;
  }
  const after = resolveBinary();
  // Also where the manager was told to leave optional packages out: then only the download is left.
  if (after.problem === "PT_PACKAGE_MISSING") await standby(after);
  return true;
}

/** Takes one step; returns what went wrong. */
function take(action: Action, folder: string): string | undefined {
  try {
    if (action.do === "remove") rmSync(action.path, { recursive: true, force: true });
    else if (action.do === "executable")
      chmodSync(action.path, (statSync(action.path).mode & 0o777) | 0o555);
    else {
      const [program, ...args] = action.command;
      const { status, error } = spawnSync(program, args, {
        cwd: folder,
        // Its talk is talk here too: stdout belongs to the doctor's answer.
        stdio: ["ignore", 2, 2],
        // Package managers are command files on Windows.
        shell: process.platform === "win32",
      });
      if (error) return `${program} cannot be started (${(error as NodeJS.ErrnoException).code})`;
      if (status !== 0) return `${action.command.join(" ")} ends with ${status}`;
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
