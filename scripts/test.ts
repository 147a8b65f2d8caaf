import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { checkAll, RUST_CHECKS, TYPESCRIPT_CHECKS } from "./lib/checks.ts";
import { buildEngine } from "./lib/engine.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { BUILD, ENGINE, ROOT } from "./lib/paths.ts";
import { say, Trouble } from "./lib/say.ts";
import { installedRustChecks } from "./lib/toolchain.ts";

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** What `--help` prints. */
export const HELP = `Usage: npm test -- [options of vitest]

Builds what is missing, then every check and every test; the last line counts them.
`;

/** `npm test`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const started = Date.now();
  await ensureMainPackage();
  await buildEngine();
  let checksFailed = 0;
  try {
    await checkAll([...TYPESCRIPT_CHECKS, ...(await installedRustChecks(RUST_CHECKS))]);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    say(error.message);
    checksFailed = 1;
  }
  const counts = [await runVitest(args), await runCargo()];
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, checksFailed);
  say(`Done in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
}

/** A runner that ended badly without naming a failed test failed as a whole. */
const count = (passed: number, failed: number, ended: boolean): Count => ({
  passed,
  failed: ended ? failed : Math.max(failed, 1),
});

async function runVitest(args: readonly string[]): Promise<Count> {
  const report = join(BUILD, "vitest.json");
  mkdirSync(BUILD, { recursive: true });
  rmSync(report, { force: true });
  const { exitCode } = await execa(
    "npx",
    [
      "--no-install",
      "vitest",
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...args,
    ],
    { cwd: ROOT, stdio: "inherit", reject: false },
  );
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8")) as {
    numPassedTests: number;
    numFailedTests: number;
  };
  return count(numPassedTests, numFailedTests, exitCode === 0);
}

async function runCargo(): Promise<Count> {
  const { exitCode, stdout } = await execa("cargo", ["test", "--workspace", "--no-fail-fast"], {
    cwd: ENGINE,
    stdin: "ignore",
    stdout: ["inherit", "pipe"],
    stderr: "inherit",
    reject: false,
  });
  const results = [...stdout.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed/gm)];
  const sum = (group: 1 | 2): number =>
    results.reduce((total, match) => total + Number(match[group]), 0);
  return count(sum(1), sum(2), exitCode === 0);
}
