import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Engine } from "./engine.ts";
import { resolveBinary } from "./resolve.ts";

/** Loads a module of Node's only where it is used: child_process alone costs 2 ms, and execve needs none. */
const lazily = createRequire(import.meta.filename);

/** Signals that the launcher passes on while it waits for the engine. */
export const FORWARDED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Replaces this process by a program. Returns only where that failed. */
type Execve = (file: string, args: readonly string[]) => void;

/**
 * `execve`, unless this system has none or somebody switched it off: that of the addon beside the binary, else
 * Node's own (22.15, 23.11), which takes 2 ms longer and aborts where it fails.
 */
export function execveHere(
  engine: Engine,
  env: NodeJS.ProcessEnv = process.env,
): Execve | undefined {
  if (process.platform === "win32" || env["PARSELTONGUE_NO_EXECVE"]) return undefined;
  const { execve } = process;
  return (
    addonExecve(engine) ??
    (execve && ((file, args) => execve.call(process, file, args, process.env)))
  );
}

function addonExecve(engine: Engine): Execve | undefined {
  // Other runtimes load addons too, but what they do to signals and descriptors is not known to it.
  if (process.release.name !== "node" || process.versions["bun"] || process.versions["deno"])
    return undefined;
  // The cache holds one file that is verified before each start; what else lies there was verified by nobody.
  if (engine.source === "cache") return undefined;
  // An override has no addon of its own; that of the installed package serves any program.
  const { path } = engine.source === "override" ? resolveBinary({ env: {} }) : engine;
  if (path === undefined) return undefined;
  const addon = { exports: {} };
  try {
    process.dlopen(addon, join(dirname(path), "execve.node"));
  } catch {
    // Not there, or forbidden (--no-addons, a noexec mount): there are other ways.
    return undefined;
  }
  return addon.exports as Execve;
}

/**
 * Becomes the engine, or waits for it.
 *
 * With `execve` the engine takes this process's place: signals, exit code, terminal and memory are its own. The
 * caller must have inspected the file, because a failing `process.execve` aborts Node 22 and 24.
 *
 * Elsewhere a child is spawned; the launcher forwards signals, and ends as the child ended: with its exit
 * code, or by its signal. `failed` hears of a child that could not be started.
 */
export function launch(
  engine: Engine,
  args: readonly string[],
  failed: (error: NodeJS.ErrnoException) => void,
): void {
  const file = engine.path;
  execveHere(engine)?.(file, [file, ...args]);
  let forward: (signal: NodeJS.Signals) => void = () => {
    throw new Error("a signal was handled before the child was spawned");
  };
  // Before the spawn, so that a signal in between waits in the event loop instead of orphaning the child.
  const handler = (signal: NodeJS.Signals): void => forward(signal);
  for (const signal of FORWARDED_SIGNALS) process.on(signal, handler);
  const { spawn } = lazily("node:child_process") as typeof import("node:child_process");
  const child = spawn(file, args, { stdio: "inherit", env: childEnvironment(engine) });
  forward = (signal) => {
    // Windows cannot send a signal; its console delivers Ctrl-C to the child by itself.
    if (process.platform !== "win32") child.kill(signal);
  };
  const release = (): void => {
    for (const signal of FORWARDED_SIGNALS) process.removeListener(signal, handler);
  };
  child.on("error", (error) => {
    release();
    failed(error);
  });
  child.on("exit", (code, signal) => {
    release();
    endLike(code, signal);
  });
}

/**
 * The environment of an engine that we wait for: our own, and for our own engine who we are, so that it ends when
 * we are killed outright. The engine takes that out of its environment at once.
 */
export function childEnvironment(engine: Engine): NodeJS.ProcessEnv {
  if (engine.source === "override" || process.platform === "win32") return process.env;
  return { ...process.env, PARSELTONGUE_PARENT: String(process.pid) };
}

/** Ends this process as a child ended. Never 0 for a child that was killed. */
export function endLike(code: number | null, signal: NodeJS.Signals | null): void {
  if (signal === null) {
    process.exit(code ?? 1);
  }
  const { constants } = lazily("node:os") as typeof import("node:os");
  const status = 128 + (constants.signals[signal] ?? 0);
  // Node ignores SIGPIPE, so raising it here would change nothing.
  if (process.platform === "win32" || signal === "SIGPIPE") process.exit(status);
  process.exitCode = status;
  process.kill(process.pid, signal);
  // Only reached when this process was started with the signal ignored (nohup).
  setTimeout(() => process.exit(status), 200);
}
