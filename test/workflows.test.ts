import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { engineArguments, WORKFLOWS } from "../packages/parseltongue/src/workflows/definitions.ts";
import { openRun, timestamp } from "../packages/parseltongue/src/workflows/workspace.ts";
import { TOOLKIT } from "../scripts/lib/manifests.ts";
import { CLI, ROOT, temporaryFolder } from "./support/places.ts";

const ENGINE = join(ROOT, "test", "programs", "echo-engine.sh");
const SCRIPTS = join(ROOT, TOOLKIT);
const env = { ...process.env, PARSELTONGUE_BINARY: ENGINE };

const pt = (args: readonly string[], options: object = {}) =>
  spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8", env, ...options });

/** A project of a git repository, with a name that a careless script would break on. */
function project(): string {
  const folder = join(temporaryFolder(), "a project with 'größe'");
  mkdirSync(join(folder, ".git"), { recursive: true });
  return folder;
}

const workspace = (folder: string): string => join(folder, "parseltongue_workspace");

/** Every document of the latest run. */
function documents(folder: string): Record<string, string> {
  const latest = join(workspace(folder), "latest");
  return Object.fromEntries(
    readdirSync(latest)
      .sort()
      .map((file) => [file, readFileSync(join(latest, file), "utf8")]),
  );
}

const argumentsFor = (workflow: (typeof WORKFLOWS)[number], folder: string): string[] =>
  ({
    directory: [folder],
    name: ["Thing::do it"],
    "directory and optional name": [folder, "Thing::do it"],
  })[workflow.subject];

describe.each(WORKFLOWS)("pt $name", (workflow) => {
  test("prints the answer and writes a document for each step", () => {
    const folder = project();
    const { status, stdout, stderr } = pt([workflow.name, ...argumentsFor(workflow, folder)], {
      cwd: folder,
    });
    const name = workflow.subject === "directory" ? undefined : "Thing::do it";
    const answer = (name === undefined ? undefined : workflow.answerWithName) ?? workflow.answer;
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `${engineArguments(answer, { root: folder, name }, "human").join("\n")}\n`,
    });
    expect(stderr).toMatch(
      new RegExp(
        `${workflow.steps.length} documents in parseltongue_workspace/${workflow.name}_\\d{8}T\\d{6}Z`,
      ),
    );
    const written = documents(folder);
    expect(Object.keys(written)).toEqual(workflow.steps.map(({ file }) => file).sort());
    for (const { file, from } of workflow.steps) {
      const expected =
        "template" in from
          ? readFileSync(join(SCRIPTS, from.template), "utf8")
          : `${engineArguments(from, { root: folder, name }).join("\n")}\n`;
      expect(written[file]).toBe(expected);
    }
  });

  test.each(["pt", ...(workflow.script ? [workflow.script] : [])])(
    "the script %s makes the same bytes",
    (script) => {
      const folder = project();
      const args = argumentsFor(workflow, folder);
      const fromNode = pt([workflow.name, ...args], { cwd: folder });
      const documentsFromNode = documents(folder);
      const fromShell = spawnSync(
        join(SCRIPTS, script),
        [...(script === "pt" ? [workflow.name] : []), ...args],
        { encoding: "utf8", env, cwd: folder },
      );
      expect({ status: fromShell.status, stdout: fromShell.stdout }).toEqual({
        status: 0,
        stdout: fromNode.stdout,
      });
      expect(documents(folder)).toEqual(documentsFromNode);
    },
  );
});

/** The shells that a POSIX script must run in, as far as this machine has them. */
const SHELLS = [["sh"], ["dash"], ["bash", "--posix"], ["bash"], ["busybox", "sh"], ["zsh"]].filter(
  ([shell = "", ...args]) => spawnSync(shell, [...args, "-c", "exit 7"]).status === 7,
);

