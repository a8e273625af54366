/**
 * Values that cross the bridge and that JavaScript has no type for.
 *
 * @module
 */

/**
 * Python's `decimal.Decimal`: exact, of any length.
 *
 * ```ts
 * import { Decimal, loadPlugin } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * await using plugin = await loadPlugin({
 *   source: "def total(price, count): return price * count",
 * });
 * const total = await plugin.call("total", [new Decimal("19.90"), 3]);
 * assertEquals(String(total), "59.70");
 * ```
 */
export class Decimal {
  readonly #text: string;

  /**
   * Make one.
   *
   * @param text Digits as Python writes them: `19.90`, `-1E+5`, `NaN`.
   * @throws {SyntaxError} When it is no decimal.
   */
  constructor(text: string) {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && !special(text)) {
      throw new SyntaxError(`Cannot read the decimal "${text}"`);
    }
    this.#text = text;
  }

  /** The nearest number. */
  toNumber(): number {
    return Number(this.#text.replace(/^([+-]?)inf(inity)?$/i, "$1Infinity"));
  }

  /** The digits, as Python writes them. */
  toString(): string {
    return this.#text;
  }

  /** The digits, for `JSON.stringify`. */
  toJSON(): string {
    return this.#text;
  }
}

function special(text: string): boolean {
  return /^[+-]?(inf(inity)?|s?nan\d*)$/i.test(text);
}

/** Python's `uuid.UUID`. */
export class Uuid {
  readonly #bytes: Uint8Array;

  /**
   * Make one.
   *
   * @param value 16 bytes, or the text with or without hyphens.
   * @throws {SyntaxError} When it is no UUID.
   */
  constructor(value: string | Uint8Array) {
    const bytes = typeof value === "string" ? fromHex(value) : value.slice();
    if (bytes?.length !== 16) {
      throw new SyntaxError(`Cannot read the UUID "${value}"`);
    }
    this.#bytes = bytes;
  }

  /** The 16 bytes. */
  toBytes(): Uint8Array {
    return this.#bytes.slice();
  }

  /** The text with hyphens, in lower case. */
  toString(): string {
    const hex = this.#bytes.toHex();
    return [0, 8, 12, 16, 20].map((at, i) => hex.slice(at, [8, 12, 16, 20][i]))
      .join("-");
  }

  /** The text, for `JSON.stringify`. */
  toJSON(): string {
    return this.toString();
  }
}

function fromHex(text: string): Uint8Array | undefined {
  const hex = text.replaceAll("-", "");
  return /^[0-9a-f]{32}$/i.test(hex) ? Uint8Array.fromHex(hex) : undefined;
}

/** Python's `complex`. */
export class Complex {
  /** The real part. */
  readonly real: number;
  /** The imaginary part. */
  readonly imag: number;

  /**
   * Make one.
   *
   * @param real The real part.
   * @param imag The imaginary part.
   */
  constructor(real: number, imag: number) {
    this.real = real;
    this.imag = imag;
  }
}
