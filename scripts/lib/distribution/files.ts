import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** A file of a folder, by its path with forward slashes. */
export interface FileEntry {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly executable: boolean;
}

export const sha256 = (data: string | Uint8Array): string =>
  createHash("sha256").update(data).digest("hex");

export function describe(folder: string, path: string): FileEntry {
  const file = join(folder, path);
  const bytes = readFileSync(file);
  const executable = (statSync(file).mode & 0o111) !== 0;
  return { path, size: bytes.length, sha256: sha256(bytes), executable };
}

/** The paths of all files below a folder, sorted. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();

/** Writes a file with a settled mode, whatever the umask is. */
export function writeFile(folder: string, path: string, data: string | Uint8Array, mode: number) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, data);
  chmodSync(file, mode);
}

/** One hash over many inputs. */
export const hashOf = (...parts: readonly string[]): string => sha256(parts.join("\0"));

/** One hash over the contents of files or whole folders. */
export function hashOfFiles(...paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    const files = statSync(path).isDirectory()
      ? filesBelow(path).map((file) => join(path, file))
      : [path];
    for (const file of files) hash.update(`${relative(path, file)}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** The hash of a tarball as npm writes it. */
export const npmIntegrity = (data: Uint8Array): string =>
  `sha512-${createHash("sha512").update(data).digest("base64")}`;
