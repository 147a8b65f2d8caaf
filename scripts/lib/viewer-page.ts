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

interface Bundle {
  readonly text: string;
  /** Folders of the packages in it. */
  readonly packages: readonly string[];
}

function bundled(file: string): Bundle {
  const { outputFiles, metafile } = buildSync({
    metafile: true,
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
  const packages = Object.keys(metafile.inputs).map(
    (input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1],
  );
  return {
    text: (outputFiles[0]?.text ?? "").trim(),
    packages: [...new Set(packages.filter((name) => name !== undefined))].sort(),
  };
}

/** The licences of bundled packages, which ask to be passed on with every copy; each text once. */
function licences(packages: readonly string[]): string {
  const byText = new Map<string, string[]>();
  for (const folder of packages) {
    const text = readFileSync(join(ROOT, folder, "LICENSE"), "utf8").trim();
    const { name, version } = JSON.parse(
      readFileSync(join(ROOT, folder, "package.json"), "utf8"),
    ) as { name: string; version: string };
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  }
  const texts = [...byText].map(([text, names]) => `${names.join(", ")}\n\n${text}`);
  // Two dashes would end the comment that it stands in.
  return texts.join("\n\n").replaceAll("--", "- -");
}

const hashSource = (text: string): string =>
  `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * The page of the graph with its script and style inside, and `{{title}}` and `{{data}}` left for the engine.
 *
 * Its policy lets exactly this script and this style run, and nothing be loaded from anywhere.
 */
export function viewerPage(): string {
  const { text: script, packages } = bundled("main.ts");
  const { text: style } = bundled("style.css");
  const parts: Readonly<Record<string, string>> = {
    policy: `default-src 'none'; script-src ${hashSource(script)}; style-src ${hashSource(style)}; base-uri 'none'; form-action 'none'`,
    style,
    script,
    licences: licences(packages),
  };
  const page = readFileSync(join(VIEWER, "src", "page.html"), "utf8");
  // A function: "$&" in the script is no pattern.
  return page.replace(
    /\{\{(policy|style|script|licences)\}\}/g,
    (_, name: string) => parts[name] ?? "",
  );
}