describe.each(SHELLS)("in the shell %s %s", (shell, ...args) => {
  test.each([
    ["quotes and blanks", 'it\'s "a" project'],
    ["what a shell would run", "$(touch hacked) `touch hacked` ;touch hacked; & *"],
    ["line breaks", "two\nlines\n"],
    ["an option's look", "--help"],
    ["letters of the world", "größe 名前"],
  ])("the scripts make the same bytes for a folder and a name with %s", (_, odd) => {
    const folder = join(temporaryFolder(), odd);
    mkdirSync(join(folder, ".git"), { recursive: true });
    const asked = ["llm-context", "--", folder, odd];
    const fromNode = pt(asked, { cwd: folder });
    expect(fromNode.status).toBe(0);
    const documentsFromNode = documents(folder);
    for (const [script, given] of [
      ["pt", asked],
      ["generate_llm_context.sh", asked.slice(1)],
    ] as const) {
      const { status, stdout } = spawnSync(
        shell ?? "",
        [...args.filter((arg) => typeof arg === "string"), join(SCRIPTS, script), ...given],
        { encoding: "utf8", env, cwd: folder },
      );
      expect({ status, stdout }).toEqual({ status: 0, stdout: fromNode.stdout });
      expect(documents(folder)).toEqual(documentsFromNode);
    }
    expect(readdirSync(folder).sort()).toEqual([".git", "parseltongue_workspace"]);
  });
});

describe.each([
  ["pt", (args: readonly string[], options: object) => pt(args, options)],
  [
    "the shell script",
    (args: readonly string[], options: object) =>
      spawnSync(join(SCRIPTS, "pt"), args, { encoding: "utf8", env, ...options }),
  ],
] as const)("a workflow run by %s", (_, run) => {
  test("leaves a latest link to the newest run, and ignores itself", () => {
    const folder = project();
    run(["onboard", folder], { cwd: folder });
    run(["debug", "x"], { cwd: folder });
    expect(readlinkSync(join(workspace(folder), "latest"))).toMatch(/^debug_\d{8}T\d{6}Z$/);
    expect(readFileSync(join(workspace(folder), ".gitignore"), "utf8")).toBe("*\n");
    expect(readdirSync(workspace(folder)).filter((name) => name.startsWith(".partial"))).toEqual(
      [],
    );
  });

  test("ends with the engine's exit code and leaves nothing where the name is not found", () => {
    const folder = project();
    const { status, stdout, stderr } = run(["debug", "absent"], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("no entity is named absent");
    expect(existsSync(join(workspace(folder), "latest"))).toBe(false);
  });

  test("takes the enclosing git repository as root", () => {
    const folder = project();
    mkdirSync(join(folder, "deep", "down"), { recursive: true });
    const { stdout } = run(["debug", "x"], { cwd: join(folder, "deep", "down") });
    expect(stdout).toContain(`--root\n${folder}\n`);
  });

  test("passes the format on", () => {
    const folder = project();
    expect(run(["onboard", folder, "--format", "json"], { cwd: folder }).stdout).toContain(
      "--format\njson\n",
    );
    expect(run(["onboard", folder, "--format=xml"], { cwd: folder })).toMatchObject({
      status: 2,
      stdout: "",
    });
  });

  test("passes the engine's own flags on to every call", () => {
    const folder = project();
    run(["onboard", folder, "--no-ignore"], { cwd: folder });
    for (const text of Object.values(documents(folder))) expect(text).toContain("\n--no-ignore\n");
  });

  test("says what is missing", () => {
    expect(run(["onboard", "/nowhere/at all"], {})).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("/nowhere/at all"),
    });
    expect(run(["debug"], {})).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("name of an entity"),
    });
    expect(run(["debug", "a", "b"], {})).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("b"),
    });
    expect(run(["onboard", "--frmat", "json"], {})).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--frmat"),
    });
  });

  test("still answers where the project cannot be written", () => {
    const folder = project();
    // A file in the folder's place: also root, who may write everywhere, cannot make the folder.
    writeFileSync(workspace(folder), "");
    const { status, stdout, stderr } = run(["onboard", folder], { cwd: folder });
    expect({ status, answered: stdout.startsWith("report\nonboard\n") }).toEqual({
      status: 0,
      answered: true,
    });
    expect(stderr).toMatch(/cannot be written[\s\S]*--out/);
  });

  test("fails where the folder that was asked for cannot be written", () => {
    const folder = project();
    writeFileSync(join(folder, "file"), "");
    expect(run(["onboard", folder, "--out", join(folder, "file")], { cwd: folder }).status).toBe(2);
  });

  test("writes where --out says", () => {
    const folder = project();
    const out = join(folder, "elsewhere");
    expect(run(["onboard", folder, "--out", out], { cwd: folder }).status).toBe(0);
    expect(existsSync(join(out, "latest", "report.md"))).toBe(true);
    expect(existsSync(workspace(folder))).toBe(false);
  });

  test("takes a name that looks like an option after --", () => {
    const folder = project();
    expect(run(["debug", "--", "-x"], { cwd: folder }).stdout).toContain("--\n-x\n");
  });
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s in the middle of pt debug leaves nothing half-written and ends the engine",
  async (signal) => {
    const folder = project();
    const launcher = spawn(process.execPath, [CLI, "debug", "slow"], {
      cwd: folder,
      env,
      stdio: ["ignore", "ignore", "ignore"],
    });
    const partial = (): string[] =>
      existsSync(workspace(folder))
        ? readdirSync(workspace(folder)).filter((name) => name.startsWith(".partial"))
        : [];
    // Until the first document hangs half-way: its file is there, and the workflow waits for the engine.
    const begun = () =>
      partial().some((name) => readdirSync(join(workspace(folder), name)).length > 0);
    while (!begun()) await new Promise((tick) => setTimeout(tick, 10));
    launcher.kill(signal);
    const ended = await new Promise((done) =>
      launcher.on("close", (code, by) => done({ code, by })),
    );
    expect(ended).toEqual({ code: null, by: signal });
    expect(existsSync(workspace(folder)) ? readdirSync(workspace(folder)) : []).toEqual([]);
  },
);

