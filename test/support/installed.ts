import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "../../packages/parseltongue/src/identity.ts";
import {
  addonInPackage,
  binaryInPackage,
  platformPackage,
  type Target,
} from "../../packages/parseltongue/src/targets.ts";
import { hostTarget } from "../../scripts/lib/host.ts";
import { platformManifest } from "../../scripts/lib/manifests.ts";
import { platformFolder as builtFolder } from "../../scripts/lib/paths.ts";
import { MAIN_PACKAGE, PROBE, temporaryFolder } from "./places.ts";

/** A project with the package installed as npm would, and a native program in the engine's place. */
export interface InstalledProject {
  readonly root: string;
  readonly cli: string;
  readonly binary: string;
  readonly platformFolder: string;
}

/** Lays out `node_modules` by hand, so that each test can damage it in one way. */
export function installedProject(root: string = temporaryFolder()): InstalledProject {
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "project", private: true }));
  const main = join(root, "node_modules", "parseltongue");
  mkdirSync(main, { recursive: true });
  for (const part of ["dist", "package.json"])
    cpSync(join(MAIN_PACKAGE, part), join(main, part), { recursive: true });
  const binary = installPlatform(root, hostTarget());
  return {
    root,
    cli: join(main, "dist", "cli.js"),
    binary,
    platformFolder: join(root, "node_modules", platformPackage(hostTarget())),
  };
}

/** Adds a platform package that carries the test's native program; returns the binary's path. */
export function installPlatform(root: string, target: Target, version: string = VERSION): string {
  const folder = join(root, "node_modules", platformPackage(target));
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify(platformManifest(target, version)));
  const binary = join(folder, binaryInPackage(target));
  copyFileSync(PROBE, binary);
  chmodSync(binary, 0o755);
  const addon = addonInPackage(target);
  if (addon !== undefined && target.name === hostTarget().name)
    copyFileSync(join(builtFolder(target.name), addon), join(folder, addon));
  return binary;
}
