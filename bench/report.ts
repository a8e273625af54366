/**
 * Results as text: lines for a terminal, Markdown for the repository.
 *
 * @module
 */

import type { Machine } from "./machine.ts";
import { isMet, ratioOf, type Result, type Sample } from "./measure.ts";
import type { Goal, Group } from "./row.ts";

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

/** One result as a line for a terminal. */
export function line(result: Result): string {
  const columns = [
    result.name.padEnd(38),
    figure(result.ours.best, result.unit).padStart(10),
    figureOf(result).padStart(10),
    ratioText(result).padStart(7),
    result.against.padEnd(14),
    `${spread(result.ours)} / ${
      "missing" in result.peer ? "–" : spread(result.peer)
    }`.padEnd(14),
    verdict(result),
  ];
  const text = columns.join("  ").trimEnd();
  return "missing" in result.peer ? `${text}\n    ${reasonOf(result)}` : text;
}

/** What the columns of {@linkcode line} are. */
export function heading(): string {
  return [
    "".padEnd(38),
    "ours".padStart(10),
    "peer".padStart(10),
    "ratio".padStart(7),
    "against".padEnd(14),
    "spread".padEnd(14),
    "goal",
  ].join("  ");
}

/** A whole run as a Markdown page. */
export function markdown(run: Run, groups: readonly Group[]): string {
  const { machine } = run;
  const parts = [
    "# Benchmarks",
    "The last full run of `deno task bench`, which writes this page. Ours and the peer are measured in alternation; a figure is the best of the rounds, the spread is how far the median lies above it. A ratio below 1 means that py-plugin is faster.",
    `${
      run.date.slice(0, 10)
    } · ${machine.processor}, ${machine.cores} cores · ${machine.system} · Deno ${machine.deno}, V8 ${machine.v8}`,
  ];
  for (const group of groups) {
    const results = run.results.filter(({ group: name }) =>
      name === group.name
    );
    if (results.length > 0) parts.push(...section(group, results));
  }
  return `${parts.join("\n\n")}\n`;
}

function section(group: Group, results: readonly Result[]): string[] {
  const rows = results.map((result) => [
    result.name,
    figure(result.ours.best, result.unit),
    `${figureOf(result)} (${result.against})`,
    ratioText(result),
    `${spread(result.ours)} / ${
      "missing" in result.peer ? "–" : spread(result.peer)
    }`,
    verdict(result),
  ]);
  const missing = results.filter(({ peer }) => "missing" in peer).map(reasonOf);
  const titles = ["what", "py-plugin", "peer", "ratio", "spread", "goal"];
  return [
    `## ${group.name}`,
    group.about,
    table(titles, rows),
    ...missing,
  ];
}

/** Cells as wide as their column, as `deno fmt` leaves them. */
function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = titles.map((title, at) =>
    Math.max(...[titles, ...rows].map((row) => [...(row[at] ?? title)].length))
  );
  const last = titles.length - 1;
  const cell = (text: string, at: number) => {
    const fill = " ".repeat((widths[at] ?? 0) - [...text].length);
    return at === 0 || at === last ? text + fill : fill + text;
  };
  const rule = widths.map((width, at) =>
    at === 0 || at === last ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  );
  return [titles.map(cell), rule, ...rows.map((row) => row.map(cell))]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function reasonOf({ name, against, peer }: Result): string {
  return "missing" in peer ? `${name}: no ${against}: ${peer.missing}` : "";
}

function figureOf({ peer, unit }: Result): string {
  return "missing" in peer ? "–" : figure(peer.best, unit);
}

function ratioText(result: Result): string {
  const ratio = ratioOf(result);
  return ratio === undefined ? "–" : `${ratio.toFixed(2)}x`;
}

/** How far the median lies above the best. */
function spread({ best, median }: Sample): string {
  return `+${Math.round((median / best - 1) * 100)} %`;
}

function verdict(result: Result): string {
  const { goal, unit } = result;
  if (goal === undefined) return "";
  const met = isMet(result);
  const mark = met === undefined ? "?" : met ? "yes" : "no";
  return `${goalText(goal, unit)}: ${mark}`;
}

function goalText(goal: Goal, unit: Result["unit"]): string {
  return "ratio" in goal ? `<= ${goal.ratio}x` : `<= ${goal.value} ${unit}`;
}

/** Three digits that count. */
function figure(value: number, unit: Result["unit"]): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}
