import { rmSync } from "node:fs";
import { VERSION } from "../../../packages/parseltongue/src/identity.ts";
import type { Manager, Network } from "./managers.ts";
import { createWorld, platformFolders, type Ran, type RunOptions, type World } from "./world.ts";

/** What a cell ended as. */
export type Outcome =
  | { readonly kind: "works"; readonly how: string }
  | { readonly kind: "explains"; readonly code: string }
  | { readonly kind: "n/a"; readonly reason: string }
  | { readonly kind: "failed"; readonly output: string };

/** A step that did not do what it had to. */
export class CellFailure extends Error {
  override readonly name = "CellFailure";
}

/** A cell that makes no sense, with the reason. */
export class NotApplicable extends Error {
  override readonly name = "NotApplicable";
}

/** What a screen of 80 columns shows at once. */
const SCREEN = { rows: 24, columns: 80 };

/** One package manager in one situation: the steps that situations are made of. */
export interface Cell extends World {
  readonly network: Network;
  /** Adds parseltongue to the project. */
  readonly add: (...flags: readonly string[]) => Promise<Ran>;
  /** Runs a command that has to succeed. */
  readonly must: (command: readonly string[], options?: RunOptions) => Promise<Ran>;
  /** Runs `pt` of the project as the manager's users do. */
  readonly pt: (args: readonly string[], options?: RunOptions) => Promise<Ran>;
  /** `pt` answers about the project. */
  readonly works: (options?: Way) => Promise<Outcome>;
  /** `pt` names this cause on one screen; the fix that it offers is taken, and then it works. */
  readonly explains: (code: string, options?: Explanation) => Promise<Outcome>;
  /** The platform package is taken out of the project. */
  readonly removePlatform: () => void;
}

/** How `pt` is called, where it is not the usual way. */
export interface Way extends RunOptions {
  /** In the place of the manager's way to run a program. */
  readonly command?: readonly string[];
  /** What stderr has to say, and only that. */
  readonly says?: RegExp;
}

/** What an explanation has to come with. */
export interface Explanation extends Way {
  /** Whether a command mends it; true unless said otherwise. */
  readonly fix?: boolean;
  /** What the doctor names, where that is another cause: it downloads nothing, so it sees what is behind a download. */
  readonly behind?: string;
}

const told = ({ command, exitCode, stdout, stderr }: Ran): string =>
  `$ ${command}\n${stdout}${stdout && "\n"}${stderr}\n(exit code ${exitCode})`;

const screenRows = (text: string): number =>
  text
    .trimEnd()
    .split("\n")
    .reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / SCREEN.columns)), 0);

/** Makes a cell in a new world. */
export async function createCell(
  manager: Manager,
  network: Network,
  projectName?: string,
): Promise<Cell> {
  const world = await createWorld(manager, network, projectName);
  const spec =
    manager.family === "deno" ? `npm:parseltongue@${VERSION}` : `parseltongue@${VERSION}`;

  const must = async (command: readonly string[], options?: RunOptions): Promise<Ran> => {
    const ran = await world.run(command, options);
    if (ran.exitCode !== 0) throw new CellFailure(told(ran));
    return ran;
  };
  const add = (...flags: readonly string[]): Promise<Ran> => must([...manager.add, spec, ...flags]);
  const call = (
    args: readonly string[],
    { command = [...manager.exec, "pt"], ...options }: Way = {},
  ) => world.run([...command, ...args], options);

  const works = async (way: Way = {}): Promise<Outcome> => {
    const ran = await call(["where-defined", "greet"], way);
    if (ran.exitCode !== 0 || !ran.stdout.includes("greet.js:1")) throw new CellFailure(told(ran));
    // npm 12 tells what npx runs.
    const said = ran.stderr.replaceAll(/^npm notice .*\n?/gm, "");
    if (way.says !== undefined && !way.says.test(said))
      throw new CellFailure(`${told(ran)}\nstderr does not match ${way.says}`);
    return { kind: "works", how: way.says ? "after a download" : "" };
  };

  const explains = async (
    code: string,
    { fix = true, behind = code, ...way }: Explanation = {},
  ): Promise<Outcome> => {
    const ran = await call(["where-defined", "greet"], way);
    const complaint =
      ran.exitCode === 0
        ? "it succeeds"
        : !ran.stderr.includes(`[${code}]`)
          ? `it does not name ${code}`
          : /\n\s+at .*:\d+:\d+/.test(ran.stderr)
            ? "it prints a stack trace"
            : screenRows(ran.stderr) > SCREEN.rows
              ? "it needs more than a screen"
              : undefined;
    if (complaint !== undefined) throw new CellFailure(`${told(ran)}\n${complaint}`);
    const doctor = await call(["doctor", "--json"], way);
    const problem = doctorProblem(doctor);
    if (problem.code !== behind)
      throw new CellFailure(`${told(doctor)}\nthe doctor names ${problem.code}`);
    if (fix) {
      if (problem.command === undefined)
        throw new CellFailure(`${told(doctor)}\nno command mends it`);
      // The report shortens the home folder.
      await must(["sh", "-c", problem.command.replaceAll("~/", `${world.home}/`)], options(way));
      await works(way);
    }
    return { kind: "explains", code };
  };

  return {
    ...world,
    network,
    must,
    add,
    pt: call,
    works,
    explains,
    removePlatform: () => {
      const folders = platformFolders(world.project);
      if (folders.length === 0) throw new CellFailure("there is no platform package to remove");
      for (const folder of folders) rmSync(folder, { recursive: true });
    },
  };
}

const options = ({ cwd, env }: Way): RunOptions => ({
  ...(cwd === undefined ? {} : { cwd }),
  ...(env === undefined ? {} : { env }),
});

function doctorProblem(ran: Ran): { readonly code?: string; readonly command?: string } {
  try {
    const report = JSON.parse(ran.stdout) as { problem?: { code: string; command?: string } };
    return report.problem ?? {};
  } catch {
    throw new CellFailure(`${told(ran)}\nthe doctor prints no JSON`);
  }
}
