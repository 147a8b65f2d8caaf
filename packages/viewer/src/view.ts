import { select } from "d3-selection";
import { type D3ZoomEvent, zoom, zoomIdentity, zoomTransform } from "d3-zoom";
import { element } from "./dom.ts";
import { type Circle, EXTENT, type Layout } from "./layout.ts";
import type { Transform } from "./scene.ts";

const SMALLEST = 0.2;
const LARGEST = 600;
const FLIGHT_MS = 420;

/** What a circle fills: the outermost one has no rim of its own, and what is in it need not reach that. */
function boxOf(circle: Circle): { left: number; right: number; top: number; bottom: number } {
  const inside = circle.parent === null ? (circle.children ?? [circle]) : [circle];
  return {
    left: Math.min(...inside.map(({ x, r }) => x - r)),
    right: Math.max(...inside.map(({ x, r }) => x + r)),
    top: Math.min(...inside.map(({ y, r }) => y - r)),
    bottom: Math.max(...inside.map(({ y, r }) => y + r)),
  };
}

/** The canvas and how it is looked at: panning, zooming, finding what is under the pointer. */
export class View {
  readonly canvas: HTMLCanvasElement;
  width = 0;
  height = 0;
  private readonly layout: Layout;
  private readonly changed: () => void;
  private readonly behaviour = zoom<HTMLCanvasElement, unknown>().scaleExtent([SMALLEST, LARGEST]);
  private flight = 0;
  private untouched = true;

  constructor(canvas: HTMLCanvasElement, layout: Layout, changed: () => void) {
    this.canvas = canvas;
    this.layout = layout;
    this.changed = changed;
    this.behaviour.on("zoom", (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
      if (event.sourceEvent !== null) {
        cancelAnimationFrame(this.flight);
        this.untouched = false;
      }
      this.changed();
    });
    // A double click goes into what is clicked (main.ts).
    select(canvas).call(this.behaviour).on("dblclick.zoom", null);
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
  }

  get transform(): Transform {
    return zoomTransform(this.canvas);
  }

  /** The whole picture. */
  fit(animated = true): void {
    this.goTo(this.layout.root, animated);
    this.untouched = true;
  }

  /** Flies to a circle; entities are shown with what is around them. */
  goTo(circle: Circle, animated = true): void {
    this.untouched = false;
    const box = boxOf(circle);
    const { left, right } = this.free();
    const part = circle.children === undefined ? 0.07 : 0.9;
    const k = Math.min(
      ((right - left) * part) / (box.right - box.left),
      (this.height * part) / (box.bottom - box.top),
      LARGEST,
    );
    const x = (left + right) / 2 - ((box.left + box.right) / 2) * k;
    this.move({ k, x, y: this.height / 2 - ((box.top + box.bottom) / 2) * k }, animated);
  }

  zoomBy(factor: number): void {
    const { k, x, y } = this.transform;
    const to = Math.min(Math.max(k * factor, SMALLEST), LARGEST);
    const [cx, cy] = this.middle();
    this.untouched = false;
    this.move({ k: to, x: cx - ((cx - x) / k) * to, y: cy - ((cy - y) / k) * to }, false);
  }

  panBy(dx: number, dy: number): void {
    const { k, x, y } = this.transform;
    this.untouched = false;
    this.move({ k, x: x + dx, y: y + dy }, false);
  }

  /** The innermost circle at a point of the canvas that can be made out. */
  at(px: number, py: number, shown: Uint8Array): Circle | undefined {
    const { k, x, y } = this.transform;
    const [wx, wy] = [(px - x) / k, (py - y) / k];
    const reach = (circle: Circle, margin: number): boolean =>
      Math.hypot(circle.x - wx, circle.y - wy) <= circle.r + margin;
    let found: Circle | undefined;
    let circles: readonly Circle[] = [this.layout.root];
    for (;;) {
      const inside = circles.find(
        (circle) =>
          reach(circle, circle.children === undefined ? 2 / k : 0) &&
          (circle.children !== undefined ||
            circle.data.entity < 0 ||
            shown[circle.data.entity] === 1),
      );
      if (inside === undefined) return found;
      found = inside;
      circles = inside.children ?? [];
    }
  }

  /** The smallest circle with children that holds the middle of the screen and is not much smaller than it. */
  inFront(): Circle {
    const { k, x, y } = this.transform;
    const [cx, cy] = this.middle();
    const [wx, wy] = [(cx - x) / k, (cy - y) / k];
    let front = this.layout.root;
    for (;;) {
      const next = front.children?.find(
        (circle) =>
          circle.children !== undefined &&
          Math.hypot(circle.x - wx, circle.y - wy) <= circle.r &&
          circle.r * k > Math.min(this.width, this.height) * 0.32,
      );
      if (next === undefined) return front;
      front = next;
    }
  }

  /** What the panels leave of the width. */
  private free(): { readonly left: number; readonly right: number } {
    const narrow = this.width < 900;
    const { right: left } = element("filters").getBoundingClientRect();
    const details = element("details");
    const right = details.hidden ? this.width - 16 : details.getBoundingClientRect().left - 8;
    return narrow ? { left: 0, right: this.width } : { left: left + 8, right };
  }

  private middle(): readonly [number, number] {
    const { left, right } = this.free();
    return [(left + right) / 2, this.height / 2];
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    this.width = clientWidth;
    this.height = clientHeight;
    const scale = Math.min(devicePixelRatio, 2);
    this.canvas.width = Math.round(clientWidth * scale);
    this.canvas.height = Math.round(clientHeight * scale);
    this.behaviour.extent([
      [0, 0],
      [clientWidth, clientHeight],
    ]);
    this.behaviour.translateExtent([
      [-EXTENT, -EXTENT],
      [2 * EXTENT, 2 * EXTENT],
    ]);
    if (this.untouched) this.fit(false);
    else this.changed();
  }

  private move(to: Transform, animated: boolean): void {
    cancelAnimationFrame(this.flight);
    const from = this.transform;
    const put = ({ k, x, y }: Transform): void => {
      select(this.canvas).call(this.behaviour.transform, zoomIdentity.translate(x, y).scale(k));
    };
    if (!animated || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      put(to);
      return;
    }
    const started = performance.now();
    const [cx, cy] = [this.width / 2, this.height / 2];
    const start = { x: (cx - from.x) / from.k, y: (cy - from.y) / from.k };
    const end = { x: (cx - to.x) / to.k, y: (cy - to.y) / to.k };
    const frame = (now: number): void => {
      const part = Math.min(Math.max((now - started) / FLIGHT_MS, 0), 1);
      const eased = part < 0.5 ? 4 * part ** 3 : 1 - (2 - 2 * part) ** 3 / 2;
      const k = from.k * (to.k / from.k) ** eased;
      // The middle moves as the scale does, so that the target neither runs away nor jumps.
      const share = from.k === to.k ? eased : (1 / from.k - 1 / k) / (1 / from.k - 1 / to.k);
      const [x, y] = [start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share];
      put(part === 1 ? to : { k, x: cx - x * k, y: cy - y * k });
      if (part < 1) this.flight = requestAnimationFrame(frame);
    };
    this.flight = requestAnimationFrame(frame);
  }
}
