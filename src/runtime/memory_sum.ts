/**
 * A checksum of a part of a memory: against a disk's mistakes, not against
 * somebody's. It reads 7 MB in a millisecond; SHA-256 would need a copy first.
 *
 * ```wat
 * (module
 *   (import "memory" "memory" (memory 0))
 *   (func (export "sum") (param $at i32) (param $end i32) (param $to i32)
 *     (local $a v128) (local $b v128) (local $prime v128)
 *     (local.set $prime (v128.const i32x4 0x9E3779B1 0x85EBCA77 0xC2B2AE3D 0x27D4EB2F))
 *     (local.set $b (local.get $prime))
 *     (loop $next
 *       (if (i32.lt_u (local.get $at) (local.get $end))
 *         (then
 *           (local.set $a (i32x4.mul (local.get $prime)
 *             (v128.xor (local.get $a) (v128.load (local.get $at)))))
 *           (local.set $b (i32x4.mul (local.get $prime)
 *             (v128.xor (local.get $b) (v128.load offset=16 (local.get $at)))))
 *           (local.set $at (i32.add (local.get $at) (i32.const 32)))
 *           (br $next))))
 *     (v128.store (local.get $to)
 *       (v128.xor (local.get $prime) (local.get $a)))
 *     (v128.store offset=16 (local.get $to)
 *       (v128.xor (local.get $prime) (local.get $b)))))
 * ```
 *
 * @module
 */

/** The module above; a test assembles it again. */
export const MEMORY_SUM_WASM =
  "AGFzbQEAAAABBwFgA39/fwACEgEGbWVtb3J5Bm1lbW9yeQIAAAMCAQAHBwEDc3VtAAAKbAFqAQN7" +
  "/QyxeTeed8rrhT2ussIv69QnIQUgBSEEA0AgACABSQRAIAUgAyAA/QAEAP1R/bUBIQMgBSAEIAD9" +
  "AAQQ/VH9tQEhBCAAQSBqIQAMAQsLIAIgBSAD/VH9CwQAIAIgBSAE/VH9CwQQCw==";

/** Bytes of a sum; what is summed up is a multiple of them. */
export const SUM_SIZE = 32;

/**
 * The sum of a part of a memory. The memory's first bytes, which hold zeros,
 * are used and hold zeros again.
 *
 * @param memory The memory.
 * @param start Where the part begins.
 * @param end Where it ends, a multiple of {@linkcode SUM_SIZE} later.
 */
export function memorySum(
  memory: WebAssembly.Memory,
  start: number,
  end: number,
): Uint8Array<ArrayBuffer> {
  const module = new WebAssembly.Module(Uint8Array.fromBase64(MEMORY_SUM_WASM));
  const { exports } = new WebAssembly.Instance(module, {
    "memory": { memory },
  });
  const sum = exports["sum"] as (at: number, end: number, to: number) => void;
  sum(start, end, 0);
  const bytes = new Uint8Array(memory.buffer, 0, SUM_SIZE);
  const copy = bytes.slice();
  bytes.fill(0);
  return copy;
}
