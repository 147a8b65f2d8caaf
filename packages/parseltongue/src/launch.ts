import { createRequire } from "node:module";

/** Loads a module of Node's only where it is used: child_process alone costs 2-4 ms, and execve needs none. */
const lazily = createRequire(import.meta.filename);

/** Signals that the launcher passes on while it waits for the engine. */
export const FORWARDED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** `process.execve`, where this Node has it (22.15, 23.11; POSIX only) and nobody switched it off. */
export function execveHere(
  env: NodeJS.ProcessEnv = process.env,
): typeof process.execve | undefined {
  if (process.platform === "win32" || env["PARSELTONGUE_NO_EXECVE"]) return undefined;
  return process.execve;
}

/**
 * Becomes the engine, or waits for it.
 *
 * With `process.execve` the engine takes this process's place: signals, exit code, terminal and memory are
 * its own. The caller must have inspected the file, because a failing execve aborts Node 22 and 24.
 *
 * Elsewhere a child is spawned; the launcher forwards signals, and ends as the child ended: with its exit
 * code, or by its signal. `failed` hears of a child that could not be started.
 */
export function launch(
  file: string,
  args: readonly string[],
  failed: (error: NodeJS.ErrnoException) => void,
): void {
  const execve = execveHere();
  if (execve) {
    execve.call(process, file, [file, ...args], process.env);
    return;
  }
  let forward: (signal: NodeJS.Signals) => void = () => {
    throw new Error("a signal was handled before the child was spawned");
  };
  // Before the spawn, so that a signal in between waits in the event loop instead of orphaning the child.
  const handler = (signal: NodeJS.Signals): void => forward(signal);
  for (const signal of FORWARDED_SIGNALS) process.on(signal, handler);
  const { spawn } = lazily("node:child_process") as typeof import("node:child_process");
  const child = spawn(file, args, { stdio: "inherit" });
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
