import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { ROOT } from "./paths.ts";

const VIEWER = join(ROOT, "packages", "viewer");

/** Where cargo takes the page from, relative to the root. It is committed: building the engine needs no Node. */
export const VIEWER_PAGE = "engine/crates/report/src/visualize/page.html";

/** Old enough for every browser that can inflate the data (DecompressionStream). */
const BROWSERS = ["chrome103", "firefox113", "safari16.4"];

function bundled(file: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(VIEWER, "src", file)],
    // Paths in messages and names must not depend on where the clone is.
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: BROWSERS,
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
  });
  return (outputFiles[0]?.text ?? "").trim();
}

const hashSource = (text: string): string =>
  `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * The page of the graph with its script and style inside, and `{{title}}` and `{{data}}` left for the engine.
 *
 * Its policy lets exactly this script and this style run, and nothing be loaded from anywhere.
 */
export function viewerPage(): string {
  const script = bundled("main.ts");
  const style = bundled("style.css");
  const parts: Readonly<Record<string, string>> = {
    policy: `default-src 'none'; script-src ${hashSource(script)}; style-src ${hashSource(style)}; base-uri 'none'; form-action 'none'`,
    style,
    script,
  };
  const page = readFileSync(join(VIEWER, "src", "page.html"), "utf8");
  // A function: "$&" in the script is no pattern.
  return page.replace(/\{\{(policy|style|script)\}\}/g, (_, name: string) => parts[name] ?? "");
}
