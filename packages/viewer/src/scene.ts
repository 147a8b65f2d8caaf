import { visible } from "./dom.ts";
import type { BlastRadius, Graph } from "./graph.ts";
import type { Circle, Layout } from "./layout.ts";
import type { Surface } from "./surface.ts";
import { GROUPS, groupOf, LIGHT, type Theme } from "./theme.ts";

/** Where the picture stands on the screen: `screen = world * k + (x, y)`. */
export interface Transform {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

/** Everything that decides the picture, besides the data. */
export interface State {
  readonly theme: Theme;
  readonly transform: Transform;
  readonly width: number;
  readonly height: number;
  /** 1 for entities that pass the filters. */
  readonly shown: Uint8Array;
  /** Edges below this confidence are not drawn. */
  readonly confidence: number;
  readonly chosen: Circle | undefined;
  readonly hovered: Circle | undefined;
  readonly blast: BlastRadius | undefined;
  readonly markCycles: boolean;
}

/** Smaller circles are not gone into, in pixels. */
const OPEN_RADIUS = 7;
/** Smaller dots are squares: nobody sees the difference, and they cost a third. */
const ROUND_RADIUS = 1.7;
const MOST_EDGES = 1500;
const MOST_LABELS = 160;
/** Width of a character in parts of the font's size: measuring each label would cost more than drawing it. */
const CHARACTER = 0.56;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Points of dots of one look: x, y, radius, x, ... */
type Batch = number[];

interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly strong: boolean;
  readonly faint: boolean;
  readonly priority: number;
}

/** What was drawn, for tests and the status line. */
export interface Drawn {
  readonly entities: number;
  readonly files: number;
  readonly labels: number;
  readonly edges: number;
}

/** Draws the picture. */
export class Scene {
  private readonly group: Uint8Array;
  private readonly bright: Batch[] = GROUPS.map(() => []);
  private readonly dimmed: Batch[] = GROUPS.map(() => []);
  private readonly rings: Batch[] = GROUPS.map(() => []);
  private readonly dimmedRings: Batch[] = GROUPS.map(() => []);
  private readonly steps: Batch[] = LIGHT.blast.map(() => []);
  private readonly cycles: Batch = [];
  private labels: Label[] = [];
  private files = 0;
  private edges = 0;
  private readonly graph: Graph;
  private readonly layout: Layout;
  /** Neighbours of the chosen entity, kept until another is chosen. */
  private near: { readonly of: Circle | undefined; readonly entities: Uint8Array } | undefined;

  constructor(graph: Graph, layout: Layout) {
    this.graph = graph;
    this.layout = layout;
    this.group = Uint8Array.from(graph.name, (_, entity) =>
      GROUPS.indexOf(groupOf(graph.kind(entity))),
    );
  }

  draw(surface: Surface, state: State): Drawn {
    const { theme, width, height } = state;
    for (const batches of [this.bright, this.dimmed, this.rings, this.dimmedRings, this.steps])
      for (const batch of batches) batch.length = 0;
    this.cycles.length = 0;
    this.labels = [];
    this.files = 0;
    this.edges = 0;
    surface.globalAlpha = 1;
    surface.fillStyle = theme.background;
    surface.fillRect(0, 0, width, height);
    const near = this.neighbours(state.chosen);
    this.circle(surface, state, this.layout.root, near);
    const entities = this.dots(surface, state);
    this.chosenEdges(surface, state);
    this.marks(surface, state);
    const labels = this.write(surface, state);
    return { entities, files: this.files, labels, edges: this.edges };
  }

