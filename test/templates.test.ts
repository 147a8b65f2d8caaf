import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { lineDiff } from "../packages/parseltongue/src/templates/diff.ts";
import {
  TEMPLATES as TABLE,
  TOOLKIT_FOLDER,
} from "../packages/parseltongue/src/templates/table.ts";
import { builtBinary } from "../scripts/lib/engine.ts";
import { hostTarget } from "../scripts/lib/host.ts";
import { TOOLKIT } from "../scripts/lib/manifests.ts";
import { CLI, ROOT, temporaryFolder } from "./support/places.ts";

/** What is installed without being asked for by name. */
const TEMPLATES = TABLE.filter(({ blockIn }) => blockIn === undefined);

/** The engine, which carries the templates. */
const env = { ...process.env, PARSELTONGUE_BINARY: builtBinary(hostTarget()) };

const templates = (folder: string, ...args: string[]) =>
  spawnSync(process.execPath, [CLI, "init-templates", folder, ...args], { encoding: "utf8", env });
const installed = (folder: string, file: string): string => join(folder, TOOLKIT_FOLDER, file);
const read = (folder: string, file: string): string =>
  readFileSync(installed(folder, file), "utf8");
const shipped = (file: string): string => readFileSync(join(ROOT, TOOLKIT, file), "utf8");
const everything = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[]).sort();

