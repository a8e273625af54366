/**
 * HTTP in front of a pool.
 *
 * @module
 */

import { PyObject } from "../../bridge/mod.ts";
import type { Pool } from "../pool/pool.ts";
import type { Size } from "../limits.ts";
import { parseSize } from "../size.ts";
import { HttpError, toldOf } from "./http_error.ts";
import { answerMedia, callBody, mediaOf } from "./media.ts";
import { type BodyLimits, readBody } from "./request_body.ts";

/** One request that was answered. */
export interface ServedRequest {
  /** The client's `x-request-id`, or one that was drawn. */
  readonly id: string;
  /** What the client asked for. */
  readonly method: string;
  /** The path, without its query. */
  readonly path: string;
  /** The answer's status. */
  readonly status: number;
  /** How long it took, in milliseconds. */
  readonly duration: number;
  /** What failed, with all that a client is not told. */
  readonly error?: unknown;
}

/** Options of {@linkcode poolHandler}. */
export interface HandlerOptions {
  /** How large a request's body may be; `"10MiB"`. */
  readonly maxBody?: Size;
  /** How long a request's body may take to come, in milliseconds; 30 000. */
  readonly bodyTime?: number;
  /**
   * The functions that can be called. By default those of `__all__`, or else
   * all that the plugin's own module defines without a leading `_`.
   */
  readonly functions?: readonly string[];
  /** Is told of each request when it is answered. */
  readonly log?: (request: ServedRequest) => void;
}

/** Where a request came from, as `Deno.serve` says it. */
export interface RequestInfo {
  /** The client's address. */
  readonly remoteAddr?: unknown;
}

/** Answers requests. */
export type PoolHandler = (
  request: Request,
  info?: RequestInfo,
) => Promise<Response>;

const DEFAULT_BODY = "10MiB";
const DEFAULT_BODY_MS = 30_000;
const TEXT = "text/plain; charset=utf-8";
/** Nobody's browser guesses what a plugin's answer might be. */
const SAFE = { "x-content-type-options": "nosniff" } as const;

/** A handler; `load.ts` says what it does. */
export async function makeHandler(
  pool: Pool,
  options: HandlerOptions,
): Promise<PoolHandler> {
  const functions = options.functions ?? await pool.functions();
  const handler = new Handler(pool, new Set(functions), options);
  return (request, info) => handler.answer(request, info);
}

/** What is known of a request. */
interface Asked {
  readonly id: string;
  readonly request: Request;
  readonly path: string;
  readonly client: string;
}

class Handler {
  readonly #pool: Pool;
  readonly #functions: ReadonlySet<string>;
  readonly #body: BodyLimits;
  readonly #log: HandlerOptions["log"];

