import { execa } from "execa";
import { checkAll } from "./lib/checks.ts";
import { ENGINE, ROOT } from "./lib/paths.ts";
import { say } from "./lib/say.ts";

const CARGO_DENY = "0.20.2";

/** `npm run audit:dependencies`: known vulnerabilities, licences and sources of everything that is built in or used. */
export async function main(args: string[]): Promise<void> {
  const { failed } = await execa("cargo", ["deny", "--version"], { reject: false });
  if (failed) {
    say(`Installing cargo-deny ${CARGO_DENY}, which takes some minutes ...`);
    await execa("cargo", ["install", "--locked", "--quiet", `cargo-deny@${CARGO_DENY}`], {
      stdout: process.stderr,
      stderr: process.stderr,
    });
  }
  // The database of advisories is a git repository; where it cannot be reached, the rest can be checked all the same.
  const checks = args.includes("--offline") ? ["bans", "licenses", "sources"] : [];
  await checkAll([
    { name: "cargo deny", command: ["cargo", "deny", "check", ...checks], cwd: ENGINE },
    { name: "npm audit", command: ["npm", "audit", "--audit-level=high"], cwd: ROOT },
  ]);
}
