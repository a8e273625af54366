/**
 * The line to a thread, which is ended when an answer takes too long.
 *
 * @module
 */

import type { Link } from "../../bridge/link/mod.ts";
import { PluginClosed, PluginCrashed, PluginError } from "../../errors.ts";
import { endedText, NotBegun } from "../../runtime/mod.ts";
import type { RunOptions } from "../backend.ts";
import { parseTimeout, type ReadyLimits } from "../limits.ts";
import { Deadline } from "./deadline.ts";
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
  #isClosed = false;

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
      this.#kill();
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

  /** End the thread; answers why. */
  async #overtime(
    deadline: Deadline,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    if (signal?.aborted) {
      await this.#kill();
      return signal.reason;
    }
    const isGone = this.#init.thread.isGone();
    await this.#kill();
    return deadline.error(await isGone ? undefined : goesOn());
  }

  /**
   * End the thread, in the middle of whatever it does; twice is fine.
   *
   * @param reason What those get who wait for an answer.
   */
  end(reason: unknown): Promise<void> {
    return this.#end ??= this.#endThread(reason);
  }

  /** The same for who wants nothing more of it. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.end(
      new PluginClosed("Cannot go on with the call: the plugin was closed"),
    );
  }

  #endThread(reason: unknown): Promise<void> {
    this.#link.end(reason);
    this.#init.ended();
    return this.#init.thread.kill();
  }

  #kill(): Promise<void> {
    return this.end(
      new PluginCrashed(
        "The plugin was ended: a call took longer than it may, or did not end when it was aborted",
      ),
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
    throw new NotBegun(endedText(this.#isClosed ? "is closed" : "has crashed"));
  }
}

function goesOn(): PluginError {
  return new PluginError(
    "Cannot end the plugin's thread: it goes on, because it waits for input that never comes, or because this version of Deno cannot end a thread that is busy",
    { fault: "limits" },
  );
}
