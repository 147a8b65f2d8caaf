import { REPOSITORY_URL, VERSION } from "../../../packages/parseltongue/src/identity.ts";
import type { Target } from "../../../packages/parseltongue/src/targets.ts";
import { SIGNERS, type Signer } from "./checksums.ts";
import { type Measured, showMeasured } from "./contracts.ts";
import type { FileEntry } from "./files.ts";
import { CHECKSUMS, COPY_PASTE, genericBinary, NPM_BUNDLE, SBOM } from "./layout.ts";
import type { SourceState } from "./source-state.ts";

/** Everything that the manifest tells. */
export interface ManifestFacts {
  readonly targets: readonly Target[];
  readonly source: SourceState;
  readonly timestamp: string;
  /** Built for this machine alone. */
  readonly local: boolean;
  /** Tool name to version. */
  readonly toolchain: Readonly<Record<string, string>>;
  readonly contracts: readonly Measured[];
  readonly files: readonly FileEntry[];
}

const LOCAL_CELLS = ["Built for", "the machine it was made on alone; not to be published"] as const;

/** The line by which validation knows that a distribution is not to be published. */
export const LOCAL_ROW = `| ${LOCAL_CELLS.join(" | ")} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** The target whose bytes a file holds, or "all". */
function targetOf(path: string, targets: readonly Target[]): string {
  // The longest name first: "linux-x64" must not win over a name that goes on.
  const found = [...targets]
    .sort((a, b) => b.name.length - a.name.length)
    .find(({ name }) => path.includes(name));
  if (found !== undefined) return found.name;
  return /^binaries\/[^/]+$/.test(path) ? (targets[0]?.name ?? "all") : "all";
}

/** The row of a file; validation reads it back. */
export const fileRow = (file: FileEntry, targets: readonly Target[]): readonly string[] => [
  `\`${file.path}\``,
  String(file.size),
  targetOf(file.path, targets),
  `\`${file.sha256}\``,
];

const verifyLines = (signers: readonly Signer[]): string =>
  signers.map(({ verify }) => `    ${verify}`).join("\n");

/** `PACKAGE_MANIFEST.md`: what is in the package, what it was made from, and how to check both. */
export function manifestText(facts: ManifestFacts): string {
  const { targets, source, timestamp, toolchain, contracts, files } = facts;
  const [first] = targets;
  if (first === undefined) throw new Error("a distribution has at least one target");
  const dirty = source.changes.length > 0;
  return `# parseltongue ${VERSION}

${table(
  ["", ""],
  [
    ["Version", VERSION],
    ["Targets", targets.map(({ name }) => name).join(", ")],
    [
      "Commit",
      `\`${source.commit}\`${dirty ? ` with ${source.changes.length} uncommitted changes` : ""}`,
    ],
    ["Time of the source", timestamp],
    ...(facts.local ? [LOCAL_CELLS] : []),
    ...Object.entries(toolchain),
    ["Source", REPOSITORY_URL],
  ],
)}

## Use it

In any project, without Node and without a network (the binary is the one of ${first.name}):

    cp ${genericBinary(first)} YOUR_PROJECT/
    cp -r ${COPY_PASTE}/* YOUR_PROJECT/
    cd YOUR_PROJECT
    ./pt onboard .

As npm packages, without a network:

    npm install --offline ${NPM_BUNDLE}/*.tgz

## Contracts

Measured on the machine that made this package, on the files in it.

${table(
  ["what", "measured", "at most", "how"],
  contracts.map((each) => [
    each.name,
    showMeasured(each),
    showMeasured({ ...each, value: each.limit }),
    each.how,
  ]),
)}

## Files

${table(
  ["file", "bytes", "target", "SHA-256"],
  files.map((file) => fileRow(file, targets)),
)}

\`${CHECKSUMS}\` lists this file too, and \`${SBOM}\` what the binaries and packages are made of (CycloneDX).

## Verify it

    sha256sum --check ${CHECKSUMS}

If the package is signed, one of these:

${verifyLines(SIGNERS)}

To build the same bytes from the source, see docs/release.md in the repository.
`;
}