  /** Draws a circle and what is in it, as far as it can be made out; collects dots and labels. */
  private circle(
    surface: Surface,
    state: State,
    circle: Circle,
    near: Uint8Array | undefined,
  ): void {
    const { transform, width, height, theme } = state;
    const r = circle.r * transform.k;
    const x = circle.x * transform.k + transform.x;
    const y = circle.y * transform.k + transform.y;
    if (x + r < 0 || y + r < 0 || x - r > width || y - r > height) return;
    const { what, entity, label } = circle.data;
    if (entity >= 0 && state.shown[entity] === 0 && circle.children === undefined) return;
    if (circle.children === undefined && entity >= 0) {
      this.dot(state, circle, entity, x, y, r, near);
      return;
    }
    if (what === "file") this.files++;
    const isRoot = circle.parent === null;
    if (!isRoot) {
      surface.beginPath();
      surface.arc(x, y, r, 0, 2 * Math.PI);
      surface.fillStyle = what === "file" ? theme.file : theme.hull;
      surface.fill();
      if (r > 4) {
        surface.strokeStyle =
          entity >= 0
            ? theme.groups[GROUPS[this.group[entity] ?? 0] ?? "type"]
            : what === "file"
              ? theme.fileEdge
              : theme.hullEdge;
        surface.globalAlpha =
          entity < 0 ? 1 : near !== undefined || state.blast !== undefined ? 0.25 : 0.75;
        surface.lineWidth = entity >= 0 && r > 12 ? 1.5 : 1;
        surface.stroke();
        surface.globalAlpha = 1;
      }
    }
    const fills = r > 1.6 * Math.max(width, height);
    if (!isRoot && r > 17 && !fills && !(entity >= 0 && circle === (state.hovered ?? state.chosen)))
      this.hullLabel(circle, label, x, y, r, what);
    if (r < OPEN_RADIUS && entity < 0 && what === "module") return;
    if (
      circle.uses !== undefined &&
      r > 90 &&
      state.chosen === undefined &&
      state.blast === undefined &&
      what !== "entity"
    )
      this.links(surface, state, circle);
    if (entity >= 0) this.typeDot(state, circle, entity, x, y, r, near);
    for (const child of circle.children ?? []) this.circle(surface, state, child, near);
  }

  private hullLabel(
    circle: Circle,
    label: string,
    x: number,
    y: number,
    r: number,
    what: string,
  ): void {
    const size = what === "module" ? clamp(r * 0.11, 10.5, 19) : clamp(r * 0.12, 9.5, 14);
    const room = (r * 1.7) / (size * CHARACTER);
    if (room < 4) return;
    const text = visible(cut(label, room));
    const open = r > 46;
    this.labels.push({
      text,
      x,
      y: open ? y - r + size * (what === "module" ? 0.1 : 1.15) : y,
      size,
      strong: what === "module",
      faint: what === "file" && r < 60,
      priority: r * (what === "module" ? 3 : what === "file" ? 1.6 : 1) - circle.depth,
    });
  }

  private dot(
    state: State,
    circle: Circle,
    entity: number,
    x: number,
    y: number,
    r: number,
    near: Uint8Array | undefined,
  ): void {
    const dot = Math.max(r * 0.92, 0.8);
    const group = this.group[entity] ?? 0;
    const depth = state.blast?.depth[entity];
    if (depth !== undefined && depth >= 0) {
      this.step(depth, x, y, Math.max(dot, 1.6));
    } else {
      const dim = state.blast !== undefined || (near !== undefined && near[entity] === 0);
      const ring = this.graph.isTest(entity) && dot >= ROUND_RADIUS;
      const batches = ring
        ? dim
          ? this.dimmedRings
          : this.rings
        : dim
          ? this.dimmed
          : this.bright;
      const batch = batches[group];
      if (batch !== undefined) push(batch, x, y, dot);
    }
    if (state.markCycles && (this.graph.cycle[entity] ?? -1) >= 0) push(this.cycles, x, y, dot);
    const relevant = (near?.[entity] ?? 0) > 0 || (depth !== undefined && depth >= 0);
    if (circle === state.hovered || circle === (state.hovered ?? state.chosen)) return;
    if (r > 8.5 || (relevant && r > 3)) {
      const size = clamp(r * 0.34, relevant ? 10.5 : 9.5, 15);
      const label = lastPart(circle.data.label);
      const room = (r * 1.9) / (size * CHARACTER);
      const fits = label.length <= room;
      // A cut name says little, so only what matters here is written beyond its dot.
      if (!fits && !relevant && room < 5) return;
      this.labels.push({
        text: visible(fits || relevant ? cut(label, 44) : cut(label, room)),
        x,
        y: fits || !relevant ? y : y + r + size * 0.7,
        size,
        strong: relevant,
        faint: false,
        priority: (relevant ? 400 : 0) + r * 0.9,
      });
    }
  }

