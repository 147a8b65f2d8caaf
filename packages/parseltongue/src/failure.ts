import { readFileSync, statSync } from "node:fs";
import { CAUSES, type CauseCode, type CauseContext, documentation } from "./causes.ts";
import type { ExecutableProblem } from "./executable.ts";
import { inspectInstallation } from "./installation.ts";
import type { Resolution } from "./resolve.ts";
import { platformPackage } from "./targets.ts";

/** The exit code of `pt` when the engine could not be run: the same as the engine's for an error. */
export const FAILURE_EXIT = 2;

/** Says what happened, how people get there and what to do, on stderr, and sets the exit code. */
export function reportCause(code: CauseCode, context: CauseContext): void {
  process.stderr.write(describeCause(code, context));
  process.exitCode = FAILURE_EXIT;
}

/** The text of `reportCause`. */
export function describeCause(code: CauseCode, context: CauseContext): string {
  const cause = CAUSES[code];
  return [
    `pt: ${cause.what(context)} [${code}]`,
    `  why: ${cause.why(context)}`,
    `  fix: ${cause.fix(context)}`,
    `  more: pt doctor, ${documentation(code)}`,
    "",
  ].join("\n");
}

type Unresolved = Extract<Resolution, { problem: string }>;
type Resolved = Omit<Extract<Resolution, { source: string }>, "problem">;

/** Narrows a missing platform package down to the reason that the surroundings show. */
export function refineMissing(resolution: Unresolved, { installation }: CauseContext): CauseCode {
  const { problem, target } = resolution;
  if (problem !== "PT_PACKAGE_MISSING" || target === undefined) return problem;
  if (installation.optionalOff !== undefined) return "PT_OPTIONAL_OFF";
  if (installation.platformPackages.length > 0) return "PT_PACKAGE_OTHER_PLATFORM";
  const { lockfile, manager } = installation;
  if (manager === "npm" && lockfile && !lockfile.names(platformPackage(target)))
    return "PT_LOCKFILE_PRUNED";
  return problem;
}

/** Explains why no binary was found. */
export function reportResolution(resolution: Unresolved): void {
  const context = {
    installation: inspectInstallation(),
    target: resolution.target,
    path: resolution.path,
  };
  reportCause(refineMissing(resolution, context), context);
}

/** Tells a lost execute permission from a file system that forbids execution. */
export function refineMode(path: string): { code: CauseCode; found?: string } {
  if ((statSync(path).mode & 0o111) === 0)
    return { code: "PT_BINARY_MODE", found: "no execute permission" };
  const mount = process.platform === "linux" ? noexecMount(path) : undefined;
  return mount === undefined
    ? { code: "PT_BINARY_MODE" }
    : { code: "PT_MOUNT_NOEXEC", found: `mounted at ${mount}` };
}

/** The mount point of a path, if it is mounted noexec. */
function noexecMount(path: string): string | undefined {
  let best: { point: string; options: readonly string[] } | undefined;
  for (const line of readFileSync("/proc/self/mounts", "utf8").split("\n")) {
    const [, escaped, , options] = line.split(" ");
    if (escaped === undefined || options === undefined) continue;
    const point = escaped.replace(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const inside = point === "/" || path === point || path.startsWith(`${point}/`);
    // Not longer but not shorter either: a later line covers an earlier one at the same place.
    if (inside && point.length >= (best?.point.length ?? 0))
      best = { point, options: options.split(",") };
  }
  return best?.options.includes("noexec") ? best.point : undefined;
}

/** Explains why a file that is there cannot be run. */
export function reportExecutable(
  resolution: Resolved,
  problem: ExecutableProblem,
  found: string,
): void {
  const context: CauseContext = {
    installation: inspectInstallation(),
    target: resolution.target,
    path: resolution.path,
    found,
    override: resolution.source === "override",
  };
  if (problem !== "PT_BINARY_MODE") return reportCause(problem, context);
  const mode = refineMode(resolution.path);
  reportCause(mode.code, { ...context, found: mode.found ?? found });
}

/** Explains why the system would not start a file that looked right. */
export function reportSpawn(resolution: Resolved, error: NodeJS.ErrnoException): void {
  if (error.code === "E2BIG") {
    process.stderr.write(
      "pt: the arguments and the environment together are longer than this system allows\n  fix: pass fewer or shorter arguments\n",
    );
    process.exitCode = FAILURE_EXIT;
    return;
  }
  reportCause("PT_SPAWN_FAILED", {
    installation: inspectInstallation(),
    target: resolution.target,
    path: resolution.path,
    found: error.code ?? error.message,
    override: resolution.source === "override",
  });
}

/** The last resort: an error nobody foresaw, without its stack unless asked for. */
export function reportUnexpected(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`pt: ${message}\n  more: pt doctor; PT_DEBUG=1 shows where it happened\n`);
  if (process.env["PT_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = FAILURE_EXIT;
}
