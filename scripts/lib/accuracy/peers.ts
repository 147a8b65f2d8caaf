import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { DEVELOPMENT_CACHE } from "../paths.ts";
import { Trouble } from "../say.ts";
import { tabSeparated } from "./truth.ts";

/** Another tool that claims to know who calls whom. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Rows of caller file, line, name, callee file, line, name. */
  calls(root: string): Promise<string[][]>;
}

const CODEGRAPH = { package: "@colbymchenry/codegraph", version: "1.6.1" };

/** Installs codegraph from npm into the development cache. */
export async function codegraph(): Promise<Peer> {
  const home = join(DEVELOPMENT_CACHE, "peers", `codegraph-${CODEGRAPH.version}`);
  mkdirSync(home, { recursive: true });
  const exact = `${CODEGRAPH.package}@${CODEGRAPH.version}`;
  await execa("npm", ["install", "--prefix", home, "--no-audit", "--no-fund", exact], {
    stdio: ["ignore", 2, 2],
  });
  const program = join(home, "node_modules", ".bin", "codegraph");
  return {
    name: "codegraph",
    version: CODEGRAPH.version,
    async calls(root) {
      const index = join(root, ".codegraph");
      rmSync(index, { recursive: true, force: true });
      const { exitCode, stderr } = await execa(program, ["init", "-y", "."], {
        cwd: root,
        stdin: "ignore",
        reject: false,
      });
      if (exitCode !== 0) throw new Trouble("codegraph failed", `why: ${stderr.slice(-500)}`);
      try {
        return await callsInDatabase(join(index, "codegraph.db"));
      } finally {
        rmSync(index, { recursive: true, force: true });
      }
    },
  };
}

/**
 * Reads codegraph's database with Python, whose SQLite is part of every version.
 *
 * An instantiation leads to the class there and to its constructor here, if it has one; of several, to the first,
 * since codegraph does not say which.
 */
const READ_EDGES = `
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("""
  SELECT s.file_path, s.start_line, s.name, t.file_path, coalesce(c.start_line, t.start_line), coalesce(c.name, t.name)
  FROM edges JOIN nodes s ON s.id = edges.source JOIN nodes t ON t.id = edges.target
  LEFT JOIN nodes c ON c.id = (
    SELECT id FROM nodes WHERE t.kind IN ('class', 'struct') AND file_path = t.file_path
      AND name IN ('constructor', '__init__', t.name) AND kind IN ('method', 'constructor', 'function')
      AND start_line BETWEEN t.start_line AND t.end_line ORDER BY start_line LIMIT 1)
  WHERE edges.kind IN ('calls', 'instantiates')""")
for row in rows:
    print(*row, sep="\\t")
`;

async function callsInDatabase(file: string): Promise<string[][]> {
  const { stdout } = await execa("python3", ["-c", READ_EDGES, file], { maxBuffer: 1e9 });
  return tabSeparated(stdout);
}
