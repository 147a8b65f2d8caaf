import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { BINARY_VARIABLE } from "./identity.ts";
import { binaryInPackage, platformPackage, type Target, targetsFor } from "./targets.ts";

/** Why no binary could be found. */
export type ResolutionProblem =
  | "PT_PLATFORM_UNSUPPORTED"
  | "PT_PACKAGE_MISSING"
  | "PT_BINARY_MISSING"
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

function requiredFolder(name: string, from: string): string | undefined {
  try {
    return dirname(createRequire(from).resolve(`${name}/package.json`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
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
  const preferred = candidates[0];
  if (preferred === undefined) return { problem: "PT_PLATFORM_UNSUPPORTED" };

  const installedBy = (find: typeof nearFolder) =>
    candidates.flatMap((target) => {
      const folder = find(platformPackage(target), from);
      return folder === undefined ? [] : [{ target, path: join(folder, binaryInPackage(target)) }];
    });
  const near = installedBy(nearFolder);
  const installed = near.length > 0 ? near : installedBy(requiredFolder);
  const chosen = installed.length > 1 ? (installed.find(fitsSystem) ?? installed[0]) : installed[0];
  if (chosen === undefined) return { problem: "PT_PACKAGE_MISSING", target: preferred };
  return isFile(chosen.path)
    ? { path: chosen.path, source: "package", target: chosen.target }
    : { problem: "PT_BINARY_MISSING", path: chosen.path, target: chosen.target };
}

/**
 * Two are installed when an npm older than 11.11 ignored the `libc` field. The musl build is static and
 * runs on every Linux, so it is only passed over where the system is plainly glibc's.
 */
const fitsSystem = ({ target }: { target: Target }): boolean =>
  target.libc === "musl" || (isFile("/etc/ld.so.cache") && !existsSync("/etc/alpine-release"));

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
