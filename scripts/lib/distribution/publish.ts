import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import semver from "semver";
import { registryConfig } from "../../../packages/parseltongue/src/download/registry.ts";
import { NetworkError, receive } from "../../../packages/parseltongue/src/download/transport.ts";
import {
  PACKAGE_NAME,
  PLATFORM_SCOPE,
  REPOSITORY_URL,
} from "../../../packages/parseltongue/src/identity.ts";
import { platformPackage, TARGETS } from "../../../packages/parseltongue/src/targets.ts";
import { say, Trouble } from "../say.ts";
import { packageManifest, readArchive } from "./archives.ts";
import { npmIntegrity } from "./files.ts";

// Publishing: platform packages first, each until the registry really serves it, the main package last. Every
// step asks the registry what is there before it does anything, so a run that broke off is simply run again.

/** A tarball that is to be published. */
export interface Publication {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** npm's hash of the tarball's bytes. */
  readonly integrity: string;
}

/** What a registry says about a package. */
export interface Registered {
  /** Hash of this version's tarball, if the version is there. */
  readonly integrity?: string | undefined;
  /** Where the registry says that the tarball is. */
  readonly tarball?: string | undefined;
  /** The newest version under the tag `latest`. */
  readonly latest?: string | undefined;
  readonly maintainers: readonly string[];
  readonly repository?: string | undefined;
}

/** How npm ended: its error code, or nothing. */
export interface NpmFailure {
  readonly code: string;
  readonly summary: string;
}

/** Everything that reaches outside; tests replace what they want to see. */
export interface PublishEffects {
  /** The package's record, `undefined` where the registry knows no such package. */
  readonly look: (name: string, version: string) => Promise<Registered | undefined>;
  readonly publish: (publication: Publication, tag: string) => Promise<NpmFailure | undefined>;
  /** The tarball's bytes as they are served, or why they are not. */
  readonly fetch: (tarball: string) => Promise<{ bytes: Buffer } | { why: string }>;
  /** The user that the token belongs to, if there is one. */
  readonly whoAmI: () => Promise<string | undefined>;
  /** Whether publishing can work without a known user: trusted publishing, or an open registry of one's own. */
  readonly anonymous: boolean;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly say: (line: string) => void;
}

/** How patient publishing is. */
export interface Patience {
  /** How often one package is sent. */
  readonly attempts: number;
  /** The first pause after a failure; each further one is twice as long. */
  readonly pause: number;
  /** How often an accepted package is looked for before it is sent again. */
  readonly looks: number;
}

export const PATIENCE: Patience = { attempts: 5, pause: 2_000, looks: 8 };

/** Reads the tarballs of a distribution: platform packages in the table's order, the main package last. */
export async function readPublications(folder: string): Promise<Publication[]> {
  const found = new Map<string, Publication>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".tgz"))) {
    const path = join(folder, file);
    const { name, version } = packageManifest(await readArchive(path)) as Record<string, string>;
    if (name === undefined || version === undefined) throw new Trouble(`${file} has no name`);
    found.set(name, { name, version, file: path, integrity: npmIntegrity(readFileSync(path)) });
  }
  const wanted = [...TARGETS.map(platformPackage), PACKAGE_NAME];
  const missing = wanted.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new Trouble(
      `there is no tarball of ${missing.join(", ")} in ${folder}`,
      "why: a main package must never be published before all of its platform packages",
      "fix: npm run package-distribution -- --all",
    );
  const strangers = [...found.keys()].filter((name) => !wanted.includes(name));
  if (strangers.length > 0)
    throw new Trouble(`${strangers.join(", ")} in ${folder} is none of our packages`);
  const publications = wanted.flatMap((name) => found.get(name) ?? []);
  const versions = new Set(publications.map(({ version }) => version));
  if (versions.size !== 1)
    throw new Trouble(`the tarballs have several versions: ${[...versions].join(", ")}`);
  return publications;
}

/** The dist-tag of a version: prereleases and older lines must not become what everybody installs. */
export function distTag(version: string, latest: string | undefined): string {
  const [channel] = semver.prerelease(version) ?? [];
  if (channel !== undefined) return typeof channel === "string" ? channel : "next";
  if (latest !== undefined && semver.valid(latest) && semver.lt(version, latest))
    return `release-${semver.major(version)}.${semver.minor(version)}`;
  return "latest";
}

const sameRepository = (url: string | undefined): boolean =>
  url !== undefined && url.replace(/^git\+/, "").replace(/\.git$/, "") === REPOSITORY_URL;

