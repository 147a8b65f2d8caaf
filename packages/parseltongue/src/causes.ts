import { BINARY_VARIABLE, PACKAGE_NAME, REPOSITORY_URL, VERSION } from "./identity.ts";
import { type Installation, repairCommand } from "./installation.ts";
import { platformPackage, TARGETS, type Target } from "./targets.ts";

/** What a cause's text may speak of. */
export interface CauseContext {
  readonly installation: Installation;
  readonly target?: Target | undefined;
  readonly path?: string | undefined;
  /** What was found instead of what was expected. */
  readonly found?: string | undefined;
  /** True where the file was named by the override. */
  readonly override?: boolean;
}

/** One reason why the engine cannot run. */
export interface Cause {
  /** What happened. */
  readonly what: (context: CauseContext) => string;
  /** How people get there. */
  readonly why: (context: CauseContext) => string;
  /** What to do: one line, a command where there is one. */
  readonly fix: (context: CauseContext) => string;
}

const packageOf = ({ target }: CauseContext): string =>
  target ? platformPackage(target) : "the platform package";
const machine = `${process.platform} ${process.arch}`;
const repair = (context: CauseContext): string => repairCommand(context.installation);
/** A broken file that the user chose is the user's to replace; one of ours is reinstalled. */
const replace = (context: CauseContext): string =>
  context.override ? `point ${BINARY_VARIABLE} to a working binary, or unset it` : repair(context);

/** Every cause by its stable code. The codes are documented in docs/doctor.md and never change their meaning. */
export const CAUSES = {
  PT_PLATFORM_UNSUPPORTED: {
    what: () => `there is no parseltongue binary for ${machine}`,
    why: () => `prebuilt binaries exist for ${TARGETS.map(({ name }) => name).join(", ")}`,
    fix: () =>
      `build it from source (cargo build --release in engine/ of ${REPOSITORY_URL}) and set ${BINARY_VARIABLE}`,
  },
  PT_PACKAGE_MISSING: {
    what: (context) => `the platform package ${packageOf(context)} is not installed`,
    why: () =>
      "the package manager skipped it (a failed download of an optional dependency is silent), or a registry mirror does not have it yet",
    fix: repair,
  },
  PT_PACKAGE_OTHER_PLATFORM: {
    what: (context) =>
      `the platform package ${packageOf(context)} is not installed, but ${context.installation.platformPackages.join(", ")} is`,
    why: () =>
      "node_modules was installed on another system and copied here (into a container, WSL, or by a synchronised folder)",
    fix: (context) => `reinstall on this machine: ${repair(context)}`,
  },
  PT_OPTIONAL_OFF: {
    what: (context) => `the platform package ${packageOf(context)} is not installed`,
    why: (context) =>
      `optional dependencies are switched off by ${context.installation.optionalOff}; the native binary is one`,
    fix: (context) => `remove that setting, then: ${repair(context)}`,
  },
  PT_LOCKFILE_PRUNED: {
    what: (context) => `the platform package ${packageOf(context)} is not installed`,
    why: (context) =>
      `${context.installation.lockfile?.path} does not list it: it was written on another platform by an npm with bug npm/cli#4828`,
    fix: () =>
      `npm install --include=optional --save-exact ${PACKAGE_NAME}@${VERSION} after deleting node_modules and package-lock.json`,
  },
  PT_BINARY_MISSING: {
    what: (context) =>
      `${packageOf(context)} is installed, but its binary is gone: ${context.path}`,
    why: () => "an antivirus program put it in quarantine, or the installation was interrupted",
    fix: (context) =>
      `allow the file in the antivirus program if there is one, then: ${repair(context)}`,
  },
  PT_OVERRIDE_MISSING: {
    what: (context) => `${BINARY_VARIABLE} points to ${context.path}, and there is no such file`,
    why: () => "the variable replaces the installed binary, so nothing else is tried",
    fix: () => `correct ${BINARY_VARIABLE}, or unset it to use the installed binary`,
  },
  PT_BINARY_UNREADABLE: {
    what: (context) => `the binary cannot be read: ${context.path} (${context.found})`,
    why: () => "it belongs to another user, or a folder above it is closed to this one",
    fix: (context) => `chmod a+rx ${quote(context.path)}, or reinstall as this user`,
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
      context.override || context.target === undefined
        ? replace(context)
        : `install the static build: npm install ${platformPackage(context.target).replace(/-gnu$/, "-musl")}@${VERSION}`,
  },
  PT_BINARY_MODE: {
    what: (context) => `the binary is not executable: ${context.path} (${context.found})`,
    why: () =>
      "the execute permission was lost in a copy or an archive, or the package manager strips it",
    fix: (context) => `chmod +x ${quote(context.path)}`,
  },
  PT_MOUNT_NOEXEC: {
    what: (context) =>
      `the binary lies on a file system that forbids running programs: ${context.path} (${context.found})`,
    why: () => "the file system is mounted with the option noexec",
    fix: () =>
      `install elsewhere, or copy the binary to another file system and set ${BINARY_VARIABLE}`,
  },
  PT_SPAWN_FAILED: {
    what: (context) => `the system refused to start ${context.path} (${context.found})`,
    why: () =>
      "a security policy, exhausted memory or process table, or a file that changed a moment ago",
    fix: () => "pt doctor shows every check; if all pass, report it with pt doctor --json",
  },
  PT_BINARY_CRASHED: {
    what: (context) => `the binary starts, but ends wrongly: ${context.path} (${context.found})`,
    why: () => "the file is damaged, or this processor or kernel is older than the build supports",
    fix: replace,
  },
  PT_DOWNLOAD_FAILED: {
    what: (context) =>
      `the platform package ${packageOf(context)} could not be downloaded: ${context.found}`,
    why: () => "it is not installed, so it was asked from the registry that npm is configured for",
    fix: (context) =>
      `check the network and npm's registry and proxy settings, then try again; or install it: ${repair(context)}`,
  },
  PT_DOWNLOAD_HASH: {
    what: (context) =>
      `the downloaded ${packageOf(context)} is not what was published with this version, and was thrown away (${context.found})`,
    why: () =>
      "a proxy or mirror changed it or sent another file; this package holds the SHA-256 of every binary it was published with",
    fix: (context) => `use another registry or mirror, then: ${repair(context)}`,
  },
  PT_CACHE_UNWRITABLE: {
    what: (context) => `the downloaded binary cannot be kept: ${context.path} (${context.found})`,
    why: () => "the cache folder belongs to another user, is read-only, or the disk is full",
    fix: () => "set PARSELTONGUE_CACHE_DIR to a folder that this user may write",
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

const quote = (path: string | undefined): string =>
  path === undefined || /^[\w./@-]+$/.test(path) ? `${path}` : `'${path}'`;

/** Where a code is explained. */
export const documentation = (code: CauseCode): string =>
  `${REPOSITORY_URL}/blob/main/docs/doctor.md#${code.toLowerCase()}`;
