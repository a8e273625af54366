/**
 * A guest in a thread of its own, answering the calls of a plugin.
 *
 * @module
 */

import {
  HostSide,
  Link,
  LinkValues,
  type ObjectLine,
  type Origin,
  type Request,
  writeArguments,
} from "../../bridge/link/mod.ts";
import {
  asOffer,
  type HostTree,
  type Kwargs,
  payloadBytes,
  PluginResult,
} from "../../bridge/mod.ts";
import {
  InternalError,
  PluginClosed,
  PluginCrashed,
  PluginError,
} from "../../errors.ts";
import type {
  Backend,
  CallOptions,
  Question,
  RunOptions,
  SyncCallOptions,
} from "../backend.ts";
import { parseTimeout, type ReadyLimits } from "../limits.ts";
import { Deadline } from "./deadline.ts";
import type { Thread } from "./thread.ts";
import type { HostOptions } from "./thread_init.ts";

/** Whose code is running: what `AsyncLocalStorage` of `node:async_hooks` does. */
export interface Storage {
  getStore(): number | undefined;
  run<T>(store: number, step: () => T): T;
}

/** What a backend is made of. */
export interface WorkerBackendInit {
  /** The thread, in which nothing has begun. */
  readonly thread: Thread;
  /** Follows the host's functions after they have waited. */
  readonly storage: Storage;
  /** What its calls may use up. */
  readonly limits: ReadyLimits;
  /** Whether the plugin is Python, which has more than `run()`. */
  readonly isPython: boolean;
  /** Is told when the thread has ended. */
  ended(): unknown;
}

type End = "closed" | "crashed" | undefined;
const NOTHING = () => {};

/** One guest behind a link; when it has ended, so has this. */
export class WorkerBackend implements Backend {
  readonly #init: WorkerBackendInit;
  readonly #link: Link;
  readonly #side: HostSide;
  /** Calls of the host's functions whose synchronous part is running. */
  readonly #serving: number[] = [];
  #memory = 0;
  /** How the guest has ended. */
  #ended: End;
  /** Whether the thread is still there. */
  #hasThread = true;

