import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { VERSION } from "../../../packages/parseltongue/src/identity.ts";
import { NODE_MAJORS } from "../nodes.ts";
import { type Cell, CellFailure, NotApplicable, type Outcome } from "./cell.ts";
import type { Network } from "./managers.ts";
import { platformBinaries, platformFolders, switchNode } from "./world.ts";

/** The registries and the proxy that situations connect to. */
export interface Networks {
  readonly plain: Network;
  readonly proxied: Network;
  readonly withToken: Network;
  readonly privateAuthority: Network;
  /** The packages' scope has a registry of its own. */
  readonly scoped: Network;
  /** Sends other bytes than were published, and says that they are right. */
  readonly tampering: Network;
}

/** One row of the matrix. */
export interface Situation {
  readonly name: string;
  readonly says: string;
  /** In the subset that runs with the tests, for these managers. */
  readonly quick?: readonly string[];
  /** The project's folder, where it is not a plain name. */
  readonly project?: string;
  readonly network?: keyof Networks;
  readonly run: (cell: Cell) => Promise<Outcome>;
}

const DOWNLOADS = /downloading it from/;
const OFFLINE: Network = { registry: "http://127.0.0.1:9/" };

/** Not even root of every container may mount. */
function requireMounts(): void {
  if (process.platform !== "linux" || spawnSync("unshare", ["--mount", "true"]).status !== 0)
    throw new NotApplicable("this user cannot mount, or this is no Linux");
}

/** Runs a command in a mount namespace of its own, after some mounts. */
const mounted = (mounts: string, command: readonly string[]): readonly string[] => [
  "unshare",
  "--mount",
  "sh",
  "-ec",
  `${mounts}\ncd . && exec "$@"`,
  "sh",
  ...command,
];

/** The program itself, past the manager, where the layout has one. */
function directly(cell: Cell): { command?: readonly string[] } {
  const bin = join(cell.project, "node_modules", ".bin", "pt");
  return existsSync(bin) ? { command: [bin] } : {};
}

/** Damages each binary of this machine's platform packages. */
async function damaged(
  cell: Cell,
  code: string,
  damage: (binary: string) => void,
): Promise<Outcome> {
  await cell.add();
  const binaries = platformBinaries(cell.project);
  if (binaries.length === 0) throw new CellFailure("no binary is installed");
  for (const binary of binaries) damage(replaced(binary));
  return cell.explains(code);
}

/** The same file with a content of its own: stores share files by hard links, and only one copy is damaged here. */
function replaced(binary: string): string {
  const bytes = readFileSync(binary);
  rmSync(binary);
  writeFileSync(binary, bytes, { mode: 0o755 });
  return binary;
}

/** Installs without the platform package: as the manager lets one, or by taking it away. */
async function withoutPlatform(cell: Cell): Promise<void> {
  const { omitOptional } = cell.manager;
  await cell.add(...(omitOptional ?? []));
  if (omitOptional === undefined) cell.removePlatform();
  if (platformFolders(cell.project).length > 0)
    throw new CellFailure("the platform package is still there");
}

