import { type PageData, readData } from "./data.ts";
import { showDetails } from "./details.ts";
import { count, element, make, save, visible } from "./dom.ts";
import { type BlastRadius, Graph } from "./graph.ts";
import { type Circle, layOut } from "./layout.ts";
import { type Drawn, Scene, type State } from "./scene.ts";
import { connectSearch } from "./search.ts";
import { type Surface, SvgSurface } from "./surface.ts";
import { DARK, groupOf, LIGHT } from "./theme.ts";
import { View } from "./view.ts";

const PAN_STEP = 60;
const ZOOM_STEP = 1.3;
/** Further than this the pointer has dragged the picture and not clicked it, in pixels. */
const CLICK_SLACK = 4;

function start(data: PageData): void {
  const graph = new Graph(data);
  const layout = layOut(graph);
  const scene = new Scene(graph, layout);
  const canvas = element<HTMLCanvasElement>("picture");
  const shown = new Uint8Array(graph.size).fill(1);
  let theme = LIGHT;
  let chosen: Circle | undefined;
  let hovered: Circle | undefined;
  let blast: BlastRadius | undefined;
  let confidence = 0;
  let markCycles = true;
  let frame = 0;

  const state = (): State => ({
    theme,
    transform: view.transform,
    width: view.width,
    height: view.height,
    shown,
    confidence,
    chosen,
    hovered,
    blast,
    markCycles,
  });
  const draw = (): void => {
    frame = 0;
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) throw new Error("this browser gives no canvas to draw on");
    const scale = canvas.width / view.width;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    say(scene.draw(context as Surface, state()));
    trail();
  };
  const changed = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const view = new View(canvas, layout, changed);

  let said = "";
  const say = (drawn: Drawn): void => {
    Object.assign(canvas.dataset, {
      entities: drawn.entities,
      files: drawn.files,
      labels: drawn.labels,
      edges: drawn.edges,
    });
    const all = `${count(data.files.length, "file")}, ${count(graph.size, "entity", "entities")}, ${count(graph.edgeCount, "edge")}`;
    const what = hovered ?? chosen;
    const text = what === undefined || what.parent === null ? all : describe(graph, what);
    if (text !== said) element("status").textContent = said = text;
  };
  let front: Circle | undefined;
  const trail = (): void => {
    const now = view.inFront();
    if (now === front) return;
    front = now;
    const steps = now.ancestors().reverse().slice(1) as Circle[];
    element("trail").replaceChildren(
      ...steps.flatMap((circle) => [
        " › ",
        make("button", { onclick: () => choose(circle, true) }, visible(circle.data.label)),
      ]),
    );
  };
  const details = (): void =>
    showDetails(graph, layout, chosen, blast, confidence, {
      choose: (circle) => choose(circle, true),
      goTo: (circle) => view.goTo(circle),
      toggleBlast,
    });
  const choose = (circle: Circle | undefined, go = false): void => {
    const next = circle?.parent === null ? undefined : circle;
    // A highlighted blast radius follows what is chosen.
    const entity = next?.data.entity ?? -1;
    blast = blast !== undefined && entity >= 0 ? graph.blastRadius(entity) : undefined;
    chosen = next;
    details();
    // After the panel is there, which takes some of the room.
    if (circle !== undefined && go) view.goTo(circle);
    changed();
  };
  const toggleBlast = (): void => {
    const entity = chosen?.data.entity ?? -1;
    blast = blast === undefined && entity >= 0 ? graph.blastRadius(entity) : undefined;
    // What is affected lies anywhere.
    details();
    if (blast !== undefined) view.fit();
    changed();
  };

  const setTheme = (name: string): void => {
    theme = name === "dark" ? DARK : LIGHT;
    document.documentElement.dataset["theme"] = name;
    for (const dot of document.querySelectorAll<HTMLElement>("[data-group]"))
      dot.style.background = theme.groups[groupOf(dot.dataset["group"] ?? "")];
    changed();
  };
  const toggleTheme = (): void => setTheme(theme === DARK ? "light" : "dark");

  const filter = connectFilters(graph, shown, (settings) => {
    confidence = settings.confidence;
    markCycles = settings.markCycles;
    details();
    changed();
  });
  connectSearch(graph, layout, (circle) => {
    const { entity } = circle.data;
    if (entity >= 0 && shown[entity] === 0) filter.showAll();
    canvas.focus();
    choose(circle, true);
  });

  const at = (event: MouseEvent): Circle | undefined =>
    view.at(event.offsetX, event.offsetY, shown);
  let pressed = [0, 0];
  canvas.addEventListener("pointerdown", (event) => {
    pressed = [event.clientX, event.clientY];
    canvas.focus({ preventScroll: true });
  });
  canvas.addEventListener("click", (event) => {
    const moved = Math.hypot(event.clientX - (pressed[0] ?? 0), event.clientY - (pressed[1] ?? 0));
    if (moved <= CLICK_SLACK) choose(at(event));
  });
  canvas.addEventListener("dblclick", (event) => choose(at(event), true));
  canvas.addEventListener("pointermove", (event) => {
    const over = event.buttons === 0 ? at(event) : undefined;
    if (over === hovered) return;
    hovered = over?.parent === null ? undefined : over;
    changed();
  });
  canvas.addEventListener("pointerleave", () => {
    hovered = undefined;
    changed();
  });

  const saveSvg = (): void => {
    const surface = new SvgSurface(view.width, view.height);
    scene.draw(surface, state());
    save(
      new Blob([surface.toString()], { type: "image/svg+xml" }),
      `${fileName(data.project)}.svg`,
    );
  };
  const savePng = (): void => {
    draw();
    canvas.toBlob((png) => {
      if (png !== null) save(png, `${fileName(data.project)}.png`);
    });
  };
  const help = element<HTMLDialogElement>("help");
  const buttons: Readonly<Record<string, () => void>> = {
    "zoom-in": () => view.zoomBy(ZOOM_STEP),
    "zoom-out": () => view.zoomBy(1 / ZOOM_STEP),
    fit: () => view.fit(),
    theme: toggleTheme,
    "save-png": savePng,
    "save-svg": saveSvg,
    keys: () => help.showModal(),
  };
  for (const [id, act] of Object.entries(buttons)) element(id).addEventListener("click", act);

  const arrow = (event: KeyboardEvent, dx: number, dy: number): void => {
    const next = event.shiftKey || chosen === undefined ? undefined : beside(chosen, dx, dy, shown);
    if (next !== undefined) choose(next, true);
    else view.panBy(-dx * PAN_STEP, -dy * PAN_STEP);
  };
  const keys: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
    "/": () => element("search").focus(),
    "+": () => view.zoomBy(ZOOM_STEP),
    "=": () => view.zoomBy(ZOOM_STEP),
    "-": () => view.zoomBy(1 / ZOOM_STEP),
    0: () => view.fit(),
    "?": () => help.showModal(),
    b: toggleBlast,
    t: toggleTheme,
    Escape: () => choose(undefined),
    Backspace: () => choose((chosen?.parent as Circle | null) ?? undefined, true),
    Enter: () =>
      choose((chosen?.children?.[0] as Circle | undefined) ?? chosen ?? view.inFront(), true),
    ArrowLeft: (event) => arrow(event, -1, 0),
    ArrowRight: (event) => arrow(event, 1, 0),
    ArrowUp: (event) => arrow(event, 0, -1),
    ArrowDown: (event) => arrow(event, 0, 1),
  };
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const elsewhere = help.open || target.matches("input, select, summary");
    const pressesButton = target.matches("button") && (event.key === "Enter" || event.key === " ");
    if (elsewhere || pressesButton || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act(event);
  });

  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
  document.title = `${data.project} - parseltongue`;
  element("project").textContent = data.project;
  element("notes").append(...notes(data));
  setTheme(dark.matches ? "dark" : "light");
  const first = layout.circles[data.focus[0] ?? -1];
  if (first !== undefined) choose(first, true);
  document.documentElement.dataset["ready"] = "";
}

