import { checkAll, RUST_CHECKS, TYPESCRIPT_CHECKS } from "./lib/checks.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run lint

Everything that can be said without running the code.
`;

/** `npm run lint`: see {@link HELP}. */
export async function main(): Promise<void> {
  await checkAll([...TYPESCRIPT_CHECKS, ...RUST_CHECKS]);
}
