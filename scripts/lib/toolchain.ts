import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Check } from "./checks.ts";
import { ENGINE } from "./paths.ts";
import { say, Trouble } from "./say.ts";

/** Debian's newest Rust: kept current for the browsers it builds, in every supported release. */
const DEBIAN_PACKAGES = ["rustc-web", "cargo-web"] as const;

/** The oldest Rust that builds the engine, as its manifest says. */
export function oldestRust(): string {
  const version = /^rust-version = "([\d.]+)"/m.exec(
    readFileSync(join(ENGINE, "Cargo.toml"), "utf8"),
  )?.[1];
  if (version === undefined) throw new Trouble("engine/Cargo.toml names no rust-version");
  return version;
}

const numbers = (version: string): number[] => version.split(".").map(Number);

/** Whether a version is at least another. */
export function atLeast(version: string, wanted: string): boolean {
  const [have, want] = [numbers(version), numbers(wanted)];
  const index = want.findIndex((part, at) => part !== (have[at] ?? 0));
  return index < 0 || (have[index] ?? 0) > (want[index] ?? 0);
}

/** The version a tool reports, or undefined where it cannot be run. */
async function versionOf(tool: string): Promise<string | undefined> {
  const { stdout, failed } = await execa(tool, ["--version"], { cwd: ENGINE, reject: false });
  return failed ? undefined : /\d+\.\d+(\.\d+)?/.exec(stdout)?.[0];
}

async function rustProblem(): Promise<string | undefined> {
  const wanted = oldestRust();
  for (const tool of ["cargo", "rustc"]) {
    const version = await versionOf(tool);
    if (version === undefined) return `${tool} is not installed`;
    if (!atLeast(version, wanted)) return `${tool} ${version} is too old, ${wanted} is needed`;
  }
  return process.platform !== "win32" && (await versionOf("cc")) === undefined
    ? "there is no C compiler (cc)"
    : undefined;
}

/** Whether apt-get is this system's package manager, and this process may use it. */
export const canAptInstall = (): boolean => isDebianFamily() && process.getuid?.() === 0;

/** Installs packages by name. Those that cannot be had are noticed by whoever needs them. */
export async function aptInstall(packages: readonly string[]): Promise<void> {
  const options = {
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "ignore",
    stdout: process.stderr,
    stderr: process.stderr,
    reject: false,
  } as const;
  await execa("apt-get", ["update", "-qq"], options);
  await execa("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], options);
}

function isDebianFamily(): boolean {
  if (!existsSync("/etc/os-release")) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Makes sure that cargo, rustc and a C compiler are there; installs them where that is one safe command. */
export async function requireRust(): Promise<void> {
  const problem = await rustProblem();
  if (problem === undefined) return;
  const wanted = oldestRust();
  const advice = [
    "why: the engine is a native program and is built from source in a clone",
    `fix: install Rust ${wanted} or newer from https://rustup.rs${isDebianFamily() ? `, or: apt-get install ${DEBIAN_PACKAGES.join(" ")} gcc` : ""}`,
  ];
  if (!canAptInstall()) throw new Trouble(problem, ...advice);

  const packages = [
    ...DEBIAN_PACKAGES,
    ...((await versionOf("cc")) === undefined ? ["gcc", "libc6-dev"] : []),
  ];
  say(
    `${problem}; installing ${packages.join(" ")} with apt-get, because this is Debian or Ubuntu and you are root`,
  );
  await aptInstall(packages);
  const still = await rustProblem();
  if (still !== undefined)
    throw new Trouble(`${still}, also after apt-get install ${packages.join(" ")}`, ...advice);
}

/** The checks whose cargo subcommand is there; Debian's cargo comes without clippy and rustfmt. */
export async function installedRustChecks(checks: readonly Check[]): Promise<Check[]> {
  const installed: Check[] = [];
  for (const check of checks) {
    const [program, subcommand = ""] = check.command;
    const { failed } = await execa(program, [subcommand, "--version"], {
      cwd: ENGINE,
      reject: false,
    });
    if (failed)
      say(
        `skipped ${check.name}: it is not installed (rustup component add ${subcommand === "fmt" ? "rustfmt" : subcommand})`,
      );
    else installed.push(check);
  }
  return installed;
}
