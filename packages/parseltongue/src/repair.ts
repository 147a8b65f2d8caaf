import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { PACKAGE_NAME, VERSION } from "./identity.ts";
import type { Installation } from "./installation.ts";

/** One step that mends something. `pt doctor --fix` takes it; everybody else reads it as a shell command. */
export type Action =
  | { readonly do: "remove"; readonly path: string }
  | { readonly do: "run"; readonly command: readonly [string, ...string[]] }
  | { readonly do: "executable"; readonly path: string };

/** What to do about a cause. */
export interface Fix {
  /** What only a person can do; it comes first. */
  readonly advice?: string;
  /** What a program can do after that. */
  readonly actions?: readonly Action[];
}

const run = (...command: [string, ...string[]]): Action => ({ do: "run", command });
const remove = (path: string): Action => ({ do: "remove", path });

/** The package with its version: a repair must not be an upgrade. */
const EXACT = `${PACKAGE_NAME}@${VERSION}`;

/**
 * Puts a working copy in the place of the present one.
 *
 * `broken` is the folder of a platform package that is there and damaged. Package managers look at a package's
 * presence, not at its files, so it has to go first.
 */
export function reinstall(installation: Installation, broken?: string): readonly Action[] {
  const { manager, kind, projectRoot = "" } = installation;
  // An isolated layout keeps notes of what it linked beside the packages; only without them it links again.
  const modules = remove(join(projectRoot, "node_modules"));
  const damaged = broken === undefined ? [] : [remove(broken)];
  if (kind === "source") return [run("npm", "run", "build")];
  if (kind === "temporary") {
    return {
      npm: [...damagedRun(installation)],
      pnpm: [...damagedRun(installation)],
      yarn: [run("yarn", "cache", "clean")],
      "yarn-classic": [run("yarn", "cache", "clean")],
      bun: [...damagedRun(installation)],
      deno: [run("deno", "clean")],
    }[manager];
  }
  if (kind === "global") {
    return {
      npm: [...damaged, run("npm", "install", "--global", "--include=optional", EXACT)],
      pnpm: [
        ...sharedCopy(broken),
        run("pnpm", "remove", "--global", PACKAGE_NAME),
        run("pnpm", "add", "--global", EXACT),
      ],
      yarn: [run("npm", "install", "--global", "--include=optional", EXACT)],
      "yarn-classic": [...damaged, run("yarn", "global", "add", EXACT, "--force")],
      bun: [...damaged, run("bun", "add", "--global", EXACT)],
      deno: [
        run("deno", "install", "--global", "--allow-all", "--force", "--reload", `npm:${EXACT}`),
      ],
    }[manager];
  }
  return {
    npm: [...damaged, run("npm", "install", "--include=optional")],
    pnpm: [
      ...(broken === undefined ? [] : [modules, ...sharedCopy(broken)]),
      run("pnpm", "install", "--force"),
    ],
    yarn: [
      ...(broken === undefined ? [] : [installation.layout === "pnp" ? remove(broken) : modules]),
      run("yarn", "install"),
    ],
    "yarn-classic": [...damaged, run("yarn", "install", "--force")],
    bun: [...damaged, run("bun", "install", "--force")],
    deno: [...(broken === undefined ? [] : [modules]), run("deno", "install", "--reload")],
  }[manager];
}

/** The flag with which npm saves a dependency where it is now. */
const SAVED_AS = {
  dependencies: "--save-prod",
  devDependencies: "--save-dev",
  optionalDependencies: "--save-optional",
} as const;

/**
 * Writes this package's part of npm's lockfile anew. npm before 11 believes a lockfile that lacks a platform's
 * package, whatever is installed.
 */
export function relock({ projectRoot = "", lockfile }: Installation): readonly Action[] {
  const manifest = readFileSync(join(projectRoot, "package.json"), "utf8");
  // A pattern, because a diagnosis must not stumble over a damaged manifest.
  for (const [section, flag] of Object.entries(SAVED_AS))
    if (new RegExp(`"${section}"\\s*:\\s*\\{[^}]*"${PACKAGE_NAME}"\\s*:`).test(manifest))
      return [run("npm", "uninstall", PACKAGE_NAME), run("npm", "install", flag, EXACT)];
  // Somebody else's dependency: only the whole lockfile can be written anew.
  return [
    remove(join(projectRoot, "node_modules")),
    ...(lockfile === undefined ? [] : [remove(lockfile.path)]),
    run("npm", "install"),
  ];
}

/**
 * pnpm keeps the copy of a package that its links lead to beside the projects (below `links` in the store, or in the
 * global folder's `.pnpm`), and takes it for whole as long as its folder is there.
 */
function sharedCopy(broken: string | undefined): readonly Action[] {
  if (broken === undefined || !existsSync(broken)) return [];
  const slot = /^(.*[\\/]links[\\/].*?[\\/][0-9a-f]{32,}|.*[\\/]\.pnpm[\\/][^\\/]+)[\\/]/.exec(
    realpathSync(broken),
  )?.[1];
  return slot === undefined ? [] : [remove(slot)];
}

/** A copy that npx or its kin made for one command: the next command makes a new one. */
const damagedRun = ({ packageRoot }: Installation): readonly Action[] => {
  const folder = /^(.*?[\\/](?:_npx|dlx)[\\/][^\\/]+|.*?[\\/]bunx-[^\\/]+)/.exec(packageRoot)?.[1];
  return folder === undefined ? [] : [remove(folder)];
};

/** A word as a shell takes it. */
export function shellWord(word: string): string {
  if (process.platform === "win32") return /[\s"&|<>^()%!]/.test(word) ? `"${word}"` : word;
  return /^[\w./@:=+,~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The folder that this process stands in; "" where it was removed meanwhile. */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "";
  }
}

/** A path as a person who stands in a folder would write it. */
function shortest(path: string, folder: string): string {
  const short = folder === "" ? path : relative(folder, path);
  return short === "" || short.startsWith("..") ? path : short;
}

function inWords(action: Action, folder: string): string {
  if (action.do === "run") return action.command.map(shellWord).join(" ");
  const path = shellWord(shortest(action.path, folder));
  if (action.do === "executable") return `chmod a+rx ${path}`;
  // cmd and PowerShell have no command for it in common.
  return process.platform === "win32" ? `delete ${path}` : `rm -rf ${path}`;
}

/** The actions as one line for a shell that stands anywhere, or undefined where there is none. */
export function shellCommand({ actions = [] }: Fix, projectRoot?: string): string | undefined {
  if (actions.length === 0) return undefined;
  const here = currentFolder();
  const elsewhere =
    projectRoot !== undefined &&
    projectRoot !== here &&
    actions.some((action) => action.do === "run");
  const folder = elsewhere ? projectRoot : here;
  return [
    ...(elsewhere ? [`cd ${shellWord(projectRoot)}`] : []),
    ...actions.map((action) => inWords(action, folder)),
  ].join(process.platform === "win32" ? ", then: " : " && ");
}

/** A fix in one line for people. */
export function fixInWords(fix: Fix, projectRoot?: string): string {
  const command = shellCommand(fix, projectRoot);
  if (command === undefined) return fix.advice ?? "";
  return fix.advice === undefined ? command : `${fix.advice}, then: ${command}`;
}
