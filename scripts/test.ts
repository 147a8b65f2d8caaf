import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { execa } from "execa";
import { checkAll, RUST_CHECKS, TYPESCRIPT_CHECKS } from "./lib/checks.ts";
import { buildEngine } from "./lib/engine.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { BUILD, ENGINE, ROOT } from "./lib/paths.ts";
import { say, Trouble } from "./lib/say.ts";
import { installedRustChecks } from "./lib/toolchain.ts";

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** A line for each failure that the runner named: the test and why. */
  readonly failures: readonly string[];
}

/** What `--help` prints. */
export const HELP = `Usage: npm test -- [options of vitest]

Builds what is missing, then every check and every test; the last lines name what
failed and count the tests.
`;

/** `npm test`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const started = Date.now();
  await ensureMainPackage();
  await buildEngine();
  const outcomes = [await runChecks(), await runVitest(args), await runCargo()];
  const passed = outcomes.reduce((sum, { passed }) => sum + passed, 0);
  const failed = outcomes.reduce((sum, { failed }) => sum + failed, 0);
  for (const failure of outcomes.flatMap(({ failures }) => failures)) say(`Failed: ${failure}`);
  say(`Done in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
}

async function runChecks(): Promise<Outcome> {
  try {
    await checkAll([...TYPESCRIPT_CHECKS, ...(await installedRustChecks(RUST_CHECKS))]);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { passed: 0, failed: 1, failures: [error.message] };
  }
  return { passed: 0, failed: 0, failures: [] };
}

/** A runner that ended badly without naming a failed test failed as a whole. */
const outcome = (
  runner: string,
  ended: boolean,
  passed: number,
  failures: readonly string[],
): Outcome =>
  ended || failures.length > 0
    ? { passed, failed: failures.length, failures }
    : { passed, failed: 1, failures: [`${runner} ended without naming a failed test`] };

async function runVitest(args: readonly string[]): Promise<Outcome> {
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
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(ROOT, name);
    const failed = assertionResults.filter((result) => result.status === "failed");
    if (status === "failed" && failed.length === 0) return [`${file}: ${firstLine(message)}`];
    return failed.map(
      ({ fullName, failureMessages }) =>
        `${file}: ${fullName}: ${firstLine(failureMessages?.[0] ?? "")}`,
    );
  });
  return outcome("vitest", exitCode === 0, numPassedTests, failures);
}

/** The part of vitest's JSON report that is read here. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    /** Why the file as a whole could not be run, or empty. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

async function runCargo(): Promise<Outcome> {
  const { exitCode, stdout } = await execa("cargo", ["test", "--workspace", "--no-fail-fast"], {
    cwd: ENGINE,
    stdin: "ignore",
    stdout: ["inherit", "pipe"],
    stderr: "inherit",
    reject: false,
  });
  const passed = [...stdout.matchAll(/^test result: \w+\. (\d+) passed/gm)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
  const failures = [...stdout.matchAll(/^test (.+) \.\.\. FAILED$/gm)].map(
    (match) => `cargo test: ${match[1]}`,
  );
  return outcome("cargo test", exitCode === 0, passed, failures);
}
