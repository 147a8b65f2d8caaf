import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
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

  test("without optional dependencies the message names the setting", async () => {
    const { run } = freshUser();
    const project = realProject();
    writeFileSync(
      join(project, "package.json"),
      JSON.stringify({ name: "project", private: true }),
    );
    writeFileSync(join(project, ".npmrc"), "omit=optional\n");
    expect((await run("npm", ["install", "parseltongue"], project)).exitCode).toBe(0);
    const { exitCode, stderr } = await run("npx", ["--no-install", "pt", "callers", "x"], project);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("[PT_OPTIONAL_OFF]");
  });
});
