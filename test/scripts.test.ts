import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { ROOT } from "../scripts/lib/paths.ts";

const RUN = "node scripts/run.mjs ";
const run = (command: string, ...args: readonly string[]) =>
  execa(process.execPath, [...command.split(" ").slice(1), ...args], { cwd: ROOT, reject: false });

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};
/** The project's own scripts; `onboard` passes everything on to `pt onboard`. */
const OWN = Object.entries(scripts).filter(
  ([name, command]) => command.startsWith(RUN) && name !== "onboard",
);

test.each(OWN)("%s --help says how it is used", async (name, command) => {
  const { stdout, stderr, exitCode } = await run(command, "--help");
  expect(stdout).toMatch(
    new RegExp(`^Usage: npm ${name === "test" ? "test" : `run ${name}`}(?: |$)`, "m"),
  );
  expect([stderr, exitCode]).toEqual(["", 0]);
});

test("an argument that a script does not know ends it before it does anything", async () => {
  const unknown = await run(`${RUN}pack`, "--otu", "x");
  expect(unknown.stderr).toBe("Unknown option '--otu'\n  fix: --help lists the options");
  expect(unknown.exitCode).toBe(1);
  const none = await run(`${RUN}version`, "v1.0.0");
  expect(none.stderr).toBe("version takes no arguments: v1.0.0\n  Usage: npm run version");
  expect(none.exitCode).toBe(1);
});
