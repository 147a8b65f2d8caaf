import { CAUSES, type Cause, documentation } from "../causes.ts";
import { type Diagnosis, FAILURE_EXIT } from "../failure.ts";
import { fixInWords, shellCommand } from "../repair.ts";
import { resolveBinary } from "../resolve.ts";
import { withoutCredentials, withoutSecrets } from "../secrets.ts";
import { UsageError } from "../workflows/arguments.ts";
import { type Examination, examine, hashOf } from "./checks.ts";

const OPTIONS = ["--json", "--fix", "--verify"];

/** `pt doctor`: says what is installed and what is wrong with it; with `--fix`, mends it. */
export async function doctor(args: readonly string[]): Promise<void> {
  const unknown = args.find((arg) => !OPTIONS.includes(arg));
  if (unknown !== undefined)
    throw new UsageError(`"pt doctor" does not know ${unknown}; it knows ${OPTIONS.join(", ")}`);
  if (args.includes("--verify")) return verify(args.includes("--json"));
  let examination = examine();
  if (args.includes("--fix") && examination.problem !== undefined) {
    const { mend } = await import("./fix.ts");
    if (await mend(examination.problem)) {
      // What the download had to say is answered by the examination that follows.
      process.exitCode = 0;
      examination = examine();
    }
  }
  process.stdout.write(args.includes("--json") ? asReport(examination) : asTable(examination));
  if (examination.problem !== undefined) process.exitCode = FAILURE_EXIT;
}

/** Hashes the binary that would run, and nothing else: for scripts that want to know. */
function verify(json: boolean): void {
  const resolution = resolveBinary();
  if (resolution.problem !== undefined) {
    const { problem } = examine();
    if (problem !== undefined) return fail(problem, json);
    // It runs from the cache, whose copy is hashed before every start.
    process.stdout.write(
      json
        ? asJson("verify", { ok: true, path: null, hash: null })
        : "verified: the copy in the cache\n",
    );
    return;
  }
  const { value, wrong } = hashOf(resolution);
  const { path } = resolution;
  const published = value.endsWith("as published");
  if (wrong) {
    const { problem } = examine();
    if (problem !== undefined) return fail(problem, json);
  }
  process.stdout.write(
    json
      ? asJson("verify", { ok: published, path, hash: value })
      : `${published ? "verified" : "not verified"}: ${path}\n  ${value}\n`,
  );
  if (!published) process.exitCode = FAILURE_EXIT;
}

function fail(problem: Diagnosis, json: boolean): void {
  const found = advice(problem);
  process.stdout.write(json ? asJson("verify", { ok: false, problem: found }) : inWords(found));
  process.exitCode = FAILURE_EXIT;
}

function advice({ code, context }: Diagnosis) {
  const cause: Cause = CAUSES[code];
  const fix = cause.fix(context);
  const { projectRoot } = context.installation;
  const command = shellCommand(fix, projectRoot);
  return {
    code,
    what: cause.what(context),
    why: cause.why(context),
    fix: fixInWords(fix, projectRoot),
    ...(command === undefined ? {} : { command }),
    documentation: documentation(code),
  };
}

type Advice = ReturnType<typeof advice>;

const inWords = ({ code, what, why, fix, documentation: more }: Advice): string =>
  `${what} [${code}]\n  why: ${why}\n  fix: ${fix}\n  more: ${more}\n`;

function asTable({ facts, problem, note }: Examination): string {
  const width = Math.max(...facts.map(({ name }) => name.length)) + 2;
  const table = facts.map(({ name, value }) => `${name.padEnd(width)}${value}\n`).join("");
  if (problem !== undefined) return withoutCredentials(`${table}\n${inWords(advice(problem))}`);
  if (note === undefined) return `${table}\nAll is well.\n`;
  return withoutCredentials(
    `${table}\nThe engine runs from the cache. To have it installed:\n${inWords(advice(note))}`,
  );
}

function asReport({ facts, problem, note }: Examination): string {
  const named: Record<string, string | string[]> = {};
  for (const { name, value } of facts) {
    const before = named[name];
    // Of hints there can be several.
    named[name] =
      before === undefined ? (name === "hint" ? [value] : value) : [before, value].flat();
  }
  return asJson("doctor", {
    ok: problem === undefined,
    ...(problem ? { problem: advice(problem) } : {}),
    ...(note ? { note: advice(note) } : {}),
    facts: named,
  });
}

/** A document of the form that docs/schema/doctor-1.json publishes. */
const asJson = (command: "doctor" | "verify", fields: object): string =>
  `${withoutSecrets(JSON.stringify({ schema: 1, command, ...fields }, null, 2))}\n`;
