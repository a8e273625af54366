/**
 * Tries a target with many inputs, and makes what it finds small.
 *
 * @module
 */

import fc from "fast-check";
import type { Target } from "./target.ts";

/** How a target is tried. */
export interface CampaignOptions {
  /** How many cases. */
  readonly cases: number;
  /** What the inputs follow from. */
  readonly seed: number;
  /** Where to go on, as a finding says. */
  readonly path?: string | undefined;
  /** When to stop early, in milliseconds. */
  readonly milliseconds?: number | undefined;
  /** Is told now and then how many cases there were. */
  readonly progress?: (cases: number) => void;
}

/** What came of it. */
export interface Outcome {
  /** How many cases were tried. */
  readonly cases: number;
  /** The smallest input that fails, if there is one. */
  readonly finding?: Finding;
}

/** An input that fails. */
export interface Finding {
  /** The input, as JavaScript. */
  readonly input: string;
  /** What it did. */
  readonly error: string;
  /** Repeats it, with the seed. */
  readonly path: string;
}

/**
 * Try a target.
 *
 * @param target The target.
 * @param options How often.
 * @returns How many cases there were, and the first finding, made small.
 */
export async function campaign(
  target: Target,
  { cases, seed, path, milliseconds, progress }: CampaignOptions,
): Promise<Outcome> {
  let tried = 0;
  const property = fc.asyncProperty(target.inputs, async (input) => {
    tried += Array.isArray(input) && target.batch > 1 ? input.length : 1;
    progress?.(tried);
    await target.try(input);
  });
  const details = await fc.check(property, {
    numRuns: Math.ceil(cases / Math.ceil(target.batch / 2)),
    seed,
    ...(path === undefined ? {} : { path }),
    ...(milliseconds === undefined ? {} : {
      interruptAfterTimeLimit: milliseconds,
      markInterruptAsFailure: false,
    }),
  });
  if (details.counterexample === null) return { cases: tried };
  return {
    cases: tried,
    finding: {
      input: fc.stringify(details.counterexample[0]),
      error: textOf(details.errorInstance),
      path: details.counterexamplePath ?? "",
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
