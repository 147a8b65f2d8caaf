import { count, element, make, visible } from "./dom.ts";
import { type BlastRadius, CALLS, type Graph, riskOf } from "./graph.ts";
import type { Circle, Layout } from "./layout.ts";

/** Kinds of entities whose uses are no edges. */
const VALUES: ReadonlySet<string> = new Set([
  "accessor",
  "constant",
  "macro",
  "static",
  "variable",
]);

/** Longer lists say how much is not shown. */
const MOST_ROWS = 100;

/** Less sure edges have their confidence written beside them, in hundredths. */
const SURE = 99;

export interface DetailActions {
  readonly choose: (circle: Circle) => void;
  readonly goTo: (circle: Circle) => void;
  readonly toggleBlast: () => void;
}

/** Shows what is known of a circle; hides the panel for none. */
export function showDetails(
  graph: Graph,
  layout: Layout,
  circle: Circle | undefined,
  blast: BlastRadius | undefined,
  confidence: number,
  actions: DetailActions,
): void {
  const panel = element("details");
  panel.hidden = circle === undefined;
  if (circle === undefined) return;
  const { entity } = circle.data;
  panel.replaceChildren(
    ...(entity >= 0
      ? entityDetails(graph, layout, entity, blast, confidence, actions)
      : groupDetails(graph, circle, actions)),
    ...(circle.children === undefined
      ? []
      : [
          make("button", { className: "action", onclick: () => actions.goTo(circle) }, "Zoom here"),
        ]),
  );
  panel.scrollTop = 0;
}

function entityDetails(
  graph: Graph,
  layout: Layout,
  entity: number,
  blast: BlastRadius | undefined,
  confidence: number,
  actions: DetailActions,
): Node[] {
  const place = graph.place(entity);
  const copy = make("button", { className: "link place", title: "Copy" }, visible(place));
  copy.onclick = async () => {
    // A page opened from disk may be refused; the text can be marked by hand then.
    const copied = await navigator.clipboard?.writeText(place).then(
      () => true,
      () => false,
    );
    copy.title = copied ? "Copied" : "Copying is not allowed here";
  };
  const cycle = graph.cycle[entity] ?? -1;
  const radius = blast ?? graph.blastRadius(entity);
  const unresolved = graph.data.entities.unresolved[entity] ?? 0;
  const toggle = make(
    "button",
    { className: "action", onclick: actions.toggleBlast },
    "Blast radius (b)",
  );
  toggle.setAttribute("aria-pressed", String(blast !== undefined));
  const isValue = VALUES.has(graph.kind(entity));
  const atLeast = unresolved > 0 || isValue ? "at least " : "";
  return [
    make("h2", {}, visible(graph.name[entity] ?? "")),
    make(
      "p",
      {},
      make("span", { className: "badge" }, graph.kind(entity)),
      ...(graph.isPublic(entity) ? [make("span", { className: "badge" }, "public")] : []),
      ...(graph.isTest(entity) ? [make("span", { className: "badge" }, "test")] : []),
      ...(cycle >= 0
        ? [
            make(
              "span",
              { className: "badge cycle" },
              `in a call cycle of ${graph.data.cycles[cycle]?.length}`,
            ),
          ]
        : []),
    ),
    make("p", {}, copy),
    make("h3", {}, `A change can affect: ${atLeast}${riskOf(radius.production)} risk`),
    make(
      "p",
      {},
      `${atLeast}${count(radius.production, "production entity", "production entities")} and ${count(radius.tests, "test")} in ${count(radius.files, "file")}`,
    ),
    ...(unresolved > 0
      ? [
          make(
            "p",
            { className: "faint" },
            `${count(unresolved, "call site")} of this name could not be resolved and may lead here.`,
          ),
        ]
      : []),
    ...(isValue
      ? [
          make(
            "p",
            { className: "faint" },
            "Who reads and writes it is not mapped; pt callers shows where its name stands.",
          ),
        ]
      : []),
    ...(graph.data.left_out > 0
      ? [
          make(
            "p",
            { className: "faint" },
            "Entities that are left out of this page are not counted; pt blast-radius counts all.",
          ),
        ]
      : []),
    toggle,
    ...neighbours(
      graph,
      layout,
      "Used by",
      "callers",
      graph.edgesTo(entity),
      confidence,
      (edge) => graph.from[edge] ?? 0,
      actions,
    ),
    ...neighbours(
      graph,
      layout,
      "Uses",
      "callees",
      graph.edgesFrom(entity),
      confidence,
      (edge) => graph.to[edge] ?? 0,
      actions,
    ),
  ];
}

