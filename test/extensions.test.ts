import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { editDistance } from "../packages/parseltongue/src/nearest.ts";
import { CLI, MAIN_PACKAGE, ROOT, temporaryFolder } from "./support/places.ts";

const ENGINE = join(ROOT, "test", "programs", "echo-engine.sh");

/** A git project with workflow files and programs on PATH. */
function project(files: Record<string, string>, programs: Record<string, string> = {}) {
  const root = temporaryFolder();
  for (const folder of [".git", "bin", join(".parseltongue", "workflows")])
    mkdirSync(join(root, folder), { recursive: true });
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(root, ".parseltongue", "workflows", name), text);
  for (const [name, text] of Object.entries(programs))
    writeFileSync(join(root, "bin", name), text, { mode: 0o755 });
  const env = {
    ...process.env,
    PARSELTONGUE_BINARY: ENGINE,
    PATH: `${join(root, "bin")}${delimiter}${process.env["PATH"]}`,
  };
  const pt = (...args: string[]) =>
    spawnSync(process.execPath, [CLI, ...args], { cwd: root, env, encoding: "utf8" });
  return { root, pt };
}

const REVIEW = `{
  "summary": "What a reviewer asks about an entity",
  "subject": "name",
  "answer": { "command": ["report", "refactor-check"], "name": true },
  "steps": [
    { "file": "callers.md", "command": ["callers"], "options": ["--format", "markdown"], "name": true },
    { "file": "cycles.md", "title": "cycles", "command": ["find-cycles"], "options": ["--format", "markdown"] }
  ]
}
`;

