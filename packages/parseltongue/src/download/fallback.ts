import { type Diagnosis, describeCause, reportCause } from "../failure.ts";
import { PLATFORM_SCOPE, VERSION } from "../identity.ts";
import { type Progress, progressLine } from "../progress.ts";
import { withoutCredentials } from "../secrets.ts";
import { binaryInPackage, platformPackage, type Target } from "../targets.ts";
import { ArchiveError, readArchive } from "./archive.ts";
import { cacheFolders, matches, sha256, store } from "./cache.ts";
import type { Pin } from "./pins.ts";
import { type RegistryConfig, registryConfig } from "./registry.ts";
import { SettingError } from "./settings.ts";
import { NetworkError, receive } from "./transport.ts";

/** A binary that this version was published with. */
export interface Published {
  readonly target: Target;
  readonly pin: Pin;
}

/**
 * Downloads exactly this package at exactly this version from the user's registry, and keeps its binary. Returns the
 * path of verified bytes; otherwise explains why there is none. `diagnosis` says why the package is needed.
 */
export async function fallBack(
  { target, pin }: Published,
  diagnosis: Diagnosis,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const context = { ...diagnosis.context, target };
  if (env["PARSELTONGUE_NO_DOWNLOAD"] && env["PARSELTONGUE_NO_DOWNLOAD"] !== "0") {
    reportCause(diagnosis.code, diagnosis.context);
    process.stderr.write(
      "  note: it could be downloaded, but PARSELTONGUE_NO_DOWNLOAD forbids it\n",
    );
    return undefined;
  }
  const progress = progressLine();
  try {
    const config = registryConfig(PLATFORM_SCOPE, env, context.installation.projectRoot);
    const first = describeCause(diagnosis.code, diagnosis.context).split("\n")[0] ?? "";
    process.stderr.write(`${first}; downloading it from ${new URL(config.registry).host}\n`);
    const bytes = await download(target, pin, config, progress);
    progress.clear();
    if (!matches(bytes, pin)) {
      const found = `${bytes.length} bytes with SHA-256 ${sha256(bytes).slice(0, 12)}… from ${new URL(config.registry).host}`;
      reportCause("PT_DOWNLOAD_HASH", { ...context, found });
      return undefined;
    }
    return keep(target, bytes, env, (found) =>
      reportCause("PT_CACHE_UNWRITABLE", { ...context, path: cacheFolders(env)[0], found }),
    );
  } catch (error) {
    progress.clear();
    const found = withoutCredentials(error instanceof Error ? error.message : String(error));
    if (error instanceof ArchiveError) reportCause("PT_DOWNLOAD_HASH", { ...context, found });
    else if (error instanceof NetworkError)
      reportCause("PT_DOWNLOAD_FAILED", { ...context, found, reason: error.reason });
    else if (error instanceof SettingError)
      reportCause("PT_DOWNLOAD_FAILED", { ...context, found, reason: "setting" });
    else throw error;
    return undefined;
  }
}

function keep(
  target: Target,
  bytes: Buffer,
  env: NodeJS.ProcessEnv,
  failed: (found: string) => void,
): string | undefined {
  try {
    return store(target, bytes, env);
  } catch (error) {
    failed((error as NodeJS.ErrnoException).code ?? String(error));
    return undefined;
  }
}

/** A registry that only passes on what npm's own says leaves npm's host in the addresses; npm replaces it too. */
const NPM_ORIGIN = "https://registry.npmjs.org";

function tarballUrl(given: string, registry: string): string {
  const url = new URL(given);
  if (url.origin !== NPM_ORIGIN || registry.startsWith(NPM_ORIGIN)) return given;
  return new URL(url.pathname.slice(1), registry).href;
}

async function download(
  target: Target,
  pin: Pin,
  config: RegistryConfig,
  progress: Progress,
): Promise<Buffer> {
  const name = platformPackage(target);
  progress.show(`${name}: asking ${new URL(config.registry).host}`);
  let chunks: Buffer[] = [];
  await receive(
    `${config.registry}${name.replace("/", "%2f")}`,
    config,
    "application/vnd.npm.install-v1+json, application/json",
    () => {
      chunks = [];
      return (chunk) => void chunks.push(chunk);
    },
  );
  const { host } = new URL(config.registry);
  const given = tarballIn(Buffer.concat(chunks).toString("utf8"));
  if (given === undefined) throw new NetworkError(`${host} has no ${name}@${VERSION}`, "absent");

  const show = (received: number): void =>
    progress.show(
      `${name}: ${Math.round((received / pin.size) * 100)} % of ${(pin.size / 1e6).toFixed(1)} MB`,
    );
  let archive = readArchive(`package/${binaryInPackage(target)}`, pin.size, show);
  await receive(tarballUrl(given, config.registry), config, "application/octet-stream", () => {
    archive = readArchive(`package/${binaryInPackage(target)}`, pin.size, show);
    return archive.write;
  });
  return archive.end();
}

/** Where a packument says that this version's tarball is. A login page instead of one says nothing. */
function tarballIn(packument: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(packument);
  } catch {
    throw new NetworkError("the registry answers with something else than JSON", "server");
  }
  const { versions } = parsed as {
    versions?: Readonly<Record<string, { dist?: { tarball?: string } } | undefined>>;
  };
  return versions?.[VERSION]?.dist?.tarball;
}
