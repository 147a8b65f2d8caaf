import { readFileSync } from "node:fs";
import { homeFolder } from "../installation.ts";
import { SettingError, type Settings, settingsLayers } from "./settings.ts";

/** The part of a package manager's configuration that decides how a package is fetched. */
export interface RegistryConfig {
  /** With a slash at the end. */
  readonly registry: string;
  readonly proxy?: string;
  readonly noProxy: readonly string[];
  /** Certificates in PEM, in the place of Node's own list: npm replaces it too. */
  readonly ca?: readonly string[];
  readonly strictSsl: boolean;
  /** The Authorization header for a URL, if the configuration has one for it. */
  readonly authorization: (url: string) => string | undefined;
}

type Get = (key: string) => string | undefined;

/** How a scope's packages are fetched by who installed parseltongue in a project, or for the user without one. */
export function registryConfig(
  scope: string,
  env: NodeJS.ProcessEnv,
  projectRoot: string | undefined,
): RegistryConfig {
  const layers: readonly Settings[] = settingsLayers(scope, env, projectRoot);
  const get: Get = (key) => {
    const value = layers.find((layer) => layer.has(key))?.get(key);
    return value === "null" || value === "undefined" || value === "" ? undefined : value;
  };
  const given = get(`${scope}:registry`) ?? get("registry") ?? "https://registry.npmjs.org/";
  const url = parseUrl(given, "registry");
  // A request must not carry them in its URL, nor a message show them.
  const own =
    url.username === ""
      ? undefined
      : `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64")}`;
  url.username = "";
  url.password = "";
  const registry = url.href.endsWith("/") ? url.href : `${url.href}/`;
  const proxy = proxyFor(registry, get, env);
  const ca = certificates(get, env);
  return {
    registry,
    ...(proxy === undefined ? {} : { proxy }),
    noProxy: (get("noproxy") ?? get("no-proxy") ?? variable(env, "no_proxy") ?? "")
      .split(/[\s,]+/)
      .filter(Boolean),
    ...(ca === undefined ? {} : { ca }),
    strictSsl: get("strict-ssl") !== "false" && env["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0",
    authorization: (asked) =>
      authorizationFor(asked, get) ?? (new URL(asked).host === url.host ? own : undefined),
  };
}

function parseUrl(text: string, setting: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new SettingError(`the configured ${setting} is no URL`);
  }
}

const variable = (env: NodeJS.ProcessEnv, ...names: string[]): string | undefined =>
  names.map((name) => env[name] ?? env[name.toUpperCase()]).find(Boolean);

function proxyFor(registry: string, get: Get, env: NodeJS.ProcessEnv): string | undefined {
  const given = registry.startsWith("https:")
    ? (get("https-proxy") ??
      get("proxy") ??
      variable(env, "https_proxy", "http_proxy", "all_proxy", "proxy"))
    : (get("proxy") ?? get("http-proxy") ?? variable(env, "http_proxy", "all_proxy", "proxy"));
  if (given === undefined || given === "false") return undefined;
  // People write host:port.
  const proxy = /^\w+:\/\//.test(given) ? given : `http://${given}`;
  return parseUrl(proxy, "proxy").href;
}

function certificates(get: Get, env: NodeJS.ProcessEnv): readonly string[] | undefined {
  const cafile = get("cafile")?.replace(/^~(?=[\\/])/, homeFolder());
  const inline = get("ca")?.replaceAll("\\n", "\n");
  const own = [
    ...(inline ? [inline] : []),
    ...(cafile ? [readCertificates(cafile, "cafile")] : []),
  ];
  if (own.length === 0) return undefined;
  // Node adds these to its own list only, which is replaced here.
  const extra = env["NODE_EXTRA_CA_CERTS"];
  return extra ? [...own, readCertificates(extra, "NODE_EXTRA_CA_CERTS")] : own;
}

function readCertificates(file: string, setting: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new SettingError(
      `the certificates of ${setting} cannot be read: ${file} (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}

/** npm keys credentials by host and path, `//host/path/:_authToken`; the longest path that contains the URL wins. */
function authorizationFor(url: string, get: Get): string | undefined {
  const { host, pathname } = new URL(url);
  for (let path = pathname.replace(/[^/]*$/, ""); ; path = path.replace(/[^/]*\/$/, "")) {
    for (const key of [`//${host}${path}`, `//${host}${path.replace(/\/$/, "")}`]) {
      const token = get(`${key}:_authToken`);
      if (token) return `Bearer ${token}`;
      const basic = get(`${key}:_auth`);
      if (basic) return `Basic ${basic}`;
      const [user, password] = [get(`${key}:username`), get(`${key}:_password`)];
      // npm stores the password itself in base64.
      if (user && password)
        return `Basic ${Buffer.from(`${user}:${Buffer.from(password, "base64")}`).toString("base64")}`;
    }
    if (path === "/" || path === "") return undefined;
  }
}
