import { checkAll, RUST_CHECKS, TYPESCRIPT_CHECKS } from "./lib/checks.ts";

/** `npm run lint`: everything that can be said without running the code. */
export async function main(): Promise<void> {
  await checkAll([...TYPESCRIPT_CHECKS, ...RUST_CHECKS]);
}
