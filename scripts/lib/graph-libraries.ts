import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { execa } from "execa";

/** A library that draws graphs, and the shortest page that draws one with it and lets it be dragged about. */
interface GraphLibrary {
  /** npm packages with exact versions. */
  readonly packages: readonly string[];
  readonly drawsWith: string;
  /**
   * A module that draws `data` (nodes as `[x, y]`, edges as pairs of node numbers) into `picture`, with the settings
   * that the library's own documentation gives for large graphs.
   */
  readonly page: string;
}

/** The libraries that were considered for `pt visualize`; see docs/visualize.md. */
const LIBRARIES: Readonly<Record<string, GraphLibrary>> = {
  "sigma + graphology": {
    packages: ["sigma@4.0.4", "graphology@0.26.0"],
    drawsWith: "WebGL",
    page: `
      import Graph from "graphology";
      import Sigma from "sigma";
      const graph = new Graph({ multi: true });
      data.nodes.forEach(([x, y], node) => graph.addNode(node, { x, y, size: 3, color: "#4a7", label: "f" + node }));
      for (const [from, to] of data.edges) graph.addEdge(from, to, { size: 0.5, color: "#ccc" });
      new Sigma(graph, picture);
    `,
  },
  cytoscape: {
    packages: ["cytoscape@3.34.4"],
    drawsWith: "Canvas 2D",
    page: `
      import cytoscape from "cytoscape";
      cytoscape({
        container: picture,
        elements: [
          ...data.nodes.map(([x, y], node) => ({ data: { id: "n" + node, label: "f" + node }, position: { x, y } })),
          ...data.edges.map(([from, to], edge) => ({ data: { id: "e" + edge, source: "n" + from, target: "n" + to } })),
        ],
        layout: { name: "preset" },
        style: [
          { selector: "node", style: { width: 6, height: 6, "background-color": "#4a7", label: "data(label)", "min-zoomed-font-size": 16 } },
          { selector: "edge", style: { width: 0.5, "line-color": "#ccc", "curve-style": "haystack" } },
        ],
        pixelRatio: 1,
      });
    `,
  },
  "pixi.js": {
    packages: ["pixi.js@8.22.0"],
    drawsWith: "WebGL",
    page: `
      import { Application, Container, Graphics, Sprite } from "pixi.js";
      const application = new Application();
      await application.init({ background: "#fff", resizeTo: window, preference: "webgl" });
      picture.append(application.canvas);
      const world = new Container();
      application.stage.addChild(world);
      const lines = new Graphics();
      for (const [from, to] of data.edges) lines.moveTo(...data.nodes[from]).lineTo(...data.nodes[to]);
      world.addChild(lines.stroke({ width: 0.5, color: 0xcccccc }));
      const dot = application.renderer.generateTexture(new Graphics().circle(0, 0, 3).fill(0x44aa77));
      for (const [x, y] of data.nodes) {
        const sprite = new Sprite(dot);
        sprite.anchor.set(0.5);
        sprite.position.set(x, y);
        world.addChild(sprite);
      }
      world.position.set(innerWidth / 2, innerHeight / 2);
      world.scale.set(Math.min(innerWidth, innerHeight) / 1500);
      let from;
      addEventListener("pointerdown", ({ x, y }) => { from = { x, y }; });
      addEventListener("pointerup", () => { from = undefined; });
      addEventListener("pointermove", ({ x, y }) => {
        if (from === undefined) return;
        world.position.set(world.x + x - from.x, world.y + y - from.y);
        from = { x, y };
      });
    `,
  },
  "force-graph": {
    packages: ["force-graph@1.52.0"],
    drawsWith: "Canvas 2D",
    page: `
      import ForceGraph from "force-graph";
      const graph = new ForceGraph(picture)
        .graphData({
          nodes: data.nodes.map(([x, y], id) => ({ id, fx: x, fy: y, name: "f" + id })),
          links: data.edges.map(([source, target]) => ({ source, target })),
        })
        .nodeRelSize(1.5)
        .cooldownTicks(0)
        .linkColor(() => "#ccc");
      graph.zoomToFit(0);
    `,
  },
};

/** A graph to draw: where its nodes lie, and its edges as pairs of node numbers. */
export interface DrawnGraph {
  readonly nodes: readonly (readonly [x: number, y: number])[];
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/** A page that draws a graph with a library, and what the library with the page's script weighs. */
export interface LibraryPage {
  readonly library: string;
  readonly drawsWith: string;
  readonly file: string;
  /** Bytes of the script, minified, and of that after `gzip -9`. */
  readonly minified: number;
  readonly gzipped: number;
}

/** Installs each library from npm's registry below `folder` and bundles a page that draws `graph`. */
export async function libraryPages(folder: string, graph: DrawnGraph): Promise<LibraryPage[]> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  const packages = Object.values(LIBRARIES).flatMap((library) => library.packages);
  await execa("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages], {
    cwd: folder,
  });
  const pages: LibraryPage[] = [];
  for (const [library, { drawsWith, page }] of Object.entries(LIBRARIES)) {
    const { outputFiles } = await build({
      stdin: { contents: page, resolveDir: folder },
      bundle: true,
      minify: true,
      format: "esm",
      define: { "process.env.NODE_ENV": '"production"' },
      write: false,
    });
    const script = outputFiles.map(({ text }) => text).join("");
    const file = join(folder, `${pages.length}.html`);
    // A frame after the first one, everything has been drawn once.
    writeFileSync(
      file,
      `<!doctype html><meta charset="utf-8"><style>html,body,#picture{margin:0;width:100%;height:100%;overflow:hidden}</style>
<div id="picture" data-entities="${graph.nodes.length}"></div>
<script>const data = ${JSON.stringify(graph)};</script>
<script type="module">${script.replaceAll("</script", "<\\/script")}
requestAnimationFrame(() => requestAnimationFrame(() => { document.documentElement.dataset.ready = ""; }));</script>
`,
    );
    const minified = Buffer.byteLength(script);
    pages.push({
      library,
      drawsWith,
      file,
      minified,
      gzipped: gzipSync(script, { level: 9 }).length,
    });
  }
  return pages;
}
