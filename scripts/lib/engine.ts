import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join, relative } from "node:path";
import { execa } from "execa";
import { ENGINE_NAME } from "../../packages/parseltongue/src/identity.ts";
import { binaryInPackage, type Target } from "../../packages/parseltongue/src/targets.ts";
import {
  libraryAdvice,
  librarySources,
  objcopyFolder,
  type RustForTarget,
  requireZig,
  rustFor,
  type Zig,
} from "./cross-toolchain.ts";
import { hostTarget } from "./host.ts";
import { BUILD, ENGINE, platformFolder, ROOT } from "./paths.ts";
import { say, Trouble } from "./say.ts";
import { buildOf, rustflagsOf } from "./target-builds.ts";
import { requireRust } from "./toolchain.ts";

/** The binary of a target, in the platform package that ships it. */
export const builtBinary = (target: Target): string =>
  join(platformFolder(target.name), binaryInPackage(target));

/** Folders that no binary is built from. */
const NOT_SOURCE = new Set(["target", "tests", ".git", "node_modules"]);

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (NOT_SOURCE.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    // zig leaves an empty a.o where it is only asked which options it knows.
    else if (entry.isFile() && !entry.name.endsWith(".o")) yield path;
  }
}

/** A hash of everything that the engine is built from: contents, not times, which a clone makes anew. */
export function engineFingerprint(): string {
  const hash = createHash("sha256");
  for (const file of [...sourceFiles(ENGINE)].sort()) {
    hash
      .update(`${relative(ENGINE, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

interface Stamp {
  readonly sources: string;
  /** What built it; empty for a build for this machine alone. */
  readonly recipe: string;
  readonly size: number;
  readonly modified: number;
}

const stampFile = (target: Target): string => join(BUILD, `engine-${target.name}.json`);

/**
 * Whether the binary of a target is there and was built from the present sources; and by a recipe, where one is named.
 */
export function isCurrent(
  target: Target,
  sources: string = engineFingerprint(),
  recipe?: string,
): boolean {
  if (!existsSync(stampFile(target)) || !existsSync(builtBinary(target))) return false;
  const stamp = JSON.parse(readFileSync(stampFile(target), "utf8")) as Stamp;
  const { size, mtimeMs } = statSync(builtBinary(target));
  return (
    stamp.sources === sources &&
    stamp.size === size &&
    stamp.modified === mtimeMs &&
    (recipe === undefined || stamp.recipe === recipe)
  );
}

/** Puts a binary that cargo made into its platform package. */
function install(target: Target, made: string, sources: string, recipe: string): string {
  const binary = builtBinary(target);
  mkdirSync(dirname(binary), { recursive: true });
  // Renamed into place: a running copy keeps its old file, and nobody sees half of the new one.
  const partial = `${binary}.partial-${process.pid}`;
  copyFileSync(made, partial);
  chmodSync(partial, 0o755);
  renameSync(partial, binary);
  const { size, mtimeMs } = statSync(binary);
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(
    stampFile(target),
    JSON.stringify({ sources, recipe, size, modified: mtimeMs } satisfies Stamp),
  );
  return binary;
}

/** Says how long a build took, and how large the binary became. */
async function timed(name: string, build: () => Promise<string>): Promise<string> {
  say(`Building the engine for ${name} ...`);
  const started = Date.now();
  const binary = await build();
  const size = (statSync(binary).size / 1e6).toFixed(2);
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  say(`Built ${relative(ROOT, binary)} (${size} MB) in ${seconds} s`);
  return binary;
}

const binaryName = (target: Target): string => basename(binaryInPackage(target));
const targetFolder = (projectRoot: string): string =>
  process.env["CARGO_TARGET_DIR"] ?? join(projectRoot, "engine", "target");

async function cargo(
  program: string,
  args: readonly string[],
  projectRoot: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const cwd = join(projectRoot, "engine");
  const { exitCode, signal } = await execa(program, [...args, "--locked", "--bin", ENGINE_NAME], {
    cwd,
    env,
    stdin: "ignore",
    stdout: process.stderr,
    stderr: process.stderr,
    reject: false,
  });
  if (signal !== undefined) throw new Trouble(`the build was ended by ${signal}`);
  if (exitCode !== 0)
    throw new Trouble(
      "the engine does not build",
      "why: cargo's message is above",
      `fix: correct the source, then run the same command again`,
    );
}

/**
 * Builds the engine in release mode into its platform package, unless nothing has changed since; returns its path.
 *
 * Without a target: for this machine alone, with its own C compiler and linker, which needs nothing but Rust; a binary
 * of {@link compileEngine} serves as well. With a target: by {@link compileEngine}, as it is published.
 */
export async function buildEngine(target?: Target, { force = false } = {}): Promise<string> {
  const sources = engineFingerprint();
  if (target === undefined) {
    const host = hostTarget();
    if (!force && isCurrent(host, sources)) return builtBinary(host);
    await requireRust();
    return timed(`this machine (${host.name})`, async () => {
      await cargo("cargo", ["build", "--release"], ROOT);
      return install(host, join(targetFolder(ROOT), "release", binaryName(host)), sources, "");
    });
  }
  const { recipe } = await recipeOf(target);
  if (!force && isCurrent(target, sources, recipe)) return builtBinary(target);
  return timed(target.name, async () =>
    install(target, await compileEngine(target), sources, recipe),
  );
}

/** Where a build takes its parts from. The bytes it makes depend on none of it. */
export interface BuildPlace {
  /** The folder that holds `engine/`. */
  readonly projectRoot?: string;
  /** Where cargo keeps the sources of dependencies. */
  readonly cargoHome?: string;
}

/**
 * Compiles the engine for any target, with zig as C compiler and linker, in `engine/target` of its place; returns the
 * path of cargo's binary. Nothing is cached beyond what cargo does.
 */
export async function compileEngine(
  target: Target,
  {
    projectRoot = ROOT,
    cargoHome = process.env["CARGO_HOME"] ?? join(homedir(), ".cargo"),
  }: BuildPlace = {},
): Promise<string> {
  await requireRust();
  const { triple, glibc, macos } = buildOf(target);
  const { rust, tools } = await recipeOf(target);
  const folder = targetFolder(projectRoot);
  // A later entry wins over an earlier one, and a folder may lie in another one.
  const renamed: readonly [string, string][] = [
    [projectRoot, "/parseltongue"],
    [folder, "/target"],
    [cargoHome, "/cargo"],
    [librarySources(rust), `/rustc/${rust.commit}`],
  ];
  const cflags = renamed.map(([from, to]) => `-ffile-prefix-map=${from}=${to}`);
  const path = macos === undefined ? undefined : await objcopyFolder(rust);
  await cargo(
    tools.cargoZigbuild,
    [
      "zigbuild",
      ...["--release", ...rust.cargoOptions],
      ...["--target", glibc === undefined ? triple : `${triple}.${glibc}`],
    ],
    projectRoot,
    {
      ...rust.env,
      ...(path === undefined
        ? {}
        : { PATH: `${path}${delimiter}${rust.env["PATH"] ?? process.env["PATH"] ?? ""}` }),
      ...(macos === undefined ? {} : { MACOSX_DEPLOYMENT_TARGET: macos }),
      CARGO_HOME: cargoHome,
      CARGO_ZIGBUILD_ZIG_PATH: tools.zig,
      // Unlike RUSTFLAGS these may contain spaces.
      CARGO_ENCODED_RUSTFLAGS: [
        ...rustflagsOf(target, projectRoot),
        ...renamed.map(([from, to]) => `--remap-path-prefix=${from}=${to}`),
      ].join("\x1f"),
      // cc splits its options at spaces unless it is told that they are quoted for a shell.
      CC_SHELL_ESCAPED_FLAGS: "1",
      [`CFLAGS_${triple.replaceAll("-", "_")}`]: cflags.map(shellQuoted).join(" "),
      SOURCE_DATE_EPOCH: "0",
    },
  );
  return join(folder, triple, "release", binaryName(target));
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Everything that decides the bytes, besides the sources. */
async function recipeOf(target: Target): Promise<{
  readonly rust: RustForTarget;
  readonly tools: Zig;
  readonly recipe: string;
}> {
  const build = buildOf(target);
  const rust = await rustFor(build);
  if (rust === undefined)
    throw new Trouble(
      `Rust's standard library for ${target.name} is not there`,
      `why: neither is it installed for ${build.triple}, nor are its sources`,
      `fix: npm run setup-cross, or: ${libraryAdvice([build])}`,
    );
  const tools = await requireZig();
  const recipe = JSON.stringify([
    tools.version,
    rust.release,
    rust.commit,
    rust.cargoOptions,
    build,
    // The project's own folder is no part of a recipe.
    rustflagsOf(target, "."),
  ]);
  return { rust, tools, recipe };
}
