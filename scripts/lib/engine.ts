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
import { dirname, join, relative } from "node:path";
import { execa } from "execa";
import { ENGINE_NAME } from "../../packages/parseltongue/src/identity.ts";
import { binaryInPackage, type Target } from "../../packages/parseltongue/src/targets.ts";
import { hostTarget } from "./host.ts";
import { BUILD, ENGINE, platformFolder, ROOT } from "./paths.ts";
import { say, Trouble } from "./say.ts";
import { requireRust } from "./toolchain.ts";

/** The binary of a target, in the platform package that ships it. */
export const builtBinary = (target: Target): string =>
  join(platformFolder(target.name), binaryInPackage(target));

const NOT_SOURCE = new Set(["target", ".git", "node_modules"]);

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (NOT_SOURCE.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (entry.isFile()) yield path;
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
  readonly size: number;
  readonly modified: number;
}

const stampFile = (target: Target): string => join(BUILD, `engine-${target.name}.json`);

/** Whether the binary of a target is there and was built from the present sources. */
export function isCurrent(target: Target, sources: string = engineFingerprint()): boolean {
  if (!existsSync(stampFile(target)) || !existsSync(builtBinary(target))) return false;
  const stamp = JSON.parse(readFileSync(stampFile(target), "utf8")) as Stamp;
  const { size, mtimeMs } = statSync(builtBinary(target));
  return stamp.sources === sources && stamp.size === size && stamp.modified === mtimeMs;
}

/** Builds the engine in release mode into its platform package, unless the sources are unchanged. */
export async function buildEngine(
  target: Target = hostTarget(),
  { force = false } = {},
): Promise<string> {
  if (target.name !== hostTarget().name) {
    throw new Trouble(
      `building ${target.name} on ${hostTarget().name} is not set up yet`,
      "fix: build it on a machine of that platform",
    );
  }
  const binary = builtBinary(target);
  const sources = engineFingerprint();
  if (!force && isCurrent(target, sources)) return binary;

  await requireRust();
  say(`Building the engine for ${target.name} (cargo build --release) ...`);
  const started = Date.now();
  const locked = existsSync(join(ENGINE, "Cargo.lock")) ? ["--locked"] : [];
  const { exitCode } = await execa(
    "cargo",
    ["build", "--release", ...locked, "--bin", ENGINE_NAME],
    {
      cwd: ENGINE,
      stdin: "ignore",
      stdout: process.stderr,
      stderr: process.stderr,
      reject: false,
    },
  );
  if (exitCode !== 0)
    throw new Trouble(
      "the engine does not build",
      "why: cargo's message is above",
      `fix: correct the source, then: cargo build --release in ${relative(ROOT, ENGINE)}/`,
    );

  const targetFolder = process.env["CARGO_TARGET_DIR"] ?? join(ENGINE, "target");
  mkdirSync(dirname(binary), { recursive: true });
  // Renamed into place: a running copy keeps its old file, and nobody sees half of the new one.
  const partial = `${binary}.partial-${process.pid}`;
  copyFileSync(
    join(targetFolder, "release", target.os === "win32" ? `${ENGINE_NAME}.exe` : ENGINE_NAME),
    partial,
  );
  chmodSync(partial, 0o755);
  renameSync(partial, binary);
  const { size, mtimeMs } = statSync(binary);
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(
    stampFile(target),
    JSON.stringify({ sources, size, modified: mtimeMs } satisfies Stamp),
  );
  say(
    `Built ${relative(ROOT, binary)} (${(size / 1e6).toFixed(2)} MB) in ${((Date.now() - started) / 1000).toFixed(0)} s`,
  );
  return binary;
}
