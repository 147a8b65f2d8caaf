import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { DEVELOPMENT_CACHE, ENGINE } from "./paths.ts";
import { say, Trouble } from "./say.ts";
import type { TargetBuild } from "./target-builds.ts";

/**
 * The C compiler and linker of every target, and the wrapper that makes cargo use it; both from PyPI. Pinned: another
 * version makes other bytes.
 */
const ZIG = "0.17.1";
const CARGO_ZIGBUILD = "0.24.1";

/** Where Debian's packages put Rust, which is not rustup's. */
const DEBIAN_BIN = "/usr/bin";

/** zig and cargo-zigbuild, by their paths. */
export interface Zig {
  readonly zig: string;
  readonly cargoZigbuild: string;
  /** Changes whenever the tools do. */
  readonly version: string;
}

const exe = process.platform === "win32" ? ".exe" : "";
const version = `zig-${ZIG}-cargo-zigbuild-${CARGO_ZIGBUILD}`;
const folder = join(DEVELOPMENT_CACHE, version);
const tools: Zig = {
  zig: join(folder, "ziglang", `zig${exe}`),
  cargoZigbuild: join(folder, "bin", `cargo-zigbuild${exe}`),
  version,
};

/** Whether the pinned tools are installed. */
export const zigIsInstalled = (): boolean =>
  existsSync(tools.zig) && existsSync(tools.cargoZigbuild);

/** Makes sure that the pinned zig and cargo-zigbuild are there, in a folder of their own that all clones share. */
export async function requireZig(): Promise<Zig> {
  if (zigIsInstalled()) return tools;

  say(`Installing zig ${ZIG} and cargo-zigbuild ${CARGO_ZIGBUILD} with pip into ${folder} ...`);
  const partial = `${folder}.partial-${process.pid}`;
  try {
    const { exitCode } = await execa(
      "python3",
      [
        ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"],
        ...["--target", partial, `ziglang==${ZIG}`, `cargo-zigbuild==${CARGO_ZIGBUILD}`],
      ],
      { stdin: "ignore", stdout: process.stderr, stderr: process.stderr, reject: false },
    );
    if (exitCode !== 0)
      throw new Trouble(
        "zig and cargo-zigbuild cannot be installed",
        exitCode === undefined ? "why: there is no python3" : "why: pip's message is above",
        "fix: install Python 3 with pip (apt-get install python3-pip), then run the same command again",
      );
    // Another process may have been faster.
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return tools;
}

/** A Rust of this machine. */
interface Rust {
  /** What to add to the environment so that this Rust is the one that runs. */
  readonly env: Readonly<Record<string, string>>;
  /** Where rustc keeps its libraries. */
  readonly sysroot: string;
  /** The target that rustc itself was built for. */
  readonly host: string;
  readonly release: string;
  /** The commit rustc was built from: stands before the standard library's paths inside binaries. */
  readonly commit: string;
}

/** A Rust that can build a target. */
export interface RustForTarget extends Rust {
  /** Options for cargo: none where the standard library is installed, else those that build it. */
  readonly cargoOptions: readonly string[];
}

async function rustAt(
  rustc: string,
  env: Readonly<Record<string, string>>,
): Promise<Rust | undefined> {
  const options = { cwd: ENGINE, env, reject: false } as const;
  const [about, sysroot] = await Promise.all([
    execa(rustc, ["-vV"], options),
    execa(rustc, ["--print", "sysroot"], options),
  ]);
  if (about.failed || sysroot.failed) return undefined;
  const field = (name: string): string =>
    new RegExp(`^${name}: (.*)$`, "m").exec(about.stdout)?.[1] ?? "";
  return {
    env,
    sysroot: sysroot.stdout.trim(),
    host: field("host"),
    release: field("release"),
    commit: field("commit-hash"),
  };
}

/** The one of the PATH, which may be rustup's, then Debian's, whose library sources always match it. */
async function installedRusts(): Promise<Rust[]> {
  const found = await Promise.all([
    rustAt("rustc", {}),
    rustAt(join(DEBIAN_BIN, "rustc"), {
      PATH: `${DEBIAN_BIN}${delimiter}${process.env["PATH"] ?? ""}`,
      RUSTC: join(DEBIAN_BIN, "rustc"),
    }),
  ]);
  return found.filter((each) => each !== undefined);
}

/** The standard library's sources, as rustup's component rust-src and Debian's rust-web-src install them. */
export const librarySources = ({ sysroot }: Rust): string =>
  join(sysroot, "lib", "rustlib", "src", "rust");

/**
 * A Rust with the standard library for a target: installed if any has it and the target does not ask for another one,
 * else built along from its sources; or undefined where there is neither.
 */
export async function rustFor({
  triple,
  libraryFromSources = false,
}: TargetBuild): Promise<RustForTarget | undefined> {
  const all = await installedRusts();
  const installed = libraryFromSources
    ? undefined
    : all.find(({ sysroot }) => existsSync(join(sysroot, "lib", "rustlib", triple, "lib")));
  if (installed !== undefined) return { ...installed, cargoOptions: [] };
  const source = all.find((rust) =>
    existsSync(join(librarySources(rust), "library", "Cargo.lock")),
  );
  if (source === undefined) return undefined;
  return {
    ...source,
    // Building the standard library is still unstable; this makes a stable rustc allow it.
    env: { ...source.env, RUSTC_BOOTSTRAP: "1" },
    // Without its default features: nothing catches a panic, and backtraces read symbols that are stripped. Its smaller
    // algorithms save 0.1 MB and cost 0.6 % more instructions for a map.
    cargoOptions: ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"],
  };
}

/** Debian's newest Rust with the sources of its standard library; the three always match each other. */
export const DEBIAN_SOURCES = ["rustc-web", "cargo-web", "rust-web-src"] as const;

/** The commands of rustup that get the standard library of some targets. */
export function rustupArguments(builds: readonly TargetBuild[]): readonly string[][] {
  const installed = builds.filter((build) => build.libraryFromSources !== true);
  return [
    ...(installed.length > 0 ? [["target", "add", ...installed.map(({ triple }) => triple)]] : []),
    ...(installed.length < builds.length ? [["component", "add", "rust-src"]] : []),
  ];
}

/** The commands that get the standard library of some targets. */
export const libraryAdvice = (builds: readonly TargetBuild[]): string =>
  `${rustupArguments(builds)
    .map((each) => `rustup ${each.join(" ")}`)
    .join(" && ")}, or on Debian: apt-get install ${DEBIAN_SOURCES.join(" ")}`;

/**
 * A folder for the PATH that holds the `rust-objcopy` with which rustc strips Mach-O files, or undefined where rustc
 * has its own. rustup's Rust brings it; for Debian's, LLVM's stands in.
 */
export async function objcopyFolder({ sysroot, host }: Rust): Promise<string | undefined> {
  if (existsSync(join(sysroot, "lib", "rustlib", host, "bin", "rust-objcopy"))) return undefined;
  const { stdout, failed } = await execa("which", ["llvm-objcopy"], { reject: false });
  if (failed)
    throw new Trouble(
      "binaries for macOS cannot be stripped",
      "why: neither rust-objcopy, which rustup's Rust brings, nor llvm-objcopy is there",
      "fix: apt-get install llvm",
    );
  const folder = join(DEVELOPMENT_CACHE, "objcopy");
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, "rust-objcopy"), { force: true });
  symlinkSync(stdout.trim(), join(folder, "rust-objcopy"));
  return folder;
}
