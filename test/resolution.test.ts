import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { CAUSES } from "../packages/parseltongue/src/causes.ts";
import { inspectExecutable } from "../packages/parseltongue/src/executable.ts";
import { resolveBinary } from "../packages/parseltongue/src/resolve.ts";
import { platformPackage, TARGETS, targetsFor } from "../packages/parseltongue/src/targets.ts";
import { hostTarget } from "../scripts/lib/host.ts";
import { installedNodes } from "../scripts/lib/nodes.ts";
import { type InstalledProject, installedProject, installPlatform } from "./support/installed.ts";
import { MAIN_PACKAGE, PROBE, ROOT, temporaryFolder } from "./support/places.ts";

const foreign = TARGETS.find(({ os }) => os !== process.platform) ?? TARGETS[0];
if (foreign === undefined) throw new Error("the target table is empty");

/** Overwrites bytes of a file. */
function patch(file: string, at: number, ...bytes: number[]): void {
  const content = readFileSync(file);
  content.set(bytes, at);
  writeFileSync(file, content);
}

interface Damage {
  readonly code: keyof typeof CAUSES;
  readonly how: string;
  readonly damage: (project: InstalledProject) => Record<string, string> | undefined;
  /** What the advice must name. */
  readonly advice: RegExp;
}

const DAMAGES: readonly Damage[] = [
  {
    code: "PT_PACKAGE_MISSING",
    how: "the platform package is absent",
    damage: ({ platformFolder }) => void rmSync(dirname(platformFolder), { recursive: true }),
    advice: /npm install --include=optional/,
  },
  {
    code: "PT_PACKAGE_OTHER_PLATFORM",
    how: "node_modules came from another platform",
    damage: ({ root, platformFolder }) => {
      rmSync(platformFolder, { recursive: true });
      installPlatform(root, foreign);
      return undefined;
    },
    advice: /rm -rf node_modules && npm install/,
  },
  {
    code: "PT_PACKAGE_OTHER_PLATFORM",
    how: "Yarn's pnpm linker skipped the platform package, and left a manifest for it",
    damage: ({ root, platformFolder }) => {
      rmSync(platformFolder, { recursive: true });
      mkdirSync(platformFolder);
      const manifest = { name: platformPackage(hostTarget()), mocked: true };
      writeFileSync(join(platformFolder, "package.json"), JSON.stringify(manifest));
      installPlatform(root, foreign);
      return undefined;
    },
    advice: /rm -rf node_modules && npm install/,
  },
  {
    code: "PT_OPTIONAL_OFF",
    how: "the project's .npmrc omits optional dependencies",
    damage: ({ root, platformFolder }) => {
      rmSync(platformFolder, { recursive: true });
      writeFileSync(join(root, ".npmrc"), "fund=false\nomit=optional\n");
      return undefined;
    },
    advice: /remove "(npm_config_)?omit=/,
  },
  {
    code: "PT_OPTIONAL_OFF",
    how: "the environment omits optional dependencies",
    damage: ({ platformFolder }) => {
      rmSync(platformFolder, { recursive: true });
      return { npm_config_omit: "dev optional" };
    },
    advice: /remove "(npm_config_)?omit=/,
  },
  {
    code: "PT_LOCKFILE_PRUNED",
    how: "the lockfile repeats the dependency but lacks the package",
    damage: ({ root, platformFolder }) => {
      rmSync(dirname(platformFolder), { recursive: true });
      const optionalDependencies = { [platformPackage(hostTarget())]: "0.1.0" };
      const packages = {
        "": {},
        "node_modules/parseltongue": { version: "0.1.0", optionalDependencies },
      };
      writeFileSync(
        join(root, "package-lock.json"),
        JSON.stringify({ lockfileVersion: 3, packages }, null, 2),
      );
      return undefined;
    },
    advice:
      /rm -rf node_modules package-lock.json && npm install|rm -rf node_modules && rm -rf package-lock.json && npm install/,
  },
  {
    code: "PT_BINARY_MISSING",
    how: "an antivirus program took the binary away",
    damage: ({ binary }) => void rmSync(binary),
    advice: /antivirus/,
  },
  {
    code: "PT_BINARY_TRUNCATED",
    how: "the binary is empty",
    damage: ({ binary }) => void truncateSync(binary, 0),
    advice: /npm install/,
  },
  {
    code: "PT_BINARY_TRUNCATED",
    how: "the binary ends in the middle",
    damage: ({ binary }) => void truncateSync(binary, Math.floor(readFileSync(binary).length / 3)),
    advice: /npm install/,
  },
  {
    code: "PT_BINARY_MODE",
    how: "the binary has no execute permission",
    damage: ({ binary }) => void chmodSync(binary, 0o644),
    advice: /chmod a\+rx/,
  },
  {
    code: "PT_BINARY_FORMAT",
    how: "the binary is a Git LFS pointer",
    damage: ({ binary }) =>
      void writeFileSync(
        binary,
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
      ),
    advice: /npm install/,
  },
  {
    code: "PT_BINARY_ARCH",
    how: "the binary is for another processor",
    damage: ({ binary }) => void patch(binary, 18, process.arch === "arm64" ? 62 : 183, 0),
    advice: /npm install/,
  },
  {
    code: "PT_BINARY_FORMAT",
    how: "the binary is for another operating system",
    damage: ({ binary }) => void patch(binary, 0, 0xcf, 0xfa, 0xed, 0xfe),
    advice: /npm install/,
  },
  {
    code: "PT_BINARY_FORMAT",
    how: "the binary was overwritten with text",
    damage: ({ binary }) =>
      void writeFileSync(binary, "<html>blocked by the company's proxy</html>\n".repeat(9)),
    advice: /npm install/,
  },
  {
    code: "PT_BINARY_LIBC",
    how: "the binary's loader is not on this system",
    damage: ({ binary }) => {
      const content = readFileSync(binary);
      content.write("XX", content.indexOf("/lib64/ld-linux") + 1);
      writeFileSync(binary, content);
      return undefined;
    },
    advice: /-musl@/,
  },
  {
    code: "PT_VERSION_MISMATCH",
    how: "the platform package is of another version",
    damage: ({ root }) => void installPlatform(root, hostTarget(), "0.0.9"),
    advice: /rm -rf node_modules\/@parseltongue\/\S+ && npm install/,
  },
  {
    code: "PT_OVERRIDE_MISSING",
    how: "the override points to nothing",
    damage: () => ({ PARSELTONGUE_BINARY: "/nowhere/parseltongue" }),
    advice: /unset it/,
  },
];

