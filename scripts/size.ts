import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildEngine, builtBinary } from "./lib/engine.ts";
import { ensureMainPackage } from "./lib/main-current.ts";
import { builtTargets, packAll } from "./lib/pack.ts";
import { MAIN_PACKAGE, ROOT } from "./lib/paths.ts";
import { Trouble } from "./lib/say.ts";

/** `npm run size`: what is shipped, in bytes, against the committed budget. */
export async function main(): Promise<void> {
  await ensureMainPackage();
  await buildEngine();
  const budget = JSON.parse(readFileSync(join(ROOT, "size-budget.json"), "utf8")) as Record<
    string,
    number
  >;
  const out = mkdtempSync(join(tmpdir(), "parseltongue-size-"));
  try {
    const rows: [part: string, bytes: number, limit: string][] = [
      ["start-up file", statSync(join(MAIN_PACKAGE, "dist", "cli.js")).size, "start-up file"],
    ];
    for (const target of builtTargets())
      rows.push([`binary ${target.name}`, statSync(builtBinary(target)).size, "binary"]);
    for (const { name, size } of await packAll(builtTargets(), out))
      rows.push([`${name}.tgz`, size, name.startsWith("@") ? "platform package" : "main package"]);
    const over = rows.filter(([, bytes, limit]) => bytes > (budget[limit] ?? 0));
    for (const [part, bytes, limit] of rows) {
      const allowed = budget[limit] ?? 0;
      process.stdout.write(
        `${part.padEnd(42)}${String(bytes).padStart(10)} of ${String(allowed).padStart(10)}${bytes > allowed ? "  OVER" : ""}\n`,
      );
    }
    if (over.length > 0)
      throw new Trouble(
        `over budget: ${over.map(([part]) => part).join(", ")}`,
        "fix: make it smaller, or raise size-budget.json with a reason in the commit",
      );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
