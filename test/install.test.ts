import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { VERSION } from "../packages/parseltongue/src/identity.ts";
import { platformPackage } from "../packages/parseltongue/src/targets.ts";
import { hostTarget } from "../scripts/lib/host.ts";
import { privateAuthority, startFront } from "../scripts/lib/install-matrix/fronts.ts";
import { type LocalRegistry, startRegistry } from "../scripts/lib/registry.ts";
import { ROOT, temporaryFolder } from "./support/places.ts";
import { publishedSchema } from "./support/schema.ts";

let registry: LocalRegistry;

beforeAll(async () => {
  registry = await startRegistry([hostTarget()]);
});
afterAll(() => registry.close());

/** npm of a user who has nothing: own home, own cache, own prefix. */
function freshUser() {
  const home = temporaryFolder();
  const prefix = join(home, "prefix");
  mkdirSync(join(home, "tmp"));
  writeFileSync(
    join(home, ".npmrc"),
    `registry=${registry.url}\nprefix=${prefix}\ncache=${join(home, "cache")}\nupdate-notifier=false\n`,
  );
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|PARSELTONGUE_|INIT_CWD$|NODE_PATH$)/i.test(name),
  );
  const env = {
    ...Object.fromEntries(kept),
    HOME: home,
    TMPDIR: join(home, "tmp"),
    XDG_CACHE_HOME: join(home, ".cache"),
    PATH: `${join(prefix, "bin")}:${process.env["PATH"]}`,
  };
  return {
    home,
    prefix,
    env,
    run: (program: string, args: readonly string[], cwd = home) =>
      execa(program, args, { cwd, env, extendEnv: false, reject: false, stdin: "ignore" }),
  };
}

/** Real code: a copy of this package's own sources. */
function realProject(): string {
  const folder = join(temporaryFolder(), "a real project");
  cpSync(join(ROOT, "packages", "parseltongue", "src"), join(folder, "src"), { recursive: true });
  return folder;
}