/** Finds everything that would stop a publication half-way, before anything is sent. */
export async function preflight(
  publications: readonly Publication[],
  effects: PublishEffects,
): Promise<{ readonly tag: string; readonly done: ReadonlySet<string> }> {
  const user = await effects.whoAmI();
  const problems: string[] = [];
  if (user === undefined && !effects.anonymous)
    problems.push("the registry knows no user for your token (npm whoami), or there is none");
  const done = new Set<string>();
  let latest: string | undefined;
  for (const { name, version, integrity } of publications) {
    const known = await effects.look(name, version);
    if (name === PACKAGE_NAME) latest = known?.latest;
    if (known === undefined) continue;
    const owned =
      known.maintainers.length > 0 && user !== undefined
        ? known.maintainers.includes(user)
        : sameRepository(known.repository);
    if (!owned)
      problems.push(
        `${name} belongs to somebody else (${known.maintainers.join(", ") || known.repository || "no repository is named"})`,
      );
    else if (known.integrity === integrity) done.add(name);
    else if (known.integrity !== undefined)
      problems.push(
        `${name}@${version} is published with other bytes (${known.integrity.slice(0, 20)}..., here ${integrity.slice(0, 20)}...)`,
      );
  }
  if (problems.length > 0)
    throw new Trouble(
      "nothing was published",
      ...problems,
      "fix: npm login where there is no token; a published version cannot be changed, so raise it; a name of somebody else needs another name (identity.ts)",
    );
  const [first] = publications;
  const tag = distTag(first?.version ?? "0.0.0", latest);
  const names = publications.length;
  effects.say(
    `preflight: ${names} packages, ${done.size} of them published before; user ${user ?? "not known (trusted publishing, or a registry without users)"}; dist-tag ${tag}`,
  );
  return { tag, done };
}

/** Failures that go away by waiting. */
const PASSING =
  /^(E409|E429|E5\d\d|ECONN\w+|ETIMEDOUT|EPIPE|ERR_SOCKET_TIMEOUT|ENOTFOUND|EAI_AGAIN|FETCH_ERROR|EIDLETIMEOUT|ERR_STREAM_PREMATURE_CLOSE)$/;

/** Publishes one package and waits until it is served with our bytes. */
async function publishOne(
  publication: Publication,
  tag: string,
  effects: PublishEffects,
  patience: Patience,
): Promise<void> {
  const { name, version } = publication;
  let last = "";
  for (let attempt = 1; attempt <= patience.attempts; attempt++) {
    if (attempt > 1) await effects.sleep(patience.pause * 2 ** (attempt - 2));
    // Also after a failure: a connection that dropped may have dropped after the package was stored.
    const before = await stateOf(publication, effects);
    if (before.state === "served") return;
    if (before.state === "absent") {
      const failure = await effects.publish(publication, tag);
      if (failure !== undefined) {
        last = `${failure.code}: ${failure.summary}`;
        effects.say(`${name}: ${last}`);
        if (!PASSING.test(failure.code))
          throw new Trouble(
            `${name}@${version} cannot be published: ${last}`,
            "fix: correct it, then run the same command again; what is published stays and is skipped",
          );
        continue;
      }
    }
    for (let look = 0; look < patience.looks; look++) {
      const { state, why } = await stateOf(publication, effects);
      if (state === "served") {
        effects.say(`${name}@${version}: served`);
        return;
      }
      last = why;
      await effects.sleep(patience.pause * (look + 1));
    }
    effects.say(`${name}: accepted, but ${last}`);
  }
  throw new Trouble(
    `${name}@${version} is not served after ${patience.attempts} attempts`,
    `why: ${last}`,
    name === PACKAGE_NAME
      ? "state: the platform packages are published"
      : "state: the main package was not published, so nobody gets a half release",
    "fix: run the same command again; what is published stays and is skipped",
  );
}

interface State {
  /** Listed means that the version is there, but its tarball cannot be fetched. */
  readonly state: "absent" | "listed" | "served";
  readonly why: string;
}

/** What the registry has of a package; other bytes under our version are final. */
async function stateOf(
  { name, version, integrity }: Publication,
  effects: PublishEffects,
): Promise<State> {
  const known = await effects.look(name, version);
  if (known?.integrity === undefined)
    return { state: "absent", why: "the registry does not list it" };
  if (known.integrity !== integrity)
    throw new Trouble(
      `${name}@${version} is on the registry with other bytes`,
      `why: ${known.integrity} there, ${integrity} here`,
      "fix: find out who published it; a published version cannot be changed, so raise the version",
    );
  const served = await effects.fetch(known.tarball ?? "");
  if ("why" in served) return { state: "listed", why: `its tarball is not served (${served.why})` };
  return npmIntegrity(served.bytes) === integrity
    ? { state: "served", why: "" }
    : { state: "listed", why: "its tarball has other bytes than the registry says" };
}

