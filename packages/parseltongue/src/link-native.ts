import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENGINE_COMMANDS, VERSION_FLAGS } from "./commands.ts";
import { readyEngine } from "./engine.ts";
import { FAILURE_EXIT } from "./failure.ts";
import { BINARY_VARIABLE } from "./identity.ts";
import { PACKAGE_ROOT } from "./package-root.ts";
import { UsageError } from "./workflows/arguments.ts";

/** The first line of the start-up file as it is published. */
const NODE_LINE = "#!/usr/bin/env node\n";

/** A linked start-up file begins with this: a shell's comment, then a statement that is also one of JavaScript. */
const SHELL_LINE = "#!/bin/sh\n':' //";

/**
 * `pt link-native`: lets the shell start the binary directly for the engine's commands, without Node.
 *
 * The start-up file becomes a program of two languages. A shell sees a second line that runs the binary, or
 * Node with this same file for everything that is not the engine's. JavaScript sees a string and a comment, so
 * whoever starts the file with Node (pnpm's shims do) finds what was there before.
 */
export async function linkNative(args: readonly string[]): Promise<void> {
  const unknown = args.find((arg) => arg !== "--undo");
  if (unknown !== undefined)
    throw new UsageError(`"pt link-native" does not know ${unknown}; it knows --undo`);
  const file = join(PACKAGE_ROOT, "dist", "cli.js");
  const text = readFileSync(file, "utf8");
  const script = withoutFirstLines(text);
  if (script === undefined) throw new Error(`${file} does not begin as this version writes it`);

  if (args.includes("--undo")) {
    if (text.startsWith(NODE_LINE)) return say("pt is not linked to the binary; nothing to undo");
    return replace(file, NODE_LINE + script, "pt starts through Node again");
  }
  const engine = await readyEngine();
  if (engine === undefined) return;
  if (process.platform === "win32") {
    return refuse(
      "Windows starts pt through a .cmd file that calls Node, and a .cmd file costs as much again",
      `let hooks and editors call the binary itself: ${engine.path}`,
    );
  }
  if (engine.source !== "package") {
    return refuse(
      `the binary in use is not that of the installed package: ${engine.path}`,
      engine.source === "override" ? `unset ${BINARY_VARIABLE}` : "pt doctor",
    );
  }
  if (/[\n\r\u2028\u2029]/.test(engine.path))
    return refuse("the path of the binary has a line break in it", "install at another path");
  replace(
    file,
    `${SHELL_LINE}${shellStatement(engine.path)}\n${script}`,
    `the engine's commands start ${engine.path} without Node\n  undo: pt link-native --undo, or install again`,
  );
}

/** What the shell does; it must stay on one line, the rest of which is a comment for JavaScript. */
function shellStatement(binary: string): string {
  const quoted = `'${binary.replaceAll("'", "'\\''")}'`;
  const commands = [...ENGINE_COMMANDS, ...VERSION_FLAGS].join("|");
  // A package that was moved or reinstalled has no binary at this path: then Node looks for it, as ever.
  return `;[ -n "$${BINARY_VARIABLE}" ] || [ ! -x ${quoted} ] || case "$1" in ${commands}) exec ${quoted} "$@";; esac;exec node "$0" "$@"`;
}

/** The JavaScript behind the lines that say who runs it. */
function withoutFirstLines(text: string): string | undefined {
  if (text.startsWith(NODE_LINE)) return text.slice(NODE_LINE.length);
  if (!text.startsWith(SHELL_LINE)) return undefined;
  return text.slice(text.indexOf("\n", SHELL_LINE.length) + 1);
}

/** Renamed into place: package managers link files from a store of theirs, which must not be written to. */
function replace(file: string, text: string, done: string): void {
  const partial = `${file}.partial-${process.pid}`;
  try {
    writeFileSync(partial, text);
    chmodSync(partial, statSync(file).mode & 0o777);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return refuse(
      `${file} cannot be replaced (${code})`,
      "run it as the user who installed parseltongue",
    );
  }
  say(done);
}

function refuse(why: string, fix: string): void {
  process.stderr.write(`pt: cannot link pt to the binary: ${why}\n  fix: ${fix}\n`);
  process.exitCode = FAILURE_EXIT;
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
