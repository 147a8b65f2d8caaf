import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { addonInPackage, TARGETS, type Target } from "../packages/parseltongue/src/targets.ts";
import { describeArchiveDifference, describeDifference } from "./lib/distribution/difference.ts";
import { sha256 } from "./lib/distribution/files.ts";
import { inTemporaryFolder } from "./lib/distribution/programs.ts";
import { buildEngine, compileEngine } from "./lib/engine.ts";
import { linkAddon } from "./lib/execve-addon.ts";
import { hostTarget, targetNamed } from "./lib/host.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { packAll } from "./lib/pack.ts";
import { ROOT } from "./lib/paths.ts";
import { say, Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run verify-reproducible -- [--target NAME]... [--all]

Builds twice, from folders and cargo homes whose paths differ in length, and compares the binaries and the npm
tarballs bit by bit. Without a target: this machine's. Where they differ, it shows the section and the text.
`;

/** A copy of the engine's sources as git has them, uncommitted changes included. */
async function copySources(into: string): Promise<void> {
  const { stdout } = await execa(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "engine"],
    { cwd: ROOT },
  );
  for (const file of stdout.split("\0").filter((path) => path && existsSync(join(ROOT, path)))) {
    mkdirSync(dirname(join(into, file)), { recursive: true });
    cpSync(join(ROOT, file), join(into, file));
  }
}

/** A cargo home with the user's settings and downloads, but at another path. */
function copyCargoHome(into: string): void {
  const own = process.env["CARGO_HOME"] ?? join(homedir(), ".cargo");
  for (const part of ["config.toml", "registry/cache", "registry/index"]) {
    if (!existsSync(join(own, part))) continue;
    mkdirSync(dirname(join(into, part)), { recursive: true });
    cpSync(join(own, part), join(into, part), { recursive: true });
  }
}

/** What a platform package ships as machine code, built at one place: the engine, and the addon where there is one. */
async function buildAt(folder: string, target: Target): Promise<ReadonlyMap<string, Buffer>> {
  const projectRoot = join(folder, "source");
  const cargoHome = join(folder, "cargo-home");
  await copySources(projectRoot);
  copyCargoHome(cargoHome);
  const built = new Map([
    ["binary", readFileSync(await compileEngine(target, { projectRoot, cargoHome }))],
  ]);
  if (addonInPackage(target) !== undefined)
    built.set("addon", readFileSync(await linkAddon(target, folder)));
  return built;
}

/** `npm run verify-reproducible`: the same source gives the same bytes, wherever it lies. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      target: { type: "string", multiple: true },
      all: { type: "boolean", default: false },
    },
  });
  const targets = values.all ? TARGETS : (values.target?.map(targetNamed) ?? [hostTarget()]);
  const failed: string[] = [];
  const report = (what: string, hash: string, lines: readonly string[]): void => {
    const same = lines.length === 0;
    process.stdout.write(`${same ? "same  " : "DIFFER"}  ${what.padEnd(44)}${same ? hash : ""}\n`);
    for (const line of lines) process.stdout.write(`          ${line}\n`);
    if (!same) failed.push(what);
  };
  for (const target of targets) {
    await inTemporaryFolder(async (folder) => {
      const one = await buildAt(join(folder, "a"), target);
      const other = await buildAt(
        join(folder, "a-folder-with-a-much-longer-name", "and another one below it"),
        target,
      );
      for (const [what, bytes] of one) {
        const twin = other.get(what) ?? Buffer.alloc(0);
        report(`${what} of ${target.name}`, sha256(bytes), await describeDifference(bytes, twin));
      }
    });
  }
  await ensureMainPackage();
  for (const target of targets) await buildEngine(target);
  await inTemporaryFolder(async (folder) => {
    // What a packer's surroundings could leave in a tarball: its umask and its clock's zone.
    const umask = process.umask(0o022);
    const first = await packAll(targets, join(folder, "one"));
    process.umask(0o077);
    process.env["TZ"] = "Asia/Kathmandu";
    const second = await packAll(targets, join(folder, "other"));
    process.umask(umask);
    for (const [index, { name, file, integrity }] of first.entries()) {
      const twin = second[index];
      const same = twin !== undefined && readFileSync(file).equals(readFileSync(twin.file));
      report(
        `tarball of ${name}`,
        integrity,
        same ? [] : await describeArchiveDifference(file, twin?.file ?? file),
      );
    }
  });
  if (failed.length > 0)
    throw new Trouble(`not reproducible: ${failed.join(", ")}`, "why: each shows above where");
  say("Everything is the same, bit by bit.");
}
