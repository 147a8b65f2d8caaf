import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BINARY_VARIABLE } from "../../packages/parseltongue/src/identity.ts";
import { openBrowser } from "../../scripts/lib/chromium.ts";

const HOSTILE_METHOD = "</script><img src=x onerror=alert(1)>";

/** A project with a cycle, tests, several modules, and names that mean harm. */
const FILES: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({ name: "</title><script>alert(1)</script>" }),
  "src/shop/cart.ts": [
    'import { price } from "../money/price.ts";',
    "export class Cart {",
    "  total(): number { return this.sum(2); }",
    "  sum(times: number): number { return price(times); }",
    "}",
    "export function checkout(cart: Cart): number { return cart.total(); }",
  ].join("\n"),
  "src/money/price.ts": [
    "export function price(times: number): number { return times > 1 ? round(times) : times; }",
    "function round(times: number): number { return price(times - 1); }",
  ].join("\n"),
  "test/cart.test.ts": [
    'import { Cart, checkout } from "../src/shop/cart.ts";',
    "export function testCheckout(): void { checkout(new Cart()); }",
  ].join("\n"),
  "src/</script>.js": `export class Hostile { "${HOSTILE_METHOD}"() { return 1; } }\n`,
  ...(process.platform === "win32"
    ? {}
    : { "src/quo\"te's\nand lines.py": "def harmless():\n    return '</script>'\n" }),
};

const folder = mkdtempSync(join(tmpdir(), "parseltongue-visualize-"));
const project = join(folder, "project");
const pageFile = join(folder, "map.html");

const engine = (...args: string[]): string =>
  execFileSync(process.env[BINARY_VARIABLE] ?? "parseltongue", [...args, "--root", project], {
    encoding: "utf8",
    env: { ...process.env, PARSELTONGUE_CACHE_DIR: join(folder, "cache") },
  });

let browser: { readonly context: BrowserContext; readonly close: () => Promise<void> };
let page: Page;
let complaints: string[];

const status = (): Promise<string | null> => page.textContent("#status");
const drawn = async (what: "entities" | "files" | "labels" | "edges"): Promise<number> => {
  // Two frames: what was asked for is drawn in the next one.
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  return Number(await page.getAttribute("#picture", `data-${what}`));
};
const find = async (name: string): Promise<void> => {
  await page.fill("#search", name);
  await page.press("#search", "Enter");
  await page.waitForTimeout(600);
};
const pixels = (): Promise<string> =>
  page.evaluate(() => (document.getElementById("picture") as HTMLCanvasElement).toDataURL());

async function open(file = pageFile): Promise<void> {
  page = await browser.context.newPage();
  complaints = [];
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!/^(?:file|blob):/.test(request.url())) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector("html[data-ready]");
}

beforeAll(async () => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  engine("visualize", "--output", pageFile);
  browser = await openBrowser({ acceptDownloads: true, colorScheme: "light" });
  await browser.context.setOffline(true);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => open());
afterEach(async () => {
  expect(complaints).toEqual([]);
  await page.close();
});

