import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, join, sep } from "node:path";
import { PACKAGE_NAME, PLATFORM_SCOPE } from "./identity.ts";
import { PACKAGE_ROOT } from "./package-root.ts";

/** A program that installs npm packages. */
export type PackageManager = "npm" | "pnpm" | "yarn" | "bun" | "deno";

/** How the running copy of the main package came to be where it is. */
export interface Installation {
  /** The main package's own folder. */
  readonly packageRoot: string;
  readonly manager: PackageManager;
  readonly kind: "project" | "global" | "temporary" | "source";
  /** The folder whose package.json led to this installation, for a project. */
  readonly projectRoot?: string;
  readonly lockfile?: Lockfile;
  /** Where optional dependencies are switched off, if they are. */
  readonly optionalOff?: string;
  /** Folders in which packages are looked up, nearest first. */
  readonly searched: readonly string[];
  /** Platform packages that are installed, of any platform, by package name. */
  readonly platformPackages: readonly string[];
}

/** A lockfile and what it knows of this package. */
export interface Lockfile {
  readonly path: string;
  readonly names: (packageName: string) => boolean;
}

const LOCKFILES: ReadonlyArray<readonly [string, PackageManager]> = [
  ["package-lock.json", "npm"],
  ["npm-shrinkwrap.json", "npm"],
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["deno.lock", "deno"],
];

/** The command that puts a working copy in place of the present one. */
export function repairCommand({ manager, kind }: Pick<Installation, "manager" | "kind">): string {
  if (kind === "source") return "npm run build";
  if (kind === "temporary") {
    return {
      npm: "npm cache clean --force",
      pnpm: "pnpm store prune",
      yarn: "yarn cache clean",
      bun: "bun pm cache rm",
      deno: "deno clean",
    }[manager];
  }
  if (kind === "global") {
    return {
      npm: `npm install --global ${PACKAGE_NAME} --include=optional`,
      pnpm: `pnpm add --global ${PACKAGE_NAME}`,
      yarn: `yarn global add ${PACKAGE_NAME}`,
      bun: `bun add --global ${PACKAGE_NAME}`,
      deno: `deno install --global --force npm:${PACKAGE_NAME}`,
    }[manager];
  }
  return {
    npm: "rm -rf node_modules && npm install --include=optional",
    pnpm: "pnpm install --force",
    yarn: "yarn install --force",
    bun: "bun install --force",
    deno: "deno install --reload",
  }[manager];
}

const readText = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, "utf8") : undefined;

function managerOf(
  packageRoot: string,
  lockfile: readonly [string, PackageManager] | undefined,
  env: NodeJS.ProcessEnv,
): PackageManager {
  const agent = /^(npm|pnpm|yarn|bun|deno)\//.exec(env["npm_config_user_agent"] ?? "")?.[1];
  if (agent !== undefined) return agent as PackageManager;
  if (packageRoot.includes(`${sep}.pnpm${sep}`) || packageRoot.includes(`${sep}pnpm${sep}`))
    return "pnpm";
  if (packageRoot.includes(`${sep}.bun${sep}`)) return "bun";
  if (packageRoot.includes(`${sep}.deno${sep}`)) return "deno";
  if (packageRoot.includes(`${sep}.yarn${sep}`)) return "yarn";
  return lockfile?.[1] ?? "npm";
}

function lockfileAt(path: string): Lockfile {
  const content = readFileSync(path, "latin1");
  return {
    path,
    // All formats write the package's name somewhere; a word boundary keeps linux-x64-gnu apart from its longer kin.
    names: (name) =>
      new RegExp(`${name.replace(/[/.-]/g, "\\$&")}(?![\\w-])`).test(
        withoutRequests(content, name),
      ),
  };
}

/**
 * npm repeats the main package's `optionalDependencies` in its lockfile even where it dropped the packages
 * themselves (npm/cli#4828), so only an entry with its own path counts there.
 */
const withoutRequests = (lockfile: string, name: string): string =>
  lockfile.includes('"lockfileVersion"') &&
  lockfile.trimStart().startsWith("{") &&
  lockfile.includes('"packages"')
    ? [...lockfile.matchAll(/^\s*"([^"]*node_modules\/[^"]+)": \{/gm)]
        .map((match) => `${match[1]}\n`)
        .join("") || name.slice(0, 0)
    : lockfile;

function optionalOff(projectRoot: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  for (const name of ["npm_config_omit", "NPM_CONFIG_OMIT"]) {
    if (/\boptional\b/.test(env[name] ?? ""))
      return `the environment variable ${name}=${env[name]}`;
  }
  for (const name of ["npm_config_optional", "NPM_CONFIG_OPTIONAL"]) {
    if (env[name] === "false") return `the environment variable ${name}=false`;
  }
  const files = [projectRoot && join(projectRoot, ".npmrc"), join(homedir(), ".npmrc")];
  for (const file of files) {
    if (file === undefined) continue;
    const setting =
      /^\s*(?:omit(?:\[\])?\s*=.*\boptional\b.*|optional\s*=\s*false|no-optional\s*=\s*true)\s*$/m.exec(
        readText(file) ?? "",
      );
    if (setting) return `the line "${setting[0].trim()}" in ${file}`;
  }
  return undefined;
}

const scopeFolder = (folder: string): string => join(folder, PLATFORM_SCOPE);

/** Looks at the running copy's surroundings. Slow compared with a start (it reads a lockfile): for diagnosis only. */
export function inspectInstallation(
  packageRoot: string = PACKAGE_ROOT,
  env: NodeJS.ProcessEnv = process.env,
): Installation {
  const searched =
    createRequire(join(packageRoot, "package.json")).resolve.paths(PLATFORM_SCOPE) ?? [];
  const platformPackages = new Set<string>();
  for (const folder of searched) {
    if (!existsSync(scopeFolder(folder))) continue;
    for (const name of readdirSync(scopeFolder(folder)))
      platformPackages.add(`${PLATFORM_SCOPE}/${name}`);
  }

  const marker = `${sep}node_modules${sep}`;
  const cut = packageRoot.indexOf(marker);
  if (cut < 0) {
    return {
      packageRoot,
      manager: managerOf(packageRoot, undefined, env),
      kind: "source",
      searched,
      platformPackages: [...platformPackages],
    };
  }
  const root = packageRoot.slice(0, cut);
  const present = LOCKFILES.find(([name]) => existsSync(join(root, name)));
  const manager = managerOf(packageRoot, present, env);
  const temporary = /[\\/](_npx|dlx|bunx)[-\\/]/.test(packageRoot);
  const global =
    !existsSync(join(root, "package.json")) ||
    /[\\/]global[\\/]/.test(packageRoot) ||
    basename(root) === "global";
  const kind = temporary ? "temporary" : global ? "global" : "project";
  const off = optionalOff(kind === "project" ? root : undefined, env);
  return {
    packageRoot,
    manager,
    kind,
    ...(kind === "project" ? { projectRoot: root } : {}),
    ...(present && kind === "project" ? { lockfile: lockfileAt(join(root, present[0])) } : {}),
    ...(off === undefined ? {} : { optionalOff: off }),
    searched,
    platformPackages: [...platformPackages].sort(),
  };
}
