import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { PINS_FILE, type Pin } from "../../packages/parseltongue/src/download/pins.ts";
import { PACKAGE_NAME, VERSION } from "../../packages/parseltongue/src/identity.ts";
import {
  binaryInPackage,
  platformPackage,
  TARGETS,
  type Target,
} from "../../packages/parseltongue/src/targets.ts";
import { mainSbom, platformSbom } from "./distribution/sbom.ts";
import { builtBinary } from "./engine.ts";
import { buildExecveAddon } from "./execve-addon.ts";
import { SBOM, THIRD_PARTY } from "./manifests.ts";
import { BUILD, MAIN_PACKAGE, platformFolder, ROOT } from "./paths.ts";
import { Trouble } from "./say.ts";

/** A package that is ready to be published. */
export interface Tarball {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** Bytes of the tarball. */
  readonly size: number;
  /** npm's own hash of the tarball. */
  readonly integrity: string;
}

/** Which of these a package ships is its manifest's to say. */
const LICENCES = ["LICENSE-MIT", "LICENSE-APACHE"];

/** The targets whose binaries have been built here. */
export const builtTargets = (): Target[] =>
  TARGETS.filter((target) => existsSync(builtBinary(target)));

/** Packs the main package and the platform packages of some targets; platform packages come first. */
export async function packAll(targets: readonly Target[], out: string): Promise<Tarball[]> {
  mkdirSync(out, { recursive: true });
  const tarballs: Tarball[] = [];
  for (const target of targets) tarballs.push(await packPlatform(target, out));
  tarballs.push(await packMain(targets, out));
  return tarballs;
}

async function packPlatform(target: Target, out: string): Promise<Tarball> {
  const binary = builtBinary(target);
  if (!existsSync(binary))
    throw new Trouble(
      `the binary of ${target.name} is not built`,
      `fix: npm run build:engine -- --target ${target.name}`,
    );
  await buildExecveAddon(target);
  return packFolder(
    platformFolder(target.name),
    target.name,
    platformPackage(target),
    out,
    [binaryInPackage(target)],
    {
      [THIRD_PARTY]: readFileSync(join(ROOT, THIRD_PARTY), "utf8"),
      [SBOM]: await platformSbom(target),
    },
  );
}

/** The bytes that this version is published with, pinned in the main package for the download of a missing one. */
function pins(targets: readonly Target[]): Record<string, Pin> {
  return Object.fromEntries(
    targets.map((target) => {
      const bytes = readFileSync(builtBinary(target));
      return [
        target.name,
        { sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length },
      ];
    }),
  );
}

async function packMain(targets: readonly Target[], out: string): Promise<Tarball> {
  return packFolder(MAIN_PACKAGE, "main", PACKAGE_NAME, out, ["dist/cli.js"], {
    [PINS_FILE]: `${JSON.stringify(pins(targets), null, 2)}\n`,
    [SBOM]: await mainSbom(),
  });
}

/** Packs a copy with settled modes: npm writes them into the tarball, and a umask must not change its hash. */
async function packFolder(
  source: string,
  stageName: string,
  name: string,
  out: string,
  executables: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Promise<Tarball> {
  const stage = join(BUILD, "stage", `${stageName}-${process.pid}`);
  rmSync(stage, { recursive: true, force: true });
  try {
    for (const entry of readdirSync(source)) {
      if (!["src", "native", "node_modules", "tsconfig.types.json"].includes(entry))
        cpSync(join(source, entry), join(stage, entry), { recursive: true });
    }
    for (const [file, text] of Object.entries(extra)) writeFileSync(join(stage, file), text);
    for (const licence of LICENCES) copyFileSync(join(ROOT, licence), join(stage, licence));
    for (const entry of readdirSync(stage, { recursive: true, withFileTypes: true })) {
      chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
    }
    for (const file of executables) chmodSync(join(stage, file), 0o755);
    const { stdout } = await execa(
      "npm",
      ["pack", "--json", "--ignore-scripts", "--pack-destination", out],
      { cwd: stage, stderr: "pipe" },
    );
    const [packed] = packedFiles(JSON.parse(stdout));
    if (packed === undefined || packed.name !== name || packed.version !== VERSION) {
      throw new Trouble(
        `npm packed ${packed?.name}@${packed?.version} instead of ${name}@${VERSION}`,
        "fix: npm run generate",
      );
    }
    return {
      name,
      version: VERSION,
      file: join(out, packed.filename),
      size: packed.size,
      integrity: packed.integrity,
    };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

interface Packed {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly size: number;
  readonly integrity: string;
}

/** npm 7-11 print a list, npm 12 an object by package name. */
const packedFiles = (printed: Packed[] | Record<string, Packed>): Packed[] =>
  Array.isArray(printed) ? printed : Object.values(printed);
