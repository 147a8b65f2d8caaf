import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { execa } from "execa";
import { PACKAGE_NAME } from "../../packages/parseltongue/src/identity.ts";
import { BUILD, MAIN_PACKAGE, ROOT } from "./paths.ts";

const DIST = join(MAIN_PACKAGE, "dist");
const SOURCE = join(MAIN_PACKAGE, "src");

/** Name, version and licence of every bundled package, for the bill of materials. */
export const BUNDLED_PACKAGES = join(BUILD, "bundled-packages.json");

/** Node 18 is the oldest that the package supports. */
const TARGET = "node18";

/** Parts of dependencies that a download has no use for, and what is bundled in their place. */
const REPLACED = {
  // What node-fetch brings for forms and files: Node has the classes itself.
  "fetch-blob": "export default Blob;",
  "fetch-blob/from.js":
    "const { Blob, File } = globalThis; export { Blob, File }; export let fileFromSync, fileFrom, blobFromSync, blobFrom;",
  "formdata-polyfill/esm.min.js":
    "const { FormData } = globalThis; export { FormData }; export let formDataToBlob;",
  "./headers.js": `export default class extends Headers {
    [Symbol.for("nodejs.util.inspect.custom")]() { return Object.fromEntries(this); }
  }
  export function fromRawHeaders(raw) {
    const headers = new Headers();
    for (let at = 0; at < raw.length; at += 2) {
      try { headers.append(raw[at], raw[at + 1]); } catch {}
    }
    return headers;
  }`,
  "./utils/multipart-parser.js": "export let toFormData;",
  // A download has no referrer, nor headers that only a browser checks.
  "./utils/referrer.js":
    'export const DEFAULT_REFERRER_POLICY = ""; export const validateReferrerPolicy = (policy) => policy; export const parseReferrerPolicyFromHeader = () => ""; export let determineRequestsReferrer;',
  // Registries have http: and https: addresses.
  "data-uri-to-buffer": "export default undefined;",
} as const;

/** Leaves out of the dependencies what is not needed. */
const replacements: Plugin = {
  name: "replacements",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, importer }) =>
      path in REPLACED && /[\\/]node_modules[\\/]/.test(importer)
        ? { path, namespace: "replaced" }
        : undefined,
    );
    onLoad({ filter: /./, namespace: "replaced" }, ({ path }) => ({
      contents: REPLACED[path as keyof typeof REPLACED],
    }));
  },
};

/**
 * In the start-up file, leaves `import()` of the rest as a `require` of a second file. esbuild splits only ES
 * modules, and CommonJS starts faster.
 */
const restStaysApart: Plugin = {
  name: "rest-stays-apart",
  setup({ onResolve }) {
    onResolve({ filter: /\/later\.ts$/ }, () => ({ path: "./later.js", external: true }));
  },
};

/** Bundles one file of `src` into `dist`; returns the folders of the packages that are in it. */
async function bundle(
  name: string,
  options: Pick<BuildOptions, "plugins" | "banner">,
): Promise<string[]> {
  const { metafile } = await build({
    metafile: true,
    // node-fetch falls back to it where Node has no web streams; every Node that is supported has them.
    external: ["web-streams-polyfill/*"],
    entryPoints: [join(SOURCE, `${name}.ts`)],
    outfile: join(DIST, `${name}.js`),
    bundle: true,
    minify: true,
    // The parser alone: the door of this package brings what writes and lays out JSON.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/impl/parser.js" },
    platform: "node",
    format: "cjs",
    target: TARGET,
    supported: { "dynamic-import": false },
    define: { "import.meta.filename": "__filename" },
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
    ...options,
  });
  return Object.keys(metafile.inputs).flatMap(
    (input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
  );
}

/** Bundles `packages/parseltongue/src` into `dist`: the start-up file, the rest, and the library. */
export async function buildMainPackage(): Promise<void> {
  rmSync(DIST, { recursive: true, force: true });
  const found = [
    ...(await bundle("cli", {
      plugins: [restStaysApart],
      banner: { js: "#!/usr/bin/env node" },
    })),
    ...(await bundle("later", { plugins: [replacements] })),
  ];
  // npm sets the mode when it installs; `pt` of a clone needs it too.
  chmodSync(join(DIST, "cli.js"), 0o755);
  const bundled = [...new Set(found)].sort();
  writeFileSync(join(DIST, "THIRD_PARTY_LICENSES.txt"), thirdPartyLicences(bundled));
  const named = bundled.map((folder) => {
    const { name, version, license } = readManifest(folder);
    return { name, version, license };
  });
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(BUNDLED_PACKAGES, JSON.stringify(named));
  await writeLibrary();
}

const readManifest = (folder: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));

/** The licences of what is bundled: most of them ask to be passed on with every copy. */
function thirdPartyLicences(folders: readonly string[]): string {
  const known = new Map<string, string>();
  const notices = folders.map((folder) => {
    const manifest = readManifest(folder);
    const title = `${manifest["name"]} ${manifest["version"]} (${manifest["license"]})`;
    const file = readdirSync(join(ROOT, folder)).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) return `${title}\n`;
    const text = readFileSync(join(ROOT, folder, file), "utf8").trim();
    const same = known.get(text);
    if (same !== undefined) return `${title}\n\nThe text is that of ${same}.\n`;
    known.set(text, `${manifest["name"]}`);
    return `${title}\n\n${text}\n`;
  });
  return `This package contains code of these packages.\n\n${notices.join(`\n${"-".repeat(70)}\n\n`)}`;
}

/** The library's doors for both kinds of modules, and its types; what it does is in the file of the rest. */
async function writeLibrary(): Promise<void> {
  const names = "ParseltongueError, binaryPath, run";
  writeFileSync(
    join(DIST, "index.js"),
    `"use strict";\nconst { ${names} } = require("./later.js");\nmodule.exports = { ${names} };\n`,
  );
  writeFileSync(
    join(DIST, "index.mjs"),
    // By the package's own name: a bundle of ES modules has no require, and there this finds the installed package.
    `import { createRequire } from "node:module";\nexport const { ${names} } = createRequire(import.meta.url)("${PACKAGE_NAME}");\n`,
  );
  const types = join(ROOT, "build", "types");
  rmSync(types, { recursive: true, force: true });
  await execa(
    "npx",
    [
      "--no-install",
      "tsc",
      "--project",
      join(MAIN_PACKAGE, "tsconfig.types.json"),
      "--outDir",
      types,
    ],
    { cwd: ROOT, stdout: process.stderr, stderr: process.stderr },
  );
  // index.ts speaks of no type of another file, so its declaration stands alone.
  copyFileSync(join(types, "index.d.ts"), join(DIST, "index.d.ts"));
  copyFileSync(join(types, "index.d.ts"), join(DIST, "index.d.mts"));
}
