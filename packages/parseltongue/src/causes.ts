import { dirname } from "node:path";
import type { NetworkReason } from "./download/transport.ts";
import { BINARY_VARIABLE, PACKAGE_NAME, REPOSITORY_URL, VERSION } from "./identity.ts";
import type { Installation } from "./installation.ts";
import { type Action, type Fix, reinstall, relock } from "./repair.ts";
import { platformPackage, TARGETS, type Target } from "./targets.ts";

/** What a cause's text may speak of. */
export interface CauseContext {
  readonly installation: Installation;
  readonly target?: Target | undefined;
  readonly path?: string | undefined;
  /** What was found instead of what was expected. */
  readonly found?: string | undefined;
  /** Where a download went wrong. */
  readonly reason?: NetworkReason | "setting" | undefined;
  /** Where the file came from. */
  readonly source?: "override" | "package" | "cache" | undefined;
}

/** One reason why the engine cannot run. */
export interface Cause {
  /** What happened. */
  readonly what: (context: CauseContext) => string;
  /** How people get there. */
  readonly why: (context: CauseContext) => string;
  /** What to do. */
  readonly fix: (context: CauseContext) => Fix;
}

const packageOf = ({ target }: CauseContext): string =>
  target ? platformPackage(target) : "the platform package";
const machine = `${process.platform} ${process.arch}`;

/** The folder of the platform package that a binary is in. */
const folderOf = ({ path }: CauseContext): string | undefined =>
  path === undefined ? undefined : dirname(dirname(path));

const install = ({ installation }: CauseContext): readonly Action[] => reinstall(installation);

/** A broken file that the user chose is the user's to replace; one of ours is put there anew. */
const replace = (context: CauseContext): Fix => {
  if (context.source === "override")
    return { advice: `point ${BINARY_VARIABLE} to a working binary, or unset it` };
  if (context.source === "cache" && context.path !== undefined)
    return { actions: [{ do: "remove", path: context.path }] };
  return { actions: reinstall(context.installation, folderOf(context)) };
};

/** A package's folders can be closed as well as its file, so they are opened together. */
const readable = ({ path = "", source }: CauseContext): Fix => {
  const advice = "become the file's owner, or root";
  if (process.platform === "win32") return { advice: "let this user read and run it" };
  if (source !== "package") return { advice, actions: [{ do: "executable", path }] };
  const scope = dirname(dirname(dirname(path)));
  return { advice, actions: [{ do: "run", command: ["chmod", "-R", "a+rX", scope] }] };
};

/** What stands in the way of a download, and what helps. */
const DOWNLOADS: Readonly<
  Record<NetworkReason | "setting", { readonly why: string; readonly advice: string }>
> = {
  network: {
    why: "it is not installed, so the configured registry was asked, and there is no connection to it",
    advice: "connect, or correct the registry (registry=) or the proxy (https-proxy=) in .npmrc",
  },
  certificate: {
    why: "the registry's certificate is of an authority that Node does not know, as behind a company's proxy",
    advice: "set cafile=/path/to/authority.pem in .npmrc, or NODE_EXTRA_CA_CERTS",
  },
  validity: {
    why: "by this machine's clock the registry's certificate is not valid yet, or not any more",
    advice: "set the clock; if it is right, the registry has to renew its certificate",
  },
  host: {
    why: "the certificate is another host's: a proxy or a login page answers in the registry's place, or its address is wrong",
    advice: "log in to the network, or correct the registry (registry=) in .npmrc",
  },
  denied: {
    why: "the registry wants a login that it did not get, or the login may not read this package",
    advice: "log in (npm login --registry=URL), or set //HOST/:_authToken in .npmrc",
  },
  proxy: {
    why: "the proxy wants a login that it did not get, or lets nobody through to this address",
    advice:
      "set https-proxy=http://USER:PASSWORD@HOST:PORT in .npmrc, or noproxy= for this address",
  },
  absent: {
    why: "the configured registry does not have the package; a mirror may lack it or be late",
    advice:
      "let the registry take @parseltongue/* from npm, or set @parseltongue:registry=URL in .npmrc",
  },
  server: {
    why: "the registry failed, or something else answered in its place",
    advice: "try again later, or open the registry's address in a browser to see who answers",
  },
  setting: {
    why: "it is not installed, so the configured registry was to be asked, and the configuration is wrong",
    advice: "correct that setting in .npmrc or the environment",
  },
};

