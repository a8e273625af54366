/**
 * Results as bars: in each row, a bar for everybody, as long as the figure is
 * next to the largest one of that row.
 *
 * @module
 */

import { legend, round, svg, text } from "./chart_style.ts";
import { figure } from "./figure.ts";
import { ratioOf, type Result } from "./result.ts";

const WIDTH = 820;
const LABELS = 290;
const BARS = 330;
const TOP = 58;
const BAR = 10;
const BETWEEN = 12;
/** What is seen of a bar that is next to nothing. */
const THINNEST = 1;

/** A bar: whose, how long, what stands beside it. */
interface Bar {
  readonly place: number;
  readonly value: number;
  readonly words: string;
}

/**
 * Draw a group.
 *
 * @param title What stands above.
 * @param results Its rows.
 * @returns An SVG document.
 */
export function barChart(title: string, results: readonly Result[]): string {
  const peers = [
    ...new Set(results.flatMap((one) => one.peers.map(({ name }) => name))),
  ];
  const names = ["py-plugin", ...peers];
  const parts = [
    text(16, 24, `${title}: shorter is better`, "title"),
    ...legend(16, 44, names),
  ];
  let y = TOP;
  for (const result of results) {
    const bars = barsOf(result, names);
    parts.push(...drawRow(result.name, bars, y));
    y += Math.max(1, bars.length) * BAR + BETWEEN;
  }
  return svg(title, WIDTH, y + 4, parts);
}

function barsOf(result: Result, names: readonly string[]): Bar[] {
  const { ours, peers, unit } = result;
  const bars: Bar[] = [];
  if (!("missing" in ours)) {
    bars.push({ place: 0, value: ours.best, words: figure(ours.best, unit) });
  }
  for (const peer of peers) {
    if ("missing" in peer) continue;
    const { best } = peer.sample;
    const ratio = ratioOf(result, peer.name);
    const times = ratio === undefined ? "" : ` · ours ${ratio.toFixed(2)}x`;
    const words = `${figure(best, unit)}${times}`;
    bars.push({ place: names.indexOf(peer.name), value: best, words });
  }
  return bars;
}

function drawRow(name: string, bars: readonly Bar[], top: number): string[] {
  const longest = Math.max(...bars.map(({ value }) => value));
  const middle = top + Math.max(1, bars.length) * BAR / 2 + 4;
  const parts = [text(LABELS - 10, middle, name, "label", "end")];
  for (const [at, { place, value, words }] of bars.entries()) {
    const y = top + at * BAR;
    const length = Math.max(THINNEST, value / longest * BARS);
    parts.push(
      `<rect class="s${place}" x="${LABELS}" y="${y}" width="${
        round(length)
      }" height="${BAR - 1}" rx="1"/>`,
      text(LABELS + length + 6, y + BAR - 1, words, "value"),
    );
  }
  return parts;
}
