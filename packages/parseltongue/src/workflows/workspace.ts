import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The one folder that workflows write into a project. */
export const WORKSPACE = "parseltongue_workspace";

const PARTIAL = ".partial-";
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/** The nearest enclosing folder with a `.git`, else the folder itself: the engine's rule for `--root`. */
export function projectRoot(from: string = process.cwd()): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return resolve(from);
  }
}

/** A run's folder that nobody sees until it is complete. */
export interface Run {
  /** Where the documents are written meanwhile. */
  readonly folder: string;
  /** Gives the folder its name and moves the `latest` link; returns the final path. */
  readonly publish: () => string;
  /** Removes everything that was written. */
  readonly discard: () => void;
}

/** `2026-01-31T09:05:07Z` as `20260131T090507Z`: sorts by time and is a legal file name everywhere. */
export const timestamp = (now: Date): string =>
  `${now.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

/** Opens a run of a workflow in a workspace folder. Throws the file system's error where that cannot be written. */
export function openRun(workspace: string, workflow: string, now: Date = new Date()): Run {
  const fresh = mkdirSync(workspace, { recursive: true }) !== undefined;
  const ignore = join(workspace, ".gitignore");
  const partial = join(workspace, `${PARTIAL}${workflow}-${process.pid}`);
  const discard = (): void => {
    rmSync(partial, { recursive: true, force: true });
    const rest = fresh
      ? readdirSync(workspace).filter((name) => name !== ".gitignore")
      : [workspace];
    if (rest.length === 0) rmSync(workspace, { recursive: true, force: true });
  };
  // The folder ignores itself, so that nobody commits it and no tool walks into it.
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  removeAbandoned(workspace, now);
  mkdirSync(partial);
  return {
    folder: partial,
    discard,
    publish: () => {
      const name = freeName(workspace, `${workflow}_${timestamp(now)}`);
      renameSync(partial, join(workspace, name));
      pointLatest(workspace, name);
      return join(workspace, name);
    },
  };
}

function freeName(workspace: string, wanted: string): string {
  let name = wanted;
  for (let count = 2; existsSync(join(workspace, name)); count++) name = `${wanted}-${count}`;
  return name;
}

/** Only a run that was killed outright leaves its folder behind. */
function removeAbandoned(workspace: string, now: Date): void {
  for (const name of readdirSync(workspace)) {
    const path = join(workspace, name);
    if (name.startsWith(PARTIAL) && now.getTime() - statSync(path).mtimeMs > ABANDONED_AFTER_MS) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

/** Makes `latest` lead to a run: by a link, or as a copy on file systems that have none (FAT, some network drives). */
function pointLatest(workspace: string, name: string): void {
  const latest = join(workspace, "latest");
  const next = join(workspace, `${PARTIAL}latest-${process.pid}`);
  rmSync(next, { recursive: true, force: true });
  try {
    // On Windows a junction, which needs no privilege, unlike a symbolic link; it takes an absolute target.
    if (process.platform === "win32") symlinkSync(join(workspace, name), next, "junction");
    else symlinkSync(name, next);
  } catch {
    cpSync(join(workspace, name), next, { recursive: true });
  }
  // A link takes a link's place at once, so that there always is one; not so folders, and nothing does on Windows.
  if (process.platform === "win32" || !isLink(next) || !isLink(latest))
    rmSync(latest, { recursive: true, force: true });
  renameSync(next, latest);
}

const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
