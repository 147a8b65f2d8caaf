import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import semver from "semver";
import { PACKAGE_NAME } from "../../../packages/parseltongue/src/identity.ts";
import { INTERRUPTIONS } from "../interruptions.ts";
import { say, Trouble } from "../say.ts";
import { changelogOf, type Plan, plannedRelease } from "./changes.ts";

// A release is one commit and one tag, made only when everything else has succeeded. Until then the repository
// can be put back as it was, and it is: on a failure, on an interruption, and by the next run after a crash.

/** Does one step in a clone; `interrupted` aborts when the release is interrupted. */
type Step = (root: string, interrupted: AbortSignal) => Promise<void>;

/** What a release does outside of git; tests replace it. Each runs in the repository's root. */
export interface ReleaseEffects {
  readonly applyVersion: Step;
  readonly test: Step;
  /** Packages and validates. */
  readonly package: Step;
  readonly say: (line: string) => void;
}

export interface ReleaseOptions {
  readonly root: string;
  /** Without the leading "v". */
  readonly version: string;
  readonly dryRun: boolean;
}

/** How long a step may take to end after it was asked to. */
const END_MS = 10_000;

/** Signals a process and all that it started; says whether anything of it was still there. */
function signalGroup(pid: number, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** A step's process, with its output on stderr. It and all that it started end when the release is interrupted. */
const script =
  (...args: readonly string[]): Step =>
  async (root, interrupted) => {
    // A group of its own, so that one signal reaches the tests' and builds' processes too; a closing terminal does not.
    const grouped = process.platform !== "win32";
    const running = execa(process.execPath, ["scripts/run.mjs", ...args], {
      cwd: root,
      detached: grouped,
      stdin: "ignore",
      stdout: process.stderr,
      stderr: process.stderr,
      reject: false,
    });
    const { pid } = running;
    const end = (): void => {
      if (pid === undefined || !grouped) running.kill();
      else signalGroup(pid, "SIGTERM");
    };
    interrupted.addEventListener("abort", end, { once: true });
    const { exitCode } = await running;
    interrupted.removeEventListener("abort", end);
    // What is left of it must not write into the tree while that is put back.
    for (let waited = 0; interrupted.aborted && grouped && pid !== undefined; waited += 50) {
      if (!signalGroup(pid, waited < END_MS ? 0 : "SIGKILL") || waited > 2 * END_MS) break;
      await new Promise((done) => setTimeout(done, 50));
    }
    if (exitCode !== 0) throw new Trouble(`${args.join(" ")} failed`, "why: it says so above");
  };

/** The effects of a real release. */
export const releaseEffects = (packaging: readonly string[], tests: boolean): ReleaseEffects => ({
  applyVersion: script("version"),
  test: tests ? script("test") : async () => say("          tests are left out (--skip-tests)"),
  package: script("package-distribution", ...packaging),
  say,
});

/** What is needed to put the repository back, written before anything is changed. */
interface Journal {
  readonly version: string;
  /** The commit that the release starts from. */
  readonly head: string;
  /** The release commit's time, so that a second try makes the same bytes. */
  readonly date: string;
}

const journalFile = (root: string): string => join(root, "build", "release.json");
const commitTitle = (version: string): string => `Release v${version}`;

function gitIn(root: string) {
  return async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr, failed } = await execa("git", args, { cwd: root, reject: false });
    if (failed) throw new Trouble(`git ${args[0]} failed: ${stderr.trim()}`);
    return stdout.trim();
  };
}

type Git = ReturnType<typeof gitIn>;

/** Puts the repository back to where a release started. */
async function rollBack(root: string, git: Git): Promise<Journal | undefined> {
  const file = journalFile(root);
  if (!existsSync(file)) return undefined;
  const journal = JSON.parse(readFileSync(file, "utf8")) as Journal;
  const head = await git("rev-parse", "HEAD");
  const ours =
    head === journal.head ||
    ((await git("rev-parse", "HEAD^")) === journal.head &&
      (await git("show", "-s", "--format=%s", "HEAD")) === commitTitle(journal.version));
  if (!ours)
    throw new Trouble(
      `an interrupted release of v${journal.version} cannot be undone`,
      `why: it started at ${journal.head}, and the repository is at ${head}, which is not its commit`,
      `fix: bring the repository to the state you want, then remove ${file}`,
    );
  await git("reset", "--hard", "--quiet", journal.head);
  if ((await git("tag", "--list", `v${journal.version}`)) !== "")
    await git("tag", "--delete", `v${journal.version}`);
  // Only what a release makes: a changelog that was not there before.
  await git("clean", "--quiet", "--force", "--", "CHANGELOG.md", "packages", "npm", ".changeset");
  rmSync(file);
  return journal;
}

/** Everything that must hold before a release; all that is wrong is said at once. */
async function gitProblems(git: Git, version: string): Promise<string[]> {
  const problems: string[] = [];
  const changes = await git("status", "--porcelain");
  if (changes !== "")
    problems.push(
      `the tree is not clean; commit or remove:\n    ${changes.replaceAll("\n", "\n    ")}`,
    );
  const branch = await git("rev-parse", "--abbrev-ref", "HEAD");
  if (branch !== "main") problems.push(`the branch is ${branch}, not main; git switch main`);
  if ((await git("tag", "--list", `v${version}`)) !== "")
    problems.push(`the tag v${version} exists`);
  const [remote] = (await git("remote")).split("\n").filter(Boolean);
  if (remote !== undefined) {
    // Not even its tags are taken over: a dry run changes nothing.
    await git("fetch", "--quiet", "--no-tags", remote, "main");
    const behind = Number(await git("rev-list", "--count", `HEAD..${remote}/main`));
    if (behind > 0)
      problems.push(`main is ${behind} commits behind ${remote}/main; git pull --rebase`);
    const remoteTag = await git("ls-remote", "--tags", remote, `refs/tags/v${version}`);
    if (remoteTag !== "") problems.push(`the tag v${version} exists on ${remote}`);
  }
  return problems;
}

