/**
 * Measure rows in alternation: ours, the peer, ours, the peer. Whatever else
 * the machine does meets both.
 *
 * @module
 */

import type { Goal, Group, OpenGroup, Row, Size } from "./row.ts";

/** What a few measurements of the same thing gave. */
export interface Sample {
  /** The smallest: what it takes when nothing gets in its way. */
  readonly best: number;
  /** The one in the middle. */
  readonly median: number;
  /** All of them, in the order of the rounds. */
  readonly all: readonly number[];
}

/** A row with what was measured. */
export interface Result {
  /** The group's name. */
  readonly group: string;
  /** What was measured. */
  readonly name: string;
  /** What it is given in. */
  readonly unit: Row["unit"];
  /** Who was measured beside this project. */
  readonly against: string;
  /** What is promised. */
  readonly goal?: Goal;
  /** This project. */
  readonly ours: Sample;
  /** The peer, or why there is none. */
  readonly peer: Sample | { readonly missing: string };
}

/** How often each is measured. */
const ROUNDS: Readonly<Record<Size, number>> = { full: 9, quick: 3, tiny: 1 };

/**
 * Measure all rows of a group.
 *
 * @param group The group.
 * @param size How much work is done.
 * @param told Called with each result as soon as it is there.
 */
export async function measureGroup(
  group: Group,
  size: Size,
  told: (result: Result) => void,
): Promise<void> {
  await using open: OpenGroup = await group.open(size);
  for (const row of open.rows) {
    told(await measureRow(group.name, row, ROUNDS[size]));
  }
}

/** How many times the peer's best ours is; nothing without a peer. */
export function ratioOf({ ours, peer }: Result): number | undefined {
  return "missing" in peer ? undefined : ours.best / peer.best;
}

/** Whether the goal is met; nothing when there is none, or it can't be told. */
export function isMet(result: Result): boolean | undefined {
  const { goal, ours } = result;
  if (goal === undefined) return undefined;
  if ("value" in goal) return ours.best <= goal.value;
  const ratio = ratioOf(result);
  return ratio === undefined ? undefined : ratio <= goal.ratio;
}

async function measureRow(
  group: string,
  row: Row,
  rounds: number,
): Promise<Result> {
  const ours: number[] = [];
  const peer: number[] = [];
  let missing: string | undefined;
  for (let round = 0; round < rounds; round++) {
    ours.push(await row.ours());
    if (missing !== undefined) continue;
    try {
      peer.push(await row.peer());
    } catch (error) {
      missing = error instanceof Error ? error.message : String(error);
    }
  }
  const { name, unit, against, goal } = row;
  return {
    group,
    name,
    unit,
    against,
    ...(goal === undefined ? {} : { goal }),
    ours: sampleOf(ours),
    peer: missing === undefined ? sampleOf(peer) : { missing },
  };
}

function sampleOf(all: readonly number[]): Sample {
  const sorted = all.toSorted((one, other) => one - other);
  const middle = sorted[sorted.length >> 1] ?? NaN;
  return { best: sorted[0] ?? NaN, median: middle, all };
}
