import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { installedProject } from "./support/installed.ts";
import { PROBE, temporaryFolder } from "./support/places.ts";

/** An installation with a `pt` as npm links it, started as a shell would start it. */
function installation(folder = "a project with 'quotes'") {
  const root = join(temporaryFolder(), folder);
  mkdirSync(root);
  const project = installedProject(root);
  const bin = join(root, "node_modules", ".bin", "pt");
  mkdirSync(join(root, "node_modules", ".bin"));
  symlinkSync(project.cli, bin);
  const { PARSELTONGUE_BINARY: _, ...env } = process.env;
  const pt = (args: readonly string[], more: object = {}) =>
    spawnSync(bin, args, { encoding: "utf8", env: { ...env, ...more } });
  return { ...project, bin, pt };
}

/** Starts no Node: a PATH without it. */
const NO_NODE = { PATH: "/nowhere" };

describe("pt link-native", () => {
  test("starts the engine's commands without Node, and everything else as before", () => {
    const { pt, cli, binary } = installation();
    expect(pt(["callers"], NO_NODE).status).not.toBe(94);
    const before = readFileSync(cli, "utf8");
    const { mode } = statSync(cli);
    expect(pt(["link-native"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(binary),
    });
    // The probe answers a command that it does not know with 94.
    expect(pt(["callers", "a b"], NO_NODE).status).toBe(94);
    expect(pt(["--version"], NO_NODE).status).toBe(94);
    expect(pt(["workflows"]).stdout).toContain("onboard");
    expect(pt(["exit", "7"]).status).toBe(7);
    // Whoever starts the file with Node finds the program that was there.
    expect(spawnSync(process.execPath, [cli, "exit", "5"]).status).toBe(5);
    expect(statSync(cli).mode).toBe(mode);
    expect(pt(["link-native"]).status).toBe(0);
    expect(pt(["link-native", "--undo"]).status).toBe(0);
    expect(readFileSync(cli, "utf8")).toBe(before);
    expect(pt(["link-native", "--undo"]).stdout).toContain("nothing to undo");
  });

  test("leaves the files of a package manager's store alone", () => {
    const { pt, cli, root } = installation();
    const store = join(root, "store.js");
    linkSync(cli, store);
    const before = readFileSync(store, "utf8");
    pt(["link-native"]);
    expect(readFileSync(store, "utf8")).toBe(before);
    expect(readFileSync(cli, "utf8")).not.toBe(before);
  });

  test("still finds the binary after the project was moved, and honours the override", () => {
    const { pt, root } = installation();
    pt(["link-native"]);
    const moved = `${root} moved`;
    renameSync(root, moved);
    const bin = join(moved, "node_modules", "parseltongue", "dist", "cli.js");
    expect(spawnSync(bin, ["exit", "9"]).status).toBe(9);
    const env = { ...process.env, PARSELTONGUE_BINARY: "/nowhere" };
    expect(spawnSync(bin, ["callers"], { env, encoding: "utf8" })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("PT_OVERRIDE_MISSING"),
    });
  });

  test("refuses a binary that is not the package's", () => {
    const { pt, cli } = installation();
    const before = readFileSync(cli, "utf8");
    expect(pt(["link-native"], { PARSELTONGUE_BINARY: PROBE })).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/cannot link.*\n {2}fix: /),
    });
    expect(readFileSync(cli, "utf8")).toBe(before);
    expect(pt(["link-native", "--now"]).status).toBe(2);
  });
});
