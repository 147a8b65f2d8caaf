import { parseArgs } from "node:util";
import { release, releaseEffects } from "./lib/distribution/release.ts";
import { targetNamed } from "./lib/host.ts";
import { ROOT } from "./lib/paths.ts";
import { Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run release -- vX.Y.Z [options]

Makes a release in this clone: checks git and the version, applies the changesets, tests, packages and validates
every target, commits and tags. A failure in any step leaves tree, branch and tags as they were; run it again to
go on, and what was built is not built again. Publishing is a step of its own (npm run publish-packages).

  --dry-run      show what would be done, and change nothing
  --target NAME  package only this target; may be given several times (such a release cannot be published)
  --skip-tests   leave the tests out
`;

/** `npm run release -- vX.Y.Z`. */
export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      "dry-run": { type: "boolean", default: false },
      target: { type: "string", multiple: true },
      "skip-tests": { type: "boolean", default: false },
    },
  });
  const [tag, ...more] = positionals;
  if (tag === undefined || more.length > 0 || !tag.startsWith("v"))
    throw new Trouble("which version is to be released?", "fix: npm run release -- v1.2.3");
  // A mistyped name is known before anything is done.
  values.target?.forEach(targetNamed);
  const packaging = values.target?.flatMap((name) => ["--target", name]) ?? ["--all"];
  await release(
    { root: ROOT, version: tag.slice(1), dryRun: values["dry-run"] },
    releaseEffects(packaging, !values["skip-tests"]),
  );
}
