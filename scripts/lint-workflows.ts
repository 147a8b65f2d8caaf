import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { checkAll } from "./lib/checks.ts";
import { goTool } from "./lib/go-tool.ts";
import { BUILD, ROOT } from "./lib/paths.ts";
import { say, Trouble } from "./lib/say.ts";

/** Exact versions: a newer linter must not fail an old commit. */
const ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
const ZIZMOR = "zizmor==1.32.0";

async function installed(name: string, command: readonly [string, ...string[]]): Promise<void> {
  const [program, ...args] = command;
  const { failed } = await execa(program, args, { reject: false });
  if (failed) throw new Trouble(`${name} is needed to check the workflows`, `fix: install ${name}`);
}

/** What `--help` prints. */
export const HELP = `Usage: npm run lint:workflows

Checks .github and action.yml with actionlint and zizmor, which it installs below build/.
`;

/** `npm run lint:workflows`: see {@link HELP}. */
export async function main(): Promise<void> {
  const actionlint = await goTool(ACTIONLINT);
  await installed("Python 3", ["python3", "--version"]);
  const tools = join(BUILD, "workflow-linters");
  const zizmor = join(tools, "python", "bin", "zizmor");
  if (!existsSync(zizmor)) {
    say(`Installing ${ZIZMOR} ...`);
    await execa("python3", ["-m", "venv", join(tools, "python")]);
    await execa(join(tools, "python", "bin", "pip"), ["install", "--quiet", ZIZMOR]);
  }
  await checkAll([
    { name: "actionlint", command: [actionlint, "-shellcheck="], cwd: ROOT },
    { name: "zizmor", command: [zizmor, "--offline", "--no-progress", "--quiet", "."], cwd: ROOT },
  ]);
}
