import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseNpmrc } from "../packages/parseltongue/src/download/npmrc.ts";
import { registryConfig } from "../packages/parseltongue/src/download/registry.ts";
import { temporaryFolder } from "./support/places.ts";

/** The configuration of a project and a user, with nothing from this machine. */
function configured(files: { project?: string; user?: string }, env: NodeJS.ProcessEnv = {}) {
  const home = temporaryFolder();
  const project = join(home, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(join(project, ".npmrc"), files.project ?? "");
  writeFileSync(join(home, "user"), files.user ?? "");
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

  test("certificates are read from cafile", () => {
    const file = join(temporaryFolder(), "ca.pem");
    writeFileSync(file, "PEM");
    expect(configured({ user: `cafile=${file}\nstrict-ssl=false` })).toMatchObject({
      ca: ["PEM"],
      strictSsl: false,
    });
  });
});
