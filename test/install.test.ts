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
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VERSION } from "../packages/parseltongue/src/identity.ts";
import { platformPackage } from "../packages/parseltongue/src/targets.ts";
import { hostTarget } from "../scripts/lib/host.ts";
import { type LocalRegistry, startRegistry } from "../scripts/lib/registry.ts";
import { ROOT, temporaryFolder } from "./support/places.ts";

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
    for (const file of ["esm.mjs", "cjs.cjs"]) {
      const { stdout, exitCode } = await run(process.execPath, [file], project);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(join("@parseltongue", hostTarget().name));
      expect(stdout).toContain(VERSION);
    }

    expect((await run("npx", ["pt", "init-templates"], project)).exitCode).toBe(0);
    expect(existsSync(join(project, ".parseltongue", "toolkit", "pt"))).toBe(true);
  });
});

describe("where the platform package is missing", () => {
  /** A project whose owner omits optional dependencies. */
  async function withoutPlatform() {
    const user = freshUser();
    const project = realProject();
    writeFileSync(
      join(project, "package.json"),
      JSON.stringify({ name: "project", private: true }),
    );
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
    const pt = (extra: Record<string, string> = {}) =>
      execa(process.execPath, [cli, "export", "--help"], {
        cwd: project,
        env: { ...user.env, ...extra },
        extendEnv: false,
        reject: false,
        stdin: "ignore",
      });
    return { main, cached, pt };
  }
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
    const { pt, cached } = await withoutPlatform();
    const results = await Promise.all(Array.from({ length: 10 }, () => pt()));
    expect(results.map(({ exitCode }) => exitCode)).toEqual(Array(10).fill(0));
    expect(readdirSync(join(cached, ".."))).toEqual(["parseltongue"]);
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
});
