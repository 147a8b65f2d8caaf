import { buildEngine } from "./lib/engine.ts";
import { ensureMainPackage } from "./lib/main-current.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run build

Builds everything for this machine: the main package and the engine.
`;

/** `npm run build`: see {@link HELP}. */
export async function main(): Promise<void> {
  await ensureMainPackage();
  await buildEngine();
}
