import { statSync } from "node:fs";
import { resolve } from "node:path";
import { readyEngine } from "../engine.ts";
import { FAILURE_EXIT } from "../failure.ts";
import { UsageError } from "../workflows/arguments.ts";
import { lineDiff } from "./diff.ts";
import { type Action, actionFor, apply, type Item, readRecord, shown, survey } from "./install.ts";
import { TEMPLATES, TOOLKIT_FOLDER } from "./table.ts";
import { toolkitOf } from "./toolkit.ts";

interface Options {
  readonly project: string;
  readonly list: boolean;
  readonly dryRun: boolean;
  readonly diff: boolean;
  readonly force: boolean;
  readonly uninstall: boolean;
  readonly only: readonly string[];
}

const FLAGS = ["--list", "--dry-run", "--diff", "--force", "--uninstall"] as const;

function parse(args: readonly string[]): Options {
  const flags = new Set<string>();
  const only: string[] = [];
  const positional: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if ((FLAGS as readonly string[]).includes(arg)) flags.add(arg);
    else if (arg === "--only" || arg.startsWith("--only=")) {
      const value = arg === "--only" ? args[++index] : arg.slice("--only=".length);
      if (!TEMPLATES.some(({ name }) => name === value)) {
        throw new UsageError(
          `${value === undefined ? "--only needs a name" : `there is no template "${value}"`}; choose ${TEMPLATES.map(({ name }) => name).join(", ")}`,
        );
      }
      only.push(value ?? "");
    } else if (arg.startsWith("-")) {
      throw new UsageError(
        `"pt init-templates" has no option ${arg}; it knows ${FLAGS.join(", ")} and --only`,
      );
    } else positional.push(arg);
  }
  if (positional.length > 1)
    throw new UsageError(`"pt init-templates" takes one directory, not also "${positional[1]}"`);
  const project = resolve(positional[0] ?? ".");
  if (!statSync(project, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`there is no directory ${project}`);
  return {
    project,
    list: flags.has("--list"),
    dryRun: flags.has("--dry-run"),
    diff: flags.has("--diff"),
    force: flags.has("--force"),
    uninstall: flags.has("--uninstall"),
    only,
  };
}

const DONE: Readonly<Record<Action, string>> = {
  install: "installed",
  upgrade: "upgraded",
  replace: "replaced",
  remove: "removed",
  keep: "kept, it was edited",
  leave: "up to date",
  refuse: "refused, its path leads out of the project by a symbolic link",
};

const say = (project: string, item: Item, word: string): string =>
  `${word.padEnd(12)} ${shown(project, item.path)}\n`;

/** `pt init-templates`: installs, upgrades, compares or removes the toolkit of a project. */
export async function initTemplates(args: readonly string[]): Promise<void> {
  const options = parse(args);
  const { project } = options;
  const engine = await readyEngine();
  if (engine === undefined) return;
  const toolkit = toolkitOf(engine);
  const record = readRecord(project);
  const items = survey(project, toolkit, record, options.only);
  if (options.list) {
    // Also what is installed only where it is asked for.
    const listed =
      options.only.length > 0
        ? items
        : [
            ...survey(
              project,
              toolkit,
              record,
              TEMPLATES.map(({ name }) => name),
            ),
            ...items.filter(({ template }) => !TEMPLATES.includes(template)),
          ];
    for (const { template, state } of listed)
      process.stdout.write(`${template.name.padEnd(20)} ${state.padEnd(9)} ${template.summary}\n`);
    return;
  }
  if (options.diff) {
    for (const { path, installed, wanted, state } of items) {
      if (state === "absent") process.stdout.write(`${shown(project, path)} is not installed\n`);
      else if (installed !== undefined && wanted !== undefined && installed !== wanted) {
        process.stdout.write(
          `--- ${shown(project, path)} (installed)\n+++ ${shown(project, path)} (template)\n${lineDiff(installed, wanted)}`,
        );
      }
    }
    return;
  }
  const plan = items.map((item) => [item, actionFor(item, options)] as const);
  if (!options.dryRun) apply(project, plan, record);
  for (const [item, action] of plan) {
    if (options.uninstall && action === "leave") continue;
    process.stdout.write(
      say(
        project,
        item,
        options.dryRun && !["keep", "leave", "refuse"].includes(action)
          ? `would ${action}`
          : DONE[action],
      ),
    );
  }
  if (plan.some(([, action]) => action === "keep"))
    process.stderr.write(
      "Edited files were kept: --diff shows the differences, --force replaces them.\n",
    );
  if (plan.some(([, action]) => action === "refuse")) process.exitCode = FAILURE_EXIT;
  else if (!options.dryRun && plan.some(([, action]) => action === "install"))
    process.stderr.write(
      `Next: read ${shown(project, TOOLKIT_FOLDER)}/codebase_analysis.md, or run ${shown(project, TOOLKIT_FOLDER)}/pt onboard .\n`,
    );
}