describe("from a registry", () => {
  test("a global installation works, brings one platform package, and runs no script", async () => {
    const { prefix, run } = freshUser();
    const installed = await run("npm", ["install", "--global", "parseltongue"]);
    expect(installed.exitCode, installed.stderr).toBe(0);
    expect(installed.stdout).toMatch(/added 2 packages/);

    expect(await run("pt", ["--version"])).toMatchObject({
      exitCode: 0,
      stdout: `parseltongue ${VERSION}`,
    });
    const doctor = await run("pt", ["doctor", "--json"]);
    expect(doctor.exitCode, doctor.stdout).toBe(0);
    expect(JSON.parse(doctor.stdout)).toMatchObject({
      ok: true,
      facts: { platforms: platformPackage(hostTarget()), "installed by": "npm (global)" },
    });
    const [platform] = readdirSync(
      join(prefix, "lib", "node_modules", "parseltongue", "node_modules", "@parseltongue"),
    );
    expect(platform).toBe(hostTarget().name);
  });

  test("npx runs the onboarding of a real project", async () => {
    const { run } = freshUser();
    const project = realProject();
    const { exitCode, stdout, stderr } = await run(
      "npx",
      ["--yes", "-p", "parseltongue", "pt", "onboard", "."],
      project,
    );
    expect(exitCode, stderr).toBe(0);
    // It names what is really there.
    expect(stdout).toMatch(/src\/\w+\.ts/);
    const report = readFileSync(
      join(project, "parseltongue_workspace", "latest", "report.md"),
      "utf8",
    );
    expect(report).toMatch(/src\/\w+\.ts/);
    expect(
      readFileSync(join(project, "parseltongue_workspace", "latest", "functions.tsv"), "utf8"),
    ).toMatch(/^src\/resolve\.ts\t\d+\tresolveBinary$/m);
  });

  test("other packages come through it from the configured registry, by its certificates", async () => {
    const { cafile, tls, remove } = privateAuthority();
    onTestFinished(remove);
    const manifest = { name: "somebody-elses", "dist-tags": {}, versions: {} };
    const upstream = await startFront(registry.url, {
      tls,
      intercept: (_, response) => {
        response.setHeader("content-type", "application/json").end(JSON.stringify(manifest));
        return true;
      },
    });
    onTestFinished(upstream.close);
    vi.stubEnv("npm_config_registry", upstream.url);
    vi.stubEnv("npm_config_cafile", cafile);
    onTestFinished(() => void vi.unstubAllEnvs());
    const local = await startRegistry([]);
    onTestFinished(local.close);
    const answer = await fetch(`${local.url}${manifest.name}`);
    expect(await answer.json()).toMatchObject({ name: manifest.name });
  });

  test("a project's dependency answers, embeds and installs templates", async () => {
    const { run } = freshUser();
    const project = realProject();
    writeFileSync(
      join(project, "package.json"),
      JSON.stringify({ name: "project", private: true }),
    );
    const installed = await run("npm", ["install", "--save-dev", "parseltongue"], project);
    expect(installed.exitCode, installed.stderr).toBe(0);
    expect(await run("npx", ["pt", "callers", "resolveBinary"], project)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/engineNow/),
    });
    expect(
      await run("npx", ["parseltongue", "callers", "nothingOfThisName"], project),
    ).toMatchObject({ exitCode: 1 });

    writeFileSync(
      join(project, "esm.mjs"),
      'import { binaryPath, run } from "parseltongue"; console.log(binaryPath()); console.log((await run(["--version"])).stdout);',
    );
    writeFileSync(
      join(project, "cjs.cjs"),
      'const { binaryPath, run } = require("parseltongue"); console.log(binaryPath()); run(["--version"]).then(({ stdout }) => console.log(stdout));',
    );
    // Tools that embed it are bundled themselves.
    for (const [file, format] of [
      ["esm.mjs", "esm"],
      ["cjs.cjs", "cjs"],
    ] as const)
      await build({
        absWorkingDir: project,
        entryPoints: [file],
        bundle: true,
        platform: "node",
        format,
        outfile: join(project, `bundled-${file}`),
      });
    for (const file of ["esm.mjs", "cjs.cjs", "bundled-esm.mjs", "bundled-cjs.cjs"]) {
      const { stdout, exitCode } = await run(process.execPath, [file], project);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(join("@parseltongue", hostTarget().name));
      expect(stdout).toContain(VERSION);
    }

    expect((await run("npx", ["pt", "init-templates"], project)).exitCode).toBe(0);
    expect(existsSync(join(project, ".parseltongue", "toolkit", "pt"))).toBe(true);
  });
});

/** A project whose owner omits optional dependencies. */
async function withoutPlatform() {
  const user = freshUser();
  const project = realProject();
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true }));
  writeFileSync(join(project, ".npmrc"), "omit=optional\n");
  const installed = await user.run("npm", ["install", "parseltongue"], project);
  expect(installed.exitCode, installed.stderr).toBe(0);
  const main = join(project, "node_modules", "parseltongue");
  const cli = join(main, "dist", "cli.js");
  const cached = join(
    user.home,
    ".cache",
    "parseltongue",
    "binaries",
    VERSION,
    hostTarget().name,
    "parseltongue",
  );
  const options = (extra: Record<string, string>) =>
    ({
      cwd: project,
      env: { ...user.env, ...extra },
      extendEnv: false,
      reject: false,
      stdin: "ignore",
    }) as const;
  const run = (args: readonly string[], extra: Record<string, string> = {}) =>
    execa(process.execPath, [cli, ...args], options(extra));
  const pt = (extra: Record<string, string> = {}) => run(["export", "--help"], extra);
  return { main, cached, pt, run, project, user };
}

