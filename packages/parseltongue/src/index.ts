import { spawn } from "node:child_process";
import { inspectExecutable } from "./executable.ts";
import {
  type Diagnosis,
  describeCause,
  diagnoseExecutable,
  diagnoseResolution,
} from "./failure.ts";
import { resolveBinary } from "./resolve.ts";

/** The engine cannot be found or started. The message says why and what to do. */
export class ParseltongueError extends Error {
  override readonly name = "ParseltongueError";
  /** A stable cause code, as `pt doctor` prints it. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** How to run the engine. */
export interface RunOptions {
  /** The working directory; without it, this process's. */
  cwd?: string;
  /** The whole environment; without it, this process's. */
  env?: Record<string, string | undefined>;
  /** What the engine reads from stdin; without it, nothing. */
  input?: string;
  /** Ends the engine when aborted. */
  signal?: AbortSignal;
}

/** What the engine answered. */
export interface RunResult {
  /** 0: answered; 1: not found; 2: usage or another error; null if a signal ended it. */
  exitCode: number | null;
  /** The signal that ended it, if one did. */
  signal: string | null;
  stdout: string;
  stderr: string;
}

/**
 * The path of the native binary for this machine, checked to be runnable.
 *
 * @throws ParseltongueError with a stable code where there is none.
 */
export function binaryPath(): string {
  const resolution = resolveBinary();
  if (resolution.problem !== undefined) throw explained(diagnoseResolution(resolution));
  const { problem, found } = inspectExecutable(resolution.path);
  if (problem === undefined) return resolution.path;
  throw explained(diagnoseExecutable(resolution, problem, found));
}

const explained = ({ code, context }: Diagnosis): ParseltongueError =>
  new ParseltongueError(code, describeCause(code, context));

/**
 * Runs the engine and collects what it prints. An exit code other than 0 is an answer, not an exception.
 *
 * @throws ParseltongueError where the engine cannot be found or started.
 */
export function run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { cwd, env, input, signal } = options;
  return new Promise((done, failed) => {
    const child = spawn(binaryPath(), args, {
      stdio: ["pipe", "pipe", "pipe"],
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env: env as NodeJS.ProcessEnv }),
      ...(signal === undefined ? {} : { signal }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    child.on("error", failed);
    child.on("close", (exitCode, ended) => done({ exitCode, signal: ended, stdout, stderr }));
    // An engine that ends without reading its input closes the pipe; that is no failure of the call.
    child.stdin.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") failed(error);
    });
    child.stdin.end(input ?? "");
  });
}
