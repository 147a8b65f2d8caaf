import type { PageData } from "./data.ts";

const TEST = 1;
const PUBLIC = 2;

/** `edge_kinds` by place. */
export const CALLS = 0;
const OVERRIDES = 4;

/** Edges by one of their ends: those of node n are `edges[start[n]]` to `edges[start[n + 1] - 1]`. */
interface Adjacency {
  readonly start: Uint32Array;
  readonly edges: Uint32Array;
}

/** What a change to an entity can affect. */
export interface BlastRadius {
  /** Steps from the change; -1 where it does not reach. */
  readonly depth: Int16Array;
  /** The edge by which each entity was reached first; -1 for none. */
  readonly through: Int32Array;
  readonly production: number;
  readonly tests: number;
  readonly files: number;
}

/** The entities and edges of a project, ready to be walked. */
export class Graph {
  readonly size: number;
  readonly edgeCount: number;
  readonly name: readonly string[];
  readonly file: Uint32Array;
  readonly from: Uint32Array;
  readonly to: readonly number[];
  /** The cycle of calls that an entity is in; -1 for none. */
  readonly cycle: Int32Array;
  readonly data: PageData;
  private readonly out: Adjacency;
  private readonly in: Adjacency;

  constructor(data: PageData) {
    this.data = data;
    this.name = data.entities.name;
    this.size = this.name.length;
    this.edgeCount = data.edges.to.length;
    this.file = summed(data.entities.file);
    this.from = summed(data.edges.from);
    this.to = data.edges.to;
    this.out = adjacency(this.size, this.from);
    this.in = adjacency(this.size, this.to);
    this.cycle = new Int32Array(this.size).fill(-1);
    data.cycles.forEach((cycle, index) => {
      for (const entity of cycle) this.cycle[entity] = index;
    });
  }

  isTest(entity: number): boolean {
    return ((this.data.entities.flags[entity] ?? 0) & TEST) !== 0;
  }

  isPublic(entity: number): boolean {
    return ((this.data.entities.flags[entity] ?? 0) & PUBLIC) !== 0;
  }

  kind(entity: number): string {
    return this.data.kinds[this.data.entities.kind[entity] ?? 0] ?? "";
  }

  path(entity: number): string {
    return this.data.files[this.file[entity] ?? 0] ?? "";
  }

  /** `path:line` of the definition. */
  place(entity: number): string {
    return `${this.path(entity)}:${this.data.entities.line[entity]}`;
  }

  /** In hundredths: how many of such edges are right, at the least. */
  confidence(edge: number): number {
    return this.data.evidence[this.data.edges.evidence[edge] ?? 0]?.[1] ?? 0;
  }

  edgesFrom(entity: number): Uint32Array {
    return row(this.out, entity);
  }

  edgesTo(entity: number): Uint32Array {
    return row(this.in, entity);
  }

  /** The definition around an entity; -1 for none. */
  parent(entity: number): number {
    const back = this.data.entities.parent[entity] ?? 0;
    return back === 0 ? -1 : entity - back;
  }

  /** Walks upstream over all edges, whatever is filtered: a filter makes a change no safer. */
  blastRadius(entity: number): BlastRadius {
    const depth = new Int16Array(this.size).fill(-1);
    const through = new Int32Array(this.size).fill(-1);
    depth[entity] = 0;
    let wave = [entity];
    for (let next = entity + 1; next < this.size; next++) {
      // What is inside it changes with it; definitions stand before what they hold.
      const parent = this.parent(next);
      if (parent < entity || depth[parent] !== 0) continue;
      depth[next] = 0;
      wave.push(next);
    }
    for (let steps = 1; wave.length > 0; steps++) {
      const reached: number[] = [];
      const reach = (node: number, edge: number): void => {
        if (depth[node] !== -1) return;
        depth[node] = steps;
        through[node] = edge;
        reached.push(node);
      };
      for (const node of wave) {
        for (const edge of this.edgesTo(node)) reach(this.from[edge] ?? 0, edge);
        // A caller of the overridden method may run the overriding one.
        for (const edge of this.edgesFrom(node))
          if (this.data.edges.kind[edge] === OVERRIDES) reach(this.to[edge] ?? 0, edge);
      }
      wave = reached;
    }
    const files = new Set<number>();
    let tests = 0;
    let production = 0;
    for (let node = 0; node < this.size; node++) {
      if ((depth[node] ?? -1) < 1) continue;
      if (this.isTest(node)) tests++;
      else production++;
      files.add(this.file[node] ?? 0);
    }
    return { depth, through, production, tests, files: files.size };
  }
}

/** Levels of risk by affected production entities, as `pt blast-radius` names them. */
export const riskOf = (production: number): string =>
  production <= 5 ? "low" : production <= 20 ? "medium" : production <= 50 ? "high" : "critical";

function summed(differences: readonly number[]): Uint32Array {
  let sum = 0;
  return Uint32Array.from(differences, (difference) => {
    sum += difference;
    return sum;
  });
}

function adjacency(size: number, ends: ArrayLike<number>): Adjacency {
  const start = new Uint32Array(size + 1);
  for (let edge = 0; edge < ends.length; edge++) {
    const at = (ends[edge] ?? 0) + 1;
    start[at] = (start[at] ?? 0) + 1;
  }
  for (let node = 0; node < size; node++)
    start[node + 1] = (start[node + 1] ?? 0) + (start[node] ?? 0);
  const next = start.slice();
  const edges = new Uint32Array(ends.length);
  for (let edge = 0; edge < ends.length; edge++) {
    const node = ends[edge] ?? 0;
    const at = next[node] ?? 0;
    edges[at] = edge;
    next[node] = at + 1;
  }
  return { start, edges };
}

const row = ({ start, edges }: Adjacency, node: number): Uint32Array =>
  edges.subarray(start[node], start[node + 1]);
