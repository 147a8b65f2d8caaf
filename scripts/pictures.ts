import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { BINARY_VARIABLE } from "../packages/parseltongue/src/identity.ts";
import { fetchSources } from "./lib/accuracy/fetch.ts";
import { truthSets } from "./lib/accuracy/truth.ts";
import { openBrowser } from "./lib/chromium.ts";
import { inTemporaryFolder } from "./lib/distribution/programs.ts";
import { buildEngine } from "./lib/engine.ts";
import { goTool } from "./lib/go-tool.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { MAIN_PACKAGE, ROOT } from "./lib/paths.ts";
import { say, Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run pictures

Takes the pictures of the README anew, from real runs on a pinned project: terminal captures as SVG (freeze, which Go
installs below build/) and the page of the graph in Chromium.
`;

/** Draws what a terminal shows as SVG; an exact version, so that pictures change only with what they show. */
const FREEZE = "github.com/charmbracelet/freeze@v0.2.2";
const FREEZE_OPTIONS = [
  ...["--font.family", "ui-monospace, Menlo, Consolas, monospace", "--font.size", "13"],
  ...["--background", "#0d1117", "--padding", "16", "--window", "--wrap", "116"],
];

const PROJECT = "mux";
const PICTURES = join(ROOT, "docs", "pictures");

/** Name of each capture, and the command that is shown; of long answers the first lines. */
const CAPTURES = {
  onboard: { command: "pt onboard .", lines: 58 },
  callers: { command: "pt callers Route.Match", lines: 30 },
  "refactor-check": { command: "pt refactor-check Route.Match", lines: 40 },
} as const;

/** A picture without the empty rows that freeze leaves below, one for each line that it wrapped. */
function withoutEmptyEnd(svg: string): string {
  const empty = /(?:<text [^>]*\/>)+(?=\s*<\/g>)/.exec(svg)?.[0] ?? "";
  const [last = 0, before = 0] = [...svg.matchAll(/<text [^>]*y="([\d.]+)px"/g)]
    .map((match) => Number(match[1]))
    .reverse();
  const less = (empty.split("<text").length - 1) * (last - before);
  return svg
    .replace(empty, "")
    .replace(
      /(<(?:svg|rect) width="[\d.]+" height=")([\d.]+)/g,
      (_, start, height) => `${start}${(Number(height) - less).toFixed(2)}`,
    );
}

/** The environment in which the commands run: `pt` is on the PATH, and nothing is kept outside the folder. */
function environment(folder: string, engine: string): Record<string, string> {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  cpSync(join(MAIN_PACKAGE, "dist"), join(folder, "dist"), { recursive: true });
  symlinkSync(join(folder, "dist", "cli.js"), join(bin, "pt"));
  return {
    [BINARY_VARIABLE]: engine,
    PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
    PARSELTONGUE_CACHE_DIR: join(folder, "cache"),
  };
}

/** The page of the graph as Chromium shows it. */
async function photograph(page: string, picture: string): Promise<void> {
  const { context, close } = await openBrowser({
    colorScheme: "light",
    viewport: { width: 1200, height: 700 },
  });
  try {
    const tab = await context.newPage();
    await tab.goto(pathToFileURL(page).href);
    await tab.waitForSelector("html[data-ready]");
    await tab.screenshot({ path: picture });
  } finally {
    await close();
  }
}

/** `npm run pictures`: see {@link HELP}. */
export async function main(): Promise<void> {
  await ensureMainPackage();
  const engine = process.env[BINARY_VARIABLE] ?? (await buildEngine());
  const program = await goTool(FREEZE);
  const set = truthSets().find(({ name }) => name === PROJECT);
  if (set === undefined) throw new Trouble(`test/truth has no set ${PROJECT}`);
  const sources = await fetchSources(set);
  mkdirSync(PICTURES, { recursive: true });
  await inTemporaryFolder(async (folder) => {
    const project = join(folder, PROJECT);
    cpSync(sources, project, { recursive: true });
    // freeze would read a pipe.
    const options = { cwd: project, stdin: "ignore", env: environment(folder, engine) } as const;
    for (const [name, { command, lines }] of Object.entries(CAPTURES)) {
      const picture = join(PICTURES, `${name}.svg`);
      const shown = `sh -c "echo '$ ${command}'; echo; ${command}"`;
      const what = ["--execute", shown, "--lines", `1,${lines}`, "--output", picture];
      await execa(program, [...what, ...FREEZE_OPTIONS], options);
      writeFileSync(picture, withoutEmptyEnd(readFileSync(picture, "utf8")));
      say(`took docs/pictures/${name}.svg`);
    }
    const page = join(folder, "graph.html");
    await execa(engine, ["visualize", "--output", page], options);
    await photograph(page, join(PICTURES, "graph.png"));
    say("took docs/pictures/graph.png");
  });
}
