import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { plannedRelease } from "../scripts/lib/distribution/changes.ts";
import {
  type ReleaseEffects,
  release,
  releaseEffects,
} from "../scripts/lib/distribution/release.ts";
import { statedVersions, versionDrift } from "../scripts/lib/distribution/versions.ts";
import { ROOT, temporaryFolder } from "./support/places.ts";
import { runs } from "./support/processes.ts";

const git = (root: string, ...args: string[]): string =>
  execFileSync("git", args, {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "Somebody",
      GIT_AUTHOR_EMAIL: "somebody@example.org",
      GIT_COMMITTER_NAME: "Somebody",
      GIT_COMMITTER_EMAIL: "somebody@example.org",
    },
  }).trim();

/** This repository as it is in the working tree, in a repository of its own with one commit. */
let template: string;
beforeAll(() => {
  template = realpathSync(mkdtempSync(join(tmpdir(), "parseltongue-release-")));
  const files = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard");
  for (const file of files.split("\0")) {
    if (file === "" || file.startsWith(".changeset/") || !existsSync(join(ROOT, file))) continue;
    mkdirSync(dirname(join(template, file)), { recursive: true });
    cpSync(join(ROOT, file), join(template, file));
  }
  mkdirSync(join(template, ".changeset"));
  cpSync(join(ROOT, ".changeset", "config.json"), join(template, ".changeset", "config.json"));
  appendFileSync(join(template, ".gitignore"), "node_modules\n");
  git(template, "init", "--quiet", "--initial-branch=main");
  git(template, "add", "--all");
  git(template, "commit", "--quiet", "--message", "Begin");
});
afterAll(() => rmSync(template, { recursive: true, force: true }));

/** A repository to release from, with a changeset of a kind. */
function clone(changeset: "minor" | "patch" | "none" = "minor"): string {
  const root = temporaryFolder();
  git(root, "clone", "--quiet", "--shared", template, ".");
  git(root, "remote", "remove", "origin");
  git(root, "config", "user.name", "Somebody");
  git(root, "config", "user.email", "somebody@example.org");
  // The same lockfile, so nothing is installed into it.
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  if (changeset !== "none") {
    writeFileSync(
      join(root, ".changeset", "a-change.md"),
      `---\nparseltongue: ${changeset}\n---\n\nAnswer one more question\n`,
    );
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--message", "Describe a change");
  }
  return root;
}

const current = statedVersions()[0]?.version ?? "";
const bumped = current.replace(
  /^(\d+)\.(\d+)\.\d+$/,
  (_, major, minor) => `${major}.${Number(minor) + 1}.0`,
);

/** Real git, real changesets, real versions; the long steps are not what these tests are about. */
function effects(replaced: Partial<ReleaseEffects> = {}): ReleaseEffects & { lines: string[] } {
  const lines: string[] = [];
  return {
    ...releaseEffects([], false),
    test: async () => undefined,
    package: async () => undefined,
    say: (line) => lines.push(line),
    lines,
    ...replaced,
  };
}

/** Everything that a failed release must leave alone. */
const state = (root: string): unknown => ({
  head: git(root, "rev-parse", "HEAD"),
  branch: git(root, "branch", "--show-current"),
  status: git(root, "status", "--porcelain", "--untracked-files=all"),
  tags: git(root, "tag", "--list"),
  journal: existsSync(join(root, "build", "release.json")),
});

const options = (root: string, version = bumped) => ({ root, version, dryRun: false });

