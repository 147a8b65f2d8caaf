import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { BINARY_VARIABLE } from "../packages/parseltongue/src/identity.ts";
import { fetchSources } from "./lib/accuracy/fetch.ts";
import { truthSets } from "./lib/accuracy/truth.ts";
import { openBrowser } from "./lib/chromium.ts";
import { buildEngine } from "./lib/engine.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { BUILD, MAIN_PACKAGE, ROOT } from "./lib/paths.ts";
import { say, Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run pictures

Takes the pictures of the README anew, from real runs on a pinned project: terminal captures as SVG (freeze, which Go
installs below build/) and the page of the graph in Chromium.
`;

/** Draws what a terminal shows as SVG; an exact version, so that pictures change only with what they show. */
const FREEZE_VERSION = "v0.2.2";
const FREEZE = `github.com/charmbracelet/freeze@${FREEZE_VERSION}`;
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

async function freeze(): Promise<string> {
  const tools = join(BUILD, "pictures", FREEZE_VERSION);
  const program = join(tools, "freeze");
  if (existsSync(program)) return program;
  say(`Installing ${FREEZE} ...`);
  const { failed, code, stderr } = await execa("go", ["install", FREEZE], {
    env: { GOBIN: tools },
    reject: false,
  });
  if (failed)
    throw new Trouble(
      `${FREEZE} cannot be installed`,
      code === "ENOENT" ? "fix: install Go" : `why: ${stderr}`,
    );
  return program;
}

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

/** `npm run pictures`: see {@link HELP}. */
export async function main(): Promise<void> {
  await ensureMainPackage();
  const engine = process.env[BINARY_VARIABLE] ?? (await buildEngine());
  const program = await freeze();
  const set = truthSets().find(({ name }) => name === PROJECT);
  if (set === undefined) throw new Trouble(`test/truth has no set ${PROJECT}`);
  const folder = mkdtempSync(join(tmpdir(), "parseltongue-pictures-"));
  try {
    const project = join(folder, PROJECT);
    cpSync(await fetchSources(set), project, { recursive: true });
    const bin = join(folder, "bin");
    mkdirSync(bin);
    cpSync(join(MAIN_PACKAGE, "dist"), join(folder, "dist"), { recursive: true });
    symlinkSync(join(folder, "dist", "cli.js"), join(bin, "pt"));
    mkdirSync(PICTURES, { recursive: true });
    const options = {
      cwd: project,
      // It would read a pipe.
      stdin: "ignore" as const,
      env: {
        [BINARY_VARIABLE]: engine,
        PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
        PARSELTONGUE_CACHE_DIR: join(folder, "cache"),
      },
    };
    for (const [name, { command, lines }] of Object.entries(CAPTURES)) {
      const shown = `sh -c "echo '$ ${command}'; echo; ${command}"`;
      await execa(
        program,
        [
          ...["--execute", shown, "--lines", `1,${lines}`, ...FREEZE_OPTIONS],
          ...["--output", join(PICTURES, `${name}.svg`)],
        ],
        options,
      );
      const picture = join(PICTURES, `${name}.svg`);
      writeFileSync(picture, withoutEmptyEnd(readFileSync(picture, "utf8")));
      say(`took docs/pictures/${name}.svg`);
    }
    const page = join(folder, "graph.html");
    await execa(engine, ["visualize", "--output", page], options);
    const { context, close } = await openBrowser({
      colorScheme: "light",
      viewport: { width: 1200, height: 700 },
    });
    try {
      const tab = await context.newPage();
      await tab.goto(pathToFileURL(page).href);
      await tab.waitForSelector("html[data-ready]");
      await tab.screenshot({ path: join(PICTURES, "graph.png") });
      say("took docs/pictures/graph.png");
    } finally {
      await close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
