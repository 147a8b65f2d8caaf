import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { homeFolder } from "../installation.ts";
import { parseNpmrc } from "./npmrc.ts";

/**
 * Settings by npm's names. Other managers' files are read into the same names, so that whoever asks need not
 * know who wrote them.
 */
export type Settings = ReadonlyMap<string, string>;

/** What Yarn asks where nothing is configured: another name of npm's registry. */
const YARN_DEFAULT = "https://registry.yarnpkg.com";

/** A setting that cannot be used. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

type Env = NodeJS.ProcessEnv;

/** Yarn's names and npm's. */
const YARN_NAMES: Readonly<Record<string, string>> = {
  npmRegistryServer: "registry",
  httpProxy: "proxy",
  httpsProxy: "https-proxy",
  httpsCaFilePath: "cafile",
  caFilePath: "cafile",
};

const host = (registry: string): string =>
  `${registry.replace(/^https?:/, "").replace(/\/*$/, "")}/`;

/** `${NAME}`, `${NAME-default}` and `${NAME:-default}`, as Yarn reads them. */
const expandYarn = (value: string, env: Env): string =>
  value.replace(
    /\$\{([^}:-]+)(?::?-([^}]*))?\}/g,
    (_, name: string, other = "") => env[name] || other,
  );

/**
 * The part of `.yarnrc.yml` that says where packages come from: keys with one value, and the same keys below
 * `npmScopes.SCOPE`. Not a reader for YAML: what is not of this form is passed over.
 */
export function parseYarnrcYml(text: string, scope: string, env: Env): Settings {
  const flat = new Map<string, string>();
  const path: { indent: number; key: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const pair = /^( *)["']?([^\s"'#:][^"':]*|\/\/[^"']+)["']?:(?:\s+(.*?))?\s*$/.exec(line);
    if (pair === null) continue;
    const [, spaces = "", key = "", raw = ""] = pair;
    while ((path.at(-1)?.indent ?? -1) >= spaces.length) path.pop();
    path.push({ indent: spaces.length, key });
    const value = /^(?:"([^"]*)"|'([^']*)'|([^#]*?))(?:\s+#.*)?$/.exec(raw);
    const plain = value?.[1] ?? value?.[2] ?? value?.[3] ?? "";
    if (plain !== "") flat.set(path.map((part) => part.key).join("."), expandYarn(plain, env));
  }
  const settings = new Map<string, string>();
  for (const [yarn, npm] of Object.entries(YARN_NAMES)) {
    const value = flat.get(yarn);
    if (value !== undefined) settings.set(npm, value);
  }
  if (flat.get("enableStrictSsl") === "false") settings.set("strict-ssl", "false");
  const within = `npmScopes.${scope.slice(1)}.`;
  const scoped = flat.get(`${within}npmRegistryServer`);
  if (scoped !== undefined) settings.set(`${scope}:registry`, scoped);
  const credentials = (prefix: string, registry: string | undefined): void => {
    if (registry === undefined) return;
    const token = flat.get(`${prefix}npmAuthToken`);
    const identity = flat.get(`${prefix}npmAuthIdent`);
    if (token) settings.set(`${host(registry)}:_authToken`, token);
    if (identity)
      settings.set(
        `${host(registry)}:_auth`,
        identity.includes(":") ? Buffer.from(identity).toString("base64") : identity,
      );
  };
  const general = flat.get("npmRegistryServer") ?? YARN_DEFAULT;
  credentials("", general);
  credentials(within, scoped ?? general);
  return settings;
}