describe("where the platform package is missing", () => {
  const OFFLINE = { npm_config_registry: "http://127.0.0.1:9/" };

  test("it is downloaded once, with one line that says why, and then works offline", async () => {
    const { pt, cached } = await withoutPlatform();
    const first = await pt();
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.stderr.trim().split("\n")).toHaveLength(1);
    expect(first.stderr).toMatch(/PT_OPTIONAL_OFF.*downloading it from 127\.0\.0\.1/);
    expect(first.stdout).toContain("Usage:");
    expect(statSync(cached).mode & 0o777).toBe(0o755);
    expect(await pt(OFFLINE)).toMatchObject({ exitCode: 0, stderr: "", stdout: first.stdout });
  });

  test("a poisoned or truncated cache is replaced, and never run", async () => {
    const { pt, cached } = await withoutPlatform();
    mkdirSync(join(cached, ".."), { recursive: true });
    writeFileSync(cached, "#!/bin/sh\necho poisoned\n", { mode: 0o755 });
    const { stdout, exitCode } = await pt();
    expect({ exitCode, poisoned: stdout.includes("poisoned") }).toEqual({
      exitCode: 0,
      poisoned: false,
    });
    truncateSync(cached, 1000);
    expect((await pt()).exitCode).toBe(0);
  });

  test("other bytes than the published ones are thrown away", async () => {
    const { pt, cached, main } = await withoutPlatform();
    const file = join(main, "dist", "binaries.json");
    const pins = JSON.parse(readFileSync(file, "utf8"));
    pins[hostTarget().name].sha256 = "0".repeat(64);
    writeFileSync(file, JSON.stringify(pins));
    const { exitCode, stderr } = await pt();
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining("[PT_DOWNLOAD_HASH]"),
    });
    expect(existsSync(cached)).toBe(false);
  });

  test("ten processes at once all succeed", async () => {
    const { pt, cached, user } = await withoutPlatform();
    const results = await Promise.all(Array.from({ length: 10 }, () => pt()));
    expect(results.map(({ exitCode }) => exitCode)).toEqual(Array(10).fill(0));
    expect(readdirSync(join(cached, ".."))).toEqual(["parseltongue"]);
    // None was driven out to the second choice by another that was making the same folders.
    expect(readdirSync(user.env.TMPDIR)).not.toContainEqual(
      expect.stringContaining("parseltongue"),
    );
  });

  test("nothing is downloaded where that is forbidden", async () => {
    const { pt, cached } = await withoutPlatform();
    const { exitCode, stderr } = await pt({ PARSELTONGUE_NO_DOWNLOAD: "1" });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("[PT_OPTIONAL_OFF]");
    expect(stderr).toContain("PARSELTONGUE_NO_DOWNLOAD");
    expect(existsSync(cached)).toBe(false);
  });

  test("a registry that cannot be reached is named", async () => {
    const { pt } = await withoutPlatform();
    const { exitCode, stderr } = await pt(OFFLINE);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining("[PT_DOWNLOAD_FAILED]"),
    });
    expect(stderr).toContain("127.0.0.1:9");
  });

  test("a cache that cannot be written is named", async () => {
    const { pt, main } = await withoutPlatform();
    // A file in the folder's place stops root too.
    const { exitCode, stderr } = await pt({ PARSELTONGUE_CACHE_DIR: join(main, "package.json") });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining("[PT_CACHE_UNWRITABLE]"),
    });
  });

  test("a registry that is busy for a moment is asked again", async () => {
    const { pt } = await withoutPlatform();
    let refusals = 2;
    const front = await startFront(registry.url, {
      intercept: (_, response) => {
        if (refusals-- <= 0) return false;
        response.writeHead(503).end();
        return true;
      },
    });
    onTestFinished(front.close);
    const { exitCode, stderr } = await pt({ npm_config_registry: front.url });
    expect(exitCode, stderr).toBe(0);
  });

  test.each([
    ["a login page", 200, "<html>log in</html>", /something else than JSON/],
    ["a refusal", 403, "{}", /403 Forbidden[\s\S]*_authToken/],
    ["no such package", 404, "{}", /404 Not Found[\s\S]*mirror/],
    ["no such version", 200, '{"versions":{}}', /has no @parseltongue/],
  ])("%s is named as that", async (_, status, body, said) => {
    const { pt } = await withoutPlatform();
    const front = await startFront(registry.url, {
      intercept: (_url, response) => {
        response.writeHead(status).end(body);
        return true;
      },
    });
    onTestFinished(front.close);
    const { exitCode, stderr } = await pt({ npm_config_registry: front.url });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("[PT_DOWNLOAD_FAILED]");
    expect(stderr).toMatch(said);
  });

  test.each([
    ["an expired certificate", { expired: true }, /certificate has expired[\s\S]*set the clock/],
    ["another host's certificate", { names: "DNS:elsewhere" }, /another host's[\s\S]*log in to/],
  ] as const)("%s is named as that", async (_, how, said) => {
    const { pt } = await withoutPlatform();
    const { cafile, tls, remove } = privateAuthority(how);
    onTestFinished(remove);
    const front = await startFront(registry.url, { tls });
    onTestFinished(front.close);
    const { exitCode, stderr } = await pt({
      npm_config_registry: front.url,
      npm_config_cafile: cafile,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("[PT_DOWNLOAD_FAILED]");
    expect(stderr).toMatch(said);
  });

  test("an interrupted download leaves nothing, and the next one succeeds", async () => {
    const { run, pt, cached } = await withoutPlatform();
    let stalled: (() => void) | undefined;
    const waiting = new Promise<void>((done) => {
      stalled = done;
    });
    const front = await startFront(registry.url, {
      intercept: (url, response) => {
        if (!url.endsWith(".tgz")) return false;
        // The start of an archive, and no more.
        response.writeHead(200).write(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]));
        stalled?.();
        return true;
      },
    });
    onTestFinished(front.close);
    const started = run(["export", "--help"], { npm_config_registry: front.url });
    await waiting;
    started.kill("SIGINT");
    expect(await started).toMatchObject({ signal: "SIGINT" });
    expect(existsSync(join(cached, ".."))).toBe(false);
    expect((await pt()).exitCode).toBe(0);
  });
});

