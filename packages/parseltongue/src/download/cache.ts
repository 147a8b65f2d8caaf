import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { VERSION } from "../identity.ts";
import { binaryInPackage, type Target } from "../targets.ts";
import type { Pin } from "./pins.ts";

/** The user's cache folder of parseltongue, by the platform's convention. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const own = env["PARSELTONGUE_CACHE_DIR"];
  if (own) return own;
  if (process.platform === "win32")
    return join(env["LOCALAPPDATA"] || join(homedir(), "AppData", "Local"), "parseltongue");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "parseltongue");
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "parseltongue");
}

/** Where the downloaded binary of a target lies. */
export const cachedBinary = (target: Target, env: NodeJS.ProcessEnv = process.env): string =>
  join(cacheFolder(env), "binaries", VERSION, target.name, basename(binaryInPackage(target)));

/** Whether bytes are what the main package was published with. */
export const matches = (bytes: Uint8Array, pin: Pin): boolean =>
  bytes.length === pin.size && createHash("sha256").update(bytes).digest("hex") === pin.sha256;

/** Whether a verified copy is in the cache. It is hashed every time: a cache is writable by anything that the user runs. */
export const isCached = (path: string, pin: Pin): boolean =>
  existsSync(path) && matches(readFileSync(path), pin);

/** Puts a verified binary in place. Safe when several processes do it at once: each writes its own file and renames it. */
export function store(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial-${process.pid}`;
  try {
    writeFileSync(partial, bytes);
    chmodSync(partial, 0o755);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    // Windows refuses to replace a program that is running; then another process was first, and its copy is verified too.
    if (!(process.platform === "win32" && existsSync(path))) throw error;
  }
}
