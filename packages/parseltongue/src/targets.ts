import { ENGINE_NAME, PLATFORM_SCOPE } from "./identity.ts";

/** How a target's binary can be executed on a Linux x64 build machine. */
export type Runner = "native" | "qemu-aarch64" | "qemu-riscv64" | "wine" | "none";

/** One platform that parseltongue is built for. */
export interface Target {
  /** Short name: the folder under `npm/@parseltongue/` and the argument of `--target`. */
  readonly name: string;
  /** Node's `process.platform`, and the manifest's `os`. */
  readonly os: "linux" | "darwin" | "win32" | "freebsd";
  /** Node's `process.arch`, and the manifest's `cpu`. */
  readonly cpu: "x64" | "arm64" | "riscv64";
  /** The manifest's `libc`; only Linux has one. */
  readonly libc?: "glibc" | "musl";
  /** Rust's name for the target. */
  readonly rust: string;
  /** Set where zig must link against an older glibc than the machine's: the suffix of its triple. */
  readonly glibc?: string;
  /** What executes the binary on a Linux x64 machine. */
  readonly runner: Runner;
}

/**
 * The one table of platforms. Manifests, `optionalDependencies`, the resolver, the engine build, the CI
 * matrix and the documentation are derived from it.
 *
 * Order matters where two targets fit a machine: the earlier one is preferred.
 */
export const TARGETS: readonly Target[] = [
  {
    name: "linux-x64-gnu",
    os: "linux",
    cpu: "x64",
    libc: "glibc",
    rust: "x86_64-unknown-linux-gnu",
    glibc: "2.17",
    runner: "native",
  },
  {
    name: "linux-arm64-gnu",
    os: "linux",
    cpu: "arm64",
    libc: "glibc",
    rust: "aarch64-unknown-linux-gnu",
    glibc: "2.17",
    runner: "qemu-aarch64",
  },
  {
    name: "linux-x64-musl",
    os: "linux",
    cpu: "x64",
    libc: "musl",
    rust: "x86_64-unknown-linux-musl",
    runner: "native",
  },
  {
    name: "linux-arm64-musl",
    os: "linux",
    cpu: "arm64",
    libc: "musl",
    rust: "aarch64-unknown-linux-musl",
    runner: "qemu-aarch64",
  },
  { name: "darwin-x64", os: "darwin", cpu: "x64", rust: "x86_64-apple-darwin", runner: "none" },
  {
    name: "darwin-arm64",
    os: "darwin",
    cpu: "arm64",
    rust: "aarch64-apple-darwin",
    runner: "none",
  },
  {
    name: "win32-x64",
    os: "win32",
    cpu: "x64",
    rust: "x86_64-pc-windows-gnullvm",
    runner: "wine",
  },
  {
    name: "win32-arm64",
    os: "win32",
    cpu: "arm64",
    rust: "aarch64-pc-windows-gnullvm",
    runner: "none",
  },
  {
    name: "linux-riscv64-gnu",
    os: "linux",
    cpu: "riscv64",
    libc: "glibc",
    rust: "riscv64gc-unknown-linux-gnu",
    runner: "qemu-riscv64",
  },
  {
    name: "freebsd-x64",
    os: "freebsd",
    cpu: "x64",
    rust: "x86_64-unknown-freebsd",
    runner: "none",
  },
];

/** The npm package that carries the binary of a target. */
export const platformPackage = (target: Target): string => `${PLATFORM_SCOPE}/${target.name}`;

/** The binary's path inside its npm package. */
export const binaryInPackage = (target: Target): string =>
  `bin/${ENGINE_NAME}${target.os === "win32" ? ".exe" : ""}`;

/** The addon that stands in for `process.execve` on older versions of Node, beside the binary; Windows has no execve. */
export const addonInPackage = (target: Target): string | undefined =>
  target.os === "win32" ? undefined : "bin/execve.node";

/** The targets whose `os` and `cpu` are these, best first. */
export const targetsFor = (platform: string, arch: string): readonly Target[] =>
  TARGETS.filter((target) => target.os === platform && target.cpu === arch);
