/**
 * JavaScript Promise Integration: guest code that waits for a promise.
 *
 * TypeScript's library does not know it yet, so its types are here.
 *
 * @module
 */

interface Jspi {
  readonly Suspending: new (
    wait: (...args: never[]) => Promise<unknown>,
  ) => WebAssembly.ImportValue;
  promising(
    call: (...args: never[]) => unknown,
  ): (...args: unknown[]) => Promise<unknown>;
}

const jspi = WebAssembly as unknown as Jspi;

/**
 * An import that the guest waits for; it may be called only below an export
 * that is {@linkcode promising}. WebAssembly's own class does not show what it
 * was made from, which may have to change with the guest.
 */
export class Suspending {
  /** Answers what is waited for. */
  readonly wait: (...args: never[]) => Promise<unknown>;

  /** @param wait Answers what is waited for. */
  constructor(wait: (...args: never[]) => Promise<unknown>) {
    this.wait = wait;
  }

  /** It, as WebAssembly takes it. */
  get value(): WebAssembly.ImportValue {
    return new jspi.Suspending(this.wait);
  }
}

/** An export as a function that answers a promise: the guest may wait in it. */
export function promising(
  call: (...args: never[]) => unknown,
): (...args: unknown[]) => Promise<unknown> {
  return jspi.promising(call);
}
