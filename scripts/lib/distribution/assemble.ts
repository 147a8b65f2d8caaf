import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import { PACKAGE_NAME, VERSION } from "../../../packages/parseltongue/src/identity.ts";
import type { Target } from "../../../packages/parseltongue/src/targets.ts";
import { shellScripts } from "../../../packages/parseltongue/src/workflows/shell.ts";
import { windowsScripts } from "../../../packages/parseltongue/src/workflows/windows.ts";
import { checkBinary } from "../binary-checks.ts";
import { buildEngine } from "../engine.ts";
import { ensureMainPackage } from "../main-current.ts";
import { generatedFiles, THIRD_PARTY, TOOLKIT } from "../manifests.ts";
import { packAll } from "../pack.ts";
import { BUILD, ENGINE, MAIN_PACKAGE, ROOT } from "../paths.ts";
import { say, Trouble } from "../say.ts";
import { type Member, writeTarball, writeZip } from "./archives.ts";
import { type Distribution, LAYERS, type Outcome, outcomeLine, runChecks } from "./checks.ts";
import { checksumText, signChecksums, signersWithKey } from "./checksums.ts";
import { sizeBudget } from "./contracts.ts";
import { describe, hashOf, hashOfFiles, sha256, writeFile } from "./files.ts";
import {
  archiveFolder,
  archiveName,
  CHECKSUMS,
  COPY_PASTE,
  COPY_PASTE_FILES,
  genericBinary,
  MANIFEST,
  NPM_BUNDLE,
  SBOM,
  targetBinary,
  timestampedBinary,
} from "./layout.ts";
import { manifestText } from "./manifest.ts";
import { inTemporaryFolder } from "./programs.ts";
import { productSbom } from "./sbom.ts";
import { readSourceState, type SourceState, timestampOf } from "./source-state.ts";
import { removeLeftovers, runSteps, Stamps, type Step, type StepResult } from "./steps.ts";
import { versionDrift } from "./versions.ts";

const LICENCES = ["LICENSE-MIT", "LICENSE-APACHE", THIRD_PARTY];
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** The tools whose versions decide about the bytes. */
async function toolchain(): Promise<Record<string, string>> {
  const versionOf = async (program: string, ...args: string[]): Promise<string | undefined> => {
    const { stdout, failed } = await execa(program, args, { cwd: ENGINE, reject: false });
    return failed ? undefined : stdout.split("\n")[0];
  };
  const [rustc, cargo, npm] = await Promise.all([
    versionOf("rustc", "--version"),
    versionOf("cargo", "--version"),
    versionOf("npm", "--version"),
  ]);
  return {
    Rust: rustc ?? "none",
    Cargo: cargo ?? "none",
    Node: process.version,
    npm: npm ?? "none",
  };
}

/** How a distribution is made. */
export interface AssembleOptions {
  /** For this machine alone, with its own linker; not to be published. */
  readonly local?: boolean;
  /** Whether the contracts are measured; tests do not, because a busy machine proves nothing. */
  readonly measure?: boolean;
  readonly show?: (line: string) => void;
  /** What the manifest says of the source, if not what git says now. */
  readonly source?: SourceState;
}

/** Makes a distribution of some targets; the first one is that of the generic binary. */
export async function assemble(
  targets: readonly Target[],
  folder: string,
  options: AssembleOptions = {},
): Promise<void> {
  const source = options.source ?? (await readSourceState());
  const stamps = stampsOf(folder);
  mkdirSync(folder, { recursive: true });
  await runSteps(pipeline(targets, folder, source, stamps, options), stamps, options.show);
  stamps.finish();
}

/** What earlier runs made in a folder. */
export const stampsOf = (folder: string): Stamps =>
  new Stamps(join(BUILD, "distributions", `${hashOf(folder).slice(0, 16)}.json`), folder);

