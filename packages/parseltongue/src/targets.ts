import { ENGINE_NAME, PLATFORM_SCOPE } from "./identity.ts";

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
}

/**
 * The one table of platforms. Manifests, `optionalDependencies`, the resolver, the engine build, the CI
 * matrix and the documentation are derived from it. It is part of the start-up file, so it holds what is needed
 * to find the binary; how each is built and tried is in `scripts/lib/target-builds.ts`.
 *
 * Order matters where two targets fit a machine: the earlier one is preferred.
 */
export const TARGETS: readonly Target[] = [
  { name: "linux-x64-gnu", os: "linux", cpu: "x64", libc: "glibc" },
  { name: "linux-arm64-gnu", os: "linux", cpu: "arm64", libc: "glibc" },
  { name: "linux-x64-musl", os: "linux", cpu: "x64", libc: "musl" },
  { name: "linux-arm64-musl", os: "linux", cpu: "arm64", libc: "musl" },
  { name: "darwin-x64", os: "darwin", cpu: "x64" },
  { name: "darwin-arm64", os: "darwin", cpu: "arm64" },
  { name: "win32-x64", os: "win32", cpu: "x64" },
  { name: "win32-arm64", os: "win32", cpu: "arm64" },
  { name: "linux-riscv64-gnu", os: "linux", cpu: "riscv64", libc: "glibc" },
  { name: "freebsd-x64", os: "freebsd", cpu: "x64" },
];

/** The npm package that carries the binary of a target. */
export const platformPackage = (target: Target): string => `${PLATFORM_SCOPE}/${target.name}`;

/** The binary's path inside its npm package. */
export const binaryInPackage = (target: Target): string =>
  `bin/${ENGINE_NAME}${target.os === "win32" ? ".exe" : ""}`;

/** The addon by which the launcher becomes the binary, beside it; Windows has no execve. */
export const addonInPackage = (target: Target): string | undefined =>
  target.os === "win32" ? undefined : "bin/execve.node";

/** The targets whose `os` and `cpu` are these, best first. */
export const targetsFor = (platform: string, arch: string): readonly Target[] =>
  TARGETS.filter((target) => target.os === platform && target.cpu === arch);
