import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PINS_FILE, type Pin } from "../../../packages/parseltongue/src/download/pins.ts";
import { ENGINE_NAME, PACKAGE_NAME } from "../../../packages/parseltongue/src/identity.ts";
import {
  binaryInPackage,
  platformPackage,
  TARGETS,
  type Target,
} from "../../../packages/parseltongue/src/targets.ts";
import { TOOLKIT_FOLDER } from "../../../packages/parseltongue/src/templates/table.ts";
import { WORKFLOWS } from "../../../packages/parseltongue/src/workflows/definitions.ts";
import { checkBinary } from "../binary-checks.ts";
import { hostTarget } from "../host.ts";
import { type Member, packageManifest, readArchive } from "./archives.ts";
import { isSignature, parseChecksums, sshSignatureFits } from "./checksums.ts";
import {
  isKept,
  type Measured,
  measureStart,
  measureWork,
  showMeasured,
  sizeBudget,
} from "./contracts.ts";
import { describe, type FileEntry, filesBelow, sha256 } from "./files.ts";
import {
  archiveFolder,
  archiveName,
  BINARIES,
  CHECKSUMS,
  COPY_PASTE,
  COPY_PASTE_FILES,
  genericBinary,
  MANIFEST,
  NPM_BUNDLE,
  SBOM,
  targetBinary,
} from "./layout.ts";
import { fileRow, LOCAL_ROW } from "./manifest.ts";
import { cleanEnvironment, inTemporaryFolder, run, runnable } from "./programs.ts";
import { sbomProblem } from "./sbom.ts";

/** What part of a distribution a check is about. */
export type Layer = "integrity" | "functionality" | "contracts" | "integration";
export const LAYERS: readonly Layer[] = ["integrity", "functionality", "contracts", "integration"];

/** One check of a distribution. It returns what it saw, and throws what is wrong. */
interface Check {
  readonly layer: Layer;
  readonly name: string;
  /** Needs nothing but binaries and copy-paste files, so that it can run before the rest is made. */
  readonly early?: true;
  readonly run: (distribution: Distribution) => string | Promise<string>;
}

/** The outcome of a check. */
export interface Outcome {
  readonly layer: Layer;
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
  readonly seconds: number;
}

/** What is checked: a folder, and what it is said to hold. */
export interface Distribution {
  readonly folder: string;
  readonly version: string;
  /** The first one is the one of the generic binary. */
  readonly targets: readonly Target[];
  /** Built for the machine that made it alone, and not to be published. */
  readonly local: boolean;
  /** Filled by the contracts layer. */
  readonly measured: Measured[];
}

class Wrong extends Error {}

function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Wrong(what);
}

const listed = (items: readonly string[], most = 4): string =>
  `${items.slice(0, most).join(", ")}${items.length > most ? ` and ${items.length - most} more` : ""}`;

const read = ({ folder }: Distribution, path: string): Buffer => readFileSync(join(folder, path));
const has = ({ folder }: Distribution, path: string): boolean => existsSync(join(folder, path));

const tarballName = (packageName: string, version: string): string =>
  `${NPM_BUNDLE}/${packageName.replace("@", "").replace("/", "-")}-${version}.tgz`;

/** The binaries of a distribution by path: the generic one, and each target's own where there are several. */
export function binaryPaths(distribution: Distribution): { path: string; target: Target }[] {
  const { targets } = distribution;
  const [first] = targets;
  if (first === undefined) return [];
  return [
    { path: genericBinary(first), target: first },
    ...(targets.length > 1
      ? targets.map((target) => ({ path: targetBinary(target), target }))
      : []),
  ];
}

/** The target whose files can be tried out here, with its command. */
function tried(distribution: Distribution): {
  target: Target;
  command: [string, ...string[]];
  path: string;
} {
  for (const { path, target } of binaryPaths(distribution)) {
    const command = runnable(target, join(distribution.folder, path));
    if (command?.length === 1) return { target, command, path };
  }
  throw new Wrong("no binary of this distribution runs on this machine, so it cannot be tried");
}

const executableInDistribution = (path: string): boolean =>
  path.startsWith(`${BINARIES}/`) ||
  COPY_PASTE_FILES.some(({ file, executable }) => executable && path === `${COPY_PASTE}/${file}`);

