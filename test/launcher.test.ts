import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { buildEngine } from "../scripts/lib/engine.ts";
import { installedNodes } from "../scripts/lib/nodes.ts";
import { installedProject } from "./support/installed.ts";
import { CLI, PROBE, temporaryFolder } from "./support/places.ts";
import { runs } from "./support/processes.ts";

/** Packages as npm installs them, with the probe in the engine's place, for all tests of this file. */
const ROOT = realpathSync(mkdtempSync(join(tmpdir(), "parseltongue-test-")));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

/** Installs the package, with or without its addon; returns its bins, `pt` first. */
function installedBins(name: string, addon: boolean): readonly [string, string] {
  const root = join(ROOT, name);
  mkdirSync(join(root, "node_modules", ".bin"), { recursive: true });
  const { cli, binary } = installedProject(root);
  if (!addon) rmSync(join(dirname(binary), "execve.node"));
  const [pt, parseltongue] = ["pt", "parseltongue"].map((bin) => {
    const link = join(root, "node_modules", ".bin", bin);
    symlinkSync(cli, link);
    return link;
  });
  return [pt ?? "", parseltongue ?? ""];
}

const WHOLE = installedBins("whole", true);
const BARE = installedBins("without the addon", false);

/** Every supported Node, in each of the ways in which it can start the engine. */
const LAUNCHES = [...(await installedNodes()).values()].flatMap((node) => {
  const { stdout } = spawnSync(node, ["-p", "process.version + ' ' + typeof process.execve"], {
    encoding: "utf8",
  });
  const [version, execve] = stdout.trim().split(" ");
  const none: Record<string, string> = {};
  const ways = [
    { way: "the addon", bins: WHOLE, becomes: true, env: none },
    { way: "process.execve", bins: BARE, becomes: true, env: none },
    { way: "a child", bins: WHOLE, becomes: false, env: { PARSELTONGUE_NO_EXECVE: "1" } },
  ];
  return ways
    .filter(({ way }) => way !== "process.execve" || execve === "function")
    .map(({ way, ...rest }) => ({ label: `${version} by ${way}`, node, ...rest }));
});

