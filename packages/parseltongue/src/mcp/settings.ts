import {
  findNodeAtLocation,
  getNodeValue,
  mistakeWords,
  type Node,
  type ParseError,
  parseTree,
} from "../json.ts";
import type { Client } from "./clients.ts";

/** The name of the server in every client's settings. */
export const SERVER_NAME = "parseltongue";

/** A settings file that cannot be edited safely. */
export class SettingsError extends Error {}

/**
 * The text of a settings file with the server in it, or without it where `entry` is undefined. What else the file
 * holds stays as it is, comments too. An empty text means that nothing is left in the file.
 */
export function edited(
  client: Client,
  text: string,
  entry: Readonly<Record<string, unknown>> | undefined,
): string {
  return client.format === "json"
    ? editedJson(client.section, text, entry)
    : editedToml(client.section, text, entry);
}

function editedJson(
  section: string,
  text: string,
  entry: Readonly<Record<string, unknown>> | undefined,
): string {
  const source = text.trim() === "" ? "{}\n" : text;
  const root = parsed(source);
  if (root.type !== "object") throw new SettingsError("it holds no JSON object at its top");
  const servers = findNodeAtLocation(root, [section]);
  if (servers !== undefined && servers.type !== "object")
    throw new SettingsError(`its "${section}" is no JSON object`);
  if (entry !== undefined) return withServer(source, root, section, entry);
  const server = servers && findNodeAtLocation(servers, [SERVER_NAME]);
  if (servers === undefined || server === undefined) return text;
  // The table goes with its last server, and the file with its last table.
  const alone = servers.children?.length === 1;
  if (alone && root.children?.length === 1 && !/\/[/*]/.test(text)) return "";
  return withoutProperty(text, alone ? root : servers, alone ? servers : server);
}

function parsed(text: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first !== undefined || root === undefined) {
    const before = text.slice(0, first?.offset ?? 0).split("\n");
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    const what = first === undefined ? "empty" : mistakeWords(first);
    throw new SettingsError(`it is no valid JSON: ${what} at ${place}`);
  }
  return root;
}

/** Sets a server, and touches nothing else: jsonc-parser's own edits would lay out the neighbours anew. */
function withServer(text: string, root: Node, section: string, entry: unknown): string {
  const servers = findNodeAtLocation(root, [section]);
  const known = servers && findNodeAtLocation(servers, [SERVER_NAME]);
  if (known !== undefined) {
    if (JSON.stringify(getNodeValue(known)) === JSON.stringify(entry)) return text;
    const { offset, length } = known;
    return text.slice(0, offset) + laidOut(text, entry, 2) + text.slice(offset + length);
  }
  if (servers !== undefined) return withProperty(text, servers, SERVER_NAME, entry, 2);
  return withProperty(text, root, section, { [SERVER_NAME]: entry }, 1);
}

/** Adds a property as the last one of an object whose properties stand at a depth. */
function withProperty(
  text: string,
  object: Node,
  key: string,
  value: unknown,
  depth: number,
): string {
  const { eol, indent } = layout(text);
  const property = `${eol}${indent.repeat(depth)}${JSON.stringify(key)}: ${laidOut(text, value, depth)}`;
  const last = object.children?.at(-1);
  if (last === undefined) {
    const end = object.offset + object.length - 1;
    const inside = text.slice(object.offset + 1, end).trimEnd();
    return `${text.slice(0, object.offset + 1)}${inside}${property}${eol}${indent.repeat(depth - 1)}${text.slice(end)}`;
  }
  const end = last.offset + last.length;
  return `${text.slice(0, end)},${property}${text.slice(end)}`;
}

/** Takes the property with this value out of an object, with the comma that it leaves without use. */
function withoutProperty(text: string, object: Node, value: Node): string {
  const properties = object.children ?? [];
  const index = properties.findIndex(({ children }) => children?.[1] === value);
  const end = ({ offset, length }: Node): number => offset + length;
  const [before, property, after] = [-1, 0, 1].map((step) => properties[index + step]);
  if (property === undefined) return text;
  if (before !== undefined) return text.slice(0, end(before)) + text.slice(end(property));
  const left = text.slice(0, property.offset);
  if (after !== undefined) return left + text.slice(after.offset);
  const right = text.slice(end(property)).replace(/^\s*,/, "");
  // Its lines go with it, and no comment's end, which is the end of its line.
  return /\n[ \t]*$/.test(left) && /^[ \t]*\r?\n/.test(right)
    ? left.replace(/[ \t]*$/, "") + right.replace(/^[ \t]*\r?\n/, "")
    : left + right;
}

function layout(text: string): { eol: string; indent: string } {
  return {
    eol: text.includes("\r\n") ? "\r\n" : "\n",
    indent: /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ",
  };
}

/** A value in a file's own indentation and line ends, for a property at a depth. */
function laidOut(text: string, value: unknown, depth: number): string {
  const { eol, indent } = layout(text);
  return JSON.stringify(value, undefined, indent).replaceAll("\n", eol + indent.repeat(depth));
}

/** The lines of `[section.NAME]` and its sub-tables; TOML allows a table once, so they are all there is of it. */
function editedToml(
  section: string,
  text: string,
  entry: Readonly<Record<string, unknown>> | undefined,
): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
  if (lines.some((line) => new RegExp(`^\\s*${section}\\s*[.=]`).test(line)))
    throw new SettingsError(`it writes "${section}" in a way that this command does not change`);
  const header = new RegExp(`^\\s*\\[\\s*${section}\\s*\\.\\s*"?${SERVER_NAME}"?\\s*[.\\]]`);
  const start = lines.findIndex((line) => header.test(line));
  let end = start;
  if (start >= 0) {
    end++;
    while (
      end < lines.length &&
      (!/^\s*\[/.test(lines[end] ?? "") || header.test(lines[end] ?? ""))
    )
      end++;
    // Comments and blank lines before the next table belong to that one.
    while (end > start + 1 && end < lines.length && /^\s*(#|$)/.test(lines[end - 1] ?? "")) end--;
  }
  const block =
    entry === undefined
      ? []
      : [
          `[${section}.${SERVER_NAME}]`,
          // A string or list of strings reads the same in TOML as in JSON.
          ...Object.entries(entry).map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
        ];
  if (start >= 0) {
    const gap = entry === undefined && start > 0 && lines[start - 1]?.trim() === "" ? 1 : 0;
    lines.splice(start - gap, end - start + gap, ...block);
  } else {
    lines.push(...(lines.length > 0 && block.length > 0 ? [""] : []), ...block);
  }
  return lines.length === 0 ? "" : `${lines.join(eol)}${eol}`;
}
