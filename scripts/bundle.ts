import { ensureMainPackage } from "./lib/main-current.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run build:main

Builds the main package only, for work on the TypeScript side.
`;

/** `npm run build:main`: see {@link HELP}. */
export async function main(): Promise<void> {
  await ensureMainPackage();
}
