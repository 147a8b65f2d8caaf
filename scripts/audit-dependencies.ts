import { parseArgs } from "node:util";
import { execa } from "execa";
import { ENGINE, ROOT } from "./lib/paths.ts";
import { say, Trouble } from "./lib/say.ts";

const CARGO_DENY = "0.20.2";

/** What `--help` prints. */
export const HELP = `Usage: npm run audit:dependencies -- [--offline]

Looks for known vulnerabilities, licences that are not allowed and foreign sources in everything that is built in
or used. Lists of vulnerabilities are asked of the network; what cannot be asked is reported as NOT CHECKED, which
is a failure where CI is set.

  --offline  only what needs no network
`;

/** One audit, and how its output tells that its list of vulnerabilities could not be had. */
interface Audit {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly unreachable?: RegExp;
}

const LOCAL: Audit = {
  name: "cargo deny: licences, sources, bans",
  command: ["cargo", "deny", "check", "bans", "licenses", "sources"],
  cwd: ENGINE,
};

const ONLINE: readonly Audit[] = [
  {
    name: "cargo deny: advisories",
    command: ["cargo", "deny", "check", "advisories"],
    cwd: ENGINE,
    unreachable: /failed to (?:fetch|clone|load) advisory database|failed to fetch/i,
  },
  {
    name: "npm audit",
    // Said aloud also under `npm run --silent`, because its words tell a finding from a closed end point.
    command: ["npm", "audit", "--audit-level=high", "--loglevel=error"],
    cwd: ROOT,
    // A mirror may serve packages and have no such endpoint.
    unreachable: /audit endpoint returned an error|audit request to \S+ failed|ENOAUDIT/,
  },
];

/** `npm run audit:dependencies`. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      offline: { type: "boolean", default: false },
    },
  });
  const { failed: absent } = await execa("cargo", ["deny", "--version"], { reject: false });
  if (absent) {
    say(`Installing cargo-deny ${CARGO_DENY}, which takes some minutes ...`);
    await execa("cargo", ["install", "--locked", "--quiet", `cargo-deny@${CARGO_DENY}`], {
      stdout: process.stderr,
      stderr: process.stderr,
    });
  }
  const failed: string[] = [];
  const unchecked: string[] = [];
  for (const audit of values.offline ? [LOCAL] : [LOCAL, ...ONLINE]) {
    const [program, ...rest] = audit.command;
    const { exitCode, all } = await execa(program, rest, {
      cwd: audit.cwd,
      stdin: "ignore",
      all: true,
      reject: false,
    });
    if (all) process.stderr.write(`${all}\n`);
    const missing = exitCode !== 0 && audit.unreachable?.test(all ?? "");
    if (missing) unchecked.push(audit.name);
    else if (exitCode !== 0) failed.push(audit.name);
    const verdict = missing ? "NOT CHECKED" : exitCode === 0 ? "passed" : "FAILED";
    process.stdout.write(`${verdict.padEnd(12)} ${audit.name}\n`);
  }
  if (values.offline)
    process.stdout.write(
      `${"NOT CHECKED".padEnd(12)} ${ONLINE.map(({ name }) => name).join(", ")} (--offline)\n`,
    );
  if (unchecked.length > 0)
    say(
      `No vulnerability was looked for by ${unchecked.join(" and ")}: the list could not be had, as it says above.\n  fix: run it where the public registry (or a mirror with the audit endpoint) and the advisory database can be reached`,
    );
  if (failed.length > 0 || (unchecked.length > 0 && process.env["CI"]))
    throw new Trouble(
      [
        ...(failed.length > 0 ? [`failed: ${failed.join(", ")}`] : []),
        ...(unchecked.length > 0 ? [`not checked: ${unchecked.join(", ")}`] : []),
      ].join("; "),
    );
}
