import { readFileSync, statSync } from "node:fs";
import { CAUSES, type Cause, type CauseCode, type CauseContext, documentation } from "./causes.ts";
import type { ExecutableProblem } from "./executable.ts";
import { inspectInstallation } from "./installation.ts";
import { fixInWords } from "./repair.ts";
import type { Resolution } from "./resolve.ts";
import { platformPackage } from "./targets.ts";

/** The exit code of `pt` when the engine could not be run: the same as the engine's for an error. */
export const FAILURE_EXIT = 2;

/** Why the engine cannot run, and what is known about it. */
export interface Diagnosis {
  readonly code: CauseCode;
  readonly context: CauseContext;
}

/** Says what happened, how people get there and what to do, on stderr, and sets the exit code. */
export function reportCause(code: CauseCode, context: CauseContext): void {
  process.stderr.write(describeCause(code, context));
  process.exitCode = FAILURE_EXIT;
}

/** The text of `reportCause`. */
export function describeCause(code: CauseCode, context: CauseContext): string {
  const cause: Cause = CAUSES[code];
  return [
    `pt: ${cause.what(context)} [${code}]`,
    `  why: ${cause.why(context)}`,
    `  fix: ${fixInWords(cause.fix(context), context.installation.projectRoot)}`,
    `  more: pt doctor, ${documentation(code)}`,
    "",
  ].join("\n");
}

type Unresolved = Extract<Resolution, { problem: string }>;
type Resolved = Omit<Extract<Resolution, { source: string }>, "problem">;

/** Narrows a missing platform package down to the reason that the surroundings show. */
export function diagnoseResolution(resolution: Unresolved): Diagnosis {
  const { problem, target, path, found } = resolution;
  const installation = inspectInstallation();
  const context: CauseContext = { installation, target, path, found };
  if (problem !== "PT_PACKAGE_MISSING" || target === undefined) return { code: problem, context };
  const { optionalOff, platformPackages, lockfile } = installation;
  if (optionalOff !== undefined) return { code: "PT_OPTIONAL_OFF", context };
  if (platformPackages.length > 0) return { code: "PT_PACKAGE_OTHER_PLATFORM", context };
  // Only npm's own bug prunes; what another manager leaves out, it was told to.
  const pruned = lockfile?.manager === "npm" && !lockfile.locks(platformPackage(target));
  return { code: pruned ? "PT_LOCKFILE_PRUNED" : problem, context };
}

/** Says why a file that is there cannot be run. */
export function diagnoseExecutable(
  { path, target, source }: Resolved,
  problem: ExecutableProblem,
  found: string,
): Diagnosis {
  const mode = problem === "PT_BINARY_MODE" ? refineMode(path) : undefined;
  return {
    code: mode?.code ?? problem,
    context: {
      installation: inspectInstallation(),
      target,
      path,
      found: mode?.found ?? found,
      source,
    },
  };
}

/** Explains why no binary was found. */
export function reportResolution(resolution: Unresolved): void {
  const { code, context } = diagnoseResolution(resolution);
  reportCause(code, context);
}

/** Explains why a file that is there cannot be run. */
export function reportExecutable(
  engine: Resolved,
  problem: ExecutableProblem,
  found: string,
): void {
  const { code, context } = diagnoseExecutable(engine, problem, found);
  reportCause(code, context);
}

/** Tells a lost execute permission from a file system that forbids execution. */
function refineMode(path: string): { code: CauseCode; found?: string } {
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
    source: resolution.source,
  });
}

/** What Node's or Deno's permissions forbid, and how it is allowed; undefined for another error. */
function refused(error: Error): string | undefined {
  const { code, permission, resource } = error as NodeJS.ErrnoException & {
    permission?: string;
    resource?: string;
  };
  if (error.name === "NotCapable")
    return `Deno's permissions forbid what the launcher does (${error.message})
  fix: deno run --allow-env --allow-read --allow-run --allow-sys, or --allow-all`;
  if (code !== "ERR_ACCESS_DENIED") return undefined;
  return `Node's permission model (--permission) forbids ${permission ?? "something"}${resource ? ` of ${resource}` : ""}
  why: the launcher reads its package and the engine, and starts the engine
  fix: node --permission --allow-fs-read=* --allow-addons --allow-child-process, or start the binary itself (pt doctor names it)`;
}

/** The last resort: an error nobody foresaw, without its stack unless asked for. */
export function reportUnexpected(error: unknown): void {
  process.exitCode = FAILURE_EXIT;
  const why = error instanceof Error ? refused(error) : undefined;
  if (why !== undefined) {
    process.stderr.write(`pt: ${why}\n`);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`pt: ${message}\n  more: pt doctor; PT_DEBUG=1 shows where it happened\n`);
  if (process.env["PT_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}
