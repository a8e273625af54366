/**
 * From where a plugin is to a pool of its instances.
 *
 * @module
 */

import type { LogEvent } from "../../bridge/mod.ts";
import { checkBlock } from "../check_block.ts";
import type { PluginLocation } from "../location.ts";
import { type Settings, settingsOf } from "../options.ts";
import { readPlugin } from "../read.ts";
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
  const { openWorker, OutputStreams } = await import(
    "../worker/open_worker.ts"
  );
  const settings = poolSettings(options);
  const ofPlugin = settingsOf(options);
  const source = await readPlugin(location);
  if (source.kind === "python") await checkBlock(source, ofPlugin.grants);
  // A stream that all instances write to is locked once, not by each.
  const streams = new OutputStreams();
  const pool = new Pool({
    settings,
    open: (id) => openWorker(source, withId(ofPlugin, id), options, streams),
    ended: () => streams.release(),
    now: () => performance.now(),
    timer,
    inSpan: spans(),
  });
  await pool.start();
  return pool;
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
