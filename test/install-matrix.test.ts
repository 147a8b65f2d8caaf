import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostTarget } from "../scripts/lib/host.ts";
import { MANAGERS } from "../scripts/lib/install-matrix/managers.ts";
import { fill, startNetworks } from "../scripts/lib/install-matrix/matrix.ts";
import { type Networks, SITUATIONS } from "../scripts/lib/install-matrix/situations.ts";
import { ensureNode, ensureTool } from "../scripts/lib/install-matrix/tools.ts";

// The subset of `npm run test:install` that finds most for its time.
const CELLS = SITUATIONS.flatMap((situation) =>
  MANAGERS.filter(({ name }) => situation.quick?.includes(name)).map((manager) => ({
    name: `${manager.name}, ${situation.name}: ${situation.says}`,
    manager,
    situation,
  })),
);

let networks: Networks;
let close: () => Promise<void>;

beforeAll(async () => {
  // All of them first: fetching is no part of a test.
  for (const { node, tool } of MANAGERS) {
    await ensureNode(node);
    await ensureTool(tool);
  }
  ({ networks, close } = await startNetworks([hostTarget()]));
}, 900_000);
afterAll(() => close());

describe.concurrent("install matrix", () => {
  test.for(CELLS)("$name", async ({ manager, situation }, { skip }) => {
    const { outcome } = await fill(manager, situation, networks);
    if (outcome.kind === "n/a") skip(outcome.reason);
    expect(outcome.kind === "failed" ? outcome.output : "").toBe("");
  });
});