/** Installs what the manifest asks for, as on a machine of another platform. */
async function installElsewhere(
  cell: Cell,
  { flags, file: configuration }: NonNullable<Cell["manager"]["elsewhere"]>,
): Promise<void> {
  const file = join(cell.project, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  const version = `${cell.manager.family === "deno" ? "^" : ""}${VERSION}`;
  writeFileSync(file, JSON.stringify({ ...manifest, dependencies: { parseltongue: version } }));
  const [name, text] = configuration ?? [];
  if (name !== undefined) writeFileSync(join(cell.project, name), text ?? "");
  await cell.must([...cell.manager.install, ...flags]);
  if (name !== undefined) rmSync(join(cell.project, name));
}

/** What a copy leaves, by hand: the other platform's package in the place of this one's. */
async function swapPlatform(cell: Cell): Promise<void> {
  await cell.add();
  for (const folder of platformFolders(cell.project)) {
    const other = join(dirname(folder), "darwin-arm64");
    rmSync(other, { recursive: true, force: true });
    renameSync(folder, other);
  }
}

/** Through a special network: installing, and then the download of a package that is gone. */
async function overNetwork(cell: Cell): Promise<Outcome> {
  await cell.add();
  await cell.works();
  cell.removePlatform();
  return cell.works({ says: DOWNLOADS });
}

/** Every situation, in the order of the report. */
export const SITUATIONS: readonly Situation[] = [
  {
    name: "plain",
    says: "installed in a project; the doctor finds nothing",
    quick: [
      "npm 9",
      "npm 11",
      "npm 12",
      "pnpm 11",
      "pnpm 12",
      "yarn 1",
      "yarn 4",
      "yarn 4 pnp",
      "bun",
      "deno",
    ],
    run: async (cell) => {
      await cell.add();
      const onboard = await cell.pt(["onboard", "."]);
      if (onboard.exitCode !== 0 || !onboard.stdout.includes("greet"))
        throw new CellFailure(onboard.stdout + onboard.stderr);
      const doctor = await cell.pt(["doctor", "--json"]);
      const { ok, facts } = JSON.parse(doctor.stdout);
      const { family } = cell.manager;
      if (!ok || !facts["installed by"].startsWith(`${family} (project`))
        throw new CellFailure(`${doctor.stdout}\ninstalled by is not ${family} (project)`);
      if (!/ locks @parseltongue\//.test(facts.lockfile))
        throw new CellFailure(`${doctor.stdout}\nthe lockfile's entry is not found`);
      return cell.works();
    },
  },
  {
    name: "ignore-scripts",
    says: "install scripts are off",
    run: async (cell) => {
      if (cell.manager.ignoreScripts === "")
        throw new NotApplicable("it runs no scripts by default");
      await cell.add(cell.manager.ignoreScripts);
      return cell.works();
    },
  },
  {
    name: "omit-optional",
    says: "optional dependencies are left out: downloaded once, then from the cache without a network",
    quick: ["npm 11", "pnpm 10", "bun"],
    run: async (cell) => {
      if (cell.manager.omitOptional === undefined)
        throw new NotApplicable("it cannot leave optional dependencies out");
      await withoutPlatform(cell);
      const outcome = await cell.works({ says: DOWNLOADS });
      cell.connect(OFFLINE);
      await cell.works({ says: /^$/ });
      return outcome;
    },
  },
  {
    name: "no-download",
    says: "the platform package is absent and PARSELTONGUE_NO_DOWNLOAD forbids to fetch it",
    quick: ["npm 11", "pnpm 12", "yarn 4", "yarn 4 pnp", "deno"],
    run: async (cell) => {
      await withoutPlatform(cell);
      return cell.explains("PT_PACKAGE_MISSING", { env: { PARSELTONGUE_NO_DOWNLOAD: "1" } });
    },
  },
  {
    name: "optional-off",
    says: "the project's .npmrc switches optional dependencies off, and nothing may be downloaded",
    quick: ["npm 11"],
    run: async (cell) => {
      if (cell.manager.family !== "npm") throw new NotApplicable("the setting is npm's");
      writeFileSync(join(cell.project, ".npmrc"), "omit=optional\n");
      await cell.add();
      return cell.explains("PT_OPTIONAL_OFF", { env: { PARSELTONGUE_NO_DOWNLOAD: "1" } });
    },
  },
  {
    name: "foreign-lockfile",
    says: "a frozen installation from a lockfile that was written on darwin-arm64",
    quick: ["npm 11", "bun"],
    run: async (cell) => {
      if (cell.manager.elsewhere === undefined)
        throw new NotApplicable(
          "its lockfile holds every platform wherever it is written: see frozen",
        );
      await installElsewhere(cell, cell.manager.elsewhere);
      for (const folder of ["node_modules", ".yarn", ".pnp.cjs"])
        rmSync(join(cell.project, folder), { recursive: true, force: true });
      await cell.must(cell.manager.frozen);
      return cell.works();
    },
  },
  {
    name: "frozen",
    says: "a frozen installation from a lockfile of this machine",
    run: async (cell) => {
      await cell.add();
      for (const folder of ["node_modules", ".yarn", ".pnp.cjs"])
        rmSync(join(cell.project, folder), { recursive: true, force: true });
      await cell.must(cell.manager.frozen);
      return cell.works();
    },
  },
  {
    name: "pruned-lockfile",
    says: "npm bug #4828: the lockfile lacks this platform's package, and nothing may be downloaded",
    quick: ["npm 11"],
    run: async (cell) => {
      if (cell.manager.family !== "npm") throw new NotApplicable("the bug is npm's");
      await cell.add();
      const file = join(cell.project, "package-lock.json");
      const lockfile = JSON.parse(readFileSync(file, "utf8"));
      for (const key of Object.keys(lockfile.packages))
        if (key.includes("@parseltongue/linux")) delete lockfile.packages[key];
      writeFileSync(file, JSON.stringify(lockfile, null, 2));
      rmSync(join(cell.project, "node_modules"), { recursive: true });
      // Newer versions refuse such a lockfile, or repair it.
      const frozen = await cell.run(cell.manager.frozen);
      if (frozen.exitCode !== 0) await cell.must(cell.manager.install);
      if (platformFolders(cell.project).length > 0) return cell.works();
      return cell.explains("PT_LOCKFILE_PRUNED", { env: { PARSELTONGUE_NO_DOWNLOAD: "1" } });
    },
  },
  {
    name: "global",
    says: "installed for the user, found on PATH",
    quick: ["npm 12", "pnpm 12", "bun"],
    run: async (cell) => {
      await addGlobally(cell);
      const doctor = await cell.must(["pt", "doctor", "--json"]);
      const { facts } = JSON.parse(doctor.stdout);
      if (!facts["installed by"].startsWith(`${cell.manager.family} (global`))
        throw new CellFailure(
          `${doctor.stdout}\ninstalled by is not ${cell.manager.family} (global)`,
        );
      return cell.works({ command: ["pt"] });
    },
  },
  {
    name: "linked-bin",
    says: "a symbolic link to the global program, in a folder of the user's own",
    quick: ["npm 11"],
    run: async (cell) => {
      if (/^pnpm (9|10)$/.test(cell.manager.name))
        throw new NotApplicable(
          "its script finds a program beside itself, and no program of any package through a link",
        );
      await addGlobally(cell);
      const { stdout } = await cell.must(["sh", "-c", "command -v pt"]);
      const link = join(cell.home, "my pt");
      symlinkSync(stdout.trim(), link);
      return cell.works({ command: [link] });
    },
  },
  {
    name: "global-repair",
    says: "the global binary is deleted",
    run: async (cell) => {
      await addGlobally(cell);
      for (const binary of platformBinaries(cell.home))
        if (!binary.includes("cache")) rmSync(binary);
      return cell.explains("PT_BINARY_MISSING", { command: ["pt"] });
    },
  },
  {
    name: "once",
    says: "npx, pnpm dlx, yarn dlx, bunx, deno x: run without installing",
    quick: ["npm 11", "pnpm 11", "bun"],
    run: async (cell) => {
      const { once } = cell.manager;
      if (once === undefined) throw new NotApplicable("Yarn 1 has no such command");
      return cell.works({ command: [...once, "pt"] });
    },
  },
  {
    name: "workspace",
    says: "a dependency of one package of a monorepo, run from there",
    run: async (cell) => {
      const child = join(cell.project, "packages", "child");
      mkdirSync(child, { recursive: true });
      const manifest = JSON.parse(readFileSync(join(cell.project, "package.json"), "utf8"));
      manifest.workspaces = ["packages/*"];
      writeFileSync(join(cell.project, "package.json"), JSON.stringify(manifest));
      writeFileSync(join(cell.project, "pnpm-workspace.yaml"), "packages:\n  - packages/*\n");
      writeFileSync(
        join(child, "package.json"),
        JSON.stringify({
          name: "child",
          version: "1.0.0",
          scripts: manifest.scripts,
          devDependencies: { parseltongue: "*" },
        }),
      );
      cpSync(join(cell.project, "src"), join(child, "src"), { recursive: true });
      await cell.must(cell.manager.install);
      return cell.works({ cwd: child });
    },
  },
  {
    name: "read-only",
    says: "node_modules is on a read-only file system",
    quick: ["npm 11"],
    run: async (cell) => {
      requireMounts();
      await cell.add();
      const folders = ["node_modules", ".yarn"].filter((name) =>
        existsSync(join(cell.project, name)),
      );
      const mounts = folders
        .map((name) => `mount --bind ${name} ${name}; mount -o remount,ro,bind ${name}`)
        .join("\n");
      return cell.works({ command: mounted(mounts, [...cell.manager.exec, "pt"]) });
    },
  },
  {
    name: "offline",
    says: "the registry is gone after the first use",
    run: async (cell) => {
      await cell.add();
      await cell.works();
      cell.connect(OFFLINE);
      return cell.works({ says: /^/ });
    },
  },
  {
    name: "unreachable",
    says: "the platform package is absent and the registry cannot be reached",
    quick: ["npm 11", "yarn 4"],
    run: async (cell) => {
      await withoutPlatform(cell);
      cell.connect(OFFLINE);
      return cell.explains("PT_DOWNLOAD_FAILED", { behind: "PT_PACKAGE_MISSING", fix: false });
    },
  },
  {
    name: "copied",
    says: "node_modules comes from darwin-arm64, and nothing may be downloaded",
    quick: ["npm 11", "pnpm 12", "bun"],
    run: async (cell) => {
      if (cell.manager.elsewhere !== undefined)
        await installElsewhere(cell, cell.manager.elsewhere);
      else if (cell.manager.layout === undefined) await swapPlatform(cell);
      else throw new NotApplicable("it cannot install for another platform");
      return cell.explains("PT_PACKAGE_OTHER_PLATFORM", {
        env: { PARSELTONGUE_NO_DOWNLOAD: "1" },
        // pnpm would see it and install before it runs anything.
        ...directly(cell),
      });
    },
  },
  {
    name: "odd-path",
    says: "the project's path has spaces, quotes and other alphabets",
    quick: ["npm 11", "pnpm 10", "yarn 4 pnp", "bun"],
    project: "Größe 名前 it's & (more) #1 %20",
    run: async (cell) => {
      await cell.add();
      await cell.works();
      cell.removePlatform();
      return cell.works({ says: DOWNLOADS });
    },
  },
  {
    name: "deleted",
    says: "an antivirus program took the binary",
    quick: ["npm 9", "npm 11", "pnpm 11", "yarn 1", "yarn 4", "yarn 4 pnp", "bun"],
    run: (cell) => damaged(cell, "PT_BINARY_MISSING", (binary) => rmSync(binary)),
  },
  {
    name: "truncated",
    says: "the binary ends in the middle",
    run: (cell) => damaged(cell, "PT_BINARY_TRUNCATED", (binary) => truncateSync(binary, 100_000)),
  },
  {
    name: "not-executable",
    says: "the binary lost its execute permission",
    quick: ["npm 11", "yarn 4 pnp"],
    run: (cell) => damaged(cell, "PT_BINARY_MODE", (binary) => chmodSync(binary, 0o644)),
  },
  {
    name: "other-arch",
    says: "the binary is for another processor",
    quick: ["npm 11"],
    run: (cell) =>
      damaged(cell, "PT_BINARY_ARCH", (binary) => {
        const bytes = readFileSync(binary);
        bytes.writeUInt16LE(process.arch === "arm64" ? 62 : 183, 18);
        writeFileSync(binary, bytes);
      }),
  },
  {
    name: "noexec",
    says: "the project is on a file system mounted with noexec",
    quick: ["npm 11"],
    run: async (cell) => {
      requireMounts();
      await cell.add();
      // The project's own programs cannot be started there either; Node reads the file. Plug'n'Play's are in a zip.
      const start =
        cell.manager.layout === "pnp"
          ? [...cell.manager.exec, "pt"]
          : [
              "sh",
              "-c",
              `node "$(find . -path '*parseltongue*/dist/cli.js' | head -n 1)" "$@"`,
              "pt",
            ];
      return cell.explains("PT_MOUNT_NOEXEC", {
        fix: false,
        command: mounted('mount --bind . . ; mount -o remount,noexec,bind . ; cd "$PWD"', start),
      });
    },
  },
  {
    name: "disk-full",
    says: "there is no space for the download",
    quick: ["npm 11"],
    run: async (cell) => {
      requireMounts();
      await withoutPlatform(cell);
      const small = join(cell.home, "small");
      mkdirSync(small);
      return cell.explains("PT_CACHE_UNWRITABLE", {
        behind: "PT_PACKAGE_MISSING",
        fix: false,
        env: { PARSELTONGUE_CACHE_DIR: small },
        command: mounted(`mount -t tmpfs -o size=1m none "${small}"`, [...cell.manager.exec, "pt"]),
      });
    },
  },
  {
    name: "cache-read-only",
    says: "the home folder is read-only: the download goes to the temporary folder",
    run: async (cell) => {
      requireMounts();
      await withoutPlatform(cell);
      mkdirSync(join(cell.home, ".cache"), { recursive: true });
      return cell.works({
        says: DOWNLOADS,
        command: mounted(
          `mount --bind "$HOME/.cache" "$HOME/.cache"; mount -o remount,ro,bind "$HOME/.cache"`,
          [...cell.manager.exec, "pt"],
        ),
      });
    },
  },
  {
    name: "no-home",
    says: "HOME is not set",
    run: async (cell) => {
      await withoutPlatform(cell);
      const direct = join(cell.project, "node_modules", "parseltongue", "dist", "cli.js");
      if (!existsSync(direct))
        throw new NotApplicable("the program is only found through the manager, which needs HOME");
      const env = {
        HOME: undefined,
        npm_config_registry: cell.network.registry,
        XDG_CACHE_HOME: join(cell.home, "cache"),
      };
      return cell.works({ says: DOWNLOADS, command: ["node", direct], env });
    },
  },
  {
    name: "proxy",
    says: "the registry is only reached through a proxy",
    network: "proxied",
    quick: ["npm 11", "yarn 4"],
    run: overNetwork,
  },
  {
    name: "token",
    says: "the registry wants a token",
    network: "withToken",
    quick: ["npm 11", "yarn 4 pnp"],
    run: overNetwork,
  },
  {
    name: "private-ca",
    says: "the registry's certificate is of a private authority",
    network: "privateAuthority",
    quick: ["npm 11", "yarn 4"],
    run: overNetwork,
  },
  {
    name: "scoped-registry",
    says: "the packages' scope has a registry of its own, with a token",
    network: "scoped",
    quick: ["npm 11", "bun"],
    run: overNetwork,
  },
  {
    name: "other-bytes",
    says: "the registry sends other bytes than were published: a download is thrown away",
    network: "tampering",
    quick: ["npm 11", "yarn 4"],
    run: async (cell) => {
      await withoutPlatform(cell);
      return cell.explains("PT_DOWNLOAD_HASH", { behind: "PT_PACKAGE_MISSING", fix: false });
    },
  },
  {
    name: "other-bytes-installed",
    says: "the registry sends other bytes with hashes to match: pt doctor --verify finds them",
    network: "tampering",
    quick: ["npm 11"],
    run: async (cell) => {
      await cell.add();
      const { exitCode, stdout, stderr } = await cell.pt(["doctor", "--verify"]);
      if (exitCode === 0 || !stdout.includes("[PT_BINARY_HASH]"))
        throw new CellFailure(stdout + stderr);
      return { kind: "explains", code: "PT_BINARY_HASH" };
    },
  },
  ...NODE_MAJORS.map(
    (major): Situation => ({
      name: `node-${major}`,
      says: `run by Node ${major}`,
      run: async (cell) => {
        await cell.add();
        await switchNode(cell, major);
        // The manager itself may need a newer Node; what it installed must not.
        return cell.works(directly(cell));
      },
    }),
  ),
];

async function addGlobally(cell: Cell): Promise<void> {
  const { addGlobal, family } = cell.manager;
  if (addGlobal === undefined) throw new NotApplicable("Yarn 2 and later install nothing globally");
  await cell.must([...addGlobal, family === "deno" ? "npm:parseltongue" : "parseltongue"]);
}