  /** A type with members is a ring around them; what it has of marks is drawn on the ring. */
  private typeDot(
    state: State,
    circle: Circle,
    entity: number,
    x: number,
    y: number,
    r: number,
    near: Uint8Array | undefined,
  ): void {
    const depth = state.blast?.depth[entity] ?? -1;
    if (depth >= 0) this.step(depth, x, y - r, clamp(r * 0.16, 1.6, 6));
    else if (r > 5 || near?.[entity] === 1) {
      const group = this.bright[this.group[entity] ?? 0];
      if (group !== undefined) push(group, x, y - r, clamp(r * 0.1, 1.4, 5));
    }
    if (state.markCycles && circle.depth > 0 && (this.graph.cycle[entity] ?? -1) >= 0)
      push(this.cycles, x, y, r);
  }

  private step(depth: number, x: number, y: number, r: number): void {
    const batch = this.steps[Math.min(depth, this.steps.length - 1)];
    if (batch !== undefined) push(batch, x, y, r);
  }

  private dots(surface: Surface, { theme, blast }: State): number {
    const busy = blast !== undefined;
    let drawn = 0;
    GROUPS.forEach((group, index) => {
      surface.fillStyle = theme.groups[group];
      surface.strokeStyle = theme.groups[group];
      surface.globalAlpha = busy ? 0.16 : 0.26;
      drawn += fillDots(surface, this.dimmed[index] ?? []);
      drawn += strokeDots(surface, this.dimmedRings[index] ?? []);
      surface.globalAlpha = 1;
      drawn += fillDots(surface, this.bright[index] ?? []);
      drawn += strokeDots(surface, this.rings[index] ?? []);
    });
    this.steps.forEach((batch, step) => {
      surface.fillStyle = theme.blast[step];
      drawn += fillDots(surface, batch);
    });
    if (this.cycles.length > 0) {
      surface.strokeStyle = theme.cycle;
      surface.lineWidth = 1.4;
      surface.beginPath();
      for (let at = 0; at < this.cycles.length; at += 3) {
        const [x = 0, y = 0, r = 0] = [this.cycles[at], this.cycles[at + 1], this.cycles[at + 2]];
        surface.moveTo(x + r + 1.6, y);
        surface.arc(x, y, r + 1.6, 0, 2 * Math.PI);
      }
      surface.stroke();
    }
    return drawn;
  }

  /** Links between the children of a circle; the curve bends to the right of its direction. */
  private links(surface: Surface, { theme, transform, shown }: State, around: Circle): void {
    surface.strokeStyle = theme.link;
    for (const { from, to, weight } of around.uses ?? []) {
      if (from.r * transform.k < 2.5 && to.r * transform.k < 2.5) continue;
      if ([from, to].some(({ data }) => data.entity >= 0 && shown[data.entity] === 0)) continue;
      surface.globalAlpha = Math.min(0.16 + Math.log2(weight + 1) * 0.07, 0.6);
      surface.lineWidth = Math.min(0.7 + Math.log2(weight) * 0.55, 6);
      curve(surface, transform, from, to, false);
      this.edges++;
    }
    surface.globalAlpha = 1;
  }

