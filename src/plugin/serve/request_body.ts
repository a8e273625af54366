/**
 * A request's body, as long as it may be, in the time it may take.
 *
 * @module
 */

import { concat } from "../../concat.ts";
import { aboutText } from "../../size_text.ts";
import { HttpError } from "./http_error.ts";

/** What a body may be. */
export interface BodyLimits {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds until all of it has come. */
  readonly time: number;
}

/**
 * Read all of it.
 *
 * @throws {HttpError} 413 when it is too large, 408 when it takes too long,
 * 400 when it breaks off.
 */
export async function readBody(
  request: Request,
  limits: BodyLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  const said = Number(request.headers.get("content-length") ?? 0);
  if (said > limits.size) {
    await request.body?.cancel();
    throw tooLarge(limits);
  }
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  const late = setTimeout(() => {
    reader.cancel(new HttpError(408, "the request's body did not come")).catch(
      () => {},
    );
  }, limits.time);
  const start = performance.now();
  try {
    const bytes = await readAll(reader, limits);
    if (performance.now() - start < limits.time) return bytes;
    throw new HttpError(
      408,
      `the request's body took longer than ${limits.time} ms`,
    );
  } finally {
    clearTimeout(late);
    reader.releaseLock();
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  limits: BodyLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await nextChunk(reader);
    if (done) break;
    size += value.length;
    if (size > limits.size) {
      await reader.cancel().catch(() => {});
      throw tooLarge(limits);
    }
    chunks.push(value);
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : concat(chunks);
}

/** A client that breaks off is no fault of ours. */
async function nextChunk(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
) {
  try {
    return await reader.read();
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, "the request's body broke off");
  }
}

function tooLarge({ size }: BodyLimits): HttpError {
  return new HttpError(
    413,
    `the request's body is larger than ${aboutText(size)}`,
  );
}
