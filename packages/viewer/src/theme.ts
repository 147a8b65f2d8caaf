/** The colours of the picture; those of the panels are in style.css. */
export interface Theme {
  readonly background: string;
  readonly hull: string;
  readonly hullEdge: string;
  readonly file: string;
  readonly fileEdge: string;
  readonly text: string;
  readonly faintText: string;
  readonly halo: string;
  readonly link: string;
  readonly chosen: string;
  readonly callers: string;
  readonly callees: string;
  readonly cycle: string;
  readonly groups: Readonly<Record<Group, string>>;
  /** By steps from the change. */
  readonly blast: readonly string[];
}

export type Group = "function" | "method" | "type" | "interface" | "macro" | "value";

export const GROUPS: readonly Group[] = [
  "function",
  "method",
  "type",
  "interface",
  "macro",
  "value",
];

const GROUP_OF: ReadonlyMap<string, Group> = new Map([
  ["function", "function"],
  ["method", "method"],
  ["constructor", "method"],
  ["accessor", "method"],
  ["struct", "type"],
  ["class", "type"],
  ["enum", "type"],
  ["union", "type"],
  ["type-alias", "type"],
  ["new-type", "type"],
  ["interface", "interface"],
  ["trait", "interface"],
  ["macro", "macro"],
]);

/** Kinds share a colour with what people take them for. */
export const groupOf = (kind: string): Group => GROUP_OF.get(kind) ?? "value";

export const LIGHT: Theme = {
  background: "#faf9f6",
  hull: "rgba(84, 104, 138, 0.055)",
  hullEdge: "rgba(70, 88, 120, 0.20)",
  file: "#ffffff",
  fileEdge: "rgba(70, 88, 120, 0.22)",
  text: "#232a36",
  faintText: "#667085",
  halo: "rgba(250, 249, 246, 0.92)",
  link: "#8794aa",
  chosen: "#111827",
  callers: "#c2571a",
  callees: "#1f6fb5",
  cycle: "#c8324a",
  groups: {
    function: "#5b8cc0",
    method: "#46a294",
    type: "#d3963b",
    interface: "#9176c4",
    macro: "#c96a87",
    value: "#98a1b0",
  },
  blast: ["#111827", "#b3261e", "#d9622b", "#e8973f", "#efbf6a", "#f2d79c"],
};

export const DARK: Theme = {
  background: "#14171d",
  hull: "rgba(148, 172, 212, 0.055)",
  hullEdge: "rgba(160, 180, 215, 0.20)",
  file: "#1b2028",
  fileEdge: "rgba(160, 180, 215, 0.20)",
  text: "#e6eaf2",
  faintText: "#98a3b5",
  halo: "rgba(20, 23, 29, 0.9)",
  link: "#66738a",
  chosen: "#ffffff",
  callers: "#f0944f",
  callees: "#6cb2f0",
  cycle: "#ff6b81",
  groups: {
    function: "#6fa3dc",
    method: "#56bcab",
    type: "#e0ab58",
    interface: "#ab92e0",
    macro: "#e08aa4",
    value: "#8792a5",
  },
  blast: ["#ffffff", "#ff6f61", "#f58b4c", "#e0a04c", "#b98a4a", "#8d7148"],
};
