/**
 * Steps that are ended from outside when they take too long, whatever they do:
 * V8 leaves JavaScript and WebAssembly in the middle, and no `finally` on the
 * way runs.
 *
 * @module
 */

import { builtIn, type DenoParts, loadDenoParts } from "./deno_parts.ts";

/** Where a step waits for the script that takes it, which knows nothing else. */
const STEP = Symbol.for("py-plugin.timed-step");
const SCRIPT = 'globalThis[Symbol.for("py-plugin.timed-step")]()';

/**
 * Milliseconds before its end in which a script does not return: V8's order to
 * leave it might come when it has been left, and would end what runs then.
 */
const EDGE = 12;

type RunMicrotasks = () => void;
type RunScript = (options: { readonly timeout: number }) => void;

/** What a step came to. */
type Outcome<T> =
  | { readonly kind: "returned"; readonly value: T }
  | { readonly kind: "threw"; readonly error: unknown };

/** A timed step was left in its middle. */
export class TimeUp extends Error {
  /** Name of the class, as `error.name`. */
  override readonly name = "TimeUp";
}

/** Runs steps that are left when they take too long. */
export class Timed {
  readonly #runScript: RunScript;
  /** What runs them, if there is a way; `null` until that is known. */
  #runMicrotasks: RunMicrotasks | undefined | null = null;
  /** Settles when that is known. */
  readonly ready: Promise<void>;
  /** What waits until the step is done that lets a guest go on. */
  #after: (() => void)[] | undefined;

  /**
   * Made by {@linkcode loadTimed}.
   *
   * @param runScript Runs the script.
   * @param microtasks What runs all that waits for a promise that is settled,
   * when it has been found out whether there is such a way.
   */
  constructor(
    runScript: RunScript,
    microtasks: Promise<RunMicrotasks | undefined>,
  ) {
    this.#runScript = runScript;
    this.ready = microtasks.then((run) => void (this.#runMicrotasks = run));
  }

  /**
   * Take a step.
   *
   * @param ms How long it may take.
   * @param step The step.
   * @throws {TimeUp} When it took longer: it has been left in its middle.
   */
  run<T>(ms: number, step: () => T): T {
    const host = globalThis as { [STEP]?: () => void };
    const timeout = timeoutOf(ms);
    const edge = performance.now() + timeout - EDGE;
    let outcome: Outcome<T> | undefined;
    host[STEP] = () => {
      delete host[STEP];
      outcome = outcomeOf(step);
      while (performance.now() >= edge); // until V8 leaves it
    };
    try {
      this.#runScript({ timeout });
    } catch (error) {
      if (!isTimeout(error)) throw error;
      // A step may be done just then: what it made must not be lost.
      if (outcome === undefined) throw new TimeUp("A step took too long");
    }
    return valueOf(outcome);
  }

  /**
   * Let go on what waits for a promise, as a timed step: a guest that was
   * suspended, and what comes of it. It begins when nothing else is left to
   * do, so that only the guest's own doings are in it.
   *
   * @param ms How long it may take.
   * @param settle Settles the promise.
   * @param onTimeUp Called when it took longer.
   */
  goOn(ms: () => number, settle: () => void, onTimeUp: () => void): void {
    const runMicrotasks = this.#runMicrotasks;
    if (runMicrotasks === null) {
      return void this.ready.then(() => this.goOn(ms, settle, onTimeUp));
    }
    if (runMicrotasks === undefined) return settle();
    setImmediate(() => {
      const after: (() => void)[] = this.#after = [];
      try {
        this.run(ms(), () => {
          settle();
          runMicrotasks();
        });
      } catch (error) {
        if (!(error instanceof TimeUp)) throw error;
        onTimeUp();
      } finally {
        this.#after = undefined;
        for (const step of after) step();
      }
    });
  }

  /** Do something that starts code of the host's: never in a timed step. */
  afterwards(step: () => void): void {
    if (this.#after === undefined) step();
    else this.#after.push(step);
  }
}

/**
 * Load what timed steps need: it takes 11 ms, for those who want them.
 *
 * @param parts What else must not be loading when V8 leaves a step.
 */
export async function loadTimed(parts: DenoParts = {}): Promise<Timed> {
  const { Script } = await import("node:vm");
  const timed = timedBy(Script, parts);
  await timed.ready;
  return timed;
}

/** The same where it cannot be waited for; nothing where there is no such way. */
export function loadTimedNow(parts: DenoParts): Timed | undefined {
  const Script = builtIn("node:vm")?.Script;
  return Script && timedBy(Script, parts);
}

function timedBy(
  Script: typeof import("node:vm").Script,
  parts: DenoParts,
): Timed {
  loadDenoParts(parts);
  const script = new Script(SCRIPT);
  return new Timed(
    (options) => void script.runInThisContext(options),
    microtasksOfDeno(),
  );
}

/**
 * Deno's own way to run microtasks, if it still has it. There is no public
 * one; without it a guest that has waited is ended by `host_tick` alone.
 */
async function microtasksOfDeno(): Promise<RunMicrotasks | undefined> {
  const { internal } = Deno as unknown as { internal?: symbol };
  const inner = internal === undefined
    ? undefined
    : (Deno as unknown as Record<symbol, DenoInternal | undefined>)[internal];
  const run = inner?.core?.runMicrotasks;
  if (typeof run !== "function") return undefined;
  return await runsMicrotasks(run) ? run : undefined;
}

interface DenoInternal {
  readonly core?: { readonly runMicrotasks?: RunMicrotasks };
}

/** A microtask of ours runs inside of the call, or it is another function. */
function runsMicrotasks(run: () => void): Promise<boolean> {
  return new Promise((resolve) =>
    setImmediate(() => { // where none is running
      let hasRun = false;
      try {
        queueMicrotask(() => void (hasRun = true));
        run();
        resolve(hasRun);
      } catch {
        resolve(false);
      }
    })
  );
}

function outcomeOf<T>(step: () => T): Outcome<T> {
  try {
    return { kind: "returned", value: step() };
  } catch (error) {
    return { kind: "threw", error };
  }
}

function valueOf<T>(outcome: Outcome<T> | undefined): T {
  if (outcome === undefined) throw new TypeError("The script took no step");
  if (outcome.kind === "threw") throw outcome.error;
  return outcome.value;
}

function timeoutOf(ms: number): number {
  return Math.min(0x7fffffff, Math.max(1, Math.ceil(ms)));
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error &&
    "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
