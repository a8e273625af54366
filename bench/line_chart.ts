/**
 * Results along something that grows, as lines; both axes are logarithmic.
 *
 * @module
 */

import { legend, round, svg, text } from "./chart_style.ts";
import { figure } from "./figure.ts";
import { bestOf, type Result } from "./result.ts";
import type { Unit } from "./row.ts";

const WIDTH = 820;
const HEIGHT = 380;
const FRAME = { left: 80, right: 800, top: 60, bottom: 330 } as const;

/** What one of the lines shows. */
interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A curve for everybody. */
export interface Curve {
  /** What it shows. */
  readonly name: string;
  /** What grows. */
  readonly along: string;
  /** What the figures are given in. */
  readonly unit: Unit;
  /** Ours first, then the peers. */
  readonly series: readonly Series[];
}

/** The curves that results are points of, in their order. */
export function curvesOf(results: readonly Result[]): Curve[] {
  const groups = Map.groupBy(
    results.filter(({ point }) => point !== undefined),
    ({ point }) => point?.curve ?? "",
  );
  return [...groups].map(([name, points]) => curveOf(name, points));
}

/**
 * Draw a curve.
 *
 * @param curve The curve.
 * @returns An SVG document.
 */
export function lineChart(curve: Curve): string {
  const points = curve.series.flatMap(({ points }) => points);
  const x = new Axis(points.map(([x]) => x), FRAME.left, FRAME.right);
  const y = new Axis(points.map(([, y]) => y), FRAME.bottom, FRAME.top);
  const { name, along, unit, series } = curve;
  return svg(name, WIDTH, HEIGHT, [
    text(16, 24, `${name}: lower is better`, "title"),
    ...legend(16, 44, series.map(({ name }) => name)),
    ...x.marks().flatMap((mark) => [
      gridLine(x.place(mark), FRAME.top, x.place(mark), FRAME.bottom),
      text(x.place(mark), FRAME.bottom + 18, short(mark), "value", "middle"),
    ]),
    ...y.marks().flatMap((mark) => [
      gridLine(FRAME.left, y.place(mark), FRAME.right, y.place(mark)),
      text(
        FRAME.left - 8,
        y.place(mark) + 4,
        figure(mark, unit).replace(/\.0+ /, " "),
        "value",
        "end",
      ),
    ]),
    text(FRAME.right, HEIGHT - 14, along, "label", "end"),
    ...series.flatMap((one, at) => drawSeries(one, at, x, y)),
  ]);
}

function curveOf(name: string, results: readonly Result[]): Curve {
  const peers = new Set(
    results.flatMap((one) => one.peers.map(({ name }) => name)),
  );
  const xOf = ({ point }: Result) => point?.x ?? NaN;
  const ours = results.map((one) => [xOf(one), bestOf(one)] as const);
  const series = [{ name: "py-plugin", points: ours.filter(isThere) }];
  for (const name of peers) {
    const points = results.map((one) => {
      const peer = one.peers.find((peer) => peer.name === name);
      const best = peer && "sample" in peer ? peer.sample.best : undefined;
      return [xOf(one), best] as const;
    });
    series.push({ name, points: points.filter(isThere) });
  }
  const [first] = results;
  const { along = "" } = first?.point ?? {};
  return { name, along, unit: first?.unit ?? "ms", series };
}

function isThere(
  point: readonly [number, number | undefined],
): point is readonly [number, number] {
  const [, y] = point;
  return y !== undefined && y > 0;
}

function drawSeries(
  { points }: Series,
  at: number,
  x: Axis,
  y: Axis,
): string[] {
  const places = points.map(([px, py]) =>
    [round(x.place(px)), round(y.place(py))] as const
  );
  const path = places.map((place) => place.join(",")).join(" ");
  return [
    `<polyline class="line l${at}" points="${path}"/>`,
    ...places.map(([cx, cy]) =>
      `<circle class="s${at}" cx="${cx}" cy="${cy}" r="3"/>`
    ),
  ];
}

/** From values to places, by their logarithms. */
class Axis {
  readonly #low: number;
  readonly #high: number;
  readonly #from: number;
  readonly #to: number;

  constructor(values: readonly number[], from: number, to: number) {
    this.#low = Math.floor(Math.log10(Math.min(...values)));
    const high = Math.ceil(Math.log10(Math.max(...values)));
    this.#high = Math.max(high, this.#low + 1);
    this.#from = from;
    this.#to = to;
  }

  place(value: number): number {
    const share = (Math.log10(value) - this.#low) / (this.#high - this.#low);
    return this.#from + share * (this.#to - this.#from);
  }

  /** The powers of ten on it. */
  marks(): number[] {
    const count = this.#high - this.#low + 1;
    return Array.from({ length: count }, (_, at) => 10 ** (this.#low + at));
  }
}

function gridLine(x1: number, y1: number, x2: number, y2: number): string {
  const ends = `x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}"`;
  return `<line class="grid" ${ends} y2="${round(y2)}"/>`;
}

function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`;
  return value >= 1e3 ? `${value / 1e3} k` : String(value);
}
