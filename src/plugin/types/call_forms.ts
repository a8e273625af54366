/**
 * The ways to call a Python function from TypeScript, which has no keyword
 * arguments: they are one argument, the last of all.
 *
 * @module
 */

import type { Parameter, Signature } from "./description.ts";

/** One way to call a function. */
export interface CallForm {
  /** Positional arguments. */
  readonly positional: readonly Parameter[];
  /** How many of them must be given. */
  readonly required: number;
  /** What more positional arguments are. */
  readonly rest?: Parameter;
  /** Keyword arguments, given as the last argument. */
  readonly keywords?: readonly Parameter[];
}

/** More optional parameters than this are not split between the two in all ways. */
const MAX_SPLITS = 4;

/**
 * Every way to call it: with those arguments that are required, each number of
 * the optional ones, and the others by keyword; and with positional arguments
 * alone. That one is the last: TypeScript gives `kwargs()` the type that the
 * first overload with as many arguments wants.
 *
 * ```text
 * def f(a, b=1, *, c=2)      f(a, kwargs({ b?, c? }))
 *                            f(a, b, kwargs({ c? }))
 *                            f(a, b?)
 * ```
 */
export function callForms({ params }: Signature): CallForm[] {
  const positional = params.filter(({ kind }) =>
    kind === "positional" || kind === "either"
  );
  const required = positional.filter((each) => each.required).length;
  const rest = params.find(({ kind }) => kind === "rest");
  const named = params.filter(({ kind }) =>
    kind === "keyword" || kind === "keywords"
  );
  const more = rest === undefined ? {} : { rest };
  const forms: CallForm[] = [];
  for (const given of splits(required, positional.length)) {
    const keywords = [
      ...positional.slice(given).filter(({ kind }) => kind === "either"),
      ...named,
    ];
    if (keywords.length === 0) continue;
    const all = given === positional.length;
    forms.push({
      positional: positional.slice(0, given),
      required: given,
      keywords,
      ...(all ? more : {}),
    });
  }
  if (!named.some(({ kind, required }) => kind === "keyword" && required)) {
    forms.push({ positional, required, ...more });
  }
  return forms;
}

/** How many positional arguments may stand before keywords. */
function splits(required: number, count: number): number[] {
  if (count - required > MAX_SPLITS) return [required, count];
  return Array.from({ length: count - required + 1 }, (_, i) => required + i);
}
