import { Filetype } from "./abi.ts";
import { SeekableDescriptor } from "./seekable.ts";
import { Node, type Stat } from "./node.ts";
import { fillRandom, type Random, systemRandom } from "./random.ts";

/**
 * A device: a node that makes up what is read and forgets what is written.
 *
 * ```ts
 * import { Device, MemoryDirectory } from "@x/py-plugin/wasi";
 * class ZeroDevice extends Device {
 *   override fill(buffer: Uint8Array): number {
 *     return buffer.fill(0).length;
 *   }
 * }
 * const dev = new MemoryDirectory().set("zero", new ZeroDevice());
 * console.log([...dev.names()]);
 * ```
 */
export abstract class Device extends Node {
  /** A character device. */
  override readonly filetype: Filetype = Filetype.CHARACTER_DEVICE;

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

/**
 * `/dev/urandom`: endless random bytes.
 *
 * ```ts
 * import { MemoryDirectory, RandomDevice } from "@x/py-plugin/wasi";
 * const dev = new MemoryDirectory({ readOnly: true })
 *   .set("urandom", new RandomDevice());
 * console.log([...dev.names()]);
 * ```
 */
export class RandomDevice extends Device {
  readonly #random: Random;

  /**
   * Make a device.
   *
   * @param random Where the bytes come from.
   */
  constructor(random: Random = systemRandom) {
    super();
    this.#random = random;
  }

  /** There is always enough. */
  override fill(buffer: Uint8Array): number {
    // Only guest memory is filled, and that is never shared.
    fillRandom(this.#random, buffer as Uint8Array<ArrayBuffer>);
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
