/**
 * Writes a run: as JSON, as a page, as charts.
 *
 * @module
 */

import { barChart } from "./bar_chart.ts";
import { curvesOf, lineChart } from "./line_chart.ts";
import { markdown, type Run } from "./report.ts";
import type { Group } from "./row.ts";

/**
 * Write `results.json`, `RESULTS.md` and `charts/`.
 *
 * @param folder Where they go; it is made.
 * @param run The run.
 * @param groups All groups, in the order of the page.
 */
export function writeReport(
  folder: URL,
  run: Run,
  groups: readonly Group[],
): void {
  Deno.mkdirSync(new URL("charts/", folder), { recursive: true });
  const write = (file: string, text: string) =>
    Deno.writeTextFileSync(new URL(file, folder), text);
  const charts = new Map<string, string[]>();
  for (const { name } of groups) {
    const drawn = chartsOf(name, run);
    charts.set(name, [...drawn.keys()]);
    for (const [file, svg] of drawn) write(file, svg);
  }
  write("results.json", `${JSON.stringify(run, null, 2)}\n`);
  write("RESULTS.md", markdown(run, groups, charts));
}

/** The charts of a group, by their files. */
function chartsOf(name: string, run: Run): Map<string, string> {
  const results = run.results.filter(({ group }) => group === name);
  const single = results.filter(({ point }) => point === undefined);
  const charts = new Map<string, string>();
  if (single.length > 0) {
    charts.set(`charts/${name}.svg`, barChart(name, single));
  }
  for (const [at, curve] of curvesOf(results).entries()) {
    charts.set(`charts/${name}-${at + 1}.svg`, lineChart(curve));
  }
  return charts;
}
