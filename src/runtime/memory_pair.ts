/**
 * Two memories of which one began as the other. Their 25 MB are looked through
 * in 2 ms; JavaScript, four bytes at a time, takes 8, and 100 the first time.
 *
 * ```wat
 * (module
 *   (import "memory" "now" (memory $now 0))
 *   (import "memory" "then" (memory $then 0))
 *   (func $same_until (export "sameUntil")
 *     (param $at i32) (param $end i32) (result i32)
 *     (loop $next
 *       (if (i32.lt_u (local.get $at) (local.get $end))
 *         (then
 *           (if (i32.eqz (v128.any_true (v128.or
 *               (v128.or
 *                 (v128.xor (v128.load $now (local.get $at))
 *                           (v128.load $then (local.get $at)))
 *                 (v128.xor (v128.load $now offset=16 (local.get $at))
 *                           (v128.load $then offset=16 (local.get $at))))
 *               (v128.or
 *                 (v128.xor (v128.load $now offset=32 (local.get $at))
 *                           (v128.load $then offset=32 (local.get $at)))
 *                 (v128.xor (v128.load $now offset=48 (local.get $at))
 *                           (v128.load $then offset=48 (local.get $at)))))))
 *             (then
 *               (local.set $at (i32.add (local.get $at) (i32.const 64)))
 *               (br $next))))))
 *     (local.get $at))
 *   (func (export "restore") (param $page i32) (param $end i32)
 *     (local $at i32)
 *     (loop $next
 *       (local.set $at (call $same_until (local.get $at) (local.get $end)))
 *       (if (i32.lt_u (local.get $at) (local.get $end))
 *         (then
 *           (local.set $at
 *             (i32.and (local.get $at) (i32.sub (i32.const 0) (local.get $page))))
 *           (memory.copy $now $then
 *             (local.get $at) (local.get $at) (local.get $page))
 *           (local.set $at (i32.add (local.get $at) (local.get $page)))
 *           (br $next))))))
 * ```
 *
 * @module
 */

/** The module above; a test assembles it again. */
export const MEMORY_PAIR_WASM =
  "AGFzbQEAAAABDAJgAn9/AX9gAn9/AAIeAgZtZW1vcnkDbm93AgAABm1lbW9yeQR0aGVuAgAAAwMC" +
  "AAEHFwIJc2FtZVVudGlsAAAHcmVzdG9yZQABCpgBAmEAA0AgACABSQRAIAD9AAQAIAD9AEQBAP1R" +
  "IAD9AAQQIAD9AEQBEP1R/VAgAP0ABCAgAP0ARAEg/VEgAP0ABDAgAP0ARAEw/VH9UP1Q/VNFBEAg" +
  "AEHAAGohAAwCCwsLIAALNAEBfwNAIAIgARAAIQIgAiABSQRAIAJBACAAa3EhAiACIAIgAPwKAAEg" +
  "AiAAaiECDAELCws=";

/** What the module exports. */
interface Exports {
  sameUntil(at: number, end: number): number;
  restore(page: number, end: number): void;
}

/** A memory, and what it began as. */
export class MemoryPair {
  readonly #exports: Exports;
  /** As far as they can be compared. */
  readonly #end: number;

  /**
   * @param now The memory; it is at least as large.
   * @param then What it began as.
   */
  constructor(now: WebAssembly.Memory, then: WebAssembly.Memory) {
    const module = new WebAssembly.Module(
      Uint8Array.fromBase64(MEMORY_PAIR_WASM),
    );
    const { exports } = new WebAssembly.Instance(module, {
      "memory": { now, then },
    });
    this.#exports = exports as unknown as Exports;
    this.#end = then.buffer.byteLength;
  }

  /**
   * The numbers of the pages that are not as they were.
   *
   * @param size Bytes in a page, a power of two from 64 on.
   * @param start Where the first page begins that is looked at.
   */
  *changedPages(size: number, start = 0): Generator<number> {
    for (let at = this.#sameUntil(start); at < this.#end;) {
      const page = Math.floor(at / size);
      yield page;
      at = this.#sameUntil((page + 1) * size);
    }
  }

  /**
   * Make the memory again what it was, page by page. What has not changed is
   * only looked at: pages that nobody ever wrote to are nobody's memory.
   */
  restore(size: number): void {
    this.#exports.restore(size, this.#end);
  }

  #sameUntil(at: number): number {
    return this.#exports.sameUntil(at, this.#end) >>> 0;
  }
}
