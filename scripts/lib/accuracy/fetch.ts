import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { unzipSync } from "fflate";
import * as tar from "tar";
import { DEVELOPMENT_CACHE } from "../paths.ts";
import { Trouble } from "../say.ts";
import type { TruthSet } from "./truth.ts";

/** Sources are unpacked here, outside the project. */
const SOURCES = join(DEVELOPMENT_CACHE, "truth-sources");

/** A registry's client is not installed, so its sets cannot be fetched. */
export class NoClient extends Error {
  constructor(client: string) {
    super(`${client} is not installed`);
  }
}

async function run(client: string, args: readonly string[], cwd: string): Promise<string> {
  const { exitCode, stdout, stderr, code } = await execa(client, args, {
    cwd,
    stdin: "ignore",
    reject: false,
  });
  if (code === "ENOENT") throw new NoClient(client);
  if (exitCode !== 0)
    throw new Trouble(
      `${client} ${args.join(" ")} failed`,
      `why: ${(stderr || stdout).slice(-1500)}`,
      "fix: make the registry reachable for this client, then run the same command again",
    );
  return stdout;
}

/** The file of a folder with this ending. */
function only(folder: string, ending: string): string {
  const found = readdirSync(folder).find((name) => name.endsWith(ending));
  if (found === undefined) throw new Trouble(`no file *${ending} in ${folder}`);
  return join(folder, found);
}

/** Downloads an archive with the registry's own client, which knows mirrors and proxies. */
const DOWNLOAD: Record<TruthSet["registry"], (set: TruthSet, into: string) => Promise<string>> = {
  async npm(set, into) {
    await run("npm", ["pack", `${set.package}@${set.version}`, "--silent"], into);
    return only(into, ".tgz");
  },
  async pypi(set, into) {
    const exact = `${set.package}==${set.version}`;
    const python = process.platform === "win32" ? "python" : "python3";
    await run(
      python,
      ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", set.package, exact],
      into,
    );
    return only(into, ".tar.gz");
  },
  async crates(set, into) {
    mkdirSync(join(into, "src"));
    writeFileSync(join(into, "src", "lib.rs"), "");
    writeFileSync(
      join(into, "Cargo.toml"),
      `[package]\nname = "scratch"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${set.package} = "=${set.version}"\n`,
    );
    await run("cargo", ["fetch", "--quiet"], into);
    const home = process.env["CARGO_HOME"] ?? join(homedir(), ".cargo");
    const caches = join(home, "registry", "cache");
    const crate = `${set.package}-${set.version}.crate`;
    // One folder for each registry or mirror that was ever used.
    for (const registry of readdirSync(caches))
      if (existsSync(join(caches, registry, crate))) return join(caches, registry, crate);
    throw new Trouble(`cargo fetched no ${crate}`);
  },
  async go(set, into) {
    const answer = await run(
      "go",
      ["mod", "download", "-json", `${set.package}@${set.version}`],
      into,
    );
    return (JSON.parse(answer) as { Zip: string }).Zip;
  },
  async maven(set, into) {
    await run(
      "mvn",
      [
        "-q",
        "-B",
        "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy",
        `-Dartifact=${set.package}:${set.version}:jar:sources`,
        `-DoutputDirectory=${into}`,
      ],
      into,
    );
    return only(into, "-sources.jar");
  },
};

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

async function unpack(archive: string, into: string): Promise<void> {
  mkdirSync(into, { recursive: true });
  const bytes = readFileSync(archive);
  if (bytes.subarray(0, 2).toString() !== "PK") {
    await tar.extract({ file: archive, cwd: into });
    return;
  }
  for (const [name, content] of Object.entries(unzipSync(bytes))) {
    if (name.endsWith("/")) continue;
    mkdirSync(dirname(join(into, name)), { recursive: true });
    writeFileSync(join(into, name), content);
  }
}

/** Puts the sources of a set into the cache, if they are not there; returns the folder to map. */
export async function fetchSources(set: TruthSet): Promise<string> {
  const home = join(SOURCES, set.name);
  const root = join(home, ...set.root.split("/"));
  const stamp = join(home, ".sha256");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === set.sha256) return root;
  const work = mkdtempSync(join(tmpdir(), "parseltongue-truth-"));
  try {
    const archive = await DOWNLOAD[set.registry](set, work);
    const digest = await sha256(archive);
    if (digest !== set.sha256)
      throw new Trouble(
        `${set.package} ${set.version} is not the archive that the truth describes`,
        `why: its SHA-256 is ${digest}, not ${set.sha256}`,
        "fix: none here; the registry serves other bytes than it did",
      );
    mkdirSync(SOURCES, { recursive: true });
    const partial = `${home}.partial-${process.pid}`;
    rmSync(partial, { recursive: true, force: true });
    await unpack(archive, partial);
    writeFileSync(join(partial, ".sha256"), digest);
    rmSync(home, { recursive: true, force: true });
    renameSync(partial, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return root;
}