function neighbours(
  graph: Graph,
  layout: Layout,
  title: string,
  style: "callers" | "callees",
  edges: Uint32Array,
  confidence: number,
  other: (edge: number) => number,
  { choose }: DetailActions,
): Node[] {
  const kept = [...edges].filter((edge) => graph.confidence(edge) >= confidence);
  const hidden = edges.length - kept.length;
  const rows = kept.slice(0, MOST_ROWS).map((edge) => {
    const entity = other(edge);
    const { kind, line, sites } = graph.data.edges;
    const relation = graph.data.edge_kinds[kind[edge] ?? CALLS] ?? "";
    const found = graph.data.evidence[graph.data.edges.evidence[edge] ?? 0]?.[0];
    const at = (line[edge] ?? 0) > 0 ? `:${line[edge]}` : "";
    const times = (sites[edge] ?? 0) > 1 ? ` ×${sites[edge]}` : "";
    const sure = graph.confidence(edge);
    const button = make(
      "button",
      {
        className: "link",
        title: `${graph.place(entity)} - ${relation}, confidence ${(sure / 100).toFixed(2)} (${found})`,
      },
      visible(graph.name[entity] ?? ""),
    );
    const circle = layout.circles[entity];
    if (circle !== undefined) button.onclick = () => choose(circle);
    const note = `${relation === "calls" ? "" : `${relation} `}${at}${times}${sure >= SURE ? "" : ` ${(sure / 100).toFixed(2)}`}`;
    return make("li", {}, button, make("span", { className: "faint" }, note));
  });
  const more = kept.length - rows.length;
  return [
    make("h3", { className: style }, `${title} ${kept.length}`),
    make("ul", { className: "list" }, ...rows),
    ...(more > 0 ? [make("p", { className: "faint" }, `and ${more} more`)] : []),
    ...(hidden > 0
      ? [make("p", { className: "faint" }, `${hidden} less certain hidden by the filter`)]
      : []),
  ];
}

function groupDetails(graph: Graph, circle: Circle, { choose }: DetailActions): Node[] {
  const { what, path, label } = circle.data;
  let files = 0;
  let entities = 0;
  let tests = 0;
  circle.each(({ data }) => {
    if (data.what === "file") files++;
    if (data.entity < 0) return;
    entities++;
    if (graph.isTest(data.entity)) tests++;
  });
  const links = (circle.parent as Circle | null)?.uses ?? [];
  const list = (
    title: string,
    style: string,
    rows: readonly (readonly [Circle, number])[],
  ): Node[] => [
    make("h3", { className: style }, `${title} ${rows.length}`),
    make(
      "ul",
      { className: "list" },
      ...rows.map(([other, weight]) =>
        make(
          "li",
          {},
          make(
            "button",
            { className: "link", onclick: () => choose(other), title: other.data.path },
            visible(other.data.label),
          ),
          make("span", { className: "faint" }, count(weight, "edge")),
        ),
      ),
    ),
  ];
  return [
    make("h2", {}, visible(label)),
    make(
      "p",
      {},
      make("span", { className: "badge" }, what),
      make("span", { className: "place" }, visible(path)),
    ),
    make(
      "p",
      {},
      `${what === "file" ? "" : `${count(files, "file")}, `}${count(entities, "entity", "entities")}${tests > 0 ? `, ${tests} of them tests` : ""}`,
    ),
    ...list(
      "Used by, side by side",
      "callers",
      links.filter(({ to }) => to === circle).map(({ from, weight }) => [from, weight] as const),
    ),
    ...list(
      "Uses, side by side",
      "callees",
      links.filter(({ from }) => from === circle).map(({ to, weight }) => [to, weight] as const),
    ),
  ];
}
