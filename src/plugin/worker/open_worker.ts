/**
 * From a plugin's files to a guest in a thread of its own.
 *
 * @module
 */

import { loadModules } from "../../runtime/mod.ts";
import { readyInput } from "../input.ts";
import type { PluginOptions, Settings } from "../options.ts";
import type { PluginSource } from "../read.ts";
import { OutputStreams, ownClock, sentOptions } from "./host_options.ts";
import { Thread } from "./thread.ts";
import { type Storage, WorkerBackend } from "./worker_backend.ts";

export { OutputStreams };

/**
 * Start a thread, and load the plugin in it.
 *
 * @param source The plugin's files.
 * @param settings The options with every choice made.
 * @param options The options as they were given: a worker makes a clock, and
 * random bytes, of its own of them.
 * @param shared Streams that several workers write to; its owner gives them
 * back.
 */
export async function openWorker(
  source: PluginSource,
  settings: Settings,
  options: PluginOptions,
  shared?: OutputStreams,
): Promise<WorkerBackend> {
  const { AsyncLocalStorage } = await import("node:async_hooks");
  const stdin = await readyInput(settings.stdin);
  const { args, limits, grants, env, check, logger } = settings;
  const { clock, seed } = options;
  const init = {
    modules: await loadModules(),
    source,
    ...{ args, limits, grants, env, check, seed },
    logLevel: logger?.level,
    now: clock instanceof Date ? clock.getTime() : undefined,
  };
  let failed = (_error: unknown) => {};
  const own = { clock: ownClock(clock), random: options.random };
  const streams = shared ?? new OutputStreams();
  const release = () => shared === undefined && streams.release();
  using unlessOpen = new DisposableStack();
  unlessOpen.defer(release);
  const sent = sentOptions(streams, settings, stdin, own);
  const thread = await Thread.start(init, (error) => failed(error));
  const backend = new WorkerBackend({
    thread,
    storage: new AsyncLocalStorage<number>() as Storage,
    limits,
    ended: release,
    isPython: source.kind === "python",
  });
  unlessOpen.move(); // from here on the backend gives them back
  failed = (error) => backend.fail(error);
  await backend.open(sent, settings.host);
  return backend;
}
