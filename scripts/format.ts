import { execa } from "execa";
import { ROOT } from "./lib/paths.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run format

Formats the TypeScript, and applies the fixes that are safe.
`;

/** `npm run format`: see {@link HELP}. */
export async function main(): Promise<void> {
  await execa("npx", ["--no-install", "biome", "check", "--write", "."], {
    cwd: ROOT,
    stdio: "inherit",
  });
}
