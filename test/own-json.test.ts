import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { builtBinary } from "../scripts/lib/engine.ts";
import { hostTarget } from "../scripts/lib/host.ts";
import { installedProject } from "./support/installed.ts";
import { temporaryFolder } from "./support/places.ts";
import { type Json, mutations, publishedSchema } from "./support/schema.ts";

/** Fields that depend on the machine; one less is no mistake, another name is. */
const CIRCUMSTANCES = [
  ".facts.hint",
  ".facts.project",
  ".facts.lockfile",
  ".facts.PARSELTONGUE_BINARY",
  ".facts.lockstep",
  ".problem.command",
  ".note",
];

/** What is known of an engine only where the examination came so far. */
const ENGINE_FACTS = [".facts.binary", ".facts.file", ".facts.hash", ".facts.starts"];

/** Runs `pt` of an installed project, and reads what it prints. */
function answer(
  { root, cli }: { root: string; cli: string },
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { status: number | null; given: Json } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: root,
    env: {
      ...process.env,
      PARSELTONGUE_BINARY: "",
      PARSELTONGUE_CACHE_DIR: join(root, "cache"),
      ...env,
    },
    encoding: "utf8",
  });
  expect(stdout, stderr).toMatch(/^\{/);
  return { status, given: JSON.parse(stdout) as Json };
}

function expectToHold(schema: string, given: Json, optional: readonly string[] = []): void {
  const { published, exact } = publishedSchema(schema);
  expect(published(given), JSON.stringify(published.errors)).toBe(true);
  expect(exact(given), JSON.stringify(exact.errors)).toBe(true);
  const passed: string[] = [];
  for (const [path, removed, renamed] of mutations(given)) {
    if (!optional.includes(path) && published(removed)) passed.push(`${path} removed`);
    if (exact(renamed)) passed.push(`${path} renamed`);
  }
  expect(passed).toEqual([]);
}

const engine = { PARSELTONGUE_BINARY: builtBinary(hostTarget()) };

describe("the published schema of pt doctor", () => {
  test("holds for an engine that is well", () => {
    const { status, given } = answer(installedProject(), ["doctor", "--json"], engine);
    expect({ status, given }).toMatchObject({ status: 0, given: { ok: true } });
    expectToHold("doctor-1.json", given, CIRCUMSTANCES);
  });

  test("holds for one that ends wrongly", () => {
    const { status, given } = answer(installedProject(), ["doctor", "--json"]);
    expect({ status, given }).toMatchObject({
      status: 2,
      given: { ok: false, problem: { code: "PT_BINARY_CRASHED" } },
    });
    expectToHold("doctor-1.json", given, [...CIRCUMSTANCES, ...ENGINE_FACTS]);
  });

  test("holds for one that is not there", () => {
    const project = installedProject();
    rmSync(project.platformFolder, { recursive: true });
    const { given } = answer(project, ["doctor", "--json"]);
    expect(given).toMatchObject({ ok: false, problem: { command: expect.any(String) } });
    expectToHold("doctor-1.json", given, CIRCUMSTANCES);
  });

  test("holds for --verify, with a binary and without one", () => {
    const project = installedProject();
    const found = answer(project, ["doctor", "--verify", "--json"], engine);
    expect(found.given).toMatchObject({ command: "verify", path: expect.any(String) });
    expectToHold("doctor-1.json", found.given);
    rmSync(project.platformFolder, { recursive: true });
    const missing = answer(project, ["doctor", "--verify", "--json"]);
    expect(missing).toMatchObject({ status: 2, given: { command: "verify", ok: false } });
    expectToHold("doctor-1.json", missing.given, CIRCUMSTANCES);
  });
});

test("the published schema of pt workflows holds for all that it lists", () => {
  const project = installedProject(temporaryFolder());
  const workflows = join(project.root, ".parseltongue", "workflows");
  for (const folder of [workflows, join(project.root, ".git"), join(project.root, "bin")])
    mkdirSync(folder, { recursive: true });
  const review = join(workflows, "review.json");
  writeFileSync(
    review,
    '{ "summary": "Look again", "subject": "name", "answer": { "command": ["callers"], "name": true } }',
  );
  const program = join(project.root, "bin", "pt-hello");
  writeFileSync(program, "#!/bin/sh\n");
  chmodSync(program, 0o755);
  const env = { PATH: join(project.root, "bin") };
  const whole = answer(project, ["workflows", "--json"], env);
  expect(whole).toMatchObject({
    status: 0,
    given: {
      workflows: expect.arrayContaining([
        expect.objectContaining({ name: "onboard", file: null }),
        { name: "review", summary: "Look again", subject: "name", writes: [], file: review },
      ]),
      programs: [{ name: "hello", path: program }],
      problems: [],
    },
  });
  expectToHold("workflows-1.json", whole.given);

  writeFileSync(review, "{ }");
  const broken = answer(project, ["workflows", "--json"], env);
  expect(broken).toMatchObject({
    status: 2,
    given: { problems: [expect.stringMatching(/review\.json:1:1: /)] },
  });
  expectToHold("workflows-1.json", broken.given);
});
