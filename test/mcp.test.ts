import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  getDefaultEnvironment,
  StdioClientTransport,
} from "@modelcontextprotocol/sdk/client/stdio.js";
import { ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { execa } from "execa";
import { expect, test } from "vitest";
import { CLIENTS } from "../packages/parseltongue/src/mcp/clients.ts";
import { builtBinary } from "../scripts/lib/engine.ts";
import { hostTarget } from "../scripts/lib/host.ts";
import { CLI, temporaryFolder } from "./support/places.ts";

const ENGINE = builtBinary(hostTarget());

/** A project, and a home folder that is not the tester's. */
function place() {
  const folder = temporaryFolder();
  const [project, home] = [join(folder, "a project"), join(folder, "home")];
  mkdirSync(project);
  mkdirSync(home);
  writeFileSync(
    join(project, "lib.py"),
    "def helper():\n    pass\n\n\ndef work():\n    helper()\n",
  );
  const env = {
    HOME: home,
    USERPROFILE: home,
    APPDATA: join(home, "AppData"),
    XDG_CONFIG_HOME: "",
    CODEX_HOME: "",
    PARSELTONGUE_CACHE_DIR: join(folder, "cache"),
  };
  const pt = (...args: string[]) =>
    execa(process.execPath, [CLI, ...args], { cwd: project, env, reject: false, stdin: "ignore" });
  return { project, home, pt };
}

test("the official client finds the tools and gets answers", async () => {
  const { project } = place();
  const client = new Client({ name: "test", version: "1" }, { capabilities: { roots: {} } });
  client.setRequestHandler(ListRootsRequestSchema, () => ({
    roots: [{ uri: `file://${encodeURI(project)}` }],
  }));
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [CLI, "mcp"],
      env: { ...getDefaultEnvironment(), PARSELTONGUE_BINARY: ENGINE },
    }),
  );
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain("impact");
  const answer = await client.callTool({ name: "callers", arguments: { name: "helper" } });
  expect(JSON.stringify(answer.content)).toMatch(/1 caller.*`work`/);
  const missing = await client.callTool({ name: "source", arguments: { name: "helpr" } });
  expect(missing.isError).toBe(true);
  expect(JSON.stringify(missing.content)).toContain("did you mean helper?");
  await client.close();
});

test.each(CLIENTS.map(({ name }) => name))(
  "%s: installed, again without effect, and taken out",
  async (name) => {
    const { pt } = place();
    const dry = await pt("mcp", "install", "--client", name, "--dry-run");
    expect(dry.exitCode).toBe(0);
    const file = /^\+\+\+ (.*)$/m.exec(String(dry.stdout))?.[1] ?? "";
    expect(existsSync(file)).toBe(false);
    const first = await pt("mcp", "install", "--client", name);
    expect(first.exitCode, String(first.stderr)).toBe(0);
    expect(String(first.stdout)).toMatch(/^\+ .*parseltongue/m);
    const written = readFileSync(file, "utf8");
    expect(written).toMatch(/"mcp"/);
    const again = await pt("mcp", "install", "--client", name);
    expect(String(again.stdout)).toContain("is up to date");
    expect(readFileSync(file, "utf8")).toBe(written);
    await pt("mcp", "uninstall", "--client", name);
    expect(existsSync(file)).toBe(false);
  },
);

test("other servers, comments and line ends stay", async () => {
  const { project, home, pt } = place();
  const json = join(project, ".vscode", "mcp.json");
  mkdirSync(join(project, ".vscode"));
  const settings =
    '{\r\n\t// mine\r\n\t"servers": {\r\n\t\t"other": { "command": "x" }\r\n\t}\r\n}\r\n';
  writeFileSync(json, settings);
  const toml = join(home, ".codex", "config.toml");
  mkdirSync(join(home, ".codex"));
  const config =
    'model = "x" # mine\n\n[mcp_servers.other]\ncommand = "y"\n\n# about tables\n[profiles.z]\n';
  writeFileSync(toml, config);
  // Traces in the project decide where no client is named.
  await pt("mcp", "install");
  await pt("mcp", "install", "--client", "codex");
  const installed = readFileSync(json, "utf8");
  expect(installed).toContain(
    '// mine\r\n\t"servers": {\r\n\t\t"other": { "command": "x" },\r\n\t\t"parseltongue": {',
  );
  expect(readFileSync(toml, "utf8")).toContain(`${config}\n[mcp_servers.parseltongue]\n`);
  await pt("mcp", "uninstall");
  await pt("mcp", "uninstall", "--client", "codex");
  expect(readFileSync(json, "utf8")).toBe(settings);
  expect(readFileSync(toml, "utf8")).toBe(config);
});

test("an older entry is replaced, with its sub-tables", async () => {
  const { home, pt } = place();
  const toml = join(home, ".codex", "config.toml");
  mkdirSync(join(home, ".codex"));
  writeFileSync(
    toml,
    '[mcp_servers.parseltongue]\ncommand = "old"\n[mcp_servers.parseltongue.env]\nA = "1"\n\n# next\n[z]\n',
  );
  await pt("mcp", "install", "--client", "codex");
  const text = readFileSync(toml, "utf8");
  expect(text).not.toMatch(/old|env/);
  expect(text).toMatch(
    /^\[mcp_servers\.parseltongue\]\ncommand = ".*"\nargs = \[.*"mcp"\]\n\n# next\n\[z\]\n$/,
  );
});

test("settings that cannot be edited safely are left alone", async () => {
  const { project, pt } = place();
  const file = join(project, ".mcp.json");
  writeFileSync(file, '{\n  "mcpServers": [\n}');
  const broken = await pt("mcp", "install", "--client", "claude-code");
  expect(broken.exitCode).toBe(2);
  expect(String(broken.stderr)).toMatch(/no valid JSON: .* at line 3, column 1/);
  writeFileSync(file, '{ "mcpServers": 3 }');
  expect((await pt("mcp", "install", "--client", "claude-code")).exitCode).toBe(2);
  expect(readFileSync(file, "utf8")).toBe('{ "mcpServers": 3 }');
  const elsewhere = temporaryFolder();
  symlinkSync(elsewhere, join(project, ".cursor"));
  const link = await pt("mcp", "install", "--client", "cursor");
  expect(link.exitCode).toBe(2);
  expect(String(link.stderr)).toContain("leads out of the project");
  expect(existsSync(join(elsewhere, "mcp.json"))).toBe(false);
});

test("a client that is not known or not seen is an error with the names", async () => {
  const { pt } = place();
  const unknown = await pt("mcp", "install", "--client", "emacs");
  expect(unknown.exitCode).toBe(2);
  expect(String(unknown.stderr)).toContain("claude-code");
  expect((await pt("mcp", "install")).exitCode).toBe(2);
  expect((await pt("mcp", "install", "--frob")).exitCode).toBe(2);
});
