/**
 * What a benchmark is made of: rows in groups, each row this project against
 * a peer, measured in the same run.
 *
 * @module
 */

/** How much work is done: all, what fits in minutes, or just enough to see that it runs. */
export type Size = "full" | "quick" | "tiny";

/** What is promised: at most so many times the peer, or at most so much. */
export type Goal = { readonly ratio: number } | { readonly value: number };

/** One line of the table. */
export interface Row {
  /** What is measured. */
  readonly name: string;
  /** What one measurement is given in; less is better. */
  readonly unit: "ms" | "µs" | "ns" | "MB";
  /** Who is measured beside this project. */
  readonly against: string;
  /** What is promised, where something is. */
  readonly goal?: Goal;
  /** Measure this project once. */
  ours(): number | Promise<number>;
  /** Measure the peer once; it throws when it can't be had. */
  peer(): number | Promise<number>;
}

/** Rows that share what they need, while it is there. */
export interface OpenGroup extends AsyncDisposable {
  /** The rows, in the order of the table. */
  readonly rows: readonly Row[];
}

/** Rows that are chosen together, by `--only`. */
export interface Group {
  /** Its name, one word. */
  readonly name: string;
  /** What the report says above its rows. */
  readonly about: string;
  /** Make what its rows need. */
  open(size: Size): Promise<OpenGroup>;
}
