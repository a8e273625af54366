/**
 * What a request to the other thread comes to, and the wait for that.
 *
 * @module
 */

/** What became of a request. */
export type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "failure"; readonly parts: unknown }
  | { readonly kind: "aborted" }
  | { readonly kind: "ended"; readonly reason: unknown };

/** Is given what became of a request. */
export type Settle = (outcome: Outcome) => void;

/** A wait for an answer, standing still. */
export class Wait {
  /** The answer, when it came at once. */
  outcome: Outcome | undefined;
  /** The answer, when it comes after a while. */
  readonly later: PromiseWithResolvers<Outcome> = Promise.withResolvers();
  /** Whether there is no reason to stand still any more. */
  isOver = false;
  #isPending = false;

  /** There is an answer. */
  end(outcome: Outcome): void {
    if (this.#isPending) return this.later.resolve(outcome);
    this.outcome = outcome;
    this.isOver = true;
  }

  /** There will be an answer. */
  goOn(): void {
    this.#isPending = this.isOver = true;
  }
}
