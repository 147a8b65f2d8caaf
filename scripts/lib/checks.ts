import { execa } from "execa";
import { ENGINE, ROOT } from "./paths.ts";
import { say, Trouble } from "./say.ts";

/** One command that passes or fails. */
export interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
}

const npx = (...args: string[]): readonly [string, ...string[]] => ["npx", "--no-install", ...args];

export const TYPESCRIPT_CHECKS: readonly Check[] = [
  { name: "biome", command: npx("biome", "check", "--error-on-warnings", "."), cwd: ROOT },
  { name: "tsc", command: npx("tsc"), cwd: ROOT },
  { name: "tsc viewer", command: npx("tsc", "--project", "packages/viewer"), cwd: ROOT },
  { name: "tsc test/browser", command: npx("tsc", "--project", "test/browser"), cwd: ROOT },
];

export const RUST_CHECKS: readonly Check[] = [
  { name: "cargo fmt", command: ["cargo", "fmt", "--all", "--check"], cwd: ENGINE },
  {
    name: "cargo clippy",
    command: ["cargo", "clippy", "--all-targets", "--quiet", "--", "-D", "warnings"],
    cwd: ENGINE,
  },
];

/** Runs checks one after another, all of them, and fails if one failed. */
export async function checkAll(checks: readonly Check[]): Promise<void> {
  const failed: string[] = [];
  for (const { name, command, cwd } of checks) {
    const started = Date.now();
    const [program, ...args] = command;
    const { exitCode } = await execa(program, args, {
      cwd,
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
      reject: false,
    });
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    say(`${exitCode === 0 ? "passed" : "FAILED"}  ${name} (${seconds} s)`);
    if (exitCode !== 0) failed.push(name);
  }
  if (failed.length > 0)
    throw new Trouble(
      `failed: ${failed.join(", ")}`,
      "why: each says it above",
      "fix: npm run format mends the formatting",
    );
}
