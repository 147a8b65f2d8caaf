import { execa } from "execa";
import { BINARY_VARIABLE } from "../packages/parseltongue/src/identity.ts";
import { chromiumProgram } from "./lib/chromium.ts";
import { buildEngine } from "./lib/engine.ts";
import { ROOT } from "./lib/paths.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run test:browser -- [options of vitest]

Tries the page of the graph in a real Chromium.
`;

/** `npm run test:browser`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  await chromiumProgram();
  const binary = process.env[BINARY_VARIABLE] ?? (await buildEngine());
  const { exitCode } = await execa(
    "npx",
    ["--no-install", "vitest", "run", "--config", "test/browser/vitest.config.ts", ...args],
    { cwd: ROOT, stdio: "inherit", reject: false, env: { [BINARY_VARIABLE]: binary } },
  );
  process.exitCode = exitCode ?? 1;
}
