/**
 * The guest while it is suspended.
 *
 * @module
 */

/** Calls `wake` after some milliseconds, unless what it answers is called. */
export type Sleep = (milliseconds: number, wake: () => void) => () => void;

/** The longest that one timer waits; then there is another. */
const MAX_SLEEP_MS = 0x7fffffff;
/** How often a busy event loop lets the host's own events in. */
const TURNS = 64;

/** Real time passes. */
export function sleep(milliseconds: number, wake: () => void): () => void {
  const timer = setTimeout(wake, Math.min(milliseconds, MAX_SLEEP_MS));
  return () => clearTimeout(timer);
}

/** Suspends one guest, and lets it go on. */
export class Suspension {
  readonly #sleep: Sleep;
  readonly #goOn: (settle: () => void) => void;
  #turns = 0;
  #wake: (() => void) | undefined;
  #kill: ((reason: unknown) => void) | undefined;

  /**
   * Make one.
   *
   * @param sleep How time passes.
   * @param goOn Lets the guest go on, by settling what it waits for.
   */
  constructor(sleep: Sleep, goOn: (settle: () => void) => void) {
    this.#sleep = sleep;
    this.#goOn = goOn;
  }

  /** Whether it is suspended, and nothing has woken it yet. */
  get isOn(): boolean {
    return this.#wake !== undefined;
  }

  /**
   * Suspend the guest until it is woken, or for some time.
   *
   * @param timeout Milliseconds; negative for ever.
   */
  begin(timeout: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let cancel = () => {};
      const end = () => {
        this.#wake = this.#kill = undefined;
        cancel();
      };
      const kill = (reason: unknown) => {
        end();
        reject(reason);
      };
      const wake = () => {
        end();
        this.#kill = kill; // until it goes on
        this.#goOn(() => {
          this.#kill = undefined;
          resolve();
        });
      };
      // A function literal that is assigned to a property is made in V8's old
      // space, and all that it holds stays until that is collected.
      this.#kill = kill;
      this.#wake = wake;
      if (timeout >= 0) cancel = this.#pause(timeout, wake);
    });
  }

  /** Let the guest go on, if it is suspended. */
  wake(): void {
    this.#wake?.();
  }

  /** Take the suspended stack down, if there is one. */
  kill(reason: unknown): void {
    this.#kill?.(reason);
  }

  /** A loop with work to do waits for no timer, but lets others have a turn. */
  #pause(timeout: number, wake: () => void): () => void {
    if (timeout > 0) return this.#sleep(timeout, wake);
    this.#turns = (this.#turns + 1) % TURNS;
    if (this.#turns === 0) return this.#sleep(0, wake);
    let wanted = true;
    queueMicrotask(() => wanted && wake());
    return () => void (wanted = false);
  }
}
