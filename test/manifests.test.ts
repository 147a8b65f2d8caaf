import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { binaryInPackage, platformPackage, TARGETS } from "../packages/parseltongue/src/targets.ts";
import { generatedFiles } from "../scripts/lib/manifests.ts";
import { ROOT } from "./support/places.ts";

const read = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(ROOT, path), "utf8"));
const manifests = [
  "packages/parseltongue/package.json",
  ...TARGETS.map((target) => `npm/${platformPackage(target)}/package.json`),
];

describe("what is derived from the tables", () => {
  test.each(generatedFiles())("$path is as `npm run generate` writes it", ({ path, text }) => {
    expect(readFileSync(join(ROOT, path), "utf8")).toBe(text);
  });

  test("there is a package folder for every target and no other", () => {
    expect(readdirSync(join(ROOT, "npm", "@parseltongue")).sort()).toEqual(
      TARGETS.map(({ name }) => name).sort(),
    );
  });

  test("the eight main platforms are targets", () => {
    expect(TARGETS.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "linux-x64-gnu",
        "linux-arm64-gnu",
        "linux-x64-musl",
        "linux-arm64-musl",
        "darwin-x64",
        "darwin-arm64",
        "win32-x64",
        "win32-arm64",
      ]),
    );
  });
});

describe.each(manifests)("%s", (path) => {
  const manifest = read(path);

  test("runs nothing when it is installed", () => {
    expect(manifest).not.toHaveProperty("scripts");
    expect(manifest).not.toHaveProperty("dependencies");
    expect(manifest).not.toHaveProperty("peerDependencies");
  });

  test("can be published with provenance", () => {
    expect(manifest).toMatchObject({
      license: "MIT OR Apache-2.0",
      repository: { directory: path.replace("/package.json", "") },
      publishConfig: { access: "public", provenance: true },
      engines: { node: ">=18" },
    });
  });
});

test("every package has the version of the engine", () => {
  const engine = /^\[workspace\.package\]\nversion = "([^"]+)"/m.exec(
    readFileSync(join(ROOT, "engine", "Cargo.toml"), "utf8"),
  )?.[1];
  const versions = manifests.map((path) => read(path)["version"]);
  expect(new Set(versions)).toEqual(new Set([engine]));
  expect(
    new Set(
      Object.values(read("packages/parseltongue/package.json")["optionalDependencies"] as object),
    ),
  ).toEqual(new Set([engine]));
});

test("binaries keep their execute bit when pnpm packs them", () => {
  for (const target of TARGETS) {
    const { publishConfig, files } = read(`npm/${platformPackage(target)}/package.json`) as {
      publishConfig: { executableFiles: string[] };
      files: string[];
    };
    expect(publishConfig.executableFiles).toEqual([`./${binaryInPackage(target)}`]);
    expect(files).toEqual(
      expect.arrayContaining([binaryInPackage(target), "LICENSE-*", "THIRD_PARTY_LICENSES"]),
    );
  }
});
