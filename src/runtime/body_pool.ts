/**
 * Bodies of guests that are gone, for the ones that come.
 *
 * @module
 */

import type { BaseMemory } from "./base_memory.ts";
import type { Body } from "./body.ts";
import { Weights } from "./weights.ts";

/**
 * As many wait for a guest. What the pages of each take, some 10 MB, is the
 * process's own as long as it waits.
 */
const MOST = 4;

/** Keeps bodies, and makes them as new when there is nothing else to do. */
export class BodyPool {
  readonly #base: BaseMemory;
  /** As new. */
  readonly #ready: Body[] = [];
  /** As their guests have left them, the latest last. */
  readonly #used: Body[] = [];
  /** One that was made as new in a hurry: there should have been another. */
  #missed: Body | undefined;
  readonly #weights = new Weights();
  #given = 0;
  #willWork = false;

  /** @param base What the memory of every instance begins as. */
  constructor(base: BaseMemory) {
    this.#base = base;
  }

  /**
   * A body that is as new.
   *
   * @param maximum The pages that its memory may grow to.
   * @returns It; nothing when a new one has to be made.
   */
  take(maximum: number): Body | undefined {
    const ready = taken(this.#ready, maximum);
    if (ready !== undefined) return ready;
    if (this.#isFirst || !this.#base.isLoaded) return undefined;
    const used = taken(this.#used, maximum);
    if (used === undefined) return undefined;
    this.#missed = used;
    this.#workSoon();
    return this.#restored(used);
  }

  /** Take the body of a guest that never runs again. */
  give(body: Body): void {
    if (!body.isReusable) return this.drop(body);
    this.#given += 1;
    this.#used.push(body);
    if (this.#used.length + this.#ready.length > MOST) {
      const oldest = this.#ready.shift() ?? this.#used.shift();
      if (oldest !== undefined) this.drop(oldest);
    }
    if (!this.#isFirst && this.#base.isLoaded) this.#workSoon();
  }

  /** The body of a guest is nobody's any more. */
  drop({ memory }: Body): void {
    this.#weights.add(memory);
  }

  /**
   * Whether one was given so far. It may be that of a plugin's block, which is
   * read by Python before the plugin starts: a sign of one to come, and to
   * restore it for the first time takes longer than to make another.
   */
  get #isFirst(): boolean {
    return this.#given < 2;
  }

  #restored(used: Body): Body {
    used.restore(this.#base.memory);
    return used;
  }

  /** When whoever has closed a guest, or resets it, has nothing else to do. */
  #workSoon(): void {
    if (this.#willWork) return;
    this.#willWork = true;
    // No timer: a test that closes a plugin at its end would leave it behind.
    const later = setImmediate(() => {
      this.#willWork = false;
      this.#work();
      if (this.#used.length > 0) this.#workSoon();
    });
    later.unref(); // it is nothing to wait for
  }

  /** Get one ready, or make another where there was none when it was needed. */
  #work(): void {
    const used = this.#used.pop();
    if (used !== undefined) this.#ready.push(this.#restored(used));
    else if (this.#missed !== undefined) {
      this.#ready.push(this.#missed.another());
    }
    this.#missed = undefined;
  }
}

/** Take one whose memory may grow to so many pages out of a list. */
function taken(bodies: Body[], maximum: number): Body | undefined {
  const at = bodies.findLastIndex((body) => body.maximum === maximum);
  return at < 0 ? undefined : bodies.splice(at, 1)[0];
}