const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|PARSELTONGUE_)/i.test(name)),
  );

describe.each(DAMAGES)("$code: $how", ({ code, damage, advice }) => {
  test("the launcher and the doctor name the cause and the fix", () => {
    const project = installedProject();
    const env = { ...cleanEnvironment(), ...damage(project) };

    const launched = spawnSync(process.execPath, [project.cli, "callers", "main"], {
      encoding: "utf8",
      env,
      cwd: project.root,
    });
    expect(launched.status).toBe(2);
    expect(launched.stdout).toBe("");
    expect(launched.stderr).toContain(`[${code}]`);
    expect(launched.stderr).toMatch(advice);
    expect(launched.stderr).not.toMatch(/\n {4}at /);

    const examined = spawnSync(process.execPath, [project.cli, "doctor", "--json"], {
      encoding: "utf8",
      env,
      cwd: project.root,
    });
    expect(examined.status).toBe(2);
    const report = JSON.parse(examined.stdout);
    expect(report).toMatchObject({ ok: false, problem: { code } });
    expect(report.problem.fix).toMatch(advice);
  });
});

describe("doctor", () => {
  test("finds a binary that starts but fails", () => {
    const { cli, root } = installedProject();
    const { status, stdout } = spawnSync(process.execPath, [cli, "doctor", "--json"], {
      encoding: "utf8",
      env: cleanEnvironment(),
      cwd: root,
    });
    // The test's program knows no --version and ends with 94.
    expect({ status, problem: JSON.parse(stdout).problem.code }).toEqual({
      status: 2,
      problem: "PT_BINARY_CRASHED",
    });
  });

  test("shortens the home folder and hides secrets in its JSON", () => {
    const { cli, root } = installedProject();
    const env = {
      ...cleanEnvironment(),
      PARSELTONGUE_BINARY: join(homedir(), "https://user:secret@host", "npm_abcdefghijkl", "x"),
    };
    const { stdout } = spawnSync(process.execPath, [cli, "doctor", "--json"], {
      encoding: "utf8",
      env,
      cwd: root,
    });
    expect(stdout).toContain("~/");
    expect(stdout).not.toContain("abcdefghijkl");
    expect(stdout).not.toContain(`"${homedir()}/`);
  });

  test("documents every code", () => {
    const page = readFileSync(join(ROOT, "docs", "doctor.md"), "utf8");
    const headings = [...page.matchAll(/^### (PT_\w+)$/gm)].map((match) => match[1]);
    expect(headings.sort()).toEqual(Object.keys(CAUSES).sort());
  });
});

test.runIf(process.getuid?.() === 0).each([
  ["the binary", 0o700, (project: InstalledProject) => project.binary],
  ["its folder", 0o700, (project: InstalledProject) => dirname(project.binary)],
  ["the packages' folder", 0o700, (project: InstalledProject) => dirname(project.platformFolder)],
])("another user learns that %s is closed, and who can open it", (_, mode, closed) => {
  const project = installedProject();
  chmodSync(project.root, 0o755);
  chmodSync(closed(project), mode);
  const options = {
    encoding: "utf8",
    env: cleanEnvironment(),
    cwd: project.root,
    uid: 65534,
    gid: 65534,
  } as const;
  const { status, stderr } = spawnSync(process.execPath, [project.cli, "callers"], options);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/\[PT_BINARY_UNREADABLE\][\s\S]*chmod -R a\+rX/),
  });
  const { stdout } = spawnSync(process.execPath, [project.cli, "doctor", "--json"], options);
  const { code, command } = JSON.parse(stdout).problem;
  expect(code).toBe("PT_BINARY_UNREADABLE");
  spawnSync("sh", ["-c", command], { cwd: project.root });
  // The test's program ends with 94 for what it does not know.
  expect(spawnSync(process.execPath, [project.cli, "callers"], options).status).toBe(94);
});

