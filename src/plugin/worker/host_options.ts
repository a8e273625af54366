/**
 * The host's side of a plugin's options, on both sides of the line.
 *
 * @module
 */

import type { LogEvent } from "../../bridge/mod.ts";
import { type Clock, type Random, SteppedClock } from "../../wasi/mod.ts";
import type { ReadyInput } from "../input.ts";
import type { Settings } from "../options.ts";
import type { OutputOption } from "../output.ts";
import type { TraceSink } from "../trace.ts";
import type { HostOptions, StreamOption } from "./thread_init.ts";

/** Options as a worker's guest uses them. */
export type WorkerOptions =
  & Pick<Settings, "stdin" | "stdout" | "stderr">
  & {
    readonly log: ((event: LogEvent) => void) | undefined;
    readonly trace: TraceSink | undefined;
    readonly clock: Clock | undefined;
    readonly random: Random | undefined;
  };

type Called = (...args: unknown[]) => unknown;

/** Streams that are written to, each locked until it is given back. */
export class OutputStreams {
  readonly #writers = new Map<
    WritableStream<Uint8Array>,
    { writer: WritableStreamDefaultWriter<Uint8Array>; option: StreamOption }
  >();

  /** What writes to a stream. */
  option(stream: WritableStream<Uint8Array>): StreamOption {
    const known = this.#writers.get(stream);
    if (known !== undefined) return known.option;
    if (stream.locked) {
      throw new TypeError(
        "Cannot write a guest's output to the stream: it is locked; " +
          "release its writer first",
      );
    }
    const writer = stream.getWriter();
    const write = async (chunk: Uint8Array) => {
      await writer.ready;
      await writer.write(chunk);
    };
    this.#writers.set(stream, { writer, option: { write } });
    return { write };
  }

  /** Give all of them back; twice is fine. */
  release(): void {
    for (const { writer } of this.#writers.values()) {
      writer.closed.catch(() => {}); // whoever owns it knows why it failed
      writer.releaseLock();
    }
    this.#writers.clear();
  }
}

/**
 * What of the options is sent to a worker: functions in the place of objects.
 *
 * @param streams The streams among them.
 * @param settings The options.
 * @param stdin The input, when it is there.
 * @param own The caller's own clock and random bytes; a worker has its own
 * otherwise.
 */
export function sentOptions(
  streams: OutputStreams,
  settings: Settings,
  stdin: ReadyInput,
  own: {
    readonly clock: Clock | undefined;
    readonly random: Random | undefined;
  },
): HostOptions {
  const { logger, trace } = settings;
  return {
    stdin,
    stdout: sentOutput(settings.stdout, streams),
    stderr: sentOutput(settings.stderr, streams),
    ...(logger && { log: (event: LogEvent) => void logger.write(event) }),
    ...(trace && { trace: (event: never) => void trace(event) }),
    ...(own.clock && { clock: sentClock(own.clock) }),
    ...(own.random && { random: sentRandom(own.random) }),
  };
}

/** The same options in the worker. */
export function receivedOptions(sent: HostOptions): WorkerOptions {
  const streams = new Map<unknown, WritableStream<Uint8Array>>();
  const { clock, random } = sent;
  return {
    stdin: sent.stdin as ReadyInput,
    stdout: receivedOutput(sent.stdout, streams),
    stderr: receivedOutput(sent.stderr, streams),
    log: sent.log as WorkerOptions["log"],
    trace: sent.trace as WorkerOptions["trace"],
    clock: clock === undefined ? undefined : receivedClock(clock),
    random: random === undefined ? undefined : receivedRandom(random as Called),
  };
}

/** The caller's own clock, when it is one that has to be asked. */
export function ownClock(clock: Clock | Date | undefined): Clock | undefined {
  return clock instanceof Date ? undefined : clock;
}

/** A clock that starts at a moment. */
export function clockAt(now: number): Clock {
  return new SteppedClock(new Date(now));
}

function sentOutput(
  output: OutputOption,
  streams: OutputStreams,
): unknown {
  if (typeof output === "string") return output;
  if (typeof output === "function") {
    return (chunk: Uint8Array) => void output(chunk);
  }
  return streams.option(output);
}

function receivedOutput(
  sent: unknown,
  streams: Map<unknown, WritableStream<Uint8Array>>,
): OutputOption {
  if (typeof sent !== "object" || sent === null) return sent as OutputOption;
  const { write } = sent as StreamOption;
  const stream = streams.get(write) ??
    new WritableStream({ write: (chunk) => write(chunk) });
  streams.set(write, stream);
  return stream;
}

function sentClock(clock: Clock): unknown {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (nanoseconds: number | bigint) => clock.sleep(BigInt(nanoseconds)),
    resolution: clock.resolution,
  };
}

/** Numbers may have become smaller ones on their way. */
function receivedClock(sent: unknown): Clock {
  const { now, monotonic, sleep, resolution } = sent as Record<string, Called>;
  return {
    now: () => BigInt(now?.() as number),
    monotonic: () => BigInt(monotonic?.() as number),
    sleep: (nanoseconds) => void sleep?.(nanoseconds),
    resolution: BigInt(resolution as unknown as number),
  };
}

function sentRandom(random: Random): unknown {
  return (size: number) => {
    const buffer = new Uint8Array(size);
    random(buffer);
    return buffer;
  };
}

function receivedRandom(sent: Called): Random {
  return (buffer) => buffer.set(sent(buffer.length) as Uint8Array);
}
