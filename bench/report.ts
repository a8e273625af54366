/**
 * Results as text: lines for a terminal, Markdown for the repository.
 *
 * @module
 */

import { ourFigure, peerFigure, reasons, spreads, verdict } from "./figure.ts";
import type { Machine } from "./machine.ts";
import { isMet, type Result } from "./result.ts";
import type { Group } from "./row.ts";
import { table } from "./table.ts";

/** One run, as it is written as JSON. */
export interface Run {
  /** When it was, as an ISO date. */
  readonly date: string;
  /** How much work was done. */
  readonly size: string;
  /** Where, and with which versions. */
  readonly machine: Machine;
  /** What was measured. */
  readonly results: readonly Result[];
}

const NAME = 40;
const OURS = 10;
const PEERS = 60;
const SPREADS = 14;

/** One result as a line for a terminal. */
export function line(result: Result): string {
  const columns = [
    result.name.padEnd(NAME),
    ourFigure(result).padStart(OURS),
    result.peers.map((peer) => `${peer.name} ${peerFigure(result, peer)}`)
      .join(", ").padEnd(PEERS),
    spreads(result).padEnd(SPREADS),
    verdict(result),
  ];
  const more = reasons(result).map((reason) => `    ${reason}`);
  return [columns.join("  ").trimEnd(), ...more].join("\n");
}

/** What the columns of {@linkcode line} are. */
export function heading(): string {
  return [
    "".padEnd(NAME),
    "ours".padStart(OURS),
    "peers (ours is so many times theirs)".padEnd(PEERS),
    "spread".padEnd(SPREADS),
    "goals",
  ].join("  ");
}

/** How many goals are met, in one line. */
export function tally(results: readonly Result[]): string {
  const verdicts = results.flatMap((result) =>
    result.goals.map((goal) => isMet(result, goal))
  );
  const met = verdicts.filter((verdict) => verdict === true).length;
  const unknown = verdicts.filter((verdict) => verdict === undefined).length;
  const rest = unknown === 0 ? "" : `, ${unknown} could not be told`;
  return `${met} of ${verdicts.length} goals are met${rest}.`;
}

/**
 * A whole run as a Markdown page.
 *
 * @param run The run.
 * @param groups All groups, in the order of the page.
 * @param charts The charts of each group: their files, relative to the page.
 */
export function markdown(
  run: Run,
  groups: readonly Group[],
  charts: ReadonlyMap<string, readonly string[]>,
): string {
  const parts = [
    "# Benchmarks",
    "The last full run of `deno task bench`, which writes this page; [README.md](./README.md) says how to read it. All contenders of a row are measured in alternation; a figure is the best of the rounds, and in brackets stands how many times the peer's figure ours is: below 1x, py-plugin is ahead. The spread is how far the median lies above the best: ours, then each peer's.",
    placeOf(run),
    tally(run.results),
  ];
  for (const group of groups) {
    const results = run.results.filter((one) => one.group === group.name);
    if (results.length === 0) continue;
    parts.push(...section(group, results, charts.get(group.name) ?? []));
  }
  return `${parts.join("\n\n")}\n`;
}

function placeOf({ date, size, machine }: Run): string {
  const short = size === "full" ? "" : ` · a ${size} run`;
  const { processor, cores, system, deno, v8 } = machine;
  return `${date.slice(0, 10)}${short} · ${processor}, ${cores} cores · ` +
    `${system} · Deno ${deno}, V8 ${v8} · ${machine.peers.join(", ")}`;
}

function section(
  group: Group,
  results: readonly Result[],
  charts: readonly string[],
): string[] {
  const peers = [
    ...new Set(results.flatMap((one) => one.peers.map(({ name }) => name))),
  ];
  const rows = results.map((result) => [
    result.name,
    ourFigure(result),
    ...peers.map((name) => {
      const peer = result.peers.find((one) => one.name === name);
      return peer === undefined ? "" : peerFigure(result, peer);
    }),
    spreads(result),
    verdict(result),
  ]);
  return [
    `## ${group.name}`,
    group.about,
    ...charts.map((file) => `![${group.name} as a picture](./${file})`),
    table(["what", "py-plugin", ...peers, "spread", "goals"], rows),
    ...results.flatMap(reasons),
  ];
}
