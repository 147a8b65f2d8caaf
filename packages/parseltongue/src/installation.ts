import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, join, sep } from "node:path";
import { PLATFORM_SCOPE } from "./identity.ts";
import { type Lockfile, lockfileOf } from "./lockfile.ts";
import type { PackageManager } from "./package-manager.ts";
import { PACKAGE_ROOT } from "./package-root.ts";
import { packageFolder } from "./resolve.ts";
import { platformPackage, TARGETS } from "./targets.ts";

/** How the running copy of the main package came to be where it is. */
export interface Installation {
  /** The main package's own folder. */
  readonly packageRoot: string;
  readonly manager: PackageManager;
  /** Yarn's Plug'n'Play, a store with links, or plain folders in `node_modules`. */
  readonly layout: "pnp" | "store" | "folders";
  readonly kind: "project" | "global" | "temporary" | "source";
  /** The folder whose package.json led to this installation, for a project. */
  readonly projectRoot?: string;
  readonly lockfile?: Lockfile;
  /** Where optional dependencies are switched off, if they are. */
  readonly optionalOff?: Setting;
  /** Folders in which packages are looked up, nearest first. */
  readonly searched: readonly string[];
  /** Platform packages that are installed, of any platform, by package name. */
  readonly platformPackages: readonly string[];
}

/** A setting and where it was made. */
export interface Setting {
  readonly text: string;
  /** `the environment`, or a file. */
  readonly place: string;
}

/** Yarn's Plug'n'Play run-time interface, as far as it is used here. */
interface PnpApi {
  readonly topLevel: unknown;
  readonly getPackageInformation: (locator: unknown) => { readonly packageLocation: string } | null;
}

/** The project of a process that runs under Plug'n'Play. */
function pnpProject(): string | undefined {
  if (process.versions["pnp"] === undefined) return undefined;
  const api = createRequire(import.meta.filename)("pnpapi") as PnpApi;
  return api.getPackageInformation(api.topLevel)?.packageLocation.replace(/[\\/]$/, "");
}

/** The folder that holds the outermost `node_modules` of a path. */
function aboveModules(packageRoot: string): string | undefined {
  const cut = packageRoot.indexOf(`${sep}node_modules${sep}`);
  return cut < 0 ? undefined : packageRoot.slice(0, cut);
}

/** Deno keeps packages outside of any `node_modules`, by registry, name and version. */
const inDenoCache = (packageRoot: string): boolean =>
  /[\\/]npm[\\/][^\\/]+[\\/]parseltongue[\\/]\d/.test(packageRoot);

function managerOf(
  packageRoot: string,
  projectRoot: string | undefined,
  lockfile: Lockfile | undefined,
  env: NodeJS.ProcessEnv,
): PackageManager {
  const within = (part: string): boolean => packageRoot.includes(`${sep}${part}${sep}`);
  // The layout on the disk tells more than who runs the command: `npx pt` runs what pnpm installed.
  if (within("node_modules") && within(".pnpm")) return "pnpm";
  if (process.versions["pnp"] !== undefined || within(".store") || within(".yarn")) return "yarn";
  if (within(".deno") || inDenoCache(packageRoot)) return "deno";
  if (within(".bun") || /[\\/]bunx-/.test(packageRoot)) return "bun";
  if (lockfile !== undefined) return lockfile.manager;
  const modules = projectRoot === undefined ? undefined : join(projectRoot, "node_modules");
  if (modules && existsSync(join(modules, ".package-lock.json"))) return "npm";
  if (modules && existsSync(join(modules, ".modules.yaml"))) return "pnpm";
  if (modules && existsSync(join(modules, ".yarn-state.yml"))) return "yarn";
  if (modules && existsSync(join(modules, ".yarn-integrity"))) return "yarn-classic";
  const [, agent, major] =
    /^(npm|pnpm|yarn|bun|deno)\/(\d+)/.exec(env["npm_config_user_agent"] ?? "") ?? [];
  if (agent === "yarn") return Number(major) < 2 ? "yarn-classic" : "yarn";
  return (agent as PackageManager | undefined) ?? (within("pnpm") ? "pnpm" : "npm");
}

/** Whether a folder is where a package manager keeps what is installed for the whole user or machine. */
const isGlobal = (root: string): boolean =>
  !existsSync(join(root, "package.json")) ||
  /[\\/]global([\\/]|$)/.test(root) ||
  // Deno makes a hidden folder beside each program.
  /[\\/]bin[\\/]\.[^\\/]+$/.test(root) ||
  basename(root) === "global";

const readText = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, "utf8") : undefined;

