import { readFileSync } from "node:fs";
import { join } from "node:path";
import { workflowSchemaFile } from "../../packages/parseltongue/src/extensions/schema.ts";
import {
  BINARY_VARIABLE,
  ENGINE_NAME,
  PACKAGE_NAME,
  REPOSITORY_URL,
  VERSION,
} from "../../packages/parseltongue/src/identity.ts";
import {
  addonInPackage,
  binaryInPackage,
  platformPackage,
  TARGETS,
  type Target,
} from "../../packages/parseltongue/src/targets.ts";
import { shellScripts } from "../../packages/parseltongue/src/workflows/shell.ts";
import { windowsScripts } from "../../packages/parseltongue/src/workflows/windows.ts";
import { lockWithVersion } from "./distribution/changes.ts";
import { manualPage } from "./manual.ts";
import { MAIN_PACKAGE, ROOT } from "./paths.ts";
import { DOCTOR_SCHEMA, WORKFLOWS_SCHEMA } from "./pt-schemas.ts";
import { buildOf } from "./target-builds.ts";
import { targetsDocument } from "./targets-document.ts";
import { VIEWER_PAGE, viewerPage } from "./viewer-page.ts";

/** A generated file: its path from the repository's root, its text and its mode. */
export interface Generated {
  readonly path: string;
  readonly text: string;
  readonly executable?: true;
}

/** The licences of everything that the binary links; at the repository's root, and in each platform package. */
export const THIRD_PARTY = "THIRD_PARTY_LICENSES";

/** The bill of materials in each package. */
export const SBOM = "sbom.cdx.json";

/** The files of the toolkit, from the repository's root; the engine carries them. */
export const TOOLKIT = "engine/crates/cli/toolkit";

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Everything that a platform package ships. */
export const filesInPackage = (target: Target): string[] => [
  binaryInPackage(target),
  ...[addonInPackage(target) ?? []].flat(),
  "LICENSE-*",
  THIRD_PARTY,
  SBOM,
];

/** The manifest of a platform package. */
export function platformManifest(
  target: Target,
  version: string = VERSION,
): Record<string, unknown> {
  return {
    name: platformPackage(target),
    version,
    description: `The ${target.name} binary of ${PACKAGE_NAME}. Install ${PACKAGE_NAME} instead.`,
    license: "MIT OR Apache-2.0",
    repository: {
      type: "git",
      url: `git+${REPOSITORY_URL}.git`,
      directory: `npm/${platformPackage(target)}`,
    },
    homepage: `${REPOSITORY_URL}#readme`,
    bugs: `${REPOSITORY_URL}/issues`,
    engines: { node: ">=18" },
    os: [target.os],
    cpu: [target.cpu],
    ...(target.libc === undefined ? {} : { libc: [target.libc] }),
    files: filesInPackage(target),
    // Yarn PnP keeps packages in zip files, from which nothing can be executed.
    preferUnplugged: true,
    publishConfig: {
      access: "public",
      provenance: true,
      // pnpm strips the execute bit from everything that is not listed here.
      executableFiles: [`./${binaryInPackage(target)}`],
    },
  };
}

const platformReadme = (target: Target): string => `# ${platformPackage(target)}

The native \`${ENGINE_NAME}\` binary for ${target.os} on ${target.cpu}${target.libc ? ` with ${target.libc}` : ""} (Rust target \`${buildOf(target).triple}\`).

This package is installed as an optional dependency of [${PACKAGE_NAME}](${REPOSITORY_URL}#readme). Install that one:

    npm install --global ${PACKAGE_NAME}

It has no install script and no dependencies. To use the binary at another place, set \`${BINARY_VARIABLE}\`.
`;

/** The main manifest as it is committed, with the exact versions of its platform packages. */
function mainManifest(): string {
  const manifest = JSON.parse(readFileSync(join(MAIN_PACKAGE, "package.json"), "utf8")) as Record<
    string,
    unknown
  >;
  manifest["name"] = PACKAGE_NAME;
  manifest["optionalDependencies"] = Object.fromEntries(
    TARGETS.map((target) => [platformPackage(target), VERSION]),
  );
  return asJson(manifest);
}

/** The engine's manifest with the packages' version. */
function engineManifest(): string {
  const text = readFileSync(join(ROOT, "engine", "Cargo.toml"), "utf8");
  return text.replace(/^(\[workspace\.package\][^[]*?^version = )"[^"]*"/m, `$1"${VERSION}"`);
}

/** Cargo's lock file, which states the version of each of our own crates. */
const engineLock = (): string =>
  lockWithVersion(readFileSync(join(ROOT, "engine", "Cargo.lock"), "utf8"), VERSION);

/** Every file that is derived from the tables and committed. */
export function generatedFiles(): Generated[] {
  return [
    ...TARGETS.flatMap((target) => [
      {
        path: `npm/${platformPackage(target)}/package.json`,
        text: asJson(platformManifest(target)),
      },
      { path: `npm/${platformPackage(target)}/README.md`, text: platformReadme(target) },
    ]),
    { path: "packages/parseltongue/package.json", text: mainManifest() },
    { path: "packages/parseltongue/schema/workflow.json", text: workflowSchemaFile() },
    { path: "packages/parseltongue/man/pt.1", text: manualPage() },
    { path: `packages/parseltongue/man/${ENGINE_NAME}.1`, text: ".so man1/pt.1\n" },
    { path: "engine/Cargo.toml", text: engineManifest() },
    { path: "engine/Cargo.lock", text: engineLock() },
    { path: "docs/targets.md", text: targetsDocument() },
    { path: "docs/schema/doctor-1.json", text: asJson(DOCTOR_SCHEMA) },
    { path: "docs/schema/workflows-1.json", text: asJson(WORKFLOWS_SCHEMA) },
    { path: VIEWER_PAGE, text: viewerPage() },
    ...[...shellScripts()].map(([file, text]) => ({
      path: `${TOOLKIT}/${file}`,
      text,
      executable: true as const,
    })),
    ...[...windowsScripts()].map(([file, text]) => ({
      path: `${TOOLKIT}/${file}`,
      text,
    })),
  ];
}
