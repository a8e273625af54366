/**
 * Arguments and results as JSON or CBOR.
 *
 * @module
 */

import { decodeData, encodeData } from "../../bridge/data.ts";
import { HttpError } from "./http_error.ts";

/** What a call's body says. */
export interface CallBody {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** A form that values have on the way. */
export interface Media {
  readonly type: string;
  /** Read a body; an empty one is no arguments. */
  read(bytes: Uint8Array): unknown;
  /** Write a result. */
  write(value: unknown): Uint8Array<ArrayBuffer>;
}

const JSON_MEDIA: Media = {
  type: "application/json",
  read: parseJson,
  write: (value) => new TextEncoder().encode(jsonText(value)),
};

const CBOR_MEDIA: Media = {
  type: "application/cbor",
  read: (bytes) => decodeData(bytes),
  write: (value) => encodeData(value),
};

/**
 * The form of a request's body; JSON when it does not say.
 *
 * @throws {HttpError} 415 when it is neither.
 */
export function mediaOf(request: Request): Media {
  const header = request.headers.get("content-type") ?? JSON_MEDIA.type;
  const type = header.split(";")[0]?.trim().toLowerCase();
  if (type === JSON_MEDIA.type) return JSON_MEDIA;
  if (type === CBOR_MEDIA.type) return CBOR_MEDIA;
  throw new HttpError(
    415,
    "send the arguments as application/json or application/cbor",
  );
}

/** The form of the answer: what the client prefers, or what it sent. */
export function answerMedia(request: Request, sent: Media): Media {
  const accept = request.headers.get("accept") ?? "";
  const cbor = accept.indexOf(CBOR_MEDIA.type);
  const json = accept.indexOf(JSON_MEDIA.type);
  if (cbor >= 0 && (json < 0 || cbor < json)) return CBOR_MEDIA;
  return json >= 0 ? JSON_MEDIA : sent;
}

/**
 * The arguments that a body stands for: a list, or an object with `args` and
 * `kwargs`.
 *
 * @throws {HttpError} 400 when it is something else.
 */
export function callBody(media: Media, bytes: Uint8Array): CallBody {
  if (bytes.length === 0) return { args: [], kwargs: {} };
  const value = media.read(bytes);
  if (Array.isArray(value)) return { args: value, kwargs: {} };
  if (isObject(value)) {
    const { args = [], kwargs = {}, ...more } = value;
    const isAll = Object.keys(more).length === 0;
    if (isAll && Array.isArray(args) && isObject(kwargs)) {
      return { args, kwargs };
    }
  }
  throw new HttpError(
    400,
    'send the arguments as [1, 2], or as {"args": [1], "kwargs": {"b": 2}}',
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new HttpError(400, "the request's body is no JSON");
  }
}

/**
 * JSON of any data: ints of any size as numbers, bytes as base64, times and
 * decimals as text, sets as lists, and what has keys that are no text as a
 * list of pairs.
 */
export function jsonText(value: unknown): string {
  encodeData(value); // it is data through and through, or an error says where
  return JSON.stringify(value, (_key, item) => plain(item)) ?? "null";
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return rawNumber(value);
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value];
  if (value instanceof Uint8Array) return value.toBase64();
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  return value;
}

/** An int of any size, as JSON's grammar has it. */
function rawNumber(value: bigint): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown })
    .rawJSON(String(value));
}
