/**
 * A table as CSV, the same each time.
 *
 * @module
 */

/** A table, and what a sum over it must be. */
export interface SampleTable {
  /** The CSV file. */
  readonly text: string;
  /** How many rows it has below its heading. */
  readonly rows: number;
  /** The sum of the column `amount`. */
  readonly total: number;
}

const CITIES: readonly string[] = [
  ...["Bern", "Genève", "Zürich", "Winterthur", "Basel"],
];
const NOTE = '"paid, in ""cash"""';

/**
 * Make a table.
 *
 * @param bytes How large it is, up to one row.
 */
export function makeTable(bytes: number): SampleTable {
  const lines = ["id,city,amount,note"];
  let size = 0;
  let total = 0;
  for (let id = 0; size < bytes; id++) {
    const amount = id * 7919 % 10_007;
    const line = `${id},${CITIES[id % CITIES.length]},${amount},${NOTE}`;
    lines.push(line);
    size += line.length + 1;
    total += amount;
  }
  return { text: `${lines.join("\n")}\n`, rows: lines.length - 1, total };
}
