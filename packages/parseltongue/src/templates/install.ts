import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { VERSION } from "../identity.ts";
import { readBlock, removeBlock, writeBlock } from "./block.ts";
import { pathOf, RECORD_FILE, TEMPLATES, type Template, TOOLKIT_FOLDER } from "./table.ts";
import type { Toolkit } from "./toolkit.ts";

/** How an installed file compares with the template and with what was installed. */
export type State =
  | "absent"
  | "current"
  /** Untouched since an older version installed it. */
  | "outdated"
  /** Changed by somebody, or never ours. */
  | "edited"
  /** Installed once, untouched, and no template any more. */
  | "obsolete"
  /** Its path leads through a symbolic link out of the project, or is one. */
  | "linked";

/** What was installed: SHA-256 by path relative to the project. */
export type InstallRecord = Readonly<Record<string, string>>;

/** One file of the toolkit in a project. */
export interface Item {
  readonly template: Template;
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly state: State;
  /** What is there now. */
  readonly installed?: string;
  /** What should be there; nothing for an obsolete file. */
  readonly wanted?: string;
}

/** What is to be done about an item. */
export type Action = "install" | "upgrade" | "replace" | "remove" | "keep" | "leave" | "refuse";

/** What the user allows. */
export interface Intent {
  readonly force: boolean;
  readonly uninstall: boolean;
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

const lstatOrNothing = (path: string) => lstatSync(path, { throwIfNoEntry: false });

/** Whether a path inside the project can be written without following a link out of it. */
function staysInside(project: string, path: string): boolean {
  const home = realpathSync(project);
  let folder = dirname(join(project, path));
  while (lstatOrNothing(folder) === undefined) folder = dirname(folder);
  const real = realpathSync(folder);
  return (
    (real === home || real.startsWith(home + sep)) &&
    !lstatOrNothing(join(project, path))?.isSymbolicLink()
  );
}

/** Reads the record of a project; a damaged one is an error, because guessing would overwrite edits. */
export function readRecord(project: string): InstallRecord {
  const file = join(project, RECORD_FILE);
  if (!staysInside(project, RECORD_FILE) || lstatOrNothing(file) === undefined) return {};
  const record: unknown = JSON.parse(readFileSync(file, "utf8"));
  const files =
    typeof record === "object" && record !== null && "files" in record ? record.files : undefined;
  if (typeof files !== "object" || files === null)
    throw new Error(`${file} is damaged; delete it, and edited files will be kept`);
  return files as InstallRecord;
}

/** Compares a project with the templates. */
export function survey(
  project: string,
  toolkit: Toolkit,
  record: InstallRecord = readRecord(project),
  only: readonly string[] = [],
): Item[] {
  const selected = TEMPLATES.filter((template) =>
    only.length > 0
      ? only.includes(template.name)
      : template.blockIn === undefined || record[pathOf(template)] !== undefined,
  );
  const items = selected.map((template) => {
    const path = pathOf(template);
    return examine(project, path, template, record[path], toolkit(template.file));
  });
  const known = new Set(TEMPLATES.map(pathOf));
  const gone =
    only.length > 0 ? [] : Object.keys(record).filter((path) => !known.has(path) && isOurs(path));
  return [
    ...items,
    ...gone
      .map((path) =>
        examine(
          project,
          path,
          { name: path, file: path, summary: "no longer shipped" },
          record[path],
          undefined,
        ),
      )
      .filter(({ state }) => state !== "absent"),
  ];
}

/** A record can be edited by anybody; it must not make us delete a file elsewhere. */
const isOurs = (path: string): boolean =>
  path.startsWith(`${TOOLKIT_FOLDER}/`) && !path.split("/").includes("..");

function examine(
  project: string,
  path: string,
  template: Template,
  recorded: string | undefined,
  wanted: string | undefined,
): Item {
  const base = { template, path, ...(wanted === undefined ? {} : { wanted }) };
  if (!staysInside(project, path)) return { ...base, state: "linked" };
  const stat = lstatOrNothing(join(project, path));
  if (stat === undefined) return { ...base, state: "absent" };
  if (!stat.isFile()) return { ...base, state: "edited" };
  let installed = readFileSync(join(project, path), "utf8");
  if (template.blockIn !== undefined) {
    const block = readBlock(installed);
    if (block.state === "absent") return { ...base, state: "absent" };
    if (block.state === "damaged") return { ...base, state: "edited" };
    installed = block.content;
  }
  if (installed === wanted) return { ...base, installed, state: "current" };
  const untouched = recorded === hash(installed);
  return {
    ...base,
    installed,
    state: untouched ? (wanted === undefined ? "obsolete" : "outdated") : "edited",
  };
}

/** What an intent means for an item. */
export function actionFor(
  { state, wanted, installed }: Item,
  { force, uninstall }: Intent,
): Action {
  if (state === "linked") return "refuse";
  if (uninstall) {
    if (state === "absent") return "leave";
    if (state === "edited" && (!force || installed === undefined)) return "keep";
    return "remove";
  }
  switch (state) {
    case "absent":
      return "install";
    case "current":
      return "leave";
    case "outdated":
      return "upgrade";
    case "obsolete":
      return "remove";
    case "edited":
      // Something that is no file (a folder) is never replaced.
      return force && wanted !== undefined && installed !== undefined ? "replace" : "keep";
  }
}

/** Carries out actions and brings the record up to date. */
export function apply(
  project: string,
  plan: ReadonlyArray<readonly [Item, Action]>,
  record: InstallRecord,
): void {
  const files: Record<string, string> = { ...record };
  for (const [item, action] of plan) {
    if (action === "remove") {
      remove(join(project, item.path), item.template);
      delete files[item.path];
    } else if (
      item.wanted !== undefined &&
      (action === "install" || action === "upgrade" || action === "replace")
    ) {
      write(join(project, item.path), item.wanted, item.template);
      files[item.path] = hash(item.wanted);
    } else if (item.state === "current" && item.wanted !== undefined) {
      files[item.path] = hash(item.wanted);
    } else if (item.state === "absent") {
      delete files[item.path];
    }
  }
  if (Object.keys(files).length > 0) {
    const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
    const text = `${JSON.stringify({ version: VERSION, files: sorted }, null, 2)}\n`;
    if (
      lstatOrNothing(join(project, RECORD_FILE))?.isFile() &&
      readFileSync(join(project, RECORD_FILE), "utf8") === text
    )
      return;
    writeAtomically(join(project, RECORD_FILE), text, 0o644);
  } else {
    rmSync(join(project, RECORD_FILE), { force: true });
    removeEmptyFolders(project);
  }
}

/** A file of ours is replaced; of a user's file, the block. */
function write(path: string, wanted: string, { blockIn, executable }: Template): void {
  if (blockIn === undefined) return writeAtomically(path, wanted, executable ? 0o755 : 0o644);
  const stat = lstatOrNothing(path);
  const before = stat === undefined ? "" : readFileSync(path, "utf8");
  writeAtomically(path, writeBlock(before, wanted), stat === undefined ? 0o644 : stat.mode & 0o777);
}

function remove(path: string, { blockIn }: Template): void {
  const rest = blockIn === undefined ? "" : removeBlock(readFileSync(path, "utf8"));
  if (rest === "") rmSync(path);
  else writeAtomically(path, rest, lstatSync(path).mode & 0o777);
}

function writeAtomically(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial-${process.pid}`;
  writeFileSync(partial, text);
  chmodSync(partial, mode);
  renameSync(partial, path);
}

/** The folders that installing made, from the inside out, as long as they are empty. */
function removeEmptyFolders(project: string): void {
  for (let folder = TOOLKIT_FOLDER; folder !== "."; folder = dirname(folder)) {
    const path = join(project, folder);
    if (lstatOrNothing(path)?.isDirectory() && readdirSync(path).length === 0) rmdirSync(path);
  }
}

/** A path for people: relative where that is short, else whole. */
export function shown(project: string, path: string): string {
  const near = relative(process.cwd(), join(project, path));
  return near.startsWith("..") ? join(project, path) : near;
}