  constructor(
    pool: Pool,
    functions: ReadonlySet<string>,
    options: HandlerOptions,
  ) {
    const { maxBody = DEFAULT_BODY, bodyTime = DEFAULT_BODY_MS } = options;
    this.#pool = pool;
    this.#functions = functions;
    this.#log = options.log;
    this.#body = {
      size: typeof maxBody === "string" ? parseSize(maxBody) : maxBody,
      time: bodyTime,
    };
  }

  async answer(request: Request, info?: RequestInfo): Promise<Response> {
    const start = performance.now();
    const asked: Asked = {
      id: idOf(request),
      request,
      path: new URL(request.url).pathname,
      client: clientOf(info),
    };
    const { response, error } = await this.#tried(asked);
    response.headers.set("x-request-id", asked.id);
    this.#log?.({
      id: asked.id,
      method: request.method,
      path: asked.path,
      status: response.status,
      duration: performance.now() - start,
      ...(error === undefined ? {} : { error }),
    });
    return response;
  }

  async #tried(
    asked: Asked,
  ): Promise<{ response: Response; error?: unknown }> {
    try {
      return { response: await this.#route(asked) };
    } catch (error) {
      return { response: failed(error, asked.id), error };
    }
  }

  async #route(asked: Asked): Promise<Response> {
    const { path, request } = asked;
    demandSameOrigin(request);
    if (path === "/healthz") return this.#health(request);
    if (path === "/metrics") return this.#metrics(request);
    if (path === "/run") return await this.#run(asked);
    if (path.startsWith("/call/")) {
      return await this.#call(asked, nameOf(path.slice("/call/".length)));
    }
    throw new HttpError(404, "there is nothing at this path");
  }

  async #run(asked: Asked): Promise<Response> {
    demandMethod(asked.request, "POST");
    const body = await readBody(asked.request, this.#body);
    const result = await this.#pool.run(body, callOptions(asked));
    if (!result.returned) return new Response(null, { status: 204 });
    const bytes = result.bytes();
    const type = isText(bytes) ? TEXT : "application/octet-stream";
    return new Response(bytes, { headers: { "content-type": type, ...SAFE } });
  }

  async #call(asked: Asked, name: string): Promise<Response> {
    const { request } = asked;
    demandMethod(request, "POST");
    if (!this.#functions.has(name)) {
      throw new HttpError(404, `the plugin has no function ${quoted(name)}`);
    }
    const sent = mediaOf(request);
    const { type, write } = answerMedia(request, sent);
    const bytes = await readBody(request, this.#body);
    const { args, kwargs } = callBody(sent, bytes);
    const options = { ...callOptions(asked), kwargs };
    const result = await this.#pool.call(name, args, options);
    return new Response(resultBytes(result, write), {
      headers: { "content-type": type, ...SAFE },
    });
  }

  #health(request: Request): Response {
    demandMethod(request, "GET");
    return this.#pool.alive
      ? new Response("ok\n", { headers: { "content-type": TEXT } })
      : new Response("not ready\n", {
        status: 503,
        headers: { "content-type": TEXT },
      });
  }

  #metrics(request: Request): Response {
    demandMethod(request, "GET");
    return new Response(this.#pool.metricsText(), {
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
    });
  }
}

/**
 * A client that leaves does not end its call: that would end an instance, which
 * anybody could do then as often as they like. Its time ends it.
 */
function callOptions({ id, client }: Asked) {
  return { id, client };
}

/** The result's bytes. What is no data is let go of: nobody could hold it. */
function resultBytes(
  result: unknown,
  write: (value: unknown) => Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  try {
    return write(result);
  } catch (error) {
    letGo(result);
    const reason = error instanceof Error ? error.message : String(error);
    throw new HttpError(500, `the function's result is no data: ${reason}`);
  }
}

function letGo(value: unknown): void {
  if (value instanceof PyObject) return value[Symbol.dispose]();
  if (typeof value === "function" && "object" in value) {
    return letGo(value.object);
  }
  if (Array.isArray(value) || value instanceof Set) value.forEach(letGo);
  else if (value instanceof Map) { for (const pair of value) letGo(pair); }
  else if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) letGo(item);
  }
}

/** A page elsewhere may not make its reader's browser call a server here. */
function demandSameOrigin(request: Request): void {
  const origin = request.headers.get("origin");
  // Not the scheme: TLS may have ended before.
  const host = new URL(request.url).host;
  if (origin === null || URL.parse(origin)?.host === host) return;
  throw new HttpError(403, "the request comes from another site's page");
}

function demandMethod(request: Request, method: "GET" | "POST"): void {
  const { method: asked } = request;
  if (asked === method || (method === "GET" && asked === "HEAD")) return;
  throw new HttpError(405, `use ${method}`, { "allow": method });
}

/** A client's own id when it is one that is safe to be written anywhere. */
function idOf(request: Request): string {
  const id = request.headers.get("x-request-id") ?? "";
  return /^[\w.:-]{1,128}$/.test(id) ? id : crypto.randomUUID();
}

/** Clients take turns by their address. */
function clientOf(info: RequestInfo | undefined): string {
  const { remoteAddr } = info ?? {};
  if (typeof remoteAddr !== "object" || remoteAddr === null) return "";
  return "hostname" in remoteAddr ? String(remoteAddr.hostname) : "";
}

function nameOf(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A name in a message: short, and without anything that moves a cursor. */
function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function failed(error: unknown, id: string): Response {
  const { status, type, message, headers } = toldOf(error);
  return Response.json(
    { error: { status, type, message, request: id } },
    { status, headers: { ...headers, ...SAFE } },
  );
}
