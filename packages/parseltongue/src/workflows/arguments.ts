import {
  ENGINE_FLAGS,
  type EngineFlag,
  FORMATS,
  type Format,
  type Workflow,
} from "./definitions.ts";

/** What the user asked of a workflow. */
export interface WorkflowRequest {
  readonly directory?: string;
  readonly name?: string;
  readonly root?: string;
  readonly out?: string;
  readonly format: Format;
  /** In the order of `ENGINE_FLAGS`, whatever the order in which they were given. */
  readonly flags: readonly EngineFlag[];
}

/** A mistake in the command line, worded for the user. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads the arguments of a workflow. Options may stand anywhere; `--` ends them. */
export function parseWorkflowArguments(
  workflow: Workflow,
  args: readonly string[],
): WorkflowRequest {
  const positional: string[] = [];
  const options = new Map<string, string>();
  const given = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      positional.push(...args.slice(index + 1));
      break;
    }
    const option = /^--(format|root|out)(?:=(.*))?$/s.exec(arg);
    if (option?.[1] !== undefined) {
      const value = option[2] ?? args[++index];
      if (value === undefined) throw new UsageError(`the option --${option[1]} needs a value`);
      options.set(option[1], value);
    } else if ((ENGINE_FLAGS as readonly string[]).includes(arg)) {
      given.add(arg);
    } else if (arg.startsWith("-") && arg !== "-") {
      throw new UsageError(
        `"pt ${workflow.name}" has no option ${arg}; it knows --format, --root, --out, ${ENGINE_FLAGS.join(", ")}`,
      );
    } else {
      positional.push(arg);
    }
  }
  const format = options.get("format") ?? "human";
  if (!isFormat(format))
    throw new UsageError(`there is no format "${format}"; choose ${FORMATS.join(", ")}`);
  const root = options.get("root");
  const out = options.get("out");
  const common = {
    format,
    flags: ENGINE_FLAGS.filter((flag) => given.has(flag)),
    ...(root === undefined ? {} : { root }),
    ...(out === undefined ? {} : { out }),
  };

  const most = workflow.subject === "directory and optional name" ? 2 : 1;
  if (positional.length > most)
    throw new UsageError(
      `"pt ${workflow.name}" does not know what to do with "${positional[most]}"`,
    );
  if (workflow.subject === "name") {
    const [name] = positional;
    if (!name)
      throw new UsageError(
        `"pt ${workflow.name}" needs the name of an entity, for example: ${workflow.examples[0]}`,
      );
    return { ...common, name };
  }
  const [directory, name] = positional;
  if (directory !== undefined && root !== undefined)
    throw new UsageError("a directory and --root say the same thing; give one of them");
  return {
    ...common,
    directory: directory ?? root ?? ".",
    ...(name === undefined ? {} : { name }),
  };
}

const isFormat = (value: string): value is Format => (FORMATS as readonly string[]).includes(value);
