/**
 * Something that happens on the host between two of our own calls to it.
 *
 * @module
 */

/** All calls that the host's nodes make. */
const CALLS = [
  "linkSync",
  "lstatSync",
  "mkdirSync",
  "openSync",
  "readDirSync",
  "readLinkSync",
  "realPathSync",
  "removeSync",
  "renameSync",
  "statSync",
  "symlinkSync",
] as const;

/** Deno as far as it is replaced for a while. */
type Calls = Record<string, (...args: unknown[]) => unknown>;

/**
 * Run something, and something else before some of its calls to the host.
 *
 * @param action What is run.
 * @param before Is told the number of each call, from 0, before it is made;
 * its own calls are not counted.
 * @returns What the action returns, and how many calls there were.
 */
export function interrupted<T>(
  action: () => T,
  before: (call: number) => void,
): { result: T; calls: number } {
  const host = Deno as unknown as Calls;
  const real = Object.fromEntries(CALLS.map((name) => [name, host[name]]));
  let calls = 0;
  let inside = false;
  for (const [name, call] of Object.entries(real)) {
    host[name] = (...args) => {
      if (!inside) {
        inside = true;
        try {
          before(calls++);
        } finally {
          inside = false;
        }
      }
      return call?.(...args);
    };
  }
  try {
    return { result: action(), calls };
  } finally {
    Object.assign(host, real);
  }
}
