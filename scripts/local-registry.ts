import { parseArgs } from "node:util";
import { PACKAGE_NAME } from "../packages/parseltongue/src/identity.ts";
import { TARGETS } from "../packages/parseltongue/src/targets.ts";
import { INTERRUPTIONS } from "./lib/interruptions.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { targetsToPublish } from "./lib/published-targets.ts";
import { startRegistry } from "./lib/registry.ts";

/** What `--help` prints. */
export const HELP = `Usage: npm run local-registry -- [--json] [--all]

A registry with this repository's packages, until it is stopped. Platforms without a binary are there as manifests.

  --json  its address and the versions it has, as JSON
  --all   build every platform first
`;

/** `npm run local-registry`: see {@link HELP}. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean", default: false },
      all: { type: "boolean", default: false },
    },
  });
  await ensureMainPackage();
  const targets = await targetsToPublish(values.all ? TARGETS : []);
  // From the first moment: a registry that is stopped while it starts must not leave its storage behind.
  for (const signal of INTERRUPTIONS) {
    process.once(signal, () => process.exit(0));
  }
  const { url, packages } = await startRegistry(targets);
  if (values.json) {
    const versions = Object.fromEntries(packages.map(({ name, version }) => [name, version]));
    process.stdout.write(`${JSON.stringify({ url, versions })}\n`);
    return;
  }
  process.stdout.write(`A registry with ${packages.map(({ name, version }) => `${name}@${version}`).join(" and ")} listens on ${url}

  npm install --global ${PACKAGE_NAME} --registry ${url}
  npx --registry ${url} -p ${PACKAGE_NAME} pt onboard .
  npm install --save-dev ${PACKAGE_NAME} --registry ${url}

Other packages come from your own registry through it. Ctrl-C stops it and removes its storage.
`);
}