describe("a workflow of the project", () => {
  test("is run like a built-in one, listed, and has help", () => {
    const { root, pt } = project({ "review.json": REVIEW });
    const { status, stdout, stderr } = pt("review", "Thing");
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `report\nrefactor-check\n--root\n${root}\n--format\nhuman\n--\nThing\n`,
    });
    expect(stderr).toMatch(/2 documents in parseltongue_workspace\/review_/);
    const written = join(root, "parseltongue_workspace", "latest", "callers.md");
    expect(readFileSync(written, "utf8")).toBe(
      `callers\n--root\n${root}\n--format\nmarkdown\n--\nThing\n`,
    );
    expect(pt("workflows").stdout).toMatch(
      /^review +What a reviewer asks about an entity\n +writes callers\.md, cycles\.md$/m,
    );
    expect(pt("review", "--help").stdout).toContain("Usage: pt review NAME");
    expect(pt("help", "review").stdout).toContain("Usage: pt review NAME");
    expect(pt("--help").stdout).toContain("Of this project: review");
    expect(pt("revew", "Thing").stderr).toContain('did you mean "pt review"?');
  });

  test("without steps writes nothing", () => {
    const { root, pt } = project({
      "one.json": '{"summary":"s","subject":"directory","answer":{"command":["unused"]}}',
    });
    expect(pt("one", root)).toMatchObject({ status: 0, stderr: "" });
  });

  test.each([
    ["a syntax error", '{\n  "summary": "x",\n  "subject" "name"\n}\n', "3:13", "no JSON"],
    ["a trailing comma", '{\n  "summary": "x",\n}\n', "3:1", "no JSON"],
    ["a comment", '{ // why\n  "summary": "x" }\n', "1:3", "no JSON"],
    ["an empty file", "", "1:1", "empty"],
    ["another type", "[]", "1:1", "must be an object, not an array"],
    ["an unknown property", '{\n  "sumary": "x"\n}', "2:3", '"sumary"'],
    ["a missing property", '{ "summary": "x", "subject": "name" }', "1:1", 'lacks "answer"'],
    ["a property twice", '{ "summary": "x",\n  "summary": "y" }', "2:3", "twice"],
    ["a wrong subject", '{ "summary": "x",\n "subject": "file" }', "2:13", "one of"],
    [
      "a command that is not the engine's",
      REVIEW.replace('["callers"]', '["caller"]'),
      "6:41",
      'did you mean "callers"?',
    ],
    ["another program", REVIEW.replace('["callers"]', '["rm", "x"]'), "6:41", "no command"],
    [
      "a file outside the folder",
      REVIEW.replace("callers.md", "../callers.md"),
      "6:15",
      "must match",
    ],
    ["two steps of one file", REVIEW.replace("cycles.md", "callers.md"), "7:15", "two steps"],
    [
      "an option that the workflow sets itself",
      REVIEW.replace('"--format", "markdown"], "name"', '"--root=/"], "name"'),
      "6:65",
      "--root",
    ],
    [
      "a format of the answer",
      REVIEW.replace('"refactor-check"], ', '"refactor-check"], "options": ["--format", "json"], '),
      "4:68",
      "user's choice",
    ],
  ])("with %s is refused at its place", (_, text, place, message) => {
    const { pt } = project({ "review.json": text });
    const { status, stdout, stderr } = pt("review", "Thing");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^pt: \\.parseltongue/workflows/review\\.json:${place}: `));
    expect(stderr).toContain(message);
    const listed = pt("workflows");
    expect(listed).toMatchObject({ status: 2, stderr: expect.stringContaining(`:${place}: `) });
    expect(listed.stdout).toMatch(/^onboard /m);
  });

  test("cannot take the place of a command", () => {
    const { pt } = project({ "callers.json": REVIEW });
    expect(pt("callers", "x").stdout).toBe("callers\nx\n");
  });

  test("is described by the published schema", () => {
    const schema = JSON.parse(
      readFileSync(join(MAIN_PACKAGE, "schema", "workflow.json"), "utf8"),
    ) as object;
    const valid = new Ajv({ strict: true }).compile(schema);
    expect(valid(JSON.parse(REVIEW)), JSON.stringify(valid.errors)).toBe(true);
    expect(valid({ ...JSON.parse(REVIEW), subject: "file" })).toBe(false);
    expect(valid({ ...JSON.parse(REVIEW), shell: "rm" })).toBe(false);
  });
});

describe("a program pt-NAME on PATH", () => {
  const programs = {
    "pt-hello": '#!/bin/sh\nprintf "hello"; printf " <%s>" "$@"; exit 3\n',
    "pt-debug": "#!/bin/sh\necho never\n",
    "pt-data": "no program\n",
  };

  test("is pt NAME, with its arguments and exit code", () => {
    const { pt } = project({}, programs);
    expect(pt("hello", "a b", "", "--help")).toMatchObject({
      status: 3,
      stdout: "hello <a b> <> <--help>",
      stderr: "",
    });
    expect(pt("workflows").stdout).toMatch(/^hello +\/.*\/pt-hello$/m);
  });

  test("cannot take the place of a command, and must be a program", () => {
    const { pt } = project({}, programs);
    expect(pt("debug", "x").stdout).not.toContain("never");
    expect(pt("workflows").stdout).not.toContain("pt-data");
    expect(pt("data").stdout).toBe("data\n");
  });
});

describe("a mistyped command", () => {
  test.each([
    ["onbord", "onboard"],
    ["caller", "callers"],
    ["blast-raduis", "blast-radius"],
    ["docter", "doctor"],
    ["inti-templates", "init-templates"],
  ])("%s is answered with %s", (typed, meant) => {
    const { pt } = project({});
    expect(pt(typed)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining(`did you mean "pt ${meant}"?`),
    });
  });

  test("that is like nothing goes to the engine, which may be newer", () => {
    const { pt } = project({});
    expect(pt("teleport", "x").stdout).toBe("teleport\nx\n");
  });

  test("counts two swapped letters as one mistake", () => {
    expect(editDistance("radius", "raduis")).toBe(1);
    expect(editDistance("", "abc")).toBe(3);
    expect(editDistance("kitten", "sitting")).toBe(3);
  });
});
