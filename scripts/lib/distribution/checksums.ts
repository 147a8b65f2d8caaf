import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Trouble } from "../say.ts";
import type { FileEntry } from "./files.ts";
import { CHECKSUMS } from "./layout.ts";

/** The text of a checksum file that `sha256sum -c` reads. */
export const checksumText = (entries: readonly FileEntry[]): string =>
  entries.map(({ sha256, path }) => `${sha256}  ${path}\n`).join("");

/** Hash by path, of a checksum file. */
export function parseChecksums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split("\n").filter(Boolean)) {
    const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined)
      throw new Trouble(`${CHECKSUMS} has a line that is no checksum: ${line.slice(0, 80)}`);
    sums.set(match[2], match[1]);
  }
  return sums;
}

/** A way to sign the checksum file: used where its variable names a key. */
export interface Signer {
  readonly name: string;
  /** The environment variable with the path of the secret key. */
  readonly variable: string;
  readonly signature: string;
  readonly sign: (key: string) => readonly [string, ...string[]];
  /** What the command needs in the environment where the user sets nothing. */
  readonly env?: Readonly<Record<string, string>>;
  /** How a user verifies it; `PUBLIC` stands for the public key. */
  readonly verify: string;
}

/** The namespace of SSH signatures, so that one for another purpose does not count. */
const SSH_NAMESPACE = "parseltongue-release";

export const SIGNERS: readonly Signer[] = [
  {
    name: "ssh",
    variable: "PARSELTONGUE_SSH_SIGNING_KEY",
    signature: `${CHECKSUMS}.sig`,
    sign: (key) => ["ssh-keygen", "-Y", "sign", "-q", "-f", key, "-n", SSH_NAMESPACE, CHECKSUMS],
    verify: `ssh-keygen -Y verify -f ALLOWED_SIGNERS -I IDENTITY -n ${SSH_NAMESPACE} -s ${CHECKSUMS}.sig < ${CHECKSUMS}`,
  },
  {
    name: "minisign",
    variable: "PARSELTONGUE_MINISIGN_KEY",
    signature: `${CHECKSUMS}.minisig`,
    sign: (key) => ["minisign", "-S", "-W", "-s", key, "-m", CHECKSUMS],
    verify: `minisign -V -p PUBLIC -m ${CHECKSUMS}`,
  },
  {
    name: "cosign",
    variable: "PARSELTONGUE_COSIGN_KEY",
    signature: `${CHECKSUMS}.cosign.sig`,
    sign: (key) => [
      "cosign",
      "sign-blob",
      "--yes",
      "--tlog-upload=false",
      "--key",
      key,
      "--output-signature",
      `${CHECKSUMS}.cosign.sig`,
      CHECKSUMS,
    ],
    // It asks for the password of a key that has none, unless it is told the empty one.
    env: { COSIGN_PASSWORD: "" },
    verify: `cosign verify-blob --insecure-ignore-tlog --key PUBLIC --signature ${CHECKSUMS}.cosign.sig ${CHECKSUMS}`,
  },
];

/** The signatures that may lie beside the checksum file; it cannot list them itself. */
export const isSignature = (path: string): boolean =>
  SIGNERS.some(({ signature }) => signature === path);

/** The signers whose key is given in the environment. */
export const signersWithKey = (): readonly (Signer & { key: string })[] =>
  SIGNERS.flatMap((signer) => {
    const key = process.env[signer.variable];
    return key ? [{ ...signer, key }] : [];
  });

/** Signs the checksum file of a folder with every key that is given. */
export async function signChecksums(folder: string): Promise<string[]> {
  // A signature of an earlier state would be worse than none, and ssh-keygen does not overwrite one.
  for (const { signature } of SIGNERS) rmSync(join(folder, signature), { force: true });
  const made: string[] = [];
  for (const { name, key, sign, env, signature, variable } of signersWithKey()) {
    const [program, ...args] = sign(key);
    const { failed, stderr } = await execa(program, args, {
      cwd: folder,
      env: { ...env, ...process.env },
      reject: false,
      stdin: "ignore",
    });
    if (failed || !existsSync(join(folder, signature)))
      throw new Trouble(
        `${name} did not sign ${CHECKSUMS}${stderr ? `: ${stderr.split("\n")[0]}` : ""}`,
        `fix: install ${program} and let ${variable} name a secret key that needs no password, or unset it`,
      );
    made.push(signature);
  }
  return made;
}

/** Whether an SSH signature is of this file; whose key it is, only an allowed-signers file can say. */
export async function sshSignatureFits(folder: string): Promise<boolean> {
  const { failed } = await execa(
    "ssh-keygen",
    ["-Y", "check-novalidate", "-n", SSH_NAMESPACE, "-s", `${CHECKSUMS}.sig`],
    { cwd: folder, reject: false, input: readFileSync(join(folder, CHECKSUMS)) },
  );
  return !failed;
}
