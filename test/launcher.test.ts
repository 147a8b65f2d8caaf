import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { CLI, NODES, PROBE, temporaryFolder } from "./support/places.ts";

/** Each Node as it is, and without execve, which is how older Nodes launch. */
const LAUNCHES = NODES.flatMap((node) => {
  const probe = spawnSync(node, ["-p", "process.version + ' ' + (typeof process.execve)"], {
    encoding: "utf8",
  });
  const [version = "?", execve] = probe.stdout.trim().split(" ");
  const ways = [
    {
      label: `${version} spawn`,
      node,
      env: { PARSELTONGUE_NO_EXECVE: "1" } as Record<string, string>,
    },
  ];
  return execve === "function" ? [...ways, { label: `${version} execve`, node, env: {} }] : ways;
});

describe.each(LAUNCHES)("launcher on $label", ({ node, env }) => {
  const environment = { ...process.env, PARSELTONGUE_BINARY: PROBE, ...env };
  const launch = (args: readonly string[], options: object = {}) =>
    spawnSync(node, [CLI, ...args], { encoding: "utf8", env: environment, ...options });

  /** Starts a probe that waits, and hands over the probe's own process id. */
  async function waiting(mode: "wait" | "wait-default", options: object = {}) {
    const launcher = spawn(node, [CLI, mode], {
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

  test.each([0, 1, 3, 255])("ends with the exit code %i of the engine", (code) => {
    expect(launch(["exit", String(code)])).toMatchObject({
      status: code,
      signal: null,
      stderr: "",
    });
  });

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
      env: { ...environment, NODE: node, CLI },
      timeout: 20_000,
    });
    expect({ stdout, status }).toEqual({ stdout: "xxxxxxxxxx", status: 0 });
  });

  test("leaves environment and working directory alone", () => {
    const cwd = temporaryFolder();
    const { stdout } = launch(["environment", "PT_TEST_VALUE"], {
      cwd,
      env: { ...environment, PT_TEST_VALUE: "a b\tc" },
    });
    expect(stdout).toBe(`a b\tc\n${cwd}\n`);
  });

  test("works through a symbolic link, as npm installs it", () => {
    const link = join(temporaryFolder(), "pt");
    symlinkSync(CLI, link);
    expect(spawnSync(node, [link, "exit", "7"], { env: environment }).status).toBe(7);
  });
});

test("keeps the terminal of the engine", () => {
  // script(1) gives the launcher a terminal; without it there is nothing to test with.
  const available = spawnSync("script", ["--version"]).status === 0;
  expect(available, "script(1) of util-linux is needed").toBe(true);
  const { stdout } = spawnSync(
    "script",
    ["-qec", `'${process.execPath}' '${CLI}' terminal`, "/dev/null"],
    {
      encoding: "utf8",
      env: { ...process.env, PARSELTONGUE_BINARY: PROBE },
    },
  );
  expect(stdout.trim()).toBe("111");
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
