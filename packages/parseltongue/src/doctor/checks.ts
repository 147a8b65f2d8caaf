import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { arch, release } from "node:os";
import { dirname, join } from "node:path";
import { familySync, versionSync } from "detect-libc";
import type { CauseCode } from "../causes.ts";
import { inspectExecutable } from "../executable.ts";
import { refineMissing, refineMode } from "../failure.ts";
import { BINARY_VARIABLE, ENGINE_NAME, VERSION } from "../identity.ts";
import { type Installation, inspectInstallation } from "../installation.ts";
import { packageFolder, resolveBinary } from "../resolve.ts";
import { platformPackage, type Target, targetsFor } from "../targets.ts";

/** One line of the doctor's table. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What the doctor found. */
export interface Examination {
  readonly facts: readonly Fact[];
  readonly installation: Installation;
  readonly target?: Target;
  readonly path?: string;
  readonly override: boolean;
  /** The cause, if the engine cannot run. */
  readonly code?: CauseCode;
  readonly found?: string;
}

const START_LIMIT_MS = 10_000;

/** Looks at everything between Node and the engine, in the order in which it can go wrong. */
export function examine(env: NodeJS.ProcessEnv = process.env): Examination {
  const installation = inspectInstallation(undefined, env);
  const facts: Fact[] = [
    { name: "package", value: `${VERSION} in ${installation.packageRoot}` },
    { name: "node", value: `${process.version} ${process.platform} ${process.arch}${nodeLibc()}` },
    { name: "system", value: systemDescription() },
    { name: "installed by", value: `${installation.manager} (${installation.kind})` },
    {
      name: "optional",
      value: installation.optionalOff ? `off: ${installation.optionalOff}` : "on",
    },
    ...lockfileFacts(installation),
    { name: "searched", value: installation.searched.join(", ") },
    {
      name: "platforms",
      value: installation.platformPackages.join(", ") || "no platform package is installed",
    },
    ...(env[BINARY_VARIABLE] ? [{ name: BINARY_VARIABLE, value: env[BINARY_VARIABLE] }] : []),
  ];

  const resolution = resolveBinary({ env });
  const target = resolution.target;
  const base = {
    installation,
    override: Boolean(env[BINARY_VARIABLE]),
    ...(target ? { target } : {}),
    ...(resolution.path ? { path: resolution.path } : {}),
  };
  if (resolution.problem !== undefined) {
    return {
      ...base,
      facts,
      code: refineMissing(resolution, { installation }),
      ...(resolution.path ? { path: resolution.path } : {}),
    };
  }

  facts.push(
    { name: "binary", value: resolution.path },
    { name: "file", value: fileDescription(resolution.path) },
  );
  const inspection = inspectExecutable(resolution.path);
  facts.push({ name: "format", value: inspection.found });
  if (inspection.problem !== undefined) {
    const mode = inspection.problem === "PT_BINARY_MODE" ? refineMode(resolution.path) : undefined;
    return {
      ...base,
      facts,
      code: mode?.code ?? inspection.problem,
      found: mode?.found ?? inspection.found,
    };
  }

  if (resolution.source === "package" && resolution.target) {
    const packaged = installedVersion(resolution.target);
    facts.push({
      name: "lockstep",
      value:
        packaged === VERSION
          ? `${platformPackage(resolution.target)} is ${packaged} too`
          : `differs: ${packaged}`,
    });
    if (packaged !== VERSION)
      return {
        ...base,
        facts,
        code: "PT_VERSION_MISMATCH",
        found: `${platformPackage(resolution.target)} is ${packaged}`,
      };
  }

  const answer = askVersion(resolution.path);
  facts.push({ name: "starts", value: answer.ok ? answer.text : `no: ${answer.text}` });
  if (!answer.ok) return { ...base, facts, code: answer.code, found: answer.text };
  const reported = /\d+\.\d+\.\d+\S*/.exec(answer.text)?.[0];
  // Somebody who points the override to a build of their own knows its version.
  if (resolution.source === "package" && reported !== VERSION) {
    return {
      ...base,
      facts,
      code: "PT_VERSION_MISMATCH",
      found: `the binary says "${answer.text}"`,
    };
  }
  return { ...base, facts };
}

function nodeLibc(): string {
  const family = familySync();
  return family === null ? "" : ` ${family} ${versionSync() ?? ""}`.trimEnd();
}

/** The system's own libc may differ from Node's, for example with Nix, or with a static Node. */
function systemDescription(): string {
  const name =
    process.platform === "linux"
      ? /^PRETTY_NAME="?([^"\n]+)/m.exec(readIfThere("/etc/os-release"))?.[1]
      : undefined;
  const musl =
    process.platform === "linux" &&
    targetsFor("linux", process.arch).length > 0 &&
    existsSync("/etc/alpine-release");
  const container =
    existsSync("/.dockerenv") || existsSync("/run/.containerenv") ? ", in a container" : "";
  const wsl = /microsoft/i.test(release()) ? ", WSL" : "";
  return `${name ?? process.platform} ${release()} ${arch()}${musl ? ", musl" : ""}${container}${wsl}${rosetta()}`;
}

/** An x64 Node on an ARM Mac runs translated, and so would the engine. */
function rosetta(): string {
  if (process.platform !== "darwin" || process.arch !== "x64") return "";
  const translated = execFileSync("sysctl", ["-in", "sysctl.proc_translated"], {
    encoding: "utf8",
  }).trim();
  return translated === "1" ? ", translated by Rosetta" : "";
}

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

function lockfileFacts({ lockfile }: Installation): Fact[] {
  if (lockfile === undefined) return [];
  const targets = targetsFor(process.platform, process.arch).map(platformPackage);
  const listed = targets.filter(lockfile.names);
  return [
    {
      name: "lockfile",
      value: `${lockfile.path} lists ${listed.join(", ") || `neither of ${targets.join(", ")}`}`,
    },
  ];
}

function fileDescription(path: string): string {
  const { size, mode } = statSync(path);
  return `${size} bytes, mode ${(mode & 0o777).toString(8)}`;
}

function installedVersion(target: Target): string {
  const folder = packageFolder(platformPackage(target));
  if (folder === undefined) return "absent";
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest
      ? manifest.version
      : undefined;
  return typeof version === "string" ? version : `unreadable in ${dirname(folder)}`;
}

type Answer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly text: string; readonly code: CauseCode };

function askVersion(path: string): Answer {
  try {
    const text = execFileSync(path, ["--version"], {
      encoding: "utf8",
      timeout: START_LIMIT_MS,
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
    return text.startsWith(ENGINE_NAME)
      ? { ok: true, text }
      : { ok: false, text: `it answers "${text.slice(0, 80)}"`, code: "PT_BINARY_CRASHED" };
  } catch (error) {
    const { code, signal, status, stderr } = error as NodeJS.ErrnoException & {
      signal?: string;
      status?: number | null;
      stderr?: string;
    };
    if (signal || typeof status === "number") {
      const said = stderr?.trim().split("\n")[0];
      return {
        ok: false,
        text: `${signal ? `killed by ${signal}` : `exit code ${status}`}${said ? `, ${said}` : ""}`,
        code: "PT_BINARY_CRASHED",
      };
    }
    return { ok: false, text: code ?? String(error), code: "PT_SPAWN_FAILED" };
  }
}
