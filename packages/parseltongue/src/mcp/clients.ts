import { join } from "node:path";

/** How a client starts a server on this machine. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** Where settings are looked for. */
export interface Places {
  readonly project: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

/** Whose settings: those of one project, or the user's for all projects. */
export type Scope = "project" | "user";

/** A program that starts MCP servers, and where it keeps their list. */
export interface Client {
  readonly name: string;
  readonly title: string;
  readonly format: "json" | "toml";
  /** The keys that lead to the table of servers. */
  readonly section: string;
  /** The settings file of each scope that the client has; the first is taken unless the other is asked for. */
  readonly files: readonly (readonly [scope: Scope, file: (places: Places) => string])[];
  /** What shows that somebody uses the client in a project or on this machine, relative to the project. */
  readonly traces: readonly string[];
  /** The server in the client's words. */
  readonly entry: (server: ServerCommand) => Readonly<Record<string, unknown>>;
}

const plain = ({ command, args }: ServerCommand) => ({ command, args });
const typed = (server: ServerCommand) => ({ type: "stdio", ...plain(server) });

/** The folder where programs keep their settings. */
function applicationData({ home, env, platform }: Places): string {
  if (platform === "darwin") return join(home, "Library", "Application Support");
  if (platform === "win32") return env["APPDATA"] ?? join(home, "AppData", "Roaming");
  return env["XDG_CONFIG_HOME"] || join(home, ".config");
}

/** The clients by the names that `--client` takes; places and words are from each one's documentation. */
export const CLIENTS: readonly Client[] = [
  {
    name: "claude-code",
    title: "Claude Code",
    format: "json",
    section: "mcpServers",
    files: [
      ["project", ({ project }) => join(project, ".mcp.json")],
      ["user", ({ home }) => join(home, ".claude.json")],
    ],
    traces: [".mcp.json", ".claude", "CLAUDE.md"],
    entry: typed,
  },
  {
    name: "cursor",
    title: "Cursor",
    format: "json",
    section: "mcpServers",
    files: [
      ["project", ({ project }) => join(project, ".cursor", "mcp.json")],
      ["user", ({ home }) => join(home, ".cursor", "mcp.json")],
    ],
    traces: [".cursor"],
    entry: plain,
  },
  {
    name: "vscode",
    title: "Visual Studio Code",
    format: "json",
    section: "servers",
    files: [
      ["project", ({ project }) => join(project, ".vscode", "mcp.json")],
      ["user", (places) => join(applicationData(places), "Code", "User", "mcp.json")],
    ],
    traces: [".vscode"],
    entry: typed,
  },
  {
    name: "codex",
    title: "Codex",
    format: "toml",
    section: "mcp_servers",
    files: [
      ["user", ({ home, env }) => join(env["CODEX_HOME"] || join(home, ".codex"), "config.toml")],
      ["project", ({ project }) => join(project, ".codex", "config.toml")],
    ],
    traces: [".codex"],
    entry: plain,
  },
  {
    name: "gemini",
    title: "Gemini CLI",
    format: "json",
    section: "mcpServers",
    files: [
      ["project", ({ project }) => join(project, ".gemini", "settings.json")],
      ["user", ({ home }) => join(home, ".gemini", "settings.json")],
    ],
    traces: [".gemini", "GEMINI.md"],
    entry: plain,
  },
  {
    name: "windsurf",
    title: "Windsurf",
    format: "json",
    section: "mcpServers",
    files: [["user", ({ home }) => join(home, ".codeium", "windsurf", "mcp_config.json")]],
    traces: [".windsurf", ".windsurfrules"],
    entry: plain,
  },
  {
    name: "zed",
    title: "Zed",
    format: "json",
    section: "context_servers",
    files: [
      ["project", ({ project }) => join(project, ".zed", "settings.json")],
      ["user", (places) => join(applicationData(places), "zed", "settings.json")],
    ],
    traces: [".zed"],
    entry: (server) => ({ source: "custom", ...plain(server), env: {} }),
  },
  {
    name: "opencode",
    title: "opencode",
    format: "json",
    section: "mcp",
    files: [
      ["project", ({ project }) => join(project, "opencode.json")],
      [
        "user",
        ({ home, env }) =>
          join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "opencode", "opencode.json"),
      ],
    ],
    traces: ["opencode.json", ".opencode"],
    entry: ({ command, args }) => ({ type: "local", command: [command, ...args], enabled: true }),
  },
  {
    name: "claude-desktop",
    title: "Claude Desktop",
    format: "json",
    section: "mcpServers",
    files: [
      ["user", (places) => join(applicationData(places), "Claude", "claude_desktop_config.json")],
    ],
    traces: [],
    entry: plain,
  },
];
