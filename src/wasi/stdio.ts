import { concat } from "../concat.ts";
import { Filetype, Rights, STREAM_RIGHTS } from "./abi.ts";
import { Descriptor, type Readiness } from "./descriptor.ts";
import { Errno, hostErrno, WasiError } from "./errno.ts";
import type { Stat } from "./node.ts";
import { lengthOf, type OutputBudget } from "./output_budget.ts";
import { StreamSink } from "./stream_sink.ts";

/**
 * Where a guest's input comes from: `null`, the host's own stream, bytes, or
 * a function that gives the next bytes (at most as many as asked for is kind,
 * more are kept) and `null` at the end.
 */
export type Source =
  | "null"
  | "inherit"
  | Uint8Array
  | ((wanted: number) => Uint8Array | null);

/**
 * Where a guest's output goes: `null`, the host's own stream, a function that
 * gets each write as a copy of its own, or a Web stream, which is left open.
 * {@linkcode Context.drained} waits until a Web stream took what was written.
 */
export type Sink =
  | "null"
  | "inherit"
  | ((chunk: Uint8Array) => void)
  | WritableStream<Uint8Array>;

/** The part of `Deno.stdin`, `Deno.stdout` and `Deno.stderr` that is used. */
export interface HostStream {
  /** Fill a buffer; `null` at the end. */
  readSync?(buffer: Uint8Array): number | null;
  /** Write some of a buffer. */
  writeSync?(buffer: Uint8Array): number;
  /** Whether a person sits at the other end. */
  isTerminal(): boolean;
}

/**
 * A descriptor for a source.
 *
 * @param source Where input comes from.
 * @param host What `"inherit"` means.
 * @returns The descriptor, which is only read.
 */
export function openSource(source: Source, host: () => HostStream): Descriptor {
  if (source === "null") return new BytesInput(new Uint8Array(0));
  if (source === "inherit") return new HostInput(host());
  if (typeof source === "function") return new CallbackInput(source);
  return new BytesInput(source);
}

/**
 * A descriptor for a sink.
 *
 * @param sink Where output goes.
 * @param host What `"inherit"` means.
 * @param budget How much may be written; no end by default.
 * @returns The descriptor, which is only written.
 */
export function openSink(
  sink: Exclude<Sink, WritableStream<Uint8Array>> | StreamSink,
  host: () => HostStream,
  budget?: OutputBudget,
): Descriptor {
  const output = outputOf(sink, host);
  output.budget = budget;
  return output;
}

function outputOf(
  sink: Parameters<typeof openSink>[0],
  host: () => HostStream,
): Output {
  if (sink === "null") return new NullOutput();
  if (sink === "inherit") return new HostOutput(host());
  if (sink instanceof StreamSink) return new StreamOutput(sink);
  return new CallbackOutput(sink);
}

/** A stream: no offset, no size, no times. */
abstract class Stream extends Descriptor {
  override get filetype(): Filetype {
    return Filetype.UNKNOWN;
  }

  override stat(): Stat {
    return {
      filetype: this.filetype,
      nlink: 1,
      size: 0,
      atim: 0n,
      mtim: 0n,
      ctim: 0n,
    };
  }
}

abstract class Input extends Stream {
  constructor() {
    super(STREAM_RIGHTS & ~Rights.FD_WRITE);
  }

  /** Fill one buffer with what there is; 0 only at the end. */
  protected abstract fill(buffer: Uint8Array): number;

  override read(buffers: readonly Uint8Array[]): number {
    // One buffer is enough: a stream may always give less than asked for.
    const buffer = buffers.find((each) => each.length > 0);
    return buffer === undefined ? 0 : this.fill(buffer);
  }
}

class BytesInput extends Input {
  #rest: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.#rest = bytes;
  }

  protected override fill(buffer: Uint8Array): number {
    const part = this.#rest.subarray(0, buffer.length);
    buffer.set(part);
    this.#rest = this.#rest.subarray(part.length);
    return part.length;
  }

  override ready(): Readiness {
    return { nbytes: this.#rest.length, hangup: this.#rest.length === 0 };
  }
}

