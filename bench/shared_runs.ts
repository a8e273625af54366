/**
 * One process, several rows: what a run measured is told to each of them.
 *
 * @module
 */

/** Gives a row its next run, by the row's number. */
export type SharedRuns = (row: number) => Promise<readonly number[]>;

/**
 * Share runs between rows. The first row to want one more makes it; the
 * others get the same, in the same order.
 *
 * @param run Makes one run.
 */
export function sharedRuns(run: () => Promise<readonly number[]>): SharedRuns {
  const runs: (readonly number[])[] = [];
  const next = new Map<number, number>();
  return async (row) => {
    const at = next.get(row) ?? 0;
    const times = runs[at] ??= await run();
    next.set(row, at + 1);
    return times;
  };
}
