/**
 * How much one guest may write to its standard output and standard error.
 *
 * What is beyond is lost, which the guest is not told of; a mark where it
 * would have been tells whoever reads.
 *
 * ```ts
 * import { Context, OutputBudget } from "@x/py-plugin/wasi";
 * const output = new OutputBudget(1_000_000);
 * const context = new Context({ output });
 * console.log(context.fds.size, output.isExceeded); // 3 false
 * ```
 */
export class OutputBudget {
  /** How many bytes may be written. */
  readonly maximum: number;
  #used = 0;
  #isMarked = false;

  /**
   * Make one of which nothing is used.
   *
   * @param maximum How many bytes may be written.
   */
  constructor(maximum: number) {
    this.maximum = maximum;
  }

  /** How many bytes the guest wanted to write. */
  get used(): number {
    return this.#used;
  }

  /** Whether it wanted to write too much. */
  get isExceeded(): boolean {
    return this.#used > this.maximum;
  }

  /** Begin anew. */
  reset(): void {
    this.#used = 0;
    this.#isMarked = false;
  }

  /**
   * Use some of it.
   *
   * @param buffers What the guest wants to write.
   * @returns What is written instead.
   */
  take(buffers: readonly Uint8Array[]): readonly Uint8Array[] {
    const left = Math.max(0, this.maximum - this.#used);
    this.#used += lengthOf(buffers);
    if (!this.isExceeded) return buffers;
    const cut = firstBytes(buffers, left);
    if (this.#isMarked) return cut;
    this.#isMarked = true;
    return [...cut, this.#mark()];
  }

  #mark(): Uint8Array {
    return new TextEncoder().encode(
      `\n[cut off: more than ${this.maximum} bytes of output]\n`,
    );
  }
}

/** How many bytes there are in all. */
export function lengthOf(buffers: readonly Uint8Array[]): number {
  return buffers.reduce((sum, buffer) => sum + buffer.length, 0);
}

function firstBytes(
  buffers: readonly Uint8Array[],
  count: number,
): Uint8Array[] {
  const first: Uint8Array[] = [];
  let left = count;
  for (const buffer of buffers) {
    if (left === 0) break;
    first.push(buffer.subarray(0, left));
    left -= Math.min(left, buffer.length);
  }
  return first;
}
