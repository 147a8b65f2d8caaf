import { execa } from "execa";
import { BINARY_VARIABLE } from "../packages/parseltongue/src/identity.ts";
import { chromiumProgram } from "./lib/chromium.ts";
import { buildEngine } from "./lib/engine.ts";
import { ROOT } from "./lib/paths.ts";

/** `npm run test:browser`: the page of the graph in a real Chromium. */
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
