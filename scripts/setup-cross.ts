import { execa } from "execa";
import { TARGETS } from "../packages/parseltongue/src/targets.ts";
import { DEBIAN_SOURCES, libraryAdvice, requireZig, rustFor } from "./lib/cross-toolchain.ts";
import { say, Trouble } from "./lib/say.ts";
import { buildOf } from "./lib/target-builds.ts";
import { aptInstall, canAptInstall, requireRust } from "./lib/toolchain.ts";

const triples = TARGETS.map((target) => buildOf(target).triple);

/** The targets for which no Rust has the standard library ready; with `sources`, nor can build it. */
async function lacking({ sources }: { readonly sources: boolean }): Promise<string[]> {
  const lacks: string[] = [];
  for (const triple of triples) {
    const rust = await rustFor(triple);
    if (rust === undefined || (!sources && rust.cargoOptions.length > 0)) lacks.push(triple);
  }
  return lacks;
}

/** `npm run setup-cross`: installs what builds every target on this machine; prints where each stands. */
export async function main(): Promise<void> {
  await requireRust();
  await requireZig();
  // Ready libraries save minutes for each target, and are the ones that Rust's project has tested.
  const toAdd = await lacking({ sources: false });
  if (toAdd.length > 0) {
    say(`Adding ${toAdd.join(", ")} with rustup ...`);
    const { failed } = await execa("rustup", ["target", "add", ...toAdd], {
      stdin: "ignore",
      stdout: process.stderr,
      stderr: process.stderr,
      reject: false,
    });
    if (failed) say("rustup is not there, or cannot add them: its message is above");
  }
  if ((await lacking({ sources: true })).length > 0 && canAptInstall()) {
    say(`Installing ${DEBIAN_SOURCES.join(" ")} with apt-get, to build the standard library ...`);
    await aptInstall(DEBIAN_SOURCES);
  }
  for (const target of TARGETS) {
    const rust = await rustFor(buildOf(target).triple);
    const standing =
      rust === undefined
        ? "standard library missing"
        : `Rust ${rust.release}, standard library ${rust.cargoOptions.length === 0 ? "installed" : "built along"}`;
    process.stdout.write(`${target.name.padEnd(20)}${standing}\n`);
  }
  const missing = await lacking({ sources: true });
  if (missing.length > 0)
    throw new Trouble(
      `Rust's standard library is not there for ${missing.join(", ")}`,
      "why: neither is it installed, nor are its sources",
      `fix: ${libraryAdvice(missing)}`,
    );
}
