/**
 * A call that takes a minute, next to short ones.
 *
 * @module
 */

import { deno } from "./child.ts";
import { PYODIDES } from "./contenders.ts";
import type { Request } from "./long_program.ts";
import { WITH_PACKAGES } from "./packages.ts";
import type { Group, Size } from "./row.ts";
import { Talk } from "./talk.ts";

const SHORT = "short calls";

/** Seconds: of the long call, and of all others. */
const SECONDS: Readonly<Record<Size, readonly [long: number, other: number]>> =
  {
    full: [60, 20],
    quick: [3, 2],
    tiny: [0.01, 0.01],
  };

/** Whether a long call gets as fast as short ones. */
export const long: Group = {
  name: "long",
  brief: "a minute in one call, next to short calls",
  about:
    "V8 replaces code by faster code when a function is called again, so a function that never returns could stay slow for ever. A unit of work at the end of one long call, next to the same in many short ones.",
  rounds: { full: 1, quick: 1 },
  open: (size) => {
    const [most, other] = SECONDS[size];
    const peer = (name: string) => ({
      name,
      measure: () => measure({ way: name, seconds: other }),
    });
    return Promise.resolve({
      rows: [{
        name: `work at the end of a call of ${most} s`,
        unit: "ms" as const,
        goals: [{ ratio: 1.1, against: SHORT }],
        ours: () => measure({ way: "py-plugin", seconds: most }),
        peers: [peer(SHORT), peer(PYODIDES)],
      }],
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  },
};

async function measure(request: Request): Promise<number> {
  const talk = new Talk(deno(...WITH_PACKAGES, "bench/long_program.ts"));
  try {
    return await talk.ask(request);
  } finally {
    await talk.end();
  }
}
