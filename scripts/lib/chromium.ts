import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";
import { say, Trouble } from "./say.ts";

const PROGRAMS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A Chromium of this machine; as root on Debian or Ubuntu it is installed where there is none. */
export async function chromiumProgram(): Promise<string> {
  const find = (): string | undefined => PROGRAMS.find((program) => existsSync(program));
  const known = find();
  if (known !== undefined) return known;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("Installing chromium (apt-get) ...");
    const options = { stdin: "ignore", stdout: process.stderr, stderr: process.stderr } as const;
    await execa("apt-get", ["update", "-qq"], { ...options, reject: false });
    await execa("apt-get", ["install", "-qq", "-y", "--no-install-recommends", "chromium"], {
      ...options,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      reject: false,
    });
  }
  const installed = find();
  if (installed !== undefined) return installed;
  throw new Trouble(
    "there is no Chromium to draw the page with",
    `why: none of ${PROGRAMS.join(", ")} exists`,
    "fix: install Chromium, for example: apt-get install chromium",
  );
}

/** WebGL computed by the processor, for machines without a GPU. */
const NO_WEBGL = ["--disable-gpu"];
const SOFTWARE_WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

/** A browser with a profile of its own, and what ends it. */
export async function openBrowser({
  softwareWebgl = false,
  ...options
}: BrowserContextOptions & { readonly softwareWebgl?: boolean } = {}): Promise<{
  readonly context: BrowserContext;
  readonly close: () => Promise<void>;
}> {
  const profile = mkdtempSync(join(tmpdir(), "parseltongue-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await chromiumProgram(),
    args: [...FLAGS, ...(softwareWebgl ? SOFTWARE_WEBGL : NO_WEBGL)],
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
