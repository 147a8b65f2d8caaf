import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import fetch from "node-fetch";
import { Forwarding, Tunnel } from "./proxy.ts";
import type { RegistryConfig } from "./registry.ts";

/** A server that says nothing for this long is given up. */
const PATIENCE_MS = 30_000;

/** Waits before the second and the third attempt. */
const PAUSES_MS = [300, 1500];

/** What went wrong on the way to a registry. */
export type NetworkReason =
  | "network"
  | "certificate"
  | "validity"
  | "host"
  | "denied"
  | "proxy"
  | "absent"
  | "server";

/** A request that got no usable answer. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  readonly reason: NetworkReason;
  /** Whether the same request may succeed in a moment. */
  readonly passing: boolean;

  constructor(message: string, reason: NetworkReason, passing = false) {
    super(message);
    this.reason = reason;
    this.passing = passing;
  }
}

function bypassesProxy({ hostname }: URL, noProxy: readonly string[]): boolean {
  return noProxy.some((entry) => {
    const host = entry.replace(/^\*?\./, "").replace(/:\d+$/, "");
    return entry === "*" || hostname === host || hostname.endsWith(`.${host}`);
  });
}

/** The connection for a URL: directly or through the proxy, with the configured certificates. */
function agentFor(url: URL, config: RegistryConfig, signal: AbortSignal) {
  const tls = {
    rejectUnauthorized: config.strictSsl,
    ...(config.ca ? { ca: [...config.ca] } : {}),
  };
  if (config.proxy === undefined || bypassesProxy(url, config.noProxy))
    return url.protocol === "https:" ? new HttpsAgent(tls) : new HttpAgent();
  const way = { proxy: new URL(config.proxy), tls, signal };
  return url.protocol === "https:" ? new Tunnel(way) : new Forwarding(way);
}

const PASSING = new Set([
  "ECONNRESET",
  "ETIMEDOUT",
  "EPIPE",
  "EAI_AGAIN",
  "ERR_STREAM_PREMATURE_CLOSE",
]);

/** What is wrong with a certificate, by the codes of Node's TLS; the first that fits. */
const CERTIFICATE_TROUBLES: readonly (readonly [RegExp, NetworkReason])[] = [
  [/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/, "validity"],
  [/ALTNAME/, "host"],
  [/CERT|SELF_SIGNED|ISSUER|SIGNATURE/, "certificate"],
];

/** Names a failure of a connection. */
function connectionError(url: string, error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  const origin = new URL(url).origin;
  if ((error as { type?: unknown }).type === "max-redirect")
    return new NetworkError(`${origin}: it redirects in a circle`, "server");
  const certificate = CERTIFICATE_TROUBLES.find(([codes]) => codes.test(code))?.[1];
  const proxyStatus = Number(/^PROXY_(\d+)$/.exec(code)?.[1] ?? 0);
  const said = message.replace(/^request to \S+ failed, reason: /, "") || code;
  if (proxyStatus > 0) return new NetworkError(`${origin}: ${said}`, "proxy", proxyStatus >= 500);
  return new NetworkError(`${origin}: ${said}`, certificate ?? "network", PASSING.has(code));
}

function statusError(url: string, status: number, text: string): NetworkError {
  const reason =
    status === 407
      ? "proxy"
      : status === 401 || status === 403
        ? "denied"
        : status === 404 || status === 410
          ? "absent"
          : "server";
  return new NetworkError(
    `${new URL(url).origin} answers ${status} ${text}`.trim(),
    reason,
    status === 429 || status >= 500,
  );
}

/** A login that is the name of a variable, as npm sends it where `.npmrc` names one that is not set. */
function unsetVariable(authorization = ""): string {
  const name = /^Bearer (\$\{[^}]+\})$/.exec(authorization)?.[1];
  return name === undefined ? "" : ` (the token is ${name}, a variable that is not set)`;
}

/**
 * Fetches a URL as npm would with this configuration, and hands each chunk of the answer to `take`. Tries again
 * after a passing failure, for which `take` is made anew.
 *
 * @throws NetworkError where there is no successful answer.
 */
export async function receive(
  url: string,
  config: RegistryConfig,
  accept: string,
  taker: () => (chunk: Buffer) => void,
): Promise<void> {
  for (const pause of [...PAUSES_MS, undefined]) {
    try {
      return await attempt(url, config, accept, taker());
    } catch (error) {
      if (pause === undefined || !(error instanceof NetworkError && error.passing)) throw error;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}

async function attempt(
  url: string,
  config: RegistryConfig,
  accept: string,
  take: (chunk: Buffer) => void,
): Promise<void> {
  const authorization = config.authorization(url);
  const abort = new AbortController();
  let silent = false;
  const giveUp = (): void => {
    silent = true;
    abort.abort();
  };
  let timer = setTimeout(giveUp, PATIENCE_MS);
  let taking = false;
  try {
    const response = await fetch(url, {
      agent: (parsed) => agentFor(parsed, config, abort.signal),
      headers: { accept, ...(authorization ? { authorization } : {}) },
      signal: abort.signal,
    });
    if (!response.ok)
      throw statusError(
        url,
        response.status,
        `${response.statusText}${unsetVariable(authorization)}`,
      );
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, PATIENCE_MS);
      taking = true;
      take(chunk as Buffer);
      taking = false;
    }
  } catch (error) {
    // What the reader of the answer finds wrong is no failure of the connection.
    if (taking) throw error;
    if (silent)
      throw new NetworkError(
        `${new URL(url).origin} says nothing for ${PATIENCE_MS / 1000} s`,
        "network",
      );
    throw connectionError(url, error);
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}
