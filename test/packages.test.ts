import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { extract } from "tar";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostTarget } from "../scripts/lib/host.ts";
import { installedNodes } from "../scripts/lib/nodes.ts";
import { packAll, type Tarball } from "../scripts/lib/pack.ts";
import { overBudget, shippedParts } from "../scripts/lib/size.ts";
import { installPlatform } from "./support/installed.ts";
import { ROOT, temporaryFolder } from "./support/places.ts";

const OUT = mkdtempSync(join(tmpdir(), "parseltongue-test-"));
afterAll(() => rmSync(OUT, { recursive: true, force: true }));

/** The main package as it is published, without pins of binaries: those are no matter here. */
const TARBALL = join(OUT, "main.tgz");
let packed: Tarball;
beforeAll(async () => {
  const [main] = await packAll([], OUT);
  if (main === undefined) throw new Error("nothing was packed");
  packed = main;
  renameSync(main.file, TARBALL);
});

test("the start-up file and the packed main package are within their budget", () => {
  expect(overBudget(shippedParts([packed], []))).toEqual([]);
});

test("publint finds nothing to say about the packed main package", async () => {
  const bytes = readFileSync(TARBALL);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test("its types are right for every way of importing it", () => {
  const attw = join(ROOT, "node_modules", ".bin", "attw");
  const { status, stdout, stderr } = spawnSync(attw, [TARBALL, "--no-color"], {
    encoding: "utf8",
  });
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
});

const USE = `
const answer = await run(["arguments", "a b", ""]);
const failed = await run(["exit", "3"]);
const copied = await run(["copy"], { input: "from stdin" });
const aborted = await run(["wait-default"], { signal: AbortSignal.timeout(300) }).catch((error) => error.name);
console.log(JSON.stringify({ path: binaryPath(), answer, failed: failed.exitCode, copied: copied.stdout, aborted }));
`;

describe.each([...(await installedNodes())])("the library on Node %i", (_, node) => {
  test.each([
    ["use.mjs", `import { binaryPath, run } from "parseltongue";${USE}`],
    [
      "use.cjs",
      `const { binaryPath, run, ParseltongueError } = require("parseltongue");(async () => {${USE}})();`,
    ],
  ])("runs the engine for %s", async (name, source) => {
    const root = temporaryFolder();
    const main = join(root, "node_modules", "parseltongue");
    mkdirSync(main, { recursive: true });
    await extract({ file: TARBALL, cwd: main, strip: 1 });
    const path = installPlatform(root, hostTarget());
    writeFileSync(join(root, name), source);
    const { PARSELTONGUE_BINARY: __, ...env } = process.env;
    const { stdout, stderr } = spawnSync(node, [name], { cwd: root, env, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      path,
      answer: { exitCode: 0, signal: null, stdout: "a b\0\0", stderr: "" },
      failed: 3,
      copied: "from stdin",
      aborted: "AbortError",
    });
  });
});
