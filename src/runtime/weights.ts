/**
 * What makes V8 collect memories that nobody has any more.
 *
 * @module
 */

/**
 * So many bytes are let go of before V8 is told. It has to be more than what
 * malloc() ever takes from its heap, where the bytes would be written to.
 */
const WEIGHT = 128 * 1024 * 1024;

/**
 * V8 collects when its own heap has grown. It does not count the memory of
 * WebAssembly, of which a guest's 25 MB hang on a few small objects: a process
 * whose plugins grew and were closed had 800 MB of what nobody could reach. It
 * counts the bytes of array buffers. Nobody writes to this one, so it is no
 * memory of the process.
 */
export class Weights {
  #unsaid = 0;
  /** Held until the next one, or it would be gone before it is counted. */
  #weight: ArrayBuffer | undefined;

  /** Somebody has let go of a memory. */
  add(memory: WebAssembly.Memory): void {
    this.#unsaid += memory.buffer.byteLength;
    if (this.#unsaid < WEIGHT) return;
    this.#unsaid = 0;
    this.#weight = new ArrayBuffer(WEIGHT);
  }
}
