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

type Port = InstanceType<Threads["MessagePort"]>;

/** How long the end of a thread is waited for. */
const END_MS = 1000;

/** What a thread is started with, to talk to this one. */
interface Line {
  readonly port: Port;
  /** The thread's first word comes through it; it closes with the thread. */
  readonly life: Port;
  readonly counters: Int32Array<SharedArrayBuffer>;
}

/** A running thread, which waits for what it is to do. */
export class Thread {
  /** The line to it. */
  readonly channel: Channel;
  readonly #worker: NodeWorker;
  readonly #life: Port;
  /** Settles when nothing of it runs any more. */
  readonly #end: Promise<void>;
  #failed = (_error: unknown) => {};
  #isReady = false;
  #gone: Promise<boolean> | undefined;

  private constructor(worker: NodeWorker, channel: Channel, life: Port) {
    this.#worker = worker;
    this.channel = channel;
    this.#life = life;
    this.#end = new Promise((resolve) => void life.on("close", resolve));
    // Only who listens hears that it closes, too.
    life.on("message", () => this.#isReady = true);
    life.unref();
    worker.on("error", (error) => this.#failed(error));
    worker.unref();
  }

  /**
   * Start a thread. It keeps the process from ending only while an answer of
   * it is waited for.
   *
   * @throws {PermissionError} When Deno may not read the thread's own code.
   */
  static async start(): Promise<Thread> {
    const threads = await import("node:worker_threads");
    const { port1, port2 } = new threads.MessageChannel();
    const { port1: life, port2: theirs } = new threads.MessageChannel();
    const counters = new Int32Array(new SharedArrayBuffer(COUNTERS_SIZE));
    const line = { counters, port: port2, life: theirs };
    const worker = newWorker(threads, line);
    const channel = new Channel({
      port: port1,
      receive: (port) => threads.receiveMessageOnPort(port as typeof port1),
      counters,
      end: 0,
    });
    return new Thread(worker, channel, life);
  }

  /** Whether it has loaded its own code. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /**
   * Tell it what it is to do.
   *
   * @param init What it is given.
   * @param failed Is told when the thread itself fails.
   */
  begin(init: ThreadInit, failed: (error: unknown) => void): void {
    this.#failed = failed;
    this.#worker.postMessage(init);
  }

  /** End it, in the middle of whatever it does; twice is fine. */
  async kill(): Promise<void> {
    this.channel.close();
    await this.#worker.terminate();
    if (this.#gone === undefined) this.#life.close();
  }

  /** Whether it is gone in a moment; asked before {@linkcode kill}. */
  isGone(): Promise<boolean> {
    return this.#gone ??= this.#watch();
  }

  async #watch(): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), END_MS);
    const end = this.#end.then(() => true);
    const isGone = await Promise.race([end, late.promise]);
    clearTimeout(timer);
    this.#life.close();
    return isGone;
  }
}

function newWorker({ Worker }: Threads, line: Line): NodeWorker {
  try {
    return new Worker(entry(), {
      workerData: line,
      // deno-lint-ignore no-explicit-any -- its type is the DOM's port
      transferList: [line.port as any, line.life as any],
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