describe("the page", () => {
  test("draws every entity and says how many there are", async () => {
    expect(await status()).toMatch(/^\d+ files, \d+ entities, \d+ edges$/);
    expect(await drawn("entities")).toBeGreaterThan(6);
    expect(await drawn("files")).toBe(Object.keys(FILES).length - 1);
    expect(await drawn("edges")).toBeGreaterThan(0);
    expect(await page.textContent("#cycle-count")).toBe("1");
  });

  test("forbids the network and all script but its own", async () => {
    const policy = await page.getAttribute("meta[http-equiv]", "content");
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/,
    );
    const blocked = await page.evaluate(() =>
      fetch("https://example.invalid/").then(
        () => "loaded",
        () => "blocked",
      ),
    );
    expect(blocked).toBe("blocked");
    // The refusal is what was asked for.
    expect(complaints.every((text) => text.includes("Content Security Policy"))).toBe(true);
    complaints.length = 0;
  });

  test("shows hostile names as text", async () => {
    expect(await page.textContent("#project")).toBe("</title><script>alert(1)</script>");
    await find(HOSTILE_METHOD);
    expect(await page.textContent("#details")).toContain(HOSTILE_METHOD);
    expect(await page.textContent("#details")).toContain("src/</script>.js:1");
    expect(await page.locator("img").count()).toBe(0);
    await find("harmless");
    expect(await page.textContent("#details h2")).toBe("harmless");
  });

  test("finds by name and shows callers, callees and place", async () => {
    await find("total");
    const details = await page.textContent("#details");
    expect(details).toContain("src/shop/cart.ts:3");
    expect(details).toContain("checkout");
    expect(details).toContain("sum");
    await page.click("#details .list button:has-text('sum')");
    expect(await page.textContent("#details h2")).toBe("Cart.sum");
  });

  test("chooses what is clicked and nothing when the ground is clicked", async () => {
    await find("checkout");
    await page.keyboard.press("Escape");
    expect(await page.isVisible("#details")).toBe(false);
    await find("checkout");
    const middle = await page.evaluate(() => {
      const { right } = (document.getElementById("filters") as HTMLElement).getBoundingClientRect();
      const { left } = (document.getElementById("details") as HTMLElement).getBoundingClientRect();
      return (right + left) / 2;
    });
    await page.keyboard.press("Escape");
    await page.mouse.click(middle, 450);
    expect(await page.textContent("#details h2")).toBe("checkout");
  });

  test("gives the blast radius that the engine gives", async () => {
    await find("price");
    const told = JSON.parse(engine("blast-radius", "price", "--format", "json")) as {
      answers: { production: number; tests: number; risk: string }[];
    };
    const [answer] = told.answers;
    const details = await page.textContent("#details");
    expect(details).toContain(`${answer?.risk} risk`);
    expect(details).toContain(`${answer?.production} production entit`);
    expect(details).toContain(`${answer?.tests} test`);
    const before = await pixels();
    await page.keyboard.press("b");
    expect(await page.getAttribute(".action[aria-pressed]", "aria-pressed")).toBe("true");
    await page.waitForTimeout(600);
    expect(await pixels()).not.toBe(before);
  });

  test("filters by kind, test code and confidence", async () => {
    const all = await drawn("entities");
    await page.uncheck("#kinds input[name=function]");
    expect(await drawn("entities")).toBeLessThan(all);
    await page.check("#kinds input[name=function]");
    expect(await drawn("entities")).toBe(all);
    await page.selectOption("#tests", "production");
    expect(await drawn("entities")).toBeLessThan(all);
    await page.selectOption("#tests", "all");
    await page.selectOption("#confidence", "99");
    expect(await drawn("entities")).toBe(all);
  });

  test("shows more as it comes nearer", async () => {
    await page.keyboard.press("0");
    for (let step = 0; step < 14; step++) await page.keyboard.press("-");
    const far = await drawn("labels");
    await page.keyboard.press("0");
    await page.waitForTimeout(600);
    expect(await drawn("labels")).toBeGreaterThan(far);
    const [entities, here] = [await drawn("entities"), await page.textContent("#trail")];
    await find("round");
    for (let step = 0; step < 8; step++) await page.keyboard.press("+");
    expect(await drawn("entities")).toBeLessThan(entities);
    expect(await page.textContent("#trail")).not.toBe(here);
    expect(await page.textContent("#trail")).toContain("price.ts");
  });

  test("is used by the keyboard alone", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("checkout");
    await page.keyboard.press("Enter");
    expect(await page.textContent("#details h2")).toBe("checkout");
    await page.keyboard.press("Backspace");
    expect(await page.textContent("#details h2")).toBe("cart.ts");
    await page.keyboard.press("Enter");
    expect(await page.textContent("#details h2")).not.toBe("cart.ts");
    await page.keyboard.press("Escape");
    const before = await pixels();
    await page.keyboard.press("Shift+ArrowLeft");
    await drawn("entities");
    expect(await pixels()).not.toBe(before);
    await page.keyboard.press("?");
    expect(await page.isVisible("#help")).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.isVisible("#help")).toBe(false);
  });

  test("is light or dark as the system is, and changes over", async () => {
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await ground()).toBe("rgb(250, 249, 246)");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForSelector("html[data-theme=dark]");
    expect(await ground()).toBe("rgb(20, 23, 29)");
    await page.click("#theme");
    expect(await ground()).toBe("rgb(250, 249, 246)");
  });

  test.each(["png", "svg"])("saves what is seen as %s", async (format) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click(`#save-${format}`),
    ]);
    const file = join(folder, `saved.${format}`);
    await download.saveAs(file);
    const bytes = readFileSync(file);
    if (format === "png") {
      expect(bytes.subarray(1, 4).toString()).toBe("PNG");
      expect(bytes.length).toBeGreaterThan(5000);
      return;
    }
    const problem = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      return (
        parsed.querySelector("parsererror")?.textContent ??
        parsed.querySelectorAll("script, image, foreignObject").length
      );
    }, bytes.toString());
    expect(problem).toBe(0);
    expect(bytes.toString()).toContain(">shop</text>");
  });
});

describe("the command", () => {
  test("gives the same bytes and the same picture for the same project", async () => {
    const again = join(folder, "again.html");
    engine("visualize", "--no-cache", "--output", again);
    expect(readFileSync(again).equals(readFileSync(pageFile))).toBe(true);
    const first = await pixels();
    await page.close();
    await open(again);
    expect(await pixels()).toBe(first);
  });

  test("opens with the entity that was named", async () => {
    const named = join(folder, "named.html");
    engine("visualize", "Cart.total", "--output", named);
    await page.close();
    await open(named);
    expect(await page.textContent("#details h2")).toBe("Cart.total");
  });

  test("refuses a name that is not there, and a file that is no page", () => {
    expect(() => engine("visualize", "nowhere", "--output", join(folder, "none.html"))).toThrow(
      /no entity named/,
    );
    expect(existsSync(join(folder, "none.html"))).toBe(false);
    expect(() => engine("visualize", "--output", join(project, "src/money/price.ts"))).toThrow(
      /ends in .html/,
    );
  });

  test("writes into the workspace that ignores itself, unless told otherwise", () => {
    engine("visualize");
    expect(readFileSync(join(project, "parseltongue_workspace/.gitignore"), "utf8")).toBe("*\n");
    expect(existsSync(join(project, "parseltongue_workspace/visualize.html"))).toBe(true);
    expect(engine("visualize", "--output", "-")).toBe(readFileSync(pageFile, "utf8"));
  });
});