describe("pt init-templates", () => {
  test("installs every template, scripts executable, and nothing outside its folder", () => {
    const folder = temporaryFolder();
    const { status, stdout } = templates(folder);
    expect(status).toBe(0);
    for (const { file, executable } of TEMPLATES) {
      expect(read(folder, file)).toBe(shipped(file));
      expect(statSync(installed(folder, file)).mode & 0o777).toBe(executable ? 0o755 : 0o644);
      expect(stdout).toMatch(new RegExp(`^installed +\\S*${file}$`, "m"));
    }
    expect(readdirSync(folder)).toEqual([".parseltongue"]);
  });

  test("does nothing the second time", () => {
    const folder = temporaryFolder();
    templates(folder);
    const before = statSync(installed(folder, "pt")).mtimeMs;
    const { stdout } = templates(folder);
    expect(
      stdout
        .trim()
        .split("\n")
        .every((line) => line.startsWith("up to date")),
    ).toBe(true);
    expect(statSync(installed(folder, "pt")).mtimeMs).toBe(before);
  });

  test("never overwrites an edited file without --force", () => {
    const folder = temporaryFolder();
    templates(folder);
    writeFileSync(installed(folder, "codebase_analysis.md"), "ours\n");
    const kept = templates(folder);
    expect(kept).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/kept.*codebase_analysis\.md/),
      stderr: expect.stringContaining("--force"),
    });
    expect(read(folder, "codebase_analysis.md")).toBe("ours\n");
    templates(folder, "--force");
    expect(read(folder, "codebase_analysis.md")).toBe(shipped("codebase_analysis.md"));
  });

  test("does not overwrite a file that was there before", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, TOOLKIT_FOLDER), { recursive: true });
    writeFileSync(installed(folder, "pt"), "somebody's own\n");
    templates(folder);
    expect(read(folder, "pt")).toBe("somebody's own\n");
  });

  test("an upgrade replaces what is untouched, keeps what was edited, and removes what is no longer shipped", () => {
    const root = temporaryFolder();
    const run = (engine = env.PARSELTONGUE_BINARY) =>
      spawnSync(process.execPath, [CLI, "init-templates", root], {
        encoding: "utf8",
        env: { ...env, PARSELTONGUE_BINARY: engine },
      });
    // The engine of an older version: other contents, and a template that was given up later.
    const old = join(temporaryFolder(), "old-engine");
    const contents = Object.fromEntries(
      TEMPLATES.map(({ file }) => [file, /^(codebase|refactor)/.test(file) ? "old text\n" : file]),
    );
    writeFileSync(old, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(contents)}\nEND\n`, {
      mode: 0o755,
    });
    run(old);
    const record = join(root, ".parseltongue", "templates.json");
    const given = installed(root, "given_up.md");
    writeFileSync(given, "old text\n");
    const parsed = JSON.parse(readFileSync(record, "utf8"));
    parsed.files[`${TOOLKIT_FOLDER}/given_up.md`] =
      parsed.files[`${TOOLKIT_FOLDER}/codebase_analysis.md`];
    writeFileSync(record, JSON.stringify(parsed));
    writeFileSync(installed(root, "refactor_planning.md"), "edited\n");

    const { stdout } = run();
    expect(stdout).toMatch(/upgraded +\S*codebase_analysis\.md/);
    expect(read(root, "codebase_analysis.md")).toBe(shipped("codebase_analysis.md"));
    expect(read(root, "refactor_planning.md")).toBe("edited\n");
    expect(existsSync(given)).toBe(false);
  });

  test("an engine that lacks a template ends it, and removes nothing", () => {
    const root = temporaryFolder();
    templates(root);
    const before = everything(root);
    const other = join(temporaryFolder(), "other-engine");
    writeFileSync(other, '#!/bin/sh\necho "{}"\n', { mode: 0o755 });
    const { status, stderr } = spawnSync(process.execPath, [CLI, "init-templates", root], {
      encoding: "utf8",
      env: { ...env, PARSELTONGUE_BINARY: other },
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain("unset PARSELTONGUE_BINARY");
    expect(everything(root)).toEqual(before);
  });

  test("a record that was tampered with cannot make it delete other files", () => {
    const folder = temporaryFolder();
    templates(folder);
    writeFileSync(join(folder, "precious"), "old text\n");
    const record = join(folder, ".parseltongue", "templates.json");
    const parsed = JSON.parse(readFileSync(record, "utf8"));
    const hash = "b7c1ba56a5e3d5f4b1b8b3f0a0a9a8a7";
    for (const path of ["precious", `${TOOLKIT_FOLDER}/../../precious`]) parsed.files[path] = hash;
    writeFileSync(record, JSON.stringify(parsed));
    templates(folder, "--uninstall", "--force");
    expect(existsSync(join(folder, "precious"))).toBe(true);
  });

  test("--dry-run and --list change nothing", () => {
    const folder = temporaryFolder();
    expect(templates(folder, "--dry-run").stdout).toContain("would install");
    expect(templates(folder, "--list").stdout).toMatch(/^codebase-analysis +absent/m);
    expect(everything(folder)).toEqual([]);
  });

  test("--diff shows what was edited", () => {
    const folder = temporaryFolder();
    templates(folder);
    writeFileSync(installed(folder, "pt"), `${shipped("pt")}# mine\n`);
    const { stdout } = templates(folder, "--diff");
    expect(stdout).toContain("- # mine\n");
    expect(stdout).not.toContain("codebase_analysis.md");
  });

  test("--uninstall removes what was installed, and only that", () => {
    const folder = temporaryFolder();
    templates(folder);
    writeFileSync(installed(folder, "mine.md"), "mine\n");
    writeFileSync(installed(folder, "pt"), "edited\n");
    templates(folder, "--uninstall");
    expect(readdirSync(join(folder, TOOLKIT_FOLDER)).sort()).toEqual(["mine.md", "pt"]);
    rmSync(installed(folder, "mine.md"));
    templates(folder, "--uninstall", "--force");
    expect(everything(folder)).toEqual([]);
  });

  test("--only takes single templates", () => {
    const folder = temporaryFolder();
    expect(templates(folder, "--only", "pt", "--only=debug-entity").status).toBe(0);
    expect(readdirSync(join(folder, TOOLKIT_FOLDER)).sort()).toEqual(["debug_entity.sh", "pt"]);
    expect(templates(folder, "--only", "nothing")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("codebase-analysis"),
    });
  });

  test.each([".parseltongue", TOOLKIT_FOLDER, `${TOOLKIT_FOLDER}/pt`])(
    "does not follow the link %s out of the project",
    (path) => {
      const folder = temporaryFolder();
      const outside = temporaryFolder();
      mkdirSync(join(folder, path, ".."), { recursive: true });
      symlinkSync(path.endsWith("pt") ? join(outside, "pt") : outside, join(folder, path));
      const { status, stdout } = templates(folder);
      expect({ status, refused: stdout.includes("refused") }).toEqual({ status: 2, refused: true });
      expect(everything(outside)).toEqual([]);
    },
  );

  test.each([
    ["beside it", (folder: string) => installed(folder, "parseltongue")],
    [
      "as a dependency of a project around it",
      (folder: string) => join(folder, "node_modules", ".bin", "parseltongue"),
    ],
  ])("the installed wrapper finds the binary %s and passes commands on", (_, place) => {
    const folder = temporaryFolder();
    templates(folder);
    const binary = place(folder);
    mkdirSync(dirname(binary), { recursive: true });
    writeFileSync(binary, '#!/bin/sh\necho "engine: $*"\n', { mode: 0o755 });
    const { PARSELTONGUE_BINARY: _unset, ...env } = process.env;
    const { stdout, status } = spawnSync(installed(folder, "pt"), ["callers", "main"], {
      encoding: "utf8",
      env,
    });
    expect({ stdout, status }).toEqual({ stdout: "engine: callers main\n", status: 0 });
  });
});

