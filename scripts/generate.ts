import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { type Generated, generatedFiles } from "./lib/manifests.ts";
import { ENGINE, ROOT } from "./lib/paths.ts";
import { Trouble } from "./lib/say.ts";
import { requireRust } from "./lib/toolchain.ts";

/** The schema of the engine's JSON answers. `test/answers.test.ts` holds answers to it. */
const ANSWERS_SCHEMA = "docs/schema/answers-1.json";

/** Prints the schema from the types of the answers. */
async function answersSchema(): Promise<string> {
  await requireRust();
  const { stdout, exitCode } = await execa(
    "cargo",
    [
      ...["run", "--quiet", "--locked", "--profile", "quick", "--package", "parseltongue-report"],
      ...["--features", "schema", "--example", "answers-schema"],
    ],
    { cwd: ENGINE, stdin: "ignore", stderr: process.stderr, reject: false },
  );
  if (exitCode === 0) return `${stdout}\n`;
  throw new Trouble(
    "the schema of the answers cannot be made",
    "why: cargo's message is above",
    "fix: correct the source, then run the same command again",
  );
}

/** What `--help` prints. */
export const HELP = `Usage: npm run generate -- [--no-schema]

Writes every derived file anew, and says which ones changed.

  --no-schema  leave out the schema of the answers, which compiles the engine and states no version
`;

/** `npm run generate`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { "no-schema": { type: "boolean" } } });
  let changed = 0;
  const files: Generated[] = generatedFiles();
  if (!values["no-schema"]) files.push({ path: ANSWERS_SCHEMA, text: await answersSchema() });
  for (const { path, text, executable } of files) {
    const file = join(ROOT, path);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (executable) chmodSync(file, 0o755);
    process.stdout.write(`wrote ${path}\n`);
    changed++;
  }
  process.stdout.write(`${changed} files changed\n`);
}