  private chosenEdges(surface: Surface, state: State): void {
    const { theme, transform, blast, chosen, shown, confidence } = state;
    const { graph, layout } = this;
    const draw = (edge: number, colour: string, alpha: number, width: number): void => {
      const from = layout.circles[graph.from[edge] ?? 0];
      const to = layout.circles[graph.to[edge] ?? 0];
      if (from === undefined || to === undefined || from === to || this.edges >= MOST_EDGES) return;
      if (shown[from.data.entity] === 0 || shown[to.data.entity] === 0) return;
      if (graph.confidence(edge) < confidence) return;
      surface.strokeStyle = colour;
      surface.fillStyle = colour;
      surface.globalAlpha = alpha;
      surface.lineWidth = width;
      curve(surface, transform, from, to, true);
      this.edges++;
    };
    const entity = chosen?.data.entity ?? -1;
    if (blast !== undefined) {
      for (let node = 0; node < graph.size; node++) {
        const edge = blast.through[node] ?? -1;
        const steps = blast.depth[node] ?? -1;
        if (edge >= 0)
          draw(
            edge,
            theme.blast[Math.min(steps, theme.blast.length - 1)] ?? theme.link,
            steps === 1 ? 0.75 : 0.35,
            steps === 1 ? 1.3 : 0.9,
          );
      }
    } else if (entity >= 0) {
      for (const edge of graph.edgesTo(entity)) draw(edge, theme.callers, 0.8, 1.4);
      for (const edge of graph.edgesFrom(entity)) draw(edge, theme.callees, 0.8, 1.4);
    } else if (chosen?.parent?.parent != null) {
      const around = chosen.parent as Circle;
      for (const link of around.uses ?? []) {
        if (link.from !== chosen && link.to !== chosen) continue;
        surface.strokeStyle = link.from === chosen ? theme.callees : theme.callers;
        surface.fillStyle = surface.strokeStyle;
        surface.globalAlpha = 0.7;
        surface.lineWidth = Math.min(1 + Math.log2(link.weight) * 0.5, 6);
        curve(surface, transform, link.from, link.to, true);
        this.edges++;
      }
    }
    surface.globalAlpha = 1;
  }

  private marks(surface: Surface, { theme, transform, chosen, hovered }: State): void {
    for (const [circle, width] of [
      [hovered, 1.5],
      [chosen, 2.5],
    ] as const) {
      if (circle === undefined || circle.parent === null) continue;
      surface.strokeStyle = theme.chosen;
      surface.lineWidth = width;
      surface.beginPath();
      const r = Math.max(circle.r * transform.k, 2) + width;
      surface.arc(
        circle.x * transform.k + transform.x,
        circle.y * transform.k + transform.y,
        r,
        0,
        2 * Math.PI,
      );
      surface.stroke();
    }
    const named = hovered ?? chosen;
    if (named !== undefined && named.data.entity >= 0)
      this.labels.push({
        text: visible(this.graph.name[named.data.entity] ?? ""),
        x: named.x * transform.k + transform.x,
        y: (named.y - named.r) * transform.k + transform.y - 12,
        size: 13,
        strong: true,
        faint: false,
        priority: 1e6,
      });
  }

  /** Writes the most important labels that do not cover each other. */
  private write(surface: Surface, { theme, width, height }: State): number {
    this.labels.sort((a, b) => b.priority - a.priority);
    const taken: {
      readonly left: number;
      readonly right: number;
      readonly top: number;
      readonly bottom: number;
    }[] = [];
    let font = "";
    for (const { text, x, y, size, strong, faint } of this.labels) {
      if (taken.length >= MOST_LABELS) break;
      const half = (text.length * size * CHARACTER) / 2 + 2;
      const box = {
        left: x - half,
        right: x + half,
        top: y - size * 0.62,
        bottom: y + size * 0.62,
      };
      if (box.right < 0 || box.left > width || box.bottom < 0 || box.top > height) continue;
      if (
        taken.some(
          (other) =>
            box.left < other.right &&
            box.right > other.left &&
            box.top < other.bottom &&
            box.bottom > other.top,
        )
      )
        continue;
      taken.push(box);
      const wanted = `${strong ? 600 : 400} ${Math.round(size * 2) / 2}px ${FONT}`;
      // Setting a font parses it.
      if (wanted !== font) surface.font = font = wanted;
      surface.lineWidth = 3;
      surface.strokeStyle = theme.halo;
      surface.strokeText(text, x, y);
      surface.fillStyle = faint ? theme.faintText : theme.text;
      surface.fillText(text, x, y);
    }
    return taken.length;
  }

