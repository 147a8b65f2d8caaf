import { element, make, visible } from "./dom.ts";
import type { Graph } from "./graph.ts";
import type { Circle, Layout } from "./layout.ts";

const MOST_RESULTS = 40;

interface Entry {
  readonly text: string;
  readonly where: string;
  readonly lower: string;
  /** How many edges lead to it: of two with the same name the more used one is meant. */
  readonly uses: number;
  readonly circle: Circle;
}

/** The search field with its list. */
export function connectSearch(
  graph: Graph,
  layout: Layout,
  choose: (circle: Circle) => void,
): void {
  const input = element<HTMLInputElement>("search");
  const list = element<HTMLUListElement>("results");
  const entries: Entry[] = [];
  layout.root.each((circle) => {
    if (circle.parent === null) return;
    const { what, entity, path } = circle.data;
    const text = entity >= 0 ? (graph.name[entity] ?? "") : path;
    const where = entity >= 0 ? `${graph.kind(entity)}  ${graph.place(entity)}` : what;
    entries.push({
      text,
      where,
      lower: text.toLowerCase(),
      uses: entity >= 0 ? graph.edgesTo(entity).length : 0,
      circle,
    });
  });
  let found: Entry[] = [];
  let marked = 0;

  const close = (): void => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  const mark = (index: number): void => {
    marked = Math.min(Math.max(index, 0), found.length - 1);
    [...list.children].forEach((item, at) => {
      item.setAttribute("aria-selected", String(at === marked));
      if (at === marked) item.scrollIntoView({ block: "nearest" });
    });
    input.setAttribute("aria-activedescendant", `result-${marked}`);
  };
  const take = (index: number): void => {
    const entry = found[index];
    if (entry === undefined) return;
    close();
    input.blur();
    choose(entry.circle);
  };
  const look = (): void => {
    const wanted = input.value.trim().toLowerCase();
    if (wanted === "") return close();
    found = entries
      .map((entry) => ({ entry, score: score(entry, wanted) }))
      .filter(({ score }) => score > 0)
      .sort(
        (a, b) =>
          b.score - a.score ||
          b.entry.uses - a.entry.uses ||
          a.entry.text.length - b.entry.text.length ||
          (a.entry.text < b.entry.text ? -1 : 1),
      )
      .slice(0, MOST_RESULTS)
      .map(({ entry }) => entry);
    list.replaceChildren(
      ...found.map(({ text, where }, index) => {
        const item = make(
          "li",
          { id: `result-${index}`, onmousedown: () => take(index) },
          visible(text),
          make("small", {}, visible(where)),
        );
        item.setAttribute("role", "option");
        return item;
      }),
    );
    if (found.length === 0) list.append(make("li", { className: "faint" }, "Nothing of that name"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(0);
  };
  input.addEventListener("input", look);
  input.addEventListener("focus", look);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "ArrowDown") mark(marked + 1);
    else if (event.key === "ArrowUp") mark(marked - 1);
    else if (event.key === "Enter") take(marked);
    else if (event.key === "Escape") input.blur();
    else return;
    event.preventDefault();
  });
}

/** Better for a whole name than for its start, its last part, or a part of it; 0 for no match. */
function score({ lower, where }: Entry, wanted: string): number {
  if (lower === wanted) return 6;
  const last = lower.split(/::|[./#]/).at(-1) ?? lower;
  if (last === wanted) return 5;
  if (last.startsWith(wanted)) return 4;
  if (lower.startsWith(wanted)) return 3;
  if (lower.includes(wanted)) return 2;
  return where.toLowerCase().includes(wanted) ? 1 : 0;
}
