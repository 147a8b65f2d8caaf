import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { readArchive } from "./archives.ts";
import { inTemporaryFolder } from "./programs.ts";

/** How many differing places are shown. */
const SHOWN = 8;
/** Differences closer than this are one. */
const GAP = 16;

interface Section {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** What lists the sections of a binary, in order of trial: binutils for ELF, LLVM for all; name, offset and size. */
const SECTION_LISTS = [
  {
    command: ["readelf", "--section-headers", "--wide"],
    row: /^\s*\[\s*\d+\]\s+(?<name>\S+)\s+\S+\s+[0-9a-f]+\s+(?<offset>[0-9a-f]+)\s+(?<size>[0-9a-f]+)/gm,
    radix: 16,
  },
  {
    command: ["llvm-readobj", "--sections"],
    row: /^ {4}Name: (?<name>\S+)[^}]*?Size: (?<size>\w+)\n\s+(?:PointerToRawData|Offset): (?<offset>\w+)$/gm,
    radix: undefined,
  },
] as const;

/** The sections of a binary; nothing where no tool here can list them. */
async function sections(bytes: Buffer): Promise<Section[]> {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, "binary");
    writeFileSync(file, bytes);
    for (const { command, row, radix } of SECTION_LISTS) {
      const [program, ...options] = command;
      const { stdout, failed } = await execa(program, [...options, file], { reject: false });
      const found = failed ? [] : [...stdout.matchAll(row)];
      if (found.length === 0) continue;
      return found.map(({ groups: { name = "", offset = "", size = "" } = {} }) => ({
        name,
        offset: parseNumber(offset, radix),
        size: parseNumber(size, radix),
      }));
    }
    return [];
  });
}

/** A number of a listing; without a radix as it is written, `0x1F` or `31`. */
const parseNumber = (text: string, radix: number | undefined): number =>
  radix === undefined ? Number(text) : Number.parseInt(text, radix);

/** The printable text around a place, which tells most often where it comes from. */
function textAround(bytes: Buffer, at: number): string {
  const around = bytes.toString("latin1", Math.max(0, at - 40), at + 60);
  const [longest = ""] = around
    .split(/[^\x20-\x7e]+/)
    .sort((one, other) => other.length - one.length);
  return longest;
}

/** Says where two files differ: how much, in which sections, and what text is there. */
export async function describeDifference(one: Buffer, other: Buffer): Promise<string[]> {
  if (one.equals(other)) return [];
  const places: number[] = [];
  let different = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    if (one[at] === other[at]) continue;
    different++;
    if (at - last > GAP) places.push(at);
    last = at;
  }
  const inside = await sections(one);
  const lines = [
    `${one.length} and ${other.length} bytes, ${different} of the common ones differ, at ${places.length} places`,
  ];
  for (const at of places.slice(0, SHOWN)) {
    const section = inside.find(({ offset, size }) => at >= offset && at < offset + size);
    lines.push(
      `0x${at.toString(16)} ${section?.name ?? ""}: "${textAround(one, at)}" and "${textAround(other, at)}"`,
    );
  }
  if (places.length > SHOWN) lines.push(`and ${places.length - SHOWN} more places`);
  return lines;
}

/** Says how two archives differ: by file, and then inside the file. */
export async function describeArchiveDifference(one: string, other: string): Promise<string[]> {
  const [left, right] = await Promise.all([readArchive(one), readArchive(other)]);
  const lines: string[] = [];
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const [a, b] = [left.get(path), right.get(path)];
    if (a === undefined || b === undefined) lines.push(`${path} is only in one of them`);
    else if (a.mode !== b.mode)
      lines.push(`${path} has mode ${a.mode.toString(8)} and ${b.mode.toString(8)}`);
    else if (!Buffer.from(a.data).equals(Buffer.from(b.data)))
      lines.push(
        `${path} differs:`,
        ...(await describeDifference(Buffer.from(a.data), Buffer.from(b.data))),
      );
  }
  return lines.length > 0 ? lines : ["the files are the same; the archives are packed differently"];
}
