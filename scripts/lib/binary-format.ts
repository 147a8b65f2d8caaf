import { createHash } from "node:crypto";
import { type ExecutableFormat, readFacts } from "../../packages/parseltongue/src/executable.ts";

/** What the bytes of a whole executable say. */
export interface BinaryFacts {
  readonly format: ExecutableFormat;
  /** In Node's words, as in `process.arch`. */
  readonly arch: string | undefined;
  /** ELF: the loader that the kernel starts; none in a static program. */
  readonly interpreter: string | undefined;
  /** Shared libraries that are loaded before the program starts, as the file names them. */
  readonly libraries: readonly string[];
  /** ELF: the newest glibc of which a symbol is needed. */
  readonly glibc?: string | undefined;
  /** Mach-O: the oldest macOS that starts it. */
  readonly macos?: string | undefined;
  /** Mach-O: whether there is a code signature, and whether it fits the bytes. */
  readonly signature?: "none" | "valid" | "broken";
  /** How many symbols only a debugger would use. */
  readonly localSymbols: number;
}

/** Reads a whole executable of any of our targets: 64-bit, little-endian. */
export function readBinary(bytes: Buffer): BinaryFacts {
  const { format, arch, interpreter } = readFacts(bytes);
  const read = { ELF: readElf, "Mach-O": readMachO, PE: readPe }[format as string];
  if (read === undefined) return { format, arch, interpreter, libraries: [], localSymbols: 0 };
  return { format, arch, interpreter, ...read(bytes) };
}

type Details = Omit<BinaryFacts, "format" | "arch" | "interpreter">;

/** The text that ends with a zero byte. */
const textAt = (bytes: Buffer, at: number): string =>
  bytes.toString("latin1", at, bytes.indexOf(0, at));

const wordAt = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

/** A version in 32 bits, as Mach-O has it: 16 for the major, 8 for the minor, 8 for the patch. */
const packedVersion = (packed: number): string => `${packed >>> 16}.${(packed >>> 8) & 0xff}`;

const byVersion = new Intl.Collator("en", { numeric: true }).compare;

/** Where bytes that are at an address once loaded are in the file. */
type Mapping = readonly { readonly address: number; readonly size: number; readonly at: number }[];

function offsetOf(mapping: Mapping, address: number): number {
  const part = mapping.find(
    (each) => address >= each.address && address < each.address + each.size,
  );
  if (part === undefined) throw new Error(`address ${address.toString(16)} is not in the file`);
  return address - part.address + part.at;
}

/** See elf(5). */
function readElf(bytes: Buffer): Details {
  const programHeaders = records(
    wordAt(bytes, 32),
    bytes.readUInt16LE(54),
    bytes.readUInt16LE(56),
  ).map((at) => ({
    type: bytes.readUInt32LE(at),
    at: wordAt(bytes, at + 8),
    address: wordAt(bytes, at + 16),
    size: wordAt(bytes, at + 32),
  }));
  const [PT_LOAD, PT_DYNAMIC, SHT_SYMTAB] = [1, 2, 2];
  const symbolTables = records(
    wordAt(bytes, 40),
    bytes.readUInt16LE(58),
    bytes.readUInt16LE(60),
  ).filter((at) => bytes.readUInt32LE(at + 4) === SHT_SYMTAB);
  const localSymbols = symbolTables.reduce((sum, at) => sum + wordAt(bytes, at + 32) / 24, 0);

  const dynamic = programHeaders.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return { libraries: [], localSymbols };
  const mapping = programHeaders.filter(({ type }) => type === PT_LOAD);
  const entries = records(dynamic.at, 16, dynamic.size / 16).map((at) => ({
    tag: wordAt(bytes, at),
    value: wordAt(bytes, at + 8),
  }));
  const dynamicValue = (tag: number): number =>
    entries.find((each) => each.tag === tag)?.value ?? 0;
  const [DT_NEEDED, DT_STRTAB, DT_VERNEED, DT_VERNEEDNUM] = [1, 5, 0x6ffffffe, 0x6fffffff];
  const strings = offsetOf(mapping, dynamicValue(DT_STRTAB));
  const libraries = entries
    .filter(({ tag }) => tag === DT_NEEDED)
    .map(({ value }) => textAt(bytes, strings + value));

  const versions: string[] = [];
  let need = dynamicValue(DT_VERNEEDNUM) > 0 ? offsetOf(mapping, dynamicValue(DT_VERNEED)) : 0;
  for (let left = dynamicValue(DT_VERNEEDNUM); left > 0; left--) {
    let version = need + bytes.readUInt32LE(need + 8);
    for (let inner = bytes.readUInt16LE(need + 2); inner > 0; inner--) {
      versions.push(textAt(bytes, strings + bytes.readUInt32LE(version + 8)));
      version += bytes.readUInt32LE(version + 12);
    }
    need += bytes.readUInt32LE(need + 12);
  }
  const glibc = versions
    .flatMap((version) => /^GLIBC_([\d.]+)$/.exec(version)?.[1] ?? [])
    .sort(byVersion)
    .at(-1);
  return { libraries, glibc, localSymbols };
}

