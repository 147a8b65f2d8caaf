import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { list } from "tar";
import { nativeFormat } from "../../packages/parseltongue/src/executable.ts";
import {
  addonInPackage,
  binaryInPackage,
  type Target,
} from "../../packages/parseltongue/src/targets.ts";
import { type BinaryFacts, readBinary } from "./binary-format.ts";
import { builtBinary } from "./engine.ts";
import { packAll } from "./pack.ts";
import { DEVELOPMENT_CACHE, ROOT } from "./paths.ts";
import { buildOf } from "./target-builds.ts";
import { atLeast } from "./toolchain.ts";

/** One property of a binary that is published. */
export interface BinaryCheck {
  readonly name: string;
  readonly passed: boolean;
  /** What was found, and what was wanted where that differs. */
  readonly found: string;
}

/** Libraries that every installation of a system has. */
const SYSTEM_LIBRARIES: Readonly<Record<Target["os"], RegExp>> = {
  linux: /^(lib(c|m|dl|rt|pthread)\.so\.\d+|ld-linux-[\w-]+\.so\.\d)$/,
  darwin: /^\/usr\/lib\/libSystem\.B\.dylib$/,
  // Of FreeBSD's base system.
  freebsd: /^lib(c|m|thr|rt|util|execinfo|kvm|memstat|procstat|devstat|gcc_s)\.so\.\d+$/,
  // Of Windows 10, which Rust itself asks for.
  win32:
    /^(kernel32|ntdll|ws2_32|userenv|advapi32|bcrypt|bcryptprimitives|shell32|ole32|combase|api-ms-win-[\w-]+)\.dll$/i,
};

/** Folders of a build machine, no one of which may be named in a binary. */
const buildFolders = (): string[] => [
  ROOT,
  homedir(),
  DEVELOPMENT_CACHE,
  ...[process.env["CARGO_HOME"] ?? [], process.env["CARGO_TARGET_DIR"] ?? []].flat(),
];

/** The longest text around a folder's name in a binary, to tell where it comes from. */
function pathInside(bytes: Buffer): string | undefined {
  for (const folder of buildFolders()) {
    const at = bytes.indexOf(`${folder}/`);
    if (at >= 0) return /^[\x20-\x7e]*/.exec(bytes.toString("latin1", at, at + 120))?.[0];
  }
  return undefined;
}

function linkage(target: Target, facts: BinaryFacts): BinaryCheck[] {
  const { glibc, macos } = buildOf(target);
  const foreign = facts.libraries.filter((library) => !SYSTEM_LIBRARIES[target.os].test(library));
  const checks: BinaryCheck[] = [
    {
      name: "libraries",
      passed: foreign.length === 0,
      found: foreign.length === 0 ? "only the system's" : `needs ${foreign.join(", ")}`,
    },
  ];
  if (target.libc === "musl")
    checks.push({
      name: "static",
      passed: facts.interpreter === undefined && facts.libraries.length === 0,
      found: facts.interpreter ?? (facts.libraries.join(", ") || "static"),
    });
  if (glibc !== undefined)
    checks.push({
      name: "glibc",
      passed: facts.glibc !== undefined && atLeast(glibc, facts.glibc),
      found: `${facts.glibc ?? "none"}, at most ${glibc}`,
    });
  if (macos !== undefined)
    checks.push(
      {
        name: "oldest macOS",
        passed: facts.macos === macos,
        found: `${facts.macos}, wanted ${macos}`,
      },
      {
        name: "signature",
        // Only arm64 asks for one; where there is one it has to fit.
        passed: facts.signature === "valid" || (facts.signature === "none" && target.cpu === "x64"),
        found: facts.signature ?? "none",
      },
    );
  return checks;
}

/** Checks the bytes of a target's binary against what the target promises. */
export function checkBinary(target: Target, bytes: Buffer): BinaryCheck[] {
  const facts = readBinary(bytes);
  const wanted = `${nativeFormat(target.os)} ${target.cpu}`;
  const found = `${facts.format} ${facts.arch}`;
  const format = { name: "format", passed: found === wanted, found: `${found}, wanted ${wanted}` };
  if (!format.passed) return [format];
  const budget = JSON.parse(readFileSync(join(ROOT, "size-budget.json"), "utf8")) as {
    readonly binary: number;
  };
  const path = pathInside(bytes);
  return [
    format,
    ...linkage(target, facts),
    {
      name: "stripped",
      passed: facts.localSymbols === 0,
      found: `${facts.localSymbols} local symbols`,
    },
    { name: "no build path", passed: path === undefined, found: path ?? "none" },
    {
      name: "size",
      passed: bytes.length <= budget.binary,
      found: `${bytes.length}, at most ${budget.binary}`,
    },
  ];
}

/** Packs a target's package, and checks what npm would unpack: the binary's mode, and that it is these bytes. */
async function checkTarball(target: Target): Promise<BinaryCheck[]> {
  const out = mkdtempSync(join(tmpdir(), "parseltongue-check-"));
  try {
    const [tarball] = await packAll([target], out);
    const modes = new Map<string, number>();
    await list({
      file: tarball?.file ?? "",
      onReadEntry: ({ path, mode }) => modes.set(path.replace(/^package\//, ""), mode ?? 0),
    });
    return [binaryInPackage(target), ...[addonInPackage(target) ?? []].flat()].map((file) => {
      const mode = modes.get(file);
      const wanted = file === binaryInPackage(target) ? 0o755 : 0o644;
      return {
        name: `mode of ${file}`,
        passed: mode !== undefined && (mode & 0o777) === wanted,
        found: mode === undefined ? "not packed" : (mode & 0o777).toString(8),
      };
    });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Everything that can be told about a built target without running it. */
export async function checkTarget(target: Target): Promise<BinaryCheck[]> {
  return [
    ...checkBinary(target, readFileSync(builtBinary(target))),
    ...(await checkTarball(target)),
  ];
}
