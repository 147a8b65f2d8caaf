import { CAUSES } from "../../packages/parseltongue/src/causes.ts";
import { REPOSITORY_URL } from "../../packages/parseltongue/src/identity.ts";
import type { Subject } from "../../packages/parseltongue/src/workflows/definitions.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Schema = { readonly [key: string]: Json };

const text = (description: string): Schema => ({ type: "string", description });
const list = (description: string, items: Schema): Schema => ({
  type: "array",
  description,
  items,
});

const nullable = (description: string): Schema => ({ type: ["string", "null"], description });

/** An object of these fields; later versions may add some, so that unknown ones are no mistake. */
const object = (
  description: string,
  required: { readonly [name: string]: Schema },
  optional: { readonly [name: string]: Schema } = {},
): Schema => ({
  type: "object",
  description,
  properties: { ...required, ...optional },
  required: Object.keys(required),
});

/** What stands first in every document. */
const head = (command: string): { schema: Schema; command: Schema } => ({
  schema: { const: 1, description: "The version of this form." },
  command: { const: command },
});

const document = (name: string, title: string, content: Schema): Schema => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: `${REPOSITORY_URL}/raw/main/docs/schema/${name}-1.json`,
  title,
  ...content,
});

const advice = object(
  "What is wrong, and what to do about it.",
  {
    code: {
      enum: Object.keys(CAUSES),
      description: "Never changes its meaning; explained in docs/doctor.md. New ones may come.",
    },
    what: text("What happened."),
    why: text("How people get there."),
    fix: text("What to do, in words."),
    documentation: text("Where the code is explained."),
  },
  { command: text("The fix as a command line of the system's shell, where it is one.") },
);

/** Known whatever is wrong. */
const SURROUNDINGS = {
  package: text("Version and folder of the npm package."),
  node: text("Version of Node, system, processor, C library."),
  "node at": text("The program that Node is."),
  system: text("Name of the operating system, C library."),
  "installed by": text("Package manager, and in which way."),
  registry: text("Where the package manager downloads from."),
  optional: text("Whether optional dependencies are switched off, and where."),
  searched: text("Where platform packages were looked for."),
  platforms: text("The platform packages that are installed."),
  cache: text("The downloaded binaries, and whether they are the published ones."),
};

/** Known of an engine that is well. */
const ENGINE = {
  binary: text("The program that would run, and where it comes from."),
  file: text("Its size, its mode, what kind of program it is."),
  hash: text("Its SHA-256, and whether that is the published one."),
  starts: text("What it answers to --version."),
};

/** Said where there is something to say. */
const CIRCUMSTANCES = {
  hint: list("What is unusual about this system.", { type: "string" }),
  project: text("The folder whose package.json the installation belongs to."),
  lockfile: text("The lock file, and which platform packages it locks."),
  PARSELTONGUE_BINARY: text("The program that was set in the engine's place."),
  lockstep: text("The version of the platform package."),
};

const facts = object("What was found, in words for people.", SURROUNDINGS, {
  ...ENGINE,
  ...CIRCUMSTANCES,
});

const factsOfEngine = object(
  "What was found, in words for people.",
  {
    ...SURROUNDINGS,
    ...ENGINE,
  },
  CIRCUMSTANCES,
);

const ok = (value: boolean): Schema => ({ const: value });

/** `pt doctor --json`, and the same with `--verify`. */
export const DOCTOR_SCHEMA = document("doctor", "What pt doctor --json prints", {
  oneOf: [
    object(
      "The engine runs.",
      { ...head("doctor"), ok: ok(true), facts: factsOfEngine },
      { note: { ...advice, description: "What is not as it should be although the engine runs." } },
    ),
    object("The engine cannot run.", {
      ...head("doctor"),
      ok: ok(false),
      problem: advice,
      facts,
    }),
    object("With --verify: whether the binary that would run is the published one.", {
      ...head("verify"),
      ok: { type: "boolean" },
      path: nullable(
        "The binary; null for the copy in the cache, which is hashed before every start.",
      ),
      hash: nullable("Its SHA-256, and whether that is the published one; null with the path."),
    }),
    object("With --verify: there is no binary that could run, or it is another one.", {
      ...head("verify"),
      ok: ok(false),
      problem: advice,
    }),
  ],
});

const SUBJECTS: readonly Subject[] = ["directory", "name", "directory and optional name"];

/** `pt workflows --json`. */
export const WORKFLOWS_SCHEMA = document(
  "workflows",
  "What pt workflows --json prints",
  object("The workflows, and the programs that extend pt.", {
    ...head("workflows"),
    workflows: list(
      "The built-in ones, then those of the project.",
      object("Started with pt NAME.", {
        name: text("The command."),
        summary: text("What it answers, in one line."),
        subject: { enum: SUBJECTS, description: "What it is asked about." },
        writes: list("The documents that it writes, by file name.", { type: "string" }),
        file: nullable("The file that it is read from; null for a built-in one."),
      }),
    ),
    programs: list(
      "Programs pt-NAME on PATH.",
      object("Started with pt NAME.", {
        name: text("The command."),
        path: text("The program."),
      }),
    ),
    problems: list("Workflow files that cannot be read: file, line, column and why.", {
      type: "string",
    }),
  }),
);