/** The offsets of records that follow one another. */
const records = (at: number, size: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => at + index * size);

/** See Apple's `mach-o/loader.h`. */
function readMachO(bytes: Buffer): Details {
  const libraries: string[] = [];
  let macos: string | undefined;
  let signature: BinaryFacts["signature"] = "none";
  let localSymbols = 0;
  for (let at = 32, left = bytes.readUInt32LE(16); left > 0; left--) {
    const field = (offset: number): number => bytes.readUInt32LE(at + offset);
    switch (field(0)) {
      case 0xc: // LC_LOAD_DYLIB
      case 0x80000018: // LC_LOAD_WEAK_DYLIB
        libraries.push(textAt(bytes, at + field(8)));
        break;
      case 0x24: // LC_VERSION_MIN_MACOSX
        macos = packedVersion(field(8));
        break;
      case 0x32: // LC_BUILD_VERSION
        macos = packedVersion(field(12));
        break;
      case 0xb: // LC_DYSYMTAB
        localSymbols = field(12);
        break;
      case 0x1d: // LC_CODE_SIGNATURE
        signature = signatureFits(bytes, field(8)) ? "valid" : "broken";
        break;
    }
    at += field(4);
  }
  return { libraries, macos, signature, localSymbols };
}

/**
 * Whether the hashes of a code signature are those of the pages it signs. macOS kills a program on arm64 at the first
 * page of which that is not so. See `cs_blobs.h` of Apple's kernel; all its numbers are big-endian.
 */
function signatureFits(bytes: Buffer, blob: number): boolean {
  const [SUPER_BLOB, CODE_DIRECTORY, SHA256] = [0xfade0cc0, 0xfade0c02, 2];
  if (bytes.readUInt32BE(blob) !== SUPER_BLOB) return false;
  const directory = records(blob + 12, 8, bytes.readUInt32BE(blob + 8))
    .map((at) => blob + bytes.readUInt32BE(at + 4))
    .find((at) => bytes.readUInt32BE(at) === CODE_DIRECTORY);
  if (directory === undefined || bytes[directory + 37] !== SHA256) return false;
  const hashes = directory + bytes.readUInt32BE(directory + 16);
  const end = bytes.readUInt32BE(directory + 32);
  const pageSize = 2 ** (bytes[directory + 39] ?? 0);
  // What follows the signed part is the signature itself.
  if (end !== blob) return false;
  return records(0, pageSize, bytes.readUInt32BE(directory + 28)).every((at, index) => {
    const page = bytes.subarray(at, Math.min(at + pageSize, end));
    const hash = bytes.subarray(hashes + index * 32, hashes + index * 32 + 32);
    return createHash("sha256").update(page).digest().equals(hash);
  });
}

/** See Microsoft's "PE Format". */
function readPe(bytes: Buffer): Details {
  const header = bytes.readUInt32LE(0x3c);
  const optional = header + 24;
  const sections: Mapping = records(
    optional + bytes.readUInt16LE(header + 20),
    40,
    bytes.readUInt16LE(header + 6),
  ).map((at) => ({
    address: bytes.readUInt32LE(at + 12),
    size: bytes.readUInt32LE(at + 16),
    at: bytes.readUInt32LE(at + 20),
  }));
  const libraries: string[] = [];
  const imports = bytes.readUInt32LE(optional + 120);
  let descriptor = imports === 0 ? undefined : offsetOf(sections, imports);
  while (descriptor !== undefined && bytes.readUInt32LE(descriptor + 12) !== 0) {
    libraries.push(textAt(bytes, offsetOf(sections, bytes.readUInt32LE(descriptor + 12))));
    descriptor += 20;
  }
  return { libraries, localSymbols: bytes.readUInt32LE(header + 16) };
}
