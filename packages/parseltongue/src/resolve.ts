import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { BINARY_VARIABLE, VERSION } from "./identity.ts";
import { binaryInPackage, platformPackage, type Target, targetsFor } from "./targets.ts";

/** Why no binary could be found. */
export type ResolutionProblem =
  | "PT_PLATFORM_UNSUPPORTED"
  | "PT_PACKAGE_MISSING"
  | "PT_BINARY_MISSING"
  | "PT_VERSION_MISMATCH"
  | "PT_OVERRIDE_MISSING";

/** Where the binary is, or why it is not known. */
export type Resolution =
  | {
      readonly path: string;
      readonly source: "override" | "package" | "cache";
      readonly target?: Target;
      readonly problem?: undefined;
    }
  | {
      readonly problem: ResolutionProblem;
      /** The file that should have been there. */
      readonly path?: string;
      readonly target?: Target;
      /** What was found instead. */
      readonly found?: string;
    };

/** What resolution depends on; the defaults are this process. */
export interface ResolutionContext {
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: string;
  readonly arch?: string;
  /** A file; packages are looked up as if it required them. */
  readonly from?: string;
}

/** The folder of an installed package, or undefined. Works for every layout that `require` knows. */
export function packageFolder(
  name: string,
  from: string = import.meta.filename,
): string | undefined {
  return nearFolder(name, from) ?? requiredFolder(name, from);
}

/**
 * The folder of a package in the `node_modules` of a file's own or an outer folder: Node's rule, without the
 * machinery of `require.resolve`, which takes half a millisecond, and two where it finds nothing.
 */
function nearFolder(name: string, from: string): string | undefined {
  // Plug'n'Play has no node_modules, so what is found there belongs to something else.
  if (process.versions["pnp"]) return undefined;
  for (let outer = dirname(from); ; outer = dirname(outer)) {
    // The manifest, not the binary: a package whose binary an antivirus took away is still installed.
    const folder = join(outer, "node_modules", name);
    if (isFile(join(folder, "package.json"))) return folder;
    if (dirname(outer) === outer) return undefined;
  }
}

/** The same for a file that was reached through a link, as `--preserve-symlinks` leaves it. */
const linkedFolder = (name: string, from: string): string | undefined =>
  existsSync(from) ? nearFolder(name, realpathSync(from)) : undefined;

function requiredFolder(name: string, from: string): string | undefined {
  try {
    return dirname(createRequire(from).resolve(`${name}/package.json`));
  } catch (error) {
    // Plug'n'Play has codes of its own, for a package that it does not know and for a file that is gone.
    const { code, pnpCode } = error as NodeJS.ErrnoException & { pnpCode?: string };
    if (code === "MODULE_NOT_FOUND" || pnpCode !== undefined) return undefined;
    throw error;
  }
}

/** The version in the manifest of an installed package; undefined where it cannot be read. */
export function installedVersion(folder: string): string | undefined {
  try {
    // A pattern, because this is on the way of every start, and a damaged manifest must not end it.
    return /"version":\s*"([^"]+)"/.exec(readFileSync(join(folder, "package.json"), "utf8"))?.[1];
  } catch (error) {
    if (isClosed(error)) return undefined;
    throw error;
  }
}

/** Finds the native binary: the override, else the platform package that is installed. */
export function resolveBinary(context: ResolutionContext = {}): Resolution {
  const {
    env = process.env,
    platform = process.platform,
    arch = process.arch,
    from = import.meta.filename,
  } = context;
  const override = env[BINARY_VARIABLE];
  if (override) {
    const path = resolve(override);
    return isFile(path) ? { path, source: "override" } : { problem: "PT_OVERRIDE_MISSING", path };
  }
  const candidates = targetsFor(platform, arch);
  const preferred = candidates.find(fitsSystem) ?? candidates[0];
  if (preferred === undefined) return { problem: "PT_PLATFORM_UNSUPPORTED" };

  const installedBy = (find: typeof nearFolder) =>
    candidates.flatMap((target) => {
      const folder = find(platformPackage(target), from);
      if (folder === undefined) return [];
      const path = join(folder, binaryInPackage(target));
      const present = isFile(path);
      // Yarn's pnpm linker leaves a manifest without a version for a package that it skipped.
      if (!present && installedVersion(folder) === undefined) return [];
      return [{ target, folder, path, present }];
    });
  const near = installedBy(nearFolder);
  const installed =
    near.length > 0
      ? near
      : installedBy((name, file) => requiredFolder(name, file) ?? linkedFolder(name, file));
  // Two are installed by managers that do not know the `libc` field; the one that works is taken.
  const usable = installed.filter(({ present }) => present);
  const chosen = usable.find(({ target }) => fitsSystem(target)) ?? usable[0] ?? installed[0];
  if (chosen === undefined) return { problem: "PT_PACKAGE_MISSING", target: preferred };
  const { target, path, folder, present } = chosen;
  if (!present) return { problem: "PT_BINARY_MISSING", path, target };
  const version = installedVersion(folder);
  if (version !== undefined && version !== VERSION) {
    const found = `${platformPackage(target)} is ${version}`;
    return { problem: "PT_VERSION_MISMATCH", path, target, found };
  }
  return { path, source: "package", target };
}

/** The musl build is static and runs on every Linux; the glibc build wants glibc's loader. */
export const fitsSystem = (target: Target): boolean =>
  target.libc !== "glibc" || (isFile("/etc/ld.so.cache") && !existsSync("/etc/alpine-release"));

/** A folder above is closed to this user. */
const isClosed = (error: unknown): boolean =>
  ["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");

/** Whether there is a file, as far as this user can see: one behind a closed folder is left to who reads it. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch (error) {
    if (isClosed(error)) return true;
    throw error;
  }
}
