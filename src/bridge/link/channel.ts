/**
 * Messages between two threads, which either may also wait for standing still.
 *
 * @module
 */

/** A message: its bytes, and larger ones beside it. */
export interface LinkMessage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly attached: readonly ArrayBuffer[];
}

/** What a port of `node:worker_threads` is used for here. */
export interface Port {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
  ref(): void;
  unref(): void;
  close(): void;
}

/** `receiveMessageOnPort`: the next message that is there already. */
export type Receive = (port: Port) => { message: unknown } | undefined;

/** What a channel is made of. */
export interface ChannelInit {
  /** This thread's end. */
  readonly port: Port;
  /** Takes a message from it. */
  readonly receive: Receive;
  /**
   * What both threads see: how many messages each was sent, and the last
   * request that each has begun to serve.
   */
  readonly counters: Int32Array<SharedArrayBuffer>;
  /** Which of the two ends this is. */
  readonly end: 0 | 1;
}

/** Bytes that the counters need. */
export const COUNTERS_SIZE = 16;
/** Where the requests are that were begun, behind the two counters. */
const BEGUN = 2;
/** Instead of the last one that was begun: there will be no other. */
const STOPPED = -1;
/** From this number on requests count as one. */
const MAX_BEGUN = 0x7fffffff;

/** One end of the line between two threads. */
export class Channel {
  readonly #port: Port;
  readonly #receive: Receive;
  readonly #counters: Int32Array<SharedArrayBuffer>;
  readonly #mine: 0 | 1;
  readonly #theirs: 0 | 1;
  #isClosed = false;

  /** @param init The port, and what both threads see. */
  constructor({ port, receive, counters, end }: ChannelInit) {
    this.#port = port;
    this.#receive = receive;
    this.#counters = counters;
    this.#mine = end;
    this.#theirs = end === 0 ? 1 : 0;
  }

  /** Be told of messages, whenever this thread has nothing else to do. */
  listen(told: (message: LinkMessage) => void): void {
    this.#port.on("message", (message) => {
      if (!this.#isClosed) told(messageOf(message));
    });
    this.#port.unref();
  }

  /** Send a message; its memory goes with it. */
  post({ bytes, attached }: LinkMessage): void {
    if (this.#isClosed) return;
    // Not a view: of those Deno looks at every item, for ports.
    const buffer = bytes.byteOffset === 0
      ? bytes.buffer.transfer(bytes.length)
      : bytes.slice().buffer;
    if (attached.length === 0) this.#port.postMessage(buffer, [buffer]);
    else {
      const buffers = [buffer, ...attached];
      this.#port.postMessage(buffers, buffers);
    }
    Atomics.add(this.#counters, this.#theirs, 1);
    Atomics.notify(this.#counters, this.#theirs);
  }

  /** How many messages this end has been sent; `wait` asks for it. */
  get sent(): number {
    return Atomics.load(this.#counters, this.#mine);
  }

  /** The next message that is there already. */
  take(): LinkMessage | undefined {
    if (this.#isClosed) return undefined;
    const received = this.#receive(this.#port);
    return received && messageOf(received.message);
  }

  /**
   * This end is to serve a request.
   *
   * @returns Whether it may: the other end has not stopped it.
   */
  begin(number: number): boolean {
    const mine = BEGUN + this.#mine;
    const next = Math.min(number, MAX_BEGUN);
    for (;;) {
      const last = Atomics.load(this.#counters, mine);
      if (last === STOPPED) return false;
      if (last >= next) return true;
      const was = Atomics.compareExchange(this.#counters, mine, last, next);
      if (was === last) return true;
    }
  }

  /**
   * Let the other end begin nothing more; once.
   *
   * @returns Tells whether it may have begun to serve a request.
   */
  stop(): (number: number) => boolean {
    const theirs = BEGUN + this.#theirs;
    const last = Atomics.exchange(this.#counters, theirs, STOPPED);
    return (number) => last >= Math.min(number, MAX_BEGUN);
  }

  /** Stand still until there are more messages than `sent`, or for a time. */
  wait(sent: number, milliseconds: number): void {
    Atomics.wait(this.#counters, this.#mine, sent, milliseconds);
  }

  /** Whether an answer is waited for: then the process does not end. */
  hold(isHeld: boolean): void {
    if (this.#isClosed) return;
    if (isHeld) this.#port.ref();
    else this.#port.unref();
  }

  /** Send and hear nothing more; twice is fine. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#port.close();
  }
}

/** A message as it came: its bytes alone, or with what is beside them. */
function messageOf(message: unknown): LinkMessage {
  const [bytes, ...attached] = Array.isArray(message) ? message : [message];
  return { bytes: new Uint8Array(bytes as ArrayBuffer), attached };
}
