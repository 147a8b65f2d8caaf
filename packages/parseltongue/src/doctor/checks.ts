import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { CauseCode, CauseContext } from "../causes.ts";
import {
  cachedBinary,
  cachedCopy,
  cacheFolders,
  matches,
  seen,
  sha256,
} from "../download/cache.ts";
import { pinFor } from "../download/pins.ts";
import { registryConfig } from "../download/registry.ts";
import { inspectExecutable } from "../executable.ts";
import { type Diagnosis, diagnoseExecutable, diagnoseResolution } from "../failure.ts";
import { BINARY_VARIABLE, ENGINE_NAME, PLATFORM_SCOPE, VERSION } from "../identity.ts";
import { type Installation, inspectInstallation } from "../installation.ts";
import { installedVersion, packageFolder, resolveBinary } from "../resolve.ts";
import { withoutCredentials } from "../secrets.ts";
import { platformPackage, type Target, targetsFor } from "../targets.ts";
import { hints, nodeLibc, systemLibc, systemName } from "./system.ts";

/** One line of the doctor's table. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What the doctor found. */
export interface Examination {
  readonly facts: readonly Fact[];
  readonly installation: Installation;
  /** Why the engine cannot run, if it cannot. */
  readonly problem?: Diagnosis;
  /** What is not as it should be although the engine runs. */
  readonly note?: Diagnosis;
}

const START_LIMIT_MS = 10_000;

/** Looks at everything between Node and the engine, in the order in which it can go wrong. */
export function examine(env: NodeJS.ProcessEnv = process.env): Examination {
  const installation = inspectInstallation(undefined, env);
  const facts = [...surroundings(installation, env), ...packages(installation, env)];
  return { installation, ...engine(facts, installation, env) };
}

const words = (...parts: readonly string[]): string => parts.filter(Boolean).join(", ");

function surroundings(installation: Installation, env: NodeJS.ProcessEnv): Fact[] {
  const { packageRoot, manager, kind, layout, projectRoot } = installation;
  return [
    { name: "package", value: `${VERSION} in ${packageRoot}` },
    {
      name: "node",
      value: words(`${process.version} ${process.platform} ${process.arch}`, nodeLibc()),
    },
    { name: "node at", value: process.execPath },
    { name: "system", value: words(systemName(), systemLibc()) },
    ...hints(packageRoot, env).map((value) => ({ name: "hint", value })),
    {
      name: "installed by",
      value: `${manager} (${kind}${layout === "folders" ? "" : `, ${layout}`})`,
    },
    ...(projectRoot === undefined ? [] : [{ name: "project", value: projectRoot }]),
    { name: "registry", value: registryFact(installation, env) },
  ];
}

function registryFact({ projectRoot }: Installation, env: NodeJS.ProcessEnv): string {
  try {
    const config = registryConfig(PLATFORM_SCOPE, env, projectRoot);
    return words(
      config.registry,
      config.authorization(config.registry) ? "with a login" : "",
      config.proxy ? `through ${withoutCredentials(config.proxy)}` : "",
      config.ca ? "with certificates of its own" : "",
      config.strictSsl ? "" : "certificates are not checked",
    );
  } catch (error) {
    return withoutCredentials(error instanceof Error ? error.message : String(error));
  }
}

function packages(installation: Installation, env: NodeJS.ProcessEnv): Fact[] {
  const { optionalOff, lockfile, searched, platformPackages } = installation;
  const wanted = targetsFor(process.platform, process.arch).map(platformPackage);
  const locked = lockfile === undefined ? [] : wanted.filter(lockfile.locks);
  const override = env[BINARY_VARIABLE];
  return [
    {
      name: "optional",
      value: optionalOff ? `off: "${optionalOff.text}" in ${optionalOff.place}` : "on",
    },
    ...(lockfile === undefined
      ? []
      : [
          {
            name: "lockfile",
            value: `${lockfile.path} locks ${locked.join(", ") || `neither of ${wanted.join(", ")}`}`,
          },
        ]),
    { name: "searched", value: searched.join(", ") },
    { name: "platforms", value: platformPackages.join(", ") || "no platform package is installed" },
    ...(override ? [{ name: BINARY_VARIABLE, value: override }] : []),
    ...cacheFacts(env),
  ];
}

