import { SIGNAL_COUNT } from "../abi.ts";
import type { Context } from "../context.ts";
import { Errno, WasiError } from "../errno.ts";

/**
 * What `proc_exit` throws through the guest; `Context.start()` catches it.
 *
 * ```ts
 * import { ProcessExit } from "@x/py-plugin/wasi";
 * console.log(new ProcessExit(3).code); // 3
 * ```
 */
export class ProcessExit extends Error {
  /** `ProcessExit`. */
  override readonly name = "ProcessExit";
  /** The exit code. */
  readonly code: number;

  /**
   * Make what ends a guest.
   *
   * @param code The exit code.
   */
  constructor(code: number) {
    super(`The guest exited with code ${code}`);
    this.code = code;
  }
}

/** `proc_exit(code)`: end the guest. */
export function procExit(_ctx: Context, code: number): void {
  throw new ProcessExit(code >>> 0);
}

/**
 * `proc_raise(signal)`: there are no signals. wasi-libc never calls it; it
 * emulates signals inside the guest.
 *
 * Fails with `INVAL` for a number that is none, else with `NOSYS`.
 */
export function procRaise(_ctx: Context, signal: number): void {
  const known = signal >>> 0 < SIGNAL_COUNT;
  throw new WasiError(known ? Errno.NOSYS : Errno.INVAL);
}
