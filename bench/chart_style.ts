/**
 * What the charts have in common: colours for light and dark, text, the legend.
 *
 * @module
 */

/** Colours of ours and the peers, by their place: on a light ground, on a dark one. */
const COLORS: readonly (readonly [string, string])[] = [
  ["#2f6fd0", "#6ea8fe"],
  ["#d9822b", "#ffb366"],
  ["#4f9a3d", "#8fd47d"],
  ["#8a63b8", "#c3a6ea"],
  ["#b0455a", "#f08a9b"],
];
const LEGEND_STEP = 18;
const LETTER = 7;

/** How many there can be in one chart. */
export const MOST_SERIES: number = COLORS.length;

/**
 * An SVG document around a chart.
 *
 * @param title What it shows, for who can't see it.
 * @param width Its width.
 * @param height Its height.
 * @param parts What is in it.
 */
export function svg(
  title: string,
  width: number,
  height: number,
  parts: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>\n${style()}\n</style>`,
    `<rect class="ground" width="${width}" height="${height}" rx="6"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

/** A line of text. */
export function text(
  x: number,
  y: number,
  words: string,
  kind: "label" | "value" | "title" = "label",
  anchor: "start" | "middle" | "end" = "start",
): string {
  return `<text class="${kind}" x="${round(x)}" y="${
    round(y)
  }" text-anchor="${anchor}">${escape(words)}</text>`;
}

/** Who has which colour, in one line. */
export function legend(
  x: number,
  y: number,
  names: readonly string[],
): string[] {
  const parts: string[] = [];
  let at = x;
  for (const [place, name] of names.entries()) {
    parts.push(
      `<rect class="s${place}" x="${at}" y="${
        y - 9
      }" width="10" height="10" rx="2"/>`,
      text(at + 14, y, name),
    );
    at += LEGEND_STEP + 14 + name.length * LETTER;
  }
  return parts;
}

/** A number as short as a picture needs it. */
export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function style(): string {
  const rules = (shade: 0 | 1) =>
    COLORS.map((color, at) =>
      `.s${at} { fill: ${color[shade]} } .l${at} { stroke: ${color[shade]} }`
    );
  return [
    "text { font: 12px system-ui, 'DejaVu Sans', sans-serif; fill: #24292f }",
    ".value { font-size: 11px; fill: #57606a } .title { font-size: 14px; font-weight: 600 }",
    ".ground { fill: #ffffff } .grid { stroke: #d0d7de } .line { fill: none; stroke-width: 2 }",
    ...rules(0),
    "@media (prefers-color-scheme: dark) {",
    "text { fill: #e6edf3 } .value { fill: #9da7b3 }",
    ".ground { fill: #0d1117 } .grid { stroke: #30363d }",
    ...rules(1),
    "}",
  ].join("\n");
}

function escape(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}
