import { homedir } from "node:os";
import { CAUSES, type CauseContext, documentation } from "../causes.ts";
import { FAILURE_EXIT } from "../failure.ts";
import { UsageError } from "../workflows/arguments.ts";
import { type Examination, examine } from "./checks.ts";

/** Bug reports are public: the home folder names its owner, and a URL may carry a password. */
export function withoutSecrets(text: string): string {
  const home = homedir();
  const short = home.length > 1 ? text.replaceAll(home, "~") : text;
  return short
    .replace(/(\/\/)[^/@\s]+@/g, "$1***@")
    .replace(/\b(npm_|ghp_|github_pat_)[A-Za-z0-9_]{8,}/g, "$1***");
}

/** `pt doctor`: says what is installed, and what is wrong with it. */
export function doctor(args: readonly string[]): void {
  const unknown = args.find((arg) => arg !== "--json");
  if (unknown !== undefined)
    throw new UsageError(`"pt doctor" does not know ${unknown}; it knows --json`);
  const examination = examine();
  process.stdout.write(args.includes("--json") ? asJson(examination) : asTable(examination));
  if (examination.code !== undefined) process.exitCode = FAILURE_EXIT;
}

function advice(examination: Examination) {
  if (examination.code === undefined) return undefined;
  const cause = CAUSES[examination.code];
  const context: CauseContext = examination;
  return {
    code: examination.code,
    what: cause.what(context),
    why: cause.why(context),
    fix: cause.fix(context),
    documentation: documentation(examination.code),
  };
}

function asTable(examination: Examination): string {
  const width = Math.max(...examination.facts.map(({ name }) => name.length)) + 2;
  const table = examination.facts
    .map(({ name, value }) => `${name.padEnd(width)}${value}\n`)
    .join("");
  const found = advice(examination);
  if (found === undefined) return `${table}\nAll is well.\n`;
  return `${table}\n${found.what} [${found.code}]\n  why: ${found.why}\n  fix: ${found.fix}\n  more: ${found.documentation}\n`;
}

function asJson(examination: Examination): string {
  const facts = Object.fromEntries(examination.facts.map(({ name, value }) => [name, value]));
  const problem = advice(examination);
  return `${withoutSecrets(JSON.stringify({ ok: problem === undefined, ...(problem ? { problem } : {}), facts }, null, 2))}\n`;
}
