/**
 * Something that happens on the host between two of our own calls to it.
 *
 * @module
 */

import { Kernel } from "../../src/wasi/host_kernel.ts";

/** All calls that the host's nodes make through Deno. */
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

/** And those that they make themselves. */
const KERNEL_CALLS = ["open", "look", "lookAt", "read", "write"] as const;

/** What is replaced for a while. */
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
  let calls = 0;
  let inside = false;
  const tell = () => {
    if (inside) return;
    inside = true;
    try {
      before(calls++);
    } finally {
      inside = false;
    }
  };
  using _denos = replaced(Deno, CALLS, tell);
  using _ours = replaced(Kernel.prototype, KERNEL_CALLS, tell);
  return { result: action(), calls };
}

/** Functions that tell before they are called, until that is disposed. */
function replaced(
  holder: object,
  names: readonly string[],
  tell: () => void,
): Disposable {
  const calls = holder as Calls;
  const real = Object.fromEntries(names.map((name) => [name, calls[name]]));
  for (const [name, call] of Object.entries(real)) {
    calls[name] = function (this: unknown, ...args) {
      tell();
      return call?.apply(this, args);
    };
  }
  return { [Symbol.dispose]: () => Object.assign(calls, real) };
}
