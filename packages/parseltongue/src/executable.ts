import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
} from "node:fs";

/** Why a file cannot be run, as far as its bytes and its mode tell. */
export type ExecutableProblem =
  | "PT_BINARY_MISSING"
  | "PT_BINARY_UNREADABLE"
  | "PT_BINARY_TRUNCATED"
  | "PT_BINARY_FORMAT"
  | "PT_BINARY_ARCH"
  | "PT_BINARY_LIBC"
  | "PT_BINARY_MODE";

/** What the first bytes of an executable say. */
export interface Inspection {
  readonly problem?: ExecutableProblem;
  /** What was found, in words for people: `"ELF arm64"`, `"0 bytes"`. */
  readonly found: string;
}

/** Enough for the program headers and the loader's path in every binary that Rust links. */
const HEADER_BYTES = 4096;

const ELF_MACHINES: Readonly<Record<number, string>> = {
  62: "x64",
  183: "arm64",
  243: "riscv64",
  3: "ia32",
  40: "arm",
};
const MACHO_CPUS: Readonly<Record<number, string>> = { 16777223: "x64", 16777228: "arm64" };
const PE_MACHINES: Readonly<Record<number, string>> = { 34404: "x64", 43620: "arm64", 332: "ia32" };

/** What kind of file the magic number tells of. */
export type ExecutableFormat = "ELF" | "Mach-O" | "PE" | "script" | "unknown";

interface Facts {
  readonly format: ExecutableFormat;
  readonly arch?: string | undefined;
  /** The program the kernel starts instead: ELF's loader, a script's interpreter. */
  readonly interpreter?: string | undefined;
  /** The file must be at least this long to hold what its header promises. */
  readonly length?: number;
}

const text = (bytes: Buffer): string => bytes.toString("latin1").replace(/\0.*$/s, "");

function elf(head: Buffer): Facts {
  const arch = ELF_MACHINES[head.readUInt16LE(18)];
  // Every target is 64-bit little-endian; another class has another layout and is not ours anyway.
  if (head[4] !== 2 || head[5] !== 1)
    return { format: "ELF", arch: arch ?? "32-bit or big-endian" };
  const tableOffset = Number(head.readBigUInt64LE(32));
  const entrySize = head.readUInt16LE(54);
  const entries = head.readUInt16LE(56);
  let length = tableOffset + entrySize * entries;
  let interpreter: string | undefined;
  for (let index = 0; index < entries; index++) {
    const at = tableOffset + index * entrySize;
    if (at + 56 > head.length) break;
    const offset = Number(head.readBigUInt64LE(at + 8));
    const size = Number(head.readBigUInt64LE(at + 32));
    length = Math.max(length, offset + size);
    const PT_INTERP = 3;
    if (head.readUInt32LE(at) === PT_INTERP)
      interpreter = text(head.subarray(offset, offset + size));
  }
  return { format: "ELF", arch, interpreter, length };
}

function machO(head: Buffer): Facts {
  const commands = head.readUInt32LE(16);
  let length = 32 + head.readUInt32LE(20);
  for (let index = 0, at = 32; index < commands && at + 56 <= head.length; index++) {
    const LC_SEGMENT_64 = 0x19;
    if (head.readUInt32LE(at) === LC_SEGMENT_64) {
      length = Math.max(
        length,
        Number(head.readBigUInt64LE(at + 40) + head.readBigUInt64LE(at + 48)),
      );
    }
    at += head.readUInt32LE(at + 4);
  }
  return { format: "Mach-O", arch: MACHO_CPUS[head.readUInt32LE(4)], length };
}

function portableExecutable(head: Buffer): Facts {
  const at = head.readUInt32LE(0x3c);
  if (at + 24 > head.length || head.readUInt32LE(at) !== 0x4550) return { format: "unknown" };
  const sections = head.readUInt16LE(at + 6);
  const table = at + 24 + head.readUInt16LE(at + 20);
  let length = table + sections * 40;
  for (let index = 0; index < sections && table + index * 40 + 40 <= head.length; index++) {
    const entry = table + index * 40;
    length = Math.max(length, head.readUInt32LE(entry + 20) + head.readUInt32LE(entry + 16));
  }
  return { format: "PE", arch: PE_MACHINES[head.readUInt16LE(at + 4)], length };
}

/** What the head of a file, or all of it, says. */
export function readFacts(head: Buffer): Facts {
  const magic = head.length >= 64 ? head.readUInt32BE(0) : 0;
  if (magic === 0x7f454c46) return elf(head);
  if (magic === 0xcffaedfe) return machO(head);
  if (magic >>> 16 === 0x4d5a) return portableExecutable(head);
  const shebang = /^#![ \t]*(\S+)/.exec(head.toString("latin1", 0, 256));
  return shebang ? { format: "script", interpreter: shebang[1] } : { format: "unknown" };
}

/** The format of a system's own programs. */
export const nativeFormat = (platform: string): ExecutableFormat =>
  platform === "win32" ? "PE" : platform === "darwin" ? "Mach-O" : "ELF";

/**
 * Reads the head of a file and says whether this machine can start it.
 *
 * Cheap enough for every start (one open, one read, one access), and needed there: a failed
 * `process.execve` aborts Node 22 and 24 with a native stack, and a failed `execvp` of an unknown format
 * makes libc feed the file to a shell.
 */
export function inspectExecutable(
  file: string,
  platform: string = process.platform,
  arch: string = process.arch,
): Inspection {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const absent = code === "ENOENT" || code === "ENOTDIR";
    // Permission to run without permission to read is enough to run.
    if (code === "EACCES" && platform !== "win32" && isRunnable(file)) return { found: code };
    return {
      problem: absent ? "PT_BINARY_MISSING" : "PT_BINARY_UNREADABLE",
      found: code ?? "unreadable",
    };
  }
  let head: Buffer;
  let size: number;
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { problem: "PT_BINARY_FORMAT", found: "not a regular file" };
    size = stat.size;
    const buffer = Buffer.alloc(HEADER_BYTES);
    head = buffer.subarray(0, readSync(descriptor, buffer, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }

  const facts = readFacts(head);
  const found =
    facts.format === "unknown"
      ? `${size} bytes of no known format`
      : `${facts.format} ${facts.arch ?? ""}`.trim();
  if (size === 0) return { problem: "PT_BINARY_TRUNCATED", found: "0 bytes" };
  if (facts.format === "script") {
    // Only reached through the override; a wrapper script is a fair thing to point it to.
    if (platform === "win32") return { problem: "PT_BINARY_FORMAT", found };
  } else if (facts.format !== nativeFormat(platform)) {
    return { problem: "PT_BINARY_FORMAT", found };
  } else if (facts.arch !== arch && !runsEmulated(platform, arch, facts.arch)) {
    return { problem: "PT_BINARY_ARCH", found };
  }
  if (facts.length !== undefined && facts.length > size) {
    return { problem: "PT_BINARY_TRUNCATED", found: `${size} of at least ${facts.length} bytes` };
  }
  if (platform === "win32") return { found };
  if (facts.interpreter !== undefined && !existsSync(facts.interpreter)) {
    return { problem: "PT_BINARY_LIBC", found: `${found}, started by ${facts.interpreter}` };
  }
  return isRunnable(file) ? { found } : { problem: "PT_BINARY_MODE", found: "not executable" };
}

function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // The reason is looked for where it is told.
    return false;
  }
}

/** macOS and Windows on ARM run x64 programs by translation. */
const runsEmulated = (platform: string, arch: string, found: string | undefined): boolean =>
  found === "x64" && arch === "arm64" && (platform === "darwin" || platform === "win32");
