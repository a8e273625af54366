/**
 * Calls and values across the line: ours against Pyodide, in one process.
 *
 * @module
 */

import type { Goal, Group, Row, Size } from "./row.ts";

/** How often each is done for one measurement, for what takes a microsecond. */
const COUNTS: Readonly<Record<Size, number>> = {
  full: 100_000,
  quick: 20_000,
  tiny: 50,
};
/** What takes longer is done less often. */
const LONGER = 50;

/** What `calls_program.ts` calls it, what the report calls it, what is promised. */
const WORK: readonly (readonly [string, string, Goal, string?])[] = [
  ["scalars", "a call to Python with two numbers", { value: 0.35 }],
  ["host", "a call to the host with one number", { value: 0.5 }],
  ["later", "a call to an asynchronous host function", { value: 5 }],
  ["text", "1 KB of text to Python and back", { value: 2 }],
  ["itemsIn", "100 nested items to Python", { value: 30 }],
  ["itemsOut", "100 nested items to the host", { value: 30 }],
  ["bytesIn", "1 MiB of bytes to Python", { ratio: 1 }],
  ["bytesOut", "1 MiB of bytes to the host", { ratio: 1 }],
  ["bytesInCopy", "1 MiB of bytes to Python", { ratio: 1.5 }, "set()"],
  ["bytesOutCopy", "1 MiB of bytes to the host", { ratio: 1.5 }, "slice()"],
];
const FREQUENT = ["scalars", "host", "later", "text"];

/** Calls of functions, and what they pass. */
export const calls: Group = {
  name: "calls",
  about:
    "Calls both ways and what they carry, in one process: `callSync()` against a function that Pyodide hands out, values against its `toPy()` and `toJs()`, bytes against JavaScript's own copies of a `Uint8Array` as well.",
  open: (size) => {
    const program = new Program();
    const rows = WORK.map(([work, name, goal, against]): Row => {
      const count = FREQUENT.includes(work)
        ? COUNTS[size]
        : Math.ceil(COUNTS[size] / LONGER);
      return {
        name,
        unit: "µs",
        against: against ?? "Pyodide",
        goal,
        ours: () => program.measure(work, "ours", count),
        peer: () => program.measure(work, "peer", count),
      };
    });
    return Promise.resolve({
      rows,
      [Symbol.asyncDispose]: () => program.end(),
    });
  },
};

/** The process that measures. */
class Program {
  readonly #process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-config", "--no-lock"],
      ...["--node-modules-dir=none", "bench/calls_program.ts"],
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  readonly #to = this.#process.stdin.getWriter();
  readonly #from = this.#process.stdout
    .pipeThrough(new TextDecoderStream()).getReader();

  /** Microseconds that it takes one side to do `work` once, of `count`. */
  async measure(work: string, side: string, count: number): Promise<number> {
    const line = `${work} ${side} ${count}\n`;
    await this.#to.write(new TextEncoder().encode(line));
    const { value = "" } = await this.#from.read();
    const took = Number(value);
    if (value.trim() !== "" && !Number.isNaN(took)) return took;
    throw new Error(`no figure for ${work}: Pyodide can't be had`);
  }

  /** Let it end. */
  async end(): Promise<void> {
    await this.#to.close();
    await this.#from.cancel();
    await this.#process.status;
  }
}