describe("pt doctor", () => {
  test("--fix brings a package back that npm was told to leave out", async () => {
    const { run, pt, main } = await withoutPlatform();
    const { exitCode, stdout, stderr } = await run(["doctor", "--fix"]);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stderr).toContain("npm install --include=optional");
    expect(existsSync(join(main, "..", "@parseltongue", hostTarget().name))).toBe(true);
    expect(await pt()).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("--fix downloads where the package manager cannot be called", async () => {
    const { run, cached } = await withoutPlatform();
    const { exitCode, stderr } = await run(["doctor", "--fix"], { PATH: "/nowhere" });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain("npm cannot be started (ENOENT)");
    expect(existsSync(cached)).toBe(true);
  });

  test("says that the engine runs from the cache, and how to install it", async () => {
    const { run, pt } = await withoutPlatform();
    expect((await pt()).exitCode).toBe(0);
    const { exitCode, stdout } = await run(["doctor", "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      note: { code: "PT_OPTIONAL_OFF", command: "npm install --include=optional" },
    });
    const { exact } = publishedSchema("doctor-1.json");
    expect(exact(JSON.parse(stdout)), JSON.stringify(exact.errors)).toBe(true);
    const verified = JSON.parse((await run(["doctor", "--verify", "--json"])).stdout);
    expect(exact(verified), JSON.stringify(exact.errors)).toBe(true);
    expect(await run(["doctor", "--verify"])).toMatchObject({ exitCode: 0 });
  });

  test("finds an installed binary that was changed, does not start it, and mends it", async () => {
    const { run, project } = await withoutPlatform();
    writeFileSync(join(project, ".npmrc"), "");
    expect((await run(["doctor", "--fix"])).exitCode).toBe(0);
    expect(await run(["doctor", "--verify"])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^verified: .*\n {2}SHA-256 [0-9a-f]{64}, as published$/),
    });
    const binary = join(project, "node_modules", platformPackage(hostTarget()), "bin/parseltongue");
    const bytes = readFileSync(binary);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(binary, bytes);
    const verified = await run(["doctor", "--verify"]);
    expect(verified.exitCode).toBe(2);
    expect(verified.stdout).toContain("[PT_BINARY_HASH]");
    const { stdout } = await run(["doctor", "--json"]);
    expect(JSON.parse(stdout).problem.code).toBe("PT_BINARY_HASH");
    expect(JSON.parse(stdout).facts).not.toHaveProperty("starts");
    expect((await run(["doctor", "--fix"])).exitCode).toBe(0);
    expect(await run(["doctor", "--verify"])).toMatchObject({ exitCode: 0 });
  });
});
