/**
 * From a plugin's files to a guest in a thread of its own.
 *
 * @module
 */

import { loadModules } from "../../runtime/mod.ts";
import { type ReadyInput, readyInput } from "../input.ts";
import type { SavedPlugin } from "../open.ts";
import type { PluginOptions, Settings } from "../options.ts";
import type { PluginSource } from "../read.ts";
import type { Storage } from "./host_calls.ts";
import { OutputStreams, ownClock, sentOptions } from "./host_options.ts";
import { RemoteGuest } from "./remote_guest.ts";
import { shareSaved } from "./shared_save.ts";
import type { ThreadInit } from "./thread_init.ts";
import { Threads } from "./threads.ts";
import { WorkerBackend } from "./worker_backend.ts";

export { OutputStreams, Threads };

/** What runs in threads. */
export interface WorkerPlan {
  /** The plugin's files. */
  readonly source: PluginSource;
  /** The options with every choice made. */
  readonly settings: Settings;
  /**
   * The options as they were given: a worker makes a clock, and random bytes,
   * of its own of them.
   */
  readonly options: PluginOptions;
  /** Whether a thread is started for the next guest when one may be needed. */
  readonly isAhead: boolean;
  /** What several workers have together; their owner lets go of it. */
  readonly shared?: {
    /** Streams that they write to. */
    readonly streams: OutputStreams;
    /** Where their threads are from. */
    readonly threads: Threads;
  };
}

/**
 * Start a thread, and the plugin in it.
 *
 * @param plan What runs there.
 * @param ready What it goes on from; without it the plugin is loaded.
 */
export async function openWorker(
  plan: WorkerPlan,
  ready?: SavedPlugin | Promise<SavedPlugin | undefined>,
): Promise<WorkerBackend> {
  const { shared, settings, isAhead } = plan;
  const threads = shared?.threads ?? new Threads();
  const stdin = await readyInput(settings.stdin);
  const prepare = () => {
    if (isAhead) threads.prepare();
  };
  const open = (from: typeof ready, begun?: (guest: RemoteGuest) => void) =>
    openGuest(plan, { threads, stdin, late: prepare, begun }, from);
  const guest = await open(ready);
  return new WorkerBackend(guest, {
    saved: await ready,
    open,
    prepare,
    isReady: () => threads.isReady,
    closed: async () => {
      if (shared === undefined) await threads.close();
    },
  });
}

/** What all guests of a backend have. */
interface GuestPlan {
  readonly threads: Threads;
  readonly stdin: ReadyInput;
  late(): void;
  /** Is told of each, before it is loaded. */
  readonly begun: ((guest: RemoteGuest) => void) | undefined;
}

async function openGuest(
  { source, settings, options, shared }: WorkerPlan,
  { threads, stdin, late, begun }: GuestPlan,
  ready: SavedPlugin | Promise<SavedPlugin | undefined> | undefined,
): Promise<RemoteGuest> {
  const { AsyncLocalStorage } = await import("node:async_hooks");
  const own = { clock: ownClock(options.clock), random: options.random };
  const streams = shared?.streams ?? new OutputStreams();
  const release = () => {
    if (shared === undefined) streams.release();
  };
  await using unlessOpen = new AsyncDisposableStack();
  unlessOpen.defer(release);
  const sent = sentOptions(streams, settings, stdin, own);
  const thread = await threads.take();
  unlessOpen.defer(() => thread.kill());
  // What is waited for meanwhile, the thread starts beside.
  const init = await threadInit(source, settings, options, await ready);
  const guest = new RemoteGuest({
    thread,
    storage: new AsyncLocalStorage<number>() as Storage,
    limits: settings.limits,
    source: source.kind === "python" ? source : undefined,
    late,
    ended: release,
  });
  unlessOpen.move(); // from here on the guest gives them back
  begun?.(guest);
  thread.begin(init, (error) => guest.fail(error));
  await guest.open(sent, settings.host);
  return guest;
}

async function threadInit(
  source: PluginSource,
  settings: Settings,
  { clock, seed }: PluginOptions,
  saved: SavedPlugin | undefined,
): Promise<ThreadInit> {
  const { args, limits, grants, env, check, logger } = settings;
  return {
    modules: await loadModules(),
    source,
    saved: saved && shareSaved(saved),
    ...{ args, limits, grants, env, check, seed },
    logLevel: logger?.level,
    now: clock instanceof Date ? clock.getTime() : undefined,
  };
}