/** Nine lines with one call that a wrong resolver would get wrong. */
const FIXTURE: Readonly<Record<string, string>> = {
  "src/lib.rs":
    "mod shape;\npub fn area_of(side: u32) -> u32 {\n    shape::Square { side }.area()\n}\n\npub fn unrelated(text: &str) -> usize {\n    text.len()\n}\n",
  "src/shape.rs":
    "pub struct Square {\n    pub side: u32,\n}\n\nimpl Square {\n    pub fn area(&self) -> u32 {\n        self.side * self.side\n    }\n\n    pub fn len(&self) -> usize {\n        4\n    }\n}\n",
  "Cargo.toml": '[package]\nname = "shapes"\nversion = "0.0.0"\nedition = "2021"\n',
};

export function writeFixture(folder: string): void {
  mkdirSync(join(folder, "src"), { recursive: true });
  for (const [path, text] of Object.entries(FIXTURE)) writeFileSync(join(folder, path), text);
}

async function npmMembers(
  distribution: Distribution,
  packageName: string,
): Promise<Map<string, Member>> {
  const path = tarballName(packageName, distribution.version);
  demand(has(distribution, path), `${path} is missing`);
  return readArchive(join(distribution.folder, path));
}

const sameList = (a: unknown, b: readonly string[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

const INTEGRITY: readonly Check[] = [
  {
    layer: "integrity",
    name: "nothing is missing",
    run: (distribution) => {
      const { targets, version } = distribution;
      const wanted = [
        ...binaryPaths(distribution).map(({ path }) => path),
        ...COPY_PASTE_FILES.map(({ file }) => `${COPY_PASTE}/${file}`),
        ...targets.map((target) => archiveName(target, version)),
        ...[PACKAGE_NAME, ...targets.map(platformPackage)].map((name) =>
          tarballName(name, version),
        ),
        MANIFEST,
        CHECKSUMS,
        SBOM,
      ];
      const missing = wanted.filter((path) => !has(distribution, path));
      demand(missing.length === 0, `missing: ${listed(missing)}`);
      const stamped = filesBelow(join(distribution.folder, BINARIES)).filter((path) =>
        /parseltongue_\d{8}T\d{6}Z/.test(path),
      );
      const expected = binaryPaths(distribution).length;
      demand(
        stamped.length === expected,
        `${stamped.length} binaries carry a timestamp instead of ${expected}`,
      );
      return `${wanted.length + stamped.length} files that must be there are`;
    },
  },
  {
    layer: "integrity",
    name: "checksums",
    run: (distribution) => {
      const sums = parseChecksums(read(distribution, CHECKSUMS).toString());
      const present = filesBelow(distribution.folder).filter(
        (path) => path !== CHECKSUMS && !isSignature(path),
      );
      const unlisted = present.filter((path) => !sums.has(path));
      demand(unlisted.length === 0, `not listed in ${CHECKSUMS}: ${listed(unlisted)}`);
      const absent = [...sums.keys()].filter((path) => !present.includes(path));
      demand(absent.length === 0, `listed in ${CHECKSUMS} and missing: ${listed(absent)}`);
      const changed = present.filter((path) => sha256(read(distribution, path)) !== sums.get(path));
      demand(changed.length === 0, `other bytes than ${CHECKSUMS} says: ${listed(changed)}`);
      return `${sums.size} files have the hash that is listed`;
    },
  },
  {
    layer: "integrity",
    name: "execute bits",
    run: ({ folder }) => {
      if (process.platform === "win32") return "Windows has none";
      const wrong = filesBelow(folder)
        .map((path) => describe(folder, path))
        .filter(({ path, executable }) => executable !== executableInDistribution(path))
        .map(({ path, executable }) => `${path} is ${executable ? "" : "not "}executable`);
      demand(wrong.length === 0, listed(wrong));
      return "programs and scripts have them, nothing else does";
    },
  },
  {
    layer: "integrity",
    name: "manifest",
    run: (distribution) => {
      const { folder, targets, version } = distribution;
      const text = read(distribution, MANIFEST).toString();
      demand(text.startsWith(`# parseltongue ${version}\n`), `it is not of version ${version}`);
      const rows = new Set(text.split("\n").filter((line) => line.startsWith("| `")));
      const files: FileEntry[] = filesBelow(folder)
        .filter((path) => ![CHECKSUMS, MANIFEST].includes(path) && !isSignature(path))
        .map((path) => describe(folder, path));
      const wrong = files
        .filter((file) => !rows.has(`| ${fileRow(file, targets).join(" | ")} |`))
        .map(({ path }) => path);
      demand(wrong.length === 0, `no row, or a wrong one, for ${listed(wrong)}`);
      demand(rows.size === files.length, `${rows.size - files.length} rows are of no file`);
      return `${files.length} files with size, hash and target`;
    },
  },
  {
    layer: "integrity",
    name: "signature",
    run: async (distribution) => {
      if (!has(distribution, `${CHECKSUMS}.sig`)) return "not signed with an SSH key";
      demand(
        await sshSignatureFits(distribution.folder),
        `${CHECKSUMS}.sig is no signature of ${CHECKSUMS}`,
      );
      return "the SSH signature fits (whose it is, you have to say)";
    },
  },
  {
    layer: "integrity",
    name: "archives",
    run: async (distribution) => {
      const { targets, version, folder } = distribution;
      for (const target of targets) {
        const name = archiveName(target, version);
        const members = await readArchive(join(folder, name));
        const top = archiveFolder(target, version);
        const binary = genericBinary(target);
        const expected = new Map<string, Buffer>([
          [
            binary,
            read(distribution, targets.length > 1 ? targetBinary(target) : genericBinary(target)),
          ],
          ...COPY_PASTE_FILES.map(
            ({ file }) =>
              [`${COPY_PASTE}/${file}`, read(distribution, `${COPY_PASTE}/${file}`)] as const,
          ),
        ]);
        for (const [path, bytes] of expected) {
          const member = members.get(`${top}/${path}`);
          demand(member !== undefined, `${name} lacks ${path}`);
          demand(bytes.equals(member.data), `${path} has other bytes in ${name}`);
          const mode = executableInDistribution(path) ? 0o755 : 0o644;
          demand(
            name.endsWith(".zip") || member.mode === mode,
            `${path} has mode ${member.mode.toString(8)} in ${name}`,
          );
        }
        const outside = [...members.keys()].filter((path) => !path.startsWith(`${top}/`));
        demand(outside.length === 0, `${name} unpacks outside of ${top}: ${listed(outside)}`);
      }
      return `${targets.length} hold the same bytes as the folders`;
    },
  },
  {
    layer: "integrity",
    name: "platform packages",
    run: async (distribution) => {
      for (const target of distribution.targets) {
        const name = platformPackage(target);
        const members = await npmMembers(distribution, name);
        const manifest = packageManifest(members);
        demand(manifest["name"] === name, `it is named ${manifest["name"]} instead of ${name}`);
        demand(
          manifest["version"] === distribution.version,
          `${name} has version ${manifest["version"]} instead of ${distribution.version}`,
        );
        demand(sameList(manifest["os"], [target.os]), `${name} is for os ${manifest["os"]}`);
        demand(sameList(manifest["cpu"], [target.cpu]), `${name} is for cpu ${manifest["cpu"]}`);
        demand(
          target.libc === undefined
            ? manifest["libc"] === undefined
            : sameList(manifest["libc"], [target.libc]),
          `${name} is for libc ${manifest["libc"]}`,
        );
        for (const field of ["scripts", "dependencies", "optionalDependencies"])
          demand(manifest[field] === undefined, `${name} has ${field}`);
        const binary = members.get(`package/${binaryInPackage(target)}`);
        demand(binary !== undefined, `${name} lacks ${binaryInPackage(target)}`);
        demand(binary.mode === 0o755, `the binary in ${name} is not executable`);
        const ours = binaryPaths(distribution).find(({ target: each }) => each === target);
        demand(
          ours !== undefined && read(distribution, ours.path).equals(binary.data),
          `the binary in ${name} has other bytes than ${ours?.path}`,
        );
        for (const file of ["THIRD_PARTY_LICENSES", "LICENSE-MIT", "LICENSE-APACHE", SBOM])
          demand(members.has(`package/${file}`), `${name} lacks ${file}`);
        const problem = await sbomProblem(
          Buffer.from(members.get(`package/${SBOM}`)?.data ?? []).toString(),
        );
        demand(problem === undefined, `the SBOM in ${name} is not valid: ${problem}`);
      }
      return `${distribution.targets.length} as the table of targets wants them, each with a valid SBOM`;
    },
  },
  {
    layer: "integrity",
    name: "main package",
    run: async (distribution) => {
      const { version } = distribution;
      const members = await npmMembers(distribution, PACKAGE_NAME);
      const manifest = packageManifest(members);
      demand(manifest["version"] === version, `it has version ${manifest["version"]}`);
      for (const field of ["scripts", "dependencies"])
        demand(manifest[field] === undefined, `it has ${field}`);
      const optional = manifest["optionalDependencies"] as Record<string, string> | undefined;
      // From the table, not from the package: a package that lacks a platform must not set its own measure.
      for (const name of TARGETS.map(platformPackage))
        demand(
          optional?.[name] === version,
          `it wants ${name} ${optional?.[name] ?? "not at all"} instead of ${version}`,
        );
      const pins = JSON.parse(
        Buffer.from(members.get(`package/${PINS_FILE}`)?.data ?? []).toString() || "{}",
      ) as Record<string, Pin>;
      for (const { path, target } of binaryPaths(distribution))
        demand(
          pins[target.name]?.sha256 === sha256(read(distribution, path)),
          `the pinned hash of ${target.name} is not that of ${path}`,
        );
      demand(members.get("package/dist/cli.js")?.mode === 0o755, "dist/cli.js is not executable");
      return `${TARGETS.length} platforms at ${version}, ${Object.keys(pins).length} pinned`;
    },
  },
  {
    layer: "integrity",
    name: "SBOM",
    run: async (distribution) => {
      const text = read(distribution, SBOM).toString();
      const problem = await sbomProblem(text);
      demand(problem === undefined, `${SBOM} is not valid: ${problem}`);
      const bill = JSON.parse(text);
      const of = bill.metadata?.component?.version;
      demand(of === distribution.version, `${SBOM} is of version ${of}`);
      return `${bill.components.length} components, valid CycloneDX ${bill.specVersion}`;
    },
  },
];

const FUNCTIONALITY: readonly Check[] = [
  {
    layer: "functionality",
    name: "binaries",
    early: true,
    run: (distribution) => {
      for (const { path, target } of binaryPaths(distribution))
        for (const { name, passed, found } of checkBinary(target, read(distribution, path)))
          demand(
            passed || (distribution.local && name !== "format" && name !== "stripped"),
            `${path} is not fit for ${target.name}: ${name}: ${found}`,
          );
      return distribution.targets.map(({ name }) => name).join(", ");
    },
  },
  {
    layer: "functionality",
    name: "versions",
    early: true,
    run: (distribution) =>
      inTemporaryFolder((home) => {
        const ran: string[] = [];
        for (const { path, target } of binaryPaths(distribution)) {
          const command = runnable(target, join(distribution.folder, path));
          if (command === undefined) continue;
          const { stdout, stderr } = run([...command, "--version"], home, cleanEnvironment(home));
          demand(
            stdout.trim() === `${ENGINE_NAME} ${distribution.version}`,
            `${path} says "${(stdout || stderr).trim().split("\n")[0]}" instead of ${distribution.version}`,
          );
          ran.push(target.name);
        }
        const unique = [...new Set(ran)];
        const rest = distribution.targets.length - unique.length;
        return `${unique.join(", ")} ran${rest > 0 ? `; ${rest} cannot run here` : ""}`;
      }),
  },
  {
    layer: "functionality",
    name: "answers",
    early: true,
    run: (distribution) =>
      inTemporaryFolder((home) => {
        writeFixture(home);
        const { command } = tried(distribution);
        const ask = (...args: string[]) =>
          run([...command, ...args, "--root", home], home, cleanEnvironment(home));
        const callers = ask("callers", "Square::area", "--format", "json");
        demand(callers.status === 0, `callers ended with ${callers.status}: ${callers.stderr}`);
        demand(callers.stdout.includes("area_of"), "callers does not find the caller");
        const length = ask("callers", "Square::len", "--format", "json");
        demand(length.status === 0, `callers ended with ${length.status}: ${length.stderr}`);
        // `text.len()` is the standard library's: binding it to Square::len is the error that matters most.
        demand(
          !length.stdout.includes("unrelated"),
          "a library call is bound to the project's method",
        );
        const absent = ask("callers", "nothing_of_this_name");
        demand(absent.status === 1, `a name that is not there ends with ${absent.status}`);
        const usage = ask("no-such-command");
        demand(usage.status === 2, `wrong usage ends with ${usage.status}`);
        return "known calls, a name that is not there, wrong usage";
      }),
  },
  {
    layer: "functionality",
    name: "scripts",
    early: true,
    run: ({ folder }) => {
      for (const { file, executable } of COPY_PASTE_FILES) {
        if (!executable) continue;
        const { status, stderr } = run(
          ["sh", "-n", join(folder, COPY_PASTE, file)],
          folder,
          process.env,
        );
        demand(status === 0, `${file} is no valid shell script: ${stderr.split("\n")[0]}`);
      }
      return "every script parses";
    },
  },
  {
    layer: "functionality",
    name: "templates are current",
    run: (distribution) =>
      inTemporaryFolder(async (home) => {
        // What the packed main package installs is the other half of the same release.
        const members = await npmMembers(distribution, PACKAGE_NAME);
        for (const { path, data, mode } of members.values()) {
          mkdirSync(join(home, path, ".."), { recursive: true });
          writeFileSync(join(home, path), data, { mode });
        }
        const project = join(home, "project");
        mkdirSync(project);
        // The engine carries them.
        const [engine] = tried(distribution).command;
        const { status, stderr } = run(
          [process.execPath, join(home, "package", "dist", "cli.js"), "init-templates", project],
          home,
          { ...cleanEnvironment(home), PARSELTONGUE_BINARY: engine },
        );
        demand(status === 0, `init-templates of the main package failed: ${stderr}`);
        const stale = COPY_PASTE_FILES.filter(
          ({ file }) =>
            !readFileSync(join(project, TOOLKIT_FOLDER, file)).equals(
              read(distribution, `${COPY_PASTE}/${file}`),
            ),
        ).map(({ file }) => file);
        demand(stale.length === 0, `not what the main package installs: ${listed(stale)}`);
        return `${COPY_PASTE_FILES.length} files, the same as the main package installs`;
      }),
  },
];

const CONTRACTS: readonly Check[] = [
  {
    layer: "contracts",
    name: "sizes",
    early: true,
    run: (distribution) => {
      // A binary for one machine alone is linked with that machine's tools, and nobody promises its size.
      const limit = distribution.local ? Number.MAX_SAFE_INTEGER : (sizeBudget()["binary"] ?? 0);
      for (const { path, target } of binaryPaths(distribution)) {
        const value = read(distribution, path).length;
        distribution.measured.push({
          name: `size of ${path}`,
          value,
          limit,
          unit: "bytes",
          how: `bytes of the ${target.name} binary`,
        });
      }
      return keptOrThrow(distribution.measured);
    },
  },
  {
    layer: "contracts",
    name: "start",
    early: true,
    run: async (distribution) => {
      const { folder, measured } = distribution;
      const wrapper = resolve(folder, COPY_PASTE, "pt");
      const now = await measureStart(resolve(folder, tried(distribution).path), wrapper);
      measured.push(...now);
      return keptOrThrow(now);
    },
  },
  {
    layer: "contracts",
    name: "work",
    early: true,
    run: async (distribution) => {
      const now = await measureWork(resolve(distribution.folder, tried(distribution).path));
      distribution.measured.push(...now);
      return keptOrThrow(now);
    },
  },
];

function keptOrThrow(ours: readonly Measured[]): string {
  const words = (each: Measured): string =>
    `${each.name} ${showMeasured(each)} of ${showMeasured({ ...each, value: each.limit })}`;
  const broken = ours.filter((each) => !isKept(each));
  demand(broken.length === 0, listed(broken.map(words)));
  return ours.map((each) => `${each.name} ${showMeasured(each)}`).join(", ");
}

const INTEGRATION: readonly Check[] = [
  {
    layer: "integration",
    name: "copy-paste",
    early: true,
    run: (distribution) =>
      inTemporaryFolder((home) => {
        const project = join(home, "a project");
        writeFixture(project);
        const { path } = tried(distribution);
        const env = cleanEnvironment(home);
        const started = Date.now();
        for (const command of [
          ["cp", join(distribution.folder, path), project],
          ["sh", "-c", `cp -r "$0"/* .`, join(distribution.folder, COPY_PASTE)],
        ] as const)
          demand(run(command, project, env).status === 0, `${command[0]} failed`);
        for (const workflow of WORKFLOWS) {
          const args = workflow.subject === "name" ? ["Square::area"] : ["."];
          const { status, stderr } = run(["./pt", workflow.name, ...args], project, env);
          demand(
            status === 0,
            `./pt ${workflow.name} ended with ${status}: ${stderr.split("\n")[0]}`,
          );
        }
        const report = join(project, "parseltongue_workspace");
        demand(existsSync(report), "the workflows left no documents");
        const seconds = (Date.now() - started) / 1000;
        demand(seconds < 30, `it took ${seconds.toFixed(1)} s`);
        return `copied, and ${WORKFLOWS.length} workflows ran, in ${seconds.toFixed(1)} s`;
      }),
  },
  {
    layer: "integration",
    name: "offline npm bundle",
    run: (distribution) =>
      inTemporaryFolder((home) => {
        const target = distribution.targets.find(({ name }) => name === hostTarget().name);
        if (target === undefined)
          return `npm installs none of these platforms on ${hostTarget().name}`;
        const { version, folder } = distribution;
        const env = cleanEnvironment(home);
        const npm = join(process.execPath, "..", "npm");
        const tarballs = [PACKAGE_NAME, platformPackage(target)].map((name) =>
          join(folder, tarballName(name, version)),
        );
        writeFileSync(join(home, "package.json"), '{"name":"project","private":true}');
        const path = `${join(process.execPath, "..")}:${env["PATH"]}`;
        const installed = run(
          [
            existsSync(npm) ? npm : "npm",
            "install",
            "--offline",
            "--no-audit",
            "--no-fund",
            ...tarballs,
          ],
          home,
          { ...env, PATH: path },
        );
        demand(installed.status === 0, `npm install failed: ${installed.stderr.slice(0, 300)}`);
        const { stdout, stderr } = run(
          [
            process.execPath,
            join(home, "node_modules", PACKAGE_NAME, "dist", "cli.js"),
            "--version",
          ],
          home,
          { ...env, PARSELTONGUE_NO_DOWNLOAD: "1" },
        );
        demand(
          stdout.trim() === `${PACKAGE_NAME} ${version}`,
          `pt --version says ${stdout}${stderr}`,
        );
        const asked = run(
          [
            process.execPath,
            join(home, "node_modules", PACKAGE_NAME, "dist", "cli.js"),
            "ingest",
            join(home, "node_modules", PACKAGE_NAME),
            "--no-ignore",
          ],
          home,
          { ...env, PARSELTONGUE_NO_DOWNLOAD: "1" },
        );
        demand(asked.status === 0, `pt does not answer: ${asked.stderr.split("\n")[0]}`);
        return `installed in ${(installed.milliseconds / 1000).toFixed(1)} s, and pt answers`;
      }),
  },
];

const CHECKS: readonly Check[] = [...INTEGRITY, ...FUNCTIONALITY, ...CONTRACTS, ...INTEGRATION];

/** Reads what a distribution says it is; its checks then find whether that is so. */
export function readDistribution(folder: string): Distribution {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) throw new Wrong(`there is no ${MANIFEST} in ${folder}`);
  const text = readFileSync(file, "utf8");
  const version = /^\| Version \| (\S+) \|$/m.exec(text)?.[1];
  const names = /^\| Targets \| (.+) \|$/m.exec(text)?.[1]?.split(", ") ?? [];
  const targets = names.flatMap((name) => TARGETS.filter((target) => target.name === name));
  if (version === undefined || targets.length === 0 || targets.length !== names.length)
    throw new Wrong(`${MANIFEST} names no version or no targets`);
  const local = text.includes(LOCAL_ROW);
  return { folder, version, targets, local, measured: [] };
}

/** Which checks are run. */
export interface CheckOptions {
  readonly layers?: readonly Layer[];
  /** Those that need nothing but binaries and copy-paste files. */
  readonly early?: boolean;
  /** The one of this name. */
  readonly only?: string;
}

/** Runs the checks of some layers, all of them, and tells how each ended. */
export async function runChecks(
  distribution: Distribution,
  { layers = LAYERS, early = false, only }: CheckOptions = {},
  show: (outcome: Outcome) => void = () => undefined,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { layer, name, run: check, early: isEarly } of CHECKS) {
    if (!layers.includes(layer) || (early && !isEarly) || (only ?? name) !== name) continue;
    const started = Date.now();
    const ended = await Promise.resolve()
      .then(() => check(distribution))
      .then(
        (detail) => ({ passed: true, detail }),
        (error: Error) => ({ passed: false, detail: error.message }),
      );
    const outcome = { layer, name, ...ended, seconds: (Date.now() - started) / 1000 };
    outcomes.push(outcome);
    show(outcome);
  }
  return outcomes;
}

export const outcomeLine = ({ layer, name, passed, detail, seconds }: Outcome): string =>
  `${passed ? "ok    " : "FAILED"}  ${layer.padEnd(14)}${name.padEnd(24)}${seconds.toFixed(1).padStart(5)} s  ${detail}`;
