import type { Context } from "../context.ts";
import { fillRandom } from "../random.ts";

/**
 * `random_get(buf, buf_len)`: fill guest memory with random bytes.
 *
 * ```text
 *           buf_len (5)
 *   +--------------------------+
 *   | 53   8c   7f   96   b1   |
 *   +--------------------------+
 *   ^-- buf
 * ```
 *
 * Fails with `FAULT` when the buffer is not inside guest memory.
 */
export function randomGet(ctx: Context, buf: number, bufLen: number): void {
  fillRandom(ctx.random, ctx.memory.bytes(buf, bufLen));
}
