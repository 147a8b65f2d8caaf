import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, relative, resolve, sep } from "node:path";
import { createInterface } from "node:readline/promises";
import { FAILURE_EXIT } from "../failure.ts";
import { PACKAGE_ROOT } from "../package-root.ts";
import { lineDiff } from "../templates/diff.ts";
import { UsageError } from "../workflows/arguments.ts";
import { CLIENTS, type Client, type Places, type Scope, type ServerCommand } from "./clients.ts";
import { edited, SettingsError } from "./settings.ts";

interface Options {
  readonly action: "install" | "uninstall";
  readonly clients: readonly Client[];
  readonly scope: Scope | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly project: string;
}

const FLAGS = ["--user", "--project", "--dry-run", "--yes"] as const;

/** `pt mcp install` and `pt mcp uninstall`: enter the server into a client's settings, or take it out. */
export async function configureClients(
  action: "install" | "uninstall",
  args: readonly string[],
): Promise<void> {
  const options = parse(action, args);
  for (const client of options.clients) {
    try {
      await configure(client, options);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      process.stderr.write(`pt: ${error.message}\n`);
      process.exitCode = FAILURE_EXIT;
    }
  }
}

function parse(action: Options["action"], args: readonly string[]): Options {
  const flags = new Set<string>();
  const names: string[] = [];
  const positional: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if ((FLAGS as readonly string[]).includes(arg)) flags.add(arg);
    else if (arg === "--client") names.push(args[++index] ?? "");
    else if (arg.startsWith("--client=")) names.push(arg.slice("--client=".length));
    else if (arg.startsWith("-"))
      throw new UsageError(
        `"pt mcp ${action}" has no option ${arg}; it knows --client, ${FLAGS.join(", ")}`,
      );
    else positional.push(arg);
  }
  if (positional.length > 1)
    throw new UsageError(`"pt mcp ${action}" takes one directory, not also "${positional[1]}"`);
  if (flags.has("--user") && flags.has("--project"))
    throw new UsageError("choose either --user or --project");
  const project = resolve(positional[0] ?? ".");
  if (!statSync(project, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`there is no directory ${project}`);
  return {
    action,
    clients: chosen(names, project, action),
    scope: flags.has("--user") ? "user" : flags.has("--project") ? "project" : undefined,
    dryRun: flags.has("--dry-run"),
    yes: flags.has("--yes"),
    project,
  };
}

/** The clients that were named, else those that the project shows traces of. */
function chosen(names: readonly string[], project: string, action: string): readonly Client[] {
  const known = CLIENTS.map(({ name }) => name).join(", ");
  for (const name of names)
    if (!CLIENTS.some((client) => client.name === name))
      throw new UsageError(`there is no client "${name}"; choose ${known}`);
  if (names.length > 0) return CLIENTS.filter(({ name }) => names.includes(name));
  const found = CLIENTS.filter(({ traces }) =>
    traces.some((trace) => existsSync(join(project, trace))),
  );
  if (found.length === 0)
    throw new UsageError(
      `nothing in ${project} shows which client is used there; name one: pt mcp ${action} --client NAME (${known})`,
    );
  return found;
}

async function configure(client: Client, options: Options): Promise<void> {
  const places: Places = {
    project: options.project,
    home: homedir(),
    env: process.env,
    platform: process.platform,
  };
  const found =
    options.scope === undefined
      ? client.files[0]
      : client.files.find(([scope]) => scope === options.scope);
  if (found === undefined)
    throw new SettingsError(`${client.title} has no settings of a ${options.scope}`);
  const [scope, file] = [found[0], found[1](places)];
  const target = writable(file, scope === "project" ? options.project : undefined);
  const before = existsSync(target) ? readFileSync(target, "utf8") : "";
  const entry = options.action === "install" ? client.entry(serverCommand(places)) : undefined;
  const after = named(file, () => edited(client, before, entry));
  if (after === before) {
    const state = entry === undefined ? "has no such server" : "is up to date";
    process.stdout.write(`${client.title}: ${file} ${state}\n`);
    return;
  }
  process.stdout.write(`--- ${file}\n+++ ${file}\n${lineDiff(before, after)}`);
  if (options.dryRun || !(options.yes || (await agreed()))) {
    process.stdout.write(`${client.title}: nothing was written\n`);
    return;
  }
  write(target, after);
  const done = entry === undefined ? "taken out of" : "written to";
  process.stdout.write(`${client.title}: ${done} ${file}\n`);
}

function named(file: string, action: () => string): string {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(
      `${file} was left as it is: ${error.message}\n  fix: correct the file, then run the same command again`,
    );
  }
}

/** The file behind a settings path. Settings of a project must not lead out of it by a link. */
function writable(file: string, project: string | undefined): string {
  let folder = dirname(file);
  while (!existsSync(folder)) folder = dirname(folder);
  const target = existsSync(file)
    ? realpathSync(file)
    : join(realpathSync(folder), relative(folder, file));
  const home = project === undefined ? undefined : realpathSync(project);
  if (home !== undefined && !target.startsWith(home + sep))
    throw new SettingsError(
      `${file} was left as it is: its path leads out of the project by a symbolic link`,
    );
  return target;
}

/** Writes through a temporary file, so that an interrupted run leaves the old settings. */
function write(file: string, text: string): void {
  if (text === "") {
    rmSync(file);
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text, mode === undefined ? {} : { mode });
  renameSync(temporary, file);
}

/** Asks a person; a script that called the command has decided already. */
async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return true;
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question("Write it? [Y/n] ");
  reader.close();
  return /^(y(es)?)?$/i.test(answer.trim());
}

/** How to start this program: by name where that leads here, as a dependency of the project, else by its path. */
function serverCommand({ project, env, platform }: Places): ServerCommand {
  const ours = (file: string): boolean => {
    if (!existsSync(file)) return false;
    // npm's scripts for Windows are no links; they stand beside the package.
    if (platform === "win32")
      return existsSync(join(dirname(file), "node_modules", "parseltongue"));
    return realpathSync(file).startsWith(realpathSync(PACKAGE_ROOT) + sep);
  };
  const [shim, shell] = platform === "win32" ? ["pt.cmd", ["cmd", "/c"]] : ["pt", []];
  const start = (words: readonly string[]): ServerCommand => {
    const [command = "", ...args] = [...shell, ...words];
    return { command, args };
  };
  const binaries = join(project, "node_modules", ".bin");
  if (existsSync(join(binaries, shim))) return start(["npx", "--no-install", "pt", "mcp"]);
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(Boolean);
  const first = folders.map((folder) => join(folder, shim)).find((file) => existsSync(file));
  if (first !== undefined && ours(first)) return start(["pt", "mcp"]);
  return {
    command: process.execPath,
    args: [join(realpathSync(PACKAGE_ROOT), "dist", "cli.js"), "mcp"],
  };
}
