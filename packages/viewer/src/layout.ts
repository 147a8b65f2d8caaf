import { type HierarchyCircularNode, hierarchy, pack } from "d3-hierarchy";
import type { Graph } from "./graph.ts";

/** A module (folder), a file, or an entity; a type with its members is an entity with children. */
export interface Item {
  readonly what: "module" | "file" | "entity";
  /** What is written on it. */
  label: string;
  /** The path of a module or file. */
  path: string;
  /** The index of an entity; -1 for modules and files. */
  readonly entity: number;
  readonly children: Item[];
}

/** A circle of the picture, with the links between its direct children. */
export type Circle = HierarchyCircularNode<Item> & { uses?: readonly Link[] };

/** Edges between two circles that lie side by side. */
export interface Link {
  readonly from: Circle;
  readonly to: Circle;
  readonly weight: number;
}

export interface Layout {
  readonly root: Circle;
  /** The circle of each entity. */
  readonly circles: readonly Circle[];
}

/** Width and height of the picture, in its own units. */
export const EXTENT = 1000;

/** Links of one circle beyond these would hide each other. */
const MOST_LINKS = 90;

/** Circles within circles: the same data gives the same places, in every browser. */
export function layOut(graph: Graph): Layout {
  const tree = hierarchy(itemTree(graph), (item) => item.children)
    .sum(({ what, entity, children }) => {
      if (children.length > 0) return 0;
      if (what === "file") return 4;
      return 3 + Math.min(Math.sqrt(graph.data.entities.lines[entity] ?? 1) * 1.5, 22);
    })
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0) || (a.data.label < b.data.label ? -1 : 1));
  const gap = Math.max(0.35, 14 / Math.sqrt(graph.size + graph.data.files.length));
  const root: Circle = pack<Item>()
    .size([EXTENT, EXTENT])
    .padding(({ height, data }) => {
      if (data.what === "entity") return gap * 0.4;
      return data.what === "file" ? gap * 0.7 : gap * (height > 2 ? 3 : 1.8);
    })(tree);
  const circles: Circle[] = [];
  root.each((circle) => {
    if (circle.data.entity >= 0) circles[circle.data.entity] = circle;
  });
  addLinks(graph, circles);
  return { root, circles };
}

function itemTree(graph: Graph): Item {
  const root: Item = module(graph.data.project, "");
  const folders = new Map([["", root]]);
  const folder = (path: string): Item => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf("/");
    const made = module(path.slice(slash + 1), path);
    folders.set(path, made);
    folder(path.slice(0, Math.max(slash, 0))).children.push(made);
    return made;
  };
  const files = graph.data.files.map((path): Item => {
    const slash = path.lastIndexOf("/");
    const item: Item = {
      what: "file",
      label: path.slice(slash + 1),
      path,
      entity: -1,
      children: [],
    };
    folder(path.slice(0, Math.max(slash, 0))).children.push(item);
    return item;
  });
  const items = graph.name.map((label, entity): Item => {
    const what = graph.kind(entity);
    return {
      what: "entity",
      label: what === "file" ? "top level" : label,
      path: "",
      entity,
      children: [],
    };
  });
  items.forEach((item, entity) => {
    const owner = (graph.data.entities.owner[entity] ?? 0) - 1;
    // A circle of owners cannot be drawn; only a definition further up may hold this one.
    const holder =
      owner >= 0 && owner !== entity && !isInside(graph, owner, entity) ? items[owner] : undefined;
    if (holder !== undefined) item.label = withoutOwner(item.label, holder.label);
    (holder ?? files[graph.file[entity] ?? 0])?.children.push(item);
  });
  collapse(root);
  return root;
}

const module = (label: string, path: string): Item => ({
  what: "module",
  label,
  path,
  entity: -1,
  children: [],
});

function isInside(graph: Graph, entity: number, around: number): boolean {
  for (let at = entity, steps = 0; steps < 50; steps++) {
    const owner = (graph.data.entities.owner[at] ?? 0) - 1;
    if (owner < 0) return false;
    if (owner === around) return true;
    at = owner;
  }
  return true;
}

/** `parse` for `Parser::parse` in the circle of `Parser`. */
const withoutOwner = (name: string, owner: string): string =>
  name.startsWith(owner) && name.length > owner.length
    ? name.slice(owner.length).replace(/^(?:::|\.|#)/, "")
    : name;

/** A folder that holds one folder alone is written as one: `src/main/java`. */
function collapse(item: Item): void {
  for (
    let only = item.children[0];
    item.children.length === 1 && only?.what === "module";
    only = item.children[0]
  ) {
    item.label = item.path === "" ? `${item.label} (${only.path})` : `${item.label}/${only.label}`;
    item.path = only.path;
    item.children.splice(0, 1, ...only.children);
  }
  for (const child of item.children) if (child.what === "module") collapse(child);
}

/** Gives each circle the edges that run between its children, at whatever depth they start and end. */
function addLinks(graph: Graph, circles: readonly Circle[]): void {
  const weights = new Map<Circle, Map<Circle, Map<Circle, number>>>();
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    let from = circles[graph.from[edge] ?? 0];
    let to = circles[graph.to[edge] ?? 0];
    if (from === undefined || to === undefined || from === to) continue;
    while (from.depth > to.depth && from.parent !== null) from = from.parent as Circle;
    while (to.depth > from.depth && to.parent !== null) to = to.parent as Circle;
    // One holds the other.
    if (from === to) continue;
    while (from.parent !== to.parent && from.parent !== null && to.parent !== null) {
      from = from.parent as Circle;
      to = to.parent as Circle;
    }
    const around = from.parent as Circle | null;
    if (around === null) continue;
    const rows = weights.get(around) ?? new Map<Circle, Map<Circle, number>>();
    weights.set(around, rows);
    const row = rows.get(from) ?? new Map<Circle, number>();
    rows.set(from, row);
    row.set(to, (row.get(to) ?? 0) + 1);
  }
  for (const [around, rows] of weights) {
    const links = [...rows].flatMap(([from, row]) =>
      [...row].map(([to, weight]) => ({ from, to, weight })),
    );
    links.sort((a, b) => b.weight - a.weight);
    around.uses = links.slice(0, MOST_LINKS);
  }
}