function cacheFacts(env: NodeJS.ProcessEnv): Fact[] {
  const copies = cacheFolders(env).flatMap((folder) =>
    targetsFor(process.platform, process.arch).flatMap((target) => {
      const path = cachedBinary(target, folder);
      const stat = seen(path);
      if (stat === undefined) return [];
      const pin = pinFor(target);
      const good = stat.isFile() && pin !== undefined && matches(readFileSync(path), pin);
      return [
        `${path} (${stat.size} bytes, ${good ? "verified" : "not the published one; it will be replaced"})`,
      ];
    }),
  );
  return [
    {
      name: "cache",
      value: copies.join(", ") || `nothing in ${cacheFolders(env)[0] ?? "no folder"}`,
    },
  ];
}

/** What is known of the engine, and the first thing that is wrong with it. */
function engine(
  facts: Fact[],
  installation: Installation,
  env: NodeJS.ProcessEnv,
): Omit<Examination, "installation"> {
  const resolution = resolveBinary({ env });
  if (resolution.problem === undefined) return file(facts, installation, resolution);
  const diagnosis = diagnoseResolution(resolution);
  if (resolution.problem !== "PT_PACKAGE_MISSING") return { facts, problem: diagnosis };
  for (const target of targetsFor(process.platform, process.arch)) {
    const pin = pinFor(target);
    const path = pin && cachedCopy(target, pin, env);
    if (path !== undefined)
      return { note: diagnosis, ...file(facts, installation, { path, source: "cache", target }) };
  }
  return { facts, problem: diagnosis };
}

type Found = {
  readonly path: string;
  readonly source: "override" | "package" | "cache";
  readonly target?: Target;
};

function file(
  facts: Fact[],
  installation: Installation,
  found: Found,
): Omit<Examination, "installation"> {
  const { path, source, target } = found;
  const inspection = inspectExecutable(path);
  facts.push({ name: "binary", value: `${path} (${source})` });
  if (inspection.problem === "PT_BINARY_UNREADABLE")
    return { facts, problem: diagnoseExecutable(found, inspection.problem, inspection.found) };
  const { size, mode } = statSync(path);
  const permissions = `mode ${(mode & 0o777).toString(8)}`;
  facts.push({ name: "file", value: words(`${size} bytes`, permissions, inspection.found) });
  if (inspection.problem !== undefined)
    return { facts, problem: diagnoseExecutable(found, inspection.problem, inspection.found) };

  const wrong = (code: CauseCode, text: string): Diagnosis => {
    const context: CauseContext = { installation, target, path, found: text, source };
    return { code, context };
  };
  const hash = hashOf(found);
  facts.push({ name: "hash", value: hash.value });
  if (target !== undefined && source === "package")
    facts.push({ name: "lockstep", value: lockstep(target) });
  // A file that is known to be changed is not started, not even to ask it for its version.
  if (hash.wrong) return { facts, problem: wrong("PT_BINARY_HASH", hash.value) };

  const answer = askVersion(path);
  facts.push({ name: "starts", value: answer.ok ? answer.text : `no: ${answer.text}` });
  if (!answer.ok) return { facts, problem: wrong(answer.code, answer.text) };
  // Somebody who points the override to a build of their own knows its version.
  if (source !== "override" && /\d+\.\d+\.\d+\S*/.exec(answer.text)?.[0] !== VERSION)
    return { facts, problem: wrong("PT_VERSION_MISMATCH", `the binary says "${answer.text}"`) };
  return { facts };
}

/** What the hash of a binary says; a binary of the user's own choice cannot be wrong. */
export function hashOf({ path, source, target }: Found): { value: string; wrong: boolean } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    // It may be run and not read.
    const { code } = error as NodeJS.ErrnoException;
    return { value: `not known, the file cannot be read (${code})`, wrong: false };
  }
  const own = `SHA-256 ${sha256(bytes)}`;
  const pins = (
    target === undefined ? targetsFor(process.platform, process.arch) : [target]
  ).flatMap((each) => pinFor(each) ?? []);
  if (pins.length === 0) return { value: `${own}, and nothing to compare it with`, wrong: false };
  if (pins.some((pin) => matches(bytes, pin)))
    return { value: `${own}, as published`, wrong: false };
  if (source === "override") return { value: `${own}, not a published one`, wrong: false };
  return {
    value: `${own}, published was ${pins.map((pin) => pin.sha256).join(" or ")}`,
    wrong: true,
  };
}

function lockstep(target: Target): string {
  const folder = packageFolder(platformPackage(target));
  const version = folder === undefined ? undefined : installedVersion(folder);
  return `${platformPackage(target)} is ${version ?? "absent"}${version === VERSION ? " too" : ""}`;
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
      // The folder that this process stands in may be gone.
      cwd: dirname(path),
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
