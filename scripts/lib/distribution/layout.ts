import { join } from "node:path";
import { ENGINE_NAME, VERSION } from "../../../packages/parseltongue/src/identity.ts";
import type { Target } from "../../../packages/parseltongue/src/targets.ts";
import { TEMPLATES, type Template } from "../../../packages/parseltongue/src/templates/table.ts";
import { ROOT } from "../paths.ts";

// The names inside a distribution, relative to its folder and with forward slashes everywhere.

/** Where a distribution is made unless `--out` says otherwise. */
export const DISTRIBUTION = join(ROOT, "distribution");

export const BINARIES = "binaries";
export const COPY_PASTE = "copy-paste-ready";
export const ARCHIVES = "archives";
/** The offline npm bundle: every tarball that `npm install ./*.tgz` needs. */
export const NPM_BUNDLE = "npm";
export const MANIFEST = "PACKAGE_MANIFEST.md";
export const CHECKSUMS = "SHA256SUMS";
export { SBOM } from "../manifests.ts";

const extension = (target: Target): string => (target.os === "win32" ? ".exe" : "");

/** What is copied into a project whole; a block for a file of the user's is not. */
export const COPY_PASTE_FILES: readonly Template[] = TEMPLATES.filter(
  ({ blockIn }) => blockIn === undefined,
);

/** The binary of the distribution's first target, which is the one to copy. */
export const genericBinary = (target: Target): string =>
  `${BINARIES}/${ENGINE_NAME}${extension(target)}`;

/** The same bytes under a name that tells when their source was committed. */
export const timestampedBinary = (target: Target, timestamp: string): string =>
  `${BINARIES}/${ENGINE_NAME}_${timestamp}${extension(target)}`;

/** The binaries of a distribution with several targets: a folder for each. */
export const targetBinary = (target: Target, timestamp?: string): string =>
  `${BINARIES}/${target.name}/${ENGINE_NAME}${timestamp === undefined ? "" : `_${timestamp}`}${extension(target)}`;

/** The folder that an archive unpacks to. */
export const archiveFolder = (target: Target, version = VERSION): string =>
  `${ENGINE_NAME}-${version}-${target.name}`;

export const archiveName = (target: Target, version = VERSION): string =>
  `${ARCHIVES}/${archiveFolder(target, version)}${target.os === "win32" ? ".zip" : ".tar.gz"}`;
