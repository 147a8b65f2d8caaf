import { readFileSync } from "node:fs";
import { strFromU8, unzipSync, type Zippable, zipSync } from "fflate";
import * as tar from "tar";
import { writeFile } from "./files.ts";

/** A file to be packed: its path in the archive, and where its bytes are. */
export interface Member {
  readonly path: string;
  readonly data: Uint8Array;
  readonly mode: 0o644 | 0o755;
}

/** Writes a `.tar.gz` of which every byte follows from its members. */
export async function writeTarball(
  folder: string,
  path: string,
  members: readonly Member[],
  epoch: number,
  scratch: string,
): Promise<void> {
  for (const { path: member, data, mode } of members) writeFile(scratch, member, data, mode);
  const chunks: Buffer[] = [];
  // `portable` leaves out owners, devices, clocks and gzip's own operating system byte.
  const stream = tar.create(
    {
      cwd: scratch,
      gzip: { level: 9 },
      portable: true,
      noDirRecurse: true,
      mtime: new Date(epoch * 1000),
    },
    members.map(({ path: member }) => member),
  );
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  writeFile(folder, path, Buffer.concat(chunks), 0o644);
}

const UNIX = 3;
/** The bit of a regular file in a Unix mode. */
const REGULAR_FILE = 0o100000;

/** Writes a `.zip` of which every byte follows from its members. */
export function writeZip(
  folder: string,
  path: string,
  members: readonly Member[],
  epoch: number,
): void {
  const utc = new Date(epoch * 1000);
  // ZIP keeps the local clock's digits; the digits of UTC are the same on every machine.
  const mtime = new Date(utc.getTime() + utc.getTimezoneOffset() * 60_000);
  const zippable: Zippable = Object.fromEntries(
    members.map(({ path: member, data, mode }) => [
      member,
      [data, { level: 9, mtime, os: UNIX, attrs: (REGULAR_FILE | mode) << 16 }],
    ]),
  );
  writeFile(folder, path, zipSync(zippable), 0o644);
}

/** The regular files of a `.tar.gz`, `.tgz` or `.zip`. A zip's modes are not kept: Windows has none. */
export async function readArchive(file: string): Promise<Map<string, Member>> {
  const members = new Map<string, Member>();
  if (file.endsWith(".zip")) {
    for (const [path, data] of Object.entries(unzipSync(readFileSync(file))))
      members.set(path, { path, data, mode: 0o644 });
    return members;
  }
  await tar.list({
    file,
    strict: true,
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      entry.on("data", (chunk) => chunks.push(chunk as Buffer));
      entry.on("end", () => {
        if (entry.type !== "File" && entry.type !== "OldFile") return;
        const mode = ((entry.mode ?? 0) & 0o111) === 0 ? 0o644 : 0o755;
        members.set(entry.path, { path: entry.path, data: Buffer.concat(chunks), mode });
      });
    },
  });
  return members;
}

/** The manifest inside an npm tarball. */
export function packageManifest(members: ReadonlyMap<string, Member>): Record<string, unknown> {
  const member = members.get("package/package.json");
  if (member === undefined) throw new Error("no package/package.json");
  return JSON.parse(strFromU8(member.data));
}
