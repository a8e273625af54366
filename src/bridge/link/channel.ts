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
  /** Two counters that both threads see: how many messages each was sent. */
  readonly counters: Int32Array<SharedArrayBuffer>;
  /** Which of the two ends this is. */
  readonly end: 0 | 1;
}

/** Bytes that two counters need. */
export const COUNTERS_SIZE = 8;

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
