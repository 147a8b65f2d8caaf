import { ENGINE_COMMANDS } from "../commands.ts";
import { REPOSITORY_URL, VERSION } from "../identity.ts";

/** The part of JSON Schema that workflow files need; `validate.ts` knows exactly this part. */
export interface Schema {
  readonly type: "object" | "array" | "string" | "boolean";
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
}

const command: Schema = {
  type: "array",
  description: `A command of the engine and its fixed arguments, for example ["report", "onboard"]. Commands: ${ENGINE_COMMANDS.join(", ")}.`,
  items: { type: "string", minLength: 1, pattern: "^[^-]" },
  minItems: 1,
};

const options: Schema = {
  type: "array",
  description: 'Options of that command, for example ["--format", "markdown"].',
  items: { type: "string", minLength: 1 },
};

const takesName: Schema = {
  type: "boolean",
  description: "Whether the name that the workflow was started with follows.",
};

const call: Schema = {
  type: "object",
  description: "What is printed; `--format` of the command line decides how.",
  properties: { command, options, name: takesName },
  required: ["command"],
  additionalProperties: false,
};

/** What a file of `.parseltongue/workflows/` must look like; published as `schema/workflow.json`. */
export const WORKFLOW_SCHEMA: Schema = {
  type: "object",
  title: "A workflow of parseltongue",
  description:
    "Lies in .parseltongue/workflows/NAME.json of a project and is started with `pt NAME`.",
  properties: {
    $schema: { type: "string", description: "Where this schema is, for editors." },
    summary: { type: "string", minLength: 1, description: "One line for `pt workflows`." },
    subject: {
      type: "string",
      enum: ["directory", "name", "directory and optional name"],
      description: "What the workflow is asked about.",
    },
    answer: call,
    answerWithName: {
      ...call,
      description: "Printed instead of the answer where an optional name was given.",
    },
    steps: {
      type: "array",
      description: "The documents that are written, in this order.",
      items: {
        type: "object",
        properties: {
          file: {
            type: "string",
            pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
            description: "File name of the document in the workflow's folder.",
          },
          title: { type: "string", minLength: 1, description: "Shown while it is written." },
          command,
          options,
          name: takesName,
          onlyWithName: {
            type: "boolean",
            description: "Left out where the workflow was started without a name.",
          },
        },
        required: ["file", "command"],
        additionalProperties: false,
      },
    },
    examples: {
      type: "array",
      items: { type: "string", minLength: 1 },
      description: "Command lines for the help.",
    },
  },
  required: ["summary", "subject", "answer"],
  additionalProperties: false,
};

/** The published file. */
export const workflowSchemaFile = (): string =>
  `${JSON.stringify(
    {
      $schema: "http://json-schema.org/draft-07/schema#",
      $id: `${REPOSITORY_URL}/raw/v${VERSION}/packages/parseltongue/schema/workflow.json`,
      ...WORKFLOW_SCHEMA,
    },
    null,
    2,
  )}\n`;
