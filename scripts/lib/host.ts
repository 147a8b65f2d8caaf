import { familySync } from "detect-libc";
import { TARGETS, type Target } from "../../packages/parseltongue/src/targets.ts";
import { Trouble } from "./say.ts";

/** The target that a build without `--target` makes: the one of this machine. */
export function hostTarget(): Target {
  const libc = familySync();
  const target = TARGETS.find(
    ({ os, cpu, ...rest }) =>
      os === process.platform && cpu === process.arch && (rest.libc ?? null) === libc,
  );
  if (target === undefined) {
    throw new Trouble(
      `there is no target for ${process.platform} ${process.arch}${libc ? ` ${libc}` : ""}`,
      `why: the targets are ${TARGETS.map(({ name }) => name).join(", ")}`,
      "fix: add it to packages/parseltongue/src/targets.ts",
    );
  }
  return target;
}

/** A target by its name. */
export function targetNamed(name: string): Target {
  const target = TARGETS.find((candidate) => candidate.name === name);
  if (target === undefined)
    throw new Trouble(
      `there is no target "${name}"`,
      `fix: choose ${TARGETS.map((each) => each.name).join(", ")}`,
    );
  return target;
}