describe("the block in AGENTS.md", () => {
  const agents = (folder: string): string => readFileSync(join(folder, "AGENTS.md"), "utf8");
  const only = ["--only", "agents"];

  test("comes only where it is asked for, behind what is there, and goes without a trace", () => {
    const folder = temporaryFolder();
    const own = "# Rules\n\nBe kind.\n";
    writeFileSync(join(folder, "AGENTS.md"), own, { mode: 0o600 });
    templates(folder);
    expect(agents(folder)).toBe(own);
    expect(templates(folder, "--list").stdout).toMatch(/^agents +absent/m);
    expect(templates(folder, ...only).status).toBe(0);
    expect(agents(folder)).toMatch(
      /^# Rules\n\nBe kind\.\n\n<!-- parseltongue: begin [^\n]*-->\n## /,
    );
    expect(agents(folder)).toContain(shipped("agents_block.md"));
    expect(statSync(join(folder, "AGENTS.md")).mode & 0o777).toBe(0o600);
    expect(templates(folder, ...only).stdout).toContain("up to date");
    templates(folder, "--uninstall");
    expect(agents(folder)).toBe(own);
  });

  test("makes the file where there is none, and removes it again", () => {
    const folder = temporaryFolder();
    templates(folder, ...only);
    expect(agents(folder)).toContain("pt onboard .");
    templates(folder, "--uninstall");
    expect(everything(folder)).toEqual([]);
  });

  test("is kept where it was edited, upgraded where not, and the rest of the file is never touched", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "AGENTS.md"), "before\r\n");
    templates(folder, ...only);
    expect(agents(folder).replaceAll("\r\n", "")).not.toContain("\n");
    writeFileSync(join(folder, "AGENTS.md"), `${agents(folder)}after\r\n`);
    expect(templates(folder).stdout).toMatch(/up to date +\S*AGENTS\.md/);
    writeFileSync(join(folder, "AGENTS.md"), agents(folder).replace("Ask it", "Please ask it"));
    expect(templates(folder).stdout).toMatch(/kept.*AGENTS\.md/);
    expect(templates(folder, ...only, "--diff").stdout).toContain("Please ask it");
    templates(folder, ...only, "--force");
    expect(agents(folder)).toMatch(/^before\r\n[\s\S]*Ask it[\s\S]*after\r\n$/);
  });

  test("is left alone where a marker was lost", () => {
    const folder = temporaryFolder();
    templates(folder, ...only);
    const broken = agents(folder).replace("<!-- parseltongue: end -->", "");
    writeFileSync(join(folder, "AGENTS.md"), broken);
    for (const more of [["--force"], ["--uninstall", "--force"]]) {
      expect(templates(folder, ...only, ...more).stdout).toMatch(/kept.*AGENTS\.md/);
      expect(agents(folder)).toBe(broken);
    }
  });

  test("does not follow a link out of the project", () => {
    const folder = temporaryFolder();
    const outside = join(temporaryFolder(), "AGENTS.md");
    writeFileSync(outside, "theirs\n");
    symlinkSync(outside, join(folder, "AGENTS.md"));
    expect(templates(folder, ...only).status).toBe(2);
    expect(readFileSync(outside, "utf8")).toBe("theirs\n");
  });
});

describe("the difference of two texts", () => {
  test("is empty for equal texts", () => {
    expect(lineDiff("a\nb\n", "a\nb\n")).toBe("");
  });

  test("shows changed lines with context and skips the rest", () => {
    const before = ["1", "2", "3", "4", "5", "6", "7", "8"].join("\n");
    expect(lineDiff(before, before.replace("5", "five"))).toBe("  3\n  4\n- 5\n+ five\n  6\n  7\n");
  });
});

test("the generated scripts are clean for shellcheck", () => {
  const scripts = TEMPLATES.filter(({ executable }) => executable).map(({ file }) =>
    join(ROOT, TOOLKIT, file),
  );
  const available = spawnSync("shellcheck", ["--version"]).status === 0;
  // Without shellcheck the shells themselves must at least accept them.
  for (const script of scripts)
    expect(spawnSync("sh", ["-n", script], { encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  if (available)
    expect(spawnSync("shellcheck", scripts, { encoding: "utf8" })).toMatchObject({
      status: 0,
      stdout: "",
    });
});