describe("a release", () => {
  test("carries one version to every place, writes the changelog, commits and tags", async () => {
    const root = clone();
    await release(options(root), effects());
    const versions = statedVersions(root);
    expect(new Set(versions.map(({ version }) => version))).toEqual(new Set([bumped]));
    expect(versions.some(({ place }) => place.startsWith("engine/Cargo.lock"))).toBe(true);
    expect(versions.some(({ place }) => place.startsWith("optionalDependencies"))).toBe(true);
    expect(versionDrift(root)).toEqual([]);
    expect(readFileSync(join(root, "CHANGELOG.md"), "utf8")).toMatch(
      new RegExp(`## ${bumped}[^]*Answer one more question`),
    );
    expect(existsSync(join(root, ".changeset", "a-change.md"))).toBe(false);
    expect(git(root, "show", "-s", "--format=%s", `v${bumped}^{commit}`)).toBe(
      `Release v${bumped}`,
    );
    expect(git(root, "tag", "--list", "--format=%(contents)", `v${bumped}`)).toContain(
      "Answer one more question",
    );
    expect(git(root, "status", "--porcelain")).toBe("");
    // Cargo itself agrees with the lock file.
    expect(() =>
      execFileSync(
        "cargo",
        ["metadata", "--locked", "--offline", "--no-deps", "--format-version=1"],
        {
          cwd: join(root, "engine"),
          stdio: ["ignore", "pipe", "pipe"],
        },
      ),
    ).not.toThrow();
  });

  test("signs the tag where a key is given", async () => {
    const root = clone();
    const key = join(temporaryFolder(), "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    process.env["PARSELTONGUE_SSH_SIGNING_KEY"] = key;
    try {
      await release(options(root), effects());
    } finally {
      delete process.env["PARSELTONGUE_SSH_SIGNING_KEY"];
    }
    expect(git(root, "cat-file", "tag", `v${bumped}`)).toContain("BEGIN SSH SIGNATURE");
  });

  test("a dry run shows everything and changes nothing", async () => {
    const root = clone();
    const before = state(root);
    const seen = effects({
      applyVersion: async () => {
        throw new Error("nothing may be done");
      },
    });
    await release({ ...options(root), dryRun: true }, seen);
    expect(seen.lines.join("\n")).toContain(`${current} -> ${bumped}`);
    expect(seen.lines.join("\n")).toContain("minor: Answer one more question");
    expect(state(root)).toEqual(before);
  });

  test.each(["applyVersion", "test", "package"] as const)(
    "a failure of %s leaves tree, branch and tags as they were",
    async (step) => {
      const root = clone();
      const before = state(root);
      const fail = async (): Promise<void> => {
        // Half done, as a step is that breaks off.
        appendFileSync(join(root, "README.md"), "half done\n");
        throw new Error("it broke");
      };
      await expect(release(options(root), effects({ [step]: fail }))).rejects.toThrow("it broke");
      expect(state(root)).toEqual(before);
    },
  );

  test("a failure of the tag itself leaves everything as it was", async () => {
    const root = clone();
    const before = state(root);
    process.env["PARSELTONGUE_SSH_SIGNING_KEY"] = join(root, "no-such-key");
    try {
      await expect(release(options(root), effects())).rejects.toThrow(/is not signed/);
    } finally {
      delete process.env["PARSELTONGUE_SSH_SIGNING_KEY"];
    }
    expect(state(root)).toEqual(before);
  });

  test.runIf(process.platform === "linux")(
    "an interruption ends the running step with all that it started",
    async () => {
      const root = clone();
      const started = join(temporaryFolder(), "pid");
      // A step that never ends, in a process of its own process.
      const endless = `setInterval(() => {}, 1000); require("fs").writeFileSync(${JSON.stringify(started)}, String(process.pid))`;
      writeFileSync(
        join(root, "scripts", "run.mjs"),
        `import { spawnSync } from "node:child_process";\nspawnSync(process.execPath, ["-e", ${JSON.stringify(endless)}]);\n`,
      );
      git(root, "commit", "--quiet", "--all", "--message", "Never end");
      const before = state(root);
      const seen = effects();
      const running = release(options(root), seen);
      const pid = await vi.waitFor(() => {
        const written = Number(readFileSync(started, "utf8"));
        expect(written).toBeGreaterThan(0);
        return written;
      }, 20_000);
      process.emit("SIGTERM");
      await expect(running).rejects.toThrow("the release was interrupted");
      expect(seen.lines).toContain("interrupted: undoing the release ...");
      expect(runs(pid)).toBe(false);
      expect(state(root)).toEqual(before);
    },
  );

  test.each(["test", "package"] as const)(
    "is undone where an interruption during %s did not fail it",
    async (step) => {
      const root = clone();
      const before = state(root);
      const seen = effects({ [step]: async () => void process.emit("SIGHUP") });
      await expect(release(options(root), seen)).rejects.toThrow("the release was interrupted");
      expect(state(root)).toEqual(before);
    },
  );

  test("goes on after a crash, and makes the commit that it would have made", async () => {
    const root = clone();
    const crashed = join(temporaryFolder(), "crashed");
    let interrupted = "";
    const crash = async (): Promise<void> => {
      // What a power cut in the middle of packaging leaves.
      cpSync(root, crashed, { recursive: true, verbatimSymlinks: true });
      interrupted = git(root, "rev-parse", "HEAD");
      throw new Error("power cut");
    };
    await expect(release(options(root), effects({ package: crash }))).rejects.toThrow("power cut");
    const seen = effects();
    await release(options(crashed), seen);
    expect(seen.lines[0]).toContain("undid an interrupted release");
    expect(git(crashed, "rev-parse", `v${bumped}^{commit}`)).toBe(interrupted);
    expect(existsSync(join(crashed, "build", "release.json"))).toBe(false);
  });
});

describe("a release is refused", () => {
  const refused: readonly [why: string, spoil: (root: string) => void, message: RegExp][] = [
    [
      "with changes in the tree",
      (root) => appendFileSync(join(root, "README.md"), "x"),
      /not clean/,
    ],
    ["on another branch", (root) => git(root, "checkout", "-qb", "other"), /branch is other/],
    ["with its tag taken", (root) => git(root, "tag", `v${bumped}`), /tag v.* exists/],
    [
      "behind the remote",
      (root) => {
        const remote = temporaryFolder();
        git(root, "clone", "--quiet", "--bare", root, remote);
        git(root, "remote", "add", "origin", remote);
        git(root, "commit", "-q", "--allow-empty", "-m", "elsewhere");
        git(root, "push", "-q", "origin", "main");
        git(root, "reset", "-q", "--hard", "HEAD^");
      },
      /1 commits behind origin\/main/,
    ],
  ];
  test.each(refused)("%s", async (_why, spoil, message) => {
    const root = clone();
    spoil(root);
    const before = state(root);
    await expect(release(options(root), effects())).rejects.toThrow(message);
    expect(state(root)).toEqual(before);
  });

  test("where the changesets lead to another version", async () => {
    const root = clone("patch");
    expect((await plannedRelease(root)).version).toBe(
      current.replace(/\d+$/, (patch) => `${Number(patch) + 1}`),
    );
    await expect(release(options(root), effects())).rejects.toThrow(/changesets lead from/);
    await expect(release(options(root, "2"), effects())).rejects.toThrow(/no version/);
  });

  test("where there is no changeset and the version is not the packages' own", async () => {
    const root = clone("none");
    await expect(release(options(root), effects())).rejects.toThrow(/there is no changeset/);
    await release(options(root, current), effects());
    expect(git(root, "tag", "--list")).toBe(`v${current}`);
  });
});
