/**
 * From the wire to JavaScript values. The bytes come from a guest: whatever
 * they are, decoding ends with a value, a `WireError`, or the error for one
 * that is too large.
 *
 * @module
 */

import { concat } from "../concat.ts";
import { PluginError } from "../errors.ts";
import { MAX_DEPTH } from "./encode.ts";
import { type LiveObjects, rebuild } from "./rebuild.ts";
import type { WireReader } from "./wire_reader.ts";

export type { LiveObjects };

/** An item of unknown length. */
const UNKNOWN = -1;
/** How many parts a value may have: a few hundred megabytes of objects. */
const MAX_PARTS = 5_000_000;
/** So many items get their place at once; a claim of more may be a lie. */
const FEW = 32;
/** The detail of a first byte; as a value: an item of unknown length. */
const DETAIL = 31;

/** Reads values, one after the other. */
export class Decoder {
  readonly #in: WireReader;
  readonly #objects: LiveObjects;
  #depth = 0;
  #parts = 0;

  /**
   * Make one.
   *
   * @param reader Where the bytes come from.
   * @param objects What knows live objects.
   */
  constructor(reader: WireReader, objects: LiveObjects) {
    this.#in = reader;
    this.#objects = objects;
  }

  /** How many bytes are left behind the values read so far. */
  get left(): number {
    return this.#in.left;
  }

  /**
   * Read one value.
   *
   * @throws {WireError} When the bytes are no value.
   */
  value(): unknown {
    this.#depth = this.#parts = 0;
    return this.#value();
  }

  /** Read all values that are left. */
  rest(): unknown[] {
    const values: unknown[] = [];
    while (this.left > 0) values.push(this.value());
    return values;
  }

  #value(): unknown {
    return this.#after(this.#in.first());
  }

  /** The value whose first byte is `first`. */
  #after(first: number): unknown {
    const detail = first & DETAIL;
    switch (first >> 5) {
      case 0:
        return this.#number(detail);
      case 1:
        return this.#negative(detail);
      case 2:
        return this.#bytes(this.#length(detail));
      case 3:
        return this.#text(this.#length(detail));
      case 4:
        return this.#array(this.#length(detail));
      case 5:
        return this.#map(this.#length(detail));
      case 6:
        return this.#tagged(detail);
      default:
        return this.#simple(detail);
    }
  }

  #number(detail: number): number | bigint {
    if (detail === DETAIL) throw this.#in.wrong("an integer without a length");
    return this.#in.argument(detail);
  }

  #negative(detail: number): number | bigint {
    const argument = this.#number(detail);
    if (typeof argument === "bigint") return -1n - argument;
    const value = -1 - argument;
    return Number.isSafeInteger(value) ? value : -1n - BigInt(argument);
  }

  #length(detail: number): number {
    if (detail < 24) return this.#within(detail);
    if (detail === DETAIL) return UNKNOWN;
    return this.#within(this.#in.argument(detail));
  }

  /** Every element takes at least one byte, so a longer claim is a lie. */
  #within(length: number | bigint): number {
    if (length > this.#in.left) throw this.#in.wrong("a length past the end");
    return Number(length);
  }

  /** Go one level down; an error leaves the depth, as `value()` starts anew. */
  #enter(): void {
    if (this.#depth >= MAX_DEPTH) {
      throw this.#in.wrong(`values nested deeper than ${MAX_DEPTH}`);
    }
    this.#depth += 1;
  }

  #bytes(length: number): Uint8Array<ArrayBuffer> {
    if (length !== UNKNOWN) return this.#in.copy(length);
    return concat(this.#chunks(2, (size) => this.#in.copy(size)));
  }

  #text(length: number): string {
    if (length !== UNKNOWN) return this.#in.text(length);
    return this.#chunks(3, (size) => this.#in.text(size)).join("");
  }

  /** The chunks of a string of unknown length (RFC 8949 section 3.2.3). */
  #chunks<T>(wanted: number, read: (size: number) => T): T[] {
    const chunks: T[] = [];
    while (!this.#in.passBreak()) {
      const first = this.#in.first();
      const size = this.#length(first & DETAIL);
      if (first >> 5 !== wanted || size === UNKNOWN) {
        throw this.#in.wrong("a chunk of another kind");
      }
      chunks.push(read(size));
    }
    return chunks;
  }

  #array(length: number): unknown[] {
    this.#enter();
    this.#count(length === UNKNOWN ? 1 : length);
    const items = length >= 0 && length <= FEW ? new Array(length) : [];
    if (length === UNKNOWN) {
      while (!this.#in.passBreak()) items.push(this.#value());
    } else for (let i = 0; i < length; i++) items[i] = this.#value();
    this.#depth -= 1;
    return items;
  }

  /** A plain object while all keys are text, else a Map. */
  #map(length: number): Record<string, unknown> | Map<unknown, unknown> {
    this.#enter();
    this.#count(length === UNKNOWN ? 1 : 2 * length + 1);
    const object: Record<string, unknown> = {};
    let map: Map<unknown, unknown> | undefined;
    for (
      let i = 0;
      length === UNKNOWN ? !this.#in.passBreak() : i < length;
      i++
    ) {
      const key = this.#key();
      const value = this.#value();
      if (map !== undefined) map.set(key, value);
      else if (typeof key === "string") {
        setProperty(
          object,
          key,
          key === "then" ? this.#uncalled(value) : value,
        );
      } else {
        map = new Map<unknown, unknown>(Object.entries(object));
        map.set(key, value);
      }
    }
    this.#depth -= 1;
    return map ?? object;
  }

  /**
   * What may be called `then`: `await` would call a function of that name, and
   * hand it the host's own.
   */
  #uncalled(value: unknown): unknown {
    if (typeof value !== "function") return value;
    const object = "object" in value ? value.object : undefined;
    if (typeof object === "object" && object !== null) return object;
    throw this.#in.wrong('a host function under the name "then"');
  }

  /** So many parts of one message are believed to be meant. */
  #count(parts: number): void {
    this.#parts += parts;
    if (this.#parts > MAX_PARTS) {
      throw new PluginError(
        `Cannot take a value with more than ${MAX_PARTS} parts from the plugin: take it in pieces, or as bytes`,
        { fault: "limits" },
      );
    }
  }

  #key(): unknown {
    const first = this.#in.first();
    return first >> 5 === 3 && first !== 0x7f
      ? this.#in.key(this.#length(first & DETAIL))
      : this.#after(first);
  }

  #simple(detail: number): unknown {
    switch (detail) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
      case 26:
      case 27:
        return this.#in.float(detail);
      default:
        throw this.#in.wrong(
          `the simple value ${this.#in.argument(detail)}`,
        );
    }
  }

  #tagged(detail: number): unknown {
    const tag = this.#number(detail);
    this.#enter();
    const content = this.#value();
    this.#depth -= 1;
    return rebuild(tag, content, this.#objects, this.#in);
  }
}

function setProperty(
  object: Record<string, unknown>,
  key: string,
  value: unknown,
): void {
  if (key !== "__proto__") object[key] = value;
  else {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
}