function versionProblems(version: string, current: string, plan: Plan): string[] {
  if (semver.valid(version) !== version) return [`v${version} is no version; it looks like v1.2.3`];
  const wanted = plan.version ?? current;
  return wanted === version
    ? []
    : [
        plan.version === undefined
          ? `there is no changeset, and the packages are at ${current}, so only v${current} can be released`
          : `the changesets lead from ${current} to v${wanted}, not to v${version}`,
      ];
}

const currentVersion = (root: string): string =>
  JSON.parse(readFileSync(join(root, "packages", PACKAGE_NAME, "package.json"), "utf8")).version;

/** Tags the release; signed where git or the variable names a key. */
async function makeTag(git: Git, version: string, notes: string): Promise<void> {
  const message = `parseltongue ${version}\n\n${notes}`.trim();
  const key = process.env["PARSELTONGUE_SSH_SIGNING_KEY"];
  const own = await git("config", "--get", "user.signingkey").catch(() => "");
  const signed = Boolean(key || own);
  await git(
    ...(key ? ["-c", "gpg.format=ssh", "-c", `user.signingkey=${key}`] : []),
    "tag",
    signed ? "--sign" : "--annotate",
    "--cleanup=verbatim",
    "--message",
    message,
    `v${version}`,
  );
  // git ends with 0 where it could not load an SSH key, and makes a tag without a signature.
  const made = await git("cat-file", "tag", `v${version}`);
  if (signed && !made.includes("SIGNATURE")) throw new Trouble(`the tag v${version} is not signed`);
}

/** Makes a release: a commit with the versions and the changelog, a validated distribution, a tag. */
export async function release(
  { root, version, dryRun }: ReleaseOptions,
  effects: ReleaseEffects,
): Promise<void> {
  const git = gitIn(root);
  const interrupted =
    existsSync(journalFile(root)) && !dryRun ? await rollBack(root, git) : undefined;
  if (interrupted !== undefined)
    effects.say(`undid an interrupted release of v${interrupted.version}; what it built is kept`);

  const plan = await plannedRelease(root);
  const current = currentVersion(root);
  const problems = [
    ...(await gitProblems(git, version)),
    ...versionProblems(version, current, plan),
  ];
  const head = await git("rev-parse", "HEAD");
  if (dryRun) {
    if (existsSync(journalFile(root)))
      effects.say(
        "interrupted          a release was; a real run first puts the repository back to where that started",
      );
    effects.say(
      `git and version      ${problems.length === 0 ? "ready" : problems.join("\n                     ")}`,
    );
    effects.say(`version              ${current} -> ${version}`);
    effects.say(
      `changes              ${plan.changes.join("\n                     ") || "none collected"}`,
    );
    effects.say(
      `would then           test, commit "${commitTitle(version)}", package and validate, tag v${version}`,
    );
    effects.say("nothing was changed");
    if (problems.length > 0) throw new Trouble(`v${version} cannot be released`, ...problems);
    return;
  }
  if (problems.length > 0) throw new Trouble(`v${version} cannot be released`, ...problems);

  const date =
    interrupted?.version === version ? interrupted.date : `${Math.floor(Date.now() / 1000)} +0000`;
  mkdirSync(dirname(journalFile(root)), { recursive: true });
  writeFileSync(journalFile(root), JSON.stringify({ version, head, date } satisfies Journal));
  // What interrupts it ends the running step, and the failure of the step undoes the release.
  const interruption = new AbortController();
  const interrupt = (): void => {
    if (interruption.signal.aborted) return;
    effects.say("interrupted: undoing the release ...");
    interruption.abort(new Trouble("the release was interrupted"));
  };
  for (const signal of INTERRUPTIONS) process.on(signal, interrupt);
  try {
    const step = async (
      name: string,
      run: (interrupted: AbortSignal) => Promise<unknown>,
    ): Promise<void> => {
      const started = Date.now();
      interruption.signal.throwIfAborted();
      await run(interruption.signal);
      interruption.signal.throwIfAborted();
      effects.say(`${name.padEnd(20)} done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    };
    if (plan.version !== undefined)
      await step("version", (signal) => effects.applyVersion(root, signal));
    await step("tests", (signal) => effects.test(root, signal));
    await step("commit", async () => {
      await git("add", "--all");
      if ((await git("status", "--porcelain")) === "") return;
      await execa("git", ["commit", "--quiet", "--message", commitTitle(version)], {
        cwd: root,
        env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      });
    });
    await step("packaging", (signal) => effects.package(root, signal));
    const dirty = await git("status", "--porcelain");
    if (dirty !== "") throw new Trouble(`packaging changed the tree:\n${dirty}`);
    await step("tag", () => makeTag(git, version, changelogOf(root, version)));
    rmSync(journalFile(root));
  } catch (error) {
    await rollBack(root, git);
    effects.say(`the repository is as it was, at ${head.slice(0, 12)}; what was built is kept`);
    throw interruption.signal.aborted ? interruption.signal.reason : error;
  } finally {
    for (const signal of INTERRUPTIONS) process.off(signal, interrupt);
  }
  effects.say(`v${version} is committed, tagged and packaged. To give it to the world:

  git push origin main v${version}
  npm run publish-packages -- --registry URL
`);
}
