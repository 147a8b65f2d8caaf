import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generatedFiles } from "./lib/manifests.ts";
import { ROOT } from "./lib/paths.ts";

/** Writes every derived file anew; says which ones changed. */
export function main(): void {
  let changed = 0;
  for (const { path, text, executable } of generatedFiles()) {
    const file = join(ROOT, path);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (executable) chmodSync(file, 0o755);
    process.stdout.write(`wrote ${path}\n`);
    changed++;
  }
  process.stdout.write(`${changed} files changed\n`);
}
