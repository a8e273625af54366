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
 * that is {@linkcode promising}.
 */
export function suspending(
  wait: (...args: never[]) => Promise<unknown>,
): WebAssembly.ImportValue {
  return new jspi.Suspending(wait);
}

/** Whether a value is what {@linkcode suspending} has made. */
export function isSuspending(value: unknown): boolean {
  return value instanceof jspi.Suspending;
}

/** An export as a function that answers a promise: the guest may wait in it. */
export function promising(
  call: (...args: never[]) => unknown,
): (...args: unknown[]) => Promise<unknown> {
  return jspi.promising(call);
}
