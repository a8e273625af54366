/**
 * What is fuzzed, one kind of input at a time.
 *
 * @module
 */

import fc from "fast-check";

/** One kind of input, and what must hold for any. */
export interface Target<Input = unknown> {
  /** Its name, `wire-to-host`. */
  readonly name: string;
  /** Of a million cases, how many are of this kind. */
  readonly share: number;
  /** How many cases one input is at most: some are tried in batches. */
  readonly batch: number;
  /** Any input, which shrinks to a small one. */
  readonly inputs: fc.Arbitrary<Input>;
  /** Try an input; what it throws is a finding. */
  try(input: Input): void | Promise<void>;
}

/**
 * A target whose inputs nobody else looks at.
 *
 * @param target The target.
 * @returns The same.
 */
export function target<Input>(target: Target<Input>): Target {
  return target as Target;
}

/**
 * Inputs that are tried together, because a call into the guest costs more
 * than they do.
 *
 * @param input One of them.
 * @param most How many there are at most.
 * @returns Some of them, which shrink to the one that matters.
 */
export function batchOf<Input>(
  input: fc.Arbitrary<Input>,
  most: number,
): fc.Arbitrary<Input[]> {
  return fc.array(input, { minLength: 1, maxLength: most, size: "max" });
}
