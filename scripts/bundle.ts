import { ensureMainPackage } from "./lib/main-current.ts";

/** `npm run build:main`: the main package only, for work on the TypeScript side. */
export async function main(): Promise<void> {
  await ensureMainPackage();
}
