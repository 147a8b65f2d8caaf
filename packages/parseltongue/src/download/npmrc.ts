import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** The part of npm's configuration that decides how a package is fetched. */
export interface RegistryConfig {
  /** With a slash at the end. */
  readonly registry: string;
  readonly proxy?: string;
  readonly noProxy: readonly string[];
  /** Certificates in PEM, in addition to nothing: npm replaces its list too. */
  readonly ca?: string;
  readonly strictSsl: boolean;
  /** The Authorization header for a URL, if the configuration has one for it. */
  readonly authorization: (url: string) => string | undefined;
}

type Settings = ReadonlyMap<string, string>;

/** Reads one .npmrc: `key = value`, comments, `key[] = value`, and `${VARIABLE}` in values. */
export function parseNpmrc(text: string, env: NodeJS.ProcessEnv): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const pair = /^\s*([^#;=\s][^=]*?)(\[\])?\s*=\s*(.*?)\s*$/.exec(line);
    if (pair?.[1] === undefined) continue;
    const expanded = (pair[3] ?? "").replace(
      /\$\{([^}?]+)(\??)\}/g,
      (whole, name: string, optional: string) => env[name] ?? (optional ? "" : whole),
    );
    const value = expanded.replace(/^(["'])(.*)\1$/, "$2");
    const before = pair[2] ? settings.get(pair[1]) : undefined;
    settings.set(pair[1], before === undefined ? value : `${before}\n${value}`);
  }
  return settings;
}

const readNpmrc = (file: string, env: NodeJS.ProcessEnv): Settings =>
  existsSync(file) ? parseNpmrc(readFileSync(file, "utf8"), env) : new Map();

/** The nearest folder with a package.json or node_modules: npm's project. */
function npmProject(from: string): string {
  for (let folder = resolve(from); dirname(folder) !== folder; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json")) || existsSync(join(folder, "node_modules")))
      return folder;
  }
  return resolve(from);
}

function environmentSettings(env: NodeJS.ProcessEnv): Settings {
  const settings = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    const key = /^npm_config_(.+)$/i.exec(name)?.[1];
    // npm passes scoped and per-host keys as they are; the others with underscores for hyphens.
    if (key && value)
      settings.set(/[@/]/.test(key) ? key : key.toLowerCase().replaceAll("_", "-"), value);
  }
  return settings;
}

/** npm's configuration for a scope, from the same places in the same order as npm: environment, project, user, global. */
export function registryConfig(
  scope: string,
  env: NodeJS.ProcessEnv = process.env,
  cwd: string = process.cwd(),
): RegistryConfig {
  const fromEnv = environmentSettings(env);
  const prefix = fromEnv.get("prefix") ?? dirname(dirname(process.execPath));
  const layers: Settings[] = [
    fromEnv,
    readNpmrc(join(npmProject(cwd), ".npmrc"), env),
    readNpmrc(fromEnv.get("userconfig") ?? join(homedir(), ".npmrc"), env),
    readNpmrc(fromEnv.get("globalconfig") ?? join(prefix, "etc", "npmrc"), env),
  ];
  const get = (key: string): string | undefined => layers.find((layer) => layer.has(key))?.get(key);
  const given = get(`${scope}:registry`) ?? get("registry") ?? "https://registry.npmjs.org/";
  const registry = given.endsWith("/") ? given : `${given}/`;
  const secure = registry.startsWith("https:");
  const variable = (...names: string[]): string | undefined =>
    names.map((name) => env[name] ?? env[name.toUpperCase()]).find(Boolean);
  const proxy = secure
    ? (get("https-proxy") ?? get("proxy") ?? variable("https_proxy", "http_proxy", "proxy"))
    : (get("proxy") ?? get("http-proxy") ?? variable("http_proxy", "proxy"));
  const cafile = get("cafile");
  const ca = cafile ? readFileSync(cafile, "utf8") : get("ca")?.replaceAll("\\n", "\n");
  return {
    registry,
    ...(proxy && proxy !== "null" && proxy !== "false" ? { proxy } : {}),
    noProxy: (get("noproxy") ?? get("no-proxy") ?? variable("no_proxy") ?? "")
      .split(/[\s,]+/)
      .filter(Boolean),
    ...(ca && ca !== "null" ? { ca } : {}),
    strictSsl: get("strict-ssl") !== "false",
    authorization: (url) => authorizationFor(url, get),
  };
}

/** npm keys credentials by host and path, `//host/path/:_authToken`; the longest path that contains the URL wins. */
function authorizationFor(
  url: string,
  get: (key: string) => string | undefined,
): string | undefined {
  const { host, pathname } = new URL(url);
  for (let path = pathname.replace(/[^/]*$/, ""); ; path = path.replace(/[^/]*\/$/, "")) {
    const key = `//${host}${path}`;
    const token = get(`${key}:_authToken`);
    if (token) return `Bearer ${token}`;
    const basic = get(`${key}:_auth`);
    if (basic) return `Basic ${basic}`;
    const [user, password] = [get(`${key}:username`), get(`${key}:_password`)];
    // npm stores the password itself in base64.
    if (user && password)
      return `Basic ${Buffer.from(`${user}:${Buffer.from(password, "base64")}`).toString("base64")}`;
    if (path === "/" || path === "") return undefined;
  }
}
