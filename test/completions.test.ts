import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ENGINE_COMMANDS, PT_COMMANDS } from "../packages/parseltongue/src/commands.ts";
import { SCRIPTS, SHELLS } from "../packages/parseltongue/src/completions/scripts.ts";
import { buildEngine } from "../scripts/lib/engine.ts";
import { CLI, temporaryFolder } from "./support/places.ts";

let engine = "";
beforeAll(async () => {
  engine = await buildEngine();
});

/** A mapped project, and a `pt` on PATH that completes for real and otherwise shows what it was given. */
function project() {
  const root = temporaryFolder();
  mkdirSync(join(root, ".git"));
  mkdirSync(join(root, "bin"));
  mkdirSync(join(root, "sources"));
  writeFileSync(
    join(root, "sources", "lib.rs"),
    "pub struct Parser;\nimpl Parser {\n    pub fn parse_all(&self) {}\n}\npub fn prepare() {}\n",
  );
  const env = {
    ...process.env,
    HOME: root,
    PATH: `${join(root, "bin")}${delimiter}${process.env["PATH"]}`,
    PARSELTONGUE_BINARY: engine,
    PARSELTONGUE_CACHE_DIR: join(root, "cache"),
  };
  writeFileSync(
    join(root, "bin", "pt"),
    `#!/bin/sh\n[ "$1" != complete ] || exec '${process.execPath}' '${CLI}' "$@"\nprintf 'RAN'; printf ' <%s>' "$@"; echo\n`,
    { mode: 0o755 },
  );
  expect(spawnSync(engine, ["ingest", root], { env, encoding: "utf8" }).status).toBe(0);
  const complete = (at: string, ...words: string[]): string[] =>
    spawnSync(process.execPath, [CLI, "complete", `--at=${at}`, ...words], {
      cwd: root,
      env,
      encoding: "utf8",
    })
      .stdout.split("\n")
      .filter(Boolean)
      .map((line) => line.split("\t", 1)[0] ?? "");
  return { root, env, complete };
}

describe("what can follow", () => {
  test("commands of pt, of the engine and of the project", () => {
    const { root, complete } = project();
    mkdirSync(join(root, ".parseltongue", "workflows"), { recursive: true });
    writeFileSync(join(root, ".parseltongue", "workflows", "refine.json"), "{}");
    expect(complete("re")).toEqual(["refactor-check", "report", "refine"]);
    expect(complete("call")).toEqual(["callers", "callees"]);
    expect(complete("--v")).toEqual(["--version"]);
  });

  test("entity names, simple and qualified, for engine commands and for workflows", () => {
    const { root, complete } = project();
    expect(complete("p", "callers")).toEqual(["parse_all", "prepare"]);
    expect(complete("p", "debug")).toEqual(["parse_all", "prepare"]);
    expect(complete("Parser::p", "debug", "--format", "json")).toEqual(["Parser::parse_all"]);
    expect(complete("P", "llm-context", root)).toEqual(["Parser"]);
    expect(complete("p", "callers", "prepare")).toEqual([]);
  });

  test("options and their values", () => {
    const { complete } = project();
    expect(complete("--no-c", "callers")).toEqual(["--no-cache"]);
    expect(complete("", "callers", "--format")).toContain("json");
    expect(complete("m", "onboard", "--format")).toEqual(["markdown"]);
    expect(complete("--du", "init-templates")).toEqual([]);
    expect(complete("--dr", "init-templates")).toEqual(["--dry-run"]);
    expect(complete("", "onboard", "--root")).toEqual([":directories"]);
  });

  test("says nothing where the engine is gone, and never maps a project", () => {
    const { root, env } = project();
    const run = (more: object) =>
      spawnSync(process.execPath, [CLI, "complete", "--at=p", "callers"], {
        cwd: root,
        env: { ...env, ...more },
        encoding: "utf8",
      });
    for (const more of [
      { PARSELTONGUE_BINARY: join(root, "absent") },
      { PARSELTONGUE_CACHE_DIR: join(root, "other cache") },
    ])
      expect(run(more)).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });
});

test("every command of the engine is known to pt, and no other", () => {
  const { stdout } = spawnSync(engine, ["complete", "--at="], { encoding: "utf8" });
  const commands = stdout.split("\n").flatMap((line) => line.split("\t", 1)[0] || []);
  const own: readonly string[] = PT_COMMANDS;
  expect([...ENGINE_COMMANDS].sort()).toEqual(
    commands.filter((name) => !own.includes(name)).sort(),
  );
});

/** Types lines into an interactive shell in a terminal, each at its prompt; resolves to the screen at the end. */
async function typed(
  command: string,
  lines: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
) {
  const prompt = "at your service: ";
  const terminal = spawn(
    "script",
    // A shell that is not interactive, such as that of script(1), does not pass PS1 on.
    ["-qec", `PS1='${prompt}' exec ${command}`, "/dev/null"],
    { ...options, env: { ...options.env, TERM: "dumb" } },
  );
  onTestFinished(() => void terminal.kill("SIGKILL"));
  const left = [...lines, "exit\n"];
  let screen = "";
  return new Promise<string>((done) => {
    terminal.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      screen += chunk;
      // A key that comes before the prompt is not a key of the line editor.
      if (screen.split(prompt).length - 1 > lines.length + 1 - left.length)
        terminal.stdin.write(left.shift() ?? "");
    });
    terminal.on("close", () => done(screen));
  });
}

const installed = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

/** Each shell with the keys that load the completions and type a command line with Tab in it. */
const TYPED = [
  { shell: "bash", start: "bash --norc --noprofile -i", load: "source pt.bash" },
  { shell: "zsh", start: "zsh -f -i", load: "autoload -U compinit; compinit -u -D; source pt.zsh" },
].filter(({ shell }) => installed(shell));

describe.each(TYPED)("in $shell, Tab", ({ shell, start, load }) => {
  test.each([
    ["pt blast-r\tpre\t", "<blast-radius> <prepare>"],
    ["pt debug Parser::p\t", "<debug> <Parser::parse_all>"],
    ["pt onboard --for\tmarkd\t", "<onboard> <--format> <markdown>"],
    ["pt ingest sourc\t", "<ingest> <sources"],
  ])("completes %j", async (keys, ran) => {
    const { root, env } = project();
    writeFileSync(join(root, `pt.${shell}`), SCRIPTS[shell as "bash" | "zsh"]);
    const screen = await typed(start, [`${load}\n`, `${keys}\n`], { cwd: root, env });
    expect(screen).toContain(`RAN ${ran}`);
  });
});

test.runIf(installed("fish"))("fish offers what pt says, with descriptions", () => {
  const { root, env } = project();
  writeFileSync(join(root, "pt.fish"), SCRIPTS.fish);
  const offered = (line: string): string =>
    spawnSync("fish", ["--no-config", "-c", `source pt.fish; complete --do-complete '${line}'`], {
      cwd: root,
      env,
      encoding: "utf8",
    }).stdout;
  expect(offered("pt callers pre")).toBe("prepare\n");
  expect(offered("pt debug Parser::p")).toBe("Parser::parse_all\n");
  expect(offered("pt blast-r")).toMatch(/^blast-radius\t/);
  expect(offered("pt ingest sou")).toMatch(/^sources\//);
});

test("the scripts are free of syntax errors", () => {
  const folder = temporaryFolder();
  for (const shell of SHELLS) {
    if (shell === "powershell" || !installed(shell)) continue;
    const file = join(folder, `pt.${shell}`);
    writeFileSync(file, SCRIPTS[shell]);
    expect(spawnSync(shell, ["-n", file], { encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  }
});
