import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseNpmrc } from "../packages/parseltongue/src/download/npmrc.ts";
import { registryConfig } from "../packages/parseltongue/src/download/registry.ts";
import { parseBunfig } from "../packages/parseltongue/src/download/settings.ts";
import { temporaryFolder } from "./support/places.ts";

/** The configuration of a project and a user, with nothing from this machine. */
function configured(
  files: { project?: string; user?: string; others?: Record<string, string> },
  env: NodeJS.ProcessEnv = {},
) {
  const home = temporaryFolder();
  const project = join(home, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(join(project, ".npmrc"), files.project ?? "");
  writeFileSync(join(home, "user"), files.user ?? "");
  for (const [name, text] of Object.entries(files.others ?? {}))
    writeFileSync(join(project, name), text);
  return registryConfig(
    "@parseltongue",
    {
      npm_config_userconfig: join(home, "user"),
      npm_config_globalconfig: join(home, "none"),
      ...env,
    },
    project,
  );
}

describe("other managers' configuration", () => {
  test("of Yarn: the registry, the scope's own, tokens and proxies", () => {
    const { registry, authorization, proxy, strictSsl } = configured(
      {
        others: {
          ".yarnrc.yml": [
            "# where packages come from",
            'npmRegistryServer: "https://all.example"',
            "npmScopes:",
            "  other:",
            '    npmRegistryServer: "https://other.example"',
            "  parseltongue:",
            "    npmRegistryServer: https://scoped.example/npm # ours",
            '    npmAuthToken: "${TOKEN}"',
            'httpsProxy: "http://proxy.example:8080"',
            "enableStrictSsl: false",
            "",
          ].join("\n"),
        },
      },
      { TOKEN: "secret" },
    );
    expect({ registry, proxy, strictSsl }).toEqual({
      registry: "https://scoped.example/npm/",
      proxy: "http://proxy.example:8080/",
      strictSsl: false,
    });
    expect(authorization("https://scoped.example/npm/@parseltongue%2fx")).toBe("Bearer secret");
    expect(authorization("https://all.example/x")).toBeUndefined();
    expect(authorization("https://other.example/x")).toBeUndefined();
  });

  test("of Yarn 1, which puts its own default into the environment of what it runs", () => {
    expect(
      configured(
        { others: { ".yarnrc": '# yarn\nregistry "https://yarn.example"\n' } },
        { npm_config_registry: "https://registry.yarnpkg.com" },
      ).registry,
    ).toBe("https://yarn.example/");
  });

  test("of bun: a registry as a string or with a token, and scopes", () => {
    const text =
      '[install]\nregistry = { url = "https://bun.example", token = "$TOKEN" }\ncafile = "none"\n';
    const settings = parseBunfig(text, "@parseltongue", { TOKEN: "t" });
    expect(Object.fromEntries(settings)).toEqual({
      registry: "https://bun.example",
      "//bun.example/:_authToken": "t",
      cafile: "none",
    });
    const scopes =
      '[install.scopes]\n"@parseltongue" = "https://scope.example/"\n[other]\nregistry = "x"\n';
    expect(Object.fromEntries(parseBunfig(scopes, "@parseltongue", {}))).toEqual({
      "@parseltongue:registry": "https://scope.example/",
    });
  });

  test("npm's own file wins over them", () => {
    expect(
      configured({
        project: "registry=https://npm.example",
        others: { "bunfig.toml": '[install]\nregistry = "https://bun.example"\n' },
      }).registry,
    ).toBe("https://npm.example/");
  });
});

describe("npm's configuration", () => {
  test("is npm's public registry where nothing is set", () => {
    expect(configured({}).registry).toBe("https://registry.npmjs.org/");
  });

  test("a registry of the scope wins over the general one, the project over the user", () => {
    expect(
      configured({
        user: "@parseltongue:registry=https://scoped.example/npm",
        project: "registry=https://all.example",
      }).registry,
    ).toBe("https://scoped.example/npm/");
    expect(
      configured({
        user: "registry=https://user.example",
        project: "registry = https://project.example/ # no",
      }).registry,
    ).toContain("https://project.example/");
  });

  test("the environment wins over files", () => {
    expect(
      configured(
        { project: "registry=https://a.example" },
        { npm_config_registry: "https://b.example/" },
      ).registry,
    ).toBe("https://b.example/");
  });

  test("expands variables of the environment", () => {
    expect(
      parseNpmrc("token=${TOKEN}-x\nother=${ABSENT}\nempty=${ABSENT?}", { TOKEN: "t" }),
    ).toEqual(
      new Map([
        ["token", "t-x"],
        ["other", "${ABSENT}"],
        ["empty", ""],
      ]),
    );
  });

  test("a token is sent to its own host and path only", () => {
    const { authorization } = configured({
      user: "//npm.example/team/:_authToken=secret\n//old.example/:_auth=dTpw",
    });
    expect(authorization("https://npm.example/team/@parseltongue%2fx")).toBe("Bearer secret");
    expect(authorization("https://npm.example/team/x/-/x-1.tgz")).toBe("Bearer secret");
    expect(authorization("https://old.example/x")).toBe("Basic dTpw");
    expect(authorization("https://npm.example/other/x")).toBeUndefined();
    expect(authorization("https://evil.example/team/x")).toBeUndefined();
  });

  test("a user and a password make a basic header", () => {
    const password = Buffer.from("p:w").toString("base64");
    expect(
      configured({
        user: `//a.example/:username=me\n//a.example/:_password=${password}`,
      }).authorization("https://a.example/x"),
    ).toBe(`Basic ${Buffer.from("me:p:w").toString("base64")}`);
  });

  test("proxies come from npm first, then from the environment", () => {
    expect(
      configured(
        { project: "https-proxy=http://npm.proxy:1" },
        { HTTPS_PROXY: "http://env.proxy:2" },
      ).proxy,
    ).toBe("http://npm.proxy:1/");
    expect(
      configured({}, { HTTPS_PROXY: "http://env.proxy:2", NO_PROXY: "a.example, .b.example" }),
    ).toMatchObject({ proxy: "http://env.proxy:2/", noProxy: ["a.example", ".b.example"] });
    expect(configured({ project: "proxy=null" }, {}).proxy).toBeUndefined();
  });

  test("a password in the registry's URL becomes a header and leaves the URL", () => {
    const { registry, authorization } = configured({
      project: "registry=https://me:pw@a.example/npm",
    });
    expect(registry).toBe("https://a.example/npm/");
    expect(authorization("https://a.example/npm/x")).toBe(
      `Basic ${Buffer.from("me:pw").toString("base64")}`,
    );
    expect(authorization("https://b.example/x")).toBeUndefined();
  });

  test("the folder that is mapped has no say", () => {
    const home = temporaryFolder();
    writeFileSync(join(home, ".npmrc"), "registry=https://stranger.example");
    const before = process.cwd();
    process.chdir(home);
    try {
      const env = { npm_config_userconfig: "/none", npm_config_globalconfig: "/none" };
      expect(registryConfig("@parseltongue", env, undefined).registry).not.toContain("stranger");
    } finally {
      process.chdir(before);
    }
  });

  test("what cannot be used is named without its secrets", () => {
    expect(() => configured({ project: "registry=not a url" })).toThrow("registry is no URL");
    expect(() => configured({ project: "proxy=http://me:pw@:x" })).toThrow(
      /^(?!.*pw).*proxy is no URL/,
    );
    expect(() => configured({ project: "cafile=/none/ca.pem" })).toThrow("/none/ca.pem (ENOENT)");
  });

  test("certificates are read from cafile", () => {
    const file = join(temporaryFolder(), "ca.pem");
    writeFileSync(file, "PEM");
    expect(configured({ user: `cafile=${file}\nstrict-ssl=false` })).toMatchObject({
      ca: ["PEM"],
      strictSsl: false,
    });
  });
});
