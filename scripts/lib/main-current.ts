import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildMainPackage } from "./main-package.ts";
import { BUILD, MAIN_PACKAGE, ROOT } from "./paths.ts";

const STAMP = join(BUILD, "main-package.sha256");

function fingerprint(): string {
  const sources = readdirSync(join(MAIN_PACKAGE, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const inputs = [
    ...sources,
    join(MAIN_PACKAGE, "package.json"),
    join(ROOT, "scripts", "lib", "main-package.ts"),
    join(ROOT, "package-lock.json"),
  ];
  const hash = createHash("sha256");
  for (const file of inputs.sort()) hash.update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

/** Bundles the main package, unless its sources are unchanged. */
export async function ensureMainPackage(): Promise<void> {
  const wanted = fingerprint();
  const built = existsSync(join(MAIN_PACKAGE, "dist", "index.d.mts"));
  if (built && existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return;
  await buildMainPackage();
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(STAMP, wanted);
}
