import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readDistribution, runChecks } from "./lib/distribution/checks.ts";
import { DISTRIBUTION, NPM_BUNDLE } from "./lib/distribution/layout.ts";
import {
  npmEffects,
  PATIENCE,
  preflight,
  publishRelease,
  readPublications,
} from "./lib/distribution/publish.ts";
import { say, Trouble } from "./lib/say.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run publish-packages -- --registry URL [options]

Publishes the npm packages of a distribution: platform packages first, each until the registry serves it with
the right bytes, the main package last. Run it again after any failure: what is published is skipped.

  --registry URL    where to
  --from DIR        the distribution; without it, distribution/
  --no-provenance   without a provenance statement (implied for a registry on this machine)
  --dry-run         only the preflight
  --help

Example:
  npm run publish-packages -- --registry http://127.0.0.1:4873/
`;

const isLocal = (registry: string): boolean =>
  ["127.0.0.1", "localhost", "[::1]"].includes(new URL(registry).hostname);

/** `npm run publish-packages`: the last step of a release. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      registry: { type: "string" },
      from: { type: "string" },
      "no-provenance": { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
    },
  });
  const { registry } = values;
  if (registry === undefined || !URL.canParse(registry))
    throw new Trouble("publish to which registry?", "fix: --registry URL");
  const folder =
    values.from === undefined ? DISTRIBUTION : resolve(process.env["INIT_CWD"] ?? ".", values.from);
  const publications = await readPublications(join(folder, NPM_BUNDLE));
  const distribution = readDistribution(folder);
  if (distribution.local)
    throw new Trouble(
      "this distribution was built for one machine alone (--local)",
      "fix: npm run package-distribution -- --all",
    );
  const failed = (await runChecks(distribution, { layers: ["integrity"] })).filter(
    ({ passed }) => !passed,
  );
  if (failed.length > 0)
    throw new Trouble(
      "the distribution is not whole",
      ...failed.map(({ name, detail }) => `${name}: ${detail}`),
    );
  const provenance = !values["no-provenance"] && !isLocal(registry);
  // GitHub gives this to jobs that may ask for an identity: npm's trusted publishing needs no token.
  const trusted = process.env["ACTIONS_ID_TOKEN_REQUEST_URL"] !== undefined;
  const effects = npmEffects(registry, { provenance, anonymous: trusted || isLocal(registry) });
  if (values["dry-run"]) {
    await preflight(publications, effects);
    for (const { name, version } of publications) say(`would publish ${name}@${version}`);
    return;
  }
  await publishRelease(publications, effects, PATIENCE);
  say(`${publications.length} packages are on ${registry}`);
}
