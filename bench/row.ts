/**
 * What a benchmark is made of: rows in groups, each row this project beside
 * its peers, measured in the same run.
 *
 * @module
 */

import type { Result } from "./result.ts";

/** How much work is done: all, what fits in minutes, or just enough to see that it runs. */
export type Size = "full" | "quick" | "tiny";

/** What one measurement is given in; less is better. */
export type Unit = "ms" | "µs" | "ns" | "MB";

/** What is promised: at most so many times a peer, or at most so much. */
export type Goal =
  | { readonly ratio: number; readonly against: string }
  | { readonly value: number };

/** Who is measured beside this project. */
export interface Peer {
  /** Its name; the same in all rows of a group is one column of the table. */
  readonly name: string;
  /** How often it is measured at most: one that is slow is not worth more. */
  readonly rounds?: number;
  /** Measure it once; it throws when it can't be had. */
  measure(): number | Promise<number>;
}

/** A place on a curve: where the row stands, along what. */
export interface Point {
  /** What the curve shows. */
  readonly curve: string;
  /** What grows. */
  readonly along: string;
  /** How much of it there is. */
  readonly x: number;
}

/** One line of the table. */
export interface Row {
  /** What is measured. */
  readonly name: string;
  /** What one measurement is given in. */
  readonly unit: Unit;
  /** Who is measured beside this project. */
  readonly peers: readonly Peer[];
  /** What is promised, where something is. */
  readonly goals?: readonly Goal[];
  /** The curve that it is a point of. */
  readonly point?: Point;
  /** Measure this project once. */
  ours(): number | Promise<number>;
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
  /** What it is, in a few words for `--help`. */
  readonly brief: string;
  /** What the report says above its rows. */
  readonly about: string;
  /** How often each is measured, where not as often as usual. */
  readonly rounds?: Partial<Readonly<Record<Size, number>>>;
  /** Make what its rows need. */
  open(size: Size): Promise<OpenGroup>;
  /** What follows from the rows: it is the end of the table. */
  sum?(results: readonly Result[]): Result[];
}
