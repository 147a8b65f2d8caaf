import type { PackageManager } from "../../../packages/parseltongue/src/package-manager.ts";
import type { Tool } from "./tools.ts";

/** Where packages come from, and how one gets there. */
export interface Network {
  readonly registry: string;
  /** A registry for the packages' scope alone. */
  readonly scopeRegistry?: string;
  readonly token?: string;
  /** A file with the certificate of the registry's issuer. */
  readonly cafile?: string;
  readonly proxy?: string;
}

/** How a manager is told about a network: files in the user's home or the project, and environment. */
export interface Configuration {
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A package manager at one version, and the commands that do what the situations need. */
export interface Manager {
  readonly name: string;
  readonly family: PackageManager;
  readonly tool: Tool;
  /** The Node that runs it and what it installs. */
  readonly node: number;
  /** The layout on the disk, where it is not a `node_modules` with copies of the packages. */
  readonly layout?: "pnp" | "store" | undefined;
  /** Further commands that it brings, by their file or their first argument; the first is its own name. */
  readonly programs: Readonly<
    Record<string, { readonly file?: string; readonly argument?: string }>
  >;
  readonly add: readonly string[];
  readonly install: readonly string[];
  /** Installs what the lockfile says and nothing else. */
  readonly frozen: readonly string[];
  readonly ignoreScripts: string;
  /** Leaves optional dependencies out; absent where the manager cannot. */
  readonly omitOptional?: readonly string[];
  /** Installs for another platform: by flags, and a file of the project while it lasts; absent where the manager cannot. */
  readonly elsewhere?: {
    readonly flags: readonly string[];
    readonly file?: readonly [string, string];
  };
  readonly addGlobal?: readonly string[];
  /** Runs an installed program of the project. */
  readonly exec: readonly string[];
  /** Runs a program of a package that is not installed. */
  readonly once?: readonly string[];
  readonly configure: (network: Network) => Configuration;
}

const host = (url: string): string => url.replace(/^https?:/, "");

/** npm's own file, which pnpm, Yarn 1, bun and Deno read as well. */
function npmrc({ registry, scopeRegistry, token, cafile, proxy }: Network): Configuration {
  const lines = [
    `registry=${registry}`,
    ...(scopeRegistry ? [`@parseltongue:registry=${scopeRegistry}`] : []),
    ...(token ? [`${host(scopeRegistry ?? registry)}:_authToken=\${REGISTRY_TOKEN}`] : []),
    // Without it Yarn 1 sends a token for scoped packages only.
    ...(token ? ["always-auth=true"] : []),
    ...(cafile ? [`cafile=${cafile}`] : []),
    ...(proxy ? [`proxy=${proxy}`, `https-proxy=${proxy}`] : []),
  ];
  return {
    files: { ".npmrc": `${lines.join("\n")}\n` },
    env: token ? { REGISTRY_TOKEN: token } : {},
  };
}

/** The environment says it too, for managers that read proxy or certificates only there. */
const withEnvironment = (network: Network): Configuration => {
  const { files, env } = npmrc(network);
  return {
    files,
    env: {
      ...env,
      ...(network.cafile ? { NODE_EXTRA_CA_CERTS: network.cafile, DENO_CERT: network.cafile } : {}),
      ...(network.proxy
        ? {
            HTTP_PROXY: network.proxy,
            HTTPS_PROXY: network.proxy,
            http_proxy: network.proxy,
            https_proxy: network.proxy,
          }
        : {}),
    },
  };
};

const yarnrc =
  (linker: string) =>
  ({ registry, scopeRegistry, token, cafile, proxy }: Network): Configuration => {
    const lines = [
      `nodeLinker: ${linker}`,
      "enableTelemetry: false",
      "enableGlobalCache: true",
      'unsafeHttpWhitelist: ["127.0.0.1", "registry.test"]',
      `npmRegistryServer: "${registry}"`,
      ...(token && !scopeRegistry
        ? ['npmAuthToken: "${REGISTRY_TOKEN}"', "npmAlwaysAuth: true"]
        : []),
      ...(cafile ? [`httpsCaFilePath: "${cafile}"`] : []),
      ...(proxy ? [`httpProxy: "${proxy}"`, `httpsProxy: "${proxy}"`] : []),
      ...(scopeRegistry
        ? [
            "npmScopes:",
            "  parseltongue:",
            `    npmRegistryServer: "${scopeRegistry}"`,
            ...(token ? ['    npmAuthToken: "${REGISTRY_TOKEN}"', "    npmAlwaysAuth: true"] : []),
          ]
        : []),
    ];
    return {
      files: { ".yarnrc.yml": `${lines.join("\n")}\n` },
      env: token ? { REGISTRY_TOKEN: token } : {},
    };
  };

const npm = (name: string, version: string, node: number): Manager => ({
  name,
  family: "npm",
  tool: { package: "npm", version, file: "npm/bin/npm-cli.js", runtime: "node" },
  node,
  programs: { npm: {}, npx: { file: "npm/bin/npx-cli.js" } },
  add: ["npm", "install"],
  install: ["npm", "install"],
  frozen: ["npm", "ci"],
  ignoreScripts: "--ignore-scripts",
  omitOptional: ["--omit=optional"],
  // npm 9 knows no --os; a newer npm writes the lockfile for it.
  ...(name === "npm 9" ? {} : { elsewhere: { flags: ["--os=darwin", "--cpu=arm64"] } }),
  addGlobal: ["npm", "install", "--global"],
  exec: ["npx", "--no-install"],
  once: ["npx", "--yes", "--package=parseltongue"],
  configure: npmrc,
});

const pnpm = (
  name: string,
  tool: Omit<Tool, "version">,
  version: string,
  node: number,
): Manager => ({
  name,
  family: "pnpm",
  tool: { ...tool, version },
  node,
  layout: "store",
  programs: { pnpm: {} },
  add: ["pnpm", "add"],
  install: ["pnpm", "install"],
  frozen: ["pnpm", "install", "--frozen-lockfile"],
  ignoreScripts: "--ignore-scripts",
  omitOptional: ["--no-optional"],
  ...(name === "pnpm 9" ? {} : { elsewhere: { flags: ["--os=darwin", "--cpu=arm64"] } }),
  addGlobal: ["pnpm", "add", "--global"],
  exec: ["pnpm", "exec"],
  once: ["pnpm", "--package=parseltongue", "dlx"],
  configure: withEnvironment,
});

const PNPM_SCRIPT = { package: "pnpm", file: "pnpm/bin/pnpm.cjs", runtime: "node" } as const;

const berry = (name: string, linker: string, layout: Manager["layout"], node: number): Manager => ({
  name,
  family: "yarn",
  tool: {
    package: "@yarnpkg/cli-dist",
    version: "4.18.1",
    file: "@yarnpkg/cli-dist/bin/yarn.js",
    runtime: "node",
  },
  node,
  layout,
  programs: { yarn: {} },
  add: ["yarn", "add"],
  install: ["yarn", "install"],
  frozen: ["yarn", "install", "--immutable"],
  ignoreScripts: "--mode=skip-build",
  elsewhere: {
    flags: [],
    file: [".yarnrc.yml", "supportedArchitectures:\n  os: [darwin]\n  cpu: [arm64]\n"],
  },
  exec: ["yarn", "exec"],
  once: ["yarn", "dlx", "--package=parseltongue"],
  configure: yarnrc(linker),
});

/** Every package manager that the install matrix covers. */
export const MANAGERS: readonly Manager[] = [
  npm("npm 9", "9.9.4", 18),
  npm("npm 10", "10.9.9", 20),
  npm("npm 11", "11.21.2", 24),
  npm("npm 12", "12.2.1", 26),
  pnpm("pnpm 9", PNPM_SCRIPT, "9.15.9", 18),
  pnpm("pnpm 10", PNPM_SCRIPT, "10.34.9", 20),
  pnpm("pnpm 11", { ...PNPM_SCRIPT, file: "pnpm/bin/pnpm.mjs" }, "11.28.11", 22),
  pnpm(
    "pnpm 12",
    {
      package: `@pnpm/exe.${process.platform}-${process.arch}`,
      file: `@pnpm/exe.${process.platform}-${process.arch}/pnpm`,
      runtime: "system",
    },
    "12.21.0",
    24,
  ),
  {
    name: "yarn 1",
    family: "yarn-classic",
    tool: { package: "yarn", version: "1.22.22", file: "yarn/bin/yarn.js", runtime: "node" },
    node: 18,
    programs: { yarn: {} },
    add: ["yarn", "add"],
    install: ["yarn", "install"],
    frozen: ["yarn", "install", "--frozen-lockfile"],
    ignoreScripts: "--ignore-scripts",
    omitOptional: ["--ignore-optional"],
    addGlobal: ["yarn", "global", "add"],
    exec: ["yarn", "--silent", "run"],
    configure: withEnvironment,
  },
  berry("yarn 4", "node-modules", undefined, 20),
  berry("yarn 4 pnp", "pnp", "pnp", 22),
  berry("yarn 4 pnpm", "pnpm", "store", 24),
  {
    name: "bun",
    family: "bun",
    tool: {
      package: `@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`,
      version: "1.4.5",
      file: `@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}/bin/bun`,
      runtime: "system",
    },
    node: 22,
    programs: { bun: {}, bunx: { argument: "x" } },
    add: ["bun", "add"],
    install: ["bun", "install"],
    frozen: ["bun", "install", "--frozen-lockfile"],
    ignoreScripts: "--ignore-scripts",
    omitOptional: ["--omit=optional"],
    elsewhere: { flags: ["--os=darwin", "--cpu=arm64"] },
    addGlobal: ["bun", "add", "--global"],
    exec: ["bun", "run", "--silent"],
    once: ["bunx", "--package=parseltongue"],
    configure: withEnvironment,
  },
  {
    name: "deno",
    family: "deno",
    tool: {
      package: `@deno/${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}`,
      version: "2.9.6",
      file: `@deno/${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}/deno`,
      runtime: "system",
    },
    node: 24,
    programs: { deno: {} },
    layout: "store",
    add: ["deno", "add"],
    install: ["deno", "install"],
    frozen: ["deno", "install", "--frozen-lockfile"],
    ignoreScripts: "",
    elsewhere: { flags: ["--os=darwin", "--arch=arm64"] },
    addGlobal: ["deno", "install", "--global", "--allow-all"],
    exec: ["deno", "task", "--quiet"],
    once: ["deno", "x", "--yes", "--package=parseltongue"],
    configure: withEnvironment,
  },
];
