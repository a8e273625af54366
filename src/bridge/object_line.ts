/**
 * What a Python object needs of the line to the guest that it lives in.
 *
 * @module
 */

import type { Kwargs } from "./write_arguments.ts";

/** The line to the objects of one guest: a bridge, or what stands for one. */
export interface ObjectLine {
  /** Whether the guest can be called. */
  readonly isAlive: boolean;
  /** Ask for one of the operations of `_py_plugin_bridge.py`. */
  ask(operation: string, ...operands: readonly unknown[]): unknown;
  /** The same for an operation that may wait for the host. */
  askWaiting(
    operation: string,
    operands: readonly unknown[],
  ): Promise<unknown>;
  /** Call the object with a number. */
  call(target: number, args: readonly unknown[], kwargs?: Kwargs): unknown;
  /** Let go of the object with a number. */
  release(number: number): void;
}
