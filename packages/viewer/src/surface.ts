/** What the picture is drawn with: a canvas, or {@link SvgSurface}, which writes the same picture as SVG. */
export type Surface = Pick<
  CanvasRenderingContext2D,
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "arc"
  | "quadraticCurveTo"
  | "fill"
  | "stroke"
  | "fillText"
  | "strokeText"
  | "fillRect"
  | "globalAlpha"
  | "lineWidth"
  | "font"
> & { fillStyle: unknown; strokeStyle: unknown };

const round = (value: number): string => String(Math.round(value * 100) / 100);

const escaped = (text: string): string =>
  text
    // XML has no way to write these.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");

/** Collects SVG elements. Text is centred, as all text of the picture is. */
export class SvgSurface implements Surface {
  fillStyle: unknown = "#000";
  strokeStyle: unknown = "#000";
  globalAlpha = 1;
  lineWidth = 1;
  font = "";
  private path = "";
  private readonly elements: string[] = [];
  private readonly width: number;
  private readonly height: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  beginPath(): void {
    this.path = "";
  }

  moveTo(x: number, y: number): void {
    this.path += `M${round(x)} ${round(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `L${round(x)} ${round(y)}`;
  }

  /** Whole circles only. */
  arc(x: number, y: number, radius: number): void {
    const [r, d] = [round(radius), round(2 * radius)];
    this.path += `M${round(x + radius)} ${round(y)}a${r} ${r} 0 1 0 -${d} 0a${r} ${r} 0 1 0 ${d} 0`;
  }

  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void {
    this.path += `Q${round(cx)} ${round(cy)} ${round(x)} ${round(y)}`;
  }

  fill(): void {
    if (this.path !== "")
      this.elements.push(`<path d="${this.path}" fill="${this.fillStyle}"${this.alpha()}/>`);
  }

  stroke(): void {
    if (this.path !== "")
      this.elements.push(
        `<path d="${this.path}" fill="none" stroke="${this.strokeStyle}" stroke-width="${round(this.lineWidth)}"${this.alpha()}/>`,
      );
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.elements.push(
      `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${this.fillStyle}"${this.alpha()}/>`,
    );
  }

  fillText(text: string, x: number, y: number): void {
    this.text(text, x, y, `fill="${this.fillStyle}"`);
  }

  strokeText(text: string, x: number, y: number): void {
    const stroke = `fill="none" stroke="${this.strokeStyle}" stroke-width="${round(this.lineWidth)}" stroke-linejoin="round"`;
    this.text(text, x, y, stroke);
  }

  toString(): string {
    const { width, height } = this;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${this.elements.join("\n")}</svg>\n`;
  }

  private text(text: string, x: number, y: number, paint: string): void {
    const [, weight = "400", size = "12"] = /^(\d+) ([\d.]+)px/.exec(this.font) ?? [];
    this.elements.push(
      `<text x="${round(x)}" y="${round(y)}" font-family="system-ui, sans-serif" font-size="${size}" font-weight="${weight}" text-anchor="middle" dominant-baseline="central" ${paint}${this.alpha()}>${escaped(text)}</text>`,
    );
  }

  private alpha(): string {
    return this.globalAlpha === 1 ? "" : ` opacity="${round(this.globalAlpha)}"`;
  }
}
