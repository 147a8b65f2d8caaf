// The first file that runs on a fresh clone: plain JavaScript without dependencies, because neither
// node_modules nor a TypeScript compiler is there yet. It installs what is missing and hands over to
// scripts/NAME.ts.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = 20;

/** Ends with a message for people. */
function stop(...lines) {
  process.stderr.write(`${lines.join("\n  ")}\n`);
  process.exit(1);
}

/** `npm ci`, if node_modules was not made from this lockfile. */
function installDependencies() {
  const lockfile = join(ROOT, "package-lock.json");
  const stamp = join(ROOT, "node_modules", ".made-from-lockfile");
  const wanted = createHash("sha256").update(readFileSync(lockfile)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("Installing the development dependencies (npm ci) ...\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  // Its stdout is talk here: a command's stdout may be data for another program.
  const { status, error } = spawnSync(npm, ["ci", "--no-audit", "--no-fund"], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (error || status !== 0) {
    stop(
      `npm ci failed${error ? `: ${error.message}` : ""}`,
      "why: its own message is above; most often the registry cannot be reached",
      "fix: correct the registry or proxy (npm config get registry), then run the same command again",
    );
  }
  writeFileSync(stamp, wanted);
}

/** The newest change below a folder; a folder's own time tells of files that were added or removed. */
function newestChange(folder) {
  const times = [
    folder,
    ...readdirSync(folder, { recursive: true }).map((name) => join(folder, name)),
  ];
  return Math.max(...times.map((path) => statSync(path).mtimeMs));
}

/** Bundles a TypeScript script unless nothing that it can consist of has changed, and runs it. */
async function runScript(name, args) {
  const source = join(ROOT, "scripts", `${name}.ts`);
  const outfile = join(ROOT, "build", "scripts", `${name}.mjs`);
  const parts = [join(ROOT, "scripts"), join(ROOT, "packages", "parseltongue", "src")];
  const built = statSync(outfile, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const manifest = statSync(join(ROOT, "packages", "parseltongue", "package.json")).mtimeMs;
  if (built <= Math.max(manifest, ...parts.map(newestChange))) await bundle(source, outfile);
  const { main, HELP } = await import(pathToFileURL(outfile).href);
  if (HELP !== undefined && args.some((arg) => arg === "--help" || arg === "-h")) {
    process.stdout.write(HELP);
    return;
  }
  // A script whose `main` has no parameter would ignore them, and do what was not asked for.
  if (main.length === 0 && args.length > 0)
    stop(`${name} takes no arguments: ${args.join(" ")}`, HELP?.split("\n", 1)[0] ?? "");
  await main(args);
}

async function bundle(source, outfile) {
  const { build } = await import("esbuild");
  mkdirSync(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: `node${OLDEST_NODE}`,
    logLevel: "warning",
    sourcemap: "inline",
  });
}

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  stop(
    `Node ${process.versions.node} is too old for the development of parseltongue (the published package supports 18)`,
    `fix: install Node ${OLDEST_NODE} or newer from https://nodejs.org, or with a version manager: nvm install --lts`,
  );
}
const [name = "", ...args] = process.argv.slice(2);
if (!/^[a-z-]+$/.test(name) || !existsSync(join(ROOT, "scripts", `${name}.ts`))) {
  stop(`there is no script "${name}"`, "fix: npm run lists them");
}
installDependencies();
try {
  await runScript(name, args);
} catch (error) {
  if (process.env.PT_DEBUG) process.stderr.write(`${error.stack}\n`);
  const message = error.shortMessage ?? error.message;
  if (String(error.code ?? "").startsWith("ERR_PARSE_ARGS"))
    stop(message, "fix: --help lists the options");
  stop(message);
}
