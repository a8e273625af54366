/**
 * From where a plugin is to a pool of its instances.
 *
 * @module
 */

import type { LogEvent } from "../../bridge/mod.ts";
import { checkBlock } from "../check_block.ts";
import type { PluginLocation } from "../location.ts";
import { type Settings, settingsOf } from "../options.ts";
import { type PluginSource, readPlugin } from "../read.ts";
import { Instances, type OpenInstance } from "./instances.ts";
import { Pool } from "./pool.ts";
import { type PoolOptions, poolSettings } from "./pool_options.ts";
import { spans } from "./spans.ts";

/** The longest that one timer waits. */
const MAX_TIMER_MS = 0x7fffffff;

/** Read the plugin once, and start all instances. */
export async function openPool(
  location: PluginLocation,
  options: PoolOptions,
): Promise<Pool> {
  const { openWorker, OutputStreams, Threads } = await import(
    "../worker/open_worker.ts"
  );
  const settings = poolSettings(options);
  const ofPlugin = settingsOf(options);
  const source = await readPlugin(location);
  if (source.kind === "python") await checkBlock(source, ofPlugin.grants);
  // A stream that all instances write to is locked once, not by each.
  const shared = { streams: new OutputStreams(), threads: new Threads() };
  const plan = { source, options, isAhead: true, shared };
  const open: OpenInstance = (id, saved) =>
    openWorker({ ...plan, settings: withId(ofPlugin, id) }, saved);
  const instances = new Instances(open);
  const pool = new Pool({
    settings,
    open: canShare(source, options) ? (id) => instances.open(id) : open,
    ended: async () => {
      shared.streams.release();
      await shared.threads.close();
    },
    now: () => performance.now(),
    timer,
    inSpan: spans(),
  });
  await pool.start();
  return pool;
}

/**
 * Whether instances may go on from where one of them is. What follows from a
 * seed, or from a moment, is the same in each only when each begins with it.
 */
function canShare(
  { kind }: PluginSource,
  { seed, clock }: PoolOptions,
): boolean {
  return kind === "python" && seed === undefined && !(clock instanceof Date);
}

/** Each line of the log says which call it belongs to. */
function withId(settings: Settings, id: () => string | undefined): Settings {
  const { logger } = settings;
  if (logger === undefined) return settings;
  const write = (event: LogEvent) => {
    const request = id();
    logger.write(request === undefined ? event : { ...event, request });
  };
  return { ...settings, logger: { level: logger.level, write } };
}

function timer(milliseconds: number, step: () => void): () => void {
  if (milliseconds > MAX_TIMER_MS) return () => {};
  const id = setTimeout(step, milliseconds);
  return () => clearTimeout(id);
}
