import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** The repository's root: the folder above whichever file this is bundled into that holds the engine. */
export const ROOT = ((): string => {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "engine", "Cargo.toml"))) return folder;
    if (dirname(folder) === folder) throw new Error("the scripts were moved out of the repository");
  }
})();

export const ENGINE = join(ROOT, "engine");
export const MAIN_PACKAGE = join(ROOT, "packages", "parseltongue");
export const BUILD = join(ROOT, "build");

/** Tools that development installs: outside the project, so that every clone of this user shares them. */
export const DEVELOPMENT_CACHE = join(
  process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
  "parseltongue-development",
);

/** The folder of a target's package. */
export const platformFolder = (name: string): string => join(ROOT, "npm", "@parseltongue", name);
