import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Target } from "../../../packages/parseltongue/src/targets.ts";
import { hostTarget } from "../host.ts";
import { buildOf, machineOf } from "../target-builds.ts";

/** How a program ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** Environment variables that a run of the shipped programs may depend on; the rest of the caller's stays out. */
export function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: home,
    TMPDIR: tmpdir(),
    LC_ALL: "C",
    PARSELTONGUE_CACHE_DIR: join(home, "map"),
    ...(process.platform === "win32" ? process.env : {}),
  };
}

export function run(
  [program, ...args]: readonly [string, ...string[]],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Ended {
  const started = process.hrtime.bigint();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  return { status, stdout: stdout ?? "", stderr: error?.message ?? stderr, milliseconds };
}

const isInstalled = (program: string): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;

/** The command that runs a target's binary here, or undefined where nothing can. */
export function runnable(target: Target, binary: string): [string, ...string[]] | undefined {
  const host = hostTarget();
  if (target.os === host.os && target.cpu === host.cpu) {
    // A static musl binary runs on glibc; the other way round it does not.
    return host.libc === "musl" && target.libc === "glibc" ? undefined : [binary];
  }
  if (buildOf(target).runner !== "qemu") return undefined;
  const emulator = `qemu-${machineOf(target)}`;
  // Debian's C library for that processor.
  const libraries = `/usr/${machineOf(target)}-linux-gnu`;
  return isInstalled(emulator) && existsSync(libraries)
    ? [emulator, "-L", libraries, binary]
    : undefined;
}

/** Runs something with a temporary folder that is gone afterwards. */
export async function inTemporaryFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "parseltongue-")));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
