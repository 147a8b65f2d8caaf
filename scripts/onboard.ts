import { join, resolve } from "node:path";
import { execa } from "execa";
import { buildEngine } from "./lib/engine.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { MAIN_PACKAGE } from "./lib/paths.ts";

/** `npm run onboard -- DIR`: builds what changed, then `pt onboard DIR` as the user's own process. */
export async function main(args: string[]): Promise<void> {
  await ensureMainPackage();
  const binary = await buildEngine();
  // npm runs scripts in the repository's root; a relative DIR is meant from where the user stands.
  const directory = args[0] !== undefined && !args[0].startsWith("-") ? args[0] : ".";
  const from = process.env["INIT_CWD"] ?? process.cwd();
  const rest = args[0] === directory ? args.slice(1) : args;
  const { exitCode } = await execa(
    process.execPath,
    [join(MAIN_PACKAGE, "dist", "cli.js"), "onboard", resolve(from, directory), ...rest],
    {
      stdio: "inherit",
      reject: false,
      env: { PARSELTONGUE_BINARY: binary },
    },
  );
  process.exitCode = exitCode ?? 1;
}
