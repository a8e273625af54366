import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { barChart } from "../../bench/bar_chart.ts";
import { svg, text } from "../../bench/chart_style.ts";
import { curvesOf, lineChart } from "../../bench/line_chart.ts";
import type { Result } from "../../bench/result.ts";
import { RESULT, WITHOUT_OURS, WITHOUT_PEER } from "./results.ts";

/** A point of a curve. */
function point(x: number, ours: number, peer: number): Result {
  return {
    ...RESULT,
    point: { curve: "cost", along: "things", x },
    ours: { best: ours, median: ours, all: [ours] },
    peers: [{
      name: "a peer",
      sample: { best: peer, median: peer, all: [peer] },
    }],
  };
}

/** The widths of a chart's bars, and not of its ground and legend. */
function barsIn(chart: string): number[] {
  return [...chart.matchAll(/x="290" y="\d+" width="([\d.]+)"/g)]
    .map(([, width]) => Number(width));
}

Deno.test("a chart knows light and dark, and its text is escaped", () => {
  const chart = svg("a < b", 10, 20, [text(1, 2, '"c" & <d>')]);
  assertStringIncludes(chart, "prefers-color-scheme: dark");
  assertStringIncludes(chart, "<title>a &lt; b</title>");
  assertStringIncludes(chart, "&quot;c&quot; &amp; &lt;d>");
});

Deno.test("bars are as long as their figures are next to the largest of the row", () => {
  const chart = barChart("files", [RESULT, WITHOUT_PEER, WITHOUT_OURS]);
  assertEquals(barsIn(chart), [165, 330, 330, 330]);
  assertStringIncludes(chart, "4.00 ms · ours 0.50x");
  for (const [, text] of chart.matchAll(/>([^<]*)</g)) {
    assert(!/NaN|Infinity|undefined/.test(text ?? ""), text);
  }
});

Deno.test("a row without any figure is drawn without bars", () => {
  const [peer] = WITHOUT_PEER.peers;
  const chart = barChart("none", [{
    ...WITHOUT_OURS,
    peers: peer ? [peer] : [],
  }]);
  assertEquals(barsIn(chart), []);
  assert(!/NaN|Infinity/.test(chart));
});

Deno.test("points of one curve make a line for everybody", () => {
  const results = [point(1, 10, 20), RESULT, point(100, 1000, 50)];
  const [curve, ...more] = curvesOf(results);
  assertEquals(more, []);
  assertEquals(curve, {
    name: "cost",
    along: "things",
    unit: "ms",
    series: [
      { name: "py-plugin", points: [[1, 10], [100, 1000]] },
      { name: "a peer", points: [[1, 20], [100, 50]] },
    ],
  });
});

Deno.test("a line goes from corner to corner when its ends are powers of ten", () => {
  const [curve] = curvesOf([point(1, 10, 10), point(100, 1000, 10)]);
  assert(curve !== undefined);
  const chart = lineChart(curve);
  assertMatch(chart, /<polyline class="line l0" points="80,330 800,60"/);
  assertMatch(chart, /<polyline class="line l1" points="80,330 800,330"/);
  assertStringIncludes(chart, "1000 ms");
});