describe("resolution", () => {
  test("takes the package that is installed", () => {
    const { root, binary } = installedProject();
    expect(resolveBinary({ env: {}, from: join(root, "x.js") })).toMatchObject({
      path: binary,
      source: "package",
      target: hostTarget(),
    });
  });

  test.runIf(process.platform === "linux")(
    "takes a build that fits where both C libraries are installed",
    () => {
      const { root } = installedProject();
      for (const target of targetsFor(process.platform, process.arch))
        installPlatform(root, target);
      expect(resolveBinary({ env: {}, from: join(root, "x.js") })).toMatchObject({
        target: hostTarget(),
      });
    },
  );

  test.runIf(process.platform === "linux")(
    "takes the static build where only that is installed",
    () => {
      const root = temporaryFolder();
      const musl = targetsFor(process.platform, process.arch).find(({ libc }) => libc === "musl");
      if (musl === undefined) throw new Error("there is no musl target for this machine");
      const binary = installPlatform(root, musl);
      expect(resolveBinary({ env: {}, from: join(root, "x.js") })).toMatchObject({
        path: binary,
        target: musl,
      });
    },
  );

  test("prefers the override", () => {
    const { root } = installedProject();
    expect(
      resolveBinary({ env: { PARSELTONGUE_BINARY: PROBE }, from: join(root, "x.js") }),
    ).toMatchObject({ path: PROBE, source: "override" });
  });

  test("does not take a folder for a binary", () => {
    expect(resolveBinary({ env: { PARSELTONGUE_BINARY: ROOT } })).toMatchObject({
      problem: "PT_OVERRIDE_MISSING",
    });
  });

  test("knows the platforms it has no binary for", () => {
    expect(resolveBinary({ env: {}, platform: "sunos", arch: "x64" })).toEqual({
      problem: "PT_PLATFORM_UNSUPPORTED",
    });
  });

  test("accepts a wrapper script as override", () => {
    const script = join(temporaryFolder(), "wrapper");
    writeFileSync(script, `#!/bin/sh\n${" ".repeat(64)}\nexit 5\n`, { mode: 0o755 });
    const { status } = spawnSync(
      process.execPath,
      [join(ROOT, "packages/parseltongue/dist/cli.js"), "callers"],
      { env: { ...process.env, PARSELTONGUE_BINARY: script } },
    );
    expect(status).toBe(5);
  });

  test("does not start a script whose interpreter is missing", () => {
    const script = join(temporaryFolder(), "wrapper");
    writeFileSync(script, `#!/nowhere/sh\n${" ".repeat(64)}\n`, { mode: 0o755 });
    expect(inspectExecutable(script).problem).toBe("PT_BINARY_LIBC");
  });

  test.runIf(process.platform === "linux")(
    "loads the launcher's addon from the package, and never from the cache",
    async () => {
      // Node 20 has no execve of its own.
      const node = (await installedNodes([20])).get(20) ?? "";
      const { binary, cli } = installedProject();
      const launch = join(dirname(cli), "launch.js");
      await build({
        entryPoints: [join(MAIN_PACKAGE, "src", "launch.ts")],
        outfile: launch,
        bundle: true,
        platform: "node",
        format: "cjs",
        define: { "import.meta.filename": "__filename" },
      });
      const script = `
        const { execveHere } = require(${JSON.stringify(launch)});
        const path = ${JSON.stringify(binary)};
        console.log(["package", "cache"].map((source) => typeof execveHere({ path, source })).join(" "));`;
      const { stdout, stderr } = spawnSync(node, ["-e", script], {
        encoding: "utf8",
        env: cleanEnvironment(),
      });
      expect({ stdout, stderr }).toEqual({ stdout: "function undefined\n", stderr: "" });
    },
  );

  test.runIf(process.platform !== "win32")(
    "finds the package of a file that was reached by a link",
    () => {
      const { cli, binary } = installedProject();
      const link = join(temporaryFolder(), "cli.js");
      symlinkSync(cli, link);
      expect(resolveBinary({ env: {}, from: link })).toMatchObject({ path: binary });
    },
  );
});
