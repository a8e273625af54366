/**
 * The trace as JSON lines.
 *
 * @module
 */

import { type GrantOptions, PluginError, type TraceEvent } from "../../mod.ts";
import { printError } from "./console.ts";
import { demandOutOfReach, demandWritable } from "./own_file.ts";

/** Writes events, one line each, as they happen. */
export interface TraceFile extends Disposable {
  /** Write one event. */
  write(event: TraceEvent): void;
  /** Whether some of the events could not be written. */
  readonly isBroken: boolean;
}

/**
 * Open a trace.
 *
 * @param path The file, or `-` for standard error.
 * @param grants What the plugin gets, from which this file must be out of reach.
 * @throws {PluginError} When the file cannot be written, or the plugin reaches
 * it.
 */
export function openTrace(path: string, grants: GrantOptions): TraceFile {
  if (path === "-") {
    return {
      write: (event) => printError(line(event)),
      isBroken: false, // what standard error does not take is lost
      [Symbol.dispose]() {},
    };
  }
  demandWritable("the trace", path);
  demandOutOfReach("the trace", path, grants);
  const file = openFile(path);
  const encoder = new TextEncoder();
  let broken = false;
  return {
    get isBroken() {
      return broken;
    },
    write(event) {
      if (broken) return;
      let rest = encoder.encode(line(event));
      try {
        while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
      } catch (error) {
        broken = true; // the plugin goes on, and nobody takes half for all
        const reason = error instanceof Error ? error.message : String(error);
        printError(`error: Cannot write the trace to "${path}": ${reason}\n`);
      }
    },
    [Symbol.dispose]: () => file.close(),
  };
}

function openFile(path: string): Deno.FsFile {
  try {
    const file = Deno.openSync(path, { append: true, create: true });
    if (file.statSync().isFile) file.truncateSync();
    return file; // what is written comes last, whoever else writes there
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PluginError(`Cannot write the trace to "${path}": ${reason}`, {
      fault: "caller",
      cause: error,
    });
  }
}

/** JSON has no whole numbers above 2^53; those are written as text. */
function line(event: TraceEvent): string {
  const json = JSON.stringify(event, (_key, value) => {
    if (typeof value !== "bigint") return value;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  });
  return `${json}\n`;
}
