import { TARGETS, type Target } from "../../packages/parseltongue/src/targets.ts";
import { buildOf, type Runner } from "./target-builds.ts";

const TRIED: Readonly<Record<Runner, string>> = {
  native: "this machine's processor and glibc, and qemu as an x64 processor of 2003",
  musl: "a root with musl and Node for musl alone, and qemu as an x64 processor of 2003",
  qemu: "qemu-user with Debian's glibc",
  "qemu-musl": "qemu-user with musl",
  wine: "Wine 10, with Node for Windows",
  none: "nothing: its bytes are checked",
};

function needs(target: Target): string {
  const { glibc, macos } = buildOf(target);
  if (glibc !== undefined) return `glibc ${glibc}`;
  if (macos !== undefined) return `macOS ${macos}`;
  return target.libc === "musl"
    ? "nothing: static"
    : ({ win32: "Windows 10", freebsd: "FreeBSD 14" }[target.os as string] ?? "");
}

/** The targets whose standard library is never the installed one. */
const ALONG_ALWAYS = TARGETS.filter((target) => buildOf(target).libraryFromSources)
  .map(({ name }) => name)
  .join(", ");

/** `docs/targets.md`: the table of targets for people, and how they are built and tried. */
export const targetsDocument = (): string => `# Targets

All targets are built on one Linux x64 machine. This file is written by \`npm run generate\` from
\`packages/parseltongue/src/targets.ts\` and \`scripts/lib/target-builds.ts\`.

| target | Rust target | needs | run here on |
|---|---|---|---|
${TARGETS.map((target) => `| ${target.name} | \`${buildOf(target).triple}\` | ${needs(target)} | ${TRIED[buildOf(target).runner]} |`).join("\n")}

## Building

    npm run setup-cross                        # once: zig, cargo-zigbuild, Rust's standard libraries
    npm run build:engine -- --target win32-x64 # one target
    npm run build:engine -- --all              # all of them; those that are current are left alone

\`npm run build:engine\` without a target builds for this machine alone, with its own C compiler and linker. That is
what tests and \`npm run onboard\` use, and it needs nothing but Rust; it is not fit to be published, which
\`npm run check:binaries\` says.

- **zig** (from PyPI, pinned in \`scripts/lib/cross-toolchain.ts\`) is C compiler and linker for every target. It brings
  the C libraries, so that no SDK and no sysroot is needed, and links against an old glibc or macOS by name.
- **Rust's standard library** is the installed one where \`rustup target add\` put it. Elsewhere it is built along
  (\`-Zbuild-std\`) from the sources of rustup's \`rust-src\` or Debian's \`rust-web-src\`. It
  always is for the largest ones, because without backtraces they are smaller: ${ALONG_ALWAYS} ([architecture.md](architecture.md)).
- **The same bytes everywhere**: paths of the project, cargo's home and the standard library are replaced
  (\`--remap-path-prefix\`, \`-ffile-prefix-map\`), and \`SOURCE_DATE_EPOCH\` is set. \`compileEngine\` in
  \`scripts/lib/engine.ts\` takes the project's folder and cargo's home, so that this can be tried.
- **macOS**: rustc strips with its own \`rust-objcopy\` after linking. LLVM's objcopy computes the ad-hoc signature
  anew, which macOS wants on arm64. The linker's option to strip (\`-s\`) left 5,424 symbol names in a trial, and a tool
  that strips without signing would leave a program that macOS kills. The check hashes every page against the signature.
  What tells where the object files lay is left out by the linker (\`-S\`): its LC_UUID is a hash of that, too.
- **Windows** is linked with LLVM's tools (\`gnullvm\`): zig has no libssp, which \`gnu\` wants, and \`msvc\` needs
  Microsoft's import libraries. What is needed at run time is part of Windows 10.
- **musl's allocator** is musl's own so far. Mapping 250 MB of \`node_modules\` takes it 5.3-6.1 s of processor time on
  two threads, where glibc's takes 4.6-5.0 s and mimalloc (preloaded into the glibc build) 4.6-5.5 s; on eight threads
  6.7-7.3 s, 4.8-5.1 s and 4.8-5.2 s. So mimalloc for the musl targets would save a tenth to a quarter, for one more
  C library in the binary. It is not in.
- **Small**: on ELF targets a linker script leaves out the unwind tables, which nothing reads once a panic aborts; and
  outside Windows, LLVM's outliner makes functions of instructions that repeat.

## Checking and trying

    npm run check:binaries   # format, libraries, oldest system, signature, symbols, paths, size, mode in the tarball
    npm run test:targets     # runs what can be run here; installs emulators as root on Debian

\`test:targets\` installs the packed packages as npm would, with the target's own Node where there is one, and runs
\`pt --version\`, \`pt onboard\`, \`pt export calls\` (every target must print the same bytes) and a question without an
answer (the exit code must pass through). \`onboard\` runs twice, because the second run replaces
what the first one left. The kernel starts no emulated program by itself, so under qemu a script that
starts the emulator takes the binary's place. There is no Node for riscv64 from npm, so there the engine runs alone.
Nothing here runs programs of macOS, FreeBSD or Windows on arm64.

## Not a target: WebAssembly

A wasm32-wasi package would be a fallback for platforms without a binary of their own. WASI preview 1, which is what
\`node:wasi\` runs, has no threads and no memory maps: the engine extracts and resolves on threads with large stacks
(deep nesting overflows smaller ones) and reads its snapshot through a memory map. \`node:wasi\` is also experimental and
prints a warning at each start. Tried with Rust 1.95, zig 0.17 and tree-sitter 0.27 for wasm32-wasip1: the C parts
compile, the engine does not, because tree-sitter's languages cannot be shared between threads there. Node itself has binaries for few platforms that are not in the table above.
`;
