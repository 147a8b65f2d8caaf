import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { extract } from "tar";
import { ENGINE_NAME } from "../packages/parseltongue/src/identity.ts";
import {
  binaryInPackage,
  platformPackage,
  TARGETS,
  type Target,
} from "../packages/parseltongue/src/targets.ts";
import { type ForeignSystem, foreignSystem } from "./lib/foreign-systems.ts";
import { targetNamed } from "./lib/host.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { builtTargets, packAll } from "./lib/pack.ts";
import { ROOT } from "./lib/paths.ts";
import { Trouble } from "./lib/say.ts";
import { buildOf } from "./lib/target-builds.ts";

/** What is mapped: real code of this repository in three languages, small enough for an emulator. */
const SAMPLE = ["engine/crates/graph", "engine/crates/report", "packages/parseltongue/src", "test"];

/** The oldest processor with 64 bits that qemu knows: nothing beyond the x86-64 baseline but SSE3. */
const OLDEST_X64 = "Opteron_G1";

interface Trial {
  readonly what: string;
  readonly command: readonly string[];
  readonly exitCode: number;
  /** Whether every system has to print the same bytes. */
  readonly same?: true;
}

/** The packages as they are published, installed as npm would, and code to map. */
async function layOut(target: Target, system: ForeignSystem): Promise<string> {
  const project = mkdtempSync(
    join(system.root === "/" ? tmpdir() : join(system.root, "tmp"), "parseltongue-target-"),
  );
  const packed = join(project, "packed");
  for (const { name, file } of await packAll([target], packed)) {
    const folder = join(project, "node_modules", name);
    mkdirSync(folder, { recursive: true });
    await extract({ file, cwd: folder, strip: 1 });
  }
  rmSync(packed, { recursive: true });
  for (const part of SAMPLE)
    cpSync(join(ROOT, part), join(project, "sample", part), { recursive: true });
  return project;
}

/**
 * The kernel cannot start an emulated program by itself. So a script that starts the emulator takes the binary's place;
 * the launcher runs it like any program.
 */
