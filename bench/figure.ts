/**
 * Figures as people read them.
 *
 * @module
 */

import {
  bestOf,
  isMet,
  type PeerResult,
  ratioOf,
  type Result,
} from "./result.ts";
import type { Goal, Unit } from "./row.ts";
import { spreadOf } from "./sample.ts";

/** From so many on, a figure is easier to read in the next larger unit. */
const MANY = 10_000;
const LARGER: Readonly<Record<Unit, string>> = {
  "ns": "µs",
  "µs": "ms",
  "ms": "s",
  "MB": "GB",
};

/** Three digits that count. */
export function figure(value: number, unit: Unit): string {
  return value >= MANY
    ? digits(value / 1000, LARGER[unit])
    : digits(value, unit);
}

function digits(value: number, unit: string): string {
  const after = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(after)} ${unit}`;
}

/** This project's figure. */
export function ourFigure(result: Result): string {
  const best = bestOf(result);
  return best === undefined ? "–" : figure(best, result.unit);
}

/** A peer's figure, with how many times it ours is. */
export function peerFigure(result: Result, peer: PeerResult): string {
  if ("missing" in peer) return "–";
  const ratio = ratioOf(result, peer.name);
  const times = ratio === undefined ? "" : ` (${ratio.toFixed(2)}x)`;
  return `${figure(peer.sample.best, result.unit)}${times}`;
}

/** How far the medians lie above the bests: ours, then each peer's. */
export function spreads({ ours, peers }: Result): string {
  const samples = [
    ours,
    ...peers.map((peer) => "sample" in peer ? peer.sample : peer),
  ];
  const texts = samples.map((sample) =>
    "missing" in sample ? "–" : `+${Math.round(spreadOf(sample) * 100)}`
  );
  const told = texts.some((text) => text !== "–");
  return told ? `${texts.join("/")} %` : "";
}

/** Each goal, and whether it is met. */
export function verdict(result: Result): string {
  return result.goals.map((goal) => {
    const met = isMet(result, goal);
    const mark = met === undefined ? "?" : met ? "yes" : "no";
    return `${goalText(goal, result)}: ${mark}`;
  }).join(", ");
}

/** Who is missing, and why; one line each. */
export function reasons({ name, ours, peers }: Result): string[] {
  const lines = "missing" in ours ? [`no figure: ${ours.missing}`] : [];
  for (const peer of peers) {
    if ("missing" in peer) lines.push(`no ${peer.name}: ${peer.missing}`);
  }
  return lines.map((line) => `${name}: ${line}`);
}

function goalText(goal: Goal, { unit, peers }: Result): string {
  if ("value" in goal) return `<= ${goal.value} ${unit}`;
  // Of one peer it is clear whom the ratio is against.
  const whom = peers.length > 1 ? ` ${goal.against}` : "";
  return `<= ${goal.ratio}x${whom}`;
}
