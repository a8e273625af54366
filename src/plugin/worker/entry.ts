/**
 * What a worker's thread runs: one guest, and the line to the host.
 *
 * @module
 */

import { Channel } from "../../bridge/link/mod.ts";
import { loadDenoParts } from "../../runtime/mod.ts";
import { partsFor } from "../deadlines_of.ts";
import { Guest } from "./guest.ts";
import type { ThreadInit } from "./thread_init.ts";

type Threads = typeof import("node:worker_threads");

/** What is used of `workerData`. */
interface Line {
  readonly port: ConstructorParameters<typeof Channel>[0]["port"];
  readonly life: { postMessage(message: null): void };
  readonly counters: Int32Array<SharedArrayBuffer>;
}

/** Serve the host until the thread is ended. */
async function serve(): Promise<void> {
  const threads = await import("node:worker_threads");
  const { AsyncLocalStorage } = await import("node:async_hooks");
  await import("node:vm"); // for calls that are timed
  const { port, life, counters } = threads.workerData as Line;
  const channel = new Channel({
    port,
    receive: (port) => threads.receiveMessageOnPort(port as never),
    counters,
    end: 1,
  });
  threads.parentPort?.once("message", (init: ThreadInit) => {
    loadDenoParts(partsFor(init)); // the last that is loaded of Deno
    inLock(threads, () => {
      new Guest(channel, init, () => AsyncLocalStorage.snapshot()).listen();
      channel.hold(true);
    });
  });
  life.postMessage(null);
}

/**
 * While a thread holds a lock, `terminate()` ends it in the middle of a loop;
 * otherwise Deno ends it when it waits, and not before. RATIONALE.md has more.
 */
function inLock(threads: Threads, begin: () => void): void {
  const { locks } = threads as unknown as {
    locks?: { request(name: string, held: () => unknown): unknown };
  };
  if (locks === undefined) return begin();
  locks.request(`py-plugin ${crypto.randomUUID()}`, () => {
    begin();
    return new Promise(() => {});
  });
}

// A worker's module is what its thread does.
await serve();
