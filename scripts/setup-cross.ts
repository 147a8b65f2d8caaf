import { execa } from "execa";
import { TARGETS } from "../packages/parseltongue/src/targets.ts";
import {
  DEBIAN_SOURCES,
  libraryAdvice,
  requireZig,
  rustFor,
  rustupArguments,
} from "./lib/cross-toolchain.ts";
import { say, Trouble } from "./lib/say.ts";
import { buildOf, type TargetBuild } from "./lib/target-builds.ts";
import { aptInstall, canAptInstall, requireRust } from "./lib/toolchain.ts";

const builds = TARGETS.map(buildOf);

/**
 * The targets for which no Rust has the standard library as they want it; with `anySource`, those alone that cannot be
 * built at all.
 */
async function lacking({ anySource }: { readonly anySource: boolean }): Promise<TargetBuild[]> {
  const lacks: TargetBuild[] = [];
  for (const build of builds) {
    const rust = await rustFor(build);
    const wanted = build.libraryFromSources === true || rust?.cargoOptions.length === 0;
    if (rust === undefined || (!anySource && !wanted)) lacks.push(build);
  }
  return lacks;
}

/** What `--help` prints. */
export const HELP = `Usage: npm run setup-cross

Installs what builds every platform on this machine, and prints where each stands.
`;

/** `npm run setup-cross`: see {@link HELP}. */
export async function main(): Promise<void> {
  await requireRust();
  await requireZig();
  // Ready libraries save minutes for each target, and are the ones that Rust's project has tested.
  for (const command of rustupArguments(await lacking({ anySource: false }))) {
    say(`rustup ${command.join(" ")} ...`);
    const { failed, code } = await execa("rustup", command, {
      stdin: "ignore",
      stdout: process.stderr,
      stderr: process.stderr,
      reject: false,
    });
    if (code === "ENOENT") {
      say("rustup is not there");
      break;
    }
    if (failed) say(`rustup ${command.join(" ")} failed; its message is above`);
  }
  if ((await lacking({ anySource: true })).length > 0 && canAptInstall()) {
    say(`Installing ${DEBIAN_SOURCES.join(" ")} with apt-get, to build the standard library ...`);
    await aptInstall(DEBIAN_SOURCES);
  }
  for (const target of TARGETS) {
    const rust = await rustFor(buildOf(target));
    const standing =
      rust === undefined
        ? "standard library missing"
        : `Rust ${rust.release}, standard library ${rust.cargoOptions.length === 0 ? "installed" : "built along"}`;
    process.stdout.write(`${target.name.padEnd(20)}${standing}\n`);
  }
  const missing = await lacking({ anySource: true });
  if (missing.length > 0)
    throw new Trouble(
      `Rust's standard library is not there for ${missing.map(({ triple }) => triple).join(", ")}`,
      "why: neither is it installed, nor are its sources",
      `fix: ${libraryAdvice(missing)}`,
    );
}
