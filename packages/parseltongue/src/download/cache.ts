import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { VERSION } from "../identity.ts";
import { homeFolder } from "../installation.ts";
import { binaryInPackage, type Target } from "../targets.ts";
import type { Pin } from "./pins.ts";

/** A partial file of a process that was killed is removed after this. */
const ABANDONED_MS = 3_600_000;

/** The user's cache folder of parseltongue, by the platform's convention; undefined for a user without a home. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const own = env["PARSELTONGUE_CACHE_DIR"];
  if (own) return resolve(own);
  const home = homeFolder();
  if (process.platform === "win32") {
    const base = env["LOCALAPPDATA"] || (home && join(home, "AppData", "Local"));
    return base ? join(base, "parseltongue") : undefined;
  }
  if (process.platform === "darwin")
    return home ? join(home, "Library", "Caches", "parseltongue") : undefined;
  const xdg = env["XDG_CACHE_HOME"];
  // The specification says that a relative path is to be ignored.
  const base = xdg && isAbsolute(xdg) ? xdg : home && join(home, ".cache");
  return base ? join(base, "parseltongue") : undefined;
}

/**
 * Folders where a downloaded binary may be kept, the best first. Who names a folder gets that one; otherwise the
 * temporary folder helps out where the home is read-only, full or absent.
 */
export function cacheFolders(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const first = cacheFolder(env);
  if (env["PARSELTONGUE_CACHE_DIR"]) return first === undefined ? [] : [first];
  const temporary = join(tmpdir(), `parseltongue-${process.getuid?.() ?? "user"}`);
  return [...(first === undefined ? [] : [first]), temporary];
}

/** Where the downloaded binary of a target lies in a cache folder. */
export const cachedBinary = (target: Target, folder: string): string =>
  join(folder, "binaries", VERSION, target.name, basename(binaryInPackage(target)));

/** The SHA-256 of bytes, in hexadecimal. */
export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

/** Whether bytes are what the main package was published with. */
export const matches = (bytes: Uint8Array, pin: Pin): boolean =>
  bytes.length === pin.size && sha256(bytes) === pin.sha256;

/**
 * The path of a verified copy, if there is one.
 *
 * It is hashed before every start, because a cache is writable by anything that the user runs, and so would be a
 * note that says it was hashed: 8 ms for 8.5 MB with the reading. Only this way to the binary pays it.
 */
export function cachedCopy(
  target: Target,
  pin: Pin,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  return cacheFolders(env)
    .filter(isOwn)
    .map((folder) => cachedBinary(target, folder))
    .find((path) => {
      const stat = seen(path);
      // Without its execute permission it is fetched again, like one with a changed byte.
      const runnable = process.platform === "win32" || (stat?.mode ?? 0) & 0o100;
      return (
        stat?.isFile() && runnable && stat.size === pin.size && matches(readFileSync(path), pin)
      );
    });
}

/** What is at a path itself, where a link is a link; nothing where this user may not look, as in another's home. */
export function seen(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (["EACCES", "EPERM", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}

/** Whether nobody else can change what is in a folder: the temporary folder is everybody's. */
function isOwn(folder: string): boolean {
  const stat = seen(folder);
  if (stat === undefined) return true;
  if (process.getuid === undefined || !folder.startsWith(tmpdir())) return true;
  return stat.isDirectory() && stat.uid === process.getuid() && (stat.mode & 0o022) === 0;
}

/**
 * Puts a verified binary in place, in the first cache folder that takes it, and returns its path. Safe when several
 * processes do it at once: each writes its own file and renames it.
 *
 * @throws the first folder's error where none takes it.
 */
export function store(
  target: Target,
  bytes: Uint8Array,
  env: NodeJS.ProcessEnv = process.env,
): string {
  let first: unknown;
  for (const folder of cacheFolders(env)) {
    const path = cachedBinary(target, folder);
    try {
      if (!isOwn(folder)) throw new Error(`${folder} belongs to another user`);
      makeFolder(folder, 0o700);
      place(path, bytes);
      return path;
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

/**
 * Makes a folder and what is missing above it. Not by Node's own `recursive`, which turns in a circle for ever where
 * a folder is there and refuses a new one with ENOENT, as `/proc` does.
 */
function makeFolder(folder: string, mode?: number): void {
  try {
    makeOne(folder, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    // Where the folder above is there by now, another process has just made it.
    if (!existsSync(dirname(folder))) makeFolder(dirname(folder), mode);
    makeOne(folder, mode);
  }
}

function makeOne(folder: string, mode?: number): void {
  try {
    mkdirSync(folder, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function place(path: string, bytes: Uint8Array): void {
  makeFolder(dirname(path));
  removeAbandoned(dirname(path));
  const partial = `${path}.partial-${process.pid}-${Date.now().toString(36)}`;
  try {
    writeFileSync(partial, bytes, { flush: true } as object);
    chmodSync(partial, 0o755);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    // Windows refuses to replace a program that is running; then another process was first, and its copy is verified too.
    if (!(process.platform === "win32" && existsSync(path))) throw error;
  }
}

function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = name.includes(".partial-") ? statSync(path, { throwIfNoEntry: false }) : undefined;
    if (stat !== undefined && Date.now() - stat.mtimeMs > ABANDONED_MS)
      rmSync(path, { force: true });
  }
}
