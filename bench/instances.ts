/**
 * Instances in one process: the first, the next, many, and what stays behind.
 *
 * @module
 */

import { deno } from "./child.ts";
import { PYODIDES } from "./contenders.ts";
import type { Request } from "./instances_program.ts";
import { WITH_PACKAGES } from "./packages.ts";
import type { Goal, Group, Row, Size, Unit } from "./row.ts";
import { Talk } from "./talk.ts";

const US = "py-plugin";
const QUICKJS = "QuickJS";

/** How many instances. */
const CYCLES: Readonly<Record<Size, readonly [few: number, many: number]>> = {
  full: [50, 1000],
  quick: [20, 100],
  tiny: [1, 2],
};
const MORE: Readonly<Record<Size, number>> = { full: 20, quick: 10, tiny: 1 };

/** One process or several, with one interpreter or many. */
export const instances: Group = {
  name: "instances",
  brief: "one more plugin, reset(), a snapshot's; memory of many",
  about:
    "Instances in a process that has loaded everything: from nothing to an answer of the interpreter. The first is measured in a process of its own. QuickJS stands there as the smallest of its kind: a JavaScript interpreter, in a module of its own each time. What stays behind is the memory of a process in which many were opened and closed, next to one in which it were few.",
  rounds: { full: 5, quick: 2 },
  open: (size) => {
    const talks = new Map<string, Talk>();
    return Promise.resolve({
      rows: [
        ...openRows(talks),
        ...renewalRows(talks),
        moreRow(MORE[size]),
        cyclesRow(...CYCLES[size]),
      ],
      [Symbol.asyncDispose]: async () => {
        for (const talk of talks.values()) await talk.end();
      },
    });
  },
};

/** The first in a process, and the next ones. */
function openRows(talks: Map<string, Talk>): Row[] {
  const next = (side: string) => talkTo(talks, side).ask(request("open", side));
  return [
    row("the first", "ms", [], (side) => once("open", side)),
    row("the next", "ms", [{ value: 2 }], next, [PYODIDES, QUICKJS]),
  ];
}

/** Ways back to a fresh one. */
function renewalRows(talks: Map<string, Talk>): Row[] {
  const ask = (work: string) => (side: string) =>
    talkTo(talks, side).ask(request(work, side));
  return [
    row("reset()", "ms", [{ value: 2 }], ask("reset"), []),
    row("PluginSnapshot.start()", "ms", [{ value: 2 }], ask("snapshot"), []),
  ];
}

function moreRow(count: number): Row {
  return row(
    `memory of one more, of ${count}`,
    "MB",
    [{ value: 12 }],
    // Twenty of Pyodide would take half a minute and 3 GB.
    (side) => once("memory", side, side === US ? count : Math.min(count, 3)),
  );
}

function cyclesRow(few: number, many: number): Row {
  const against = `after ${few}`;
  return {
    name: `memory after ${many} opened and closed`,
    unit: "MB",
    goals: [{ ratio: 1.1, against }],
    ours: () => once("cycles", US, many),
    peers: [{ name: against, measure: () => once("cycles", US, few) }],
  };
}

function row(
  name: string,
  unit: Unit,
  goals: readonly Goal[],
  measure: (side: string) => Promise<number>,
  peers: readonly string[] = [PYODIDES],
): Row {
  return {
    name,
    unit,
    goals,
    ours: () => measure(US),
    peers: peers.map((peer) => ({
      name: peer,
      ...(peer === PYODIDES ? { rounds: 2 } : {}),
      measure: () => measure(peer),
    })),
  };
}

/** Ask a process that ends afterwards. */
export async function once(
  work: string,
  side: string,
  count = 1,
): Promise<number> {
  const talk = new Talk(program());
  try {
    return await talk.ask(request(work, side, count));
  } finally {
    await talk.end();
  }
}

function request(work: string, side: string, count = 1): Request {
  return { work, side, count };
}

/** The process of a side that has made instances before. */
function talkTo(talks: Map<string, Talk>, side: string): Talk {
  const talk = talks.get(side) ?? new Talk(program());
  talks.set(side, talk);
  return talk;
}

function program() {
  return deno(...WITH_PACKAGES, "bench/instances_program.ts");
}
