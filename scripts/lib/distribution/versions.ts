import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_NAME } from "../../../packages/parseltongue/src/identity.ts";
import { platformPackage, TARGETS } from "../../../packages/parseltongue/src/targets.ts";
import { ROOT } from "../paths.ts";

/** A place in the repository that states the version, with what it states. */
export interface Stated {
  readonly place: string;
  readonly version: string;
}

/** Every place that states the version; the main package's manifest first. */
export function statedVersions(root = ROOT): Stated[] {
  const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));
  const main = readJson("packages/parseltongue/package.json");
  const cargo = readFileSync(join(root, "engine", "Cargo.toml"), "utf8");
  const lock = readFileSync(join(root, "engine", "Cargo.lock"), "utf8");
  const crates = [
    ...lock.matchAll(/^name = "(parseltongue-[\w-]+)"\nversion = "([^"]+)"\n(?!source)/gm),
  ];
  return [
    { place: `packages/${PACKAGE_NAME}/package.json`, version: main.version },
    ...TARGETS.map(platformPackage).flatMap((name) => [
      { place: `npm/${name}/package.json`, version: readJson(`npm/${name}/package.json`).version },
      { place: `optionalDependencies of ${name}`, version: main.optionalDependencies?.[name] },
    ]),
    {
      place: "engine/Cargo.toml",
      version: /^\[workspace\.package\][^[]*?^version = "([^"]*)"/m.exec(cargo)?.[1] ?? "none",
    },
    ...crates.map(([, name, version]) => ({
      place: `engine/Cargo.lock: ${name}`,
      version: version ?? "none",
    })),
  ];
}

/** The places that state another version than the main package's. */
export function versionDrift(root = ROOT): string[] {
  const [main, ...others] = statedVersions(root);
  return others
    .filter(({ version }) => version !== main?.version)
    .map(({ place, version }) => `${place} says ${version} instead of ${main?.version}`);
}
