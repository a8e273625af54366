/**
 * The line to a thread, which is ended when an answer takes too long.
 *
 * @module
 */

import type { Link } from "../../bridge/link/mod.ts";
import { PluginCrashed, PluginError } from "../../errors.ts";
import {
  type Ended,
  endedText,
  type Left,
  leftError,
  NotBegun,
} from "../../runtime/mod.ts";
import type { RunOptions } from "../backend.ts";
import { parseTimeout, type ReadyLimits } from "../limits.ts";
import { Deadline, watchGrace } from "./deadline.ts";
import type { Thread } from "./thread.ts";

/** What one is made of. */
export interface TimedLinkInit {
  /** The thread. */
  readonly thread: Thread;
  /** What its calls may use up. */
  readonly limits: ReadyLimits;
  /** Is told when a call may soon have to be ended with its thread. */
  late(): void;
  /** Is told when the thread is being ended. */
  ended(): void;
}

type Write = Parameters<Link["ask"]>[1];

/** A link, and the end of its thread. */
export class TimedLink {
  readonly #init: TimedLinkInit;
  readonly #link: Link;
  /** The end of the thread, once it is under way. */
  #end: Promise<void> | undefined;
  /** How it has come to that. */
  #how: Ended = "has crashed";

  /**
   * Make one.
   *
   * @param init The thread, and what it may use up.
   * @param link The line to it.
   */
  constructor(init: TimedLinkInit, link: Link) {
    this.#init = init;
    this.#link = link;
  }

  /** Whether the thread is there. */
  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** Tell the thread something. */
  tell(name: string, ...operands: readonly unknown[]): void {
    this.#link.tell(name, ...operands);
  }

  /** Ask, standing still; too long an answer ends the thread. */
  ask(name: string, write: Write, options: RunOptions = {}): unknown {
    this.#demandOpen();
    const deadline = this.#deadline(options);
    return this.#link.ask(name, write, () => {
      if (!deadline.isOver) return;
      this.#kill("ran too long");
      throw deadline.error();
    });
  }

  /** Ask; too long an answer ends the thread. */
  async send(
    name: string,
    write: Write,
    options: RunOptions = {},
  ): Promise<unknown> {
    const { signal } = options;
    signal?.throwIfAborted();
    this.#demandOpen();
    const deadline = this.#deadline(options);
    let over: Promise<unknown> | undefined;
    const stop = deadline.watch(signal, () => this.#init.late(), () => {
      over = this.#overtime(deadline, signal);
    });
    try {
      return await this.#link.send(name, write, { signal });
    } catch (error) {
      throw over === undefined ? error : await over;
    } finally {
      stop();
    }
  }

  /**
   * Ask for what ends all that is under way, without operands.
   *
   * @returns Whether that was done; a thread that is busy hears of nothing.
   */
  async interrupt(name: string): Promise<boolean> {
    this.#demandOpen();
    const busy = Promise.withResolvers<false>();
    const { limits, late } = this.#init;
    const stop = watchGrace(limits.grace, late, () => busy.resolve(false));
    const done = this.#link.send(name, () => {}, { pending: stop });
    try {
      return await Promise.race([done.then(() => true), busy.promise]);
    } finally {
      stop();
    }
  }

  /** End the thread; answers why. */
  async #overtime(
    deadline: Deadline,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    if (signal?.aborted) {
      await this.#kill("has crashed");
      return signal.reason;
    }
    const isGone = this.#init.thread.isGone();
    await this.#kill("ran too long");
    return deadline.error(await isGone ? undefined : goesOn());
  }

  /**
   * End the thread, in the middle of whatever it does; twice is fine.
   *
   * @param reason What those get who wait for an answer.
   * @param notBegun The same when it has not begun with the request.
   */
  end(reason: unknown, notBegun: unknown = reason): Promise<void> {
    return this.#end ??= this.#endThread(reason, notBegun);
  }

  /** The same for who wants nothing more of it. */
  close(how: Left): Promise<void> {
    this.#how = how;
    return this.end(leftError(how));
  }

  #endThread(reason: unknown, notBegun: unknown): Promise<void> {
    this.#link.end(reason, notBegun);
    this.#init.ended();
    return this.#init.thread.kill();
  }

  #kill(how: "has crashed" | "ran too long"): Promise<void> {
    if (this.isOpen) this.#how = how;
    return this.end(
      new PluginCrashed(
        "The plugin was ended: a call took longer than it may, or did not end when it was aborted",
      ),
      new NotBegun(endedText(how)),
    );
  }

  #deadline({ timeout }: RunOptions): Deadline {
    const { time, grace } = this.#init.limits;
    return new Deadline(
      timeout === undefined ? time : parseTimeout(timeout),
      grace,
    );
  }

  /** A guest that has crashed says so itself, while its thread is there. */
  #demandOpen(): void {
    if (this.isOpen) return;
    throw new NotBegun(endedText(this.#how));
  }
}

function goesOn(): PluginError {
  return new PluginError(
    "Cannot end the plugin's thread: it goes on, because it waits for input that never comes, or because this version of Deno cannot end a thread that is busy",
    { fault: "limits" },
  );
}
