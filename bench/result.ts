/**
 * A row with what was measured, and how it stands to its goals.
 *
 * @module
 */

import type { Goal, Point, Unit } from "./row.ts";
import { geomean, type Sample, sampleOf } from "./sample.ts";

/** A peer with what was measured, or why nothing was. */
export type PeerResult =
  & {
    /** Who it is. */
    readonly name: string;
  }
  & ({ readonly sample: Sample } | { readonly missing: string });

/** A row with what was measured. */
export interface Result {
  /** The group's name. */
  readonly group: string;
  /** What was measured. */
  readonly name: string;
  /** What it is given in. */
  readonly unit: Unit;
  /** What is promised. */
  readonly goals: readonly Goal[];
  /** The curve that it is a point of. */
  readonly point?: Point;
  /** This project, or why there is no figure of it. */
  readonly ours: Sample | { readonly missing: string };
  /** The peers. */
  readonly peers: readonly PeerResult[];
}

/** The best of this project's figures; nothing when there is none. */
export function bestOf({ ours }: Result): number | undefined {
  return "missing" in ours ? undefined : ours.best;
}

/** How many times the peer's best ours is; nothing without one of them. */
export function ratioOf(result: Result, peer: string): number | undefined {
  const best = bestOf(result);
  const other = result.peers.find(({ name }) => name === peer);
  if (best === undefined || other === undefined) return undefined;
  return "missing" in other ? undefined : best / other.sample.best;
}

/** Whether a goal is met; nothing when it can't be told. */
export function isMet(result: Result, goal: Goal): boolean | undefined {
  if ("ratio" in goal) {
    const ratio = ratioOf(result, goal.against);
    return ratio === undefined ? undefined : ratio <= goal.ratio;
  }
  const best = bestOf(result);
  return best === undefined ? undefined : best <= goal.value;
}

/**
 * One line for many: the geometric means of the bests. Their ratio is the
 * geometric mean of the ratios. A peer that is missing in one is missing here.
 *
 * @param results At least one.
 * @param name What the line is called.
 * @param goals What is promised of it.
 */
export function geomeanOf(
  results: readonly Result[],
  name: string,
  goals: readonly Goal[],
): Result {
  const [first] = results;
  if (first === undefined) throw new RangeError("No results to sum up");
  const { group, unit } = first;
  const peers = first.peers.map(({ name }): PeerResult => {
    const bests = results.map((result) => {
      const peer = result.peers.find((one) => one.name === name);
      return peer && "sample" in peer ? peer.sample.best : undefined;
    });
    const mean = meanOf(bests);
    return { name, ..."missing" in mean ? mean : { sample: mean } };
  });
  return { group, name, unit, goals, ours: meanOf(results.map(bestOf)), peers };
}

function meanOf(
  bests: readonly (number | undefined)[],
): Sample | { readonly missing: string } {
  const there = bests.filter((best) => best !== undefined);
  if (there.length === bests.length) return sampleOf([geomean(there)]);
  return { missing: `${bests.length - there.length} figures are missing` };
}
