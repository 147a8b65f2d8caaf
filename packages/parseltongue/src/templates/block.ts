// A block between two marker lines in a file that belongs to somebody else.

const BEGIN =
  "<!-- parseltongue: begin (pt init-templates --only agents; edits between these lines are kept) -->";
const END = "<!-- parseltongue: end -->";

/** What a file holds of the block. */
export type Block =
  | { readonly state: "absent" }
  | { readonly state: "present"; readonly content: string }
  /** One marker without the other, or several: nobody can say what is ours. */
  | { readonly state: "damaged" };

const endOfLine = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

const count = (text: string, part: string): number => text.split(part).length - 1;

/** The block's content, with line feeds only. */
export function readBlock(file: string): Block {
  const text = file.replaceAll("\r\n", "\n");
  const [begins, ends] = [count(text, BEGIN), count(text, END)];
  if (begins === 0 && ends === 0) return { state: "absent" };
  const from = text.indexOf(`${BEGIN}\n`) + BEGIN.length + 1;
  const to = text.indexOf(END);
  if (begins !== 1 || ends !== 1 || from > to) return { state: "damaged" };
  return { state: "present", content: text.slice(from, to) };
}

/** The file with this content in the block; a new block goes to the end. */
export function writeBlock(file: string, content: string): string {
  const eol = endOfLine(file);
  const block = `${BEGIN}\n${content}${END}`.replaceAll("\n", eol);
  if (readBlock(file).state === "present") {
    const from = file.indexOf(BEGIN);
    return `${file.slice(0, from)}${block}${file.slice(file.indexOf(END) + END.length)}`;
  }
  if (file === "") return `${block}\n`;
  const gap = file.endsWith(eol + eol) ? "" : file.endsWith(eol) ? eol : eol + eol;
  return `${file}${gap}${block}${eol}`;
}

/** The file without the block and the blank line before it; empty where nothing else is left. */
export function removeBlock(file: string): string {
  const eol = endOfLine(file);
  const from = file.indexOf(BEGIN);
  const to = file.indexOf(END) + END.length;
  const before = file.slice(0, from);
  const after = file.slice(to).replace(/^\r?\n/, "");
  const joined = (before.endsWith(eol + eol) ? before.slice(0, -eol.length) : before) + after;
  return joined.trim() === "" ? "" : joined;
}