describe.each(LAUNCHES)("launcher on $label", ({ node, bins, becomes, env }) => {
  const [PT] = bins;
  const environment = { ...process.env, ...env };
  const launch = (args: readonly string[], options: object = {}) =>
    spawnSync(node, [PT, ...args], { encoding: "utf8", env: environment, ...options });

  /** Starts a probe that waits, and hands over the probe's own process id. */
  async function waiting(mode: "wait" | "wait-default", options: object = {}) {
    const launcher = spawn(node, [PT, mode], {
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
      ...options,
    });
    onTestFinished(() => void launcher.kill("SIGKILL"));
    let printed = "";
    launcher.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      printed += chunk;
    });
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
      launcher.on("close", (code, signal) => done({ code, signal }));
    });
    while (!printed.includes("\n")) await new Promise((tick) => setTimeout(tick, 5));
    return { launcher, child: Number.parseInt(printed, 10), ended, output: () => printed };
  }

  /**
   * Runs the launcher in a terminal of script(1), typing `keys` as soon as `cue` is on the screen; resolves
   * to the screen and the exit code.
   */
  function inTerminal(
    args: string,
    cue = "",
    keys = "",
  ): Promise<{ screen: string; code: number }> {
    const command = `stty rows 33 cols 121; exec '${node}' '${PT}' ${args}`;
    const terminal = spawn("script", ["-qec", command, "/dev/null"], { env: environment });
    onTestFinished(() => void terminal.kill("SIGKILL"));
    let screen = "";
    let typed = keys === "";
    terminal.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      screen += chunk;
      if (typed || !screen.includes(cue)) return;
      typed = true;
      terminal.stdin.write(keys);
    });
    return new Promise((done, failed) => {
      terminal.on("error", failed);
      terminal.on("close", (code) =>
        done({ screen: screen.replaceAll("\r", ""), code: code ?? -1 }),
      );
    });
  }

  test.each(bins.flatMap((bin) => [0, 1, 3, 255].map((code) => ({ bin, code }))))(
    "$bin ends with the exit code $code of the engine",
    ({ bin, code }) => {
      const { status, signal, stderr } = spawnSync(node, [bin, "exit", String(code)], {
        encoding: "utf8",
        env: environment,
      });
      expect({ status, signal, stderr }).toEqual({ status: code, signal: null, stderr: "" });
    },
  );

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL", "SIGSEGV", "SIGABRT"] as const)(
    "dies by %s when the engine does",
    (signal) => {
      expect(launch(["raise", String(constants.signals[signal])])).toMatchObject({
        status: null,
        signal,
      });
    },
  );

  test("never reports success for an engine killed by SIGPIPE", () => {
    const { status, signal } = launch(["raise", String(constants.signals.SIGPIPE)]);
    expect(signal === "SIGPIPE" || status === 128 + constants.signals.SIGPIPE).toBe(true);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "passes %s on to the engine and ends with its exit code",
    async (signal) => {
      const { launcher, ended, output } = await waiting("wait");
      launcher.kill(signal);
      expect(await ended).toEqual({ code: 40 + constants.signals[signal], signal: null });
      expect(output()).toContain(`got ${constants.signals[signal]}`);
    },
  );

  test("leaves no orphan when it is terminated", async () => {
    const { launcher, child, ended } = await waiting("wait-default");
    launcher.kill("SIGTERM");
    expect(await ended).toEqual({ code: null, signal: "SIGTERM" });
    expect(existsSync(`/proc/${child}`)).toBe(false);
  });

  test.runIf(becomes)(
    "is the engine, so that nothing waits and nothing can be orphaned",
    async () => {
      const { launcher, child, ended } = await waiting("wait-default");
      expect(child).toBe(launcher.pid);
      expect(realpathSync(`/proc/${child}/exe`)).toMatch(/\/bin\/parseltongue$/);
      launcher.kill("SIGKILL");
      expect(await ended).toEqual({ code: null, signal: "SIGKILL" });
    },
  );

  test("ends with the engine when the whole process group is interrupted", async () => {
    const { launcher, child, ended } = await waiting("wait-default", { detached: true });
    process.kill(-(launcher.pid ?? 0), "SIGINT");
    expect(await ended).toEqual({ code: null, signal: "SIGINT" });
    expect(existsSync(`/proc/${child}`)).toBe(false);
  });

  test("reports an engine that somebody else killed", async () => {
    const { child, ended } = await waiting("wait-default");
    process.kill(child, "SIGKILL");
    expect(await ended).toEqual({ code: null, signal: "SIGKILL" });
  });

  test("passes arguments on unchanged", () => {
    const args = [
      "",
      "two words",
      'a "quote"',
      "it's",
      "line\nbreak",
      "größe 名前 🐍",
      "$HOME",
      "*",
      "--flag=",
      "\\back\\slash",
      "x".repeat(100_000),
    ];
    expect(launch(["arguments", ...args]).stdout).toBe(args.map((arg) => `${arg}\0`).join(""));
  });

  test("pipes stdin through", () => {
    expect(launch(["copy"], { input: "from the pipe\n" }).stdout).toBe("from the pipe\n");
  });

  test("carries 10 MB through both pipes", () => {
    const input = Buffer.alloc(10 * 1024 * 1024, "0123456789abcdef");
    const { stdout, status } = launch(["copy"], {
      input,
      encoding: "buffer",
      maxBuffer: 32 * 1024 * 1024,
    });
    expect(status).toBe(0);
    expect(input.equals(stdout as unknown as Buffer)).toBe(true);
  });

  test("ends when its reader closes stdout", () => {
    const script = '"$NODE" "$CLI" flood 50000000 | head -c 10';
    const { stdout, status } = spawnSync("sh", ["-c", script], {
      encoding: "utf8",
      env: { ...environment, NODE: node, CLI: PT },
      timeout: 20_000,
    });
    expect({ stdout, status }).toEqual({ stdout: "xxxxxxxxxx", status: 0 });
  });

  test("runs without stdin, stdout and stderr", () => {
    const script = '"$NODE" "$CLI" exit 7 <&- >&- 2>&-';
    const { status } = spawnSync("sh", ["-c", script], {
      env: { ...environment, NODE: node, CLI: PT },
    });
    expect(status).toBe(7);
  });

  test("leaves environment and working directory alone", () => {
    const cwd = temporaryFolder();
    const given = {
      PATH: process.env["PATH"],
      EMPTY: "",
      TEXT: "a b\tc\nd",
      ÜMLAUT: "ä=b",
      ...env,
    };
    const [folder, ...variables] = launch(["environment"], { cwd, env: given })
      .stdout.slice(0, -1)
      .split("\0");
    expect(folder).toBe(cwd);
    // An engine that is waited for hears who waits, and takes that out of its environment before anything else.
    const own = variables.filter((line) => /^PARSELTONGUE_PARENT=\d+$/.test(line));
    expect(own.length).toBe(becomes ? 0 : 1);
    expect(variables.filter((line) => !own.includes(line)).sort()).toEqual(
      Object.entries(given)
        .map(([name, value]) => `${name}=${value}`)
        .sort(),
    );
  });

  test("starts the engine with no signal blocked, and none ignored that a program must see", () => {
    // Node's own execve leaves SIGPIPE and SIGXFSZ ignored, as it got them; the engine's runtime sets SIGPIPE itself.
    const left = launch(["inherited"]).stdout.split("\n").filter(Boolean);
    const known = [constants.signals.SIGPIPE, 25].map((number) => `ignored ${number}`);
    expect(left.filter((line) => !known.includes(line))).toEqual([]);
  });

  test("keeps the terminal and its size", async () => {
    expect(await inTerminal("terminal")).toEqual({ screen: "111 33 rows 121 columns\n", code: 0 });
  });

  test("lets the engine read single keys", async () => {
    expect(await inTerminal("raw", "raw\n", "q")).toEqual({ screen: "raw\nkey 113\n", code: 0 });
  });

  test("delivers Ctrl-C once", async () => {
    const { screen, code } = await inTerminal("wait", "\n", "\x03");
    expect({ code, got: screen.match(/got \d+/g) }).toEqual({ code: 42, got: ["got 2"] });
  });
});

