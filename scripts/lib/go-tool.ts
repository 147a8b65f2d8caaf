import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import { BUILD } from "./paths.ts";
import { say, Trouble } from "./say.ts";

/**
 * A program that Go installs from its module, below build/: `module` ends with its exact version, so that an old commit
 * gives the same tomorrow.
 *
 * @throws Trouble where it cannot be installed.
 */
export async function goTool(module: `${string}@v${string}`): Promise<string> {
  const [path = "", version = ""] = module.split("@");
  const tools = join(BUILD, "go-tools", version);
  const program = join(tools, basename(path));
  if (existsSync(program)) return program;
  say(`Installing ${module} ...`);
  const { failed, code, stderr } = await execa("go", ["install", module], {
    env: { GOBIN: tools },
    reject: false,
  });
  if (failed)
    throw new Trouble(
      `${module} cannot be installed`,
      code === "ENOENT" ? "fix: install Go" : `why: ${stderr}`,
    );
  return program;
}
