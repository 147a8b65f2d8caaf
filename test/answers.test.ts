import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtBinary } from "../scripts/lib/engine.ts";
import { hostTarget } from "../scripts/lib/host.ts";
import { type Json, mutations, publishedSchema } from "./support/schema.ts";

const ENGINE = builtBinary(hostTarget());

/** Each command with JSON answers, with arguments that make it say as much as it can. */
const COMMANDS: readonly (readonly string[])[] = [
  ["ingest"],
  ["list-entities"],
  ["entities-in-file", "shop.py"],
  ["where-defined", "Order"],
  ["callers", "total"],
  ["callees", "main"],
  ["blast-radius", "total"],
  ["what-implements", "Order"],
  ["affected-tests", "total"],
  ["affected", "--base", "HEAD"],
  ["unused"],
  ["entry-points"],
  ["find-cycles"],
  ["find-cycles", "--of", "files"],
  ["generate-context", "total"],
  ["generate-context"],
  ["visualize", "--output", "picture.html"],
  ["export", "json"],
  ["report", "onboard"],
  ["report", "debug", "total"],
  ["report", "feature-start", "Order"],
  ["report", "refactor-check", "total"],
  ["report", "refactor-check", "--base", "HEAD"],
  ["callers", "nothing_of_that_name"],
  // The last: what is imported shows in later answers.
  ["import", "scip", "index.scip"],
];

/** Commands that print something else than answers. */
const OTHERS = ["mcp", "completions"];

const FILES: Record<string, string> = {
  "shop.py": `"""A shop."""
import json
from flask import Flask

app = Flask(__name__)


class Order:
    """What somebody buys."""

    def total(self, factor=1):
        return round(self.price() * factor)

    def price(self):
        return ping(3)


class LargeOrder(Order):
    def price(self):
        return 100


def ping(n):
    return pong(n - 1) if n else unknown.thing(n)


def pong(n):
    return ping(n)


@app.get("/total")
def main():
    return json.dumps(LargeOrder().total())


def forgotten():
    pass
`,
  "test_shop.py": `from shop import Order


def test_total():
    assert Order().total() == 0
`,
  "pyproject.toml": `[project]
name = "shop"
version = "1.0.0"
description = "Sells things."
requires-python = ">=3.9"
license = "MIT"
dependencies = ["flask"]

[project.scripts]
shop = "shop:main"

[tool.pytest.ini_options]
`,
  "README.md": `# shop

Sells small things to large people, and never the other way round.

## Features

- orders

## Install

\`\`\`sh
pip install shop-of-things
\`\`\`

## Usage

\`\`\`python
Order().total()
\`\`\`
`,
};

const { published, exact } = publishedSchema("answers-1.json");

const folder = mkdtempSync(join(tmpdir(), "parseltongue-answers-"));
const project = join(folder, "shop");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  mkdirSync(project);
  for (const [file, text] of Object.entries(FILES)) writeFileSync(join(project, file), text);
  const git = (...args: string[]) =>
    execa("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", ...args], {
      cwd: project,
    });
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "-m", "Sell things");
  writeFileSync(
    join(project, "shop.py"),
    FILES["shop.py"]?.replace("* factor)", "* factor + 1)") ?? "",
  );
  await writeIndex();
});

/** The map as another tool would index it. */
async function writeIndex(): Promise<void> {
  const { stdout } = await execa(ENGINE, ["export", "scip"], {
    cwd: project,
    env: { PARSELTONGUE_CACHE_DIR: join(folder, "cache") },
    encoding: "buffer",
  });
  writeFileSync(join(project, "index.scip"), stdout);
}

async function answer(command: readonly string[]): Promise<Json> {
  const format = command[0] === "export" ? [] : ["--format", "json"];
  const { stdout } = await execa(ENGINE, [...command, ...format], {
    cwd: project,
    env: { PARSELTONGUE_CACHE_DIR: join(folder, "cache") },
    reject: false,
    stdin: "ignore",
  });
  return JSON.parse(stdout) as Json;
}

function expectToHold(given: Json): void {
  expect(published(given), JSON.stringify(published.errors)).toBe(true);
  expect(exact(given), JSON.stringify(exact.errors)).toBe(true);
  const passed: string[] = [];
  for (const [path, removed, renamed] of mutations(given)) {
    if (published(removed)) passed.push(`${path} removed`);
    if (published(renamed)) passed.push(`${path} renamed`);
  }
  expect(passed).toEqual([]);
}

describe("the published schema", () => {
  test.each(COMMANDS.map((command) => [command.join(" "), command] as const))(
    "holds for %s, and for nothing with a field less or under another name",
    async (_, command) => expectToHold(await answer(command)),
  );

  test("holds for what is said of an imported index of which a file has changed since", async () => {
    await answer(["import", "scip", "index.scip"]);
    appendFileSync(join(project, "shop.py"), "# later\n");
    const given = await answer(["callers", "total"]);
    expect(given).toMatchObject({ answers: [{ completeness: { index: { stale: ["shop.py"] } } }] });
    expectToHold(given);
  });

  test("knows every command", async () => {
    const { stdout } = await execa(ENGINE, ["--help"]);
    const commands = [
      ...(stdout.split("Options:")[0] ?? "").matchAll(/^ {2}([a-z][a-z-]+)\s/gm),
    ].map(([, name]) => name);
    const tried = new Set(COMMANDS.map(([name]) => name));
    expect(commands.length).toBeGreaterThan(10);
    expect(commands.filter((name) => !tried.has(name) && !OTHERS.includes(name ?? ""))).toEqual([]);
  });
});
