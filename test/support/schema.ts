import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { ROOT } from "./places.ts";

/** What JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Schema = { [key: string]: Json };

/** The schema without leave for fields that it does not know: an answer must not have more than is published. */
function strict(part: Json): Json {
  if (Array.isArray(part)) return part.map(strict);
  if (part === null || typeof part !== "object") return part;
  const closed = Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, strict(value)]),
  );
  return typeof part["properties"] === "object" && part["type"] === "object"
    ? { ...closed, additionalProperties: false }
    : closed;
}

/** A schema of docs/schema, as it is published and without leave for unknown fields. */
export function publishedSchema(file: string) {
  const schema = JSON.parse(readFileSync(join(ROOT, "docs", "schema", file), "utf8")) as Schema;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  // Both have one $id, which may be in use only once.
  const { $id: _, ...closed } = strict(schema) as Schema;
  return { published: ajv.compile(schema), exact: ajv.compile(closed) };
}

/** All values with a field taken out or renamed somewhere, each with the path of the field. */
export function* mutations(
  value: Json,
  path = "",
): Generator<[path: string, removed: Json, renamed: Json]> {
  if (Array.isArray(value)) {
    // One element stands for all.
    const [first, ...rest] = value;
    if (first === undefined) return;
    for (const [at, removed, renamed] of mutations(first, `${path}[0]`))
      yield [at, [removed, ...rest], [renamed, ...rest]];
    return;
  }
  if (value === null || typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) {
    const { [key]: _, ...others } = value;
    yield [`${path}.${key}`, others, { ...others, [`${key}_`]: inner }];
    for (const [at, removed, renamed] of mutations(inner, `${path}.${key}`))
      yield [at, { ...value, [key]: removed }, { ...value, [key]: renamed }];
  }
}
