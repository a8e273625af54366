/**
 * Steps of the build: each is done once, and again when what it is made from
 * has changed.
 *
 * @module
 */

import { BuildError } from "./build_error.ts";
import { exists, remove, sha256 } from "./files.ts";
import { duration, say } from "./report.ts";
import {
  commandLine,
  runCommands,
  type ShellCommand,
  type ShellOptions,
} from "./shell.ts";

/** Where everything that is built lies, relative to the repository. */
export const BUILD = ".build";

/** Commands that may run side by side, or a function of the build itself. */
export type Action =
  | { readonly kind: "run"; readonly commands: readonly ShellCommand[] }
  | {
    readonly kind: "call";
    /** What the function does, printed and part of the stamp. */
    readonly what: string;
    readonly call: () => Promise<void> | void;
  };

/** One named piece of work. Paths are relative to the repository. */
export interface Step {
  /** Name of its stamp and its log. */
  readonly name: string;
  /** Steps that must be the same for this one's result to stand. */
  readonly needs?: readonly Step[];
  /** Files whose content counts; asked when the steps before are done. */
  readonly inputs?: () => readonly string[];
  /** What there is to do; asked when the steps before are done. */
  readonly actions: () => readonly Action[];
  /** Files that must be there afterwards. */
  readonly outputs: readonly string[];
  /**
   * A directory of its own, emptied before another recipe starts in it. An
   * interrupted step finds it as it was.
   */
  readonly directory?: string;
}

/** How the steps are run. */
export interface StepOptions {
  /** Directories of the tools, before the system's. */
  readonly path: string;
  /** Commands that may run at once. */
  readonly jobs: number;
}

/** Do every step of `steps` that is not done yet, in this order. */
export async function runSteps(
  steps: readonly Step[],
  options: StepOptions,
): Promise<void> {
  await Deno.mkdir(`${BUILD}/stamps`, { recursive: true });
  await Deno.mkdir(`${BUILD}/logs`, { recursive: true });
  let number = 0;
  for (const step of steps) {
    const title = `[${++number}/${steps.length}] ${step.name}`;
    await runStep(step, title, options);
  }
}

/** The stamp of a finished step. */
export function readStamp({ name }: Step): string {
  return Deno.readTextFileSync(stampPath(name));
}

/** Several commands, one after the other. */
export function inTurn(...commands: readonly ShellCommand[]): Action[] {
  return commands.map((command) => ({ kind: "run", commands: [command] }));
}

async function runStep(
  step: Step,
  title: string,
  options: StepOptions,
): Promise<void> {
  const actions = step.actions();
  const stamp = await computeStamp(step, actions);
  if (isDone(step, stamp)) {
    say(`${title}: up to date`);
    return;
  }
  say(title);
  prepare(step, stamp);
  const start = performance.now();
  const shell = { ...options, log: `${BUILD}/logs/${step.name}.log` };
  await Deno.writeTextFile(shell.log, "");
  for (const action of actions) await runAction(action, shell);
  checkOutputs(step);
  await Deno.rename(startedPath(step.name), stampPath(step.name));
  say(`    done in ${duration(performance.now() - start)}`);
}

/** Hash of everything that the step's result depends on. */
async function computeStamp(
  step: Step,
  actions: readonly Action[],
): Promise<string> {
  const inputs = await Promise.all(
    (step.inputs?.() ?? []).map(async (path) =>
      `${path} ${await sha256(await Deno.readFile(path))}`
    ),
  );
  const text = JSON.stringify([
    step.name,
    actions,
    inputs,
    (step.needs ?? []).map((needed) => [needed.name, readStamp(needed)]),
  ]);
  return await sha256(new TextEncoder().encode(text));
}

function isDone(step: Step, stamp: string): boolean {
  return exists(stampPath(step.name)) && readStamp(step) === stamp &&
    step.outputs.every(exists);
}

/** Note what is started, so that an interrupted step can go on. */
function prepare(step: Step, stamp: string): void {
  const started = startedPath(step.name);
  const goesOn = exists(started) && Deno.readTextFileSync(started) === stamp;
  remove(stampPath(step.name));
  if (step.directory !== undefined) {
    if (!goesOn) remove(step.directory);
    Deno.mkdirSync(step.directory, { recursive: true });
  }
  for (const output of step.outputs) {
    const end = output.lastIndexOf("/");
    Deno.mkdirSync(output.slice(0, end), { recursive: true });
  }
  Deno.writeTextFileSync(started, stamp);
}

async function runAction(action: Action, shell: ShellOptions): Promise<void> {
  switch (action.kind) {
    case "call":
      say(`    ${action.what}`);
      return await action.call();
    case "run":
      announce(action.commands);
      return await runCommands(action.commands, shell);
    default:
      action satisfies never;
  }
}

function announce(commands: readonly ShellCommand[]): void {
  const [first] = commands;
  if (first === undefined) return;
  const others = commands.length - 1;
  const rest = others === 0 ? "" : `   (and ${others} more like it)`;
  say(`    $ ${commandLine(first)}${rest}`);
}

function checkOutputs({ name, outputs }: Step): void {
  const missing = outputs.filter((path) => !exists(path));
  if (missing.length === 0) return;
  throw new BuildError(
    `Cannot go on: step "${name}" did not make ${missing.join(", ")}`,
  );
}

function stampPath(name: string): string {
  return `${BUILD}/stamps/${name}`;
}

function startedPath(name: string): string {
  return `${BUILD}/stamps/${name}.started`;
}