  /** 1 for the chosen entity, what it calls and what calls it. Undefined if no entity is chosen. */
  private neighbours(chosen: Circle | undefined): Uint8Array | undefined {
    const entity = chosen?.data.entity ?? -1;
    if (entity < 0) return undefined;
    if (this.near?.of !== chosen) {
      const entities = new Uint8Array(this.graph.size);
      entities[entity] = 1;
      // A type with its members.
      for (const { data } of chosen?.descendants() ?? [])
        if (data.entity >= 0) entities[data.entity] = 1;
      for (const edge of this.graph.edgesTo(entity)) entities[this.graph.from[edge] ?? 0] = 1;
      for (const edge of this.graph.edgesFrom(entity)) entities[this.graph.to[edge] ?? 0] = 1;
      this.near = { of: chosen, entities };
    }
    return this.near?.entities;
  }
}

/** `parse` of `Parser::parse`; the rest is told by the circles around it. */
const lastPart = (name: string): string => /[^.:#]+$/.exec(name)?.[0] ?? name;

const cut = (text: string, room: number): string =>
  text.length <= room ? text : `${text.slice(0, Math.max(Math.floor(room) - 1, 3))}…`;

const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

const push = (batch: Batch, x: number, y: number, r: number): void => {
  batch.push(x, y, r);
};

function fillDots(surface: Surface, batch: Batch): number {
  if (batch.length === 0) return 0;
  surface.beginPath();
  for (let at = 0; at < batch.length; at += 3) {
    const x = batch[at] ?? 0;
    const y = batch[at + 1] ?? 0;
    const r = batch[at + 2] ?? 0;
    if (r < ROUND_RADIUS) {
      // Of the circle's area.
      const half = r * 0.886;
      surface.moveTo(x - half, y - half);
      surface.lineTo(x + half, y - half);
      surface.lineTo(x + half, y + half);
      surface.lineTo(x - half, y + half);
    } else {
      surface.moveTo(x + r, y);
      surface.arc(x, y, r, 0, 2 * Math.PI);
    }
  }
  surface.fill();
  return batch.length / 3;
}

/** Tests are rings. */
function strokeDots(surface: Surface, batch: Batch): number {
  if (batch.length === 0) return 0;
  surface.lineWidth = 1.3;
  surface.beginPath();
  for (let at = 0; at < batch.length; at += 3) {
    const r = Math.max((batch[at + 2] ?? 0) - 0.8, 1);
    surface.moveTo((batch[at] ?? 0) + r, batch[at + 1] ?? 0);
    surface.arc(batch[at] ?? 0, batch[at + 1] ?? 0, r, 0, 2 * Math.PI);
  }
  surface.stroke();
  return batch.length / 3;
}

/** A curve from rim to rim. */
function curve(
  surface: Surface,
  { k, x, y }: Transform,
  from: Circle,
  to: Circle,
  arrow: boolean,
): void {
  const [ax, ay, bx, by] = [from.x * k + x, from.y * k + y, to.x * k + x, to.y * k + y];
  const [dx, dy] = [bx - ax, by - ay];
  const length = Math.hypot(dx, dy) || 1;
  const [mx, my] = [(ax + bx) / 2 - dy * 0.16, (ay + by) / 2 + dx * 0.16];
  const leave = Math.min((from.r * k) / length, 0.45);
  const arrive = Math.min((to.r * k) / length, 0.45);
  const [sx, sy] = [ax + (mx - ax) * 2 * leave, ay + (my - ay) * 2 * leave];
  const [ex, ey] = [bx + (mx - bx) * 2 * arrive, by + (my - by) * 2 * arrive];
  surface.beginPath();
  surface.moveTo(sx, sy);
  surface.quadraticCurveTo(mx, my, ex, ey);
  surface.stroke();
  if (!arrow || length < 14) return;
  const angle = Math.atan2(ey - my, ex - mx);
  const size = 4 + surface.lineWidth;
  surface.beginPath();
  surface.moveTo(ex, ey);
  surface.lineTo(ex - size * Math.cos(angle - 0.42), ey - size * Math.sin(angle - 0.42));
  surface.lineTo(ex - size * Math.cos(angle + 0.42), ey - size * Math.sin(angle + 0.42));
  surface.fill();
}
