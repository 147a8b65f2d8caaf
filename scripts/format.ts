import { execa } from "execa";
import { ROOT } from "./lib/paths.ts";

/** `npm run format`: formats and applies the safe fixes. */
export async function main(): Promise<void> {
  await execa("npx", ["--no-install", "biome", "check", "--write", "."], {
    cwd: ROOT,
    stdio: "inherit",
  });
}
