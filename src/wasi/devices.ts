import { Filetype } from "./abi.ts";
import { SeekableDescriptor } from "./descriptor.ts";
import { Node, type Stat } from "./node.ts";

/** Fills a buffer with random bytes. */
export type Random = (buffer: Uint8Array) => void;

/** What `crypto.getRandomValues` fills at once. */
const RANDOM_CHUNK = 65_536;

/** The default: `crypto.getRandomValues`, for buffers of any length. */
export function fillRandom(buffer: Uint8Array): void {
  for (let at = 0; at < buffer.length; at += RANDOM_CHUNK) {
    const part = buffer.subarray(at, at + RANDOM_CHUNK);
    crypto.getRandomValues(part as Uint8Array<ArrayBuffer>);
  }
}

/** A device: a node that makes up what is read and forgets what is written. */
export abstract class Device extends Node {
  /** A character device. */
  override readonly filetype = Filetype.CHARACTER_DEVICE;

  /** What `filestat` tells. */
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

  /** Open it. */
  override open(): SeekableDescriptor {
    return new DeviceDescriptor(this);
  }

  /** Times of a device stay as they are. */
  override setTimes(): void {}

  /**
   * Fill a buffer.
   *
   * @param buffer The buffer.
   * @returns How many bytes there were.
   */
  abstract fill(buffer: Uint8Array): number;
}

/**
 * `/dev/null`: empty, and swallows everything.
 *
 * ```ts
 * import { MemoryDirectory, NullDevice } from "@x/py-plugin/wasi";
 * const dev = new MemoryDirectory({ readOnly: true })
 *   .set("null", new NullDevice());
 * console.log([...dev.names()]);
 * ```
 */
export class NullDevice extends Device {
  /** There is never anything. */
  override fill(_buffer: Uint8Array): number {
    return 0;
  }
}

/** `/dev/urandom`: endless random bytes. */
export class RandomDevice extends Device {
  readonly #random: Random;

  /** @param random Where the bytes come from. */
  constructor(random: Random = fillRandom) {
    super();
    this.#random = random;
  }

  /** There is always enough. */
  override fill(buffer: Uint8Array): number {
    this.#random(buffer);
    return buffer.length;
  }
}

/** An open device. It can be seeked, so wasi-libc takes it for no terminal. */
class DeviceDescriptor extends SeekableDescriptor {
  override readonly node: Device;

  constructor(node: Device) {
    super();
    this.node = node;
  }

  protected override size(): number {
    return 0;
  }

  protected override readAt(buffer: Uint8Array): number {
    return this.node.fill(buffer);
  }

  protected override writeAt(buffer: Uint8Array): number {
    return buffer.length;
  }

  override seek(): number {
    return 0;
  }

  override setSize(): void {}
}
