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
import { build, type Plugin } from "esbuild";
import { execa } from "execa";
import { BUILD, MAIN_PACKAGE, ROOT } from "./paths.ts";

const DIST = join(MAIN_PACKAGE, "dist");
const SOURCE = join(MAIN_PACKAGE, "src");

/** Name, version and licence of every bundled package, for the bill of materials. */
export const BUNDLED_PACKAGES = join(BUILD, "bundled-packages.json");

/** Node 18 is the oldest that the package supports. */
const TARGET = "node18";

/** Modules that most chunks need: files of their own, so that the package carries them once. */
const SHARED = [
  "causes",
  "completions/scripts",
  "commands",
  "download/cache",
  "download/pins",
  "download/registry",
  "download/settings",
  "download/standby",
  "engine",
  "executable",
  "extensions/files",
  "extensions/plugins",
  "extensions/workflows",
  "failure",
  "help",
  "installation",
  "json",
  "launch",
  "nearest",
  "progress",
  "repair",
  "resolve",
  "secrets",
  "targets",
  "templates/table",
  "workflows/arguments",
  "workflows/definitions",
  "workflows/workspace",
].map((name) => join(SOURCE, `${name}.ts`));

/** Parts of dependencies that a download has no use for, and what is bundled in their place. */
const REPLACED = {
  // Lines of the proxy agents, which nobody can switch on here.
  debug: "module.exports = () => Object.assign(() => {}, { enabled: false });",
  // What node-fetch brings for forms and files: Node has the classes itself.
  "fetch-blob": "export default Blob;",
  "fetch-blob/from.js":
    "const { Blob, File } = globalThis; export { Blob, File }; export let fileFromSync, fileFrom, blobFromSync, blobFrom;",
  "formdata-polyfill/esm.min.js":
    "const { FormData } = globalThis; export { FormData }; export let formDataToBlob;",
  "./utils/multipart-parser.js": "export let toFormData;",
  // Registries have http: and https: addresses.
  "data-uri-to-buffer": "export default undefined;",
} as const;

/**
 * Every `import()` of a source file becomes a chunk of its own, loaded when it is needed.
 *
 * esbuild splits only ES modules, and CommonJS starts faster; so each dynamically imported file is built as
 * one more entry point, and the import is left as a `require` of it.
 */
function chunksFromDynamicImports(queue: Map<string, string>, start: boolean): Plugin {
  return {
    name: "chunks-from-dynamic-imports",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path, importer }) =>
        path in REPLACED && /[\\/]node_modules[\\/]/.test(importer)
          ? { path, namespace: "replaced" }
          : undefined,
      );
      onLoad({ filter: /./, namespace: "replaced" }, ({ path }) => ({
        contents: REPLACED[path as keyof typeof REPLACED],
      }));
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir, importer }) => {
        const source = join(resolveDir, path);
        // Dependencies have dynamic imports of their own; those are bundled into the chunk that needs them.
        if (!importer.startsWith(SOURCE)) return undefined;
        // The start-up file is one file: it must not wait for another.
        const shared = SHARED.includes(source) && !start;
        if (kind !== "dynamic-import" && !shared) return undefined;
        const name = source
          .slice(SOURCE.length + 1)
          .replace(/\.ts$/, "")
          .replaceAll(/[\\/]/g, "-");
        queue.set(source, name);
        return { path: `./${name}.js`, external: true };
      });
    },
  };
}

/** Bundles `packages/parseltongue/src` into `dist`: the start-up file, its chunks and the library. */
export async function buildMainPackage(): Promise<void> {
  rmSync(DIST, { recursive: true, force: true });
  const queue = new Map([
    [join(SOURCE, "cli.ts"), "cli"],
    [join(SOURCE, "index.ts"), "index"],
  ]);
  const bundled = new Set<string>();
  // A chunk can bring further chunks; a Map can grow while it is walked.
  for (const [source, name] of queue) {
    const { metafile } = await build({
      metafile: true,
      // node-fetch falls back to it where Node has no web streams; every Node that is supported has them.
      external: ["web-streams-polyfill/*"],
      entryPoints: [source],
      outfile: join(DIST, `${name}.js`),
      bundle: true,
      minify: true,
      // jsonc-parser's other form hides its modules from the bundler.
      mainFields: ["module", "main"],
      platform: "node",
      format: "cjs",
      target: TARGET,
      supported: { "dynamic-import": false },
      define: { "import.meta.filename": "__filename" },
      legalComments: "none",
      charset: "utf8",
      logLevel: "warning",
      plugins: [chunksFromDynamicImports(queue, name === "cli")],
      ...(name === "cli" ? { banner: { js: "#!/usr/bin/env node" } } : {}),
    });
    for (const input of Object.keys(metafile.inputs)) {
      const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (folder !== undefined) bundled.add(folder);
    }
  }
  // npm sets the mode when it installs; `pt` of a clone needs it too.
  chmodSync(join(DIST, "cli.js"), 0o755);
  writeFileSync(join(DIST, "THIRD_PARTY_LICENSES.txt"), thirdPartyLicences([...bundled].sort()));
  const named = [...bundled].sort().map((folder) => {
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
  const known = new Map([
    [readFileSync(join(ROOT, "LICENSE-APACHE"), "utf8").trim(), "LICENSE-APACHE"],
  ]);
  const notices = folders.map((folder) => {
    const manifest = readManifest(folder);
    const title = `${manifest["name"]} ${manifest["version"]} (${manifest["license"]})`;
    const file = readdirSync(join(ROOT, folder)).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) return `${title}\n`;
    const text = readFileSync(join(ROOT, folder, file), "utf8").trim();
    const same = manifest["license"] === "Apache-2.0" ? "LICENSE-APACHE" : known.get(text);
    if (same !== undefined) return `${title}\n\nThe text is that of ${same}.\n`;
    known.set(text, `${manifest["name"]}`);
    return `${title}\n\n${text}\n`;
  });
  return `This package contains code of these packages.\n\n${notices.join(`\n${"-".repeat(70)}\n\n`)}`;
}

/** The ES module and the types of the library; the implementation stays one CommonJS file. */
async function writeLibrary(): Promise<void> {
  writeFileSync(
    join(DIST, "index.mjs"),
    'import library from "./index.js";\nexport const { ParseltongueError, binaryPath, run } = library;\n',
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
