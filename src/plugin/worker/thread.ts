/**
 * A thread of its own for one plugin, that can be ended whatever it does.
 *
 * @module
 */

import { Channel, COUNTERS_SIZE } from "../../bridge/link/mod.ts";
import { PermissionError, PluginLoadError } from "../../errors.ts";
import type { ThreadInit } from "./thread_init.ts";

type Threads = typeof import("node:worker_threads");
type NodeWorker = InstanceType<Threads["Worker"]>;

/** What a thread is given besides, to talk to this one. */
interface Line {
  readonly port: object;
  readonly counters: Int32Array<SharedArrayBuffer>;
}

/** A running thread. */
export class Thread {
  /** The line to it. */
  readonly channel: Channel;
  readonly #worker: NodeWorker;

  private constructor(worker: NodeWorker, channel: Channel) {
    this.#worker = worker;
    this.channel = channel;
  }

  /**
   * Start a thread. It keeps the process from ending only while an answer of
   * it is waited for.
   *
   * @param init What it is given.
   * @param failed Is told when the thread itself fails.
   * @throws {PermissionError} When Deno may not read the thread's own code.
   */
  static async start(
    init: ThreadInit,
    failed: (error: unknown) => void,
  ): Promise<Thread> {
    const threads = await import("node:worker_threads");
    const { port1, port2 } = new threads.MessageChannel();
    const counters = new Int32Array(new SharedArrayBuffer(COUNTERS_SIZE));
    const worker = newWorker(threads, { ...init, counters, port: port2 });
    worker.on("error", failed);
    worker.unref();
    const channel = new Channel({
      port: port1,
      receive: (port) => threads.receiveMessageOnPort(port as typeof port1),
      counters,
      end: 0,
    });
    return new Thread(worker, channel);
  }

  /** End it, in the middle of whatever it does; twice is fine. */
  async kill(): Promise<void> {
    this.channel.close();
    await this.#worker.terminate();
  }
}

function newWorker(
  { Worker }: Threads,
  data: ThreadInit & Line,
): NodeWorker {
  try {
    return new Worker(entry(), {
      workerData: data,
      // deno-lint-ignore no-explicit-any -- its type is the DOM's port
      transferList: [data.port as any],
    });
  } catch (error) {
    throw startError(error);
  }
}

/** Node's workers take files and text: other code is imported by some text. */
function entry(): URL {
  const url = new URL("./entry.ts", import.meta.url);
  if (url.protocol === "file:") return url;
  return new URL(
    `data:text/javascript,${
      encodeURIComponent(`import ${JSON.stringify(url.href)};`)
    }`,
  );
}

/** Why a thread did not start. */
function startError(error: unknown): unknown {
  if (!(error instanceof Deno.errors.NotCapable)) {
    return new PluginLoadError("Cannot start a worker for the plugin", {
      cause: error,
    });
  }
  return new PermissionError(
    'Cannot start a worker for the plugin: Deno may not read py-plugin\'s own files; run it with --allow-read for them, or use isolation: "thread"',
    { cause: error },
  );
}
