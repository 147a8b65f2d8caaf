import { UsageError } from "../workflows/arguments.ts";
import { SCRIPTS, SHELLS, type Shell } from "./scripts.ts";

/** `pt completions SHELL`: prints the script. */
export function completions(args: readonly string[]): void {
  const [shell, more] = args;
  if (shell === undefined) throw new UsageError(`which shell? ${SHELLS.join(", ")}`);
  if (!(SHELLS as readonly string[]).includes(shell))
    throw new UsageError(`there are no completions for "${shell}"; choose ${SHELLS.join(", ")}`);
  if (more !== undefined)
    throw new UsageError(`"pt completions" takes one shell, not also "${more}"`);
  process.stdout.write(SCRIPTS[shell as Shell]);
}