class CallbackInput extends Input {
  readonly #next: (wanted: number) => Uint8Array | null;
  #rest: Uint8Array = new Uint8Array(0);
  #ended = false;

  constructor(next: (wanted: number) => Uint8Array | null) {
    super();
    this.#next = next;
  }

  protected override fill(buffer: Uint8Array): number {
    while (this.#rest.length === 0 && !this.#ended) {
      const chunk = this.#next(buffer.length);
      if (chunk === null) this.#ended = true;
      else this.#rest = chunk;
    }
    const part = this.#rest.subarray(0, buffer.length);
    buffer.set(part);
    this.#rest = this.#rest.subarray(part.length);
    return part.length;
  }

  override ready(write: boolean): Readiness {
    const nbytes = this.#rest.length;
    if (nbytes > 0) return { nbytes, hangup: false };
    // Who gives the next bytes is asked when they are read.
    return this.#ended ? { nbytes, hangup: true } : super.ready(write);
  }
}

class HostInput extends Input {
  readonly #stream: HostStream;

  constructor(stream: HostStream) {
    super();
    this.#stream = stream;
  }

  override get filetype(): Filetype {
    return streamType(this.#stream);
  }

  protected override fill(buffer: Uint8Array): number {
    return attempt(() => this.#stream.readSync?.(buffer)) ?? 0;
  }
}

abstract class Output extends Stream {
  /** How much may be written; no end when there is none. */
  budget: OutputBudget | undefined;

  constructor() {
    super(STREAM_RIGHTS & ~Rights.FD_READ);
  }

  /** Pass on all of the bytes. */
  protected abstract pass(buffers: readonly Uint8Array[]): void;

  override write(buffers: readonly Uint8Array[]): number {
    const length = lengthOf(buffers); // before a callback lets memory grow
    this.pass(this.budget?.take(buffers) ?? buffers);
    return length;
  }

  override sync(): void {}
}

class NullOutput extends Output {
  protected override pass(): void {}
}

class CallbackOutput extends Output {
  readonly #write: (chunk: Uint8Array) => void;

  constructor(write: (chunk: Uint8Array) => void) {
    super();
    this.#write = write;
  }

  protected override pass(buffers: readonly Uint8Array[]): void {
    const chunk = concat(buffers); // guest memory can't change that any more
    if (chunk.length > 0) this.#write(chunk);
  }
}

/** A Web stream, which another descriptor may write to as well. */
class StreamOutput extends CallbackOutput {
  readonly #sink: StreamSink;
  #closed = false;

  constructor(sink: StreamSink) {
    super((chunk) => sink.write(chunk));
    this.#sink = sink;
    sink.open();
  }

  override close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink.close();
  }
}

class HostOutput extends Output {
  readonly #stream: HostStream;

  constructor(stream: HostStream) {
    super();
    this.#stream = stream;
  }

  override get filetype(): Filetype {
    return streamType(this.#stream);
  }

  protected override pass(buffers: readonly Uint8Array[]): void {
    for (const buffer of buffers) this.#writeAll(buffer);
  }

  #writeAll(buffer: Uint8Array): void {
    for (let done = 0; done < buffer.length;) {
      const rest = done === 0 ? buffer : buffer.subarray(done);
      done += attempt(() => this.#stream.writeSync?.(rest)) ?? rest.length;
    }
  }
}

/** How long to wait for a full or empty stream that will not block itself. */
const PAUSE_MS = 1;

/** Do something with a host stream; wait while it answers "would block". */
function attempt<T>(action: () => T): T {
  for (;;) {
    try {
      return action();
    } catch (error) {
      const errno = hostErrno(error);
      if (errno === undefined) throw error;
      if (errno !== Errno.AGAIN && errno !== Errno.INTR) {
        throw new WasiError(errno);
      }
      pause();
    }
  }
}

function pause(): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(cell, 0, 0, PAUSE_MS);
}

/** wasi-libc takes a character device without an offset for a terminal. */
function streamType(stream: HostStream): Filetype {
  return stream.isTerminal() ? Filetype.CHARACTER_DEVICE : Filetype.UNKNOWN;
}
