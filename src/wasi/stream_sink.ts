import { Errno, WasiError } from "./errno.ts";

/**
 * A Web stream that a guest writes to. A guest can't wait for it in the middle
 * of a syscall, so chunks queue up in the stream while the guest runs, and the
 * host waits afterwards.
 *
 * ```text
 *   guest: write  write  write  return
 *             │      │      │      │
 *   stream: ──█──────██─────███────██──────█────────·── taken
 *                                  └─ host waits ───┘
 * ```
 */
export class StreamSink {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** The last write; when it is done, those before it are. */
  #last: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #broken = false;
  #users = 0;

  /**
   * Take a stream, until the last who {@linkcode open | opened} it closes it.
   *
   * @param stream The stream.
   * @throws TypeError when somebody else writes to it.
   */
  constructor(stream: WritableStream<Uint8Array>) {
    if (stream.locked) {
      throw new TypeError(
        "Cannot write a guest's output to the stream: it is locked; " +
          "release its writer first",
      );
    }
    this.#writer = stream.getWriter();
    // What goes wrong is told by a write, or not at all.
    this.#writer.closed.catch(() => {});
  }

  /** One more writes to it. */
  open(): void {
    this.#users++;
  }

  /**
   * Queue a chunk.
   *
   * @param chunk The chunk, which is the stream's from now on.
   * @throws `PIPE` when the stream failed, or was closed, before.
   */
  write(chunk: Uint8Array): void {
    const failed = this.#broken || this.#writer.desiredSize === null;
    if (failed) throw new WasiError(Errno.PIPE);
    const taken = this.#writer.write(chunk);
    this.#last = taken;
    taken.then(() => this.#done(taken), (error) => this.#fail(error));
  }

  /**
   * Wait until the stream took what was written.
   *
   * @returns A promise, which rejects once with what the stream failed with;
   * nothing when there is nothing to wait for.
   */
  drained(): Promise<void> | undefined {
    if (this.#last === undefined && this.#failure === undefined) {
      return undefined;
    }
    return this.#drain();
  }

  /** The last gives the stream back, open; what is in it goes on. */
  close(): void {
    if (--this.#users === 0) this.#writer.releaseLock();
  }

  async #drain(): Promise<void> {
    await this.#last?.catch(() => {});
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  #done(taken: Promise<void>): void {
    if (this.#last === taken) this.#last = undefined;
  }

  /** Of several writes that fail, the first tells why. */
  #fail(error: unknown): void {
    this.#last = undefined;
    if (!this.#broken) this.#failure = { error };
    this.#broken = true;
  }
}
