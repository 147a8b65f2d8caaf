import { Parser } from "tar/parse";
import type { CauseContext } from "../causes.ts";
import { describeCause, refineMissing, reportCause } from "../failure.ts";
import { PLATFORM_SCOPE, VERSION } from "../identity.ts";
import { inspectInstallation } from "../installation.ts";
import { type Progress, progressLine } from "../progress.ts";
import type { Resolution } from "../resolve.ts";
import { binaryInPackage, platformPackage, type Target } from "../targets.ts";
import { cachedBinary, isCached, matches, store } from "./cache.ts";
import { type RegistryConfig, registryConfig } from "./npmrc.ts";
import { type Pin, pinFor } from "./pins.ts";
import { get } from "./transport.ts";

type Missing = Extract<Resolution, { problem: string }>;

/**
 * The platform package is not installed: takes its binary from the cache, or downloads exactly that package at
 * exactly this version from the user's registry. Returns the path of verified bytes; otherwise explains why not.
 */
export async function fallBack(
  resolution: Missing,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const context: CauseContext = {
    installation: inspectInstallation(),
    target: resolution.target,
    path: resolution.path,
  };
  const code = refineMissing(resolution, context);
  const target = resolution.target;
  const pin = target && pinFor(target);
  if (target === undefined || pin === undefined) {
    reportCause(code, context);
    return undefined;
  }
  const path = cachedBinary(target, env);
  if (isCached(path, pin)) return path;
  if (env["PARSELTONGUE_NO_DOWNLOAD"] === "1") {
    process.stderr.write(describeCause(code, context));
    process.stderr.write(
      "  note: it could be downloaded, but PARSELTONGUE_NO_DOWNLOAD=1 forbids it\n",
    );
    process.exitCode = 2;
    return undefined;
  }
  const config = registryConfig(PLATFORM_SCOPE, env);
  const first = describeCause(code, context).split("\n")[0] ?? "";
  process.stderr.write(`${first}; downloading it from ${new URL(config.registry).host}\n`);
  const progress = progressLine();
  let bytes: Buffer;
  try {
    bytes = await download(target, pin, config, progress);
  } catch (error) {
    progress.clear();
    reportCause("PT_DOWNLOAD_FAILED", { ...context, found: messageOf(error) });
    return undefined;
  }
  progress.clear();
  if (!matches(bytes, pin)) {
    reportCause("PT_DOWNLOAD_HASH", {
      ...context,
      found: `${bytes.length} bytes from ${new URL(config.registry).host}`,
    });
    return undefined;
  }
  try {
    store(path, bytes);
  } catch (error) {
    reportCause("PT_CACHE_UNWRITABLE", { ...context, path, found: messageOf(error) });
    return undefined;
  }
  return path;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The binary inside the platform package's tarball; nothing else of it is kept, and nothing is written. */
async function download(
  target: Target,
  pin: Pin,
  config: RegistryConfig,
  progress: Progress,
): Promise<Buffer> {
  const name = platformPackage(target);
  const packument = await get(
    `${config.registry}${name.replace("/", "%2f")}`,
    config,
    "application/vnd.npm.install-v1+json, application/json",
  );
  const { versions } = (await packument.json()) as {
    versions?: Readonly<Record<string, { dist?: { tarball?: string } }>>;
  };
  const url = versions?.[VERSION]?.dist?.tarball;
  if (url === undefined)
    throw new Error(`${new URL(config.registry).host} has no ${name}@${VERSION}`);

  const { body } = await get(url, config, "application/octet-stream");
  if (body === null) throw new Error(`${new URL(url).host} sent nothing`);
  const wanted = `package/${binaryInPackage(target)}`;
  const chunks: Buffer[] = [];
  let received = 0;
  await new Promise<void>((done, failed) => {
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry) => {
        if (entry.path !== wanted || entry.type !== "File") return entry.resume();
        entry.on("data", (chunk: Buffer) => {
          received += chunk.length;
          // A pinned size is also a limit: a hostile archive cannot fill the memory.
          if (received > pin.size)
            return failed(
              new Error(
                `the archive's ${wanted} is larger than the ${pin.size} bytes that were published`,
              ),
            );
          chunks.push(chunk);
          progress.show(
            `${name}: ${Math.round((received / pin.size) * 100)} % of ${(pin.size / 1e6).toFixed(1)} MB`,
          );
        });
      },
    });
    parser.on("end", () => done());
    parser.on("error", failed);
    body.on("error", failed);
    body.on("data", (chunk: Buffer) => parser.write(chunk));
    body.on("end", () => parser.end());
  });
  if (received === 0) throw new Error(`the archive has no ${wanted}`);
  return Buffer.concat(chunks);
}
