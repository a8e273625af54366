/**
 * Measure rows in alternation: ours, the peers, ours, the peers. Whatever
 * else the machine does meets all of them.
 *
 * @module
 */

import type { PeerResult, Result } from "./result.ts";
import type { Group, OpenGroup, Peer, Row, Size } from "./row.ts";
import { type Sample, sampleOf } from "./sample.ts";

/** Who listens while it is measured. */
export interface Listener {
  /** Called before each measurement, with what it is. */
  begins(what: string): void;
  /** Called with each result as soon as it is there. */
  told(result: Result): void;
}

/** How often each is measured. */
const ROUNDS: Readonly<Record<Size, number>> = { full: 9, quick: 3, tiny: 1 };

/**
 * Measure all rows of a group.
 *
 * @param group The group.
 * @param size How much work is done.
 * @param listener Told of what is measured.
 * @returns All of its results.
 */
export async function measureGroup(
  group: Group,
  size: Size,
  listener: Listener,
): Promise<Result[]> {
  const rounds = group.rounds?.[size] ?? ROUNDS[size];
  const results: Result[] = [];
  const tell = (result: Result) => {
    results.push(result);
    listener.told(result);
  };
  listener.begins(`${group.name}: preparing`);
  await using open: OpenGroup = await group.open(size);
  for (const [at, row] of open.rows.entries()) {
    const begins = (round: number, who: string) =>
      listener.begins(
        `${group.name} ${at + 1}/${open.rows.length}: ${row.name}, ` +
          `${who}, round ${round + 1} of ${rounds}`,
      );
    tell(await measureRow(group.name, row, rounds, begins));
  }
  for (const result of group.sum?.(results) ?? []) tell(result);
  return results;
}

async function measureRow(
  group: string,
  row: Row,
  rounds: number,
  begins: (round: number, who: string) => void,
): Promise<Result> {
  const ours = new Contender({ name: "py-plugin", measure: () => row.ours() });
  const peers = row.peers.map((peer) => new Contender(peer));
  for (let round = 0; round < rounds; round++) {
    for (const one of [ours, ...peers]) {
      if (one.missing !== undefined || round >= one.rounds) continue;
      begins(round, one.name);
      await one.measure();
    }
  }
  const { name, unit, goals = [], point } = row;
  return {
    group,
    name,
    unit,
    goals,
    ...(point === undefined ? {} : { point }),
    ours: ours.outcome(),
    peers: peers.map((peer) => peer.result()),
  };
}

/** Somebody who is measured again and again, until it fails. */
class Contender {
  readonly name: string;
  readonly rounds: number;
  readonly #peer: Peer;
  readonly #all: number[] = [];
  missing: string | undefined;

  constructor(peer: Peer) {
    this.name = peer.name;
    this.rounds = peer.rounds ?? Infinity;
    this.#peer = peer;
  }

  async measure(): Promise<void> {
    try {
      this.#all.push(await this.#peer.measure());
    } catch (error) {
      this.missing = error instanceof Error ? error.message : String(error);
    }
  }

  outcome(): Sample | { readonly missing: string } {
    const { missing } = this;
    return missing === undefined ? sampleOf(this.#all) : { missing };
  }

  result(): PeerResult {
    const outcome = this.outcome();
    return {
      name: this.name,
      ..."missing" in outcome ? outcome : { sample: outcome },
    };
  }
}
