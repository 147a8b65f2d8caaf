import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import fetch, { type Response } from "node-fetch";
import type { RegistryConfig } from "./npmrc.ts";

/** A server that says nothing for this long is given up. */
const PATIENCE_MS = 60_000;

function bypassesProxy({ hostname }: URL, noProxy: readonly string[]): boolean {
  return noProxy.some((entry) => {
    const host = entry.replace(/^\*?\./, "").replace(/:\d+$/, "");
    return entry === "*" || hostname === host || hostname.endsWith(`.${host}`);
  });
}

/** The connection for a URL: directly or through the proxy, with the configured certificates. */
function agentFor(url: URL, config: RegistryConfig) {
  const tls = { rejectUnauthorized: config.strictSsl, ...(config.ca ? { ca: config.ca } : {}) };
  if (config.proxy === undefined || bypassesProxy(url, config.noProxy))
    return url.protocol === "https:" ? new HttpsAgent(tls) : new HttpAgent();
  return url.protocol === "https:"
    ? new HttpsProxyAgent(config.proxy, tls)
    : new HttpProxyAgent(config.proxy, tls);
}

/** Fetches a URL as npm would with this configuration. Throws where the answer is not a success. */
export async function get(url: string, config: RegistryConfig, accept: string): Promise<Response> {
  const authorization = config.authorization(url);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    const response = await fetch(url, {
      agent: (parsed) => agentFor(parsed, config),
      headers: { accept, ...(authorization ? { authorization } : {}) },
      signal: abort.signal,
    });
    if (!response.ok) {
      response.body?.resume?.call(response.body);
      throw new Error(`${new URL(url).origin} answers ${response.status} ${response.statusText}`);
    }
    return response;
  } finally {
    clearTimeout(timer);
  }
}
