import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type Engine, readyEngine } from "../engine.ts";
import { FAILURE_EXIT } from "../failure.ts";
import { childEnvironment, endLike, FORWARDED_SIGNALS } from "../launch.ts";
import { type Progress, progressLine } from "../progress.ts";
import { type Toolkit, toolkitOf } from "../templates/toolkit.ts";
import type { WorkflowRequest } from "./arguments.ts";
import { engineArguments, type Step, type Workflow } from "./definitions.ts";
import { openRun, projectRoot, type Run, WORKSPACE } from "./workspace.ts";

/** How a call of the engine ended. */
interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Calls the engine, one call at a time, and stops it when this process is told to stop. */
class EngineCalls {
  readonly #engine: Engine;
  #toolkit: Toolkit | undefined;
  #child: ChildProcess | undefined;
  #interrupted: NodeJS.Signals | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    for (const signal of FORWARDED_SIGNALS) process.on(signal, this.#interrupt);
  }

  /** The signal that arrived since the start, if one did. */
  get interrupted(): NodeJS.Signals | undefined {
    return this.#interrupted;
  }

  readonly #interrupt = (signal: NodeJS.Signals): void => {
    this.#interrupted = signal;
    if (process.platform !== "win32") this.#child?.kill(signal);
  };

  /** Restores the default handling of signals. */
  release(): void {
    for (const signal of FORWARDED_SIGNALS) process.removeListener(signal, this.#interrupt);
  }

  /** A file of the toolkit, for which the engine is asked once. */
  template(name: string): string {
    this.#toolkit ??= toolkitOf(this.#engine);
    return this.#toolkit(name);
  }

  /** Runs one call; its stdout goes to a descriptor or to our own, its stderr to our own unless it is kept. */
  run(
    args: readonly string[],
    stdout: number | "inherit" | "ignore",
    stderr: "inherit" | "pipe",
  ): Promise<Ended> {
    return new Promise((done, failed) => {
      const child = spawn(this.#engine.path, args, {
        stdio: ["ignore", stdout, stderr],
        env: childEnvironment(this.#engine),
      });
      this.#child = child;
      let kept = "";
      child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
        kept += chunk;
      });
      child.on("error", failed);
      child.on("close", (code, signal) => {
        this.#child = undefined;
        done({ code, signal, stderr: kept });
      });
    });
  }
}

const succeeded = ({ code, signal }: Ended): boolean => code === 0 && signal === null;

/** Runs a workflow: the answer on stdout, the documents in the project's workspace folder. */
export async function runWorkflow(workflow: Workflow, request: WorkflowRequest): Promise<void> {
  const root =
    request.directory === undefined
      ? resolve(request.root ?? projectRoot())
      : resolve(request.directory);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    process.stderr.write(
      `pt: there is no directory ${root}\n  fix: pt ${workflow.name} takes the folder of a project, for example: ${workflow.examples[0]}\n`,
    );
    process.exitCode = FAILURE_EXIT;
    return;
  }
  const engine = await readyEngine();
  if (engine === undefined) return;

  const progress = progressLine();
  const calls = new EngineCalls(engine);
  let run: Run | undefined;
  try {
    run = workflow.steps.length === 0 ? undefined : openWorkspace(workflow, request, root);
    if (workflow.steps.length > 0 && run === undefined && request.out !== undefined) return;
    const ended = await answerAndWrite(workflow, request, root, calls, progress, run);
    progress.clear();
    calls.release();
    const signal = calls.interrupted ?? ended.signal;
    if (signal !== null || !succeeded(ended)) {
      run?.discard();
      process.stderr.write(ended.stderr);
      endLike(ended.code, signal);
    } else if (run !== undefined) {
      process.stderr.write(`\n${documentsNote(workflow, request, run.publish())}\n`);
    }
  } catch (error) {
    progress.clear();
    run?.discard();
    throw error;
  } finally {
    calls.release();
  }
}

/** Opens the folder for the documents. A project that cannot be written still gets its answer. */
function openWorkspace(
  workflow: Workflow,
  request: WorkflowRequest,
  root: string,
): Run | undefined {
  const workspace = resolve(request.out ?? join(root, WORKSPACE));
  try {
    return openRun(workspace, workflow.name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    process.stderr.write(
      request.out === undefined
        ? `pt: no documents are written: ${workspace} cannot be written (${code})\n  fix: name another folder with --out DIR\n`
        : `pt: the folder of --out cannot be written: ${workspace} (${code})\n  fix: name a folder that you may write\n`,
    );
    // Somebody who named the folder wanted the documents; somebody who did not is served by the answer.
    if (request.out !== undefined) process.exitCode = FAILURE_EXIT;
    return undefined;
  }
}

/** The answer first, so that it is on the screen while the documents are written. */
async function answerAndWrite(
  workflow: Workflow,
  request: WorkflowRequest,
  root: string,
  calls: EngineCalls,
  progress: Progress,
  run: Run | undefined,
): Promise<Ended> {
  const answer =
    (request.name === undefined ? undefined : workflow.answerWithName) ?? workflow.answer;
  // The first map of a large project takes seconds; the engine shows its progress itself.
  let ended = await calls.run(
    engineArguments(answer, { ...request, root }, request.format),
    "inherit",
    "inherit",
  );
  if (run === undefined) return ended;
  const steps = workflow.steps.filter((step) => !step.onlyWithName || request.name !== undefined);
  for (const [index, step] of steps.entries()) {
    if (!succeeded(ended) || calls.interrupted !== undefined) break;
    progress.show(`[${index + 1}/${steps.length}] ${step.title}`);
    ended = await writeStep(step, request, root, calls, join(run.folder, step.file));
  }
  return ended;
}

async function writeStep(
  step: Step,
  request: WorkflowRequest,
  root: string,
  calls: EngineCalls,
  file: string,
): Promise<Ended> {
  if ("template" in step.from) {
    writeFileSync(file, calls.template(step.from.template));
    return { code: 0, signal: null, stderr: "" };
  }
  const descriptor = openSync(file, "w");
  try {
    const ended = await calls.run(
      engineArguments(step.from, { ...request, root }),
      descriptor,
      "pipe",
    );
    return succeeded(ended)
      ? ended
      : { ...ended, stderr: `pt: the step "${step.title}" failed\n${ended.stderr}` };
  } finally {
    closeSync(descriptor);
  }
}

function documentsNote(workflow: Workflow, request: WorkflowRequest, folder: string): string {
  const count = workflow.steps.filter(
    (step) => !step.onlyWithName || request.name !== undefined,
  ).length;
  const near = relative(process.cwd(), folder);
  return `${count} documents in ${near.startsWith("..") ? folder : near}`;
}
