import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { TARGETS } from "../packages/parseltongue/src/targets.ts";
import { checkBinary } from "../scripts/lib/binary-checks.ts";
import { readBinary } from "../scripts/lib/binary-format.ts";
import { hostTarget, targetNamed } from "../scripts/lib/host.ts";
import { ROOT } from "../scripts/lib/paths.ts";
import { buildOf } from "../scripts/lib/target-builds.ts";
import { temporaryFolder } from "./support/places.ts";

/** The names of the checks that a binary fails. */
const failures = (target: string, bytes: Buffer): string[] =>
  checkBinary(targetNamed(target), bytes)
    .filter(({ passed }) => !passed)
    .map(({ name }) => name);

const bytes = (...parts: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)),
  );
const words = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) buffer.writeUInt32LE(value, index * 4);
  return buffer;
};
const bigWords = (...values: readonly number[]): Buffer => words(...values).swap32();
const padded = (part: Buffer, size: number): Buffer =>
  bytes(part, Buffer.alloc(size - part.length));

interface MachO {
  readonly library?: string;
  readonly macos?: number;
  readonly localSymbols?: number;
  readonly signed?: boolean;
  readonly content?: string;
}

/** A Mach-O file for arm64 that has only what the checks look at. */
function machO({
  library = "/usr/lib/libSystem.B.dylib",
  macos = 11,
  localSymbols = 0,
  signed = true,
  content = "",
}: MachO): Buffer {
  const SIZE = 8192;
  const commands = [
    bytes(words(0xc, 24 + 40, 24, 0, 0, 0), padded(Buffer.from(library), 40)),
    words(0x32, 24, 1, macos << 16, 0, 0),
    padded(words(0xb, 80, 0, localSymbols), 80),
    ...(signed ? [words(0x1d, 16, SIZE, 0)] : []),
  ];
  const header = words(
    0xfeedfacf,
    0x0100000c,
    0,
    2,
    commands.length,
    bytes(...commands).length,
    0,
    0,
  );
  const code = padded(bytes(header, ...commands, content), SIZE);
  if (!signed) return code;
  const hashes = [code.subarray(0, 4096), code.subarray(4096)].map((page) =>
    createHash("sha256").update(page).digest(),
  );
  const directory = bytes(
    // magic, length, version, flags, hashes from, identifier from, special slots, slots, end of code
    bigWords(0xfade0c02, 44 + 64, 0x20400, 2, 44, 0, 0, 2, SIZE),
    // hash size, SHA-256, platform, page size as a power of two
    Buffer.from([32, 2, 0, 12]),
    bigWords(0),
    ...hashes,
  );
  return bytes(code, bigWords(0xfade0cc0, 20 + directory.length, 1, 0, 20), directory);
}

/** A PE file for x64 that imports from one library. */
function pe(library: string): Buffer {
  const dos = padded(Buffer.from("MZ"), 64);
  dos.writeUInt32LE(64, 0x3c);
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0x4550, 0);
  header.writeUInt16LE(0x8664, 4);
  header.writeUInt16LE(1, 6);
  header.writeUInt16LE(240, 20);
  const optional = Buffer.alloc(240);
  optional.writeUInt32LE(0x1000, 120);
  const section = bytes(".rdata\0\0", words(0x200, 0x1000, 0x200, 0x200), Buffer.alloc(16));
  const head = padded(bytes(dos, header, optional, section), 0x200);
  const imports = bytes(words(0, 0, 0, 0x1000 + 40, 0), Buffer.alloc(20), `${library}\0`);
  return bytes(head, padded(imports, 0x200));
}

describe("Mach-O", () => {
  test("what a good binary says is read", () => {
    expect(readBinary(machO({}))).toEqual({
      format: "Mach-O",
      arch: "arm64",
      interpreter: undefined,
      libraries: ["/usr/lib/libSystem.B.dylib"],
      macos: "11.0",
      signature: "valid",
      localSymbols: 0,
    });
    expect(failures("darwin-arm64", machO({}))).toEqual([]);
  });

  test("a signature that does not fit the bytes any more is found, in each page", () => {
    for (const at of [300, 4095, 4096, 8191]) {
      const changed = machO({});
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(readBinary(changed).signature, `byte ${at}`).toBe("broken");
      expect(failures("darwin-arm64", changed)).toEqual(["signature"]);
    }
  });

  test.each([
    [{ signed: false }, "signature"],
    [{ macos: 15 }, "oldest macOS"],
    [{ library: "/usr/lib/libiconv.2.dylib" }, "libraries"],
    [{ localSymbols: 5424 }, "stripped"],
    [{ content: `${ROOT}/engine/crates/cli/src/main.rs` }, "no build path"],
  ])("%j fails the check of %s", (made, name) => {
    expect(failures("darwin-arm64", machO(made))).toEqual([name]);
  });

  test("is not taken for another target's", () => {
    expect(failures("darwin-x64", machO({}))).toEqual(["format"]);
    expect(failures("win32-arm64", machO({}))).toEqual(["format"]);
  });
});

describe("PE", () => {
  test("needs nothing but Windows", () => {
    expect(failures("win32-x64", pe("KERNEL32.dll"))).toEqual([]);
    expect(failures("win32-x64", pe("api-ms-win-core-synch-l1-2-0.dll"))).toEqual([]);
    expect(failures("win32-x64", pe("libgcc_s_seh-1.dll"))).toEqual(["libraries"]);
  });
});

describe.runIf(process.platform === "linux")("ELF", () => {
  const linked = async (...options: string[]): Promise<Buffer> => {
    const file = join(temporaryFolder(), "program");
    await execa("cc", ["-o", file, ...options, "-x", "c", "-"], {
      input: '#include <stdio.h>\nint main(void) { puts("here"); }',
    });
    return readFileSync(file);
  };
  const musl = `linux-${process.arch}-musl`;

  test("a program of this machine's linker: its loader, libraries and symbols", async () => {
    const facts = readBinary(await linked());
    expect(facts).toMatchObject({ format: "ELF", arch: process.arch });
    expect(facts.interpreter).toMatch(/^\/lib/);
    expect(facts.libraries).toHaveLength(1);
    expect(facts.localSymbols).toBeGreaterThan(10);
    expect(failures(musl, await linked("-s"))).toEqual(["static"]);
  });

  test("a static and stripped program", async () => {
    expect(failures(musl, await linked("-static", "-s"))).toEqual([]);
  });

  test.runIf(hostTarget().libc === "glibc")("the newest glibc that is needed", async () => {
    const { glibc } = readBinary(await linked());
    expect(glibc).toMatch(/^2\.\d+$/);
    const needed = /GLIBC_(2\.\d+)/g;
    const { stdout } = await execa("ldd", ["--version"]);
    expect(Number(glibc?.slice(2))).toBeLessThanOrEqual(
      Number(/ 2\.(\d+)\n/.exec(`${stdout}\n`)?.[1] ?? 0),
    );
    expect((await linked()).toString("latin1").match(needed)).toContain(`GLIBC_${glibc}`);
  });
});

test("every target says how it is built", () => {
  for (const target of TARGETS) expect(buildOf(target).triple).toMatch(/^\w+-\w+-/);
});
