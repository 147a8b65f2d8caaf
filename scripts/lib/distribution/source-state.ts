import { statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "../paths.ts";
import { Trouble } from "../say.ts";

/** Which source a distribution is made from. */
export interface SourceState {
  /** Full commit id. */
  readonly commit: string;
  /** Paths with changes that are not committed. */
  readonly changes: readonly string[];
  /** Seconds since 1970: the commit's time, or of the newest change where there are some. */
  readonly epoch: number;
}

async function git(...args: string[]): Promise<string> {
  const { stdout, failed, stderr } = await execa("git", args, { cwd: ROOT, reject: false });
  if (failed)
    throw new Trouble(
      `git ${args[0]} failed: ${stderr.trim().split("\n")[0] ?? ""}`,
      "why: a distribution names the commit it is made from",
      "fix: run it in a git clone of the repository",
    );
  return stdout;
}

/** Reads the state of the repository; the same tree gives the same answer at any time. */
export async function readSourceState(): Promise<SourceState> {
  const commit = await git("rev-parse", "HEAD");
  const changes = (await git("status", "--porcelain", "-z"))
    .split("\0")
    .filter((line) => /^.. /.test(line))
    .map((line) => line.slice(3));
  const committed = Number(await git("show", "-s", "--format=%ct", "HEAD"));
  const touched = changes.map((path) => statSync(join(ROOT, path), { throwIfNoEntry: false }));
  const epoch = touched.reduce(
    (newest, stat) => Math.max(newest, Math.floor((stat?.mtimeMs ?? 0) / 1000)),
    committed,
  );
  return { commit, changes, epoch };
}

/** `20261126T010203Z`: sorts by time and is a file name everywhere. */
export const timestampOf = ({ epoch }: SourceState): string =>
  new Date(epoch * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, "");
