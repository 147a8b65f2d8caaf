import { mistakeWords, type Node, type ParseError, parseTree } from "../json.ts";
import type { Schema } from "./schema.ts";

/** What is wrong with a JSON text, and where. */
export interface Mistake {
  readonly offset: number;
  readonly message: string;
}

/** A parsed text whose shape is right, or the first mistake in it. */
export type Checked = { readonly tree: Node } | { readonly mistake: Mistake };

/** Parses JSON (no comments, no trailing commas) and checks it against a schema. */
export function checkJson(text: string, schema: Schema): Checked {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowEmptyContent: true });
  const [error] = errors;
  if (error !== undefined)
    return {
      mistake: { offset: error.offset, message: `this is no JSON: ${mistakeWords(error)}` },
    };
  if (tree === undefined) return { mistake: { offset: 0, message: "the file is empty" } };
  const mistake = check(tree, schema, "the workflow");
  return mistake === undefined ? { tree } : { mistake };
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

function check(node: Node, schema: Schema, name: string): Mistake | undefined {
  const wrong = (message: string, at: Node = node): Mistake => ({ offset: at.offset, message });
  if (node.type !== schema.type)
    return wrong(`${name} must be ${article(schema.type)}, not ${article(node.type)}`);
  switch (node.type) {
    case "object":
      return checkObject(node, schema, name);
    case "array": {
      const items = node.children ?? [];
      if (items.length < (schema.minItems ?? 0)) return wrong(`${name} must not be empty`);
      if (schema.items === undefined) return undefined;
      for (const item of items) {
        const mistake = check(item, schema.items, `an item of ${name}`);
        if (mistake !== undefined) return mistake;
      }
      return undefined;
    }
    case "string": {
      const value: string = node.value;
      if (schema.enum !== undefined && !schema.enum.includes(value))
        return wrong(
          `${name} must be one of ${schema.enum.map((each) => `"${each}"`).join(", ")}, not "${value}"`,
        );
      if (value.length < (schema.minLength ?? 0)) return wrong(`${name} must not be empty`);
      if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
        return wrong(`${name} must match ${schema.pattern}, and "${value}" does not`);
      return undefined;
    }
    default:
      return undefined;
  }
}

function checkObject(node: Node, schema: Schema, name: string): Mistake | undefined {
  const seen = new Set<string>();
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue;
    const title = `"${key.value}"`;
    const wanted = schema.properties?.[key.value];
    if (seen.has(key.value)) return { offset: key.offset, message: `${title} is there twice` };
    seen.add(key.value);
    if (wanted === undefined) {
      const known = Object.keys(schema.properties ?? {}).filter((each) => each !== "$schema");
      return {
        offset: key.offset,
        message: `${name} has no property ${title}; it knows ${known.join(", ")}`,
      };
    }
    const mistake = check(value, wanted, title);
    if (mistake !== undefined) return mistake;
  }
  const missing = schema.required?.find((required) => !seen.has(required));
  return missing === undefined
    ? undefined
    : { offset: node.offset, message: `${name} lacks "${missing}"` };
}

/** A position as editors count: from 1, columns in UTF-16 units. */
export function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - (before.lastIndexOf("\n") + 1) + 1 };
}
