import { join } from "node:path";
import type { Target } from "../../packages/parseltongue/src/targets.ts";

/** What executes a target's binary, and Node for it, on a Linux x64 machine. */
export type Runner =
  /** The machine itself. */
  | "native"
  /** The machine itself, in a root that has musl and no glibc. */
  | "musl"
  /** qemu-user with Debian's C library for that processor. */
  | "qemu"
  /** qemu-user, in a root that has musl and no glibc. */
  | "qemu-musl"
  /** Wine 10, in a root of Debian trixie. */
  | "wine"
  /** Nothing: only its bytes are checked. */
  | "none";

/** How one target is built and tried. */
export interface TargetBuild {
  /** Rust's name for the target. */
  readonly triple: string;
  /** The newest glibc whose symbols the binary may ask for: what it is linked against. */
  readonly glibc?: string;
  /** The oldest macOS the binary says it runs on. */
  readonly macos?: string;
  readonly runner: Runner;
  /**
   * Builds Rust's standard library along even where it is installed: it is smaller without backtraces, see
   * docs/architecture.md.
   */
  readonly libraryFromSources?: boolean;
  /** Options for rustc beyond those of its system, see {@link rustflagsOf}. */
  readonly rustflags?: readonly string[];
}

/**
 * Repeated sequences of instructions become functions, 3 % of the binary. Not on Windows: LLVM moves the directives
 * that describe a function's end with them, and then refuses its own text.
 */
const OUTLINED = "-Cllvm-args=-enable-machine-outliner=always";

/**
 * Leaves out the tables that tell how to unwind the stack, a tenth of the binary: a panic ends the engine, so nothing
 * unwinds it. Windows' own and macOS's are needed by the system, or small. Relative to the project.
 */
const ELF_LINKER_SCRIPT = "engine/no-unwind-tables.ld";

/** zig brings the start files and musl itself; rustc's own copies would be linked twice. */
const ZIGS_MUSL = ["-Clink-self-contained=no"] as const;

/** Crate libc names libiconv, of which nothing is used; without this the program would load it all the same. */
const USED_LIBRARIES_ONLY = ["-Clink-arg=-Wl,-dead_strip_dylibs"] as const;

/**
 * Leaves out where the object files lay. rustc strips that later, but zig has then hashed it into the program's
 * LC_UUID, which thereby differs from folder to folder.
 */
const NO_OBJECT_PATHS = ["-Clink-arg=-Wl,-S"] as const;

/**
 * How each target of the table is built and tried.
 *
 * glibc 2.17 and macOS 11.0 (arm64) are the oldest that Rust supports, as is glibc 2.29 for riscv64; zig supports no
 * macOS before 10.13. Windows is linked with LLVM's tools (`gnullvm`): zig has no libssp, which `gnu` asks for, and
 * `msvc` needs Microsoft's import libraries.
 */
const BUILDS: Readonly<Record<string, TargetBuild>> = {
  "linux-x64-gnu": {
    triple: "x86_64-unknown-linux-gnu",
    glibc: "2.17",
    libraryFromSources: true,
    runner: "native",
  },
  "linux-arm64-gnu": { triple: "aarch64-unknown-linux-gnu", glibc: "2.17", runner: "qemu" },
  "linux-x64-musl": {
    triple: "x86_64-unknown-linux-musl",
    libraryFromSources: true,
    rustflags: ZIGS_MUSL,
    runner: "musl",
  },
  "linux-arm64-musl": {
    triple: "aarch64-unknown-linux-musl",
    rustflags: ZIGS_MUSL,
    runner: "qemu-musl",
  },
  "darwin-x64": {
    triple: "x86_64-apple-darwin",
    macos: "10.13",
    libraryFromSources: true,
    rustflags: [...USED_LIBRARIES_ONLY, ...NO_OBJECT_PATHS],
    runner: "none",
  },
  "darwin-arm64": {
    triple: "aarch64-apple-darwin",
    macos: "11.0",
    rustflags: [...USED_LIBRARIES_ONLY, ...NO_OBJECT_PATHS],
    runner: "none",
  },
  "win32-x64": {
    triple: "x86_64-pc-windows-gnullvm",
    libraryFromSources: true,
    runner: "wine",
  },
  "win32-arm64": { triple: "aarch64-pc-windows-gnullvm", runner: "none" },
  "linux-riscv64-gnu": { triple: "riscv64gc-unknown-linux-gnu", glibc: "2.29", runner: "qemu" },
  "freebsd-x64": {
    triple: "x86_64-unknown-freebsd",
    libraryFromSources: true,
    runner: "none",
  },
};

/** How a target is built and tried. */
export function buildOf(target: Target): TargetBuild {
  const build = BUILDS[target.name];
  if (build === undefined)
    throw new Error(`${target.name} is missing in scripts/lib/target-builds.ts`);
  return build;
}

/** The options for rustc with which a target is built in a project's folder. */
export function rustflagsOf(target: Target, projectRoot: string): readonly string[] {
  const elf = target.os !== "darwin" && target.os !== "win32";
  return [
    ...(target.os === "win32" ? [] : [OUTLINED]),
    ...(buildOf(target).rustflags ?? []),
    ...(elf ? [`-Clink-arg=-Wl,-T,${join(projectRoot, ELF_LINKER_SCRIPT)}`] : []),
  ];
}

const MACHINES = { x64: "x86_64", arm64: "aarch64", riscv64: "riscv64" } as const;

/** The processor's name in the names of qemu, of Debian's packages for foreign processors and of zig. */
export const machineOf = ({ cpu }: Target): string => MACHINES[cpu];

/** zig's name for a target, with the oldest system that the binary runs on. */
export function zigTarget(target: Target): string {
  const { glibc, macos } = buildOf(target);
  const system = {
    linux: target.libc === "musl" ? "linux-musl" : `linux-gnu.${glibc}`,
    darwin: `macos.${macos}`,
    freebsd: "freebsd",
    win32: "windows-gnu",
  }[target.os];
  return `${machineOf(target)}-${system}`;
}