/** The home folder; "" where nobody knows it. */
export function homeFolder(): string {
  try {
    return homedir();
  } catch {
    // A user without an entry in the password file, in a container with an arbitrary user id.
    return "";
  }
}

function optionalOff(projectRoot: string | undefined, env: NodeJS.ProcessEnv): Setting | undefined {
  const place = "the environment";
  for (const [name, value = ""] of Object.entries(env)) {
    const key = name.toLowerCase();
    const off =
      (key === "npm_config_omit" && /\boptional\b/.test(value)) ||
      (key === "npm_config_optional" && value === "false") ||
      (key === "yarn_ignore_optional" && /^(1|true)$/.test(value));
    if (off) return { text: `${name}=${value}`, place };
  }
  const home = homeFolder();
  const off: ReadonlyArray<readonly [string, RegExp]> = [
    [
      ".npmrc",
      /^\s*(?:omit(?:\[\])?\s*=.*\boptional\b.*|optional\s*=\s*false|no-optional\s*=\s*true)\s*$/m,
    ],
    [".yarnrc", /^\s*"?(?:--install\.|--)?ignore-optional"?\s+(?:true|"true")\s*$/m],
    ["bunfig.toml", /^\s*optional\s*=\s*false\s*$/m],
    ["pnpm-workspace.yaml", /^\s*optional:\s*false\s*$/m],
  ];
  for (const folder of [projectRoot, home]) {
    for (const [name, pattern] of off) {
      const file = folder ? join(folder, name) : "";
      const setting = file && pattern.exec(readText(file) ?? "");
      if (setting) return { text: setting[0].trim(), place: file };
    }
  }
  return undefined;
}

const scopeFolder = (folder: string): string => join(folder, PLATFORM_SCOPE);

/**
 * Whether a folder holds a package: not where a link leads to one that is gone, nor where Yarn's `pnpm` linker
 * leaves the manifest of a package that it skipped.
 */
const isPackage = (folder: string): boolean =>
  existsSync(join(folder, "package.json")) && names(folder).length > 1;

/** What is in a folder; nothing where it is closed to this user, because that is diagnosed elsewhere. */
function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

/** The platform packages in some `node_modules` folders. */
function packagesIn(folders: readonly string[]): string[] {
  const found = new Set<string>();
  for (const folder of folders) {
    if (!existsSync(scopeFolder(folder))) continue;
    // A link whose package is gone is no package.
    for (const name of names(scopeFolder(folder)))
      if (isPackage(join(scopeFolder(folder), name))) found.add(`${PLATFORM_SCOPE}/${name}`);
  }
  return [...found].sort();
}

/** The platform packages that can be resolved: under Plug'n'Play there are no folders to look into. */
function resolvable(packageRoot: string): string[] {
  const from = join(packageRoot, "package.json");
  return TARGETS.map(platformPackage).filter((name) => {
    const folder = packageFolder(name, from);
    return folder !== undefined && isPackage(folder);
  });
}

/** Looks at the running copy's surroundings. Slow compared with a start (it reads a lockfile): for diagnosis only. */
export function inspectInstallation(
  packageRoot: string = PACKAGE_ROOT,
  env: NodeJS.ProcessEnv = process.env,
): Installation {
  const searched =
    createRequire(join(packageRoot, "package.json")).resolve.paths(PLATFORM_SCOPE) ?? [];
  const pnp = pnpProject();
  const root = pnp ?? aboveModules(packageRoot);
  const temporary = /[\\/](_npx|dlx)[\\/]|[\\/](bunx|dlx)-/.test(packageRoot);
  const global =
    root === undefined ? inDenoCache(packageRoot) : pnp === undefined && isGlobal(root);
  const kind = temporary
    ? "temporary"
    : global
      ? "global"
      : root === undefined
        ? "source"
        : "project";
  const projectRoot = kind === "project" ? root : undefined;
  const lockfile = projectRoot === undefined ? undefined : lockfileOf(projectRoot);
  const manager = managerOf(packageRoot, root, lockfile, env);
  const off = optionalOff(projectRoot, env);
  const store = /[\\/](\.pnpm|\.store|\.deno|\.bun)[\\/]/.test(packageRoot);
  return {
    packageRoot,
    manager,
    layout: pnp !== undefined ? "pnp" : store ? "store" : "folders",
    kind,
    ...(projectRoot === undefined ? {} : { projectRoot }),
    ...(lockfile === undefined ? {} : { lockfile }),
    ...(off === undefined ? {} : { optionalOff: off }),
    searched,
    platformPackages: [...new Set([...packagesIn(searched), ...resolvable(packageRoot)])].sort(),
  };
}