/** Every cause by its stable code. The codes are documented in docs/doctor.md and never change their meaning. */
export const CAUSES = {
  PT_PLATFORM_UNSUPPORTED: {
    what: () => `there is no parseltongue binary for ${machine}`,
    why: () => `prebuilt binaries exist for ${TARGETS.map(({ name }) => name).join(", ")}`,
    fix: () => ({
      advice: `build it from source (cargo build --release in engine/ of ${REPOSITORY_URL}) and set ${BINARY_VARIABLE}`,
    }),
  },
  PT_PACKAGE_MISSING: {
    what: (context) => `the platform package ${packageOf(context)} is not installed`,
    why: ({ installation }) =>
      installation.kind === "source"
        ? "this copy lies in no node_modules: it is a clone, or part of a bundle that left its packages behind"
        : "the package manager skipped it (a failed download of an optional dependency is silent), or a registry mirror does not have it yet",
    fix: (context) =>
      context.installation.kind === "source"
        ? {
            advice: `in a clone: npm run onboard -- DIR; in a bundle: keep ${PACKAGE_NAME} out of it (an external package), or set ${BINARY_VARIABLE}`,
          }
        : { actions: install(context) },
  },
  PT_PACKAGE_OTHER_PLATFORM: {
    what: (context) =>
      `the platform package ${packageOf(context)} is not installed, but ${context.installation.platformPackages.join(", ")} is`,
    why: () =>
      "node_modules was installed on another system and copied here (into a container, WSL, or by a synchronised folder)",
    fix: ({ installation }) => ({
      actions: reinstall(
        installation,
        // What is there is whole, but a manager that sees "its" packages does nothing.
        installation.projectRoot && `${installation.projectRoot}/node_modules`,
      ),
    }),
  },
  PT_OPTIONAL_OFF: {
    what: (context) => `the platform package ${packageOf(context)} is not installed`,
    why: ({ installation }) =>
      `optional dependencies are switched off by "${installation.optionalOff?.text}" in ${installation.optionalOff?.place}; the native binary is one`,
    fix: (context) => ({
      advice: `remove "${context.installation.optionalOff?.text}" from ${context.installation.optionalOff?.place}`,
      actions: install(context),
    }),
  },
  PT_LOCKFILE_PRUNED: {
    what: (context) => `the platform package ${packageOf(context)} is not installed`,
    why: (context) =>
      `${context.installation.lockfile?.path} does not list it: it was written on another platform by an npm with bug npm/cli#4828`,
    fix: ({ installation }) => ({ actions: relock(installation) }),
  },
  PT_BINARY_MISSING: {
    what: (context) =>
      `${packageOf(context)} is installed, but its binary is gone: ${context.path}`,
    why: () => "an antivirus program put it in quarantine, or the installation was interrupted",
    fix: (context) => ({
      advice: "allow the file in the antivirus program, if there is one",
      ...replace(context),
    }),
  },
  PT_OVERRIDE_MISSING: {
    what: (context) => `${BINARY_VARIABLE} points to ${context.path}, and there is no such file`,
    why: () => "the variable replaces the installed binary, so nothing else is tried",
    fix: () => ({ advice: `correct ${BINARY_VARIABLE}, or unset it to use the installed binary` }),
  },
  PT_BINARY_UNREADABLE: {
    what: (context) => `the binary cannot be read: ${context.path} (${context.found})`,
    why: () => "it belongs to another user, or a folder above it is closed to this one",
    fix: (context) => readable(context),
  },
  PT_BINARY_TRUNCATED: {
    what: (context) => `the binary is incomplete: ${context.path} (${context.found})`,
    why: () =>
      "the disk was full during installation, a download was cut off, or a virus scanner emptied the file",
    fix: replace,
  },
  PT_BINARY_FORMAT: {
    what: (context) =>
      `the file is not a program of this system: ${context.path} (${context.found}, this is ${machine})`,
    why: () => "it was overwritten, or it was built for another operating system",
    fix: replace,
  },
  PT_BINARY_ARCH: {
    what: (context) =>
      `the binary is for another processor: ${context.path} (${context.found}, this is ${machine})`,
    why: () =>
      "node_modules was copied from another machine, or Node itself changed between native and emulated",
    fix: replace,
  },
  PT_BINARY_LIBC: {
    what: (context) =>
      `the binary needs a C library that this system does not have: ${context.path} (${context.found})`,
    why: () =>
      "the glibc build was installed on a musl system such as Alpine, or the other way round",
    fix: (context) =>
      context.source === "override" || context.target === undefined
        ? replace(context)
        : {
            actions: [
              {
                do: "run",
                command: [
                  "npm",
                  "install",
                  "--force",
                  `${platformPackage(context.target).replace(/-gnu$/, "-musl")}@${VERSION}`,
                ],
              },
            ],
          },
  },
  PT_BINARY_MODE: {
    what: (context) => `the binary is not executable: ${context.path} (${context.found})`,
    why: () =>
      "the execute permission was lost in a copy or an archive, or the package manager strips it",
    fix: ({ path }) => (path === undefined ? {} : { actions: [{ do: "executable", path }] }),
  },
  PT_BINARY_HASH: {
    what: (context) =>
      `the binary is not the one that this version was published with: ${context.path} (${context.found})`,
    why: () =>
      "it was changed after it was installed, or a registry mirror sent another file; this package holds the SHA-256 of every binary it was published with",
    fix: (context) => ({
      ...(context.source === "package"
        ? { advice: "if the registry is a mirror, compare it with another one" }
        : {}),
      ...replace(context),
    }),
  },
  PT_MOUNT_NOEXEC: {
    what: (context) =>
      `the binary lies on a file system that forbids running programs: ${context.path} (${context.found})`,
    why: () => "the file system is mounted with the option noexec",
    fix: (context) => ({
      advice:
        context.source === "cache"
          ? "set PARSELTONGUE_CACHE_DIR to a folder on another file system"
          : `install on another file system; or copy the binary to one and set ${BINARY_VARIABLE} to the copy; or mount this one with exec`,
    }),
  },
  PT_SPAWN_FAILED: {
    what: (context) => `the system refused to start ${context.path} (${context.found})`,
    why: () =>
      "a security policy, exhausted memory or process table, or a file that changed a moment ago",
    fix: () => ({
      advice: "pt doctor shows every check; if all pass, report it with pt doctor --json",
    }),
  },
  PT_BINARY_CRASHED: {
    what: (context) => `the binary starts, but ends wrongly: ${context.path} (${context.found})`,
    why: () => "the file is damaged, or this processor or kernel is older than the build supports",
    fix: replace,
  },
  PT_DOWNLOAD_FAILED: {
    what: (context) =>
      `the platform package ${packageOf(context)} could not be downloaded: ${context.found}`,
    why: ({ reason }) => DOWNLOADS[reason ?? "network"].why,
    fix: (context) => ({
      advice: DOWNLOADS[context.reason ?? "network"].advice,
      ...(context.installation.optionalOff === undefined ? { actions: install(context) } : {}),
    }),
  },
  PT_DOWNLOAD_HASH: {
    what: (context) =>
      `the downloaded ${packageOf(context)} is not what was published with this version, and was thrown away (${context.found})`,
    why: () =>
      "a proxy or mirror changed it or sent another file; this package holds the SHA-256 of every binary it was published with",
    fix: (context) => ({ advice: "use another registry or mirror", actions: install(context) }),
  },
  PT_CACHE_UNWRITABLE: {
    what: (context) => `the downloaded binary cannot be kept: ${context.path} (${context.found})`,
    why: () => "the cache folder belongs to another user, is read-only, or the disk is full",
    fix: () => ({
      advice:
        "set PARSELTONGUE_CACHE_DIR to a folder that this user may write, on a disk with space",
    }),
  },
  PT_VERSION_MISMATCH: {
    what: (context) => `versions differ: this package is ${VERSION}, ${context.found}`,
    why: () =>
      "only one of the packages was updated; they are published together and pinned to each other",
    fix: replace,
  },
} as const satisfies Readonly<Record<string, Cause>>;

/** A stable code that names why the engine cannot run. */
export type CauseCode = keyof typeof CAUSES;

/** Where a code is explained. */
export const documentation = (code: CauseCode): string =>
  `${REPOSITORY_URL}/blob/main/docs/doctor.md#${code.toLowerCase()}`;
