import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { runServer } from "verdaccio";
import { PACKAGE_NAME, PLATFORM_SCOPE } from "../../packages/parseltongue/src/identity.ts";
import { platformPackage, TARGETS, type Target } from "../../packages/parseltongue/src/targets.ts";
import { platformManifest } from "./manifests.ts";
import { packAll, type Tarball } from "./pack.ts";

/** A registry on the loopback interface that holds this repository's packages. */
export interface LocalRegistry {
  readonly url: string;
  readonly packages: readonly Tarball[];
  /** The targets whose package is there without a binary. */
  readonly placeholders: readonly Target[];
  /** Stops it and removes its storage. */
  readonly close: () => Promise<void>;
}

/** A value of the user's npm configuration, as npm itself sees it. */
async function npmConfig(key: string): Promise<string | undefined> {
  const { stdout } = await execa("npm", ["config", "get", key], { cwd: tmpdir() });
  const value = stdout.trim();
  return value === "" || value === "null" || value === "undefined" ? undefined : value;
}

/** Everybody may read and publish: it listens on the loopback interface, and lives as long as one command. */
const OPEN = { access: "$all", publish: "$all", unpublish: "$all" } as const;

async function configuration(folder: string) {
  const [upstream, cafile] = await Promise.all([npmConfig("registry"), npmConfig("cafile")]);
  return {
    self_path: folder,
    configPath: join(folder, "config.yaml"),
    storage: join(folder, "storage"),
    auth: { htpasswd: { file: join(folder, "htpasswd"), max_users: -1 } },
    uplinks: {
      upstream: {
        url: upstream ?? "https://registry.npmjs.org/",
        timeout: "60s",
        max_fails: 5,
        ...(cafile === undefined ? {} : { ca: readFileSync(cafile, "utf8") }),
      },
    },
    packages: {
      // Never from upstream: unrelated packages have these names there.
      [PACKAGE_NAME]: OPEN,
      [`${PLATFORM_SCOPE}/*`]: OPEN,
      "**": { access: "$all", proxy: "upstream" },
    },
    server: { keepAliveTimeout: 60 },
    max_body_size: "200mb",
    web: { enable: false },
    log: { type: "file", path: join(folder, "verdaccio.log"), level: "warn", format: "json" },
  };
}

/**
 * Starts a registry with the main package and the packages of some targets. The other targets' packages are there
 * too, without a binary: Yarn resolves every optional dependency, also those of other platforms, and fails where
 * one does not exist. Without targets the registry is empty.
 */
export async function startRegistry(targets: readonly Target[]): Promise<LocalRegistry> {
  const folder = mkdtempSync(join(tmpdir(), "parseltongue-registry-"));
  // Also where the process ends before anybody can call close().
  const removeStorage = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeStorage);
  let server: Server | undefined;
  const close = async (): Promise<void> => {
    await new Promise<void>((done) => {
      if (server === undefined) return done();
      server.close(() => done());
      server.closeAllConnections();
    });
    removeStorage();
    process.removeListener("exit", removeStorage);
  };
  try {
    const running = (await runServer((await configuration(folder)) as never)) as Server;
    server = running;
    await new Promise<void>((done, failed) => {
      running.once("error", failed);
      running.listen(0, "127.0.0.1", done);
    });
    const url = `http://127.0.0.1:${(running.address() as AddressInfo).port}/`;
    if (targets.length === 0) return { url, packages: [], placeholders: [], close };
    const packages = await packAll(targets, join(folder, "tarballs"));
    const placeholders = TARGETS.filter(({ name }) => targets.every((each) => each.name !== name));
    // Two at a time: npm takes a processor to itself. The main package last, as in a release.
    const [main, ...platforms] = packages.map(({ file }) => file).reverse();
    const queue = [...platforms, ...placeholders.map((target) => placeholder(target, folder))];
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        await publish(next, url, folder);
    };
    await Promise.all([worker(), worker()]);
    if (main !== undefined) await publish(main, url, folder);
    for (const name of [PACKAGE_NAME, ...TARGETS.map(platformPackage)])
      backdate(join(folder, "storage", name, "package.json"));
    return { url, packages, placeholders, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How old everything here pretends to be. */
const AGE_MS = 30 * 24 * 3_600_000;

/**
 * Makes a package as old as a release that people install: Yarn 4.15 and pnpm 11 hold back what is younger than a
 * day, and what is tested here is the package and not its age.
 */
function backdate(file: string): void {
  const metadata = JSON.parse(readFileSync(file, "utf8")) as { time: Record<string, string> };
  const then = new Date(Date.now() - AGE_MS).toISOString();
  for (const key of Object.keys(metadata.time)) metadata.time[key] = then;
  writeFileSync(file, JSON.stringify(metadata));
}

/** The folder of a package that has a target's manifest and no binary. */
function placeholder(target: Target, folder: string): string {
  const source = join(folder, "placeholders", target.name);
  mkdirSync(source, { recursive: true });
  const manifest = {
    ...platformManifest(target),
    description: `${platformPackage(target)} without its binary, which was not built on this machine.`,
  };
  writeFileSync(join(source, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(source, "README.md"), `${manifest.description}\n`);
  return source;
}

/** npm refuses to publish without a login, so it is given a token that nobody checks. */
async function publish(what: string, url: string, folder: string): Promise<void> {
  const userconfig = join(folder, "npmrc");
  writeFileSync(userconfig, `${url.replace(/^http:/, "")}:_authToken=loopback\n`);
  await execa(
    "npm",
    [
      "publish",
      what,
      "--registry",
      url,
      "--userconfig",
      userconfig,
      "--provenance=false",
      "--ignore-scripts",
      "--access",
      "public",
    ],
    { cwd: folder },
  );
}