function emulateInPlace(binary: string, emulate: readonly string[]): string {
  const real = join(dirname(binary), "emulated");
  renameSync(binary, real);
  const words = [...emulate, real].map((word) => `'${word}'`).join(" ");
  writeFileSync(binary, `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(binary, 0o755);
  return real;
}

function trials(target: Target, system: ForeignSystem, project: string): Trial[] {
  const sample = system.path(join(project, "sample"));
  let binary = join(project, "node_modules", platformPackage(target), binaryInPackage(target));
  if (buildOf(target).runner.startsWith("qemu")) binary = emulateInPlace(binary, system.program);
  const engine = [...system.program, system.path(binary)];
  const cli = system.path(join(project, "node_modules", ENGINE_NAME, "dist", "cli.js"));
  const pt = system.node && [...system.node, cli];
  const main = pt ?? engine;
  const name = pt === undefined ? ENGINE_NAME : "pt";
  return [
    { what: `${name} --version`, command: [...main, "--version"], exitCode: 0 },
    pt === undefined
      ? {
          what: `${name} report onboard`,
          command: [...engine, "report", "onboard", "--root", sample],
          exitCode: 0,
        }
      : { what: "pt onboard", command: [...pt, "onboard", sample], exitCode: 0 },
    // The second run replaces what the first one left.
    ...(pt === undefined
      ? []
      : [{ what: "pt onboard, again", command: [...pt, "onboard", sample], exitCode: 0 }]),
    {
      what: `${name} export calls`,
      command: [...main, "export", "calls", "--root", sample],
      exitCode: 0,
      same: true,
    },
    {
      what: `${name} where-defined, not there`,
      command: [...main, "where-defined", "NoSuchNameAnywhere", "--root", sample],
      exitCode: 1,
    },
    ...(target.os === "linux" && target.cpu === "x64"
      ? [
          {
            what: `${ENGINE_NAME} export calls, ${OLDEST_X64}`,
            command: [
              "/usr/bin/qemu-x86_64",
              "-cpu",
              OLDEST_X64,
              binary,
              "export",
              "calls",
              "--no-cache",
              "--root",
              join(project, "sample"),
            ],
            exitCode: 0,
            same: true as const,
          },
        ]
      : []),
  ];
}

/** What `--help` prints. */
export const HELP = `Usage: npm run test:targets -- [--target NAME]...

Runs the built binaries on what can run them here (qemu, Wine, a root with musl alone), and prints a table.
`;

/** `npm run test:targets`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { target: { type: "string", multiple: true, default: [] } },
  });
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Trouble("other systems' programs are run on Linux x64 only");
  const built = builtTargets();
  const chosen = values.target.length > 0 ? values.target.map(targetNamed) : built;
  await ensureMainPackage();
  const surprises: string[] = [];
  const row = (...cells: readonly string[]): void => {
    const widths = [20, 38, 42, 6, 8];
    process.stdout.write(
      `${cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join(" ")
        .trimEnd()}\n`,
    );
  };
  row("target", "ran on", "what", "exit", "seconds");
  const printed = new Map<string, string>();
  for (const target of chosen) {
    if (!built.includes(target))
      throw new Trouble(
        `the binary of ${target.name} is not built`,
        `fix: npm run build:engine -- --target ${target.name}`,
      );
    const system = await foreignSystem(target);
    if (system === undefined) {
      row(target.name, "nothing here can run it", "bytes only: npm run check:binaries");
      continue;
    }
    const project = await layOut(target, system);
    try {
      for (const { what, command, exitCode, same } of trials(target, system, project)) {
        const result = run(command, project, system);
        const notes: string[] = [];
        if (result.exitCode !== exitCode) notes.push(`wanted exit ${exitCode}: ${result.stderr}`);
        if (same) {
          const before = [...printed.values()][0];
          printed.set(`${target.name} ${what}`, result.hash);
          if (result.size === 0) notes.push("printed nothing");
          if (before !== undefined && before !== result.hash)
            notes.push(`printed other bytes than ${[...printed.keys()][0]}`);
        }
        row(
          target.name,
          system.description,
          what,
          String(result.exitCode),
          result.seconds,
          ...notes,
        );
        if (notes.length > 0) surprises.push(`${target.name}: ${what}`);
      }
    } finally {
      rmSync(project, { recursive: true, force: true });
      await system.close?.();
    }
  }
  for (const target of TARGETS.filter((each) => !built.includes(each)))
    row(target.name, "not built");
  if (surprises.length > 0)
    throw new Trouble(`not as wanted: ${surprises.join("; ")}`, "why: each says it above");
}

interface Result {
  readonly exitCode: number | string;
  readonly seconds: string;
  /** Bytes of standard output, and their SHA-256. */
  readonly size: number;
  readonly hash: string;
  readonly stderr: string;
}

/** Runs a command with its output in a file: Node for Windows does not start with a pipe of Linux as its output. */
function run(command: readonly string[], project: string, system: ForeignSystem): Result {
  const [program = "", ...args] = command;
  const [stdout, stderr] = [join(project, "stdout"), join(project, "stderr")];
  const files = [openSync(stdout, "w"), openSync(stderr, "w")] as const;
  const started = Date.now();
  const { status, signal, error } = spawnSync(program, args, {
    cwd: project,
    // No more than this: Wine, for one, dies of a TMPDIR.
    env: {
      PATH: process.env["PATH"],
      PARSELTONGUE_CACHE_DIR: system.path(join(project, "cache")),
      ...system.env,
    },
    stdio: ["ignore", ...files],
  });
  for (const file of files) closeSync(file);
  const output = readFileSync(stdout);
  return {
    exitCode: status ?? signal ?? error?.message ?? "does not start",
    seconds: ((Date.now() - started) / 1000).toFixed(1),
    size: output.length,
    hash: createHash("sha256").update(output).digest("hex"),
    stderr: readFileSync(stderr, "utf8").trim().slice(0, 300),
  };
}