/** Publishes a release: preflight, platform packages, main package. */
export async function publishRelease(
  publications: readonly Publication[],
  effects: PublishEffects,
  patience: Patience = PATIENCE,
): Promise<void> {
  const { tag } = await preflight(publications, effects);
  // The order is the point: whoever can see the main package must be able to install its platform packages.
  for (const publication of publications) await publishOne(publication, tag, effects, patience);
}

/** How npm is to publish. */
export interface NpmOptions {
  readonly provenance: boolean;
  readonly anonymous: boolean;
  /** Another .npmrc than the user's. */
  readonly userconfig?: string;
}

/** The effects of a real registry, through npm, so that the user's proxies, CA, scopes and tokens hold. */
export function npmEffects(
  registry: string,
  { provenance, anonymous, userconfig }: NpmOptions,
): PublishEffects {
  const config = registryConfig(
    PLATFORM_SCOPE,
    {
      ...process.env,
      npm_config_registry: registry,
      [`npm_config_${PLATFORM_SCOPE}:registry`]: registry,
      ...(userconfig === undefined ? {} : { npm_config_userconfig: userconfig }),
    },
    undefined,
  );
  const fetched = async (url: string, accept: string): Promise<Buffer> => {
    let chunks: Buffer[] = [];
    await receive(url, config, accept, () => {
      chunks = [];
      return (chunk) => chunks.push(chunk);
    });
    return Buffer.concat(chunks);
  };
  const npm = async (...args: readonly string[]) => {
    const { stdout, stderr, failed } = await execa(
      "npm",
      [
        ...args,
        "--json",
        "--registry",
        registry,
        // Retrying is ours: npm's own waits are longer and end without a look at what was stored.
        "--fetch-retries=0",
        "--fetch-timeout=60000",
        ...(userconfig === undefined ? [] : ["--userconfig", userconfig]),
      ],
      // Not the repository's own folder: its .npmrc, if there is one, is not the user's.
      { cwd: tmpdir(), reject: false, stdin: "ignore" },
    );
    return { stdout, failure: failed ? npmFailure(stdout, stderr) : undefined };
  };
  const sleep = (milliseconds: number) =>
    new Promise<void>((done) => setTimeout(done, milliseconds));
  return {
    anonymous,
    sleep,
    say,
    async whoAmI() {
      const { failure, stdout } = await npm("whoami");
      return failure === undefined ? (JSON.parse(stdout) as string) : undefined;
    },
    async look(name, version) {
      const url = `${config.registry}${name.replace("/", "%2f")}`;
      try {
        const record = await fetched(url, "application/json");
        return registered(JSON.parse(record.toString()) as Packument, version);
      } catch (error) {
        if (error instanceof NetworkError && error.reason === "absent") return undefined;
        throw new Trouble(
          `${registry} does not say whether it has ${name}: ${(error as Error).message}`,
          "fix: run the same command again when it answers; what is published stays and is skipped",
        );
      }
    },
    async publish({ file }, tag) {
      const { failure } = await npm(
        "publish",
        file,
        "--tag",
        tag,
        "--access",
        "public",
        `--provenance=${provenance}`,
      );
      return failure;
    },
    async fetch(tarball) {
      try {
        return { bytes: await fetched(tarball, "application/octet-stream") };
      } catch (error) {
        return { why: (error as Error).message };
      }
    },
  };
}

/** The part of a registry's record of a package that counts here. */
interface Packument {
  readonly "dist-tags"?: Record<string, string>;
  readonly maintainers?: readonly { readonly name?: string }[];
  readonly repository?: string | { readonly url?: string };
  readonly versions?: Record<
    string,
    {
      readonly dist?: { readonly integrity?: string; readonly tarball?: string };
      readonly repository?: Packument["repository"];
    }
  >;
}

function registered(record: Packument, version: string): Registered {
  const versions = record.versions ?? {};
  const latest = record["dist-tags"]?.["latest"];
  const repository = record.repository ?? Object.values(versions).at(-1)?.repository;
  return {
    integrity: versions[version]?.dist?.integrity,
    tarball: versions[version]?.dist?.tarball,
    latest,
    maintainers: (record.maintainers ?? []).flatMap(({ name }) => name ?? []),
    repository: typeof repository === "string" ? repository : repository?.url,
  };
}

/** npm's error, as `--json` prints it; on older versions and for crashes only stderr has the code. */
function npmFailure(stdout: string, stderr: string): NpmFailure {
  try {
    const { error } = JSON.parse(stdout) as { error?: { code?: string; summary?: string } };
    if (error?.code) return { code: error.code, summary: error.summary?.split("\n")[0] ?? "" };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const code = /npm (?:error|ERR!) code (\S+)/.exec(stderr)?.[1] ?? "EUNKNOWN";
  const lines = stderr.split("\n").filter((line) => /^npm (error|ERR!) (?!code)/.test(line));
  return { code, summary: lines[0]?.replace(/^npm (error|ERR!) /, "") ?? "npm failed" };
}