  /** @param init The thread, and what it may use up. */
  constructor(init: WorkerBackendInit) {
    this.#init = init;
    this.#side = new HostSide(
      this.#objects,
      (...settled) => this.#tellSettled(...settled),
    );
    this.#link = new Link(init.thread.channel, {
      values: new LinkValues(this.#side),
      serve: (request) => this.#serve(request),
      note: (name, operands) => this.#note(name, operands),
      origin: () => this.#origin(),
      defers: false,
    });
    this.#link.listen();
  }

  get alive(): boolean {
    return this.#ended === undefined;
  }

  /** Bytes of its memory when it last answered. */
  get memory(): number {
    return this.#memory;
  }

  get handles(): number {
    this.demandCalls();
    return Number(this.#ask("handles", NOTHING));
  }

  /** Load the plugin in the thread. */
  async open(options: HostOptions, host: HostTree | undefined): Promise<void> {
    try {
      await this.#send("open", (encoder) => {
        encoder.value(options);
        try {
          encoder.value(host);
        } catch (error) {
          throw asOffer(error);
        }
      }, {});
    } catch (error) {
      await this.#end("crashed", error);
      throw error;
    }
  }

  async run(
    payload: string | Uint8Array,
    options: RunOptions,
  ): Promise<PluginResult> {
    const bytes = payloadBytes(payload);
    const answer = await this.#send("run", (encoder) => {
      encoder.value(bytes);
      encoder.value(timeoutOf(options));
    }, options);
    const [result, returned] = answer as [Uint8Array<ArrayBuffer>, boolean];
    return new PluginResult(result, returned);
  }

  async call(
    name: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown> {
    this.demandCalls();
    return await this.#send("call", (encoder) => {
      encoder.value(name);
      encoder.value(timeoutOf(options));
      writeArguments(encoder, args, options.kwargs);
    }, options);
  }

  callSync(
    name: string,
    args: readonly unknown[],
    options: SyncCallOptions,
  ): unknown {
    this.demandCalls();
    return this.#ask("callSync", (encoder) => {
      encoder.value(name);
      encoder.value(timeoutOf(options));
      writeArguments(encoder, args, options.kwargs);
    }, options);
  }

  async ask(
    question: Question,
    operands: readonly unknown[],
  ): Promise<unknown> {
    this.demandCalls();
    return await this.#send("ask", (encoder) => {
      encoder.value(question);
      encoder.value(operands);
    }, {});
  }

  snapshot(): Promise<never> {
    return Promise.reject(noSnapshot("take a snapshot of"));
  }

  reset(): Promise<never> {
    return Promise.reject(noSnapshot("reset"));
  }

  demandCalls(): void {
    if (this.#init.isPython) return;
    throw new PluginError(
      "Cannot call a function of the plugin: it is a .wasm guest, which has run() only",
      { fault: "caller" },
    );
  }

  async close(): Promise<void> {
    await this.#end(
      "closed",
      new PluginClosed("Cannot go on with the call: the plugin was closed"),
    );
  }

  /** The thread failed, which no guest can make it do. */
  fail(error: unknown): void {
    this.#end(
      "crashed",
      new InternalError("The plugin's worker failed", { cause: error }),
    );
  }

  /** The line of Python objects to where they live. */
  readonly #objects: ObjectLine = {
    isAlive: true,
    ask: (operation, ...operands) =>
      this.#ask("object", (encoder) => {
        encoder.value(operation);
        for (const operand of operands) encoder.value(operand);
      }),
    askWaiting: async (operation, operands) =>
      await this.#send("objectWaiting", (encoder) => {
        encoder.value(operation);
        for (const operand of operands) encoder.value(operand);
      }, {}),
    call: (target, args, kwargs?: Kwargs) =>
      this.#ask("objectCall", (encoder) => {
        encoder.value(target);
        writeArguments(encoder, args, kwargs);
      }),
    release: (number) => this.#link.tell("release", number),
  };

  /** Ask, standing still; too long an answer ends the thread. */
  #ask(
    name: string,
    write: Parameters<Link["ask"]>[1],
    options: RunOptions = {},
  ): unknown {
    this.#demandThread();
    const deadline = this.#deadline(options);
    return this.#link.ask(name, write, () => {
      if (!deadline.isOver) return;
      this.#kill();
      throw deadline.error();
    });
  }

  /** Ask; too long an answer ends the thread. */
  async #send(
    name: string,
    write: Parameters<Link["ask"]>[1],
    options: RunOptions,
  ): Promise<unknown> {
    options.signal?.throwIfAborted();
    this.#demandThread();
    const deadline = this.#deadline(options);
    const over = Promise.withResolvers<never>();
    const stop = deadline.watch(options.signal, (error) => {
      over.reject(error);
      this.#kill();
    });
    try {
      const { signal } = options;
      return await Promise.race([
        this.#link.send(name, write, { signal }),
        over.promise,
      ]);
    } finally {
      stop();
    }
  }

  #deadline({ timeout }: RunOptions): Deadline {
    const { time, grace } = this.#init.limits;
    return new Deadline(
      timeout === undefined ? time : parseTimeout(timeout),
      grace,
    );
  }

  /** What a call of this thread's belongs to. */
  #origin(): Origin | undefined {
    const inside = this.#serving.at(-1);
    if (inside !== undefined) return { number: inside, isInside: true };
    const after = this.#init.storage.getStore();
    return after === undefined ? undefined : { number: after, isInside: false };
  }

  #serve({ number, name, operands }: Request): unknown {
    const [target, operand] = operands as [number, never];
    this.#serving.push(number);
    try {
      return this.#init.storage.run(
        number,
        () =>
          name === "function"
            ? this.#side.call(target, operand)
            : this.#side.pull(target, operand),
      );
    } finally {
      this.#serving.pop();
    }
  }

  #note(name: string, operands: readonly unknown[]): void {
    switch (name) {
      case "release": {
        const [number, count] = operands as [number, number];
        return this.#side.release(number, count);
      }
      case "memory":
        this.#memory = Number(operands[0]);
        return;
      case "ended":
        this.#ended ??= "crashed";
    }
  }

  #tellSettled(number: number, ok: boolean, value: unknown): void {
    try {
      this.#link.tell("settled", number, ok, value);
    } catch (error) {
      this.#link.tell("settled", number, false, error);
    }
  }

  /** A guest that has crashed says so itself, while its thread is there. */
  #demandThread(): void {
    if (this.#hasThread) return;
    throw new PluginClosed(
      `Cannot call the plugin: it ${
        this.#ended === "closed" ? "is closed" : "has crashed"
      }`,
    );
  }

  #kill(): void {
    this.#end(
      "crashed",
      new PluginCrashed(
        "The plugin was ended: a call took longer than it may, or did not end when it was aborted",
      ),
    );
  }

  async #end(how: "closed" | "crashed", reason: unknown): Promise<void> {
    this.#ended ??= how;
    if (how === "closed") this.#ended = how;
    if (!this.#hasThread) return;
    this.#hasThread = false;
    this.#link.end(reason);
    this.#init.ended();
    await this.#init.thread.kill();
  }
}

/** What the worker is told of a call's time. */
function timeoutOf({ timeout }: RunOptions): { timeout?: number } {
  return timeout === undefined ? {} : { timeout: parseTimeout(timeout) };
}

function noSnapshot(what: string): PluginError {
  return new PluginError(
    `Cannot ${what} the plugin: it runs in a worker; load it with isolation "thread" or "call"`,
    { fault: "caller" },
  );
}
