/**
 * The program's main command: run a plugin or a script.
 *
 * @module
 */

import {
  type GrantOptions,
  loadPluginOrScript,
  type LogEvent,
  type Plugin,
  type PluginResult,
  type Script,
  type TraceSink,
} from "../../mod.ts";
import type { ColorMode, RunCommand } from "./args.ts";
import { cachePlace, labelOf, withoutCache } from "./cache_place.ts";
import { print, printError, readInput } from "./console.ts";
import { report } from "./explain.ts";
import type { OutputFile } from "./output_file.ts";
import type { PermissionsTable } from "./permissions_table.ts";
import type { TraceFile } from "./trace_file.ts";
import { WarmCache } from "./warm_cache.ts";

/** The exit status when all went well and the trace has not all of it. */
const TRACE_BROKEN = 1;

/** Run it; answers the exit status. */
export async function run(command: RunCommand): Promise<number> {
  const table = command.explain ? await permissionsTable() : undefined;
  const cache = command.cache ? warmCache(command.plugin) : undefined;
  const status = await runTraced(command, table, cache);
  if (table !== undefined) printError(table.text(command.plugin));
  await cache?.finish();
  return status;
}

function warmCache(plugin: string): WarmCache | undefined {
  const place = cachePlace();
  if (place.kind === "unusable") return undefined;
  return new WarmCache(place.path, labelOf(plugin));
}

async function runTraced(
  command: RunCommand,
  table: PermissionsTable | undefined,
  warm: WarmCache | undefined,
): Promise<number> {
  try {
    using file = command.trace === undefined
      ? undefined
      : await traceFile(command.trace, command.grants);
    using output = command.output === undefined
      ? undefined
      : await outputFile(command.output);
    const sink = traceInto(table, file);
    const status = await runLoaded(command, { sink, output, table, warm });
    return status === 0 && file?.isBroken ? TRACE_BROKEN : status;
  } catch (error) {
    return report(error);
  }
}

/** What a run tells, and where its result goes. */
interface RunHow {
  readonly sink: TraceSink | undefined;
  readonly output: OutputFile | undefined;
  readonly table: PermissionsTable | undefined;
  readonly warm: WarmCache | undefined;
}

async function runLoaded(
  command: RunCommand,
  { sink, output, table, warm }: RunHow,
): Promise<number> {
  await using loaded = await load(command, sink, warm);
  table?.begin();
  if (loaded.kind === "script") return await runScript(loaded);
  return await runPlugin(loaded, command, output);
}

async function runScript(script: Script): Promise<number> {
  try {
    return await script.run();
  } catch (error) {
    return report(error, "shown");
  }
}

async function permissionsTable(): Promise<PermissionsTable> {
  const { PermissionsTable } = await import("./permissions_table.ts");
  return new PermissionsTable();
}

async function traceFile(
  path: string,
  grants: GrantOptions,
): Promise<TraceFile> {
  const { openTrace } = await import("./trace_file.ts");
  return openTrace(path, grants);
}

async function outputFile(path: string): Promise<OutputFile> {
  const { OutputFile } = await import("./output_file.ts");
  return new OutputFile(path);
}

/** Tells both of them, or nobody when neither wants to know. */
function traceInto(
  table: PermissionsTable | undefined,
  file: TraceFile | undefined,
): TraceSink | undefined {
  if (table === undefined && file === undefined) return undefined;
  return (event) => {
    file?.write(event);
    table?.note(event);
  };
}

async function load(
  command: RunCommand,
  trace: TraceSink | undefined,
  warm: WarmCache | undefined,
) {
  const { seed, now } = command;
  return await loadPluginOrScript(command.plugin, {
    args: command.args,
    stdin: "inherit",
    late: true,
    log: await logger(command),
    logLevel: command.log,
    grants: withoutCache(command.grants),
    limits: command.limits,
    ...(seed === undefined ? {} : { seed }),
    ...(now === undefined ? {} : { clock: now }),
    ...(trace === undefined ? {} : { trace }),
    ...(warm === undefined ? {} : { warm }),
  });
}

async function runPlugin(
  plugin: Plugin,
  command: RunCommand,
  output: OutputFile | undefined,
): Promise<number> {
  const [payload, ...more] = command.args;
  if (more.length > 0) {
    printError(
      `error: a plugin takes one payload, and ${command.args.length} are given; quote it\n`,
    );
    return 2;
  }
  const result = await plugin.run(payload ?? await readInput());
  deliver(result, output);
  return 0;
}

/** Exact bytes into a file; on the console a newline ends them. */
function deliver(result: PluginResult, output: OutputFile | undefined): void {
  const bytes = result.bytes();
  if (output !== undefined) return output.write(bytes);
  print(bytes);
  if (bytes.at(-1) !== 0x0a) print("\n");
}

/** Writes log events to standard error. */
async function logger(command: RunCommand): Promise<(event: LogEvent) => void> {
  const { loadPaints, logLine } = await import("./log_lines.ts");
  const paints = usesColor(command.color) ? await loadPaints() : undefined;
  return (event) => printError(`${logLine(event, paints)}\n`);
}

function usesColor(mode: ColorMode): boolean {
  if (mode !== "auto") return mode === "always";
  return !Deno.noColor && Deno.stderr.isTerminal();
}
