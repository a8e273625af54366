/**
 * A table in Markdown.
 *
 * @module
 */

/** Cells as wide as their column, as `deno fmt` leaves them. */
export function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = titles.map((title, at) =>
    Math.max(
      3, // the rule's own
      ...[titles, ...rows].map((row) => [...(row[at] ?? title)].length),
    )
  );
  const last = titles.length - 1;
  const isText = (at: number) => at === 0 || at === last;
  const cell = (text: string, at: number) => {
    const fill = " ".repeat((widths[at] ?? 0) - [...text].length);
    return isText(at) ? text + fill : fill + text;
  };
  const rule = widths.map((width, at) =>
    isText(at) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  );
  return [titles.map(cell), rule, ...rows.map((row) => row.map(cell))]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
