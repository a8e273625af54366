/**
 * What goes into a call, and what comes out of it.
 *
 * @module
 */

const encoder = new TextEncoder();

/**
 * The bytes of a payload.
 *
 * @throws {TypeError} When it is neither, or when a string has a lone
 * surrogate, for which there is no UTF-8.
 */
export function payloadBytes(payload: string | Uint8Array): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  if (typeof payload !== "string") {
    throw new TypeError(
      `Cannot pass the payload: it must be a string or a Uint8Array, not ${
        Deno.inspect(payload, { depth: 0 })
      }`,
    );
  }
  if (!payload.isWellFormed()) {
    throw new TypeError(
      `Cannot pass the payload: it has a lone surrogate at index ${
        loneSurrogate(payload)
      }, which UTF-8 cannot carry`,
    );
  }
  return encoder.encode(payload);
}

function loneSurrogate(text: string): number {
  return text.search(
    /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/,
  );
}

/**
 * What the plugin answered to one call.
 *
 * ```ts
 * import { loadPlugin } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * await using plugin = await loadPlugin({
 *   source: "import sdk\n" +
 *     "def run_e(payload, ident): sdk.return_result('[1, 2]', ident)",
 * });
 * const result = await plugin.run();
 * assertEquals(result.text(), "[1, 2]");
 * assertEquals(result.json(), [1, 2]);
 * assertEquals(result.bytes().length, 6);
 * ```
 */
export class PluginResult {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  /** Whether the plugin answered at all; without an answer it is empty. */
  readonly returned: boolean;

  /**
   * Made by the host, not by callers.
   *
   * @param bytes The answer, a copy of its own.
   * @param returned Whether there was one.
   */
  constructor(bytes: Uint8Array<ArrayBuffer>, returned: boolean) {
    this.#bytes = bytes;
    this.returned = returned;
  }

  /** The exact bytes; the caller may keep and change them. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /**
   * The bytes as text. A byte order mark is kept, nothing is replaced.
   *
   * @throws {TypeError} When they are not UTF-8.
   */
  text(): string {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(this.#bytes);
  }

  /**
   * The text as JSON.
   *
   * @throws {SyntaxError} When it is not JSON.
   * @throws {TypeError} When it is not UTF-8.
   */
  json<T = unknown>(): T {
    return JSON.parse(this.text()) as T;
  }
}
