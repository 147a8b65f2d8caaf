import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { PACKAGE_NAME, PLATFORM_SCOPE } from "../packages/parseltongue/src/identity.ts";
import { platformPackage, type Target } from "../packages/parseltongue/src/targets.ts";
import { writeFixture } from "./lib/distribution/checks.ts";
import { DISTRIBUTION, NPM_BUNDLE } from "./lib/distribution/layout.ts";
import { inTemporaryFolder } from "./lib/distribution/programs.ts";
import { hostTarget, targetNamed } from "./lib/host.ts";
import { say, Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run smoke -- [--from DIR | --registry URL] [--alpine]

Installs the npm packages as a user does, in an empty project, and asks them a question. From a distribution's
tarballs, without a network (distribution/ unless --from names another), or from a registry, as they are published.

  --alpine  in a container of Node on Alpine Linux; needs docker
`;

/** Alpine's Node; a tag, because what is tested is that today's image works. */
const ALPINE = "node:22-alpine";

/** The tarballs of a distribution that one platform installs. */
function tarballs(distribution: string, target: Target): string[] {
  const folder = join(distribution, NPM_BUNDLE);
  const prefix = platformPackage(target).replace("@", "").replace("/", "-");
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const chosen = files.filter(
    (file) =>
      file.startsWith(`${prefix}-`) || new RegExp(`^${PACKAGE_NAME}-\\d[^/]*\\.tgz$`).test(file),
  );
  if (chosen.length !== 2)
    throw new Trouble(
      `${folder} does not hold the main package and that of ${target.name}`,
      `why: it holds ${files.join(", ") || "nothing"}`,
    );
  return chosen.map((file) => join(folder, file));
}

/** `npm run smoke`: what was packaged or published installs and answers on this machine. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      from: { type: "string" },
      registry: { type: "string" },
      alpine: { type: "boolean", default: false },
    },
  });
  const { registry, alpine } = values;
  const target = alpine
    ? targetNamed(`linux-${process.arch === "arm64" ? "arm64" : "x64"}-musl`)
    : hostTarget();
  const files =
    registry === undefined
      ? tarballs(
          values.from === undefined
            ? DISTRIBUTION
            : resolve(process.env["INIT_CWD"] ?? ".", values.from),
          target,
        )
      : [];
  await inTemporaryFolder(async (project) => {
    writeFixture(project);
    writeFileSync(join(project, "package.json"), '{"name":"project","private":true}');
    const source = registry === undefined ? ["--offline"] : ["--registry", registry];
    const what = files.length > 0 ? files : [PACKAGE_NAME];
    const steps: readonly (readonly [string, ...string[]])[] = [
      ["npm", "install", "--no-audit", "--no-fund", ...source, ...what],
      ["npx", "--no-install", "pt", "--version"],
      ["npx", "--no-install", "pt", "doctor"],
      ["npx", "--no-install", "pt", "callers", "Square::area"],
    ];
    // Never a download in the place of a platform package that npm did not install.
    const env = { PARSELTONGUE_NO_DOWNLOAD: "1" };
    let answer = "";
    for (const [program, ...rest] of steps) {
      const inside = rest.map((word) =>
        files.includes(word) ? `/bundle/${basename(word)}` : word,
      );
      const mounts = files.flatMap((file) => ["-v", `${file}:/bundle/${basename(file)}:ro`]);
      const container = ["run", "--rm", "-v", `${project}:/project`, ...mounts, "-w", "/project"];
      const { exitCode, stdout, stderr } = alpine
        ? await execa(
            "docker",
            [...container, "-e", "PARSELTONGUE_NO_DOWNLOAD=1", ALPINE, program, ...inside],
            { reject: false },
          )
        : await execa(program, rest, {
            cwd: project,
            env,
            reject: false,
            // npm is a command file there.
            shell: process.platform === "win32",
          });
      say(
        `${exitCode === 0 ? "ok    " : "FAILED"}  ${program} ${rest.map((word) => basename(word)).join(" ")}`,
      );
      if (exitCode !== 0)
        throw new Trouble(
          `${program} ended with ${exitCode}`,
          ...`${stdout}\n${stderr}`.trim().split("\n").slice(0, 20),
        );
      answer = stdout;
    }
    if (!answer.includes("area_of"))
      throw new Trouble("pt callers does not find the caller", ...answer.split("\n"));
    const scope = join(project, "node_modules", PLATFORM_SCOPE);
    const platforms = readdirSync(scope);
    if (platforms.join() !== target.name)
      throw new Trouble(
        `npm installed ${platforms.join(" and ") || "no platform"}, and this machine's is ${target.name}`,
      );
    say(`${target.name}: installed and answered, with ${PLATFORM_SCOPE}/${platforms[0]}`);
  });
}