/** The steps of the specification, in its order. */
export function pipeline(
  targets: readonly Target[],
  folder: string,
  source: SourceState,
  stamps: Stamps,
  { local = false, measure = true, show = say }: AssembleOptions,
): Step[] {
  const [first] = targets;
  if (first === undefined) throw new Trouble("a distribution needs at least one target");
  const timestamp = timestampOf(source);
  const binaries = new Map<Target, string>();
  const distribution: Distribution = { folder, version: VERSION, targets, local, measured: [] };
  const names = targets.map(({ name }) => name).join(", ");
  const staged = (): string =>
    hashOf(
      ...stamps
        .files()
        .sort()
        .flatMap((path) => [path, describe(folder, path).sha256]),
    );
  const ownCode = (): string => hashOfFiles(join(ROOT, "scripts", "lib"));
  // Until the last step a package is not whole, and must not look as if it were.
  const unseal = (): void => {
    for (const path of [MANIFEST, CHECKSUMS]) rmSync(join(folder, path), { force: true });
  };

  const write = (path: string, data: string | Uint8Array, mode: number): void => {
    stamps.claim(path);
    writeFile(folder, path, data, mode);
  };

  const collect = (name: string, plan: string, files: ReadonlyMap<string, string>): Step => ({
    name,
    plan,
    inputs: () => hashOf(...[...files].flat()),
    run: () => {
      unseal();
      for (const [file, text] of files) {
        const executable = COPY_PASTE_FILES.some((each) => each.file === file && each.executable);
        write(`${COPY_PASTE}/${file}`, text, executable ? 0o755 : 0o644);
      }
      return {
        said: [...files.keys()].join(", "),
        files: [...files.keys()].map((file) => `${COPY_PASTE}/${file}`),
      };
    },
  });
  const scripts = new Map([...shellScripts(), ...windowsScripts()]);
  const isWrapper = (file: string): boolean => /^pt(\.|$)/.test(file);
  const documents = COPY_PASTE_FILES.filter(({ file }) => !scripts.has(file)).map(
    ({ file }) => [file, readFileSync(join(ROOT, TOOLKIT, file), "utf8")] as const,
  );

  return [
    {
      name: "source validation",
      plan: "read the git state; demand that derived files and all versions agree",
      run: () => {
        const stale = generatedFiles().filter(
          ({ path, text }) =>
            !existsSync(join(ROOT, path)) || readFileSync(join(ROOT, path), "utf8") !== text,
        );
        if (stale.length > 0)
          throw new Trouble(
            `not up to date: ${stale.map(({ path }) => path).join(", ")}`,
            "fix: npm run generate",
          );
        const drift = versionDrift();
        if (drift.length > 0) throw new Trouble(drift.join("\n  "), "fix: npm run generate");
        const { commit, changes } = source;
        const state = changes.length === 0 ? "clean" : `${changes.length} uncommitted changes`;
        return { said: `version ${VERSION}, commit ${commit.slice(0, 12)}, ${state}` };
      },
    },
    {
      name: "build",
      plan: `build the engine in release mode for ${names}; bundle the main package`,
      run: async () => {
        await ensureMainPackage();
        for (const target of targets)
          binaries.set(target, await (local ? buildEngine() : buildEngine(target)));
        return { said: `${PACKAGE_NAME} and the engine for ${names}` };
      },
    },
    {
      name: "optimisation",
      plan: "demand stripped binaries within the size budget, without paths of this machine; timestamp them",
      inputs: () =>
        hashOf(
          timestamp,
          String(local),
          String(sizeBudget()["binary"]),
          ...[...binaries].flatMap(([{ name }, file]) => [name, hashOfFiles(file)]),
        ),
      run: () => {
        unseal();
        const files: string[] = [];
        for (const [target, file] of binaries) {
          const bytes = readFileSync(file);
          demandOptimised(target, bytes, local);
          const paths = [
            ...(target === first
              ? [genericBinary(target), timestampedBinary(target, timestamp)]
              : []),
            ...(targets.length > 1 ? [targetBinary(target), targetBinary(target, timestamp)] : []),
          ];
          for (const path of paths) write(path, bytes, 0o755);
          files.push(...paths);
        }
        const sizes = [...binaries.values()].map((file) => megabytes(readFileSync(file).length));
        return { said: sizes.join(", "), files };
      },
    },
    collect(
      "script collection",
      "compile the workflows into POSIX sh scripts",
      new Map([...scripts].filter(([file]) => !isWrapper(file))),
    ),
    collect(
      "wrapper",
      "compile the wrapper pt, for sh and for Windows",
      new Map([...scripts].filter(([file]) => isWrapper(file))),
    ),
    collect("templates", "copy the instructions for language models", new Map(documents)),
    {
      name: "validation",
      plan: "functionality, performance contracts and integration on the files made so far",
      inputs: () => hashOf(staged(), ownCode(), JSON.stringify(sizeBudget()), String(measure)),
      run: async () => {
        const layers = measure ? LAYERS : LAYERS.filter((layer) => layer !== "contracts");
        const outcomes = await runChecks(distribution, { early: true, layers });
        demandPassed(outcomes);
        return { said: `${outcomes.length} checks passed`, data: distribution.measured };
      },
    },
    {
      name: "archives",
      plan: "pack a .tar.gz or .zip per target, the npm tarballs, and write the SBOM",
      inputs: () =>
        hashOf(
          staged(),
          ownCode(),
          VERSION,
          String(source.epoch),
          hashOfFiles(
            join(MAIN_PACKAGE, "dist"),
            join(ROOT, TOOLKIT),
            join(MAIN_PACKAGE, "package.json"),
            join(ENGINE, "Cargo.lock"),
            join(ROOT, "npm"),
            ...LICENCES.map((file) => join(ROOT, file)),
          ),
        ),
      run: () => archives(targets, folder, source, (path) => stamps.claim(path)),
    },
    {
      name: "manifest",
      plan: `write ${MANIFEST} and ${CHECKSUMS}, sign it where a key is given, check the whole`,
      run: async () => {
        // Its own files are made anew each time.
        removeLeftovers(folder, stamps, (path) => path === MANIFEST || path.startsWith(CHECKSUMS));
        const measured = stamps.data("validation") as Distribution["measured"];
        const files = stamps
          .files()
          .sort()
          .map((path) => describe(folder, path));
        const text = manifestText({
          targets,
          source,
          timestamp,
          local,
          toolchain: await toolchain(),
          contracts: measured,
          files,
        });
        writeFile(folder, MANIFEST, text, 0o644);
        const all = [...files, describe(folder, MANIFEST)].sort((a, b) =>
          a.path < b.path ? -1 : 1,
        );
        const sums = checksumText(all);
        const known = existsSync(join(folder, CHECKSUMS))
          ? readFileSync(join(folder, CHECKSUMS), "utf8")
          : "";
        writeFile(folder, CHECKSUMS, sums, 0o644);
        const signatures = await signChecksums(folder);
        if (known !== sums) {
          const outcomes = await runChecks(distribution, {
            layers: ["integrity", "functionality", "integration"],
          });
          demandPassed(outcomes);
        }
        const signed =
          signatures.length > 0
            ? `signed with ${signersWithKey()
                .map(({ name }) => name)
                .join(", ")}`
            : "not signed: no key is given";
        show(`          SHA-256 of ${CHECKSUMS}: ${sha256(sums)}`);
        return {
          said: `${all.length} files, ${signed}`,
          files: [MANIFEST, CHECKSUMS, ...signatures],
        };
      },
    },
  ];
}

