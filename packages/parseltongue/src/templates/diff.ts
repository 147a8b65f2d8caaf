/** One line of a comparison: kept, only in the old text, or only in the new one. */
type Line = readonly [mark: " " | "-" | "+", text: string];

const CONTEXT = 2;

/** The difference of two texts by lines, with a little context; empty where they are equal. */
export function lineDiff(before: string, after: string): string {
  const lines = compare(before.split("\n"), after.split("\n"));
  const near = (index: number): boolean =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(([mark]) => mark !== " ");
  let text = "";
  let skipped = false;
  for (const [index, [mark, line]] of lines.entries()) {
    if (near(index)) {
      if (skipped && text !== "") text += "...\n";
      text += `${mark} ${line}\n`;
      skipped = false;
    } else {
      skipped = true;
    }
  }
  return text;
}

/** Longest common subsequence; templates have a few hundred lines, so a full table is small. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, fresh] = [before[i], after[j]];
    if (old !== undefined && old === fresh) {
      lines.push([" ", old]);
      i++;
      j++;
    } else if (old !== undefined && (fresh === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(["-", old]);
      i++;
    } else {
      lines.push(["+", fresh ?? ""]);
      j++;
    }
  }
  return lines;
}
