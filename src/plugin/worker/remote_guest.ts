/**
 * The host's end of a guest in a thread of its own.
 *
 * @module
 */

import {
  HostSide,
  Link,
  LinkValues,
  type ObjectLine,
  writeArguments,
} from "../../bridge/link/mod.ts";
import {
  asOffer,
  type HostTree,
  type Kwargs,
  payloadBytes,
  PluginResult,
} from "../../bridge/mod.ts";
import { InternalError, PluginError } from "../../errors.ts";
import type { Left } from "../../runtime/mod.ts";
import type {
  CallOptions,
  Question,
  RunOptions,
  SyncCallOptions,
} from "../backend.ts";
import { parseTimeout } from "../limits.ts";
import type { Origin, SavedPlugin } from "../open.ts";
import { HostCalls, type Storage } from "./host_calls.ts";
import { savedOf, shareSaved } from "./shared_save.ts";
import type { HostOptions } from "./thread_init.ts";
import { TimedLink, type TimedLinkInit } from "./timed_link.ts";

/** What one is made of. */
export interface RemoteGuestInit extends TimedLinkInit {
  /** Follows the host's functions after they have waited. */
  readonly storage: Storage;
  /** The plugin's files, when it is Python; another has `run()` only. */
  readonly source: Origin["source"] | undefined;
}

/** What a worker tells of what it has saved. */
type Told = SavedPlugin["image"] & Pick<SavedPlugin, "offered" | "check">;

const NOTHING = () => {};

/** One thread's guest: the calls of a plugin, as messages. */
export class RemoteGuest {
  readonly #source: Origin["source"] | undefined;
  readonly #link: TimedLink;
  readonly #side: HostSide;
  readonly #calls: HostCalls;
  #memory = 0;
  /** Whether the guest has ended, its thread perhaps not. */
  #hasEnded = false;

  /** @param init The thread, and what it may use up. */
  constructor(init: RemoteGuestInit) {
    this.#source = init.source;
    this.#side = new HostSide(
      this.#objects,
      (...settled) => this.#tellSettled(...settled),
    );
    const calls = this.#calls = new HostCalls(this.#side, init.storage);
    const link = new Link(init.thread.channel, {
      values: new LinkValues(this.#side),
      serve: (request) => calls.serve(request),
      note: (name, operands) => this.#note(name, operands),
      origin: () => calls.origin,
      defers: false,
    });
    this.#link = new TimedLink(init, link);
    link.listen();
  }

  /** Whether it can still be called. */
  get alive(): boolean {
    return !this.#hasEnded && this.hasThread;
  }

  /** Whether its thread is there, for another guest. */
  get hasThread(): boolean {
    return this.#link.isOpen;
  }

  /** Whether it is a function of the host's, called by it, that asks. */
  get isCalledBack(): boolean {
    return this.#calls.isCalling;
  }

  /** Bytes of its memory when it last answered. */
  get memory(): number {
    return this.#memory;
  }

  /** How many Python objects the host holds. */
  get handles(): number {
    this.demandCalls();
    return Number(this.#link.ask("handles", NOTHING));
  }

  /** Load the plugin in the thread. */
  async open(options: HostOptions, host: HostTree | undefined): Promise<void> {
    try {
      await this.#link.send("open", (encoder) => {
        encoder.value(options);
        try {
          encoder.value(host);
        } catch (error) {
          throw asOffer(error);
        }
      });
    } catch (error) {
      await this.#link.end(error);
      throw error;
    }
  }

  /** Call `run_e`. */
  async run(
    payload: string | Uint8Array,
    options: RunOptions,
  ): Promise<PluginResult> {
    const bytes = payloadBytes(payload);
    const answer = await this.#link.send("run", (encoder) => {
      encoder.value(bytes);
      encoder.value(timeoutOf(options));
    }, options);
    const [result, returned] = answer as [Uint8Array<ArrayBuffer>, boolean];
    return new PluginResult(result, returned);
  }

  /** Call a function, which may wait for the host. */
  async call(
    name: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown> {
    this.demandCalls();
    return await this.#link.send("call", (encoder) => {
      encoder.value(name);
      encoder.value(timeoutOf(options));
      writeArguments(encoder, args, options.kwargs);
    }, options);
  }

  /** Call a function that answers at once; this thread stands still. */
  callSync(
    name: string,
    args: readonly unknown[],
    options: SyncCallOptions,
  ): unknown {
    this.demandCalls();
    return this.#link.ask("callSync", (encoder) => {
      encoder.value(name);
      encoder.value(timeoutOf(options));
      writeArguments(encoder, args, options.kwargs);
    }, options);
  }

  /** Ask something of the plugin's module. */
  async ask(
    question: Question,
    operands: readonly unknown[],
  ): Promise<unknown> {
    this.demandCalls();
    return await this.#link.send("ask", (encoder) => {
      encoder.value(question);
      encoder.value(operands);
    });
  }

  /** Save the plugin as it is, where all threads see it. */
  async save(): Promise<SavedPlugin> {
    const { offered, check, ...image } = await this.#link.send(
      "save",
      NOTHING,
    ) as Told;
    if (this.#source === undefined) {
      throw new InternalError("The worker has saved what is not Python");
    }
    const saved = { source: this.#source, offered, check, image };
    return savedOf(shareSaved(saved), this.#source);
  }

  /**
   * Let another guest take its place, in the same thread.
   *
   * @returns Whether it has; the thread may be too busy to hear of it.
   */
  async reset(): Promise<boolean> {
    this.#calls.forget();
    const isReset = await this.#link.interrupt("reset");
    if (isReset) this.#hasEnded = false;
    return isReset;
  }

  /** Fail unless functions can be called by name. */
  demandCalls(): void {
    if (this.#source !== undefined) return;
    throw new PluginError(
      "Cannot call a function of the plugin: it is a .wasm guest, which has run() only",
      { fault: "caller" },
    );
  }

  /** End it, and its thread; twice is fine. */
  async close(how: Left = "is closed"): Promise<void> {
    await this.#link.close(how);
  }

  /** The thread failed, which no guest can make it do. */
  fail(error: unknown): void {
    this.#link.end(
      new InternalError("The plugin's worker failed", { cause: error }),
    );
  }

  /** The line of Python objects to where they live. */
  readonly #objects: ObjectLine = {
    isAlive: true,
    ask: (operation, ...operands) =>
      this.#link.ask("object", (encoder) => {
        encoder.value(operation);
        for (const operand of operands) encoder.value(operand);
      }),
    askWaiting: async (operation, operands) =>
      await this.#link.send("objectWaiting", (encoder) => {
        encoder.value(operation);
        for (const operand of operands) encoder.value(operand);
      }),
    call: (target, args, kwargs?: Kwargs) =>
      this.#link.ask("objectCall", (encoder) => {
        encoder.value(target);
        writeArguments(encoder, args, kwargs);
      }),
    release: (number) => this.#link.tell("release", number),
  };

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
        this.#hasEnded = true;
    }
  }

  #tellSettled(number: number, ok: boolean, value: unknown): void {
    try {
      this.#link.tell("settled", number, ok, value);
    } catch (error) {
      this.#link.tell("settled", number, false, error);
    }
  }
}

/** What the worker is told of a call's time. */
function timeoutOf({ timeout }: RunOptions): { timeout?: number } {
  return timeout === undefined ? {} : { timeout: parseTimeout(timeout) };
}