/** Yarn 1's own file: `registry "https://..."`, and `"@scope:registry" "https://..."`. */
export function parseYarnrc(text: string): Settings {
  const settings = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(/^"?([^\s"#]+)"?\s+"?([^"\n]*?)"?\s*$/gm))
    settings.set(name, value);
  return settings;
}

/** `[install]` and `[install.scopes]` of bun's file; a registry is a string or a table with `url` and `token`. */
export function parseBunfig(text: string, scope: string, env: Env): Settings {
  const settings = new Map<string, string>();
  let section = "";
  const registry = (key: string, raw: string): void => {
    const expand = (value = ""): string =>
      value.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => env[name] ?? whole);
    const url = expand(
      /url\s*=\s*["']([^"']+)["']/.exec(raw)?.[1] ?? /^["']([^"']+)["']/.exec(raw)?.[1],
    );
    if (url === "") return;
    settings.set(key, url);
    const token = expand(/token\s*=\s*["']([^"']+)["']/.exec(raw)?.[1]);
    if (token !== "") settings.set(`${host(url)}:_authToken`, token);
  };
  for (const line of text.split(/\r?\n/)) {
    section = /^\s*\[([\w.]+)\]/.exec(line)?.[1] ?? section;
    const [, name = "", raw = ""] = /^\s*["']?(@?[\w.-]+)["']?\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === "install" && name === "registry") registry("registry", raw);
    if (section === "install" && name === "cafile")
      settings.set("cafile", raw.replace(/["']/g, ""));
    if (section === "install.scopes" && (name === scope || `@${name}` === scope))
      registry(`${scope}:registry`, raw);
  }
  return settings;
}

/** What managers take from the environment. */
export function environmentSettings(scope: string, env: Env): Settings {
  const settings = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    const key = /^p?npm_config_(.+)$/i.exec(name)?.[1];
    // npm passes scoped and per-host keys as they are; the others with underscores for hyphens.
    // Yarn 1 tells every program that it runs of its own default, whatever is configured.
    if (key === "registry" && value === YARN_DEFAULT) continue;
    if (key && value)
      settings.set(/[@/]/.test(key) ? key : key.toLowerCase().replaceAll("_", "-"), value);
    const yarn = /^YARN_(.+)$/.exec(name)?.[1];
    if (!yarn || !value) continue;
    const camel = yarn.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    // Yarn 1 has `YARN_REGISTRY`.
    const npm = YARN_NAMES[camel] ?? (camel === "registry" ? camel : undefined);
    if (npm !== undefined && !settings.has(npm)) settings.set(npm, value);
  }
  const bun = env["BUN_CONFIG_REGISTRY"];
  if (bun && !settings.has("registry")) settings.set("registry", bun);
  const yarnToken = env["YARN_NPM_AUTH_TOKEN"];
  const registry = settings.get(`${scope}:registry`) ?? settings.get("registry");
  if (yarnToken && registry) settings.set(`${host(registry)}:_authToken`, yarnToken);
  return settings;
}

/**
 * Every layer of settings, the strongest first: environment, project, user, machine, as npm has them; in each
 * folder npm's file comes before those of the others.
 *
 * The project is the one that parseltongue is installed in, never the folder that is mapped: a stranger's
 * repository must not say where to send a token.
 */
export function settingsLayers(
  scope: string,
  env: Env,
  projectRoot: string | undefined,
): readonly Settings[] {
  const read = (path: string, parse: (text: string) => Settings): Settings => {
    if (!existsSync(path)) return new Map();
    try {
      return parse(readFileSync(path, "utf8"));
    } catch (error) {
      throw new SettingError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  };
  const npmrc = (path: string): Settings => read(path, (text) => parseNpmrc(text, env));
  const others = (folder: string): Settings[] => [
    read(join(folder, ".yarnrc.yml"), (text) => parseYarnrcYml(text, scope, env)),
    read(join(folder, ".yarnrc"), parseYarnrc),
    read(join(folder, "bunfig.toml"), (text) => parseBunfig(text, scope, env)),
    read(join(folder, ".bunfig.toml"), (text) => parseBunfig(text, scope, env)),
  ];
  const fromEnvironment = environmentSettings(scope, env);
  const prefix = fromEnvironment.get("prefix") ?? dirname(dirname(process.execPath));
  const home = homeFolder();
  const configHome = env["XDG_CONFIG_HOME"] || join(home, ".config");
  return [
    fromEnvironment,
    ...(projectRoot === undefined
      ? []
      : [npmrc(join(projectRoot, ".npmrc")), ...others(projectRoot)]),
    npmrc(fromEnvironment.get("userconfig") ?? join(home, ".npmrc")),
    ...others(home),
    // pnpm keeps what `pnpm config set` writes apart from npm's.
    npmrc(join(configHome, "pnpm", "rc")),
    npmrc(join(configHome, "pnpm", "auth.ini")),
    npmrc(fromEnvironment.get("globalconfig") ?? join(prefix, "etc", "npmrc")),
  ];
}
