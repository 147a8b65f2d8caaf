import {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  modify,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
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
  const blank = text.trim() === "";
  const root = blank ? undefined : parsed(text);
  if (root !== undefined && root.type !== "object")
    throw new SettingsError("it holds no JSON object at its top");
  const servers = root && findNodeAtLocation(root, [section]);
  if (servers !== undefined && servers.type !== "object")
    throw new SettingsError(`its "${section}" is no JSON object`);
  if (entry !== undefined) return change(blank ? "{}\n" : text, [section, SERVER_NAME], entry);
  if (servers === undefined || findNodeAtLocation(servers, [SERVER_NAME]) === undefined)
    return text;
  // The table goes with its last server, and the file with its last table.
  const alone = servers.children?.length === 1;
  if (alone && root?.children?.length === 1 && !/\/[/*]/.test(text)) return "";
  return change(text, alone ? [section] : [section, SERVER_NAME], undefined);
}

function parsed(text: string): ReturnType<typeof parseTree> {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first !== undefined || root === undefined) {
    const before = text.slice(0, first?.offset ?? 0).split("\n");
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    const what = first === undefined ? "empty" : printParseErrorCode(first.error);
    throw new SettingsError(`it is no valid JSON: ${what} at ${place}`);
  }
  return root;
}

/** Sets or removes one value, in the file's own indentation and line ends. */
function change(text: string, path: JSONPath, value: unknown): string {
  const root = parsed(text);
  const known = root && findNodeAtLocation(root, path);
  if (known !== undefined && JSON.stringify(getNodeValue(known)) === JSON.stringify(value))
    return text;
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  const formattingOptions = {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 4 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
  return applyEdits(text, modify(text, path, value, { formattingOptions }));
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
