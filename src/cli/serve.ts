/**
 * The program's command `serve`: a plugin behind HTTP.
 *
 * @module
 */

import {
  createPool,
  type LogEvent,
  PluginError,
  type Pool,
  poolHandler,
  type ServedRequest,
} from "../../mod.ts";
import { withoutCache } from "./cache_place.ts";
import { print, printError } from "./console.ts";
import { explain, report } from "./explain.ts";
import { logLine } from "./log_lines.ts";
import { parseServe, type RunServeCommand } from "./serve_args.ts";
import { SERVE_HELP, SERVE_USAGE } from "./serve_help.ts";

/** What ends a server; Windows knows only one of them. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGTERM", "SIGINT"];

/** Do what the words behind `serve` say; answers the exit status. */
export async function serve(words: readonly string[]): Promise<number> {
  const command = parseServe(words);
  switch (command.kind) {
    case "help":
      print(SERVE_HELP);
      return 0;
    case "wrong":
      printError(`error: ${command.reason}\n${SERVE_USAGE}\n`);
      return 2;
    case "serve":
      return await served(command);
    default:
      return command satisfies never;
  }
}

async function served(command: RunServeCommand): Promise<number> {
  try {
    const pool = await open(command);
    await listen(command, pool);
    return 0;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse || isAddress(error)) {
      printError(
        `error: Cannot listen on ${place(command)}: ${error.message}\n`,
      );
      return 2;
    }
    return report(error);
  }
}

function open(command: RunServeCommand): Promise<Pool> {
  const { args, size, maxQueue, recycle, grants, limits, log } = command;
  return createPool(command.plugin, {
    args,
    recycle,
    grants: withoutCache(grants),
    limits,
    log: (event) => printError(`${eventLine(event)}\n`),
    logLevel: log,
    ...(size === undefined ? {} : { size }),
    ...(maxQueue === undefined ? {} : { maxQueue }),
  });
}

/** Listen until a signal comes; then answer what was accepted. */
async function listen(command: RunServeCommand, pool: Pool): Promise<void> {
  const { host, port, maxBody, drain } = command;
  const handler = await poolHandler(pool, {
    log: (request) => printError(`${requestLine(request)}\n`),
    ...(maxBody === undefined ? {} : { maxBody }),
  });
  const counts = { accepted: 0, answered: 0 };
  const counted: typeof handler = async (request, info) => {
    counts.accepted += 1;
    const response = await handler(request, info);
    counts.answered += 1;
    return response;
  };
  const ended = Promise.withResolvers<void>();
  const end = () => ended.resolve();
  for (const signal of SIGNALS) Deno.addSignalListener(signal, end);
  try {
    const server = Deno.serve({
      hostname: host,
      port,
      onListen: (address) =>
        printError(`listening on http://${host}:${address.port}\n`),
    }, counted);
    await ended.promise;
    for (const signal of SIGNALS) Deno.addSignalListener(signal, leave);
    const late = setTimeout(() => pool.close({ timeout: 0 }), drain);
    await server.shutdown();
    clearTimeout(late);
    await pool.close({ timeout: drain });
    printError(`${JSON.stringify({ closed: true, ...counts })}\n`);
  } finally {
    await pool.close({ timeout: 0 });
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, end);
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, leave);
  }
}

/** Somebody is in a hurry. */
function leave(): void {
  Deno.exit(1);
}

/** A line of JSON: nothing in it can look like another line. */
function requestLine({ error, duration, ...request }: ServedRequest): string {
  return JSON.stringify({
    ...request,
    duration: Math.round(duration * 1000) / 1000,
    ...(error === undefined ? {} : { error: textOf(error) }),
  });
}

/** What the log says of an error, and no client is told. */
function textOf(error: unknown): string {
  if (error instanceof PluginError) return explain(error).trimEnd();
  if (!(error instanceof Error)) return String(error);
  return error.name === "HttpError"
    ? error.message
    : error.stack ?? error.message;
}

function eventLine(event: LogEvent): string {
  const { request } = event;
  const line = logLine(event);
  return request === undefined ? line : `${line} (request ${request})`;
}

function place({ host, port }: RunServeCommand): string {
  return `${host}:${port}`;
}

function isAddress(error: unknown): error is Error {
  return error instanceof Deno.errors.AddrNotAvailable ||
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable;
}