test("an engine that is waited for ends when its launcher is killed outright", async () => {
  const root = temporaryFolder();
  const { cli: own, binary } = installedProject(root);
  copyFileSync(await buildEngine(), binary);
  // Reading a pipe that nobody writes: the engine waits for ever.
  const pipe = join(root, "dump.txt");
  spawnSync("mkfifo", [pipe]);
  const launcher = spawn(process.execPath, [own, "ingest", pipe], {
    env: { ...process.env, PARSELTONGUE_NO_EXECVE: "1", PARSELTONGUE_CACHE_DIR: root },
    stdio: "ignore",
  });
  onTestFinished(() => void launcher.kill("SIGKILL"));
  const children = `/proc/${launcher.pid}/task/${launcher.pid}/children`;
  const tick = () => new Promise((done) => setTimeout(done, 20));
  while (readFileSync(children, "utf8").trim() === "") await tick();
  const child = Number(readFileSync(children, "utf8"));
  launcher.kill("SIGKILL");
  while (runs(child)) await tick();
});

test("the start-up file stays below 12 kB and loads nothing else for an engine command", () => {
  expect(readFileSync(CLI).length).toBeLessThan(12_000);
  const script = `process.argv.splice(1, 0, "x"); require(${JSON.stringify(CLI)}); process.on("exit", () => console.log(Object.keys(require.cache).filter((file) => file.includes("dist")).length))`;
  const { stdout } = spawnSync(process.execPath, ["-e", script, "callers"], {
    encoding: "utf8",
    env: { ...process.env, PARSELTONGUE_BINARY: PROBE, PARSELTONGUE_NO_EXECVE: "1" },
  });
  expect(stdout.trim()).toBe("1");
});