describe("a run's folder", () => {
  test("is named by the workflow and the time in UTC", () => {
    expect(timestamp(new Date("2026-01-31T09:05:07.890Z"))).toBe("20260131T090507Z");
  });

  test("does not take the place of another run of the same second", () => {
    const folder = temporaryFolder();
    const now = new Date("2026-01-31T09:05:07Z");
    const paths = [1, 2, 3].map(() => openRun(folder, "onboard", now).publish());
    expect(paths.map((path) => path.slice(folder.length + 1))).toEqual([
      "onboard_20260131T090507Z",
      "onboard_20260131T090507Z-2",
      "onboard_20260131T090507Z-3",
    ]);
    expect(realpathSync(join(folder, "latest"))).toBe(paths[2]);
  });

  test("leaves a .gitignore of the user alone", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, ".gitignore"), "!keep\n");
    openRun(folder, "onboard").publish();
    expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("!keep\n");
  });
});

test.runIf(process.getuid?.() !== 0)("a read-only project still gets its answer", () => {
  const folder = project();
  chmodSync(folder, 0o555);
  expect(pt(["onboard", folder])).toMatchObject({
    status: 0,
    stderr: expect.stringContaining("EACCES"),
  });
});

test.each([
  [
    ["debug", "--depth", "2", "parse"],
    ["report", "debug", "--depth", "2", "--", "parse"],
  ],
  [
    ["debug", "parse", "--scope=deep"],
    ["report", "debug", "--scope", "deep", "--", "parse"],
  ],
  [
    ["refactor-check", "--base", "main", "--format", "ci", "--fail-on", "high"],
    ["report", "refactor-check", "--base", "main", "--format", "ci", "--fail-on", "high"],
  ],
  [
    ["onboard", "dir", "--format", "html"],
    ["report", "onboard", "--root", "dir", "--format", "html"],
  ],
  [
    ["llm-context", "dir", "parse", "--tokens", "900"],
    ["generate-context", "--root", "dir", "--tokens", "900", "--", "parse"],
  ],
])("%j asks for the answer alone and writes nothing", (args, expected) => {
  const folder = temporaryFolder();
  const { status, stdout } = pt(args, { cwd: folder });
  expect(status).toBe(0);
  expect(stdout.trim().split("\n")).toEqual(expected);
  expect(readdirSync(folder)).toEqual([]);
});

test("documents cannot be had with options that ask for the answer alone", () => {
  const { status, stderr } = pt(["debug", "parse", "--depth", "2", "--out", "x"]);
  expect(status).toBe(2);
  expect(stderr).toContain("--out is for documents");
});