/** A line about a circle. */
function describe(graph: Graph, { data }: Circle): string {
  return data.entity < 0
    ? `${data.what}  ${data.path}`
    : `${graph.kind(data.entity)}  ${visible(graph.name[data.entity] ?? "")}  ${graph.place(data.entity)}`;
}

/** What the picture does not show. */
function notes(data: PageData): Node[] {
  const lines: string[] = [];
  if (data.left_out > 0)
    lines.push(
      `${count(data.left_out, "entity is", "entities are")} left out: only the ${data.entities.name.length.toLocaleString("en")} with the most edges are drawn.`,
    );
  if (data.skipped.length > 0)
    lines.push(
      `${count(data.skipped.length, "file was", "files were")} passed over: ${data.skipped[0]?.[0]} (${data.skipped[0]?.[1]})${data.skipped.length > 1 ? " and more" : ""}.`,
    );
  if (data.partly_parsed.length > 0)
    lines.push(`${count(data.partly_parsed.length, "file")} could be read only in part.`);
  return lines.map((line) => make("p", {}, visible(line)));
}

interface FilterSettings {
  readonly confidence: number;
  readonly markCycles: boolean;
}

/** Connects the filters; `shown` is kept up to date. */
function connectFilters(
  graph: Graph,
  shown: Uint8Array,
  changed: (settings: FilterSettings) => void,
): { readonly showAll: () => void } {
  const tests = element<HTMLSelectElement>("tests");
  const confidence = element<HTMLSelectElement>("confidence");
  const cycles = element<HTMLInputElement>("cycles");
  const kinds = graph.data.kinds.map((kind, index) => {
    const number = graph.data.entities.kind.filter((other) => other === index).length;
    const dot = make("span", { className: "dot" });
    dot.dataset["group"] = kind;
    const input = make("input", { type: "checkbox", checked: true, name: kind });
    element("kinds").append(
      make(
        "label",
        { className: "check" },
        input,
        dot,
        kind === "file" ? "top level" : kind,
        make("span", { className: "number" }, number.toLocaleString("en")),
      ),
    );
    return input;
  });
  element("cycle-count").textContent = String(graph.data.cycles.length);
  const apply = (): void => {
    for (let entity = 0; entity < graph.size; entity++) {
      const wanted = tests.value === "all" || (tests.value === "tests") === graph.isTest(entity);
      shown[entity] = wanted && kinds[graph.data.entities.kind[entity] ?? 0]?.checked ? 1 : 0;
    }
    changed({ confidence: Number(confidence.value), markCycles: cycles.checked });
  };
  for (const input of [tests, confidence, cycles, ...kinds])
    input.addEventListener("change", apply);
  return {
    showAll: () => {
      tests.value = "all";
      for (const kind of kinds) kind.checked = true;
      apply();
    },
  };
}

/** The nearest circle of the same depth in a direction; straight ahead counts as nearer. */
function beside(from: Circle, dx: number, dy: number, shown: Uint8Array): Circle | undefined {
  const family = [
    ...((from.parent as Circle | null)?.children ?? []),
    ...((from.parent?.parent as Circle | null)?.children ?? []).flatMap(
      (aunt) => aunt.children ?? [],
    ),
  ];
  let best: Circle | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const circle of family) {
    if (
      circle === from ||
      circle.depth !== from.depth ||
      (circle.data.entity >= 0 && shown[circle.data.entity] === 0)
    )
      continue;
    const [x, y] = [circle.x - from.x, circle.y - from.y];
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (ahead <= 0 || aside > ahead * 1.6) continue;
    const distance = ahead + 2 * aside;
    if (distance < least) [best, least] = [circle, distance];
  }
  return best;
}

const fileName = (project: string): string =>
  project.replace(/[^\w.-]+/g, "-").replace(/^-+|-+$/g, "") || "map";

readData(element("data").textContent ?? "")
  .then(start)
  .catch((error: Error) => {
    element("status").textContent =
      `This page cannot show its map: ${error.message}. A current Firefox, Chrome, Edge or Safari can.`;
    throw error;
  });