function demandPassed(outcomes: readonly Outcome[]): void {
  const failed = outcomes.filter(({ passed }) => !passed);
  if (failed.length > 0)
    throw new Trouble("the package is refused", ...failed.map((each) => outcomeLine(each)));
}

function demandOptimised(target: Target, bytes: Buffer, local: boolean): void {
  const failed = checkBinary(target, bytes).filter(
    ({ name, passed }) => !passed && !(local && !["format", "stripped"].includes(name)),
  );
  if (failed.length > 0)
    throw new Trouble(
      `the binary of ${target.name} is not fit to be shipped`,
      ...failed.map(({ name, found }) => `${name}: ${found}`),
    );
}

/** The README for an archive, where each picture of docs/ is given in words: those files are not in it. */
const readmeWithoutPictures = (): string =>
  readFileSync(join(ROOT, "README.md"), "utf8").replace(/!\[([^\]]*)\]\(docs\/[^)]*\)/g, "($1)");

async function archives(
  targets: readonly Target[],
  folder: string,
  source: SourceState,
  claim: (path: string) => void,
): Promise<StepResult> {
  const files: string[] = [];
  claim(SBOM);
  writeFile(folder, SBOM, await productSbom(targets), 0o644);
  files.push(SBOM);
  for (const target of targets) {
    const top = archiveFolder(target);
    const member = (path: string, file: string, mode: 0o644 | 0o755): Member => ({
      path: `${top}/${path}`,
      data: readFileSync(file),
      mode,
    });
    const readme: Member = {
      path: `${top}/README.md`,
      data: Buffer.from(readmeWithoutPictures()),
      mode: 0o644,
    };
    const binary = join(folder, targets.length > 1 ? targetBinary(target) : genericBinary(target));
    const members = [
      member(genericBinary(target), binary, 0o755),
      ...COPY_PASTE_FILES.map(({ file, executable }) =>
        member(`${COPY_PASTE}/${file}`, join(folder, COPY_PASTE, file), executable ? 0o755 : 0o644),
      ),
      member(SBOM, join(folder, SBOM), 0o644),
      readme,
      ...LICENCES.map((file) => member(file, join(ROOT, file), 0o644)),
    ].sort((a, b) => (a.path < b.path ? -1 : 1));
    const name = archiveName(target);
    claim(name);
    if (name.endsWith(".zip")) writeZip(folder, name, members, source.epoch);
    else
      await inTemporaryFolder((scratch) =>
        writeTarball(folder, name, members, source.epoch, scratch),
      );
    files.push(name);
  }
  await inTemporaryFolder(async (scratch) => {
    for (const { file } of await packAll(targets, scratch)) {
      const path = `${NPM_BUNDLE}/${basename(file)}`;
      claim(path);
      writeFile(folder, path, readFileSync(file), 0o644);
      files.push(path);
    }
  });
  const bytes = files.reduce((sum, path) => sum + describe(folder, path).size, 0);
  return { said: `${files.length} files, ${megabytes(bytes)}`, files };
}
