import { writeSync } from "node:fs";
import { ENGINE_COMMANDS, PT_COMMANDS, VERSION_FLAGS } from "./commands.ts";
import { engineNow } from "./engine.ts";
import { ENGINE_NAME, VERSION } from "./identity.ts";
import { launch } from "./launch.ts";

// The start-up file: what it imports statically is read at every start, so it holds only what an engine
// command needs. Everything else is in the second file, behind a dynamic import.

/** Ends with a message instead of a stack trace; the second file knows the words. */
async function unexpected(error: unknown): Promise<void> {
  const { reportUnexpected } = await import("./later.ts");
  reportUnexpected(error);
}

/** Runs the engine in this process's place, or explains why it cannot run. */
async function passThrough(args: readonly string[]): Promise<void> {
  const pending = engineNow();
  const engine = pending instanceof Promise ? await pending : pending;
  if (engine === undefined) return;
  launch(engine, args, (error) => {
    import("./later.ts").then(({ reportSpawn }) => reportSpawn(engine, error)).catch(unexpected);
  });
}

/** `pt` and `parseltongue`: the same program under two names. */
async function main(args: readonly string[]): Promise<void> {
  const first = args[0];
  const listed = (names: readonly string[]): boolean =>
    first !== undefined && names.includes(first);
  if (listed(VERSION_FLAGS)) {
    // Straight to the descriptor: setting up process.stdout takes longer than the rest of this command.
    writeSync(1, `${ENGINE_NAME} ${VERSION}\n`);
  } else if (first === undefined || listed(["--help", "-h"]) || listed(PT_COMMANDS)) {
    const { runOwnCommand } = await import("./later.ts");
    await runOwnCommand(first, args.slice(1), passThrough);
  } else if (first.startsWith("-") || listed(ENGINE_COMMANDS)) {
    await passThrough(args);
  } else {
    const { runExtension } = await import("./later.ts");
    await runExtension(first, args.slice(1), passThrough);
  }
}

main(process.argv.slice(2)).catch(unexpected);
