import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PACKAGE_NAME, REPOSITORY_URL } from "../packages/parseltongue/src/identity.ts";
import { binaryInPackage, platformPackage, TARGETS } from "../packages/parseltongue/src/targets.ts";
import { writeTarball } from "../scripts/lib/distribution/archives.ts";
import { NPM_BUNDLE } from "../scripts/lib/distribution/layout.ts";
import {
  distTag,
  npmEffects,
  type Publication,
  type PublishEffects,
  publishRelease,
  readPublications,
} from "../scripts/lib/distribution/publish.ts";
import { platformManifest } from "../scripts/lib/manifests.ts";
import { ROOT } from "../scripts/lib/paths.ts";
import { type LocalRegistry, startRegistry } from "../scripts/lib/registry.ts";
import { type FaultyRegistry, faultyRegistry } from "./support/faulty-registry.ts";
import { temporaryFolder } from "./support/places.ts";

let registry: LocalRegistry;
beforeAll(async () => {
  registry = await startRegistry([]);
});
afterAll(() => registry.close());

/** Each test publishes a version of its own, because a registry forgets none. */
let minor = 0;
const nextVersion = (): string => `9.${minor++}.0`;

/** Small tarballs of the real names, as a distribution holds them. */
async function tarballs(version: string, word = "binary"): Promise<string> {
  const folder = temporaryFolder();
  const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
  const pack = async (name: string, manifest: unknown, file: string) =>
    writeTarball(
      folder,
      `${name.replace("@", "").replace("/", "-")}-${version}.tgz`,
      [
        { path: "package/package.json", data: encode(manifest), mode: 0o644 },
        { path: `package/${file}`, data: Buffer.from(`${word} of ${name}`), mode: 0o755 },
      ],
      0,
      temporaryFolder(),
    );
  for (const target of TARGETS)
    await pack(platformPackage(target), platformManifest(target, version), binaryInPackage(target));
  const optionalDependencies = Object.fromEntries(
    TARGETS.map((target) => [platformPackage(target), version]),
  );
  const repository = { type: "git", url: `git+${REPOSITORY_URL}.git` };
  await pack(
    PACKAGE_NAME,
    { name: PACKAGE_NAME, version, repository, optionalDependencies },
    "dist/cli.js",
  );
  return folder;
}

function effectsOf(url: string): PublishEffects & { readonly lines: string[] } {
  const userconfig = join(temporaryFolder(), "npmrc");
  writeFileSync(userconfig, `${url.replace(/^http:/, "")}:_authToken=loopback\n`);
  const lines: string[] = [];
  return {
    ...npmEffects(url, { provenance: false, anonymous: true, userconfig }),
    say: (line) => lines.push(line),
    lines,
  };
}
/** The same order of waits as in earnest, a hundred times faster. */
const QUICK = { attempts: 4, pause: 20, looks: 3 };

async function published(url: string, name: string): Promise<Record<string, string> | undefined> {
  const response = await fetch(new URL(name.replace("/", "%2f"), url));
  if (!response.ok) return undefined;
  const { versions } = (await response.json()) as {
    versions: Record<string, { dist: { integrity: string } }>;
  };
  return Object.fromEntries(
    Object.entries(versions).map(([version, { dist }]) => [version, dist.integrity]),
  );
}

const first = platformPackage(TARGETS[0] as (typeof TARGETS)[number]);
const packagePath = (name: string): RegExp => new RegExp(`^/${name}$`);

async function release(proxy: FaultyRegistry, version: string) {
  const publications = await readPublications(await tarballs(version));
  const effects = effectsOf(proxy.url);
  const ended = await publishRelease(publications, effects, QUICK).then(
    () => undefined,
    (error: Error) => error,
  );
  return { publications, effects, ended };
}

async function everythingServed(version: string): Promise<void> {
  for (const name of [...TARGETS.map(platformPackage), PACKAGE_NAME])
    expect(Object.keys((await published(registry.url, name)) ?? {})).toContain(version);
}

