import type { Target } from "../../../packages/parseltongue/src/targets.ts";
import { type LocalRegistry, startRegistry } from "../registry.ts";
import { CellFailure, createCell, NotApplicable, type Outcome } from "./cell.ts";
import { privateAuthority, startFront, startProxy } from "./fronts.ts";
import type { Manager } from "./managers.ts";
import type { Networks, Situation } from "./situations.ts";

/** One filled cell of the matrix. */
export interface Filled {
  readonly manager: string;
  readonly situation: string;
  readonly outcome: Outcome;
  readonly seconds: number;
}

/** A registry with everything that situations connect to. */
export async function startNetworks(
  targets: readonly Target[],
): Promise<{ readonly networks: Networks; readonly close: () => Promise<void> }> {
  const registry: LocalRegistry = await startRegistry(targets);
  const { url } = registry;
  const token = "npm_aTokenOfTheInstallMatrix0123456789";
  const authority = privateAuthority();
  const proxy = await startProxy(url);
  const guarded = await startFront(url, { token });
  const secure = await startFront(url, { tls: authority.tls });
  const without = await startFront(url, { withoutScope: true });
  const tampering = await startFront(url, { tamper: true });
  return {
    networks: {
      plain: { registry: url },
      proxied: { registry: proxy.registry, proxy: proxy.url },
      withToken: { registry: guarded.url, token },
      privateAuthority: { registry: secure.url, cafile: authority.cafile },
      scoped: { registry: without.url, scopeRegistry: guarded.url, token },
      tampering: { registry: tampering.url },
    },
    close: async () => {
      for (const front of [proxy, guarded, secure, without, tampering]) front.close();
      authority.remove();
      await registry.close();
    },
  };
}

/** Fills one cell, in a world of its own. */
export async function fill(
  manager: Manager,
  situation: Situation,
  networks: Networks,
): Promise<Filled> {
  const started = Date.now();
  const done = (outcome: Outcome): Filled => ({
    manager: manager.name,
    situation: situation.name,
    outcome,
    seconds: (Date.now() - started) / 1000,
  });
  const cell = await createCell(manager, networks[situation.network ?? "plain"], situation.project);
  try {
    return done(await situation.run(cell));
  } catch (error) {
    if (error instanceof NotApplicable) return done({ kind: "n/a", reason: error.message });
    if (error instanceof CellFailure) return done({ kind: "failed", output: error.message });
    throw error;
  } finally {
    cell.remove();
  }
}

/** Fills cells, a few at a time, and hands each over when it is filled. */
export async function fillAll(
  cells: readonly (readonly [Manager, Situation])[],
  networks: Networks,
  atOnce: number,
  filled: (cell: Filled) => void,
): Promise<readonly Filled[]> {
  const results: Filled[] = [];
  const queue = [...cells];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const cell = await fill(next[0], next[1], networks);
      results.push(cell);
      filled(cell);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