describe("publishing", () => {
  test("platform packages first, each served before the main package is sent; again does nothing", async () => {
    const version = nextVersion();
    const proxy = await faultyRegistry(registry.url);
    const { publications, ended } = await release(proxy, version);
    expect(ended).toBeUndefined();
    await everythingServed(version);
    const order = proxy.passed.filter(({ method }) => method === "PUT").map(({ path }) => path);
    expect(order).toEqual([...TARGETS.map((each) => `/${platformPackage(each)}`), "/parseltongue"]);
    const sent = proxy.passed.findIndex(
      ({ method, path }) => method === "PUT" && path === "/parseltongue",
    );
    for (const target of TARGETS)
      expect(
        proxy.passed
          .slice(0, sent)
          .some(
            ({ method, path }) =>
              method === "GET" && path.includes(`${target.name}-${version}.tgz`),
          ),
      ).toBe(true);

    proxy.passed.length = 0;
    await publishRelease(publications, effectsOf(proxy.url), QUICK);
    expect(proxy.passed.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  test("busy, confused and slow registries, and dropped connections, are outlived", async () => {
    const version = nextVersion();
    const proxy = await faultyRegistry(registry.url);
    const at = (index: number): RegExp =>
      packagePath(platformPackage(TARGETS[index] as (typeof TARGETS)[number]));
    for (const [index, status] of [409, 429, 500].entries())
      proxy.fail("PUT", at(index), { kind: "status", status });
    proxy.fail("PUT", at(3), { kind: "drop" });
    proxy.fail("PUT", at(4), { kind: "drop answer" });
    proxy.fail("PUT", at(5), { kind: "slow", milliseconds: 3_000 });
    proxy.fail("GET", at(6), { kind: "status", status: 500 });
    const { ended } = await release(proxy, version);
    expect(ended).toBeUndefined();
    await everythingServed(version);
    // What arrived although its answer was lost is not sent again.
    expect(
      proxy.passed.filter(({ method, path }) => method === "PUT" && at(4).test(path)),
    ).toHaveLength(1);
  });

  test("a package that is lost after it was accepted is sent again", async () => {
    const version = nextVersion();
    const proxy = await faultyRegistry(registry.url);
    proxy.fail("PUT", packagePath(first), { kind: "lose" });
    const { ended, effects } = await release(proxy, version);
    expect(ended).toBeUndefined();
    expect(effects.lines.join("\n")).toContain("accepted, but the registry does not list it");
    await everythingServed(version);
  });

  test("a package that stays lost stops the release before the main package; a later run completes it", async () => {
    const version = nextVersion();
    const proxy = await faultyRegistry(registry.url);
    proxy.fail("PUT", packagePath(first), { kind: "lose" }, QUICK.attempts);
    const { ended, publications } = await release(proxy, version);
    expect(ended?.message).toContain(`${first}@${version} is not served`);
    expect(ended?.message).toContain("the main package was not published");
    expect(await published(registry.url, PACKAGE_NAME)).not.toHaveProperty([version]);
    await publishRelease(publications, effectsOf(proxy.url), QUICK);
    await everythingServed(version);
  });

  test("a tarball that is not served keeps the main package back", async () => {
    const version = nextVersion();
    const proxy = await faultyRegistry(registry.url);
    proxy.fail(
      "GET",
      new RegExp(`linux-x64-gnu-${version}.tgz`),
      { kind: "status", status: 404 },
      100,
    );
    const { ended } = await release(proxy, version);
    expect(ended?.message).toContain("its tarball is not served");
    expect(await published(registry.url, PACKAGE_NAME)).not.toHaveProperty([version]);
  });

  test("other bytes under a published version are an error, and nothing is sent", async () => {
    const version = nextVersion();
    const proxy = await faultyRegistry(registry.url);
    const publications = await readPublications(await tarballs(version));
    expect(await effectsOf(proxy.url).publish(publications[0] as Publication, "latest")).toBe(
      undefined,
    );
    proxy.passed.length = 0;
    const others = await readPublications(await tarballs(version, "other bytes"));
    await expect(publishRelease(others, effectsOf(proxy.url), QUICK)).rejects.toThrow(
      /published with other bytes/,
    );
    expect(proxy.passed.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  test("prereleases get a dist-tag of their own", async () => {
    const proxy = await faultyRegistry(registry.url);
    const prerelease = `${nextVersion()}-beta.1`;
    expect((await release(proxy, prerelease)).ended).toBeUndefined();
    const { stdout } = await execa("npm", [
      "view",
      PACKAGE_NAME,
      "dist-tags",
      "--json",
      "--registry",
      registry.url,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ beta: prerelease });
    expect(JSON.parse(stdout).latest).not.toBe(prerelease);
  });

  test.each([
    ["1.2.3", undefined, "latest"],
    ["1.2.3", "1.2.2", "latest"],
    ["1.2.3", "2.0.0", "release-1.2"],
    ["1.2.3-rc.1", "1.0.0", "rc"],
    ["1.2.3-0", "1.0.0", "next"],
  ])("the dist-tag of %s where %s is the latest is %s", (version, latest, tag) => {
    expect(distTag(version, latest)).toBe(tag);
  });
});

describe("verify-release", () => {
  const verify = (version: string, tarballFolder: string) => {
    const distribution = temporaryFolder();
    renameSync(tarballFolder, join(distribution, NPM_BUNDLE));
    const script = join(ROOT, "scripts", "run.mjs");
    const options = ["--registry", registry.url, "--from", distribution];
    return execa(process.execPath, [script, "verify-release", version, ...options], {
      reject: false,
    });
  };

  test("compares each package with what is served, and names the files that differ", async () => {
    const version = nextVersion();
    const { ended } = await release(await faultyRegistry(registry.url), version);
    expect(ended).toBeUndefined();

    const same = await verify(version, await tarballs(version));
    expect(same.stdout.match(/^same/gm)).toHaveLength(TARGETS.length + 1);
    expect(same.exitCode).toBe(0);

    const other = await verify(version, await tarballs(version, "another"));
    expect(other.stdout).toContain(`DIFFER  ${first}@${version}`);
    expect(other.stdout).toContain("bin/parseltongue");
    expect(other.exitCode).toBe(1);
  });

  test("fails for a version that is not served", async () => {
    const version = nextVersion();
    const { stdout, exitCode } = await verify(version, await tarballs(version));
    expect(stdout).toContain("the registry does not have this version");
    expect(exitCode).toBe(1);
  });
});

describe("the preflight", () => {
  test("refuses a set without every platform of the table", async () => {
    const folder = await tarballs(nextVersion());
    const gone = readdirSync(folder).find((file) => file.includes("darwin-arm64")) ?? "";
    rmSync(join(folder, gone));
    await expect(readPublications(folder)).rejects.toThrow(
      /no tarball of @parseltongue\/darwin-arm64/,
    );
  });

  test("refuses a name that belongs to somebody else, and a missing user", async () => {
    const publications = await readPublications(await tarballs(nextVersion()));
    const silent: PublishEffects = {
      anonymous: true,
      say: () => undefined,
      sleep: async () => undefined,
      whoAmI: async () => "us",
      look: async (name) =>
        name === PACKAGE_NAME ? { maintainers: ["them"], latest: "1.0.0" } : undefined,
      publish: async () => {
        throw new Error("nothing may be sent");
      },
      fetch: async () => ({ why: "it is not there" }),
    };
    await expect(publishRelease(publications, silent, QUICK)).rejects.toThrow(
      /parseltongue belongs to somebody else \(them\)/,
    );
    await expect(
      publishRelease(
        publications,
        { ...silent, anonymous: false, whoAmI: async () => undefined, look: async () => undefined },
        QUICK,
      ),
    ).rejects.toThrow(/knows no user/);
  });
});
